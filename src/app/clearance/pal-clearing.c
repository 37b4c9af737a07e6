// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearing"
#include "config.h"

#include "pal-clearing.h"

#include "pal-digest.h"
#include "pal-questionnaire.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

/* After a change, milliseconds: one look for many. */
#define LOOK_DELAY 300

/* What one look saw; made on a thread of its own, then handed over whole. */
typedef struct
{
  PalClearance *clearance;
  GPtrArray *editions;       /* (element-type PalEdition) */
  PalSupplement *supplement; /* (nullable) */
  PalClearanceGuard *guard;  /* goes on to the session */
} Sight;

static void
sight_free (Sight *sight)
{
  if (sight == NULL)
    return;

  pal_clearance_free (sight->clearance);
  g_clear_pointer (&sight->editions, g_ptr_array_unref);
  pal_supplement_free (sight->supplement);
  pal_clearance_guard_free (sight->guard);
  g_free (sight);
}

struct _PalClearing
{
  GObject parent_instance;

  PalSession *session; /* (unowned) (nullable): it owns this; a weak pointer */
  Sight *sight;        /* (owned) (nullable) */
  GError *trouble;     /* (owned) (nullable): why nothing was seen */
  guint n_watchers;
  guint look_source;
  gboolean looking;
  gboolean look_again;
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalClearing, pal_clearing, G_TYPE_OBJECT)

/* --- looking */

static gboolean
was_packed (GPtrArray *editions)
{
  for (guint i = 0; i < editions->len; i++)
    if (((PalEdition *) g_ptr_array_index (editions, i))->archive != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
see (Sight *sight, PalDossier *dossier, GError **error)
{
  sight->clearance = pal_clearance_look (dossier, error);
  if (sight->clearance == NULL)
    return FALSE;
  sight->editions = pal_edition_list (dossier, error);
  if (sight->editions == NULL)
    return FALSE;
  sight->guard = pal_clearance_guard_new (dossier, error);
  if (sight->guard == NULL)
    return FALSE;
  if (!was_packed (sight->editions))
    return TRUE;
  sight->supplement = pal_supplement_look (dossier, error);

  return sight->supplement != NULL;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Sight *sight = g_new0 (Sight, 1);
  GError *error = NULL;

  if (see (sight, task_data, &error))
    g_task_return_pointer (task, sight, (GDestroyNotify) sight_free);
  else
    {
      sight_free (sight);
      g_task_return_error (task, error);
    }
#ifdef __GLIBC__
  /* Reading a questionnaire takes more than keeping what was seen of it. */
  malloc_trim (0);
#endif
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalClearing *self = PAL_CLEARING (source);
  GError *error = NULL;
  Sight *sight = g_task_propagate_pointer (G_TASK (result), &error);

  self->looking = FALSE;
  if (self->session == NULL || self->look_again)
    {
      sight_free (sight);
      g_clear_error (&error);
      if (self->session != NULL)
        pal_clearing_look (self);
      return;
    }

  g_clear_error (&self->trouble);
  self->trouble = error;
  if (sight != NULL)
    {
      sight_free (self->sight);
      self->sight = sight;
      pal_session_set_guard (self->session, g_steal_pointer (&sight->guard));
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
look_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalClearing) self = user_data;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  /* What could not be saved is shown by the window's banner; what is saved can be looked at. */
  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    g_info ("looking at a dossier with unsaved answers: %s", error->message);
  if (self->session == NULL)
    {
      self->looking = FALSE;
      return;
    }
  task = g_task_new (self, NULL, looked_cb, NULL);
  g_task_set_source_tag (task, look_flushed_cb);
  g_task_set_task_data (task, g_object_ref (pal_session_get_dossier (self->session)),
                        g_object_unref);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_clearing_look:
 * @self: of an open dossier
 *
 * Looks again, after what was typed is written; "changed" follows.
 */
void
pal_clearing_look (PalClearing *self)
{
  g_return_if_fail (PAL_IS_CLEARING (self));

  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->session == NULL)
    return;
  self->look_again = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;
  pal_session_flush_async (self->session, look_flushed_cb, g_object_ref (self));
}

static gboolean
look_later_cb (gpointer user_data)
{
  PalClearing *self = user_data;

  self->look_source = 0;
  pal_clearing_look (self);

  return G_SOURCE_REMOVE;
}

static void
look_later (PalClearing *self)
{
  if (self->look_source == 0)
    self->look_source = g_timeout_add (LOOK_DELAY, look_later_cb, self);
}

/* What was undone or brought in may have been a step. */
static void
records_changed_cb (PalSession *session, const char *form_id, PalClearing *self)
{
  look_later (self);
}

static void
save_state_cb (PalSession *session, GParamSpec *pspec, PalClearing *self)
{
  if (self->n_watchers > 0 && pal_session_get_save_state (session) == PAL_SAVE_SAVED)
    look_later (self);
}

void
pal_clearing_watch (PalClearing *self)
{
  g_return_if_fail (PAL_IS_CLEARING (self));

  self->n_watchers++;
  pal_clearing_look (self);
}

void
pal_clearing_unwatch (PalClearing *self)
{
  g_return_if_fail (PAL_IS_CLEARING (self) && self->n_watchers > 0);

  self->n_watchers--;
}

/* --- what was seen */

PalSession *
pal_clearing_get_session (PalClearing *self)
{
  return self->session;
}

PalClearance *
pal_clearing_get_clearance (PalClearing *self)
{
  return self->sight != NULL ? self->sight->clearance : NULL;
}

GPtrArray *
pal_clearing_get_editions (PalClearing *self)
{
  return self->sight != NULL ? self->sight->editions : NULL;
}

PalSupplement *
pal_clearing_get_supplement (PalClearing *self)
{
  return self->sight != NULL ? self->sight->supplement : NULL;
}

const GError *
pal_clearing_get_trouble (PalClearing *self)
{
  return self->trouble;
}

const PalEdition *
pal_clearing_get_present (PalClearing *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self);

  if (clearance == NULL || clearance->state != PAL_PAGE_CLEARED)
    return NULL;
  for (guint i = self->sight->editions->len; i > 0; i--)
    {
      const PalEdition *edition = g_ptr_array_index (self->sight->editions, i - 1);

      if (strcmp (edition->digest, clearance->digest) == 0)
        return edition;
    }

  return NULL;
}

PalPageClearance *
pal_clearing_find_page (PalClearing *self, const char *path)
{
  PalClearance *clearance = pal_clearing_get_clearance (self);

  for (guint i = 0; clearance != NULL && i < clearance->pages->len; i++)
    {
      PalPageClearance *page = g_ptr_array_index (clearance->pages, i);

      if (strcmp (page->path, path) == 0)
        return page;
    }

  return NULL;
}

const char *
pal_clearing_get_path (PalClearing *self, PalOutlinePage *page)
{
  PalRecord *record = pal_session_get_questionnaire (self->session);

  return pal_questionnaire_get_page_path (pal_response_get_form (pal_record_get_response (record)),
                                          page);
}

/* --- steps */

typedef struct
{
  PalDossier *dossier;
  PalPageState next;
  GStrv pages; /* (nullable) */
  gboolean anyway;
  char *reason; /* (nullable) */
} Step;

static void
step_free (Step *step)
{
  g_object_unref (step->dossier);
  g_strfreev (step->pages);
  g_free (step->reason);
  g_free (step);
}

/* One page is one step; "cleared" takes several as one act. */
static gboolean
take_step (Step *step, GError **error)
{
  const char *const *pages = (const char *const *) step->pages;
  g_autoptr (GError) local = NULL;
  PalEdition *edition = NULL;

  switch (step->next)
    {
    case PAL_PAGE_READY:
      for (guint i = 0; pages != NULL && pages[i] != NULL; i++)
        if (!pal_clearance_ready (step->dossier, pages[i], step->anyway, error))
          return FALSE;
      return TRUE;
    case PAL_PAGE_CLEARED:
      if (!pal_clearance_clear_pages (step->dossier, pages, step->anyway, error))
        return FALSE;
      edition = pal_edition_freeze (step->dossier, &local);
      pal_edition_free (edition);
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return edition != NULL || error == NULL || *error == NULL;
    case PAL_PAGE_DRAFT:
      for (guint i = 0; pages != NULL && pages[i] != NULL; i++)
        if (!pal_clearance_reopen (step->dossier, pages[i], step->reason, error))
          return FALSE;
      return TRUE;
    }

  return FALSE;
}

static void
step_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (take_step (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Those who asked hear of it when what was seen is up to date. */
static void
step_seen_cb (PalClearing *self, GTask *task)
{
  g_signal_handlers_disconnect_by_func (self, step_seen_cb, task);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalClearing *self = PAL_CLEARING (source);
  GTask *task = user_data; /* held until the look is done */
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) || self->session == NULL)
    {
      if (error == NULL)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the dossier was closed");
      g_task_return_error (task, error);
      g_object_unref (task);
      /* What is open was listed from an earlier look. */
      pal_clearing_look (self);
      return;
    }
  g_signal_connect (self, "changed", G_CALLBACK (step_seen_cb), task);
  pal_clearing_look (self);
}

static void
step_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalClearing *self = g_task_get_source_object (task);
  g_autoptr (GTask) inner = NULL;
  GError *error = NULL;

  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  inner = g_task_new (self, NULL, stepped_cb, g_object_ref (task));
  g_task_set_source_tag (inner, step_flushed_cb);
  g_task_set_task_data (inner, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (inner, step_in_thread);
}

/**
 * pal_clearing_step_async:
 * @self: of an open dossier
 * @next: where the pages go
 * @pages: (nullable): paths of pages; %NULL: all that apply and are not cleared
 * @anyway: also with points open; they are noted
 * @reason: (nullable): why they are opened again
 * @callback: called when it is durable and seen
 * @user_data: data for @callback
 *
 * Takes a step, after what was typed is written. When all is cleared by it, an edition is frozen.
 */
void
pal_clearing_step_async (PalClearing *self, PalPageState next, const char *const *pages,
                         gboolean anyway, const char *reason, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = NULL;
  Step *step = NULL;

  g_return_if_fail (PAL_IS_CLEARING (self) && self->session != NULL);
  g_return_if_fail (pages != NULL || next == PAL_PAGE_CLEARED);

  step = g_new0 (Step, 1);
  step->dossier = g_object_ref (pal_session_get_dossier (self->session));
  step->next = next;
  step->pages = g_strdupv ((GStrv) pages);
  step->anyway = anyway;
  step->reason = g_strdup (reason);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_clearing_step_async);
  g_task_set_task_data (task, step, (GDestroyNotify) step_free);
  pal_session_flush_async (self->session, step_flushed_cb, task);
}

gboolean
pal_clearing_step_finish (PalClearing *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what was packed */

typedef struct
{
  PalDossier *dossier;
  char *digest; /* of the edition */
  char *path;
} Packed;

static void
packed_free (Packed *packed)
{
  g_object_unref (packed->dossier);
  g_free (packed->digest);
  g_free (packed->path);
  g_free (packed);
}

static gboolean
note (Packed *packed, GError **error)
{
  g_autofree char *sha256 = pal_digest_file_hex (packed->path, NULL, NULL, error);
  g_autoptr (GPtrArray) editions
      = sha256 != NULL ? pal_edition_list (packed->dossier, error) : NULL;

  if (editions == NULL)
    return FALSE;
  for (guint i = editions->len; i > 0; i--)
    {
      const PalEdition *edition = g_ptr_array_index (editions, i - 1);

      if (strcmp (edition->digest, packed->digest) == 0)
        return pal_edition_note_packed (packed->dossier, edition, sha256, error);
    }

  return TRUE;
}

static void
note_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (note (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_warning ("it could not be noted which edition went: %s", error->message);
  pal_clearing_look (PAL_CLEARING (source));
}

/**
 * pal_clearing_note_packed:
 * @self: of an open dossier
 * @edition: what went
 * @path: the archive in which it is
 *
 * Remembers where a supplement has to begin.
 */
void
pal_clearing_note_packed (PalClearing *self, const PalEdition *edition, const char *path)
{
  g_autoptr (GTask) task = NULL;
  Packed *packed = NULL;

  g_return_if_fail (PAL_IS_CLEARING (self));
  g_return_if_fail (edition != NULL && path != NULL);

  if (self->session == NULL || pal_dossier_is_read_only (pal_session_get_dossier (self->session)))
    return;
  packed = g_new0 (Packed, 1);
  packed->dossier = g_object_ref (pal_session_get_dossier (self->session));
  packed->digest = g_strdup (edition->digest);
  packed->path = g_strdup (path);
  task = g_task_new (self, NULL, noted_cb, NULL);
  g_task_set_source_tag (task, pal_clearing_note_packed);
  g_task_set_task_data (task, packed, (GDestroyNotify) packed_free);
  g_task_run_in_thread (task, note_in_thread);
}

/* --- the object */

static void
pal_clearing_finalize (GObject *object)
{
  PalClearing *self = PAL_CLEARING (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_weak_pointer (&self->session);
  sight_free (self->sight);
  g_clear_error (&self->trouble);

  G_OBJECT_CLASS (pal_clearing_parent_class)->finalize (object);
}

static void
pal_clearing_class_init (PalClearingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_clearing_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_clearing_init (PalClearing *self)
{
}

/**
 * pal_clearing_of_session:
 * @session: an open dossier
 *
 * Finds what a session knows of clearance, or makes it and has it look for the first time.
 *
 * Returns: (transfer none): lives as long as @session
 */
PalClearing *
pal_clearing_of_session (PalSession *session)
{
  static const char key[] = "pal-clearing";
  PalClearing *self = g_object_get_data (G_OBJECT (session), key);

  if (self != NULL)
    return self;

  self = g_object_new (PAL_TYPE_CLEARING, NULL);
  g_set_weak_pointer (&self->session, session);
  g_object_set_data_full (G_OBJECT (session), key, self, g_object_unref);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (records_changed_cb), self, 0);
  g_signal_connect_object (session, "notify::save-state", G_CALLBACK (save_state_cb), self, 0);
  look_later (self);

  return self;
}
