// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-consent"
#include "config.h"

#include "pal-cli-dossier.h"
#include "pal-cli-json.h"
#include "pal-cli-purged.h"
#include "pal-verbs.h"

#include "pal-clock.h"
#include "pal-consent.h"
#include "pal-text.h"

#include <stdio.h>

/* consent withdraw, list, purge, due. */

#define MAX_SHOWN 120

static char *author;
static gboolean only_preview;
static gboolean as_json;

static void
build_parcel (JsonBuilder *builder, const PalWithdrawnParcel *one)
{
  const PalDeliveryRecord *delivery = one->parcel->delivery;
  g_autofree char *time = pal_clock_format_rfc3339 (one->parcel->time_us);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "package", one->parcel->id);
  pal_cli_add_string (builder, "time", time);
  pal_cli_add_string (builder, "archive", one->parcel->archive_sha256);
  pal_cli_add_string (builder, "to", delivery != NULL ? delivery->endpoint : NULL);
  pal_cli_add_string (builder, "state", delivery != NULL ? delivery->state : NULL);
  json_builder_set_member_name (builder, "receipt");
  json_builder_add_boolean_value (builder, delivery != NULL && delivery->receipt != NULL);
  json_builder_set_member_name (builder, "record");
  json_builder_add_boolean_value (builder, one->has_record);
  json_builder_set_member_name (builder, "answer");
  json_builder_add_boolean_value (builder, one->has_answer);
  json_builder_end_object (builder);
}

static void
build (JsonBuilder *builder, const PalWithdrawal *self)
{
  g_autofree char *time = self->time_us > 0 ? pal_clock_format_rfc3339 (self->time_us) : NULL;

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "withdrawal", self->id);
  pal_cli_add_string (builder, "kind", pal_withdrawn_kind_to_string (self->kind));
  pal_cli_add_string (builder, "record", self->record);
  pal_cli_add_string (builder, "node", self->node);
  pal_cli_add_string (builder, "by", self->author);
  pal_cli_add_string (builder, "time", time);
  pal_cli_add_string (builder, "purged", self->purged);
  json_builder_set_member_name (builder, "goes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->items->len; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (self->items, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", pal_withdrawn_kind_to_string (item->kind));
      pal_cli_add_string (builder, "record", item->record);
      pal_cli_add_string (builder, "node", item->node);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "answers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->answers->len; i++)
    {
      const PalWithdrawnAnswer *answer = g_ptr_array_index (self->answers, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", answer->record);
      pal_cli_add_string (builder, "node", answer->node);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "sent");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->parcels->len; i++)
    build_parcel (builder, g_ptr_array_index (self->parcels, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_parcel (const PalWithdrawnParcel *one)
{
  const PalDeliveryRecord *delivery = one->parcel->delivery;
  g_autofree char *time = pal_clock_format_rfc3339 (one->parcel->time_us);

  printf ("sent      %s %s, %s%s\n", time,
          one->has_record ? "with the record" : "with an answer that rests on it",
          delivery != NULL ? delivery->endpoint : "to a file; who has it is not known here",
          delivery == NULL            ? ""
          : delivery->receipt != NULL ? ", received"
                                      : ", no receipt");
}

/* For people: places, never words. */
static void
print (const PalWithdrawal *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (self->items, i);

      printf ("goes      %s %s\n", pal_withdrawn_kind_to_string (item->kind),
              item->node != NULL ? item->node : item->record);
    }
  for (guint i = 0; i < self->answers->len; i++)
    printf ("look at   %s\n", ((PalWithdrawnAnswer *) g_ptr_array_index (self->answers, i))->node);
  for (guint i = 0; i < self->parcels->len; i++)
    print_parcel (g_ptr_array_index (self->parcels, i));
  if (self->id != NULL)
    printf ("%s %s\n", self->purged != NULL ? "purged   " : "withdrawn", self->id);
}

static void
show (const PalWithdrawal *self)
{
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) root = NULL;

  if (!as_json)
    {
      print (self);
      return;
    }
  builder = json_builder_new ();
  build (builder, self);
  root = json_builder_get_root (builder);
  pal_cli_print_json (root);
}

static PalDossier *
open_dossier (const char *path, gboolean to_write, GError **error)
{
  PalDossier *dossier = pal_dossier_open (
      path, to_write ? PAL_DOSSIER_OPEN_DEFAULT : PAL_DOSSIER_OPEN_READ_ONLY, NULL, error);

  if (dossier != NULL && author != NULL)
    pal_dossier_set_author (dossier, author);

  return dossier;
}

/**
 * pal_cmd_consent_withdraw:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Takes out what rests on a consent, and says what is out already.
 *
 * Returns: the exit code
 */
int
pal_cmd_consent_withdraw (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "preview", 0, 0, G_OPTION_ARG_NONE, &only_preview, "Only show it; changes nothing", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalWithdrawal) withdrawal = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 3, &code))
    return code;

  dossier = open_dossier (argv[1], !only_preview, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  withdrawal = pal_withdrawal_look (dossier, argv[2], argc == 4 ? argv[3] : NULL, &error);
  if (withdrawal == NULL
      || (!only_preview && !pal_withdrawal_apply (withdrawal, dossier, NULL, &error)))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[2]));
  show (withdrawal);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

/**
 * pal_cmd_consent_list:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists the consents that were withdrawn.
 *
 * Returns: the exit code
 */
int
pal_cmd_consent_list (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array of objects", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  dossier = open_dossier (argv[1], FALSE, &error);
  list = dossier != NULL ? pal_withdrawal_list (dossier, &error) : NULL;
  if (list == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      g_autoptr (JsonNode) root = NULL;

      json_builder_begin_array (builder);
      for (guint i = 0; i < list->len; i++)
        build (builder, g_ptr_array_index (list, i));
      json_builder_end_array (builder);
      root = json_builder_get_root (builder);
      pal_cli_print_json (root);
    }
  for (guint i = 0; !as_json && i < list->len; i++)
    print (g_ptr_array_index (list, i));

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

static PalWithdrawal *
find (GPtrArray *list, const char *id)
{
  for (guint i = 0; i < list->len; i++)
    if (g_strcmp0 (((PalWithdrawal *) g_ptr_array_index (list, i))->id, id) == 0)
      return g_ptr_array_index (list, i);

  return NULL;
}

/**
 * pal_cmd_consent_purge:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Takes the texts of a withdrawn consent out for good.
 *
 * Returns: the exit code; 1 when a backup could not be reached
 */
int
pal_cmd_consent_purge (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (PalPurged) purged = NULL;
  g_autoptr (GError) error = NULL;
  PalWithdrawal *withdrawal;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  dossier = open_dossier (argv[1], TRUE, &error);
  list = dossier != NULL ? pal_withdrawal_list (dossier, &error) : NULL;
  if (list == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  withdrawal = find (list, argv[2]);
  if (withdrawal == NULL)
    return pal_cli_close (dossier, pal_cli_fail (PAL_EXIT_USAGE, "no withdrawal %s", argv[2]));
  if (!pal_withdrawal_purge (withdrawal, dossier, &purged, &error))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  pal_cli_print_purged (purged);

  return pal_cli_close (dossier, purged->unreached->len > 0 ? 1 : PAL_EXIT_OK);
}

/**
 * pal_cmd_consent_due:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists records that are to be deleted, and consents that ended.
 *
 * Returns: the exit code
 */
int
pal_cmd_consent_due (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an array of objects", NULL },
    { NULL },
  };
  const char *const words[] = { [PAL_DUE_RETENTION] = "delete", [PAL_DUE_CONSENT] = "consent" };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  dossier = open_dossier (argv[1], FALSE, &error);
  all = dossier != NULL ? pal_consultations_load (dossier, NULL, &error) : NULL;
  if (all == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  list = pal_due_list (all, today);
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const PalDue *due = g_ptr_array_index (list, i);
      g_autofree char *shown
          = pal_text_dup_printable (due->words != NULL ? due->words : "", MAX_SHOWN);

      if (!as_json)
        printf ("%s  %-8s %s  %s\n", due->date, words[due->kind], due->record, shown);
      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", words[due->kind]);
      pal_cli_add_string (builder, "form", due->form_id);
      pal_cli_add_string (builder, "record", due->record);
      pal_cli_add_string (builder, "words", due->words);
      pal_cli_add_string (builder, "date", due->date);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (as_json)
    {
      g_autoptr (JsonNode) root = json_builder_get_root (builder);

      pal_cli_print_json (root);
    }

  return pal_cli_close (dossier, PAL_EXIT_OK);
}
