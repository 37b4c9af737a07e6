// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* dossier: (nullable) */
char *pal_author_dup_name (GSettings *settings, PalDossier *dossier) G_GNUC_WARN_UNUSED_RESULT;
/* Asks for the name that stands beside one's answers, and keeps it in the settings. */
void pal_author_edit (GtkWidget *parent, GSettings *settings);

G_END_DECLS
