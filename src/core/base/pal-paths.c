// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paths"
#include "config.h"

#include "pal-paths.h"

#include <string.h>

/* (nullable): the folder of the running program. */
static char *
dup_program_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : NULL;
}

/* A build folder works without being installed. */
static char *
dup_build_data_dir (void)
{
  g_autofree char *dir = dup_program_dir ();
  g_autofree char *marker = NULL;

  if (dir == NULL)
    return NULL;

  while (strlen (dir) > 1)
    {
      char *up;

      g_free (marker);
      marker = g_build_filename (dir, "meson-private", NULL);
      if (g_file_test (marker, G_FILE_TEST_IS_DIR))
        return g_build_filename (dir, "data", NULL);
      up = g_path_get_dirname (dir);
      g_free (dir);
      dir = up;
    }

  return NULL;
}

/**
 * pal_paths_dup_installed:
 * @path: a path as the build was configured, such as PALERMO_LOCALEDIR
 *
 * Finds an installed file or folder, also when the whole prefix was moved after it was installed:
 * the program's own folder says where the prefix lies now. It need not be there. Any thread.
 *
 * Returns: (transfer full): an absolute path
 */
char *
pal_paths_dup_installed (const char *path)
{
  const char *in_prefix = NULL;
  const char *bin = NULL;
  g_autofree char *dir = dup_program_dir ();

  if (!g_str_has_prefix (path, PALERMO_PREFIX "/")
      || !g_str_has_prefix (PALERMO_BINDIR, PALERMO_PREFIX "/"))
    return g_strdup (path);

  in_prefix = path + strlen (PALERMO_PREFIX);
  bin = PALERMO_BINDIR + strlen (PALERMO_PREFIX);
  if (dir == NULL || !g_str_has_suffix (dir, bin))
    return g_strdup (path);

  dir[strlen (dir) - strlen (bin)] = '\0';

  return g_strconcat (dir, in_prefix, NULL);
}

/**
 * pal_paths_dup_data_file:
 * @relative: path below the data folder, such as "forms/cluster-1.xml"
 *
 * Finds a file that comes with the program: below $PALERMO_DATA_DIR if that is set, else in the
 * data folder of the build in which the program lies, else where it was installed. The file need
 * not be there. Any thread.
 *
 * Returns: (transfer full): an absolute path
 */
char *
pal_paths_dup_data_file (const char *relative)
{
  const char *from_environment = g_getenv ("PALERMO_DATA_DIR");
  g_autofree char *from_build = NULL;
  g_autofree char *installed = NULL;

  if (from_environment != NULL && *from_environment != '\0')
    return g_build_filename (from_environment, relative, NULL);

  from_build = dup_build_data_dir ();
  if (from_build != NULL)
    return g_build_filename (from_build, relative, NULL);

  installed = pal_paths_dup_installed (PALERMO_PKGDATADIR);

  return g_build_filename (installed, relative, NULL);
}

/**
 * pal_paths_dup_state_dir:
 * @relative: path below the person's data folder of Palermo, such as "outbox"
 *
 * Names (and makes, mode 0700) a private folder for what belongs to the person and not to one
 * dossier: identity, outbox, backups. Any thread.
 *
 * Returns: (transfer full): an absolute path
 */
char *
pal_paths_dup_state_dir (const char *relative)
{
  char *path = g_build_filename (g_get_user_data_dir (), "palermo", relative, NULL);

  if (g_mkdir_with_parents (path, 0700) != 0)
    g_warning ("cannot make a private folder in the user's data folder");

  return path;
}
