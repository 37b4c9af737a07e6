// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cli.h"
#include "pal-dossier.h"

G_BEGIN_DECLS

/* What a verb does with the dossier that its first word names; says itself what goes wrong, and
 * returns the exit code. argv: the words that were left by pal_cli_parse(). */
typedef int (*PalCliWork) (PalDossier *dossier, char **argv);

/* Opens argv[1], does the work, closes. */
int pal_cli_read_dossier (char **argv, PalCliWork work);
/* The same for work that may change it. author: (nullable): who does so, for the history. */
int pal_cli_change_dossier (char **argv, const char *author, PalCliWork work);

/* Closes a dossier (nullable) and returns code, or says what went wrong with closing. */
int pal_cli_close (PalDossier *dossier, int code);

G_END_DECLS
