// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-key"
#include "config.h"

#include "pal-cli-key.h"
#include "pal-cli.h"

#include "pal-clock.h"
#include "pal-token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_SECRET 4096

/* Keys and their passphrases, which never stand on the command line. */

static char *
read_line (int fd, GError **error)
{
  char buffer[MAX_SECRET + 1] = { 0 };
  gsize length = 0;
  gssize n = 0;
  char *line;

  /* One byte at a time: what follows the line belongs to somebody else. */
  while (length < MAX_SECRET)
    {
      n = read (fd, buffer + length, 1);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0 || buffer[length] == '\n')
        break;
      length++;
    }
  if (n < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "cannot read a passphrase from descriptor %d: %s", fd, g_strerror (errno));
      explicit_bzero (buffer, sizeof buffer);
      return NULL;
    }
  line = g_strndup (buffer, length);
  explicit_bzero (buffer, sizeof buffer);
  g_strchomp (line); /* a carriage return is no part of it either */

  return line;
}

static char *
ask (const char *prompt, GError **error)
{
  struct termios before;
  struct termios silent;
  char *line;
  int terminal = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

  if (terminal < 0)
    return NULL;
  if (tcgetattr (terminal, &before) != 0)
    {
      close (terminal);
      return NULL;
    }
  silent = before;
  silent.c_lflag &= ~ECHO;
  tcsetattr (terminal, TCSAFLUSH, &silent);
  (void) !write (terminal, prompt, strlen (prompt));
  line = read_line (terminal, error);
  tcsetattr (terminal, TCSAFLUSH, &before);
  (void) !write (terminal, "\n", 1);
  close (terminal);

  return line;
}

char *
pal_cli_read_secret (int fd, const char *prompt, GError **error)
{
  if (fd >= 0)
    return read_line (fd, error);

  return isatty (STDIN_FILENO) ? ask (prompt, error) : NULL;
}

static PalIdentity *
load (const char *key, const char *passphrase, GError **error)
{
  const char *plus = strrchr (key, '+');
  g_autofree char *key_path = NULL;

  if (plus == NULL || g_file_test (key, G_FILE_TEST_EXISTS))
    return pal_identity_load (key, passphrase, error);
  key_path = g_strndup (key, plus - key);

  return pal_identity_load_pem (key_path, plus + 1, passphrase, error);
}

static const char *
get_pin_prompt (PalTokenPin pin)
{
  switch (pin)
    {
    case PAL_TOKEN_PIN_MISSED:
      return "PIN of the token (the last one was wrong): ";
    case PAL_TOKEN_PIN_LAST_TRY:
      return "PIN of the token (one try is left before it locks): ";
    case PAL_TOKEN_PIN_NONE:
    case PAL_TOKEN_PIN_NEEDED:
    case PAL_TOKEN_PIN_LOCKED:
    case PAL_TOKEN_PIN_NOT_SET:
      break;
    }

  return "PIN of the token: ";
}

/* Nobody is asked for the PIN of a token that would not take one. */
static gboolean
wants_pin (const PalToken *token)
{
  return !token->has_keypad && token->pin != PAL_TOKEN_PIN_NONE
         && token->pin != PAL_TOKEN_PIN_LOCKED && token->pin != PAL_TOKEN_PIN_NOT_SET;
}

static PalIdentity *
load_from_token (const char *uri, int pin_fd, GError **error)
{
  g_autoptr (PalToken) token = pal_token_find (uri, error);
  g_autoptr (GError) local_error = NULL;
  PalIdentity *identity;
  char *secret = NULL;

  if (token == NULL)
    return NULL;
  if (wants_pin (token))
    secret = pal_cli_read_secret (pin_fd, get_pin_prompt (token->pin), &local_error);
  else if (token->has_keypad)
    fprintf (stderr, "Type the PIN on the reader.\n");
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  identity = pal_token_open (uri, secret, error);
  pal_secret_free (secret);

  return identity;
}

PalIdentity *
pal_cli_load_key_and_secret (const char *key, int pin_fd, char **secret, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PalIdentity *identity;

  *secret = NULL;
  if (pal_token_is_uri (key))
    return load_from_token (key, pin_fd, error);
  if (pin_fd < 0)
    {
      identity = load (key, NULL, &local_error);
      if (identity != NULL)
        return identity;
      if (!g_error_matches (local_error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }

  *secret = pal_cli_read_secret (pin_fd, "Passphrase of the key: ", error);
  if (*secret == NULL)
    {
      if (local_error != NULL && (error == NULL || *error == NULL))
        g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  identity = load (key, *secret, error);
  if (identity == NULL)
    g_clear_pointer (secret, pal_secret_free);

  return identity;
}

PalIdentity *
pal_cli_load_key (const char *key, int pin_fd, GError **error)
{
  char *secret;
  PalIdentity *identity = pal_cli_load_key_and_secret (key, pin_fd, &secret, error);

  pal_secret_free (secret);

  return identity;
}

PalIdentity *
pal_cli_load_default_key (const char *common_name, int pin_fd, gboolean *created, GError **error)
{
  g_autofree char *path = pal_identity_dup_default_path ();
  PalIdentity *identity;
  char *secret = NULL;

  *created = FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return pal_cli_load_key (path, pin_fd, error);

  if (pin_fd >= 0)
    {
      secret = pal_cli_read_secret (pin_fd, "", error);
      if (secret == NULL)
        return NULL;
    }
  identity = pal_identity_load_default (common_name, secret, created, error);
  pal_secret_free (secret);

  return identity;
}

gboolean
pal_cli_warn_of_clock (gint64 seen_us, const char *what)
{
  g_autofree char *seen = NULL;
  g_autofree char *now = NULL;

  if (!pal_clock_is_behind (seen_us))
    return FALSE;
  seen = pal_clock_format_rfc3339 (seen_us);
  now = pal_clock_format_rfc3339 (g_get_real_time ());
  fprintf (stderr,
           "The clock of this computer says %s, and %s says %s already. What is signed now carries "
           "that earlier time. If the clock is wrong, set it and sign again.\n",
           now, what, seen);

  return TRUE;
}

int
pal_cli_fail_output (const GError *error, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  int code = PAL_EXIT_IO;

  if (error->domain != G_IO_ERROR)
    return pal_cli_fail_error (error, shown);
  switch ((GIOErrorEnum) error->code)
    {
    case G_IO_ERROR_NOT_FOUND:
    case G_IO_ERROR_EXISTS:
    case G_IO_ERROR_IS_DIRECTORY:
    case G_IO_ERROR_NOT_DIRECTORY:
    case G_IO_ERROR_NOT_REGULAR_FILE:
    case G_IO_ERROR_PERMISSION_DENIED:
    case G_IO_ERROR_READ_ONLY:
    case G_IO_ERROR_FILENAME_TOO_LONG:
    case G_IO_ERROR_INVALID_FILENAME:
    case G_IO_ERROR_TOO_MANY_LINKS:
      code = PAL_EXIT_CANNOT_CREATE;
      break;
    default:
      return pal_cli_fail_error (error, shown);
    }

  return pal_cli_fail (code, "%s: %s", shown, error->message);
}
