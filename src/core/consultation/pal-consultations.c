// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consultations"
#include "config.h"

#include "pal-consultations-private.h"

#include <string.h>

/* Places in pal_reading_forms. */
enum
{
  CONSULTATIONS,
  STAKEHOLDERS,
  THREADS
};

struct _PalConsultations
{
  GHashTable
      *objects[PAL_N_READING_FORMS]; /* (owned) (element-type utf8 any): by id of the record */
  GPtrArray *list;                   /* (owned) (nullable): in order; made when asked for */
  GPtrArray *cards;                  /* (owned) (nullable): likewise */
  GPtrArray *points;                 /* (owned) (nullable): likewise; threads are tied then */
};

static void
take_reading (PalConsultations *self, PalReading *reading, guint form)
{
  GHashTable *objects = self->objects[form];
  GHashTableIter iter;
  gpointer id, object;

  /* Lists borrow from what may go now; the points' threads do, too. */
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  g_clear_pointer (&self->points, g_ptr_array_unref);

  if (reading->record != NULL)
    g_hash_table_remove (objects, reading->record);
  g_hash_table_iter_init (&iter, reading->objects);
  while (g_hash_table_iter_next (&iter, &id, &object))
    {
      g_hash_table_iter_steal (&iter);
      g_hash_table_replace (objects, id, object);
    }
}

/**
 * pal_consultations_new:
 *
 * Returns: (transfer full): nothing yet
 */
PalConsultations *
pal_consultations_new (void)
{
  PalConsultations *self = g_new0 (PalConsultations, 1);

  for (int i = 0; i < PAL_N_READING_FORMS; i++)
    {
      g_autoptr (PalReading) nothing = pal_reading_new (pal_reading_forms[i], NULL);

      self->objects[i] = g_hash_table_ref (nothing->objects);
    }

  return self;
}

/**
 * pal_consultations_free:
 * @self: (nullable) (transfer full): what was gathered
 */
void
pal_consultations_free (PalConsultations *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  g_clear_pointer (&self->points, g_ptr_array_unref);
  for (int i = 0; i < PAL_N_READING_FORMS; i++)
    g_hash_table_unref (self->objects[i]);
  g_free (self);
}

/* record: (nullable): all records. */
static GPtrArray *
read_forms (PalDossier *dossier, const char *record, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) readings
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_reading_free);

  for (int i = 0; i < PAL_N_READING_FORMS; i++)
    {
      PalReading *reading = pal_reading_new (pal_reading_forms[i], record);

      g_ptr_array_add (readings, reading);
      if (!pal_reading_fill (reading, dossier, cancellable, error))
        return NULL;
    }

  return g_steal_pointer (&readings);
}

/**
 * pal_consultations_load:
 * @dossier: a dossier
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: reads all consultations, stakeholders and threads.
 *
 * Returns: (transfer full) (nullable): them; errors of the dossier
 */
PalConsultations *
pal_consultations_load (PalDossier *dossier, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) readings = NULL;
  PalConsultations *self;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  readings = read_forms (dossier, NULL, cancellable, error);
  if (readings == NULL)
    return NULL;
  self = pal_consultations_new ();
  for (guint i = 0; i < readings->len; i++)
    take_reading (self, g_ptr_array_index (readings, i), i);

  return self;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalConsultations *self = pal_consultations_load (source, cancellable, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify) pal_consultations_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_consultations_load_async:
 * @dossier: a dossier
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_consultations_load().
 */
void
pal_consultations_load_async (PalDossier *dossier, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_return_if_fail (PAL_IS_DOSSIER (dossier));

  g_task_set_source_tag (task, pal_consultations_load_async);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_consultations_load_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what was gathered
 */
PalConsultations *
pal_consultations_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
renew_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *readings = read_forms (source, task_data, cancellable, &error);

  if (readings != NULL)
    g_task_return_pointer (task, readings, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_consultations_renew_async:
 * @self: what was gathered
 * @dossier: the dossier of which
 * @record: id of a record, of whatever form
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * Reads a record anew, in the background. Nothing of @self changes before
 * pal_consultations_renew_finish(), which the caller calls on the thread of @self, as long as that
 * is there.
 */
void
pal_consultations_renew_async (PalConsultations *self, PalDossier *dossier, const char *record,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_return_if_fail (self != NULL);
  g_return_if_fail (PAL_IS_DOSSIER (dossier));
  g_return_if_fail (record != NULL);

  g_task_set_source_tag (task, pal_consultations_renew_async);
  g_task_set_task_data (task, g_strdup (record), g_free);
  g_task_run_in_thread (task, renew_in_thread);
}

/**
 * pal_consultations_renew_finish:
 * @self: what was gathered
 * @result: a result
 * @changed: (out) (optional): whether the record is, or was, one of those that are gathered here
 * @error: return location
 *
 * What was borrowed from @self before is gone when @changed.
 *
 * Returns: whether @self is as the dossier now
 */
gboolean
pal_consultations_renew_finish (PalConsultations *self, GAsyncResult *result, gboolean *changed,
                                GError **error)
{
  g_autoptr (GPtrArray) readings = g_task_propagate_pointer (G_TASK (result), error);
  gboolean concerns = FALSE;

  for (guint i = 0; readings != NULL && i < readings->len; i++)
    {
      PalReading *reading = g_ptr_array_index (readings, i);

      if (g_hash_table_size (reading->objects) == 0
          && !g_hash_table_contains (self->objects[i], reading->record))
        continue;
      take_reading (self, reading, i);
      concerns = TRUE;
    }
  if (changed != NULL)
    *changed = concerns;

  return readings != NULL;
}

/* --- lists -------------------------------------------------------------------------------------
 */

static int
compare_consultations (gconstpointer a, gconstpointer b)
{
  const PalConsultation *one = *(const PalConsultation *const *) a;
  const PalConsultation *other = *(const PalConsultation *const *) b;
  int order = g_strcmp0 (other->date, one->date);

  return order != 0 ? order : strcmp (one->id, other->id);
}

static int
compare_stakeholders (gconstpointer a, gconstpointer b)
{
  const PalStakeholder *one = *(const PalStakeholder *const *) a;
  const PalStakeholder *other = *(const PalStakeholder *const *) b;
  int order = g_strcmp0 (one->name, other->name);

  return order != 0 ? order : strcmp (one->id, other->id);
}

static GPtrArray *
list_values (GHashTable *table, GCompareFunc compare)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare);

  return list;
}

/**
 * pal_consultations_list:
 * @self: what was gathered
 *
 * Returns: (transfer none) (element-type PalConsultation): the newest first; until the next change
 */
GPtrArray *
pal_consultations_list (PalConsultations *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->list == NULL)
    self->list = list_values (self->objects[CONSULTATIONS], compare_consultations);

  return self->list;
}

/**
 * pal_consultations_list_stakeholders:
 * @self: what was gathered
 *
 * Returns: (transfer none) (element-type PalStakeholder): in the order of their names' bytes, which
 *   no language has: whoever shows them sorts them; until the next change
 */
GPtrArray *
pal_consultations_list_stakeholders (PalConsultations *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->cards == NULL)
    self->cards = list_values (self->objects[STAKEHOLDERS], compare_stakeholders);

  return self->cards;
}

static int
compare_threads (gconstpointer a, gconstpointer b)
{
  const PalThread *one = *(const PalThread *const *) a;
  const PalThread *other = *(const PalThread *const *) b;

  if (one->time_us != other->time_us)
    return one->time_us < other->time_us ? -1 : 1;

  return strcmp (one->id, other->id);
}

static void
tie_threads (PalConsultations *self)
{
  g_autoptr (GPtrArray) threads = list_values (self->objects[THREADS], compare_threads);

  for (guint i = 0; i < threads->len; i++)
    {
      PalThread *thread = g_ptr_array_index (threads, i);
      PalRaisedPoint *point = NULL;

      if (thread->point_record != NULL && thread->point != NULL && thread->node != NULL)
        point = pal_consultations_find_point (self, thread->point_record, thread->point);
      if (point != NULL)
        g_ptr_array_add (point->threads, thread);
    }
}

/**
 * pal_consultations_list_points:
 * @self: what was gathered
 *
 * Returns: (transfer none) (element-type PalRaisedPoint): what was said and written down,
 * consultation by consultation, the newest first; until the next change
 */
GPtrArray *
pal_consultations_list_points (PalConsultations *self)
{
  GPtrArray *consultations = pal_consultations_list (self);

  if (self->points != NULL)
    return self->points;

  self->points = g_ptr_array_new ();
  for (guint i = 0; i < consultations->len; i++)
    {
      PalConsultation *consultation = g_ptr_array_index (consultations, i);

      for (guint j = 0; j < consultation->points->len; j++)
        {
          PalRaisedPoint *point = g_ptr_array_index (consultation->points, j);

          g_ptr_array_set_size (point->threads, 0);
          if (point->decision == PAL_DECISION_OPEN)
            point->feedback = PAL_FEEDBACK_NONE;
          if (point->text != NULL)
            g_ptr_array_add (self->points, point);
        }
    }
  tie_threads (self);

  return self->points;
}

/**
 * pal_consultations_find:
 * @self: what was gathered
 * @id: id of a record
 *
 * Returns: (transfer none) (nullable): the consultation; until the next change
 */
PalConsultation *
pal_consultations_find (PalConsultations *self, const char *id)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_hash_table_lookup (self->objects[CONSULTATIONS], id);
}

/**
 * pal_consultations_find_point:
 * @self: what was gathered
 * @record: id of the consultation
 * @row: path of the point, with its row id
 *
 * Returns: (transfer none) (nullable): the point; until the next change
 */
PalRaisedPoint *
pal_consultations_find_point (PalConsultations *self, const char *record, const char *row)
{
  PalConsultation *consultation = pal_consultations_find (self, record);

  if (consultation == NULL)
    return NULL;
  for (guint i = 0; i < consultation->points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (consultation->points, i);

      if (strcmp (point->row, row) == 0)
        return point;
    }

  return NULL;
}
