// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-text.h"

/* Declining; and both decisions in the background. */

/**
 * pal_inbox_decline:
 * @dossier: a dossier
 * @id: an arrival
 * @why: the reason, which stays with it
 * @written: (out) (optional): the act
 * @error: return location
 *
 * Leaves an arrival. It stays, can be read, and can still be taken. Blocking; any thread but the
 * worker.
 *
 * Returns: whether it is durable; %PAL_INBOX_ERROR_REASON, _NOT_FOUND, _DECIDED, errors of the
 *   dossier
 */
gboolean
pal_inbox_decline (PalDossier *dossier, const char *id, const char *why, PalLogSpan *written,
                   GError **error)
{
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  const PalInboxItem *item;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (id != NULL && why != NULL, FALSE);

  items = pal_inbox_list (dossier, NULL, error);
  item = items != NULL ? pal_inbox_find (items, id, error) : NULL;
  if (item == NULL)
    return FALSE;
  if (item->state == PAL_INBOX_DECLINED
      || (item->state == PAL_INBOX_TAKEN && item->is_record_there))
    {
      g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_DECIDED, "%s is decided", id);
      return FALSE;
    }
  if (pal_text_is_blank (why))
    {
      g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_REASON, "no reason");
      return FALSE;
    }
  pal_inbox_set (changes, id, "state", pal_inbox_state_to_string (PAL_INBOX_DECLINED));
  pal_inbox_set (changes, id, "why", why);

  return pal_dossier_append_full (dossier, PAL_INBOX_DECLINED_ACT, g_steal_pointer (&changes),
                                  PAL_APPEND_APART, written, error);
}

/* --- in the background */

typedef struct
{
  char *id;
  char *why;      /* (nullable) */
  GStrv points;   /* (nullable) */
  char *language; /* (nullable) */
  gboolean is_restricted;
  PalLogSpan written; /* (out) */
} Deciding;

static Deciding *
deciding_new (const char *id)
{
  Deciding *deciding = g_new0 (Deciding, 1);

  deciding->id = g_strdup (id);

  return deciding;
}

static void
deciding_free (gpointer data)
{
  Deciding *deciding = data;

  g_free (deciding->id);
  g_free (deciding->why);
  g_strfreev (deciding->points);
  g_free (deciding->language);
  g_free (deciding);
}

static void
take_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Deciding *deciding = task_data;
  PalInboxTakeOptions options
      = { (const char *const *) deciding->points, deciding->is_restricted, deciding->language };
  GError *error = NULL;
  PalInboxTaken *taken = pal_inbox_take (source, deciding->id, &options, cancellable, &error);

  if (taken != NULL)
    g_task_return_pointer (task, taken, (GDestroyNotify) pal_inbox_taken_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_inbox_take_async:
 * @dossier: a dossier
 * @id: an arrival
 * @options: (nullable): copied
 * @cancellable: (nullable): stops it, as long as nothing is written
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_inbox_take().
 */
void
pal_inbox_take_async (PalDossier *dossier, const char *id, const PalInboxTakeOptions *options,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);
  Deciding *deciding = deciding_new (id);

  if (options != NULL)
    {
      deciding->points = g_strdupv ((GStrv) options->points);
      deciding->is_restricted = options->is_restricted;
      deciding->language = g_strdup (options->language);
    }
  g_task_set_source_tag (task, pal_inbox_take_async);
  /* What was written is there, also when somebody wants it stopped just then. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, deciding, deciding_free);
  g_task_run_in_thread (task, take_in_thread);
}

/**
 * pal_inbox_take_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what was done
 */
PalInboxTaken *
pal_inbox_take_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
decline_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Deciding *deciding = task_data;
  GError *error = NULL;

  if (pal_inbox_decline (source, deciding->id, deciding->why, &deciding->written, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_inbox_decline_async:
 * @dossier: a dossier
 * @id: an arrival
 * @why: the reason
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_inbox_decline().
 */
void
pal_inbox_decline_async (PalDossier *dossier, const char *id, const char *why,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);
  Deciding *deciding = deciding_new (id);

  deciding->why = g_strdup (why);
  g_task_set_source_tag (task, pal_inbox_decline_async);
  g_task_set_task_data (task, deciding, deciding_free);
  g_task_run_in_thread (task, decline_in_thread);
}

/**
 * pal_inbox_decline_finish:
 * @result: a result
 * @written: (out) (optional): the act
 * @error: return location
 *
 * Returns: whether it is durable
 */
gboolean
pal_inbox_decline_finish (GAsyncResult *result, PalLogSpan *written, GError **error)
{
  if (written != NULL)
    *written = ((Deciding *) g_task_get_task_data (G_TASK (result)))->written;

  return g_task_propagate_boolean (G_TASK (result), error);
}
