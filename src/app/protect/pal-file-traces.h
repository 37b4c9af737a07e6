// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-traces.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Beside an attached file: what it tells beside what people see in it, and a button that takes that
 * out. Not there when it tells nothing. */

#define PAL_TYPE_FILE_TRACES (pal_file_traces_get_type ())
G_DECLARE_FINAL_TYPE (PalFileTraces, pal_file_traces, PAL, FILE_TRACES, GtkBox)

GtkWidget *pal_file_traces_new (void);
/* attachment: (nullable): name of an attachment; NULL or "": none. may_change: whether it may be
 * replaced. */
void pal_file_traces_show (PalFileTraces *self, PalDossier *dossier, const char *attachment,
                           gboolean may_change);

/* "a place, names and times": what kinds of things a file tells beside its content. */
char *pal_file_traces_dup_list (const PalTraces *traces) G_GNUC_WARN_UNUSED_RESULT;

/* Signals:
 *  "cleaned" (const char *attachment): the same file without them is attached under this name
 */

G_END_DECLS
