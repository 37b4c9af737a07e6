// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"

#include "config.h"

#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-publish.h"
#include "pal-text.h"
#include "pal-xlsform.h"

#include <stdio.h>

static void
print_warnings (GPtrArray *warnings)
{
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    {
      g_autofree char *line = pal_text_dup_printable (warnings->pdata[i], 4000);

      fprintf (stderr, "%s\n", line);
    }
}

/* The file is whole or not there: what cannot be made or written leaves the old one as it was. */
static int
publish (const char *path, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;

  if (pal_publish_bytes (path, bytes, &error))
    return PAL_EXIT_OK;

  return pal_cli_fail (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
                           ? PAL_EXIT_IO
                           : PAL_EXIT_CANNOT_CREATE,
                       "%s: %s", path, error->message);
}

int
pal_cmd_form_compile (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *catalogues = NULL;
  g_autofree char *shared = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The form to write", "OUT.xml" },
    { "catalogues", 0, 0, G_OPTION_ARG_FILENAME, &catalogues,
      "Folder with LANGUAGE.po files to merge", "DIR" },
    { "shared", 0, 0, G_OPTION_ARG_FILENAME, &shared,
      "Workbook whose templates, choices and po/LANGUAGE.po apply too", "FILE" },
    { NULL },
  };
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GBytes) form = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say where to with -o OUT.xml");

  form = pal_xlsform_compile_shared (argv[1], shared, catalogues, &warnings, &error);
  if (form == NULL)
    return pal_cli_fail_error (error, argv[1]);
  print_warnings (warnings);

  return publish (output, form);
}

int
pal_cmd_form_pot (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *shared = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The template to write", "OUT.pot" },
    { "shared", 0, 0, G_OPTION_ARG_FILENAME, &shared,
      "Workbook that the form is made with; its texts are left out", "FILE" },
    { NULL },
  };
  g_autoptr (GBytes) template = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say where to with -o OUT.pot");

  template = pal_xlsform_extract (argv[1], shared, &error);
  if (template == NULL)
    return pal_cli_fail_error (error, argv[1]);

  return publish (output, template);
}

int
pal_cmd_form_localize (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *catalogues = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The form to write", "OUT.xml" },
    { "catalogues", 0, 0, G_OPTION_ARG_FILENAME, &catalogues,
      "Folder with LANGUAGE.po files to merge", "DIR" },
    { NULL },
  };
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) source = NULL;
  g_autoptr (GBytes) form = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL || catalogues == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say which with --catalogues DIR and -o OUT.xml");

  file = g_file_new_for_path (argv[1]);
  source = g_file_load_bytes (file, NULL, NULL, &error);
  if (source == NULL)
    return pal_cli_fail_error (error, argv[1]);
  form = pal_xlsform_localize (source, argv[1], catalogues, &error);
  if (form == NULL)
    return pal_cli_fail_error (error, argv[1]);

  return publish (output, form);
}
