// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Draft -> ready (an expert) -> cleared (the focal point), page by page. Each step is a record of
 * its own, so that steps made apart never contradict each other: they are
 * taken in the order of time, and only a reopening with a reason leads away from "cleared". What is
 * open is shown and never stands in the way in silence; what was taken over open is in the log. */

#define PAL_CLEARANCE_FORM "clearance"
/* What an expert says is a form of its own: it comes back with their work, unlike decisions, which
 * nobody else takes for the focal point. */
#define PAL_READY_FORM "ready"

/* Titles of the acts. */
#define PAL_READY_ACT "Ready"
#define PAL_CLEARED_ACT "Cleared"
#define PAL_REOPENED_ACT "Opened again"

#define PAL_CLEARANCE_ERROR (pal_clearance_error_quark ())
typedef enum
{
  PAL_CLEARANCE_ERROR_PAGE,   /* no questionnaire here has this page, or it does not apply */
  PAL_CLEARANCE_ERROR_STATE,  /* the page is not where this step begins */
  PAL_CLEARANCE_ERROR_REASON, /* opening a page again wants a reason */
  PAL_CLEARANCE_ERROR_OPEN,   /* points are open, and nobody said: all the same */
  PAL_CLEARANCE_ERROR_CLEARED /* the answer stands on a page that is cleared */
} PalClearanceError;
GQuark pal_clearance_error_quark (void);

typedef enum
{
  PAL_PAGE_DRAFT,
  PAL_PAGE_READY,
  PAL_PAGE_CLEARED
} PalPageState;
const char *pal_page_state_to_string (PalPageState state);

typedef enum
{
  PAL_POINT_REQUIRED,   /* asked for, and empty */
  PAL_POINT_UNANSWERED, /* empty, and may stay so: told, but in nobody's way */
  PAL_POINT_VIOLATED,   /* an answer that does not fit */
  PAL_POINT_IRRELEVANT, /* an answer that stays here, since its question no longer applies */
  PAL_POINT_ORPHAN,     /* an answer that stays here, since the form does not know it */
  PAL_POINT_CONFLICT,   /* people answered it apart from each other */
  PAL_POINT_COMMENT,    /* a talk about it that is not settled */
  PAL_POINT_DRAFT,      /* a page of which nobody said that it is ready */
  PAL_POINT_HEARD,      /* said in a consultation, and nobody wrote down how it was considered */
  PAL_POINT_LAST = PAL_POINT_HEARD
} PalPointKind;
const char *pal_point_kind_to_string (PalPointKind kind);

typedef struct
{
  PalPointKind kind;
  char *record;
  char *node;    /* path with row ids; of the page for DRAFT */
  char *comment; /* (nullable): its id */
  char *heard;   /* (nullable): id of the consultation; likewise: */
  char *row;     /* (nullable): path of what was said in it, with its row id */
} PalPoint;
PalPoint *pal_point_copy (const PalPoint *point) G_GNUC_WARN_UNUSED_RESULT;
void pal_point_free (PalPoint *point);

/* Fields are for reading. */
typedef struct
{
  char *record;
  char *path;  /* of its group in the form */
  char *title; /* "" when there is none */
  gboolean is_relevant;
  PalPageState state;
  char *author; /* (nullable): who made the last step; likewise below */
  gint64 time_us;
  char *reason;        /* (nullable) */
  char *open;          /* (nullable): what was open all the same, a point a line */
  char *digest;        /* of the answers now */
  gboolean is_altered; /* they are others than when the page was called ready or cleared */
  guint n_questions;   /* that apply */
  guint n_answered;
  GPtrArray *points; /* (element-type PalPoint) */
} PalPageClearance;

typedef struct
{
  PalPageState state; /* of the whole: of the page that is least far */
  GPtrArray *pages;   /* (element-type PalPageClearance): in the order of the form */
  GPtrArray *points;  /* (element-type PalPoint): on no page */
  GString *text;      /* canonical text of all answers, see pal-edition.h */
  char *digest;       /* of it */
  GPtrArray *forms;   /* (element-type utf8): "id version" */
  guint n_answers;
} PalClearance;

/* How everything stands. Blocking. */
PalClearance *pal_clearance_look (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_clearance_free (PalClearance *self);
/* The page of this path, or that on which this node stands. (nullable) */
PalPageClearance *pal_clearance_find_page (PalClearance *self, const char *path);
/* What has to be decided before a step; page: (nullable): all. (element-type PalPoint), borrowed.
 */
GPtrArray *pal_clearance_list_open (PalClearance *self, const PalPageClearance *page,
                                    PalPageState next) G_GNUC_WARN_UNUSED_RESULT;

/* The steps: each one act. anyway: with what is open, which is then noted. Blocking. */
gboolean
pal_clearance_ready (PalDossier *dossier, const char *page, gboolean anyway, GError **error);
/* page: (nullable): all that apply and are not cleared. */
gboolean
pal_clearance_clear (PalDossier *dossier, const char *page, gboolean anyway, GError **error);
/* Several, as one act. */
gboolean pal_clearance_clear_pages (PalDossier *dossier, const char *const *pages, gboolean anyway,
                                    GError **error);
gboolean
pal_clearance_reopen (PalDossier *dossier, const char *page, const char *reason, GError **error);

typedef struct
{
  char *id;
  char *record;
  char *page;
  PalPageState state; /* to which it led; what it wanted to lead to when it had no effect */
  gboolean has_effect;
  char *author;
  gint64 time_us;
  char *reason; /* (nullable) */
  char *open;   /* (nullable) */
  char *digest; /* (nullable) */
} PalClearanceStep;
void pal_clearance_step_free (PalClearanceStep *step);
/* (element-type PalClearanceStep): all of them, oldest first. Blocking. */
GPtrArray *pal_clearance_list_steps (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether an answer may be changed: whoever lets people edit asks this first. As of when it was
 * made; any thread, one at a time. */
typedef struct _PalClearanceGuard PalClearanceGuard;
PalClearanceGuard *
pal_clearance_guard_new (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_clearance_guard_free (PalClearanceGuard *self);
/* path: with or without row ids. Returns: (nullable): path of the cleared page it stands on. */
const char *pal_clearance_guard_find (PalClearanceGuard *self, const char *record, PalForm *form,
                                      const char *path);
/* The same as a sentence: FALSE with %PAL_CLEARANCE_ERROR_CLEARED. */
gboolean pal_clearance_guard_check (PalClearanceGuard *self, const char *record, PalForm *form,
                                    const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalClearance, pal_clearance_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalClearanceGuard, pal_clearance_guard_free)

G_END_DECLS
