// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-trigger-question-row"
#include "config.h"

#include "pal-trigger-question-row.h"
#include "pal-option.h"

#include <glib/gi18n.h>

struct _PalTriggerQuestionRow
{
  PalQuestionRow parent_instance;

  GtkCheckButton *option;
};

G_DEFINE_FINAL_TYPE (PalTriggerQuestionRow, pal_trigger_question_row, PAL_TYPE_QUESTION_ROW)

static void
toggled_cb (GtkCheckButton *option, PalQuestionRow *row)
{
  /* "OK" is what ODK forms have for a trigger that was pulled. */
  pal_question_row_answer (row, gtk_check_button_get_active (option) ? "OK" : "");
}

static void
build (PalQuestionRow *row)
{
  PalTriggerQuestionRow *self = PAL_TRIGGER_QUESTION_ROW (row);

  /* TRANSLATORS: the answer to a statement that is to be confirmed */
  self->option = GTK_CHECK_BUTTON (pal_option_new ("OK", _ ("Confirmed"), FALSE));
  gtk_widget_set_halign (GTK_WIDGET (self->option), GTK_ALIGN_START);
  g_signal_connect (self->option, "toggled", G_CALLBACK (toggled_cb), row);
  pal_question_row_add (row, GTK_WIDGET (self->option));
  pal_question_row_set_field (row, GTK_WIDGET (self->option));
}

static void
refresh (PalQuestionRow *row)
{
  PalTriggerQuestionRow *self = PAL_TRIGGER_QUESTION_ROW (row);

  gtk_check_button_set_active (self->option, *pal_question_row_get_value (row) != '\0');
  gtk_widget_set_sensitive (GTK_WIDGET (self->option), !pal_question_row_is_readonly (row));
}

static void
pal_trigger_question_row_class_init (PalTriggerQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  row_class->build = build;
  row_class->refresh = refresh;
}

static void
pal_trigger_question_row_init (PalTriggerQuestionRow *self)
{
}
