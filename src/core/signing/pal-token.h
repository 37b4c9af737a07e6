// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* Keys that never leave a smart card, a USB key or an HSM: "tokens" of PKCS#11 (OASIS, version
 * 2.40), named by URIs of RFC 7512. Which software there is for them, p11-kit knows: each module
 * that is registered on this computer is asked. */

#define PAL_TOKEN_SCHEME "pkcs11:"
#define PAL_TOKEN_URI_MAX_BYTES 4096

#define PAL_TOKEN_ERROR (pal_token_error_quark ())
typedef enum
{
  PAL_TOKEN_ERROR_URI,         /* no URI of a key, or one that says what it may not */
  PAL_TOKEN_ERROR_MODULE,      /* no software for tokens, or that one cannot be loaded */
  PAL_TOKEN_ERROR_NO_TOKEN,    /* no such token is plugged in */
  PAL_TOKEN_ERROR_NO_KEY,      /* the token holds no such key with its certificate */
  PAL_TOKEN_ERROR_SEVERAL,     /* more than one token, key or certificate is meant */
  PAL_TOKEN_ERROR_NOT_READY,   /* the token has no PIN yet: whoever issued it has to set it up */
  PAL_TOKEN_ERROR_PIN_NEEDED,  /* a PIN must be given; no try was used */
  PAL_TOKEN_ERROR_PIN,         /* wrong PIN; the token does not say how many tries are left */
  PAL_TOKEN_ERROR_PIN_LAST,    /* wrong PIN, and one try is left */
  PAL_TOKEN_ERROR_LOCKED,      /* locked after too many wrong PINs */
  PAL_TOKEN_ERROR_CANCELLED,   /* the person said no at the reader */
  PAL_TOKEN_ERROR_GONE,        /* pulled out while it was needed */
  PAL_TOKEN_ERROR_UNSUPPORTED, /* a key or an operation that it or Palermo does not know */
  PAL_TOKEN_ERROR_MISMATCH,    /* the key is not the one of its certificate */
  PAL_TOKEN_ERROR_FAILED       /* the token refused for another reason */
} PalTokenError;
GQuark pal_token_error_quark (void);

/* What a token says about its PIN. None of it counts tries: PKCS#11 has no number for them. */
typedef enum
{
  PAL_TOKEN_PIN_NONE,     /* it wants none */
  PAL_TOKEN_PIN_NEEDED,   /* it wants one */
  PAL_TOKEN_PIN_MISSED,   /* the last one was wrong; how many tries are left is not known */
  PAL_TOKEN_PIN_LAST_TRY, /* one more wrong one locks it */
  PAL_TOKEN_PIN_LOCKED,   /* only whoever issued it can help */
  PAL_TOKEN_PIN_NOT_SET   /* it has none yet, and is of no use before */
} PalTokenPin;

const char *pal_token_pin_to_string (PalTokenPin pin); /* a word for JSON */

/* A certificate on a token, and so, as far as can be seen without a PIN, a key. */
typedef struct
{
  char *uri;         /* opens it: pal_token_open() */
  char *label;       /* as it is called on the token, "" without */
  char *subject;     /* "CN=..." */
  char *common_name; /* "" without */
  char *fingerprint; /* SHA-256 of the certificate, 64 hexadecimal digits */
  char *algorithm;   /* (nullable): "ECDSA P-256"; NULL: one that Palermo does not use */
  gint64 expires;    /* seconds since 1970 */
} PalTokenKey;

typedef struct
{
  char *uri;   /* names the token, without a key */
  char *label; /* what its owner calls it */
  char *manufacturer;
  char *model;
  char *serial;
  PalTokenPin pin;
  gboolean has_keypad; /* the PIN is typed on the reader: pass none */
  GPtrArray *keys;     /* (element-type PalTokenKey): with certificates that show without a PIN */
} PalToken;

void pal_token_free (PalToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalToken, pal_token_free)

gboolean pal_token_is_uri (const char *text);

/* The blocking functions may take seconds (readers are slow, and a keypad waits for a person): call
 * the _async ones from the main thread. Those run in a thread of their own; a cancellable lets go
 * of the answer, as nothing can call back a question that a token was asked. */

/* module: (nullable): path of one PKCS#11 library, instead of all that are registered. */
GPtrArray *pal_token_list (const char *module, GError **error);
void pal_token_list_async (const char *module, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_token_list_finish (GAsyncResult *result, GError **error);

/* The one token that a URI means: to know before asking for a PIN whether it is locked. */
PalToken *pal_token_find (const char *uri, GError **error);

/* pin: (nullable): with a keypad, or if the token wants none. One call is at most one try. */
PalIdentity *pal_token_open (const char *uri, const char *pin, GError **error);
void pal_token_open_async (const char *uri, const char *pin, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
PalIdentity *pal_token_open_finish (GAsyncResult *result, GError **error);

/* Whether its key lies on a token: it signs and opens, and cannot be saved in a file. */
gboolean pal_token_holds (PalIdentity *identity);

G_END_DECLS
