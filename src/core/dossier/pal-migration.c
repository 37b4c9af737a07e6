// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-migration"
#include "config.h"

#include "pal-migration.h"
#include "pal-record-private.h"

#include <string.h>

/* An answer that was renamed is set again under its new path, and its old path is emptied: the
 * history of the old path stays, and a later form that goes back finds nothing twice. What has no
 * place is not touched: it stays the head of its path, and is there again as soon as a form asks
 * for it again or renames from it. So there is nothing that could be lost on the way. */

typedef struct
{
  PalForm *newer;
  const char *record;
  GHashTable *rows;   /* (element-type utf8): paths of rows that are there, or will be */
  GHashTable *values; /* path -> PalChange: heads, the newest of each node */
  GHashTable *apart;  /* (element-type utf8): nodes about which people disagree */
  GHashTable *given;  /* path -> PalMigrationStep: who moves there */
  GPtrArray *steps;   /* (element-type PalMigrationStep) */
  GPtrArray *changes;
} Plan;

static void
step_free (gpointer data)
{
  PalMigrationStep *step = data;

  g_free (step->moved);
  g_free (step);
}

static gboolean
is_leaf (PalFormNode *node)
{
  if (node->is_repeat)
    return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    if (!((PalFormNode *) g_ptr_array_index (node->children, i))->is_attribute)
      return FALSE;

  return TRUE;
}

/**
 * pal_migration_keeps_values:
 * @node: a definition
 *
 * Returns: whether it holds what was answered: what is calculated shows no answer, what was drawn
 *   by lot is one
 */
gboolean
pal_migration_keeps_values (PalFormNode *node)
{
  return is_leaf (node) && (node->calculate == NULL || pal_record_draws (node->calculate));
}

/**
 * pal_migration_find_home:
 * @form: a form
 * @path: the path of a node of a record, with row ids
 *
 * Returns: (transfer none) (nullable): the definition at this path, if it holds a value and its
 *   repeats are the rows in @path
 */
PalFormNode *
pal_migration_find_home (PalForm *form, const char *path)
{
  g_autofree char *moved = NULL;
  PalFormNode *node = pal_form_place (form, path, &moved);

  return node != NULL && moved == NULL && is_leaf (node) ? node : NULL;
}

static gboolean
has_value (const PalChange *change)
{
  return change != NULL && change->value != NULL && *change->value != '\0';
}

/* "/d/a[A]/b[B]/c": "/d/a[A]" and "/d/a[A]/b[B]" */
static gboolean
are_rows_there (Plan *plan, const char *path)
{
  for (const char *close = strchr (path, ']'); close != NULL; close = strchr (close + 1, ']'))
    {
      g_autofree char *row = g_strndup (path, (gsize) (close + 1 - path));

      if (!g_hash_table_contains (plan->rows, row))
        return FALSE;
    }

  return TRUE;
}

static void
add_change (Plan *plan, PalChangeKind kind, const char *node, const char *value)
{
  if (plan->changes != NULL)
    g_ptr_array_add (plan->changes, pal_change_new (kind, plan->record, node, value));
}

/* --- rows */

static char *
dup_row_id (const char *row)
{
  const char *open = strrchr (row, '[');

  return g_strndup (open + 1, strlen (open) - 2);
}

/* Rows of a renamed repeat come again under its new name, in their order, with their ids. */
static void
plan_rows (Plan *plan, GPtrArray *heads)
{
  /* repeat in its parent row -> id of the row that came last */
  g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (head->kind == PAL_CHANGE_ROW_ADDED)
        g_hash_table_add (plan->rows, g_strdup (head->node));
    }
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      g_autofree char *moved = NULL;
      char *repeat;
      PalFormNode *node;

      if (head->kind != PAL_CHANGE_ROW_ADDED)
        continue;
      node = pal_form_place (plan->newer, head->node, &moved);
      if (node == NULL || !node->is_repeat || moved == NULL || !g_str_has_suffix (moved, "]"))
        continue;
      repeat = g_strndup (moved, (gsize) (strrchr (moved, '[') - moved));
      if (!g_hash_table_contains (plan->rows, moved))
        {
          add_change (plan, PAL_CHANGE_ROW_ADDED, moved, g_hash_table_lookup (last, repeat));
          g_hash_table_add (plan->rows, g_strdup (moved));
        }
      g_hash_table_insert (last, repeat, dup_row_id (moved));
    }
}

/* A row under an old name goes when nothing is left in it: it would come back, empty, with a form
 * that goes back. Inner rows first. */
static void
plan_leftover_rows (Plan *plan, GPtrArray *heads)
{
  g_autoptr (GHashTable) full = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (plan->changes == NULL)
    return;
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const PalMigrationStep *step = g_ptr_array_index (plan->steps, i);
      const char *path = step->head->node;

      if (step->moved != NULL && !g_hash_table_contains (plan->apart, path))
        continue;
      for (const char *close = strchr (path, ']'); close != NULL; close = strchr (close + 1, ']'))
        g_hash_table_add (full, g_strndup (path, (gsize) (close + 1 - path)));
    }
  for (guint i = heads->len; i > 0; i--)
    {
      const PalChange *head = g_ptr_array_index (heads, i - 1);
      g_autofree char *moved = NULL;

      if (head->kind != PAL_CHANGE_ROW_ADDED || g_hash_table_contains (full, head->node))
        continue;
      if (pal_form_place (plan->newer, head->node, &moved) != NULL && moved != NULL)
        add_change (plan, PAL_CHANGE_ROW_REMOVED, head->node, NULL);
    }
}

/* --- values */

/* Where a value goes, and whether it may: not over an answer that is there, nor over a newer one
 * that goes there, too. */
static void
plan_value (Plan *plan, const PalChange *head)
{
  PalMigrationStep *step = g_new0 (PalMigrationStep, 1);
  PalMigrationStep *rival;

  step->head = head;
  g_ptr_array_add (plan->steps, step);
  step->node = pal_form_place (plan->newer, head->node, &step->moved);
  if (step->node == NULL)
    return;
  if (!pal_migration_keeps_values (step->node)
      || (step->moved != NULL
          && (has_value (g_hash_table_lookup (plan->values, step->moved))
              || !are_rows_there (plan, step->moved))))
    {
      step->node = NULL;
      g_clear_pointer (&step->moved, g_free);
      return;
    }
  if (step->moved == NULL)
    return;

  rival = g_hash_table_lookup (plan->given, step->moved);
  if (rival != NULL
      && (rival->head->clock_us > head->clock_us
          || (rival->head->clock_us == head->clock_us
              && g_strcmp0 (rival->head->id, head->id) > 0)))
    {
      step->node = NULL;
      g_clear_pointer (&step->moved, g_free);
      return;
    }
  g_hash_table_replace (plan->given, step->moved, step);
  if (rival != NULL)
    {
      rival->node = NULL;
      g_clear_pointer (&rival->moved, g_free);
    }
}

/* A question that somebody had emptied stays empty: the new one may begin with something. */
static void
plan_emptied (Plan *plan, const PalChange *head)
{
  g_autofree char *moved = NULL;
  PalFormNode *node = pal_form_place (plan->newer, head->node, &moved);

  if (node != NULL && moved != NULL && pal_migration_keeps_values (node)
      && !g_hash_table_contains (plan->values, moved) && !g_hash_table_contains (plan->given, moved)
      && are_rows_there (plan, moved))
    add_change (plan, PAL_CHANGE_VALUE, moved, NULL);
}

static void
plan_values (Plan *plan, GPtrArray *heads)
{
  GHashTableIter iter;
  gpointer head;

  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_VALUE
          && !g_hash_table_replace (plan->values, change->node, change))
        g_hash_table_add (plan->apart, change->node);
    }
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_VALUE && has_value (change)
          && g_hash_table_lookup (plan->values, change->node) == change)
        plan_value (plan, change);
    }
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const PalMigrationStep *step = g_ptr_array_index (plan->steps, i);

      if (step->moved == NULL)
        continue;
      add_change (plan, PAL_CHANGE_VALUE, step->moved, step->head->value);
      /* What people disagree about stays as it is under the old name, for them to see. */
      if (!g_hash_table_contains (plan->apart, step->head->node))
        add_change (plan, PAL_CHANGE_VALUE, step->head->node, NULL);
    }
  g_hash_table_iter_init (&iter, plan->values);
  while (g_hash_table_iter_next (&iter, NULL, &head))
    if (!has_value (head))
      plan_emptied (plan, head);
}

/**
 * pal_migration_plan:
 * @newer: the form to which the record shall go
 * @record: id of the record
 * @heads: (element-type PalChange): what the record is now
 * @changes: (nullable) (element-type PalChange): gets what has to be appended for it, in order,
 *   apart from what says of which form the record is
 *
 * What becomes of each answer. Doing it twice adds nothing. Any thread.
 *
 * Returns: (transfer container) (element-type PalMigrationStep): one for each answer that is not
 *   empty; good as long as @heads and @newer are
 */
GPtrArray *
pal_migration_plan (PalForm *newer, const char *record, GPtrArray *heads, GPtrArray *changes)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) apart = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) given = g_hash_table_new (g_str_hash, g_str_equal);
  Plan plan = { .newer = newer,
                .record = record,
                .rows = rows,
                .values = values,
                .apart = apart,
                .given = given,
                .steps = g_ptr_array_new_with_free_func (step_free),
                .changes = changes };

  plan_rows (&plan, heads);
  plan_values (&plan, heads);
  plan_leftover_rows (&plan, heads);

  return plan.steps;
}
