// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cli-json.h"

#include "pal-delivery-file.h"

G_BEGIN_DECLS

/* What the verbs that deal with deliveries have in common. */

const char *pal_cli_delivery_get_reason_words (PalDeliveryReason reason); /* (nullable) */
int pal_cli_delivery_get_exit_code (PalDelivery *delivery);
JsonNode *pal_cli_delivery_describe (const PalDeliveryFile *file, const char *state_dir);
void pal_cli_set_text (JsonObject *object, const char *name, const char *text);

/* name: of a folder of the outbox, or a path */
char *pal_cli_delivery_dup_dir (const char *name) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_cli_delivery_cancel (const char *dir, const PalEndpoint *endpoint,
                                  const char *replaced_by, PalDeliveryState *state, GError **error);

G_END_DECLS
