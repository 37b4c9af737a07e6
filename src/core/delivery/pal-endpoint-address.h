// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which addresses an endpoint may have, and which a proxy. Pure functions. */

typedef enum
{
  PAL_ADDRESS_GOOD,
  PAL_ADDRESS_NOT_HTTPS,  /* another scheme, or no address at all */
  PAL_ADDRESS_SECRET,     /* holds a name or a password, which would end in logs */
  PAL_ADDRESS_EXTRA,      /* a query or a fragment */
  PAL_ADDRESS_CHARACTERS, /* outside printable ASCII, too long, or steps such as ".." */
  PAL_ADDRESS_HOST,       /* none, or a number that only some programs read */
  PAL_ADDRESS_LOOPBACK,   /* this computer, and not for practice */
  PAL_ADDRESS_NOT_HERE    /* for practice, and not this computer */
} PalAddressFault;

PalAddressFault pal_endpoint_check_address (const char *url, gboolean is_practice);
/* Short English, for logs and the command line. */
const char *pal_address_fault_to_string (PalAddressFault fault);

/* "http://host:port", "https://…", "socks5h://…" without anything else; a password is kept apart.
 */
gboolean pal_endpoint_is_proxy_address (const char *url);

G_END_DECLS
