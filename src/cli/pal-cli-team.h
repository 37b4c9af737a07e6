// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cli-json.h"
#include "pal-handout.h"

G_BEGIN_DECLS

/* What the team verbs share. */

GPtrArray *pal_cli_team_list_paths (char **paths) G_GNUC_WARN_UNUSED_RESULT; /* borrowed paths */
/* path: (nullable): the key kept here, made for name when first wanted */
PalIdentity *pal_cli_team_load_key (const char *path, const char *name, int fd, GError **error);
PalHandout *pal_cli_team_look (const char *path, const char *key_path, int fd, char **trusted,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Name and fingerprint of the certificate; (nullable). */
void pal_cli_say_unknown (const char *signer, const char *mark);

/* Members of an object: what a package says of itself, and who signed it. */
void pal_cli_team_add_handout (JsonBuilder *builder, const PalHandout *handout);
/* The place of an act in the log, for "team undo". */
void pal_cli_team_add_span (JsonBuilder *builder, const PalLogSpan *span);
void pal_cli_team_print_span (const PalLogSpan *span, gboolean in_json);

G_END_DECLS
