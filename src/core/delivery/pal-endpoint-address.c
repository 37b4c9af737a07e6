// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-address"
#include "config.h"

#include "pal-endpoint-address.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_URL 1000
#define MAX_HOST 253

static const GUriFlags strict = G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD;

static gboolean
has_odd_characters (const char *url)
{
  if (strlen (url) > MAX_URL)
    return TRUE;
  for (const char *p = url; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || (guchar) *p >= 0x7f || *p == '\\')
      return TRUE;

  return FALSE;
}

/* A "." or "..", also when it is written with %2e. In the text as it came: GUri takes such steps
 * itself, and others may not. */
static gboolean
has_dot_segment (const char *url)
{
  g_auto (GStrv) segments = g_strsplit (url, "/", -1);

  for (char **segment = segments; *segment != NULL; segment++)
    {
      g_autofree char *plain = g_uri_unescape_string (*segment, "/");

      if (plain == NULL || strcmp (plain, ".") == 0 || strcmp (plain, "..") == 0)
        return TRUE;
    }

  return FALSE;
}

/* Old resolvers take "2130706433", "0x7f.1" and "127.1" for an address: one program would show one
 * host and the next would ask another. A name whose last part is a number must be four numbers. */
static gboolean
is_odd_number (const char *host)
{
  const char *dot = strrchr (host, '.');
  const char *last = dot != NULL ? dot + 1 : host;
  g_autoptr (GInetAddress) address = NULL;

  if (strspn (last, "0123456789") != strlen (last) && g_ascii_strncasecmp (last, "0x", 2) != 0)
    return FALSE;
  address = g_inet_address_new_from_string (host);

  return address == NULL;
}

static gboolean
is_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL || *host == '\0' || strlen (host) > MAX_HOST)
    return FALSE;
  if (strchr (host, ':') != NULL)
    {
      address = g_inet_address_new_from_string (host);
      return address != NULL;
    }
  if (strspn (host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")
          != strlen (host)
      || *host == '.' || *host == '-' || strstr (host, "..") != NULL
      || g_str_has_suffix (host, "."))
    return FALSE;

  return !is_odd_number (host);
}

static gboolean
is_loopback (const char *host)
{
  g_autofree char *small = g_ascii_strdown (host, -1);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  const guint8 *bytes;

  if (address == NULL)
    return strcmp (small, "localhost") == 0 || g_str_has_suffix (small, ".localhost");
  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address))
    return TRUE;
  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return FALSE;
  bytes = g_inet_address_to_bytes (address);

  /* ::ffff:127.0.0.1 */
  return bytes[10] == 0xff && bytes[11] == 0xff && (bytes[12] == 127 || bytes[12] == 0)
         && memcmp (bytes, "\0\0\0\0\0\0\0\0\0", 10) == 0;
}

/**
 * pal_endpoint_check_address:
 * @url: (nullable): an address from outside
 * @is_practice: whether it is for practice on this computer
 *
 * The address of an endpoint is shown to people, logged, and given to another library: it must read
 * the same to all of them. This computer is for practice alone, as an endpoint from elsewhere has
 * no business with what listens here; and practice goes nowhere else.
 *
 * Returns: what is wrong with it, %PAL_ADDRESS_GOOD when nothing is
 */
PalAddressFault
pal_endpoint_check_address (const char *url, gboolean is_practice)
{
  g_autoptr (GUri) uri = NULL;

  if (url == NULL || *url == '\0')
    return PAL_ADDRESS_NOT_HTTPS;
  if (has_odd_characters (url))
    return PAL_ADDRESS_CHARACTERS;
  if (g_ascii_strncasecmp (url, "https://", 8) != 0)
    return PAL_ADDRESS_NOT_HTTPS;
  uri = g_uri_parse (url, strict, NULL);
  if (uri == NULL)
    return PAL_ADDRESS_HOST;
  if (g_uri_get_userinfo (uri) != NULL)
    return PAL_ADDRESS_SECRET;
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return PAL_ADDRESS_EXTRA;
  if (!is_host (g_uri_get_host (uri)) || g_uri_get_port (uri) == 0
      || g_uri_get_port (uri) > G_MAXUINT16)
    return PAL_ADDRESS_HOST;
  if (has_dot_segment (url))
    return PAL_ADDRESS_CHARACTERS;
  if (is_loopback (g_uri_get_host (uri)) != is_practice)
    return is_practice ? PAL_ADDRESS_NOT_HERE : PAL_ADDRESS_LOOPBACK;

  return PAL_ADDRESS_GOOD;
}

const char *
pal_address_fault_to_string (PalAddressFault fault)
{
  switch (fault)
    {
    case PAL_ADDRESS_GOOD:
      return "the address is good";
    case PAL_ADDRESS_NOT_HTTPS:
      return "the address does not begin with https://";
    case PAL_ADDRESS_SECRET:
      return "the address holds a name or a password";
    case PAL_ADDRESS_EXTRA:
      return "the address holds a query or a fragment";
    case PAL_ADDRESS_CHARACTERS:
      return "the address is too long, or holds characters or steps that no endpoint needs";
    case PAL_ADDRESS_HOST:
      return "the address names no host that everybody reads alike";
    case PAL_ADDRESS_LOOPBACK:
      return "the address is this computer's own, and the endpoint is not for practice";
    case PAL_ADDRESS_NOT_HERE:
      return "the endpoint is for practice, and its address is not this computer's own";
    }

  return "";
}

/**
 * pal_endpoint_is_proxy_address:
 * @url: (nullable): what a person typed
 *
 * Returns: whether it is the address of a proxy and nothing more: no password, no path
 */
gboolean
pal_endpoint_is_proxy_address (const char *url)
{
  static const char *const schemes[] = { "http", "https", "socks5h", "socks5" };
  g_autoptr (GUri) uri = NULL;
  gboolean is_known = FALSE;

  if (url == NULL || has_odd_characters (url))
    return FALSE;
  uri = g_uri_parse (url, strict, NULL);
  if (uri == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    is_known = is_known || strcmp (g_uri_get_scheme (uri), schemes[i]) == 0;

  return is_known && g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL
         && g_uri_get_fragment (uri) == NULL && is_host (g_uri_get_host (uri))
         && g_uri_get_port (uri) > 0 && g_uri_get_port (uri) <= G_MAXUINT16
         && (*g_uri_get_path (uri) == '\0' || strcmp (g_uri_get_path (uri), "/") == 0);
}
