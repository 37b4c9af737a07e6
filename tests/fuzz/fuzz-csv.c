// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-xlsform.h"

#include <string.h>

/* Input: a spreadsheet as CSV. */

#define MAX_LINES 400

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();

  fuzz_file_write (data, size);
  fuzz_xlsform_convert ();
  return 0;
}

static void
change_cell (char **line, FuzzRandom *random)
{
  g_auto (GStrv) cells = g_strsplit (*line, ",", -1);
  guint n = g_strv_length (cells);
  guint at;
  char *value = NULL;

  if (n == 0)
    return;
  at = fuzz_random_below (random, n);
  switch (fuzz_random_below (random, 5))
    {
    case 0:
      value = fuzz_mutate_text (cells[at], random);
      break;
    case 1:
      value = g_strdup (cells[fuzz_random_below (random, n)]);
      break;
    case 2:
      {
        GString *out = g_string_new ("\"");

        fuzz_append_expression (out, random, NULL, fuzz_random_below (random, 3));
        g_string_append_c (out, '"');
        value = g_string_free (out, FALSE);
        break;
      }
    default:
      {
        const char *word = fuzz_random_word (random, fuzz_xlsform_words);
        g_auto (GStrv) quotes = g_strsplit (word, "\"", -1);
        g_autofree char *doubled = g_strjoinv ("\"\"", quotes);

        value = g_strdup_printf ("\"%s\"", doubled);
      }
    }
  g_free (cells[at]);
  cells[at] = value;
  g_free (*line);
  *line = g_strjoinv (",", cells);
}

static void
change_lines (GPtrArray *lines, FuzzRandom *random)
{
  guint at = fuzz_random_below (random, lines->len);
  guint other = fuzz_random_below (random, lines->len);

  switch (fuzz_random_below (random, 8))
    {
    case 0:
      if (lines->len > 1)
        g_ptr_array_remove_index (lines, at);
      break;
    case 1:
      g_ptr_array_insert (lines, (int) at, g_strdup (lines->pdata[other]));
      break;
    case 2:
      {
        char *line = lines->pdata[at];

        lines->pdata[at] = lines->pdata[other];
        lines->pdata[other] = line;
        break;
      }
    default:
      change_cell ((char **) &lines->pdata[at], random);
    }
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  g_autofree char *joined = NULL;
  g_auto (GStrv) parts = NULL;
  gsize length;

  fuzz_random_init (&random, seed);
  if (size == 0 || memchr (data, '\0', size) != NULL || fuzz_random_below (&random, 5) == 0)
    return LLVMFuzzerMutate (data, size, max_size);
  text = g_strndup ((const char *) data, size);
  parts = g_strsplit (text, "\n", MAX_LINES);
  for (guint i = 0; parts[i] != NULL; i++)
    g_ptr_array_add (lines, g_strdup (parts[i]));
  for (guint n = 1 + fuzz_random_below (&random, 3); n > 0; n--)
    change_lines (lines, &random);
  g_ptr_array_add (lines, NULL);
  joined = g_strjoinv ("\n", (char **) lines->pdata);
  length = strlen (joined);
  if (length == 0 || length > max_size)
    return LLVMFuzzerMutate (data, size, max_size);
  memcpy (data, joined, length);
  return length;
}
