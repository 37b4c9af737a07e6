// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-inbox.h"
#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Decisions on what came: what was typed is written first, each is one act in the log, and whatever
 * shows records hears of it. */

void pal_inbox_decide_take_async (PalSession *session, const char *id,
                                  const PalInboxTakeOptions *options, GAsyncReadyCallback callback,
                                  gpointer user_data);
void pal_inbox_decide_decline_async (PalSession *session, const char *id, const char *why,
                                     GAsyncReadyCallback callback, gpointer user_data);
/* Of both. (transfer full) (nullable): what was done, for a toast; NULL: it could not be written */
char *pal_inbox_decide_finish (GAsyncResult *result, GError **error);

/* Asks why something is declined. finish: (transfer full) (nullable): thought better of it */
void
pal_inbox_decide_ask_async (GtkWidget *parent, GAsyncReadyCallback callback, gpointer user_data);
char *pal_inbox_decide_ask_finish (GAsyncResult *result);

G_END_DECLS
