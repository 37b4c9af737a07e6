// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-sent"
#include "config.h"

#include "pal-sent.h"

#include <string.h>

static void
parcel_free (gpointer data)
{
  PalSentParcel *one = data;

  g_clear_pointer (&one->parcel, pal_parcel_free);
  g_ptr_array_unref (one->people);
  g_free (one);
}

/**
 * pal_sent_free:
 * @self: (nullable) (transfer full): what is out
 */
void
pal_sent_free (PalSent *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->parcels, g_ptr_array_unref);
  g_clear_pointer (&self->withdrawals, g_ptr_array_unref);
  g_free (self->record);
  g_free (self->words);
  g_free (self);
}

static PalSentParcel *
add_parcel (PalSent *self, PalParcel *parcel)
{
  PalSentParcel *one = g_new0 (PalSentParcel, 1);

  one->parcel = parcel;
  one->people = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->parcels, one);

  return one;
}

/* --- names: of records about people, by id; NULL: of something else that is there */

static GHashTable *
list_names (PalDossier *dossier, PalConsultations *all, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, NULL, error);
  GPtrArray *cards = pal_consultations_list_stakeholders (all);
  GPtrArray *consultations = pal_consultations_list (all);
  GHashTable *names;

  if (infos == NULL)
    return NULL;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < infos->len; i++)
    g_hash_table_insert (names, g_strdup (((PalRecordInfo *) infos->pdata[i])->id), NULL);
  for (guint i = 0; i < cards->len; i++)
    {
      const PalStakeholder *card = g_ptr_array_index (cards, i);

      g_hash_table_insert (names, g_strdup (card->id),
                           g_strdup (card->name != NULL ? card->name : ""));
    }
  for (guint i = 0; i < consultations->len; i++)
    {
      const PalConsultation *one = g_ptr_array_index (consultations, i);

      g_hash_table_insert (names, g_strdup (one->id),
                           g_strdup (one->title != NULL ? one->title : ""));
    }

  return names;
}

static void
name_records (PalSentParcel *one, GHashTable *names)
{
  const char *const *records = (const char *const *) one->parcel->records;

  for (guint i = 0; records[i] != NULL; i++)
    {
      gpointer name = NULL;
      g_autofree char *id = g_strndup (records[i], strcspn (records[i], "/"));

      if (*id == '\0')
        continue;
      if (!g_hash_table_lookup_extended (names, id, NULL, &name))
        one->n_gone++;
      else if (name != NULL)
        g_ptr_array_add (one->people, g_strdup (name));
    }
}

static gboolean
look_at_all (PalSent *self, PalDossier *dossier, GError **error)
{
  g_autoptr (PalConsultations) all = pal_consultations_load (dossier, NULL, error);
  g_autoptr (GHashTable) names = all != NULL ? list_names (dossier, all, error) : NULL;
  g_autoptr (GPtrArray) parcels = names != NULL ? pal_parcel_list (dossier, error) : NULL;

  if (parcels == NULL)
    return FALSE;
  g_ptr_array_set_free_func (parcels, NULL);
  for (guint i = 0; i < parcels->len; i++)
    name_records (add_parcel (self, g_ptr_array_index (parcels, i)), names);

  return TRUE;
}

/* What would be said if the consent were taken back now. */
static gboolean
look_at_one (PalSent *self, PalDossier *dossier, GError **error)
{
  g_autoptr (PalWithdrawal) withdrawal = pal_withdrawal_look (dossier, self->record, NULL, error);

  if (withdrawal == NULL)
    return FALSE;
  for (guint i = 0; i < withdrawal->items->len && self->words == NULL; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (withdrawal->items, i);

      if (strcmp (item->record, self->record) == 0 && item->node == NULL)
        self->words = g_strdup (item->words);
    }
  for (guint i = 0; i < withdrawal->parcels->len; i++)
    {
      PalWithdrawnParcel *found = g_ptr_array_index (withdrawal->parcels, i);

      add_parcel (self, g_steal_pointer (&found->parcel))->is_by_rest = !found->has_record;
    }

  return TRUE;
}

static void
keep_own (GPtrArray *withdrawals, const char *record)
{
  for (guint i = withdrawals->len; i > 0; i--)
    if (strcmp (((PalWithdrawal *) withdrawals->pdata[i - 1])->record, record) != 0)
      g_ptr_array_remove_index (withdrawals, i - 1);
}

/**
 * pal_sent_look:
 * @dossier: a dossier, with all edits flushed
 * @record: (nullable): id of a consultation or a stakeholder's card that is there; %NULL: all
 * @error: return location
 *
 * Blocking: which packages were written, with whose records, and which consents were taken back.
 * What went before a program noted it, or from another copy that did not come back, is not known.
 *
 * Returns: (transfer full) (nullable): that; errors of the dossier
 */
PalSent *
pal_sent_look (PalDossier *dossier, const char *record, GError **error)
{
  g_autoptr (PalSent) self = g_new0 (PalSent, 1);

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  self->record = g_strdup (record);
  self->parcels = g_ptr_array_new_with_free_func (parcel_free);
  self->withdrawals = pal_withdrawal_list (dossier, error);
  if (self->withdrawals == NULL
      || !(record != NULL ? look_at_one (self, dossier, error)
                          : look_at_all (self, dossier, error)))
    return NULL;
  if (record != NULL)
    keep_own (self->withdrawals, record);

  return g_steal_pointer (&self);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalSent *sent = pal_sent_look (source, task_data, &error);

  (void) cancellable;
  if (sent != NULL)
    g_task_return_pointer (task, sent, (GDestroyNotify) pal_sent_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_sent_look_async:
 * @dossier: a dossier, with all edits flushed
 * @record: (nullable): as pal_sent_look()
 * @cancellable: (nullable): nobody waits any longer
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_sent_look() in a thread.
 */
void
pal_sent_look_async (PalDossier *dossier, const char *record, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_sent_look_async);
  g_task_set_task_data (task, g_strdup (record), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_sent_look_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): as pal_sent_look()
 */
PalSent *
pal_sent_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
