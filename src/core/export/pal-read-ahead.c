// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-read-ahead"
#include "config.h"

#include "pal-read-ahead.h"

#define MAX_PIECES 8 /* of 256 KiB each */

/* A thread that reads the next pieces of an attachment while the last ones are digested and
 * written. */

typedef struct
{
  PalDossier *dossier;       /* (unowned) */
  const char *name;          /* (unowned) */
  GCancellable *cancellable; /* (unowned) (nullable) */

  GMutex mutex; /* guards what follows */
  GCond cond;
  GQueue pieces; /* (element-type GBytes) */
  gboolean is_over;
  gboolean is_stopped; /* nobody wants more */
  GError *error;       /* (owned) (nullable): of the thread */
} Feed;

static gboolean
piece_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  Feed *feed = user_data;
  GBytes *piece = g_bytes_new (data, length);
  gboolean is_stopped;

  g_mutex_lock (&feed->mutex);
  while (feed->pieces.length >= MAX_PIECES && !feed->is_stopped)
    g_cond_wait (&feed->cond, &feed->mutex);
  is_stopped = feed->is_stopped;
  if (!is_stopped)
    g_queue_push_tail (&feed->pieces, g_steal_pointer (&piece));
  g_cond_broadcast (&feed->cond);
  g_mutex_unlock (&feed->mutex);

  if (!is_stopped)
    return TRUE;
  g_bytes_unref (piece);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nobody wants more");

  return FALSE;
}

static gpointer
read_in_thread (gpointer data)
{
  Feed *feed = data;
  GError *error = NULL;

  (void) pal_dossier_read_attachment_unchecked (feed->dossier, feed->name, piece_cb, feed,
                                                feed->cancellable, &error);
  g_mutex_lock (&feed->mutex);
  feed->error = error;
  feed->is_over = TRUE;
  g_cond_broadcast (&feed->cond);
  g_mutex_unlock (&feed->mutex);

  return NULL;
}

/* (nullable): NULL when all was read, or reading failed. */
static GBytes *
next_piece (Feed *feed)
{
  GBytes *piece;

  g_mutex_lock (&feed->mutex);
  while (feed->pieces.length == 0 && !feed->is_over)
    g_cond_wait (&feed->cond, &feed->mutex);
  piece = g_queue_pop_head (&feed->pieces);
  g_cond_broadcast (&feed->cond);
  g_mutex_unlock (&feed->mutex);

  return piece;
}

static gboolean
consume (Feed *feed, PalDossierChunk chunk, gpointer user_data, GError **error)
{
  GBytes *piece;
  gboolean ok = TRUE;

  while (ok && (piece = next_piece (feed)) != NULL)
    {
      ok = chunk (g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), user_data, error);
      g_bytes_unref (piece);
    }
  if (!ok)
    {
      g_mutex_lock (&feed->mutex);
      feed->is_stopped = TRUE;
      g_cond_broadcast (&feed->cond);
      g_mutex_unlock (&feed->mutex);
    }

  return ok;
}

/**
 * pal_read_ahead:
 * @dossier: a dossier
 * @name: an attachment's name
 * @chunk: called in this thread with each piece, in order; %FALSE with an error ends it
 * @user_data: for @chunk
 * @cancellable: (nullable): checked between pieces
 * @error: return location
 *
 * pal_dossier_read_attachment_unchecked(), with the next pieces being read meanwhile; for large
 * attachments. Blocking; any thread but the dossier's worker.
 *
 * Returns: whether all was read; errors as there
 */
gboolean
pal_read_ahead (PalDossier *dossier, const char *name, PalDossierChunk chunk, gpointer user_data,
                GCancellable *cancellable, GError **error)
{
  Feed feed = { .dossier = dossier, .name = name, .cancellable = cancellable };
  GThread *thread;
  gboolean ok;

  g_mutex_init (&feed.mutex);
  g_cond_init (&feed.cond);
  g_queue_init (&feed.pieces);
  thread = g_thread_try_new ("pal-read-ahead", read_in_thread, &feed, NULL);
  if (thread != NULL)
    {
      ok = consume (&feed, chunk, user_data, error);
      g_thread_join (thread);
      if (ok && feed.error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&feed.error));
          ok = FALSE;
        }
    }
  else
    ok = pal_dossier_read_attachment_unchecked (dossier, name, chunk, user_data, cancellable,
                                                error);
  g_clear_error (&feed.error);
  g_queue_clear_full (&feed.pieces, (GDestroyNotify) g_bytes_unref);
  g_mutex_clear (&feed.mutex);
  g_cond_clear (&feed.cond);

  return ok;
}
