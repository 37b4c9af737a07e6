// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-json-check"
#include "config.h"

#include "pal-json-check.h"

#include <string.h>

/* json-glib reads more than JSON (comments, single quotes) and takes the last of two equal keys.
 * Where a signature stands over the text, all programs must read the same: this looks first. */

#define MAX_DEPTH 32

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
} Scan;

static gboolean scan_value (Scan *scan);

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
    scan->at++;
}

static gboolean
take (Scan *scan, char wanted)
{
  if (scan->at >= scan->end || *scan->at != wanted)
    return FALSE;
  scan->at++;

  return TRUE;
}

static gboolean
scan_hex4 (Scan *scan, guint *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++)
    {
      if (scan->at >= scan->end || !g_ascii_isxdigit (*scan->at))
        return FALSE;
      *unit = *unit * 16 + g_ascii_xdigit_value (*scan->at++);
    }

  return TRUE;
}

static gboolean
scan_escape (Scan *scan, GString *text)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  guint unit;
  guint low;

  if (scan->at >= scan->end || *scan->at == '\0')
    return FALSE;
  if (*scan->at != 'u')
    {
      found = strchr (from, *scan->at++);
      if (found == NULL)
        return FALSE;
      g_string_append_c (text, to[found - from]);
      return TRUE;
    }

  scan->at++;
  if (!scan_hex4 (scan, &unit) || unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return FALSE;
  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      if (!take (scan, '\\') || !take (scan, 'u') || !scan_hex4 (scan, &low) || low < 0xdc00
          || low > 0xdfff)
        return FALSE;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
  g_string_append_unichar (text, unit);

  return TRUE;
}

static gboolean
scan_string (Scan *scan, GString *text)
{
  if (!take (scan, '"'))
    return FALSE;
  while (scan->at < scan->end && *scan->at != '"')
    {
      if ((guchar) *scan->at < 0x20)
        return FALSE;
      if (*scan->at == '\\')
        {
          scan->at++;
          if (!scan_escape (scan, text))
            return FALSE;
        }
      else
        g_string_append_c (text, *scan->at++);
    }

  return take (scan, '"');
}

static gboolean
scan_digits (Scan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;

  return scan->at > start;
}

static gboolean
scan_number (Scan *scan)
{
  (void) take (scan, '-');
  if (!take (scan, '0') && !scan_digits (scan))
    return FALSE;
  if (take (scan, '.') && !scan_digits (scan))
    return FALSE;
  if (take (scan, 'e') || take (scan, 'E'))
    {
      if (!take (scan, '+'))
        (void) take (scan, '-');
      return scan_digits (scan);
    }

  return TRUE;
}

static gboolean
scan_word (Scan *scan, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return FALSE;
  scan->at += length;

  return TRUE;
}

static gboolean
scan_members (Scan *scan)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  skip_space (scan);
  if (take (scan, '}'))
    return TRUE;
  do
    {
      GString *key = g_string_new (NULL);
      gboolean ok;

      skip_space (scan);
      ok = scan_string (scan, key);
      /* g_hash_table_add() says whether the key is new. */
      if (!g_hash_table_add (keys, g_string_free (key, FALSE)) || !ok)
        return FALSE;
      skip_space (scan);
      if (!take (scan, ':') || !scan_value (scan))
        return FALSE;
      skip_space (scan);
    }
  while (take (scan, ','));

  return take (scan, '}');
}

static gboolean
scan_items (Scan *scan)
{
  skip_space (scan);
  if (take (scan, ']'))
    return TRUE;
  do
    {
      if (!scan_value (scan))
        return FALSE;
      skip_space (scan);
    }
  while (take (scan, ','));

  return take (scan, ']');
}

static gboolean
scan_value (Scan *scan)
{
  g_autoptr (GString) text = NULL;
  gboolean ok;

  skip_space (scan);
  if (scan->at >= scan->end)
    return FALSE;
  switch (*scan->at)
    {
    case '{':
    case '[':
      if (++scan->depth > MAX_DEPTH)
        return FALSE;
      ok = *scan->at++ == '{' ? scan_members (scan) : scan_items (scan);
      scan->depth--;
      return ok;
    case '"':
      text = g_string_new (NULL);
      return scan_string (scan, text);
    case 't':
      return scan_word (scan, "true");
    case 'f':
      return scan_word (scan, "false");
    case 'n':
      return scan_word (scan, "null");
    default:
      return scan_number (scan);
    }
}

/**
 * pal_json_check:
 * @text: (array length=length): bytes
 * @length: how many
 *
 * Says whether @text is one JSON value exactly as in RFC 8259: UTF-8 without a byte order mark, no
 * NUL, no key twice in one object, at most 32 levels deep. Any thread.
 *
 * Returns: whether it is
 */
gboolean
pal_json_check (const char *text, gsize length)
{
  Scan scan = { text, text + length, 0 };

  if (!g_utf8_validate_len (text, length, NULL) || !scan_value (&scan))
    return FALSE;
  skip_space (&scan);

  return scan.at == scan.end;
}
