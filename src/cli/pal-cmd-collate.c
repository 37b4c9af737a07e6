// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-collate"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-cli-key.h"
#include "pal-verbs.h"

#include "pal-collate.h"

#include <stdio.h>
#include <string.h>

/* Accepted submissions -> one set of data for a general report. */

typedef struct
{
  char *file; /* as shown */
  int code;
  char *reason;
} LeftOut;

static void
left_out_free (gpointer data)
{
  LeftOut *self = data;

  g_free (self->file);
  g_free (self->reason);
  g_free (self);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A file is itself; a folder stands for the archives directly in it. */
static gboolean
list_archives (const char *path, GPtrArray *paths, GError **error)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_ptr_array_add (paths, g_strdup (path));
      return TRUE;
    }
  folder = g_dir_open (path, 0, error);
  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".asice"))
      g_ptr_array_add (found, g_build_filename (path, name, NULL));
  g_ptr_array_sort (found, compare_paths);
  g_ptr_array_extend_and_steal (paths, g_steal_pointer (&found));

  return TRUE;
}

/* Returns the highest code of what was left out. */
static int
gather (PalCollation *collation, GPtrArray *paths, GPtrArray *left_out)
{
  int worst = PAL_EXIT_OK;

  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GError) error = NULL;
      LeftOut *one;
      int code = PAL_EXIT_OK;

      if (pal_collation_add (collation, paths->pdata[i], &code, &error))
        continue;
      if (!g_error_matches (error, PAL_COLLATE_ERROR, PAL_COLLATE_ERROR_PACKAGE))
        code = PAL_EXIT_MALFORMED;
      one = g_new0 (LeftOut, 1);
      one->file = g_filename_display_name (paths->pdata[i]);
      one->code = code;
      one->reason = g_strdup (error->message);
      g_ptr_array_add (left_out, one);
      worst = MAX (worst, code);
    }

  return worst;
}

static void
print_collated (PalCollation *collation, const char *output, GPtrArray *left_out)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) list = pal_collation_list (collation);
  g_autofree char *shown = g_filename_display_name (output);
  gint64 n_answers = 0;

  for (guint i = 0; i < list->len; i++)
    n_answers += ((PalCollated *) g_ptr_array_index (list, i))->n_answers;
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "output", shown);
  pal_cli_add_int (builder, "submissions", list->len);
  pal_cli_add_int (builder, "answers", n_answers);
  pal_cli_add_int (builder, "replaced", pal_collation_get_n_replaced (collation));
  json_builder_set_member_name (builder, "leftOut");
  json_builder_begin_array (builder);
  for (guint i = 0; i < left_out->len; i++)
    {
      const LeftOut *one = g_ptr_array_index (left_out, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", one->file);
      pal_cli_add_int (builder, "code", one->code);
      pal_cli_add_string (builder, "reason", one->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static int
collate (PalCollation *collation, GPtrArray *paths, const char *output, gboolean for_spreadsheet,
         gboolean json)
{
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (left_out_free);
  g_autoptr (GError) error = NULL;
  int worst = gather (collation, paths, left_out);

  if (!pal_collation_write (collation, output, for_spreadsheet, NULL, &error))
    {
      if (error->domain == PAL_COLLATE_ERROR)
        return pal_cli_fail (PAL_EXIT_MALFORMED, "nothing was written: %s", error->message);
      return pal_cli_fail_output (error, output);
    }
  if (json)
    print_collated (collation, output, left_out);
  else
    for (guint i = 0; i < left_out->len; i++)
      {
        const LeftOut *one = g_ptr_array_index (left_out, i);

        pal_cli_fail (one->code, "left out: %s: %s", one->file, one->reason);
      }

  return worst;
}

/**
 * pal_cmd_collate:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes one set of data of many submissions; see data/module/README.md.
 *
 * Returns: 0 when all of them are in it, else the highest code of those that are not, or of what
 * kept it from being written
 */
int
pal_cmd_collate (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_auto (GStrv) trust_files = NULL;
  gboolean accepts_unknown = FALSE;
  gboolean for_spreadsheet = FALSE;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File to write", "OUT.csv|.json|.sqlite" },
    { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &trust_files, "Know the signers in this file",
      "PEM" },
    { "accept-unknown", 0, 0, G_OPTION_ARG_NONE, &accepts_unknown,
      "Take what is sound and of an unknown signer, too", NULL },
    { "for-spreadsheet", 0, 0, G_OPTION_ARG_NONE, &for_spreadsheet,
      "In CSV, an apostrophe before what a spreadsheet would run as a formula", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Say as JSON what was taken and left out", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) trust = g_ptr_array_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PalCollation) collation = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, -1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "collate wants -o OUT.csv, OUT.json or OUT.sqlite");
  if (!pal_collation_can_write (output, for_spreadsheet, &error))
    return pal_cli_fail (PAL_EXIT_USAGE, "%s", error->message);
  for (guint i = 0; trust_files != NULL && trust_files[i] != NULL; i++)
    g_ptr_array_add (trust, trust_files[i]);
  for (int i = 1; i < argc; i++)
    if (!list_archives (argv[i], paths, &error))
      return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);

  collation = pal_collation_new (trust, accepts_unknown);

  return collate (collation, paths, output, for_spreadsheet, json);
}
