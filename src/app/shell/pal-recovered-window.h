// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* After a crash: what was found that the program had not yet brought into the file. */

/* (nullable): the sentence for the banner; NULL when nothing was recovered. */
char *pal_recovered_dup_words (PalSession *session) G_GNUC_WARN_UNUSED_RESULT;
/* Asks: keep, compare, discard. settled: called when nothing is left to ask. */
void
pal_recovered_ask (GtkWidget *parent, PalSession *session, GCallback settled, gpointer user_data);

G_END_DECLS
