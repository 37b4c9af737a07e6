// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Whose signatures are known on this computer: what the person calls them, the fingerprint to
 * compare, how they became known, what they signed. Names are changed and signers forgotten here;
 * the latter can be undone. */

#define PAL_TYPE_SIGNERS_WINDOW (pal_signers_window_get_type ())
G_DECLARE_FINAL_TYPE (PalSignersWindow, pal_signers_window, PAL, SIGNERS_WINDOW, AdwWindow)

GtkWidget *pal_signers_window_new (GtkWindow *parent);

G_END_DECLS
