// SPDX-License-Identifier: GPL-3.0-or-later

/* Loaded before a program (LD_PRELOAD): the time of day is off by as many seconds as stand in the
 * file PALERMO_CLOCK_FILE, which may change at any moment. What only counts on is right. */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t
get_offset (void)
{
  const char *path = getenv ("PALERMO_CLOCK_FILE");
  char text[32] = "";
  ssize_t length = 0;
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0)
    return 0;
  length = read (fd, text, sizeof text - 1);
  close (fd);

  return length > 0 ? (time_t) strtoll (text, NULL, 10) : 0;
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = (int) syscall (SYS_clock_gettime, clock, now);

  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += get_offset ();

  return result;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec precise;

  (void) zone;
  clock_gettime (CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;

  return 0;
}

time_t
time (time_t *place)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (place != NULL)
    *place = now.tv_sec;

  return now.tv_sec;
}
