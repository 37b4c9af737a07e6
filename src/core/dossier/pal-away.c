// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-away"
#include "config.h"

#include "pal-away.h"
#include "pal-backup-private.h"
#include "pal-paths.h"
#include "pal-place.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A stick does not keep what was not synced, and a network folder keeps no locks. So SQLite never
 * writes there: what is there is read, merged into the copy, and replaced by a whole file that was
 * checked before it got its name. Two computers that do this at once lose nothing: each keeps its
 * own copy until it has seen its changes in the file. */

#define SUFFIXES                                                                                   \
  {                                                                                                \
    "-wal", "-shm", ""                                                                             \
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
  g_autofree char *short_digest = g_strndup (digest, 16);
  g_autofree char *private_folder = pal_paths_dup_state_dir ("away");

  return g_build_filename (private_folder, short_digest, name, NULL);
}

/* What is there, if it is a copy of the same dossier: another stick may have another one under the
 * same name. */
static PalMergeReport *
merge_origin (PalDossier *dossier, const char *origin, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) there = NULL;
  PalMergeReport *report = NULL;

  if (!pal_dossier_check (origin, cancellable, error))
    return NULL;
  there = pal_dossier_open (origin, PAL_DOSSIER_OPEN_READ_ONLY, cancellable, error);
  if (there == NULL)
    return NULL;
  if (strcmp (pal_dossier_get_id (there), pal_dossier_get_id (dossier)) == 0)
    report = pal_dossier_merge_opened (dossier, there, PAL_MERGE_DEFAULT, NULL, cancellable, error);
  else
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN,
                 "another dossier lies there now");
  pal_dossier_close (there, NULL);

  return report;
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

  report = merge_origin (dossier, origin, cancellable, error);

  return pal_dossier_close (dossier, report != NULL ? error : NULL) && report != NULL;
}

/* With the log that a killed program left beside it. */
static gboolean
make_copy (const char *copy, const char *origin, GCancellable *cancellable, GError **error)
{
  g_auto (PalDossierFile) file = { .lock_fd = -1 };
  g_autofree char *folder = g_path_get_dirname (copy);
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
  g_mkdir (folder, 0700);
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
 * pal_away_is_left:
 * @origin: a dossier
 *
 * Returns: whether there is a copy of it that was never brought back
 */
gboolean
pal_away_is_left (const char *origin)
{
  g_autofree char *copy = dup_copy_path (origin);

  return g_file_test (copy, G_FILE_TEST_EXISTS);
}

/* What lies there may be damaged by now: the answers in the copy are what counts. Another dossier
 * under the same name is no place for them. */
static gboolean
take_in_opened (PalDossier *dossier, const char *origin, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (GError) local = NULL;

  if (!g_file_test (origin, G_FILE_TEST_EXISTS))
    return TRUE;
  report = merge_origin (dossier, origin, cancellable, &local);
  if (g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (local != NULL)
    g_info ("what lies at the other place cannot be taken in: %s", local->message);

  return TRUE;
}

/**
 * pal_away_open:
 * @origin: a dossier
 * @is_away: (out): whether what is open is a copy in the data folder
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: opens a dossier for writing; one on a stick or in a network folder as a copy. What a
 * killed program left in the copy is told by pal_dossier_get_recovered().
 *
 * Returns: (transfer full) (nullable): the dossier; errors are those of pal_dossier_open()
 */
PalDossier *
pal_away_open (const char *origin, gboolean *is_away, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) dossier = NULL;
  g_autofree char *copy = NULL;
  gboolean was_left = pal_away_is_left (origin);

  g_return_val_if_fail (origin != NULL, NULL);

  *is_away = was_left || pal_place_look (origin) != PAL_PLACE_DISK;
  if (!*is_away)
    return pal_dossier_open (origin, PAL_DOSSIER_OPEN_DEFAULT, cancellable, error);

  copy = was_left ? dup_copy_path (origin) : pal_away_begin (origin, NULL, cancellable, error);
  dossier
      = copy != NULL ? pal_dossier_open (copy, PAL_DOSSIER_OPEN_DEFAULT, cancellable, error) : NULL;
  if (dossier == NULL)
    return NULL;
  if (was_left && !take_in_opened (dossier, origin, cancellable, error))
    {
      pal_dossier_close (dossier, NULL);
      return NULL;
    }

  return g_steal_pointer (&dossier);
}

/* Which file lies there. */
static char *
dup_identity (const char *origin)
{
  struct stat info = { 0 };

  if (lstat (origin, &info) != 0)
    return g_strdup ("gone");

  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld",
                          (guint64) info.st_ino, (gint64) info.st_size,
                          (gint64) info.st_mtim.tv_sec, (long) info.st_mtim.tv_nsec);
}

static gboolean
bring_back (PalDossier *dossier, const char *origin, PalMergeReport **merged,
            GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *wal = NULL;
  g_autofree char *temporary = NULL;
  g_autofree char *identity = NULL;
  g_autofree char *identity_now = NULL;
  g_autoptr (PalMergeReport) report = NULL;
  int fd;

  folder = g_path_get_dirname (origin);
  wal = g_strconcat (origin, "-wal", NULL);
  /* An empty folder may be left where the stick was. */
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)
      || (!g_file_test (origin, G_FILE_TEST_EXISTS) && pal_place_look (folder) == PAL_PLACE_DISK))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "its folder is not there");
      return FALSE;
    }
  identity = dup_identity (origin);
  if (g_file_test (origin, G_FILE_TEST_EXISTS))
    {
      report = merge_origin (dossier, origin, cancellable, error);
      if (report == NULL)
        return FALSE;
      if (merged != NULL && report->n_changes > 0)
        *merged = g_steal_pointer (&report);
    }
  temporary = pal_dossier_copy_into (dossier, folder, cancellable, error);
  if (temporary == NULL)
    return FALSE;

  /* Another computer may have brought its copy here in the meantime, and not have it any more. */
  identity_now = dup_identity (origin);
  if (strcmp (identity, identity_now) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY,
                   "it was written there meanwhile");
      g_unlink (temporary);
      return FALSE;
    }
  /* It was merged a moment ago; beside the new file SQLite would take it for that one's. */
  g_unlink (wal);
  if (g_rename (temporary, origin) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot replace the file: %s",
                   g_strerror (errno));
      g_unlink (temporary);
      return FALSE;
    }
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      if (fsync (fd) != 0)
        g_info ("the folder could not be synced");
      close (fd);
    }

  return TRUE;
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
  return bring_back (dossier, origin, NULL, cancellable, error);
}

/* What is in the copy, and which file lies there. */
static char *
dup_mark (const char *state, const char *origin)
{
  g_autofree char *identity = dup_identity (origin);

  return g_strdup_printf ("%s, %s", state, identity);
}

/**
 * pal_away_bring_back_new:
 * @dossier: the copy
 * @origin: where it belongs
 * @mark: (inout) (nullable): what this function left there the last time
 * @merged: (out) (optional) (nullable) (transfer full): what others wrote there, if anything
 * @cancellable: (nullable): leaves the origin as it is
 * @error: return location
 *
 * Blocking: does nothing when neither of the two has changed.
 *
 * Returns: see pal_away_bring_back()
 */
gboolean
pal_away_bring_back_new (PalDossier *dossier, const char *origin, char **mark,
                         PalMergeReport **merged, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (origin);
  g_autofree char *state = NULL;
  g_autofree char *now = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (mark != NULL, FALSE);

  if (merged != NULL)
    *merged = NULL;
  state = pal_dossier_dup_state (dossier, error);
  if (state == NULL)
    return FALSE;
  now = dup_mark (state, origin);
  if (g_strcmp0 (now, *mark) == 0 && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!bring_back (dossier, origin, merged, cancellable, error))
    return FALSE;

  /* The state of before: what was typed meanwhile may not be in it. */
  g_free (*mark);
  *mark = dup_mark (state, origin);

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
