// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-bilingual"
#include "config.h"

#include "pal-bilingual.h"

#include "pal-answer-languages.h"

#include <string.h>

#define PAUSE_MS 400 /* as for answers */
#define AGAIN_MS 5000

/* What somebody typed or said of a twin, until it is in the log. */
typedef struct
{
  PalRecord *record; /* (owned) */
  char *node;
  char *language;
  char *text; /* (nullable): NULL: it is still right */
  guint saw;
  gboolean is_writing; /* and no other text came since */
} Pending;

struct _PalBilingual
{
  PalDossierModel parent_instance;

  char *first;         /* (nullable) */
  char *second;        /* (nullable) */
  GPtrArray *twins;    /* (owned) (element-type PalTwin): of the second language */
  GHashTable *index;   /* (owned) (element-type utf8 PalTwin): by key */
  GHashTable *buffers; /* (owned) (element-type utf8 GtkTextBuffer): by key and language */
  GHashTable *pending; /* (owned) (element-type utf8 Pending): by key and language */
  GQueue flushes;      /* (element-type GTask): wait until nothing is pending */
  guint sight;         /* when it was read */
  guint timer;
  guint n_writing;
  guint n_failed; /* writes, since one went well */
};

G_DEFINE_FINAL_TYPE (PalBilingual, pal_bilingual, PAL_TYPE_DOSSIER_MODEL)

static void pal_bilingual_read (PalDossierModel *model);
static void
pal_bilingual_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth);

static void write_pending (PalBilingual *self);

static char *
dup_key (const char *record, const char *node, const char *language)
{
  return g_strdup_printf ("%s\n%s\n%s", record, node, language != NULL ? language : "");
}

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_object_unref (pending->record);
  g_free (pending->node);
  g_free (pending->language);
  g_free (pending->text);
  g_free (pending);
}

static void
pal_bilingual_finalize (GObject *object)
{
  PalBilingual *self = PAL_BILINGUAL (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self->first);
  g_free (self->second);
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->twins);
  g_hash_table_unref (self->buffers);
  g_hash_table_unref (self->pending);
  g_queue_clear_full (&self->flushes, g_object_unref);

  G_OBJECT_CLASS (pal_bilingual_parent_class)->finalize (object);
}

static void
pal_bilingual_class_init (PalBilingualClass *klass)
{
  PalDossierModelClass *model_class = PAL_DOSSIER_MODEL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_bilingual_finalize;
  model_class->read = pal_bilingual_read;
  model_class->written = pal_bilingual_written;
}

static void
pal_bilingual_init (PalBilingual *self)
{
  self->twins = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_twin_free);
  self->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->buffers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pending_free);
  g_queue_init (&self->flushes);
}

/* --- reading */

typedef struct
{
  PalDossier *dossier; /* (owned) */
  PalAnswerLanguages *languages;
  GPtrArray *twins;
  guint sight;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->dossier);
  pal_answer_languages_free (reading->languages);
  g_clear_pointer (&reading->twins, g_ptr_array_unref);
  g_free (reading);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;

  reading->sight = pal_dossier_get_sight (reading->dossier);
  reading->languages = pal_answer_languages_read (reading->dossier, &error);
  if (reading->languages != NULL && reading->languages->second != NULL)
    reading->twins = pal_twin_list (reading->dossier, NULL, reading->languages->second, &error);
  else if (reading->languages != NULL)
    reading->twins = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_twin_free);
  if (reading->twins != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
take (PalBilingual *self, Reading *reading)
{
  g_hash_table_remove_all (self->index);
  g_ptr_array_unref (self->twins);
  self->twins = g_steal_pointer (&reading->twins);
  for (guint i = 0; i < self->twins->len; i++)
    {
      PalTwin *twin = g_ptr_array_index (self->twins, i);

      g_hash_table_insert (self->index, dup_key (twin->record, twin->node, NULL), twin);
    }
  g_free (self->first);
  self->first = g_strdup (reading->languages->first);
  g_free (self->second);
  self->second = g_strdup (reading->languages->second);
  self->sight = reading->sight;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalBilingual *self = PAL_BILINGUAL (source);
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  /* Something was written meanwhile: what was read may be older than what the person sees. */
  if (pal_dossier_model_end_reading (self))
    return;
  if (!ok)
    {
      g_info ("the translations could not be read: %s", error->message);
      return;
    }
  take (self, reading);
  pal_dossier_model_changed (self);
}

static void
pal_bilingual_read (PalDossierModel *model)
{
  g_autoptr (GTask) task = g_task_new (model, NULL, read_cb, NULL);
  Reading *reading = g_new0 (Reading, 1);

  reading->dossier = g_object_ref (pal_dossier_model_get_dossier (model));
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* Without a second language only what may bring one is of interest. */
static void
pal_bilingual_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth)
{
  if (PAL_BILINGUAL (model)->second != NULL || forth != NULL || back == NULL || back->record == NULL
      || strcmp (back->title, PAL_ANSWER_LANGUAGES_ACT) == 0)
    pal_dossier_model_read (model);
}

PalBilingual *
pal_bilingual_of_dossier (PalDossier *dossier)
{
  return pal_dossier_model_of (PAL_TYPE_BILINGUAL, dossier);
}

/* --- looking */

const char *
pal_bilingual_get_first (PalBilingual *self)
{
  return self->first;
}

const char *
pal_bilingual_get_second (PalBilingual *self)
{
  return self->second;
}

const PalTwin *
pal_bilingual_find (PalBilingual *self, PalRecord *record, const char *node)
{
  g_autofree char *key = dup_key (pal_record_get_id (record), node, NULL);

  return g_hash_table_lookup (self->index, key);
}

GPtrArray *
pal_bilingual_list_open (PalBilingual *self, PalRecord *record)
{
  if (self->second == NULL)
    return g_ptr_array_new_with_free_func (g_free);

  return pal_twin_list_open (pal_record_get_response (record), pal_record_get_id (record),
                             self->second, self->twins);
}

GtkTextBuffer *
pal_bilingual_get_buffer (PalBilingual *self, PalRecord *record, const char *node)
{
  g_autofree char *key = dup_key (pal_record_get_id (record), node, self->second);
  GtkTextBuffer *buffer = g_hash_table_lookup (self->buffers, key);

  if (buffer == NULL)
    {
      buffer = gtk_text_buffer_new (NULL);
      g_hash_table_insert (self->buffers, g_steal_pointer (&key), buffer);
    }

  return buffer;
}

gboolean
pal_bilingual_is_pending (PalBilingual *self, PalRecord *record, const char *node)
{
  g_autofree char *key = dup_key (pal_record_get_id (record), node, self->second);

  return g_hash_table_contains (self->pending, key);
}

gboolean
pal_bilingual_has_trouble (PalBilingual *self)
{
  return self->n_failed > 0;
}

/* --- writing: first the answer, so that the log says what was translated */

typedef struct
{
  PalBilingual *self; /* (owned) */
  char *key;
} Writing;

static void
writing_free (Writing *writing)
{
  g_object_unref (writing->self);
  g_free (writing->key);
  g_free (writing);
}

static gboolean
timer_cb (gpointer user_data)
{
  PalBilingual *self = user_data;

  self->timer = 0;
  write_pending (self);

  return G_SOURCE_REMOVE;
}

static void
wait (PalBilingual *self, guint ms)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (ms, timer_cb, self);
}

static void
end_flushes (PalBilingual *self, const GError *error)
{
  if (error == NULL && g_hash_table_size (self->pending) > 0)
    return;
  while (!g_queue_is_empty (&self->flushes))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->flushes);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static void
wrote (Writing *writing, const GError *error)
{
  PalBilingual *self = writing->self;
  Pending *pending = g_hash_table_lookup (self->pending, writing->key);
  /* What cannot be written at all would be tried for ever. */
  gboolean is_done = error == NULL || error->domain == PAL_TWIN_ERROR;

  self->n_writing--;
  if (error != NULL)
    g_info ("a translation was not written: %s", error->message);
  if (pending != NULL && pending->is_writing && is_done)
    g_hash_table_remove (self->pending, writing->key);
  else if (pending != NULL)
    pending->is_writing = FALSE;
  self->n_failed = is_done ? 0 : self->n_failed + 1;
  if (!is_done)
    wait (self, AGAIN_MS);
  else if (self->timer == 0 || !g_queue_is_empty (&self->flushes))
    write_pending (self);
  end_flushes (self, is_done ? NULL : error);
  pal_dossier_model_read (self);
  writing_free (writing);
}

static void
written_twin_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  pal_twin_write_finish (PAL_DOSSIER (source), result, &error);
  wrote (user_data, error);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Writing *writing = user_data;
  Pending *pending = g_hash_table_lookup (writing->self->pending, writing->key);
  g_autoptr (GError) error = NULL;

  if (!pal_record_flush_finish (PAL_RECORD (source), result, &error))
    {
      wrote (writing, error);
      return;
    }
  pending->is_writing = TRUE;
  pal_twin_write_async (pal_dossier_model_get_dossier (writing->self),
                        pal_record_get_id (pending->record), pending->node, pending->language,
                        pending->text, pending->saw, written_twin_cb, writing);
}

/* One after the other, so that no older text comes after a newer one. */
static void
write_pending (PalBilingual *self)
{
  GHashTableIter iter;
  gpointer key, pending;
  Writing *writing;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->n_writing > 0)
    return;
  g_hash_table_iter_init (&iter, self->pending);
  if (!g_hash_table_iter_next (&iter, &key, &pending))
    return;
  writing = g_new0 (Writing, 1);
  writing->self = g_object_ref (self);
  writing->key = g_strdup (key);
  self->n_writing++;
  pal_record_flush_async (((Pending *) pending)->record, flushed_cb, writing);
}

/* text: (nullable) */
static void
note (PalBilingual *self, PalRecord *record, const char *node, const char *text)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->record = g_object_ref (record);
  pending->node = g_strdup (node);
  pending->language = g_strdup (self->second);
  pending->text = g_strdup (text);
  pending->saw = self->sight;
  g_hash_table_replace (self->pending, dup_key (pal_record_get_id (record), node, self->second),
                        pending);
  pal_dossier_model_doubt (self);
}

void
pal_bilingual_type (PalBilingual *self, PalRecord *record, const char *node, const char *text)
{
  g_return_if_fail (PAL_IS_BILINGUAL (self));
  g_return_if_fail (text != NULL);

  if (self->second == NULL)
    return;
  note (self, record, node, text);
  wait (self, PAUSE_MS);
}

void
pal_bilingual_confirm (PalBilingual *self, PalRecord *record, const char *node)
{
  g_return_if_fail (PAL_IS_BILINGUAL (self));

  if (self->second == NULL)
    return;
  /* What was typed a moment ago says so by itself. */
  if (!pal_bilingual_is_pending (self, record, node))
    note (self, record, node, NULL);
  write_pending (self);
}

void
pal_bilingual_flush_async (PalBilingual *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_BILINGUAL (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_bilingual_flush_async);
  if (g_hash_table_size (self->pending) == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_queue_push_tail (&self->flushes, g_steal_pointer (&task));
  write_pending (self);
}

gboolean
pal_bilingual_flush_finish (PalBilingual *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the languages */

typedef struct
{
  PalDossier *dossier; /* (owned) */
  char *first;
  char *second;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_object_unref (choice->dossier);
  g_free (choice->first);
  g_free (choice->second);
  g_free (choice);
}

static void
choose_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Choice *choice = task_data;
  GError *error = NULL;

  if (pal_answer_languages_set (choice->dossier, choice->first, choice->second, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_warning ("the languages of the answers were not written: %s", error->message);
  pal_dossier_model_read (source);
}

void
pal_bilingual_choose (PalBilingual *self, const char *first, const char *second)
{
  g_autoptr (GTask) task = NULL;
  Choice *choice;

  g_return_if_fail (PAL_IS_BILINGUAL (self));

  choice = g_new0 (Choice, 1);
  choice->dossier = g_object_ref (pal_dossier_model_get_dossier (self));
  choice->first = g_strdup (first);
  choice->second = g_strdup (second);
  task = g_task_new (self, NULL, chosen_cb, NULL);
  g_task_set_task_data (task, choice, choice_free);
  g_task_run_in_thread (task, choose_in_thread);
}
