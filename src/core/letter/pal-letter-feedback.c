// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Tells one contributor what became of each of the points that they made. */

static gboolean
is_named (const PalRaisedPoint *point)
{
  return point->is_named && point->source != NULL && *point->source != '\0';
}

/* Whoever stays unnamed is told about one point in one letter: two of them cannot be known to be of
 * one person. */
static gboolean
is_of_same_source (const PalRaisedPoint *point, const PalRaisedPoint *other)
{
  if (point == other)
    return TRUE;

  return is_named (point) && is_named (other) && strcmp (point->source, other->source) == 0;
}

static gboolean
is_wanted (PalLetterWriting *self, const PalRaisedPoint *point)
{
  const PalLetterOrder *order = self->order;

  if (point->text == NULL)
    return FALSE;
  if (order->record != NULL && strcmp (point->consultation->id, order->record) != 0)
    return FALSE;

  return order->point == NULL || strcmp (point->row, order->point) == 0;
}

/* The point by which the letter is found: one that is owed an answer goes before. */
static PalRaisedPoint *
find_first (PalLetterWriting *self, GPtrArray *points)
{
  PalRaisedPoint *first = NULL;

  for (guint i = 0; i < points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (points, i);

      if (!is_wanted (self, point))
        continue;
      if (point->feedback == PAL_FEEDBACK_OWED && point->decision != PAL_DECISION_OPEN)
        return point;
      if (first == NULL)
        first = point;
    }

  return first;
}

static GPtrArray *
list_points (PalLetterWriting *self, GError **error)
{
  PalConsultations *consultations = pal_letter_get_consultations (self, error);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  PalRaisedPoint *first;
  GPtrArray *points;

  if (consultations == NULL)
    return NULL;
  points = pal_consultations_list_points (consultations);
  first = find_first (self, points);
  for (guint i = 0; first != NULL && i < points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (points, i);

      if (point->text != NULL && is_of_same_source (point, first))
        g_ptr_array_add (chosen, point);
    }
  if (chosen->len == 0)
    {
      g_set_error_literal (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_EMPTY, "no point to tell about");
      return NULL;
    }

  return g_steal_pointer (&chosen);
}

static void
note_told (PalLetterWriting *self, const PalRaisedPoint *point)
{
  PalLetterTold *told = g_new0 (PalLetterTold, 1);

  told->record = g_strdup (point->consultation->id);
  told->point = g_strdup (point->row);
  g_ptr_array_add (self->told, told);
}

static void
add_change (PalLetterWriting *self, const PalLetterChange *change)
{
  /* TRANSLATORS: in a letter; %s is a question */
  pal_letter_add (self, PAL_PAPER_TEXT, N_ ("It belongs to this question: %s"),
                  change->label != NULL ? change->label : PAL_LETTER_GAP);
  if (!change->has_change)
    return;
  pal_letter_add (self, PAL_PAPER_LINES, N_ ("The answer before:"));
  pal_paper_add (self->paper, PAL_PAPER_QUOTE,
                 change->before != NULL ? change->before
                                        : pal_letter_get_words (self, N_ ("There was none.")));
  pal_letter_add (self, PAL_PAPER_LINES, N_ ("The answer after it:"));
  pal_paper_add (self->paper, PAL_PAPER_QUOTE,
                 change->after != NULL ? change->after
                                       : pal_letter_get_words (self, N_ ("There is none.")));
}

static void
add_point (PalLetterWriting *self, const PalRaisedPoint *point, guint number, GPtrArray *changes)
{
  g_autofree char *date = pal_letter_dup_date (self, point->consultation->date);
  g_autofree char *decided = pal_letter_dup_date (self, point->decided_on);

  pal_letter_add_heading (self, 1, N_ ("Point %u"), number);
  pal_letter_add_fact (self, N_ ("Consultation"), point->consultation->title);
  pal_letter_add_fact (self, N_ ("Day"), date);
  pal_paper_add (self->paper, PAL_PAPER_QUOTE, point->text);
  pal_letter_add_fact (self, N_ ("How it was considered"),
                       pal_letter_get_decision (self, point->decision));
  if (point->decision == PAL_DECISION_OPEN)
    {
      pal_letter_warn (self, PAL_LETTER_WARNING_UNDECIDED, 1, NULL);
      pal_letter_add (self, PAL_PAPER_TEXT, N_ ("You will be told once it is decided."));
      return;
    }
  pal_letter_add_fact (self, N_ ("By"), point->decided_by);
  pal_letter_add_fact (self, N_ ("Decided on"), decided);
  pal_letter_add_fact (self, N_ ("Why"), point->why);
  pal_letter_add_fact (self, N_ ("What changed"), point->answer_changed);
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    add_change (self, g_ptr_array_index (changes, i));
  if (point->is_restricted)
    pal_letter_warn (self, PAL_LETTER_WARNING_RESTRICTED, 1, NULL);
  if (point->feedback == PAL_FEEDBACK_OWED)
    note_told (self, point);
}

static void
add_head (PalLetterWriting *self, const PalRaisedPoint *first)
{
  g_autofree char *date = pal_letter_dup_date (self, self->today);
  g_autofree char *type = pal_letter_dup_type (self, first->type);
  const char *office = pal_letter_get_general (self, "/general/people/focal_office");

  pal_paper_add (self->paper, PAL_PAPER_LINES, pal_letter_or_gap (self, office));
  pal_paper_add (self->paper, PAL_PAPER_TEXT, date);
  if (is_named (first))
    pal_letter_add (self, PAL_PAPER_TEXT, N_ ("To: %s"), first->source);
  else
    {
      pal_letter_warn (self, PAL_LETTER_WARNING_UNNAMED, 1, NULL);
      pal_letter_add (self, PAL_PAPER_TEXT, N_ ("To the contributor of the point below"));
      pal_letter_add_fact (self, N_ ("Type of stakeholder"), type);
    }
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  pal_letter_add (
      self, PAL_PAPER_TEXT,
      N_ ("Thank you for what you told us. This letter says how each of your points was "
          "considered when the answers to the questionnaire were prepared, and why."));
}

gboolean
pal_letter_fill_feedback (PalLetterWriting *self, GError **error)
{
  g_autoptr (GPtrArray) points = list_points (self, error);
  g_autoptr (GHashTable) changes
      = points != NULL ? pal_letter_find_changes (self, points, error) : NULL;

  if (changes == NULL)
    return FALSE;
  pal_letter_begin (self, N_ ("What became of your contribution"));
  add_head (self, g_ptr_array_index (points, 0));
  for (guint i = 0; i < points->len; i++)
    add_point (self, points->pdata[i], i + 1, g_hash_table_lookup (changes, points->pdata[i]));
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("If a point was not understood as you meant it, or if you no longer agree to "
                      "its use, please tell us."));
  pal_letter_add_closing (self);

  return TRUE;
}
