// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-merge"
#include "config.h"

#include "pal-merge.h"
#include "pal-undo.h"
#include "test-dossier-common.h"

/* Two laptops and more with copies of one dossier. */

static char *
dup_log (PalDossier *dossier, const char *const *prefixes)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  pal_dossier_write_log (dossier, NULL, prefixes, stream, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);

  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

static PalMergeReport *
try_merge (PalDossier *dossier, const char *log, PalMergeFlags flags, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (log, -1, NULL);

  return pal_dossier_merge_log (dossier, stream, flags, NULL, error);
}

static PalMergeReport *
merge (PalDossier *into, PalDossier *from)
{
  g_autofree char *log = dup_log (from, NULL);
  g_autoptr (GError) error = NULL;
  PalMergeReport *report = try_merge (into, log, PAL_MERGE_DEFAULT, &error);

  g_assert_no_error (error);

  return report;
}

static void
exchange (PalDossier *a, PalDossier *b)
{
  g_autoptr (PalMergeReport) there = merge (b, a);
  g_autoptr (PalMergeReport) back = merge (a, b);
}

static char *
dup_conflicts (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) conflicts = pal_dossier_list_conflicts (dossier, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < conflicts->len; i++)
    {
      PalConflict *conflict = g_ptr_array_index (conflicts, i);

      g_string_append_printf (text, "%s%s %s (%s):", i > 0 ? "; " : "",
                              conflict->kind == PAL_CONFLICT_ROW ? "row" : "value", conflict->node,
                              conflict->original != NULL ? conflict->original : "");
      for (guint j = 0; j < conflict->heads->len; j++)
        {
          PalChange *change = g_ptr_array_index (conflict->heads, j);

          g_string_append_printf (text, " %s=%s", change->author,
                                  change->kind == PAL_CHANGE_ROW_REMOVED ? "removed"
                                  : change->value != NULL                ? change->value
                                                                         : "");
        }
    }

  return g_string_free (text, FALSE);
}

#define assert_conflicts(dossier, expected)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *are = dup_conflicts (dossier);                                                \
    g_assert_cmpstr (are, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

/* Two copies of a dossier in which something stands already. */
typedef struct
{
  char *paths[2];
  PalDossier *ana;
  PalDossier *ben;
} Pair;

static void
pair_begin (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    pair->paths[i] = fresh_path ();
  pair->ana = create_with_record (pair->paths[0]);
  pal_dossier_set_stint_ms (pair->ana, 0);
  pal_dossier_set_author (pair->ana, "Ana");
  append (pair->ana, 'v', "/t/a", "the law covers bribery");
  pair->ben = create (pair->paths[1]);
  pal_dossier_set_stint_ms (pair->ben, 0);
  pal_dossier_set_author (pair->ben, "Ben");
  exchange (pair->ana, pair->ben);
}

static void
pair_end (Pair *pair)
{
  close_dossier (pair->ana);
  close_dossier (pair->ben);
  for (guint i = 0; i < 2; i++)
    {
      assert_sound (pair->paths[i]);
      g_free (pair->paths[i]);
    }
}

static void
test_nothing_apart (void)
{
  Pair pair;
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (PalMergeReport) again = NULL;
  PalMergedNode *node;

  pair_begin (&pair);
  append (pair.ben, 'v', "/t/a", "the act covers bribery", 'v', "/t/b", "yes");
  report = merge (pair.ana, pair.ben);
  assert_heads (pair.ana, "v /t/a=the act covers bribery; v /t/b=yes");
  assert_conflicts (pair.ana, "");
  g_assert_cmpuint (report->n_acts, ==, 1);
  g_assert_cmpuint (report->n_changes, ==, 2);
  g_assert_cmpuint (report->n_known, ==, 2);
  g_assert_cmpuint (report->n_conflicts, ==, 0);
  g_assert_cmpstr (report->dossier, ==, pal_dossier_get_id (pair.ben));
  g_assert_cmpuint (report->authors->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (report->authors, 0), ==, "Ben");
  g_assert_cmpuint (report->nodes->len, ==, 2);
  node = g_ptr_array_index (report->nodes, 0);
  g_assert_cmpstr (node->node, ==, "/t/a");
  g_assert_cmpstr (node->before, ==, "the law covers bribery");
  g_assert_cmpstr (node->after, ==, "the act covers bribery");

  again = merge (pair.ana, pair.ben);
  g_assert_cmpuint (again->n_changes, ==, 0);
  g_assert_cmpuint (again->n_nodes, ==, 0);
  pair_end (&pair);
}

static void
test_joined (void)
{
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/a", "the act covers bribery");
  append (pair.ben, 'v', "/t/a", "the law covers bribery and fraud");
  exchange (pair.ana, pair.ben);
  assert_heads (pair.ana, "v /t/a=the act covers bribery and fraud");
  assert_heads (pair.ben, "v /t/a=the act covers bribery and fraud");
  assert_conflicts (pair.ana, "");

  /* Both go on from what they see, again apart. */
  append (pair.ana, 'v', "/t/a", "the new act covers bribery and fraud");
  append (pair.ben, 'v', "/t/a", "the act covers bribery and fraud in part");
  exchange (pair.ana, pair.ben);
  assert_heads (pair.ana, "v /t/a=the new act covers bribery and fraud in part");
  assert_heads (pair.ben, "v /t/a=the new act covers bribery and fraud in part");
  assert_conflicts (pair.ben, "");
  pair_end (&pair);
}

static void
test_conflict (void)
{
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/a", "the act covers bribery", 'v', "/t/b", "yes");
  append (pair.ben, 'v', "/t/a", "the code covers bribery", 'v', "/t/b", "no");
  exchange (pair.ana, pair.ben);
  /* Nobody's words are lost, and both see the same. */
  assert_heads (pair.ana, "v /t/a=the act covers bribery; v /t/b=yes; v /t/a=the code covers "
                          "bribery; v /t/b=no");
  assert_heads (pair.ben, "v /t/a=the act covers bribery; v /t/b=yes; v /t/a=the code covers "
                          "bribery; v /t/b=no");
  assert_conflicts (pair.ana, "value /t/a (the law covers bribery): Ana=the act covers bribery "
                              "Ben=the code covers bribery; value /t/b (): Ana=yes Ben=no");

  /* Setting it once more settles it, for both. */
  append (pair.ana, 'v', "/t/b", "no", 'v', "/t/a", "the code covers bribery");
  exchange (pair.ana, pair.ben);
  assert_conflicts (pair.ana, "");
  assert_conflicts (pair.ben, "");
  assert_heads (pair.ben, "v /t/b=no; v /t/a=the code covers bribery");
  pair_end (&pair);
}

/* Whatever was chosen, also what the node says already: taken back, it is open again, as it was. */
static void
test_undone_decision (void)
{
  static const char open[] = "value /t/a (the law covers bribery): Ana=the act covers bribery "
                             "Ben=the code covers bribery; value /t/b (): Ana=yes Ben=no";
  static const struct
  {
    const char *text;
    const char *choice;
  } decisions[] = { { "the code covers bribery", "no" }, { "the act covers bribery", "yes" } };

  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalUndone) undone = NULL;
      g_autoptr (PalUndone) redone = NULL;
      Pair pair;

      pair_begin (&pair);
      append (pair.ana, 'v', "/t/a", "the act covers bribery", 'v', "/t/b", "yes");
      append (pair.ben, 'v', "/t/a", "the code covers bribery", 'v', "/t/b", "no");
      exchange (pair.ana, pair.ben);
      append (pair.ana, 'v', "/t/a", decisions[i].text, 'v', "/t/b", decisions[i].choice);
      assert_conflicts (pair.ana, "");
      undone = pal_dossier_undo (pair.ana, PAL_UNDO_BACK, &error);
      g_assert_no_error (error);
      g_assert_nonnull (undone);
      assert_conflicts (pair.ana, open);
      exchange (pair.ana, pair.ben);
      assert_conflicts (pair.ben, open);
      redone = pal_dossier_undo (pair.ana, PAL_UNDO_FORTH, &error);
      g_assert_no_error (error);
      g_assert_nonnull (redone);
      exchange (pair.ana, pair.ben);
      assert_conflicts (pair.ana, "");
      assert_conflicts (pair.ben, "");
      pair_end (&pair);
    }
}

/* What a side said once more is followed by that, also where it still stood. */
static void
test_undone_agreement (void)
{
  g_autoptr (PalMergeReport) first = NULL;
  g_autoptr (PalMergeReport) second = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/b", "yes");
  append (pair.ben, 'v', "/t/b", "no");
  first = merge (pair.ana, pair.ben);
  append (pair.ben, 'v', "/t/b", "yes");
  second = merge (pair.ana, pair.ben);
  assert_conflicts (pair.ana, "");
  changes = pal_dossier_revert (pair.ana, &second->span, "Undo", NULL, &error);
  g_assert_no_error (error);
  assert_conflicts (pair.ana, "value /t/b (): Ana=yes Ben=yes Ben=no");
  pair_end (&pair);
}

/* Another conflict in the place of one is taken back to that. */
static void
test_undone_other_conflict (void)
{
  static const char open[] = "value /t/b (): Ana=yes Ben=no";
  g_autoptr (PalMergeReport) first = NULL;
  g_autoptr (PalMergeReport) second = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/b", "yes");
  append (pair.ben, 'v', "/t/b", "no");
  first = merge (pair.ana, pair.ben);
  assert_conflicts (pair.ana, open);
  append (pair.ben, 'v', "/t/b", "perhaps");
  second = merge (pair.ana, pair.ben);
  assert_conflicts (pair.ana, "value /t/b (): Ana=yes Ben=perhaps");
  changes = pal_dossier_revert (pair.ana, &second->span, "Undo", NULL, &error);
  g_assert_no_error (error);
  assert_conflicts (pair.ana, open);
  exchange (pair.ana, pair.ben);
  assert_conflicts (pair.ben, open);
  pair_end (&pair);
}

/* Somebody who never saw what the others started from does not take it from them by an undo. */
static void
test_undone_stranger (void)
{
  static const char open[]
      = "value /t/a (the law covers bribery): Ana= Ben=the code covers bribery";
  g_autofree char *path = fresh_path ();
  PalDossier *cem = create_with_record (path);
  g_autoptr (PalMergeReport) first = NULL;
  g_autoptr (PalMergeReport) second = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/a", NULL);
  append (pair.ben, 'v', "/t/a", "the code covers bribery");
  append (cem, 'v', "/t/a", "all of it");
  first = merge (pair.ana, pair.ben);
  assert_conflicts (pair.ana, open);
  second = merge (pair.ana, cem);
  changes = pal_dossier_revert (pair.ana, &second->span, "Undo", NULL, &error);
  g_assert_no_error (error);
  assert_conflicts (pair.ana, "value /t/a (the law covers bribery): Ana= "
                              "Ana=the code covers bribery");
  close_dossier (cem);
  pair_end (&pair);
}

/* Likewise of a row that one removed while the other wrote in it. */
static void
test_undone_decision_on_row (void)
{
  static const char open[] = "row /t/r[1] (): Ana=removed Ben=other";

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalUndone) undone = NULL;
      g_autoptr (PalUndone) redone = NULL;
      Pair pair;

      pair_begin (&pair);
      append (pair.ana, '+', "/t/r[1]", NULL, 'v', "/t/r[1]/x", "one");
      exchange (pair.ana, pair.ben);
      append (pair.ana, '-', "/t/r[1]", NULL);
      append (pair.ben, 'v', "/t/r[1]/x", "other");
      exchange (pair.ana, pair.ben);
      append (pair.ana, i == 0 ? '+' : '-', "/t/r[1]", NULL);
      assert_conflicts (pair.ana, "");
      undone = pal_dossier_undo (pair.ana, PAL_UNDO_BACK, &error);
      g_assert_no_error (error);
      assert_conflicts (pair.ana, open);
      exchange (pair.ana, pair.ben);
      assert_conflicts (pair.ben, open);
      redone = pal_dossier_undo (pair.ana, PAL_UNDO_FORTH, &error);
      g_assert_no_error (error);
      g_assert_nonnull (redone);
      exchange (pair.ana, pair.ben);
      assert_conflicts (pair.ben, "");
      pair_end (&pair);
    }
}

/* A record that one removed while the other brought it back, removed and undone. */
static void
test_undone_removal_of_record (void)
{
  g_autoptr (PalUndone) undone = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_begin (&pair);
  append (pair.ben, 'm', NULL, "tiny\t2");
  append (pair.ana, 'x', NULL, NULL);
  exchange (pair.ana, pair.ben);
  append (pair.ana, 'x', NULL, NULL);
  undone = pal_dossier_undo (pair.ana, PAL_UNDO_BACK, &error);
  g_assert_no_error (error);
  records = pal_dossier_list_records (pair.ana, NULL, &error);
  g_assert_cmpuint (records->len, ==, 1);
  g_assert_cmpstr (((PalRecordInfo *) g_ptr_array_index (records, 0))->form_version, ==, "2");
  pair_end (&pair);
}

/* Numbers, dates and names from a list are not put together from halves. */
static void
test_no_prose_is_no_join (void)
{
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/d", "2024-01-01");
  exchange (pair.ana, pair.ben);
  append (pair.ana, 'v', "/t/d", "2025-01-01");
  append (pair.ben, 'v', "/t/d", "2024-02-01");
  exchange (pair.ana, pair.ben);
  assert_conflicts (pair.ben, "value /t/d (2024-01-01): Ana=2025-01-01 Ben=2024-02-01");
  pair_end (&pair);
}

static void
test_same_change_twice (void)
{
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, 'v', "/t/b", "yes");
  append (pair.ben, 'v', "/t/b", "yes");
  exchange (pair.ana, pair.ben);
  assert_conflicts (pair.ana, "");
  assert_heads (pair.ana, "v /t/a=the law covers bribery; v /t/b=yes");
  pair_end (&pair);
}

static void
test_removed_row (void)
{
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, '+', "/t/r[1]", NULL, 'v', "/t/r[1]/x", "one", '+', "/t/r[2]", "1", 'v',
          "/t/r[2]/x", "two");
  exchange (pair.ana, pair.ben);
  append (pair.ana, '-', "/t/r[1]", NULL, '-', "/t/r[2]", NULL);
  append (pair.ben, 'v', "/t/r[2]/x", "two and more");
  exchange (pair.ana, pair.ben);

  /* What Ben wrote was not seen by Ana when she removed the row: it stays in sight. */
  assert_heads (pair.ana, "+ /t/r[2]=1; v /t/a=the law covers bribery; v /t/r[2]/x=two and more");
  assert_conflicts (pair.ben, "row /t/r[2] (): Ana=removed Ben=two and more");

  append (pair.ben, '-', "/t/r[2]", NULL);
  exchange (pair.ana, pair.ben);
  assert_heads (pair.ana, "v /t/a=the law covers bribery");
  assert_conflicts (pair.ana, "");
  pair_end (&pair);
}

static void
test_kept_row (void)
{
  Pair pair;

  pair_begin (&pair);
  append (pair.ana, '+', "/t/r[1]", NULL, 'v', "/t/r[1]/x", "one");
  exchange (pair.ana, pair.ben);
  append (pair.ana, '-', "/t/r[1]", NULL);
  append (pair.ben, 'v', "/t/r[1]/x", "other");
  exchange (pair.ana, pair.ben);
  append (pair.ana, '+', "/t/r[1]", NULL);
  exchange (pair.ana, pair.ben);
  assert_conflicts (pair.ben, "");
  assert_heads (pair.ben, "+ /t/r[1]=(null); v /t/a=the law covers bribery; v /t/r[1]/x=other");
  pair_end (&pair);
}

static void
test_preview_and_revert (void)
{
  Pair pair;
  g_autofree char *log = NULL;
  g_autofree char *before = NULL;
  g_autoptr (PalMergeReport) preview = NULL;
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) redone = NULL;
  g_autoptr (GError) error = NULL;
  PalLogSpan written;

  pair_begin (&pair);
  append (pair.ana, '+', "/t/r[1]", NULL, 'v', "/t/r[1]/x", "one");
  exchange (pair.ana, pair.ben);
  append (pair.ana, 'v', "/t/a", "the act covers bribery");
  append (pair.ben, 'v', "/t/a", "the law covers bribery and fraud", 'v', "/t/b", "yes", '-',
          "/t/r[1]", NULL, '+', "/t/r[2]", "1", 'v', "/t/r[2]/x", "two");
  before = heads (pair.ana);

  log = dup_log (pair.ben, NULL);
  preview = try_merge (pair.ana, log, PAL_MERGE_PREVIEW, &error);
  g_assert_no_error (error);
  assert_heads (pair.ana, before);
  report = try_merge (pair.ana, log, PAL_MERGE_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (preview->n_changes, ==, report->n_changes);
  g_assert_cmpuint (preview->nodes->len, ==, report->nodes->len);
  assert_heads (pair.ana, "+ /t/r[2]=1; v /t/a=the act covers bribery and fraud; v /t/b=yes; v "
                          "/t/r[2]/x=two");

  changes = pal_dossier_revert (pair.ana, &report->span, "Undo", &written, &error);
  g_assert_no_error (error);
  assert_heads (pair.ana, "+ /t/r[1]=(null); v /t/r[1]/x=one; v /t/a=the act covers bribery; v "
                          "/t/b=(null)");
  redone = pal_dossier_revert (pair.ana, &written, "Redo", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (redone->len, ==, changes->len);
  assert_heads (pair.ana, "+ /t/r[2]=1; v /t/r[2]/x=two; v /t/a=the act covers bribery and fraud; "
                          "v /t/b=yes");
  pair_end (&pair);
}

static void
test_sections (void)
{
  static const struct
  {
    const char *node;
    const char *prefix;
    gboolean is_meant;
  } cases[] = {
    { "", "/t/a", TRUE },
    { "/t/a", "/t/a", TRUE },
    { "/t/a/b", "/t/a", TRUE },
    { "/t/ab", "/t/a", FALSE },
    { "/t/b", "/t/a", FALSE },
    { "/t/r[1]/x", "/t/r", TRUE },
    { "/t/r[1]/x", "/t/r/x", TRUE },
    { "/t/r[1]", "/t/r/x", TRUE },
    { "/t/r[1]/y", "/t/r/x", FALSE },
    { "/t/r[1]/x", "/t/r[1]", TRUE },
    { "/t/r[2]/x", "/t/r[1]", FALSE },
    { "/t/r[1]/s[2]/x", "/t/r/s/x", TRUE },
    { "/t/r[1]/s[2]", "/t/r/x", FALSE },
    { "/t", "/t/a", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *prefixes[] = { cases[i].prefix, NULL };

      if (pal_dossier_transfer_is_meant (cases[i].node, prefixes) != cases[i].is_meant)
        g_error ("%s below %s", cases[i].node, cases[i].prefix);
    }
}

static void
test_lines (void)
{
  static const struct
  {
    const char *line;
    const char *text; /* (nullable): NULL: refused */
  } cases[] = {
    { "{\"text\":\"a\"}", "a" },
    { " { \"text\" : \"a\" , \"clock\" : -12 } \r", "a" },
    { "{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t" },
    { "{\"text\":\"\\u0041\\u00e9\\u6cd5\\ud83d\\ude00\"}", "A\u00e9\u6cd5\U0001f600" },
    { "{\"text\":\"\u6cd5 \u0642\"}", "\u6cd5 \u0642" },
    { "{\"other\":1.5e3,\"more\":[0],\"text\":\"a\"}", NULL },
    { "{\"other\":1.5e3,\"more\":true,\"no\":null,\"text\":\"a\"}", "a" },
    { "{\"text\":null}", "" },
    { "{\"text\":7}", "" },
    { "{}", "" },
    { "", NULL },
    { "{", NULL },
    { "{\"text\"}", NULL },
    { "{\"text\":\"a\"", NULL },
    { "{\"text\":\"a\"} x", NULL },
    { "{\"text\":\"a\",}", NULL },
    { "{\"text\":\"a\" \"clock\":1}", NULL },
    { "{\"text\":\"a\",\"text\":\"b\"}", NULL },
    { "{\"text\":\"a", NULL },
    { "{\"text\":\"a\\", NULL },
    { "{\"text\":\"\\x\"}", NULL },
    { "{\"text\":\"\\u12\"}", NULL },
    { "{\"text\":\"\\u0000\"}", NULL },
    { "{\"text\":\"\\ud83d\"}", NULL },
    { "{\"text\":\"\\ud83d\\u0041\"}", NULL },
    { "{\"text\":\"\\ude00\"}", NULL },
    { "{\"text\":\"a\tb\"}", NULL },
    { "{\"text\":\"\xff\"}", NULL },
    { "{\"text\":01}", NULL },
    { "{\"text\":-}", NULL },
    { "{\"text\":{\"text\":\"a\"}}", NULL },
    { "[\"text\"]", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = g_strdup (cases[i].line);
      PalLogMembers members;
      gboolean ok = pal_log_members_parse (&members, line, strlen (line));
      const char *text = members.texts[PAL_LOG_MEMBER_TEXT];

      if (ok != (cases[i].text != NULL) || (ok && g_strcmp0 (text ? text : "", cases[i].text) != 0))
        g_error ("%s: %s", cases[i].line, ok ? text : "refused");
      if (ok && text != NULL)
        {
          g_autoptr (GString) again = g_string_new (NULL);
          g_autofree char *kept = g_strdup (text);

          /* What is written is read as it was. */
          pal_log_members_add_text (again, PAL_LOG_MEMBER_TEXT, kept);
          pal_log_members_add_clock (again, G_MININT64);
          pal_log_members_end (again);
          g_assert_true (pal_log_members_parse (&members, again->str, again->len));
          g_assert_cmpstr (members.texts[PAL_LOG_MEMBER_TEXT], ==, kept);
          g_assert_true (members.has_clock);
          g_assert_cmpint (members.clock_us, ==, G_MININT64);
        }
    }
}

/* A log of a stranger. */
static void
test_hostile (void)
{
  Pair pair;
  g_autofree char *log = NULL;
  g_autofree char *before = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_refused = 0;

  pair_begin (&pair);
  append (pair.ben, 'v', "/t/a", "an answer of Ben's, long enough to be altered", '+', "/t/r[1]",
          NULL);
  append (pair.ben, 'v', "/t/a", "and again");
  log = dup_log (pair.ben, NULL);
  before = heads (pair.ana);

  /* Any octet that is altered, and any line that is missing where another needs it. */
  for (gsize i = 0; log[i] != '\0'; i++)
    {
      g_autofree char *altered = g_strdup (log);
      g_autoptr (PalMergeReport) report = NULL;
      g_autoptr (GError) error = NULL;

      altered[i] ^= 1;
      report = try_merge (pair.ana, altered, PAL_MERGE_PREVIEW, &error);
      n_refused += report == NULL;
      if (report == NULL)
        g_assert_nonnull (error);
    }
  /* What is not refused is what does not count: the id of the dossier, what is known already. */
  g_assert_cmpuint (n_refused, >, strlen (log) / 4);
  assert_heads (pair.ana, before);

  lines = g_strsplit (log, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr (GString) shorter = g_string_new (NULL);
      g_autoptr (PalMergeReport) report = NULL;
      g_autoptr (GError) error = NULL;

      for (guint j = 0; lines[j] != NULL && *lines[j] != '\0'; j++)
        if (j != i)
          g_string_append_printf (shorter, "%s\n", lines[j]);
      report = try_merge (pair.ana, shorter->str, PAL_MERGE_PREVIEW, &error);
      g_assert_true ((report == NULL) == (error != NULL));
      if (i == 0)
        g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN);
    }

  for (gsize length = 1; length < strlen (log); length += 7)
    {
      g_autofree char *cut = g_strndup (log, length);
      g_autoptr (PalMergeReport) report = NULL;
      g_autoptr (GError) error = NULL;

      report = try_merge (pair.ana, cut, PAL_MERGE_DEFAULT, &error);
      if (cut[length - 1] != '\n')
        g_assert_nonnull (error);
      if (report == NULL)
        assert_heads (pair.ana, before);
      else
        {
          g_free (before);
          before = heads (pair.ana);
        }
    }
  pair_end (&pair);
}

static void
test_clock_in_the_future (void)
{
  Pair pair;
  g_autoptr (PalMergeReport) report = NULL;

  pair_begin (&pair);
  pal_clock_observe (&pair.ben->clock, g_get_real_time () + 1000 * G_TIME_SPAN_DAY);
  append (pair.ben, 'v', "/t/a", "written tomorrow");
  report = merge (pair.ana, pair.ben);
  g_assert_true (report->clock_is_off);
  /* What follows it is newer, whatever the clocks say. */
  append (pair.ana, 'v', "/t/a", "written today");
  assert_heads (pair.ana, "v /t/a=written today");
  exchange (pair.ana, pair.ben);
  assert_heads (pair.ben, "v /t/a=written today");
  pair_end (&pair);
}

static void
test_file (void)
{
  Pair pair;
  g_autofree char *attached = g_build_filename (folder, "law.txt", NULL);
  g_autofree char *name = NULL;
  g_autofree char *fingerprint_before = NULL;
  g_autofree char *fingerprint_after = NULL;
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (GError) error = NULL;

  pair_begin (&pair);
  g_file_set_contents (attached, "The whole law.", -1, NULL);
  name = pal_dossier_attach_file (pair.ben, attached, NULL, &error);
  g_assert_no_error (error);
  append (pair.ben, 'v', "/t/file", name);
  close_dossier (pair.ben);

  fingerprint_before = fingerprint (pair.paths[1]);
  report = pal_dossier_merge_file (pair.ana, pair.paths[1], PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  fingerprint_after = fingerprint (pair.paths[1]);
  g_assert_cmpstr (fingerprint_before, ==, fingerprint_after);
  g_assert_cmpint (pal_dossier_get_attachment_size (pair.ana, name, &error), ==, 14);
  pair.ben = reopen (pair.paths[1]);
  pair_end (&pair);
}

/* A row that nobody saw, because the one around it is removed, does not bring that one back. */
static void
test_undo_in_removed_row (void)
{
  Pair pair;
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;

  pair_begin (&pair);
  append (pair.ana, '+', "/t/r[1]", NULL, '+', "/t/r[1]/r[2]", NULL);
  exchange (pair.ana, pair.ben);
  append (pair.ana, '-', "/t/r[1]", NULL);
  append (pair.ben, '-', "/t/r[1]/r[2]", NULL);
  report = merge (pair.ana, pair.ben);
  changes = pal_dossier_revert (pair.ana, &report->span, "Undo", NULL, &error);
  g_assert_no_error (error);
  assert_conflicts (pair.ana, "");
  assert_heads (pair.ana, "v /t/a=the law covers bribery");
  pair_end (&pair);
}

static void
add_tests (void)
{
  g_test_add_func ("/merge/undo-in-removed-row", test_undo_in_removed_row);
  g_test_add_func ("/merge/nothing-apart", test_nothing_apart);
  g_test_add_func ("/merge/joined", test_joined);
  g_test_add_func ("/merge/conflict", test_conflict);
  g_test_add_func ("/merge/undone-decision", test_undone_decision);
  g_test_add_func ("/merge/undone-agreement", test_undone_agreement);
  g_test_add_func ("/merge/undone-other-conflict", test_undone_other_conflict);
  g_test_add_func ("/merge/undone-stranger", test_undone_stranger);
  g_test_add_func ("/merge/undone-decision-on-row", test_undone_decision_on_row);
  g_test_add_func ("/merge/undone-removal-of-record", test_undone_removal_of_record);
  g_test_add_func ("/merge/no-prose-is-no-join", test_no_prose_is_no_join);
  g_test_add_func ("/merge/same-change-twice", test_same_change_twice);
  g_test_add_func ("/merge/removed-row", test_removed_row);
  g_test_add_func ("/merge/kept-row", test_kept_row);
  g_test_add_func ("/merge/preview-and-revert", test_preview_and_revert);
  g_test_add_func ("/merge/sections", test_sections);
  g_test_add_func ("/merge/lines", test_lines);
  g_test_add_func ("/merge/hostile", test_hostile);
  g_test_add_func ("/merge/clock-in-the-future", test_clock_in_the_future);
  g_test_add_func ("/merge/file", test_file);
}

int
main (int argc, char **argv)
{
  /* What is tested is the order of things, not the disk. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", FALSE);

  return run_in_folder (&argc, &argv, add_tests);
}
