// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-away"
#include "config.h"

#include "pal-away.h"
#include "pal-backup-private.h"
#include "pal-paths.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* A stick does not keep what was not synced, and a network folder keeps no locks. So SQLite never
 * writes there: what is there is read, merged into the copy, and replaced by a whole file that was
 * checked before it got its name. Two computers that do this at once lose nothing: each keeps its
 * own copy until it has seen its changes in the file. */

#define SUFFIXES                                                                                   \
  {                                                                                                \
    "", "-wal", "-shm"                                                                             \
  }

/* One folder for each place, whatever is mounted there. */
static char *
dup_copy_path (const char *origin)
{
  g_autofree char *folder = g_path_get_dirname (origin);
  g_autofree char *real = realpath (folder, NULL);
  g_autofree char *name = g_path_get_basename (origin);
  g_autofree char *absolute
      = real != NULL ? g_build_filename (real, name, NULL) : g_canonicalize_filename (origin, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, absolute, -1);
  g_autofree char *relative = g_strdup_printf ("away/%.16s", digest);
  g_autofree char *private_folder = pal_paths_dup_state_dir (relative);

  return g_build_filename (private_folder, name, NULL);
}

static gboolean
take_in (const char *copy, const char *origin, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) dossier
      = pal_dossier_open (copy, PAL_DOSSIER_OPEN_DEFAULT, cancellable, error);
  g_autoptr (PalMergeReport) report = NULL;

  if (dossier == NULL)
    return FALSE;
  /* The stick is not there: work goes on, and meets it the next time. */
  if (!g_file_test (origin, G_FILE_TEST_EXISTS))
    return pal_dossier_close (dossier, error);

  report = pal_dossier_merge_file (dossier, origin, PAL_MERGE_DEFAULT, cancellable, error);

  return pal_dossier_close (dossier, report != NULL ? error : NULL) && report != NULL;
}

/* With the log that a killed program left beside it. */
static gboolean
make_copy (const char *copy, const char *origin, GCancellable *cancellable, GError **error)
{
  g_auto (PalDossierFile) file = { .lock_fd = -1 };
  g_autofree char *temporary = g_strconcat (copy, ".part", NULL);
  g_autofree char *looked = NULL;
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GFile) source = NULL;
  g_autoptr (GFile) target = g_file_new_for_path (temporary);
  gboolean ok;

  if (!pal_dossier_file_look (&file, origin, FALSE, error))
    return FALSE;
  looked = pal_dossier_file_copy_private (&file, cancellable, error);
  if (looked == NULL)
    return FALSE;
  dossier = pal_dossier_open (looked, PAL_DOSSIER_OPEN_DEFAULT, cancellable, error);
  source = g_file_new_for_path (looked);
  ok = dossier != NULL && pal_dossier_close (dossier, error)
       && g_file_copy (source, target, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error)
       && pal_dossier_publish_new_file (temporary, copy, error);
  g_unlink (temporary);
  pal_dossier_file_remove_private (looked);

  return ok;
}

/**
 * pal_away_begin:
 * @origin: a dossier on a stick or in a network folder
 * @was_left: (out) (optional): whether the copy was there from before
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: finds or makes the copy in which to work. When the copy is there and the stick is not,
 * the copy is given back as it is.
 *
 * Returns: (transfer full) (nullable): path of the copy, to be opened
 */
char *
pal_away_begin (const char *origin, gboolean *was_left, GCancellable *cancellable, GError **error)
{
  g_autofree char *copy = NULL;
  gboolean is_there;

  g_return_val_if_fail (origin != NULL, NULL);

  copy = dup_copy_path (origin);
  is_there = g_file_test (copy, G_FILE_TEST_EXISTS);
  if (was_left != NULL)
    *was_left = is_there;
  if (is_there ? !take_in (copy, origin, cancellable, error)
               : !make_copy (copy, origin, cancellable, error))
    return NULL;

  return g_steal_pointer (&copy);
}

/**
 * pal_away_bring_back:
 * @dossier: the copy
 * @origin: where it belongs
 * @cancellable: (nullable): leaves the origin as it is
 * @error: return location
 *
 * Blocking: a cut at any moment leaves the old file or the new one there, and the copy here.
 *
 * Returns: whether the origin holds all of it now; %G_IO_ERROR_NOT_FOUND when the stick is not
 * there
 */
gboolean
pal_away_bring_back (PalDossier *dossier, const char *origin, GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *wal = NULL;
  g_autofree char *temporary = NULL;
  g_autoptr (PalMergeReport) report = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (origin != NULL, FALSE);

  folder = g_path_get_dirname (origin);
  wal = g_strconcat (origin, "-wal", NULL);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "its folder is not there");
      return FALSE;
    }
  if (g_file_test (origin, G_FILE_TEST_EXISTS))
    {
      report = pal_dossier_merge_file (dossier, origin, PAL_MERGE_DEFAULT, cancellable, error);
      if (report == NULL)
        return FALSE;
    }
  temporary = pal_dossier_copy_into (dossier, folder, cancellable, error);
  if (temporary == NULL)
    return FALSE;

  /* It was merged a moment ago; beside the new file SQLite would take it for that one's. */
  g_unlink (wal);
  if (g_rename (temporary, origin) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot replace the file: %s",
                   g_strerror (errno));
      g_unlink (temporary);
      return FALSE;
    }

  return TRUE;
}

/**
 * pal_away_end:
 * @origin: where the copy belongs
 *
 * Removes the copy, because all of it was brought back.
 */
void
pal_away_end (const char *origin)
{
  const char *suffixes[] = SUFFIXES;
  g_autofree char *copy = dup_copy_path (origin);
  g_autofree char *folder = g_path_get_dirname (copy);

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (copy, suffixes[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}
