// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"
#include "pal-stakeholder-list.h"

G_BEGIN_DECLS

/* A list of stakeholders that others wrote: what is long about it, on threads of its own. As long
 * as something goes on, nobody else uses the list. */

/* sheet: (nullable): the first one with rows. */
void
pal_list_read_async (PalSession *session, const char *path, const char *sheet,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable) */
PalStakeholderList *pal_list_read_finish (GAsyncResult *result, GError **error);

/* What a person says about a column: all rows are read anew. question: (nullable) */
void
pal_list_set_column_async (PalSession *session, PalStakeholderList *list, guint column,
                           const char *question, GAsyncReadyCallback callback, gpointer user_data);
/* Whether contact persons are taken along. */
void pal_list_set_with_persons_async (PalSession *session, PalStakeholderList *list,
                                      gboolean with_persons, GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean pal_list_set_finish (GAsyncResult *result, GError **error); /* of both */

/* Makes and fills cards as one act; those that are open show it. What was typed is written first.
 */
void pal_list_take_async (PalSession *session, PalStakeholderList *list,
                          GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_list_take_finish (GAsyncResult *result, PalListTaken *taken, GError **error);

G_END_DECLS
