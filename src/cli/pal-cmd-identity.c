// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-identity"
#include "config.h"

#include "pal-cli-key.h"
#include "pal-cli-json.h"
#include "pal-verbs.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-identity-store.h"
#include "pal-publish.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

#define MAX_SHOWN 400

/* The keys of whoever uses this computer (package-format 4). */

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = pal_text_dup_printable (value, MAX_SHOWN);

  printf ("%-12s %s\n", label, shown);
}

static int
print_identity (PalIdentity *identity, const char *path, gboolean is_imported, gboolean json)
{
  const char *old = pal_identity_get_old_encryption (identity);
  g_autofree char *spoken = pal_identity_dup_spoken_fingerprint (identity);
  g_autofree char *expires
      = pal_clock_format_rfc3339 (pal_identity_get_expires (identity) * G_USEC_PER_SEC);
  g_autofree char *shown = g_filename_display_name (path);

  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", shown);
      pal_cli_add_string (builder, "subject", pal_identity_get_subject (identity));
      pal_cli_add_string (builder, "fingerprint", pal_identity_get_fingerprint (identity));
      pal_cli_add_string (builder, "spoken", spoken);
      pal_cli_add_string (builder, "expires", expires);
      pal_cli_add_boolean (builder, "legacyEncryption", old != NULL);
      pal_cli_add_string (builder, "oldEncryption", old);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return PAL_EXIT_OK;
    }
  print_line ("file", shown);
  print_line ("subject", pal_identity_get_subject (identity));
  print_line ("fingerprint", spoken);
  print_line ("expires", expires);
  if (old != NULL)
    print_line ("encryption", old);
  if (old != NULL && !is_imported)
    print_line ("", "as in former years: import it, and it is sealed as today");
  if (old != NULL && is_imported)
    print_line ("", "as in former years: here it is sealed as today; the file stays as it was");

  return PAL_EXIT_OK;
}

static int
write_certificate (PalIdentity *identity, const char *path)
{
  g_autoptr (GError) error = NULL;
  char *pem = pal_identity_dup_certificate_pem (identity);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pem, strlen (pem));

  if (!pal_publish_bytes (path, bytes, &error))
    return pal_cli_fail_output (error, path);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_identity_new:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes a key with its certificate. One that is there already is never replaced.
 *
 * Returns: the exit code
 */
int
pal_cmd_identity_new (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *name = NULL;
  g_autofree char *certificate = NULL;
  int pin_fd = -1;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "File of its own, instead of the key kept for this user", "FILE.p12" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "Name that the receiver sees", "NAME" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "Read a passphrase for it from this descriptor",
      "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "The same", "N" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate,
      "Write its certificate too, for the receiver", "PEM" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  char *secret = NULL;
  gboolean is_default;
  gboolean created = TRUE;
  gboolean ok;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  is_default = output == NULL;
  if (is_default)
    output = pal_identity_dup_default_path ();
  if (g_file_test (output, G_FILE_TEST_EXISTS) || g_file_test (output, G_FILE_TEST_IS_SYMLINK))
    {
      g_autofree char *shown = g_filename_display_name (output);

      return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s is there already and was not changed",
                           shown);
    }
  if (pin_fd >= 0)
    {
      secret = pal_cli_read_secret (pin_fd, "", &error);
      if (secret == NULL)
        return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
    }
  /* Another program may be making the first key now: whose is there first stays. */
  if (is_default)
    identity
        = pal_identity_load_default (name != NULL ? name : "Palermo", secret, &created, &error);
  else
    identity = pal_identity_create (name != NULL ? name : "Palermo", &error);
  ok = identity != NULL && (is_default || pal_identity_save (identity, output, secret, &error));
  pal_secret_free (secret);
  if (!ok)
    return pal_cli_fail_output (error, output);
  if (!created)
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "a key was made meanwhile and was not changed");
  if (certificate != NULL)
    code = write_certificate (identity, certificate);

  return code == PAL_EXIT_OK ? print_identity (identity, output, FALSE, json) : code;
}

/**
 * pal_cmd_identity_show:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Shows whose a key is, and its fingerprint for a telephone call.
 *
 * Returns: the exit code
 */
int
pal_cmd_identity_show (int argc, char **argv)
{
  g_autofree char *certificate = NULL;
  int pin_fd = -1;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "The same", "N" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate,
      "Write its certificate, for the receiver", "PEM" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 1, &code))
    return code;
  path = argc > 1 ? g_strdup (argv[1]) : pal_identity_dup_default_path ();
  identity = pal_cli_load_key (path, pin_fd, &error);
  if (identity == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      return pal_cli_fail_error (error, shown);
    }
  if (certificate != NULL)
    code = write_certificate (identity, certificate);

  return code == PAL_EXIT_OK ? print_identity (identity, path, FALSE, json) : code;
}

/* What the key in use is locked with; (nullable): with nothing. */
static gboolean
read_passphrase (int fd, const char *prompt, char **secret, GError **error)
{
  g_autoptr (GError) cause = NULL;

  *secret = pal_cli_read_secret (fd, prompt, &cause);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));

  return FALSE;
}

/**
 * pal_cmd_identity_import:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Takes a key from a file, whatever sealed it, and uses it from now on.
 *
 * Returns: the exit code
 */
int
pal_cmd_identity_import (int argc, char **argv)
{
  int pin_fd = -1;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the file from this descriptor", "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "The same", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autofree char *shown = NULL;
  char *secret = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  shown = g_filename_display_name (argv[1]);
  if (!read_passphrase (pin_fd, "Passphrase of the file: ", &secret, &error))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
  identity = pal_identity_store_import (argv[1], secret, &error);
  pal_secret_free (secret);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s: %s", shown, error->message);
  if (identity == NULL)
    return pal_cli_fail_error (error, shown);

  return print_identity (identity, path, TRUE, json);
}

static void
print_entry (const PalIdentityEntry *entry)
{
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (entry->fingerprint);
  g_autofree char *expires = pal_clock_format_rfc3339 (entry->expires * G_USEC_PER_SEC);

  print_line (entry->is_current ? "in use" : "former", entry->common_name);
  print_line ("fingerprint", spoken);
  print_line ("expires", expires);
}

static void
add_entry (JsonBuilder *builder, const PalIdentityEntry *entry)
{
  g_autofree char *begins = pal_clock_format_rfc3339 (entry->begins * G_USEC_PER_SEC);
  g_autofree char *expires = pal_clock_format_rfc3339 (entry->expires * G_USEC_PER_SEC);
  g_autofree char *shown = g_filename_display_name (entry->path);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "name", entry->common_name);
  pal_cli_add_string (builder, "fingerprint", entry->fingerprint);
  pal_cli_add_string (builder, "begins", begins);
  pal_cli_add_string (builder, "expires", expires);
  pal_cli_add_boolean (builder, "inUse", entry->is_current);
  json_builder_end_object (builder);
}

/**
 * pal_cmd_identity_list:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists the key in use and those of former years, without their passphrases.
 *
 * Returns: the exit code
 */
int
pal_cmd_identity_list (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  found = pal_identity_store_list ();
  json_builder_begin_array (builder);
  for (guint i = 0; i < found->len; i++)
    if (json)
      add_entry (builder, found->pdata[i]);
    else
      print_entry (found->pdata[i]);
  json_builder_end_array (builder);
  if (json)
    pal_cli_print (builder);

  return PAL_EXIT_OK;
}

static int
write_notice (const char *path)
{
  g_autoptr (GBytes) notice = pal_identity_store_dup_notice ();
  g_autoptr (GError) error = NULL;

  if (notice == NULL)
    {
      fprintf (stderr, "The former key had expired: nobody would believe what it signs. Tell the "
                       "new fingerprint by telephone or in person.\n");
      return PAL_EXIT_OK;
    }
  if (!pal_publish_bytes (path, notice, &error))
    return pal_cli_fail_output (error, path);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_identity_renew:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes a new key of the same name; the former one is kept, and signs a notice of it.
 *
 * Returns: the exit code
 */
int
pal_cmd_identity_renew (int argc, char **argv)
{
  g_autofree char *notice_path = NULL;
  g_autofree char *certificate = NULL;
  int pin_fd = -1;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "notice", 0, 0, G_OPTION_ARG_FILENAME, &notice_path,
      "Write what the former key says of the new one, for whoever knows it", "FILE.p7m" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate,
      "Write the new certificate, for the receiver", "PEM" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "The same", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = pal_identity_dup_default_path ();
  char *secret = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (!read_passphrase (pin_fd, "Passphrase of the key: ", &secret, &error))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
  identity = pal_identity_store_renew (secret, &error);
  pal_secret_free (secret);
  if (identity == NULL)
    return pal_cli_fail_error (error, "the key");
  if (notice_path != NULL)
    code = write_notice (notice_path);
  if (code == PAL_EXIT_OK && certificate != NULL)
    code = write_certificate (identity, certificate);

  return code == PAL_EXIT_OK ? print_identity (identity, path, FALSE, json) : code;
}

/**
 * pal_cmd_identity_passphrase:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Locks the key in use with another passphrase.
 *
 * Returns: the exit code
 */
int
pal_cmd_identity_passphrase (int argc, char **argv)
{
  int pin_fd = -1;
  int new_fd = -1;
  const GOptionEntry entries[] = {
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase until now from this descriptor", "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "The same", "N" },
    { "new-pin-fd", 0, 0, G_OPTION_ARG_INT, &new_fd,
      "Read the new one from this descriptor; an empty line takes the lock away", "N" },
    { "new-passphrase-fd", 0, 0, G_OPTION_ARG_INT, &new_fd, "The same", "N" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  char *old_secret = NULL;
  char *new_secret = NULL;
  gboolean ok = FALSE;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (read_passphrase (pin_fd, "Passphrase until now: ", &old_secret, &error)
      && read_passphrase (new_fd, "New passphrase: ", &new_secret, &error))
    {
      if (new_secret == NULL)
        g_set_error (&error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE,
                     "a new passphrase is wanted: --new-pin-fd N");
      else
        ok = pal_identity_store_change_passphrase (old_secret, new_secret, &error);
    }
  pal_secret_free (old_secret);
  pal_secret_free (new_secret);

  return ok ? PAL_EXIT_OK : pal_cli_fail_error (error, "the key");
}
