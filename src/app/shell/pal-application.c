// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-application"
#include "config.h"

#include "pal-application.h"
#include "pal-about.h"
#include "pal-attachment.h"
#include "pal-ask.h"
#include "pal-cover.h"
#include "pal-incoming.h"
#include "pal-intake.h"
#include "pal-keys-window.h"
#include "pal-language.h"
#include "pal-new-dossier-window.h"
#include "pal-new-dossier.h"
#include "pal-new-input-window.h"
#include "pal-paths.h"
#include "pal-pick-file.h"
#include "pal-settings.h"
#include "pal-shortcuts.h"
#include "pal-translate-window.h"
#include "pal-trouble.h"
#include "pal-signers-window.h"
#include "pal-verify-statement.h"
#include "pal-verify-window.h"
#include "pal-window.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* How long the first window may wait for its dossier before it shows that it waits. */
#define EARLY_WAIT_MS 400

struct _PalApplication
{
  AdwApplication parent_instance;

  gboolean practise;   /* --practice was given */
  guint signals[2];    /* SIGTERM, SIGINT */
  GSettings *settings; /* (owned) */
  guint renew_source;  /* idle */

  /* The dossier of the command line: opened while GTK starts. */
  char *early_path;          /* (owned) (nullable) */
  PalSession *early_session; /* (owned) (nullable) */
  GError *early_error;       /* (owned) (nullable) */
  PalWindow *early_window;   /* (owned) (nullable): waits for it */
  guint early_timeout;
};

G_DEFINE_FINAL_TYPE (PalApplication, pal_application, ADW_TYPE_APPLICATION)

/* --- windows ------------------------------------------------------------------------------- */

static PalWindow *
find_window (PalApplication *self, const char *path)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (PAL_IS_WINDOW (l->data) && g_strcmp0 (pal_window_get_path (l->data), path) == 0)
      return l->data;

  return NULL;
}

/* A window at its start page, or a new one. */
static PalWindow *
get_free_window (PalApplication *self)
{
  PalWindow *window = find_window (self, NULL);

  if (window == NULL)
    window = PAL_WINDOW (pal_window_new (GTK_APPLICATION (self)));

  return window;
}

static PalWindow *
get_active_window (PalApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (PAL_IS_WINDOW (l->data))
      return l->data;

  return get_free_window (self);
}

/* --- the dossier of the command line --------------------------------------------------------- */

static void
show_early (PalApplication *self)
{
  g_autoptr (PalWindow) window = g_steal_pointer (&self->early_window);

  g_clear_handle_id (&self->early_timeout, g_source_remove);
  /* Words about trouble need a window to stand before. */
  if (self->early_error != NULL)
    gtk_window_present (GTK_WINDOW (window));
  pal_window_opened (window, self->early_session, self->early_error);
  if (self->early_error == NULL)
    gtk_window_present (GTK_WINDOW (window));
  g_clear_object (&self->early_session);
  g_clear_error (&self->early_error);
  g_clear_pointer (&self->early_path, g_free);
}

static void
early_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalApplication) self = user_data;

  self->early_session = pal_session_open_finish (result, &self->early_error);
  if (self->early_window != NULL)
    show_early (self);
}

static gboolean
early_late_cb (gpointer user_data)
{
  PalApplication *self = user_data;

  self->early_timeout = 0;
  gtk_window_present (GTK_WINDOW (self->early_window));

  return G_SOURCE_REMOVE;
}

static void
start_early (PalApplication *self)
{
  if (self->early_path != NULL)
    pal_session_open_async (self->early_path, NULL, early_opened_cb, g_object_ref (self));
}

/* The first picture is the dossier itself, unless it takes so long that people would wonder. */
static void
present_early (PalApplication *self)
{
  self->early_window = g_object_ref (get_free_window (self));
  pal_window_expect (self->early_window, self->early_path);
  if (self->early_session != NULL || self->early_error != NULL)
    show_early (self);
  else
    self->early_timeout = g_timeout_add (EARLY_WAIT_MS, early_late_cb, self);
}

static void
open_path (PalApplication *self, const char *path)
{
  PalWindow *window = find_window (self, path);

  if (pal_incoming_is_package (path))
    {
      window = get_active_window (self);
      gtk_window_present (GTK_WINDOW (window));
      pal_incoming_open (GTK_WINDOW (window), path);
      return;
    }
  if (pal_verify_statement_is_one (path))
    {
      window = get_active_window (self);
      gtk_window_present (GTK_WINDOW (window));
      pal_verify_statement_open (GTK_WINDOW (window), path);
      return;
    }
  if (pal_intake_is_input (path))
    {
      window = get_active_window (self);
      gtk_window_present (GTK_WINDOW (window));
      pal_intake_open (GTK_WINDOW (window), path);
      return;
    }
  if (window == NULL && g_strcmp0 (path, self->early_path) == 0 && self->early_window == NULL)
    {
      present_early (self);
      return;
    }
  if (window == NULL)
    {
      window = get_free_window (self);
      pal_window_open (window, path);
    }
  gtk_window_present (GTK_WINDOW (window));
}

/* --- the practice country ------------------------------------------------------------------ */

static void
practice_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDossier) dossier = pal_new_dossier_create_finish (result, &error);
  g_autofree char *words = NULL;

  if (dossier != NULL)
    {
      pal_window_open_dossier (window, dossier);
      return;
    }

  g_warning ("could not make the practice dossier: %s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (window), _ ("The practice country cannot be opened"), words);
}

static char *
dup_practice_path (void)
{
  g_autofree char *dir = pal_paths_dup_state_dir ("practice");

  return g_build_filename (dir, "Practicia.palermo", NULL);
}

/* Without the prepared file an empty dossier of the same country. */
static void
make_practice (PalApplication *self, const char *path)
{
  PalWindow *window = get_free_window (self);
  g_autoptr (PalNewDossier) answers = pal_new_dossier_new ();

  pal_new_dossier_fill_practice (answers);
  gtk_window_present (GTK_WINDOW (window));
  pal_new_dossier_create_async (answers, path, practice_made_cb, g_object_ref (window));
}

static gboolean
copy_file (const char *from, const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GError) error = NULL;

  if (g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL,
                   NULL, NULL, &error))
    return TRUE;

  g_info ("no prepared practice dossier: %s", error->message);

  return FALSE;
}

/* Always a fresh copy, so that practice can be begun again. (nullable): no prepared dossier. */
static char *
copy_practice (void)
{
  g_autofree char *prepared = pal_paths_dup_data_file ("practice/practicia.palermo");
  g_autofree char *path = dup_practice_path ();
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);

  g_unlink (path);
  g_unlink (wal);
  g_unlink (shm);

  return copy_file (prepared, path) ? g_steal_pointer (&path) : NULL;
}

static void
open_practice (PalApplication *self)
{
  g_autofree char *path = dup_practice_path ();
  g_autofree char *copy = NULL;
  PalWindow *window = find_window (self, path);

  if (window != NULL)
    {
      gtk_window_present (GTK_WINDOW (window));
      return;
    }

  /* Copied already, when the program was started for it. */
  if (g_strcmp0 (path, self->early_path) != 0)
    copy = copy_practice ();
  else
    copy = g_strdup (path);
  if (copy != NULL)
    open_path (self, copy);
  else
    make_practice (self, path);
}

/* --- actions ------------------------------------------------------------------------------- */

static void
show_made (PalApplication *self, PalDossier *dossier)
{
  PalWindow *window = NULL;

  if (dossier == NULL)
    return;

  window = get_free_window (self);
  pal_window_open_dossier (window, dossier);
  gtk_window_present (GTK_WINDOW (window));
}

static void
new_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDossier) dossier = pal_new_dossier_window_finish (result);

  show_made (user_data, dossier);
}

static void
new_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalApplication *self = user_data;

  pal_new_dossier_window_run_async (GTK_WINDOW (get_active_window (self)), new_made_cb, self);
}

static void
input_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDossier) dossier = pal_new_input_window_finish (result);

  show_made (user_data, dossier);
}

static void
new_input_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalApplication *self = user_data;

  pal_new_input_window_run_async (GTK_WINDOW (get_active_window (self)), input_made_cb, self);
}

static void
file_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalApplication *self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    open_path (self, path);
}

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalApplication *self = user_data;
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = _ ("Open a dossier"),
    .accept = _ ("_Open"),
    .filter_name = _ ("Palermo dossiers, and packages of colleagues"),
    .pattern = "*.palermo;*.asice;*.p7m",
  };

  pal_pick_file_async (GTK_WIDGET (get_active_window (self)), &pick, file_picked_cb, self);
}

static void
open_path_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_path (user_data, g_variant_get_string (parameter, NULL));
}

/* From a notification: the dossier may have been closed meanwhile. */
static void
show_deliveries_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *path = g_variant_get_string (parameter, NULL);
  PalWindow *window = find_window (user_data, path);
  PalSession *session = window != NULL ? pal_window_get_session (window) : NULL;

  if (session == NULL)
    {
      open_path (user_data, path);
      return;
    }
  gtk_window_present (GTK_WINDOW (window));
  pal_session_show_page (session, "sending");
}

static void
practice_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_practice (user_data);
}

static void
translate_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  pal_translate_window_present (GTK_APPLICATION (user_data));
}

static void
keys_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  pal_keys_window_present (GTK_WINDOW (get_active_window (user_data)));
}

static void
check_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  pal_verify_window_pick (GTK_WINDOW (get_active_window (user_data)));
}

static void
signers_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (
      GTK_WINDOW (pal_signers_window_new (GTK_WINDOW (get_active_window (user_data)))));
}

static void
check_path_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (GTK_WINDOW (pal_verify_window_new (GTK_WINDOW (get_active_window (user_data)),
                                                         g_variant_get_string (parameter, NULL))));
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalApplication *self = user_data;

  gtk_window_present (
      GTK_WINDOW (pal_shortcuts_window_new (GTK_WINDOW (get_active_window (self)))));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalApplication *self = user_data;

  gtk_window_present (GTK_WINDOW (pal_about_window_new (GTK_WINDOW (get_active_window (self)))));
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  /* Each window saves before it goes; the program ends with the last one. */
  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static const GActionEntry actions[] = {
  { "new", new_action },
  { "new-input", new_input_action },
  { "open", open_action },
  { "open-path", open_path_action, "s" },
  { "practice", practice_action },
  { "translate", translate_action },
  { "show-deliveries", show_deliveries_action, "s" },
  { "keys", keys_action },
  { "check", check_action },
  { "signers", signers_action },
  { "check-path", check_path_action, "s" },
  { "shortcuts", shortcuts_action },
  { "about", about_action },
  { "quit", quit_action },
};

/* --- the language -------------------------------------------------------------------------- */

static void
use_language (PalApplication *self)
{
  g_autofree char *code = g_settings_get_string (self->settings, "interface-language");

  pal_language_set (code);
  pal_language_apply_direction ();
}

static gboolean
renew_cb (gpointer user_data)
{
  PalApplication *self = user_data;
  g_autoptr (GList) windows = NULL;

  self->renew_source = 0;
  use_language (self);
  windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));
  for (GList *l = windows; l != NULL; l = l->next)
    if (PAL_IS_WINDOW (l->data))
      pal_window_renew_words (l->data);
    else if (PAL_IS_TRANSLATE_WINDOW (l->data))
      pal_translate_window_renew_words (l->data);

  return G_SOURCE_REMOVE;
}

/* The menu in which it was chosen closes first: it goes with everything else. */
static void
language_changed_cb (PalApplication *self)
{
  if (self->renew_source == 0)
    self->renew_source = g_idle_add (renew_cb, self);
}

static void
renew_words_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  language_changed_cb (user_data);
}

static void
renew_texts_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  for (GList *l = gtk_application_get_windows (user_data); l != NULL; l = l->next)
    if (PAL_IS_WINDOW (l->data))
      pal_window_renew_texts (l->data);
}

static void
start_language (PalApplication *self)
{
  /* Other translations are used from now on. */
  static const GActionEntry renewals[]
      = { { "renew-words", renew_words_action }, { "renew-texts", renew_texts_action } };
  g_autoptr (GAction) choice = NULL;

  self->settings = pal_settings_new ();
  use_language (self);
  choice = g_settings_create_action (self->settings, "interface-language");
  g_action_map_add_action (G_ACTION_MAP (self), choice);
  g_action_map_add_action_entries (G_ACTION_MAP (self), renewals, G_N_ELEMENTS (renewals), self);
  g_signal_connect_object (self->settings, "changed::interface-language",
                           G_CALLBACK (language_changed_cb), self, G_CONNECT_SWAPPED);
}

/* --- the program --------------------------------------------------------------------------- */

/* The computer goes down, or someone asks us to end: everything typed is written first. */
static gboolean
terminate_cb (gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));
  gboolean any = FALSE;

  for (GList *l = windows; l != NULL; l = l->next)
    if (PAL_IS_WINDOW (l->data))
      {
        any = TRUE;
        pal_window_close_now (l->data);
      }
    else if (PAL_IS_TRANSLATE_WINDOW (l->data))
      {
        any = TRUE;
        gtk_window_close (l->data);
      }
    else
      gtk_window_destroy (l->data);
  if (!any)
    g_application_quit (user_data);

  return G_SOURCE_CONTINUE;
}

static void
pal_application_startup (GApplication *application)
{
  PalApplication *self = PAL_APPLICATION (application);

  /* We are the one Palermo that runs. The dossier is opened on a thread while GTK starts here. */
  if (self->practise)
    self->early_path = copy_practice ();
  start_early (self);
  G_APPLICATION_CLASS (pal_application_parent_class)->startup (application);

  start_language (self);
  gtk_window_set_default_icon_name (PALERMO_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  pal_shortcuts_install (GTK_APPLICATION (self));
  pal_cover_install (GTK_APPLICATION (self));
  self->signals[0] = g_unix_signal_add (SIGTERM, terminate_cb, self);
  self->signals[1] = g_unix_signal_add (SIGINT, terminate_cb, self);
}

static void
pal_application_shutdown (GApplication *application)
{
  PalApplication *self = PAL_APPLICATION (application);

  g_clear_handle_id (&self->early_timeout, g_source_remove);
  g_clear_handle_id (&self->renew_source, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);
  pal_attachment_remove_copies ();

  G_APPLICATION_CLASS (pal_application_parent_class)->shutdown (application);
}

static void
pal_application_activate (GApplication *application)
{
  PalApplication *self = PAL_APPLICATION (application);

  if (self->practise)
    {
      self->practise = FALSE;
      open_practice (self);
      return;
    }

  gtk_window_present (GTK_WINDOW (get_active_window (self)));
}

static void
pal_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_file_get_path (files[i]);

      if (path != NULL)
        open_path (PAL_APPLICATION (application), path);
    }
}

/* Notes which dossier is meant; everything else is GApplication's. */
static gboolean
pal_application_local_command_line (GApplication *application, char ***arguments, int *status)
{
  PalApplication *self = PAL_APPLICATION (application);
  char **words = *arguments;
  guint n_words = g_strv_length (words);

  if (n_words == 2 && words[1][0] != '-' && !pal_incoming_is_package (words[1])
      && !pal_verify_statement_is_one (words[1]) && !pal_intake_is_input (words[1])
      && g_file_test (words[1], G_FILE_TEST_IS_REGULAR))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (words[1]);

      self->early_path = g_file_get_path (file);
    }

  return G_APPLICATION_CLASS (pal_application_parent_class)
      ->local_command_line (application, arguments, status);
}

static void
pal_application_finalize (GObject *object)
{
  PalApplication *self = PAL_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->early_window);
  g_clear_object (&self->early_session);
  g_clear_error (&self->early_error);
  g_free (self->early_path);

  G_OBJECT_CLASS (pal_application_parent_class)->finalize (object);
}

static int
pal_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  PalApplication *self = PAL_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Palermo %s\n", PALERMO_VERSION);
      return 0;
    }
  if (!g_variant_dict_contains (options, "practice"))
    return -1;

  /* A Palermo that runs already opens the practice country there; else startup begins with it. */
  self->practise = TRUE;
  if (!g_application_register (application, NULL, NULL)
      || !g_application_get_is_remote (application))
    return -1;

  g_action_group_activate_action (G_ACTION_GROUP (application), "practice", NULL);

  return 0;
}

static void
pal_application_class_init (PalApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_application_finalize;
  application_class->local_command_line = pal_application_local_command_line;
  application_class->startup = pal_application_startup;
  application_class->shutdown = pal_application_shutdown;
  application_class->activate = pal_application_activate;
  application_class->open = pal_application_open;
  application_class->handle_local_options = pal_application_handle_local_options;
}

static void
pal_application_init (PalApplication *self)
{
  static const GOptionEntry options[] = {
    { "practice", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open the practice country"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and end"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[DOSSIER…]"));
}

PalApplication *
pal_application_new (void)
{
  return g_object_new (PAL_TYPE_APPLICATION, "application-id", PALERMO_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/app/palermo/Palermo",
                       NULL);
}
