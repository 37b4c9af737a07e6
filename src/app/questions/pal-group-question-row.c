// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-group-question-row"
#include "config.h"

#include "pal-group-question-row.h"
#include "pal-question-list.h"

struct _PalGroupQuestionRow
{
  PalQuestionRow parent_instance;
};

G_DEFINE_FINAL_TYPE (PalGroupQuestionRow, pal_group_question_row, PAL_TYPE_QUESTION_ROW)

static void
build (PalQuestionRow *row)
{
  GtkWidget *list = pal_question_list_new (pal_question_row_get_context (row),
                                           pal_question_row_get_control (row)->children,
                                           pal_question_row_get_around (row), NULL, 0, NULL);

  gtk_widget_add_css_class (GTK_WIDGET (row), "group");
  pal_question_row_add (row, list);
  pal_question_row_set_field (row, GTK_WIDGET (row));
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  return gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_FORWARD);
}

static void
pal_group_question_row_class_init (PalGroupQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  row_class->build = build;
  row_class->focus_answer = focus_answer;
}

static void
pal_group_question_row_init (PalGroupQuestionRow *self)
{
}
