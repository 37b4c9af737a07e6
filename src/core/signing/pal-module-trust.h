// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cms.h"

G_BEGIN_DECLS

/* The certificate of a module over time. One is pinned: a PEM file that somebody agreed on with the
 * module's owner. A change comes as a notice that the old key signed; nothing is changed before a
 * person says so, and what was signed before stays checkable. Accepted notices lie in the data
 * folder, each under the fingerprint of the certificate that it replaces, so that the pinned file
 * may stay where and as it is: the chain is followed from it in both directions.
 *
 * All functions are blocking, short, and for any thread. */

#define PAL_MODULE_TRUST_ERROR (pal_module_trust_error_quark ())
typedef enum
{
  PAL_MODULE_TRUST_ERROR_SIGNER,  /* not signed with the certificate that is in force */
  PAL_MODULE_TRUST_ERROR_OLD,     /* signed with one that was replaced: replayed, or an older one */
  PAL_MODULE_TRUST_ERROR_LOOP,    /* names a certificate that was pinned before, or still is */
  PAL_MODULE_TRUST_ERROR_VALIDITY /* the new certificate is not valid from the day of the change */
} PalModuleTrustError;
GQuark pal_module_trust_error_quark (void);

/* A statement that a certificate takes the place of another one. */
typedef struct
{
  char *id;
  char *old_fingerprint; /* of the signer */
  char *old_name;        /* as its certificate says */
  char *new_fingerprint;
  char *new_name;
  char *certificate;     /* PEM of the new one */
  gint64 new_not_before; /* seconds since 1970, UTC */
  gint64 new_not_after;
  gint64 from; /* when it is in force */
} PalModuleNotice;

GBytes *pal_module_notice_make (PalIdentity *old, const char *certificate, gint64 from,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalModuleNotice *pal_module_notice_read (GBytes *p7m, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_module_notice_free (PalModuleNotice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalModuleNotice, pal_module_notice_free)

/* One certificate of the chain. */
typedef struct
{
  char *fingerprint;
  char *name;
  char *certificate; /* PEM; of the pinned one its whole file */
  gint64 until;      /* seconds since 1970, UTC; 0: in force */
} PalModulePin;

typedef struct _PalModuleTrust PalModuleTrust;

PalModuleTrust *pal_module_trust_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_module_trust_free (PalModuleTrust *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalModuleTrust, pal_module_trust_free)

/* (element-type PalModulePin): oldest first; the last one is in force. */
GPtrArray *pal_module_trust_get_pins (PalModuleTrust *self);
const PalModulePin *pal_module_trust_get_present (PalModuleTrust *self);
const PalModulePin *pal_module_trust_find (PalModuleTrust *self, const char *fingerprint);
/* (element-type utf8) (transfer container): as trust of pal_cms_verify(). */
GPtrArray *pal_module_trust_list_certificates (PalModuleTrust *self) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_module_trust_has_accepted (PalModuleTrust *self, const PalModuleNotice *notice);
gboolean
pal_module_trust_check (PalModuleTrust *self, const PalModuleNotice *notice, GError **error);
gboolean pal_module_trust_accept (PalModuleTrust *self, GBytes *p7m, GError **error);

G_END_DECLS
