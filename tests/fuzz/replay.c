// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "replay"

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Puts every file of a folder, or the files named, to a target: "replay NAME FOLDER|FILE...". Each
 * that crashes, or takes too long or too much, is one line "not ok"; a child does the work, so that
 * the others still have their turn. Built by any compiler, with or without sanitizers. */

#define MAX_SECONDS 20 /* of processor time, with sanitizers on a slow machine */
#define MAX_KIB (1024 * 1024)

typedef struct
{
  guint at;
  gboolean is_slow;
} Progress; /* shared with the child */

/* Only libFuzzer changes bytes. */
size_t
LLVMFuzzerMutate (uint8_t *data, size_t size, size_t max_size)
{
  return size;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_files (GPtrArray *files, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    {
      g_ptr_array_add (files, g_strdup (path));
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (files, g_build_filename (path, name, NULL));
}

static gboolean
repeat (const char *path)
{
  g_autofree char *contents = NULL;
  g_autofree guint8 *exact = NULL;
  gsize size = 0;
  clock_t start = clock ();

  if (!g_file_get_contents (path, &contents, &size, NULL))
    {
      fprintf (stderr, "%s: cannot be read\n", path);
      exit (1);
    }
  /* Not one byte more, so that reading behind the end is seen. */
  exact = g_memdup2 (contents, size);
  LLVMFuzzerTestOneInput (exact != NULL ? exact : (const guint8 *) "", size);
  return (clock () - start) / CLOCKS_PER_SEC < MAX_SECONDS;
}

/* One child from progress->at on. Returns what was wrong with the file at progress->at, or NULL
 * when all went well. */
static char *
run (GPtrArray *files, Progress *progress)
{
  struct rusage usage = { 0 };
  int status = 0;
  pid_t child;

  fflush (stdout);
  child = fork ();
  if (child == 0)
    {
      for (; progress->at < files->len; progress->at++)
        if (!repeat (files->pdata[progress->at]))
          {
            progress->is_slow = TRUE;
            _exit (2);
          }
      exit (0); /* where leaks are looked for */
    }
  if (child == -1 || wait4 (child, &status, 0, &usage) != child)
    return g_strdup ("no process");
  if (progress->is_slow)
    return g_strdup_printf ("more than %d s", MAX_SECONDS);
  if (WIFSIGNALED (status))
    return g_strdup_printf ("signal %d", WTERMSIG (status));
  if (WEXITSTATUS (status) != 0)
    return g_strdup_printf ("status %d", WEXITSTATUS (status));
  if (usage.ru_maxrss > MAX_KIB)
    return g_strdup_printf ("%ld MiB", usage.ru_maxrss / 1024);
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  Progress *progress
      = mmap (NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  guint n_failed = 0;

  if (argc < 3 || progress == MAP_FAILED)
    {
      fprintf (stderr, "usage: %s NAME FOLDER|FILE...\n", argv[0]);
      return 64;
    }
  for (int i = 2; i < argc; i++)
    add_files (files, argv[i]);
  g_ptr_array_sort (files, compare_names);
  LLVMFuzzerInitialize (&argc, &argv);

  while (progress->at <= files->len)
    {
      g_autofree char *wrong = run (files, progress);
      gboolean is_last = progress->at >= files->len;

      if (wrong == NULL)
        break;
      printf ("not ok - %s: %s: %s\n", argv[1],
              is_last ? "all seeds" : (char *) files->pdata[progress->at], wrong);
      n_failed++;
      progress->is_slow = FALSE;
      progress->at++;
    }
  if (n_failed == 0 && files->len > 0)
    printf ("ok - %s: %u seeds\n", argv[1], files->len);
  return n_failed > 0 || files->len == 0 ? 1 : 0;
}
