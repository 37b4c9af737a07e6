// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-twin"
#include "config.h"

#include "pal-twin.h"

#include "pal-answer-languages.h"
#include "pal-bilingual-private.h"
#include "pal-cells.h"
#include "pal-text.h"

#include <string.h>

#define ROOT "/" PAL_TWIN_FORM "/"

G_DEFINE_QUARK (pal - twin - error - quark, pal_twin_error)

/**
 * pal_twin_free:
 * @twin: (nullable) (transfer full): a twin
 */
void
pal_twin_free (PalTwin *twin)
{
  if (twin == NULL)
    return;

  g_free (twin->id);
  g_free (twin->record);
  g_free (twin->node);
  g_free (twin->language);
  g_free (twin->text);
  g_free (twin->of_change);
  g_free (twin->original);
  g_free (twin->translated);
  g_free (twin);
}

/* --- reading */

typedef struct
{
  GPtrArray *twins;      /* (element-type PalTwin) */
  GHashTable *originals; /* (element-type utf8 GHashTable): by record: what its nodes say */
  GHashTable *answers;   /* (unowned): of the record that is being read */
} Reading;

static char **
find_leaf (PalTwin *twin, const char *leaf)
{
  const struct
  {
    const char *name;
    char **place;
  } leaves[] = { { "record", &twin->record },
                 { "node", &twin->node },
                 { "language", &twin->language },
                 { "text", &twin->text },
                 { "of_change", &twin->of_change } };

  for (gsize i = 0; i < G_N_ELEMENTS (leaves); i++)
    if (strcmp (leaves[i].name, leaf) == 0)
      return leaves[i].place;

  return NULL;
}

/* Of several people's words that could not be joined the newest come last, and count. */
static void
read_twin (const PalCell *cell, gpointer user_data)
{
  GPtrArray *twins = user_data;
  PalTwin *twin = twins->len > 0 ? g_ptr_array_index (twins, twins->len - 1) : NULL;
  char **place;

  if (twin == NULL || strcmp (twin->id, cell->record) != 0)
    {
      twin = g_new0 (PalTwin, 1);
      twin->id = g_strdup (cell->record);
      g_ptr_array_add (twins, twin);
    }
  place = g_str_has_prefix (cell->node, ROOT) ? find_leaf (twin, cell->node + strlen (ROOT)) : NULL;
  if (place != NULL)
    {
      g_free (*place);
      *place = g_strdup (cell->value);
    }
}

static void
read_answer (const PalCell *cell, gpointer user_data)
{
  GHashTable *answers = user_data;

  if (*cell->node != '\0' && !cell->is_row)
    g_hash_table_replace (answers, g_strdup (cell->node), g_strdup (cell->value));
}

/* The answers of the records that have twins. */
static GHashTable *
read_originals (PalDossier *dossier, GPtrArray *twins, GError **error)
{
  g_autoptr (GHashTable) originals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                            (GDestroyNotify) g_hash_table_unref);
  g_autoptr (GPtrArray) infos = NULL;

  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      if (!g_hash_table_contains (originals, twin->record))
        g_hash_table_insert (originals, g_strdup (twin->record),
                             g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free));
    }
  if (g_hash_table_size (originals) == 0)
    return g_steal_pointer (&originals);

  infos = pal_dossier_list_records (dossier, NULL, error);
  if (infos == NULL)
    return NULL;
  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);
      GHashTable *answers = g_hash_table_lookup (originals, info->id);

      if (answers != NULL
          && !pal_dossier_walk_cells (dossier, info->form_id, info->id, read_answer, answers, NULL,
                                      error))
        return NULL;
    }

  return g_steal_pointer (&originals);
}

static gboolean
compare (PalDossier *dossier, PalTwin *twin, GHashTable *originals, GError **error)
{
  GHashTable *answers = g_hash_table_lookup (originals, twin->record);
  const char *original = g_hash_table_lookup (answers, twin->node);
  g_autoptr (GPtrArray) history = NULL;

  twin->original = g_strdup (original != NULL ? original : "");
  /* One that is gone may have no history here. */
  if (original == NULL)
    {
      twin->state = PAL_TWIN_ALONE;
      return TRUE;
    }
  history = pal_dossier_read_history (dossier, twin->record, twin->node, error);
  if (history == NULL)
    return FALSE;
  twin->state
      = pal_twin_compare (history, original, twin->text, twin->of_change, &twin->translated);

  return TRUE;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const PalTwin *one = *(const PalTwin *const *) a;
  const PalTwin *other = *(const PalTwin *const *) b;
  int order = strcmp (one->record, other->record);

  if (order == 0)
    order = strcmp (one->node, other->node);

  return order != 0 ? order : strcmp (one->language, other->language);
}

static GPtrArray *
read_twins (PalDossier *dossier, const char *record, const char *language, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_twin_free);
  GPtrArray *wanted;

  if (!pal_dossier_walk_cells (dossier, PAL_TWIN_FORM, NULL, read_twin, all, NULL, error))
    return NULL;
  wanted = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_twin_free);
  for (guint i = 0; i < all->len; i++)
    {
      PalTwin *twin = g_ptr_array_index (all, i);

      /* One of which somebody took the half away says nothing. */
      if (twin->record == NULL || twin->node == NULL || twin->language == NULL
          || (record != NULL && strcmp (twin->record, record) != 0)
          || (language != NULL && strcmp (twin->language, language) != 0))
        continue;
      if (twin->text == NULL)
        twin->text = g_strdup ("");
      if (twin->of_change == NULL)
        twin->of_change = g_strdup ("");
      g_ptr_array_add (wanted, twin);
      all->pdata[i] = NULL;
    }
  g_ptr_array_sort (wanted, compare_places);

  return wanted;
}

/**
 * pal_twin_list:
 * @dossier: a dossier, with all edits flushed
 * @record: (nullable): id of the record whose answers they translate
 * @language: (nullable): code of a language
 * @error: return location
 *
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable) (element-type PalTwin): the twins that there are, by record,
 *   node and language, and how each stands to its answer; errors of the dossier
 */
GPtrArray *
pal_twin_list (PalDossier *dossier, const char *record, const char *language, GError **error)
{
  g_autoptr (GPtrArray) twins = NULL;
  g_autoptr (GHashTable) originals = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  twins = read_twins (dossier, record, language, error);
  originals = twins != NULL ? read_originals (dossier, twins, error) : NULL;
  if (originals == NULL)
    return NULL;
  for (guint i = 0; i < twins->len; i++)
    if (!compare (dossier, g_ptr_array_index (twins, i), originals, error))
      return NULL;

  return g_steal_pointer (&twins);
}

/**
 * pal_twin_list_records:
 * @dossier: a dossier
 * @record: id of a record
 * @node: (nullable): path with row ids of an answer in it; %NULL: all of them
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): ids of the records that hold their twins
 */
GPtrArray *
pal_twin_list_records (PalDossier *dossier, const char *record, const char *node, GError **error)
{
  g_autoptr (GPtrArray) twins = NULL;
  GPtrArray *ids;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (record != NULL, NULL);

  twins = read_twins (dossier, record, NULL, error);
  if (twins == NULL)
    return NULL;
  ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      if (node == NULL || strcmp (twin->node, node) == 0)
        g_ptr_array_add (ids, g_strdup (twin->id));
    }

  return ids;
}

/* --- writing */

static void
add (GPtrArray *changes, const PalTwin *before, const char *id, const char *leaf, const char *value,
     guint saw)
{
  char **place = before != NULL ? find_leaf ((PalTwin *) before, leaf) : NULL;
  const char *said = place != NULL && *place != NULL ? *place : "";
  g_autofree char *node = g_strconcat (ROOT, leaf, NULL);
  PalChange *change;

  if (strcmp (said, value) == 0)
    return;
  change = pal_change_new (PAL_CHANGE_VALUE, id, node, *value != '\0' ? value : NULL);
  change->saw = saw;
  g_ptr_array_add (changes, change);
}

/* text: (nullable): NULL confirms */
static gboolean
write_twin (PalDossier *dossier, const char *record, const char *node, const char *language,
            const char *text, guint saw, GError **error)
{
  g_autofree char *id = pal_bilingual_dup_id (PAL_TWIN_FORM, record, node, language);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_twin_free);
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *heads = NULL;
  const PalTwin *before;

  if (!g_strv_contains (pal_answer_languages_get_all (), language))
    {
      g_set_error (error, PAL_TWIN_ERROR, PAL_TWIN_ERROR_LANGUAGE,
                   "no such language; there are ar, en, es, fr, ru, zh");
      return FALSE;
    }
  if (!pal_dossier_walk_cells (dossier, PAL_TWIN_FORM, id, read_twin, known, NULL, error))
    return FALSE;
  before = known->len > 0 ? g_ptr_array_index (known, 0) : NULL;
  history = pal_dossier_read_history (dossier, record, node, error);
  if (history == NULL)
    return FALSE;
  heads = pal_twin_dup_heads (history);
  if (*heads == '\0' || (before == NULL && text == NULL))
    {
      g_set_error (error, PAL_TWIN_ERROR, PAL_TWIN_ERROR_NO_ANSWER, "nothing to translate at %s",
                   node);
      return FALSE;
    }
  /* Nothing was written, and nothing is: no record for that. */
  if (before == NULL && *text == '\0')
    return TRUE;
  if (before == NULL && !pal_own_record_make_as (dossier, PAL_TWIN_FORM, id, changes, error))
    return FALSE;
  add (changes, before, id, "record", record, saw);
  add (changes, before, id, "node", node, saw);
  add (changes, before, id, "language", language, saw);
  if (text != NULL)
    add (changes, before, id, "text", text, saw);
  add (changes, before, id, "of_change", heads, saw);
  if (changes->len == 0)
    return TRUE;

  return pal_dossier_append (dossier, PAL_TWIN_ACT, g_steal_pointer (&changes), error);
}

/**
 * pal_twin_set:
 * @dossier: a dossier, with all edits flushed
 * @record: id of the record of the answer
 * @node: path with row ids of the answer
 * @language: code of the language of @text
 * @text: what the answer says in that language; "" empties it
 * @saw: pal_dossier_get_sight() when its author looked; 0: its author knows all that stands there
 * @error: return location
 *
 * Blocking: keeps the translation, and which words of the answer it is of: those that stand there
 * now. Typing that goes on replaces the newest act, as that of answers does.
 *
 * Returns: whether it is durable; #PalTwinError errors, those of the dossier and of the form
 */
gboolean
pal_twin_set (PalDossier *dossier, const char *record, const char *node, const char *language,
              const char *text, guint saw, GError **error)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (record != NULL && node != NULL && language != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  return write_twin (dossier, record, node, language, text, saw, error);
}

/**
 * pal_twin_confirm:
 * @dossier: a dossier, with all edits flushed
 * @record: id of the record of the answer
 * @node: path with row ids of the answer
 * @language: code of the language of the twin
 * @saw: as for pal_twin_set()
 * @error: return location
 *
 * Blocking: says that the translation fits the answer as it is now.
 *
 * Returns: whether it is durable; %PAL_TWIN_ERROR_NO_ANSWER when there is no twin, errors of the
 *   dossier
 */
gboolean
pal_twin_confirm (PalDossier *dossier, const char *record, const char *node, const char *language,
                  guint saw, GError **error)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (record != NULL && node != NULL && language != NULL, FALSE);

  return write_twin (dossier, record, node, language, NULL, saw, error);
}

/* --- the same in a thread */

typedef struct
{
  char *record;
  char *node;
  char *language;
  char *text;
  guint saw;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->record);
  g_free (job->node);
  g_free (job->language);
  g_free (job->text);
  g_free (job);
}

static Job *
job_new (const char *record, const char *node, const char *language, const char *text, guint saw)
{
  Job *job = g_new0 (Job, 1);

  job->record = g_strdup (record);
  job->node = g_strdup (node);
  job->language = g_strdup (language);
  job->text = g_strdup (text);
  job->saw = saw;

  return job;
}

static void
run (PalDossier *dossier, Job *job, gpointer tag, GTaskThreadFunc func,
     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, func);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;
  GPtrArray *twins = pal_twin_list (source, job->record, job->language, &error);

  if (twins != NULL)
    g_task_return_pointer (task, twins, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_twin_list_async:
 * @dossier: a dossier
 * @record: (nullable): id of the record whose answers they translate
 * @language: (nullable): code of a language
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_twin_list() in a thread.
 */
void
pal_twin_list_async (PalDossier *dossier, const char *record, const char *language,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (dossier));

  run (dossier, job_new (record, NULL, language, NULL, 0), pal_twin_list_async, list_in_thread,
       callback, user_data);
}

/**
 * pal_twin_list_finish:
 * @dossier: a dossier
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PalTwin): as pal_twin_list()
 */
GPtrArray *
pal_twin_list_finish (PalDossier *dossier, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, dossier), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;

  if (write_twin (source, job->record, job->node, job->language, job->text, job->saw, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_twin_write_async:
 * @dossier: a dossier, with all edits flushed
 * @record: id of the record of the answer
 * @node: path with row ids of the answer
 * @language: code of the language of the twin
 * @text: (nullable): what it says; %NULL: what it says is right for the answer as it is now
 * @saw: as for pal_twin_set()
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_twin_set() or pal_twin_confirm() in a thread. Whoever writes one twin again waits for the
 * first.
 */
void
pal_twin_write_async (PalDossier *dossier, const char *record, const char *node,
                      const char *language, const char *text, guint saw,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (dossier));
  g_return_if_fail (record != NULL && node != NULL && language != NULL);

  run (dossier, job_new (record, node, language, text, saw), pal_twin_write_async, write_in_thread,
       callback, user_data);
}

/**
 * pal_twin_write_finish:
 * @dossier: a dossier
 * @result: a result
 * @error: return location
 *
 * Returns: whether it is durable
 */
gboolean
pal_twin_write_finish (PalDossier *dossier, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, dossier), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
