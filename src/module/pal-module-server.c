// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-server"
#include "config.h"

#include "pal-module-server.h"

#include "pal-digest.h"
#include "pal-module-part.h"
#include "pal-module-reply.h"

#include <libsoup/soup.h>
#include <string.h>

/* What package-format 5.1 found wrong in other servers is right here: bytes are flushed before they
 * are acknowledged, GET of uploads does not exist, DELETE takes only those that are not whole, an
 * upload belongs to who made it, the answer does not wait for the verification, Location is
 * relative. */

#define MAX_METADATA 4096
#define MAX_NAME 200
#define LOOK_EVERY_MS 25
#define MAX_LOOKS 40

/* Takes as long for a wrong token as for the right one. */
static gboolean
is_equal_secret (const char *a, const char *b)
{
  g_autofree char *digest_a = pal_digest_bytes_hex (a, strlen (a));
  g_autofree char *digest_b = pal_digest_bytes_hex (b, strlen (b));
  guint difference = 0;

  for (gsize i = 0; digest_a[i] != '\0'; i++)
    difference |= (guint) (digest_a[i] ^ digest_b[i]);

  return difference == 0;
}

/* libsoup 3.2 knows the certificate of a connection at its first message only, so its fingerprint
 * stays with the socket. */
static char *
dup_certificate_fingerprint (SoupServerMessage *message)
{
  GTlsCertificate *certificate = soup_server_message_get_tls_peer_certificate (message);
  GSocket *socket = soup_server_message_get_socket (message);
  g_autoptr (GByteArray) der = NULL;

  if (socket == NULL)
    return NULL;
  if (certificate != NULL)
    g_object_get (certificate, "certificate", &der, NULL);
  if (der != NULL)
    g_object_set_data_full (G_OBJECT (socket), "fingerprint",
                            pal_digest_bytes_hex (der->data, der->len), g_free);

  return g_strdup (g_object_get_data (G_OBJECT (socket), "fingerprint"));
}

/* Returns: (transfer full) (nullable): who asks; NULL: nobody we know. */
static char *
dup_owner (PalModuleServer *self, SoupServerMessage *message)
{
  const char *authorization = pal_reply_get_header (message, "Authorization");

  if (self->needs_certificate)
    return dup_certificate_fingerprint (message);
  if (self->token == NULL)
    return g_strdup ("anyone");
  if (authorization == NULL || !g_str_has_prefix (authorization, "Bearer ")
      || !is_equal_secret (authorization + strlen ("Bearer "), self->token))
    return NULL;

  return pal_digest_bytes_hex (self->token, strlen (self->token));
}

static gboolean
is_fault (PalModuleServer *self, SoupServerMessage *message)
{
  PalFaults *faults = self->faults;
  const char *method = soup_server_message_get_method (message);
  gboolean is_post = strcmp (method, "POST") == 0;

  if (is_post && pal_faults_is_on (faults, PAL_FAULT_REDIRECT))
    {
      pal_reply_set (message, 307, "fault: redirect");
      pal_reply_set_header (message, "Location", "https://127.0.0.2:1/elsewhere/");
      pal_faults_used (faults, PAL_FAULT_REDIRECT);
      return TRUE;
    }
  if (is_post && pal_faults_is_on (faults, PAL_FAULT_REFUSE))
    {
      pal_reply_set (message, (guint) pal_faults_get_value (faults, PAL_FAULT_REFUSE),
                     "fault: refuse");
      pal_faults_used (faults, PAL_FAULT_REFUSE);
      return TRUE;
    }
  if (strcmp (method, "OPTIONS") != 0 && pal_faults_is_on (faults, PAL_FAULT_ERROR))
    {
      pal_reply_set (message, (guint) pal_faults_get_value (faults, PAL_FAULT_ERROR),
                     "fault: error");
      if (faults->faults[PAL_FAULT_ERROR].retry_after_s > 0)
        pal_reply_set_number (message, "Retry-After",
                              faults->faults[PAL_FAULT_ERROR].retry_after_s);
      pal_faults_used (faults, PAL_FAULT_ERROR);
      return TRUE;
    }

  return FALSE;
}

/* Upload-Metadata: "key base64,key base64". Returns: (transfer full) (nullable) */
static char *
dup_metadata (const char *metadata, const char *key)
{
  g_auto (GStrv) pairs = NULL;

  if (metadata == NULL || strlen (metadata) > MAX_METADATA)
    return NULL;
  pairs = g_strsplit (metadata, ",", -1);
  for (char **pair = pairs; *pair != NULL; pair++)
    {
      g_auto (GStrv) words = g_strsplit (g_strstrip (*pair), " ", 2);
      g_autofree guchar *value = NULL;
      gsize length;

      if (g_strcmp0 (words[0], key) != 0 || words[1] == NULL)
        continue;
      value = g_base64_decode (words[1], &length);
      if (memchr (value, '\0', length) != NULL)
        return NULL;
      return g_utf8_make_valid ((char *) value, (gssize) length);
    }

  return NULL;
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static void
create_upload (PalModuleServer *self, SoupServerMessage *message, const char *owner)
{
  const char *metadata = pal_reply_get_header (message, "Upload-Metadata");
  g_autofree char *sha256 = dup_metadata (metadata, "sha256");
  g_autofree char *name = dup_metadata (metadata, "filename");
  g_autofree char *sender = dup_certificate_fingerprint (message);
  g_autofree char *location = NULL;
  g_autoptr (GError) error = NULL;
  PalUpload *upload;
  goffset length;

  if (!pal_reply_get_number (message, "Upload-Length", &length) || length == 0)
    {
      pal_reply_set (message, 400, "Upload-Length is missing or zero");
      return;
    }
  if (length > self->max_bytes)
    {
      pal_reply_set (message, 413, "the archive is too large");
      return;
    }
  if (!is_sha256 (sha256) || (name != NULL && strlen (name) > MAX_NAME))
    {
      pal_reply_set (message, 400, "Upload-Metadata has no sha256, or a filename that is too long");
      return;
    }
  if (!pal_store_has_room (self->store, length))
    {
      pal_reply_set (message, 507, "the disk is full");
      return;
    }

  upload = pal_store_create (self->store, length, sha256, name != NULL ? name : "", owner, sender,
                             &error);
  if (upload == NULL)
    {
      g_warning ("an upload cannot be made: %s", error->message);
      pal_reply_set (message, 500, "the upload cannot be stored");
      return;
    }
  location = g_strconcat (PAL_MODULE_FILES, upload->id, NULL);
  pal_reply_set_header (message, "Location", location);
  soup_server_message_set_status (message, 201, NULL);
  g_message ("upload of %" G_GOFFSET_FORMAT " bytes begins", length);
}

/* Headers are there, the body is not: what can be refused is refused before it is read. */
static void
early_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer data)
{
  PalModuleServer *self = data;
  const char *method = soup_server_message_get_method (message);
  g_autofree char *owner = NULL;
  PalUpload *upload;

  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  pal_reply_set_header (message, "Tus-Resumable", "1.0.0");
  pal_reply_set_header (message, "Simulation", PAL_MODULE_NOTICE);

  if (strcmp (method, "OPTIONS") == 0)
    return;
  owner = dup_owner (self, message);
  if (owner == NULL)
    {
      pal_reply_set (message, 401, "token or certificate is missing or wrong");
      pal_reply_set_header (message, "WWW-Authenticate", "Bearer");
      return;
    }
  g_object_set_data_full (G_OBJECT (message), "owner", g_steal_pointer (&owner), g_free);
  if (!g_str_has_prefix (path, PAL_MODULE_FILES) && strcmp (path, "/files") != 0)
    return;

  if (g_strcmp0 (pal_reply_get_header (message, "Tus-Resumable"), "1.0.0") != 0)
    {
      pal_reply_set (message, 412, "Tus-Resumable is not 1.0.0");
      pal_reply_set_header (message, "Tus-Version", "1.0.0");
      return;
    }
  if (is_fault (self, message) || strcmp (method, "PATCH") != 0)
    return;

  upload = strlen (path) > strlen (PAL_MODULE_FILES)
               ? pal_store_find (self->store, path + strlen (PAL_MODULE_FILES))
               : NULL;
  if (upload == NULL
      || strcmp (upload->owner, g_object_get_data (G_OBJECT (message), "owner")) != 0)
    pal_reply_set (message, 404, "no such upload");
  else
    pal_part_begin (self, message, upload);
}

static void
files_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer data)
{
  PalModuleServer *self = data;
  const char *method = soup_server_message_get_method (message);
  const char *owner = g_object_get_data (G_OBJECT (message), "owner");
  const char *id
      = strlen (path) > strlen (PAL_MODULE_FILES) ? path + strlen (PAL_MODULE_FILES) : NULL;
  PalUpload *upload = id != NULL ? pal_store_find (self->store, id) : NULL;

  if (owner == NULL && strcmp (method, "OPTIONS") != 0)
    {
      pal_reply_set (message, 401, "nobody we know");
      return;
    }
  if (strcmp (method, "OPTIONS") == 0)
    {
      pal_reply_set_header (message, "Tus-Version", "1.0.0");
      pal_reply_set_header (message, "Tus-Extension", "creation,termination");
      pal_reply_set_number (message, "Tus-Max-Size", self->max_bytes);
      pal_reply_set_no_content (message);
    }
  else if (strcmp (method, "POST") == 0 && id == NULL)
    create_upload (self, message, owner);
  else if (strcmp (method, "HEAD") == 0 && id != NULL)
    {
      if (upload == NULL || strcmp (upload->owner, owner) != 0)
        pal_reply_set (message, 404, "no such upload");
      else
        pal_part_answer_offset (self, message, upload);
    }
  else if (strcmp (method, "DELETE") == 0 && id != NULL)
    {
      if (upload == NULL || strcmp (upload->owner, owner) != 0)
        pal_reply_set (message, 404, "no such upload");
      else
        pal_part_end_upload (self, message, upload);
    }
  else if (strcmp (method, "PATCH") == 0 && id != NULL)
    {
      PalPart *part = g_object_get_data (G_OBJECT (message), "part");
      g_autoptr (PalUpload) whole = NULL;

      if (part == NULL || part->upload == NULL)
        {
          pal_reply_set (message, 409, "another request took over");
          return;
        }
      whole = pal_upload_ref (part->upload);
      part->is_done = TRUE;
      pal_part_release (part);
      pal_part_reply_after_flush (self, message, whole);
    }
  else
    {
      pal_reply_set (message, 405,
                     "uploads can be created, asked for their offset, continued and ended only");
      pal_reply_set_header (message, "Allow", "OPTIONS, POST, HEAD, PATCH, DELETE");
    }
}

static void
answer_receipt (PalModuleServer *self, SoupServerMessage *message, const char *sha256)
{
  g_autoptr (GBytes) receipt = pal_store_load_receipt (self->store, sha256);
  gconstpointer bytes;
  gsize length;

  if (receipt == NULL)
    {
      pal_reply_set (message, 404, "no such receipt");
      return;
    }
  bytes = g_bytes_get_data (receipt, &length);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/pkcs7-mime", SOUP_MEMORY_COPY, bytes,
                                    length);
}

typedef struct
{
  PalModuleServer *module;
  SoupServerMessage *message; /* (owned) */
  char *sha256;
  guint n_looks;
} Patience;

static void
patience_free (Patience *patience)
{
  g_object_unref (patience->message);
  g_free (patience->sha256);
  g_free (patience);
}

static gboolean
look_again_cb (gpointer data)
{
  Patience *patience = data;
  PalModuleServer *self = patience->module;

  if (!pal_store_has_finished (self->store, patience->sha256))
    answer_receipt (self, patience->message, patience->sha256);
  else if (++patience->n_looks < MAX_LOOKS)
    return G_SOURCE_CONTINUE;
  else
    {
      pal_reply_set (patience->message, 202, "the archive is being checked");
      pal_reply_set_number (patience->message, "Retry-After", 1);
    }
  pal_reply_unpause (patience->message);

  return G_SOURCE_REMOVE;
}

/* Most archives are judged within a second: who asks just after the last part gets the receipt in
 * the same breath. */
static void
answer_receipt_later (PalModuleServer *self, SoupServerMessage *message, const char *sha256)
{
  Patience *patience = g_new0 (Patience, 1);

  patience->module = self;
  patience->message = g_object_ref (message);
  patience->sha256 = g_strdup (sha256);
  soup_server_message_pause (message);
  g_timeout_add_full (G_PRIORITY_DEFAULT, LOOK_EVERY_MS, look_again_cb, patience,
                      (GDestroyNotify) patience_free);
}

static void
receipts_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer data)
{
  PalModuleServer *self = data;
  const char *method = soup_server_message_get_method (message);
  const char *sha256 = path + MIN (strlen (PAL_MODULE_RECEIPTS), strlen (path));

  if (strcmp (method, "GET") != 0)
    {
      pal_reply_set (message, 405, "receipts can be read only");
      pal_reply_set_header (message, "Allow", "GET");
      return;
    }
  if (!is_sha256 (sha256))
    {
      pal_reply_set (message, 404, "no such receipt");
      return;
    }
  if (pal_store_has_finished (self->store, sha256))
    {
      answer_receipt_later (self, message, sha256);
      return;
    }
  answer_receipt (self, message, sha256);
}

static void
other_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer data)
{
  pal_reply_set (message, strcmp (path, "/") == 0 ? 200 : 404,
                 "Archives go to " PAL_MODULE_FILES
                 " (tus 1.0), receipts come from " PAL_MODULE_RECEIPTS "SHA256.");
}

/* libsoup asks for every client certificate, also for one that the client CA vouches for. */
static gboolean
accept_certificate_cb (SoupServerMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags errors, gpointer data)
{
  return errors == 0;
}

static void
started_cb (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), data);
}

/* A sender that went away. */
static void
aborted_cb (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  PalPart *part = g_object_get_data (G_OBJECT (message), "part");

  pal_reply_set_aborted (message);
  if (part == NULL)
    return;
  part->is_done = TRUE;
  pal_part_release (part);
}

/**
 * pal_module_server_new:
 * @store: where uploads go; must outlive the server
 * @check: judges them; must outlive the server
 * @faults: what goes wrong on purpose; must outlive the server
 * @token: (nullable): who knows it may send; %NULL: whoever can reach the server
 * @needs_certificate: only who has a certificate of the client CA may send
 * @max_bytes: of an archive
 *
 * Returns: (transfer full): a server that does not listen yet
 */
PalModuleServer *
pal_module_server_new (PalStore *store, PalCheck *check, PalFaults *faults, const char *token,
                       gboolean needs_certificate, goffset max_bytes)
{
  const struct
  {
    const char *path;
    SoupServerCallback callback;
  } handlers[] = { { "/files", files_cb }, { "/receipts", receipts_cb }, { NULL, other_cb } };
  PalModuleServer *self = g_new0 (PalModuleServer, 1);

  self->store = store;
  self->check = check;
  self->faults = faults;
  self->token = g_strdup (token);
  self->needs_certificate = needs_certificate;
  self->max_bytes = max_bytes;
  self->receiving = g_hash_table_new (g_str_hash, g_str_equal);
  self->server = soup_server_new (
      "server-header", "palermo-module/" PALERMO_VERSION " (" PAL_MODULE_NOTICE ")", NULL);
  /* libsoup asks the handlers of the longest path only, for the early ones too. */
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    {
      soup_server_add_early_handler (self->server, handlers[i].path, early_cb, self, NULL);
      soup_server_add_handler (self->server, handlers[i].path, handlers[i].callback, self, NULL);
    }
  g_signal_connect (self->server, "request-started", G_CALLBACK (started_cb), self);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (aborted_cb), self);

  return self;
}

void
pal_module_server_free (PalModuleServer *self)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_hash_table_unref (self->receiving);
  g_free (self->token);
  g_free (self);
}

/**
 * pal_module_server_listen:
 * @self: a server
 * @certificate_path: PEM
 * @key_path: PEM
 * @client_ca_path: (nullable): PEM; client certificates are required then
 * @port: 0: any that is free
 * @error: return location
 *
 * Listens on 127.0.0.1 and nowhere else.
 *
 * Returns: whether it listens
 */
gboolean
pal_module_server_listen (PalModuleServer *self, const char *certificate_path, const char *key_path,
                          const char *client_ca_path, guint port, GError **error)
{
  g_autoptr (GTlsCertificate) certificate
      = g_tls_certificate_new_from_files (certificate_path, key_path, error);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);

  if (certificate == NULL)
    return FALSE;
  soup_server_set_tls_certificate (self->server, certificate);
  if (client_ca_path != NULL)
    {
      g_autoptr (GTlsDatabase) database = g_tls_file_database_new (client_ca_path, error);

      if (database == NULL)
        return FALSE;
      soup_server_set_tls_database (self->server, database);
      soup_server_set_tls_auth_mode (self->server, G_TLS_AUTHENTICATION_REQUIRED);
    }

  return soup_server_listen (self->server, address, SOUP_SERVER_LISTEN_HTTPS, error);
}

/**
 * pal_module_server_dup_url:
 * @self: a server that listens
 *
 * Returns: (transfer full): the endpoint
 */
char *
pal_module_server_dup_url (PalModuleServer *self)
{
  GSList *uris = soup_server_get_uris (self->server);
  char *url = g_strdup_printf ("https://127.0.0.1:%d" PAL_MODULE_FILES,
                               uris != NULL ? g_uri_get_port (uris->data) : 0);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return url;
}
