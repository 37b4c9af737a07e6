// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-cells.h"
#include "pal-point-places.h"

#include <string.h>

/* Which pages and questions an arrival would touch: its points are asked the same question as those
 * that stand in a consultation. */

typedef struct
{
  PalInboxReading *reading; /* (unowned) */
  PalDossier *dossier;      /* (unowned) */
  const char *language;     /* (nullable) */
  GHashTable *outlines;     /* (owned) (element-type utf8 PalOutline): by form, version; NULL: of a
                             * form without articles */
  GPtrArray *points;        /* (owned) (element-type PalRaisedPoint) */
} Search;

void
pal_inbox_place_free (gpointer place)
{
  PalInboxPlace *self = place;

  g_free (self->record);
  g_free (self->page);
  g_free (self->title);
  g_array_unref (self->numbers);
  g_free (self);
}

/* --- points that stand nowhere yet */

static void
raised_free (gpointer data)
{
  PalRaisedPoint *raised = data;

  g_ptr_array_unref (raised->threads);
  g_free (raised->row);
  g_free (raised);
}

/* They borrow from the reading; row is the point's number. */
static GPtrArray *
raise_points (PalInboxReading *reading, const PalConsultation *consultation)
{
  GPtrArray *raised = g_ptr_array_new_with_free_func (raised_free);

  for (guint i = 0; i < reading->points->len; i++)
    {
      const PalInboxPoint *point = g_ptr_array_index (reading->points, i);
      PalRaisedPoint *one = g_new0 (PalRaisedPoint, 1);

      one->consultation = consultation;
      one->articles = point->articles;
      one->questions = point->questions;
      one->threads = g_ptr_array_new ();
      one->row = g_strdup_printf ("%u", point->number);
      g_ptr_array_add (raised, one);
    }

  return raised;
}

/* --- questionnaires */

static void
outline_free (gpointer outline)
{
  if (outline != NULL)
    pal_outline_unref (outline);
}

static gboolean
has_articles (PalOutline *outline)
{
  GPtrArray *pages = pal_outline_get_pages (outline);

  for (guint i = 0; i < pages->len; i++)
    if (((PalOutlinePage *) g_ptr_array_index (pages, i))->ref != NULL)
      return TRUE;

  return FALSE;
}

/* outline: (out) (nullable): borrowed; NULL when the form has no articles. */
static gboolean
find_outline (Search *search, const PalRecordInfo *info, PalOutline **outline, GError **error)
{
  g_autofree char *key = g_strconcat (info->form_id, "\t", info->form_version, NULL);
  g_autoptr (PalForm) form = NULL;
  gpointer known;

  if (g_hash_table_lookup_extended (search->outlines, key, NULL, &known))
    {
      *outline = known;
      return TRUE;
    }
  form = pal_dossier_load_form (search->dossier, info->form_id, info->form_version, error);
  if (form == NULL)
    return FALSE;
  *outline = pal_outline_new (form);
  if (!has_articles (*outline))
    g_clear_pointer (outline, pal_outline_unref);
  g_hash_table_insert (search->outlines, g_steal_pointer (&key), *outline);

  return TRUE;
}

static PalInboxPlace *
get_place (Search *search, GPtrArray *places, const char *record, PalOutlinePage *page,
           guint number)
{
  PalForm *form = pal_outline_get_form (page->part->outline);
  const char *language
      = search->language != NULL ? pal_form_match_language (form, search->language) : NULL;
  PalInboxPlace *place;

  for (guint i = 0; i < places->len; i++)
    {
      place = g_ptr_array_index (places, i);
      if (place->number == number)
        return place;
    }
  place = g_new0 (PalInboxPlace, 1);
  place->record = g_strdup (record);
  place->page = g_strdup (page->control != NULL && page->control->node != NULL
                              ? page->control->node->path
                              : pal_form_get_root (form)->path);
  place->title = page->control != NULL
                     ? pal_form_dup_text (form, page->control, PAL_TEXT_LABEL, language)
                     : NULL;
  place->number = number;
  place->numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (places, place);

  return place;
}

static void
look_at_page (Search *search, const char *record, PalOutlinePage *page)
{
  g_autoptr (GPtrArray) found = pal_point_places_find_of (search->points, record, page);
  g_autoptr (GPtrArray) places = g_ptr_array_new ();

  for (guint i = 0; i < found->len; i++)
    {
      const PalPointPlace *one = g_ptr_array_index (found, i);
      PalInboxPlace *place
          = get_place (search, places, record, page, one->card != NULL ? one->card->number : 0);
      guint number = g_ascii_strtoull (one->point->row, NULL, 10);

      g_array_append_val (place->numbers, number);
    }
  for (guint i = 0; i < places->len; i++)
    g_ptr_array_add (search->reading->places, g_ptr_array_index (places, i));
}

static void
read_state (const PalCell *cell, gpointer user_data)
{
  char **name = user_data;

  if (*cell->value != '\0' && g_str_has_suffix (cell->node, "/general/state/name"))
    {
      g_free (*name);
      *name = g_strdup (cell->value);
    }
}

static gboolean
look_at_record (Search *search, const PalRecordInfo *info, GCancellable *cancellable,
                GError **error)
{
  PalOutline *outline = NULL;
  GPtrArray *pages;

  if (!find_outline (search, info, &outline, error))
    return FALSE;
  if (outline == NULL)
    return TRUE;
  if (search->reading->own_state == NULL
      && !pal_dossier_walk_cells (search->dossier, info->form_id, info->id, read_state,
                                  &search->reading->own_state, cancellable, error))
    return FALSE;
  pages = pal_outline_get_pages (outline);
  for (guint i = 0; i < pages->len; i++)
    look_at_page (search, info->id, g_ptr_array_index (pages, i));

  return TRUE;
}

gboolean
pal_inbox_find_places (PalInboxReading *reading, PalDossier *dossier, const char *language,
                       GCancellable *cancellable, GError **error)
{
  const char *clusters = pal_inbox_said_get (reading->said, "/input/card/about/clusters");
  g_auto (GStrv) list = clusters != NULL ? g_strsplit (clusters, " ", -1) : NULL;
  PalConsultation consultation = { .clusters = list };
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, NULL, error);
  g_autoptr (GPtrArray) points = raise_points (reading, &consultation);
  g_autoptr (GHashTable) outlines
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, outline_free);
  Search search = { reading, dossier, language, outlines, points };

  for (guint i = 0; infos != NULL && i < infos->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !look_at_record (&search, g_ptr_array_index (infos, i), cancellable, error))
      return FALSE;

  return infos != NULL;
}
