// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-backup"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-backup.h"
#include "pal-clock.h"

#include <string.h>

/* dossier backup, backups, restore, recover. */

static gboolean as_json;
static gboolean preview;
static char *author;

static const struct
{
  PalKept kept;
  const char *word;
} reasons[] = {
  { PAL_KEPT_NEWEST, "newest" },
  { PAL_KEPT_HOUR, "hour" },
  { PAL_KEPT_DAY, "day" },
  { PAL_KEPT_WEEK, "week" },
};

static void
build_backup (JsonBuilder *builder, const PalBackup *backup)
{
  g_autofree char *made = pal_clock_format_rfc3339 (backup->made_us);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", backup->path);
  pal_cli_add_string (builder, "made", made);
  pal_cli_add_int (builder, "size", backup->size_bytes);
  pal_cli_add_int (builder, "changes", backup->n_changes);
  pal_cli_add_int (builder, "records", backup->n_records);
  pal_cli_add_boolean (builder, "sound", backup->is_sound);
  pal_cli_add_boolean (builder, "beside", backup->is_beside);
  json_builder_set_member_name (builder, "kept");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if ((backup->kept & reasons[i].kept) != 0)
      json_builder_add_string_value (builder, reasons[i].word);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_backup (const PalBackup *backup)
{
  g_autofree char *made = pal_clock_format_rfc3339 (backup->made_us);
  g_autoptr (GString) kept = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if ((backup->kept & reasons[i].kept) != 0)
      g_string_append_printf (kept, "%s%s", kept->len > 0 ? "," : "", reasons[i].word);
  if (backup->is_sound)
    printf ("%s  %8" G_GINT64_FORMAT " changes  %5" G_GINT64_FORMAT " records  %-20s  %s\n", made,
            backup->n_changes, backup->n_records, kept->str, backup->path);
  else
    printf ("%s  cannot be opened  %s\n", made, backup->path);
}

static int
back_up (PalDossier *dossier, char **argv)
{
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_back_up (dossier, PAL_BACK_UP_DEFAULT, &made, NULL, &error))
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      if (made != NULL)
        build_backup (builder, made);
      else
        json_builder_add_null_value (builder);
      pal_cli_print (builder);
    }
  else if (made != NULL)
    puts (made->path);
  else
    puts ("the newest backup says the same");

  return PAL_EXIT_OK;
}

int
pal_cmd_dossier_backup (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_change_dossier (argv, NULL, back_up);
}

int
pal_cmd_dossier_backups (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one array", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GPtrArray) backups = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  /* Also of a dossier that cannot be opened, or is not there any more. */
  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_READ_ONLY, NULL, NULL);
  backups = pal_backup_list (argv[1], dossier != NULL ? pal_dossier_get_id (dossier) : NULL);
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_array (builder);
      for (guint i = 0; i < backups->len; i++)
        build_backup (builder, g_ptr_array_index (backups, i));
      json_builder_end_array (builder);
      pal_cli_print (builder);
    }
  else
    for (guint i = 0; i < backups->len; i++)
      print_backup (g_ptr_array_index (backups, i));

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

static void
print_report_json (const PalRestoreReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_cli_add_boolean (builder, "preview", preview);
  pal_cli_add_int (builder, "onlyHere", report->n_only_here);
  pal_cli_add_int (builder, "onlyInBackup", report->n_only_there);
  json_builder_set_member_name (builder, "nodes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < report->nodes->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (report->nodes, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", node->record);
      pal_cli_add_string (builder, "node", node->node);
      pal_cli_add_string (builder, "now", node->before);
      pal_cli_add_string (builder, "backup", node->after);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_report (const PalRestoreReport *report)
{
  printf ("changes only here       %" G_GINT64_FORMAT "\n", report->n_only_here);
  printf ("changes only in backup  %" G_GINT64_FORMAT "\n", report->n_only_there);
  for (guint i = 0; i < report->nodes->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (report->nodes, i);

      printf ("%s\t", *node->node != '\0' ? node->node : node->record);
      pal_cli_print_escaped (node->before != NULL ? node->before : "");
      printf ("\t->\t");
      pal_cli_print_escaped (node->after != NULL ? node->after : "");
      putchar ('\n');
    }
}

static int
restore_backup (PalDossier *dossier, char **argv)
{
  g_autoptr (PalRestoreReport) report = NULL;
  g_autoptr (GError) error = NULL;

  /* A preview merges, looks, and takes it all back: it needs the file as a writer does. */
  report = pal_dossier_restore (dossier, argv[2], preview ? PAL_MERGE_PREVIEW : PAL_MERGE_DEFAULT,
                                NULL, &error);
  if (report == NULL)
    return pal_cli_fail_error (error, argv[2]);

  if (as_json)
    print_report_json (report);
  else
    print_report (report);

  return PAL_EXIT_OK;
}

int
pal_cmd_dossier_restore (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "preview", 0, 0, G_OPTION_ARG_NONE, &preview, "Compare only; changes nothing", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who restores, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  return pal_cli_change_dossier (argv, author, restore_backup);
}

int
pal_cmd_dossier_recover (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalSalvage) salvage = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  salvage = pal_backup_salvage (argv[1], argv[2], NULL, &error);
  if (salvage == NULL)
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", argv[2]);
      pal_cli_add_string (builder, "backup", salvage->backup);
      pal_cli_add_int (builder, "recovered", salvage->n_recovered);
      pal_cli_add_int (builder, "unreadable", salvage->n_unreadable);
      pal_cli_add_boolean (builder, "cut", salvage->is_cut);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    {
      printf ("backup      %s\n", salvage->backup);
      printf ("recovered   %" G_GINT64_FORMAT " changes that the backup had not\n",
              salvage->n_recovered);
      printf ("unreadable  %" G_GINT64_FORMAT " acts%s\n", salvage->n_unreadable,
              salvage->is_cut ? ", and the file could not be read to its end" : "");
    }

  return PAL_EXIT_OK;
}
