// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-stakeholder"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-participation.h"
#include "pal-stakeholder-list.h"

#include <string.h>

/* stakeholder import, history. */

static char *author;
static char *sheet;
static char **maps;
static char **sames;
static char **news;
static char **leaves;
static gboolean with_persons;
static gboolean preview;
static gboolean as_json;

/* --- what was said on the command line */

/* "COLUMN=QUESTION"; "COLUMN=" takes it away. The last "=" counts: titles may have one. */
static gboolean
map_columns (PalStakeholderList *list, GError **error)
{
  for (guint i = 0; maps != NULL && maps[i] != NULL; i++)
    {
      const char *equals = strrchr (maps[i], '=');
      g_autofree char *name = g_strndup (maps[i], equals != NULL ? equals - maps[i] : 0);
      PalListColumn *column = equals != NULL ? pal_stakeholder_list_find_column (list, name) : NULL;

      if (column == NULL)
        {
          g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_PLACE,
                       "no column in %s", maps[i]);
          return FALSE;
        }
      if (!pal_stakeholder_list_set_column (list, column->number,
                                            equals[1] != '\0' ? equals + 1 : NULL, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
decide (PalStakeholderList *list, char **words, PalListDecision decision, GError **error)
{
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      const char *equals = strchr (words[i], '=');
      g_autofree char *number
          = g_strndup (words[i], equals != NULL ? (gsize) (equals - words[i]) : strlen (words[i]));
      guint64 row = 0;

      if (!g_ascii_string_to_unsigned (number, 10, 1, G_MAXUINT, &row, NULL))
        {
          g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_PLACE,
                       "no row in %s", words[i]);
          return FALSE;
        }
      if (!pal_stakeholder_list_decide (list, row, decision, equals != NULL ? equals + 1 : NULL,
                                        error))
        return FALSE;
    }

  return TRUE;
}

static PalStakeholderList *
read_list (PalDossier *dossier, const char *path, GError **error)
{
  g_autoptr (PalForm) form = pal_dossier_load_form (dossier, "stakeholder", NULL, NULL);
  g_autoptr (PalStakeholderList) list = NULL;

  if (form == NULL)
    form = pal_cli_load_form ("stakeholder", error);
  list = form != NULL ? pal_stakeholder_list_read (path, sheet, form, error) : NULL;
  if (list == NULL || !map_columns (list, error))
    return NULL;
  pal_stakeholder_list_set_with_persons (list, with_persons);
  if (!pal_stakeholder_list_compare (list, dossier, NULL, error)
      || !decide (list, news, PAL_LIST_ROW_NEW, error)
      || !decide (list, sames, PAL_LIST_ROW_SAME, error)
      || !decide (list, leaves, PAL_LIST_ROW_LEAVE, error))
    return NULL;

  return g_steal_pointer (&list);
}

/* --- words */

static const char *
decision_word (PalListDecision decision)
{
  switch (decision)
    {
    case PAL_LIST_ROW_NEW:
      return "new";
    case PAL_LIST_ROW_SAME:
      return "same";
    case PAL_LIST_ROW_LEAVE:
      return "leave";
    }

  return "";
}

static const char *
likeness_word (PalLikeness likeness)
{
  switch (likeness)
    {
    case PAL_LIKENESS_NONE:
      return NULL;
    case PAL_LIKENESS_NAME:
      return "name";
    case PAL_LIKENESS_ACRONYM:
      return "acronym";
    case PAL_LIKENESS_WEBSITE:
      return "website";
    case PAL_LIKENESS_EMAIL:
      return "e-mail";
    }

  return NULL;
}

static const char *
trouble_word (PalListTrouble trouble)
{
  switch (trouble)
    {
    case PAL_LIST_TROUBLE_CHOICE:
      return "none of the choices";
    case PAL_LIST_TROUBLE_DATE:
      return "not a date";
    case PAL_LIST_TROUBLE_UNSURE:
      return "day and month could be either";
    case PAL_LIST_TROUBLE_LINK:
      return "not a link";
    case PAL_LIST_TROUBLE_ADDRESS:
      return "not an e-mail address, or a second one";
    case PAL_LIST_TROUBLE_PHONE:
      return "not a telephone number";
    case PAL_LIST_TROUBLE_BROKEN:
      return "a formula without a result";
    case PAL_LIST_TROUBLE_LONG:
      return "too long";
    }

  return "";
}

static const char *
delimiter_word (char delimiter)
{
  return delimiter == ',' ? "comma" : delimiter == ';' ? "semicolon" : "tab";
}

/* --- as text */

static void
print_columns (PalStakeholderList *list)
{
  GPtrArray *columns = pal_stakeholder_list_get_columns (list);

  for (guint i = 0; i < columns->len; i++)
    {
      const PalListColumn *column = g_ptr_array_index (columns, i);

      printf ("column\t%s\t%s\t", column->letters,
              column->question != NULL ? column->question : "");
      pal_cli_print_escaped (column->title != NULL ? column->title : "");
      putchar ('\n');
    }
}

static void
print_rows (PalStakeholderList *list)
{
  GPtrArray *rows = pal_stakeholder_list_get_rows (list);

  for (guint i = 0; i < rows->len; i++)
    {
      const PalListRow *row = g_ptr_array_index (rows, i);
      const char *likeness = likeness_word (row->likeness);

      printf ("row\t%u\t%s\t", row->number, decision_word (row->decision));
      pal_cli_print_escaped (row->name != NULL ? row->name : "");
      if (row->card != NULL && likeness != NULL)
        printf ("\tlike card %s by its %s", row->card, likeness);
      else if (row->card != NULL)
        printf ("\tcard %s", row->card);
      else if (likeness != NULL)
        printf ("\tlike row %u by its %s", row->like_row, likeness);
      else if (row->name == NULL)
        fputs ("\twithout a name", stdout);
      putchar ('\n');
    }
}

static void
print_problems (PalStakeholderList *list)
{
  GPtrArray *problems = pal_stakeholder_list_get_problems (list);

  for (guint i = 0; i < problems->len; i++)
    {
      const PalListProblem *problem = g_ptr_array_index (problems, i);

      printf ("not placed\t%u\t%s\t%s\t", problem->row, problem->column->letters,
              trouble_word (problem->why));
      pal_cli_print_escaped (problem->text);
      putchar ('\n');
    }
}

static void
print_text (PalStakeholderList *list, const PalListTaken *taken)
{
  const char *encoding = pal_stakeholder_list_get_encoding (list);

  if (*encoding != '\0')
    printf ("file\t%s\t%s\n", encoding, delimiter_word (pal_stakeholder_list_get_delimiter (list)));
  else
    printf ("sheet\t%s\n", pal_stakeholder_list_get_sheet (list));
  printf ("header\t%u\n", pal_stakeholder_list_get_header_row (list));
  print_columns (list);
  print_rows (list);
  print_problems (list);
  if (taken != NULL)
    printf ("made\t%u\nfilled\t%u\nleft\t%u\npersons left\t%u\n", taken->n_made, taken->n_filled,
            taken->n_left, taken->n_persons_left);
}

/* --- as JSON */

static void
build_column (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalListColumn *column = item;

  pal_cli_add_string (builder, "column", column->letters);
  pal_cli_add_string (builder, "title", column->title);
  pal_cli_add_string (builder, "question", column->question);
}

static void
build_row (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalListRow *row = item;
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (row->values), (GCompareFunc) strcmp);

  pal_cli_add_int (builder, "row", row->number);
  pal_cli_add_string (builder, "name", row->name);
  pal_cli_add_string (builder, "decision", decision_word (row->decision));
  pal_cli_add_string (builder, "likeness", likeness_word (row->likeness));
  pal_cli_add_string (builder, "card", row->card);
  json_builder_set_member_name (builder, "like_row");
  if (row->like_row > 0)
    json_builder_add_int_value (builder, row->like_row);
  else
    json_builder_add_null_value (builder);
  pal_cli_add_boolean (builder, "person_left_out", row->has_person && !with_persons);
  json_builder_set_member_name (builder, "values");
  json_builder_begin_object (builder);
  for (GList *key = keys; key != NULL; key = key->next)
    pal_cli_add_string (builder, key->data, g_hash_table_lookup (row->values, key->data));
  json_builder_end_object (builder);
}

static void
build_problem (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalListProblem *problem = item;

  pal_cli_add_int (builder, "row", problem->row);
  pal_cli_add_string (builder, "column", problem->column->letters);
  pal_cli_add_string (builder, "text", problem->text);
  pal_cli_add_string (builder, "why", trouble_word (problem->why));
}

static void
print_json (PalStakeholderList *list, const PalListTaken *taken)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  const char *encoding = pal_stakeholder_list_get_encoding (list);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "encoding", *encoding != '\0' ? encoding : NULL);
  pal_cli_add_string (builder, "delimiter",
                      *encoding != '\0' ? delimiter_word (pal_stakeholder_list_get_delimiter (list))
                                        : NULL);
  pal_cli_add_string (builder, "sheet",
                      *encoding != '\0' ? NULL : pal_stakeholder_list_get_sheet (list));
  pal_cli_add_int (builder, "header", pal_stakeholder_list_get_header_row (list));
  pal_cli_add_objects (builder, "columns", pal_stakeholder_list_get_columns (list), build_column,
                       NULL);
  pal_cli_add_objects (builder, "rows", pal_stakeholder_list_get_rows (list), build_row, NULL);
  pal_cli_add_objects (builder, "not_placed", pal_stakeholder_list_get_problems (list),
                       build_problem, NULL);
  if (taken != NULL)
    {
      pal_cli_add_int (builder, "made", taken->n_made);
      pal_cli_add_int (builder, "filled", taken->n_filled);
      pal_cli_add_int (builder, "left", taken->n_left);
      pal_cli_add_int (builder, "persons_left", taken->n_persons_left);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  pal_cli_print_json (root);
}

/**
 * pal_cmd_stakeholder_import:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Takes a list of organizations or participants that somebody else wrote.
 *
 * Returns: the exit code
 */
int
pal_cmd_stakeholder_import (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "sheet", 0, 0, G_OPTION_ARG_STRING, &sheet, "The sheet of a workbook", "NAME" },
    { "map", 0, 0, G_OPTION_ARG_STRING_ARRAY, &maps,
      "The question that a column answers; nothing behind = leaves it out", "COLUMN=QUESTION" },
    { "new", 0, 0, G_OPTION_ARG_STRING_ARRAY, &news, "A row that makes a card all the same",
      "ROW" },
    { "same", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sames, "A row that fills what is empty in a card",
      "ROW[=CARD]" },
    { "leave", 0, 0, G_OPTION_ARG_STRING_ARRAY, &leaves, "A row that is left out", "ROW" },
    { "with-persons", 0, 0, G_OPTION_ARG_NONE, &with_persons,
      "Take persons, too, of whom the list does not say that they agreed", NULL },
    { "preview", 0, 0, G_OPTION_ARG_NONE, &preview, "Only say what would be done", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalStakeholderList) list = NULL;
  g_autoptr (GError) error = NULL;
  PalListTaken taken = { 0 };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  dossier = pal_dossier_open (
      argv[1], preview ? PAL_DOSSIER_OPEN_READ_ONLY : PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  list = read_list (dossier, argv[2], &error);
  if (list == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[2]));
  if (!preview && !pal_stakeholder_list_take (list, dossier, &taken, &error))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));

  if (as_json)
    print_json (list, preview ? NULL : &taken);
  else
    print_text (list, preview ? NULL : &taken);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

/* --- history */

static void
build_participation (JsonBuilder *builder, const PalParticipation *participation)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "consultation", participation->consultation->id);
  pal_cli_add_string (builder, "date", participation->consultation->date);
  pal_cli_add_string (builder, "title", participation->consultation->title);
  json_builder_set_member_name (builder, "took_part");
  json_builder_add_boolean_value (builder, participation->took_part);
  pal_cli_add_int (builder, "points", participation->n_points);
  json_builder_end_object (builder);
}

static void
print_participations (GPtrArray *list)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const PalParticipation *participation = g_ptr_array_index (list, i);
      const PalConsultation *consultation = participation->consultation;

      build_participation (builder, participation);
      if (as_json)
        continue;
      printf ("%s\t%s\t%s\t%u\t", consultation->id,
              consultation->date != NULL ? consultation->date : "",
              participation->took_part ? "took part" : "", participation->n_points);
      pal_cli_print_escaped (consultation->title != NULL ? consultation->title : "");
      putchar ('\n');
    }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  if (as_json)
    pal_cli_print_json (root);
}

/**
 * pal_cmd_stakeholder_history:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Where a stakeholder took part or spoke.
 *
 * Returns: the exit code
 */
int
pal_cmd_stakeholder_history (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  all = dossier != NULL ? pal_consultations_load (dossier, NULL, &error) : NULL;
  if (all == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  list = pal_consultations_list_participations (all, argv[2]);
  if (list == NULL)
    {
      g_set_error (&error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND,
                   "no card of a stakeholder with a name: %s", argv[2]);
      return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
    }
  print_participations (list);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}
