// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-reason-window"
#include "config.h"

#include "pal-reason-window.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

struct _PalReasonWindow
{
  AdwWindow parent_instance;

  PalQuestionContext *context; /* (owned) */

  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (PalReasonWindow, pal_reason_window, ADW_TYPE_WINDOW)

static void
go_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalReasonWindow *self = PAL_REASON_WINDOW (widget);
  g_autoptr (PalQuestionContext) context = g_object_ref (self->context);
  g_autofree char *path = g_variant_dup_string (parameter, NULL);

  gtk_window_close (GTK_WINDOW (self));
  pal_question_context_go_to (context, path);
}

static void
pal_reason_window_dispose (GObject *object)
{
  PalReasonWindow *self = PAL_REASON_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_REASON_WINDOW);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (pal_reason_window_parent_class)->dispose (object);
}

static void
pal_reason_window_class_init (PalReasonWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_reason_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/questions/pal-reason-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalReasonWindow, box);
  gtk_widget_class_install_action (widget_class, "reason.go-to", "s", go_to_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_reason_window_init (PalReasonWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
add_label (GtkBox *box, const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new (css_class);

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_box_append (box, label);

  return label;
}

PalReasonWindow *
pal_reason_window_new (GtkWidget *parent, PalQuestionContext *context, const char *subject)
{
  PalReasonWindow *self
      = g_object_new (PAL_TYPE_REASON_WINDOW, "transient-for", gtk_widget_get_root (parent), NULL);

  self->context = g_object_ref (context);
  if (subject != NULL && *subject != '\0')
    add_label (self->box, subject, "reason-subject");

  return self;
}

static void
add_item (PalReasonWindow *self, GtkBox *box, PalReasonItem *item)
{
  GtkWidget *button = NULL;
  g_autofree char *name = NULL;

  add_label (box, item->text, "reason-item");
  if (item->path == NULL)
    return;

  button = gtk_button_new_with_label (_ ("Go to This Answer"));
  /* TRANSLATORS: name of the button that goes to the answer to a question */
  name = g_strdup_printf (_ ("Go to the answer: %s"), item->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", item->path);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "reason.go-to");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_box_append (box, button);
}

/* Expressions are written from left to right whatever the language around them. */
static void
add_details (GtkBox *box, const char *details)
{
  GtkWidget *expander = gtk_expander_new (_ ("Details"));
  GtkWidget *label = gtk_label_new (details);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "reason-details");
  gtk_expander_set_child (GTK_EXPANDER (expander), label);
  gtk_box_append (box, expander);
}

static GtkBox *
add_box (PalReasonWindow *self, const char *name)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);

  gtk_widget_add_css_class (box, "reason");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (self->box, box);

  return GTK_BOX (box);
}

static void
add_reason (PalReasonWindow *self, GtkBox *box, PalReason *reason)
{
  if (reason->answer != NULL)
    add_label (box, reason->answer, "reason-answer");
  for (guint i = 0; i < reason->items->len; i++)
    add_item (self, box, g_ptr_array_index (reason->items, i));
  if (reason->details != NULL)
    add_details (box, reason->details);
}

void
pal_reason_window_add (PalReasonWindow *self, PalReason *reason)
{
  GtkBox *box = add_box (self, reason->question);

  add_label (box, reason->question, "reason-question");
  add_reason (self, box, reason);
}

void
pal_reason_window_add_for (PalReasonWindow *self, PalReason *reason, GPtrArray *titles)
{
  GtkBox *box = add_box (self, g_ptr_array_index (titles, 0));

  for (guint i = 0; i < titles->len; i++)
    add_label (box, g_ptr_array_index (titles, i), "reason-question");
  add_reason (self, box, reason);
}
