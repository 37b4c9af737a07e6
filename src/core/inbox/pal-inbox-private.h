// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"
#include "pal-inbox.h"

G_BEGIN_DECLS

/* pal-inbox.c lists what is there. -kinds.c knows the kinds of files: a kind is a row of its table.
 * -receive.c keeps a file, -look.c says what is in it, -place.c which questions it would touch,
 * -take.c makes a consultation of it, -decide.c is what a person says of it. */

#define PAL_INBOX_INPUT_FORM "input"
#define PAL_INBOX_POINTS "/input/card/points/point["
#define PAL_INBOX_BESIDE "/" PAL_ARRIVAL_FORM "/beside["

/* --- pal-inbox.c */

PalInboxItem *pal_inbox_find (GPtrArray *items, const char *id, GError **error);
/* value: (nullable): nothing. */
void pal_inbox_set (GPtrArray *changes, const char *id, const char *leaf, const char *value);
/* That of the dossier, or the one that comes with the program; the dossier does not get it. */
PalForm *pal_inbox_load_form (PalDossier *dossier, const char *form_id,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-inbox-kinds.c */

/* What is in a file, whatever kind it is of. */
typedef struct
{
  const char *kind;
  PalKitInput *input; /* (owned) */
  PalInboxSignature signature;
  char *fingerprint;   /* (nullable) */
  char *signer;        /* (nullable) */
  gboolean has_beside; /* its files lay beside it */
} PalInboxOpened;
void pal_inbox_opened_free (PalInboxOpened *opened);

/* bytes: all of the file. path: (nullable): where it lies, for what lies beside it. files:
 * (nullable) (element-type PalKitFile): what lay beside it. Blocking. */
PalInboxOpened *
pal_inbox_open (GBytes *bytes, const char *path, GPtrArray *files, PalForm *form,
                GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How large a file of the kind may be that begins so; 0: no kind of ours. */
gsize pal_inbox_get_max_bytes (const char *head, gsize length);

/* --- pal-inbox-input.c: what stands where in an input */

struct _PalInboxSaid
{
  PalKitInput *input;  /* (unowned) */
  GHashTable *by_path; /* (owned) (element-type utf8 PalKitValue) */
  GPtrArray *rows;     /* (owned) (element-type utf8): ids of the points' rows, in their order */
  GHashTable *by_row;  /* (owned) (element-type utf8 GPtrArray): what a point says */
};

PalInboxSaid *pal_inbox_said_new (PalKitInput *input) G_GNUC_WARN_UNUSED_RESULT;
void pal_inbox_said_free (PalInboxSaid *self);
/* (nullable): the answer at a path; of a point, below its row. */
const char *pal_inbox_said_get (PalInboxSaid *self, const char *path);
const char *pal_inbox_said_get_of_point (PalInboxSaid *self, const char *row, const char *name);
/* (element-type PalKitValue): borrowed. */
GPtrArray *pal_inbox_said_list_of_point (PalInboxSaid *self, const char *row);
/* (nullable): the row of a point in which a path lies. */
char *pal_inbox_dup_row (const char *path) G_GNUC_WARN_UNUSED_RESULT;
/* Of all that a point says, with its files. */
char *pal_inbox_said_dup_digest (PalInboxSaid *self, const char *row) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_inbox_said_is_anonymous (PalInboxSaid *self);
gboolean pal_inbox_said_is_private (PalInboxSaid *self, const char *row);
/* Row of a point in the consultation that is made of an arrival. */
char *pal_inbox_dup_point_row (const char *id, const char *row) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-inbox-look.c */

/* The question. */
char *pal_inbox_dup_label (PalInboxReading *reading, const PalKitValue *value);
/* The answer as people read it. */
char *pal_inbox_dup_words (PalInboxReading *reading, const PalKitValue *value);

/* --- pal-inbox-place.c */

void pal_inbox_place_free (gpointer place);
/* Fills places and own_state. Blocking. */
gboolean pal_inbox_find_places (PalInboxReading *reading, PalDossier *dossier, const char *language,
                                GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxOpened, pal_inbox_opened_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxSaid, pal_inbox_said_free)

G_END_DECLS
