// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-point-places"
#include "config.h"

#include "pal-point-places.h"

#include "pal-form-changes.h"

#include <string.h>

typedef struct
{
  const char *record;
  const char *cluster; /* (nullable): of the questionnaire */
  PalOutlinePage *page;
  GPtrArray *places;
} Search;

static void
add_place (Search *search, PalRaisedPoint *point, PalOutlineCard *card, const PalThread *thread)
{
  PalPointPlace *place = g_new0 (PalPointPlace, 1);

  place->point = point;
  place->card = card;
  place->thread = thread;
  g_ptr_array_add (search->places, place);
}

/* Whether a node is the card's own, or within it. */
static gboolean
is_within (const char *node, PalOutlineCard *card)
{
  const char *path = card->control->node != NULL ? card->control->node->path : NULL;
  gsize length = path != NULL ? strlen (path) : 0;

  return length > 0 && strncmp (node, path, length) == 0
         && (node[length] == '\0' || node[length] == '/');
}

static gboolean
names_article (GStrv articles, const char *article)
{
  return articles != NULL && article != NULL
         && g_strv_contains ((const char *const *) articles, article);
}

/* A number alone says little: another questionnaire has the same one. */
static gboolean
names_number (Search *search, const PalRaisedPoint *point, guint number)
{
  const PalConsultation *consultation = point->consultation;

  if (number == 0
      || (point->articles != NULL && !names_article (point->articles, search->page->ref))
      || (consultation->clusters != NULL
          && (search->cluster == NULL
              || !g_strv_contains ((const char *const *) consultation->clusters, search->cluster))))
    return FALSE;
  for (guint i = 0; i < point->questions->len; i++)
    if (g_array_index (point->questions, guint, i) == number)
      return TRUE;

  return FALSE;
}

static const PalThread *
find_thread (Search *search, const PalRaisedPoint *point, GHashTable *nodes, PalOutlineCard *card)
{
  for (guint i = 0; i < point->threads->len; i++)
    {
      PalThread *thread = g_ptr_array_index (point->threads, i);

      if (g_strcmp0 (thread->record, search->record) == 0
          && is_within (g_hash_table_lookup (nodes, thread), card))
        return thread;
    }

  return NULL;
}

/* Paths of the threads' questions without row ids. */
static GHashTable *
read_nodes (GPtrArray *points)
{
  GHashTable *nodes = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (guint i = 0; i < points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (points, i);

      for (guint j = 0; j < point->threads->len; j++)
        {
          PalThread *thread = g_ptr_array_index (point->threads, j);

          g_hash_table_insert (nodes, thread, pal_form_dup_generic_path (thread->node));
        }
    }

  return nodes;
}

static const char *
find_cluster (PalOutlinePage *page)
{
  for (guint i = 0; i < page->cards->len; i++)
    {
      PalOutlineCard *card = g_ptr_array_index (page->cards, i);

      if (card->cluster != NULL)
        return card->cluster;
    }

  return NULL;
}

/* About the article, and not placed at a question of it. */
static gboolean
is_about_page (Search *search, const PalRaisedPoint *point)
{
  if (point->articles != NULL)
    return names_article (point->articles, search->page->ref);

  return point->questions->len == 0 && point->threads->len == 0
         && names_article (point->consultation->articles, search->page->ref);
}

/**
 * pal_point_places_find:
 * @consultations: what was gathered
 * @record: id of the questionnaire
 * @page: one of its pages
 *
 * Returns: (transfer full) (element-type PalPointPlace): what was said about the page; it borrows
 *   from @consultations and the page's outline
 */
GPtrArray *
pal_point_places_find (PalConsultations *consultations, const char *record, PalOutlinePage *page)
{
  return pal_point_places_find_of (pal_consultations_list_points (consultations), record, page);
}

/**
 * pal_point_places_find_of:
 * @points: (element-type PalRaisedPoint): some points, with what their consultations say
 * @record: id of the questionnaire
 * @page: one of its pages
 *
 * Returns: (transfer full) (element-type PalPointPlace): which of them are about the page; it
 *   borrows from @points and the page's outline
 */
GPtrArray *
pal_point_places_find_of (GPtrArray *points, const char *record, PalOutlinePage *page)
{
  Search search = { .record = record, .cluster = find_cluster (page), .page = page };
  g_autoptr (GHashTable) placed = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) nodes = read_nodes (points);

  search.places = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < page->cards->len; i++)
    {
      PalOutlineCard *card = g_ptr_array_index (page->cards, i);

      for (guint j = 0; j < points->len; j++)
        {
          PalRaisedPoint *point = g_ptr_array_index (points, j);
          const PalThread *thread = find_thread (&search, point, nodes, card);

          if (thread == NULL && !names_number (&search, point, card->number))
            continue;
          add_place (&search, point, card, thread);
          g_hash_table_add (placed, point);
        }
    }
  for (guint i = 0; i < points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (points, i);

      if (!g_hash_table_contains (placed, point) && is_about_page (&search, point))
        add_place (&search, point, NULL, NULL);
    }

  return search.places;
}
