// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-sealed"
#include "config.h"

#include "pal-sealed.h"

#include "pal-digest.h"
#include "pal-json-check.h"
#include "pal-publish.h"
#include "pal-regular-file.h"

#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#define LIST_TYPE "urn:example:sealed-volumes:1"
#define LIST_MAX_BYTES (256 * 1024)
/* What sealing adds: recipients, frame, the headers of pieces. */
#define OVERHEAD_MAX_BYTES (256 * 1024)
#define MAX_NAMED 20 /* volumes that one sentence names */

G_DEFINE_QUARK (pal - seal - error - quark, pal_seal_error)

static void
volume_free (gpointer data)
{
  PalSealedVolume *volume = data;

  g_free (volume->sha256);
  g_free (volume);
}

/**
 * pal_sealed_new:
 *
 * Returns: (transfer full): a list without volumes
 */
PalSealed *
pal_sealed_new (void)
{
  PalSealed *self = g_new0 (PalSealed, 1);

  self->volumes = g_ptr_array_new_with_free_func (volume_free);

  return self;
}

/**
 * pal_sealed_free:
 * @self: (transfer full) (nullable): a list
 */
void
pal_sealed_free (PalSealed *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->volumes);
  g_free (self->sha256);
  g_free (self);
}

/**
 * pal_sealed_add_volume:
 * @self: a list
 * @sha256: digest of the next volume
 * @size: its length in bytes
 */
void
pal_sealed_add_volume (PalSealed *self, const char *sha256, goffset size)
{
  PalSealedVolume *volume = g_new0 (PalSealedVolume, 1);

  volume->sha256 = g_strdup (sha256);
  volume->size = size;
  g_ptr_array_add (self->volumes, volume);
}

/**
 * pal_sealed_dup_volume_path:
 * @folder: where the volumes are
 * @number: 1 for the first
 *
 * Returns: (transfer full): where this one is
 */
char *
pal_sealed_dup_volume_path (const char *folder, guint number)
{
  g_autofree char *name = g_strdup_printf ("%04u.p7m", number);

  return g_build_filename (folder, name, NULL);
}

/**
 * pal_sealed_get_plain_size:
 * @self: a list
 * @number: 1 for the first
 *
 * Returns: how many bytes of the archive are in this volume
 */
goffset
pal_sealed_get_plain_size (const PalSealed *self, guint number)
{
  goffset before = (goffset) (number - 1) * PAL_SEALED_VOLUME_BYTES;

  return MIN (self->size - before, PAL_SEALED_VOLUME_BYTES);
}

/* --- volumes.json */

static void
build_volume (JsonBuilder *builder, const PalSealedVolume *volume)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sha256");
  json_builder_add_string_value (builder, volume->sha256);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, volume->size);
  json_builder_end_object (builder);
}

/**
 * pal_sealed_save:
 * @self: a list of volumes that are all on the disk
 * @folder: where they are
 * @error: return location
 *
 * Writes volumes.json; it is what makes the folder complete. Blocking; any thread.
 *
 * Returns: whether it is on the disk
 */
gboolean
pal_sealed_save (const PalSealed *self, const char *folder, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, LIST_TYPE);
  json_builder_set_member_name (builder, "sha256");
  json_builder_add_string_value (builder, self->sha256);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, self->size);
  json_builder_set_member_name (builder, "count");
  json_builder_add_int_value (builder, self->volumes->len);
  json_builder_set_member_name (builder, "volumes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->volumes->len; i++)
    build_volume (builder, g_ptr_array_index (self->volumes, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  bytes = g_bytes_new_take (text, strlen (text));

  return pal_publish_bytes (path, bytes, error);
}

static gboolean
fail_list (GError **error, const char *why)
{
  g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_MALFORMED,
               "the list of the volumes (" PAL_SEALED_LIST_NAME ") %s", why);

  return FALSE;
}

static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;

  return node;
}

/* NULL unless it is a SHA-256 */
static const char *
get_sha256 (JsonObject *object)
{
  JsonNode *node = get_value (object, "sha256", G_TYPE_STRING);
  const char *text = node != NULL ? json_node_get_string (node) : NULL;

  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64 ? text
                                                                                        : NULL;
}

/* -1 unless it is a length */
static gint64
get_size (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64);

  return node != NULL ? MAX (json_node_get_int (node), -1) : -1;
}

static gboolean
read_volumes (PalSealed *self, JsonArray *volumes, GError **error)
{
  for (guint i = 0; i < json_array_get_length (volumes); i++)
    {
      JsonNode *node = json_array_get_element (volumes, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *sha256 = object != NULL ? get_sha256 (object) : NULL;
      gint64 size = object != NULL ? get_size (object, "size") : -1;
      goffset plain = pal_sealed_get_plain_size (self, i + 1);

      if (sha256 == NULL || json_object_get_size (object) != 2)
        return fail_list (error, "has a row that is no volume");
      if (size <= plain || size > plain + OVERHEAD_MAX_BYTES)
        return fail_list (error, "has a volume of a length that cannot be");
      pal_sealed_add_volume (self, sha256, size);
    }

  return TRUE;
}

static gboolean
read_list (PalSealed *self, JsonObject *object, GError **error)
{
  JsonNode *type = get_value (object, "type", G_TYPE_STRING);
  JsonNode *volumes = json_object_get_member (object, "volumes");
  gint64 count = get_size (object, "count");
  gint64 size = get_size (object, "size");

  if (type == NULL || strcmp (json_node_get_string (type), LIST_TYPE) != 0)
    return fail_list (error, "is of an unknown kind");
  if (json_object_get_size (object) != 5 || get_sha256 (object) == NULL || size < 0 || count < 0
      || volumes == NULL || !JSON_NODE_HOLDS_ARRAY (volumes))
    return fail_list (error, "lacks something, or has something more");
  if (size > (gint64) PAL_SEALED_MAX_VOLUMES * PAL_SEALED_VOLUME_BYTES)
    {
      g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_LIMIT,
                   "the sealed archive is larger than one may be");
      return FALSE;
    }
  if (count != (size + PAL_SEALED_VOLUME_BYTES - 1) / PAL_SEALED_VOLUME_BYTES
      || count != json_array_get_length (json_node_get_array (volumes)))
    return fail_list (error, "counts wrong");
  self->sha256 = g_strdup (get_sha256 (object));
  self->size = size;

  return read_volumes (self, json_node_get_array (volumes), error);
}

static GBytes *
read_file (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);
  g_autoptr (GError) local = NULL;
  GBytes *bytes;
  gsize size;
  int fd = pal_regular_file_open (path, O_NOFOLLOW, &size, &local);

  if (fd < 0)
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_INCOMPLETE,
                     "there is no list of volumes (" PAL_SEALED_LIST_NAME ") in the folder, so it "
                     "is no sealed archive, or not all of one");
      else
        g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (size > LIST_MAX_BYTES)
    {
      g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_LIMIT,
                   "the list of the volumes is larger than one may be");
      close (fd);
      return NULL;
    }
  bytes = pal_regular_file_read (fd, size, error);
  close (fd);

  return bytes;
}

/**
 * pal_sealed_load:
 * @folder: a folder, perhaps from a stranger
 * @error: return location
 *
 * Reads volumes.json and believes it nothing that cannot be. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the list; %NULL with %PAL_SEAL_ERROR_INCOMPLETE, _MALFORMED,
 * _LIMIT or a #GIOErrorEnum error
 */
PalSealed *
pal_sealed_load (const char *folder, GError **error)
{
  g_autoptr (PalSealed) self = pal_sealed_new ();
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize length;
  JsonNode *root;

  g_return_val_if_fail (folder != NULL, NULL);

  bytes = read_file (folder, error);
  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &length);
  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      fail_list (error, "is not one plain JSON object");
      return NULL;
    }
  if (!read_list (self, json_node_get_object (root), error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- volumes */

static guint
find_volume (const PalSealed *self, const char *sha256)
{
  for (guint i = 0; i < self->volumes->len; i++)
    {
      const PalSealedVolume *volume = g_ptr_array_index (self->volumes, i);

      if (strcmp (volume->sha256, sha256) == 0)
        return i + 1;
    }

  return 0;
}

/**
 * pal_sealed_read_volume:
 * @self: a list
 * @folder: where the volumes are
 * @number: 1 for the first
 * @other: (out) (optional): which volume it is, when it was swapped
 *
 * Reads one volume, at most 16 MiB and a bit, and compares it with the list. Blocking; any thread.
 *
 * Returns: how it is
 */
PalVolumeState
pal_sealed_read_volume (const PalSealed *self, const char *folder, guint number, guint *other)
{
  const PalSealedVolume *volume = g_ptr_array_index (self->volumes, number - 1);
  g_autofree char *path = pal_sealed_dup_volume_path (folder, number);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *sha256 = NULL;
  gsize size = 0;
  guint found;
  int fd = pal_regular_file_open (path, O_NOFOLLOW, &size, NULL);

  if (fd < 0)
    return PAL_VOLUME_MISSING;
  if (size <= PAL_SEALED_VOLUME_BYTES + OVERHEAD_MAX_BYTES)
    bytes = pal_regular_file_read (fd, size, NULL);
  close (fd);
  if (bytes == NULL)
    return PAL_VOLUME_DAMAGED;

  sha256 = pal_digest_bytes_hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (strcmp (sha256, volume->sha256) == 0)
    return PAL_VOLUME_SOUND;
  found = find_volume (self, sha256);
  if (other != NULL)
    *other = found;

  return found > 0 ? PAL_VOLUME_SWAPPED : PAL_VOLUME_DAMAGED;
}

static void
add_words (GString *words, guint number, PalVolumeState state, guint other)
{
  if (words->len > 0)
    g_string_append (words, ", ");
  switch (state)
    {
    case PAL_VOLUME_SOUND:
      return;
    case PAL_VOLUME_MISSING:
      g_string_append_printf (words, "volume %u is missing", number);
      return;
    case PAL_VOLUME_DAMAGED:
      g_string_append_printf (words, "volume %u is damaged", number);
      return;
    case PAL_VOLUME_SWAPPED:
      g_string_append_printf (words, "volume %u is volume %u under another name", number, other);
      return;
    }
}

/**
 * pal_sealed_check_volumes:
 * @self: a list
 * @folder: where the volumes are
 * @number: where to begin; 1 is the first
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Looks at all volumes, so that one sentence says what has to be copied again. Blocking; any
 * thread.
 *
 * Returns: whether all are sound; otherwise %FALSE with %PAL_SEAL_ERROR_VOLUME
 */
gboolean
pal_sealed_check_volumes (const PalSealed *self, const char *folder, guint number,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n_bad = 0;

  for (guint i = MAX (number, 1); i <= self->volumes->len; i++)
    {
      guint other = 0;
      PalVolumeState state;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      state = pal_sealed_read_volume (self, folder, i, &other);
      if (state != PAL_VOLUME_SOUND && n_bad++ < MAX_NAMED)
        add_words (words, i, state, other);
    }
  if (n_bad == 0)
    return TRUE;
  if (n_bad > MAX_NAMED)
    g_string_append_printf (words, ", and %u more", n_bad - MAX_NAMED);
  g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_VOLUME, "of %u volumes, %s",
               self->volumes->len, words->str);

  return FALSE;
}
