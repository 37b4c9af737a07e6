// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* Reads one line from descriptor fd; fd < 0: asks on the terminal, if there is one. NULL when
 * nobody can be asked (no error), or with an error. Free with pal_secret_free(). */
char *pal_cli_read_secret (int fd, const char *prompt, GError **error);

/* key: FILE.p12, FILE.pem with both, KEY.pem+CERTIFICATE.pem, or the URI of a key on a token. Asks
 * for a passphrase or PIN only if one is needed; what it says is tried once. */
PalIdentity *pal_cli_load_key (const char *key, int pin_fd, GError **error);
/* The same for what is to be sealed again: secret: (out) (nullable): the passphrase of the file. */
PalIdentity *
pal_cli_load_key_and_secret (const char *key, int pin_fd, char **secret, GError **error);

/* The identity of whoever uses this computer, made when first wanted. */
PalIdentity *
pal_cli_load_default_key (const char *common_name, int pin_fd, gboolean *created, GError **error);

/* Like pal_cli_fail_error(), for errors of writing path: what cannot be made there exits 73. */
int pal_cli_fail_output (const GError *error, const char *path);

/* Says so on the standard error when the clock of this computer runs behind seen_us, the newest
 * time that stands in what (package-format 8): whatever is signed now says when. Returns whether it
 * does.
 */
gboolean pal_cli_warn_of_clock (gint64 seen_us, const char *what);

G_END_DECLS
