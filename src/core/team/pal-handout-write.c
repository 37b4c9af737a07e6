// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-write"
#include "config.h"

#include "pal-handout-private.h"

#include "pal-cms-seal.h"
#include "pal-clock.h"
#include "pal-digest.h"
#include "pal-form-changes.h"
#include "pal-package-json.h"
#include "pal-package-writer.h"
#include "pal-parcel.h"

#include <string.h>

/* Both kinds of package, and what goes into a section. */

#define COPY_BYTES (256 * 1024)
#define COMMENT_FORM "comment"
#define TWIN_FORM "answer-translation"
#define LANGUAGES_FORM "answer-languages"

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

/* --- a section */

typedef struct
{
  PalDossier *dossier;
  GPtrArray *assignments;  /* (element-type PalAssignment) */
  GPtrArray *pages;        /* (element-type PalHandoutPage) */
  GPtrArray *records;      /* (element-type PalRecordInfo) */
  GHashTable *prefixes;    /* record id -> GStrv */
  GHashTable *attachments; /* (element-type utf8) */
} Section;

static void
section_clear (Section *section)
{
  g_clear_pointer (&section->assignments, g_ptr_array_unref);
  g_clear_pointer (&section->pages, g_ptr_array_unref);
  g_clear_pointer (&section->records, g_ptr_array_unref);
  g_clear_pointer (&section->prefixes, g_hash_table_unref);
  g_clear_pointer (&section->attachments, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Section, section_clear)

static char *
dup_page_title (PalForm *form, const char *path)
{
  PalFormNode *node = pal_form_find_node (form, path);

  return node != NULL && node->control != NULL
             ? pal_form_dup_text (form, node->control, PAL_TEXT_LABEL, NULL)
             : NULL;
}

/* The assigned pages that are in this form. An older name of a page means the page. */
static GPtrArray *
list_pages (Section *section, PalForm *form)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < section->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (section->assignments, i);
      PalFormNode *node = pal_form_find_node (form, one->page);
      g_autofree char *title = NULL;

      if (node == NULL)
        node = pal_form_find_successor (form, one->page);
      if (node == NULL || g_ptr_array_find_with_equal_func (paths, node->path, g_str_equal, NULL))
        continue;
      title = dup_page_title (form, node->path);
      g_ptr_array_add (paths, g_strdup (node->path));
      g_ptr_array_add (section->pages, pal_handout_page_new (node->path, title));
    }

  return paths;
}

static gboolean
gather_section_attachments (Section *section, PalForm *form, const char *record,
                            const char *const *prefixes, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (section->dossier, record, error);

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      g_autofree char *generic = NULL;
      PalFormNode *node;

      if (head->kind != PAL_CHANGE_VALUE || head->value == NULL || *head->value == '\0'
          || !pal_handout_is_in (head->node, prefixes))
        continue;
      generic = pal_form_dup_generic_path (head->node);
      node = pal_form_find_node (form, generic);
      if (node != NULL && node->type == PAL_TYPE_BINARY
          && pal_dossier_get_attachment_size (section->dossier, head->value, NULL) >= 0)
        g_hash_table_add (section->attachments, g_strdup (head->value));
    }

  return TRUE;
}

/* info: (transfer full) */
static gboolean
look_at_record (Section *section, PalRecordInfo *info, GError **error)
{
  g_autoptr (PalRecordInfo) owned = info;
  g_autoptr (PalForm) form
      = pal_dossier_load_form (section->dossier, info->form_id, info->form_version, error);
  g_autoptr (GPtrArray) pages = NULL;
  g_autoptr (GPtrArray) context = NULL;
  char **prefixes;

  if (form == NULL)
    return FALSE;
  pages = list_pages (section, form);
  if (pages->len == 0)
    return TRUE;

  g_ptr_array_add (pages, NULL);
  context = pal_handout_list_context (form, (const char *const *) pages->pdata);
  g_ptr_array_set_size (pages, pages->len - 1);
  for (guint i = 0; i < context->len; i++)
    g_ptr_array_add (pages, g_strdup (g_ptr_array_index (context, i)));
  g_ptr_array_add (pages, NULL);
  prefixes = g_strdupv ((char **) pages->pdata);
  g_hash_table_insert (section->prefixes, g_strdup (info->id), prefixes);
  g_ptr_array_add (section->records, g_steal_pointer (&owned));

  return gather_section_attachments (section, form, info->id, (const char *const *) prefixes,
                                     error);
}

static gboolean
look_at_records (Section *section, const char *person, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (section->dossier, NULL, error);

  if (records == NULL)
    return FALSE;
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (records, i);

      if (!pal_handout_is_questionnaire (info->form_id))
        pal_record_info_free (info);
      else if (!look_at_record (section, info, error))
        {
          for (guint j = i + 1; j < records->len; j++)
            pal_record_info_free (g_ptr_array_index (records, j));
          return FALSE;
        }
    }
  if (section->records->len == 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_PAGE,
                   "no questionnaire has the pages that are assigned to %s", person);
      return FALSE;
    }

  return TRUE;
}

static gboolean
has_record (Section *section, const char *id)
{
  for (guint i = 0; id != NULL && i < section->records->len; i++)
    if (strcmp (((PalRecordInfo *) g_ptr_array_index (section->records, i))->id, id) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_on_page (Section *section, const char *node)
{
  for (guint i = 0; node != NULL && i < section->pages->len; i++)
    if (pal_handout_is_below (node,
                              ((PalHandoutPage *) g_ptr_array_index (section->pages, i))->path))
      return TRUE;

  return FALSE;
}

/* Whether a record is about an answer on one of the pages, as comments and translations are. */
static gboolean
is_about (Section *section, const PalRecordInfo *info, gboolean *is, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (section->dossier, info->id, error);
  g_autofree char *record_leaf = g_strdup_printf ("/%s/record", info->form_id);
  g_autofree char *node_leaf = g_strdup_printf ("/%s/node", info->form_id);
  const char *record = NULL;
  const char *node = NULL;

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (g_strcmp0 (head->node, record_leaf) == 0)
        record = head->value;
      else if (g_strcmp0 (head->node, node_leaf) == 0)
        node = head->value;
    }
  *is = has_record (section, record) && is_on_page (section, node);

  return TRUE;
}

static void
take_records (Section *section, GPtrArray *records, GPtrArray *chosen)
{
  for (guint i = 0; i < chosen->len; i++)
    {
      guint index = 0;

      if (g_ptr_array_find (records, g_ptr_array_index (chosen, i), &index))
        g_ptr_array_add (section->records, g_ptr_array_steal_index (records, index));
    }
}

static gboolean
look_at_what_is_about (Section *section, const char *form_id, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (section->dossier, form_id, error);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      gboolean is = FALSE;

      if (!is_about (section, g_ptr_array_index (records, i), &is, error))
        return FALSE;
      if (is)
        g_ptr_array_add (chosen, g_ptr_array_index (records, i));
    }
  take_records (section, records, chosen);

  return TRUE;
}

/* Whoever works on the answers works on what they say in the second language. */
static gboolean
look_at_languages (Section *section, GError **error)
{
  g_autoptr (GPtrArray) records
      = pal_dossier_list_records (section->dossier, LANGUAGES_FORM, error);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  if (records == NULL)
    return FALSE;
  g_ptr_array_extend (chosen, records, NULL, NULL);
  take_records (section, records, chosen);

  return look_at_what_is_about (section, TWIN_FORM, error);
}

/* The earliest: what is due then is due for all. */
static const char *
find_due (Section *section)
{
  const char *due = NULL;

  for (guint i = 0; i < section->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (section->assignments, i);

      if (one->due != NULL && (due == NULL || strcmp (one->due, due) < 0))
        due = one->due;
    }

  return due;
}

static gboolean
note_handed_out (Section *section, const char *id, GError **error)
{
  g_autofree char *now = pal_clock_format_rfc3339 (g_get_real_time ());
  g_autoptr (GPtrArray) changes = pal_changes_new ();

  for (guint i = 0; i < section->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (section->assignments, i);

      g_ptr_array_add (changes, pal_assignment_change (one, "hand_out", id));
      g_ptr_array_add (changes, pal_assignment_change (one, "handed_out", now));
    }

  return pal_dossier_append (section->dossier, PAL_HANDOUT_ACT, g_steal_pointer (&changes), error);
}

/* Which pages went to a colleague, for whoever asks later what is out. */
static void
note_parcel (Section *section, const char *id)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < section->records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (section->records, i);
      const char *const *prefixes = g_hash_table_lookup (section->prefixes, info->id);

      if (prefixes == NULL)
        g_ptr_array_add (entries, g_strdup (info->id));
      for (guint j = 0; prefixes != NULL && prefixes[j] != NULL; j++)
        g_ptr_array_add (entries, g_strconcat (info->id, prefixes[j], NULL));
    }
  /* The package is there: what cannot be noted only makes the list of what went shorter. */
  if (!pal_parcel_note (section->dossier, PAL_PARCEL_SECTION, id, entries, &error))
    g_info ("what was handed out was not noted: %s", error->message);
}

/**
 * pal_handout_write:
 * @dossier: a dossier, with all edits flushed
 * @person: to whom
 * @flags: what goes along
 * @path: where the package shall be
 * @identity: who signs
 * @recipients: (nullable) (element-type utf8): PEM paths; then it is encrypted to them
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @id: (out) (optional) (transfer full): names this hand-out
 * @error: return location
 *
 * Writes a section of the pages assigned to @person, with the answers that they need for reading,
 * and notes in the assignments that it went out. Blocking.
 *
 * Returns: whether the package is on the disk; a #PalHandoutError, errors of the dossier, of
 *   packages and signing
 */
gboolean
pal_handout_write (PalDossier *dossier, const char *person, PalHandoutWriteFlags flags,
                   const char *path, PalIdentity *identity, GPtrArray *recipients,
                   GCancellable *cancellable, char **id, GError **error)
{
  g_autofree char *hand_out = g_uuid_string_random ();
  g_autoptr (GPtrArray) more_forms = g_ptr_array_new ();
  g_autoptr (GPtrArray) attachments = g_ptr_array_new ();
  g_auto (Section) section = { .dossier = dossier };
  PalHandoutDraft draft;
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (person != NULL && path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  section.assignments = pal_assignment_list (dossier, person, error);
  if (section.assignments == NULL)
    return FALSE;
  if (section.assignments->len == 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_NOTHING, "nothing is assigned to %s",
                   person);
      return FALSE;
    }
  section.pages = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_handout_page_free);
  section.records = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_record_info_free);
  section.prefixes
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  section.attachments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!look_at_records (&section, person, error) || !look_at_languages (&section, error)
      || ((flags & PAL_HANDOUT_WITH_COMMENTS) != 0
          && !look_at_what_is_about (&section, COMMENT_FORM, error)))
    return FALSE;

  /* What a colleague may add. */
  g_ptr_array_add (more_forms, (char *) "consultation");
  g_ptr_array_add (more_forms, (char *) "stakeholder");
  g_ptr_array_add (more_forms, (char *) COMMENT_FORM);
  g_ptr_array_add (more_forms, (char *) TWIN_FORM);
  g_hash_table_iter_init (&iter, section.attachments);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (attachments, name);
  draft = (PalHandoutDraft){ .kind = "section",
                             .id = hand_out,
                             .hand_out = hand_out,
                             .dossier_id = pal_dossier_get_id (dossier),
                             .person = person,
                             .from = pal_identity_get_common_name (identity),
                             .due = find_due (&section),
                             .pages = section.pages,
                             .records = section.records,
                             .prefixes = section.prefixes,
                             .more_forms = more_forms,
                             .attachments = attachments };
  if (!pal_handout_draft_write (dossier, &draft, path, identity, recipients, cancellable, error)
      || !note_handed_out (&section, hand_out, error))
    return FALSE;
  note_parcel (&section, hand_out);
  if (id != NULL)
    *id = g_steal_pointer (&hand_out);

  return TRUE;
}
