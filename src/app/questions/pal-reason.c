// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-reason"
#include "config.h"

#include "pal-reason.h"

#include <glib/gi18n.h>
#include <string.h>

/* What is told of one verdict; a person needs the answer to change, not a list. */
#define MAX_ITEMS 8
/* Characters of a question or an answer within a sentence. */
#define MAX_TITLE 140
#define MAX_ANSWER 60
/* From what is hidden to what hides it, and from a sum to what is summed. */
#define MAX_DEPTH 6

typedef struct
{
  PalResponse *response;
  PalRuleKind kind;
  gboolean wants_change; /* the verdict is "no": say what it would take */
  GPtrArray *items;      /* (element-type PalReasonItem) */
  GHashTable *told;      /* (element-type utf8): paths */
} Telling;

static void
item_free (gpointer data)
{
  PalReasonItem *item = data;

  g_free (item->text);
  g_free (item->path);
  g_free (item->title);
  g_free (item);
}

static PalReason *
reason_new (const char *question)
{
  PalReason *self = g_new0 (PalReason, 1);

  self->question = g_strdup (question);
  self->items = g_ptr_array_new_with_free_func (item_free);

  return self;
}

void
pal_reason_free (PalReason *self)
{
  g_free (self->question);
  g_free (self->answer);
  g_ptr_array_unref (self->items);
  g_free (self->details);
  g_free (self);
}

gboolean
pal_reason_is_same (PalReason *a, PalReason *b)
{
  if (a->items->len != b->items->len || g_strcmp0 (a->answer, b->answer) != 0)
    return FALSE;

  for (guint i = 0; i < a->items->len; i++)
    {
      PalReasonItem *one = g_ptr_array_index (a->items, i);
      PalReasonItem *two = g_ptr_array_index (b->items, i);

      if (g_strcmp0 (one->text, two->text) != 0 || g_strcmp0 (one->path, two->path) != 0)
        return FALSE;
    }

  return TRUE;
}

/* --- words --------------------------------------------------------------------------------- */

static char *
dup_cut (const char *text, glong length)
{
  g_autofree char *cut = NULL;

  if (g_utf8_strlen (text, -1) <= length)
    return g_strdup (text);

  cut = g_utf8_substring (text, 0, length - 1);

  return g_strdup_printf ("%s…", g_strchomp (cut));
}

static char *
dup_answer (PalFact *fact)
{
  return dup_cut (fact->value_label != NULL ? fact->value_label : fact->value, MAX_ANSWER);
}

static PalExprComparison
turn (PalExprComparison comparison)
{
  switch (comparison)
    {
    case PAL_EXPR_EQUAL:
      return PAL_EXPR_NOT_EQUAL;
    case PAL_EXPR_NOT_EQUAL:
      return PAL_EXPR_EQUAL;
    case PAL_EXPR_LESS:
      return PAL_EXPR_GREATER_EQUAL;
    case PAL_EXPR_LESS_EQUAL:
      return PAL_EXPR_GREATER;
    case PAL_EXPR_GREATER:
      return PAL_EXPR_LESS_EQUAL;
    case PAL_EXPR_GREATER_EQUAL:
      return PAL_EXPR_LESS;
    }

  return comparison;
}

/* What a condition asks of its only answer; NULL when that takes more than a few words. */
static char *
dup_wanted (PalTerm *term, gboolean negated)
{
  const char *literal = term->literal_label != NULL ? term->literal_label : term->literal;
  PalExprComparison comparison
      = term->kind == PAL_EXPR_PART_SELECTED ? PAL_EXPR_EQUAL : term->comparison;
  g_autofree char *cut = NULL;

  if (!term->is_plain)
    return NULL;
  cut = dup_cut (literal, MAX_ANSWER);
  if (negated)
    comparison = turn (comparison);

  switch (comparison)
    {
    case PAL_EXPR_EQUAL:
      /* TRANSLATORS: these say what the answer to a question would have to be; they stand in
       * "Needed here: %s.". An answer in quotation marks. */
      return *cut != '\0' ? g_strdup_printf (C_ ("needed", "“%s”"), cut)
                          : g_strdup (C_ ("needed", "no answer"));
    case PAL_EXPR_NOT_EQUAL:
      return *cut != '\0' ? g_strdup_printf (C_ ("needed", "another answer than “%s”"), cut)
                          : g_strdup (C_ ("needed", "an answer"));
    case PAL_EXPR_LESS:
      return g_strdup_printf (C_ ("needed", "less than %s"), cut);
    case PAL_EXPR_LESS_EQUAL:
      return g_strdup_printf (C_ ("needed", "at most %s"), cut);
    case PAL_EXPR_GREATER:
      return g_strdup_printf (C_ ("needed", "more than %s"), cut);
    case PAL_EXPR_GREATER_EQUAL:
      return g_strdup_printf (C_ ("needed", "at least %s"), cut);
    }

  return NULL;
}

/* wanted: (nullable): what it would take */
static char *
dup_sentence (PalFact *fact, const char *wanted)
{
  g_autofree char *title = fact->label != NULL ? dup_cut (fact->label, MAX_TITLE) : NULL;
  g_autofree char *answer = dup_answer (fact);

  if (fact->definition->is_repeat && title != NULL)
    return g_strdup_printf (ngettext ("“%s” has %u row.", "“%s” has %u rows.", fact->n_rows), title,
                            fact->n_rows);
  if (title == NULL)
    return *answer != '\0'
               ? g_strdup_printf (_ ("The form works out “%s” from other answers."), answer)
               : g_strdup (_ ("The form works nothing out from other answers yet."));
  if (fact->node == NULL)
    return g_strdup_printf (_ ("“%s”: there is no such row yet."), title);
  if (!fact->is_relevant)
    return g_strdup_printf (_ ("“%s” does not apply either."), title);
  if (*answer == '\0' && wanted != NULL)
    /* TRANSLATORS: a question, and what its answer would have to be: “Yes”, more than 3, ... */
    return g_strdup_printf (_ ("“%s” has no answer yet. Needed here: %s."), title, wanted);
  if (*answer == '\0')
    return g_strdup_printf (_ ("“%s” has no answer yet."), title);
  if (wanted != NULL)
    /* TRANSLATORS: a question, its answer, and what the answer would have to be */
    return g_strdup_printf (_ ("“%s” is answered “%s”. Needed here: %s."), title, answer, wanted);

  return g_strdup_printf (_ ("“%s” is answered “%s”."), title, answer);
}

/* --- what decides -------------------------------------------------------------------------- */

/* The same answer may be asked for in several ways: "yes" or "part". */
static void
collect_wanted (PalTerm *term, PalFact *fact, gboolean negated, GPtrArray *wanted)
{
  PalFact *own = term->facts->len == 1 ? g_ptr_array_index (term->facts, 0) : NULL;
  gboolean flips = term->kind == PAL_EXPR_PART_NOT;

  if (!term->decides)
    return;
  if (own != NULL && own->definition == fact->definition && own->node == fact->node)
    {
      char *words = dup_wanted (term, negated);

      if (words != NULL)
        g_ptr_array_add (wanted, words);
    }
  for (guint i = 0; i < term->terms->len; i++)
    collect_wanted (g_ptr_array_index (term->terms, i), fact, negated != flips, wanted);
}

static gboolean
has_and (PalTerm *term)
{
  if (!term->decides)
    return FALSE;
  for (guint i = 0; i < term->terms->len; i++)
    if (has_and (g_ptr_array_index (term->terms, i)))
      return TRUE;

  return term->kind == PAL_EXPR_PART_AND || term->kind == PAL_EXPR_PART_IF;
}

static char *
dup_all_wanted (PalExplanation *explanation, PalRuleKind kind, PalFact *fact)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  char *words = NULL;

  for (guint i = 0; i < explanation->rules->len; i++)
    {
      PalRule *rule = g_ptr_array_index (explanation->rules, i);

      /* Alternatives read well; conditions upon conditions do not. */
      if (rule->kind == kind && rule->decides && !has_and (rule->term))
        collect_wanted (rule->term, fact, FALSE, wanted);
    }
  for (guint i = 0; i < wanted->len; i++)
    {
      char *so_far = words;

      words = so_far == NULL ? g_strdup (g_ptr_array_index (wanted, i))
                             /* TRANSLATORS: two answers, each of which would do */
                             : g_strdup_printf (C_ ("needed", "%s or %s"), so_far,
                                                (char *) g_ptr_array_index (wanted, i));
      g_free (so_far);
    }

  return words;
}

static void tell_deciding (Telling *telling, PalExplanation *explanation, PalRuleKind kind,
                           gboolean wants_change, guint depth);

static void
add_item (Telling *telling, PalFact *fact, const char *wanted)
{
  PalReasonItem *item = g_new0 (PalReasonItem, 1);

  item->text = dup_sentence (fact, wanted);
  if (fact->node != NULL && fact->is_relevant && fact->definition->control != NULL
      && fact->label != NULL && !fact->is_self)
    {
      item->path = g_strdup (fact->path);
      item->title = g_strdup (fact->label);
    }
  g_ptr_array_add (telling->items, item);
}

/* What is hidden was hidden by something, what is worked out was worked out from something: the
 * person can only change what stands at the end. */
static void
tell_behind (Telling *telling, PalFact *fact, guint depth)
{
  gboolean hidden = !fact->is_relevant;
  gboolean calculated = fact->definition->calculate != NULL;
  g_autoptr (PalExplanation) behind = NULL;

  if (fact->node == NULL || fact->definition->is_repeat || (!hidden && !calculated)
      || depth >= MAX_DEPTH)
    return;

  behind = pal_response_explain (telling->response, fact->node);
  tell_deciding (telling, behind, hidden ? PAL_RULE_RELEVANT : PAL_RULE_CALCULATE, hidden,
                 depth + 1);
}

static void
tell_deciding (Telling *telling, PalExplanation *explanation, PalRuleKind kind,
               gboolean wants_change, guint depth)
{
  g_autoptr (GPtrArray) facts = pal_explanation_dup_deciding (explanation, kind);

  for (guint i = 0; i < facts->len && telling->items->len < MAX_ITEMS; i++)
    {
      PalFact *fact = g_ptr_array_index (facts, i);
      g_autofree char *wanted = NULL;

      if (!g_hash_table_add (telling->told, g_strdup (fact->path)))
        continue;
      if (wants_change)
        wanted = dup_all_wanted (explanation, kind, fact);
      add_item (telling, fact, wanted);
      tell_behind (telling, fact, depth);
    }
}

static char *
dup_details (PalExplanation *explanation, PalRuleKind kind)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < explanation->rules->len; i++)
    {
      PalRule *rule = g_ptr_array_index (explanation->rules, i);

      if (rule->kind == kind && rule->decides)
        g_string_append_printf (out, "%s%s\n%s", out->len > 0 ? "\n\n" : "", rule->path,
                                rule->source);
    }

  return g_string_free (out, out->len == 0);
}

/* --- reasons ------------------------------------------------------------------------------- */

static PalReason *
tell (PalResponse *response, PalExplanation *explanation, PalRuleKind kind, gboolean wants_change,
      const char *question)
{
  PalReason *reason = reason_new (question);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Telling telling = { response, kind, wants_change, reason->items, told };

  tell_deciding (&telling, explanation, kind, wants_change, 0);
  reason->details = dup_details (explanation, kind);

  return reason;
}

static PalReason *
tell_shown (PalResponse *response, PalExplanation *explanation)
{
  PalReason *reason
      = tell (response, explanation, PAL_RULE_RELEVANT, FALSE, _ ("Why is this shown?"));

  if (reason->items->len == 0)
    reason->answer = g_strdup (_ ("It is always asked."));

  return reason;
}

static PalReason *
tell_hidden (PalResponse *response, PalExplanation *explanation)
{
  PalReason *reason
      = tell (response, explanation, PAL_RULE_RELEVANT, TRUE, _ ("Why is this not shown?"));

  if (reason->items->len == 0)
    reason->answer = g_strdup (_ ("The form never asks this."));

  return reason;
}

static PalReason *
tell_required (PalResponse *response, PalExplanation *explanation)
{
  PalReason *reason
      = tell (response, explanation, PAL_RULE_REQUIRED, FALSE, _ ("Why must this be answered?"));

  reason->answer
      = g_strdup (reason->items->len > 0 ? _ ("These answers make it necessary:")
                                         : _ ("An answer is needed here in every case."));

  return reason;
}

static const char *
get_type_words (PalType type)
{
  switch (type)
    {
    case PAL_TYPE_INTEGER:
      return _ ("A whole number is expected here.");
    case PAL_TYPE_DECIMAL:
      return _ ("A number is expected here.");
    case PAL_TYPE_DATE:
      return _ ("A date is expected here, such as 2026-05-31.");
    case PAL_TYPE_TIME:
      return _ ("A time is expected here, such as 14:30.");
    case PAL_TYPE_DATE_TIME:
      return _ ("A date with a time is expected here.");
    case PAL_TYPE_STRING:
    case PAL_TYPE_BOOLEAN:
    case PAL_TYPE_BINARY:
    case PAL_TYPE_OTHER:
      break;
    }

  return _ ("This answer does not fit the question.");
}

static PalReason *
tell_wrong (PalResponse *response, PalExplanation *explanation)
{
  PalReason *reason
      = tell (response, explanation, PAL_RULE_CONSTRAINT, FALSE, _ ("What is wrong here?"));
  PalFact *subject = explanation->subject;

  if (!explanation->type_fits)
    reason->answer = g_strdup (get_type_words (subject->definition->type));
  else if (subject->definition->control != NULL)
    reason->answer = pal_response_dup_text (response, subject->definition->control, subject->node,
                                            PAL_TEXT_CONSTRAINT_MESSAGE);
  if (reason->answer == NULL)
    reason->answer = g_strdup (_ ("This answer does not fit the question."));

  return reason;
}

static PalReason *
tell_calculated (PalResponse *response, PalExplanation *explanation)
{
  PalReason *reason
      = tell (response, explanation, PAL_RULE_CALCULATE, FALSE, _ ("Where does this come from?"));

  reason->answer
      = g_strdup (reason->items->len > 0 ? _ ("The form works it out from these answers:")
                                         : _ ("The form fills this in by itself."));

  return reason;
}

static PalReason *
tell_locked (PalResponse *response, PalExplanation *explanation)
{
  PalReason *reason
      = tell (response, explanation, PAL_RULE_READONLY, FALSE, _ ("Why can this not be changed?"));

  if (reason->items->len == 0)
    reason->answer = g_strdup (_ ("The form shows it only to be read."));

  return reason;
}

static gboolean
has_rule (PalExplanation *explanation, PalRuleKind kind)
{
  for (guint i = 0; i < explanation->rules->len; i++)
    if (((PalRule *) g_ptr_array_index (explanation->rules, i))->kind == kind)
      return TRUE;

  return FALSE;
}

/* A repeat is asked for its rows together; what only arranges questions is as what is around it. */
static PalExplanation *
explain_control (PalResponse *response, PalFormControl *control, PalNode *around)
{
  PalNode *node = NULL;

  if (control->kind == PAL_CONTROL_REPEAT)
    return pal_response_explain_repeat (response, control->node, around);

  for (; control != NULL && node == NULL; control = control->parent)
    if (control->node != NULL)
      node = pal_response_find_definition (response, control->node, around);
  if (node == NULL)
    node = around != NULL ? around : pal_response_get_root (response);

  return pal_response_explain (response, node);
}

/**
 * pal_reasons_new:
 * @response: a response
 * @control: a control of its form
 * @around: (nullable): the row around it
 *
 * Returns: (transfer full) (element-type PalReason): what can be asked about @control and the
 *   answers, what needs something done first
 */
GPtrArray *
pal_reasons_new (PalResponse *response, PalFormControl *control, PalNode *around)
{
  g_autoptr (PalExplanation) explanation = explain_control (response, control, around);
  GPtrArray *reasons = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_reason_free);

  if (explanation == NULL)
    return reasons;
  if (!explanation->state.relevant)
    {
      g_ptr_array_add (reasons, tell_hidden (response, explanation));
      return reasons;
    }
  if (explanation->state.violation == PAL_VIOLATION_CONSTRAINT)
    g_ptr_array_add (reasons, tell_wrong (response, explanation));
  if (explanation->state.required)
    g_ptr_array_add (reasons, tell_required (response, explanation));
  if (explanation->is_calculated)
    g_ptr_array_add (reasons, tell_calculated (response, explanation));
  g_ptr_array_add (reasons, tell_shown (response, explanation));
  if (explanation->state.locked)
    g_ptr_array_add (reasons, tell_locked (response, explanation));
  if (has_rule (explanation, PAL_RULE_CHOICES))
    {
      PalReason *reason
          = tell (response, explanation, PAL_RULE_CHOICES, FALSE, _ ("Why are these the choices?"));

      reason->answer = g_strdup (_ ("They follow from these answers:"));
      g_ptr_array_add (reasons, reason);
    }

  return reasons;
}

/**
 * pal_reason_new_hidden:
 * @response: a response
 * @control: what is not shown
 * @around: (nullable): the row around it
 *
 * Returns: (transfer full) (nullable): why it is not shown
 */
PalReason *
pal_reason_new_hidden (PalResponse *response, PalFormControl *control, PalNode *around)
{
  g_autoptr (PalExplanation) explanation = explain_control (response, control, around);

  return explanation != NULL ? tell_hidden (response, explanation) : NULL;
}
