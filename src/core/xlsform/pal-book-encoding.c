// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-book"

#include "config.h"

#include "pal-book.h"
#include "pal-xlsform.h"

#include <string.h>

/* In what encoding a table is that does not say it: UTF-8 shows itself, UTF-16 has a mark or many
 * octets of nought. Of the others, those that spreadsheet programs write on computers of our six
 * languages are told apart by which octets stand beside which. */

static gboolean
is_utf16 (const guchar *data, gsize size, gboolean big_endian)
{
  gsize zeros = 0;
  gsize pairs = MIN (size, 4096) / 2;

  for (gsize i = 0; i < pairs; i++)
    if (data[2 * i + (big_endian ? 0 : 1)] == 0 && data[2 * i + (big_endian ? 1 : 0)] != 0)
      zeros++;

  return pairs > 1 && zeros * 3 > pairs;
}

/* Two octets a character, nearly all of them those of the common characters (GB 2312). */
static gboolean
is_gb18030 (const guchar *data, gsize size)
{
  gsize common = 0;
  gsize rare = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (data[i] < 0x80)
        continue;
      if (data[i] == 0x80 || data[i] == 0xff || i + 1 == size)
        return FALSE;
      if (data[i] >= 0xa1 && data[i] <= 0xf7 && data[i + 1] >= 0xa1 && data[i + 1] != 0xff)
        common++;
      else if (data[i + 1] >= 0x30)
        rare++;
      else
        return FALSE;
      i++;
    }

  return common > 4 * rare;
}

/* What stands for a letter of the Arabic alphabet in Windows-1256. */
static gboolean
is_arabic_letter (guchar c)
{
  return (c >= 0xc0 && c <= 0xdf && c != 0xd7) || c == 0xe1 || (c >= 0xe3 && c <= 0xe6) || c == 0xec
         || c == 0xed || c == 0xa1;
}

static const char *
guess_of_one_octet (const guchar *data, gsize size)
{
  gsize high = 0;
  gsize beside = 0; /* with another such octet next to it */
  gsize arabic = 0;
  gsize alef = 0; /* a rare capital in Russian */

  for (gsize i = 0; i < size; i++)
    {
      if (data[i] < 0x80)
        continue;
      high++;
      if ((i > 0 && data[i - 1] >= 0xc0) || (i + 1 < size && data[i + 1] >= 0xc0))
        beside++;
      if (is_arabic_letter (data[i]))
        arabic++;
      if (data[i] == 0xc7)
        alef++;
    }
  if (beside * 2 < high)
    return "WINDOWS-1252";

  return arabic * 10 >= high * 8 && alef * 20 >= high ? "WINDOWS-1256" : "WINDOWS-1251";
}

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
  if (size >= 2 && memcmp (data, "\xff\xfe", 2) == 0)
    *encoding = "UTF-16LE";
  else if (size >= 2 && memcmp (data, "\xfe\xff", 2) == 0)
    *encoding = "UTF-16BE";
  else if (is_utf16 (data, size, FALSE))
    *encoding = "UTF-16LE";
  else if (is_utf16 (data, size, TRUE))
    *encoding = "UTF-16BE";
  else if (g_utf8_validate_len ((const char *) data, size, NULL)
           || memchr (data, '\0', size) != NULL)
    *encoding = "UTF-8";
  else if (is_gb18030 (data, size))
    *encoding = "GB18030";
  else
    *encoding = guess_of_one_octet (data, size);
  if (g_str_has_prefix (*encoding, "UTF-16") && (data[0] == 0xff || data[0] == 0xfe)
      && (data[1] == 0xff || data[1] == 0xfe))
    {
      data += 2;
      size -= 2;
    }

  /* With a fallback: Windows' own tables have holes, and a file may end in half a character. */
  text = g_convert_with_fallback ((const char *) data, size, "UTF-8", *encoding, "?", NULL, &length,
                                  NULL);
  if (text == NULL)
    {
      g_autofree char *made = g_utf8_make_valid ((const char *) data, size);

      if (strcmp (*encoding, "UTF-8") != 0)
        {
          g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK,
                       "the text is not %s; save the table as CSV in UTF-8, or as .xlsx",
                       *encoding);
          return NULL;
        }
      text = g_steal_pointer (&made);
      length = strlen (text);
    }
  replace_controls (text, length);

  return g_bytes_new_take (text, length);
}
