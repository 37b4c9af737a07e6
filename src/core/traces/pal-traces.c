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
  if (file.length > PAL_TRACES_MAX_BYTES)
    return;
  traces->format = sniff (file);
  switch (traces->format)
    {
    case PAL_TRACES_JPEG:
      traces->is_removable = pal_traces_walk_jpeg (file, traces, NULL);
      break;
    case PAL_TRACES_PNG:
      traces->is_removable = pal_traces_walk_png (file, traces, NULL);
      break;
    case PAL_TRACES_OFFICE:
      pal_traces_look_at_bundle (bytes, traces);
      break;
    case PAL_TRACES_PDF:
      pal_traces_look_at_pdf (file, traces);
      break;
    case PAL_TRACES_OPEN_DOCUMENT:
    case PAL_TRACES_OTHER:
      break;
    }
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
  g_autoptr (GByteArray) out = NULL;
  PalTraces traces = { 0 };
  PalSpan file;
  gboolean ok;

  g_return_val_if_fail (bytes != NULL, NULL);

  file.data = g_bytes_get_data (bytes, &file.length);
  if (file.length > PAL_TRACES_MAX_BYTES)
    {
      g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_LIMIT, "too large to be looked into");
      return NULL;
    }
  pal_traces_look (bytes, &traces);
  if (traces.format == PAL_TRACES_OFFICE)
    return pal_traces_clean_office (bytes, error);
  if (traces.format != PAL_TRACES_JPEG && traces.format != PAL_TRACES_PNG)
    {
      g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_FORMAT, "not written again");
      return NULL;
    }

  out = g_byte_array_sized_new (file.length);
  ok = traces.format == PAL_TRACES_JPEG ? pal_traces_walk_jpeg (file, &traces, out)
                                        : pal_traces_walk_png (file, &traces, out);
  if (!ok)
    {
      g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_BROKEN, "a damaged picture");
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
