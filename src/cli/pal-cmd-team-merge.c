// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-team-merge"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-team.h"
#include "pal-undo.h"
#include "pal-verbs.h"

#include <glib/gstdio.h>
#include <string.h>

/* team look, merge, undo: what came back, and what it brings. */

static char *key;
static char *author;
static char **trust;
static int pin_fd = -1;
static gboolean accept_unknown;
static gboolean accept_outside;
static gboolean as_json;

/* --- what is shown */

static const char *
fate_word (PalFormFate fate)
{
  switch (fate)
    {
    case PAL_FORM_SAME:
      return "same";
    case PAL_FORM_OLDER:
      return "older";
    case PAL_FORM_NEWER:
      return "newer";
    }

  return "";
}

void
pal_cli_team_add_handout (JsonBuilder *builder, const PalHandout *handout)
{
  pal_cli_add_string (builder, "kind", handout->kind);
  pal_cli_add_string (builder, "id", handout->id);
  pal_cli_add_string (builder, "handOut", handout->hand_out);
  pal_cli_add_string (builder, "dossier", handout->dossier);
  pal_cli_add_string (builder, "title", handout->title);
  pal_cli_add_string (builder, "person", handout->person);
  pal_cli_add_string (builder, "from", handout->from);
  pal_cli_add_string (builder, "created", handout->created);
  pal_cli_add_string (builder, "due", handout->due);
  pal_cli_add_boolean (builder, "encrypted", handout->is_encrypted);
  pal_cli_add_string (builder, "signer", handout->signer);
  pal_cli_add_string (builder, "fingerprint", handout->fingerprint);
  pal_cli_add_boolean (builder, "known", handout->is_known);
  json_builder_set_member_name (builder, "pages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < handout->pages->len; i++)
    {
      const PalHandoutPage *page = g_ptr_array_index (handout->pages, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "path", page->path);
      pal_cli_add_string (builder, "title", page->title);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_nodes (JsonBuilder *builder, const char *name, GPtrArray *nodes)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < nodes->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (nodes, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", node->record);
      pal_cli_add_string (builder, "node", node->node);
      pal_cli_add_string (builder, "before", node->before);
      pal_cli_add_string (builder, "after", node->after);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_report (JsonBuilder *builder, const PalHandout *handout)
{
  const PalMergeReport *report = handout->report;

  json_builder_set_member_name (builder, "forms");
  json_builder_begin_array (builder);
  for (guint i = 0; i < handout->forms->len; i++)
    {
      const PalHandoutForm *form = g_ptr_array_index (handout->forms, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", form->record);
      pal_cli_add_string (builder, "form", form->form_id);
      pal_cli_add_string (builder, "version", form->version);
      pal_cli_add_string (builder, "here", form->here);
      pal_cli_add_string (builder, "fate", fate_word (form->fate));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pal_cli_add_int (builder, "acts", report->n_acts);
  pal_cli_add_int (builder, "changes", report->n_changes);
  pal_cli_add_int (builder, "alreadyHere", report->n_known);
  pal_cli_add_int (builder, "answers", report->n_nodes);
  pal_cli_add_int (builder, "conflicts", report->n_conflicts);
  pal_cli_add_int (builder, "outside", report->n_unexpected);
  pal_cli_add_boolean (builder, "clockIsOff", report->clock_is_off);
  json_builder_set_member_name (builder, "authors");
  json_builder_begin_array (builder);
  for (guint i = 0; i < report->authors->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (report->authors, i));
  json_builder_end_array (builder);
  add_nodes (builder, "touches", report->nodes);
  add_nodes (builder, "touchesOutside", report->unexpected);
}

static void
print_words (const char *text)
{
  pal_cli_print_escaped (text != NULL ? text : "");
}

static void
print_nodes (const char *heading, GPtrArray *nodes)
{
  if (nodes->len > 0)
    puts (heading);
  for (guint i = 0; i < nodes->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (nodes, i);

      printf ("  %s\t", *node->node != '\0' ? node->node : node->record);
      print_words (node->before);
      printf ("\t->\t");
      print_words (node->after);
      putchar ('\n');
    }
}

static void
print_report (const PalHandout *handout)
{
  const PalMergeReport *report = handout->report;

  printf ("signed by    %s (%s)\n", handout->signer, handout->is_known ? "known" : "unknown");
  printf ("fingerprint  %s\n", handout->fingerprint);
  printf ("handed to    %s\n", handout->person);
  for (guint i = 0; i < handout->forms->len; i++)
    {
      const PalHandoutForm *form = g_ptr_array_index (handout->forms, i);

      if (form->fate == PAL_FORM_OLDER)
        printf ("form         %s %s; it is %s here, and what was renamed moves along\n",
                form->form_id, form->version, form->here);
      else if (form->fate == PAL_FORM_NEWER)
        printf ("form         %s %s; it is %s here, and would go on to that\n", form->form_id,
                form->version, form->here);
    }
  printf ("new changes  %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " are here already\n",
          report->n_changes, report->n_known);
  printf ("conflicts    %u\n", report->n_conflicts);
  if (report->clock_is_off)
    puts ("clock        some of it says that it was written in the future");
  print_nodes ("outside of what was handed out:", report->unexpected);
  print_nodes ("touches:", report->nodes);
}

void
pal_cli_team_add_span (JsonBuilder *builder, const PalLogSpan *span)
{
  json_builder_set_member_name (builder, "span");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, span->after);
  json_builder_add_int_value (builder, span->until);
  json_builder_end_array (builder);
}

void
pal_cli_team_print_span (const PalLogSpan *span, gboolean in_json)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!in_json)
    {
      if (span->until > span->after)
        printf ("it is taken back by: team undo FILE %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                span->after, span->until);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  pal_cli_team_add_span (builder, span);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/* --- look */

static const GOptionEntry look_entries[] = {
  { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Decrypt with this key instead of the one kept here",
    "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
  { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
    "Read the passphrase of the key from this descriptor", "N" },
  { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &trust, "A certificate that is trusted", "PEM" },
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
  { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who merges, for the history", "NAME" },
  { "accept-unknown", 0, 0, G_OPTION_ARG_NONE, &accept_unknown,
    "Merge it although the signer is not known here", NULL },
  { "accept-outside", 0, 0, G_OPTION_ARG_NONE, &accept_outside,
    "Merge it although it touches more than was handed out", NULL },
  { NULL },
};

int
pal_cmd_team_look (int argc, char **argv)
{
  GOptionEntry entries[5] = { { 0 } };
  g_autoptr (PalHandout) handout = NULL;
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  memcpy (entries, look_entries, 4 * sizeof (GOptionEntry));
  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;

  handout = pal_cli_team_look (argv[2], key, pin_fd, trust, &error);
  if (handout == NULL)
    return pal_cli_fail_error (error, argv[2]);
  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (!pal_handout_preview (handout, dossier, NULL, &error))
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[2]));

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_team_add_handout (builder, handout);
      add_report (builder, handout);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    print_report (handout);

  /* As "verify" has it: right, but by whom? */
  return pal_cli_close (dossier, handout->is_known && handout->report->n_unexpected == 0
                                     ? PAL_EXIT_OK
                                     : PAL_EXIT_INDETERMINATE);
}

/* --- merge */

static void
print_merged (const PalHandout *handout)
{
  const PalMergeReport *report = handout->report;

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_team_add_handout (builder, handout);
      add_report (builder, handout);
      pal_cli_team_add_span (builder, &report->span);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return;
    }
  printf ("%" G_GUINT64_FORMAT " changes, %u conflicts\n", report->n_changes, report->n_conflicts);
  pal_cli_team_print_span (&report->span, FALSE);
}

static int
refuse (PalHandout *handout, PalDossier *dossier, const GError *error, const char *path)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *kept = NULL;

  if (g_error_matches (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_SIGNER))
    {
      kept = pal_handout_quarantine (handout, dossier, &local);
      if (kept == NULL)
        pal_cli_fail_error (local, "the quarantine");
      else
        pal_cli_fail (PAL_EXIT_INDETERMINATE, "kept apart as %s", kept);
      pal_cli_say_unknown (handout->signer, handout->fingerprint);
    }
  else if (g_error_matches (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_OUTSIDE))
    for (guint i = 0; i < handout->report->unexpected->len && i < 10; i++)
      pal_cli_fail (PAL_EXIT_INDETERMINATE, "outside: %s",
                    ((PalMergedNode *) g_ptr_array_index (handout->report->unexpected, i))->node);

  return pal_cli_fail_error (error, path);
}

/* What was decided upon waits no longer. */
static void
leave_quarantine (PalHandout *handout, PalDossier *dossier)
{
  g_autoptr (GPtrArray) waiting = pal_handout_list_quarantine (dossier);

  if (waiting->len > 0)
    {
      g_autofree char *path = pal_handout_quarantine (handout, dossier, NULL);

      if (path != NULL)
        g_unlink (path);
    }
}

int
pal_cmd_team_merge (int argc, char **argv)
{
  g_autoptr (PalHandout) handout = NULL;
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GError) error = NULL;
  PalHandoutFlags flags = PAL_HANDOUT_ACCEPT_NOTHING;
  int code;

  if (!pal_cli_parse (&argc, &argv, look_entries, 2, 2, &code))
    return code;
  if (accept_unknown)
    flags |= PAL_HANDOUT_ACCEPT_UNKNOWN;
  if (accept_outside)
    flags |= PAL_HANDOUT_ACCEPT_OUTSIDE;

  handout = pal_cli_team_look (argv[2], key, pin_fd, trust, &error);
  if (handout == NULL)
    return pal_cli_fail_error (error, argv[2]);
  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  if (!pal_handout_merge (handout, dossier, flags, NULL, &error))
    return pal_cli_close (dossier, refuse (handout, dossier, error, argv[2]));
  leave_quarantine (handout, dossier);
  print_merged (handout);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

/* --- undo */

static gboolean
parse_place (const char *text, gint64 *place)
{
  return g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, place, NULL);
}

int
pal_cmd_team_undo (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who takes it back, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  PalLogSpan span, written = { 0 };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 3, 3, &code))
    return code;
  if (!parse_place (argv[2], &span.after) || !parse_place (argv[3], &span.until)
      || span.until < span.after)
    return pal_cli_fail (PAL_EXIT_USAGE, "AFTER and UNTIL are the two numbers of a span");

  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  changes = pal_dossier_revert (dossier, &span, PAL_UNDO_ACT, &written, &error);
  if (changes == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[1]));
  pal_cli_team_print_span (&written, as_json);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}
