// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int file = -1;

/* What the core calls a warning is a broken environment, which no input may feign. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING | G_LOG_FATAL_MASK);
  return 0;
}

void
fuzz_fail (const char *where, const char *what)
{
  fprintf (stderr, "%s: this does not hold: %s\n", where, what);
  abort ();
}

void
fuzz_check_error (const GError *error)
{
  fuzz_check (error != NULL);
  fuzz_check (error->message != NULL && *error->message != '\0');
  fuzz_check_text (error->message);
}

void
fuzz_check_text (const char *text)
{
  fuzz_check (text == NULL || g_utf8_validate (text, -1, NULL));
}

void
fuzz_check_xml (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDocument) document = NULL;

  fuzz_check (bytes != NULL);
  document = pal_xml_parse (bytes, "made", PAL_XML_READ_DEFAULT, NULL, &error);
  if (document == NULL && !g_error_matches (error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT))
    fuzz_fail (G_STRLOC, error->message);
}

static gint64
processor_time_us (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

FuzzWatch
fuzz_watch (void)
{
  FuzzWatch watch = { processor_time_us () };

  return watch;
}

void
fuzz_watch_end (FuzzWatch *watch)
{
  const char *limit = g_getenv ("PALERMO_FUZZ_SECONDS");

  fuzz_check (limit == NULL
              || processor_time_us () - watch->start_us < atoi (limit) * G_USEC_PER_SEC);
}

static int
open_file (void)
{
  if (file == -1)
    file = memfd_create ("input", MFD_CLOEXEC);
  fuzz_check (file != -1);
  return file;
}

const char *
fuzz_file_path (void)
{
  static char path[64];

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", open_file ());
  return path;
}

void
fuzz_file_write (const void *data, gsize size)
{
  int fd = open_file ();

  fuzz_check (ftruncate (fd, 0) == 0 && pwrite (fd, data, size, 0) == (gssize) size);
}

void
fuzz_random_init (FuzzRandom *random, guint64 seed)
{
  random->state = seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + 1;
}

guint
fuzz_random_below (FuzzRandom *random, guint n)
{
  guint64 z = (random->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return n > 0 ? (z ^ (z >> 31)) % n : 0;
}

const char *
fuzz_random_word (FuzzRandom *random, const char *const *words)
{
  return words[fuzz_random_below (random, g_strv_length ((char **) words))];
}

char *
fuzz_mutate_text (const char *text, FuzzRandom *random)
{
  gsize length = strlen (text);
  gsize room = length + 32;
  g_autofree char *buffer = g_malloc (room + 1);

  memcpy (buffer, text, length);
  length = LLVMFuzzerMutate ((uint8_t *) buffer, length, room);
  buffer[length] = '\0';
  return g_utf8_make_valid (buffer, -1);
}

gsize
fuzz_put (GBytes *bytes, guint8 *data, gsize max_size)
{
  gsize size = 0;
  const void *from = g_bytes_get_data (bytes, &size);

  if (size == 0 || size > max_size)
    return 0;
  memcpy (data, from, size);
  return size;
}
