// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-range-question-row"
#include "config.h"

#include "pal-range-question-row.h"
#include "pal-options.h"

#include <glib/gi18n.h>
#include <math.h>

/* A scale of so few steps is a row of toggles: no value without a choice, and no dragging. */
#define MAX_TOGGLES 11

struct _PalRangeQuestionRow
{
  PalQuestionRow parent_instance;

  GtkWidget *options; /* (nullable): the toggles */
  GtkRange *scale;    /* (nullable) */
  GtkLabel *value;    /* (nullable): beside the scale */
};

G_DEFINE_FINAL_TYPE (PalRangeQuestionRow, pal_range_question_row, PAL_TYPE_QUESTION_ROW)

static char *
dup_number (PalFormControl *control, double number)
{
  /* Whole numbers are written as such; others to the precision of the step. */
  if (control->range_step == floor (control->range_step)
      && control->range_start == floor (control->range_start))
    return g_strdup_printf ("%.0f", number);

  return pal_expr_number_to_string (round (number * 1e6) / 1e6);
}

static guint
count_steps (PalFormControl *control)
{
  double step = fabs (control->range_step);
  double width = fabs (control->range_end - control->range_start);

  return step > 0 && width / step < 1000 ? (guint) floor (width / step + 1e-9) + 1 : 1000;
}

static void
toggled_cb (GtkCheckButton *option, PalQuestionRow *row)
{
  if (gtk_check_button_get_active (option) && !pal_question_row_is_refreshing (row))
    pal_question_row_answer (row, pal_option_get_value (PAL_OPTION (option)));
}

static void
moved_cb (GtkRange *scale, PalQuestionRow *row)
{
  PalFormControl *control = pal_question_row_get_control (row);
  double step = fabs (control->range_step);
  double low = MIN (control->range_start, control->range_end);
  double number = gtk_range_get_value (scale);
  g_autofree char *text = NULL;

  if (step > 0)
    number = low + round ((number - low) / step) * step;
  text = dup_number (control, number);
  pal_question_row_answer (row, text);
}

static gboolean
clear_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  pal_question_row_answer (PAL_QUESTION_ROW (widget), "");

  return TRUE;
}

static void
build_toggles (PalRangeQuestionRow *self, PalFormControl *control)
{
  double step = control->range_end < control->range_start ? -fabs (control->range_step)
                                                          : fabs (control->range_step);
  GtkCheckButton *first = NULL;

  self->options = pal_options_new (GTK_ACCESSIBLE_ROLE_RADIO_GROUP);
  gtk_widget_add_css_class (self->options, "toggles");
  for (guint i = 0; i < count_steps (control); i++)
    {
      g_autofree char *text = dup_number (control, control->range_start + i * step);
      PalOption *option = pal_option_new (text, text, TRUE);

      if (first != NULL)
        gtk_check_button_set_group (GTK_CHECK_BUTTON (option), first);
      else
        first = GTK_CHECK_BUTTON (option);
      g_signal_connect (option, "toggled", G_CALLBACK (toggled_cb), self);
      gtk_widget_set_parent (GTK_WIDGET (option), self->options);
    }
}

static void
build_scale (PalRangeQuestionRow *self, PalFormControl *control)
{
  double low = MIN (control->range_start, control->range_end);
  double high = MAX (control->range_start, control->range_end);
  double step = control->range_step != 0 ? fabs (control->range_step) : 1;

  self->scale = GTK_RANGE (
      gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, low, MAX (high, low + step), step));
  self->value = GTK_LABEL (gtk_label_new (NULL));
  gtk_range_set_inverted (self->scale, control->range_end < control->range_start);
  gtk_widget_set_hexpand (GTK_WIDGET (self->scale), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->value), "numeric");
  g_signal_connect (self->scale, "value-changed", G_CALLBACK (moved_cb), self);
}

static void
build (PalQuestionRow *row)
{
  PalRangeQuestionRow *self = PAL_RANGE_QUESTION_ROW (row);
  PalFormControl *control = pal_question_row_get_control (row);
  GtkWidget *line = NULL;

  if (count_steps (control) <= MAX_TOGGLES)
    {
      build_toggles (self, control);
      pal_question_row_add (row, self->options);
      pal_question_row_set_field (row, self->options);
      return;
    }

  build_scale (self, control);
  line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->scale));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->value));
  pal_question_row_add (row, line);
  pal_question_row_set_field (row, GTK_WIDGET (self->scale));
}

static void
refresh (PalQuestionRow *row)
{
  PalRangeQuestionRow *self = PAL_RANGE_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);

  if (self->options != NULL)
    {
      for (GtkWidget *child = gtk_widget_get_first_child (self->options); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        gtk_check_button_set_active (GTK_CHECK_BUTTON (child),
                                     g_strcmp0 (pal_option_get_value (PAL_OPTION (child)), value)
                                         == 0);
      gtk_widget_set_sensitive (self->options, !pal_question_row_is_readonly (row));
      return;
    }

  gtk_label_set_text (self->value, *value != '\0' ? value : _ ("Not answered"));
  if (*value != '\0')
    gtk_range_set_value (self->scale, g_ascii_strtod (value, NULL));
  gtk_widget_set_sensitive (GTK_WIDGET (self->scale), !pal_question_row_is_readonly (row));
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  PalRangeQuestionRow *self = PAL_RANGE_QUESTION_ROW (row);

  return self->options != NULL && gtk_widget_child_focus (self->options, GTK_DIR_TAB_FORWARD);
}

static void
pal_range_question_row_class_init (PalRangeQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  row_class->build = build;
  row_class->refresh = refresh;
  row_class->focus_answer = focus_answer;

  gtk_widget_class_add_binding (widget_class, GDK_KEY_BackSpace, 0, clear_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, clear_key_cb, NULL);
}

static void
pal_range_question_row_init (PalRangeQuestionRow *self)
{
}
