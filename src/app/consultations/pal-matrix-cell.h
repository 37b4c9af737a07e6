// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-matrix.h"

G_BEGIN_DECLS

/* One cell of a matrix. Light, as there may be a thousand of them: clicks and keys are the
 * matrix's. */

#define PAL_TYPE_MATRIX_CELL (pal_matrix_cell_get_type ())
G_DECLARE_FINAL_TYPE (PalMatrixCell, pal_matrix_cell, PAL, MATRIX_CELL, GtkWidget)

GtkWidget *pal_matrix_cell_new (guint row, guint column);
void pal_matrix_cell_set (PalMatrixCell *self, PalShape shape, guint number, const char *name);
void pal_matrix_cell_get_place (PalMatrixCell *self, guint *row, guint *column);
int pal_matrix_cell_get_side (GtkWidget *widget); /* in pixels, for this size of text */

G_END_DECLS
