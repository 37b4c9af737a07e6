// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-response.h"

G_BEGIN_DECLS

/* Why a node is as it is: the rules of the form that speak of it, and the answers that they read.
 * An explanation is a picture of one moment and owns all of its texts; nodes and definitions in it
 * are those of the response, good until the next change. Front ends make sentences of it. */

/* Something that a rule reads. */
typedef struct
{
  PalNode *node;           /* (nullable): NULL when there is no such row */
  PalFormNode *definition; /* of it */
  char *path;              /* with row ids; the generic path when there is no node */
  char *label;             /* (nullable): of its question, in the active language */
  char *value;             /* "" when empty; of a group or a repeat "" */
  char *value_label;       /* (nullable): what was chosen, as the form words it */
  guint n_rows;            /* of a repeat: how many it has */
  gboolean is_relevant;    /* FALSE also when it is not there */
  gboolean is_self;        /* the node that the rule is about */
} PalFact;

/* An expression, and what made it give what it gives. */
typedef struct
{
  PalExprPartKind kind;
  char *source;
  gboolean holds;
  gboolean decides; /* what the whole gives is so because of this one */
  GPtrArray *terms; /* (element-type PalTerm): of OR, AND, NOT, and IF: condition, taken branch */
  GPtrArray *facts; /* (element-type PalFact): what it reads itself; each once */
  guint n_more;     /* facts beyond those */

  /* An answer set against a literal: "[fact] comparison [literal]", or SELECTED. */
  gboolean is_plain; /* the only fact is compared itself, not something made of it */
  PalExprComparison comparison;
  char *literal;       /* (nullable) */
  char *literal_label; /* (nullable): of the choice that it stands for */
} PalTerm;

typedef enum
{
  PAL_RULE_RELEVANT,
  PAL_RULE_REQUIRED,
  PAL_RULE_READONLY,
  PAL_RULE_CONSTRAINT,
  PAL_RULE_CALCULATE,
  PAL_RULE_CHOICES /* which choices are on offer: of a list with a filter */
} PalRuleKind;

/* What a bind says. Relevance and being read-only are inherited: there may be several. */
typedef struct
{
  PalRuleKind kind;
  PalFormNode *definition; /* whose bind it is: the node's own, or of something around it */
  char *path;
  char *label; /* (nullable) */
  gboolean is_inherited;
  guint line;       /* in the form; 0: unknown */
  char *source;     /* the expression */
  gboolean applies; /* FALSE: a constraint is not asked about nothing */
  gboolean holds;   /* of CALCULATE and CHOICES: whether it gave something */
  gboolean decides; /* the verdict is so because of this rule */
  PalTerm *term;
  char *error; /* (nullable): it failed, in words for the author of the form */
} PalRule;

typedef struct
{
  PalFact *subject;   /* the node itself */
  PalNodeState state; /* the verdicts */
  gboolean type_fits; /* FALSE: the answer is no value of the type */
  gboolean is_calculated;
  GPtrArray *rules; /* (element-type PalRule): by kind, the nearest first */
} PalExplanation;

PalExplanation *pal_response_explain (PalResponse *self, PalNode *node) G_GNUC_WARN_UNUSED_RESULT;
/* Of a repeat that has no row: what would hold of one. context: (nullable): as in
 * pal_response_find_definition(). */
PalExplanation *pal_response_explain_repeat (PalResponse *self, PalFormNode *repeat,
                                             PalNode *context) G_GNUC_WARN_UNUSED_RESULT;
void pal_explanation_free (PalExplanation *self);

/* The facts that decide about the verdicts of a kind, each once, in the order of the form's
 * expressions: (transfer container) (element-type PalFact). Facts without an answer of their own
 * (what is calculated) are there as such. */
GPtrArray *
pal_explanation_dup_deciding (PalExplanation *self, PalRuleKind kind) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalExplanation, pal_explanation_free)

G_END_DECLS
