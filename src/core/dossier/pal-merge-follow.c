// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-merge-follow"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-merge.h"
#include "pal-migration.h"
#include "pal-words.h"

#include <string.h>

/* What somebody wrote with an older version of the form stands under the old name of its question,
 * beside the emptying that took the old answer to the new name: two heads. If nobody changed the
 * answer under its new name since, or both changed it in different places, it goes on there. */

static gboolean
has_text (const char *text)
{
  return text != NULL && *text != '\0';
}

/* (nullable): what the newest head of a node says */
static const char *
find_value (GPtrArray *heads, const char *node)
{
  const char *value = NULL;

  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (head->kind == PAL_CHANGE_VALUE && strcmp (head->node, node) == 0)
        value = head->value;
    }

  return value;
}

/* (nullable): the one text among the heads; NULL when there are several, or none */
static const char *
find_theirs (const PalConflict *conflict)
{
  const char *theirs = NULL;

  for (guint i = 0; i < conflict->heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (conflict->heads, i);

      if (!has_text (head->value))
        continue;
      if (theirs != NULL && strcmp (theirs, head->value) != 0)
        return NULL;
      theirs = head->value;
    }

  return theirs;
}

static char *
join (PalFormNode *node, const char *original, const char *mine, const char *theirs)
{
  if (g_strcmp0 (mine != NULL ? mine : "", original != NULL ? original : "") == 0
      || g_strcmp0 (mine, theirs) == 0)
    return g_strdup (theirs);
  /* Words of a date or of a choice are no prose. */
  if (!has_text (mine) || !has_text (original) || node->type != PAL_TYPE_STRING
      || node->control == NULL || node->control->kind != PAL_CONTROL_INPUT)
    return NULL;

  return pal_words_join (original, mine, theirs);
}

static gboolean
settle_moved (PalDossier *self, const char *record, PalForm *form, GPtrArray *conflicts,
              GPtrArray *changes, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_heads_read (self, record, error);

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);
      g_autofree char *moved = NULL;
      g_autofree char *joined = NULL;
      const char *theirs;
      PalFormNode *node;

      if (conflict->kind != PAL_CONFLICT_VALUE || strcmp (conflict->record, record) != 0)
        continue;
      node = pal_form_place (form, conflict->node, &moved);
      theirs = find_theirs (conflict);
      if (node == NULL || moved == NULL || theirs == NULL || !pal_migration_keeps_values (node))
        continue;
      joined = join (node, conflict->original, find_value (heads, moved), theirs);
      if (joined == NULL)
        continue;
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, moved, joined));
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, conflict->node, NULL));
    }

  return TRUE;
}

static gboolean
write_changes (PalDossier *self, const PalMergeRules *rules, GPtrArray *changes, GError **error)
{
  g_autofree char *author = NULL;

  if (changes->len == 0)
    return TRUE;
  author = pal_dossier_dup_author (self);

  return pal_dossier_log_write (self, rules->title != NULL ? rules->title : "Merge", author,
                                changes, error);
}

static gboolean
follow_record (PalDossier *self, const PalMergeRules *rules, const char *record, PalForm *form,
               GError **error)
{
  g_autoptr (GPtrArray) settled = pal_changes_new ();
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autoptr (GPtrArray) conflicts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_conflict_free);
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (GPtrArray) steps = NULL;

  if (!pal_dossier_conflicts_find (self, record, conflicts, error)
      || !settle_moved (self, record, form, conflicts, settled, error)
      || !write_changes (self, rules, settled, error))
    return FALSE;
  heads = pal_dossier_heads_read (self, record, error);
  if (heads == NULL)
    return FALSE;
  steps = pal_migration_plan (form, record, heads, changes);

  return write_changes (self, rules, changes, error);
}

/**
 * pal_dossier_follow_merge:
 * @self: a dossier
 * @rules: what has to follow
 * @records: (element-type utf8): ids of the records that the merge touched, as keys
 * @error: return location
 *
 * Appends what has to follow a merge. In the worker, in the merge's transaction.
 *
 * Returns: whether that is done
 */
gboolean
pal_dossier_follow_merge (PalDossier *self, const PalMergeRules *rules, GHashTable *records,
                          GError **error)
{
  GHashTableIter iter;
  gpointer record, form;

  if (rules->forms != NULL)
    {
      g_hash_table_iter_init (&iter, rules->forms);
      while (g_hash_table_iter_next (&iter, &record, &form))
        if (g_hash_table_contains (records, record)
            && !follow_record (self, rules, record, form, error))
          return FALSE;
    }

  return rules->changes == NULL || write_changes (self, rules, rules->changes, error);
}
