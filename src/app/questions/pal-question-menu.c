// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-menu"
#include "config.h"

#include "pal-question-menu.h"

#include "pal-history-window.h"
#include "pal-question-marks.h"
#include "pal-redaction-window.h"

#include <glib/gi18n.h>

static void
explain_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_question_row_explain (PAL_QUESTION_ROW (widget));
}

gboolean
pal_question_menu_has_history (PalQuestionRow *row)
{
  PalFormNode *definition
      = pal_question_row_get_node (row) != NULL ? pal_question_row_get_control (row)->node : NULL;

  return definition != NULL && definition->children->len == 0 && definition->calculate == NULL;
}

static gboolean
history_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  /* The card around it may have one. */
  if (!pal_question_menu_has_history (PAL_QUESTION_ROW (widget)))
    return FALSE;
  gtk_window_present (GTK_WINDOW (pal_history_window_new (PAL_QUESTION_ROW (widget))));

  return TRUE;
}

static void
history_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  history_key_cb (widget, NULL, NULL);
}

static gboolean
comment_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  /* The card around it may be commented. */
  if (!pal_question_menu_has_history (PAL_QUESTION_ROW (widget)))
    return FALSE;
  pal_question_marks_ask_comments (PAL_QUESTION_ROW (widget));

  return TRUE;
}

static void
comment_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  comment_key_cb (widget, NULL, NULL);
}

const char *
pal_question_menu_get_why (PalQuestionRow *row)
{
  PalNode *node = pal_question_row_get_node (row);
  PalFormNode *definition = pal_question_row_get_control (row)->node;
  const PalNodeState *state = NULL;

  if (node != NULL)
    state = pal_response_get_state (pal_question_row_get_response (row), node);
  if (state != NULL && state->violation == PAL_VIOLATION_CONSTRAINT
      && pal_question_row_is_revealed (row))
    return _ ("What is wrong here?");
  if (state != NULL && definition != NULL && definition->calculate != NULL)
    return _ ("Where does this come from?");
  if (state != NULL && state->violation == PAL_VIOLATION_REQUIRED)
    return _ ("Why must this be answered?");

  return _ ("Why is this shown?");
}

static void
redact_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (pal_redaction_may (PAL_QUESTION_ROW (widget)))
    gtk_window_present (GTK_WINDOW (pal_redaction_window_new (PAL_QUESTION_ROW (widget))));
}

static void
drop_popover_cb (gpointer popover)
{
  gtk_widget_unparent (popover);
  g_object_unref (popover);
}

/* An item that was chosen is activated after this; the question itself may be gone by then. */
static void
popover_closed_cb (GtkWidget *popover)
{
  g_idle_add_once (drop_popover_cb, g_object_ref (popover));
}

static void
show_menu (PalQuestionRow *row, double x, double y)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *popover = NULL;
  const GdkRectangle place = { (int) x, (int) y, 1, 1 };

  g_menu_append (menu, pal_question_menu_get_why (row), "question.explain");
  if (pal_question_menu_has_history (row))
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ ("History"), "question.history");

      g_menu_item_set_attribute (item, "accel", "s", "<Control>h");
      g_menu_append_item (menu, item);
      g_clear_object (&item);
      item = g_menu_item_new (_ ("Comments"), "question.comment");
      g_menu_item_set_attribute (item, "accel", "s", "<Control>m");
      g_menu_append_item (menu, item);
    }
  if (pal_redaction_may (row))
    g_menu_append (menu, _ ("Redact…"), "question.redact");
  popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), &place);
  gtk_widget_set_parent (popover, GTK_WIDGET (row));
  g_signal_connect (popover, "closed", G_CALLBACK (popover_closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

/* A text has a menu of its own; anywhere else it is the question's. */
static void
menu_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, PalQuestionRow *row)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (row, x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  show_menu (PAL_QUESTION_ROW (widget), 12, 12);

  return TRUE;
}

void
pal_question_menu_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "question.explain", NULL, explain_action);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F1, GDK_SHIFT_MASK, "question.explain", NULL);
  gtk_widget_class_install_action (klass, "question.history", NULL, history_action);
  gtk_widget_class_add_binding (klass, GDK_KEY_h, GDK_CONTROL_MASK, history_key_cb, NULL);
  gtk_widget_class_install_action (klass, "question.comment", NULL, comment_action);
  gtk_widget_class_add_binding (klass, GDK_KEY_m, GDK_CONTROL_MASK, comment_key_cb, NULL);
  gtk_widget_class_install_action (klass, "question.redact", NULL, redact_action);
  gtk_widget_class_add_binding (klass, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

void
pal_question_menu_attach (PalQuestionRow *row)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_pressed_cb), row);
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (click));
}
