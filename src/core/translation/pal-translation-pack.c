// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translation"
#include "config.h"

#include "pal-translation-private.h"

#include "pal-clock.h"
#include "pal-package-writer.h"
#include "pal-paths.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Translations as a signed package for somebody else. */

typedef struct
{
  char *id;                /* (owned): what it is of */
  char *version;           /* (owned) (nullable): of the form, or the program */
  char *file;              /* (owned): in the package */
  char *sha256;            /* (owned) */
  PalCatalogue *catalogue; /* (owned): as it is read elsewhere */
} Part;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->id);
  g_free (part->version);
  g_free (part->file);
  g_free (part->sha256);
  g_clear_object (&part->catalogue);
  g_free (part);
}

static char *
dup_version (const char *id)
{
  g_autofree char *relative = g_strdup_printf ("forms/%s.xml", id);
  g_autofree char *path = pal_paths_dup_data_file (relative);
  g_autoptr (PalForm) form = NULL;

  if (strcmp (id, PAL_TRANSLATION_INTERFACE) == 0)
    return g_strdup (PALERMO_VERSION);
  form = pal_form_load_file (path, NULL);

  return form != NULL ? g_strdup (pal_form_get_version (form)) : NULL;
}

static Part *
make_part (PalCatalogue *catalogue, GError **error)
{
  const char *language = pal_catalogue_get_language (catalogue);
  g_autofree char *id = pal_translation_find_target (catalogue, error);
  PalCatalogue *checked
      = id != NULL ? pal_translation_check (catalogue, id, language != NULL ? language : "", error)
                   : NULL;
  Part *part;

  if (checked == NULL)
    return NULL;
  part = g_new0 (Part, 1);
  part->catalogue = checked;
  part->file = g_strdup_printf ("data/catalogues/%s.%s.po", id, language);
  part->version = dup_version (id);
  part->id = g_steal_pointer (&id);

  return part;
}

/* --- package.json */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder, const char *name, guint value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_part (JsonBuilder *builder, const Part *part)
{
  PalCoverage coverage = pal_catalogue_get_coverage (part->catalogue, NULL);

  json_builder_begin_object (builder);
  add_string (builder, "id", part->id);
  add_string (builder, "language", pal_catalogue_get_language (part->catalogue));
  add_string (builder, "version", part->version);
  add_string (builder, "file", part->file);
  add_string (builder, "sha256", part->sha256);
  add_number (builder, "translated", coverage.n_translated);
  add_number (builder, "fuzzy", coverage.n_fuzzy);
  add_number (builder, "missing", coverage.n_missing);
  json_builder_end_object (builder);
}

static char *
make_json (GPtrArray *parts, const char *id, PalIdentity *identity)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *created = pal_clock_format_rfc3339 (g_get_real_time ());

  json_builder_begin_object (builder);
  add_string (builder, "kind", "translation");
  add_string (builder, "id", id);
  add_string (builder, "created", created);
  add_string (builder, "from", pal_identity_get_common_name (identity));
  add_string (builder, "producer", "Palermo " PALERMO_VERSION);
  json_builder_set_member_name (builder, "catalogues");
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++)
    add_part (builder, g_ptr_array_index (parts, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);

  return json_generator_to_data (generator, NULL);
}

/* --- writing */

static gboolean
write_package (GPtrArray *parts, GPtrArray *files, const char *path, PalIdentity *identity,
               GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *urn = g_strconcat ("urn:uuid:", id, NULL);
  g_autofree char *json = make_json (parts, id, identity);
  g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, error);

  /* What is added first is the root of the package. */
  if (writer == NULL
      || !pal_package_writer_add_bytes (writer, "data/package.json", "application/json", json,
                                        strlen (json), error))
    return FALSE;
  for (guint i = 0; i < parts->len; i++)
    {
      const Part *part = g_ptr_array_index (parts, i);
      gsize length = 0;
      const char *text = g_bytes_get_data (g_ptr_array_index (files, i), &length);

      if (!pal_package_writer_add_bytes (writer, part->file, "text/x-gettext-translation", text,
                                         length, error))
        return FALSE;
    }

  return pal_package_writer_finish (writer, urn, pal_identity_get_common_name (identity), identity,
                                    error);
}

/**
 * pal_translation_pack:
 * @catalogues: (element-type PalCatalogue): at least one
 * @path: the package to write
 * @identity: who signs
 * @error: return location
 *
 * Writes a package of the kind "translation". Each catalogue must be in order and of something that
 * is here. Blocking.
 *
 * Returns: whether it was written; #PalCatalogueError, #PalTranslationError, errors of packages
 */
gboolean
pal_translation_pack (GPtrArray *catalogues, const char *path, PalIdentity *identity,
                      GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (part_free);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  g_return_val_if_fail (catalogues != NULL && catalogues->len > 0, FALSE);
  g_return_val_if_fail (path != NULL && PAL_IS_IDENTITY (identity), FALSE);

  for (guint i = 0; i < catalogues->len; i++)
    {
      Part *part = make_part (g_ptr_array_index (catalogues, i), error);
      GBytes *bytes;

      if (part == NULL)
        return FALSE;
      g_ptr_array_add (parts, part);
      bytes = pal_catalogue_write (part->catalogue, error);
      if (bytes == NULL)
        return FALSE;
      g_ptr_array_add (files, bytes);
      part->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
    }

  return write_package (parts, files, path, identity, error);
}

typedef struct
{
  GPtrArray *catalogues; /* (element-type PalCatalogue): copies */
  char *path;
  PalIdentity *identity;
} Packing;

static void
packing_free (gpointer data)
{
  Packing *packing = data;

  g_ptr_array_unref (packing->catalogues);
  g_free (packing->path);
  g_object_unref (packing->identity);
  g_free (packing);
}

static void
pack_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Packing *packing = task_data;
  GError *error = NULL;

  if (pal_translation_pack (packing->catalogues, packing->path, packing->identity, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_translation_pack_async:
 * @catalogues: (element-type PalCatalogue): as they are now
 * @path: the package to write
 * @identity: who signs
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_pack() in a thread.
 */
void
pal_translation_pack_async (GPtrArray *catalogues, const char *path, PalIdentity *identity,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Packing *packing;

  g_return_if_fail (catalogues != NULL && catalogues->len > 0);
  g_return_if_fail (path != NULL && PAL_IS_IDENTITY (identity));

  packing = g_new0 (Packing, 1);
  packing->catalogues = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < catalogues->len; i++)
    g_ptr_array_add (packing->catalogues, pal_catalogue_copy (g_ptr_array_index (catalogues, i)));
  packing->path = g_strdup (path);
  packing->identity = g_object_ref (identity);
  g_task_set_source_tag (task, pal_translation_pack_async);
  g_task_set_task_data (task, packing, packing_free);
  g_task_run_in_thread (task, pack_in_thread);
}

/**
 * pal_translation_pack_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
pal_translation_pack_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
