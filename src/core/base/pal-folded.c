// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-folded"

#include "config.h"

#include "pal-folded.h"

/**
 * pal_folded_dup:
 * @text: valid UTF-8
 *
 * Takes away case, marks above and below letters, and punctuation; one space divides words. Two
 * texts that are equal then are the same name, as far as anybody can tell who does not know it.
 *
 * Returns: (transfer full): the text
 */
char *
pal_folded_dup (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = normal != NULL ? g_utf8_casefold (normal, -1) : g_strdup ("");
  GString *out = g_string_new (NULL);
  gboolean gap = FALSE;

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_ismark (c) || c == 0x0640 || g_unichar_type (c) == G_UNICODE_FORMAT)
        continue;
      if (!g_unichar_isalnum (c))
        {
          gap = out->len > 0;
          continue;
        }
      if (gap)
        g_string_append_c (out, ' ');
      gap = FALSE;
      g_string_append_unichar (out, c);
    }

  return g_string_free (out, FALSE);
}
