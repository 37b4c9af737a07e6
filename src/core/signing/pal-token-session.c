// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-token"
#include "config.h"

#include "pal-token-pkcs11.h"

#include <string.h>

#define MAX_OBJECTS 256
#define MAX_ATTRIBUTE_BYTES (64 * 1024)

struct _PalTokenSession
{
  PalTokenModules *modules; /* (owned), counted */
  CK_FUNCTION_LIST *module; /* (unowned): one of them */
  CK_SLOT_ID slot;
  GMutex lock; /* one operation at a time: PKCS#11 keeps it with the session */
  CK_SESSION_HANDLE handle;
  CK_OBJECT_HANDLE key;
  gboolean always_asks;
  char *pin; /* (owned) (nullable): only if the key always asks */
};

/* --- Sessions --- */

static void
session_clear (gpointer data)
{
  PalTokenSession *self = data;

  if (self->handle != 0)
    self->module->C_CloseSession (self->handle); /* the last one logs out */
  pal_secret_free (self->pin);
  pal_token_modules_unref (self->modules);
  g_mutex_clear (&self->lock);
}

PalTokenSession *
pal_token_session_ref (PalTokenSession *session)
{
  return g_atomic_rc_box_acquire (session);
}

void
pal_token_session_unref (PalTokenSession *session)
{
  g_atomic_rc_box_release_full (session, session_clear);
}

static gboolean
is_plugged (PalTokenSession *self)
{
  CK_TOKEN_INFO info;

  return self->module->C_GetTokenInfo (self->slot, &info) == CKR_OK
         && (info.flags & CKF_TOKEN_INITIALIZED) != 0;
}

PalTokenSession *
pal_token_session_open (PalTokenSlot *slot, GError **error)
{
  g_autoptr (PalTokenSession) self = g_atomic_rc_box_alloc0 (sizeof *self);
  CK_RV result;

  g_mutex_init (&self->lock);
  self->modules = g_atomic_rc_box_acquire (slot->modules);
  self->module = slot->module;
  self->slot = slot->id;
  /* Nothing is ever written on a token. */
  result = self->module->C_OpenSession (self->slot, CKF_SERIAL_SESSION, NULL, NULL, &self->handle);
  if (result != CKR_OK)
    {
      self->handle = 0;
      pal_token_fail_call (error, result, is_plugged (self));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* What the token says of itself once it refused a PIN. */
static gboolean
fail_wrong_pin (PalTokenSession *self, GError **error)
{
  CK_TOKEN_INFO info = { 0 };

  if (self->module->C_GetTokenInfo (self->slot, &info) == CKR_OK)
    switch (pal_token_read_pin (info.flags))
      {
      case PAL_TOKEN_PIN_LOCKED:
        return pal_token_fail (error, PAL_TOKEN_ERROR_LOCKED,
                               "wrong PIN, and the token is locked now");
      case PAL_TOKEN_PIN_LAST_TRY:
        return pal_token_fail (error, PAL_TOKEN_ERROR_PIN_LAST, "wrong PIN: one try is left");
      case PAL_TOKEN_PIN_NONE:
      case PAL_TOKEN_PIN_NEEDED:
      case PAL_TOKEN_PIN_MISSED:
      case PAL_TOKEN_PIN_NOT_SET:
        break;
      }

  return pal_token_fail (error, PAL_TOKEN_ERROR_PIN,
                         "wrong PIN: the token does not say how many tries are left");
}

static gboolean
log_in (PalTokenSession *self, CK_USER_TYPE who, const char *pin, gboolean has_keypad,
        GError **error)
{
  CK_RV result;

  if (has_keypad)
    result = self->module->C_Login (self->handle, who, NULL, 0);
  else
    result = self->module->C_Login (self->handle, who, (CK_UTF8CHAR *) pin, strlen (pin));
  switch (result)
    {
    case CKR_OK:
    case CKR_USER_ALREADY_LOGGED_IN: /* by another identity of this program */
      return TRUE;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return fail_wrong_pin (self, error);
    default:
      return pal_token_fail_call (error, result, is_plugged (self));
    }
}

gboolean
pal_token_session_log_in (PalTokenSession *session, const char *pin, GError **error)
{
  CK_TOKEN_INFO info;
  CK_RV result = session->module->C_GetTokenInfo (session->slot, &info);
  gboolean has_keypad;

  if (result != CKR_OK)
    return pal_token_fail_call (error, result, FALSE);
  switch (pal_token_read_pin (info.flags))
    {
    case PAL_TOKEN_PIN_NONE:
      return TRUE;
    case PAL_TOKEN_PIN_NOT_SET:
      return pal_token_fail (error, PAL_TOKEN_ERROR_NOT_READY, "the token has no PIN yet");
    case PAL_TOKEN_PIN_LOCKED:
      return pal_token_fail (error, PAL_TOKEN_ERROR_LOCKED, "the token is locked after wrong PINs");
    case PAL_TOKEN_PIN_NEEDED:
    case PAL_TOKEN_PIN_MISSED:
    case PAL_TOKEN_PIN_LAST_TRY:
      break;
    }
  has_keypad = (info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
  /* An empty PIN would be a wrong one. */
  if (!has_keypad && (pin == NULL || *pin == '\0'))
    return pal_token_fail (error, PAL_TOKEN_ERROR_PIN_NEEDED, "the token needs its PIN");

  return log_in (session, CKU_USER, pin, has_keypad, error);
}

/* --- Objects --- */

static void
object_free (PalTokenObject *object)
{
  g_bytes_unref (object->id);
  g_free (object->label);
  g_clear_pointer (&object->value, g_bytes_unref);
  g_free (object);
}

static GBytes *
read_attribute (PalTokenSession *self, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
  CK_ATTRIBUTE attribute = { type, NULL, 0 };
  g_autofree guint8 *value = NULL;
  gsize length;

  if (self->module->C_GetAttributeValue (self->handle, object, &attribute, 1) != CKR_OK
      || attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION
      || attribute.ulValueLen > MAX_ATTRIBUTE_BYTES)
    return NULL;
  length = attribute.ulValueLen;
  value = g_malloc0 (length + 1);
  attribute.pValue = value;
  if (self->module->C_GetAttributeValue (self->handle, object, &attribute, 1) != CKR_OK
      || attribute.ulValueLen > length)
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&value), attribute.ulValueLen);
}

static PalTokenObject *
read_object (PalTokenSession *self, PalTokenObjectKind kind, CK_OBJECT_HANDLE handle)
{
  PalTokenObject *object = g_new0 (PalTokenObject, 1);
  g_autoptr (GBytes) label = read_attribute (self, handle, CKA_LABEL);
  g_autoptr (GBytes) always = NULL;
  gsize length = 0;
  const CK_UTF8CHAR *text = label != NULL ? g_bytes_get_data (label, &length) : NULL;

  object->handle = handle;
  object->label = text != NULL ? pal_token_dup_field (text, length) : g_strdup ("");
  object->id = read_attribute (self, handle, CKA_ID);
  if (object->id == NULL)
    object->id = g_bytes_new (NULL, 0);
  if (kind == PAL_TOKEN_OBJECT_CERTIFICATE)
    object->value = read_attribute (self, handle, CKA_VALUE);
  else if (kind == PAL_TOKEN_OBJECT_KEY)
    always = read_attribute (self, handle, CKA_ALWAYS_AUTHENTICATE);
  object->always_asks = always != NULL && g_bytes_get_size (always) == sizeof (CK_BBOOL)
                        && *(const CK_BBOOL *) g_bytes_get_data (always, NULL) == CK_TRUE;

  return object;
}

GPtrArray *
pal_token_session_list (PalTokenSession *session, PalTokenObjectKind kind, GError **error)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func ((GDestroyNotify) object_free);
  static const CK_OBJECT_CLASS classes[] = {
    [PAL_TOKEN_OBJECT_CERTIFICATE] = CKO_CERTIFICATE,
    [PAL_TOKEN_OBJECT_PUBLIC_KEY] = CKO_PUBLIC_KEY,
    [PAL_TOKEN_OBJECT_KEY] = CKO_PRIVATE_KEY,
  };
  CK_OBJECT_CLASS class = classes[kind];
  CK_CERTIFICATE_TYPE type = CKC_X_509;
  CK_ATTRIBUTE wanted[]
      = { { CKA_CLASS, &class, sizeof class }, { CKA_CERTIFICATE_TYPE, &type, sizeof type } };
  CK_ULONG n_wanted = kind == PAL_TOKEN_OBJECT_CERTIFICATE ? 2 : 1;
  CK_OBJECT_HANDLE handles[MAX_OBJECTS];
  CK_ULONG n_handles = 0;
  CK_ULONG n_all = 0;
  CK_RV result = session->module->C_FindObjectsInit (session->handle, wanted, n_wanted);

  if (result == CKR_OK)
    {
      do
        {
          result = session->module->C_FindObjects (session->handle, handles + n_all,
                                                   MAX_OBJECTS - n_all, &n_handles);
          n_all += result == CKR_OK ? n_handles : 0;
        }
      while (result == CKR_OK && n_handles > 0 && n_all < MAX_OBJECTS);
      session->module->C_FindObjectsFinal (session->handle);
    }
  if (result != CKR_OK)
    {
      pal_token_fail_call (error, result, is_plugged (session));
      return NULL;
    }
  for (CK_ULONG i = 0; i < n_all; i++)
    g_ptr_array_add (objects, read_object (session, kind, handles[i]));

  return g_steal_pointer (&objects);
}

void
pal_token_session_take_key (PalTokenSession *session, const PalTokenObject *key, const char *pin)
{
  session->key = key->handle;
  session->always_asks = key->always_asks;
  if (key->always_asks)
    session->pin = g_strdup (pin);
}

/* --- What a key is for --- */

static CK_RV
derive (PalTokenSession *self, const guint8 *point, gsize point_length, guint8 *out, gsize *length)
{
  CK_ECDH1_DERIVE_PARAMS parameters = { CKD_NULL, 0, NULL, point_length, (guint8 *) point };
  CK_MECHANISM mechanism = { CKM_ECDH1_DERIVE, &parameters, sizeof parameters };
  CK_OBJECT_CLASS class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_GENERIC_SECRET;
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ULONG wanted = *length;
  CK_ATTRIBUTE description[]
      = { { CKA_CLASS, &class, sizeof class },   { CKA_KEY_TYPE, &type, sizeof type },
          { CKA_TOKEN, &no, sizeof no },         { CKA_SENSITIVE, &no, sizeof no },
          { CKA_EXTRACTABLE, &yes, sizeof yes }, { CKA_VALUE_LEN, &wanted, sizeof wanted } };
  CK_ATTRIBUTE value = { CKA_VALUE, out, *length };
  CK_OBJECT_HANDLE secret = 0;
  CK_RV result = self->module->C_DeriveKey (self->handle, &mechanism, self->key, description,
                                            G_N_ELEMENTS (description), &secret);

  if (result != CKR_OK)
    return result;
  result = self->module->C_GetAttributeValue (self->handle, secret, &value, 1);
  self->module->C_DestroyObject (self->handle, secret);
  *length = result == CKR_OK ? value.ulValueLen : 0;

  return result;
}

static gboolean
run (PalTokenSession *self, PalTokenOperation operation, const guint8 *in, gsize in_length,
     guint8 *out, gsize *length, GError **error)
{
  static const CK_MECHANISM_TYPE mechanisms[] = {
    [PAL_TOKEN_SIGN_ECDSA] = CKM_ECDSA,          [PAL_TOKEN_SIGN_RSA] = CKM_RSA_PKCS,
    [PAL_TOKEN_SIGN_RSA_RAW] = CKM_RSA_X_509,    [PAL_TOKEN_DECRYPT_RSA] = CKM_RSA_PKCS,
    [PAL_TOKEN_DECRYPT_RSA_RAW] = CKM_RSA_X_509, [PAL_TOKEN_DERIVE_ECDH] = CKM_ECDH1_DERIVE,
  };
  gboolean decrypts = operation == PAL_TOKEN_DECRYPT_RSA || operation == PAL_TOKEN_DECRYPT_RSA_RAW;
  CK_MECHANISM mechanism = { mechanisms[operation], NULL, 0 };
  CK_ULONG room = *length;
  CK_RV result;

  if (operation == PAL_TOKEN_DERIVE_ECDH)
    {
      result = derive (self, in, in_length, out, length);
      return result == CKR_OK || pal_token_fail_call (error, result, is_plugged (self));
    }

  result = decrypts ? self->module->C_DecryptInit (self->handle, &mechanism, self->key)
                    : self->module->C_SignInit (self->handle, &mechanism, self->key);
  if (result != CKR_OK)
    return pal_token_fail_call (error, result, is_plugged (self));
  if (self->always_asks
      && !log_in (self, CKU_CONTEXT_SPECIFIC, self->pin, self->pin == NULL, error))
    return FALSE;
  result = decrypts ? self->module->C_Decrypt (self->handle, (guint8 *) in, in_length, out, &room)
                    : self->module->C_Sign (self->handle, (guint8 *) in, in_length, out, &room);
  *length = room;

  return result == CKR_OK || pal_token_fail_call (error, result, is_plugged (self));
}

gboolean
pal_token_session_run (PalTokenSession *session, PalTokenOperation operation, const guint8 *in,
                       gsize in_length, guint8 *out, gsize *length, GError **error)
{
  gboolean ok;

  g_mutex_lock (&session->lock);
  ok = run (session, operation, in, in_length, out, length, error);
  g_mutex_unlock (&session->lock);

  return ok;
}
