// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-brought"
#include "config.h"

#include "pal-dossier-private.h"

/* While a merge comes in, people type on. What it brings where they type is in the log before their
 * own words are, yet they have not seen it: their words stand beside it, to be joined or decided
 * on, and do not take its place. How much somebody has seen is told by how many merges there were
 * when it was shown. */

/**
 * pal_dossier_brought_note:
 * @self: a dossier
 * @span: what a merge brought
 *
 * In the worker, once it is durable.
 */
void
pal_dossier_brought_note (PalDossier *self, const PalLogSpan *span)
{
  if (span->until == span->after)
    return;

  g_array_append_val (self->brought, *span);
  g_atomic_int_inc (&self->n_brought);
}

static gboolean
is_within (const PalLogSpan *span, gint64 seq)
{
  return seq > span->after && seq <= span->until;
}

/**
 * pal_dossier_brought_is_unseen:
 * @self: a dossier
 * @change: id of a change
 * @saw: what its reader has seen: pal_dossier_get_sight() of then; 0 for all
 * @is_unseen: (out): whether a merge brought it after that
 * @error: return location
 *
 * In the worker.
 *
 * Returns: whether there is no error
 */
gboolean
pal_dossier_brought_is_unseen (PalDossier *self, const char *change, guint saw, gboolean *is_unseen,
                               GError **error)
{
  gint64 seq;

  *is_unseen = FALSE;
  if (saw == 0 || saw > self->brought->len)
    return TRUE;
  if (!pal_sql_get_int (self->db, &seq, 0, error, "SELECT seq FROM change WHERE id = ?1", "s",
                        change))
    return FALSE;
  for (guint i = saw - 1; i < self->brought->len && !*is_unseen; i++)
    *is_unseen = is_within (&g_array_index (self->brought, PalLogSpan, i), seq);

  return TRUE;
}

/**
 * pal_dossier_get_sight:
 * @self: a dossier
 *
 * Stands for what is in the log now, from any thread: whoever reads it next has seen at least that.
 *
 * Returns: for PalChange.saw; never 0
 */
guint
pal_dossier_get_sight (PalDossier *self)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), 0);

  return g_atomic_int_get (&self->n_brought) + 1;
}
