// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "response-fixture.h"

/* Records that are opened again: from their log, from a submission. */

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

/* A submission stands in the namespaces of the form's own instance; which prefix was used for them,
 * and whether any, is free (T13). */
static void
test_namespaces (void)
{
  g_autoptr (PalForm) form = make_form (
      "<instance><data xmlns='http://example.org/law' id='f' version='3'><a/><b "
      "xmlns=''><c/></b><meta xmlns='http://openrosa.org/xforms'><instanceName/></meta>"
      "<orx:seal/><d/></data></instance>"
      "<bind nodeset='/data/meta/instanceName' calculate='concat(/data/a, /data/orx:seal)'/>",
      INPUT ("/data/a") INPUT ("/data/orx:seal"));
  g_autoptr (PalResponse) response = pal_response_new (form, NULL);
  g_autoptr (PalResponse) again = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GBytes) other = NULL;
  static const char expected[]
      = "<data xmlns=\"http://example.org/law\" id=\"f\" version=\"3\"><a>x</a><b "
        "xmlns=\"\"><c/></b><meta xmlns=\"http://openrosa.org/xforms\"><instanceName>xy"
        "</instanceName></meta><orx:seal xmlns:orx=\"http://openrosa.org/xforms\">y</orx:seal><d/>"
        "</data>";
  static const char spelled_otherwise[]
      = "<l:data xmlns:l='http://example.org/law' id='f'><l:a>x</l:a><o:meta "
        "xmlns:o='http://openrosa.org/xforms'><o:instanceName>?</o:instanceName></o:meta>"
        "<seal xmlns='http://openrosa.org/xforms'>y</seal></l:data>";

  answer (response, "/data/a", "x");
  answer (response, "/data/orx:seal", "y");
  assert_xml (response, expected);

  other = g_bytes_new_static (spelled_otherwise, strlen (spelled_otherwise));
  again = pal_response_new_from_instance (form, other, &orphans, NULL);
  g_assert_cmpuint (orphans->len, ==, 0);
  assert_xml (again, expected);
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
  g_test_add_func ("/response-log/restore", test_restore);
  g_test_add_func ("/response-log/keeps-what-was-drawn", test_restore_keeps_what_was_drawn);
  g_test_add_func ("/response-log/instance", test_instance);
  g_test_add_func ("/response-log/namespaces", test_namespaces);
  g_test_add_func ("/response-log/incremental", test_incremental);
  return g_test_run ();
}
