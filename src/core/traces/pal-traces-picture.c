// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-traces-picture"
#include "config.h"

#include "pal-traces-private.h"

#include <string.h>

/* Pictures are walked from part to part (ITU-T T.81 annex B; PNG, third edition): what makes the
 * picture is kept octet by octet, the rest is looked at, and left out when the file is written. */

#define EXIF "Exif\0\0"
#define EXIF_LENGTH 6
#define XMP "http://ns.adobe.com/xap/1.0/"
#define ICC "ICC_PROFILE"

static PalSpan
sub (PalSpan span, gsize from, gsize length)
{
  PalSpan part = { span.data + from, length };

  return part;
}

static gboolean
begins (PalSpan span, const char *word, gsize length)
{
  return span.length >= length && memcmp (span.data, word, length) == 0;
}

/* --- JPEG */

enum
{
  SOI = 0xd8,
  EOI = 0xd9,
  SOS = 0xda,
  APP0 = 0xe0,
  APP1 = 0xe1,
  APP2 = 0xe2,
  APP13 = 0xed,
  APP14 = 0xee,
  APP15 = 0xef,
  COM = 0xfe
};

/* Without it a picture that was taken upright would lie on its side. */
static void
append_orientation (GByteArray *out, guint orientation)
{
  guint8 part[] = { 0xff, APP1, 0, 34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                    0,    1,    1, 0x12, 0,   3,   0,   0,   0, 1, 0,   0,   0, 0,  0, 0, 0, 0 };

  part[29] = orientation;
  g_byte_array_append (out, part, sizeof part);
}

/* Whether a part makes the picture. */
static gboolean
is_of_picture (guint marker, PalSpan body)
{
  if (marker == COM)
    return FALSE;
  if (marker < APP0 || marker > APP15)
    return TRUE;

  return marker == APP0 || marker == APP14 || (marker == APP2 && begins (body, ICC, strlen (ICC)));
}

static void
look_at_part (guint marker, PalSpan body, PalTraces *traces, guint *orientation)
{
  if (marker == APP1 && begins (body, EXIF, EXIF_LENGTH))
    pal_traces_read_exif (sub (body, EXIF_LENGTH, body.length - EXIF_LENGTH), traces, orientation);
  else if (marker == APP1 && begins (body, XMP, strlen (XMP)))
    pal_traces_read_xmp (body, traces);
  else if (marker == APP13)
    traces->found[PAL_TRACE_PERSON] = TRUE; /* IPTC: captions and who wrote them */
  else if (marker == COM)
    traces->found[PAL_TRACE_TEXT] = TRUE;
}

/* The length of what is coded behind a scan's header, up to the next marker. */
static gsize
measure_scan (PalSpan file, gsize at)
{
  gsize start = at;

  while (at + 1 < file.length)
    {
      const guint8 *next = memchr (file.data + at, 0xff, file.length - at - 1);

      if (next == NULL)
        return file.length - start;
      at = next - file.data;
      /* A stuffed octet, or a restart within the scan. */
      if (next[1] != 0 && next[1] != 0xff && (next[1] < 0xd0 || next[1] > 0xd7))
        return at - start;
      at += next[1] == 0xff ? 1 : 2;
    }

  return file.length - start;
}

/**
 * pal_traces_walk_jpeg:
 * @file: a JPEG picture
 * @traces: what it tells is added
 * @out: (nullable): what makes the picture is appended
 *
 * Returns: whether the picture has an end; FALSE: it is damaged
 */
gboolean
pal_traces_walk_jpeg (PalSpan file, PalTraces *traces, GByteArray *out)
{
  gsize at = 2;
  guint orientation = 1;
  gboolean is_told = FALSE;

  if (out != NULL)
    g_byte_array_append (out, file.data, 2);
  while (at + 4 <= file.length && file.data[at] == 0xff)
    {
      guint marker = file.data[at + 1];
      gsize length;
      PalSpan body;

      if (marker == 0xff) /* filling */
        {
          at++;
          continue;
        }
      if (marker == EOI)
        break;
      length = ((gsize) file.data[at + 2] << 8) | file.data[at + 3];
      if (length < 2 || length > file.length - at - 2)
        return FALSE;
      body = sub (file, at + 4, length - 2);
      look_at_part (marker, body, traces, &orientation);
      if (out != NULL && marker != APP0 && !is_told && orientation > 1 && orientation <= 8)
        {
          append_orientation (out, orientation);
          is_told = TRUE;
        }
      if (out != NULL && is_of_picture (marker, body))
        g_byte_array_append (out, file.data + at, length + 2);
      at += length + 2;
      if (marker == SOS)
        {
          gsize coded = measure_scan (file, at);

          if (out != NULL)
            g_byte_array_append (out, file.data + at, coded);
          at += coded;
        }
    }
  if (at + 2 > file.length || file.data[at] != 0xff || file.data[at + 1] != EOI)
    return FALSE;
  if (out != NULL)
    g_byte_array_append (out, file.data + at, 2);
  /* Some cameras put a second picture behind the end, with all of it once more. */
  if (at + 2 < file.length)
    traces->found[PAL_TRACE_TEXT] = TRUE;

  return TRUE;
}

/* --- PNG */

#define PNG_HEAD 8
#define PNG_FRAME 12 /* length, type and check sum */

static const char *const kept_chunks[] = {
  "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "hIST",
  "pHYs", "sPLT", "acTL", "fcTL", "fdAT", "cICP", "mDCv", "cLLi",
};

/* Critical chunks begin with a capital letter. */
static gboolean
is_kept_chunk (const guint8 *type)
{
  if (g_ascii_isupper (type[0]))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (kept_chunks); i++)
    if (memcmp (type, kept_chunks[i], 4) == 0)
      return TRUE;

  return FALSE;
}

static void
look_at_text (PalSpan body, PalTraces *traces)
{
  static const struct
  {
    const char *word;
    PalTraceKind kind;
  } words[] = {
    { "Author", PAL_TRACE_PERSON },      { "Copyright", PAL_TRACE_PERSON },
    { "Software", PAL_TRACE_DEVICE },    { "Source", PAL_TRACE_DEVICE },
    { "Creation Time", PAL_TRACE_TIME }, { "date:", PAL_TRACE_TIME },
  };

  if (begins (body, "XML:com.adobe.xmp", 17))
    {
      pal_traces_read_xmp (body, traces);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (begins (body, words[i].word, strlen (words[i].word)))
      {
        traces->found[words[i].kind] = TRUE;
        return;
      }
  traces->found[PAL_TRACE_TEXT] = TRUE;
}

static void
look_at_chunk (const guint8 *type, PalSpan body, PalTraces *traces)
{
  if (memcmp (type, "eXIf", 4) == 0)
    pal_traces_read_exif (body, traces, NULL);
  else if (memcmp (type, "tIME", 4) == 0)
    traces->found[PAL_TRACE_TIME] = TRUE;
  else if (memcmp (type, "tEXt", 4) == 0 || memcmp (type, "zTXt", 4) == 0
           || memcmp (type, "iTXt", 4) == 0)
    look_at_text (body, traces);
}

/**
 * pal_traces_walk_png:
 * @file: a PNG picture
 * @traces: what it tells is added
 * @out: (nullable): what makes the picture is appended
 *
 * Returns: whether the picture has an end; FALSE: it is damaged
 */
gboolean
pal_traces_walk_png (PalSpan file, PalTraces *traces, GByteArray *out)
{
  gsize at = PNG_HEAD;

  if (out != NULL)
    g_byte_array_append (out, file.data, PNG_HEAD);
  while (file.length - at >= PNG_FRAME)
    {
      const guint8 *chunk = file.data + at;
      gsize length = ((gsize) chunk[0] << 24) | ((gsize) chunk[1] << 16) | ((gsize) chunk[2] << 8)
                     | chunk[3];

      if (length > file.length - at - PNG_FRAME)
        return FALSE;
      look_at_chunk (chunk + 4, sub (file, at + 8, length), traces);
      if (out != NULL && is_kept_chunk (chunk + 4))
        g_byte_array_append (out, chunk, length + PNG_FRAME);
      at += length + PNG_FRAME;
      if (memcmp (chunk + 4, "IEND", 4) == 0)
        {
          if (at < file.length)
            traces->found[PAL_TRACE_TEXT] = TRUE;
          return TRUE;
        }
    }

  return FALSE;
}
