// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A table as a picture: each cell has a shape and a number, never a colour alone. Tab enters it
 * once, arrows move inside, Enter opens what stands behind a cell; screen readers find a table of
 * named cells. The names of the rows stay where they are while the columns scroll.
 * Signal: "activated" (guint row, guint column). */

typedef enum
{
  PAL_SHAPE_BLANK,   /* no cell at all */
  PAL_SHAPE_PLAIN,   /* the number alone */
  PAL_SHAPE_NONE,    /* a dash: nothing there, nobody */
  PAL_SHAPE_RING,    /* there, but nothing came of it */
  PAL_SHAPE_DISC,    /* there, and something came of it */
  PAL_SHAPE_DIAMOND, /* something came of what is not there */
} PalShape;

typedef struct
{
  const char *title; /* short: "5" */
  const char *label; /* in full */
  const char *group; /* (nullable): what it stands under, with its neighbours */
} PalMatrixColumn;

#define PAL_TYPE_MATRIX (pal_matrix_get_type ())
G_DECLARE_FINAL_TYPE (PalMatrix, pal_matrix, PAL, MATRIX, GtkWidget)

GtkWidget *pal_matrix_new (const char *name);
/* rows: (element-type utf8), all of them "" for rows without names; columns: (element-type
 * PalMatrixColumn). All cells are empty then, unless the axes are those it has. */
void pal_matrix_set_axes (PalMatrix *self, GPtrArray *rows, GPtrArray *columns);
/* name: what a screen reader says, and what stands in the tooltip. */
void pal_matrix_set_cell (PalMatrix *self, guint row, guint column, PalShape shape, guint number,
                          const char *name);
/* Titles of columns are words: a column is so many times as wide as a cell. Before the axes are
 * set. */
void pal_matrix_set_stretch (PalMatrix *self, double stretch);
/* The cell that was last looked at. */
void pal_matrix_focus (PalMatrix *self);

/* A shape alone, for the key of the table. */
GtkWidget *pal_shape_new (PalShape shape, guint number);

G_END_DECLS
