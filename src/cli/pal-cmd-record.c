// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-record"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-clock.h"

#include <string.h>

/* record add, list, show; consultation and stakeholder are records of their forms. */

static char *from;
static char *author;
static char *form_id;
static char *language;
static gboolean as_json;

/* --- add */

/* (element-type utf8): node and value in turn */
static GPtrArray *
read_answers (GError **error)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);
  g_auto (PalCliLines) lines = { 0 };
  g_autoptr (GError) local = NULL;

  if (from == NULL)
    return g_steal_pointer (&answers);
  if (!pal_cli_lines_open (&lines, from, error))
    return NULL;
  while (pal_cli_lines_next (&lines, &local))
    {
      g_ptr_array_add (answers, g_steal_pointer (&lines.node));
      g_ptr_array_add (answers, g_steal_pointer (&lines.value));
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&answers);
}

static gboolean
set_answers (PalResponse *response, GPtrArray *answers, GError **error)
{
  for (guint i = 0; i + 1 < answers->len; i += 2)
    if (!pal_cli_set_answer (response, g_ptr_array_index (answers, i),
                             g_ptr_array_index (answers, i + 1), error))
      return FALSE;

  return TRUE;
}

/* The form as the dossier has it, so that its records stay of one version; else the one that comes
 * with the program. */
static PalForm *
find_form (PalDossier *dossier, const char *name, GError **error)
{
  g_autoptr (GError) local = NULL;
  PalForm *form = NULL;

  if (!g_str_has_suffix (name, ".xml"))
    {
      form = pal_dossier_load_form (dossier, name, NULL, &local);
      if (form == NULL && !g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }

  return form != NULL ? form : pal_cli_load_form (name, error);
}

/* What cannot be set is found out before anything is written; then all is written at once. */
static PalRecord *
add_record (PalDossier *dossier, const char *name, GPtrArray *answers, GError **error)
{
  g_autoptr (PalForm) form = find_form (dossier, name, error);
  g_autoptr (PalResponse) response = NULL;

  if (form == NULL)
    return NULL;
  response = pal_response_new (form, error);
  if (response == NULL || !set_answers (response, answers, error))
    return NULL;

  return pal_record_create_filled (dossier, g_steal_pointer (&response), error);
}

static int
add (const char *name, const char *path)
{
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GError) error = NULL;

  answers = read_answers (&error);
  if (answers == NULL)
    return pal_cli_fail_error (error, from);

  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, path);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  record = add_record (dossier, name, answers, &error);
  if (record == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, path));

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", pal_record_get_id (record));
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    puts (pal_record_get_id (record));

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

static const GOptionEntry add_entries[] = {
  { "from", 0, 0, G_OPTION_ARG_FILENAME, &from,
    "Fill in lines of node, tab, value from a file; - is standard input", "TSV" },
  { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who writes, for the history", "NAME" },
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print the new record as an object", NULL },
  { NULL },
};

int
pal_cmd_record_add (int argc, char **argv)
{
  int code;

  if (!pal_cli_parse (&argc, &argv, add_entries, 2, 2, &code))
    return code;

  return add (argv[1], argv[2]);
}

int
pal_cmd_consultation_add (int argc, char **argv)
{
  int code;

  if (!pal_cli_parse (&argc, &argv, add_entries, 1, 1, &code))
    return code;

  return add ("consultation", argv[1]);
}

int
pal_cmd_stakeholder_add (int argc, char **argv)
{
  int code;

  if (!pal_cli_parse (&argc, &argv, add_entries, 1, 1, &code))
    return code;

  return add ("stakeholder", argv[1]);
}

/* --- list */

static gboolean
list_one (PalDossier *dossier, const PalRecordInfo *info, JsonBuilder *builder, GError **error)
{
  g_autoptr (PalRecord) record = pal_record_open (dossier, info->id, error);
  g_autofree char *title = NULL;
  PalProgress progress = { 0 };

  if (record == NULL)
    return FALSE;
  title = pal_cli_dup_record_title (record);
  pal_response_count (pal_record_get_response (record), NULL, &progress);

  if (!as_json)
    {
      g_autofree char *changed = pal_clock_format_rfc3339 (info->changed_us);

      printf ("%s\t%s\t%s\t%u/%u\t", info->id, info->form_id, changed, progress.answered,
              progress.questions);
      pal_cli_print_escaped (title != NULL ? title : "");
      putchar ('\n');
      return TRUE;
    }

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "id", info->id);
  pal_cli_add_string (builder, "form", info->form_id);
  pal_cli_add_string (builder, "version", info->form_version);
  pal_cli_add_string (builder, "title", title);
  pal_cli_add_time (builder, "created", info->created_us);
  pal_cli_add_time (builder, "changed", info->changed_us);
  pal_cli_add_int (builder, "questions", progress.questions);
  pal_cli_add_int (builder, "answered", progress.answered);
  json_builder_end_object (builder);

  return TRUE;
}

static int
list (const char *form, const char *path)
{
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;

  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, path);
  records = pal_dossier_list_records (dossier, form, &error);
  if (records == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, path));

  json_builder_begin_array (builder);
  for (guint i = 0; i < records->len; i++)
    if (!list_one (dossier, g_ptr_array_index (records, i), builder, &error))
      return pal_cli_close (dossier, pal_cli_fail_error (error, path));
  json_builder_end_array (builder);
  if (as_json)
    {
      g_autoptr (JsonNode) root = json_builder_get_root (builder);

      pal_cli_print_json (root);
    }

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

int
pal_cmd_record_list (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "form", 0, 0, G_OPTION_ARG_STRING, &form_id, "Only records of this form", "ID" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return list (form_id, argv[1]);
}

static const GOptionEntry list_entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
  { NULL },
};

int
pal_cmd_consultation_list (int argc, char **argv)
{
  int code;

  if (!pal_cli_parse (&argc, &argv, list_entries, 1, 1, &code))
    return code;

  return list ("consultation", argv[1]);
}

int
pal_cmd_stakeholder_list (int argc, char **argv)
{
  int code;

  if (!pal_cli_parse (&argc, &argv, list_entries, 1, 1, &code))
    return code;

  return list ("stakeholder", argv[1]);
}

/* --- show */

/* Label, then the answer indented. */
static void
print_record (JsonNode *root)
{
  JsonArray *array = json_node_get_array (root);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *answer = json_array_get_object_element (array, i);
      const char *value = json_object_get_string_member (answer, "value");
      g_auto (GStrv) lines = NULL;

      if (*value == '\0' || !json_object_get_boolean_member (answer, "relevant"))
        continue;
      puts (json_object_get_string_member_with_default (answer, "label", ""));
      lines = g_strsplit (value, "\n", -1);
      for (guint j = 0; lines[j] != NULL; j++)
        printf ("    %s\n", lines[j]);
    }
}

static int
show_record (PalDossier *dossier, char **argv)
{
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;

  record = pal_cli_open_record (dossier, argv[2], NULL, &error);
  if (record == NULL)
    return pal_cli_fail_error (error, argv[1]);

  json_builder_begin_array (builder);
  pal_cli_build_answers (builder, record, language);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  if (as_json)
    pal_cli_print_json (root);
  else
    print_record (root);

  return PAL_EXIT_OK;
}

int
pal_cmd_record_show (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "Labels in this language", "CODE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print all questions as one array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 2, &code))
    return code;

  return pal_cli_read_dossier (argv, show_record);
}
