// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint"
#include "config.h"

#include "pal-delivery.h"

#include <string.h>

PalEndpoint *
pal_endpoint_new (void)
{
  return g_new0 (PalEndpoint, 1);
}

PalEndpoint *
pal_endpoint_copy (const PalEndpoint *self)
{
  PalEndpoint *copy = pal_endpoint_new ();

  copy->url = g_strdup (self->url);
  copy->ca_file = g_strdup (self->ca_file);
  copy->client_certificate = g_strdup (self->client_certificate);
  copy->client_key = g_strdup (self->client_key);
  copy->client_passphrase = g_strdup (self->client_passphrase);
  copy->token = g_strdup (self->token);
  copy->module_certificate = g_strdup (self->module_certificate);
  copy->max_archive_bytes = self->max_archive_bytes;
  copy->max_part_bytes = self->max_part_bytes;
  pal_send_manners_copy (&self->manners, &copy->manners);

  return copy;
}

static void
free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
pal_endpoint_free (PalEndpoint *self)
{
  if (self == NULL)
    return;
  g_free (self->url);
  g_free (self->ca_file);
  g_free (self->client_certificate);
  g_free (self->client_key);
  free_secret (self->client_passphrase);
  free_secret (self->token);
  g_free (self->module_certificate);
  pal_send_manners_clear (&self->manners);
  g_free (self);
}
