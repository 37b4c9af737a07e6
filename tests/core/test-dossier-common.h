// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier-private.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the tests of the dossier share. */

#define RECORD "11111111-1111-4111-8111-111111111111"

static char *folder; /* of this run; everything in it goes at the end */

static inline char *
fresh_path (void)
{
  static int number;

  return g_strdup_printf ("%s/%d.palermo", folder, ++number);
}

static inline PalDossier *
create (const char *path)
{
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_dossier_create (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (PAL_IS_DOSSIER (dossier));

  return dossier;
}

static inline PalDossier *
reopen (const char *path)
{
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);

  g_assert_no_error (error);

  return dossier;
}

static inline void
close_dossier (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_close (dossier, &error));
  g_assert_no_error (error);
  g_object_unref (dossier);
}

/* kind: v value, + row added, - row removed, m record made, x record removed. node and value may be
 * NULL. Ends with 0. */
static inline gboolean
try_append (PalDossier *dossier, GError **error, ...)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  const char kinds[] = "v+-mx";
  va_list args;
  int kind;

  va_start (args, error);
  while ((kind = va_arg (args, int)) != 0)
    {
      const char *node = va_arg (args, const char *);
      const char *value = va_arg (args, const char *);

      g_ptr_array_add (changes, pal_change_new (strchr (kinds, kind) - kinds, RECORD, node, value));
    }
  va_end (args);

  return pal_dossier_append (dossier, "Typing", changes, error);
}

#define append(dossier, ...)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GError) append_error = NULL;                                                        \
    gboolean appended = try_append (dossier, &append_error, __VA_ARGS__, 0);                       \
    g_assert_no_error (append_error);                                                              \
    g_assert_true (appended);                                                                      \
  }                                                                                                \
  G_STMT_END

static inline PalDossier *
create_with_record (const char *path)
{
  PalDossier *dossier = create (path);

  append (dossier, 'm', NULL, "tiny\t1");

  return dossier;
}

static inline char *
describe (GPtrArray *changes)
{
  GString *text = g_string_new (NULL);
  const char kinds[] = "v+-mx";

  g_assert_nonnull (changes);
  for (guint i = 0; i < changes->len; i++)
    {
      PalChange *change = g_ptr_array_index (changes, i);

      g_string_append_printf (text, "%s%c %s=%s", i > 0 ? "; " : "", kinds[change->kind],
                              change->node != NULL ? change->node : "",
                              change->value != NULL ? change->value : "(null)");
    }

  return g_string_free (text, FALSE);
}

static inline char *
heads (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = pal_dossier_read_heads (dossier, RECORD, &error);

  g_assert_no_error (error);

  return describe (changes);
}

static inline char *
history (PalDossier *dossier, const char *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = pal_dossier_read_history (dossier, RECORD, node, &error);

  g_assert_no_error (error);

  return describe (changes);
}

#define assert_heads(dossier, expected)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *is = heads (dossier);                                                         \
    g_assert_cmpstr (is, ==, expected);                                                            \
  }                                                                                                \
  G_STMT_END

#define assert_history(dossier, node, expected)                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *is = history (dossier, node);                                                 \
    g_assert_cmpstr (is, ==, expected);                                                            \
  }                                                                                                \
  G_STMT_END

/* Behind the program's back. The dossier must be closed. */
static inline void
tamper (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s: %s", sql, message);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* Everything in the folder that belongs to the file, for a comparison. */
static inline char *
fingerprint (const char *path)
{
  const char *suffixes[] = { "", "-wal", "-shm", "-journal" };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *content = NULL;
      gsize length;

      if (g_file_test (name, G_FILE_TEST_IS_REGULAR)
          && g_file_get_contents (name, &content, &length, NULL))
        {
          g_autofree char *digest
              = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, length);

          g_string_append_printf (text, "%s:%s ", suffixes[i], digest);
        }
    }

  return g_string_free (text, FALSE);
}

static inline void
assert_sound (const char *path)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = pal_dossier_check (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* Makes a folder for this run, with a home in it, and takes it away again. */
static inline int
run_in_folder (int *argc, char ***argv, void (*add_tests) (void))
{
  const char *given = g_getenv ("PALERMO_TEST_FOLDER");
  g_autofree char *home = NULL;
  int status;

  folder = given != NULL ? g_strdup (given) : g_dir_make_tmp ("palermo-test-XXXXXX", NULL);
  home = g_build_filename (folder, "home", NULL);
  if (given == NULL)
    g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("PALERMO_TEST_FOLDER", folder, TRUE);

  g_test_init (argc, argv, NULL);
  add_tests ();
  status = g_test_run ();

  if (given == NULL)
    {
      const char *remove[] = { "rm", "-rf", folder, NULL };

      g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                    NULL);
    }
  g_free (folder);

  return status;
}
