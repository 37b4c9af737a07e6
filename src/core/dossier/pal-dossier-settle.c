// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-settle"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-words.h"

#include <string.h>

/* What a node says when several people changed it apart from each other. It follows from the log
 * alone and never depends on who merged what first, so nothing is written for it: edits of a text
 * that do not overlap are joined against what their authors had in common, anything else is a
 * conflict until a person sets the node again, which follows all of its heads. */

/* Joins of joins: as many generations as people can merge back and forth without an edit between.
 */
#define MAX_DEPTH 8

typedef struct
{
  GHashTable *changes; /* (element-type utf8 PalChange): by id */
} History;

static const char *
get_text (const PalChange *change)
{
  return change->value != NULL ? change->value : "";
}

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  const PalChange *first = *(const PalChange *const *) a;
  const PalChange *second = *(const PalChange *const *) b;

  if (first->clock_us != second->clock_us)
    return first->clock_us < second->clock_us ? -1 : 1;

  return g_strcmp0 (first->id, second->id);
}

typedef void (*Visit) (PalChange *parent, gpointer user_data);

static void
visit_parents (History *history, PalChange *change, Visit visit, gpointer user_data)
{
  g_auto (GStrv) parents = g_strsplit (change->parents != NULL ? change->parents : "", " ", -1);

  for (guint i = 0; parents[i] != NULL; i++)
    {
      PalChange *parent = g_hash_table_lookup (history->changes, parents[i]);

      if (parent != NULL)
        visit (parent, user_data);
    }
}

static void
push_cb (PalChange *change, gpointer stack)
{
  g_ptr_array_add (stack, change);
}

static void
forget_cb (PalChange *change, gpointer changes)
{
  g_hash_table_remove (changes, change);
}

/* The change itself and all that its author could have seen. */
static GHashTable *
find_past (History *history, PalChange *change)
{
  GHashTable *past = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();

  g_ptr_array_add (stack, change);
  while (stack->len > 0)
    {
      PalChange *next = g_ptr_array_steal_index_fast (stack, stack->len - 1);

      if (g_hash_table_add (past, next))
        visit_parents (history, next, push_cb, stack);
    }

  return past;
}

/* The newest that all heads have in common. What is common has its whole past in common, so these
 * are the ones that no other common change follows. */
static GPtrArray *
find_common (History *history, GPtrArray *heads)
{
  g_autoptr (GHashTable) common = find_past (history, g_ptr_array_index (heads, 0));
  g_autoptr (GHashTable) newest = g_hash_table_new (NULL, NULL);
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer change;

  for (guint i = 1; i < heads->len; i++)
    {
      g_autoptr (GHashTable) past = find_past (history, g_ptr_array_index (heads, i));

      g_hash_table_iter_init (&iter, common);
      while (g_hash_table_iter_next (&iter, &change, NULL))
        if (!g_hash_table_contains (past, change))
          g_hash_table_iter_remove (&iter);
    }

  g_hash_table_iter_init (&iter, common);
  while (g_hash_table_iter_next (&iter, &change, NULL))
    g_hash_table_add (newest, change);
  g_hash_table_iter_init (&iter, common);
  while (g_hash_table_iter_next (&iter, &change, NULL))
    visit_parents (history, change, forget_cb, newest);

  g_hash_table_iter_init (&iter, newest);
  while (g_hash_table_iter_next (&iter, &change, NULL))
    g_ptr_array_add (list, change);

  return list;
}

/* Words of people, not a number, a date or a name from a list: only these are joined. */
static gboolean
is_prose (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || g_unichar_get_script (c) == G_UNICODE_SCRIPT_HAN)
        return TRUE;
    }

  return FALSE;
}

/* --- names of changes: what an own record says of the log, which nobody types */

#define CHANGE_NAME "change:"
#define CHANGE_NAME_DIGITS 64

static gboolean
is_change_name (const char *word)
{
  return g_str_has_prefix (word, CHANGE_NAME)
         && strspn (word + strlen (CHANGE_NAME), "0123456789abcdef") == CHANGE_NAME_DIGITS
         && word[strlen (CHANGE_NAME) + CHANGE_NAME_DIGITS] == '\0';
}

/* (nullable): NULL when something else stands there */
static char **
split_change_names (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (!is_change_name (words[i]))
      return NULL;

  return g_steal_pointer (&words);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A set of them: what either has, without what either took away. Never a conflict, as no person
 * could decide it. (nullable): NULL when these are other words */
static char *
join_change_names (const char *start, const char *one, const char *other)
{
  g_auto (GStrv) before = split_change_names (start);
  g_auto (GStrv) first = split_change_names (one);
  g_auto (GStrv) second = split_change_names (other);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (first == NULL || second == NULL)
    return NULL;
  for (guint i = 0; first[i] != NULL; i++)
    if (before == NULL || !g_strv_contains ((const char *const *) before, first[i])
        || g_strv_contains ((const char *const *) second, first[i]))
      g_ptr_array_add (names, first[i]);
  for (guint i = 0; second[i] != NULL; i++)
    if ((before == NULL || !g_strv_contains ((const char *const *) before, second[i]))
        && !g_strv_contains ((const char *const *) first, second[i]))
      g_ptr_array_add (names, second[i]);
  g_ptr_array_sort (names, compare_words);
  g_ptr_array_add (names, NULL);

  return g_strjoinv (" ", (char **) names->pdata);
}

static char *
settle (History *history, GPtrArray *heads, guint depth, char **original)
{
  g_autoptr (GPtrArray) common = NULL;
  g_autofree char *start = NULL;
  g_autofree char *joined = NULL;
  gboolean is_one_text = TRUE;

  g_ptr_array_sort (heads, compare_changes);
  for (guint i = 1; is_one_text && i < heads->len; i++)
    is_one_text = g_str_equal (get_text (g_ptr_array_index (heads, i)),
                               get_text (g_ptr_array_index (heads, 0)));
  if (is_one_text)
    return g_strdup (get_text (g_ptr_array_index (heads, 0)));
  if (depth == 0)
    return NULL;

  /* They may have had a joined text before them, as the screen showed it. */
  common = find_common (history, heads);
  start = common->len > 0 ? settle (history, common, depth - 1, NULL) : g_strdup ("");
  if (start == NULL)
    return NULL;
  if (original != NULL)
    *original = g_strdup (start);

  joined = g_strdup (get_text (g_ptr_array_index (heads, 0)));
  for (guint i = 1; i < heads->len; i++)
    {
      const char *text = get_text (g_ptr_array_index (heads, i));
      char *next = NULL;

      /* Whoever left it as it was has said nothing. */
      if (g_str_equal (start, joined) || g_str_equal (text, joined))
        next = g_strdup (text);
      else if (g_str_equal (start, text))
        next = g_strdup (joined);
      else
        next = join_change_names (start, joined, text);
      if (next == NULL && is_prose (start) && is_prose (joined) && is_prose (text))
        next = pal_words_join (start, joined, text);
      if (next == NULL)
        return NULL;
      g_free (joined);
      joined = next;
    }

  return g_steal_pointer (&joined);
}

static GHashTable *
index_history (GPtrArray *history)
{
  GHashTable *changes = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < history->len; i++)
    {
      PalChange *change = g_ptr_array_index (history, i);

      g_hash_table_insert (changes, change->id, change);
    }

  return changes;
}

/**
 * pal_dossier_settle_find_kin:
 * @history: (element-type PalChange): all changes of one node
 * @heads: (element-type PalChange): several of them that stand apart
 * @id: id of another one
 *
 * Says which of the heads may follow the other one as well, so that what all of them have in common
 * stays what it was: the one with which it has most in common.
 *
 * Returns: an index into @heads; -1 when the other one follows one of them, and has it all
 */
int
pal_dossier_settle_find_kin (GPtrArray *history, GPtrArray *heads, const char *id)
{
  g_autoptr (GHashTable) changes = index_history (history);
  History known = { .changes = changes };
  PalChange *other = g_hash_table_lookup (changes, id);
  g_autoptr (GHashTable) past = NULL;
  guint most = 0;
  int kin = heads->len - 1;

  if (other == NULL)
    return -1;
  past = find_past (&known, other);
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *head
          = g_hash_table_lookup (changes, ((PalChange *) g_ptr_array_index (heads, i))->id);
      g_autoptr (GHashTable) its = NULL;
      GHashTableIter iter;
      gpointer change;
      guint n = 0;

      if (head == NULL || g_hash_table_contains (past, head))
        return -1;
      its = find_past (&known, head);
      g_hash_table_iter_init (&iter, its);
      while (g_hash_table_iter_next (&iter, &change, NULL))
        n += g_hash_table_contains (past, change);
      if (n > most)
        {
          most = n;
          kin = i;
        }
    }

  return kin;
}

/**
 * pal_dossier_settle:
 * @history: (element-type PalChange): all changes of one node
 * @heads: (element-type PalChange): those of them that no other follows, at least one; sorted here,
 *   the newest last
 * @original: (out) (optional) (nullable) (transfer full): the text that all started from; %NULL
 * when there was none, or when they do not agree on it
 *
 * Says what a node's text is although several people changed it apart from each other. Depends on
 * the log alone, not on the order in which it came together.
 *
 * Returns: (transfer full) (nullable): the text; %NULL when a person must decide
 */
char *
pal_dossier_settle (GPtrArray *history, GPtrArray *heads, char **original)
{
  g_autoptr (GHashTable) changes = index_history (history);
  History known = { .changes = changes };

  if (original != NULL)
    *original = NULL;

  return settle (&known, heads, MAX_DEPTH, original);
}
