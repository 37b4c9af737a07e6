// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-form-page.h"
#include "pal-history-window.h"
#include "pal-row-types.h"
#include "pal-undo.h"

/* The history of an answer: what is said of each version, and the way back. */

static const char MODEL[] = "<instance><data id='f'><q/><c/></data></instance>";
static const char BODY[] = "<input ref='/data/q'><label>What?</label></input>"
                           "<select1 ref='/data/c'><label>Which?</label>"
                           "<item><label>Yes, in part</label><value>part</value></item>"
                           "<item><label>No</label><value>no</value></item></select1>";

static void
write_answer (Desk *desk, const char *path, const char *value, const char *author)
{
  g_autoptr (GError) error = NULL;

  pal_dossier_set_author (desk->dossier, author);
  desk_set (desk, path, value);
  g_assert_true (pal_record_flush (desk->record, &error));
  g_assert_no_error (error);
}

static GtkWidget *
open_history (Desk *desk, const char *path)
{
  g_autoptr (PalQuestionContext) context = pal_question_context_new (desk->record);
  PalNode *node = desk_node (desk, path);
  PalQuestionRow *row = pal_row_type_create (
      context, pal_response_get_definition (desk_response (desk), node)->control, node, NULL);
  GtkWidget *window;

  desk_show (desk, GTK_WIDGET (row));
  window = GTK_WIDGET (pal_history_window_new (row));
  gtk_window_present (GTK_WINDOW (window));

  return window;
}

static void
gather_labels (GtkWidget *widget, GString *texts)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_LABEL (child))
        g_string_append_printf (texts, "%s\n", gtk_label_get_text (GTK_LABEL (child)));
      gather_labels (child, texts);
    }
}

/* Until it is said, for it is read on another thread. */
static void
assert_says (GtkWidget *window, const char *words)
{
  g_autoptr (GString) texts = g_string_new (NULL);
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (strstr (texts->str, words) == NULL && g_get_monotonic_time () < end_us)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
      g_string_truncate (texts, 0);
      gather_labels (window, texts);
    }
  if (strstr (texts->str, words) == NULL)
    g_error ("\"%s\" is not in:\n%s", words, texts->str);
}

static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found
          = GTK_IS_LABEL (child) && g_str_equal (gtk_label_get_text (GTK_LABEL (child)), text)
                ? child
                : find_label (child, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
test_texts (void)
{
  Desk desk = { 0 };
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *window;
  GtkWidget *label;
  const char *first = NULL;

  desk_open (&desk, MODEL, BODY);
  write_answer (&desk, "/data/q", "The old law applies", "Amal");
  write_answer (&desk, "/data/q", "The new law applies", "Boris");
  window = open_history (&desk, "/data/q");
  assert_says (window, "This is the first answer.");
  assert_says (window, "Boris");
  assert_says (window, "Amal");
  assert_says (window, "This is the answer now.");
  label = find_label (window, "The old new law applies");
  g_assert_nonnull (label);
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Removed: old. Added: new.");

  history
      = pal_dossier_read_history (desk.dossier, pal_record_get_id (desk.record), "/data/q", &error);
  g_assert_no_error (error);
  first = ((PalChange *) g_ptr_array_index (history, history->len - 1))->id;
  gtk_widget_activate_action (window, "history.restore", "s", first);
  while (g_strcmp0 (desk_value (&desk, "/data/q"), "The old law applies") != 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  desk_close (&desk);
}

/* Choices are told by their labels. */
static void
test_choices (void)
{
  Desk desk = { 0 };
  GtkWidget *window;

  desk_open (&desk, MODEL, BODY);
  write_answer (&desk, "/data/c", "part", "Amal");
  write_answer (&desk, "/data/c", "", "Boris");
  window = open_history (&desk, "/data/c");
  assert_says (window, "The answer was removed.");
  assert_says (window, "Yes, in part");
  gtk_window_destroy (GTK_WINDOW (window));
  desk_close (&desk);
}

static void
test_none (void)
{
  Desk desk = { 0 };
  GtkWidget *window;

  desk_open (&desk, MODEL, BODY);
  window = open_history (&desk, "/data/q");
  assert_says (window, "Nobody has answered this yet.");
  gtk_window_destroy (GTK_WINDOW (window));
  desk_close (&desk);
}

/* --- undo ---------------------------------------------------------------------------------- */

static const char ROWS_MODEL[]
    = "<instance><data id='f'><law jr:template=''><_id/><title/></law><end/></data></instance>";
static const char ROWS_BODY[]
    = "<group ref='/data/law'><label>Laws</label><repeat nodeset='/data/law'>"
      "<input ref='/data/law/title'><label>Title</label></input></repeat></group>"
      "<input ref='/data/end'><label>End</label></input>";

static void
step (Desk *desk, PalUndoWay way)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndone) undone = NULL;

  g_assert_true (pal_record_flush (desk->record, &error));
  undone = pal_dossier_undo (desk->dossier, way, &error);
  g_assert_no_error (error);
  g_assert_nonnull (undone);
  pal_record_follow (desk->record, undone->changes);
  gtk_test_widget_wait_for_draw (desk->window);
}

/* A row goes while somebody is in it, and comes back in place. */
static void
test_row_with_focus (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *page;
  GtkWidget *entry;

  desk_open (&desk, ROWS_MODEL, ROWS_BODY);
  pal_response_add_row (
      desk_response (&desk),
      pal_form_find_node (pal_response_get_form (desk_response (&desk)), "/data/law"), NULL, NULL,
      &error);
  g_assert_no_error (error);
  desk_set (&desk, "/data/law/title", "Law 12");
  outline = pal_outline_new (pal_response_get_form (desk_response (&desk)));
  page = pal_form_page_new (desk.record, outline,
                            g_ptr_array_index (pal_outline_get_pages (outline), 0));
  desk_show (&desk, page);
  entry = find_widget (page, GTK_TYPE_ENTRY);
  g_assert_nonnull (entry);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "Law 12");
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (
          pal_form_page_show_question (PAL_FORM_PAGE (page), desk_node (&desk, "/data/law/title")));
      gtk_test_widget_wait_for_draw (desk.window);
      step (&desk, PAL_UNDO_BACK);
      g_assert_null (pal_response_find (desk_response (&desk), "/data/law/title"));
      step (&desk, PAL_UNDO_FORTH);
      g_assert_cmpstr (desk_value (&desk, "/data/law/title"), ==, "Law 12");
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_widget (page, GTK_TYPE_ENTRY))),
                       ==, "Law 12");
    }
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/history/texts", test_texts);
  g_test_add_func ("/history/choices", test_choices);
  g_test_add_func ("/history/none", test_none);
  g_test_add_func ("/history/row-with-focus", test_row_with_focus);

  return g_test_run ();
}
