// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <string.h>

/* 1-based column in characters, for messages. */
guint
pal_expr_column (const char *source, gsize offset)
{
  return (guint) g_utf8_strlen (source, (gssize) offset) + 1;
}

static gboolean
is_name_start (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalpha ((char) c) || c == '_';
  return g_unichar_isalpha (c) || (c >= 0x10000 && c <= 0xEFFFF);
}

static gboolean
is_name_char (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char) c) || c == '_' || c == '-' || c == '.';
  return is_name_start (c) || g_unichar_isalnum (c) || g_unichar_ismark (c) || c == 0xB7;
}

/* Bytes of the NCName at that place, 0 if there is none. */
static gsize
name_length (const char *text)
{
  const char *c = text;

  if (!is_name_start (g_utf8_get_char (c)))
    return 0;
  do
    c = g_utf8_next_char (c);
  while (*c != '\0' && is_name_char (g_utf8_get_char (c)));
  return (gsize) (c - text);
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* XPath 1.0, section 3.7: behind these a name is a name and "*" a name test. */
static gboolean
expects_operand (const PalExprToken *before)
{
  switch (before->kind)
    {
    case PAL_EXPR_TOKEN_NUMBER:
    case PAL_EXPR_TOKEN_STRING:
    case PAL_EXPR_TOKEN_NAME:
      return FALSE;
    case PAL_EXPR_TOKEN_END: /* the beginning */
    case PAL_EXPR_TOKEN_AXIS:
    case PAL_EXPR_TOKEN_OPERATOR:
      return TRUE;
    case PAL_EXPR_TOKEN_SYMBOL:
      break;
    }
  return before->symbol != ')' && before->symbol != ']' && before->symbol != '.'
         && before->symbol != 'd';
}

static void
set_operator (PalExprToken *token, PalExprOperator operation, gsize length)
{
  token->kind = PAL_EXPR_TOKEN_OPERATOR;
  token->operation = operation;
  token->end = token->start + length;
}

/* "and", "or", "div", "mod". A digit may stand right behind: recorded forms have "1and1". */
static gboolean
read_word_operator (PalExprToken *token, const char *text, gsize length)
{
  static const struct
  {
    const char *word;
    PalExprOperator operation;
  } words[] = {
    { "and", PAL_EXPR_OPERATOR_AND },
    { "or", PAL_EXPR_OPERATOR_OR },
    { "div", PAL_EXPR_OPERATOR_DIVIDE },
    { "mod", PAL_EXPR_OPERATOR_MODULO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize n = strlen (words[i].word);

      if (length >= n && strncmp (text, words[i].word, n) == 0
          && (length == n || g_ascii_isdigit (text[n])))
        {
          set_operator (token, words[i].operation, n);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
read_symbolic_operator (PalExprToken *token, const char *text)
{
  switch (*text)
    {
    case '=':
      set_operator (token, PAL_EXPR_OPERATOR_EQUAL, 1);
      return TRUE;
    case '!':
      if (text[1] != '=')
        return FALSE;
      set_operator (token, PAL_EXPR_OPERATOR_NOT_EQUAL, 2);
      return TRUE;
    case '<':
      if (text[1] == '=')
        set_operator (token, PAL_EXPR_OPERATOR_LESS_EQUAL, 2);
      else
        set_operator (token, PAL_EXPR_OPERATOR_LESS, 1);
      return TRUE;
    case '>':
      if (text[1] == '=')
        set_operator (token, PAL_EXPR_OPERATOR_GREATER_EQUAL, 2);
      else
        set_operator (token, PAL_EXPR_OPERATOR_GREATER, 1);
      return TRUE;
    case '+':
      set_operator (token, PAL_EXPR_OPERATOR_PLUS, 1);
      return TRUE;
    case '-':
      set_operator (token, PAL_EXPR_OPERATOR_MINUS, 1);
      return TRUE;
    case '|':
      set_operator (token, PAL_EXPR_OPERATOR_UNION, 1);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
read_number (PalExprToken *token, const char *text)
{
  const char *c = text;
  g_autofree char *copy = NULL;

  while (g_ascii_isdigit (*c))
    c++;
  if (*c == '.')
    {
      c++;
      while (g_ascii_isdigit (*c))
        c++;
    }
  copy = g_strndup (text, (gsize) (c - text));
  token->kind = PAL_EXPR_TOKEN_NUMBER;
  token->number = g_ascii_strtod (copy, NULL);
  token->end = token->start + (gsize) (c - text);
}

static void
read_name (PalExprToken *token, const char *text, gsize length)
{
  const char *c = text + length;

  token->kind = PAL_EXPR_TOKEN_NAME;
  token->text = text;
  token->n_prefix = 0;
  if (c[0] == ':' && c[1] != ':')
    {
      gsize n_local = c[1] == '*' ? 1 : name_length (c + 1);

      if (n_local > 0)
        {
          token->n_prefix = length;
          length += 1 + n_local;
        }
    }
  token->length = length;
  token->end = token->start + length;

  for (c = text + length; is_space (*c); c++)
    ;
  if (token->n_prefix == 0 && c[0] == ':' && c[1] == ':')
    {
      token->kind = PAL_EXPR_TOKEN_AXIS;
      token->end = token->start + (gsize) (c + 2 - text);
    }
}

static gboolean
read_token (PalExprLexer *lexer, const PalExprToken *before, gsize offset, PalExprToken *token,
            GError **error)
{
  const char *text;
  const char *closing;
  gsize length;

  while (is_space (lexer->source[offset]))
    offset++;
  text = lexer->source + offset;
  memset (token, 0, sizeof *token);
  token->start = offset;
  token->end = offset;
  token->kind = PAL_EXPR_TOKEN_END;
  if (*text == '\0')
    return TRUE;

  if (g_ascii_isdigit (*text) || (*text == '.' && g_ascii_isdigit (text[1])))
    {
      read_number (token, text);
      return TRUE;
    }
  if (*text == '"' || *text == '\'')
    {
      closing = strchr (text + 1, *text);
      if (closing == NULL)
        {
          g_set_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_SYNTAX,
                       "column %u: the text in quotation marks does not end",
                       pal_expr_column (lexer->source, offset));
          return FALSE;
        }
      token->kind = PAL_EXPR_TOKEN_STRING;
      token->text = text + 1;
      token->length = (gsize) (closing - text - 1);
      token->end = offset + (gsize) (closing + 1 - text);
      return TRUE;
    }

  if (*text == '*')
    {
      if (!expects_operand (before))
        {
          set_operator (token, PAL_EXPR_OPERATOR_MULTIPLY, 1);
          return TRUE;
        }
      token->kind = PAL_EXPR_TOKEN_NAME;
      token->text = text;
      token->length = 1;
      token->end = offset + 1;
      return TRUE;
    }
  length = name_length (text);
  if (length > 0)
    {
      if (expects_operand (before) || !read_word_operator (token, text, length))
        read_name (token, text, length);
      return TRUE;
    }
  if (read_symbolic_operator (token, text))
    return TRUE;

  token->kind = PAL_EXPR_TOKEN_SYMBOL;
  token->symbol = *text;
  token->end = offset + 1;
  if (*text != '\0' && strchr ("()[],@", *text) != NULL)
    return TRUE;
  if (*text == '.' || *text == '/')
    {
      if (text[1] == *text)
        {
          token->symbol = *text == '.' ? 'd' : 'D';
          token->end++;
        }
      return TRUE;
    }

  if (*text == '$')
    g_set_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_SYNTAX,
                 "column %u: there are no variables here ($...)",
                 pal_expr_column (lexer->source, offset));
  else
    {
      char character[7] = { 0 };

      g_unichar_to_utf8 (g_utf8_get_char (text), character);
      g_set_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_SYNTAX,
                   "column %u: \"%s\" cannot stand here", pal_expr_column (lexer->source, offset),
                   g_unichar_isprint (g_utf8_get_char (text)) ? character : "?");
    }
  return FALSE;
}

/* Sets up the first two tokens. source must be valid UTF-8 and outlive the lexer. */
gboolean
pal_expr_lexer_start (PalExprLexer *lexer, const char *source, GError **error)
{
  PalExprToken nothing = { .kind = PAL_EXPR_TOKEN_END };

  lexer->source = source;
  lexer->length = strlen (source);
  return read_token (lexer, &nothing, 0, &lexer->token, error)
         && read_token (lexer, &lexer->token, lexer->token.end, &lexer->next, error);
}

gboolean
pal_expr_lexer_advance (PalExprLexer *lexer, GError **error)
{
  lexer->token = lexer->next;
  if (lexer->token.kind == PAL_EXPR_TOKEN_END)
    return TRUE;
  return read_token (lexer, &lexer->token, lexer->token.end, &lexer->next, error);
}
