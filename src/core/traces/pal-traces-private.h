// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-traces.h"

G_BEGIN_DECLS

/* Octets on which a reader goes forward; it never goes past their end. */
typedef struct
{
  const guint8 *data;
  gsize length;
} PalSpan;

/* --- pal-traces.c: pictures alone; a part of a document is never taken for another document */
gboolean pal_traces_look_at_picture (PalSpan file, PalTraces *traces);
GBytes *pal_traces_clean_picture (PalSpan file) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-traces-picture.c; out: (nullable): what stays is appended there. FALSE: damaged. */
gboolean pal_traces_walk_jpeg (PalSpan file, PalTraces *traces, GByteArray *out);
gboolean pal_traces_walk_png (PalSpan file, PalTraces *traces, GByteArray *out);

/* --- pal-traces-exif.c */
void pal_traces_read_exif (PalSpan exif, PalTraces *traces, guint *orientation);
/* XMP is XML in which names of fields are looked for as they stand. */
void pal_traces_read_xmp (PalSpan xmp, PalTraces *traces);

/* --- pal-traces-document.c */
void pal_traces_look_at_bundle (GBytes *bytes, PalTraces *traces);
void pal_traces_look_at_pdf (PalSpan file, PalTraces *traces);
GBytes *pal_traces_clean_office (GBytes *bytes, GError **error);

/* Whether word stands in octets. */
gboolean pal_traces_has (PalSpan span, const char *word);

G_END_DECLS
