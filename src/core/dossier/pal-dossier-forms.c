// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-forms"
#include "config.h"

#include "pal-dossier-private.h"

/* The forms that a dossier's records were filled with, so that it opens anywhere. */

typedef struct
{
  char *id;
  char *version; /* (nullable): the newest added */
  char *sha256;
  GBytes *source; /* (nullable) */
} FormJob;

static void
form_job_free (gpointer data)
{
  FormJob *job = data;

  g_free (job->id);
  g_free (job->version);
  g_free (job->sha256);
  g_clear_pointer (&job->source, g_bytes_unref);
  g_free (job);
}

/**
 * pal_form_info_free:
 * @info: (transfer full): what stands in the list
 */
void
pal_form_info_free (PalFormInfo *info)
{
  g_free (info->id);
  g_free (info->version);
  g_free (info->sha256);
  g_free (info);
}

static FormJob *
form_job_new (PalForm *form)
{
  FormJob *job = g_new0 (FormJob, 1);

  job->id = g_strdup (pal_form_get_id (form));
  job->version = g_strdup (pal_form_get_version (form));
  job->source = g_bytes_ref (pal_form_get_source (form));
  job->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, job->source);

  return job;
}

static gboolean
add_form (PalDossier *self, FormJob *job, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (g_bytes_get_size (job->source) > PAL_DOSSIER_MAX_FORM_BYTES)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "the form is too large");
      return FALSE;
    }

  stmt
      = pal_sql_prepare (self->db, "SELECT sha256 FROM form WHERE id = ?1 AND version = ?2", error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "ss", job->id, job->version);
  switch (pal_sql_step (stmt, error))
    {
    case PAL_SQL_ROW:
      if (g_strcmp0 (pal_sql_get_text (stmt, 0), job->sha256) == 0)
        return TRUE;
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS,
                   "the dossier has another form \"%s\" of version \"%s\"", job->id, job->version);
      return FALSE;
    case PAL_SQL_DONE:
      break;
    case PAL_SQL_FAILED:
      return FALSE;
    }

  return pal_sql_run (self->db, error, "INSERT INTO form VALUES (?1, ?2, ?3, ?4, ?5)", "sssib",
                      job->id, job->version, job->sha256, g_get_real_time (), job->source);
}

/**
 * pal_dossier_forms_put:
 * @self: a dossier
 * @form: a form
 * @error: return location
 *
 * See pal_dossier_add_form(). In the worker, in a transaction of the caller's if there is one.
 *
 * Returns: whether it is there
 */
gboolean
pal_dossier_forms_put (PalDossier *self, PalForm *form, GError **error)
{
  FormJob *job = form_job_new (form);
  gboolean ok = add_form (self, job, error);

  form_job_free (job);

  return ok;
}

static void
add_form_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_dossier_begin_job (source, TRUE, &error) && add_form (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_add_form:
 * @self: a dossier
 * @form: a form
 * @error: return location
 *
 * Blocking: keeps a form in the dossier. Adding it again does nothing; forms are immutable, so
 * another form of the same id and version is %PAL_DOSSIER_ERROR_EXISTS.
 *
 * Returns: whether it is there
 */
gboolean
pal_dossier_add_form (PalDossier *self, PalForm *form, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (form != NULL, FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_add_form, form_job_new (form), form_job_free,
                          add_form_in_worker);

  return g_task_propagate_boolean (task, error);
}

/* SQLite sees no flipped bit in what it holds, and what is exported would be another form. */
static GBytes *
dup_unaltered (sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (GBytes) source = pal_sql_dup_bytes (stmt, 0);
  g_autofree char *sha256
      = source != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, source) : NULL;

  if (sha256 != NULL && g_strcmp0 (sha256, pal_sql_get_text (stmt, 1)) == 0)
    return g_steal_pointer (&source);
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED, "a form was altered");

  return NULL;
}

static GBytes *
load_form (PalDossier *self, FormJob *job, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_sql_prepare (
      self->db,
      "SELECT source, sha256 FROM form WHERE id = ?1 AND (?2 IS NULL OR version = ?2) "
      "ORDER BY added DESC, rowid DESC LIMIT 1",
      error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", job->id, job->version);
  switch (pal_sql_step (stmt, error))
    {
    case PAL_SQL_ROW:
      return dup_unaltered (stmt, error);
    case PAL_SQL_DONE:
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND,
                   "the dossier has no form \"%s\"%s%s", job->id,
                   job->version != NULL ? " of version " : "",
                   job->version != NULL ? job->version : "");
      break;
    case PAL_SQL_FAILED:
      break;
    }

  return NULL;
}

static void
load_form_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *bytes = load_form (source, task_data, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_load_form:
 * @self: a dossier
 * @form_id: which form
 * @version: (nullable): which version; %NULL: the newest added
 * @error: return location
 *
 * Blocking: reads a form on the worker and loads it on the caller's thread. Any thread but the
 * worker.
 *
 * Returns: (transfer full) (nullable): the form; %PAL_DOSSIER_ERROR_NOT_FOUND, _DAMAGED when it is
 *   not the one that was added, or a #PalFormError
 */
PalForm *
pal_dossier_load_form (PalDossier *self, const char *form_id, const char *version, GError **error)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) source = NULL;
  FormJob *job;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (form_id != NULL, NULL);

  job = g_new0 (FormJob, 1);
  job->id = g_strdup (form_id);
  job->version = g_strdup (version);
  task = pal_dossier_run (self, NULL, pal_dossier_load_form, job, form_job_free,
                          load_form_in_worker);
  source = g_task_propagate_pointer (task, error);
  if (source == NULL)
    return NULL;

  return pal_form_load (source, form_id, error);
}

static GPtrArray *
list_forms (PalDossier *self, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_form_info_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_sql_prepare (
      self->db, "SELECT id, version, sha256, added FROM form ORDER BY added, rowid", error);
  if (stmt == NULL)
    return NULL;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalFormInfo *info = g_new0 (PalFormInfo, 1);

      info->id = pal_sql_dup_text (stmt, 0);
      info->version = pal_sql_dup_text (stmt, 1);
      info->sha256 = pal_sql_dup_text (stmt, 2);
      info->added_us = sqlite3_column_int64 (stmt, 3);
      g_ptr_array_add (list, info);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&list) : NULL;
}

static void
list_forms_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *list = list_forms (source, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_list_forms:
 * @self: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer container) (element-type PalFormInfo) (nullable): the forms, oldest first
 */
GPtrArray *
pal_dossier_list_forms (PalDossier *self, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_list_forms, NULL, NULL, list_forms_in_worker);

  return g_task_propagate_pointer (task, error);
}
