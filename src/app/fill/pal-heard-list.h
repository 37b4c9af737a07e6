// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-heard.h"
#include "pal-question-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was said in consultations about a card, or about a page as a whole: to be read, opened, and
 * quoted in an answer. Folded until somebody asks. */

#define PAL_TYPE_HEARD_LIST (pal_heard_list_get_type ())
G_DECLARE_FINAL_TYPE (PalHeardList, pal_heard_list, PAL, HEARD_LIST, GtkWidget)

/* control: the group or question whose texts may quote a point; NULL: none. */
GtkWidget *pal_heard_list_new (PalQuestionContext *context, PalFormControl *control);

/* card: (nullable): of all that was said about the page, what is shown. Hidden when it is nothing.
 */
void pal_heard_list_show (PalHeardList *self, GPtrArray *places, PalOutlineCard *card);

G_END_DECLS
