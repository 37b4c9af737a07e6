// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-note-question-row"
#include "config.h"

#include "pal-note-question-row.h"
#include "pal-wrap.h"

struct _PalNoteQuestionRow
{
  PalQuestionRow parent_instance;

  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (PalNoteQuestionRow, pal_note_question_row, PAL_TYPE_QUESTION_ROW)

static void
build (PalQuestionRow *row)
{
  PalNoteQuestionRow *self = PAL_NOTE_QUESTION_ROW (row);
  gboolean is_result = pal_question_row_get_control (row)->node != NULL
                       && pal_question_row_get_control (row)->node->calculate != NULL;

  self->text = GTK_LABEL (pal_wrap_label_new (is_result ? "result" : "note"));
  gtk_label_set_selectable (self->text, is_result);
  /* A result has a title and a value; a note is its own text. */
  if (!is_result)
    pal_question_row_hide_title (row);
  pal_question_row_add (row, GTK_WIDGET (self->text));
  if (is_result)
    pal_question_row_offer_why (row);
  if (is_result)
    pal_question_row_set_field (row, GTK_WIDGET (self->text));
}

static void
refresh (PalQuestionRow *row)
{
  PalNoteQuestionRow *self = PAL_NOTE_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);
  gboolean is_result = pal_question_row_get_control (row)->node->calculate != NULL;

  pal_wrap_set_text (self->text, is_result ? value : pal_question_row_get_title (row));
}

static void
pal_note_question_row_class_init (PalNoteQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  row_class->build = build;
  row_class->refresh = refresh;
}

static void
pal_note_question_row_init (PalNoteQuestionRow *self)
{
}
