// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-inbox.h"
#include "pal-package-reader.h"

G_BEGIN_DECLS

/* pal-inbox.c lists what is there. pal-inbox-kinds.c knows the kinds of files: a kind is a row of
 * its table. -receive.c keeps a file, -look.c says what is in it, -point.c what a point says,
 * -take.c makes a consultation of it, -decide.c leaves it. */

/* The forms that it is about, read once for an act. */
#define PAL_INBOX_INPUT_FORM "input"

/* What is in a file, whatever kind it is of. */
typedef struct
{
  const char *kind;   /* (interned) */
  PalKitInput *input; /* (owned) */
  PalInboxSignature signature;
  char *fingerprint; /* (nullable) */
  char *signer;      /* (nullable) */
} PalInboxOpened;
void pal_inbox_opened_free (PalInboxOpened *opened);

/* bytes: all of the file. folder: (nullable): where attachments may lie beside it. */
PalInboxOpened *
pal_inbox_open (GBytes *bytes, const char *folder, PalForm *form, GCancellable *cancellable,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The form `input`: that of the dossier, or the one that comes with the program. */
PalForm *pal_inbox_load_form (PalDossier *dossier, const char *form_id,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (nullable): the answer at a path of the input. */
const char *pal_inbox_get_value (PalKitInput *input, const char *path);
/* Ids of the points' rows, in the order of the file. (element-type utf8) */
GPtrArray *pal_inbox_list_rows (PalKitInput *input) G_GNUC_WARN_UNUSED_RESULT;

/* pal-inbox.c: one of a list. (nullable) */
PalInboxItem *pal_inbox_find (GPtrArray *items, const char *id, GError **error);
/* An id that follows from what it is about. */
char *pal_inbox_dup_id (const char *what, const char *first,
                        const char *second) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxOpened, pal_inbox_opened_free)

G_END_DECLS
