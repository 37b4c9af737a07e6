// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-reply"
#include "config.h"

#include "pal-module-reply.h"

#include "pal-module-server.h"

#include <string.h>

void
pal_reply_set (SoupServerMessage *message, guint status, const char *text)
{
  g_autofree char *body = g_strdup_printf ("%s\nThis is palermo-module: a " PAL_MODULE_NOTICE ".\n",
                                           text != NULL ? text : "");

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, body,
                                    strlen (body));
}

void
pal_reply_set_header (SoupServerMessage *message, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), name, value);
}

void
pal_reply_set_number (SoupServerMessage *message, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  pal_reply_set_header (message, name, text);
}

const char *
pal_reply_get_header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (message), name);
}

gboolean
pal_reply_get_number (SoupServerMessage *message, const char *name, goffset *value)
{
  const char *text = pal_reply_get_header (message, name);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;
  *value = (goffset) number;

  return TRUE;
}

/* libsoup 3.2 takes a 204, which has no Content-Length, for one that ends with the connection, and
 * closes it; a sender would need a new TLS handshake for every part. */
static void
wrote_headers_cb (SoupServerMessage *message, gpointer data)
{
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_NONE);
}

void
pal_reply_set_no_content (SoupServerMessage *message)
{
  soup_server_message_set_status (message, 204, NULL);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);
}

/* Goes on with a reply, if anybody still waits for it. */
void
pal_reply_unpause (SoupServerMessage *message)
{
  if (g_object_get_data (G_OBJECT (message), "aborted") == NULL)
    soup_server_message_unpause (message);
}

/* Whoever asked went away. */
void
pal_reply_set_aborted (SoupServerMessage *message)
{
  g_object_set_data (G_OBJECT (message), "aborted", message);
}
