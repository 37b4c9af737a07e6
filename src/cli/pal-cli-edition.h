// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-comment.h"
#include "pal-edition.h"

G_BEGIN_DECLS

/* What "pack" does about editions. */

/* A dossier that can only be read is left as it is. */
gboolean pal_cli_note_packed (PalDossier *dossier, const PalEdition *edition, const char *sha256,
                              GError **error);
int pal_cli_pack_supplement (PalDossier *dossier, const char *output, const char *key, int pin_fd,
                             gboolean is_signed, gboolean in_json);

G_END_DECLS
