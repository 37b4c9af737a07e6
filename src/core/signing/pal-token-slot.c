// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-token"
#include "config.h"

#include "pal-token-pkcs11.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SLOTS 64

struct _PalTokenAddress
{
  P11KitUri *uri; /* (owned) */
};

/* --- Errors --- */

gboolean
pal_token_fail (GError **error, PalTokenError code, const char *message)
{
  g_set_error_literal (error, PAL_TOKEN_ERROR, code, message);

  return FALSE;
}

gboolean
pal_token_fail_call (GError **error, CK_RV result, gboolean is_plugged)
{
  g_debug ("a token answered 0x%lx", result);
  if (!is_plugged)
    return pal_token_fail (error, PAL_TOKEN_ERROR_GONE, "the token was pulled out");

  switch (result)
    {
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_SLOT_ID_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
    /* Whoever pulls it out and plugs it in again has to type the PIN again. */
    case CKR_USER_NOT_LOGGED_IN:
      return pal_token_fail (error, PAL_TOKEN_ERROR_GONE, "the token was pulled out");
    case CKR_PIN_LOCKED:
      return pal_token_fail (error, PAL_TOKEN_ERROR_LOCKED, "the token is locked after wrong PINs");
    case CKR_FUNCTION_CANCELED:
    case CKR_CANCEL:
      return pal_token_fail (error, PAL_TOKEN_ERROR_CANCELLED, "it was cancelled at the reader");
    case CKR_USER_PIN_NOT_INITIALIZED:
      return pal_token_fail (error, PAL_TOKEN_ERROR_NOT_READY, "the token has no PIN yet");
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
    case CKR_KEY_TYPE_INCONSISTENT:
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
    case CKR_KEY_SIZE_RANGE:
    case CKR_FUNCTION_NOT_SUPPORTED:
      return pal_token_fail (error, PAL_TOKEN_ERROR_UNSUPPORTED,
                             "the key on the token cannot do that");
    default:
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_FAILED,
                   "the token refused (PKCS#11 error 0x%lx)", result);
      return FALSE;
    }
}

/* --- Addresses --- */

char *
pal_token_dup_field (const CK_UTF8CHAR *field, gsize length)
{
  g_autofree char *text = NULL;

  while (length > 0 && (field[length - 1] == ' ' || field[length - 1] == '\0'))
    length--;
  text = g_strndup ((const char *) field, length);

  return g_utf8_make_valid (text, -1);
}

PalTokenAddress *
pal_token_address_new (const char *uri, GError **error)
{
  g_autoptr (PalTokenAddress) self = g_new0 (PalTokenAddress, 1);

  self->uri = p11_kit_uri_new ();
  if (strlen (uri) > PAL_TOKEN_URI_MAX_BYTES
      || p11_kit_uri_parse (uri, P11_KIT_URI_FOR_ANY, self->uri) != P11_KIT_URI_OK
      || p11_kit_uri_any_unrecognized (self->uri))
    {
      pal_token_fail (error, PAL_TOKEN_ERROR_URI, "no address of a key on a token (RFC 7512)");
      return NULL;
    }
  /* Addresses are kept, shown and logged by shells. */
  if (p11_kit_uri_get_pin_value (self->uri) != NULL
      || p11_kit_uri_get_pin_source (self->uri) != NULL)
    {
      pal_token_fail (error, PAL_TOKEN_ERROR_URI, "a PIN has no place in the address of a key");
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
pal_token_address_free (PalTokenAddress *address)
{
  if (address == NULL)
    return;
  p11_kit_uri_free (address->uri);
  g_free (address);
}

gboolean
pal_token_address_matches (const PalTokenAddress *address, GBytes *id, const char *key_label,
                           const char *certificate_label)
{
  CK_ATTRIBUTE *wanted_id = p11_kit_uri_get_attribute (address->uri, CKA_ID);
  CK_ATTRIBUTE *wanted = p11_kit_uri_get_attribute (address->uri, CKA_LABEL);
  g_autofree char *label
      = wanted != NULL ? pal_token_dup_field (wanted->pValue, wanted->ulValueLen) : NULL;

  if (wanted_id != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (wanted_id->pValue, wanted_id->ulValueLen);

      if (!g_bytes_equal (bytes, id))
        return FALSE;
    }

  return label == NULL || strcmp (label, key_label) == 0 || strcmp (label, certificate_label) == 0;
}

/* --- Modules and slots --- */

static void
modules_clear (gpointer data)
{
  PalTokenModules *self = data;

  if (self->path == NULL)
    p11_kit_modules_finalize_and_release (self->list);
  else
    {
      p11_kit_module_finalize (self->one[0]);
      p11_kit_module_release (self->one[0]);
    }
  g_free (self->path);
}

void
pal_token_modules_unref (PalTokenModules *self)
{
  g_atomic_rc_box_release_full (self, modules_clear);
}

static PalTokenModules *
modules_load (const char *path, GError **error)
{
  PalTokenModules loaded = { NULL, { NULL, NULL }, g_strdup (path) };
  PalTokenModules *self;

  p11_kit_be_quiet ();
  if (path == NULL)
    loaded.list = p11_kit_modules_load_and_initialize (0);
  else
    {
      loaded.one[0] = p11_kit_module_load (path, 0);
      if (loaded.one[0] != NULL && p11_kit_module_initialize (loaded.one[0]) != CKR_OK)
        {
          p11_kit_module_release (loaded.one[0]);
          loaded.one[0] = NULL;
        }
    }
  if (loaded.list == NULL && loaded.one[0] == NULL)
    {
      g_free (loaded.path);
      pal_token_fail (error, PAL_TOKEN_ERROR_MODULE, "the software for the token cannot be loaded");
      return NULL;
    }

  self = g_atomic_rc_box_alloc0 (sizeof *self);
  *self = loaded;
  if (path != NULL)
    self->list = self->one;

  return self;
}

/* The certificates of certification authorities come through PKCS#11, too. */
static gboolean
is_for_trust (CK_FUNCTION_LIST *module)
{
  char *option = p11_kit_config_option (module, "trust-policy");
  gboolean yes = option != NULL && strcmp (option, "yes") == 0;

  free (option);

  return yes;
}

static void
slot_free (PalTokenSlot *slot)
{
  pal_token_modules_unref (slot->modules);
  g_free (slot);
}

static void
add_slots (GPtrArray *slots, PalTokenModules *modules, CK_FUNCTION_LIST *module, P11KitUri *uri)
{
  CK_SLOT_ID ids[MAX_SLOTS];
  CK_ULONG n_ids = MAX_SLOTS;
  CK_INFO library;

  if (module->C_GetInfo (&library) != CKR_OK
      || (uri != NULL && !p11_kit_uri_match_module_info (uri, &library))
      || module->C_GetSlotList (CK_TRUE, ids, &n_ids) != CKR_OK)
    return;
  for (CK_ULONG i = 0; i < n_ids; i++)
    {
      PalTokenSlot *slot;
      CK_SLOT_INFO reader;
      CK_TOKEN_INFO info;

      if (module->C_GetSlotInfo (ids[i], &reader) != CKR_OK
          || module->C_GetTokenInfo (ids[i], &info) != CKR_OK
          || (info.flags & CKF_TOKEN_INITIALIZED) == 0)
        continue;
      if (uri != NULL
          && (!p11_kit_uri_match_slot_info (uri, &reader)
              || !p11_kit_uri_match_token_info (uri, &info)
              || (p11_kit_uri_get_slot_id (uri) != (CK_SLOT_ID) -1
                  && p11_kit_uri_get_slot_id (uri) != ids[i])))
        continue;
      slot = g_new0 (PalTokenSlot, 1);
      slot->modules = g_atomic_rc_box_acquire (modules);
      slot->module = module;
      slot->id = ids[i];
      slot->info = info;
      g_ptr_array_add (slots, slot);
    }
}

GPtrArray *
pal_token_slots_list (const PalTokenAddress *address, const char *module, GError **error)
{
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func ((GDestroyNotify) slot_free);
  P11KitUri *uri = address != NULL ? address->uri : NULL;
  PalTokenModules *modules;
  guint n_modules = 0;

  if (module == NULL && uri != NULL)
    module = p11_kit_uri_get_module_path (uri);
  modules = modules_load (module, error);
  if (modules == NULL)
    return NULL;
  for (gsize i = 0; modules->list[i] != NULL; i++)
    {
      if (is_for_trust (modules->list[i]))
        continue;
      n_modules++;
      add_slots (slots, modules, modules->list[i], uri);
    }
  pal_token_modules_unref (modules);
  if (n_modules == 0)
    {
      pal_token_fail (error, PAL_TOKEN_ERROR_MODULE, "no software for tokens is on this computer");
      return NULL;
    }

  return g_steal_pointer (&slots);
}

static char *
format_uri (PalTokenSlot *slot, GBytes *id, const char *label)
{
  P11KitUri *uri = p11_kit_uri_new ();
  CK_TOKEN_INFO *info = p11_kit_uri_get_token_info (uri);
  CK_ATTRIBUTE attribute;
  char *text = NULL;
  char *result;

  /* Name and serial number find it again; manufacturer and model would only make it long. */
  memcpy (info->label, slot->info.label, sizeof info->label);
  memcpy (info->serialNumber, slot->info.serialNumber, sizeof info->serialNumber);
  if (id != NULL && g_bytes_get_size (id) > 0)
    {
      attribute
          = (CK_ATTRIBUTE){ CKA_ID, (void *) g_bytes_get_data (id, NULL), g_bytes_get_size (id) };
      p11_kit_uri_set_attribute (uri, &attribute);
    }
  if (label != NULL && *label != '\0')
    {
      attribute = (CK_ATTRIBUTE){ CKA_LABEL, (void *) label, strlen (label) };
      p11_kit_uri_set_attribute (uri, &attribute);
    }
  if (slot->modules->path != NULL)
    p11_kit_uri_set_module_path (uri, slot->modules->path);
  p11_kit_uri_format (uri, P11_KIT_URI_FOR_ANY, &text);
  p11_kit_uri_free (uri);
  result = g_strdup (text != NULL ? text : "");
  free (text);

  return result;
}

char *
pal_token_slot_dup_object_uri (PalTokenSlot *slot, GBytes *id, const char *label)
{
  return format_uri (slot, id, label);
}

PalTokenPin
pal_token_read_pin (CK_FLAGS flags)
{
  if ((flags & CKF_LOGIN_REQUIRED) == 0)
    return PAL_TOKEN_PIN_NONE;
  if ((flags & CKF_USER_PIN_INITIALIZED) == 0)
    return PAL_TOKEN_PIN_NOT_SET;
  if ((flags & CKF_USER_PIN_LOCKED) != 0)
    return PAL_TOKEN_PIN_LOCKED;
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
    return PAL_TOKEN_PIN_LAST_TRY;

  return (flags & CKF_USER_PIN_COUNT_LOW) != 0 ? PAL_TOKEN_PIN_MISSED : PAL_TOKEN_PIN_NEEDED;
}

PalToken *
pal_token_slot_dup_token (PalTokenSlot *slot)
{
  PalToken *token = g_new0 (PalToken, 1);
  const CK_TOKEN_INFO *info = &slot->info;

  token->uri = format_uri (slot, NULL, NULL);
  token->label = pal_token_dup_field (info->label, sizeof info->label);
  token->manufacturer = pal_token_dup_field (info->manufacturerID, sizeof info->manufacturerID);
  token->model = pal_token_dup_field (info->model, sizeof info->model);
  token->serial = pal_token_dup_field (info->serialNumber, sizeof info->serialNumber);
  token->pin = pal_token_read_pin (info->flags);
  token->has_keypad = (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;

  return token;
}
