// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance"
#include "config.h"

#include "pal-clearance-private.h"

#include "pal-point-places.h"

/* Whoever spoke is owed an answer: a decision, and a reason where the point was not fully taken up.
 */
static gboolean
is_considered (const PalRaisedPoint *point)
{
  switch (point->decision)
    {
    case PAL_DECISION_TAKEN:
      return TRUE;
    case PAL_DECISION_PARTLY:
    case PAL_DECISION_NOT:
    case PAL_DECISION_OUTSIDE:
      return point->why != NULL;
    case PAL_DECISION_OPEN:
    case PAL_N_DECISIONS:
      break;
    }

  return FALSE;
}

/**
 * pal_clearance_find_unconsidered:
 * @consultations: what was heard
 * @questionnaire: a questionnaire
 * @func: called with the node of each question, or of the page, about which something was said that
 *   nobody has considered yet; a point may come several times
 * @user_data: for @func
 *
 * How a point was considered is asked for only when the pages are cleared that it is about.
 */
void
pal_clearance_find_unconsidered (PalConsultations *consultations, PalQuestionnaire *questionnaire,
                                 PalUnconsideredFunc func, gpointer user_data)
{
  GPtrArray *pages = pal_outline_get_pages (questionnaire->outline);

  for (guint i = 0; i < pages->len; i++)
    {
      PalOutlinePage *page = g_ptr_array_index (pages, i);
      const char *path = pal_questionnaire_get_page_path (questionnaire->form, page);
      g_autoptr (GPtrArray) places
          = pal_point_places_find (consultations, questionnaire->record, page);

      for (guint j = 0; j < places->len; j++)
        {
          const PalPointPlace *place = g_ptr_array_index (places, j);
          const PalFormNode *node = place->card != NULL ? place->card->control->node : NULL;

          if (!is_considered (place->point))
            func (path, node != NULL ? node->path : path, place->point, user_data);
        }
    }
}
