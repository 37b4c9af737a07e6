// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "office-fixture.h"
#include "pal-action-plan-page.h"
#include "pal-hand-in-page.h"
#include "pal-input-language.h"
#include "pal-input-package.h"
#include "pal-input-questions-box.h"
#include "pal-input-questions.h"
#include "pal-new-input-window.h"
#include "pal-new-input.h"
#include "pal-page-types.h"
#include "pal-trouble.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

/* An organization's side: an input is begun, and saved for a focal point. */

#define CARD "/input/card/"

/* --- a dossier of an input */

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalDossier **) user_data = pal_new_input_create_finish (result, &error);
  g_assert_no_error (error);
}

static void
desk_open (Office *desk)
{
  const char *const articles[] = { "tip:3", "tip:5", NULL };
  const PalInputOrder order = { .state = "Practicia", .cluster = "I", .articles = articles };
  g_autofree char *path = NULL;
  PalDossier *dossier = NULL;

  desk->dir = g_dir_make_tmp ("palermo-prepare-XXXXXX", NULL);
  path = g_build_filename (desk->dir, "mine.palermo", NULL);
  pal_new_input_create_async (&order, path, made_cb, &dossier);
  while (dossier == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (pal_input_is_dossier (dossier));
  g_assert_true (pal_dossier_close (dossier, NULL));
  g_object_unref (dossier);
  office_open_file (desk, path);
}

static void
answer (Office *desk, const char *path, const char *value)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (desk->session));
  g_autoptr (GError) error = NULL;
  PalNode *node = pal_response_find (response, path);

  g_assert_nonnull (node);
  g_assert_true (pal_response_set_value (response, node, value, &error));
  g_assert_no_error (error);
}

/* A page that looks anew. */
static GtkWidget *
show_page (Office *desk)
{
  GtkWidget *page = pal_hand_in_page_new (desk->session);

  show (desk, page);

  return page;
}

/* --- saving */

static void
test_open (void)
{
  Office desk = { 0 };
  GtkWidget *page;

  desk_open (&desk);
  page = show_page (&desk);
  wait_until (page, "What is the input about?", TRUE);
  g_assert_true (says (page, "Required and not answered"));
  g_assert_true (says (page, "First answer what is still open."));
  g_assert_true (says (page, "No name, no contact and no partner"));
  g_assert_false (says (page, "Hand it to the focal point"));
  office_close (&desk);
}

static void
fill (Office *desk)
{
  answer (desk, CARD "about/title", "Recruitment of <b>children</b>");
  answer (desk, CARD "author/organization", "Harbour & House");
  answer (desk, CARD "author/type", "ngo");
  answer (desk, CARD "sharing/checked", "yes");
}

static void
test_save (void)
{
  Office desk = { 0 };
  g_autofree char *path = NULL;
  GtkWidget *page;

  desk_open (&desk);
  path = g_build_filename (desk.dir, "mine.asice", NULL);
  fill (&desk);
  page = show_page (&desk);
  wait_until (page, "Nothing is open", TRUE);
  /* What somebody wrote is text. */
  g_assert_true (says (page, "Harbour & House"));
  g_assert_true (says (page, "Recruitment of <b>children</b>"));
  g_assert_true (says (page, "Trafficking in Persons Protocol"));
  g_assert_false (says (page, "First answer what is still open."));

  /* Who does not wish to sign need not. */
  g_assert_false (says (page, "You have no key yet"));
  pal_hand_in_page_save (PAL_HAND_IN_PAGE (page), path);
  wait_until (page, "Hand it to the focal point", TRUE);
  g_assert_true (says (page, "mine.asice"));
  g_assert_false (says (page, "Tell them your fingerprint"));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (page, GTK_TYPE_CHECK_BUTTON, 1)), TRUE);
  g_assert_true (says (page, "You have no key yet"));
  office_close (&desk);
}

/* What is changed while the file is written is shown when it is there. */
static void
test_changed_while_saving (void)
{
  Office desk = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GtkWidget) page = NULL;

  desk_open (&desk);
  path = g_build_filename (desk.dir, "mine.asice", NULL);
  fill (&desk);
  page = g_object_ref (show_page (&desk));
  wait_until (page, "Nothing is open", TRUE);
  pal_hand_in_page_save (PAL_HAND_IN_PAGE (page), path);
  show (&desk, gtk_label_new ("Another page"));
  answer (&desk, CARD "about/title", "Recruitment at the harbour");
  show (&desk, page);
  g_assert_false (says (page, "Recruitment at the harbour"));
  wait_until (page, "Hand it to the focal point", TRUE);
  wait_until (page, "Recruitment at the harbour", TRUE);
  office_close (&desk);
}

/* Who stays unknown leaves no name, and is not asked for a key. */
static void
test_anonymous (void)
{
  Office desk = { 0 };
  GtkWidget *page;

  desk_open (&desk);
  fill (&desk);
  answer (&desk, CARD "author/naming", "anonymous");
  page = show_page (&desk);
  wait_until (page, "You stay unknown", TRUE);
  g_assert_false (says (page, "Harbour & House"));
  g_assert_true (says (page, "No name, no contact and no partner"));
  g_assert_true (says (page, "Without a signature"));
  g_assert_false (says (page, "Signed with your key"));
  office_close (&desk);
}

/* --- the plan */

static GtkWidget *
show_plan (Office *desk)
{
  GtkWidget *page = pal_action_plan_page_new (desk->session);

  show (desk, page);
  wait_until (page, "steps done", TRUE);

  return page;
}

/* It is ticked, its days follow from the start of the review, and it is there again. */
static void
test_plan (void)
{
  Office desk = { 0 };
  GtkWidget *page;

  desk_open (&desk);
  page = show_plan (&desk);
  g_assert_true (says (page, "0 of 10 steps done"));
  g_assert_true (says (page, "Next: Find out when the State is reviewed"));
  g_assert_true (says (page, "Take part in a constructive dialogue"));
  g_assert_true (says (page, "Go to: Points"));
  g_assert_false (says (page, "To be named by"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (page, GTK_TYPE_CHECK_BUTTON, 0)), TRUE);
  wait_until (page, "1 of 10 steps done", TRUE);
  g_assert_true (says (page, "Next: Find out who coordinates the review"));

  gtk_editable_set_text (GTK_EDITABLE (find (page, GTK_TYPE_ENTRY, 0)), "2022-11-01");
  wait_until (page, "To be named by 15", TRUE);
  g_assert_true (says (page, "The answers are due by"));

  page = show_plan (&desk);
  g_assert_true (says (page, "1 of 10 steps done"));
  g_assert_true (says (page, "To be named by 15"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (page, GTK_TYPE_CHECK_BUTTON, 0)), FALSE);
  wait_until (page, "0 of 10 steps done", TRUE);
  office_close (&desk);
}

/* What is handed over says nothing of it. */
static void
test_plan_stays (void)
{
  Office desk = { 0 };
  GtkWidget *page;

  desk_open (&desk);
  fill (&desk);
  page = show_plan (&desk);
  gtk_editable_set_text (GTK_EDITABLE (find (page, GTK_TYPE_ENTRY, 0)), "2022-11-01");
  wait_until (page, "To be named by 15", TRUE);
  page = show_page (&desk);
  wait_until (page, "Nothing is open", TRUE);
  g_assert_true (says (page, "Harbour & House"));
  g_assert_false (says (page, "2022"));
  g_assert_false (says (page, "Find out"));
  office_close (&desk);
}

/* --- what the questionnaire asks */

static const char *
get_answer (Office *desk, const char *path)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (desk->session));
  PalNode *node = pal_response_find (response, path);

  g_assert_nonnull (node);

  return pal_response_get_value (response, node);
}

static void
add_point (Office *desk)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (desk->session));
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), CARD "points/point");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (pal_response_add_row (response, repeat, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* Only the articles that were chosen are there, and a point is linked to one of their questions. */
static void
test_questions (void)
{
  Office desk = { 0 };
  GtkWidget *box;
  GtkToggleButton *link;
  g_autofree char *number = NULL;

  desk_open (&desk);
  box = pal_input_questions_box_new (desk.session);
  show (&desk, box);
  wait_until (box, "Making trafficking in persons a crime", TRUE);
  g_assert_true (says (box, "Add a point below"));
  g_assert_false (says (box, "Article 6"));

  add_point (&desk);
  answer (&desk, CARD "points/point[1]/text", "Nobody asks <children>.");
  wait_until (box, "1. Nobody asks <children>.", TRUE);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (find (box, ADW_TYPE_EXPANDER_ROW, 1)), TRUE);
  link = GTK_TOGGLE_BUTTON (find (find (box, ADW_TYPE_EXPANDER_ROW, 1), GTK_TYPE_TOGGLE_BUTTON, 0));
  g_assert_false (gtk_toggle_button_get_active (link));
  gtk_toggle_button_set_active (link, TRUE);
  number = g_strdup (get_answer (&desk, CARD "points/point[1]/question"));
  g_assert_cmpint (g_ascii_strtoll (number, NULL, 10), >, 0);
  g_assert_cmpstr (get_answer (&desk, CARD "points/point[1]/articles"), ==, "tip:5");
  g_assert_true (gtk_toggle_button_get_active (link));

  /* Another point is not linked to it. */
  add_point (&desk);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (box, GTK_TYPE_DROP_DOWN, 0)), 1);
  g_assert_false (gtk_toggle_button_get_active (link));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (box, GTK_TYPE_DROP_DOWN, 0)), 0);
  g_assert_true (gtk_toggle_button_get_active (link));
  gtk_toggle_button_set_active (link, FALSE);
  g_assert_cmpstr (get_answer (&desk, CARD "points/point[1]/question"), ==, "");
  office_close (&desk);
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *value;
    guint number;
    gboolean named;
    const char *becomes;
  } rows[] = {
    { "", 31, TRUE, "31" },           { "32", 31, TRUE, "31, 32" },
    { "31, 32", 31, FALSE, "32" },    { "31", 31, TRUE, "31" },
    { "31;31", 31, FALSE, "" },       { "٣١، ٣٢", 33, TRUE, "31, 32, 33" },
    { "31, 32", 7, FALSE, "31, 32" }, { "", 7, FALSE, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text
          = pal_input_questions_set (rows[i].value, rows[i].number, rows[i].named);

      g_assert_cmpstr (text, ==, rows[i].becomes);
      g_assert_cmpint (pal_input_questions_has (text, rows[i].number), ==, rows[i].named);
    }
}

/* --- beginning */

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(PalDossier **) user_data = pal_new_input_window_finish (result);
}

static GtkWidget *
find_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (PAL_IS_NEW_INPUT_WINDOW (window))
        return window;
    }

  return NULL;
}

static void
test_begin (void)
{
  PalDossier *dossier = NULL;
  g_autofree char *path = NULL;
  g_autofree char *language = NULL;
  GtkDropDown *languages;
  GtkWidget *window;

  pal_new_input_window_run_async (NULL, begun_cb, &dossier);
  window = find_window ();
  g_assert_nonnull (window);
  wait_until (window, "Cluster II:", TRUE);
  g_assert_false (says (window, "article 5: making trafficking in persons"));
  gtk_switch_set_active (GTK_SWITCH (find (window, GTK_TYPE_SWITCH, 0)), FALSE);
  g_assert_true (says (window, "article 5: making trafficking in persons"));

  /* The list follows the part of the review. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (window, GTK_TYPE_CHECK_BUTTON, 1)), TRUE);
  g_assert_false (says (window, "article 5: making trafficking in persons"));
  g_assert_true (says (window, "Trafficking in Persons Protocol, article 6"));

  gtk_widget_activate_action (window, "input.create", NULL);
  g_assert_true (says (window, "Enter the name of the State."));
  gtk_editable_set_text (GTK_EDITABLE (find (window, ADW_TYPE_ENTRY_ROW, 0)), "Testland");
  gtk_widget_activate_action (window, "input.create", NULL);
  g_assert_true (says (window, "Tick the articles"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (window, GTK_TYPE_CHECK_BUTTON, 4)), TRUE);
  languages = GTK_DROP_DOWN (find (window, GTK_TYPE_DROP_DOWN, 0));
  g_assert_true (says (window, "English"));
  gtk_drop_down_set_selected (languages, 3);
  gtk_widget_activate_action (window, "input.create", NULL);
  while (dossier == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_true (pal_input_is_dossier (dossier));
  path = g_strdup (pal_dossier_get_path (dossier));
  g_assert_true (g_str_has_suffix (path, "Testland - Input.palermo"));
  language = pal_dossier_get_meta (dossier, PAL_INPUT_META_LANGUAGE);
  g_assert_cmpstr (language, ==, "fr");
  g_assert_true (pal_dossier_close (dossier, NULL));
  g_object_unref (dossier);
  g_unlink (path);
}

/* It is chosen for the input, and changed in the menu. */
static void
test_language (void)
{
  Office desk = { 0 };
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  PalResponse *response;

  desk_open (&desk);
  response = pal_record_get_response (pal_session_get_questionnaire (desk.session));
  before = pal_input_language_dup (desk.session);
  g_assert_null (before);
  pal_input_language_install (desk.window, desk.session, menu);
  g_assert_cmpint (g_menu_model_get_n_items (G_MENU_MODEL (menu)), ==, 1);
  g_assert_true (gtk_widget_activate_action (desk.window, "input.language", "s", "fr"));
  g_assert_true (g_str_has_prefix (pal_response_get_language (response), "Fran"));
  while ((after = pal_input_language_dup (desk.session)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (after, ==, "fr");
  office_close (&desk);
}

/* --- words, and the list of pages */

static void
test_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const PalInputError codes[]
      = { PAL_INPUT_ERROR_NONE, PAL_INPUT_ERROR_ARTICLE, PAL_INPUT_ERROR_OPEN,
          PAL_INPUT_ERROR_ANONYMOUS, PAL_INPUT_ERROR_LIMIT };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_INPUT_ERROR, codes[i], "for the log");
      char *words = pal_trouble_dup_words (error);

      g_assert_null (strstr (words, "Something went wrong"));
      g_assert_true (g_hash_table_add (seen, words));
    }
}

static void
test_pages (void)
{
  Office desk = { 0 };

  desk_open (&desk);
  g_assert_true (
      pal_page_type_fits (pal_page_type_find ("hand-in"), pal_session_get_dossier (desk.session)));
  g_assert_true (pal_page_type_fits (pal_page_type_find ("action-plan"),
                                     pal_session_get_dossier (desk.session)));
  g_assert_false (
      pal_page_type_fits (pal_page_type_find ("sending"), pal_session_get_dossier (desk.session)));
  g_assert_true (
      pal_page_type_fits (pal_page_type_find ("backups"), pal_session_get_dossier (desk.session)));
  office_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/prepare/open", test_open);
  g_test_add_func ("/prepare/save", test_save);
  g_test_add_func ("/prepare/changed-while-saving", test_changed_while_saving);
  g_test_add_func ("/prepare/anonymous", test_anonymous);
  g_test_add_func ("/prepare/plan", test_plan);
  g_test_add_func ("/prepare/plan-stays", test_plan_stays);
  g_test_add_func ("/prepare/questions", test_questions);
  g_test_add_func ("/prepare/numbers", test_numbers);
  g_test_add_func ("/prepare/begin", test_begin);
  g_test_add_func ("/prepare/language", test_language);
  g_test_add_func ("/prepare/words", test_words);
  g_test_add_func ("/prepare/pages", test_pages);

  return g_test_run ();
}
