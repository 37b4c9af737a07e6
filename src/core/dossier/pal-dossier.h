// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One file *.palermo: the append-only change log of a State's review (design.md, section 4). All
 * SQL runs on the dossier's own worker. Each _async has a blocking twin without the suffix for
 * CLI and tests, which runs on the worker too. The app calls only the async ones. */

#define PAL_DOSSIER_ERROR (pal_dossier_error_quark ())
typedef enum
{
  PAL_DOSSIER_ERROR_EMPTY,     /* a file of no length */
  PAL_DOSSIER_ERROR_FOREIGN,   /* not a dossier */
  PAL_DOSSIER_ERROR_NEWER,     /* made by a newer program; left byte-identical */
  PAL_DOSSIER_ERROR_DAMAGED,   /* does not pass its checks */
  PAL_DOSSIER_ERROR_READ_ONLY, /* cannot be written there */
  PAL_DOSSIER_ERROR_BUSY,      /* open in another program */
  PAL_DOSSIER_ERROR_FULL,      /* no space left: nothing of this act is on disk */
  PAL_DOSSIER_ERROR_EXISTS,    /* create: there is such a file already */
  PAL_DOSSIER_ERROR_NOT_FOUND, /* no such record, form, attachment */
  PAL_DOSSIER_ERROR_LIMIT,     /* too big, or too long to look at */
  PAL_DOSSIER_ERROR_IO
} PalDossierError;
GQuark pal_dossier_error_quark (void);

#define PAL_TYPE_DOSSIER (pal_dossier_get_type ())
G_DECLARE_FINAL_TYPE (PalDossier, pal_dossier, PAL, DOSSIER, GObject)

typedef enum
{
  PAL_DOSSIER_OPEN_DEFAULT = 0,
  PAL_DOSSIER_OPEN_READ_ONLY = 1 << 0
} PalDossierOpenFlags;

PalDossier *pal_dossier_create (const char *path, GCancellable *cancellable, GError **error);
PalDossier *pal_dossier_open (const char *path, PalDossierOpenFlags flags,
                              GCancellable *cancellable, GError **error);
void pal_dossier_create_async (const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
void pal_dossier_open_async (const char *path, PalDossierOpenFlags flags, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
PalDossier *pal_dossier_open_finish (GAsyncResult *result, GError **error); /* of both */
/* Takes away one that was just made and closed, and that could not be filled. Blocking. */
void pal_dossier_discard_new (const char *path);

/* Waits for all pending work, checkpoints, gives up the lock. */
gboolean pal_dossier_close (PalDossier *self, GError **error);
void pal_dossier_close_async (PalDossier *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_dossier_close_finish (PalDossier *self, GAsyncResult *result, GError **error);

/* Puts into a new dossier what it begins with. Called in the thread of pal_dossier_make(). */
typedef gboolean (*PalDossierFill) (PalDossier *dossier, gpointer user_data,
                                    GCancellable *cancellable, GError **error);
gboolean pal_dossier_make (const char *path, PalDossierFill fill, gpointer user_data,
                           GCancellable *cancellable, GError **error);

/* Whether a dossier of that name can be made: nothing is there, and no log of one that was.
 * Blocking. */
gboolean pal_dossier_check_new_name (const char *path, GError **error);
/* Gives a closed dossier the name that it shall have, which nobody may have taken. Blocking. */
gboolean pal_dossier_publish_new_file (const char *temporary, const char *path, GError **error);

const char *pal_dossier_get_path (PalDossier *self);
const char *pal_dossier_get_id (PalDossier *self);     /* uuid, made at creation */
const char *pal_dossier_get_device (PalDossier *self); /* id of this computer, as in changes */
gboolean pal_dossier_is_read_only (PalDossier *self);
/* When the newest change was made that it held when it was opened, in microseconds since 1970. */
gint64 pal_dossier_get_newest_us (PalDossier *self);

/* Who writes: goes into every change. Default: "" and a device id made at creation of the profile.
 */
void pal_dossier_set_author (PalDossier *self, const char *name);

/* --- meta: small facts: title, state, cluster, role, last page ... Kept in a table, not in the
 * log. */
char *pal_dossier_get_meta (PalDossier *self, const char *key); /* (nullable); cached, any thread */
gboolean
pal_dossier_set_meta (PalDossier *self, const char *key, const char *value, GError **error);
void pal_dossier_set_meta_async (PalDossier *self, const char *key, const char *value,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_dossier_set_meta_finish (PalDossier *self, GAsyncResult *result, GError **error);

/* --- forms: kept in the dossier, so that it opens anywhere. */
gboolean pal_dossier_add_form (PalDossier *self, PalForm *form, GError **error);
PalForm *pal_dossier_load_form (PalDossier *self, const char *form_id, const char *version,
                                GError **error); /* version NULL: the newest added */
typedef struct
{
  char *id;
  char *version;
  char *sha256; /* of its source */
  gint64 added_us;
} PalFormInfo;
void pal_form_info_free (PalFormInfo *info);
GPtrArray *pal_dossier_list_forms (PalDossier *self, GError **error); /* (element-type PalFormInfo),
                                                                       * oldest first */

/* --- records */
typedef struct
{
  char *id; /* uuid */
  char *form_id;
  char *form_version;
  gint64 created_us;
  gint64 changed_us;
} PalRecordInfo;
void pal_record_info_free (PalRecordInfo *info);

/* form_id: (nullable): only records of this form. (element-type PalRecordInfo), oldest first. */
GPtrArray *pal_dossier_list_records (PalDossier *self, const char *form_id, GError **error);
void pal_dossier_list_records_async (PalDossier *self, const char *form_id,
                                     GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_list_records_finish (PalDossier *self, GAsyncResult *result, GError **error);
/* The same of those that were removed, and can be brought back. */
GPtrArray *pal_dossier_list_removed_records (PalDossier *self, const char *form_id, GError **error);

/* --- the log */
typedef enum
{
  PAL_CHANGE_VALUE,
  PAL_CHANGE_ROW_ADDED,
  PAL_CHANGE_ROW_REMOVED,
  PAL_CHANGE_RECORD_MADE,
  PAL_CHANGE_RECORD_REMOVED
} PalChangeKind;

typedef struct
{
  PalChangeKind kind;
  char *record;
  char *node;  /* (nullable): path with row ids; the row's own path for rows */
  char *value; /* (nullable): the new value; the row before it for ROW_ADDED; the changes in it that
                * its author saw, for ROW_REMOVED (filled in by the dossier); form id and version,
                * tab-separated, for RECORD_MADE */
  /* Filled in by the dossier when read back: */
  char *id;
  char *act;
  char *author;
  char *device;
  gint64 clock_us;
  gboolean purged; /* the value was taken out of the file; value is NULL */
  char *title;     /* of the act */
  char *parents;   /* ids of the changes that its author saw there, separated by spaces */
  /* Filled in for heads only: */
  gboolean is_joined;   /* the value is put together from several people's */
  gboolean is_conflict; /* a person must decide */
  gboolean is_settled;  /* within the dossier: part of a join */
  gboolean reopens;     /* within the dossier: follows its parents alone, and a removal saw its
                         * value alone: what was settled is a conflict again */
  guint saw; /* pal_dossier_get_sight() when its author looked: it does not follow what merges
              * brought since; 0: its author knows all that stands there */
} PalChange;

PalChange *
pal_change_new (PalChangeKind kind, const char *record, const char *node, const char *value);
PalChange *pal_change_copy (const PalChange *change) G_GNUC_WARN_UNUSED_RESULT;
void pal_change_free (PalChange *change);
GPtrArray *pal_changes_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* How much of what merges bring somebody has seen: see PalChange.saw. */
guint pal_dossier_get_sight (PalDossier *self);

/* Appends changes as one act, in one transaction; done when durable. title: short, for the history
 * ("Typing", "Import"). changes: (element-type PalChange) (transfer full). */
gboolean
pal_dossier_append (PalDossier *self, const char *title, GPtrArray *changes, GError **error);
void pal_dossier_append_async (PalDossier *self, const char *title, GPtrArray *changes,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_dossier_append_finish (PalDossier *self, GAsyncResult *result, GError **error);

typedef enum
{
  PAL_APPEND_DEFAULT = 0,
  PAL_APPEND_FOLLOWS = 1 << 0, /* nobody did it: it follows from the act before, for undo */
  PAL_APPEND_APART = 1 << 1    /* never goes on with the act before, as typing does */
} PalAppendFlags;
void pal_dossier_append_full_async (PalDossier *self, const char *title, GPtrArray *changes,
                                    PalAppendFlags flags, GAsyncReadyCallback callback,
                                    gpointer user_data);

/* Places in the log of one file: what lies behind after, up to and with until. */
typedef struct
{
  gint64 after;
  gint64 until;
} PalLogSpan;
/* The same, saying where the act stands. written: (out) (nullable) */
gboolean pal_dossier_append_full (PalDossier *self, const char *title, GPtrArray *changes,
                                  PalAppendFlags flags, PalLogSpan *written, GError **error);
gboolean pal_dossier_append_finish_at (PalDossier *self, GAsyncResult *result, PalLogSpan *written,
                                       GError **error);

/* All heads of a record: what restores it. (element-type PalChange): rows before their values. */
GPtrArray *pal_dossier_read_heads (PalDossier *self, const char *record, GError **error);

/* --- conflicts: what several people changed apart from each other, and only a person can settle */
typedef enum
{
  PAL_CONFLICT_VALUE, /* different values of one node */
  PAL_CONFLICT_ROW    /* one removed a row in which another wrote: it is there for now */
} PalConflictKind;

typedef struct
{
  PalConflictKind kind;
  char *record;
  char *node;
  char *original;   /* (nullable): VALUE: what all started from, if they agree on it */
  GPtrArray *heads; /* (element-type PalChange): VALUE: each person's, the newest last; ROW: the
                     * removal, and one of the changes that it did not see */
  guint saw;        /* for PalChange.saw of whoever decides on it */
} PalConflict;
void pal_conflict_free (PalConflict *conflict);

GPtrArray *pal_dossier_list_conflicts (PalDossier *self, GError **error); /* by record and node */
void pal_dossier_list_conflicts_async (PalDossier *self, GAsyncReadyCallback callback,
                                       gpointer user_data);
GPtrArray *
pal_dossier_list_conflicts_finish (PalDossier *self, GAsyncResult *result, GError **error);

GPtrArray *pal_dossier_read_history (PalDossier *self, const char *record, const char *node,
                                     GError **error); /* newest first; node NULL: all */
void pal_dossier_read_history_async (PalDossier *self, const char *record, const char *node,
                                     GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_read_history_finish (PalDossier *self, GAsyncResult *result, GError **error);

/* Whatever is in the log now may be known elsewhere (a package was written): typing does not
 * replace it any more. */
gboolean pal_dossier_mark_exported (PalDossier *self, GError **error);

/* --- attachments: content-addressed, chunked; the same file twice is stored once. A binary
 * question's value is the attachment's file name "<sha256/12>-<name>". */
char *pal_dossier_attach_file (PalDossier *self, const char *path, GCancellable *cancellable,
                               GError **error); /* -> that name */
void pal_dossier_attach_file_async (PalDossier *self, const char *path, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
char *pal_dossier_attach_file_finish (PalDossier *self, GAsyncResult *result, GError **error);
/* The same of what is in memory only, called name. Blocking. */
char *pal_dossier_attach_bytes (PalDossier *self, const char *name, GBytes *bytes,
                                GCancellable *cancellable, GError **error);
/* All of an attachment in memory, of at most max_bytes. Blocking. */
GBytes *pal_dossier_read_attachment_bytes (PalDossier *self, const char *name, gsize max_bytes,
                                           GCancellable *cancellable, GError **error);
typedef gboolean (*PalDossierChunk) (const void *data, gsize length, gpointer user_data,
                                     GError **error);
/* (element-type utf8): the names of all that is attached. Blocking. */
GPtrArray *pal_dossier_list_attachments (PalDossier *self, GError **error);
gboolean
pal_dossier_read_attachment (PalDossier *self, const char *name, PalDossierChunk chunk,
                             gpointer user_data, GCancellable *cancellable, GError **error);
/* For callers that digest the pieces anyway, and compare. */
gboolean pal_dossier_read_attachment_unchecked (PalDossier *self, const char *name,
                                                PalDossierChunk chunk, gpointer user_data,
                                                GCancellable *cancellable, GError **error);
/* sha256, original: (out) (transfer full): digest of the content, name of the file attached. */
gboolean pal_dossier_get_attachment_info (PalDossier *self, const char *name, gint64 *size_bytes,
                                          char **sha256, char **original, GError **error);
gint64 pal_dossier_get_attachment_size (PalDossier *self, const char *name, GError **error);

/* --- deliveries: what was sent and what came back. */
typedef struct
{
  char *id;
  char *archive_sha256;
  gint64 archive_size;
  char *edition;  /* (nullable) */
  char *endpoint; /* URL, or "copy" for a stick */
  char *
      state; /* queued, sending, waiting, paused, delivered, accepted, refused, stopped, given-up */
  char *detail; /* (nullable) */
  gint64 changed_us;
  GBytes *receipt; /* (nullable): .p7m */
} PalDeliveryRecord;
PalDeliveryRecord *pal_delivery_record_new (void);
void pal_delivery_record_free (PalDeliveryRecord *record);
gboolean
pal_dossier_put_delivery (PalDossier *self, const PalDeliveryRecord *record, GError **error);
void pal_dossier_put_delivery_async (PalDossier *self, const PalDeliveryRecord *record,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_dossier_put_delivery_finish (PalDossier *self, GAsyncResult *result, GError **error);
GPtrArray *pal_dossier_list_deliveries (PalDossier *self, GError **error); /* newest first */
void pal_dossier_list_deliveries_async (PalDossier *self, GAsyncReadyCallback callback,
                                        gpointer user_data);
GPtrArray *
pal_dossier_list_deliveries_finish (PalDossier *self, GAsyncResult *result, GError **error);

/* How much there is in it. */
typedef struct
{
  gint64 n_acts;
  gint64 n_changes;
  gint64 n_conflicts; /* nodes and rows on which a person must decide */
  gint64 n_attachments;
  gint64 attachment_bytes; /* of all of them */
} PalDossierFigures;
gboolean pal_dossier_get_figures (PalDossier *self, PalDossierFigures *figures, GError **error);

/* Opens PATH as a stranger's file: private copy, limits, exact schema, quick_check, digests of the
 * log. Never changes it. Blocking. */
gboolean pal_dossier_check (const char *path, GCancellable *cancellable, GError **error);
/* Rebuilds views and indices from the log; changed: (out): whether anything differed. Blocking. */
gboolean pal_dossier_rebuild (PalDossier *self, gboolean *changed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalChange, pal_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalConflict, pal_conflict_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalRecordInfo, pal_record_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalDeliveryRecord, pal_delivery_record_free)

G_END_DECLS
