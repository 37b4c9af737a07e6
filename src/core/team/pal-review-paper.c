// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-review-paper"
#include "config.h"

#include "pal-review-paper.h"

#include "pal-own-record.h"
#include "pal-paths.h"
#include "pal-record.h"

#include <string.h>

const PalReviewPaper pal_review_papers[] = {
  { "country", "/country/profile/state/state", NULL },
  { "pledge", "/pledge/paper/head/state", NULL },
  { "observations", "/observations/list/head/state", "/observations/list/head/cluster" },
  { "summary", "/summary/paper/head/state", "/summary/paper/head/cluster" },
};
const guint pal_n_review_papers = G_N_ELEMENTS (pal_review_papers);

/**
 * pal_review_paper_find:
 * @form_id: (nullable): id of a form
 *
 * Returns: (transfer none) (nullable): its row
 */
const PalReviewPaper *
pal_review_paper_find (const char *form_id)
{
  for (guint i = 0; i < pal_n_review_papers; i++)
    if (g_strcmp0 (pal_review_papers[i].form_id, form_id) == 0)
      return &pal_review_papers[i];

  return NULL;
}

static void
fill (PalResponse *response, const char *path, const char *value)
{
  PalNode *node = path != NULL ? pal_response_find (response, path) : NULL;

  if (node != NULL && value != NULL && *value != '\0')
    pal_response_set_value (response, node, value, NULL);
}

static char *
make (PalDossier *dossier, const PalReviewPaper *paper, const char *state, const char *cluster,
      GError **error)
{
  /* Who begin it apart from each other write in one record. */
  const char *about[] = { "review-paper", paper->form_id };
  g_autofree char *id = pal_own_record_dup_id (about, G_N_ELEMENTS (about));
  g_autofree char *name = g_strdup_printf ("forms/%s.xml", paper->form_id);
  g_autofree char *path = pal_paths_dup_data_file (name);
  g_autoptr (PalForm) form = pal_form_load_file (path, error);
  g_autoptr (PalRecord) record = NULL;
  PalResponse *response = form != NULL ? pal_response_new (form, error) : NULL;

  if (response == NULL)
    return NULL;
  fill (response, paper->state, state);
  fill (response, paper->cluster, cluster);
  record = pal_record_create_as (dossier, id, response, error);

  return record != NULL ? g_steal_pointer (&id) : NULL;
}

/**
 * pal_review_paper_prepare:
 * @dossier: a dossier
 * @paper: which one
 * @state: (nullable): name of the State, for a new record
 * @cluster: (nullable): "I" to "IV", for a new record
 * @error: return location
 *
 * Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable): id of the record, which is made if there is none; errors of
 *   the dossier and the form
 */
char *
pal_review_paper_prepare (PalDossier *dossier, const PalReviewPaper *paper, const char *state,
                          const char *cluster, GError **error)
{
  g_autoptr (GPtrArray) infos = NULL;
  const char *first = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (paper != NULL, NULL);

  infos = pal_dossier_list_records (dossier, paper->form_id, error);
  if (infos == NULL)
    return NULL;
  first = pal_own_record_find_first (infos);

  return first != NULL ? g_strdup (first) : make (dossier, paper, state, cluster, error);
}
