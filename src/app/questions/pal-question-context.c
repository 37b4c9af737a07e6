// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-context"
#include "config.h"

#include "pal-question-context.h"

struct _PalQuestionContext
{
  GObject parent_instance;

  PalRecord *record;   /* (owned) */
  GHashTable *slots;   /* (owned) (element-type PalNode PalQuestionSlot) */
  GPtrArray *nodeless; /* (owned) (element-type PalQuestionSlot) */
  gboolean locked;
};

enum
{
  UPDATE_BEGINS,
  UPDATE_ENDED,
  LANGUAGE_CHANGED,
  GO_TO,
  REFUSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalQuestionContext, pal_question_context, G_TYPE_OBJECT)

/* Where a record keeps its buffers. */
static GQuark
buffers_quark (void)
{
  return g_quark_from_static_string ("pal-question-buffers");
}

static void
updated_cb (PalResponse *response, GPtrArray *nodes, PalQuestionContext *self)
{
  g_autoptr (PalQuestionContext) keep = g_object_ref (self);

  g_signal_emit (self, signals[UPDATE_BEGINS], 0);
  for (guint i = 0; i < nodes->len; i++)
    {
      PalQuestionSlot *slot = g_hash_table_lookup (self->slots, g_ptr_array_index (nodes, i));

      if (slot != NULL)
        slot->update (slot);
    }
  /* Repeats and presentation groups are no nodes of the record: they look for themselves. */
  for (guint i = 0; i < self->nodeless->len; i++)
    {
      PalQuestionSlot *slot = g_ptr_array_index (self->nodeless, i);

      slot->update (slot);
    }
  g_signal_emit (self, signals[UPDATE_ENDED], 0);
}

static void
rows_changed_cb (PalResponse *response, PalFormNode *repeat, PalNode *parent,
                 PalQuestionContext *self)
{
  g_autoptr (PalQuestionContext) keep = g_object_ref (self);

  g_signal_emit (self, signals[UPDATE_BEGINS], 0);
  for (guint i = 0; i < self->nodeless->len; i++)
    {
      PalQuestionSlot *slot = g_ptr_array_index (self->nodeless, i);

      if (slot->control->node == repeat)
        slot->update (slot);
    }
  g_signal_emit (self, signals[UPDATE_ENDED], 0);
}

static void
update_all (PalQuestionContext *self)
{
  g_autofree gpointer *nodes = g_hash_table_get_keys_as_array (self->slots, NULL);

  for (guint i = 0; nodes[i] != NULL; i++)
    {
      PalQuestionSlot *slot = g_hash_table_lookup (self->slots, nodes[i]);

      if (slot != NULL)
        slot->update (slot);
    }
  for (guint i = 0; i < self->nodeless->len; i++)
    {
      PalQuestionSlot *slot = g_ptr_array_index (self->nodeless, i);

      slot->update (slot);
    }
}

/* All words change at once, in place. */
static void
language_changed_cb (PalQuestionContext *self)
{
  g_autoptr (PalQuestionContext) keep = g_object_ref (self);

  g_signal_emit (self, signals[UPDATE_BEGINS], 0);
  update_all (self);
  g_signal_emit (self, signals[LANGUAGE_CHANGED], 0);
  g_signal_emit (self, signals[UPDATE_ENDED], 0);
}

static void
pal_question_context_dispose (GObject *object)
{
  PalQuestionContext *self = PAL_QUESTION_CONTEXT (object);

  g_clear_object (&self->record);

  G_OBJECT_CLASS (pal_question_context_parent_class)->dispose (object);
}

static void
pal_question_context_finalize (GObject *object)
{
  PalQuestionContext *self = PAL_QUESTION_CONTEXT (object);

  g_hash_table_unref (self->slots);
  g_ptr_array_unref (self->nodeless);

  G_OBJECT_CLASS (pal_question_context_parent_class)->finalize (object);
}

static void
pal_question_context_class_init (PalQuestionContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pal_question_context_dispose;
  object_class->finalize = pal_question_context_finalize;

  signals[UPDATE_BEGINS] = g_signal_new ("update-begins", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[UPDATE_ENDED] = g_signal_new ("update-ended", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GO_TO]
      = g_signal_new ("go-to", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[LANGUAGE_CHANGED] = g_signal_new ("language-changed", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_question_context_init (PalQuestionContext *self)
{
  self->slots = g_hash_table_new (NULL, NULL);
  self->nodeless = g_ptr_array_new ();
}

PalQuestionContext *
pal_question_context_new (PalRecord *record)
{
  PalQuestionContext *self = g_object_new (PAL_TYPE_QUESTION_CONTEXT, NULL);
  PalResponse *response = pal_record_get_response (record);

  self->record = g_object_ref (record);
  g_signal_connect_object (response, "updated", G_CALLBACK (updated_cb), self, 0);
  g_signal_connect_object (response, "rows-changed", G_CALLBACK (rows_changed_cb), self, 0);
  g_signal_connect_object (response, "notify::language", G_CALLBACK (language_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

PalRecord *
pal_question_context_get_record (PalQuestionContext *self)
{
  return self->record;
}

PalResponse *
pal_question_context_get_response (PalQuestionContext *self)
{
  return pal_record_get_response (self->record);
}

/**
 * pal_question_context_set_locked:
 * @self: of a page
 * @locked: whether its answers stay as they are
 *
 * Questions show what they hold and take nothing.
 */
void
pal_question_context_set_locked (PalQuestionContext *self, gboolean locked)
{
  g_autoptr (PalQuestionContext) keep = NULL;

  g_return_if_fail (PAL_IS_QUESTION_CONTEXT (self));

  if (self->locked == locked)
    return;
  keep = g_object_ref (self);
  self->locked = locked;
  g_signal_emit (self, signals[UPDATE_BEGINS], 0);
  update_all (self);
  g_signal_emit (self, signals[UPDATE_ENDED], 0);
}

gboolean
pal_question_context_is_locked (PalQuestionContext *self)
{
  return self->locked;
}

void
pal_question_context_refuse (PalQuestionContext *self)
{
  g_signal_emit (self, signals[REFUSED], 0);
}

/**
 * pal_question_context_watch:
 * @slot: (transfer none): a place; stays the caller's, until pal_question_context_unwatch()
 *
 * Has @slot->update called when the node of @slot may look different.
 */
void
pal_question_context_watch (PalQuestionContext *self, PalQuestionSlot *slot)
{
  if (slot->node != NULL)
    g_hash_table_insert (self->slots, slot->node, slot);
  else
    g_ptr_array_add (self->nodeless, slot);
}

void
pal_question_context_unwatch (PalQuestionContext *self, PalQuestionSlot *slot)
{
  if (slot->node == NULL)
    g_ptr_array_remove (self->nodeless, slot);
  else if (g_hash_table_lookup (self->slots, slot->node) == slot)
    g_hash_table_remove (self->slots, slot->node);
}

PalQuestionSlot *
pal_question_context_find (PalQuestionContext *self, PalNode *node)
{
  return g_hash_table_lookup (self->slots, node);
}

void
pal_question_context_go_to (PalQuestionContext *self, const char *path)
{
  g_return_if_fail (PAL_IS_QUESTION_CONTEXT (self));

  g_signal_emit (self, signals[GO_TO], 0, path);
}

/**
 * pal_question_context_get_buffer:
 * @node: the node of a text question
 *
 * Undo lives in the buffer, so the buffer lives with the record: a page that is built again finds
 * it as it was left.
 *
 * Returns: (transfer none): the buffer
 */
GtkTextBuffer *
pal_question_context_get_buffer (PalQuestionContext *self, PalNode *node)
{
  PalResponse *response = pal_record_get_response (self->record);
  g_autofree char *path = pal_response_dup_path (response, node);
  GHashTable *buffers = g_object_get_qdata (G_OBJECT (self->record), buffers_quark ());
  GtkTextBuffer *buffer = NULL;

  if (buffers == NULL)
    {
      buffers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
      g_object_set_qdata_full (G_OBJECT (self->record), buffers_quark (), buffers,
                               (GDestroyNotify) g_hash_table_unref);
    }

  buffer = g_hash_table_lookup (buffers, path);
  if (buffer == NULL)
    {
      buffer = gtk_text_buffer_new (NULL);
      gtk_text_buffer_begin_irreversible_action (buffer);
      gtk_text_buffer_set_text (buffer, pal_response_get_value (response, node), -1);
      gtk_text_buffer_end_irreversible_action (buffer);
      g_hash_table_insert (buffers, g_steal_pointer (&path), buffer);
    }

  return buffer;
}
