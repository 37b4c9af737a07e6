// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-input-new"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-key.h"
#include "pal-cli-words.h"
#include "pal-verbs.h"

#include "pal-digest.h"
#include "pal-input-package.h"

#include <glib/gstdio.h>
#include <string.h>

/* input new, input pack: the side of those who write an input. */

static char *state_name;
static char *cluster;
static char *articles;
static char *author;
static char *language;
static char *out;
static char *key;
static int pin_fd = -1;
static gboolean is_signed;
static gboolean as_json;

/* --- new */

static const char *
find_cluster (void)
{
  static const char *const names[] = { "I", "II", "III", "IV" };

  for (guint i = 0; cluster != NULL && i < G_N_ELEMENTS (names); i++)
    if (strcmp (cluster, names[i]) == 0 || (cluster[0] == (char) ('1' + i) && cluster[1] == '\0'))
      return names[i];

  return NULL;
}

static GPtrArray *
split_articles (void)
{
  g_auto (GStrv) words = g_strsplit_set (articles != NULL ? articles : "", ", ", -1);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (list, g_strdup (words[i]));
  if (list->len == 0)
    return NULL;
  g_ptr_array_add (list, NULL);

  return g_steal_pointer (&list);
}

typedef struct
{
  const PalInputOrder *order;
  PalForm *form;
} Beginning;

static gboolean
fill_input (PalDossier *dossier, gpointer user_data, GCancellable *cancellable, GError **error)
{
  const Beginning *beginning = user_data;

  if (author != NULL)
    pal_dossier_set_author (dossier, author);

  return pal_input_prepare (dossier, beginning->order, beginning->form, error);
}

/**
 * pal_cmd_input_new:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Makes the dossier in which an organization writes one input.
 *
 * Returns: the exit code
 */
int
pal_cmd_input_new (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_STRING, &state_name, "The State under review", "NAME" },
    { "cluster", 0, 0, G_OPTION_ARG_STRING, &cluster, "What it is about, 1 to 4", "N" },
    { "articles", 0, 0, G_OPTION_ARG_STRING, &articles, "Only these, as in \"tip:3,tip:5\"",
      "LIST" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "In which it is written, as in \"fr\"",
      "CODE" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who writes, for the history", "NAME" },
    { NULL },
  };
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (PalForm) form = NULL;
  Beginning beginning;
  g_autoptr (GError) error = NULL;
  PalInputOrder order = { 0 };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  order.state = state_name;
  order.cluster = find_cluster ();
  if (order.state == NULL || *order.state == '\0' || order.cluster == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "input new wants --state and --cluster 1 to 4");
  list = split_articles ();
  order.language = language;
  order.articles = list != NULL ? (const char *const *) list->pdata : NULL;

  /* Whatever can be wrong is found before there is a file. */
  form = pal_cli_load_form (PAL_INPUT_FORM, &error);
  if (form == NULL || !pal_input_order_check (&order, form, &error))
    return pal_cli_fail_error (error, "the input");
  if (language != NULL && pal_form_match_language (form, language) == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "the questions are not there in that language");
  beginning = (Beginning){ &order, form };
  if (!pal_dossier_make (argv[1], fill_input, &beginning, NULL, &error))
    return pal_cli_fail_error (error, argv[1]);

  return PAL_EXIT_OK;
}

/* --- pack */

static void
build_open_point (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalInputOpen *point = item;

  pal_cli_add_string (builder, "node", point->path);
  pal_cli_add_string (builder, "label", point->label);
  pal_cli_add_boolean (builder, "required", point->is_required);
}

static void
build_line (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalInputLine *line = item;

  pal_cli_add_string (builder, "node", line->path);
  pal_cli_add_string (builder, "page", line->page);
  pal_cli_add_string (builder, "label", line->label);
  pal_cli_add_string (builder, "text", line->text);
  pal_cli_add_boolean (builder, "identifies", line->identifies);
}

static void
build_file (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalInputFile *file = item;

  pal_cli_add_string (builder, "name", file->name);
  pal_cli_add_string (builder, "title", file->title);
  pal_cli_add_int (builder, "size", file->size_bytes);
}

static void
print_json (PalInputPackage *package, PalIdentity *identity)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *sha256 = out != NULL ? pal_digest_file_hex (out, NULL, NULL, NULL) : NULL;

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", out);
  pal_cli_add_string (builder, "sha256", sha256);
  pal_cli_add_boolean (builder, "anonymous", pal_input_package_is_anonymous (package));
  pal_cli_add_string (builder, "signer",
                      identity != NULL ? pal_identity_get_subject (identity) : NULL);
  pal_cli_add_objects (builder, "open", pal_input_package_get_open (package), build_open_point,
                       NULL);
  pal_cli_add_objects (builder, "lines", pal_input_package_get_lines (package), build_line, NULL);
  pal_cli_add_objects (builder, "attachments", pal_input_package_get_files (package), build_file,
                       NULL);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_row (const char *first, const char *second)
{
  pal_cli_print_escaped (first);
  putchar ('\t');
  pal_cli_print_escaped (second);
  putchar ('\n');
}

static void
print_text (PalInputPackage *package, PalIdentity *identity)
{
  GPtrArray *lines = pal_input_package_get_lines (package);
  GPtrArray *files = pal_input_package_get_files (package);
  GPtrArray *points = pal_input_package_get_open (package);

  for (guint i = 0; i < lines->len; i++)
    {
      const PalInputLine *line = g_ptr_array_index (lines, i);

      printf ("%s\t", line->identifies ? "identifies" : "says");
      print_row (line->label, line->text);
    }
  for (guint i = 0; i < files->len; i++)
    print_row ("attachment", ((PalInputFile *) g_ptr_array_index (files, i))->name);
  for (guint i = 0; i < points->len; i++)
    {
      const PalInputOpen *point = g_ptr_array_index (points, i);

      print_row (point->is_required ? "missing" : "does not fit", point->label);
    }
  print_row ("signed by", identity != NULL ? pal_identity_get_subject (identity) : "nobody");
}

static int
pack (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInputPackage) package
      = pal_input_package_new (dossier, NULL, language, NULL, &error);
  g_autoptr (PalIdentity) identity = NULL;
  gboolean created = FALSE;

  if (package == NULL)
    return pal_cli_fail_error (error, argv[1]);
  /* Before a key is made that nobody can use. */
  if (out != NULL && is_signed && pal_input_package_is_anonymous (package))
    {
      g_set_error (&error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_ANONYMOUS,
                   "who stays unknown does not sign");
      return pal_cli_fail_error (error, argv[1]);
    }
  if (out != NULL && is_signed && pal_input_package_get_open (package)->len == 0)
    {
      const char *name = pal_input_package_get_organization (package);

      identity = key != NULL ? pal_cli_load_key (key, pin_fd, &error)
                             : pal_cli_load_default_key (name != NULL ? name : "Palermo", pin_fd,
                                                         &created, &error);
      if (identity == NULL)
        return pal_cli_fail_error (error, "the key");
    }
  if (out != NULL && !pal_input_package_write (package, out, identity, NULL, &error))
    {
      if (error->domain == PAL_INPUT_ERROR)
        {
          print_text (package, NULL);
          return pal_cli_fail_error (error, argv[1]);
        }
      return pal_cli_fail_output (error, out);
    }
  if (as_json)
    print_json (package, identity);
  else
    print_text (package, identity);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_input_pack:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Writes the one file that a focal point gets, or without -o says what would be in it.
 *
 * Returns: the exit code
 */
int
pal_cmd_input_pack (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out,
      "The file; without it, only says what would be in it", "FILE.asice" },
    { "sign", 0, 0, G_OPTION_ARG_NONE, &is_signed, "Sign with the key kept here", NULL },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Sign with this key",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language,
      "Of the questions: ar, en, es, fr, ru, zh_CN", "CODE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  is_signed = is_signed || key != NULL;

  return pal_cli_read_dossier (argv, pack);
}
