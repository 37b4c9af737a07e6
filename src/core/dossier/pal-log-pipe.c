// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-log-pipe"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* A log is read, parsed and checked digest by digest on a thread of its own, while the dossier's
 * worker writes what was read before: each takes about half of the time of a merge. What is on the
 * way is bounded, so memory does not grow with the log. */

#define BATCH_ITEMS 64 /* few: the writer waits for the first of them */
#define BATCH_BYTES (1 << 20)
#define MAX_BATCHES 16

struct _PalLogPipe
{
  PalLogReader reader;
  GCancellable *cancellable; /* (owned) (nullable) */
  GThread *thread;
  char *dossier; /* (nullable) */

  GMutex mutex;
  GCond cond;
  GQueue batches;
  gboolean is_done;    /* the reader will add nothing */
  gboolean is_stopped; /* nobody will ask for more */
  GError *error;       /* (nullable): what the reader came to; after the last batch */

  /* Of the reader's thread. */
  PalLogBatch *filling;
  PalLogAct act; /* within filling, until the next batch */
  gboolean has_act;
};

/**
 * pal_log_batch_free:
 * @batch: (transfer full): a batch
 */
void
pal_log_batch_free (PalLogBatch *batch)
{
  for (guint i = 0; i < batch->items->len; i++)
    g_clear_pointer (&g_array_index (batch->items, PalLogItem, i).salt, g_bytes_unref);
  g_array_unref (batch->items);
  g_string_chunk_free (batch->strings);
  g_free (batch);
}

static PalLogBatch *
batch_new (void)
{
  PalLogBatch *batch = g_new0 (PalLogBatch, 1);

  batch->items = g_array_sized_new (FALSE, TRUE, sizeof (PalLogItem), BATCH_ITEMS);
  batch->strings = g_string_chunk_new (64 << 10);

  return batch;
}

/* --- the reader's thread */

static const char *
keep (PalLogBatch *batch, const char *text)
{
  if (text == NULL)
    return NULL;
  batch->bytes += strlen (text);

  return g_string_chunk_insert (batch->strings, text);
}

static void
keep_act (PalLogPipe *self, const PalLogAct *act)
{
  PalLogBatch *batch = self->filling;

  self->act = (PalLogAct){ .id = keep (batch, act->id),
                           .nonce = keep (batch, act->nonce),
                           .title = keep (batch, act->title),
                           .author = keep (batch, act->author),
                           .device = keep (batch, act->device),
                           .clock_us = act->clock_us };
  self->has_act = TRUE;
}

/* FALSE when nobody wants more. */
static gboolean
push (PalLogPipe *self)
{
  PalLogBatch *next = batch_new ();
  PalLogBatch *full = g_steal_pointer (&self->filling);
  gboolean go_on;

  /* The act goes on there; whoever takes the full one frees it. */
  self->filling = next;
  if (self->has_act)
    keep_act (self, &self->act);

  g_mutex_lock (&self->mutex);
  while (self->batches.length >= MAX_BATCHES && !self->is_stopped)
    g_cond_wait (&self->cond, &self->mutex);
  g_queue_push_tail (&self->batches, full);
  go_on = !self->is_stopped;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  return go_on;
}

static void
add_act (PalLogPipe *self)
{
  PalLogItem item = { .kind = PAL_LOG_ACT, .line = self->reader.line };

  keep_act (self, &self->reader.act);
  item.act = self->act;
  g_array_append_val (self->filling->items, item);
}

static gboolean
fail_damaged (PalLogPipe *self, const char *why, GError **error)
{
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
               "line %" G_GUINT64_FORMAT " of the log: %s", self->reader.line, why);

  return FALSE;
}

static gboolean
check_change (PalLogPipe *self, GError **error)
{
  PalLogReader *reader = &self->reader;
  PalLogChange *change = &reader->change;
  g_autofree char *id = pal_dossier_log_digest_change (change);
  PalChangeKind kind;

  if (!g_str_equal (id, reader->id))
    return fail_damaged (self, "a change that was altered", error);
  if (!pal_dossier_log_parse_kind (change->kind, &kind)
      || (*change->node == '\0')
             != (kind == PAL_CHANGE_RECORD_MADE || kind == PAL_CHANGE_RECORD_REMOVED))
    return fail_damaged (self, "a change that makes no sense", error);
  if ((kind == PAL_CHANGE_ROW_ADDED || kind == PAL_CHANGE_ROW_REMOVED)
      && !g_str_has_suffix (change->node, "]"))
    return fail_damaged (self, "a row that is none", error);
  if (strlen (change->node) > PAL_DOSSIER_MAX_NAME_BYTES
      || strlen (change->record) > PAL_DOSSIER_MAX_NAME_BYTES
      || (reader->text != NULL && strlen (reader->text) > PAL_DOSSIER_MAX_VALUE_BYTES))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "an answer is too long");
      return FALSE;
    }
  if (reader->text != NULL)
    {
      g_autofree char *digest = pal_dossier_log_digest_value (reader->salt, reader->text);

      if (!g_str_equal (digest, change->value))
        return fail_damaged (self, "an answer is not what its change says", error);
    }
  if (kind == PAL_CHANGE_RECORD_MADE
      && (reader->text == NULL || strchr (reader->text, '\t') == NULL))
    return fail_damaged (self, "a record without form and version", error);

  return TRUE;
}

static gboolean
keep_change (PalLogPipe *self, GError **error)
{
  PalLogReader *reader = &self->reader;
  PalLogChange *change = &reader->change;
  PalLogBatch *batch = self->filling;
  g_autofree char *row = NULL;
  PalLogItem item;

  if (!self->has_act)
    return fail_damaged (self, "a change without an act", error);
  row = pal_dossier_log_dup_row (change->node);
  change->act = self->act.id;
  change->author = self->act.author;
  change->device = self->act.device;
  change->row = row;
  if (!check_change (self, error))
    return FALSE;

  item = (PalLogItem){ .kind = PAL_LOG_CHANGE,
                       .line = reader->line,
                       .id = keep (batch, reader->id),
                       .text = keep (batch, reader->text),
                       .salt = g_steal_pointer (&reader->salt),
                       .change = { .act = change->act,
                                   .kind = keep (batch, change->kind),
                                   .record = keep (batch, change->record),
                                   .node = keep (batch, change->node),
                                   .row = keep (batch, row),
                                   .value = keep (batch, change->value),
                                   .parents = keep (batch, change->parents),
                                   .author = change->author,
                                   .device = change->device,
                                   .clock_us = change->clock_us } };
  g_array_append_val (batch->items, item);

  return TRUE;
}

static gboolean
read_all (PalLogPipe *self, GError **error)
{
  PalLogLine kind;

  do
    {
      if (!pal_log_reader_next (&self->reader, &kind, self->cancellable, error))
        return FALSE;
      if (kind == PAL_LOG_ACT)
        add_act (self);
      else if (kind == PAL_LOG_CHANGE && !keep_change (self, error))
        return FALSE;
      if ((self->filling->items->len >= BATCH_ITEMS || self->filling->bytes >= BATCH_BYTES)
          && !push (self))
        return TRUE;
    }
  while (kind != PAL_LOG_END);

  return TRUE;
}

static gpointer
read_in_thread (gpointer data)
{
  PalLogPipe *self = data;
  GError *error = NULL;

  read_all (self, &error);
  push (self);
  g_mutex_lock (&self->mutex);
  self->is_done = TRUE;
  self->error = error;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/* --- who takes from it */

/**
 * pal_log_pipe_new:
 * @stream: a log; read on another thread until pal_log_pipe_free()
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Reads the first line, and begins to read ahead.
 *
 * Returns: (transfer full) (nullable): a pipe
 */
PalLogPipe *
pal_log_pipe_new (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  PalLogPipe *self = g_new0 (PalLogPipe, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->reader.stream = stream;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->filling = batch_new ();
  self->dossier = pal_log_reader_begin (&self->reader, cancellable, error);
  if (self->dossier == NULL)
    {
      pal_log_pipe_free (self);
      return NULL;
    }
  self->thread = g_thread_new ("pal-log-pipe", read_in_thread, self);

  return self;
}

/**
 * pal_log_pipe_free:
 * @self: (transfer full): a pipe, at its end or not
 */
void
pal_log_pipe_free (PalLogPipe *self)
{
  PalLogBatch *batch;

  g_mutex_lock (&self->mutex);
  self->is_stopped = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  if (self->thread != NULL)
    g_thread_join (self->thread);

  while ((batch = g_queue_pop_head (&self->batches)) != NULL)
    pal_log_batch_free (batch);
  g_clear_pointer (&self->filling, pal_log_batch_free);
  pal_log_reader_clear (&self->reader);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->dossier);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/**
 * pal_log_pipe_get_dossier:
 * @self: a pipe
 *
 * Returns: id of the dossier from which the log comes
 */
const char *
pal_log_pipe_get_dossier (PalLogPipe *self)
{
  return self->dossier;
}

/**
 * pal_log_pipe_next:
 * @self: a pipe
 * @batch: (out) (transfer full) (nullable): what was read and checked; %NULL at the end
 * @error: return location
 *
 * Waits for what comes next.
 *
 * Returns: %FALSE when the log is not right, after all that was right before that
 */
gboolean
pal_log_pipe_next (PalLogPipe *self, PalLogBatch **batch, GError **error)
{
  gboolean ok = TRUE;

  g_mutex_lock (&self->mutex);
  while (self->batches.length == 0 && !self->is_done)
    g_cond_wait (&self->cond, &self->mutex);
  *batch = g_queue_pop_head (&self->batches);
  if (*batch == NULL && self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      ok = FALSE;
    }
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  return ok;
}
