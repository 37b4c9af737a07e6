// SPDX-License-Identifier: GPL-3.0-or-later
/* How long from a pause in typing until the answer is durable, beside one bare SQLite FULL commit
 * of the same text in the same folder. Prints one JSON object; times are medians in milliseconds.
 */
#include "config.h"

#include "pal-dossier.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>

#define ROUNDS 400

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
median_ms (gint64 *times_us)
{
  qsort (times_us, ROUNDS, sizeof *times_us, compare_times);

  return times_us[ROUNDS / 2] / 1000.0;
}

static char *
make_text (guint round)
{
  GString *text = g_string_new (NULL);

  while (text->len < 200 + round * 7 % 3800)
    g_string_append_printf (text, "Law %u of 2020 covers the conduct. ", round);

  return g_string_free (text, FALSE);
}

static void
save_bare (sqlite3 *db, const char *text)
{
  sqlite3_stmt *statement = NULL;

  sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  sqlite3_prepare_v2 (db, "INSERT INTO answer (node, value) VALUES (?1, ?2)", -1, &statement, NULL);
  sqlite3_bind_text (statement, 1, "/data/a", -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, text, -1, SQLITE_STATIC);
  if (sqlite3_step (statement) != SQLITE_DONE)
    g_error ("the bare commit failed");
  sqlite3_finalize (statement);
  if (sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    g_error ("the bare commit failed");
}

static void
save_dossier (PalDossier *dossier, const char *record, guint round, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *node = g_strdup_printf ("/data/q%u", round);
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);

  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node, text));
  if (!pal_dossier_append (dossier, "Typing", changes, &error))
    g_error ("%s", error->message);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_strdup (argc > 1 ? argv[1] : ".");
  g_autofree char *path = g_build_filename (folder, "bench.palermo", NULL);
  g_autofree char *bare_path = g_build_filename (folder, "bare.db", NULL);
  g_autofree gint64 *ours = g_new (gint64, ROUNDS);
  g_autofree gint64 *bare = g_new (gint64, ROUNDS);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDossier) dossier = pal_dossier_create (path, NULL, &error);
  GPtrArray *made = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  sqlite3 *db = NULL;

  if (dossier == NULL)
    g_error ("%s", error->message);
  g_ptr_array_add (made, pal_change_new (PAL_CHANGE_RECORD_MADE, "r", NULL, "bench\t1"));
  if (!pal_dossier_append (dossier, "Bench", made, &error))
    g_error ("%s", error->message);

  if (sqlite3_open (bare_path, &db) != SQLITE_OK)
    g_error ("cannot open the bare database");
  sqlite3_exec (db,
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE answer (id INTEGER PRIMARY KEY, node TEXT, value TEXT);",
                NULL, NULL, NULL);

  /* Turn by turn, so that both see the same disk. */
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *text = make_text (i);
      gint64 start = g_get_monotonic_time ();

      save_bare (db, text);
      bare[i] = g_get_monotonic_time () - start;
      start = g_get_monotonic_time ();
      save_dossier (dossier, "r", i, text);
      ours[i] = g_get_monotonic_time () - start;
    }
  sqlite3_close (db);
  if (!pal_dossier_close (dossier, &error))
    g_error ("%s", error->message);

  g_print ("{\"save_ms\":%.3f,\"bare_ms\":%.3f}\n", median_ms (ours), median_ms (bare));

  return 0;
}
