// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-arrival"
#include "config.h"

#include "pal-arrival.h"
#include "pal-certificate-info.h"
#include "pal-inbox.h"
#include "pal-package-writer.h"
#include "pal-session-undo.h"

#include <glib/gstdio.h>
#include <string.h>

struct _PalArrival
{
  GObject parent_instance;

  PalHandout *handout; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalArrival, pal_arrival, G_TYPE_OBJECT)

static void
pal_arrival_finalize (GObject *object)
{
  PalArrival *self = PAL_ARRIVAL (object);

  g_clear_pointer (&self->handout, pal_handout_free);

  G_OBJECT_CLASS (pal_arrival_parent_class)->finalize (object);
}

static void
pal_arrival_class_init (PalArrivalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_arrival_finalize;
}

static void
pal_arrival_init (PalArrival *self)
{
}

const PalHandout *
pal_arrival_get_handout (PalArrival *self)
{
  return self->handout;
}

gboolean
pal_arrival_is_section (PalArrival *self)
{
  return strcmp (self->handout->kind, "section") == 0;
}

char *
pal_arrival_dup_spoken_fingerprint (PalArrival *self)
{
  return pal_certificate_dup_spoken_fingerprint (self->handout->fingerprint);
}

/* --- looking */

typedef struct
{
  char *path;
  PalIdentity *identity; /* (nullable) */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->path);
  g_clear_object (&look->identity);
  g_free (look);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;
  GError *error = NULL;
  PalHandout *handout = pal_handout_look (look->path, look->identity, NULL, cancellable, &error);
  PalArrival *self;

  /* What colleagues give each other is signed; an input need not be. */
  if (g_error_matches (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID)
      && pal_inbox_is_unsigned_input (look->path, cancellable))
    {
      g_clear_error (&error);
      g_set_error_literal (&error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_KIND,
                           "an input that nobody signed");
    }
  if (handout == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self = g_object_new (PAL_TYPE_ARRIVAL, NULL);
  self->handout = handout;
  g_task_return_pointer (task, self, g_object_unref);
}

/**
 * pal_arrival_look_async:
 * @path: a file from anywhere
 * @identity: (nullable): whose key opens it
 * @cancellable: (nullable): stops it
 * @callback: called with the package; %PAL_HANDOUT_ERROR_KIND for what is none of a colleague
 * @user_data: data for @callback
 */
void
pal_arrival_look_async (const char *path, PalIdentity *identity, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Look *look = g_new0 (Look, 1);

  look->path = g_strdup (path);
  look->identity = identity != NULL ? g_object_ref (identity) : NULL;
  g_task_set_source_tag (task, pal_arrival_look_async);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_in_thread);
}

PalArrival *
pal_arrival_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- acts */

typedef gboolean (*ActFunc) (PalArrival *self, PalDossier *dossier, const char *path,
                             PalHandoutFlags flags, GCancellable *cancellable, GError **error);

typedef struct
{
  ActFunc func;
  PalSession *session; /* (owned) (nullable): main thread only */
  PalDossier *dossier; /* (owned) (nullable): of that */
  char *path;          /* (owned) (nullable) */
  PalHandoutFlags flags;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_clear_object (&act->session);
  g_clear_object (&act->dossier);
  g_free (act->path);
  g_free (act);
}

static void
act_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Act *act = task_data;
  GError *error = NULL;

  if (act->func (source, act->dossier, act->path, act->flags, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GTask *
act_new (PalArrival *self, ActFunc func, PalSession *session, GCancellable *cancellable,
         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Act *act = g_new0 (Act, 1);

  act->func = func;
  act->session = session != NULL ? g_object_ref (session) : NULL;
  act->dossier = session != NULL ? g_object_ref (pal_session_get_dossier (session)) : NULL;
  g_task_set_source_tag (task, act_new);
  g_task_set_task_data (task, act, act_free);

  return task;
}

gboolean
pal_arrival_finish (PalArrival *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
open_section (PalArrival *self, PalDossier *dossier, const char *path, PalHandoutFlags flags,
              GCancellable *cancellable, GError **error)
{
  return pal_handout_open (self->handout, path, flags, cancellable, error);
}

/**
 * pal_arrival_open_async:
 * @self: a section
 * @path: where the working dossier shall be
 * @flags: what the person has decided
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @callback: called when it is there
 * @user_data: data for @callback
 */
void
pal_arrival_open_async (PalArrival *self, const char *path, PalHandoutFlags flags,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = act_new (self, open_section, NULL, cancellable, callback, user_data);
  Act *act = g_task_get_task_data (task);

  act->path = g_strdup (path);
  act->flags = flags;
  g_task_run_in_thread (task, act_in_thread);
}

static gboolean
keep_apart (PalArrival *self, PalDossier *dossier, const char *path, PalHandoutFlags flags,
            GCancellable *cancellable, GError **error)
{
  g_autofree char *kept = pal_handout_quarantine (self->handout, dossier, error);

  return kept != NULL;
}

/**
 * pal_arrival_keep_apart_async:
 * @self: a return
 * @session: of the dossier for which it came
 * @callback: called when the copy is kept
 * @user_data: data for @callback
 */
void
pal_arrival_keep_apart_async (PalArrival *self, PalSession *session, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = act_new (self, keep_apart, session, NULL, callback, user_data);

  g_task_run_in_thread (task, act_in_thread);
}

/* What is typed is written first: a merge knows the file only. */
static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (pal_session_flush_finish (PAL_SESSION (source), result, &error))
    g_task_run_in_thread (task, act_in_thread);
  else
    g_task_return_error (task, error);
}

static gboolean
preview (PalArrival *self, PalDossier *dossier, const char *path, PalHandoutFlags flags,
         GCancellable *cancellable, GError **error)
{
  return pal_handout_preview (self->handout, dossier, cancellable, error);
}

/**
 * pal_arrival_preview_async:
 * @self: a return
 * @session: of the dossier from which it was handed out
 * @cancellable: (nullable): stops it
 * @callback: called when its forms and its report are filled in
 * @user_data: data for @callback
 */
void
pal_arrival_preview_async (PalArrival *self, PalSession *session, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  pal_session_flush_async (session, flushed_cb,
                           act_new (self, preview, session, cancellable, callback, user_data));
}

/* --- merging */

/* What was decided upon waits no longer. */
static void
leave_quarantine (PalArrival *self, PalDossier *dossier)
{
  g_autoptr (GPtrArray) waiting = pal_handout_list_quarantine (dossier);
  g_autofree char *path = NULL;

  if (waiting->len == 0)
    return;
  path = pal_handout_quarantine (self->handout, dossier, NULL);
  if (path != NULL)
    g_unlink (path);
}

static gboolean
merge (PalArrival *self, PalDossier *dossier, const char *path, PalHandoutFlags flags,
       GCancellable *cancellable, GError **error)
{
  if (!pal_handout_merge (self->handout, dossier, flags, cancellable, error))
    return FALSE;
  leave_quarantine (self, dossier);

  return TRUE;
}

static void
span_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes
      = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, &error);

  /* It is merged all the same: what is open shows it when it is opened again. */
  if (changes != NULL)
    pal_session_show_changes (act->session, changes);
  else
    g_warning ("what was merged is not shown yet: %s", error->message);
  pal_session_notify_records (act->session, PAL_ASSIGNMENT_FORM);
  g_task_return_boolean (task, TRUE);
}

static void
merged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalArrival *self = PAL_ARRIVAL (source);
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  GError *error = NULL;

  if (!pal_arrival_finish (self, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  pal_dossier_read_span_async (act->dossier, &self->handout->report->span, span_read_cb,
                               g_object_ref (task));
}

/**
 * pal_arrival_merge_async:
 * @self: a return that was looked at
 * @session: of the dossier from which it was handed out
 * @flags: what the person has decided
 * @callback: called when it is merged and shown
 * @user_data: data for @callback
 */
void
pal_arrival_merge_async (PalArrival *self, PalSession *session, PalHandoutFlags flags,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *whole = act_new (self, merge, session, NULL, callback, user_data);
  GTask *task = act_new (self, merge, session, NULL, merged_cb, whole);

  ((Act *) g_task_get_task_data (task))->flags = flags;
  pal_session_flush_async (session, flushed_cb, task);
}
