// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-rows"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Rows say after which row they were added. The order that follows from that is the same whoever
 * merges (a replicated growable array, Roh et al. 2011): below a row come the rows added after it,
 * the newest first, each with its own below it. A removed row keeps its place, so that those added
 * after it keep theirs. */

typedef struct
{
  PalRowAdded *row; /* (owned) */
  guint depth;      /* how many rows the path goes through */
  char *repeat; /* (owned): path of the repeat in its parent row: the path without the last row */
  char *row_id; /* (owned) */
  GPtrArray *after; /* (owned) (nullable) (element-type Place): rows added after this one */
  gboolean is_placed;
} Place;

/**
 * pal_row_added_free:
 * @row: (transfer full): a #PalRowAdded
 */
void
pal_row_added_free (gpointer row)
{
  PalRowAdded *self = row;

  g_free (self->path);
  g_free (self->before);
  g_free (self->id);
  g_free (self);
}

static void
place_free (gpointer data)
{
  Place *place = data;

  g_clear_pointer (&place->row, pal_row_added_free);
  g_free (place->repeat);
  g_free (place->row_id);
  g_clear_pointer (&place->after, g_ptr_array_unref);
  g_free (place);
}

static Place *
place_new (PalRowAdded *row)
{
  Place *place = g_new0 (Place, 1);
  const char *open = strrchr (row->path, '[');

  place->row = row;
  place->repeat = g_strndup (row->path, open != NULL ? (gsize) (open - row->path) : 0);
  place->row_id = pal_dossier_log_dup_row (row->path);
  for (const char *p = row->path; *p != '\0'; p++)
    place->depth += *p == '[';

  return place;
}

/* The newest first; the id decides between equal clocks, the same everywhere. */
static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const PalRowAdded *first = (*(Place *const *) a)->row;
  const PalRowAdded *second = (*(Place *const *) b)->row;

  if (first->clock_us != second->clock_us)
    return first->clock_us < second->clock_us ? 1 : -1;

  return -g_strcmp0 (first->id, second->id);
}

static int
compare_repeats (gconstpointer a, gconstpointer b)
{
  const Place *first = *(Place *const *) a;
  const Place *second = *(Place *const *) b;

  if (first->depth != second->depth)
    return first->depth < second->depth ? -1 : 1;

  return strcmp (first->repeat, second->repeat);
}

static void
emit (Place *place, GPtrArray *sorted)
{
  place->is_placed = TRUE;
  g_ptr_array_add (sorted, g_steal_pointer (&place->row));
}

/* Depth first with a stack of our own: a thousand rows, each after the one before, are normal. */
static void
emit_below (GPtrArray *roots, GPtrArray *sorted)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();

  g_ptr_array_sort (roots, compare_newest_first);
  for (guint i = roots->len; i > 0; i--)
    g_ptr_array_add (stack, g_ptr_array_index (roots, i - 1));
  while (stack->len > 0)
    {
      Place *place = g_ptr_array_steal_index (stack, stack->len - 1);

      if (place->is_placed)
        continue;
      emit (place, sorted);
      if (place->after == NULL)
        continue;
      /* Sorting reads the rows, so all of them must still be there: children are placed later. */
      g_ptr_array_sort (place->after, compare_newest_first);
      for (guint i = place->after->len; i > 0; i--)
        g_ptr_array_add (stack, g_ptr_array_index (place->after, i - 1));
    }
}

/* One repeat: places[first..end). */
static void
sort_repeat (GPtrArray *places, guint first, guint end, GPtrArray *sorted)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();

  for (guint i = first; i < end; i++)
    {
      Place *place = g_ptr_array_index (places, i);

      if (place->row_id != NULL)
        g_hash_table_insert (by_id, place->row_id, place);
    }
  for (guint i = first; i < end; i++)
    {
      Place *place = g_ptr_array_index (places, i);
      Place *before
          = place->row->before != NULL ? g_hash_table_lookup (by_id, place->row->before) : NULL;

      /* After a row that is not known: it stands at the beginning. */
      if (before == NULL || before == place)
        g_ptr_array_add (roots, place);
      else
        {
          if (before->after == NULL)
            before->after = g_ptr_array_new ();
          g_ptr_array_add (before->after, place);
        }
    }
  emit_below (roots, sorted);

  /* Rows after each other in a ring: no program writes that, but none shall be lost. */
  for (guint i = first; i < end; i++)
    {
      Place *place = g_ptr_array_index (places, i);

      if (!place->is_placed)
        emit (place, sorted);
    }
}

/**
 * pal_dossier_rows_sort:
 * @rows: (element-type PalRowAdded): one for each row that ever was
 *
 * Sorts rows: those of an outer repeat before those inside, and within one repeat as people put
 * them.
 */
void
pal_dossier_rows_sort (GPtrArray *rows)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (place_free);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  guint first = 0;

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (places, place_new (g_ptr_array_index (rows, i)));
  g_ptr_array_sort (places, compare_repeats);

  while (first < places->len)
    {
      Place *head = g_ptr_array_index (places, first);
      guint end = first + 1;

      while (end < places->len
             && strcmp (((Place *) g_ptr_array_index (places, end))->repeat, head->repeat) == 0)
        end++;
      sort_repeat (places, first, end, sorted);
      first = end;
    }

  g_assert (sorted->len == rows->len);
  for (guint i = 0; i < rows->len; i++)
    rows->pdata[i] = g_ptr_array_index (sorted, i);
}
