// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"
#include "pal-question-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where else the matter of a card is asked, in this questionnaire or for another convention, and
 * what was answered there: it can be taken over, and a comment says that it is to be confirmed. */

#define PAL_TYPE_RELATED (pal_related_get_type ())
G_DECLARE_FINAL_TYPE (PalRelated, pal_related, PAL, RELATED, GtkWidget)

GtkWidget *pal_related_new (PalQuestionContext *context, PalOutlineCard *card);

G_END_DECLS
