// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-intake"
#include "config.h"

#include "pal-intake.h"

#include "pal-ask.h"
#include "pal-busy-window.h"
#include "pal-inbox-model.h"
#include "pal-input-package.h"
#include "pal-pick-file.h"
#include "pal-recent.h"
#include "pal-trouble.h"
#include "pal-verify-window.h"
#include "pal-window.h"

#include <glib/gi18n.h>

#define MAX_DROPPED 50

static const char *const suffixes[] = { ".xml", ".docx", ".xlsx", ".html", ".htm" };

/* One file on its way. */
typedef struct
{
  GtkWindow *window;         /* (owned) */
  PalSession *session;       /* (owned) */
  GtkWidget *busy;           /* (owned): says that it takes time */
  GCancellable *cancellable; /* (owned) */
  char *path;
} Intake;

static void
intake_free (Intake *self)
{
  pal_busy_window_end (self->busy);
  g_object_unref (self->busy);
  g_object_unref (self->window);
  g_object_unref (self->session);
  g_object_unref (self->cancellable);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Intake, intake_free)

/**
 * pal_intake_is_input:
 * @path: a file that somebody opened
 *
 * Returns: whether the inbox is to look at it; what it holds is found out there
 */
gboolean
pal_intake_is_input (const char *path)
{
  g_autofree char *small = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (small, suffixes[i]))
      return TRUE;

  return FALSE;
}

/* What a file is that nobody here takes. Of a package it can be told at least who signed it. */
static void
say_no (GtkWindow *window, const char *path, const GError *error)
{
  g_autofree char *words = NULL;

  g_info ("a file was not received: %s", error->message);
  if (g_str_has_suffix (path, ".asice"))
    {
      gtk_window_present (GTK_WINDOW (pal_verify_window_new (window, path)));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (window), _ ("This file cannot be taken in"), words);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Intake) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxReceived) received = pal_inbox_receive_finish (result, &error);
  g_autofree char *words = NULL;

  pal_busy_window_end (self->busy);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (received == NULL)
    {
      say_no (self->window, self->path, error);
      return;
    }
  pal_session_show_page (self->session, "inbox");
  pal_inbox_model_ask (pal_inbox_model_of_dossier (PAL_DOSSIER (source)), received->id);
  if (received->was_there)
    pal_toast (GTK_WIDGET (self->window), adw_toast_new (_ ("This file came before: here it is")));
}

/* Only the dossier of a State has an inbox: whoever writes an input has none. */
static PalSession *
get_session (gpointer window)
{
  PalSession *session = PAL_IS_WINDOW (window) ? pal_window_get_session (window) : NULL;

  return session != NULL && !pal_input_is_dossier (pal_session_get_dossier (session)) ? session
                                                                                      : NULL;
}

/* (nullable) (transfer none): another window that could take it. */
static GtkWindow *
find_window (void)
{
  GApplication *application = g_application_get_default ();
  GList *windows
      = application != NULL ? gtk_application_get_windows (GTK_APPLICATION (application)) : NULL;

  for (GList *l = windows; l != NULL; l = l->next)
    if (get_session (l->data) != NULL)
      return l->data;

  return NULL;
}

static void
receive (GtkWindow *window, const char *path)
{
  PalSession *session = get_session (window);
  Intake *self = g_new0 (Intake, 1);

  self->window = g_object_ref (window);
  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  self->cancellable = g_cancellable_new ();
  self->busy = g_object_ref (
      pal_busy_window_begin (window, _ ("Looking at the file…"), self->cancellable));
  pal_inbox_receive_async (pal_session_get_dossier (session), path, NULL, self->cancellable,
                           received_cb, self);
}

/* --- which dossier it is for ------------------------------------------------------------------ */

/* A file that came while no dossier was open. */
typedef struct
{
  GtkWindow *window; /* (owned) */
  GtkWidget *busy;   /* (owned) */
  char *path;
  GPtrArray *recent; /* (owned) (element-type PalRecentItem) */
  char *dossier;     /* (nullable): the latest that has an inbox */
  char *title;       /* (nullable): of that */
} Homeless;

static void
homeless_free (gpointer data)
{
  Homeless *self = data;

  g_object_unref (self->window);
  g_object_unref (self->busy);
  g_ptr_array_unref (self->recent);
  g_free (self->path);
  g_free (self->dossier);
  g_free (self->title);
  g_free (self);
}

static gboolean
has_inbox (const PalRecentItem *item, GCancellable *cancellable)
{
  g_autoptr (PalDossier) dossier
      = pal_dossier_open (item->path, PAL_DOSSIER_OPEN_READ_ONLY, cancellable, NULL);
  gboolean has_one = dossier != NULL && !pal_input_is_dossier (dossier);

  if (dossier != NULL)
    pal_dossier_close (dossier, NULL);

  return has_one;
}

static void
search_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Homeless *self = task_data;
  GError *error = NULL;

  if (!pal_inbox_probe (self->path, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < self->recent->len && self->dossier == NULL; i++)
    {
      const PalRecentItem *item = g_ptr_array_index (self->recent, i);

      if (!has_inbox (item, cancellable))
        continue;
      self->dossier = g_strdup (item->path);
      self->title = g_strdup (item->title);
    }
  g_task_return_boolean (task, TRUE);
}

static void
dossier_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) search = user_data;
  Homeless *self = g_task_get_task_data (search);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSession) session = pal_session_open_finish (result, &error);

  pal_window_opened (PAL_WINDOW (self->window), session, error);
  if (session != NULL)
    receive (self->window, self->path);
}

/* In this window if it is free, else in one of its own. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *search = user_data;
  Homeless *self = g_task_get_task_data (search);

  if (g_strcmp0 (pal_ask_finish (result), "open") != 0)
    {
      g_object_unref (search);
      return;
    }
  if (!PAL_IS_WINDOW (self->window) || pal_window_get_path (PAL_WINDOW (self->window)) != NULL)
    {
      g_object_unref (self->window);
      self->window = g_object_ref (
          GTK_WINDOW (pal_window_new (GTK_APPLICATION (g_application_get_default ()))));
    }
  pal_window_expect (PAL_WINDOW (self->window), self->dossier);
  gtk_window_present (self->window);
  pal_session_open_async (self->dossier, NULL, dossier_opened_cb, search);
}

static void
ask (GTask *search)
{
  Homeless *self = g_task_get_task_data (search);
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "open", _ ("_Open That Dossier"), ADW_RESPONSE_SUGGESTED },
  };
  /* TRANSLATORS: the State under review, as the dossier is called */
  g_autofree char *words = g_strdup_printf (
      _ ("This is an input: what people outside government give to a State under "
         "review. It waits in the inbox of a dossier until somebody decides. "
         "The latest dossier on this computer is that of %s."),
      self->title != NULL ? self->title : "?");

  pal_ask_async (GTK_WIDGET (self->window), _ ("For which dossier is it?"), words, choices,
                 G_N_ELEMENTS (choices), answered_cb, g_object_ref (search));
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Homeless *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  pal_busy_window_end (self->busy);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (self->dossier != NULL)
        ask (G_TASK (result));
      else
        pal_tell (GTK_WIDGET (self->window), _ ("For which dossier is it?"),
                  _ ("This is an input: what people outside government give to a State under "
                     "review. Open the dossier of that State first, then open this file again, or "
                     "drop it onto the window. Nothing was changed."));
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  say_no (self->window, self->path, error);
}

static void
search (GtkWindow *window, const char *path)
{
  Homeless *self = g_new0 (Homeless, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, searched_cb, NULL);

  self->window = g_object_ref (window);
  self->path = g_strdup (path);
  self->recent = pal_recent_list ();
  self->busy
      = g_object_ref (pal_busy_window_begin (window, _ ("Looking at the file…"), cancellable));
  g_task_set_source_tag (task, search);
  g_task_set_task_data (task, self, homeless_free);
  g_task_run_in_thread (task, search_in_thread);
}

/**
 * pal_intake_open:
 * @window: where it was opened
 * @path: a file from outside
 *
 * Gives it to the inbox of the dossier in that window, or in another one; when none is open, it
 * says what the file is and asks whether it is for the latest one.
 */
void
pal_intake_open (GtkWindow *window, const char *path)
{
  GtkWindow *taking = get_session (window) != NULL ? window : find_window ();

  if (taking == NULL)
    {
      search (window, path);
      return;
    }
  if (taking != window)
    gtk_window_present (taking);
  receive (taking, path);
}

/* --- where they come from -------------------------------------------------------------------- */

/* Each to whatever it is for: a dossier, a package of a colleague, an input. */
static void
open_path (const char *path)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL && path != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "open-path",
                                    g_variant_new_string (path));
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (source));
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (path == NULL || !GTK_IS_WINDOW (root))
    return;
  if (g_str_has_suffix (path, ".asice") || g_str_has_suffix (path, ".p7m"))
    open_path (path);
  else
    pal_intake_open (GTK_WINDOW (root), path);
}

void
pal_intake_pick (GtkWidget *widget)
{
  const PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                             .title = _ ("Open What Came"),
                             .accept = _ ("_Open") };

  pal_pick_file_async (widget, &pick, picked_cb, NULL);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  GSList *files = g_value_get_boxed (value);
  guint n = 0;

  for (GSList *l = files; l != NULL && n < MAX_DROPPED; l = l->next, n++)
    open_path (g_file_peek_path (l->data));

  return n > 0;
}

void
pal_intake_accept_drops (GtkWidget *window)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), NULL);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (target));
}
