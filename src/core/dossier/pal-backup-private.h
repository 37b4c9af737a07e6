// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-backup.h"
#include "pal-dossier-private.h"
#include "pal-purge.h"

G_BEGIN_DECLS

/* --- pal-backup.c */

gboolean pal_backup_look (PalBackup *backup, sqlite3 *db, GError **error);
PalBackup *pal_backup_read (const char *path, gint64 made_us) G_GNUC_WARN_UNUSED_RESULT;
char *pal_backup_dup_private_folder (const char *id) G_GNUC_WARN_UNUSED_RESULT;
char *pal_backup_dup_name (const char *path, gint64 made_us) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-backup-make.c; for tests: at another time */

gboolean pal_dossier_back_up_at (PalDossier *self, PalBackUpFlags flags, gint64 now_us,
                                 PalBackup **made, GCancellable *cancellable, GError **error);

void pal_backup_sweep (const char *folder, const char *prefix);

/* What the dossier holds, in a few figures; see PalBackup.state. Any thread but the worker. */
char *pal_dossier_dup_state (PalDossier *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A whole copy in a folder, checked, under a passing name; no two at once. */
char *pal_dossier_copy_into (PalDossier *self, const char *folder, GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-dossier-purge.c: of a file, or of a copy of it; within a transaction */

gboolean pal_dossier_purge_files (sqlite3 *db, GPtrArray *files, GError **error);

/* --- pal-purge-copies.c: what was purged goes from backups, too */

gboolean
pal_dossier_purge_copies (PalDossier *self, gboolean removes, PalPurged *purged, GError **error);

G_END_DECLS
