// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-submission"
#include "config.h"

#include "pal-submission-private.h"

#include "pal-digest.h"
#include "pal-package-json.h"
#include "pal-package-writer.h"
#include "pal-parcel.h"
#include "pal-read-ahead.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/statvfs.h>

#define SPARE_BYTES ((guint64) 64 * 1024 * 1024)

/* The files that are included, with package.json before them (package-format 1). */

struct _PalPlan
{
  PalSubmission *submission; /* (owned) */
  GPtrArray *sources;        /* (owned) (element-type PalSource): unowned, included */
  char *path;                /* (owned) */
  PalIdentity *identity;     /* (owned) (nullable) */
  char *id;                  /* (owned): of this package */
  char *cleared_by;          /* (owned) (nullable) */
  gint64 cleared_us;
  char *package_json; /* (owned) */
};

/* --- package.json --- */

static void
add_files (JsonBuilder *builder, PalPlan *plan, const char *name, PalSourceKind kind)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < plan->sources->len; i++)
    {
      const PalSource *source = g_ptr_array_index (plan->sources, i);

      if (source->kind != kind)
        continue;
      json_builder_begin_object (builder);
      switch (kind)
        {
        case PAL_SOURCE_FORM:
          pal_package_json_add_string (builder, "id", source->id);
          pal_package_json_add_string (builder, "version", source->version);
          pal_package_json_add_string (builder, "sha256", source->sha256);
          break;
        case PAL_SOURCE_INSTANCE:
          pal_package_json_add_string (builder, "id", source->id);
          pal_package_json_add_string (builder, "form", source->form_id);
          pal_package_json_add_string (builder, "version", source->version);
          pal_package_json_add_time (builder, "changed", source->changed_us);
          break;
        case PAL_SOURCE_ATTACHMENT:
          pal_package_json_add_string (builder, "id", source->id);
          pal_package_json_add_string (builder, "name", source->file->title);
          json_builder_set_member_name (builder, "size");
          json_builder_add_int_value (builder, source->file->size);
          break;
        }
      pal_package_json_add_string (builder, "file", source->file->name);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_cleared (JsonBuilder *builder, const PalPlan *plan)
{
  json_builder_set_member_name (builder, "cleared");
  if (plan->cleared_by == NULL || *plan->cleared_by == '\0')
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "by", plan->cleared_by);
  pal_package_json_add_time (builder, "when", plan->cleared_us);
  json_builder_end_object (builder);
}

static void
add_disclosure (JsonBuilder *builder, PalSubmission *self)
{
  g_autoptr (GList) names
      = g_list_sort (g_hash_table_get_keys (self->disclosure), (GCompareFunc) strcmp);

  json_builder_set_member_name (builder, "disclosure");
  json_builder_begin_object (builder);
  for (GList *item = names; item != NULL; item = item->next)
    pal_package_json_add_string (builder, item->data,
                                 g_hash_table_lookup (self->disclosure, item->data));
  json_builder_end_object (builder);
}

/* An edition is named by the digest over the digests of its instances, in the order of their names.
 */
static char *
dup_edition (PalPlan *plan)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  guint8 out[PAL_DIGEST_BYTES];

  for (guint i = 0; i < plan->sources->len; i++)
    {
      const PalSource *source = g_ptr_array_index (plan->sources, i);

      if (source->kind == PAL_SOURCE_INSTANCE)
        pal_digest_update (digest, source->sha256, strlen (source->sha256));
    }
  pal_digest_finish (digest, out);

  return pal_digest_to_hex (out);
}

static char *
make_package_json (PalPlan *plan)
{
  PalSubmission *self = plan->submission;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *edition = self->edition != NULL ? g_strdup (self->edition) : dup_edition (plan);

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "kind", "submission");
  pal_package_json_add_string (builder, "id", plan->id);
  pal_package_json_add_string (builder, "dossier", pal_dossier_get_id (self->dossier));
  pal_package_json_add_string (builder, "state", self->state_name);
  pal_package_json_add_string (builder, "cluster", self->cluster);
  pal_package_json_add_string (builder, "edition", edition);
  pal_package_json_add_string (builder, "supersedes", self->supersedes);
  json_builder_set_member_name (builder, "languages");
  json_builder_begin_array (builder);
  for (guint i = 0; self->languages != NULL && self->languages[i] != NULL; i++)
    if (*self->languages[i] != '\0')
      json_builder_add_string_value (builder, self->languages[i]);
  json_builder_end_array (builder);
  add_cleared (builder, plan);
  add_disclosure (builder, self);
  add_files (builder, plan, "forms", PAL_SOURCE_FORM);
  add_files (builder, plan, "records", PAL_SOURCE_INSTANCE);
  add_files (builder, plan, "attachments", PAL_SOURCE_ATTACHMENT);
  pal_package_json_add_time (builder, "created", g_get_real_time ());

  return pal_package_json_end (builder);
}

PalPlan *
pal_plan_new (PalSubmission *self, const char *path, PalIdentity *identity)
{
  PalPlan *plan = g_new0 (PalPlan, 1);

  plan->submission = g_object_ref (self);
  plan->path = g_strdup (path);
  plan->identity = identity != NULL ? g_object_ref (identity) : NULL;
  plan->id = g_uuid_string_random ();
  plan->cleared_by = g_strdup (self->cleared_by);
  plan->cleared_us = self->cleared_us;
  plan->sources = g_ptr_array_new ();
  for (guint i = 0; i < self->sources->len; i++)
    {
      PalSource *source = g_ptr_array_index (self->sources, i);

      if (pal_submission_goes (self, source->file))
        g_ptr_array_add (plan->sources, source);
    }
  plan->package_json = make_package_json (plan);

  return plan;
}

void
pal_plan_free (PalPlan *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->sources);
  g_object_unref (self->submission);
  g_clear_object (&self->identity);
  g_free (self->path);
  g_free (self->id);
  g_free (self->cleared_by);
  g_free (self->package_json);
  g_free (self);
}

/* --- Writing --- */

typedef struct
{
  PalPackageWriter *writer; /* (owned) */
  PalSubmissionProgress progress;
  gpointer progress_data;
  gint64 done;  /* bytes */
  gint64 total; /* bytes, at least 1 */
} Output;

static void
advance (Output *output, gsize length)
{
  output->done += length;
  if (output->progress != NULL)
    output->progress (MIN ((double) output->done / output->total, 1.0), output->progress_data);
}

static gboolean
chunk_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  Output *output = user_data;

  if (!pal_package_writer_write (output->writer, data, length, error))
    return FALSE;
  advance (output, length);

  return TRUE;
}

/* The writer digests each byte, so that reading need not: but somebody must compare. */
static gboolean
write_attachment (PalPlan *plan, const PalSource *source, Output *output, GCancellable *cancellable,
                  GError **error)
{
  g_autofree char *sha256 = NULL;

  if (!pal_package_writer_begin_sized (output->writer, source->file->name,
                                       pal_package_guess_media_type (source->file->name),
                                       source->file->size, error)
      || !pal_read_ahead (plan->submission->dossier, source->id, chunk_cb, output, cancellable,
                          error)
      || !pal_package_writer_end (output->writer, error))
    return FALSE;
  sha256 = pal_package_writer_dup_last_sha256 (output->writer);
  if (g_strcmp0 (sha256, source->sha256) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "an attachment is not what it was");
      return FALSE;
    }

  return TRUE;
}

static gboolean
write_source (PalPlan *plan, const PalSource *source, Output *output, GCancellable *cancellable,
              GError **error)
{
  gsize length = 0;
  const void *data;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (source->kind != PAL_SOURCE_ATTACHMENT)
    {
      data = g_bytes_get_data (source->bytes, &length);
      if (!pal_package_writer_add_bytes (output->writer, source->file->name, "application/xml",
                                         data, length, error))
        return FALSE;
      advance (output, length);
      return TRUE;
    }

  return write_attachment (plan, source, output, cancellable, error);
}

static gboolean
write_all (PalPlan *plan, Output *output, GCancellable *cancellable, GError **error)
{
  g_autofree char *urn = g_strconcat ("urn:uuid:", plan->id, NULL);

  if (!pal_package_writer_add_bytes (output->writer, "data/package.json", "application/json",
                                     plan->package_json, strlen (plan->package_json), error))
    return FALSE;
  for (guint i = 0; i < plan->sources->len; i++)
    if (!write_source (plan, g_ptr_array_index (plan->sources, i), output, cancellable, error))
      return FALSE;

  return !g_cancellable_set_error_if_cancelled (cancellable, error)
         && pal_package_writer_finish (output->writer, urn, plan->submission->state_name,
                                       plan->identity, error);
}

/* Before the work, not in the middle of it. */
static gboolean
check_space (const char *path, gint64 bytes, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct statvfs info;

  /* Where nobody can tell, writing will. */
  if (statvfs (folder, &info) != 0 || info.f_blocks == 0)
    return TRUE;
  if ((guint64) info.f_bavail * info.f_frsize < (guint64) bytes + SPARE_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   "not enough space for an archive of %" G_GINT64_FORMAT " bytes", bytes);
      return FALSE;
    }

  return TRUE;
}

/* Ids of the records that are in it, for whoever asks later what went. */
static gboolean
note_parcel (PalPlan *self, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();

  for (guint i = 0; i < self->sources->len; i++)
    {
      const PalSource *source = g_ptr_array_index (self->sources, i);

      if (source->kind == PAL_SOURCE_INSTANCE)
        g_ptr_array_add (records, source->id);
    }

  return pal_parcel_note (self->submission->dossier, PAL_PARCEL_SUBMISSION, self->id, records,
                          error);
}

gboolean
pal_plan_run (PalPlan *self, PalSubmissionProgress progress, gpointer progress_data,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) mark_error = NULL;
  g_autoptr (GError) note_error = NULL;
  Output output = { 0 };
  gboolean ok;

  output.progress = progress;
  output.progress_data = progress_data;
  output.total = 1;
  for (guint i = 0; i < self->sources->len; i++)
    output.total += MAX (((PalSource *) g_ptr_array_index (self->sources, i))->file->size, 0);

  output.writer = pal_package_writer_new (self->path, error);
  if (output.writer == NULL)
    return FALSE;
  if (!check_space (self->path, output.total, error))
    {
      pal_package_writer_free (output.writer);
      return FALSE;
    }
  ok = write_all (self, &output, cancellable, error);
  pal_package_writer_free (output.writer);
  if (!ok)
    return FALSE;

  if (progress != NULL)
    progress (1.0, progress_data);
  /* The archive is there: a log that could not be marked only grows a little less precise. */
  if (!pal_dossier_is_read_only (self->submission->dossier)
      && !pal_dossier_mark_exported (self->submission->dossier, &mark_error))
    g_info ("the log was not marked as exported: %s", mark_error->message);
  if (!pal_dossier_is_read_only (self->submission->dossier) && !note_parcel (self, &note_error))
    g_info ("what went was not noted: %s", note_error->message);
  g_free (self->submission->package_id);
  self->submission->package_id = g_strdup (self->id);

  return TRUE;
}
