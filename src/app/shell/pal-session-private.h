// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

G_BEGIN_DECLS

/* A session, for the files that make it: pal-session.c opens it and says what there is, -records.c
 * opens and makes records, -close.c writes all and ends it. */

/* Facts about a dossier, in its meta table. */
#define PAL_SESSION_META_TITLE "title"
#define PAL_SESSION_META_OPEN "open"

struct _PalSession
{
  GObject parent_instance;

  PalDossier *dossier;      /* (owned) */
  PalRecord *questionnaire; /* (owned) (nullable) */
  PalOutline *outline;      /* (owned) (nullable) */
  PalClearanceGuard *guard; /* (owned) */
  GHashTable *forms;        /* (owned) (element-type utf8 PalForm): newest form by id */
  GHashTable *records;      /* (owned) (element-type utf8 PalRecord): what is open, by id */
  char *title;              /* (owned) */
  char *form_language;      /* (owned) (nullable) */
  gboolean interrupted;
  PalSaveState save_state;
};

/* A record is open from now on: in the language of the others, and its state counts. */
void pal_session_keep_record (PalSession *self, PalRecord *record);
/* A fact about the dossier that is not noted is no reason to stop. */
void pal_session_meta_set_cb (GObject *source, GAsyncResult *result, gpointer user_data);

G_END_DECLS
