// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-backup"
#include "config.h"

#include "pal-dossier-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A copy of a dossier that is open. The file itself must not be opened again: closing a second
 * descriptor would give up SQLite's lock (pal-dossier-file.c). So SQLite writes the copy. */

#define MAX_COPIES 1000

/* "Practicia.palermo", "2": "Practicia-before-2.palermo"; a number when there is such a file. */
static char *
dup_copy_path (const char *path, const char *version, guint number)
{
  g_autofree char *stem
      = g_str_has_suffix (path, ".palermo") ? g_strndup (path, strlen (path) - 8) : g_strdup (path);
  g_autofree char *word = g_strdup (version);

  g_strcanon (word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_", '_');
  if (strlen (word) > 40)
    word[40] = '\0';
  if (number == 1)
    return g_strdup_printf ("%s-before-%s.palermo", stem, word);

  return g_strdup_printf ("%s-before-%s-%u.palermo", stem, word, number);
}

static gboolean
sync_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot write the copy: %s",
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);

  return ok;
}

static gboolean
copy_to (PalDossier *self, const char *temporary, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;

  pal_dossier_reset_statements (self);
  stmt = pal_sql_prepare (self->db, "VACUUM INTO ?1", error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "s", temporary);

  return pal_sql_step (stmt, error) == PAL_SQL_DONE;
}

/**
 * pal_dossier_backup_before:
 * @self: a dossier
 * @version: of the form to which it goes
 * @error: return location
 *
 * Writes a copy beside the dossier: whole and on the disk under its name, or not there at all. In
 * the worker, outside a transaction.
 *
 * Returns: (transfer full) (nullable): where the copy is
 */
char *
pal_dossier_backup_before (PalDossier *self, const char *version, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->file.path);
  g_autofree char *name = g_path_get_basename (self->file.path);
  g_autofree char *temporary = g_strdup_printf ("%s/.%s.part-XXXXXX", folder, name);
  char *path = NULL;
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot write a copy: %s",
                   g_strerror (errno));
      return NULL;
    }
  close (fd);

  if (copy_to (self, temporary, error) && sync_file (temporary, error))
    for (guint number = 1; path == NULL && number <= MAX_COPIES; number++)
      {
        g_autofree char *wanted = dup_copy_path (self->file.path, version, number);
        g_autoptr (GError) local = NULL;

        if (pal_dossier_publish_new_file (temporary, wanted, &local))
          path = g_steal_pointer (&wanted);
        else if (number == MAX_COPIES
                 || !g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS))
          {
            g_propagate_error (error, g_steal_pointer (&local));
            break;
          }
      }
  g_unlink (temporary);

  return path;
}
