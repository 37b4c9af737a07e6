// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-bilingual"
#include "config.h"

#include "pal-bilingual-private.h"

#include "pal-own-record.h"

char *
pal_bilingual_dup_id (const char *form_id, const char *record, const char *node,
                      const char *language)
{
  const char *const about[] = { form_id, record, node, language };

  return pal_own_record_dup_id (about, G_N_ELEMENTS (about));
}
