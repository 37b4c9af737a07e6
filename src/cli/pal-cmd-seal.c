// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-seal"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-cli-key.h"
#include "pal-verbs.h"

#include "pal-cms-seal.h"
#include "pal-digest.h"
#include "pal-module-trust.h"
#include "pal-seal.h"
#include "pal-stick.h"

#include <glib/gstdio.h>
#include <stdio.h>

/* seal, open and stick copy (package-format 2.3 and 3). One file is for small archives: the stock
 * openssl decrypts no more than about a gigabyte at once. */
#define SINGLE_MAX_BYTES (G_GOFFSET_CONSTANT (1) << 30)

static int
print_done (const char *path, const char *sha256, goffset size, guint n_volumes, gboolean json)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (JsonBuilder) builder = NULL;

  if (!json)
    {
      printf ("%s  %s\n", sha256, shown);
      return PAL_EXIT_OK;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "sha256", sha256);
  pal_cli_add_int (builder, "size", size);
  pal_cli_add_int (builder, "volumes", n_volumes);
  json_builder_end_object (builder);
  pal_cli_print (builder);

  return PAL_EXIT_OK;
}

/* --- seal --- */

/* What is wrong with an input is not said of the output. */
static int
fail_seal (const GError *error, const char *archive, const char *output)
{
  g_autofree char *shown = g_filename_display_name (archive);

  if (error->domain != G_IO_ERROR)
    return pal_cli_fail_error (error, shown);

  return pal_cli_fail_output (error, output);
}

static int
seal_single (const char *archive, const char *output, GPtrArray *recipients, const char *sha256,
             goffset size, gboolean json)
{
  g_autoptr (GError) error = NULL;

  if (size > SINGLE_MAX_BYTES)
    return pal_cli_fail (PAL_EXIT_LIMIT,
                         "the archive is too large for one sealed file; say -o FOLDER");
  if (size == 0)
    return pal_cli_fail (PAL_EXIT_MALFORMED, "there is nothing in the archive");
  if (!pal_cms_seal_file (archive, output, recipients, NULL, &error))
    return fail_seal (error, archive, output);

  return print_done (output, sha256, size, 1, json);
}

static int
seal_folder (const char *archive, const char *parent, GPtrArray *recipients, gboolean json)
{
  g_autoptr (GError) error = NULL;
  gboolean is_new = g_mkdir (parent, 0777) == 0;
  g_autofree char *folder = pal_seal (archive, parent, recipients, NULL, NULL, NULL, &error);
  g_autoptr (PalSealed) sealed = NULL;

  if (folder == NULL && is_new)
    g_rmdir (parent);
  if (folder == NULL)
    return fail_seal (error, archive, parent);
  sealed = pal_sealed_load (folder, &error);
  if (sealed == NULL)
    return pal_cli_fail_output (error, folder);

  return print_done (folder, sealed->sha256, sealed->size, sealed->volumes->len, json);
}

/* The key that a module has now, if a person accepted another one since the file was agreed on. */
static gboolean
add_modules (GPtrArray *recipients, char **modules, int *code)
{
  for (guint i = 0; modules != NULL && modules[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalModuleTrust) trust = pal_module_trust_load (modules[i], &error);

      if (trust == NULL)
        {
          *code = pal_cli_fail_error (error, modules[i]);
          return FALSE;
        }
      g_ptr_array_add (recipients, g_strdup (pal_module_trust_get_present (trust)->certificate));
    }

  return TRUE;
}

/**
 * pal_cmd_seal:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Encrypts an archive to certificates: a name that ends in .p7m gets one file, any other is a
 * folder in which the volumes get one of their own.
 *
 * Returns: the exit code
 */
int
pal_cmd_seal (int argc, char **argv)
{
  g_auto (GStrv) to = NULL;
  g_auto (GStrv) modules = NULL;
  g_autofree char *output = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &to,
      "Who may open it: this certificate and no other; may be said again", "PEM" },
    { "module", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &modules,
      "A module, by the certificate that was agreed on: sealed for the one that it has now",
      "PEM" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Folder in which volumes get a folder of their own, or one file that ends in .p7m",
      "DIR|FILE.p7m" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  goffset size = 0;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL || (to == NULL && modules == NULL))
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "seal wants --to PEM or --module PEM, and -o DIR or FILE.p7m");
  for (guint i = 0; to != NULL && to[i] != NULL; i++)
    g_ptr_array_add (recipients, g_strdup (to[i]));
  if (!add_modules (recipients, modules, &code))
    return code;
  if (recipients->len > PAL_CMS_MAX_RECIPIENTS)
    return pal_cli_fail (PAL_EXIT_LIMIT, "at most %d people can open one archive",
                         PAL_CMS_MAX_RECIPIENTS);
  sha256 = pal_digest_file_hex (argv[1], &size, NULL, &error);
  if (sha256 == NULL)
    {
      g_autofree char *shown = g_filename_display_name (argv[1]);

      return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", shown, error->message);
    }

  return g_str_has_suffix (output, PAL_CMS_SEAL_SUFFIX)
             ? seal_single (argv[1], output, recipients, sha256, size, json)
             : seal_folder (argv[1], output, recipients, json);
}

/* --- open --- */

/* The folder that was named, or the only sealed archive in it: seal() makes it there. */
static char *
dup_sealed_folder (const char *folder)
{
  g_autofree char *list = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);
  g_autofree char *found = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (list, G_FILE_TEST_EXISTS))
    dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (folder, name, PAL_SEALED_LIST_NAME, NULL);

      if (!g_file_test (inner, G_FILE_TEST_EXISTS))
        continue;
      if (found != NULL)
        return g_strdup (folder); /* one of several has to be named */
      found = g_path_get_dirname (inner);
    }

  return found != NULL ? g_steal_pointer (&found) : g_strdup (folder);
}

static int
open_sealed (const char *sealed, const char *output, PalIdentity *identity, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = g_filename_display_name (sealed);
  g_autofree char *sha256 = NULL;
  gboolean is_folder = g_file_test (sealed, G_FILE_TEST_IS_DIR);
  goffset size = 0;
  gboolean ok;

  if (!is_folder && !g_file_test (sealed, G_FILE_TEST_IS_REGULAR))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: there is no such file or folder", shown);
  if (is_folder)
    {
      g_autofree char *folder = dup_sealed_folder (sealed);

      ok = pal_seal_open (folder, output, identity, NULL, NULL, NULL, &error);
    }
  else
    ok = pal_cms_open_file (sealed, output, identity, NULL, &error);
  if (!ok)
    return error->domain == G_IO_ERROR ? pal_cli_fail_output (error, output)
                                       : pal_cli_fail_error (error, shown);
  sha256 = pal_digest_file_hex (output, &size, NULL, &error);
  if (sha256 == NULL)
    return pal_cli_fail_output (error, output);

  return print_done (output, sha256, size,
                     is_folder ? (size + PAL_SEALED_VOLUME_BYTES - 1) / PAL_SEALED_VOLUME_BYTES : 1,
                     json);
}

/**
 * pal_cmd_open:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Decrypts what seal() made. That it opens says nothing about who made it: anybody can encrypt to a
 * certificate. For that there is verify, on what comes out.
 *
 * Returns: 0, 2 when volumes are missing, damaged or swapped, 3 when it is no sealed archive, 4
 * beyond limits, 66 when it was made for somebody else
 */
int
pal_cmd_open (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *key = NULL;
  int pin_fd = -1;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Archive to write", "FILE.asice" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "The key for which it was sealed",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL || key == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "open wants --key KEY and -o FILE.asice");
  identity = pal_cli_load_key (key, pin_fd, &error);
  if (identity == NULL)
    return pal_cli_fail_error (error, "the key");

  return open_sealed (argv[1], output, identity, json);
}

/* --- stick copy --- */

static void
print_copy (const PalStickCopy *copy, gboolean json)
{
  g_autofree char *shown = g_filename_display_name (copy->path);
  g_autoptr (JsonBuilder) builder = NULL;

  if (!json)
    {
      printf ("%s\n%u copied, %u there already; all read back and compared\n", shown,
              copy->n_copied, copy->n_kept);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "path", shown);
  pal_cli_add_int (builder, "copied", copy->n_copied);
  pal_cli_add_int (builder, "kept", copy->n_kept);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/**
 * pal_cmd_stick_copy:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Copies a sealed archive, or one file, to a stick. That it ends well means that everything is on
 * the medium and was read back; taking the stick out is the system's matter (umount).
 *
 * Returns: the exit code
 */
int
pal_cmd_stick_copy (int argc, char **argv)
{
  g_autofree char *output = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Folder on the stick", "FOLDER" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalStickCopy) copy = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "stick copy wants -o FOLDER");
  copy = pal_stick_copy (argv[1], output, NULL, NULL, NULL, NULL, &error);
  if (copy == NULL)
    {
      g_autofree char *shown
          = g_filename_display_name (error->domain == PAL_STICK_ERROR ? output : argv[1]);

      return pal_cli_fail_error (error, shown);
    }
  print_copy (copy, json);

  return PAL_EXIT_OK;
}
