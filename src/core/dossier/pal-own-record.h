// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Flat records of the small forms that hold our own bookkeeping (comment, clearance, edition,
 * thread). They are written and read without a response: no question of theirs depends on another.
 */

typedef struct
{
  char *id;
  gint64 created_us;
  GHashTable
      *values; /* (element-type utf8 PalChange): the head of each question that says something */
} PalOwnRecord;

void pal_own_record_free (PalOwnRecord *record);
const char *pal_own_record_get (const PalOwnRecord *record, const char *leaf); /* (nullable) */
const PalChange *pal_own_record_get_head (const PalOwnRecord *record, const char *leaf);

PalOwnRecord *
pal_own_record_read (PalDossier *dossier, const char *form_id, const PalRecordInfo *info,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *pal_own_record_list (PalDossier *dossier, const char *form_id,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of records that were begun apart, of which there should be one, all take the same. infos:
 * (element-type PalRecordInfo). (nullable), borrowed. */
const char *pal_own_record_find_first (GPtrArray *infos);

/* Adds to changes what makes a new record; gives back its id. */
char *pal_own_record_make (PalDossier *dossier, const char *form_id, GPtrArray *changes,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* An id that follows from what a record is about. */
char *pal_own_record_dup_id (const char *const *about, guint n_about) G_GNUC_WARN_UNUSED_RESULT;
/* The same with such an id. */
gboolean pal_own_record_make_as (PalDossier *dossier, const char *form_id, const char *id,
                                 GPtrArray *changes, GError **error);
void pal_own_record_set (GPtrArray *changes, const char *form_id, const char *record,
                         const char *leaf, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalOwnRecord, pal_own_record_free)

G_END_DECLS
