// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* A file for the eyes of some people only: CMS AuthEnvelopedData with AES-256-GCM in one file
 * (RFC 5083), as "openssl cms -decrypt -inform DER" reads it. Whatever its size, it takes a few MB
 * of memory to write and to open. */

#define PAL_CMS_SEAL_SUFFIX ".p7m"
#define PAL_CMS_MAX_RECIPIENTS 32

/* Whose certificate it is: PEM, or the path of a PEM file. fingerprint: SHA-256, 64 hexadecimal
 * digits. Blocking. */
gboolean
pal_cms_read_certificate (const char *path, char **fingerprint, char **common_name, GError **error);

/* recipients: (element-type utf8): PEM or its paths, one certificate each. Blocking. */
gboolean pal_cms_seal_file (const char *in_path, const char *out_path, GPtrArray *recipients,
                            GCancellable *cancellable, GError **error);
gboolean pal_cms_seal_bytes (GBytes *content, const char *out_path, GPtrArray *recipients,
                             GCancellable *cancellable, GError **error);
/* Whether a file looks like one, by its first octets. Blocking. */
gboolean pal_cms_is_sealed (const char *path);
/* PAL_SIGNING_ERROR_RECIPIENT when it was made for others, _INVALID when it was altered or cut
 * short: nothing is left under out_path then. Blocking. */
gboolean pal_cms_open_file (const char *in_path, const char *out_path, PalIdentity *identity,
                            GCancellable *cancellable, GError **error);
GBytes *pal_cms_open_bytes (const char *in_path, gsize max_bytes, PalIdentity *identity,
                            GCancellable *cancellable, GError **error);

G_END_DECLS
