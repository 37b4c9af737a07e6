// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-sealed.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Input: volumes.json of a sealed folder, with no volume beside it. */

static char *folder;
static char *again_folder;

static void
remove_folders (void)
{
  char *const folders[] = { folder, again_folder };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *list = g_build_filename (folders[i], PAL_SEALED_LIST_NAME, NULL);

      g_unlink (list);
      g_rmdir (folders[i]);
    }
}

static void
make_folders (void)
{
  g_autoptr (GError) error = NULL;

  folder = g_dir_make_tmp ("palermo-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  again_folder = g_dir_make_tmp ("palermo-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  atexit (remove_folders);
}

/* What a list says when it was believed. */
static void
check_list (const PalSealed *sealed)
{
  goffset plain = 0;

  fuzz_check (sealed->sha256 != NULL && strlen (sealed->sha256) == 64);
  fuzz_check (sealed->size >= 0 && sealed->volumes->len <= PAL_SEALED_MAX_VOLUMES);
  for (guint i = 1; i <= sealed->volumes->len; i++)
    {
      const PalSealedVolume *volume = g_ptr_array_index (sealed->volumes, i - 1);
      goffset part = pal_sealed_get_plain_size (sealed, i);

      fuzz_check (strlen (volume->sha256) == 64);
      fuzz_check (part > 0 && part <= PAL_SEALED_VOLUME_BYTES && volume->size > part);
      plain += part;
    }
  fuzz_check (plain == sealed->size);
}

/* Written and read again it says the same. */
static void
check_again (const PalSealed *sealed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSealed) again = NULL;

  fuzz_check (pal_sealed_save (sealed, again_folder, &error));
  again = pal_sealed_load (again_folder, &error);
  fuzz_check (again != NULL && again->size == sealed->size);
  fuzz_check (strcmp (again->sha256, sealed->sha256) == 0);
  fuzz_check (again->volumes->len == sealed->volumes->len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSealed) sealed = NULL;
  gboolean is_sound;

  if (folder == NULL)
    make_folders ();
  path = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);
  fuzz_check (g_file_set_contents_full (path, (const char *) data, size, G_FILE_SET_CONTENTS_NONE,
                                        0600, NULL));
  watch = fuzz_watch ();
  sealed = pal_sealed_load (folder, &error);
  if (sealed == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  check_list (sealed);
  check_again (sealed);
  is_sound = pal_sealed_check_volumes (sealed, folder, 1, NULL, &error);
  fuzz_check (is_sound == (sealed->volumes->len == 0));
  if (!is_sound)
    fuzz_check_error (error);
  return 0;
}
