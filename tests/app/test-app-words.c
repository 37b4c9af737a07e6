// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-about.h"
#include "pal-answer-words.h"
#include "pal-attachment.h"
#include "pal-comparison.h"
#include "pal-date.h"
#include "pal-dossier.h"
#include "pal-form.h"
#include "pal-language.h"
#include "pal-reference.h"
#include "pal-ring.h"
#include "pal-trouble.h"

#include <adwaita.h>

static void
test_dates (void)
{
  static const struct
  {
    const char *typed;
    const char *canonical;
  } rows[] = {
    { "2024-05-31", "2024-05-31" },
    { " 2024-05-31 ", "2024-05-31" },
    { "31.5.2024", "2024-05-31" },
    { "31/05/2024", "2024-05-31" },
    { "2024-2-9", "2024-02-09" },
    { "2024-02-29", "2024-02-29" },
    { "2023-02-29", NULL },
    { "2024-13-01", NULL },
    { "2024-05-31x", NULL },
    { "31.5.24", NULL },
    { "0000-00-00", NULL },
    { "-1.5.2024", NULL },
    { "soon", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *date = pal_date_dup_canonical (rows[i].typed);

      g_assert_cmpstr (date, ==, rows[i].canonical);
    }
}

static void
test_references (void)
{
  static const struct
  {
    const char *reference;
    const char *text;
  } rows[] = {
    { "untoc:5.1.a", "Article 5\xc2\xa0(1)\xc2\xa0(a)" },
    { "firearms:8", "Article 8" },
    { "untoc:6.1.a.ii", "Article 6\xc2\xa0(1)\xc2\xa0(a)\xc2\xa0(ii)" },
    { "untoc:", NULL },
    { "untoc", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = pal_reference_dup_text (rows[i].reference);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_comparisons (void)
{
  static const struct
  {
    const char *before;
    const char *after;
    const char *text;
  } rows[] = {
    { "this law", "the law", "this the law" },
    { "the law", "the new law", "the new law" },
    { "the law", "the law, since May", "the law, since May" },
    { "the law.", "the law!", "the law.!" },
    { "\xe6\xb3\x95", "\xe5\xbe\x8b", "\xe6\xb3\x95\xe5\xbe\x8b" },
    { "", "law", "law" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkWidget *label = g_object_ref_sink (
          pal_comparison_new (rows[i].before, rows[i].after, PAL_COMPARISON_DEFAULT));

      g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, rows[i].text);
      g_object_unref (label);
    }
}

static void
test_directions (void)
{
  g_assert_true (pal_language_is_right_to_left ("ar"));
  g_assert_true (pal_language_is_right_to_left ("ar_EG"));
  g_assert_true (pal_language_is_right_to_left ("fa.UTF-8"));
  g_assert_false (pal_language_is_right_to_left ("arn"));
  g_assert_false (pal_language_is_right_to_left ("en"));
  g_assert_false (pal_language_is_right_to_left (NULL));
}

static void
test_attachment_names (void)
{
  static const struct
  {
    const char *name;
    const char *shown;
  } rows[] = {
    { "0123456789ab-Law 12.pdf", "Law 12.pdf" },
    { "0123456789abLaw.pdf", "0123456789abLaw.pdf" },
    { "short", "short" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = pal_attachment_dup_display_name (rows[i].name);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

/* Every code of the dossier and of forms has words of its own; none shows the log's message. */
static void
test_trouble (void)
{
  g_autofree char *common = NULL;
  g_autoptr (GError) unknown = g_error_new_literal (G_MARKUP_ERROR, 0, "log text");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  common = pal_trouble_dup_words (unknown);
  g_assert_null (strstr (common, "log text"));
  for (int code = PAL_DOSSIER_ERROR_EMPTY; code <= PAL_DOSSIER_ERROR_IO; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_DOSSIER_ERROR, code, "log text");
      char *words = pal_trouble_dup_words (error);

      g_assert_cmpstr (words, !=, common);
      g_assert_null (strstr (words, "log text"));
      g_assert_true (g_hash_table_add (seen, words));
    }
  for (int code = PAL_FORM_ERROR_MALFORMED; code <= PAL_FORM_ERROR_LIMIT; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_FORM_ERROR, code, "log text");
      g_autofree char *words = pal_trouble_dup_words (error);

      g_assert_cmpstr (words, !=, common);
    }
}

static void
test_save_trouble (void)
{
  g_autoptr (GError) full = g_error_new_literal (PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL, "x");
  g_autofree char *disk = pal_trouble_dup_save_words (full);
  g_autofree char *other = pal_trouble_dup_save_words (NULL);

  g_assert_nonnull (strstr (disk, "disk is full"));
  g_assert_nonnull (strstr (disk, "kept in this window"));
  g_assert_nonnull (strstr (other, "kept in this window"));
  g_assert_cmpstr (disk, !=, other);
}

static void
test_ring (void)
{
  PalRing *ring = g_object_ref_sink (PAL_RING (pal_ring_new (20)));
  g_autofree char *none = pal_ring_dup_words (0, 12, 0);
  g_autofree char *all = pal_ring_dup_words (12, 12, 0);
  g_autofree char *wrong = pal_ring_dup_words (3, 12, 1);
  g_autofree char *nothing = pal_ring_dup_words (0, 0, 0);

  g_assert_cmpint (pal_ring_get_state (ring), ==, PAL_RING_EMPTY);
  pal_ring_set_counts (ring, 3, 12, 0);
  g_assert_cmpint (pal_ring_get_state (ring), ==, PAL_RING_STARTED);
  pal_ring_set_counts (ring, 12, 12, 0);
  g_assert_cmpint (pal_ring_get_state (ring), ==, PAL_RING_DONE);
  pal_ring_set_counts (ring, 12, 12, 1);
  g_assert_cmpint (pal_ring_get_state (ring), ==, PAL_RING_PROBLEM);
  pal_ring_set_counts (ring, 0, 0, 0);
  g_assert_cmpint (pal_ring_get_state (ring), ==, PAL_RING_EMPTY);
  g_assert_cmpstr (none, ==, "Questions answered: 0 of 12");
  g_assert_cmpstr (all, ==, "All answered");
  g_assert_cmpstr (wrong, ==, "1 answer needs another look");
  g_assert_cmpstr (nothing, ==, "Nothing to answer");
  g_object_unref (ring);
}

/* In the letters of the official text. Arabic comes last: English has been there before. */
static void
test_references_in_arabic (void)
{
  g_autofree char *letter = NULL;
  g_autofree char *number = NULL;
  g_autofree char *ninth = NULL;

  pal_language_init ();
  pal_language_set ("ar");
  letter = pal_reference_dup_text ("untoc:5.1.a");
  number = pal_reference_dup_text ("untoc:15.2.c.ii");
  ninth = pal_reference_dup_text ("untoc:2.i");

  g_assert_nonnull (strstr (letter, "(1)\xc2\xa0(\xd8\xa3)"));
  g_assert_nonnull (strstr (number, "(2)\xc2\xa0(\xd8\xac)\xc2\xa0(2)"));
  g_assert_nonnull (strstr (ninth, "(\xd8\xb7)"));
  pal_language_set ("en");
}

/* What is shown of an answer in histories, conflicts and returns. */
static void
test_answers (void)
{
  static const struct
  {
    PalType type;
    const char *code;
    const char *value;
    const char *words;
  } rows[] = {
    { PAL_TYPE_DATE, "en", "2026-10-06", "6 October 2026" },
    { PAL_TYPE_DATE, "en", "soon", "soon" },
    { PAL_TYPE_STRING, "en", "2026-10-06", "2026-10-06" },
    { PAL_TYPE_DECIMAL, "en", "1234.5", "1,234.5" },
    { PAL_TYPE_DECIMAL, "es", "0.25", "0,25" },
    { PAL_TYPE_DECIMAL, "en", "0.12345678", "0.12345678" },
    { PAL_TYPE_DECIMAL, "en", "many", "many" },
    { PAL_TYPE_INTEGER, "en", "2025", "2025" },
  };

  pal_language_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalFormNode node = { .type = rows[i].type };
      PalFormControl control = { .kind = PAL_CONTROL_INPUT, .node = &node };
      g_autofree char *words = NULL;

      pal_language_set (rows[i].code);
      words = pal_answer_dup_words (NULL, &control, NULL, rows[i].value);
      g_assert_cmpstr (words, ==, rows[i].words);
    }
  pal_language_set ("en");
}

static void
assert_no_label (GtkWidget *widget, const char *const *words)
{
  if (GTK_IS_LABEL (widget))
    g_assert_false (g_strv_contains (words, gtk_label_get_text (GTK_LABEL (widget))));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_no_label (child, words);
}

/* Nor does what the library cannot say in Arabic stay in English. */
static void
test_about_in_arabic (void)
{
  static const char *const words[]
      = { "Palermo", "Details", "Credits", "Legal", "Translated by", NULL };
  GtkWidget *window = NULL;

  pal_language_init ();
  pal_language_set ("ar");
  window = pal_about_window_new (NULL);
  assert_no_label (window, words);
  gtk_window_destroy (GTK_WINDOW (window));
  pal_language_set ("en");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/words/dates", test_dates);
  g_test_add_func ("/words/references", test_references);
  g_test_add_func ("/words/comparisons", test_comparisons);
  g_test_add_func ("/words/directions", test_directions);
  g_test_add_func ("/words/attachment-names", test_attachment_names);
  g_test_add_func ("/words/trouble", test_trouble);
  g_test_add_func ("/words/save-trouble", test_save_trouble);
  g_test_add_func ("/words/ring", test_ring);
  g_test_add_func ("/words/answers", test_answers);
  g_test_add_func ("/words/references-in-arabic", test_references_in_arabic);
  g_test_add_func ("/words/about-in-arabic", test_about_in_arabic);

  return g_test_run ();
}
