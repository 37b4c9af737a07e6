// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-backups-page"
#include "config.h"

#include "pal-backups-page.h"

#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-backup.h"
#include "pal-difference-window.h"
#include "pal-group-rows.h"
#include "pal-locale.h"
#include "pal-session-backup.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

struct _PalBackupsPage
{
  AdwBin parent_instance;

  GtkLabel *state_label;
  GtkWidget *progress;
  AdwPreferencesGroup *beside_group;
  AdwPreferencesGroup *private_group;

  PalSession *session; /* (owned) */
  GPtrArray *rows;     /* (owned) (element-type GtkWidget): in the groups, unowned */
  gboolean is_busy;    /* one thing at a time */
};

G_DEFINE_FINAL_TYPE (PalBackupsPage, pal_backups_page, ADW_TYPE_BIN)

static void read_backups (PalBackupsPage *self);

/* --- what is going on */

static void
set_busy (PalBackupsPage *self, const char *words)
{
  self->is_busy = words != NULL;
  gtk_widget_set_visible (self->progress, words != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->state_label), words != NULL);
  if (words != NULL)
    gtk_label_set_text (self->state_label, words);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backups.make", words == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backups.compare", words == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "backups.go-back", words == NULL);
}

/* Of a page that may be gone by now. */
static gboolean
is_there (PalBackupsPage *self)
{
  return self->session != NULL;
}

static void
tell_trouble (PalBackupsPage *self, const char *heading, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("backups: %s", error->message);
  pal_tell (GTK_WIDGET (self), heading, words);
}

/* --- one backup */

/* Read beside the main thread. */
typedef struct
{
  PalBackup *backup; /* (owned) */
  gint64 n_answers;  /* -1: it cannot be told */
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  pal_backup_free (entry->backup);
  g_free (entry);
}

static char *
dup_reason (const PalBackup *backup)
{
  const struct
  {
    PalKept kept;
    const char *words;
  } reasons[] = {
    /* TRANSLATORS: why a backup is kept */
    { PAL_KEPT_NEWEST, C_ ("backup", "the newest") },
    { PAL_KEPT_HOUR, C_ ("backup", "the last of its hour") },
    { PAL_KEPT_DAY, C_ ("backup", "the last of its day") },
    { PAL_KEPT_WEEK, C_ ("backup", "the last of its week") },
  };
  g_autoptr (GString) list = g_string_new (NULL);

  if (!backup->is_sound)
    return g_strdup (_ ("It cannot be opened any more."));
  if (backup->kept == 0)
    return g_strdup (_ ("It is removed when the next one is made."));
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if ((backup->kept & reasons[i].kept) != 0)
      g_string_append_printf (list, "%s%s", list->len > 0 ? C_ ("list", ", ") : "",
                              reasons[i].words);

  /* TRANSLATORS: why a backup is kept: a list such as: the newest, the last of its hour */
  return g_strdup_printf (_ ("Why it is kept: %s."), list->str);
}

static char *
dup_content (const Entry *entry)
{
  g_autofree char *size = pal_locale_dup_size (entry->backup->size_bytes);
  g_autofree char *answers = NULL;

  if (entry->n_answers < 0)
    return g_steal_pointer (&size);
  answers = g_strdup_printf (ngettext ("%u answer", "%u answers", (guint) entry->n_answers),
                             (guint) entry->n_answers);

  /* TRANSLATORS: how much is in a backup: "120 answers", the size of the file */
  return g_strdup_printf (C_ ("backup", "%1$s · %2$s"), answers, size);
}

static GtkWidget *
button_new (const char *label, const char *action, const char *path, const char *time)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  /* TRANSLATORS: for a screen reader: what a button does, the backup that it is about */
  g_autofree char *name = g_strdup_printf (C_ ("backup", "%1$s: %2$s"), label, time);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", path);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return button;
}

static GtkWidget *
line_new (const char *text, const char *style)
{
  GtkWidget *label = pal_wrap_label_new (style);

  pal_wrap_set_text (GTK_LABEL (label), text);

  return label;
}

static GtkWidget *
row_new (const Entry *entry)
{
  g_autofree char *time = pal_answer_dup_time (entry->backup->made_us);
  g_autofree char *reason = dup_reason (entry->backup);
  g_autofree char *content = dup_content (entry);
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_add_css_class (lines, "difference");
  gtk_box_append (GTK_BOX (lines), line_new (time, "heading"));
  gtk_box_append (GTK_BOX (lines), line_new (content, "body"));
  gtk_box_append (GTK_BOX (lines), line_new (reason, "dim-label"));
  if (entry->backup->is_sound)
    {
      GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

      gtk_widget_set_layout_manager (buttons, pal_wrap_layout_new (6));
      gtk_widget_set_margin_top (buttons, 6);
      gtk_box_append (GTK_BOX (buttons),
                      button_new (_ ("Compare"), "backups.compare", entry->backup->path, time));
      gtk_box_append (GTK_BOX (buttons), button_new (_ ("Go Back to This One"), "backups.go-back",
                                                     entry->backup->path, time));
      gtk_box_append (GTK_BOX (lines), buttons);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), lines);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, time,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, content, -1);

  return row;
}

/* --- all of them */

static void
show_place (AdwPreferencesGroup *group, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_filename_display_name (folder);
  g_autofree char *markup = g_markup_escape_text (name, -1);
  /* A path keeps its own direction inside an Arabic sentence. */
  g_autofree char *isolated = g_strconcat ("\u2068", markup, "\u2069", NULL);
  /* TRANSLATORS: the path of a folder */
  g_autofree char *words = g_strdup_printf (_ ("In the folder %s"), isolated);

  adw_preferences_group_set_description (group, words);
}

static void
fill (PalBackupsPage *self, GPtrArray *entries)
{
  guint n_beside = 0;

  pal_group_rows_clear (self->rows);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      AdwPreferencesGroup *group
          = entry->backup->is_beside ? self->beside_group : self->private_group;
      GtkWidget *row = row_new (entry);

      n_beside += entry->backup->is_beside;
      show_place (group, entry->backup->path);
      adw_preferences_group_add (group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->beside_group), n_beside > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->private_group), n_beside < entries->len);
  set_busy (self, NULL);
  if (entries->len == 0)
    {
      gtk_label_set_text (self->state_label,
                          _ ("There is no backup yet. The first one is made within ten minutes of "
                             "work, and one whenever the dossier is closed."));
      gtk_widget_set_visible (GTK_WIDGET (self->state_label), TRUE);
    }
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *dossier = task_data;
  g_autoptr (GPtrArray) backups
      = pal_backup_list (pal_dossier_get_path (dossier), pal_dossier_get_id (dossier));
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);

  for (guint i = 0; i < backups->len; i++)
    {
      Entry *entry = g_new0 (Entry, 1);

      entry->backup = g_steal_pointer (&g_ptr_array_index (backups, i));
      entry->n_answers = pal_backup_count_answers (entry->backup);
      g_ptr_array_add (entries, entry);
    }
  g_ptr_array_set_free_func (backups, NULL);
  g_task_return_pointer (task, entries, (GDestroyNotify) g_ptr_array_unref);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalBackupsPage *self = PAL_BACKUPS_PAGE (source);
  g_autoptr (GPtrArray) entries = g_task_propagate_pointer (G_TASK (result), NULL);

  if (is_there (self))
    fill (self, entries);
}

static void
read_backups (PalBackupsPage *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, listed_cb, NULL);

  set_busy (self, _ ("Looking for backups…"));
  g_task_set_task_data (task, g_object_ref (pal_session_get_dossier (self->session)),
                        g_object_unref);
  g_task_run_in_thread (task, list_in_thread);
}

/* --- making one */

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalBackupsPage) self = user_data;
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok = pal_dossier_back_up_finish (PAL_DOSSIER (source), result, &made, &error);

  if (!is_there (self))
    return;
  if (!ok)
    tell_trouble (self, _ ("No backup could be made"), error);
  else if (made == NULL)
    pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("The newest backup is the same already")));
  else
    pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("A backup was made, opened and counted")));
  read_backups (self);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalBackupsPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    {
      if (!is_there (self))
        return;
      set_busy (self, NULL);
      tell_trouble (self, _ ("No backup could be made"), error);
      return;
    }
  pal_dossier_back_up_async (pal_session_get_dossier (PAL_SESSION (source)), PAL_BACK_UP_DEFAULT,
                             NULL, made_cb, g_steal_pointer (&self));
}

static void
make_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalBackupsPage *self = PAL_BACKUPS_PAGE (widget);

  if (self->is_busy)
    return;
  set_busy (self, _ ("Making a backup…"));
  pal_session_flush_async (self->session, flushed_cb, g_object_ref (self));
}

/* --- comparing */

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalBackupsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) differences
      = pal_session_compare_backup_finish (PAL_SESSION (source), result, &error);
  PalDifferenceWords words = {
    .title = _ ("Compare with a Backup"),
    .intro = _ ("This is what going back would change. Nothing is changed yet."),
    /* TRANSLATORS: what an answer says now, and what it says in a backup */
    .before = C_ ("backup", "Now"),
    .after = C_ ("backup", "In the backup"),
  };

  if (!is_there (self))
    return;
  set_busy (self, NULL);
  if (differences == NULL)
    tell_trouble (self, _ ("This backup cannot be compared"), error);
  else
    gtk_window_present (
        GTK_WINDOW (pal_difference_window_new (GTK_WIDGET (self), differences, &words)));
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalBackupsPage *self = PAL_BACKUPS_PAGE (widget);

  if (self->is_busy)
    return;
  set_busy (self, _ ("Comparing…"));
  pal_session_compare_backup_async (self->session, g_variant_get_string (parameter, NULL),
                                    compared_cb, g_object_ref (self));
}

/* --- going back */

static void
went_back_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalBackupsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  guint n_changed = 0;
  gboolean ok
      = pal_session_restore_backup_finish (PAL_SESSION (source), result, &n_changed, &error);
  AdwToast *toast = NULL;

  if (!is_there (self))
    return;
  set_busy (self, NULL);
  if (!ok)
    {
      tell_trouble (self, _ ("The dossier is as it was"), error);
      return;
    }
  if (n_changed == 0)
    toast = adw_toast_new (_ ("The dossier is the same as this backup already"));
  else
    {
      toast = adw_toast_new (_ ("The dossier is again as in the backup"));
      adw_toast_set_button_label (toast, _ ("_Undo"));
      adw_toast_set_action_name (toast, "win.undo");
    }
  adw_toast_set_timeout (toast, 10);
  pal_toast (GTK_WIDGET (self), toast);
}

static void
go_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalBackupsPage *self = PAL_BACKUPS_PAGE (widget);

  if (self->is_busy)
    return;
  set_busy (self, _ ("Going back…"));
  pal_session_restore_backup_async (self->session, g_variant_get_string (parameter, NULL),
                                    went_back_cb, g_object_ref (self));
}

/* --- the widget */

/* It may have been long since it was shown last. */
static void
pal_backups_page_map (GtkWidget *widget)
{
  PalBackupsPage *self = PAL_BACKUPS_PAGE (widget);

  GTK_WIDGET_CLASS (pal_backups_page_parent_class)->map (widget);
  if (!self->is_busy)
    read_backups (self);
}

static void
pal_backups_page_dispose (GObject *object)
{
  PalBackupsPage *self = PAL_BACKUPS_PAGE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_BACKUPS_PAGE);

  G_OBJECT_CLASS (pal_backups_page_parent_class)->dispose (object);
}

static void
pal_backups_page_class_init (PalBackupsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_backups_page_dispose;
  widget_class->map = pal_backups_page_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/backups/pal-backups-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalBackupsPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalBackupsPage, progress);
  gtk_widget_class_bind_template_child (widget_class, PalBackupsPage, beside_group);
  gtk_widget_class_bind_template_child (widget_class, PalBackupsPage, private_group);
  gtk_widget_class_install_action (widget_class, "backups.make", NULL, make_action);
  gtk_widget_class_install_action (widget_class, "backups.compare", "s", compare_action);
  gtk_widget_class_install_action (widget_class, "backups.go-back", "s", go_back_action);
}

static void
pal_backups_page_init (PalBackupsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
}

/**
 * pal_backups_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page; it looks for backups whenever it is shown
 */
GtkWidget *
pal_backups_page_new (PalSession *session)
{
  PalBackupsPage *self = g_object_new (PAL_TYPE_BACKUPS_PAGE, NULL);

  self->session = g_object_ref (session);

  return GTK_WIDGET (self);
}
