// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-choice-question-row"
#include "config.h"

#include "pal-choice-question-row.h"
#include "pal-drop-down.h"
#include "pal-options.h"

#include <glib/gi18n.h>

/* More than these are shown as a menu with a search. */
#define MAX_OPTIONS 12

struct _PalChoiceQuestionRow
{
  PalQuestionRow parent_instance;

  GPtrArray *choices; /* (owned) (nullable) (element-type PalChoice): as shown */
  GtkWidget *box;     /* radio group: the options, or the menu */
  GtkDropDown *menu;  /* (nullable) */
  GtkWidget *clear;
};

G_DEFINE_FINAL_TYPE (PalChoiceQuestionRow, pal_choice_question_row, PAL_TYPE_QUESTION_ROW)

static void
option_toggled_cb (GtkCheckButton *option, PalQuestionRow *row)
{
  if (gtk_check_button_get_active (option) && !pal_question_row_is_refreshing (row))
    pal_question_row_answer (row, pal_option_get_value (PAL_OPTION (option)));
}

static void
menu_selected_cb (GtkDropDown *menu, GParamSpec *pspec, PalQuestionRow *row)
{
  PalChoiceQuestionRow *self = PAL_CHOICE_QUESTION_ROW (row);
  guint selected = gtk_drop_down_get_selected (menu);
  PalChoice *choice = NULL;

  if (pal_question_row_is_refreshing (row))
    return;

  /* The first entry of the menu is "no answer". */
  if (selected > 0 && selected <= self->choices->len)
    choice = g_ptr_array_index (self->choices, selected - 1);
  pal_question_row_answer (row, choice != NULL ? choice->value : "");
}

static void
clear_cb (GtkButton *button, PalQuestionRow *row)
{
  PalChoiceQuestionRow *self = PAL_CHOICE_QUESTION_ROW (row);

  /* The button goes with the answer; the focus stays with the question. */
  gtk_widget_child_focus (self->box, GTK_DIR_TAB_FORWARD);
  pal_question_row_answer (row, "");
}

static gboolean
clear_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  pal_question_row_answer (PAL_QUESTION_ROW (widget), "");

  return TRUE;
}

static void
build_menu (PalChoiceQuestionRow *self)
{
  g_autoptr (GtkExpression) text
      = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  self->menu = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL));
  gtk_drop_down_set_expression (self->menu, text);
  gtk_drop_down_set_enable_search (self->menu, TRUE);
  pal_drop_down_let_shrink (self->menu);
  gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
  g_signal_connect (self->menu, "notify::selected", G_CALLBACK (menu_selected_cb), self);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), self->box);
}

static void
fill_menu (PalChoiceQuestionRow *self)
{
  GListModel *model = gtk_drop_down_get_model (self->menu);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  /* TRANSLATORS: first entry of a menu of answers: nothing is chosen */
  g_ptr_array_add (names, (gpointer) _ ("No answer"));
  for (guint i = 0; i < self->choices->len; i++)
    g_ptr_array_add (names, ((PalChoice *) g_ptr_array_index (self->choices, i))->label);
  g_ptr_array_add (names, NULL);
  gtk_string_list_splice (GTK_STRING_LIST (model), 0, g_list_model_get_n_items (model),
                          (const char *const *) names->pdata);
}

static void
show_choices (PalChoiceQuestionRow *self)
{
  PalQuestionRow *row = PAL_QUESTION_ROW (self);
  PalFormControl *control = pal_question_row_get_control (row);
  g_autoptr (GPtrArray) choices = pal_response_dup_choices (
      pal_question_row_get_response (row), control, pal_question_row_get_node (row));
  gboolean as_menu
      = choices->len > MAX_OPTIONS || pal_form_control_has_appearance (control, "minimal");

  if (self->choices != NULL && pal_options_are_same (self->choices, choices))
    return;

  g_clear_pointer (&self->choices, g_ptr_array_unref);
  self->choices = g_steal_pointer (&choices);
  if (as_menu != (self->menu != NULL))
    {
      pal_options_empty (self->box);
      self->menu = NULL;
    }
  if (as_menu && self->menu == NULL)
    build_menu (self);
  if (as_menu)
    fill_menu (self);
  else
    pal_options_show (self->box, self->choices, G_CALLBACK (option_toggled_cb), self);
  pal_question_row_set_field (row, as_menu ? GTK_WIDGET (self->menu) : self->box);
}

static void
show_value (PalChoiceQuestionRow *self, const char *value)
{
  guint selected = 0;

  if (self->menu != NULL)
    {
      for (guint i = 0; i < self->choices->len; i++)
        if (g_strcmp0 (((PalChoice *) g_ptr_array_index (self->choices, i))->value, value) == 0)
          selected = i + 1;
      gtk_drop_down_set_selected (self->menu, selected);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (child),
                                 g_strcmp0 (pal_option_get_value (PAL_OPTION (child)), value) == 0);
}

static void
build (PalQuestionRow *row)
{
  PalChoiceQuestionRow *self = PAL_CHOICE_QUESTION_ROW (row);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->box = pal_options_new (GTK_ACCESSIBLE_ROLE_RADIO_GROUP);
  gtk_widget_set_hexpand (self->box, TRUE);
  self->clear = gtk_button_new_from_icon_name ("edit-clear-symbolic");
  gtk_widget_add_css_class (self->clear, "flat");
  gtk_widget_add_css_class (self->clear, "circular");
  gtk_widget_add_css_class (self->clear, "clear-button");
  gtk_widget_set_valign (self->clear, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (self->clear, _ ("Take this answer back (Backspace)"));
  /* No stop of Tab for each question: Backspace does the same. */
  gtk_widget_set_can_focus (self->clear, FALSE);
  g_signal_connect (self->clear, "clicked", G_CALLBACK (clear_cb), row);
  gtk_box_append (GTK_BOX (line), self->box);
  gtk_box_append (GTK_BOX (line), self->clear);
  pal_question_row_add (row, line);
}

static void
refresh (PalQuestionRow *row)
{
  PalChoiceQuestionRow *self = PAL_CHOICE_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);
  gboolean readonly = pal_question_row_is_readonly (row);
  g_autofree char *name = NULL;

  show_choices (self);
  show_value (self, value);
  gtk_widget_set_sensitive (self->box, !readonly);
  gtk_widget_set_visible (self->clear, *value != '\0' && !readonly && self->menu == NULL);
  /* TRANSLATORS: name of the button that takes back the answer to a question */
  name = g_strdup_printf (_ ("Take back: %s"), pal_question_row_get_title (row));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  return gtk_widget_child_focus (PAL_CHOICE_QUESTION_ROW (row)->box, GTK_DIR_TAB_FORWARD);
}

static void
pal_choice_question_row_dispose (GObject *object)
{
  g_clear_pointer (&PAL_CHOICE_QUESTION_ROW (object)->choices, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_choice_question_row_parent_class)->dispose (object);
}

static void
pal_choice_question_row_class_init (PalChoiceQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_choice_question_row_dispose;
  row_class->build = build;
  row_class->refresh = refresh;
  row_class->focus_answer = focus_answer;

  gtk_widget_class_add_binding (widget_class, GDK_KEY_BackSpace, 0, clear_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, clear_key_cb, NULL);
}

static void
pal_choice_question_row_init (PalChoiceQuestionRow *self)
{
}
