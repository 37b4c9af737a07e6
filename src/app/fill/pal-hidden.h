// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"
#include "pal-question-context.h"

G_BEGIN_DECLS

/* What a page does not show: questions that the answers so far have made needless. */

/* How many questions those are. */
guint pal_hidden_count (PalResponse *response, PalOutlinePage *page);
/* Lists them in a window: why, and the way to the answer that would bring them. */
void pal_hidden_present (GtkWidget *parent, PalQuestionContext *context, PalOutlinePage *page);

G_END_DECLS
