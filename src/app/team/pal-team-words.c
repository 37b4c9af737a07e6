// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-team-words"
#include "config.h"

#include "pal-team-words.h"

#include "pal-date.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-sidebar.h"
#include "pal-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- where it stands */

static gboolean
is_past (const char *day)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  return day != NULL && strcmp (day, today) < 0;
}

/* Times in one notation and in UTC stand in the order of their letters. */
PalTeamState
pal_team_get_state (const PalAssignment *assignment)
{
  const char *out = assignment->handed_out;
  const char *back = assignment->returned;

  if (back != NULL && (out == NULL || strcmp (back, out) >= 0))
    return PAL_TEAM_RETURNED;
  if (is_past (assignment->due))
    return PAL_TEAM_OVERDUE;

  return out != NULL ? PAL_TEAM_OUT : PAL_TEAM_WAITS;
}

const char *
pal_team_get_icon_name (PalTeamState state)
{
  switch (state)
    {
    case PAL_TEAM_WAITS:
      return "radio-symbolic";
    case PAL_TEAM_OUT:
      return "send-to-symbolic";
    case PAL_TEAM_RETURNED:
      return "emblem-ok-symbolic";
    case PAL_TEAM_OVERDUE:
      return "alarm-symbolic";
    }

  return NULL;
}

static char *
dup_ago (const char *time)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_iso8601 (time, NULL);

  return then != NULL ? pal_language_format_ago (g_date_time_to_unix (then) * G_USEC_PER_SEC)
                      : g_strdup (time);
}

static char *
dup_way_words (const PalAssignment *assignment)
{
  g_autofree char *ago = NULL;

  if (pal_team_get_state (assignment) == PAL_TEAM_RETURNED)
    {
      ago = dup_ago (assignment->returned);
      /* TRANSLATORS: when a colleague's answers came back, such as: 2 days ago */
      return g_strdup_printf (_ ("Came back %s"), ago);
    }
  if (assignment->handed_out == NULL)
    return g_strdup (_ ("Not handed out yet"));
  ago = dup_ago (assignment->handed_out);

  /* TRANSLATORS: when a section went to a colleague, such as: 2 days ago */
  return g_strdup_printf (_ ("Handed out %s"), ago);
}

static char *
dup_due_words (const PalAssignment *assignment)
{
  g_autofree char *day = NULL;

  if (assignment->due == NULL)
    return NULL;
  day = pal_team_dup_day (assignment->due);
  if (pal_team_get_state (assignment) == PAL_TEAM_OVERDUE)
    /* TRANSLATORS: a day that has passed, on which answers were due */
    return g_strdup_printf (_ ("Overdue since %s"), day);

  /* TRANSLATORS: a day on which answers are due */
  return g_strdup_printf (_ ("Due on %s"), day);
}

char *
pal_team_dup_state_words (const PalAssignment *assignment)
{
  g_autofree char *way = dup_way_words (assignment);
  g_autofree char *due = dup_due_words (assignment);

  if (due == NULL)
    return g_steal_pointer (&way);

  return g_strdup_printf ("%s · %s", due, way);
}

char *
pal_team_dup_day (const char *day)
{
  g_autoptr (GDateTime) date = pal_date_parse (day);

  return date != NULL ? pal_language_format_date (date) : g_strdup (day);
}

/* --- pages */

char *
pal_team_dup_page_title (PalSession *session, const char *page)
{
  PalOutline *outline = pal_session_get_outline (session);
  PalRecord *record = pal_session_get_questionnaire (session);
  GPtrArray *pages = outline != NULL ? pal_outline_get_pages (outline) : NULL;

  for (guint i = 0; pages != NULL && i < pages->len; i++)
    {
      PalOutlinePage *one = g_ptr_array_index (pages, i);
      char *title = NULL;

      if (one->control == NULL || strcmp (pal_sidebar_get_page_id (one), page) != 0)
        continue;
      title = pal_response_dup_text (pal_record_get_response (record), one->control, NULL,
                                     PAL_TEXT_LABEL);
      if (title != NULL)
        return title;
    }

  return g_strdup (page);
}

/* --- people */

void
pal_team_person_free (PalTeamPerson *person)
{
  g_free (person->name);
  g_free (person->office);
  g_free (person->fingerprint);
  g_free (person);
}

static void
take_person (GPtrArray *people, const char *name, const char *office, const char *fingerprint)
{
  PalTeamPerson *person = NULL;

  if (pal_text_is_blank (name))
    return;
  for (guint i = 0; i < people->len && person == NULL; i++)
    if (strcmp (((PalTeamPerson *) g_ptr_array_index (people, i))->name, name) == 0)
      person = g_ptr_array_index (people, i);
  if (person == NULL)
    {
      person = g_new0 (PalTeamPerson, 1);
      person->name = g_strdup (name);
      g_ptr_array_add (people, person);
    }
  if (person->office == NULL && !pal_text_is_blank (office))
    person->office = g_strdup (office);
  if (person->fingerprint == NULL && fingerprint != NULL)
    person->fingerprint = g_strdup (fingerprint);
}

static const char *
get_text (PalResponse *response, PalNode *row, const char *leaf)
{
  for (PalNode *child = row->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && strcmp (child->local, leaf) == 0)
      return pal_response_get_value (response, child);

  return NULL;
}

/* Every cluster form lists its experts at the same place below its root. */
static void
take_experts (GPtrArray *people, PalResponse *response)
{
  g_autofree char *path
      = g_strdup_printf ("/%s/general/people/expert", pal_response_get_root (response)->local);
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), path);
  g_autoptr (GPtrArray) rows
      = repeat != NULL ? pal_response_dup_rows (response, repeat, NULL) : NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      PalNode *row = g_ptr_array_index (rows, i);

      take_person (people, get_text (response, row, "name"), get_text (response, row, "office"),
                   NULL);
    }
}

static int
compare_people (gconstpointer a, gconstpointer b)
{
  const PalTeamPerson *one = *(const PalTeamPerson *const *) a;
  const PalTeamPerson *other = *(const PalTeamPerson *const *) b;

  return pal_locale_compare (one->name, other->name);
}

GPtrArray *
pal_team_list_people (PalSession *session, GPtrArray *assignments)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_team_person_free);
  PalRecord *record = pal_session_get_questionnaire (session);

  if (record != NULL)
    take_experts (people, pal_record_get_response (record));
  for (guint i = 0; i < assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (assignments, i);

      take_person (people, one->person, one->office, one->fingerprint);
    }

  g_ptr_array_sort (people, compare_people);

  return people;
}
