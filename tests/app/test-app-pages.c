// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-form-page.h"
#include "pal-option.h"
#include "pal-question-card.h"
#include "pal-question-row.h"
#include "pal-questions.h"
#include "pal-removed-row.h"
#include "pal-repeat-question-row.h"
#include "pal-roving.h"
#include "pal-row-types.h"

#define YES_NO                                                                                     \
  "<item><label>Yes</label><value>yes</value></item><item><label>No</label><value>no</value></"    \
  "item>"

/* Two pages: an article with a duty, its follow-ups and its laws; and one more question. */
static const char MODEL[]
    = "<instance><data id='f'><part>"
      "<art5><q1><status/><why/><how/></q1><law><title/><date/></law><last/></art5>"
      "<art6><only/></art6></part></data></instance>"
      "<bind nodeset='/data/part/art5/q1/why' relevant=\"../status = 'no'\"/>"
      "<bind nodeset='/data/part/art5/q1/how' relevant=\"../status = 'yes'\"/>"
      "<bind nodeset='/data/part/art5/law' relevant=\"../q1/status = 'yes'\"/>"
      "<bind nodeset='/data/part/art5/q1' p:ref='untoc:5.1.a' p:obligation='shall'/>";
static const char BODY[]
    = "<group ref='/data/part' appearance='part'><label>The Convention</label>"
      "<group ref='/data/part/art5' appearance='page'><label>Article 5</label>"
      "<group ref='/data/part/art5/q1'><label>Agreement</label>"
      "<select1 ref='/data/part/art5/q1/status'><label>Is it a crime?</label>" YES_NO "</select1>"
      "<input ref='/data/part/art5/q1/why' appearance='multiline'><label>Why not?</label></input>"
      "<input ref='/data/part/art5/q1/how' "
      "appearance='multiline'><label>How?</label></input></group>"
      "<group ref='/data/part/art5/law'><label>Laws</label><repeat nodeset='/data/part/art5/law'>"
      "<input ref='/data/part/art5/law/title'><label>Title</label></input>"
      "<input ref='/data/part/art5/law/date'><label>Date</label></input></repeat></group>"
      "<input ref='/data/part/art5/last' appearance='multiline'><label>Last</label></input></group>"
      "<group ref='/data/part/art6' appearance='page'><label>Article 6</label>"
      "<input ref='/data/part/art6/only'><label>Only</label></input></group></group>";

#define STATUS "/data/part/art5/q1/status"
#define WHY "/data/part/art5/q1/why"
#define HOW "/data/part/art5/q1/how"
#define LAST "/data/part/art5/last"
#define ONLY "/data/part/art6/only"

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

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (PAL_IS_QUESTION_ROW (child)
          && g_str_equal (pal_question_row_get_title (PAL_QUESTION_ROW (child)), title))
        return child;
      found = find_row (child, title);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
is_shown (GtkWidget *page, const char *title)
{
  GtkWidget *row = find_row (page, title);

  return row != NULL && gtk_widget_get_mapped (row);
}

static void
settle (Desk *desk)
{
  gtk_test_widget_wait_for_draw (desk->window);
  gtk_test_widget_wait_for_draw (desk->window);
}

static void
test_cards (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *card = find_widget (page, PAL_TYPE_QUESTION_CARD);

  gtk_test_accessible_assert_role (card, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (card, GTK_ACCESSIBLE_PROPERTY_LABEL, "Agreement");
  g_assert_cmpuint (pal_question_card_get_card (PAL_QUESTION_CARD (card))->number, ==, 1);
  desk_close (&desk);
}

/* Follow-ups are built when first relevant, go and come, and leave focus and scroll alone. */
static void
test_follow_ups (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *last = NULL;
  GtkWidget *focus = NULL;
  graphene_point_t before, after;

  g_assert_null (find_row (page, "Why not?"));
  g_assert_null (find_row (page, "How?"));
  g_assert_true (pal_form_page_show_question (PAL_FORM_PAGE (page), desk_node (&desk, LAST)));
  settle (&desk);
  last = find_row (page, "Last");
  focus = gtk_window_get_focus (GTK_WINDOW (desk.window));
  g_assert_true (gtk_widget_is_ancestor (focus, last));
  g_assert_true (pal_form_page_get_focus_question (PAL_FORM_PAGE (page))
                 == desk_node (&desk, LAST));
  g_assert_true (gtk_widget_compute_point (last, page, &GRAPHENE_POINT_INIT (0, 0), &before));

  desk_set (&desk, STATUS, "no");
  settle (&desk);
  g_assert_true (is_shown (page, "Why not?"));
  g_assert_null (find_row (page, "How?"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (desk.window)) == focus);

  desk_set (&desk, STATUS, "yes");
  settle (&desk);
  g_assert_false (is_shown (page, "Why not?"));
  g_assert_true (is_shown (page, "How?"));
  g_assert_true (is_shown (page, "Laws"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (desk.window)) == focus);

  /* What appeared above pushed the page; the question that is being answered stayed. */
  for (guint i = 0; i < 6; i++)
    {
      pal_response_add_row (
          desk_response (&desk),
          pal_form_find_node (pal_response_get_form (desk_response (&desk)), "/data/part/art5/law"),
          NULL, NULL, NULL);
      settle (&desk);
      if (i == 2)
        g_assert_true (gtk_widget_compute_point (last, page, &GRAPHENE_POINT_INIT (0, 0), &before));
    }
  g_assert_true (gtk_widget_compute_point (last, page, &GRAPHENE_POINT_INIT (0, 0), &after));
  g_assert_cmpfloat_with_epsilon (before.y, after.y, 1);
  g_assert_cmpfloat (pal_form_page_get_scroll (PAL_FORM_PAGE (page)), >, 0);
  desk_close (&desk);
}

/* What had the focus and goes hands it to a question nearby, not to the page. */
static void
test_hiding_focus (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *focus = NULL;

  desk_set (&desk, STATUS, "no");
  settle (&desk);
  g_assert_true (pal_form_page_show_question (PAL_FORM_PAGE (page), desk_node (&desk, WHY)));
  desk_set (&desk, STATUS, "yes");
  settle (&desk);
  focus = gtk_window_get_focus (GTK_WINDOW (desk.window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, find_row (page, "Is it a crime?")));
  desk_close (&desk);
}

/* Undo lives with the record: a page that was dropped and built again still has it. */
static void
test_undo_outlives_page (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkTextBuffer *buffer = NULL;

  desk_set (&desk, STATUS, "yes");
  buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (find_widget (find_row (page, "How?"), GTK_TYPE_TEXT_VIEW)));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, "First", -1, TRUE);
  gtk_text_buffer_end_user_action (buffer);

  page = pal_form_page_new (desk.record, outline,
                            g_ptr_array_index (pal_outline_get_pages (outline), 0));
  desk_show (&desk, page);
  buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (find_widget (find_row (page, "How?"), GTK_TYPE_TEXT_VIEW)));
  g_assert_true (gtk_text_buffer_get_can_undo (buffer));
  gtk_text_buffer_undo (buffer);
  g_assert_cmpstr (desk_value (&desk, HOW), ==, "");
  desk_close (&desk);
}

static PalNode *
add_law (Desk *desk, const char *title)
{
  PalResponse *response = desk_response (desk);
  PalFormNode *repeat
      = pal_form_find_node (pal_response_get_form (response), "/data/part/art5/law");
  PalFormNode *def
      = pal_form_find_node (pal_response_get_form (response), "/data/part/art5/law/title");
  PalNode *row = pal_response_add_row (response, repeat, NULL, NULL, NULL);

  g_assert_nonnull (row);
  g_assert_true (pal_response_set_value (
      response, pal_response_find_definition (response, def, row), title, NULL));

  return row;
}

/* A row that was removed comes back where it was, with what was in it. */
static void
test_removed_row (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  g_autoptr (GPtrArray) laws = NULL;
  PalResponse *response = NULL;
  PalFormNode *repeat = NULL;
  PalFormNode *title = NULL;
  PalRemovedRow *removed = NULL;
  PalNode *first, *second;
  GtkWidget *page = open_page (&desk, &outline);

  response = desk_response (&desk);
  repeat = pal_form_find_node (pal_response_get_form (response), "/data/part/art5/law");
  title = pal_form_find_node (pal_response_get_form (response), "/data/part/art5/law/title");
  desk_set (&desk, STATUS, "yes");
  laws = pal_response_dup_rows (response, repeat, NULL);
  for (guint i = laws->len; i > 0; i--)
    g_assert_true (pal_response_remove_row (response, g_ptr_array_index (laws, i - 1), NULL));
  first = add_law (&desk, "Criminal Code");
  second = add_law (&desk, "Law 12");
  settle (&desk);
  g_assert_nonnull (find_row (page, "Title"));

  removed = pal_removed_row_new (response, first, second);
  g_assert_true (pal_response_remove_row (response, first, NULL));
  settle (&desk);
  g_clear_pointer (&laws, g_ptr_array_unref);
  laws = pal_response_dup_rows (response, repeat, NULL);
  g_assert_cmpuint (laws->len, ==, 1);

  g_assert_true (pal_removed_row_restore (removed));
  pal_removed_row_free (removed);
  settle (&desk);
  g_clear_pointer (&laws, g_ptr_array_unref);
  laws = pal_response_dup_rows (response, repeat, NULL);
  g_assert_cmpuint (laws->len, ==, 2);
  g_assert_cmpstr (
      pal_response_get_value (
          response, pal_response_find_definition (response, title, g_ptr_array_index (laws, 0))),
      ==, "Criminal Code");
  desk_close (&desk);
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);

  return found;
}

/* "Undo" on the toast changes nothing on a page that was cleared since. */
static void
test_removed_row_locked (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  g_autoptr (GPtrArray) laws = NULL;
  PalResponse *response = NULL;
  PalFormNode *repeat = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *overlay = adw_toast_overlay_new ();
  GtkWidget *row = NULL;
  GtkWidget *undo = NULL;
  guint n_laws;

  response = desk_response (&desk);
  repeat = pal_form_find_node (pal_response_get_form (response), "/data/part/art5/law");
  g_object_ref (page);
  adw_window_set_content (ADW_WINDOW (desk.window), NULL);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), page);
  g_object_unref (page);
  desk_show (&desk, overlay);
  desk_set (&desk, STATUS, "yes");
  add_law (&desk, "Criminal Code");
  settle (&desk);
  laws = pal_response_dup_rows (response, repeat, NULL);
  n_laws = laws->len;

  row = gtk_widget_get_ancestor (find_row (page, "Title"), PAL_TYPE_REPEAT_QUESTION_ROW);
  g_assert_true (gtk_widget_activate_action (row, "repeat.remove", "u", 0));
  settle (&desk);
  undo = find_button (overlay, "_Undo");
  g_assert_nonnull (undo);
  pal_question_context_set_locked (pal_form_page_get_context (PAL_FORM_PAGE (page)), TRUE);
  g_signal_emit_by_name (undo, "clicked");
  settle (&desk);
  g_clear_pointer (&laws, g_ptr_array_unref);
  laws = pal_response_dup_rows (response, repeat, NULL);
  g_assert_cmpuint (laws->len, ==, n_laws - 1);
  desk_close (&desk);
}

static void
test_next_unanswered (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  PalOutlinePage *first, *second, *page;
  PalResponse *response = NULL;

  open_page (&desk, &outline);
  response = desk_response (&desk);
  first = g_ptr_array_index (pal_outline_get_pages (outline), 0);
  second = g_ptr_array_index (pal_outline_get_pages (outline), 1);

  page = NULL;
  g_assert_true (pal_questions_find_unanswered (response, outline, NULL, &page)
                 == desk_node (&desk, STATUS));
  g_assert_true (page == first);
  g_assert_true (pal_questions_find_unanswered (response, outline, desk_node (&desk, STATUS), &page)
                 == desk_node (&desk, LAST));
  g_assert_true (pal_questions_find_unanswered (response, outline, desk_node (&desk, LAST), &page)
                 == desk_node (&desk, ONLY));
  g_assert_true (page == second);
  /* Round again, to what stands before. */
  g_assert_true (pal_questions_find_unanswered (response, outline, desk_node (&desk, ONLY), &page)
                 == desk_node (&desk, STATUS));
  g_assert_true (page == first);
  desk_set (&desk, STATUS, "no");
  desk_set (&desk, WHY, "So");
  desk_set (&desk, LAST, "x");
  desk_set (&desk, ONLY, "y");
  g_assert_null (pal_questions_find_unanswered (response, outline, NULL, &page));
  desk_close (&desk);
}

/* A repeat and the group that XForms puts around it are one thing on the page. */
static void
test_unwrap (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *row = NULL;

  desk_set (&desk, STATUS, "yes");
  settle (&desk);
  row = find_row (page, "Laws");
  g_assert_nonnull (row);
  g_assert_cmpint (pal_question_row_get_control (PAL_QUESTION_ROW (row))->kind, ==,
                   PAL_CONTROL_REPEAT);
  desk_close (&desk);
}

/* How much of a text view's text lies below its lower edge, in pixels; negative: room is left. */
static int
measure_hidden (GtkWidget *page, const char *title)
{
  GtkWidget *view = find_widget (find_row (page, title), GTK_TYPE_TEXT_VIEW);
  GdkRectangle place;
  GtkTextIter end;
  int y;

  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), &end);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (view), &end, &place);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (view), GTK_TEXT_WINDOW_WIDGET, 0,
                                         place.y + place.height, NULL, &y);

  return y - gtk_widget_get_height (view);
}

/* A long text is seen whole, on a page that comes into a window that is there already. */
static void
test_long_text (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *page;
  int hidden;

  desk_open (&desk, MODEL, BODY);
  desk_set (&desk, STATUS, "no");
  desk_set (&desk, WHY,
            "1. One.\n2. Two, which is longer.\n3. Three.\n4. Four.\n5. Five, the last.");
  gtk_stack_add_child (GTK_STACK (stack), gtk_label_new ("Before"));
  desk_show (&desk, stack);
  settle (&desk);

  outline = pal_outline_new (pal_response_get_form (desk_response (&desk)));
  page = pal_form_page_new (desk.record, outline,
                            g_ptr_array_index (pal_outline_get_pages (outline), 0));
  gtk_stack_add_child (GTK_STACK (stack), page);
  gtk_stack_set_visible_child (GTK_STACK (stack), page);
  pal_form_page_show_question (PAL_FORM_PAGE (page), desk_node (&desk, WHY));
  settle (&desk);
  settle (&desk);
  hidden = measure_hidden (page, "Why not?");
  g_assert_cmpint (hidden, <=, 0);
  g_assert_cmpint (hidden, >, -40);

  /* A narrower window breaks more lines. */
  gtk_window_set_default_size (GTK_WINDOW (desk.window), 380, 600);
  settle (&desk);
  settle (&desk);
  hidden = measure_hidden (page, "Why not?");
  g_assert_cmpint (hidden, <=, 0);
  g_assert_cmpint (hidden, >, -40);
  desk_close (&desk);
}

static void
count_cb (GdkFrameClock *clock, guint *n)
{
  (*n)++;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

static void
wait_half_a_second (GMainLoop *loop)
{
  g_timeout_add (500, quit_cb, loop);
  g_main_loop_run (loop);
}

/* A page that nobody touches is laid out once, and not in every frame: texts ask for their height,
 * and have it. */
static void
test_rest (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GdkDisplay *display = gdk_display_get_default ();
  guint n = 0;
  gulong handler;

  gtk_css_provider_load_from_resource (provider, "/app/palermo/Palermo/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  open_page (&desk, &outline);
  wait_half_a_second (loop);
  desk_set (&desk, STATUS, "no");
  wait_half_a_second (loop);

  handler = g_signal_connect (gtk_widget_get_frame_clock (desk.window), "layout",
                              G_CALLBACK (count_cb), &n);
  wait_half_a_second (loop);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (desk.window), handler);
  g_assert_cmpuint (n, <, 3);
  desk_close (&desk);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
}

static GtkWidget *
list_new (void)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_BROWSE);
  gtk_list_box_append (GTK_LIST_BOX (list), gtk_label_new ("One"));
  gtk_list_box_append (GTK_LIST_BOX (list), gtk_label_new ("Two"));

  return list;
}

/* The focus that goes past the lists of pages chooses none: also not when the list that has it goes
 * away, as in a window that becomes narrow. */
static void
test_roving (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *upper = list_new ();
  GtkWidget *lower = list_new ();

  gtk_box_append (GTK_BOX (box), pal_roving_new (GTK_LIST_BOX (upper)));
  gtk_box_append (GTK_BOX (box), pal_roving_new (GTK_LIST_BOX (lower)));
  gtk_list_box_select_row (GTK_LIST_BOX (upper),
                           gtk_list_box_get_row_at_index (GTK_LIST_BOX (upper), 1));
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  g_assert_true (gtk_widget_child_focus (box, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (upper), 1)));
  g_assert_true (gtk_widget_child_focus (box, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (lower), 0)));
  g_assert_null (gtk_list_box_get_selected_row (GTK_LIST_BOX (lower)));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/page/cards", test_cards);
  g_test_add_func ("/page/follow-ups", test_follow_ups);
  g_test_add_func ("/page/hiding-focus", test_hiding_focus);
  g_test_add_func ("/page/undo-outlives-page", test_undo_outlives_page);
  g_test_add_func ("/page/removed-row", test_removed_row);
  g_test_add_func ("/page/removed-row-locked", test_removed_row_locked);
  g_test_add_func ("/page/next-unanswered", test_next_unanswered);
  g_test_add_func ("/page/unwrap", test_unwrap);
  g_test_add_func ("/page/long-text", test_long_text);
  g_test_add_func ("/page/rest", test_rest);
  g_test_add_func ("/page/roving", test_roving);

  return g_test_run ();
}
