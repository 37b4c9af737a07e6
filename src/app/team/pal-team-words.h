// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-assignment.h"
#include "pal-session.h"

G_BEGIN_DECLS

/* Assignments, for people: what stands on the Team page and in its windows. */

typedef enum
{
  PAL_TEAM_WAITS,    /* not handed out yet */
  PAL_TEAM_OUT,      /* handed out */
  PAL_TEAM_RETURNED, /* what was handed out last came back */
  PAL_TEAM_OVERDUE   /* due before today, and not back */
} PalTeamState;

PalTeamState pal_team_get_state (const PalAssignment *assignment);
const char *pal_team_get_icon_name (PalTeamState state);
/* "Handed out yesterday · until 10 March 2027" */
char *pal_team_dup_state_words (const PalAssignment *assignment) G_GNUC_WARN_UNUSED_RESULT;

/* A day, "2027-03-10", as people write it. */
char *pal_team_dup_day (const char *day) G_GNUC_WARN_UNUSED_RESULT;
/* Title of a page of the questionnaire; the path itself if it has no such page. */
char *pal_team_dup_page_title (PalSession *session, const char *page) G_GNUC_WARN_UNUSED_RESULT;

/* The people whom one may ask: the experts of the questionnaire, and who has work already. */
typedef struct
{
  char *name;
  char *office;      /* (nullable) */
  char *fingerprint; /* (nullable) */
} PalTeamPerson;
void pal_team_person_free (PalTeamPerson *person);
/* assignments: (element-type PalAssignment). Returns: (element-type PalTeamPerson): each once, by
 * name. */
GPtrArray *
pal_team_list_people (PalSession *session, GPtrArray *assignments) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
