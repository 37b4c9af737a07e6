// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-expr-private.h"

G_BEGIN_DECLS

/* What the files of functions share. */

void pal_expr_own_text (PalExprEval *eval, const PalExprAst *call, PalExprText *text);
double pal_expr_round (double number);
/* (nullable): the words for a code such as "fr" or a language such as "Français (fr)". */
const char *pal_expr_month_name (const char *language, guint month, gboolean is_short);
const char *pal_expr_day_name (const char *language, guint day_of_week, gboolean is_short);

G_END_DECLS
