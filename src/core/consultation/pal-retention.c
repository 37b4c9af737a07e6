// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-retention"
#include "config.h"

#include "pal-consent.h"

#include <string.h>

#define PROTECTION "/consultation/record/protection/"

/* What is due by the calendar, and the threads on which the window waits. */

/**
 * pal_due_free:
 * @due: (transfer full): something that is due
 */
void
pal_due_free (PalDue *due)
{
  g_free (due->record);
  g_free (due->words);
  g_free (due->date);
  g_free (due);
}

static void
add_due (GPtrArray *list, PalDueKind kind, const char *form_id, const char *record,
         const char *node, const char *words, const char *date)
{
  PalDue *due = g_new0 (PalDue, 1);

  due->kind = kind;
  due->form_id = form_id;
  due->record = g_strdup (record);
  due->node = node;
  due->words = g_strdup (words);
  due->date = g_strdup (date);
  g_ptr_array_add (list, due);
}

/* Days are compared as ISO 8601 writes them. */
static gboolean
is_until (const char *date, const char *today)
{
  return date != NULL && *date != '\0' && strcmp (date, today) <= 0;
}

static int
compare_due (gconstpointer a, gconstpointer b)
{
  const PalDue *first = *(PalDue *const *) a;
  const PalDue *second = *(PalDue *const *) b;
  int order = strcmp (first->date, second->date);

  return order != 0 ? order : strcmp (first->record, second->record);
}

/**
 * pal_due_list:
 * @consultations: what there is
 * @today: the day, as ISO 8601 has it
 *
 * The day on which a record is to be deleted counts as due; consent holds through its last day.
 *
 * Returns: (transfer full) (element-type PalDue): what is due, the oldest first
 */
GPtrArray *
pal_due_list (PalConsultations *consultations, const char *today)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_due_free);
  GPtrArray *records = pal_consultations_list (consultations);
  GPtrArray *cards = pal_consultations_list_stakeholders (consultations);

  for (guint i = 0; i < records->len; i++)
    {
      const PalConsultation *one = g_ptr_array_index (records, i);

      if (is_until (one->keep_until, today))
        add_due (list, PAL_DUE_RETENTION, "consultation", one->id, PROTECTION "keep_until",
                 one->title, one->keep_until);
      else if (is_until (one->consent_until, today) && strcmp (one->consent_until, today) != 0
               && g_strcmp0 (one->consent, "withdrawn") != 0)
        add_due (list, PAL_DUE_CONSENT, "consultation", one->id, PROTECTION "consent_until",
                 one->title, one->consent_until);
    }
  for (guint i = 0; i < cards->len; i++)
    {
      const PalStakeholder *card = g_ptr_array_index (cards, i);

      if (is_until (card->keep_until, today))
        add_due (list, PAL_DUE_RETENTION, "stakeholder", card->id,
                 "/stakeholder/card/protection/keep_until", card->name, card->keep_until);
    }
  g_ptr_array_sort (list, compare_due);

  return list;
}

/* --- in the background --- */

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const PalPurgePlace *place = task_data;
  GError *error = NULL;
  PalWithdrawal *withdrawal = pal_withdrawal_look (source, place->record, place->node, &error);

  if (withdrawal != NULL)
    g_task_return_pointer (task, withdrawal, (GDestroyNotify) pal_withdrawal_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_withdrawal_look_async:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a consultation or of a stakeholder's card
 * @node: (nullable): path of a point or a participant
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_withdrawal_look() in a thread.
 */
void
pal_withdrawal_look_async (PalDossier *dossier, const char *record, const char *node,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_withdrawal_look_async);
  g_task_set_task_data (task, pal_purge_place_new (record, node),
                        (GDestroyNotify) pal_purge_place_free);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_withdrawal_look_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): as pal_withdrawal_look()
 */
PalWithdrawal *
pal_withdrawal_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  PalWithdrawal *withdrawal; /* (owned) (nullable): given back at the end */
  PalLogSpan written;
} Applying;

static void
applying_free (gpointer data)
{
  Applying *applying = data;

  pal_withdrawal_free (applying->withdrawal);
  g_free (applying);
}

static void
apply_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Applying *applying = task_data;
  GError *error = NULL;

  if (pal_withdrawal_apply (applying->withdrawal, source, &applying->written, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_withdrawal_apply_async:
 * @self: (transfer full): what pal_withdrawal_look() found
 * @dossier: the same dossier
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_withdrawal_apply() in a thread.
 */
void
pal_withdrawal_apply_async (PalWithdrawal *self, PalDossier *dossier, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);
  Applying *applying = g_new0 (Applying, 1);

  applying->withdrawal = self;
  g_task_set_source_tag (task, pal_withdrawal_apply_async);
  g_task_set_task_data (task, applying, applying_free);
  g_task_run_in_thread (task, apply_in_thread);
}

/**
 * pal_withdrawal_apply_finish:
 * @result: a result
 * @written: (out) (optional): where the act stands in the log
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what was done
 */
PalWithdrawal *
pal_withdrawal_apply_finish (GAsyncResult *result, PalLogSpan *written, GError **error)
{
  Applying *applying;

  g_return_val_if_fail (G_IS_TASK (result), NULL);

  applying = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (written != NULL)
    *written = applying->written;

  return g_steal_pointer (&applying->withdrawal);
}

/* --- for good --- */

static void
purge_withdrawn_in_thread (GTask *task, gpointer source, gpointer task_data,
                           GCancellable *cancellable)
{
  PalPurged *purged = NULL;
  GError *error = NULL;

  if (pal_withdrawal_purge (task_data, source, &purged, &error))
    g_task_return_pointer (task, purged, (GDestroyNotify) pal_purged_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_withdrawal_purge_async:
 * @self: one that was done; it must live until @callback
 * @dossier: its dossier
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_withdrawal_purge() in a thread.
 */
void
pal_withdrawal_purge_async (PalWithdrawal *self, PalDossier *dossier, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_withdrawal_purge_async);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, purge_withdrawn_in_thread);
}

/**
 * pal_withdrawal_purge_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what went
 */
PalPurged *
pal_withdrawal_purge_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
purge_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalPurged *purged = NULL;
  GError *error = NULL;

  if (pal_retention_purge (source, task_data, &purged, &error))
    g_task_return_pointer (task, purged, (GDestroyNotify) pal_purged_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_retention_purge_async:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a record
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_retention_purge() in a thread.
 */
void
pal_retention_purge_async (PalDossier *dossier, const char *record, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_retention_purge_async);
  g_task_set_task_data (task, g_strdup (record), g_free);
  g_task_run_in_thread (task, purge_in_thread);
}

/**
 * pal_retention_purge_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what went
 */
PalPurged *
pal_retention_purge_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
