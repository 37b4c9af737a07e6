// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-purge.h"

G_BEGIN_DECLS

/* What went for good, for people. (pal-cmd-purge.c) */
void pal_cli_print_purged (const PalPurged *purged);

G_END_DECLS
