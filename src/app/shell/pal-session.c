// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session"
#include "config.h"

#include "pal-session-private.h"

#include "pal-away.h"
#include "pal-input-package.h"
#include "pal-questionnaire.h"
#include "pal-review-paper.h"
#include "pal-session-away.h"
#include "pal-session-backup.h"
#include "pal-undo.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SAVE_STATE,
  PROP_FORM_LANGUAGE,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

enum
{
  RECORDS_CHANGED,
  SHOW_PAGE,
  SHOW_QUESTION,
  SHOW_RECORD,
  RECORD_GONE,
  LOCKS_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalSession, pal_session, G_TYPE_OBJECT)

static void
update_save_state (PalSession *self)
{
  PalSaveState worst = PAL_SAVE_SAVED;
  GHashTableIter iter;
  gpointer record;

  if (self->records == NULL)
    return;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    worst = MAX (worst, pal_record_get_save_state (record));

  if (worst == self->save_state)
    return;

  self->save_state = worst;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVE_STATE]);
}

static void
set_title (PalSession *self, const char *title)
{
  if (title == NULL || g_strcmp0 (title, self->title) == 0)
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
pal_session_keep_record (PalSession *self, PalRecord *record)
{
  g_hash_table_insert (self->records, g_strdup (pal_record_get_id (record)), g_object_ref (record));
  g_signal_connect_object (record, "notify::save-state", G_CALLBACK (update_save_state), self,
                           G_CONNECT_SWAPPED);
  if (self->form_language != NULL)
    {
      PalResponse *response = pal_record_get_response (record);
      const char *fitting
          = pal_form_match_language (pal_response_get_form (response), self->form_language);

      if (fitting != NULL)
        pal_response_set_language (response, fitting);
    }
  update_save_state (self);
}

static void
pal_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PalSession *self = PAL_SESSION (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SAVE_STATE:
      g_value_set_uint (value, self->save_state);
      break;
    case PROP_FORM_LANGUAGE:
      g_value_set_string (value, self->form_language);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_session_dispose (GObject *object)
{
  PalSession *self = PAL_SESSION (object);

  g_clear_object (&self->questionnaire);
  g_clear_pointer (&self->records, g_hash_table_unref);
  g_clear_pointer (&self->outline, pal_outline_unref);
  g_clear_pointer (&self->guard, pal_clearance_guard_free);
  g_clear_pointer (&self->forms, g_hash_table_unref);
  g_clear_object (&self->dossier);

  G_OBJECT_CLASS (pal_session_parent_class)->dispose (object);
}

static void
pal_session_finalize (GObject *object)
{
  PalSession *self = PAL_SESSION (object);

  g_free (self->title);
  g_free (self->form_language);

  G_OBJECT_CLASS (pal_session_parent_class)->finalize (object);
}

static void
pal_session_class_init (PalSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pal_session_get_property;
  object_class->dispose = pal_session_dispose;
  object_class->finalize = pal_session_finalize;

  properties[PROP_TITLE]
      = g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SAVE_STATE]
      = g_param_spec_uint ("save-state", NULL, NULL, PAL_SAVE_SAVED, PAL_SAVE_TROUBLE,
                           PAL_SAVE_SAVED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FORM_LANGUAGE] = g_param_spec_string ("form-language", NULL, NULL, NULL,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[RECORDS_CHANGED]
      = g_signal_new ("records-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOW_PAGE] = g_signal_new ("show-page", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOW_QUESTION]
      = g_signal_new ("show-question", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOW_RECORD] = g_signal_new ("show-record", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RECORD_GONE] = g_signal_new ("record-gone", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LOCKS_CHANGED] = g_signal_new ("locks-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_session_init (PalSession *self)
{
  self->title = g_strdup ("");
  self->forms
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_form_unref);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* --- opening ------------------------------------------------------------------------------- */

static char *
dup_state_path (PalForm *form)
{
  const char *below = g_strcmp0 (pal_form_get_id (form), PAL_INPUT_FORM) == 0
                          ? "/card/about/state"
                          : "/general/state/name";

  return g_strconcat (pal_form_get_root (form)->path, below, NULL);
}

/* The title follows the name of the State as it is typed. */
static void
questionnaire_updated_cb (PalResponse *response, GPtrArray *nodes, PalSession *self)
{
  PalForm *form = pal_response_get_form (response);
  g_autofree char *path = dup_state_path (form);
  PalFormNode *def = pal_form_find_node (form, path);
  PalNode *node = def != NULL ? pal_response_find_definition (response, def, NULL) : NULL;

  if (node == NULL || (nodes != NULL && !g_ptr_array_find (nodes, node, NULL)))
    return;
  if (*pal_response_get_value (response, node) != '\0')
    set_title (self, pal_response_get_value (response, node));
}

static void
take_questionnaire (PalSession *self, PalRecord *record)
{
  PalResponse *response = pal_record_get_response (record);

  self->questionnaire = g_object_ref (record);
  self->outline = pal_outline_new (pal_response_get_form (response));
  pal_session_keep_record (self, record);
  questionnaire_updated_cb (response, NULL, self);
  g_signal_connect_object (response, "updated", G_CALLBACK (questionnaire_updated_cb), self, 0);
}

void
pal_session_meta_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_set_meta_finish (PAL_DOSSIER (source), result, &error))
    g_info ("could not note a fact about the dossier: %s", error->message);
}

/* A dossier says that it is open for as long as it is: what still says so at the next start ended
 * in a crash or a power cut. */
static void
mark_open (PalSession *self)
{
  g_autofree char *open = pal_dossier_get_meta (self->dossier, PAL_SESSION_META_OPEN);

  self->interrupted = g_strcmp0 (open, "yes") == 0;
  /* The file on a stick lies there closed, whatever happens to its copy. */
  if (pal_session_get_away (self) != NULL && self->interrupted)
    pal_dossier_set_meta_async (self->dossier, PAL_SESSION_META_OPEN, "no", pal_session_meta_set_cb,
                                NULL);
  else if (!pal_dossier_is_read_only (self->dossier) && !self->interrupted
           && pal_session_get_away (self) == NULL)
    pal_dossier_set_meta_async (self->dossier, PAL_SESSION_META_OPEN, "yes",
                                pal_session_meta_set_cb, NULL);
}

/* What a session begins with. */
typedef struct
{
  char *path;               /* (nullable): to be opened */
  PalDossier *dossier;      /* (owned) (nullable) */
  PalRecord *questionnaire; /* (owned) (nullable) */
  PalClearanceGuard *guard; /* (owned) */
  gboolean is_away;         /* dossier is a copy */
} Opening;

static void
opening_free (Opening *opening)
{
  g_free (opening->path);
  g_clear_object (&opening->questionnaire);
  g_clear_object (&opening->dossier);
  pal_clearance_guard_free (opening->guard);
  g_free (opening);
}

/* What is filled in page by page: in the dossier of an input that input, else answers of a State.
 */
static gboolean
is_main_form (PalDossier *dossier, const char *form_id)
{
  return pal_input_is_dossier (dossier) ? strcmp (form_id, PAL_INPUT_FORM) == 0
                                        : pal_questionnaire_is_form (form_id);
}

/* The first record that is neither filled in beside a questionnaire nor about our own work; and
 * what of it may be changed. FALSE on an error only. */
static gboolean
open_questionnaire (Opening *opening, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (opening->dossier, NULL, error);

  if (infos == NULL)
    return FALSE;
  opening->guard = pal_clearance_guard_new (opening->dossier, error);
  if (opening->guard == NULL)
    return FALSE;

  for (guint i = 0; i < infos->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (infos, i);

      if (!is_main_form (opening->dossier, info->form_id))
        continue;
      opening->questionnaire = pal_record_open (opening->dossier, info->id, error);
      return opening->questionnaire != NULL;
    }

  return TRUE;
}

/* All in one go on a thread of its own, so that it runs while the first window is being made; what
 * is built here is handed over whole to the main thread and never seen here again. */
static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Opening *opening = task_data;
  GError *error = NULL;

  if (opening->dossier == NULL)
    opening->dossier = pal_away_open (opening->path, &opening->is_away, cancellable, &error);
  if (opening->dossier == NULL || !open_questionnaire (opening, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
#ifdef __GLIBC__
  /* Reading a questionnaire takes more than keeping it, and this thread has nothing else to do with
   * the rest. */
  malloc_trim (0);
#endif
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Opening *opening = g_task_get_task_data (G_TASK (result));
  g_autoptr (PalSession) self = NULL;
  g_autofree char *title = NULL;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self = g_object_new (PAL_TYPE_SESSION, NULL);
  self->dossier = g_object_ref (opening->dossier);
  self->guard = g_steal_pointer (&opening->guard);
  /* Making the dossier is nothing that could be undone in it. */
  pal_dossier_forget_undo (self->dossier);
  title = pal_dossier_get_meta (self->dossier, PAL_SESSION_META_TITLE);
  set_title (self, title);
  if (opening->questionnaire != NULL)
    take_questionnaire (self, opening->questionnaire);
  if (opening->is_away)
    pal_session_begin_away (self, opening->path);
  mark_open (self);
  pal_session_begin_backups (self);
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

static void
open_session (GTask *task, const char *path, PalDossier *dossier)
{
  g_autoptr (GTask) inner = g_task_new (NULL, g_task_get_cancellable (task), opened_cb, task);
  Opening *opening = g_new0 (Opening, 1);

  opening->path = g_strdup (path);
  opening->dossier = dossier != NULL ? g_object_ref (dossier) : NULL;
  g_task_set_task_data (inner, opening, (GDestroyNotify) opening_free);
  g_task_run_in_thread (inner, open_in_thread);
}

/**
 * pal_session_open_async:
 * @path: a dossier
 * @cancellable: (nullable): stops the opening
 * @callback: called when the dossier and its questionnaire are open
 * @user_data: data for @callback
 *
 * Opens a dossier and its questionnaire. Needs no GTK yet. Errors are those of pal_dossier_open()
 * and pal_record_open().
 */
void
pal_session_open_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_session_open_async);
  open_session (task, path, NULL);
}

/**
 * pal_session_open_dossier_async:
 * @dossier: an open dossier
 * @callback: called when its questionnaire is open
 * @user_data: data for @callback
 *
 * Like pal_session_open_async(), for a dossier that is open already because it was just made.
 */
void
pal_session_open_dossier_async (PalDossier *dossier, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = NULL;

  g_return_if_fail (PAL_IS_DOSSIER (dossier));

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_open_dossier_async);
  open_session (task, NULL, dossier);
}

PalSession *
pal_session_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what is open -------------------------------------------------------------------------- */

PalDossier *
pal_session_get_dossier (PalSession *self)
{
  return self->dossier;
}

const char *
pal_session_get_path (PalSession *self)
{
  PalSessionAway *away = pal_session_get_away (self);

  return away != NULL ? pal_session_away_get_origin (away) : pal_dossier_get_path (self->dossier);
}

PalRecord *
pal_session_get_questionnaire (PalSession *self)
{
  return self->questionnaire;
}

PalOutline *
pal_session_get_outline (PalSession *self)
{
  return self->outline;
}

const char *
pal_session_get_title (PalSession *self)
{
  return self->title;
}

/**
 * pal_session_set_guard:
 * @self: a session
 * @guard: (transfer full): knows which pages are cleared now
 *
 * Emits "locks-changed".
 */
void
pal_session_set_guard (PalSession *self, PalClearanceGuard *guard)
{
  g_return_if_fail (PAL_IS_SESSION (self));

  pal_clearance_guard_free (self->guard);
  self->guard = guard;
  g_signal_emit (self, signals[LOCKS_CHANGED], 0);
}

/**
 * pal_session_is_locked:
 * @self: a session
 * @path: of a page or a question of the questionnaire
 *
 * Returns: whether it is cleared, so that nobody changes it by accident
 */
gboolean
pal_session_is_locked (PalSession *self, const char *path)
{
  PalResponse *response = NULL;

  g_return_val_if_fail (PAL_IS_SESSION (self), FALSE);

  if (self->guard == NULL || self->questionnaire == NULL)
    return FALSE;
  response = pal_record_get_response (self->questionnaire);

  return pal_clearance_guard_find (self->guard, pal_record_get_id (self->questionnaire),
                                   pal_response_get_form (response), path)
         != NULL;
}

gboolean
pal_session_was_interrupted (PalSession *self)
{
  return self->interrupted;
}

const char *
pal_session_get_form_language (PalSession *self)
{
  return self->form_language;
}

/**
 * pal_session_set_form_language:
 * @language: a language code, or a language as the form writes it
 *
 * Shows all forms in @language, where they have it. Answers stay as they are.
 */
void
pal_session_set_form_language (PalSession *self, const char *language)
{
  GHashTableIter iter;
  gpointer record;

  g_return_if_fail (PAL_IS_SESSION (self));

  if (g_strcmp0 (language, self->form_language) == 0)
    return;

  g_free (self->form_language);
  self->form_language = g_strdup (language);
  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    {
      PalResponse *response = pal_record_get_response (record);
      PalForm *form = pal_response_get_form (response);
      const char *fitting = pal_form_match_language (form, language);

      pal_response_set_language (response,
                                 fitting ? fitting : pal_form_get_default_language (form));
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FORM_LANGUAGE]);
}

/* --- telling ------------------------------------------------------------------------------- */

void
pal_session_notify_gone (PalSession *self, const char *record_id)
{
  g_signal_emit (self, signals[RECORD_GONE], 0, record_id);
}

void
pal_session_notify_records (PalSession *self, const char *form_id)
{
  g_signal_emit (self, signals[RECORDS_CHANGED], 0, form_id);
}

/* --- saving -------------------------------------------------------------------------------- */

PalSaveState
pal_session_get_save_state (PalSession *self)
{
  return self->save_state;
}

const GError *
pal_session_get_trouble (PalSession *self)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    if (pal_record_get_save_state (record) == PAL_SAVE_TROUBLE)
      return pal_record_get_trouble (record);

  return NULL;
}

/* --- going places -------------------------------------------------------------------------- */

void
pal_session_show_page (PalSession *self, const char *page_id)
{
  g_signal_emit (self, signals[SHOW_PAGE], 0, page_id);
}

void
pal_session_show_question (PalSession *self, const char *path)
{
  g_signal_emit (self, signals[SHOW_QUESTION], 0, path);
}

/* The page where records of a form have their place. */
static const char *
find_page (PalSession *self, const char *record_id)
{
  PalRecord *record = pal_session_get_open_record (self, record_id);
  const char *form_id
      = record != NULL ? pal_form_get_id (pal_response_get_form (pal_record_get_response (record)))
                       : NULL;

  return pal_review_paper_find (form_id) != NULL ? "review" : "consultations";
}

/* The page is there first, and hears of it. */
void
pal_session_show_record (PalSession *self, const char *record_id, const char *path)
{
  const char *page = find_page (self, record_id);

  pal_session_show_page (self, page);
  g_signal_emit (self, signals[SHOW_RECORD], g_quark_from_static_string (page), record_id, path);
}
