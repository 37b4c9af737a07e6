// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"
#include "pal-undo.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A dossier in a window: the sidebar, and one page. */

#define PAL_TYPE_DOSSIER_VIEW (pal_dossier_view_get_type ())
G_DECLARE_FINAL_TYPE (PalDossierView, pal_dossier_view, PAL, DOSSIER_VIEW, GtkWidget)

GtkWidget *pal_dossier_view_new (PalSession *session);
void pal_dossier_view_follow (PalDossierView *self, PalDossierView *before);
PalSession *pal_dossier_view_get_session (PalDossierView *self);

/* id: of a page type, or the path of a page of the questionnaire. */
void pal_dossier_view_show (PalDossierView *self, const char *id);
void pal_dossier_view_go (PalDossierView *self, const char *id); /* to it, in a narrow window too */
void pal_dossier_view_show_question (PalDossierView *self, const char *path);

/* What the window's actions do. */
void pal_dossier_view_next_unanswered (PalDossierView *self);
void pal_dossier_view_next_translation (PalDossierView *self);
void pal_dossier_view_step_page (PalDossierView *self, int step);
void pal_dossier_view_search (PalDossierView *self);
void pal_dossier_view_focus_sidebar (PalDossierView *self);
void pal_dossier_view_open_menu (PalDossierView *self);
void pal_dossier_view_ask_recovered (PalDossierView *self);

/* What the menu says can be undone or done again; words: (nullable): nothing. */
void pal_dossier_view_set_undo (PalDossierView *self, PalUndoWay way, const char *words);

G_END_DECLS
