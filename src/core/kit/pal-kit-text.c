// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-encoding.h"

#include <string.h>

/* --- octets to XML */

static gboolean
begins_with (const char *data, gsize length, const char *what)
{
  return length >= strlen (what) && g_ascii_strncasecmp (data, what, strlen (what)) == 0;
}

/* Encodings that editors on the six languages' computers save in; who does not say so in the
 * declaration is found out. */
static const char *
find_encoding (const char *data, gsize length)
{
  static const char *const names[] = { "ISO-8859-1", "WINDOWS-1252", "WINDOWS-1251", "WINDOWS-1256",
                                       "GB18030",    "GBK",          "KOI8-R" };
  const char *end = g_strstr_len (data, (gssize) MIN (length, 200), "?>");
  const char *found = end != NULL ? g_strstr_len (data, end - data, "encoding") : NULL;

  for (guint i = 0; found != NULL && i < G_N_ELEMENTS (names); i++)
    {
      gsize n = strlen (names[i]);

      for (const char *c = found; c + n < end; c++)
        if (g_ascii_strncasecmp (c, names[i], n) == 0)
          return names[i];
    }

  return pal_encoding_guess ((const guchar *) data, length);
}

/* What XML cannot hold becomes a mark for a missing character, so that one of them costs nothing
 * else. */
static GBytes *
without_controls (const char *text, gsize length)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      guchar octet = (guchar) text[i];

      if ((octet < 0x20 && octet != '\t' && octet != '\n' && octet != '\r')
          || (octet == 0xef && i + 2 < length && (guchar) text[i + 1] == 0xbf
              && ((guchar) text[i + 2] & 0xfe) == 0xbe))
        {
          g_string_append (out, "\357\277\275");
          if (octet == 0xef)
            i += 2;
        }
      else
        g_string_append_c (out, (char) octet);
    }

  return g_string_free_to_bytes (out);
}

/* The declaration is done with when the text is UTF-8. */
static void
skip_declaration (const char **data, gsize *length)
{
  const char *end;

  while (*length > 0 && g_ascii_isspace (**data))
    {
      (*data)++;
      (*length)--;
    }
  if (!begins_with (*data, *length, "<?xml ") && !begins_with (*data, *length, "<?xml\t"))
    return;
  end = g_strstr_len (*data, (gssize) MIN (*length, 1024), "?>");
  if (end == NULL)
    return;
  *length -= (gsize) (end + 2 - *data);
  *data = end + 2;
}

GBytes *
pal_kit_decode (GBytes *bytes, char **guessed, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *converted = NULL;
  const char *encoding = NULL;
  const char *start;

  if (length > PAL_KIT_MAX_BYTES)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT, "the file is too large");
      return NULL;
    }
  if (length >= 2 && (memcmp (data, "\377\376", 2) == 0 || memcmp (data, "<\0", 2) == 0))
    encoding = "UTF-16LE";
  else if (length >= 2 && (memcmp (data, "\376\377", 2) == 0 || memcmp (data, "\0<", 2) == 0))
    encoding = "UTF-16BE";
  else if (length > 0 && memchr (data, '\0', length) == NULL
           && !g_utf8_validate (data, (gssize) length, NULL))
    encoding = find_encoding (data, length);
  if (encoding != NULL)
    {
      converted = pal_encoding_convert ((const guchar *) data, length, encoding, &length);
      data = converted;
      if (strcmp (encoding, "UTF-8") != 0)
        *guessed = g_strdup (encoding);
    }
  if (data == NULL || length == 0)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_BROKEN, "there is no text in it");
      return NULL;
    }
  if (length >= 3 && memcmp (data, "\357\273\277", 3) == 0)
    {
      data += 3;
      length -= 3;
    }
  start = data;
  while (length > 0 && g_ascii_isspace (*start))
    start++, length--;
  data = start;
  if (begins_with (data, length, "<!doctype html") || begins_with (data, length, "<html"))
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_PAGE,
                           "this is the page, not the file that it saves");
      return NULL;
    }
  skip_declaration (&data, &length);
  if (!g_utf8_validate (data, (gssize) length, NULL) && memchr (data, '\0', length) == NULL)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_BROKEN, "this is no text");
      return NULL;
    }

  return without_controls (data, length);
}

/* --- the check sum */

static void
append_line_text (GString *out, const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '\\')
      g_string_append (out, "\\\\");
    else if (*c == '\n')
      g_string_append (out, "\\n");
    else
      g_string_append_c (out, *c);
}

static PalNode *
first_element (PalNode *node)
{
  PalNode *child = node->first_child;

  while (child != NULL && child->kind != PAL_NODE_ELEMENT)
    child = child->next;

  return child;
}

static void
append_leaves (GString *out, PalNode *element, const char *path)
{
  g_autofree char *own = g_strconcat (path, "/", element->local, NULL);

  if (first_element (element) == NULL)
    {
      g_autofree char *text = pal_node_dup_text (element);

      g_string_append_printf (out, "%s\t", own);
      append_line_text (out, text);
      g_string_append_c (out, '\n');
      return;
    }
  for (PalNode *child = first_element (element); child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && g_strcmp0 (child->uri, PAL_KIT_NS) != 0)
      append_leaves (out, child, own);
}

char *
pal_kit_dup_content_digest (PalNode *root, PalNode *kit)
{
  static const char *const names[] = { "kit",     "dossier",  "form",  "version", "language",
                                       "cluster", "articles", "saved", "draft" };
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *text = pal_node_get_attribute (kit, names[i], NULL);

      g_string_append_printf (out, "%s\t", names[i]);
      append_line_text (out, text != NULL ? text : "");
      g_string_append_c (out, '\n');
    }
  for (PalNode *child = root->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && g_strcmp0 (child->uri, PAL_KIT_NS) != 0)
      {
        g_autofree char *path = g_strconcat ("/", root->local, NULL);

        append_leaves (out, child, path);
      }
  for (PalNode *child = kit->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && strcmp (child->local, "file") == 0)
      {
        const char *name = pal_node_get_attribute (child, "name", NULL);
        const char *digest = pal_node_get_attribute (child, "sha256", NULL);

        g_string_append (out, "file\t");
        append_line_text (out, name != NULL ? name : "");
        g_string_append_printf (out, "\t%s\n", digest != NULL ? digest : "");
      }

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) out->str, out->len);
}
