// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-po"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

/* A look through a PO file before libgettextpo reads it. That one sets no limits, asks iconv for
 * whatever charset a file names, and does not tell at which line an entry begins. */

typedef enum
{
  PART_NONE,
  PART_CONTEXT,
  PART_ID,
  PART_ID_PLURAL,
  PART_STRING,
} Part;

typedef struct
{
  const char *at;
  const char *end;
  const char *name;
  guint line;
  PalCatalogueLoadFlags flags;
  PalPoScan *scan;

  Part part;
  gboolean has_context;
  gsize id_bytes;
  gsize text_bytes; /* of the text that is being read */
  GString *header;
} Scanner;

void
pal_po_scan_free (PalPoScan *self)
{
  g_array_unref (self->lines);
  g_free (self);
}

static gboolean
fail (Scanner *self, GError **error, PalCatalogueError code, const char *why)
{
  pal_catalogue_set_error (error, code, self->name, self->line, NULL, "%s", why);

  return FALSE;
}

/* An empty id without context is the header, also a second one. */
static gboolean
check_header (Scanner *self, GError **error)
{
  const char *found = NULL;

  if (self->part != PART_STRING || self->has_context || self->id_bytes > 0)
    return TRUE;

  self->scan->has_header = TRUE;
  found = strstr (self->header->str, "charset=");
  if (found != NULL)
    {
      g_autofree char *charset = NULL;

      found += strlen ("charset=");
      charset = g_strndup (found, strcspn (found, " \t\n"));
      self->scan->has_charset = g_ascii_strcasecmp (charset, "UTF-8") == 0;
      if (!self->scan->has_charset
          && (strcmp (charset, "CHARSET") != 0 || (self->flags & PAL_CATALOGUE_LOAD_TEMPLATE) == 0))
        {
          pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_HEADER, self->name,
                                   self->scan->lines->len > 0 ? g_array_index (
                                       self->scan->lines, guint, self->scan->lines->len - 1)
                                                              : 1,
                                   charset, "the charset is not UTF-8");
          return FALSE;
        }
    }
  g_string_truncate (self->header, 0);

  return TRUE;
}

static gboolean
read_string (Scanner *self, GError **error)
{
  gboolean is_header = self->part == PART_STRING && !self->has_context && self->id_bytes == 0;

  if (self->part == PART_NONE)
    return fail (self, error, PAL_CATALOGUE_ERROR_SYNTAX, "a text without a keyword before it");
  for (self->at++; self->at < self->end && *self->at != '"'; self->at++)
    {
      char c = *self->at;

      if (c == '\n')
        break;
      if (c == '\\')
        {
          self->at++;
          if (self->at == self->end || strchr ("ntr\"\\", *self->at) == NULL)
            return fail (self, error, PAL_CATALOGUE_ERROR_SYNTAX, "an escape that is not known");
          c = *self->at == 'n'   ? '\n'
              : *self->at == 't' ? '\t'
              : *self->at == 'r' ? '\r'
                                 : *self->at;
        }
      if (is_header)
        g_string_append_c (self->header, c);
      if (self->part == PART_ID)
        self->id_bytes++;
      if (++self->text_bytes > PAL_CATALOGUE_MAX_TEXT_BYTES)
        return fail (self, error, PAL_CATALOGUE_ERROR_LIMIT, "a text of more than 64 KiB");
    }
  if (self->at == self->end || *self->at != '"')
    return fail (self, error, PAL_CATALOGUE_ERROR_SYNTAX, "a text that does not end on its line");
  self->at++;

  return TRUE;
}

static gboolean
read_word (Scanner *self, GError **error)
{
  static const struct
  {
    const char *word;
    Part part;
  } words[] = { { "msgctxt", PART_CONTEXT },
                { "msgid", PART_ID },
                { "msgid_plural", PART_ID_PLURAL },
                { "msgstr", PART_STRING } };
  const char *start = self->at;
  Part part = PART_NONE;

  while (self->at < self->end && (g_ascii_isalnum (*self->at) || *self->at == '_'))
    self->at++;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].word) == (gsize) (self->at - start)
        && memcmp (words[i].word, start, self->at - start) == 0)
      part = words[i].part;
  if (part == PART_NONE)
    return fail (self, error, PAL_CATALOGUE_ERROR_SYNTAX, "a word that is not of PO");

  if (part == PART_CONTEXT || part == PART_ID)
    {
      if (!check_header (self, error))
        return FALSE;
      if (part == PART_ID)
        {
          self->has_context = self->part == PART_CONTEXT;
          self->id_bytes = 0;
          g_array_append_val (self->scan->lines, self->line);
          if (self->scan->lines->len > PAL_CATALOGUE_MAX_ENTRIES + 1)
            return fail (self, error, PAL_CATALOGUE_ERROR_LIMIT, "more than 20,000 entries");
        }
    }
  if (part == PART_STRING && (self->part == PART_NONE || self->part == PART_CONTEXT))
    return fail (self, error, PAL_CATALOGUE_ERROR_SYNTAX, "a translation of nothing");
  self->part = part;
  self->text_bytes = 0;

  return TRUE;
}

/* "[12]" behind msgstr */
static gboolean
read_index (Scanner *self, GError **error)
{
  const char *start = ++self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  if (self->part != PART_STRING || self->at == start || self->at == self->end || *self->at != ']')
    return fail (self, error, PAL_CATALOGUE_ERROR_SYNTAX, "a bracket that is not of PO");
  if (self->at - start > 1)
    return fail (self, error, PAL_CATALOGUE_ERROR_LIMIT, "more plural forms than any language has");
  self->at++;

  return TRUE;
}

/* libgettextpo takes its time for long ones. */
static gboolean
skip_comment (Scanner *self, GError **error)
{
  const char *newline = memchr (self->at, '\n', self->end - self->at);
  const char *end = newline != NULL ? newline : self->end;

  if (end - self->at > PAL_CATALOGUE_MAX_TEXT_BYTES)
    return fail (self, error, PAL_CATALOGUE_ERROR_LIMIT, "a comment of more than 64 KiB");
  self->at = end;

  return TRUE;
}

static gboolean
scan (Scanner *self, GError **error)
{
  while (self->at < self->end)
    {
      char c = *self->at;

      if (c == '\n')
        self->line++;
      if (g_ascii_isspace (c))
        self->at++;
      /* An obsolete entry reads like another one; what an entry was before does not count. */
      else if (c == '#' && self->end - self->at > 2 && self->at[1] == '~' && self->at[2] != '|')
        self->at += 2;
      else if (c == '#'   ? !skip_comment (self, error)
               : c == '"' ? !read_string (self, error)
               : c == '[' ? !read_index (self, error)
                          : !read_word (self, error))
        return FALSE;
    }

  return check_header (self, error);
}

/* Refuses what is not UTF-8, not made of the words of PO, in another charset, or too large.
 * Errors: PAL_CATALOGUE_ERROR. */
PalPoScan *
pal_po_scan (const char *text, gsize length, const char *name, PalCatalogueLoadFlags flags,
             GError **error)
{
  g_autoptr (PalPoScan) result = g_new0 (PalPoScan, 1);
  g_autoptr (GString) header = g_string_new (NULL);
  Scanner self;
  const char *bad = NULL;

  if (text == NULL)
    text = "";
  self = (Scanner){ text, text + length, name, 1, flags, result };
  result->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  self.header = header;
  if (length > PAL_CATALOGUE_MAX_BYTES)
    {
      self.line = 0;
      fail (&self, error, PAL_CATALOGUE_ERROR_LIMIT, "more than 8 MiB");
      return NULL;
    }
  if (length > 0 && !g_utf8_validate (text, length, &bad))
    {
      for (const char *at = text; at < bad; at++)
        self.line += *at == '\n';
      fail (&self, error, PAL_CATALOGUE_ERROR_ENCODING, "not UTF-8 text");
      return NULL;
    }
  if (!scan (&self, error))
    return NULL;

  return g_steal_pointer (&result);
}
