// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-module-check.h"
#include "pal-module-fault.h"
#include "pal-module-store.h"

G_BEGIN_DECLS

/* tus 1.0 core and creation over TLS on the loopback address, and the receipts. */
typedef struct _PalModuleServer PalModuleServer;

#define PAL_MODULE_NOTICE "simulation for practice and tests; not a United Nations system"

PalModuleServer *
pal_module_server_new (PalStore *store, PalCheck *check, PalFaults *faults, const char *token,
                       gboolean needs_certificate, goffset max_bytes);
void pal_module_server_free (PalModuleServer *self);
gboolean
pal_module_server_listen (PalModuleServer *self, const char *certificate_path, const char *key_path,
                          const char *client_ca_path, guint port, GError **error);
char *pal_module_server_dup_url (PalModuleServer *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalModuleServer, pal_module_server_free)

G_END_DECLS
