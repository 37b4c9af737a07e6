// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper-subjects"
#include "config.h"

#include "pal-paper-subjects.h"

#include "pal-coverage.h"

#include <glib/gi18n.h>
#include <string.h>

PalPaperSubject *
pal_paper_subject_new (const char *record, const char *point)
{
  PalPaperSubject *subject = g_new0 (PalPaperSubject, 1);

  subject->record = g_strdup (record);
  subject->point = g_strdup (point);

  return subject;
}

void
pal_paper_subject_free (PalPaperSubject *subject)
{
  if (subject == NULL)
    return;

  g_free (subject->record);
  g_free (subject->point);
  g_free (subject);
}

GPtrArray *
pal_paper_subjects_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) pal_paper_subject_free);
}

/* --- what is on offer */

static void
add_subject (GPtrArray *subjects, GtkStringList *names, const char *name, const char *record,
             const char *point)
{
  g_ptr_array_add (subjects, pal_paper_subject_new (record, point));
  gtk_string_list_append (names, name != NULL ? name : _ ("Consultation without a name"));
}

void
pal_paper_subjects_add_consultations (GPtrArray *subjects, GtkStringList *names,
                                      PalConsultations *consultations)
{
  GPtrArray *list = pal_consultations_list (consultations);

  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      add_subject (subjects, names, consultation->title, consultation->id, NULL);
    }
}

/* One letter for all points of somebody who is named, one for each of the others. */
void
pal_paper_subjects_add_owed (GPtrArray *subjects, GtkStringList *names,
                             PalConsultations *consultations)
{
  g_autoptr (GPtrArray) owed = pal_feedback_list_owed (consultations);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < owed->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (owed, i);
      gboolean is_named = point->is_named && point->source != NULL && *point->source != '\0';

      if (point->decision == PAL_DECISION_OPEN || point->text == NULL
          || (is_named && !g_hash_table_add (seen, point->source)))
        continue;
      add_subject (subjects, names, is_named ? point->source : point->text, point->consultation->id,
                   point->row);
    }
}

static const char *
find_card_name (PalConsultations *consultations, const char *record)
{
  GPtrArray *cards = pal_consultations_list_stakeholders (consultations);

  for (guint i = 0; i < cards->len; i++)
    if (strcmp (((PalStakeholder *) g_ptr_array_index (cards, i))->id, record) == 0)
      return ((PalStakeholder *) g_ptr_array_index (cards, i))->name;

  return NULL;
}

static gboolean
is_wanted (const PalPaperSubject *wanted, const char *name, const PalRaisedPoint *point)
{
  if (name != NULL)
    return point->is_named && g_strcmp0 (point->source, name) == 0;

  return strcmp (point->consultation->id, wanted->record) == 0
         && (wanted->point == NULL || g_strcmp0 (point->row, wanted->point) == 0);
}

static gboolean
is_on_offer (GPtrArray *subjects, const PalRaisedPoint *point)
{
  for (guint i = 0; i < subjects->len; i++)
    {
      const PalPaperSubject *subject = g_ptr_array_index (subjects, i);

      if (strcmp (subject->record, point->consultation->id) == 0
          && g_strcmp0 (subject->point, point->row) == 0)
        return TRUE;
    }

  return FALSE;
}

/* (nullable): the point by which the letter that was asked for is found: before all else one that
 * is on offer, then one of the same source. */
static PalRaisedPoint *
find_wanted (GPtrArray *subjects, PalConsultations *consultations, const PalPaperSubject *wanted)
{
  const char *name = find_card_name (consultations, wanted->record);
  GPtrArray *points = pal_consultations_list_points (consultations);
  PalRaisedPoint *first = NULL;

  for (guint i = 0; i < points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (points, i);

      if (point->text == NULL || !is_wanted (wanted, name, point))
        continue;
      if (is_on_offer (subjects, point))
        return point;
      if (first == NULL)
        first = point;
    }

  return first;
}

/* What somebody asked for is on offer, even if nothing is owed there any more. */
void
pal_paper_subjects_add_wanted (GPtrArray *subjects, GtkStringList *names,
                               PalConsultations *consultations, PalPaperSubject *wanted)
{
  PalRaisedPoint *point = find_wanted (subjects, consultations, wanted);
  gboolean is_named
      = point != NULL && point->is_named && point->source != NULL && *point->source != '\0';

  if (point == NULL)
    {
      add_subject (subjects, names, find_card_name (consultations, wanted->record), wanted->record,
                   NULL);
      g_clear_pointer (&wanted->point, g_free);
      return;
    }
  g_free (wanted->record);
  g_free (wanted->point);
  wanted->record = g_strdup (point->consultation->id);
  wanted->point = g_strdup (point->row);
  /* All points of somebody who is named are one letter, whichever of them it was found by. */
  for (guint i = 0; is_named && i < subjects->len; i++)
    {
      const PalPaperSubject *subject = g_ptr_array_index (subjects, i);

      if (strcmp (gtk_string_list_get_string (names, i), point->source) != 0)
        continue;
      g_free (wanted->record);
      g_free (wanted->point);
      wanted->record = g_strdup (subject->record);
      wanted->point = g_strdup (subject->point);
      return;
    }
  if (!is_on_offer (subjects, point))
    add_subject (subjects, names, is_named ? point->source : point->text, point->consultation->id,
                 point->row);
}

/* Its place among those that are on offer now; else the first. */
guint
pal_paper_subjects_find (GPtrArray *subjects, const PalPaperSubject *wanted)
{
  for (guint i = 0; wanted != NULL && i < subjects->len; i++)
    {
      const PalPaperSubject *subject = g_ptr_array_index (subjects, i);

      if (strcmp (subject->record, wanted->record) == 0
          && g_strcmp0 (subject->point, wanted->point) == 0)
        return i;
    }

  return 0;
}
