// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-own-record.h"

#include <string.h>

/* Where the form `input` has what, for the other files of this folder. */

const char *
pal_inbox_get_value (PalKitInput *input, const char *path)
{
  for (guint i = 0; i < input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (input->values, i);

      if (strcmp (value->path, path) == 0)
        return value->value;
    }

  return NULL;
}

const char *
pal_inbox_get_point_value (PalKitInput *input, const char *row, const char *name)
{
  g_autofree char *path = g_strconcat (PAL_INBOX_POINTS, row, "]/", name, NULL);

  return pal_inbox_get_value (input, path);
}

char *
pal_inbox_dup_row (const char *path)
{
  const char *begin, *end;

  if (!g_str_has_prefix (path, PAL_INBOX_POINTS))
    return NULL;
  begin = path + strlen (PAL_INBOX_POINTS);
  end = strchr (begin, ']');

  return end != NULL ? g_strndup (begin, end - begin) : NULL;
}

GPtrArray *
pal_inbox_list_rows (PalKitInput *input)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < input->values->len; i++)
    {
      g_autofree char *row
          = pal_inbox_dup_row (((PalKitValue *) g_ptr_array_index (input->values, i))->path);

      if (row == NULL || g_hash_table_contains (known, row))
        continue;
      g_hash_table_add (known, row);
      g_ptr_array_add (rows, g_steal_pointer (&row));
    }

  return rows;
}

static const PalKitFile *
find_file (PalKitInput *input, const char *name)
{
  for (guint i = 0; i < input->files->len; i++)
    {
      const PalKitFile *file = g_ptr_array_index (input->files, i);

      if (strcmp (file->name, name) == 0)
        return file;
    }

  return NULL;
}

static void
add_text (GChecksum *sum, const char *text)
{
  /* With the final zero: two lists of texts never read alike. */
  g_checksum_update (sum, (const guchar *) text, strlen (text) + 1);
}

char *
pal_inbox_dup_point_digest (PalKitInput *input, const char *row)
{
  g_autofree char *prefix = g_strconcat (PAL_INBOX_POINTS, row, "]", NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (input->values, i);
      const PalKitFile *file;

      if (!g_str_has_prefix (value->path, prefix))
        continue;
      add_text (sum, value->path + strlen (prefix));
      add_text (sum, value->value);
      file = value->node->type == PAL_TYPE_BINARY ? find_file (input, value->value) : NULL;
      if (file != NULL)
        {
          g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->bytes);

          add_text (sum, digest);
        }
    }

  return g_strdup (g_checksum_get_string (sum));
}

/* Who does not say how to be named, and gives no name, wishes to stay unknown. */
gboolean
pal_inbox_is_anonymous (PalKitInput *input)
{
  const char *naming = pal_inbox_get_value (input, "/input/card/author/naming");

  if (naming != NULL)
    return strcmp (naming, "anonymous") == 0;

  return pal_inbox_get_value (input, "/input/card/author/organization") == NULL;
}

/* A point may be kept to fewer readers than the whole, and not opened to more. Where nothing is
 * said, the State alone reads it. */
gboolean
pal_inbox_is_point_private (PalKitInput *input, const char *row)
{
  const char *whole = pal_inbox_get_value (input, "/input/card/sharing/readers");
  const char *point = pal_inbox_get_point_value (input, row, "readers");

  return whole == NULL || strcmp (whole, "state") == 0
         || (point != NULL && strcmp (point, "state") == 0);
}

char *
pal_inbox_dup_point_row (const char *id, const char *row)
{
  const char *const about[] = { "consultation", "point", id, row };

  return pal_own_record_dup_id (about, G_N_ELEMENTS (about));
}
