// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-node.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* XPath 1.0 and the ODK functions (form-profile 2.10): compile once, evaluate often. */

#define PAL_EXPR_ERROR (pal_expr_error_quark ())
typedef enum
{
  PAL_EXPR_ERROR_SYNTAX,           /* the message has the column, 1-based */
  PAL_EXPR_ERROR_UNKNOWN_FUNCTION, /* the function's name, and the nearest known one */
  PAL_EXPR_ERROR_ARGUMENTS,        /* wrong number of arguments */
  PAL_EXPR_ERROR_PREFIX,           /* a prefix that is not declared */
  PAL_EXPR_ERROR_LIMIT,            /* too long or too deep */
  PAL_EXPR_ERROR_EVALUATE          /* failed while running */
} PalExprError;
GQuark pal_expr_error_quark (void);

typedef struct _PalExpr PalExpr;

/* A compiled expression is immutable and may be shared between threads. resolve: prefix -> URI or
 * NULL; jr, xhtml and mathml are always known. */
typedef const char *(*PalExprResolvePrefix) (const char *prefix, gpointer user_data);
PalExpr *pal_expr_compile (const char *source, PalExprResolvePrefix resolve, gpointer user_data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalExpr *pal_expr_ref (PalExpr *self);
void pal_expr_unref (PalExpr *self);
const char *pal_expr_get_source (const PalExpr *self);
gboolean pal_expr_is_impure (const PalExpr *self); /* now, today, random, uuid, once, ... */
gboolean pal_expr_is_constant (const PalExpr *self);

/* What an expression refers to, predicates stripped and given as references of their own with the
 * path they filter as base. In "/data/a[b = current()/../c]/d": "/data/a/d", "/data/a/b" and
 * "../c" from the context node. */
typedef enum
{
  PAL_EXPR_BASE_ROOT,     /* absolute */
  PAL_EXPR_BASE_CONTEXT,  /* from the context node of the expression, current() included */
  PAL_EXPR_BASE_INSTANCE, /* instance('id'): id in instance_id */
} PalExprBase;

typedef enum
{
  PAL_EXPR_STEP_CHILD,
  PAL_EXPR_STEP_PARENT,
  PAL_EXPR_STEP_ATTRIBUTE,
  PAL_EXPR_STEP_DESCENDANT, /* "//": any depth from here */
  PAL_EXPR_STEP_OTHER       /* another axis: anything may be meant */
} PalExprStepKind;

typedef struct
{
  PalExprStepKind kind;
  const char *local; /* (interned) (nullable): NULL is "*" or node() */
  const char *uri;   /* (interned) (nullable) */
  gboolean has_predicate;
} PalExprStep;

typedef struct
{
  PalExprBase base;
  char *instance_id; /* (nullable) */
  GArray *steps;     /* (element-type PalExprStep) */
  guint column;      /* 1-based, where it stands in the source */
  gboolean is_plain; /* child and parent steps only, without predicates */
} PalExprReference;

/* Borrowed: (element-type PalExprReference). */
GPtrArray *pal_expr_get_references (const PalExpr *self);

/* What can be told without running it. */
typedef enum
{
  PAL_EXPR_RESULT_BOOLEAN,
  PAL_EXPR_RESULT_NUMBER,
  PAL_EXPR_RESULT_STRING,
  PAL_EXPR_RESULT_NODES,
  PAL_EXPR_RESULT_UNKNOWN
} PalExprResult;
PalExprResult pal_expr_get_result (const PalExpr *self);

typedef struct
{
  guint column;  /* 1-based, in characters */
  char *message; /* one sentence for the form's author, without the place */
} PalExprWarning;
GPtrArray *pal_expr_check (const PalExpr *self) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  PAL_VALUE_BOOLEAN,
  PAL_VALUE_NUMBER,
  PAL_VALUE_STRING,
  PAL_VALUE_NODES
} PalValueKind;

typedef struct
{
  PalValueKind kind;
  gboolean boolean;
  double number;
  char *string;     /* (owned) (nullable) */
  GPtrArray *nodes; /* (owned) (nullable) (element-type PalNode): document order */
} PalValue;

void pal_value_clear (PalValue *value);
gboolean pal_value_to_boolean (const PalValue *value);
double pal_value_to_number (const PalValue *value); /* dates become days (T2) */
char *pal_value_to_string (const PalValue *value) G_GNUC_WARN_UNUSED_RESULT;
char *pal_expr_number_to_string (double number) G_GNUC_WARN_UNUSED_RESULT; /* T1 */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalValue, pal_value_clear)

/* The world around an expression. Copy PAL_EXPR_SCOPE_INIT and fill in what there is. */
typedef struct _PalExprScope PalExprScope;
struct _PalExprScope
{
  PalNode *root; /* stands for the document root: absolute paths start with its children's names
                  * ("/data" is a child of root). For an instance: its PAL_NODE_ROOT */
  gboolean contextualise; /* T6: an absolute path that passes through a repeat row around the
                           * context node means that row */
  gboolean (*is_repeat) (PalExprScope *scope, PalNode *node); /* (nullable): for contextualise
                                                               * and indexed-repeat */
  gboolean xforms_names; /* unprefixed names also match the XForms namespace (--root) */
  PalNode *(*instance) (
      PalExprScope *scope,
      const char *id);                                  /* (nullable): the instance's own
                                                         * root: its document element's parent, so that "instance('x')/root/item"
                                                         * works, as ODK has it: returns the element named root */
  char *(*itext) (PalExprScope *scope, const char *id); /* (nullable) (transfer full) */
  char *(*choice_label) (PalExprScope *scope, PalNode *context, const char *value,
                         const char *path); /* (nullable): jr:choice-name */
  char *(*pulldata) (PalExprScope *scope, const char *instance, const char *column,
                     const char *key_column, const char *key); /* (nullable) */
  guint position;       /* of the context node among the nodes that are meant; 0: 1 */
  guint size;           /* how many these are; 0: as many as position */
  const char *language; /* (nullable): code for format-date */
  gint64 now_us;        /* 0: the real clock */
  guint64 budget;       /* work that one evaluation may take before it fails with
                         * PAL_EXPR_ERROR_LIMIT: about one for each node looked at; 0: some
                         * seconds' worth */
  gpointer user_data;
};

gboolean pal_expr_evaluate (const PalExpr *self, PalExprScope *scope, PalNode *context,
                            PalValue *value, GError **error);
gboolean pal_expr_evaluate_boolean (const PalExpr *self, PalExprScope *scope, PalNode *context,
                                    gboolean *result, GError **error);
char *pal_expr_evaluate_string (const PalExpr *self, PalExprScope *scope, PalNode *context,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An expression taken apart, for who explains what it gives. */
typedef enum
{
  PAL_EXPR_PART_OR,
  PAL_EXPR_PART_AND,
  PAL_EXPR_PART_NOT,
  PAL_EXPR_PART_COMPARE,  /* two parts: the sides */
  PAL_EXPR_PART_SELECTED, /* two parts: the answer, and the choice that it may have */
  PAL_EXPR_PART_IF,       /* three parts: the condition, and what holds then and else */
  PAL_EXPR_PART_LITERAL,
  PAL_EXPR_PART_NODES, /* gives nodes; no parts */
  PAL_EXPR_PART_VALUE  /* anything else, made of its parts */
} PalExprPartKind;

typedef enum
{
  PAL_EXPR_EQUAL,
  PAL_EXPR_NOT_EQUAL,
  PAL_EXPR_LESS,
  PAL_EXPR_LESS_EQUAL,
  PAL_EXPR_GREATER,
  PAL_EXPR_GREATER_EQUAL
} PalExprComparison;

PalExprPartKind pal_expr_get_kind (const PalExpr *self);
PalExprComparison pal_expr_get_comparison (const PalExpr *self);            /* of a COMPARE */
char *pal_expr_dup_literal (const PalExpr *self) G_GNUC_WARN_UNUSED_RESULT; /* of a LITERAL */
guint pal_expr_get_n_parts (const PalExpr *self);
/* An expression by itself, with its piece of the source. */
PalExpr *pal_expr_dup_part (PalExpr *self, guint index) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalExpr, pal_expr_unref)

G_END_DECLS
