// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-migration.h"
#include "pal-record.h"
#include "pal-record-private.h"

#include <string.h>

#define PAUSE_MS 400  /* after the last edit */
#define RETRY_MS 5000 /* after a failure */
/* From the first edit: who types without a pause loses no more, and what it takes to write. */
#define LONGEST_MS 1000
#define STINT_US (10 * G_TIME_SPAN_SECOND) /* who types on has no eyes for what comes in */

struct _PalRecord
{
  GObject parent_instance;

  PalDossier *dossier;   /* (owned) */
  PalResponse *response; /* (owned) */
  GMainContext *context; /* (owned): where the record lives */
  char *id;              /* (owned) */
  GPtrArray *orphans;    /* (owned) (element-type PalChange) */

  GPtrArray *pending;      /* (owned) (element-type PalChange): edits since the last write began */
  GPtrArray *in_flight;    /* (owned) (nullable) (element-type PalChange): being written */
  gint64 pending_since_us; /* monotonic; when the first of them came */
  GSource *timer;          /* (owned) (nullable) */
  GPtrArray *waiting;      /* (owned) (element-type GTask): flushes */
  gboolean is_done;        /* somebody did something of what is pending */
  guint saw;               /* of what is in the log, is shown: see pal_dossier_get_sight() */

  /* The last place where somebody typed. */
  char *typed_node; /* (owned) (nullable) */
  gint64 typed_us;  /* monotonic */
  guint typed_saw;

  PalSaveState save_state;
  GError *trouble; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PalRecord, pal_record, G_TYPE_OBJECT)

enum
{
  PROP_SAVE_STATE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void write_pending (PalRecord *self);

/* --- gathering and writing */

static void
stop_timer (PalRecord *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
timer_cb (gpointer user_data)
{
  PalRecord *self = user_data;

  g_clear_pointer (&self->timer, g_source_unref);
  write_pending (self);

  return G_SOURCE_REMOVE;
}

static void
start_timer (PalRecord *self, guint delay_ms)
{
  stop_timer (self);
  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, self->context);
}

/* When typing pauses, and if it does not, now and then. */
static void
start_pause (PalRecord *self)
{
  gint64 rest_ms = LONGEST_MS - (g_get_monotonic_time () - self->pending_since_us) / 1000;

  start_timer (self, CLAMP (rest_ms, 0, PAUSE_MS));
}

/* trouble: (transfer full) (nullable) */
static void
set_state (PalRecord *self, PalSaveState state, GError *trouble)
{
  g_clear_error (&self->trouble);
  self->trouble = trouble;
  if (self->save_state == state)
    return;

  self->save_state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVE_STATE]);
}

/* Values typed one after the other in the same place are one change, unless a row came or went in
 * between: then order matters. */
static void
add_pending (PalRecord *self, PalChange *change)
{
  if (self->pending->len == 0)
    self->pending_since_us = g_get_monotonic_time ();
  for (guint i = self->pending->len; i > 0 && change->kind == PAL_CHANGE_VALUE; i--)
    {
      PalChange *earlier = g_ptr_array_index (self->pending, i - 1);

      if (earlier->kind != PAL_CHANGE_VALUE)
        break;
      if (strcmp (earlier->node, change->node) != 0)
        continue;
      if (earlier->saw != 0)
        change->saw = earlier->saw;
      g_ptr_array_remove_index (self->pending, i - 1);
      break;
    }
  g_ptr_array_add (self->pending, change);
}

/* What a new row begins with is in the log, so that it can be told what it said before it was
 * changed. */
static void
add_first_values (PalRecord *self, const char *row)
{
  PalNode *node = pal_response_find (self->response, row);
  g_autoptr (GPtrArray) values = pal_changes_new ();

  if (node == NULL)
    return;
  pal_record_gather_row (self->response, node, self->id, values);
  g_ptr_array_set_free_func (values, NULL);
  for (guint i = 0; i < values->len; i++)
    add_pending (self, g_ptr_array_index (values, i));
}

/* What somebody had seen who typed that. */
static guint
look_when_typed (PalRecord *self, const char *node)
{
  gint64 now_us = g_get_monotonic_time ();

  if (g_strcmp0 (self->typed_node, node) != 0 || now_us - self->typed_us > STINT_US)
    {
      g_free (self->typed_node);
      self->typed_node = g_strdup (node);
      self->typed_saw = self->saw;
    }
  self->typed_us = now_us;

  return self->typed_saw;
}

static void
edit_cb (PalResponse *response, const PalEdit *edit, gpointer user_data)
{
  PalRecord *self = user_data;
  const PalChangeKind kinds[] = {
    [PAL_EDIT_VALUE] = PAL_CHANGE_VALUE,
    [PAL_EDIT_ROW_ADDED] = PAL_CHANGE_ROW_ADDED,
    [PAL_EDIT_ROW_REMOVED] = PAL_CHANGE_ROW_REMOVED,
  };
  const char *value = edit->kind == PAL_EDIT_ROW_REMOVED ? NULL : edit->new_value;
  PalChange *change;

  /* Emptied is a value too, told apart from one that was never given by being in the log. */
  if (value != NULL && *value == '\0')
    value = NULL;
  change = pal_change_new (kinds[edit->kind], self->id, edit->path, value);
  if (edit->by_user)
    change->saw = edit->kind == PAL_EDIT_VALUE ? look_when_typed (self, edit->path) : self->saw;
  add_pending (self, change);
  if (edit->kind == PAL_EDIT_ROW_ADDED)
    add_first_values (self, edit->path);
  self->is_done = self->is_done || edit->by_user;

  /* In trouble the next try is due anyway, and the banner stays until it succeeds. */
  if (self->save_state == PAL_SAVE_TROUBLE)
    return;
  set_state (self, PAL_SAVE_PENDING, NULL);
  if (self->in_flight == NULL)
    start_pause (self);
}

static void
answer_waiting (PalRecord *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = g_ptr_array_index (waiting, i);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

/* What could not be written goes before what came since. */
static void
take_back (PalRecord *self, GPtrArray *changes)
{
  GPtrArray *since = self->pending;

  self->pending = pal_changes_new ();
  for (guint i = 0; i < changes->len; i++)
    add_pending (self, pal_change_copy (g_ptr_array_index (changes, i)));
  g_ptr_array_set_free_func (since, NULL);
  for (guint i = 0; i < since->len; i++)
    add_pending (self, g_ptr_array_index (since, i));
  g_ptr_array_unref (since);
}

/* changes: what was tried. error: (transfer full) (nullable) */
static void
settle (PalRecord *self, GPtrArray *changes, GError *error)
{
  if (error != NULL)
    {
      g_info ("%u changes are not on the disk yet: %s", changes->len, error->message);
      take_back (self, changes);
      /* If in doubt, somebody did it. */
      self->is_done = TRUE;
      start_timer (self, RETRY_MS);
      set_state (self, PAL_SAVE_TROUBLE, error);
      answer_waiting (self, self->trouble);
      return;
    }

  if (self->pending->len > 0)
    {
      set_state (self, PAL_SAVE_PENDING, NULL);
      if (self->waiting->len > 0)
        write_pending (self);
      else
        start_pause (self);
      return;
    }
  set_state (self, PAL_SAVE_SAVED, NULL);
  answer_waiting (self, NULL);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalRecord) self = user_data;
  g_autoptr (GPtrArray) changes = g_steal_pointer (&self->in_flight);
  GError *error = NULL;

  pal_dossier_append_finish (PAL_DOSSIER (source), result, &error);
  settle (self, changes, error);
}

/* What the form made of something by itself, and nobody did, is no act that could be undone. */
static const char *
begin_act (PalRecord *self, PalAppendFlags *flags)
{
  gboolean is_done = self->is_done;

  self->is_done = FALSE;
  *flags = is_done ? PAL_APPEND_DEFAULT : PAL_APPEND_FOLLOWS;

  return is_done ? "Typing" : "Calculated";
}

static void
write_pending (PalRecord *self)
{
  PalAppendFlags flags;
  const char *title;

  if (self->in_flight != NULL || self->pending->len == 0)
    return;

  stop_timer (self);
  self->in_flight = g_steal_pointer (&self->pending);
  self->pending = pal_changes_new ();
  title = begin_act (self, &flags);
  pal_dossier_append_full_async (self->dossier, title, g_ptr_array_ref (self->in_flight), flags,
                                 written_cb, g_object_ref (self));
}

/* --- object */

static void
pal_record_dispose (GObject *object)
{
  PalRecord *self = PAL_RECORD (object);

  stop_timer (self);
  if (self->response != NULL)
    g_signal_handlers_disconnect_by_func (self->response, edit_cb, self);
  /* Nobody waits for it, but closing the dossier does. */
  if (self->pending != NULL && self->pending->len > 0)
    {
      PalAppendFlags flags;
      const char *title = begin_act (self, &flags);

      pal_dossier_append_full_async (self->dossier, title, g_steal_pointer (&self->pending), flags,
                                     NULL, NULL);
    }
  g_clear_object (&self->response);
  g_clear_object (&self->dossier);

  G_OBJECT_CLASS (pal_record_parent_class)->dispose (object);
}

static void
pal_record_finalize (GObject *object)
{
  PalRecord *self = PAL_RECORD (object);

  g_clear_pointer (&self->pending, g_ptr_array_unref);
  g_clear_pointer (&self->in_flight, g_ptr_array_unref);
  g_clear_pointer (&self->orphans, g_ptr_array_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_error (&self->trouble);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->typed_node);
  g_free (self->id);

  G_OBJECT_CLASS (pal_record_parent_class)->finalize (object);
}

static void
pal_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PalRecord *self = PAL_RECORD (object);

  switch (id)
    {
    case PROP_SAVE_STATE:
      g_value_set_int (value, self->save_state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_record_class_init (PalRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pal_record_dispose;
  object_class->finalize = pal_record_finalize;
  object_class->get_property = pal_record_get_property;

  /**
   * PalRecord:save-state:
   *
   * A #PalSaveState: whether what was typed is on the disk.
   */
  properties[PROP_SAVE_STATE]
      = g_param_spec_int ("save-state", NULL, NULL, PAL_SAVE_SAVED, PAL_SAVE_TROUBLE,
                          PAL_SAVE_SAVED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pal_record_init (PalRecord *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->pending = pal_changes_new ();
  self->orphans = pal_changes_new ();
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * pal_record_new:
 * @dossier: a dossier
 * @id: which of its records
 * @response: (transfer full): what stands there
 * @saw: pal_dossier_get_sight() before that was read
 * @orphans: (transfer full) (nullable) (element-type PalChange): for which its form has no place
 *
 * Within the dossier: a record whose edits are written from now on.
 *
 * Returns: (transfer full): the record
 */
PalRecord *
pal_record_new (PalDossier *dossier, const char *id, PalResponse *response, guint saw,
                GPtrArray *orphans)
{
  PalRecord *self = g_object_new (PAL_TYPE_RECORD, NULL);

  self->dossier = g_object_ref (dossier);
  self->id = g_strdup (id);
  self->response = response;
  self->saw = saw;
  if (orphans != NULL)
    {
      g_ptr_array_unref (self->orphans);
      self->orphans = orphans;
    }
  g_signal_connect (response, "edit", G_CALLBACK (edit_cb), self);

  return self;
}

/**
 * pal_record_new_loose:
 * @response: (transfer full): what is shown
 *
 * A record that is kept nowhere, to show how its questions look: it has no dossier, its id is
 * empty, and what is edited in it is forgotten with it.
 *
 * Returns: (transfer full): the record
 */
PalRecord *
pal_record_new_loose (PalResponse *response)
{
  PalRecord *self;

  g_return_val_if_fail (PAL_IS_RESPONSE (response), NULL);

  self = g_object_new (PAL_TYPE_RECORD, NULL);
  self->id = g_strdup ("");
  self->response = response;

  return self;
}

/* --- what came about elsewhere */

static gboolean
is_about (const PalChange *change, const char *node)
{
  return change->node != NULL && strcmp (change->node, node) == 0;
}

/* What was typed in the meantime, and stands behind it in the log in a moment. */
static gboolean
is_being_written (PalRecord *self, const PalChange *change)
{
  for (guint i = 0; i < self->pending->len; i++)
    if (is_about (g_ptr_array_index (self->pending, i), change->node))
      return TRUE;
  for (guint i = 0; self->in_flight != NULL && i < self->in_flight->len; i++)
    if (is_about (g_ptr_array_index (self->in_flight, i), change->node))
      return TRUE;

  return FALSE;
}

/* TRUE when the form has a place for it. */
static gboolean
follow (PalRecord *self, const PalChange *change)
{
  PalFormNode *definition;

  switch (change->kind)
    {
    case PAL_CHANGE_ROW_ADDED:
      return pal_response_follow_row_added (self->response, change->node, change->value);
    case PAL_CHANGE_ROW_REMOVED:
      pal_response_follow_row_removed (self->response, change->node);
      return TRUE;
    case PAL_CHANGE_VALUE:
      definition = pal_migration_find_home (pal_response_get_form (self->response), change->node);
      if (definition == NULL)
        return FALSE;
      /* Calculated here, whatever the log says. */
      if (definition->calculate != NULL && !pal_record_draws (definition->calculate))
        return TRUE;
      return pal_response_follow_value (self->response, change->node, change->value);
    case PAL_CHANGE_RECORD_MADE:
    case PAL_CHANGE_RECORD_REMOVED:
      return TRUE;
    }

  return TRUE;
}

static void
forget_orphan (PalRecord *self, const char *node)
{
  for (guint i = self->orphans->len; i > 0; i--)
    if (is_about (g_ptr_array_index (self->orphans, i - 1), node))
      g_ptr_array_remove_index (self->orphans, i - 1);
}

/**
 * pal_record_follow:
 * @self: a record
 * @changes: (element-type PalChange): what is in the log already, as pal_dossier_undo() or
 *   pal_dossier_read_span() give it; those of other records are passed over
 *
 * Shows what came about without this record: an undo, a merge. Nothing of it is written again.
 * Where somebody typed in the meantime, that stays, for it will stand behind it in the log. What
 * the form makes of it by itself is an edit as always.
 */
void
pal_record_follow (PalRecord *self, GPtrArray *changes)
{
  g_return_if_fail (PAL_IS_RECORD (self));
  g_return_if_fail (changes != NULL);

  self->saw = pal_dossier_get_sight (self->dossier);
  pal_response_follow_begin (self->response);
  for (guint i = 0; i < changes->len; i++)
    {
      const PalChange *change = g_ptr_array_index (changes, i);

      if (strcmp (change->record, self->id) != 0
          || (change->node != NULL && is_being_written (self, change)))
        continue;
      if (change->node != NULL)
        forget_orphan (self, change->node);
      if (!follow (self, change) && change->value != NULL)
        g_ptr_array_add (self->orphans, pal_change_copy (change));
    }
  pal_response_follow_end (self->response);
}

/* --- looking */

/**
 * pal_record_get_id:
 * @self: a record
 *
 * Returns: its uuid
 */
const char *
pal_record_get_id (PalRecord *self)
{
  g_return_val_if_fail (PAL_IS_RECORD (self), NULL);

  return self->id;
}

/**
 * pal_record_get_dossier:
 * @self: a record
 *
 * Returns: (transfer none): the dossier that it is in
 */
PalDossier *
pal_record_get_dossier (PalRecord *self)
{
  g_return_val_if_fail (PAL_IS_RECORD (self), NULL);

  return self->dossier;
}

/**
 * pal_record_get_response:
 * @self: a record
 *
 * Returns: (transfer none): what is edited; every edit on it is saved
 */
PalResponse *
pal_record_get_response (PalRecord *self)
{
  g_return_val_if_fail (PAL_IS_RECORD (self), NULL);

  return self->response;
}

/**
 * pal_record_get_orphans:
 * @self: a record
 *
 * Returns: (transfer none) (element-type PalChange): heads for which the form has no place; they
 *   stay in the log
 */
GPtrArray *
pal_record_get_orphans (PalRecord *self)
{
  g_return_val_if_fail (PAL_IS_RECORD (self), NULL);

  return self->orphans;
}

/**
 * pal_record_get_save_state:
 * @self: a record
 *
 * Returns: whether what was typed is on the disk
 */
PalSaveState
pal_record_get_save_state (PalRecord *self)
{
  g_return_val_if_fail (PAL_IS_RECORD (self), PAL_SAVE_SAVED);

  return self->save_state;
}

/**
 * pal_record_get_trouble:
 * @self: a record
 *
 * Returns: (transfer none) (nullable): why it could not be written, while the state is
 *   %PAL_SAVE_TROUBLE
 */
const GError *
pal_record_get_trouble (PalRecord *self)
{
  g_return_val_if_fail (PAL_IS_RECORD (self), NULL);

  return self->trouble;
}

/* --- flush */

/**
 * pal_record_flush:
 * @self: a record
 * @error: return location
 *
 * Blocking: returns when all edits so far are durable. If a write is under way, the record's main
 * context runs until it is done, so other callbacks may be called meanwhile; the program uses
 * pal_record_flush_async().
 *
 * Returns: whether they are; if not they are kept in memory and tried again
 */
gboolean
pal_record_flush (PalRecord *self, GError **error)
{
  g_autoptr (PalRecord) alive = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  PalAppendFlags flags;
  const char *title;
  GError *local = NULL;

  g_return_val_if_fail (PAL_IS_RECORD (self), FALSE);

  alive = g_object_ref (self);
  while (self->in_flight != NULL)
    g_main_context_iteration (self->context, TRUE);
  if (self->pending->len == 0)
    return TRUE;

  stop_timer (self);
  changes = g_steal_pointer (&self->pending);
  self->pending = pal_changes_new ();
  title = begin_act (self, &flags);
  pal_dossier_append_full (self->dossier, title, g_ptr_array_ref (changes), flags, NULL, &local);
  settle (self, changes, local);
  if (self->trouble == NULL)
    return TRUE;

  if (error != NULL)
    *error = g_error_copy (self->trouble);

  return FALSE;
}

/**
 * pal_record_flush_async:
 * @self: a record
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * Writes at once what was edited so far: on focus-out, page switch, suspend, close.
 */
void
pal_record_flush_async (PalRecord *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (PAL_IS_RECORD (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_record_flush_async);
  if (self->in_flight == NULL && self->pending->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (self->waiting, task);
  write_pending (self);
}

/**
 * pal_record_flush_finish:
 * @self: a record
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether all edits up to the call are durable
 */
gboolean
pal_record_flush_finish (PalRecord *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
