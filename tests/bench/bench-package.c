// SPDX-License-Identifier: GPL-3.0-or-later
/* Packs one large file with our writer and signs it: FILE OUT. Prints seconds and peak memory as
 * JSON. */
#include "config.h"

#include "pal-identity.h"
#include "pal-package-reader.h"
#include "pal-package-writer.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = pal_identity_create ("Practicia bench", &error);
  g_autoptr (PalPackageWriter) writer = NULL;
  g_autoptr (PalVerification) verification = NULL;
  g_autofree char *buffer = g_malloc (256 * 1024);
  struct rusage usage;
  struct stat about;
  gint64 start, packed;
  gssize n = 0;
  int fd;

  if (argc != 3 || identity == NULL || (fd = open (argv[1], O_RDONLY)) < 0
      || fstat (fd, &about) != 0)
    return 64;

  start = g_get_monotonic_time ();
  writer = pal_package_writer_new (argv[2], &error);
  if (writer == NULL
      || !pal_package_writer_add_bytes (writer, "data/package.json", "application/json", "{}", 2,
                                        &error)
      || !pal_package_writer_begin_sized (writer, "data/attachments/big.bin",
                                          "application/octet-stream", about.st_size, &error))
    g_error ("%s", error->message);
  while ((n = read (fd, buffer, 256 * 1024)) > 0)
    if (!pal_package_writer_write (writer, buffer, n, &error))
      g_error ("%s", error->message);
  close (fd);
  if (n < 0 || !pal_package_writer_end (writer, &error)
      || !pal_package_writer_finish (writer, "bench", "Practicia", identity, &error))
    g_error ("%s", error != NULL ? error->message : "cannot read");
  packed = g_get_monotonic_time ();
  getrusage (RUSAGE_SELF, &usage);

  verification = pal_package_verify (argv[2], NULL, 0, 0, NULL);
  if (verification->code != 1)
    g_error ("the package does not verify: %d %s", verification->code, verification->message);

  g_print ("{\"pack_s\":%.3f,\"verify_s\":%.3f,\"peak_mb\":%.1f}\n", (packed - start) / 1e6,
           (g_get_monotonic_time () - packed) / 1e6, usage.ru_maxrss / 1024.0);

  return 0;
}
