// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-check"
#include "config.h"

#include "pal-module-check.h"

#include "pal-clock.h"
#include "pal-package-reader.h"
#include "pal-receipt.h"
#include "pal-verdict.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#define CHECK_TIMEOUT_S 900
#define RETRY_S 10
#define MAX_MESSAGE 500

struct _PalCheck
{
  PalStore *store;          /* (unowned) */
  PalIdentity *module;      /* (owned) */
  char *module_certificate; /* (owned): PEM path */
  GPtrArray *trust;         /* (owned) (element-type utf8): PEM paths */
  gboolean accepts_unknown;
  PalFaults *faults;  /* (unowned) */
  GQueue waiting;     /* (element-type PalUpload) (owned) */
  PalUpload *current; /* (owned) (nullable) */
  GSubprocess *child; /* (owned) (nullable) */
  guint timer;
  GCancellable *cancellable; /* (owned) */
};

static void start_next (PalCheck *self);

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
  self->trust = g_ptr_array_ref (trust);
  self->accepts_unknown = accepts_unknown;
  self->faults = faults;
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->waiting);

  return self;
}

void
pal_check_free (PalCheck *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->child != NULL)
    g_subprocess_force_exit (self->child);
  g_clear_object (&self->child);
  if (self->timer != 0)
    g_source_remove (self->timer);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) pal_upload_unref);
  g_clear_pointer (&self->current, pal_upload_unref);
  g_object_unref (self->module);
  g_free (self->module_certificate);
  g_ptr_array_unref (self->trust);
  g_free (self);
}

/* Refused never overrides accepted, and a job that is run again for the same upload changes
 * nothing: the receipt's id is the upload's. */
static gboolean
has_final_receipt (PalCheck *self, const PalUpload *upload, gboolean *is_accepted)
{
  g_autoptr (GBytes) bytes = pal_store_load_receipt (self->store, upload->sha256);
  g_autoptr (PalReceipt) receipt = NULL;

  if (bytes != NULL)
    receipt = pal_receipt_verify (bytes, self->module_certificate, upload->sha256, -1, NULL);
  if (receipt == NULL
      || (receipt->status != PAL_RECEIPT_ACCEPTED && g_strcmp0 (receipt->id, upload->id) != 0))
    return FALSE;

  *is_accepted = receipt->status == PAL_RECEIPT_ACCEPTED;

  return TRUE;
}

static GBytes *
sign (PalCheck *self, const PalUpload *upload, const PalVerdict *verdict, gboolean is_accepted,
      GError **error)
{
  g_autoptr (PalReceipt) receipt = pal_receipt_new ();
  g_autoptr (PalIdentity) signer = g_object_ref (self->module);

  receipt->status = is_accepted ? PAL_RECEIPT_ACCEPTED : PAL_RECEIPT_REFUSED;
  receipt->id = g_strdup (upload->id);
  receipt->archive_sha256 = g_strdup (upload->sha256);
  receipt->archive_size = upload->length;
  receipt->archive_name = g_strdup (upload->name);
  receipt->code = verdict->code;
  receipt->indication = g_strdup (verdict->indication);
  receipt->message = g_utf8_make_valid (verdict->message, -1);
  if (strlen (receipt->message) > MAX_MESSAGE)
    *g_utf8_find_prev_char (receipt->message, receipt->message + MAX_MESSAGE) = '\0';
  receipt->received = pal_clock_format_rfc3339 (g_get_real_time ());
  receipt->receiver = g_strdup (pal_identity_get_subject (self->module));
  receipt->sender = g_strdup (upload->sender);

  if (pal_faults_is_on (self->faults, PAL_FAULT_FORGED_RECEIPT))
    {
      PalIdentity *stranger
          = pal_identity_create (pal_identity_get_common_name (self->module), error);

      if (stranger == NULL)
        return NULL;
      g_set_object (&signer, stranger);
      g_object_unref (stranger);
    }

  return pal_receipt_sign (receipt, signer, error);
}

/* Signs the verdict, makes it durable, and files the archive away, in this order: a crash in
 * between leaves an upload that is judged again with the same outcome. */
static gboolean
conclude (PalCheck *self, PalUpload *upload, const PalVerdict *verdict, GError **error)
{
  gboolean is_accepted = verdict->code == 0 || (verdict->code == 1 && self->accepts_unknown);
  g_autoptr (GBytes) receipt = NULL;

  if (!has_final_receipt (self, upload, &is_accepted))
    {
      receipt = sign (self, upload, verdict, is_accepted, error);
      if (receipt == NULL || !pal_store_save_receipt (self->store, upload->sha256, receipt, error))
        return FALSE;
    }
  g_message ("%s: code %d, %s", is_accepted ? "accepted" : "refused", verdict->code,
             verdict->message);

  return pal_store_file_away (self->store, upload, is_accepted, error);
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

static void
child_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GSubprocess *child = G_SUBPROCESS (source);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (PalVerdict) verdict = { 0 };
  g_autoptr (PalUpload) upload = NULL;
  gboolean is_done;
  PalCheck *self;

  is_done = g_subprocess_communicate_utf8_finish (child, result, &output, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = data;
  upload = g_steal_pointer (&self->current);
  g_clear_object (&self->child);
  if (self->timer != 0)
    g_source_remove (self->timer);
  self->timer = 0;

  /* A verifier that died over an archive, or took for ever, says enough about the archive. */
  if (!is_done || g_subprocess_get_if_signaled (child) || !pal_verdict_parse (&verdict, output))
    pal_verdict_set (&verdict, 4, "the archive could not be checked within the limits");
  else if (verdict.code <= 1 && g_strcmp0 (verdict.sha256, upload->sha256) != 0)
    pal_verdict_set (&verdict, 2, "the archive does not have the declared SHA-256");

  g_clear_error (&error);
  /* Our own disk is not the sender's fault: no receipt, try again. */
  if (verdict.code == 66 || verdict.code == 74 || !conclude (self, upload, &verdict, &error))
    {
      g_warning ("an archive could not be judged: %s",
                 error != NULL ? error->message : verdict.message);
      g_queue_push_tail (&self->waiting, g_steal_pointer (&upload));
      start_next_after (self, RETRY_S);
      return;
    }
  start_next_after (self, 0);
}

static gboolean
timeout_cb (gpointer data)
{
  PalCheck *self = data;

  self->timer = 0;
  g_subprocess_force_exit (self->child);

  return G_SOURCE_REMOVE;
}

static gboolean
start_child (PalCheck *self, PalUpload *upload, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *data = g_build_filename (upload->dir, "data", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  if (program == NULL)
    return FALSE;
  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "--check");
  g_ptr_array_add (argv, data);
  for (guint i = 0; i < self->trust->len; i++)
    {
      g_ptr_array_add (argv, (gpointer) "--trust");
      g_ptr_array_add (argv, self->trust->pdata[i]);
    }
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_child_setup (launcher, pal_verdict_limit_child, NULL, NULL);
  self->child = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);

  return self->child != NULL;
}

static void
start_next (PalCheck *self)
{
  g_autoptr (PalUpload) upload = NULL;
  g_autoptr (GError) error = NULL;

  if (self->child != NULL || g_queue_is_empty (&self->waiting))
    return;

  upload = g_queue_pop_head (&self->waiting);
  if (!start_child (self, upload, &error))
    {
      g_warning ("the check cannot be started: %s", error->message);
      g_queue_push_tail (&self->waiting, g_steal_pointer (&upload));
      start_next_after (self, RETRY_S);
      return;
    }
  self->current = g_steal_pointer (&upload);
  self->timer = g_timeout_add_seconds (CHECK_TIMEOUT_S, timeout_cb, self);
  g_subprocess_communicate_utf8_async (self->child, NULL, self->cancellable, child_done_cb, self);
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
  if (self->child == NULL)
    start_next_after (self, pal_faults_is_on (self->faults, PAL_FAULT_SLOW_CHECK)
                                ? (guint) pal_faults_get_value (self->faults, PAL_FAULT_SLOW_CHECK)
                                : 0);
}

/**
 * pal_check_run_child:
 * @path: an archive
 * @trust: (element-type utf8): PEM paths
 *
 * What the child process does: verifies and prints the verdict as JSON. Blocking.
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
