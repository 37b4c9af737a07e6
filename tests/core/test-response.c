// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-response.h"

#include "form-fixture.h"

/* Stories: answer this, expect that. */

#define INPUT(path) "<input ref='" path "'><label>?</label></input>"

static PalResponse *
start (const char *model, const char *body)
{
  g_autoptr (PalForm) form = make_form (model, body);
  g_autoptr (GError) error = NULL;
  PalResponse *response = pal_response_new (form, &error);

  g_assert_no_error (error);
  return response;
}

static PalNode *
at (PalResponse *response, const char *path)
{
  PalNode *node = pal_response_find (response, path);

  if (node == NULL)
    g_error ("there is no %s", path);
  return node;
}

static void
answer (PalResponse *response, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  pal_response_set_value (response, at (response, path), value, &error);
  g_assert_no_error (error);
}

static const PalNodeState *
state (PalResponse *response, const char *path)
{
  return pal_response_get_state (response, at (response, path));
}

#define assert_value(response, path, expected)                                                     \
  g_assert_cmpstr (pal_response_get_value (response, at (response, path)), ==, expected)

static PalNode *
add_row (PalResponse *response, const char *generic, const char *parent)
{
  g_autoptr (GError) error = NULL;
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), generic);
  PalNode *row = pal_response_add_row (response, repeat,
                                       parent != NULL ? at (response, parent) : NULL, NULL, &error);

  g_assert_no_error (error);
  return row;
}

static void
remove_row (PalResponse *response, const char *path)
{
  g_autoptr (GError) error = NULL;

  pal_response_remove_row (response, at (response, path), &error);
  g_assert_no_error (error);
}

static char *
dup_xml (PalResponse *response)
{
  g_autoptr (GBytes) bytes = pal_response_serialise (response);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
assert_xml (PalResponse *response, const char *expected)
{
  g_autofree char *xml = dup_xml (response);

  g_assert_cmpstr (xml, ==, expected);
}

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

#define LAWS                                                                                       \
  "<instance><data id='f'><law jr:template=''><_id/><n/><cost/><share/><part "                     \
  "jr:template=''><page/></part></law><end/><count/><total/></data></instance>"                    \
  "<bind nodeset='/data/count' type='int' calculate='count(/data/law)'/>"                          \
  "<bind nodeset='/data/total' calculate='sum(/data/law/cost)'/>"                                  \
  "<bind nodeset='/data/law/n' calculate='position(..)'/>"                                         \
  "<bind nodeset='/data/law/share' calculate='round(../cost div /data/total * 100)'/>"

#define LAWS_BODY                                                                                  \
  "<repeat nodeset='/data/law'>"                                                                   \
  "<setvalue ref='/data/law/_id' event='odk-instance-first-load odk-new-repeat' "                  \
  "value='uuid()'/>" INPUT ("/data/law/cost") "<repeat nodeset='/data/law/part'>" INPUT (          \
      "/data/law/part/page") "</repeat></repeat>"

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
  g_autofree char *value = NULL;
  g_autofree char *edit = NULL;
  Seen seen;

  watch (response, &seen);
  answer (response, "/data/a", "off");
  g_assert_cmpuint (seen.edits->len, ==, 1);
  assert_edit (seen, 0, "value /data/a >off user");
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

  /* Choices that are rows; whoever shows them hears of each change. */
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

static void
test_explain (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><a>no</a><g><b/></g></data></instance>\n"
               "<bind nodeset='/data/g' relevant=\"/data/a = 'yes'\"/>",
               INPUT ("/data/a"));
  g_autofree char *hidden = pal_response_explain (response, at (response, "/data/g/b"));
  g_autofree char *shown = NULL;

  g_assert_nonnull (strstr (hidden, "relevant: no"));
  g_assert_nonnull (strstr (hidden, "relevant of /data/g, line 3: /data/a = 'yes'"));
  g_assert_nonnull (strstr (hidden, "/data/a: \"no\""));
  answer (response, "/data/a", "yes");
  shown = pal_response_explain (response, at (response, "/data/g/b"));
  g_assert_nonnull (strstr (shown, "relevant: yes"));
}

/* From the log */

typedef struct
{
  GPtrArray *rows;    /* paths, in order */
  GHashTable *values; /* path -> value */
} Log;

static void
log_cb (PalResponse *response, const PalEdit *edit, gpointer user_data)
{
  Log *log = user_data;

  switch (edit->kind)
    {
    case PAL_EDIT_VALUE:
      g_hash_table_insert (log->values, g_strdup (edit->path),
                           g_strdup (edit->new_value != NULL ? edit->new_value : ""));
      break;
    case PAL_EDIT_ROW_ADDED:
      g_ptr_array_add (log->rows, g_strdup (edit->path));
      break;
    case PAL_EDIT_ROW_REMOVED:
      for (guint i = log->rows->len; i > 0; i--)
        {
          if (g_str_has_prefix (g_ptr_array_index (log->rows, i - 1), edit->path))
            g_ptr_array_remove_index (log->rows, i - 1);
        }
      break;
    }
}

static void
log_init (Log *log, PalResponse *response)
{
  log->rows = g_ptr_array_new_with_free_func (g_free);
  log->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect (response, "edit", G_CALLBACK (log_cb), log);
}

static void
log_clear (Log *log)
{
  g_ptr_array_unref (log->rows);
  g_hash_table_unref (log->values);
}

static PalResponse *
restore (Log *log, PalForm *form)
{
  PalResponse *response = pal_response_restore_begin (form);
  GHashTableIter iter;
  gpointer path;
  gpointer value;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < log->rows->len; i++)
    g_assert_true (pal_response_restore_row (response, g_ptr_array_index (log->rows, i)));
  g_hash_table_iter_init (&iter, log->values);
  while (g_hash_table_iter_next (&iter, &path, &value))
    pal_response_restore_value (response, path, value);
  g_assert_true (pal_response_restore_end (response, &error));
  g_assert_no_error (error);
  return response;
}

static void
test_restore (void)
{
  g_autoptr (PalResponse) response = start (LAWS, LAWS_BODY);
  PalForm *form = pal_response_get_form (response);
  g_autoptr (PalResponse) again = NULL;
  g_autofree char *before = NULL;
  Log log;

  log_init (&log, response);
  add_row (response, "/data/law", NULL);
  add_row (response, "/data/law", NULL);
  answer (response, "/data/law[2]/cost", "12");
  add_row (response, "/data/law/part", "/data/law[2]");
  answer (response, "/data/law[2]/part[1]/page", "3");
  remove_row (response, "/data/law[1]");
  before = dup_xml (response);

  again = restore (&log, form);
  assert_xml (again, before);
  g_assert_cmpstr (pal_response_get_row_id (again, at (again, "/data/law[1]")), ==,
                   pal_response_get_row_id (response, at (response, "/data/law[1]")));
  g_assert_cmpstr (pal_response_get_row_id (again, at (again, "/data/law[1]/part[1]")), ==,
                   pal_response_get_row_id (response, at (response, "/data/law[1]/part[1]")));
  g_clear_object (&again);

  /* What the form does not know is the caller's to keep. */
  again = pal_response_restore_begin (form);
  g_assert_false (pal_response_restore_row (again, "/data/treaty[x]"));
  g_assert_false (pal_response_restore_row (again, "/data/law[x]/part[y]"));
  g_assert_false (pal_response_restore_row (again, "/data/end[x]"));
  g_assert_false (pal_response_restore_row (again, "/data/law"));
  g_assert_false (pal_response_restore_value (again, "/data/gone", "x"));
  g_assert_false (pal_response_restore_value (again, "/data/law[x]/cost", "x"));
  g_assert_true (pal_response_restore_row (again, "/data/law[x]"));
  g_assert_true (pal_response_restore_row (again, "/data/law[x]"));
  g_assert_true (pal_response_restore_value (again, "/data/law[x]/cost", "x"));
  g_assert_true (pal_response_restore_end (again, NULL));
  assert_value (again, "/data/count", "1");
  assert_value (again, "/data/law[1]/_id", "x");
  log_clear (&log);
}

/* What was drawn when the record was begun stays as it was. */
static void
test_restore_keeps_what_was_drawn (void)
{
  g_autoptr (PalForm) form
      = make_form ("<instance><data id='f'><u/><loaded/></data></instance>"
                   "<bind nodeset='/data/u' calculate='uuid()'/>"
                   "<setvalue ref='/data/loaded' event='odk-instance-first-load'>yes</setvalue>",
                   "");
  g_autoptr (PalResponse) response = pal_response_restore_begin (form);

  g_assert_true (pal_response_restore_value (response, "/data/u", "drawn"));
  g_assert_true (pal_response_restore_end (response, NULL));
  assert_value (response, "/data/u", "drawn");
  assert_value (response, "/data/loaded", "");
}

/* A submission, and what comes of reading it back. */
static void
test_instance (void)
{
  g_autoptr (PalResponse) response = start (LAWS, LAWS_BODY);
  PalForm *form = pal_response_get_form (response);
  g_autoptr (PalResponse) again = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  static const struct
  {
    const char *xml;
    const char *orphan; /* NULL: refused */
  } rows[] = {
    { "<data id='f'><law><cost>1</cost><treaty>x</treaty></law></data>", "/treaty" },
    { "<data id='f'><end><deep>x</deep></end></data>", "/data/end/end" },
    { "<data id='f'><end/><end>twice</end></data>", "/data/end" },
    { "<data id='other'/>", NULL },
    { "<date id='f'/>", NULL },
    { "<data id='f'>", NULL },
    { "", NULL },
  };

  add_row (response, "/data/law", NULL);
  answer (response, "/data/law[1]/cost", "1 < 2 & \"3\"\n  four ");
  add_row (response, "/data/law", NULL);
  add_row (response, "/data/law/part", "/data/law[2]");
  answer (response, "/data/law[2]/part[1]/page", "\303\251");
  before = dup_xml (response);
  bytes = pal_response_serialise (response);
  again = pal_response_new_from_instance (form, bytes, &orphans, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (orphans->len, ==, 0);
  assert_xml (again, before);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) xml = g_bytes_new (rows[i].xml, strlen (rows[i].xml));
      g_autoptr (GPtrArray) unknown = NULL;
      g_autoptr (PalResponse) other = pal_response_new_from_instance (form, xml, &unknown, &error);

      if (rows[i].orphan == NULL)
        {
          g_assert_null (other);
          g_assert_nonnull (error);
          g_clear_error (&error);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (unknown->len, ==, 1);
      g_assert_true (g_str_has_suffix (g_ptr_array_index (unknown, 0), rows[i].orphan));
    }
}

/* Random answers and rows; calculated step by step it must be what it is when calculated from
 * nothing. */

#define RANDOM_MODEL                                                                               \
  "<instance><data id='f'><mode/><a/><b/><sum/><far/>"                                             \
  "<g jr:template=''><x/><y/><n/><prev/><show/><of/>"                                              \
  "<k jr:template=''><v/><w/><up/></k><ksum/></g>"                                                 \
  "<m><t/></m><total/><shown/><last/><cnt/><c><z/></c><zs/></data></instance>"                     \
  "<bind nodeset='/data/sum' calculate='/data/a + /data/b'/>"                                      \
  "<bind nodeset='/data/far' calculate='/data/total * 2'/>"                                        \
  "<bind nodeset='/data/g/n' calculate='position(..)'/>"                                           \
  "<bind nodeset='/data/g/prev' calculate='/data/g[position() = position(current()/..) - 1]/x'/>"  \
  "<bind nodeset='/data/g/show' relevant='../x > 3' readonly='../y = 1'/>"                         \
  "<bind nodeset='/data/g/of' calculate='../x + count(../../g)'/>"                                 \
  "<bind nodeset='/data/g/k' relevant='../y != 2'/>"                                               \
  "<bind nodeset='/data/g/k/w' calculate='../v + /data/g/x' constraint='. &lt; 9'/>"               \
  "<bind nodeset='/data/g/k/up' required='/data/g/y > 1' "                                         \
  "calculate='count(../../k) + position(../..)'/>"                                                 \
  "<bind nodeset='/data/g/ksum' calculate='sum(../k/v)'/>"                                         \
  "<bind nodeset='/data/m' relevant='/data/mode != 1'/>"                                           \
  "<bind nodeset='/data/m/t' calculate='/data/total'/>"                                            \
  "<bind nodeset='/data/total' calculate='sum(/data/g/k/w) + sum(/data/g/x)'/>"                    \
  "<bind nodeset='/data/shown' calculate='count(/data/g/show)'/>"                                  \
  "<bind nodeset='/data/last' calculate='/data/g[position() = last()]/x'/>"                        \
  "<bind nodeset='/data/cnt' calculate='(/data/a + 0) mod 4'/>"                                    \
  "<bind nodeset='/data/zs' calculate=\"join(' ', /data/c/z, /data/m/t)\"/>"

#define RANDOM_BODY                                                                                \
  INPUT ("/data/a")                                                                                \
  "<repeat nodeset='/data/g'><repeat nodeset='/data/g/k'>" INPUT (                                 \
      "/data/g/k/v") "</repeat></repeat>"                                                          \
                     "<repeat nodeset='/data/c' jr:count='/data/cnt'>" INPUT ("/data/c/z") "</"    \
                                                                                           "repea" \
                                                                                           "t>"

static PalNode *
random_row (PalResponse *response, GRand *rand, const char *generic, PalNode *context)
{
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), generic);
  g_autoptr (GPtrArray) rows = pal_response_dup_rows (response, repeat, context);

  return rows->len > 0 ? g_ptr_array_index (rows, g_rand_int_range (rand, 0, (gint32) rows->len))
                       : NULL;
}

static void
random_edit (PalResponse *response, GRand *rand)
{
  static const char *const top[] = { "/data/mode", "/data/a", "/data/b" };
  g_autofree char *value = g_strdup_printf ("%d", g_rand_int_range (rand, 0, 6));
  PalNode *row = random_row (response, rand, "/data/g", NULL);
  PalNode *inner = row != NULL ? random_row (response, rand, "/data/g/k", row) : NULL;
  PalNode *counted = random_row (response, rand, "/data/c", NULL);
  PalNode *leaf = NULL;

  if (g_rand_int_range (rand, 0, 8) == 0)
    g_clear_pointer (&value, g_free);
  switch (g_rand_int_range (rand, 0, 9))
    {
    case 0:
      leaf = at (response, top[g_rand_int_range (rand, 0, G_N_ELEMENTS (top))]);
      break;
    case 1:
    case 2:
      leaf
          = row != NULL ? pal_node_find_child (row, g_rand_boolean (rand) ? "x" : "y", NULL) : NULL;
      break;
    case 3:
    case 4:
      leaf = inner != NULL ? pal_node_find_child (inner, "v", NULL) : NULL;
      break;
    case 5:
      leaf = counted != NULL ? pal_node_find_child (counted, "z", NULL) : NULL;
      break;
    case 6:
      g_assert_nonnull (pal_response_add_row (
          response, pal_form_find_node (pal_response_get_form (response), "/data/g"), NULL, NULL,
          NULL));
      break;
    case 7:
      if (row != NULL)
        g_assert_nonnull (pal_response_add_row (
            response, pal_form_find_node (pal_response_get_form (response), "/data/g/k"), row, NULL,
            NULL));
      break;
    default:
      if (g_rand_boolean (rand) && row != NULL)
        g_assert_true (pal_response_remove_row (response, row, NULL));
      else if (inner != NULL)
        g_assert_true (pal_response_remove_row (response, inner, NULL));
    }
  if (leaf != NULL)
    g_assert_true (pal_response_set_value (response, leaf, value, NULL));
}

static void
assert_same (PalResponse *a, PalNode *one, PalResponse *b, PalNode *other)
{
  const PalNodeState *state_of_one = pal_response_get_state (a, one);
  const PalNodeState *state_of_other = pal_response_get_state (b, other);
  PalNode *next_of_one = one->first_child;
  PalNode *next_of_other = other->first_child;

  g_assert_true (one->local == other->local);
  g_assert_cmpint (state_of_one->relevant, ==, state_of_other->relevant);
  g_assert_cmpint (state_of_one->required, ==, state_of_other->required);
  g_assert_cmpint (state_of_one->readonly, ==, state_of_other->readonly);
  g_assert_cmpint (state_of_one->violation, ==, state_of_other->violation);
  if (g_strcmp0 (pal_response_get_value (a, one), pal_response_get_value (b, other)) != 0)
    {
      g_autofree char *path = pal_response_dup_path (a, one);

      g_error ("%s: \"%s\" step by step, \"%s\" from nothing", path,
               pal_response_get_value (a, one), pal_response_get_value (b, other));
    }
  while (next_of_one != NULL || next_of_other != NULL)
    {
      g_assert_nonnull (next_of_one);
      g_assert_nonnull (next_of_other);
      if (next_of_one->kind == PAL_NODE_ELEMENT)
        assert_same (a, next_of_one, b, next_of_other);
      next_of_one = next_of_one->next;
      next_of_other = next_of_other->next;
    }
}

static void
test_incremental (void)
{
  guint n_edits = g_test_slow () ? 10000 : 1500;
  g_autoptr (PalResponse) response = start (RANDOM_MODEL, RANDOM_BODY);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240531);
  Log log;

  log_init (&log, response);
  for (guint i = 0; i < n_edits; i++)
    {
      random_edit (response, rand);
      if (i % 10 == 9)
        {
          g_autoptr (PalResponse) again = restore (&log, pal_response_get_form (response));

          assert_same (response, pal_response_get_root (response), again,
                       pal_response_get_root (again));
          g_assert_cmpint (pal_response_is_valid (response), ==, pal_response_is_valid (again));
        }
    }
  log_clear (&log);
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
  g_test_add_func ("/response/counted-rows", test_counted_rows);
  g_test_add_func ("/response/events", test_events);
  g_test_add_func ("/response/signals", test_signals);
  g_test_add_func ("/response/languages", test_languages);
  g_test_add_func ("/response/choices", test_choices);
  g_test_add_func ("/response/attached-lists", test_attached_lists);
  g_test_add_func ("/response/own-row", test_own_row);
  g_test_add_func ("/response/progress", test_progress);
  g_test_add_func ("/response/explain", test_explain);
  g_test_add_func ("/response/restore", test_restore);
  g_test_add_func ("/response/restore-keeps-what-was-drawn", test_restore_keeps_what_was_drawn);
  g_test_add_func ("/response/instance", test_instance);
  g_test_add_func ("/response/incremental", test_incremental);
  return g_test_run ();
}
