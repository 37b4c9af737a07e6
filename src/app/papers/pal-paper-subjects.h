// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a paper can be about: a consultation, or a point that was raised in one. */
typedef struct
{
  char *record;
  char *point; /* (nullable) */
} PalPaperSubject;

PalPaperSubject *
pal_paper_subject_new (const char *record, const char *point) G_GNUC_WARN_UNUSED_RESULT;
void pal_paper_subject_free (PalPaperSubject *subject);

/* (element-type PalPaperSubject); names go with it, each in its place. */
GPtrArray *pal_paper_subjects_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pal_paper_subjects_add_consultations (GPtrArray *subjects, GtkStringList *names,
                                           PalConsultations *consultations);
void pal_paper_subjects_add_owed (GPtrArray *subjects, GtkStringList *names,
                                  PalConsultations *consultations);
/* wanted: in, what was asked for; out, that which is on offer and stands for it. */
void pal_paper_subjects_add_wanted (GPtrArray *subjects, GtkStringList *names,
                                    PalConsultations *consultations, PalPaperSubject *wanted);
/* wanted: (nullable). The first when it is not there. */
guint pal_paper_subjects_find (GPtrArray *subjects, const PalPaperSubject *wanted);

G_END_DECLS
