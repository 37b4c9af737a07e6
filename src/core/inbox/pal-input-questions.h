// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-kit.h"

G_BEGIN_DECLS

/* What the questionnaires ask, to be read by those who write an input; and which questions a point
 * of theirs names. */

/* clusters: "I III", as the input has it. (element-type PalKitArticle); Blocking. */
GPtrArray *pal_input_questions_list (const char *clusters, const char *language,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* value: answer to "Which questions?", "31, 32". */
gboolean pal_input_questions_has (const char *value, guint number);
char *
pal_input_questions_set (const char *value, guint number, gboolean named) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
