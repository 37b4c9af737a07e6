// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-action-plan-page.h"
#include "pal-hand-in-page.h"
#include "pal-input-package.h"
#include "pal-new-input-window.h"
#include "pal-new-input.h"
#include "pal-page-types.h"
#include "pal-trouble.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

/* An organization's side: an input is begun, and saved for a focal point. */

#define CARD "/input/card/"

typedef struct
{
  char *dir;
  PalSession *session;
  GtkWidget *window;
} Desk;

/* --- what is shown */

/* Whether a label that is shown says it. */
static gboolean
says (GtkWidget *widget, const char *part)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, part))
      return TRUE;

  return FALSE;
}

static void
wait_until (GtkWidget *widget, const char *part, gboolean said)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (says (widget, part) != said && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  if (says (widget, part) != said)
    g_error ("it %s says: %s", said ? "never" : "always", part);
}

static GtkWidget *
find_nth (GtkWidget *widget, GType type, guint *n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (!gtk_widget_get_visible (child))
        continue;
      if (G_TYPE_CHECK_INSTANCE_TYPE (child, type) && (*n)-- == 0)
        return child;
      found = find_nth (child, type, n);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkWidget *
find (GtkWidget *widget, GType type, guint n)
{
  GtkWidget *found = find_nth (widget, type, &n);

  g_assert_nonnull (found);

  return found;
}

/* --- a dossier of an input */

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalDossier **) user_data = pal_new_input_create_finish (result, &error);
  g_assert_no_error (error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalSession **) user_data = pal_session_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = pal_session_close_finish (PAL_SESSION (source), result, NULL);
}

static void
desk_open (Desk *desk)
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
  pal_session_open_async (path, NULL, opened_cb, &desk->session);
  while (desk->session == NULL)
    g_main_context_iteration (NULL, TRUE);
  desk->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 800, 600);
}

static void
desk_close (Desk *desk)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", desk->dir);
  gboolean closed = FALSE;

  gtk_window_destroy (GTK_WINDOW (desk->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  pal_session_close_async (desk->session, closed_cb, &closed);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (desk->session);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (desk->dir);
}

static void
answer (Desk *desk, const char *path, const char *value)
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
show_page (Desk *desk)
{
  GtkWidget *page = pal_hand_in_page_new (desk->session);

  adw_window_set_content (ADW_WINDOW (desk->window), page);
  gtk_window_present (GTK_WINDOW (desk->window));

  return page;
}

/* --- saving */

static void
test_open (void)
{
  Desk desk = { 0 };
  GtkWidget *page;

  desk_open (&desk);
  page = show_page (&desk);
  wait_until (page, "What is the input about?", TRUE);
  g_assert_true (says (page, "Required and not answered"));
  g_assert_true (says (page, "First answer what is still open."));
  g_assert_true (says (page, "No name, no contact and no partner"));
  g_assert_false (says (page, "Hand it to the focal point"));
  desk_close (&desk);
}

static void
fill (Desk *desk)
{
  answer (desk, CARD "about/title", "Recruitment of <b>children</b>");
  answer (desk, CARD "author/organization", "Harbour & House");
  answer (desk, CARD "author/type", "ngo");
  answer (desk, CARD "sharing/checked", "yes");
}

static void
test_save (void)
{
  Desk desk = { 0 };
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
  desk_close (&desk);
}

/* Who stays unknown leaves no name, and is not asked for a key. */
static void
test_anonymous (void)
{
  Desk desk = { 0 };
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
  desk_close (&desk);
}

/* --- the plan */

static GtkWidget *
show_plan (Desk *desk)
{
  GtkWidget *page = pal_action_plan_page_new (desk->session);

  adw_window_set_content (ADW_WINDOW (desk->window), page);
  gtk_window_present (GTK_WINDOW (desk->window));
  wait_until (page, "steps done", TRUE);

  return page;
}

/* It is ticked, its days follow from the start of the review, and it is there again. */
static void
test_plan (void)
{
  Desk desk = { 0 };
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
  desk_close (&desk);
}

/* What is handed over says nothing of it. */
static void
test_plan_stays (void)
{
  Desk desk = { 0 };
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
  desk_close (&desk);
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
  gtk_widget_activate_action (window, "input.create", NULL);
  while (dossier == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_true (pal_input_is_dossier (dossier));
  path = g_strdup (pal_dossier_get_path (dossier));
  g_assert_true (g_str_has_suffix (path, "Testland - Input.palermo"));
  g_assert_true (pal_dossier_close (dossier, NULL));
  g_object_unref (dossier);
  g_unlink (path);
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
  Desk desk = { 0 };

  desk_open (&desk);
  g_assert_true (
      pal_page_type_fits (pal_page_type_find ("hand-in"), pal_session_get_dossier (desk.session)));
  g_assert_true (pal_page_type_fits (pal_page_type_find ("action-plan"),
                                     pal_session_get_dossier (desk.session)));
  g_assert_false (
      pal_page_type_fits (pal_page_type_find ("sending"), pal_session_get_dossier (desk.session)));
  g_assert_true (
      pal_page_type_fits (pal_page_type_find ("backups"), pal_session_get_dossier (desk.session)));
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/prepare/open", test_open);
  g_test_add_func ("/prepare/save", test_save);
  g_test_add_func ("/prepare/anonymous", test_anonymous);
  g_test_add_func ("/prepare/plan", test_plan);
  g_test_add_func ("/prepare/plan-stays", test_plan_stays);
  g_test_add_func ("/prepare/begin", test_begin);
  g_test_add_func ("/prepare/words", test_words);
  g_test_add_func ("/prepare/pages", test_pages);

  return g_test_run ();
}
