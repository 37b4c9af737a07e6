// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-bilingual.h"

G_BEGIN_DECLS

/* The choice of the answers' languages, and the way to the next answer to translate. */

/* Appends to a section of the menu of view; view gets the actions. */
void pal_bilingual_menu_install (GtkWidget *view, PalBilingual *bilingual, GMenu *section);
/* How many translations are missing or out of date, for a person. n > 0 */
char *pal_bilingual_dup_count (guint n) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
