// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-hidden"
#include "config.h"

#include "pal-hidden.h"
#include "pal-reason-window.h"
#include "pal-row-types.h"

#include <glib/gi18n.h>

/* The outermost that is hidden: what is in it is hidden with it. */
typedef void (*HiddenFunc) (PalResponse *response, PalFormControl *control, PalNode *around,
                            gpointer user_data);

static void walk (PalResponse *response, PalFormControl *control, PalNode *around, HiddenFunc func,
                  gpointer user_data);

static void
walk_all (PalResponse *response, GPtrArray *controls, PalNode *around, HiddenFunc func,
          gpointer user_data)
{
  for (guint i = 0; i < controls->len; i++)
    walk (response, g_ptr_array_index (controls, i), around, func, user_data);
}

static void
walk (PalResponse *response, PalFormControl *control, PalNode *around, HiddenFunc func,
      gpointer user_data)
{
  control = pal_row_type_unwrap (control);
  if (!pal_response_is_control_relevant (response, control, around))
    func (response, control, around, user_data);
  else if (control->kind == PAL_CONTROL_GROUP)
    walk_all (response, control->children, around, func, user_data);
  else if (control->kind == PAL_CONTROL_REPEAT)
    {
      g_autoptr (GPtrArray) rows = pal_response_dup_rows (response, control->node, around);

      for (guint i = 0; i < rows->len; i++)
        walk_all (response, control->children, g_ptr_array_index (rows, i), func, user_data);
    }
}

static void
walk_page (PalResponse *response, PalOutlinePage *page, HiddenFunc func, gpointer user_data)
{
  for (guint i = 0; i < page->cards->len; i++)
    walk (response, ((PalOutlineCard *) g_ptr_array_index (page->cards, i))->control, NULL, func,
          user_data);
}

static guint
count_questions (PalFormControl *control)
{
  guint n = 0;

  if (control->kind != PAL_CONTROL_GROUP && control->kind != PAL_CONTROL_REPEAT)
    return pal_outline_is_note (control)
                   || (control->node != NULL && control->node->calculate != NULL)
               ? 0
               : 1;
  for (guint i = 0; i < control->children->len; i++)
    n += count_questions (g_ptr_array_index (control->children, i));

  return n;
}

static void
count_cb (PalResponse *response, PalFormControl *control, PalNode *around, gpointer user_data)
{
  *(guint *) user_data += count_questions (control);
}

guint
pal_hidden_count (PalResponse *response, PalOutlinePage *page)
{
  guint n = 0;

  walk_page (response, page, count_cb, &n);

  return n;
}

/* --- why ----------------------------------------------------------------------------------- */

/* Questions that one answer would bring are told together. */
typedef struct
{
  PalReason *reason; /* (owned) */
  GPtrArray *titles; /* (owned) (element-type utf8) */
} Together;

static void
together_free (gpointer data)
{
  Together *together = data;

  pal_reason_free (together->reason);
  g_ptr_array_unref (together->titles);
  g_free (together);
}

static char *
dup_title (PalResponse *response, PalFormControl *control, PalNode *around)
{
  char *title = pal_response_dup_text (response, control, around, PAL_TEXT_LABEL);

  if (title == NULL && control->parent != NULL && control->kind == PAL_CONTROL_REPEAT)
    title = pal_response_dup_text (response, control->parent, around, PAL_TEXT_LABEL);
  for (guint i = 0; title == NULL && i < control->children->len; i++)
    title = dup_title (response, g_ptr_array_index (control->children, i), around);

  return title;
}

static void
gather_cb (PalResponse *response, PalFormControl *control, PalNode *around, gpointer user_data)
{
  GPtrArray *all = user_data;
  Together *together = NULL;
  PalReason *reason = NULL;
  char *title = NULL;

  if (control->node == NULL || count_questions (control) == 0)
    return;

  reason = pal_reason_new_hidden (response, control, around);
  title = dup_title (response, control, around);
  if (reason == NULL || title == NULL)
    {
      g_clear_pointer (&reason, pal_reason_free);
      g_free (title);
      return;
    }

  for (guint i = 0; i < all->len && together == NULL; i++)
    if (pal_reason_is_same (((Together *) g_ptr_array_index (all, i))->reason, reason))
      together = g_ptr_array_index (all, i);
  if (together == NULL)
    {
      together = g_new0 (Together, 1);
      together->reason = reason;
      together->titles = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (all, together);
    }
  else
    pal_reason_free (reason);
  g_ptr_array_add (together->titles, title);
}

void
pal_hidden_present (GtkWidget *parent, PalQuestionContext *context, PalOutlinePage *page)
{
  PalResponse *response = pal_question_context_get_response (context);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (together_free);
  PalReasonWindow *window
      = pal_reason_window_new (parent, context, _ ("Questions that do not apply here"));

  walk_page (response, page, gather_cb, all);
  for (guint i = 0; i < all->len; i++)
    {
      Together *together = g_ptr_array_index (all, i);

      pal_reason_window_add_for (window, together->reason, together->titles);
    }
  gtk_window_present (GTK_WINDOW (window));
}
