// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-catalogue.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_OF(language, rule)                                                                  \
  "msgid \"\"\nmsgstr \"\"\n\"Language: " language                                                 \
  "\\n\"\n\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"              \
  "\"Content-Transfer-Encoding: 8bit\\n\"\n\"Plural-Forms: " rule "\\n\"\n\n"
#define HEADER HEADER_OF ("fr", "nplurals=2; plural=(n > 1);")
#define ARABIC                                                                                     \
  HEADER_OF ("ar", "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? "  \
                   "3 : n%100>=11 ? 4 : 5;")

static PalCatalogue *
parse (const char *text, PalCatalogueLoadFlags flags, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return pal_catalogue_new_from_bytes (bytes, "t.po", flags, error);
}

static PalCatalogue *
parse_fine (const char *text)
{
  g_autoptr (GError) error = NULL;
  PalCatalogue *catalogue = parse (text, PAL_CATALOGUE_LOAD_DRAFT, &error);

  g_assert_no_error (error);

  return catalogue;
}

static char *
dup_written (PalCatalogue *catalogue)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pal_catalogue_write (catalogue, &error);

  g_assert_no_error (error);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static PalCatalogueEntry *
get_entry (PalCatalogue *catalogue, guint index)
{
  g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), index);

  return entry; /* the catalogue keeps it */
}

#define SAMPLE                                                                                     \
  "# Of the file.\n" HEADER "#. Keep it short.\n#: src/app/home/pal-a.c:12 ui/home/b.ui:3\n"       \
  "#, c-format\nmsgctxt \"menu\"\nmsgid \"Open %s\"\nmsgstr \"Ouvrir %s\"\n\n"                     \
  "# why: not sure\n#: src/app/home/pal-a.c:20\n#, fuzzy, c-format\n#| msgid \"%d page\"\n"        \
  "msgid \"%d pages\"\nmsgid_plural \"%d leaves\"\nmsgstr[0] \"%d page\"\nmsgstr[1] \"%d "         \
  "pages\"\n"                                                                                      \
  "\n#: ui/shell/c.ui\nmsgid \"Close\"\nmsgstr \"\"\n\n#~ msgid \"Old\"\n#~ msgstr \"Vieux\"\n"

static void
test_read (void)
{
  g_autoptr (PalCatalogue) catalogue = parse_fine (SAMPLE);
  PalCatalogueEntry *entry = get_entry (catalogue, 0);
  PalCoverage coverage = pal_catalogue_get_coverage (catalogue, NULL);
  g_autoptr (GPtrArray) scopes = pal_catalogue_list_scopes (catalogue);
  g_autofree char *one = pal_catalogue_dup_plural_examples (catalogue, 0);
  g_autofree char *many = pal_catalogue_dup_plural_examples (catalogue, 1);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (catalogue)), ==, 3);
  g_assert_cmpstr (pal_catalogue_get_language (catalogue), ==, "fr");
  g_assert_true (pal_catalogue_is_interface (catalogue));
  g_assert_cmpstr (pal_catalogue_entry_get_context (entry), ==, "menu");
  g_assert_cmpstr (pal_catalogue_entry_get_id (entry), ==, "Open %s");
  g_assert_cmpstr (pal_catalogue_entry_get_translation (entry, 0), ==, "Ouvrir %s");
  g_assert_cmpstr (pal_catalogue_entry_get_explanation (entry), ==, "Keep it short.");
  g_assert_cmpstr (pal_catalogue_entry_get_references (entry)[0], ==, "src/app/home/pal-a.c:12");
  g_assert_cmpstr (pal_catalogue_entry_get_references (entry)[1], ==, "ui/home/b.ui:3");
  g_assert_cmpuint (pal_catalogue_entry_get_line (entry), ==, 14);
  g_assert_true (pal_catalogue_entry_is_format (entry));
  g_assert_cmpint (pal_catalogue_entry_get_state (entry), ==, PAL_ENTRY_TRANSLATED);
  entry = get_entry (catalogue, 1);
  g_assert_cmpstr (pal_catalogue_entry_get_id_plural (entry), ==, "%d leaves");
  g_assert_cmpuint (pal_catalogue_entry_get_n_translations (entry), ==, 2);
  g_assert_cmpstr (pal_catalogue_entry_get_comment (entry), ==, "why: not sure");
  g_assert_cmpint (pal_catalogue_entry_get_state (entry), ==, PAL_ENTRY_FUZZY);
  g_assert_cmpint (pal_catalogue_entry_get_state (get_entry (catalogue, 2)), ==, PAL_ENTRY_MISSING);
  g_assert_cmpuint (coverage.n_translated, ==, 1);
  g_assert_cmpuint (coverage.n_fuzzy, ==, 1);
  g_assert_cmpuint (coverage.n_missing, ==, 1);
  g_assert_cmpuint (scopes->len, ==, 2);
  g_assert_cmpstr (scopes->pdata[0], ==, "home");
  g_assert_cmpstr (scopes->pdata[1], ==, "shell");
  g_assert_cmpuint (pal_catalogue_get_coverage (catalogue, "shell").n_missing, ==, 1);
  g_assert_cmpstr (one, ==, "0, 1");
  g_assert_cmpstr (many, ==, "2, 3, 4, 5, 6 …");
}

static void
test_scopes (void)
{
  static const struct
  {
    const char *context;
    const char *scope;
  } rows[] = {
    { "general:label", "general" },
    { "untoc/art5:label", "untoc/art5" },
    { "untoc/art5/q5_1/status:hint", "untoc/art5" },
    { "choices/yes_no/yes:label", "choices/yes_no" },
    { "templates/duty/law/text:guidance", "templates/duty" },
    { "settings/form_title:label", "settings" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text
          = g_strdup_printf (HEADER "msgctxt \"%s\"\nmsgid \"x\"\nmsgstr \"\"\n", rows[i].context);
      g_autoptr (PalCatalogue) catalogue = parse_fine (text);

      g_assert_false (pal_catalogue_is_interface (catalogue));
      g_assert_cmpstr (pal_catalogue_entry_get_scope (get_entry (catalogue, 0)), ==, rows[i].scope);
    }
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_edit (void)
{
  g_autoptr (PalCatalogue) catalogue = parse_fine (SAMPLE);
  g_autofree char *before = dup_written (catalogue);
  g_autofree char *after = NULL;
  g_autoptr (PalCatalogue) again = NULL;
  PalCatalogueEntry *entry = get_entry (catalogue, 1);
  guint n_changes = 0, n_states = 0;

  /* What nobody edited is as it was, to the octet. */
  g_assert_cmpstr (before, ==, SAMPLE);

  g_signal_connect_swapped (entry, "changed", G_CALLBACK (count_cb), &n_changes);
  g_signal_connect_swapped (entry, "notify::state", G_CALLBACK (count_cb), &n_states);
  pal_catalogue_entry_set_translation (entry, 1, "%d pages");
  g_assert_cmpuint (n_changes, ==, 0);
  pal_catalogue_entry_set_translation (entry, 1, "%d feuilles");
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (n_states, ==, 1);
  g_assert_false (pal_catalogue_entry_is_fuzzy (entry));
  pal_catalogue_entry_set_comment (entry, "sure\nnow");
  g_assert_cmpuint (n_states, ==, 1);
  pal_catalogue_entry_set_translation (get_entry (catalogue, 2), 0, "Fermer \"ici\"\n");
  pal_catalogue_set_translator (catalogue, "Ana");

  after = dup_written (catalogue);
  again = parse_fine (after);
  entry = get_entry (again, 1);
  g_assert_cmpstr (pal_catalogue_entry_get_translation (entry, 1), ==, "%d feuilles");
  g_assert_cmpstr (pal_catalogue_entry_get_comment (entry), ==, "sure\nnow");
  g_assert_cmpint (pal_catalogue_entry_get_state (entry), ==, PAL_ENTRY_TRANSLATED);
  g_assert_cmpstr (pal_catalogue_entry_get_translation (get_entry (again, 2), 0), ==,
                   "Fermer \"ici\"\n");
  g_assert_nonnull (strstr (after, "#~ msgid \"Old\""));
  g_assert_nonnull (strstr (after, "# Of the file."));
  g_assert_nonnull (strstr (after, "Last-Translator: Ana"));
  g_assert_nonnull (strstr (after, "PO-Revision-Date: 20"));
  g_assert_null (strstr (after, "#|"));
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    PalCatalogueError code;
    guint line;
  } rows[] = {
    { "msgid \"a\"\nmsgstr \"b\"\n", PAL_CATALOGUE_ERROR_HEADER, 1 },
    { "msgid \"\"\nmsgstr \"Language: fr\\n\"\n\nmsgid \"a\"\nmsgstr \"b\"\n",
      PAL_CATALOGUE_ERROR_HEADER, 1 },
    { "\nmsgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-7\\n\"\n",
      PAL_CATALOGUE_ERROR_HEADER, 2 },
    { "msgid \"\"\nmsgstr \"Content-Type: text/plain; char\"\n\"set=KOI8-R\\n\"\n",
      PAL_CATALOGUE_ERROR_HEADER, 1 },
    { "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\nmsgid \"a\"\n",
      PAL_CATALOGUE_ERROR_SYNTAX, 0 },
    { HEADER_OF ("fr", "nplurals=2; plural=n"), PAL_CATALOGUE_ERROR_PLURALS, 1 },
    { HEADER_OF ("fr", "nplurals=2; plural=n/0"), PAL_CATALOGUE_ERROR_PLURALS, 1 },
    { HEADER_OF ("fr", "nplurals=7; plural=0;"), PAL_CATALOGUE_ERROR_PLURALS, 1 },
    { HEADER_OF ("fr", "nplurals=2; plural=system(n);"), PAL_CATALOGUE_ERROR_PLURALS, 1 },
    { HEADER "msgid \"a\nmsgstr \"b\"\n", PAL_CATALOGUE_ERROR_SYNTAX, 9 },
    { HEADER "msgfoo \"a\"\nmsgstr \"b\"\n", PAL_CATALOGUE_ERROR_SYNTAX, 9 },
    { HEADER "msgstr \"b\"\n", PAL_CATALOGUE_ERROR_SYNTAX, 9 },
    { HEADER "msgid \"a\\x41\"\nmsgstr \"b\"\n", PAL_CATALOGUE_ERROR_SYNTAX, 9 },
    { HEADER "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n", PAL_CATALOGUE_ERROR_SYNTAX,
      11 },
    { HEADER "domain \"x\"\nmsgid \"a\"\nmsgstr \"b\"\n", PAL_CATALOGUE_ERROR_SYNTAX, 9 },
    { HEADER "msgid \"a\"\nmsgstr \"\xff\"\n", PAL_CATALOGUE_ERROR_ENCODING, 10 },
    { HEADER "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[99] \"\"\n", PAL_CATALOGUE_ERROR_LIMIT, 11 },
    { HEADER "#, c-format\nmsgid \"%d of %s\"\nmsgstr \"%s sur %d\"\n",
      PAL_CATALOGUE_ERROR_PLACEHOLDER, 10 },
    { HEADER "#, c-format\nmsgid \"%s\"\nmsgstr \"rien\"\n", PAL_CATALOGUE_ERROR_PLACEHOLDER, 10 },
    { HEADER "msgctxt \"a:label\"\nmsgid \"Hello ${name}\"\nmsgstr \"Bonjour ${nom}\"\n",
      PAL_CATALOGUE_ERROR_PLACEHOLDER, 10 },
    { HEADER "msgctxt \"a:label\"\nmsgid \"Hello ${name}\"\nmsgstr \"Bonjour\"\n",
      PAL_CATALOGUE_ERROR_PLACEHOLDER, 10 },
    { HEADER "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"un\"\nmsgstr[1] \"\"\n",
      PAL_CATALOGUE_ERROR_PLURAL, 9 },
    { ARABIC "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"1\"\nmsgstr[1] \"2\"\n",
      PAL_CATALOGUE_ERROR_PLURAL, 9 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalCatalogue) catalogue = parse (rows[i].text, PAL_CATALOGUE_LOAD_DEFAULT, &error);

      g_test_message ("row %u: %s", i, error != NULL ? error->message : "accepted");
      g_assert_null (catalogue);
      g_assert_error (error, PAL_CATALOGUE_ERROR, (int) rows[i].code);
      if (rows[i].line > 0)
        {
          g_autofree char *place = g_strdup_printf ("t.po:%u: ", rows[i].line);

          g_assert_cmpuint (pal_catalogue_error_get_line (error), ==, rows[i].line);
          g_assert_true (g_str_has_prefix (error->message, place));
        }
    }
}

/* Of every limit: what is at it is read, and one more is not. */
static void
test_limits (void)
{
  for (guint over = 0; over < 2; over++)
    {
      g_autoptr (GString) many = g_string_new (HEADER);
      g_autoptr (GString) long_text = g_string_new (HEADER "msgid \"a\"\nmsgstr \"");
      g_autoptr (GString) comment = g_string_new (HEADER "#");
      g_autoptr (GString) large = g_string_new (HEADER);
      GString *texts[] = { many, long_text, comment, large };

      for (guint i = 0; i < PAL_CATALOGUE_MAX_ENTRIES + over; i++)
        g_string_append_printf (many, "msgid \"%u\"\nmsgstr \"\"\n", i);
      for (guint i = 0; i < PAL_CATALOGUE_MAX_TEXT_BYTES + over; i++)
        g_string_append_c (long_text, 'x');
      g_string_append (long_text, "\"\n");
      for (guint i = 1; i < PAL_CATALOGUE_MAX_TEXT_BYTES + over; i++)
        g_string_append_c (comment, 'x');
      while (large->len < PAL_CATALOGUE_MAX_BYTES + over)
        g_string_append (large, large->len % 1000 == 0 ? "\n" : "#");

      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) bytes = g_bytes_new (texts[i]->str, texts[i]->len);
          g_autoptr (PalCatalogue) catalogue
              = pal_catalogue_new_from_bytes (bytes, "t.po", PAL_CATALOGUE_LOAD_DEFAULT, &error);

          g_test_message ("limit %u, over %u", i, over);
          if (over == 0)
            g_assert_no_error (error);
          else
            g_assert_error (error, PAL_CATALOGUE_ERROR, PAL_CATALOGUE_ERROR_LIMIT);
          g_assert_true ((catalogue != NULL) == (over == 0));
        }
    }
}

/* What is harmful elsewhere may stand in one's own draft. */
static void
test_draft (void)
{
  static const char text[] = HEADER "#, c-format\nmsgid \"%s\"\nmsgstr \"rien\"\n";
  g_autoptr (PalCatalogue) catalogue = parse_fine (text);
  g_autoptr (GPtrArray) remarks
      = pal_catalogue_check_entry (catalogue, get_entry (catalogue, 0), NULL);

  g_assert_cmpuint (remarks->len, ==, 1);
  g_assert_true (((PalRemark *) remarks->pdata[0])->is_error);
}

static void
test_checks (void)
{
  static const struct
  {
    const char *flags;
    const char *context; /* of a form, or NULL */
    const char *source;
    const char *text;
    const char *expected; /* kinds in order */
  } rows[] = {
    { "#, c-format\n", NULL, "%s of %d", "%2$d de %1$s", "" },
    { "#, c-format\n", NULL, "%s of %d", "%d de %s", "0" },
    { "#, c-format\n", NULL, "%d %%", "%d %%", "" },
    { "#, c-format\n", NULL, "%d %%", "%d %", "0" },
    { "#, c-format\n", NULL, "%ld", "%d", "0" },
    { "#, c-format\n", NULL, "%.2f", "%f", "" },
    { "#, c-format\n", NULL, "%*d", "%d", "0" },
    { "", NULL, "100 %", "100 %", "" },
    { "", "a:label", "${a} and ${b}", "${b} et ${a}", "" },
    { "", "a:label", "${a} and ${b}", "${b} et ${b}", "1" },
    { "", "a:label", "a", "${", "1" },
    { "", NULL, "<b>Bold</b>", "<b>Gras</b>", "" },
    { "", NULL, "<b>Bold</b>", "<i>Gras</i>", "3" },
    { "", NULL, "<b>Bold</b>", "Gras", "3" },
    { "", NULL, "a < b", "a < b", "" },
    { "", NULL, "Name: ", "Nom :", "4" },
    { "", NULL, "Line\\n", "Ligne", "4" },
    { "", NULL, "Line", " Ligne", "4" },
    { "", NULL, "_Open", "_Ouvrir", "" },
    { "", NULL, "_Open", "Ouvrir", "5" },
    { "", NULL, "_Open", "_Ou_vrir", "5" },
    { "", NULL, "a_b", "ab", "" },
    { "", NULL, "Save it here", "Enregistrer le dossier ici même", "6" },
    { "", NULL, "Save it here", "Enregistrer le dossier ici", "" },
    { "# length: there is room\n", NULL, "Save it here", "Enregistrer le dossier ici même", "" },
    { "", NULL, "OK", "D’accord", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *context = rows[i].context != NULL
                                     ? g_strdup_printf ("msgctxt \"%s\"\n", rows[i].context)
                                     : g_strdup ("");
      g_autofree char *text
          = g_strdup_printf (HEADER "%s%smsgid \"%s\"\nmsgstr \"%s\"\n", rows[i].flags, context,
                             rows[i].source, rows[i].text);
      g_autoptr (PalCatalogue) catalogue = parse_fine (text);
      g_autoptr (GPtrArray) remarks
          = pal_catalogue_check_entry (catalogue, get_entry (catalogue, 0), NULL);
      g_autoptr (GString) kinds = g_string_new (NULL);

      for (guint k = 0; k < remarks->len; k++)
        g_string_append_printf (kinds, "%d", ((PalRemark *) remarks->pdata[k])->kind);
      g_test_message ("row %u: \"%s\" as \"%s\"", i, rows[i].source, rows[i].text);
      g_assert_cmpstr (kinds->str, ==, rows[i].expected);
    }
}

static void
test_plurals (void)
{
  static const struct
  {
    const char *rule;
    guint n_forms;
    const char *expected; /* for 0 to 12, and 21, 22, 100, 111 */
  } rows[] = {
    { "nplurals=1; plural=0;", 1, "00000000000000000" },
    { "nplurals=2; plural=(n != 1);", 2, "10111111111111111" },
    { "nplurals=2; plural= n>1", 2, "00111111111111111" },
    { "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || "
      "n%100>=20) ? 1 : 2);",
      3, "20111222222220122" },
    { "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 "
      "? 4 : 5;",
      6, "01233333333444454" },
    { "nplurals=2; plural=!(n==1) - 0 * n + 0;", 2, "10111111111111111" },
  };
  static const gulong numbers[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 21, 22, 100, 111 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text
          = g_strdup_printf (HEADER_OF ("xx", "%s") "msgid \"a\"\nmsgstr \"\"\n", rows[i].rule);
      g_autoptr (PalCatalogue) catalogue = parse_fine (text);
      g_autoptr (GString) found = g_string_new (NULL);

      g_test_message ("%s", rows[i].rule);
      g_assert_cmpuint (pal_catalogue_get_n_plurals (catalogue), ==, rows[i].n_forms);
      for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
        g_string_append_printf (found, "%u", pal_catalogue_get_plural (catalogue, numbers[k]));
      g_assert_cmpstr (found->str, ==, rows[i].expected);
    }
}

static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) template = parse ("msgid \"\"\nmsgstr \"Content-Type: text/plain; "
                                             "charset=CHARSET\\n\"\n\nmsgid \"a\"\nmsgid_plural "
                                             "\"b\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n",
                                             PAL_CATALOGUE_LOAD_TEMPLATE, &error);
  g_autoptr (PalCatalogue) catalogue = NULL;
  g_autoptr (PalCatalogue) other = NULL;

  g_assert_no_error (error);
  catalogue = pal_catalogue_new_merged (template, "ar", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_catalogue_get_language (catalogue), ==, "ar");
  g_assert_cmpuint (pal_catalogue_get_n_plurals (catalogue), ==, 6);
  g_assert_cmpuint (pal_catalogue_entry_get_n_translations (get_entry (catalogue, 0)), ==, 6);
  g_assert_cmpuint (pal_catalogue_get_coverage (catalogue, NULL).n_missing, ==, 1);

  other = parse_fine (ARABIC "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"0\"\nmsgstr[1] \"1\"\n"
                             "msgstr[2] \"2\"\nmsgstr[3] \"3\"\nmsgstr[4] \"4\"\nmsgstr[5] \"5\"\n"
                             "\nmsgid \"c\"\nmsgstr \"C\"\n");
  g_assert_cmpuint (pal_catalogue_take (catalogue, other, FALSE), ==, 1);
  g_assert_cmpuint (pal_catalogue_take (catalogue, other, TRUE), ==, 0);
  g_assert_cmpuint (pal_catalogue_get_coverage (catalogue, NULL).n_translated, ==, 1);
  g_assert_true (pal_catalogue_check_fits (other, template, &error));
  g_clear_object (&other);
  other = parse_fine (ARABIC "msgid \"x\"\nmsgstr \"X\"\n\nmsgid \"y\"\nmsgstr \"Y\"\n\n"
                             "msgid \"z\"\nmsgstr \"Z\"\n");
  g_assert_false (pal_catalogue_check_fits (other, template, &error));
  g_assert_error (error, PAL_CATALOGUE_ERROR, PAL_CATALOGUE_ERROR_OTHER);
  g_assert_cmpuint (pal_catalogue_error_get_line (error), ==, 9);
}

/* What we write as .mo, gettext reads. */
static void
test_binary (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue
      = parse_fine (HEADER "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Ouvrir\"\n\n"
                           "msgid \"Open\"\nmsgstr \"Ouvert\"\n\nmsgid \"none\"\nmsgstr \"\"\n\n"
                           "#, fuzzy\nmsgid \"doubt\"\nmsgstr \"doute\"\n\n"
                           "#, c-format\nmsgid \"%d page\"\nmsgid_plural \"%d pages\"\n"
                           "msgstr[0] \"%d feuille\"\nmsgstr[1] \"%d feuilles\"\n");
  g_autoptr (GBytes) binary = pal_catalogue_write_binary (catalogue);
  g_autofree char *root = g_dir_make_tmp ("catalogue-XXXXXX", &error);
  g_autofree char *language = g_build_filename (root, "fr", NULL);
  g_autofree char *folder = g_build_filename (language, "LC_MESSAGES", NULL);
  g_autofree char *path = g_build_filename (folder, "test.mo", NULL);

  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (binary, NULL),
                                      (gssize) g_bytes_get_size (binary), &error));
  g_setenv ("LANGUAGE", "fr", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  bindtextdomain ("test", root);
  bind_textdomain_codeset ("test", "UTF-8");
  g_assert_cmpstr (g_dgettext ("test", "none"), ==, "none");
  g_assert_cmpstr (dgettext ("test", "Open"), ==, "Ouvert");
  g_assert_cmpstr (dgettext ("test", "menu\004Open"), ==, "Ouvrir");
  g_assert_cmpstr (dgettext ("test", "doubt"), ==, "doubt");
  g_assert_cmpstr (dngettext ("test", "%d page", "%d pages", 0), ==, "%d feuille");
  g_assert_cmpstr (dngettext ("test", "%d page", "%d pages", 2), ==, "%d feuilles");
  g_unlink (path);
  g_rmdir (folder);
  g_rmdir (language);
  g_rmdir (root);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_catalogue_save_finish (PAL_CATALOGUE (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalCatalogue **) user_data = pal_catalogue_load_finish (result, &error);
  g_assert_no_error (error);
}

/* What is saved is what it said when it was asked for. */
static void
test_save (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("catalogue-XXXXXX", &error);
  g_autofree char *path = g_build_filename (root, "fr.po", NULL);
  g_autoptr (PalCatalogue) catalogue = parse_fine (SAMPLE);
  g_autoptr (PalCatalogue) again = NULL;
  gboolean is_saved = FALSE;

  pal_catalogue_entry_set_translation (get_entry (catalogue, 2), 0, "Fermer");
  pal_catalogue_save_async (catalogue, path, NULL, saved_cb, &is_saved);
  pal_catalogue_entry_set_translation (get_entry (catalogue, 2), 0, "Plus tard");
  while (!is_saved)
    g_main_context_iteration (NULL, TRUE);
  pal_catalogue_load_async (path, PAL_CATALOGUE_LOAD_DEFAULT, NULL, loaded_cb, &again);
  while (again == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (pal_catalogue_entry_get_translation (get_entry (again, 2), 0), ==, "Fermer");
  g_unlink (path);
  g_rmdir (root);
}

static PalGlossary *
make_glossary (const char *language, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("glossary-XXXXXX", &error);
  g_autofree char *path = g_build_filename (root, "terms.csv", NULL);
  g_autofree char *all = g_strconcat ("term,translation,source,note\n", text, NULL);
  PalGlossary *glossary;

  g_assert_true (g_file_set_contents (path, all, -1, &error));
  glossary = pal_glossary_load (path, language, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (root);

  return glossary;
}

static void
test_glossary_find (void)
{
  static const struct
  {
    const char *text;
    const char *found; /* "term@start+length" */
  } rows[] = {
    { "", "" },
    { "A serious crime.", "serious crime@2+13" },
    { "Serious Crimes and a crime", "serious crime@0+14 crime@21+5" },
    { "crimes, crime", "crime@0+6" },
    { "for gain", "" },
    { "their gains", "gains@6+5" },
    { "criminal", "" },
    { "serious, crime", "serious crime@0+14" },
    { "parties to it", "party@0+7" },
  };
  g_autoptr (PalGlossary) glossary
      = make_glossary ("fr", "crime,x,,\nserious crime,x,,\ngains,x,,\nparty,x,,\n");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) hits = pal_glossary_find (glossary, rows[i].text);
      g_autoptr (GString) found = g_string_new (NULL);

      for (guint k = 0; k < hits->len; k++)
        {
          const PalGlossaryHit *hit = g_ptr_array_index (hits, k);

          g_string_append_printf (found, "%s%s@%zu+%zu", k > 0 ? " " : "", hit->term->term,
                                  hit->start, hit->length);
        }
      g_assert_cmpstr (found->str, ==, rows[i].found);
    }
}

static void
test_glossary_followed (void)
{
  static const struct
  {
    const char *language;
    const char *term;
    const char *note;
    const char *text;
    gboolean is_followed;
  } rows[] = {
    { "fr", "infraction grave", "", "des infractions graves", TRUE },
    { "fr", "infraction grave", "", "des crimes graves", FALSE },
    { "fr", "infraction grave", "also «délit»", "un délit", TRUE },
    { "fr", "infraction grave", "not délit", "un délit", FALSE },
    { "fr", "produit du crime", "", "les produits des crimes", TRUE },
    { "ru", "серьезное преступление", "", "серьезных преступлений", TRUE },
    { "ru", "пакет", "", "Проверить п_акет…", TRUE },
    { "ru", "серьезное преступление", "", "тяжких преступлений", FALSE },
    { "ar", "جريمة خطيرة", "", "الجرائم الخطيرة", TRUE },
    { "ar", "تجميد", "", "بالتجميد", TRUE },
    { "ar", "تجميد", "", "بلد جديد", FALSE },
    { "ar", "فريق عامل", "", "الأفرقة العاملة", TRUE },
    { "zh_CN", "严重犯罪", "", "这是严重犯罪。", TRUE },
    { "zh_CN", "严重犯罪", "", "这是犯罪。", FALSE },
    { "zh_CN", "证据", "作证 as a verb", "出庭作证", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *row = g_strdup_printf ("t,%s,,%s\n", rows[i].term, rows[i].note);
      g_autoptr (PalGlossary) glossary = make_glossary (rows[i].language, row);
      const PalGlossaryTerm *term = g_ptr_array_index (pal_glossary_get_terms (glossary), 0);

      g_test_message ("%s in %s", rows[i].term, rows[i].text);
      g_assert_true (pal_glossary_is_followed (glossary, term, rows[i].text)
                     == rows[i].is_followed);
    }
}

static void
test_glossary_refused (void)
{
  static const struct
  {
    const char *text;
    const char *line;
  } rows[] = {
    { "term,translation\na,b\n", "t.csv:1:" },
    { "term,translation,source,note\na,b,c,d,e\n", "t.csv:2:" },
    { "term,translation,source,note\na,\"b\n\nc\",d,e\n,b,c,d\n", "t.csv:5:" },
    { "term,translation,source,note\na,\"b,c,d\n", "t.csv:2:" },
    { "term,translation,source,note\na,\"b\"x,c,d\n", "t.csv:2:" },
    { "\xff", "t.csv:1:" },
  };
  g_autoptr (GError) made = NULL;
  g_autofree char *root = g_dir_make_tmp ("glossary-XXXXXX", &made);
  g_autofree char *path = g_build_filename (root, "t.csv", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, rows[i].text, -1, NULL));
      g_assert_null (pal_glossary_load (path, "fr", &error));
      g_assert_error (error, PAL_GLOSSARY_ERROR, PAL_GLOSSARY_ERROR_TABLE);
      g_assert_true (g_str_has_prefix (error->message, rows[i].line));
    }
  g_unlink (path);
  g_rmdir (root);
}

/* (transfer full): what msgcat makes of a file */
static char *
dup_normalised (const char *path)
{
  const char *words[] = { "msgcat", path, NULL };
  g_autoptr (GError) error = NULL;
  char *out = NULL;
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                               NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));

  return out;
}

static void
round_trip_folder (const char *folder, const char *work, guint *n_files)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalCatalogue) catalogue = NULL;
      g_autofree char *expected = NULL;
      g_autofree char *written = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        round_trip_folder (path, work, n_files);
      if (!g_str_has_suffix (name, ".po"))
        continue;
      catalogue = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DEFAULT, &error);
      g_assert_no_error (error);
      g_assert_true (pal_catalogue_save (catalogue, work, &error));
      g_assert_no_error (error);
      expected = dup_normalised (path);
      written = dup_normalised (work);
      g_test_message ("%s", path);
      g_assert_true (strcmp (expected, written) == 0);
      (*n_files)++;
    }
}

/* Every catalogue of ours is in order, and comes out as it went in. */
static void
test_round_trip (void)
{
  g_autofree char *tests = g_path_get_dirname (g_getenv ("PALERMO_TEST_DATA"));
  g_autofree char *top = g_path_get_dirname (tests);
  g_autofree char *interface = g_build_filename (top, "po", NULL);
  g_autofree char *forms = g_build_filename (top, "data", "forms", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("catalogue-XXXXXX", &error);
  g_autofree char *work = g_build_filename (root, "out.po", NULL);
  guint n_files = 0;

  round_trip_folder (interface, work, &n_files);
  round_trip_folder (forms, work, &n_files);
  g_assert_cmpuint (n_files, >, 60);
  g_unlink (work);
  g_rmdir (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/read", test_read);
  g_test_add_func ("/catalogue/scopes", test_scopes);
  g_test_add_func ("/catalogue/edit", test_edit);
  g_test_add_func ("/catalogue/refused", test_refused);
  g_test_add_func ("/catalogue/limits", test_limits);
  g_test_add_func ("/catalogue/draft", test_draft);
  g_test_add_func ("/catalogue/checks", test_checks);
  g_test_add_func ("/catalogue/plurals", test_plurals);
  g_test_add_func ("/catalogue/empty", test_empty);
  g_test_add_func ("/catalogue/binary", test_binary);
  g_test_add_func ("/catalogue/save", test_save);
  g_test_add_func ("/catalogue/round-trip", test_round_trip);
  g_test_add_func ("/glossary/find", test_glossary_find);
  g_test_add_func ("/glossary/followed", test_glossary_followed);
  g_test_add_func ("/glossary/refused", test_glossary_refused);

  return g_test_run ();
}
