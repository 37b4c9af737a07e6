// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-book"

#include "config.h"

#include "pal-book.h"
#include "pal-xlsform.h"

#include <string.h>

typedef struct
{
  const char *at;
  const char *end;
  char delimiter;
  guint row; /* the record being read, from 1: the row that a spreadsheet program shows */
} Csv;

static gboolean
fail (const Csv *csv, GError **error, const char *why)
{
  g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK, "row %u: %s", csv->row, why);

  return FALSE;
}

/* One field, RFC 4180 section 2; a quote inside an unquoted field stands for itself. */
static gboolean
read_field (Csv *csv, GString *field, GError **error)
{
  g_string_truncate (field, 0);

  if (csv->at < csv->end && *csv->at == '"')
    {
      csv->at++;
      for (;;)
        {
          const char *quote = memchr (csv->at, '"', csv->end - csv->at);

          if (quote == NULL)
            return fail (csv, error, "a quoted field has no end");
          g_string_append_len (field, csv->at, quote - csv->at);
          csv->at = quote + 1;
          if (csv->at == csv->end || *csv->at != '"')
            break;
          g_string_append_c (field, '"');
          csv->at++;
        }
      if (csv->at < csv->end && *csv->at != csv->delimiter && *csv->at != '\r' && *csv->at != '\n')
        return fail (csv, error, "there is text behind the closing quote of a field");
    }
  else
    {
      const char *start = csv->at;

      while (csv->at < csv->end && *csv->at != csv->delimiter && *csv->at != '\r'
             && *csv->at != '\n')
        csv->at++;
      g_string_append_len (field, start, csv->at - start);
    }

  return TRUE;
}

static gboolean
read_record (Csv *csv, GPtrArray *texts, GString *field, GError **error)
{
  csv->row++;
  for (;;)
    {
      const char *why = NULL;
      char *clean = NULL;

      if (texts->len >= PAL_BOOK_MAX_COLUMNS)
        return fail (csv, error, "more than 1024 columns");
      if (!read_field (csv, field, error))
        return FALSE;
      if (!pal_book_clean_text (field->str, field->len, &clean, &why))
        return fail (csv, error, why);
      g_ptr_array_add (texts, clean);

      if (csv->at == csv->end)
        return TRUE;
      if (*csv->at == csv->delimiter)
        {
          csv->at++;
          continue;
        }
      if (*csv->at == '\r')
        csv->at++;
      if (csv->at < csv->end && *csv->at == '\n')
        csv->at++;
      return TRUE;
    }
}

/* All sheets in one file: column A holds a sheet's name, its rows follow from column B. A row that
 * has both begins the sheet and is its first row. */
gboolean
pal_book_read_csv (PalBook *self, GBytes *bytes, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) field = g_string_new (NULL);
  PalBookSheet *sheet = NULL;
  gsize size = 0;
  Csv csv = { .delimiter = ',' };

  csv.at = g_bytes_get_data (bytes, &size);
  csv.end = csv.at + size;
  if (size >= 3 && memcmp (csv.at, "\xef\xbb\xbf", 3) == 0)
    csv.at += 3;

  while (csv.at < csv.end)
    {
      g_autofree char *name = NULL;

      if (!read_record (&csv, texts, field, error))
        return FALSE;
      name = g_ptr_array_steal_index (texts, 0);
      /* Many programs divide by semicolons where the comma is the decimal sign. */
      if (csv.row == 1 && texts->len == 0 && name != NULL && strpbrk (name, ";\t") != NULL)
        return fail (&csv, error, "the columns must be divided by commas");
      if (name != NULL)
        {
          sheet = pal_book_add_sheet (self, name, error);
          if (sheet == NULL)
            return FALSE;
        }
      if (sheet != NULL)
        {
          if (!pal_book_sheet_add_row (sheet, csv.row, texts, error))
            return FALSE;
          continue;
        }
      for (guint i = 0; i < texts->len; i++)
        if (texts->pdata[i] != NULL)
          return fail (&csv, error, "column A names no sheet yet");
      g_ptr_array_set_size (texts, 0);
    }

  return TRUE;
}

/* How many times a delimiter stands in a line, outside quotes; *line moves behind it. */
static guint
count_in_line (const char **line, const char *end, char delimiter)
{
  guint count = 0;
  gboolean quoted = FALSE;

  while (*line < end)
    {
      char c = *(*line)++;

      if (c == '"')
        quoted = !quoted;
      else if (!quoted && c == '\n')
        break;
      else if (!quoted && c == delimiter)
        count++;
    }

  return count;
}

/* The one that divides the most lines into equally many columns. */
static char
guess_delimiter (const char *text, const char *end)
{
  const char delimiters[] = { ',', ';', '\t' };
  guint best = 0;
  char found = ',';

  for (gsize i = 0; i < G_N_ELEMENTS (delimiters); i++)
    {
      guint lines[64] = { 0 }; /* by count */
      const char *at = text;

      for (guint line = 0; at < end && line < 100; line++)
        lines[MIN (count_in_line (&at, end, delimiters[i]), G_N_ELEMENTS (lines) - 1)]++;
      for (guint count = 1; count < G_N_ELEMENTS (lines); count++)
        if (lines[count] * 64 + count > best && lines[count] > 0)
          {
            best = lines[count] * 64 + count;
            found = delimiters[i];
          }
    }

  return found;
}

/* One table, in whatever encoding, divided by commas, semicolons or tabs; writing says which. */
gboolean
pal_book_read_plain_csv (PalBook *self, GBytes *bytes, PalBookWriting *writing, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (GBytes) decoded = NULL;
  const char *encoding = NULL;
  PalBookSheet *sheet;
  gsize size = 0;
  Csv csv = { 0 };

  decoded = pal_book_decode (bytes, &encoding, error);
  if (decoded == NULL)
    return FALSE;
  csv.at = g_bytes_get_data (decoded, &size);
  csv.end = csv.at + size;
  /* What one spreadsheet program writes, and reads, in front of a table. */
  if (size > 5 && memcmp (csv.at, "sep=", 4) == 0 && strchr (",;\t", csv.at[4]) != NULL)
    {
      csv.delimiter = csv.at[4];
      csv.at = memchr (csv.at, '\n', size);
      csv.at = csv.at != NULL ? csv.at + 1 : csv.end;
      csv.row = 1;
    }
  else
    csv.delimiter = guess_delimiter (csv.at, csv.end);
  g_strlcpy (writing->encoding, encoding, sizeof writing->encoding);
  writing->delimiter = csv.delimiter;

  sheet = pal_book_add_sheet (self, "", error);
  while (sheet != NULL && csv.at < csv.end)
    if (!read_record (&csv, texts, field, error)
        || !pal_book_sheet_add_row (sheet, csv.row, texts, error))
      return FALSE;

  return sheet != NULL;
}
