// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-kit.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* What comes from outside waits here: the file as it came, kept in the dossier as an attachment of
 * a small record (form `arrival`), looked at and never trusted. Nothing of it stands in a
 * consultation, and nothing beside a question, until a person takes it; it leaves the dossier with
 * no package. Each decision is one act in the log, and is undone as one. */

#define PAL_ARRIVAL_FORM "arrival"

/* What acts of the inbox are called in the log. */
#define PAL_INBOX_RECEIVED_ACT "Received"
#define PAL_INBOX_TAKEN_ACT "Taken from the inbox"
#define PAL_INBOX_DECLINED_ACT "Declined from the inbox"

#define PAL_INBOX_MAX_WAITING 200
#define PAL_INBOX_MAX_PACKAGE_BYTES (64 * 1024 * 1024) /* all files of a package together */

#define PAL_INBOX_ERROR (pal_inbox_error_quark ())
/* Whatever the error, nothing was changed. Those of pal_kit_read(), of packages, of the dossier and
 * of files pass through. */
typedef enum
{
  PAL_INBOX_ERROR_UNKNOWN,     /* no kind of file that is understood */
  PAL_INBOX_ERROR_DOSSIER,     /* a dossier: it is opened, not received */
  PAL_INBOX_ERROR_TEAM,        /* work that was handed out, or comes back: it is opened there */
  PAL_INBOX_ERROR_SUBMISSION,  /* what a State sends, or adds: nobody's input */
  PAL_INBOX_ERROR_TRANSLATION, /* a translation: it is opened where people translate */
  PAL_INBOX_ERROR_PACKAGE,     /* a package of a kind that this program does not know */
  PAL_INBOX_ERROR_SEALED,      /* encrypted, for whom cannot be told */
  PAL_INBOX_ERROR_SIGNATURE,   /* changed after it was signed, or damaged */
  PAL_INBOX_ERROR_CONTENT,     /* a package without an input in it, or with more than one */
  PAL_INBOX_ERROR_LIMIT,       /* larger than the inbox takes */
  PAL_INBOX_ERROR_FULL,        /* as many wait as may: decide on some first */
  PAL_INBOX_ERROR_NOT_FOUND,   /* no such arrival, or no such point in it */
  PAL_INBOX_ERROR_DECIDED,     /* taken or declined already */
  PAL_INBOX_ERROR_NOTHING,     /* no point is left to be taken */
  PAL_INBOX_ERROR_REASON,      /* whoever declines says why */
  PAL_INBOX_ERROR_CHANGED      /* the file that is kept is not the one that came */
} PalInboxError;
GQuark pal_inbox_error_quark (void);

/* --- what is there */

typedef enum
{
  PAL_INBOX_WAITING,
  PAL_INBOX_TAKEN,
  PAL_INBOX_DECLINED,
  PAL_INBOX_N_STATES
} PalInboxState;
const char *pal_inbox_state_to_string (PalInboxState state);

/* A signature that does not hold is refused. */
typedef enum
{
  PAL_INBOX_UNSIGNED,
  PAL_INBOX_SIGNED,       /* it holds; the signer is a stranger: compare the fingerprint */
  PAL_INBOX_SIGNED_KNOWN, /* and something by the same signer was taken before */
  PAL_INBOX_N_SIGNATURES
} PalInboxSignature;
const char *pal_inbox_signature_to_string (PalInboxSignature signature);

/* One file that came. What it says of itself is unproved, plain text, whatever it looks like. */
typedef struct
{
  char *id;         /* of the record */
  char *name;       /* of the file, without folders */
  char *kind;       /* "kit", "odk", "package", "docx", "xlsx" */
  char *attachment; /* name of the attachment that holds it as it came */
  char *sha256;
  gint64 size_bytes;
  PalInboxSignature signature;
  char *fingerprint; /* (nullable): of the signer's certificate */
  char *signer;      /* (nullable): the name in it */
  char *title;       /* (nullable): what it says it is about */
  char *from;        /* (nullable): organization; NULL: who wrote it is not named */
  char *type;        /* (nullable): id of the type of stakeholder */
  char *state_name;  /* (nullable): the State to which it is addressed */
  char *instance;    /* (nullable): versions of one input have the same */
  GStrv articles;    /* (nullable): "untoc:5": those that its points name */
  guint n_points;
  guint n_files;
  guint n_remarks; /* what could not be placed, or is strange */
  gboolean is_other_dossier;
  gint64 received_us;
  char *received_by; /* author of the change */

  PalInboxState state;
  char *decided_by; /* (nullable): author of the change; likewise below */
  gint64 decided_us;
  char *why;
  char *record;             /* the consultation that came of it */
  gboolean is_record_there; /* it was not removed since: otherwise it can be taken again */
  guint n_taken;            /* points */

  /* For the inbox itself: */
  GPtrArray *beside; /* (element-type utf8): attachments that lay beside the file */
  char *taken;       /* (nullable): lines of row, space, digest of what the point said */
} PalInboxItem;
void pal_inbox_item_free (PalInboxItem *item);

/* (element-type PalInboxItem): those that wait first, the newest first. Blocking. */
GPtrArray *pal_inbox_list (PalDossier *dossier, GCancellable *cancellable, GError **error);
void pal_inbox_list_async (PalDossier *dossier, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_inbox_list_finish (GAsyncResult *result, GError **error);
/* How many of a list wait. */
guint pal_inbox_count_waiting (GPtrArray *items);

/* --- receiving */

/* Whether the first octets look like something that the inbox takes: for deciding where a file that
 * was opened goes. A package may still be of another kind. Any thread; blocking, reads little. */
gboolean pal_inbox_sniff (const char *path);
/* Reads all of it: whether it would be received, or why not. Any thread; blocking. */
gboolean pal_inbox_probe (const char *path, GCancellable *cancellable, GError **error);
/* Whether a package is an input that nobody signed. Any thread; blocking, reads all of it. */
gboolean pal_inbox_is_unsigned_input (const char *path, GCancellable *cancellable);

typedef struct
{
  char *id;
  gboolean was_there; /* the same file came before: nothing was written */
  PalLogSpan written; /* the act, when one was */
} PalInboxReceived;
void pal_inbox_received_free (PalInboxReceived *received);

/* name: (nullable): instead of the file's own, for a portal's temporary copy. Blocking. */
PalInboxReceived *pal_inbox_receive (PalDossier *dossier, const char *path, const char *name,
                                     GCancellable *cancellable, GError **error);
void pal_inbox_receive_async (PalDossier *dossier, const char *path, const char *name,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
PalInboxReceived *pal_inbox_receive_finish (GAsyncResult *result, GError **error);

/* --- looking */

typedef struct _PalInboxSaid PalInboxSaid;

/* One thing that it says, in the order of the form. */
typedef struct
{
  char *path;    /* "/input/card/points/point[ID]/text" */
  char *page;    /* title of its page */
  char *label;   /* the question */
  char *text;    /* the answer as people read it: labels of choices, dates as written */
  char *written; /* (nullable): how the file had it, when that was something else */
  char *row;     /* (nullable): id of the point it belongs to */
} PalInboxLine;

typedef enum
{
  PAL_INBOX_POINT_NEW,
  PAL_INBOX_POINT_CAME,   /* it was taken before, word for word: it is not taken again */
  PAL_INBOX_POINT_CHANGED /* another wording of it was taken before */
} PalInboxPointState;

typedef struct
{
  char *row;           /* its id in the input */
  guint number;        /* from 1, as it stands there */
  char *text;          /* as written */
  char *kind;          /* (nullable): id of the choice */
  GStrv articles;      /* (nullable): "untoc:5" */
  GArray *questions;   /* (element-type guint): numbers as printed */
  gboolean is_private; /* its author gives it to the State alone: it would be restricted */
  PalInboxPointState state;
  char *before_record; /* (nullable): the consultation in which it stands already */
  char *before_row;    /* (nullable): and its row there */
} PalInboxPoint;

/* A page of a questionnaire that it would touch, or one question on it. */
typedef struct
{
  char *record;    /* of the questionnaire */
  char *page;      /* path of the page's group */
  char *title;     /* of the page, in the language asked for */
  guint number;    /* of the question as printed; 0: the page as a whole */
  GArray *numbers; /* (element-type guint): of the points, PalInboxPoint.number */
} PalInboxPlace;

typedef struct
{
  PalInboxItem *item;
  PalKitInput *input; /* values, files with their media type and whether they are intact, remarks */
  GPtrArray *lines;   /* (element-type PalInboxLine) */
  GPtrArray *points;  /* (element-type PalInboxPoint) */
  GPtrArray *places;  /* (element-type PalInboxPlace) */
  GPtrArray *before;  /* (element-type PalInboxItem): other arrivals of the same input, or signed by
                       * the same person; the newest first */
  char *own_state;    /* (nullable): name of the State in this dossier */
  gboolean is_other_state; /* it is addressed to another one: said, not refused */

  /* For the inbox itself: */
  PalInboxSaid *said;    /* its values by their places */
  GHashTable *choices;   /* (element-type utf8 utf8): what choices are called */
  PalForm *form;         /* of the input */
  PalResponse *response; /* what was understood, on a record that is kept nowhere */
} PalInboxReading;
void pal_inbox_reading_free (PalInboxReading *reading);
/* (nullable): question and page of a remark, for a sentence about it. */
char *
pal_inbox_reading_dup_place (PalInboxReading *reading, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* language: code; NULL: the form's own. Blocking. */
PalInboxReading *pal_inbox_look (PalDossier *dossier, const char *id, const char *language,
                                 GCancellable *cancellable, GError **error);
void
pal_inbox_look_async (PalDossier *dossier, const char *id, const char *language,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
PalInboxReading *pal_inbox_look_finish (GAsyncResult *result, GError **error);

/* --- deciding */

typedef struct
{
  const char *const *points; /* (nullable): ids of rows; NULL: all that did not come before */
  gboolean is_restricted;    /* none of them may be sent; FALSE: as its author said of each */
  const char *language;      /* (nullable): code, of the labels that go into texts */
} PalInboxTakeOptions;

typedef struct
{
  char *record;       /* the consultation that was made */
  guint n_points;     /* taken */
  guint n_left;       /* that were there before, and were left out */
  PalLogSpan written; /* the act: pal-undo.h takes it back */
} PalInboxTaken;
void pal_inbox_taken_free (PalInboxTaken *taken);

/* Makes a consultation "held in writing" of it. options: (nullable). Blocking. */
PalInboxTaken *
pal_inbox_take (PalDossier *dossier, const char *id, const PalInboxTakeOptions *options,
                GCancellable *cancellable, GError **error);
/* What options points to is copied. */
void
pal_inbox_take_async (PalDossier *dossier, const char *id, const PalInboxTakeOptions *options,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
PalInboxTaken *pal_inbox_take_finish (GAsyncResult *result, GError **error);

/* It stays in the inbox as declined, with the reason, and can be read. Blocking. */
gboolean pal_inbox_decline (PalDossier *dossier, const char *id, const char *why,
                            PalLogSpan *written, GError **error);
void pal_inbox_decline_async (PalDossier *dossier, const char *id, const char *why,
                              GAsyncReadyCallback callback, gpointer user_data);
/* written: (out) (optional) */
gboolean pal_inbox_decline_finish (GAsyncResult *result, PalLogSpan *written, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxItem, pal_inbox_item_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxReceived, pal_inbox_received_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxReading, pal_inbox_reading_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInboxTaken, pal_inbox_taken_free)

G_END_DECLS
