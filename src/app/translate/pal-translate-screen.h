// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The piece of a window in which a text of the interface stands, built from the program's own
 * template with the translations of a catalogue; for texts that come from elsewhere a button or a
 * label. index: of the form of the translation. (transfer floating) */
GtkWidget *
pal_translate_screen_new (PalCatalogue *catalogue, PalCatalogueEntry *entry, guint index);

G_END_DECLS
