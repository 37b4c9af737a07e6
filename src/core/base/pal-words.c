// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-words"
#include "config.h"

#include "pal-words.h"

#include <string.h>

/* Differences by the greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986), over words; the join of two edits is that of diff3 (Khanna, Kunal, Pierce,
 * "A Formal Investigation of Diff3", 2007). */

/* Words that two texts may differ by before the middle counts as written anew: time and memory
 * grow with its square (4 MB). */
#define MAX_DIFFERENCE 1000

typedef struct
{
  gsize start;
  gsize length;
  guint number; /* equal for equal words */
} Word;

typedef struct
{
  guint old_start, old_end; /* words of the old text ... */
  guint new_start, new_end; /* ... that these took the place of */
} Hunk;

/* --- words */

/* A letter of a script without spaces is a word of its own, as editors for these languages have it:
 * a sentence would be one word otherwise. */
static gboolean
stands_alone (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
    }
}

typedef enum
{
  CLASS_LETTER,
  CLASS_SPACE,
  CLASS_ALONE
} Class;

static Class
classify (gunichar c)
{
  if (c == '\n')
    return CLASS_ALONE;
  if (g_unichar_isspace (c))
    return CLASS_SPACE;

  return g_unichar_isalnum (c) && !stands_alone (c) ? CLASS_LETTER : CLASS_ALONE;
}

/* Runs of letters, runs of spaces, and everything else by itself; marks and joiners stay with what
 * they stand on. */
static GArray *
split (const char *text, GHashTable *numbers)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (Word));
  const char *p = text;

  while (*p != '\0')
    {
      const char *start = p;
      Class class = classify (g_utf8_get_char (p));
      g_autofree char *key = NULL;
      Word word;
      gpointer number;

      for (p = g_utf8_next_char (p); *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          if (!g_unichar_ismark (c) && !g_unichar_iszerowidth (c)
              && (class == CLASS_ALONE || classify (c) != class))
            break;
        }
      word.start = start - text;
      word.length = p - start;
      key = g_strndup (start, word.length);
      number = g_hash_table_lookup (numbers, key);
      if (number == NULL)
        {
          number = GUINT_TO_POINTER (g_hash_table_size (numbers) + 1);
          g_hash_table_insert (numbers, g_steal_pointer (&key), number);
        }
      word.number = GPOINTER_TO_UINT (number);
      g_array_append_val (words, word);
    }

  return words;
}

static gboolean
is_same (GArray *a, guint i, GArray *b, guint j)
{
  return g_array_index (a, Word, i).number == g_array_index (b, Word, j).number;
}

/* --- hunks */

static void
add_hunk (GArray *hunks, guint old_start, guint old_end, guint new_start, guint new_end)
{
  const Hunk hunk = { old_start, old_end, new_start, new_end };

  g_array_append_val (hunks, hunk);
}

/* Follows the furthest-reaching paths back from the end; hunks come out last first. */
static void
trace_back (GPtrArray *trace, guint offset, guint n, guint m, GArray *hunks)
{
  gint64 x = n, y = m;
  Hunk hunk = { n, n, m, m };
  gboolean is_open = FALSE;

  for (gint64 d = (gint64) trace->len - 1; d >= 0; d--)
    {
      /* What was reached with d - 1 differences, by diagonal -(d - 1) ... d - 1. */
      const gint32 *reached = g_ptr_array_index (trace, d);
      gint64 k = x - y;
      gint64 from_k, from_x, from_y;

      if (d == 0)
        break;
      from_k = k == -d || (k != d && reached[k - 1 + d] < reached[k + 1 + d]) ? k + 1 : k - 1;
      from_x = reached[from_k + d];
      from_y = from_x - from_k;

      /* The words that both have lie between here and there: a hunk ends where they begin. */
      if (x > from_x + (from_k < k) && is_open)
        {
          add_hunk (hunks, hunk.old_start + offset, hunk.old_end + offset, hunk.new_start + offset,
                    hunk.new_end + offset);
          is_open = FALSE;
        }
      if (!is_open)
        {
          hunk.old_end = from_x + (from_k < k);
          hunk.new_end = from_y + (from_k > k);
          is_open = TRUE;
        }
      hunk.old_start = from_x;
      hunk.new_start = from_y;
      x = from_x;
      y = from_y;
    }
  if (is_open)
    add_hunk (hunks, hunk.old_start + offset, hunk.old_end + offset, hunk.new_start + offset,
              hunk.new_end + offset);
}

/* The least number of words to take out and put in, in the order of the text. */
static GArray *
find_hunks (GArray *a, GArray *b)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (Hunk));
  g_autoptr (GPtrArray) trace = g_ptr_array_new_with_free_func (g_free);
  g_autofree gint32 *furthest = NULL;
  guint first = 0, n = a->len, m = b->len;
  gint64 limit;

  while (first < n && first < m && is_same (a, first, b, first))
    first++;
  while (n > first && m > first && is_same (a, n - 1, b, m - 1))
    {
      n--;
      m--;
    }
  n -= first;
  m -= first;
  if (n == 0 || m == 0)
    {
      if (n + m > 0)
        add_hunk (hunks, first, first + n, first, first + m);
      return hunks;
    }

  /* furthest[k + limit + 1]: how far into the old text diagonal k has come. */
  limit = MIN ((gint64) n + m, MAX_DIFFERENCE);
  furthest = g_new0 (gint32, 2 * limit + 3);
  for (gint64 d = 0; d <= limit; d++)
    {
      gint32 *center = furthest + limit + 1;

      /* Kept as it was before this round: diagonals -d ... d. */
      g_ptr_array_add (trace, g_memdup2 (center - d, (2 * d + 1) * sizeof *furthest));
      for (gint64 k = -d; k <= d; k += 2)
        {
          gint64 x = k == -d || (k != d && center[k - 1] < center[k + 1]) ? center[k + 1]
                                                                          : center[k - 1] + 1;
          gint64 y = x - k;

          while (x < n && y < m && is_same (a, first + x, b, first + y))
            {
              x++;
              y++;
            }
          center[k] = x;
          if (x >= n && y >= m)
            {
              trace_back (trace, first, n, m, hunks);
              for (guint i = 0; i < hunks->len / 2; i++)
                {
                  Hunk swapped = g_array_index (hunks, Hunk, i);

                  g_array_index (hunks, Hunk, i) = g_array_index (hunks, Hunk, hunks->len - 1 - i);
                  g_array_index (hunks, Hunk, hunks->len - 1 - i) = swapped;
                }
              return hunks;
            }
        }
    }
  add_hunk (hunks, first, first + n, first, first + m);

  return hunks;
}

/* --- comparing */

static void
add_span (GArray *spans, PalWordsKind kind, GArray *words, guint start, guint end)
{
  const Word *first, *last;
  PalWordsSpan span;

  if (start == end)
    return;

  first = &g_array_index (words, Word, start);
  last = &g_array_index (words, Word, end - 1);
  span.kind = kind;
  span.start = first->start;
  span.length = last->start + last->length - first->start;
  g_array_append_val (spans, span);
}

/**
 * pal_words_compare:
 * @old_text: UTF-8
 * @new_text: UTF-8
 *
 * Compares two versions of a text word by word. The spans that are not ADDED make up the old text,
 * those that are not REMOVED the new one, both in order. Texts that differ by more than about a
 * thousand words have one change from the first difference to the last.
 *
 * Returns: (transfer full) (element-type PalWordsSpan): what stayed, went and came
 */
GArray *
pal_words_compare (const char *old_text, const char *new_text)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) a = NULL;
  g_autoptr (GArray) b = NULL;
  g_autoptr (GArray) hunks = NULL;
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (PalWordsSpan));
  guint done = 0;

  g_return_val_if_fail (old_text != NULL && new_text != NULL, spans);

  a = split (old_text, numbers);
  b = split (new_text, numbers);
  hunks = find_hunks (a, b);
  for (guint i = 0; i < hunks->len; i++)
    {
      const Hunk *hunk = &g_array_index (hunks, Hunk, i);

      add_span (spans, PAL_WORDS_SAME, b, done, hunk->new_start);
      add_span (spans, PAL_WORDS_REMOVED, a, hunk->old_start, hunk->old_end);
      add_span (spans, PAL_WORDS_ADDED, b, hunk->new_start, hunk->new_end);
      done = hunk->new_end;
    }
  add_span (spans, PAL_WORDS_SAME, b, done, b->len);

  return spans;
}

/* --- joining */

static void
append_words (GString *out, const char *text, GArray *words, guint start, guint end)
{
  const Word *first, *last;

  if (start == end)
    return;

  first = &g_array_index (words, Word, start);
  last = &g_array_index (words, Word, end - 1);
  g_string_append_len (out, text + first->start, last->start + last->length - first->start);
}

static gboolean
is_same_hunk (const Hunk *mine, GArray *my_words, const Hunk *theirs, GArray *their_words)
{
  guint length = mine->new_end - mine->new_start;

  if (mine->old_start != theirs->old_start || mine->old_end != theirs->old_end
      || length != theirs->new_end - theirs->new_start)
    return FALSE;
  for (guint i = 0; i < length; i++)
    if (!is_same (my_words, mine->new_start + i, their_words, theirs->new_start + i))
      return FALSE;

  return TRUE;
}

/**
 * pal_words_join:
 * @original: UTF-8: what both started from
 * @mine: UTF-8: one edit of it
 * @theirs: UTF-8: another edit of it
 *
 * Joins two edits of a text. Edits that overlap or touch, with no word of the original between
 * them, are not joined, as only a person can say what was meant; edits that are the same count
 * once. The result does not depend on which is mine and which is theirs.
 *
 * Returns: (transfer full) (nullable): the text with both edits, %NULL when they overlap
 */
char *
pal_words_join (const char *original, const char *mine, const char *theirs)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) words = NULL;
  g_autoptr (GArray) my_words = NULL;
  g_autoptr (GArray) their_words = NULL;
  g_autoptr (GArray) my_hunks = NULL;
  g_autoptr (GArray) their_hunks = NULL;
  g_autoptr (GString) out = NULL;
  guint done = 0, i = 0, j = 0;

  g_return_val_if_fail (original != NULL && mine != NULL && theirs != NULL, NULL);

  if (g_str_equal (mine, theirs) || g_str_equal (original, theirs))
    return g_strdup (mine);
  if (g_str_equal (original, mine))
    return g_strdup (theirs);

  words = split (original, numbers);
  my_words = split (mine, numbers);
  their_words = split (theirs, numbers);
  my_hunks = find_hunks (words, my_words);
  their_hunks = find_hunks (words, their_words);
  out = g_string_new (NULL);
  while (i < my_hunks->len || j < their_hunks->len)
    {
      const Hunk *a = i < my_hunks->len ? &g_array_index (my_hunks, Hunk, i) : NULL;
      const Hunk *b = j < their_hunks->len ? &g_array_index (their_hunks, Hunk, j) : NULL;
      gboolean is_same_edit = a != NULL && b != NULL && is_same_hunk (a, my_words, b, their_words);
      gboolean take_mine = b == NULL || (a != NULL && a->old_start < b->old_start);
      const Hunk *hunk = is_same_edit || take_mine ? a : b;
      const Hunk *other = hunk == a ? b : a;

      if (!is_same_edit && other != NULL && other->old_start <= hunk->old_end)
        return NULL;

      append_words (out, original, words, done, hunk->old_start);
      append_words (out, hunk == a ? mine : theirs, hunk == a ? my_words : their_words,
                    hunk->new_start, hunk->new_end);
      done = hunk->old_end;
      i += hunk == a;
      j += is_same_edit || hunk == b;
    }
  append_words (out, original, words, done, words->len);

  return g_string_free (g_steal_pointer (&out), FALSE);
}
