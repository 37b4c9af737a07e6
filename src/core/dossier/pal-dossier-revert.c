// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-revert"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-merge.h"

#include <string.h>

/* The way back to what the log said at some place in it. */

/* --- taking back */

typedef struct
{
  PalLogSpan span;
  gint64 seen; /* up to where in the log it is known what was said since: all of it, or the span */
  char *title;
  char *author;
  PalLogSpan written;
  GPtrArray *changes; /* (element-type PalChange) */
} Revert;

static void
revert_free (gpointer data)
{
  Revert *revert = data;

  g_free (revert->title);
  g_free (revert->author);
  g_clear_pointer (&revert->changes, g_ptr_array_unref);
  g_free (revert);
}

/* After which row it was added. */
static char *
dup_row_before (PalDossier *self, const char *record, const char *node)
{
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT v.text FROM change c LEFT JOIN value v ON v.change = c.seq "
      "WHERE c.record = ?1 AND c.node = ?2 AND c.kind = 'row-added' ORDER BY c.clock, c.id LIMIT 1",
      NULL);

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", record, node);

  return pal_sql_step (stmt, NULL) == PAL_SQL_ROW ? pal_sql_dup_text (stmt, 0) : NULL;
}

static void
add_way_back (Revert *revert, PalChangeKind kind, const char *record, const char *node,
              const char *value)
{
  g_ptr_array_add (revert->changes, pal_change_new (kind, record, node, value));
}

static gboolean
has_head (GPtrArray *heads, const char *id)
{
  for (guint i = 0; i < heads->len; i++)
    if (g_str_equal (((PalChange *) g_ptr_array_index (heads, i))->id, id))
      return TRUE;

  return FALSE;
}

static gboolean
is_said (GPtrArray *heads, const char *value)
{
  for (guint i = 0; i < heads->len; i++)
    if (g_strcmp0 (((PalChange *) g_ptr_array_index (heads, i))->value, value) == 0)
      return TRUE;

  return FALSE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* follows: (element-type utf8): ids */
static void
add_side (Revert *revert, const PalChange *head, GPtrArray *follows, const char *value)
{
  PalChange *change = pal_change_new (PAL_CHANGE_VALUE, head->record, head->node, value);

  g_ptr_array_sort (follows, compare_ids);
  g_ptr_array_add (follows, NULL);
  change->parents = g_strjoinv (" ", (char **) follows->pdata);
  change->reopens = TRUE;
  g_ptr_array_add (revert->changes, change);
}

/* What people disagreed about is open again: each says once more what it said, following that
 * alone, so that what they all started from stays what it was. What nobody said then gives way: if
 * it follows one of them, to the newest; if it came from elsewhere, to its kin. */
static void
reopen_value (Revert *revert, GPtrArray *history, GPtrArray *then, GPtrArray *now)
{
  const PalChange *newest = g_ptr_array_index (then, then->len - 1);
  g_autoptr (GPtrArray) follows
      = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < then->len; i++)
    g_ptr_array_add (follows, g_ptr_array_new ());
  for (guint i = 0; i < now->len; i++)
    {
      const PalChange *head = g_ptr_array_index (now, i);
      int kin;

      if (has_head (then, head->id))
        continue;
      kin = pal_dossier_settle_find_kin (history, then, head->id);
      if (kin >= 0)
        g_ptr_array_add (g_ptr_array_index (follows, kin), head->id);
      else if (!is_said (then, head->value))
        {
          g_autoptr (GPtrArray) alone = g_ptr_array_new ();

          g_ptr_array_add (alone, head->id);
          add_side (revert, head, alone, newest->value);
        }
    }
  for (guint i = 0; i < then->len; i++)
    {
      const PalChange *head = g_ptr_array_index (then, i);
      GPtrArray *its = g_ptr_array_index (follows, i);

      if (its->len == 0 && has_head (now, head->id))
        continue;
      g_ptr_array_add (its, head->id);
      add_side (revert, head, its, head->value);
    }
}

/* What was written since stands beside it. heads: (element-type PalChange) */
static void
follow_only (PalChange *change, GPtrArray *heads)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < heads->len; i++)
    g_ptr_array_add (ids, ((PalChange *) g_ptr_array_index (heads, i))->id);
  g_ptr_array_sort (ids, compare_ids);
  g_ptr_array_add (ids, NULL);
  change->parents = g_strjoinv (" ", (char **) ids->pdata);
  change->reopens = TRUE;
}

static gboolean
find_value (PalDossier *self, Revert *revert, const char *record, const char *node, GError **error)
{
  g_auto (PalLook) then = { NULL };
  g_auto (PalLook) now = { NULL };

  if (!pal_dossier_look (self, record, node, revert->span.after, &then, error)
      || !pal_dossier_look (self, record, node, revert->seen, &now, error))
    return FALSE;
  if (then.is_apart)
    {
      g_autoptr (GPtrArray) history = pal_dossier_history_read_node (self, record, node, error);

      if (history == NULL)
        return FALSE;
      reopen_value (revert, history, then.heads, now.heads);
    }
  else if (now.is_apart || g_strcmp0 (then.text, now.text) != 0)
    {
      add_way_back (revert, PAL_CHANGE_VALUE, record, node, then.text);
      if (revert->seen != G_MAXINT64)
        follow_only (g_ptr_array_index (revert->changes, revert->changes->len - 1), now.heads);
    }

  return TRUE;
}

static gboolean
find_record (PalDossier *self, Revert *revert, const char *record, GError **error)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gboolean was_there, is_there;

  if (!pal_dossier_look_then (self, record, "", revert->span.after, &before, &was_there, error)
      || !pal_dossier_look_then (self, record, "", G_MAXINT64, &after, &is_there, error))
    return FALSE;
  if (!was_there && is_there)
    add_way_back (revert, PAL_CHANGE_RECORD_REMOVED, record, NULL, NULL);
  else if (was_there && (!is_there || g_strcmp0 (before, after) != 0))
    add_way_back (revert, PAL_CHANGE_RECORD_MADE, record, NULL, before);

  return TRUE;
}

/* The heads of all nodes in a row, as they were. */
static GPtrArray *
find_heads_in_row (PalDossier *self, const char *record, const char *row, gint64 until,
                   GError **error)
{
  g_autofree char *from = g_strconcat (row, "/", NULL);
  g_autofree char *to = g_strconcat (row, "0", NULL); /* '0' follows '/' */
  g_autoptr (GPtrArray) heads = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sqlite3_stmt *stmt
      = pal_dossier_get_statement (self,
                                   "SELECT id, parents, kind = 'row-removed' FROM change "
                                   "WHERE record = ?1 AND node > ?2 AND node < ?3 AND seq <= ?4",
                                   error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "sssi", record, from, to, until);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      g_auto (GStrv) ids = g_strsplit (pal_sql_get_text (stmt, 1), " ", -1);

      /* That an inner row was removed is nothing to keep the outer one for, but it is known what
       * was there before. */
      if (sqlite3_column_int (stmt, 2) == 0)
        g_ptr_array_add (heads, pal_sql_dup_text (stmt, 0));
      for (guint i = 0; ids[i] != NULL; i++)
        g_hash_table_add (parents, g_strdup (ids[i]));
    }
  if (step == PAL_SQL_FAILED)
    return NULL;
  for (guint i = heads->len; i > 0; i--)
    if (g_hash_table_contains (parents, g_ptr_array_index (heads, i - 1)))
      g_ptr_array_remove_index_fast (heads, i - 1);

  return g_steal_pointer (&heads);
}

/* As pal-dossier-heads.c has it for now: a removal holds only for what its author saw. unheard:
 * (out) (nullable) (transfer full): what a removal saw that does not hold. */
static gboolean
is_row_there (PalDossier *self, const char *record, const char *row, gint64 until,
              gboolean *is_there, char **unheard, GError **error)
{
  g_autofree char *seen = NULL;
  g_autoptr (GPtrArray) heads = NULL;

  *unheard = NULL;
  if (!pal_dossier_look_then (self, record, row, until, &seen, is_there, error))
    return FALSE;
  if (*is_there || seen == NULL)
    return TRUE;

  heads = find_heads_in_row (self, record, row, until, error);
  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    if (strstr (seen, g_ptr_array_index (heads, i)) == NULL)
      *is_there = TRUE;
  if (*is_there)
    *unheard = g_steal_pointer (&seen);

  return TRUE;
}

/* gone: record, tab, path of the rows that were not there. */
static gboolean
find_row (PalDossier *self, Revert *revert, const char *record, const char *row, GHashTable *gone,
          GError **error)
{
  g_autofree char *unheard_then = NULL;
  g_autofree char *unheard_now = NULL;
  gboolean was_there, is_there;

  if (!is_row_there (self, record, row, revert->span.after, &was_there, &unheard_then, error)
      || !is_row_there (self, record, row, G_MAXINT64, &is_there, &unheard_now, error))
    return FALSE;
  if (!was_there)
    g_hash_table_add (gone, g_strdup_printf ("%s\t%s", record, row));
  if (!was_there && is_there)
    add_way_back (revert, PAL_CHANGE_ROW_REMOVED, record, row, NULL);
  else if (unheard_then != NULL && unheard_now == NULL)
    {
      PalChange *change = pal_change_new (PAL_CHANGE_ROW_REMOVED, record, row, unheard_then);

      /* It saw no more than it did. */
      change->reopens = TRUE;
      g_ptr_array_add (revert->changes, change);
    }
  else if (was_there && (!is_there || (unheard_then == NULL && unheard_now != NULL)))
    {
      g_autofree char *before = dup_row_before (self, record, row);

      add_way_back (revert, PAL_CHANGE_ROW_ADDED, record, row, before);
    }

  return TRUE;
}

typedef gboolean (*EachRow) (const char *row, gpointer user_data);

/* The rows in which a node is, itself included if it is one, as record, tab, path. FALSE as soon as
 * each says so. */
static gboolean
foreach_row (const char *record, const char *node, EachRow each, gpointer user_data)
{
  for (const char *p = strchr (node, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      g_autofree char *row = g_strdup_printf ("%s\t%.*s", record, (int) (p + 1 - node), node);

      if (!each (row, user_data))
        return FALSE;
    }

  return TRUE;
}

static gboolean
note_row_cb (const char *row, gpointer rows)
{
  g_hash_table_add (rows, g_strdup (row));

  return TRUE;
}

static gboolean
was_there_cb (const char *row, gpointer gone)
{
  return !g_hash_table_contains (gone, row);
}

/* A row in a row that was not there was not to be seen: added again, it would bring that one back.
 */
static void
leave_out_hidden (Revert *revert, GHashTable *gone)
{
  for (guint i = revert->changes->len; i > 0; i--)
    {
      const PalChange *change = g_ptr_array_index (revert->changes, i - 1);

      if (change->kind == PAL_CHANGE_ROW_ADDED
          && !foreach_row (change->record, change->node, was_there_cb, gone))
        g_ptr_array_remove_index (revert->changes, i - 1);
    }
}

/* Rows and records come before what is in them, and go after it. */
static int
compare_ways_back (gconstpointer a, gconstpointer b)
{
  static const int order[] = {
    [PAL_CHANGE_RECORD_MADE] = 0, [PAL_CHANGE_ROW_ADDED] = 1,      [PAL_CHANGE_VALUE] = 2,
    [PAL_CHANGE_ROW_REMOVED] = 3, [PAL_CHANGE_RECORD_REMOVED] = 4,
  };
  const PalChange *first = *(const PalChange *const *) a;
  const PalChange *second = *(const PalChange *const *) b;
  int difference = order[first->kind] - order[second->kind];

  if (difference == 0)
    difference = g_strcmp0 (first->node, second->node);

  /* Inner rows go before outer ones. */
  return first->kind == PAL_CHANGE_ROW_REMOVED && second->kind == PAL_CHANGE_ROW_REMOVED
             ? -difference
             : difference;
}

/* The nodes that the span touched: (element-type PalChange), with kind, record and node. */
static GPtrArray *
find_touched (PalDossier *self, const PalLogSpan *span, GError **error)
{
  g_autoptr (GPtrArray) nodes = pal_changes_new ();
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db,
                         "SELECT DISTINCT record, node, kind = 'value' FROM change "
                         "WHERE seq > ?1 AND seq <= ?2",
                         error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ii", span->after, span->until);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (
        nodes,
        pal_change_new (sqlite3_column_int (stmt, 2) != 0 ? PAL_CHANGE_VALUE : PAL_CHANGE_ROW_ADDED,
                        pal_sql_get_text (stmt, 0), pal_sql_get_text (stmt, 1), NULL));

  return step == PAL_SQL_DONE ? g_steal_pointer (&nodes) : NULL;
}

static gboolean
find_ways_back (PalDossier *self, Revert *revert, GError **error)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) nodes = find_touched (self, &revert->span, error);
  GHashTableIter iter;
  gpointer row;

  if (nodes == NULL)
    return FALSE;
  for (guint i = 0; i < nodes->len; i++)
    {
      PalChange *node = g_ptr_array_index (nodes, i);

      foreach_row (node->record, node->node, note_row_cb, rows);
    }
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    {
      g_auto (GStrv) words = g_strsplit (row, "\t", 2);

      if (!find_row (self, revert, words[0], words[1], gone, error))
        return FALSE;
    }
  leave_out_hidden (revert, gone);
  for (guint i = 0; i < nodes->len; i++)
    {
      PalChange *node = g_ptr_array_index (nodes, i);
      gboolean ok = TRUE;

      if (*node->node == '\0')
        ok = find_record (self, revert, node->record, error);
      /* What is in a row that was not there comes and goes with it. */
      else if (node->kind == PAL_CHANGE_VALUE
               && foreach_row (node->record, node->node, was_there_cb, gone))
        ok = find_value (self, revert, node->record, node->node, error);
      if (!ok)
        return FALSE;
    }
  g_ptr_array_sort (revert->changes, compare_ways_back);

  return TRUE;
}

/* In the worker. */
static gboolean
run_revert (PalDossier *self, Revert *revert, GError **error)
{
  static const char newest[] = "SELECT max(seq) FROM change";
  gboolean ok;

  if (!pal_dossier_begin_job (self, TRUE, error) || !pal_sql_begin (self->db, error))
    return FALSE;

  ok = find_ways_back (self, revert, error)
       && pal_sql_get_int (self->db, &revert->written.after, 0, error, newest, "")
       && (revert->changes->len == 0
           || pal_dossier_log_write (self, revert->title, revert->author, revert->changes, error))
       && pal_sql_get_int (self->db, &revert->written.until, 0, error, newest, "");
  pal_dossier_reset_statements (self);

  return pal_sql_end (self->db, ok, error);
}

static Revert *
revert_new (PalDossier *self, const PalLogSpan *span, const char *title)
{
  Revert *revert = g_new0 (Revert, 1);

  revert->span = *span;
  revert->seen = G_MAXINT64;
  revert->title = g_strdup (title);
  revert->author = pal_dossier_dup_author (self);
  revert->changes = pal_changes_new ();

  return revert;
}

/**
 * pal_dossier_revert_in_worker:
 * @self: a dossier
 * @span: what to take back
 * @title: for the history
 * @written: (out): where the new act stands; empty when it all says that already
 * @error: return location
 *
 * See pal_dossier_revert(). In the worker. Undo does not take note of it.
 *
 * Returns: whether it is in the log
 */
gboolean
pal_dossier_revert_in_worker (PalDossier *self, const PalLogSpan *span, const char *title,
                              PalLogSpan *written, GError **error)
{
  Revert *revert = revert_new (self, span, title);
  gboolean ok = run_revert (self, revert, error);

  *written = revert->written;
  revert_free (revert);

  return ok;
}

/**
 * pal_dossier_bring_again:
 * @self: a dossier
 * @rules: (nullable): of a merge; their undone act is what took something back
 * @n_changes: (inout): is raised by the number of changes
 * @error: return location
 *
 * In the worker, in a transaction: what an act took back is said again, as by who saw nothing of
 * what was written since: that stands beside it, to be joined or decided on. What is there again
 * already stays as it is.
 *
 * Returns: whether there is no error; an act that is not there brings nothing
 */
gboolean
pal_dossier_bring_again (PalDossier *self, const PalMergeRules *rules, guint64 *n_changes,
                         GError **error)
{
  PalLogSpan span = { 0, 0 };
  Revert *revert = NULL;
  gboolean ok;

  if (rules == NULL || rules->undone == NULL)
    return TRUE;
  if (!pal_sql_get_int (self->db, &span.after, 0, error,
                        "SELECT min(c.seq) - 1 FROM change c JOIN act a ON a.seq = c.act "
                        "WHERE a.id = ?1",
                        "s", rules->undone)
      || !pal_sql_get_int (self->db, &span.until, 0, error,
                           "SELECT max(c.seq) FROM change c JOIN act a ON a.seq = c.act "
                           "WHERE a.id = ?1",
                           "s", rules->undone))
    return FALSE;
  if (span.until <= span.after)
    return TRUE;

  revert = revert_new (self, &span, rules->title != NULL ? rules->title : "Merge");
  revert->seen = span.until;
  ok = find_ways_back (self, revert, error);
  *n_changes += revert->changes->len;
  ok = ok
       && (revert->changes->len == 0
           || pal_dossier_log_write (self, revert->title, revert->author, revert->changes, error));
  revert_free (revert);

  return ok;
}

static void
revert_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  Revert *revert = task_data;

  if (!run_revert (source, revert, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  pal_dossier_undo_note (source, &revert->written, revert->title,
                         revert->changes->len > 0 ? g_ptr_array_index (revert->changes, 0) : NULL,
                         FALSE);
  g_task_return_boolean (task, TRUE);
}

/**
 * pal_dossier_revert:
 * @self: a dossier
 * @span: what to take back
 * @title: for the history
 * @written: (out) (optional): where the new act stands; reverting that is "redo"
 * @error: return location
 *
 * Blocking: takes back one or more acts that stand together, a merge for instance: everything that
 * they touched says again what it said before them. Nothing goes from the log; this is one more
 * act.
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): what was appended, in the
 *   order in which to show it; empty when it all says that already
 */
GPtrArray *
pal_dossier_revert (PalDossier *self, const PalLogSpan *span, const char *title,
                    PalLogSpan *written, GError **error)
{
  g_autoptr (GTask) task = NULL;
  Revert *revert;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (span != NULL, NULL);
  g_return_val_if_fail (title != NULL, NULL);

  revert = revert_new (self, span, title);
  task = pal_dossier_run (self, NULL, pal_dossier_revert, revert, revert_free, revert_in_worker);
  if (!g_task_propagate_boolean (task, error))
    return NULL;
  if (written != NULL)
    *written = revert->written;

  return g_ptr_array_ref (revert->changes);
}
