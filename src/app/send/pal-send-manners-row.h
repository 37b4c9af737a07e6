// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* How and when archives may go: when, hours, speed, proxy; kept in the person's settings, which
 * whoever sends listens to. */

#define PAL_TYPE_SEND_MANNERS_ROW (pal_send_manners_row_get_type ())
G_DECLARE_FINAL_TYPE (PalSendMannersRow, pal_send_manners_row, PAL, SEND_MANNERS_ROW,
                      AdwExpanderRow)

G_END_DECLS
