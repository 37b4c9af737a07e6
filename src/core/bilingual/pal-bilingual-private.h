// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-own-record.h"

G_BEGIN_DECLS

/* The id of a record that everybody makes alike who makes it of the same thing; looks as a random
 * one does. record, node, language: (nullable) */
char *pal_bilingual_dup_id (const char *form_id, const char *record, const char *node,
                            const char *language) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
