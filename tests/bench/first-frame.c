// SPDX-License-Identifier: GPL-3.0-or-later
/* From exec to the first picture with something on it, seen from outside, the same for every
 * program: first-frame COMMAND... looks every 3 ms for a mapped top-level window of 300 x 200 or
 * more on $DISPLAY (without a window manager), and at its pixels: "first" is when they show 16
 * colours or more. Prints JSON in milliseconds, with the time that its first thread has computed
 * until then, and the proportional memory (PSS). */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);

  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0; /* windows go away while we look */
}

static Window
find_window (Display *display)
{
  Window root, parent, *children = NULL, found = None;
  unsigned int n = 0;

  XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n);
  for (unsigned int i = 0; i < n && found == None; i++)
    {
      XWindowAttributes attributes;

      if (XGetWindowAttributes (display, children[i], &attributes)
          && attributes.map_state == IsViewable && attributes.width >= 300
          && attributes.height >= 200 && attributes.class == InputOutput)
        found = children[i];
    }
  if (children != NULL)
    XFree (children);

  return found;
}

static int
count_colours (Display *display, Window window)
{
  XWindowAttributes attributes;
  XImage *image;
  unsigned long seen[16];
  int n = 0;

  if (!XGetWindowAttributes (display, window, &attributes))
    return 0;
  image
      = XGetImage (display, window, 0, 0, attributes.width, attributes.height, AllPlanes, ZPixmap);
  if (image == NULL)
    return 0;
  for (int y = 0; y < image->height && n < 16; y += 2)
    for (int x = 0; x < image->width && n < 16; x++)
      {
        unsigned long pixel = XGetPixel (image, x, y);
        int known = 0;

        for (int i = 0; i < n; i++)
          known |= seen[i] == pixel;
        if (!known)
          seen[n++] = pixel;
      }
  XDestroyImage (image);

  return n;
}

static double
read_pss_mb (pid_t pid)
{
  char path[64], line[256];
  double kb = 0;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/smaps_rollup", (int) pid);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  while (fgets (line, sizeof line, file) != NULL)
    if (sscanf (line, "Pss: %lf", &kb) == 1)
      break;
  fclose (file);

  return kb / 1024;
}

/* Of its first thread, which draws: what counts when other programs keep the machine busy. */
static double
read_cpu_ms (pid_t pid)
{
  char path[64];
  double ns = 0;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/schedstat", (int) pid);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  if (fscanf (file, "%lf", &ns) != 1)
    ns = 0;
  fclose (file);

  return ns / 1e6;
}

int
main (int argc, char **argv)
{
  Display *display = XOpenDisplay (NULL);
  double start, map = 0, first = 0, cpu = 0, pss;
  pid_t pid;

  if (display == NULL || argc < 2)
    return 64;
  XSetErrorHandler (ignore_error);

  start = now_ms ();
  pid = fork ();
  if (pid == 0)
    {
      execvp (argv[1], argv + 1);
      _exit (127);
    }
  while (first == 0 && now_ms () - start < 30000 && waitpid (pid, NULL, WNOHANG) == 0)
    {
      Window window = find_window (display);

      if (window != None && map == 0)
        map = now_ms () - start;
      if (window != None && count_colours (display, window) >= 16)
        {
          first = now_ms () - start;
          cpu = read_cpu_ms (pid);
        }
      usleep (3000);
    }
  usleep (700000); /* let it settle before its memory is read */
  pss = read_pss_mb (pid);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  printf ("{\"map_ms\":%.1f,\"first_ms\":%.1f,\"cpu_ms\":%.1f,\"pss_mb\":%.1f}\n", map, first, cpu,
          pss);

  return first > 0 ? 0 : 1;
}
