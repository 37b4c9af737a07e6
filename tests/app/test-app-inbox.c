// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "office-fixture.h"
#include "pal-consultations.h"
#include "pal-heard.h"
#include "pal-inbox-model.h"
#include "pal-inbox-page.h"
#include "pal-inbox-view.h"
#include "pal-inbox-words.h"
#include "pal-intake.h"
#include "pal-kit-window.h"
#include "pal-list-window.h"
#include "pal-participation-group.h"

/* What comes from outside, and what brings it here, on a copy of the practice dossier. */

#define POINT "Few victims are <b>told</b> & nobody explains."

/* --- making a kit */

#define N_KIT_FORMATS 4 /* the first of the boxes to tick */

static gboolean
holds (const char *path, const char *part)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, part) != NULL;
}

static void
test_kit (void)
{
  Office office = { 0 };
  g_autofree char *one = NULL;
  g_autofree char *several = NULL;
  g_autofree char *again = NULL;
  GtkWidget *window;
  guint n = 0;

  office_open (&office);
  one = in_office (&office, "one.html");
  several = in_office (&office, "Practicia-kit-fr.html");
  again = in_office (&office, "Practicia-kit-fr-2.html");
  window = pal_kit_window_new (NULL, office.session);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (says (window, "All articles"));
  g_assert_false (says (window, "Article 5. Taking part"));

  /* The language of the program is proposed. */
  pal_kit_window_make (PAL_KIT_WINDOW (window), one);
  wait_until (window, "What to do with it", TRUE);
  g_assert_true (says (window, "one.html"));
  g_assert_true (holds (one, "Content-Security-Policy"));
  g_assert_true (holds (one, "lang=\"en\""));
  g_assert_false (holds (one, "Written round")); /* what others said stays here */
  gtk_window_destroy (GTK_WINDOW (window));

  /* Several languages, each in a file of its own; what is there stays. */
  for (guint round = 0; round < 2; round++)
    {
      window = pal_kit_window_new (NULL, office.session);
      gtk_window_present (GTK_WINDOW (window));
      n = N_KIT_FORMATS + 3;
      gtk_check_button_set_active (GTK_CHECK_BUTTON (find_nth (window, GTK_TYPE_CHECK_BUTTON, &n)),
                                   TRUE);
      gtk_switch_set_active (GTK_SWITCH (find (window, GTK_TYPE_SWITCH, 0)), FALSE);
      g_assert_true (says (window, "Article 5. Taking part"));
      gtk_switch_set_active (GTK_SWITCH (find (window, GTK_TYPE_SWITCH, 0)), TRUE);
      pal_kit_window_make (PAL_KIT_WINDOW (window), office.dir);
      wait_until (window, "What to do with it", TRUE);
      gtk_window_destroy (GTK_WINDOW (window));
    }
  g_assert_true (holds (several, "lang=\"fr\""));
  g_assert_true (holds (again, "lang=\"fr\""));
  office_close (&office);
}

/* For whom a browser is not the way. */
static void
test_kit_formats (void)
{
  static const struct
  {
    const char *name;
    const char *begins;
    gboolean comes_back;
  } formats[] = { { "kit.html", "<!DOCTYPE html>", TRUE },
                  { "kit.xlsx", "PK", TRUE },
                  { "kit.docx", "PK", TRUE },
                  { "kit.pdf", "%PDF", FALSE } };
  Office office = { 0 };

  G_STATIC_ASSERT (G_N_ELEMENTS (formats) == N_KIT_FORMATS);
  office_open (&office);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *path = in_office (&office, formats[i].name);
      g_autofree char *text = NULL;
      GtkWidget *window = pal_kit_window_new (NULL, office.session);
      guint n = i;

      gtk_window_present (GTK_WINDOW (window));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (find_nth (window, GTK_TYPE_CHECK_BUTTON, &n)),
                                   TRUE);
      pal_kit_window_make (PAL_KIT_WINDOW (window), path);
      wait_until (window, "What to do with it", TRUE);
      g_assert_true (says (window, "It comes back as a file") == formats[i].comes_back);
      g_assert_true (says (window, "It comes back on paper") != formats[i].comes_back);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_true (g_str_has_prefix (text, formats[i].begins));
      gtk_window_destroy (GTK_WINDOW (window));
    }
  office_close (&office);
}

/* Where nothing can be written, it says so, and can be tried again. */
static void
test_kit_trouble (void)
{
  Office office = { 0 };
  g_autofree char *path = NULL;
  GtkWidget *window;

  office_open (&office);
  path = in_office (&office, "no/such/folder.html");
  window = pal_kit_window_new (NULL, office.session);
  gtk_window_present (GTK_WINDOW (window));
  pal_kit_window_make (PAL_KIT_WINDOW (window), path);
  wait_until (window, "In which languages", TRUE);
  g_assert_true (says (window, "not there any more") || says (window, "cannot")
                 || says (window, "went wrong"));
  gtk_window_destroy (GTK_WINDOW (window));
  office_close (&office);
}

/* --- importing a list */

static const char LIST[] = "Name;Type;Website;Contact person;Founded\n"
                           "Lantern <i>House</i>;NGO;https://lantern.example;;12/05/2001\n"
                           "Second Morning;NGO;javascript:alert(1);;\n"
                           "Coastal Legal Aid;NGO;;Ana Ortiz;\n"
                           ";NGO;;;\n";

static void
test_list (void)
{
  Office office = { 0 };
  g_autofree char *path = NULL;
  GtkWidget *window;
  guint before;

  office_open (&office);
  before = count_records (&office, "stakeholder");
  path = put (&office, "list.csv", LIST);
  window = pal_list_window_new (NULL, office.session, path);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (window, "What the columns mean", TRUE);
  g_assert_true (says (window, "4 rows, read as UTF-8"));
  g_assert_true (says (window, "2 new cards"));
  g_assert_true (says (window, "2 rows are left out"));
  g_assert_true (says (window, "Lantern <i>House</i>"));
  g_assert_true (says (window, "The name is like that of Second Morning"));
  g_assert_true (says (window, "javascript:alert(1)"));
  g_assert_true (says (window, "Row 3, Website: no link"));
  g_assert_true (says (window, "has no name and is left out"));
  g_assert_true (says (window, "Take contact persons along"));

  /* The same one: what the card lacks is filled. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (window, GTK_TYPE_DROP_DOWN, 0)), 2);
  g_assert_true (says (window, "1 card gets what it lacks"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (window, GTK_TYPE_DROP_DOWN, 0)), 0);
  /* A column that nobody wants is read no more. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find (window, GTK_TYPE_DROP_DOWN, 3)), 0);
  wait_until (window, "javascript:alert(1)", FALSE);
  wait_until (window, "What the columns mean", TRUE);

  gtk_widget_activate_action (window, "list.import", NULL);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  while (window != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_records (&office, "stakeholder"), ==, before + 2);
  undo (&office);
  g_assert_cmpuint (count_records (&office, "stakeholder"), ==, before);
  office_close (&office);
}

static void
test_bad_lists (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *says;
  } rows[] = {
    { "empty.csv", "Name;Type\n", "no rows below" },
    { "noise.xlsx", "PK\003\004 this is no workbook", "no table that Palermo reads" },
  };
  Office office = { 0 };

  office_open (&office);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = put (&office, rows[i].name, rows[i].text);
      GtkWidget *window = pal_list_window_new (NULL, office.session, path);

      g_test_message ("%s", rows[i].name);
      gtk_window_present (GTK_WINDOW (window));
      wait_until (window, rows[i].says, TRUE);
      g_assert_true (says (window, "This list cannot be read"));
      gtk_window_destroy (GTK_WINDOW (window));
    }
  office_close (&office);
}

/* --- what comes */

static char *
put_input (Office *office, const char *name, const char *points, const char *state)
{
  g_autofree char *escaped = g_markup_escape_text (points, -1);
  g_autofree char *text = g_strdup_printf (
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<input id=\"input\" version=\"1\"><card><about>"
      "<state>%s</state><title>Help for victims</title><clusters>I</clusters></about><points>"
      "<point><_id>p1</_id><text>%s</text><kind>gap</kind><articles>untoc:5</articles></point>"
      "<point><_id>p2</_id><text>Second thing</text><articles>untoc:5</articles></point></points>"
      "<author><naming>organization</naming><organization>Harbour House</organization>"
      "<type>ngo</type></author><sharing><readers>reviewers</readers><checked>yes</checked>"
      "</sharing><strange>who knows</strange></card><meta><instanceID>uuid:%s</instanceID></meta>"
      "</input>\n",
      state, escaped, name);

  return put (office, name, text);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxReceived) received = pal_inbox_receive_finish (result, &error);

  g_assert_no_error (error);
  *(char **) user_data = g_steal_pointer (&received->id);
}

static char *
receive (Office *office, const char *path)
{
  char *id = NULL;

  pal_inbox_receive_async (pal_session_get_dossier (office->session), path, NULL, NULL, received_cb,
                           &id);
  while (id == NULL)
    g_main_context_iteration (NULL, TRUE);

  return id;
}

static guint
count_waiting (Office *office)
{
  guint count;

  g_object_get (pal_inbox_model_of_dossier (pal_session_get_dossier (office->session)), "count",
                &count, NULL);

  return count;
}

static void
test_inbox (void)
{
  Office office = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  GtkWidget *page;
  guint before;

  office_open (&office);
  before = count_records (&office, "consultation");
  page = pal_inbox_page_new (office.session);
  show (&office, page);
  wait_until (page, "Nothing has come yet", TRUE);
  path = put_input (&office, "one.xml", POINT, "Elsewhere");
  id = receive (&office, path);
  wait_until (page, "Help for victims", TRUE);
  g_assert_true (says (page, "Harbour House"));
  g_assert_true (says (page, "Not signed: who wrote it cannot be proved"));
  g_assert_cmpuint (count_waiting (&office), ==, 1);

  /* All that it says is shown, as plain text. */
  pal_inbox_model_ask (pal_inbox_model_of_dossier (pal_session_get_dossier (office.session)), id);
  wait_until (page, "Everything it says", TRUE);
  g_assert_true (says (page, POINT));
  g_assert_true (says (page, "who knows"));
  g_assert_true (says (page, "The form has no place for this"));
  g_assert_true (says (page, "It is addressed to Elsewhere"));
  g_assert_true (says (page, "Article 5. Taking part"));
  g_assert_true (says (page, "Take 2 Points"));
  g_assert_cmpuint (count_records (&office, "consultation"), ==, before);

  /* One of the points. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (page, GTK_TYPE_CHECK_BUTTON, 1)), FALSE);
  g_assert_true (says (page, "Take 1 Point"));
  gtk_widget_activate_action (find (page, PAL_TYPE_INBOX_VIEW, 0), "inbox.take", NULL);
  wait_until (page, "1 point taken by", TRUE);
  g_assert_true (says (page, "Open the Record"));
  g_assert_cmpuint (count_records (&office, "consultation"), ==, before + 1);
  g_assert_cmpuint (count_waiting (&office), ==, 0);

  /* And back: it waits again. */
  undo (&office);
  wait_until (page, "1 point taken by", FALSE);
  wait_until (page, "Take 2 Points", TRUE);
  g_assert_cmpuint (count_records (&office, "consultation"), ==, before);
  gtk_widget_activate_action (find (page, PAL_TYPE_INBOX_VIEW, 0), "inbox.close", NULL);
  wait_until (page, "Waits for you", TRUE);
  office_close (&office);
}

static void
declined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_inbox_decline_finish (result, NULL, &error));
  g_assert_no_error (error);
}

static void
test_declined (void)
{
  Office office = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  GtkWidget *page;

  office_open (&office);
  page = pal_inbox_page_new (office.session);
  show (&office, page);
  path = put_input (&office, "two.xml", POINT, "Practicia");
  id = receive (&office, path);
  wait_until (page, "Waits for you", TRUE);
  pal_inbox_decline_async (pal_session_get_dossier (office.session), id, "Not <our> matter",
                           declined_cb, NULL);
  wait_until (page, "Declined by", TRUE);
  g_assert_false (says (page, "Waits for you"));
  pal_inbox_model_ask (pal_inbox_model_of_dossier (pal_session_get_dossier (office.session)), id);
  wait_until (page, "Not <our> matter", TRUE);
  g_assert_false (says (page, "It is addressed to"));
  g_assert_false (says (page, "Take 2 Points"));

  /* That it came is undone: there is nothing to be looked at. */
  undo (&office);
  wait_until (page, "Take 2 Points", TRUE);
  undo (&office);
  wait_until (page, "Nothing has come yet", TRUE);
  office_close (&office);
}

/* --- words */

static void
test_words (void)
{
  for (int code = 0; code <= PAL_INBOX_ERROR_CHANGED; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_INBOX_ERROR, code, "x");
      g_autofree char *words = pal_inbox_dup_trouble (error);

      g_assert_nonnull (words);
    }
  for (int code = 0; code <= PAL_KIT_ERROR_LIMIT; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_KIT_ERROR, code, "x");
      g_autofree char *words = pal_inbox_dup_trouble (error);

      g_assert_nonnull (words);
    }
}

static void
test_routes (void)
{
  static const struct
  {
    const char *path;
    gboolean is_input;
  } rows[] = {
    { "/a/input-2026.xml", TRUE }, { "/a/INPUT.XML", TRUE },    { "/a/b.docx", TRUE },
    { "/a/b.xlsx", TRUE },         { "/a/kit.html", TRUE },     { "/a/b.palermo", FALSE },
    { "/a/b.asice", FALSE },       { "/a/b.asice.p7m", FALSE }, { "/a.xml/b", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (pal_intake_is_input (rows[i].path), ==, rows[i].is_input);
}

/* --- where a stakeholder took part */

static void
test_participation (void)
{
  Office office = { 0 };
  g_autoptr (GPtrArray) records = NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  office_open (&office);
  records
      = pal_dossier_list_records (pal_session_get_dossier (office.session), "stakeholder", NULL);
  g_assert_cmpuint (records->len, >, 0);
  for (guint i = 0; i < records->len; i++)
    gtk_box_append (GTK_BOX (box),
                    pal_participation_group_new (
                        office.session, ((PalRecordInfo *) g_ptr_array_index (records, i))->id));
  show (&office, box);
  wait_until (box, "Written round with manufacturers and banks", TRUE);
  g_assert_true (says (box, "feedback given"));
  office_close (&office);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/inbox/kit", test_kit);
  g_test_add_func ("/inbox/kit-formats", test_kit_formats);
  g_test_add_func ("/inbox/kit-trouble", test_kit_trouble);
  g_test_add_func ("/inbox/list", test_list);
  g_test_add_func ("/inbox/bad-lists", test_bad_lists);
  g_test_add_func ("/inbox/page", test_inbox);
  g_test_add_func ("/inbox/declined", test_declined);
  g_test_add_func ("/inbox/words", test_words);
  g_test_add_func ("/inbox/routes", test_routes);
  g_test_add_func ("/inbox/participation", test_participation);

  return g_test_run ();
}
