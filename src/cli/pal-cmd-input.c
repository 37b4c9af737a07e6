// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-input"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-words.h"
#include "pal-verbs.h"

#include "pal-inbox.h"
#include "pal-text.h"

#include <string.h>

/* input receive, list, show, take, decline: what comes from outside. */

static char *author;
static char *language;
static char *points;
static char *why;
static gboolean is_restricted;
static gboolean as_json;

#define AUTHOR                                                                                     \
  {                                                                                                \
    "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME"           \
  }
#define JSON                                                                                       \
  {                                                                                                \
    "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL                                  \
  }
#define LANGUAGE                                                                                   \
  {                                                                                                \
    "language", 0, 0, G_OPTION_ARG_STRING, &language,                                              \
        "Of the questions: ar, en, es, fr, ru, zh_CN", "CODE"                                      \
  }

static void
print_fields (const char *first, const char *second)
{
  printf ("%s\t", first);
  pal_cli_print_escaped (second != NULL ? second : "");
  putchar ('\n');
}

/* --- receive */

static void
build_received (JsonBuilder *builder, const char *path, const PalInboxReceived *received)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", path);
  pal_cli_add_string (builder, "id", received->id);
  pal_cli_add_boolean (builder, "was_there", received->was_there);
  json_builder_end_object (builder);
}

/* What was kept before one is refused stays. */
static int
receive (PalDossier *dossier, char **argv)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  int code = PAL_EXIT_OK;

  json_builder_begin_array (builder);
  for (char **path = argv + 2; *path != NULL; path++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalInboxReceived) received
          = pal_inbox_receive (dossier, *path, NULL, NULL, &error);

      if (received == NULL)
        {
          code = pal_cli_fail_error (error, *path);
          continue;
        }
      build_received (builder, *path, received);
      if (!as_json)
        print_fields (received->id, received->was_there ? "came before" : "received");
    }
  json_builder_end_array (builder);
  if (as_json)
    pal_cli_print (builder);

  return code;
}

/**
 * pal_cmd_input_receive:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Keeps files that came from outside.
 *
 * Returns: the exit code; of several that are refused, that of the last one
 */
int
pal_cmd_input_receive (int argc, char **argv)
{
  const GOptionEntry entries[] = { AUTHOR, JSON, { NULL } };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, -1, &code))
    return code;

  return pal_cli_change_dossier (argv, author, receive);
}

/* --- list */

static void
build_item (JsonBuilder *builder, const PalInboxItem *item)
{
  pal_cli_add_string (builder, "id", item->id);
  pal_cli_add_string (builder, "name", item->name);
  pal_cli_add_string (builder, "kind", item->kind);
  pal_cli_add_string (builder, "sha256", item->sha256);
  pal_cli_add_int (builder, "size", item->size_bytes);
  pal_cli_add_string (builder, "signature", pal_inbox_signature_to_string (item->signature));
  pal_cli_add_string (builder, "fingerprint", item->fingerprint);
  pal_cli_add_string (builder, "signer", item->signer);
  pal_cli_add_string (builder, "title", item->title);
  pal_cli_add_string (builder, "from", item->from);
  pal_cli_add_string (builder, "type", item->type);
  pal_cli_add_string (builder, "addressed_to", item->state_name);
  pal_cli_add_strings (builder, "articles", (const char *const *) item->articles);
  pal_cli_add_int (builder, "points", item->n_points);
  pal_cli_add_int (builder, "files", item->n_files);
  pal_cli_add_int (builder, "remarks", item->n_remarks);
  pal_cli_add_boolean (builder, "other_dossier", item->is_other_dossier);
  pal_cli_add_time (builder, "received", item->received_us);
  pal_cli_add_string (builder, "received_by", item->received_by);
  pal_cli_add_string (builder, "state", pal_inbox_state_to_string (item->state));
  pal_cli_add_string (builder, "decided_by", item->decided_by);
  pal_cli_add_string (builder, "why", item->why);
  pal_cli_add_string (builder, "record", item->record);
  pal_cli_add_boolean (builder, "record_is_there", item->is_record_there);
  pal_cli_add_int (builder, "taken", item->n_taken);
}

static void
print_item (const PalInboxItem *item)
{
  printf ("%s\t%s\t%s\t%s\t%u\t", item->id, pal_inbox_state_to_string (item->state), item->kind,
          pal_inbox_signature_to_string (item->signature), item->n_points);
  pal_cli_print_escaped (item->from != NULL ? item->from : "");
  putchar ('\t');
  pal_cli_print_escaped (item->title != NULL ? item->title : item->name);
  putchar ('\n');
}

static int
list (PalDossier *dossier, char **argv)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = pal_inbox_list (dossier, NULL, &error);

  if (items == NULL)
    return pal_cli_fail_error (error, argv[1]);
  json_builder_begin_array (builder);
  for (guint i = 0; i < items->len; i++)
    {
      json_builder_begin_object (builder);
      build_item (builder, g_ptr_array_index (items, i));
      json_builder_end_object (builder);
      if (!as_json)
        print_item (g_ptr_array_index (items, i));
    }
  json_builder_end_array (builder);
  if (as_json)
    pal_cli_print (builder);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_input_list:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists what came.
 *
 * Returns: the exit code
 */
int
pal_cmd_input_list (int argc, char **argv)
{
  const GOptionEntry entries[] = { JSON, { NULL } };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list);
}

/* --- show */

static const char *
point_word (PalInboxPointState state)
{
  switch (state)
    {
    case PAL_INBOX_POINT_NEW:
      return "new";
    case PAL_INBOX_POINT_CAME:
      return "came before";
    case PAL_INBOX_POINT_CHANGED:
      return "changed";
    }

  return "";
}

static char *
dup_remark (PalInboxReading *reading, const PalKitRemark *remark)
{
  g_autofree char *place = pal_inbox_reading_dup_place (reading, remark->path);

  return g_strdup_printf ("%s%s%s%s%s", pal_cli_remark_words (remark->kind),
                          place != NULL ? "; " : "", place != NULL ? place : "",
                          remark->text != NULL ? ": " : "",
                          remark->text != NULL ? remark->text : "");
}

static void
build_line (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalInboxLine *line = item;

  pal_cli_add_string (builder, "node", line->path);
  pal_cli_add_string (builder, "page", line->page);
  pal_cli_add_string (builder, "label", line->label);
  pal_cli_add_string (builder, "text", line->text);
  pal_cli_add_string (builder, "written", line->written);
}

static void
build_numbers (JsonBuilder *builder, const char *name, GArray *numbers)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < numbers->len; i++)
    json_builder_add_int_value (builder, g_array_index (numbers, guint, i));
  json_builder_end_array (builder);
}

static void
build_point (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalInboxPoint *point = item;

  pal_cli_add_int (builder, "number", point->number);
  pal_cli_add_string (builder, "row", point->row);
  pal_cli_add_string (builder, "text", point->text);
  pal_cli_add_string (builder, "kind", point->kind);
  pal_cli_add_strings (builder, "articles", (const char *const *) point->articles);
  build_numbers (builder, "questions", point->questions);
  pal_cli_add_boolean (builder, "private", point->is_private);
  pal_cli_add_string (builder, "state", point_word (point->state));
  pal_cli_add_string (builder, "before_record", point->before_record);
  pal_cli_add_string (builder, "before_row", point->before_row);
}

static void
build_file (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalKitFile *file = item;

  pal_cli_add_string (builder, "name", file->name);
  pal_cli_add_string (builder, "type", file->media_type);
  pal_cli_add_int (builder, "size", g_bytes_get_size (file->bytes));
  pal_cli_add_boolean (builder, "intact", file->is_intact);
}

static void
build_remark (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalKitRemark *remark = item;
  PalInboxReading *reading = user_data;
  g_autofree char *words = dup_remark (reading, remark);

  pal_cli_add_string (builder, "kind", pal_kit_remark_kind_to_string (remark->kind));
  pal_cli_add_string (builder, "node", remark->path);
  pal_cli_add_string (builder, "text", remark->text);
  pal_cli_add_string (builder, "words", words);
}

static void
build_place (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalInboxPlace *place = item;

  pal_cli_add_string (builder, "record", place->record);
  pal_cli_add_string (builder, "page", place->page);
  pal_cli_add_string (builder, "title", place->title);
  pal_cli_add_int (builder, "question", place->number);
  build_numbers (builder, "points", place->numbers);
}

static void
print_reading_json (PalInboxReading *reading)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  build_item (builder, reading->item);
  pal_cli_add_boolean (builder, "other_state", reading->is_other_state);
  pal_cli_add_objects (builder, "lines", reading->lines, build_line, NULL);
  pal_cli_add_objects (builder, "point_list", reading->points, build_point, NULL);
  pal_cli_add_objects (builder, "attachments", reading->input->files, build_file, NULL);
  pal_cli_add_objects (builder, "remark_list", reading->input->remarks, build_remark, reading);
  pal_cli_add_int (builder, "more_remarks", reading->input->n_more_remarks);
  pal_cli_add_objects (builder, "places", reading->places, build_place, NULL);
  json_builder_set_member_name (builder, "before");
  json_builder_begin_array (builder);
  for (guint i = 0; i < reading->before->len; i++)
    json_builder_add_string_value (builder,
                                   ((PalInboxItem *) g_ptr_array_index (reading->before, i))->id);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_notes (PalInboxReading *reading)
{
  if (reading->item->is_other_dossier)
    print_fields ("note", "made for another dossier");
  if (reading->is_other_state)
    print_fields ("note", "addressed to another State");
  for (guint i = 0; i < reading->input->remarks->len; i++)
    {
      g_autofree char *words = dup_remark (reading, g_ptr_array_index (reading->input->remarks, i));

      print_fields ("note", words);
    }
  if (reading->input->n_more_remarks > 0)
    printf ("note\t%u more\n", reading->input->n_more_remarks);
}

static void
print_reading (PalInboxReading *reading)
{
  print_item (reading->item);
  if (reading->item->fingerprint != NULL)
    print_fields ("fingerprint", reading->item->fingerprint);
  for (guint i = 0; i < reading->lines->len; i++)
    {
      const PalInboxLine *line = g_ptr_array_index (reading->lines, i);

      print_fields (line->label, line->text);
    }
  for (guint i = 0; i < reading->points->len; i++)
    {
      const PalInboxPoint *point = g_ptr_array_index (reading->points, i);

      printf ("point\t%u\t%s\t%s\n", point->number, point_word (point->state),
              point->is_private ? "for the State alone" : "");
    }
  for (guint i = 0; i < reading->input->files->len; i++)
    print_fields ("attachment",
                  ((PalKitFile *) g_ptr_array_index (reading->input->files, i))->name);
  for (guint i = 0; i < reading->places->len; i++)
    {
      const PalInboxPlace *place = g_ptr_array_index (reading->places, i);

      printf ("touches\t%s\t%u\n", place->page, place->number);
    }
  print_notes (reading);
}

static int
show (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxReading) reading = pal_inbox_look (dossier, argv[2], language, NULL, &error);

  if (reading == NULL)
    return pal_cli_fail_error (error, argv[2]);
  if (as_json)
    print_reading_json (reading);
  else
    print_reading (reading);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_input_show:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Shows what an arrival says.
 *
 * Returns: the exit code
 */
int
pal_cmd_input_show (int argc, char **argv)
{
  const GOptionEntry entries[] = { LANGUAGE, JSON, { NULL } };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_read_dossier (argv, show);
}

/* --- take, decline */

/* Numbers as "input show" prints them. (nullable): there is no such point. */
static GPtrArray *
read_points (PalInboxReading *reading)
{
  g_auto (GStrv) words = g_strsplit_set (points, ", ", -1);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 number = 0;

      if (*words[i] == '\0')
        continue;
      if (!g_ascii_string_to_unsigned (words[i], 10, 1, reading->points->len, &number, NULL))
        return NULL;
      g_ptr_array_add (
          rows,
          g_strdup (((PalInboxPoint *) g_ptr_array_index (reading->points, number - 1))->row));
    }
  g_ptr_array_add (rows, NULL);

  return g_steal_pointer (&rows);
}

static int
take (PalDossier *dossier, char **argv)
{
  PalInboxTakeOptions options = { NULL, is_restricted, language };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (PalInboxTaken) taken = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (points != NULL)
    {
      g_autoptr (PalInboxReading) reading = pal_inbox_look (dossier, argv[2], NULL, NULL, &error);

      if (reading == NULL)
        return pal_cli_fail_error (error, argv[2]);
      rows = read_points (reading);
      if (rows == NULL)
        return pal_cli_fail (PAL_EXIT_USAGE, "--points: there are points 1 to %u",
                             reading->points->len);
      options.points = (const char *const *) rows->pdata;
    }
  taken = pal_inbox_take (dossier, argv[2], &options, NULL, &error);
  if (taken == NULL)
    return pal_cli_fail_error (error, argv[2]);
  if (!as_json)
    {
      puts (taken->record);
      return PAL_EXIT_OK;
    }
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "record", taken->record);
  pal_cli_add_int (builder, "points", taken->n_points);
  pal_cli_add_int (builder, "left", taken->n_left);
  json_builder_end_object (builder);
  pal_cli_print (builder);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_input_take:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes a consultation of an arrival.
 *
 * Returns: the exit code
 */
int
pal_cmd_input_take (int argc, char **argv)
{
  const GOptionEntry entries[]
      = { { "points", 0, 0, G_OPTION_ARG_STRING, &points,
            "Only these, by their numbers; without it all that did not come before", "N,N" },
          { "restricted", 0, 0, G_OPTION_ARG_NONE, &is_restricted,
            "None of them may be sent, whatever their author says", NULL },
          LANGUAGE,
          AUTHOR,
          JSON,
          { NULL } };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, take);
}

static int
decline (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;

  return pal_inbox_decline (dossier, argv[2], why != NULL ? why : "", NULL, &error)
             ? PAL_EXIT_OK
             : pal_cli_fail_error (error, argv[2]);
}

/**
 * pal_cmd_input_decline:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Leaves an arrival, with a reason.
 *
 * Returns: the exit code
 */
int
pal_cmd_input_decline (int argc, char **argv)
{
  const GOptionEntry entries[]
      = { { "why", 0, 0, G_OPTION_ARG_STRING, &why, "The reason, which stays with it", "TEXT" },
          AUTHOR,
          { NULL } };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, decline);
}
