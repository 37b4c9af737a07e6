// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-log"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Digests in the log are SHA-256, in hexadecimal, over a first line that says what is
 * digested and then each field as a netstring ("5:hello,"; NULL is "-,"), so that no two different
 * changes read alike:
 *
 *   act     "palermo-act-1\n"     nonce title author device clock
 *   value   "palermo-value-1\n"   salt (in hexadecimal) text
 *   change  "palermo-change-1\n"  act kind record node row value parents author device clock
 *
 * where value is the value's digest, parents are ids, sorted, with a space between them, and clock
 * is in decimal. The salt keeps a short answer from being guessed from its digest once its text is
 * purged: salt and text go together. */

#define MAX_FIELDS 10

/* "-," or "5:hello,": at most 22 octets more than the text. */
static char *
write_field (char *out, const char *text, gsize length)
{
  char digits[20];
  int n = 0;

  if (text == NULL)
    {
      *out++ = '-';
      *out++ = ',';
      return out;
    }
  for (gsize rest = length; rest > 0 || n == 0; rest /= 10)
    digits[n++] = '0' + rest % 10;
  while (n > 0)
    *out++ = digits[--n];
  *out++ = ':';
  memcpy (out, text, length);
  out += length;
  *out++ = ',';

  return out;
}

/* All of it is laid out first: a million changes have three digests each. */
static char *
digest_fields (const char *what, const char *const *fields, gsize n_fields)
{
  char small[2048];
  g_autofree char *large = NULL;
  gsize lengths[MAX_FIELDS];
  gsize length = strlen (what);
  char *out = small;

  g_assert (n_fields <= MAX_FIELDS);
  for (gsize i = 0; i < n_fields; i++)
    {
      lengths[i] = fields[i] != NULL ? strlen (fields[i]) : 0;
      length += lengths[i] + 22;
    }
  if (length > sizeof small)
    out = large = g_malloc (length);

  out = stpcpy (out, what);
  for (gsize i = 0; i < n_fields; i++)
    out = write_field (out, fields[i], lengths[i]);

  return large != NULL
             ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) large, out - large)
             : g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) small, out - small);
}

/**
 * pal_dossier_log_digest_act:
 * @nonce: what makes it unique
 * @title: what was done
 * @author: who
 * @device: where
 * @clock_us: when
 *
 * Returns: (transfer full): the act's id
 */
char *
pal_dossier_log_digest_act (const char *nonce, const char *title, const char *author,
                            const char *device, gint64 clock_us)
{
  char clock[32];
  const char *fields[] = { nonce, title, author, device, clock };

  g_snprintf (clock, sizeof clock, "%" G_GINT64_FORMAT, clock_us);

  return digest_fields ("palermo-act-1\n", fields, G_N_ELEMENTS (fields));
}

/**
 * pal_dossier_log_digest_value:
 * @salt: random octets
 * @text: the value
 *
 * Returns: (transfer full): the value's digest
 */
char *
pal_dossier_log_digest_value (GBytes *salt, const char *text)
{
  static const char digits[] = "0123456789abcdef";
  const guint8 *octets = g_bytes_get_data (salt, NULL);
  gsize length = g_bytes_get_size (salt);
  g_autoptr (GString) hexadecimal = g_string_new (NULL);
  const char *fields[] = { NULL, text };

  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (hexadecimal, digits[octets[i] >> 4]);
      g_string_append_c (hexadecimal, digits[octets[i] & 15]);
    }
  fields[0] = hexadecimal->str;

  return digest_fields ("palermo-value-1\n", fields, G_N_ELEMENTS (fields));
}

/**
 * pal_dossier_log_digest_change:
 * @change: a change as it stands in the table
 *
 * Returns: (transfer full): its id
 */
char *
pal_dossier_log_digest_change (const PalLogChange *change)
{
  char clock[32];
  const char *fields[]
      = { change->act,   change->kind,    change->record, change->node,   change->row,
          change->value, change->parents, change->author, change->device, clock };

  g_snprintf (clock, sizeof clock, "%" G_GINT64_FORMAT, change->clock_us);

  return digest_fields ("palermo-change-1\n", fields, G_N_ELEMENTS (fields));
}
