// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-make"
#include "config.h"

#include "pal-dossier.h"

/* A dossier that has its name only when it is whole: after a kill there is none, not half a one. */

/* What does not fit into the file stays in the log beside it, which has no part in the new name. */
static gboolean
check_log_is_gone (const char *temporary, GError **error)
{
  g_autofree char *wal = g_strconcat (temporary, "-wal", NULL);

  if (!g_file_test (wal, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the file could not be written to its end");

  return FALSE;
}

static gboolean
fill_file (const char *temporary, PalDossierFill fill, gpointer user_data,
           GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) dossier = pal_dossier_create (temporary, cancellable, error);
  gboolean ok;

  if (dossier == NULL)
    return FALSE;
  ok = fill (dossier, user_data, cancellable, error);

  return pal_dossier_close (dossier, ok ? error : NULL) && ok;
}

/**
 * pal_dossier_make:
 * @path: where it shall be; nothing may be there
 * @fill: puts in what it begins with
 * @user_data: data for @fill
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking: makes a dossier under a name of its own in the same folder, fills and closes it, and
 * gives it its name then. When something fails nothing is left behind.
 *
 * Returns: whether it is there, whole and closed
 */
gboolean
pal_dossier_make (const char *path, PalDossierFill fill, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_strdup_printf (".%.8s.part.palermo", id);
  g_autofree char *temporary = g_build_filename (folder, name, NULL);
  gboolean ok;

  g_return_val_if_fail (path != NULL && fill != NULL, FALSE);

  ok = pal_dossier_check_new_name (path, error)
       && fill_file (temporary, fill, user_data, cancellable, error)
       && check_log_is_gone (temporary, error)
       && pal_dossier_publish_new_file (temporary, path, error);
  pal_dossier_discard_new (temporary);

  return ok;
}
