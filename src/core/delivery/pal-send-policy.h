// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How and when archives may go: what a person set for this computer. Nothing here lets anything
 * out by itself: an archive leaves only after a person agreed to that very job, and the policy
 * can but hold back what was agreed to. */

typedef enum
{
  PAL_SEND_WHEN_TOLD,      /* as soon as somebody says so, on whatever connection there is */
  PAL_SEND_WHEN_CONNECTED, /* what was agreed to waits until the computer is connected */
  PAL_SEND_NOT_METERED     /* the same, and not where each byte is paid for */
} PalSendWhen;

typedef enum
{
  PAL_PROXY_SYSTEM, /* as the system is set */
  PAL_PROXY_NONE,   /* none, whatever the system says */
  PAL_PROXY_BY_HAND /* the address that a person typed */
} PalProxyMode;

#define PAL_SEND_MINUTES (24 * 60)
#define PAL_SEND_MIN_BYTES_PER_SECOND (4 * 1024)

typedef struct
{
  PalSendWhen when;
  gboolean has_hours;
  guint from_minute;  /* of the day, local time */
  guint until_minute; /* not any more; before from_minute: over midnight */
  PalProxyMode proxy_mode;
  char *proxy_url;              /* (nullable): by hand */
  char *proxy_user;             /* (nullable) */
  char *proxy_password;         /* (nullable): never logged or written */
  goffset max_bytes_per_second; /* 0: no cap */
} PalSendManners;

void pal_send_manners_copy (const PalSendManners *self, PalSendManners *copy);
void pal_send_manners_clear (PalSendManners *self);

/* What the system says of the connection: hints, which may be wrong. */
typedef struct
{
  gboolean is_connected;
  gboolean is_metered;
} PalLink;

PalLink pal_link_get_now (void);

typedef enum
{
  PAL_SEND_GO,
  PAL_SEND_WAIT_AGREEMENT, /* nobody has said yes to this job */
  PAL_SEND_WAIT_LINK,
  PAL_SEND_WAIT_UNMETERED,
  PAL_SEND_WAIT_HOURS
} PalSendVerdict;

/* now: local time. is_agreed: a person said yes to this job. is_told_now: and has just said "now".
 * until: (out) (nullable) (transfer full): when PAL_SEND_WAIT_HOURS ends. */
PalSendVerdict
pal_send_policy_decide (const PalSendManners *manners, GDateTime *now, const PalLink *link,
                        gboolean is_agreed, gboolean is_told_now, GDateTime **until);

/* "22:00" to minutes of the day; FALSE when it is no time. */
gboolean pal_send_policy_parse_minute (const char *text, guint *minute);

G_END_DECLS
