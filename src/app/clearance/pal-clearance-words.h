// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include "pal-clearance.h"

G_BEGIN_DECLS

/* How a page stands and what is open on it, for people: a glyph and words, never a colour alone. */

const char *pal_page_state_get_words (PalPageState state);
const char *pal_page_state_get_icon (PalPageState state);
/* "Ready", who and when; and when the answers are others now. */
char *pal_page_dup_state_line (const PalPageClearance *page) G_GNUC_WARN_UNUSED_RESULT;
/* The title of the page in the language of the form. */
char *pal_page_dup_title (PalSession *session, const char *path) G_GNUC_WARN_UNUSED_RESULT;

const char *pal_point_kind_get_title (PalPointKind kind);
char *pal_point_kind_dup_count (PalPointKind kind, guint n) G_GNUC_WARN_UNUSED_RESULT;
/* All of them in one line; NULL when there are none. A page that is a draft is none here. */
char *pal_points_dup_line (GPtrArray *points) G_GNUC_WARN_UNUSED_RESULT;
/* The words of the question, or of what is around it. */
char *pal_point_dup_question (PalSession *session, const char *node) G_GNUC_WARN_UNUSED_RESULT;
/* Goes there. */
void pal_point_show (PalSession *session, const PalPoint *point);

/* A digest in groups of four, for reading aloud; and its first groups, for telling two apart. */
char *pal_digest_dup_groups (const char *digest) G_GNUC_WARN_UNUSED_RESULT;
char *pal_digest_dup_short (const char *digest) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
