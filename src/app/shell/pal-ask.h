// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Questions and messages in a window of their own. */

typedef struct
{
  const char *id;
  const char *label; /* translated, with a mnemonic */
  AdwResponseAppearance appearance;
} PalAskChoice;

/* The first choice is what Escape means. The last one that is suggested is the default. */
void pal_ask_async (GtkWidget *parent, const char *heading, const char *body,
                    const PalAskChoice *choices, guint n_choices, GAsyncReadyCallback callback,
                    gpointer user_data);
/* Returns: (transfer none): the id that was chosen, interned. */
const char *pal_ask_finish (GAsyncResult *result);

void pal_tell (GtkWidget *parent, const char *heading, const char *body);

/* A toast in the window around widget, or in that window. Takes the toast. */
void pal_toast (GtkWidget *widget, AdwToast *toast);

G_END_DECLS
