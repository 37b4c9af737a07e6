// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-answer"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-clearance.h"
#include "pal-clock.h"
#include "pal-history.h"
#include "pal-handout.h"
#include "pal-upgrade.h"
#include "pal-words.h"

#include <string.h>

/* answer get, set, list, history: one question of one record. */

static char *record_id;
static char *language;
static char *author;
static char *from;
static char *reopen;
static gboolean as_json;
static gboolean is_attachment;

/* --- get */

static int
get_answer (PalDossier *dossier, char **argv)
{
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  PalResponse *response;
  PalNode *node;

  record = pal_cli_open_record (dossier, record_id, argv[2], &error);
  if (record == NULL)
    return pal_cli_fail_error (error, argv[1]);

  response = pal_record_get_response (record);
  node = pal_cli_find_node (response, argv[2], &error);
  if (node == NULL)
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      const PalNodeState *state = pal_response_get_state (response, node);
      g_autofree char *path = pal_response_dup_path (response, node);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", pal_record_get_id (record));
      pal_cli_add_string (builder, "node", path);
      pal_cli_add_string (builder, "value", pal_response_get_value (response, node));
      pal_cli_add_boolean (builder, "relevant", state->relevant);
      pal_cli_add_boolean (builder, "required", state->required);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    puts (pal_response_get_value (response, node));

  return PAL_EXIT_OK;
}

int
pal_cmd_answer_get (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record; else the questionnaire",
      "ID" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_read_dossier (argv, get_answer);
}

/* --- set */

/* Which pages are cleared; kept until the program ends. */
static PalClearanceGuard *guard;

/* An answer of a cleared page is changed only when somebody says why. */
static gboolean
check_cleared (PalDossier *dossier, PalRecord *record, const char *node, GError **error)
{
  PalForm *form = pal_response_get_form (pal_record_get_response (record));
  g_autofree char *page = NULL;

  if (guard == NULL)
    guard = pal_clearance_guard_new (dossier, error);
  if (guard == NULL)
    return FALSE;
  page = g_strdup (pal_clearance_guard_find (guard, pal_record_get_id (record), form, node));
  if (page == NULL)
    return TRUE;
  if (reopen == NULL)
    return pal_clearance_guard_check (guard, pal_record_get_id (record), form, node, error);
  g_clear_pointer (&guard, pal_clearance_guard_free);

  return pal_clearance_reopen (dossier, page, reopen, error);
}

static gboolean
set_one (PalDossier *dossier, PalRecord *record, const char *node, const char *text, GError **error)
{
  g_autofree char *name = NULL;

  if (*node == '/' && !pal_handout_may_edit (dossier, node))
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY,
                   "%s was not handed out: it is here for reading", node);
      return FALSE;
    }
  if (!check_cleared (dossier, record, node, error))
    return FALSE;
  if (is_attachment && *text != '\0')
    {
      name = pal_dossier_attach_file (dossier, text, NULL, error);
      if (name == NULL)
        return FALSE;
    }

  return pal_cli_set_answer (pal_record_get_response (record), node, name != NULL ? name : text,
                             error)
         && pal_record_flush (record, error);
}

/* Each line is durable before its "ok": whoever reads that may pull the plug. The dossier is closed
 * while the record is still there: an answer that was refused must not be written later. */
static int
set_lines (PalDossier *dossier)
{
  g_auto (PalCliLines) lines = { 0 };
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  if (!pal_cli_lines_open (&lines, from, &error))
    return pal_cli_fail_error (error, from);
  while (pal_cli_lines_next (&lines, &error))
    {
      if (record == NULL)
        record = pal_cli_open_record (dossier, record_id, lines.node, &error);
      if (record == NULL || !set_one (dossier, record, lines.node, lines.value, &error))
        {
          g_prefix_error (&error, "line %u: ", lines.number);
          return pal_cli_fail_error (error, from);
        }
      printf ("ok %u\n", lines.number);
      if (fflush (stdout) != 0)
        return pal_cli_fail (PAL_EXIT_IO, "%s: nobody reads on", from);
    }

  return error == NULL ? PAL_EXIT_OK : pal_cli_fail_error (error, from);
}

static int
set_answer (PalDossier *dossier, char **argv)
{
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  if (from != NULL)
    return set_lines (dossier);

  record = pal_cli_open_record (dossier, record_id, argv[2], &error);
  if (record == NULL || !set_one (dossier, record, argv[2], argv[3], &error))
    return pal_cli_fail_error (error, argv[1]);

  return PAL_EXIT_OK;
}

int
pal_cmd_answer_set (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record; else the questionnaire",
      "ID" },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &from,
      "Take lines of node, tab, value from a file, - is standard input; print \"ok N\" for each",
      "TSV" },
    { "reopen", 0, 0, G_OPTION_ARG_STRING, &reopen,
      "If the page is cleared, open it again for this reason", "REASON" },
    { "attach", 0, 0, G_OPTION_ARG_NONE, &is_attachment, "TEXT is a file to be attached", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who writes, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 3, &code))
    return code;
  if (from != NULL ? argc != 2 : argc != 4)
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "usage: palermo-cli answer set FILE (NODE TEXT | --from TSV)");
  if (argc == 4 && !g_utf8_validate (argv[3], -1, NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "the text is not UTF-8");

  return pal_cli_change_dossier (argv, author, set_answer);
}

/* --- list */

static gboolean
list_record (PalDossier *dossier, const char *id, JsonBuilder *builder, GError **error)
{
  g_autoptr (PalRecord) record = pal_record_open (dossier, id, error);

  if (record == NULL)
    return FALSE;
  pal_cli_build_answers (builder, record, language);

  return TRUE;
}

/* For people: what is answered and counts. */
static void
print_answers (JsonNode *root)
{
  JsonArray *array = json_node_get_array (root);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *answer = json_array_get_object_element (array, i);
      const char *value = json_object_get_string_member (answer, "value");

      if (*value == '\0' || !json_object_get_boolean_member (answer, "relevant"))
        continue;
      fputs (json_object_get_string_member (answer, "node"), stdout);
      putchar ('\t');
      pal_cli_print_escaped (value);
      putchar ('\n');
    }
}

static int
list_answers (PalDossier *dossier, char **argv)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  json_builder_begin_array (builder);
  if (record_id != NULL)
    ok = list_record (dossier, record_id, builder, &error);
  else
    {
      records = pal_dossier_list_records (dossier, NULL, &error);
      ok = records != NULL;
      for (guint i = 0; ok && i < records->len; i++)
        ok = list_record (dossier, ((PalRecordInfo *) g_ptr_array_index (records, i))->id, builder,
                          &error);
    }
  json_builder_end_array (builder);
  if (!ok)
    return pal_cli_fail_error (error, argv[1]);

  root = json_builder_get_root (builder);
  if (as_json)
    pal_cli_print_json (root);
  else
    print_answers (root);

  return PAL_EXIT_OK;
}

int
pal_cmd_answer_list (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Only this record", "ID" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "Labels in this language", "CODE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print all questions as one array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list_answers);
}

/* --- history */

static gboolean with_words;

static const char *
get_text (const PalChange *change)
{
  return change != NULL && change->value != NULL ? change->value : "";
}

/* [-removed-] and {+added+}, as in word differences elsewhere. */
static void
print_words (const PalVersion *version)
{
  static const char *const marks[][2] = {
    [PAL_WORDS_SAME] = { "", "" },
    [PAL_WORDS_REMOVED] = { "[-", "-]" },
    [PAL_WORDS_ADDED] = { "{+", "+}" },
  };
  const char *before = get_text (version->before);
  const char *after = get_text (version->change);
  g_autoptr (GArray) spans = pal_words_compare (before, after);

  for (guint i = 0; i < spans->len; i++)
    {
      PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);
      g_autofree char *text = g_strndup (
          (span->kind == PAL_WORDS_REMOVED ? before : after) + span->start, span->length);

      fputs (marks[span->kind][0], stdout);
      pal_cli_print_escaped (text);
      fputs (marks[span->kind][1], stdout);
    }
}

static void
print_comparison (GPtrArray *changes)
{
  g_autoptr (GArray) versions = pal_history_compare (changes);

  for (guint i = 0; i < versions->len; i++)
    {
      const PalVersion *version = &g_array_index (versions, PalVersion, i);
      g_autofree char *time = pal_clock_format_rfc3339 (version->change->clock_us);

      printf ("%.12s%s\t%s\t%s\t", version->change->id, version->is_head ? "*" : "", time,
              version->change->author);
      if (version->change->purged)
        fputs ("(purged)", stdout);
      else
        print_words (version);
      putchar ('\n');
    }
}

static void
print_history (GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const PalChange *change = g_ptr_array_index (changes, i);
      g_autofree char *time = pal_clock_format_rfc3339 (change->clock_us);

      printf ("%s\t%s\t", time, change->author);
      pal_cli_print_escaped (change->purged          ? "(purged)"
                             : change->value != NULL ? change->value
                                                     : "");
      putchar ('\n');
    }
}

static void
add_words_json (JsonBuilder *builder, const PalVersion *version)
{
  static const char *const kinds[] = {
    [PAL_WORDS_SAME] = "same",
    [PAL_WORDS_REMOVED] = "removed",
    [PAL_WORDS_ADDED] = "added",
  };
  const char *before = get_text (version->before);
  const char *after = get_text (version->change);
  g_autoptr (GArray) spans = pal_words_compare (before, after);

  json_builder_set_member_name (builder, "words");
  json_builder_begin_array (builder);
  for (guint i = 0; i < spans->len; i++)
    {
      PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);
      g_autofree char *text = g_strndup (
          (span->kind == PAL_WORDS_REMOVED ? before : after) + span->start, span->length);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", kinds[span->kind]);
      pal_cli_add_string (builder, "text", text);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* How it differs from what its author had before. */
static void
add_comparison_json (JsonBuilder *builder, GArray *versions, const PalChange *change)
{
  for (guint i = 0; i < versions->len; i++)
    {
      const PalVersion *version = &g_array_index (versions, PalVersion, i);

      if (version->change != change)
        continue;
      pal_cli_add_boolean (builder, "now", version->is_head);
      pal_cli_add_string (builder, "before", version->before != NULL ? version->before->id : NULL);
      if (!change->purged)
        add_words_json (builder, version);
    }
}

static void
print_history_json (GPtrArray *changes)
{
  g_autoptr (GArray) versions = pal_history_compare (changes);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < changes->len; i++)
    {
      const PalChange *change = g_ptr_array_index (changes, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "id", change->id);
      pal_cli_add_string (builder, "value", change->value);
      pal_cli_add_string (builder, "author", change->author);
      pal_cli_add_string (builder, "device", change->device);
      pal_cli_add_string (builder, "act", change->title);
      pal_cli_add_time (builder, "time", change->clock_us);
      pal_cli_add_boolean (builder, "purged", change->purged);
      add_comparison_json (builder, versions, change);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pal_cli_print (builder);
}

static int
show_history (PalDossier *dossier, char **argv)
{
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  PalNode *node;

  record = pal_cli_open_record (dossier, record_id, argv[2], &error);
  if (record == NULL)
    return pal_cli_fail_error (error, argv[1]);

  /* A node in a row that is gone has a history all the same, under its own path. */
  node = pal_response_find (pal_record_get_response (record), argv[2]);
  path = node != NULL ? pal_response_dup_path (pal_record_get_response (record), node)
                      : g_strdup (argv[2]);
  changes = pal_dossier_read_answer_history (dossier, pal_record_get_id (record), path, &error);
  if (changes != NULL && changes->len == 0 && node == NULL)
    g_set_error (&error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "the form has no %s",
                 argv[2]);
  if (error != NULL)
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    print_history_json (changes);
  else if (with_words)
    print_comparison (changes);
  else
    print_history (changes);

  return PAL_EXIT_OK;
}

int
pal_cmd_answer_history (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record; else the questionnaire",
      "ID" },
    { "compare", 0, 0, G_OPTION_ARG_NONE, &with_words,
      "Mark [-removed-] and {+added+} words; * stands behind what holds now", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_read_dossier (argv, show_history);
}

/* --- restore */

/* The version of which the id begins like that, if there is one alone. */
static const PalChange *
find_version (GPtrArray *changes, const char *id)
{
  const PalChange *found = NULL;

  for (guint i = 0; i < changes->len; i++)
    {
      const PalChange *change = g_ptr_array_index (changes, i);

      if (change->kind != PAL_CHANGE_VALUE || !g_str_has_prefix (change->id, id))
        continue;
      if (found != NULL)
        return NULL;
      found = change;
    }

  return found;
}

static int
restore_answer (PalDossier *dossier, char **argv)
{
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  const PalChange *version;
  PalNode *node;
  int code;

  record = pal_cli_open_record (dossier, record_id, argv[2], &error);
  if (record == NULL)
    return pal_cli_fail_error (error, argv[1]);
  node = pal_response_find (pal_record_get_response (record), argv[2]);
  if (node == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "the form has no %s", argv[2]);

  path = pal_response_dup_path (pal_record_get_response (record), node);
  changes = pal_dossier_read_answer_history (dossier, pal_record_get_id (record), path, &error);
  if (changes == NULL)
    return pal_cli_fail_error (error, argv[1]);
  version = find_version (changes, argv[3]);
  if (version == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "no version, or several, begin with %s", argv[3]);
  if (version->purged)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "this text was taken out of the dossier");
  if (!pal_record_restore (record, path, version->value, &error))
    code = pal_cli_fail_error (error, argv[1]);
  else
    code = PAL_EXIT_OK;
  g_clear_object (&record);

  return code;
}

int
pal_cmd_answer_restore (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record; else the questionnaire",
      "ID" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 3, 3, &code))
    return code;

  return pal_cli_change_dossier (argv, NULL, restore_answer);
}
