// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-trail"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-clock.h"
#include "pal-protected.h"
#include "pal-trail.h"
#include "pal-walk.h"

#include <gio/gunixoutputstream.h>
#include <unistd.h>

/* dossier log, dossier trail-check. */

static gboolean as_json;
static gboolean with_protected;

/* --- log */

/* For people: a line a change. */
static gboolean
print_change (const PalChange *change, const char *before, gpointer user_data, GError **error)
{
  const char kinds[] = "=+-*x";
  gboolean is_withheld = pal_protected_log_holds (user_data, change) && !with_protected;
  g_autofree char *time = pal_clock_format_rfc3339 (change->clock_us);

  printf ("%s\t%s\t%c %s\t", time, change->author, kinds[change->kind],
          change->node != NULL ? change->node : change->record);
  pal_cli_print_escaped (change->purged                         ? "(purged)"
                         : is_withheld && change->value != NULL ? "(withheld)"
                         : change->value != NULL                ? change->value
                                                                : "");
  if (putchar ('\n') == EOF)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "nobody reads on");
      return FALSE;
    }

  return TRUE;
}

static gboolean
write_trail (PalDossier *dossier, GError **error)
{
  g_autoptr (GOutputStream) unbuffered = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_autoptr (GOutputStream) stream = g_buffered_output_stream_new_sized (unbuffered, 256 << 10);

  return pal_trail_write (dossier, with_protected ? PAL_TRAIL_WITH_PROTECTED : PAL_TRAIL_DEFAULT,
                          stream, NULL, NULL, error)
         && g_output_stream_flush (stream, NULL, error);
}

static int
show_log (PalDossier *dossier, char **argv)
{
  g_autoptr (PalProtectedLog) seen = pal_protected_log_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok;

  ok = as_json ? write_trail (dossier, &error)
               : pal_dossier_walk_log (dossier, print_change, seen, NULL, &error);

  return ok ? PAL_EXIT_OK : pal_cli_fail_error (error, argv[1]);
}

/**
 * pal_cmd_dossier_log:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Shows every change, as lines for people or as a trail that can be checked; in bounded memory.
 *
 * Returns: the exit code
 */
int
pal_cmd_dossier_log (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json,
      "Print one object a line, each with the digest of the line before it", NULL },
    { "with-protected", 0, 0, G_OPTION_ARG_NONE, &with_protected,
      "Print also what people outside government said; only the acts are told otherwise", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, show_log);
}

/* --- trail-check */

/**
 * pal_cmd_dossier_trail_check:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Says whether a trail is what "dossier log --json" wrote.
 *
 * Returns: the exit code
 */
int
pal_cmd_dossier_trail_check (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (PalTrailReport) report = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  file = g_file_new_for_commandline_arg (argv[1]);
  stream = g_file_read (file, NULL, &error);
  if (stream == NULL)
    return pal_cli_fail_error (error, argv[1]);
  report = pal_trail_check (G_INPUT_STREAM (stream), NULL, &error);
  code = report != NULL ? PAL_EXIT_OK : pal_cli_fail_error (error, argv[1]);
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_boolean (builder, "sound", report != NULL);
      pal_cli_add_int (builder, "changes", report != NULL ? (gint64) report->n_changes : -1);
      pal_cli_add_string (builder, "digest", report != NULL ? report->digest : NULL);
      pal_cli_add_string (builder, "reason", error != NULL ? error->message : NULL);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else if (report != NULL)
    printf ("sound\t%" G_GUINT64_FORMAT " changes\t%s\n", report->n_changes, report->digest);

  return code;
}
