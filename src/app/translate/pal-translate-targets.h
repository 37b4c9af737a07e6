// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What can be translated, into which language, and how far that is; and what waits to be accepted.
 */

#define PAL_TYPE_TRANSLATE_TARGETS (pal_translate_targets_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateTargets, pal_translate_targets, PAL, TRANSLATE_TARGETS, AdwBin)

/* Looks anew: the coverage, and what waits. */
void pal_translate_targets_refresh (PalTranslateTargets *self);
/* A package that was opened somewhere else. package: (transfer full) */
void pal_translate_targets_take_in (PalTranslateTargets *self, PalTranslationPackage *package);
const char *pal_translate_targets_get_language (PalTranslateTargets *self);
void pal_translate_targets_set_language (PalTranslateTargets *self, const char *language);

/* Signal: "chosen" (const char *id, const char *language) */

G_END_DECLS
