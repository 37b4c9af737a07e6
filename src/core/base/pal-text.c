// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-text"
#include "config.h"

#include "pal-text.h"

#include <string.h>

/**
 * pal_text_dup_printable:
 * @text: (nullable): text from outside, not necessarily UTF-8
 * @max_bytes: cut after this many bytes
 *
 * Makes text safe to print on a terminal or in a log: control and format characters (line ends,
 * escapes, direction marks) become U+FFFD, and it is cut at a character.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
pal_text_dup_printable (const char *text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR
          || type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_PRIVATE_USE)
        c = 0xfffd;
      if (out->len + g_unichar_to_utf8 (c, NULL) > max_bytes)
        break;
      g_string_append_unichar (out, c);
    }

  return g_string_free (out, FALSE);
}

/**
 * pal_text_is_blank:
 * @text: (nullable): UTF-8
 *
 * Returns: whether there is nothing in it but white space
 */
gboolean
pal_text_is_blank (const char *text)
{
  if (text == NULL)
    return TRUE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;

  return TRUE;
}

/* Scripts without spaces: each ideograph counts as a word, as editors for these languages do. */
static gboolean
is_ideograph (gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);

  return script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA
         || script == G_UNICODE_SCRIPT_KATAKANA;
}

/**
 * pal_text_count_words:
 * @text: (nullable): UTF-8
 *
 * Counts words for the limits people know from their word processor: runs of letters and digits,
 * with apostrophes and hyphens inside; each Chinese character is one.
 *
 * Returns: the number of words
 */
guint
pal_text_count_words (const char *text)
{
  guint n = 0;
  gboolean inside = FALSE;

  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_ideograph (c))
        {
          n++;
          inside = FALSE;
        }
      else if (g_unichar_isalnum (c))
        {
          if (!inside)
            n++;
          inside = TRUE;
        }
      else if (g_unichar_ismark (c) || c == '\'' || c == 0x2019 || c == '-')
        continue;
      else
        inside = FALSE;
    }

  return n;
}

/**
 * pal_text_dup_isolated:
 * @text: a name, of a person or a file, that goes into a sentence of the program
 *
 * Between the marks FSI and PDI of Unicode a name has the direction of its own letters, and does
 * not move what stands around it. What is isolated already stays as it is.
 *
 * Returns: (transfer full): the name with the marks
 */
char *
pal_text_dup_isolated (const char *text)
{
  if (*text == '\0' || (g_str_has_prefix (text, "\u2068") && g_str_has_suffix (text, "\u2069")))
    return g_strdup (text);

  return g_strconcat ("\u2068", text, "\u2069", NULL);
}
