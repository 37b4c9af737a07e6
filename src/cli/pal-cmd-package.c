// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-package"
#include "config.h"

#include "pal-cli-key.h"
#include "pal-cli-edition.h"
#include "pal-cli-json.h"
#include "pal-verbs.h"

#include "pal-clock.h"
#include "pal-known-signers.h"
#include "pal-package-reader.h"
#include "pal-parcel.h"
#include "pal-submission.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_SHOWN 400

/* pack and verify (package-format 2.3). */

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = pal_text_dup_printable (value, MAX_SHOWN);

  printf ("%-12s %s\n", label, shown);
}

/* --- verify --- */

static void
add_signature (JsonBuilder *builder, const PalPackageSignature *signature)
{
  const PalCmsSigner *signer = signature->signer;
  g_autofree char *claimed = signer != NULL && signer->claimed_time > 0
                                 ? pal_clock_format_rfc3339 (signer->claimed_time * G_USEC_PER_SEC)
                                 : NULL;

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", signature->file);
  pal_cli_add_string (builder, "manifest", signature->manifest);
  pal_cli_add_string (builder, "subject", signer != NULL ? signer->subject : NULL);
  pal_cli_add_string (builder, "issuer", signer != NULL ? signer->issuer : NULL);
  pal_cli_add_string (builder, "serial", signer != NULL ? signer->serial : NULL);
  pal_cli_add_string (builder, "fingerprint", signer != NULL ? signer->fingerprint : NULL);
  pal_cli_add_string (builder, "algorithm", signer != NULL ? signer->algorithm : NULL);
  pal_cli_add_string (builder, "claimedTime", claimed);
  pal_cli_add_boolean (builder, "trusted", signer != NULL && signer->trusted);
  pal_cli_add_string (builder, "reason", signer != NULL ? signer->reason : NULL);
  pal_cli_add_int (builder, "covers", signature->covers);
  json_builder_end_object (builder);
}

static void
print_verification_json (const char *file, const PalVerification *verification)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *shown = g_filename_display_name (file);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "sha256", verification->sha256);
  json_builder_set_member_name (builder, "size");
  if (verification->size >= 0)
    json_builder_add_int_value (builder, verification->size);
  else
    json_builder_add_null_value (builder);
  pal_cli_add_int (builder, "code", verification->code);
  pal_cli_add_string (builder, "indication", pal_verification_get_indication (verification));
  pal_cli_add_string (builder, "message", verification->message);
  pal_cli_add_string (builder, "kind", verification->kind);
  json_builder_set_member_name (builder, "signatures");
  json_builder_begin_array (builder);
  for (guint i = 0; i < verification->signatures->len; i++)
    add_signature (builder, g_ptr_array_index (verification->signatures, i));
  json_builder_end_array (builder);
  pal_cli_add_int (builder, "entries", verification->entries->len);
  pal_cli_add_int (builder, "bytes", verification->bytes);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_verification (const char *file, const PalVerification *verification)
{
  g_autofree char *shown = g_filename_display_name (file);

  print_line ("file", shown);
  print_line ("result", pal_verification_get_indication (verification));
  print_line ("", verification->message);
  if (verification->sha256 != NULL)
    print_line ("sha256", verification->sha256);
  if (verification->kind != NULL)
    print_line ("kind", verification->kind);
  for (guint i = 0; i < verification->signatures->len; i++)
    {
      const PalPackageSignature *signature = g_ptr_array_index (verification->signatures, i);
      const PalCmsSigner *signer = signature->signer;
      g_autofree char *claimed = NULL;

      if (signer == NULL)
        continue;
      claimed = pal_clock_format_rfc3339 (signer->claimed_time * G_USEC_PER_SEC);
      print_line ("signed by", signer->subject);
      print_line ("", signer->fingerprint);
      print_line ("", signer->algorithm);
      print_line ("claims", claimed);
      print_line ("trusted", signer->trusted ? "yes" : signer->reason);
    }
}

/**
 * pal_cmd_verify:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Judges a package; see package-format 2.3.
 *
 * Returns: its code, which is the exit code
 */
int
pal_cmd_verify (int argc, char **argv)
{
  g_auto (GStrv) trust_files = NULL;
  g_autofree char *at_text = NULL;
  g_autofree char *directory = NULL;
  gint64 max_bytes = 0;
  gboolean json = FALSE;
  gboolean use_known = FALSE;
  const GOptionEntry entries[] = {
    { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &trust_files,
      "Trust the certificates in this file", "PEM" },
    { "known", 0, 0, G_OPTION_ARG_NONE, &use_known, "Trust whoever is known here (signer list)",
      NULL },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, "Judge trust at this time", "RFC3339" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { "extract", 0, 0, G_OPTION_ARG_FILENAME, &directory, "Then unpack into a new folder", "DIR" },
    { "max-bytes", 0, 0, G_OPTION_ARG_INT64, &max_bytes, "Refuse what unpacks to more", "N" },
    { NULL },
  };
  g_autoptr (GPtrArray) trust = NULL;
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (GError) error = NULL;
  gint64 at_us = 0;
  int exit_code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &exit_code))
    return exit_code;
  if (at_text != NULL && !pal_clock_parse_rfc3339 (at_text, &at_us))
    return pal_cli_fail (PAL_EXIT_USAGE, "not a time as in RFC 3339: %s", at_text);
  if (max_bytes < 0)
    return pal_cli_fail (PAL_EXIT_USAGE, "--max-bytes wants a number above zero");
  trust = use_known ? pal_known_signers_dup_trust () : g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; trust_files != NULL && trust_files[i] != NULL; i++)
    g_ptr_array_add (trust, g_strdup (trust_files[i]));

  verification = pal_package_verify (argv[1], trust, at_us / G_USEC_PER_SEC, max_bytes, NULL);
  if (json)
    print_verification_json (argv[1], verification);
  else if (verification->code < PAL_EXIT_USAGE)
    print_verification (argv[1], verification);
  else
    {
      g_autofree char *shown = g_filename_display_name (argv[1]);

      pal_cli_fail (verification->code, "%s: %s", shown, verification->message);
    }

  if (directory != NULL && verification->code <= PAL_EXIT_INDETERMINATE
      && !pal_package_extract (argv[1], verification, directory, NULL, &error))
    return pal_cli_fail_output (error, directory);

  return verification->code;
}

/* --- pack --- */

typedef struct
{
  char *output;
  gboolean no_sign;
  char *key;
  int pin_fd;
  char *cleared_by;
  GStrv include;
  GStrv exclude;
  gboolean supplement;
  gboolean comments;
  gboolean json;
} PackOptions;

static void
pack_options_clear (PackOptions *options)
{
  g_free (options->output);
  g_free (options->key);
  g_free (options->cleared_by);
  g_strfreev (options->include);
  g_strfreev (options->exclude);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PackOptions, pack_options_clear)

/* A name in the package, or the last part of one. FALSE when no file is called that. */
static gboolean
choose (PalSubmission *submission, const char *name, gboolean included)
{
  GPtrArray *files = pal_submission_get_files (submission);
  gboolean found = FALSE;

  for (guint i = 0; i < files->len; i++)
    {
      PalSubmissionFile *file = g_ptr_array_index (files, i);
      const char *last = strrchr (file->name, '/') + 1;

      if (strcmp (file->name, name) != 0 && strcmp (last, name) != 0)
        continue;
      file->included = included;
      found = TRUE;
    }

  return found;
}

static int
choose_files (PalSubmission *submission, const PackOptions *options)
{
  for (guint i = 0; options->include != NULL && options->include[i] != NULL; i++)
    if (!choose (submission, options->include[i], TRUE))
      return pal_cli_fail (PAL_EXIT_USAGE, "no file %s", options->include[i]);
  for (guint i = 0; options->exclude != NULL && options->exclude[i] != NULL; i++)
    if (!choose (submission, options->exclude[i], FALSE))
      return pal_cli_fail (PAL_EXIT_USAGE, "no file %s", options->exclude[i]);

  return PAL_EXIT_OK;
}

static void
print_pack_json (const PackOptions *options, PalSubmission *submission, PalIdentity *identity,
                 gboolean created, const PalEdition *edition, const char *sha256, goffset size)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *shown = g_filename_display_name (options->output);
  GPtrArray *files = pal_submission_get_files (submission);
  GPtrArray *points = pal_submission_get_points (submission);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "sha256", sha256);
  pal_cli_add_int (builder, "size", size);
  pal_cli_add_string (builder, "edition", edition != NULL ? edition->digest : NULL);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++)
    {
      const PalSubmissionFile *file = g_ptr_array_index (files, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "name", file->name);
      pal_cli_add_string (builder, "title", file->title);
      pal_cli_add_string (builder, "recordName", file->record_name);
      pal_cli_add_int (builder, "size", file->size);
      pal_cli_add_boolean (builder, "included", pal_submission_goes (submission, file));
      pal_cli_add_boolean (builder, "restricted", file->restricted);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "openPoints");
  json_builder_begin_array (builder);
  for (guint i = 0; i < points->len; i++)
    {
      const PalOpenPoint *point = g_ptr_array_index (points, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", pal_open_kind_to_string (point->kind));
      pal_cli_add_string (builder, "record", point->record);
      pal_cli_add_string (builder, "node", point->node);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pal_cli_add_string (builder, "signer",
                      identity != NULL ? pal_identity_get_subject (identity) : NULL);
  pal_cli_add_string (builder, "fingerprint",
                      identity != NULL ? pal_identity_get_fingerprint (identity) : NULL);
  pal_cli_add_boolean (builder, "keyCreated", created);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_pack (const PackOptions *options, PalSubmission *submission, PalIdentity *identity,
            gboolean created, const PalEdition *edition)
{
  g_autofree char *shown = g_filename_display_name (options->output);
  GPtrArray *files = pal_submission_get_files (submission);
  GPtrArray *points = pal_submission_get_points (submission);

  print_line ("file", shown);
  print_line ("edition", edition != NULL ? edition->digest : "not cleared");
  if (identity != NULL)
    {
      g_autofree char *spoken = pal_identity_dup_spoken_fingerprint (identity);

      print_line ("signed by", pal_identity_get_subject (identity));
      print_line ("", spoken);
      if (created)
        print_line ("", "This key was made just now. Read its fingerprint to the receiver.");
    }
  for (guint i = 0; i < files->len; i++)
    {
      const PalSubmissionFile *file = g_ptr_array_index (files, i);

      print_line (pal_submission_goes (submission, file) ? "goes" : "stays here", file->name);
    }
  for (guint i = 0; i < points->len; i++)
    {
      const PalOpenPoint *point = g_ptr_array_index (points, i);

      print_line (pal_open_kind_to_string (point->kind), point->node);
    }
}

/* The dossier for the while of packing. Somebody else may have it open: reading is enough. */
static PalDossier *
open_dossier (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PalDossier *dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &local_error);

  if (dossier == NULL
      && (g_error_matches (local_error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY)
          || g_error_matches (local_error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY)))
    return pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, error);
  if (dossier == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return dossier;
}

static gboolean
is_same_file (const char *a, const char *b)
{
  struct stat first;
  struct stat second;

  return stat (a, &first) == 0 && stat (b, &second) == 0 && first.st_dev == second.st_dev
         && first.st_ino == second.st_ino;
}

static int
pack (PalDossier *dossier, const PackOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSubmission) submission = pal_submission_new (dossier, NULL, NULL, &error);
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (PalEdition) edition = NULL;
  g_autofree char *sha256 = NULL;
  gboolean created = FALSE;
  goffset size = 0;
  int code;

  if (submission == NULL)
    return pal_cli_fail_error (error, "the dossier");
  code = choose_files (submission, options);
  if (code != PAL_EXIT_OK)
    return code;
  if (options->comments)
    pal_submission_include_form (submission, PAL_COMMENT_FORM, TRUE);
  edition = pal_edition_find_present (dossier, &error);
  if (error != NULL)
    return pal_cli_fail_error (error, "the dossier");
  if (edition != NULL)
    {
      pal_submission_set_edition (submission, edition->digest);
      pal_submission_set_cleared (submission, edition->author, edition->time_us);
    }
  if (options->cleared_by != NULL)
    pal_submission_set_cleared (submission, options->cleared_by, g_get_real_time ());

  if (!options->no_sign)
    {
      const char *state = pal_submission_get_state (submission);

      identity = options->key != NULL
                     ? pal_cli_load_key (options->key, options->pin_fd, &error)
                     : pal_cli_load_default_key (state != NULL ? state : "Palermo", options->pin_fd,
                                                 &created, &error);
      if (identity == NULL)
        return pal_cli_fail_error (error, "the key");
    }
  if (!pal_submission_write (submission, options->output, identity, NULL, NULL, NULL, &error))
    return pal_cli_fail_output (error, options->output);
  pal_cli_warn_of_clock (pal_dossier_get_newest_us (dossier), "a change in the dossier");

  /* The digest of the whole archive costs reading it once more. */
  if (options->json || edition != NULL)
    sha256 = pal_digest_file_hex (options->output, &size, NULL, NULL);
  if (sha256 != NULL && !pal_dossier_is_read_only (dossier)
      && !pal_parcel_name_archive (dossier, pal_submission_get_package_id (submission), sha256,
                                   &error))
    return pal_cli_fail_error (error, "the dossier");
  if (edition != NULL && !pal_cli_note_packed (dossier, edition, sha256, &error))
    return pal_cli_fail_error (error, "the dossier");
  if (options->json)
    print_pack_json (options, submission, identity, created, edition, sha256, size);
  else
    print_pack (options, submission, identity, created, edition);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_pack:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes a submission of a dossier.
 *
 * Returns: the exit code
 */
int
pal_cmd_pack (int argc, char **argv)
{
  g_auto (PackOptions) options = { .pin_fd = -1 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Archive to write", "OUT.asice" },
    { "no-sign", 0, 0, G_OPTION_ARG_NONE, &options.no_sign, "Leave it for somebody else to sign",
      NULL },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key,
      "Sign with this key instead of the one kept here", "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &options.pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &options.pin_fd, "The same", "N" },
    { "cleared-by", 0, 0, G_OPTION_ARG_STRING, &options.cleared_by,
      "Note who cleared the content for sending", "NAME" },
    { "include", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.include,
      "Let this file go although it would stay here", "NAME" },
    { "exclude", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.exclude, "Leave this file out", "NAME" },
    { "supplement", 0, 0, G_OPTION_ARG_NONE, &options.supplement,
      "Only what changed since the edition that was packed last", NULL },
    { "comments", 0, 0, G_OPTION_ARG_NONE, &options.comments,
      "Let the comments go, too; they stay here otherwise", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (options.output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "pack wants -o OUT.asice");
  if (options.no_sign && options.key != NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "--no-sign and --key exclude each other");
  if (options.supplement
      && (options.comments || options.include != NULL || options.exclude != NULL
          || options.cleared_by != NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "a supplement holds what changed, and nothing else");
  if (is_same_file (argv[1], options.output))
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "the archive would take the dossier's place");

  dossier = open_dossier (argv[1], &error);
  if (dossier == NULL)
    {
      g_autofree char *shown = g_filename_display_name (argv[1]);

      return pal_cli_fail_error (error, shown);
    }
  code = options.supplement ? pal_cli_pack_supplement (
             dossier, options.output, options.key, options.pin_fd, !options.no_sign, options.json)
                            : pack (dossier, &options);
  if (!pal_dossier_close (dossier, &error) && code == PAL_EXIT_OK)
    return pal_cli_fail_error (error, "the dossier");

  return code;
}
