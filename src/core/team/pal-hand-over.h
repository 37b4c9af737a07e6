// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* For a new focal point: who did what, what is open, and why it was decided so. */

typedef enum
{
  PAL_HAND_OVER_MARKDOWN,
  PAL_HAND_OVER_JSON
} PalHandOverFormat;

/* From when to when, microseconds since 1970; 0: without a limit. What is open, and who works on
 * what, is told as of now. */
typedef struct
{
  gint64 from_us;
  gint64 until_us;
} PalHandOverPeriod;

/* Blocking; what one person said and did takes memory, the log does not. */
GBytes *pal_hand_over_make (PalDossier *dossier, PalHandOverFormat format,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of a part of the time. period: (nullable): all of it. */
GBytes *pal_hand_over_make_for (PalDossier *dossier, PalHandOverFormat format,
                                const PalHandOverPeriod *period, GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
