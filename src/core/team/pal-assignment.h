// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Who works on which page, until when: records of the form "assignment", one for each page and
 * person, so that they merge and have a history like all else. They never leave with a package. */

#define PAL_ASSIGNMENT_FORM "assignment"
/* Titles of acts. */
#define PAL_ASSIGNMENT_ACT "Assignment"
#define PAL_HANDOUT_ACT "Hand-out"

typedef struct
{
  char *record;      /* (nullable): id; NULL: not written yet */
  char *page;        /* path of a page of a questionnaire */
  char *person;      /* who */
  char *office;      /* (nullable) */
  char *fingerprint; /* (nullable): SHA-256 of their certificate, 64 hexadecimal digits */
  char *due;         /* (nullable): ISO 8601 date */
  char *hand_out;    /* (nullable): id of the section package in which it went last */
  char *handed_out;  /* (nullable): when, RFC 3339 */
  char *returned;    /* (nullable): when the last return was merged */
} PalAssignment;

PalAssignment *pal_assignment_new (const char *page, const char *person);
PalAssignment *pal_assignment_copy (const PalAssignment *assignment) G_GNUC_WARN_UNUSED_RESULT;
void pal_assignment_free (PalAssignment *assignment);

/* Whether records of this form are our own bookkeeping, which no package carries by itself. */
gboolean pal_assignment_is_form (const char *form_id);

/* Writes what differs, as one act; a new record when there is none for this page and person.
 * Blocking. */
gboolean pal_assignment_put (PalDossier *dossier, PalAssignment *assignment, GError **error);
/* assignments: (element-type PalAssignment): all as one act. Blocking. */
gboolean pal_assignment_put_all (PalDossier *dossier, GPtrArray *assignments, GError **error);
/* (element-type PalAssignment): by page and person. person: (nullable): only theirs. Blocking. */
GPtrArray *pal_assignment_list (PalDossier *dossier, const char *person,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Takes it away; its history stays. Blocking. */
gboolean
pal_assignment_remove (PalDossier *dossier, const PalAssignment *assignment, GError **error);
/* assignments: (element-type PalAssignment): all as one act. Blocking. */
gboolean pal_assignment_remove_all (PalDossier *dossier, GPtrArray *assignments, GError **error);
/* What has to be appended so that a record says so, for callers with an act of their own. */
PalChange *pal_assignment_change (const PalAssignment *assignment, const char *leaf,
                                  const char *value) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalAssignment, pal_assignment_free)

G_END_DECLS
