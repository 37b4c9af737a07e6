// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-paper.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What stands on a paper, as labels: the beginning of a long one. Replaces what was in the box. */
void pal_paper_preview_show (GtkBox *box, PalPaper *paper);

G_END_DECLS
