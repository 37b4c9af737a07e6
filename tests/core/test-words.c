// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-words.h"

#include <string.h>

/* "[-gone-]{+come+}", as wdiff writes it. */
static char *
dup_marked (const char *old_text, const char *new_text)
{
  g_autoptr (GArray) spans = pal_words_compare (old_text, new_text);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < spans->len; i++)
    {
      const PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);
      const char *text = span->kind == PAL_WORDS_REMOVED ? old_text : new_text;
      static const char *const marks[][2] = {
        [PAL_WORDS_SAME] = { "", "" },
        [PAL_WORDS_REMOVED] = { "[-", "-]" },
        [PAL_WORDS_ADDED] = { "{+", "+}" },
      };

      g_string_append (out, marks[span->kind][0]);
      g_string_append_len (out, text + span->start, span->length);
      g_string_append (out, marks[span->kind][1]);
    }

  return g_string_free (out, FALSE);
}

static void
test_compare (void)
{
  static const struct
  {
    const char *old_text;
    const char *new_text;
    const char *marked;
  } cases[] = {
    { "", "", "" },
    { "", "a law", "{+a law+}" },
    { "a law", "", "[-a law-]" },
    { "a law", "a law", "a law" },
    { "The law covers bribery.", "The act covers bribery.", "The [-law-]{+act+} covers bribery." },
    { "one two three", "one three", "one [-two -]three" },
    { "one three", "one two three", "one {+two +}three" },
    { "a\nb", "a\n\nb", "a\n{+\n+}b" },
    /* A letter of a script without spaces is a word. */
    { "法律涵盖", "法律不涵盖", "法律{+不+}涵盖" },
    /* Marks stay with their letters. */
    { "قانون", "قانونٌ", "[-قانون-]{+قانونٌ+}" },
    { "law, act", "law; act", "law[-,-]{+;+} act" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *marked = dup_marked (cases[i].old_text, cases[i].new_text);

      g_assert_cmpstr (marked, ==, cases[i].marked);
    }
}

static void
test_join (void)
{
  static const struct
  {
    const char *original;
    const char *mine;
    const char *theirs;
    const char *joined; /* NULL: a conflict */
  } cases[] = {
    { "a", "a", "b", "b" },
    { "a", "b", "a", "b" },
    { "a", "b", "b", "b" },
    { "a", "b", "c", NULL },
    { "", "a", "b", NULL },
    { "", "a", "a", "a" },
    { "the law covers it", "the act covers it", "the law covers all", "the act covers all" },
    { "one two three four", "one three four", "one two three 4", "one three 4" },
    /* Neighbours with a space between them are two edits, ... */
    { "one two", "ONE two", "one TWO", "ONE TWO" },
    /* ... what touches is one. */
    { "one,two", "one;two", "one,TWO", NULL },
    { "law", "law and", "law or", NULL },
    /* Both made the same change, and one made another. */
    { "a b c d", "A b c d", "A b c D", "A b c D" },
    { "a b c", "", "a b C", NULL },
    { "法律涵盖贿赂", "法律不涵盖贿赂", "法律涵盖洗钱", "法律不涵盖洗钱" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *joined = pal_words_join (cases[i].original, cases[i].mine, cases[i].theirs);
      g_autofree char *turned = pal_words_join (cases[i].original, cases[i].theirs, cases[i].mine);

      g_assert_cmpstr (joined, ==, cases[i].joined);
      g_assert_cmpstr (turned, ==, cases[i].joined);
    }
}

/* A text of few different words, so that the same word stands in many places. */
static char *
dup_random_text (GRand *rand, guint max_words)
{
  static const char *const words[] = { "law", "act", " ", "  ", ".", "\n", "法", "é", "of" };
  GString *text = g_string_new (NULL);
  guint n = g_rand_int_range (rand, 0, max_words + 1);

  for (guint i = 0; i < n; i++)
    g_string_append (text, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);

  return g_string_free (text, FALSE);
}

static void
test_spans_make_both_texts (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (23);

  for (guint round = 0; round < 5000; round++)
    {
      g_autofree char *old_text = dup_random_text (rand, 30);
      g_autofree char *new_text = dup_random_text (rand, 30);
      g_autoptr (GArray) spans = pal_words_compare (old_text, new_text);
      g_autoptr (GString) before = g_string_new (NULL);
      g_autoptr (GString) after = g_string_new (NULL);

      for (guint i = 0; i < spans->len; i++)
        {
          const PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);
          const char *text = span->kind == PAL_WORDS_REMOVED ? old_text : new_text;

          if (span->kind != PAL_WORDS_ADDED)
            g_string_append_len (before, text + span->start, span->length);
          if (span->kind != PAL_WORDS_REMOVED)
            g_string_append_len (after, text + span->start, span->length);
        }
      g_assert_cmpstr (before->str, ==, old_text);
      g_assert_cmpstr (after->str, ==, new_text);
    }
}

/* Two people edit different sentences: all of both is in the join. */
static void
test_joins_what_is_apart (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint round = 0; round < 2000; round++)
    {
      g_autofree char *start = dup_random_text (rand, 10);
      g_autofree char *end = dup_random_text (rand, 10);
      g_autofree char *other_start = dup_random_text (rand, 10);
      g_autofree char *other_end = dup_random_text (rand, 10);
      g_autofree char *original = g_strconcat (start, "ONE TWO THREE", end, NULL);
      g_autofree char *mine = g_strconcat (other_start, "ONE TWO THREE", end, NULL);
      g_autofree char *theirs = g_strconcat (start, "ONE TWO THREE", other_end, NULL);
      g_autofree char *both = g_strconcat (other_start, "ONE TWO THREE", other_end, NULL);
      g_autofree char *joined = pal_words_join (original, mine, theirs);

      g_assert_cmpstr (joined, ==, both);
    }
}

static void
test_long_texts_end_soon (void)
{
  g_autoptr (GString) old_text = g_string_new (NULL);
  g_autoptr (GString) new_text = g_string_new (NULL);
  g_autoptr (GArray) spans = NULL;

  for (guint i = 0; i < 100000; i++)
    {
      g_string_append_printf (old_text, "a%u ", i);
      g_string_append_printf (new_text, "b%u ", i);
    }
  g_string_prepend (old_text, "first ");
  g_string_prepend (new_text, "first ");
  spans = pal_words_compare (old_text->str, new_text->str);
  g_assert_cmpuint (spans->len, ==, 4); /* first, all of the old, all of the new, the last space */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/compare", test_compare);
  g_test_add_func ("/words/spans-make-both-texts", test_spans_make_both_texts);
  g_test_add_func ("/words/join", test_join);
  g_test_add_func ("/words/joins-what-is-apart", test_joins_what_is_apart);
  g_test_add_func ("/words/long-texts-end-soon", test_long_texts_end_soon);

  return g_test_run ();
}
