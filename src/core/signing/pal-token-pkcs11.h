// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-token-private.h"

#include <p11-kit/pkcs11.h>

G_BEGIN_DECLS

/* What slots and sessions share; nobody else sees PKCS#11. */

/* The libraries that speak to readers. */
typedef struct
{
  CK_FUNCTION_LIST **list;  /* (owned), unless it is one alone */
  CK_FUNCTION_LIST *one[2]; /* that which stood at a path */
  char *path;               /* (owned) (nullable) */
} PalTokenModules;

struct _PalTokenSlot
{
  PalTokenModules *modules; /* (owned), counted */
  CK_FUNCTION_LIST *module; /* (unowned): one of them */
  CK_SLOT_ID id;
  CK_TOKEN_INFO info;
};

/* Counted with g_atomic_rc_box_acquire(). */
void pal_token_modules_unref (PalTokenModules *modules);

/* A field is padded with blanks, and not always UTF-8. */
char *pal_token_dup_field (const CK_UTF8CHAR *field, gsize length);
PalTokenPin pal_token_read_pin (CK_FLAGS flags);

/* Both return FALSE. is_plugged: whether the token can still be seen. */
gboolean pal_token_fail (GError **error, PalTokenError code, const char *message);
gboolean pal_token_fail_call (GError **error, CK_RV result, gboolean is_plugged);

G_END_DECLS
