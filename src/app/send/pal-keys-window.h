// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The home of the keys with which a person signs: whose they are, how long they count, and what can
 * be done with them. */

#define PAL_TYPE_KEYS_WINDOW (pal_keys_window_get_type ())
G_DECLARE_FINAL_TYPE (PalKeysWindow, pal_keys_window, PAL, KEYS_WINDOW, AdwWindow)

/* parent: (nullable). Returns: (transfer none): shown already. */
GtkWindow *pal_keys_window_present (GtkWindow *parent);

G_END_DECLS
