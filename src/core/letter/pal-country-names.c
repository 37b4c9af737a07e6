// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-country-names"
#include "config.h"

#include "pal-country-names.h"

#include "pal-locale.h"
#include "pal-paths.h"

#include <string.h>

/* Names come from the locale data of ICU; what the people of a country are called, and names that
 * are used at the United Nations besides, from our own table (data/countries/peoples.csv). */

#define MAX_WORDS 8 /* of a name */

/* How far an inflected word may go beyond its stem. */
#define MAX_ENDING 4

typedef enum
{
  MATCH_WORD,    /* as it is */
  MATCH_CAPITAL, /* as it is, beginning with a capital letter */
  MATCH_STEM,    /* the last letters are inflected */
  MATCH_CAPITAL_STEM,
  MATCH_NISBA /* an Arabic name of a people: with one of a few endings */
} Match;

typedef struct
{
  char code[3];
  Match match;
  char *words[MAX_WORDS + 1]; /* folded */
} Name;

/* A word of the text. */
typedef struct
{
  char *folded;
  gsize start; /* octets */
  gsize end;
  gboolean is_capital;
} Word;

/* --- words */

static char *
fold (const char *text, gssize length)
{
  g_autofree char *plain = g_utf8_normalize (text, length, G_NORMALIZE_NFD);
  g_autofree char *small = plain != NULL ? g_utf8_casefold (plain, -1) : g_strdup ("");
  GString *folded = g_string_new (NULL);

  /* Marks above and below go, with them the hamza of an alif and the vowels of Arabic. */
  for (const char *c = small; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_ismark (letter) || letter == 0x640)
        continue;
      g_string_append_unichar (folded, letter == 0x629 ? 0x647 : letter == 0x649 ? 0x64a : letter);
    }

  return g_string_free (folded, FALSE);
}

static gboolean
is_in_word (gunichar letter)
{
  return g_unichar_isalnum (letter) || g_unichar_ismark (letter);
}

static void
word_clear (gpointer data)
{
  g_free (((Word *) data)->folded);
}

static GArray *
split (const char *text)
{
  GArray *words = g_array_new (FALSE, TRUE, sizeof (Word));
  const char *c = text;

  g_array_set_clear_func (words, word_clear);
  while (*c != '\0')
    {
      Word word = { 0 };
      const char *start = c;

      while (*c != '\0' && is_in_word (g_utf8_get_char (c)))
        c = g_utf8_next_char (c);
      if (c == start)
        {
          c = g_utf8_next_char (c);
          continue;
        }
      word.start = (gsize) (start - text);
      word.end = (gsize) (c - text);
      word.is_capital = g_unichar_isupper (g_utf8_get_char (start));
      word.folded = fold (start, c - start);
      g_array_append_val (words, word);
    }

  return words;
}

/* --- names */

static void
name_free (gpointer data)
{
  Name *name = data;

  for (guint i = 0; name->words[i] != NULL; i++)
    g_free (name->words[i]);
  g_free (name);
}

/* Russian names are inflected: what stays is in front of the last vowels. */
static char *
dup_russian_stem (const char *word)
{
  static const char *const endings[]
      = { "ая", "ия", "ии", "ые", "ое", "а", "я", "ь", "и", "ы", NULL };
  gsize length = strlen (word);

  for (guint i = 0; endings[i] != NULL && g_utf8_strlen (word, -1) > 4; i++)
    if (g_str_has_suffix (word, endings[i]))
      return g_strndup (word, length - strlen (endings[i]));

  return g_strdup (word);
}

static void
add_name (GPtrArray *names, const char *code, const char *text, gsize length, Match match,
          gboolean is_russian)
{
  g_autofree char *own = g_strndup (text, length);
  g_autoptr (GArray) words = split (own);
  Name *name;

  if (words->len == 0 || words->len > MAX_WORDS)
    return;
  name = g_new0 (Name, 1);
  g_strlcpy (name->code, code, sizeof name->code);
  name->match = match;
  for (guint i = 0; i < words->len; i++)
    {
      const Word *word = &g_array_index (words, Word, i);

      name->words[i] = is_russian ? dup_russian_stem (word->folded) : g_strdup (word->folded);
    }
  g_ptr_array_add (names, name);
}

/* An Arabic name of a people is the country's with an ending: "فرنسا", "فرنسي". */
static void
add_nisba (GPtrArray *names, const char *code, const char *text)
{
  g_autofree char *folded = fold (text, -1);
  const char *start = g_str_has_prefix (folded, "ال") ? folded + strlen ("ال") : folded;
  g_autofree char *stem = g_strdup (start);
  static const char *const endings[] = { "يا", "ا", "ه", NULL };

  if (strchr (start, ' ') != NULL)
    return;
  for (guint i = 0; endings[i] != NULL; i++)
    if (g_str_has_suffix (stem, endings[i]))
      {
        stem[strlen (stem) - strlen (endings[i])] = '\0';
        break;
      }
  if (g_utf8_strlen (stem, -1) >= 3)
    add_name (names, code, stem, strlen (stem), MATCH_NISBA, FALSE);
}

/* "Myanmar (Burma)" is two names. */
static void
add_country (GPtrArray *names, const PalLocaleCountry *country, const char *language)
{
  gboolean is_arabic = strcmp (language, "ar") == 0;
  gboolean is_russian = strcmp (language, "ru") == 0;
  const char *bracket = strchr (country->name, '(');
  Match match = is_arabic ? MATCH_WORD : is_russian ? MATCH_CAPITAL_STEM : MATCH_CAPITAL;

  add_name (names, country->code, country->name,
            bracket != NULL ? (gsize) (bracket - country->name) : strlen (country->name), match,
            is_russian);
  if (bracket != NULL)
    add_name (names, country->code, bracket, strlen (bracket), match, is_russian);
  if (is_arabic)
    add_nisba (names, country->code, country->name);
}

/* Not States; or, in Arabic, a word of every second sentence about money. */
static gboolean
is_left_out (const PalLocaleCountry *country, const char *language)
{
  static const char *const places[] = { "AQ", "BV", "HM", "GS", "TF", "IO", "UM", NULL };

  return g_strv_contains (places, country->code)
         || (strcmp (language, "ar") == 0 && strcmp (country->code, "ML") == 0);
}

/* A row: code, then cells of alternatives: en, fr, es, ru, other names. */
static void
add_row (GPtrArray *names, const char *line)
{
  static const Match matches[]
      = { MATCH_CAPITAL_STEM, MATCH_STEM, MATCH_STEM, MATCH_STEM, MATCH_CAPITAL };
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);

  if (g_strv_length (cells) < 2 || strlen (cells[0]) != 2)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (matches) && cells[i + 1] != NULL; i++)
    {
      g_auto (GStrv) alternatives = g_strsplit (g_strstrip (cells[i + 1]), "|", -1);

      for (guint j = 0; alternatives[j] != NULL; j++)
        add_name (names, cells[0], alternatives[j], strlen (alternatives[j]), matches[i], FALSE);
    }
}

static void
add_table (GPtrArray *names)
{
  g_autofree char *path = pal_paths_dup_data_file ("countries/peoples.csv");
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &table, NULL, NULL))
    {
      g_warning ("the table of peoples is missing");
      return;
    }
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    add_row (names, lines[i]);
}

/* Chinese ones are looked for as they are, as nothing parts words. */
static GPtrArray *
list_names (void)
{
  static const char *const languages[] = { "ar", "en", "es", "fr", "ru" };
  GPtrArray *names = g_ptr_array_new_with_free_func (name_free);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autoptr (GPtrArray) countries = pal_locale_list_countries (languages[i]);

      for (guint j = 0; j < countries->len; j++)
        if (!is_left_out (countries->pdata[j], languages[i]))
          add_country (names, countries->pdata[j], languages[i]);
    }
  add_table (names);

  return names;
}

/* --- looking */

static gboolean
has_nisba_ending (const char *rest)
{
  static const char *const endings[]
      = { "ي", "يه", "يا", "يون", "يين", "يات", "يتين", "يان", NULL };

  return g_strv_contains (endings, rest);
}

static gboolean
fits (const Name *name, const char *pattern, const char *word)
{
  gsize length = strlen (pattern);

  if (name->match == MATCH_WORD || name->match == MATCH_CAPITAL)
    return strcmp (pattern, word) == 0;
  if (strncmp (pattern, word, length) != 0)
    return FALSE;
  if (name->match == MATCH_NISBA)
    return has_nisba_ending (word + length);

  return g_utf8_strlen (word + length, -1) <= MAX_ENDING;
}

/* Arabic writes "and", "in", "for" and the article in one with the word. */
static gboolean
fits_any (const Name *name, const char *pattern, const char *word)
{
  static const char *const before[] = { "وال", "فال", "بال", "كال", "ولل", "لل", "ال", "وب",
                                        "ول",  "و",   "ف",   "ب",   "ل",   "ك",  NULL };

  if (fits (name, pattern, word))
    return TRUE;
  if (name->match != MATCH_WORD && name->match != MATCH_NISBA)
    return FALSE;
  for (guint i = 0; before[i] != NULL; i++)
    if (g_str_has_prefix (word, before[i]))
      {
        g_autofree char *with_article = g_strconcat ("ال", word + strlen (before[i]), NULL);

        if (fits (name, pattern, word + strlen (before[i])) || fits (name, pattern, with_article))
          return TRUE;
      }

  return FALSE;
}

/* Returns how many words of the text from first on are the name; 0: it is not there. */
static guint
match (const Name *name, GArray *words, guint first)
{
  guint n = 0;

  if ((name->match == MATCH_CAPITAL || name->match == MATCH_CAPITAL_STEM)
      && !g_array_index (words, Word, first).is_capital)
    return 0;
  for (; name->words[n] != NULL; n++)
    if (first + n >= words->len
        || !fits_any (name, name->words[n], g_array_index (words, Word, first + n).folded))
      return 0;

  return n;
}

static void
name_found_free (gpointer data)
{
  PalCountryName *found = data;

  g_free (found->word);
  g_free (found);
}

static void
note (GPtrArray *found, const char *code, const char *start, gsize length)
{
  g_autofree char *word = g_strndup (start, length);
  PalCountryName *one;

  for (guint i = 0; i < found->len; i++)
    {
      one = g_ptr_array_index (found, i);
      if (strcmp (one->word, word) == 0)
        {
          one->n++;
          return;
        }
    }
  one = g_new0 (PalCountryName, 1);
  g_strlcpy (one->code, code, sizeof one->code);
  one->word = g_steal_pointer (&word);
  one->n = 1;
  g_ptr_array_add (found, one);
}

/* The longest name that begins at a word: "South Sudan" is not Sudan. */
static const Name *
find_longest (GPtrArray *names, GArray *words, guint first, guint *n_words)
{
  const Name *longest = NULL;

  *n_words = 0;
  for (guint i = 0; i < names->len; i++)
    {
      const Name *name = g_ptr_array_index (names, i);
      guint n = match (name, words, first);

      if (n > *n_words)
        {
          longest = name;
          *n_words = n;
        }
    }

  return longest;
}

static void
look_at_words (GPtrArray *found, GPtrArray *names, const char *text)
{
  g_autoptr (GArray) words = split (text);

  for (guint i = 0; i < words->len;)
    {
      guint n = 0;
      const Name *name = find_longest (names, words, i, &n);

      if (name != NULL)
        {
          gsize start = g_array_index (words, Word, i).start;

          note (found, name->code, text + start,
                g_array_index (words, Word, i + n - 1).end - start);
        }
      i += MAX (n, 1);
    }
}

static void
look_at_chinese (GPtrArray *found, const char *text)
{
  g_autoptr (GPtrArray) countries = pal_locale_list_countries ("zh_CN");

  for (guint i = 0; i < countries->len; i++)
    {
      const PalLocaleCountry *country = g_ptr_array_index (countries, i);
      gsize length = strlen (country->name);

      for (const char *c = strstr (text, country->name); length >= 6 && c != NULL;
           c = strstr (c + length, country->name))
        if (!is_left_out (country, "zh_CN"))
          note (found, country->code, c, length);
    }
}

/**
 * pal_country_names_find:
 * @text: a statement, in any of the six languages
 * @own: (nullable): name of the State that may be named
 *
 * Blocking, any thread. The text goes nowhere.
 *
 * Returns: (transfer full) (element-type PalCountryName): what looks like the name of a country or
 *   of its people, each word once
 */
GPtrArray *
pal_country_names_find (const char *text, const char *own)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (name_found_free);
  g_autoptr (GPtrArray) allowed = g_ptr_array_new_with_free_func (name_found_free);
  g_autoptr (GPtrArray) names = list_names ();
  g_autofree char *folded = own != NULL ? fold (own, -1) : NULL;

  look_at_words (found, names, text);
  look_at_chinese (found, text);
  if (own != NULL)
    {
      look_at_words (allowed, names, own);
      look_at_chinese (allowed, own);
    }
  for (guint i = found->len; i > 0; i--)
    {
      PalCountryName *one = g_ptr_array_index (found, i - 1);
      g_autofree char *word = fold (one->word, -1);
      gboolean is_own = folded != NULL && strcmp (word, folded) == 0;

      for (guint j = 0; j < allowed->len && !is_own; j++)
        is_own = strcmp (((PalCountryName *) allowed->pdata[j])->code, one->code) == 0;
      if (is_own)
        g_ptr_array_remove_index (found, i - 1);
    }

  return found;
}
