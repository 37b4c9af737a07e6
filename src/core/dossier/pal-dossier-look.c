// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-look"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* What a node said at some place in the log. */

static GPtrArray *
read_changes (sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  PalSqlStep step;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change != NULL)
        g_ptr_array_add (changes, change);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&changes) : NULL;
}

/* The present ones are known. */
static GPtrArray *
read_heads_now (PalDossier *self, const char *record, const char *node, GError **error)
{
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT " PAL_CHANGE_COLUMNS "FROM head h JOIN change c ON c.id = h.change "
      "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
      "WHERE h.record = ?1 AND h.node = ?2 ORDER BY c.clock, c.id",
      error);

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", record, node);

  return read_changes (stmt, error);
}

static void
note_parents (GHashTable *followed, const char *parents)
{
  for (const char *p = parents; p != NULL && *p != '\0';)
    {
      const char *end = strchrnul (p, ' ');

      g_hash_table_add (followed, g_strndup (p, end - p));
      p = *end == ' ' ? end + 1 : end;
    }
}

/* Backwards: whoever follows a change stands behind it, so what is not followed by then is a head.
 * Only ids are kept that were named and not met yet, however long the history is. */
static GArray *
find_heads_then (PalDossier *self, const char *record, const char *node, gint64 until,
                 GError **error)
{
  g_autoptr (GHashTable) followed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) heads = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *stmt
      = pal_dossier_get_statement (self,
                                   "SELECT seq, id, parents FROM change WHERE record = ?1 "
                                   "AND node = ?2 AND seq <= ?3 ORDER BY seq DESC",
                                   error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ssi", record, node, until);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      gint64 seq = sqlite3_column_int64 (stmt, 0);

      if (!g_hash_table_remove (followed, pal_sql_get_text (stmt, 1)))
        g_array_append_val (heads, seq);
      note_parents (followed, pal_sql_get_text (stmt, 2));
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&heads) : NULL;
}

static int
compare_ages (gconstpointer a, gconstpointer b)
{
  const PalChange *first = *(const PalChange *const *) a;
  const PalChange *second = *(const PalChange *const *) b;

  if (first->clock_us != second->clock_us)
    return first->clock_us < second->clock_us ? -1 : 1;

  return strcmp (first->id, second->id);
}

static GPtrArray *
read_heads_then (PalDossier *self, const char *record, const char *node, gint64 until,
                 GError **error)
{
  g_autoptr (GArray) seqs = find_heads_then (self, record, node, until, error);
  g_autoptr (GPtrArray) heads = pal_changes_new ();

  if (seqs == NULL)
    return NULL;
  for (guint i = 0; i < seqs->len; i++)
    {
      sqlite3_stmt *stmt = pal_dossier_get_statement (
          self,
          "SELECT " PAL_CHANGE_COLUMNS "FROM change c LEFT JOIN value v ON v.change = c.seq "
          "LEFT JOIN act a ON a.seq = c.act WHERE c.seq = ?1",
          error);
      g_autoptr (GPtrArray) one = NULL;

      if (stmt == NULL)
        return NULL;
      pal_sql_bind (stmt, "i", g_array_index (seqs, gint64, i));
      one = read_changes (stmt, error);
      if (one == NULL)
        return NULL;
      g_ptr_array_extend_and_steal (heads, g_steal_pointer (&one));
    }
  g_ptr_array_sort (heads, compare_ages);

  return g_steal_pointer (&heads);
}

/**
 * pal_dossier_look_back:
 * @self: a dossier
 * @record: id of a record
 * @node: path with row ids
 * @until: a place in the log; %G_MAXINT64 for now
 * @n_heads: how many changes nobody had followed then
 * @error: return location
 *
 * Reads the history of a node, backwards, as far as its heads differ in it: once all of them come
 * from one change, what is before that says nothing more about them. In the worker.
 *
 * Returns: (transfer full) (element-type PalChange) (nullable): for pal_dossier_settle()
 */
GPtrArray *
pal_dossier_look_back (PalDossier *self, const char *record, const char *node, gint64 until,
                       guint n_heads, GError **error)
{
  g_autoptr (GPtrArray) history = pal_changes_new ();
  g_autoptr (GHashTable) followed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT " PAL_CHANGE_COLUMNS "FROM change c LEFT JOIN value v ON v.change = c.seq "
      "LEFT JOIN act a ON a.seq = c.act WHERE c.record = ?1 AND c.node = ?2 AND c.seq <= ?3 "
      "ORDER BY c.seq DESC",
      error);
  gboolean is_last = FALSE;
  PalSqlStep step;
  guint n_met = 0;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ssi", record, node, until);
  while (!is_last && (step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change == NULL)
        continue;
      g_ptr_array_add (history, change);
      /* The one that was left is what they have in common. */
      is_last = n_met == n_heads && g_hash_table_size (followed) == 1;
      n_met += !g_hash_table_remove (followed, change->id);
      note_parents (followed, change->parents);
    }
  sqlite3_reset (stmt);

  return is_last || step == PAL_SQL_DONE ? g_steal_pointer (&history) : NULL;
}

/* Which version of its form a record has, also where somebody removed it at the same time. */
static char *
dup_form (GPtrArray *heads)
{
  for (guint i = heads->len; i > 0; i--)
    {
      const PalChange *head = g_ptr_array_index (heads, i - 1);

      if (head->kind == PAL_CHANGE_RECORD_MADE)
        return g_strdup (head->value);
    }

  return NULL;
}

/* What the removals of a row saw. */
static char *
dup_seen (GPtrArray *heads)
{
  char *text = g_strdup (((PalChange *) g_ptr_array_index (heads, heads->len - 1))->value);

  for (guint i = 0; text != NULL && i + 1 < heads->len; i++)
    {
      const char *seen = ((PalChange *) g_ptr_array_index (heads, i))->value;
      char *all = seen != NULL ? g_strjoin (" ", text, seen, NULL) : NULL;

      g_free (text);
      text = all;
    }

  return text;
}

/**
 * pal_look_clear:
 * @self: what was looked at
 */
void
pal_look_clear (PalLook *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->heads, g_ptr_array_unref);
}

/**
 * pal_dossier_look:
 * @self: a dossier
 * @record: id of a record
 * @node: path with row ids; "" for the record itself
 * @until: a place in the log; %G_MAXINT64 for now
 * @look: (out): what stood there; to be cleared
 * @error: return location
 *
 * In the worker. Takes memory for what the node said then, not for its history.
 *
 * Returns: whether there is no error
 */
gboolean
pal_dossier_look (PalDossier *self, const char *record, const char *node, gint64 until,
                  PalLook *look, GError **error)
{
  const PalChange *newest;

  *look = (PalLook){ .heads = until == G_MAXINT64
                                  ? read_heads_now (self, record, node, error)
                                  : read_heads_then (self, record, node, until, error) };
  if (look->heads == NULL)
    return FALSE;
  if (look->heads->len == 0)
    return TRUE;

  for (guint i = 0; i < look->heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (look->heads, i);

      look->is_there = look->is_there || head->kind == PAL_CHANGE_ROW_ADDED
                       || head->kind == PAL_CHANGE_RECORD_MADE;
    }
  if (((PalChange *) g_ptr_array_index (look->heads, 0))->kind != PAL_CHANGE_VALUE)
    {
      look->text = *node == '\0' ? dup_form (look->heads) : dup_seen (look->heads);
      return TRUE;
    }

  newest = g_ptr_array_index (look->heads, look->heads->len - 1);
  if (look->heads->len > 1)
    {
      g_autoptr (GPtrArray) history
          = pal_dossier_look_back (self, record, node, until, look->heads->len, error);

      if (history == NULL)
        return FALSE;
      look->text = pal_dossier_settle (history, look->heads, NULL);
      look->is_apart = look->text == NULL;
      newest = g_ptr_array_index (look->heads, look->heads->len - 1);
    }
  if (look->text == NULL)
    look->text = g_strdup (newest->value);
  if (look->text != NULL && *look->text == '\0')
    g_clear_pointer (&look->text, g_free);

  return TRUE;
}

/**
 * pal_dossier_look_then:
 * @self: a dossier
 * @record: id of a record
 * @node: path with row ids; "" for the record itself
 * @until: a place in the log; %G_MAXINT64 for now
 * @text: (out) (nullable) (transfer full): what the node said; the newest where people disagree;
 *   of a record: form and version; of a removed row: what was seen in it; %NULL for nothing
 * @is_there: (out): for a row or a record, whether its own changes say that it was there
 * @error: return location
 *
 * In the worker.
 *
 * Returns: whether there is no error
 */
gboolean
pal_dossier_look_then (PalDossier *self, const char *record, const char *node, gint64 until,
                       char **text, gboolean *is_there, GError **error)
{
  g_auto (PalLook) look = { NULL };
  gboolean ok = pal_dossier_look (self, record, node, until, &look, error);

  *text = g_steal_pointer (&look.text);
  *is_there = look.is_there;

  return ok;
}
