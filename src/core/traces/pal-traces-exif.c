// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-traces-exif"
#include "config.h"

#include "pal-traces-private.h"

#include <string.h>

/* The TIFF directories of Exif 2.3, read for what kinds of fields they have. */

#define MAX_FIELDS 4096 /* of all directories together: they may point at each other */
#define MAX_DEPTH 4
#define TAG_ORIENTATION 0x0112
#define TAG_EXIF 0x8769
#define TAG_GPS 0x8825

typedef struct
{
  PalSpan span;
  gboolean is_little;
  PalTraces *traces;
  guint *orientation; /* (nullable) */
  guint n_left;       /* fields that may still be read */
} Reading;

static const struct
{
  guint16 tag;
  PalTraceKind kind;
} fields[] = {
  { 0x010e, PAL_TRACE_TEXT },   { 0x010f, PAL_TRACE_DEVICE }, { 0x0110, PAL_TRACE_DEVICE },
  { 0x0131, PAL_TRACE_DEVICE }, { 0x0132, PAL_TRACE_TIME },   { 0x013b, PAL_TRACE_PERSON },
  { 0x013c, PAL_TRACE_DEVICE }, { 0x8298, PAL_TRACE_PERSON }, { 0x9003, PAL_TRACE_TIME },
  { 0x9004, PAL_TRACE_TIME },   { 0x927c, PAL_TRACE_DEVICE }, { 0x9286, PAL_TRACE_TEXT },
  { 0x9c9b, PAL_TRACE_TEXT },   { 0x9c9c, PAL_TRACE_TEXT },   { 0x9c9d, PAL_TRACE_PERSON },
  { 0x9c9e, PAL_TRACE_TEXT },   { 0x9c9f, PAL_TRACE_TEXT },   { 0xa420, PAL_TRACE_DEVICE },
  { 0xa430, PAL_TRACE_PERSON }, { 0xa431, PAL_TRACE_DEVICE }, { 0xa433, PAL_TRACE_DEVICE },
  { 0xa434, PAL_TRACE_DEVICE }, { 0xa435, PAL_TRACE_DEVICE },
};

/* 0 past the end: what is cut off is not there. */
static guint32
read_number (const Reading *reading, gsize at, guint size)
{
  guint32 number = 0;

  if (at > reading->span.length || reading->span.length - at < size)
    return 0;
  for (guint i = 0; i < size; i++)
    number = (number << 8) | reading->span.data[at + (reading->is_little ? size - 1 - i : i)];

  return number;
}

static void
read_directory (Reading *reading, gsize at, gboolean is_gps, guint depth)
{
  guint n_fields = read_number (reading, at, 2);

  if (depth > MAX_DEPTH || at < 8)
    return;
  for (guint i = 0; i < n_fields && reading->n_left > 0; i++)
    {
      gsize field = at + 2 + (gsize) i * 12;
      guint16 tag = read_number (reading, field, 2);

      if (field + 12 > reading->span.length)
        return;
      reading->n_left--;
      /* 0 is the version of the directory, which every camera writes. */
      if (is_gps && tag != 0)
        reading->traces->found[PAL_TRACE_PLACE] = TRUE;
      if (is_gps)
        continue;
      if (tag == TAG_GPS || tag == TAG_EXIF)
        read_directory (reading, read_number (reading, field + 8, 4), tag == TAG_GPS, depth + 1);
      if (tag == TAG_ORIENTATION && reading->orientation != NULL)
        *reading->orientation = read_number (reading, field + 8, 2);
      for (gsize j = 0; j < G_N_ELEMENTS (fields); j++)
        if (fields[j].tag == tag)
          reading->traces->found[fields[j].kind] = TRUE;
    }
}

/**
 * pal_traces_read_exif:
 * @exif: a TIFF structure
 * @traces: what it tells is added
 * @orientation: (out) (nullable): how the picture is to be turned, 1 to 8; left alone when it does
 *   not say
 */
void
pal_traces_read_exif (PalSpan exif, PalTraces *traces, guint *orientation)
{
  Reading reading = { exif, FALSE, traces, orientation, MAX_FIELDS };

  if (exif.length < 8)
    return;
  reading.is_little = memcmp (exif.data, "II", 2) == 0;
  if (!reading.is_little && memcmp (exif.data, "MM", 2) != 0)
    return;
  read_directory (&reading, read_number (&reading, 4, 4), FALSE, 0);
}

/**
 * pal_traces_read_xmp:
 * @xmp: XML
 * @traces: what it tells is added
 */
void
pal_traces_read_xmp (PalSpan xmp, PalTraces *traces)
{
  static const struct
  {
    const char *word;
    PalTraceKind kind;
  } words[] = {
    { "GPSL", PAL_TRACE_PLACE },
    { ":City", PAL_TRACE_PLACE },
    { ":Location", PAL_TRACE_PLACE },
    { "dc:creator", PAL_TRACE_PERSON },
    { ":Artist", PAL_TRACE_PERSON },
    { ":Author", PAL_TRACE_PERSON },
    { "dc:rights", PAL_TRACE_PERSON },
    { ":Model", PAL_TRACE_DEVICE },
    { ":SerialNumber", PAL_TRACE_DEVICE },
    { "CreatorTool", PAL_TRACE_DEVICE },
    { "CreateDate", PAL_TRACE_TIME },
    { "ModifyDate", PAL_TRACE_TIME },
    { "DateTimeOriginal", PAL_TRACE_TIME },
    { "dc:description", PAL_TRACE_TEXT },
    { "dc:title", PAL_TRACE_TEXT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (pal_traces_has (xmp, words[i].word))
      traces->found[words[i].kind] = TRUE;
}
