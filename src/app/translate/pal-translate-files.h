// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translate-work.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What goes in and out of the page for translators: PO files, packages, and what is used here. Each
 * asks what it needs, does it, and says what came of it. widget: in the window. */

void pal_translate_save_po (GtkWidget *widget, PalTranslateWork *work);
void pal_translate_open_po (GtkWidget *widget, PalTranslateWork *work);
void pal_translate_export (GtkWidget *widget, PalTranslateWork *work);
void pal_translate_use (GtkWidget *widget, PalTranslateWork *work);

/* What came in, or waits, is another. */
typedef void (*PalTranslateChanged) (GtkWidget *widget);

/* path: (nullable): a person picks one. changed: called when something was taken in, kept, or
 * thrown away; widget is still there then. */
void pal_translate_open_package (GtkWidget *widget, const char *path, PalTranslateChanged changed);
/* "Arabic: Interface, Cluster I" */
char *
pal_translate_dup_package_words (const PalTranslationPackage *package) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
