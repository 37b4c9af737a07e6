// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-migration.h"
#include "pal-record-private.h"

#include <string.h>

/* Records that are made, and those that are read with the form with which they were made. */

/* --- a new record */

typedef struct
{
  PalDossier *dossier;
  PalForm *form;
  char *id;
  GPtrArray *changes; /* (nullable) */
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  g_clear_object (&making->dossier);
  g_clear_pointer (&making->form, pal_form_unref);
  g_clear_pointer (&making->changes, g_ptr_array_unref);
  g_free (making->id);
  g_free (making);
}

/* id: (nullable): NULL: a new one. */
static Making *
making_new (PalDossier *dossier, PalForm *form, const char *id, PalResponse *response)
{
  g_autofree char *kind
      = g_strconcat (pal_form_get_id (form), "\t", pal_form_get_version (form), NULL);
  Making *making = g_new0 (Making, 1);

  making->dossier = g_object_ref (dossier);
  making->form = pal_form_ref (form);
  making->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  making->changes = pal_changes_new ();
  g_ptr_array_add (making->changes,
                   pal_change_new (PAL_CHANGE_RECORD_MADE, making->id, NULL, kind));
  pal_record_gather (response, making->id, making->changes);

  return making;
}

/* Blocking, any thread: the response stays on its own. */
static gboolean
write_new (Making *making, GError **error)
{
  return pal_dossier_add_form (making->dossier, making->form, error)
         && pal_dossier_append (making->dossier, "New record", g_steal_pointer (&making->changes),
                                error);
}

/**
 * pal_record_create:
 * @dossier: a dossier
 * @form: a form; kept in the dossier if it is not there yet
 * @error: return location
 *
 * Blocking: makes a record. It is in the log, with everything that the form itself fills in, when
 * this returns.
 *
 * Returns: (transfer full) (nullable): the record; a #PalDossierError or #PalResponseError
 */
PalRecord *
pal_record_create (PalDossier *dossier, PalForm *form, GError **error)
{
  g_autofree char *user = NULL;
  PalResponse *response;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (form != NULL, NULL);

  user = pal_dossier_dup_author (dossier);
  response = pal_response_new_by (form, user, error);

  return response != NULL ? pal_record_create_filled (dossier, response, error) : NULL;
}

/**
 * pal_record_create_filled:
 * @dossier: a dossier
 * @response: (transfer full): a new response, in which values may have been set already
 * @error: return location
 *
 * Blocking: makes a record of what is in @response, as one act: all of it is in the log when this
 * returns, or nothing.
 *
 * Returns: (transfer full) (nullable): the record; a #PalDossierError
 */
PalRecord *
pal_record_create_filled (PalDossier *dossier, PalResponse *response, GError **error)
{
  return pal_record_create_as (dossier, NULL, response, error);
}

/**
 * pal_record_create_as:
 * @dossier: a dossier
 * @id: (nullable): the id of the record, one that follows from what it is about
 *   (pal_own_record_dup_id()); %NULL: a new one
 * @response: (transfer full): a new response, in which values may have been set already
 * @error: return location
 *
 * As pal_record_create_filled(). Blocking.
 *
 * Returns: (transfer full) (nullable): the record; a #PalDossierError
 */
PalRecord *
pal_record_create_as (PalDossier *dossier, const char *id, PalResponse *response, GError **error)
{
  g_autoptr (PalResponse) owned = response;
  PalRecord *self = NULL;
  Making *making;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (PAL_IS_RESPONSE (response), NULL);

  making = making_new (dossier, pal_response_get_form (response), id, response);
  if (write_new (making, error))
    self = pal_record_new (dossier, making->id, g_steal_pointer (&owned),
                           pal_dossier_get_sight (dossier), NULL);
  making_free (making);

  return self;
}

static void
create_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_new (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_pointer (task,
                           pal_record_new (making->dossier, making->id,
                                           g_object_ref (g_task_get_task_data (task)),
                                           pal_dossier_get_sight (making->dossier), NULL),
                           g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_record_create_async:
 * @dossier: a dossier
 * @form: a form
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_record_create(); ends with pal_record_open_finish().
 */
void
pal_record_create_async (PalDossier *dossier, PalForm *form, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) inner = NULL;
  g_autofree char *user = NULL;
  PalResponse *response;
  GError *error = NULL;

  g_return_if_fail (PAL_IS_DOSSIER (dossier));
  g_return_if_fail (form != NULL);

  task = g_task_new (dossier, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_record_open_async);
  user = pal_dossier_dup_author (dossier);
  response = pal_response_new_by (form, user, &error);
  if (response == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* The inner task may end on its thread; the response must not. */
  g_task_set_task_data (task, response, g_object_unref);
  inner = g_task_new (dossier, NULL, created_cb, g_object_ref (task));
  g_task_set_task_data (inner, making_new (dossier, form, NULL, response), making_free);
  g_task_run_in_thread (inner, create_in_thread);
}

/* --- an old record */

typedef struct
{
  PalDossier *dossier;
  char *id;
  PalForm *form;    /* (nullable) */
  GPtrArray *heads; /* (nullable) */
  guint saw;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_object (&opening->dossier);
  g_clear_pointer (&opening->form, pal_form_unref);
  g_clear_pointer (&opening->heads, g_ptr_array_unref);
  g_free (opening->id);
  g_free (opening);
}

static Opening *
opening_new (PalDossier *dossier, const char *id)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->dossier = g_object_ref (dossier);
  opening->id = g_strdup (id);

  return opening;
}

/* Blocking, any thread. */
static gboolean
read_old (Opening *opening, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (opening->dossier, NULL, error);
  const PalRecordInfo *info = NULL;

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len && info == NULL; i++)
    if (strcmp (((PalRecordInfo *) g_ptr_array_index (records, i))->id, opening->id) == 0)
      info = g_ptr_array_index (records, i);
  if (info == NULL)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record %s",
                   opening->id);
      return FALSE;
    }

  opening->form
      = pal_dossier_load_form (opening->dossier, info->form_id, info->form_version, error);
  if (opening->form == NULL)
    return FALSE;
  opening->saw = pal_dossier_get_sight (opening->dossier);
  opening->heads = pal_dossier_read_heads (opening->dossier, opening->id, error);

  return opening->heads != NULL;
}

/* Whether what the form computes may stand where a value was: then it is looked at again. */
static gboolean
may_give_way (PalFormNode *node)
{
  if (node->calculate != NULL && !pal_record_draws (node->calculate))
    return TRUE;
  for (PalFormNode *above = node; above != NULL; above = above->parent)
    if (above->count != NULL)
      return TRUE;

  return FALSE;
}

/* TRUE when the form has a place for it. watched: gets it if that must be seen in the end. */
static gboolean
restore (PalResponse *response, PalChange *change, GPtrArray *watched)
{
  PalFormNode *node;

  if (change->kind == PAL_CHANGE_ROW_ADDED)
    return pal_response_restore_row (response, change->node);

  node = pal_migration_find_home (pal_response_get_form (response), change->node);
  if (node == NULL || !pal_response_restore_value (response, change->node, change->value))
    return FALSE;
  if (change->value == NULL || !may_give_way (node))
    return TRUE;
  g_ptr_array_add (watched, change);

  return TRUE;
}

/* What was restored and is not there any more is an orphan after all. watched: (transfer full) */
static void
look_again (PalResponse *response, GPtrArray *watched, GPtrArray *orphans)
{
  for (guint i = 0; i < watched->len; i++)
    {
      PalChange *change = g_ptr_array_index (watched, i);
      PalNode *node = pal_response_find (response, change->node);

      if (node != NULL && strcmp (pal_response_get_value (response, node), change->value) == 0)
        pal_change_free (change);
      else
        g_ptr_array_add (orphans, change);
    }
}

/* On the thread on which the record will live. */
static PalRecord *
finish_old (Opening *opening, GError **error)
{
  g_autoptr (PalResponse) response = pal_response_restore_begin (opening->form);
  g_autoptr (GPtrArray) orphans = pal_changes_new ();
  g_autoptr (GPtrArray) watched = g_ptr_array_new ();
  gboolean ok;

  for (guint i = 0; i < opening->heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (opening->heads, i);
      guint n_watched = watched->len;

      if (!restore (response, change, watched))
        g_ptr_array_add (orphans, change);
      else if (watched->len == n_watched)
        pal_change_free (change);
    }
  g_ptr_array_set_free_func (opening->heads, NULL);
  ok = pal_response_restore_end (response, error);
  look_again (response, watched, orphans);
  if (!ok)
    return NULL;

  return pal_record_new (opening->dossier, opening->id, g_steal_pointer (&response), opening->saw,
                         g_steal_pointer (&orphans));
}

/**
 * pal_record_open:
 * @dossier: a dossier
 * @record_id: which record
 * @error: return location
 *
 * Blocking: reads a record with the form with which it was made.
 *
 * Returns: (transfer full) (nullable): the record; %PAL_DOSSIER_ERROR_NOT_FOUND and others, a
 *   #PalFormError, a #PalResponseError
 */
PalRecord *
pal_record_open (PalDossier *dossier, const char *record_id, GError **error)
{
  PalRecord *self = NULL;
  Opening *opening;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (record_id != NULL, NULL);

  opening = opening_new (dossier, record_id);
  if (read_old (opening, error))
    self = finish_old (opening, error);
  opening_free (opening);

  return self;
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (read_old (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalRecord *self = NULL;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    self = finish_old (g_task_get_task_data (G_TASK (result)), &error);
  if (self != NULL)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_record_open_async:
 * @dossier: a dossier
 * @record_id: which record
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_record_open().
 */
void
pal_record_open_async (PalDossier *dossier, const char *record_id, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) inner = NULL;
  GTask *task;

  g_return_if_fail (PAL_IS_DOSSIER (dossier));
  g_return_if_fail (record_id != NULL);

  task = g_task_new (dossier, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_record_open_async);
  inner = g_task_new (dossier, NULL, read_cb, task);
  g_task_set_task_data (inner, opening_new (dossier, record_id), opening_free);
  g_task_run_in_thread (inner, open_in_thread);
}

/**
 * pal_record_open_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the record, see pal_record_open() and pal_record_create()
 */
PalRecord *
pal_record_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pal_record_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
