// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-record.h"

#include <glib/gstdio.h>
#include <string.h>

/* A dossier with one questionnaire, "cluster-9", for a test that writes the forms itself. */

static char *folder; /* made and removed by the test */

static inline PalForm *
load (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  PalForm *form = pal_form_load (bytes, "form", &error);

  g_assert_no_error (error);

  return form;
}

/* own: the forms that come with the program. */
static inline PalDossier *
create_with (const char *name, gboolean with_record, const char *questionnaire,
             const char *const *own, gsize n_own)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (PalForm) form = load (questionnaire);
  PalDossier *dossier = pal_dossier_create (path, NULL, &error);

  g_assert_no_error (error);
  pal_dossier_set_author (dossier, name);
  g_assert_true (pal_dossier_add_form (dossier, form, &error));
  for (gsize i = 0; i < n_own; i++)
    {
      g_autoptr (PalForm) one = load (own[i]);

      g_assert_true (pal_dossier_add_form (dossier, one, &error));
    }
  if (with_record)
    {
      g_autoptr (PalRecord) record = pal_record_create (dossier, form, &error);

      g_assert_no_error (error);
    }

  return dossier;
}

static inline void
done (PalDossier *dossier)
{
  g_autofree char *path = g_strdup (pal_dossier_get_path (dossier));
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_close (dossier, &error));
  g_assert_no_error (error);
  g_object_unref (dossier);
  g_unlink (path);
}

static inline char *
get_record (PalDossier *dossier)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, "cluster-9", NULL);

  g_assert_cmpuint (records->len, ==, 1);

  return g_strdup (((PalRecordInfo *) g_ptr_array_index (records, 0))->id);
}
