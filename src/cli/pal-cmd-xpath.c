// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"

#include "config.h"

#include "pal-cli.h"
#include "pal-expr.h"
#include "pal-verbs.h"
#include "pal-xml.h"

#include <stdio.h>
#include <string.h>

/* The verb xpath evaluates one expression on one document. It is how the peers' recorded cases are
 * put to the evaluator. */

static const char *
resolve_cb (const char *prefix, gpointer user_data)
{
  return pal_node_resolve_prefix (user_data, prefix);
}

static PalNode *
next_element (PalNode *node)
{
  do
    {
      if (node->first_child != NULL)
        node = node->first_child;
      else
        {
          while (node != NULL && node->next == NULL)
            node = node->parent;
          node = node != NULL ? node->next : NULL;
        }
    }
  while (node != NULL && node->kind != PAL_NODE_ELEMENT);
  return node;
}

/* user_data of the scope is the document. */
static PalNode *
instance_cb (PalExprScope *scope, const char *id)
{
  for (PalNode *node = pal_document_get_root (scope->user_data); node != NULL;
       node = next_element (node))
    {
      if (pal_node_is (node, "instance", PAL_NS_XFORMS)
          && g_strcmp0 (pal_node_get_attribute (node, "id", NULL), id) == 0)
        return node;
    }
  return NULL;
}

/* The translation in the language asked for, else the default, else the first. */
static PalNode *
find_translation (PalExprScope *scope)
{
  PalNode *found = NULL;

  for (PalNode *node = pal_document_get_root (scope->user_data); node != NULL;
       node = next_element (node))
    {
      if (!pal_node_is (node, "translation", PAL_NS_XFORMS))
        continue;
      if (scope->language != NULL
          && g_strcmp0 (pal_node_get_attribute (node, "lang", NULL), scope->language) == 0)
        return node;
      if (found == NULL
          || (pal_node_get_attribute (node, "default", NULL) != NULL
              && pal_node_get_attribute (found, "default", NULL) == NULL))
        found = node;
    }
  return found;
}

static char *
itext_cb (PalExprScope *scope, const char *id)
{
  PalNode *translation = find_translation (scope);

  if (translation == NULL)
    return NULL;
  for (PalNode *text = pal_node_find_child (translation, "text", PAL_NS_XFORMS); text != NULL;
       text = pal_node_next_named (text))
    {
      if (g_strcmp0 (pal_node_get_attribute (text, "id", NULL), id) != 0)
        continue;
      for (PalNode *value = pal_node_find_child (text, "value", PAL_NS_XFORMS); value != NULL;
           value = pal_node_next_named (value))
        {
          if (pal_node_get_attribute (value, "form", NULL) == NULL)
            return pal_node_dup_text (value);
        }
    }
  return NULL;
}

static PalNode *
find_node (PalDocument *document, const char *path, GError **error)
{
  PalExprScope scope = { .root = pal_document_get_root (document) };
  g_auto (PalValue) value = { 0 };
  g_autoptr (PalExpr) expr = pal_expr_compile (path, NULL, NULL, error);

  if (expr == NULL || !pal_expr_evaluate (expr, &scope, scope.root, &value, error))
    return NULL;
  if (value.kind != PAL_VALUE_NODES || value.nodes->len != 1)
    {
      g_set_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_EVALUATE, "%s: not one node", path);
      return NULL;
    }
  return g_ptr_array_index (value.nodes, 0);
}

static int
print_value (const PalValue *value, const char *type)
{
  g_autofree char *text = NULL;

  if (type == NULL)
    {
      static const char *const types[] = { [PAL_VALUE_BOOLEAN] = "boolean",
                                           [PAL_VALUE_NUMBER] = "number",
                                           [PAL_VALUE_STRING] = "string",
                                           [PAL_VALUE_NODES] = "nodeset" };

      type = types[value->kind];
    }
  puts (type);
  if (strcmp (type, "nodeset") == 0)
    {
      for (guint i = 0; i < value->nodes->len; i++)
        {
          g_autofree char *path = pal_node_dup_canonical_path (g_ptr_array_index (value->nodes, i));

          puts (path);
        }
      return PAL_EXIT_OK;
    }
  if (strcmp (type, "boolean") == 0)
    text = g_strdup (pal_value_to_boolean (value) ? "true" : "false");
  else if (strcmp (type, "number") == 0)
    text = pal_expr_number_to_string (pal_value_to_number (value));
  else
    text = pal_value_to_string (value);
  puts (text);
  return PAL_EXIT_OK;
}

static int
evaluate (PalDocument *document, PalExprScope *scope, PalNode *node, const char *source,
          const char *type)
{
  g_autoptr (GError) error = NULL;
  g_auto (PalValue) value = { 0 };
  g_autoptr (PalExpr) expr
      = pal_expr_compile (source, resolve_cb, pal_document_get_element (document), &error);

  if (expr == NULL || !pal_expr_evaluate (expr, scope, node, &value, &error))
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  return print_value (&value, type);
}

int
pal_cmd_xpath (int argc, char **argv)
{
  static const char *const types[] = { "boolean", "number", "string", NULL };
  g_autofree char *context_path = NULL;
  g_autofree char *node_path = NULL;
  g_autofree char *root_path = NULL;
  g_autofree char *language = NULL;
  g_autofree char *type = NULL;
  const GOptionEntry entries[] = {
    { "context", 0, 0, G_OPTION_ARG_FILENAME, &context_path, "The document", "FILE.xml" },
    { "node", 0, 0, G_OPTION_ARG_STRING, &node_path, "The context node", "PATH" },
    { "root", 0, 0, G_OPTION_ARG_STRING, &root_path, "What stands for the document root", "PATH" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &language, "The language of the form", "L" },
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, "boolean, number or string", "TYPE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("<root/>", 7);
  g_autoptr (PalDocument) document = NULL;
  PalExprScope scope = { 0 };
  PalNode *node;
  const char *source = NULL;
  gboolean is_help = argc > 1 && strcmp (argv[argc - 1], "--help") == 0;
  int exit_code = PAL_EXIT_OK;

  /* The last word is the expression, whatever it looks like: "-1" is one. */
  if (argc > 1 && !is_help)
    source = argv[--argc];
  if (argc > 1 && !is_help && strcmp (argv[argc - 1], "--") == 0)
    argc--;
  if (!pal_cli_parse (&argc, &argv, entries, source != NULL ? 0 : 1, 0, &exit_code))
    return exit_code;
  if (type != NULL && !g_strv_contains (types, type))
    return pal_cli_fail (PAL_EXIT_USAGE, "--type is boolean, number or string");

  if (context_path != NULL)
    document = pal_xml_parse_file (
        context_path, PAL_XML_READ_KEEP_COMMENTS | PAL_XML_READ_BARE_DOCTYPE, NULL, &error);
  else
    document = pal_xml_parse (nothing, "root", PAL_XML_READ_DEFAULT, NULL, &error);
  if (document == NULL)
    return pal_cli_fail (error->domain == PAL_XML_ERROR ? PAL_EXIT_INDETERMINATE
                                                        : PAL_EXIT_NO_INPUT,
                         "%s", error->message);

  scope.root = pal_document_get_root (document);
  scope.language = language;
  scope.instance = instance_cb;
  scope.itext = itext_cb;
  scope.user_data = document;
  node = find_node (document, node_path != NULL ? node_path : "/", &error);
  if (node != NULL && root_path != NULL)
    {
      scope.root = find_node (document, root_path, &error);
      scope.xforms_names = TRUE;
    }
  if (node == NULL || scope.root == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  return evaluate (document, &scope, node, source, type);
}
