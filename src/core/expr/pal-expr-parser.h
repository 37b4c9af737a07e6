// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-expr-private.h"

G_BEGIN_DECLS

/* What pal-expr-parse.c (operators and calls) and pal-expr-parse-path.c (names, steps, predicates)
 * share. Functions that return FALSE or NULL have set the error. */

typedef struct
{
  PalExpr *expr;
  PalExprLexer lexer;
  PalExprResolvePrefix resolve; /* (nullable) */
  gpointer user_data;
  guint depth;
  /* Terms, arguments and steps of what is being read, those of the innermost last. */
  GPtrArray *terms;
  GByteArray *operators;
  GArray *steps;
  gsize known_offset; /* of which known_column is the column */
  guint known_column;
  GError **error;
} PalExprParser;

gpointer pal_expr_parser_fail_at (PalExprParser *parser, gsize offset, int code, const char *format,
                                  ...) G_GNUC_PRINTF (4, 5);
gpointer pal_expr_parser_fail_here (PalExprParser *parser, const char *expected);
gboolean pal_expr_parser_advance (PalExprParser *parser);
gboolean pal_expr_parser_expect_symbol (PalExprParser *parser, int symbol);
PalExprAst *
pal_expr_parser_new_ast (PalExprParser *parser, PalExprOp op, guint8 type, gsize offset);
gpointer pal_expr_parser_copy (PalExprParser *parser, gconstpointer data, gsize size);
PalExprAst **pal_expr_parser_take_terms (PalExprParser *parser, guint n_before, guint *n_terms);
PalExprAst *pal_expr_parser_expression (PalExprParser *parser);

gboolean
pal_expr_parser_resolve (PalExprParser *parser, const PalExprToken *token, const char **uri);
gboolean
pal_expr_parser_predicates (PalExprParser *parser, PalExprAst ***predicates, guint *n_predicates);
gboolean pal_expr_parser_steps (PalExprParser *parser, gboolean is_deep);
PalExprAst *
pal_expr_parser_new_path (PalExprParser *parser, PalExprStart start, guint n_before, gsize offset);

gboolean pal_expr_token_is_symbol (const PalExprToken *token, int symbol);
gboolean pal_expr_token_starts_step (const PalExprToken *token);
int pal_expr_token_find_node_type (const PalExprToken *token);

G_END_DECLS
