// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"
#include "pal-response.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One article in the picture: its ring and its title; pressing it opens the article. */

#define PAL_TYPE_ARTICLE_TILE (pal_article_tile_get_type ())
G_DECLARE_FINAL_TYPE (PalArticleTile, pal_article_tile, PAL, ARTICLE_TILE, GtkButton)

GtkWidget *pal_article_tile_new (PalOutlinePage *page);
PalOutlinePage *pal_article_tile_get_page (PalArticleTile *self);
/* Takes title and progress from the record; hides itself where the article does not apply. */
void pal_article_tile_update (PalArticleTile *self, PalResponse *response);

G_END_DECLS
