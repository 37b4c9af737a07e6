// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A few answers of the invented country Practicia, for "dossier new --sample". Arrays get node and
 * value in turn, newly allocated. */

void pal_cli_sample_get_answers (GPtrArray *answers);
guint pal_cli_sample_count_records (void);
/* Returns: the id of the record's form */
const char *pal_cli_sample_get_record (guint index, GPtrArray *answers);

G_END_DECLS
