// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-json-check.h"
#include "pal-office.h"
#include "pal-package-reader.h"
#include "pal-text.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The kinds of files that can hold an input, each known by its first octets and never by its name.
 * Whatever the kind, what comes out is a PalKitInput. */

#define PACKAGE_OVERHEAD_BYTES (4 * 1024 * 1024)
#define JSON_MAX_BYTES (1024 * 1024)
#define ZIP_MAGIC "PK\003\004"

typedef struct
{
  GBytes *bytes;
  const char *path; /* (nullable) */
  GPtrArray *files; /* (nullable) */
  PalForm *form;
  GCancellable *cancellable; /* (nullable) */
  PalInboxOpened *opened;
} Opening;

typedef struct
{
  gboolean (*fits) (const char *head, gsize length);
  gsize max_bytes;
  gboolean (*open) (Opening *opening, GError **error);
} Kind;

/**
 * pal_inbox_opened_free:
 * @opened: (nullable) (transfer full): what is in a file
 */
void
pal_inbox_opened_free (PalInboxOpened *opened)
{
  if (opened == NULL)
    return;

  pal_kit_input_free (opened->input);
  g_free (opened->fingerprint);
  g_free (opened->signer);
  g_free (opened);
}

static gboolean
fail (PalInboxError code, const char *message, GError **error)
{
  g_set_error_literal (error, PAL_INBOX_ERROR, code, message);

  return FALSE;
}

/* --- XML: what a kit saved, and instances of other ODK programs */

static gboolean
fits_xml (const char *head, gsize length)
{
  gsize i = 0;

  if (length >= 3 && memcmp (head, "\357\273\277", 3) == 0)
    i = 3;
  else if (length >= 2 && (memcmp (head, "\377\376", 2) == 0 || memcmp (head, "\376\377", 2) == 0))
    i = 2;
  while (i < length && (g_ascii_isspace (head[i]) || head[i] == '\0'))
    i++;

  return i < length && head[i] == '<';
}

static gboolean
has_file (PalKitInput *input, const char *name)
{
  for (guint i = 0; i < input->files->len; i++)
    if (strcmp (((PalKitFile *) g_ptr_array_index (input->files, i))->name, name) == 0)
      return TRUE;

  return FALSE;
}

/* ODK programs give each instance a folder of its own. In any other one, a file that happens to
 * have the name would be taken for evidence because a stranger wrote the name down. */
static gboolean
is_own_folder (const char *folder, const char *path, PalKitInput *input)
{
  g_autofree char *own = g_path_get_basename (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (strcmp (name, own) != 0 && !has_file (input, name))
      return FALSE;

  return dir != NULL;
}

static gboolean
misses_files (PalKitInput *input)
{
  return pal_kit_input_has_remark (input, PAL_KIT_REMARK_FILE);
}

static gboolean
open_xml (Opening *opening, GError **error)
{
  PalInboxOpened *opened = opening->opened;
  g_autofree char *folder = opening->path != NULL ? g_path_get_dirname (opening->path) : NULL;

  opened->input = pal_kit_read_with (opening->bytes, NULL, opening->files, opening->form, error);
  if (opened->input == NULL)
    return FALSE;
  opened->kind = opened->input->kit_id != NULL || opened->input->saved != NULL ? "kit" : "odk";
  if (folder != NULL && strcmp (opened->kind, "odk") == 0 && misses_files (opened->input))
    {
      g_autoptr (PalKitInput) beside
          = pal_kit_read_with (opening->bytes, folder, NULL, opening->form, NULL);

      if (beside != NULL && beside->files->len > 0 && is_own_folder (folder, opening->path, beside))
        {
          pal_kit_input_free (opened->input);
          opened->input = g_steal_pointer (&beside);
          opened->has_beside = TRUE;
        }
    }

  return TRUE;
}

/* --- packages */

static gboolean
fits_package (const char *head, gsize length)
{
  static const char type[] = "mimetypeapplication/vnd.etsi.asic-e+zip";

  return length >= 30 + sizeof type - 1 && memcmp (head, ZIP_MAGIC, 4) == 0
         && memcmp (head + 30, type, sizeof type - 1) == 0;
}

/* Packages are read by path, and what stands in the dossier is none: it is shown to the reader in
 * memory, so that nothing of it is on the disk. */
static char *
show_as_file (GBytes *bytes, int *fd, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  *fd = memfd_create ("palermo-input", MFD_CLOEXEC);
  while (*fd >= 0 && length > 0)
    {
      gssize n = write (*fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          close (*fd);
          *fd = -1;
          break;
        }
      data += n;
      length -= n;
    }
  if (*fd < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no memory for the package");
      return NULL;
    }

  return g_strdup_printf ("/proc/self/fd/%d", *fd);
}

static gboolean
fail_kind (const char *kind, GError **error)
{
  static const struct
  {
    const char *kind;
    PalInboxError code;
  } kinds[] = {
    { "section", PAL_INBOX_ERROR_TEAM },
    { "return", PAL_INBOX_ERROR_TEAM },
    { "submission", PAL_INBOX_ERROR_SUBMISSION },
    { "supplement", PAL_INBOX_ERROR_SUBMISSION },
    { "translation", PAL_INBOX_ERROR_TRANSLATION },
  };
  PalInboxError code = PAL_INBOX_ERROR_PACKAGE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kind, kinds[i].kind) == 0)
      code = kinds[i].code;
  g_set_error (error, PAL_INBOX_ERROR, code, "a package of the kind \"%s\", not an input",
               kind != NULL ? kind : "");

  return FALSE;
}

/* (nullable): what data/package.json says it is; nobody else says so of one that is not signed. */
static char *
dup_kind (const char *path, const PalVerification *verification)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *kind = NULL;
  gsize length = 0;
  const char *text;

  if (verification->kind != NULL)
    return g_strdup (verification->kind);
  bytes = pal_package_read_entry (path, verification, "data/package.json", JSON_MAX_BYTES, NULL);
  text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return NULL;
  kind = json_object_get_member (json_node_get_object (json_parser_get_root (parser)), "kind");

  return kind != NULL && JSON_NODE_HOLDS_VALUE (kind)
                 && json_node_get_value_type (kind) == G_TYPE_STRING
             ? json_node_dup_string (kind)
             : NULL;
}

static gboolean
check_verification (const char *path, const PalVerification *verification, GError **error)
{
  g_autofree char *kind = NULL;

  if (verification->code == 4)
    return fail (PAL_INBOX_ERROR_LIMIT, verification->message, error);
  if (verification->code == 2 && !verification->unsigned_only)
    return fail (PAL_INBOX_ERROR_SIGNATURE, verification->message, error);
  if (verification->code > 1 && !verification->unsigned_only)
    return pal_verification_set_error (verification, error);
  kind = dup_kind (path, verification);

  return g_strcmp0 (kind, PAL_INBOX_INPUT_FORM) == 0 ? TRUE : fail_kind (kind, error);
}

/**
 * pal_inbox_is_unsigned_input:
 * @path: a package
 * @cancellable: (nullable): stops it
 *
 * Whoever gives an input may stay unknown and sign nothing. Of other packages only the signature
 * says what they are. Blocking; any thread.
 *
 * Returns: whether it is an input, and whole, that nobody signed
 */
gboolean
pal_inbox_is_unsigned_input (const char *path, GCancellable *cancellable)
{
  g_autoptr (PalVerification) verification = pal_package_verify (path, NULL, 0, 0, cancellable);

  return verification->unsigned_only && check_verification (path, verification, NULL);
}

static GPtrArray *
read_attachments (const char *path, const PalVerification *verification, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_kit_file_free);

  for (guint i = 0; i < verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *name = NULL;
      PalKitFile *file;

      if (!g_str_has_prefix (entry->name, "data/attachments/"))
        continue;
      if (files->len >= PAL_KIT_MAX_FILES)
        {
          fail (PAL_INBOX_ERROR_LIMIT, "too many attachments", error);
          return NULL;
        }
      bytes = pal_package_read_entry (path, verification, entry->name, PAL_INBOX_MAX_PACKAGE_BYTES,
                                      error);
      if (bytes == NULL)
        return NULL;
      name = g_path_get_basename (entry->name);
      file = g_new0 (PalKitFile, 1);
      file->media_type = g_strdup (pal_package_guess_media_type (name));
      file->name = g_steal_pointer (&name);
      file->bytes = g_steal_pointer (&bytes);
      file->is_intact = TRUE;
      g_ptr_array_add (files, file);
    }

  return g_steal_pointer (&files);
}

/* The one instance of the form; there may be records of other forms beside it. */
static gboolean
read_instance (Opening *opening, const char *path, const PalVerification *verification,
               GError **error)
{
  PalInboxOpened *opened = opening->opened;
  g_autoptr (GPtrArray) files = read_attachments (path, verification, error);

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PalKitInput) input = NULL;
      g_autoptr (GError) local = NULL;

      if (!g_str_has_prefix (entry->name, "data/instances/")
          || !g_str_has_suffix (entry->name, ".xml"))
        continue;
      bytes = pal_package_read_entry (path, verification, entry->name, PAL_KIT_MAX_BYTES, error);
      if (bytes == NULL)
        return FALSE;
      input = pal_kit_read_with (bytes, NULL, files, opening->form, &local);
      if (input == NULL && !g_error_matches (local, PAL_KIT_ERROR, PAL_KIT_ERROR_OTHER))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (input != NULL && opened->input != NULL)
        return fail (PAL_INBOX_ERROR_CONTENT, "more than one input", error);
      if (input != NULL)
        opened->input = g_steal_pointer (&input);
    }
  if (opened->input == NULL)
    return fail (PAL_INBOX_ERROR_CONTENT, "no input in it", error);

  return TRUE;
}

static gboolean
read_package (Opening *opening, const char *path, GError **error)
{
  PalInboxOpened *opened = opening->opened;
  g_autoptr (PalVerification) verification
      = pal_package_verify (path, NULL, 0, PAL_INBOX_MAX_PACKAGE_BYTES, opening->cancellable);
  const PalCmsSigner *signer;

  if (g_cancellable_set_error_if_cancelled (opening->cancellable, error)
      || !check_verification (path, verification, error)
      || !read_instance (opening, path, verification, error))
    return FALSE;
  opened->kind = "package";
  g_free (opened->input->sha256);
  opened->input->sha256 = g_strdup (verification->sha256);
  /* The package itself says whether all is there and who signed. */
  pal_kit_input_remove_remarks (opened->input, PAL_KIT_REMARK_UNSEALED);
  signer = pal_verification_find_signer (verification);
  if (signer != NULL)
    {
      opened->signature = PAL_INBOX_SIGNED;
      opened->fingerprint = g_strdup (signer->fingerprint);
      opened->signer
          = signer->common_name != NULL ? pal_text_dup_printable (signer->common_name, 200) : NULL;
    }

  return TRUE;
}

static gboolean
open_package (Opening *opening, GError **error)
{
  int fd = -1;
  g_autofree char *path = show_as_file (opening->bytes, &fd, error);
  gboolean ok;

  if (path == NULL)
    return FALSE;
  ok = read_package (opening, path, error);
  close (fd);

  return ok;
}

/* --- workbooks and text documents */

static gboolean
fits_archive (const char *head, gsize length)
{
  return length >= 4 && memcmp (head, ZIP_MAGIC, 4) == 0;
}

static gboolean
open_office (Opening *opening, GError **error)
{
  PalInboxOpened *opened = opening->opened;
  g_autoptr (GError) cause = NULL;
  PalOfficeFormat format;

  opened->input = pal_office_read (opening->bytes, opening->form, &cause);
  if (opened->input == NULL)
    {
      if (g_error_matches (cause, PAL_KIT_ERROR, PAL_KIT_ERROR_OTHER)
          && !pal_office_fits (opening->bytes, NULL))
        return fail (PAL_INBOX_ERROR_UNKNOWN, cause->message, error);
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (pal_office_fits (opening->bytes, &format))
    opened->kind = pal_office_format_get_name (format);

  return TRUE;
}

/* --- what has another place */

static gboolean
fits_dossier (const char *head, gsize length)
{
  return length >= 16 && memcmp (head, "SQLite format 3", 16) == 0;
}

static gboolean
open_dossier (Opening *opening, GError **error)
{
  return fail (PAL_INBOX_ERROR_DOSSIER, "a dossier", error);
}

/* Enveloped CMS in DER, or in BER with lengths that are not said. */
static gboolean
fits_sealed (const char *head, gsize length)
{
  static const char types[][12] = { "\006\013\052\206\110\206\367\015\001\011\020\001",
                                    "\006\011\052\206\110\206\367\015\001\007\003" };
  static const gsize lengths[] = { 12, 11 };

  if (length < 32 || head[0] != 0x30 || !(head[1] & 0x80))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (gsize at = 2; at < 12; at++)
      if (memcmp (head + at, types[i], lengths[i]) == 0)
        return TRUE;

  return FALSE;
}

static gboolean
open_sealed (Opening *opening, GError **error)
{
  return fail (PAL_INBOX_ERROR_SEALED, "an encrypted file", error);
}

/* --- the table */

static const Kind kinds[] = {
  { fits_package, PAL_INBOX_MAX_PACKAGE_BYTES + PACKAGE_OVERHEAD_BYTES, open_package },
  { fits_archive, PAL_KIT_MAX_BYTES, open_office },
  { fits_xml, PAL_KIT_MAX_BYTES, open_xml },
  { fits_dossier, G_MAXSIZE, open_dossier },
  { fits_sealed, G_MAXSIZE, open_sealed },
};

static const Kind *
find_kind (const char *head, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].fits (head, length))
      return &kinds[i];

  return NULL;
}

gsize
pal_inbox_get_max_bytes (const char *head, gsize length)
{
  const Kind *kind = find_kind (head, length);

  return kind != NULL ? kind->max_bytes : 0;
}

PalInboxOpened *
pal_inbox_open (GBytes *bytes, const char *path, GPtrArray *files, PalForm *form,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (PalInboxOpened) opened = g_new0 (PalInboxOpened, 1);
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  const Kind *kind = find_kind (data, length);
  Opening opening = { bytes, path, files, form, cancellable, opened };

  if (kind == NULL)
    {
      fail (PAL_INBOX_ERROR_UNKNOWN, "no kind of file that is understood", error);
      return NULL;
    }
  if (length > kind->max_bytes)
    {
      fail (PAL_INBOX_ERROR_LIMIT, "a large file", error);
      return NULL;
    }

  return kind->open (&opening, error) ? g_steal_pointer (&opened) : NULL;
}
