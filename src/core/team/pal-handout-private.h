// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-handout.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Facts of a working dossier. */
#define PAL_HANDOUT_META_SECTION "section" /* paths that may be edited, one a line */
#define PAL_HANDOUT_META_ID "hand-out"
#define PAL_HANDOUT_META_DOSSIER "hand-out-dossier"
#define PAL_HANDOUT_META_PERSON "hand-out-person"
#define PAL_HANDOUT_META_FROM "hand-out-from"
#define PAL_HANDOUT_META_SIGNER "hand-out-signer"
#define PAL_HANDOUT_META_DUE "hand-out-due"

#define PAL_HANDOUT_LOG "data/changes.jsonl"

gboolean pal_handout_is_questionnaire (const char *form_id);
/* Whether path, with row ids, is at or below prefix, without. */
gboolean pal_handout_is_below (const char *path, const char *prefix);
gboolean pal_handout_is_in (const char *path, const char *const *prefixes);

/* --- pal-handout-draft.c: both kinds are written by it */

typedef struct
{
  const char *kind;
  const char *id;
  const char *hand_out;
  const char *dossier_id;
  const char *person;
  const char *from;       /* (nullable) */
  const char *due;        /* (nullable) */
  GPtrArray *pages;       /* (element-type PalHandoutPage) */
  GPtrArray *records;     /* (element-type PalRecordInfo): whose log goes */
  GHashTable *prefixes;   /* (nullable): record id -> GStrv: only these nodes of it */
  GPtrArray *more_forms;  /* (element-type utf8): ids of forms that go without records */
  GPtrArray *attachments; /* (element-type utf8): names */
} PalHandoutDraft;

gboolean pal_handout_draft_write (PalDossier *dossier, const PalHandoutDraft *draft,
                                  const char *path, PalIdentity *identity, GPtrArray *recipients,
                                  GCancellable *cancellable, GError **error);
PalHandoutPage *pal_handout_page_new (const char *path, const char *title);
void pal_handout_page_free (PalHandoutPage *page);

/* --- pal-handout-context.c */

/* Paths outside the prefixes of form without which they do not show rightly: the general part, and
 * what their expressions ask for. (element-type utf8) */
GPtrArray *pal_handout_list_context (PalForm *form, const char *const *prefixes);

/* --- pal-handout-folder.c: where things stand in clear, for as long as they are looked at */

char *pal_handout_make_folder (int *lock_fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_handout_remove_folder (const char *folder, int lock_fd);

/* --- pal-handout.c */

/* (nullable), borrowed from the package's JSON */
const char *pal_handout_get_text (JsonObject *object, const char *name);
JsonArray *pal_handout_get_array (JsonObject *object, const char *name);
char *pal_handout_dup_file (PalHandout *self, const char *name);
gboolean
pal_handout_bring_forms (PalHandout *self, PalDossier *dossier, gboolean only_used, GError **error);
gboolean pal_handout_bring_attachments (PalHandout *self, PalDossier *dossier,
                                        GCancellable *cancellable, GError **error);
GInputStream *pal_handout_open_log (PalHandout *self, GError **error);

G_END_DECLS
