// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Those whose packages of translations a person has accepted; each can be forgotten. Hidden when
 * there are none. Signal "changed": somebody was forgotten, or is known again. */

#define PAL_TYPE_TRANSLATE_SIGNERS (pal_translate_signers_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateSigners, pal_translate_signers, PAL, TRANSLATE_SIGNERS,
                      AdwPreferencesGroup)

void pal_translate_signers_refresh (PalTranslateSigners *self);

G_END_DECLS
