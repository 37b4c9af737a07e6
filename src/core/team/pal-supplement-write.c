// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-supplement-write"
#include "config.h"

#include "pal-edition.h"

#include "pal-digest.h"
#include "pal-package-json.h"
#include "pal-package-writer.h"
#include "pal-parcel.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A package of kind `supplement`: package.json, supplement.json, the forms of the questionnaires
 * that changed, and the files that are new. */

#define CHANGES "data/supplement.json"

typedef struct
{
  char *id; /* of the form, or name of the attachment */
  char *version;
  char *sha256;
  char *title;
  char *name;    /* in the package */
  GBytes *bytes; /* (nullable): of a form */
  gint64 size;
} Part;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->id);
  g_free (part->version);
  g_free (part->sha256);
  g_free (part->title);
  g_free (part->name);
  g_clear_pointer (&part->bytes, g_bytes_unref);
  g_free (part);
}

static gboolean
has_part (GPtrArray *parts, const char *id, const char *version)
{
  for (guint i = 0; i < parts->len; i++)
    {
      const Part *part = g_ptr_array_index (parts, i);

      if (strcmp (part->id, id) == 0 && g_strcmp0 (part->version, version) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
add_form (PalDossier *dossier, const PalRecordInfo *info, GPtrArray *forms, GError **error)
{
  g_autoptr (PalForm) form = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *mapped = NULL;
  GBytes *source;
  Part *part;

  if (has_part (forms, info->form_id, info->form_version))
    return TRUE;
  form = pal_dossier_load_form (dossier, info->form_id, info->form_version, error);
  if (form == NULL)
    return FALSE;
  source = pal_form_get_source (form);
  wanted = g_strdup_printf ("%s-%s.xml", info->form_id, info->form_version);
  mapped = pal_package_map_name (wanted);
  part = g_new0 (Part, 1);
  part->id = g_strdup (info->form_id);
  part->version = g_strdup (info->form_version);
  part->bytes = g_bytes_ref (source);
  part->sha256 = pal_digest_bytes_hex (g_bytes_get_data (source, NULL), g_bytes_get_size (source));
  part->name = g_strdup_printf ("data/forms/%s", mapped);
  g_ptr_array_add (forms, part);

  return TRUE;
}

static gboolean
gather_forms (PalSupplement *self, PalDossier *dossier, GPtrArray *forms, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, NULL, error);

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    for (guint j = 0; j < self->changes->len; j++)
      {
        const PalRecordInfo *info = g_ptr_array_index (records, i);
        const PalAnswerChange *change = g_ptr_array_index (self->changes, j);

        if (strcmp (change->record, info->id) != 0)
          continue;
        if (!add_form (dossier, info, forms, error))
          return FALSE;
        break;
      }

  return TRUE;
}

static gboolean
gather_files (PalSupplement *self, PalDossier *dossier, GPtrArray *files, GError **error)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      const PalAnswerChange *change = g_ptr_array_index (self->changes, i);
      g_autofree char *mapped = NULL;
      Part *part;

      if (change->attachment == NULL || has_part (files, change->attachment, NULL))
        continue;
      part = g_new0 (Part, 1);
      g_ptr_array_add (files, part);
      part->id = g_strdup (change->attachment);
      mapped = pal_package_map_name (change->attachment);
      part->name = g_strdup_printf ("data/attachments/%s", mapped);
      if (!pal_dossier_get_attachment_info (dossier, part->id, &part->size, &part->sha256,
                                            &part->title, error))
        return FALSE;
    }

  return TRUE;
}

static char *
make_changes_json (PalSupplement *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "editionBefore", self->base->digest);
  pal_package_json_add_string (builder, "edition", self->digest);
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->changes->len; i++)
    {
      const PalAnswerChange *change = g_ptr_array_index (self->changes, i);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "record", change->record);
      pal_package_json_add_string (builder, "node", change->node);
      pal_package_json_add_string (builder, "question", change->label);
      pal_package_json_add_string (builder, "from", change->from);
      json_builder_set_member_name (builder, "fromPurged");
      json_builder_add_boolean_value (builder, change->from_purged);
      pal_package_json_add_string (builder, "to", change->to);
      json_builder_set_member_name (builder, "relevant");
      json_builder_add_boolean_value (builder, change->is_relevant);
      pal_package_json_add_time (builder, "when", change->time_us);
      pal_package_json_add_string (builder, "by", change->author);
      pal_package_json_add_string (builder, "why", change->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  return pal_package_json_print (builder);
}

static void
add_parts (JsonBuilder *builder, const char *name, GPtrArray *parts, gboolean are_forms)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++)
    {
      const Part *part = g_ptr_array_index (parts, i);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "id", part->id);
      if (are_forms)
        {
          pal_package_json_add_string (builder, "version", part->version);
          pal_package_json_add_string (builder, "sha256", part->sha256);
        }
      else
        {
          pal_package_json_add_string (builder, "name", part->title);
          json_builder_set_member_name (builder, "size");
          json_builder_add_int_value (builder, part->size);
        }
      pal_package_json_add_string (builder, "file", part->name);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static char *
make_package_json (PalSupplement *self, PalDossier *dossier, const char *id, GPtrArray *forms,
                   GPtrArray *files)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *state = pal_dossier_get_meta (dossier, "state");
  g_autofree char *cluster = pal_dossier_get_meta (dossier, "cluster");

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "kind", "supplement");
  pal_package_json_add_string (builder, "id", id);
  pal_package_json_add_string (builder, "dossier", pal_dossier_get_id (dossier));
  pal_package_json_add_string (builder, "state", state);
  pal_package_json_add_string (builder, "cluster", cluster);
  pal_package_json_add_string (builder, "edition", self->digest);
  pal_package_json_add_string (builder, "editionBefore", self->base->digest);
  pal_package_json_add_string (builder, "supersedes", self->base->archive);
  json_builder_set_member_name (builder, "cleared");
  if (self->present != NULL)
    {
      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "by", self->present->author);
      pal_package_json_add_time (builder, "when", self->present->time_us);
      json_builder_end_object (builder);
    }
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "file", CHANGES);
  json_builder_set_member_name (builder, "count");
  json_builder_add_int_value (builder, self->changes->len);
  json_builder_end_object (builder);
  add_parts (builder, "forms", forms, TRUE);
  add_parts (builder, "attachments", files, FALSE);
  pal_package_json_add_time (builder, "created", g_get_real_time ());

  return pal_package_json_end (builder);
}

static gboolean
chunk_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  return pal_package_writer_write (user_data, data, length, error);
}

static gboolean
write_file (PalPackageWriter *writer, PalDossier *dossier, const Part *part,
            GCancellable *cancellable, GError **error)
{
  return pal_package_writer_begin_sized (
             writer, part->name, pal_package_guess_media_type (part->name), part->size, error)
         && pal_dossier_read_attachment (dossier, part->id, chunk_cb, writer, cancellable, error)
         && pal_package_writer_end (writer, error);
}

static gboolean
write_text (PalPackageWriter *writer, const char *name, const char *text, GError **error)
{
  return pal_package_writer_add_bytes (writer, name, "application/json", text, strlen (text),
                                       error);
}

/* Which answers went, for whoever asks later what is out; by the digest a delivery is found. */
static gboolean
note_parcel (PalSupplement *self, PalDossier *dossier, const char *id, const char *path,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sha256 = pal_digest_file_hex (path, NULL, cancellable, error);

  if (sha256 == NULL)
    return FALSE;
  for (guint i = 0; i < self->changes->len; i++)
    {
      const PalAnswerChange *change = g_ptr_array_index (self->changes, i);

      g_ptr_array_add (records, g_strconcat (change->record, change->node, NULL));
    }

  return pal_parcel_note (dossier, PAL_PARCEL_SUPPLEMENT, id, records, error)
         && pal_parcel_name_archive (dossier, id, sha256, error);
}

/**
 * pal_supplement_write:
 * @self: what changed
 * @dossier: where it was looked at
 * @path: where the archive shall be
 * @identity: (nullable): who signs; %NULL leaves it unsigned
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Blocking. Writes exactly what changed, notes which answers those are (pal-parcel.h), and marks
 * the log as known elsewhere.
 *
 * Returns: whether the archive is on the disk; %PAL_EDITION_ERROR_NOTHING, errors of the package
 *   writer, signing and the dossier
 */
gboolean
pal_supplement_write (PalSupplement *self, PalDossier *dossier, const char *path,
                      PalIdentity *identity, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func (part_free);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (part_free);
  g_autoptr (PalPackageWriter) writer = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *urn = g_strconcat ("urn:uuid:", id, NULL);
  g_autofree char *state = NULL;
  g_autofree char *package = NULL;
  g_autofree char *changes = NULL;
  g_autoptr (GError) note_error = NULL;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  if (self->changes->len == 0)
    {
      g_set_error (error, PAL_EDITION_ERROR, PAL_EDITION_ERROR_NOTHING,
                   "nothing changed since the edition that was packed last");
      return FALSE;
    }
  if (!gather_forms (self, dossier, forms, error) || !gather_files (self, dossier, files, error))
    return FALSE;
  package = make_package_json (self, dossier, id, forms, files);
  changes = make_changes_json (self);
  state = pal_dossier_get_meta (dossier, "state");

  writer = pal_package_writer_new (path, error);
  if (writer == NULL || !write_text (writer, "data/package.json", package, error)
      || !write_text (writer, CHANGES, changes, error))
    return FALSE;
  for (guint i = 0; i < forms->len; i++)
    {
      const Part *part = g_ptr_array_index (forms, i);

      if (!pal_package_writer_add_bytes (writer, part->name, "application/xml",
                                         g_bytes_get_data (part->bytes, NULL),
                                         g_bytes_get_size (part->bytes), error))
        return FALSE;
    }
  for (guint i = 0; i < files->len; i++)
    if (!write_file (writer, dossier, g_ptr_array_index (files, i), cancellable, error))
      return FALSE;

  if (!pal_package_writer_finish (writer, urn, state, identity, error))
    return FALSE;
  if (pal_dossier_is_read_only (dossier))
    return TRUE;
  if (!note_parcel (self, dossier, id, path, cancellable, &note_error))
    g_info ("what went was not noted: %s", note_error->message);

  return pal_dossier_mark_exported (dossier, error);
}
