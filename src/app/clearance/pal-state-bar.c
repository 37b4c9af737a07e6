// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-state-bar"
#include "config.h"

#include "pal-state-bar.h"

#include "pal-clearance-words.h"
#include "pal-check-window.h"
#include "pal-take-step.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

#define SPACING 8

struct _PalStateBar
{
  GtkWidget parent_instance;

  PalClearing *clearing; /* (owned) */
  char *page;            /* (owned): its path */

  GtkWidget *icon;
  GtkWidget *label;
  GtkWidget *note;
  GtkWidget *buttons;
  GtkWidget *ready;
  GtkWidget *clear;
  GtkWidget *reopen;
};

G_DEFINE_FINAL_TYPE (PalStateBar, pal_state_bar, GTK_TYPE_WIDGET)

static void
update (PalStateBar *self)
{
  const PalPageClearance *page = pal_clearing_find_page (self->clearing, self->page);
  PalSession *session = pal_clearing_get_session (self->clearing);
  gboolean read_only
      = session != NULL && pal_dossier_is_read_only (pal_session_get_dossier (session));
  g_autofree char *line = page != NULL ? pal_page_dup_state_line (page) : NULL;
  g_autofree char *note = NULL;

  /* A page without questions has nothing to clear. */
  gtk_widget_set_visible (GTK_WIDGET (self), page != NULL && page->n_questions > 0);
  if (page == NULL)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon),
                                page->is_altered ? "dialog-warning-symbolic"
                                                 : pal_page_state_get_icon (page->state));
  pal_wrap_set_text (GTK_LABEL (self->label), line);
  if (page->state == PAL_PAGE_CLEARED)
    note = g_strdup (
        _ ("Its answers cannot be changed until the page is opened again, for a reason."));
  else if (page->state == PAL_PAGE_DRAFT && page->reason != NULL)
    /* TRANSLATORS: why a page that was ready or cleared is a draft again: somebody's own words */
    note = g_strdup_printf (_ ("Reopened: %s"), page->reason);
  pal_wrap_set_text (GTK_LABEL (self->note), note != NULL ? note : "");
  gtk_widget_set_visible (self->note, note != NULL);
  gtk_widget_set_visible (self->ready, page->state == PAL_PAGE_DRAFT
                                           || (page->state == PAL_PAGE_READY && page->is_altered));
  gtk_widget_set_visible (self->clear, page->state != PAL_PAGE_CLEARED || page->is_altered);
  gtk_widget_set_visible (self->reopen, page->state != PAL_PAGE_DRAFT);
  gtk_widget_set_sensitive (self->buttons, !read_only);
  for (PalPageState state = PAL_PAGE_DRAFT; state <= PAL_PAGE_CLEARED; state++)
    if (state == page->state)
      gtk_widget_add_css_class (GTK_WIDGET (self), pal_page_state_to_string (state));
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), pal_page_state_to_string (state));
}

static void
step (PalStateBar *self, PalPageState next)
{
  const char *const pages[] = { self->page, NULL };

  pal_take_step (GTK_WIDGET (self), self->clearing, next, pages);
}

static void
ready_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_STATE_BAR (widget), PAL_PAGE_READY);
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_STATE_BAR (widget), PAL_PAGE_CLEARED);
}

static void
reopen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_STATE_BAR (widget), PAL_PAGE_DRAFT);
}

static void
check_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalStateBar *self = PAL_STATE_BAR (widget);
  const PalPageClearance *page = pal_clearing_find_page (self->clearing, self->page);
  const char *const pages[] = { self->page, NULL };

  gtk_window_present (GTK_WINDOW (pal_check_window_new (
      widget, self->clearing, pages,
      page != NULL && page->state == PAL_PAGE_DRAFT ? PAL_PAGE_READY : PAL_PAGE_CLEARED)));
}

static void
pal_state_bar_dispose (GObject *object)
{
  PalStateBar *self = PAL_STATE_BAR (object);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->clearing);
  g_clear_pointer (&self->page, g_free);

  G_OBJECT_CLASS (pal_state_bar_parent_class)->dispose (object);
}

static void
pal_state_bar_class_init (PalStateBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_state_bar_dispose;

  gtk_widget_class_install_action (widget_class, "state.ready", NULL, ready_action);
  gtk_widget_class_install_action (widget_class, "state.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "state.reopen", NULL, reopen_action);
  gtk_widget_class_install_action (widget_class, "state.check", NULL, check_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "statebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_button (PalStateBar *self, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (self->buttons), button);

  return button;
}

static void
pal_state_bar_init (PalStateBar *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), SPACING);
  self->icon = gtk_image_new ();
  self->label = pal_wrap_label_new ("state-line");
  self->note = pal_wrap_label_new ("state-note");
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), self->icon);
  gtk_box_append (GTK_BOX (line), self->label);
  gtk_widget_set_parent (line, GTK_WIDGET (self));
  gtk_widget_set_parent (self->note, GTK_WIDGET (self));
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (SPACING));
  gtk_widget_set_parent (self->buttons, GTK_WIDGET (self));
  /* TRANSLATORS: button: an expert says that a page is done */
  self->ready = add_button (self, _ ("Mark as _Ready"), "state.ready");
  /* TRANSLATORS: button: the focal point lets a page go */
  self->clear = add_button (self, C_ ("page", "_Clear"), "state.clear");
  self->reopen = add_button (self, _ ("_Reopen…"), "state.reopen");
  add_button (self, _ ("Check _List"), "state.check");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * pal_state_bar_new:
 * @clearing: of the dossier
 * @page: path of a page
 *
 * Returns: (transfer floating): the bar; not visible before something is known of the page
 */
GtkWidget *
pal_state_bar_new (PalClearing *clearing, const char *page)
{
  PalStateBar *self = g_object_new (PAL_TYPE_STATE_BAR, NULL);

  self->clearing = g_object_ref (clearing);
  self->page = g_strdup (page);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How this page stands"), -1);
  g_signal_connect_object (clearing, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
