// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

#include <string.h>

/* Trees and plain XPath 1.0 expressions made by chance, the same for the same seed. They keep away
 * from what libxml2 reads otherwise than we do: see test-expr-oracle.c. */

#define URI_P "urn:p"
#define URI_Q "urn:q"

/* Trees */

/* Names that are operators elsewhere, and names that go on where an operator could stand. */
static const char *const names[] = { "a",   "b",    "c",   "div", "mod", "and",   "or",  "a-b",
                                     "b.1", "text", "p:a", "p:b", "q:a", "count", "cité" };
static const char *const attribute_names[] = { "x", "y", "p:x", "or" };
/* No two of these, one behind the other, look like a date. */
static const char *const texts[]
    = { "1",    "2", "3.5",  "-0.5", " 7 ", "007", "12",  "word", "two words",
        " \t ", "ß", "true", "a",    "0",   "1 2", "b-c", "" };
static const char *const languages[] = { "en", "en-GB", "fr", "EN", "" };

static const char *
pick (GRand *rand, const char *const *list, gsize n)
{
  return list[g_rand_int_range (rand, 0, (gint32) n)];
}

#define PICK(rand, list) pick (rand, list, G_N_ELEMENTS (list))

static gboolean
one_in (GRand *rand, gint32 n)
{
  return g_rand_int_range (rand, 0, n) == 0;
}

static void
make_element (GRand *rand, GString *xml, guint depth, guint *n_ids)
{
  const char *name = PICK (rand, names);
  guint n_children = depth == 0 ? 0 : (guint) g_rand_int_range (rand, 0, 6);

  g_string_append_printf (xml, "<%s", name);
  if (one_in (rand, 12))
    g_string_append (xml, " xmlns='urn:d'");
  if (one_in (rand, 12))
    g_string_append (xml, " xmlns:q='" URI_P "' xmlns:r='urn:r'");
  for (gsize i = 0; i < G_N_ELEMENTS (attribute_names); i++)
    {
      if (one_in (rand, 4))
        g_string_append_printf (xml, " %s='%s'", attribute_names[i], PICK (rand, texts));
    }
  if (one_in (rand, 8))
    g_string_append_printf (xml, " xml:lang='%s'", PICK (rand, languages));
  if (one_in (rand, 6))
    g_string_append_printf (xml, " xml:id='i%u'", (*n_ids)++);
  g_string_append_c (xml, '>');
  for (guint i = 0; i < n_children; i++)
    {
      switch (g_rand_int_range (rand, 0, 10))
        {
        case 0:
          g_string_append_printf (xml, "<!--%s-->", one_in (rand, 2) ? "a" : "7");
          break;
        case 1:
          g_string_append_printf (xml, "<?%s %s?>", one_in (rand, 2) ? "pi" : "a", "data 1");
          break;
        case 2:
        case 3:
        case 4:
          g_string_append (xml, PICK (rand, texts));
          break;
        default:
          make_element (rand, xml, depth - 1, n_ids);
          break;
        }
    }
  g_string_append_printf (xml, "</%s>", name);
}

static char *
make_tree (GRand *rand)
{
  GString *xml = g_string_new (one_in (rand, 3) ? "<!--first--><?pi first?>" : NULL);
  guint n_ids = 0;

  g_string_append (xml, "<top xmlns:p='" URI_P "' xmlns:q='" URI_Q "'>");
  make_element (rand, xml, 4, &n_ids);
  make_element (rand, xml, 3, &n_ids);
  make_element (rand, xml, 2, &n_ids);
  /* Long sets are compared in another way than short ones. */
  for (gint32 i = one_in (rand, 3) ? g_rand_int_range (rand, 10, 20) : 0; i > 0; i--)
    g_string_append_printf (xml, "<%s>%d </%s>", i % 3 == 0 ? "a" : "b",
                            g_rand_int_range (rand, 0, 100), i % 3 == 0 ? "a" : "b");
  /* Nothing behind it: libxml2 does not find the first element preceding that. */
  g_string_append (xml, "</top>");
  return g_string_free (xml, FALSE);
}

/* Expressions */

typedef struct
{
  GRand *rand;
  GString *out;
  gboolean may_be_attribute; /* the context node here */
} Maker;

typedef enum
{
  MAKE_BOOLEAN,
  MAKE_NUMBER,
  MAKE_STRING,
  MAKE_NODES
} MakeKind;

static void make (Maker *maker, MakeKind kind, guint depth);

static void
put (Maker *maker, const char *text)
{
  g_string_append (maker->out, text);
}

/* White space may stand between any two tokens. */
static void
put_token (Maker *maker, const char *text)
{
  put (maker, one_in (maker->rand, 6) ? " \n" : "");
  put (maker, text);
  put (maker, one_in (maker->rand, 6) ? "\t " : "");
}

static gint32
chance (Maker *maker, gint32 n)
{
  return g_rand_int_range (maker->rand, 0, n);
}

static void
make_any (Maker *maker, guint depth)
{
  make (maker, chance (maker, 4), depth);
}

static void
make_call (Maker *maker, const char *name, const MakeKind *kinds, guint n_kinds, guint depth)
{
  put (maker, name);
  put_token (maker, "(");
  for (guint i = 0; i < n_kinds; i++)
    {
      if (i > 0)
        put_token (maker, ",");
      make (maker, kinds[i], depth);
    }
  put_token (maker, ")");
}

/* A predicate, with the context that it has. */
static void
make_predicate (Maker *maker, guint depth, gboolean may_be_attribute)
{
  static const char *const places[] = { "1",
                                        "2",
                                        "last()",
                                        "position()=2",
                                        "position()!=last()",
                                        "last()-1",
                                        "position()<3",
                                        "position() mod 2",
                                        "last()>1 and position()=1",
                                        "1.5",
                                        "0" };
  gboolean outer = maker->may_be_attribute;

  maker->may_be_attribute = may_be_attribute;
  put_token (maker, "[");
  if (depth == 0 || one_in (maker->rand, 2))
    put (maker, PICK (maker->rand, places));
  else
    make_any (maker, depth - 1);
  put_token (maker, "]");
  maker->may_be_attribute = outer;
}

static void
make_node_test (Maker *maker, gboolean is_attribute)
{
  static const char *const tests[] = { "node()",
                                       "text()",
                                       "comment()",
                                       "processing-instruction()",
                                       "processing-instruction('pi')",
                                       "*",
                                       "p:*",
                                       "q:*",
                                       "node()",
                                       "*",
                                       "*" };

  if (one_in (maker->rand, 2))
    put (maker, PICK (maker->rand, tests));
  else if (is_attribute)
    put (maker, PICK (maker->rand, attribute_names));
  else
    put (maker, PICK (maker->rand, names));
}

/* Returns whether the result may be an attribute. */
static gboolean
make_step (Maker *maker, guint depth, gboolean from_attribute)
{
  static const struct
  {
    const char *name;
    gboolean keeps_attribute;
  } axes[]
      = { { "child", FALSE },     { "descendant", FALSE },        { "descendant-or-self", TRUE },
          { "parent", FALSE },    { "ancestor", FALSE },          { "ancestor-or-self", TRUE },
          { "self", TRUE },       { "following-sibling", FALSE }, { "preceding-sibling", FALSE },
          { "preceding", FALSE }, { "attribute", TRUE },          { "following", FALSE } };
  gboolean may_be_attribute;
  gint32 i;

  switch (chance (maker, 6))
    {
    case 0:
      put (maker, ".");
      return from_attribute;
    case 1:
      put (maker, "..");
      return FALSE;
    case 2:
      put_token (maker, "@");
      make_node_test (maker, TRUE);
      may_be_attribute = TRUE;
      break;
    case 3:
      make_node_test (maker, FALSE);
      may_be_attribute = FALSE;
      break;
    default:
      i = chance (maker, (gint32) G_N_ELEMENTS (axes) - (from_attribute ? 1 : 0));
      put (maker, axes[i].name);
      put_token (maker, "::");
      may_be_attribute
          = strcmp (axes[i].name, "attribute") == 0 || (from_attribute && axes[i].keeps_attribute);
      make_node_test (maker, strcmp (axes[i].name, "attribute") == 0);
      break;
    }
  for (gint32 n = chance (maker, 3); n > 0; n--)
    make_predicate (maker, depth > 0 ? depth - 1 : 0, may_be_attribute);
  return may_be_attribute;
}

static gboolean
make_steps (Maker *maker, guint depth, gboolean may_be_attribute)
{
  gint32 n_steps = chance (maker, 3) + 1;

  for (gint32 i = 0; i < n_steps; i++)
    {
      gboolean is_deep = i > 0 && one_in (maker->rand, 4);

      if (i > 0)
        put_token (maker, is_deep ? "//" : "/");
      may_be_attribute = make_step (maker, depth, may_be_attribute);
    }
  return may_be_attribute;
}

static gboolean
make_nodes (Maker *maker, guint depth)
{
  gboolean may_be_attribute;

  switch (chance (maker, depth > 0 ? 9 : 6))
    {
    case 0:
      put (maker, "/");
      return make_steps (maker, depth, FALSE);
    case 1:
      put (maker, "//");
      return make_steps (maker, depth, FALSE);
    case 2:
      put (maker, "(/)");
      return FALSE;
    case 3:
    case 4:
    case 5:
      return make_steps (maker, depth, maker->may_be_attribute);
    case 6:
      /* In brackets, so that it can stand anywhere. */
      put_token (maker, "(");
      may_be_attribute = make_nodes (maker, depth - 1);
      put_token (maker, "|");
      may_be_attribute |= make_nodes (maker, depth - 1);
      put_token (maker, ")");
      break;
    case 7:
      put_token (maker, "(");
      may_be_attribute = make_nodes (maker, depth - 1);
      put_token (maker, ")");
      break;
    default:
      may_be_attribute = FALSE;
      /* libxml2 counts in document order only when there are brackets around it. */
      put (maker, "(id(");
      if (one_in (maker->rand, 3))
        make (maker, MAKE_NODES, depth - 1);
      else
        put (maker, one_in (maker->rand, 2) ? "'i1'" : "' i0 i3\tnone i0 '");
      put (maker, "))");
      break;
    }
  for (gint32 n = chance (maker, 3); n > 0; n--)
    make_predicate (maker, depth - 1, may_be_attribute);
  if (one_in (maker->rand, 2))
    {
      put_token (maker, one_in (maker->rand, 3) ? "//" : "/");
      may_be_attribute = make_steps (maker, depth - 1, may_be_attribute);
    }
  return may_be_attribute;
}

static void
make_boolean (Maker *maker, guint depth)
{
  static const char *const comparisons[] = { "=", "!=", "<", "<=", ">", ">=" };
  static const char *const sets[]
      = { "//a", "//b", "//*", "/top/a", "/top/b", "//@x", "//@*", "//text()", "//top/b[.>20]" };
  static const char *const own[]
      = { "true()", "false()", "lang('en')", "lang('EN-gb')", "lang('')", "lang('fr')" };
  const MakeKind two_strings[] = { MAKE_STRING, MAKE_STRING };
  const MakeKind any[] = { chance (maker, 4) };

  if (depth == 0)
    {
      put (maker, PICK (maker->rand, own));
      return;
    }
  switch (chance (maker, 10))
    {
    case 0:
      make_call (maker, "not", any, 1, depth - 1);
      return;
    case 1:
      make_call (maker, "boolean", any, 1, depth - 1);
      return;
    case 2:
      make_call (maker, "contains", two_strings, 2, depth - 1);
      return;
    case 3:
      make_call (maker, "starts-with", two_strings, 2, depth - 1);
      return;
    case 4:
      put (maker, PICK (maker->rand, own));
      return;
    case 5:
      put_token (maker, "(");
      make_any (maker, depth - 1);
      put (maker, one_in (maker->rand, 2) ? " or " : " and ");
      make_any (maker, depth - 1);
      put_token (maker, ")");
      return;
    case 6:
      put_token (maker, "(");
      put (maker, PICK (maker->rand, sets));
      put_token (maker, PICK (maker->rand, comparisons));
      put (maker, PICK (maker->rand, sets));
      put_token (maker, ")");
      return;
    default:
      put_token (maker, "(");
      make_any (maker, depth - 1);
      put (maker, " ");
      put_token (maker, PICK (maker->rand, comparisons));
      make_any (maker, depth - 1);
      put_token (maker, ")");
      return;
    }
}

static void
make_number (Maker *maker, guint depth)
{
  static const char *const numbers[]
      = { "0", "1", "2", "3.5", ".5", "7.", "12", "-1", "-.5", "0.25", "position()", "last()" };
  static const char *const operators[] = { "+", "-", "*", " div ", " mod " };
  static const char *const of_number[] = { "floor", "ceiling", "round" };
  const MakeKind number[] = { MAKE_NUMBER };
  const MakeKind nodes[] = { MAKE_NODES };
  const MakeKind string[] = { MAKE_STRING };
  const MakeKind any[] = { chance (maker, 4) };

  if (depth == 0)
    {
      put (maker, PICK (maker->rand, numbers));
      return;
    }
  switch (chance (maker, 10))
    {
    case 0:
      make_call (maker, "count", nodes, 1, depth - 1);
      return;
    case 1:
      make_call (maker, "sum", nodes, 1, depth - 1);
      return;
    case 2:
      make_call (maker, "number", any, one_in (maker->rand, 4) ? 0 : 1, depth - 1);
      return;
    case 3:
      make_call (maker, "string-length", string, one_in (maker->rand, 4) ? 0 : 1, depth - 1);
      return;
    case 4:
      make_call (maker, PICK (maker->rand, of_number), number, 1, depth - 1);
      return;
    case 5:
      put_token (maker, one_in (maker->rand, 2) ? "-" : "--");
      make (maker, MAKE_NUMBER, depth - 1);
      return;
    case 6:
      put (maker, PICK (maker->rand, numbers));
      return;
    default:
      put_token (maker, "(");
      make_any (maker, depth - 1);
      put (maker, " ");
      put_token (maker, PICK (maker->rand, operators));
      make_any (maker, depth - 1);
      put_token (maker, ")");
      return;
    }
}

static void
make_string (Maker *maker, guint depth)
{
  static const char *const literals[] = { "''",
                                          "'a'",
                                          "\"word\"",
                                          "' two  words '",
                                          "'1'",
                                          "\"-0.5\"",
                                          "'ß'",
                                          "'wo'",
                                          "'i1'",
                                          "string(2)",
                                          "string(0.5)",
                                          "string(-1 div 0)",
                                          "string(0 div 0)",
                                          "string(-0)" };
  static const char *const of_node[] = { "name", "local-name", "namespace-uri" };
  static const char *const of_string[] = { "string", "normalize-space" };
  const MakeKind strings[] = { MAKE_STRING, MAKE_STRING, MAKE_STRING };
  const MakeKind part[] = { MAKE_STRING, MAKE_NUMBER, MAKE_NUMBER };
  const MakeKind nodes[] = { MAKE_NODES };
  const MakeKind text[] = { one_in (maker->rand, 2) ? MAKE_STRING : MAKE_NODES };
  const MakeKind boolean[] = { MAKE_BOOLEAN };

  if (depth == 0)
    {
      put (maker, PICK (maker->rand, literals));
      return;
    }
  switch (chance (maker, 10))
    {
    case 0:
      make_call (maker, "concat", strings, 2 + (guint) chance (maker, 2), depth - 1);
      return;
    case 1:
    case 2:
      /* A part may be "-" or ".", which are numbers to libxml2. */
      put (maker, "concat('_',");
      if (one_in (maker->rand, 2))
        make_call (maker, "substring", part, 2 + (guint) chance (maker, 2), depth - 1);
      else
        make_call (maker, one_in (maker->rand, 2) ? "substring-before" : "substring-after", strings,
                   2, depth - 1);
      put (maker, ")");
      return;
    case 3:
      put (maker, "translate(");
      make (maker, MAKE_STRING, depth - 1);
      put (maker, one_in (maker->rand, 2) ? ",'aßw ','oß')" : ",'wow','WO')");
      return;
    case 4:
    case 5:
      make_call (maker, PICK (maker->rand, of_node), nodes, one_in (maker->rand, 4) ? 0 : 1,
                 depth - 1);
      return;
    case 6:
      make_call (maker, "string", boolean, 1, depth - 1);
      return;
    case 7:
      put (maker, PICK (maker->rand, literals));
      return;
    default:
      make_call (maker, PICK (maker->rand, of_string), text, one_in (maker->rand, 4) ? 0 : 1,
                 depth - 1);
      return;
    }
}

static void
make (Maker *maker, MakeKind kind, guint depth)
{
  switch (kind)
    {
    case MAKE_BOOLEAN:
      make_boolean (maker, depth);
      return;
    case MAKE_NUMBER:
      make_number (maker, depth);
      return;
    case MAKE_STRING:
      make_string (maker, depth);
      return;
    case MAKE_NODES:
      make_nodes (maker, depth);
      return;
    }
}
