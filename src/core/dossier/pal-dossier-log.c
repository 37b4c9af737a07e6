// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-log"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>
#include <sys/random.h>

/* Writing the log. */

#define SALT_BYTES 16

/* In the file; row of PalChangeKind. */
static const char *const kind_names[] = {
  [PAL_CHANGE_VALUE] = "value",
  [PAL_CHANGE_ROW_ADDED] = "row-added",
  [PAL_CHANGE_ROW_REMOVED] = "row-removed",
  [PAL_CHANGE_RECORD_MADE] = "record-made",
  [PAL_CHANGE_RECORD_REMOVED] = "record-removed",
};

/**
 * pal_dossier_log_kind_name:
 * @kind: a kind
 *
 * Returns: the word for it in the file
 */
const char *
pal_dossier_log_kind_name (PalChangeKind kind)
{
  return kind_names[kind];
}

/**
 * pal_dossier_log_parse_kind:
 * @name: (nullable): the word for it in the file
 * @kind: (out): the kind
 *
 * Returns: whether there is such a kind
 */
gboolean
pal_dossier_log_parse_kind (const char *name, PalChangeKind *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (name, kind_names[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * pal_dossier_log_dup_row:
 * @node: a path with row ids
 *
 * Returns: (transfer full) (nullable): the id of the innermost row in it
 */
char *
pal_dossier_log_dup_row (const char *node)
{
  const char *open = strrchr (node, '[');
  const char *close = open != NULL ? strchr (open, ']') : NULL;

  return close != NULL ? g_strndup (open + 1, close - open - 1) : NULL;
}

/* --- appending */

typedef struct
{
  char *title;
  char *author;
  GPtrArray *changes;   /* (element-type PalChange) */
  gboolean may_replace; /* the newest act, while a stint of typing goes on */
  gboolean follows;     /* nobody did it: it follows from the act before */
  PalLogSpan written;
} Append;

static void
append_free (gpointer data)
{
  Append *append = data;

  g_free (append->title);
  g_free (append->author);
  g_ptr_array_unref (append->changes);
  g_free (append);
}

static gboolean
is_acceptable (const PalChange *change, GError **error)
{
  if ((change->node != NULL && strlen (change->node) > PAL_DOSSIER_MAX_NAME_BYTES)
      || strlen (change->record) > PAL_DOSSIER_MAX_NAME_BYTES
      || (change->value != NULL && strlen (change->value) > PAL_DOSSIER_MAX_VALUE_BYTES))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "an answer is too long");
      return FALSE;
    }
  /* The reader refuses it as damage: so it must not come in. */
  if ((change->node != NULL && !g_utf8_validate (change->node, -1, NULL))
      || !g_utf8_validate (change->record, -1, NULL)
      || (change->value != NULL && !g_utf8_validate (change->value, -1, NULL)))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_IO, "an answer is not UTF-8");
      return FALSE;
    }

  return TRUE;
}

static GBytes *
new_salt (GError **error)
{
  guint8 octets[SALT_BYTES];

  if (getrandom (octets, sizeof octets, 0) == sizeof octets)
    return g_bytes_new (octets, sizeof octets);

  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_IO, "no random numbers");

  return NULL;
}

/* SELECT ... of ids of heads: with spaces between them, those that whoever writes had seen. all:
 * (out) (optional): whether that was each of them */
static char *
dup_seen_ids (PalDossier *self, sqlite3_stmt *stmt, guint saw, gboolean *all, GError **error)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  PalSqlStep step;

  if (all != NULL)
    *all = TRUE;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      const char *id = pal_sql_get_text (stmt, 0);
      gboolean is_unseen;

      if (!pal_dossier_brought_is_unseen (self, id, saw, &is_unseen, error))
        return NULL;
      if (is_unseen)
        {
          if (all != NULL)
            *all = FALSE;
          continue;
        }
      if (ids->len > 0)
        g_string_append_c (ids, ' ');
      g_string_append (ids, id);
    }

  return step == PAL_SQL_DONE ? g_string_free (g_steal_pointer (&ids), FALSE) : NULL;
}

/* The heads of a node that a change follows, sorted. all: (out): whether nothing stands beside it
 */
static char *
dup_parents (PalDossier *self, const PalChange *change, const char *node, gboolean *all,
             GError **error)
{
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self, "SELECT change FROM head WHERE record = ?1 AND node = ?2 ORDER BY change", error);

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", change->record, node);

  return dup_seen_ids (self, stmt, change->saw, all, error);
}

/* The changes that whoever removes a row sees in it, so that what somebody else writes there at the
 * same time does not go unseen. */
static char *
dup_seen (PalDossier *self, const PalChange *change, GError **error)
{
  g_autofree char *from = g_strconcat (change->node, "/", NULL);
  g_autofree char *to = g_strconcat (change->node, "0", NULL); /* '0' follows '/' */
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self, "SELECT change FROM head WHERE record = ?1 AND node > ?2 AND node < ?3 ORDER BY change",
      error);

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "sss", change->record, from, to);

  return dup_seen_ids (self, stmt, change->saw, NULL, error);
}

/* What record says of itself, kept beside the log. */
static gboolean
derive_record (PalDossier *self, const PalChange *change, gint64 clock_us, GError **error)
{
  if (change->kind == PAL_CHANGE_RECORD_MADE)
    {
      g_auto (GStrv) words = g_strsplit (change->value != NULL ? change->value : "", "\t", 2);

      if (g_strv_length (words) != 2)
        {
          g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_IO,
                       "a record without form and version");
          return FALSE;
        }
    }
  /* Made, made again (a removal is undone, or it goes on with another version of its form), or
   * removed: rare enough to look at all of it. */
  if (change->node == NULL && !pal_dossier_check_derive_record (self->db, change->record, error))
    return FALSE;
  if (change->node != NULL
      && !pal_dossier_execute (self, error,
                               "UPDATE record SET changed = max(changed, ?2) WHERE id = ?1", "si",
                               change->record, clock_us))
    return FALSE;
  if (sqlite3_changes (self->db) != 1)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record %s",
                   change->record);
      return FALSE;
    }

  return TRUE;
}

/* What the change follows is no head any more. */
static gboolean
drop_heads (PalDossier *self, const PalLogChange *change, gboolean follows_all, GError **error)
{
  g_auto (GStrv) parents = NULL;

  if (follows_all)
    return pal_dossier_execute (self, error, "DELETE FROM head WHERE record = ?1 AND node = ?2",
                                "ss", change->record, change->node);

  parents = g_strsplit (change->parents, " ", -1);
  for (guint i = 0; parents[i] != NULL; i++)
    if (!pal_dossier_execute (self, error,
                              "DELETE FROM head WHERE record = ?1 AND node = ?2 AND change = ?3",
                              "sss", change->record, change->node, parents[i]))
      return FALSE;

  return TRUE;
}

/* act: the act's id, act_seq where it stands */
static gboolean
append_change (PalDossier *self, const PalChange *change, const char *act, gint64 act_seq,
               const char *author, GError **error)
{
  const char *node = change->node != NULL ? change->node : "";
  g_autofree char *row = pal_dossier_log_dup_row (node);
  g_autofree char *parents = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *value = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GBytes) salt = NULL;
  gboolean follows_all = FALSE;
  const char *text = change->value;
  PalLogChange entry = { .act = act,
                         .kind = kind_names[change->kind],
                         .record = change->record,
                         .node = node,
                         .row = row,
                         .author = author,
                         .device = self->device,
                         .clock_us = pal_clock_tick (&self->clock) };

  if (change->kind == PAL_CHANGE_ROW_REMOVED && !change->reopens)
    {
      seen = dup_seen (self, change, error);
      if (seen == NULL)
        return FALSE;
      text = seen;
    }
  if (text != NULL)
    {
      salt = new_salt (error);
      if (salt == NULL)
        return FALSE;
      value = pal_dossier_log_digest_value (salt, text);
    }
  if (change->reopens && change->parents != NULL)
    parents = g_strdup (change->parents);
  else
    parents = dup_parents (self, change, node, &follows_all, error);
  if (parents == NULL)
    return FALSE;
  entry.value = value;
  entry.parents = parents;
  id = pal_dossier_log_digest_change (&entry);

  return pal_dossier_execute (self, error,
                              "INSERT INTO change (id, act, kind, record, node, row, value, "
                              "parents, author, device, clock) "
                              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                              "sissssssssi", id, act_seq, entry.kind, entry.record, entry.node,
                              entry.row, entry.value, entry.parents, entry.author, entry.device,
                              entry.clock_us)
         && (text == NULL
             || pal_dossier_execute (self, error, "INSERT INTO value VALUES (?1, ?2, ?3)", "ibs",
                                     (gint64) sqlite3_last_insert_rowid (self->db), salt, text))
         && drop_heads (self, &entry, follows_all, error)
         && pal_dossier_execute (self, error, "INSERT INTO head VALUES (?1, ?2, ?3)", "sss",
                                 entry.record, entry.node, id)
         && derive_record (self, change, entry.clock_us, error);
}

/* --- an act */

static gboolean
get_newest (PalDossier *self, gint64 *seq, GError **error)
{
  return pal_sql_get_int (self->db, seq, 0, error, "SELECT max(seq) FROM change", "");
}

static gboolean
write_act (PalDossier *self, Append *append, GError **error)
{
  g_autofree char *nonce = g_uuid_string_random ();
  g_autofree char *act = NULL;
  gint64 clock_us;
  gint64 act_seq;

  if (append->may_replace
      && !pal_dossier_stint_replace (self, append->title, append->author, append->changes, error))
    return FALSE;
  if (!get_newest (self, &append->written.after, error))
    return FALSE;

  clock_us = pal_clock_tick (&self->clock);
  act = pal_dossier_log_digest_act (nonce, append->title, append->author, self->device, clock_us);
  if (!pal_dossier_execute (self, error,
                            "INSERT INTO act (id, nonce, title, author, device, clock) VALUES (?1, "
                            "?2, ?3, ?4, ?5, ?6)",
                            "sssssi", act, nonce, append->title, append->author, self->device,
                            clock_us))
    return FALSE;
  act_seq = sqlite3_last_insert_rowid (self->db);
  for (guint i = 0; i < append->changes->len; i++)
    if (!append_change (self, g_ptr_array_index (append->changes, i), act, act_seq, append->author,
                        error))
      return FALSE;

  return get_newest (self, &append->written.until, error);
}

static gboolean
append_act (PalDossier *self, Append *append, GError **error)
{
  gboolean ok = write_act (self, append, error);

  pal_dossier_reset_statements (self);

  return ok;
}

static gboolean
append (PalDossier *self, Append *job, GError **error)
{
  if (!pal_dossier_begin_job (self, TRUE, error))
    return FALSE;
  for (guint i = 0; i < job->changes->len; i++)
    if (!is_acceptable (g_ptr_array_index (job->changes, i), error))
      return FALSE;
  if (job->changes->len == 0)
    return TRUE;

  if (!pal_sql_begin (self->db, error)
      || !pal_sql_end (self->db, append_act (self, job, error), error))
    return FALSE;
  pal_dossier_undo_note (self, &job->written, job->title, g_ptr_array_index (job->changes, 0),
                         job->follows);

  return TRUE;
}

/**
 * pal_dossier_log_write:
 * @self: a dossier
 * @title: what was done
 * @author: who
 * @changes: (element-type PalChange): in the order in which they happened
 * @error: return location
 *
 * Appends one act. In the worker, in a transaction of the caller's.
 *
 * Returns: whether it is written
 */
gboolean
pal_dossier_log_write (PalDossier *self, const char *title, const char *author, GPtrArray *changes,
                       GError **error)
{
  Append job = { .title = (char *) title, .author = (char *) author, .changes = changes };

  for (guint i = 0; i < changes->len; i++)
    if (!is_acceptable (g_ptr_array_index (changes, i), error))
      return FALSE;

  return append_act (self, &job, error);
}

static void
append_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (append (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Append *
append_new (PalDossier *self, const char *title, GPtrArray *changes, PalAppendFlags flags)
{
  Append *job = g_new0 (Append, 1);

  job->title = g_strdup (title);
  job->author = pal_dossier_dup_author (self);
  job->changes = changes;
  job->may_replace = (flags & PAL_APPEND_APART) == 0;
  job->follows = (flags & PAL_APPEND_FOLLOWS) != 0;

  return job;
}

/**
 * pal_dossier_append:
 * @self: a dossier
 * @title: what was done, short, for the history
 * @changes: (element-type PalChange) (transfer full): in the order in which they happened
 * @error: return location
 *
 * Blocking: appends changes as one act. All of them are durable when it returns, or none is there:
 * after %PAL_DOSSIER_ERROR_FULL the same act can be tried again. Typing that goes on in the same
 * places replaces the newest act instead of following it (design.md, section 4).
 *
 * Returns: whether they are in the log
 */
gboolean
pal_dossier_append (PalDossier *self, const char *title, GPtrArray *changes, GError **error)
{
  return pal_dossier_append_full (self, title, changes, PAL_APPEND_DEFAULT, NULL, error);
}

/**
 * pal_dossier_append_full:
 * @self: a dossier
 * @title: what was done, short, for the history
 * @changes: (element-type PalChange) (transfer full): in the order in which they happened
 * @flags: whether somebody did it
 * @written: (out) (optional): where the act stands; pal_dossier_revert() takes it back
 * @error: return location
 *
 * Blocking: see pal_dossier_append() and pal_dossier_append_full_async().
 *
 * Returns: whether they are in the log
 */
gboolean
pal_dossier_append_full (PalDossier *self, const char *title, GPtrArray *changes,
                         PalAppendFlags flags, PalLogSpan *written, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (title != NULL, FALSE);
  g_return_val_if_fail (changes != NULL, FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_append, append_new (self, title, changes, flags),
                          append_free, append_in_worker);
  if (!g_task_propagate_boolean (task, error))
    return FALSE;
  if (written != NULL)
    *written = ((Append *) g_task_get_task_data (task))->written;

  return TRUE;
}

/**
 * pal_dossier_append_async:
 * @self: a dossier
 * @title: what was done, short, for the history
 * @changes: (element-type PalChange) (transfer full): in the order in which they happened; not to
 *   be touched by the caller any more, though a second reference may be kept to try again
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_append(). Acts reach the disk in the order of the calls.
 */
void
pal_dossier_append_async (PalDossier *self, const char *title, GPtrArray *changes,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  pal_dossier_append_full_async (self, title, changes, PAL_APPEND_DEFAULT, callback, user_data);
}

/**
 * pal_dossier_append_full_async:
 * @self: a dossier
 * @title: what was done, short, for the history
 * @changes: (element-type PalChange) (transfer full): see pal_dossier_append_async()
 * @flags: whether somebody did it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_append(). What follows from an act by itself is undone with it and cannot be
 * undone alone: it would only follow again.
 */
void
pal_dossier_append_full_async (PalDossier *self, const char *title, GPtrArray *changes,
                               PalAppendFlags flags, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (title != NULL);
  g_return_if_fail (changes != NULL);

  pal_dossier_push (self, NULL, pal_dossier_append_async, append_new (self, title, changes, flags),
                    append_free, append_in_worker, callback, user_data);
}

/**
 * pal_dossier_append_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the act is in the log
 */
gboolean
pal_dossier_append_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  return pal_dossier_append_finish_at (self, result, NULL, error);
}

/**
 * pal_dossier_append_finish_at:
 * @self: a dossier
 * @result: what the callback got
 * @written: (out) (optional): where the act stands; pal_dossier_revert() takes it back
 * @error: return location
 *
 * Returns: whether the act is in the log
 */
gboolean
pal_dossier_append_finish_at (PalDossier *self, GAsyncResult *result, PalLogSpan *written,
                              GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (written != NULL)
    *written = ((Append *) g_task_get_task_data (G_TASK (result)))->written;

  return TRUE;
}

/* --- what is known elsewhere */

/**
 * pal_dossier_log_mark_exported:
 * @self: a dossier
 * @error: return location
 *
 * See pal_dossier_mark_exported(). In the worker; within a transaction it goes with that.
 *
 * Returns: whether that is kept
 */
gboolean
pal_dossier_log_mark_exported (PalDossier *self, GError **error)
{
  gint64 seq = 0;
  g_autofree char *text = NULL;

  if (!pal_sql_get_int (self->db, &seq, 0, error, "SELECT max(seq) FROM change", ""))
    return FALSE;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, seq);
  if (!pal_sql_run (self->db, error, "INSERT OR REPLACE INTO meta VALUES ('exported-seq', ?1)", "s",
                    text))
    return FALSE;
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->meta, g_strdup ("exported-seq"), g_steal_pointer (&text));
  g_mutex_unlock (&self->mutex);

  return TRUE;
}

static void
mark_exported_in_worker (GTask *task, gpointer source, gpointer task_data,
                         GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_dossier_begin_job (source, TRUE, &error)
      && pal_dossier_log_mark_exported (source, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_mark_exported:
 * @self: a dossier
 * @error: return location
 *
 * Blocking: says that everything in the log may be known elsewhere now, because a package was
 * written: from here on typing adds to it and replaces nothing of it.
 *
 * Returns: whether that is kept
 */
gboolean
pal_dossier_mark_exported (PalDossier *self, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_mark_exported, NULL, NULL,
                          mark_exported_in_worker);

  return g_task_propagate_boolean (task, error);
}
