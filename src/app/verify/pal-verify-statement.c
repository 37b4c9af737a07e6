// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-verify-statement"
#include "config.h"

#include "pal-verify-statement.h"

#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-certificate-info.h"
#include "pal-endpoint-store.h"
#include "pal-incoming.h"
#include "pal-module-trust.h"
#include "pal-outbox.h"
#include "pal-receipt.h"
#include "pal-regular-file.h"
#include "pal-settings.h"
#include "pal-trouble.h"
#include "pal-window.h"
#include "pal-words-row.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define MAX_BYTES (1024 * 1024)
#define MAX_SHOWN 200 /* bytes of a name */

/* A statement, and what it was judged by. */
typedef struct
{
  GtkWindow *window; /* (owned) */
  char *path;
  char *set_pin;           /* (nullable): the certificate that the settings name */
  char *pin;               /* (nullable): the one of which it speaks */
  GBytes *p7m;             /* (owned) (nullable) */
  PalModuleNotice *notice; /* (owned) (nullable) */
  PalReceipt *receipt;     /* (owned) (nullable) */
} Statement;

static void
statement_free (gpointer data)
{
  Statement *self = data;

  g_object_unref (self->window);
  g_free (self->path);
  g_free (self->set_pin);
  g_free (self->pin);
  g_clear_pointer (&self->p7m, g_bytes_unref);
  g_clear_pointer (&self->notice, pal_module_notice_free);
  g_clear_pointer (&self->receipt, pal_receipt_free);
  g_free (self);
}

gboolean
pal_verify_statement_is_one (const char *path)
{
  return g_str_has_suffix (path, ".p7m") && !pal_incoming_is_package (path);
}

/* --- judging --- */

static GBytes *
read_file (const char *path, GError **error)
{
  gsize size = 0;
  int fd = pal_regular_file_open (path, 0, &size, error);
  GBytes *bytes = NULL;

  if (fd < 0)
    return NULL;
  if (size <= MAX_BYTES)
    bytes = pal_regular_file_read (fd, size, error);
  else
    g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                 "too large for a statement of a module");
  close (fd);

  return bytes;
}

/* (element-type utf8): PEM files of the modules that a person here agreed on. */
static GPtrArray *
list_pins (const Statement *self)
{
  GPtrArray *pins = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) cards = pal_endpoint_store_list ();

  if (self->set_pin != NULL)
    g_ptr_array_add (pins, g_strdup (self->set_pin));
  for (guint i = 0; i < cards->len; i++)
    {
      g_autoptr (PalEndpoint) endpoint
          = pal_endpoint_store_make_endpoint (g_ptr_array_index (cards, i), NULL);

      if (endpoint != NULL && endpoint->module_certificate != NULL)
        g_ptr_array_add (pins, g_strdup (endpoint->module_certificate));
    }

  return pins;
}

static gboolean
fits (Statement *self, const char *pin, GError **error)
{
  g_autoptr (PalModuleTrust) trust = NULL;

  if (self->notice == NULL)
    {
      self->receipt = pal_receipt_verify (self->p7m, pin, NULL, -1, error);
      return self->receipt != NULL;
    }
  trust = pal_module_trust_load (pin, error);

  return trust != NULL && pal_module_trust_check (trust, self->notice, error);
}

/* Several modules may be known: what the one of which it speaks says is what counts. */
static gboolean
is_telling (const GError *error)
{
  return error->domain == PAL_MODULE_TRUST_ERROR
         && error->code != (int) PAL_MODULE_TRUST_ERROR_SIGNER;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Statement *self = task_data;
  g_autoptr (GPtrArray) pins = NULL;
  g_autoptr (GError) error = NULL;

  self->p7m = read_file (self->path, &error);
  if (self->p7m == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  pins = list_pins (self);
  if (pins->len == 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "no module is set");
      return;
    }
  self->notice = pal_module_notice_read (self->p7m, NULL);
  for (guint i = 0; i < pins->len && self->pin == NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (fits (self, g_ptr_array_index (pins, i), &local_error))
        self->pin = g_strdup (g_ptr_array_index (pins, i));
      else if (error == NULL || is_telling (local_error))
        {
          g_clear_error (&error);
          error = g_steal_pointer (&local_error);
        }
    }
  if (self->pin != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* --- words --- */

static const char *
get_refusal (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED))
    return _ ("No module is set here. Open the file of its endpoint first, then this one.");
  if (error->domain == PAL_MODULE_TRUST_ERROR)
    switch ((PalModuleTrustError) error->code)
      {
      case PAL_MODULE_TRUST_ERROR_OLD:
        return _ ("This notice is of a key that the module has replaced already. Nothing was "
                  "changed.");
      case PAL_MODULE_TRUST_ERROR_LOOP:
      case PAL_MODULE_TRUST_ERROR_VALIDITY:
        return _ ("This notice does not fit the keys of the module. Ask the people who run it for "
                  "another one. Nothing was changed.");
      case PAL_MODULE_TRUST_ERROR_SIGNER:
        break;
      }

  return _ ("It is not signed by the module that was agreed on, or it was changed on the way. It "
            "proves nothing, and nothing was changed here.");
}

static void
tell_refusal (const Statement *self, const GError *error)
{
  g_autofree char *words = NULL;
  gboolean is_of_file
      = error->domain == G_IO_ERROR && error->code != (int) G_IO_ERROR_NOT_INITIALIZED;

  g_info ("a statement of a module was not taken: %s", error->message);
  words = is_of_file ? pal_trouble_dup_words (error) : g_strdup (get_refusal (error));
  pal_tell (GTK_WIDGET (self->window), _ ("This statement cannot be relied on"), words);
}

static const char *
get_receipt_heading (PalReceiptStatus status)
{
  switch (status)
    {
    case PAL_RECEIPT_ACCEPTED:
      return _ ("The module has accepted the package");
    case PAL_RECEIPT_REFUSED:
      return _ ("The module has refused the package");
    case PAL_RECEIPT_RECEIVED:
      break;
    }

  return _ ("The module has received the package, and not checked it yet");
}

/* end: (nullable): what became of the delivery to which it answers. */
static void
tell_receipt (const Statement *self, const char *end)
{
  const PalReceipt *receipt = self->receipt;
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (receipt->signer);
  g_autofree char *digest = pal_words_dup_plain (receipt->archive_sha256, MAX_SHOWN);
  g_autofree char *words = g_strdup_printf (
      /* TRANSLATORS: %1$s: digest of a file; %2$s: fingerprint of a key, eight groups of digits */
      _ ("The receipt is genuine. It speaks of the package with the digest %1$s and is signed with "
         "the key %2$s."),
      digest, spoken);

  if (receipt->signer_until != 0)
    {
      g_autofree char *day = pal_answer_dup_time (receipt->signer_until * G_USEC_PER_SEC);
      g_autofree char *first = g_steal_pointer (&words);
      g_autofree char *second = g_strdup_printf (
          /* TRANSLATORS: %s: date and time */
          _ ("That key was in force until %s; the module has another one now."), day);

      words = g_strconcat (first, "\n\n", second, NULL);
    }
  if (end != NULL)
    {
      g_autofree char *first = g_steal_pointer (&words);

      words = g_strconcat (first, "\n\n", end, NULL);
    }
  pal_tell (GTK_WIDGET (self->window), get_receipt_heading (receipt->status), words);
}

/* --- the delivery that waits for a receipt --- */

/* One that moves asks the module itself. */
static gboolean
waits_for (PalOutboxItem *item, const char *sha256)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (item);
  g_autoptr (PalDeliveryRecord) record = pal_outbox_item_dup_record (item);

  return record != NULL && !pal_outbox_item_is_settled (item)
         && (stage == PAL_OUTBOX_CARRIED || stage == PAL_OUTBOX_RESTING)
         && g_strcmp0 (record->archive_sha256, sha256) == 0;
}

static PalOutboxItem *
find_in_outbox (PalOutbox *outbox, const char *sha256)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (outbox));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PalOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (outbox), i);

      if (waits_for (item, sha256))
        return g_steal_pointer (&item);
    }

  return NULL;
}

/* (nullable): of the dossiers that are open. */
static PalOutboxItem *
find_waiting (const char *sha256, PalOutbox **outbox)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    {
      PalSession *session
          = PAL_IS_WINDOW (l->data) ? pal_window_get_session (PAL_WINDOW (l->data)) : NULL;
      PalOutboxItem *item;

      if (session == NULL)
        continue;
      *outbox = pal_outbox_of_session (session);
      item = find_in_outbox (*outbox, sha256);
      if (item != NULL)
        return item;
    }

  return NULL;
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) read = user_data;
  const Statement *self = g_task_get_task_data (read);
  PalDeliveryState state = PAL_DELIVERY_QUEUED;
  g_autoptr (GError) error = NULL;

  if (!pal_outbox_take_receipt_finish (result, &state, &error))
    {
      g_info ("a receipt was not taken for its delivery: %s", error->message);
      tell_receipt (self, _ ("The delivery of this package stays open: its module on the page "
                             "“Sending” is another one, or another receipt is kept there."));
    }
  else
    tell_receipt (self, state == PAL_DELIVERY_DELIVERED
                            ? NULL
                            : _ ("The delivery that waited for this receipt is closed. The "
                                 "receipt is kept in the dossier."));
}

static void
close_delivery (GTask *read)
{
  const Statement *self = g_task_get_task_data (read);
  PalOutbox *outbox = NULL;
  g_autoptr (PalOutboxItem) item = find_waiting (self->receipt->archive_sha256, &outbox);

  if (item != NULL)
    pal_outbox_take_receipt_async (outbox, item, self->path, taken_cb, g_object_ref (read));
  else
    tell_receipt (self, NULL);
}

/* --- a notice --- */

static void
accept_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Statement *self = g_task_get_task_data (task_data);
  GError *error = NULL;
  g_autoptr (PalModuleTrust) trust = pal_module_trust_load (self->pin, &error);

  if (trust != NULL && pal_module_trust_accept (trust, self->p7m, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) read = user_data;
  Statement *self = g_task_get_task_data (read);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      pal_tell (GTK_WIDGET (self->window), _ ("From now on the new key counts"),
                _ ("Receipts that the old key signed before stay valid."));
      return;
    }
  g_info ("a notice was not kept: %s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self->window), _ ("The new key could not be kept"), words);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) read = user_data;
  g_autoptr (GTask) task = NULL;

  if (!g_str_equal (pal_ask_finish (result), "accept"))
    return;
  task = g_task_new (NULL, NULL, accepted_cb, g_object_ref (read));
  g_task_set_source_tag (task, answered_cb);
  g_task_set_task_data (task, g_object_ref (read), g_object_unref);
  g_task_run_in_thread (task, accept_in_thread);
}

static void
ask (GTask *read)
{
  const Statement *self = g_task_get_task_data (read);
  const PalModuleNotice *notice = self->notice;
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "accept", _ ("_Accept the New Key"), ADW_RESPONSE_DEFAULT },
  };
  g_autofree char *before = pal_certificate_dup_spoken_fingerprint (notice->old_fingerprint);
  g_autofree char *after = pal_certificate_dup_spoken_fingerprint (notice->new_fingerprint);
  g_autofree char *old_name = pal_words_dup_plain (notice->old_name, MAX_SHOWN);
  g_autofree char *new_name = pal_words_dup_plain (notice->new_name, MAX_SHOWN);
  g_autofree char *from = pal_answer_dup_time (notice->from * G_USEC_PER_SEC);
  g_autofree char *words = g_strdup_printf (
      /* TRANSLATORS: %1$s, %4$s: names in certificates; %2$s, %5$s: fingerprints of keys; %3$s:
         date and time */
      _ ("Until now: %1$s, fingerprint %2$s\n\nFrom %3$s: %4$s, fingerprint %5$s\n\nCompare the "
         "new "
         "fingerprint with the people who run the module, by telephone or face to face. What the "
         "old key signed before stays valid."),
      old_name, before, from, new_name, after);

  pal_ask_async (GTK_WIDGET (self->window), _ ("The module has another key"), words, choices,
                 G_N_ELEMENTS (choices), answered_cb, g_object_ref (read));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Statement *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    tell_refusal (self, error);
  else if (self->notice != NULL)
    ask (G_TASK (result));
  else
    close_delivery (G_TASK (result));
}

/**
 * pal_verify_statement_open:
 * @window: where it was opened
 * @path: a file that may be a receipt, or a notice of another key
 */
void
pal_verify_statement_open (GtkWindow *window, const char *path)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, read_cb, NULL);
  g_autoptr (GSettings) settings = pal_settings_new ();
  Statement *self = g_new0 (Statement, 1);

  self->window = g_object_ref (window);
  self->path = g_strdup (path);
  self->set_pin = g_settings_get_string (settings, "endpoint-module-certificate");
  if (*self->set_pin == '\0')
    g_clear_pointer (&self->set_pin, g_free);
  g_task_set_source_tag (task, pal_verify_statement_open);
  g_task_set_task_data (task, self, statement_free);
  g_task_run_in_thread (task, read_in_thread);
}
