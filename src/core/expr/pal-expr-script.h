// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-expr.h"

G_BEGIN_DECLS

/* Expressions as JavaScript (ES2019), for pages that are filled in where Palermo is not. Only what
 * means the same there is written; anything else is refused when the page is made. What is written
 * calls the functions of data/kit/kit.js. In it `n` is the node of the record that the expression
 * is about, and `i` an item of a list. */

/* Where a path leads: steps are names, or ".." for a parent; from the root when is_absolute, else
 * from the node that the expression is about. Returns: (transfer full) (nullable): JavaScript that
 * gives the text there, or null when it is not relevant; %NULL refuses the path. */
typedef char *(*PalExprScriptPath) (gboolean is_absolute, const char *const *steps,
                                    gpointer user_data);

char *pal_expr_dup_script (const PalExpr *self, PalExprScriptPath path, gpointer user_data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *pal_expr_dup_script_text (const PalExpr *self, PalExprScriptPath path, gpointer user_data,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_expr_dup_script_list (const PalExpr *self, PalExprScriptPath path, gpointer user_data,
                                   char **instance_id, char **condition, GError **error);
char *pal_expr_quote_script (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
