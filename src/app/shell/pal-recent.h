// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which dossiers were open, and how far they were, so that home can show it without opening them.
 */

typedef struct
{
  char *path;
  char *title;   /* the State */
  char *subject; /* the questionnaire's title */
  guint answered;
  guint questions;
  gint64 used_us;
} PalRecentItem;

void pal_recent_item_free (PalRecentItem *item);

GPtrArray *
pal_recent_list (void); /* (element-type PalRecentItem): latest first, files that exist */
void pal_recent_put (const PalRecentItem *item);
void pal_recent_forget (const char *path);

G_END_DECLS
