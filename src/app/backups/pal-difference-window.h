// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-difference.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A window that shows, question by question, what is different between two states of a dossier. */

typedef struct
{
  const char *title;
  const char *intro;  /* (nullable) */
  const char *before; /* what the first state is called, translated: "Now" */
  const char *after;
} PalDifferenceWords;

/* differences: (element-type PalDifference). (transfer floating): to be presented. */
GtkWidget *pal_difference_window_new (GtkWidget *parent, GPtrArray *differences,
                                      const PalDifferenceWords *words);

G_END_DECLS
