// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-functions.h"

#include <math.h>

/* Functions of one number, as the C library has them */

static void
run_floor (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, floor (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_ceiling (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, ceil (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_int (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, trunc (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_abs (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, fabs (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_log (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, log (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_log10 (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, log10 (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_exp (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, exp (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_exp10 (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, pow (10, pal_expr_eval_number (eval, call->args[0])));
}

static void
run_sqrt (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, sqrt (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_sin (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, sin (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_cos (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, cos (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_tan (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, tan (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_asin (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, asin (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_acos (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, acos (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_atan (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, atan (pal_expr_eval_number (eval, call->args[0])));
}

static void
run_atan2 (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  double y = pal_expr_eval_number (eval, call->args[0]);
  double x = pal_expr_eval_number (eval, call->args[1]);

  pal_expr_value_set_number (result, atan2 (y, x));
}

static void
run_pow (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  double base = pal_expr_eval_number (eval, call->args[0]);
  double exponent = pal_expr_eval_number (eval, call->args[1]);

  pal_expr_value_set_number (result, pow (base, exponent));
}

static void
run_pi (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, G_PI);
}

static void
run_random (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, g_random_double ());
}

/* Half goes up, as in XPath 1.0: -1.5 becomes -1, and -0.5 the zero that is less than 0. */
double
pal_expr_round (double number)
{
  double whole = floor (number);

  /* Adding a half first would round once too often: 0.49999999999999994 is no half. */
  if (number - whole >= 0.5)
    whole += 1;
  return copysign (whole, number);
}

/* The second argument gives decimal places, negative ones left of the point. */
static void
run_round (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  double number = pal_expr_eval_number (eval, call->args[0]);
  double places = call->n_args > 1 ? trunc (pal_expr_eval_number (eval, call->args[1])) : 0;
  double factor;

  if (isnan (number) || isinf (number) || isnan (places) || places > 300)
    {
      pal_expr_value_set_number (result, isnan (places) ? NAN : number);
      return;
    }
  if (places == 0)
    {
      pal_expr_value_set_number (result, pal_expr_round (number));
      return;
    }
  factor = pow (10, fabs (places));
  if (places < 0)
    pal_expr_value_set_number (result,
                               isinf (factor) ? 0 : pal_expr_round (number / factor) * factor);
  else if (isinf (number * factor) || fabs (number * factor) >= 4503599627370496.0)
    pal_expr_value_set_number (result, number);
  else
    pal_expr_value_set_number (result, pal_expr_round (number * factor) / factor);
}

/* Functions of many numbers */

typedef struct
{
  double result;
  guint n_numbers;
  gboolean is_min;
} Fold;

static void
fold_number (Fold *fold, double number)
{
  if (fold->n_numbers++ == 0)
    fold->result = number;
  else if (isnan (fold->result) || isnan (number))
    fold->result = NAN;
  else
    fold->result = fold->is_min ? fmin (fold->result, number) : fmax (fold->result, number);
}

/* Node-sets count with all their nodes; NaN when there is no number, or something that is none. */
static void
run_extreme (PalExprEval *eval, const PalExprAst *call, PalExprValue *result, gboolean is_min)
{
  Fold fold = { .result = NAN, .is_min = is_min };

  for (guint i = 0; i < call->n_args; i++)
    {
      g_auto (PalExprValue) value;

      pal_expr_value_init (&value);
      pal_expr_eval_value (eval, call->args[i], &value);
      if (value.kind != PAL_VALUE_NODES)
        {
          fold_number (&fold, pal_expr_value_as_number (eval, &value));
          continue;
        }
      for (guint j = 0; j < value.nodes.n_nodes; j++)
        {
          g_auto (PalExprText) text = { 0 };

          pal_expr_node_text (eval, value.nodes.nodes[j], &text);
          fold_number (&fold, pal_expr_text_to_number (text.text));
        }
    }
  pal_expr_value_set_number (result, fold.result);
}

static void
run_max (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  run_extreme (eval, call, result, FALSE);
}

static void
run_min (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  run_extreme (eval, call, result, TRUE);
}

static void
run_sum (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprNodes) nodes;
  double sum = 0;

  pal_expr_nodes_init (&nodes);
  pal_expr_eval_nodes (eval, call->args[0], &nodes);
  for (guint i = 0; i < nodes.n_nodes; i++)
    {
      g_auto (PalExprText) text = { 0 };

      pal_expr_node_text (eval, nodes.nodes[i], &text);
      sum += pal_expr_text_to_number (text.text);
    }
  pal_expr_value_set_number (result, sum);
}

const PalExprFunction pal_expr_functions_math[] = {
  { "floor", 1, 1, PAL_VALUE_NUMBER, 0, run_floor },
  { "ceiling", 1, 1, PAL_VALUE_NUMBER, 0, run_ceiling },
  { "round", 1, 2, PAL_VALUE_NUMBER, 0, run_round },
  { "int", 1, 1, PAL_VALUE_NUMBER, 0, run_int },
  { "abs", 1, 1, PAL_VALUE_NUMBER, 0, run_abs },
  { "pow", 2, 2, PAL_VALUE_NUMBER, 0, run_pow },
  { "log", 1, 1, PAL_VALUE_NUMBER, 0, run_log },
  { "log10", 1, 1, PAL_VALUE_NUMBER, 0, run_log10 },
  { "exp", 1, 1, PAL_VALUE_NUMBER, 0, run_exp },
  { "exp10", 1, 1, PAL_VALUE_NUMBER, 0, run_exp10 },
  { "sqrt", 1, 1, PAL_VALUE_NUMBER, 0, run_sqrt },
  { "sin", 1, 1, PAL_VALUE_NUMBER, 0, run_sin },
  { "cos", 1, 1, PAL_VALUE_NUMBER, 0, run_cos },
  { "tan", 1, 1, PAL_VALUE_NUMBER, 0, run_tan },
  { "asin", 1, 1, PAL_VALUE_NUMBER, 0, run_asin },
  { "acos", 1, 1, PAL_VALUE_NUMBER, 0, run_acos },
  { "atan", 1, 1, PAL_VALUE_NUMBER, 0, run_atan },
  { "atan2", 2, 2, PAL_VALUE_NUMBER, 0, run_atan2 },
  { "pi", 0, 0, PAL_VALUE_NUMBER, 0, run_pi },
  { "random", 0, 0, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_IMPURE, run_random },
  { "max", 1, 255, PAL_VALUE_NUMBER, 0, run_max },
  { "min", 1, 255, PAL_VALUE_NUMBER, 0, run_min },
  { "sum", 1, 1, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_NODES_FIRST, run_sum },
  { NULL },
};
