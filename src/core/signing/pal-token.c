// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-token"
#include "config.h"

#include "pal-token-private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define MAX_CHAIN 8

G_DEFINE_QUARK (pal - token - error - quark, pal_token_error)

/**
 * pal_token_pin_to_string:
 * @pin: what a token says about its PIN
 *
 * Returns: (transfer none): "none", "needed", "missed", "last-try", "locked" or "not-set"
 */
const char *
pal_token_pin_to_string (PalTokenPin pin)
{
  switch (pin)
    {
    case PAL_TOKEN_PIN_NONE:
      return "none";
    case PAL_TOKEN_PIN_NEEDED:
      return "needed";
    case PAL_TOKEN_PIN_MISSED:
      return "missed";
    case PAL_TOKEN_PIN_LAST_TRY:
      return "last-try";
    case PAL_TOKEN_PIN_LOCKED:
      return "locked";
    case PAL_TOKEN_PIN_NOT_SET:
      return "not-set";
    }

  return "";
}

static void
key_free (PalTokenKey *key)
{
  g_free (key->uri);
  g_free (key->label);
  g_free (key->subject);
  g_free (key->common_name);
  g_free (key->fingerprint);
  g_free (key->algorithm);
  g_free (key);
}

/**
 * pal_token_free:
 * @token: (nullable): a token that was listed
 *
 * Frees it.
 */
void
pal_token_free (PalToken *token)
{
  if (token == NULL)
    return;
  g_free (token->uri);
  g_free (token->label);
  g_free (token->manufacturer);
  g_free (token->model);
  g_free (token->serial);
  g_clear_pointer (&token->keys, g_ptr_array_unref);
  g_free (token);
}

/**
 * pal_token_is_uri:
 * @text: what somebody gave as a key
 *
 * Returns: whether it is meant as the URI of a key on a token; a URI has no case in its scheme
 */
gboolean
pal_token_is_uri (const char *text)
{
  return text != NULL
         && g_ascii_strncasecmp (text, PAL_TOKEN_SCHEME, strlen (PAL_TOKEN_SCHEME)) == 0;
}

/* --- Listing --- */

static X509 *
parse_certificate (const PalTokenObject *object)
{
  gsize length = 0;
  const guint8 *der = object->value != NULL ? g_bytes_get_data (object->value, &length) : NULL;
  const guint8 *position = der;
  X509 *certificate = der != NULL ? d2i_X509 (NULL, &position, length) : NULL;

  ERR_clear_error ();

  return certificate;
}

static gint64
get_expiry (X509 *certificate)
{
  struct tm tm;

  return ASN1_TIME_to_tm (X509_get0_notAfter (certificate), &tm) == 1 ? timegm (&tm) : 0;
}

static PalTokenKey *
describe (PalTokenSlot *slot, const PalTokenObject *object, X509 *certificate)
{
  PalTokenKey *key = g_new0 (PalTokenKey, 1);
  EVP_PKEY *public_key = X509_get0_pubkey (certificate);

  key->uri = pal_token_slot_dup_object_uri (slot, object->id, object->label);
  key->label = g_strdup (object->label);
  key->subject = pal_certificate_dup_subject (certificate);
  key->common_name = pal_certificate_dup_common_name (certificate);
  key->fingerprint = pal_certificate_dup_fingerprint (certificate);
  key->expires = get_expiry (certificate);
  if (public_key != NULL)
    pal_signing_check_key (public_key, &key->algorithm, NULL);
  ERR_clear_error ();

  return key;
}

static gboolean
has_public_key (GPtrArray *public_keys, GBytes *id)
{
  for (guint i = 0; public_keys != NULL && i < public_keys->len; i++)
    {
      PalTokenObject *key = g_ptr_array_index (public_keys, i);

      if (g_bytes_get_size (id) > 0 && g_bytes_equal (key->id, id))
        return TRUE;
    }

  return FALSE;
}

/* Private keys do not show before the PIN. Certificates of certification authorities stand on
 * tokens without a key, for the chain. */
static gboolean
may_have_key (const PalTokenObject *object, X509 *certificate, GPtrArray *public_keys)
{
  return X509_check_ca (certificate) != 1 || has_public_key (public_keys, object->id);
}

static GPtrArray *
list_keys (PalTokenSlot *slot)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func ((GDestroyNotify) key_free);
  g_autoptr (PalTokenSession) session = pal_token_session_open (slot, NULL);
  g_autoptr (GPtrArray) objects = NULL;
  g_autoptr (GPtrArray) public_keys = NULL;

  if (session == NULL)
    return keys;
  objects = pal_token_session_list (session, PAL_TOKEN_OBJECT_CERTIFICATE, NULL);
  public_keys = pal_token_session_list (session, PAL_TOKEN_OBJECT_PUBLIC_KEY, NULL);
  for (guint i = 0; objects != NULL && i < objects->len; i++)
    {
      PalTokenObject *object = g_ptr_array_index (objects, i);
      g_autoptr (X509) certificate = parse_certificate (object);

      if (certificate != NULL && may_have_key (object, certificate, public_keys))
        g_ptr_array_add (keys, describe (slot, object, certificate));
      ERR_clear_error ();
    }

  return keys;
}

static PalToken *
describe_slot (PalTokenSlot *slot)
{
  PalToken *token = pal_token_slot_dup_token (slot);

  token->keys = list_keys (slot);

  return token;
}

/**
 * pal_token_list:
 * @module: (nullable): path of one PKCS#11 library, instead of all that are registered with p11-kit
 * @error: return location
 *
 * Says which tokens are plugged in and what shows on them without a PIN. A token that hides its
 * certificates until then has no keys here. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable) (element-type PalToken): perhaps none, or %NULL with
 * %PAL_TOKEN_ERROR_MODULE
 */
GPtrArray *
pal_token_list (const char *module, GError **error)
{
  g_autoptr (GPtrArray) slots = pal_token_slots_list (NULL, module, error);
  GPtrArray *tokens;

  if (slots == NULL)
    return NULL;
  tokens = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_token_free);
  for (guint i = 0; i < slots->len; i++)
    g_ptr_array_add (tokens, describe_slot (g_ptr_array_index (slots, i)));

  return tokens;
}

/* --- Opening --- */

static PalTokenSlot *
find_slot (const PalTokenAddress *address, GPtrArray **slots, GError **error)
{
  *slots = pal_token_slots_list (address, NULL, error);
  if (*slots == NULL)
    return NULL;
  if ((*slots)->len == 0)
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_NO_TOKEN, "no such token is plugged in");
      return NULL;
    }
  if ((*slots)->len > 1)
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_SEVERAL, "%u tokens are meant",
                   (*slots)->len);
      return NULL;
    }

  return g_ptr_array_index (*slots, 0);
}

/**
 * pal_token_find:
 * @uri: of a token, or of a key on it
 * @error: return location
 *
 * Looks for the token, and asks it for nothing that needs a PIN. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the token, or %NULL with %PAL_TOKEN_ERROR_URI, _MODULE,
 * _NO_TOKEN or _SEVERAL
 */
PalToken *
pal_token_find (const char *uri, GError **error)
{
  g_autoptr (PalTokenAddress) address = NULL;
  g_autoptr (GPtrArray) slots = NULL;
  PalTokenSlot *slot;

  g_return_val_if_fail (uri != NULL, NULL);

  address = pal_token_address_new (uri, error);
  if (address == NULL)
    return NULL;
  slot = find_slot (address, &slots, error);

  return slot != NULL ? describe_slot (slot) : NULL;
}

/* What belongs together has the same id. */
static gboolean
is_pair (const PalTokenAddress *address, const PalTokenObject *key,
         const PalTokenObject *certificate)
{
  return g_bytes_get_size (key->id) > 0 && g_bytes_equal (key->id, certificate->id)
         && pal_token_address_matches (address, key->id, key->label, certificate->label);
}

/* The one pair of key and certificate that is meant. */
static gboolean
choose (const PalTokenAddress *address, GPtrArray *keys, GPtrArray *certificates,
        PalTokenObject **key, PalTokenObject **certificate, GError **error)
{
  guint n_pairs = 0;

  for (guint i = 0; i < keys->len; i++)
    for (guint j = 0; j < certificates->len; j++)
      if (is_pair (address, g_ptr_array_index (keys, i), g_ptr_array_index (certificates, j)))
        {
          *key = g_ptr_array_index (keys, i);
          *certificate = g_ptr_array_index (certificates, j);
          n_pairs++;
        }
  if (n_pairs == 0)
    g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_NO_KEY,
                 "no such key with its certificate is on the token");
  else if (n_pairs > 1)
    g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_SEVERAL, "%u keys on the token are meant",
                 n_pairs);

  return n_pairs == 1;
}

static X509 *
find_issuer (GPtrArray *all, X509 *of)
{
  for (guint i = 0; i < all->len; i++)
    {
      X509 *candidate = g_ptr_array_index (all, i);

      if (X509_check_issued (candidate, of) == X509_V_OK)
        return candidate;
    }

  return NULL;
}

/* Who issued it, as far as the token has it; a root is known to whoever trusts it. */
static PalCertificates *
gather_chain (GPtrArray *objects, X509 *certificate)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) X509_free);
  PalCertificates *chain = sk_X509_new_null ();
  X509 *issuer = certificate;

  for (guint i = 0; i < objects->len; i++)
    {
      X509 *other = parse_certificate (g_ptr_array_index (objects, i));

      if (other != NULL)
        g_ptr_array_add (all, other);
    }
  while (sk_X509_num (chain) < MAX_CHAIN && X509_check_issued (issuer, issuer) != X509_V_OK
         && (issuer = find_issuer (all, issuer)) != NULL
         && X509_check_issued (issuer, issuer) != X509_V_OK)
    X509_add_cert (chain, issuer, X509_ADD_FLAG_UP_REF);
  ERR_clear_error ();

  return chain;
}

static PalIdentity *
open_key (PalTokenSession *session, const PalTokenAddress *address, const char *pin, GError **error)
{
  PalTokenObject *chosen = NULL;
  PalTokenObject *chosen_certificate = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) certificates = NULL;
  g_autoptr (X509) certificate = NULL;
  PalCertificates *chain;
  EVP_PKEY *key;

  keys = pal_token_session_list (session, PAL_TOKEN_OBJECT_KEY, error);
  if (keys == NULL)
    return NULL;
  certificates = pal_token_session_list (session, PAL_TOKEN_OBJECT_CERTIFICATE, error);
  if (certificates == NULL
      || !choose (address, keys, certificates, &chosen, &chosen_certificate, error))
    return NULL;
  certificate = parse_certificate (chosen_certificate);
  if (certificate == NULL)
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_NO_KEY,
                   "the certificate on the token cannot be read");
      return NULL;
    }
  pal_token_session_take_key (session, chosen, pin);
  key = pal_token_key_new (session, certificate, error);
  if (key == NULL)
    return NULL;
  chain = gather_chain (certificates, certificate);

  return pal_identity_new_take (key, g_steal_pointer (&certificate), chain);
}

/**
 * pal_token_open:
 * @uri: of the key: all that it says must hold; may be short, as long as only one key is meant
 * @pin: (nullable): of the token; %NULL with a keypad, or if the token wants none
 * @error: return location
 *
 * Opens a key for signing, and for what was sealed to it. Whatever goes wrong, no PIN is tried
 * twice: a wrong one costs one try. While an identity is alive its token stays unlocked for this
 * program, so that a second one of the same token is opened with whatever PIN. The PIN is kept only
 * for keys that want it for each signature, and wiped with the identity.
 *
 * What goes wrong later with such an identity (pal_cms_sign() and others) is a #PalTokenError, too:
 * above all %PAL_TOKEN_ERROR_GONE. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): an identity, or %NULL with a #PalTokenError
 */
PalIdentity *
pal_token_open (const char *uri, const char *pin, GError **error)
{
  g_autoptr (PalTokenAddress) address = NULL;
  g_autoptr (GPtrArray) slots = NULL;
  g_autoptr (PalTokenSession) session = NULL;
  PalTokenSlot *slot;

  g_return_val_if_fail (uri != NULL, NULL);

  address = pal_token_address_new (uri, error);
  if (address == NULL)
    return NULL;
  slot = find_slot (address, &slots, error);
  if (slot == NULL)
    return NULL;
  session = pal_token_session_open (slot, error);
  if (session == NULL || !pal_token_session_log_in (session, pin, error))
    return NULL;

  return open_key (session, address, pin, error);
}

/**
 * pal_token_holds:
 * @identity: an identity
 *
 * Returns: whether its key lies on a token
 */
gboolean
pal_token_holds (PalIdentity *identity)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  return pal_token_key_check (pal_identity_get_key (identity));
}

/* --- In a thread --- */

typedef struct
{
  char *where; /* (owned) (nullable): module or URI */
  char *pin;   /* (owned) (nullable) */
} Work;

static void
work_free (Work *work)
{
  g_free (work->where);
  pal_secret_free (work->pin);
  g_free (work);
}

static void
start (gpointer tag, const char *where, const char *pin, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data, GTaskThreadFunc function)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->where = g_strdup (where);
  work->pin = g_strdup (pin);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, function);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  GPtrArray *tokens = pal_token_list (work->where, &error);

  if (tokens != NULL)
    g_task_return_pointer (task, tokens, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_token_list_async:
 * @module: (nullable): as for pal_token_list()
 * @cancellable: (nullable): lets go of the answer
 * @callback: when the tokens are known
 * @user_data: for @callback
 *
 * As pal_token_list(), in a thread.
 */
void
pal_token_list_async (const char *module, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  start (pal_token_list_async, module, NULL, cancellable, callback, user_data, list_in_thread);
}

/**
 * pal_token_list_finish:
 * @result: of pal_token_list_async()
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PalToken): as pal_token_list()
 */
GPtrArray *
pal_token_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pal_token_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  PalIdentity *identity = pal_token_open (work->where, work->pin, &error);

  if (identity != NULL)
    g_task_return_pointer (task, identity, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_token_open_async:
 * @uri: as for pal_token_open()
 * @pin: (nullable): copied, and the copy wiped when it is done
 * @cancellable: (nullable): lets go of the answer; a try of the PIN was used all the same
 * @callback: when the key is open, or not
 * @user_data: for @callback
 *
 * As pal_token_open(), in a thread.
 */
void
pal_token_open_async (const char *uri, const char *pin, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (uri != NULL);

  start (pal_token_open_async, uri, pin, cancellable, callback, user_data, open_in_thread);
}

/**
 * pal_token_open_finish:
 * @result: of pal_token_open_async()
 * @error: return location
 *
 * Returns: (transfer full) (nullable): as pal_token_open()
 */
PalIdentity *
pal_token_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pal_token_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
