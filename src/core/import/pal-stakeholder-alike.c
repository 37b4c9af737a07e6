// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stakeholder-list"
#include "config.h"

#include "pal-stakeholder-list-private.h"

#include "pal-cells.h"
#include "pal-folded.h"

#include <string.h>

/* What may be the same organization: by name, short name, website or address, as far as these are
 * compared without case, marks and punctuation. It is proposed; nobody but a person joins. */

/* Where one is: a card, or a row further up in the list. */
typedef struct
{
  const PalListCard *card; /* (nullable) */
  const PalListRow *row;   /* (nullable) */
} Place;

static void
card_free (gpointer data)
{
  PalListCard *card = data;

  g_free (card->id);
  g_hash_table_unref (card->values);
  g_free (card);
}

static void
take_cell_cb (const PalCell *cell, gpointer user_data)
{
  GHashTable *cards = user_data;
  PalListCard *card = g_hash_table_lookup (cards, cell->record);

  if (card == NULL)
    {
      card = g_new0 (PalListCard, 1);
      card->id = g_strdup (cell->record);
      card->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (cards, card->id, card);
    }
  if (!cell->is_row && *cell->node != '\0' && *cell->value != '\0')
    g_hash_table_replace (card->values, g_strdup (cell->node), g_strdup (cell->value));
}

gboolean
pal_list_load_cards (PalStakeholderList *self, PalDossier *dossier, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GHashTable) cards = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, card_free);

  if (!pal_dossier_walk_cells (dossier, "stakeholder", NULL, take_cell_cb, cards, cancellable,
                               error))
    return FALSE;
  g_clear_pointer (&self->cards, g_hash_table_unref);
  self->cards = g_steal_pointer (&cards);

  return TRUE;
}

/* "https://www.Example.org/" is "example.org". */
static char *
fold_link (const char *link)
{
  g_autofree char *lower = g_utf8_casefold (link, -1);
  const char *start = strstr (lower, "://");
  gsize length;

  start = start != NULL ? start + 3 : lower;
  if (g_str_has_prefix (start, "www."))
    start += 4;
  length = strlen (start);
  while (length > 0 && start[length - 1] == '/')
    length--;

  return g_strndup (start, length);
}

/* In place. */
static char *
remove_spaces (char *text)
{
  char *to = text;

  for (const char *at = text; *at != '\0'; at++)
    if (*at != ' ')
      *to++ = *at;
  *to = '\0';

  return text;
}

/* The key under which a value is compared: names and short names are compared with each other. */
static char *
dup_key (PalLikeness likeness, const char *value)
{
  g_autofree char *folded = NULL;

  if (value == NULL)
    return NULL;
  switch (likeness)
    {
    case PAL_LIKENESS_NAME:
    case PAL_LIKENESS_ACRONYM:
      /* "L.H." is "LH". */
      folded = remove_spaces (pal_folded_dup (value));
      return g_utf8_strlen (folded, -1) > 1 ? g_strconcat ("n:", folded, NULL) : NULL;
    case PAL_LIKENESS_WEBSITE:
      folded = fold_link (value);
      return *folded != '\0' ? g_strconcat ("w:", folded, NULL) : NULL;
    case PAL_LIKENESS_EMAIL:
      folded = g_utf8_casefold (value, -1);
      return g_strconcat ("e:", folded, NULL);
    case PAL_LIKENESS_NONE:
      break;
    }

  return NULL;
}

static const struct
{
  PalLikeness likeness;
  const char *key;
} marks[] = {
  { PAL_LIKENESS_NAME, "name" },
  { PAL_LIKENESS_ACRONYM, "acronym" },
  { PAL_LIKENESS_WEBSITE, "website" },
  { PAL_LIKENESS_EMAIL, "office_email" },
};

static void
add_place (GHashTable *places, char *key, const PalListCard *card, const PalListRow *row)
{
  Place *place;

  if (key == NULL || g_hash_table_contains (places, key))
    {
      g_free (key);
      return;
    }
  place = g_new0 (Place, 1);
  place->card = card;
  place->row = row;
  g_hash_table_insert (places, key, place);
}

static const char *
get_card_value (const PalListCard *card, const char *key)
{
  g_autofree char *path = pal_list_question_dup_path (pal_list_question_find (key));

  return g_hash_table_lookup (card->values, path);
}

static void
add_cards (PalStakeholderList *self, GHashTable *places)
{
  GHashTableIter iter;
  gpointer value;

  if (self->cards == NULL)
    return;
  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
      add_place (places, dup_key (marks[i].likeness, get_card_value (value, marks[i].key)), value,
                 NULL);
}

static void
find_alike (PalStakeholderList *self, GHashTable *places, PalListRow *row)
{
  const Place *place = NULL;

  if (!row->is_decided)
    g_clear_pointer (&row->card, g_free);
  row->likeness = PAL_LIKENESS_NONE;
  row->like_row = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (marks) && place == NULL; i++)
    {
      g_autofree char *key
          = dup_key (marks[i].likeness, g_hash_table_lookup (row->values, marks[i].key));

      place = key != NULL ? g_hash_table_lookup (places, key) : NULL;
      if (place != NULL)
        row->likeness = marks[i].likeness;
    }
  if (place != NULL && place->row != NULL)
    row->like_row = place->row->number;
  if (place != NULL && place->card != NULL && row->card == NULL)
    row->card = g_strdup (place->card->id);
  if (!row->is_decided)
    row->decision = row->name == NULL || place != NULL ? PAL_LIST_ROW_LEAVE : PAL_LIST_ROW_NEW;
  /* What has no name any more cannot be taken, whatever was said. */
  else if (row->name == NULL && row->decision == PAL_LIST_ROW_NEW)
    row->decision = PAL_LIST_ROW_LEAVE;
  g_free (row->card_name);
  row->card_name
      = row->card != NULL && self->cards != NULL && g_hash_table_contains (self->cards, row->card)
            ? g_strdup (get_card_value (g_hash_table_lookup (self->cards, row->card), "name"))
            : NULL;
}

/* Looks for each row among the cards and the rows above it, and proposes what to do with it. */
void
pal_list_find_alike (PalStakeholderList *self)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  add_cards (self, places);
  for (guint i = 0; i < self->rows->len; i++)
    {
      PalListRow *row = g_ptr_array_index (self->rows, i);

      find_alike (self, places, row);
      for (gsize j = 0; j < G_N_ELEMENTS (marks); j++)
        add_place (places,
                   dup_key (marks[j].likeness, g_hash_table_lookup (row->values, marks[j].key)),
                   NULL, row);
    }
}
