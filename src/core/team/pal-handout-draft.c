// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-draft"
#include "config.h"

#include "pal-handout-private.h"

#include "pal-cms-seal.h"
#include "pal-clock.h"
#include "pal-digest.h"
#include "pal-package-json.h"
#include "pal-package-writer.h"
#include "pal-parcel.h"

#include <string.h>

/* The package itself, of both kinds: a section and a return. */

#define COPY_BYTES (256 * 1024)

/* --- package.json */

typedef struct
{
  PalForm *form; /* (owned) */
  char *file;    /* (owned): in the package */
  char *sha256;  /* (owned) */
} FormFile;

typedef struct
{
  char *name;     /* (owned): in the dossier */
  char *file;     /* (owned): in the package */
  char *sha256;   /* (owned) */
  char *original; /* (owned) */
  gint64 size_bytes;
} AttachmentFile;

static void
form_file_free (gpointer data)
{
  FormFile *file = data;

  pal_form_unref (file->form);
  g_free (file->file);
  g_free (file->sha256);
  g_free (file);
}

static void
attachment_file_free (gpointer data)
{
  AttachmentFile *file = data;

  g_free (file->name);
  g_free (file->file);
  g_free (file->sha256);
  g_free (file->original);
  g_free (file);
}

typedef struct
{
  PalDossier *dossier; /* (unowned) */
  const PalHandoutDraft *draft;
  GPtrArray *forms;       /* (element-type FormFile) */
  GPtrArray *attachments; /* (element-type AttachmentFile) */
  PalPackageWriter *writer;
  GCancellable *cancellable;
} Writing;

static void
build_forms (JsonBuilder *builder, Writing *writing)
{
  json_builder_set_member_name (builder, "forms");
  json_builder_begin_array (builder);
  for (guint i = 0; i < writing->forms->len; i++)
    {
      const FormFile *file = g_ptr_array_index (writing->forms, i);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "id", pal_form_get_id (file->form));
      json_builder_set_member_name (builder, "version");
      json_builder_add_string_value (builder, pal_form_get_version (file->form));
      pal_package_json_add_string (builder, "sha256", file->sha256);
      pal_package_json_add_string (builder, "file", file->file);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_records (JsonBuilder *builder, Writing *writing)
{
  json_builder_set_member_name (builder, "records");
  json_builder_begin_array (builder);
  for (guint i = 0; i < writing->draft->records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (writing->draft->records, i);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "id", info->id);
      pal_package_json_add_string (builder, "form", info->form_id);
      json_builder_set_member_name (builder, "version");
      json_builder_add_string_value (builder, info->form_version);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_attachments (JsonBuilder *builder, Writing *writing)
{
  json_builder_set_member_name (builder, "attachments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < writing->attachments->len; i++)
    {
      const AttachmentFile *file = g_ptr_array_index (writing->attachments, i);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "id", file->name);
      pal_package_json_add_string (builder, "name", file->original);
      json_builder_set_member_name (builder, "size");
      json_builder_add_int_value (builder, file->size_bytes);
      pal_package_json_add_string (builder, "sha256", file->sha256);
      pal_package_json_add_string (builder, "file", file->file);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static char *
make_package_json (Writing *writing)
{
  const PalHandoutDraft *draft = writing->draft;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *title = pal_dossier_get_meta (writing->dossier, "title");
  g_autofree char *state = pal_dossier_get_meta (writing->dossier, "state");
  g_autofree char *cluster = pal_dossier_get_meta (writing->dossier, "cluster");
  g_autofree char *created = pal_clock_format_rfc3339 (g_get_real_time ());

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "kind", draft->kind);
  pal_package_json_add_string (builder, "id", draft->id);
  pal_package_json_add_string (builder, "handOut", draft->hand_out);
  pal_package_json_add_string (builder, "dossier", draft->dossier_id);
  pal_package_json_add_string (builder, "title", title);
  pal_package_json_add_string (builder, "state", state);
  pal_package_json_add_string (builder, "cluster", cluster);
  pal_package_json_add_string (builder, "person", draft->person);
  pal_package_json_add_string (builder, "from", draft->from);
  pal_package_json_add_string (builder, "due", draft->due);
  json_builder_set_member_name (builder, "pages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < draft->pages->len; i++)
    {
      const PalHandoutPage *page = g_ptr_array_index (draft->pages, i);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "path", page->path);
      pal_package_json_add_string (builder, "title", page->title);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  build_records (builder, writing);
  build_forms (builder, writing);
  build_attachments (builder, writing);
  pal_package_json_add_string (builder, "created", created);

  return pal_package_json_end (builder);
}

/* --- files */

static gboolean
add_form (Writing *writing, const char *id, const char *version, GError **error)
{
  g_autofree char *wanted = NULL;
  g_autofree char *mapped = NULL;
  g_autoptr (PalForm) form = NULL;
  FormFile *file;
  GBytes *source;

  for (guint i = 0; i < writing->forms->len; i++)
    {
      const FormFile *known = g_ptr_array_index (writing->forms, i);

      if (strcmp (pal_form_get_id (known->form), id) == 0
          && (version == NULL || strcmp (pal_form_get_version (known->form), version) == 0))
        return TRUE;
    }
  form = pal_dossier_load_form (writing->dossier, id, version, error);
  if (form == NULL)
    return FALSE;

  source = pal_form_get_source (form);
  wanted = g_strdup_printf ("%s-%s.xml", id, pal_form_get_version (form));
  mapped = pal_package_map_name (wanted);
  file = g_new0 (FormFile, 1);
  file->sha256 = pal_digest_bytes_hex (g_bytes_get_data (source, NULL), g_bytes_get_size (source));
  file->file = g_strdup_printf ("data/forms/%u-%s", writing->forms->len + 1, mapped);
  file->form = g_steal_pointer (&form);
  g_ptr_array_add (writing->forms, file);

  return TRUE;
}

static gboolean
gather_forms (Writing *writing, GError **error)
{
  const PalHandoutDraft *draft = writing->draft;

  for (guint i = 0; i < draft->records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (draft->records, i);

      if (!add_form (writing, info->form_id, info->form_version, error))
        return FALSE;
    }
  for (guint i = 0; i < draft->more_forms->len; i++)
    {
      g_autoptr (GError) local = NULL;

      if (!add_form (writing, g_ptr_array_index (draft->more_forms, i), NULL, &local)
          && !g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
gather_attachments (Writing *writing, GError **error)
{
  GPtrArray *names = writing->draft->attachments;

  for (guint i = 0; i < names->len; i++)
    {
      AttachmentFile *file = g_new0 (AttachmentFile, 1);
      g_autofree char *mapped = pal_package_map_name (g_ptr_array_index (names, i));

      g_ptr_array_add (writing->attachments, file);
      file->name = g_strdup (g_ptr_array_index (names, i));
      file->file = g_strdup_printf ("data/attachments/%u-%s", i + 1, mapped);
      if (!pal_dossier_get_attachment_info (writing->dossier, file->name, &file->size_bytes,
                                            &file->sha256, &file->original, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
chunk_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  return pal_package_writer_write (user_data, data, length, error);
}

static gboolean
write_attachments (Writing *writing, GError **error)
{
  for (guint i = 0; i < writing->attachments->len; i++)
    {
      const AttachmentFile *file = g_ptr_array_index (writing->attachments, i);

      if (!pal_package_writer_begin_sized (writing->writer, file->file,
                                           pal_package_guess_media_type (file->file),
                                           file->size_bytes, error)
          || !pal_dossier_read_attachment (writing->dossier, file->name, chunk_cb, writing->writer,
                                           writing->cancellable, error)
          || !pal_package_writer_end (writing->writer, error))
        return FALSE;
    }

  return TRUE;
}

/* --- the log */

static GFileIOStream *
open_temporary (GError **error)
{
  GFileIOStream *stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("palermo-XXXXXX.jsonl", &stream, error);

  /* Nobody else ever sees it: the name goes at once. */
  if (file != NULL)
    g_file_delete (file, NULL, NULL);

  return stream;
}

/* skip_line: without the first line, which names the dossier once more */
static gboolean
copy_log (GFileIOStream *from, gboolean skip_line, GOutputStream *to, GCancellable *cancellable,
          GError **error)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (from));
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  gssize n;

  if (!g_seekable_seek (G_SEEKABLE (from), 0, G_SEEK_SET, cancellable, error))
    return FALSE;
  while ((n = g_input_stream_read (in, buffer, COPY_BYTES, cancellable, error)) > 0)
    {
      const char *start = buffer;

      if (skip_line)
        {
          const char *end = memchr (buffer, '\n', n);

          if (end == NULL)
            continue;
          start = end + 1;
          skip_line = FALSE;
        }
      if (!g_output_stream_write_all (to, start, buffer + n - start, NULL, cancellable, error))
        return FALSE;
    }

  return n == 0;
}

/* One log of all records. */
static GFileIOStream *
gather_log (Writing *writing, GError **error)
{
  const PalHandoutDraft *draft = writing->draft;
  g_autoptr (GFileIOStream) whole = open_temporary (error);
  GOutputStream *out;

  if (whole == NULL)
    return NULL;
  out = g_io_stream_get_output_stream (G_IO_STREAM (whole));
  for (guint i = 0; i < draft->records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (draft->records, i);
      const char *const *prefixes
          = draft->prefixes != NULL ? g_hash_table_lookup (draft->prefixes, info->id) : NULL;
      g_autoptr (GFileIOStream) one = open_temporary (error);

      if (one == NULL
          || !pal_dossier_write_log (writing->dossier, info->id, prefixes,
                                     g_io_stream_get_output_stream (G_IO_STREAM (one)),
                                     writing->cancellable, error)
          || !copy_log (one, i > 0, out, writing->cancellable, error))
        return NULL;
    }

  return g_steal_pointer (&whole);
}

static gboolean
write_log (Writing *writing, GFileIOStream *log, GError **error)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (log));
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  goffset size;
  gssize n;

  if (!g_seekable_seek (G_SEEKABLE (log), 0, G_SEEK_END, writing->cancellable, error))
    return FALSE;
  size = g_seekable_tell (G_SEEKABLE (log));
  if (!g_seekable_seek (G_SEEKABLE (log), 0, G_SEEK_SET, writing->cancellable, error)
      || !pal_package_writer_begin_sized (writing->writer, PAL_HANDOUT_LOG, "application/jsonl",
                                          size, error))
    return FALSE;
  while ((n = g_input_stream_read (in, buffer, COPY_BYTES, writing->cancellable, error)) > 0)
    if (!pal_package_writer_write (writing->writer, buffer, n, error))
      return FALSE;

  return n == 0 && pal_package_writer_end (writing->writer, error);
}

/* --- the package */

static gboolean
write_files (Writing *writing, PalIdentity *identity, GError **error)
{
  g_autofree char *json = make_package_json (writing);
  g_autofree char *urn = g_strconcat ("urn:uuid:", writing->draft->id, NULL);
  g_autofree char *state = pal_dossier_get_meta (writing->dossier, "state");
  g_autoptr (GFileIOStream) log = gather_log (writing, error);

  if (log == NULL
      || !pal_package_writer_add_bytes (writing->writer, "data/package.json", "application/json",
                                        json, strlen (json), error))
    return FALSE;
  for (guint i = 0; i < writing->forms->len; i++)
    {
      const FormFile *file = g_ptr_array_index (writing->forms, i);
      GBytes *source = pal_form_get_source (file->form);

      if (!pal_package_writer_add_bytes (writing->writer, file->file, "application/xml",
                                         g_bytes_get_data (source, NULL), g_bytes_get_size (source),
                                         error))
        return FALSE;
    }

  return write_attachments (writing, error) && write_log (writing, log, error)
         && !g_cancellable_set_error_if_cancelled (writing->cancellable, error)
         && pal_package_writer_finish (writing->writer, urn, state, identity, error);
}

static gboolean
write_package (PalDossier *dossier, const PalHandoutDraft *draft, const char *path,
               PalIdentity *identity, GCancellable *cancellable, GError **error)
{
  Writing writing = { .dossier = dossier, .draft = draft, .cancellable = cancellable };
  gboolean ok;

  writing.forms = g_ptr_array_new_with_free_func (form_file_free);
  writing.attachments = g_ptr_array_new_with_free_func (attachment_file_free);
  ok = gather_forms (&writing, error) && gather_attachments (&writing, error);
  if (ok)
    {
      writing.writer = pal_package_writer_new (path, error);
      ok = writing.writer != NULL && write_files (&writing, identity, error);
      g_clear_pointer (&writing.writer, pal_package_writer_free);
    }
  g_ptr_array_unref (writing.forms);
  g_ptr_array_unref (writing.attachments);

  return ok;
}

/* What is in clear stands in a private folder, and only until it is encrypted. */
static gboolean
write_sealed (PalDossier *dossier, const PalHandoutDraft *draft, const char *path,
              PalIdentity *identity, GPtrArray *recipients, GCancellable *cancellable,
              GError **error)
{
  int lock_fd = -1;
  g_autofree char *folder = pal_handout_make_folder (&lock_fd, error);
  g_autofree char *clear = NULL;
  gboolean ok;

  if (folder == NULL)
    return FALSE;
  clear = g_build_filename (folder, "clear.asice", NULL);
  ok = write_package (dossier, draft, clear, identity, cancellable, error)
       && pal_cms_seal_file (clear, path, recipients, cancellable, error);
  pal_handout_remove_folder (folder, lock_fd);

  return ok;
}

/**
 * pal_handout_draft_write:
 * @dossier: a dossier
 * @draft: what the package shall hold
 * @path: where it shall be
 * @identity: who signs
 * @recipients: (nullable) (element-type utf8): PEM paths: who may open it; %NULL: everybody
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Writes a section or a return. Blocking.
 *
 * Returns: whether it is on the disk
 */
gboolean
pal_handout_draft_write (PalDossier *dossier, const PalHandoutDraft *draft, const char *path,
                         PalIdentity *identity, GPtrArray *recipients, GCancellable *cancellable,
                         GError **error)
{
  /* Before the log leaves: what is in it then is never replaced. */
  if (!pal_dossier_mark_exported (dossier, error))
    return FALSE;
  if (recipients != NULL && recipients->len > 0)
    return write_sealed (dossier, draft, path, identity, recipients, cancellable, error);

  return write_package (dossier, draft, path, identity, cancellable, error);
}
