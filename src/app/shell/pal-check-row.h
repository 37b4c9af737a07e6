// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row of a preferences group with something to tick before its title. */

/* group: (nullable): one of several to choose one of. check: (out) (transfer none). Floating. */
GtkWidget *pal_check_row_new (const char *title, const char *value, GtkCheckButton *group,
                              GtkCheckButton **check);
/* (transfer none): the value that the check button of a row was given. */
const char *pal_check_row_get_value (GtkCheckButton *check);

G_END_DECLS
