// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-list-job"
#include "config.h"

#include "pal-list-job.h"

#include "pal-paths.h"
#include "pal-session-undo.h"

#define STAKEHOLDER_FORM "stakeholder"

/* --- reading */

typedef struct
{
  PalDossier *dossier; /* (owned) */
  char *path;
  char *sheet; /* (nullable) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->dossier);
  g_free (reading->path);
  g_free (reading->sheet);
  g_free (reading);
}

/* A dossier from before there were such cards has no form for them yet. */
static PalForm *
load_form (PalDossier *dossier, GError **error)
{
  PalForm *form = pal_dossier_load_form (dossier, STAKEHOLDER_FORM, NULL, NULL);
  g_autofree char *path = NULL;

  if (form != NULL)
    return form;
  path = pal_paths_dup_data_file ("forms/" STAKEHOLDER_FORM ".xml");

  return pal_form_load_file (path, error);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  g_autoptr (PalForm) form = load_form (reading->dossier, &error);
  g_autoptr (PalStakeholderList) list = NULL;

  if (form != NULL && !g_cancellable_set_error_if_cancelled (cancellable, &error))
    list = pal_stakeholder_list_read (reading->path, reading->sheet, form, &error);
  if (list == NULL || !pal_stakeholder_list_compare (list, reading->dossier, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&list),
                           (GDestroyNotify) pal_stakeholder_list_free);
}

/**
 * pal_list_read_async:
 * @session: an open dossier
 * @path: a file
 * @sheet: (nullable): name of the sheet of a workbook
 * @cancellable: (nullable): stops it
 * @callback: called when it is read and compared with the cards that are there
 * @user_data: data for @callback
 */
void
pal_list_read_async (PalSession *session, const char *path, const char *sheet,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->dossier = g_object_ref (pal_session_get_dossier (session));
  reading->path = g_strdup (path);
  reading->sheet = g_strdup (sheet);
  g_task_set_source_tag (task, pal_list_read_async);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

PalStakeholderList *
pal_list_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what a person says about it */

typedef struct
{
  PalStakeholderList *list; /* (unowned): its window waits */
  gboolean is_column;
  guint column;
  char *question; /* (nullable) */
  gboolean with_persons;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->question);
  g_free (change);
}

static void
change_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Change *change = task_data;
  GError *error = NULL;

  if (!change->is_column)
    pal_stakeholder_list_set_with_persons (change->list, change->with_persons);
  else if (!pal_stakeholder_list_set_column (change->list, change->column, change->question,
                                             &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_boolean (task, TRUE);
}

static void
start_change (PalSession *session, Change *change, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, NULL, callback, user_data);

  g_task_set_source_tag (task, start_change);
  g_task_set_task_data (task, change, change_free);
  g_task_run_in_thread (task, change_in_thread);
}

void
pal_list_set_column_async (PalSession *session, PalStakeholderList *list, guint column,
                           const char *question, GAsyncReadyCallback callback, gpointer user_data)
{
  Change *change = g_new0 (Change, 1);

  change->list = list;
  change->is_column = TRUE;
  change->column = column;
  change->question = g_strdup (question);
  start_change (session, change, callback, user_data);
}

void
pal_list_set_with_persons_async (PalSession *session, PalStakeholderList *list,
                                 gboolean with_persons, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Change *change = g_new0 (Change, 1);

  change->list = list;
  change->with_persons = with_persons;
  start_change (session, change, callback, user_data);
}

gboolean
pal_list_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- taking */

typedef struct
{
  PalStakeholderList *list; /* (unowned): its window waits */
  PalListTaken taken;
} Taking;

static void
return_taken (GTask *task)
{
  pal_session_notify_records (g_task_get_source_object (task), STAKEHOLDER_FORM);
  g_task_return_boolean (task, TRUE);
}

static void
span_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes
      = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, &error);

  /* It is taken all the same: what is open shows it when it is opened again. */
  if (changes != NULL)
    pal_session_show_changes (g_task_get_source_object (task), changes);
  else
    g_warning ("a list that was taken is not shown yet: %s", error->message);
  return_taken (task);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Taking *taking = g_task_get_task_data (task);
  PalSession *session = g_task_get_source_object (task);
  GError *error = NULL;

  if (!pal_stakeholder_list_take_finish (result, &taking->taken, &error))
    g_task_return_error (task, error);
  else if (taking->taken.n_filled > 0)
    pal_dossier_read_span_async (pal_session_get_dossier (session), &taking->taken.written,
                                 span_read_cb, g_object_ref (task));
  else
    return_taken (task);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Taking *taking = g_task_get_task_data (task);
  GError *error = NULL;

  if (pal_session_flush_finish (PAL_SESSION (source), result, &error))
    pal_stakeholder_list_take_async (taking->list, pal_session_get_dossier (PAL_SESSION (source)),
                                     taken_cb, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

/**
 * pal_list_take_async:
 * @session: the dossier with which it was compared
 * @list: a list
 * @callback: called when its cards are there
 * @user_data: data for @callback
 */
void
pal_list_take_async (PalSession *session, PalStakeholderList *list, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  Taking *taking = g_new0 (Taking, 1);

  taking->list = list;
  g_task_set_source_tag (task, pal_list_take_async);
  g_task_set_task_data (task, taking, g_free);
  pal_session_flush_async (session, flushed_cb, task);
}

gboolean
pal_list_take_finish (GAsyncResult *result, PalListTaken *taken, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *taken = ((Taking *) g_task_get_task_data (G_TASK (result)))->taken;

  return TRUE;
}
