// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-purge"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-purged.h"
#include "pal-verbs.h"

#include "pal-purge.h"
#include "pal-twin.h"

/* answer purge. */

static gboolean as_json;
static gboolean whole;
static char *record_id;
static char *author;

static void
print_json (const PalPurged *purged)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_cli_add_int (builder, "texts", purged->n_texts);
  pal_cli_add_int (builder, "copies", purged->n_copies);
  pal_cli_add_int (builder, "removed", purged->n_removed);
  json_builder_set_member_name (builder, "unreached");
  json_builder_begin_array (builder);
  for (guint i = 0; i < purged->unreached->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (purged->unreached, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/**
 * pal_cli_print_purged:
 * @purged: what went
 *
 * For people.
 */
void
pal_cli_print_purged (const PalPurged *purged)
{
  printf ("texts     %u taken out of the dossier\n", purged->n_texts);
  printf ("backups   %u written again without them\n", purged->n_copies);
  if (purged->n_removed > 0)
    printf ("removed   %u backups that could not be read\n", purged->n_removed);
  for (guint i = 0; i < purged->unreached->len; i++)
    printf ("unreached %s may still hold them\n",
            (char *) g_ptr_array_index (purged->unreached, i));
  puts (
      "Copies that were handed out, sent, or put elsewhere are out of reach and still hold them.");
}

/* What an answer says in other languages goes before it goes. */
static gboolean
purge_twins (PalDossier *dossier, const char *record, const char *node, PalPurged *total,
             GError **error)
{
  g_autoptr (GPtrArray) twins = pal_twin_list_records (dossier, record, node, error);

  if (twins == NULL)
    return FALSE;
  for (guint i = 0; i < twins->len; i++)
    {
      g_autoptr (PalPurged) purged = NULL;

      if (!pal_dossier_purge (dossier, g_ptr_array_index (twins, i), NULL, &purged, error))
        return FALSE;
      total->n_texts += purged->n_texts;
    }

  return TRUE;
}

/**
 * pal_cmd_answer_purge:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Takes texts out of a dossier and its backups for good.
 *
 * Returns: the exit code; 1 when a backup could not be reached
 */
int
pal_cmd_answer_purge (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "The record", "ID" },
    { "whole-record", 0, 0, G_OPTION_ARG_NONE, &whole, "All texts of the record", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (PalPurged) purged = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  PalPurged of_twins = { 0 };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 2, &code))
    return code;
  if (whole == (argc == 3) || (whole && record_id == NULL))
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "name an answer, or a record with --record and --whole-record");

  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  /* What is purged is not undone: the answer must be one, not a slip of the pen. */
  record = pal_cli_open_record (dossier, record_id, argc == 3 ? argv[2] : NULL, &error);
  if (record == NULL
      || (argc == 3
          && pal_cli_find_node (pal_record_get_response (record), argv[2], &error) == NULL))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  id = g_strdup (pal_record_get_id (record));
  g_clear_object (&record);
  if (!purge_twins (dossier, id, argc == 3 ? argv[2] : NULL, &of_twins, &error)
      || !pal_dossier_purge (dossier, id, argc == 3 ? argv[2] : NULL, &purged, &error))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  purged->n_texts += of_twins.n_texts;

  if (as_json)
    print_json (purged);
  else
    pal_cli_print_purged (purged);

  return pal_cli_close (dossier, purged->unreached->len > 0 ? 1 : PAL_EXIT_OK);
}
