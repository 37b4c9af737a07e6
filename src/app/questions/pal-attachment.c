// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-attachment"
#include "config.h"

#include "pal-attachment.h"

#include <glib/gstdio.h>
#include <string.h>

#define DIGEST_LENGTH 12

char *
pal_attachment_dup_display_name (const char *name)
{
  for (guint i = 0; i < DIGEST_LENGTH; i++)
    if (!g_ascii_isxdigit (name[i]))
      return g_strdup (name);

  return g_strdup (name[DIGEST_LENGTH] == '-' ? name + DIGEST_LENGTH + 1 : name);
}

typedef struct
{
  GtkWindow *parent;   /* (owned) (nullable) */
  PalDossier *dossier; /* (owned) (nullable): NULL: what is in bytes */
  GBytes *bytes;       /* (owned) (nullable) */
  char *name;
  char *path; /* (nullable): of the copy */
} Open;

static void
open_free (Open *open)
{
  g_clear_object (&open->parent);
  g_clear_object (&open->dossier);
  g_clear_pointer (&open->bytes, g_bytes_unref);
  g_free (open->name);
  g_free (open->path);
  g_free (open);
}

static gboolean
write_chunk (const void *data, gsize length, gpointer user_data, GError **error)
{
  return g_output_stream_write_all (user_data, data, length, NULL, NULL, error);
}

static gboolean
write_content (Open *open, GFileOutputStream *stream, GCancellable *cancellable, GError **error)
{
  if (open->bytes != NULL)
    return g_output_stream_write_all (G_OUTPUT_STREAM (stream),
                                      g_bytes_get_data (open->bytes, NULL),
                                      g_bytes_get_size (open->bytes), NULL, cancellable, error);

  return pal_dossier_read_attachment (open->dossier, open->name, write_chunk, stream, cancellable,
                                      error);
}

/* Files of which a copy is on the disk; used in the main thread alone. */
static GPtrArray *copies = NULL;

/**
 * pal_attachment_remove_copies:
 *
 * Takes away the private copies of all files that were opened. Main thread.
 */
void
pal_attachment_remove_copies (void)
{
  for (guint i = 0; copies != NULL && i < copies->len; i++)
    {
      g_autofree char *dir = g_path_get_dirname (g_ptr_array_index (copies, i));

      if (g_unlink (g_ptr_array_index (copies, i)) == 0)
        g_rmdir (dir);
    }
  g_clear_pointer (&copies, g_ptr_array_unref);
}

/* The name comes from a file that may be a stranger's: only its last part is used. */
static void
copy_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Open *open = task_data;
  g_autofree char *display = pal_attachment_dup_display_name (open->name);
  g_autofree char *base = g_path_get_basename (display);
  g_autofree char *dir = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileOutputStream) stream = NULL;
  GError *error = NULL;

  dir = g_dir_make_tmp ("palermo-XXXXXX", &error);
  if (dir == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  open->path = g_build_filename (dir, base, NULL);
  file = g_file_new_for_path (open->path);
  stream = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, &error);
  if (stream == NULL || !write_content (open, stream, cancellable, &error)
      || !g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  /* Changes to the copy would be lost: let the other program say so. */
  g_chmod (open->path, 0400);
  g_task_return_boolean (task, TRUE);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (G_TASK (result));
  g_autofree char *uri = NULL;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  if (copies == NULL)
    copies = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (copies, g_strdup (open->path));
  uri = g_filename_to_uri (open->path, NULL, NULL);
  gtk_show_uri_full (open->parent, uri, GDK_CURRENT_TIME, NULL, shown_cb, g_steal_pointer (&task));
}

/* Takes the Open. */
static void
open_copy (GtkWidget *parent, Open *open, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  g_autoptr (GTask) copy = g_task_new (NULL, NULL, copied_cb, task);
  GtkRoot *root = gtk_widget_get_root (parent);

  open->parent = GTK_IS_WINDOW (root) ? g_object_ref (GTK_WINDOW (root)) : NULL;
  g_task_set_source_tag (task, open_copy);
  g_task_set_task_data (copy, open, (GDestroyNotify) open_free);
  g_task_run_in_thread (copy, copy_in_thread);
}

void
pal_attachment_open_async (GtkWidget *parent, PalDossier *dossier, const char *name,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  Open *open = g_new0 (Open, 1);

  open->dossier = g_object_ref (dossier);
  open->name = g_strdup (name);
  open_copy (parent, open, callback, user_data);
}

/**
 * pal_attachment_open_bytes_async:
 * @parent: a widget of the window before which it opens
 * @name: of the file; only the last part of it is used
 * @bytes: what is in it
 * @callback: called when another program was asked to show it
 * @user_data: data for @callback
 *
 * Opens a private, write-protected copy, which goes when the program ends.
 */
void
pal_attachment_open_bytes_async (GtkWidget *parent, const char *name, GBytes *bytes,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  Open *open = g_new0 (Open, 1);

  open->bytes = g_bytes_ref (bytes);
  open->name = g_strdup (name);
  open_copy (parent, open, callback, user_data);
}

gboolean
pal_attachment_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
