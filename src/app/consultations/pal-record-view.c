// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record-view"
#include "config.h"

#include "pal-record-view.h"

#include "pal-form-page.h"

#include <glib/gi18n.h>

struct _PalRecordView
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkButton *back_button;
  GtkDropDown *page_choice;
  GtkButton *previous_button;
  GtkButton *next_button;
  GtkStack *stack;

  PalRecord *record;   /* (owned) */
  PalOutline *outline; /* (owned) */
};

enum
{
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalRecordView, pal_record_view, GTK_TYPE_WIDGET)

static PalFormPage *
get_current_page (PalRecordView *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->stack);

  return child != NULL ? PAL_FORM_PAGE (child) : NULL;
}

static void
show_page (PalRecordView *self, guint index)
{
  GPtrArray *pages = pal_outline_get_pages (self->outline);
  g_autofree char *name = g_strdup_printf ("%u", index);
  GtkWidget *child;

  if (index >= pages->len)
    return;

  child = gtk_stack_get_child_by_name (self->stack, name);
  if (child == NULL)
    {
      child = pal_form_page_new (self->record, self->outline, g_ptr_array_index (pages, index));
      gtk_stack_add_named (self->stack, child, name);
    }
  gtk_stack_set_visible_child (self->stack, child);
  gtk_widget_set_sensitive (GTK_WIDGET (self->previous_button), index > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), index + 1 < pages->len);
}

static void
page_chosen_cb (PalRecordView *self)
{
  if (self->outline != NULL)
    show_page (self, gtk_drop_down_get_selected (self->page_choice));
}

static void
step (PalRecordView *self, int by)
{
  guint index = gtk_drop_down_get_selected (self->page_choice) + by;

  if (index < pal_outline_get_pages (self->outline)->len)
    {
      gtk_drop_down_set_selected (self->page_choice, index);
      pal_form_page_focus_first (get_current_page (self));
    }
}

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_RECORD_VIEW (widget), g_variant_get_int32 (parameter));
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
pal_record_view_dispose (GObject *object)
{
  PalRecordView *self = PAL_RECORD_VIEW (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_RECORD_VIEW);
  g_clear_pointer (&self->outline, pal_outline_unref);
  g_clear_object (&self->record);

  G_OBJECT_CLASS (pal_record_view_parent_class)->dispose (object);
}

static void
pal_record_view_class_init (PalRecordViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_record_view_dispose;

  signals[CLOSED] = g_signal_new ("closed", PAL_TYPE_RECORD_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/consultations/pal-record-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, content);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, back_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, page_choice);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, previous_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, next_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, stack);
  gtk_widget_class_bind_template_callback (widget_class, page_chosen_cb);
  gtk_widget_class_install_action (widget_class, "record.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "record.step", "i", step_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "record.close",
                                       NULL);
}

static void
pal_record_view_init (PalRecordView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_record_view_new:
 * @record: the record to fill
 * @back_label: (not nullable): translated label of the way back
 *
 * Returns: (transfer floating): a view on its first page
 */
GtkWidget *
pal_record_view_new (PalRecord *record, const char *back_label)
{
  PalRecordView *self = g_object_new (PAL_TYPE_RECORD_VIEW, NULL);
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  GPtrArray *pages;

  self->record = g_object_ref (record);
  self->outline = pal_outline_new (pal_response_get_form (response));
  gtk_button_set_label (self->back_button, back_label);

  pages = pal_outline_get_pages (self->outline);
  for (guint i = 0; i < pages->len; i++)
    {
      PalOutlinePage *page = g_ptr_array_index (pages, i);
      g_autofree char *title
          = page->control != NULL
                ? pal_response_dup_text (response, page->control, NULL, PAL_TEXT_LABEL)
                : NULL;

      if (title == NULL)
        title = pal_form_dup_title (pal_response_get_form (response),
                                    pal_response_get_language (response));
      gtk_string_list_append (titles, title);
    }
  gtk_drop_down_set_model (self->page_choice, G_LIST_MODEL (titles));
  show_page (self, 0);

  return GTK_WIDGET (self);
}

PalRecord *
pal_record_view_get_record (PalRecordView *self)
{
  return self->record;
}

void
pal_record_view_focus_first (PalRecordView *self)
{
  PalFormPage *page = get_current_page (self);

  if (page != NULL)
    pal_form_page_focus_first (page);
}
