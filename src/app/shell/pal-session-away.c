// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session-away"
#include "config.h"

#include "pal-session-away.h"

#include "pal-away.h"
#include "pal-session-undo.h"
#include "pal-undo.h"

#include <glib/gi18n.h>

/* How often to look; and how much of the time a slow stick may be written at most. */
#define LOOK_S 10
#define REST_SHARE 10
/* Who waits for it while a backup is being made waits that long. */
#define BUSY_MS 200
#define MAX_BUSY 40

struct _PalSessionAway
{
  GObject parent_instance;

  PalSession *session; /* (unowned): owns this */
  PalDossier *dossier; /* (owned) */
  char *origin;        /* (owned) */
  char *mark;      /* (owned) (nullable): what was brought back last; used by one job at a time */
  GError *trouble; /* (owned) (nullable) */
  guint source;
  gint64 rest_until_us; /* monotonic */
  GTask *running;       /* (unowned) (nullable) */
  guint n_busy;         /* how often it was so, one after the other */
  gboolean again;       /* once more, when it is done */
  GQueue waiting;       /* (element-type GTask): of bring_back_async(), owned */
  gboolean is_left;
};

G_DEFINE_FINAL_TYPE (PalSessionAway, pal_session_away, G_TYPE_OBJECT)
G_DEFINE_QUARK (pal - away - error - quark, pal_away_error)

static guint changed_signal;

static void start (PalSessionAway *self);

/* --- one time */

typedef struct
{
  PalMergeReport *merged; /* (owned) (nullable) */
  gint64 took_us;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->merged, pal_merge_report_free);
  g_free (job);
}

static void
bring_back_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalSessionAway *self = source;
  Job *job = task_data;
  gint64 begun_us = g_get_monotonic_time ();
  GError *error = NULL;
  gboolean ok = pal_away_bring_back_new (self->dossier, self->origin, &self->mark, &job->merged,
                                         cancellable, &error);

  job->took_us = g_get_monotonic_time () - begun_us;
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSession) session = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes
      = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, &error);

  if (changes != NULL)
    pal_session_show_changes (session, changes);
  else
    g_info ("what others wrote is not shown yet: %s", error->message);
}

static void
set_trouble (PalSessionAway *self, GError *trouble)
{
  gboolean is_new
      = (trouble == NULL) != (self->trouble == NULL)
        || (trouble != NULL && !g_error_matches (self->trouble, trouble->domain, trouble->code));

  g_clear_error (&self->trouble);
  self->trouble = trouble;
  if (is_new)
    g_signal_emit (self, changed_signal, 0);
}

static gboolean
again_cb (gpointer user_data)
{
  g_autoptr (PalSessionAway) self = user_data;

  if (self->running == NULL)
    start (self);

  return G_SOURCE_REMOVE;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalSessionAway *self = PAL_SESSION_AWAY (source);
  Job *job = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  GTask *task = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  self->running = NULL;
  self->rest_until_us = g_get_monotonic_time () + REST_SHARE * job->took_us;
  /* Also when the rest of it failed: it is in the copy. */
  if (job->merged != NULL && self->session != NULL)
    pal_dossier_read_span_async (self->dossier, &job->merged->span, shown_cb,
                                 g_object_ref (self->session));
  /* A backup is being made, or another program has it open: in a moment. */
  if (g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY) && self->n_busy < MAX_BUSY)
    {
      g_clear_error (&error);
      self->n_busy++;
      if (self->waiting.length > 0)
        g_timeout_add (BUSY_MS, again_cb, g_object_ref (self));
      return;
    }
  self->n_busy = 0;
  if (!ok)
    g_info ("not brought back: %s", error->message);
  if (self->again)
    {
      self->again = FALSE;
      g_clear_error (&error);
      start (self);
      return;
    }
  set_trouble (self, error);
  while ((task = g_queue_pop_head (&self->waiting)) != NULL)
    {
      if (ok)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_new_error (task, PAL_AWAY_ERROR, PAL_AWAY_ERROR_NOT_BACK,
                                 "not brought back: %s", error->message);
      g_object_unref (task);
    }
}

static void
start (PalSessionAway *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, done_cb, NULL);

  self->running = task;
  g_task_set_task_data (task, g_new0 (Job, 1), job_free);
  g_task_run_in_thread (task, bring_back_in_thread);
}

static gboolean
look_cb (gpointer user_data)
{
  PalSessionAway *self = user_data;

  if (self->running == NULL && g_get_monotonic_time () >= self->rest_until_us)
    start (self);

  return G_SOURCE_CONTINUE;
}

/* --- the object */

static void
pal_session_away_dispose (GObject *object)
{
  PalSessionAway *self = PAL_SESSION_AWAY (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->dossier);

  G_OBJECT_CLASS (pal_session_away_parent_class)->dispose (object);
}

static void
pal_session_away_finalize (GObject *object)
{
  PalSessionAway *self = PAL_SESSION_AWAY (object);

  g_free (self->origin);
  g_free (self->mark);
  g_clear_error (&self->trouble);

  G_OBJECT_CLASS (pal_session_away_parent_class)->finalize (object);
}

static void
pal_session_away_class_init (PalSessionAwayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pal_session_away_dispose;
  object_class->finalize = pal_session_away_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_session_away_init (PalSessionAway *self)
{
  g_queue_init (&self->waiting);
}

/* The session goes, and with it the looking; a job on its way holds the rest. */
static void
end (gpointer data)
{
  PalSessionAway *self = data;

  self->session = NULL;
  g_clear_handle_id (&self->source, g_source_remove);
  g_object_unref (self);
}

/**
 * pal_session_begin_away:
 * @session: a session, of which the dossier is a copy
 * @origin: where it belongs
 *
 * Brings the copy back from time to time, for as long as the session is there.
 */
void
pal_session_begin_away (PalSession *session, const char *origin)
{
  PalSessionAway *self = g_object_new (PAL_TYPE_SESSION_AWAY, NULL);

  self->session = session;
  self->dossier = g_object_ref (pal_session_get_dossier (session));
  self->origin = g_strdup (origin);
  self->source = g_timeout_add_seconds (LOOK_S, look_cb, self);
  g_object_set_data_full (G_OBJECT (session), "pal-away", self, end);
  /* What was left the last time goes back at once; and if the stick is not there, it is said. */
  start (self);
}

PalSessionAway *
pal_session_get_away (PalSession *session)
{
  return g_object_get_data (G_OBJECT (session), "pal-away");
}

const char *
pal_session_away_get_origin (PalSessionAway *self)
{
  return self->origin;
}

/**
 * pal_session_away_dup_trouble:
 * @self: an away dossier
 *
 * Returns: (transfer full) (nullable): sentences for the banner
 */
char *
pal_session_away_dup_trouble (PalSessionAway *self)
{
  if (self->trouble == NULL)
    return NULL;
  if (g_error_matches (self->trouble, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_strdup (_ ("The disk or folder with this dossier is not there now. Your answers are "
                        "safe in a copy on this computer. They go back as soon as it is there "
                        "again."));
  if (g_error_matches (self->trouble, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL))
    return g_strdup (_ ("The disk with this dossier is full. Your answers are safe in a copy on "
                        "this computer. They go back as soon as there is space again."));

  return g_strdup (_ ("This dossier cannot be written where it lies. Your answers are safe in a "
                      "copy on this computer. Palermo tries again every few seconds."));
}

/**
 * pal_session_away_bring_back_async:
 * @self: an away dossier
 * @callback: called when all is where it belongs, or cannot be brought there now
 * @user_data: data for @callback
 */
void
pal_session_away_bring_back_async (PalSessionAway *self, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_queue_push_tail (&self->waiting, task);
  /* What is on its way may have begun before the last answer. */
  if (self->running != NULL)
    self->again = TRUE;
  else
    start (self);
}

/**
 * pal_session_away_bring_back_finish:
 * @self: an away dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether all is there; else %PAL_AWAY_ERROR_NOT_BACK
 */
gboolean
pal_session_away_bring_back_finish (PalSessionAway *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pal_session_away_leave (PalSessionAway *self)
{
  self->is_left = TRUE;
}

gboolean
pal_session_away_is_left (PalSessionAway *self)
{
  return self->is_left;
}

/**
 * pal_session_away_end:
 * @self: an away dossier, of which the copy is closed
 *
 * The copy is not needed any more if all of it was brought back.
 */
void
pal_session_away_end (PalSessionAway *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (!self->is_left)
    pal_away_end (self->origin);
}
