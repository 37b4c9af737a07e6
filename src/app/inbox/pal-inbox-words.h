// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-inbox.h"

G_BEGIN_DECLS

/* What came from outside, for people. All: (transfer full). */

/* (nullable): the error is none of the inbox's, or of reading kits. */
char *pal_inbox_dup_trouble (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
/* What it is called in the list: what it says it is about, or its file. */
char *pal_inbox_dup_title (const PalInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;
/* The line below that: from whom, how many points, since when. */
char *pal_inbox_dup_line (const PalInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;
char *pal_inbox_dup_from (const PalInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;
char *pal_inbox_dup_signature (const PalInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;
char *pal_inbox_dup_file (const PalInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable): nobody decided yet. */
char *pal_inbox_dup_decision (const PalInboxItem *item) G_GNUC_WARN_UNUSED_RESULT;
char *pal_inbox_dup_remark (PalInboxReading *reading,
                            const PalKitRemark *remark) G_GNUC_WARN_UNUSED_RESULT;
/* Below the text of a point: where it belongs, and what is special about it. */
char *pal_inbox_dup_point (const PalInboxItem *item,
                           const PalInboxPoint *point) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
