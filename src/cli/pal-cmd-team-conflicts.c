// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-team-conflicts"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-team.h"
#include "pal-verbs.h"

#include "pal-conflict-place.h"

#include <string.h>

/* team conflicts, resolve: what several people wrote apart from each other, and what shall stand.
 * Mine is what was written first; theirs, what was written last. */

static char *record_id;
static char *author;
static char *take;
static char *text;
static gboolean as_json;

/* --- conflicts */

static const PalChange *
get_mine (const PalConflict *conflict)
{
  return g_ptr_array_index (conflict->heads, 0);
}

static const PalChange *
get_theirs (const PalConflict *conflict)
{
  return g_ptr_array_index (conflict->heads, conflict->heads->len - 1);
}

static void
build_head (JsonBuilder *builder, const PalChange *head)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "id", head->id);
  pal_cli_add_string (builder, "author", head->author);
  pal_cli_add_string (builder, "device", head->device);
  pal_cli_add_time (builder, "time", head->clock_us);
  pal_cli_add_string (builder, "value", head->value);
  pal_cli_add_boolean (builder, "removed", head->kind == PAL_CHANGE_ROW_REMOVED);
  json_builder_end_object (builder);
}

static void
build_conflict (JsonBuilder *builder, const PalConflict *conflict, const PalConflictPlace *place)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "kind", conflict->kind == PAL_CONFLICT_VALUE ? "value" : "row");
  pal_cli_add_string (builder, "record", conflict->record);
  pal_cli_add_string (builder, "node", conflict->node);
  /* Under an older name of its question: where that is now, and what it says there. */
  pal_cli_add_string (builder, "place", place->node);
  pal_cli_add_string (builder, "here", place->here);
  pal_cli_add_string (builder, "original", conflict->original);
  json_builder_set_member_name (builder, "mine");
  build_head (builder, get_mine (conflict));
  json_builder_set_member_name (builder, "theirs");
  build_head (builder, get_theirs (conflict));
  json_builder_set_member_name (builder, "all");
  json_builder_begin_array (builder);
  for (guint i = 0; i < conflict->heads->len; i++)
    build_head (builder, g_ptr_array_index (conflict->heads, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_line (const char *what, const char *who, const char *value)
{
  printf ("  %-9s%s%s", what, who, *who != '\0' ? ": " : "");
  pal_cli_print_escaped (value != NULL ? value : "");
  putchar ('\n');
}

static void
print_conflict (const PalConflict *conflict, const PalConflictPlace *place)
{
  puts (conflict->node);
  if (place->node != NULL)
    {
      print_line ("original", "", conflict->original);
      print_line ("mine", place->node, place->here);
      if (place->theirs != NULL)
        print_line ("theirs", place->theirs->author, place->theirs->value);
      return;
    }
  if (conflict->kind == PAL_CONFLICT_ROW)
    {
      print_line ("removed", get_mine (conflict)->author, "");
      print_line ("written", get_theirs (conflict)->author, get_theirs (conflict)->value);
      return;
    }
  print_line ("original", "", conflict->original);
  for (guint i = 0; i < conflict->heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (conflict->heads, i);

      print_line (i == 0                          ? "mine"
                  : i + 1 == conflict->heads->len ? "theirs"
                                                  : "another",
                  head->author, head->value);
    }
}

static int
list_conflicts (PalDossier *dossier, char **argv)
{
  g_autoptr (GPtrArray) conflicts = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;

  conflicts = pal_dossier_list_conflicts (dossier, &error);
  if (conflicts == NULL)
    return pal_cli_fail_error (error, argv[1]);

  json_builder_begin_array (builder);
  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);
      g_autoptr (PalConflictPlace) place = pal_conflict_find_place (dossier, conflict, &error);

      if (place == NULL)
        return pal_cli_fail_error (error, argv[1]);
      if (as_json)
        build_conflict (builder, conflict, place);
      else
        print_conflict (conflict, place);
    }
  json_builder_end_array (builder);
  if (as_json)
    pal_cli_print (builder);

  return PAL_EXIT_OK;
}

int
pal_cmd_team_conflicts (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list_conflicts);
}

/* --- resolve */

static const PalConflict *
find_conflict (GPtrArray *conflicts, const char *node, GError **error)
{
  const PalConflict *found = NULL;

  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);

      if (strcmp (conflict->node, node) != 0
          || (record_id != NULL && strcmp (conflict->record, record_id) != 0))
        continue;
      if (found != NULL)
        {
          g_set_error (error, PAL_CLI_ERROR, PAL_CLI_ERROR_CHOICE,
                       "several records disagree there; choose one with --record");
          return NULL;
        }
      found = conflict;
    }
  if (found == NULL)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no conflict at %s", node);

  return found;
}

static GPtrArray *
settle_value (const PalConflict *conflict, const PalConflictPlace *place)
{
  gboolean moves = place->node != NULL;
  g_autofree char *all = NULL;
  const char *value = NULL;

  if (text != NULL)
    value = text;
  else if (strcmp (take, "mine") == 0)
    value = moves ? place->here : get_mine (conflict)->value;
  else if (strcmp (take, "theirs") == 0 && moves)
    value = place->theirs != NULL ? place->theirs->value : NULL;
  else if (strcmp (take, "theirs") == 0)
    value = get_theirs (conflict)->value;
  else if (strcmp (take, "original") == 0)
    value = conflict->original;
  else
    value = all = pal_conflict_dup_both (conflict, place);

  return pal_conflict_settle (conflict, place, value);
}

static GPtrArray *
settle_row (PalDossier *dossier, const PalConflict *conflict, GError **error)
{
  g_autoptr (GPtrArray) history
      = pal_dossier_read_history (dossier, conflict->record, conflict->node, error);

  return history != NULL ? pal_conflict_settle_row (conflict, history, strcmp (take, "kept") == 0)
                         : NULL;
}

static gboolean
fits (const PalConflict *conflict)
{
  const char *const values[] = { "mine", "theirs", "original", "both", NULL };
  const char *const rows[] = { "kept", "removed", NULL };

  if (text != NULL)
    return conflict->kind == PAL_CONFLICT_VALUE;

  return g_strv_contains (conflict->kind == PAL_CONFLICT_VALUE ? values : rows, take);
}

static int
resolve_conflict (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) conflicts = pal_dossier_list_conflicts (dossier, &error);
  const PalConflict *conflict
      = conflicts != NULL ? find_conflict (conflicts, argv[2], &error) : NULL;
  g_autoptr (PalConflictPlace) place = NULL;
  PalLogSpan span;
  GPtrArray *changes;

  if (conflict == NULL)
    return pal_cli_fail_error (error, argv[2]);
  if (!fits (conflict))
    return pal_cli_fail (PAL_EXIT_USAGE,
                         conflict->kind == PAL_CONFLICT_VALUE
                             ? "take mine, theirs, original or both, or give a --text"
                             : "a row was removed while somebody wrote in it: take kept or "
                               "removed");
  place = pal_conflict_find_place (dossier, conflict, &error);
  if (place == NULL)
    return pal_cli_fail_error (error, argv[2]);
  changes = conflict->kind == PAL_CONFLICT_VALUE ? settle_value (conflict, place)
                                                 : settle_row (dossier, conflict, &error);
  if (changes == NULL)
    return pal_cli_fail_error (error, argv[2]);
  if (!pal_dossier_append_full (dossier, PAL_CONFLICT_ACT, changes, PAL_APPEND_DEFAULT, &span,
                                &error))
    return pal_cli_fail_error (error, argv[2]);
  pal_cli_team_print_span (&span, as_json);

  return PAL_EXIT_OK;
}

int
pal_cmd_team_resolve (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "take", 0, 0, G_OPTION_ARG_STRING, &take, "What shall stand",
      "mine|theirs|original|both|kept|removed" },
    { "text", 0, 0, G_OPTION_ARG_STRING, &text, "A text of one's own instead", "TEXT" },
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Which record, if several disagree there",
      "ID" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who decides, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;
  if ((take == NULL) == (text == NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "team resolve wants either --take or --text");

  return pal_cli_change_dossier (argv, author, resolve_conflict);
}
