// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Packages of translations that wait until somebody decides, each with what it brings, by whom, and
 * the fingerprint to be compared. Hidden when there are none. Signal "changed": something of it was
 * used, declined, or came. */

#define PAL_TYPE_TRANSLATE_INBOX (pal_translate_inbox_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateInbox, pal_translate_inbox, PAL, TRANSLATE_INBOX,
                      AdwPreferencesGroup)

/* A person picks a package. */
void pal_translate_inbox_pick (PalTranslateInbox *self);
/* One that was opened somewhere else. package: (transfer full) */
void pal_translate_inbox_take_in (PalTranslateInbox *self, PalTranslationPackage *package);
void pal_translate_inbox_refresh (PalTranslateInbox *self);

G_END_DECLS
