// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input"
#include "config.h"

#include "pal-input-plan.h"

#include "pal-own-record.h"
#include "pal-record.h"

/**
 * pal_input_plan_prepare:
 * @dossier: the dossier of an input
 * @form: the form `action-plan`
 * @error: return location
 *
 * Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable): id of the record of the plan, which is made if there is
 *   none; errors of the dossier
 */
char *
pal_input_plan_prepare (PalDossier *dossier, PalForm *form, GError **error)
{
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (PalRecord) record = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (form != NULL, NULL);

  infos = pal_dossier_list_records (dossier, PAL_INPUT_PLAN_FORM, error);
  if (infos == NULL)
    return NULL;
  if (infos->len > 0)
    return g_strdup (pal_own_record_find_first (infos));
  if (!pal_dossier_add_form (dossier, form, error))
    return NULL;
  record = pal_record_create (dossier, form, error);

  return record != NULL ? g_strdup (pal_record_get_id (record)) : NULL;
}
