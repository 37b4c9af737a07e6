// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-new-input-window"
#include "config.h"

#include "pal-new-input-window.h"

#include "pal-banner.h"
#include "pal-check-row.h"
#include "pal-drop-down.h"
#include "pal-input-language.h"
#include "pal-kit-job.h"
#include "pal-language.h"
#include "pal-new-input.h"
#include "pal-pick-file.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalNewInputWindow
{
  AdwWindow parent_instance;

  PalBanner *banner;
  AdwPreferencesPage *page;
  GtkEditable *state;
  GtkDropDown *language;
  AdwPreferencesGroup *clusters_group;
  GtkSwitch *all_switch;
  AdwActionRow *file_row;

  GTask *task;                /* (owned) (nullable): to be told the result */
  GFile *file;                /* (owned) (nullable): chosen by the person */
  GCancellable *cancellable;  /* (owned): of the looking */
  PalInputSubjects *subjects; /* (owned) (nullable): not known yet */
  GPtrArray *clusters;        /* (owned) (element-type GtkCheckButton): in rows, unowned */
  GPtrArray *parts;           /* (owned) (element-type AdwPreferencesGroup): unowned */
  GPtrArray *articles;        /* (owned) (element-type GtkCheckButton): in rows, unowned */
  gboolean working;
};

G_DEFINE_FINAL_TYPE (PalNewInputWindow, pal_new_input_window, ADW_TYPE_WINDOW)

/* --- what is chosen ------------------------------------------------------------------------- */

static guint
get_cluster (PalNewInputWindow *self)
{
  for (guint i = 0; i < self->clusters->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (self->clusters, i)))
      return i;

  return 0;
}

static const char *
get_language (PalNewInputWindow *self)
{
  return pal_input_language_get_all ()[gtk_drop_down_get_selected (self->language)];
}

/* That of the program is the likeliest. */
static void
offer_languages (PalNewInputWindow *self)
{
  const char *const *codes = pal_input_language_get_all ();
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = 0;

  for (guint i = 0; codes[i] != NULL; i++)
    {
      gtk_string_list_append (names, pal_language_get_own_name (codes[i]));
      if (strcmp (codes[i], "en") == 0)
        chosen = i;
    }
  for (guint i = 0; codes[i] != NULL; i++)
    if (strcmp (codes[i], pal_language_get ()) == 0)
      chosen = i;
  gtk_drop_down_set_model (self->language, G_LIST_MODEL (names));
  pal_drop_down_let_shrink (self->language);
  gtk_drop_down_set_selected (self->language, chosen);
}

/* (element-type utf8): unowned, ends with NULL */
static GPtrArray *
list_articles (PalNewInputWindow *self)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < self->articles->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (self->articles, i)))
      g_ptr_array_add (list,
                       (char *) pal_check_row_get_value (g_ptr_array_index (self->articles, i)));
  g_ptr_array_add (list, NULL);

  return list;
}

static char *
dup_path (PalNewInputWindow *self)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autofree char *state = g_strstrip (g_strdup (gtk_editable_get_text (self->state)));
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;

  if (self->file != NULL)
    return g_file_get_path (self->file);
  /* TRANSLATORS: suggested file name, without extension: of an input about that State */
  base = *state != '\0' ? g_strdup_printf (_ ("%s - Input"), state) : g_strdup (_ ("Input"));
  g_strdelimit (base, "/\\:*?\"<>|\n\r\t", '-');
  name = g_strconcat (base, ".palermo", NULL);

  return pal_kit_job_dup_free_path (folder != NULL ? folder : g_get_home_dir (), name);
}

/* --- what there is to choose ---------------------------------------------------------------- */

static void
update (PalNewInputWindow *self)
{
  g_autofree char *path = dup_path (self);
  g_autofree char *shown = g_filename_display_name (path);
  /* A path is read from its first folder on, whatever the writing around it. */
  g_autofree char *isolated = pal_text_dup_isolated (shown);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "input.create",
                                 !self->working && self->subjects != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "window.close", !self->working);
  adw_action_row_set_subtitle (self->file_row, isolated);
}

static void
changed_cb (PalNewInputWindow *self)
{
  pal_banner_set (self->banner, NULL, NULL, NULL);
  update (self);
}

static void
add_article (PalNewInputWindow *self, AdwPreferencesGroup *group, const PalChoice *article)
{
  GtkCheckButton *check;

  adw_preferences_group_add (group,
                             pal_check_row_new (article->label, article->value, NULL, &check));
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (changed_cb), self);
  g_ptr_array_add (self->articles, check);
}

/* Of "tip:3" the instrument is "tip". */
static gboolean
is_of_instrument (const PalChoice *article, const PalChoice *instrument)
{
  gsize length = strlen (instrument->value);

  return strncmp (article->value, instrument->value, length) == 0 && article->value[length] == ':';
}

static void
add_part (PalNewInputWindow *self, GPtrArray *articles, const PalChoice *instrument)
{
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < articles->len; i++)
    {
      const PalChoice *article = g_ptr_array_index (articles, i);

      if (!is_of_instrument (article, instrument))
        continue;
      if (group == NULL)
        {
          g_autofree char *escaped = g_markup_escape_text (instrument->label, -1);

          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, escaped);
          adw_preferences_page_add (self->page, group);
          g_ptr_array_add (self->parts, group);
        }
      add_article (self, group, article);
    }
}

/* The articles of the cluster that is chosen, while not all of them are meant. */
static void
show_articles (PalNewInputWindow *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    adw_preferences_page_remove (self->page, g_ptr_array_index (self->parts, i));
  g_ptr_array_set_size (self->parts, 0);
  g_ptr_array_set_size (self->articles, 0);
  if (self->subjects != NULL && !gtk_switch_get_active (self->all_switch))
    for (guint i = 0; i < self->subjects->instruments->len; i++)
      add_part (self, g_ptr_array_index (self->subjects->articles, get_cluster (self)),
                g_ptr_array_index (self->subjects->instruments, i));
  changed_cb (self);
}

static void
cluster_toggled_cb (GtkCheckButton *check, PalNewInputWindow *self)
{
  if (gtk_check_button_get_active (check))
    show_articles (self);
}

static void
show_subjects (PalNewInputWindow *self)
{
  for (guint i = 0; i < self->subjects->clusters->len; i++)
    {
      const PalChoice *cluster = g_ptr_array_index (self->subjects->clusters, i);
      GtkCheckButton *first = i > 0 ? g_ptr_array_index (self->clusters, 0) : NULL;
      GtkCheckButton *check;

      adw_preferences_group_add (self->clusters_group,
                                 pal_check_row_new (cluster->label, cluster->value, first, &check));
      g_ptr_array_add (self->clusters, check);
      if (i == 0)
        gtk_check_button_set_active (check, TRUE);
      g_signal_connect (check, "toggled", G_CALLBACK (cluster_toggled_cb), self);
    }
  show_articles (self);
}

static void
show_trouble (PalNewInputWindow *self, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("an input could not be begun: %s", error->message);
  pal_banner_set (self->banner, words, NULL, NULL);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalNewInputWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInputSubjects) subjects = pal_new_input_look_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return; /* closed meanwhile */
  if (subjects == NULL)
    {
      show_trouble (self, error);
      return;
    }
  self->subjects = g_steal_pointer (&subjects);
  show_subjects (self);
}

/* --- making --------------------------------------------------------------------------------- */

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalNewInputWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_new_input_create_finish (result, &error);

  self->working = FALSE;
  update (self);
  if (dossier == NULL)
    {
      show_trouble (self, error);
      return;
    }
  g_task_return_pointer (self->task, dossier, g_object_unref);
  g_clear_object (&self->task);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* (nullable): the trouble with what is there, in words. */
static const char *
check (PalNewInputWindow *self, GPtrArray *articles)
{
  if (pal_text_is_blank (gtk_editable_get_text (self->state)))
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->state));
      return _ ("Enter the name of the State.");
    }
  if (!gtk_switch_get_active (self->all_switch) && articles->len == 1)
    return _ ("Tick the articles that the input is about, or take all of them.");

  return NULL;
}

static void
create_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalNewInputWindow *self = PAL_NEW_INPUT_WINDOW (widget);
  g_autoptr (GPtrArray) articles = list_articles (self);
  g_autofree char *state = g_strstrip (g_strdup (gtk_editable_get_text (self->state)));
  g_autofree char *path = dup_path (self);
  const char *trouble = check (self, articles);
  PalInputOrder order = { .state = state };

  if (trouble != NULL)
    {
      pal_banner_set (self->banner, trouble, NULL, NULL);
      return;
    }
  order.cluster = pal_check_row_get_value (g_ptr_array_index (self->clusters, get_cluster (self)));
  order.language = get_language (self);
  if (!gtk_switch_get_active (self->all_switch))
    order.articles = (const char *const *) articles->pdata;
  self->working = TRUE;
  changed_cb (self);
  pal_new_input_create_async (&order, path, created_cb, g_object_ref (self));
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalNewInputWindow) self = user_data;
  GFile *file = pal_pick_file_finish (result);

  if (file == NULL)
    return;
  g_clear_object (&self->file);
  self->file = file;
  changed_cb (self);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *path = dup_path (PAL_NEW_INPUT_WINDOW (widget));
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_SAVE,
    .title = _ ("Where to keep the dossier"),
    .accept = _ ("_Choose"),
    .name = base,
    .folder = folder,
    .filter_name = _ ("Palermo dossiers"),
    .pattern = "*.palermo",
  };

  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (widget));
}

static void
entry_activated_cb (PalNewInputWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "input.create", NULL);
}

/* --- the window ----------------------------------------------------------------------------- */

static gboolean
pal_new_input_window_close_request (GtkWindow *window)
{
  /* A dossier that is being made is finished first. */
  if (PAL_NEW_INPUT_WINDOW (window)->working)
    return TRUE;

  return GTK_WINDOW_CLASS (pal_new_input_window_parent_class)->close_request (window);
}

static void
pal_new_input_window_dispose (GObject *object)
{
  PalNewInputWindow *self = PAL_NEW_INPUT_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->task != NULL)
    {
      g_task_return_pointer (self->task, NULL, NULL);
      g_clear_object (&self->task);
    }
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_NEW_INPUT_WINDOW);

  G_OBJECT_CLASS (pal_new_input_window_parent_class)->dispose (object);
}

static void
pal_new_input_window_finalize (GObject *object)
{
  PalNewInputWindow *self = PAL_NEW_INPUT_WINDOW (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->file);
  g_clear_pointer (&self->subjects, pal_input_subjects_free);
  g_ptr_array_unref (self->clusters);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->articles);

  G_OBJECT_CLASS (pal_new_input_window_parent_class)->finalize (object);
}

static void
pal_new_input_window_class_init (PalNewInputWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_new_input_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_new_input_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = pal_new_input_window_close_request;

  g_type_ensure (PAL_TYPE_BANNER);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/prepare/pal-new-input-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, page);
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, state);
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, language);
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, clusters_group);
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, all_switch);
  gtk_widget_class_bind_template_child (widget_class, PalNewInputWindow, file_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_articles);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_install_action (widget_class, "input.create", NULL, create_action);
  gtk_widget_class_install_action (widget_class, "input.choose", NULL, choose_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_new_input_window_init (PalNewInputWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->clusters = g_ptr_array_new ();
  self->parts = g_ptr_array_new ();
  self->articles = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  offer_languages (self);
  update (self);
}

/**
 * pal_new_input_window_run_async:
 * @parent: the window that asks
 * @callback: called when the dossier is made, or when it was given up
 * @user_data: data for @callback
 */
void
pal_new_input_window_run_async (GtkWindow *parent, GAsyncReadyCallback callback, gpointer user_data)
{
  PalNewInputWindow *self = g_object_new (PAL_TYPE_NEW_INPUT_WINDOW, "transient-for", parent, NULL);

  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, pal_new_input_window_run_async);
  pal_new_input_look_async (self->cancellable, looked_cb, g_object_ref (self));
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->state));
}

PalDossier *
pal_new_input_window_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
