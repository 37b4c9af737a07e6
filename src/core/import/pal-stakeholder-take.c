// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stakeholder-list"
#include "config.h"

#include "pal-stakeholder-list-private.h"

#include <string.h>

/* Writes what was decided, as one act. */

#define HAS_PERSON "/stakeholder/card/contact/has_person"
#define PERSON_NAME "/stakeholder/card/contact/person/name"

static void
add_value (GPtrArray *changes, const char *record, const char *path, const char *value)
{
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, path, value));
}

static gboolean
names_person (const PalListRow *row)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, row->values);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (pal_list_is_person_question (key))
      return TRUE;

  return FALSE;
}

static void
make_card (PalStakeholderList *self, const PalListRow *row, GPtrArray *changes)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *kind
      = g_strconcat (pal_form_get_id (self->form), "\t", pal_form_get_version (self->form), NULL);
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, id, NULL, kind));
  for (guint i = 0; i < pal_list_questions_count (); i++)
    {
      const PalListQuestion *question = pal_list_question_at (i);
      char *path;

      value = g_hash_table_lookup (row->values, question->key);
      if (value == NULL)
        continue;
      path = pal_list_question_dup_path (question);
      add_value (changes, id, path, value);
      g_hash_table_add (said, path);
    }
  if (names_person (row))
    {
      add_value (changes, id, HAS_PERSON, "yes");
      g_hash_table_add (said, g_strdup (HAS_PERSON));
    }
  g_hash_table_iter_init (&iter, self->defaults);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (said, key))
      add_value (changes, id, key, value);
}

/* Fills what is empty, and remembers it: another row may be the same. A card that has a person
 * keeps this one, all of it. Returns whether anything was empty. */
static gboolean
fill_card (PalListCard *card, const PalListRow *row, GPtrArray *changes)
{
  gboolean has_person = g_hash_table_contains (card->values, PERSON_NAME);
  gboolean filled = FALSE;

  for (guint i = 0; i < pal_list_questions_count (); i++)
    {
      const PalListQuestion *question = pal_list_question_at (i);
      const char *value = g_hash_table_lookup (row->values, question->key);
      g_autofree char *path = pal_list_question_dup_path (question);

      if (value == NULL || (question->is_person && has_person)
          || (g_hash_table_contains (card->values, path)
              /* The form itself says "internal" before anybody is asked. */
              && !(question->is_person && strcmp (question->key, "person_consent") == 0)))
        continue;
      add_value (changes, card->id, path, value);
      g_hash_table_replace (card->values, g_steal_pointer (&path), g_strdup (value));
      filled = TRUE;
    }
  if (!has_person && names_person (row))
    add_value (changes, card->id, HAS_PERSON, "yes");

  return filled;
}

static gboolean
gather (PalStakeholderList *self, GPtrArray *changes, PalListTaken *taken, GError **error)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const PalListRow *row = g_ptr_array_index (self->rows, i);
      PalListCard *card;

      switch (row->decision)
        {
        case PAL_LIST_ROW_NEW:
          make_card (self, row, changes);
          taken->n_made++;
          break;
        case PAL_LIST_ROW_SAME:
          card = g_hash_table_lookup (self->cards, row->card);
          if (card == NULL)
            {
              g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_PLACE,
                           "the card of row %u is not there any more", row->number);
              return FALSE;
            }
          if (fill_card (card, row, changes))
            taken->n_filled++;
          break;
        case PAL_LIST_ROW_LEAVE:
          taken->n_left++;
          continue;
        }
      if (row->has_person && !names_person (row))
        taken->n_persons_left++;
    }

  return TRUE;
}

/**
 * pal_stakeholder_list_take:
 * @self: a list
 * @dossier: the dossier
 * @taken: (out caller-allocates): what was done
 * @error: return location
 *
 * Blocking: makes cards and fills cards, as was decided for each row, in one act of the log that is
 * undone in one step. The cards are looked at as they are now.
 *
 * Returns: whether all of it is in the log; otherwise nothing is
 */
gboolean
pal_stakeholder_list_take (PalStakeholderList *self, PalDossier *dossier, PalListTaken *taken,
                           GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  gboolean named = FALSE;

  g_return_val_if_fail (self != NULL && taken != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  *taken = (PalListTaken){ 0 };
  for (guint i = 0; i < self->columns->len; i++)
    named
        = named
          || g_strcmp0 (((PalListColumn *) g_ptr_array_index (self->columns, i))->question, "name")
                 == 0;
  if (!named)
    {
      g_set_error_literal (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_NAME,
                           "no column holds the names");
      return FALSE;
    }
  if (!pal_list_load_cards (self, dossier, NULL, error) || !gather (self, changes, taken, error))
    return FALSE;
  if (changes->len == 0)
    return TRUE;

  return pal_dossier_add_form (dossier, self->form, error)
         && pal_dossier_append_full (dossier, "Import", g_steal_pointer (&changes),
                                     PAL_APPEND_APART, &taken->written, error);
}

/* --- in the background -------------------------------------------------------------------------
 */

typedef struct
{
  PalStakeholderList *list; /* (unowned) */
  PalListTaken taken;
} Taking;

static void
take_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Taking *taking = task_data;
  GError *error = NULL;

  if (pal_stakeholder_list_take (taking->list, source, &taking->taken, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_stakeholder_list_take_async:
 * @self: a list, which nothing else uses until the callback
 * @dossier: the dossier
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_stakeholder_list_take().
 */
void
pal_stakeholder_list_take_async (PalStakeholderList *self, PalDossier *dossier,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);
  Taking *taking = g_new0 (Taking, 1);

  g_return_if_fail (self != NULL);

  taking->list = self;
  g_task_set_source_tag (task, pal_stakeholder_list_take_async);
  g_task_set_task_data (task, taking, g_free);
  g_task_run_in_thread (task, take_in_thread);
}

/**
 * pal_stakeholder_list_take_finish:
 * @result: a result
 * @taken: (out caller-allocates): what was done
 * @error: return location
 *
 * Returns: whether all of it is in the log
 */
gboolean
pal_stakeholder_list_take_finish (GAsyncResult *result, PalListTaken *taken, GError **error)
{
  *taken = ((Taking *) g_task_get_task_data (G_TASK (result)))->taken;

  return g_task_propagate_boolean (G_TASK (result), error);
}
