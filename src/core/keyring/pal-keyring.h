// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Secrets that a person wants remembered, in the keyring of the desktop: the Secret Service of
 * freedesktop.org (org.freedesktop.secrets), in its default collection. A secret is known by what
 * it is for and by an id. Nothing is asked of the keyring, and nobody is asked to unlock it, unless
 * one of these functions is called. All of them block, for the command line and for threads; a
 * person may be asked to unlock the keyring meanwhile, for as long as that takes. */

typedef enum
{
  PAL_KEYRING_MODULE_TOKEN,      /* id: of an endpoint */
  PAL_KEYRING_CLIENT_PASSPHRASE, /* of the certificate that is kept with an endpoint; id: its id */
  PAL_KEYRING_PROXY_LOGIN,       /* NAME:PASSWORD; id: the address of the proxy */
  PAL_KEYRING_KEY_PASSPHRASE     /* of a key of the person; id: its fingerprint */
} PalKeyringPurpose;

#define PAL_KEYRING_MAX_SECRET 4096 /* bytes */

#define PAL_KEYRING_ERROR (pal_keyring_error_quark ())
typedef enum
{
  PAL_KEYRING_ERROR_UNAVAILABLE, /* this session has no keyring */
  PAL_KEYRING_ERROR_LOCKED,      /* it is locked, and nobody unlocked it */
  PAL_KEYRING_ERROR_FAILED       /* it could not do what it was asked for */
} PalKeyringError;
GQuark pal_keyring_error_quark (void);

/* Keeps a secret, instead of one that was there. label: what the keyring's own window
 * calls it, in the person's language; it is not protected. secret: UTF-8, of 1 to
 * PAL_KEYRING_MAX_SECRET bytes; G_IO_ERROR_INVALID_ARGUMENT. */
gboolean pal_keyring_store (PalKeyringPurpose purpose, const char *id, const char *label,
                            const char *secret, GCancellable *cancellable, GError **error);

/* (transfer full) (nullable): free with pal_secret_free(); NULL without an error: nothing
 * is remembered. */
char *pal_keyring_look_up (PalKeyringPurpose purpose, const char *id, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether something is remembered; nobody is asked to unlock the keyring for that. FALSE
 * with an error when it cannot be known. */
gboolean pal_keyring_has (PalKeyringPurpose purpose, const char *id, GCancellable *cancellable,
                          GError **error);

/* Whether it is forgotten; TRUE as well when nothing was remembered. */
gboolean pal_keyring_forget (PalKeyringPurpose purpose, const char *id, GCancellable *cancellable,
                             GError **error);

G_END_DECLS
