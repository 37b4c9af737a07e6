// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A check button that assistive technology can operate: GTK 4.8 gives those no action. In a group
 * it is a radio button and says so; otherwise construct it with the role of a check box. */

#define PAL_TYPE_OPTION (pal_option_get_type ())
G_DECLARE_FINAL_TYPE (PalOption, pal_option, PAL, OPTION, GtkCheckButton)

/* value: what it stands for. */
PalOption *pal_option_new (const char *value, const char *label, gboolean is_radio);
void pal_option_set_label (PalOption *self, const char *label);
const char *pal_option_get_value (PalOption *self);

G_END_DECLS
