// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"

#include <glib.h>

G_BEGIN_DECLS

/* Where to, and with what: the options of each verb that talks to a module. */

typedef struct
{
  char *endpoint;
  char *ca;
  char *certificate;
  char *key;
  int token_fd;
  int pin_fd;
  char *proxy;
  int proxy_password_fd;
  gint64 max_rate; /* bytes a second */
  char *module_certificate;
} PalCliEndpointOptions;

#define PAL_CLI_ENDPOINT_OPTIONS_INIT                                                              \
  {                                                                                                \
    .token_fd = -1, .pin_fd = -1, .proxy_password_fd = -1                                          \
  }

/* Rows for a table of GOptionEntry; o: a PalCliEndpointOptions */
#define PAL_CLI_ENDPOINT_ENTRIES(o)                                                                \
  { "endpoint",                                                                                    \
    0,                                                                                             \
    0,                                                                                             \
    G_OPTION_ARG_STRING,                                                                           \
    &(o).endpoint,                                                                                 \
    "Where to: an endpoint that is here, or an https address",                                     \
    "NAME|URL" },                                                                                  \
      { "pin-fd",    0,                                                                            \
        0,           G_OPTION_ARG_INT,                                                             \
        &(o).pin_fd, "Read the passphrase of the certificate that is kept with the endpoint",      \
        "N" },                                                                                     \
      { "proxy",    0,                                                                             \
        0,          G_OPTION_ARG_STRING,                                                           \
        &(o).proxy, "Through which proxy: system, none or an address (default: system)",           \
        "WHICH" },                                                                                 \
      { "proxy-password-fd",                                                                       \
        0,                                                                                         \
        0,                                                                                         \
        G_OPTION_ARG_INT,                                                                          \
        &(o).proxy_password_fd,                                                                    \
        "Read NAME:PASSWORD for the proxy from descriptor N",                                      \
        "N" },                                                                                     \
      { "max-rate",                                                                                \
        0,                                                                                         \
        0,                                                                                         \
        G_OPTION_ARG_INT64,                                                                        \
        &(o).max_rate,                                                                             \
        "Send no more bytes a second than this, 4096 at least",                                    \
        "N" },                                                                                     \
      { "module-cert",                                                                             \
        0,                                                                                         \
        0,                                                                                         \
        G_OPTION_ARG_FILENAME,                                                                     \
        &(o).module_certificate,                                                                   \
        "Certificate of the module; no other signer of receipts counts",                           \
        "PEM" },                                                                                   \
      { "ca",    0,                                                                                \
        0,       G_OPTION_ARG_FILENAME,                                                            \
        &(o).ca, "Who vouches for the server (default: whom the system trusts)",                   \
        "PEM" },                                                                                   \
      { "cert", 0, 0, G_OPTION_ARG_FILENAME, &(o).certificate, "Our client certificate", "PEM" },  \
      { "key", 0, 0, G_OPTION_ARG_FILENAME, &(o).key, "Its key", "PEM" },                          \
  {                                                                                                \
    "token-fd", 0, 0, G_OPTION_ARG_INT, &(o).token_fd, "Read a bearer token from descriptor N",    \
        "N"                                                                                        \
  }

void pal_cli_endpoint_options_clear (PalCliEndpointOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalCliEndpointOptions, pal_cli_endpoint_options_clear)

/* Free with pal_secret_free(). */
char *pal_cli_endpoint_read_token (int fd, GError **error);

PalEndpoint *pal_cli_endpoint_make (const PalCliEndpointOptions *options, int *exit_code);

G_END_DECLS
