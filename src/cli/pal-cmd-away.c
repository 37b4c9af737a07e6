// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-away"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-away.h"
#include "pal-place.h"

/* dossier bring-back, and what is said about dossiers on sticks and in network folders. The window
 * works there in a copy; the verbs are done in a moment, and work on the file itself. */

static gboolean as_json;

void
pal_cli_say_place (const char *path)
{
  if (pal_away_is_left (path))
    pal_cli_fail (PAL_EXIT_OK,
                  "%s: a copy on this computer has answers that were never brought back: see "
                  "\"dossier bring-back\"",
                  path);
  switch (pal_place_look (path))
    {
    case PAL_PLACE_REMOVABLE:
      pal_cli_fail (PAL_EXIT_OK, "%s is on a removable disk: leave it there until this is done",
                    path);
      break;
    case PAL_PLACE_NETWORK:
      pal_cli_fail (PAL_EXIT_OK, "%s is in a network folder: nobody else may write there now",
                    path);
      break;
    case PAL_PLACE_DISK:
    case PAL_N_PLACES:
      break;
    }
}

static void
print (const char *file, gboolean was_left)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!as_json)
    {
      puts (was_left ? "all of it is back" : "no copy was left");
      return;
    }
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", file);
  pal_cli_add_boolean (builder, "wasLeft", was_left);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/**
 * pal_cmd_dossier_bring_back:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Merges a copy that was left with what is there now, and puts it there.
 *
 * Returns: the exit code
 */
int
pal_cmd_dossier_bring_back (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_away = FALSE;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  if (!pal_away_is_left (argv[1]))
    {
      print (argv[1], FALSE);
      return PAL_EXIT_OK;
    }
  dossier = pal_away_open (argv[1], &is_away, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (!pal_away_bring_back (dossier, argv[1], NULL, &error))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  if (!pal_dossier_close (dossier, &error))
    return pal_cli_fail_error (error, argv[1]);

  pal_away_end (argv[1]);
  print (argv[1], TRUE);

  return PAL_EXIT_OK;
}
