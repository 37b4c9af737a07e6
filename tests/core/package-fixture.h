// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-package-private.h"
#include "pal-zip-format.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the tests of the container share: a folder, two people, a good package. */

static char *folder;
static PalIdentity *expert;
static PalIdentity *focal_point;
static GPtrArray *trust; /* of both */

static inline char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static inline GBytes *
read_file (const char *path)
{
  char *data = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));

  return g_bytes_new_take (data, length);
}

/* Plainly: g_file_set_contents() would wait for the disk each time. */
static inline void
write_file (const char *path, const void *data, gsize length)
{
  FILE *file = g_fopen (path, "we");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (data, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

static inline void
assert_code (const char *path, int code, const char *title)
{
  g_autoptr (PalVerification) verification = pal_package_verify (path, trust, 0, 0, NULL);

  if (verification->code != code)
    g_error ("%s: code %d (%s), expected %d", title, verification->code, verification->message,
             code);
  g_assert_nonnull (verification->message);
  if (code > 1)
    g_assert_null (verification->kind);
}

static inline void
write_good (const char *path, PalIdentity *identity)
{
  static const char json[] = "{\"kind\":\"submission\",\"id\":\"1\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);
  g_autofree char *text = g_strnfill (3000, 'x');

  g_assert_no_error (error);
  pal_package_writer_add_bytes (writer, "data/package.json", "application/json", json,
                                strlen (json), &error);
  g_assert_no_error (error);
  pal_package_writer_add_bytes (writer, "data/forms/réponse.xml", "application/xml", text,
                                strlen (text), &error);
  g_assert_no_error (error);
  pal_package_writer_begin (writer, "data/attachments/law.pdf", "application/pdf", &error);
  pal_package_writer_write (writer, "%PDF", 4, &error);
  pal_package_writer_write (writer, "-1.7", 4, &error);
  pal_package_writer_end (writer, &error);
  g_assert_no_error (error);
  pal_package_writer_add_bytes (writer, "data/empty", "text/plain", "", 0, &error);
  g_assert_no_error (error);
  pal_package_writer_finish (writer, "urn:uuid:1", "Practicia", identity, &error);
  g_assert_no_error (error);
}

static inline void
fixture_begin (void)
{
  g_autoptr (GError) error = NULL;
  PalIdentity **identities[] = { &expert, &focal_point };
  static const char *const names[] = { "Expert", "Focal Point" };

  folder = g_dir_make_tmp ("pal-package-XXXXXX", &error);
  g_assert_no_error (error);
  trust = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *pem = NULL;
      char *path = in_folder (names[i]);

      *identities[i] = pal_identity_create (names[i], &error);
      g_assert_no_error (error);
      pem = pal_identity_dup_certificate_pem (*identities[i]);
      write_file (path, pem, strlen (pem));
      g_ptr_array_add (trust, path);
    }
}

static inline void
fixture_end (void)
{
  g_autofree char *command = NULL;

  command = g_strdup_printf ("rm -r -- '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (folder);
  g_ptr_array_unref (trust);
  g_object_unref (expert);
  g_object_unref (focal_point);
}
