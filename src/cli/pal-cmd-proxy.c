// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-proxy"
#include "config.h"

#include "pal-cli-key.h"
#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-endpoint-address.h"
#include "pal-keyring.h"

#include <string.h>

/* proxy remember, proxy forget: name and password for a proxy, in the keyring alone. What sends
 * finds them by the address. */

static int
fail_address (void)
{
  return pal_cli_fail (PAL_EXIT_USAGE, "the proxy is an address such as http://proxy.example:3128 "
                                       "without a name or a password");
}

/**
 * pal_cmd_proxy_remember:
 *
 * proxy remember ADDRESS --password-fd N
 *
 * Returns: 0; 64; 66 nothing to read, no keyring, or a locked one; 74
 */
int
pal_cmd_proxy_remember (int argc, char **argv)
{
  int fd = -1;
  const GOptionEntry entries[] = { { "password-fd", 0, 0, G_OPTION_ARG_INT, &fd,
                                     "Read NAME:PASSWORD from this descriptor", "N" },
                                   { NULL } };
  g_autofree char *label = NULL;
  g_autoptr (GError) error = NULL;
  char *login;
  gboolean is_login;
  gboolean ok = FALSE;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (!pal_endpoint_is_proxy_address (argv[1]))
    return fail_address ();
  if (fd < 0)
    return pal_cli_fail (PAL_EXIT_USAGE, "proxy remember needs --password-fd");
  login = pal_cli_read_secret (fd, "", &error);
  is_login = login != NULL && strchr (login, ':') != NULL;
  label = g_strdup_printf ("Palermo: proxy %s", argv[1]);
  if (is_login)
    ok = pal_keyring_store (PAL_KEYRING_PROXY_LOGIN, argv[1], label, login, NULL, &error);
  pal_secret_free (login);
  if (!is_login)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "no NAME:PASSWORD can be read");

  return ok ? PAL_EXIT_OK : pal_cli_fail_error (error, argv[1]);
}

/**
 * pal_cmd_proxy_forget:
 *
 * proxy forget ADDRESS
 *
 * Returns: 0, also when nothing was remembered; 64; 66 no keyring, or a locked one; 74
 */
int
pal_cmd_proxy_forget (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, NULL, 1, 1, &code))
    return code;
  if (!pal_endpoint_is_proxy_address (argv[1]))
    return fail_address ();

  return pal_keyring_forget (PAL_KEYRING_PROXY_LOGIN, argv[1], NULL, &error)
             ? PAL_EXIT_OK
             : pal_cli_fail_error (error, argv[1]);
}
