// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consent-purge"
#include "config.h"

#include "pal-consent-private.h"

#include "pal-clock.h"
#include "pal-own-record.h"
#include "pal-undo.h"

#include <string.h>

/* What was taken out of the records goes for good, with all that was said about it. */

static void
add_place (GPtrArray *places, const char *record, const char *node)
{
  g_ptr_array_add (places, pal_purge_place_new (record, node));
}

static gboolean
add_consultation_places (PalDossier *dossier, GPtrArray *places, const char *record, GError **error)
{
  g_autoptr (GPtrArray) history = pal_dossier_read_history (dossier, record, NULL, error);
  g_autoptr (GHashTable) nodes = g_hash_table_new (g_str_hash, g_str_equal);

  if (history == NULL)
    return FALSE;
  for (guint i = 0; i < history->len; i++)
    {
      const PalChange *change = g_ptr_array_index (history, i);

      if (change->kind == PAL_CHANGE_VALUE && !pal_consent_is_kept (change->node)
          && !pal_consent_is_of_item (change->node) && g_hash_table_add (nodes, change->node))
        add_place (places, record, change->node);
    }

  return TRUE;
}

static gboolean
add_item_places (PalDossier *dossier, GPtrArray *places, const PalWithdrawnItem *item,
                 GError **error)
{
  switch (item->kind)
    {
    case PAL_WITHDRAWN_CONSULTATION:
      return add_consultation_places (dossier, places, item->record, error);
    case PAL_WITHDRAWN_PARTICIPANT:
      for (gsize i = 0; i < PAL_N_PERSONAL; i++)
        {
          g_autofree char *path = g_strdup_printf ("%s/%s", item->node, pal_consent_personal[i]);

          add_place (places, item->record, path);
        }
      return TRUE;
    case PAL_WITHDRAWN_POINT:
    case PAL_WITHDRAWN_STAKEHOLDER:
    case PAL_WITHDRAWN_ARRIVAL:
      add_place (places, item->record, item->node);
      return TRUE;
    case PAL_N_WITHDRAWN:
      break;
    }

  return TRUE;
}

static gboolean
is_at (const PalPurgePlace *place, const char *record, const char *node)
{
  gsize length = place->node != NULL ? strlen (place->node) : 0;

  return g_strcmp0 (place->record, record) == 0
         && (place->node == NULL
             || (node != NULL && strncmp (node, place->node, length) == 0
                 && (node[length] == '\0' || node[length] == '/' || node[length] == '[')));
}

/* Records that say something about a text: comments, and what it says in another language. */
static gboolean
add_records_about (PalDossier *dossier, const char *form_id, GPtrArray *places, guint n_places,
                   GError **error)
{
  g_autoptr (GPtrArray) records = pal_own_record_list (dossier, form_id, error);

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const PalOwnRecord *record = g_ptr_array_index (records, i);

      for (guint j = 0; j < n_places; j++)
        if (is_at (g_ptr_array_index (places, j), pal_own_record_get (record, "record"),
                   pal_own_record_get (record, "node")))
          {
            add_place (places, record->id, NULL);
            break;
          }
    }

  return TRUE;
}

static gboolean
purge_places (PalDossier *dossier, GPtrArray *places, PalPurged **purged, GError **error)
{
  guint n_places = places->len;

  if (!add_records_about (dossier, "comment", places, n_places, error)
      || !add_records_about (dossier, "answer-translation", places, n_places, error)
      || !pal_dossier_purge_places (dossier, places, purged, error))
    return FALSE;
  /* What is gone cannot be undone; what was done before would bring empty rows back. */
  pal_dossier_forget_undo (dossier);

  return TRUE;
}

/**
 * pal_withdrawal_purge:
 * @self: one that was done
 * @dossier: its dossier
 * @purged: (out) (optional) (transfer full): what went
 * @error: return location
 *
 * Blocking: takes the texts out for good, and notes when.
 *
 * Returns: whether they are gone from the file; errors of the dossier
 */
gboolean
pal_withdrawal_purge (PalWithdrawal *self, PalDossier *dossier, PalPurged **purged, GError **error)
{
  g_autoptr (GPtrArray) places
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_purge_place_free);
  g_autofree char *now = pal_clock_format_rfc3339 (g_get_real_time ());
  GPtrArray *changes;

  g_return_val_if_fail (self != NULL && self->id != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  for (guint i = 0; i < self->items->len; i++)
    if (!add_item_places (dossier, places, g_ptr_array_index (self->items, i), error))
      return FALSE;
  if (!purge_places (dossier, places, purged, error))
    return FALSE;

  changes = pal_changes_new ();
  pal_own_record_set (changes, PAL_WITHDRAWAL_FORM, self->id, "purged", now);
  if (!pal_dossier_append (dossier, PAL_WITHDRAWAL_ACT, changes, error))
    return FALSE;
  pal_dossier_forget_undo (dossier);
  self->purged = g_steal_pointer (&now);

  return TRUE;
}

/**
 * pal_retention_purge:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a record
 * @purged: (out) (optional) (transfer full): what went
 * @error: return location
 *
 * Blocking: removes a record, with the file in the inbox of which it was made, and takes their
 * texts out for good; the log says which, by whom and when.
 *
 * Returns: whether they are gone from the file; errors of the dossier
 */
gboolean
pal_retention_purge (PalDossier *dossier, const char *record, PalPurged **purged, GError **error)
{
  g_autoptr (GPtrArray) places
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_purge_place_free);
  g_autoptr (GPtrArray) arrivals = NULL;
  GPtrArray *changes;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  arrivals = pal_consent_list_arrivals (dossier, record, error);
  if (arrivals == NULL)
    return FALSE;
  changes = pal_changes_new ();
  add_place (places, record, NULL);
  for (guint i = 0; i < arrivals->len; i++)
    add_place (places, ((PalOwnRecord *) g_ptr_array_index (arrivals, i))->id, NULL);
  for (guint i = 0; i < places->len; i++)
    g_ptr_array_add (changes,
                     pal_change_new (PAL_CHANGE_RECORD_REMOVED,
                                     ((PalPurgePlace *) g_ptr_array_index (places, i))->record,
                                     NULL, NULL));
  if (!pal_dossier_append (dossier, "Deleted for good", changes, error))
    return FALSE;

  return purge_places (dossier, places, purged, error);
}
