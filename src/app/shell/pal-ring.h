// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How far a page, or a dossier, is: a ring that fills, a tick when it is done, a mark when
 * something in it needs a look. Shape and colour say the same. */

typedef enum
{
  PAL_RING_EMPTY,   /* nothing answered yet */
  PAL_RING_STARTED, /* the fraction shows how much */
  PAL_RING_DONE,
  PAL_RING_PROBLEM /* an answer that does not fit */
} PalRingState;

#define PAL_TYPE_RING (pal_ring_get_type ())
G_DECLARE_FINAL_TYPE (PalRing, pal_ring, PAL, RING, GtkWidget)

GtkWidget *pal_ring_new (int size_px);
void pal_ring_set_size (PalRing *self, int size_px);
void pal_ring_set (PalRing *self, PalRingState state, double fraction);
/* From counts of questions; problems counts answers that do not fit. */
void pal_ring_set_counts (PalRing *self, guint answered, guint questions, guint problems);
PalRingState pal_ring_get_state (PalRing *self);

/* The same in words: "4 of 12 answered". */
char *
pal_ring_dup_words (guint answered, guint questions, guint problems) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
