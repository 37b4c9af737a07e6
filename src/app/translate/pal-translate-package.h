// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Packages of translations that others made: how one comes in, and what a person does with it. Each
 * act says what came of it in a toast, with a way back. widget: in the window for translators. */

/* What came in, or waits, is another. Called as long as widget is in a window. */
typedef void (*PalTranslateChanged) (GtkWidget *widget);

/* A person picks one. */
void pal_translate_pick_package (GtkWidget *widget, PalTranslateChanged changed);
/* Of somebody known: says what it brings, and asks. Else it waits on the page. package: (transfer
 * full) */
void pal_translate_take_in (GtkWidget *widget, PalTranslationPackage *package,
                            PalTranslateChanged changed);
/* The person compared the fingerprint, or knows the signer. package: (transfer full) */
void pal_translate_use_package (GtkWidget *widget, PalTranslationPackage *package,
                                PalTranslateChanged changed);
/* path: of what waits. It goes when the toast goes. */
void
pal_translate_decline_package (GtkWidget *widget, const char *path, PalTranslateChanged changed);
/* (nullable): the path of what was declined last, and can still be had back. */
const char *pal_translate_get_declined (GtkWidget *widget);

/* "Cluster I, Arabic: 3 texts are new or different", a line each. */
char *
pal_translate_dup_package_words (const PalTranslationPackage *package) G_GNUC_WARN_UNUSED_RESULT;

/* After something else is used: all windows show it. */
void pal_translate_renew (GtkWidget *widget, gboolean interface, gboolean forms);
/* A toast that takes a use back. before: (transfer full) */
void pal_translate_toast_used (GtkWidget *widget, const char *words, PalTranslationBefore *before,
                               PalTranslateChanged changed);

G_END_DECLS
