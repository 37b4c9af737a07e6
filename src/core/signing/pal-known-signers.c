// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-known-signers"
#include "config.h"

#include "pal-known-signers.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-json-check.h"
#include "pal-module-trust.h"
#include "pal-paths.h"
#include "pal-publish.h"
#include "pal-signing-private.h"
#include "pal-text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define FOLDER "signers"
#define FINGERPRINT_DIGITS 64
#define MAX_FILE_BYTES (256 * 1024)
#define MAX_NAME_BYTES 400
#define MAX_KIND_BYTES 40

static const char *const check_names[] = {
  [PAL_SIGNER_CHECK_PHONE] = "phone",
  [PAL_SIGNER_CHECK_IN_PERSON] = "in-person",
  [PAL_SIGNER_CHECK_NOTICE] = "notice",
};

const char *
pal_signer_check_to_string (PalSignerCheck check)
{
  return check_names[check];
}

gboolean
pal_signer_check_from_string (const char *word, PalSignerCheck *check)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (check_names); i++)
    if (strcmp (check_names[i], word) == 0)
      {
        *check = i;
        return TRUE;
      }

  return FALSE;
}

static void
seen_free (gpointer data)
{
  PalSignerSeen *seen = data;

  g_free (seen->kind);
  g_free (seen->sha256);
  g_free (seen);
}

void
pal_known_signer_free (PalKnownSigner *self)
{
  if (self == NULL)
    return;

  g_free (self->fingerprint);
  g_free (self->name);
  g_free (self->given_name);
  g_free (self->certificate);
  g_clear_pointer (&self->story, g_ptr_array_unref);
  g_free (self);
}

static gboolean
is_digest (const char *text)
{
  gsize n = text != NULL ? strspn (text, "0123456789abcdef") : 0;

  return n == FINGERPRINT_DIGITS && text[n] == '\0';
}

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "palermo", FOLDER, NULL);
}

static char *
dup_path (const char *fingerprint)
{
  g_autofree char *folder = dup_folder ();

  return g_build_filename (folder, fingerprint, NULL);
}

/* --- Reading --- */

/* Members of the wrong type count as missing: json-glib would warn about them. */
static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gint64
get_time (JsonObject *object, const char *name)
{
  const char *text = get_string (object, name);
  gint64 time_us = 0;

  return text != NULL && pal_clock_parse_rfc3339 (text, &time_us) ? time_us / G_USEC_PER_SEC : 0;
}

static void
read_story (PalKnownSigner *self, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "story");
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? MIN (json_array_get_length (array), PAL_KNOWN_SIGNER_STORY_MAX) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *item = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      PalSignerSeen *seen;

      if (item == NULL || !is_digest (get_string (item, "sha256")))
        continue;
      seen = g_new0 (PalSignerSeen, 1);
      seen->kind = g_strdup (get_string (item, "kind"));
      seen->sha256 = g_strdup (get_string (item, "sha256"));
      seen->seen = get_time (item, "seen");
      g_ptr_array_add (self->story, seen);
    }
}

/* What the file says about names may be anything; whom it speaks of is the certificate in it, which
 * must be that of the file's name. */
static PalKnownSigner *
parse (const char *fingerprint, const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (PalKnownSigner) self = g_new0 (PalKnownSigner, 1);
  g_autoptr (PalCertificateInfo) info = NULL;
  const char *certificate;
  JsonObject *object;
  JsonNode *root;

  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  certificate = get_string (object, "certificate");
  if (certificate == NULL
      || !pal_signer_check_from_string (get_string (object, "check"), &self->check))
    return NULL;
  info = pal_certificate_info_new (certificate, strlen (certificate), NULL);
  if (info == NULL || strcmp (info->fingerprint, fingerprint) != 0)
    return NULL;

  self->fingerprint = g_strdup (fingerprint);
  self->name = g_strdup (info->common_name);
  self->certificate = g_strdup (certificate);
  self->given_name = g_strdup (get_string (object, "givenName"));
  self->since = get_time (object, "since");
  self->story = g_ptr_array_new_with_free_func (seen_free);
  read_story (self, object);

  return g_steal_pointer (&self);
}

/**
 * pal_known_signers_find:
 * @fingerprint: of a certificate, SHA-256 in hexadecimal
 *
 * Returns: (transfer full) (nullable): whose it is, or %NULL when nobody here knows it, or what is
 *   noted of it cannot be read
 */
PalKnownSigner *
pal_known_signers_find (const char *fingerprint)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  PalKnownSigner *self;
  gsize length = 0;

  if (!is_digest (fingerprint))
    return NULL;
  path = dup_path (fingerprint);
  text = pal_signing_read_file (path, MAX_FILE_BYTES, &length, NULL);
  if (text == NULL)
    return NULL;
  self = parse (fingerprint, text, length);
  if (self == NULL)
    g_info ("what is noted of a signer cannot be read: %s", fingerprint);

  return self;
}

static int
compare_signers (gconstpointer a, gconstpointer b)
{
  const PalKnownSigner *first = *(const PalKnownSigner *const *) a;
  const PalKnownSigner *second = *(const PalKnownSigner *const *) b;
  int order = g_utf8_collate (first->name, second->name);

  return order != 0 ? order : strcmp (first->fingerprint, second->fingerprint);
}

/**
 * pal_known_signers_list:
 *
 * Returns: (transfer full) (element-type PalKnownSigner): all that can be read, by name; at most
 *   %PAL_KNOWN_SIGNERS_MAX
 */
GPtrArray *
pal_known_signers_list (void)
{
  GPtrArray *signers = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_known_signer_free);
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && signers->len < PAL_KNOWN_SIGNERS_MAX
         && (name = g_dir_read_name (dir)) != NULL)
    {
      PalKnownSigner *self = pal_known_signers_find (name);

      if (self != NULL)
        g_ptr_array_add (signers, self);
    }
  g_ptr_array_sort (signers, compare_signers);

  return signers;
}

/**
 * pal_known_signers_find_namesake:
 * @name: what a certificate calls its owner
 * @fingerprint: of that certificate
 *
 * Anybody can put any name into a certificate: one that says the name of somebody known, with
 * another key, is to be shown as just that.
 *
 * Returns: (transfer full) (nullable): somebody known who has that name and another certificate
 */
PalKnownSigner *
pal_known_signers_find_namesake (const char *name, const char *fingerprint)
{
  g_autoptr (GPtrArray) signers = NULL;
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (name != NULL && fingerprint != NULL, NULL);

  wanted = g_utf8_casefold (name, -1);
  signers = pal_known_signers_list ();
  for (guint i = 0; i < signers->len; i++)
    {
      const PalKnownSigner *signer = g_ptr_array_index (signers, i);
      g_autofree char *has = g_utf8_casefold (signer->name, -1);

      if (strcmp (has, wanted) == 0 && strcmp (signer->fingerprint, fingerprint) != 0)
        return g_ptr_array_steal_index (signers, i);
    }

  return NULL;
}

/**
 * pal_known_signers_dup_trust:
 *
 * Returns: (transfer full) (element-type utf8): the certificates of all, as PEM, to be given as
 *   trust to a verification
 */
GPtrArray *
pal_known_signers_dup_trust (void)
{
  g_autoptr (GPtrArray) signers = pal_known_signers_list ();
  GPtrArray *trust = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < signers->len; i++)
    {
      PalKnownSigner *signer = g_ptr_array_index (signers, i);

      g_ptr_array_add (trust, g_steal_pointer (&signer->certificate));
    }

  return trust;
}

/* --- Writing --- */

static void
set_string (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

static void
set_time (JsonObject *object, const char *name, gint64 seconds)
{
  g_autofree char *text = pal_clock_format_rfc3339 (seconds * G_USEC_PER_SEC);

  set_string (object, name, text);
}

static gboolean
save (const PalKnownSigner *self, GError **error)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *folder = pal_paths_dup_state_dir (FOLDER);
  g_autofree char *path = g_build_filename (folder, self->fingerprint, NULL);
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *story = json_array_new ();
  char *text;

  set_string (object, "certificate", self->certificate);
  set_string (object, "givenName", self->given_name);
  set_string (object, "check", check_names[self->check]);
  set_time (object, "since", self->since);
  for (guint i = 0; i < self->story->len; i++)
    {
      const PalSignerSeen *seen = g_ptr_array_index (self->story, i);
      JsonObject *item = json_object_new ();

      set_string (item, "kind", seen->kind);
      set_string (item, "sha256", seen->sha256);
      set_time (item, "seen", seen->seen);
      json_array_add_object_element (story, item);
    }
  json_object_set_array_member (object, "story", story);
  json_node_set_object (root, object);
  text = json_to_string (root, TRUE);
  bytes = g_bytes_new_take (text, strlen (text));

  return pal_publish_bytes (path, bytes, error);
}

static guint
count_files (void)
{
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += is_digest (name);

  return n;
}

/**
 * pal_known_signers_remember:
 * @certificate: PEM
 * @given_name: (nullable): what the person calls them
 * @check: how the person made sure
 * @error: return location
 *
 * From now on packages that are signed with this certificate come from somebody known. Of who is
 * known already, the story stays.
 *
 * Returns: whether it is on the disk; %FALSE with %PAL_SIGNING_ERROR_KEY for what is no certificate
 *   within the profile, %G_IO_ERROR_NO_SPACE at %PAL_KNOWN_SIGNERS_MAX
 */
gboolean
pal_known_signers_remember (const char *certificate, const char *given_name, PalSignerCheck check,
                            GError **error)
{
  g_autoptr (PalCertificateInfo) info = NULL;
  g_autoptr (PalKnownSigner) self = NULL;

  g_return_val_if_fail (certificate != NULL, FALSE);

  info = pal_certificate_info_new (certificate, strlen (certificate), error);
  if (info == NULL)
    return FALSE;
  self = pal_known_signers_find (info->fingerprint);
  if (self == NULL)
    {
      if (count_files () >= PAL_KNOWN_SIGNERS_MAX)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                       "%d signers are known already; forget some of them first",
                       PAL_KNOWN_SIGNERS_MAX);
          return FALSE;
        }
      self = g_new0 (PalKnownSigner, 1);
      self->fingerprint = g_strdup (info->fingerprint);
      self->certificate = g_strdup (certificate);
      self->story = g_ptr_array_new_with_free_func (seen_free);
      self->since = g_get_real_time () / G_USEC_PER_SEC;
    }
  if (!pal_text_is_blank (given_name))
    {
      g_free (self->given_name);
      self->given_name = pal_text_dup_printable (given_name, MAX_NAME_BYTES);
    }
  self->check = check;

  return save (self, error);
}

/**
 * pal_known_signers_follow:
 * @notice: what somebody signed who has a new key (pal_identity_store_renew())
 * @error: return location
 *
 * Whoever is known stays known with the new key, under the same name. The old certificate is kept:
 * what it has signed stays known, too.
 *
 * Returns: (transfer full) (nullable): the fingerprint of the new certificate; errors as of
 *   pal_module_notice_read() and pal_known_signers_remember(), and %G_IO_ERROR_NOT_FOUND when
 *   whoever signed it is not known here
 */
char *
pal_known_signers_follow (GBytes *notice, GError **error)
{
  g_autoptr (PalModuleNotice) change = NULL;
  g_autoptr (PalKnownSigner) old = NULL;

  g_return_val_if_fail (notice != NULL, NULL);

  change = pal_module_notice_read (notice, error);
  if (change == NULL)
    return NULL;
  old = pal_known_signers_find (change->old_fingerprint);
  if (old == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "it is signed by somebody who is not known here");
      return NULL;
    }
  if (!pal_known_signers_remember (change->certificate, old->given_name, PAL_SIGNER_CHECK_NOTICE,
                                   error))
    return NULL;

  return g_strdup (change->new_fingerprint);
}

/**
 * pal_known_signers_note:
 * @fingerprint: of a certificate
 * @kind: (nullable): of the package, as it says itself
 * @sha256: digest of the package
 * @error: return location
 *
 * Adds a package to the story of a signer, once; of a long story the oldest part goes. For who is
 * not known, nothing is noted.
 *
 * Returns: whether the note, if any, is on the disk
 */
gboolean
pal_known_signers_note (const char *fingerprint, const char *kind, const char *sha256,
                        GError **error)
{
  g_autoptr (PalKnownSigner) self = pal_known_signers_find (fingerprint);
  PalSignerSeen *seen;

  if (self == NULL || !is_digest (sha256))
    return TRUE;
  for (guint i = 0; i < self->story->len; i++)
    if (strcmp (((PalSignerSeen *) g_ptr_array_index (self->story, i))->sha256, sha256) == 0)
      return TRUE;
  seen = g_new0 (PalSignerSeen, 1);
  seen->kind = kind != NULL ? pal_text_dup_printable (kind, MAX_KIND_BYTES) : NULL;
  seen->sha256 = g_strdup (sha256);
  seen->seen = g_get_real_time () / G_USEC_PER_SEC;
  g_ptr_array_add (self->story, seen);
  if (self->story->len > PAL_KNOWN_SIGNER_STORY_MAX)
    g_ptr_array_remove_range (self->story, 0, self->story->len - PAL_KNOWN_SIGNER_STORY_MAX);

  return save (self, error);
}

/**
 * pal_known_signers_rename:
 * @fingerprint: of a certificate
 * @given_name: what the person calls them; blank: nothing but what the certificate says
 * @error: return location
 *
 * Returns: whether it is on the disk; %FALSE with %G_IO_ERROR_NOT_FOUND for who is not known
 */
gboolean
pal_known_signers_rename (const char *fingerprint, const char *given_name, GError **error)
{
  g_autoptr (PalKnownSigner) self = pal_known_signers_find (fingerprint);

  if (self == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "that signer is not known here");
      return FALSE;
    }
  g_clear_pointer (&self->given_name, g_free);
  if (!pal_text_is_blank (given_name))
    self->given_name = pal_text_dup_printable (given_name, MAX_NAME_BYTES);

  return save (self, error);
}

/**
 * pal_known_signers_restore:
 * @signer: as it was before pal_known_signers_forget()
 * @error: return location
 *
 * Returns: whether it is on the disk
 */
gboolean
pal_known_signers_restore (const PalKnownSigner *signer, GError **error)
{
  g_return_val_if_fail (signer != NULL && is_digest (signer->fingerprint), FALSE);

  return save (signer, error);
}

/**
 * pal_known_signers_forget:
 * @fingerprint: of a certificate
 * @error: return location
 *
 * Also a note that cannot be read is taken away. What was decided about packages before stays.
 *
 * Returns: whether the signer is not known any more
 */
gboolean
pal_known_signers_forget (const char *fingerprint, GError **error)
{
  g_autofree char *path = NULL;
  int number;

  if (!is_digest (fingerprint))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "not a fingerprint of a certificate");
      return FALSE;
    }
  path = dup_path (fingerprint);
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  number = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
               "a signer cannot be forgotten: %s", g_strerror (number));

  return FALSE;
}
