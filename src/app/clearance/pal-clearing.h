// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include "pal-edition.h"

G_BEGIN_DECLS

/* How the pages of an open dossier stand, and the steps draft, ready, cleared. One per session; it
 * looks in the background and keeps what it saw last. Main thread. */

#define PAL_TYPE_CLEARING (pal_clearing_get_type ())
G_DECLARE_FINAL_TYPE (PalClearing, pal_clearing, PAL, CLEARING, GObject)

PalClearing *pal_clearing_of_session (PalSession *session); /* (transfer none): lives as long */
PalSession *pal_clearing_get_session (PalClearing *self);   /* (nullable): it has gone */

/* Looks again; "changed" follows, also when it could not be read. */
void pal_clearing_look (PalClearing *self);
/* As long as somebody watches, it looks again by itself after each change. */
void pal_clearing_watch (PalClearing *self);
void pal_clearing_unwatch (PalClearing *self);

/* What was seen last; all (nullable), good until "changed". */
PalClearance *pal_clearing_get_clearance (PalClearing *self);
const PalEdition *pal_clearing_get_present (PalClearing *self); /* all is cleared, and frozen */
GPtrArray *pal_clearing_get_editions (PalClearing *self); /* (element-type PalEdition), by age */
PalSupplement *pal_clearing_get_supplement (PalClearing *self); /* something was packed already */
const GError *pal_clearing_get_trouble (PalClearing *self);
/* The page of the questionnaire with this path. */
PalPageClearance *pal_clearing_find_page (PalClearing *self, const char *path);
/* Its path as the core has it; (transfer none). */
const char *pal_clearing_get_path (PalClearing *self, PalOutlinePage *page);

/* A step of some pages, as one act. pages: (nullable): all that are not there yet. anyway: with
 * what is open. reason: of PAL_PAGE_DRAFT alone. Errors as in pal-clearance.h. */
void pal_clearing_step_async (PalClearing *self, PalPageState next, const char *const *pages,
                              gboolean anyway, const char *reason, GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean pal_clearing_step_finish (PalClearing *self, GAsyncResult *result, GError **error);

/* Notes in which archive an edition went; nobody waits for it. */
void pal_clearing_note_packed (PalClearing *self, const PalEdition *edition, const char *path);

/* Signal: "changed": what was seen last is another. */

G_END_DECLS
