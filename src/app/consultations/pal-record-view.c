// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record-view"
#include "config.h"

#include "pal-record-view.h"

#include "pal-drop-down.h"
#include "pal-form-page.h"
#include "pal-participation-group.h"
#include "pal-stack.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _PalRecordView
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkButton *back_button;
  GtkLabel *back_label;
  GtkDropDown *page_choice;
  GtkButton *previous_button;
  GtkButton *next_button;
  GtkWidget *menu_button;
  GtkStack *stack;

  PalRecord *record;   /* (owned) */
  PalOutline *outline; /* (owned) */
  PalSession *session; /* (owned) (nullable) */
  GBinding *narrow;    /* (unowned) (nullable): of the window's width and the way back */
  gboolean loading;    /* the titles are being changed */
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

static char *
dup_page_title (PalRecordView *self, guint index)
{
  PalOutlinePage *page = g_ptr_array_index (pal_outline_get_pages (self->outline), index);
  PalResponse *response = pal_record_get_response (self->record);
  char *title = page->control != NULL
                    ? pal_response_dup_text (response, page->control, NULL, PAL_TEXT_LABEL)
                    : NULL;

  return title != NULL ? title
                       : pal_form_dup_title (pal_response_get_form (response),
                                             pal_response_get_language (response));
}

/* The way on at the end of a page; at the end of the record the way back. */
static GtkWidget *
make_way_on (PalRecordView *self, guint index)
{
  gboolean last = index + 1 == pal_outline_get_pages (self->outline)->len;
  g_autofree char *title = last ? NULL : dup_page_title (self, index + 1);
  g_autofree char *words = last ? g_strdup (gtk_label_get_text (self->back_label))
                                /* TRANSLATORS: button at the end of a page: the title of the page
                                 * that follows */
                                : g_strdup_printf (_ ("Next: %s"), title);
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  if (last)
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "record.close");
  else
    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), "record.step(1)");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "page-footer");

  return button;
}

/* What is known of a stakeholder from elsewhere stands below who they are. */
static GtkWidget *
make_footer (PalRecordView *self, guint index)
{
  PalForm *form = pal_response_get_form (pal_record_get_response (self->record));
  GtkWidget *way_on = make_way_on (self, index);
  GtkWidget *box;

  if (index > 0 || self->session == NULL
      || g_strcmp0 (pal_form_get_id (form), PAL_STAKEHOLDER_FORM) != 0)
    return way_on;
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box),
                  pal_participation_group_new (self->session, pal_record_get_id (self->record)));
  gtk_box_append (GTK_BOX (box), way_on);

  return box;
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
      pal_form_page_set_footer (PAL_FORM_PAGE (child), make_footer (self, index));
      gtk_stack_add_named (self->stack, child, name);
    }
  pal_stack_show (self->stack, child);
  gtk_widget_set_sensitive (GTK_WIDGET (self->previous_button), index > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), index + 1 < pages->len);
}

/* Titles and pages in the language of the record; the page that was shown stays. */
static void
show_words (PalRecordView *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint shown = gtk_drop_down_get_selected (self->page_choice);
  GtkWidget *kept = gtk_stack_get_visible_child (self->stack);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->stack));

  for (guint i = 0; i < pal_outline_get_pages (self->outline)->len; i++)
    {
      g_autofree char *title = dup_page_title (self, i);

      gtk_string_list_append (titles, title);
    }
  /* It changes its words in place; the others are built anew when asked for. */
  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (child != kept)
        gtk_stack_remove (self->stack, child);
      child = next;
    }
  if (kept != NULL)
    pal_form_page_set_footer (PAL_FORM_PAGE (kept), make_footer (self, shown));
  self->loading = TRUE;
  gtk_drop_down_set_model (self->page_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->page_choice, shown != GTK_INVALID_LIST_POSITION ? shown : 0);
  self->loading = FALSE;
  show_page (self, gtk_drop_down_get_selected (self->page_choice));
}

static void
page_chosen_cb (PalRecordView *self)
{
  if (self->outline != NULL && !self->loading)
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

/* To a question, maybe on another page of the record. */
void
pal_record_view_show_question (PalRecordView *self, const char *path)
{
  PalResponse *response = pal_record_get_response (self->record);
  PalNode *node = pal_response_find (response, path);
  PalFormNode *def = node != NULL ? pal_response_get_definition (response, node) : NULL;
  PalOutlinePage *page = def != NULL && def->control != NULL
                             ? pal_outline_find_page (self->outline, def->control)
                             : NULL;

  if (page == NULL)
    return;
  gtk_drop_down_set_selected (self->page_choice, page->index);
  pal_form_page_show_question (get_current_page (self), node);
}

static void
go_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_record_view_show_question (PAL_RECORD_VIEW (widget), g_variant_get_string (parameter, NULL));
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

/* In a narrow window the title of the page needs the room: the arrow says enough. */
static void
pal_record_view_root (GtkWidget *widget)
{
  PalRecordView *self = PAL_RECORD_VIEW (widget);
  GtkWidget *leaflet;

  GTK_WIDGET_CLASS (pal_record_view_parent_class)->root (widget);
  leaflet = gtk_widget_get_ancestor (widget, ADW_TYPE_LEAFLET);
  if (leaflet != NULL)
    self->narrow = g_object_bind_property (leaflet, "folded", self->back_label, "visible",
                                           G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
}

static void
pal_record_view_unroot (GtkWidget *widget)
{
  g_clear_pointer (&PAL_RECORD_VIEW (widget)->narrow, g_binding_unbind);

  GTK_WIDGET_CLASS (pal_record_view_parent_class)->unroot (widget);
}

static void
pal_record_view_dispose (GObject *object)
{
  PalRecordView *self = PAL_RECORD_VIEW (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_RECORD_VIEW);
  g_clear_pointer (&self->outline, pal_outline_unref);
  g_clear_object (&self->record);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_record_view_parent_class)->dispose (object);
}

static void
pal_record_view_class_init (PalRecordViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_record_view_dispose;
  widget_class->root = pal_record_view_root;
  widget_class->unroot = pal_record_view_unroot;

  signals[CLOSED] = g_signal_new ("closed", PAL_TYPE_RECORD_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/consultations/pal-record-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, content);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, back_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, back_label);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, page_choice);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, previous_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, next_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordView, stack);
  gtk_widget_class_bind_template_callback (widget_class, page_chosen_cb);
  gtk_widget_class_install_action (widget_class, "record.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "record.step", "i", step_action);
  gtk_widget_class_install_action (widget_class, "pages.go-to", "s", go_to_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "record.close",
                                       NULL);
}

static void
pal_record_view_init (PalRecordView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_drop_down_let_shrink (self->page_choice);
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

  self->record = g_object_ref (record);
  self->outline = pal_outline_new (pal_response_get_form (response));
  gtk_label_set_text (self->back_label, back_label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->back_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  back_label, -1);
  g_signal_connect_object (response, "notify::language", G_CALLBACK (show_words), self,
                           G_CONNECT_SWAPPED);
  show_words (self);

  return GTK_WIDGET (self);
}

/**
 * pal_record_view_set_session:
 * @self: a view
 * @session: the dossier of its record
 */
void
pal_record_view_set_session (PalRecordView *self, PalSession *session)
{
  g_set_object (&self->session, session);
  gtk_widget_set_visible (self->menu_button, TRUE);
  show_words (self);
}

PalRecord *
pal_record_view_get_record (PalRecordView *self)
{
  return self->record;
}

void
pal_record_view_follow (PalRecordView *self, PalRecordView *other)
{
  gtk_drop_down_set_selected (self->page_choice, gtk_drop_down_get_selected (other->page_choice));
}

void
pal_record_view_focus_first (PalRecordView *self)
{
  PalFormPage *page = get_current_page (self);

  if (page != NULL)
    pal_form_page_focus_first (page);
}
