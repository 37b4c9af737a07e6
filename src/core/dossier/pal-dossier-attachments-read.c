// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-attachments"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* What is in an attachment, a chunk at a time, and checked against its digest. */

typedef struct
{
  char *name;
  gint64 attachment;
  gint64 number;
  gint64 size_bytes; /* (out) */
  char *sha256;      /* (out) */
  char *original;    /* (out) */
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_free (fetch->name);
  g_free (fetch->sha256);
  g_free (fetch->original);
  g_free (fetch);
}

static gboolean
find (PalDossier *self, Fetch *fetch, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return FALSE;

  stmt = pal_sql_prepare (self->db,
                          "SELECT a.id, a.sha256, a.size, n.original FROM attachment_name n "
                          "JOIN attachment a ON a.id = n.attachment WHERE n.name = ?1",
                          error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "s", fetch->name);
  switch (pal_sql_step (stmt, error))
    {
    case PAL_SQL_ROW:
      fetch->attachment = sqlite3_column_int64 (stmt, 0);
      fetch->sha256 = pal_sql_dup_text (stmt, 1);
      fetch->size_bytes = sqlite3_column_int64 (stmt, 2);
      fetch->original = pal_sql_dup_text (stmt, 3);
      return TRUE;
    case PAL_SQL_DONE:
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no such attachment");
      return FALSE;
    case PAL_SQL_FAILED:
      break;
    }

  return FALSE;
}

static void
find_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (find (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GBytes *
fetch_chunk (PalDossier *self, const Fetch *fetch, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_sql_prepare (
      self->db, "SELECT data FROM attachment_chunk WHERE attachment = ?1 AND number = ?2", error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ii", fetch->attachment, fetch->number);
  switch (pal_sql_step (stmt, error))
    {
    case PAL_SQL_ROW:
      return pal_sql_dup_bytes (stmt, 0);
    case PAL_SQL_DONE:
      return g_bytes_new (NULL, 0);
    case PAL_SQL_FAILED:
      break;
    }

  return NULL;
}

static void
fetch_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *chunk = fetch_chunk (source, task_data, &error);

  if (chunk != NULL)
    g_task_return_pointer (task, chunk, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static Fetch *
fetch_new (const char *name, gint64 attachment, gint64 number)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->name = g_strdup (name);
  fetch->attachment = attachment;
  fetch->number = number;

  return fetch;
}

/* The task's data is the answer. */
static GTask *
run_find (PalDossier *self, const char *name, GError **error)
{
  g_autoptr (GTask) task = pal_dossier_run (self, NULL, pal_dossier_read_attachment,
                                            fetch_new (name, 0, 0), fetch_free, find_in_worker);

  return g_task_propagate_boolean (task, error) ? g_steal_pointer (&task) : NULL;
}

/* sum: (nullable): takes in all that chunk gets. */
static gboolean
read_pieces (PalDossier *self, const Fetch *fetch, PalDossierChunk chunk, gpointer user_data,
             GChecksum *sum, GCancellable *cancellable, GError **error)
{
  for (gint64 number = 0;; number++)
    {
      g_autoptr (GTask) task = NULL;
      g_autoptr (GBytes) bytes = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      task = pal_dossier_run (self, cancellable, pal_dossier_read_attachment,
                              fetch_new (NULL, fetch->attachment, number), fetch_free,
                              fetch_in_worker);
      bytes = g_task_propagate_pointer (task, error);
      if (bytes == NULL)
        return FALSE;
      if (g_bytes_get_size (bytes) == 0)
        return TRUE;
      if (sum != NULL)
        g_checksum_update (sum, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      if (!chunk (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), user_data, error))
        return FALSE;
    }
}

/**
 * pal_dossier_read_attachment:
 * @self: a dossier
 * @name: an attachment's name
 * @chunk: called in this thread with each piece, in order; %FALSE with an error ends it
 * @user_data: for @chunk
 * @cancellable: (nullable): checked between pieces
 * @error: return location
 *
 * Blocking: reads an attachment piece by piece and checks it against its digest; what @chunk got is
 * right only if this returns %TRUE. Any thread but the worker.
 *
 * Returns: whether all was read; %PAL_DOSSIER_ERROR_NOT_FOUND, _DAMAGED
 */
gboolean
pal_dossier_read_attachment (PalDossier *self, const char *name, PalDossierChunk chunk,
                             gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GTask) found = NULL;
  const Fetch *fetch;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (chunk != NULL, FALSE);

  found = run_find (self, name, error);
  if (found == NULL)
    return FALSE;
  fetch = g_task_get_task_data (found);
  if (!read_pieces (self, fetch, chunk, user_data, sum, cancellable, error))
    return FALSE;

  if (g_strcmp0 (g_checksum_get_string (sum), fetch->sha256) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "an attachment is not what it was");
      return FALSE;
    }

  return TRUE;
}

/**
 * pal_dossier_read_attachment_unchecked:
 * @self: a dossier
 * @name: an attachment's name
 * @chunk: called in this thread with each piece, in order; %FALSE with an error ends it
 * @user_data: for @chunk
 * @cancellable: (nullable): checked between pieces
 * @error: return location
 *
 * The same for callers that digest the pieces anyway: they must compare their SHA-256 with that of
 * pal_dossier_get_attachment_info(), so that large files are digested only once.
 *
 * Returns: whether all was read; %PAL_DOSSIER_ERROR_NOT_FOUND
 */
gboolean
pal_dossier_read_attachment_unchecked (PalDossier *self, const char *name, PalDossierChunk chunk,
                                       gpointer user_data, GCancellable *cancellable,
                                       GError **error)
{
  g_autoptr (GTask) found = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (chunk != NULL, FALSE);

  found = run_find (self, name, error);

  return found != NULL
         && read_pieces (self, g_task_get_task_data (found), chunk, user_data, NULL, cancellable,
                         error);
}

/**
 * pal_dossier_get_attachment_info:
 * @self: a dossier
 * @name: an attachment's name
 * @size_bytes: (out): its size
 * @sha256: (out): digest of its content, in hexadecimal digits
 * @original: (out): name of the file that was attached
 * @error: return location
 *
 * Blocking.
 *
 * Returns: whether there is such an attachment; %PAL_DOSSIER_ERROR_NOT_FOUND
 */
gboolean
pal_dossier_get_attachment_info (PalDossier *self, const char *name, gint64 *size_bytes,
                                 char **sha256, char **original, GError **error)
{
  g_autoptr (GTask) found = NULL;
  const Fetch *fetch;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  found = run_find (self, name, error);
  if (found == NULL)
    return FALSE;
  fetch = g_task_get_task_data (found);
  *size_bytes = fetch->size_bytes;
  *sha256 = g_strdup (fetch->sha256);
  *original = g_strdup (fetch->original);

  return TRUE;
}

/**
 * pal_dossier_get_attachment_size:
 * @self: a dossier
 * @name: an attachment's name
 * @error: return location
 *
 * Blocking.
 *
 * Returns: its size in bytes; -1 with %PAL_DOSSIER_ERROR_NOT_FOUND
 */
gint64
pal_dossier_get_attachment_size (PalDossier *self, const char *name, GError **error)
{
  g_autoptr (GTask) found = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), -1);
  g_return_val_if_fail (name != NULL, -1);

  found = run_find (self, name, error);

  return found != NULL ? ((const Fetch *) g_task_get_task_data (found))->size_bytes : -1;
}
