// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

/* What depends on what, and in which order it must be evaluated (T11). All of it is said of
 * definitions, not of nodes: rows come and go, the graph stays.
 *
 * Vertices are the slots and, for each definition, "it can be seen": a node is absent for every
 * expression while it or anything around it is not relevant (T7). */

/* The graph */

typedef struct
{
  guint32 from;
  guint32 to;
} Edge;

typedef struct
{
  PalFormReader *reader;
  PalForm *form;
  GArray *edges; /* (element-type Edge): slots first, then one vertex a definition */
  guint n_slots;
  guint slot; /* at work */
  guint n_self;
  GPtrArray *listed; /* (owned) (nullable) (element-type PalExpr): see find_listed_outputs() */
} Graph;

static void
add_slot (PalForm *form, PalSlotKind kind, PalFormNode *node, PalExpr *expr)
{
  PalSlot slot = { .kind = kind, .node = node, .expr = expr };

  if (expr != NULL)
    {
      const char *source = pal_expr_get_source (expr);

      slot.is_spoken = strstr (source, "jr:itext") != NULL
                       || strstr (source, "jr:choice-name") != NULL
                       || strstr (source, "format-date") != NULL;
      slot.has_position = strstr (source, "position") != NULL || strstr (source, "last") != NULL;
      slot.is_generator = pal_expr_is_impure (expr)
                          && (strstr (source, "uuid") != NULL || strstr (source, "once") != NULL
                              || strstr (source, "random") != NULL);
    }
  pal_definition (node)->slots[kind] = (int) form->slots->len;
  g_array_append_val (form->slots, slot);
}

static void
collect_slots (PalFormReader *reader)
{
  PalForm *form = reader->form;

  for (guint i = 0; i < form->nodes->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (form->nodes, i);

      if (node->calculate != NULL && !pal_definition (node)->is_leaf)
        {
          pal_form_reader_note (reader, pal_definition (node)->bind_line,
                                "the calculate of %s is not used, for it is a group", node->path);
          g_clear_pointer (&node->calculate, pal_expr_unref);
        }
      if (node->calculate != NULL)
        add_slot (form, PAL_SLOT_CALCULATE, node, node->calculate);
      if (node->relevant != NULL)
        add_slot (form, PAL_SLOT_RELEVANT, node, node->relevant);
      if (node->readonly != NULL)
        add_slot (form, PAL_SLOT_READONLY, node, node->readonly);
      if (node->required != NULL)
        add_slot (form, PAL_SLOT_REQUIRED, node, node->required);
      if (node->constraint != NULL)
        add_slot (form, PAL_SLOT_CONSTRAINT, node, node->constraint);
      if (node->count != NULL)
        add_slot (form, PAL_SLOT_COUNT, node, node->count);
    }
}

static void
add_edge (Graph *graph, guint from, guint to)
{
  Edge edge = { from, to };

  g_array_append_val (graph->edges, edge);
}

/* Whether the order matters for it: nothing reads what these give. */
static gboolean
is_last (PalSlotKind kind)
{
  return kind == PAL_SLOT_CONSTRAINT || kind == PAL_SLOT_COUNT || kind == PAL_SLOT_LABEL
         || kind == PAL_SLOT_CHOICES;
}

static void
add_dependent (PalFormNode *target, guint slot, guint n_shared)
{
  PalDefinition *definition = pal_definition (target);
  PalDependent dependent = { slot, n_shared };

  if (definition->dependents == NULL)
    definition->dependents = g_array_new (FALSE, FALSE, sizeof (PalDependent));
  else
    {
      PalDependent *last
          = &g_array_index (definition->dependents, PalDependent, definition->dependents->len - 1);

      if (last->slot == slot)
        {
          last->n_shared = MIN (last->n_shared, n_shared);
          return;
        }
    }
  g_array_append_val (definition->dependents, dependent);
}

static void
visit_reference_cb (PalFormNode *target, guint n_shared, gboolean is_weak, gpointer user_data)
{
  Graph *graph = user_data;
  PalSlot *slot = pal_form_get_slot (graph->form, graph->slot);

  add_dependent (
      target, graph->slot,
      MIN (n_shared, pal_form_count_repeats (slot->node) - (slot->kind == PAL_SLOT_COUNT)));
  if (is_weak || is_last (slot->kind))
    return;
  /* A group that names itself asks for its place, not for its value. */
  if (target == slot->node && !pal_definition (target)->is_leaf)
    return;
  add_edge (graph, graph->n_slots + target->index, graph->slot);
  if (pal_definition (target)->slots[PAL_SLOT_CALCULATE] >= 0)
    add_edge (graph, (guint) pal_definition (target)->slots[PAL_SLOT_CALCULATE], graph->slot);
  /* Nothing reads these, so the order does not show it, but the author has gone astray. */
  if (target == slot->node && slot->kind != PAL_SLOT_CALCULATE && slot->kind != PAL_SLOT_RELEVANT)
    graph->n_self++;
}

static const char *
slot_name (PalSlotKind kind)
{
  static const char *const names[] = { "calculate",  "relevant", "readonly", "required",
                                       "constraint", "jr:count", "label",    "choices" };

  return names[kind];
}

static guint32
slot_line (PalSlot *slot)
{
  guint32 line = pal_definition (slot->node)->bind_line;

  if (slot->kind >= PAL_SLOT_COUNT && slot->node->control != NULL)
    line = slot->node->control->line;
  return line != 0 ? line : slot->node->line;
}

static char *
reference_to_string (PalExprReference *ref)
{
  GString *text = g_string_new (ref->base == PAL_EXPR_BASE_CONTEXT ? "" : "/");

  for (guint i = 0; i < ref->steps->len; i++)
    {
      PalExprStep *step = &g_array_index (ref->steps, PalExprStep, i);

      if (i > 0)
        g_string_append_c (text, '/');
      if (step->kind == PAL_EXPR_STEP_PARENT)
        g_string_append (text, "..");
      else if (step->kind == PAL_EXPR_STEP_ATTRIBUTE)
        g_string_append_printf (text, "@%s", step->local != NULL ? step->local : "*");
      else
        g_string_append (text, step->local != NULL ? step->local : "*");
    }
  return g_string_free (text, FALSE);
}

static void
check_instances (Graph *graph, PalExpr *expr, guint32 line)
{
  GPtrArray *references = pal_expr_get_references (expr);

  for (guint i = 0; references != NULL && i < references->len; i++)
    {
      PalExprReference *ref = g_ptr_array_index (references, i);

      if (ref->base != PAL_EXPR_BASE_INSTANCE || ref->instance_id == NULL
          || pal_form_is_primary (graph->form, ref)
          || g_hash_table_contains (graph->form->instances, ref->instance_id))
        continue;
      pal_form_reader_refuse (graph->reader, PAL_FORM_ERROR_REFERENCE, line,
                              "column %u of \"%s\": there is no instance %s", ref->column,
                              pal_expr_get_source (expr), ref->instance_id);
    }
}

static void
add_references (Graph *graph, guint index)
{
  PalSlot *slot = pal_form_get_slot (graph->form, index);
  PalExprReference *unresolved = NULL;

  graph->slot = index;
  graph->n_self = 0;
  check_instances (graph, slot->expr, slot_line (slot));
  /* jr:count="n" and jr:count="../n" both mean a sibling of the repeat in the wild. */
  slot->is_on_parent
      = slot->kind == PAL_SLOT_COUNT
        && !pal_form_visit_references (graph->form, slot->expr, slot->node, NULL, NULL, NULL)
        && pal_form_visit_references (graph->form, slot->expr, slot->node->parent, NULL, NULL,
                                      NULL);
  if (!pal_form_visit_references (graph->form, slot->expr,
                                  slot->is_on_parent ? slot->node->parent : slot->node,
                                  visit_reference_cb, graph, &unresolved))
    {
      g_autofree char *path = reference_to_string (unresolved);

      pal_form_reader_note (graph->reader, slot_line (slot),
                            "%s of %s, column %u: %s is not in the primary instance",
                            slot_name (slot->kind), slot->node->path, unresolved->column, path);
    }
  if (graph->n_self > 0)
    pal_form_reader_refuse (graph->reader, PAL_FORM_ERROR_CYCLE, slot_line (slot),
                            "a cycle: %s of %s depends on %s itself", slot_name (slot->kind),
                            slot->node->path, slot->node->path);
}

/* A chain of slots that wait for each other, for people. */
static char *
describe_cycle (Graph *graph, const guint *n_waiting, guint32 *line)
{
  guint n = graph->n_slots + graph->form->nodes->len;
  g_autofree guint *waits_for = g_new (guint, n);
  g_autofree gboolean *seen = g_new0 (gboolean, n);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GString *text;
  guint vertex;
  guint start;

  for (guint i = 0; i < n; i++)
    waits_for[i] = G_MAXUINT;
  for (guint i = 0; i < graph->edges->len; i++)
    {
      Edge *edge = &g_array_index (graph->edges, Edge, i);

      if (n_waiting[edge->from] > 0 && n_waiting[edge->to] > 0)
        waits_for[edge->to] = edge->from;
    }
  for (vertex = 0; vertex < n && waits_for[vertex] == G_MAXUINT; vertex++)
    ;
  g_return_val_if_fail (vertex < n, NULL);
  while (!seen[vertex])
    {
      seen[vertex] = TRUE;
      vertex = waits_for[vertex];
    }
  start = vertex;
  do
    {
      if (vertex < graph->n_slots)
        {
          PalSlot *slot = pal_form_get_slot (graph->form, vertex);

          if (names->len == 0)
            *line = slot_line (slot);
          if (names->len == 0
              || g_ptr_array_index (names, names->len - 1) != (gpointer) slot->node->path)
            g_ptr_array_add (names, (gpointer) slot->node->path);
        }
      vertex = waits_for[vertex];
    }
  while (vertex != start);

  text = g_string_new (NULL);
  for (guint i = 0; i < names->len && i < 8; i++)
    g_string_append_printf (text, "%s depends on ", (char *) g_ptr_array_index (names, i));
  g_string_append (text, names->len > 8 ? "..." : g_ptr_array_index (names, 0));
  return g_string_free (text, FALSE);
}

/* Kahn's algorithm; order receives the slots. FALSE when some wait for each other. */
static gboolean
sort_slots (Graph *graph, GArray *order)
{
  guint n = graph->n_slots + graph->form->nodes->len;
  g_autofree guint *starts = g_new0 (guint, n + 1);
  g_autofree guint *n_waiting = g_new0 (guint, n);
  g_autofree guint *targets = g_new (guint, graph->edges->len + 1);
  g_autofree guint *fill = NULL;
  g_autofree guint *queue = g_new (guint, n + 1);
  guint head = 0;
  guint tail = 0;
  guint n_done = 0;

  for (guint i = 0; i < graph->edges->len; i++)
    {
      Edge *edge = &g_array_index (graph->edges, Edge, i);

      starts[edge->from + 1]++;
      n_waiting[edge->to]++;
    }
  for (guint i = 0; i < n; i++)
    starts[i + 1] += starts[i];
  fill = g_memdup2 (starts, (n + 1) * sizeof (guint));
  for (guint i = 0; i < graph->edges->len; i++)
    {
      Edge *edge = &g_array_index (graph->edges, Edge, i);

      targets[fill[edge->from]++] = edge->to;
    }

  for (guint i = 0; i < n; i++)
    {
      if (n_waiting[i] == 0)
        queue[tail++] = i;
    }
  while (head < tail)
    {
      guint vertex = queue[head++];

      n_done++;
      if (vertex < graph->n_slots && !is_last (pal_form_get_slot (graph->form, vertex)->kind))
        g_array_append_val (order, vertex);
      for (guint i = starts[vertex]; i < starts[vertex + 1]; i++)
        {
          if (--n_waiting[targets[i]] == 0)
            queue[tail++] = targets[i];
        }
    }
  if (n_done < n)
    {
      guint32 line = 0;
      g_autofree char *cycle = describe_cycle (graph, n_waiting, &line);

      pal_form_reader_refuse (graph->reader, PAL_FORM_ERROR_CYCLE, line, "a cycle: %s", cycle);
      return FALSE;
    }
  for (guint i = 0; i < graph->n_slots; i++)
    {
      if (is_last (pal_form_get_slot (graph->form, i)->kind))
        g_array_append_val (order, i);
    }
  return TRUE;
}

/* A slot's place in the table becomes its place in the order. */
static void
apply_order (PalForm *form, GArray *order)
{
  GArray *sorted = g_array_sized_new (FALSE, TRUE, sizeof (PalSlot), order->len);
  g_autofree guint *places = g_new (guint, order->len + 1);

  for (guint i = 0; i < order->len; i++)
    {
      guint old = g_array_index (order, guint, i);
      PalSlot slot = *pal_form_get_slot (form, old);

      places[old] = i;
      g_array_append_val (sorted, slot);
      pal_definition (slot.node)->slots[slot.kind] = (int) i;
    }
  g_array_unref (form->slots);
  form->slots = sorted;
  for (guint i = 0; i < form->nodes->len; i++)
    {
      GArray *dependents = pal_form_get_definition (form, i)->dependents;

      for (guint j = 0; dependents != NULL && j < dependents->len; j++)
        {
          PalDependent *dependent = &g_array_index (dependents, PalDependent, j);

          dependent->slot = places[dependent->slot];
        }
    }
}

/* Texts and choices */

static guint
ensure_slot (Graph *graph, PalFormNode *node, PalSlotKind kind)
{
  if (pal_definition (node)->slots[kind] < 0)
    add_slot (graph->form, kind, node, NULL);
  return (guint) pal_definition (node)->slots[kind];
}

static void
depend_on (Graph *graph, PalFormNode *node, PalSlotKind kind, PalExpr *expr, guint32 line)
{
  guint slot;

  check_instances (graph, expr, line);
  if (pal_expr_get_references (expr) == NULL || pal_expr_get_references (expr)->len == 0)
    return;
  slot = ensure_slot (graph, node, kind);
  graph->slot = slot;
  if (!pal_form_visit_references (graph->form, expr, node, visit_reference_cb, graph, NULL))
    pal_form_reader_note (graph->reader, line, "a path in \"%s\" is not in the primary instance",
                          pal_expr_get_source (expr));
}

static void
depend_on_outputs (Graph *graph, PalFormNode *node, PalSlotKind kind, PalNode *element,
                   guint32 line)
{
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      PalExpr *expr;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      expr = g_hash_table_lookup (graph->form->outputs, child);
      if (expr != NULL)
        depend_on (graph, node, kind, expr, line);
      else
        depend_on_outputs (graph, node, kind, child, line);
    }
}

static void
depend_on_text (Graph *graph, PalFormNode *node, PalSlotKind kind, PalText *text, guint32 line)
{
  if (text->expr != NULL)
    depend_on (graph, node, kind, text->expr, line);
  if (text->itext_id != NULL)
    {
      GPtrArray *exprs = g_hash_table_lookup (graph->form->texts_with_outputs, text->itext_id);

      for (guint i = 0; exprs != NULL && i < exprs->len; i++)
        depend_on (graph, node, kind, g_ptr_array_index (exprs, i), line);
    }
  if (text->element != NULL && text->element->first_child != NULL)
    depend_on_outputs (graph, node, kind, text->element, line);
}

typedef struct
{
  Graph *graph;
  PalControl *control;
} Choices;

/* A choice list made of nodes of the record: their values and labels count too. */
static void
visit_choice_cb (PalFormNode *target, guint n_shared, gboolean is_weak, gpointer user_data)
{
  Choices *choices = user_data;
  PalExpr *parts[] = { choices->control->item_value, choices->control->item_label };

  add_dependent (target, choices->graph->slot, 0);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i] != NULL)
        {
          pal_form_visit_item_references (choices->graph->form, parts[i], target,
                                          visit_reference_cb, choices->graph);
        }
    }
}

static void
find_listed_below (Graph *graph, PalNode *element)
{
  const char *text = pal_node_peek_text (element);
  GPtrArray *exprs
      = text != NULL ? g_hash_table_lookup (graph->form->texts_with_outputs, text) : NULL;

  for (guint i = 0; exprs != NULL && i < exprs->len; i++)
    {
      if (!g_ptr_array_find (graph->listed, g_ptr_array_index (exprs, i), NULL))
        g_ptr_array_add (graph->listed, g_ptr_array_index (exprs, i));
    }
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT)
        find_listed_below (graph, child);
    }
}

/* What is filled into texts that lists name: "<itextId>specimen-1</itextId>". */
static GPtrArray *
find_listed_outputs (Graph *graph)
{
  GHashTableIter iter;
  gpointer instance;

  if (graph->listed != NULL)
    return graph->listed;
  graph->listed = g_ptr_array_new ();
  if (g_hash_table_size (graph->form->texts_with_outputs) == 0)
    return graph->listed;
  g_hash_table_iter_init (&iter, graph->form->instances);
  while (g_hash_table_iter_next (&iter, NULL, &instance))
    find_listed_below (graph, ((PalInstance *) instance)->root);
  return graph->listed;
}

static void
depend_on_itemset (Graph *graph, PalControl *control, PalFormNode *node)
{
  PalExpr *itemset = control->itemset;
  PalExprReference *unresolved = NULL;
  Choices choices = { graph, control };

  check_instances (graph, itemset, control->public.line);
  graph->slot = ensure_slot (graph, node, PAL_SLOT_CHOICES);
  pal_form_visit_references (graph->form, itemset, node, visit_reference_cb, graph, &unresolved);
  if (unresolved != NULL && unresolved->is_plain && unresolved->base == PAL_EXPR_BASE_ROOT)
    {
      g_autofree char *path = reference_to_string (unresolved);

      pal_form_reader_refuse (graph->reader, PAL_FORM_ERROR_REFERENCE, control->public.line,
                              "the choices come from %s, which is not in the primary instance",
                              path);
      return;
    }
  pal_form_visit_references (graph->form, itemset, node, visit_choice_cb, &choices, NULL);
  if (!control->label_is_itext)
    return;
  /* These are filled in for the record as a whole. */
  for (guint i = 0; i < find_listed_outputs (graph)->len; i++)
    pal_form_visit_references (graph->form, g_ptr_array_index (graph->listed, i), graph->form->root,
                               visit_reference_cb, graph, NULL);
}

static void
depend_on_control (Graph *graph, PalControl *control)
{
  PalFormNode *node = control->context;
  guint32 line = control->public.line;

  depend_on_text (graph, node, PAL_SLOT_LABEL, &control->label, line);
  depend_on_text (graph, node, PAL_SLOT_LABEL, &control->hint, line);
  if (control->public.node != NULL)
    {
      depend_on_text (graph, node, PAL_SLOT_LABEL, &pal_definition (node)->required_message, line);
      depend_on_text (graph, node, PAL_SLOT_LABEL, &pal_definition (node)->constraint_message,
                      line);
    }
  for (guint i = 0; control->items != NULL && i < control->items->len; i++)
    depend_on_text (graph, node, PAL_SLOT_CHOICES,
                    &((PalItem *) g_ptr_array_index (control->items, i))->label, line);
  if (control->itemset != NULL)
    depend_on_itemset (graph, control, node);
}

static void
settle_repeats (PalForm *form)
{
  for (guint i = 0; i < form->nodes->len; i++)
    {
      PalDefinition *self = pal_form_get_definition (form, i);
      PalDefinition *parent
          = self->public.parent != NULL ? pal_definition (self->public.parent) : NULL;

      if (parent != NULL)
        {
          self->repeat = parent->repeat;
          self->n_repeats = parent->n_repeats;
          self->is_multiple = self->is_multiple || parent->is_multiple;
        }
      if (self->public.is_repeat)
        {
          self->repeat = &self->public;
          self->n_repeats++;
          self->is_multiple = TRUE;
        }
    }
}

void
pal_form_build_graph (PalFormReader *reader)
{
  PalForm *form = reader->form;
  Graph graph = { .reader = reader, .form = form };
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));

  settle_repeats (form);
  collect_slots (reader);
  graph.edges = edges;
  graph.n_slots = form->slots->len;

  for (guint i = 0; i < graph.n_slots; i++)
    add_references (&graph, i);
  for (guint i = 0; i < form->nodes->len; i++)
    {
      PalDefinition *self = pal_form_get_definition (form, i);

      if (self->public.parent != NULL)
        add_edge (&graph, graph.n_slots + self->public.parent->index, graph.n_slots + i);
      if (self->slots[PAL_SLOT_RELEVANT] >= 0)
        add_edge (&graph, (guint) self->slots[PAL_SLOT_RELEVANT], graph.n_slots + i);
    }
  if (!sort_slots (&graph, order))
    return;

  /* These stand behind all the others, in any order. */
  for (guint i = 0; i < form->all_controls->len; i++)
    depend_on_control (&graph, g_ptr_array_index (form->all_controls, i));
  g_clear_pointer (&graph.listed, g_ptr_array_unref);
  for (guint i = 0; i < form->actions->len; i++)
    {
      PalAction *action = g_ptr_array_index (form->actions, i);

      if (action->value != NULL)
        check_instances (&graph, action->value, action->line);
    }
  for (guint i = graph.n_slots; i < form->slots->len; i++)
    g_array_append_val (order, i);
  apply_order (form, order);
}
