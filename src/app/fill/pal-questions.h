// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* The questions of a page in the order in which they stand there: (element-type PalNode); relevant
 * ones that take an answer. */
GPtrArray *pal_questions_of_page (PalResponse *response, PalOutlinePage *page);
/* The first after current (nullable: from the first page) that has no answer, going round; NULL
 * when all have one. page: (inout): that of current, then that of the question. */
PalNode *pal_questions_find_unanswered (PalResponse *response, PalOutline *outline,
                                        PalNode *current, PalOutlinePage **page);

G_END_DECLS
