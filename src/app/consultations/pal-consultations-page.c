// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consultations-page"
#include "config.h"

#include "pal-consultations-page.h"

#include "pal-ask.h"
#include "pal-record-list.h"
#include "pal-record-view.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalConsultationsPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwPreferencesPage *lists;

  PalSession *session;     /* (owned) */
  GPtrArray *record_lists; /* (owned) (element-type PalRecordList) */
  PalRecordView *view;     /* (unowned) (nullable): the record that is open */
};

G_DEFINE_FINAL_TYPE (PalConsultationsPage, pal_consultations_page, ADW_TYPE_BIN)

static void
reload (PalConsultationsPage *self)
{
  for (guint i = 0; i < self->record_lists->len; i++)
    pal_record_list_reload (g_ptr_array_index (self->record_lists, i));
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsultationsPage) self = user_data;

  /* Whether it could be saved is the window's to say; the list shows what is on disk. */
  pal_session_flush_finish (PAL_SESSION (source), result, NULL);
  reload (self);
}

static void
closed_cb (PalRecordView *view, PalConsultationsPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, "lists");
  gtk_stack_remove (self->stack, GTK_WIDGET (view));
  self->view = NULL;
  pal_session_flush_async (self->session, flushed_cb, g_object_ref (self));
}

static void
record_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsultationsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (PAL_SESSION (source), result, &error);
  GtkWidget *view;

  if (record == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The record could not be opened"), words);
      return;
    }
  if (self->session == NULL || self->view != NULL)
    return; /* the page went away, or another record was faster */

  view = pal_record_view_new (record, _ ("All Records"));
  self->view = PAL_RECORD_VIEW (view);
  g_signal_connect (view, "closed", G_CALLBACK (closed_cb), self);
  gtk_stack_add_child (self->stack, view);
  gtk_stack_set_visible_child (self->stack, view);
  pal_record_view_focus_first (self->view);
}

static void
open_record_cb (PalRecordList *list, const char *record_id, PalConsultationsPage *self)
{
  pal_session_open_record_async (self->session, record_id, record_cb, g_object_ref (self));
}

static void
new_record_cb (PalRecordList *list, PalConsultationsPage *self)
{
  pal_session_create_record_async (self->session, pal_record_list_get_kind (list)->form_id,
                                   record_cb, g_object_ref (self));
}

static void
records_changed_cb (PalConsultationsPage *self, const char *form_id)
{
  reload (self);
}

static void
pal_consultations_page_map (GtkWidget *widget)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);

  GTK_WIDGET_CLASS (pal_consultations_page_parent_class)->map (widget);
  reload (self);
}

static void
pal_consultations_page_dispose (GObject *object)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (object);

  self->view = NULL;
  g_clear_pointer (&self->record_lists, g_ptr_array_unref);
  g_clear_object (&self->session);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_CONSULTATIONS_PAGE);

  G_OBJECT_CLASS (pal_consultations_page_parent_class)->dispose (object);
}

static void
pal_consultations_page_class_init (PalConsultationsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_consultations_page_dispose;
  widget_class->map = pal_consultations_page_map;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/consultations/pal-consultations-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalConsultationsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PalConsultationsPage, lists);
}

static void
pal_consultations_page_init (PalConsultationsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->record_lists = g_ptr_array_new ();
}

/**
 * pal_consultations_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_consultations_page_new (PalSession *session)
{
  PalConsultationsPage *self = g_object_new (PAL_TYPE_CONSULTATIONS_PAGE, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < pal_n_record_kinds; i++)
    {
      GtkWidget *list = pal_record_list_new (session, &pal_record_kinds[i]);

      g_signal_connect (list, "open-record", G_CALLBACK (open_record_cb), self);
      g_signal_connect (list, "new-record", G_CALLBACK (new_record_cb), self);
      adw_preferences_page_add (self->lists, ADW_PREFERENCES_GROUP (list));
      g_ptr_array_add (self->record_lists, list);
    }
  g_signal_connect_object (session, "records-changed", G_CALLBACK (records_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
