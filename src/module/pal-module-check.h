// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"
#include "pal-module-fault.h"
#include "pal-module-store.h"

G_BEGIN_DECLS

/* Lets pal_receive() judge finished uploads, one after the other, and ends those that have a
 * receipt. What of this is the module's own is the order, trying again, and what goes wrong on
 * purpose. */
typedef struct _PalCheck PalCheck;

PalCheck *pal_check_new (PalStore *store, PalIdentity *module, const char *module_certificate,
                         GPtrArray *trust, gboolean accepts_unknown, PalFaults *faults);
void pal_check_free (PalCheck *self);
void pal_check_push (PalCheck *self, PalUpload *upload);
int pal_check_run_child (const char *path, GPtrArray *trust);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCheck, pal_check_free)

G_END_DECLS
