// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* On what kind of disk a file lies: some may be gone in the next moment, and some keep no locks. */
typedef enum
{
  PAL_PLACE_DISK,      /* of this computer */
  PAL_PLACE_REMOVABLE, /* a stick or a card */
  PAL_PLACE_NETWORK,   /* a folder on another computer */
  PAL_N_PLACES
} PalPlace;

PalPlace pal_place_look (const char *path);
/* The same from the text of /proc/self/mountinfo; path: absolute, without links. */
PalPlace pal_place_find (const char *mountinfo, const char *path);

G_END_DECLS
