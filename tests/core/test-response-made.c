// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "response-fixture.h"

#include "form-generator.h"

/* What must hold of every form, tried on forms out of a generator and with random edits:
 *
 *  - what is calculated step by step is what is calculated from nothing;
 *  - "updated" names what has changed, and nothing else;
 *  - a submission that is read back gives the same submission. */

#define N_FORMS 25
#define N_EDITS 400        /* of each: 10,000 in all */
#define FRESH_EVERY 1      /* edits, before all is calculated from nothing */
#define READ_BACK_EVERY 40 /* edits, before the submission is read back */
#define MAX_NODES 700      /* no more rows are added beyond */

typedef struct
{
  PalResponse *response;
  GRand *rand;
  const char *name;
  guint n_done;
  GHashTable *updated;      /* (element-type PalNode) */
  GHashTable *rows_changed; /* (element-type PalNode): parents */
  guint n_updates;
  char *last;      /* (nullable): the edit at work, for messages */
  char *undo_path; /* (nullable) */
  char *undo_value;
} Trial;

static void
updated_cb (PalResponse *response, GPtrArray *nodes, Trial *trial)
{
  for (guint i = 0; i < nodes->len; i++)
    g_assert_true (g_hash_table_add (trial->updated, g_ptr_array_index (nodes, i)));
  trial->n_updates++;
}

static void
rows_changed_cb (PalResponse *response, PalFormNode *repeat, PalNode *parent, Trial *trial)
{
  g_hash_table_add (trial->rows_changed, parent);
}

/* What can be seen of a node */

typedef struct
{
  PalNodeState state;
  char *value;
  char *shown; /* (nullable): label and choices */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->value);
  g_free (look->shown);
  g_free (look);
}

static gboolean
has_choices (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_SELECT_ONE || control->kind == PAL_CONTROL_SELECT_MANY;
}

static char *
dup_shown (PalResponse *response, PalNode *node)
{
  PalFormControl *control = pal_response_get_definition (response, node)->control;
  g_autofree char *label = NULL;
  g_autoptr (GPtrArray) choices = NULL;
  GString *shown;

  if (control == NULL || control->kind == PAL_CONTROL_REPEAT)
    return NULL;
  label = pal_response_dup_text (response, control, node, PAL_TEXT_LABEL);
  shown = g_string_new (label);
  if (has_choices (control))
    {
      choices = pal_response_dup_choices (response, control, node);
      for (guint i = 0; i < choices->len; i++)
        {
          PalChoice *choice = g_ptr_array_index (choices, i);

          g_string_append_printf (shown, "|%s=%s", choice->value, choice->label);
        }
    }
  return g_string_free (shown, FALSE);
}

static void
look_below (PalResponse *response, PalNode *node, gboolean with_shown, GHashTable *looks)
{
  Look *look = g_new0 (Look, 1);

  look->state = *pal_response_get_state (response, node);
  look->value = pal_response_get_definition (response, node)->children->len == 0
                    ? g_strdup (pal_response_get_value (response, node))
                    : NULL;
  look->shown = with_shown ? dup_shown (response, node) : NULL;
  g_hash_table_insert (looks, node, look);
  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    {
      if (pal_response_get_definition (response, attribute) != NULL)
        look_below (response, attribute, with_shown, looks);
    }
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT)
        look_below (response, child, with_shown, looks);
    }
}

static GHashTable *
look_at_all (PalResponse *response, gboolean with_shown)
{
  GHashTable *looks = g_hash_table_new_full (NULL, NULL, NULL, look_free);

  look_below (response, pal_response_get_root (response), with_shown, looks);
  return looks;
}

static gboolean
looks_same (Look *one, Look *other)
{
  return memcmp (&one->state, &other->state, sizeof one->state) == 0
         && g_strcmp0 (one->value, other->value) == 0 && g_strcmp0 (one->shown, other->shown) == 0;
}

static void
fail (Trial *trial, PalResponse *response, PalNode *node, const char *what)
{
  g_autofree char *path = pal_response_dup_path (response, node);

  g_error ("%s, edit %u, %s: %s: %s", trial->name, trial->n_done, trial->last, path, what);
}

/* Signals */

static void
check_signals (Trial *trial, GHashTable *before, gboolean with_shown)
{
  g_autoptr (GHashTable) after = look_at_all (trial->response, with_shown);
  GHashTableIter iter;
  gpointer node;
  gpointer look;

  g_assert_cmpuint (trial->n_updates, <=, 1);
  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &node, &look))
    {
      Look *old = g_hash_table_lookup (before, node);
      gboolean is_told = g_hash_table_contains (trial->updated, node);

      if (old == NULL)
        {
          PalNode *row = node;

          if (is_told)
            fail (trial, trial->response, node, "is new, and was told to have changed");
          while (!g_hash_table_contains (trial->rows_changed, row->parent))
            {
              row = row->parent;
              if (row->data == NULL)
                fail (trial, trial->response, node, "came without a word");
            }
        }
      else if (looks_same (old, look) && is_told && with_shown)
        fail (trial, trial->response, node, "was told to have changed");
      else if (!looks_same (old, look) && !is_told)
        fail (trial, trial->response, node, "changed without a word");
      g_hash_table_remove (trial->updated, node);
    }
  /* None of those that are gone. */
  g_assert_cmpuint (g_hash_table_size (trial->updated), ==, 0);
}

/* Calculated from nothing */

static void
restore_below (PalResponse *from, PalNode *node, PalResponse *to)
{
  PalFormNode *definition = pal_response_get_definition (from, node);
  g_autofree char *path = pal_response_dup_path (from, node);

  if (definition->is_repeat)
    g_assert_true (pal_response_restore_row (to, path));
  if (node->first_child == NULL || node->first_child->kind == PAL_NODE_TEXT)
    {
      /* What calculates give is left out, save what is drawn once. */
      if (definition->children->len == 0
          && (definition->calculate == NULL
              || strstr (pal_expr_get_source (definition->calculate), "once") != NULL))
        g_assert_true (pal_response_restore_value (to, path, pal_response_get_value (from, node)));
      return;
    }
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    restore_below (from, child, to);
}

static PalResponse *
make_anew (PalResponse *response)
{
  PalResponse *again = pal_response_restore_begin (pal_response_get_form (response));

  restore_below (response, pal_response_get_root (response), again);
  g_assert_true (pal_response_restore_end (again, NULL));
  pal_response_set_language (again, pal_response_get_language (response));
  return again;
}

static void
compare (Trial *trial, PalNode *one, PalResponse *other_response, PalNode *other)
{
  const PalNodeState *state = pal_response_get_state (trial->response, one);
  const PalNodeState *other_state = pal_response_get_state (other_response, other);
  g_autofree char *shown = dup_shown (trial->response, one);
  g_autofree char *other_shown = dup_shown (other_response, other);
  PalNode *next = one->first_child;
  PalNode *other_next = other->first_child;

  g_assert_true (one->local == other->local);
  if (memcmp (state, other_state, sizeof *state) != 0)
    {
      g_autofree char *what = g_strdup_printf (
          "relevant %d%d, required %d%d, locked %d%d, violation %d%d: not as from nothing",
          state->relevant, other_state->relevant, state->required, other_state->required,
          state->locked, other_state->locked, state->violation, other_state->violation);

      fail (trial, trial->response, one, what);
    }
  if (one->first_child == NULL || one->first_child->kind == PAL_NODE_TEXT)
    {
      const char *value = pal_response_get_value (trial->response, one);
      const char *other_value = pal_response_get_value (other_response, other);

      if (strcmp (value, other_value) != 0)
        {
          g_autofree char *what
              = g_strdup_printf ("\"%s\", from nothing \"%s\"", value, other_value);

          fail (trial, trial->response, one, what);
        }
      next = other_next = NULL;
    }
  if (g_strcmp0 (shown, other_shown) != 0)
    fail (trial, trial->response, one, "is not shown as from nothing");
  for (; next != NULL && other_next != NULL; next = next->next, other_next = other_next->next)
    compare (trial, next, other_response, other_next);
  g_assert_true (next == NULL && other_next == NULL);
}

static void
check_from_nothing (Trial *trial)
{
  g_autoptr (PalResponse) again = make_anew (trial->response);

  compare (trial, pal_response_get_root (trial->response), again, pal_response_get_root (again));
  g_assert_cmpint (pal_response_is_valid (trial->response), ==, pal_response_is_valid (again));
}

/* Out and in */

/* Rows that are not relevant are not in a submission, so that those behind them move up: what asks
 * for places may give something else then. */
static gboolean
has_gaps (PalResponse *response, PalNode *node)
{
  PalNode *next = pal_node_next_named (node);

  if (next != NULL
      && pal_response_get_state (response, node)->relevant
             != pal_response_get_state (response, next)->relevant)
    return TRUE;
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT && has_gaps (response, child))
        return TRUE;
    }
  return FALSE;
}

static void
check_reading_back (Trial *trial)
{
  g_autoptr (GBytes) bytes = pal_response_serialise (trial->response);
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GBytes) again_bytes = NULL;
  g_autoptr (PalResponse) again = NULL;
  g_autoptr (GError) error = NULL;

  again = pal_response_new_from_instance (pal_response_get_form (trial->response), bytes, &orphans,
                                          &error);
  g_assert_no_error (error);
  g_assert_cmpuint (orphans->len, ==, 0);
  pal_response_set_language (again, pal_response_get_language (trial->response));
  again_bytes = pal_response_serialise (again);
  if (!g_bytes_equal (bytes, again_bytes))
    g_error ("%s, edit %u: %.*s\nread back is %.*s", trial->name, trial->n_done,
             (int) g_bytes_get_size (bytes), (const char *) g_bytes_get_data (bytes, NULL),
             (int) g_bytes_get_size (again_bytes),
             (const char *) g_bytes_get_data (again_bytes, NULL));
}

/* Edits */

static void
collect (PalResponse *response, PalNode *node, gboolean want_leaves, GPtrArray *found)
{
  PalFormNode *definition = pal_response_get_definition (response, node);

  if (want_leaves ? definition->children->len == 0 && definition->calculate == NULL
                        && strcmp (node->local, "_id") != 0
                  : definition->is_repeat && !definition->no_add_remove)
    g_ptr_array_add (found, node);
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT)
        collect (response, child, want_leaves, found);
    }
}

static PalNode *
random_node (Trial *trial, gboolean is_leaf)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (trial->response, pal_response_get_root (trial->response), is_leaf, found);
  return found->len > 0
             ? g_ptr_array_index (found, g_rand_int_range (trial->rand, 0, (gint) found->len))
             : NULL;
}

static char *
random_value (Trial *trial, PalNode *node)
{
  PalFormControl *control = pal_response_get_definition (trial->response, node)->control;
  GRand *rand = trial->rand;

  if (g_rand_int_range (rand, 0, 8) == 0)
    return g_strdup ("");
  if (control != NULL && has_choices (control))
    {
      g_autoptr (GPtrArray) choices = pal_response_dup_choices (trial->response, control, node);
      GString *value = g_string_new (NULL);
      gint n = control->kind == PAL_CONTROL_SELECT_MANY ? g_rand_int_range (rand, 1, 3) : 1;

      for (gint i = 0; i < n && choices->len > 0; i++)
        g_string_append_printf (
            value, "%s%s", i > 0 ? " " : "",
            ((PalChoice *) choices->pdata[g_rand_int_range (rand, 0, (gint) choices->len)])->value);
      return g_string_free (value, FALSE);
    }
  if (*node->local == 'd')
    return g_strdup_printf ("2024-%02d-%02d", g_rand_int_range (rand, 1, 14),
                            g_rand_int_range (rand, 1, 29));
  if (*node->local == 'n')
    return g_strdup_printf ("%d", g_rand_int_range (rand, 0, 6));
  return g_strdup_printf ("%c%d", g_rand_boolean (rand) ? 'a' : 'b', g_rand_int_range (rand, 0, 4));
}

static void
remember (Trial *trial, const char *what, PalNode *node, const char *value)
{
  g_autofree char *path = pal_response_dup_path (trial->response, node);

  g_free (trial->last);
  trial->last = g_strdup_printf ("%s %s %s", what, path, value != NULL ? value : "");
}

static void
set_value (Trial *trial, PalNode *node, const char *value)
{
  remember (trial, "setting", node, value);
  g_free (trial->undo_path);
  g_free (trial->undo_value);
  trial->undo_path = pal_response_dup_path (trial->response, node);
  trial->undo_value = g_strdup (pal_response_get_value (trial->response, node));
  g_assert_true (pal_response_set_value (trial->response, node, value, NULL));
}

static void
add_random_row (Trial *trial)
{
  GPtrArray *nodes = pal_form_get_nodes (pal_response_get_form (trial->response));
  PalFormNode *repeat
      = g_ptr_array_index (nodes, g_rand_int_range (trial->rand, 0, (gint) nodes->len));
  g_autoptr (GPtrArray) rows = NULL;
  PalNode *around = random_node (trial, FALSE);
  PalNode *before = NULL;

  for (; repeat != NULL && !repeat->is_repeat; repeat = repeat->parent)
    ;
  if (repeat == NULL || repeat->no_add_remove)
    return;
  rows = pal_response_dup_rows (trial->response, repeat, around);
  if (rows->len > 0 && g_rand_int_range (trial->rand, 0, 3) == 0)
    before = g_ptr_array_index (rows, g_rand_int_range (trial->rand, 0, (gint) rows->len));
  if (around != NULL)
    remember (trial, "adding a row near", around, repeat->path);
  pal_response_add_row (trial->response, repeat, around, before, NULL);
}

static void
edit (Trial *trial)
{
  PalDocument *document = pal_response_get_root (trial->response)->document;
  PalNode *node;
  g_autofree char *value = NULL;

  switch (g_rand_int_range (trial->rand, 0, 20))
    {
    case 0:
      pal_response_set_language (trial->response, g_rand_boolean (trial->rand) ? "fr" : "en");
      break;
    case 1:
    case 2:
    case 3:
      if (pal_document_get_n_nodes (document) < MAX_NODES)
        add_random_row (trial);
      break;
    case 4:
    case 5:
      node = random_node (trial, FALSE);
      if (node != NULL)
        {
          remember (trial, "removing", node, NULL);
          g_assert_true (pal_response_remove_row (trial->response, node, NULL));
        }
      break;
    case 6:
      node
          = trial->undo_path != NULL ? pal_response_find (trial->response, trial->undo_path) : NULL;
      if (node != NULL)
        {
          value = g_strdup (trial->undo_value);
          set_value (trial, node, value);
        }
      break;
    default:
      node = random_node (trial, TRUE);
      if (node != NULL)
        {
          value = random_value (trial, node);
          set_value (trial, node, value);
        }
    }
}

/* The rules of a form change with the clock or with chance: nothing can be compared. */
static gboolean
is_volatile (PalForm *form)
{
  static const char *const words[]
      = { "now(", "random(", "uuid(", "randomize(", "odk-instance-load" };
  gsize length;
  const char *source = g_bytes_get_data (pal_form_get_source (form), &length);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (memmem (source, length, words[i], strlen (words[i])) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* A jr:count that grows with the rows that it makes ends at some limit, and how soon depends on how
 * often it was asked. */
static gboolean
feeds_itself (PalResponse *response)
{
  GPtrArray *nodes = pal_form_get_nodes (pal_response_get_form (response));

  for (guint i = 0; i < nodes->len; i++)
    {
      PalFormNode *repeat = g_ptr_array_index (nodes, i);
      g_autoptr (GPtrArray) rows = NULL;

      if (repeat->count == NULL)
        continue;
      rows = pal_response_dup_rows (response, repeat, NULL);
      if (rows->len >= 60)
        return TRUE;
    }
  return FALSE;
}

static void
put_to_trial (PalForm *form, const char *name, guint32 seed, guint n_edits)
{
  Trial trial = { .name = name, .rand = g_rand_new_with_seed (seed + 1) };
  g_autoptr (GError) error = NULL;

  trial.response = pal_response_new (form, &error);
  g_assert_no_error (error);
  trial.updated = g_hash_table_new (NULL, NULL);
  trial.rows_changed = g_hash_table_new (NULL, NULL);
  g_signal_connect (trial.response, "updated", G_CALLBACK (updated_cb), &trial);
  g_signal_connect (trial.response, "rows-changed", G_CALLBACK (rows_changed_cb), &trial);

  check_from_nothing (&trial);
  for (; trial.n_done < n_edits; trial.n_done++)
    {
      gboolean with_shown = trial.n_done % 4 == 0;
      g_autoptr (GHashTable) before = look_at_all (trial.response, with_shown);
      g_autofree char *language = g_strdup (pal_response_get_language (trial.response));

      g_hash_table_remove_all (trial.updated);
      g_hash_table_remove_all (trial.rows_changed);
      trial.n_updates = 0;
      edit (&trial);
      if (feeds_itself (trial.response))
        break;
      /* That all texts are others now is what notify::language says. */
      if (g_strcmp0 (language, pal_response_get_language (trial.response)) == 0)
        check_signals (&trial, before, with_shown);
      if (trial.n_done % FRESH_EVERY == 0)
        check_from_nothing (&trial);
      if (trial.n_done % READ_BACK_EVERY == 0
          && !has_gaps (trial.response, pal_response_get_root (trial.response)))
        check_reading_back (&trial);
    }

  g_object_unref (trial.response);
  g_hash_table_unref (trial.updated);
  g_hash_table_unref (trial.rows_changed);
  g_rand_free (trial.rand);
  g_free (trial.last);
  g_free (trial.undo_path);
  g_free (trial.undo_value);
}

static void
try_form_of_seed (guint32 seed, guint n_edits)
{
  g_autofree char *text = make_random_form (seed);
  g_autofree char *name = g_strdup_printf ("form %u", seed);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = NULL;

  if (g_getenv ("PALERMO_SHOW_FORM") != NULL)
    g_print ("%s\n", text);
  form = pal_form_load (bytes, name, &error);
  if (form == NULL)
    g_error ("%s\n%s", error->message, text);
  put_to_trial (form, name, seed, n_edits);
}

/* The forms of the peers' own tests, where they lie beside the project. */
static void
try_forms_below (const char *folder, guint *n_tried)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (PalForm) form = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        try_forms_below (path, n_tried);
      if (!g_str_has_suffix (name, ".xml"))
        continue;
      form = pal_form_load_file (path, NULL);
      if (form == NULL || is_volatile (form))
        continue;
      put_to_trial (form, name, 1, 30);
      ++*n_tried;
    }
}

static void
test_peers_forms (void)
{
  const char *kit = g_getenv ("PALERMO_CONFORMANCE");
  g_autofree char *beside = g_build_filename (
      g_getenv ("PALERMO_TEST_DATA") != NULL ? g_getenv ("PALERMO_TEST_DATA") : ".", "..", "..",
      "..", "shared", "conformance", NULL);
  g_autofree char *folder = g_build_filename (kit != NULL ? kit : beside, "run", "forms", NULL);
  guint n_tried = 0;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("the peers' forms are not beside the project");
      return;
    }
  try_forms_below (folder, &n_tried);
  g_test_message ("%u forms", n_tried);
  g_assert_cmpuint (n_tried, >, 100);
}

static void
test_made_forms (void)
{
  for (guint32 seed = 0; seed < N_FORMS; seed++)
    try_form_of_seed (seed, N_EDITS);
}

/* Another form each time; its number is in the message when it fails. */
static void
test_another_form (void)
{
  const char *given = g_getenv ("PALERMO_FORM_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();

  g_test_message ("PALERMO_FORM_SEED=%u", seed);
  g_print ("# PALERMO_FORM_SEED=%u\n", seed);
  try_form_of_seed (seed, N_EDITS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/response-made/forms", test_made_forms);
  g_test_add_func ("/response-made/peers-forms", test_peers_forms);
  g_test_add_func ("/response-made/another-form", test_another_form);
  return g_test_run ();
}
