// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-submission"
#include "config.h"

#include "pal-submission-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PalSubmission, pal_submission, G_TYPE_OBJECT)

/**
 * pal_submission_file_free:
 * @file: (nullable): a file
 *
 * Frees it.
 */
void
pal_submission_file_free (PalSubmissionFile *file)
{
  if (file == NULL)
    return;

  g_free (file->name);
  g_free (file->title);
  g_free (file->record_name);
  g_free (file->needs);
  g_free (file->with);
  g_free (file);
}

static void
source_free (gpointer data)
{
  PalSource *source = data;

  g_free (source->id);
  g_free (source->version);
  g_free (source->form_id);
  g_clear_pointer (&source->bytes, g_bytes_unref);
  g_free (source->sha256);
  g_clear_pointer (&source->held, g_ptr_array_unref);
  g_free (source);
}

static void
open_point_free (gpointer data)
{
  PalOpenPoint *point = data;

  g_free (point->record);
  g_free (point->node);
  g_free (point);
}

static void
pal_submission_finalize (GObject *object)
{
  PalSubmission *self = PAL_SUBMISSION (object);

  g_object_unref (self->dossier);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->points);
  g_ptr_array_unref (self->open_nodes);
  g_hash_table_unref (self->disclosure);
  g_free (self->state_name);
  g_free (self->cluster);
  g_strfreev (self->languages);
  g_free (self->supersedes);
  g_free (self->cleared_by);
  g_free (self->edition);
  g_free (self->package_id);
  g_free (self->language);

  G_OBJECT_CLASS (pal_submission_parent_class)->finalize (object);
}

static void
pal_submission_class_init (PalSubmissionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_submission_finalize;
}

static void
pal_submission_init (PalSubmission *self)
{
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_submission_file_free);
  self->sources = g_ptr_array_new_with_free_func (source_free);
  self->points = g_ptr_array_new_with_free_func (open_point_free);
  self->open_nodes = g_ptr_array_new_with_free_func (g_free);
  self->disclosure = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * pal_submission_new:
 * @dossier: a dossier, with all edits flushed
 * @language: (nullable): BCP 47, in which people read the titles of what would go
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Looks at what a submission of @dossier would hold; writes nothing. Instances are kept as they are
 * now, so that what was looked at is what will go. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): a submission; errors of the dossier, the form and the
 * response
 */
PalSubmission *
pal_submission_new (PalDossier *dossier, const char *language, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (PalSubmission) self = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  self = g_object_new (PAL_TYPE_SUBMISSION, NULL);
  self->dossier = g_object_ref (dossier);
  self->language = g_strdup (language);
  if (!pal_submission_look (self, cancellable, error))
    return NULL;

  return g_steal_pointer (&self);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalSubmission *submission
      = pal_submission_new (PAL_DOSSIER (source), task_data, cancellable, &error);

  if (submission == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, submission, g_object_unref);
}

/**
 * pal_submission_new_async:
 * @dossier: a dossier, with all edits flushed
 * @language: (nullable): BCP 47, in which people read the titles of what would go
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_submission_new() in a thread.
 */
void
pal_submission_new_async (PalDossier *dossier, const char *language, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_DOSSIER (dossier));

  task = g_task_new (dossier, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_submission_new_async);
  g_task_set_task_data (task, g_strdup (language), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_submission_new_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): as pal_submission_new()
 */
PalSubmission *
pal_submission_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pal_submission_get_files:
 * @self: a submission
 *
 * Returns: (transfer none) (element-type PalSubmissionFile): what may go, beside package.json; a
 * person may set included of each
 */
GPtrArray *
pal_submission_get_files (PalSubmission *self)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), NULL);

  return self->files;
}

/**
 * pal_submission_get_n_kept:
 * @self: a submission
 *
 * Returns: how many records may not go at all: they are restricted, or the consent is missing, over
 * or withdrawn
 */
guint
pal_submission_get_n_kept (PalSubmission *self)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), 0);

  return self->n_kept;
}

/* Included, and not kept here by the file that it belongs to. */
static gboolean
goes_by_itself (PalSubmission *self, const PalSubmissionFile *file)
{
  if (!file->included || file->with == NULL)
    return file->included;
  for (guint i = 0; i < self->files->len; i++)
    {
      const PalSubmissionFile *other = g_ptr_array_index (self->files, i);

      if (strcmp (other->name, file->with) == 0)
        return other->included;
    }

  return FALSE;
}

/**
 * pal_submission_is_needed:
 * @self: a submission
 * @file: one of its files
 *
 * A record without its form would not explain itself, so the form goes with it.
 *
 * Returns: whether a file that goes needs @file
 */
gboolean
pal_submission_is_needed (PalSubmission *self, const PalSubmissionFile *file)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), FALSE);
  g_return_val_if_fail (file != NULL, FALSE);

  for (guint i = 0; i < self->files->len; i++)
    {
      const PalSubmissionFile *other = g_ptr_array_index (self->files, i);

      if (g_strcmp0 (other->needs, file->name) == 0 && goes_by_itself (self, other))
        return TRUE;
    }

  return FALSE;
}

/**
 * pal_submission_goes:
 * @self: a submission
 * @file: one of its files
 *
 * Returns: whether @file is in the archive, as things stand: what translates an answer goes where
 *   the answer goes, and nowhere else
 */
gboolean
pal_submission_goes (PalSubmission *self, const PalSubmissionFile *file)
{
  return goes_by_itself (self, file) || pal_submission_is_needed (self, file);
}

/**
 * pal_submission_get_open_points:
 * @self: a submission
 *
 * Returns: (transfer none) (element-type utf8): paths with row ids of all nodes of the
 * questionnaire that are required and empty, violated, or filled but no longer relevant
 */
GPtrArray *
pal_submission_get_open_points (PalSubmission *self)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), NULL);

  return self->open_nodes;
}

/**
 * pal_submission_get_points:
 * @self: a submission
 *
 * Returns: (transfer none) (element-type PalOpenPoint): the same with what is open, and orphans
 */
GPtrArray *
pal_submission_get_points (PalSubmission *self)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), NULL);

  return self->points;
}

/**
 * pal_open_kind_to_string:
 * @kind: what is open
 *
 * Returns: (transfer none): a word for machines
 */
const char *
pal_open_kind_to_string (PalOpenKind kind)
{
  switch (kind)
    {
    case PAL_OPEN_REQUIRED:
      return "required";
    case PAL_OPEN_VIOLATED:
      return "violated";
    case PAL_OPEN_IRRELEVANT:
      return "not-relevant";
    case PAL_OPEN_ORPHAN:
      return "orphan";
    }

  return "";
}

/**
 * pal_submission_get_state:
 * @self: a submission
 *
 * Returns: (transfer none) (nullable): name of the State under review
 */
const char *
pal_submission_get_state (PalSubmission *self)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), NULL);

  return self->state_name;
}

/**
 * pal_submission_set_cleared:
 * @self: a submission
 * @name: (nullable): who cleared it
 * @time_us: when, in microseconds since 1970
 *
 * Notes who cleared the content for sending.
 */
void
pal_submission_set_cleared (PalSubmission *self, const char *name, gint64 time_us)
{
  g_return_if_fail (PAL_IS_SUBMISSION (self));

  g_free (self->cleared_by);
  self->cleared_by = g_strdup (name);
  self->cleared_us = time_us;
}

/**
 * pal_submission_set_edition:
 * @self: a submission
 * @edition: (nullable): digest of the edition that goes
 *
 * Names the edition in package.json.
 */
void
pal_submission_set_edition (PalSubmission *self, const char *edition)
{
  g_return_if_fail (PAL_IS_SUBMISSION (self));

  g_free (self->edition);
  self->edition = g_strdup (edition);
}

/**
 * pal_submission_is_of_form:
 * @self: a submission
 * @file: one of its files
 * @form_id: id of a form
 *
 * Returns: whether the file is a record of that form
 */
gboolean
pal_submission_is_of_form (PalSubmission *self, const PalSubmissionFile *file, const char *form_id)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), FALSE);

  for (guint i = 0; i < self->sources->len; i++)
    {
      const PalSource *source = g_ptr_array_index (self->sources, i);

      if (source->file == file)
        return source->kind == PAL_SOURCE_INSTANCE && g_strcmp0 (source->form_id, form_id) == 0;
    }

  return FALSE;
}

/**
 * pal_submission_include_form:
 * @self: a submission
 * @form_id: id of a form
 * @included: whether its records go
 *
 * Returns: of how many records that was said
 */
guint
pal_submission_include_form (PalSubmission *self, const char *form_id, gboolean included)
{
  guint n_records = 0;

  g_return_val_if_fail (PAL_IS_SUBMISSION (self), 0);

  for (guint i = 0; i < self->sources->len; i++)
    {
      PalSource *source = g_ptr_array_index (self->sources, i);

      if (source->kind != PAL_SOURCE_INSTANCE || g_strcmp0 (source->form_id, form_id) != 0)
        continue;
      source->file->included = included;
      n_records++;
    }

  return n_records;
}

/**
 * pal_submission_write:
 * @self: a submission
 * @path: where the archive shall be
 * @identity: (nullable): who signs; %NULL leaves it unsigned
 * @progress: (nullable): called now and then with what is done, 0 to 1
 * @progress_data: data for @progress
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Writes the files that are included, signs, and publishes the archive; then tells the dossier that
 * its log is known elsewhere. Blocking; any thread.
 *
 * Returns: whether the archive is on the disk; errors of the package writer, signing, the dossier,
 * and #GIOErrorEnum errors
 */
gboolean
pal_submission_write (PalSubmission *self, const char *path, PalIdentity *identity,
                      PalSubmissionProgress progress, gpointer progress_data,
                      GCancellable *cancellable, GError **error)
{
  PalPlan *plan;
  gboolean ok;

  g_return_val_if_fail (PAL_IS_SUBMISSION (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (identity == NULL || PAL_IS_IDENTITY (identity), FALSE);

  plan = pal_plan_new (self, path, identity);
  ok = pal_plan_run (plan, progress, progress_data, cancellable, error);
  pal_plan_free (plan);

  return ok;
}

/* --- The same in a thread; progress comes back to the caller's context --- */

typedef struct
{
  PalPlan *plan; /* (owned) */
  PalSubmissionProgress progress;
  gpointer progress_data;
  int thousandth; /* told last */
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  pal_plan_free (writing->plan);
  g_free (writing);
}

typedef struct
{
  GTask *task; /* (owned) */
  double fraction;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_object_unref (step->task);
  g_free (step);
}

static gboolean
tell_cb (gpointer data)
{
  Step *step = data;
  Writing *writing = g_task_get_task_data (step->task);

  /* What progress works on may be gone once the caller was called back. */
  if (!g_task_get_completed (step->task))
    writing->progress (step->fraction, writing->progress_data);

  return G_SOURCE_REMOVE;
}

static void
progress_in_thread (double fraction, gpointer user_data)
{
  GTask *task = user_data;
  Writing *writing = g_task_get_task_data (task);
  int thousandth = fraction * 1000;
  Step *step;

  if (thousandth == writing->thousandth)
    return;
  writing->thousandth = thousandth;
  step = g_new0 (Step, 1);
  step->task = g_object_ref (task);
  step->fraction = fraction;
  /* Never at once: that would run it in this thread if the context has no owner. */
  {
    g_autoptr (GSource) idle = g_idle_source_new ();

    g_source_set_priority (idle, G_PRIORITY_DEFAULT);
    g_source_set_callback (idle, tell_cb, step, step_free);
    g_source_attach (idle, g_task_get_context (task));
  }
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Writing *writing = task_data;
  GError *error = NULL;

  if (pal_plan_run (writing->plan, writing->progress != NULL ? progress_in_thread : NULL, task,
                    cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_submission_write_async:
 * @self: a submission
 * @path: where the archive shall be
 * @identity: (nullable): who signs
 * @progress: (nullable): called in the caller's main context
 * @progress_data: data for @progress; must live until @callback
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_submission_write() in a thread. Which files go is fixed by this call.
 */
void
pal_submission_write_async (PalSubmission *self, const char *path, PalIdentity *identity,
                            PalSubmissionProgress progress, gpointer progress_data,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Writing *writing;

  g_return_if_fail (PAL_IS_SUBMISSION (self));
  g_return_if_fail (path != NULL);

  writing = g_new0 (Writing, 1);
  writing->plan = pal_plan_new (self, path, identity);
  writing->progress = progress;
  writing->progress_data = progress_data;
  writing->thousandth = -1;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_submission_write_async);
  g_task_set_task_data (task, writing, writing_free);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * pal_submission_write_finish:
 * @self: a submission
 * @result: a result
 * @error: return location
 *
 * Returns: as pal_submission_write()
 */
gboolean
pal_submission_write_finish (PalSubmission *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pal_submission_get_package_id:
 * @self: a submission
 *
 * Returns: (transfer none) (nullable): id of the package that was written last
 */
const char *
pal_submission_get_package_id (PalSubmission *self)
{
  g_return_val_if_fail (PAL_IS_SUBMISSION (self), NULL);

  return self->package_id;
}
