// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-orphans-page"
#include "config.h"

#include "pal-orphans-page.h"

#include "pal-ask.h"
#include "pal-group-rows.h"
#include "pal-language.h"
#include "pal-pick-file.h"
#include "pal-publish.h"
#include "pal-trouble.h"
#include "pal-upgrade.h"

#include <glib/gi18n.h>
#include <string.h>

/* Spreadsheet programs take a table for UTF-8 when it begins like this. */
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* Each row costs a layout; the table has all of them. */
#define MAX_ROWS 300

struct _PalOrphansPage
{
  AdwBin parent_instance;

  GtkWidget *heading;
  GtkWidget *nothing_page;
  GtkLabel *state_label;
  GtkWidget *body;
  AdwPreferencesGroup *orphan_group;
  AdwPreferencesGroup *misfit_group;

  PalSession *session; /* (owned) */
  GPtrArray *answers;  /* (owned) (nullable) (element-type PalAnswer) */
  GPtrArray *rows;     /* (owned) (element-type GtkWidget): in the groups, unowned */
};

G_DEFINE_FINAL_TYPE (PalOrphansPage, pal_orphans_page, ADW_TYPE_BIN)

/* --- one answer */

static void
copy_cb (GtkWidget *button, gpointer user_data)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), user_data);
  pal_toast (button, adw_toast_new (_ ("The answer is copied")));
}

static void
free_text (gpointer text, GClosure *closure)
{
  g_free (text);
}

static GtkWidget *
copy_button_new (const PalAnswer *answer)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Copy this answer"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy this answer"), -1);
  g_signal_connect_data (button, "clicked", G_CALLBACK (copy_cb), g_strdup (answer->text),
                         free_text, 0);

  return button;
}

static char *
dup_written (const PalAnswer *answer)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (answer->clock_us / G_USEC_PER_SEC);
  g_autofree char *time = then != NULL ? pal_language_format_date (then) : g_strdup ("");

  if (answer->author == NULL || *answer->author == '\0')
    return g_steal_pointer (&time);

  /* TRANSLATORS: who wrote an answer, and when */
  return g_strdup_printf (_ ("%s, %s"), answer->author, time);
}

static GtkWidget *
line_new (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);

  return label;
}

/* Question, where it stood, what was answered, by whom. */
static GtkWidget *
answer_row_new (const PalAnswer *answer)
{
  const char *question = answer->label != NULL ? answer->label : answer->path;
  g_autofree char *written = dup_written (answer);
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_hexpand (lines, TRUE);
  if (answer->place != NULL)
    gtk_box_append (GTK_BOX (lines), line_new (answer->place, "caption"));
  gtk_box_append (GTK_BOX (lines), line_new (question, "heading"));
  gtk_box_append (GTK_BOX (lines), line_new (answer->text, NULL));
  gtk_box_append (GTK_BOX (lines), line_new (written, "dim-label"));
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), copy_button_new (answer));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, answer->text, -1);

  return row;
}

/* --- all of them */

static void
fill (PalOrphansPage *self)
{
  guint n_orphans = 0;
  guint n_misfits = 0;

  pal_group_rows_clear (self->rows);
  for (guint i = 0; i < self->answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (self->answers, i);
      GtkWidget *row;

      n_orphans += !answer->is_misfit;
      n_misfits += answer->is_misfit;
      if (self->rows->len >= MAX_ROWS)
        continue;
      row = answer_row_new (answer);
      adw_preferences_group_add (answer->is_misfit ? self->misfit_group : self->orphan_group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->orphan_group), n_orphans > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->misfit_group), n_misfits > 0);
  gtk_widget_set_visible (self->body, self->answers->len > 0);
  gtk_widget_set_visible (self->heading, self->answers->len > 0);
  gtk_widget_set_visible (self->nothing_page, self->answers->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->state_label), FALSE);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOrphansPage) self = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *answers = pal_dossier_read_orphans_finish (PAL_DOSSIER (source), result, &error);

  /* The page may be gone by now. */
  if (self->session == NULL)
    {
      g_clear_pointer (&answers, g_ptr_array_unref);
      return;
    }
  if (answers == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      gtk_label_set_text (self->state_label, words);
      gtk_widget_set_visible (GTK_WIDGET (self->state_label), TRUE);
      return;
    }
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  self->answers = answers;
  fill (self);
}

static void
read_answers (PalOrphansPage *self)
{
  pal_dossier_read_orphans_async (pal_session_get_dossier (self->session), NULL,
                                  pal_session_get_form_language (self->session), read_cb,
                                  g_object_ref (self));
}

/* --- taking them elsewhere */

static void
copy_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalOrphansPage *self = PAL_ORPHANS_PAGE (widget);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; self->answers != NULL && i < self->answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (self->answers, i);

      g_string_append_printf (text, "%s%s\n%s\n", text->len > 0 ? "\n" : "",
                              answer->label != NULL ? answer->label : answer->path, answer->text);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
  pal_toast (widget, adw_toast_new (_ ("The answers are copied")));
}

/* A table on its way to a file. */
typedef struct
{
  char *path;
  GBytes *table;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_free (export->path);
  g_bytes_unref (export->table);
  g_free (export);
}

static void
export_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Export *export = task_data;
  GError *error = NULL;

  if (pal_publish_bytes (export->path, export->table, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    pal_toast (GTK_WIDGET (source), adw_toast_new (_ ("The table is saved")));
  else
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (source), _ ("The table could not be saved"), words);
    }
}

static void
export_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOrphansPage) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *csv = NULL;
  g_autoptr (GTask) task = NULL;
  char *table;
  Export *export;

  if (file == NULL || self->answers == NULL || g_file_peek_path (file) == NULL)
    return;
  csv = pal_answers_to_csv (self->answers);
  table = g_strconcat (BYTE_ORDER_MARK, csv, NULL);
  export = g_new0 (Export, 1);
  export->path = g_file_get_path (file);
  export->table = g_bytes_new_take (table, strlen (table));
  task = g_task_new (self, NULL, exported_cb, NULL);
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_in_thread);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save a Table of These Answers"),
                       .accept = _ ("_Save"),
                       .name = "answers-without-question.csv" };

  pal_pick_file_async (widget, &pick, export_picked_cb, g_object_ref (widget));
}

/* --- the widget */

static void
pal_orphans_page_dispose (GObject *object)
{
  PalOrphansPage *self = PAL_ORPHANS_PAGE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_ORPHANS_PAGE);

  G_OBJECT_CLASS (pal_orphans_page_parent_class)->dispose (object);
}

static void
pal_orphans_page_class_init (PalOrphansPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_orphans_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/versions/pal-orphans-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalOrphansPage, heading);
  gtk_widget_class_bind_template_child (widget_class, PalOrphansPage, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, PalOrphansPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalOrphansPage, body);
  gtk_widget_class_bind_template_child (widget_class, PalOrphansPage, orphan_group);
  gtk_widget_class_bind_template_child (widget_class, PalOrphansPage, misfit_group);
  gtk_widget_class_install_action (widget_class, "orphans.copy-all", NULL, copy_all_action);
  gtk_widget_class_install_action (widget_class, "orphans.export", NULL, export_action);
}

static void
pal_orphans_page_init (PalOrphansPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
}

/**
 * pal_orphans_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page; its answers come when they are read
 */
GtkWidget *
pal_orphans_page_new (PalSession *session)
{
  PalOrphansPage *self = g_object_new (PAL_TYPE_ORPHANS_PAGE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (read_answers), self,
                           G_CONNECT_SWAPPED);
  read_answers (self);

  return GTK_WIDGET (self);
}
