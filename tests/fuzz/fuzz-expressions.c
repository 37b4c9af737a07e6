// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-expr-private.h"

/* Expressions made by the grammar, so that the hunt gets behind the parser at once. */

static const char *const leaves[] = { "0",
                                      "1",
                                      "2",
                                      "-1",
                                      "3.5",
                                      ".5",
                                      "1e3",
                                      "99999999999",
                                      "0.1",
                                      "''",
                                      "'a'",
                                      "'a b c'",
                                      "'2024-02-29'",
                                      "'2024-01-01T10:00:00.000+02:00'",
                                      "'10:30:00'",
                                      "'%Y-%m-%d %H:%M'",
                                      "'é\xe4\xb8\xad'",
                                      "'(a+)+$'",
                                      "'[a-'",
                                      "'YWJj'",
                                      "'SHA-256'",
                                      "'hex'",
                                      ".",
                                      "..",
                                      "*",
                                      "@*",
                                      "text()",
                                      "node()",
                                      "current()",
                                      "current()/..",
                                      "position()",
                                      "last()",
                                      "true()",
                                      "false()",
                                      "today()",
                                      "now()",
                                      "/",
                                      "//*",
                                      "instance('list')/root/item",
                                      "instance('list')",
                                      "./a",
                                      "../b",
                                      "../../c",
                                      "/data/row/a",
                                      "/data/row[2]",
                                      "//a",
                                      "@id",
                                      "self::*",
                                      "jr:itext('a')",
                                      "'NaN'",
                                      "'Infinity'",
                                      "'-0'",
                                      "' '",
                                      "1 div 0",
                                      NULL };
static const char *const operators[] = { "+", "-",  "*",  " div ", " mod ", "=",   "!=", "<",
                                         ">", "<=", ">=", " and ", " or ",  " | ", NULL };
static const char *const axes[] = { "",
                                    "",
                                    "",
                                    "child::",
                                    "descendant::",
                                    "parent::",
                                    "ancestor::",
                                    "self::",
                                    "following-sibling::",
                                    "preceding-sibling::",
                                    "following::",
                                    "preceding::",
                                    "attribute::",
                                    "descendant-or-self::",
                                    "ancestor-or-self::",
                                    NULL };
static const char *const tests[]
    = { "*", "a", "b", "row", "item", "name", "text()", "node()", "comment()", "c", NULL };

static void
append_call (GString *out, FuzzRandom *random, GPtrArray *paths, guint depth)
{
  static const PalExprFunction *const tables[]
      = { pal_expr_functions_core, pal_expr_functions_text, pal_expr_functions_math,
          pal_expr_functions_date, pal_expr_functions_odk };
  const PalExprFunction *table = tables[fuzz_random_below (random, G_N_ELEMENTS (tables))];
  const PalExprFunction *function;
  guint n_functions = 0;
  guint n_args;

  while (table[n_functions].name != NULL)
    n_functions++;
  function = &table[fuzz_random_below (random, n_functions)];
  n_args = function->min_args
           + fuzz_random_below (random, MIN (3, function->max_args - function->min_args + 1));
  g_string_append_printf (out, "%s(", function->name);
  for (guint i = 0; i < n_args; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      fuzz_append_expression (out, random, paths, depth);
    }
  g_string_append_c (out, ')');
}

static void
append_path (GString *out, FuzzRandom *random, GPtrArray *paths, guint depth)
{
  guint n_steps = 1 + fuzz_random_below (random, 3);

  if (paths != NULL && paths->len > 0 && fuzz_random_below (random, 2) == 0)
    g_string_append (out, paths->pdata[fuzz_random_below (random, paths->len)]);
  else
    g_string_append (out, fuzz_random_below (random, 2) == 0 ? "." : "current()");
  for (guint i = 0; i < n_steps; i++)
    {
      g_string_append (out, fuzz_random_below (random, 6) == 0 ? "//" : "/");
      if (fuzz_random_below (random, 6) == 0)
        {
          g_string_append (out, "..");
          continue;
        }
      g_string_append (out, fuzz_random_word (random, axes));
      g_string_append (out, fuzz_random_word (random, tests));
      if (fuzz_random_below (random, 3) == 0)
        {
          g_string_append_c (out, '[');
          fuzz_append_expression (out, random, paths, depth);
          g_string_append_c (out, ']');
        }
    }
}

void
fuzz_append_expression (GString *out, FuzzRandom *random, GPtrArray *paths, guint depth)
{
  guint choice = depth == 0 ? 0 : fuzz_random_below (random, 10);

  switch (choice)
    {
    case 0:
    case 1:
      if (paths != NULL && paths->len > 0 && fuzz_random_below (random, 2) == 0)
        g_string_append (out, paths->pdata[fuzz_random_below (random, paths->len)]);
      else
        g_string_append (out, fuzz_random_word (random, leaves));
      break;
    case 2:
    case 3:
      fuzz_append_expression (out, random, paths, depth - 1);
      g_string_append (out, fuzz_random_word (random, operators));
      fuzz_append_expression (out, random, paths, depth - 1);
      break;
    case 4:
      g_string_append (out, fuzz_random_below (random, 2) == 0 ? "(" : "-(");
      fuzz_append_expression (out, random, paths, depth - 1);
      g_string_append_c (out, ')');
      break;
    case 5:
    case 6:
      append_path (out, random, paths, depth - 1);
      break;
    default:
      append_call (out, random, paths, depth - 1);
    }
}
