// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-page-types"
#include "config.h"

#include "pal-page-types.h"

#include "pal-action-plan-page.h"
#include "pal-clearance-page.h"
#include "pal-comments-page.h"
#include "pal-comments.h"
#include "pal-conflicts-page.h"
#include "pal-conflicts.h"
#include "pal-backups-page.h"
#include "pal-consultations-page.h"
#include "pal-hand-in-page.h"
#include "pal-hand-over-page.h"
#include "pal-inbox-model.h"
#include "pal-inbox-page.h"
#include "pal-input-package.h"
#include "pal-newer-form-page.h"
#include "pal-orphans-page.h"
#include "pal-overview-page.h"
#include "pal-review-page.h"
#include "pal-send-page.h"
#include "pal-team-page.h"

#include <glib/gi18n.h>

static GObject *
get_conflicts (PalSession *session)
{
  return G_OBJECT (pal_conflicts_of_dossier (pal_session_get_dossier (session)));
}

static GObject *
get_comments (PalSession *session)
{
  return G_OBJECT (pal_comments_of_dossier (pal_session_get_dossier (session)));
}

static GObject *
get_inbox (PalSession *session)
{
  return G_OBJECT (pal_inbox_model_of_dossier (pal_session_get_dossier (session)));
}

/* In the order of the sidebar. A new page is a row here, its files, and its words in POTFILES. */
const PalPageType pal_page_types[] = {
  { "overview", N_ ("Overview"), "view-grid-symbolic", pal_overview_page_new,
    .is_of_government = TRUE },
  { "consultations", N_ ("Consultations"), "system-users-symbolic", pal_consultations_page_new,
    .is_of_government = TRUE },
  { "inbox", N_ ("Inbox"), "mail-unread-symbolic", pal_inbox_page_new, get_inbox, TRUE, TRUE },
  /* TRANSLATORS: papers of which a review has one each, beside the questionnaire */
  { "review", N_ ("Review papers"), "x-office-document-symbolic", pal_review_page_new,
    .is_of_government = TRUE },
  { "team", N_ ("Team"), "emblem-shared-symbolic", pal_team_page_new, .is_of_government = TRUE },
  { "clearance", N_ ("Clearance"), "object-select-symbolic", pal_clearance_page_new,
    .is_of_government = TRUE },
  { "sending", N_ ("Sending"), "send-to-symbolic", pal_send_page_new, .is_of_government = TRUE },
  { "action-plan", N_ ("Action plan"), "view-list-symbolic", pal_action_plan_page_new,
    .is_of_input = TRUE },
  { "hand-in", N_ ("Save for the focal point"), "document-save-symbolic", pal_hand_in_page_new,
    .is_of_input = TRUE },
  { "conflicts", N_ ("Answers to decide on"), "pal-conflict-symbolic", pal_conflicts_page_new,
    get_conflicts },
  { "comments", N_ ("Open comments"), "pal-comment-symbolic", pal_comments_page_new, get_comments },
  { "backups", N_ ("Backups"), NULL, pal_backups_page_new },
  { "hand-over", N_ ("Hand-over"), NULL, pal_hand_over_page_new },
  { "newer-form", N_ ("Newer questionnaire"), NULL, pal_newer_form_page_new },
  { "orphans", N_ ("Answers without a question"), NULL, pal_orphans_page_new },
};
const guint pal_n_page_types = G_N_ELEMENTS (pal_page_types);

/**
 * pal_page_type_find:
 * @id: (nullable): the id of a page
 *
 * Returns: (nullable) (transfer none): the row of that page
 */
const PalPageType *
pal_page_type_find (const char *id)
{
  for (guint i = 0; i < pal_n_page_types; i++)
    if (g_strcmp0 (pal_page_types[i].id, id) == 0)
      return &pal_page_types[i];

  return NULL;
}

/**
 * pal_page_type_fits:
 * @type: a page
 * @dossier: a dossier
 *
 * Returns: whether dossiers of that kind have the page
 */
gboolean
pal_page_type_fits (const PalPageType *type, PalDossier *dossier)
{
  return pal_input_is_dossier (dossier) ? !type->is_of_government : !type->is_of_input;
}
