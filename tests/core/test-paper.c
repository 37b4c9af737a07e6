// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-bundle.h"
#include "pal-country-names.h"
#include "pal-letter.h"
#include "pal-locale.h"
#include "pal-paper.h"
#include "pal-statement.h"

#include <locale.h>
#include <string.h>

/* Papers, and what is looked for in a statement. */

static PalPaper *
make_paper (const char *language)
{
  static const guint share[] = { 1, 2, 0 };
  static const char *const head[] = { "Point", "Answer", NULL };
  PalPaper *paper = pal_paper_new (language, "Title <&> \001 of a paper");

  pal_paper_add (paper, PAL_PAPER_TITLE, pal_paper_get_title (paper));
  pal_paper_add_heading (paper, 1, "First");
  pal_paper_add (paper, PAL_PAPER_TEXT, "  ");
  pal_paper_add (paper, PAL_PAPER_TEXT, "A line.\nAnd \342\201\250an isolated\342\201\251 name.");
  pal_paper_add (paper, PAL_PAPER_QUOTE, "اقتباس");
  pal_paper_add (paper, PAL_PAPER_NUMBER, "one");
  pal_paper_add (paper, PAL_PAPER_NUMBER, "two");
  pal_paper_add (paper, PAL_PAPER_TEXT, "between");
  pal_paper_add (paper, PAL_PAPER_NUMBER, "one again");
  pal_paper_add_table (paper, share, head);
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *text = g_strdup_printf ("row %u", i);

      pal_paper_add_row (paper, (const char *const[]){ text, "x", "too many", NULL });
    }
  pal_paper_add (paper, PAL_PAPER_BLANK, NULL);

  return paper;
}

static gboolean
holds (GBytes *bytes, const char *text)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return memmem (data, length, text, strlen (text)) != NULL;
}

/* What cannot be printed is left out, blank texts are no blocks, lists count from one again. */
static void
test_model (void)
{
  g_autoptr (PalPaper) paper = make_paper ("en");
  GPtrArray *blocks = pal_paper_get_blocks (paper);
  const PalPaperBlock *table = g_ptr_array_index (blocks, blocks->len - 2);
  g_autofree char *text = pal_paper_dup_text (paper);

  g_assert_cmpstr (pal_paper_get_title (paper), ==, "Title <&>  of a paper");
  g_assert_cmpuint (blocks->len, ==, 10);
  g_assert_cmpuint (((PalPaperBlock *) blocks->pdata[5])->level, ==, 2);
  g_assert_cmpuint (((PalPaperBlock *) blocks->pdata[7])->level, ==, 1);
  g_assert_cmpint (table->kind, ==, PAL_PAPER_TABLE);
  g_assert_cmpuint (table->rows->len, ==, 121);
  g_assert_cmpuint (g_strv_length (table->rows->pdata[1]), ==, 2);
  g_assert_nonnull (strstr (text, "row 119 | x"));
}

/* The same paper makes the same octets, and they name nobody. */
static void
test_octets (void)
{
  for (guint format = 0; format < PAL_PAPER_N_FORMATS; format++)
    {
      g_autoptr (PalPaper) paper = make_paper ("ar");
      g_autoptr (PalPaper) other = make_paper ("ar");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = pal_paper_write (paper, format, NULL, &error);
      g_autoptr (GBytes) again = NULL;

      g_assert_no_error (error);
      g_usleep (1100 * 1000); /* times in seconds would differ */
      again = pal_paper_write (other, format, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (bytes, again));
      g_assert_false (holds (bytes, g_get_user_name ()) && strlen (g_get_user_name ()) > 4);
      g_assert_false (holds (bytes, g_get_home_dir ()) && strlen (g_get_home_dir ()) > 4);
    }
}

static void
test_cancel (void)
{
  for (guint format = 0; format < PAL_PAPER_N_FORMATS; format++)
    {
      g_autoptr (PalPaper) paper = make_paper ("en");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      g_cancellable_cancel (cancellable);
      g_assert_null (pal_paper_write (paper, format, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_docx (void)
{
  g_autoptr (PalPaper) paper = make_paper ("ar");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pal_paper_write (paper, PAL_PAPER_DOCX, NULL, &error);
  g_autoptr (GHashTable) parts = NULL;
  GBytes *document;

  g_assert_no_error (error);
  parts = pal_bundle_read (bytes, NULL, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, &error);
  g_assert_no_error (error);
  document = g_hash_table_lookup (parts, "word/document.xml");
  g_assert_nonnull (document);
  g_assert_true (holds (document, "Title &lt;&amp;&gt;"));
  g_assert_true (holds (document, "<w:bidiVisual/>"));
  g_assert_true (holds (document, "<w:outlineLvl") || holds (document, "Heading1"));
  /* The marks of an isolate are runs of their own. */
  g_assert_false (holds (document, "\342\201\250"));
  g_assert_true (holds (document, ">an isolated<"));
}

static void
test_pdf (void)
{
  g_autoptr (PalPaper) paper = make_paper ("en");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pal_paper_write (paper, PAL_PAPER_PDF, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (holds (bytes, "%PDF-1."));
  g_assert_true (holds (bytes, "/Outlines"));
  g_assert_true (holds (bytes, "/FontFile"));
  g_assert_true (holds (bytes, "/Count 4")); /* pages: the table goes over several */
}

/* Cairo 1.16 loses outlines when it takes "如" out of a large Chinese font: no such piece of a font
 * goes into a file. */
static void
test_chinese (void)
{
  g_autoptr (PalPaper) paper = pal_paper_new ("zh_CN", "如何考虑");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  pal_paper_add (paper, PAL_PAPER_TITLE, "如何考虑");
  pal_paper_add (paper, PAL_PAPER_TEXT, "本函说明在准备问卷答复时如何考虑您的每条意见。ABC 12");
  bytes = pal_paper_write (paper, PAL_PAPER_PDF, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (holds (bytes, "/CIDFontType0C"));
}

/* --- what is looked for in a statement */

static void
test_countries (void)
{
  static const struct
  {
    const char *text;
    const char *own;
    const char *words; /* with "|" between */
  } rows[] = {
    { "We thank all who came.", NULL, "" },
    { "The check was good; the chad was not, nor the turkey.", NULL, "" },
    { "In Chad and in South Sudan.", NULL, "Chad|South Sudan" },
    { "Mexican courts; Mexicans.", NULL, "Mexican|Mexicans" },
    { "Les autorités françaises et le Mexique.", NULL, "françaises|Mexique" },
    { "Las autoridades mexicanas y España.", NULL, "mexicanas|España" },
    { "Власти Мексики и российские суды.", NULL, "Мексики|российские" },
    { "السلطات الفرنسية وفي مصر.", NULL, "الفرنسية|مصر" },
    { "النظام المالي والدول.", NULL, "" },
    { "我们感谢中国和法国。", NULL, "中国|法国" },
    { "Viet Nam and the Russian Federation.", NULL, "Viet Nam|Russian Federation" },
    { "France and Mexico; the French law.", "France", "Mexico" },
    { "France and Mexico; the French law.", "Мексика", "France|French" },
    { "Practicia has three shelters.", "Practicia", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) found = pal_country_names_find (rows[i].text, rows[i].own);
      g_auto (GStrv) words = g_strsplit (rows[i].words, "|", -1);
      guint n = g_strv_length (words);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpuint (found->len, ==, n);
      for (guint j = 0; j < found->len; j++)
        g_assert_true (g_strv_contains ((const char *const *) words,
                                        ((PalCountryName *) found->pdata[j])->word));
    }
}

static void
test_confirm (void)
{
  static const struct
  {
    const char *day;
    const char *announced;
    const char *until;
  } rows[] = {
    { "2026-05-05", NULL, "2026-04-20" },
    { "2026-05-05", "", "2026-04-20" },
    { "2026-05-05", "2026-04-10", "2026-04-10" },
    { "2026-05-05", "2026-04-25", "2026-04-20" },
    { "2026-05-05", "soon", "2026-04-20" },
    { "2024-03-10", NULL, "2024-02-24" },
    { "2026-02-30", NULL, NULL },
    { "5 May", NULL, NULL },
    { NULL, "2026-04-10", "2026-04-10" },
    { NULL, NULL, NULL },
    { "0001-01-03", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *until = pal_statement_dup_confirm_by (rows[i].day, rows[i].announced);

      g_assert_cmpstr (until, ==, rows[i].until);
    }
}

static void
test_dates (void)
{
  static const struct
  {
    const char *language;
    const char *date;
    const char *text;
  } rows[] = {
    { "en", "2026-10-06", "6 October 2026" },       { "fr", "2026-10-06", "6 octobre 2026" },
    { "es", "2026-10-06", "6 de octubre de 2026" }, { "zh_CN", "2026-10-06", "2026年10月6日" },
    { "ar", "2026-10-06", "6 أكتوبر 2026" },        { "en", "soon", "soon" },
    { "en", "2026-02-30", "2026-02-30" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = pal_locale_dup_date (rows[i].language, rows[i].date);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

/* Each paper has its own name, and says what it is without a dossier, or that it cannot. */
static void
test_kinds (void)
{
  guint n_kinds;
  const PalLetterKind *kinds = pal_letter_list_kinds (&n_kinds);

  g_assert_cmpuint (n_kinds, ==, 7);
  for (guint i = 0; i < n_kinds; i++)
    g_assert_true (pal_letter_find_kind (kinds[i].id) == &kinds[i]);
  for (guint i = 0; i < PAL_LETTER_N_WARNINGS; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (pal_letter_warning_kind_to_string (i), !=,
                       pal_letter_warning_kind_to_string (j));
}

static void
test_without_dossier (void)
{
  const PalLetterOrder order = { .kind = "letter", .language = "en", .date = "2026-11-23" };
  const PalLetterOrder unknown = { .kind = "poem", .language = "en" };
  const PalLetterOrder foreign = { .kind = "letter", .language = "../en" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalLetter) letter = pal_letter_make (NULL, &order, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (letter->warnings->len, ==, 1);
  g_assert_cmpint (((PalLetterWarning *) letter->warnings->pdata[0])->kind, ==,
                   PAL_LETTER_WARNING_BLANK);
  g_assert_cmpuint (((PalLetterWarning *) letter->warnings->pdata[0])->n, ==, 3);
  g_assert_null (pal_letter_make (NULL, &unknown, NULL, &error));
  g_assert_error (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_KIND);
  g_clear_error (&error);
  g_assert_null (pal_letter_make (NULL, &foreign, NULL, &error));
  g_assert_error (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_LANGUAGE);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paper/model", test_model);
  g_test_add_func ("/paper/octets", test_octets);
  g_test_add_func ("/paper/cancel", test_cancel);
  g_test_add_func ("/paper/docx", test_docx);
  g_test_add_func ("/paper/pdf", test_pdf);
  g_test_add_func ("/paper/chinese", test_chinese);
  g_test_add_func ("/paper/countries", test_countries);
  g_test_add_func ("/paper/confirm", test_confirm);
  g_test_add_func ("/paper/dates", test_dates);
  g_test_add_func ("/paper/kinds", test_kinds);
  g_test_add_func ("/paper/without-dossier", test_without_dossier);

  return g_test_run ();
}
