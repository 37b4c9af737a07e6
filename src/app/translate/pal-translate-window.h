// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The desk of a translator: what there is to translate, then its texts one by one. What is typed is
 * a draft that is saved by itself. */

#define PAL_TYPE_TRANSLATE_WINDOW (pal_translate_window_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateWindow, pal_translate_window, PAL, TRANSLATE_WINDOW, AdwWindow)

/* The one of the application, made when there is none. */
void pal_translate_window_present (GtkApplication *application);
/* Shows a package that somebody opened. package: (transfer full) */
void pal_translate_window_take_in (GtkApplication *application, PalTranslationPackage *package);
/* Goes to the texts of something. */
void pal_translate_window_open (PalTranslateWindow *self, const char *id, const char *language);
/* After the interface got another language. */
void pal_translate_window_renew_words (PalTranslateWindow *self);

G_END_DECLS
