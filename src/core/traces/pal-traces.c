// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-traces"
#include "config.h"

#include "pal-traces-private.h"

#include <string.h>

G_DEFINE_QUARK (pal - traces - error - quark, pal_traces_error)

/**
 * pal_trace_kind_to_string:
 * @kind: what a file tells
 *
 * Returns: (transfer none): a word for machines
 */
const char *
pal_trace_kind_to_string (PalTraceKind kind)
{
  static const char *const words[PAL_N_TRACES] = { "place", "person", "device", "time", "text" };

  g_return_val_if_fail (kind < PAL_N_TRACES, "");

  return words[kind];
}

/**
 * pal_traces_has:
 * @span: octets
 * @word: what is looked for
 *
 * Returns: whether it stands there
 */
gboolean
pal_traces_has (PalSpan span, const char *word)
{
  return span.length > 0 && memmem (span.data, span.length, word, strlen (word)) != NULL;
}

static PalTracesFormat
sniff (PalSpan file)
{
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  if (file.length > 3 && file.data[0] == 0xff && file.data[1] == 0xd8 && file.data[2] == 0xff)
    return PAL_TRACES_JPEG;
  if (file.length > sizeof png && memcmp (file.data, png, sizeof png) == 0)
    return PAL_TRACES_PNG;
  if (file.length > 5 && memcmp (file.data, "%PDF-", 5) == 0)
    return PAL_TRACES_PDF;
  if (file.length > 4 && memcmp (file.data, "PK\003\004", 4) == 0)
    return PAL_TRACES_OFFICE; /* until it was looked into */

  return PAL_TRACES_OTHER;
}

/**
 * pal_traces_look_at_picture:
 * @file: octets
 * @traces: (out): what they tell
 *
 * Returns: whether they are those of a picture
 */
gboolean
pal_traces_look_at_picture (PalSpan file, PalTraces *traces)
{
  memset (traces, 0, sizeof *traces);
  traces->format = sniff (file);
  if (traces->format == PAL_TRACES_JPEG)
    traces->is_removable = pal_traces_walk_jpeg (file, traces, NULL);
  else if (traces->format == PAL_TRACES_PNG)
    traces->is_removable = pal_traces_walk_png (file, traces, NULL);
  else
    return FALSE;

  return TRUE;
}

/**
 * pal_traces_clean_picture:
 * @file: octets
 *
 * Returns: (transfer full) (nullable): the picture without what it tells beside; %NULL: they are
 *   those of none, or of a damaged one
 */
GBytes *
pal_traces_clean_picture (PalSpan file)
{
  g_autoptr (GByteArray) out = NULL;
  PalTraces traces;

  if (!pal_traces_look_at_picture (file, &traces) || !traces.is_removable)
    return NULL;
  out = g_byte_array_sized_new (file.length);
  if (traces.format == PAL_TRACES_JPEG)
    pal_traces_walk_jpeg (file, &traces, out);
  else
    pal_traces_walk_png (file, &traces, out);

  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * pal_traces_look:
 * @bytes: a file
 * @traces: (out): what it tells
 *
 * Any thread. A file that is damaged, or larger than %PAL_TRACES_MAX_BYTES, tells what could be
 * read of it.
 */
void
pal_traces_look (GBytes *bytes, PalTraces *traces)
{
  PalSpan file;

  g_return_if_fail (bytes != NULL && traces != NULL);

  memset (traces, 0, sizeof *traces);
  file.data = g_bytes_get_data (bytes, &file.length);
  if (file.length > PAL_TRACES_MAX_BYTES || pal_traces_look_at_picture (file, traces))
    return;
  if (traces->format == PAL_TRACES_OFFICE)
    pal_traces_look_at_bundle (bytes, traces);
  else if (traces->format == PAL_TRACES_PDF)
    pal_traces_look_at_pdf (file, traces);
}

/**
 * pal_traces_is_any:
 * @traces: what a file tells
 *
 * Returns: whether it tells anything
 */
gboolean
pal_traces_is_any (const PalTraces *traces)
{
  for (guint i = 0; i < PAL_N_TRACES; i++)
    if (traces->found[i])
      return TRUE;

  return FALSE;
}

/**
 * pal_traces_remove:
 * @bytes: a file
 * @error: return location
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the same file without what it tells beside; #PalTracesError,
 *   errors of bundles
 */
GBytes *
pal_traces_remove (GBytes *bytes, GError **error)
{
  PalTraces traces;
  PalSpan file;
  GBytes *clean;

  g_return_val_if_fail (bytes != NULL, NULL);

  file.data = g_bytes_get_data (bytes, &file.length);
  if (file.length > PAL_TRACES_MAX_BYTES)
    {
      g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_LIMIT, "too large to be looked into");
      return NULL;
    }
  clean = pal_traces_clean_picture (file);
  if (clean != NULL)
    return clean;
  pal_traces_look (bytes, &traces);
  if (traces.format == PAL_TRACES_OFFICE)
    return pal_traces_clean_office (bytes, error);
  if (traces.format == PAL_TRACES_JPEG || traces.format == PAL_TRACES_PNG)
    g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_BROKEN, "a damaged picture");
  else
    g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_FORMAT, "not written again");

  return NULL;
}
