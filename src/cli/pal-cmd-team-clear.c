// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-team-clear"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-edition.h"

/* team ready, clear, reopen, status. */

static char *author;
static char *page;
static char *reason;
static gboolean anyway;
static gboolean as_json;

static void
print_points (GPtrArray *points, FILE *out)
{
  for (guint i = 0; i < points->len; i++)
    {
      const PalPoint *point = g_ptr_array_index (points, i);

      fprintf (out, "%s\t%s\n", pal_point_kind_to_string (point->kind), point->node);
    }
}

/* What is open is shown before anything is done about it. */
static gboolean
show_open (PalDossier *dossier, const char *path, PalPageState next, GError **error)
{
  g_autoptr (PalClearance) clearance = pal_clearance_look (dossier, error);
  g_autoptr (GPtrArray) open = NULL;

  if (clearance == NULL)
    return FALSE;
  if (path == NULL || pal_clearance_find_page (clearance, path) != NULL)
    {
      open = pal_clearance_list_open (
          clearance, path != NULL ? pal_clearance_find_page (clearance, path) : NULL, next);
      print_points (open, stdout);
    }

  return TRUE;
}

/* --- ready */

static int
say_ready (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (!show_open (dossier, argv[2], PAL_PAGE_READY, &error)
      || !pal_clearance_ready (dossier, argv[2], anyway, &error))
    return pal_cli_fail_error (error, argv[2]);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_team_ready:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * An expert says that a page is ready.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_ready (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "anyway", 0, 0, G_OPTION_ARG_NONE, &anyway, "Although points are open; they are noted",
      NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who says so, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, say_ready);
}

/* --- clear */

static int
clear_page (PalDossier *dossier, char **argv)
{
  g_autoptr (PalEdition) edition = NULL;
  g_autoptr (GError) error = NULL;

  if (!show_open (dossier, page, PAL_PAGE_CLEARED, &error)
      || !pal_clearance_clear (dossier, page, anyway, &error))
    return pal_cli_fail_error (error, page != NULL ? page : argv[1]);
  edition = pal_edition_freeze (dossier, &error);
  if (error != NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (edition != NULL)
    printf ("edition\t%s\n", edition->digest);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_team_clear:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * The focal point clears a page, or all; when all is cleared, an edition is frozen.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_clear (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "page", 0, 0, G_OPTION_ARG_STRING, &page, "Only this page", "PAGE" },
    { "anyway", 0, 0, G_OPTION_ARG_NONE, &anyway, "Although points are open; they are noted",
      NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who says so, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_change_dossier (argv, author, clear_page);
}

/* --- reopen */

static int
reopen_page (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (!pal_clearance_reopen (dossier, argv[2], reason, &error))
    return pal_cli_fail_error (error, argv[2]);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_team_reopen:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes a page a draft again, for a reason.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_reopen (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why", "TEXT" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who says so, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, reopen_page);
}

/* --- status */

static void
count_points (GPtrArray *points, guint counts[PAL_POINT_LAST + 1])
{
  for (guint i = 0; i < points->len; i++)
    counts[((PalPoint *) g_ptr_array_index (points, i))->kind]++;
}

static void
add_points (JsonBuilder *builder, GPtrArray *points)
{
  guint counts[PAL_POINT_LAST + 1] = { 0 };

  count_points (points, counts);
  json_builder_set_member_name (builder, "counts");
  json_builder_begin_object (builder);
  for (guint kind = 0; kind <= PAL_POINT_LAST; kind++)
    pal_cli_add_int (builder, pal_point_kind_to_string (kind), counts[kind]);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "points");
  json_builder_begin_array (builder);
  for (guint i = 0; i < points->len; i++)
    {
      const PalPoint *point = g_ptr_array_index (points, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", pal_point_kind_to_string (point->kind));
      pal_cli_add_string (builder, "record", point->record);
      pal_cli_add_string (builder, "node", point->node);
      pal_cli_add_string (builder, "comment", point->comment);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_edition (JsonBuilder *builder, const PalEdition *edition)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "digest", edition->digest);
  pal_cli_add_string (builder, "by", edition->author);
  pal_cli_add_time (builder, "time", edition->time_us);
  pal_cli_add_int (builder, "answers", edition->n_answers);
  pal_cli_add_string (builder, "open", edition->open);
  pal_cli_add_string (builder, "archive", edition->archive);
  pal_cli_add_string (builder, "packed", edition->packed);
  json_builder_end_object (builder);
}

static void
add_page (JsonBuilder *builder, const PalPageClearance *one)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "page", one->path);
  pal_cli_add_string (builder, "record", one->record);
  pal_cli_add_string (builder, "title", one->title);
  pal_cli_add_boolean (builder, "relevant", one->is_relevant);
  pal_cli_add_string (builder, "state", pal_page_state_to_string (one->state));
  pal_cli_add_string (builder, "by", one->author);
  if (one->time_us > 0)
    pal_cli_add_time (builder, "time", one->time_us);
  pal_cli_add_string (builder, "reason", one->reason);
  pal_cli_add_string (builder, "open", one->open);
  pal_cli_add_boolean (builder, "altered", one->is_altered);
  pal_cli_add_int (builder, "questions", one->n_questions);
  pal_cli_add_int (builder, "answered", one->n_answered);
  add_points (builder, one->points);
  json_builder_end_object (builder);
}

static void
print_status_json (const PalClearance *clearance, GPtrArray *editions)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "state", pal_page_state_to_string (clearance->state));
  pal_cli_add_string (builder, "digest", clearance->digest);
  pal_cli_add_int (builder, "answers", clearance->n_answers);
  json_builder_set_member_name (builder, "pages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < clearance->pages->len; i++)
    add_page (builder, g_ptr_array_index (clearance->pages, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "elsewhere");
  json_builder_begin_object (builder);
  add_points (builder, clearance->points);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "editions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < editions->len; i++)
    add_edition (builder, g_ptr_array_index (editions, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_counts (GPtrArray *points)
{
  guint counts[PAL_POINT_LAST + 1] = { 0 };

  count_points (points, counts);
  for (guint kind = 0; kind <= PAL_POINT_LAST; kind++)
    if (counts[kind] > 0 && kind != PAL_POINT_DRAFT)
      printf (", %u %s", counts[kind], pal_point_kind_to_string (kind));
}

static void
print_status (const PalClearance *clearance, GPtrArray *editions)
{
  printf ("%s\t%u answers\n", pal_page_state_to_string (clearance->state), clearance->n_answers);
  for (guint i = 0; i < clearance->pages->len; i++)
    {
      const PalPageClearance *one = g_ptr_array_index (clearance->pages, i);

      if (!one->is_relevant || (one->n_questions == 0 && one->points->len == 0))
        continue;
      printf ("%s%s\t%s\t%u of %u", pal_page_state_to_string (one->state),
              one->is_altered ? " (altered)" : "", one->path, one->n_answered, one->n_questions);
      print_counts (one->points);
      putchar ('\n');
    }
  if (clearance->points->len > 0)
    {
      printf ("elsewhere\t");
      print_counts (clearance->points);
      putchar ('\n');
    }
  for (guint i = 0; i < editions->len; i++)
    {
      const PalEdition *edition = g_ptr_array_index (editions, i);

      printf ("edition\t%s\t%u answers\t%s\n", edition->digest, edition->n_answers,
              edition->archive != NULL ? edition->archive : "not packed");
    }
}

static int
show_status (PalDossier *dossier, char **argv)
{
  g_autoptr (PalClearance) clearance = NULL;
  g_autoptr (GPtrArray) editions = NULL;
  g_autoptr (GError) error = NULL;

  clearance = pal_clearance_look (dossier, &error);
  editions = clearance != NULL ? pal_edition_list (dossier, &error) : NULL;
  if (editions == NULL)
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    print_status_json (clearance, editions);
  else
    print_status (clearance, editions);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_team_status:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Shows how the pages stand, and what is open on each.
 *
 * Returns: the exit code
 */
int
pal_cmd_team_status (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, show_status);
}
