// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-receipt.h"

G_BEGIN_DECLS

#define PAL_DELIVERY_RECEIPT_MAX_BYTES (1024 * 1024)

/* A receipt that came on another way than the archive went, such as on a stick. It is judged as one
 * from the network, closes the delivery of state_dir, and is kept there. sha256 and size: of the
 * archive. Blocking; any thread. */
PalReceipt *pal_delivery_take_receipt (const char *state_dir, const char *sha256, goffset size,
                                       const char *receipt_path, const char *module_certificate,
                                       GBytes **p7m, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
