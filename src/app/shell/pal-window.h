// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-arrival.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A window: the start page, or one dossier. */

#define PAL_TYPE_WINDOW (pal_window_get_type ())
G_DECLARE_FINAL_TYPE (PalWindow, pal_window, PAL, WINDOW, AdwApplicationWindow)

GtkWidget *pal_window_new (GtkApplication *application);

PalSession *pal_window_get_session (PalWindow *self); /* (nullable): the start page is shown */
const char *pal_window_get_path (PalWindow *self);    /* (nullable): what is open or being opened */
void pal_window_open (PalWindow *self, const char *path);
/* For a dossier that is being opened elsewhere: first the one, then the other. error: (nullable).
 */
void pal_window_expect (PalWindow *self, const char *path);
void pal_window_opened (PalWindow *self, PalSession *session, const GError *error);
/* What came back is shown over its dossier, as soon as that is open. */
void pal_window_show_return (PalWindow *self, PalArrival *arrival);
void pal_window_open_dossier (PalWindow *self, PalDossier *dossier);

/* The program speaks another language: everything is built anew, and the person is where they were.
 */
void pal_window_renew_words (PalWindow *self);

/* Saves and closes without asking anything: the computer is going down. */
void pal_window_close_now (PalWindow *self);

/* The texts of forms that are open, after other translations are used. */
void pal_window_renew_texts (PalWindow *self);

G_END_DECLS
