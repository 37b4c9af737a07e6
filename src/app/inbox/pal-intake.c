// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-intake"
#include "config.h"

#include "pal-intake.h"

#include "pal-ask.h"
#include "pal-busy-window.h"
#include "pal-inbox-model.h"
#include "pal-pick-file.h"
#include "pal-trouble.h"
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
} Intake;

static void
intake_free (Intake *self)
{
  pal_busy_window_end (self->busy);
  g_object_unref (self->busy);
  g_object_unref (self->window);
  g_object_unref (self->session);
  g_object_unref (self->cancellable);
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
      g_info ("a file was not received: %s", error->message);
      words = pal_trouble_dup_words (error);
      pal_tell (GTK_WIDGET (self->window), _ ("This file cannot be taken in"), words);
      return;
    }
  pal_session_show_page (self->session, "inbox");
  pal_inbox_model_ask (pal_inbox_model_of_dossier (PAL_DOSSIER (source)), received->id);
  if (received->was_there)
    pal_toast (GTK_WIDGET (self->window), adw_toast_new (_ ("This file came before: here it is")));
}

/**
 * pal_intake_open:
 * @window: where it was opened
 * @path: a file from outside
 */
void
pal_intake_open (GtkWindow *window, const char *path)
{
  PalSession *session
      = PAL_IS_WINDOW (window) ? pal_window_get_session (PAL_WINDOW (window)) : NULL;
  Intake *self;

  if (session == NULL)
    {
      pal_tell (GTK_WIDGET (window), _ ("For which dossier is it?"),
                _ ("Open the dossier first, then open this file again, or drop it onto the window. "
                   "Nothing was changed."));
      return;
    }
  self = g_new0 (Intake, 1);
  self->window = g_object_ref (window);
  self->session = g_object_ref (session);
  self->cancellable = g_cancellable_new ();
  self->busy = g_object_ref (
      pal_busy_window_begin (window, _ ("Looking at the file…"), self->cancellable));
  pal_inbox_receive_async (pal_session_get_dossier (session), path, NULL, self->cancellable,
                           received_cb, self);
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
