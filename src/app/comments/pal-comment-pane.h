// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What people say about one question, beside the page on which it stands: talks with their answers,
 * and a place to write. */

#define PAL_TYPE_COMMENT_PANE (pal_comment_pane_get_type ())
G_DECLARE_FINAL_TYPE (PalCommentPane, pal_comment_pane, PAL, COMMENT_PANE, GtkWidget)

void pal_comment_pane_set_session (PalCommentPane *self, PalSession *session);
/* title: the words of the question. */
void pal_comment_pane_show (PalCommentPane *self, const char *record, const char *node,
                            const char *title);
/* What another pane shows. */
void pal_comment_pane_follow (PalCommentPane *self, PalCommentPane *before);
void pal_comment_pane_focus (PalCommentPane *self);

/* Signals:
 *  "close": the person is done with it
 */

G_END_DECLS
