// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-verify-look"
#include "config.h"

#include "pal-verify-look.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define JSON_MAX_BYTES (4 * 1024 * 1024)

static void
signer_free (gpointer data)
{
  PalVerifySigner *signer = data;

  pal_known_signer_free (signer->known);
  pal_known_signer_free (signer->namesake);
  g_free (signer);
}

void
pal_verify_look_free (PalVerifyLook *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->signers);
  g_clear_pointer (&self->verification, pal_verification_free);
  g_free (self->path);
  g_free (self->state);
  g_free (self->cluster);
  g_free (self->edition);
  g_free (self);
}

gboolean
pal_verify_look_is_sound (const PalVerifyLook *self)
{
  return self->verification->code <= 1;
}

/* --- looking --- */

static char *
dup_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_dup_string (node)
             : NULL;
}

/* A package without any, or with one that makes no sense, is sound all the same. */
static void
read_content (PalVerifyLook *self)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GBytes) bytes = pal_package_read_entry (self->path, self->verification,
                                                     "data/package.json", JSON_MAX_BYTES, NULL);
  JsonNode *root;

  if (bytes == NULL
      || !json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  self->state = dup_member (json_node_get_object (root), "state");
  self->cluster = dup_member (json_node_get_object (root), "cluster");
  self->edition = dup_member (json_node_get_object (root), "edition");
}

static void
look_at_signers (PalVerifyLook *self)
{
  const PalVerification *verification = self->verification;

  for (guint i = 0; i < verification->signatures->len; i++)
    {
      const PalPackageSignature *signature = g_ptr_array_index (verification->signatures, i);
      PalVerifySigner *signer = g_new0 (PalVerifySigner, 1);

      signer->signer = signature->signer;
      if (signer->signer != NULL)
        {
          const char *fingerprint = signer->signer->fingerprint;

          signer->known = pal_known_signers_find (fingerprint);
          if (signer->known == NULL)
            signer->namesake
                = pal_known_signers_find_namesake (signer->signer->common_name, fingerprint);
        }
      g_ptr_array_add (self->signers, signer);
    }
}

/* The story of a signer tells of packages that held, whether or not the rest of them is known. */
static void
note_stories (const PalVerifyLook *self)
{
  for (guint i = 0; i < self->signers->len; i++)
    {
      const PalVerifySigner *signer = g_ptr_array_index (self->signers, i);
      g_autoptr (GError) error = NULL;

      if (signer->known != NULL
          && !pal_known_signers_note (signer->known->fingerprint, self->verification->kind,
                                      self->verification->sha256, &error))
        g_info ("the story of a signer could not be written: %s", error->message);
    }
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (PalVerifyLook) self = g_new0 (PalVerifyLook, 1);
  g_autoptr (GPtrArray) trust = pal_known_signers_dup_trust ();

  self->path = g_strdup (task_data);
  self->signers = g_ptr_array_new_with_free_func (signer_free);
  self->verification = pal_package_verify (self->path, trust, 0, 0, cancellable);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (pal_verify_look_is_sound (self))
    {
      look_at_signers (self);
      read_content (self);
      note_stories (self);
    }
  g_task_return_pointer (task, g_steal_pointer (&self), (GDestroyNotify) pal_verify_look_free);
}

/**
 * pal_verify_look_async:
 * @path: a file from anywhere
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * Judges a package with the signers that are known here as trust. It reads all of the file, which
 * takes seconds for a gigabyte. Whatever is wrong with the file is what comes out, and no error.
 */
void
pal_verify_look_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_verify_look_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

PalVerifyLook *
pal_verify_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- acting --- */

/* What an act needs, apart from the look, which may go meanwhile. */
typedef struct
{
  char *path;
  char *to;          /* (nullable) */
  char *certificate; /* (nullable): PEM of who is to be known */
  char *fingerprint; /* (nullable) */
  char *kind;        /* (nullable) */
  char *sha256;      /* (nullable): of the file as it was looked at */
  PalSignerCheck check;
  PalIdentity *identity; /* (owned) (nullable) */
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_free (act->path);
  g_free (act->to);
  g_free (act->certificate);
  g_free (act->fingerprint);
  g_free (act->kind);
  g_free (act->sha256);
  g_clear_object (&act->identity);
  g_free (act);
}

static GTask *
act_new (const PalVerifyLook *look, const char *to, GCancellable *cancellable,
         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Act *act = g_new0 (Act, 1);

  act->path = g_strdup (look->path);
  act->to = g_strdup (to);
  act->kind = g_strdup (look->verification->kind);
  act->sha256 = g_strdup (look->verification->sha256);
  g_task_set_task_data (task, act, act_free);
  /* What was written is not "cancelled" afterwards. */
  g_task_set_check_cancellable (task, FALSE);

  return task;
}

static void
end (GTask *task, gboolean good, GError *error)
{
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
know_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Act *act = task_data;
  GError *error = NULL;
  gboolean good = pal_known_signers_remember (act->certificate, NULL, act->check, &error)
                  && pal_known_signers_note (act->fingerprint, act->kind, act->sha256, &error);

  end (task, good, error);
}

void
pal_verify_know_async (const PalVerifyLook *look, guint nth, PalSignerCheck check,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = act_new (look, NULL, NULL, callback, user_data);
  const PalVerifySigner *signer = g_ptr_array_index (look->signers, nth);
  Act *act = g_task_get_task_data (task);

  act->certificate = g_strdup (signer->signer->certificate);
  act->fingerprint = g_strdup (signer->signer->fingerprint);
  act->check = check;
  g_task_set_source_tag (task, pal_verify_know_async);
  g_task_run_in_thread (task, know_in_thread);
}

/* The file may be another one by now: what comes out is what was just verified. */
static PalVerification *
verify_again (const Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalVerification) verification
      = pal_package_verify (act->path, NULL, 0, 0, cancellable);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (verification->code > 1)
    {
      pal_verification_set_error (verification, error);
      return NULL;
    }
  if (g_strcmp0 (verification->sha256, act->sha256) != 0)
    {
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID,
                   "the file was changed after it was looked at");
      return NULL;
    }

  return g_steal_pointer (&verification);
}

static void
extract_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Act *act = task_data;
  GError *error = NULL;
  g_autoptr (PalVerification) verification = verify_again (act, cancellable, &error);
  gboolean good = verification != NULL
                  && pal_package_extract (act->path, verification, act->to, cancellable, &error);

  end (task, good, error);
}

void
pal_verify_extract_async (const PalVerifyLook *look, const char *folder, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = act_new (look, folder, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_verify_extract_async);
  g_task_run_in_thread (task, extract_in_thread);
}

/* Whoever signs knows their own key. */
static void
know_own_key (PalIdentity *identity)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *certificate = pal_identity_dup_certificate_pem (identity);

  if (!pal_known_signers_remember (certificate, NULL, PAL_SIGNER_CHECK_IN_PERSON, &error))
    g_info ("the key of this computer could not be noted: %s", error->message);
}

static void
sign_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Act *act = task_data;
  GError *error = NULL;
  g_autoptr (PalVerification) verification = verify_again (act, cancellable, &error);
  gboolean good = verification != NULL
                  && pal_package_sign (act->path, act->to, act->identity, cancellable, &error);

  if (good)
    know_own_key (act->identity);
  end (task, good, error);
}

void
pal_verify_sign_async (const PalVerifyLook *look, const char *to, PalIdentity *identity,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = act_new (look, to, cancellable, callback, user_data);

  ((Act *) g_task_get_task_data (task))->identity = g_object_ref (identity);
  g_task_set_source_tag (task, pal_verify_sign_async);
  g_task_run_in_thread (task, sign_in_thread);
}

gboolean
pal_verify_act_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
