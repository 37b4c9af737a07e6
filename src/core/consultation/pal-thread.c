// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-thread"
#include "config.h"

#include "pal-thread.h"

#include "pal-own-record.h"

/**
 * pal_thread_make:
 * @dossier: a dossier
 * @point_record: id of the consultation
 * @point: path of the point, with its row id
 * @record: id of the questionnaire
 * @node: path of the question, with row ids
 * @change: (nullable): id of the change that the point caused
 * @changes: (element-type PalChange): to be appended
 * @error: return location
 *
 * Blocking: notes that a point leads to a question, as part of a larger act.
 *
 * Returns: (transfer full) (nullable): id of the thread
 */
char *
pal_thread_make (PalDossier *dossier, const char *point_record, const char *point,
                 const char *record, const char *node, const char *change, GPtrArray *changes,
                 GError **error)
{
  char *id = pal_own_record_make (dossier, PAL_THREAD_FORM, changes, error);

  if (id == NULL)
    return NULL;
  pal_own_record_set (changes, PAL_THREAD_FORM, id, "point_record", point_record);
  pal_own_record_set (changes, PAL_THREAD_FORM, id, "point", point);
  pal_own_record_set (changes, PAL_THREAD_FORM, id, "record", record);
  pal_own_record_set (changes, PAL_THREAD_FORM, id, "node", node);
  pal_own_record_set (changes, PAL_THREAD_FORM, id, "change", change);

  return id;
}

/**
 * pal_thread_add:
 * @dossier: a dossier
 * @point_record: id of the consultation
 * @point: path of the point, with its row id
 * @record: id of the questionnaire
 * @node: path of the question, with row ids
 * @change: (nullable): id of the change that the point caused
 * @flags: %PAL_APPEND_FOLLOWS when the answer was changed just now: both are undone together
 * @error: return location
 *
 * Blocking: as pal_thread_make(), as an act of its own.
 *
 * Returns: (transfer full) (nullable): id of the thread
 */
char *
pal_thread_add (PalDossier *dossier, const char *point_record, const char *point,
                const char *record, const char *node, const char *change, PalAppendFlags flags,
                GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *id
      = pal_thread_make (dossier, point_record, point, record, node, change, changes, error);

  if (id == NULL
      || !pal_dossier_append_full (dossier, "Point linked", g_steal_pointer (&changes), flags, NULL,
                                   error))
    return NULL;

  return g_steal_pointer (&id);
}

/**
 * pal_thread_set_change:
 * @dossier: a dossier
 * @thread: id of a thread
 * @change: id of the change that the point caused
 * @error: return location
 *
 * Blocking.
 *
 * Returns: whether it is durable
 */
gboolean
pal_thread_set_change (PalDossier *dossier, const char *thread, const char *change, GError **error)
{
  GPtrArray *changes = pal_changes_new ();

  pal_own_record_set (changes, PAL_THREAD_FORM, thread, "change", change);

  return pal_dossier_append (dossier, "Point linked", changes, error);
}

/**
 * pal_thread_remove:
 * @dossier: a dossier
 * @thread: id of a thread
 * @error: return location
 *
 * Blocking: the point does not lead there any more. The log remembers.
 *
 * Returns: whether it is durable
 */
gboolean
pal_thread_remove (PalDossier *dossier, const char *thread, GError **error)
{
  GPtrArray *changes = pal_changes_new ();

  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_REMOVED, thread, NULL, NULL));

  return pal_dossier_append (dossier, "Link removed", changes, error);
}
