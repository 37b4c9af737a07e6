// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-transfer"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-merge.h"

#include <string.h>

/* The log as it travels (data/changes.jsonl): a first line that names the dossier, then acts, each
 * followed by its changes. What follows from something else in the line above is left out: the act,
 * author and device of a change, and the row, which is in the path. Salt and text are absent where
 * they were purged. */

#define WRITE_BYTES (64 << 10)

typedef struct
{
  char *record;   /* (nullable) */
  GStrv prefixes; /* (nullable) */
  GOutputStream *stream;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_free (writing->record);
  g_strfreev (writing->prefixes);
  g_object_unref (writing->stream);
  g_free (writing);
}

/* Whether a node is at or below one of the paths, or a row around one of them. Paths may name a
 * repeat without its rows: then each of its rows is meant. */
static gboolean
is_below (const char *node, const char *prefix)
{
  const char *p = node;

  while (*prefix != '\0' && *p != '\0')
    {
      if (*p == '[' && *prefix != '[')
        {
          const char *close = strchr (p, ']');

          if (close == NULL)
            return FALSE;
          p = close + 1;
          continue;
        }
      if (*p != *prefix)
        return FALSE;
      p++;
      prefix++;
    }
  if (*prefix == '\0')
    return *p == '\0' || *p == '/' || *p == '[';

  /* The node ends first: a row on the way to what is meant. */
  return *prefix == '/' && g_str_has_suffix (node, "]");
}

/**
 * pal_dossier_transfer_is_meant:
 * @node: a path with row ids; "" for the record itself
 * @prefixes: (nullable): paths with or without row ids
 *
 * Returns: whether the node belongs to what the paths name; always for @prefixes %NULL
 */
gboolean
pal_dossier_transfer_is_meant (const char *node, const char *const *prefixes)
{
  if (prefixes == NULL || *node == '\0')
    return TRUE;
  for (guint i = 0; prefixes[i] != NULL; i++)
    if (is_below (node, prefixes[i]))
      return TRUE;

  return FALSE;
}

/* Gathered, so that a line is not a call to the system. */
static gboolean
write_out (Writing *writing, GString *lines, gsize at_least, GCancellable *cancellable,
           GError **error)
{
  gboolean ok;

  if (lines->len < at_least)
    return TRUE;
  ok = g_output_stream_write_all (writing->stream, lines->str, lines->len, NULL, cancellable,
                                  error);
  g_string_truncate (lines, 0);

  return ok;
}

/* stmt stands on the columns of write_log(). */
static void
add_act_line (GString *lines, sqlite3_stmt *stmt)
{
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_ACT, pal_sql_get_text (stmt, 1));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_NONCE, pal_sql_get_text (stmt, 2));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_TITLE, pal_sql_get_text (stmt, 3));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_AUTHOR, pal_sql_get_text (stmt, 4));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_DEVICE, pal_sql_get_text (stmt, 5));
  pal_log_members_add_clock (lines, sqlite3_column_int64 (stmt, 6));
  pal_log_members_end (lines);
}

static void
add_change_line (GString *lines, sqlite3_stmt *stmt)
{
  g_autofree char *salt = NULL;

  if (sqlite3_column_type (stmt, 13) == SQLITE_BLOB)
    salt = g_base64_encode (sqlite3_column_blob (stmt, 13), sqlite3_column_bytes (stmt, 13));

  pal_log_members_add_text (lines, PAL_LOG_MEMBER_CHANGE, pal_sql_get_text (stmt, 7));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_KIND, pal_sql_get_text (stmt, 8));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_RECORD, pal_sql_get_text (stmt, 9));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_NODE, pal_sql_get_text (stmt, 10));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_VALUE, pal_sql_get_text (stmt, 11));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_SALT, salt);
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_TEXT, pal_sql_get_text (stmt, 14));
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_PARENTS, pal_sql_get_text (stmt, 12));
  pal_log_members_add_clock (lines, sqlite3_column_int64 (stmt, 15));
  pal_log_members_end (lines);
}

static gboolean
write_log (PalDossier *self, Writing *writing, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  gint64 act = -1;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return FALSE;

  pal_log_members_add_text (lines, PAL_LOG_MEMBER_FORMAT, PAL_DOSSIER_LOG_FORMAT);
  pal_log_members_add_text (lines, PAL_LOG_MEMBER_DOSSIER, self->id);
  pal_log_members_end (lines);

  stmt = pal_sql_prepare (self->db,
                          "SELECT a.seq, a.id, a.nonce, a.title, a.author, a.device, a.clock, "
                          "c.id, c.kind, c.record, c.node, c.value, c.parents, v.salt, v.text, "
                          "c.clock FROM change c JOIN act a ON a.seq = c.act "
                          "LEFT JOIN value v ON v.change = c.seq "
                          "WHERE ?1 IS NULL OR c.record = ?1 ORDER BY c.seq",
                          error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "s", writing->record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      if (!pal_dossier_transfer_is_meant (pal_sql_get_text (stmt, 10),
                                          (const char *const *) writing->prefixes))
        continue;
      if (sqlite3_column_int64 (stmt, 0) != act)
        add_act_line (lines, stmt);
      act = sqlite3_column_int64 (stmt, 0);
      add_change_line (lines, stmt);
      if (!write_out (writing, lines, WRITE_BYTES, cancellable, error))
        return FALSE;
    }

  return step == PAL_SQL_DONE && write_out (writing, lines, 0, cancellable, error);
}

static void
write_log_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_log (source, task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_write_log:
 * @self: a dossier
 * @record: (nullable): only this record
 * @prefixes: (nullable) (array zero-terminated=1): only nodes at or below these paths, the rows
 *   around them, and the record itself. A path may leave out row ids: then all rows are meant
 * @stream: where to; not closed
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: writes the log for another copy of this dossier. A node's history is written whole or
 * not at all, so that what is written stands on its own. Say pal_dossier_mark_exported() before, so
 * that nothing in it is replaced later.
 *
 * Returns: whether all of it was written
 */
gboolean
pal_dossier_write_log (PalDossier *self, const char *record, const char *const *prefixes,
                       GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GTask) task = NULL;
  Writing *writing;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  writing = g_new0 (Writing, 1);
  writing->record = g_strdup (record);
  writing->prefixes = g_strdupv ((char **) prefixes);
  writing->stream = g_object_ref (stream);
  task = pal_dossier_run (self, cancellable, pal_dossier_write_log, writing, writing_free,
                          write_log_in_worker);

  return g_task_propagate_boolean (task, error);
}

/* --- reading */

/**
 * pal_log_reader_clear:
 * @self: a reader
 */
void
pal_log_reader_clear (PalLogReader *self)
{
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  g_clear_pointer (&self->salt, g_bytes_unref);
}

/* The next line, with NUL instead of its end; NULL at the end of the stream, or with an error. */
static char *
next_line (PalLogReader *self, gsize *length, GCancellable *cancellable, GError **error)
{
  if (self->buffer == NULL)
    self->buffer = g_byte_array_new ();

  for (gsize looked = self->start;;)
    {
      guint8 *end = looked < self->buffer->len
                        ? memchr (self->buffer->data + looked, '\n', self->buffer->len - looked)
                        : NULL;
      gssize n;
      gsize old;

      if (end != NULL)
        {
          char *line = (char *) self->buffer->data + self->start;

          *length = (char *) end - line;
          *end = '\0';
          self->start += *length + 1;
          return line;
        }
      if (self->start > 0)
        {
          g_byte_array_remove_range (self->buffer, 0, self->start);
          self->start = 0;
        }
      looked = old = self->buffer->len;
      if (old > 2 * PAL_DOSSIER_MAX_VALUE_BYTES)
        {
          g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT,
                       "a line of the log is too long");
          return NULL;
        }
      g_byte_array_set_size (self->buffer, old + PAL_DOSSIER_CHUNK_BYTES);
      n = g_input_stream_read (self->stream, self->buffer->data + old, PAL_DOSSIER_CHUNK_BYTES,
                               cancellable, error);
      g_byte_array_set_size (self->buffer, old + MAX (n, 0));
      if (n < 0)
        return NULL;
      if (n == 0)
        {
          if (old > 0)
            g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                         "the log breaks off in the middle of a line");
          return NULL;
        }
    }
}

static gboolean
fail_line (PalLogReader *self, const char *why, GError **error)
{
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
               "line %" G_GUINT64_FORMAT " of the log: %s", self->line, why);

  return FALSE;
}

/* FALSE at the end of the stream, or with an error. */
static gboolean
next_members (PalLogReader *self, GCancellable *cancellable, GError **error)
{
  gsize length;
  char *line = next_line (self, &length, cancellable, error);

  if (line == NULL)
    return FALSE;
  self->line++;

  return pal_log_members_parse (&self->members, line, length)
         || fail_line (self, "not a JSON object of texts and numbers", error);
}

/**
 * pal_log_reader_begin:
 * @self: a reader with its stream
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Reads the first line.
 *
 * Returns: (transfer full) (nullable): id of the dossier from which the log comes
 */
char *
pal_log_reader_begin (PalLogReader *self, GCancellable *cancellable, GError **error)
{
  const char *const *texts = self->members.texts;
  g_autoptr (GError) local = NULL;

  if (next_members (self, cancellable, &local)
      && g_strcmp0 (texts[PAL_LOG_MEMBER_FORMAT], PAL_DOSSIER_LOG_FORMAT) == 0
      && texts[PAL_LOG_MEMBER_DOSSIER] != NULL)
    return g_strdup (texts[PAL_LOG_MEMBER_DOSSIER]);

  if (local != NULL && !g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN,
                 "this is no log of a dossier, or of a newer program");

  return NULL;
}

static gboolean
read_act (PalLogReader *self, GError **error)
{
  const char *const *texts = self->members.texts;
  PalLogAct *act = &self->act;
  g_autofree char *id = NULL;

  *act = (PalLogAct){ .id = texts[PAL_LOG_MEMBER_ACT],
                      .nonce = texts[PAL_LOG_MEMBER_NONCE],
                      .title = texts[PAL_LOG_MEMBER_TITLE],
                      .author = texts[PAL_LOG_MEMBER_AUTHOR],
                      .device = texts[PAL_LOG_MEMBER_DEVICE],
                      .clock_us = self->members.clock_us };
  if (act->nonce == NULL || act->title == NULL || act->author == NULL || act->device == NULL
      || !self->members.has_clock)
    return fail_line (self, "an act that is not whole", error);
  id = pal_dossier_log_digest_act (act->nonce, act->title, act->author, act->device, act->clock_us);
  if (!g_str_equal (id, act->id))
    return fail_line (self, "an act that was altered", error);

  return TRUE;
}

static gboolean
read_change (PalLogReader *self, GError **error)
{
  const char *const *texts = self->members.texts;
  const char *salt = texts[PAL_LOG_MEMBER_SALT];
  PalLogChange *change = &self->change;

  *change = (PalLogChange){ .kind = texts[PAL_LOG_MEMBER_KIND],
                            .record = texts[PAL_LOG_MEMBER_RECORD],
                            .node = texts[PAL_LOG_MEMBER_NODE],
                            .value = texts[PAL_LOG_MEMBER_VALUE],
                            .parents = texts[PAL_LOG_MEMBER_PARENTS],
                            .clock_us = self->members.clock_us };
  self->id = texts[PAL_LOG_MEMBER_CHANGE];
  self->text = texts[PAL_LOG_MEMBER_TEXT];
  g_clear_pointer (&self->salt, g_bytes_unref);
  if (change->kind == NULL || change->record == NULL || change->node == NULL
      || change->parents == NULL || !self->members.has_clock
      || (salt != NULL) != (self->text != NULL) || (self->text != NULL && change->value == NULL))
    return fail_line (self, "a change that is not whole", error);
  if (salt != NULL)
    {
      gsize length;
      guint8 *octets = g_base64_decode (salt, &length);

      self->salt = g_bytes_new_take (octets, length);
    }

  return TRUE;
}

/**
 * pal_log_reader_next:
 * @self: a reader that has begun
 * @kind: (out): what was read
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Reads the next line: @self's act, or its change with id, salt and text. What it points to is good
 * until the next call. An act's digest is checked here, a change's by who knows its act.
 *
 * Returns: whether there is no error
 */
gboolean
pal_log_reader_next (PalLogReader *self, PalLogLine *kind, GCancellable *cancellable,
                     GError **error)
{
  GError *local = NULL;

  *kind = PAL_LOG_END;
  if (!next_members (self, cancellable, &local))
    {
      if (local != NULL)
        g_propagate_error (error, local);
      return local == NULL;
    }

  if (self->members.texts[PAL_LOG_MEMBER_ACT] != NULL)
    {
      *kind = PAL_LOG_ACT;
      return read_act (self, error);
    }
  if (self->members.texts[PAL_LOG_MEMBER_CHANGE] != NULL)
    {
      *kind = PAL_LOG_CHANGE;
      return read_change (self, error);
    }

  return fail_line (self, "neither an act nor a change", error);
}
