// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-glossary"
#include "config.h"

#include "pal-glossary-private.h"

#include <string.h>

/* Whether a term stands in a text whose language changes words by their place in a sentence: by the
 * beginnings of words, as no dictionary is at hand. */

#define MIN_SHARED 3 /* characters */

static void
word_free (gpointer data)
{
  PalGlossaryWord *word = data;

  g_free (word->text);
  g_free (word);
}

/* Letters that Arabic writes in several ways, and marks that may be left out. */
static gunichar
simplify (gunichar c)
{
  switch (c)
    {
    case 0x0622: /* alef with madda, with hamza */
    case 0x0623:
    case 0x0625:
      return 0x0627;
    case 0x0649: /* alef maqsura */
      return 0x064a;
    case 0x0629: /* teh marbuta */
      return 0x0647;
    case 0x0640: /* tatweel */
      return 0;
    case 0x2019:
      return '\'';
    default:
      return g_unichar_ismark (c) ? 0 : g_unichar_tolower (c);
    }
}

static gboolean
is_of_word (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == 0x0640;
}

/* The letter to press may stand in the middle of a word. */
static gboolean
is_mnemonic (const char *at)
{
  return *at == '_' && is_of_word (g_utf8_get_char (at + 1));
}

GPtrArray *
pal_glossary_words_list (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (word_free);

  for (const char *at = text; *at != '\0';)
    {
      const char *start = at;
      g_autoptr (GString) simple = g_string_new (NULL);
      PalGlossaryWord *word;

      for (; is_of_word (g_utf8_get_char (at)) || (at > start && is_mnemonic (at));
           at = g_utf8_next_char (at))
        {
          gunichar c = simplify (g_utf8_get_char (at));

          if (c != 0 && c != '_')
            g_string_append_unichar (simple, c);
        }
      if (at == start)
        {
          at = g_utf8_next_char (at);
          continue;
        }
      word = g_new0 (PalGlossaryWord, 1);
      word->text = g_strdup (simple->str);
      word->start = start - text;
      word->length = at - start;
      g_ptr_array_add (words, word);
    }

  return words;
}

/* "offences" -> "offence", "parties" -> "party" */
void
pal_glossary_words_stem_english (PalGlossaryWord *word)
{
  gsize length = strlen (word->text);

  if (length < 4 || word->text[length - 1] != 's' || g_str_has_suffix (word->text, "ss")
      || g_str_has_suffix (word->text, "us") || g_str_has_suffix (word->text, "is"))
    return;
  if (g_str_has_suffix (word->text, "ies"))
    {
      word->text[length - 3] = 'y';
      word->text[length - 2] = '\0';
    }
  else if (g_str_has_suffix (word->text, "sses") || g_str_has_suffix (word->text, "ches")
           || g_str_has_suffix (word->text, "shes") || g_str_has_suffix (word->text, "xes"))
    word->text[length - 2] = '\0';
  else
    word->text[length - 1] = '\0';
}

/* Without the article and the little words that Arabic writes together with the next one. */
static const char *
skip_arabic_prefix (const char *word)
{
  static const char *const prefixes[]
      = { "وبال", "وكال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل",
          "لل",   "ال",   "وب",   "ول",  "و",   "ف",   "ب",   "ل",   "ك" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (word, prefixes[i])
        && g_utf8_strlen (word + strlen (prefixes[i]), -1) >= MIN_SHARED)
      return word + strlen (prefixes[i]);

  return word;
}

/* Characters that stand in both in the same order. */
static guint
count_common (const char *one, const char *two)
{
  glong n_one = 0, n_two = 0;
  g_autofree gunichar *a = g_utf8_to_ucs4_fast (one, -1, &n_one);
  g_autofree gunichar *b = g_utf8_to_ucs4_fast (two, -1, &n_two);
  g_autofree guint *row = g_new0 (guint, n_two + 1);

  for (glong i = 0; i < n_one; i++)
    {
      guint before = 0;

      for (glong k = 0; k < n_two; k++)
        {
          guint above = row[k + 1];

          row[k + 1] = a[i] == b[k] ? before + 1 : MAX (row[k + 1], row[k]);
          before = above;
        }
    }

  return row[n_two];
}

static guint
count_shared (const char *one, const char *two)
{
  guint n = 0;

  while (*one != '\0' && g_utf8_get_char (one) == g_utf8_get_char (two))
    {
      one = g_utf8_next_char (one);
      two = g_utf8_next_char (two);
      n++;
    }

  return n;
}

/* The same first letter, and most of the others in their order: plurals change within the word. */
static gboolean
is_alike (const char *term, const char *word)
{
  return g_utf8_get_char (term) == g_utf8_get_char (word)
         && count_common (term, word) * 10 >= MAX (g_utf8_strlen (term, -1), MIN_SHARED) * 6;
}

/* A first letter may be of the word or a little word, and some plurals begin with an alef. */
static gboolean
is_same_arabic_word (const char *term, const char *word)
{
  const char *terms[] = { term, skip_arabic_prefix (term) };
  const char *bare = skip_arabic_prefix (word);
  const char *words[] = { word, bare, g_str_has_prefix (bare, "ا") ? bare + strlen ("ا") : bare };

  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    for (guint k = 0; k < G_N_ELEMENTS (words); k++)
      if (is_alike (terms[i], words[k]))
        return TRUE;

  return FALSE;
}

static gboolean
is_same_word (const char *term, const char *word, gboolean is_arabic)
{
  if (strcmp (term, word) == 0)
    return TRUE;
  if (is_arabic)
    return is_same_arabic_word (term, word);

  return count_shared (term, word) * 10 >= MAX (g_utf8_strlen (term, -1), MIN_SHARED) * 6;
}

static gboolean
is_small (const char *word)
{
  return g_utf8_strlen (word, -1) <= MIN_SHARED;
}

static gboolean
has_all_words (const char *form, GPtrArray *words, gboolean is_arabic)
{
  g_autoptr (GPtrArray) own = pal_glossary_words_list (form);
  gboolean has_long = FALSE;

  for (guint i = 0; i < own->len; i++)
    has_long = has_long || !is_small (((PalGlossaryWord *) own->pdata[i])->text);
  for (guint i = 0; i < own->len; i++)
    {
      const char *term = ((PalGlossaryWord *) own->pdata[i])->text;
      gboolean found = has_long && is_small (term);

      for (guint k = 0; k < words->len && !found; k++)
        found = is_same_word (term, ((PalGlossaryWord *) words->pdata[k])->text, is_arabic);
      if (!found)
        return FALSE;
    }

  return own->len > 0;
}

static gboolean
is_of_characters (const char *language)
{
  return g_str_has_prefix (language, "zh") || g_str_has_prefix (language, "ja");
}

/* Whatever a note says in Chinese characters is a form of the term. */
static gboolean
has_characters (const char *note, const char *text)
{
  for (const char *at = note; *at != '\0';)
    {
      const char *start = at;
      g_autofree char *form = NULL;

      while (*at != '\0' && g_unichar_get_script (g_utf8_get_char (at)) == G_UNICODE_SCRIPT_HAN)
        at = g_utf8_next_char (at);
      form = g_strndup (start, at - start);
      if (*form != '\0' && strstr (text, form) != NULL)
        return TRUE;
      if (at == start)
        at = g_utf8_next_char (at);
    }

  return FALSE;
}

static gboolean
has_form (const char *form, const char *text, GPtrArray *words, const char *language)
{
  if (is_of_characters (language))
    return strstr (text, form) != NULL;

  return has_all_words (form, words, g_str_has_prefix (language, "ar"));
}

/* note: other forms stand in it in «», “”, "" or 「」. */
gboolean
pal_glossary_words_is_used (const char *form, const char *note, const char *text,
                            const char *language)
{
  static const struct
  {
    const char *open;
    const char *close;
  } marks[] = { { "«", "»" }, { "“", "”" }, { "\"", "\"" }, { "「", "」" } };
  g_autoptr (GPtrArray) words = pal_glossary_words_list (text);
  g_auto (GStrv) forms = g_strsplit_set (form, ";/", -1);

  for (guint i = 0; forms[i] != NULL; i++)
    if (has_form (g_strstrip (forms[i]), text, words, language))
      return TRUE;
  if (is_of_characters (language) && has_characters (note, text))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    for (const char *open = strstr (note, marks[i].open); open != NULL;
         open = strstr (open, marks[i].open))
      {
        const char *start = open + strlen (marks[i].open);
        const char *close = strstr (start, marks[i].close);
        g_autofree char *other = close != NULL ? g_strndup (start, close - start) : NULL;

        if (other == NULL)
          break;
        if (has_form (other, text, words, language))
          return TRUE;
        open = close + strlen (marks[i].close);
      }

  return FALSE;
}
