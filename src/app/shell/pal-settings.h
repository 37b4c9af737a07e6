// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The person's settings, found in a build folder and in any prefix as well as in the system. */
GSettings *pal_settings_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
