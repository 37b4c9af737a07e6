// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-encoding"

#include "config.h"

#include "pal-encoding.h"

#include <errno.h>
#include <string.h>

/* Whatever was cut off in the middle of a character, or has a spoilt one, is UTF-8 all the same:
 * nothing else looks like it for long. */
static gboolean
is_utf8 (const guchar *data, gsize size)
{
  gsize right = 0;
  gsize wrong = 0;

  for (gsize i = 0; i < size;)
    {
      gunichar c;

      if (data[i] < 0x80)
        {
          i++;
          continue;
        }
      c = g_utf8_get_char_validated ((const char *) data + i, (gssize) (size - i));
      if (c == (gunichar) -2)
        break;
      if (c == (gunichar) -1)
        {
          wrong++;
          i++;
          continue;
        }
      right++;
      i += (gsize) g_unichar_to_utf8 (c, NULL);
    }

  return wrong * 10 <= right;
}

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
      if (data[i] == 0x80 || data[i] == 0xff)
        return FALSE;
      if (i + 1 == size)
        break; /* cut off in the middle of it */
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

/**
 * pal_encoding_guess:
 * @data: octets; without a mark of UTF-8 before them
 * @size: their number
 *
 * Finds the encoding of a text: UTF-8, UTF-16LE, UTF-16BE, GB18030 or one of WINDOWS-1251, -1252
 * and -1256. A text may be UTF-8 although single characters of it are not.
 *
 * Returns: (transfer none): the name that iconv knows
 */
const char *
pal_encoding_guess (const guchar *data, gsize size)
{
  if (size >= 2 && memcmp (data, "\xff\xfe", 2) == 0)
    return "UTF-16LE";
  if (size >= 2 && memcmp (data, "\xfe\xff", 2) == 0)
    return "UTF-16BE";
  if (is_utf16 (data, size, FALSE))
    return "UTF-16LE";
  if (is_utf16 (data, size, TRUE))
    return "UTF-16BE";
  if (is_utf8 (data, size) || memchr (data, '\0', size) != NULL)
    return "UTF-8";

  return is_gb18030 (data, size) ? "GB18030" : guess_of_one_octet (data, size);
}

/**
 * pal_encoding_convert:
 * @data: (array length=size): octets
 * @size: their number
 * @encoding: what they are, as pal_encoding_guess() names it
 * @length: (out): octets of what is returned, which may hold NUL
 *
 * Makes UTF-8 of a text that may be damaged: U+FFFD stands for each octet that is no character
 * (for each two of UTF-16), and half a character at the end goes.
 *
 * Returns: (transfer full) (nullable): a string with a NUL behind it; %NULL when this computer does
 *   not know the encoding
 */
char *
pal_encoding_convert (const guchar *data, gsize size, const char *encoding, gsize *length)
{
  const gsize unit = g_str_has_prefix (encoding, "UTF-16") ? 2 : 1;
  GIConv converter = g_iconv_open ("UTF-8", encoding);
  GString *text = g_string_sized_new (size);
  char *in = (char *) data;

  if (converter == (GIConv) -1)
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  while (size > 0)
    {
      char buffer[8192];
      char *out = buffer;
      gsize left = sizeof buffer;
      gboolean is_done = g_iconv (converter, &in, &size, &out, &left) != (gsize) -1;
      int problem = is_done ? 0 : errno;

      g_string_append_len (text, buffer, out - buffer);
      if (is_done || (problem != EILSEQ && problem != E2BIG))
        break;
      if (problem == EILSEQ)
        {
          g_string_append (text, "\357\277\275");
          in += MIN (unit, size);
          size -= MIN (unit, size);
        }
    }
  g_iconv_close (converter);
  *length = text->len;

  return g_string_free (text, FALSE);
}
