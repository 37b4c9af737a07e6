// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The language in which an input is written, and its questions are asked: chosen for each input,
 * whatever the program speaks. */

/* Those that a State can be given one in. (transfer none): ends with NULL */
const char *const *pal_input_language_get_all (void);
/* (nullable) (transfer full): code; NULL: none was chosen, or it is no input's dossier */
char *pal_input_language_dup (PalSession *session) G_GNUC_WARN_UNUSED_RESULT;
/* The choice in a menu. view: gets the action. */
void pal_input_language_install (GtkWidget *view, PalSession *session, GMenu *section);

G_END_DECLS
