// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What goes wrong on purpose, for practice and tests. One row of the table in the .c each; --help
 * prints that table. */
typedef enum
{
  PAL_FAULT_CUT_AFTER,
  PAL_FAULT_STALL,
  PAL_FAULT_FORGET,
  PAL_FAULT_LOSE,
  PAL_FAULT_REDIRECT,
  PAL_FAULT_REFUSE,
  PAL_FAULT_ERROR,
  PAL_FAULT_PART_LIMIT,
  PAL_FAULT_RATE,
  PAL_FAULT_SLOW_CHECK,
  PAL_FAULT_FORGED_RECEIPT,
  N_PAL_FAULTS
} PalFaultKind;

typedef struct
{
  gboolean is_on;
  gint64 value;
  gint64 times; /* left; negative: always */
  guint retry_after_s;
} PalFault;

typedef struct
{
  PalFault faults[N_PAL_FAULTS];
  gint64 received; /* bytes since the last cut */
} PalFaults;

gboolean pal_faults_parse (PalFaults *self, const char *text, GError **error);
char *pal_faults_dup_help (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_faults_is_on (const PalFaults *self, PalFaultKind kind);
gint64 pal_faults_get_value (const PalFaults *self, PalFaultKind kind);
void pal_faults_used (PalFaults *self, PalFaultKind kind);

G_END_DECLS
