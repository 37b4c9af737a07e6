// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-functions.h"

#include <math.h>
#include <string.h>

#define WHITE_SPACE " \t\r\n"
#define MAX_PATTERN_BYTES 4096
#define MAX_UUID_LENGTH 4096
#define REGEX_COMPILE_COST 10000
#define REGEX_MAX_MATCHES 1000000

/* Adds each text of an argument: one for a value, one for each of its nodes. */
typedef void (*AddText) (const char *text, gpointer user_data);

static void
add_text (PalExprEval *eval, const char *text, AddText add, gpointer user_data)
{
  if (pal_expr_eval_spend (eval, strlen (text) / PAL_EXPR_BYTES_PER_VISIT))
    add (text, user_data);
}

static void
for_each_text (PalExprEval *eval, const PalExprAst *arg, AddText add, gpointer user_data)
{
  g_auto (PalExprValue) value;

  pal_expr_value_init (&value);
  pal_expr_eval_value (eval, arg, &value);
  if (value.kind != PAL_VALUE_NODES)
    {
      g_auto (PalExprText) text = { 0 };

      pal_expr_value_as_text (eval, &value, &text);
      add_text (eval, text.text, add, user_data);
      return;
    }
  for (guint i = 0; i < value.nodes.n_nodes && eval->error == NULL; i++)
    {
      g_auto (PalExprText) text = { 0 };

      pal_expr_node_text (eval, value.nodes.nodes[i], &text);
      add_text (eval, text.text, add, user_data);
    }
}

static void
take_string (PalExprEval *eval, const PalExprAst *call, GString *text, PalExprValue *result)
{
  if (text->len > PAL_EXPR_MAX_TEXT_BYTES)
    pal_expr_eval_fail (eval, call, PAL_EXPR_ERROR_LIMIT, "a text becomes too long");
  pal_expr_value_take_text (result, g_string_free (text, FALSE));
}

static void
concat_cb (const char *text, gpointer user_data)
{
  GString *out = user_data;

  if (out->len <= PAL_EXPR_MAX_TEXT_BYTES)
    g_string_append (out, text);
}

static void
run_concat (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < call->n_args; i++)
    for_each_text (eval, call->args[i], concat_cb, out);
  take_string (eval, call, out, result);
}

typedef struct
{
  GString *out;
  const char *separator;
  guint n_joined;
} Join;

static void
join_cb (const char *text, gpointer user_data)
{
  Join *join = user_data;

  if (join->out->len > PAL_EXPR_MAX_TEXT_BYTES)
    return;
  if (join->n_joined++ > 0)
    g_string_append (join->out, join->separator);
  g_string_append (join->out, text);
}

static void
run_join (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) separator = { 0 };
  Join join = { 0 };

  pal_expr_eval_text (eval, call->args[0], &separator);
  join.out = g_string_new (NULL);
  join.separator = separator.text;
  for (guint i = 1; i < call->n_args; i++)
    for_each_text (eval, call->args[i], join_cb, &join);
  take_string (eval, call, join.out, result);
}

/* Characters from (0-based) up to but without end, both in range or not. */
static void
take_characters (PalExprValue *result, const char *text, double from, double end)
{
  double length = (double) g_utf8_strlen (text, -1);

  from = CLAMP (from, 0, length);
  end = CLAMP (end, 0, length);
  if (!(from < end))
    {
      pal_expr_value_set_text (result, "");
      return;
    }
  pal_expr_value_take_text (result, g_utf8_substring (text, (glong) from, (glong) end));
}

/* ODK's substr: 0-based, the end not included, negative from the end. */
static void
run_substr (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  double length;
  double from;
  double end;

  pal_expr_eval_text (eval, call->args[0], &text);
  length = (double) g_utf8_strlen (text.text, -1);
  from = trunc (pal_expr_eval_number (eval, call->args[1]));
  end = call->n_args > 2 ? trunc (pal_expr_eval_number (eval, call->args[2])) : length;
  if (isnan (from) || isnan (end))
    return;
  take_characters (result, text.text, from < 0 ? length + from : from,
                   end < 0 ? length + end : end);
}

/* XPath's substring: 1-based, both numbers rounded. */
static void
run_substring (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  double from;
  double end;

  pal_expr_eval_text (eval, call->args[0], &text);
  from = pal_expr_round (pal_expr_eval_number (eval, call->args[1]));
  end = call->n_args > 2 ? from + pal_expr_round (pal_expr_eval_number (eval, call->args[2]))
                         : INFINITY;
  if (isnan (from) || isnan (end))
    return;
  take_characters (result, text.text, from - 1, end - 1);
}

static void
run_substring_before (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) part = { 0 };
  const char *found;

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &part);
  found = strstr (text.text, part.text);
  if (found != NULL)
    pal_expr_value_take_text (result, g_strndup (text.text, (gsize) (found - text.text)));
}

static void
run_substring_after (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) part = { 0 };
  const char *found;

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &part);
  found = strstr (text.text, part.text);
  if (found != NULL)
    pal_expr_value_take_text (result, g_strdup (found + strlen (part.text)));
}

static void
run_translate (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) from = { 0 };
  g_auto (PalExprText) to = { 0 };
  g_autoptr (GHashTable) map = g_hash_table_new (NULL, NULL);
  const char *replacement;
  GString *out;

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &from);
  pal_expr_eval_text (eval, call->args[2], &to);

  replacement = to.text;
  for (const char *c = from.text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gpointer key = GUINT_TO_POINTER (g_utf8_get_char (c));

      /* The first of several counts; 0 stands for "goes away". */
      if (!g_hash_table_contains (map, key))
        g_hash_table_insert (map, key, GUINT_TO_POINTER (g_utf8_get_char (replacement)));
      if (*replacement != '\0')
        replacement = g_utf8_next_char (replacement);
    }

  out = g_string_sized_new (strlen (text.text));
  for (const char *c = text.text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);
      gpointer value;

      if (g_hash_table_lookup_extended (map, GUINT_TO_POINTER (character), NULL, &value))
        character = GPOINTER_TO_UINT (value);
      if (character != 0)
        g_string_append_unichar (out, character);
    }
  take_string (eval, call, out, result);
}

static void
run_string_length (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };

  pal_expr_own_text (eval, call, &text);
  pal_expr_value_set_number (result, (double) g_utf8_strlen (text.text, -1));
}

static void
run_normalize_space (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  GString *out;

  pal_expr_own_text (eval, call, &text);
  out = g_string_sized_new (strlen (text.text));
  for (const char *c = text.text + strspn (text.text, WHITE_SPACE); *c != '\0';)
    {
      gsize length = strcspn (c, WHITE_SPACE);

      if (out->len > 0)
        g_string_append_c (out, ' ');
      g_string_append_len (out, c, (gssize) length);
      c += length;
      c += strspn (c, WHITE_SPACE);
    }
  take_string (eval, call, out, result);
}

static void
run_contains (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) part = { 0 };

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &part);
  pal_expr_value_set_boolean (result, strstr (text.text, part.text) != NULL);
}

static void
run_starts_with (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) part = { 0 };

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &part);
  pal_expr_value_set_boolean (result, g_str_has_prefix (text.text, part.text));
}

static void
run_ends_with (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) part = { 0 };

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &part);
  pal_expr_value_set_boolean (result, g_str_has_suffix (text.text, part.text));
}

/* Patterns and texts come from strangers: what backtracks for ever is stopped and does not match.
 */
GRegex *
pal_expr_regex_new (const char *pattern, GError **error)
{
  g_autofree char *limited = NULL;

  if (strlen (pattern) > MAX_PATTERN_BYTES)
    {
      g_set_error_literal (error, G_REGEX_ERROR, G_REGEX_ERROR_COMPILE, "it is too long");
      return NULL;
    }
  limited = g_strconcat ("(*LIMIT_MATCH=" G_STRINGIFY (REGEX_MAX_MATCHES) ")(*LIMIT_DEPTH=10000)",
                         pattern, NULL);
  return g_regex_new (limited, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, error);
}

static void
run_regex (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) pattern = { 0 };
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GError) error = NULL;

  pal_expr_eval_text (eval, call->args[0], &text);
  if (call->call.regex != NULL)
    regex = g_regex_ref (call->call.regex);
  else
    {
      pal_expr_eval_text (eval, call->args[1], &pattern);
      pal_expr_eval_spend (eval, REGEX_COMPILE_COST);
      regex = pal_expr_regex_new (pattern.text, NULL);
    }
  pal_expr_value_set_boolean (
      result,
      regex != NULL
          && g_regex_match_full (regex, text.text, -1, 0, G_REGEX_MATCH_DEFAULT, NULL, &error));
  /* The limits were reached: that has cost as much as many nodes. */
  if (error != NULL)
    pal_expr_eval_spend (eval, REGEX_MAX_MATCHES);
}

static void
run_uuid (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  GString *out;
  double length;

  if (call->n_args == 0)
    {
      pal_expr_value_take_text (result, g_uuid_string_random ());
      return;
    }
  length = pal_expr_eval_number (eval, call->args[0]);
  if (!(length >= 0 && length <= MAX_UUID_LENGTH))
    {
      pal_expr_eval_fail (eval, call, PAL_EXPR_ERROR_EVALUATE, "uuid() takes a length from 0 to %d",
                          MAX_UUID_LENGTH);
      return;
    }
  out = g_string_new (NULL);
  for (guint i = 0; i < (guint) length; i++)
    g_string_append_c (out, letters[g_random_int_range (0, sizeof letters - 1)]);
  take_string (eval, call, out, result);
}

static void
run_digest (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } algorithms[] = {
    { "MD5", G_CHECKSUM_MD5 },        { "SHA-1", G_CHECKSUM_SHA1 },
    { "SHA-256", G_CHECKSUM_SHA256 }, { "SHA-384", G_CHECKSUM_SHA384 },
    { "SHA-512", G_CHECKSUM_SHA512 }, { "SHA1", G_CHECKSUM_SHA1 },
    { "SHA256", G_CHECKSUM_SHA256 },  { "SHA384", G_CHECKSUM_SHA384 },
    { "SHA512", G_CHECKSUM_SHA512 },
  };
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) algorithm = { 0 };
  g_auto (PalExprText) encoding = { 0 };

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &algorithm);
  if (call->n_args > 2)
    pal_expr_eval_text (eval, call->args[2], &encoding);
  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      g_autoptr (GChecksum) checksum = NULL;
      guint8 digest[64];
      gsize n_bytes = sizeof digest;

      if (g_ascii_strcasecmp (algorithms[i].name, algorithm.text) != 0)
        continue;
      pal_expr_eval_spend (eval, strlen (text.text));
      checksum = g_checksum_new (algorithms[i].type);
      g_checksum_update (checksum, (const guchar *) text.text, -1);
      if (encoding.text != NULL && g_ascii_strcasecmp (encoding.text, "hex") == 0)
        {
          pal_expr_value_take_text (result, g_strdup (g_checksum_get_string (checksum)));
          return;
        }
      g_checksum_get_digest (checksum, digest, &n_bytes);
      pal_expr_value_take_text (result, g_base64_encode (digest, n_bytes));
      return;
    }
  pal_expr_eval_fail (eval, call, PAL_EXPR_ERROR_EVALUATE,
                      "digest() knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512");
}

static void
run_base64_decode (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_autofree guchar *decoded = NULL;
  gsize length;

  pal_expr_eval_text (eval, call->args[0], &text);
  decoded = g_base64_decode (text.text, &length);
  if (g_utf8_validate ((const char *) decoded, (gssize) length, NULL))
    pal_expr_value_take_text (result, g_strndup ((const char *) decoded, length));
}

/* Lists of choices: words with white space between them */

/* The n-th word, 0-based. FALSE when there are fewer. */
static gboolean
find_word (const char *text, double n, const char **word, gsize *length)
{
  const char *c = text + strspn (text, WHITE_SPACE);

  for (double i = 0; *c != '\0'; i++)
    {
      *length = strcspn (c, WHITE_SPACE);
      if (i == n)
        {
          *word = c;
          return TRUE;
        }
      c += *length;
      c += strspn (c, WHITE_SPACE);
    }
  return FALSE;
}

static void
run_selected (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  g_auto (PalExprText) choice = { 0 };
  const char *wanted;
  gsize n_wanted;
  gboolean is_found;

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_eval_text (eval, call->args[1], &choice);
  wanted = choice.text + strspn (choice.text, WHITE_SPACE);
  for (n_wanted = strlen (wanted);
       n_wanted > 0 && strchr (WHITE_SPACE, wanted[n_wanted - 1]) != NULL;)
    n_wanted--;

  /* Nothing is selected in an empty list, and only there. */
  is_found = n_wanted == 0 && text.text[strspn (text.text, WHITE_SPACE)] == '\0';
  for (const char *c = text.text + strspn (text.text, WHITE_SPACE); *c != '\0' && !is_found;)
    {
      gsize length = strcspn (c, WHITE_SPACE);

      is_found = length == n_wanted && memcmp (c, wanted, length) == 0;
      c += length;
      c += strspn (c, WHITE_SPACE);
    }
  pal_expr_value_set_boolean (result, is_found);
}

static void
run_selected_at (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  const char *word;
  gsize length;

  pal_expr_eval_text (eval, call->args[0], &text);
  if (find_word (text.text, trunc (pal_expr_eval_number (eval, call->args[1])), &word, &length))
    pal_expr_value_take_text (result, g_strndup (word, length));
}

static void
run_count_selected (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  guint n_words = 0;

  pal_expr_eval_text (eval, call->args[0], &text);
  for (const char *c = text.text + strspn (text.text, WHITE_SPACE); *c != '\0'; n_words++)
    {
      c += strcspn (c, WHITE_SPACE);
      c += strspn (c, WHITE_SPACE);
    }
  pal_expr_value_set_number (result, n_words);
}

const PalExprFunction pal_expr_functions_text[] = {
  { "concat", 0, 255, PAL_VALUE_STRING, 0, run_concat },
  { "join", 1, 255, PAL_VALUE_STRING, 0, run_join },
  { "substr", 2, 3, PAL_VALUE_STRING, 0, run_substr },
  { "substring", 2, 3, PAL_VALUE_STRING, 0, run_substring },
  { "substring-before", 2, 2, PAL_VALUE_STRING, 0, run_substring_before },
  { "substring-after", 2, 2, PAL_VALUE_STRING, 0, run_substring_after },
  { "translate", 3, 3, PAL_VALUE_STRING, 0, run_translate },
  { "string-length", 0, 1, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_DEFAULTS, run_string_length },
  { "normalize-space", 0, 1, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_DEFAULTS, run_normalize_space },
  { "contains", 2, 2, PAL_VALUE_BOOLEAN, 0, run_contains },
  { "starts-with", 2, 2, PAL_VALUE_BOOLEAN, 0, run_starts_with },
  { "ends-with", 2, 2, PAL_VALUE_BOOLEAN, 0, run_ends_with },
  { "regex", 2, 2, PAL_VALUE_BOOLEAN, 0, run_regex },
  { "uuid", 0, 1, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_IMPURE, run_uuid },
  { "digest", 2, 3, PAL_VALUE_STRING, 0, run_digest },
  { "base64-decode", 1, 1, PAL_VALUE_STRING, 0, run_base64_decode },
  { "selected", 2, 2, PAL_VALUE_BOOLEAN, 0, run_selected },
  { "is-selected", 2, 2, PAL_VALUE_BOOLEAN, 0, run_selected },
  { "selected-at", 2, 2, PAL_VALUE_STRING, 0, run_selected_at },
  { "count-selected", 1, 1, PAL_VALUE_NUMBER, 0, run_count_selected },
  { NULL },
};
