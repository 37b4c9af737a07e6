// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-record.h"

G_BEGIN_DECLS

/* How an answer came to what it is, and the way back to one of its versions. */

typedef struct
{
  PalChange *change; /* (unowned): of the history */
  PalChange *before; /* (unowned) (nullable): the version that its author saw; of several, the
                      * newest */
  gboolean is_head;  /* nobody changed it since; several: written apart from each other */
} PalVersion;

/* history: (element-type PalChange), newest first, of one node. (element-type PalVersion): of its
 * values, in the same order. */
GArray *pal_history_compare (GPtrArray *history) G_GNUC_WARN_UNUSED_RESULT;

/* Gives a node a value that it had, as one act that changes nothing else. */
gboolean
pal_record_restore (PalRecord *record, const char *node, const char *value, GError **error);
void pal_record_restore_async (PalRecord *record, const char *node, const char *value,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_record_restore_finish (PalRecord *record, GAsyncResult *result, GError **error);

G_END_DECLS
