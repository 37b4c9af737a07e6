// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-team-comment"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-clock.h"
#include "pal-comment.h"

/* team comment, comments, resolve-comment. */

static char *record_id;
static char *author;
static char *reply;
static gboolean only_open;
static gboolean again;
static gboolean as_json;

/* --- comment */

static int
add_comment (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_cli_open_record (dossier, record_id, argv[2], &error);
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  PalNode *node;

  if (record == NULL)
    return pal_cli_fail_error (error, argv[2]);
  node = pal_response_find (pal_record_get_response (record), argv[2]);
  if (node == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "the form has no %s", argv[2]);
  path = pal_response_dup_path (pal_record_get_response (record), node);
  id = pal_comment_add (dossier, pal_record_get_id (record), path, argv[3], reply, author, &error);
  if (id == NULL)
    return pal_cli_fail_error (error, "the comment");
  puts (id);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_team_comment:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Writes a comment on a question, or answers one; prints its id.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_comment (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "reply", 0, 0, G_OPTION_ARG_STRING, &reply, "It answers this comment", "ID" },
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record; else the questionnaire",
      "ID" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who writes", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 3, 3, &code))
    return code;
  if (!g_utf8_validate (argv[3], -1, NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "the text is not UTF-8");

  return pal_cli_change_dossier (argv, author, add_comment);
}

/* --- comments */

static void
print_comments (GPtrArray *comments)
{
  for (guint i = 0; i < comments->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (comments, i);
      g_autofree char *time = pal_clock_format_rfc3339 (comment->time_us);

      printf ("%s%s\t%s\t%s\t%s\t%s\t", comment->reply != NULL ? "  " : "", comment->id, time,
              comment->author, comment->resolved ? "settled" : "open", comment->node);
      pal_cli_print_escaped (comment->text);
      putchar ('\n');
    }
}

static void
print_comments_json (GPtrArray *comments)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < comments->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (comments, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "id", comment->id);
      pal_cli_add_string (builder, "record", comment->record);
      pal_cli_add_string (builder, "node", comment->node);
      pal_cli_add_string (builder, "text", comment->text);
      pal_cli_add_string (builder, "reply", comment->reply);
      pal_cli_add_string (builder, "author", comment->author);
      pal_cli_add_time (builder, "time", comment->time_us);
      pal_cli_add_boolean (builder, "resolved", comment->resolved);
      pal_cli_add_string (builder, "resolvedBy", comment->resolver);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pal_cli_print (builder);
}

static int
list_comments (PalDossier *dossier, char **argv)
{
  g_autoptr (GPtrArray) comments = NULL;
  g_autoptr (GError) error = NULL;

  comments = pal_comment_list (dossier, only_open, &error);
  if (comments == NULL)
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    print_comments_json (comments);
  else
    print_comments (comments);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_team_comments:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists the comments, talk by talk.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_comments (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "open", 0, 0, G_OPTION_ARG_NONE, &only_open, "Leave out what is settled", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list_comments);
}

/* --- resolve-comment */

static int
resolve_comment (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_comment_resolve (dossier, argv[2], !again, &error))
    code = pal_cli_fail_error (error, argv[1]);
  else
    code = PAL_EXIT_OK;

  return code;
}

/**
 * pal_cmd_team_resolve_comment:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Settles the talk to which a comment belongs, or takes it up again.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_resolve_comment (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "again", 0, 0, G_OPTION_ARG_NONE, &again, "Take a settled talk up again", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who says so, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, resolve_comment);
}
