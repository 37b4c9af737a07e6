// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "apart-fixture.h"
#include "pal-answer-languages.h"
#include "pal-bilingual.h"
#include "pal-row-types.h"
#include "pal-twin-box.h"

/* The answer in a second language, beside the answer: there when a language is chosen, out of date
 * when the answer changes, right again by one press, and for reading where the page is locked. */

static const char MODEL[] = "<instance><data id='f'><q/><r/></data></instance>";
static const char BODY[]
    = "<input ref='/data/q' appearance='multiline'><label>What?</label></input>"
      "<input ref='/data/r'><label>When?</label></input>";
static const Answer BEFORE[] = { { "/data/q", "one" }, { "/data/r", "now" } };

static PalRecord *
get_record (Apart *apart)
{
  return pal_session_get_questionnaire (apart->session);
}

static PalBilingual *
get_bilingual (Apart *apart)
{
  return pal_bilingual_of_dossier (pal_session_get_dossier (apart->session));
}

/* What comes with the program is not beside this test. */
static void
open_session (Apart *apart)
{
  static const char model[]
      = "<instance><%s id='%s' version='1'><record/><node/><language/><text/><of_change/>"
        "<first/><second/></%s></instance>";
  static const char *const names[] = { PAL_TWIN_FORM, PAL_ANSWER_LANGUAGES_FORM };

  apart_open (apart, MODEL, BODY, FALSE, BEFORE, 2, NULL, 0, NULL, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_strdup_printf (model, names[i], names[i], names[i]);
      g_autofree char *body
          = g_strdup_printf ("<input ref='/%s/text'><label>T</label></input>", names[i]);
      g_autoptr (PalForm) form = make_form (text, body);

      g_assert_true (pal_dossier_add_form (pal_session_get_dossier (apart->session), form, &error));
      g_assert_no_error (error);
    }
}

typedef struct
{
  PalBilingual *bilingual;
  PalRecord *record;
  const char *language; /* (nullable) */
  const char *node;     /* (nullable) */
  PalTwinState state;
} Wanted;

static gboolean
is_so (gpointer data)
{
  Wanted *wanted = data;
  const PalTwin *twin;

  if (g_strcmp0 (pal_bilingual_get_second (wanted->bilingual), wanted->language) != 0)
    return FALSE;
  if (wanted->node == NULL)
    return TRUE;
  twin = pal_bilingual_find (wanted->bilingual, wanted->record, wanted->node);

  return twin != NULL && twin->state == wanted->state
         && !pal_bilingual_is_pending (wanted->bilingual, wanted->record, wanted->node);
}

static void
wait_for (Apart *apart, const char *language, const char *node, PalTwinState state)
{
  Wanted wanted = { get_bilingual (apart), get_record (apart), language, node, state };

  apart_wait (is_so, &wanted);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GtkWidget *
show_question (Apart *apart, const char *path, PalQuestionContext **context)
{
  PalResponse *response = pal_record_get_response (get_record (apart));
  PalNode *node = pal_response_find (response, path);
  GtkWidget *row;

  *context = pal_question_context_new (get_record (apart));
  row = GTK_WIDGET (pal_row_type_create (
      *context, pal_response_get_definition (response, node)->control, node, NULL));
  apart_show (apart, row);

  return row;
}

static GtkWidget *
find_box (GtkWidget *row)
{
  GtkWidget *box = find_where (row, (IsWanted) g_type_check_instance_is_a,
                               GSIZE_TO_POINTER (PAL_TYPE_TWIN_BOX));

  return box != NULL && gtk_widget_get_visible (box) ? box : NULL;
}

static void
answer (Apart *apart, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;
  PalResponse *response = pal_record_get_response (get_record (apart));

  pal_response_set_value (response, pal_response_find (response, path), value, &error);
  g_assert_no_error (error);
}

static void
test_long (void)
{
  Apart apart = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  g_autoptr (GPtrArray) open = NULL;
  GtkWidget *row, *box, *view;

  open_session (&apart);
  row = show_question (&apart, "/data/q", &context);
  wait_for (&apart, NULL, NULL, 0);
  g_assert_null (find_box (row));

  pal_bilingual_choose (get_bilingual (&apart), "en", "ar");
  wait_for (&apart, "ar", NULL, 0);
  box = find_box (row);
  g_assert_nonnull (box);
  assert_says (row, "English");
  assert_says (box, "العربية");
  assert_says (box, "Not translated yet");
  view = find_where (box, (IsWanted) g_type_check_instance_is_a,
                     GSIZE_TO_POINTER (GTK_TYPE_TEXT_VIEW));
  g_assert_cmpint (gtk_widget_get_direction (view), ==, GTK_TEXT_DIR_RTL);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Translation into العربية: What?");
  open = pal_bilingual_list_open (get_bilingual (&apart), get_record (&apart));
  g_assert_cmpuint (open->len, ==, 2);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "واحد", -1);
  wait_for (&apart, "ar", "/data/q", PAL_TWIN_CURRENT);
  assert_is_silent (box, "Not translated yet");
  answer (&apart, "/data/q", "two");
  wait_for (&apart, "ar", "/data/q", PAL_TWIN_OUT_OF_DATE);
  assert_says (box, "Out of date");

  /* A cleared page: to be read. */
  pal_question_context_set_locked (context, TRUE);
  pal_question_row_refresh (PAL_QUESTION_ROW (row));
  g_assert_false (gtk_text_view_get_editable (GTK_TEXT_VIEW (view)));
  pal_question_context_set_locked (context, FALSE);
  pal_question_row_refresh (PAL_QUESTION_ROW (row));
  g_assert_true (gtk_text_view_get_editable (GTK_TEXT_VIEW (view)));

  press (box, "Still Right");
  wait_for (&apart, "ar", "/data/q", PAL_TWIN_CURRENT);
  assert_is_silent (box, "Out of date");

  /* Another language has a text of its own; the answer stays where it is. */
  pal_bilingual_choose (get_bilingual (&apart), "en", "fr");
  wait_for (&apart, "fr", NULL, 0);
  assert_says (box, "Not translated yet");
  g_assert_cmpint (gtk_widget_get_direction (view), ==, GTK_TEXT_DIR_LTR);
  pal_bilingual_choose (get_bilingual (&apart), "en", NULL);
  wait_for (&apart, NULL, NULL, 0);
  g_assert_null (find_box (row));
  apart_close (&apart);
}

static void
test_short (void)
{
  Apart apart = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  GtkWidget *row, *entry;

  open_session (&apart);
  row = show_question (&apart, "/data/r", &context);
  pal_bilingual_choose (get_bilingual (&apart), NULL, "ru");
  wait_for (&apart, "ru", NULL, 0);
  assert_says (row, "Answer");
  entry = find_where (find_box (row), (IsWanted) g_type_check_instance_is_a,
                      GSIZE_TO_POINTER (GTK_TYPE_ENTRY));
  gtk_editable_set_text (GTK_EDITABLE (entry), "сейчас");
  wait_for (&apart, "ru", "/data/r", PAL_TWIN_CURRENT);
  answer (&apart, "/data/r", "");
  wait_for (&apart, "ru", "/data/r", PAL_TWIN_ALONE);
  assert_says (row, "Nothing to translate yet");
  g_assert_false (gtk_editable_get_editable (GTK_EDITABLE (entry)));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "сейчас");
  apart_close (&apart);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/bilingual/long", test_long);
  g_test_add_func ("/bilingual/short", test_short);

  return g_test_run ();
}
