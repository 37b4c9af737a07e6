// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-book"

#include "config.h"

#include "pal-book.h"
#include "pal-bundle.h"
#include "pal-xlsform.h"

#include <string.h>

#define MAX_FILE_BYTES (64 * 1024 * 1024)

static void
book_row_free (gpointer data)
{
  PalBookRow *row = data;

  for (guint i = 0; i < row->n_cells; i++)
    g_free (row->cells[i]);
  g_free (row->cells);
  g_free (row->formulas);
  g_free (row);
}

static void
book_sheet_free (gpointer data)
{
  PalBookSheet *sheet = data;

  g_free (sheet->name);
  g_ptr_array_unref (sheet->rows);
  g_free (sheet);
}

void
pal_book_free (PalBook *self)
{
  g_ptr_array_unref (self->sheets);
  g_free (self);
}

/**
 * pal_book_fail_limit:
 * @self: a workbook
 * @error: return location
 * @format: what there is too much of
 *
 * Sets the error for a limit: of a workbook that is no form it says that it is one.
 *
 * Returns: %FALSE
 */
gboolean
pal_book_fail_limit (PalBook *self, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list words;

  va_start (words, format);
  what = g_strdup_vprintf (format, words);
  va_end (words);
  if (self->is_lenient)
    g_set_error_literal (error, PAL_BUNDLE_ERROR, PAL_BUNDLE_ERROR_LIMIT, what);
  else
    g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK, what);

  return FALSE;
}

PalBookSheet *
pal_book_add_sheet (PalBook *self, const char *name, GError **error)
{
  PalBookSheet *sheet;

  if (self->sheets->len >= PAL_BOOK_MAX_SHEETS)
    {
      pal_book_fail_limit (self, error, "more than %d sheets", PAL_BOOK_MAX_SHEETS);
      return NULL;
    }

  sheet = g_new0 (PalBookSheet, 1);
  sheet->book = self;
  sheet->name = g_strdup (name);
  sheet->rows = g_ptr_array_new_with_free_func (book_row_free);
  g_ptr_array_add (self->sheets, sheet);

  return sheet;
}

/* Takes the texts out of @texts (an array of owned, nullable strings), which is empty afterwards.
 * A row without text is passed over. */
gboolean
pal_book_sheet_add_row (PalBookSheet *self, guint number, GPtrArray *texts, GError **error)
{
  PalBookRow *row;
  guint n_cells = texts->len;

  while (n_cells > 0 && texts->pdata[n_cells - 1] == NULL)
    n_cells--;
  if (n_cells == 0)
    {
      g_ptr_array_set_size (texts, 0);
      return TRUE;
    }
  if (++self->book->n_rows > PAL_BOOK_MAX_ROWS)
    return pal_book_fail_limit (self->book, error, "%s, row %u: more than %d rows", self->name,
                                number, PAL_BOOK_MAX_ROWS);
  self->book->n_cells += n_cells;
  if (self->book->n_cells > PAL_BOOK_MAX_CELLS)
    return pal_book_fail_limit (self->book, error, "%s, row %u: more than %d cells", self->name,
                                number, PAL_BOOK_MAX_CELLS);
  for (guint i = 0; i < n_cells; i++)
    self->book->n_bytes += texts->pdata[i] != NULL ? strlen (texts->pdata[i]) : 0;
  if (self->book->n_bytes > PAL_BOOK_MAX_BYTES)
    return pal_book_fail_limit (self->book, error, "%s, row %u: more than 128 MiB of text",
                                self->name, number);

  row = g_new0 (PalBookRow, 1);
  row->number = number;
  row->n_cells = n_cells;
  row->cells = g_new0 (char *, n_cells);
  for (guint i = 0; i < n_cells; i++)
    row->cells[i] = g_steal_pointer (&texts->pdata[i]);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_set_size (texts, 0);

  return TRUE;
}

/* Trims, makes no-break spaces spaces and line ends "\n"; *clean is NULL for a text without
 * text. FALSE, with the reason, for what XML cannot hold. */
gboolean
pal_book_clean_text (const char *text, gsize length, char **clean, const char **why)
{
  g_autoptr (GString) out = NULL;
  const char *at = text;
  const char *end = text + length;

  *clean = NULL;
  if (length > PAL_BOOK_MAX_CELL_BYTES)
    {
      *why = "the text is longer than 256 KiB";
      return FALSE;
    }
  if (memchr (text, '\0', length) != NULL)
    {
      *why = "there is a control character in the text";
      return FALSE;
    }
  if (!g_utf8_validate (text, length, NULL))
    {
      *why = "the text is not UTF-8; save the sheet as CSV in UTF-8, or as .xlsx";
      return FALSE;
    }

  out = g_string_sized_new (length + 1);
  for (; at < end; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == 0xa0)
        g_string_append_c (out, ' ');
      else if (c == '\r')
        g_string_append_len (out, "\n", at + 1 < end && at[1] == '\n' ? 0 : 1);
      else if ((c < 0x20 && c != '\t' && c != '\n') || c == 0xfffe || c == 0xffff)
        {
          *why = "there is a control character in the text";
          return FALSE;
        }
      else
        g_string_append_len (out, at, g_utf8_next_char (at) - at);
    }
  g_strstrip (out->str);
  if (out->str[0] != '\0')
    *clean = g_strdup (out->str);

  return TRUE;
}

/* writing: (nullable): one table rather than the sheets of a form. */
static PalBook *
read_any (const char *path, PalBookWriting *writing, GError **error)
{
  g_autoptr (PalBook) self = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size = 0;
  gboolean fine;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                            G_FILE_QUERY_INFO_NONE, NULL, error);
  if (info == NULL)
    return NULL;
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "this is no file");
      return NULL;
    }
  if (g_file_info_get_size (info) > MAX_FILE_BYTES)
    {
      g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK,
                           "the file is larger than 64 MiB");
      return NULL;
    }
  bytes = g_file_load_bytes (file, NULL, NULL, error);
  if (bytes == NULL)
    return NULL;

  self = g_new0 (PalBook, 1);
  self->sheets = g_ptr_array_new_with_free_func (book_sheet_free);
  self->spreads = writing != NULL;
  data = g_bytes_get_data (bytes, &size);
  /* The contents decide, not the name: both kinds go around under the other's extension. */
  if (size >= 4 && memcmp (data, "PK\003\004", 4) == 0)
    fine = pal_book_read_xlsx (self, bytes, error);
  else if (size >= 8 && memcmp (data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
    {
      g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK,
                           "this is an old .xls or a workbook with a password; save it as .xlsx");
      return NULL;
    }
  else if (writing != NULL)
    fine = pal_book_read_plain_csv (self, bytes, writing, error);
  else if (size >= 2 && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    {
      g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK,
                           "this is UTF-16; save the sheet as CSV in UTF-8, or as .xlsx");
      return NULL;
    }
  else
    fine = pal_book_read_csv (self, bytes, error);
  if (!fine)
    return NULL;

  return g_steal_pointer (&self);
}

/* Blocking. Errors: G_IO_ERROR when the file cannot be read, PAL_XLSFORM_ERROR_WORKBOOK when it is
 * not a workbook, is damaged, or passes a limit. */
PalBook *
pal_book_read (const char *path, GError **error)
{
  return read_any (path, NULL, error);
}

/**
 * pal_book_read_bytes:
 * @bytes: a workbook, from an unknown source
 * @error: return location: a #PalXlsformError, or a #PalBundleError
 *
 * Reads a workbook that came some other way than as a file, and that holds what people wrote rather
 * than a form. Any thread.
 *
 * Returns: (transfer full) (nullable): the workbook
 */
PalBook *
pal_book_read_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (PalBook) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = g_new0 (PalBook, 1);
  self->sheets = g_ptr_array_new_with_free_func (book_sheet_free);
  self->is_lenient = TRUE;

  return pal_book_read_xlsx (self, bytes, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * pal_book_read_table:
 * @path: a file
 * @writing: (out caller-allocates): how it is written
 * @error: return location
 *
 * Blocking: reads a table that was not made for us. Characters of control are spaces there, and a
 * text in cells that are merged downwards stands in each of their rows.
 *
 * Returns: (transfer full) (nullable): the workbook; errors as of pal_book_read()
 */
PalBook *
pal_book_read_table (const char *path, PalBookWriting *writing, GError **error)
{
  g_return_val_if_fail (path != NULL && writing != NULL, NULL);

  *writing = (PalBookWriting){ 0 };

  return read_any (path, writing, error);
}
