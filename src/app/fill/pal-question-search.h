// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Finding a question by its words, its number or its article. */

#define PAL_TYPE_QUESTION_SEARCH (pal_question_search_get_type ())
G_DECLARE_FINAL_TYPE (PalQuestionSearch, pal_question_search, PAL, QUESTION_SEARCH, AdwWindow)

void pal_question_search_present (GtkWidget *parent, PalSession *session);

G_END_DECLS
