// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "test-dossier-common.h"

#include "pal-away.h"
#include "pal-backup-private.h"

#include <sys/wait.h>

/* Backups: made while others write, opened and counted, sorted out by hours, days and weeks; back
 * to what one says; what can be saved of a damaged file. */

#define HOUR G_TIME_SPAN_HOUR
#define DAY G_TIME_SPAN_DAY
#define START (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static PalBackup *
back_up (PalDossier *dossier, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  PalBackup *made = NULL;

  g_assert_true (
      pal_dossier_back_up_at (dossier, PAL_BACK_UP_DEFAULT, now_us, &made, NULL, &error));
  g_assert_no_error (error);

  return made;
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n_files = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n_files++;

  return n_files;
}

static void
test_made (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *beside = pal_backup_dup_folder (path);
  PalDossier *dossier = create_with_record (path);
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  PalBackup *found;

  append (dossier, 'v', "/tiny/name", "first");
  made = back_up (dossier, START);
  g_assert_nonnull (made);
  g_assert_true (made->is_beside);
  g_assert_true (g_str_has_prefix (made->path, beside));
  g_assert_true (g_str_has_suffix (made->path, " 2026-09-21 14.13.20 UTC.palermo"));
  g_assert_cmpint (made->n_changes, ==, 2);
  g_assert_cmpint (made->n_records, ==, 1);
  g_assert_true (pal_dossier_check (made->path, NULL, &error));
  g_assert_no_error (error);

  /* Nothing new: no second one. Nothing half lies about. */
  g_assert_null (back_up (dossier, START + HOUR));
  g_assert_cmpuint (count_files (beside), ==, 1);

  /* Typing that replaces what was typed a moment ago would leave the backup with a text of its own;
   * so it goes on behind it. */
  append (dossier, 'v', "/tiny/name", "second");
  pal_backup_free (g_steal_pointer (&made));
  made = back_up (dossier, START + 2 * HOUR);
  g_assert_nonnull (made);
  g_assert_cmpint (made->n_changes, ==, 3);

  list = pal_backup_list (path, pal_dossier_get_id (dossier));
  g_assert_cmpuint (list->len, ==, 2);
  found = g_ptr_array_index (list, 0);
  g_assert_cmpstr (found->path, ==, made->path);
  g_assert_cmpint (found->made_us, ==, made->made_us);
  g_assert_cmpint (found->size_bytes, ==, made->size_bytes);
  g_assert_true (found->is_sound);
  g_assert_cmpint (found->kept & PAL_KEPT_NEWEST, ==, PAL_KEPT_NEWEST);

  /* Only when the last one is old; a clock that was set back does not put it off. */
  append (dossier, 'v', "/tiny/name", "third");
  pal_backup_free (g_steal_pointer (&made));
  g_assert_true (pal_dossier_back_up_at (dossier, PAL_BACK_UP_IF_OLD, START + 3 * HOUR - 1, &made,
                                         NULL, &error));
  g_assert_null (made);
  g_assert_true (
      pal_dossier_back_up_at (dossier, PAL_BACK_UP_IF_OLD, START + 3 * HOUR, &made, NULL, &error));
  g_assert_nonnull (made);
  append (dossier, 'v', "/tiny/name", "fourth");
  pal_backup_free (g_steal_pointer (&made));
  g_assert_true (
      pal_dossier_back_up_at (dossier, PAL_BACK_UP_IF_OLD, START - DAY, &made, NULL, &error));
  g_assert_nonnull (made);
  close_dossier (dossier);
}

/* Several within a second, then one after the clock was set back: the last one made is always
 * there, and holds the last word. */
static void
test_last_stays (void)
{
  const gint64 times[] = { 0, 0, 0, 0, -1, -120, 0 };
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (PalBackup) made = NULL;
      g_autoptr (GError) error = NULL;

      append (dossier, 'v', "/tiny/name", text);
      made = back_up (dossier, START + 1800 * G_USEC_PER_SEC + times[i] * G_USEC_PER_SEC);
      g_assert_nonnull (made);
      pal_dossier_check (made->path, NULL, &error);
      g_assert_no_error (error);
    }
  close_dossier (dossier);
}

/* Rows: how far apart, how many, which reasons to stay are expected of how many. */
static void
test_sorted_out (void)
{
  const struct
  {
    gint64 step_us;
    guint n_made;
    guint n_kept;
  } cases[] = {
    { G_TIME_SPAN_MINUTE, 30, 1 },
    { HOUR, 6, 6 },
    /* Counted from 23:30: six hours of today, six days before, and the Sunday of two more weeks. */
    { HOUR, 24 * 20, 6 + 6 + 2 },
    { DAY, 7, 7 },
    { DAY, 100, 7 + 4 },
    { 7 * DAY, 3, 3 },
    { 7 * DAY, 30, 7 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) backups
          = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_backup_free);
      /* Sunday, 2026-09-27 23:30 UTC */
      gint64 newest_us = G_GINT64_CONSTANT (1790551800) * G_USEC_PER_SEC;
      guint n_kept = 0;

      for (guint j = 0; j < cases[i].n_made; j++)
        {
          PalBackup *backup = g_new0 (PalBackup, 1);

          backup->made_us = newest_us - j * cases[i].step_us;
          backup->is_sound = TRUE;
          g_ptr_array_add (backups, backup);
        }
      pal_backup_sort_out (backups);
      for (guint j = 0; j < backups->len; j++)
        n_kept += ((PalBackup *) g_ptr_array_index (backups, j))->kept != 0;
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (n_kept, ==, cases[i].n_kept);
    }
}

/* Whatever is damaged, the newest sound one stays, and what is damaged never takes its place. */
static void
test_newest_sound_stays (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *beside = pal_backup_dup_folder (path);
  g_autofree char *stranger = g_build_filename (beside, "notes.txt", NULL);
  PalDossier *dossier = create_with_record (path);
  g_autoptr (GPtrArray) list = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (PalBackup) made = NULL;

      append (dossier, 'v', "/tiny/name", text);
      made = back_up (dossier, START + i * HOUR);
      g_assert_nonnull (made);
      if (i == 38)
        g_assert_true (g_file_set_contents (made->path, "torn", 4, NULL));
      if (i == 0)
        g_assert_true (g_file_set_contents (stranger, "mine", 4, NULL));
    }
  list = pal_backup_list (path, pal_dossier_get_id (dossier));
  for (guint i = 0; i < list->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (list, i);

      g_assert_cmpint (backup->is_sound, ==, i != 1);
      g_assert_cmpint (backup->kept != 0, ==, i != 1);
    }
  /* Six hours, the day before, the damaged one; and what somebody put there. */
  g_assert_cmpuint (list->len, ==, 8);
  g_assert_cmpuint (count_files (beside), ==, list->len + 1);
  close_dossier (dossier);
}

typedef struct
{
  GMainLoop *loop;
  PalBackup *made;
  GError *error;
} Waiting;

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;

  pal_dossier_back_up_finish (PAL_DOSSIER (source), result, &waiting->made, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static gboolean
type_cb (gpointer dossier)
{
  static guint number;
  g_autofree char *text = g_strdup_printf ("%u", number++);

  append (dossier, 'v', "/tiny/name", text);

  return G_SOURCE_CONTINUE;
}

/* The copy takes in what is written while it is made. */
static void
test_while_typing (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *long_text = g_strnfill (2 << 20, 'x');
  PalDossier *dossier = create_with_record (path);
  Waiting waiting = { g_main_loop_new (NULL, FALSE) };
  g_autoptr (GError) error = NULL;
  guint source;

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *node = g_strdup_printf ("/tiny/long%u", i);

      append (dossier, 'v', node, long_text);
    }
  source = g_idle_add (type_cb, dossier);
  for (guint i = 0; i < 3; i++)
    {
      pal_dossier_back_up_async (dossier, PAL_BACK_UP_DEFAULT, NULL, made_cb, &waiting);
      g_main_loop_run (waiting.loop);
      g_assert_no_error (waiting.error);
      g_assert_nonnull (waiting.made);
      pal_dossier_check (waiting.made->path, NULL, &error);
      g_assert_no_error (error);
      g_clear_pointer (&waiting.made, pal_backup_free);
    }
  g_source_remove (source);

  /* Closing in the middle ends it; the dossier is closed, and nothing half is left. */
  append (dossier, 'v', "/tiny/name", "the end");
  pal_dossier_back_up_async (dossier, PAL_BACK_UP_DEFAULT, NULL, made_cb, &waiting);
  g_usleep (2000);
  g_assert_true (pal_dossier_close (dossier, &error));
  g_assert_no_error (error);
  g_main_loop_run (waiting.loop);
  if (waiting.made == NULL)
    g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&waiting.error);
  g_clear_pointer (&waiting.made, pal_backup_free);
  g_object_unref (dossier);
  g_main_loop_unref (waiting.loop);
  g_assert_true (pal_dossier_check (path, NULL, &error));
  g_assert_no_error (error);
}

/* Where nothing can be put beside the dossier, and where nothing fits. */
static void
test_no_place (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *beside = pal_backup_dup_folder (path);
  g_autofree char *long_text = g_strnfill (1 << 20, 'x');
  PalDossier *dossier = create_with_record (path);
  struct rlimit limit, before;
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;

  /* A file of that name stands for a folder that cannot be written: root may write anywhere. */
  g_assert_true (g_file_set_contents (beside, "", 0, NULL));
  made = back_up (dossier, START);
  g_assert_nonnull (made);
  g_assert_false (made->is_beside);
  list = pal_backup_list (path, pal_dossier_get_id (dossier));
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_null (back_up (dossier, START + DAY));
  g_unlink (beside);

  append (dossier, 'v', "/tiny/name", long_text);
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 200 << 10;
  setrlimit (RLIMIT_FSIZE, &limit);
  g_assert_false (pal_dossier_back_up_at (dossier, PAL_BACK_UP_DEFAULT, START, NULL, NULL, &error));
  setrlimit (RLIMIT_FSIZE, &before);
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  append (dossier, 'v', "/tiny/name", "typing goes on");
  close_dossier (dossier);
}

/* --- restore */

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* What is there and says something, whenever it was written; rows in their order. */
static char *
state (PalDossier *dossier)
{
  g_autoptr (GPtrArray) all = pal_dossier_read_heads (dossier, RECORD, NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GString *text = g_string_new (NULL);

  g_assert_nonnull (all);
  for (guint i = 0; i < all->len; i++)
    {
      const PalChange *head = g_ptr_array_index (all, i);

      if (head->kind == PAL_CHANGE_ROW_ADDED)
        g_string_append_printf (text, "%s\n", head->node);
      else if (head->value != NULL && *head->value != '\0')
        g_ptr_array_add (lines, g_strdup_printf ("%s=%s", head->node, head->value));
    }
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\n", (char *) g_ptr_array_index (lines, i));

  return g_string_free (text, FALSE);
}

static PalRestoreReport *
restore (PalDossier *dossier, const char *backup, PalMergeFlags flags)
{
  g_autoptr (GError) error = NULL;
  PalRestoreReport *report = pal_dossier_restore (dossier, backup, flags, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (report);

  return report;
}

static void
test_restore (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (PalRestoreReport) preview = NULL;
  g_autoptr (PalRestoreReport) report = NULL;
  g_autoptr (PalRestoreReport) again = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autofree char *then = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  PalDossierFigures figures, figures_now;

  append (dossier, 'v', "/tiny/name", "old", '+', "/tiny/law[a]", NULL, 'v', "/tiny/law[a]/title",
          "kept", 'v', "/tiny/other", "same");
  then = state (dossier);
  made = back_up (dossier, START);
  append (dossier, 'v', "/tiny/name", "new", 'v', "/tiny/more", "added");
  append (dossier, '-', "/tiny/law[a]", NULL, '+', "/tiny/law[b]", NULL, 'v', "/tiny/law[b]/title",
          "later");
  before = state (dossier);
  g_assert_true (pal_dossier_get_figures (dossier, &figures, NULL));

  preview = restore (dossier, made->path, PAL_MERGE_PREVIEW);
  g_assert_cmpint (preview->n_only_here, ==, 5);
  g_assert_cmpint (preview->n_only_there, ==, 0);
  /* name, more, the row that comes back with its title, the row that goes */
  g_assert_cmpuint (preview->nodes->len, ==, 5);
  after = state (dossier);
  g_assert_cmpstr (after, ==, before);

  report = restore (dossier, made->path, PAL_MERGE_DEFAULT);
  g_clear_pointer (&after, g_free);
  after = state (dossier);
  g_assert_cmpstr (after, ==, then);
  g_assert_nonnull (strstr (after, "/tiny/name=old"));
  g_assert_nonnull (strstr (after, "/tiny/law[a]/title=kept"));
  g_assert_null (strstr (after, "/tiny/more"));
  g_assert_true (pal_dossier_get_figures (dossier, &figures_now, NULL));
  g_assert_cmpint (figures_now.n_acts, ==, figures.n_acts + 1);
  again = restore (dossier, made->path, PAL_MERGE_DEFAULT);
  g_assert_cmpuint (again->nodes->len, ==, 0);

  /* One act; taking it back is one more. */
  changes = pal_dossier_revert (dossier, &report->span, "Undo", NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&after, g_free);
  after = state (dossier);
  g_assert_cmpstr (after, ==, before);
  close_dossier (dossier);
}

/* The file was lost, and an older copy stands in its place: the backup brings back what it had. */
static void
test_restore_what_was_lost (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);
  g_autoptr (PalBackup) old = NULL;
  g_autoptr (PalBackup) newer = NULL;
  g_autoptr (PalRestoreReport) report = NULL;
  g_autofree char *then = NULL;
  g_autofree char *after = NULL;
  g_autofree char *content = NULL;
  gsize length;

  append (dossier, 'v', "/tiny/name", "one");
  old = back_up (dossier, START);
  append (dossier, 'v', "/tiny/name", "two", 'v', "/tiny/more", "much");
  then = state (dossier);
  newer = back_up (dossier, START + HOUR);
  close_dossier (dossier);
  g_assert_true (g_file_get_contents (old->path, &content, &length, NULL));
  g_assert_true (g_file_set_contents (path, content, length, NULL));

  dossier = reopen (path);
  append (dossier, 'v', "/tiny/name", "three");
  report = restore (dossier, newer->path, PAL_MERGE_DEFAULT);
  g_assert_cmpint (report->n_only_there, ==, 2);
  g_assert_cmpint (report->n_only_here, ==, 1);
  after = state (dossier);
  g_assert_cmpstr (after, ==, then);
  close_dossier (dossier);
}

static void
test_restore_refused (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *other_path = fresh_path ();
  g_autofree char *torn = fresh_path ();
  PalDossier *dossier = create_with_record (path);
  PalDossier *other = create_with_record (other_path);
  g_autoptr (GError) error = NULL;

  close_dossier (other);
  g_assert_null (pal_dossier_restore (dossier, other_path, PAL_MERGE_DEFAULT, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (torn, "SQLite format 3", 16, NULL));
  g_assert_null (pal_dossier_restore (dossier, torn, PAL_MERGE_DEFAULT, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED);
  close_dossier (dossier);
}

/* Random histories: whichever backup is restored, the dossier says what it said then, and after
 * taking that back what it said before. */
static void
test_restore_random (void)
{
  for (guint seed = 1; seed <= 6; seed++)
    {
      g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
      g_autofree char *path = fresh_path ();
      PalDossier *dossier = create_with_record (path);
      g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      gboolean is_there[4] = { FALSE };

      for (guint i = 0; i < 40; i++)
        {
          guint row = g_rand_int_range (chance, 0, 4);
          g_autofree char *row_path = g_strdup_printf ("/tiny/law[%u]", row);
          g_autofree char *title = g_strdup_printf ("/tiny/law[%u]/title", row);
          g_autofree char *name = g_strdup_printf ("/tiny/n%d", g_rand_int_range (chance, 0, 5));
          g_autofree char *text = g_strdup_printf ("text %u", i);

          switch (g_rand_int_range (chance, 0, 5))
            {
            case 0:
              append (dossier, '+', row_path, NULL, 'v', title, text);
              is_there[row] = TRUE;
              break;
            case 1:
              if (is_there[row])
                append (dossier, '-', row_path, NULL);
              is_there[row] = FALSE;
              break;
            case 2:
              append (dossier, 'v', name, NULL);
              break;
            default:
              append (dossier, 'v', name, text);
              if (is_there[row])
                append (dossier, 'v', title, text);
              break;
            }
          if (i % 8 == 7)
            {
              g_autoptr (PalBackup) made = back_up (dossier, START + i * HOUR);

              g_assert_nonnull (made);
              g_ptr_array_add (states, state (dossier));
              g_ptr_array_add (paths, g_strdup (made->path));
            }
        }
      for (guint i = 0; i < 6; i++)
        {
          guint which = g_rand_int_range (chance, 0, paths->len);
          g_autofree char *before = state (dossier);
          g_autofree char *after = NULL;
          g_autoptr (PalRestoreReport) report
              = restore (dossier, g_ptr_array_index (paths, which), PAL_MERGE_DEFAULT);
          g_autoptr (PalRestoreReport) rest
              = restore (dossier, g_ptr_array_index (paths, which), PAL_MERGE_PREVIEW);
          gboolean changed = TRUE;

          g_test_message ("seed %u, restore %u", seed, i);
          g_assert_cmpuint (rest->nodes->len, ==, 0);
          g_assert_true (pal_dossier_rebuild (dossier, &changed, NULL));
          g_assert_false (changed);
          if (i % 2 == 0)
            {
              g_autoptr (GPtrArray) changes
                  = pal_dossier_revert (dossier, &report->span, "Undo", NULL, NULL);

              after = state (dossier);
              g_assert_nonnull (changes);
              g_assert_cmpstr (after, ==, before);
            }
          else
            {
              after = state (dossier);
              g_assert_cmpstr (after, ==, g_ptr_array_index (states, which));
            }
        }
      close_dossier (dossier);
    }
}

/* --- a damaged file */

static void
test_salvage (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *to = fresh_path ();
  PalDossier *dossier = create_with_record (path);
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (PalSalvage) salvage = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_autofree char *says = NULL;
  g_autofree char *content = NULL;
  g_autofree char *kept = NULL;
  gsize length;

  append (dossier, 'v', "/tiny/name", "in the backup");
  made = back_up (dossier, START);
  append (dossier, 'v', "/tiny/name", "after the backup");
  append (dossier, 'v', "/tiny/more", "this too");
  said = state (dossier);
  close_dossier (dossier);

  /* The first page: no program opens it any more; the header says nonsense about its length. */
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  content[length - 1] ^= 0x55;
  g_assert_true (g_file_set_contents (path, content, length - 1, NULL));
  g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED);
  g_clear_error (&error);

  salvage = pal_backup_salvage (path, to, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (salvage->backup, ==, made->path);
  g_assert_cmpint (salvage->n_recovered, ==, 2);
  g_assert_true (pal_dossier_check (to, NULL, &error));
  g_assert_no_error (error);
  dossier = reopen (to);
  says = state (dossier);
  g_assert_cmpstr (says, ==, said);
  close_dossier (dossier);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpmem (kept, length - 1, content, length - 1);

  /* The name is taken now. */
  pal_salvage_free (g_steal_pointer (&salvage));
  salvage = pal_backup_salvage (path, to, NULL, &error);
  g_assert_null (salvage);
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS);
}

/* Wherever a page is torn: never a crash, always at least what the backup had, and a sound file. */
static void
test_salvage_torn (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);
  g_autoptr (PalBackup) made = NULL;
  g_autofree char *content = NULL;
  gsize length;

  append (dossier, 'v', "/tiny/name", "in the backup");
  made = back_up (dossier, START);
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *node = g_strdup_printf ("/tiny/n%u", i);

      append (dossier, 'v', node, "a text that takes some space, so that there are some pages");
    }
  close_dossier (dossier);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));

  for (gsize page = 0; page * 4096 < length; page++)
    {
      g_autofree char *torn = g_memdup2 (content, length);
      g_autofree char *to = fresh_path ();
      g_autoptr (PalSalvage) salvage = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *says = NULL;

      memset (torn + page * 4096, 0x5a, 4096);
      g_assert_true (g_file_set_contents (path, torn, length, NULL));
      salvage = pal_backup_salvage (path, to, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (salvage->n_recovered, <=, 60);
      g_assert_true (pal_dossier_check (to, NULL, &error));
      g_assert_no_error (error);
      dossier = reopen (to);
      says = state (dossier);
      g_assert_nonnull (strstr (says, "in the backup"));
      close_dossier (dossier);
    }
}

/* --- after a kill */

/* A child writes and is killed; what is found then is what was acknowledged. */
static void
test_recovered (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);
  PalRecovered recovered;
  g_autoptr (GPtrArray) nodes = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autofree char *after = NULL;
  g_autofree char *before = NULL;
  g_autoptr (GError) error = NULL;
  PalMergedNode *node;
  int status;
  pid_t child;

  append (dossier, 'v', "/tiny/name", "before");
  g_assert_true (pal_dossier_mark_exported (dossier, NULL));
  g_assert_false (pal_dossier_get_recovered (dossier, &recovered));
  before = state (dossier);
  close_dossier (dossier);

  child = fork ();
  if (child == 0)
    {
      dossier = reopen (path);
      append (dossier, 'v', "/tiny/name", "typed");
      append (dossier, '+', "/tiny/law[a]", NULL, 'v', "/tiny/law[a]/title", "added");
      kill (getpid (), SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));

  dossier = reopen (path);
  g_assert_true (pal_dossier_get_recovered (dossier, &recovered));
  g_assert_cmpint (recovered.n_changes, ==, 3);
  g_assert_cmpint (ABS (recovered.newest_us - g_get_real_time ()), <, G_TIME_SPAN_MINUTE);
  nodes = pal_dossier_compare_span (dossier, &recovered.span, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nodes->len, ==, 3);
  node = g_ptr_array_index (nodes, 2);
  g_assert_cmpstr (node->node, ==, "/tiny/name");
  g_assert_cmpstr (node->before, ==, "before");
  g_assert_cmpstr (node->after, ==, "typed");
  changes
      = pal_dossier_revert (dossier, &recovered.span, "Recovered answers taken back", NULL, &error);
  g_assert_no_error (error);
  after = state (dossier);
  g_assert_cmpstr (after, ==, before);
  close_dossier (dossier);

  /* Typing on in the same stint replaces what is in the file: it is found all the same. */
  dossier = reopen (path);
  g_assert_false (pal_dossier_get_recovered (dossier, &recovered));
  append (dossier, 'v', "/tiny/name", "beginn");
  close_dossier (dossier);
  child = fork ();
  if (child == 0)
    {
      dossier = reopen (path);
      append (dossier, 'v', "/tiny/name", "beginning");
      kill (getpid (), SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  dossier = reopen (path);
  g_assert_true (pal_dossier_get_recovered (dossier, &recovered));
  g_assert_cmpint (recovered.n_changes, ==, 1);
  close_dossier (dossier);
}

/* --- purged texts */

static guint
count_with (const char *place, const char *needle)
{
  g_autoptr (GDir) dir = g_dir_open (place, 0, NULL);
  const char *name;
  guint n_with = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (place, name, NULL);
      g_autofree char *content = NULL;
      gsize length;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        n_with += count_with (path, needle);
      else if (g_file_get_contents (path, &content, &length, NULL)
               && memmem (content, length, needle, strlen (needle)) != NULL)
        n_with++;
    }

  return n_with;
}

/* Octet by octet: what was purged stands in no backup any more, and what stays is as it was. */
static void
test_purged (void)
{
  g_autofree char *place = g_build_filename (folder, "purged", NULL);
  g_autofree char *path = g_build_filename (place, "a.palermo", NULL);
  g_autofree char *before = g_build_filename (place, "a-before-2.palermo", NULL);
  g_autofree char *beside = pal_backup_dup_folder (path);
  g_autofree char *broken = NULL;
  g_autoptr (GPtrArray) backups = NULL;
  g_autoptr (PalPurged) purged = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *copied = NULL;
  g_autofree char *half = NULL;
  g_autofree char *content = NULL;
  g_autofree char *long_text = g_strnfill (20000, 'x');
  g_autofree char *secret = g_strconcat ("Witness-Alpha ", long_text, NULL);
  PalDossier *dossier;
  gsize length;

  g_mkdir (place, 0700);
  dossier = create_with_record (path);
  pal_dossier_set_stint_ms (dossier, 0);
  append (dossier, 'v', "/tiny/name", secret);
  append (dossier, 'v', "/tiny/more", "stays-here");
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *text = g_strdup_printf ("Witness-Beta %u", i);
      g_autoptr (PalBackup) made = NULL;

      append (dossier, 'v', "/tiny/name", text);
      made = back_up (dossier, START + i * HOUR);
      g_assert_nonnull (made);
    }
  copied = pal_dossier_copy_into (dossier, place, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (copied, before), ==, 0);
  broken = pal_backup_dup_name (path, START + 30 * HOUR);
  g_assert_true (g_file_get_contents (before, &content, &length, NULL));
  g_clear_pointer (&copied, g_free);
  copied = g_build_filename (beside, broken, NULL);
  g_assert_true (g_file_set_contents (copied, content, length / 2, NULL));
  half = g_build_filename (beside, ".a.palermo.part-ABCDEF", NULL);
  g_assert_true (g_file_set_contents (half, content, length / 2, NULL));
  g_assert_cmpuint (count_with (place, "Witness-"), >=, 7);

  g_assert_true (pal_dossier_purge (dossier, RECORD, "/tiny/name", &purged, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (purged->n_texts, ==, 5);
  g_assert_cmpuint (purged->n_copies, ==, 5);
  g_assert_cmpuint (purged->n_removed, ==, 1);
  g_assert_cmpuint (purged->unreached->len, ==, 0);
  g_assert_cmpuint (count_with (place, "Witness-"), ==, 0);
  g_assert_false (g_file_test (half, G_FILE_TEST_EXISTS));

  backups = pal_backup_list (path, pal_dossier_get_id (dossier));
  g_assert_cmpuint (backups->len, ==, 4);
  for (guint i = 0; i < backups->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (backups, i);
      g_autoptr (PalRestoreReport) report = NULL;

      pal_dossier_check (backup->path, NULL, &error);
      g_assert_no_error (error);
      /* To go back to it brings no text back. */
      report = pal_dossier_restore (dossier, backup->path, PAL_MERGE_DEFAULT, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (report->nodes->len, ==, 0);
    }
  pal_dossier_check (before, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_with (place, "Witness-"), ==, 0);
  g_assert_cmpuint (count_with (place, "stays-here"), >=, 6);
  close_dossier (dossier);
  assert_sound (path);
}

/* A purge that was killed before it came to the backups: the next backup does the rest. And where
 * nothing can be written, it is said. */
static void
test_purged_late (void)
{
  g_autofree char *place = g_build_filename (folder, "late", NULL);
  g_autofree char *path = g_build_filename (place, "a.palermo", NULL);
  g_autofree char *beside = pal_backup_dup_folder (path);
  g_autofree char *hidden = g_build_filename (place, "hidden", NULL);
  PalDossier *dossier;
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (PalPurged) purged = NULL;
  g_autoptr (GError) error = NULL;

  g_mkdir (place, 0700);
  dossier = create_with_record (path);
  pal_dossier_set_stint_ms (dossier, 0);
  append (dossier, 'v', "/tiny/name", "Witness-Gamma");
  made = back_up (dossier, START);
  g_assert_cmpint (g_rename (beside, hidden), ==, 0);
  g_assert_true (pal_dossier_purge (dossier, RECORD, "/tiny/name", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (hidden, beside), ==, 0);
  g_assert_cmpuint (count_with (place, "Witness-"), ==, 1);

  if (geteuid () != 0)
    {
      g_assert_cmpint (g_chmod (beside, 0500), ==, 0);
      g_assert_true (pal_dossier_purge (dossier, RECORD, "/tiny/name", &purged, &error));
      g_assert_cmpuint (purged->n_copies, ==, 0);
      g_assert_cmpuint (purged->unreached->len, ==, 1);
      g_assert_cmpstr (g_ptr_array_index (purged->unreached, 0), ==, made->path);
      g_assert_cmpint (g_chmod (beside, 0700), ==, 0);
    }
  pal_backup_free (g_steal_pointer (&made));
  made = back_up (dossier, START + HOUR);
  g_assert_nonnull (made);
  g_assert_cmpuint (count_with (place, "Witness-"), ==, 0);
  close_dossier (dossier);
}

/* --- on a stick */

static void
test_away (void)
{
  g_autofree char *stick = g_build_filename (folder, "stick", NULL);
  g_autofree char *pulled = g_build_filename (folder, "pulled", NULL);
  g_autofree char *origin = g_build_filename (stick, "a.palermo", NULL);
  g_autofree char *copy = NULL;
  g_autofree char *says = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;
  gboolean was_left;

  g_mkdir (stick, 0700);
  dossier = create_with_record (origin);
  append (dossier, 'v', "/tiny/name", "from the stick");
  close_dossier (dossier);

  copy = pal_away_begin (origin, &was_left, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (was_left);
  dossier = reopen (copy);
  append (dossier, 'v', "/tiny/more", "here");
  g_assert_true (pal_away_bring_back (dossier, origin, NULL, &error));
  g_assert_no_error (error);
  assert_sound (origin);
  append (dossier, 'v', "/tiny/more", "typed without the stick");

  /* Pulled: said, nothing lost; and found the next time, with what was written there meanwhile. */
  g_assert_cmpint (g_rename (stick, pulled), ==, 0);
  g_assert_false (pal_away_bring_back (dossier, origin, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  close_dossier (dossier);
  g_assert_cmpint (g_rename (pulled, stick), ==, 0);
  dossier = reopen (origin);
  append (dossier, 'v', "/tiny/theirs", "by another");
  close_dossier (dossier);

  g_clear_pointer (&copy, g_free);
  copy = pal_away_begin (origin, &was_left, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (was_left);
  dossier = reopen (copy);
  says = state (dossier);
  g_assert_nonnull (strstr (says, "typed without the stick"));
  g_assert_nonnull (strstr (says, "by another"));
  g_assert_true (pal_away_bring_back (dossier, origin, NULL, &error));
  g_assert_no_error (error);
  close_dossier (dossier);
  pal_away_end (origin);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_clear_pointer (&says, g_free);
  dossier = reopen (origin);
  says = state (dossier);
  g_assert_nonnull (strstr (says, "typed without the stick"));
  g_assert_nonnull (strstr (says, "by another"));
  close_dossier (dossier);
  g_assert_cmpuint (count_files (stick), ==, 1);
  g_unlink (origin);
  g_rmdir (stick);
}

static guint64
get_inode (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);

  return info.st_ino;
}

/* On a disk of this computer the file itself; on a stick a copy, that goes back when there is
 * anything new, and not else. */
static void
test_away_open (void)
{
  g_autofree char *stick = g_build_filename (folder, "stick", NULL);
  g_autofree char *pulled = g_build_filename (folder, "pulled", NULL);
  g_autofree char *origin = g_build_filename (stick, "a.palermo", NULL);
  g_autofree char *table = g_build_filename (folder, "mountinfo", NULL);
  g_autofree char *text = g_strdup_printf ("31 1 8:17 / %s rw - vfat /dev/sdb1 rw\n", stick);
  g_autofree char *mark = NULL;
  g_autofree char *says = NULL;
  PalMergeReport *merged = NULL;
  PalDossier *dossier;
  gboolean is_away;
  guint64 inode;
  g_autoptr (GError) error = NULL;

  g_mkdir (stick, 0700);
  dossier = create_with_record (origin);
  append (dossier, 'v', "/tiny/name", "from the stick");
  close_dossier (dossier);
  dossier = pal_away_open (origin, &is_away, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (is_away);
  g_assert_cmpstr (pal_dossier_get_path (dossier), ==, origin);
  close_dossier (dossier);

  g_assert_true (g_file_set_contents (table, text, -1, NULL));
  g_setenv ("PALERMO_MOUNTINFO", table, TRUE);
  dossier = pal_away_open (origin, &is_away, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (is_away);
  g_assert_cmpstr (pal_dossier_get_path (dossier), !=, origin);
  append (dossier, 'v', "/tiny/more", "here");
  g_assert_true (pal_away_bring_back_new (dossier, origin, &mark, &merged, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (merged);
  inode = get_inode (origin);
  g_assert_true (pal_away_bring_back_new (dossier, origin, &mark, &merged, NULL, &error));
  g_assert_cmpuint (get_inode (origin), ==, inode);

  /* An empty folder where the stick was is no place to write. */
  g_assert_cmpint (g_rename (stick, pulled), ==, 0);
  g_mkdir (stick, 0700);
  g_unsetenv ("PALERMO_MOUNTINFO");
  g_assert_false (pal_away_bring_back_new (dossier, origin, &mark, &merged, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (stick), ==, 0);
  g_rmdir (stick);
  append (dossier, 'v', "/tiny/name", "without the stick");
  close_dossier (dossier);

  /* Without the stick what was left is opened; with it, all comes together. */
  g_assert_true (pal_away_is_left (origin));
  dossier = pal_away_open (origin, &is_away, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (is_away);
  g_assert_cmpint (g_rename (pulled, stick), ==, 0);
  {
    PalDossier *theirs = reopen (origin);

    append (theirs, 'v', "/tiny/theirs", "by another");
    close_dossier (theirs);
  }
  g_assert_true (pal_away_bring_back_new (dossier, origin, &mark, &merged, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (merged);
  g_assert_cmpuint (merged->n_changes, ==, 1);
  pal_merge_report_free (merged);
  close_dossier (dossier);
  pal_away_end (origin);
  g_assert_false (pal_away_is_left (origin));
  dossier = reopen (origin);
  says = state (dossier);
  g_assert_nonnull (strstr (says, "without the stick"));
  g_assert_nonnull (strstr (says, "by another"));
  g_assert_nonnull (strstr (says, "here"));
  close_dossier (dossier);
  g_unlink (origin);
  g_rmdir (stick);
}

/* Another stick may have another dossier under the same name: neither gets anything of the other.
 */
static void
test_away_other (void)
{
  g_autofree char *stick = g_build_filename (folder, "stick", NULL);
  g_autofree char *origin = g_build_filename (stick, "a.palermo", NULL);
  g_autofree char *copy = NULL;
  g_autofree char *says = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;
  gboolean is_away;

  g_mkdir (stick, 0700);
  dossier = create_with_record (origin);
  append (dossier, 'v', "/tiny/name", "of this country");
  close_dossier (dossier);
  copy = pal_away_begin (origin, NULL, NULL, &error);
  g_assert_no_error (error);
  g_unlink (origin);
  dossier = create_with_record (origin);
  append (dossier, 'v', "/tiny/name", "of another country");
  close_dossier (dossier);

  g_assert_null (pal_away_open (origin, &is_away, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN);
  g_clear_error (&error);
  dossier = reopen (copy);
  g_assert_false (pal_away_bring_back (dossier, origin, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN);
  close_dossier (dossier);
  dossier = reopen (origin);
  says = state (dossier);
  g_assert_nonnull (strstr (says, "of another country"));
  g_assert_null (strstr (says, "of this country"));
  close_dossier (dossier);
  pal_away_end (origin);
  g_unlink (origin);
  g_rmdir (stick);
}

typedef struct
{
  const char *stick;
  const char *theirs;
  const char *origin;
  int stop;
  gboolean done;
} Colleague;

/* Puts a file there as soon as another computer has begun to write its own. */
static gpointer
put_in_thread (gpointer data)
{
  Colleague *colleague = data;

  while (!g_atomic_int_get (&colleague->stop))
    if (count_files (colleague->stick) > 1)
      {
        colleague->done = g_rename (colleague->theirs, colleague->origin) == 0;
        return NULL;
      }

  return NULL;
}

/* A colleague's computer brings its copy to the network folder, and gives it up, while this one
 * does: nothing of it is replaced. */
static void
test_away_meanwhile (void)
{
  g_autofree char *stick = g_build_filename (folder, "stick", NULL);
  g_autofree char *origin = g_build_filename (stick, "a.palermo", NULL);
  g_autofree char *theirs = g_build_filename (folder, "theirs.palermo", NULL);
  g_autofree char *copy = NULL;
  g_autofree char *says = NULL;
  g_autoptr (GFile) from = g_file_new_for_path (origin);
  g_autoptr (GFile) to = g_file_new_for_path (theirs);
  g_autoptr (GError) error = NULL;
  Colleague colleague = { stick, theirs, origin, 0, FALSE };
  PalDossier *dossier;
  GThread *thread;

  g_mkdir (stick, 0700);
  dossier = create_with_record (origin);
  close_dossier (dossier);
  g_assert_true (g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error));
  dossier = reopen (theirs);
  append (dossier, 'v', "/tiny/theirs", "by another");
  close_dossier (dossier);
  copy = pal_away_begin (origin, NULL, NULL, &error);
  g_assert_no_error (error);
  dossier = reopen (copy);
  append (dossier, 'v', "/tiny/more", "here");

  thread = g_thread_new ("colleague", put_in_thread, &colleague);
  while (!pal_away_bring_back (dossier, origin, NULL, &error))
    {
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
      g_clear_error (&error);
    }
  g_atomic_int_set (&colleague.stop, 1);
  g_thread_join (thread);
  g_assert_true (pal_away_bring_back (dossier, origin, NULL, &error));
  close_dossier (dossier);
  dossier = reopen (origin);
  says = state (dossier);
  g_assert_nonnull (strstr (says, "here"));
  if (colleague.done)
    g_assert_nonnull (strstr (says, "by another"));
  close_dossier (dossier);
  pal_away_end (origin);
  g_unlink (origin);
  g_unlink (theirs);
  g_rmdir (stick);
}

static void
add_tests (void)
{
  g_test_add_func ("/backup/away", test_away);
  g_test_add_func ("/backup/away-open", test_away_open);
  g_test_add_func ("/backup/away-other", test_away_other);
  g_test_add_func ("/backup/away-meanwhile", test_away_meanwhile);
  g_test_add_func ("/backup/recovered", test_recovered);
  g_test_add_func ("/backup/purged", test_purged);
  g_test_add_func ("/backup/purged-late", test_purged_late);
  g_test_add_func ("/backup/made", test_made);
  g_test_add_func ("/backup/last-stays", test_last_stays);
  g_test_add_func ("/backup/sorted-out", test_sorted_out);
  g_test_add_func ("/backup/newest-sound-stays", test_newest_sound_stays);
  g_test_add_func ("/backup/while-typing", test_while_typing);
  g_test_add_func ("/backup/no-place", test_no_place);
  g_test_add_func ("/backup/restore", test_restore);
  g_test_add_func ("/backup/restore-what-was-lost", test_restore_what_was_lost);
  g_test_add_func ("/backup/restore-refused", test_restore_refused);
  g_test_add_func ("/backup/restore-random", test_restore_random);
  g_test_add_func ("/backup/salvage", test_salvage);
  g_test_add_func ("/backup/salvage-torn", test_salvage_torn);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);

  return run_in_folder (&argc, &argv, add_tests);
}
