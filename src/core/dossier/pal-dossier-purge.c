// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-purge"
#include "config.h"

#include "pal-backup-private.h"

/* Texts that leave the file for good, while the log stays whole and checkable. */

#define WAIT_US (20 * 1000)

typedef struct
{
  char *author;
  GPtrArray *places; /* (unowned) (element-type PalPurgePlace) */
} Purge;

static void
purge_free (gpointer data)
{
  Purge *purge = data;

  g_free (purge->author);
  g_free (purge);
}

/**
 * pal_purge_place_new:
 * @record: id of a record
 * @node: (nullable): path of a node, with row ids
 *
 * Returns: (transfer full): a place in a dossier
 */
PalPurgePlace *
pal_purge_place_new (const char *record, const char *node)
{
  PalPurgePlace *place = g_new0 (PalPurgePlace, 1);

  place->record = g_strdup (record);
  place->node = g_strdup (node);

  return place;
}

/**
 * pal_purge_place_new_instead:
 * @record: id of a record
 * @node: path of a text, with row ids
 * @text: what it says from now on
 *
 * What the node said before goes, and @text is what is left: in one transaction, so that a kill
 * leaves the one or the other.
 *
 * Returns: (transfer full): a place in a dossier
 */
PalPurgePlace *
pal_purge_place_new_instead (const char *record, const char *node, const char *text)
{
  PalPurgePlace *place = pal_purge_place_new (record, node);

  place->instead = g_strdup (text);

  return place;
}

/**
 * pal_purge_place_free:
 * @place: (transfer full): a place
 */
void
pal_purge_place_free (PalPurgePlace *place)
{
  g_free (place->record);
  g_free (place->node);
  g_free (place->instead);
  g_free (place);
}

#define WHERE                                                                                      \
  "(?2 IS NULL OR node = ?2 OR substr (node, 1, length (?2) + 1) IN (?2 || '/', ?2 || '['))"

/* The nodes that a person sees: what stands in a removed row, or a removed record, is never written
 * to, as that would bring it back. */
static GHashTable *
list_live (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GHashTable) live = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db, "SELECT 1 FROM record WHERE id = ?1 AND removed = 0", error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", record);
  step = pal_sql_step (stmt, error);
  if (step == PAL_SQL_FAILED)
    return NULL;
  if (step == PAL_SQL_DONE)
    return g_steal_pointer (&live);

  heads = pal_dossier_heads_read (self, record, error);
  if (heads == NULL)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    g_hash_table_add (live, g_strdup (((PalChange *) g_ptr_array_index (heads, i))->node));

  return g_steal_pointer (&live);
}

static gboolean
clear_place (PalDossier *self, const PalPurgePlace *place, GPtrArray *changes, GError **error)
{
  g_autoptr (GHashTable) live = list_live (self, place->record, error);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (live == NULL)
    return FALSE;
  stmt = pal_sql_prepare (self->db,
                          "SELECT DISTINCT node FROM change WHERE kind = 'value' "
                          "AND value IS NOT NULL AND record = ?1 AND " WHERE
                          " AND id IN (SELECT change FROM head WHERE record = ?1)",
                          error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "ss", place->record, place->node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    if (g_hash_table_contains (live, pal_sql_get_text (stmt, 0)))
      {
        const char *node = pal_sql_get_text (stmt, 0);
        const char *instead = g_strcmp0 (node, place->node) == 0 ? place->instead : NULL;

        g_ptr_array_add (changes,
                         pal_change_new (PAL_CHANGE_VALUE, place->record, node,
                                         instead != NULL && *instead != '\0' ? instead : NULL));
      }

  return step == PAL_SQL_DONE;
}

/* The names of files among the texts that go. */
static gboolean
list_files (PalDossier *self, const PalPurgePlace *place, GPtrArray *files, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db,
                         "SELECT DISTINCT v.text FROM change c JOIN value v ON v.change = c.seq "
                         "WHERE c.record = ?1 AND c.kind = 'value' AND " WHERE
                         " AND v.text IN (SELECT name FROM attachment_name)",
                         error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "ss", place->record, place->node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (files, pal_sql_dup_text (stmt, 0));

  return step == PAL_SQL_DONE;
}

/**
 * pal_dossier_purge_files:
 * @db: a database
 * @files: (element-type utf8): names of attachments whose answers went
 * @error: return location
 *
 * Removes those that no answer names any more, with what was attached.
 *
 * Returns: whether they are gone
 */
gboolean
pal_dossier_purge_files (sqlite3 *db, GPtrArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    if (!pal_sql_run (db, error,
                      "DELETE FROM attachment_name WHERE name = ?1 "
                      "AND NOT EXISTS (SELECT 1 FROM value WHERE text = ?1)",
                      "s", g_ptr_array_index (files, i)))
      return FALSE;

  return files->len == 0
         || (pal_sql_exec (db,
                           "DELETE FROM attachment_chunk WHERE attachment IN (SELECT id FROM "
                           "attachment WHERE sha256 IS NOT NULL AND id NOT IN "
                           "(SELECT attachment FROM attachment_name))",
                           error)
             && pal_sql_exec (db,
                              "DELETE FROM attachment WHERE sha256 IS NOT NULL AND id NOT IN "
                              "(SELECT attachment FROM attachment_name)",
                              error));
}

/* Where the log ends: what is written behind it stays. */
static gboolean
find_end (PalDossier *self, gint64 *end, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db, "SELECT coalesce (max (seq), 0) FROM change", error);

  if (stmt == NULL || pal_sql_step (stmt, error) != PAL_SQL_ROW)
    return FALSE;
  *end = sqlite3_column_int64 (stmt, 0);

  return TRUE;
}

static gboolean
purge_values (PalDossier *self, Purge *purge, gint64 *n_purged, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  gint64 end;

  if (!find_end (self, &end, error))
    return FALSE;
  for (guint i = 0; i < purge->places->len; i++)
    {
      const PalPurgePlace *place = g_ptr_array_index (purge->places, i);

      if (!clear_place (self, place, changes, error) || !list_files (self, place, files, error))
        return FALSE;
    }
  if (changes->len > 0 && !pal_dossier_log_write (self, "Purge", purge->author, changes, error))
    return FALSE;
  for (guint i = 0; i < purge->places->len; i++)
    {
      const PalPurgePlace *place = g_ptr_array_index (purge->places, i);

      if (!pal_sql_run (self->db, error,
                        "UPDATE value SET salt = NULL, text = NULL WHERE text IS NOT NULL "
                        "AND change IN (SELECT seq FROM change WHERE record = ?1 "
                        "AND kind = 'value' AND seq <= ?3 AND " WHERE ")",
                        "ssi", place->record, place->node, end))
        return FALSE;
      *n_purged += sqlite3_changes (self->db);
    }

  return pal_dossier_purge_files (self->db, files, error);
}

/* secure_delete overwrites what is removed, but not the gaps in pages whose cells moved elsewhere
 * before: so the file is built anew, and what stands in the log beside it goes with that. The spare
 * copy that SQLite makes for it is a file without a name, for as long as it lasts. */
static gboolean
build_anew (PalDossier *self, GError **error)
{
  int code;

  pal_dossier_reset_statements (self);
  if (!pal_sql_exec (self->db, "PRAGMA temp_store=FILE; VACUUM; PRAGMA temp_store=MEMORY", error))
    return FALSE;
  code = sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (code != SQLITE_OK)
    pal_sql_set_error (error, self->db, "the log beside the file could not be emptied");

  return code == SQLITE_OK;
}

static void
purge_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  GError *error = NULL;
  gint64 n_purged = 0;

  if (!pal_dossier_begin_job (self, TRUE, &error) || !pal_sql_begin (self->db, &error)
      || !pal_sql_end (self->db, purge_values (self, task_data, &n_purged, &error), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (!build_anew (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_int (task, n_purged);
}

/**
 * pal_purged_free:
 * @purged: (transfer full): what went
 */
void
pal_purged_free (PalPurged *purged)
{
  g_ptr_array_unref (purged->unreached);
  g_free (purged);
}

/* A backup that is being made now may have taken the texts already: it is waited for. */
static gboolean
purge_copies (PalDossier *self, PalPurged *purged, GError **error)
{
  gboolean ok;

  while (!g_atomic_int_compare_and_exchange (&self->is_copying, 0, 1))
    g_usleep (WAIT_US);
  ok = pal_dossier_purge_copies (self, TRUE, purged, error);
  g_atomic_int_set (&self->is_copying, 0);

  return ok;
}

/**
 * pal_dossier_purge_places:
 * @self: a dossier
 * @places: (element-type PalPurgePlace): nodes, with all that is below them, and whole records
 * @purged: (out) (optional) (transfer full): how many texts went, and from how many backups
 * @error: return location
 *
 * Blocking, any thread but the worker: takes texts out of the file for good, and out of the backups
 * and copies that the program made; files that were attached there and nowhere else go, too. Rows
 * and records that were removed stay removed. The log keeps who changed what and when; the digests
 * stay, without the salt that would let a short text be guessed. After a failure, or a kill in the
 * middle, it is to be done again: traces may be left in the file, and the texts in some backups
 * until the next one is made.
 *
 * Returns: whether they are gone from the file; what could not be reached stands in @purged
 */
gboolean
pal_dossier_purge_places (PalDossier *self, GPtrArray *places, PalPurged **purged, GError **error)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (PalPurged) result = NULL;
  GError *local = NULL;
  Purge *purge;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (places != NULL, FALSE);

  result = g_new0 (PalPurged, 1);
  result->unreached = g_ptr_array_new_with_free_func (g_free);
  purge = g_new0 (Purge, 1);
  purge->author = pal_dossier_dup_author (self);
  purge->places = places;
  task = pal_dossier_run (self, NULL, pal_dossier_purge_places, purge, purge_free, purge_in_worker);
  result->n_texts = g_task_propagate_int (task, &local);
  if (local == NULL)
    purge_copies (self, result, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (purged != NULL)
    *purged = g_steal_pointer (&result);

  return TRUE;
}

/**
 * pal_dossier_purge:
 * @self: a dossier
 * @record: id of a record
 * @node: (nullable): path of one node; %NULL: all nodes of the record
 * @purged: (out) (optional) (transfer full): how many texts went, and from how many backups
 * @error: return location
 *
 * pal_dossier_purge_places() of one place. Blocking.
 *
 * Returns: whether they are gone from the file; what could not be reached stands in @purged
 */
gboolean
pal_dossier_purge (PalDossier *self, const char *record, const char *node, PalPurged **purged,
                   GError **error)
{
  g_autoptr (GPtrArray) places
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_purge_place_free);

  g_return_val_if_fail (record != NULL, FALSE);

  g_ptr_array_add (places, pal_purge_place_new (record, node));

  return pal_dossier_purge_places (self, places, purged, error);
}

static void
purge_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalPurgePlace *place = task_data;
  PalPurged *purged = NULL;
  GError *error = NULL;

  if (pal_dossier_purge (source, place->record, place->node, &purged, &error))
    g_task_return_pointer (task, purged, (GDestroyNotify) pal_purged_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_purge_async:
 * @self: a dossier
 * @record: id of a record
 * @node: (nullable): path of one node; %NULL: all nodes of the record
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_purge().
 */
void
pal_dossier_purge_async (PalDossier *self, const char *record, const char *node,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (record != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_purge_async);
  g_task_set_task_data (task, pal_purge_place_new (record, node),
                        (GDestroyNotify) pal_purge_place_free);
  g_task_run_in_thread (task, purge_in_thread);
}

/**
 * pal_dossier_purge_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): see pal_dossier_purge()
 */
PalPurged *
pal_dossier_purge_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
