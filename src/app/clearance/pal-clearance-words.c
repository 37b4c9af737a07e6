// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance-words"
#include "config.h"

#include "pal-clearance-words.h"

#include "pal-conflicts.h"
#include "pal-language.h"
#include "pal-session-undo.h"
#include "pal-sidebar.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP 4         /* digits of a digest that stand together */
#define SHORT_DIGEST 12 /* digits that tell editions apart */

const char *
pal_page_state_get_words (PalPageState state)
{
  switch (state)
    {
    case PAL_PAGE_DRAFT:
      /* TRANSLATORS: how a page of the questionnaire stands: people still work on it */
      return C_ ("page", "Draft");
    case PAL_PAGE_READY:
      /* TRANSLATORS: how a page of the questionnaire stands: its expert says that it is done */
      return C_ ("page", "Ready");
    case PAL_PAGE_CLEARED:
      /* TRANSLATORS: how a page of the questionnaire stands: the focal point lets it go */
      return C_ ("page", "Cleared");
    }

  return "";
}

const char *
pal_page_state_get_icon (PalPageState state)
{
  switch (state)
    {
    case PAL_PAGE_DRAFT:
      return "document-edit-symbolic";
    case PAL_PAGE_READY:
      return "object-select-symbolic";
    case PAL_PAGE_CLEARED:
      return "changes-prevent-symbolic";
    }

  return NULL;
}

static char *
dup_who (const PalPageClearance *page)
{
  g_autofree char *when = page->time_us > 0 ? pal_language_format_ago (page->time_us) : NULL;

  if (when == NULL)
    return NULL;
  if (page->author == NULL || *page->author == '\0')
    return g_steal_pointer (&when);

  /* TRANSLATORS: who took a step, and when: "Maria Rossi, 5 minutes ago" */
  return g_strdup_printf (C_ ("step", "%1$s, %2$s"), page->author, when);
}

/**
 * pal_page_dup_state_line:
 * @page: how a page stands
 *
 * Returns: (transfer full): its state, who brought it there and when
 */
char *
pal_page_dup_state_line (const PalPageClearance *page)
{
  g_autofree char *who = dup_who (page);
  const char *words = page->is_altered ? (page->state == PAL_PAGE_CLEARED
                                              ? _ ("Cleared, but its answers have changed since")
                                              : _ ("Ready, but its answers have changed since"))
                                       : pal_page_state_get_words (page->state);

  if (who == NULL)
    return g_strdup (words);

  /* TRANSLATORS: how a page stands, and who said so when: "Cleared · Maria Rossi, yesterday" */
  return g_strdup_printf (C_ ("step", "%1$s · %2$s"), words, who);
}

/* --- pages and questions */

static PalResponse *
get_response (PalSession *session)
{
  PalRecord *record = pal_session_get_questionnaire (session);

  return record != NULL ? pal_record_get_response (record) : NULL;
}

static PalFormNode *
find_definition (PalSession *session, const char *node)
{
  PalRecord *record = pal_session_get_questionnaire (session);

  return record != NULL ? pal_session_find_definition (record, node) : NULL;
}

char *
pal_page_dup_title (PalSession *session, const char *path)
{
  PalResponse *response = get_response (session);
  PalFormNode *def = find_definition (session, path);
  char *title = NULL;

  if (def != NULL && def->control != NULL)
    title = pal_response_dup_text (response, def->control, NULL, PAL_TEXT_LABEL);
  if (title == NULL && response != NULL)
    title = pal_form_dup_title (pal_response_get_form (response),
                                pal_response_get_language (response));

  return title != NULL ? title : g_strdup (path);
}

char *
pal_point_dup_question (PalSession *session, const char *node)
{
  PalRecord *record = pal_session_get_questionnaire (session);
  char *words = record != NULL
                    ? pal_session_dup_question (session, pal_record_get_id (record), node)
                    : NULL;

  return words != NULL ? words : g_strdup (node);
}

/* --- what is open */

const char *
pal_point_kind_get_title (PalPointKind kind)
{
  switch (kind)
    {
    case PAL_POINT_REQUIRED:
      return _ ("Required, and not answered");
    case PAL_POINT_UNANSWERED:
      return _ ("Not answered, and may stay so");
    case PAL_POINT_VIOLATED:
      return _ ("Answers that do not fit");
    case PAL_POINT_IRRELEVANT:
      return _ ("Answers that do not apply");
    case PAL_POINT_ORPHAN:
      return _ ("Answers without any question");
    case PAL_POINT_CONFLICT:
      return _ ("Answered apart from each other");
    case PAL_POINT_COMMENT:
      return _ ("Comments that are not settled");
    case PAL_POINT_DRAFT:
      return _ ("Not marked as ready by anybody");
    case PAL_POINT_HEARD:
      /* TRANSLATORS: title of a list: what was said in consultations, and nobody wrote down how it
       * was considered */
      return _ ("Heard in consultations, and not considered");
    }

  return "";
}

/**
 * pal_point_kind_dup_count:
 * @kind: what is open
 * @n: how often
 *
 * Returns: (transfer full): "3 comments"
 */
char *
pal_point_kind_dup_count (PalPointKind kind, guint n)
{
  switch (kind)
    {
    case PAL_POINT_REQUIRED:
      return g_strdup_printf (
          ngettext ("%u required answer missing", "%u required answers missing", n), n);
    case PAL_POINT_UNANSWERED:
      return g_strdup_printf (ngettext ("%u question not answered", "%u questions not answered", n),
                              n);
    case PAL_POINT_VIOLATED:
      return g_strdup_printf (ngettext ("%u answer does not fit", "%u answers do not fit", n), n);
    case PAL_POINT_IRRELEVANT:
      return g_strdup_printf (ngettext ("%u answer does not apply", "%u answers do not apply", n),
                              n);
    case PAL_POINT_ORPHAN:
      return g_strdup_printf (
          ngettext ("%u answer without a question", "%u answers without a question", n), n);
    case PAL_POINT_CONFLICT:
      return g_strdup_printf (ngettext ("%u conflict", "%u conflicts", n), n);
    case PAL_POINT_COMMENT:
      return g_strdup_printf (ngettext ("%u open comment", "%u open comments", n), n);
    case PAL_POINT_DRAFT:
      return g_strdup_printf (ngettext ("%u page is a draft", "%u pages are drafts", n), n);
    case PAL_POINT_HEARD:
      return g_strdup_printf (ngettext ("%u point from consultations not considered",
                                        "%u points from consultations not considered", n),
                              n);
    }

  return g_strdup ("");
}

char *
pal_points_dup_line (GPtrArray *points)
{
  guint counts[PAL_POINT_LAST + 1] = { 0 };
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < points->len; i++)
    counts[((PalPoint *) g_ptr_array_index (points, i))->kind]++;
  for (guint kind = 0; kind <= PAL_POINT_LAST; kind++)
    {
      g_autofree char *count
          = counts[kind] > 0 ? pal_point_kind_dup_count (kind, counts[kind]) : NULL;

      if (count != NULL && kind != PAL_POINT_DRAFT)
        g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", count);
    }

  return line->len > 0 ? g_strdup (line->str) : NULL;
}

/* A page whose question is not shown can say why. */
static void
show_page_of (PalSession *session, const char *node)
{
  PalFormNode *def = find_definition (session, node);
  PalFormControl *control = NULL;
  PalOutlinePage *page = NULL;

  for (; def != NULL && control == NULL; def = def->parent)
    control = def->control;
  page
      = control != NULL ? pal_outline_find_page (pal_session_get_outline (session), control) : NULL;
  if (page != NULL)
    pal_session_show_page (session, pal_sidebar_get_page_id (page));
}

/**
 * pal_point_show:
 * @session: an open dossier
 * @point: what is open
 *
 * Goes to the question, or to the page on which the matter is settled.
 */
void
pal_point_show (PalSession *session, const PalPoint *point)
{
  switch (point->kind)
    {
    case PAL_POINT_REQUIRED:
    case PAL_POINT_UNANSWERED:
    case PAL_POINT_VIOLATED:
    case PAL_POINT_COMMENT:
      pal_session_show_question (session, point->node);
      break;
    case PAL_POINT_IRRELEVANT:
    case PAL_POINT_DRAFT:
      show_page_of (session, point->node);
      break;
    case PAL_POINT_ORPHAN:
      pal_session_show_page (session, "orphans");
      break;
    case PAL_POINT_CONFLICT:
      pal_conflicts_ask (pal_conflicts_of_dossier (pal_session_get_dossier (session)),
                         point->record, point->node);
      break;
    case PAL_POINT_HEARD:
      pal_session_show_record (session, point->heard, point->row);
      break;
    }
}

/* --- digests */

char *
pal_digest_dup_groups (const char *digest)
{
  GString *groups = g_string_new (NULL);

  for (gsize i = 0; digest[i] != '\0'; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (groups, ' ');
      g_string_append_c (groups, digest[i]);
    }

  return g_string_free (groups, FALSE);
}

char *
pal_digest_dup_short (const char *digest)
{
  g_autofree char *cut = g_strndup (digest, SHORT_DIGEST);

  return pal_digest_dup_groups (cut);
}
