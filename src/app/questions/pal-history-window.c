// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-history-window"
#include "config.h"

#include "pal-history-window.h"
#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-comparison.h"
#include "pal-history.h"
#include "pal-trouble.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 600
#define HEIGHT 560

struct _PalHistoryWindow
{
  AdwWindow parent_instance;

  PalRecord *record;       /* (owned) */
  PalFormControl *control; /* (unowned): of the form */
  char *path;              /* (owned): of the node */
  GPtrArray *history;      /* (owned) (nullable) (element-type PalChange) */
  gboolean is_conflict;
  gboolean is_locked; /* its page is cleared: nothing is restored by accident */

  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (PalHistoryWindow, pal_history_window, ADW_TYPE_WINDOW)

/* --- words --------------------------------------------------------------------------------- */

static char *
dup_words (PalHistoryWindow *self, const char *value)
{
  PalResponse *response = pal_record_get_response (self->record);

  return pal_answer_dup_words (response, self->control, pal_response_find (response, self->path),
                               value);
}

/* (nullable) */
static const char *
get_note (PalHistoryWindow *self, const PalVersion *version, guint n_heads)
{
  if (version->is_head && n_heads > 1)
    return self->is_conflict ? _ ("Written apart from the other one: a decision is needed.")
                             : _ ("Written apart from another one; both are joined now.");
  if (version->is_head)
    return _ ("This is the answer now.");
  if (version->before == NULL && version->change->value != NULL)
    return _ ("This is the first answer.");

  return NULL;
}

/* --- going back ---------------------------------------------------------------------------- */

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHistoryWindow) self = user_data;
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (GError) error = NULL;

  if (self->record == NULL)
    return; /* it was closed meanwhile */
  if (!pal_record_restore_finish (PAL_RECORD (source), result, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The answer could not be restored"), words);
      return;
    }
  if (parent != NULL)
    pal_toast (gtk_window_get_focus (parent) != NULL ? gtk_window_get_focus (parent)
                                                     : GTK_WIDGET (parent),
               adw_toast_new (_ ("The answer is restored. Ctrl+Z takes that back.")));
  gtk_window_close (GTK_WINDOW (self));
}

static void
restore_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHistoryWindow *self = PAL_HISTORY_WINDOW (widget);
  const char *id = g_variant_get_string (parameter, NULL);

  for (guint i = 0; self->history != NULL && i < self->history->len; i++)
    {
      PalChange *change = g_ptr_array_index (self->history, i);

      if (g_strcmp0 (change->id, id) != 0)
        continue;
      pal_record_restore_async (self->record, self->path, change->value, restored_cb,
                                g_object_ref (self));
      return;
    }
}

/* --- versions ------------------------------------------------------------------------------ */

static GtkWidget *
add_label (GtkBox *box, const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new (css_class);

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_box_append (box, label);

  return label;
}

/* The first one has nothing to be compared with. */
static void
add_comparison (PalHistoryWindow *self, GtkBox *box, const PalVersion *version)
{
  const PalChange *before = version->before != NULL ? version->before : version->change;
  g_autofree char *then = dup_words (self, before->value);
  g_autofree char *now = dup_words (self, version->change->value);
  GtkWidget *label = pal_comparison_new (then, now, PAL_COMPARISON_DEFAULT);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_box_append (box, label);
  /* All of it went: there is nothing else to see. */
  if (version->change->value == NULL)
    add_label (box, _ ("The answer was removed."), "hint");
}

static void
add_restore (PalHistoryWindow *self, GtkBox *box, const PalVersion *version, const char *origin)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Restore This Answer"));
  /* TRANSLATORS: name of the button that restores a version of an answer: when it was written */
  g_autofree char *name = g_strdup_printf (_ ("Restore the answer of %s"), origin);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", version->change->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "history.restore");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_box_append (box, button);
}

static void
add_version (PalHistoryWindow *self, const PalVersion *version, guint n_heads)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  g_autofree char *author = pal_answer_dup_author (version->change->author);
  g_autofree char *origin
      = pal_answer_dup_origin (pal_record_get_dossier (self->record), version->change);
  /* TRANSLATORS: what a screen reader says of a version of an answer: who wrote it, when and where
   */
  g_autofree char *name = g_strdup_printf (C_ ("history, author", "%1$s, %2$s"), author, origin);
  const char *note = get_note (self, version, n_heads);

  gtk_widget_add_css_class (box, "reason");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  add_label (GTK_BOX (box), author, "reason-question");
  add_label (GTK_BOX (box), origin, "hint");
  if (note != NULL)
    add_label (GTK_BOX (box), note, "hint");
  if (version->change->purged)
    add_label (GTK_BOX (box), _ ("This text was taken out of the dossier for good."), "hint");
  else
    {
      add_comparison (self, GTK_BOX (box), version);
      if (!self->is_locked && (!version->is_head || n_heads > 1))
        add_restore (self, GTK_BOX (box), version, origin);
    }
  gtk_box_append (self->box, box);
}

static void
show_versions (PalHistoryWindow *self)
{
  g_autoptr (GArray) versions = pal_history_compare (self->history);
  PalResponse *response = pal_record_get_response (self->record);
  PalNode *node = pal_response_find (response, self->path);
  guint n_heads = 0;

  for (guint i = 0; i < versions->len; i++)
    n_heads += g_array_index (versions, PalVersion, i).is_head;
  if (versions->len == 0)
    add_label (self->box, _ ("Nobody has answered this yet."), "reason-answer");
  if (n_heads > 1 && !self->is_conflict && node != NULL)
    {
      g_autofree char *now = dup_words (self, pal_response_get_value (response, node));

      add_label (self->box, _ ("Joined from several people’s versions:"), "reason-question");
      add_label (self->box, now, "reason-answer");
    }
  for (guint i = 0; i < versions->len; i++)
    add_version (self, &g_array_index (versions, PalVersion, i), n_heads);
}

/* --- reading ------------------------------------------------------------------------------- */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHistoryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *history = pal_dossier_read_history_finish (PAL_DOSSIER (source), result, &error);

  if (self->record == NULL)
    {
      g_clear_pointer (&history, g_ptr_array_unref);
      return;
    }
  if (history == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      add_label (self->box, words, "reason-answer");
      return;
    }
  self->history = history;
  show_versions (self);
}

static void
conflicts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHistoryWindow) self = user_data;
  g_autoptr (GPtrArray) conflicts
      = pal_dossier_list_conflicts_finish (PAL_DOSSIER (source), result, NULL);

  if (self->record == NULL)
    return;
  for (guint i = 0; conflicts != NULL && i < conflicts->len; i++)
    {
      PalConflict *conflict = g_ptr_array_index (conflicts, i);

      if (g_str_equal (conflict->record, pal_record_get_id (self->record))
          && g_strcmp0 (conflict->node, self->path) == 0)
        self->is_conflict = TRUE;
    }
  pal_dossier_read_history_async (PAL_DOSSIER (source), pal_record_get_id (self->record),
                                  self->path, read_cb, g_object_ref (self));
}

/* What was typed a moment ago is part of it. */
static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHistoryWindow) self = user_data;

  pal_record_flush_finish (PAL_RECORD (source), result, NULL);
  if (self->record != NULL)
    pal_dossier_list_conflicts_async (pal_record_get_dossier (self->record), conflicts_cb,
                                      g_object_ref (self));
}

static void
load (PalHistoryWindow *self)
{
  pal_record_flush_async (self->record, flushed_cb, g_object_ref (self));
}

/* --- the window ---------------------------------------------------------------------------- */

static void
pal_history_window_dispose (GObject *object)
{
  PalHistoryWindow *self = PAL_HISTORY_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_HISTORY_WINDOW);
  g_clear_object (&self->record);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (pal_history_window_parent_class)->dispose (object);
}

static void
pal_history_window_class_init (PalHistoryWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_history_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/questions/pal-history-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHistoryWindow, box);
  gtk_widget_class_install_action (widget_class, "history.restore", "s", restore_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_history_window_init (PalHistoryWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_history_window_new:
 * @row: a question with a node
 *
 * Returns: (transfer none): a window that fills itself
 */
PalHistoryWindow *
pal_history_window_new (PalQuestionRow *row)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (row)));
  PalHistoryWindow *self = g_object_new (PAL_TYPE_HISTORY_WINDOW, "transient-for", root, NULL);
  const char *subject = pal_question_row_get_title (row);

  self->record
      = g_object_ref (pal_question_context_get_record (pal_question_row_get_context (row)));
  self->control = pal_question_row_get_control (row);
  self->path = pal_response_dup_path (pal_question_row_get_response (row),
                                      pal_question_row_get_node (row));
  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (gtk_widget_get_width (root) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), MIN (WIDTH, gtk_widget_get_width (root)),
                                 MIN (HEIGHT, gtk_widget_get_height (root)));
  if (*subject != '\0')
    add_label (self->box, subject, "reason-subject");
  self->is_locked = pal_question_context_is_locked (pal_question_row_get_context (row));
  if (self->is_locked)
    add_label (self->box, _ ("This page is cleared: its answers stay as they are."), "hint");
  load (self);

  return self;
}
