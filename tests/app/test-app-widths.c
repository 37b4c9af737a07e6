// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-consent-window.h"
#include "pal-consider-window.h"
#include "pal-coverage-window.h"
#include "pal-form-page.h"
#include "pal-kit-window.h"
#include "pal-language.h"
#include "pal-list-window.h"
#include "pal-new-dossier-window.h"
#include "pal-new-input-window.h"
#include "pal-page-types.h"
#include "pal-papers-window.h"
#include "pal-redaction-window.h"
#include "pal-session.h"
#include "pal-sidebar.h"

/* The narrowest window, in pixels. */
#define NARROWEST 360
/* The smallest screen of a computer, without the bar of its desktop. */
#define LOWEST_WIDTH 1024
#define LOWEST 570

/* Every page of the practice country fits into the narrowest window, in each language. */

static const char *const codes[] = { "en", "ar", "es", "fr", "ru", "zh_CN" };

typedef struct
{
  char *dir;
  PalSession *session;
  GMainLoop *loop;
} Country;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Country *country = user_data;
  g_autoptr (GError) error = NULL;

  country->session = pal_session_open_finish (result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (country->loop);
}

static void
country_open (Country *country)
{
  g_autoptr (GFile) prepared = g_file_new_for_path (g_getenv ("PALERMO_PRACTICE"));
  g_autoptr (GFile) copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  country->dir = g_dir_make_tmp ("palermo-widths-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (country->dir, "practicia.palermo", NULL);
  copy = g_file_new_for_path (path);
  g_file_copy (prepared, copy, G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  country->loop = g_main_loop_new (NULL, FALSE);
  pal_session_open_async (path, NULL, opened_cb, country);
  g_main_loop_run (country->loop);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_session_close_finish (PAL_SESSION (source), result, &error));
  g_assert_no_error (error);
  g_main_loop_quit (user_data);
}

static void
country_close (Country *country)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  pal_session_close_async (country->session, closed_cb, country->loop);
  g_main_loop_run (country->loop);
  g_clear_object (&country->session);
  g_main_loop_unref (country->loop);
  dir = g_dir_open (country->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (country->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (country->dir);
  g_free (country->dir);
}

static int
get_least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);

  return least;
}

/* Follows the widest child down, for whoever has to mend it. */
static void
print_widest (GtkWidget *widget)
{
  GtkWidget *widest = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child)
        && (widest == NULL || get_least_width (child) > get_least_width (widest)))
      widest = child;
  g_printerr ("# %4d %s%s%s\n", get_least_width (widget), G_OBJECT_TYPE_NAME (widget),
              GTK_IS_LABEL (widget) ? ": " : "",
              GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "");
  if (widest != NULL)
    print_widest (widest);
}

static void
assert_fits (GtkWidget *page, const char *name)
{
  if (get_least_width (page) <= NARROWEST)
    return;

  g_printerr ("# %s, %s:\n", pal_language_get (), name);
  print_widest (page);
  g_test_fail ();
}

static void
check_page (PalRecord *record, PalOutline *outline, PalOutlinePage *page)
{
  GtkWidget *window = adw_window_new ();
  /* In a narrow window the leaflet is folded, and style follows. */
  GtkWidget *leaflet = g_object_new (GTK_TYPE_BOX, "css-name", "leaflet", NULL);
  GtkWidget *widget = pal_form_page_new (record, outline, page);
  g_autofree char *title = page->control != NULL
                               ? pal_response_dup_text (pal_record_get_response (record),
                                                        page->control, NULL, PAL_TEXT_LABEL)
                               : NULL;

  gtk_widget_add_css_class (leaflet, "folded");
  gtk_box_append (GTK_BOX (leaflet), widget);
  adw_window_set_content (ADW_WINDOW (window), leaflet);
  assert_fits (widget, title);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
check_record (Country *country, const char *id)
{
  PalDossier *dossier = pal_session_get_dossier (country->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_record_open (dossier, id, &error);
  g_autoptr (PalOutline) outline = NULL;
  PalForm *form;

  g_assert_no_error (error);
  form = pal_response_get_form (pal_record_get_response (record));
  outline = pal_outline_new (form);
  for (gsize n = 0; n < G_N_ELEMENTS (codes); n++)
    {
      pal_language_set (codes[n]);
      pal_response_set_language (pal_record_get_response (record),
                                 pal_form_match_language (form, codes[n]));
      for (guint i = 0; i < pal_outline_get_pages (outline)->len; i++)
        check_page (record, outline, g_ptr_array_index (pal_outline_get_pages (outline), i));
    }
  pal_language_set ("en");
}

static void
test_records (void)
{
  Country country = { 0 };
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;

  country_open (&country);
  records = pal_dossier_list_records (pal_session_get_dossier (country.session), NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < records->len; i++)
    check_record (&country, ((PalRecordInfo *) g_ptr_array_index (records, i))->id);
  country_close (&country);
}

static void
check_page_type (Country *country, const PalPageType *type)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *page = type->create (country->session);

  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  for (int frame = 0; frame < 5; frame++)
    gtk_test_widget_wait_for_draw (window);
  assert_fits (page, type->id);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_page_types (void)
{
  Country country = { 0 };

  country_open (&country);
  for (gsize n = 0; n < G_N_ELEMENTS (codes); n++)
    {
      pal_language_set (codes[n]);
      pal_session_set_form_language (country.session, codes[n]);
      for (guint i = 0; i < pal_n_page_types; i++)
        check_page_type (&country, &pal_page_types[i]);
    }
  pal_language_set ("en");
  country_close (&country);
}

/* --- windows over a page -----------------------------------------------------------------------
 */

static void
ignore_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
}

static void
open_new_dossier (Country *country, GtkWidget *parent)
{
  pal_new_dossier_window_run_async (GTK_WINDOW (parent), ignore_cb, NULL);
}

static void
open_new_input (Country *country, GtkWidget *parent)
{
  pal_new_input_window_run_async (GTK_WINDOW (parent), ignore_cb, NULL);
}

static void
open_kit (Country *country, GtkWidget *parent)
{
  gtk_window_present (GTK_WINDOW (pal_kit_window_new (GTK_WINDOW (parent), country->session)));
}

static void
open_papers (Country *country, GtkWidget *parent)
{
  gtk_window_present (
      GTK_WINDOW (pal_papers_window_new (GTK_WINDOW (parent), country->session, NULL)));
}

static void
open_list (Country *country, GtkWidget *parent)
{
  g_autofree char *path = g_build_filename (country->dir, "list.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path,
                                      "Name,Type,Email\n"
                                      "Lantern House,NGO,lantern@practicia.example\n"
                                      "Second Morning,something else,\n",
                                      -1, &error));
  g_assert_no_error (error);
  gtk_window_present (
      GTK_WINDOW (pal_list_window_new (GTK_WINDOW (parent), country->session, path)));
}

/* The first point that somebody raised. */
static void
find_point (Country *country, char **record, char **row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalConsultations) consultations
      = pal_consultations_load (pal_session_get_dossier (country->session), NULL, &error);
  const PalRaisedPoint *point;

  g_assert_no_error (error);
  g_assert_cmpuint (pal_consultations_list_points (consultations)->len, >, 0);
  point = g_ptr_array_index (pal_consultations_list_points (consultations), 0);
  *record = g_strdup (point->consultation->id);
  *row = g_strdup (point->row);
}

static void
open_consider (Country *country, GtkWidget *parent)
{
  g_autofree char *record = NULL;
  g_autofree char *row = NULL;

  find_point (country, &record, &row);
  pal_consider_window_present (parent, country->session, record, row);
}

static void
open_consent (Country *country, GtkWidget *parent)
{
  g_autofree char *record = NULL;
  g_autofree char *row = NULL;

  find_point (country, &record, &row);
  gtk_window_present (GTK_WINDOW (pal_consent_window_new (parent, country->session, record)));
}

static gboolean
is_to_redact (GtkWidget *widget)
{
  return PAL_IS_QUESTION_ROW (widget) && pal_redaction_may (PAL_QUESTION_ROW (widget));
}

static GtkWidget *
find_to_redact (GtkWidget *widget)
{
  GtkWidget *found = is_to_redact (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_to_redact (child);

  return found;
}

static void
open_redaction (Country *country, GtkWidget *parent)
{
  g_autofree char *id = NULL;
  g_autofree char *row = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (PalOutline) outline = NULL;
  GPtrArray *pages;
  GtkWidget *text = NULL;

  find_point (country, &id, &row);
  record = pal_record_open (pal_session_get_dossier (country->session), id, &error);
  g_assert_no_error (error);
  outline = pal_outline_new (pal_response_get_form (pal_record_get_response (record)));
  pages = pal_outline_get_pages (outline);
  for (guint i = 0; i < pages->len && text == NULL; i++)
    {
      GtkWidget *page = pal_form_page_new (record, outline, g_ptr_array_index (pages, i));

      adw_window_set_content (ADW_WINDOW (parent), page);
      text = find_to_redact (page);
    }
  g_assert_nonnull (text);
  gtk_window_present (GTK_WINDOW (pal_redaction_window_new (PAL_QUESTION_ROW (text))));
}

static void
open_coverage (Country *country, GtkWidget *parent)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalConsultations) consultations
      = pal_consultations_load (pal_session_get_dossier (country->session), NULL, &error);
  const PalCoverageScope scope = { NULL, NULL };
  g_autoptr (PalCoverageRecords) records = NULL;

  g_assert_no_error (error);
  records = pal_coverage_find_records (consultations, &scope, NULL, NULL);
  pal_coverage_window_present (parent, country->session, NULL, NULL, records);
}

static const struct
{
  const char *name;
  void (*open) (Country *country, GtkWidget *parent);
} windows[] = {
  { "new-dossier", open_new_dossier },
  { "new-input", open_new_input },
  { "kit", open_kit },
  { "papers", open_papers },
  { "list", open_list },
  { "consider", open_consider },
  { "consent", open_consent },
  { "redaction", open_redaction },
  { "coverage", open_coverage },
};

/* What stands over a window, once it is there. */
static GtkWidget *
find_above (GtkWidget *parent)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, i);

      if (gtk_window_get_transient_for (window) == GTK_WINDOW (parent)
          && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return GTK_WIDGET (window);
    }

  return NULL;
}

static void
check_window (Country *country, gsize which)
{
  GtkWidget *parent = adw_window_new ();
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  GtkWidget *window;
  int width, height;

  gtk_window_set_default_size (GTK_WINDOW (parent), LOWEST_WIDTH, LOWEST);
  gtk_window_present (GTK_WINDOW (parent));
  gtk_test_widget_wait_for_draw (parent);
  windows[which].open (country, parent);
  while ((window = find_above (parent)) == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_nonnull (window);
  for (int frame = 0; frame < 5; frame++)
    gtk_test_widget_wait_for_draw (window);
  assert_fits (window, windows[which].name);

  /* It asks for no more than a small screen has, and can be made as low as it. */
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  if (height > LOWEST)
    {
      g_printerr ("# %s, %s: %d high\n", pal_language_get (), windows[which].name, height);
      g_test_fail ();
    }
  gtk_widget_measure (window, GTK_ORIENTATION_VERTICAL, NARROWEST, &height, NULL, NULL, NULL);
  if (height > LOWEST)
    {
      g_printerr ("# %s, %s: not below %d\n", pal_language_get (), windows[which].name, height);
      g_test_fail ();
    }
  gtk_window_destroy (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (parent));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_windows (void)
{
  Country country = { 0 };

  country_open (&country);
  for (gsize n = 0; n < G_N_ELEMENTS (codes); n++)
    {
      pal_language_set (codes[n]);
      pal_session_set_form_language (country.session, codes[n]);
      for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
        check_window (&country, i);
    }
  pal_language_set ("en");
  country_close (&country);
}

static gboolean
is_in_sight (GtkWidget *row, GtkWidget *scrolled)
{
  graphene_rect_t bounds;

  return gtk_widget_get_height (row) > 0 && gtk_widget_compute_bounds (row, scrolled, &bounds)
         && bounds.origin.y >= 0
         && bounds.origin.y + bounds.size.height <= gtk_widget_get_height (scrolled);
}

/* A dossier opens where one was, far down the list: chosen before the list was ever laid out. */
static void
test_sidebar_shows_what_is_open (void)
{
  Country country = { 0 };
  GtkWidget *window = adw_window_new ();
  GtkWidget *sidebar = g_object_new (PAL_TYPE_SIDEBAR, NULL);
  GtkListBox *list = NULL;
  GtkWidget *row = NULL;
  GtkWidget *scrolled = NULL;
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  country_open (&country);
  pal_sidebar_set_session (PAL_SIDEBAR (sidebar), country.session);
  pal_sidebar_select (PAL_SIDEBAR (sidebar), "/cluster1/firearms/art8");
  list = GTK_LIST_BOX (find_widget (sidebar, GTK_TYPE_LIST_BOX));
  row = GTK_WIDGET (gtk_list_box_get_selected_row (list));
  g_assert_nonnull (row);
  scrolled = gtk_widget_get_ancestor (row, GTK_TYPE_SCROLLED_WINDOW);

  /* The focus is in the page, and scrolls nothing here. */
  gtk_widget_set_can_focus (sidebar, FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 600);
  adw_window_set_content (ADW_WINDOW (window), sidebar);
  gtk_window_present (GTK_WINDOW (window));
  while (!is_in_sight (row, scrolled) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (is_in_sight (row, scrolled));

  gtk_window_destroy (GTK_WINDOW (window));
  country_close (&country);
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/app/palermo/Palermo/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  pal_language_init ();
  adw_init ();
  load_style ();

  g_test_add_func ("/widths/records", test_records);
  g_test_add_func ("/widths/page-types", test_page_types);
  g_test_add_func ("/widths/windows", test_windows);
  g_test_add_func ("/widths/sidebar-shows-what-is-open", test_sidebar_shows_what_is_open);

  return g_test_run ();
}
