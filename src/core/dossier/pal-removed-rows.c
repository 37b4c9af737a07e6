// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-removed-rows"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Rows that somebody removed. A removal names the changes in the row that its author saw
 * (pal-dossier-log.c). Anything else in there was written apart from it: then the row stays until
 * somebody who has seen it removes it. Where several people removed it, each of them speaks for
 * what they saw. */

/**
 * pal_removed_rows_clear:
 * @self: what was looked at
 */
void
pal_removed_rows_clear (PalRemovedRows *self)
{
  g_clear_pointer (&self->added, g_hash_table_unref);
  g_clear_pointer (&self->removed, g_hash_table_unref);
  g_clear_pointer (&self->revived, g_ptr_array_unref);
  g_clear_pointer (&self->removals, g_hash_table_unref);
  g_clear_pointer (&self->below, g_hash_table_unref);
}

static void
add_to (GHashTable *lists, const char *key, PalChange *change)
{
  GPtrArray *list = g_hash_table_lookup (lists, key);

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (lists, g_strdup (key), list);
    }
  g_ptr_array_add (list, change);
}

static GHashTable *
lists_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) g_ptr_array_unref);
}

/* To each of the rows around it that somebody removed. */
static void
add_below (PalRemovedRows *self, PalChange *head)
{
  g_autofree char *path = g_strdup (head->node);

  for (char *p = strchr (path, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      if (p[1] != '/')
        continue;
      p[1] = '\0';
      if (g_hash_table_contains (self->removals, path))
        add_to (self->below, path, head);
      p[1] = '/';
    }
}

/**
 * pal_removed_rows_find_unseen:
 * @self: what was looked at
 * @row: path of a row that somebody removed
 *
 * Returns: (transfer none) (nullable): what somebody wrote in it and nobody who removed it saw
 */
PalChange *
pal_removed_rows_find_unseen (PalRemovedRows *self, const char *row)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *removals = g_hash_table_lookup (self->removals, row);
  GPtrArray *below = g_hash_table_lookup (self->below, row);

  if (removals == NULL || below == NULL)
    return NULL;
  for (guint i = 0; i < removals->len; i++)
    {
      const PalChange *removal = g_ptr_array_index (removals, i);
      g_auto (GStrv) ids = NULL;

      if (removal->value == NULL)
        return NULL;
      ids = g_strsplit (removal->value, " ", -1);
      for (guint j = 0; ids[j] != NULL; j++)
        g_hash_table_add (seen, g_strdup (ids[j]));
    }
  for (guint i = 0; i < below->len; i++)
    {
      PalChange *head = g_ptr_array_index (below, i);

      if (!g_hash_table_contains (seen, head->id))
        return head;
    }

  return NULL;
}

/**
 * pal_removed_rows_look:
 * @self: (out): to be cleared; borrows from @heads
 * @heads: (element-type PalChange): the heads of a record; those of removed rows and of what is in
 *   them are enough
 *
 * Says which rows are gone.
 */
void
pal_removed_rows_look (PalRemovedRows *self, GPtrArray *heads)
{
  self->added = g_hash_table_new (g_str_hash, g_str_equal);
  self->removed = g_hash_table_new (g_str_hash, g_str_equal);
  self->revived = g_ptr_array_new ();
  self->removals = lists_new ();
  self->below = lists_new ();
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_ROW_ADDED)
        g_hash_table_replace (self->added, change->node, change);
      else if (change->kind == PAL_CHANGE_ROW_REMOVED)
        add_to (self->removals, change->node, change);
    }
  for (guint i = 0; g_hash_table_size (self->removals) > 0 && i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind != PAL_CHANGE_ROW_REMOVED)
        add_below (self, change);
    }
  /* A row that one person removed while another added it again is there: nothing is lost. */
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind != PAL_CHANGE_ROW_REMOVED
          || g_hash_table_contains (self->added, change->node)
          || g_hash_table_contains (self->removed, change->node))
        continue;
      if (pal_removed_rows_find_unseen (self, change->node) == NULL)
        g_hash_table_add (self->removed, change->node);
      else
        {
          g_hash_table_replace (self->added, change->node, change);
          g_ptr_array_add (self->revived, change);
        }
    }
}

/**
 * pal_removed_rows_is_live:
 * @self: what was looked at
 * @node: path of a node
 *
 * Returns: whether all rows around a node are there; rows that the log does not know do not count
 */
gboolean
pal_removed_rows_is_live (PalRemovedRows *self, const char *node)
{
  g_autofree char *path = NULL;

  if (g_hash_table_size (self->removed) == 0)
    return TRUE;

  path = g_strdup (node);
  for (char *p = strchr (path, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      char next = p[1];
      gboolean is_removed;

      p[1] = '\0';
      is_removed = g_hash_table_contains (self->removed, path);
      p[1] = next;
      if (is_removed)
        return FALSE;
    }

  return TRUE;
}
