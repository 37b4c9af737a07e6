// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-answer-translate"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-answer-languages.h"
#include "pal-clearance.h"
#include "pal-handout.h"
#include "pal-twin.h"

#include <string.h>

/* answer translate, translations; dossier languages. */

static char *record_id;
static char *language;
static char *author;
static char *first;
static char *second;
static gboolean still_right;
static gboolean only_open;
static gboolean as_json;

/* --- translate */

static gboolean
check_editable (PalDossier *dossier, PalRecord *record, const char *node, GError **error)
{
  g_autoptr (PalClearanceGuard) guard = NULL;

  if (!pal_handout_may_edit (dossier, node))
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY,
                   "%s was not handed out: it is here for reading", node);
      return FALSE;
    }
  guard = pal_clearance_guard_new (dossier, error);

  return guard != NULL
         && pal_clearance_guard_check (guard, pal_record_get_id (record),
                                       pal_response_get_form (pal_record_get_response (record)),
                                       node, error);
}

static int
translate (PalDossier *dossier, const char *node_path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_cli_open_record (dossier, record_id, node_path, &error);
  g_autofree char *path = NULL;
  PalFormNode *definition;
  PalNode *node;
  gboolean ok;

  if (record == NULL)
    return pal_cli_fail_error (error, node_path);
  node = pal_cli_find_node (pal_record_get_response (record), node_path, &error);
  if (node == NULL)
    return pal_cli_fail_error (error, node_path);
  definition = pal_response_get_definition (pal_record_get_response (record), node);
  if (definition == NULL || definition->control == NULL || !pal_twin_is_for (definition->control))
    return pal_cli_fail (PAL_EXIT_USAGE, "%s takes no words: there is nothing to translate",
                         node_path);
  path = pal_response_dup_path (pal_record_get_response (record), node);
  ok = check_editable (dossier, record, path, &error)
       && (text != NULL
               ? pal_twin_set (dossier, pal_record_get_id (record), path, language, text, 0, &error)
               : pal_twin_confirm (dossier, pal_record_get_id (record), path, language, 0, &error));

  return ok ? PAL_EXIT_OK : pal_cli_fail_error (error, "the translation");
}

static int
translate_answer (PalDossier *dossier, char **argv)
{
  g_autoptr (PalAnswerLanguages) languages = NULL;
  g_autoptr (GError) error = NULL;

  languages = pal_answer_languages_read (dossier, &error);
  if (languages == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (language == NULL)
    language = g_strdup (languages->second);
  if (language == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say --language CODE");

  return translate (dossier, argv[2], argv[3]);
}

/**
 * pal_cmd_answer_translate:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Writes what an answer says in another language, or says that it is still right.
 *
 * Returns: the exit code
 */
int
pal_cmd_answer_translate (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "language", 0, 0, G_OPTION_ARG_STRING, &language,
      "ar, en, es, fr, ru or zh; else the second language of the answers", "CODE" },
    { "still-right", 0, 0, G_OPTION_ARG_NONE, &still_right,
      "What it says fits the answer as it is now, too", NULL },
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record; else the questionnaire",
      "ID" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who writes, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 3, &code))
    return code;
  if (still_right == (argc == 4))
    return pal_cli_fail (PAL_EXIT_USAGE, "say what the answer says in that language, "
                                         "or --still-right");
  if (argc == 4 && !g_utf8_validate (argv[3], -1, NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "the text is not UTF-8");

  return pal_cli_change_dossier (argv, author, translate_answer);
}

/* --- translations */

static PalTwin *
missing_twin_new (PalRecord *record, const char *node)
{
  PalResponse *response = pal_record_get_response (record);
  PalTwin *twin = g_new0 (PalTwin, 1);

  twin->record = g_strdup (pal_record_get_id (record));
  twin->node = g_strdup (node);
  twin->language = g_strdup (language);
  twin->text = g_strdup ("");
  twin->original = g_strdup (pal_response_get_value (response, pal_response_find (response, node)));
  twin->state = PAL_TWIN_MISSING;

  return twin;
}

static gboolean
is_known (GPtrArray *twins, const char *record, const char *node)
{
  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      if (strcmp (twin->record, record) == 0 && strcmp (twin->node, node) == 0
          && strcmp (twin->language, language) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Behind those that there are. */
static gboolean
add_missing (PalDossier *dossier, GPtrArray *twins, const char *id, GError **error)
{
  g_autoptr (PalRecord) record = pal_record_open (dossier, id, error);
  g_autoptr (GPtrArray) open = NULL;

  if (record == NULL)
    return FALSE;
  open = pal_twin_list_open (pal_record_get_response (record), id, language, twins);
  for (guint i = 0; i < open->len; i++)
    if (!is_known (twins, id, g_ptr_array_index (open, i)))
      g_ptr_array_add (twins, missing_twin_new (record, g_ptr_array_index (open, i)));

  return TRUE;
}

static gboolean
add_all_missing (PalDossier *dossier, GPtrArray *twins, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, NULL, error);

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);
      gboolean is_wanted = record_id != NULL ? strcmp (info->id, record_id) == 0
                                             : pal_cli_is_questionnaire (info->form_id);

      if (is_wanted && !add_missing (dossier, twins, info->id, error))
        return FALSE;
    }

  return TRUE;
}

static void
print_twins_json (GPtrArray *twins)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      if (only_open && !pal_twin_is_open (twin))
        continue;
      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", twin->record);
      pal_cli_add_string (builder, "node", twin->node);
      pal_cli_add_string (builder, "language", twin->language);
      pal_cli_add_string (builder, "text", twin->text);
      pal_cli_add_string (builder, "state", pal_twin_state_to_string (twin->state));
      pal_cli_add_string (builder, "original", twin->original);
      pal_cli_add_string (builder, "translated", twin->translated);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pal_cli_print (builder);
}

static void
print_twins (GPtrArray *twins)
{
  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      if (only_open && !pal_twin_is_open (twin))
        continue;
      printf ("%s\t%s\t%s\t", twin->node, twin->language, pal_twin_state_to_string (twin->state));
      pal_cli_print_escaped (twin->text);
      putchar ('\n');
    }
}

static int
list_translations (PalDossier *dossier, char **argv)
{
  g_autoptr (PalAnswerLanguages) languages = NULL;
  g_autoptr (GPtrArray) twins = NULL;
  g_autoptr (GError) error = NULL;

  languages = pal_answer_languages_read (dossier, &error);
  if (languages != NULL && language == NULL)
    language = g_strdup (languages->second);
  if (languages != NULL)
    twins = pal_twin_list (dossier, record_id, language, &error);
  if (twins == NULL || (language != NULL && !add_all_missing (dossier, twins, &error)))
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    print_twins_json (twins);
  else
    print_twins (twins);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_answer_translations:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists what answers say in another language, and whether that is up to date.
 *
 * Returns: the exit code
 */
int
pal_cmd_answer_translations (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "language", 0, 0, G_OPTION_ARG_STRING, &language,
      "Only this one, with what is missing; else the second language of the answers, or all",
      "CODE" },
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Only answers of this record", "ID" },
    { "open", 0, 0, G_OPTION_ARG_NONE, &only_open, "Only what is missing or out of date", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list_translations);
}

/* --- languages */

static char *
dup_choice (const char *chosen, const char *before)
{
  if (chosen == NULL)
    return g_strdup (before);

  return strcmp (chosen, "none") == 0 ? NULL : g_strdup (chosen);
}

static void
print_languages (const PalAnswerLanguages *languages)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!as_json)
    {
      printf ("first   %s\n", languages->first != NULL ? languages->first : "none");
      printf ("second  %s\n", languages->second != NULL ? languages->second : "none");
      return;
    }
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "first", languages->first);
  pal_cli_add_string (builder, "second", languages->second);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/**
 * pal_cmd_dossier_languages:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Prints in which languages the answers are; chooses them.
 *
 * Returns: the exit code
 */
int
pal_cmd_dossier_languages (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "first", 0, 0, G_OPTION_ARG_STRING, &first,
      "Answers are in this language: ar, en, es, fr, ru, zh, none", "CODE" },
    { "second", 0, 0, G_OPTION_ARG_STRING, &second, "They are translated into this one, or none",
      "CODE" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who chooses, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalAnswerLanguages) languages = NULL;
  g_autoptr (GError) error = NULL;
  gboolean chooses;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  chooses = first != NULL || second != NULL;
  dossier = pal_dossier_open (
      argv[1], chooses ? PAL_DOSSIER_OPEN_DEFAULT : PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  languages = pal_answer_languages_read (dossier, &error);
  if (languages != NULL && chooses)
    {
      g_autofree char *one = dup_choice (first, languages->first);
      g_autofree char *other = dup_choice (second, languages->second);

      g_clear_pointer (&languages, pal_answer_languages_free);
      if (pal_answer_languages_set (dossier, one, other, &error))
        languages = pal_answer_languages_read (dossier, &error);
    }
  if (languages == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  print_languages (languages);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}
