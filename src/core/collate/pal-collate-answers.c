// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-collate-answers"
#include "config.h"

#include "pal-collate-private.h"

#include "pal-xml.h"

#include <string.h>

/* From a tree to rows: a general report compares the same question of many States, so a question is
 * a path without rows, and what tells rows apart stands beside it. */

#define ROW_ID "_id"

typedef struct
{
  PalCollateAnswer answer;
  PalCollateAnswerFunc func;
  gpointer user_data;
  GString *node;
  GString *rows;
} Walk;

static gboolean
is_element (PalNode *node)
{
  return node->kind == PAL_NODE_ELEMENT;
}

static gboolean
has_elements (PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    if (is_element (child))
      return TRUE;

  return FALSE;
}

static gboolean
has_namesake (PalNode *node)
{
  return (node->previous != NULL && node->previous->local == node->local)
         || (node->next != NULL && node->next->local == node->local);
}

static void
append_row (Walk *walk, PalNode *node)
{
  PalNode *id = pal_node_find_child (node, ROW_ID, NULL);
  g_autofree char *text = id != NULL ? pal_node_dup_text (id) : NULL;

  if (text == NULL && !has_namesake (node))
    return;
  if (walk->rows->len > 0)
    g_string_append_c (walk->rows, '/');
  if (text != NULL && *text != '\0')
    g_string_append (walk->rows, text);
  else
    g_string_append_printf (walk->rows, "%u", pal_node_get_position (node));
}

/* As deep as the limits of the parser allow. */
static gboolean
walk_node (Walk *walk, PalNode *node, GError **error)
{
  gsize node_length = walk->node->len;
  gsize rows_length = walk->rows->len;
  gboolean ok = TRUE;

  g_string_append_printf (walk->node, "/%s", node->local);
  if (has_elements (node) || has_namesake (node))
    append_row (walk, node);
  if (has_elements (node))
    {
      for (PalNode *child = node->first_child; child != NULL && ok; child = child->next)
        if (is_element (child))
          ok = walk_node (walk, child, error);
    }
  else if (strcmp (node->local, ROW_ID) != 0)
    {
      g_autofree char *text = pal_node_dup_text (node);

      if (text != NULL && *text != '\0')
        {
          walk->answer.node = walk->node->str;
          walk->answer.rows = walk->rows->str;
          walk->answer.value = text;
          ok = walk->func (&walk->answer, walk->user_data, error);
        }
    }
  g_string_truncate (walk->node, node_length);
  g_string_truncate (walk->rows, rows_length);

  return ok;
}

gboolean
pal_collate_walk (GBytes *instance, const PalCollateAnswer *base, PalCollateAnswerFunc func,
                  gpointer user_data, GError **error)
{
  g_autoptr (PalDocument) document
      = pal_xml_parse (instance, "instance", PAL_XML_READ_NO_LAYOUT, &PAL_XML_LIMITS_FORM, error);
  g_autoptr (GString) node = g_string_new (NULL);
  g_autoptr (GString) rows = g_string_new (NULL);
  Walk walk = { *base, func, user_data, node, rows };

  return document != NULL && walk_node (&walk, pal_document_get_element (document), error);
}
