// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-expr.h"

G_BEGIN_DECLS

/* How the parts hang together: pal-expr-lex.c cuts the source into tokens, pal-expr-parse.c makes a
 * tree of them and looks up functions, pal-expr-references.c reads from the tree what it refers to.
 * pal-expr-eval.c walks the tree, pal-expr-path.c selects nodes, the functions are in
 * pal-expr-functions*.c. The tree is never changed after it was made. */

#define PAL_EXPR_MAX_BYTES (1024 * 1024)
#define PAL_EXPR_MAX_DEPTH 1000
#define PAL_EXPR_MAX_TEXT_BYTES (16 * 1024 * 1024)
/* The budget of one evaluation, some seconds of work: each node that it touches counts, each term
 * of a row, and texts by the word. */
#define PAL_EXPR_BYTES_PER_VISIT 4
#ifndef PAL_EXPR_MAX_VISITS /* the hunt of ./dev fuzz sets fewer, to be quick */
#define PAL_EXPR_MAX_VISITS (200 * 1000 * 1000)
#endif
/* Nodes in one set before those that came twice are taken out. */
#define PAL_EXPR_MAX_NODES (16 * 1000 * 1000)

/* Lexer */

typedef enum
{
  PAL_EXPR_TOKEN_END,
  PAL_EXPR_TOKEN_NUMBER,
  PAL_EXPR_TOKEN_STRING,
  PAL_EXPR_TOKEN_NAME, /* with prefix, or "prefix:*", or "*" where no operator can stand */
  PAL_EXPR_TOKEN_AXIS, /* a name with "::" behind it */
  PAL_EXPR_TOKEN_OPERATOR,
  PAL_EXPR_TOKEN_SYMBOL /* ( ) [ ] , @ . .. / and the double slash */
} PalExprTokenKind;

typedef enum
{
  PAL_EXPR_OPERATOR_OR,
  PAL_EXPR_OPERATOR_AND,
  PAL_EXPR_OPERATOR_EQUAL,
  PAL_EXPR_OPERATOR_NOT_EQUAL,
  PAL_EXPR_OPERATOR_LESS,
  PAL_EXPR_OPERATOR_LESS_EQUAL,
  PAL_EXPR_OPERATOR_GREATER,
  PAL_EXPR_OPERATOR_GREATER_EQUAL,
  PAL_EXPR_OPERATOR_PLUS,
  PAL_EXPR_OPERATOR_MINUS,
  PAL_EXPR_OPERATOR_MULTIPLY,
  PAL_EXPR_OPERATOR_DIVIDE,
  PAL_EXPR_OPERATOR_MODULO,
  PAL_EXPR_OPERATOR_UNION
} PalExprOperator;

typedef struct
{
  PalExprTokenKind kind;
  gsize start;      /* byte offset in the source */
  gsize end;        /* behind the last byte */
  const char *text; /* of names and strings: where it begins */
  gsize length;     /* of names and strings */
  gsize n_prefix;   /* of names: bytes before the colon, 0 if there is none */
  double number;
  int symbol; /* of symbols: the character; 'd' is "..", 'D' is two slashes */
  PalExprOperator operation;
} PalExprToken;

typedef struct
{
  const char *source;
  gsize length;
  PalExprToken token; /* the current one */
  PalExprToken next;  /* the one behind it */
} PalExprLexer;

gboolean pal_expr_lexer_start (PalExprLexer *lexer, const char *source, GError **error);
gboolean pal_expr_lexer_advance (PalExprLexer *lexer, GError **error);
guint pal_expr_column (const char *source, gsize offset);

/* Tree */

typedef struct _PalExprAst PalExprAst;
typedef struct _PalExprEval PalExprEval;
typedef struct _PalExprFunction PalExprFunction;

typedef enum
{
  PAL_EXPR_OP_NUMBER,
  PAL_EXPR_OP_STRING,
  PAL_EXPR_OP_PATH,
  PAL_EXPR_OP_CALL,
  PAL_EXPR_OP_OR, /* these have as many arguments as there are terms in a row */
  PAL_EXPR_OP_AND,
  PAL_EXPR_OP_ADD,
  PAL_EXPR_OP_MULTIPLY,
  PAL_EXPR_OP_UNION,
  PAL_EXPR_OP_COMPARE,
  PAL_EXPR_OP_NEGATE
} PalExprOp;

/* PalValueKind, and: known only when it runs. */
#define PAL_EXPR_TYPE_ANY 4

typedef enum
{
  PAL_EXPR_AXIS_CHILD,
  PAL_EXPR_AXIS_DESCENDANT,
  PAL_EXPR_AXIS_DESCENDANT_OR_SELF,
  PAL_EXPR_AXIS_PARENT,
  PAL_EXPR_AXIS_ANCESTOR,
  PAL_EXPR_AXIS_ANCESTOR_OR_SELF,
  PAL_EXPR_AXIS_SELF,
  PAL_EXPR_AXIS_FOLLOWING_SIBLING,
  PAL_EXPR_AXIS_PRECEDING_SIBLING,
  PAL_EXPR_AXIS_FOLLOWING,
  PAL_EXPR_AXIS_PRECEDING,
  PAL_EXPR_AXIS_ATTRIBUTE,
  PAL_EXPR_AXIS_NAMESPACE /* always empty: a tree here has no namespace nodes */
} PalExprAxis;

typedef enum
{
  PAL_EXPR_TEST_NAME,
  PAL_EXPR_TEST_ANY_NAME,  /* * */
  PAL_EXPR_TEST_ANY_LOCAL, /* prefix:* */
  PAL_EXPR_TEST_NODE,
  PAL_EXPR_TEST_TEXT,
  PAL_EXPR_TEST_COMMENT,
  PAL_EXPR_TEST_PI
} PalExprTest;

typedef struct
{
  guint8 axis;       /* PalExprAxis */
  guint8 test;       /* PalExprTest */
  const char *local; /* (interned) (nullable) */
  const char *uri;   /* (interned) (nullable): NULL for a name without prefix */
  PalExprAst **predicates;
  guint n_predicates;
} PalExprPathStep;

typedef enum
{
  PAL_EXPR_START_ROOT,
  PAL_EXPR_START_NODE,    /* the context node */
  PAL_EXPR_START_CURRENT, /* current() */
  PAL_EXPR_START_FILTER   /* an expression that gives nodes */
} PalExprStart;

typedef struct
{
  guint8 start;            /* PalExprStart */
  gboolean is_plain;       /* child, parent, self and attribute steps by name only, no predicates */
  PalExprAst *filter;      /* (nullable) */
  PalExprAst **predicates; /* of the filter */
  guint n_predicates;
  PalExprPathStep *steps;
  guint n_steps;
} PalExprPath;

struct _PalExprAst
{
  guint8 op;            /* PalExprOp */
  guint8 type;          /* PalValueKind or PAL_EXPR_TYPE_ANY */
  guint8 operation;     /* of a comparison: PalExprOperator */
  guint8 uses_position; /* position() or last() of the surrounding predicate */
  guint32 column;       /* 1-based */
  guint32 n_args;
  PalExprAst **args;
  union
  {
    double number;
    const char *string;
    PalExprPath *path;
    const guint8 *operators; /* of a row of terms: what stands before each of them */
    struct
    {
      const PalExprFunction *function;
      GRegex *regex; /* (nullable): of regex() with a literal pattern */
    } call;
  };
};

struct _PalExpr
{
  gatomicrefcount ref_count;
  char *source;
  PalExprAst *ast;
  GPtrArray *blocks;     /* (owned): memory of the tree */
  gsize block_left;      /* bytes unused in the last one */
  GPtrArray *regexes;    /* (owned) (nullable) (element-type GRegex) */
  GPtrArray *references; /* (owned) (element-type PalExprReference) */
  PalExpr *whole;        /* (owned) (nullable): of a part: what its tree belongs to */
  gboolean is_impure;
  gboolean is_constant;
};

gpointer pal_expr_alloc (PalExpr *self, gsize size);
gboolean
pal_expr_parse (PalExpr *self, PalExprResolvePrefix resolve, gpointer user_data, GError **error);
void pal_expr_collect_references (PalExpr *self);
void pal_expr_reference_free (PalExprReference *reference);

/* Values while they are worked with */

typedef struct
{
  const char *text; /* borrowed from a tree, an expression, or owned */
  char *owned;      /* (nullable) */
} PalExprText;

#define PAL_EXPR_NODES_INLINE 4
typedef struct
{
  PalNode **nodes;
  guint n_nodes;
  guint n_allocated;
  PalNode *few[PAL_EXPR_NODES_INLINE];
} PalExprNodes;

typedef struct
{
  guint8 kind; /* PalValueKind */
  gboolean boolean;
  double number;
  PalExprText text;
  PalExprNodes nodes;
} PalExprValue;

static inline void
pal_expr_text_clear (PalExprText *text)
{
  if (text->owned != NULL)
    g_clear_pointer (&text->owned, g_free);
}

static inline void
pal_expr_nodes_init (PalExprNodes *nodes)
{
  nodes->nodes = nodes->few;
  nodes->n_nodes = 0;
  nodes->n_allocated = PAL_EXPR_NODES_INLINE;
}

static inline void
pal_expr_nodes_clear (PalExprNodes *nodes)
{
  if (nodes->nodes != nodes->few)
    g_free (nodes->nodes);
  pal_expr_nodes_init (nodes);
}

void pal_expr_nodes_grow (PalExprNodes *nodes);

static inline void
pal_expr_nodes_add (PalExprNodes *nodes, PalNode *node)
{
  if (G_UNLIKELY (nodes->n_nodes == nodes->n_allocated))
    pal_expr_nodes_grow (nodes);
  nodes->nodes[nodes->n_nodes++] = node;
}

void pal_expr_nodes_sort (PalExprNodes *nodes);
void pal_expr_nodes_move (PalExprNodes *to, PalExprNodes *from);

void pal_expr_value_init (PalExprValue *value);
void pal_expr_value_clear (PalExprValue *value);
void pal_expr_value_set_boolean (PalExprValue *value, gboolean boolean);
void pal_expr_value_set_number (PalExprValue *value, double number);
void pal_expr_value_set_text (PalExprValue *value, const char *text);
void pal_expr_value_take_text (PalExprValue *value, char *text);
gboolean pal_expr_value_as_boolean (const PalExprValue *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalExprText, pal_expr_text_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalExprNodes, pal_expr_nodes_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalExprValue, pal_expr_value_clear)

/* Evaluation */

struct _PalExprEval
{
  const PalExpr *expr;
  PalExprScope *scope;
  PalNode *current; /* the context node of the whole expression */
  PalNode *node;    /* the context node here */
  guint position;   /* 1-based */
  guint size;
  const char *also_uri; /* (interned) (nullable): a namespace that names without prefix mean, too */
  guint64 n_visits;
  guint64 budget; /* for n_visits */
  gint64 now_us;  /* 0 until asked for: one evaluation has one now */
  GError *error;
};

gboolean pal_expr_eval_boolean (PalExprEval *eval, const PalExprAst *ast);
double pal_expr_eval_number (PalExprEval *eval, const PalExprAst *ast);
void pal_expr_eval_text (PalExprEval *eval, const PalExprAst *ast, PalExprText *text);
void pal_expr_eval_value (PalExprEval *eval, const PalExprAst *ast, PalExprValue *value);
/* An error when it gives something else. */
void pal_expr_eval_nodes (PalExprEval *eval, const PalExprAst *ast, PalExprNodes *nodes);
void pal_expr_eval_fail (PalExprEval *eval, const PalExprAst *ast, int code, const char *format,
                         ...) G_GNUC_PRINTF (4, 5);
gint64 pal_expr_eval_now (PalExprEval *eval);
gboolean pal_expr_eval_is_spent (PalExprEval *eval);

void pal_expr_path_select (PalExprEval *eval, const PalExprAst *ast, PalExprNodes *nodes);
/* TRUE: *node is all there is, or NULL when there is none. FALSE: select all. */
gboolean pal_expr_path_find (PalExprEval *eval, const PalExprPath *path, PalNode **node);

/* Borrowed from the tree, or owned. */
void pal_expr_node_text (PalExprEval *eval, PalNode *node, PalExprText *text);
double pal_expr_value_as_number (PalExprEval *eval, const PalExprValue *value);
/* Borrowed from value, or owned; value must live longer than text. */
void pal_expr_value_as_text (PalExprEval *eval, const PalExprValue *value, PalExprText *text);

/* Counts work against the budget of the evaluation. FALSE: it is used up, and an error is set. */
static inline gboolean
pal_expr_eval_spend (PalExprEval *eval, guint64 n)
{
  eval->n_visits += n;
  return G_LIKELY (eval->n_visits < eval->budget) || pal_expr_eval_is_spent (eval);
}

static inline gboolean
pal_expr_is_visible (const PalNode *node)
{
  return !node->hidden && !node->is_template;
}

gboolean pal_expr_compare_numbers (PalExprOperator operation, double a, double b);
gboolean pal_expr_compare_texts (PalExprOperator operation, const char *a, const char *b);
gboolean
pal_expr_compare (PalExprEval *eval, PalExprOperator operation, PalExprValue *a, PalExprValue *b);

/* Functions */

typedef enum
{
  PAL_EXPR_FUNCTION_IMPURE = 1 << 0,      /* another result next time */
  PAL_EXPR_FUNCTION_CONTEXT = 1 << 1,     /* depends on the node or the scope */
  PAL_EXPR_FUNCTION_POSITION = 1 << 2,    /* depends on the place in a predicate */
  PAL_EXPR_FUNCTION_NODES_FIRST = 1 << 3, /* the first argument must give nodes */
  PAL_EXPR_FUNCTION_DEFAULTS = 1 << 4,    /* without an argument it means the context node */
  PAL_EXPR_FUNCTION_NODES_ALL = 1 << 5,   /* every odd-placed argument must be a path */
} PalExprFunctionFlags;

struct _PalExprFunction
{
  const char *name;
  guint8 min_args;
  guint8 max_args; /* 255: any number */
  guint8 type;     /* of the result: PalValueKind or PAL_EXPR_TYPE_ANY */
  guint8 flags;
  void (*run) (PalExprEval *eval, const PalExprAst *call, PalExprValue *result);
};

extern const PalExprFunction pal_expr_functions_core[];
extern const PalExprFunction pal_expr_functions_text[];
extern const PalExprFunction pal_expr_functions_math[];
extern const PalExprFunction pal_expr_functions_date[];
extern const PalExprFunction pal_expr_functions_odk[];

/* uri: (nullable). name need not end with NUL. */
const PalExprFunction *pal_expr_function_find (const char *name, gsize length, const char *uri);
char *pal_expr_function_dup_nearest (const char *name);
gboolean pal_expr_function_is_outside (const char *name);

/* Unanchored, with limits on what matching may cost. */
GRegex *pal_expr_regex_new (const char *pattern, GError **error);

/* Text to numbers and dates */

typedef struct
{
  gint64 days; /* since 1970, of the day as written */
  gboolean has_time;
  gint64 day_us; /* microseconds since midnight as written */
  gboolean has_offset;
  int offset_minutes;
} PalExprDate;

double pal_expr_text_to_number (const char *text);
gboolean pal_expr_parse_date (const char *text, PalExprDate *date);
gboolean pal_expr_parse_time (const char *text, PalExprDate *date);
gint64 pal_expr_days_from_civil (gint64 year, guint month, guint day);
void pal_expr_civil_from_days (gint64 days, gint64 *year, guint *month, guint *day);
/* Microseconds since 1970 UTC; a time without offset is local. */
gint64 pal_expr_date_to_instant (const PalExprDate *date);
gint64 pal_expr_local_offset_us (gint64 instant_us);
/* Days since 1970: whole for a day, else of the instant, UTC. */
double pal_expr_date_to_number (const PalExprDate *date);

G_END_DECLS
