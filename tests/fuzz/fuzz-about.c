// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-package-reader.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Input: data/package.json, which says what a package is; in a package that is sound otherwise,
 * as whoever signs can write there what they like. */

static PalIdentity *identity;
static char *path;

static void
remove_package (void)
{
  g_unlink (path);
}

static void
prepare (void)
{
  g_autoptr (GError) error = NULL;
  int fd;

  identity = pal_identity_create ("Expert", &error);
  g_assert_no_error (error);
  fd = g_file_open_tmp ("palermo-fuzz-XXXXXX.asice", &path, &error);
  g_assert_no_error (error);
  close (fd);
  atexit (remove_package);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPackageWriter) writer = NULL;
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  if (identity == NULL)
    prepare ();
  g_unlink (path);
  watch = fuzz_watch ();
  writer = pal_package_writer_new (path, &error);
  fuzz_check (writer != NULL);
  fuzz_check (pal_package_writer_add_bytes (writer, "data/package.json", "application/json", data,
                                            size, &error));
  fuzz_check (pal_package_writer_finish (writer, "fuzz", NULL, identity, &error));
  verification = pal_package_verify (path, NULL, 0, 0, NULL);
  /* The container is sound whatever stands in it. */
  fuzz_check (verification->code == 1);
  fuzz_check_text (verification->kind);
  again = pal_package_read_entry (path, verification, "data/package.json", size + 1, &error);
  fuzz_check (again != NULL && g_bytes_equal (again, bytes));
  return 0;
}
