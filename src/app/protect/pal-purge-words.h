// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-purge.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a person hears while words go for good, and afterwards. */

/* (transfer full): to be dismissed when it is over. */
AdwToast *pal_purge_say_busy (GtkWidget *parent) G_GNUC_WARN_UNUSED_RESULT;
void pal_purge_say_done (GtkWidget *parent, const PalPurged *purged);
void pal_purge_say_failed (GtkWidget *parent, const GError *error);

G_END_DECLS
