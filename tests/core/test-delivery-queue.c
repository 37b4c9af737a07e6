// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-delivery-file.h"
#include "pal-delivery-queue.h"

#include <glib/gstdio.h>
#include <string.h>

/* Deliveries to modules that are not there: each takes its turn, and waits in it. */

typedef struct
{
  char *root;
  GPtrArray *deliveries; /* (element-type PalDelivery) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *certificate = NULL;

  fixture->root = g_dir_make_tmp ("palermo-queue-XXXXXX", NULL);
  fixture->deliveries = g_ptr_array_new_with_free_func (g_object_unref);
  certificate = g_build_filename (fixture->root, "module.pem", NULL);
  g_assert_true (g_file_set_contents (certificate, "-", 1, NULL));
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
settle (void)
{
  /* What a delivery that went away has still to write, its worker writes. */
  for (guint i = 0; i < 20; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_usleep (5000);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->deliveries);
  settle ();
  remove_tree (fixture->root);
  g_free (fixture->root);
}

static char *
dup_folder (Fixture *fixture, guint number)
{
  g_autofree char *name = g_strdup_printf ("%u", number);

  return g_build_filename (fixture->root, name, NULL);
}

/* port: where nobody listens; two ports are two modules. */
static PalDelivery *
make (Fixture *fixture, guint number, guint port)
{
  g_autofree char *folder = dup_folder (fixture, number);
  g_autofree char *archive = g_build_filename (folder, "archive.asice", NULL);
  g_autofree char *words = g_strdup_printf ("archive %u", number);
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  PalDelivery *delivery;

  g_mkdir_with_parents (folder, 0700);
  if (!g_file_test (archive, G_FILE_TEST_EXISTS))
    g_assert_true (g_file_set_contents (archive, words, -1, NULL));
  endpoint->url = g_strdup_printf ("https://127.0.0.1:%u/files/", port);
  endpoint->module_certificate = g_build_filename (fixture->root, "module.pem", NULL);
  delivery = pal_delivery_new (archive, endpoint, folder);
  g_ptr_array_add (fixture->deliveries, delivery);

  return delivery;
}

static void
wait_for_state (PalDelivery *delivery, PalDeliveryState state)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (pal_delivery_get_state (delivery) != state && g_get_monotonic_time () < deadline)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpint (pal_delivery_get_state (delivery), ==, state);
}

static void
wait_for_digest (PalDelivery *delivery)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (pal_delivery_get_sha256 (delivery) == NULL && g_get_monotonic_time () < deadline)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_nonnull (pal_delivery_get_sha256 (delivery));
}

static void
test_one_at_a_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PalDeliveryQueue) queue = pal_delivery_queue_new ();
  PalDelivery *first = make (fixture, 1, 1);
  PalDelivery *second = make (fixture, 2, 1);
  PalDelivery *third = make (fixture, 3, 1);
  PalDelivery *elsewhere = make (fixture, 4, 2);

  pal_delivery_queue_add (queue, first);
  pal_delivery_queue_add (queue, second);
  pal_delivery_queue_add (queue, third);
  pal_delivery_queue_add (queue, third);
  pal_delivery_queue_add (queue, elsewhere);
  wait_for_state (first, PAL_DELIVERY_WAITING);
  wait_for_state (elsewhere, PAL_DELIVERY_WAITING);
  settle ();
  g_assert_cmpint (pal_delivery_get_state (second), ==, PAL_DELIVERY_QUEUED);
  g_assert_false (pal_delivery_is_busy (second));
  g_assert_cmpint (pal_delivery_get_state (third), ==, PAL_DELIVERY_QUEUED);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, first), ==, 0);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, second), ==, 1);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, third), ==, 2);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, elsewhere), ==, 0);

  /* Who is paused gives way; the next one goes, and not the one after. */
  pal_delivery_pause (first);
  wait_for_state (second, PAL_DELIVERY_WAITING);
  g_assert_cmpint (pal_delivery_get_state (third), ==, PAL_DELIVERY_QUEUED);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, third), ==, 1);

  /* The first takes up its place again: after the one under way, before the third. */
  pal_delivery_queue_add (queue, first);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, first), ==, 1);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, third), ==, 2);
  pal_delivery_cancel (second, NULL);
  wait_for_state (second, PAL_DELIVERY_ENDED);
  wait_for_state (first, PAL_DELIVERY_WAITING);
  g_assert_cmpint (pal_delivery_get_reason (second), ==, PAL_DELIVERY_REASON_CANCELLED);
  g_assert_cmpint (pal_delivery_get_state (third), ==, PAL_DELIVERY_QUEUED);

  pal_delivery_queue_remove (queue, first);
  wait_for_state (third, PAL_DELIVERY_WAITING);
}

/* The turn of one that waits for it ends like any other. */
static void
test_not_its_turn (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PalDeliveryQueue) queue = pal_delivery_queue_new ();
  PalDelivery *first = make (fixture, 1, 1);
  PalDelivery *second = make (fixture, 2, 1);
  PalDelivery *third = make (fixture, 3, 1);
  g_autofree char *folder = dup_folder (fixture, 3);
  g_autoptr (PalDeliveryFile) file = NULL;

  pal_delivery_queue_add (queue, first);
  pal_delivery_queue_add (queue, second);
  pal_delivery_queue_add (queue, third);
  wait_for_state (first, PAL_DELIVERY_WAITING);
  g_assert_false (pal_delivery_has_begun (second));
  pal_delivery_pause (second);
  g_assert_cmpint (pal_delivery_get_state (second), ==, PAL_DELIVERY_PAUSED);
  g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, third), ==, 1);
  pal_delivery_cancel (third, "newer.asice");
  wait_for_state (third, PAL_DELIVERY_ENDED);
  settle ();
  file = pal_delivery_file_load (folder, NULL);
  g_assert_cmpint (file->state, ==, PAL_DELIVERY_ENDED);
  g_assert_cmpint (file->reason, ==, PAL_DELIVERY_REASON_REPLACED);
  g_assert_cmpstr (file->message, ==, "newer.asice");
  g_assert_cmpint (pal_delivery_get_state (first), ==, PAL_DELIVERY_WAITING);

  /* Undone: it goes on as if nothing had been. */
  pal_delivery_queue_add (queue, third);
  g_assert_cmpint (pal_delivery_get_state (third), ==, PAL_DELIVERY_QUEUED);
  pal_delivery_cancel (first, NULL);
  wait_for_state (third, PAL_DELIVERY_WAITING);
}

/* The places are on the disk before anything is sent, whatever the clock says. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  gint64 places[3];

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (PalDeliveryQueue) queue = pal_delivery_queue_new ();
      PalDelivery *jobs[3];

      for (guint i = 0; i < 3; i++)
        jobs[i] = make (fixture, i + 1, 1);
      if (round == 0)
        for (guint i = 0; i < 3; i++)
          {
            pal_delivery_queue_add (queue, jobs[i]);
            places[i] = pal_delivery_get_queued (jobs[i]);
            wait_for_digest (jobs[i]);
          }
      else
        for (guint i = 3; i-- > 0;)
          {
            g_assert_cmpint (pal_delivery_get_queued (jobs[i]), ==, places[i]);
            g_assert_cmpint (pal_delivery_get_state (jobs[i]), ==, PAL_DELIVERY_QUEUED);
            /* In any order: the last one has begun before the others came. */
            pal_delivery_queue_add (queue, jobs[i]);
          }
      if (round == 1)
        {
          pal_delivery_cancel (jobs[2], NULL);
          wait_for_state (jobs[2], PAL_DELIVERY_ENDED);
          wait_for_state (jobs[0], PAL_DELIVERY_WAITING);
          g_assert_cmpuint (pal_delivery_queue_get_ahead (queue, jobs[1]), ==, 1);
        }
      g_assert_cmpint (places[0], <, places[1]);
      g_assert_cmpint (places[1], <, places[2]);
      g_clear_object (&queue);
      g_ptr_array_set_size (fixture->deliveries, 0);
      settle ();
    }
}

/* The log is shown to others: it tells of no folder, file or computer. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *said; /* %s: the folder of the delivery */
    const char *logged;
  } rows[] = {
    { "Error opening file %s/delivery.state: denied", "Error opening file (path) denied" },
    { "%s/archive.asice: gone", "(archive): gone" },
    { "/home/anna/Dossier of Practicia/new.asice", "(path) of Practicia/new.asice" },
    { "cannot reach 127.0.0.1 now", "cannot reach (module) now" },
    { "and/or stays, 3/4 too", "and/or stays, 3/4 too" },
  };
  PalDelivery *delivery = make (fixture, 1, 1);
  g_autofree char *folder = dup_folder (fixture, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) parts = g_strsplit (rows[i].said, "%s", -1);
      g_autofree char *said = g_strjoinv (folder, parts);
      GPtrArray *log;

      pal_delivery_cancel (delivery, said);
      wait_for_state (delivery, PAL_DELIVERY_ENDED);
      while (pal_delivery_is_busy (delivery))
        g_main_context_iteration (NULL, TRUE);
      log = pal_delivery_get_log (delivery);
      g_assert_true (g_str_has_prefix (g_ptr_array_index (log, log->len - 1), "20"));
      g_assert_nonnull (strstr (g_ptr_array_index (log, log->len - 1), " ended: "));
      g_assert_cmpstr (strstr (g_ptr_array_index (log, log->len - 1), "ended: ")
                           + strlen ("ended: "),
                       ==, rows[i].logged);
      /* Back to where it was, for the next row. */
      pal_delivery_start (delivery);
      wait_for_state (delivery, PAL_DELIVERY_WAITING);
      pal_delivery_pause (delivery);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("PALERMO_TEST_DELIVERY_TIMERS", "backoff_ms=600000,backoff_maximum_ms=600000", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/delivery-queue/one-at-a-time", Fixture, NULL, set_up, test_one_at_a_time,
              tear_down);
  g_test_add ("/delivery-queue/not-its-turn", Fixture, NULL, set_up, test_not_its_turn, tear_down);
  g_test_add ("/delivery-queue/restart", Fixture, NULL, set_up, test_restart, tear_down);

  g_test_add ("/delivery-queue/names", Fixture, NULL, set_up, test_names, tear_down);

  return g_test_run ();
}
