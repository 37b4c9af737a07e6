// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

/* Labels may hold a little Markdown and a little HTML (form-profile 2.4). Here it is taken off:
 * what is no markup stays as it is. */

static const char *const tags[]
    = { "a", "b",  "br", "div", "em", "font",  "h1",   "h2",     "h3",  "h4",  "h5", "h6",
        "i", "li", "ol", "p",   "s",  "small", "span", "strong", "sub", "sup", "u",  "ul" };

/* The end of a tag that begins at c, or NULL. */
static const char *
tag_end (const char *c, gboolean *is_break)
{
  const char *name = c + 1;
  const char *end;
  gsize length;

  if (*name == '/')
    name++;
  for (length = 0; g_ascii_isalnum (name[length]); length++)
    ;
  if (length == 0 || strchr (" />\t\n", name[length]) == NULL || name[length] == '\0')
    return NULL;
  end = strchr (name, '>');
  if (end == NULL || memchr (name, '<', (gsize) (end - name)) != NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      if (strlen (tags[i]) == length && g_ascii_strncasecmp (tags[i], name, length) == 0)
        {
          *is_break = length == 2 && g_ascii_strncasecmp (name, "br", 2) == 0;
          return end + 1;
        }
    }
  return NULL;
}

static gboolean
is_word_character (const char *text, const char *c)
{
  if (c < text)
    return FALSE;
  c = *c != '\0' && ((guchar) *c & 0xC0) == 0x80 ? g_utf8_find_prev_char (text, c + 1) : c;
  return c != NULL && *c != '\0' && g_unichar_isalnum (g_utf8_get_char (c));
}

/* Where the emphasis that opens at c with that mark closes, or NULL. */
static const char *
emphasis_end (const char *text, const char *c, const char *mark)
{
  gsize length = strlen (mark);
  const char *inner = c + length;
  const char *found;

  if (*inner == '\0' || g_ascii_isspace (*inner) || *inner == *mark)
    return NULL;
  if (*mark == '_' && is_word_character (text, c - 1))
    return NULL;
  for (found = strstr (inner, mark); found != NULL; found = strstr (found + 1, mark))
    {
      if (memchr (inner, '\n', (gsize) (found - inner)) != NULL)
        return NULL;
      if (g_ascii_isspace (found[-1]) || found[length] == *mark
          || (*mark == '_' && is_word_character (text, found + length)))
        continue;
      return found;
    }
  return NULL;
}

static void strip_into (GString *out, const char *text, gsize length, guint depth);

/* Something that begins at c and was written to out: returns what follows it, else NULL. */
static const char *
take_mark (GString *out, const char *text, const char *c, guint depth)
{
  static const char *const marks[] = { "***", "**", "__", "*", "_" };
  gboolean is_break = FALSE;
  const char *end;

  switch (*c)
    {
    case '<':
      end = tag_end (c, &is_break);
      if (end != NULL && is_break)
        g_string_append_c (out, '\n');
      return end;
    case '\\':
      if (c[1] == '\0' || strchr ("\\`*_{}[]()#+-.!<>&", c[1]) == NULL)
        return NULL;
      g_string_append_c (out, c[1]);
      return c + 2;
    case '#':
      if (c > text && c[-1] != '\n')
        return NULL;
      end = c + strspn (c, "#");
      if (end - c > 6 || *end != ' ')
        return NULL;
      return end + strspn (end, " ");
    case '[':
      {
        const char *middle = strstr (c, "](");

        end = middle != NULL ? strchr (middle, ')') : NULL;
        if (end == NULL || memchr (c, '\n', (gsize) (end - c)) != NULL
            || memchr (c + 1, '[', (gsize) (middle - c - 1)) != NULL)
          return NULL;
        strip_into (out, c + 1, (gsize) (middle - c - 1), depth + 1);
        if (end > middle + 2
            && ((gsize) (end - middle - 2) != (gsize) (middle - c - 1)
                || strncmp (middle + 2, c + 1, (gsize) (middle - c - 1)) != 0))
          g_string_append_printf (out, " (%.*s)", (int) (end - middle - 2), middle + 2);
        return end + 1;
      }
    case '*':
    case '_':
      for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
        {
          gsize length = strlen (marks[i]);

          if (strncmp (c, marks[i], length) != 0)
            continue;
          end = emphasis_end (text, c, marks[i]);
          if (end == NULL)
            continue;
          strip_into (out, c + length, (gsize) (end - c) - length, depth + 1);
          return end + length;
        }
      return NULL;
    default:
      return NULL;
    }
}

static void
strip_into (GString *out, const char *text, gsize length, guint depth)
{
  g_autofree char *own = g_strndup (text, length);

  for (const char *c = own; *c != '\0';)
    {
      const char *next = depth < 8 ? take_mark (out, own, c, depth) : NULL;

      if (next != NULL)
        c = next;
      else
        g_string_append_c (out, *c++);
    }
}

char *
pal_form_strip_markup (const char *text)
{
  GString *out;

  if (strpbrk (text, "<\\#[*_") == NULL)
    return g_strdup (text);
  /* Looking for a partner is done again for each mark; a text of nothing but marks would take long.
   */
  if (strlen (text) > 16 * 1024)
    return g_strdup (text);
  out = g_string_new (NULL);
  strip_into (out, text, strlen (text), 0);
  return g_strstrip (g_string_free (out, FALSE));
}
