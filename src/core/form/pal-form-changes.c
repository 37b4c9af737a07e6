// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-changes.h"
#include "pal-form-private.h"
#include "pal-outline.h"

#include <string.h>

/* What differs between two versions of a form, node by node. Nothing here looks at answers. */

static const char *const kind_words[] = {
  [PAL_FORM_CHANGE_UNCHANGED] = "unchanged", [PAL_FORM_CHANGE_CHANGED] = "changed",
  [PAL_FORM_CHANGE_RENAMED] = "renamed",     [PAL_FORM_CHANGE_REMOVED] = "removed",
  [PAL_FORM_CHANGE_ADDED] = "added",
};

/**
 * pal_form_change_kind_word:
 * @kind: a kind
 *
 * Returns: one English word for it, as the command line prints it
 */
const char *
pal_form_change_kind_word (PalFormChangeKind kind)
{
  return kind_words[kind];
}

/**
 * pal_form_difference_word:
 * @difference: one bit of #PalFormDifferences
 *
 * Returns: (nullable): one English word for it, as the command line prints it
 */
const char *
pal_form_difference_word (PalFormDifferences difference)
{
  switch (difference)
    {
    case PAL_FORM_DIFFERS_TYPE:
      return "type";
    case PAL_FORM_DIFFERS_CONTROL:
      return "control";
    case PAL_FORM_DIFFERS_LABEL:
      return "label";
    case PAL_FORM_DIFFERS_CHOICES_REMOVED:
      return "choices-removed";
    case PAL_FORM_DIFFERS_CHOICES_ADDED:
      return "choices-added";
    case PAL_FORM_DIFFERS_CHOICE_LABELS:
      return "choice-labels";
    case PAL_FORM_DIFFERS_CHOICE_FILTER:
      return "choice-filter";
    case PAL_FORM_DIFFERS_RELEVANT:
      return "relevant";
    case PAL_FORM_DIFFERS_REQUIRED:
      return "required";
    case PAL_FORM_DIFFERS_CONSTRAINT:
      return "constraint";
    case PAL_FORM_DIFFERS_CALCULATE:
      return "calculate";
    case PAL_FORM_DIFFERS_READONLY:
      return "readonly";
    case PAL_FORM_DIFFERS_COUNT:
      return "count";
    case PAL_FORM_DIFFERS_PLACE:
      return "place";
    }
  return NULL;
}

/**
 * pal_form_change_free:
 * @change: (transfer full): a change
 */
void
pal_form_change_free (PalFormChange *change)
{
  g_free (change->old_path);
  g_free (change->new_path);
  g_free (change->old_label);
  g_free (change->new_label);
  g_strfreev (change->choices_removed);
  g_strfreev (change->choices_added);
  g_free (change);
}

/* --- expressions
 *
 * The same expression may be written in other words when what it names was renamed. So each is
 * taken apart: its source with a mark for each path, and the nodes that it reads, by their present
 * names. */

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || strchr ("_-.:/@", c) != NULL || (c & 0x80) != 0;
}

static gboolean
is_operator (const char *word, gsize length)
{
  const char *const operators[] = { "and", "or", "div", "mod" };

  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    if (strlen (operators[i]) == length && strncmp (operators[i], word, length) == 0)
      return TRUE;
  return FALSE;
}

/* A name stays when it is a function, an operator, or goes on from a node that is not of the
 * record: after a bracket. */
static gsize
append_word (GString *skeleton, const char *word)
{
  gsize length = 1;
  gsize after;
  char before = skeleton->len > 0 ? skeleton->str[skeleton->len - 1] : '\0';

  while (word[length] != '\0' && is_name_char (word[length]))
    length++;
  after = length;
  while (g_ascii_isspace (word[after]))
    after++;
  if (word[after] == '(' || is_operator (word, length)
      || (*word == '/' && (before == ')' || before == ']')))
    {
      g_string_append_len (skeleton, word, length);
      return length;
    }
  g_string_append_c (skeleton, '#');
  return length;
}

static char *
dup_skeleton (const char *source)
{
  GString *skeleton = g_string_new (NULL);

  for (const char *p = source; *p != '\0';)
    {
      if (g_ascii_isspace (*p))
        p++;
      else if (*p == '\'' || *p == '"')
        {
          const char *end = strchr (p + 1, *p);
          gsize length = end != NULL ? (gsize) (end - p + 1) : strlen (p);

          g_string_append_len (skeleton, p, length);
          p += length;
        }
      else if (g_ascii_isalpha (*p) || strchr ("_/@", *p) != NULL || (*p & 0x80) != 0
               || (*p == '.' && !g_ascii_isdigit (p[1])))
        p += append_word (skeleton, p);
      else
        g_string_append_c (skeleton, *p++);
    }
  return g_string_free (skeleton, FALSE);
}

typedef struct
{
  PalForm *newer; /* (nullable): whose names count; NULL: the form's own */
  GString *text;
} References;

static void
reference_cb (PalFormNode *target, guint n_shared, gboolean is_weak, gpointer user_data)
{
  References *references = user_data;
  PalFormNode *now = references->newer != NULL
                         ? pal_form_find_successor (references->newer, target->path)
                         : target;

  g_string_append_printf (references->text, "\n%s", now != NULL ? now->path : target->path);
}

/* newer: (nullable): see References. The expression itself when it reads what cannot be told. */
static char *
dup_meaning (PalForm *form, PalExpr *expr, PalFormNode *context, PalForm *newer)
{
  g_autofree char *skeleton = dup_skeleton (pal_expr_get_source (expr));
  References references = { newer, g_string_new (skeleton) };

  if (!pal_form_visit_references (form, expr, context, reference_cb, &references, NULL))
    g_string_assign (references.text, pal_expr_get_source (expr));
  return g_string_free (references.text, FALSE);
}

typedef struct
{
  PalForm *older;
  PalForm *newer;
} Pair;

static gboolean
exprs_differ (const Pair *forms, PalExpr *old, PalFormNode *old_node, PalExpr *new,
              PalFormNode *new_node)
{
  g_autofree char *before = NULL;
  g_autofree char *now = NULL;

  if (old == NULL || new == NULL)
    return old != new;
  before = dup_meaning (forms->older, old, old_node, forms->newer);
  now = dup_meaning (forms->newer, new, new_node, NULL);
  return strcmp (before, now) != 0;
}

/* --- choices */

static char *
dup_item_text (PalForm *form, PalText *text, guint language)
{
  PalNode *element = NULL;
  g_autofree char *marked = NULL;

  if (text->itext_id != NULL)
    element = pal_form_find_itext (form, language, text->itext_id, NULL);
  if (element == NULL)
    element = text->element;
  if (element == NULL)
    return g_strdup (text->literal != NULL ? text->literal : "");
  marked = pal_form_fill (form, element, NULL, NULL);
  return pal_form_strip_markup (marked);
}

static char *
dup_list_label (PalForm *form, PalControl *control, PalNode *item, guint language)
{
  const char *name = control->item_label != NULL ? pal_expr_get_source (control->item_label) : NULL;
  PalNode *cell = name != NULL ? pal_node_find_child (item, name, NULL) : NULL;
  g_autofree char *text = cell != NULL ? pal_node_dup_text (cell) : g_strdup ("");
  PalNode *translated
      = control->label_is_itext ? pal_form_find_itext (form, language, text, NULL) : NULL;

  return translated != NULL ? pal_form_fill (form, translated, NULL, NULL)
                            : g_steal_pointer (&text);
}

/* value -> label, without the filter; (nullable): not a list of the form itself */
static GHashTable *
read_choices (PalForm *form, PalControl *control, guint language, GPtrArray *order)
{
  g_autoptr (GHashTable) choices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GPtrArray *references
      = control->itemset != NULL ? pal_expr_get_references (control->itemset) : NULL;
  PalInstance *instance = NULL;

  for (guint i = 0; control->items != NULL && i < control->items->len; i++)
    {
      PalItem *item = g_ptr_array_index (control->items, i);

      if (item->value != NULL
          && g_hash_table_insert (choices, g_strdup (item->value),
                                  dup_item_text (form, &item->label, language)))
        g_ptr_array_add (order, g_strdup (item->value));
    }
  if (control->itemset == NULL || control->item_value == NULL)
    return g_steal_pointer (&choices);

  for (guint i = 0; references != NULL && i < references->len && instance == NULL; i++)
    {
      PalExprReference *reference = g_ptr_array_index (references, i);

      if (reference->instance_id != NULL)
        instance = g_hash_table_lookup (form->instances, reference->instance_id);
    }
  if (instance == NULL || instance->root == NULL)
    return NULL;
  for (PalNode *item = instance->root->first_child; item != NULL; item = item->next)
    {
      PalNode *cell
          = item->kind == PAL_NODE_ELEMENT
                ? pal_node_find_child (item, pal_expr_get_source (control->item_value), NULL)
                : NULL;
      g_autofree char *value = cell != NULL ? pal_node_dup_text (cell) : NULL;

      if (value != NULL
          && g_hash_table_insert (choices, g_strdup (value),
                                  dup_list_label (form, control, item, language)))
        g_ptr_array_add (order, g_steal_pointer (&value));
    }
  return g_steal_pointer (&choices);
}

/* Those of one list that are not in the other: "value\tlabel". NULL when there are none. */
static GStrv
list_missing (GPtrArray *order, GHashTable *choices, GHashTable *others)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean any = FALSE;

  for (guint i = 0; i < order->len; i++)
    {
      const char *value = g_ptr_array_index (order, i);
      g_autofree char *line = NULL;

      if (g_hash_table_contains (others, value))
        continue;
      line = g_strconcat (value, "\t", (char *) g_hash_table_lookup (choices, value), NULL);
      g_strv_builder_add (builder, line);
      any = TRUE;
    }
  return any ? g_strv_builder_end (builder) : NULL;
}

static gboolean
has_choices (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_SELECT_ONE || control->kind == PAL_CONTROL_SELECT_MANY
         || control->kind == PAL_CONTROL_RANK;
}

static void
compare_choices (const Pair *forms, PalFormNode *old, PalFormNode *new, PalFormChange *change)
{
  PalControl *before = pal_control (old->control);
  PalControl *now = pal_control (new->control);
  g_autoptr (GPtrArray) old_order = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) new_order = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) old_choices = NULL;
  g_autoptr (GHashTable) new_choices = NULL;

  if (!has_choices (old->control) || !has_choices (new->control))
    return;
  if (exprs_differ (forms, before->itemset, old, now->itemset, new))
    change->differs |= PAL_FORM_DIFFERS_CHOICE_FILTER;
  old_choices = read_choices (forms->older, before, forms->older->default_language, old_order);
  new_choices = read_choices (forms->newer, now, forms->newer->default_language, new_order);
  if (old_choices == NULL || new_choices == NULL)
    return;

  change->choices_removed = list_missing (old_order, old_choices, new_choices);
  change->choices_added = list_missing (new_order, new_choices, old_choices);
  if (change->choices_removed != NULL)
    change->differs |= PAL_FORM_DIFFERS_CHOICES_REMOVED;
  if (change->choices_added != NULL)
    change->differs |= PAL_FORM_DIFFERS_CHOICES_ADDED;
  for (guint i = 0; i < old_order->len; i++)
    {
      const char *label = g_hash_table_lookup (new_choices, g_ptr_array_index (old_order, i));

      if (label != NULL
          && strcmp (label, g_hash_table_lookup (old_choices, g_ptr_array_index (old_order, i)))
                 != 0)
        change->differs |= PAL_FORM_DIFFERS_CHOICE_LABELS;
    }
}

/* --- nodes */

static gboolean
takes_answer (PalFormNode *node)
{
  PalFormControl *control = node != NULL ? node->control : NULL;

  return control != NULL && control->kind != PAL_CONTROL_GROUP
         && control->kind != PAL_CONTROL_REPEAT && pal_definition (node)->is_leaf
         && node->calculate == NULL && !pal_outline_is_note (control);
}

/* The repeats around both are the same ones, and both hold a value, or neither. */
static gboolean
can_carry (PalForm *newer, PalFormNode *old, PalFormNode *new)
{
  PalDefinition *before = pal_definition (old);
  PalDefinition *now = pal_definition (new);
  PalFormNode *old_repeat = before->repeat;
  PalFormNode *new_repeat = now->repeat;

  if (old->is_repeat != new->is_repeat || before->is_leaf != now->is_leaf
      || before->n_repeats != now->n_repeats)
    return FALSE;
  while (old_repeat != NULL && new_repeat != NULL)
    {
      if (pal_form_find_successor (newer, old_repeat->path) != new_repeat)
        return FALSE;
      old_repeat = old_repeat->parent != NULL ? pal_definition (old_repeat->parent)->repeat : NULL;
      new_repeat = new_repeat->parent != NULL ? pal_definition (new_repeat->parent)->repeat : NULL;
    }
  return old_repeat == new_repeat;
}

/**
 * pal_form_dup_node_label:
 * @self: a form
 * @node: a node of it
 * @language: (nullable): one of pal_form_get_languages(), %NULL for the default one
 *
 * Returns: (transfer full) (nullable): what the form calls the node: a repeat is called as the
 * group around it, which stands on the same node
 */
char *
pal_form_dup_node_label (PalForm *self, PalFormNode *node, const char *language)
{
  PalFormControl *control;
  char *label;

  g_return_val_if_fail (self != NULL && node != NULL, NULL);

  control = node->control;
  if (control == NULL)
    return NULL;
  label = pal_form_dup_text (self, control, PAL_TEXT_LABEL, language);
  if (label != NULL || control->kind != PAL_CONTROL_REPEAT || control->parent == NULL
      || control->parent->kind != PAL_CONTROL_GROUP
      || (control->parent->node != NULL && control->parent->node != node))
    return label;

  return pal_form_dup_text (self, control->parent, PAL_TEXT_LABEL, language);
}

static PalFormChange *
change_new (const Pair *forms, PalFormChangeKind kind, PalFormNode *old, PalFormNode *new)
{
  PalFormChange *change = g_new0 (PalFormChange, 1);

  change->kind = kind;
  change->is_question = takes_answer (old) || takes_answer (new);
  if (old != NULL)
    {
      change->old_path = g_strdup (old->path);
      change->old_label = pal_form_dup_node_label (forms->older, old, NULL);
    }
  if (new != NULL)
    {
      change->new_path = g_strdup (new->path);
      change->new_label = pal_form_dup_node_label (forms->newer, new, NULL);
    }
  return change;
}

static gboolean
texts_differ (const char *a, const char *b)
{
  return g_strcmp0 (a, b) != 0;
}

static const char *
type_name (PalFormNode *node)
{
  const char *name = node->type_name != NULL ? node->type_name : "string";

  return g_str_has_prefix (name, "xsd:") ? name + 4 : name;
}

static void
compare_nodes (const Pair *forms, PalFormNode *old, PalFormNode *new, PalFormChange *change)
{
  const struct
  {
    PalExpr *before;
    PalExpr *now;
    PalFormDifferences difference;
  } exprs[] = {
    { old->relevant, new->relevant, PAL_FORM_DIFFERS_RELEVANT },
    { old->required, new->required, PAL_FORM_DIFFERS_REQUIRED },
    { old->constraint, new->constraint, PAL_FORM_DIFFERS_CONSTRAINT },
    { old->calculate, new->calculate, PAL_FORM_DIFFERS_CALCULATE },
    { old->readonly, new->readonly, PAL_FORM_DIFFERS_READONLY },
    { old->count, new->count, PAL_FORM_DIFFERS_COUNT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (exprs); i++)
    if (exprs_differ (forms, exprs[i].before, old, exprs[i].now, new))
      change->differs |= exprs[i].difference;
  if (old->type != new->type || strcmp (type_name (old), type_name (new)) != 0)
    change->differs |= PAL_FORM_DIFFERS_TYPE;
  if (texts_differ (change->old_label, change->new_label))
    change->differs |= PAL_FORM_DIFFERS_LABEL;
  if ((old->control != NULL) != (new->control != NULL)
      || (old->control != NULL && old->control->kind != new->control->kind))
    change->differs |= PAL_FORM_DIFFERS_CONTROL;
  else if (old->control != NULL)
    compare_choices (forms, old, new, change);
}

static PalFormChange *
compare_one (const Pair *forms, PalFormNode *old, GHashTable *met)
{
  PalFormNode *new = pal_form_find_successor (forms->newer, old->path);
  PalFormChange *change;

  if (new == NULL || !can_carry (forms->newer, old, new))
    {
      change = change_new (forms, PAL_FORM_CHANGE_REMOVED, old, NULL);
      if (new != NULL)
        change->differs = PAL_FORM_DIFFERS_PLACE;
      return change;
    }
  g_hash_table_add (met, new);
  change = change_new (forms, PAL_FORM_CHANGE_UNCHANGED, old, new);
  compare_nodes (forms, old, new, change);
  if (strcmp (old->path, new->path) != 0)
    change->kind = PAL_FORM_CHANGE_RENAMED;
  else if (change->differs != 0)
    change->kind = PAL_FORM_CHANGE_CHANGED;
  return change;
}

/**
 * pal_form_compare:
 * @older: a form
 * @newer: another version of it
 *
 * Compares two forms by node: what stayed, what is asked otherwise, what is called otherwise by the
 * rename map of @newer, what is gone and what is new. A node that stands in other repeats than
 * before is gone and new, with %PAL_FORM_DIFFERS_PLACE: its answers cannot be carried over.
 * Expressions are compared by what they mean: one that names a renamed node has not changed.
 *
 * Any thread.
 *
 * Returns: (transfer container) (element-type PalFormChange): one for each node
 */
GPtrArray *
pal_form_compare (PalForm *older, PalForm *newer)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_form_change_free);
  g_autoptr (GHashTable) met = g_hash_table_new (NULL, NULL);
  const Pair forms = { older, newer };

  g_return_val_if_fail (older != NULL, changes);
  g_return_val_if_fail (newer != NULL, changes);

  for (guint i = 0; i < older->nodes->len; i++)
    g_ptr_array_add (changes, compare_one (&forms, g_ptr_array_index (older->nodes, i), met));
  for (guint i = 0; i < newer->nodes->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (newer->nodes, i);
      PalFormChange *change;

      if (g_hash_table_contains (met, node))
        continue;
      change = change_new (&forms, PAL_FORM_CHANGE_ADDED, NULL, node);
      if (pal_form_find_node (older, node->path) != NULL)
        change->differs = PAL_FORM_DIFFERS_PLACE;
      g_ptr_array_add (changes, change);
    }
  return changes;
}

/**
 * pal_form_count_changes:
 * @changes: (element-type PalFormChange): what pal_form_compare() found
 * @kind: which of them
 * @questions_only: leave out groups, notes and what is calculated
 *
 * Returns: how many there are
 */
guint
pal_form_count_changes (GPtrArray *changes, PalFormChangeKind kind, gboolean questions_only)
{
  guint n = 0;

  for (guint i = 0; i < changes->len; i++)
    {
      PalFormChange *change = g_ptr_array_index (changes, i);

      n += change->kind == kind && (change->is_question || !questions_only);
    }
  return n;
}

/* --- values */

/* The words of a value: one for a single choice, several otherwise. */
static GStrv
split_choice (PalFormControl *control, const char *value)
{
  const char *const one[] = { value, NULL };

  return control->kind == PAL_CONTROL_SELECT_ONE ? g_strdupv ((char **) one)
                                                 : g_strsplit_set (value, " \t\r\n", -1);
}

/**
 * pal_form_offers_value:
 * @self: a form
 * @node: a node of it
 * @value: a value, not empty
 *
 * Returns: whether all choices in @value are in the question's list, whatever filters it; %TRUE
 *   for a question without choices, and for a list that comes from outside
 */
gboolean
pal_form_offers_value (PalForm *self, PalFormNode *node, const char *value)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) choices = NULL;
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (self != NULL && node != NULL && value != NULL, TRUE);

  if (node->control == NULL || !has_choices (node->control))
    return TRUE;
  choices = read_choices (self, pal_control (node->control), self->default_language, order);
  if (choices == NULL || g_hash_table_size (choices) == 0)
    return TRUE;
  words = split_choice (node->control, value);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && !g_hash_table_contains (choices, words[i]))
      return FALSE;
  return TRUE;
}

/**
 * pal_form_dup_value_text:
 * @self: a form
 * @node: a node of it
 * @value: a value
 * @language: (nullable): one of pal_form_get_languages(), %NULL for the default one
 *
 * Returns: (transfer full): the value for a person to read: labels in place of choices
 */
char *
pal_form_dup_value_text (PalForm *self, PalFormNode *node, const char *value, const char *language)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) choices = NULL;
  g_auto (GStrv) words = NULL;
  GString *text;

  g_return_val_if_fail (self != NULL && node != NULL && value != NULL, NULL);

  if (node->control == NULL || !has_choices (node->control))
    return g_strdup (value);
  choices = read_choices (self, pal_control (node->control),
                          pal_form_find_language (self, language), order);
  if (choices == NULL)
    return g_strdup (value);
  words = split_choice (node->control, value);
  text = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *label = g_hash_table_lookup (choices, words[i]);

      if (*words[i] != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "",
                                label != NULL && *label != '\0' ? label : words[i]);
    }
  return g_string_free (text, FALSE);
}
