// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-upgrade"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-upgrade.h"

#include <string.h>

/* dossier compare, dossier upgrade, answer orphans: newer versions of a form, and what they leave
 * without a question. */

static char *author;
static char *language;
static char *record_id;
static gboolean as_json;
static gboolean as_csv;

static const char *const fate_words[] = {
  [PAL_ANSWER_STAYS] = "unchanged",
  [PAL_ANSWER_MOVES] = "moved",
  [PAL_ANSWER_RETURNS] = "returned",
  [PAL_ANSWER_ORPHANED] = "kept",
};

/* --- what both print */

static void
build_strings (JsonBuilder *builder, const char *name, GStrv strings)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    {
      /* A choice: its value, a tab, its label. */
      g_auto (GStrv) parts = g_strsplit (strings[i], "\t", 2);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "value", parts[0]);
      pal_cli_add_string (builder, "label", parts[1]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_change (JsonBuilder *builder, const PalFormChange *change)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "kind", pal_form_change_kind_word (change->kind));
  pal_cli_add_boolean (builder, "question", change->is_question);
  pal_cli_add_string (builder, "from", change->old_path);
  pal_cli_add_string (builder, "to", change->new_path);
  pal_cli_add_string (builder, "oldLabel", change->old_label);
  pal_cli_add_string (builder, "newLabel", change->new_label);
  json_builder_set_member_name (builder, "differs");
  json_builder_begin_array (builder);
  for (guint bit = 0; bit < 32; bit++)
    if ((change->differs & (1u << bit)) != 0)
      json_builder_add_string_value (builder, pal_form_difference_word (1u << bit));
  json_builder_end_array (builder);
  build_strings (builder, "choicesRemoved", change->choices_removed);
  build_strings (builder, "choicesAdded", change->choices_added);
  json_builder_end_object (builder);
}

static void
build_answer (JsonBuilder *builder, const PalAnswer *answer, gboolean with_fate)
{
  json_builder_begin_object (builder);
  if (with_fate)
    pal_cli_add_string (builder, "fate", fate_words[answer->fate]);
  pal_cli_add_string (builder, "record", answer->record);
  pal_cli_add_string (builder, "form", answer->form_id);
  pal_cli_add_string (builder, "version", answer->form_version);
  pal_cli_add_string (builder, "node", answer->path);
  if (with_fate)
    pal_cli_add_string (builder, "to", answer->new_path);
  pal_cli_add_string (builder, "place", answer->place);
  pal_cli_add_string (builder, "label", answer->label);
  pal_cli_add_string (builder, "value", answer->value);
  pal_cli_add_string (builder, "text", answer->text);
  pal_cli_add_string (builder, "author", answer->author);
  pal_cli_add_time (builder, "time", answer->clock_us);
  pal_cli_add_boolean (builder, "fits", !answer->is_misfit);
  json_builder_end_object (builder);
}

static void
build_counts (JsonBuilder *builder, PalUpgradePreview *preview)
{
  json_builder_set_member_name (builder, "questions");
  json_builder_begin_object (builder);
  for (guint kind = 0; kind < PAL_N_FORM_CHANGES; kind++)
    pal_cli_add_int (builder, pal_form_change_kind_word (kind),
                     pal_form_count_changes (preview->changes, kind, TRUE));
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "answers");
  json_builder_begin_object (builder);
  for (guint fate = 0; fate < PAL_N_ANSWER_FATES; fate++)
    pal_cli_add_int (builder, fate_words[fate], pal_upgrade_preview_count (preview, fate));
  pal_cli_add_int (builder, "misfits", pal_upgrade_preview_count_misfits (preview));
  json_builder_end_object (builder);
}

static void
print_preview_json (PalUpgradePreview *preview)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "form", preview->form_id);
  pal_cli_add_string (builder, "from", preview->old_version);
  pal_cli_add_string (builder, "to", preview->new_version);
  pal_cli_add_int (builder, "records", preview->n_records);
  build_counts (builder, preview);
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < preview->changes->len; i++)
    {
      const PalFormChange *change = g_ptr_array_index (preview->changes, i);

      if (change->kind != PAL_FORM_CHANGE_UNCHANGED)
        build_change (builder, change);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "affected");
  json_builder_begin_array (builder);
  for (guint i = 0; i < preview->answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (preview->answers, i);

      if (answer->fate != PAL_ANSWER_STAYS || answer->is_misfit)
        build_answer (builder, answer, TRUE);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_change (const PalFormChange *change)
{
  const char *path = change->old_path != NULL ? change->old_path : change->new_path;

  printf ("%-9s  %s", pal_form_change_kind_word (change->kind), path);
  if (change->kind == PAL_FORM_CHANGE_RENAMED)
    printf (" -> %s", change->new_path);
  for (guint bit = 0; bit < 32; bit++)
    if ((change->differs & (1u << bit)) != 0)
      printf (" %s", pal_form_difference_word (1u << bit));
  putchar ('\n');
}

static void
print_answer (const PalAnswer *answer, const char *word)
{
  printf ("%s\t%s\t", word, answer->path);
  pal_cli_print_escaped (answer->label != NULL ? answer->label : "");
  putchar ('\t');
  pal_cli_print_escaped (answer->text);
  putchar ('\n');
}

static void
print_summary (PalUpgradePreview *preview)
{
  printf ("%s %s -> %s, %u records\n", preview->form_id, preview->old_version, preview->new_version,
          preview->n_records);
  fputs ("questions:", stdout);
  for (guint kind = 0; kind < PAL_N_FORM_CHANGES; kind++)
    printf (" %u %s%s", pal_form_count_changes (preview->changes, kind, TRUE),
            pal_form_change_kind_word (kind), kind + 1 < PAL_N_FORM_CHANGES ? "," : "\n");
  printf ("answers: %u unchanged, %u moved, %u returned, %u kept without a question",
          pal_upgrade_preview_count (preview, PAL_ANSWER_STAYS),
          pal_upgrade_preview_count (preview, PAL_ANSWER_MOVES),
          pal_upgrade_preview_count (preview, PAL_ANSWER_RETURNS),
          pal_upgrade_preview_count (preview, PAL_ANSWER_ORPHANED));
  printf ("; %u will not fit\n", pal_upgrade_preview_count_misfits (preview));
}

static void
print_preview (PalUpgradePreview *preview)
{
  if (preview->n_records == 0)
    {
      printf ("%s %s: all answers are of this version already\n", preview->form_id,
              preview->new_version);
      return;
    }
  print_summary (preview);
  for (guint i = 0; i < preview->changes->len; i++)
    {
      const PalFormChange *change = g_ptr_array_index (preview->changes, i);

      if (change->kind != PAL_FORM_CHANGE_UNCHANGED)
        print_change (change);
    }
  for (guint i = 0; i < preview->answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (preview->answers, i);

      if (answer->fate == PAL_ANSWER_ORPHANED)
        print_answer (answer, "kept");
      else if (answer->is_misfit)
        print_answer (answer, "misfit");
    }
}

/* --- compare */

int
pal_cmd_dossier_compare (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalUpgradePreview) preview = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  form = pal_cli_load_form (argv[2], &error);
  if (form == NULL)
    return pal_cli_fail_error (error, argv[2]);
  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  preview = pal_dossier_preview_upgrade (dossier, form, &error);
  if (preview == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));

  if (as_json)
    print_preview_json (preview);
  else
    print_preview (preview);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

/* --- upgrade */

static void
print_upgrade_json (PalUpgradePreview *preview, const char *backup)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "form", preview->form_id);
  pal_cli_add_string (builder, "from", preview->old_version);
  pal_cli_add_string (builder, "to", preview->new_version);
  pal_cli_add_int (builder, "records", preview->n_records);
  build_counts (builder, preview);
  pal_cli_add_string (builder, "copy", backup);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

int
pal_cmd_dossier_upgrade (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalUpgradePreview) preview = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *backup = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  form = pal_cli_load_form (argv[2], &error);
  if (form == NULL)
    return pal_cli_fail_error (error, argv[2]);
  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  preview = pal_dossier_preview_upgrade (dossier, form, &error);
  if (preview == NULL || !pal_dossier_upgrade (dossier, form, &backup, &error))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));

  if (as_json)
    print_upgrade_json (preview, backup);
  else if (backup == NULL)
    print_preview (preview);
  else
    {
      print_summary (preview);
      printf ("the dossier as it was: %s\n", backup);
    }

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

/* --- orphans */

static void
print_orphans (GPtrArray *answers)
{
  if (as_csv)
    {
      g_autofree char *csv = pal_answers_to_csv (answers);

      fputs (csv, stdout);
      return;
    }
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_array (builder);
      for (guint i = 0; i < answers->len; i++)
        build_answer (builder, g_ptr_array_index (answers, i), FALSE);
      json_builder_end_array (builder);
      pal_cli_print (builder);
      return;
    }
  for (guint i = 0; i < answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (answers, i);

      print_answer (answer, answer->is_misfit ? "misfit" : "kept");
    }
}

static int
list_orphans (PalDossier *dossier, char **argv)
{
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GError) error = NULL;

  answers = pal_dossier_read_orphans (dossier, record_id, language, &error);
  if (answers == NULL)
    return pal_cli_fail_error (error, argv[1]);
  print_orphans (answers);

  return PAL_EXIT_OK;
}

int
pal_cmd_answer_orphans (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "record", 0, 0, G_OPTION_ARG_STRING, &record_id, "Only this record", "ID" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "Questions in this language", "CODE" },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &as_csv, "Print a table for a spreadsheet", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (as_csv && as_json)
    return pal_cli_fail (PAL_EXIT_USAGE, "either --csv or --json");

  return pal_cli_read_dossier (argv, list_orphans);
}
