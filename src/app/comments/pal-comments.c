// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-comments"
#include "config.h"

#include "pal-comments.h"

#include <string.h>

struct _PalComments
{
  PalDossierModel parent_instance;

  GPtrArray *list; /* (owned) (element-type PalComment) */
};

enum
{
  SHOW,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalComments, pal_comments, PAL_TYPE_DOSSIER_MODEL)

static void pal_comments_read (PalDossierModel *model);
static void
pal_comments_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth);

static void
pal_comments_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_COMMENTS (object)->list);

  G_OBJECT_CLASS (pal_comments_parent_class)->finalize (object);
}

static void
pal_comments_class_init (PalCommentsClass *klass)
{
  PalDossierModelClass *model_class = PAL_DOSSIER_MODEL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_comments_finalize;
  model_class->read = pal_comments_read;
  model_class->written = pal_comments_written;

  signals[SHOW] = g_signal_new ("show", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
pal_comments_init (PalComments *self)
{
  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_comment_free);
}

/* --- reading */

gboolean
pal_comments_is_first (PalComments *self, guint index)
{
  const PalComment *comment = g_ptr_array_index (self->list, index);
  const PalComment *before = index > 0 ? g_ptr_array_index (self->list, index - 1) : NULL;

  /* An answer follows the comment that it answers, or another answer to that. */
  return comment->reply == NULL || before == NULL
         || (strcmp (before->id, comment->reply) != 0
             && g_strcmp0 (before->reply, comment->reply) != 0);
}

static gboolean
is_same (GPtrArray *one, GPtrArray *other)
{
  if (one->len != other->len)
    return FALSE;
  for (guint i = 0; i < one->len; i++)
    {
      const PalComment *a = g_ptr_array_index (one, i);
      const PalComment *b = g_ptr_array_index (other, i);

      if (strcmp (a->id, b->id) != 0 || a->resolved != b->resolved || strcmp (a->text, b->text) != 0
          || strcmp (a->node, b->node) != 0 || strcmp (a->author, b->author) != 0)
        return FALSE;
    }

  return TRUE;
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *list = pal_comment_list (task_data, FALSE, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalComments *self = PAL_COMMENTS (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = g_task_propagate_pointer (G_TASK (result), &error);
  guint n_open = 0;

  pal_dossier_model_end_reading (self);
  if (list == NULL)
    {
      g_info ("the comments could not be read: %s", error->message);
      return;
    }
  if (is_same (list, self->list))
    return;

  g_ptr_array_unref (self->list);
  self->list = g_steal_pointer (&list);
  for (guint i = 0; i < self->list->len; i++)
    n_open += pal_comments_is_first (self, i)
              && !((PalComment *) g_ptr_array_index (self->list, i))->resolved;
  pal_dossier_model_set_count (self, n_open);
  pal_dossier_model_changed (self);
}

static void
pal_comments_read (PalDossierModel *model)
{
  g_autoptr (GTask) task = g_task_new (model, NULL, listed_cb, NULL);

  g_task_set_task_data (task, g_object_ref (pal_dossier_model_get_dossier (model)), g_object_unref);
  g_task_run_in_thread (task, list_in_thread);
}

/* Only what is about comments, what came from others, and what takes such things back. */
static void
pal_comments_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth)
{
  if (forth != NULL || back == NULL || back->record == NULL
      || g_str_has_prefix (back->title, PAL_COMMENT_ACT))
    pal_dossier_model_read (model);
}

/**
 * pal_comments_of_dossier:
 * @dossier: an open dossier
 *
 * Returns: (transfer none): its comments; read soon after they are first asked for
 */
PalComments *
pal_comments_of_dossier (PalDossier *dossier)
{
  return pal_dossier_model_of (PAL_TYPE_COMMENTS, dossier);
}

/* --- looking */

GPtrArray *
pal_comments_get_list (PalComments *self)
{
  return self->list;
}

guint
pal_comments_get_count (PalComments *self)
{
  return pal_dossier_model_get_count (self);
}

/**
 * pal_comments_count_open:
 * @self: comments
 * @record: id of a record
 * @node: path, with row ids, of a question in it
 *
 * Returns: how many talks about it are open
 */
guint
pal_comments_count_open (PalComments *self, const char *record, const char *node)
{
  guint n = 0;

  for (guint i = 0; i < self->list->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (self->list, i);

      n += !comment->resolved && strcmp (comment->node, node) == 0
           && strcmp (comment->record, record) == 0 && pal_comments_is_first (self, i);
    }

  return n;
}

void
pal_comments_ask (PalComments *self, const char *record, const char *node, const char *title)
{
  g_return_if_fail (PAL_IS_COMMENTS (self));

  g_signal_emit (self, signals[SHOW], 0, record, node, title);
}

/* --- writing */

typedef struct
{
  PalDossier *dossier; /* (owned) */
  char *record;
  char *node;
  char *text;  /* (nullable): NULL: a talk is settled, or taken up again */
  char *reply; /* (nullable): what is answered; what is settled */
  gboolean resolved;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_object_unref (writing->dossier);
  g_free (writing->record);
  g_free (writing->node);
  g_free (writing->text);
  g_free (writing->reply);
  g_free (writing);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Writing *writing = task_data;
  g_autofree char *id = NULL;
  GError *error = NULL;
  gboolean ok;

  if (writing->text != NULL)
    {
      id = pal_comment_add (writing->dossier, writing->record, writing->node, writing->text,
                            writing->reply, NULL, &error);
      ok = id != NULL;
    }
  else
    ok = pal_comment_resolve (writing->dossier, writing->reply, writing->resolved, &error);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
run (PalComments *self, Writing *writing, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  writing->dossier = g_object_ref (pal_dossier_model_get_dossier (self));
  g_task_set_task_data (task, writing, writing_free);
  g_task_run_in_thread (task, write_in_thread);
}

void
pal_comments_add_async (PalComments *self, const char *record, const char *node, const char *text,
                        const char *reply, GAsyncReadyCallback callback, gpointer user_data)
{
  Writing *writing;

  g_return_if_fail (PAL_IS_COMMENTS (self));
  g_return_if_fail (text != NULL);

  writing = g_new0 (Writing, 1);
  writing->record = g_strdup (record);
  writing->node = g_strdup (node);
  writing->text = g_strdup (text);
  writing->reply = g_strdup (reply);
  run (self, writing, callback, user_data);
}

void
pal_comments_resolve_async (PalComments *self, const char *id, gboolean resolved,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  Writing *writing;

  g_return_if_fail (PAL_IS_COMMENTS (self));
  g_return_if_fail (id != NULL);

  writing = g_new0 (Writing, 1);
  writing->reply = g_strdup (id);
  writing->resolved = resolved;
  run (self, writing, callback, user_data);
}

gboolean
pal_comments_write_finish (PalComments *self, GAsyncResult *result, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  pal_dossier_model_read (self);

  return TRUE;
}
