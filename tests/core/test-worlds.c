// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-worlds"
#include "config.h"

#include "pal-merge.h"
#include "test-dossier-common.h"

/* Worlds in which two to six people write, remove, attach, comment, undo and merge at random. What
 * must hold in all of them: everybody comes to the same whatever the order; merging twice changes
 * nothing; one undo brings back what stood before a merge; no text ever entered is out of reach.
 *
 * PALERMO_WORLDS says how many histories, PALERMO_WORLD_SEED which world alone. */

#define MAX_PEOPLE 6
#define RECORDS_EACH 10 /* independent histories in one world, besides comments on them */
#define HISTORIES 200
#define HISTORIES_SLOW 10000

typedef struct
{
  guint32 seed;
  GRand *rand;
  guint n_people;
  char *paths[MAX_PEOPLE];
  PalDossier *people[MAX_PEOPLE];
  guint n_records;         /* "record-0" ... */
  guint n_comments;        /* "comment-0" ... */
  GHashTable *entered;     /* (element-type utf8 utf8): every text that somebody typed: its node */
  GHashTable *attachments; /* (element-type utf8 utf8): name: content */
  guint n_texts;
} World;

static guint
pick (World *world, guint n)
{
  return g_rand_int_range (world->rand, 0, n);
}

static const char *
pick_word (World *world)
{
  static const char *const words[]
      = { "law", "act", "covers", "bribery", "fraud", "in part", ".", "\u6cd5", "\u0642\u0627" };

  return words[pick (world, G_N_ELEMENTS (words))];
}

/* --- what people do */

static GPtrArray *
changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
}

static void
write_act (PalDossier *dossier, const char *title, GPtrArray *changes)
{
  g_autoptr (GError) error = NULL;

  pal_dossier_append (dossier, title, changes, &error);
  g_assert_no_error (error);
}

static void
enter (World *world, GPtrArray *changes, const char *record, const char *node, char *value)
{
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node, value));
  g_hash_table_replace (world->entered, value, g_strconcat (record, " ", node, NULL));
}

/* Goes on from what stands there, or writes it anew. */
static char *
dup_next_text (World *world, const char *old)
{
  g_autofree char *number = g_strdup_printf ("t%u", world->n_texts++);

  if (old == NULL || pick (world, 2) == 0)
    return g_strdup_printf ("%s %s", pick_word (world), number);

  return pick (world, 2) == 0 ? g_strdup_printf ("%s %s %s", old, number, pick_word (world))
                              : g_strdup_printf ("%s %s %s", pick_word (world), number, old);
}

static void
change_something (World *world, GPtrArray *changes, const char *record, const PalChange *old)
{
  gboolean is_row = old != NULL && old->kind == PAL_CHANGE_ROW_ADDED;
  guint what = pick (world, 12);
  g_autofree char *node = NULL;

  if (what < 2)
    {
      node = g_strdup_printf ("%s/r[%08x]", is_row && pick (world, 3) == 0 ? old->node : "/t",
                              g_rand_int (world->rand));
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_ROW_ADDED, record, node, NULL));
    }
  else if (what < 4 && is_row)
    g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_ROW_REMOVED, record, old->node, NULL));
  else if (what == 4 && old != NULL && !is_row)
    g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, old->node, NULL));
  else if (what == 5)
    {
      /* A choice from a list. */
      node = g_strdup_printf ("/t/choice%u", pick (world, 2));
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node,
                                                pick (world, 2) == 0 ? "yes" : "no"));
    }
  else
    {
      const char *text = NULL;

      node = is_row ? g_strconcat (old->node, "/x", NULL)
                    : g_strdup_printf ("/t/%c", 'a' + pick (world, 3));
      if (old != NULL && !is_row && g_str_equal (old->node, node))
        text = old->value;
      enter (world, changes, record, node, dup_next_text (world, text));
    }
}

static void
write_something (World *world, PalDossier *dossier, const char *record)
{
  g_autoptr (GPtrArray) heads_now = pal_dossier_read_heads (dossier, record, NULL);
  GPtrArray *changes = changes_new ();
  guint n = 1 + pick (world, 3);

  for (guint i = 0; i < n; i++)
    change_something (
        world, changes, record,
        heads_now->len > 0 ? g_ptr_array_index (heads_now, pick (world, heads_now->len)) : NULL);
  write_act (dossier, "Typing", changes);
}

static void
attach (World *world, PalDossier *dossier, const char *record)
{
  g_autofree char *path = g_build_filename (folder, "attached.txt", NULL);
  g_autofree char *content = g_strdup_printf ("Scan %u of a law.", pick (world, 100000));
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = changes_new ();
  char *name;

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  name = pal_dossier_attach_file (dossier, path, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, "/t/file", name));
  write_act (dossier, "Attachment", changes);
  g_hash_table_replace (world->attachments, name, g_steal_pointer (&content));
}

/* A new one, or what becomes of one that is there. */
static void
comment (World *world, PalDossier *dossier, const char *record)
{
  GPtrArray *changes = changes_new ();
  g_autofree char *id = NULL;

  if (world->n_comments > 0 && pick (world, 3) == 0)
    {
      g_autoptr (GPtrArray) comments = pal_dossier_list_records (dossier, "comment", NULL);

      if (comments->len > 0)
        {
          const PalRecordInfo *info = g_ptr_array_index (comments, pick (world, comments->len));

          g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, info->id, "/comment/resolved",
                                                    pick (world, 3) == 0 ? "no" : "yes"));
          write_act (dossier, "Comment settled", changes);
          return;
        }
    }
  id = g_strdup_printf ("comment-%u", world->n_comments++);
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, id, NULL, "comment\t1"));
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, id, "/comment/about", record));
  enter (world, changes, id, "/comment/text", dup_next_text (world, NULL));
  write_act (dossier, "Comment", changes);
}

static void
make_or_remove_record (World *world, PalDossier *dossier, const char *record)
{
  GPtrArray *changes = changes_new ();

  if (pick (world, 2) == 0)
    {
      g_autofree char *id = g_strdup_printf ("record-%u", world->n_records++);

      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, id, NULL, "tiny\t1"));
      write_act (dossier, "New record", changes);
      return;
    }
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_REMOVED, record, NULL, NULL));
  write_act (dossier, "Remove", changes);
}

/* --- what is to be seen */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
dup_joined (GPtrArray *lines)
{
  g_ptr_array_sort (lines, compare_texts);
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* Rows in their order, and what each node says: where people disagree, all that they say. */
static char *
describe_state (PalDossier *dossier)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, NULL, NULL);

  for (guint i = 0; i < records->len; i++)
    {
      const char *record = ((PalRecordInfo *) g_ptr_array_index (records, i))->id;
      g_autoptr (GPtrArray) changes = pal_dossier_read_heads (dossier, record, NULL);
      g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autoptr (GString) rows = g_string_new (NULL);
      GHashTableIter iter;
      gpointer line;

      for (guint j = 0; j < changes->len; j++)
        {
          const PalChange *head = g_ptr_array_index (changes, j);

          if (head->kind == PAL_CHANGE_ROW_ADDED)
            g_string_append_printf (rows, " %s%s", head->node, head->is_conflict ? "!" : "");
          else if (head->value != NULL || head->is_conflict)
            g_hash_table_add (said,
                              g_strdup_printf ("%s %s%s %s", record, head->node,
                                               head->is_conflict ? "!" : "",
                                               head->value != NULL ? head->value : "(nothing)"));
        }
      g_ptr_array_add (lines, g_strdup_printf ("%s rows:%s", record, rows->str));
      g_hash_table_iter_init (&iter, said);
      while (g_hash_table_iter_next (&iter, &line, NULL))
        g_ptr_array_add (lines, g_strdup (line));
    }

  return dup_joined (lines);
}

/* Everything that is shown, in its order, also of what was removed. */
static char *
describe_all (World *world, PalDossier *dossier)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < world->n_records + world->n_comments; i++)
    {
      gboolean is_record = i < world->n_records;
      g_autofree char *record = g_strdup_printf ("%s-%u", is_record ? "record" : "comment",
                                                 is_record ? i : i - world->n_records);
      g_autoptr (GPtrArray) changes = pal_dossier_read_heads (dossier, record, NULL);
      g_autofree char *description = changes != NULL ? describe (changes) : NULL;

      g_string_append_printf (text, "%s %s\n", record, description != NULL ? description : "");
    }

  return g_string_free (text, FALSE);
}

static char *
describe_conflicts (PalDossier *dossier)
{
  g_autoptr (GPtrArray) conflicts = pal_dossier_list_conflicts (dossier, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);

      g_string_append_printf (text, "%s %s", conflict->record, conflict->node);
      for (guint j = 0; j < conflict->heads->len; j++)
        g_string_append_printf (text, " | %s",
                                ((PalChange *) g_ptr_array_index (conflict->heads, j))->value);
      g_string_append_c (text, '\n');
    }

  return g_string_free (text, FALSE);
}

/* One line of a difference, not two worlds. */
static void
assert_same (World *world, const char *is, const char *expected, const char *what)
{
  g_auto (GStrv) left = g_strsplit (is, "\n", -1);
  g_auto (GStrv) right = g_strsplit (expected, "\n", -1);

  for (guint i = 0;; i++)
    {
      if (g_strcmp0 (left[i], right[i]) != 0)
        g_error ("world %u: %s: \"%s\" instead of \"%s\"", world->seed, what, left[i], right[i]);
      if (left[i] == NULL)
        return;
    }
}

/* --- what comes together */

static PalMergeReport *
merge_part (PalDossier *into, PalDossier *from, const char *const *prefixes)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) in = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  PalMergeReport *report;

  pal_dossier_write_log (from, NULL, prefixes, out, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, NULL);
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  in = g_memory_input_stream_new_from_bytes (bytes);
  report = pal_dossier_merge_log (into, in, PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);

  return report;
}

/* With what is attached. */
static PalMergeReport *
merge_whole (PalDossier *into, PalDossier *from)
{
  g_autoptr (GError) error = NULL;
  PalMergeReport *report
      = pal_dossier_merge_opened (into, from, PAL_MERGE_DEFAULT, NULL, NULL, &error);

  g_assert_no_error (error);

  return report;
}

static void
undo_merge (World *world, PalDossier *dossier, PalMergeReport *report, const char *before)
{
  g_autofree char *state = describe_state (dossier);
  g_autoptr (GError) error = NULL;

  /* Where nothing is to be seen of it, undo goes on to the act before. */
  if (pick (world, 2) == 0 && !g_str_equal (state, before))
    {
      g_autoptr (PalUndone) undone = pal_dossier_undo (dossier, PAL_UNDO_BACK, &error);

      g_assert_nonnull (undone);
    }
  else
    {
      g_autoptr (GPtrArray) changes
          = pal_dossier_revert (dossier, &report->span, "Undo merge", NULL, &error);
    }
  g_assert_no_error (error);
}

static void
merge_random (World *world)
{
  static const char *const sections[][3]
      = { { "/t/a", NULL }, { "/t/r", "/comment", NULL }, { "/t/b", "/t/r/x", NULL } };
  guint to = pick (world, world->n_people);
  guint from = (to + 1 + pick (world, world->n_people - 1)) % world->n_people;
  const char *const *section = pick (world, 4) == 0 ? sections[pick (world, 3)] : NULL;
  PalDossier *dossier = world->people[to];
  g_autofree char *before = describe_state (dossier);
  g_autoptr (PalMergeReport) report = section != NULL
                                          ? merge_part (dossier, world->people[from], section)
                                          : merge_whole (dossier, world->people[from]);
  g_autofree char *between = describe_all (world, dossier);
  g_autoptr (PalMergeReport) again = merge_part (dossier, world->people[from], section);
  g_autofree char *after = describe_all (world, dossier);

  g_assert_cmpuint (again->n_changes, ==, 0);
  assert_same (world, after, between, "merged twice");
  if (report->n_changes > 0 && pick (world, 4) == 0)
    {
      g_autofree char *undone = NULL;

      undo_merge (world, dossier, report, before);
      undone = describe_state (dossier);
      assert_same (world, undone, before, "after the undo of a merge");
    }
}

static void
undo_random (World *world, PalDossier *dossier)
{
  g_autofree char *before = describe_state (dossier);
  guint n = 1 + pick (world, 4);
  guint n_undone = 0;

  if (pick (world, 3) == 0)
    {
      PalLogSpan span = { 0, G_MAXINT64 };
      PalDossierFigures figures;
      g_autoptr (GPtrArray) changes = NULL;
      g_autoptr (GError) error = NULL;

      /* Anything, also from the middle of an act. */
      g_assert_true (pal_dossier_get_figures (dossier, &figures, NULL));
      span.after = figures.n_changes - 1 - pick (world, MIN (figures.n_changes - 1, 6));
      span.until = span.after + 1 + pick (world, 6);
      changes = pal_dossier_revert (dossier, &span, "Undo", NULL, &error);
      g_assert_no_error (error);
      return;
    }
  while (n_undone < n)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalUndone) undone = pal_dossier_undo (dossier, PAL_UNDO_BACK, &error);

      g_assert_no_error (error);
      if (undone == NULL)
        break;
      n_undone++;
    }
  if (pick (world, 2) == 0)
    return;
  for (guint i = 0; i < n_undone; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalUndone) redone = pal_dossier_undo (dossier, PAL_UNDO_FORTH, &error);

      g_assert_no_error (error);
    }
  if (n_undone > 0)
    {
      g_autofree char *after = describe_state (dossier);

      assert_same (world, after, before, "undone and done again");
    }
}

/* --- a world */

static void
act_random (World *world, PalDossier *dossier)
{
  for (guint i = 0; i < world->n_records; i++)
    {
      g_autofree char *record = g_strdup_printf ("record-%u", i);
      g_autoptr (GPtrArray) known = pal_dossier_read_heads (dossier, record, NULL);
      guint what;

      if (known == NULL || pick (world, 3) > 0)
        continue;
      what = pick (world, 20);
      if (what == 0)
        make_or_remove_record (world, dossier, record);
      else if (what == 1)
        attach (world, dossier, record);
      else if (what < 5)
        comment (world, dossier, record);
      else
        write_something (world, dossier, record);
    }
  if (pick (world, 3) == 0)
    undo_random (world, dossier);
}

static void
shuffle (World *world, guint *order)
{
  for (guint i = world->n_people - 1; i > 0; i--)
    {
      guint j = pick (world, i + 1);
      guint swapped = order[i];

      order[i] = order[j];
      order[j] = swapped;
    }
}

/* Everybody hears of everything, in some order. */
static void
merge_all (World *world)
{
  guint order[MAX_PEOPLE];

  for (guint i = 0; i < world->n_people; i++)
    order[i] = i;
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < world->n_people; i++)
      {
        shuffle (world, order);
        for (guint j = 0; j < world->n_people; j++)
          if (order[j] != i)
            {
              g_autoptr (PalMergeReport) report
                  = merge_whole (world->people[i], world->people[order[j]]);
            }
      }
}

static gboolean
compare_chunk (const void *data, gsize length, gpointer user_data, GError **error)
{
  g_string_append_len (user_data, data, length);

  return TRUE;
}

/* Each text in the history of the node in which it was entered, each file whole. */
static void
assert_all_there (World *world, PalDossier *dossier)
{
  g_autoptr (GPtrArray) all = pal_dossier_read_history (dossier, NULL, NULL, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer text, place;

  for (guint i = 0; i < all->len; i++)
    {
      const PalChange *change = g_ptr_array_index (all, i);

      if (change->value != NULL && change->node != NULL)
        g_hash_table_add (
            seen, g_strdup_printf ("%s %s %s", change->record, change->node, change->value));
    }
  g_hash_table_iter_init (&iter, world->entered);
  while (g_hash_table_iter_next (&iter, &text, &place))
    {
      g_autofree char *key = g_strdup_printf ("%s %s", (char *) place, (char *) text);

      if (!g_hash_table_contains (seen, key))
        g_error ("world %u: \"%s\" of %s is lost", world->seed, (char *) text, (char *) place);
    }
  g_hash_table_iter_init (&iter, world->attachments);
  while (g_hash_table_iter_next (&iter, &text, &place))
    {
      g_autoptr (GString) content = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      pal_dossier_read_attachment (dossier, text, compare_chunk, content, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (content->str, ==, place);
    }
}

static void
begin_world (World *world)
{
  world->n_people = 2 + pick (world, MAX_PEOPLE - 1);
  world->n_records = RECORDS_EACH;
  for (guint i = 0; i < world->n_people; i++)
    {
      g_autofree char *name = g_strdup_printf ("Person %u", i);

      world->paths[i] = fresh_path ();
      world->people[i] = create (world->paths[i]);
      pal_dossier_set_stint_ms (world->people[i], 0);
      pal_dossier_set_author (world->people[i], name);
    }
  for (guint i = 0; i < RECORDS_EACH; i++)
    {
      GPtrArray *changes = changes_new ();
      g_autofree char *record = g_strdup_printf ("record-%u", i);

      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, record, NULL, "tiny\t1"));
      write_act (world->people[0], "New record", changes);
    }
  for (guint i = 1; i < world->n_people; i++)
    {
      g_autoptr (PalMergeReport) report = merge_whole (world->people[i], world->people[0]);
    }
}

static void
end_world (World *world)
{
  g_autofree char *end = describe_all (world, world->people[0]);
  g_autofree char *conflicts = describe_conflicts (world->people[0]);

  for (guint i = 0; i < world->n_people; i++)
    {
      PalDossier *dossier = world->people[i];
      g_autofree char *other = describe_all (world, dossier);
      g_autofree char *other_conflicts = describe_conflicts (dossier);
      gboolean changed = TRUE;

      assert_same (world, other, end, "another order");
      assert_same (world, other_conflicts, conflicts, "conflicts in another order");
      assert_all_there (world, dossier);
      g_assert_true (pal_dossier_rebuild (dossier, &changed, NULL));
      g_assert_false (changed);
      close_dossier (dossier);
      if (i == 0)
        assert_sound (world->paths[i]);
      g_unlink (world->paths[i]);
      g_free (world->paths[i]);
    }
}

static void
live (guint32 seed)
{
  World world = { .seed = seed,
                  .rand = g_rand_new_with_seed (seed),
                  .entered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                  .attachments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
  guint n_steps;

  begin_world (&world);
  n_steps = 3 + pick (&world, 4);
  for (guint step = 0; step < n_steps; step++)
    {
      for (guint i = 0; i < world.n_people; i++)
        act_random (&world, world.people[i]);
      for (guint i = 1 + pick (&world, 2); i > 0; i--)
        merge_random (&world);
    }
  merge_all (&world);
  end_world (&world);
  g_hash_table_unref (world.entered);
  g_hash_table_unref (world.attachments);
  g_rand_free (world.rand);
}

static void
test_worlds (void)
{
  const char *wanted = g_getenv ("PALERMO_WORLDS");
  const char *one = g_getenv ("PALERMO_WORLD_SEED");
  guint n_histories = wanted != NULL   ? g_ascii_strtoull (wanted, NULL, 10)
                      : g_test_slow () ? HISTORIES_SLOW
                                       : HISTORIES;
  guint32 seed = one != NULL ? g_ascii_strtoull (one, NULL, 10) : (guint32) g_test_rand_int ();
  guint n_worlds = one != NULL ? 1 : MAX (n_histories / RECORDS_EACH, 1);

  g_test_message ("%u worlds of %u histories from seed %u", n_worlds, RECORDS_EACH, seed);
  for (guint i = 0; i < n_worlds; i++)
    {
      live (seed + i);
      if (i % 100 == 99)
        g_test_message ("%u worlds", i + 1);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/worlds/random", test_worlds);
}

int
main (int argc, char **argv)
{
  /* What is tested is the order of things, not the disk. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", FALSE);

  return run_in_folder (&argc, &argv, add_tests);
}
