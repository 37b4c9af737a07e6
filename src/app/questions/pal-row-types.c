// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-row-types"
#include "config.h"

#include "pal-row-types.h"
#include "pal-choice-question-row.h"
#include "pal-choices-question-row.h"
#include "pal-date-question-row.h"
#include "pal-entry-question-row.h"
#include "pal-group-question-row.h"
#include "pal-note-question-row.h"
#include "pal-outline.h"
#include "pal-range-question-row.h"
#include "pal-rank-question-row.h"
#include "pal-repeat-question-row.h"
#include "pal-text-question-row.h"
#include "pal-trigger-question-row.h"
#include "pal-upload-question-row.h"

static PalType
get_value_type (PalFormControl *control)
{
  return control->node != NULL ? control->node->type : PAL_TYPE_STRING;
}

static gboolean
is_group (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_GROUP;
}

static gboolean
is_repeat (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_REPEAT;
}

/* Text to be read, and results that nobody types. */
static gboolean
is_note (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_INPUT
         && (pal_outline_is_note (control)
             || (control->node != NULL && control->node->calculate != NULL));
}

static gboolean
is_choice (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_SELECT_ONE;
}

static gboolean
is_choices (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_SELECT_MANY;
}

static gboolean
is_rank (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_RANK;
}

static gboolean
is_range (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_RANGE;
}

static gboolean
is_upload (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_UPLOAD;
}

static gboolean
is_trigger (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_TRIGGER;
}

static gboolean
is_date (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_INPUT && get_value_type (control) == PAL_TYPE_DATE;
}

static gboolean
is_long_text (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_INPUT && get_value_type (control) == PAL_TYPE_STRING
         && pal_form_control_has_appearance (control, "multiline");
}

static gboolean
is_anything (PalFormControl *control)
{
  return TRUE;
}

const PalRowType pal_row_types[] = {
  { "group", is_group, pal_group_question_row_get_type },
  { "repeat", is_repeat, pal_repeat_question_row_get_type },
  { "note", is_note, pal_note_question_row_get_type },
  { "choice", is_choice, pal_choice_question_row_get_type },
  { "choices", is_choices, pal_choices_question_row_get_type },
  { "rank", is_rank, pal_rank_question_row_get_type },
  { "range", is_range, pal_range_question_row_get_type },
  { "upload", is_upload, pal_upload_question_row_get_type },
  { "trigger", is_trigger, pal_trigger_question_row_get_type },
  { "date", is_date, pal_date_question_row_get_type },
  { "text", is_long_text, pal_text_question_row_get_type },
  { "entry", is_anything, pal_entry_question_row_get_type },
};
const guint pal_n_row_types = G_N_ELEMENTS (pal_row_types);

PalFormControl *
pal_row_type_unwrap (PalFormControl *control)
{
  PalFormControl *inner = NULL;

  if (control->kind != PAL_CONTROL_GROUP || control->children->len != 1)
    return control;
  inner = g_ptr_array_index (control->children, 0);
  if (inner->kind != PAL_CONTROL_REPEAT || (control->node != NULL && control->node != inner->node))
    return control;

  return inner;
}

const PalRowType *
pal_row_type_find (PalFormControl *control)
{
  guint i = 0;

  while (i < pal_n_row_types - 1 && !pal_row_types[i].fits (control))
    i++;

  return &pal_row_types[i];
}

/**
 * pal_row_type_create:
 * @context: of the page
 * @control: a control of the form
 * @node: (nullable): its node in the record
 * @around: (nullable): the repeat row around it
 *
 * Returns: (transfer floating): the widget that shows it
 */
PalQuestionRow *
pal_row_type_create (PalQuestionContext *context, PalFormControl *control, PalNode *node,
                     PalNode *around)
{
  PalQuestionRow *row = g_object_new (pal_row_type_find (control)->get_type (), NULL);

  pal_question_row_construct (row, context, control, node, around);

  return row;
}
