// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-choices-question-row"
#include "config.h"

#include "pal-choices-question-row.h"
#include "pal-options.h"

#include <string.h>

struct _PalChoicesQuestionRow
{
  PalQuestionRow parent_instance;

  GPtrArray *choices; /* (owned) (nullable) (element-type PalChoice): as shown */
  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (PalChoicesQuestionRow, pal_choices_question_row, PAL_TYPE_QUESTION_ROW)

/* Values in the order of the choices, so that the same answer is the same text. What was chosen
 * before and is no choice any more stays at the end: it is the person's to remove. */
static void
option_toggled_cb (GtkCheckButton *toggled, PalQuestionRow *row)
{
  PalChoicesQuestionRow *self = PAL_CHOICES_QUESTION_ROW (row);
  g_auto (GStrv) before = g_strsplit_set (pal_question_row_get_value (row), " \t\n", -1);
  g_autoptr (GString) value = g_string_new (NULL);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  if (pal_question_row_is_refreshing (row))
    return;

  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      const char *option = pal_option_get_value (PAL_OPTION (child));

      g_hash_table_add (known, (gpointer) option);
      if (gtk_check_button_get_active (GTK_CHECK_BUTTON (child)))
        g_string_append_printf (value, "%s%s", value->len > 0 ? " " : "", option);
    }
  for (guint i = 0; before[i] != NULL; i++)
    if (*before[i] != '\0' && !g_hash_table_contains (known, before[i]))
      g_string_append_printf (value, "%s%s", value->len > 0 ? " " : "", before[i]);
  pal_question_row_answer (row, value->str);
}

static void
show_choices (PalChoicesQuestionRow *self)
{
  PalQuestionRow *row = PAL_QUESTION_ROW (self);
  g_autoptr (GPtrArray) choices = pal_response_dup_choices (pal_question_row_get_response (row),
                                                            pal_question_row_get_control (row),
                                                            pal_question_row_get_node (row));

  if (self->choices != NULL && pal_options_are_same (self->choices, choices))
    return;

  pal_options_show (self->box, choices, G_CALLBACK (option_toggled_cb), self);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  self->choices = g_steal_pointer (&choices);
}

static void
build (PalQuestionRow *row)
{
  PalChoicesQuestionRow *self = PAL_CHOICES_QUESTION_ROW (row);

  self->box = pal_options_new (GTK_ACCESSIBLE_ROLE_GROUP);
  pal_question_row_add (row, self->box);
  pal_question_row_set_field (row, self->box);
}

static void
refresh (PalQuestionRow *row)
{
  PalChoicesQuestionRow *self = PAL_CHOICES_QUESTION_ROW (row);
  g_auto (GStrv) chosen = g_strsplit_set (pal_question_row_get_value (row), " \t\n", -1);

  show_choices (self);
  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_check_button_set_active (
        GTK_CHECK_BUTTON (child),
        g_strv_contains ((const char *const *) chosen, pal_option_get_value (PAL_OPTION (child))));
  gtk_widget_set_sensitive (self->box, !pal_question_row_is_readonly (row));
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  return gtk_widget_child_focus (PAL_CHOICES_QUESTION_ROW (row)->box, GTK_DIR_TAB_FORWARD);
}

static void
pal_choices_question_row_dispose (GObject *object)
{
  g_clear_pointer (&PAL_CHOICES_QUESTION_ROW (object)->choices, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_choices_question_row_parent_class)->dispose (object);
}

static void
pal_choices_question_row_class_init (PalChoicesQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_choices_question_row_dispose;
  row_class->build = build;
  row_class->refresh = refresh;
  row_class->focus_answer = focus_answer;
}

static void
pal_choices_question_row_init (PalChoicesQuestionRow *self)
{
}
