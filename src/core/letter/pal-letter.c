// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include "pal-publish.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const PalLetterKind kinds[] = {
  { "letter", N_ ("Letter to the Focal Point"),
    N_ ("An organization asks who coordinates the review, and how it can contribute."), "input" },
  { "invitation", N_ ("Invitation to a Consultation"),
    N_ ("What it is about, when and where, and what makes it safe to take part."), "consultation" },
  { "feedback", N_ ("Feedback to a Contributor"),
    N_ ("Each point, how it was considered, why, and what changed in the answer."),
    "consultation" },
  { "pledge", N_ ("Engagement and Transparency Pledge"),
    N_ ("The commitments of the State, with what shows that each of them is kept."), "pledge" },
  { "report", N_ ("Report on Consultations"),
    N_ ("What was said on each article, how it was considered, and what changed."), NULL },
  { "pilot", N_ ("Options of a Pilot Initiative"),
    N_ ("What the records show of each level, and what is missing."), NULL },
  { "statement", N_ ("Statement for a Constructive Dialogue"),
    N_ ("A draft, looked through for names of countries."), NULL },
};

static const PalLetterFill fillers[G_N_ELEMENTS (kinds)] = {
  pal_letter_fill_request,   pal_letter_fill_invitation, pal_letter_fill_feedback,
  pal_letter_fill_pledge,    pal_letter_fill_report,     pal_letter_fill_pilot,
  pal_letter_fill_statement,
};

static const char *const warning_names[PAL_LETTER_N_WARNINGS]
    = { "blank",     "left-out", "restricted", "kept",   "small",
        "undecided", "unnamed",  "country",    "confirm" };

/**
 * pal_letter_list_kinds:
 * @n_kinds: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_kinds): the papers that can be made
 */
const PalLetterKind *
pal_letter_list_kinds (guint *n_kinds)
{
  *n_kinds = G_N_ELEMENTS (kinds);

  return kinds;
}

/**
 * pal_letter_find_kind:
 * @id: "letter", "report", ...
 *
 * Returns: (transfer none) (nullable): the paper of that name
 */
const PalLetterKind *
pal_letter_find_kind (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].id, id) == 0)
      return &kinds[i];

  return NULL;
}

/**
 * pal_letter_warning_kind_to_string:
 * @kind: what is to be looked at
 *
 * Returns: (transfer none): its name, for programs
 */
const char *
pal_letter_warning_kind_to_string (PalLetterWarningKind kind)
{
  g_return_val_if_fail (kind < PAL_LETTER_N_WARNINGS, NULL);

  return warning_names[kind];
}

static void
warning_free (gpointer data)
{
  PalLetterWarning *warning = data;

  g_free (warning->text);
  g_free (warning);
}

static void
told_free (gpointer data)
{
  PalLetterTold *told = data;

  g_free (told->record);
  g_free (told->point);
  g_free (told);
}

/**
 * pal_letter_free:
 * @self: (transfer full): a letter
 */
void
pal_letter_free (PalLetter *self)
{
  g_clear_pointer (&self->paper, pal_paper_free);
  g_ptr_array_unref (self->warnings);
  g_ptr_array_unref (self->told);
  g_free (self);
}

/**
 * pal_letter_dup_today:
 *
 * Returns: (transfer full): today where this computer is, as ISO 8601 has it
 */
char *
pal_letter_dup_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

/**
 * pal_letter_make:
 * @dossier: (nullable): whose records fill it
 * @order: which paper, in which language, about what
 * @cancellable: (nullable): a cancellable
 * @error: return location; of %PAL_PAPER_ERROR, and what reading the dossier says
 *
 * Blocking, any thread but the dossier's worker. Changes nothing.
 *
 * Returns: (transfer full) (nullable): the paper, and what is to be looked at before it goes
 */
PalLetter *
pal_letter_make (PalDossier *dossier, const PalLetterOrder *order, GCancellable *cancellable,
                 GError **error)
{
  const PalLetterKind *kind = pal_letter_find_kind (order->kind);
  g_autofree char *today = order->date != NULL ? g_strdup (order->date) : pal_letter_dup_today ();
  g_autoptr (PalLetter) letter = g_new0 (PalLetter, 1);
  PalLetterWriting writing = { .dossier = dossier,
                               .order = order,
                               .language = order->language,
                               .today = today,
                               .cancellable = cancellable };
  gboolean is_filled = FALSE;

  letter->warnings = writing.warnings = g_ptr_array_new_with_free_func (warning_free);
  letter->told = writing.told = g_ptr_array_new_with_free_func (told_free);
  if (kind == NULL)
    {
      g_set_error (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_KIND, "no paper \"%s\"", order->kind);
      return NULL;
    }
  if (strcmp (order->language, "en") != 0)
    {
      writing.catalogue = pal_letter_load_words (order->language, error);
      if (writing.catalogue == NULL)
        return NULL;
    }
  writing.forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  is_filled = fillers[kind - kinds](&writing, error);
  letter->paper = writing.paper;
  g_clear_object (&writing.catalogue);
  g_clear_pointer (&writing.consultations, pal_consultations_free);
  g_clear_pointer (&writing.forms, g_hash_table_unref);
  g_clear_pointer (&writing.articles, g_hash_table_unref);
  g_clear_pointer (&writing.article_order, g_ptr_array_unref);
  g_clear_pointer (&writing.questionnaire, g_hash_table_unref);
  if (!is_filled || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return g_steal_pointer (&letter);
}

/* --- without waiting */

typedef struct
{
  char *texts[6];
  PalLetterOrder order;
} Job;

static const char *
keep (Job *job, guint i, const char *text)
{
  job->texts[i] = g_strdup (text);

  return job->texts[i];
}

static Job *
job_new (const PalLetterOrder *order)
{
  Job *job = g_new0 (Job, 1);

  job->order.kind = keep (job, 0, order->kind);
  job->order.language = keep (job, 1, order->language);
  job->order.record = keep (job, 2, order->record);
  job->order.point = keep (job, 3, order->point);
  job->order.to = keep (job, 4, order->to);
  job->order.date = keep (job, 5, order->date);
  job->order.with_restricted = order->with_restricted;

  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  for (guint i = 0; i < G_N_ELEMENTS (job->texts); i++)
    g_free (job->texts[i]);
  g_free (job);
}

static void
make_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  PalLetter *letter = pal_letter_make (source, &job->order, cancellable, &error);

  if (letter != NULL)
    g_task_return_pointer (task, letter, (GDestroyNotify) pal_letter_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_letter_make_async:
 * @dossier: whose records fill it
 * @order: copied
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_letter_make().
 */
void
pal_letter_make_async (PalDossier *dossier, const PalLetterOrder *order, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_letter_make_async);
  g_task_set_task_data (task, job_new (order), job_free);
  g_task_run_in_thread (task, make_in_thread);
}

/**
 * pal_letter_make_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): see pal_letter_make()
 */
PalLetter *
pal_letter_make_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  PalLetter *letter; /* (unowned) */
  PalPaperFormat format;
  char *path;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_free (saving->path);
  g_free (saving);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Saving *saving = task_data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes
      = pal_paper_write (saving->letter->paper, saving->format, cancellable, &error);

  if (bytes != NULL && pal_publish_bytes (saving->path, bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_letter_save_async:
 * @self: a letter, which must stay until the callback is called
 * @format: how
 * @path: the file; what is there is replaced
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_paper_write().
 */
void
pal_letter_save_async (PalLetter *self, PalPaperFormat format, const char *path,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Saving *saving = g_new0 (Saving, 1);

  saving->letter = self;
  saving->format = format;
  saving->path = g_strdup (path);
  g_task_set_source_tag (task, pal_letter_save_async);
  /* What was written is there, also when somebody wants it stopped just then. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, save_in_thread);
}

/**
 * pal_letter_save_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the file is whole on the disk
 */
gboolean
pal_letter_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what a person says afterwards */

/**
 * pal_letter_list_marks:
 * @told: (element-type PalLetterTold): the points
 * @date: the day, as ISO 8601 has it
 *
 * Returns: (transfer full) (element-type PalChange): what says that their source was told
 */
GPtrArray *
pal_letter_list_marks (GPtrArray *told, const char *date)
{
  GPtrArray *changes = pal_changes_new ();

  for (guint i = 0; i < told->len; i++)
    {
      const PalLetterTold *one = g_ptr_array_index (told, i);
      g_autofree char *feedback = g_strconcat (one->point, "/treatment/feedback", NULL);
      g_autofree char *sent = g_strconcat (one->point, "/treatment/feedback_sent", NULL);

      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, one->record, feedback, "sent"));
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, one->record, sent, date));
    }

  return changes;
}

/**
 * pal_letter_mark_told:
 * @dossier: a dossier
 * @told: (element-type PalLetterTold): the points
 * @date: the day, as ISO 8601 has it
 * @error: return location
 *
 * Blocking: says that those who made the points were told, as one act that can be undone.
 *
 * Returns: whether it is durable
 */
gboolean
pal_letter_mark_told (PalDossier *dossier, GPtrArray *told, const char *date, GError **error)
{
  return pal_dossier_append_full (dossier, "Feedback sent", pal_letter_list_marks (told, date),
                                  PAL_APPEND_APART, NULL, error);
}

static void
marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (pal_dossier_append_finish (PAL_DOSSIER (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_letter_mark_told_async:
 * @dossier: a dossier
 * @told: (element-type PalLetterTold): the points
 * @date: the day, as ISO 8601 has it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_letter_mark_told().
 */
void
pal_letter_mark_told_async (PalDossier *dossier, GPtrArray *told, const char *date,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_letter_mark_told_async);
  pal_dossier_append_full_async (dossier, "Feedback sent", pal_letter_list_marks (told, date),
                                 PAL_APPEND_APART, marked_cb, task);
}

/**
 * pal_letter_mark_told_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is durable
 */
gboolean
pal_letter_mark_told_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
