// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-team-work"
#include "config.h"

#include "pal-team-work.h"

#include "pal-cms-seal.h"

void
pal_team_list_free (PalTeamList *list)
{
  g_clear_pointer (&list->assignments, g_ptr_array_unref);
  g_clear_pointer (&list->waiting, g_ptr_array_unref);
  g_free (list);
}

PalTeamPackage *
pal_team_package_new (void)
{
  return g_new0 (PalTeamPackage, 1);
}

void
pal_team_package_free (PalTeamPackage *package)
{
  g_free (package->person);
  g_free (package->path);
  g_free (package->certificate);
  g_clear_object (&package->identity);
  g_free (package);
}

/* --- one job after what is typed is written */

typedef gboolean (*WorkFunc) (PalDossier *dossier, gpointer data, GCancellable *cancellable,
                              GError **error);

typedef struct
{
  WorkFunc func;
  gpointer data; /* (owned) */
  GDestroyNotify free_data;
  PalDossier *dossier; /* (owned) */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  work->free_data (work->data);
  g_object_unref (work->dossier);
  g_free (work);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;

  if (work->func (work->dossier, work->data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
worked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      /* The session may show what the job has changed. */
      pal_session_notify_records (PAL_SESSION (source), PAL_ASSIGNMENT_FORM);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);
  g_autoptr (GTask) inner = NULL;
  GError *error = NULL;

  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  inner = g_task_new (source, g_task_get_cancellable (task), worked_cb, g_object_ref (task));
  g_task_set_task_data (inner, work, NULL);
  g_task_run_in_thread (inner, work_in_thread);
}

static void
run (PalSession *session, WorkFunc func, gpointer data, GDestroyNotify free_data,
     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->func = func;
  work->data = data;
  work->free_data = free_data;
  work->dossier = g_object_ref (pal_session_get_dossier (session));
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, work, work_free);
  pal_session_flush_async (session, flushed_cb, task);
}

gboolean
pal_team_work_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- assignments */

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (PalTeamList) list = g_new0 (PalTeamList, 1);
  GError *error = NULL;

  list->assignments = pal_assignment_list (task_data, NULL, &error);
  if (list->assignments == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  list->waiting = pal_handout_list_quarantine (task_data);
  g_task_return_pointer (task, g_steal_pointer (&list), (GDestroyNotify) pal_team_list_free);
}

/**
 * pal_team_read_async:
 * @session: a session
 * @callback: called with what is assigned, and what waits for a decision
 * @user_data: data for @callback
 */
void
pal_team_read_async (PalSession *session, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_team_read_async);
  g_task_set_task_data (task, g_object_ref (pal_session_get_dossier (session)), g_object_unref);
  g_task_run_in_thread (task, read_in_thread);
}

PalTeamList *
pal_team_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
assign (PalDossier *dossier, gpointer data, GCancellable *cancellable, GError **error)
{
  return pal_assignment_put_all (dossier, data, error);
}

/**
 * pal_team_assign_async:
 * @session: a session
 * @assignments: (transfer full) (element-type PalAssignment): what they shall say
 * @callback: called when it is durable
 * @user_data: data for @callback
 */
void
pal_team_assign_async (PalSession *session, GPtrArray *assignments, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  run (session, assign, assignments, (GDestroyNotify) g_ptr_array_unref, NULL, callback, user_data);
}

static gboolean
unassign (PalDossier *dossier, gpointer data, GCancellable *cancellable, GError **error)
{
  return pal_assignment_remove_all (dossier, data, error);
}

/**
 * pal_team_unassign_async:
 * @session: a session
 * @assignments: (transfer full) (element-type PalAssignment): what is taken away
 * @callback: called when it is durable
 * @user_data: data for @callback
 */
void
pal_team_unassign_async (PalSession *session, GPtrArray *assignments, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  run (session, unassign, assignments, (GDestroyNotify) g_ptr_array_unref, NULL, callback,
       user_data);
}

/* --- packages */

static gboolean
write_package (PalDossier *dossier, gpointer data, GCancellable *cancellable, GError **error)
{
  PalTeamPackage *package = data;
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();

  if (package->certificate != NULL)
    g_ptr_array_add (recipients, package->certificate);

  return package->person != NULL
             ? pal_handout_write (dossier, package->person, package->flags, package->path,
                                  package->identity, recipients, cancellable, NULL, error)
             : pal_handout_write_return (dossier, package->path, package->identity, recipients,
                                         cancellable, error);
}

/**
 * pal_team_write_async:
 * @session: a session
 * @package: (transfer full): what to write
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @callback: called when it is on the disk
 * @user_data: data for @callback
 */
void
pal_team_write_async (PalSession *session, PalTeamPackage *package, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  run (session, write_package, package, (GDestroyNotify) pal_team_package_free, cancellable,
       callback, user_data);
}

/* --- certificates */

typedef struct
{
  char *fingerprint;
  char *name;
} Certificate;

static void
certificate_free (gpointer data)
{
  Certificate *certificate = data;

  g_free (certificate->fingerprint);
  g_free (certificate->name);
  g_free (certificate);
}

static void
read_certificate_in_thread (GTask *task, gpointer source, gpointer task_data,
                            GCancellable *cancellable)
{
  Certificate *certificate = g_new0 (Certificate, 1);
  GError *error = NULL;

  if (pal_cms_read_certificate (task_data, &certificate->fingerprint, &certificate->name, &error))
    g_task_return_pointer (task, certificate, certificate_free);
  else
    {
      certificate_free (certificate);
      g_task_return_error (task, error);
    }
}

/**
 * pal_team_read_certificate_async:
 * @path: a PEM file
 * @callback: called with whose certificate it is
 * @user_data: data for @callback
 */
void
pal_team_read_certificate_async (const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_team_read_certificate_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_certificate_in_thread);
}

gboolean
pal_team_read_certificate_finish (GAsyncResult *result, char **fingerprint, char **name,
                                  GError **error)
{
  Certificate *certificate = g_task_propagate_pointer (G_TASK (result), error);

  if (certificate == NULL)
    return FALSE;
  *fingerprint = g_steal_pointer (&certificate->fingerprint);
  *name = g_steal_pointer (&certificate->name);
  certificate_free (certificate);

  return TRUE;
}
