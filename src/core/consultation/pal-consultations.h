// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Whom a State consulted, what they said, and what became of it (paragraph 23 of the Procedures and
 * Rules): what the records of consultations, stakeholders and threads say, gathered in memory, so
 * that lists, counts and pictures wait for nothing. Belongs to one thread; it is read in the
 * background and renewed record by record. */

typedef struct _PalConsultations PalConsultations;
typedef struct _PalConsultation PalConsultation;

typedef enum
{
  PAL_DECISION_OPEN, /* nobody said yet */
  PAL_DECISION_TAKEN,
  PAL_DECISION_PARTLY,
  PAL_DECISION_NOT,
  PAL_DECISION_OUTSIDE,
  PAL_N_DECISIONS
} PalDecision;

typedef enum
{
  PAL_FEEDBACK_NONE, /* nothing to tell as long as nothing is decided */
  PAL_FEEDBACK_OWED,
  PAL_FEEDBACK_SENT,
  PAL_FEEDBACK_IMPOSSIBLE,
  PAL_N_FEEDBACKS
} PalFeedback;

/* A point leads to a question. */
typedef struct
{
  char *id;           /* of the thread's own record */
  char *point_record; /* where the point stands */
  char *point;
  char *record; /* the answer */
  char *node;
  char *change; /* (nullable): the one that the point caused */
  char *author;
  gint64 time_us;
} PalThread;

/* What somebody said. All texts may be NULL; ids are those of the form's choices. */
typedef struct
{
  const PalConsultation *consultation;
  char *row;  /* path with the row's id */
  char *text; /* as written down */
  char *kind;
  GStrv articles;    /* (nullable): as p:ref of pages: "untoc:5" */
  GArray *questions; /* (element-type guint): numbers as printed */
  gboolean is_named; /* source is the organization's; FALSE: its type alone may be said */
  char *source;
  char *type;
  char *evidence;
  char *evidence_link;
  gboolean is_restricted; /* stays out of everything that is sent */
  PalDecision decision;
  char *decided_by;
  char *decided_on;
  char *why;
  char *answer_changed;
  PalFeedback feedback;
  char *feedback_sent;
  GPtrArray *threads; /* (element-type PalThread): borrowed, oldest first */
} PalRaisedPoint;

typedef struct
{
  char *row;
  char *anonymity; /* organization, person, anonymous */
  char *organization;
  char *type;
  char *region;
} PalParticipant;

/* Somebody who is asked to take part. */
typedef struct
{
  char *row;
  char *whom;
  char *type;
  char *origin; /* mapping, government, self */
  char *sent_on;
  char *reply; /* waiting, yes, no */
} PalInvitation;

typedef struct
{
  char *row;
  char *aim;
  char *reached; /* yes, part, no */
} PalObjective;

/* A risk, a misunderstanding, a worry. */
typedef struct
{
  char *row;
  char *about;
  char *owner;
  char *response;
  gboolean is_settled;
} PalConcern;

typedef struct
{
  char *row;
  char *what;
  char *owner;
  char *due;
  gboolean is_done;
} PalNextStep;

struct _PalConsultation
{
  char *id;
  char *title;
  char *stage; /* planned, held, cancelled */
  char *date;  /* ISO 8601 */
  char *method;
  GStrv clusters; /* (nullable) */
  GStrv articles; /* (nullable) */
  gint invited;   /* -1: not said; likewise the others */
  gint attended;
  gint women;
  gint men;
  char *sensitivity;
  char *consent;
  char *consent_until;
  char *keep_until;
  char *planned_date;
  char *lead; /* the office in charge */
  char *lessons;
  GPtrArray *points;       /* (element-type PalRaisedPoint) */
  GPtrArray *participants; /* (element-type PalParticipant) */
  GPtrArray *invitations;  /* (element-type PalInvitation) */
  GPtrArray *objectives;   /* (element-type PalObjective) */
  GPtrArray *concerns;     /* (element-type PalConcern) */
  GPtrArray *steps;        /* (element-type PalNextStep) */
};

typedef struct
{
  char *id;
  char *name;
  char *type;
  char *regions;
  GStrv articles; /* (nullable) */
  GStrv clusters; /* (nullable) */
  char *sensitivity;
  char *listing;
  char *last_contact;
  char *keep_until;
} PalStakeholder;

PalConsultations *pal_consultations_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pal_consultations_free (PalConsultations *self);

/* All of a dossier. Blocking. */
PalConsultations *pal_consultations_load (PalDossier *dossier, GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_consultations_load_async (PalDossier *dossier, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
PalConsultations *pal_consultations_load_finish (GAsyncResult *result, GError **error);
/* One record as it is now, of whatever form; gone when it was removed. */
void pal_consultations_renew_async (PalConsultations *self, PalDossier *dossier, const char *record,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* changed: (out) (optional): whether it is, or was, one of those that are gathered here. */
gboolean pal_consultations_renew_finish (PalConsultations *self, GAsyncResult *result,
                                         gboolean *changed, GError **error);

GPtrArray *pal_consultations_list (PalConsultations *self); /* (element-type PalConsultation): the
                                                             * newest first */
GPtrArray *pal_consultations_list_stakeholders (PalConsultations *self); /* by name */
GPtrArray *pal_consultations_list_points (PalConsultations *self); /* (element-type PalRaisedPoint):
                                                                    * by consultation */
PalConsultation *pal_consultations_find (PalConsultations *self, const char *id); /* (nullable) */
PalRaisedPoint *pal_consultations_find_point (PalConsultations *self, const char *record,
                                              const char *row); /* (nullable) */

/* Numbers of questions as people write them. */
void pal_consultations_read_numbers (const char *value, GArray *numbers);
/* Choices as they are written in records. */
const char *pal_decision_get_id (PalDecision decision); /* "" for open */
const char *pal_feedback_get_id (PalFeedback feedback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalConsultations, pal_consultations_free)

G_END_DECLS
