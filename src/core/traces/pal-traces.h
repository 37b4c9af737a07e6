// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a file tells beside what people see in it: where a picture was taken, by whom, with what.
 * Small readers of our own for pictures and office files; whatever is strange counts as nothing
 * found, and nothing is ever shown that was read, only what kind of thing it is. */

#define PAL_TRACES_MAX_BYTES (64 * 1024 * 1024) /* larger files are not looked at */

#define PAL_TRACES_ERROR (pal_traces_error_quark ())
typedef enum
{
  PAL_TRACES_ERROR_FORMAT, /* a kind of file that is not written again */
  PAL_TRACES_ERROR_BROKEN, /* damaged, or not what it seems */
  PAL_TRACES_ERROR_LIMIT
} PalTracesError;
GQuark pal_traces_error_quark (void);

typedef enum
{
  PAL_TRACES_OTHER, /* not looked into */
  PAL_TRACES_JPEG,
  PAL_TRACES_PNG,
  PAL_TRACES_OFFICE, /* Office Open XML */
  PAL_TRACES_OPEN_DOCUMENT,
  PAL_TRACES_PDF
} PalTracesFormat;

typedef enum
{
  PAL_TRACE_PLACE,  /* where it was made */
  PAL_TRACE_PERSON, /* names of people or organizations */
  PAL_TRACE_DEVICE, /* device or program */
  PAL_TRACE_TIME,
  PAL_TRACE_TEXT, /* comments, and what cannot be told */
  PAL_N_TRACES
} PalTraceKind;
const char *pal_trace_kind_to_string (PalTraceKind kind);

typedef struct
{
  PalTracesFormat format;
  gboolean found[PAL_N_TRACES];
  gboolean is_removable; /* by pal_traces_remove() */
} PalTraces;

/* Any thread. */
void pal_traces_look (GBytes *bytes, PalTraces *traces);
gboolean pal_traces_is_any (const PalTraces *traces);
/* The same file without them; what people see in it stays as it is, pixel by pixel. Any thread. */
GBytes *pal_traces_remove (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  PAL_TRACES_RISK_LITTLE,   /* a picture, or plain text */
  PAL_TRACES_RISK_DOCUMENT, /* it can carry programs, or call others over a network */
  PAL_TRACES_RISK_PROGRAM   /* it is one, or is run when it is opened */
} PalTracesRisk;
/* name: of the file; any thread. */
PalTracesRisk pal_traces_get_risk (GBytes *bytes, const char *name);

G_END_DECLS
