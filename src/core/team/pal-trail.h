// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* The trail: every change of a dossier as one JSON object a line, which from, to, when, who, why,
 * in which act. Each line begins with the SHA-256 of the line before it (its octets without the
 * line feed), the first with zeros; the first line names the dossier, the last counts the changes.
 * So whoever keeps the digest of the last line can tell whether an octet is another. */

#define PAL_TRAIL_ERROR (pal_trail_error_quark ())
typedef enum
{
  PAL_TRAIL_ERROR_MALFORMED, /* no trail, or a line that is none */
  PAL_TRAIL_ERROR_ALTERED,   /* a line is not the one that was written before the next */
  PAL_TRAIL_ERROR_CUT        /* it ends before its end, or goes on behind it */
} PalTrailError;
GQuark pal_trail_error_quark (void);

typedef enum
{
  PAL_TRAIL_DEFAULT = 0,
  PAL_TRAIL_WITH_PROTECTED = 1 << 0 /* also what people outside government said */
} PalTrailFlags;

/* Of what is in records about people outside government, the trail tells the acts and not the
 * content ("withheld": true), unless somebody asks for it.
 * Blocking, in bounded memory; stream is written on the dossier's worker. digest: (out) (nullable):
 * of the last line. */
gboolean pal_trail_write (PalDossier *dossier, PalTrailFlags flags, GOutputStream *stream,
                          char **digest, GCancellable *cancellable, GError **error);

typedef struct
{
  guint64 n_changes;
  char *digest; /* of the last line */
} PalTrailReport;
void pal_trail_report_free (PalTrailReport *report);
/* Blocking, in bounded memory. */
PalTrailReport *pal_trail_check (GInputStream *stream, GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTrailReport, pal_trail_report_free)

G_END_DECLS
