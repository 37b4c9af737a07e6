// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a verifier that runs as a process of its own said about an archive: files from outside are
 * read where no key is. */
typedef struct
{
  int code;         /* as of palermo-cli verify */
  char *sha256;     /* (nullable) */
  char *indication; /* word of ETSI EN 319 102-1 */
  char *message;
} PalVerdict;

void pal_verdict_clear (PalVerdict *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalVerdict, pal_verdict_clear)

gboolean pal_verdict_parse (PalVerdict *self, const char *text);
void pal_verdict_set (PalVerdict *self, int code, const char *message);
/* A GSpawnChildSetupFunc. */
void pal_verdict_limit_child (gpointer unused);

G_END_DECLS
