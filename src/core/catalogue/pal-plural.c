// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-plural"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

/* The rule of a language's plural forms: a C expression on n, from the header of a file that nobody
 * has looked at yet. */

#define MAX_RULE_BYTES 1000
#define MAX_DEPTH 40
#define N_TRIED 1200 /* numbers for which a rule must make sense */

typedef enum
{
  OPERATION_NUMBER,
  OPERATION_N,
  OPERATION_NOT,
  OPERATION_CHOICE,
  OPERATION_OR,
  OPERATION_AND,
  OPERATION_EQUAL,
  OPERATION_NOT_EQUAL,
  OPERATION_LESS_EQUAL,
  OPERATION_GREATER_EQUAL,
  OPERATION_LESS,
  OPERATION_GREATER,
  OPERATION_ADD,
  OPERATION_SUBTRACT,
  OPERATION_MULTIPLY,
  OPERATION_DIVIDE,
  OPERATION_REMAINDER,
} Operation;

typedef struct _Node
{
  Operation operation;
  gulong number;
  struct _Node *parts[3]; /* (owned) (nullable) */
} Node;

struct _PalPlural
{
  gatomicrefcount ref_count;
  guint count;
  Node *root; /* (owned) */
};

typedef struct
{
  const char *at;
  guint depth;
} Parser;

/* What binds less stands first; what stands first of two that begin alike is the longer one. */
static const struct
{
  const char *text;
  Operation operation;
  guint level;
} operators[] = {
  { "||", OPERATION_OR, 0 },         { "&&", OPERATION_AND, 1 },
  { "==", OPERATION_EQUAL, 2 },      { "!=", OPERATION_NOT_EQUAL, 2 },
  { "<=", OPERATION_LESS_EQUAL, 3 }, { ">=", OPERATION_GREATER_EQUAL, 3 },
  { "<", OPERATION_LESS, 3 },        { ">", OPERATION_GREATER, 3 },
  { "+", OPERATION_ADD, 4 },         { "-", OPERATION_SUBTRACT, 4 },
  { "*", OPERATION_MULTIPLY, 5 },    { "/", OPERATION_DIVIDE, 5 },
  { "%", OPERATION_REMAINDER, 5 },
};
#define N_LEVELS 6

static const struct
{
  const char *language;
  const char *rule;
} rules[] = {
  { "ar", "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
          "n%100>=11 ? 4 : 5;" },
  { "fa", "nplurals=2; plural=(n > 1);" },
  { "fr", "nplurals=2; plural=(n > 1);" },
  { "hi", "nplurals=2; plural=(n > 1);" },
  { "id", "nplurals=1; plural=0;" },
  { "ja", "nplurals=1; plural=0;" },
  { "ko", "nplurals=1; plural=0;" },
  { "pt_BR", "nplurals=2; plural=(n > 1);" },
  { "ro", "nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2);" },
  { "ru", "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || "
          "n%100>=20) ? 1 : 2);" },
  { "th", "nplurals=1; plural=0;" },
  { "tr", "nplurals=2; plural=(n != 1);" },
  { "uk", "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || "
          "n%100>=20) ? 1 : 2);" },
  { "vi", "nplurals=1; plural=0;" },
  { "zh", "nplurals=1; plural=0;" },
};

/* The rule for a language of which no catalogue is there yet; most are like English. */
const char *
pal_plural_find_rule (const char *language)
{
  g_autofree char *base = g_strndup (language, strcspn (language, "_-@"));

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].language, language) == 0 || strcmp (rules[i].language, base) == 0)
      return rules[i].rule;

  return "nplurals=2; plural=(n != 1);";
}

static void
node_free (Node *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->parts); i++)
    node_free (self->parts[i]);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Node, node_free)

static Node *
node_new (Operation operation, Node *first, Node *second, Node *third)
{
  Node *self = g_new0 (Node, 1);

  self->operation = operation;
  self->parts[0] = first;
  self->parts[1] = second;
  self->parts[2] = third;

  return self;
}

static gboolean
take (Parser *parser, const char *text)
{
  while (g_ascii_isspace (*parser->at))
    parser->at++;
  if (!g_str_has_prefix (parser->at, text))
    return FALSE;
  parser->at += strlen (text);

  return TRUE;
}

static Node *parse_choice (Parser *parser);

static Node *
parse_unary (Parser *parser)
{
  g_autoptr (Node) inner = NULL;
  Node *node;

  if (parser->depth >= MAX_DEPTH)
    return NULL;
  parser->depth++;
  if (take (parser, "!"))
    {
      node = parse_unary (parser);
      parser->depth--;
      return node != NULL ? node_new (OPERATION_NOT, node, NULL, NULL) : NULL;
    }
  parser->depth--;
  if (take (parser, "("))
    {
      inner = parse_choice (parser);
      return inner != NULL && take (parser, ")") ? g_steal_pointer (&inner) : NULL;
    }
  if (take (parser, "n"))
    return node_new (OPERATION_N, NULL, NULL, NULL);
  if (!g_ascii_isdigit (*parser->at))
    return NULL;
  node = node_new (OPERATION_NUMBER, NULL, NULL, NULL);
  for (; g_ascii_isdigit (*parser->at); parser->at++)
    node->number = MIN (node->number, 1000000) * 10 + (*parser->at - '0');

  return node;
}

static Node *
parse_level (Parser *parser, guint level)
{
  g_autoptr (Node) left = level < N_LEVELS ? parse_level (parser, level + 1) : parse_unary (parser);
  gboolean found = left != NULL && level < N_LEVELS;

  while (found)
    {
      found = FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (operators) && !found; i++)
        if (operators[i].level == level && take (parser, operators[i].text))
          {
            Node *right = parse_level (parser, level + 1);

            if (right == NULL)
              return NULL;
            left = node_new (operators[i].operation, g_steal_pointer (&left), right, NULL);
            found = TRUE;
          }
    }

  return g_steal_pointer (&left);
}

static Node *
parse_choice (Parser *parser)
{
  g_autoptr (Node) condition = NULL;
  g_autoptr (Node) yes = NULL;
  Node *no;

  if (parser->depth >= MAX_DEPTH)
    return NULL;
  parser->depth++;
  condition = parse_level (parser, 0);
  if (condition != NULL && take (parser, "?"))
    {
      yes = parse_choice (parser);
      no = yes != NULL && take (parser, ":") ? parse_choice (parser) : NULL;
      parser->depth--;
      return no != NULL ? node_new (OPERATION_CHOICE, g_steal_pointer (&condition),
                                    g_steal_pointer (&yes), no)
                        : NULL;
    }
  parser->depth--;

  return g_steal_pointer (&condition);
}

/* valid: set to FALSE where there is no answer. */
static gulong
evaluate (const Node *node, gulong n, gboolean *valid)
{
  gulong left = 0, right = 0;

  if (node->operation == OPERATION_NUMBER)
    return node->number;
  if (node->operation == OPERATION_N)
    return n;
  left = evaluate (node->parts[0], n, valid);
  if (node->operation == OPERATION_NOT)
    return left == 0;
  if (node->operation == OPERATION_CHOICE)
    return evaluate (node->parts[left != 0 ? 1 : 2], n, valid);
  if (node->operation == OPERATION_OR && left != 0)
    return 1;
  if (node->operation == OPERATION_AND && left == 0)
    return 0;

  right = evaluate (node->parts[1], n, valid);
  switch (node->operation)
    {
    case OPERATION_OR:
    case OPERATION_AND:
      return right != 0;
    case OPERATION_EQUAL:
      return left == right;
    case OPERATION_NOT_EQUAL:
      return left != right;
    case OPERATION_LESS_EQUAL:
      return left <= right;
    case OPERATION_GREATER_EQUAL:
      return left >= right;
    case OPERATION_LESS:
      return left < right;
    case OPERATION_GREATER:
      return left > right;
    case OPERATION_ADD:
      return left + right;
    case OPERATION_SUBTRACT:
      return left - right;
    case OPERATION_MULTIPLY:
      return left * right;
    case OPERATION_DIVIDE:
    case OPERATION_REMAINDER:
      *valid = *valid && right != 0;
      if (right == 0)
        return 0;
      return node->operation == OPERATION_DIVIDE ? left / right : left % right;
    case OPERATION_NUMBER:
    case OPERATION_N:
    case OPERATION_NOT:
    case OPERATION_CHOICE:
      break;
    }

  return 0;
}

/* Every number must get a form that there is. */
static gboolean
makes_sense (const PalPlural *self)
{
  for (gulong n = 0; n < N_TRIED; n++)
    {
      gboolean valid = TRUE;

      if (evaluate (self->root, n, &valid) >= self->count || !valid)
        return FALSE;
    }

  return TRUE;
}

/* rule: as in the header field Plural-Forms. NULL: no such rule, or one that goes nowhere. */
PalPlural *
pal_plural_parse (const char *rule)
{
  g_autoptr (PalPlural) self = NULL;
  Parser parser = { rule, 0 };
  guint count = 0;

  if (strlen (rule) > MAX_RULE_BYTES || !take (&parser, "nplurals") || !take (&parser, "="))
    return NULL;
  while (g_ascii_isspace (*parser.at))
    parser.at++;
  for (; g_ascii_isdigit (*parser.at) && count <= PAL_CATALOGUE_MAX_PLURALS; parser.at++)
    count = count * 10 + (*parser.at - '0');
  if (count == 0 || count > PAL_CATALOGUE_MAX_PLURALS || !take (&parser, ";")
      || !take (&parser, "plural") || !take (&parser, "="))
    return NULL;

  self = g_new0 (PalPlural, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->count = count;
  self->root = parse_choice (&parser);
  take (&parser, ";");
  take (&parser, "");
  if (self->root == NULL || *parser.at != '\0' || !makes_sense (self))
    return NULL;

  return g_steal_pointer (&self);
}

guint
pal_plural_count (const PalPlural *self)
{
  return self->count;
}

guint
pal_plural_select (const PalPlural *self, gulong n)
{
  gboolean valid = TRUE;
  gulong index = evaluate (self->root, n, &valid);

  return valid && index < self->count ? index : 0;
}

PalPlural *
pal_plural_ref (PalPlural *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
pal_plural_unref (PalPlural *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  node_free (self->root);
  g_free (self);
}
