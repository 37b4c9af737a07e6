// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-history-window"
#include "config.h"

#include "pal-history-window.h"
#include "pal-ask.h"
#include "pal-attachment.h"
#include "pal-history.h"
#include "pal-language.h"
#include "pal-trouble.h"
#include "pal-words.h"
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
  GPtrArray *texts;        /* (owned) (element-type GtkLabel): comparisons, coloured by hand */
  gboolean is_conflict;

  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (PalHistoryWindow, pal_history_window, ADW_TYPE_WINDOW)

/* --- words --------------------------------------------------------------------------------- */

/* Choices by their labels, files by their names, the rest as it was written. */
static char *
dup_words (PalHistoryWindow *self, const char *value)
{
  PalResponse *response = pal_record_get_response (self->record);
  PalNode *node = pal_response_find (response, self->path);
  g_auto (GStrv) names = NULL;
  g_autoptr (GString) words = g_string_new (NULL);

  if (value == NULL || *value == '\0')
    return g_strdup ("");
  switch (self->control->kind)
    {
    case PAL_CONTROL_SELECT_ONE:
    case PAL_CONTROL_SELECT_MANY:
    case PAL_CONTROL_RANK:
      break;
    case PAL_CONTROL_UPLOAD:
      return pal_attachment_dup_display_name (value);
    default:
      return g_strdup (value);
    }

  names = g_strsplit (value, " ", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *label
          = pal_response_dup_choice_label (response, self->control, node, names[i]);

      if (words->len > 0)
        /* TRANSLATORS: between the items of a list */
        g_string_append (words, C_ ("list", ", "));
      g_string_append (words, label != NULL && *label != '\0' ? label : names[i]);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* In the interface's language and the person's time. */
static char *
dup_time (gint64 clock_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (clock_us / G_USEC_PER_SEC);
  g_autofree char *date = then != NULL ? pal_language_format_date (then) : NULL;
  /* TRANSLATORS: a time of day in g_date_time_format() notation */
  g_autofree char *time = then != NULL ? g_date_time_format (then, _ ("%H:%M")) : NULL;

  /* TRANSLATORS: when an answer was written: date, time of day */
  return then != NULL ? g_strdup_printf (C_ ("history", "%1$s, %2$s"), date, time) : g_strdup ("");
}

/* Names are of any script: each keeps its own direction. */
static char *
dup_origin (PalHistoryWindow *self, const PalChange *change)
{
  const char *own = pal_dossier_get_device (pal_record_get_dossier (self->record));
  g_autofree char *time = dup_time (change->clock_us);
  g_autofree char *code = g_strndup (change->device != NULL ? change->device : "", 8);
  /* TRANSLATORS: %s is a short code of another computer on which an answer was written */
  g_autofree char *device = g_strcmp0 (own, change->device) == 0
                                ? g_strdup (_ ("this computer"))
                                : g_strdup_printf (_ ("computer %s"), code);

  /* TRANSLATORS: when and on which computer an answer was written */
  return g_strdup_printf (C_ ("history", "%1$s · %2$s"), time, device);
}

static char *
dup_author (const PalChange *change)
{
  return change->author != NULL && *change->author != '\0'
             ? g_strdup_printf ("\u2068%s\u2069", change->author)
             : g_strdup (_ ("Somebody without a name"));
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

/* --- comparing ----------------------------------------------------------------------------- */

static void
add_attribute (PangoAttrList *attributes, PangoAttribute *attribute, gsize start, gsize end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

/* Line and colour say the same; the description says it to those who see neither. */
static void
mark (PangoAttrList *attributes, PalWordsKind kind, gsize start, gsize end)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const char *colour;
  PangoColor parsed;

  if (kind == PAL_WORDS_SAME)
    return;
  if (kind == PAL_WORDS_REMOVED)
    {
      colour = dark ? "#ff9a90" : "#a3151f";
      add_attribute (attributes, pango_attr_strikethrough_new (TRUE), start, end);
    }
  else
    {
      colour = dark ? "#8fe3a6" : "#17612f";
      add_attribute (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
    }
  pango_color_parse (&parsed, colour);
  add_attribute (attributes, pango_attr_foreground_new (parsed.red, parsed.green, parsed.blue),
                 start, end);
}

#define BEFORE_KEY "pal-before"
#define AFTER_KEY "pal-after"

static void
show_comparison (GtkLabel *label)
{
  const char *before = g_object_get_data (G_OBJECT (label), BEFORE_KEY);
  const char *after = g_object_get_data (G_OBJECT (label), AFTER_KEY);
  g_autoptr (GArray) spans = pal_words_compare (before, after);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) removed = g_string_new (NULL);
  g_autoptr (GString) added = g_string_new (NULL);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  for (guint i = 0; i < spans->len; i++)
    {
      PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);
      const char *from = span->kind == PAL_WORDS_REMOVED ? before : after;
      GString *list = span->kind == PAL_WORDS_REMOVED ? removed : added;
      gsize start = text->len;

      g_string_append_len (text, from + span->start, span->length);
      mark (attributes, span->kind, start, text->len);
      if (span->kind == PAL_WORDS_SAME)
        continue;
      if (list->len > 0)
        g_string_append (list, " … ");
      g_string_append_len (list, from + span->start, span->length);
    }
  if (removed->len > 0)
    /* TRANSLATORS: for a screen reader: the words that a version of an answer does not have any
     * more */
    g_string_append_printf (said, _ ("Removed: %s."), g_strstrip (removed->str));
  if (added->len > 0)
    {
      if (said->len > 0)
        g_string_append_c (said, ' ');
      /* TRANSLATORS: for a screen reader: the words that are new in a version of an answer */
      g_string_append_printf (said, _ ("Added: %s."), g_strstrip (added->str));
    }
  gtk_label_set_text (label, text->str);
  gtk_label_set_attributes (label, attributes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  said->str, -1);
}

static void
dark_changed_cb (PalHistoryWindow *self)
{
  g_ptr_array_foreach (self->texts, (GFunc) show_comparison, NULL);
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
  GtkWidget *label = pal_wrap_label_new ("reason-answer");

  g_object_set_data_full (G_OBJECT (label), BEFORE_KEY, dup_words (self, before->value), g_free);
  g_object_set_data_full (G_OBJECT (label), AFTER_KEY, dup_words (self, version->change->value),
                          g_free);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  show_comparison (GTK_LABEL (label));
  gtk_box_append (box, label);
  g_ptr_array_add (self->texts, label);
  /* All of it went: there is nothing else to see. */
  if (version->change->value == NULL)
    add_label (box, _ ("The answer was cleared."), "hint");
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
  g_autofree char *author = dup_author (version->change);
  g_autofree char *origin = dup_origin (self, version->change);
  /* TRANSLATORS: what a screen reader says of a version of an answer: who wrote it, when and where
   */
  g_autofree char *name = g_strdup_printf (C_ ("history", "%1$s, %2$s"), author, origin);
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
      if (!version->is_head || n_heads > 1)
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

  g_clear_pointer (&self->texts, g_ptr_array_unref);
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
  self->texts = g_ptr_array_new ();
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (dark_changed_cb), self, G_CONNECT_SWAPPED);
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
  load (self);

  return self;
}
