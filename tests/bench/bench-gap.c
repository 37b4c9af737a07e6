// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-delivery-queue.h"

#include <time.h>

/* bench-gap ARCHIVE URL CA MODULE-CERTIFICATE STATE-DIR: sends an archive as the window does, and
 * prints as JSON for how long its main loop did not look at anything else: from where it wakes up
 * to where it waits again. "gap_ms" is what a person would feel, "cpu_ms" what of it this thread
 * has worked; the rest is the computer's, which had others to serve, or a call that blocked. */

static gint64 woke_us;     /* monotonic; 0: not yet */
static gint64 woke_cpu_us; /* of this thread */
static gint64 worst_us;
static gint64 worst_cpu_us;
static guint64 n_turns;
static guint n_over; /* turns longer than 20 ms */

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint
poll_cb (GPollFD *fds, guint n_fds, gint timeout)
{
  gint ready;

  if (woke_us != 0)
    {
      gint64 turn_us = g_get_monotonic_time () - woke_us;

      worst_us = MAX (worst_us, turn_us);
      worst_cpu_us = MAX (worst_cpu_us, get_cpu_us () - woke_cpu_us);
      n_over += turn_us > 20000;
      n_turns++;
    }
  ready = g_poll (fds, n_fds, timeout);
  woke_us = g_get_monotonic_time ();
  woke_cpu_us = get_cpu_us ();

  return ready;
}

static void
state_cb (PalDelivery *delivery, GParamSpec *pspec, GMainLoop *loop)
{
  switch (pal_delivery_get_state (delivery))
    {
    case PAL_DELIVERY_ACCEPTED:
    case PAL_DELIVERY_REFUSED:
    case PAL_DELIVERY_STOPPED:
    case PAL_DELIVERY_ENDED:
      g_main_loop_quit (loop);
      break;
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_WAITING:
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_DELIVERED:
      break;
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (PalDeliveryQueue) queue = pal_delivery_queue_new ();
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  g_autoptr (PalDelivery) delivery = NULL;
  gint64 began_us = g_get_monotonic_time ();

  if (argc != 6)
    {
      g_printerr ("bench-gap ARCHIVE URL CA MODULE-CERTIFICATE STATE-DIR\n");
      return 64;
    }
  endpoint->url = g_strdup (argv[2]);
  endpoint->ca_file = g_strdup (argv[3]);
  endpoint->module_certificate = g_strdup (argv[4]);
  delivery = pal_delivery_new (argv[1], endpoint, argv[5]);
  g_signal_connect (delivery, "notify::state", G_CALLBACK (state_cb), loop);
  g_main_context_set_poll_func (NULL, poll_cb);
  pal_delivery_queue_add (queue, delivery);
  g_main_loop_run (loop);
  g_main_context_set_poll_func (NULL, NULL);

  g_print ("{\"state\": \"%s\", \"gap_ms\": %.3f, \"cpu_ms\": %.3f, \"over_20_ms\": %u, "
           "\"turns\": %" G_GUINT64_FORMAT ", \"seconds\": %.2f, \"bytes\": %" G_GOFFSET_FORMAT
           "}\n",
           pal_delivery_state_to_string (pal_delivery_get_state (delivery)), worst_us / 1000.0,
           worst_cpu_us / 1000.0, n_over, n_turns,
           (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC,
           pal_delivery_get_sent (delivery));

  return pal_delivery_get_state (delivery) == PAL_DELIVERY_ACCEPTED ? 0 : 1;
}
