// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-dossier-log"
#include "config.h"

#include "test-dossier-common.h"

#include "pal-purge.h"

/* --- the log */

static void
test_append (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) records = NULL;
  PalChange *newest;
  PalRecordInfo *info;
  PalDossier *dossier = create_with_record (path);

  pal_dossier_set_stint_ms (dossier, 0);
  pal_dossier_set_author (dossier, "Expert A");
  append (dossier, 'v', "/t/a", "one", 'v', "/t/b", "línea\nوثيقة 文");
  pal_dossier_set_author (dossier, "Expert B");
  append (dossier, 'v', "/t/a", "two");
  append (dossier, 'v', "/t/b", NULL);
  close_dossier (dossier);

  dossier = reopen (path);
  assert_heads (dossier, "v /t/a=two; v /t/b=(null)");
  assert_history (dossier, "/t/a", "v /t/a=two; v /t/a=one");
  assert_history (dossier, "/t/b", "v /t/b=(null); v /t/b=línea\nوثيقة 文");
  assert_history (dossier, "/t/never", "");

  changes = pal_dossier_read_history (dossier, RECORD, NULL, &error);
  g_assert_cmpuint (changes->len, ==, 5);
  newest = g_ptr_array_index (changes, 1);
  g_assert_cmpstr (newest->author, ==, "Expert B");
  g_assert_cmpuint (strlen (newest->id), ==, 64);
  g_assert_true (g_uuid_string_is_valid (newest->device));
  for (guint i = 1; i < changes->len; i++)
    g_assert_cmpint (((PalChange *) g_ptr_array_index (changes, i - 1))->clock_us, >,
                     ((PalChange *) g_ptr_array_index (changes, i))->clock_us);

  records = pal_dossier_list_records (dossier, "tiny", &error);
  g_assert_cmpuint (records->len, ==, 1);
  info = g_ptr_array_index (records, 0);
  g_assert_cmpstr (info->id, ==, RECORD);
  g_assert_cmpstr (info->form_version, ==, "1");
  g_assert_cmpint (info->changed_us, ==, ((PalChange *) g_ptr_array_index (changes, 0))->clock_us);
  g_clear_pointer (&records, g_ptr_array_unref);
  records = pal_dossier_list_records (dossier, "other", &error);
  g_assert_cmpuint (records->len, ==, 0);

  g_assert_null (pal_dossier_read_heads (dossier, "no-such-record", &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND);
  close_dossier (dossier);
  assert_sound (path);
}

/* An act is there whole or not at all. */
static void
test_atomic (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *long_value = g_strnfill (PAL_DOSSIER_MAX_VALUE_BYTES + 1, 'x');
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  PalDossier *dossier = create_with_record (path);

  append (dossier, 'v', "/t/a", "before");
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, RECORD, "/t/a", "after"));
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, "unknown-record", "/t/a", "x"));
  g_assert_false (pal_dossier_append (dossier, "Typing", changes, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_false (try_append (dossier, &error, 'v', "/t/a", "after", 'v', "/t/b", long_value, 0));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT);
  g_clear_error (&error);
  long_value[PAL_DOSSIER_MAX_VALUE_BYTES] = '\0';
  append (dossier, 'v', "/t/b", long_value);

  g_assert_false (try_append (dossier, &error, 'v', "/t/a", "\xff", 0));
  g_assert_nonnull (error);

  assert_history (dossier, "/t/a", "v /t/a=before");
  close_dossier (dossier);
  assert_sound (path);
}

static void
test_record_removed (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gboolean changed = TRUE;
  PalDossier *dossier = create_with_record (path);

  append (dossier, 'x', NULL, NULL);
  append (dossier, 'v', "/t/a", "written by somebody who did not know");
  records = pal_dossier_list_records (dossier, NULL, &error);
  g_assert_cmpuint (records->len, ==, 0);
  g_clear_pointer (&records, g_ptr_array_unref);
  records = pal_dossier_list_removed_records (dossier, "tiny", &error);
  g_assert_cmpuint (records->len, ==, 1);
  g_assert_cmpstr (((PalRecordInfo *) records->pdata[0])->id, ==, RECORD);
  g_clear_pointer (&records, g_ptr_array_unref);
  g_assert_true (pal_dossier_rebuild (dossier, &changed, &error));
  g_assert_false (changed);

  append (dossier, 'm', NULL, "tiny\t1");
  records = pal_dossier_list_removed_records (dossier, NULL, &error);
  g_assert_cmpuint (records->len, ==, 0);
  g_clear_pointer (&records, g_ptr_array_unref);
  records = pal_dossier_list_records (dossier, NULL, &error);
  g_assert_cmpuint (records->len, ==, 1);
  g_assert_true (pal_dossier_rebuild (dossier, &changed, &error));
  g_assert_false (changed);
  close_dossier (dossier);
  assert_sound (path);
}

/* --- one stint of typing */

static void
test_coalesce (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  PalDossier *dossier = create_with_record (path);

  append (dossier, 'v', "/t/a", "o");
  append (dossier, 'v', "/t/a", "on");
  append (dossier, 'v', "/t/a", "one");
  assert_history (dossier, "/t/a", "v /t/a=one");

  /* Another question in between ends it, although the node is the same again. */
  append (dossier, 'v', "/t/b", "x");
  append (dossier, 'v', "/t/a", "one more");
  assert_history (dossier, "/t/a", "v /t/a=one more; v /t/a=one");
  append (dossier, 'v', "/t/a", "one more time");
  assert_history (dossier, "/t/a", "v /t/a=one more time; v /t/a=one");

  /* Another person. */
  pal_dossier_set_author (dossier, "B");
  append (dossier, 'v', "/t/a", "by B");
  assert_history (dossier, "/t/a", "v /t/a=by B; v /t/a=one more time; v /t/a=one");

  /* An act of two goes on only when both are set again, and is never replaced in part. */
  append (dossier, 'v', "/t/c", "1", 'v', "/t/d", "1");
  append (dossier, 'v', "/t/c", "2");
  assert_history (dossier, "/t/c", "v /t/c=2; v /t/c=1");
  append (dossier, 'v', "/t/c", "3", 'v', "/t/d", "3");
  assert_history (dossier, "/t/c", "v /t/c=3; v /t/c=1");
  assert_history (dossier, "/t/d", "v /t/d=3; v /t/d=1");

  /* Rows are not typing. */
  append (dossier, '+', "/t/r[x]", NULL);
  append (dossier, 'v', "/t/r[x]/n", "1");
  append (dossier, '+', "/t/r[y]", "x");
  append (dossier, 'v', "/t/r[x]/n", "2");
  assert_history (dossier, "/t/r[x]/n", "v /t/r[x]/n=2; v /t/r[x]/n=1");

  /* What is known elsewhere stays. */
  g_assert_true (pal_dossier_mark_exported (dossier, &error));
  append (dossier, 'v', "/t/r[x]/n", "3");
  append (dossier, 'v', "/t/r[x]/n", "4");
  assert_history (dossier, "/t/r[x]/n", "v /t/r[x]/n=4; v /t/r[x]/n=2; v /t/r[x]/n=1");
  close_dossier (dossier);

  /* Also over a restart. */
  dossier = reopen (path);
  pal_dossier_set_author (dossier, "B");
  append (dossier, 'v', "/t/r[x]/n", "5");
  assert_history (dossier, "/t/r[x]/n", "v /t/r[x]/n=5; v /t/r[x]/n=2; v /t/r[x]/n=1");

  /* A pause ends it. */
  pal_dossier_set_stint_ms (dossier, 1);
  g_usleep (3000);
  append (dossier, 'v', "/t/r[x]/n", "6");
  assert_history (dossier, "/t/r[x]/n",
                  "v /t/r[x]/n=6; v /t/r[x]/n=5; v /t/r[x]/n=2; v /t/r[x]/n=1");

  all = pal_dossier_read_history (dossier, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 15);
  close_dossier (dossier);
  assert_sound (path);
}

/* --- rows */

static void
test_rows (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);

  append (dossier, '+', "/t/law[b]", NULL);
  append (dossier, 'v', "/t/law[b]/title", "B");
  append (dossier, '+', "/t/law[d]", "b");
  append (dossier, '+', "/t/law[c]", "b");  /* inserted before d */
  append (dossier, '+', "/t/law[a]", NULL); /* inserted at the beginning */
  append (dossier, '+', "/t/law[b]/ref[2]", NULL, '+', "/t/law[b]/ref[1]", NULL);
  append (dossier, 'v', "/t/law[b]/ref[1]/no", "7");
  append (dossier, 'v', "/t/law[d]/title", "D");
  assert_heads (dossier, "+ /t/law[a]=(null); + /t/law[b]=(null); + /t/law[c]=b; + /t/law[d]=b; "
                         "+ /t/law[b]/ref[1]=(null); + /t/law[b]/ref[2]=(null); "
                         "v /t/law[b]/title=B; v /t/law[b]/ref[1]/no=7; v /t/law[d]/title=D");

  /* With the row goes what is in it; those after it keep their place. */
  append (dossier, '-', "/t/law[b]", NULL);
  append (dossier, '+', "/t/law[e]", "d");
  assert_heads (dossier, "+ /t/law[a]=(null); + /t/law[c]=b; + /t/law[d]=b; + /t/law[e]=d; "
                         "v /t/law[d]/title=D");

  /* And comes back with it. */
  append (dossier, '+', "/t/law[b]", "a");
  assert_heads (dossier,
                "+ /t/law[a]=(null); + /t/law[b]=a; + /t/law[c]=b; + /t/law[d]=b; + /t/law[e]=d; "
                "+ /t/law[b]/ref[1]=(null); + /t/law[b]/ref[2]=(null); "
                "v /t/law[b]/title=B; v /t/law[b]/ref[1]/no=7; v /t/law[d]/title=D");
  close_dossier (dossier);
  assert_sound (path);
}

static PalRowAdded *
row_new (const char *path, const char *before, gint64 clock_us)
{
  PalRowAdded *row = g_new0 (PalRowAdded, 1);

  row->path = g_strdup (path);
  row->before = g_strdup (before);
  row->id = g_strdup (path);
  row->clock_us = clock_us;

  return row;
}

static void
test_row_order (void)
{
  const struct
  {
    const char *what;
    const char *rows; /* path<before@clock, separated by spaces */
    const char *expected;
  } cases[] = {
    { "nothing", "", "" },
    { "appended", "/r[a]<-@1 /r[b]<a@2 /r[c]<b@3", "/r[a] /r[b] /r[c]" },
    { "read in any order", "/r[c]<b@3 /r[a]<-@1 /r[b]<a@2", "/r[a] /r[b] /r[c]" },
    { "two people append after the same row", "/r[a]<-@1 /r[x]<a@5 /r[x2]<x@6 /r[y]<a@7",
      "/r[a] /r[y] /r[x] /r[x2]" },
    { "equal clocks", "/r[p]<-@1 /r[q]<-@1", "/r[q] /r[p]" },
    { "after an unknown row", "/r[a]<-@1 /r[b]<gone@2", "/r[b] /r[a]" },
    { "after itself", "/r[a]<a@1", "/r[a]" },
    { "in a ring", "/r[a]<b@1 /r[b]<a@2 /r[c]<-@3", "/r[c] /r[a] /r[b]" },
    { "outer before inner", "/r[a]/s[x]<-@1 /r[a]<-@2 /q[z]<-@3", "/q[z] /r[a] /r[a]/s[x]" },
    { "no brackets", "/r<-@1", "/r" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (pal_row_added_free);
      g_autoptr (GString) order = g_string_new (NULL);
      g_auto (GStrv) words = g_strsplit (cases[i].rows, " ", -1);

      for (guint j = 0; words[j] != NULL && *words[j] != '\0'; j++)
        {
          g_auto (GStrv) parts = g_strsplit_set (words[j], "<@", 3);

          g_ptr_array_add (rows, row_new (parts[0], *parts[1] == '-' ? NULL : parts[1],
                                          g_ascii_strtoll (parts[2], NULL, 10)));
        }
      pal_dossier_rows_sort (rows);
      for (guint j = 0; j < rows->len; j++)
        g_string_append_printf (order, "%s%s", j > 0 ? " " : "",
                                ((PalRowAdded *) g_ptr_array_index (rows, j))->path);
      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (order->str, ==, cases[i].expected);
    }
}

/* Ten thousand rows, each after the one before: no recursion, no square. */
static void
test_many_rows (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (pal_row_added_free);

  for (int i = 9999; i >= 0; i--)
    {
      g_autofree char *path = g_strdup_printf ("/r[%d]", i);
      g_autofree char *before = g_strdup_printf ("%d", i - 1);

      g_ptr_array_add (rows, row_new (path, before, i));
    }
  pal_dossier_rows_sort (rows);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *path = g_strdup_printf ("/r[%u]", i);

      g_assert_cmpstr (((PalRowAdded *) g_ptr_array_index (rows, i))->path, ==, path);
    }
}

/* --- rebuild */

static void
test_rebuild (void)
{
  const char *damages[] = {
    "DELETE FROM head",
    "DELETE FROM head WHERE node = '/t/a'",
    "UPDATE head SET change = (SELECT id FROM change ORDER BY clock LIMIT 1) WHERE node = '/t/a'",
    "INSERT INTO head VALUES ('nobody', '/t/z', 'nothing')",
    "INSERT INTO head SELECT record, node, id FROM change WHERE node = '/t/a'"
    " ON CONFLICT DO NOTHING",
    "DELETE FROM record",
    "UPDATE record SET removed = 1",
    "UPDATE record SET form = 'other', changed = 7",
    "INSERT INTO record VALUES ('ghost', 'tiny', '1', 1, 1, 0)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = fresh_path ();
      g_autoptr (GError) error = NULL;
      gboolean changed = TRUE;
      PalDossier *dossier = create_with_record (path);

      pal_dossier_set_stint_ms (dossier, 0);
      append (dossier, '+', "/t/r[x]", NULL, 'v', "/t/r[x]/n", "1");
      append (dossier, 'v', "/t/a", "1");
      append (dossier, 'v', "/t/a", "2");
      g_assert_true (pal_dossier_rebuild (dossier, &changed, &error));
      g_assert_no_error (error);
      g_assert_false (changed);
      close_dossier (dossier);

      tamper (path, damages[i]);
      g_assert_false (pal_dossier_check (path, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED);
      g_clear_error (&error);

      dossier = reopen (path);
      g_assert_true (pal_dossier_rebuild (dossier, &changed, &error));
      g_assert_no_error (error);
      g_assert_true (changed);
      assert_heads (dossier, "+ /t/r[x]=(null); v /t/r[x]/n=1; v /t/a=2");
      g_assert_true (pal_dossier_rebuild (dossier, &changed, &error));
      g_assert_false (changed);
      close_dossier (dossier);
      assert_sound (path);
    }
}

/* --- a log that is not what it says */

static void
test_altered (void)
{
  const struct
  {
    const char *what;
    const char *sql;
  } cases[] = {
    { "an answer", "UPDATE value SET text = 'no' WHERE text = 'yes'" },
    { "an answer emptied", "UPDATE value SET text = '' WHERE text = 'yes'" },
    { "an answer purged by half", "UPDATE value SET text = NULL WHERE text = 'yes'" },
    { "an answer without its salt", "UPDATE value SET salt = NULL WHERE text = 'yes'" },
    { "an answer gone", "DELETE FROM value WHERE text = 'yes'" },
    { "an answer that is no text", "UPDATE value SET text = x'ff00' WHERE text = 'yes'" },
    { "an answer with a NUL",
      "UPDATE value SET text = CAST (x'79657300ff' AS TEXT) WHERE text = 'yes'" },
    { "a value of nobody", "INSERT INTO value VALUES (999, x'00', 'y')" },
    { "an author", "UPDATE change SET author = 'Z' WHERE node = '/t/a'" },
    { "a time", "UPDATE change SET clock = clock + 1 WHERE node = '/t/a'" },
    { "a node", "UPDATE change SET node = '/t/b' WHERE node = '/t/a'" },
    { "a row", "UPDATE change SET row = 'z' WHERE node = '/t/a'" },
    { "a kind", "UPDATE change SET kind = 'row-added' WHERE node = '/t/a'" },
    { "an act's title", "UPDATE act SET title = 'Import'" },
    { "an act's clock", "UPDATE act SET clock = 0" },
    { "an act gone", "DELETE FROM act" },
    { "a change gone from the middle",
      "DELETE FROM change WHERE seq = (SELECT min (seq) FROM change WHERE node = '/t/a')" },
    { "the making of the record gone", "DELETE FROM change WHERE kind = 'record-made'" },
    { "a form", "UPDATE form SET source = x'00'" },
    { "an attachment's chunk", "UPDATE attachment_chunk SET data = x'00'" },
    { "an attachment's chunk gone", "DELETE FROM attachment_chunk" },
    { "an attachment's size", "UPDATE attachment SET size = size + 1" },
    { "an attachment's name", "UPDATE attachment_name SET name = '000000000000-x.txt'" },
    { "a trigger", "CREATE TRIGGER t AFTER INSERT ON change BEGIN DELETE FROM value; END" },
    { "a view", "CREATE VIEW v AS SELECT 1" },
    { "a table more", "CREATE TABLE more (x)" },
    { "a column more", "ALTER TABLE meta ADD COLUMN more TEXT" },
    { "an index less", "DROP INDEX change_act" },
    { "statistics", "ANALYZE" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = fresh_path ();
      g_autofree char *file = g_strdup_printf ("%s/evidence.txt", folder);
      g_autofree char *name = NULL;
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;
      PalDossier *dossier = create_with_record (path);

      g_assert_true (g_file_set_contents (file, "evidence", -1, NULL));
      pal_dossier_set_stint_ms (dossier, 0);
      append (dossier, 'v', "/t/a", "yes");
      append (dossier, 'v', "/t/a", "later");
      name = pal_dossier_attach_file (dossier, file, NULL, &error);
      g_assert_no_error (error);
      close_dossier (dossier);
      tamper (path, "INSERT INTO form VALUES ('f', '1', "
                    "'2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', 1, 'x')");
      tamper (path, "UPDATE form SET source = CAST ('x' AS BLOB)");
      assert_sound (path);

      tamper (path, cases[i].sql);
      before = fingerprint (path);
      g_test_message ("%s", cases[i].what);
      g_assert_false (pal_dossier_check (path, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED);
      after = fingerprint (path);
      g_assert_cmpstr (before, ==, after);
    }
}

/* --- purge */

static gboolean
file_has (const char *path, const char *needle)
{
  g_autofree char *content = NULL;
  gsize length;

  return g_file_get_contents (path, &content, &length, NULL)
         && memmem (content, length, needle, strlen (needle)) != NULL;
}

static void
test_purge (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  PalPurged *purged = NULL;
  PalDossier *dossier = create_with_record (path);

  pal_dossier_set_stint_ms (dossier, 0);
  append (dossier, 'v', "/t/name", "Witness-Alpha");
  append (dossier, 'v', "/t/name", "Witness-Beta");
  append (dossier, 'v', "/t/other", "stays");
  close_dossier (dossier);
  g_assert_true (file_has (path, "Witness-"));

  dossier = reopen (path);
  g_assert_true (pal_dossier_purge (dossier, RECORD, "/t/name", &purged, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (purged->n_texts, ==, 2);
  pal_purged_free (purged);
  assert_heads (dossier, "v /t/other=stays; v /t/name=(null)");
  changes = pal_dossier_read_history (dossier, RECORD, "/t/name", &error);
  g_assert_cmpuint (changes->len, ==, 3);
  g_assert_false (((PalChange *) g_ptr_array_index (changes, 0))->purged);
  g_assert_true (((PalChange *) g_ptr_array_index (changes, 1))->purged);
  g_assert_null (((PalChange *) g_ptr_array_index (changes, 1))->value);
  g_assert_true (((PalChange *) g_ptr_array_index (changes, 2))->purged);
  g_assert_false (file_has (path, "Witness-"));
  g_assert_false (file_has (wal, "Witness-"));
  close_dossier (dossier);
  assert_sound (path);
  g_assert_false (file_has (path, "Witness-"));

  dossier = reopen (path);
  g_assert_true (pal_dossier_purge (dossier, RECORD, NULL, &purged, &error));
  g_assert_cmpuint (purged->n_texts, ==, 1);
  g_assert_cmpuint (purged->n_copies + purged->n_removed + purged->unreached->len, ==, 0);
  pal_purged_free (purged);
  assert_heads (dossier, "v /t/name=(null); v /t/other=(null)");
  close_dossier (dossier);
  assert_sound (path);
}

/* --- async */

typedef struct
{
  GMainLoop *loop;
  PalDossier *dossier;
  int n_done;
  int order[3];
} Async;

static void
appended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_append_finish (PAL_DOSSIER (source), result, &error));
  g_assert_no_error (error);
  async->n_done++;
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_close_finish (PAL_DOSSIER (source), result, &error));
  g_assert_cmpint (async->n_done, ==, 20);
  g_main_loop_quit (async->loop);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  async->dossier = pal_dossier_open_finish (result, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *value = g_strdup_printf ("%d", i);
      GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);

      if (i == 0)
        g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, RECORD, NULL, "tiny\t1"));
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, RECORD, "/t/a", value));
      pal_dossier_append_async (async->dossier, "Typing", changes, appended_cb, async);
    }
  pal_dossier_close_async (async->dossier, closed_cb, async);
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (pal_dossier_open_finish (result, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS);
  g_main_loop_quit (async->loop);
}

static void
test_async (void)
{
  g_autofree char *path = fresh_path ();
  Async async = { .loop = g_main_loop_new (NULL, FALSE) };
  PalDossier *dossier;

  pal_dossier_create_async (path, NULL, opened_cb, &async);
  g_main_loop_run (async.loop);
  g_object_unref (async.dossier);
  pal_dossier_create_async (path, NULL, refused_cb, &async);
  g_main_loop_run (async.loop);
  g_main_loop_unref (async.loop);

  dossier = reopen (path);
  assert_heads (dossier, "v /t/a=19");
  close_dossier (dossier);
  assert_sound (path);
}

static void
add_tests (void)
{
  g_test_add_func ("/dossier-log/append", test_append);
  g_test_add_func ("/dossier-log/atomic", test_atomic);
  g_test_add_func ("/dossier-log/record-removed", test_record_removed);
  g_test_add_func ("/dossier-log/coalesce", test_coalesce);
  g_test_add_func ("/dossier-log/rows", test_rows);
  g_test_add_func ("/dossier-log/row-order", test_row_order);
  g_test_add_func ("/dossier-log/many-rows", test_many_rows);
  g_test_add_func ("/dossier-log/rebuild", test_rebuild);
  g_test_add_func ("/dossier-log/altered", test_altered);
  g_test_add_func ("/dossier-log/purge", test_purge);
  g_test_add_func ("/dossier-log/async", test_async);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
