// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where a person is in a part of a window: what has the focus, where the cursor stands, how far
 * lists are scrolled, and what stands in fields. Taken from one tree of widgets and given to
 * another that was built in the same way, in another language. */

typedef struct _PalWhereabouts PalWhereabouts;

/* focus: (nullable): what has the focus, in @top or elsewhere. */
PalWhereabouts *pal_whereabouts_take (GtkWidget *top, GtkWidget *focus) G_GNUC_WARN_UNUSED_RESULT;
/* What the new tree has not is passed over. Scrolls when it has its size. */
void pal_whereabouts_give (PalWhereabouts *self, GtkWidget *top);
void pal_whereabouts_free (PalWhereabouts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalWhereabouts, pal_whereabouts_free)

G_END_DECLS
