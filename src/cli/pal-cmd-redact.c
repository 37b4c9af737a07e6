// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-redact"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-purged.h"
#include "pal-verbs.h"

#include "pal-redaction.h"

/* consent redact. */

static char *author;
static char *text;
static gboolean purges;
static gboolean only_preview;
static gboolean as_json;

static const char *
get_kind (const PalLeft *left)
{
  return left->kind == PAL_LEFT_ARRIVAL ? "arrival" : "text";
}

/* Places, never words. */
static void
show (GPtrArray *list, const PalPurged *purged)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "left");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const PalLeft *left = g_ptr_array_index (list, i);

      if (!as_json)
        printf ("look at   %s %s %s\n", get_kind (left), left->record,
                left->node != NULL ? left->node : "");
      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", get_kind (left));
      pal_cli_add_string (builder, "form", left->form_id);
      pal_cli_add_string (builder, "record", left->record);
      pal_cli_add_string (builder, "node", left->node);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "purged");
  json_builder_add_boolean_value (builder, purged != NULL);
  json_builder_end_object (builder);
  if (as_json)
    pal_cli_print (builder);
  else if (purged != NULL)
    pal_cli_print_purged (purged);
}

/* (nullable): the path of a text that a person writes. */
static char *
dup_path (PalDossier *dossier, const char *record_id, const char *node, GError **error)
{
  g_autoptr (PalRecord) record = pal_cli_open_record (dossier, record_id, NULL, error);
  PalResponse *response = record != NULL ? pal_record_get_response (record) : NULL;
  PalNode *found = response != NULL ? pal_cli_find_node (response, node, error) : NULL;
  const PalFormNode *definition
      = found != NULL ? pal_response_get_definition (response, found) : NULL;
  char *path;

  if (found == NULL)
    return NULL;
  path = pal_response_dup_path (response, found);
  if (definition->children->len == 0 && definition->type == PAL_TYPE_STRING
      && definition->control != NULL && definition->control->kind == PAL_CONTROL_INPUT
      && pal_redaction_is_node (path))
    return path;
  g_free (path);
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no text there to redact");

  return NULL;
}

/**
 * pal_cmd_consent_redact:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Puts another text in the place of one that tells who somebody is.
 *
 * Returns: the exit code; 1 when a backup could not be reached
 */
int
pal_cmd_consent_redact (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "text", 0, 0, G_OPTION_ARG_STRING, &text, "What shall stand there", "TEXT" },
    { "purge", 0, 0, G_OPTION_ARG_NONE, &purges, "What stood there before goes for good", NULL },
    { "preview", 0, 0, G_OPTION_ARG_NONE, &only_preview,
      "Only list where else the same words stand; changes nothing", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalRedaction) done = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *node = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 3, 3, &code))
    return code;
  if (text == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say with --text what shall stand there");

  dossier = pal_dossier_open (
      argv[1], only_preview ? PAL_DOSSIER_OPEN_READ_ONLY : PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  node = dup_path (dossier, argv[2], argv[3], &error);
  if (node != NULL && only_preview)
    left = pal_redaction_look (dossier, argv[2], node, text, &error);
  else if (node != NULL)
    done = pal_redaction_apply (dossier, argv[2], node, text, purges, &error);
  if (left == NULL && done == NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (error, argv[3]));
  if (done != NULL && done->trouble != NULL)
    return pal_cli_close (dossier, pal_cli_fail_error (done->trouble, argv[1]));
  show (left != NULL ? left : done->left, done != NULL ? done->purged : NULL);
  code = done != NULL && done->purged != NULL && done->purged->unreached->len > 0 ? 1 : PAL_EXIT_OK;

  return pal_cli_close (dossier, code);
}
