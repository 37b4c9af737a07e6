// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-name"
#include "config.h"

#include "pal-package-private.h"

#include <string.h>

/* Names inside a package (package-format 2.2): such that every file system keeps them apart and as
 * they are, and nobody can read two things into one. */

#define MAX_SEGMENT 200
#define MAX_LEVELS 16
#define FORBIDDEN "\\:*?\"<>|%"

/* Not G_DEFINE_QUARK: clang-format would take the hyphens of the name for minus signs. */
GQuark
pal_package_error_quark (void)
{
  return g_quark_from_static_string ("pal-package-error-quark");
}

static gboolean
is_character (gunichar character)
{
  if (character < 0x80)
    return character >= 0x20 && character != 0x7f && strchr (FORBIDDEN, (int) character) == NULL;

  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/* "nul", "COM1.txt", "lpt\u00b9": devices on Windows, whatever follows the first dot. */
static gboolean
is_device (const char *segment)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul", "conin$", "conout$" };
  static const char *const digits[]
      = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "\u00b9", "\u00b2", "\u00b3" };
  g_autofree char *stem = g_strndup (segment, strcspn (segment, "."));
  g_autofree char *folded = NULL;

  g_strchomp (stem);
  folded = g_ascii_strdown (stem, -1);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    if (strcmp (folded, devices[i]) == 0)
      return TRUE;
  if (!g_str_has_prefix (folded, "com") && !g_str_has_prefix (folded, "lpt"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (digits); i++)
    if (strcmp (folded + 3, digits[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_segment (const char *segment)
{
  gsize length = strlen (segment);

  /* A last dot or space also rules out "." and "..". */
  return length > 0 && length <= MAX_SEGMENT && segment[length - 1] != '.'
         && segment[length - 1] != ' ' && !is_device (segment);
}

/**
 * pal_package_is_name:
 * @name: what may be the name of an entry
 *
 * Says whether @name is in the profile's set: relative, UTF-8, NFC, no segment that would be empty,
 * special or a device, no character that could hide or mean something. Any thread.
 *
 * Returns: whether it is
 */
gboolean
pal_package_is_name (const char *name)
{
  g_autofree char *normal = NULL;
  g_auto (GStrv) segments = NULL;
  gsize length;

  g_return_val_if_fail (name != NULL, FALSE);

  length = strlen (name);
  if (length == 0 || length > PAL_PACKAGE_MAX_NAME || !g_utf8_validate (name, length, NULL))
    return FALSE;
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    if (!is_character (g_utf8_get_char (at)))
      return FALSE;
  normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  if (normal == NULL || strcmp (normal, name) != 0)
    return FALSE;

  segments = g_strsplit (name, "/", -1);
  if (g_strv_length (segments) > MAX_LEVELS)
    return FALSE;
  for (guint i = 0; segments[i] != NULL; i++)
    if (!is_segment (segments[i]))
      return FALSE;

  return TRUE;
}

/* Cuts text to max bytes between characters, leaving its extension whole where there is one. */
static void
shorten (GString *text, gsize max)
{
  const char *dot = strrchr (text->str, '.');
  gsize extension
      = dot != NULL && text->len - (dot - text->str) <= 16 ? text->len - (dot - text->str) : 0;
  gsize cut;

  if (text->len <= max)
    return;
  cut = max - extension;
  while (cut > 0 && ((guchar) text->str[cut] & 0xc0) == 0x80)
    cut--;
  g_string_erase (text, cut, text->len - extension - cut);
}

static void
trim_end (GString *text)
{
  while (text->len > 0 && (text->str[text->len - 1] == '.' || text->str[text->len - 1] == ' '))
    g_string_truncate (text, text->len - 1);
}

/**
 * pal_package_map_name:
 * @foreign: a file name from elsewhere, in any encoding
 *
 * Makes one segment of the profile's set that resembles @foreign: NFC, what is forbidden becomes
 * "_", at most 200 bytes, the extension kept. Different names may come out the same: the caller
 * adds what tells them apart. Any thread.
 *
 * Returns: (transfer full): a name, never empty
 */
char *
pal_package_map_name (const char *foreign)
{
  g_autofree char *valid = NULL;
  g_autofree char *normal = NULL;
  g_autofree char *again = NULL;
  GString *name = g_string_new (NULL);

  g_return_val_if_fail (foreign != NULL, g_string_free (name, FALSE));

  valid = g_utf8_make_valid (foreign, -1);
  normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  for (const char *at = normal; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      g_string_append_unichar (
          name,
          character != '/' && character != 0xfffd && is_character (character) ? character : '_');
    }
  shorten (name, MAX_SEGMENT);
  trim_end (name);
  if (is_device (name->str))
    {
      g_string_prepend_c (name, '_');
      shorten (name, MAX_SEGMENT);
    }
  /* Taking characters out may have brought others together that compose. */
  again = g_utf8_normalize (name->str, -1, G_NORMALIZE_NFC);
  g_string_assign (name, again);
  if (!pal_package_is_name (name->str))
    g_string_assign (name, "file");

  return g_string_free (name, FALSE);
}

char *
pal_package_name_key (const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFC);
}

/* --- Sets of names --- */

enum
{
  IS_FILE = 1,
  IS_FOLDER
};

struct _PalNameSet
{
  GHashTable *kinds; /* (owned) (element-type utf8 int): by folded name */
};

PalNameSet *
pal_name_set_new (void)
{
  PalNameSet *self = g_new0 (PalNameSet, 1);

  self->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
pal_name_set_free (PalNameSet *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->kinds);
  g_free (self);
}

gboolean
pal_name_set_add (PalNameSet *self, const char *name)
{
  g_autofree char *key = pal_package_name_key (name);

  if (g_hash_table_contains (self->kinds, key))
    return FALSE;
  for (const char *slash = strchr (key, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *folder = g_strndup (key, slash - key);

      if (GPOINTER_TO_INT (g_hash_table_lookup (self->kinds, folder)) == IS_FILE)
        return FALSE;
      g_hash_table_insert (self->kinds, g_steal_pointer (&folder), GINT_TO_POINTER (IS_FOLDER));
    }
  g_hash_table_insert (self->kinds, g_steal_pointer (&key), GINT_TO_POINTER (IS_FILE));

  return TRUE;
}

/**
 * pal_package_guess_media_type:
 * @name: of a file
 *
 * Kinds of content for the manifest: a hint to readers, nothing is decided by it.
 *
 * Returns: (transfer none): a media type, "application/octet-stream" if @name tells nothing
 */
const char *
pal_package_guess_media_type (const char *name)
{
  static const struct
  {
    const char *ending;
    const char *media_type;
  } rows[] = {
    { ".xml", "application/xml" },
    { ".json", "application/json" },
    { ".jsonl", "application/jsonl" },
    { ".txt", "text/plain" },
    { ".csv", "text/csv" },
    { ".html", "text/html" },
    { ".pdf", "application/pdf" },
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".jpeg", "image/jpeg" },
    { ".p7s", "application/pkcs7-signature" },
    { ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { ".odt", "application/vnd.oasis.opendocument.text" },
  };
  g_autofree char *folded = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_has_suffix (folded, rows[i].ending))
      return rows[i].media_type;

  return "application/octet-stream";
}

int
pal_package_get_number (const char *name, const char *stem, const char *ending)
{
  g_autofree char *start = g_strconcat ("META-INF/", stem, NULL);
  const char *digits = name + strlen (start);

  if (!g_str_has_prefix (name, start) || strlen (digits) != 3 + strlen (ending)
      || !g_ascii_isdigit (digits[0]) || !g_ascii_isdigit (digits[1])
      || !g_ascii_isdigit (digits[2]) || strcmp (digits + 3, ending) != 0)
    return -1;

  return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
}
