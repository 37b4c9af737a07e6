// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-locale.h"
#include "pal-option.h"
#include "pal-question-list.h"
#include "pal-row-types.h"

#define ITEMS                                                                                      \
  "<item><label>Alpha</label><value>a</value></item><item><label>Beta</label><value>b</value></"   \
  "item>"                                                                                          \
  "<item><label>Gamma</label><value>c</value></item>"

/* One row of the table for each kind of question. */
typedef struct
{
  const char *type;       /* name in pal_row_types[] */
  const char *bind;       /* attributes of the bind of /data/q */
  const char *body;       /* the control; its label is "The question" */
  const char *value;      /* (nullable): a good answer */
  const char *wrong;      /* (nullable): one that does not fit */
  GtkAccessibleRole role; /* of the field */
} Row;

#define LABEL "<label>The question</label><hint>A hint</hint>"

static const Row rows[] = {
  { "entry", "constraint='. != &quot;bad&quot;'", "<input ref='/data/q'>" LABEL "</input>",
    "Law 12", "bad", GTK_ACCESSIBLE_ROLE_TEXT_BOX },
  { "entry", "type='int'", "<input ref='/data/q'>" LABEL "</input>", "12", "twelve",
    GTK_ACCESSIBLE_ROLE_TEXT_BOX },
  { "text", "constraint='. != &quot;bad&quot;'",
    "<input ref='/data/q' appearance='multiline'>" LABEL "</input>", "One\nTwo 预防 القانون", "bad",
    GTK_ACCESSIBLE_ROLE_TEXT_BOX },
  { "date", "type='date' constraint='. &lt;= date(&quot;2030-01-01&quot;)'",
    "<input ref='/data/q'>" LABEL "</input>", "2024-05-31", "2031-01-01",
    GTK_ACCESSIBLE_ROLE_TEXT_BOX },
  { "choice", "constraint='. != &quot;c&quot;'", "<select1 ref='/data/q'>" LABEL ITEMS "</select1>",
    "b", "c", GTK_ACCESSIBLE_ROLE_RADIO_GROUP },
  { "choice", "constraint='. != &quot;c&quot;'",
    "<select1 ref='/data/q' appearance='minimal'>" LABEL ITEMS "</select1>", "b", "c",
    GTK_ACCESSIBLE_ROLE_COMBO_BOX },
  { "choices", "constraint='. != &quot;c&quot;'", "<select ref='/data/q'>" LABEL ITEMS "</select>",
    "a b", "c", GTK_ACCESSIBLE_ROLE_GROUP },
  { "rank", "",
    "<odk:rank ref='/data/q'>" LABEL "<itemset nodeset=\"instance('i')/root/item\">"
    "<value ref='name'/><label ref='label'/></itemset></odk:rank>",
    "b a", NULL, GTK_ACCESSIBLE_ROLE_LIST },
  { "range", "type='int' constraint='. != 5'",
    "<range ref='/data/q' start='1' end='5' step='1'>" LABEL "</range>", "3", "5",
    GTK_ACCESSIBLE_ROLE_RADIO_GROUP },
  { "range", "type='int' constraint='. != 50'",
    "<range ref='/data/q' start='0' end='100' step='5'>" LABEL "</range>", "35", "50",
    GTK_ACCESSIBLE_ROLE_SLIDER },
  { "trigger", "", "<trigger ref='/data/q'>" LABEL "</trigger>", "OK", NULL,
    GTK_ACCESSIBLE_ROLE_CHECKBOX },
  { "upload", "type='binary'", "<upload ref='/data/q' mediatype='*/*'>" LABEL "</upload>",
    "0123456789ab-a.pdf", NULL, GTK_ACCESSIBLE_ROLE_GROUP },
  { "note", "readonly='true()'", "<input ref='/data/q'>" LABEL "</input>", NULL, NULL,
    GTK_ACCESSIBLE_ROLE_GROUP },
  { "note", "calculate='1 + 1'", "<input ref='/data/q'>" LABEL "</input>", NULL, NULL,
    GTK_ACCESSIBLE_ROLE_LABEL },
};

static PalQuestionRow *
open_row (Desk *desk, const Row *row, PalQuestionContext **context)
{
  g_autofree char *model
      = g_strdup_printf ("<instance><data id='f'><q/></data></instance>"
                         "<instance id='i'><root><item><name>a</name><label>Alpha</label></item>"
                         "<item><name>b</name><label>Beta</label></item></root></instance>"
                         "<bind nodeset='/data/q' %s/>",
                         row->bind);
  PalFormControl *control = NULL;
  PalQuestionRow *widget = NULL;

  desk_open (desk, model, row->body);
  control
      = g_ptr_array_index (pal_form_get_controls (pal_response_get_form (desk_response (desk))), 0);
  g_assert_cmpstr (pal_row_type_find (control)->name, ==, row->type);
  *context = pal_question_context_new (desk->record);
  widget = PAL_QUESTION_ROW (find_widget (
      pal_question_list_new (*context,
                             pal_form_get_controls (pal_response_get_form (desk_response (desk))),
                             NULL, NULL, 0, NULL),
      PAL_TYPE_QUESTION_ROW));
  g_assert_nonnull (widget);
  desk_show (desk, gtk_widget_get_parent (GTK_WIDGET (widget)));

  return widget;
}

/* Named by the words of the question, in the right role; the hint is its description. */
static void
test_accessible (gconstpointer data)
{
  const Row *row = data;
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, row, &context);
  GtkWidget *field = pal_question_row_get_field (widget);

  if (field != NULL)
    {
      gtk_test_accessible_assert_role (field, row->role);
      gtk_test_accessible_assert_property (field, GTK_ACCESSIBLE_PROPERTY_LABEL, "The question");
      gtk_test_accessible_assert_property (field, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "A hint");
    }
  g_assert_cmpstr (pal_question_row_get_title (widget), ==, "The question");
  desk_close (&desk);
}

/* Tab comes in, and out again: nothing holds the focus. */
static void
test_keyboard (gconstpointer data)
{
  const Row *row = data;
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, row, &context);
  guint n_stops = 0;

  gtk_window_set_focus (GTK_WINDOW (desk.window), NULL);
  while (gtk_widget_child_focus (GTK_WIDGET (widget), GTK_DIR_TAB_FORWARD) && n_stops < 20)
    n_stops++;
  if (row->value != NULL)
    g_assert_cmpuint (n_stops, >, 0);
  g_assert_cmpuint (n_stops, <, 20);
  if (row->value != NULL)
    {
      GtkWidget *focus;

      gtk_window_set_focus (GTK_WINDOW (desk.window), NULL);
      g_assert_true (pal_question_row_focus_answer (widget));
      focus = gtk_window_get_focus (GTK_WINDOW (desk.window));
      g_assert_true (gtk_widget_is_ancestor (focus, GTK_WIDGET (widget)));
    }
  desk_close (&desk);
}

/* What the record says is shown, and showing it changes nothing in the record. */
static void
test_shows_record (gconstpointer data)
{
  const Row *row = data;
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, row, &context);

  if (row->value != NULL)
    {
      desk_set (&desk, "/data/q", row->value);
      g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, row->value);
      pal_question_row_refresh (widget);
      g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, row->value);
      desk_set (&desk, "/data/q", "");
      pal_question_row_refresh (widget);
      g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "");
    }
  desk_close (&desk);
}

/* An answer that does not fit stays, and says so once it is time. */
static void
test_invalid (gconstpointer data)
{
  const Row *row = data;
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, row, &context);
  GtkWidget *field = NULL;

  if (row->wrong != NULL)
    {
      desk_set (&desk, "/data/q", row->wrong);
      pal_question_row_reveal_problem (widget);
      field = pal_question_row_get_field (widget);
      g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, row->wrong);
      gtk_test_accessible_assert_state (field, GTK_ACCESSIBLE_STATE_INVALID,
                                        GTK_ACCESSIBLE_INVALID_TRUE);
      g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (widget), "invalid"));
      desk_set (&desk, "/data/q", row->value);
      gtk_test_accessible_assert_state (field, GTK_ACCESSIBLE_STATE_INVALID,
                                        GTK_ACCESSIBLE_INVALID_FALSE);
      g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (widget), "invalid"));
    }
  desk_close (&desk);
}

static const Row *
find_test_row (const char *body)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strstr (rows[i].body, body) != NULL)
      return &rows[i];

  g_assert_not_reached ();
}

/* What a person does reaches the record: toggles, ticks, typing. */
static void
test_toggles (void)
{
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, find_test_row ("<select1"), &context);
  GtkWidget *first = find_widget (GTK_WIDGET (widget), PAL_TYPE_OPTION);
  GtkWidget *second = gtk_widget_get_next_sibling (first);

  gtk_test_accessible_assert_role (first, GTK_ACCESSIBLE_ROLE_RADIO);
  gtk_test_accessible_assert_property (first, GTK_ACCESSIBLE_PROPERTY_LABEL, "Alpha");
  gtk_widget_activate_action (first, "option.toggle", NULL);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "a");
  gtk_widget_activate_action (second, "option.toggle", NULL);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "b");
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (first)));
  desk_set (&desk, "/data/q", "");
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (second)));
  desk_close (&desk);
}

static void
test_ticks (void)
{
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, find_test_row ("<select ref"), &context);
  GtkWidget *first = find_widget (GTK_WIDGET (widget), PAL_TYPE_OPTION);
  GtkWidget *second = gtk_widget_get_next_sibling (first);

  gtk_test_accessible_assert_role (first, GTK_ACCESSIBLE_ROLE_CHECKBOX);
  gtk_widget_activate_action (second, "option.toggle", NULL);
  gtk_widget_activate_action (first, "option.toggle", NULL);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "a b");
  /* A value that is no choice any more is kept until the person takes it away. */
  desk_set (&desk, "/data/q", "a gone b");
  gtk_widget_activate_action (second, "option.toggle", NULL);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "a gone");
  desk_close (&desk);
}

static void
test_typing (void)
{
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, find_test_row ("multiline"), &context);
  GtkWidget *view = find_widget (GTK_WIDGET (widget), GTK_TYPE_TEXT_VIEW);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  g_assert_false (gtk_text_view_get_accepts_tab (GTK_TEXT_VIEW (view)));
  g_assert_false (gtk_text_buffer_get_can_undo (buffer));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, "Law 12", -1, TRUE);
  gtk_text_buffer_end_user_action (buffer);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "Law 12");
  g_assert_true (gtk_text_buffer_get_can_undo (buffer));
  gtk_text_buffer_undo (buffer);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "");
  gtk_text_buffer_redo (buffer);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "Law 12");
  desk_close (&desk);
}

/* Each paragraph begins on its own side, whatever the language of the program. */
static void
test_directions (void)
{
  static const char text[] = "Law 41 of 2011\nالقانون رقم 12 (Act 41)\n预防";
  static const gboolean from_right[] = { FALSE, TRUE, FALSE };
  static const GtkTextDirection directions[] = { GTK_TEXT_DIR_LTR, GTK_TEXT_DIR_RTL };

  for (gsize n = 0; n < G_N_ELEMENTS (directions); n++)
    {
      Desk desk = { 0 };
      g_autoptr (PalQuestionContext) context = NULL;
      PalQuestionRow *widget = NULL;
      GtkTextView *view = NULL;
      GtkTextBuffer *buffer = NULL;

      gtk_widget_set_default_direction (directions[n]);
      widget = open_row (&desk, find_test_row ("multiline"), &context);
      view = GTK_TEXT_VIEW (find_widget (GTK_WIDGET (widget), GTK_TYPE_TEXT_VIEW));
      buffer = gtk_text_view_get_buffer (view);
      gtk_text_buffer_set_text (buffer, text, -1);
      gtk_window_set_default_size (GTK_WINDOW (desk.window), 600, 400);
      gtk_window_present (GTK_WINDOW (desk.window));
      gtk_test_widget_wait_for_draw (desk.window);
      for (gsize i = 0; i < G_N_ELEMENTS (from_right); i++)
        {
          GtkTextIter start;
          GdkRectangle place;

          gtk_text_buffer_get_iter_at_line (buffer, &start, i);
          gtk_text_view_get_cursor_locations (view, &start, &place, NULL);
          g_assert_cmpint (place.x > gtk_widget_get_width (GTK_WIDGET (view)) / 2, ==,
                           from_right[i]);
        }
      desk_close (&desk);
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* A number becomes what is kept when somebody goes on, however it was typed. */
static void
test_numbers (void)
{
  static const struct
  {
    const char *language;
    const char *typed;
    const char *kept;
  } numbers[] = {
    { "ar", "٢٠", "20" }, { "fr", "1 234", "1234" },    { "ru", " 5 ", "5" },
    { "en", "12", "12" }, { "en", "twelve", "twelve" }, /* stays, and is marked */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      Desk desk = { 0 };
      g_autoptr (PalQuestionContext) context = NULL;
      PalQuestionRow *widget = open_row (&desk, &rows[1], &context);
      GtkWidget *entry = find_widget (GTK_WIDGET (widget), GTK_TYPE_ENTRY);

      pal_locale_set (numbers[i].language);
      gtk_widget_grab_focus (entry);
      gtk_editable_set_text (GTK_EDITABLE (entry), numbers[i].typed);
      gtk_window_set_focus (GTK_WINDOW (desk.window), NULL);
      g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, numbers[i].kept);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, numbers[i].kept);
      desk_close (&desk);
    }
  pal_locale_set ("en");
}

static void
test_ranking (void)
{
  Desk desk = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  PalQuestionRow *widget = open_row (&desk, find_test_row ("odk:rank"), &context);

  gtk_widget_activate_action (GTK_WIDGET (widget), "rank.move", "(ii)", 1, -1);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "b a");
  gtk_widget_activate_action (GTK_WIDGET (widget), "rank.move", "(ii)", 0, -1);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "b a");
  gtk_widget_activate_action (GTK_WIDGET (widget), "rank.move", "(ii)", 0, 1);
  g_assert_cmpstr (desk_value (&desk, "/data/q"), ==, "a b");
  desk_close (&desk);
}

/* Every row of the table of the program is one of the table here. */
static void
test_all_types (void)
{
  static const char *const elsewhere[] = { "group", "repeat", NULL };

  for (guint i = 0; i < pal_n_row_types; i++)
    {
      gboolean known = g_strv_contains (elsewhere, pal_row_types[i].name);

      for (guint j = 0; j < G_N_ELEMENTS (rows); j++)
        known = known || g_str_equal (rows[j].type, pal_row_types[i].name);
      g_test_message ("row type %s", pal_row_types[i].name);
      g_assert_true (known);
    }
}

static void
add_for_all (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/row/%s/%u-%s", name, i, rows[i].type);

      g_test_add_data_func (path, &rows[i], func);
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/row/all-types", test_all_types);
  add_for_all ("accessible", test_accessible);
  add_for_all ("keyboard", test_keyboard);
  add_for_all ("shows-record", test_shows_record);
  add_for_all ("invalid", test_invalid);
  g_test_add_func ("/row/toggles", test_toggles);
  g_test_add_func ("/row/ticks", test_ticks);
  g_test_add_func ("/row/typing", test_typing);
  g_test_add_func ("/row/directions", test_directions);
  g_test_add_func ("/row/numbers", test_numbers);
  g_test_add_func ("/row/ranking", test_ranking);

  return g_test_run ();
}
