// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-conflicts"
#include "config.h"

#include "pal-conflicts.h"

#include <string.h>

struct _PalConflicts
{
  PalDossierModel parent_instance;

  GPtrArray *list;    /* (owned) (element-type PalConflict) */
  char *asked_record; /* (owned) (nullable): what shall be shown */
  char *asked_node;   /* (owned) (nullable) */
};

enum
{
  SHOW,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalConflicts, pal_conflicts, PAL_TYPE_DOSSIER_MODEL)

static void pal_conflicts_read (PalDossierModel *model);
static void
pal_conflicts_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth);

static void
pal_conflicts_finalize (GObject *object)
{
  PalConflicts *self = PAL_CONFLICTS (object);

  g_ptr_array_unref (self->list);
  g_free (self->asked_record);
  g_free (self->asked_node);

  G_OBJECT_CLASS (pal_conflicts_parent_class)->finalize (object);
}

static void
pal_conflicts_class_init (PalConflictsClass *klass)
{
  PalDossierModelClass *model_class = PAL_DOSSIER_MODEL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_conflicts_finalize;
  model_class->read = pal_conflicts_read;
  model_class->written = pal_conflicts_written;

  signals[SHOW] = g_signal_new ("show", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
pal_conflicts_init (PalConflicts *self)
{
  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_conflict_free);
}

/* --- reading */

static gboolean
is_same (GPtrArray *one, GPtrArray *other)
{
  if (one->len != other->len)
    return FALSE;
  for (guint i = 0; i < one->len; i++)
    {
      const PalConflict *a = g_ptr_array_index (one, i);
      const PalConflict *b = g_ptr_array_index (other, i);

      if (a->kind != b->kind || strcmp (a->record, b->record) != 0 || strcmp (a->node, b->node) != 0
          || a->heads->len != b->heads->len)
        return FALSE;
      for (guint j = 0; j < a->heads->len; j++)
        if (g_strcmp0 (((PalChange *) g_ptr_array_index (a->heads, j))->id,
                       ((PalChange *) g_ptr_array_index (b->heads, j))->id)
            != 0)
          return FALSE;
    }

  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConflicts) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list
      = pal_dossier_list_conflicts_finish (PAL_DOSSIER (source), result, &error);

  pal_dossier_model_end_reading (self);
  if (list == NULL)
    {
      g_info ("the conflicts could not be read: %s", error->message);
      return;
    }
  if (is_same (list, self->list))
    return;

  g_ptr_array_unref (self->list);
  self->list = g_steal_pointer (&list);
  pal_dossier_model_set_count (self, self->list->len);
  pal_dossier_model_changed (self);
}

static void
pal_conflicts_read (PalDossierModel *model)
{
  pal_dossier_list_conflicts_async (pal_dossier_model_get_dossier (model), read_cb,
                                    g_object_ref (model));
}

/* One's own typing makes no conflict: only what came from others does, what settles one, and what
 * takes such things back. */
static void
pal_conflicts_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth)
{
  PalConflicts *self = PAL_CONFLICTS (model);

  if (self->list->len > 0 || forth != NULL || back == NULL || back->record == NULL
      || g_strcmp0 (back->title, PAL_CONFLICT_ACT) == 0)
    pal_dossier_model_read (self);
}

/**
 * pal_conflicts_of_dossier:
 * @dossier: an open dossier
 *
 * Returns: (transfer none): its conflicts; read soon after they are first asked for
 */
PalConflicts *
pal_conflicts_of_dossier (PalDossier *dossier)
{
  return pal_dossier_model_of (PAL_TYPE_CONFLICTS, dossier);
}

/* --- looking */

GPtrArray *
pal_conflicts_get_list (PalConflicts *self)
{
  return self->list;
}

guint
pal_conflicts_get_count (PalConflicts *self)
{
  return self->list->len;
}

const PalConflict *
pal_conflicts_find (PalConflicts *self, const char *record, const char *node)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (self->list, i);

      if (strcmp (conflict->record, record) == 0 && strcmp (conflict->node, node) == 0)
        return conflict;
    }

  return NULL;
}

/**
 * pal_conflicts_find_row:
 * @self: conflicts
 * @record: id of a record
 * @repeat: name of the element that is repeated
 * @around: path, with row ids, of what the rows stand in
 *
 * Returns: (transfer none) (nullable): the first about one of these rows
 */
const PalConflict *
pal_conflicts_find_row (PalConflicts *self, const char *record, const char *repeat,
                        const char *around)
{
  g_autofree char *start = NULL;

  if (self->list->len == 0)
    return NULL;
  start = g_strdup_printf ("%s/%s[", around, repeat);
  for (guint i = 0; i < self->list->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (self->list, i);

      if (conflict->kind == PAL_CONFLICT_ROW && strcmp (conflict->record, record) == 0
          && g_str_has_prefix (conflict->node, start)
          && strchr (conflict->node + strlen (start), '/') == NULL)
        return conflict;
    }

  return NULL;
}

void
pal_conflicts_ask (PalConflicts *self, const char *record, const char *node)
{
  g_return_if_fail (PAL_IS_CONFLICTS (self));

  g_free (self->asked_record);
  g_free (self->asked_node);
  self->asked_record = g_strdup (record);
  self->asked_node = g_strdup (node != NULL ? node : "");
  g_signal_emit (self, signals[SHOW], 0, record, node);
}

gboolean
pal_conflicts_take_asked (PalConflicts *self, char **record, char **node)
{
  *record = g_steal_pointer (&self->asked_record);
  *node = g_steal_pointer (&self->asked_node);

  return *record != NULL;
}

/* --- settling */

static void
span_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *changes = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, &error);

  if (changes != NULL)
    g_task_return_pointer (task, changes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
appended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalLogSpan written;
  GError *error = NULL;

  if (!pal_dossier_append_finish_at (PAL_DOSSIER (source), result, &written, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  pal_dossier_model_read (g_task_get_source_object (task));
  pal_dossier_read_span_async (PAL_DOSSIER (source), &written, span_read_cb, g_object_ref (task));
}

/**
 * pal_conflicts_settle_async:
 * @self: conflicts
 * @changes: (transfer full) (element-type PalChange): see pal_conflict_settle()
 * @callback: called when it is on the disk
 * @user_data: data for @callback
 */
void
pal_conflicts_settle_async (PalConflicts *self, GPtrArray *changes, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task;

  g_return_if_fail (PAL_IS_CONFLICTS (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_conflicts_settle_async);
  pal_dossier_append_full_async (pal_dossier_model_get_dossier (self), PAL_CONFLICT_ACT, changes,
                                 PAL_APPEND_APART, appended_cb, task);
}

GPtrArray *
pal_conflicts_settle_finish (PalConflicts *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
