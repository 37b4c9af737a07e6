// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The pledge of a State, with what the form and the consultations say about each commitment. */

static const struct
{
  const char *node;   /* of the form "pledge" */
  const char *choice; /* (nullable): of the question which commitments a consultation shows */
  const char *text;
} commitments[] = {
  { "engagement/consult", "consult",
    N_ ("To consult stakeholders when the answers to the questionnaires are prepared") },
  { "engagement/dialogue", "dialogue",
    N_ ("To take an open part in the constructive dialogues, and to help many to attend") },
  { "engagement/plenary", "plenary",
    N_ ("To engage with stakeholders in the plenary of the Conference of the Parties") },
  { "engagement/initiatives", "initiatives",
    N_ ("To join initiatives led by the United Nations Office on Drugs and Crime, such as "
        "pilots") },
  { "transparency/answers", NULL, N_ ("To publish the answers to the questionnaires") },
  { "transparency/exchange", NULL,
    N_ ("To publish the exchange with the reviewing States that follows") },
  { "transparency/documents", NULL, N_ ("To publish further documents of the review") },
};

static const char *
get (GHashTable *pledge, const char *node, const char *leaf)
{
  g_autofree char *path = g_strconcat ("/pledge/paper/", node, leaf != NULL ? "/" : "", leaf, NULL);

  return g_hash_table_lookup (pledge, path);
}

/* Consultations that say of themselves that they show it; those for few are not named. */
static void
append_consultations (PalLetterWriting *self, GString *evidence, GHashTable *shown,
                      const char *choice)
{
  GPtrArray *consultations = pal_consultations_list (self->consultations);

  for (guint i = 0; choice != NULL && i < consultations->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (consultations, i);
      const char *chosen = g_hash_table_lookup (shown, consultation->id);
      g_auto (GStrv) list = g_strsplit (chosen != NULL ? chosen : "", " ", -1);
      g_autofree char *date = pal_letter_dup_date (self, consultation->date);

      if (!g_strv_contains ((const char *const *) list, choice) || consultation->title == NULL)
        continue;
      if (g_strcmp0 (consultation->sensitivity, "restricted") == 0)
        {
          pal_letter_warn (self, PAL_LETTER_WARNING_KEPT, 1, NULL);
          continue;
        }
      g_string_append_printf (evidence, "%s%s%s%s", evidence->len > 0 ? "\n" : "",
                              consultation->title, date != NULL ? ", " : "",
                              date != NULL ? date : "");
    }
}

static char *
dup_evidence (PalLetterWriting *self, GHashTable *pledge, GHashTable *shown, guint i)
{
  static const char *const leaves[] = { "evidence", "link" };
  GString *evidence = g_string_new (NULL);

  for (guint leaf = 0; leaf < G_N_ELEMENTS (leaves); leaf++)
    {
      const char *text = get (pledge, commitments[i].node, leaves[leaf]);

      if (text != NULL)
        g_string_append_printf (evidence, "%s%s", evidence->len > 0 ? "\n" : "", text);
    }
  append_consultations (self, evidence, shown, commitments[i].choice);
  if (evidence->len == 0)
    g_string_append (evidence, pal_letter_get_words (self, N_ ("Nothing yet")));

  return g_string_free (evidence, FALSE);
}

static const char *
get_given (PalLetterWriting *self, const char *given)
{
  if (g_strcmp0 (given, "yes") == 0)
    return pal_letter_get_words (self, N_ ("Given"));
  if (g_strcmp0 (given, "no") == 0)
    return pal_letter_get_words (self, N_ ("Not given"));

  return pal_letter_get_words (self, N_ ("Not answered"));
}

static void
add_commitments (PalLetterWriting *self, GHashTable *pledge, GHashTable *shown)
{
  const guint share[] = { 9, 4, 10, 0 };
  const char *head[] = { pal_letter_get_words (self, N_ ("Commitment")),
                         pal_letter_get_words (self, N_ ("Pledge")),
                         pal_letter_get_words (self, N_ ("What shows that it is kept")), NULL };

  pal_paper_add_table (self->paper, share, head);
  for (guint i = 0; i < G_N_ELEMENTS (commitments); i++)
    {
      g_autofree char *evidence = dup_evidence (self, pledge, shown, i);
      const char *given = get (pledge, commitments[i].node, "given");
      const char *cells[] = { pal_letter_get_words (self, commitments[i].text),
                              get_given (self, given), evidence, NULL };

      if (given == NULL)
        pal_letter_warn (self, PAL_LETTER_WARNING_BLANK, 1, NULL);
      pal_paper_add_row (self->paper, cells);
    }
}

gboolean
pal_letter_fill_pledge (PalLetterWriting *self, GError **error)
{
  g_autoptr (GHashTable) pledge
      = pal_letter_read_record (self, "pledge", self->order->record, error);
  g_autoptr (GHashTable) shown = NULL;
  g_autofree char *date = NULL;
  const char *state;

  if (pledge == NULL || pal_letter_get_consultations (self, error) == NULL)
    return FALSE;
  shown = pal_letter_read_answers (self, "consultation", "/consultation/record/outcome/pledge",
                                   error);
  if (shown == NULL)
    return FALSE;
  state = get (pledge, "head/state", NULL);
  if (state == NULL)
    state = pal_letter_get_general (self, "/general/state/name");
  date = pal_letter_dup_date (self, get (pledge, "head/date", NULL));
  pal_letter_begin (self, N_ ("Engagement and transparency pledge"));
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  pal_letter_add_fact (self, N_ ("State"), pal_letter_or_gap (self, state));
  pal_letter_add_fact (self, N_ ("Office"), get (pledge, "head/office", NULL));
  pal_letter_add_fact (self, N_ ("Day"), date);
  pal_letter_add_fact (self, N_ ("Holds for"), get (pledge, "head/until", NULL));
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("The State gives this pledge to civil society of its own free will. It is no "
                      "duty under the Convention and no part of the review."));
  add_commitments (self, pledge, shown);
  if (get (pledge, "result/reservations", NULL) != NULL)
    {
      pal_letter_add_heading (self, 1, N_ ("Additions and exceptions"));
      pal_paper_add (self->paper, PAL_PAPER_TEXT, get (pledge, "result/reservations", NULL));
    }
  pal_letter_add (self, PAL_PAPER_BLANK, N_ ("Name, function and signature"));

  return TRUE;
}
