// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox-page"
#include "config.h"

#include "pal-inbox-page.h"

#include "pal-inbox-model.h"
#include "pal-inbox-view.h"
#include "pal-inbox-words.h"
#include "pal-intake.h"
#include "pal-kit-window.h"
#include "pal-stack.h"
#include "pal-text.h"
#include "pal-words-row.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_ROWS 200 /* each costs a layout; what stands behind comes up as others go */
#define ID_KEY "pal-id"

struct _PalInboxPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkWidget *empty_buttons;
  GtkWidget *empty_open_button;
  GtkWidget *tools;
  GtkWidget *open_button;
  GtkWidget *waiting_group;
  GtkListBox *waiting;
  GtkWidget *decided_group;
  GtkListBox *decided;

  PalSession *session;  /* (owned) */
  PalInboxModel *model; /* (unowned): lives as long as the dossier */
  PalInboxView *view;   /* (unowned) (nullable): the one that is open */
};

G_DEFINE_FINAL_TYPE (PalInboxPage, pal_inbox_page, ADW_TYPE_BIN)

/* --- the list -------------------------------------------------------------------------------- */

static GtkWidget *
row_new (const PalInboxItem *item)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = pal_inbox_dup_title (item);
  g_autofree char *line = pal_inbox_dup_line (item);
  g_autofree char *about = item->state == PAL_INBOX_WAITING ? pal_inbox_dup_signature (item)
                                                            : pal_inbox_dup_decision (item);
  g_autofree char *subtitle = g_strconcat (line, "\n", about, NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), ID_KEY, g_strdup (item->id), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);

  return row;
}

static void
fill (PalInboxPage *self, GtkListBox *list, GtkWidget *group, gboolean waiting)
{
  GPtrArray *items = pal_inbox_model_get_list (self->model);
  guint n = 0;

  pal_words_rows_empty (list);
  for (guint i = 0; i < items->len; i++)
    {
      const PalInboxItem *item = g_ptr_array_index (items, i);

      if ((item->state == PAL_INBOX_WAITING) == waiting && n++ < MAX_ROWS)
        gtk_list_box_append (list, row_new (item));
    }
  pal_words_rows_add_rest (list, n > MAX_ROWS ? n - MAX_ROWS : 0);
  gtk_widget_set_visible (group, n > 0);
}

static void
focus_row (GtkListBox *list, const char *id)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), ID_KEY), id) == 0)
      gtk_widget_grab_focus (row);
}

static void
show_list (PalInboxPage *self)
{
  pal_stack_show_named (self->stack,
                        pal_inbox_model_get_list (self->model)->len > 0 ? "list" : "empty");
}

/* --- one of them ----------------------------------------------------------------------------- */

static void
close_view (PalInboxPage *self)
{
  GtkWidget *view = GTK_WIDGET (self->view);

  if (view == NULL)
    return;
  self->view = NULL;
  show_list (self);
  gtk_stack_remove (self->stack, view);
}

static void
closed_cb (PalInboxView *view, PalInboxPage *self)
{
  g_autofree char *id = g_strdup (pal_inbox_view_get_id (view));

  close_view (self);
  focus_row (self->waiting, id);
  focus_row (self->decided, id);
}

static void
show_one (PalInboxPage *self, const char *id)
{
  GtkWidget *view;

  if (self->view != NULL && strcmp (pal_inbox_view_get_id (self->view), id) == 0)
    return;
  close_view (self);
  view = pal_inbox_view_new (self->session, id);
  self->view = PAL_INBOX_VIEW (view);
  g_signal_connect (view, "closed", G_CALLBACK (closed_cb), self);
  gtk_stack_add_child (self->stack, view);
  pal_stack_show (self->stack, view);
  pal_inbox_view_focus (self->view);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalInboxPage *self)
{
  const char *id = g_object_get_data (G_OBJECT (row), ID_KEY);

  if (id != NULL)
    show_one (self, id);
}

static void
asked_cb (PalInboxPage *self)
{
  g_autofree char *id = pal_inbox_model_take_asked (self->model);

  if (id != NULL)
    show_one (self, id);
}

static void
changed_cb (PalInboxPage *self)
{
  fill (self, self->waiting, self->waiting_group, TRUE);
  fill (self, self->decided, self->decided_group, FALSE);
  if (self->view == NULL)
    show_list (self);
  else if (pal_inbox_model_find (self->model, pal_inbox_view_get_id (self->view)) == NULL)
    close_view (self); /* that it came was undone */
  else
    pal_inbox_view_reload (self->view);
}

/* --- what comes ------------------------------------------------------------------------------ */

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_intake_pick (widget);
}

static void
make_kit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalInboxPage *self = PAL_INBOX_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_window_present (GTK_WINDOW (
      pal_kit_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->session)));
}

/* --- the widget ------------------------------------------------------------------------------ */

static void
language_changed_cb (PalInboxPage *self)
{
  if (self->view != NULL)
    pal_inbox_view_reload (self->view);
}

static void
pal_inbox_page_dispose (GObject *object)
{
  PalInboxPage *self = PAL_INBOX_PAGE (object);

  self->view = NULL;
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_INBOX_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_inbox_page_parent_class)->dispose (object);
}

static void
pal_inbox_page_class_init (PalInboxPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_inbox_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/inbox/pal-inbox-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, empty_buttons);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, empty_open_button);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, tools);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, decided_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxPage, decided);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_install_action (widget_class, "inbox.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "inbox.make-kit", NULL, make_kit_action);
}

static void
pal_inbox_page_init (PalInboxPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->tools, pal_wrap_layout_new (6));
  gtk_widget_set_layout_manager (self->empty_buttons, pal_wrap_layout_new (12));
}

/**
 * pal_inbox_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page, which follows what comes and what is decided
 */
GtkWidget *
pal_inbox_page_new (PalSession *session)
{
  PalInboxPage *self = g_object_new (PAL_TYPE_INBOX_PAGE, NULL);

  self->session = g_object_ref (session);
  self->model = pal_inbox_model_of_dossier (pal_session_get_dossier (session));
  g_signal_connect_object (self->model, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "asked", G_CALLBACK (asked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (language_changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
  asked_cb (self);

  return GTK_WIDGET (self);
}
