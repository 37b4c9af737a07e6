// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-participation"
#include "config.h"

#include "pal-participation.h"

#include "pal-folded.h"

#include <string.h>

static gboolean
is_same (const char *folded, const char *name)
{
  g_autofree char *other = name != NULL ? pal_folded_dup (name) : NULL;

  return other != NULL && strcmp (folded, other) == 0;
}

/* Whoever wants to stay unknown is nobody's history. */
static gboolean
took_part (const PalConsultation *consultation, const char *folded)
{
  for (guint i = 0; i < consultation->participants->len; i++)
    {
      const PalParticipant *participant = g_ptr_array_index (consultation->participants, i);

      if (g_strcmp0 (participant->anonymity, "anonymous") != 0
          && is_same (folded, participant->organization))
        return TRUE;
    }

  return FALSE;
}

static void
count_points (const PalConsultation *consultation, const char *folded,
              PalParticipation *participation)
{
  for (guint i = 0; i < consultation->points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (consultation->points, i);

      if (!point->is_named || !is_same (folded, point->source))
        continue;
      participation->n_points++;
      participation->n_told += point->feedback == PAL_FEEDBACK_SENT;
    }
}

static const char *
find_name (PalConsultations *self, const char *card)
{
  GPtrArray *cards = pal_consultations_list_stakeholders (self);

  for (guint i = 0; i < cards->len; i++)
    {
      const PalStakeholder *stakeholder = g_ptr_array_index (cards, i);

      if (strcmp (stakeholder->id, card) == 0)
        return stakeholder->name;
    }

  return NULL;
}

/**
 * pal_consultations_list_participations:
 * @self: what was gathered
 * @card: id of a stakeholder's card
 *
 * Finds the consultations by the name on the card, as names are compared without case, marks and
 * punctuation.
 *
 * Returns: (transfer full) (nullable) (element-type PalParticipation): the newest first; good until
 *   @self changes; %NULL when there is no such card, or it has no name
 */
GPtrArray *
pal_consultations_list_participations (PalConsultations *self, const char *card)
{
  const char *name;
  g_autofree char *folded = NULL;
  GPtrArray *consultations;
  GPtrArray *list;

  g_return_val_if_fail (self != NULL && card != NULL, NULL);

  name = find_name (self, card);
  folded = name != NULL ? pal_folded_dup (name) : NULL;
  if (folded == NULL || *folded == '\0')
    return NULL;

  list = g_ptr_array_new_with_free_func (g_free);
  consultations = pal_consultations_list (self);
  for (guint i = 0; i < consultations->len; i++)
    {
      PalParticipation participation = { .consultation = g_ptr_array_index (consultations, i) };

      participation.took_part = took_part (participation.consultation, folded);
      count_points (participation.consultation, folded, &participation);
      if (participation.took_part || participation.n_points > 0)
        g_ptr_array_add (list, g_memdup2 (&participation, sizeof participation));
    }

  return list;
}
