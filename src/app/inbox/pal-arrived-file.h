// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-kit.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A file that came with an input: nothing of it is opened by itself. */

/* What is done with a file from outside, beside or below what it is. */
#define PAL_TYPE_ARRIVED_FILE (pal_arrived_file_get_type ())
G_DECLARE_FINAL_TYPE (PalArrivedFile, pal_arrived_file, PAL, ARRIVED_FILE, GtkBox)

/* A row of a boxed list. file: only read in this call. */
GtkWidget *pal_arrived_file_row_new (const PalKitFile *file);
/* What follows once it is known where. clean: without what it tells beside its content. */
void pal_arrived_file_save (PalArrivedFile *self, GFile *to, gboolean clean);

G_END_DECLS
