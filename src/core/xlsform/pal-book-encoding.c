// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-book"

#include "config.h"

#include "pal-book.h"
#include "pal-encoding.h"
#include "pal-xlsform.h"

#include <string.h>

/* What XML cannot hold is a space. */
static void
replace_controls (char *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (text[i] == '\0' || ((guchar) text[i] < 0x20 && strchr ("\t\r\n", text[i]) == NULL))
      text[i] = ' ';
}

/* encoding: (out): its name. Errors: PAL_XLSFORM_ERROR_WORKBOOK. */
GBytes *
pal_book_decode (GBytes *bytes, const char **encoding, GError **error)
{
  gsize size = 0;
  const guchar *data = g_bytes_get_data (bytes, &size);
  char *text;
  gsize length = 0;

  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    {
      data += 3;
      size -= 3;
    }
  *encoding = pal_encoding_guess (data, size);
  if (g_str_has_prefix (*encoding, "UTF-16") && (data[0] == 0xff || data[0] == 0xfe)
      && (data[1] == 0xff || data[1] == 0xfe))
    {
      data += 2;
      size -= 2;
    }

  text = pal_encoding_convert (data, size, *encoding, &length);
  if (text == NULL)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK,
                   "the text is not %s; save the table as CSV in UTF-8, or as .xlsx", *encoding);
      return NULL;
    }
  replace_controls (text, length);

  return g_bytes_new_take (text, length);
}
