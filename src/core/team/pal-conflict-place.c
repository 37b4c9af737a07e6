// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-conflict-place"
#include "config.h"

#include "pal-conflict-place.h"

#include "pal-form-changes.h"

#include <string.h>

/**
 * pal_conflict_place_free:
 * @place: (nullable) (transfer full): a place
 */
void
pal_conflict_place_free (PalConflictPlace *place)
{
  if (place == NULL)
    return;

  g_free (place->node);
  g_free (place->here);
  g_free (place);
}

static PalForm *
load_form_of (PalDossier *dossier, const char *record, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, NULL, error);

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);

      if (strcmp (info->id, record) == 0)
        return pal_dossier_load_form (dossier, info->form_id, info->form_version, error);
    }
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record %s", record);

  return NULL;
}

static const PalChange *
find_theirs (const PalConflict *conflict)
{
  for (guint i = conflict->heads->len; i > 0; i--)
    {
      const PalChange *head = g_ptr_array_index (conflict->heads, i - 1);

      if (head->value != NULL && *head->value != '\0')
        return head;
    }

  return NULL;
}

/**
 * pal_conflict_find_place:
 * @dossier: a dossier
 * @conflict: one of its conflicts, as long as the place is used
 * @error: return location
 *
 * Blocking; any thread but the dossier's worker.
 *
 * Returns: (transfer full) (nullable): where it belongs
 */
PalConflictPlace *
pal_conflict_find_place (PalDossier *dossier, const PalConflict *conflict, GError **error)
{
  g_autoptr (PalConflictPlace) place = g_new0 (PalConflictPlace, 1);
  g_autoptr (PalForm) form = NULL;
  g_autoptr (GPtrArray) heads = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (conflict != NULL, NULL);

  if (conflict->kind != PAL_CONFLICT_VALUE)
    return g_steal_pointer (&place);
  form = load_form_of (dossier, conflict->record, error);
  if (form == NULL)
    return NULL;
  if (pal_form_place (form, conflict->node, &place->node) == NULL || place->node == NULL)
    {
      g_clear_pointer (&place->node, g_free);
      return g_steal_pointer (&place);
    }

  place->theirs = find_theirs (conflict);
  heads = pal_dossier_read_heads (dossier, conflict->record, error);
  if (heads == NULL)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (head->kind != PAL_CHANGE_VALUE || strcmp (head->node, place->node) != 0)
        continue;
      g_free (place->here);
      place->here = g_strdup (head->value);
    }

  return g_steal_pointer (&place);
}

/* What came in after the conflict was shown is not decided with it. */
static void
add_decision (GPtrArray *changes, const PalConflict *conflict, PalChangeKind kind, const char *node,
              const char *value)
{
  PalChange *change = pal_change_new (kind, conflict->record, node, value);

  change->saw = conflict->saw;
  g_ptr_array_add (changes, change);
}

/**
 * pal_conflict_settle:
 * @conflict: a conflict of values
 * @place: (nullable): where it belongs
 * @value: (nullable): what shall stand
 *
 * Returns: (transfer full) (element-type PalChange): what has to be appended, as one act
 */
GPtrArray *
pal_conflict_settle (const PalConflict *conflict, const PalConflictPlace *place, const char *value)
{
  GPtrArray *changes = pal_changes_new ();
  gboolean moves = place != NULL && place->node != NULL;

  if (value != NULL && *value == '\0')
    value = NULL;
  add_decision (changes, conflict, PAL_CHANGE_VALUE, moves ? place->node : conflict->node, value);
  /* Emptied under the older name, as the newer form had it. */
  if (moves)
    add_decision (changes, conflict, PAL_CHANGE_VALUE, conflict->node, NULL);

  return changes;
}

/**
 * pal_conflict_settle_row:
 * @conflict: a conflict about a row
 * @history: (element-type PalChange): all changes of the row itself, newest first
 * @stays: whether it stays
 *
 * Returns: (transfer full) (element-type PalChange): what has to be appended, as one act
 */
GPtrArray *
pal_conflict_settle_row (const PalConflict *conflict, GPtrArray *history, gboolean stays)
{
  GPtrArray *changes = pal_changes_new ();
  const char *before = NULL;

  /* A row that is to stay is added once more where it was. */
  for (guint i = history->len; stays && i > 0; i--)
    {
      const PalChange *change = g_ptr_array_index (history, i - 1);

      if (change->kind == PAL_CHANGE_ROW_ADDED)
        before = change->value;
    }
  add_decision (changes, conflict, stays ? PAL_CHANGE_ROW_ADDED : PAL_CHANGE_ROW_REMOVED,
                conflict->node, before);

  return changes;
}

static void
add_text (GString *all, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (all, "%s%s", all->len > 0 ? "\n" : "", value);
}

/**
 * pal_conflict_dup_both:
 * @conflict: a conflict of values
 * @place: (nullable): where it belongs
 *
 * Returns: (transfer full): everybody's text, one below the other
 */
char *
pal_conflict_dup_both (const PalConflict *conflict, const PalConflictPlace *place)
{
  GString *all = g_string_new (place != NULL ? place->here : NULL);

  for (guint i = 0; i < conflict->heads->len; i++)
    add_text (all, ((PalChange *) g_ptr_array_index (conflict->heads, i))->value);

  return g_string_free (all, FALSE);
}
