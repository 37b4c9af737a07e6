// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"
#include "pal-form.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The real question that a text of a form belongs to, in a record that is kept nowhere. */

/* form: with the text as it is being edited. (transfer floating) (nullable): NULL when the text
 * stands nowhere in the form. */
GtkWidget *
pal_translate_question_new (PalForm *form, const char *language, PalCatalogueEntry *entry);

G_END_DECLS
