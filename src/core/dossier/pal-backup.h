// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-merge.h"

G_BEGIN_DECLS

/* Copies of a dossier from the last hours, days and weeks, in a folder "<name> backups" beside it;
 * where that cannot be written, in the person's data folder. Each is a whole dossier, closed, and
 * was opened and counted after it was made. */

#define PAL_BACKUP_HOURS 6
#define PAL_BACKUP_DAYS 7
#define PAL_BACKUP_WEEKS 5

typedef enum
{
  PAL_KEPT_NEWEST = 1 << 0,
  PAL_KEPT_HOUR = 1 << 1,
  PAL_KEPT_DAY = 1 << 2,
  PAL_KEPT_WEEK = 1 << 3
} PalKept;

typedef struct
{
  char *path;
  char *dossier; /* (nullable): its id */
  gint64 made_us;
  gint64 size_bytes;
  gint64 n_changes;
  gint64 n_records;
  char *state;        /* (nullable): what it holds, in a few figures; equal for equal files */
  gboolean is_sound;  /* it can be opened, and its counts are those with which it was made */
  gboolean is_beside; /* in the folder beside the dossier */
  PalKept kept;       /* why it is there; nothing: it goes with the next one */
} PalBackup;
void pal_backup_free (PalBackup *backup);

char *pal_backup_dup_folder (const char *path) G_GNUC_WARN_UNUSED_RESULT; /* beside the file */
/* id: (nullable): only of this dossier. (element-type PalBackup), newest first. Blocking. */
GPtrArray *pal_backup_list (const char *path, const char *id) G_GNUC_WARN_UNUSED_RESULT;
/* How many questions it holds an answer to; -1: it cannot be told. Blocking. */
gint64 pal_backup_count_answers (const PalBackup *backup);
/* Sets kept in a list that is newest first. */
void pal_backup_sort_out (GPtrArray *backups);

typedef enum
{
  PAL_BACK_UP_DEFAULT = 0,
  PAL_BACK_UP_IF_OLD = 1 << 0 /* only when the newest is older than an hour */
} PalBackUpFlags;

/* made: (out) (nullable) (transfer full): NULL when the newest says the same already. */
gboolean pal_dossier_back_up (PalDossier *self, PalBackUpFlags flags, PalBackup **made,
                              GCancellable *cancellable, GError **error);
void pal_dossier_back_up_async (PalDossier *self, PalBackUpFlags flags, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_dossier_back_up_finish (PalDossier *self, GAsyncResult *result, PalBackup **made,
                                     GError **error);

/* --- pal-restore.c: back to what a backup says, as one act */

typedef struct
{
  gint64 n_only_here;  /* changes that the backup has not */
  gint64 n_only_there; /* changes that only the backup has */
  GPtrArray *nodes;    /* (element-type PalMergedNode): what would say something else: before: now;
                        * after: as in the backup */
  PalLogSpan span;     /* after a restore: where it stands */
} PalRestoreReport;
void pal_restore_report_free (PalRestoreReport *report);

PalRestoreReport *
pal_dossier_restore (PalDossier *self, const char *backup, PalMergeFlags flags,
                     GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_dossier_restore_async (PalDossier *self, const char *backup, PalMergeFlags flags,
                                GAsyncReadyCallback callback, gpointer user_data);
PalRestoreReport *pal_dossier_restore_finish (PalDossier *self, GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For a damaged file, which stays as it is: the newest sound backup under a new name, with all that
 * can still be read in the damaged one. */
typedef struct
{
  char *backup;        /* path of the backup with which it began */
  gint64 n_recovered;  /* changes that only the damaged file had */
  gint64 n_unreadable; /* acts that could not be taken over */
  gboolean is_cut;     /* reading broke off before the end */
} PalSalvage;
void pal_salvage_free (PalSalvage *salvage);
PalSalvage *pal_backup_salvage (const char *damaged, const char *to, GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalBackup, pal_backup_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalRestoreReport, pal_restore_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalSalvage, pal_salvage_free)

G_END_DECLS
