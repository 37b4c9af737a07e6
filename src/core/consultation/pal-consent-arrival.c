// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consent"
#include "config.h"

#include "pal-consent-private.h"

#include <string.h>

/* What came in writing and waits in the inbox, or waited there (form `arrival`). */

#define FORM "arrival"

static gboolean
is_of_instances (GHashTable *instances, const PalOwnRecord *arrival)
{
  const char *instance = pal_own_record_get (arrival, "instance");

  return instance != NULL && g_hash_table_contains (instances, instance);
}

GPtrArray *
pal_consent_list_arrivals (PalDossier *dossier, const char *record, GError **error)
{
  g_autoptr (GPtrArray) arrivals = pal_own_record_list (dossier, FORM, error);
  g_autoptr (GHashTable) instances = NULL;

  if (arrivals == NULL)
    return NULL;
  instances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < arrivals->len; i++)
    {
      const PalOwnRecord *arrival = g_ptr_array_index (arrivals, i);
      const char *instance = pal_own_record_get (arrival, "instance");

      if (instance != NULL && g_strcmp0 (pal_own_record_get (arrival, "record"), record) == 0)
        g_hash_table_add (instances, g_strdup (instance));
    }
  for (guint i = arrivals->len; i > 0; i--)
    {
      const PalOwnRecord *arrival = g_ptr_array_index (arrivals, i - 1);

      if (g_strcmp0 (pal_own_record_get (arrival, "record"), record) != 0
          && !is_of_instances (instances, arrival))
        g_ptr_array_remove_index (arrivals, i - 1);
    }

  return g_steal_pointer (&arrivals);
}
