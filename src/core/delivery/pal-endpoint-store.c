// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-store"
#include "config.h"

#include "pal-endpoint-store.h"

#include "pal-digest.h"
#include "pal-endpoint-secrets.h"
#include "pal-paths.h"
#include "pal-publish.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define FOLDER "endpoints"
#define PACKAGE "endpoint.asice"
#define CLIENT "client.p12"
#define TOKEN_FILE "token-file"
#define MAX_ENDPOINTS 200
#define MAX_PATH_BYTES 4096
#define MIN_ID_DIGITS 8

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "palermo", FOLDER, NULL);
}

/* Ids name folders: nothing else than a UUID gets here. */
static char *
dup_path (const char *id, const char *name)
{
  g_autofree char *folder = dup_folder ();

  g_assert (g_uuid_string_is_valid (id));

  return g_build_filename (folder, id, name, NULL);
}

static char *
dup_path_to_write (const char *id, const char *name)
{
  g_autofree char *relative = g_build_filename (FOLDER, id, NULL);
  g_autofree char *folder = NULL;

  g_assert (g_uuid_string_is_valid (id));
  folder = pal_paths_dup_state_dir (relative);

  return g_build_filename (folder, name, NULL);
}

static gboolean
write_text (const char *path, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return pal_publish_bytes (path, bytes, error);
}

static char *
read_text (const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL) || length == 0 || length > MAX_PATH_BYTES
      || memchr (text, '\0', length) != NULL)
    return NULL;

  return g_steal_pointer (&text);
}

static gboolean
remove_file (const char *path, GError **error)
{
  int number;

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  number = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot remove a file: %s",
               g_strerror (number));

  return FALSE;
}

static PalEndpointCard *
load (const char *id)
{
  g_autofree char *path = dup_path (id, PACKAGE);
  g_autoptr (GError) error = NULL;
  PalEndpointCard *card = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  card = pal_endpoint_package_read (path, NULL, &error);
  if (card == NULL)
    {
      g_warning ("an endpoint that was kept cannot be read: %s", error->message);
      return NULL;
    }
  if (strcmp (card->id, id) != 0)
    {
      g_warning ("an endpoint lies in the folder of another one");
      g_clear_pointer (&card, pal_endpoint_card_unref);
    }

  return card;
}

static int
compare_cards (gconstpointer a, gconstpointer b)
{
  const PalEndpointCard *first = *(const PalEndpointCard *const *) a;
  const PalEndpointCard *second = *(const PalEndpointCard *const *) b;
  int order = g_utf8_collate (pal_endpoint_card_get_name (first, NULL),
                              pal_endpoint_card_get_name (second, NULL));

  return order != 0 ? order : strcmp (first->id, second->id);
}

/**
 * pal_endpoint_store_list:
 *
 * Blocking, short.
 *
 * Returns: (transfer full) (element-type PalEndpointCard): the endpoints that are here and hold, by
 *   name
 */
GPtrArray *
pal_endpoint_store_list (void)
{
  GPtrArray *cards = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_endpoint_card_unref);
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && cards->len < MAX_ENDPOINTS && (name = g_dir_read_name (dir)) != NULL)
    {
      PalEndpointCard *card = g_uuid_string_is_valid (name) ? load (name) : NULL;

      if (card != NULL)
        g_ptr_array_add (cards, card);
    }
  g_ptr_array_sort (cards, compare_cards);

  return cards;
}

static gboolean
has_name (const PalEndpointCard *card, const char *folded)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, card->names);
  while (g_hash_table_iter_next (&iter, NULL, &name))
    {
      g_autofree char *own = g_utf8_casefold (name, -1);

      if (strcmp (own, folded) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * pal_endpoint_store_find:
 * @name: what a person calls it: its id or how that begins, or a name
 * @error: return location
 *
 * Two of the same name are told apart by their ids alone. Blocking, short.
 *
 * Returns: (transfer full) (nullable): the one; %PAL_ENDPOINT_ERROR_NOT_FOUND
 */
PalEndpointCard *
pal_endpoint_store_find (const char *name, GError **error)
{
  g_autoptr (GPtrArray) cards = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *folded = NULL;
  PalEndpointCard *found = NULL;
  guint n_found = 0;

  g_return_val_if_fail (name != NULL, NULL);

  cards = pal_endpoint_store_list ();
  valid = g_utf8_make_valid (name, -1);
  folded = g_utf8_casefold (valid, -1);
  for (guint i = 0; i < cards->len; i++)
    {
      PalEndpointCard *card = g_ptr_array_index (cards, i);

      if ((strlen (folded) >= MIN_ID_DIGITS && g_str_has_prefix (card->id, folded))
          || has_name (card, folded))
        {
          found = card;
          n_found++;
        }
    }
  if (n_found == 1)
    return pal_endpoint_card_ref (found);
  g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_NOT_FOUND,
               n_found == 0 ? "no endpoint of that name is here"
                            : "more than one endpoint has that name; say its id");

  return NULL;
}

/**
 * pal_endpoint_store_compare:
 * @card: what a package says
 * @here: (out) (optional) (nullable) (transfer full): the endpoint of that id
 *
 * Returns: how it stands to what is here
 */
PalEndpointStanding
pal_endpoint_store_compare (const PalEndpointCard *card, PalEndpointCard **here)
{
  g_autoptr (PalEndpointCard) own = load (card->id);
  PalEndpointStanding standing;

  if (own == NULL)
    standing = PAL_ENDPOINT_STANDING_NEW;
  else if (g_strcmp0 (own->signer_fingerprint, card->signer_fingerprint) != 0)
    standing = PAL_ENDPOINT_STANDING_OTHER_KEY;
  else if (g_bytes_equal (own->package, card->package))
    standing = PAL_ENDPOINT_STANDING_SAME;
  else
    standing = card->issued_us > own->issued_us ? PAL_ENDPOINT_STANDING_NEWER
                                                : PAL_ENDPOINT_STANDING_OLDER;
  if (here != NULL)
    *here = g_steal_pointer (&own);

  return standing;
}

gboolean
pal_endpoint_store_knows_signer (const char *fingerprint)
{
  g_autoptr (GPtrArray) cards = pal_endpoint_store_list ();

  for (guint i = 0; i < cards->len; i++)
    {
      const PalEndpointCard *card = g_ptr_array_index (cards, i);

      if (g_strcmp0 (card->signer_fingerprint, fingerprint) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * pal_endpoint_store_keep:
 * @card: what pal_endpoint_package_read() made of a package
 * @accept_other_key: a person said yes, knowing that another key signed the one that is here
 * @error: return location
 *
 * Keeps the package of an endpoint; it replaces an older one of its id. Only for what a person said
 * yes to, who saw address, signer and fingerprint.
 *
 * Returns: whether it is here; %PAL_ENDPOINT_ERROR_SIGNER, %PAL_ENDPOINT_ERROR_OLDER
 */
gboolean
pal_endpoint_store_keep (PalEndpointCard *card, gboolean accept_other_key, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (card != NULL && card->package != NULL, FALSE);

  switch (pal_endpoint_store_compare (card, NULL))
    {
    case PAL_ENDPOINT_STANDING_SAME:
      return TRUE;
    case PAL_ENDPOINT_STANDING_OLDER:
      g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_OLDER,
                   "a newer file of this endpoint is here");
      return FALSE;
    case PAL_ENDPOINT_STANDING_OTHER_KEY:
      if (!accept_other_key)
        {
          g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_SIGNER,
                       "another key signed the endpoint that is here");
          return FALSE;
        }
      break;
    case PAL_ENDPOINT_STANDING_NEW:
    case PAL_ENDPOINT_STANDING_NEWER:
      break;
    }
  path = dup_path_to_write (card->id, PACKAGE);

  return pal_publish_bytes (path, card->package, error);
}

/**
 * pal_endpoint_store_forget:
 * @id: of an endpoint
 * @error: return location
 *
 * Takes an endpoint away with all that is kept for it, first what the keyring has. Blocking; may
 * wait for the person who unlocks the keyring.
 *
 * Returns: whether it is gone; #PalKeyringError when the keyring does not let go, and nothing is
 *   changed then
 */
gboolean
pal_endpoint_store_forget (const char *id, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *package = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_val_if_fail (id != NULL && g_uuid_string_is_valid (id), FALSE);

  if (!pal_endpoint_secrets_forget (id, NULL, error))
    return FALSE;
  /* First what makes it an endpoint, then what is left. */
  package = dup_path (id, PACKAGE);
  if (!remove_file (package, error))
    return FALSE;
  folder = dup_path (id, NULL);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!remove_file (path, error))
        return FALSE;
    }
  g_rmdir (folder);

  return TRUE;
}

/**
 * pal_endpoint_store_set_client:
 * @id: of an endpoint that is here
 * @client: (nullable): what we show to its server, or nothing any more
 * @passphrase: (nullable): seals the file
 * @error: return location
 *
 * Returns: whether it is kept, for its owner alone
 */
gboolean
pal_endpoint_store_set_client (const char *id, PalIdentity *client, const char *passphrase,
                               GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (id != NULL && g_uuid_string_is_valid (id), FALSE);

  path = dup_path_to_write (id, CLIENT);

  return client != NULL ? pal_identity_save (client, path, passphrase, error)
                        : remove_file (path, error);
}

char *
pal_endpoint_store_dup_client_path (const char *id)
{
  g_autofree char *path = dup_path (id, CLIENT);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path) : NULL;
}

/**
 * pal_endpoint_store_set_token_file:
 * @id: of an endpoint that is here
 * @path: (nullable): absolute path of a file of the person's own, or none any more
 * @error: return location
 *
 * Notes where the token is; the token itself is not copied.
 *
 * Returns: whether it is noted
 */
gboolean
pal_endpoint_store_set_token_file (const char *id, const char *path, GError **error)
{
  g_autofree char *note = NULL;

  g_return_val_if_fail (id != NULL && g_uuid_string_is_valid (id), FALSE);

  note = dup_path_to_write (id, TOKEN_FILE);

  return path != NULL ? write_text (note, path, error) : remove_file (note, error);
}

char *
pal_endpoint_store_dup_token_file (const char *id)
{
  g_autofree char *note = dup_path (id, TOKEN_FILE);

  return read_text (note);
}

/* A library that wants a path gets a file of what the signed package says, called as its digest: a
 * newer package brings another file, and one that was changed is written anew. */
static char *
publish_pem (const char *id, GBytes *pem, const char *kind, GError **error)
{
  g_autofree char *digest
      = pal_digest_bytes_hex (g_bytes_get_data (pem, NULL), g_bytes_get_size (pem));
  g_autofree char *name = g_strdup_printf ("%s-%.16s.pem", kind, digest);
  g_autofree char *path = dup_path_to_write (id, name);
  g_autofree char *here = NULL;
  gsize length = 0;

  if (g_file_get_contents (path, &here, &length, NULL) && length == g_bytes_get_size (pem)
      && memcmp (here, g_bytes_get_data (pem, NULL), length) == 0)
    return g_steal_pointer (&path);

  return pal_publish_bytes (path, pem, error) ? g_steal_pointer (&path) : NULL;
}

/**
 * pal_endpoint_store_make_endpoint:
 * @card: an endpoint that is here
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what a delivery needs, but for token and passphrase;
 *   %PAL_ENDPOINT_ERROR_TIME when archives may not go there now
 */
PalEndpoint *
pal_endpoint_store_make_endpoint (PalEndpointCard *card, GError **error)
{
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();

  g_return_val_if_fail (card != NULL && card->package != NULL, NULL);

  if (!pal_endpoint_card_check_time (card, g_get_real_time (), error))
    return NULL;
  endpoint->url = g_strdup (card->url);
  endpoint->max_archive_bytes = card->max_archive_bytes;
  endpoint->max_part_bytes = card->max_part_bytes;
  endpoint->module_certificate = publish_pem (card->id, card->module_pem, "module", error);
  if (endpoint->module_certificate == NULL)
    return NULL;
  if (card->ca_pem != NULL)
    {
      endpoint->ca_file = publish_pem (card->id, card->ca_pem, "server-ca", error);
      if (endpoint->ca_file == NULL)
        return NULL;
    }
  if (pal_endpoint_card_wants_certificate (card))
    endpoint->client_certificate = pal_endpoint_store_dup_client_path (card->id);

  return g_steal_pointer (&endpoint);
}
