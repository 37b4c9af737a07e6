// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-new-dossier-window"
#include "config.h"

#include "pal-new-dossier-window.h"
#include "pal-banner.h"
#include "pal-date.h"
#include "pal-new-dossier.h"
#include "pal-option.h"
#include "pal-people-page.h"
#include "pal-pick-file.h"
#include "pal-stack.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- the window ---------------------------------------------------------------------------- */

/* The official languages of the United Nations. */
static const struct
{
  const char *code;
  const char *name;
} languages[] = {
  { "ar", N_ ("Arabic") }, { "zh", N_ ("Chinese") }, { "en", N_ ("English") },
  { "fr", N_ ("French") }, { "ru", N_ ("Russian") }, { "es", N_ ("Spanish") },
};

/* The questionnaires, and what they ask under each instrument. */
static const struct
{
  const char *name;
  const char *subject;
  const char *trafficking;
  const char *smuggling;
  const char *firearms;
  const char *uncac;
} clusters[] = {
  { N_ ("Cluster I"), N_ ("Criminalization and jurisdiction"),
    N_ ("Articles 3 and 5 in this cluster"), N_ ("Articles 3, 5 and 6 in this cluster"),
    N_ ("Articles 3, 5 and 8 in this cluster"),
    N_ ("If the State is a party, articles 8 and 9 of the Convention are not asked here") },
  { N_ ("Cluster II"), N_ ("Prevention, technical assistance, protection and other measures"),
    N_ ("Articles 6, 7 and 9 in this cluster"), N_ ("Articles 8, 9, 14, 15 and 16 in this cluster"),
    N_ ("Articles 7, 9, 10, 11, 14 and 15 in this cluster"),
    N_ ("If the State is a party, answers can refer to what it reported there") },
  { N_ ("Cluster III"), N_ ("Law enforcement and the judicial system"),
    N_ ("Articles 11, 12 and 13 in this cluster"), N_ ("Articles 11, 12 and 13 in this cluster"),
    N_ ("No articles in this cluster"),
    N_ ("If the State is a party, answers can refer to what it reported there") },
  { N_ ("Cluster IV"), N_ ("International cooperation, mutual legal assistance and confiscation"),
    N_ ("Articles 8 and 10 in this cluster"), N_ ("Articles 7, 10 and 18 in this cluster"),
    N_ ("Articles 6, 12 and 13 in this cluster"),
    N_ ("If the State is a party, answers can refer to what it reported there") },
};

struct _PalNewDossierWindow
{
  AdwWindow parent_instance;

  GTask *task; /* (owned) (nullable): to be told the result */
  GFile *file; /* (owned) (nullable): chosen by the person */
  gboolean working;
  GtkCheckButton *cluster_options[G_N_ELEMENTS (clusters)];
  GtkCheckButton *language_options[G_N_ELEMENTS (languages)];

  AdwWindowTitle *title;
  GtkButton *back_button;
  GtkButton *next_button;
  PalBanner *banner;
  GtkStack *steps;
  GtkEditable *state;
  GtkEditable *start_date;
  AdwPreferencesGroup *questionnaires;
  AdwActionRow *trafficking_row;
  AdwActionRow *smuggling_row;
  AdwActionRow *firearms_row;
  AdwActionRow *uncac_row;
  GtkSwitch *trafficking;
  GtkSwitch *smuggling;
  GtkSwitch *firearms;
  GtkSwitch *uncac;
  AdwPreferencesGroup *languages;
  PalPeoplePage *people;
  AdwActionRow *file_row;
};

G_DEFINE_FINAL_TYPE (PalNewDossierWindow, pal_new_dossier_window, ADW_TYPE_WINDOW)

static const char *const steps[] = { "state", "instruments", "languages", "people", "file" };

static guint
get_step (PalNewDossierWindow *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->steps);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_strcmp0 (steps[i], name) == 0)
      return i;

  return 0;
}

static gboolean
is_last_step (PalNewDossierWindow *self)
{
  return get_step (self) == G_N_ELEMENTS (steps) - 1;
}

/* --- what was typed ------------------------------------------------------------------------ */

static char *
dup_languages (PalNewDossierWindow *self)
{
  GString *codes = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (gtk_check_button_get_active (self->language_options[i]))
      g_string_append_printf (codes, "%s%s", codes->len > 0 ? " " : "", languages[i].code);

  return g_string_free (codes, FALSE);
}

/* Of the questionnaires above. */
static guint
get_cluster (PalNewDossierWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (clusters); i++)
    if (gtk_check_button_get_active (self->cluster_options[i]))
      return i;

  return 0;
}

static char *
dup_default_path (PalNewDossierWindow *self)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autofree char *state = g_strstrip (g_strdup (gtk_editable_get_text (self->state)));
  g_autofree char *base = NULL;

  /* TRANSLATORS: suggested file name, without extension: the State under review, the cluster */
  base = g_strdup_printf (_ ("%s - %s"), *state != '\0' ? state : _ ("Dossier"),
                          _ (clusters[get_cluster (self)].name));
  g_strdelimit (base, "/\\:*?\"<>|", '-');
  if (folder == NULL)
    folder = g_get_home_dir ();

  for (guint i = 1;; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup_printf ("%s.palermo", base)
                                     : g_strdup_printf ("%s %u.palermo", base, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS) || i == 1000)
        return g_steal_pointer (&path);
    }
}

static char *
dup_path (PalNewDossierWindow *self)
{
  return self->file != NULL ? g_file_get_path (self->file) : dup_default_path (self);
}

/* The trouble with one step, in words; NULL when one may go on. Takes the focus there. */
static const char *
check_step (PalNewDossierWindow *self, guint step)
{
  const char *start = gtk_editable_get_text (self->start_date);
  g_autofree char *codes = dup_languages (self);

  if (step == 0 && pal_text_is_blank (gtk_editable_get_text (self->state)))
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->state));
      return _ ("Enter the name of the State.");
    }
  if (step == 0 && !pal_text_is_blank (start))
    {
      g_autofree char *date = pal_date_dup_canonical (start);

      if (date == NULL)
        {
          gtk_widget_grab_focus (GTK_WIDGET (self->start_date));
          return _ ("Enter the start as year, month and day, for example 2025-01-15, or leave it "
                    "empty.");
        }
    }
  /* Two letters each and a space between: three languages are eight characters. */
  if (step == 2 && strlen (codes) > 8)
    return _ ("Choose three languages at most.");

  return NULL;
}

/* --- going through ------------------------------------------------------------------------- */

static void
update (PalNewDossierWindow *self)
{
  guint step = get_step (self);
  g_autofree char *subtitle = NULL;
  GtkStackPage *page = gtk_stack_get_page (self->steps, gtk_stack_get_visible_child (self->steps));

  /* TRANSLATORS: where one is in the assistant */
  subtitle = g_strdup_printf (_ ("Step %u of %u"), step + 1, (guint) G_N_ELEMENTS (steps));
  adw_window_title_set_title (self->title, gtk_stack_page_get_title (page));
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_button_set_label (self->back_button, step == 0 ? _ ("_Cancel") : _ ("_Back"));
  gtk_button_set_label (self->next_button, is_last_step (self) ? _ ("C_reate") : _ ("_Next"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "assistant.next", !self->working);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "assistant.back", !self->working);
  if (is_last_step (self))
    {
      g_autofree char *path = dup_path (self);
      g_autofree char *shown = g_filename_display_name (path);
      /* A path is read from its first folder on, whatever the writing around it. */
      g_autofree char *isolated = pal_text_dup_isolated (shown);
      g_autofree char *escaped = g_markup_escape_text (isolated, -1);

      adw_action_row_set_subtitle (self->file_row, escaped);
    }
}

static void
show_step (PalNewDossierWindow *self, guint step)
{
  pal_banner_set (self->banner, NULL, NULL, NULL);
  pal_stack_show_named (self->steps, steps[step]);
  update (self);
  gtk_widget_child_focus (gtk_stack_get_visible_child (self->steps), GTK_DIR_TAB_FORWARD);
}

static PalNewDossier *
collect (PalNewDossierWindow *self)
{
  PalNewDossier *answers = pal_new_dossier_new ();

  answers->cluster = get_cluster (self) + 1;
  answers->state = g_strstrip (g_strdup (gtk_editable_get_text (self->state)));
  answers->start_date = pal_date_dup_canonical (gtk_editable_get_text (self->start_date));
  answers->languages = dup_languages (self);
  answers->has_instruments = TRUE;
  answers->trafficking = gtk_switch_get_active (self->trafficking);
  answers->smuggling = gtk_switch_get_active (self->smuggling);
  answers->firearms = gtk_switch_get_active (self->firearms);
  answers->uncac = gtk_switch_get_active (self->uncac);
  pal_people_page_collect (self->people, answers);

  return answers;
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalNewDossierWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_new_dossier_create_finish (result, &error);

  self->working = FALSE;
  if (dossier == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("could not make a dossier: %s", error->message);
      pal_banner_set (self->banner, words, NULL, NULL);
      update (self);
      return;
    }

  if (self->task != NULL)
    {
      g_task_return_pointer (self->task, dossier, g_object_unref);
      g_clear_object (&self->task);
    }
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
create (PalNewDossierWindow *self)
{
  g_autoptr (PalNewDossier) answers = collect (self);
  g_autofree char *path = dup_path (self);

  self->working = TRUE;
  pal_banner_set (self->banner, NULL, NULL, NULL);
  update (self);
  pal_new_dossier_create_async (answers, path, created_cb, g_object_ref (self));
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalNewDossierWindow *self = PAL_NEW_DOSSIER_WINDOW (widget);
  const char *trouble = check_step (self, get_step (self));

  if (trouble != NULL)
    pal_banner_set (self->banner, trouble, NULL, NULL);
  else if (is_last_step (self))
    create (self);
  else
    show_step (self, get_step (self) + 1);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalNewDossierWindow *self = PAL_NEW_DOSSIER_WINDOW (widget);

  if (get_step (self) == 0)
    gtk_window_close (GTK_WINDOW (self));
  else
    show_step (self, get_step (self) - 1);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalNewDossierWindow) self = user_data;
  GFile *file = pal_pick_file_finish (result);

  if (file == NULL)
    return;

  g_clear_object (&self->file);
  self->file = file;
  update (self);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalNewDossierWindow *self = PAL_NEW_DOSSIER_WINDOW (widget);
  g_autofree char *path = dup_path (self);
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

  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (self));
}

static void
entry_activated_cb (GtkWidget *entry, PalNewDossierWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "assistant.next", NULL);
}

static void
changed_cb (GtkWidget *widget, PalNewDossierWindow *self)
{
  if (pal_banner_is_shown (self->banner))
    pal_banner_set (self->banner, NULL, NULL, NULL);
}

static void
cluster_toggled_cb (GtkWidget *option, PalNewDossierWindow *self)
{
  guint i = get_cluster (self);

  adw_action_row_set_subtitle (self->trafficking_row, _ (clusters[i].trafficking));
  adw_action_row_set_subtitle (self->smuggling_row, _ (clusters[i].smuggling));
  adw_action_row_set_subtitle (self->firearms_row, _ (clusters[i].firearms));
  adw_action_row_set_subtitle (self->uncac_row, _ (clusters[i].uncac));
}

static void
fill_questionnaires (PalNewDossierWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (clusters); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *option = gtk_check_button_new ();

      gtk_widget_set_valign (option, GTK_ALIGN_CENTER);
      gtk_check_button_set_group (GTK_CHECK_BUTTON (option), self->cluster_options[0]);
      gtk_accessible_update_property (GTK_ACCESSIBLE (option), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (clusters[i].name), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      _ (clusters[i].subject), -1);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (clusters[i].name));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (clusters[i].subject));
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), option);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), option);
      self->cluster_options[i] = GTK_CHECK_BUTTON (option);
      adw_preferences_group_add (self->questionnaires, row);
    }
  gtk_check_button_set_active (self->cluster_options[0], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (clusters); i++)
    g_signal_connect (self->cluster_options[i], "toggled", G_CALLBACK (cluster_toggled_cb), self);
  cluster_toggled_cb (NULL, self);
}

static void
fill_languages (PalNewDossierWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *option
          = GTK_WIDGET (pal_option_new (languages[i].code, _ (languages[i].name), FALSE));

      /* The row has the words; the name of the option stays for assistive technology. */
      gtk_check_button_set_label (GTK_CHECK_BUTTON (option), NULL);
      gtk_widget_set_valign (option, GTK_ALIGN_CENTER);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (languages[i].name));
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), option);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), option);
      g_signal_connect (option, "toggled", G_CALLBACK (changed_cb), self);
      self->language_options[i] = GTK_CHECK_BUTTON (option);
      adw_preferences_group_add (self->languages, row);
    }
}

static gboolean
pal_new_dossier_window_close_request (GtkWindow *window)
{
  PalNewDossierWindow *self = PAL_NEW_DOSSIER_WINDOW (window);

  /* A dossier that is being made is finished first. */
  if (self->working)
    return TRUE;

  return GTK_WINDOW_CLASS (pal_new_dossier_window_parent_class)->close_request (window);
}

static void
pal_new_dossier_window_dispose (GObject *object)
{
  PalNewDossierWindow *self = PAL_NEW_DOSSIER_WINDOW (object);

  if (self->task != NULL)
    {
      g_task_return_pointer (self->task, NULL, NULL);
      g_clear_object (&self->task);
    }
  g_clear_object (&self->file);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_NEW_DOSSIER_WINDOW);

  G_OBJECT_CLASS (pal_new_dossier_window_parent_class)->dispose (object);
}

static void
pal_new_dossier_window_class_init (PalNewDossierWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_new_dossier_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = pal_new_dossier_window_close_request;

  g_type_ensure (PAL_TYPE_BANNER);
  g_type_ensure (PAL_TYPE_PEOPLE_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/home/pal-new-dossier-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, next_button);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, state);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, start_date);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, questionnaires);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, trafficking_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, smuggling_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, firearms_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, uncac_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, trafficking);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, smuggling);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, firearms);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, uncac);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, languages);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, people);
  gtk_widget_class_bind_template_child (widget_class, PalNewDossierWindow, file_row);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "assistant.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "assistant.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "assistant.choose", NULL, choose_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_new_dossier_window_init (PalNewDossierWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_questionnaires (self);
  fill_languages (self);
  update (self);
}

/**
 * pal_new_dossier_window_run_async:
 * @parent: the window that asks
 * @callback: called when the dossier is made, or when it was given up
 * @user_data: data for @callback
 */
void
pal_new_dossier_window_run_async (GtkWindow *parent, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  PalNewDossierWindow *self
      = g_object_new (PAL_TYPE_NEW_DOSSIER_WINDOW, "transient-for", parent, NULL);

  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, pal_new_dossier_window_run_async);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->state));
}

PalDossier *
pal_new_dossier_window_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
