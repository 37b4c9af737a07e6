// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The keys on smart cards that are plugged in (PKCS#11 tokens, pal-token.h), and with which of them
 * the person signs until the program ends. Looks for them when it is shown, and when it is asked.
 */

#define PAL_TYPE_CARDS_GROUP (pal_cards_group_get_type ())
G_DECLARE_FINAL_TYPE (PalCardsGroup, pal_cards_group, PAL, CARDS_GROUP, AdwPreferencesGroup)

G_END_DECLS
