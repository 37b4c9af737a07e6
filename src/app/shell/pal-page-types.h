// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The pages of a dossier beside its questionnaire: a row here is an entry in the sidebar. The
 * widget fills the space below the header bar, scrolls by itself, and is made when first shown. */
typedef struct
{
  const char *id;        /* stable: kept in dossiers as the last page */
  const char *title;     /* N_() */
  const char *icon_name; /* (nullable): symbolic; NULL: reached from elsewhere, not in the sidebar,
                          * and not where a dossier opens again */
  GtkWidget *(*create) (PalSession *session);
  /* (nullable): has a property "count" and (transfer none): the page is in the sidebar, with that
   * number, only while it is not 0; and it is not where a dossier opens again. */
  GObject *(*get_counter) (PalSession *session);
  gboolean stays;            /* it is a page like others, and has a counter all the same */
  gboolean is_of_government; /* not where an organization writes an input */
  gboolean is_of_input;      /* only there */
} PalPageType;

extern const PalPageType pal_page_types[];
extern const guint pal_n_page_types;

const PalPageType *pal_page_type_find (const char *id);
/* Whether a dossier of that kind has the page at all. */
gboolean pal_page_type_fits (const PalPageType *type, PalDossier *dossier);

G_END_DECLS
