// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-outline.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* Within this folder: a questionnaire of a dossier as it stands now, with the changes that made it
 * so. Lives on one thread. */

typedef struct
{
  char *record;
  PalForm *form;
  PalOutline *outline;
  PalResponse *response;
  GPtrArray *heads;    /* (element-type PalChange) */
  GHashTable *by_node; /* (element-type utf8 PalChange): the newest head of each node */
  GPtrArray *orphans;  /* (element-type utf8): paths with an answer that the form does not know */
} PalQuestionnaire;

/* Whether records of this form are what a review consists of. */
gboolean pal_questionnaire_is_form (const char *form_id);

PalQuestionnaire *pal_questionnaire_load (PalDossier *dossier, const PalRecordInfo *info,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_questionnaire_free (PalQuestionnaire *self);
/* (element-type PalQuestionnaire): all, by id. */
GPtrArray *pal_questionnaire_list (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Each question that takes an answer, in the order of the form, whether it applies or not. */
typedef void (*PalQuestionFunc) (PalQuestionnaire *self, PalNode *node, PalFormNode *definition,
                                 gpointer user_data);
void pal_questionnaire_foreach (PalQuestionnaire *self, PalQuestionFunc func, gpointer user_data);

/* Path of the page on which a question stands: that of its group, or of the root. */
const char *pal_questionnaire_get_page_path (PalForm *form, PalOutlinePage *page);
const char *
pal_questionnaire_find_page (PalForm *form, PalOutline *outline, PalFormNode *definition);

/* A line of the canonical text: path, tab, value, line feed; backslash, tab, line feed and carriage
 * return of the value are written \\, \t, \n, \r. */
void pal_questionnaire_append_line (GString *text, const char *path, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalQuestionnaire, pal_questionnaire_free)

G_END_DECLS
