// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-book"

#include "config.h"

#include "pal-book.h"
#include "pal-xlsform.h"

gboolean
pal_book_read_xlsx (PalBook *self, GBytes *bytes, GError **error)
{
  g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK, "xlsx");
  return FALSE;
}
