// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-editable"
#include "config.h"

#include "pal-editable.h"

/* An entry of GTK 4.8 does not say whether it has something to undo: so it is tried. */
static gboolean
undo_in (GtkWidget *field, const char *own, const char *outer)
{
  g_autofree char *before = g_strdup (gtk_editable_get_text (GTK_EDITABLE (field)));

  gtk_widget_activate_action (field, own, NULL);
  if (g_strcmp0 (before, gtk_editable_get_text (GTK_EDITABLE (field))) == 0)
    gtk_widget_activate_action (field, outer, NULL);

  return TRUE;
}

static gboolean
undo_cb (GtkWidget *field, GVariant *arguments, gpointer user_data)
{
  return undo_in (field, "text.undo", "win.undo");
}

static gboolean
redo_cb (GtkWidget *field, GVariant *arguments, gpointer user_data)
{
  return undo_in (field, "text.redo", "win.redo");
}

static void
add (GtkEventController *controller, guint key, GdkModifierType modifiers, GtkShortcutFunc func)
{
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers),
                        gtk_callback_action_new (func, NULL, NULL)));
}

/**
 * pal_editable_share_undo:
 * @editable: an entry
 *
 * Lets Ctrl+Z go on to the session when nothing that was typed in @editable is left to undo.
 */
void
pal_editable_share_undo (GtkEditable *editable)
{
  GtkEditable *delegate = gtk_editable_get_delegate (editable);
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  add (controller, GDK_KEY_z, GDK_CONTROL_MASK, undo_cb);
  add (controller, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, redo_cb);
  add (controller, GDK_KEY_y, GDK_CONTROL_MASK, redo_cb);
  gtk_editable_set_enable_undo (editable, TRUE);
  gtk_widget_add_controller (GTK_WIDGET (delegate != NULL ? delegate : editable), controller);
}

/**
 * pal_editable_show_text:
 * @editable: an entry
 * @text: what it shall hold
 *
 * Shows a text that came from elsewhere. For GTK that is a step which Ctrl+Z in the entry takes
 * back; here nobody typed it, so the entry begins anew.
 */
void
pal_editable_show_text (GtkEditable *editable, const char *text)
{
  if (g_strcmp0 (gtk_editable_get_text (editable), text) == 0)
    return;

  gtk_editable_set_enable_undo (editable, FALSE);
  gtk_editable_set_text (editable, text);
  gtk_editable_set_enable_undo (editable, TRUE);
}
