// SPDX-License-Identifier: GPL-3.0-or-later
#undef _FILE_OFFSET_BITS /* open() and open64() are two functions here */

/* Loaded before a program (LD_PRELOAD): counts the calls that write below a folder, and lets one of
 * them go wrong. In the environment:
 *   PALERMO_FAULT_BELOW  the folder, an absolute path without links
 *   PALERMO_FAULT_LOG    each counted call becomes a line of this file: number, call, path
 *   PALERMO_FAULT_AT     the number of the call that fails, from 1 on
 *   PALERMO_FAULT_HOW    ENOSPC, EIO, EROFS, EINTR; "short": half of it is written; "full": from
 *                        there on all that needs room fails with ENOSPC; "kill": SIGKILL in its
 * place Calls that the C library makes within itself (stdio, mkstemp) are not seen. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

typedef enum
{
  GOES_WELL,
  FAILS, /* errno is set */
  IS_SHORT,
} Fate;

static atomic_int n_calls;

static int
is_below (int folder, const char *path, char *full)
{
  const char *below = getenv ("PALERMO_FAULT_BELOW");
  char link[64];
  ssize_t length = 0;

  if (below == NULL)
    return 0;
  if (path != NULL && path[0] == '/')
    snprintf (full, PATH_MAX, "%s", path);
  else
    {
      if (folder == AT_FDCWD)
        snprintf (link, sizeof link, "/proc/self/cwd");
      else
        snprintf (link, sizeof link, "/proc/self/fd/%d", folder);
      length = syscall (SYS_readlinkat, AT_FDCWD, link, full, PATH_MAX - 1);
      if (length < 0)
        return 0;
      full[length] = '\0';
      if (path != NULL)
        snprintf (full + length, PATH_MAX - length, "/%s", path);
    }
  return strncmp (full, below, strlen (below)) == 0 && full[strlen (below)] == '/';
}

static void
note (int number, const char *call, const char *path)
{
  const char *log = getenv ("PALERMO_FAULT_LOG");
  char line[PATH_MAX + 64];
  int fd, length;

  if (log == NULL)
    return;
  fd = syscall (SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  length = snprintf (line, sizeof line, "%d %s %s\n", number, call, path);
  if (fd >= 0 && length > 0)
    {
      syscall (SYS_write, fd, line, length);
      syscall (SYS_close, fd);
    }
}

static Fate
decide (const char *call, int folder, const char *path, int needs_room)
{
  static const struct
  {
    const char *name;
    int number;
  } errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EROFS", EROFS }, { "EINTR", EINTR } };
  const char *at = getenv ("PALERMO_FAULT_AT");
  const char *how = getenv ("PALERMO_FAULT_HOW");
  char full[PATH_MAX];
  int before = errno, number;

  if (!is_below (folder, path, full))
    {
      errno = before;
      return GOES_WELL;
    }
  number = atomic_fetch_add (&n_calls, 1) + 1;
  note (number, call, full);
  errno = before;
  if (at == NULL || how == NULL || number < atoi (at))
    return GOES_WELL;
  if (strcmp (how, "full") == 0 && needs_room)
    {
      errno = ENOSPC;
      return FAILS;
    }
  if (number > atoi (at))
    return GOES_WELL;
  if (strcmp (how, "kill") == 0)
    kill (getpid (), SIGKILL);
  if (strcmp (how, "short") == 0)
    return IS_SHORT;
  for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
    if (strcmp (how, errors[i].name) == 0)
      {
        errno = errors[i].number;
        return FAILS;
      }
  return GOES_WELL;
}

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

/* --- opening: counts when it may make or empty a file */

static int
is_making (int flags)
{
  return (flags & (O_CREAT | O_TRUNC)) != 0;
}

#define OPEN(name)                                                                                 \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    va_list more;                                                                                  \
    int mode;                                                                                      \
                                                                                                   \
    va_start (more, flags);                                                                        \
    mode = is_making (flags) ? va_arg (more, int) : 0;                                             \
    va_end (more);                                                                                 \
    if (is_making (flags) && decide (#name, AT_FDCWD, path, 1) == FAILS)                           \
      return -1;                                                                                   \
    return REAL (name) (path, flags, mode);                                                        \
  }
OPEN (open)
OPEN (open64)

#define OPENAT(name)                                                                               \
  int name (int folder, const char *path, int flags, ...)                                          \
  {                                                                                                \
    va_list more;                                                                                  \
    int mode;                                                                                      \
                                                                                                   \
    va_start (more, flags);                                                                        \
    mode = is_making (flags) ? va_arg (more, int) : 0;                                             \
    va_end (more);                                                                                 \
    if (is_making (flags) && decide (#name, folder, path, 1) == FAILS)                             \
      return -1;                                                                                   \
    return REAL (name) (folder, path, flags, mode);                                                \
  }
OPENAT (openat)
OPENAT (openat64)

/* --- writing */

static size_t
half (size_t size)
{
  return size > 1 ? size / 2 : size;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  Fate fate = decide ("write", fd, NULL, 1);

  if (fate == FAILS)
    return -1;
  return REAL (write) (fd, data, fate == IS_SHORT ? half (size) : size);
}

#define PWRITE(name, type)                                                                         \
  ssize_t name (int fd, const void *data, size_t size, type offset)                                \
  {                                                                                                \
    Fate fate = decide (#name, fd, NULL, 1);                                                       \
                                                                                                   \
    if (fate == FAILS)                                                                             \
      return -1;                                                                                   \
    return REAL (name) (fd, data, fate == IS_SHORT ? half (size) : size, offset);                  \
  }
PWRITE (pwrite, off_t)
PWRITE (pwrite64, off64_t)

ssize_t
writev (int fd, const struct iovec *parts, int n_parts)
{
  Fate fate = decide ("writev", fd, NULL, 1);

  if (fate == FAILS)
    return -1;
  return REAL (writev) (fd, parts, fate == IS_SHORT ? (int) half (n_parts) : n_parts);
}

ssize_t
copy_file_range (int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned flags)
{
  Fate fate = decide ("copy_file_range", out, NULL, 1);

  if (fate == FAILS)
    return -1;
  return REAL (copy_file_range) (in, in_at, out, out_at, fate == IS_SHORT ? half (size) : size,
                                 flags);
}

ssize_t
splice (int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned flags)
{
  Fate fate = decide ("splice", out, NULL, 1);

  if (fate == FAILS)
    return -1;
  return REAL (splice) (in, in_at, out, out_at, fate == IS_SHORT ? half (size) : size, flags);
}

/* --- all else, which happens or does not */

#define CALL(name, folder, path, needs_room, parameters, words)                                    \
  int name parameters                                                                              \
  {                                                                                                \
    if (decide (#name, folder, path, needs_room) == FAILS)                                         \
      return -1;                                                                                   \
    return REAL (name) words;                                                                      \
  }
CALL (ftruncate, fd, NULL, 1, (int fd, off_t size), (fd, size))
CALL (ftruncate64, fd, NULL, 1, (int fd, off64_t size), (fd, size))
CALL (fsync, fd, NULL, 1, (int fd), (fd))
CALL (fdatasync, fd, NULL, 1, (int fd), (fd))
CALL (rename, AT_FDCWD, to, 1, (const char *from, const char *to), (from, to))
CALL (renameat, folder, to, 1, (int from_folder, const char *from, int folder, const char *to),
      (from_folder, from, folder, to))
CALL (renameat2, folder, to, 1,
      (int from_folder, const char *from, int folder, const char *to, unsigned flags),
      (from_folder, from, folder, to, flags))
CALL (link, AT_FDCWD, to, 1, (const char *from, const char *to), (from, to))
CALL (linkat, folder, to, 1,
      (int from_folder, const char *from, int folder, const char *to, int flags),
      (from_folder, from, folder, to, flags))
CALL (symlink, AT_FDCWD, path, 1, (const char *target, const char *path), (target, path))
CALL (unlink, AT_FDCWD, path, 0, (const char *path), (path))
CALL (unlinkat, folder, path, 0, (int folder, const char *path, int flags), (folder, path, flags))
CALL (mkdir, AT_FDCWD, path, 1, (const char *path, mode_t mode), (path, mode))
CALL (mkdirat, folder, path, 1, (int folder, const char *path, mode_t mode), (folder, path, mode))
CALL (rmdir, AT_FDCWD, path, 0, (const char *path), (path))

/* Closed it is in any case, as Linux does; what fails is to say so. Only of files that were opened
 * to write. */
int
close (int fd)
{
  int before = errno;
  int flags = syscall (SYS_fcntl, fd, F_GETFL);
  struct stat about;
  Fate fate = GOES_WELL;

  errno = before;
  if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && fstat (fd, &about) == 0
      && S_ISREG (about.st_mode))
    fate = decide ("close", fd, NULL, 1);
  if (fate == FAILS)
    {
      int reason = errno;

      REAL (close) (fd);
      errno = reason;
      return -1;
    }
  return REAL (close) (fd);
}
