// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-reader"
#include "config.h"

#include "pal-package-private.h"

#include "pal-json-check.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The verifying reader: the eight rules of package-format 2.2 in their order, the first failure
 * wins. Rules 1 to 3 are pal_zip_open(), rule 5 is pal_manifest_parse(). */

#define CODE_VALID 0
#define CODE_INDETERMINATE 1
#define CODE_INVALID 2
#define CODE_MALFORMED 3
#define CODE_LIMIT 4
#define CODE_NO_INPUT 66
#define CODE_IO 74

#define CHUNK_BYTES (64 * 1024)
#define KIND_MAX_BYTES (4 * 1024 * 1024)
/* Headers and directory beside what the entries hold. */
#define OVERHEAD_BYTES ((guint64) 64 * 1024 * 1024)

typedef struct
{
  PalPackageSignature *signature; /* (unowned) */
  GBytes *manifest;               /* (owned) */
  GPtrArray *references;          /* (owned) (element-type PalReference) */
  GHashTable *by_name;            /* (owned) (element-type utf8 PalReference) */
} Signed;

static void
signed_free (gpointer data)
{
  Signed *self = data;

  g_clear_pointer (&self->manifest, g_bytes_unref);
  g_clear_pointer (&self->references, g_ptr_array_unref);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_free (self);
}

typedef struct
{
  PalVerification *result;   /* (unowned) */
  GPtrArray *trust;          /* (unowned) (nullable) */
  gint64 at;                 /* seconds since 1970, 0 now */
  GCancellable *cancellable; /* (unowned) (nullable) */
  PalZip *zip;               /* (owned) (nullable) */
  GPtrArray *signatures;     /* (owned) (element-type Signed) */
} Reading;

static void
package_signature_free (gpointer data)
{
  PalPackageSignature *self = data;

  pal_cms_signer_free (self->signer);
  g_free (self->file);
  g_free (self->manifest);
  g_free (self);
}

static void
package_entry_free (gpointer data)
{
  PalPackageEntry *self = data;

  g_free (self->name);
  g_free (self);
}

/**
 * pal_verification_free:
 * @self: (nullable): a verification
 *
 * Frees it.
 */
void
pal_verification_free (PalVerification *self)
{
  if (self == NULL)
    return;

  g_free (self->message);
  g_free (self->sha256);
  g_free (self->kind);
  g_ptr_array_unref (self->signatures);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/**
 * pal_verification_get_indication:
 * @self: a verification
 *
 * Returns: (transfer none): the word of ETSI EN 319 102-1 for its code
 */
const char *
pal_verification_get_indication (const PalVerification *self)
{
  switch (self->code)
    {
    case CODE_VALID:
      return "TOTAL-PASSED";
    case CODE_INDETERMINATE:
    case CODE_NO_INPUT:
    case CODE_IO:
      return "INDETERMINATE";
    default:
      return "TOTAL-FAILED";
    }
}

/**
 * pal_verification_set_error:
 * @self: a verification that did not go well
 * @error: return location
 *
 * Turns code and message into a #GError, for callers that fail with it.
 *
 * Returns: %FALSE
 */
gboolean
pal_verification_set_error (const PalVerification *self, GError **error)
{
  switch (self->code)
    {
    case CODE_MALFORMED:
      g_set_error_literal (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_MALFORMED, self->message);
      break;
    case CODE_LIMIT:
      g_set_error_literal (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT, self->message);
      break;
    case CODE_NO_INPUT:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, self->message);
      break;
    case CODE_IO:
      g_set_error_literal (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_IO, self->message);
      break;
    default:
      g_set_error_literal (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID, self->message);
      break;
    }

  return FALSE;
}

/**
 * pal_verification_find_signer:
 * @self: a verification with code 0 or 1
 *
 * All signatures hold, or it would not have passed; one that is trusted says more.
 *
 * Returns: (transfer none) (nullable): the first trusted signer, else the first one
 */
const PalCmsSigner *
pal_verification_find_signer (const PalVerification *self)
{
  const PalCmsSigner *first = NULL;

  for (guint i = 0; i < self->signatures->len; i++)
    {
      const PalPackageSignature *signature = g_ptr_array_index (self->signatures, i);

      if (signature->signer != NULL && signature->signer->trusted)
        return signature->signer;
      if (first == NULL)
        first = signature->signer;
    }

  return first;
}

static int
get_code (const GError *error)
{
  if (error->domain == PAL_PACKAGE_ERROR)
    switch ((PalPackageError) error->code)
      {
      case PAL_PACKAGE_ERROR_NAME:
      case PAL_PACKAGE_ERROR_MALFORMED:
        return CODE_MALFORMED;
      case PAL_PACKAGE_ERROR_LIMIT:
        return CODE_LIMIT;
      case PAL_PACKAGE_ERROR_INVALID:
        return CODE_INVALID;
      case PAL_PACKAGE_ERROR_IO:
        return CODE_IO;
      }
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED))
    return CODE_MALFORMED;
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID))
    return CODE_INVALID;

  return CODE_IO;
}

static gboolean
fail (GError **error, PalPackageError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, PalPackageError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list list;

  va_start (list, format);
  message = g_strdup_vprintf (format, list);
  va_end (list);
  g_set_error_literal (error, PAL_PACKAGE_ERROR, code, message);

  return FALSE;
}

/* --- Rule 4: mimetype, and no names but the listed ones --- */

static gboolean
is_known_name (const char *name)
{
  if (g_str_has_prefix (name, "data/") || strcmp (name, "mimetype") == 0
      || strcmp (name, "bagit.txt") == 0 || strcmp (name, "bag-info.txt") == 0
      || strcmp (name, "manifest-sha256.txt") == 0)
    return TRUE;
  if (pal_package_get_number (name, "ASiCManifest", ".xml") >= 0
      || pal_package_get_number (name, "signature", ".p7s") >= 0
      || pal_package_get_number (name, "timestamp", ".tst") >= 0)
    return TRUE;

  return g_str_has_prefix (name, "META-INF/ASiCArchiveManifest") && g_str_has_suffix (name, ".xml")
         && strchr (name + strlen ("META-INF/"), '/') == NULL;
}

/* Exact content of a small entry. */
static gboolean
check_content (PalZip *zip, const PalZipEntry *entry, const char *wanted, GError **error)
{
  g_autoptr (GBytes) content = NULL;

  if (entry->size != strlen (wanted))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "%s is not as it should be", entry->name);
  content = pal_zip_read_bytes (zip, entry, entry->size, error);
  if (content == NULL)
    return FALSE;

  return memcmp (g_bytes_get_data (content, NULL), wanted, strlen (wanted)) == 0
             ? TRUE
             : fail (error, PAL_PACKAGE_ERROR_MALFORMED, "%s is not as it should be", entry->name);
}

static gboolean
check_names (Reading *reading, GError **error)
{
  PalZip *zip = reading->zip;
  const PalZipEntry *first = zip->entries->len > 0 ? g_ptr_array_index (zip->entries, 0) : NULL;
  const PalZipEntry *bagit;

  if (first == NULL || strcmp (first->name, "mimetype") != 0)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "mimetype is not the first entry");
  if (first->method != 0 || first->flags != 0 || first->has_extra)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "mimetype is not stored plainly");
  if (!check_content (zip, first, PAL_PACKAGE_MIMETYPE, error))
    return FALSE;

  for (guint i = 0; i < zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (zip->entries, i);

      if (!is_known_name (entry->name))
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry that does not belong there: %s",
                     entry->name);
    }

  bagit = g_hash_table_lookup (zip->by_name, "bagit.txt");
  if (bagit == NULL || g_hash_table_lookup (zip->by_name, "manifest-sha256.txt") == NULL)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the files of the bag are missing");

  return check_content (zip, bagit, PAL_PACKAGE_BAGIT, error);
}

/* --- Rule 5: the manifests --- */

static gboolean
read_manifest (Reading *reading, const PalZipEntry *entry, int number, GError **error)
{
  g_autofree char *signature_name = g_strdup_printf ("META-INF/signature%03d.p7s", number);
  PalPackageSignature *signature = g_new0 (PalPackageSignature, 1);
  Signed *one = g_new0 (Signed, 1);

  g_ptr_array_add (reading->signatures, one);
  g_ptr_array_add (reading->result->signatures, signature);
  one->signature = signature;
  signature->manifest = g_strdup (entry->name);
  signature->file = g_strdup (signature_name);

  one->manifest = pal_zip_read_bytes (reading->zip, entry, PAL_PACKAGE_MAX_MANIFEST, error);
  if (one->manifest == NULL)
    return FALSE;
  one->references = pal_manifest_parse (one->manifest, entry->name, signature_name, error);
  if (one->references == NULL)
    return FALSE;
  signature->covers = one->references->len;
  one->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < one->references->len; i++)
    {
      PalReference *reference = g_ptr_array_index (one->references, i);

      g_hash_table_insert (one->by_name, reference->name, reference);
    }

  return TRUE;
}

static gboolean
check_manifests (Reading *reading, GError **error)
{
  for (guint i = 0; i < reading->zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (reading->zip->entries, i);
      int number = pal_package_get_number (entry->name, "ASiCManifest", ".xml");

      if (number >= 0 && !read_manifest (reading, entry, number, error))
        return FALSE;
    }

  return TRUE;
}

/* --- Rule 6: the signatures --- */

static gboolean
check_pairs (Reading *reading, GError **error)
{
  guint n_signatures = 0;

  for (guint i = 0; i < reading->zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (reading->zip->entries, i);
      int number = pal_package_get_number (entry->name, "signature", ".p7s");
      g_autofree char *manifest = g_strdup_printf ("META-INF/ASiCManifest%03d.xml", number);

      if (number < 0)
        continue;
      n_signatures++;
      if (!g_hash_table_contains (reading->zip->by_name, manifest))
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "%s has no manifest", entry->name);
    }
  if (n_signatures != reading->signatures->len)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a manifest without a signature");

  return TRUE;
}

static gboolean
check_signatures (Reading *reading, GError **error)
{
  if (!check_pairs (reading, error))
    return FALSE;

  for (guint i = 0; i < reading->signatures->len; i++)
    {
      Signed *one = g_ptr_array_index (reading->signatures, i);
      const PalZipEntry *entry = g_hash_table_lookup (reading->zip->by_name, one->signature->file);
      g_autoptr (GBytes) bytes
          = pal_zip_read_bytes (reading->zip, entry, PAL_PACKAGE_MAX_SIGNATURE, error);

      if (bytes == NULL)
        return FALSE;
      one->signature->signer
          = pal_cms_verify (bytes, one->manifest, reading->trust, reading->at, error);
      if (one->signature->signer == NULL)
        return FALSE;
    }

  return TRUE;
}

/* --- Rule 7: every entry is what every signer saw --- */

typedef struct
{
  PalDigest *digest;    /* (owned): SHA-256, always */
  PalDigest *digest384; /* (owned) (nullable): when somebody signed that one */
  PalDigest *digest512; /* (owned) (nullable) */
} Digests;

static gboolean
digest_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  Digests *digests = user_data;

  pal_digest_update (digests->digest, data, length);
  if (digests->digest384 != NULL)
    pal_digest_update (digests->digest384, data, length);
  if (digests->digest512 != NULL)
    pal_digest_update (digests->digest512, data, length);

  return TRUE;
}

static gboolean
is_bits_wanted (Reading *reading, const char *name, guint bits)
{
  for (guint i = 0; i < reading->signatures->len; i++)
    {
      Signed *one = g_ptr_array_index (reading->signatures, i);
      PalReference *reference = g_hash_table_lookup (one->by_name, name);

      if (reference != NULL && reference->bits == bits)
        return TRUE;
    }

  return FALSE;
}

/* Whether each reference to entry is equal, and there is one from each signer if there must be. */
static gboolean
compare_digests (Reading *reading, const PalZipEntry *entry, Digests *digests, GError **error)
{
  guint8 large384[PAL_DIGEST_MAX_BYTES];
  guint8 large512[PAL_DIGEST_MAX_BYTES];
  gboolean must
      = strcmp (entry->name, "mimetype") != 0 && !g_str_has_prefix (entry->name, "META-INF/");

  if (digests->digest384 != NULL)
    pal_digest_finish_sized (digests->digest384, large384);
  if (digests->digest512 != NULL)
    pal_digest_finish_sized (digests->digest512, large512);

  for (guint i = 0; i < reading->signatures->len; i++)
    {
      Signed *one = g_ptr_array_index (reading->signatures, i);
      PalReference *reference = g_hash_table_lookup (one->by_name, entry->name);
      const guint8 *digest = entry->sha256;

      if (reference == NULL && !must)
        continue;
      if (reference == NULL)
        return fail (error, PAL_PACKAGE_ERROR_INVALID, "%s is not signed by %s", entry->name,
                     one->signature->file);
      if (reference->bits == 384)
        digest = large384;
      else if (reference->bits == 512)
        digest = large512;
      if (memcmp (digest, reference->digest, reference->bits / 8) != 0)
        return fail (error, PAL_PACKAGE_ERROR_INVALID, "%s is not what was signed", entry->name);
    }

  return TRUE;
}

static gboolean
check_entry (Reading *reading, PalZipEntry *entry, GError **error)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autoptr (PalDigest) digest384 = NULL;
  g_autoptr (PalDigest) digest512 = NULL;
  Digests digests;
  guint32 crc = 0;

  if (is_bits_wanted (reading, entry->name, 384))
    digest384 = pal_digest_new_sized (384);
  if (is_bits_wanted (reading, entry->name, 512))
    digest512 = pal_digest_new_sized (512);
  digests.digest = digest;
  digests.digest384 = digest384;
  digests.digest512 = digest512;
  if (!pal_zip_read (reading->zip, entry, digest_cb, &digests, &crc, reading->cancellable, error))
    return FALSE;
  pal_digest_finish (digest, entry->sha256);
  if (!compare_digests (reading, entry, &digests, error))
    return FALSE;

  return crc == entry->crc
             ? TRUE
             : fail (error, PAL_PACKAGE_ERROR_MALFORMED, "%s has a wrong checksum", entry->name);
}

static gboolean
check_coverage (Reading *reading, GError **error)
{
  for (guint i = 0; i < reading->signatures->len; i++)
    {
      Signed *one = g_ptr_array_index (reading->signatures, i);

      for (guint j = 0; j < one->references->len; j++)
        {
          PalReference *reference = g_ptr_array_index (one->references, j);

          if (!g_hash_table_contains (reading->zip->by_name, reference->name))
            return fail (error, PAL_PACKAGE_ERROR_INVALID, "%s was signed and is missing",
                         reference->name);
        }
    }
  for (guint i = 0; i < reading->zip->entries->len; i++)
    if (!check_entry (reading, g_ptr_array_index (reading->zip->entries, i), error))
      return FALSE;

  return TRUE;
}

/* --- Rule 8: the bag --- */

static gboolean
check_bag_line (Reading *reading, const char *line, GHashTable *seen, GError **error)
{
  gsize length = strlen (line);
  const char *name = line + 2 * PAL_DIGEST_BYTES + 2;
  g_autofree char *hex = NULL;
  const PalZipEntry *entry;

  if (length <= 2 * PAL_DIGEST_BYTES + 2 || strspn (line, "0123456789abcdefABCDEF") != 64
      || strncmp (line + 64, "  ", 2) != 0 || !g_str_has_prefix (name, "data/"))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "manifest-sha256.txt is not in order");
  entry = g_hash_table_lookup (reading->zip->by_name, name);
  if (entry == NULL)
    return fail (error, PAL_PACKAGE_ERROR_INVALID, "the bag lists a file that is missing");
  if (!g_hash_table_add (seen, entry->name))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the bag lists a file twice");
  hex = pal_digest_to_hex (entry->sha256);
  if (g_ascii_strncasecmp (hex, line, 64) != 0)
    return fail (error, PAL_PACKAGE_ERROR_INVALID, "%s is not what the bag lists", entry->name);

  return TRUE;
}

static gboolean
check_bag (Reading *reading, GError **error)
{
  const PalZipEntry *manifest = g_hash_table_lookup (reading->zip->by_name, "manifest-sha256.txt");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_files = 0;
  gsize length;

  bytes = pal_zip_read_bytes (reading->zip, manifest, PAL_PACKAGE_MAX_MANIFEST, error);
  if (bytes == NULL)
    return FALSE;
  length = g_bytes_get_size (bytes);
  if (length > 0
      && (memchr (g_bytes_get_data (bytes, NULL), '\0', length) != NULL
          || ((const char *) g_bytes_get_data (bytes, NULL))[length - 1] != '\n'))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "manifest-sha256.txt is not in order");

  text = g_strndup (length > 0 ? g_bytes_get_data (bytes, NULL) : "", length);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'); i++)
    if (!check_bag_line (reading, lines[i], seen, error))
      return FALSE;

  for (guint i = 0; i < reading->zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (reading->zip->entries, i);

      n_files += g_str_has_prefix (entry->name, "data/");
    }

  return n_files == g_hash_table_size (seen)
             ? TRUE
             : fail (error, PAL_PACKAGE_ERROR_INVALID, "a file that the bag does not list");
}

/* --- All together --- */

typedef struct
{
  int fd;
  guint64 size;
  GCancellable *cancellable; /* (unowned) (nullable) */
  guint8 sha256[PAL_DIGEST_BYTES];
  gboolean ok;
} WholeDigest;

/* The digest of the file as a whole is independent of the rules: a thread of its own computes it
 * while they are checked, so that both digests cost the time of one. */
static gpointer
digest_whole_in_thread (gpointer data)
{
  WholeDigest *whole = data;
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  guint64 offset = 0;

  while (offset < whole->size && !g_cancellable_is_cancelled (whole->cancellable))
    {
      gssize n = pread (whole->fd, buffer, MIN (CHUNK_BYTES, whole->size - offset), offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return NULL;
      pal_digest_update (digest, buffer, n);
      offset += n;
    }
  pal_digest_finish (digest, whole->sha256);
  whole->ok = offset == whole->size;

  return NULL;
}

static void
list_entries (Reading *reading)
{
  for (guint i = 0; i < reading->zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (reading->zip->entries, i);
      PalPackageEntry *listed = g_new0 (PalPackageEntry, 1);

      listed->name = g_strdup (entry->name);
      listed->size = entry->size;
      listed->offset = entry->offset;
      memcpy (listed->sha256, entry->sha256, sizeof listed->sha256);
      g_ptr_array_add (reading->result->entries, listed);
    }
  reading->result->bytes = reading->zip->bytes;
}

static char *
read_kind (PalZip *zip)
{
  const PalZipEntry *entry = g_hash_table_lookup (zip->by_name, "data/package.json");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonNode *kind;
  gsize length = 0;
  const char *text;

  if (entry == NULL)
    return NULL;
  bytes = pal_zip_read_bytes (zip, entry, KIND_MAX_BYTES, NULL);
  text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  kind = json_object_get_member (json_node_get_object (root), "kind");
  if (kind == NULL || !JSON_NODE_HOLDS_VALUE (kind)
      || json_node_get_value_type (kind) != G_TYPE_STRING)
    return NULL;

  return json_node_dup_string (kind);
}

static gboolean
check_rules (Reading *reading, int fd, guint64 max_bytes, GError **error)
{
  reading->zip = pal_zip_open (fd, max_bytes, error);
  if (reading->zip == NULL)
    return FALSE;
  if (!check_names (reading, error) || !check_manifests (reading, error)
      || !check_signatures (reading, error) || !check_coverage (reading, error)
      || !check_bag (reading, error) || !pal_package_packed_check (reading->zip, error))
    {
      list_entries (reading);
      return FALSE;
    }
  list_entries (reading);

  return TRUE;
}

static void
conclude (Reading *reading)
{
  PalVerification *result = reading->result;

  result->code = CODE_VALID;
  result->message = g_strdup ("valid");
  result->kind = reading->signatures->len > 0 ? read_kind (reading->zip) : NULL;
  if (reading->signatures->len == 0)
    {
      result->code = CODE_INVALID;
      result->unsigned_only = TRUE;
      g_free (result->message);
      result->message = g_strdup ("nobody has signed this package");
    }
  for (guint i = 0; i < reading->signatures->len && result->code == CODE_VALID; i++)
    {
      Signed *one = g_ptr_array_index (reading->signatures, i);

      if (!one->signature->signer->trusted)
        {
          result->code = CODE_INDETERMINATE;
          g_free (result->message);
          result->message = g_strdup (one->signature->signer->reason);
        }
    }
}

static void
verify_fd (Reading *reading, int fd, guint64 max_bytes)
{
  g_autoptr (GError) error = NULL;
  WholeDigest whole = { 0 };
  GThread *thread;

  whole.fd = fd;
  whole.size = reading->result->size;
  whole.cancellable = reading->cancellable;
  /* Where memory is so limited that there is no thread, it takes twice the time. */
  thread = g_thread_try_new ("pal-digest", digest_whole_in_thread, &whole, NULL);

  if (check_rules (reading, fd, max_bytes, &error))
    conclude (reading);
  else
    {
      reading->result->code = get_code (error);
      reading->result->message = g_strdup (error->message);
    }

  if (thread != NULL)
    g_thread_join (thread);
  else
    digest_whole_in_thread (&whole);
  if (whole.ok)
    reading->result->sha256 = pal_digest_to_hex (whole.sha256);
}

static void
set_result (PalVerification *result, int code, const char *message)
{
  result->code = code;
  result->message = g_strdup (message);
}

static gboolean
check_trust_files (GPtrArray *trust, PalVerification *result)
{
  for (guint i = 0; trust != NULL && i < trust->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!pal_cms_check_trust_file (g_ptr_array_index (trust, i), &error))
        {
          result->code = CODE_NO_INPUT;
          result->message = g_strdup_printf ("a trusted certificate: %s", error->message);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * pal_package_verify:
 * @path: a file from anywhere
 * @trust: (nullable) (element-type utf8): paths of PEM files with trusted certificates
 * @at: when trust is judged, in seconds since 1970; 0: now
 * @max_bytes: limit on what the entries hold; 0: 16 GiB
 * @cancellable: (nullable): stops it, with code 74
 *
 * Applies all reader rules of package-format 2.2 in their order; nothing is written, no socket
 * opened. Blocking, in a few MB of memory; any thread.
 *
 * Returns: (transfer full): what came out; it never fails as a function
 */
PalVerification *
pal_package_verify (const char *path, GPtrArray *trust, gint64 at, goffset max_bytes,
                    GCancellable *cancellable)
{
  g_autoptr (PalVerification) result = g_new0 (PalVerification, 1);
  Reading reading = { 0 };
  struct stat info;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  result->signatures = g_ptr_array_new_with_free_func (package_signature_free);
  result->entries = g_ptr_array_new_with_free_func (package_entry_free);
  result->size = -1;

  /* Without O_NONBLOCK a pipe under this name would hang the caller. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    {
      set_result (result, CODE_NO_INPUT, g_strerror (errno));
      return g_steal_pointer (&result);
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      set_result (result, CODE_NO_INPUT, "not a regular file");
      return g_steal_pointer (&result);
    }
  result->size = info.st_size;
  if (!check_trust_files (trust, result))
    {
      close (fd);
      return g_steal_pointer (&result);
    }
  if ((guint64) info.st_size > PAL_PACKAGE_MAX_BYTES + OVERHEAD_BYTES)
    {
      close (fd);
      set_result (result, CODE_LIMIT, "a file above 16 GiB");
      return g_steal_pointer (&result);
    }

  reading.result = result;
  reading.trust = trust;
  reading.at = at;
  reading.cancellable = cancellable;
  reading.signatures = g_ptr_array_new_with_free_func (signed_free);
  verify_fd (&reading, fd, max_bytes > 0 ? (guint64) max_bytes : PAL_PACKAGE_MAX_BYTES);
  close (fd);
  g_ptr_array_unref (reading.signatures);
  pal_zip_free (reading.zip);

  return g_steal_pointer (&result);
}
