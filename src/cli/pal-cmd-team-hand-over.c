// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-team-hand-over"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-hand-over.h"

static char *output;

/**
 * pal_cmd_team_hand_over:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Writes for a new focal point how everything stands; the ending of the file says in which format.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_hand_over (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File to write", "FILE.md|FILE.json" },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GError) error = NULL;
  PalHandOverFormat format;
  gsize length = 0;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "hand-over wants -o FILE.md or -o FILE.json");
  if (g_str_has_suffix (output, ".json"))
    format = PAL_HAND_OVER_JSON;
  else if (g_str_has_suffix (output, ".md"))
    format = PAL_HAND_OVER_MARKDOWN;
  else
    return pal_cli_fail (PAL_EXIT_USAGE, "the name of the file ends in .md or .json");

  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  text = pal_hand_over_make (dossier, format, NULL, &error);
  if (text == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  if (!g_file_set_contents (output, g_bytes_get_data (text, &length), g_bytes_get_size (text),
                            &error))
    return pal_cli_close (dossier,
                          pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s: %s", output, error->message));

  return pal_cli_close (dossier, PAL_EXIT_OK);
}
