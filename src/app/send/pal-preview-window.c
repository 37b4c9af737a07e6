// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-preview-window"
#include "config.h"

#include "pal-preview-window.h"

#include "pal-answer-words.h"
#include "pal-form-changes.h"
#include "pal-outline.h"
#include "pal-stack.h"
#include "pal-trouble.h"
#include "pal-words-row.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>

#define SPACING 6 /* pixels */
#define WIDTH 600
#define HEIGHT 640

struct _PalPreviewWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  AdwStatusPage *trouble;
  GtkLabel *subject;
  GtkBox *goes;
  GtkLabel *also;
  GtkWidget *held_group;
  GtkListBox *held;
  GtkWidget *buttons;
  GtkWidget *stays_button;

  PalSubmissionPreview *preview; /* (owned) (nullable): until it was read */
  PalOutline *outline;           /* (owned) (nullable): likewise */
  GTask *task;                   /* (owned) (nullable): who waits for the answer */
  GCancellable *cancellable;     /* (owned) */
  /* While what goes is shown: */
  GtkListBox *part; /* (unowned) (nullable): the list that is being filled */
  char *page;       /* (owned) (nullable): its heading */
};

G_DEFINE_FINAL_TYPE (PalPreviewWindow, pal_preview_window, ADW_TYPE_WINDOW)

static void
answer (PalPreviewWindow *self, PalPreviewAnswer given)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_int (task, given);
}

/* --- what goes */

static char *
dup_page (PalPreviewWindow *self, PalFormControl *control)
{
  PalOutlinePage *page = pal_outline_find_page (self->outline, control);

  return page != NULL && page->control != NULL
             ? pal_response_dup_text (self->preview->response, page->control, NULL, PAL_TEXT_LABEL)
             : NULL;
}

static void
begin_part (PalPreviewWindow *self, const char *title)
{
  g_free (self->page);
  self->page = g_strdup (title);
  self->part = pal_words_part_new (self->goes, title != NULL ? title : "");
}

static void
add_answer (PalPreviewWindow *self, PalNode *node, PalFormNode *definition, gboolean in_row)
{
  PalResponse *response = self->preview->response;
  const char *value = pal_response_get_value (response, node);
  g_autofree char *page = NULL;
  g_autofree char *label = NULL;
  g_autofree char *words = NULL;

  if (definition->control == NULL || *value == '\0')
    return;
  page = in_row ? NULL : dup_page (self, definition->control);
  if (self->part == NULL || (!in_row && g_strcmp0 (page, self->page) != 0))
    begin_part (self, page);
  label = pal_response_dup_text (response, definition->control, node, PAL_TEXT_LABEL);
  words = pal_answer_dup_words (response, definition->control, node, value);
  gtk_list_box_append (self->part,
                       pal_words_row_new_said (label != NULL ? label : definition->local, words));
}

/* (nullable): what the rows of a repeat are called */
static char *
dup_repeat (PalPreviewWindow *self, PalFormNode *definition)
{
  for (PalFormControl *control = definition->control; control != NULL; control = control->parent)
    {
      char *label = pal_response_dup_text (self->preview->response, control, NULL, PAL_TEXT_LABEL);

      if (label != NULL && *label != '\0')
        return label;
      g_free (label);
    }

  return NULL;
}

static void
begin_row (PalPreviewWindow *self, PalFormNode *definition, guint number)
{
  g_autofree char *name = dup_repeat (self, definition);
  /* TRANSLATORS: what rows of a record are called, and the number of one: "Participants · 2" */
  g_autofree char *title
      = g_strdup_printf (C_ ("row", "%1$s · %2$u"), name != NULL ? name : "", number);

  begin_part (self, title);
}

static void
show_below (PalPreviewWindow *self, PalNode *parent, gboolean in_row)
{
  const PalFormNode *rows = NULL;
  guint number = 0;

  for (PalNode *child = parent->first_child; child != NULL; child = child->next)
    {
      PalFormNode *definition = child->kind == PAL_NODE_ELEMENT && !child->is_template
                                    ? pal_response_get_definition (self->preview->response, child)
                                    : NULL;

      if (definition == NULL || !pal_response_get_state (self->preview->response, child)->relevant)
        continue;
      number = definition == rows ? number + 1 : 1;
      rows = definition;
      if (definition->is_repeat)
        {
          begin_row (self, definition, number);
          show_below (self, child, TRUE);
          /* What follows the rows is not the last one's. */
          self->part = in_row ? self->part : NULL;
        }
      else if (definition->children != NULL && definition->children->len > 0)
        show_below (self, child, in_row);
      else
        add_answer (self, child, definition, in_row);
    }
}

static void
show_also (PalPreviewWindow *self)
{
  guint n = self->preview->n_translations;
  g_autofree char *words
      = n > 0 ? g_strdup_printf (ngettext ("%u translation of these answers goes along.",
                                           "%u translations of these answers go along.", n),
                                 n)
              : NULL;

  gtk_label_set_text (self->also, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->also), n > 0);
}

/* --- what stays */

static const char *
get_reason (PalHeldReason reason)
{
  switch (reason)
    {
    case PAL_HELD_INSIDE:
      return _ ("Is for the work inside: nobody else needs it");
    case PAL_HELD_CONTACT:
      return _ ("Says how somebody can be reached");
    case PAL_HELD_NAME:
      return _ ("Names somebody who did not agree to be shown");
    case PAL_HELD_RESTRICTED:
      return _ ("Must stay out of everything that is sent");
    case PAL_HELD_WITHDRAWN:
      return _ ("Is about somebody who took back their consent");
    case PAL_HELD_STATE:
      return _ ("Was given to the State alone");
    case PAL_N_HELD:
      break;
    }

  return "";
}

static void
add_held (PalPreviewWindow *self, const PalHeld *held)
{
  PalResponse *response = self->preview->response;
  g_autofree char *generic = pal_form_dup_generic_path (held->path);
  PalFormNode *definition = pal_form_find_node (pal_response_get_form (response), generic);
  g_autofree char *label = NULL;
  g_autofree char *words = NULL;
  g_autofree char *asked = NULL;

  if (definition == NULL || definition->control == NULL)
    return; /* it came of the same form */
  label = pal_response_dup_text (response, definition->control, NULL, PAL_TEXT_LABEL);
  words = pal_answer_dup_words (response, definition->control, NULL, held->value);
  /* TRANSLATORS: a question, and why its answer stays here: "Telephone · Says how…" */
  asked = g_strdup_printf (C_ ("held", "%1$s · %2$s"), label != NULL ? label : definition->local,
                           get_reason (held->reason));
  gtk_list_box_append (self->held, pal_words_row_new (words, asked, NULL));
}

/* --- the window */

static void
show_preview (PalPreviewWindow *self)
{
  GPtrArray *held = self->preview->held;

  self->outline = pal_outline_new (pal_response_get_form (self->preview->response));
  show_below (self, pal_response_get_root (self->preview->response), FALSE);
  show_also (self);
  for (guint i = 0; i < held->len; i++)
    add_held (self, g_ptr_array_index (held, i));
  gtk_widget_set_visible (self->held_group, held->len > 0);
  pal_stack_show_named (self->stack, "content");
  gtk_widget_set_visible (self->buttons, TRUE);
  /* A key that is pressed once too often lets nothing go. */
  gtk_widget_grab_focus (self->stays_button);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPreviewWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSubmissionPreview) preview = pal_submission_preview_finish (result, &error);
  g_autofree char *words = NULL;

  if (self->stack == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* closed meanwhile */
  if (preview != NULL)
    {
      self->preview = g_steal_pointer (&preview);
      show_preview (self);
      return;
    }
  g_info ("looking at a record: %s", error->message);
  words = pal_trouble_dup_words (error);
  adw_status_page_set_description (self->trouble, words);
  pal_stack_show_named (self->stack, "trouble");
}

static void
goes_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  answer (PAL_PREVIEW_WINDOW (widget), PAL_PREVIEW_GOES);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
stays_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  answer (PAL_PREVIEW_WINDOW (widget), PAL_PREVIEW_STAYS);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
pal_preview_window_dispose (GObject *object)
{
  PalPreviewWindow *self = PAL_PREVIEW_WINDOW (object);

  answer (self, PAL_PREVIEW_CLOSED);
  g_cancellable_cancel (self->cancellable);
  self->part = NULL;
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_PREVIEW_WINDOW);
  g_clear_pointer (&self->outline, pal_outline_unref);
  g_clear_pointer (&self->preview, pal_submission_preview_free);
  g_clear_pointer (&self->page, g_free);

  G_OBJECT_CLASS (pal_preview_window_parent_class)->dispose (object);
}

static void
pal_preview_window_finalize (GObject *object)
{
  g_object_unref (PAL_PREVIEW_WINDOW (object)->cancellable);

  G_OBJECT_CLASS (pal_preview_window_parent_class)->finalize (object);
}

static void
pal_preview_window_class_init (PalPreviewWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_preview_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_preview_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-preview-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, trouble);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, subject);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, goes);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, also);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, held_group);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, held);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, buttons);
  gtk_widget_class_bind_template_child (widget_class, PalPreviewWindow, stays_button);
  gtk_widget_class_install_action (widget_class, "preview.goes", NULL, goes_action);
  gtk_widget_class_install_action (widget_class, "preview.stays", NULL, stays_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_preview_window_init (PalPreviewWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (SPACING));
  self->cancellable = g_cancellable_new ();
}

/**
 * pal_preview_window_ask_async:
 * @parent: a widget of the window before which it stands
 * @submission: what would go
 * @file: a record in it, for which pal_submission_has_preview()
 * @callback: called when somebody answered, or closed the window
 * @user_data: data for @callback
 *
 * Shows what exactly would go of a record, and asks whether it may.
 */
void
pal_preview_window_ask_async (GtkWidget *parent, PalSubmission *submission,
                              const PalSubmissionFile *file, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (parent));
  PalPreviewWindow *self = g_object_new (PAL_TYPE_PREVIEW_WINDOW, "transient-for", root, NULL);

  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, pal_preview_window_ask_async);
  gtk_label_set_text (self->subject, file->record_name != NULL ? file->record_name : file->title);
  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (gtk_widget_get_width (root) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), MIN (WIDTH, gtk_widget_get_width (root)),
                                 MIN (HEIGHT, gtk_widget_get_height (root)));
  gtk_window_present (GTK_WINDOW (self));
  pal_submission_preview_async (submission, file, self->cancellable, read_cb, g_object_ref (self));
}

/**
 * pal_preview_window_ask_finish:
 * @result: a result
 *
 * Returns: what was decided
 */
PalPreviewAnswer
pal_preview_window_ask_finish (GAsyncResult *result)
{
  gssize given;

  g_return_val_if_fail (G_IS_TASK (result), PAL_PREVIEW_CLOSED);
  given = g_task_propagate_int (G_TASK (result), NULL);

  return given >= 0 ? (PalPreviewAnswer) given : PAL_PREVIEW_CLOSED;
}
