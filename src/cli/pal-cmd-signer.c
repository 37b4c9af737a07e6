// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-signer"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-verbs.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-known-signers.h"
#include "pal-package-reader.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

#define MAX_SHOWN 400
#define MAX_PEM_BYTES (64 * 1024)

/* Whose signatures are known on this computer. */

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = pal_text_dup_printable (value, MAX_SHOWN);

  printf ("%-12s %s\n", label, shown);
}

/* As it stands in a listing, or as somebody read it out: in groups, in capitals. */
static char *
dup_fingerprint (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isspace (*p) && *p != ':')
      g_string_append_c (digits, g_ascii_tolower (*p));

  return g_string_free (digits, FALSE);
}

static void
build_seen (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalSignerSeen *seen = item;

  pal_cli_add_string (builder, "kind", seen->kind);
  pal_cli_add_string (builder, "sha256", seen->sha256);
  pal_cli_add_time (builder, "seen", seen->seen * G_USEC_PER_SEC);
}

static void
build_signer (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalKnownSigner *signer = item;
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (signer->fingerprint);

  pal_cli_add_string (builder, "fingerprint", signer->fingerprint);
  pal_cli_add_string (builder, "spoken", spoken);
  pal_cli_add_string (builder, "name", signer->name);
  pal_cli_add_string (builder, "givenName", signer->given_name);
  pal_cli_add_string (builder, "checked", pal_signer_check_to_string (signer->check));
  pal_cli_add_time (builder, "since", signer->since * G_USEC_PER_SEC);
  pal_cli_add_objects (builder, "story", signer->story, build_seen, NULL);
}

static void
print_signer_json (const PalKnownSigner *signer)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  build_signer (builder, (gpointer) signer, NULL);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_signer (const PalKnownSigner *signer)
{
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (signer->fingerprint);
  g_autofree char *since = pal_clock_format_rfc3339 (signer->since * G_USEC_PER_SEC);

  print_line ("name", signer->name);
  if (signer->given_name != NULL)
    print_line ("called", signer->given_name);
  print_line ("fingerprint", spoken);
  print_line ("checked", pal_signer_check_to_string (signer->check));
  print_line ("since", since);
}

/**
 * pal_cmd_signer_list:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Returns: the exit code
 */
int
pal_cmd_signer_list (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) signers = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  signers = pal_known_signers_list ();
  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_objects (builder, "signers", signers, build_signer, NULL);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return PAL_EXIT_OK;
    }
  for (guint i = 0; i < signers->len; i++)
    {
      if (i > 0)
        printf ("\n");
      print_signer (g_ptr_array_index (signers, i));
    }

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_signer_show:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Returns: the exit code: 1 when nobody with that fingerprint is known
 */
int
pal_cmd_signer_show (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalKnownSigner) signer = NULL;
  g_autofree char *fingerprint = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  fingerprint = dup_fingerprint (argv[1]);
  signer = pal_known_signers_find (fingerprint);
  if (signer == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "nobody with this fingerprint is known here");
  if (json)
    {
      print_signer_json (signer);
      return PAL_EXIT_OK;
    }
  print_signer (signer);
  for (guint i = 0; i < signer->story->len; i++)
    {
      const PalSignerSeen *seen = g_ptr_array_index (signer->story, i);
      g_autofree char *day = pal_clock_format_rfc3339 (seen->seen * G_USEC_PER_SEC);
      g_autofree char *line
          = g_strdup_printf ("%s  %s  %s", day, seen->sha256, seen->kind != NULL ? seen->kind : "");

      print_line (i == 0 ? "packages" : "", line);
    }

  return PAL_EXIT_OK;
}

static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  return stream != NULL
             ? g_input_stream_read_bytes (G_INPUT_STREAM (stream), MAX_PEM_BYTES, NULL, error)
             : NULL;
}

/* PEM of whom a file names: itself, if it is a certificate, or one of those who signed it. */
static char *
dup_certificate (const char *path, const char *fingerprint, GError **error)
{
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (PalCertificateInfo) info = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_str_has_suffix (path, ".asice"))
    {
      g_autoptr (GBytes) bytes = read_file (path, error);

      if (bytes == NULL)
        return NULL;
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      length = strlen (text);
      info = pal_certificate_info_new (text, length, error);
      if (info == NULL)
        return NULL;
      if (fingerprint == NULL || strcmp (info->fingerprint, fingerprint) == 0)
        return g_steal_pointer (&text);
    }
  else
    {
      verification = pal_package_verify (path, NULL, 0, 0, NULL);
      if (verification->code > PAL_EXIT_INDETERMINATE)
        {
          pal_verification_set_error (verification, error);
          return NULL;
        }
      for (guint i = 0; fingerprint != NULL && i < verification->signatures->len; i++)
        {
          const PalPackageSignature *signature = g_ptr_array_index (verification->signatures, i);

          if (strcmp (signature->signer->fingerprint, fingerprint) == 0)
            return g_strdup (signature->signer->certificate);
        }
    }
  g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
               "no certificate with this fingerprint is in the file");

  return NULL;
}

/* Whoever is known has a new key, and says so with the former one. Returns the new fingerprint. */
static char *
follow (const char *path, GError **error)
{
  g_autoptr (GBytes) notice = read_file (path, error);

  return notice != NULL ? pal_known_signers_follow (notice, error) : NULL;
}

static char *
add (const char *path, const char *given, const char *name, PalSignerCheck check, GError **error)
{
  g_autofree char *fingerprint = given != NULL ? dup_fingerprint (given) : NULL;
  g_autofree char *certificate = dup_certificate (path, fingerprint, error);
  g_autoptr (PalCertificateInfo) info = NULL;

  if (certificate == NULL)
    return NULL;
  info = pal_certificate_info_new (certificate, strlen (certificate), error);
  if (info == NULL || !pal_known_signers_remember (certificate, name, check, error))
    return NULL;

  return g_strdup (info->fingerprint);
}

/**
 * pal_cmd_signer_add:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Whoever adds a signer of a package must name the fingerprint: it is what was compared. A notice
 * needs nothing more: the signature of somebody known is the comparison.
 *
 * Returns: the exit code
 */
int
pal_cmd_signer_add (int argc, char **argv)
{
  g_autofree char *given = NULL;
  g_autofree char *name = NULL;
  g_autofree char *checked = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "fingerprint", 0, 0, G_OPTION_ARG_STRING, &given, "The fingerprint that was compared",
      "HEX" },
    { "checked", 0, 0, G_OPTION_ARG_STRING, &checked, "How it was compared",
      "phone|in-person|notice" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "What to call them here", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autofree char *fingerprint = NULL;
  g_autoptr (PalKnownSigner) namesake = NULL;
  g_autoptr (PalKnownSigner) signer = NULL;
  g_autoptr (GError) error = NULL;
  PalSignerCheck check = PAL_SIGNER_CHECK_PHONE;
  gboolean is_notice;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  is_notice = g_str_has_suffix (argv[1], ".p7m");
  if (!is_notice && !pal_signer_check_from_string (checked, &check))
    return pal_cli_fail (PAL_EXIT_USAGE, "signer add wants --checked phone, in-person or notice");
  if (given == NULL && g_str_has_suffix (argv[1], ".asice"))
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "to know who signed an archive, name the --fingerprint that you compared");
  fingerprint = is_notice ? follow (argv[1], &error) : add (argv[1], given, name, check, &error);
  if (fingerprint == NULL)
    return pal_cli_fail_error (error, argv[1]);

  signer = pal_known_signers_find (fingerprint);
  if (signer == NULL)
    return pal_cli_fail (PAL_EXIT_IO, "the signer was not kept");
  namesake = pal_known_signers_find_namesake (signer->name, fingerprint);
  if (json)
    print_signer_json (signer);
  else
    {
      print_signer (signer);
      if (namesake != NULL)
        print_line ("", "Somebody with the same name and another key is known, too.");
    }

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_signer_forget:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Returns: the exit code
 */
int
pal_cmd_signer_forget (int argc, char **argv)
{
  const GOptionEntry entries[] = { { NULL } };
  g_autofree char *fingerprint = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  fingerprint = dup_fingerprint (argv[1]);
  if (pal_known_signers_forget (fingerprint, &error))
    return PAL_EXIT_OK;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return pal_cli_fail (PAL_EXIT_USAGE, "%s", error->message);

  return pal_cli_fail_error (error, "the signer");
}
