// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-heard"
#include "config.h"

#include "pal-heard.h"

#include "pal-thread.h"

struct _PalHeard
{
  PalDossierModel parent_instance;

  PalConsultations *consultations; /* (owned) (nullable) */
  GHashTable *to_be_read; /* (owned) (element-type utf8): ids of records written meanwhile */
  gboolean all_to_be_read;
  guint64 heard_of; /* number of the last act that was heard of */
};

G_DEFINE_FINAL_TYPE (PalHeard, pal_heard, PAL_TYPE_DOSSIER_MODEL)

static void pal_heard_read (PalDossierModel *model);
static void
pal_heard_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth);

static void
pal_heard_finalize (GObject *object)
{
  PalHeard *self = PAL_HEARD (object);

  g_hash_table_unref (self->to_be_read);
  pal_consultations_free (self->consultations);

  G_OBJECT_CLASS (pal_heard_parent_class)->finalize (object);
}

static void
pal_heard_class_init (PalHeardClass *klass)
{
  PalDossierModelClass *model_class = PAL_DOSSIER_MODEL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_heard_finalize;
  model_class->read = pal_heard_read;
  model_class->written = pal_heard_written;
}

static void
pal_heard_init (PalHeard *self)
{
  self->to_be_read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->all_to_be_read = TRUE;
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* What was written meanwhile. */
static void
read_next (PalHeard *self)
{
  if (!pal_dossier_model_end_reading (self))
    pal_dossier_model_read (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHeard) self = user_data;
  g_autoptr (GError) error = NULL;
  PalConsultations *consultations = pal_consultations_load_finish (result, &error);

  if (consultations != NULL)
    {
      pal_consultations_free (self->consultations);
      self->consultations = consultations;
      pal_dossier_model_changed (self);
    }
  else
    g_info ("what was heard could not be read: %s", error->message);
  read_next (self);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHeard) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;

  if (!pal_consultations_renew_finish (self->consultations, result, &changed, &error))
    g_info ("what was heard could not be read: %s", error->message);
  if (changed)
    pal_dossier_model_changed (self);
  read_next (self);
}

/* One job at a time, so that an older answer never replaces a newer one. */
static void
pal_heard_read (PalDossierModel *model)
{
  PalHeard *self = PAL_HEARD (model);
  PalDossier *dossier = pal_dossier_model_get_dossier (model);
  GHashTableIter iter;
  gpointer record;

  if (self->all_to_be_read)
    {
      self->all_to_be_read = FALSE;
      g_hash_table_remove_all (self->to_be_read);
      pal_consultations_load_async (dossier, NULL, loaded_cb, g_object_ref (self));
      return;
    }
  g_hash_table_iter_init (&iter, self->to_be_read);
  /* What could not be read at all is tried again when something is written. */
  if (self->consultations == NULL || !g_hash_table_iter_next (&iter, &record, NULL))
    {
      pal_dossier_model_end_reading (model);
      return;
    }
  pal_consultations_renew_async (self->consultations, dossier, record, NULL, renewed_cb,
                                 g_object_ref (self));
  g_hash_table_iter_remove (&iter);
}

/* What one person typed is in one record; a merge, an import or an undo may be anywhere. */
static void
pal_heard_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth)
{
  PalHeard *self = PAL_HEARD (model);

  /* However much was written at once, the last act is told: one before it may be missed. */
  if (forth != NULL || back == NULL || back->record == NULL || self->consultations == NULL
      || back->number != self->heard_of + 1)
    self->all_to_be_read = TRUE;
  else
    g_hash_table_add (self->to_be_read, g_strdup (back->record));
  self->heard_of = back != NULL ? back->number : 0;
  pal_dossier_model_read (model);
}

/**
 * pal_heard_of_dossier:
 * @dossier: an open dossier
 *
 * Returns: (transfer none): what was heard
 */
PalHeard *
pal_heard_of_dossier (PalDossier *dossier)
{
  return pal_dossier_model_of (PAL_TYPE_HEARD, dossier);
}

PalConsultations *
pal_heard_get_consultations (PalHeard *self)
{
  return self->consultations;
}

GPtrArray *
pal_heard_find (PalHeard *self, const char *record, PalOutlinePage *page)
{
  return self->consultations != NULL ? pal_point_places_find (self->consultations, record, page)
                                     : NULL;
}

/* --- tying -------------------------------------------------------------------------------------
 */

typedef struct
{
  PalDossier *dossier; /* (owned) */
  char *record;
  char *node;
  char *point_record;
  char *point;
} Tie;

static void
tie_free (gpointer data)
{
  Tie *tie = data;

  g_object_unref (tie->dossier);
  g_free (tie->record);
  g_free (tie->node);
  g_free (tie->point_record);
  g_free (tie->point);
  g_free (tie);
}

static void
tie_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Tie *tie = task_data;
  GError *error = NULL;
  g_autofree char *thread = NULL;
  g_autoptr (GPtrArray) history
      = pal_dossier_read_history (tie->dossier, tie->record, tie->node, &error);

  if (history != NULL)
    {
      const PalChange *newest = history->len > 0 ? g_ptr_array_index (history, 0) : NULL;

      thread = pal_thread_add (tie->dossier, tie->point_record, tie->point, tie->record, tie->node,
                               newest != NULL ? newest->id : NULL, PAL_APPEND_FOLLOWS, &error);
    }
  if (thread != NULL)
    g_task_return_pointer (task, g_steal_pointer (&thread), g_free);
  else
    g_task_return_error (task, error);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (pal_record_flush_finish (PAL_RECORD (source), result, &error))
    g_task_run_in_thread (task, tie_in_thread);
  else
    g_task_return_error (task, error);
}

/**
 * pal_heard_tie_async:
 * @self: what was heard
 * @record: a record in which an answer was just changed
 * @node: path of the answer, with row ids
 * @point_record: id of the consultation
 * @point: path of the point, with its row id
 * @callback: called in the main context
 * @user_data: for @callback
 *
 * Saves the answer, and ties the point to the change that it caused; undo takes both back.
 */
void
pal_heard_tie_async (PalHeard *self, PalRecord *record, const char *node, const char *point_record,
                     const char *point, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Tie *tie = g_new0 (Tie, 1);

  tie->dossier = g_object_ref (pal_dossier_model_get_dossier (self));
  tie->record = g_strdup (pal_record_get_id (record));
  tie->node = g_strdup (node);
  tie->point_record = g_strdup (point_record);
  tie->point = g_strdup (point);
  g_task_set_task_data (task, tie, tie_free);
  pal_record_flush_async (record, flushed_cb, task);
}

/* The tie is undone with the answer, so the step that can be undone names the answer's record. */
gboolean
pal_heard_tie_finish (PalHeard *self, GAsyncResult *result, GError **error)
{
  char *thread = g_task_propagate_pointer (G_TASK (result), error);

  if (thread == NULL)
    return FALSE;
  g_hash_table_add (self->to_be_read, thread);
  read_next (self);

  return TRUE;
}
