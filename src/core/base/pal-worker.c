// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-worker"
#include "config.h"

#include "pal-worker.h"

/* One thread that runs tasks one after the other. What owns a resource that must not be shared (a
 * database connection, a package being written) owns a worker and touches the resource there only.
 */
struct _PalWorker
{
  GObject parent_instance;

  GAsyncQueue *queue; /* (owned) (element-type Job): a job without a function ends the thread */
  GThread *thread;    /* (owned) */
};

typedef struct
{
  GTask *task; /* (owned) (nullable) */
  GTaskThreadFunc func;
  struct _Rendezvous *rendezvous; /* (unowned) (nullable): pal_worker_run() waits there */
} Job;

typedef struct _Rendezvous
{
  GMutex mutex;
  GCond cond;
  gboolean done;
} Rendezvous;

G_DEFINE_FINAL_TYPE (PalWorker, pal_worker, G_TYPE_OBJECT)

/* The last reference to a task frees its data, which may belong to the thread that made it: give
 * the worker's reference back there instead of dropping it here. */
static gboolean
release_task_cb (gpointer task)
{
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer data)
{
  GAsyncQueue *queue = data;

  for (;;)
    {
      Job *job = g_async_queue_pop (queue);
      GTaskThreadFunc func = job->func;
      Rendezvous *rendezvous = job->rendezvous;
      GTask *task = g_steal_pointer (&job->task);

      g_free (job);
      if (func == NULL)
        break;

      func (task, g_task_get_source_object (task), g_task_get_task_data (task),
            g_task_get_cancellable (task));

      if (rendezvous != NULL)
        {
          g_mutex_lock (&rendezvous->mutex);
          rendezvous->done = TRUE;
          g_cond_signal (&rendezvous->cond);
          g_mutex_unlock (&rendezvous->mutex);
        }
      else
        {
          GSource *source = g_idle_source_new ();

          g_source_set_callback (source, release_task_cb, task, NULL);
          g_source_attach (source, g_task_get_context (task));
          g_source_unref (source);
        }
    }
  g_async_queue_unref (queue);

  return NULL;
}

static void
pal_worker_finalize (GObject *object)
{
  PalWorker *self = PAL_WORKER (object);

  g_async_queue_push (self->queue, g_new0 (Job, 1));
  if (g_thread_self () == self->thread)
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);
  g_async_queue_unref (self->queue);

  G_OBJECT_CLASS (pal_worker_parent_class)->finalize (object);
}

static void
pal_worker_class_init (PalWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_worker_finalize;
}

static void
pal_worker_init (PalWorker *self)
{
  self->queue = g_async_queue_new ();
}

/**
 * pal_worker_new:
 * @name: name of the thread, for debuggers; 15 bytes count
 *
 * Starts a thread with a queue of its own. Dropping the last reference waits until everything
 * pushed so far has run.
 *
 * Returns: (transfer full): a worker
 */
PalWorker *
pal_worker_new (const char *name)
{
  PalWorker *self = g_object_new (PAL_TYPE_WORKER, NULL);

  self->thread = g_thread_new (name, work, g_async_queue_ref (self->queue));

  return self;
}

/**
 * pal_worker_is_current:
 * @self: a worker
 *
 * Returns: whether the caller runs on the worker's thread; for assertions. Any thread.
 */
gboolean
pal_worker_is_current (PalWorker *self)
{
  return g_thread_self () == self->thread;
}

/**
 * pal_worker_push:
 * @self: a worker
 * @task: (transfer full): what to do; @func must return its result exactly once
 * @func: runs on the worker's thread
 *
 * Queues work; it runs after everything queued before it. The task's callback runs in the main
 * context in which the task was made, and the task is freed there. Any thread.
 */
void
pal_worker_push (PalWorker *self, GTask *task, GTaskThreadFunc func)
{
  Job *job;

  g_return_if_fail (PAL_IS_WORKER (self));
  g_return_if_fail (func != NULL);

  job = g_new0 (Job, 1);
  job->task = task;
  job->func = func;
  g_async_queue_push (self->queue, job);
}

/**
 * pal_worker_run:
 * @self: a worker
 * @task: (transfer none): what to do, made without a callback
 * @func: runs on the worker's thread
 *
 * Blocking: queues work and waits until @func has returned; the caller then takes the result with
 * g_task_propagate_pointer() and the like. For the command line and tests. Any thread but the
 * worker's own.
 */
void
pal_worker_run (PalWorker *self, GTask *task, GTaskThreadFunc func)
{
  Rendezvous rendezvous = { .done = FALSE };
  Job *job;

  g_return_if_fail (PAL_IS_WORKER (self));
  g_return_if_fail (!pal_worker_is_current (self));

  g_mutex_init (&rendezvous.mutex);
  g_cond_init (&rendezvous.cond);

  job = g_new0 (Job, 1);
  job->task = task;
  job->func = func;
  job->rendezvous = &rendezvous;
  g_async_queue_push (self->queue, job);

  g_mutex_lock (&rendezvous.mutex);
  while (!rendezvous.done)
    g_cond_wait (&rendezvous.cond, &rendezvous.mutex);
  g_mutex_unlock (&rendezvous.mutex);

  g_cond_clear (&rendezvous.cond);
  g_mutex_clear (&rendezvous.mutex);
}
