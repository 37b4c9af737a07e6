// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-work"
#include "config.h"

#include "pal-translate-work.h"

#include "pal-author.h"
#include "pal-settings.h"

#include <glib/gstdio.h>

#define PAUSE_MS 400   /* after the last key */
#define LONGEST_MS 900 /* from the first: who types without a pause loses no more */
#define RETRY_MS 5000
#define CHECKS_AT_ONCE 25 /* between two frames */

struct _PalTranslateWork
{
  GObject parent_instance;

  char *id;                /* (owned) */
  char *language;          /* (owned) */
  char *path;              /* (owned): of the draft */
  PalCatalogue *catalogue; /* (owned) */
  PalGlossary *glossary;   /* (owned) (nullable) */

  GHashTable *n_remarks; /* (owned) (element-type PalCatalogueEntry guint) */
  guint check_source;
  guint next_check; /* index of the entry to be looked at next */
  gboolean is_taking;
  GPtrArray *before; /* (owned) (nullable) (element-type Before): what was taken last replaced */

  gboolean is_edited; /* since the last write began */
  gboolean is_writing;
  gint64 edited_since_us; /* monotonic */
  guint timer;
  GPtrArray *waiting; /* (owned) (element-type GTask): flushes */
  PalTranslateSaveState save_state;
  GError *trouble; /* (owned) (nullable) */
};

enum
{
  PROP_SAVE_STATE = 1,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

enum
{
  EDITED,
  CHECKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalTranslateWork, pal_translate_work, G_TYPE_OBJECT)

static void write_draft (PalTranslateWork *self);

/* --- the draft ----------------------------------------------------------------------------- */

/* trouble: (transfer full) (nullable) */
static void
set_state (PalTranslateWork *self, PalTranslateSaveState state, GError *trouble)
{
  g_clear_error (&self->trouble);
  self->trouble = trouble;
  if (self->save_state == state)
    return;
  self->save_state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVE_STATE]);
}

static void
timer_cb (gpointer user_data)
{
  PalTranslateWork *self = user_data;

  self->timer = 0;
  write_draft (self);
}

static void
start_timer (PalTranslateWork *self, guint delay_ms)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_once (delay_ms, timer_cb, self);
}

static void
start_pause (PalTranslateWork *self)
{
  gint64 rest_ms = LONGEST_MS - (g_get_monotonic_time () - self->edited_since_us) / 1000;

  start_timer (self, CLAMP (rest_ms, 0, PAUSE_MS));
}

static void
answer_waiting (PalTranslateWork *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    if (self->trouble != NULL)
      g_task_return_error (g_ptr_array_index (waiting, i), g_error_copy (self->trouble));
    else
      g_task_return_boolean (g_ptr_array_index (waiting, i), TRUE);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslateWork) self = user_data;
  GError *error = NULL;

  self->is_writing = FALSE;
  if (!pal_catalogue_save_finish (PAL_CATALOGUE (source), result, &error))
    {
      g_info ("the draft is not on the disk yet: %s", error->message);
      self->is_edited = TRUE;
      set_state (self, PAL_TRANSLATE_TROUBLE, error);
      start_timer (self, RETRY_MS);
    }
  else if (self->is_edited)
    {
      set_state (self, PAL_TRANSLATE_PENDING, NULL);
      if (self->waiting->len > 0)
        {
          write_draft (self);
          return;
        }
      start_pause (self);
    }
  else
    set_state (self, PAL_TRANSLATE_SAVED, NULL);
  answer_waiting (self);
}

/* Short, and mostly there already; if it fails, so does the writing. */
static void
ensure_folder (PalTranslateWork *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_info ("cannot make the folder of the drafts");
}

static void
write_draft (PalTranslateWork *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->is_writing || !self->is_edited)
    return;
  self->is_edited = FALSE;
  self->is_writing = TRUE;
  ensure_folder (self);
  pal_catalogue_save_async (self->catalogue, self->path, NULL, written_cb, g_object_ref (self));
}

static void
edited (PalTranslateWork *self)
{
  if (!self->is_edited)
    self->edited_since_us = g_get_monotonic_time ();
  self->is_edited = TRUE;
  /* In trouble the next try is due anyway. */
  if (self->save_state == PAL_TRANSLATE_TROUBLE)
    return;
  set_state (self, PAL_TRANSLATE_PENDING, NULL);
  if (!self->is_writing)
    start_pause (self);
}

/* --- remarks ------------------------------------------------------------------------------- */

static void
check_one (PalTranslateWork *self, PalCatalogueEntry *entry)
{
  g_autoptr (GPtrArray) remarks
      = pal_catalogue_check_entry (self->catalogue, entry, self->glossary);
  guint before = pal_translate_work_get_n_remarks (self, entry);

  if (remarks->len == before)
    return;
  g_hash_table_insert (self->n_remarks, entry, GUINT_TO_POINTER (remarks->len));
  g_signal_emit (self, signals[CHECKED], 0, entry);
}

static gboolean
check_cb (gpointer user_data)
{
  PalTranslateWork *self = user_data;
  GListModel *entries = G_LIST_MODEL (self->catalogue);
  guint n = g_list_model_get_n_items (entries);

  for (guint i = 0; i < CHECKS_AT_ONCE && self->next_check < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (entries, self->next_check++);

      check_one (self, entry);
    }
  if (self->next_check < n)
    return G_SOURCE_CONTINUE;
  self->check_source = 0;
  g_signal_emit (self, signals[CHECKED], 0, NULL);

  return G_SOURCE_REMOVE;
}

static void
check_all (PalTranslateWork *self)
{
  self->next_check = 0;
  if (self->check_source == 0)
    self->check_source = g_idle_add_full (G_PRIORITY_LOW, check_cb, self, NULL);
}

static void
entry_changed_cb (PalTranslateWork *self, PalCatalogueEntry *entry)
{
  if (self->is_taking)
    return;
  check_one (self, entry);
  edited (self);
  g_signal_emit (self, signals[EDITED], 0, entry);
}

static void
watch_entries (PalTranslateWork *self)
{
  GListModel *entries = G_LIST_MODEL (self->catalogue);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (entries, i);

      g_signal_connect_object (entry, "changed", G_CALLBACK (entry_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
}

/* --- the object ---------------------------------------------------------------------------- */

static void
pal_translate_work_finalize (GObject *object)
{
  PalTranslateWork *self = PAL_TRANSLATE_WORK (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->check_source, g_source_remove);
  /* Whoever lets it go without a flush has it written all the same. */
  if (self->is_edited && self->catalogue != NULL)
    pal_catalogue_save_async (self->catalogue, self->path, NULL, NULL, NULL);
  g_clear_object (&self->catalogue);
  g_clear_pointer (&self->glossary, pal_glossary_unref);
  g_clear_pointer (&self->n_remarks, g_hash_table_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->before, g_ptr_array_unref);
  g_clear_error (&self->trouble);
  g_free (self->id);
  g_free (self->language);
  g_free (self->path);

  G_OBJECT_CLASS (pal_translate_work_parent_class)->finalize (object);
}

static void
pal_translate_work_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SAVE_STATE)
    g_value_set_int (value, PAL_TRANSLATE_WORK (object)->save_state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_translate_work_class_init (PalTranslateWorkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pal_translate_work_finalize;
  object_class->get_property = pal_translate_work_get_property;

  /**
   * PalTranslateWork:save-state:
   *
   * A #PalTranslateSaveState: whether the draft is on the disk as it is here.
   */
  properties[PROP_SAVE_STATE]
      = g_param_spec_int ("save-state", NULL, NULL, PAL_TRANSLATE_SAVED, PAL_TRANSLATE_TROUBLE,
                          PAL_TRANSLATE_SAVED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[EDITED] = g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, PAL_TYPE_CATALOGUE_ENTRY);
  signals[CHECKED] = g_signal_new ("checked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, PAL_TYPE_CATALOGUE_ENTRY);
}

static void
pal_translate_work_init (PalTranslateWork *self)
{
  self->n_remarks = g_hash_table_new (NULL, NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/* --- loading ------------------------------------------------------------------------------- */

static void
name_translator (PalTranslateWork *self)
{
  g_autoptr (GSettings) settings = pal_settings_new ();
  g_autofree char *name = pal_author_dup_name (settings, NULL);

  if (name != NULL && *name != '\0')
    pal_catalogue_set_translator (self->catalogue, name);
}

static void
glossary_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalTranslateWork *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* A language without a glossary can be worked on, too. */
  self->glossary = pal_glossary_load_installed_finish (result, &error);
  if (self->glossary == NULL)
    g_info ("no glossary for %s%s%s", self->language, error != NULL ? ": " : "",
            error != NULL ? error->message : "");
  watch_entries (self);
  name_translator (self);
  check_all (self);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalTranslateWork *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->catalogue = pal_translation_load_finish (result, &error);
  if (self->catalogue == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pal_glossary_load_installed_async (self->language, g_task_get_cancellable (task), glossary_cb,
                                     g_object_ref (task));
}

void
pal_translate_work_load_async (const char *id, const char *language, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PalTranslateWork *self = g_object_new (PAL_TYPE_TRANSLATE_WORK, NULL);

  g_task_set_source_tag (task, pal_translate_work_load_async);
  self->id = g_strdup (id);
  self->language = g_strdup (language);
  self->path = pal_translation_dup_draft_path (id, language);
  g_task_set_task_data (task, self, g_object_unref);
  pal_translation_load_async (id, language, TRUE, cancellable, loaded_cb, g_object_ref (task));
}

PalTranslateWork *
pal_translate_work_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- looking ------------------------------------------------------------------------------- */

const char *
pal_translate_work_get_id (PalTranslateWork *self)
{
  return self->id;
}

const char *
pal_translate_work_get_language (PalTranslateWork *self)
{
  return self->language;
}

gboolean
pal_translate_work_is_interface (PalTranslateWork *self)
{
  return g_str_equal (self->id, PAL_TRANSLATION_INTERFACE);
}

PalCatalogue *
pal_translate_work_get_catalogue (PalTranslateWork *self)
{
  return self->catalogue;
}

PalGlossary *
pal_translate_work_get_glossary (PalTranslateWork *self)
{
  return self->glossary;
}

GPtrArray *
pal_translate_work_check (PalTranslateWork *self, PalCatalogueEntry *entry)
{
  return pal_catalogue_check_entry (self->catalogue, entry, self->glossary);
}

guint
pal_translate_work_get_n_remarks (PalTranslateWork *self, PalCatalogueEntry *entry)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->n_remarks, entry));
}

gboolean
pal_translate_work_is_checked (PalTranslateWork *self)
{
  return self->check_source == 0;
}

PalTranslateSaveState
pal_translate_work_get_save_state (PalTranslateWork *self)
{
  return self->save_state;
}

const GError *
pal_translate_work_get_trouble (PalTranslateWork *self)
{
  return self->trouble;
}

/* --- acting -------------------------------------------------------------------------------- */

/* How an entry was. */
typedef struct
{
  PalCatalogueEntry *entry; /* (owned) */
  GPtrArray *translations;  /* (owned) (element-type utf8) */
  gboolean is_fuzzy;
} Before;

static void
before_free (gpointer data)
{
  Before *before = data;

  g_object_unref (before->entry);
  g_ptr_array_unref (before->translations);
  g_free (before);
}

static void
remember (PalTranslateWork *self)
{
  GListModel *entries = G_LIST_MODEL (self->catalogue);

  g_clear_pointer (&self->before, g_ptr_array_unref);
  self->before = g_ptr_array_new_with_free_func (before_free);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      Before *before = g_new0 (Before, 1);

      before->entry = g_list_model_get_item (entries, i);
      before->is_fuzzy = pal_catalogue_entry_is_fuzzy (before->entry);
      before->translations = g_ptr_array_new_with_free_func (g_free);
      for (guint j = 0; j < pal_catalogue_entry_get_n_translations (before->entry); j++)
        g_ptr_array_add (before->translations,
                         g_strdup (pal_catalogue_entry_get_translation (before->entry, j)));
      g_ptr_array_add (self->before, before);
    }
}

static void
put_back (const Before *before)
{
  for (guint i = 0; i < before->translations->len; i++)
    {
      const char *text = g_ptr_array_index (before->translations, i);

      if (!g_str_equal (pal_catalogue_entry_get_translation (before->entry, i), text))
        pal_catalogue_entry_set_translation (before->entry, i, text);
    }
  if (pal_catalogue_entry_is_fuzzy (before->entry) != before->is_fuzzy)
    pal_catalogue_entry_set_fuzzy (before->entry, before->is_fuzzy);
}

static void
edited_many (PalTranslateWork *self)
{
  check_all (self);
  edited (self);
  g_signal_emit (self, signals[EDITED], 0, NULL);
}

guint
pal_translate_work_take (PalTranslateWork *self, PalCatalogue *other)
{
  guint n;

  g_return_val_if_fail (PAL_IS_TRANSLATE_WORK (self), 0);

  remember (self);
  self->is_taking = TRUE;
  n = pal_catalogue_take (self->catalogue, other, TRUE);
  self->is_taking = FALSE;
  if (n > 0)
    edited_many (self);

  return n;
}

void
pal_translate_work_give_back (PalTranslateWork *self)
{
  g_return_if_fail (PAL_IS_TRANSLATE_WORK (self));

  if (self->before == NULL)
    return;
  self->is_taking = TRUE;
  for (guint i = 0; i < self->before->len; i++)
    put_back (g_ptr_array_index (self->before, i));
  self->is_taking = FALSE;
  g_clear_pointer (&self->before, g_ptr_array_unref);
  edited_many (self);
}

void
pal_translate_work_flush_async (PalTranslateWork *self, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_TRANSLATE_WORK (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_translate_work_flush_async);
  if (!self->is_edited && !self->is_writing)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  write_draft (self);
}

gboolean
pal_translate_work_flush_finish (PalTranslateWork *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
