// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "apart-fixture.h"
#include "pal-comments.h"
#include "pal-question-card.h"
#include "pal-reference.h"
#include "pal-related.h"

/* The same matter under two instruments: what was answered for one is offered for the other, and a
 * comment says that somebody has to look at it. */

static const char MODEL[]
    = "<instance><data id='f'><party>yes</party><tip><art5><q1><status/></q1><q2><status/></q2>"
      "</art5></tip><som><art6><q1><status/></q1><q2><status/></q2></art6></som></data></instance>"
      "<bind nodeset='/data/tip' relevant=\"/data/party = 'yes'\"/>"
      "<bind nodeset='/data/tip/art5' p:ref='tip:5'/>"
      "<bind nodeset='/data/tip/art5/q1' p:ref='tip:5.1'/>"
      "<bind nodeset='/data/tip/art5/q2' p:ref='tip:5.2'/>"
      "<bind nodeset='/data/som/art6/q1' p:ref='som:6.1' p:link='uncac:15 tip:5.1 som:6.2'/>"
      "<bind nodeset='/data/som/art6/q2' p:ref='som:6.2' p:link='tip:5 tip:5.2 tip:99'/>";
#define STATUS(path, choices)                                                                      \
  "<group ref='" path "'><label>Duty</label><select1 ref='" path                                   \
  "/status'><label>Is it?</label>" choices "</select1></group>"
#define YES "<item><label>Yes</label><value>yes</value></item>"
#define PART "<item><label>In part</label><value>part</value></item>"
static const char BODY[]
    = "<input ref='/data/party'><label>Party?</label></input>"
      "<group ref='/data/tip' appearance='part'><label>T</label><group ref='/data/tip/art5' "
      "appearance='page'><label>5</label>" STATUS ("/data/tip/art5/q1", YES PART) STATUS (
          "/data/tip/art5/q2",
          YES PART) "</group></group>"
                    "<group ref='/data/som' appearance='part'><label>S</label><group "
                    "ref='/data/som/art6' "
                    "appearance='page'><label>6</label>" STATUS ("/data/som/art6/q1", YES PART)
                        STATUS ("/data/som/art6/q2", YES) "</group></group>";
#define OFFER "was answered for"

typedef struct
{
  Apart apart;
  PalOutline *outline;
  PalQuestionContext *context;
  char *gone_to;
} Story;

static void
go_to_cb (PalQuestionContext *context, const char *path, Story *story)
{
  g_free (story->gone_to);
  story->gone_to = g_strdup (path);
}

static void
begin (Story *story)
{
  apart_open (&story->apart, MODEL, BODY, FALSE, NULL, 0, NULL, 0, NULL, 0);
  story->outline = pal_outline_new (pal_response_get_form (apart_response (&story->apart)));
  story->context = pal_question_context_new (pal_session_get_questionnaire (story->apart.session));
  g_signal_connect (story->context, "go-to", G_CALLBACK (go_to_cb), story);
}

static void
end (Story *story)
{
  apart_show (&story->apart, gtk_label_new (""));
  g_clear_object (&story->context);
  g_clear_pointer (&story->outline, pal_outline_unref);
  g_clear_pointer (&story->gone_to, g_free);
  apart_close (&story->apart);
}

static GtkWidget *
show_card (Story *story, const char *ref)
{
  GPtrArray *cards = pal_outline_find_ref (story->outline, ref);
  GtkWidget *card;

  g_assert_nonnull (cards);
  card = pal_question_card_new (story->context, g_ptr_array_index (cards, 0));
  apart_show (&story->apart, card);

  return card;
}

static void
answer (Story *story, const char *path, const char *value)
{
  PalResponse *response = apart_response (&story->apart);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      pal_response_set_value (response, pal_response_find (response, path), value, &error));
  g_assert_no_error (error);
}

static gboolean
has_comment (gpointer data)
{
  return pal_comments_get_list (data)->len == 1 && pal_comments_get_count (data) == 1;
}

static void
test_taken_over (void)
{
  Story story = { 0 };
  PalComments *comments;
  const PalComment *comment;
  GtkWidget *card;

  begin (&story);
  card = show_card (&story, "som:6.1");
  assert_is_silent (card, OFFER);
  answer (&story, "/data/tip/art5/q1/status", "part");
  assert_says (card, OFFER);
  assert_says (card, "In part");
  press (card, "Use It Here");
  g_assert_cmpstr (apart_value (&story.apart, "/data/som/art6/q1/status"), ==, "part");
  assert_is_silent (card, OFFER);

  comments = pal_comments_of_dossier (pal_session_get_dossier (story.apart.session));
  apart_wait (has_comment, comments);
  comment = g_ptr_array_index (pal_comments_get_list (comments), 0);
  g_assert_cmpstr (comment->node, ==, "/data/som/art6/q1/status");
  g_assert_nonnull (strstr (comment->text, "Trafficking in Persons Protocol"));
  end (&story);
}

/* Nothing is offered that cannot be said here, that nobody is asked any more, over an answer, or
 * while answers stay as they are. */
static void
test_not_offered (void)
{
  Story story = { 0 };
  GtkWidget *card;

  begin (&story);
  card = show_card (&story, "som:6.2");
  answer (&story, "/data/tip/art5/q2/status", "part");
  assert_is_silent (card, OFFER);
  answer (&story, "/data/tip/art5/q2/status", "yes");
  assert_says (card, OFFER);
  pal_question_context_set_locked (story.context, TRUE);
  assert_is_silent (card, OFFER);
  pal_question_context_set_locked (story.context, FALSE);
  assert_says (card, OFFER);
  answer (&story, "/data/party", "no");
  assert_is_silent (card, OFFER);
  assert_is_silent (card, "5\xc2\xa0(2), Trafficking in Persons Protocol");
  assert_says (card, "Article 99, Trafficking in Persons Protocol"); /* of another questionnaire */
  answer (&story, "/data/party", "yes");
  assert_says (card, "5\xc2\xa0(2), Trafficking in Persons Protocol");
  answer (&story, "/data/som/art6/q2/status", "yes");
  assert_is_silent (card, OFFER);
  end (&story);
}

static gboolean
is_named (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_BUTTON (widget) && GTK_IS_LABEL (gtk_button_get_child (GTK_BUTTON (widget)))
         && strstr (gtk_label_get_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (widget)))),
                    text)
                != NULL;
}

/* Places of this questionnaire are ways there; others are named. */
static void
test_places (void)
{
  Story story = { 0 };
  GtkWidget *card;
  GtkWidget *link;

  begin (&story);
  card = show_card (&story, "som:6.1");
  assert_says (card, "Convention against Corruption");
  g_assert_null (find_where (card, is_named, "Convention against Corruption"));
  link = find_where (card, is_named, "Trafficking in Persons Protocol");
  g_assert_nonnull (link);
  g_signal_emit_by_name (link, "clicked");
  g_assert_cmpstr (story.gone_to, ==, "/data/tip/art5/q1/status");
  g_assert_nonnull (find_where (card, is_named, "Smuggling of Migrants Protocol"));
  end (&story);
}

static void
test_references (void)
{
  static const struct
  {
    const char *reference;
    const char *text;
  } rows[] = {
    { "tip:5", "Article 5, Trafficking in Persons Protocol" },
    { "uncac:15.a", "Article 15\xc2\xa0(a), Convention against Corruption" },
    { "tipp:5", NULL },
    { "tip:", NULL },
    { "tip", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = pal_reference_dup_full_text (rows[i].reference);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/related/taken-over", test_taken_over);
  g_test_add_func ("/related/not-offered", test_not_offered);
  g_test_add_func ("/related/places", test_places);
  g_test_add_func ("/related/references", test_references);

  return g_test_run ();
}
