// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-questions"
#include "config.h"

#include "pal-questions.h"

static void
collect_all (PalResponse *response, GPtrArray *controls, PalNode *around, GPtrArray *questions);

static void
collect_rows (PalResponse *response, PalFormControl *control, PalNode *around, GPtrArray *questions)
{
  g_autoptr (GPtrArray) rows = pal_response_dup_rows (response, control->node, around);

  for (guint i = 0; i < rows->len; i++)
    {
      PalNode *row = g_ptr_array_index (rows, i);

      if (pal_response_get_state (response, row)->relevant)
        collect_all (response, control->children, row, questions);
    }
}

static void
collect (PalResponse *response, PalFormControl *control, PalNode *around, GPtrArray *questions)
{
  PalNode *node = NULL;
  const PalNodeState *state = NULL;

  if (!pal_response_is_control_relevant (response, control, around))
    return;

  if (control->kind == PAL_CONTROL_GROUP)
    collect_all (response, control->children, around, questions);
  else if (control->kind == PAL_CONTROL_REPEAT)
    collect_rows (response, control, around, questions);
  else if (control->node != NULL && !pal_outline_is_note (control))
    {
      node = pal_response_find_definition (response, control->node, around);
      state = node != NULL ? pal_response_get_state (response, node) : NULL;
      if (state != NULL && state->relevant && !state->readonly)
        g_ptr_array_add (questions, node);
    }
}

static void
collect_all (PalResponse *response, GPtrArray *controls, PalNode *around, GPtrArray *questions)
{
  for (guint i = 0; i < controls->len; i++)
    collect (response, g_ptr_array_index (controls, i), around, questions);
}

GPtrArray *
pal_questions_of_page (PalResponse *response, PalOutlinePage *page)
{
  GPtrArray *questions = g_ptr_array_new ();

  for (guint i = 0; i < page->cards->len; i++)
    collect (response, ((PalOutlineCard *) g_ptr_array_index (page->cards, i))->control, NULL,
             questions);

  return questions;
}

static PalNode *
find_empty (PalResponse *response, GPtrArray *questions, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    if (*pal_response_get_value (response, g_ptr_array_index (questions, i)) == '\0')
      return g_ptr_array_index (questions, i);

  return NULL;
}

/**
 * pal_questions_find_unanswered:
 * @current: (nullable): a question on @page: where one is
 * @page: (inout): where to begin; where the question stands
 *
 * Returns: (nullable) (transfer none): the question
 */
PalNode *
pal_questions_find_unanswered (PalResponse *response, PalOutline *outline, PalNode *current,
                               PalOutlinePage **page)
{
  GPtrArray *pages = pal_outline_get_pages (outline);
  guint start = *page != NULL ? (*page)->index : 0;
  guint first = 0;

  /* The last round looks at the first page once more, before the place where one is. */
  for (guint i = 0; i <= pages->len; i++)
    {
      PalOutlinePage *candidate = g_ptr_array_index (pages, (start + i) % pages->len);
      g_autoptr (GPtrArray) questions = pal_questions_of_page (response, candidate);
      PalNode *found = NULL;
      guint place;

      if (i == 0 && current != NULL && g_ptr_array_find (questions, current, &place))
        first = place + 1;
      found = find_empty (response, questions, i == 0 ? first : 0,
                          i == pages->len ? MIN (first, questions->len) : questions->len);
      if (found != NULL)
        {
          *page = candidate;
          return found;
        }
    }

  return NULL;
}
