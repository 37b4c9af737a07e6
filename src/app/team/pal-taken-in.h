// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-handout.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Says in a toast what a merge brought; undoes it, or leads to its conflicts, from there. */
void pal_taken_in_tell (GtkWindow *window, PalSession *session, const PalHandout *handout);

G_END_DECLS
