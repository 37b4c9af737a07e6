// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-own-record.h"

#include <string.h>

/* Where the form `input` has what, for the other files of this folder. */

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

static void
add_value (PalInboxSaid *self, PalKitValue *value)
{
  g_autofree char *row = pal_inbox_dup_row (value->path);
  GPtrArray *of_row;

  g_hash_table_insert (self->by_path, value->path, value);
  if (row == NULL)
    return;
  of_row = g_hash_table_lookup (self->by_row, row);
  if (of_row == NULL)
    {
      of_row = g_ptr_array_new ();
      g_ptr_array_add (self->rows, g_strdup (row));
      g_hash_table_insert (self->by_row, g_steal_pointer (&row), of_row);
    }
  g_ptr_array_add (of_row, value);
}

/* It borrows from the input. */
PalInboxSaid *
pal_inbox_said_new (PalKitInput *input)
{
  PalInboxSaid *self = g_new0 (PalInboxSaid, 1);

  self->input = input;
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->by_row
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < input->values->len; i++)
    add_value (self, g_ptr_array_index (input->values, i));

  return self;
}

void
pal_inbox_said_free (PalInboxSaid *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_path);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->by_row);
  g_free (self);
}

const char *
pal_inbox_said_get (PalInboxSaid *self, const char *path)
{
  const PalKitValue *value = g_hash_table_lookup (self->by_path, path);

  return value != NULL ? value->value : NULL;
}

const char *
pal_inbox_said_get_of_point (PalInboxSaid *self, const char *row, const char *name)
{
  g_autofree char *path = g_strconcat (PAL_INBOX_POINTS, row, "]/", name, NULL);

  return pal_inbox_said_get (self, path);
}

GPtrArray *
pal_inbox_said_list_of_point (PalInboxSaid *self, const char *row)
{
  return g_hash_table_lookup (self->by_row, row);
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
pal_inbox_said_dup_digest (PalInboxSaid *self, const char *row)
{
  GPtrArray *values = pal_inbox_said_list_of_point (self, row);
  gsize skip = strlen (PAL_INBOX_POINTS) + strlen (row) + 1;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (values, i);
      const PalKitFile *file
          = value->node->type == PAL_TYPE_BINARY ? find_file (self->input, value->value) : NULL;

      add_text (sum, value->path + skip);
      add_text (sum, value->value);
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
pal_inbox_said_is_anonymous (PalInboxSaid *self)
{
  const char *naming = pal_inbox_said_get (self, "/input/card/author/naming");

  if (naming != NULL)
    return strcmp (naming, "anonymous") == 0;

  return pal_inbox_said_get (self, "/input/card/author/organization") == NULL;
}

/* A point may be kept to fewer readers than the whole, and not opened to more. Where nothing is
 * said, the State alone reads it. */
gboolean
pal_inbox_said_is_private (PalInboxSaid *self, const char *row)
{
  const char *whole = pal_inbox_said_get (self, "/input/card/sharing/readers");
  const char *point = pal_inbox_said_get_of_point (self, row, "readers");

  return whole == NULL || strcmp (whole, "state") == 0
         || (point != NULL && strcmp (point, "state") == 0);
}

char *
pal_inbox_dup_point_row (const char *id, const char *row)
{
  const char *const about[] = { "consultation", "point", id, row };

  return pal_own_record_dup_id (about, G_N_ELEMENTS (about));
}
