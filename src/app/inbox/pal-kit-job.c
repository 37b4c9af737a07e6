// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit-job"
#include "config.h"

#include "pal-kit-job.h"

#include "pal-office.h"
#include "pal-paths.h"
#include "pal-publish.h"

#include <string.h>

#define MAX_COUNTER 1000 /* of files of one name */

typedef struct
{
  PalDossier *dossier; /* (owned) */
  char *language;
  char *format;
  char **articles; /* (nullable) */
  char *path;
  char *state;
  char *form_id; /* (nullable): of the questionnaire */
  char *cluster; /* (nullable) */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->dossier);
  g_free (job->language);
  g_free (job->format);
  g_strfreev (job->articles);
  g_free (job->path);
  g_free (job->state);
  g_free (job->form_id);
  g_free (job->cluster);
  g_free (job);
}

/* --- on the thread */

static GBytes *
make (Job *job, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = pal_paths_dup_data_file ("forms/input.xml");
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalForm) questionnaire = NULL;
  PalKitOrder order = { 0 };
  PalOfficeFormat format;

  form = pal_form_load_file (path, error);
  if (form == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (job->form_id != NULL)
    {
      questionnaire = pal_dossier_load_form (job->dossier, job->form_id, NULL, error);
      if (questionnaire == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
    }

  order.form = form;
  order.language = job->language;
  order.state = job->state;
  order.dossier_id = pal_dossier_get_id (job->dossier);
  order.questionnaire = questionnaire;
  order.cluster = job->cluster;
  order.articles = (const char *const *) job->articles;

  return pal_office_format_from_name (job->format, &format)
             ? pal_office_make (&order, format, error)
             : pal_kit_make (&order, error);
}

static void
job_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  g_autoptr (GBytes) page = make (job, cancellable, &error);

  if (page == NULL || g_cancellable_set_error_if_cancelled (cancellable, &error)
      || !pal_publish_bytes (job->path, page, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* --- from outside */

const char *
pal_kit_job_get_cluster (PalSession *session)
{
  PalOutline *outline = pal_session_get_outline (session);
  GPtrArray *pages = outline != NULL ? pal_outline_get_pages (outline) : NULL;

  for (guint i = 0; pages != NULL && i < pages->len; i++)
    {
      const PalOutlinePage *page = g_ptr_array_index (pages, i);

      for (guint j = 0; j < page->cards->len; j++)
        {
          const PalOutlineCard *card = g_ptr_array_index (page->cards, j);

          if (card->cluster != NULL && *card->cluster != '\0')
            return card->cluster;
        }
    }

  return NULL;
}

/**
 * pal_kit_job_dup_name:
 * @session: an open dossier
 * @language: code of a language
 * @format: as in #PalKitFileOrder, which is also the suffix
 *
 * Returns: (transfer full): a name for the file, fit for every file system
 */
char *
pal_kit_job_dup_name (PalSession *session, const char *language, const char *format)
{
  const char *title = pal_session_get_title (session);
  g_autofree char *stem = g_strdup (title != NULL && *title != '\0' ? title : "palermo");

  g_strdelimit (stem, "/\\:*?\"<>|\n\r\t", '-');
  if (*stem == '.')
    *stem = '-';

  return g_strdup_printf ("%s-kit-%s.%s", stem, language, format);
}

char *
pal_kit_job_dup_free_path (const char *folder, const char *name)
{
  const char *dot = strrchr (name, '.');
  int length = dot != NULL ? (int) (dot - name) : (int) strlen (name);
  char *path = g_build_filename (folder, name, NULL);

  for (guint i = 2; i < MAX_COUNTER && g_file_test (path, G_FILE_TEST_EXISTS); i++)
    {
      g_autofree char *other
          = g_strdup_printf ("%.*s-%u%s", length, name, i, dot != NULL ? dot : "");

      g_free (path);
      path = g_build_filename (folder, other, NULL);
    }

  return path;
}

/**
 * pal_kit_job_async:
 * @session: an open dossier
 * @order: what to make
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @callback: called when the file is there
 * @user_data: data for @callback
 */
void
pal_kit_job_async (PalSession *session, const PalKitFileOrder *order, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  PalRecord *questionnaire = pal_session_get_questionnaire (session);
  Job *job = g_new0 (Job, 1);

  job->dossier = g_object_ref (pal_session_get_dossier (session));
  job->language = g_strdup (order->language);
  job->format = g_strdup (order->format);
  job->articles = g_strdupv ((char **) order->articles);
  job->path = g_strdup (order->path);
  job->state = g_strdup (pal_session_get_title (session));
  if (questionnaire != NULL)
    job->form_id = g_strdup (
        pal_form_get_id (pal_response_get_form (pal_record_get_response (questionnaire))));
  job->cluster = g_strdup (pal_kit_job_get_cluster (session));
  g_task_set_source_tag (task, pal_kit_job_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, job_in_thread);
}

gboolean
pal_kit_job_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
