// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outbox.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Brings an archive of the outbox to a stick: sealed for the module unless a person says otherwise,
 * read back and compared, and only then safe to remove. Copying ends with the window. */

#define PAL_TYPE_STICK_WINDOW (pal_stick_window_get_type ())
G_DECLARE_FINAL_TYPE (PalStickWindow, pal_stick_window, PAL, STICK_WINDOW, AdwWindow)

/* parent: a widget of the window before which it stands. item: packed for a stick, or being so. */
void pal_stick_window_show (GtkWidget *parent, PalOutbox *outbox, PalOutboxItem *item);

G_END_DECLS
