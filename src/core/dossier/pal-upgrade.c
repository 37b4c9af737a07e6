// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-upgrade"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-migration.h"
#include "pal-orphans.h"
#include "pal-upgrade.h"

#include <string.h>

G_DEFINE_QUARK (pal_upgrade_error, pal_upgrade_error)

/**
 * pal_upgrade_preview_free:
 * @preview: (transfer full): a preview
 */
void
pal_upgrade_preview_free (PalUpgradePreview *preview)
{
  g_free (preview->form_id);
  g_free (preview->old_version);
  g_free (preview->new_version);
  g_ptr_array_unref (preview->changes);
  g_ptr_array_unref (preview->answers);
  g_free (preview);
}

/**
 * pal_upgrade_preview_count:
 * @preview: a preview
 * @fate: what becomes of an answer
 *
 * Returns: of how many that becomes
 */
guint
pal_upgrade_preview_count (PalUpgradePreview *preview, PalAnswerFate fate)
{
  guint n = 0;

  for (guint i = 0; i < preview->answers->len; i++)
    n += ((PalAnswer *) g_ptr_array_index (preview->answers, i))->fate == fate;

  return n;
}

/**
 * pal_upgrade_preview_count_misfits:
 * @preview: a preview
 *
 * Returns: how many answers will not fit their questions
 */
guint
pal_upgrade_preview_count_misfits (PalUpgradePreview *preview)
{
  guint n = 0;

  for (guint i = 0; i < preview->answers->len; i++)
    n += ((PalAnswer *) g_ptr_array_index (preview->answers, i))->is_misfit;

  return n;
}

/* --- what may go on */

/* Whether a record of one version may go to another: 1 yes, 0 it is there already, -1 no. */
static int
compare_record (const char *version, PalForm *newer, GError **error)
{
  int order = pal_form_compare_versions (version, pal_form_get_version (newer));

  if (order <= 0)
    return order < 0;
  g_set_error (error, PAL_UPGRADE_ERROR, PAL_UPGRADE_ERROR_OLDER,
               "the answers are of version \"%s\", this form is version \"%s\"", version,
               pal_form_get_version (newer));

  return -1;
}

static void
set_other_form (PalForm *newer, GError **error)
{
  g_set_error (error, PAL_UPGRADE_ERROR, PAL_UPGRADE_ERROR_OTHER_FORM,
               "the dossier has no answers to the form \"%s\"", pal_form_get_id (newer));
}

static void
set_same (PalForm *newer, GError **error)
{
  g_set_error (error, PAL_UPGRADE_ERROR, PAL_UPGRADE_ERROR_SAME,
               "the dossier has another form \"%s\" of version \"%s\"", pal_form_get_id (newer),
               pal_form_get_version (newer));
}

/* --- preview */

static gboolean
check_source (PalDossier *self, PalForm *newer, GError **error)
{
  g_autoptr (GPtrArray) forms = pal_dossier_list_forms (self, error);
  g_autofree char *digest = NULL;

  if (forms == NULL)
    return FALSE;
  for (guint i = 0; i < forms->len; i++)
    {
      const PalFormInfo *info = g_ptr_array_index (forms, i);

      if (strcmp (info->id, pal_form_get_id (newer)) != 0
          || strcmp (info->version, pal_form_get_version (newer)) != 0)
        continue;
      digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pal_form_get_source (newer));
      if (strcmp (digest, info->sha256) == 0)
        return TRUE;
      set_same (newer, error);
      return FALSE;
    }

  return TRUE;
}

/* Whether an answer has a question in a form. */
static gboolean
is_asked (PalForm *form, const char *path)
{
  PalFormNode *node = pal_migration_find_home (form, path);

  return node != NULL && pal_migration_keeps_values (node);
}

static gboolean
preview_record (PalDossier *self, const PalRecordInfo *info, PalForm *newer, PalVersions *versions,
                PalUpgradePreview *preview, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (self, info->id, error);
  PalForm *older = pal_versions_get (versions, info->form_version, heads != NULL ? error : NULL);
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GHashTable) rows = NULL;

  if (heads == NULL || older == NULL)
    return FALSE;
  if (preview->n_records++ == 0)
    {
      preview->old_version = g_strdup (info->form_version);
      g_ptr_array_unref (preview->changes);
      preview->changes = pal_form_compare (older, newer);
    }
  rows = pal_orphans_number_rows (heads);
  steps = pal_migration_plan (newer, info->id, heads, NULL);
  for (guint i = 0; i < steps->len; i++)
    {
      const PalMigrationStep *step = g_ptr_array_index (steps, i);
      PalAnswer *answer = pal_versions_describe (versions, step->head, rows, NULL);

      answer->new_path = g_strdup (step->moved);
      if (step->node == NULL)
        answer->fate = PAL_ANSWER_ORPHANED;
      else if (!is_asked (older, step->head->node))
        answer->fate = PAL_ANSWER_RETURNS;
      else
        answer->fate = step->moved != NULL ? PAL_ANSWER_MOVES : PAL_ANSWER_STAYS;
      answer->is_misfit
          = step->node != NULL && pal_orphans_is_misfit (newer, step->node, step->head->value);
      if (answer->is_question || answer->fate == PAL_ANSWER_ORPHANED)
        g_ptr_array_add (preview->answers, answer);
      else
        pal_answer_free (answer);
    }

  return TRUE;
}

/**
 * pal_dossier_preview_upgrade:
 * @self: a dossier
 * @newer: a newer version of a form of its records
 * @error: return location
 *
 * Blocking: what would happen. Nothing is written, and a dossier for reading only will do. Any
 * thread but the worker.
 *
 * Returns: (transfer full) (nullable): what differs between the forms, and what becomes of each
 *   answer; a #PalUpgradeError when @newer is not for these records
 */
PalUpgradePreview *
pal_dossier_preview_upgrade (PalDossier *self, PalForm *newer, GError **error)
{
  g_autoptr (PalUpgradePreview) preview = NULL;
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (PalVersions) versions = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (newer != NULL, NULL);

  infos = pal_dossier_list_records (self, pal_form_get_id (newer), error);
  if (infos == NULL)
    return NULL;
  if (infos->len == 0)
    {
      set_other_form (newer, error);
      return NULL;
    }
  versions = pal_versions_new (self, pal_form_get_id (newer), error);
  if (versions == NULL || !check_source (self, newer, error))
    return NULL;

  preview = g_new0 (PalUpgradePreview, 1);
  preview->form_id = g_strdup (pal_form_get_id (newer));
  preview->new_version = g_strdup (pal_form_get_version (newer));
  preview->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_form_change_free);
  preview->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_answer_free);
  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);
      int order = compare_record (info->form_version, newer, error);

      if (order < 0 || (order > 0 && !preview_record (self, info, newer, versions, preview, error)))
        return NULL;
    }
  if (preview->old_version == NULL)
    preview->old_version = g_strdup (preview->new_version);

  return g_steal_pointer (&preview);
}

/* --- doing it */

typedef struct
{
  PalForm *newer;
  char *author;
  char *backup; /* (nullable): set by the job */
} Upgrade;

static void
upgrade_free (gpointer data)
{
  Upgrade *upgrade = data;

  pal_form_unref (upgrade->newer);
  g_free (upgrade->author);
  g_free (upgrade->backup);
  g_free (upgrade);
}

static Upgrade *
upgrade_new (PalDossier *self, PalForm *newer)
{
  Upgrade *upgrade = g_new0 (Upgrade, 1);

  upgrade->newer = pal_form_ref (newer);
  upgrade->author = pal_dossier_dup_author (self);

  return upgrade;
}

/* The records that go on: (element-type utf8). In the worker. */
static GPtrArray *
list_waiting (PalDossier *self, PalForm *newer, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      self->db,
      "SELECT id, version FROM record WHERE removed = 0 AND form = ?1 ORDER BY created, id", error);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_free);
  gboolean any = FALSE;
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", pal_form_get_id (newer));
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      int order = compare_record (pal_sql_get_text (stmt, 1), newer, error);

      if (order < 0)
        return NULL;
      if (order > 0)
        g_ptr_array_add (waiting, pal_sql_dup_text (stmt, 0));
      any = TRUE;
    }
  if (step == PAL_SQL_FAILED)
    return NULL;
  if (!any)
    {
      set_other_form (newer, error);
      return NULL;
    }

  return g_steal_pointer (&waiting);
}

static gboolean
write_upgrade (PalDossier *self, Upgrade *upgrade, GPtrArray *waiting, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *kind = g_strconcat (pal_form_get_id (upgrade->newer), "\t",
                                       pal_form_get_version (upgrade->newer), NULL);

  for (guint i = 0; i < waiting->len; i++)
    {
      const char *record = g_ptr_array_index (waiting, i);
      g_autoptr (GPtrArray) heads = pal_dossier_heads_read (self, record, error);
      g_autoptr (GPtrArray) steps = NULL;

      if (heads == NULL)
        return FALSE;
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, record, NULL, kind));
      steps = pal_migration_plan (upgrade->newer, record, heads, changes);
      g_debug ("%u answers, %u changes so far", steps->len, changes->len);
    }

  return pal_dossier_forms_put (self, upgrade->newer, error)
         && pal_dossier_log_write (self, "New questionnaire", upgrade->author, changes, error);
}

static gboolean
upgrade_dossier (PalDossier *self, Upgrade *upgrade, GError **error)
{
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) local = NULL;

  if (!pal_dossier_begin_job (self, TRUE, error))
    return FALSE;
  waiting = list_waiting (self, upgrade->newer, error);
  if (waiting == NULL)
    return FALSE;
  if (waiting->len == 0)
    return TRUE;
  upgrade->backup = pal_dossier_backup_before (self, pal_form_get_version (upgrade->newer), error);
  if (upgrade->backup == NULL || !pal_sql_begin (self->db, error))
    return FALSE;
  if (pal_sql_end (self->db, write_upgrade (self, upgrade, waiting, &local), &local))
    return TRUE;

  if (g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS))
    set_same (upgrade->newer, error);
  else
    g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

static void
upgrade_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (upgrade_dossier (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
finish_upgrade (GTask *task, char **backup, GError **error)
{
  Upgrade *upgrade = g_task_get_task_data (task);
  gboolean ok = g_task_propagate_boolean (task, error);

  if (backup != NULL)
    *backup = ok ? g_strdup (upgrade->backup) : NULL;

  return ok;
}

/**
 * pal_dossier_upgrade:
 * @self: a dossier
 * @newer: a newer version of a form of its records
 * @backup: (out) (nullable) (transfer full): where a copy of the dossier as it was lies; %NULL when
 *   all records were of that version already, and nothing was done
 * @error: return location
 *
 * Blocking: takes all records of the form to its newer version. The form and one act with all that
 * changes are written in one transaction: a kill leaves everything or nothing of it. Open records
 * of that form must be opened again afterwards. Nothing is dropped: see pal_migration_plan().
 *
 * Returns: whether the records are of that version now; a #PalUpgradeError, a #PalDossierError
 */
gboolean
pal_dossier_upgrade (PalDossier *self, PalForm *newer, char **backup, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (newer != NULL, FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_upgrade, upgrade_new (self, newer), upgrade_free,
                          upgrade_in_worker);

  return finish_upgrade (task, backup, error);
}

/**
 * pal_dossier_upgrade_async:
 * @self: a dossier
 * @newer: a newer version of a form of its records
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_upgrade().
 */
void
pal_dossier_upgrade_async (PalDossier *self, PalForm *newer, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (newer != NULL);

  pal_dossier_push (self, NULL, pal_dossier_upgrade_async, upgrade_new (self, newer), upgrade_free,
                    upgrade_in_worker, callback, user_data);
}

/**
 * pal_dossier_upgrade_finish:
 * @self: a dossier
 * @result: what the callback got
 * @backup: (out) (nullable) (transfer full): see pal_dossier_upgrade()
 * @error: return location
 *
 * Returns: whether the records are of that version now
 */
gboolean
pal_dossier_upgrade_finish (PalDossier *self, GAsyncResult *result, char **backup, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_upgrade (G_TASK (result), backup, error);
}

/* --- history under all its names */

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const PalChange *first = *(const PalChange *const *) a;
  const PalChange *second = *(const PalChange *const *) b;

  if (first->clock_us != second->clock_us)
    return first->clock_us < second->clock_us ? 1 : -1;

  return -g_strcmp0 (first->id, second->id);
}

/* The names that a node had, the present one first. */
static GPtrArray *
list_names (PalVersions *versions, const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) forms = pal_versions_list (versions);

  g_ptr_array_add (names, g_strdup (path));
  for (guint i = 0; i < forms->len; i++)
    for (guint j = 0, n = names->len; j < n; j++)
      {
        g_autoptr (GPtrArray) former = pal_form_dup_former_paths (g_ptr_array_index (forms, i),
                                                                  g_ptr_array_index (names, j));

        for (guint k = 0; k < former->len; k++)
          if (!g_ptr_array_find_with_equal_func (names, g_ptr_array_index (former, k), g_str_equal,
                                                 NULL))
            g_ptr_array_add (names, g_strdup (g_ptr_array_index (former, k)));
      }

  return names;
}

static PalVersions *
find_versions (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (self, NULL, error);

  if (infos == NULL)
    return NULL;
  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);

      if (strcmp (info->id, record) == 0)
        return pal_versions_new (self, info->form_id, error);
    }
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record %s", record);

  return NULL;
}

/* That it left an older name is no change of the answer: it came under the newer one in that act.
 */
static void
take_changes (GPtrArray *history, GPtrArray *all, GHashTable *acts)
{
  for (guint i = 0; i < history->len; i++)
    {
      PalChange *change = g_ptr_array_index (history, i);

      if (change->value == NULL && !change->purged && g_hash_table_contains (acts, change->act))
        pal_change_free (change);
      else
        g_ptr_array_add (all, change);
    }
  for (guint i = 0; i < all->len; i++)
    g_hash_table_add (acts, ((PalChange *) g_ptr_array_index (all, i))->act);
  g_ptr_array_set_free_func (history, NULL);
}

/**
 * pal_dossier_read_answer_history:
 * @self: a dossier
 * @record: id of a record
 * @path: path of a node, with row ids
 * @error: return location
 *
 * Blocking: pal_dossier_read_history() of one node, together with what happened to it under the
 * names that it had in older versions of its form. Any thread but the worker.
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): the changes, newest first
 */
GPtrArray *
pal_dossier_read_answer_history (PalDossier *self, const char *record, const char *path,
                                 GError **error)
{
  g_autoptr (PalVersions) versions = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) all = pal_changes_new ();
  g_autoptr (GHashTable) acts = g_hash_table_new (g_str_hash, g_str_equal);

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (record != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  versions = find_versions (self, record, error);
  if (versions == NULL)
    return NULL;
  names = list_names (versions, path);
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GPtrArray) history
          = pal_dossier_read_history (self, record, g_ptr_array_index (names, i), error);

      if (history == NULL)
        return NULL;
      take_changes (history, all, acts);
    }
  g_ptr_array_sort (all, compare_newest_first);

  return g_steal_pointer (&all);
}
