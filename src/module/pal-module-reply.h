// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What every handler does with a request and its reply. */
void pal_reply_set (SoupServerMessage *message, guint status, const char *text);
void pal_reply_set_no_content (SoupServerMessage *message);
void pal_reply_set_header (SoupServerMessage *message, const char *name, const char *value);
void pal_reply_set_number (SoupServerMessage *message, const char *name, gint64 value);
const char *pal_reply_get_header (SoupServerMessage *message, const char *name);
gboolean pal_reply_get_number (SoupServerMessage *message, const char *name, goffset *value);
void pal_reply_set_aborted (SoupServerMessage *message);
void pal_reply_unpause (SoupServerMessage *message);

G_END_DECLS
