// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-dossier"
#include "config.h"

#include "test-dossier-common.h"

/* --- create, open, close, meta */

static void
test_create (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = create (path);

  g_assert_true (g_uuid_string_is_valid (pal_dossier_get_id (dossier)));
  g_assert_cmpstr (pal_dossier_get_path (dossier), ==, path);
  g_assert_false (pal_dossier_is_read_only (dossier));
  g_assert_true (pal_dossier_set_meta (dossier, "title", "Cluster I", &error));
  g_assert_true (pal_dossier_set_meta (dossier, "gone", "x", &error));
  g_assert_true (pal_dossier_set_meta (dossier, "gone", NULL, &error));
  id = g_strdup (pal_dossier_get_id (dossier));
  close_dossier (dossier);
  assert_sound (path);

  g_assert_null (pal_dossier_create (path, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS);
  g_clear_error (&error);

  dossier = reopen (path);
  g_assert_cmpstr (pal_dossier_get_id (dossier), ==, id);
  title = pal_dossier_get_meta (dossier, "title");
  g_assert_cmpstr (title, ==, "Cluster I");
  g_assert_null (pal_dossier_get_meta (dossier, "gone"));

  /* After closing nothing is done any more, and nothing crashes. */
  g_assert_true (pal_dossier_close (dossier, &error));
  g_assert_true (pal_dossier_close (dossier, &error));
  g_assert_false (pal_dossier_set_meta (dossier, "title", "x", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_object_unref (dossier);

  g_clear_error (&error);
  g_assert_null (pal_dossier_create ("/nowhere/at/all.palermo", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Dropped without closing: the lock must be gone all the same. */
static void
test_drop (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create_with_record (path);

  append (dossier, 'v', "/t/a", "kept");
  g_object_unref (dossier);

  dossier = reopen (path);
  assert_heads (dossier, "v /t/a=kept");
  close_dossier (dossier);
}

/* --- files that are refused, and stay as they are */

static void
write_header (const char *path, gsize offset, const char *bytes, gsize length)
{
  FILE *file = g_fopen (path, "r+b");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
make_empty (const char *path)
{
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
make_text (const char *path)
{
  g_assert_true (g_file_set_contents (path, "Dear colleague,\n", -1, NULL));
}

static void
make_foreign (const char *path)
{
  tamper (path, "CREATE TABLE bookmarks (url TEXT)");
}

static void
make_dossier (const char *path)
{
  PalDossier *dossier = create_with_record (path);
  g_autofree char *text = g_strnfill (30000, 'x');

  append (dossier, 'v', "/t/a", text);
  close_dossier (dossier);
}

static void
make_newer (const char *path)
{
  make_dossier (path);
  tamper (path, "CREATE TABLE from_the_future (x); PRAGMA user_version = 99");
}

/* A newer program was killed before its version came from the log into the file. */
static void
make_newer_in_log (const char *path)
{
  g_autofree char *other = fresh_path ();
  g_autofree char *other_wal = g_strconcat (other, "-wal", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *content = NULL;
  gsize length;
  sqlite3 *db = NULL;

  make_dossier (other);
  g_assert_cmpint (sqlite3_open (other, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db, "PRAGMA wal_autocheckpoint=0; PRAGMA user_version = 99", NULL, NULL, NULL),
      ==, SQLITE_OK);
  g_assert_true (g_file_get_contents (other, &content, &length, NULL));
  g_assert_true (g_file_set_contents (path, content, length, NULL));
  g_clear_pointer (&content, g_free);
  g_assert_true (g_file_get_contents (other_wal, &content, &length, NULL));
  g_assert_cmpint (length, >, 0);
  g_assert_true (g_file_set_contents (wal, content, length, NULL));
  sqlite3_close (db);
}

static void
make_short (const char *path)
{
  make_dossier (path);
  g_assert_cmpint (truncate (path, 50), ==, 0);
}

static void
make_cut (const char *path)
{
  struct stat info;

  make_dossier (path);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (truncate (path, info.st_size - 4096), ==, 0);
}

static void
make_longer (const char *path)
{
  struct stat info;

  make_dossier (path);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (truncate (path, info.st_size + 4096), ==, 0);
}

static void
make_garbage_page (const char *path)
{
  g_autofree char *garbage = g_strnfill (4096, '\x5a');

  make_dossier (path);
  for (int page = 1; page < 6; page++)
    write_header (path, page * 4096, garbage, 4096);
}

static void
make_bad_page_size (const char *path)
{
  make_dossier (path);
  write_header (path, 16, "\x00\x07", 2);
}

static void
make_extra_table (const char *path)
{
  make_dossier (path);
  tamper (path, "CREATE TABLE more (x)");
}

static void
make_version_zero (const char *path)
{
  make_dossier (path);
  tamper (path, "PRAGMA user_version = 0");
}

static void
make_link (const char *path)
{
  g_autofree char *other = fresh_path ();

  make_dossier (other);
  g_assert_cmpint (symlink (other, path), ==, 0);
}

static void
make_folder (const char *path)
{
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
}

static void
make_pipe (const char *path)
{
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
}

static void
test_refused (void)
{
  const struct
  {
    const char *what;
    void (*make) (const char *path);
    PalDossierError code;
  } cases[] = {
    { "no length", make_empty, PAL_DOSSIER_ERROR_EMPTY },
    { "a letter", make_text, PAL_DOSSIER_ERROR_FOREIGN },
    { "another program's database", make_foreign, PAL_DOSSIER_ERROR_FOREIGN },
    { "a newer program's", make_newer, PAL_DOSSIER_ERROR_NEWER },
    { "a newer program's, killed", make_newer_in_log, PAL_DOSSIER_ERROR_NEWER },
    { "50 bytes", make_short, PAL_DOSSIER_ERROR_DAMAGED },
    { "cut", make_cut, PAL_DOSSIER_ERROR_DAMAGED },
    { "longer", make_longer, PAL_DOSSIER_ERROR_DAMAGED },
    { "garbage inside", make_garbage_page, PAL_DOSSIER_ERROR_DAMAGED },
    { "an impossible page size", make_bad_page_size, PAL_DOSSIER_ERROR_DAMAGED },
    { "a table more", make_extra_table, PAL_DOSSIER_ERROR_DAMAGED },
    { "no version", make_version_zero, PAL_DOSSIER_ERROR_DAMAGED },
    { "a link", make_link, PAL_DOSSIER_ERROR_FOREIGN },
    { "a folder", make_folder, PAL_DOSSIER_ERROR_FOREIGN },
    { "a pipe", make_pipe, PAL_DOSSIER_ERROR_FOREIGN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = fresh_path ();
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;

      cases[i].make (path);
      before = fingerprint (path);
      g_test_message ("%s", cases[i].what);
      g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, (int) cases[i].code);
      g_clear_error (&error);
      g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, (int) cases[i].code);
      g_clear_error (&error);
      g_assert_false (pal_dossier_check (path, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, (int) cases[i].code);
      after = fingerprint (path);
      g_assert_cmpstr (before, ==, after);
    }
}

/* Somebody deleted a dossier and left its log: it must not flow into a new one of that name. */
static void
test_old_log (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (wal, "what was", -1, NULL));
  g_assert_null (pal_dossier_create (path, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
}

static void
test_missing (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pal_dossier_check (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* A forged journal beside the file would be rolled back into it by a plain open. */
static void
test_forged_journal (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree char *garbage = g_strnfill (8192, '\x01');
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  make_dossier (path);
  memcpy (garbage, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\xff\xff\xff\xff", 12);
  g_assert_true (g_file_set_contents (journal, garbage, 8192, NULL));
  before = fingerprint (path);
  g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED);
  assert_sound (path);
  after = fingerprint (path);
  g_assert_cmpstr (before, ==, after);
}

/* Opening a sound dossier and closing it leaves no files beside it. */
static void
test_no_litter (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);

  make_dossier (path);
  close_dossier (reopen (path));
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (shm, G_FILE_TEST_EXISTS));
}

/* A file as "VACUUM INTO" leaves it: no log beside it, the old journal mode. */
static void
test_single_file (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *copy = fresh_path ();
  g_autofree char *sql = g_strdup_printf ("VACUUM INTO '%s'", copy);
  PalDossier *dossier;

  make_dossier (path);
  tamper (path, sql);
  assert_sound (copy);
  dossier = reopen (copy);
  append (dossier, 'v', "/t/b", "x");
  close_dossier (dossier);
  assert_sound (copy);
}

/* --- two programs */

static void
test_busy (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;

  if (g_test_subprocess ())
    {
      const char *held = g_getenv ("PALERMO_TEST_PATH");

      g_assert_null (pal_dossier_open (held, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
      g_clear_error (&error);
      g_assert_null (pal_dossier_open (held, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
      g_clear_error (&error);
      g_assert_false (pal_dossier_check (held, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
      return;
    }

  dossier = create_with_record (path);
  g_setenv ("PALERMO_TEST_PATH", path, TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();

  /* The same in one program, and it does not take the first one's lock away. */
  g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (pal_dossier_check (path, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();

  append (dossier, 'v', "/t/a", "still mine");
  close_dossier (dossier);
  close_dossier (reopen (path));
}

/* A reader keeps writers away, not other readers. */
static void
test_readers (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *one;
  PalDossier *two;

  make_dossier (path);
  before = fingerprint (path);
  one = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  g_assert_no_error (error);
  two = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pal_dossier_is_read_only (one));
  g_assert_null (pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (try_append (one, &error, 'v', "/t/a", "x", 0));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY);
  close_dossier (one);
  close_dossier (two);
  after = fingerprint (path);
  g_assert_cmpstr (before, ==, after);
  close_dossier (reopen (path));
}

/* --- a kill */

static void
test_killed (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;

  if (g_test_subprocess ())
    {
      dossier = create_with_record (g_getenv ("PALERMO_TEST_PATH"));
      append (dossier, 'v', "/t/a", "acknowledged");
      raise (SIGKILL);
    }

  g_setenv ("PALERMO_TEST_PATH", path, TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_assert_false (g_test_trap_has_passed ());

  /* The log is still beside the file. Looking changes neither. */
  before = fingerprint (path);
  g_assert_nonnull (strstr (before, "-wal"));
  assert_sound (path);
  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  g_assert_no_error (error);
  assert_heads (dossier, "v /t/a=acknowledged");
  close_dossier (dossier);
  after = fingerprint (path);
  g_assert_cmpstr (before, ==, after);

  dossier = reopen (path);
  assert_heads (dossier, "v /t/a=acknowledged");
  close_dossier (dossier);
  assert_sound (path);
}

/* --- no right to write */

static void
test_read_only (void)
{
  g_autofree char *place = g_strdup_printf ("%s/closed", folder);
  g_autofree char *home = g_strdup_printf ("%s/nobody", folder);
  g_autofree char *path = g_strdup_printf ("%s/a.palermo", place);
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;

  if (g_test_subprocess ())
    {
      const char *held = g_getenv ("PALERMO_TEST_PATH");
      g_autofree char *other = g_strconcat (held, ".new", NULL);

      if (geteuid () == 0 && (setgid (65534) != 0 || setuid (65534) != 0))
        g_error ("cannot become nobody");
      g_setenv ("TMPDIR", "/tmp", TRUE);
      g_assert_null (pal_dossier_open (held, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY);
      g_clear_error (&error);
      g_assert_null (pal_dossier_create (other, NULL, &error));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY);
      g_clear_error (&error);
      dossier = pal_dossier_open (held, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
      g_assert_no_error (error);
      close_dossier (dossier);
      assert_sound (held);
      return;
    }

  g_assert_cmpint (g_mkdir (place, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (home, 0700), ==, 0);
  g_assert_cmpint (g_chmod (home, 0777), ==, 0);
  make_dossier (path);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (place, 0555), ==, 0);
  g_setenv ("PALERMO_TEST_PATH", path, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_assert_cmpint (g_chmod (place, 0755), ==, 0);
}

/* --- a full disk, as a limit on the size of files */

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *blocked = fresh_path ();
  g_autofree char *file = g_strdup_printf ("%s/large", folder);
  g_autofree char *long_text = g_strnfill (400000, 'y');
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  PalDossier *dossier = create_with_record (path);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_true (g_file_set_contents (file, long_text, -1, NULL));
  append (dossier, 'v', "/t/a", "before");
  limit_files (300000);

  for (int i = 0; i < 3; i++)
    {
      g_assert_false (
          try_append (dossier, &error, 'v', "/t/b", "small", 'v', "/t/a", long_text, 0));
      g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL);
      g_clear_error (&error);
    }
  g_assert_null (pal_dossier_attach_file (dossier, file, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL);
  g_clear_error (&error);
  assert_heads (dossier, "v /t/a=before");

  limit_files (20000);
  g_assert_null (pal_dossier_create (blocked, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL);
  g_clear_error (&error);
  g_assert_false (g_file_test (blocked, G_FILE_TEST_EXISTS));

  /* Space again: the same act goes through. */
  limit_files (RLIM_INFINITY);
  append (dossier, 'v', "/t/b", "small", 'v', "/t/a", long_text);
  name = pal_dossier_attach_file (dossier, file, NULL, &error);
  g_assert_no_error (error);
  close_dossier (dossier);
  assert_sound (path);
  dossier = reopen (path);
  text = heads (dossier);
  g_assert_true (g_str_has_prefix (text, "v /t/b=small; v /t/a=yyyy"));
  close_dossier (dossier);

  dir = g_dir_open (folder, 0, NULL);
  for (const char *entry = g_dir_read_name (dir); entry != NULL; entry = g_dir_read_name (dir))
    g_assert_null (strstr (entry, ".part-"));
}

/* --- old databases: every version that ever was, kept in tests/data */

/* When the schema has a new version, make the file for it once and keep it for good:
 * PALERMO_MAKE_FIXTURE=tests/data/dossiers/version-N.palermo test-dossier -p /dossier/old-versions
 */
static void
make_fixture (const char *path)
{
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = create_with_record (path);

  pal_dossier_set_stint_ms (dossier, 0);
  pal_dossier_set_author (dossier, "Expert A");
  g_assert_true (pal_dossier_set_meta (dossier, "title", "Kept as it was", &error));
  append (dossier, 'v', "/t/a", "no");
  append (dossier, 'v', "/t/a", "yes");
  append (dossier, '+', "/t/law[r1]", NULL, 'v', "/t/law[r1]/title", "Penal Code");
  append (dossier, '+', "/t/law[r2]", "r1", 'v', "/t/law[r2]/title", "قانون العقوبات");
  append (dossier, '+', "/t/law[r3]", "r2", 'v', "/t/law[r3]/title", "Removed");
  append (dossier, '-', "/t/law[r3]", NULL);
  close_dossier (dossier);
}

static void
test_old_versions (void)
{
  const char *data = g_getenv ("PALERMO_TEST_DATA");
  g_autofree char *place = g_build_filename (data != NULL ? data : ".", "dossiers", NULL);

  if (g_getenv ("PALERMO_MAKE_FIXTURE") != NULL)
    make_fixture (g_getenv ("PALERMO_MAKE_FIXTURE"));

  for (guint version = 1; version <= pal_dossier_schema_version (); version++)
    {
      g_autofree char *old = g_strdup_printf ("%s/version-%u.palermo", place, version);
      g_autofree char *path = fresh_path ();
      g_autofree char *content = NULL;
      g_autofree char *title = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;
      PalDossier *dossier;

      g_assert_true (g_file_get_contents (old, &content, &length, &error));
      g_assert_true (g_file_set_contents (path, content, length, &error));
      assert_sound (path);
      dossier = reopen (path);
      title = pal_dossier_get_meta (dossier, "title");
      g_assert_cmpstr (title, ==, "Kept as it was");
      assert_heads (dossier, "+ /t/law[r1]=(null); + /t/law[r2]=r1; v /t/a=yes; "
                             "v /t/law[r1]/title=Penal Code; v /t/law[r2]/title=قانون العقوبات");
      close_dossier (dossier);
      assert_sound (path);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/dossier/create", test_create);
  g_test_add_func ("/dossier/drop", test_drop);
  g_test_add_func ("/dossier/refused", test_refused);
  g_test_add_func ("/dossier/missing", test_missing);
  g_test_add_func ("/dossier/old-log", test_old_log);
  g_test_add_func ("/dossier/forged-journal", test_forged_journal);
  g_test_add_func ("/dossier/no-litter", test_no_litter);
  g_test_add_func ("/dossier/single-file", test_single_file);
  g_test_add_func ("/dossier/busy", test_busy);
  g_test_add_func ("/dossier/readers", test_readers);
  g_test_add_func ("/dossier/killed", test_killed);
  g_test_add_func ("/dossier/read-only", test_read_only);
  g_test_add_func ("/dossier/full", test_full);
  g_test_add_func ("/dossier/old-versions", test_old_versions);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
