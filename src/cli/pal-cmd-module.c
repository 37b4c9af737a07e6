// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-module"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-cli-key.h"
#include "pal-verbs.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-module-trust.h"
#include "pal-publish.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

#define MAX_SHOWN 400
#define MAX_FILE_BYTES (1024 * 1024)

/* The certificate of a module over time. */

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = pal_text_dup_printable (value, MAX_SHOWN);

  printf ("%-12s %s\n", label, shown);
}

static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  return stream != NULL
             ? g_input_stream_read_bytes (G_INPUT_STREAM (stream), MAX_FILE_BYTES, NULL, error)
             : NULL;
}

/* --- announce --- */

/**
 * pal_cmd_module_announce:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * For whoever runs a module.
 *
 * Returns: the exit code
 */
int
pal_cmd_module_announce (int argc, char **argv)
{
  g_autofree char *key = NULL;
  g_autofree char *new_path = NULL;
  g_autofree char *from_text = NULL;
  g_autofree char *output = NULL;
  int pin_fd = -1;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "The module's key until now", "KEY" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "Read its passphrase from this descriptor", "N" },
    { "new", 0, 0, G_OPTION_ARG_FILENAME, &new_path, "The certificate that takes its place",
      "PEM" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &from_text, "When; if not said, now", "RFC3339" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Notice to write", "FILE" },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GBytes) new_bytes = NULL;
  g_autoptr (GBytes) notice = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *certificate = NULL;
  gint64 from_us = g_get_real_time ();
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (key == NULL || new_path == NULL || output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "module announce wants --key KEY, --new PEM and -o FILE");
  if (from_text != NULL && !pal_clock_parse_rfc3339 (from_text, &from_us))
    return pal_cli_fail (PAL_EXIT_USAGE, "not a time as in RFC 3339: %s", from_text);
  new_bytes = read_file (new_path, &error);
  if (new_bytes == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", new_path, error->message);
  certificate = g_strndup (g_bytes_get_data (new_bytes, NULL), g_bytes_get_size (new_bytes));
  identity = pal_cli_load_key (key, pin_fd, &error);
  if (identity == NULL)
    return pal_cli_fail_error (error, "the key");
  notice = pal_module_notice_make (identity, certificate, from_us / G_USEC_PER_SEC, &error);
  if (notice == NULL)
    return pal_cli_fail_error (error, "the notice");
  if (!pal_publish_bytes (output, notice, &error))
    return pal_cli_fail_output (error, output);

  return PAL_EXIT_OK;
}

/* --- accept --- */

/* As somebody reads it out: in groups, in capitals. */
static char *
dup_digits (const char *spoken)
{
  GString *digits = g_string_new (NULL);

  for (const char *p = spoken; *p != '\0'; p++)
    if (!g_ascii_isspace (*p) && *p != ':')
      g_string_append_c (digits, g_ascii_tolower (*p));

  return g_string_free (digits, FALSE);
}

static int
fail_notice (const GError *error, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);

  if (error->domain != PAL_MODULE_TRUST_ERROR)
    return pal_cli_fail_error (error, shown);
  switch ((PalModuleTrustError) error->code)
    {
    case PAL_MODULE_TRUST_ERROR_SIGNER:
    case PAL_MODULE_TRUST_ERROR_OLD:
    case PAL_MODULE_TRUST_ERROR_LOOP:
    case PAL_MODULE_TRUST_ERROR_VALIDITY:
      break;
    }

  return pal_cli_fail (PAL_EXIT_INVALID, "%s: %s. Nothing was changed", shown, error->message);
}

static void
print_notice (const PalModuleNotice *notice, gboolean accepted, gboolean json)
{
  g_autofree char *before = pal_certificate_dup_spoken_fingerprint (notice->old_fingerprint);
  g_autofree char *after = pal_certificate_dup_spoken_fingerprint (notice->new_fingerprint);
  g_autofree char *from = pal_clock_format_rfc3339 (notice->from * G_USEC_PER_SEC);

  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "id", notice->id);
      pal_cli_add_string (builder, "old", notice->old_fingerprint);
      pal_cli_add_string (builder, "oldName", notice->old_name);
      pal_cli_add_string (builder, "new", notice->new_fingerprint);
      pal_cli_add_string (builder, "newName", notice->new_name);
      pal_cli_add_string (builder, "from", from);
      pal_cli_add_boolean (builder, "accepted", accepted);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return;
    }
  print_line ("until now", notice->old_name);
  print_line ("", before);
  print_line ("from now on", notice->new_name);
  print_line ("", after);
  print_line ("from", from);
  if (!accepted)
    print_line ("", "Compare the new fingerprint with the people who run the module, then accept "
                    "it with --fingerprint. Nothing was changed.");
}

/**
 * pal_cmd_module_accept:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Without the fingerprint that somebody compared, it only says what the notice says. What was
 * accepted before stays accepted.
 *
 * Returns: the exit code: 1 when it was only shown
 */
int
pal_cmd_module_accept (int argc, char **argv)
{
  g_autofree char *pin = NULL;
  g_autofree char *given = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "trust", 0, 0, G_OPTION_ARG_FILENAME, &pin, "The certificate that was agreed on", "PEM" },
    { "fingerprint", 0, 0, G_OPTION_ARG_STRING, &given,
      "The fingerprint of the new one, as the module's people say it", "HEX" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalModuleTrust) trust = NULL;
  g_autoptr (PalModuleNotice) notice = NULL;
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *digits = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (pin == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "module accept wants --trust PEM");
  p7m = read_file (argv[1], &error);
  if (p7m == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);
  trust = pal_module_trust_load (pin, &error);
  if (trust == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", pin, error->message);
  notice = pal_module_notice_read (p7m, &error);
  if (notice != NULL && pal_module_trust_has_accepted (trust, notice))
    {
      print_notice (notice, TRUE, json);
      return PAL_EXIT_OK;
    }
  if (notice == NULL || !pal_module_trust_check (trust, notice, &error))
    return fail_notice (error, argv[1]);
  if (given == NULL)
    {
      print_notice (notice, FALSE, json);
      return PAL_EXIT_INDETERMINATE;
    }
  digits = dup_digits (given);
  if (strcmp (digits, notice->new_fingerprint) != 0)
    return pal_cli_fail (PAL_EXIT_INVALID,
                         "the new certificate has another fingerprint than that which you "
                         "compared. Nothing was changed");
  if (!pal_module_trust_accept (trust, p7m, &error))
    return fail_notice (error, argv[1]);
  print_notice (notice, TRUE, json);

  return PAL_EXIT_OK;
}

/* --- history --- */

static void
build_pin (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalModulePin *pin = item;
  g_autofree char *until
      = pin->until != 0 ? pal_clock_format_rfc3339 (pin->until * G_USEC_PER_SEC) : NULL;

  pal_cli_add_string (builder, "name", pin->name);
  pal_cli_add_string (builder, "fingerprint", pin->fingerprint);
  pal_cli_add_string (builder, "until", until);
}

/**
 * pal_cmd_module_history:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists the certificates of a module, oldest first.
 *
 * Returns: the exit code
 */
int
pal_cmd_module_history (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalModuleTrust) trust = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *pins;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  trust = pal_module_trust_load (argv[1], &error);
  if (trust == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);
  pins = pal_module_trust_get_pins (trust);
  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_objects (builder, "certificates", pins, build_pin, NULL);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return PAL_EXIT_OK;
    }
  for (guint i = 0; i < pins->len; i++)
    {
      const PalModulePin *pin = g_ptr_array_index (pins, i);
      g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (pin->fingerprint);
      g_autofree char *until
          = pin->until != 0 ? pal_clock_format_rfc3339 (pin->until * G_USEC_PER_SEC) : NULL;

      print_line (pin->name, spoken);
      print_line ("until", until != NULL ? until : "in force");
    }

  return PAL_EXIT_OK;
}
