// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"
#include "pal-module-fault.h"
#include "pal-module-store.h"

G_BEGIN_DECLS

/* Judges finished uploads, one after the other, each in a child process with limits, and signs a
 * receipt for each. */
typedef struct _PalCheck PalCheck;

PalCheck *pal_check_new (PalStore *store, PalIdentity *module, const char *module_certificate,
                         GPtrArray *trust, gboolean accepts_unknown, PalFaults *faults);
void pal_check_free (PalCheck *self);
void pal_check_push (PalCheck *self, PalUpload *upload);
int pal_check_run_child (const char *path, GPtrArray *trust);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCheck, pal_check_free)

G_END_DECLS
