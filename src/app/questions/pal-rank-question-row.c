// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-rank-question-row"
#include "config.h"

#include "pal-rank-question-row.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalRankQuestionRow
{
  PalQuestionRow parent_instance;

  GPtrArray *order; /* (owned) (nullable) (element-type PalChoice): as shown */
  GtkListBox *list;
  GtkWidget *keep; /* takes the order as it stands */
  GtkWidget *clear;
};

G_DEFINE_FINAL_TYPE (PalRankQuestionRow, pal_rank_question_row, PAL_TYPE_QUESTION_ROW)

static PalChoice *
steal_choice (GPtrArray *choices, const char *value)
{
  for (guint i = 0; i < choices->len; i++)
    if (g_strcmp0 (((PalChoice *) g_ptr_array_index (choices, i))->value, value) == 0)
      return g_ptr_array_steal_index (choices, i);

  return NULL;
}

/* What is ranked first, then what is not, as the form has it. */
static GPtrArray *
dup_order (PalQuestionRow *row)
{
  g_autoptr (GPtrArray) choices = pal_response_dup_choices (pal_question_row_get_response (row),
                                                            pal_question_row_get_control (row),
                                                            pal_question_row_get_node (row));
  g_auto (GStrv) ranked = g_strsplit_set (pal_question_row_get_value (row), " \t\n", -1);
  GPtrArray *order = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_choice_free);

  for (guint i = 0; ranked[i] != NULL; i++)
    {
      PalChoice *choice = *ranked[i] != '\0' ? steal_choice (choices, ranked[i]) : NULL;

      if (choice != NULL)
        g_ptr_array_add (order, choice);
    }
  g_ptr_array_extend_and_steal (order, g_steal_pointer (&choices));

  return order;
}

static void
answer_order (PalRankQuestionRow *self)
{
  g_autoptr (GString) value = g_string_new (NULL);

  for (guint i = 0; i < self->order->len; i++)
    g_string_append_printf (value, "%s%s", i > 0 ? " " : "",
                            ((PalChoice *) g_ptr_array_index (self->order, i))->value);
  pal_question_row_answer (PAL_QUESTION_ROW (self), value->str);
}

static void
move (PalRankQuestionRow *self, guint from, int step)
{
  guint to = from + step;
  GtkListBoxRow *target = NULL;
  gpointer choice = NULL;

  if (to >= self->order->len || pal_question_row_is_readonly (PAL_QUESTION_ROW (self)))
    return;

  choice = g_ptr_array_steal_index (self->order, from);
  g_ptr_array_insert (self->order, to, choice);
  answer_order (self);
  /* The focus travels with what was moved. */
  target = gtk_list_box_get_row_at_index (self->list, to);
  if (target != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (target));
}

static void
rank_move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  int index, step;

  g_variant_get (parameter, "(ii)", &index, &step);
  move (PAL_RANK_QUESTION_ROW (widget), index, step);
}

static gboolean
move_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  PalRankQuestionRow *self = PAL_RANK_QUESTION_ROW (widget);
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  if (!GTK_IS_LIST_BOX_ROW (focus))
    return FALSE;
  move (self, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (focus)),
        g_variant_get_int32 (arguments));

  return TRUE;
}

/* --- things in the order ------------------------------------------------------------------- */

static GtkWidget *
move_button_new (int step)
{
  GtkWidget *button
      = gtk_button_new_from_icon_name (step < 0 ? "go-up-symbolic" : "go-down-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button,
                               step < 0 ? _ ("Move up (Alt+Up)") : _ ("Move down (Alt+Down)"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ii)", 0, step);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "rank.move");

  return button;
}

static void
show_move_button (GtkWidget *button, int index, int step, const char *label, gboolean enabled)
{
  /* TRANSLATORS: names of the buttons that move a thing in an order */
  g_autofree char *name
      = g_strdup_printf (step < 0 ? _ ("Move up: %s") : _ ("Move down: %s"), label);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ii)", index, step);
  gtk_widget_set_sensitive (button, enabled);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
add_item (PalRankQuestionRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (number, "rank-number");
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), move_button_new (-1));
  gtk_box_append (GTK_BOX (box), move_button_new (1));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_append (self->list, row);
}

static void
show_item (PalRankQuestionRow *self, guint index, gboolean ranked, gboolean readonly)
{
  PalChoice *choice = g_ptr_array_index (self->order, index);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, index);
  GtkWidget *number = gtk_widget_get_first_child (gtk_list_box_row_get_child (row));
  GtkWidget *label = gtk_widget_get_next_sibling (number);
  GtkWidget *up = gtk_widget_get_next_sibling (label);
  g_autofree char *place = ranked ? g_strdup_printf ("%u", index + 1) : g_strdup ("–");
  g_autofree char *name = NULL;

  gtk_label_set_text (GTK_LABEL (number), place);
  gtk_label_set_text (GTK_LABEL (label), choice->label);
  show_move_button (up, index, -1, choice->label, index > 0 && !readonly);
  show_move_button (gtk_widget_get_next_sibling (up), index, 1, choice->label,
                    index + 1 < self->order->len && !readonly);
  /* TRANSLATORS: what a screen reader says of a thing in an order: its place, the thing */
  name = ranked ? g_strdup_printf (C_ ("rank", "%u, %s"), index + 1, choice->label)
                : g_strdup (choice->label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
keep_cb (GtkButton *button, PalRankQuestionRow *self)
{
  answer_order (self);
}

static void
clear_cb (GtkButton *button, PalQuestionRow *row)
{
  pal_question_row_answer (row, "");
}

static void
build (PalQuestionRow *row)
{
  PalRankQuestionRow *self = PAL_RANK_QUESTION_ROW (row);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "rank-list");
  self->keep = gtk_button_new_with_label (_ ("Take This Order"));
  g_signal_connect (self->keep, "clicked", G_CALLBACK (keep_cb), self);
  self->clear = gtk_button_new_with_label (_ ("Take the Order Back"));
  gtk_widget_add_css_class (self->clear, "flat");
  g_signal_connect (self->clear, "clicked", G_CALLBACK (clear_cb), self);
  gtk_box_append (GTK_BOX (buttons), self->keep);
  gtk_box_append (GTK_BOX (buttons), self->clear);
  pal_question_row_add (row, GTK_WIDGET (self->list));
  pal_question_row_add (row, buttons);
  pal_question_row_set_field (row, GTK_WIDGET (self->list));
}

static void
refresh (PalQuestionRow *row)
{
  PalRankQuestionRow *self = PAL_RANK_QUESTION_ROW (row);
  gboolean ranked = *pal_question_row_get_value (row) != '\0';
  gboolean readonly = pal_question_row_is_readonly (row);
  GtkListBoxRow *surplus = NULL;

  g_clear_pointer (&self->order, g_ptr_array_unref);
  self->order = dup_order (row);
  for (guint i = 0; i < self->order->len; i++)
    {
      if (gtk_list_box_get_row_at_index (self->list, i) == NULL)
        add_item (self);
      show_item (self, i, ranked, readonly);
    }
  while ((surplus = gtk_list_box_get_row_at_index (self->list, self->order->len)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (surplus));
  gtk_widget_set_visible (self->keep, !ranked && !readonly);
  gtk_widget_set_visible (self->clear, ranked && !readonly);
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  return gtk_widget_child_focus (GTK_WIDGET (PAL_RANK_QUESTION_ROW (row)->list),
                                 GTK_DIR_TAB_FORWARD);
}

static void
pal_rank_question_row_dispose (GObject *object)
{
  g_clear_pointer (&PAL_RANK_QUESTION_ROW (object)->order, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_rank_question_row_parent_class)->dispose (object);
}

static void
pal_rank_question_row_class_init (PalRankQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_rank_question_row_dispose;
  row_class->build = build;
  row_class->refresh = refresh;
  row_class->focus_answer = focus_answer;

  gtk_widget_class_install_action (widget_class, "rank.move", "(ii)", rank_move_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, move_key_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, move_key_cb, "i", 1);
}

static void
pal_rank_question_row_init (PalRankQuestionRow *self)
{
}
