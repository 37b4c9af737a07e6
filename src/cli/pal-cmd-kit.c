// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-kit"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-words.h"
#include "pal-verbs.h"

#include "pal-dossier.h"
#include "pal-office.h"
#include "pal-publish.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

/* kit make, kit read: the page for people without Palermo, its twins for office programs and for a
 * pen, and what comes back from them. */

static char *state_name;
static char *cluster;
static char *articles;
static char *language;
static char *out;
static char *format_name;
static char *form_name;
static char *dossier_path;
static gboolean as_json;

/* --- make */

static const struct
{
  const char *number;
  const char *roman;
  const char *form;
} clusters[] = {
  { "1", "I", "cluster-1" },
  { "2", "II", "cluster-2" },
  { "3", "III", "cluster-3" },
  { "4", "IV", "cluster-4" },
};

static int
find_cluster (void)
{
  for (guint i = 0; cluster != NULL && i < G_N_ELEMENTS (clusters); i++)
    if (strcmp (cluster, clusters[i].number) == 0 || strcmp (cluster, clusters[i].roman) == 0)
      return (int) i;

  return -1;
}

/* The only thing that a page takes from a dossier's answers. */
static char *
dup_state_name (PalDossier *dossier)
{
  g_autoptr (PalRecord) record = pal_cli_open_record (dossier, NULL, NULL, NULL);
  PalResponse *response = record != NULL ? pal_record_get_response (record) : NULL;
  g_autofree char *path = NULL;
  PalNode *node;

  if (response == NULL)
    return NULL;
  path = g_strconcat (pal_form_get_root (pal_response_get_form (response))->path,
                      "/general/state/name", NULL);
  node = pal_response_find (response, path);

  return node != NULL && *pal_response_get_value (response, node) != '\0'
             ? g_strdup (pal_response_get_value (response, node))
             : NULL;
}

static char *
dup_dossier_id (const char *path, GError **error)
{
  g_autoptr (PalDossier) dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, error);
  char *id;

  if (dossier == NULL)
    return NULL;
  id = g_strdup (pal_dossier_get_id (dossier));
  if (state_name == NULL)
    state_name = dup_state_name (dossier);
  pal_cli_close (dossier, PAL_EXIT_OK);

  return id;
}

static gboolean
check_articles (PalForm *questionnaire, const char *const *list)
{
  g_autoptr (PalOutline) outline = pal_outline_new (questionnaire);
  GPtrArray *pages = pal_outline_get_pages (outline);

  for (; list != NULL && *list != NULL; list++)
    {
      gboolean is_there = FALSE;

      for (guint i = 0; i < pages->len && !is_there; i++)
        is_there = g_strcmp0 (((PalOutlinePage *) pages->pdata[i])->ref, *list) == 0;
      if (!is_there)
        {
          pal_cli_fail (PAL_EXIT_USAGE, "the cluster has no article \"%s\"", *list);
          return FALSE;
        }
    }

  return TRUE;
}

/* What is asked for, else what the name of the file says; a page when neither does. */
static gboolean
find_format (gboolean *is_page, PalOfficeFormat *format)
{
  const char *dot = strrchr (out, '.');
  const char *name = format_name != NULL ? format_name : dot != NULL ? dot + 1 : "";

  *is_page = FALSE;
  if (pal_office_format_from_name (name, format))
    return TRUE;
  *is_page = TRUE;

  return format_name == NULL || strcmp (format_name, "html") == 0;
}

int
pal_cmd_kit_make (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_STRING, &state_name,
      "Name of the State under review, without or instead of what the dossier says", "NAME" },
    { "cluster", 0, 0, G_OPTION_ARG_STRING, &cluster, "Whose questions are shown, 1 to 4", "N" },
    { "articles", 0, 0, G_OPTION_ARG_STRING, &articles,
      "Only these articles, as in \"untoc:5,tip:3\"", "LIST" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "ar, en, es, fr, ru or zh_CN", "CODE" },
    { "form", 0, 0, G_OPTION_ARG_STRING, &form_name, "Another form than \"input\"", "FORM" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name,
      "html, xlsx, docx or pdf, else what the name of the file says", "FORMAT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "The file that is written", "FILE" },
    { NULL },
  };
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalForm) questionnaire = NULL;
  g_autoptr (GBytes) page = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_auto (GStrv) list = NULL;
  PalKitOrder order = { 0 };
  PalOfficeFormat format = PAL_OFFICE_N_FORMATS;
  gboolean is_page = TRUE;
  int which, code;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 1, &code))
    return code;
  which = find_cluster ();
  if (language == NULL || out == NULL || which < 0 || (argc < 2 && state_name == NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "kit make wants DOSSIER or --state, and --cluster 1 to 4, "
                                         "--language and -o");
  if (!find_format (&is_page, &format))
    return pal_cli_fail (PAL_EXIT_USAGE, "kits are html, xlsx, docx or pdf, not \"%s\"",
                         format_name);
  if (argc > 1 && (id = dup_dossier_id (argv[1], &error)) == NULL)
    return pal_cli_fail_error (error, argv[1]);
  form = pal_cli_load_form (form_name != NULL ? form_name : "input", &error);
  if (form == NULL)
    return pal_cli_fail_error (error, "form");
  questionnaire = pal_cli_load_form (clusters[which].form, &error);
  if (questionnaire == NULL)
    return pal_cli_fail_error (error, clusters[which].form);
  if (articles != NULL)
    list = g_strsplit_set (articles, ", ", -1);
  if (!check_articles (questionnaire, (const char *const *) list))
    return PAL_EXIT_USAGE;

  order.form = form;
  order.language = language;
  order.state = state_name;
  order.dossier_id = id;
  order.questionnaire = questionnaire;
  order.cluster = clusters[which].roman;
  order.articles = (const char *const *) list;
  page = is_page ? pal_kit_make (&order, &error) : pal_office_make (&order, format, &error);
  if (page == NULL)
    return pal_cli_fail_error (error, "kit");
  if (!pal_publish_bytes (out, page, &error))
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s: %s", out, error->message);

  return PAL_EXIT_OK;
}

/* --- read */

static void
add_values (JsonBuilder *builder, PalKitInput *input)
{
  json_builder_set_member_name (builder, "values");
  json_builder_begin_array (builder);
  for (guint i = 0; i < input->values->len; i++)
    {
      PalKitValue *value = g_ptr_array_index (input->values, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "node", value->path);
      pal_cli_add_string (builder, "value", value->value);
      pal_cli_add_string (builder, "written", value->written);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_files (JsonBuilder *builder, PalKitInput *input)
{
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < input->files->len; i++)
    {
      PalKitFile *file = g_ptr_array_index (input->files, i);
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->bytes);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "name", file->name);
      pal_cli_add_string (builder, "type", file->media_type);
      json_builder_set_member_name (builder, "size");
      json_builder_add_int_value (builder, (gint64) g_bytes_get_size (file->bytes));
      pal_cli_add_string (builder, "sha256", digest);
      json_builder_set_member_name (builder, "intact");
      json_builder_add_boolean_value (builder, file->is_intact);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_remarks (JsonBuilder *builder, PalKitInput *input)
{
  json_builder_set_member_name (builder, "remarks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < input->remarks->len; i++)
    {
      PalKitRemark *remark = g_ptr_array_index (input->remarks, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", pal_kit_remark_kind_to_string (remark->kind));
      pal_cli_add_string (builder, "node", remark->path);
      pal_cli_add_string (builder, "text", remark->text);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "moreRemarks");
  json_builder_add_int_value (builder, input->n_more_remarks);
}

static void
add_input (JsonBuilder *builder, const char *path, PalKitInput *input, gboolean is_other)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", path);
  pal_cli_add_string (builder, "sha256", input->sha256);
  pal_cli_add_string (builder, "form", input->form_id);
  pal_cli_add_string (builder, "version", input->version);
  pal_cli_add_string (builder, "instance", input->instance_id);
  pal_cli_add_string (builder, "kit", input->kit_id);
  pal_cli_add_string (builder, "dossier", input->dossier);
  pal_cli_add_string (builder, "language", input->language);
  pal_cli_add_string (builder, "cluster", input->cluster);
  pal_cli_add_string (builder, "articles", input->articles);
  pal_cli_add_string (builder, "saved", input->saved);
  json_builder_set_member_name (builder, "otherDossier");
  json_builder_add_boolean_value (builder, is_other);
  add_values (builder, input);
  add_files (builder, input);
  add_remarks (builder, input);
  json_builder_end_object (builder);
}

static void
print_line (const char *first, const char *second)
{
  g_autofree char *printable = pal_text_dup_printable (second, 4000);

  printf ("%s\t%s\n", first, printable);
}

static void
print_input (const char *path, PalKitInput *input, gboolean is_other)
{
  print_line ("file", path);
  if (input->saved != NULL)
    print_line ("saved", input->saved);
  if (is_other)
    puts ("note\tmade for another dossier");
  for (guint i = 0; i < input->values->len; i++)
    {
      PalKitValue *value = g_ptr_array_index (input->values, i);

      print_line (value->path, value->value);
    }
  for (guint i = 0; i < input->files->len; i++)
    print_line ("attachment", ((PalKitFile *) input->files->pdata[i])->name);
  for (guint i = 0; i < input->remarks->len; i++)
    {
      PalKitRemark *remark = g_ptr_array_index (input->remarks, i);
      g_autofree char *line = g_strdup_printf (
          "%s%s%s%s%s", pal_cli_remark_words (remark->kind), remark->path != NULL ? "; " : "",
          remark->path != NULL ? remark->path : "", remark->text != NULL ? ": " : "",
          remark->text != NULL ? remark->text : "");

      print_line ("note", line);
    }
}

static gboolean
is_of_other_dossier (PalKitInput *input, const char *dossier_id)
{
  g_autofree char *digest = dossier_id != NULL ? pal_kit_dup_dossier_digest (dossier_id) : NULL;

  return digest != NULL && input->dossier != NULL && strcmp (digest, input->dossier) != 0;
}

static int
read_files (char **paths, PalForm *form, const char *dossier_id, JsonBuilder *builder)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; *paths != NULL; paths++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalKitInput) input = pal_office_read_file (*paths, form, &error);
      gboolean is_other;

      if (input == NULL)
        return pal_cli_fail_error (error, *paths);
      is_other = is_of_other_dossier (input, dossier_id);
      if (as_json)
        add_input (builder, *paths, input, is_other);
      else
        print_input (*paths, input, is_other);
      if (input->instance_id != NULL && !g_hash_table_add (seen, g_strdup (input->instance_id)))
        fprintf (stderr, "palermo-cli: the same input came before in another file\n");
    }

  return PAL_EXIT_OK;
}

int
pal_cmd_kit_read (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "form", 0, 0, G_OPTION_ARG_STRING, &form_name, "Another form than \"input\"", "FORM" },
    { "dossier", 0, 0, G_OPTION_ARG_FILENAME, &dossier_path,
      "Say whether it was made for this dossier", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one array", NULL },
    { NULL },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, -1, &code))
    return code;
  form = pal_cli_load_form (form_name != NULL ? form_name : "input", &error);
  if (form == NULL)
    return pal_cli_fail_error (error, "form");
  if (dossier_path != NULL && (id = dup_dossier_id (dossier_path, &error)) == NULL)
    return pal_cli_fail_error (error, dossier_path);

  json_builder_begin_array (builder);
  code = read_files (argv + 1, form, id, builder);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  if (as_json)
    pal_cli_print_json (root);

  return code;
}
