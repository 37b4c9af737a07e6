// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consent.h"
#include "pal-own-record.h"

G_BEGIN_DECLS

/* What goes of a participant: the questions that tell who it was. */
#define PAL_N_PERSONAL 3
extern const char *const pal_consent_personal[PAL_N_PERSONAL];

/* (element-type PalOwnRecord): what came into the inbox of which a record was made, with all
 * versions of it. */
GPtrArray *pal_consent_list_arrivals (PalDossier *dossier, const char *record,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_consent_is_kept (const char *node);
gboolean pal_consent_is_of_item (const char *node);

G_END_DECLS
