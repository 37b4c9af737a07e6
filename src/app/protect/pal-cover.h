// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A plain page instead of all that the windows of the program show: at a key, or when nobody has
 * touched it for a while. What is covered is out of the windows, so that neither a screen reader
 * nor a picture of the window finds it. It hides; it does not lock. */

#define PAL_TYPE_COVER (pal_cover_get_type ())
G_DECLARE_FINAL_TYPE (PalCover, pal_cover, PAL, COVER, AdwBin)

/* Adds the action "app.hide", and watches. Once, when the program starts. */
void pal_cover_install (GtkApplication *application);

/* All windows at once. */
void pal_cover_hide_all (GtkApplication *application);
void pal_cover_show_all (GtkApplication *application);
gboolean pal_cover_is_up (GtkApplication *application);

/* For tests: as if nobody had touched it for so long. */
void pal_cover_note_idle (GtkApplication *application, gint64 idle_us);

G_END_DECLS
