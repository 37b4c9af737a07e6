// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-banner.h"
#include "pal-dossier-view.h"
#include "pal-home.h"
#include "pal-window.h"

G_BEGIN_DECLS

/* A window, for the files that make it. */

struct _PalWindow
{
  AdwApplicationWindow parent_instance;

  GSettings *settings;  /* (owned) */
  char *path;           /* (owned) (nullable) */
  PalSession *session;  /* (owned) (nullable) */
  PalDossierView *view; /* (nullable): in @stack while there is a session */
  gboolean closing;     /* the session is being closed */
  gboolean destroy_after;
  gboolean force;      /* no questions: the program must end */
  char *reopen;        /* (owned) (nullable): to be opened again when the session is closed */
  PalArrival *arrival; /* (owned) (nullable): to be shown when the dossier is open */
  char *notice;        /* (owned) (nullable): to be said when it is open again */

  AdwToastOverlay *toasts;
  GtkStack *stack;
  PalHome *home; /* in @stack */
  GtkSpinner *spinner;
  PalBanner *fonts_banner;
  gboolean in_menu;      /* the focus is */
  GtkWidget *last_focus; /* (unowned) (nullable): weak: had the focus last outside a menu */
};

/* --- pal-window.c: what is in it, and opening */

void pal_window_update_title (PalWindow *self);
void pal_window_update_undo (PalWindow *self);
void pal_window_update_form_language (PalWindow *self);
void pal_window_add_home (PalWindow *self);
void pal_window_add_view (PalWindow *self);
void pal_window_show_home (PalWindow *self);
void pal_window_show_opening (PalWindow *self);
void pal_window_note_recent (PalWindow *self);

/* --- pal-window-words.c: another language */

void pal_window_focus_changed_cb (PalWindow *self);

/* --- pal-window-close.c: closing */

void pal_window_close_session (PalWindow *self);
void pal_window_use_newer_form_action (GtkWidget *widget, const char *name, GVariant *parameter);
void pal_window_newer_form_action (GtkWidget *widget, const char *name, GVariant *parameter);

G_END_DECLS
