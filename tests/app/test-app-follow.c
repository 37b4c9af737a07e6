// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-form-page.h"
#include "pal-option.h"
#include "pal-question-row.h"

/* A page follows changes without rebuilding itself: what stays keeps its very widgets, in their
 * places, and the focus and caret in them; only what became relevant is added. */

#define T(id, text) "<text id='" id "'><value>" text "</value></text>"
#define L(id) "<label ref=\"jr:itext('" id "')\"/>"
#define ITEM(id, value) "<item>" L (id) "<value>" value "</value></item>"
#define TOWN(name, of) "<item><name>" name "</name><of>" of "</of></item>"

static const char MODEL[] = "<itext><translation lang='English (en)' default='true()'>" T (
    "page", "Article 5") T ("q1", "Agreement") T ("status", "Is it a crime?") T ("y", "Yes")
    T ("n", "No") T ("why", "Why not?") T ("how", "How?") T ("laws", "Laws") T (
        "title", "Title") T ("land", "Land") T ("town", "Town") T ("towns", "Towns")
        T ("long", "Long list") T ("order", "Order") T ("last", "Last") T (
            "sum",
            "Laws in all") "</translation>"
                           "<translation lang='French (fr)'>" T (
                               "page", "L’article 5") T ("q1", "Accord")
                               T ("status", "Est-ce une infraction ?") T ("y", "Oui") T (
                                   "n", "Non") T ("why", "Pourquoi ?")
                                   T ("how",
                                      "Comment ?") T ("laws", "Lois")
                                       T ("title", "Titre") T ("land", "Pays") T ("town", "Ville")
                                           T ("towns",
                                              "Villes") T ("long", "Longue liste")
                                               T ("order", "Ordre") T ("last", "Dernier") T (
                                                   "sum",
                                                   "Lois en tout") "</translation></itext>"
                                                                   "<instance><data "
                                                                   "id='f'><a><q1><status/><why/"
                                                                   "><how/></q1><law "
                                                                   "jr:template=''><title/></law>"
                                                                   "<land>i</land><town/><towns/"
                                                                   "><long/><order/><sum/><last/></"
                                                                   "a></data></instance>"
                                                                   "<instance id='t'><root>" TOWN (
                                                                       "rome", "i")
                                                                       TOWN ("bari", "i") TOWN (
                                                                           "menton",
                                                                           "i") TOWN ("menton", "f")
                                                                           TOWN ("paris",
                                                                                 "f") "</root></"
                                                                                      "instance>"
                                                                                      "<bind "
                                                                                      "nodeset='/"
                                                                                      "data/a/q1/"
                                                                                      "why' "
                                                                                      "relevant=\"."
                                                                                      "./status = "
                                                                                      "'no'\"/>"
                                                                                      "<bind "
                                                                                      "nodeset='/"
                                                                                      "data/a/q1/"
                                                                                      "how' "
                                                                                      "relevant=\"."
                                                                                      "./status = "
                                                                                      "'yes'\"/>"
                                                                                      "<bind "
                                                                                      "nodeset='/"
                                                                                      "data/a/sum' "
                                                                                      "calculate='"
                                                                                      "count(../"
                                                                                      "law)'/>";

#define FILTERED                                                                                   \
  "<itemset nodeset=\"instance('t')/root/item[of = /data/a/land]\"><value ref='name'/>"            \
  "<label ref='name'/></itemset>"

static const char BODY[]
    = "<group ref='/data/a' appearance='page'>" L ("page") "<group ref='/data/a/q1'>" L (
        "q1") "<select1 ref='/data/a/q1/status'>" L ("status") ITEM ("y", "yes")
        ITEM ("n", "no") "</select1><input ref='/data/a/q1/why' appearance='multiline'>" L ("why") "</input><input ref='/data/a/q1/how' appearance='multiline'>" L (
            "how") "</input></group><group ref='/data/a/law'>" L ("laws") "<repeat "
                                                                          "nodeset='/data/a/"
                                                                          "law'><input "
                                                                          "ref='/data/a/law/"
                                                                          "title'>" L (
                                                                              "title") "</"
                                                                                       "in"
                                                                                       "pu"
                                                                                       "t>"
                                                                                       "</"
                                                                                       "re"
                                                                                       "pe"
                                                                                       "at"
                                                                                       "><"
                                                                                       "/g"
                                                                                       "ro"
                                                                                       "up"
                                                                                       "><"
                                                                                       "in"
                                                                                       "pu"
                                                                                       "t "
                                                                                       "re"
                                                                                       "f="
                                                                                       "'/"
                                                                                       "da"
                                                                                       "ta"
                                                                                       "/a"
                                                                                       "/l"
                                                                                       "an"
                                                                                       "d'"
                                                                                       ">" L (
                                                                                           "lan"
                                                                                           "d") "</"
                                                                                                "in"
                                                                                                "pu"
                                                                                                "t>"
                                                                                                "<s"
                                                                                                "el"
                                                                                                "ec"
                                                                                                "t1"
                                                                                                " r"
                                                                                                "ef"
                                                                                                "='"
                                                                                                "/d"
                                                                                                "at"
                                                                                                "a/"
                                                                                                "a/"
                                                                                                "to"
                                                                                                "wn"
                                                                                                "'"
                                                                                                ">" L (
                                                                                                    "town")
                                                                                                    FILTERED
    "</select1><select ref='/data/a/towns'>" L ("towns") FILTERED
    "</select><select1 ref='/data/a/long' appearance='minimal'>" L ("long") ITEM ("y", "yes")
        ITEM ("n", "no") "</select1><odk:rank ref='/data/a/order'>" L ("order") FILTERED
    "</odk:rank><input ref='/data/a/sum'>" L (
        "sum") "</input>"
               "<input ref='/data/a/last' appearance='multiline'>" L ("last") "</input></group>";

static GtkWidget *
open_page (Desk *desk, PalOutline **outline)
{
  GtkWidget *page;

  desk_open (desk, MODEL, BODY);
  *outline = pal_outline_new (pal_response_get_form (desk_response (desk)));
  page = pal_form_page_new (desk->record, *outline,
                            g_ptr_array_index (pal_outline_get_pages (*outline), 0));
  desk_show (desk, page);

  return page;
}

static void
settle (Desk *desk)
{
  gtk_test_widget_wait_for_draw (desk->window);
  gtk_test_widget_wait_for_draw (desk->window);
}

static GtkWidget *
find_row (GtkWidget *widget, const char *path, Desk *desk)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (PAL_IS_QUESTION_ROW (child)
          && pal_question_row_get_node (PAL_QUESTION_ROW (child)) == desk_node (desk, path))
        return child;
      found = find_row (child, path, desk);
      if (found != NULL)
        return found;
    }

  return NULL;
}

/* --- what there is ------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *widget; /* (owned): so that no other comes to its address */
  GtkWidget *parent;
  int around; /* index of the parent, -1: the page */
} Seen;

static void
seen_clear (gpointer data)
{
  g_object_unref (((Seen *) data)->widget);
}

static void
look (GtkWidget *widget, int around, GArray *all)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      Seen seen = { child, widget, around };

      /* What a menu holds while it is shut is its own affair. */
      if (GTK_IS_POPOVER (child))
        continue;
      g_object_ref (child);
      g_array_append_val (all, seen);
      look (child, all->len - 1, all);
    }
}

static GArray *
look_at (GtkWidget *page)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Seen));

  g_array_set_clear_func (all, seen_clear);
  look (page, -1, all);

  return all;
}

/* In what was around it then: what has gone has no parent any more. */
static gboolean
is_within (GArray *all, int index, GtkWidget *const *around)
{
  for (; index >= 0; index = g_array_index (all, Seen, index).around)
    for (guint i = 0; around[i] != NULL; i++)
      if (g_array_index (all, Seen, index).widget == around[i])
        return TRUE;

  return FALSE;
}

static gboolean
contains (GArray *all, GtkWidget *widget)
{
  for (guint i = 0; i < all->len; i++)
    if (g_array_index (all, Seen, i).widget == widget)
      return TRUE;

  return FALSE;
}

/* The widgets of before, without those that may have gone, and those of now, without those that may
 * have come, are the same ones in the same order. Returns how many came. */
static guint
assert_kept (GArray *before, GtkWidget *page, GtkWidget *const *may_go, GtkWidget *const *may_come)
{
  g_autoptr (GArray) now = look_at (page);
  guint n_new = 0;
  guint i = 0;

  for (guint j = 0; j < now->len; j++)
    {
      Seen *there = &g_array_index (now, Seen, j);

      if (!contains (before, there->widget))
        {
          n_new++;
          if (!is_within (now, j, may_come))
            g_error ("made anew: %s in %s", G_OBJECT_TYPE_NAME (there->widget),
                     G_OBJECT_TYPE_NAME (there->parent));
          continue;
        }
      if (is_within (now, j, may_go))
        continue;
      while (i < before->len && is_within (before, i, may_go))
        i++;
      g_assert_cmpuint (i, <, before->len);
      if (g_array_index (before, Seen, i).widget != there->widget
          || g_array_index (before, Seen, i).parent != there->parent)
        g_error ("moved or gone: %s", G_OBJECT_TYPE_NAME (g_array_index (before, Seen, i).widget));
      i++;
    }
  while (i < before->len && is_within (before, i, may_go))
    i++;
  g_assert_cmpuint (i, ==, before->len);

  return n_new;
}

static GtkWidget *const none[] = { NULL };

static GtkTextBuffer *
write_into (Desk *desk, GtkWidget *page, const char *path, const char *text)
{
  GtkWidget *view = find_widget (find_row (page, path, desk), GTK_TYPE_TEXT_VIEW);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter caret;

  g_assert_true (gtk_widget_grab_focus (view));
  gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, TRUE);
  gtk_text_buffer_get_iter_at_offset (buffer, &caret, 2);
  gtk_text_buffer_place_cursor (buffer, &caret);
  settle (desk);

  return buffer;
}

static void
assert_caret (Desk *desk, GtkWidget *focus, GtkTextBuffer *buffer)
{
  int place;

  g_assert_true (gtk_window_get_focus (GTK_WINDOW (desk->window)) == focus);
  g_object_get (buffer, "cursor-position", &place, NULL);
  g_assert_cmpint (place, ==, 2);
}

/* --- stories ------------------------------------------------------------------------------- */

static void
test_answer (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkTextBuffer *buffer = write_into (&desk, page, "/data/a/last", "The last one");
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (desk.window));
  g_autoptr (GArray) first = look_at (page);
  g_autoptr (GArray) second = NULL;
  g_autoptr (GArray) third = NULL;
  GtkWidget *status = find_row (page, "/data/a/q1/status", &desk);
  GtkWidget *come[] = { NULL, NULL };

  g_assert_null (find_row (page, "/data/a/q1/why", &desk));
  desk_set (&desk, "/data/a/q1/status", "no");
  settle (&desk);
  come[0] = find_row (page, "/data/a/q1/why", &desk);
  g_assert_true (gtk_widget_get_mapped (come[0]));
  g_assert_cmpuint (assert_kept (first, page, none, come), >, 0);
  assert_caret (&desk, focus, buffer);

  /* The other follow-up comes, the first one goes and keeps its widgets for the way back. */
  second = look_at (page);
  desk_set (&desk, "/data/a/q1/status", "yes");
  settle (&desk);
  g_assert_false (gtk_widget_get_mapped (come[0]));
  come[0] = find_row (page, "/data/a/q1/how", &desk);
  g_assert_true (gtk_widget_get_mapped (come[0]));
  assert_kept (second, page, none, come);
  assert_caret (&desk, focus, buffer);

  /* Back and forth, and writing: nothing is made. */
  third = look_at (page);
  desk_set (&desk, "/data/a/q1/status", "no");
  desk_set (&desk, "/data/a/q1/why", "Because");
  desk_set (&desk, "/data/a/q1/status", "");
  desk_set (&desk, "/data/a/q1/status", "yes");
  settle (&desk);
  g_assert_cmpuint (assert_kept (third, page, none, none), ==, 0);
  g_assert_true (find_row (page, "/data/a/q1/status", &desk) == status);
  assert_caret (&desk, focus, buffer);
  desk_close (&desk);
}

static void
test_language (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkTextBuffer *buffer = NULL;
  GtkWidget *focus = NULL;
  GtkWidget *yes = NULL;
  g_autoptr (GArray) before = NULL;

  desk_set (&desk, "/data/a/q1/status", "no");
  buffer = write_into (&desk, page, "/data/a/q1/why", "Because");
  focus = gtk_window_get_focus (GTK_WINDOW (desk.window));
  yes = find_widget (find_row (page, "/data/a/q1/status", &desk), PAL_TYPE_OPTION);
  g_assert_cmpstr (gtk_check_button_get_label (GTK_CHECK_BUTTON (yes)), ==, "Yes");
  before = look_at (page);

  pal_response_set_language (desk_response (&desk), "fr");
  settle (&desk);
  g_assert_cmpuint (assert_kept (before, page, none, none), ==, 0);
  assert_caret (&desk, focus, buffer);
  g_assert_cmpstr (gtk_check_button_get_label (GTK_CHECK_BUTTON (yes)), ==, "Oui");
  gtk_test_accessible_assert_property (yes, GTK_ACCESSIBLE_PROPERTY_LABEL, "Oui");
  gtk_test_accessible_assert_property (focus, GTK_ACCESSIBLE_PROPERTY_LABEL, "Pourquoi ?");
  g_assert_cmpstr (
      pal_question_row_get_title (PAL_QUESTION_ROW (find_row (page, "/data/a/long", &desk))), ==,
      "Longue liste");
  g_assert_cmpstr (desk_value (&desk, "/data/a/q1/status"), ==, "no");
  g_assert_cmpstr (desk_value (&desk, "/data/a/q1/why"), ==, "Because");

  pal_response_set_language (desk_response (&desk), "en");
  settle (&desk);
  g_assert_cmpuint (assert_kept (before, page, none, none), ==, 0);
  g_assert_cmpstr (gtk_check_button_get_label (GTK_CHECK_BUTTON (yes)), ==, "Yes");
  desk_close (&desk);
}

static PalNode *
add_law (Desk *desk)
{
  PalFormNode *repeat
      = pal_form_find_node (pal_response_get_form (desk_response (desk)), "/data/a/law");
  PalNode *row = pal_response_add_row (desk_response (desk), repeat, NULL, NULL, NULL);

  g_assert_nonnull (row);

  return row;
}

/* The widget around a row of the repeat. */
static GtkWidget *
find_law (Desk *desk, GtkWidget *page, guint place)
{
  g_autofree char *path = g_strdup_printf ("/data/a/law[%u]/title", place);
  GtkWidget *row = find_row (page, path, desk);

  return row != NULL ? gtk_widget_get_parent (gtk_widget_get_parent (row)) : NULL;
}

static void
test_rows (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *focus = NULL;
  GtkWidget *gone = NULL;
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  GtkWidget *come[] = { NULL, NULL };
  PalNode *first = NULL;

  first = add_law (&desk);
  add_law (&desk);
  desk_set (&desk, "/data/a/law[2]/title", "Law 12");
  settle (&desk);
  focus = find_widget (find_row (page, "/data/a/law[2]/title", &desk), GTK_TYPE_TEXT);
  gtk_entry_grab_focus_without_selecting (
      GTK_ENTRY (gtk_widget_get_ancestor (focus, GTK_TYPE_ENTRY)));
  gtk_editable_set_position (GTK_EDITABLE (focus), 3);
  settle (&desk);

  before = look_at (page);
  add_law (&desk);
  settle (&desk);
  come[0] = find_law (&desk, page, 3);
  g_assert_nonnull (come[0]);
  g_assert_cmpuint (assert_kept (before, page, none, come), >, 0);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (desk.window)) == focus);

  after = look_at (page);
  gone = find_law (&desk, page, 1);
  come[0] = gone;
  g_assert_true (pal_response_remove_row (desk_response (&desk), first, NULL));
  settle (&desk);
  g_assert_cmpuint (assert_kept (after, page, come, none), ==, 0);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (desk.window)) == focus);
  g_assert_cmpint (gtk_editable_get_position (GTK_EDITABLE (focus)), ==, 3);
  g_assert_cmpstr (desk_value (&desk, "/data/a/sum"), ==, "2");
  desk_close (&desk);
}

static GtkWidget *
find_option (GtkWidget *row, const char *value)
{
  GtkWidget *option = find_widget (row, PAL_TYPE_OPTION);

  while (option != NULL && g_strcmp0 (pal_option_get_value (PAL_OPTION (option)), value) != 0)
    option = gtk_widget_get_next_sibling (option);

  return option;
}

/* A list that another answer filters: choices that stay keep their widgets and the focus. */
static void
test_choices (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *town = find_row (page, "/data/a/town", &desk);
  GtkWidget *towns = find_row (page, "/data/a/towns", &desk);
  GtkWidget *order = find_row (page, "/data/a/order", &desk);
  GtkWidget *menton = find_option (town, "menton");
  GtkWidget *rome = find_option (town, "rome");
  GtkWidget *lists[] = { town, towns, order, NULL };
  g_autoptr (GArray) before = NULL;

  desk_set (&desk, "/data/a/town", "menton");
  g_assert_true (gtk_widget_grab_focus (menton));
  settle (&desk);
  before = look_at (page);
  desk_set (&desk, "/data/a/land", "f");
  settle (&desk);
  assert_kept (before, page, lists, lists);
  g_assert_true (find_option (town, "menton") == menton);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (desk.window)) == menton);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (menton)));
  g_assert_null (find_option (town, "rome"));
  g_assert_null (find_option (towns, "rome"));
  g_assert_nonnull (find_option (towns, "paris"));
  g_assert_true (gtk_widget_get_parent (rome) != town);

  /* The one that has the focus goes: the question keeps it. */
  gtk_widget_grab_focus (find_option (town, "paris"));
  desk_set (&desk, "/data/a/land", "i");
  settle (&desk);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (desk.window)), town));
  g_assert_cmpstr (desk_value (&desk, "/data/a/town"), ==, "menton");
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/follow/answer", test_answer);
  g_test_add_func ("/follow/language", test_language);
  g_test_add_func ("/follow/rows", test_rows);
  g_test_add_func ("/follow/choices", test_choices);

  return g_test_run ();
}
