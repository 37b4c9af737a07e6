// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-date-question-row"
#include "config.h"

#include "pal-date-question-row.h"
#include "pal-editable.h"
#include "pal-date.h"
#include "pal-language.h"

#include <glib/gi18n.h>

struct _PalDateQuestionRow
{
  PalQuestionRow parent_instance;

  GtkEntry *entry;
  GtkMenuButton *button;
  GtkPopover *popover;   /* (nullable): made when first opened */
  GtkCalendar *calendar; /* (nullable) */
  GtkLabel *words;       /* the date as people write it */
};

G_DEFINE_FINAL_TYPE (PalDateQuestionRow, pal_date_question_row, PAL_TYPE_QUESTION_ROW)

static void
changed_cb (GtkEditable *entry, PalQuestionRow *row)
{
  pal_question_row_answer (row, gtk_editable_get_text (entry));
}

/* 31.5.2024 is what people type; it becomes 2024-05-31 when they go on. */
static void
focus_left_cb (GtkEventControllerFocus *controller, PalQuestionRow *row)
{
  g_autofree char *date = pal_date_dup_canonical (pal_question_row_get_value (row));

  if (date != NULL)
    pal_question_row_answer (row, date);
}

static void
day_selected_cb (GtkCalendar *calendar, PalQuestionRow *row)
{
  PalDateQuestionRow *self = PAL_DATE_QUESTION_ROW (row);
  g_autoptr (GDateTime) day = gtk_calendar_get_date (calendar);
  g_autofree char *text = g_date_time_format (day, "%Y-%m-%d");

  pal_question_row_answer (row, text);
  pal_question_row_reveal_problem (row);
  gtk_popover_popdown (self->popover);
}

static void
create_popover (GtkMenuButton *button, gpointer user_data)
{
  PalDateQuestionRow *self = user_data;
  g_autofree char *date = pal_date_dup_canonical (pal_question_row_get_value (user_data));
  g_autoptr (GDateTime) day = NULL;

  if (self->popover == NULL)
    {
      self->popover = GTK_POPOVER (gtk_popover_new ());
      self->calendar = GTK_CALENDAR (gtk_calendar_new ());
      gtk_popover_set_child (self->popover, GTK_WIDGET (self->calendar));
      gtk_menu_button_set_popover (button, GTK_WIDGET (self->popover));
      g_signal_connect (self->calendar, "day-selected", G_CALLBACK (day_selected_cb), self);
    }

  day = date != NULL ? pal_date_parse (date) : g_date_time_new_now_local ();
  g_signal_handlers_block_by_func (self->calendar, day_selected_cb, self);
  gtk_calendar_select_day (self->calendar, day);
  g_signal_handlers_unblock_by_func (self->calendar, day_selected_cb, self);
}

static void
build (PalQuestionRow *row)
{
  PalDateQuestionRow *self = PAL_DATE_QUESTION_ROW (row);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 14);
  pal_editable_share_undo (GTK_EDITABLE (self->entry));
  /* TRANSLATORS: how a date is to be typed */
  gtk_entry_set_placeholder_text (self->entry, _ ("YYYY-MM-DD"));
  g_signal_connect (self->entry, "changed", G_CALLBACK (changed_cb), row);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_left_cb), row);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), focus);

  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->button, "x-office-calendar-symbolic");
  gtk_menu_button_set_create_popup_func (self->button, create_popover, self, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), _ ("Pick a day"));

  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
  gtk_label_set_wrap (self->words, TRUE);

  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->entry));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->button));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->words));
  pal_question_row_add (row, line);
  pal_question_row_set_field (row, GTK_WIDGET (self->entry));
}

static void
refresh (PalQuestionRow *row)
{
  PalDateQuestionRow *self = PAL_DATE_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);
  g_autoptr (GDateTime) day = pal_date_parse (value);
  g_autofree char *words = day != NULL ? pal_language_format_date (day) : g_strdup ("");
  g_autofree char *name = NULL;

  pal_editable_show_text (GTK_EDITABLE (self->entry), value);
  gtk_label_set_text (self->words, words);
  gtk_editable_set_editable (GTK_EDITABLE (self->entry), !pal_question_row_is_readonly (row));
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !pal_question_row_is_readonly (row));
  /* TRANSLATORS: name of the button that opens the calendar of a question */
  name = g_strdup_printf (_ ("Pick a day: %s"), pal_question_row_get_title (row));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
pal_date_question_row_class_init (PalDateQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  row_class->build = build;
  row_class->refresh = refresh;
}

static void
pal_date_question_row_init (PalDateQuestionRow *self)
{
}
