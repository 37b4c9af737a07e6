// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-consultation"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-coverage.h"
#include "pal-thread.h"

#include <stdio.h>
#include <string.h>

/* consultation points, coverage, measure, link, unlink. */

static char *author;
static char *change;
static char *cluster;
static char *region;
static char *record;
static gboolean only_open;
static gboolean only_owed;
static gboolean as_json;

/* --- points */

static void
build_threads (JsonBuilder *builder, const PalRaisedPoint *point)
{
  json_builder_set_member_name (builder, "threads");
  json_builder_begin_array (builder);
  for (guint i = 0; i < point->threads->len; i++)
    {
      const PalThread *thread = g_ptr_array_index (point->threads, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "thread", thread->id);
      pal_cli_add_string (builder, "record", thread->record);
      pal_cli_add_string (builder, "node", thread->node);
      pal_cli_add_string (builder, "change", thread->change);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_point (JsonBuilder *builder, const PalRaisedPoint *point)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "consultation", point->consultation->id);
  pal_cli_add_string (builder, "point", point->row);
  pal_cli_add_string (builder, "text", point->text);
  pal_cli_add_string (builder, "kind", point->kind);
  pal_cli_add_string (builder, "source", point->is_named ? point->source : NULL);
  pal_cli_add_string (builder, "type", point->type);
  pal_cli_add_strings (builder, "articles", (const char *const *) point->articles);
  pal_cli_add_boolean (builder, "restricted", point->is_restricted);
  pal_cli_add_string (builder, "decision", pal_decision_get_id (point->decision));
  pal_cli_add_string (builder, "feedback", pal_feedback_get_id (point->feedback));
  build_threads (builder, point);
  json_builder_end_object (builder);
}

static gboolean
is_wanted (const PalRaisedPoint *point)
{
  return (!only_open || point->decision == PAL_DECISION_OPEN)
         && (!only_owed || point->feedback == PAL_FEEDBACK_OWED);
}

static void
print_points (GPtrArray *points)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (points, i);

      if (!is_wanted (point))
        continue;
      if (as_json)
        {
          build_point (builder, point);
          continue;
        }
      printf ("%s\t%s\t%s\t%s\t", point->consultation->id, point->row,
              pal_decision_get_id (point->decision), pal_feedback_get_id (point->feedback));
      pal_cli_print_escaped (point->text);
      putchar ('\n');
    }
  json_builder_end_array (builder);
  if (as_json)
    pal_cli_print (builder);
}

static int
list_points (PalDossier *dossier, char **argv)
{
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (GError) error = NULL;

  all = pal_consultations_load (dossier, NULL, &error);
  if (all == NULL)
    return pal_cli_fail_error (error, argv[1]);
  print_points (pal_consultations_list_points (all));

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_consultation_points:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * What was said in all consultations.
 *
 * Returns: the exit code
 */
int
pal_cmd_consultation_points (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "open", 0, 0, G_OPTION_ARG_NONE, &only_open, "Only those on which nobody decided", NULL },
    { "owed", 0, 0, G_OPTION_ARG_NONE, &only_owed, "Only those whose source is still to be told",
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list_points);
}

/* --- coverage */

static void
show_cell_cb (const char *type, const char *article, const PalCoverageCell *cell,
              gpointer user_data)
{
  JsonBuilder *builder = user_data;

  if (!as_json)
    {
      printf ("%s\t%s\t%u\t%u\t%u\t%u\t%u\n", *type != '\0' ? type : "*",
              *article != '\0' ? article : "*", cell->stakeholders, cell->consultations,
              cell->points, cell->open, cell->taken);
      return;
    }
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "type", *type != '\0' ? type : NULL);
  pal_cli_add_string (builder, "article", *article != '\0' ? article : NULL);
  pal_cli_add_int (builder, "stakeholders", cell->stakeholders);
  pal_cli_add_int (builder, "consultations", cell->consultations);
  pal_cli_add_int (builder, "points", cell->points);
  pal_cli_add_int (builder, "open", cell->open);
  pal_cli_add_int (builder, "taken", cell->taken);
  json_builder_end_object (builder);
}

static int
show_coverage (PalDossier *dossier, char **argv)
{
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (PalCoverage) coverage = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;

  all = pal_consultations_load (dossier, NULL, &error);
  if (all == NULL)
    return pal_cli_fail_error (error, argv[1]);
  coverage = pal_coverage_new (all, &(PalCoverageScope){ cluster, region });
  json_builder_begin_array (builder);
  pal_coverage_foreach (coverage, show_cell_cb, builder);
  json_builder_end_array (builder);
  if (as_json)
    pal_cli_print (builder);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_consultation_coverage:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Who could speak to which article, and who did.
 *
 * Returns: the exit code
 */
int
pal_cmd_consultation_coverage (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "cluster", 0, 0, G_OPTION_ARG_STRING, &cluster, "Only consultations on this one", "I-IV" },
    { "region", 0, 0, G_OPTION_ARG_STRING, &region, "Only stakeholders that serve it", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, show_coverage);
}

/* --- measure */

static int
show_measures (PalDossier *dossier, char **argv)
{
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  PalIndicators counts;

  all = pal_consultations_load (dossier, NULL, &error);
  if (all == NULL)
    return pal_cli_fail_error (error, argv[1]);
  pal_indicators_count (all, &counts);
  {
    const struct
    {
      const char *name;
      guint count;
    } rows[] = {
      { "consultations", counts.consultations },
      { "planned", counts.planned },
      { "cancelled", counts.cancelled },
      { "stakeholders", counts.stakeholders },
      { "organizations", counts.organizations },
      { "invited", counts.invited },
      { "attended", counts.attended },
      { "women", counts.women },
      { "men", counts.men },
      { "small_numbers", counts.small_numbers },
      { "points", counts.points },
      { "open", counts.decisions[PAL_DECISION_OPEN] },
      { "taken", counts.decisions[PAL_DECISION_TAKEN] },
      { "partly", counts.decisions[PAL_DECISION_PARTLY] },
      { "not", counts.decisions[PAL_DECISION_NOT] },
      { "outside", counts.decisions[PAL_DECISION_OUTSIDE] },
      { "feedback_owed", counts.feedbacks[PAL_FEEDBACK_OWED] },
      { "feedback_sent", counts.feedbacks[PAL_FEEDBACK_SENT] },
      { "feedback_impossible", counts.feedbacks[PAL_FEEDBACK_IMPOSSIBLE] },
      { "restricted", counts.restricted },
    };

    json_builder_begin_object (builder);
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        pal_cli_add_int (builder, rows[i].name, rows[i].count);
        if (!as_json)
          printf ("%s\t%u\n", rows[i].name, rows[i].count);
      }
    json_builder_end_object (builder);
  }
  if (as_json)
    pal_cli_print (builder);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_consultation_measure:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * The indicators.
 *
 * Returns: the exit code
 */
int
pal_cmd_consultation_measure (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, show_measures);
}

/* --- link, unlink */

/* The thread leads to a question that there is, as people name it. */
static char *
add_thread (PalDossier *dossier, char **words, GError **error)
{
  g_autoptr (PalRecord) questions = pal_cli_open_record (dossier, record, words[3], error);
  g_autoptr (PalConsultations) all = NULL;
  g_autofree char *path = NULL;
  PalNode *node;

  if (questions == NULL)
    return NULL;
  node = pal_cli_find_node (pal_record_get_response (questions), words[3], error);
  all = node != NULL ? pal_consultations_load (dossier, NULL, error) : NULL;
  if (all == NULL)
    return NULL;
  if (pal_consultations_find_point (all, words[1], words[2]) == NULL)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no point %s", words[2]);
      return NULL;
    }
  path = pal_response_dup_path (pal_record_get_response (questions), node);

  return pal_thread_add (dossier, words[1], words[2], pal_record_get_id (questions), path, change,
                         PAL_APPEND_DEFAULT, error);
}

static int
add_link (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *thread = NULL;

  thread = add_thread (dossier, argv + 1, &error);
  if (thread == NULL)
    return pal_cli_fail_error (error, argv[1]);
  puts (thread);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_consultation_link:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Ties a point to a question.
 *
 * Returns: the exit code
 */
int
pal_cmd_consultation_link (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record, "The questionnaire, if there are several",
      "ID" },
    { "change", 0, 0, G_OPTION_ARG_STRING, &change, "The change of the answer that it caused",
      "ID" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who says so, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 4, 4, &code))
    return code;

  return pal_cli_change_dossier (argv, author, add_link);
}

static int
remove_link (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (!pal_thread_remove (dossier, argv[2], &error))
    return pal_cli_fail_error (error, argv[2]);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_consultation_unlink:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Takes a thread away.
 *
 * Returns: the exit code
 */
int
pal_cmd_consultation_unlink (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who says so, for the history", "NAME" },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, remove_link);
}
