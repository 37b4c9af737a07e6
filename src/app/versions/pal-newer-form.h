// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"
#include "pal-upgrade.h"

G_BEGIN_DECLS

/* Whether a newer version of a form in this dossier came with the program, and going on with it.
 * Main thread. notify::waiting when one was found. */

#define PAL_TYPE_NEWER_FORM (pal_newer_form_get_type ())
G_DECLARE_FINAL_TYPE (PalNewerForm, pal_newer_form, PAL, NEWER_FORM, GObject)

/* Looks when it is asked for the first time. (transfer none): lives as long as the session. */
PalNewerForm *pal_newer_form_of_session (PalSession *session);

/* (nullable) (transfer none): what would happen; NULL: there is nothing newer. */
PalUpgradePreview *pal_newer_form_get_preview (PalNewerForm *self);
/* Whether to speak of it: until the person keeps the old one for now. */
gboolean pal_newer_form_is_waiting (PalNewerForm *self);
void pal_newer_form_keep_old (PalNewerForm *self);

/* Saves what was typed, then takes the records to the newer form. Afterwards the session must be
 * closed: what is open is of the old form. */
void
pal_newer_form_use_async (PalNewerForm *self, GAsyncReadyCallback callback, gpointer user_data);
/* backup: (out) (nullable) (transfer full): the copy made before. */
gboolean
pal_newer_form_use_finish (PalNewerForm *self, GAsyncResult *result, char **backup, GError **error);

G_END_DECLS
