// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-response.h"

#include "pal-response-explain.h"

#include <string.h>

#define MAX_NODES 120
#define MAX_STEPS 40

static const char *const answers[] = { "",
                                       "1",
                                       "2",
                                       "-1",
                                       "0",
                                       "3.5",
                                       "a",
                                       "b",
                                       "a b",
                                       "yes",
                                       "no",
                                       "true",
                                       "2024-02-29",
                                       "2024-13-45",
                                       "10:30:00.000+02:00",
                                       "2024-02-29T10:30:00.000+02:00",
                                       "OK",
                                       "x y z a b c",
                                       "\xd8\xb9 \xe4\xb8\xad\xe6\x96\x87",
                                       " spaces  inside ",
                                       "99999999999999999999",
                                       "NaN",
                                       "<a>&amp;]]>",
                                       "1 2 3 4",
                                       "${a}",
                                       NULL };

static void
collect (PalNode *node, GPtrArray *nodes)
{
  if (node->data == NULL || nodes->len >= MAX_NODES)
    return;
  g_ptr_array_add (nodes, node);
  /* The id says of which form the record is: nobody answers that. */
  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    if (attribute->data != NULL && strcmp (attribute->local, "id") != 0)
      g_ptr_array_add (nodes, attribute);
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && !child->is_template)
      collect (child, nodes);
}

static GPtrArray *
list_nodes (PalResponse *response)
{
  GPtrArray *nodes = g_ptr_array_new ();

  collect (pal_response_get_root (response), nodes);
  return nodes;
}

static void
check_done (gboolean done, GError **error)
{
  if (!done)
    fuzz_check_error (*error);
}

static void
ask_control (PalResponse *response, PalFormControl *control, PalNode *node)
{
  g_autoptr (GPtrArray) choices = NULL;

  for (guint kind = PAL_TEXT_LABEL; kind <= PAL_TEXT_CONSTRAINT_MESSAGE; kind++)
    {
      g_autofree char *text = pal_response_dup_text (response, control, node, kind);

      fuzz_check_text (text);
    }
  if (control->kind != PAL_CONTROL_SELECT_ONE && control->kind != PAL_CONTROL_SELECT_MANY
      && control->kind != PAL_CONTROL_RANK)
    return;
  choices = pal_response_dup_choices (response, control, node);
  for (guint i = 0; i < MIN (choices->len, 20); i++)
    {
      PalChoice *choice = choices->pdata[i];
      g_autofree char *label = NULL;

      fuzz_check_text (choice->value);
      fuzz_check_text (choice->label);
      label = pal_response_dup_choice_label (response, control, node,
                                             choice->value != NULL ? choice->value : "");
      fuzz_check_text (label);
    }
}

static void
ask_why (PalResponse *response, PalNode *node)
{
  g_autoptr (PalExplanation) why = pal_response_explain (response, node);

  fuzz_check (why != NULL && why->subject != NULL);
  for (guint i = 0; i < why->rules->len; i++)
    {
      PalRule *rule = why->rules->pdata[i];

      fuzz_check_text (rule->path);
      fuzz_check_text (rule->label);
      fuzz_check_text (rule->error);
      for (guint k = 0; rule->term != NULL && k < rule->term->facts->len; k++)
        {
          PalFact *fact = rule->term->facts->pdata[k];

          fuzz_check_text (fact->value);
          fuzz_check_text (fact->value_label);
        }
    }
}

static void
ask_node (PalResponse *response, PalNode *node)
{
  g_autofree char *path = pal_response_dup_path (response, node);
  PalFormNode *definition = pal_response_get_definition (response, node);
  const PalNodeState *state = pal_response_get_state (response, node);

  fuzz_check_text (path);
  ask_why (response, node);
  fuzz_check_text (pal_response_get_value (response, node));
  fuzz_check (state != NULL && definition != NULL);
  fuzz_check (!node->hidden == !!state->relevant);
  fuzz_check (state->relevant || state->violation == PAL_VIOLATION_NONE);
  if (definition->is_repeat)
    fuzz_check_text (pal_response_get_row_id (response, node));
  if (definition->control != NULL)
    ask_control (response, definition->control, node);
}

static void
step (PalResponse *response, guint what, guint which, guint how)
{
  g_autoptr (GPtrArray) nodes = list_nodes (response);
  PalNode *node = nodes->pdata[which % nodes->len];
  PalForm *form = pal_response_get_form (response);
  GPtrArray *definitions = pal_form_get_nodes (form);
  GPtrArray *languages = pal_form_get_languages (form);
  g_autoptr (GError) error = NULL;

  switch (what % 8)
    {
    case 4:
      {
        PalFormNode *repeat = definitions->pdata[how % definitions->len];
        PalNode *row;

        for (guint i = 0; i < definitions->len && !repeat->is_repeat; i++)
          repeat = definitions->pdata[(how + i) % definitions->len];
        if (!repeat->is_repeat)
          break;
        row = pal_response_add_row (response, repeat, which % 3 == 0 ? NULL : node, NULL, &error);
        check_done (row != NULL, &error);
        break;
      }
    case 5:
      {
        PalNode *row = node;

        while (row != NULL && row->data != NULL
               && !pal_response_get_definition (response, row)->is_repeat)
          row = row->parent;
        if (row == NULL || row->data == NULL)
          break;
        check_done (pal_response_remove_row (response, row, &error), &error);
        break;
      }
    case 6:
      if (languages->len > 0)
        pal_response_set_language (response, languages->pdata[how % languages->len]);
      break;
    case 7:
      ask_node (response, node);
      break;
    default:
      check_done (pal_response_set_value (response, node,
                                          answers[how % (G_N_ELEMENTS (answers) - 1)], &error),
                  &error);
    }
}

void
fuzz_response_drive (PalResponse *response, const guint8 *steps, gsize n_steps)
{
  for (gsize i = 0; i + 2 < MIN (n_steps, 3 * MAX_STEPS); i += 3)
    step (response, steps[i], steps[i + 1], steps[i + 2]);
}

static guint
ask_controls (PalResponse *response, GPtrArray *controls)
{
  guint n = 0;

  for (guint i = 0; i < controls->len; i++)
    {
      PalFormControl *control = controls->pdata[i];

      pal_response_is_control_relevant (response, control, NULL);
      n += 1 + ask_controls (response, control->children);
    }
  return n;
}

void
fuzz_response_ask (PalResponse *response)
{
  g_autoptr (GPtrArray) nodes = list_nodes (response);
  g_autoptr (GBytes) made = NULL;
  PalProgress progress = { 0 };
  gboolean is_valid;

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *path = NULL;

      ask_node (response, nodes->pdata[i]);
      path = pal_response_dup_path (response, nodes->pdata[i]);
      fuzz_check (pal_response_find (response, path) != NULL);
    }
  ask_controls (response, pal_form_get_controls (pal_response_get_form (response)));
  pal_response_count (response, NULL, &progress);
  fuzz_check (progress.answered <= progress.questions);
  is_valid = pal_response_is_valid (response);
  fuzz_check (is_valid || progress.violated > 0 || progress.required_open > 0 || nodes->len > 0);
  pal_response_finish (response);
  made = pal_response_serialise (response);
  fuzz_check_xml (made);
}

PalResponse *
fuzz_response_reopen (PalResponse *response)
{
  g_autoptr (GBytes) made = pal_response_serialise (response);
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GError) error = NULL;
  PalResponse *again
      = pal_response_new_from_instance (pal_response_get_form (response), made, &orphans, &error);

  if (again == NULL)
    {
      fuzz_check_error (error);
      fuzz_check (!g_error_matches (error, PAL_XML_ERROR, PAL_XML_ERROR_MALFORMED));
    }
  return again;
}
