// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-check"
#include "config.h"

#include "pal-module-check.h"

#include "pal-package-reader.h"
#include "pal-receive.h"
#include "pal-worker.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#define RETRY_S 10

struct _PalCheck
{
  PalStore *store;          /* (unowned) */
  PalIdentity *module;      /* (owned) */
  char *module_certificate; /* (owned): PEM path */
  GPtrArray *verifier;      /* (owned) (element-type utf8): words, NULL-terminated */
  gboolean accepts_unknown;
  PalFaults *faults;  /* (unowned) */
  PalWorker *worker;  /* (owned): where jobs are done */
  GQueue waiting;     /* (element-type PalUpload) (owned) */
  PalUpload *current; /* (owned) (nullable) */
  guint timer;
};

static void start_next (PalCheck *self);

/* This program, as a process of its own, without the key. */
static GPtrArray *
make_verifier (GPtrArray *trust)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  /* The program that runs, also when its file was replaced meanwhile. */
  char *program = g_file_read_link ("/proc/self/exe", NULL);

  g_ptr_array_add (words, program != NULL ? program : g_strdup ("palermo-module"));
  for (guint i = 0; i < trust->len; i++)
    {
      g_ptr_array_add (words, g_strdup ("--trust"));
      g_ptr_array_add (words, g_strdup (trust->pdata[i]));
    }
  g_ptr_array_add (words, g_strdup ("--check"));
  g_ptr_array_add (words, NULL);

  return words;
}

/**
 * pal_check_new:
 * @store: where the uploads are; must outlive the result
 * @module: signs the receipts
 * @module_certificate: PEM path of its certificate
 * @trust: (element-type utf8): PEM paths of whom the module knows
 * @accepts_unknown: whether a package that is sound but of an unknown signer is accepted
 * @faults: what goes wrong on purpose
 *
 * Returns: (transfer full): a checker for the main thread
 */
PalCheck *
pal_check_new (PalStore *store, PalIdentity *module, const char *module_certificate,
               GPtrArray *trust, gboolean accepts_unknown, PalFaults *faults)
{
  PalCheck *self = g_new0 (PalCheck, 1);

  self->store = store;
  self->module = g_object_ref (module);
  self->module_certificate = g_strdup (module_certificate);
  self->verifier = make_verifier (trust);
  self->accepts_unknown = accepts_unknown;
  self->faults = faults;
  self->worker = pal_worker_new ("pal-check");
  g_queue_init (&self->waiting);

  return self;
}

/**
 * pal_check_free:
 * @self: a checker
 *
 * Waits for the job that has begun; the others are done after the next start.
 */
void
pal_check_free (PalCheck *self)
{
  g_queue_clear_full (&self->waiting, (GDestroyNotify) pal_upload_unref);
  while (self->current != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) pal_upload_unref);
  if (self->timer != 0)
    g_source_remove (self->timer);
  g_object_unref (self->worker);
  g_object_unref (self->module);
  g_free (self->module_certificate);
  g_ptr_array_unref (self->verifier);
  g_free (self);
}

static gboolean
start_next_cb (gpointer data)
{
  PalCheck *self = data;

  self->timer = 0;
  start_next (self);

  return G_SOURCE_REMOVE;
}

static void
start_next_after (PalCheck *self, guint delay_s)
{
  if (self->timer == 0)
    self->timer = delay_s > 0 ? g_timeout_add_seconds (delay_s, start_next_cb, self)
                              : g_idle_add (start_next_cb, self);
}

/* What the job needs in its own thread. */
typedef struct
{
  PalReceiving receiving;
  PalUpload *upload;   /* (owned) */
  PalIdentity *signer; /* (owned) */
  char *data;          /* (owned) */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  pal_upload_unref (job->upload);
  g_object_unref (job->signer);
  g_free (job->data);
  g_free (job);
}

/* Somebody of the same name, when that is what goes wrong. */
static PalIdentity *
dup_signer (PalCheck *self, GError **error)
{
  if (!pal_faults_is_on (self->faults, PAL_FAULT_FORGED_RECEIPT))
    return g_object_ref (self->module);

  return pal_identity_create (pal_identity_get_common_name (self->module), error);
}

static Job *
job_new (PalCheck *self, PalUpload *upload, PalIdentity *signer)
{
  Job *job = g_new0 (Job, 1);

  job->upload = pal_upload_ref (upload);
  job->signer = signer;
  job->data = g_build_filename (upload->dir, "data", NULL);
  job->receiving.file = job->data;
  job->receiving.sha256 = upload->sha256;
  job->receiving.id = upload->id;
  job->receiving.name = upload->name;
  job->receiving.sender = upload->sender;
  job->receiving.store = pal_store_get_dir (self->store);
  job->receiving.module = signer;
  job->receiving.module_certificate = self->module_certificate;
  job->receiving.verifier = (const char *const *) self->verifier->pdata;
  job->receiving.accepts_unknown = self->accepts_unknown;

  return job;
}

static void
receive_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  PalReceived *received = pal_receive (&job->receiving, &error);

  if (received != NULL)
    g_task_return_pointer (task, received, (GDestroyNotify) pal_received_free);
  else
    g_task_return_error (task, error);
}

/* Our own disk is not the sender's fault: no receipt, try again. Where a receipt is in the way at
 * which somebody has to look, not before the next start. */
static void
put_back (PalCheck *self, PalUpload *upload, const GError *error)
{
  g_warning ("an archive could not be judged: %s", error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      start_next_after (self, 0);
      return;
    }
  g_queue_push_tail (&self->waiting, pal_upload_ref (upload));
  start_next_after (self, RETRY_S);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  PalCheck *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalReceived) received = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (PalUpload) upload = g_steal_pointer (&self->current);

  if (received == NULL)
    {
      put_back (self, upload, error);
      return;
    }
  g_message ("%s: code %d, %s", pal_receipt_status_to_string (received->receipt->status),
             received->receipt->code, received->receipt->message);
  pal_store_forget (self->store, upload);
  start_next_after (self, 0);
}

static void
start_next (PalCheck *self)
{
  g_autoptr (PalUpload) upload = NULL;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  PalIdentity *signer;

  if (self->current != NULL || g_queue_is_empty (&self->waiting))
    return;

  upload = g_queue_pop_head (&self->waiting);
  signer = dup_signer (self, &error);
  if (signer == NULL)
    {
      put_back (self, upload, error);
      return;
    }
  task = g_task_new (NULL, NULL, received_cb, self);
  g_task_set_task_data (task, job_new (self, upload, signer), job_free);
  self->current = g_steal_pointer (&upload);
  pal_worker_push (self->worker, g_steal_pointer (&task), receive_in_worker);
}

/**
 * pal_check_push:
 * @self: a checker
 * @upload: a finished upload
 *
 * Queues it; its receipt is there some time later.
 */
void
pal_check_push (PalCheck *self, PalUpload *upload)
{
  g_queue_push_tail (&self->waiting, pal_upload_ref (upload));
  if (self->current == NULL)
    start_next_after (self, pal_faults_is_on (self->faults, PAL_FAULT_SLOW_CHECK)
                                ? (guint) pal_faults_get_value (self->faults, PAL_FAULT_SLOW_CHECK)
                                : 0);
}

/**
 * pal_check_run_child:
 * @path: an archive
 * @trust: (element-type utf8): PEM paths
 *
 * What the verifier of pal_receive() does: verifies and prints the verdict as JSON. Blocking.
 *
 * Returns: the exit code
 */
int
pal_check_run_child (const char *path, GPtrArray *trust)
{
  g_autoptr (PalVerification) verification = pal_package_verify (path, trust, 0, 0, NULL);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_int_member (object, "code", verification->code);
  json_object_set_string_member (object, "sha256",
                                 verification->sha256 != NULL ? verification->sha256 : "");
  json_object_set_string_member (object, "indication",
                                 pal_verification_get_indication (verification));
  json_object_set_string_member (object, "message",
                                 verification->message != NULL ? verification->message : "");
  json_node_set_object (root, object);
  text = json_to_string (root, FALSE);
  puts (text);

  return fflush (stdout) == 0 ? 0 : 1;
}
