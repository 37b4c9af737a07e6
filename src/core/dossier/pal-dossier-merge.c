// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-merge"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-merge.h"

#include <glib/gstdio.h>
#include <string.h>

/* A merge is the union of two logs, in one transaction. What came in is checked digest by digest;
 * its causes must be here or come before it. */

#define MAX_REPORTED 5000
#define MAX_UNEXPECTED 500
#define MAX_SORTED 50000
/* Ids are digests, so what is new goes everywhere in their index. */
#define LARGE_CACHE "PRAGMA cache_size=-64000"
#define USUAL_CACHE "PRAGMA cache_size=-8000" /* as pal_dossier_schema_connect() has it */
#define FUTURE_US G_TIME_SPAN_DAY

typedef struct
{
  PalDossier *dossier;
  GInputStream *stream; /* (owned) */
  PalMergeFlags flags;
  const PalMergeRules *rules; /* (unowned) (nullable) */
  GCancellable *cancellable;  /* (unowned) (nullable) */

  PalMergeReport *report; /* (owned) (nullable) */
  GHashTable *records;    /* id -> newest clock of what came in (gint64 *) */
  GHashTable *remade;     /* ids whose own node was touched */
  GHashTable *authors;    /* (element-type utf8) */
  GHashTable *conflicts;  /* (element-type utf8): record and node, as dup_place() has them */
  gint64 newest_us;
  gint64 n_conflicts_before; /* -1: not counted */
  gint64 n_conflicts_after;

  /* The act in which the changes stand now. */
  PalLogAct act;
  char *act_texts[5]; /* (owned): id nonce title author device */
  gint64 act_seq;     /* 0: not in the file yet */
} Merge;

/**
 * pal_merged_node_free:
 * @node: (transfer full): a node
 */
void
pal_merged_node_free (PalMergedNode *node)
{
  g_free (node->record);
  g_free (node->node);
  g_free (node->before);
  g_free (node->after);
  g_free (node->incoming);
  g_free (node->author);
  g_free (node);
}

/**
 * pal_merge_report_free:
 * @report: (transfer full): a report
 */
void
pal_merge_report_free (PalMergeReport *report)
{
  g_free (report->dossier);
  g_ptr_array_unref (report->nodes);
  g_ptr_array_unref (report->authors);
  g_ptr_array_unref (report->unexpected);
  g_free (report);
}

static Merge *
merge_new (PalDossier *dossier, GInputStream *stream, PalMergeFlags flags)
{
  Merge *merge = g_new0 (Merge, 1);

  merge->dossier = dossier;
  merge->stream = g_object_ref (stream);
  merge->flags = flags;
  merge->report = g_new0 (PalMergeReport, 1);
  merge->report->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_merged_node_free);
  merge->report->authors = g_ptr_array_new_with_free_func (g_free);
  merge->report->unexpected
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_merged_node_free);
  merge->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  merge->remade = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  merge->authors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  merge->conflicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return merge;
}

static void
merge_free (gpointer data)
{
  Merge *merge = data;

  g_object_unref (merge->stream);
  g_clear_pointer (&merge->report, pal_merge_report_free);
  g_hash_table_unref (merge->records);
  g_hash_table_unref (merge->remade);
  g_hash_table_unref (merge->authors);
  g_hash_table_unref (merge->conflicts);
  for (gsize i = 0; i < G_N_ELEMENTS (merge->act_texts); i++)
    g_free (merge->act_texts[i]);
  g_free (merge);
}

/* --- acts and changes */

/* Kept until it has a change that is new. */
static void
begin_act (Merge *merge, const PalLogAct *act)
{
  const char *texts[] = { act->id, act->nonce, act->title, act->author, act->device };
  const char **places[] = { &merge->act.id, &merge->act.nonce, &merge->act.title,
                            &merge->act.author, &merge->act.device };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_free (merge->act_texts[i]);
      merge->act_texts[i] = g_strdup (texts[i]);
      *places[i] = merge->act_texts[i];
    }
  merge->act.clock_us = act->clock_us;
  merge->act_seq = 0;
}

static gboolean
write_act (Merge *merge, GError **error)
{
  const PalLogAct *act = &merge->act;
  sqlite3_stmt *stmt;

  if (merge->act_seq != 0)
    return TRUE;

  if (!pal_dossier_execute (merge->dossier, error,
                            "INSERT INTO act (id, nonce, title, author, device, clock) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING",
                            "sssssi", act->id, act->nonce, act->title, act->author, act->device,
                            act->clock_us))
    return FALSE;
  if (sqlite3_changes (merge->dossier->db) == 0)
    {
      stmt = pal_dossier_get_statement (merge->dossier, "SELECT seq FROM act WHERE id = ?1", error);
      if (stmt == NULL)
        return FALSE;
      pal_sql_bind (stmt, "s", act->id);
      if (pal_sql_step (stmt, error) != PAL_SQL_ROW)
        return FALSE;
      merge->act_seq = sqlite3_column_int64 (stmt, 0);
      return TRUE;
    }
  merge->act_seq = sqlite3_last_insert_rowid (merge->dossier->db);
  merge->report->n_acts++;
  if (!g_hash_table_contains (merge->authors, act->author))
    g_hash_table_add (merge->authors, g_strdup (act->author));

  return TRUE;
}

static gboolean
fail_damaged (const PalLogItem *item, const char *why, GError **error)
{
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
               "line %" G_GUINT64_FORMAT " of the log: %s", item->line, why);

  return FALSE;
}

/* What the author saw is no head any more. */
static gboolean
follow_parents (Merge *merge, const PalLogItem *item, GError **error)
{
  const PalLogChange *change = &item->change;
  g_auto (GStrv) parents = NULL;

  if (*change->parents == '\0')
    return TRUE;

  parents = g_strsplit (change->parents, " ", -1);
  for (guint i = 0; parents[i] != NULL; i++)
    {
      sqlite3_stmt *stmt;

      if (!pal_dossier_execute (merge->dossier, error,
                                "DELETE FROM head WHERE record = ?1 AND node = ?2 AND change = ?3",
                                "sss", change->record, change->node, parents[i]))
        return FALSE;
      if (sqlite3_changes (merge->dossier->db) == 1)
        continue;

      stmt = pal_dossier_get_statement (
          merge->dossier, "SELECT 1 FROM change WHERE id = ?1 AND record = ?2 AND node = ?3",
          error);
      if (stmt == NULL)
        return FALSE;
      pal_sql_bind (stmt, "sss", parents[i], change->record, change->node);
      switch (pal_sql_step (stmt, error))
        {
        case PAL_SQL_ROW:
          break;
        case PAL_SQL_DONE:
          return fail_damaged (item, "a change follows one that is missing", error);
        case PAL_SQL_FAILED:
          return FALSE;
        }
    }

  return TRUE;
}

static void
note_record (Merge *merge, const PalLogChange *change)
{
  gint64 *newest_us = g_hash_table_lookup (merge->records, change->record);

  if (newest_us == NULL)
    {
      newest_us = g_new0 (gint64, 1);
      g_hash_table_insert (merge->records, g_strdup (change->record), newest_us);
    }
  *newest_us = MAX (*newest_us, change->clock_us);
  merge->newest_us = MAX (merge->newest_us, change->clock_us);
  if (*change->node == '\0' && !g_hash_table_contains (merge->remade, change->record))
    g_hash_table_add (merge->remade, g_strdup (change->record));
}

/* What is known is known with its act; so an act of which nothing is new is not written. */
static gboolean
take_change (Merge *merge, const PalLogItem *item, GError **error)
{
  const PalLogChange *change = &item->change;

  if (!write_act (merge, error)
      || !pal_dossier_execute (merge->dossier, error,
                               "INSERT INTO change (id, act, kind, record, node, row, value, "
                               "parents, author, device, clock) "
                               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
                               "ON CONFLICT (id) DO NOTHING",
                               "sissssssssi", item->id, merge->act_seq, change->kind,
                               change->record, change->node, change->row, change->value,
                               change->parents, change->author, change->device, change->clock_us))
    return FALSE;
  if (sqlite3_changes (merge->dossier->db) == 0)
    {
      merge->report->n_known++;
      return TRUE;
    }

  if ((change->value != NULL
       && !pal_dossier_execute (merge->dossier, error, "INSERT INTO value VALUES (?1, ?2, ?3)",
                                "ibs", (gint64) sqlite3_last_insert_rowid (merge->dossier->db),
                                item->salt, item->text))
      || !follow_parents (merge, item, error)
      || !pal_dossier_execute (merge->dossier, error, "INSERT INTO head VALUES (?1, ?2, ?3)", "sss",
                               change->record, change->node, item->id))
    return FALSE;
  note_record (merge, change);
  merge->report->n_changes++;

  return TRUE;
}

static gboolean
take_log (Merge *merge, GError **error)
{
  g_autoptr (PalLogPipe) pipe = pal_log_pipe_new (merge->stream, merge->cancellable, error);

  if (pipe == NULL)
    return FALSE;

  merge->report->dossier = g_strdup (pal_log_pipe_get_dossier (pipe));
  for (;;)
    {
      g_autoptr (PalLogBatch) batch = NULL;

      if (!pal_log_pipe_next (pipe, &batch, error))
        return FALSE;
      if (batch == NULL)
        return TRUE;
      for (guint i = 0; i < batch->items->len; i++)
        {
          const PalLogItem *item = &g_array_index (batch->items, PalLogItem, i);

          if (item->kind == PAL_LOG_ACT)
            begin_act (merge, &item->act);
          else if (!take_change (merge, item, error))
            return FALSE;
        }
    }
}

/* --- what derives from the log */

static gboolean
derive_records (Merge *merge, GError **error)
{
  GHashTableIter iter;
  gpointer record, newest_us;

  g_hash_table_iter_init (&iter, merge->records);
  while (g_hash_table_iter_next (&iter, &record, &newest_us))
    {
      gboolean ok
          = g_hash_table_contains (merge->remade, record)
                ? pal_dossier_check_derive_record (merge->dossier->db, record, error)
                : pal_dossier_execute (merge->dossier, error,
                                       "UPDATE record SET changed = max(changed, ?2) WHERE id = ?1",
                                       "si", record, *(gint64 *) newest_us);

      if (!ok)
        return FALSE;
      if (sqlite3_changes (merge->dossier->db) != 1)
        {
          g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                       "the log has changes of a record that was never made");
          return FALSE;
        }
    }

  return TRUE;
}

/* --- the report */

static char *
dup_place (const char *record, const char *node)
{
  return g_strconcat (record, "\n", node, NULL);
}

/* (nullable): the newest of what came in and stands. */
static const PalChange *
find_incoming (const PalLook *then, const PalLook *now)
{
  for (guint i = now->heads->len; i > 0; i--)
    {
      const PalChange *head = g_ptr_array_index (now->heads, i - 1);
      gboolean is_new = TRUE;

      for (guint j = 0; is_new && j < then->heads->len; j++)
        is_new = !g_str_equal (((PalChange *) g_ptr_array_index (then->heads, j))->id, head->id);
      if (is_new)
        return head;
    }

  return NULL;
}

static PalMergedNode *
look_at_node (Merge *merge, const char *record, const char *node, GError **error)
{
  g_autofree char *place = dup_place (record, node);
  g_auto (PalLook) then = { NULL };
  g_auto (PalLook) now = { NULL };
  const PalChange *incoming;
  PalMergedNode *merged;

  if (!pal_dossier_look (merge->dossier, record, node, merge->report->span.after, &then, error)
      || !pal_dossier_look (merge->dossier, record, node, G_MAXINT64, &now, error))
    return NULL;
  merged = g_new0 (PalMergedNode, 1);
  merged->record = g_strdup (record);
  merged->node = g_strdup (node);
  merged->before = g_steal_pointer (&then.text);
  merged->after = g_steal_pointer (&now.text);
  incoming = find_incoming (&then, &now);
  if (incoming != NULL)
    {
      merged->author = g_strdup (incoming->author);
      merged->incoming = g_strdup (incoming->value);
    }
  merged->is_conflict = g_hash_table_contains (merge->conflicts, place);

  return merged;
}

static gboolean
report_node (Merge *merge, const char *record, const char *node, GPtrArray *to, GError **error)
{
  PalMergedNode *merged = look_at_node (merge, record, node, error);

  if (merged != NULL)
    g_ptr_array_add (to, merged);

  return merged != NULL;
}

static gboolean
report_nodes (Merge *merge, GError **error)
{
  const PalMergeRules *rules = merge->rules;
  PalMergeReport *report = merge->report;
  /* Sorting takes memory: what is large is read along the index instead. */
  gboolean is_small = report->span.until - report->span.after < MAX_SORTED;
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (merge->dossier->db,
                         is_small ? "SELECT DISTINCT record, node FROM change WHERE seq > ?1 "
                                    "ORDER BY record, node"
                                  : "SELECT record, node FROM change INDEXED BY change_node "
                                    "GROUP BY record, node HAVING max(seq) > ?1",
                         error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "i", report->span.after);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      const char *record = pal_sql_get_text (stmt, 0);
      const char *node = pal_sql_get_text (stmt, 1);
      gboolean is_surprise = rules != NULL && rules->is_expected != NULL
                             && !rules->is_expected (record, node, rules->user_data);

      report->n_nodes++;
      report->n_unexpected += is_surprise;
      if ((report->nodes->len < MAX_REPORTED
           && !report_node (merge, record, node, report->nodes, error))
          || (is_surprise && report->unexpected->len < MAX_UNEXPECTED
              && !report_node (merge, record, node, report->unexpected, error)))
        return FALSE;
    }

  return step == PAL_SQL_DONE;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* A merge that comes right after another one knows them from there. */
static gboolean
count_conflicts_before (Merge *merge, GError **error)
{
  g_autoptr (GPtrArray) conflicts = NULL;

  if (merge->n_conflicts_before >= 0)
    return TRUE;
  conflicts = pal_dossier_conflicts_list (merge->dossier, error);
  if (conflicts == NULL)
    return FALSE;
  merge->n_conflicts_before = conflicts->len;

  return TRUE;
}

static gboolean
finish_report (Merge *merge, GError **error)
{
  PalMergeReport *report = merge->report;
  g_autoptr (GPtrArray) conflicts = NULL;
  GHashTableIter iter;
  gpointer author;

  if (!pal_sql_get_int (merge->dossier->db, &report->span.until, 0, error,
                        "SELECT max(seq) FROM change", ""))
    return FALSE;
  conflicts = pal_dossier_conflicts_list (merge->dossier, error);
  if (conflicts == NULL)
    return FALSE;
  merge->n_conflicts_after = conflicts->len;
  report->n_conflicts = MAX (merge->n_conflicts_after - merge->n_conflicts_before, 0);
  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);

      g_hash_table_add (merge->conflicts, dup_place (conflict->record, conflict->node));
    }
  report->clock_is_off = merge->newest_us > g_get_real_time () + FUTURE_US;
  g_hash_table_iter_init (&iter, merge->authors);
  while (g_hash_table_iter_next (&iter, &author, NULL))
    g_ptr_array_add (report->authors, g_strdup (author));
  g_ptr_array_sort (report->authors, compare_texts);

  return report_nodes (merge, error);
}

/* --- the merge */

static gboolean
merge_all (Merge *merge, GError **error)
{
  gboolean ok;

  if (!count_conflicts_before (merge, error)
      || !pal_sql_get_int (merge->dossier->db, &merge->report->span.after, 0, error,
                           "SELECT max(seq) FROM change", ""))
    return FALSE;

  ok = take_log (merge, error) && derive_records (merge, error)
       && pal_dossier_bring_again (merge->dossier, merge->rules, &merge->report->n_changes, error)
       && ((merge->flags & PAL_MERGE_PREVIEW) != 0
           || pal_dossier_log_mark_exported (merge->dossier, error))
       && (merge->rules == NULL || merge->report->n_changes == 0
           || pal_dossier_follow_merge (merge->dossier, merge->rules, merge->records, error))
       && finish_report (merge, error);
  pal_dossier_reset_statements (merge->dossier);

  return ok;
}

static gboolean
run_merge (Merge *merge, GError **error)
{
  PalDossier *self = merge->dossier;
  gboolean preview = (merge->flags & PAL_MERGE_PREVIEW) != 0;
  gboolean ok;

  /* A job that may write makes it unknown. */
  merge->n_conflicts_before = self->n_conflicts;
  if (!pal_dossier_begin_job (self, !preview, error) || !pal_sql_exec (self->db, LARGE_CACHE, error)
      || !pal_sql_begin (self->db, error))
    return FALSE;

  ok = merge_all (merge, error);
  merge->report->is_held = ok && !preview && merge->rules != NULL && merge->rules->only_expected
                           && merge->report->n_unexpected > 0;
  if (preview || merge->report->is_held)
    {
      pal_sql_end (self->db, FALSE, NULL);
      if (ok)
        self->n_conflicts = merge->n_conflicts_before;
      return ok;
    }
  if (!pal_sql_end (self->db, ok, error))
    return FALSE;
  self->n_conflicts = merge->n_conflicts_after;
  /* A clock that is years ahead must not take ours along: what follows is known by parents. */
  if (!merge->report->clock_is_off)
    pal_clock_observe (&self->clock, merge->newest_us);
  pal_dossier_undo_note (self, &merge->report->span, "Merge", NULL, FALSE);
  pal_dossier_brought_note (self, &merge->report->span);

  return TRUE;
}

static void
merge_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Merge *merge = task_data;
  GError *error = NULL;
  gboolean ok;

  merge->cancellable = cancellable;
  ok = run_merge (merge, &error);
  if (merge->dossier->db != NULL)
    pal_sql_exec (merge->dossier->db, USUAL_CACHE, NULL);
  if (ok)
    g_task_return_pointer (task, g_steal_pointer (&merge->report),
                           (GDestroyNotify) pal_merge_report_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_merge_log:
 * @self: a dossier
 * @stream: what pal_dossier_write_log() wrote, perhaps a stranger's; not closed
 * @flags: whether to change the file
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: brings in what is new in another log: all of it, or nothing. The forms of its records
 * must be brought in with pal_dossier_add_form(), its attachments with pal_dossier_attach_file().
 *
 * Returns: (transfer full) (nullable): what it brought, or would bring;
 *   %PAL_DOSSIER_ERROR_FOREIGN when it is no log, %PAL_DOSSIER_ERROR_DAMAGED when it was altered or
 *   has gaps, and others
 */
PalMergeReport *
pal_dossier_merge_log (PalDossier *self, GInputStream *stream, PalMergeFlags flags,
                       GCancellable *cancellable, GError **error)
{
  return pal_dossier_merge_by_rules (self, stream, flags, NULL, cancellable, error);
}

/**
 * pal_dossier_merge_by_rules:
 * @self: a dossier
 * @stream: what pal_dossier_write_log() wrote, perhaps a stranger's; not closed
 * @flags: whether to change the file
 * @rules: (nullable): what to look at, and what to append behind it
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: pal_dossier_merge_log() and what follows from it, in one transaction: all of it, or
 * nothing. The span in the report covers both.
 *
 * Returns: (transfer full) (nullable): see pal_dossier_merge_log()
 */
PalMergeReport *
pal_dossier_merge_by_rules (PalDossier *self, GInputStream *stream, PalMergeFlags flags,
                            const PalMergeRules *rules, GCancellable *cancellable, GError **error)
{
  g_autoptr (GTask) task = NULL;
  Merge *merge;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);

  merge = merge_new (self, stream, flags);
  merge->rules = rules;
  task = pal_dossier_run (self, cancellable, pal_dossier_merge_log, merge, merge_free,
                          merge_in_worker);

  return g_task_propagate_pointer (task, error);
}

static gboolean
bring_forms (PalDossier *self, PalDossier *other, GError **error)
{
  g_autoptr (GPtrArray) forms = pal_dossier_list_forms (other, error);

  if (forms == NULL)
    return FALSE;
  for (guint i = 0; i < forms->len; i++)
    {
      PalFormInfo *info = g_ptr_array_index (forms, i);
      g_autoptr (PalForm) form = pal_dossier_load_form (other, info->id, info->version, error);

      if (form == NULL || !pal_dossier_add_form (self, form, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * pal_dossier_merge_opened:
 * @self: a dossier
 * @other: another one, open for reading
 * @flags: whether to change the file
 * @rules: (nullable): see pal_dossier_merge_by_rules()
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: pal_dossier_merge_file() for a file that was checked and opened.
 *
 * Returns: (transfer full) (nullable): see pal_dossier_merge_log()
 */
PalMergeReport *
pal_dossier_merge_opened (PalDossier *self, PalDossier *other, PalMergeFlags flags,
                          const PalMergeRules *rules, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileIOStream) stream = NULL;

  /* Nobody else ever sees it: the name goes at once. */
  file = g_file_new_tmp ("palermo-XXXXXX.jsonl", &stream, error);
  if (file != NULL)
    g_file_delete (file, NULL, NULL);
  if (file == NULL
      || !pal_dossier_write_log (other, NULL, NULL,
                                 g_io_stream_get_output_stream (G_IO_STREAM (stream)), cancellable,
                                 error)
      || !g_seekable_seek (G_SEEKABLE (stream), 0, G_SEEK_SET, cancellable, error)
      || ((flags & PAL_MERGE_PREVIEW) == 0
          && (!bring_forms (self, other, error)
              || !pal_dossier_attachments_bring (self, other, cancellable, error))))
    return NULL;

  return pal_dossier_merge_by_rules (self, g_io_stream_get_input_stream (G_IO_STREAM (stream)),
                                     flags, rules, cancellable, error);
}

/**
 * pal_dossier_merge_file:
 * @self: a dossier
 * @path: another dossier, perhaps a stranger's; not changed
 * @flags: whether to change the file
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: merges another copy of the dossier, with its forms and attachments.
 *
 * Returns: (transfer full) (nullable): see pal_dossier_merge_log()
 */
PalMergeReport *
pal_dossier_merge_file (PalDossier *self, const char *path, PalMergeFlags flags,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) other = NULL;
  PalMergeReport *report;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (!pal_dossier_check (path, cancellable, error))
    return NULL;
  other = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, cancellable, error);
  if (other == NULL)
    return NULL;

  report = pal_dossier_merge_opened (self, other, flags, NULL, cancellable, error);
  pal_dossier_close (other, NULL);

  return report;
}
