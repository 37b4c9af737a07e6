// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-coverage.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What stands behind a cell of the table of who was heard on what: cards, consultations, points.
 * Each leads to its record. */
void pal_coverage_window_present (GtkWidget *parent, PalSession *session, const char *type,
                                  const char *article, const PalCoverageRecords *records);

G_END_DECLS
