// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-translate"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-key.h"
#include "pal-cli-team.h"
#include "pal-verbs.h"

#include "pal-text.h"
#include "pal-translation.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* translate export, check, use, forget, pack, open, list: the whole way of a translator. */

static char *output;
static char *form;
static char *glossary_path;
static char *key;
static char *name;
static char **trust;
static int pin_fd = -1;
static gboolean is_interface;
static gboolean without_glossary;
static gboolean accept_unknown;
static gboolean as_json;
static char *forget;

/* --- check */

/* The one place where remarks become words here; no default, so that a new one has to have them. */
static const char *
remark_words (PalRemarkKind kind)
{
  switch (kind)
    {
    case PAL_REMARK_PLACEHOLDER:
      return "what is filled in is not as in the English";
    case PAL_REMARK_REFERENCE:
      return "what the form fills in is not as in the English";
    case PAL_REMARK_PLURAL_MISSING:
      return "a plural form is missing";
    case PAL_REMARK_MARKUP:
      return "the markup is not as in the English";
    case PAL_REMARK_BLANKS:
      return "blanks or line ends at the beginning or the end are not as in the English";
    case PAL_REMARK_MNEMONIC:
      return "one letter should have an underline before it, to be reached by the keyboard";
    case PAL_REMARK_LENGTH:
      return "much longer than the English; see whether it fits";
    case PAL_REMARK_GLOSSARY:
      return "not the term of the glossary";
    case PAL_N_REMARKS:
      break;
    }

  return "";
}

static void
print_line (const char *text)
{
  g_autofree char *printable = pal_text_dup_printable (text, 4000);

  puts (printable);
}

static void
print_remark (const char *path, guint line, const PalRemark *remark)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "%s:%u: %s: %s", path, line, remark->is_error ? "error" : "warning",
                   remark_words (remark->kind));
  if (remark->found != NULL)
    g_string_append_printf (text, "; there is \"%s\"", remark->found);
  if (remark->expected != NULL)
    g_string_append_printf (text, "; there should be \"%s\"", remark->expected);
  print_line (text->str);
}

static void
add_remark (JsonBuilder *builder, guint line, const PalRemark *remark)
{
  json_builder_begin_object (builder);
  pal_cli_add_int (builder, "line", line);
  pal_cli_add_boolean (builder, "error", remark->is_error);
  pal_cli_add_string (builder, "text", remark_words (remark->kind));
  pal_cli_add_string (builder, "found", remark->found);
  pal_cli_add_string (builder, "expected", remark->expected);
  json_builder_end_object (builder);
}

static void
add_coverage (JsonBuilder *builder, PalCoverage coverage)
{
  pal_cli_add_int (builder, "translated", coverage.n_translated);
  pal_cli_add_int (builder, "fuzzy", coverage.n_fuzzy);
  pal_cli_add_int (builder, "missing", coverage.n_missing);
}

/* Returns how many remarks there are. builder: (nullable) */
static guint
report (const char *path, PalCatalogue *catalogue, PalGlossary *glossary, JsonBuilder *builder)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (catalogue));
  guint n_remarks = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), i);
      g_autoptr (GPtrArray) remarks = pal_catalogue_check_entry (catalogue, entry, glossary);
      guint line = pal_catalogue_entry_get_line (entry);

      n_remarks += remarks->len;
      for (guint k = 0; k < remarks->len; k++)
        if (builder != NULL)
          add_remark (builder, line, g_ptr_array_index (remarks, k));
        else
          print_remark (path, line, g_ptr_array_index (remarks, k));
    }

  return n_remarks;
}

/* (nullable): without error when there is none */
static PalGlossary *
load_glossary (const char *language, GError **error)
{
  GError *local = NULL;
  PalGlossary *glossary;

  if (without_glossary)
    return NULL;
  if (glossary_path != NULL)
    return pal_glossary_load (glossary_path, language, error);
  glossary = pal_glossary_load_installed (language, &local);
  if (glossary == NULL && !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&local));
  g_clear_error (&local);

  return glossary;
}

static int
check (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DRAFT, &error);
  g_autofree char *id = NULL;
  g_autoptr (PalGlossary) glossary = NULL;
  g_autoptr (JsonBuilder) builder = as_json ? json_builder_new () : NULL;
  PalCoverage coverage;
  guint n_remarks;

  if (catalogue == NULL)
    return pal_cli_fail_error (error, path);
  id = is_interface   ? g_strdup (PAL_TRANSLATION_INTERFACE)
       : form != NULL ? g_strdup (form)
                      : pal_translation_find_target (catalogue, &error);
  if (id == NULL || !pal_translation_check_fits (catalogue, id, &error))
    return pal_cli_fail_error (error, path);
  glossary = load_glossary (pal_catalogue_get_language (catalogue), &error);
  if (error != NULL)
    return pal_cli_fail_error (error, glossary_path != NULL ? glossary_path : "the glossary");

  if (builder != NULL)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "remarks");
      json_builder_begin_array (builder);
    }
  n_remarks = report (path, catalogue, glossary, builder);
  coverage = pal_catalogue_get_coverage (catalogue, NULL);
  if (builder != NULL)
    {
      json_builder_end_array (builder);
      pal_cli_add_string (builder, "id", id);
      pal_cli_add_string (builder, "language", pal_catalogue_get_language (catalogue));
      add_coverage (builder, coverage);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    printf ("%s, %s: %u translated, %u to be looked at, %u missing, %u warnings\n", id,
            pal_catalogue_get_language (catalogue), coverage.n_translated, coverage.n_fuzzy,
            coverage.n_missing, n_remarks);

  return n_remarks > 0 ? PAL_EXIT_INDETERMINATE : PAL_EXIT_OK;
}

int
pal_cmd_translate_check (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "form", 0, 0, G_OPTION_ARG_STRING, &form, "It should be of this form", "ID" },
    { "interface", 0, 0, G_OPTION_ARG_NONE, &is_interface, "It should be of the interface", NULL },
    { "glossary", 0, 0, G_OPTION_ARG_FILENAME, &glossary_path,
      "Terms to be followed, instead of those that come with Palermo", "CSV" },
    { "without-glossary", 0, 0, G_OPTION_ARG_NONE, &without_glossary, "Say nothing of terms",
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (form != NULL && is_interface)
    return pal_cli_fail (PAL_EXIT_USAGE, "--form or --interface, not both");

  return check (argv[1]);
}

/* --- export, use, forget */

int
pal_cmd_translate_export (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The PO file to write", "OUT.po" },
    { NULL },
  };
  g_autoptr (PalCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say where to with -o OUT.po");

  catalogue = pal_translation_load (argv[1], argv[2], FALSE, &error);
  if (catalogue == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (!pal_catalogue_save (catalogue, output, &error))
    return pal_cli_fail_output (error, output);

  return PAL_EXIT_OK;
}

int
pal_cmd_translate_use (int argc, char **argv)
{
  g_autoptr (PalCatalogue) catalogue = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, NULL, 1, 1, &code))
    return code;
  catalogue = pal_catalogue_load (argv[1], PAL_CATALOGUE_LOAD_DEFAULT, &error);
  if (catalogue != NULL)
    id = pal_translation_find_target (catalogue, &error);
  if (id == NULL || !pal_translation_use (catalogue, id, &error))
    return pal_cli_fail_error (error, argv[1]);
  printf ("%s\t%s\n", id, pal_catalogue_get_language (catalogue));

  return PAL_EXIT_OK;
}

int
pal_cmd_translate_forget (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, NULL, 2, 2, &code))
    return code;
  if (!pal_translation_forget (argv[1], argv[2], &error))
    return pal_cli_fail_error (error, argv[1]);

  return PAL_EXIT_OK;
}

/* --- pack and open */

int
pal_cmd_translate_pack (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Package to write", "OUT.asice" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Sign with this key instead of the one kept here",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "Whose key it is, if one has to be made", "NAME" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { NULL },
  };
  g_autoptr (GPtrArray) catalogues = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, -1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "say where to with -o OUT.asice");

  for (int i = 1; i < argc; i++)
    {
      PalCatalogue *catalogue = pal_catalogue_load (argv[i], PAL_CATALOGUE_LOAD_DEFAULT, &error);

      if (catalogue == NULL)
        return pal_cli_fail_error (error, argv[i]);
      g_ptr_array_add (catalogues, catalogue);
    }
  identity = pal_cli_team_load_key (key, name, pin_fd, &error);
  if (identity == NULL)
    return pal_cli_fail_error (error, "the key");
  if (!pal_translation_pack (catalogues, output, identity, &error))
    return error->domain == G_IO_ERROR ? pal_cli_fail_output (error, output)
                                       : pal_cli_fail_error (error, output);

  return PAL_EXIT_OK;
}

static void
print_package (const PalTranslationPackage *package)
{
  for (guint i = 0; i < package->items->len; i++)
    {
      const PalTranslationItem *item = g_ptr_array_index (package->items, i);

      printf ("%s\t%s\t%u translated, %u to be looked at, %u missing, %u new here\n", item->id,
              item->language, item->coverage.n_translated, item->coverage.n_fuzzy,
              item->coverage.n_missing, item->n_different);
    }
}

static void
add_package (JsonBuilder *builder, const PalTranslationPackage *package)
{
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", package->file);
  pal_cli_add_string (builder, "id", package->id);
  pal_cli_add_string (builder, "from", package->from);
  pal_cli_add_string (builder, "created", package->created);
  pal_cli_add_string (builder, "signer", package->signer);
  pal_cli_add_string (builder, "fingerprint", package->fingerprint);
  pal_cli_add_boolean (builder, "known", package->is_known);
  json_builder_set_member_name (builder, "catalogues");
  json_builder_begin_array (builder);
  for (guint i = 0; i < package->items->len; i++)
    {
      const PalTranslationItem *item = g_ptr_array_index (package->items, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "id", item->id);
      pal_cli_add_string (builder, "language", item->language);
      add_coverage (builder, item->coverage);
      pal_cli_add_int (builder, "different", item->n_different);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

int
pal_cmd_translate_open (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &trust, "A certificate that is trusted", "PEM" },
    { "accept-unknown", 0, 0, G_OPTION_ARG_NONE, &accept_unknown,
      "Use it, and know the signer from now on", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) certificates = NULL;
  g_autoptr (PalTranslationPackage) package = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  certificates = pal_cli_team_list_paths (trust);
  package = pal_translation_package_look (argv[1], certificates, &error);
  if (package == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (!pal_translation_package_use (package, accept_unknown, &error))
    {
      if (g_error_matches (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_SIGNER))
        pal_cli_say_unknown (package->signer, package->fingerprint);
      return pal_cli_fail_error (error, argv[1]);
    }
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      add_package (builder, package);
      pal_cli_print (builder);
    }
  else
    print_package (package);

  return PAL_EXIT_OK;
}

/* --- signers */

static void
list_signers (void)
{
  g_autoptr (GPtrArray) signers = pal_translation_list_signers ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < signers->len; i++)
    {
      const PalTranslationSigner *signer = g_ptr_array_index (signers, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "name", signer->name);
      pal_cli_add_string (builder, "fingerprint", signer->fingerprint);
      json_builder_end_object (builder);
      if (!as_json)
        printf ("%s\t%s\n", signer->fingerprint, signer->name);
    }
  json_builder_end_array (builder);
  if (as_json)
    pal_cli_print (builder);
}

int
pal_cmd_translate_signers (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "forget", 0, 0, G_OPTION_ARG_STRING, &forget,
      "Packages with this certificate wait for a decision again", "FINGERPRINT" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one array", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (forget == NULL)
    list_signers ();
  else if (!pal_translation_forget_signer (forget, &error))
    return pal_cli_fail_error (error, forget);

  return PAL_EXIT_OK;
}

/* --- list */

static gboolean
is_there (char *path)
{
  g_autofree char *taken = path;

  return taken != NULL && g_file_test (taken, G_FILE_TEST_EXISTS);
}

static void
list_one (const char *id, const char *language, JsonBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue = pal_translation_load (id, language, FALSE, &error);
  gboolean is_own = is_there (pal_translation_dup_path (id, language));
  gboolean has_draft = is_there (pal_translation_dup_draft_path (id, language));
  PalCoverage coverage = { 0 };

  if (catalogue == NULL)
    {
      pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s, %s: %s", id, language, error->message);
      return;
    }
  coverage = pal_catalogue_get_coverage (catalogue, NULL);
  if (builder == NULL)
    {
      printf ("%s\t%s\t%u of %u%s%s\n", id, language, coverage.n_translated,
              coverage.n_translated + coverage.n_fuzzy + coverage.n_missing,
              is_own ? "\tused here" : "", has_draft ? "\tdraft" : "");
      return;
    }
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "id", id);
  pal_cli_add_string (builder, "language", language);
  add_coverage (builder, coverage);
  pal_cli_add_boolean (builder, "own", is_own);
  pal_cli_add_boolean (builder, "draft", has_draft);
  json_builder_end_object (builder);
}

int
pal_cmd_translate_list (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) targets = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (JsonBuilder) builder = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;

  targets = pal_translation_list_targets ();
  waiting = pal_translation_list_waiting ();
  if (as_json)
    {
      builder = json_builder_new ();
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "translations");
      json_builder_begin_array (builder);
    }
  for (guint i = 0; i < targets->len; i++)
    {
      const char *id = g_ptr_array_index (targets, i);
      g_autoptr (GPtrArray) languages = pal_translation_list_languages (id);

      for (guint k = 0; k < languages->len; k++)
        list_one (id, g_ptr_array_index (languages, k), builder);
    }
  if (builder != NULL)
    {
      json_builder_end_array (builder);
      json_builder_set_member_name (builder, "quarantine");
      json_builder_begin_array (builder);
    }
  for (guint i = 0; i < waiting->len; i++)
    if (builder != NULL)
      json_builder_add_string_value (builder, g_ptr_array_index (waiting, i));
    else
      printf ("waits for a decision: %s\n", (char *) g_ptr_array_index (waiting, i));
  if (builder != NULL)
    {
      json_builder_end_array (builder);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }

  return PAL_EXIT_OK;
}
