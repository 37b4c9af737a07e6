// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>
#include <string.h>

/* A real keyring, gnome-keyring's, on a bus of the test's own and in its own data folder (see
 * own-data.h): never the one of whoever runs the tests. */

#define OWN_KEYRING_NAME "org.freedesktop.secrets"
#define OWN_KEYRING_PATH "/org/freedesktop/secrets"

/* A bus that is not there; until own_keyring_begin() nothing answers. */
static inline void
own_keyring_no_bus (void)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
}

static inline gboolean
own_keyring_is_installed (void)
{
  g_autofree char *path = g_find_program_in_path ("gnome-keyring-daemon");

  return path != NULL;
}

static inline gboolean
own_keyring_has_owner (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", OWN_KEYRING_NAME), G_VARIANT_TYPE ("(b)"), 0, -1, NULL, &error);
  gboolean has_owner;

  g_assert_no_error (error);
  g_variant_get (reply, "(b)", &has_owner);

  return has_owner;
}

static inline void
own_keyring_wait (gboolean has_owner)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  g_assert_no_error (error);
  for (int i = 0; i < 300 && own_keyring_has_owner (bus) != has_owner; i++)
    g_usleep (100 * 1000);
  g_assert_cmpint (own_keyring_has_owner (bus), ==, has_owner);
}

/* An unlocked keyring. */
static inline GSubprocess *
own_keyring_start (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *control
      = g_strdup_printf ("--control-directory=%s/control", g_get_user_data_dir ());
  GSubprocess *daemon
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                              | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          &error, "gnome-keyring-daemon", "--foreground", "--unlock",
                          "--components=secrets", control, NULL);
  GOutputStream *input;

  g_assert_no_error (error);
  input = g_subprocess_get_stdin_pipe (daemon);
  g_assert_true (g_output_stream_write_all (input, "open", 4, NULL, NULL, &error));
  g_assert_true (g_output_stream_close (input, NULL, &error));
  g_assert_no_error (error);
  own_keyring_wait (TRUE);

  return daemon;
}

static inline void
own_keyring_stop (GSubprocess *daemon)
{
  g_subprocess_send_signal (daemon, SIGTERM);
  g_subprocess_wait (daemon, NULL, NULL);
  g_object_unref (daemon);
  own_keyring_wait (FALSE);
}

/* What the desktop does when the screen is locked. */
static inline void
own_keyring_lock (void)
{
  const char *collections[] = { OWN_KEYRING_PATH "/aliases/default", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, OWN_KEYRING_NAME, OWN_KEYRING_PATH, "org.freedesktop.Secret.Service", "Lock",
      g_variant_new ("(^ao)", collections), NULL, 0, -1, NULL, &error);

  g_assert_no_error (error);
}
