// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The three levels of a pilot initiative, each of which holds the one before: what the records show
 * of it, and what is missing. What no record can show is for a person to judge. */

typedef struct
{
  guint n_meetings; /* with organizations, academia and the private sector together */
  guint n_held;
  gboolean has_groups[3]; /* organizations, academia, private sector */
  guint n_recommendations;
  guint n_task_forces;
  guint n_force_meetings;
  gboolean met_twice; /* a standing group, within twelve months */
  guint n_listed;
  guint n_used; /* points that were taken up, wholly or partly */
  guint n_points;
  guint n_plenary;
} Findings;

static guint
find_group (const char *type)
{
  static const char *const organizations[]
      = { "ngo", "coalition", "community", "faith", "union", "movement", "victims", NULL };

  if (type == NULL)
    return 3;
  if (strcmp (type, "academia") == 0)
    return 1;
  if (strcmp (type, "private") == 0)
    return 2;

  return g_strv_contains (organizations, type) ? 0 : 3;
}

static void
look_at_consultation (Findings *findings, const PalConsultation *consultation)
{
  gboolean groups[4] = { FALSE };

  for (guint i = 0; i < consultation->participants->len; i++)
    groups[find_group (((PalParticipant *) consultation->participants->pdata[i])->type)] = TRUE;
  for (guint i = 0; i < consultation->points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (consultation->points, i);

      groups[find_group (point->type)] = TRUE;
      findings->n_points += point->text != NULL;
      findings->n_used
          += point->decision == PAL_DECISION_TAKEN || point->decision == PAL_DECISION_PARTLY;
    }
  for (guint i = 0; i < G_N_ELEMENTS (findings->has_groups); i++)
    findings->has_groups[i] = findings->has_groups[i] || groups[i];
  findings->n_held++;
  findings->n_meetings += groups[0] && groups[1] && groups[2];
}

static gint
count_days (const char *date)
{
  g_autofree char *full = date != NULL ? g_strconcat (date, "T00:00:00Z", NULL) : NULL;
  g_autoptr (GDateTime) day = full != NULL ? g_date_time_new_from_iso8601 (full, NULL) : NULL;

  return day != NULL ? (gint) (g_date_time_to_unix (day) / 86400) : -1;
}

static gint
compare_days (gconstpointer one, gconstpointer other)
{
  return *(const gint *) one - *(const gint *) other;
}

static void
look_at_forces (Findings *findings, GPtrArray *consultations)
{
  g_autoptr (GArray) days = g_array_new (FALSE, FALSE, sizeof (gint));

  for (guint i = 0; i < consultations->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (consultations, i);
      gint day = count_days (consultation->date);

      if (g_strcmp0 (consultation->stage, "held") != 0
          || g_strcmp0 (consultation->method, "task_force") != 0)
        continue;
      findings->n_force_meetings++;
      if (day >= 0)
        g_array_append_val (days, day);
    }
  g_array_sort (days, compare_days);
  for (guint i = 1; i < days->len; i++)
    findings->met_twice
        = findings->met_twice
          || g_array_index (days, gint, i) - g_array_index (days, gint, i - 1) <= 366;
}

static gboolean
find (PalLetterWriting *self, Findings *findings, GError **error)
{
  PalConsultations *consultations = pal_letter_get_consultations (self, error);
  g_autoptr (GHashTable) recommendations = NULL;
  g_autoptr (GHashTable) forces = NULL;
  g_autoptr (GHashTable) pledges = NULL;
  GHashTableIter iter;
  gpointer value;
  GPtrArray *list;

  if (consultations == NULL)
    return FALSE;
  recommendations = pal_letter_read_answers (self, "consultation",
                                             "/consultation/record/outcome/recommendations", error);
  forces = recommendations != NULL ? pal_letter_read_answers (
               self, "consultation", "/consultation/record/outcome/task_forces", error)
                                   : NULL;
  pledges = forces != NULL ? pal_letter_read_answers (self, "consultation",
                                                      "/consultation/record/outcome/pledge", error)
                           : NULL;
  if (pledges == NULL)
    return FALSE;
  findings->n_recommendations = g_hash_table_size (recommendations);
  findings->n_task_forces = g_hash_table_size (forces);
  g_hash_table_iter_init (&iter, pledges);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    findings->n_plenary += strstr (value, "plenary") != NULL;
  list = pal_consultations_list (consultations);
  for (guint i = 0; i < list->len; i++)
    if (g_strcmp0 (((PalConsultation *) list->pdata[i])->stage, "held") == 0)
      look_at_consultation (findings, list->pdata[i]);
  look_at_forces (findings, list);
  list = pal_consultations_list_stakeholders (consultations);
  for (guint i = 0; i < list->len; i++)
    findings->n_listed += g_strcmp0 (((PalStakeholder *) list->pdata[i])->listing, "yes") == 0;

  return TRUE;
}

/* --- the table */

/* missing: (nullable): what a person should see to; n: how many records show it. */
static void
add_element (PalLetterWriting *self, const char *element, guint n, gboolean is_there,
             const char *missing)
{
  g_autofree char *count
      = n > 0 ? pal_letter_dup_words (self, N_ ("Records that show it: %u"), n) : NULL;
  const char *cells[] = { pal_letter_get_words (self, element),
                          is_there ? pal_letter_get_words (self, N_ ("There"))
                                   : pal_letter_get_words (self, N_ ("Missing")),
                          is_there ? count : pal_letter_get_words (self, missing), NULL };

  pal_paper_add_row (self->paper, cells);
}

static void
add_unknown (PalLetterWriting *self, const char *element)
{
  const char *cells[] = { pal_letter_get_words (self, element),
                          pal_letter_get_words (self, N_ ("Not in the records")),
                          pal_letter_get_words (self, N_ ("To be judged by a person.")), NULL };

  pal_paper_add_row (self->paper, cells);
}

static void
begin_level (PalLetterWriting *self, const char *heading)
{
  const guint share[] = { 9, 4, 9, 0 };
  const char *head[] = { pal_letter_get_words (self, N_ ("Element")),
                         pal_letter_get_words (self, N_ ("In the records")),
                         pal_letter_get_words (self, N_ ("What is missing")), NULL };

  pal_paper_add_heading (self->paper, 1, pal_letter_get_words (self, heading));
  pal_paper_add_table (self->paper, share, head);
}

static const char *
get_missing_group (const Findings *findings)
{
  if (!findings->has_groups[0])
    return N_ ("No organization has taken part yet.");
  if (!findings->has_groups[1])
    return N_ ("Nobody from academia has taken part yet.");
  if (!findings->has_groups[2])
    return N_ ("Nobody from the private sector has taken part yet.");

  return N_ ("All of them have taken part, but never in one meeting.");
}

static void
add_level_a (PalLetterWriting *self, const Findings *findings)
{
  begin_level (self, N_ ("Level A: a space for constructive exchange"));
  add_element (self,
               N_ ("A meeting of experts with organizations, academia and the private sector"),
               findings->n_meetings, findings->n_meetings > 0, get_missing_group (findings));
  add_unknown (self, N_ ("Agreement on national priorities, few and specific"));
  add_element (self, N_ ("Informal task forces by topic"),
               MAX (findings->n_task_forces, findings->n_force_meetings),
               findings->n_task_forces + findings->n_force_meetings > 0,
               N_ ("No record tells of a task force."));
  add_element (self, N_ ("Joint recommendations"), findings->n_recommendations,
               findings->n_recommendations > 0,
               N_ ("No record holds a recommendation that was agreed together."));
  add_element (self, N_ ("Organizations in a public directory, if they agree"), findings->n_listed,
               findings->n_listed > 0, N_ ("No stakeholder has agreed to be listed."));
}

static void
add_level_b (PalLetterWriting *self, const Findings *findings)
{
  begin_level (self, N_ ("Level B: consultation that includes"));
  add_element (self, N_ ("Task forces are consulted before the questionnaire is completed"),
               findings->n_force_meetings, findings->n_force_meetings > 0,
               N_ ("No consultation was held with a task force."));
  add_element (self, N_ ("Contributions go into the review"), findings->n_used,
               findings->n_used > 0,
               findings->n_points > 0 ? N_ ("No point was taken up yet.")
                                      : N_ ("No point was written down yet."));
}

static void
add_level_c (PalLetterWriting *self, const Findings *findings)
{
  begin_level (self, N_ ("Level C: a formal body"));
  add_element (self, N_ ("A body of many stakeholders that meets at least twice a year"),
               findings->n_force_meetings, findings->met_twice,
               N_ ("No two meetings of a standing body within twelve months."));
  add_unknown (self, N_ ("Civil society takes part in the review as observer or expert"));
  add_element (self, N_ ("Stakeholders in the plenary of the Conference of the Parties"),
               findings->n_plenary, findings->n_plenary > 0,
               N_ ("No consultation shows this commitment."));
  add_unknown (self, N_ ("Projects at national level"));
}

gboolean
pal_letter_fill_pilot (PalLetterWriting *self, GError **error)
{
  g_autofree char *date = pal_letter_dup_date (self, self->today);
  Findings findings = { 0 };

  if (!find (self, &findings, error))
    return FALSE;
  pal_letter_begin (self, N_ ("Options of a pilot initiative"));
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  pal_letter_add_fact (
      self, N_ ("State"),
      pal_letter_or_gap (self, pal_letter_get_general (self, "/general/state/name")));
  pal_letter_add_fact (self, N_ ("Day"), date);
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("A pilot initiative is voluntary, and the State decides its focus together "
                      "with the United Nations Office on Drugs and Crime. Each level holds the one "
                      "before it."));
  add_level_a (self, &findings);
  add_level_b (self, &findings);
  add_level_c (self, &findings);

  return TRUE;
}
