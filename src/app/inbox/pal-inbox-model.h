// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier-model.h"
#include "pal-inbox.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What came from outside, as the window shows it: in the sidebar, and on the page where it is
 * decided on. Follows what is written. Main thread. */

#define PAL_TYPE_INBOX_MODEL (pal_inbox_model_get_type ())
G_DECLARE_FINAL_TYPE (PalInboxModel, pal_inbox_model, PAL, INBOX_MODEL, PalDossierModel)

/* (transfer none): one for each dossier; lives as long. */
PalInboxModel *pal_inbox_model_of_dossier (PalDossier *dossier);

GPtrArray *pal_inbox_model_get_list (PalInboxModel *self); /* (element-type PalInboxItem) */
const PalInboxItem *pal_inbox_model_find (PalInboxModel *self, const char *id); /* (nullable) */

/* Asks the page to show one; it may be made only then. */
void pal_inbox_model_ask (PalInboxModel *self, const char *id);
/* What was asked for, once. (nullable) */
char *pal_inbox_model_take_asked (PalInboxModel *self) G_GNUC_WARN_UNUSED_RESULT;

/* Property "count": how many wait. Signals:
 *  "changed": the list is another one
 *  "asked": for one of them
 */

G_END_DECLS
