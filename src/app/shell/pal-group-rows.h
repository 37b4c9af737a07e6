// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Rows that a page put into preferences groups and means to put there anew. */
void pal_group_rows_clear (GPtrArray *rows);

G_END_DECLS
