// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-article-tile"
#include "config.h"

#include "pal-article-tile.h"

#include "pal-ring.h"

#include <glib/gi18n.h>

struct _PalArticleTile
{
  GtkButton parent_instance;

  PalRing *ring;
  GtkLabel *title_label;
  GtkLabel *count_label;

  PalOutlinePage *page; /* (unowned): of the session's outline */
};

G_DEFINE_FINAL_TYPE (PalArticleTile, pal_article_tile, GTK_TYPE_BUTTON)

static void
pal_article_tile_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_ARTICLE_TILE);

  G_OBJECT_CLASS (pal_article_tile_parent_class)->dispose (object);
}

static void
pal_article_tile_class_init (PalArticleTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_article_tile_dispose;

  g_type_ensure (PAL_TYPE_RING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/overview/pal-article-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, PalArticleTile, ring);
  gtk_widget_class_bind_template_child (widget_class, PalArticleTile, title_label);
  gtk_widget_class_bind_template_child (widget_class, PalArticleTile, count_label);
}

static void
pal_article_tile_init (PalArticleTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_ring_set_size (self->ring, 32);
}

/**
 * pal_article_tile_new:
 * @page: a page of the outline, which must outlive the tile
 *
 * Returns: (transfer floating): a tile; pal_article_tile_update() fills it
 */
GtkWidget *
pal_article_tile_new (PalOutlinePage *page)
{
  PalArticleTile *self = g_object_new (PAL_TYPE_ARTICLE_TILE, NULL);

  self->page = page;

  return GTK_WIDGET (self);
}

PalOutlinePage *
pal_article_tile_get_page (PalArticleTile *self)
{
  return self->page;
}

void
pal_article_tile_update (PalArticleTile *self, PalResponse *response)
{
  PalFormControl *control = self->page->control;
  gboolean relevant = control == NULL || pal_response_is_control_relevant (response, control, NULL);
  g_autofree char *title = NULL;
  g_autofree char *words = NULL;
  g_autofree char *name = NULL;
  g_autofree char *count = NULL;
  PalProgress progress;

  gtk_widget_set_visible (GTK_WIDGET (self), relevant);
  if (!relevant)
    return;

  pal_response_count (response, control, &progress);
  title = control != NULL ? pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL) : NULL;
  words = pal_ring_dup_words (progress.answered, progress.questions, progress.violated);
  /* TRANSLATORS: two numbers, such as "4 of 12". */
  count = progress.questions > 0
              ? g_strdup_printf (_ ("%u of %u"), progress.answered, progress.questions)
              : g_strdup (words);
  /* TRANSLATORS: title of an article, how far it is: "Article 5. ..., 4 of 12 answered". */
  name = g_strdup_printf (_ ("%s, %s"), title != NULL ? title : "", words);

  pal_ring_set_counts (self->ring, progress.answered, progress.questions, progress.violated);
  gtk_widget_set_opacity (GTK_WIDGET (self->ring), progress.questions > 0 ? 1 : 0);
  gtk_label_set_text (self->title_label, title != NULL ? title : "");
  gtk_label_set_text (self->count_label, count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
