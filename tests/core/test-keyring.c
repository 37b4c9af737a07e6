// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-keyring"
#include "config.h"

#include "own-data.h"
#include "own-keyring.h"
#include "pal-identity.h"
#include "pal-keyring.h"

#define TOKEN "a token: ÄÖ, \"quoted\""

static GTestDBus *own_bus;

static void
expect (PalKeyringPurpose purpose, const char *id, const char *secret)
{
  g_autoptr (GError) error = NULL;
  char *found = pal_keyring_look_up (purpose, id, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, secret);
  pal_secret_free (found);
}

static void
keep (PalKeyringPurpose purpose, const char *id, const char *secret)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_keyring_store (purpose, id, "Palermo: a test", secret, NULL, &error));
  g_assert_no_error (error);
}

/* Whether it is there can be seen while it is locked. */
static void
expect_there (const char *id, gboolean is_there)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pal_keyring_has (PAL_KEYRING_MODULE_TOKEN, id, NULL, &error), ==, is_there);
  g_assert_no_error (error);
}

static void
expect_all_fail (int code)
{
  g_autoptr (GError) store_error = NULL;
  g_autoptr (GError) look_up_error = NULL;
  g_autoptr (GError) forget_error = NULL;

  g_assert_false (
      pal_keyring_store (PAL_KEYRING_MODULE_TOKEN, "one", "Label", TOKEN, NULL, &store_error));
  g_assert_error (store_error, PAL_KEYRING_ERROR, code);
  g_assert_null (strstr (store_error->message, TOKEN));
  g_assert_null (pal_keyring_look_up (PAL_KEYRING_MODULE_TOKEN, "one", NULL, &look_up_error));
  g_assert_error (look_up_error, PAL_KEYRING_ERROR, code);
  g_assert_false (pal_keyring_forget (PAL_KEYRING_MODULE_TOKEN, "one", NULL, &forget_error));
  g_assert_error (forget_error, PAL_KEYRING_ERROR, code);
}

/* A computer without a session. */
static void
test_no_bus (void)
{
  g_autoptr (GError) error = NULL;

  expect_all_fail (PAL_KEYRING_ERROR_UNAVAILABLE);
  g_assert_false (pal_keyring_has (PAL_KEYRING_MODULE_TOKEN, "one", NULL, &error));
  g_assert_error (error, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE);
}

static void
begin_bus (void)
{
  if (g_test_dbus_get_bus_address (own_bus) == NULL)
    g_test_dbus_up (own_bus);
}

/* A desktop without a keyring. */
static void
test_no_service (void)
{
  begin_bus ();
  expect_all_fail (PAL_KEYRING_ERROR_UNAVAILABLE);
}

static GSubprocess *
start_or_skip (void)
{
  begin_bus ();
  if (own_keyring_is_installed ())
    return own_keyring_start ();
  g_test_skip ("gnome-keyring is not installed");

  return NULL;
}

static void
test_keep (void)
{
  GSubprocess *daemon = start_or_skip ();
  g_autoptr (GError) error = NULL;

  if (daemon == NULL)
    return;
  expect (PAL_KEYRING_MODULE_TOKEN, "one", NULL);
  g_assert_true (pal_keyring_forget (PAL_KEYRING_MODULE_TOKEN, "one", NULL, &error));
  g_assert_no_error (error);

  keep (PAL_KEYRING_MODULE_TOKEN, "one", "first");
  keep (PAL_KEYRING_MODULE_TOKEN, "two", "of another");
  keep (PAL_KEYRING_PROXY_LOGIN, "one", "for another purpose");
  keep (PAL_KEYRING_MODULE_TOKEN, "one", TOKEN);
  expect (PAL_KEYRING_MODULE_TOKEN, "one", TOKEN);
  expect (PAL_KEYRING_MODULE_TOKEN, "two", "of another");
  expect (PAL_KEYRING_PROXY_LOGIN, "one", "for another purpose");
  expect (PAL_KEYRING_CLIENT_PASSPHRASE, "one", NULL);

  g_assert_true (pal_keyring_forget (PAL_KEYRING_MODULE_TOKEN, "one", NULL, &error));
  g_assert_no_error (error);
  expect (PAL_KEYRING_MODULE_TOKEN, "one", NULL);
  expect (PAL_KEYRING_MODULE_TOKEN, "two", "of another");
  expect (PAL_KEYRING_PROXY_LOGIN, "one", "for another purpose");
  own_keyring_stop (daemon);
}

/* Before anything is asked of a keyring. */
static void
test_no_secrets (void)
{
  g_autofree char *long_one = g_strnfill (PAL_KEYRING_MAX_SECRET + 1, 'x');
  const char *const none[] = { "", "\xff\xfe", long_one };

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          pal_keyring_store (PAL_KEYRING_MODULE_TOKEN, "one", "Label", none[i], NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

/* The keyring is started anew, as after a reboot, by the same program. */
static void
test_again (void)
{
  GSubprocess *daemon = start_or_skip ();

  if (daemon == NULL)
    return;
  keep (PAL_KEYRING_MODULE_TOKEN, "one", TOKEN);
  own_keyring_stop (daemon);
  expect_all_fail (PAL_KEYRING_ERROR_UNAVAILABLE);
  daemon = own_keyring_start ();
  expect (PAL_KEYRING_MODULE_TOKEN, "one", TOKEN);
  own_keyring_stop (daemon);
}

/* Nobody is there who could unlock it. */
static void
test_locked (void)
{
  GSubprocess *daemon = start_or_skip ();

  if (daemon == NULL)
    return;
  keep (PAL_KEYRING_MODULE_TOKEN, "one", TOKEN);
  own_keyring_lock ();
  expect_all_fail (PAL_KEYRING_ERROR_LOCKED);
  expect_there ("one", TRUE);
  expect_there ("none", FALSE);
  /* What is not there needs nobody's yes. */
  expect (PAL_KEYRING_MODULE_TOKEN, "none", NULL);
  own_keyring_stop (daemon);
  /* And nothing was lost by that. */
  daemon = own_keyring_start ();
  expect (PAL_KEYRING_MODULE_TOKEN, "one", TOKEN);
  own_keyring_stop (daemon);
}

int
main (int argc, char **argv)
{
  int status;

  own_data_begin ();
  own_keyring_no_bus ();
  g_test_init (&argc, &argv, NULL);
  own_bus = g_test_dbus_new (G_TEST_DBUS_NONE);

  g_test_add_data_func ("/keyring/no-bus", test_no_bus, own_data_test);
  g_test_add_data_func ("/keyring/no-service", test_no_service, own_data_test);
  g_test_add_data_func ("/keyring/no-secrets", test_no_secrets, own_data_test);
  g_test_add_data_func ("/keyring/keep", test_keep, own_data_test);
  g_test_add_data_func ("/keyring/again", test_again, own_data_test);
  g_test_add_data_func ("/keyring/locked", test_locked, own_data_test);

  status = own_data_run ();
  g_test_dbus_down (own_bus);
  g_object_unref (own_bus);

  return status;
}
