// SPDX-License-Identifier: GPL-3.0-or-later
#include "form-fixture.h"

#include "pal-form-changes.h"

/* --- what differs */

typedef struct
{
  const char *name;
  const char *old_model;
  const char *old_body;
  const char *new_model;
  const char *new_body;
  const char *expected; /* all that is not unchanged: "renamed /d/a>/d/b label type; ..." */
} Row;

#define INSTANCE(content) "<instance><d id='f' version='1'>" content "</d></instance>"
#define LISTS(name, items) "<instance id='" name "'><root>" items "</root></instance>"
#define ITEM(value, label) "<item><name>" value "</name><label>" label "</label></item>"
#define INPUT(path, label) "<input ref='" path "'><label>" label "</label></input>"
#define CHOICE(path, items) "<select1 ref='" path "'><label>Q</label>" items "</select1>"
#define OFFER(value, label) "<item><label>" label "</label><value>" value "</value></item>"

static const Row rows[] = {
  { "nothing differs", INSTANCE ("<a/>"), INPUT ("/d/a", "A"), INSTANCE ("<a/>"),
    INPUT ("/d/a", "A"), "" },
  { "added and removed", INSTANCE ("<a/>"), INPUT ("/d/a", "A"), INSTANCE ("<b/>"),
    INPUT ("/d/b", "A"), "removed /d/a; added /d/b" },
  { "a label", INSTANCE ("<a/>"), INPUT ("/d/a", "A"), INSTANCE ("<a/>"), INPUT ("/d/a", "B"),
    "changed /d/a label" },
  { "a type", INSTANCE ("<a/>") "<bind nodeset='/d/a' type='string'/>", INPUT ("/d/a", "A"),
    INSTANCE ("<a/>") "<bind nodeset='/d/a' type='xsd:int'/>", INPUT ("/d/a", "A"),
    "changed /d/a type" },
  { "the same type, written otherwise", INSTANCE ("<a/>"), INPUT ("/d/a", "A"),
    INSTANCE ("<a/>") "<bind nodeset='/d/a' type='xsd:string'/>", INPUT ("/d/a", "A"), "" },
  { "a control", INSTANCE ("<a/>"), INPUT ("/d/a", "Q"), INSTANCE ("<a/>"),
    CHOICE ("/d/a", OFFER ("y", "Yes")), "changed /d/a control" },
  { "each rule", INSTANCE ("<a/><b/>"), INPUT ("/d/a", "A"),
    INSTANCE ("<a/><b/>") "<bind nodeset='/d/a' relevant='1 = 1' required='true()' "
                          "constraint='. != 1' readonly='false()'/>"
                          "<bind nodeset='/d/b' calculate='1'/>",
    INPUT ("/d/a", "A"),
    "changed /d/a relevant required constraint readonly; changed /d/b "
    "calculate" },
  { "white space in a rule", INSTANCE ("<a/>") "<bind nodeset='/d/a' constraint='. &gt; 1'/>",
    INPUT ("/d/a", "A"), INSTANCE ("<a/>") "<bind nodeset='/d/a' constraint=' .&gt;1 '/>",
    INPUT ("/d/a", "A"), "" },
  { "another number in a rule", INSTANCE ("<a/>") "<bind nodeset='/d/a' constraint='. &gt; 1'/>",
    INPUT ("/d/a", "A"), INSTANCE ("<a/>") "<bind nodeset='/d/a' constraint='. &gt; 2'/>",
    INPUT ("/d/a", "A"), "changed /d/a constraint" },
  { "another word in a rule", INSTANCE ("<a/>") "<bind nodeset='/d/a' constraint=\". = 'a b'\"/>",
    INPUT ("/d/a", "A"), INSTANCE ("<a/>") "<bind nodeset='/d/a' constraint=\". = 'ab'\"/>",
    INPUT ("/d/a", "A"), "changed /d/a constraint" },
  { "choices", INSTANCE ("<a/>"), CHOICE ("/d/a", OFFER ("y", "Yes") OFFER ("p", "Part")),
    INSTANCE ("<a/>"), CHOICE ("/d/a", OFFER ("y", "Yes!") OFFER ("n", "No")),
    "changed /d/a choices-removed choices-added choice-labels -p=Part +n=No" },
  { "the order of choices is no change", INSTANCE ("<a/>"),
    CHOICE ("/d/a", OFFER ("y", "Yes") OFFER ("n", "No")), INSTANCE ("<a/>"),
    CHOICE ("/d/a", OFFER ("n", "No") OFFER ("y", "Yes")), "" },
  { "a list of its own", INSTANCE ("<a/>") LISTS ("l", ITEM ("y", "Yes") ITEM ("n", "No")),
    CHOICE ("/d/a", "<itemset nodeset=\"instance('l')/root/item\"><value ref='name'/>"
                    "<label ref='label'/></itemset>"),
    INSTANCE ("<a/>") LISTS ("l", ITEM ("y", "Yes")),
    CHOICE ("/d/a", "<itemset nodeset=\"instance('l')/root/item\"><value ref='name'/>"
                    "<label ref='label'/></itemset>"),
    "changed /d/a choices-removed -n=No" },
  { "a filter", INSTANCE ("<a/>") LISTS ("l", ITEM ("y", "Yes")),
    CHOICE ("/d/a", "<itemset nodeset=\"instance('l')/root/item\"><value ref='name'/>"
                    "<label ref='label'/></itemset>"),
    INSTANCE ("<a/>") LISTS ("l", ITEM ("y", "Yes")),
    CHOICE ("/d/a", "<itemset nodeset=\"instance('l')/root/item[name != 'n']\"><value ref='name'/>"
                    "<label ref='label'/></itemset>"),
    "changed /d/a choice-filter" },
  { "renamed", INSTANCE ("<a/>"), INPUT ("/d/a", "A"),
    INSTANCE ("<b/>") "<bind nodeset='/d/b' p:was='/d/a'/>", INPUT ("/d/b", "A"),
    "renamed /d/a>/d/b" },
  { "renamed and changed", INSTANCE ("<a/>"), INPUT ("/d/a", "A"),
    INSTANCE ("<b/>") "<bind nodeset='/d/b' type='int' p:was='/d/a'/>", INPUT ("/d/b", "B"),
    "renamed /d/a>/d/b type label" },
  { "renamed twice, versions apart", INSTANCE ("<a/>"), INPUT ("/d/a", "A"),
    INSTANCE ("<c/>") "<bind nodeset='/d/c' p:was='/d/b  /d/a'/>", INPUT ("/d/c", "A"),
    "renamed /d/a>/d/c" },
  { "all below a group moves along", INSTANCE ("<g><a/><b/></g>"),
    "<group ref='/d/g'>" INPUT ("/d/g/a", "A") "</group>",
    INSTANCE ("<h><a/><c/></h>") "<bind nodeset='/d/h' p:was='/d/g'/>"
                                 "<bind nodeset='/d/h/c' p:was='/d/g/b'/>",
    "<group ref='/d/h'>" INPUT ("/d/h/a", "A") "</group>",
    "renamed /d/g>/d/h; renamed /d/g/a>/d/h/a; renamed /d/g/b>/d/h/c" },
  { "out of a group that went", INSTANCE ("<g><a/><b/></g>"), INPUT ("/d/g/a", "A"),
    INSTANCE ("<a/>") "<bind nodeset='/d/a' p:was='/d/g/a'/>", INPUT ("/d/a", "A"),
    "removed /d/g; renamed /d/g/a>/d/a; removed /d/g/b" },
  { "a rule that names what was renamed",
    INSTANCE ("<a/><x/>") "<bind nodeset='/d/x' "
                          "relevant=\"../a = 'y'\"/>",
    INPUT ("/d/x", "X"),
    INSTANCE ("<b/><x/>") "<bind nodeset='/d/b' p:was='/d/a'/><bind nodeset='/d/x' relevant=\" "
                          "/d/b = 'y'\"/>",
    INPUT ("/d/x", "X"), "renamed /d/a>/d/b" },
  { "a rule that names another node",
    INSTANCE ("<a/><b/><x/>") "<bind nodeset='/d/x' "
                              "relevant=\"/d/a = 'y'\"/>",
    INPUT ("/d/x", "X"), INSTANCE ("<a/><b/><x/>") "<bind nodeset='/d/x' relevant=\"/d/b = 'y'\"/>",
    INPUT ("/d/x", "X"), "changed /d/x relevant" },
  { "a repeat", INSTANCE ("<r><a/></r>"),
    "<repeat nodeset='/d/r'>" INPUT ("/d/r/a", "A") "</repeat>",
    INSTANCE ("<s><a/></s>") "<bind nodeset='/d/s' p:was='/d/r'/>",
    "<repeat nodeset='/d/s'>" INPUT ("/d/s/a", "A") "</repeat>",
    "renamed /d/r>/d/s; renamed /d/r/a>/d/s/a" },
  { "out of a repeat: its rows cannot be one answer", INSTANCE ("<r><a/></r>"),
    "<repeat nodeset='/d/r'>" INPUT ("/d/r/a", "A") "</repeat>",
    INSTANCE ("<r><b/></r><a/>") "<bind nodeset='/d/a' p:was='/d/r/a'/>",
    "<repeat nodeset='/d/r'/>" INPUT ("/d/a", "A"),
    "removed /d/r/a place; added /d/r/b; added /d/a" },
  { "a group that became a repeat", INSTANCE ("<g><a/></g>"),
    "<group ref='/d/g'>" INPUT ("/d/g/a", "A") "</group>", INSTANCE ("<g><a/></g>"),
    "<repeat nodeset='/d/g'>" INPUT ("/d/g/a", "A") "</repeat>",
    "removed /d/g place; removed /d/g/a place; added /d/g place; added /d/g/a place" },
  { "a question that became a group", INSTANCE ("<a/>"), INPUT ("/d/a", "A"),
    INSTANCE ("<a><b/></a>"), INPUT ("/d/a/b", "A"),
    "removed /d/a place; added /d/a place; added /d/a/b" },
};

static char *
describe (GPtrArray *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++)
    {
      PalFormChange *change = g_ptr_array_index (changes, i);

      if (change->kind == PAL_FORM_CHANGE_UNCHANGED)
        {
          g_assert_cmpint (change->differs, ==, 0);
          continue;
        }
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? "; " : "",
                              pal_form_change_kind_word (change->kind),
                              change->old_path != NULL ? change->old_path : change->new_path);
      if (g_strcmp0 (change->old_path, change->new_path) != 0 && change->old_path != NULL
          && change->new_path != NULL)
        g_string_append_printf (text, ">%s", change->new_path);
      /* In the order of this table, so that the enumeration may grow. */
      for (guint bit = 0; bit < 14; bit++)
        if ((change->differs & (1u << bit)) != 0)
          g_string_append_printf (text, " %s", pal_form_difference_word (1u << bit));
      for (guint j = 0; change->choices_removed != NULL && change->choices_removed[j] != NULL; j++)
        g_string_append_printf (text, " -%s", g_strdelimit (change->choices_removed[j], "\t", '='));
      for (guint j = 0; change->choices_added != NULL && change->choices_added[j] != NULL; j++)
        g_string_append_printf (text, " +%s", g_strdelimit (change->choices_added[j], "\t", '='));
    }
  return g_string_free (text, FALSE);
}

static void
test_compare (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (PalForm) older = make_form (row->old_model, row->old_body);
  g_autoptr (PalForm) newer = make_form (row->new_model, row->new_body);
  g_autoptr (GPtrArray) changes = pal_form_compare (older, newer);
  g_autoptr (GPtrArray) same = pal_form_compare (newer, newer);
  g_autofree char *found = describe (changes);
  g_autofree char *nothing = describe (same);

  g_assert_cmpstr (found, ==, row->expected);
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_count (void)
{
  g_autoptr (PalForm) older = make_form (INSTANCE ("<a/><b/><g><c/></g>"), INPUT ("/d/a", "A"));
  g_autoptr (PalForm) newer = make_form (INSTANCE ("<b/>"), INPUT ("/d/b", "B"));
  g_autoptr (GPtrArray) changes = pal_form_compare (older, newer);

  g_assert_cmpuint (pal_form_count_changes (changes, PAL_FORM_CHANGE_REMOVED, FALSE), ==, 3);
  g_assert_cmpuint (pal_form_count_changes (changes, PAL_FORM_CHANGE_REMOVED, TRUE), ==, 1);
  g_assert_cmpuint (pal_form_count_changes (changes, PAL_FORM_CHANGE_CHANGED, TRUE), ==, 1);
  g_assert_cmpuint (pal_form_count_changes (changes, PAL_FORM_CHANGE_UNCHANGED, FALSE), ==, 1);
  g_assert_cmpuint (pal_form_count_changes (changes, PAL_FORM_CHANGE_ADDED, FALSE), ==, 0);
}

/* --- the map itself */

static void
test_bad_maps (void)
{
  const struct
  {
    const char *binds;
    const char *problem; /* (nullable): none */
  } maps[] = {
    { "<bind nodeset='/d/b' p:was='/d/x'/>", NULL },
    { "<bind nodeset='/d/b' p:was=' '/>", NULL },
    { "\n<bind nodeset='/d/b' p:was='/d/a'/>",
      "f.xml:3: p:was of /d/b: /d/a is still in the form, so its answers stay there" },
    { "<bind nodeset='/d/b' p:was='/d/x'/>\n<bind nodeset='/d/a' p:was='/d/x'/>",
      "f.xml:2: p:was of /d/b: /d/x is claimed by /d/a in line 3 as well" },
    { "<bind nodeset='/d/b' p:was='/d/x /d/x'/>",
      "f.xml:2: p:was of /d/b: /d/x is claimed by /d/b in line 2 as well" },
    { "<bind nodeset='/d/b' p:was='x'/>",
      "f.xml:2: p:was of /d/b: \"x\" is not a path such as /data/group/question" },
    { "<bind nodeset='/d/b' p:was='/d/x[1]/y'/>",
      "f.xml:2: p:was of /d/b: \"/d/x[1]/y\" is not a path such as /data/group/question" },
    { "<bind nodeset='/d/b' p:was='../x'/>",
      "f.xml:2: p:was of /d/b: \"../x\" is not a path such as /data/group/question" },
    { "<bind nodeset='/d/b' p:was='/d//x'/>",
      "f.xml:2: p:was of /d/b: \"/d//x\" is not a path such as /data/group/question" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autofree char *model = g_strconcat (INSTANCE ("<a/><b/>"), maps[i].binds, NULL);
      g_autoptr (GPtrArray) problems = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (PalForm) form = try_form (model, INPUT ("/d/a", "A"), &problems, &error);

      if (maps[i].problem == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (form);
          continue;
        }
      g_assert_error (error, PAL_FORM_ERROR, PAL_FORM_ERROR_REFERENCE);
      g_assert_cmpuint (problems->len, ==, 1);
      g_assert_cmpstr (g_ptr_array_index (problems, 0), ==, maps[i].problem);
    }
}

#define NEWER                                                                                      \
  INSTANCE ("<acts><_id/><info><heading/></info><part><no/></part></acts><free/><meta/>")          \
  "<bind nodeset='/d/acts' p:was='/d/law /d/statute'/>"                                            \
  "<bind nodeset='/d/acts/info/heading' p:was='/d/law/title /d/law/name'/>"                        \
  "<bind nodeset='/d/acts/part' p:was='/d/law/section'/>"                                          \
  "<bind nodeset='/d/free' p:was='/d/law/note /d/old'/>"

#define NEWER_BODY                                                                                 \
  "<repeat nodeset='/d/acts'>" INPUT (                                                             \
      "/d/acts/info/heading",                                                                      \
      "T") "<repeat nodeset='/d/acts/part'>" INPUT ("/d/acts/part/no",                             \
                                                    "N") "</repeat></repeat>" INPUT ("/d/free",    \
                                                                                     "F")

static void
test_place (void)
{
  const struct
  {
    const char *path;
    const char *place; /* (nullable): nowhere */
  } places[] = {
    { "/d/free", "/d/free" },
    { "/d/acts[A]/info/heading", "/d/acts[A]/info/heading" },
    { "/d/law[A]", "/d/acts[A]" },
    { "/d/statute[A]", "/d/acts[A]" },
    { "/d/law[A]/title", "/d/acts[A]/info/heading" },
    { "/d/law[A]/name", "/d/acts[A]/info/heading" },
    { "/d/statute[A]/title", NULL },
    { "/d/law[A]/_id", "/d/acts[A]/_id" },
    { "/d/law[A]/info", "/d/acts[A]/info" },
    { "/d/law[A]/section[B]/no", "/d/acts[A]/part[B]/no" },
    { "/d/acts[A]/part[B]/no", "/d/acts[A]/part[B]/no" },
    { "/d/statute[A]/part[B]/no", "/d/acts[A]/part[B]/no" },
    /* Rows that are not there, or too many of them. */
    { "/d/law/title", NULL },
    { "/d/acts/info/heading", NULL },
    { "/d/acts[A]/info[B]/heading", NULL },
    { "/d/free[A]", NULL },
    { "/d/law[A]/section/no", NULL },
    /* Out of its repeat. */
    { "/d/law[A]/note", NULL },
    { "/d/old", "/d/free" },
    { "/d/law[A]/gone", NULL },
    { "/d/gone", NULL },
    { "/x", NULL },
    { "", NULL },
    { "d", NULL },
    { "/d/law[A", NULL },
    { "/d/law[A]x", NULL },
  };
  g_autoptr (PalForm) form = make_form (NEWER, NEWER_BODY);

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *moved = NULL;
      PalFormNode *node = pal_form_place (form, places[i].path, &moved);
      const char *found = node == NULL ? NULL : moved != NULL ? moved : places[i].path;

      g_assert_cmpstr (found, ==, places[i].place);
      if (node != NULL)
        {
          g_autofree char *generic = pal_form_dup_generic_path (found);

          g_assert_cmpstr (generic, ==, node->path);
          g_assert_true (pal_form_place (form, places[i].path, NULL) == node);
        }
    }
}

static void
test_former_paths (void)
{
  const struct
  {
    const char *path;
    const char *former;
  } tests[] = {
    { "/d/acts[A]/info/heading",
      "/d/law[A]/title /d/law[A]/name /d/law[A]/info/heading /d/statute[A]/info/heading" },
    { "/d/acts[A]/part[B]/no", "/d/law[A]/section[B]/no /d/law[A]/part[B]/no "
                               "/d/statute[A]/part[B]/no" },
    { "/d/free", "/d/law/note /d/old" },
    { "/d/meta", "" },
    { "/d/nothing", "" },
  };
  g_autoptr (PalForm) form = make_form (NEWER, NEWER_BODY);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autoptr (GPtrArray) paths = pal_form_dup_former_paths (form, tests[i].path);
      g_autofree char *found = NULL;

      g_ptr_array_add (paths, NULL);
      found = g_strjoinv (" ", (char **) paths->pdata);
      g_assert_cmpstr (found, ==, tests[i].former);
    }
}

static void
test_generic_path (void)
{
  const char *const tests[][2] = {
    { "/d/a", "/d/a" },
    { "/d/a[x]/b[y]", "/d/a/b" },
    { "", "" },
    { "/d/a[x", "/d/a[x" },
    { "[x]", "" },
    { "/d/a[]/b", "/d/a/b" },
    { "/d/a]b/c", "/d/a]b/c" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *generic = pal_form_dup_generic_path (tests[i][0]);

      g_assert_cmpstr (generic, ==, tests[i][1]);
    }
}

static void
test_versions (void)
{
  /* The older one first. */
  const char *const tests[][2] = {
    { "", "1" },
    { "1", "2" },
    { "9", "10" },
    { "2026.9", "2026.12" },
    { "2026.12", "2027" },
    { "1.0", "1.0.1" },
    { "20260101", "20260102" },
    { "1-a", "1-b" },
    { "99999999999999999998", "99999999999999999999" },
    { "009", "10" },
    { "01", "1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_assert_cmpint (pal_form_compare_versions (tests[i][0], tests[i][1]), <, 0);
      g_assert_cmpint (pal_form_compare_versions (tests[i][1], tests[i][0]), >, 0);
      g_assert_cmpint (pal_form_compare_versions (tests[i][0], tests[i][0]), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/form-changes/compare/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_compare);
    }
  g_test_add_func ("/form-changes/count", test_count);
  g_test_add_func ("/form-changes/bad-maps", test_bad_maps);
  g_test_add_func ("/form-changes/place", test_place);
  g_test_add_func ("/form-changes/former-paths", test_former_paths);
  g_test_add_func ("/form-changes/generic-path", test_generic_path);
  g_test_add_func ("/form-changes/versions", test_versions);

  return g_test_run ();
}
