// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-bilingual"
#include "config.h"

#include "pal-bilingual-private.h"

#include <string.h>

/* As a field of the log's digests: two different lists never read alike. */
static void
add_field (GString *text, const char *field)
{
  if (field == NULL)
    g_string_append (text, "-,");
  else
    g_string_append_printf (text, "%" G_GSIZE_FORMAT ":%s,", strlen (field), field);
}

char *
pal_bilingual_dup_id (const char *form_id, const char *record, const char *node,
                      const char *language)
{
  g_autoptr (GString) text = g_string_new ("palermo-own-record-1\n");
  g_autofree char *digest = NULL;

  add_field (text, form_id);
  add_field (text, record);
  add_field (text, node);
  add_field (text, language);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, text->len);
  /* RFC 9562, 5.8: version 8 is for whatever a program derives by itself. */
  digest[12] = '8';
  digest[16] = "89ab"[g_ascii_xdigit_value (digest[16]) & 3];

  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", digest, digest + 8, digest + 12, digest + 16,
                          digest + 20);
}
