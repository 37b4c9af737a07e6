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
      if (csv->at < csv->end && *csv->at != ',' && *csv->at != '\r' && *csv->at != '\n')
        return fail (csv, error, "there is text behind the closing quote of a field");
    }
  else
    {
      const char *start = csv->at;

      while (csv->at < csv->end && *csv->at != ',' && *csv->at != '\r' && *csv->at != '\n')
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
      if (*csv->at == ',')
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
  Csv csv = { 0 };

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
