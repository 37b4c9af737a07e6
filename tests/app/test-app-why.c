// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-fill-view.h"
#include "pal-form-page.h"
#include "pal-hidden.h"
#include "pal-question-row.h"
#include "pal-reason-window.h"

/* Asking why: what is said, and the way to the answer that decides. */

#define ITEMS                                                                                      \
  "<item><label>Yes</label><value>yes</value></item>"                                              \
  "<item><label>Yes, in part</label><value>part</value></item>"                                    \
  "<item><label>No</label><value>no</value></item>"

static const char MODEL[]
    = "<instance><data id='f'><a><q1><status/><law jr:template=''><title/></law><gap/><kind/>"
      "<act/></q1><years/><least>4</least><sum/><note/><locked>x</locked><never/></a></data>"
      "</instance>"
      "<bind nodeset='/data/a/q1/status' required='true()'/>"
      "<bind nodeset='/data/a/q1/law' relevant=\"../status = 'yes' or ../status = 'part'\"/>"
      "<bind nodeset='/data/a/q1/gap' relevant=\"not(../status = 'yes') and ../status != ''\"/>"
      "<bind nodeset='/data/a/q1/kind' relevant=\"../status = 'part'\"/>"
      "<bind nodeset='/data/a/q1/act' relevant=\"../kind = 'x'\"/>"
      "<bind nodeset='/data/a/years' type='int' constraint='. &gt;= ../least' "
      "jr:constraintMsg='Too few.' required=\"../q1/status = 'no'\"/>"
      "<bind nodeset='/data/a/least' type='int'/>"
      "<bind nodeset='/data/a/sum' calculate='../years + 1'/>"
      "<bind nodeset='/data/a/note' relevant='../sum &gt; 9'/>"
      "<bind nodeset='/data/a/locked' readonly=\"../years &gt; 2\"/>"
      "<bind nodeset='/data/a/never' relevant='false()'/>";
#define INPUT(name, label) "<input ref='/data/a/" name "'><label>" label "</label></input>"
static const char BODY[]
    = "<group ref='/data/a' appearance='page'><label>Article</label>"
      "<group ref='/data/a/q1'><label>Agreement</label>"
      "<select1 ref='/data/a/q1/status'><label>Is it a crime?</label>" ITEMS "</select1>"
      "<group ref='/data/a/q1/law'><label>Laws</label><repeat nodeset='/data/a/q1/law'>" INPUT (
          "q1/law/title", "Title") "</repeat></group>" INPUT ("q1/gap", "What is missing?")
          INPUT ("q1/kind", "Which kind?")
              INPUT ("q1/act", "Which act?") "</group>" INPUT ("years", "Years")
                  INPUT ("least", "Least") INPUT ("sum", "Sum") INPUT ("note", "Note")
                      INPUT ("locked", "Locked") INPUT ("never", "Never") "</group>";

#define AT(name) "/data/a/" name

/* --- words --------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *answers[6]; /* path, value by turns */
  const char *node;
  const char *question;
  const char *told; /* sentence, items; "->" and the name of a node: a way there */
} Row;

static const Row rows[] = {
  { "always", { NULL }, AT ("years"), "Why is this shown?", "It is always asked." },
  { "shown",
    { AT ("q1/status"), "part" },
    AT ("q1/kind"),
    "Why is this shown?",
    "“Is it a crime?” is answered “Yes, in part”. -> q1/status" },
  { "hidden-empty",
    { NULL },
    AT ("q1/kind"),
    "Why is this not shown?",
    "“Is it a crime?” has no answer yet. Needed here: “Yes, in part”. -> q1/status" },
  { "hidden-other",
    { AT ("q1/status"), "no" },
    AT ("q1/kind"),
    "Why is this not shown?",
    "“Is it a crime?” is answered “No”. Needed here: “Yes, in part”. -> q1/status" },
  { "hidden-not",
    { AT ("q1/status"), "yes" },
    AT ("q1/gap"),
    "Why is this not shown?",
    "“Is it a crime?” is answered “Yes”. -> q1/status" },
  { "hidden-behind",
    { AT ("q1/status"), "no" },
    AT ("q1/act"),
    "Why is this not shown?",
    "“Which kind?” does not apply either. “Is it a crime?” is answered “No”. Needed here: “Yes, in "
    "part”. -> q1/status" },
  { "hidden-calculated",
    { AT ("years"), "5" },
    AT ("note"),
    "Why is this not shown?",
    "“Sum” is answered “6”. Needed here: more than 9. -> sum “Years” is answered “5”. -> years" },
  { "hidden-always",
    { NULL },
    AT ("never"),
    "Why is this not shown?",
    "The form never asks this." },
  { "required-always",
    { NULL },
    AT ("q1/status"),
    "Why must this be answered?",
    "An answer is needed here in every case." },
  { "required-because",
    { AT ("q1/status"), "no" },
    AT ("years"),
    "Why must this be answered?",
    "These answers make it necessary: “Is it a crime?” is answered “No”. -> q1/status" },
  { "wrong",
    { AT ("years"), "3" },
    AT ("years"),
    "What is wrong here?",
    "Too few. “Least” is answered “4”. -> least" },
  { "wrong-type",
    { AT ("years"), "three" },
    AT ("years"),
    "What is wrong here?",
    "A whole number is expected here. “Least” is answered “4”. -> least" },
  { "calculated",
    { AT ("years"), "5" },
    AT ("sum"),
    "Where does this come from?",
    "The form works it out from these answers: “Years” is answered “5”. -> years" },
  { "locked",
    { AT ("years"), "5" },
    AT ("locked"),
    "Why can this not be changed?",
    "“Years” is answered “5”. -> years" },
};

static char *
tell (PalReason *reason)
{
  GString *out = g_string_new (reason->answer);

  for (guint i = 0; i < reason->items->len; i++)
    {
      PalReasonItem *item = g_ptr_array_index (reason->items, i);

      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", item->text);
      if (item->path != NULL)
        g_string_append_printf (out, " -> %s", item->path + strlen (AT ("")));
    }

  return g_string_free (out, FALSE);
}

static void
test_words (gconstpointer data)
{
  const Row *row = data;
  Desk desk = { 0 };
  g_autoptr (GPtrArray) reasons = NULL;
  PalFormNode *def = NULL;
  gboolean found = FALSE;

  desk_open (&desk, MODEL, BODY);
  for (guint i = 0; i < G_N_ELEMENTS (row->answers) && row->answers[i] != NULL; i += 2)
    desk_set (&desk, row->answers[i], row->answers[i + 1]);
  def = pal_response_get_definition (desk_response (&desk), desk_node (&desk, row->node));
  reasons = pal_reasons_new (desk_response (&desk), def->control, NULL);
  for (guint i = 0; i < reasons->len; i++)
    {
      PalReason *reason = g_ptr_array_index (reasons, i);
      g_autofree char *told = NULL;

      if (g_strcmp0 (reason->question, row->question) != 0)
        continue;
      found = TRUE;
      told = tell (reason);
      g_assert_cmpstr (told, ==, row->told);
    }
  g_assert_true (found);
  desk_close (&desk);
}

/* --- windows ------------------------------------------------------------------------------- */

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

static PalReasonWindow *
find_reasons (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (PAL_IS_REASON_WINDOW (l->data) && gtk_widget_get_visible (l->data))
      return l->data;

  return NULL;
}

/* The button that leads to an answer. */
static GtkWidget *
find_way (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (GTK_IS_BUTTON (child)
          && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (child)), "reason.go-to")
                 == 0)
        return child;
      found = find_way (child);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
settle (Desk *desk)
{
  gtk_test_widget_wait_for_draw (desk->window);
  gtk_test_widget_wait_for_draw (desk->window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Every question answers the action, whatever it is; the window leads to the answer that decides.
 */
static void
test_ask (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  GtkWidget *row = NULL;
  GtkWidget *way = NULL;

  desk_set (&desk, AT ("q1/status"), "part");
  settle (&desk);
  row = find_row (page, "Which kind?");
  g_assert_true (gtk_widget_activate_action (row, "question.explain", NULL));
  settle (&desk);
  g_assert_nonnull (find_reasons ());
  way = find_way (GTK_WIDGET (find_reasons ()));
  g_assert_nonnull (way);
  gtk_test_accessible_assert_property (way, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Go to the answer: Is it a crime?");
  g_assert_true (gtk_widget_activate (way));
  for (guint i = 0; i < 20 && find_reasons () != NULL; i++)
    settle (&desk);
  g_assert_null (find_reasons ());
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (desk.window)),
                                         find_row (page, "Is it a crime?")));
  desk_close (&desk);
}

static void
test_every_row (void)
{
  static const char *const titles[]
      = { "Is it a crime?", "Laws", "What is missing?", "Years", "Sum", "Locked" };
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);

  desk_set (&desk, AT ("q1/status"), "part");
  settle (&desk);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      GtkWidget *row = find_row (page, titles[i]);

      g_test_message ("%s", titles[i]);
      g_assert_nonnull (row);
      g_assert_true (gtk_widget_activate_action (row, "question.explain", NULL));
      settle (&desk);
      g_assert_nonnull (find_reasons ());
      gtk_window_destroy (GTK_WINDOW (find_reasons ()));
    }
  desk_close (&desk);
}

static GtkButton *
find_hidden_button (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkButton *found = NULL;

      if (GTK_IS_BUTTON (child) && gtk_widget_has_css_class (child, "hidden-questions"))
        return GTK_BUTTON (child);
      found = find_hidden_button (child);
      if (found != NULL)
        return found;
    }

  return NULL;
}

/* The line at the end of the page counts, and follows the answers. */
static void
test_hidden (void)
{
  Desk desk = { 0 };
  g_autoptr (PalOutline) outline = NULL;
  GtkWidget *page = open_page (&desk, &outline);
  PalOutlinePage *outline_page = g_ptr_array_index (pal_outline_get_pages (outline), 0);
  GtkButton *button = find_hidden_button (page);
  GtkWidget *way = NULL;

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (button)));
  /* Title of the laws, missing, kind, act, note, never. */
  g_assert_cmpuint (pal_hidden_count (desk_response (&desk), outline_page), ==, 6);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_button_get_child (button))), ==,
                   "6 questions do not apply here. Why?");

  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "6 questions do not apply here. Why?");
  g_assert_true (gtk_widget_activate (GTK_WIDGET (button)));
  for (guint i = 0; i < 50 && find_reasons () == NULL; i++)
    settle (&desk);
  g_assert_nonnull (find_reasons ());
  way = find_way (GTK_WIDGET (find_reasons ()));
  gtk_test_accessible_assert_property (way, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Go to the answer: Is it a crime?");
  g_assert_true (gtk_widget_activate (way));
  for (guint i = 0; i < 20 && find_reasons () != NULL; i++)
    settle (&desk);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (desk.window)),
                                         find_row (page, "Is it a crime?")));

  desk_set (&desk, AT ("q1/status"), "part");
  settle (&desk);
  g_assert_nonnull (find_row (page, "Which kind?"));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_button_get_child (button))), ==,
                   "3 questions do not apply here. Why?");
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/why/words/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_words);
    }
  g_test_add_func ("/why/ask", test_ask);
  g_test_add_func ("/why/every-row", test_every_row);
  g_test_add_func ("/why/hidden", test_hidden);

  return g_test_run ();
}
