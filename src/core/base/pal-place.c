// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-place"
#include "config.h"

#include "pal-place.h"

#include <stdlib.h>
#include <string.h>

/* proc(5), /proc/self/mountinfo: number, parent, device, root, mount point, options, optional
 * fields, "-", type, source, options. Space, tab, line feed and backslash are written as octal
 * numbers. */

static const char *const network_types[]
    = { "nfs",  "nfs4",  "cifs",       "smb3",       "smbfs",           "9p",          "afs",
        "ceph", "davfs", "fuse.davfs", "fuse.sshfs", "fuse.gvfsd-fuse", "fuse.rclone", NULL };
/* What sticks and cards are formatted with; a disk in the computer hardly ever is. */
static const char *const removable_types[]
    = { "vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "udf", "iso9660", "hfsplus", NULL };
/* Where desktops mount what was plugged in. */
static const char *const removable_folders[] = { "/media/", "/run/media/", NULL };

static char *
dup_field (const char *field)
{
  return g_strcompress (field);
}

static gboolean
is_within (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  if (strcmp (folder, "/") == 0)
    return TRUE;

  return strncmp (path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static PalPlace
judge (const char *mount_point, const char *type)
{
  if (g_strv_contains (network_types, type))
    return PAL_PLACE_NETWORK;
  for (guint i = 0; removable_folders[i] != NULL; i++)
    if (g_str_has_prefix (mount_point, removable_folders[i]))
      return PAL_PLACE_REMOVABLE;
  /* The start partition of many computers is a FAT, and nobody keeps a dossier there. */
  if (g_strv_contains (removable_types, type) && !g_str_has_prefix (mount_point, "/boot"))
    return PAL_PLACE_REMOVABLE;

  return PAL_PLACE_DISK;
}

/**
 * pal_place_find:
 * @mountinfo: as the kernel writes it
 * @path: an absolute path without links
 *
 * Any thread.
 *
 * Returns: on what the path lies; %PAL_PLACE_DISK when it cannot be told
 */
PalPlace
pal_place_find (const char *mountinfo, const char *path)
{
  g_auto (GStrv) lines = g_strsplit (mountinfo, "\n", -1);
  PalPlace place = PAL_PLACE_DISK;
  gsize longest = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
      g_autofree char *mount_point = NULL;
      guint dash = 0;

      if (g_strv_length (fields) < 8)
        continue;
      for (dash = 6; fields[dash] != NULL && strcmp (fields[dash], "-") != 0; dash++)
        ;
      if (fields[dash] == NULL || fields[dash + 1] == NULL)
        continue;
      mount_point = dup_field (fields[4]);
      /* Of several at one point the last one covers the others. */
      if (!is_within (path, mount_point) || strlen (mount_point) < longest)
        continue;
      longest = strlen (mount_point);
      place = judge (mount_point, fields[dash + 1]);
    }

  return place;
}

/**
 * pal_place_look:
 * @path: a file or a folder
 *
 * Blocking, any thread. $PALERMO_MOUNTINFO names another table, for tests.
 *
 * Returns: on what it lies; %PAL_PLACE_DISK when it cannot be told
 */
PalPlace
pal_place_look (const char *path)
{
  const char *table = g_getenv ("PALERMO_MOUNTINFO");
  g_autofree char *mountinfo = NULL;
  char *real = realpath (path, NULL);
  PalPlace place = PAL_PLACE_DISK;

  if (real != NULL
      && g_file_get_contents (table != NULL ? table : "/proc/self/mountinfo", &mountinfo, NULL,
                              NULL))
    place = pal_place_find (mountinfo, real);
  free (real);

  return place;
}
