// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-new-input"
#include "config.h"

#include "pal-new-input.h"

#include "pal-input-plan.h"
#include "pal-language.h"
#include "pal-paths.h"

#include <glib/gstdio.h>

static PalForm *
load_form (const char *id, GError **error)
{
  g_autofree char *name = g_strdup_printf ("forms/%s.xml", id);
  g_autofree char *path = pal_paths_dup_data_file (name);

  return pal_form_load_file (path, error);
}

/* --- what it can be about */

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (PalForm) form = load_form (PAL_INPUT_FORM, &error);
  PalInputSubjects *subjects
      = form != NULL ? pal_input_subjects_new (form, task_data, &error) : NULL;

  if (subjects == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, subjects, (GDestroyNotify) pal_input_subjects_free);
}

/**
 * pal_new_input_look_async:
 * @cancellable: (nullable): whoever asks went away
 * @callback: called with what an input can be about
 * @user_data: data for @callback
 */
void
pal_new_input_look_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_new_input_look_async);
  g_task_set_task_data (task, g_strdup (pal_language_get ()), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

PalInputSubjects *
pal_new_input_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the plan */

/* (transfer full) (nullable) */
static char *
make_plan (PalDossier *dossier, GError **error)
{
  g_autoptr (PalForm) form = load_form (PAL_INPUT_PLAN_FORM, error);

  return form != NULL ? pal_input_plan_prepare (dossier, form, error) : NULL;
}

static void
plan_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *id = make_plan (source, &error);

  if (id == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, id, g_free);
}

/**
 * pal_new_input_plan_async:
 * @dossier: the dossier of an input
 * @callback: called when it is known which record is its action plan
 * @user_data: data for @callback
 *
 * Makes the record where there is none. Errors: those of pal_input_plan_prepare().
 */
void
pal_new_input_plan_async (PalDossier *dossier, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_new_input_plan_async);
  g_task_run_in_thread (task, plan_in_thread);
}

char *
pal_new_input_plan_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the dossier */

typedef struct
{
  char *path;
  char *state;
  char *cluster;
  char **articles;     /* (nullable) */
  char *language;      /* (nullable) */
  PalDossier *dossier; /* (owned) (nullable) */
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  g_free (making->path);
  g_free (making->state);
  g_free (making->cluster);
  g_strfreev (making->articles);
  g_free (making->language);
  g_clear_object (&making->dossier);
  g_free (making);
}

static void
prepare_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Making *making = task_data;
  const PalInputOrder order = { .state = making->state,
                                .cluster = making->cluster,
                                .articles = (const char *const *) making->articles,
                                .language = making->language };
  GError *error = NULL;
  g_autoptr (PalForm) form = load_form (PAL_INPUT_FORM, &error);
  g_autofree char *plan = form != NULL && pal_input_prepare (making->dossier, &order, form, &error)
                              ? make_plan (making->dossier, &error)
                              : NULL;

  if (plan != NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&making->dossier), g_object_unref);
      return;
    }

  /* A dossier that is half made would look like one: take it away again. */
  pal_dossier_close (making->dossier, NULL);
  pal_dossier_discard_new (making->path);
  g_task_return_error (task, error);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);
  GError *error = NULL;

  making->dossier = pal_dossier_open_finish (result, &error);
  if (making->dossier == NULL)
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, prepare_in_thread);
}

/**
 * pal_new_input_create_async:
 * @order: what the input shall be about
 * @path: the file to make
 * @callback: called when the dossier is there, durable and open
 * @user_data: data for @callback
 *
 * Errors: those of pal_dossier_create() and pal_input_prepare().
 */
void
pal_new_input_create_async (const PalInputOrder *order, const char *path,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Making *making = g_new0 (Making, 1);

  making->path = g_strdup (path);
  making->state = g_strdup (order->state);
  making->cluster = g_strdup (order->cluster);
  making->articles = g_strdupv ((char **) order->articles);
  making->language = g_strdup (order->language);
  g_task_set_source_tag (task, pal_new_input_create_async);
  g_task_set_task_data (task, making, making_free);
  pal_dossier_create_async (path, NULL, created_cb, task);
}

PalDossier *
pal_new_input_create_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
