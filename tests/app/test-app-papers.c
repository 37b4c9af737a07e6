// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "office-fixture.h"
#include "pal-heard.h"
#include "pal-letter.h"
#include "pal-papers-window.h"

/* The window that makes papers, while other things go on. */

static gpointer
get_child (GtkWidget *window, const char *name)
{
  GObject *child = gtk_widget_get_template_child (window, PAL_TYPE_PAPERS_WINDOW, name);

  g_assert_nonnull (child);

  return child;
}

static void
choose_kind (GtkWidget *window, const char *id)
{
  guint n_kinds;
  const PalLetterKind *kinds = pal_letter_list_kinds (&n_kinds);

  for (guint i = 0; i < n_kinds; i++)
    if (strcmp (kinds[i].id, id) == 0)
      gtk_drop_down_set_selected (get_child (window, "kind"), i);
}

static GtkWidget *
open_window (Office *office, const char *kind)
{
  GtkWidget *window = pal_papers_window_new (NULL, office->session, kind);

  gtk_window_present (GTK_WINDOW (window));
  wait_until (window, "Making the paper…", FALSE);

  return window;
}

/* Whoever chooses another paper while one is saved gets what is shown, and then the other one. */
static void
test_chosen_while_saving (void)
{
  Office office = { 0 };
  g_autofree char *path = NULL;
  GtkWidget *window;

  office_open (&office);
  path = in_office (&office, "paper.docx");
  window = open_window (&office, "report");
  wait_until (get_child (window, "preview"), "Report on consultations", TRUE);
  pal_papers_window_save (PAL_PAPERS_WINDOW (window), path);
  choose_kind (window, "pilot");
  wait_until (get_child (window, "preview"), "Options of a pilot initiative", TRUE);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  gtk_window_destroy (GTK_WINDOW (window));
  office_close (&office);
}

/* What is heard meanwhile does not choose for anybody. */
static void
test_chosen_stays (void)
{
  Office office = { 0 };
  GtkWidget *window;
  GtkDropDown *subject;

  office_open (&office);
  g_assert_cmpuint (count_records (&office, "consultation"), >, 1);
  window = open_window (&office, "invitation");
  subject = get_child (window, "subject");
  while (!gtk_widget_get_visible (GTK_WIDGET (get_child (window, "subject_box"))))
    g_main_context_iteration (NULL, TRUE);
  gtk_drop_down_set_selected (subject, 1);
  g_signal_emit_by_name (pal_heard_of_dossier (pal_session_get_dossier (office.session)),
                         "changed");
  g_assert_cmpuint (gtk_drop_down_get_selected (subject), ==, 1);
  wait_until (window, "Making the paper…", FALSE);
  gtk_window_destroy (GTK_WINDOW (window));
  office_close (&office);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/papers/chosen-while-saving", test_chosen_while_saving);
  g_test_add_func ("/papers/chosen-stays", test_chosen_stays);

  return g_test_run ();
}
