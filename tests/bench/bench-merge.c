// SPDX-License-Identifier: GPL-3.0-or-later
/* How long it takes to bring logs together, beside bare SQLite that inserts the same rows under the
 * same indices after a SHA-256 of the same octets. Each prints one JSON object; times in
 * milliseconds.
 *
 *   bench-merge people FOLDER        20 people come back with 2,000 changes each
 *   bench-merge long FOLDER CHANGES  one log of that many; leaves FOLDER/long.palermo
 *   bench-merge node FOLDER CHANGES  one answer that was changed so often, and its last change
 * undone bench-merge open FOLDER          what is in FOLDER/long.palermo: opened, and its record
 * read bench-merge OTHER FOLDER         preview, history, rebuild, walk, file: the same dossier,
 * once
 */
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-walk.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define N_PEOPLE 20
#define N_CHANGES 2000
#define N_EDITS 5 /* of one answer, one after the other */
#define N_LONG_EDITS 20
#define N_SHARED 10 /* answers of one person that the next one edits too */
#define RECORD "11111111-2222-4333-8444-555555555555"

static const char *const words[]
    = { "the",      "law",    "covers",  "bribery", "of",       "foreign", "officials", "under",
        "article",  "twelve", "and",     "courts",  "may",      "order",   "return",    "proceeds",
        "since",    "reform", "judges",  "apply",   "it",       "widely",  "except",    "where",
        "treaties", "allow",  "another", "way",     "requests", "are",     "answered",  "quickly" };

/* --- a log that somebody could have written */

typedef struct
{
  GOutputStream *stream;
  GString *line;
  const char *author;
  const char *device;
  gint64 clock_us;
  guint32 random; /* the same in every run */
} Writer;

static guint
pick (Writer *writer, guint n)
{
  writer->random = writer->random * 1664525 + 1013904223;

  return (writer->random >> 8) % n;
}

static void
write_line (Writer *writer)
{
  g_string_append_c (writer->line, '\n');
  g_output_stream_write_all (writer->stream, writer->line->str, writer->line->len, NULL, NULL,
                             NULL);
  g_string_truncate (writer->line, 0);
}

/* -> id of the change; an act of its own, as typing makes it */
static char *
write_change (Writer *writer, const char *kind, const char *node, const char *parents,
              const char *text)
{
  g_autofree char *nonce = g_strdup_printf ("%08x-%08x", pick (writer, 1 << 24), writer->random);
  guint8 octets[16];
  g_autoptr (GBytes) salt = NULL;
  g_autofree char *salt_text = NULL;
  g_autofree char *act = NULL;
  g_autofree char *value = NULL;
  g_autofree char *escaped = g_strescape (text, NULL);
  char *id;
  PalLogChange change = { .kind = kind,
                          .record = RECORD,
                          .node = node,
                          .parents = parents,
                          .author = writer->author,
                          .device = writer->device,
                          .clock_us = writer->clock_us + 1 };

  for (gsize i = 0; i < sizeof octets; i++)
    octets[i] = pick (writer, 256);
  salt = g_bytes_new (octets, sizeof octets);
  salt_text = g_base64_encode (octets, sizeof octets);
  act = pal_dossier_log_digest_act (nonce, "Typing", writer->author, writer->device,
                                    writer->clock_us);
  value = pal_dossier_log_digest_value (salt, text);
  change.act = act;
  change.value = value;
  id = pal_dossier_log_digest_change (&change);
  g_string_append_printf (writer->line,
                          "{\"act\":\"%s\",\"nonce\":\"%s\",\"title\":\"Typing\",\"author\":\"%s\","
                          "\"device\":\"%s\",\"clock\":%" G_GINT64_FORMAT "}",
                          act, nonce, writer->author, writer->device, writer->clock_us);
  write_line (writer);
  g_string_append_printf (writer->line,
                          "{\"change\":\"%s\",\"kind\":\"%s\",\"record\":\"%s\",\"node\":\"%s\","
                          "\"value\":\"%s\",\"salt\":\"%s\",\"text\":\"%s\",\"parents\":\"%s\","
                          "\"clock\":%" G_GINT64_FORMAT "}",
                          id, kind, RECORD, node, value, salt_text, escaped, parents,
                          change.clock_us);
  write_line (writer);
  writer->clock_us += 2000;

  return id;
}

static void
write_head (Writer *writer)
{
  g_autofree char *made = NULL;

  g_string_append (writer->line,
                   "{\"format\":\"" PAL_DOSSIER_LOG_FORMAT "\",\"dossier\":\"bench\"}");
  write_line (writer);
  /* Everybody's log begins with what all had before they went. */
  writer->author = "Focal point";
  writer->device = "focal";
  writer->clock_us = G_GINT64_CONSTANT (1700000000000000);
  writer->random = 1;
  made = write_change (writer, "record-made", "", "", "bench\t1");
}

static void
write_answers (Writer *writer, guint first, guint n_nodes, guint n_edits)
{
  g_autoptr (GPtrArray) heads = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);

  g_ptr_array_set_size (heads, n_nodes);
  for (guint edit = 0; edit < n_edits; edit++)
    for (guint i = 0; i < n_nodes; i++)
      {
        guint node = first + i;
        g_autofree char *path = g_strdup_printf ("/bench/part%u/art%u/q%u/text", node / 400,
                                                 node / 20 % 20, node % 20);
        char *parent = g_ptr_array_index (heads, i);
        guint n_words = 8 + pick (writer, 24);

        g_string_truncate (text, 0);
        for (guint j = 0; j < n_words; j++)
          g_string_append_printf (text, "%s%s", j > 0 ? " " : "", words[pick (writer, 32)]);
        heads->pdata[i]
            = write_change (writer, "value", path, parent != NULL ? parent : "", text->str);
        g_free (parent);
      }
}

/* -> its path */
static char *
make_log (const char *folder, guint person, guint n_nodes, guint n_edits)
{
  g_autofree char *name = g_strdup_printf ("log-%u.jsonl", person);
  g_autofree char *author = g_strdup_printf ("Expert %u", person);
  g_autofree char *device = g_strdup_printf ("laptop-%u", person);
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) out
      = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL);
  g_autoptr (GOutputStream) stream
      = g_buffered_output_stream_new_sized (G_OUTPUT_STREAM (out), 1 << 16);
  g_autoptr (GString) line = g_string_new (NULL);
  Writer writer = { .stream = stream, .line = line };

  write_head (&writer);
  writer.author = author;
  writer.device = device;
  writer.random = person + 1;
  writer.clock_us += person;
  write_answers (&writer, n_nodes > N_SHARED ? person * (n_nodes - N_SHARED) : 0, n_nodes, n_edits);
  if (!g_output_stream_close (stream, NULL, NULL))
    g_error ("no place for the logs");

  return path;
}

/* --- what is measured */

static double
get_cpu_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0
         + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
}

static double
get_peak_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_maxrss / 1024.0;
}

/* --- ours */

static PalDossier *
create (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;

  g_unlink (path);
  dossier = pal_dossier_create (path, NULL, &error);
  if (dossier == NULL)
    g_error ("%s", error->message);

  return dossier;
}

static PalDossier *
open_long (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "long.palermo", NULL);
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);

  if (dossier == NULL)
    g_error ("%s", error->message);

  return dossier;
}

static void
close_dossier (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_close (dossier, &error))
    g_error ("%s", error->message);
  g_object_unref (dossier);
}

static guint64
merge (PalDossier *dossier, const char *path, PalMergeFlags flags)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalMergeReport) report
      = pal_dossier_merge_log (dossier, G_INPUT_STREAM (stream), flags, NULL, &error);

  if (report == NULL)
    g_error ("%s", error->message);

  return report->n_changes;
}

/* --- bare SQLite */

static const char *const tables[] = {
  "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000",
  "CREATE TABLE act (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, nonce TEXT NOT NULL, "
  "title TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL, clock INTEGER NOT NULL)",
  "CREATE TABLE change (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, act INTEGER NOT NULL, "
  "kind TEXT NOT NULL, record TEXT NOT NULL, node TEXT NOT NULL, row TEXT, value TEXT, "
  "parents TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL, clock INTEGER NOT NULL)",
  "CREATE INDEX change_node ON change (record, node)",
  "CREATE INDEX change_act ON change (act)",
  "CREATE TABLE value (change INTEGER PRIMARY KEY, salt BLOB, text TEXT)",
};

static const char *const inserts[] = {
  "INSERT INTO act (id, nonce, title, author, device, clock) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  "INSERT INTO change (id, act, kind, record, node, row, value, parents, author, device, clock) "
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
  "INSERT INTO value VALUES (?1, ?2, ?3)",
};

static void
insert (sqlite3 *db, sqlite3_stmt *stmt, const char *types, ...)
{
  va_list args;

  va_start (args, types);
  pal_sql_bind_valist (stmt, types, args);
  va_end (args);
  if (sqlite3_step (stmt) != SQLITE_DONE)
    g_error ("bare SQLite: %s", sqlite3_errmsg (db));
  sqlite3_reset (stmt);
}

/* The rows are in memory before the clock runs, and it digests the octets of the file. */
static gint64
insert_log_us (sqlite3 *db, const char *path, double *cpu_ms)
{
  double cpu_start;
  sqlite3_stmt *stmts[3];
  g_autoptr (GPtrArray) batches
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_log_batch_free);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  g_autoptr (PalLogPipe) pipe = pal_log_pipe_new (G_INPUT_STREAM (stream), NULL, NULL);
  g_autofree char *digest = NULL;
  g_autofree char *text = NULL;
  gint64 start, act = 0;
  PalLogBatch *batch;
  gsize length;

  while (pal_log_pipe_next (pipe, &batch, NULL) && batch != NULL)
    g_ptr_array_add (batches, batch);
  g_file_get_contents (path, &text, &length, NULL);

  cpu_start = get_cpu_ms ();
  start = g_get_monotonic_time ();
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, length);
  sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stmts); i++)
    sqlite3_prepare_v2 (db, inserts[i], -1, &stmts[i], NULL);
  for (guint i = 0; i < batches->len; i++)
    {
      GArray *items = ((PalLogBatch *) g_ptr_array_index (batches, i))->items;

      for (guint j = 0; j < items->len; j++)
        {
          const PalLogItem *item = &g_array_index (items, PalLogItem, j);
          const PalLogChange *change = &item->change;

          /* What all of them begin with is there already. */
          if (item->line <= 3 && sqlite3_total_changes (db) > 3)
            continue;
          if (item->kind == PAL_LOG_ACT)
            {
              insert (db, stmts[0], "sssssi", item->act.id, item->act.nonce, item->act.title,
                      item->act.author, item->act.device, item->act.clock_us);
              act = sqlite3_last_insert_rowid (db);
              continue;
            }
          insert (db, stmts[1], "sissssssssi", item->id, act, change->kind, change->record,
                  change->node, change->row, change->value, change->parents, change->author,
                  change->device, change->clock_us);
          insert (db, stmts[2], "ibs", (gint64) sqlite3_last_insert_rowid (db), item->salt,
                  item->text);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (stmts); i++)
    sqlite3_finalize (stmts[i]);
  if (sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    g_error ("bare SQLite could not commit");
  *cpu_ms += get_cpu_ms () - cpu_start;

  return g_get_monotonic_time () - start;
}

static sqlite3 *
create_bare (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "bare.db", NULL);
  sqlite3 *db;

  g_unlink (path);
  if (sqlite3_open (path, &db) != SQLITE_OK)
    g_error ("cannot open the bare database");
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (sqlite3_exec (db, tables[i], NULL, NULL, NULL) != SQLITE_OK)
      g_error ("bare SQLite: %s", sqlite3_errmsg (db));

  return db;
}

static void
bench_people (const char *folder)
{
  PalDossier *dossier = create (folder, "people.palermo");
  char *logs[N_PEOPLE];
  gint64 ours_us = 0, bare_us = 0;
  guint64 n_changes = 0;
  double cpu_ms = 0, bare_cpu_ms = 0, peak_mb;
  sqlite3 *db;

  for (guint i = 0; i < N_PEOPLE; i++)
    logs[i] = make_log (folder, i, N_CHANGES / N_EDITS, N_EDITS);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      gint64 start = g_get_monotonic_time ();
      double cpu_start = get_cpu_ms ();

      n_changes += merge (dossier, logs[i], PAL_MERGE_DEFAULT);
      ours_us += g_get_monotonic_time () - start;
      cpu_ms += get_cpu_ms () - cpu_start;
    }
  peak_mb = get_peak_mb ();
  close_dossier (dossier);

  db = create_bare (folder);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      bare_us += insert_log_us (db, logs[i], &bare_cpu_ms);
      g_free (logs[i]);
    }
  sqlite3_close (db);
  g_print ("{\"changes\":%" G_GUINT64_FORMAT ",\"merge_ms\":%.1f,\"cpu_ms\":%.1f,"
           "\"bare_ms\":%.1f,\"bare_cpu_ms\":%.1f,\"peak_mb\":%.1f}\n",
           n_changes, ours_us / 1000.0, cpu_ms, bare_us / 1000.0, bare_cpu_ms, peak_mb);
}

static void
bench_long (const char *folder, guint n_changes)
{
  PalDossier *dossier = create (folder, "long.palermo");
  g_autofree char *log = make_log (folder, 0, n_changes / N_LONG_EDITS, N_LONG_EDITS);
  gint64 start = g_get_monotonic_time ();
  double cpu_start = get_cpu_ms ();
  guint64 n = merge (dossier, log, PAL_MERGE_DEFAULT);
  gint64 end = g_get_monotonic_time ();

  g_print ("{\"changes\":%" G_GUINT64_FORMAT
           ",\"merge_ms\":%.1f,\"cpu_ms\":%.1f,\"peak_mb\":%.1f}\n",
           n, (end - start) / 1000.0, get_cpu_ms () - cpu_start, get_peak_mb ());
  close_dossier (dossier);
}

static void
bench_node (const char *folder, guint n_changes)
{
  PalDossier *dossier = create (folder, "node.palermo");
  g_autofree char *log = make_log (folder, 0, 1, n_changes);
  PalLogSpan span = { n_changes, G_MAXINT64 };
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  double start, merged;

  start = get_cpu_ms ();
  merge (dossier, log, PAL_MERGE_DEFAULT);
  merged = get_cpu_ms ();
  changes = pal_dossier_revert (dossier, &span, "Undo", NULL, &error);
  if (changes == NULL || changes->len != 1)
    g_error ("nothing was taken back");
  g_print ("{\"merge_ms\":%.1f,\"undo_ms\":%.1f,\"peak_mb\":%.1f}\n", merged - start,
           get_cpu_ms () - merged, get_peak_mb ());
  close_dossier (dossier);
}

static void
bench_open (const char *folder)
{
  gint64 start = g_get_monotonic_time ();
  PalDossier *dossier = open_long (folder);
  gint64 opened = g_get_monotonic_time ();
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, NULL, NULL);
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, RECORD, NULL);
  gint64 end = g_get_monotonic_time ();

  g_print ("{\"heads\":%u,\"open_ms\":%.1f,\"read_ms\":%.1f,\"peak_mb\":%.1f}\n", heads->len,
           (opened - start) / 1000.0, (end - start) / 1000.0, get_peak_mb ());
  close_dossier (dossier);
}

/* --- everything else that goes through the whole log */

static gboolean
count_cb (const PalChange *change, const char *before, gpointer user_data, GError **error)
{
  *(guint64 *) user_data += 1;

  return TRUE;
}

static guint64
run_other (PalDossier *dossier, const char *what, const char *folder)
{
  g_autoptr (GError) error = NULL;
  guint64 n = 0;
  gboolean ok = TRUE;

  if (g_str_equal (what, "preview"))
    {
      PalDossier *empty = create (folder, "empty.palermo");
      g_autofree char *log = g_build_filename (folder, "log-0.jsonl", NULL);

      n = merge (empty, log, PAL_MERGE_PREVIEW);
      close_dossier (empty);
    }
  else if (g_str_equal (what, "file"))
    {
      PalDossier *empty = create (folder, "empty.palermo");
      g_autofree char *path = g_build_filename (folder, "long.palermo", NULL);
      g_autoptr (PalMergeReport) report
          = pal_dossier_merge_file (empty, path, PAL_MERGE_DEFAULT, NULL, &error);

      ok = report != NULL;
      n = ok ? report->n_changes : 0;
      close_dossier (empty);
    }
  else if (g_str_equal (what, "walk"))
    ok = pal_dossier_walk_log (dossier, count_cb, &n, NULL, &error);
  else if (g_str_equal (what, "rebuild"))
    ok = pal_dossier_rebuild (dossier, NULL, &error);
  else if (g_str_equal (what, "undo"))
    {
      PalLogSpan span = { 1, G_MAXINT64 };
      g_autoptr (GPtrArray) changes = pal_dossier_revert (dossier, &span, "Undo", NULL, &error);

      ok = changes != NULL;
      n = ok ? changes->len : 0;
    }
  else
    g_error ("no such measure: %s", what);
  if (!ok)
    g_error ("%s: %s", what, error->message);

  return n;
}

static void
bench_other (const char *what, const char *folder)
{
  gboolean is_closed = g_str_equal (what, "file") || g_str_equal (what, "preview");
  PalDossier *dossier = is_closed ? NULL : open_long (folder);
  gint64 start = g_get_monotonic_time ();
  guint64 n = run_other (dossier, what, folder);

  g_print ("{\"n\":%" G_GUINT64_FORMAT ",\"ms\":%.1f,\"peak_mb\":%.1f}\n", n,
           (g_get_monotonic_time () - start) / 1000.0, get_peak_mb ());
  if (dossier != NULL)
    close_dossier (dossier);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "people"))
    bench_people (argv[2]);
  else if (argc == 4 && g_str_equal (argv[1], "long"))
    bench_long (argv[2], atoi (argv[3]));
  else if (argc == 4 && g_str_equal (argv[1], "node"))
    bench_node (argv[2], atoi (argv[3]));
  else if (argc == 3 && g_str_equal (argv[1], "open"))
    bench_open (argv[2]);
  else if (argc == 3)
    bench_other (argv[1], argv[2]);
  else
    return 64;

  return 0;
}
