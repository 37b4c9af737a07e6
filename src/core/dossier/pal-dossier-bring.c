// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-bring"
#include "config.h"

#include "pal-dossier-private.h"

#include <glib/gstdio.h>

/* Attachments from one dossier to another. */

static GPtrArray *
list_names (PalDossier *self, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;
  stmt = pal_sql_prepare (self->db, "SELECT name FROM attachment_name ORDER BY name", error);
  if (stmt == NULL)
    return NULL;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (names, pal_sql_dup_text (stmt, 0));

  return step == PAL_SQL_DONE ? g_steal_pointer (&names) : NULL;
}

static void
list_names_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *names = list_names (source, &error);

  if (names != NULL)
    g_task_return_pointer (task, names, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_list_attachments:
 * @self: a dossier
 * @error: return location
 *
 * Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the names of all that is attached, in
 *   alphabetical order, also of what no answer names any more
 */
GPtrArray *
pal_dossier_list_attachments (PalDossier *self, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_list_attachments, NULL, NULL,
                          list_names_in_worker);

  return g_task_propagate_pointer (task, error);
}

static gboolean
write_cb (const void *data, gsize length, gpointer stream, GError **error)
{
  return g_output_stream_write_all (stream, data, length, NULL, NULL, error);
}

/* Through a file of its own in a private folder: it is attached as any other is, so that it gets
 * the name that belongs to its content, whatever the other file says. */
static gboolean
bring_one (PalDossier *self, PalDossier *other, const char *name, GCancellable *cancellable,
           GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *original = NULL;
  g_autofree char *base = NULL;
  g_autofree char *path = NULL;
  g_autofree char *taken = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileOutputStream) stream = NULL;
  gint64 size_bytes;

  if (!pal_dossier_get_attachment_info (other, name, &size_bytes, &sha256, &original, error))
    return FALSE;
  folder = g_dir_make_tmp ("palermo-XXXXXX", error);
  if (folder == NULL)
    return FALSE;

  base = g_path_get_basename (original);
  path = g_build_filename (folder, base, NULL);
  file = g_file_new_for_path (path);
  stream = g_file_create (file, G_FILE_CREATE_PRIVATE, cancellable, error);
  if (stream != NULL
      && pal_dossier_read_attachment (other, name, write_cb, stream, cancellable, error)
      && g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error))
    taken = pal_dossier_attach_file (self, path, cancellable, error);
  g_remove (path);
  g_rmdir (folder);

  return taken != NULL;
}

/**
 * pal_dossier_attachments_bring:
 * @self: a dossier
 * @other: another one
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: attaches everything that is attached in @other and not here. What is broken off stays
 * as far as it came; doing it again goes on.
 *
 * Returns: whether all of it is here
 */
gboolean
pal_dossier_attachments_bring (PalDossier *self, PalDossier *other, GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (GPtrArray) names = pal_dossier_list_attachments (other, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (pal_dossier_get_attachment_size (self, name, NULL) < 0
          && !bring_one (self, other, name, cancellable, error))
        return FALSE;
    }

  return TRUE;
}
