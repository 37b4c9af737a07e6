// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session"
#include "config.h"

#include "pal-session-private.h"

#include "pal-bilingual.h"
#include "pal-session-away.h"
#include "pal-session-backup.h"

/* Writing all that was typed, and ending a session well. */

typedef struct
{
  guint pending;
  GError *error; /* (nullable): the first one */
} Flush;

static void
flush_free (Flush *flush)
{
  g_clear_error (&flush->error);
  g_free (flush);
}

static void
flush_step (GTask *task)
{
  Flush *flush = g_task_get_task_data (task);

  if (--flush->pending > 0)
    return;
  if (flush->error != NULL)
    g_task_return_error (task, g_steal_pointer (&flush->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
record_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Flush *flush = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!pal_record_flush_finish (PAL_RECORD (source), result, &error) && flush->error == NULL)
    flush->error = g_steal_pointer (&error);
  flush_step (task);
}

static void
bilingual_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Flush *flush = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!pal_bilingual_flush_finish (PAL_BILINGUAL (source), result, &error) && flush->error == NULL)
    flush->error = g_steal_pointer (&error);
  flush_step (task);
}

/**
 * pal_session_flush_async:
 * @callback: called when everything typed so far is durable
 * @user_data: data for @callback
 */
void
pal_session_flush_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GList) records = NULL;
  Flush *flush = g_new0 (Flush, 1);

  g_return_if_fail (PAL_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_flush_async);
  g_task_set_task_data (task, flush, (GDestroyNotify) flush_free);
  records = g_hash_table_get_values (self->records);
  flush->pending = 2 + g_list_length (records);
  for (GList *l = records; l != NULL; l = l->next)
    pal_record_flush_async (l->data, record_flushed_cb, g_object_ref (task));
  pal_bilingual_flush_async (pal_bilingual_of_dossier (self->dossier), bilingual_flushed_cb,
                             g_object_ref (task));
  flush_step (task);
}

gboolean
pal_session_flush_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSessionAway *away = pal_session_get_away (g_task_get_source_object (task));
  GError *error = NULL;
  gboolean ok = pal_dossier_close_finish (PAL_DOSSIER (source), result, &error);

  if (ok && away != NULL)
    pal_session_away_end (away);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What was typed while it was brought back the first time; if it is not back, the copy stays. */
static void
close_brought_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalSession *self = g_task_get_source_object (user_data);
  PalSessionAway *away = PAL_SESSION_AWAY (source);
  g_autoptr (GError) error = NULL;

  if (!pal_session_away_bring_back_finish (away, result, &error))
    {
      g_info ("the copy is kept: %s", error->message);
      pal_session_away_leave (away);
    }
  pal_dossier_close_async (self->dossier, closed_cb, user_data);
}

static void
close_backed_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalSession *self = PAL_SESSION (source);
  PalSessionAway *away = pal_session_get_away (self);

  pal_session_back_up_finish (self, result);
  if (away != NULL && !pal_session_away_is_left (away))
    pal_session_away_bring_back_async (away, close_brought_again_cb, user_data);
  else
    pal_dossier_close_async (self->dossier, closed_cb, user_data);
}

static void
close_marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  pal_session_meta_set_cb (source, result, NULL);
  pal_session_back_up_async (g_task_get_source_object (task), close_backed_up_cb,
                             g_object_ref (task));
}

static void
title_marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  pal_session_meta_set_cb (source, result, NULL);
  pal_dossier_set_meta_async (PAL_DOSSIER (source), PAL_SESSION_META_OPEN, "no", close_marked_cb,
                              user_data);
}

static void
end_session (GTask *task)
{
  PalSession *self = g_task_get_source_object (task);

  g_hash_table_remove_all (self->records);
  if (pal_dossier_is_read_only (self->dossier))
    pal_dossier_close_async (self->dossier, closed_cb, g_object_ref (task));
  else
    pal_dossier_set_meta_async (self->dossier, PAL_SESSION_META_TITLE, self->title, title_marked_cb,
                                g_object_ref (task));
}

static void
close_brought_back_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (pal_session_away_bring_back_finish (PAL_SESSION_AWAY (source), result, &error))
    end_session (task);
  else
    g_task_return_error (task, error);
}

static void
close_titled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;

  pal_session_meta_set_cb (source, result, NULL);
  pal_session_away_bring_back_async (pal_session_get_away (g_task_get_source_object (task)),
                                     close_brought_back_cb, task);
}

static void
close_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = PAL_SESSION (source);
  PalSessionAway *away = pal_session_get_away (self);
  GError *error = NULL;

  if (!pal_session_flush_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (away == NULL || pal_session_away_is_left (away))
    end_session (task);
  else
    /* The session goes on if it cannot be brought back now. */
    pal_dossier_set_meta_async (self->dossier, PAL_SESSION_META_TITLE, self->title, close_titled_cb,
                                g_object_ref (task));
}

/**
 * pal_session_close_async:
 * @callback: called when all is written and the file is given up, or when it could not be
 * @user_data: data for @callback
 *
 * Ends a session well. When something could not be written, nothing is closed and the answers stay
 * in memory: the caller may ask the person and call again. The same when what is open is a copy of
 * a dossier that cannot be brought back: %PAL_AWAY_ERROR_NOT_BACK; pal_session_away_leave() closes
 * it all the same.
 */
void
pal_session_close_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = NULL;

  g_return_if_fail (PAL_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_close_async);
  pal_session_flush_async (self, close_flushed_cb, task);
}

gboolean
pal_session_close_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
