// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "response-fixture.h"

/* Stories: answer this, expect that. */

/* A follow-up appears, is answered, goes, and comes back with its answer (T7). */
static void
test_follow_up (void)
{
  g_autoptr (PalResponse) response = start (
      "<instance><data id='f'><status/><more><how/></more><n/></data></instance>"
      "<bind nodeset='/data/more' relevant=\"/data/status = 'part'\"/>"
      "<bind nodeset='/data/more/how' required='true()'/>"
      "<bind nodeset='/data/n' type='int' calculate='string-length(/data/more/how)'/>",
      INPUT ("/data/status") "<group ref='/data/more'>" INPUT ("/data/more/how") "</group>");

  g_assert_false (state (response, "/data/more/how")->relevant);
  g_assert_true (pal_response_is_valid (response));
  assert_xml (response, "<data id=\"f\"><status/><n>0</n></data>");

  answer (response, "/data/status", "part");
  g_assert_true (state (response, "/data/more/how")->relevant);
  g_assert_cmpint (state (response, "/data/more/how")->violation, ==, PAL_VIOLATION_REQUIRED);
  g_assert_false (pal_response_is_valid (response));

  answer (response, "/data/more/how", "by law");
  assert_value (response, "/data/n", "6");
  g_assert_true (pal_response_is_valid (response));

  answer (response, "/data/status", "yes");
  g_assert_false (state (response, "/data/more")->relevant);
  assert_value (response, "/data/n", "0");
  assert_value (response, "/data/more/how", "by law");
  assert_xml (response, "<data id=\"f\"><status>yes</status><n>0</n></data>");

  answer (response, "/data/status", "part");
  assert_value (response, "/data/n", "6");
  assert_value (response, "/data/more/how", "by law");
}

static void
test_values_that_break_rules (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><age/><limit>120</limit><day/><x/></data></instance>"
               "<bind nodeset='/data/age' type='int' required='true()' "
               "constraint='. &lt;= /data/limit'/>"
               "<bind nodeset='/data/day' type='date'/>"
               "<bind nodeset='/data/x' constraint='false()'/>",
               INPUT ("/data/age") INPUT ("/data/day"));
  /* answer to /data/age, and what it breaks: an answer is kept whatever it breaks (T12), and a
   * constraint is not asked about nothing (T9) */
  static const struct
  {
    const char *value;
    PalViolation violation;
  } rows[] = {
    { "12", PAL_VIOLATION_NONE },        { "121", PAL_VIOLATION_CONSTRAINT },
    { "", PAL_VIOLATION_REQUIRED },      { "12.5", PAL_VIOLATION_CONSTRAINT },
    { "old", PAL_VIOLATION_CONSTRAINT }, { "-3", PAL_VIOLATION_NONE },
  };

  g_assert_cmpint (state (response, "/data/age")->violation, ==, PAL_VIOLATION_REQUIRED);
  g_assert_cmpint (state (response, "/data/x")->violation, ==, PAL_VIOLATION_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      answer (response, "/data/age", rows[i].value);
      assert_value (response, "/data/age", rows[i].value);
      g_assert_cmpint (state (response, "/data/age")->violation, ==, rows[i].violation);
    }

  /* The rule itself changes. */
  answer (response, "/data/age", "100");
  answer (response, "/data/limit", "99");
  g_assert_cmpint (state (response, "/data/age")->violation, ==, PAL_VIOLATION_CONSTRAINT);
  answer (response, "/data/limit", "101");
  g_assert_cmpint (state (response, "/data/age")->violation, ==, PAL_VIOLATION_NONE);

  answer (response, "/data/day", "2024-02-30");
  g_assert_cmpint (state (response, "/data/day")->violation, ==, PAL_VIOLATION_CONSTRAINT);
  answer (response, "/data/day", "2024-02-29");
  g_assert_cmpint (state (response, "/data/day")->violation, ==, PAL_VIOLATION_NONE);
}

static void
test_read_only (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><lock/><g><a/><c/></g></data></instance>"
               "<bind nodeset='/data/g' readonly=\"/data/lock = 'yes'\"/>"
               "<bind nodeset='/data/g/c' calculate=\"concat(/data/g/a, '!')\"/>",
               INPUT ("/data/lock"));
  g_autoptr (GError) error = NULL;

  g_assert_false (state (response, "/data/g/a")->readonly);
  g_assert_true (state (response, "/data/g/c")->readonly);
  g_assert_false (state (response, "/data/g/c")->locked);
  answer (response, "/data/lock", "yes");
  g_assert_true (state (response, "/data/g/a")->readonly);
  g_assert_true (state (response, "/data/g/c")->locked);
  answer (response, "/data/lock", "no");
  g_assert_false (state (response, "/data/g/a")->readonly);

  g_assert_false (pal_response_set_value (response, at (response, "/data/g/c"), "x", &error));
  g_assert_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY);
  g_clear_error (&error);
  g_assert_false (pal_response_set_value (response, at (response, "/data/g"), "x", &error));
  g_assert_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY);
}

static void
test_rows (void)
{
  g_autoptr (PalResponse) response = start (LAWS, LAWS_BODY);
  PalFormNode *law = pal_form_find_node (pal_response_get_form (response), "/data/law");
  g_autoptr (GPtrArray) rows = NULL;

  /* A template is no row (T8). */
  assert_value (response, "/data/count", "0");
  g_assert_null (pal_response_find (response, "/data/law"));

  add_row (response, "/data/law", NULL);
  add_row (response, "/data/law", NULL);
  add_row (response, "/data/law", NULL);
  assert_value (response, "/data/count", "3");
  assert_value (response, "/data/law[3]/n", "3");
  answer (response, "/data/law[1]/cost", "10");
  answer (response, "/data/law[2]/cost", "30");
  answer (response, "/data/law[3]/cost", "160");
  assert_value (response, "/data/total", "200");
  assert_value (response, "/data/law[1]/share", "5");
  answer (response, "/data/law[3]/cost", "60");
  assert_value (response, "/data/law[1]/share", "10");
  assert_value (response, "/data/law[2]/share", "30");

  /* Later rows move up; the row between keeps its answers. */
  remove_row (response, "/data/law[1]");
  assert_value (response, "/data/count", "2");
  assert_value (response, "/data/total", "90");
  assert_value (response, "/data/law[1]/n", "1");
  assert_value (response, "/data/law[2]/n", "2");
  assert_value (response, "/data/law[1]/cost", "30");

  /* A row before another */
  g_assert_nonnull (
      pal_response_add_row (response, law, NULL, at (response, "/data/law[2]"), NULL));
  assert_value (response, "/data/law[3]/n", "3");
  assert_value (response, "/data/law[2]/cost", "");
  assert_value (response, "/data/law[3]/cost", "60");
  /* Rows stand together, before what follows them in the form. */
  rows = pal_response_dup_rows (response, law, NULL);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_true (((PalNode *) g_ptr_array_index (rows, 2))->next == at (response, "/data/end"));

  /* Rows within rows */
  add_row (response, "/data/law/part", "/data/law[2]");
  add_row (response, "/data/law/part", "/data/law[3]");
  add_row (response, "/data/law/part", "/data/law[3]/cost");
  answer (response, "/data/law[3]/part[2]/page", "7");
  g_assert_null (pal_response_find (response, "/data/law[1]/part[1]"));
  g_assert_null (pal_response_find (response, "/data/law[2]/part[2]"));
  assert_value (response, "/data/law[3]/part[2]/page", "7");
}

/* A form that gives every row the same id: each row still has a name of its own. */
static void
test_row_ids_twice (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><r jr:template=''><_id/><x/></r></data></instance>",
               "<repeat nodeset='/data/r'><setvalue ref='/data/r/_id' event='odk-new-repeat' "
               "value=\"'same'\"/>" INPUT ("/data/r/x") "</repeat>");
  PalNode *rows[3];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    rows[i] = add_row (response, "/data/r", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = pal_response_dup_path (response, rows[i]);

      g_assert_true (pal_response_find (response, path) == rows[i]);
    }
  g_assert_cmpstr (pal_response_get_row_id (response, rows[0]), ==, "same");
  /* Once it is gone, the id is free. */
  remove_row (response, "/data/r[same]");
  g_assert_null (pal_response_find (response, "/data/r[same]"));
  rows[0] = add_row (response, "/data/r", NULL);
  g_assert_cmpstr (pal_response_get_row_id (response, rows[0]), ==, "same");
}

static void
test_row_ids (void)
{
  g_autoptr (PalResponse) response = start (LAWS, LAWS_BODY);
  PalNode *first = add_row (response, "/data/law", NULL);
  PalNode *part = add_row (response, "/data/law/part", "/data/law[1]");
  g_autofree char *path
      = pal_response_dup_path (response, pal_node_find_child (part, "page", NULL));
  g_autofree char *expected = NULL;

  /* The id is what the leaf holds, or made where there is no leaf. */
  g_assert_cmpstr (pal_response_get_row_id (response, first), ==,
                   pal_response_get_value (response, at (response, "/data/law[1]/_id")));
  g_assert_cmpuint (strlen (pal_response_get_row_id (response, first)), ==, 36);
  expected
      = g_strdup_printf ("/data/law[%s]/part[%s]/page", pal_response_get_row_id (response, first),
                         pal_response_get_row_id (response, part));
  g_assert_cmpstr (path, ==, expected);
  g_assert_true (pal_response_find (response, path) == pal_node_find_child (part, "page", NULL));
  g_assert_null (pal_response_find (response, "/data/law[no-such-row]"));
  g_assert_null (pal_response_find (response, "/data/law[2]"));
  g_assert_null (pal_response_find (response, "data"));
  g_assert_null (pal_response_find (response, "/data/"));
  g_assert_null (pal_response_find (response, "/data/law["));
}

static void
test_counted_rows (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><n>2</n><child><name/><toys/><toy><what/></toy></child>"
               "<all/></data></instance>"
               "<bind nodeset='/data/all' calculate='count(/data/child/toy)'/>",
               INPUT ("/data/n") "<repeat nodeset='/data/child' jr:count='/data/n'>"
                                 "<setvalue ref='/data/child/name' event='odk-new-repeat' "
                                 "value=\"concat('child ', position(..))\"/>" INPUT (
                                     "/data/child/toys") "<repeat nodeset='/data/child/toy' "
                                                         "jr:count='../toys'>" INPUT (
                                                             "/data/child/toy/what") "</repeat></"
                                                                                     "repeat>");
  g_autoptr (GError) error = NULL;
  PalFormNode *child = pal_form_find_node (pal_response_get_form (response), "/data/child");

  /* All rows at once (T8); the event is for the rows that the form does not have itself. */
  assert_value (response, "/data/child[1]/name", "");
  assert_value (response, "/data/child[2]/name", "child 2");
  g_assert_null (pal_response_find (response, "/data/child[3]"));

  answer (response, "/data/child[2]/toys", "3");
  assert_value (response, "/data/all", "3");
  g_assert_nonnull (pal_response_find (response, "/data/child[2]/toy[3]"));
  answer (response, "/data/n", "4");
  assert_value (response, "/data/child[4]/name", "child 4");
  answer (response, "/data/child[4]/toys", "1");
  assert_value (response, "/data/all", "4");
  answer (response, "/data/n", "1");
  assert_value (response, "/data/all", "0");
  /* Nonsense makes no rows, and does no harm. */
  answer (response, "/data/n", "many");
  g_assert_null (pal_response_find (response, "/data/child"));

  g_assert_null (pal_response_add_row (response, child, NULL, NULL, &error));
  g_assert_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY);
}

static void
test_events (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><a/><twice/><said/><loaded/><chain/>"
               "<meta><instanceID/></meta></data></instance>"
               "<setvalue ref='/data/loaded' event='odk-instance-first-load' value='1 + 1'/>"
               "<bind nodeset='/data/twice' calculate='/data/a * 2'/>",
               "<input ref='/data/a'><setvalue ref='/data/said' event='xforms-value-changed' "
               "value='/data/twice'/></input>"
               "<input ref='/data/said'><setvalue ref='/data/chain' event='xforms-value-changed'>"
               " heard </setvalue></input>");

  assert_value (response, "/data/loaded", "2");
  g_assert_true (g_str_has_prefix (
      pal_response_get_value (response, at (response, "/data/meta/instanceID")), "uuid:"));
  assert_value (response, "/data/chain", "");
  /* The event sees what follows from the answer, and what it sets sets off others. */
  answer (response, "/data/a", "21");
  assert_value (response, "/data/said", "42");
  assert_value (response, "/data/chain", "heard");
  /* The same answer again is no change. */
  answer (response, "/data/chain", "");
  answer (response, "/data/a", "21");
  assert_value (response, "/data/chain", "");
}

/* Signals */

typedef struct
{
  GPtrArray *edits; /* "kind path old new user" */
  GString *updated; /* local names of one round */
  guint n_rounds;
  guint n_rows_changed;
} Seen;

static void
edit_cb (PalResponse *response, const PalEdit *edit, gpointer user_data)
{
  Seen *seen = user_data;
  static const char *const kinds[] = { "value", "added", "removed" };

  g_ptr_array_add (seen->edits, g_strdup_printf ("%s %s %s>%s%s", kinds[edit->kind], edit->path,
                                                 edit->old_value != NULL ? edit->old_value : "-",
                                                 edit->new_value != NULL ? edit->new_value : "-",
                                                 edit->by_user ? " user" : ""));
}

static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  return pal_node_compare (*(PalNode *const *) a, *(PalNode *const *) b);
}

static void
updated_cb (PalResponse *response, GPtrArray *nodes, gpointer user_data)
{
  Seen *seen = user_data;

  seen->n_rounds++;
  g_ptr_array_sort (nodes, compare_nodes);
  for (guint i = 0; i < nodes->len; i++)
    g_string_append_printf (seen->updated, "%s ",
                            ((PalNode *) g_ptr_array_index (nodes, i))->local);
}

static void
rows_changed_cb (PalResponse *response, PalFormNode *repeat, PalNode *parent, gpointer user_data)
{
  Seen *seen = user_data;

  g_assert_true (repeat->is_repeat);
  g_assert_true (pal_response_get_definition (response, parent) == repeat->parent);
  seen->n_rows_changed++;
}

static void
watch (PalResponse *response, Seen *seen)
{
  seen->edits = g_ptr_array_new_with_free_func (g_free);
  seen->updated = g_string_new (NULL);
  seen->n_rounds = seen->n_rows_changed = 0;
  g_signal_connect (response, "edit", G_CALLBACK (edit_cb), seen);
  g_signal_connect (response, "updated", G_CALLBACK (updated_cb), seen);
  g_signal_connect (response, "rows-changed", G_CALLBACK (rows_changed_cb), seen);
}

static void
forget (Seen *seen)
{
  g_ptr_array_set_size (seen->edits, 0);
  g_string_truncate (seen->updated, 0);
  seen->n_rounds = seen->n_rows_changed = 0;
}

static void
seen_clear (Seen *seen)
{
  g_ptr_array_unref (seen->edits);
  g_string_free (seen->updated, TRUE);
}

#define assert_edit(seen, i, expected)                                                             \
  g_assert_cmpstr ((char *) g_ptr_array_index ((seen).edits, i), ==, expected)

static void
test_signals (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><a/><b/><hid><c/></hid><far/><labelled/><once/>"
               "<r jr:template=''><_id/><x/></r></data></instance>"
               "<bind nodeset='/data/b' calculate='/data/a'/>"
               "<bind nodeset='/data/hid' relevant=\"/data/b = 'on'\"/>"
               "<bind nodeset='/data/once' calculate=\"if(/data/a = 'on', once(uuid(4)), "
               "/data/once-nothing)\"/>",
               INPUT ("/data/a") "<input ref='/data/labelled'><label>Of <output value='/data/a'/>"
                                 "</label></input>"
                                 "<repeat nodeset='/data/r'><setvalue ref='/data/r/_id' "
                                 "event='odk-new-repeat'>row-a</setvalue></repeat>");
  PalFormNode *labelled = pal_form_find_node (pal_response_get_form (response), "/data/labelled");
  g_autofree char *label = NULL;
  g_autofree char *value = NULL;
  g_autofree char *edit = NULL;
  Seen seen;

  watch (response, &seen);
  answer (response, "/data/a", "of");
  /* Nobody was shown a label yet. */
  g_assert_cmpstr (seen.updated->str, ==, "a b ");
  forget (&seen);
  label = pal_response_dup_text (response, labelled->control, NULL, PAL_TEXT_LABEL);
  answer (response, "/data/a", "off");
  g_assert_cmpuint (seen.edits->len, ==, 1);
  assert_edit (seen, 0, "value /data/a of>off user");
  g_assert_cmpuint (seen.n_rounds, ==, 1);
  /* Not a word of what has nothing to do with it. */
  g_assert_cmpstr (seen.updated->str, ==, "a b labelled ");

  forget (&seen);
  answer (response, "/data/a", "on");
  g_assert_cmpstr (seen.updated->str, ==, "a b hid c labelled once ");
  /* What was drawn belongs in the log, what was calculated does not. */
  value = g_strdup (pal_response_get_value (response, at (response, "/data/once")));
  g_assert_cmpuint (seen.edits->len, ==, 2);
  edit = g_strdup_printf ("value /data/once >%s", value);
  assert_edit (seen, 1, edit);

  forget (&seen);
  answer (response, "/data/a", "on");
  g_assert_cmpuint (seen.edits->len + seen.n_rounds, ==, 0);

  add_row (response, "/data/r", NULL);
  g_assert_cmpuint (seen.n_rows_changed, ==, 1);
  g_assert_cmpuint (seen.edits->len, ==, 2);
  assert_edit (seen, 0, "added /data/r[row-a] ->- user");
  assert_edit (seen, 1, "value /data/r[row-a]/_id >row-a");
  forget (&seen);
  answer (response, "/data/r[row-a]/x", "1");
  assert_edit (seen, 0, "value /data/r[row-a]/x >1 user");
  remove_row (response, "/data/r[1]");
  assert_edit (seen, 1, "removed /data/r[row-a] ->- user");
  g_assert_cmpuint (seen.n_rows_changed, ==, 1);
  seen_clear (&seen);
}

/* Texts and choices */

#define ITEXT                                                                                      \
  "<itext><translation lang='English (en)'>"                                                       \
  "<text id='q'><value>Hello, <output value='/data/name'/>!</value></text>"                        \
  "<text id='y'><value>Yes</value></text><text id='n'><value>No</value></text></translation>"      \
  "<translation lang='Français (fr)'>"                                                            \
  "<text id='q'><value>Bonjour, <output value='/data/name'/> !</value></text>"                     \
  "<text id='y'><value>Oui</value></text><text id='n'><value>Non</value></text></translation>"     \
  "</itext>"

static void
test_languages (void)
{
  g_autoptr (PalResponse) response = start (
      ITEXT "<instance><data id='f'><name>Ada</name><sure/><label/><day/></data></instance>"
            "<bind nodeset='/data/label' "
            "calculate=\"jr:choice-name(/data/sure, '/data/sure')\"/>",
      "<input ref='/data/name'><label ref=\"jr:itext('q')\"/></input>"
      "<select1 ref='/data/sure'><label>Sure, <output value='/data/label'/>?</label>"
      "<item><label ref=\"jr:itext('y')\"/><value>y</value></item>"
      "<item><label ref=\"jr:itext('n')\"/><value>n</value></item></select1>");
  PalFormNode *name = pal_form_find_node (pal_response_get_form (response), "/data/name");
  PalFormNode *sure = pal_form_find_node (pal_response_get_form (response), "/data/sure");
  g_autofree char *english = pal_response_dup_text (response, name->control, NULL, PAL_TEXT_LABEL);
  g_autofree char *french = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *question = NULL;

  g_assert_cmpstr (pal_response_get_language (response), ==, "English (en)");
  g_assert_cmpstr (english, ==, "Hello, Ada!");
  answer (response, "/data/sure", "y");
  assert_value (response, "/data/label", "Yes");

  pal_response_set_language (response, "fr");
  g_assert_cmpstr (pal_response_get_language (response), ==, "Français (fr)");
  assert_value (response, "/data/label", "Oui");
  french = pal_response_dup_text (response, name->control, NULL, PAL_TEXT_LABEL);
  g_assert_cmpstr (french, ==, "Bonjour, Ada !");
  question = pal_response_dup_text (response, sure->control, NULL, PAL_TEXT_LABEL);
  g_assert_cmpstr (question, ==, "Sure, Oui?");

  /* What the form does not speak changes nothing. */
  pal_response_set_language (response, "zh");
  g_assert_cmpstr (pal_response_get_language (response), ==, "Français (fr)");
  unknown = pal_response_dup_choice_label (response, sure->control, NULL, "perhaps");
  g_assert_null (unknown);
}

/* The form says something else in French now, and speaks Portuguese, too. */
static void
translate_anew (PalDocument *document, gpointer user_data)
{
  PalNode *head = pal_node_find_child (pal_document_get_element (document), "head", PAL_NS_XHTML);
  PalNode *model = pal_node_find_child (head, "model", PAL_NS_XFORMS);
  PalNode *itext = pal_node_find_child (model, "itext", PAL_NS_XFORMS);
  PalNode *english = pal_node_find_child (itext, "translation", PAL_NS_XFORMS);
  PalNode *french = pal_node_next_named (english);
  PalNode *text = pal_node_find_child (french, "text", PAL_NS_XFORMS);
  PalNode *value = pal_node_find_child (text, "value", PAL_NS_XFORMS);
  PalNode *before = value->first_child;
  PalNode *portuguese;

  pal_node_insert_before (value, pal_node_new_text (document, user_data), before);
  pal_node_detach (before);
  pal_node_free (before);
  portuguese = pal_node_clone (french, document);
  pal_node_set_attribute (portuguese, "lang", NULL, NULL, "Português (pt)");
  pal_node_append (itext, portuguese);
}

static void
take_texts (PalForm *form, const char *greeting)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) again = pal_form_load_translated (
      pal_form_get_source (form), "again", translate_anew, (gpointer) greeting, &error);

  g_assert_no_error (error);
  pal_form_take_texts (form, again);
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

#define assert_label(response, control, expected)                                                  \
  do                                                                                               \
    {                                                                                              \
      g_autofree char *label_ = pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL);   \
      g_assert_cmpstr (label_, ==, expected);                                                      \
    }                                                                                              \
  while (0)

/* Texts that are read anew while the form is open: answers, language and places stay. */
static void
test_renewed_texts (void)
{
  g_autoptr (PalResponse) response
      = start (ITEXT "<instance><data id='f'><name>Ada</name><sure>y</sure></data></instance>",
               "<input ref='/data/name'><label ref=\"jr:itext('q')\"/></input>"
               "<select1 ref='/data/sure'><label>Sure?</label>"
               "<item><label ref=\"jr:itext('y')\"/><value>y</value></item></select1>");
  PalForm *form = pal_response_get_form (response);
  PalFormControl *name = pal_form_find_node (form, "/data/name")->control;
  PalFormControl *sure = pal_form_find_node (form, "/data/sure")->control;
  g_autofree char *choice = NULL;
  guint n_notified = 0;

  pal_response_set_language (response, "fr");
  g_signal_connect (response, "notify::language", G_CALLBACK (count_cb), &n_notified);
  answer (response, "/data/name", "Eva");
  assert_label (response, name, "Bonjour, Eva !");

  take_texts (form, "Salut, ");
  pal_response_renew_texts (response);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpstr (pal_response_get_language (response), ==, "Français (fr)");
  assert_label (response, name, "Salut, Eva !");
  answer (response, "/data/name", "Lea");
  assert_label (response, name, "Salut, Lea !");
  choice = pal_response_dup_choice_label (response, sure, NULL, "y");
  g_assert_cmpstr (choice, ==, "Oui");
  assert_value (response, "/data/name", "Lea");

  /* A language that came is there, the default one is what it was. */
  g_assert_cmpuint (pal_form_get_languages (form)->len, ==, 3);
  g_assert_cmpstr (pal_form_get_default_language (form), ==, "English (en)");
  pal_response_set_language (response, "pt");
  g_assert_cmpstr (pal_response_get_language (response), ==, "Português (pt)");
  assert_label (response, name, "Salut, Lea !");

  /* And once more, in another order. */
  take_texts (form, "Coucou, ");
  pal_response_renew_texts (response);
  assert_label (response, name, "Coucou, Lea !");
  pal_response_set_language (response, "en");
  assert_label (response, name, "Hello, Lea!");
}

static char *
dup_choices (PalResponse *response, const char *path)
{
  PalNode *node = at (response, path);
  g_autoptr (GPtrArray) choices = pal_response_dup_choices (
      response, pal_response_get_definition (response, node)->control, node);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < choices->len; i++)
    {
      PalChoice *choice = g_ptr_array_index (choices, i);

      g_string_append_printf (text, "%s=%s ", choice->value, choice->label);
    }
  return g_string_free (text, FALSE);
}

#define assert_choices(response, path, expected)                                                   \
  do                                                                                               \
    {                                                                                              \
      g_autofree char *choices_ = dup_choices (response, path);                                    \
      g_assert_cmpstr (choices_, ==, expected);                                                    \
    }                                                                                              \
  while (0)

#define CITIES                                                                                     \
  "<instance id='cities'><root><item><c>fr</c><v>ly</v><l>Lyon</l></item>"                         \
  "<item><c>fr</c><v>pa</v><l>Paris</l></item><item><c>it</c><v>ro</v><l>Rome</l></item>"          \
  "</root></instance>"

static void
test_choices (void)
{
  g_autoptr (PalResponse) response = start (
      "<instance><data "
      "id='f'><c/><city/><cities/><person><name/></person><who/></data></instance>" CITIES,
      INPUT ("/data/c") "<select1 ref='/data/city'><itemset "
                        "nodeset=\"instance('cities')/root/item[c = /data/c]\">"
                        "<value ref='v'/><label ref='l'/></itemset></select1>"
                        "<select ref='/data/cities'><itemset "
                        "nodeset=\"instance('cities')/root/item[c = "
                        "current()/../c]\"><value ref='v'/><label ref='l'/></itemset></select>"
                        "<repeat nodeset='/data/person'>" INPUT (
                            "/data/person/name") "</repeat>"
                                                 "<select1 ref='/data/who'><itemset "
                                                 "nodeset=\"/data/person[name != '']\">"
                                                 "<value ref='name'/><label "
                                                 "ref='name'/></itemset></select1>");
  Seen seen;

  assert_choices (response, "/data/city", "");
  answer (response, "/data/c", "fr");
  assert_choices (response, "/data/city", "ly=Lyon pa=Paris ");
  answer (response, "/data/city", "pa");
  answer (response, "/data/cities", "ly pa");

  /* The list goes from under the answer, and the answer comes back with it. */
  watch (response, &seen);
  answer (response, "/data/c", "it");
  assert_value (response, "/data/city", "");
  assert_value (response, "/data/cities", "");
  g_assert_cmpuint (seen.edits->len, ==, 3);
  assert_edit (seen, 1, "value /data/city pa>");
  answer (response, "/data/c", "fr");
  assert_value (response, "/data/city", "pa");
  assert_value (response, "/data/cities", "ly pa");
  /* But not over a new answer. */
  answer (response, "/data/c", "it");
  answer (response, "/data/city", "ro");
  answer (response, "/data/c", "fr");
  assert_value (response, "/data/city", "");

  /* Choices that are rows; whoever was shown them hears of each change. */
  assert_choices (response, "/data/who", "");
  forget (&seen);
  answer (response, "/data/person[1]/name", "Ada");
  g_assert_nonnull (strstr (seen.updated->str, "who"));
  assert_choices (response, "/data/who", "Ada=Ada ");
  add_row (response, "/data/person", NULL);
  answer (response, "/data/person[2]/name", "Bo");
  assert_choices (response, "/data/who", "Ada=Ada Bo=Bo ");
  answer (response, "/data/who", "Ada");
  remove_row (response, "/data/person[1]");
  assert_choices (response, "/data/who", "Bo=Bo ");
  assert_value (response, "/data/who", "");
  seen_clear (&seen);
}

static void
test_attached_lists (void)
{
  static const char csv[] = "\xEF\xBB\xBF"
                            "name_key,name,price\r\n"
                            "ap,\"Apple, \"\"red\"\"\",3\r\npe,Pear,4\r\npe,Second pear,5\r\n\r\n";
  static const char xml[] = "<root><item><v>k</v><l>Kiwi</l></item></root>";
  g_autofree char *text = form_text (
      "<instance><data id='f'><key/><name/><x/></data></instance>"
      "<instance id='fruits' src='jr://file-csv/fruits.csv'/>"
      "<instance id='more' src='jr://file/more.xml'/>"
      "<bind nodeset='/data/name' "
      "calculate=\"pulldata('fruits', 'name', 'name_key', /data/key)\"/>",
      INPUT ("/data/key") "<select1 ref='/data/x'><itemset "
                          "nodeset=\"instance('more')/root/item\"><value ref='v'/><label ref='l'/>"
                          "</itemset></select1>");
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GHashTable) attachments
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;

  g_hash_table_insert (attachments, (gpointer) "jr://file-csv/fruits.csv",
                       g_bytes_new_static (csv, strlen (csv)));
  g_hash_table_insert (attachments, (gpointer) "jr://file/more.xml",
                       g_bytes_new_static (xml, strlen (xml)));
  form = pal_form_load_full (bytes, "f.xml", attachments, &error);
  g_assert_no_error (error);
  response = pal_response_new (form, NULL);

  answer (response, "/data/key", "ap");
  assert_value (response, "/data/name", "Apple, \"red\"");
  answer (response, "/data/key", "pe");
  assert_value (response, "/data/name", "Pear");
  answer (response, "/data/key", "zz");
  assert_value (response, "/data/name", "");
  assert_choices (response, "/data/x", "k=Kiwi ");
}

/* Tables as they come. */
static void
test_hostile_tables (void)
{
  static const struct
  {
    const char *csv;
    const char *choices;
    guint n_notes;
  } rows[] = {
    { "v,l\na,A\nb,B", "a=A b=B ", 0 },
    { "v;l\na;A,1\n", "a=A,1 ", 0 },
    { "\xEF\xBB\xBF\"v\",\"l\"\r\n\"a\"\"b\",\"one,\ntwo\"\r\n", "a\"b=one,\ntwo ", 0 },
    { "v,l\n\n\na,A\n,nobody\n", "a=A ", 0 },
    { "v,l\na\nb,B,more,and more\n", "a=a b=B ", 0 },
    { "l,v,v\nA,a,b\n", "a=A ", 0 },
    { "v,label::English (en),,l\na,x,y,A\n", "a=A ", 2 },
    { "v,l\n\"never closed,A", "never closed,A=never closed,A ", 0 },
    { "<v>,l\na,A\n", "", 1 },
    { "v,l\n\xFF,A\n", "", 1 },
    { "", "", 0 },
    { "\n", "", 1 },
    { "v", "", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text
          = form_text ("<instance><data id='f'><x/></data></instance>"
                       "<instance id='t' src='jr://file-csv/t.csv'/>",
                       "<select1 ref='/data/x'><itemset nodeset=\"instance('t')/root/item\">"
                       "<value ref='v'/><label ref='l'/></itemset></select1>");
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (GHashTable) attachments
          = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_bytes_unref);
      g_autoptr (PalForm) form = NULL;
      g_autoptr (PalResponse) response = NULL;

      g_hash_table_insert (attachments, (gpointer) "jr://file-csv/t.csv",
                           g_bytes_new_static (rows[i].csv, strlen (rows[i].csv)));
      form = pal_form_load_full (bytes, "f.xml", attachments, NULL);
      g_assert_nonnull (form);
      if (pal_form_get_notes (form)->len != rows[i].n_notes)
        g_error ("row %zu: %u notes", i, pal_form_get_notes (form)->len);
      response = pal_response_new (form, NULL);
      assert_choices (response, "/data/x", rows[i].choices);
    }
}

/* A person's name stands where the form asks for it, when that person has given one. */
static void
test_user (void)
{
  g_autofree char *text = form_text (
      "<instance><data id='f'><who/><device/><meta><instanceID/><userID/></meta></data></instance>"
      "<bind nodeset='/data/who' jr:preload='property' jr:preloadParams='username'/>"
      "<bind nodeset='/data/device' jr:preload='property' jr:preloadParams='deviceid'/>",
      "");
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (PalForm) form = pal_form_load (bytes, "f.xml", NULL);
  g_autoptr (PalResponse) response = pal_response_new_by (form, "Expert A", NULL);
  g_autoptr (PalResponse) nobody = pal_response_new (form, NULL);

  assert_value (response, "/data/who", "Expert A");
  assert_value (response, "/data/meta/userID", "Expert A");
  assert_value (response, "/data/device", "");
  assert_value (nobody, "/data/who", "");
  assert_value (nobody, "/data/meta/userID", "");
}

/* Attributes are nodes where a form speaks of them; having some makes no group of a question. */
static void
test_attributes (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><a unit='km'/><b/></data></instance>"
               "<bind nodeset='/data/b' calculate='concat(/data/a, /data/a/@unit)'/>",
               INPUT ("/data/a"));

  answer (response, "/data/a", "5");
  assert_value (response, "/data/b", "5km");
  answer (response, "/data/a/@unit", "m");
  assert_value (response, "/data/b", "5m");
  assert_xml (response, "<data id=\"f\"><a unit=\"m\">5</a><b>5m</b></data>");
}

/* T6: a path from the root that passes through our own repeat means our own row. */
static void
test_own_row (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><r><x/><abs/><rel/><all/><before/></r></data></instance>"
               "<bind nodeset='/data/r/abs' calculate='/data/r/x + 1'/>"
               "<bind nodeset='/data/r/rel' calculate='../x + 1'/>"
               "<bind nodeset='/data/r/all' calculate='sum(../../r/x)'/>"
               "<bind nodeset='/data/r/before' "
               "calculate='/data/r[position() = position(current()/..) - 1]/x'/>",
               "<repeat nodeset='/data/r'>" INPUT ("/data/r/x") "</repeat>");

  add_row (response, "/data/r", NULL);
  answer (response, "/data/r[1]/x", "1");
  answer (response, "/data/r[2]/x", "10");
  assert_value (response, "/data/r[2]/abs", "11");
  assert_value (response, "/data/r[1]/rel", "2");
  assert_value (response, "/data/r[1]/all", "11");
  assert_value (response, "/data/r[2]/before", "1");
  answer (response, "/data/r[1]/x", "5");
  assert_value (response, "/data/r[2]/before", "5");
  assert_value (response, "/data/r[2]/all", "15");
  remove_row (response, "/data/r[1]");
  assert_value (response, "/data/r[1]/before", "");
  assert_value (response, "/data/r[1]/all", "10");
}

static void
test_progress (void)
{
  g_autoptr (PalResponse) response = start (
      "<instance><data id='f'><a/><b/><note/><c/><calc/><r "
      "jr:template=''><x/></r></data></instance>"
      "<bind nodeset='/data/a' required='true()'/><bind nodeset='/data/b' type='int'/>"
      "<bind nodeset='/data/note' readonly='true()'/>"
      "<bind nodeset='/data/c' relevant=\"/data/a = 'x'\"/>"
      "<bind nodeset='/data/calc' calculate='1'/>",
      "<group><label>G</label>" INPUT ("/data/a") INPUT ("/data/b") INPUT ("/data/note")
          INPUT ("/data/c")
              INPUT ("/data/calc") "</group>"
                                   "<repeat nodeset='/data/r'>" INPUT ("/data/r/x") "</repeat>");
  PalFormControl *group
      = g_ptr_array_index (pal_form_get_controls (pal_response_get_form (response)), 0);
  PalFormControl *repeat
      = g_ptr_array_index (pal_form_get_controls (pal_response_get_form (response)), 1);
  PalProgress progress;

  pal_response_count (response, group, &progress);
  g_assert_cmpuint (progress.questions, ==, 2);
  g_assert_cmpuint (progress.answered, ==, 0);
  g_assert_cmpuint (progress.required_open, ==, 1);

  answer (response, "/data/a", "x");
  answer (response, "/data/b", "no number");
  add_row (response, "/data/r", NULL);
  add_row (response, "/data/r", NULL);
  answer (response, "/data/r[2]/x", "1");
  pal_response_count (response, NULL, &progress);
  g_assert_cmpuint (progress.questions, ==, 5);
  g_assert_cmpuint (progress.answered, ==, 3);
  g_assert_cmpuint (progress.required_open, ==, 0);
  g_assert_cmpuint (progress.violated, ==, 1);
  pal_response_count (response, repeat, &progress);
  g_assert_cmpuint (progress.questions, ==, 2);

  g_assert_true (pal_response_is_control_relevant (response, group, NULL));
  g_assert_true (pal_response_is_control_relevant (response, repeat, NULL));
}

/* A record that was handed over gets a new name when it is edited again. */
static void
test_revise (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><a/><orx:meta><orx:instanceID/><orx:deprecatedID/>"
               "</orx:meta></data></instance>",
               INPUT ("/data/a"));
  g_autoptr (PalResponse) without
      = start ("<instance><data id='f'><meta><instanceID/></meta></data></instance>", "");
  g_autofree char *first = g_strdup (
      pal_response_get_value (response, at (response, "/data/orx:meta/orx:instanceID")));
  g_autofree char *kept
      = g_strdup (pal_response_get_value (without, at (without, "/data/meta/instanceID")));

  g_assert_true (g_str_has_prefix (first, "uuid:"));
  assert_value (response, "/data/orx:meta/orx:deprecatedID", "");
  pal_response_revise (response);
  assert_value (response, "/data/orx:meta/orx:deprecatedID", first);
  g_assert_cmpstr (
      pal_response_get_value (response, at (response, "/data/orx:meta/orx:instanceID")), !=, first);
  pal_response_revise (without);
  assert_value (without, "/data/meta/instanceID", kept);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/response/follow-up", test_follow_up);
  g_test_add_func ("/response/values-that-break-rules", test_values_that_break_rules);
  g_test_add_func ("/response/read-only", test_read_only);
  g_test_add_func ("/response/rows", test_rows);
  g_test_add_func ("/response/row-ids", test_row_ids);
  g_test_add_func ("/response/row-ids-twice", test_row_ids_twice);
  g_test_add_func ("/response/counted-rows", test_counted_rows);
  g_test_add_func ("/response/events", test_events);
  g_test_add_func ("/response/signals", test_signals);
  g_test_add_func ("/response/languages", test_languages);
  g_test_add_func ("/response/renewed-texts", test_renewed_texts);
  g_test_add_func ("/response/choices", test_choices);
  g_test_add_func ("/response/attached-lists", test_attached_lists);
  g_test_add_func ("/response/user", test_user);
  g_test_add_func ("/response/attributes", test_attributes);
  g_test_add_func ("/response/own-row", test_own_row);
  g_test_add_func ("/response/progress", test_progress);
  g_test_add_func ("/response/revise", test_revise);
  g_test_add_func ("/response/hostile-tables", test_hostile_tables);
  return g_test_run ();
}
