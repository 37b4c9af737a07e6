// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"

#include "config.h"

#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-response-explain.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

/* form explain: why a node is as it is, in words or for machines. */

#define MAX_WORDS 60 /* characters of an answer or a question within a line */

/* Words */

static const char *
yes_or_no (gboolean value)
{
  return value ? "yes" : "no";
}

static void
append_quoted (GString *out, const char *text)
{
  g_autofree char *printable = pal_text_dup_printable (text, MAX_WORDS * 4);
  g_autofree char *cut = g_utf8_strlen (printable, -1) > MAX_WORDS
                             ? g_utf8_substring (printable, 0, MAX_WORDS)
                             : NULL;

  g_string_append_printf (out, "\"%s%s\"", cut != NULL ? cut : printable, cut != NULL ? "…" : "");
}

static void
append_value (GString *out, PalFact *fact)
{
  if (fact->node == NULL && !fact->definition->is_repeat)
    g_string_append (out, "no such row");
  else if (fact->definition->is_repeat)
    g_string_append_printf (out, "%u row%s", fact->n_rows, fact->n_rows == 1 ? "" : "s");
  else if (!fact->is_relevant)
    g_string_append (out, "not relevant");
  else if (fact->definition->children->len > 0)
    g_string_append (out, "there");
  else if (*fact->value == '\0')
    g_string_append (out, "empty");
  else
    {
      append_quoted (out, fact->value);
      if (fact->value_label != NULL)
        {
          g_string_append (out, ", ");
          append_quoted (out, fact->value_label);
        }
    }
}

static void
print_fact (PalFact *fact, PalTerm *term, guint indent)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "%*s%s", (int) indent, "", fact->path);
  if (fact->label != NULL)
    {
      g_string_append (out, ", ");
      append_quoted (out, fact->label);
    }
  g_string_append (out, ": ");
  append_value (out, fact);
  if (term->decides && fact->definition->calculate != NULL)
    g_string_append (out, ", calculated");
  printf ("%s\n", out->str);
}

/* The condition and, where it is made of others, these below it. */
static void
print_term (PalTerm *term, guint indent)
{
  g_autofree char *source = pal_text_dup_printable (term->source, 400);
  gboolean is_row = term->kind == PAL_EXPR_PART_OR || term->kind == PAL_EXPR_PART_AND
                    || term->kind == PAL_EXPR_PART_NOT || term->kind == PAL_EXPR_PART_IF;

  if (is_row || indent > 4)
    printf ("%*s%s %s%s\n", (int) indent, "", source, term->holds ? "holds" : "does not hold",
            term->decides ? ", and decides" : "");
  for (guint i = 0; i < term->terms->len; i++)
    print_term (g_ptr_array_index (term->terms, i), indent + 2);
  for (guint i = 0; i < term->facts->len; i++)
    print_fact (g_ptr_array_index (term->facts, i), term,
                is_row || indent > 4 ? indent + 2 : indent);
  if (term->n_more > 0)
    printf ("%*s… and %u more\n", (int) indent, "", term->n_more);
}

static const char *
rule_name (PalRuleKind kind)
{
  switch (kind)
    {
    case PAL_RULE_RELEVANT:
      return "relevant";
    case PAL_RULE_REQUIRED:
      return "required";
    case PAL_RULE_READONLY:
      return "readonly";
    case PAL_RULE_CONSTRAINT:
      return "constraint";
    case PAL_RULE_CALCULATE:
      return "calculate";
    case PAL_RULE_CHOICES:
      return "choices";
    }
  g_return_val_if_reached ("");
}

static void
print_rules (PalExplanation *explanation, PalRuleKind kind)
{
  for (guint i = 0; i < explanation->rules->len; i++)
    {
      PalRule *rule = g_ptr_array_index (explanation->rules, i);
      g_autofree char *source = pal_text_dup_printable (rule->source, 400);

      if (rule->kind != kind || !rule->decides)
        continue;
      printf ("  %s of %s, line %u: %s\n", rule_name (kind), rule->path, rule->line, source);
      if (rule->error != NULL)
        printf ("    fails: %s\n", rule->error);
      else if (!rule->applies)
        printf ("    not asked: it is empty\n");
      else if (kind != PAL_RULE_CALCULATE && kind != PAL_RULE_CHOICES)
        printf ("    %s\n", rule->holds ? "holds" : "does not hold");
      print_term (rule->term, 4);
    }
}

static void
print_validity (PalExplanation *explanation)
{
  switch (explanation->state.violation)
    {
    case PAL_VIOLATION_NONE:
      printf ("valid: yes\n");
      break;
    case PAL_VIOLATION_REQUIRED:
      printf ("valid: no, it is required and empty\n");
      break;
    case PAL_VIOLATION_CONSTRAINT:
      if (explanation->type_fits)
        printf ("valid: no, it breaks its constraint\n");
      else
        printf ("valid: no, it is no value of the type %s\n",
                explanation->subject->definition->type_name);
      break;
    }
}

static void
print_words (PalExplanation *explanation)
{
  g_autoptr (GString) subject = g_string_new (explanation->subject->path);

  if (explanation->subject->label != NULL)
    {
      g_string_append (subject, ", ");
      append_quoted (subject, explanation->subject->label);
    }
  g_string_append (subject, ": ");
  append_value (subject, explanation->subject);
  printf ("%s\n", subject->str);

  printf ("relevant: %s\n", yes_or_no (explanation->state.relevant));
  print_rules (explanation, PAL_RULE_RELEVANT);
  printf ("required: %s\n", yes_or_no (explanation->state.required));
  print_rules (explanation, PAL_RULE_REQUIRED);
  printf ("read-only: %s\n", yes_or_no (explanation->state.readonly));
  print_rules (explanation, PAL_RULE_READONLY);
  print_validity (explanation);
  print_rules (explanation, PAL_RULE_CONSTRAINT);
  if (explanation->is_calculated)
    printf ("calculated: yes\n");
  print_rules (explanation, PAL_RULE_CALCULATE);
  print_rules (explanation, PAL_RULE_CHOICES);
}

/* JSON */

static void
add_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static JsonObject *
fact_to_json (PalFact *fact)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "node", fact->path);
  add_text (object, "label", fact->label);
  json_object_set_boolean_member (object, "present",
                                  fact->node != NULL || fact->definition->is_repeat);
  json_object_set_boolean_member (object, "relevant", fact->is_relevant);
  if (fact->definition->is_repeat)
    json_object_set_int_member (object, "rows", fact->n_rows);
  else
    {
      json_object_set_string_member (object, "value", fact->value);
      add_text (object, "valueLabel", fact->value_label);
    }
  json_object_set_boolean_member (object, "calculated", fact->definition->calculate != NULL);
  return object;
}

static const char *
term_name (PalExprPartKind kind)
{
  static const char *const names[] = {
    [PAL_EXPR_PART_OR] = "or",
    [PAL_EXPR_PART_AND] = "and",
    [PAL_EXPR_PART_NOT] = "not",
    [PAL_EXPR_PART_COMPARE] = "compare",
    [PAL_EXPR_PART_SELECTED] = "selected",
    [PAL_EXPR_PART_IF] = "if",
    [PAL_EXPR_PART_LITERAL] = "literal",
    [PAL_EXPR_PART_NODES] = "nodes",
    [PAL_EXPR_PART_VALUE] = "value",
  };

  return names[kind];
}

static JsonObject *
term_to_json (PalTerm *term)
{
  static const char *const comparisons[] = {
    [PAL_EXPR_EQUAL] = "=",       [PAL_EXPR_NOT_EQUAL] = "!=", [PAL_EXPR_LESS] = "<",
    [PAL_EXPR_LESS_EQUAL] = "<=", [PAL_EXPR_GREATER] = ">",    [PAL_EXPR_GREATER_EQUAL] = ">=",
  };
  JsonObject *object = json_object_new ();
  JsonArray *facts = json_array_new ();

  json_object_set_string_member (object, "kind", term_name (term->kind));
  json_object_set_string_member (object, "source", term->source);
  json_object_set_boolean_member (object, "holds", term->holds);
  json_object_set_boolean_member (object, "decides", term->decides);
  if (term->literal != NULL)
    {
      if (term->kind == PAL_EXPR_PART_COMPARE)
        json_object_set_string_member (object, "comparison", comparisons[term->comparison]);
      json_object_set_string_member (object, "literal", term->literal);
      add_text (object, "literalLabel", term->literal_label);
    }
  for (guint i = 0; i < term->facts->len; i++)
    json_array_add_object_element (facts, fact_to_json (g_ptr_array_index (term->facts, i)));
  json_object_set_array_member (object, "reads", facts);
  if (term->n_more > 0)
    json_object_set_int_member (object, "more", term->n_more);
  if (term->terms->len > 0)
    {
      JsonArray *terms = json_array_new ();

      for (guint i = 0; i < term->terms->len; i++)
        json_array_add_object_element (terms, term_to_json (g_ptr_array_index (term->terms, i)));
      json_object_set_array_member (object, "terms", terms);
    }
  return object;
}

static JsonObject *
rule_to_json (PalRule *rule)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "rule", rule_name (rule->kind));
  json_object_set_string_member (object, "of", rule->path);
  add_text (object, "label", rule->label);
  json_object_set_boolean_member (object, "inherited", rule->is_inherited);
  json_object_set_int_member (object, "line", rule->line);
  json_object_set_string_member (object, "source", rule->source);
  json_object_set_boolean_member (object, "applies", rule->applies);
  json_object_set_boolean_member (object, "holds", rule->holds);
  json_object_set_boolean_member (object, "decides", rule->decides);
  if (rule->error != NULL)
    json_object_set_string_member (object, "error", rule->error);
  json_object_set_object_member (object, "term", term_to_json (rule->term));
  return object;
}

static const char *
violation_word (PalViolation violation)
{
  switch (violation)
    {
    case PAL_VIOLATION_NONE:
      return NULL;
    case PAL_VIOLATION_CONSTRAINT:
      return "constraint";
    case PAL_VIOLATION_REQUIRED:
      return "required";
    }
  g_return_val_if_reached (NULL);
}

static void
print_json (PalExplanation *explanation)
{
  JsonObject *object = fact_to_json (explanation->subject);
  JsonArray *rules = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_boolean_member (object, "required", explanation->state.required);
  json_object_set_boolean_member (object, "readonly", explanation->state.readonly);
  json_object_set_boolean_member (object, "valid",
                                  explanation->state.violation == PAL_VIOLATION_NONE);
  add_text (object, "violation", violation_word (explanation->state.violation));
  json_object_set_boolean_member (object, "typeFits", explanation->type_fits);
  for (guint i = 0; i < explanation->rules->len; i++)
    json_array_add_object_element (rules, rule_to_json (g_ptr_array_index (explanation->rules, i)));
  json_object_set_array_member (object, "rules", rules);
  json_node_take_object (node, object);
  pal_cli_print_json (node);
}

/* The verb */

static PalForm *
load_form (const char *path, int *code)
{
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_form_load_file (path, &error);

  if (form == NULL)
    *code = pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  return form;
}

static PalResponse *
open_response (PalForm *form, const char *instance, int *code)
{
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  PalResponse *response;
  gsize length;

  if (instance != NULL && !g_file_get_contents (instance, &content, &length, &error))
    {
      *code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
      return NULL;
    }
  if (instance != NULL)
    {
      bytes = g_bytes_new_take (g_steal_pointer (&content), length);
      response = pal_response_new_from_instance (form, bytes, NULL, &error);
    }
  else
    response = pal_response_new (form, &error);
  if (response == NULL)
    *code = pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  return response;
}

static gboolean
answer_first (PalResponse *response, char **set, int *code)
{
  for (guint i = 0; set != NULL && set[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      /* A path has an "=" only where a row id has one, and these have none. */
      char *equals = strchr (set[i], '=');
      PalNode *node;

      if (equals == NULL)
        {
          *code = pal_cli_fail (PAL_EXIT_USAGE, "say --set NODE=TEXT");
          return FALSE;
        }
      *equals = '\0';
      node = pal_response_find (response, set[i]);
      if (node == NULL)
        {
          *code = pal_cli_fail (PAL_EXIT_INDETERMINATE, "no node %s", set[i]);
          return FALSE;
        }
      if (!pal_response_set_value (response, node, equals + 1, &error))
        {
          *code = pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
          return FALSE;
        }
    }
  return TRUE;
}

static PalExplanation *
explain_path (PalResponse *response, const char *path)
{
  PalNode *node = pal_response_find (response, path);
  PalFormNode *definition;

  if (node != NULL)
    return pal_response_get_definition (response, node) != NULL
               ? pal_response_explain (response, node)
               : NULL;
  definition = pal_form_find_node (pal_response_get_form (response), path);
  return definition != NULL && definition->is_repeat
             ? pal_response_explain_repeat (response, definition, NULL)
             : NULL;
}

int
pal_cmd_form_explain (int argc, char **argv)
{
  g_auto (GStrv) set = NULL;
  g_autofree char *instance = NULL;
  g_autofree char *language = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "instance", 0, 0, G_OPTION_ARG_FILENAME, &instance, "A filled form to look at", "FILE" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &set, "Answer something first", "NODE=TEXT" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "Words of the form in this language",
      "CODE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "For machines", NULL },
    { NULL },
  };
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (PalExplanation) explanation = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;
  form = load_form (argv[1], &code);
  if (form == NULL)
    return code;
  response = open_response (form, instance, &code);
  if (response == NULL)
    return code;
  if (language != NULL)
    pal_response_set_language (response, language);
  if (!answer_first (response, set, &code))
    return code;
  explanation = explain_path (response, argv[2]);
  if (explanation == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "no node %s", argv[2]);
  if (as_json)
    print_json (explanation);
  else
    print_words (explanation);
  return PAL_EXIT_OK;
}
