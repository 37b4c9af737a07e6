// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session"
#include "config.h"

#include "pal-session-private.h"

/* The records that are open: each once, whoever looks at it. */

static void
record_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = g_task_get_source_object (task);
  g_autoptr (PalRecord) record = NULL;
  PalRecord *known = NULL;
  GError *error = NULL;

  record = pal_record_open_finish (result, &error);
  if (record == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* Two pages may have asked at once: both get the first one. */
  known = g_hash_table_lookup (self->records, pal_record_get_id (record));
  if (known == NULL)
    {
      pal_session_keep_record (self, record);
      known = record;
    }
  g_task_return_pointer (task, g_object_ref (known), g_object_unref);
}

/**
 * pal_session_open_record_async:
 * @record_id: id of a record of the dossier
 * @callback: called when it is open
 * @user_data: data for @callback
 *
 * Opens a record, or hands out the open one: a record has one response, whoever looks at it.
 */
void
pal_session_open_record_async (PalSession *self, const char *record_id,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  PalRecord *known = NULL;

  g_return_if_fail (PAL_IS_SESSION (self));
  g_return_if_fail (record_id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_open_record_async);
  known = g_hash_table_lookup (self->records, record_id);
  if (known != NULL)
    g_task_return_pointer (task, g_object_ref (known), g_object_unref);
  else
    pal_record_open_async (self->dossier, record_id, record_opened_cb, g_steal_pointer (&task));
}

static void
record_created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = g_task_get_source_object (task);
  g_autoptr (PalRecord) record = NULL;
  GError *error = NULL;

  record = pal_record_open_finish (result, &error);
  if (record == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  pal_session_keep_record (self, record);
  pal_session_notify_records (
      self, pal_form_get_id (pal_response_get_form (pal_record_get_response (record))));
  g_task_return_pointer (task, g_steal_pointer (&record), g_object_unref);
}

static void
load_form_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalSession *self = source;
  GError *error = NULL;
  PalForm *form = pal_dossier_load_form (self->dossier, task_data, NULL, &error);

  if (form == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, form, (GDestroyNotify) pal_form_unref);
}

static void
form_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = PAL_SESSION (source);
  GError *error = NULL;
  PalForm *form = g_task_propagate_pointer (G_TASK (result), &error);

  if (form == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_hash_table_insert (self->forms, g_strdup (pal_form_get_id (form)), form);
  pal_record_create_async (self->dossier, form, record_created_cb, g_steal_pointer (&task));
}

/**
 * pal_session_create_record_async:
 * @form_id: id of a form that is kept in the dossier
 * @callback: called when the record is made and durable
 * @user_data: data for @callback
 *
 * Makes a new record of the newest version of a form, and opens it.
 */
void
pal_session_create_record_async (PalSession *self, const char *form_id,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) load = NULL;
  PalForm *form = NULL;

  g_return_if_fail (PAL_IS_SESSION (self));
  g_return_if_fail (form_id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_create_record_async);
  form = g_hash_table_lookup (self->forms, form_id);
  if (form != NULL)
    {
      pal_record_create_async (self->dossier, form, record_created_cb, g_steal_pointer (&task));
      return;
    }

  load = g_task_new (self, NULL, form_loaded_cb, g_steal_pointer (&task));
  g_task_set_task_data (load, g_strdup (form_id), g_free);
  g_task_run_in_thread (load, load_form_in_thread);
}

PalRecord *
pal_session_record_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

PalRecord *
pal_session_get_open_record (PalSession *self, const char *record_id)
{
  return g_hash_table_lookup (self->records, record_id);
}

GPtrArray *
pal_session_list_open_records (PalSession *self)
{
  GPtrArray *records = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    g_ptr_array_add (records, g_object_ref (record));

  return records;
}

void
pal_session_forget_forms (PalSession *self)
{
  g_hash_table_remove_all (self->forms);
}
