// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clock.h"
#include "pal-dossier.h"
#include "pal-merge.h"
#include "pal-recovered.h"
#include "pal-sql.h"
#include "pal-undo.h"
#include "pal-worker.h"

#include <sys/stat.h>

G_BEGIN_DECLS

#define PAL_DOSSIER_APPLICATION_ID 0x50414c4d /* "PALM"; also in the MIME type's magic */
#define PAL_DOSSIER_MAX_FILE_BYTES (G_GINT64_CONSTANT (64) << 30)
#define PAL_DOSSIER_MAX_VALUE_BYTES (16 << 20)
#define PAL_DOSSIER_MAX_FORM_BYTES (64 << 20)
#define PAL_DOSSIER_MAX_NAME_BYTES 4096 /* of a node's path, a title, a meta key */
#define PAL_DOSSIER_CHUNK_BYTES (256 << 10)

/* --- pal-dossier-file.c: the file itself, before SQLite sees it */

typedef struct
{
  char *path; /* (owned): the folder resolved, so that only the last part could be a link: it is not
               */
  guint64 device;
  guint64 inode;
  gint64 size_bytes;
  guint32 user_version; /* as in the header; what is in the write-ahead log is not looked at here */
  gboolean has_wal;     /* a write-ahead log with content lies beside it */
  gboolean wal_exists;  /* even if it is empty */
  gboolean is_claimed;
  gboolean is_writer;
  int lock_fd; /* of a reader; else -1 */
} PalDossierFile;

void pal_dossier_file_clear (PalDossierFile *self);
gboolean
pal_dossier_file_look (PalDossierFile *self, const char *path, gboolean as_writer, GError **error);
char *pal_dossier_file_copy_private (PalDossierFile *self, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_dossier_file_remove_private (const char *copy);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalDossierFile, pal_dossier_file_clear)

/* --- pal-dossier-schema.c: connection, schema, migrations */

guint pal_dossier_schema_version (void);
sqlite3 *pal_dossier_schema_connect (const char *path, gboolean writable, gboolean immutable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_dossier_schema_migrate (sqlite3 *db, guint from, guint to, GError **error);
gboolean pal_dossier_schema_check (sqlite3 *db, guint *version, GError **error);
gboolean pal_dossier_schema_check_pages (sqlite3 *db, const char *pragma, gint64 budget_us,
                                         gboolean *complete, GError **error);

/* --- pal-recovered.c: what a killed program left */

GHashTable *pal_dossier_recovered_read_end (PalDossierFile *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_dossier_recovered_note (PalDossier *self, GHashTable *end, GError **error);

/* --- pal-backup-make.c: a copy in the making */

typedef struct _PalDossierCopy PalDossierCopy;

void pal_dossier_copy_abandon (PalDossier *self);

/* --- pal-dossier.c */

struct _PalDossier
{
  GObject parent_instance;

  char *path;             /* (owned): as given */
  PalWorker *worker;      /* (owned) */
  gboolean read_only;     /* set while opening, then constant */
  char *id;               /* (owned): likewise */
  char *device;           /* (owned): likewise */
  PalRecovered recovered; /* likewise */

  /* Used on @worker only. */
  sqlite3 *db;            /* (owned) (nullable): NULL after closing */
  GHashTable *statements; /* (owned) (element-type utf8 sqlite3_stmt): kept between jobs */
  PalDossierFile file;
  char *private_copy; /* (owned) (nullable): what a reader of a file with a log really opens */
  PalClock clock;
  gint64 newest_us;     /* fixed when it is open */
  gint64 stint_us;      /* how long one stint of typing may pause */
  gint64 n_conflicts;   /* after a merge; -1 when something may have been written since */
  PalDossierCopy *copy; /* (owned) (nullable) */
  GArray *brought;      /* (owned) (element-type PalLogSpan): by merges, since it was opened */

  int n_brought;  /* atomic: how many of them there are */
  int is_copying; /* atomic: one backup at a time */

  GMutex mutex;          /* guards what stands below */
  GHashTable *meta;      /* (owned) (element-type utf8 utf8) */
  char *author;          /* (owned) */
  PalUndo *undo;         /* (owned): changed on @worker only */
  gboolean undo_is_told; /* "undo-changed" was emitted since */
};

/* Jobs for the worker; the task's source is the dossier. push: the async form; run: the blocking
 * one, any thread but the worker; the task that it gives back holds the result. data is owned by
 * the task from here. */
void pal_dossier_push (PalDossier *self, GCancellable *cancellable, gpointer tag, gpointer data,
                       GDestroyNotify free_data, GTaskThreadFunc func, GAsyncReadyCallback callback,
                       gpointer user_data);
GTask *pal_dossier_run (PalDossier *self, GCancellable *cancellable, gpointer tag, gpointer data,
                        GDestroyNotify free_data, GTaskThreadFunc func) G_GNUC_WARN_UNUSED_RESULT;
/* First line of each job: FALSE when the dossier is closed, or is to be written and cannot be. */
gboolean pal_dossier_begin_job (PalDossier *self, gboolean writes, GError **error);
char *pal_dossier_dup_author (PalDossier *self);
/* In the worker. */
gboolean pal_dossier_close_connection (PalDossier *self, GError **error);

/* Statements of our own that run for every answer, prepared once. The one that is given back is
 * borrowed, fresh, and good until the next call with the same text. */
sqlite3_stmt *pal_dossier_get_statement (PalDossier *self, const char *sql, GError **error);
gboolean
pal_dossier_execute (PalDossier *self, GError **error, const char *sql, const char *types, ...);
/* Before a commit: a query that was left in the middle would hold it up. */
void pal_dossier_reset_statements (PalDossier *self);

/* --- pal-dossier-brought.c: what merges brought, and who writes did not see */

void pal_dossier_brought_note (PalDossier *self, const PalLogSpan *span);
gboolean pal_dossier_brought_is_unseen (PalDossier *self, const char *change, guint saw,
                                        gboolean *is_unseen, GError **error);

/* --- pal-dossier-log.c: writing the log */

/* A row of the table change as it stands there. */
typedef struct
{
  const char *act;
  const char *kind;
  const char *record;
  const char *node;  /* "" for the record itself */
  const char *row;   /* (nullable) */
  const char *value; /* (nullable): digest */
  const char *parents;
  const char *author;
  const char *device;
  gint64 clock_us;
} PalLogChange;

const char *pal_dossier_log_kind_name (PalChangeKind kind);
gboolean pal_dossier_log_parse_kind (const char *name, PalChangeKind *kind);
char *pal_dossier_log_dup_row (const char *node) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-dossier-log-digest.c */

char *pal_dossier_log_digest_act (const char *nonce, const char *title, const char *author,
                                  const char *device, gint64 clock_us) G_GNUC_WARN_UNUSED_RESULT;
char *pal_dossier_log_digest_value (GBytes *salt, const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *pal_dossier_log_digest_change (const PalLogChange *change) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-dossier-log.c again */

gboolean pal_dossier_log_write (PalDossier *self, const char *title, const char *author,
                                GPtrArray *changes, GError **error);
gboolean pal_dossier_log_mark_exported (PalDossier *self, GError **error);

/* --- pal-dossier-stint.c: going on with the newest act */

gboolean pal_dossier_stint_replace (PalDossier *self, const char *title, const char *author,
                                    GPtrArray *changes, GError **error);
/* For tests: how long one stint of typing may pause; 60 s otherwise. */
void pal_dossier_set_stint_ms (PalDossier *self, gint64 stint_ms);

/* --- pal-dossier-history.c: reading the log */

#define PAL_CHANGE_COLUMNS                                                                         \
  "c.id, a.id, c.kind, c.record, c.node, v.text, c.value IS NOT NULL AND v.text IS NULL, "         \
  "c.author, c.device, c.clock, a.title, c.parents "

gboolean pal_dossier_history_load_clock (PalDossier *self, GError **error);
PalChange *pal_dossier_history_read_change (sqlite3_stmt *stmt) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *pal_dossier_history_read_node (PalDossier *self, const char *record, const char *node,
                                          GError **error);
gboolean pal_dossier_history_check_record (PalDossier *self, const char *record, GError **error);

/* --- pal-dossier-heads.c: what a record is now */

GPtrArray *pal_dossier_heads_read (PalDossier *self, const char *record, GError **error);

/* --- pal-removed-rows.c: which rows are gone */

typedef struct
{
  GHashTable *added;    /* path -> head that added it */
  GHashTable *removed;  /* paths that are gone */
  GPtrArray *revived;   /* (element-type PalChange): removals that do not hold */
  GHashTable *removals; /* path -> heads that removed it */
  GHashTable *below;    /* path of those -> heads in it */
} PalRemovedRows;

void pal_removed_rows_clear (PalRemovedRows *self);
void pal_removed_rows_look (PalRemovedRows *self, GPtrArray *heads);
PalChange *pal_removed_rows_find_unseen (PalRemovedRows *self, const char *row);
gboolean pal_removed_rows_is_live (PalRemovedRows *self, const char *node);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalRemovedRows, pal_removed_rows_clear)

/* --- pal-dossier-conflicts.c: what only a person can settle */

gboolean pal_dossier_conflicts_find (PalDossier *self, const char *record, GPtrArray *conflicts,
                                     GError **error);
GPtrArray *pal_dossier_conflicts_list (PalDossier *self, GError **error);

/* --- pal-dossier-settle.c: what a node says when people changed it apart from each other */

char *pal_dossier_settle (GPtrArray *history, GPtrArray *heads,
                          char **original) G_GNUC_WARN_UNUSED_RESULT;

int pal_dossier_settle_find_kin (GPtrArray *history, GPtrArray *heads, const char *id);

/* --- pal-dossier-backup.c */

char *pal_dossier_backup_before (PalDossier *self, const char *version,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- pal-dossier-forms.c */

gboolean pal_dossier_forms_put (PalDossier *self, PalForm *form, GError **error);

/* --- pal-dossier-transfer.c: the log as it travels */

#define PAL_DOSSIER_LOG_FORMAT "palermo-changes-1"

typedef struct
{
  const char *id;
  const char *nonce;
  const char *title;
  const char *author;
  const char *device;
  gint64 clock_us;
} PalLogAct;

typedef enum
{
  PAL_LOG_ACT,
  PAL_LOG_CHANGE,
  PAL_LOG_END
} PalLogLine;

/* --- pal-log-members.c: one line of it */

typedef enum
{
  PAL_LOG_MEMBER_FORMAT,
  PAL_LOG_MEMBER_DOSSIER,
  PAL_LOG_MEMBER_ACT,
  PAL_LOG_MEMBER_NONCE,
  PAL_LOG_MEMBER_TITLE,
  PAL_LOG_MEMBER_AUTHOR,
  PAL_LOG_MEMBER_DEVICE,
  PAL_LOG_MEMBER_CLOCK,
  PAL_LOG_MEMBER_CHANGE,
  PAL_LOG_MEMBER_KIND,
  PAL_LOG_MEMBER_RECORD,
  PAL_LOG_MEMBER_NODE,
  PAL_LOG_MEMBER_VALUE,
  PAL_LOG_MEMBER_SALT,
  PAL_LOG_MEMBER_TEXT,
  PAL_LOG_MEMBER_PARENTS,
  PAL_LOG_N_MEMBERS
} PalLogMember;

typedef struct
{
  const char *texts[PAL_LOG_N_MEMBERS]; /* (nullable): NULL when it is not there, or no text */
  gint64 clock_us;
  gboolean has_clock;
  guint32 seen; /* a bit for each name that stood there */
} PalLogMembers;

gboolean pal_log_members_parse (PalLogMembers *self, char *line, gsize length);
void pal_log_members_add_text (GString *line, PalLogMember member, const char *text);
void pal_log_members_add_clock (GString *line, gint64 clock_us);
void pal_log_members_end (GString *line);

/* --- pal-dossier-transfer.c again: lines after each other. What was read last is borrowed until
 * the next line. */
typedef struct
{
  GInputStream *stream; /* (unowned) */
  guint64 line;         /* 1-based */
  PalLogAct act;
  const char *id;      /* of the change */
  PalLogChange change; /* without act, row, author and device */
  const char *text;    /* (nullable) */
  GBytes *salt;        /* (nullable) */
  PalLogMembers members;
  GByteArray *buffer;
  gsize start; /* of what was not read yet */
} PalLogReader;

void pal_log_reader_clear (PalLogReader *self);
char *pal_log_reader_begin (PalLogReader *self, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_log_reader_next (PalLogReader *self, PalLogLine *kind, GCancellable *cancellable,
                              GError **error);
gboolean pal_dossier_transfer_is_meant (const char *node, const char *const *prefixes);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalLogReader, pal_log_reader_clear)

/* --- pal-log-pipe.c: the log as it arrives, read ahead and checked */

typedef struct
{
  PalLogLine kind; /* ACT or CHANGE */
  guint64 line;
  PalLogAct act;
  const char *id;
  PalLogChange change; /* whole */
  const char *text;    /* (nullable) */
  GBytes *salt;        /* (nullable) */
} PalLogItem;

typedef struct
{
  GArray *items;         /* (element-type PalLogItem) */
  GStringChunk *strings; /* what the items point to */
  gsize bytes;
} PalLogBatch;

typedef struct _PalLogPipe PalLogPipe;

PalLogPipe *pal_log_pipe_new (GInputStream *stream, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_log_pipe_free (PalLogPipe *self);
const char *pal_log_pipe_get_dossier (PalLogPipe *self);
gboolean pal_log_pipe_next (PalLogPipe *self, PalLogBatch **batch, GError **error);
void pal_log_batch_free (PalLogBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalLogPipe, pal_log_pipe_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalLogBatch, pal_log_batch_free)

/* --- pal-dossier-merge.c */

PalMergeReport *
pal_dossier_merge_opened (PalDossier *self, PalDossier *other, PalMergeFlags flags,
                          const PalMergeRules *rules, GCancellable *cancellable, GError **error);

/* --- pal-merge-follow.c: what has to be appended behind a merge */

gboolean pal_dossier_follow_merge (PalDossier *self, const PalMergeRules *rules,
                                   GHashTable *records, GError **error);

/* --- pal-dossier-undo.c: what can be undone */

void pal_dossier_undo_note (PalDossier *self, const PalLogSpan *span, const char *title,
                            const PalChange *first, gboolean follows);

/* --- pal-dossier-revert.c: taking back */

gboolean pal_dossier_revert_in_worker (PalDossier *self, const PalLogSpan *span, const char *title,
                                       PalLogSpan *written, GError **error);

gboolean pal_dossier_bring_again (PalDossier *self, const PalMergeRules *rules, guint64 *n_changes,
                                  GError **error);

/* --- pal-dossier-look.c: what the log said at some place in it */

typedef struct
{
  char *text;        /* (nullable): see pal_dossier_look_then() */
  gboolean is_there; /* likewise */
  GPtrArray *heads;  /* (element-type PalChange): what nobody had followed, the newest last */
  gboolean is_apart; /* they disagreed about a value */
} PalLook;

void pal_look_clear (PalLook *self);
GPtrArray *pal_dossier_look_back (PalDossier *self, const char *record, const char *node,
                                  gint64 until, guint n_heads, GError **error);
gboolean pal_dossier_look (PalDossier *self, const char *record, const char *node, gint64 until,
                           PalLook *look, GError **error);
gboolean pal_dossier_look_then (PalDossier *self, const char *record, const char *node,
                                gint64 until, char **text, gboolean *is_there, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalLook, pal_look_clear)

/* --- pal-dossier-rows.c: rows of a repeat in the order in which people put them */

typedef struct
{
  char *path;   /* of the row itself, "/a/law[ROW]" */
  char *before; /* (nullable): id of the row after which it was added */
  char *id;     /* of the change */
  gint64 clock_us;
} PalRowAdded;

void pal_row_added_free (gpointer row);
/* Sorts in place: (element-type PalRowAdded); parents come before their children. */
void pal_dossier_rows_sort (GPtrArray *rows);

/* --- pal-dossier-check.c: is the log what it says it is */

gboolean pal_dossier_check_log (sqlite3 *db, GCancellable *cancellable, GError **error);
/* Compares head and record with what follows from the log; with repair, makes them equal. */
gboolean
pal_dossier_check_derived (sqlite3 *db, gboolean repair, gboolean *differs, GError **error);

gboolean pal_dossier_check_derive_record (sqlite3 *db, const char *record, GError **error);

/* --- pal-dossier-attachments.c */

char *pal_dossier_attachments_attach (PalDossier *self, int fd, const char *original,
                                      GCancellable *cancellable, GError **error);
gboolean pal_dossier_attachments_bring (PalDossier *self, PalDossier *other,
                                        GCancellable *cancellable, GError **error);

gboolean pal_dossier_attachments_sweep (sqlite3 *db, GError **error);
gboolean pal_dossier_attachments_verify (sqlite3 *db, GCancellable *cancellable, GError **error);

G_END_DECLS
