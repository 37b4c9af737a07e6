// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-entry-question-row"
#include "config.h"

#include "pal-entry-question-row.h"
#include "pal-editable.h"
#include "pal-locale.h"

#include <glib/gi18n.h>

struct _PalEntryQuestionRow
{
  PalQuestionRow parent_instance;

  GtkEntry *entry;
};

G_DEFINE_FINAL_TYPE (PalEntryQuestionRow, pal_entry_question_row, PAL_TYPE_QUESTION_ROW)

static void
changed_cb (GtkEditable *entry, PalQuestionRow *row)
{
  pal_question_row_answer (row, gtk_editable_get_text (entry));
}

/* 1 234,5 and ٢٠ are what people type; they become 1234.5 and 20 when they go on. */
static void
focus_left_cb (GtkEventControllerFocus *controller, PalQuestionRow *row)
{
  g_autofree char *number = pal_locale_dup_plain_number (pal_question_row_get_value (row));

  if (number != NULL && !pal_question_row_is_readonly (row))
    pal_question_row_answer (row, number);
}

static void
take_numbers (PalEntryQuestionRow *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), focus);
}

/* A number is short, a name is not: the width says what is expected. */
static void
set_kind (PalEntryQuestionRow *self, PalFormControl *control)
{
  PalType type = control->node != NULL ? control->node->type : PAL_TYPE_STRING;
  GtkEditable *editable = GTK_EDITABLE (self->entry);

  switch (type)
    {
    case PAL_TYPE_INTEGER:
      take_numbers (self);
      gtk_entry_set_input_purpose (self->entry, GTK_INPUT_PURPOSE_DIGITS);
      gtk_editable_set_width_chars (editable, 12);
      gtk_widget_set_halign (GTK_WIDGET (self->entry), GTK_ALIGN_START);
      break;
    case PAL_TYPE_DECIMAL:
      take_numbers (self);
      gtk_entry_set_input_purpose (self->entry, GTK_INPUT_PURPOSE_NUMBER);
      gtk_editable_set_width_chars (editable, 12);
      gtk_widget_set_halign (GTK_WIDGET (self->entry), GTK_ALIGN_START);
      break;
    case PAL_TYPE_TIME:
      gtk_editable_set_width_chars (editable, 12);
      gtk_widget_set_halign (GTK_WIDGET (self->entry), GTK_ALIGN_START);
      /* TRANSLATORS: how a time is to be typed */
      gtk_entry_set_placeholder_text (self->entry, _ ("HH:MM"));
      break;
    case PAL_TYPE_DATE_TIME:
      /* TRANSLATORS: how a date with a time is to be typed */
      gtk_entry_set_placeholder_text (self->entry, _ ("YYYY-MM-DDTHH:MM"));
      break;
    case PAL_TYPE_STRING:
    case PAL_TYPE_BOOLEAN:
    case PAL_TYPE_DATE:
    case PAL_TYPE_BINARY:
    case PAL_TYPE_OTHER:
      break;
    }
  if (pal_form_control_has_appearance (control, "url"))
    gtk_entry_set_input_purpose (self->entry, GTK_INPUT_PURPOSE_URL);
}

static void
build (PalQuestionRow *row)
{
  PalEntryQuestionRow *self = PAL_ENTRY_QUESTION_ROW (row);

  self->entry = GTK_ENTRY (gtk_entry_new ());
  pal_editable_share_undo (GTK_EDITABLE (self->entry));
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 60);
  set_kind (self, pal_question_row_get_control (row));
  g_signal_connect (self->entry, "changed", G_CALLBACK (changed_cb), row);
  pal_question_row_add (row, GTK_WIDGET (self->entry));
  pal_question_row_set_field (row, GTK_WIDGET (self->entry));
}

static void
refresh (PalQuestionRow *row)
{
  PalEntryQuestionRow *self = PAL_ENTRY_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);

  pal_editable_show_text (GTK_EDITABLE (self->entry), value);
  gtk_editable_set_editable (GTK_EDITABLE (self->entry), !pal_question_row_is_readonly (row));
}

static void
pal_entry_question_row_class_init (PalEntryQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  row_class->build = build;
  row_class->refresh = refresh;
}

static void
pal_entry_question_row_init (PalEntryQuestionRow *self)
{
}
