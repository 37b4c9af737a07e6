// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-window"
#include "config.h"

#include "pal-window-private.h"

#include "pal-session-texts.h"
#include "pal-stack.h"
#include "pal-whereabouts.h"

#include <glib/gi18n.h>

/* Another language: what is in the window is built anew, and whoever works in it stays where they
 * are. */

/* GTK leaves the focus in a menu that has closed, where no key is heard. */
static gboolean
leave_menu_cb (gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (self->last_focus == NULL || !gtk_widget_get_mapped (self->last_focus)
      || (focus != NULL && gtk_widget_get_mapped (focus)))
    return G_SOURCE_REMOVE;

  if (GTK_IS_TEXT (self->last_focus))
    gtk_text_grab_focus_without_selecting (GTK_TEXT (self->last_focus));
  else
    gtk_widget_grab_focus (self->last_focus);

  return G_SOURCE_REMOVE;
}

static void
menu_closed_cb (PalWindow *self)
{
  g_idle_add (leave_menu_cb, g_object_ref (self));
}

/* Who chooses something in a menu goes on where they were before they opened it. When it closes,
 * the focus may come to what is first in the window: nobody went there. */
void
pal_window_focus_changed_cb (PalWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  GtkWidget *menu = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) : NULL;
  gboolean was_in_menu = self->in_menu;

  if (focus == NULL)
    return;

  self->in_menu = menu != NULL;
  if (menu != NULL)
    {
      g_signal_handlers_disconnect_by_func (menu, menu_closed_cb, self);
      g_signal_connect_object (menu, "closed", G_CALLBACK (menu_closed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  else if (!was_in_menu)
    g_set_weak_pointer (&self->last_focus, focus);
}

/**
 * pal_window_renew_words:
 *
 * Builds everything in the window anew on the same session, after the language of the program has
 * changed: the same page, question, cursor and text.
 */
void
pal_window_renew_words (PalWindow *self)
{
  g_autofree char *shown = g_strdup (gtk_stack_get_visible_child_name (self->stack));
  g_autoptr (PalWhereabouts) there = NULL;
  g_autoptr (PalDossierView) before = NULL;
  GtkWidget *new_child = NULL;

  g_return_if_fail (PAL_IS_WINDOW (self));

  there = pal_whereabouts_take (gtk_stack_get_visible_child (self->stack), self->last_focus);
  gtk_stack_remove (self->stack, GTK_WIDGET (self->home));
  pal_window_add_home (self);
  pal_home_refresh (self->home);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Opening the dossier"), -1);
  if (self->view != NULL)
    {
      before = g_object_ref (self->view);
      gtk_stack_remove (self->stack, GTK_WIDGET (before));
      pal_window_update_form_language (self);
      pal_window_add_view (self);
      pal_dossier_view_follow (self->view, before);
    }
  else
    pal_window_update_form_language (self);
  pal_stack_show_named (self->stack, shown);
  new_child = gtk_stack_get_visible_child (self->stack);
  pal_whereabouts_give (there, new_child);
  pal_window_update_title (self);
  pal_window_update_undo (self);
}

static void
texts_renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean has_languages = FALSE;

  if (!pal_session_renew_texts_finish (PAL_SESSION (source), result, &has_languages, &error))
    g_warning ("the texts of a form stay as they are: %s", error->message);
  /* The menus list them. */
  else if (has_languages && self->session == PAL_SESSION (source) && !self->closing)
    pal_window_renew_words (self);
}

/**
 * pal_window_renew_texts:
 *
 * Shows the forms of the dossier as they are translated on this computer now, where one is.
 */
void
pal_window_renew_texts (PalWindow *self)
{
  g_return_if_fail (PAL_IS_WINDOW (self));

  if (self->session != NULL && !self->closing)
    pal_session_renew_texts_async (self->session, texts_renewed_cb, g_object_ref (self));
}
