// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-repeat-question-row"
#include "config.h"

#include "pal-repeat-question-row.h"

#include "pal-wrap.h"
#include "pal-ask.h"
#include "pal-question-list.h"
#include "pal-removed-row.h"

#include <glib/gi18n.h>

struct _PalRepeatQuestionRow
{
  PalQuestionRow parent_instance;

  GtkWidget *rows; /* a box of row widgets */
  GtkWidget *add;
};

G_DEFINE_FINAL_TYPE (PalRepeatQuestionRow, pal_repeat_question_row, PAL_TYPE_QUESTION_ROW)

#define NODE_KEY "pal-node"

static PalNode *
get_row_node (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), NODE_KEY);
}

static GtkWidget *
find_row (PalRepeatQuestionRow *self, PalNode *node)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->rows); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (get_row_node (child) == node)
      return child;

  return NULL;
}

static GPtrArray *
dup_nodes (PalQuestionRow *row)
{
  return pal_response_dup_rows (pal_question_row_get_response (row),
                                pal_question_row_get_control (row)->node,
                                pal_question_row_get_around (row));
}

/* --- adding and removing ------------------------------------------------------------------- */

static void
add_cb (GtkButton *button, PalQuestionRow *row)
{
  PalRepeatQuestionRow *self = PAL_REPEAT_QUESTION_ROW (row);
  g_autoptr (GError) error = NULL;
  PalNode *node = NULL;
  GtkWidget *widget = NULL;

  if (pal_question_row_is_readonly (row))
    return;
  node = pal_response_add_row (pal_question_row_get_response (row),
                               pal_question_row_get_control (row)->node,
                               pal_question_row_get_around (row), NULL, &error);

  if (node == NULL)
    {
      g_warning ("could not add a row: %s", error->message);
      return;
    }

  /* One adds a row to write into it. */
  widget = find_row (self, node);
  if (widget != NULL)
    gtk_widget_child_focus (gtk_widget_get_last_child (widget), GTK_DIR_TAB_FORWARD);
}

typedef struct
{
  PalRemovedRow *row;
  PalQuestionContext *context; /* (owned): the page on which it was */
} Removed;

static void
removed_free (gpointer data, GClosure *closure)
{
  Removed *removed = data;

  pal_removed_row_free (removed->row);
  g_object_unref (removed->context);
  g_free (removed);
}

/* The page may have been cleared while the toast was there. */
static void
undo_cb (AdwToast *toast, Removed *removed)
{
  if (pal_question_context_is_locked (removed->context))
    pal_question_context_refuse (removed->context);
  else
    pal_removed_row_restore (removed->row);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalQuestionRow *row = PAL_QUESTION_ROW (widget);
  PalResponse *response = pal_question_row_get_response (row);
  g_autoptr (GPtrArray) nodes = dup_nodes (row);
  guint index = g_variant_get_uint32 (parameter);
  g_autoptr (GError) error = NULL;
  PalRemovedRow *kept = NULL;
  Removed *removed = NULL;
  AdwToast *toast = NULL;

  if (index >= nodes->len || pal_question_row_is_readonly (row))
    return;

  kept = pal_removed_row_new (response, g_ptr_array_index (nodes, index),
                              index + 1 < nodes->len ? g_ptr_array_index (nodes, index + 1) : NULL);
  gtk_widget_grab_focus (PAL_REPEAT_QUESTION_ROW (row)->add);
  if (!pal_response_remove_row (response, g_ptr_array_index (nodes, index), &error))
    {
      g_warning ("could not remove a row: %s", error->message);
      pal_removed_row_free (kept);
      return;
    }

  removed = g_new0 (Removed, 1);
  removed->row = kept;
  removed->context = g_object_ref (pal_question_row_get_context (row));
  toast = adw_toast_new (_ ("Row removed"));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), removed, removed_free, 0);
  pal_toast (widget, toast);
}

/* --- rows ---------------------------------------------------------------------------------- */

static GtkWidget *
row_widget_new (PalRepeatQuestionRow *self, PalNode *node)
{
  PalQuestionRow *row = PAL_QUESTION_ROW (self);
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_label_set_xalign (GTK_LABEL (number), 0);
  gtk_widget_set_hexpand (number, TRUE);
  gtk_widget_add_css_class (number, "row-number");
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (remove, "circular");
  gtk_widget_set_tooltip_text (remove, _ ("Remove this row"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (remove), "u", 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (remove), "repeat.remove");
  gtk_box_append (GTK_BOX (header), number);
  gtk_box_append (GTK_BOX (header), remove);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box),
                  pal_question_list_new (pal_question_row_get_context (row),
                                         pal_question_row_get_control (row)->children, node, NULL,
                                         0, NULL));
  gtk_widget_add_css_class (box, "repeat-row");
  g_object_set_data (G_OBJECT (box), NODE_KEY, node);

  return box;
}

static void
number_row (PalRepeatQuestionRow *self, GtkWidget *widget, guint index, gboolean may_remove)
{
  const char *title = pal_question_row_get_title (PAL_QUESTION_ROW (self));
  GtkWidget *header = gtk_widget_get_first_child (widget);
  GtkWidget *remove = gtk_widget_get_last_child (header);
  g_autofree char *number = g_strdup_printf ("%u", index + 1);
  /* TRANSLATORS: name of the button that removes a row: its number, the title of the rows */
  g_autofree char *name = g_strdup_printf (_ ("Remove row %u: %s"), index + 1, title);
  /* TRANSLATORS: what a screen reader says of a row: the title of the rows, its number */
  g_autofree char *row_name = g_strdup_printf (C_ ("row", "%s, %u"), title, index + 1);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (header)), number);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (remove), "u", index);
  gtk_widget_set_visible (remove, may_remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, row_name,
                                  -1);
}

/* Rows that stay keep their widgets, and with them focus and undo. */
static void
refresh (PalQuestionRow *row)
{
  PalRepeatQuestionRow *self = PAL_REPEAT_QUESTION_ROW (row);
  PalFormNode *repeat = pal_question_row_get_control (row)->node;
  g_autoptr (GPtrArray) nodes = dup_nodes (row);
  gboolean may_change = !repeat->no_add_remove && repeat->count == NULL
                        && !pal_question_context_is_locked (pal_question_row_get_context (row));
  GtkWidget *child = gtk_widget_get_first_child (self->rows);
  GtkWidget *before = NULL;
  g_autofree char *name = NULL;

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (!g_ptr_array_find (nodes, get_row_node (child), NULL))
        {
          pal_question_list_let_go (child);
          gtk_box_remove (GTK_BOX (self->rows), child);
        }
      child = next;
    }
  for (guint i = 0; i < nodes->len; i++)
    {
      GtkWidget *widget = find_row (self, g_ptr_array_index (nodes, i));

      if (widget == NULL)
        {
          widget = row_widget_new (self, g_ptr_array_index (nodes, i));
          gtk_box_insert_child_after (GTK_BOX (self->rows), widget, before);
        }
      number_row (self, widget, i, may_change);
      before = widget;
    }

  gtk_widget_set_visible (self->rows, nodes->len > 0);
  gtk_widget_set_visible (self->add, may_change);
  /* TRANSLATORS: button below rows such as "Laws and provisions", adds one more */
  name = g_strdup_printf (_ ("Add to “%s”"), pal_question_row_get_title (row));
  gtk_button_set_label (GTK_BUTTON (self->add), name);
  pal_wrap_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->add))));
}

static void
build (PalQuestionRow *row)
{
  PalRepeatQuestionRow *self = PAL_REPEAT_QUESTION_ROW (row);

  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->add = gtk_button_new ();
  gtk_widget_set_halign (self->add, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->add, "add-row");
  g_signal_connect (self->add, "clicked", G_CALLBACK (add_cb), row);
  gtk_widget_add_css_class (GTK_WIDGET (row), "repeat");
  pal_question_row_add (row, self->rows);
  pal_question_row_add (row, self->add);
  pal_question_row_set_field (row, GTK_WIDGET (row));
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  PalRepeatQuestionRow *self = PAL_REPEAT_QUESTION_ROW (row);

  return gtk_widget_child_focus (self->rows, GTK_DIR_TAB_FORWARD)
         || gtk_widget_grab_focus (self->add);
}

static void
pal_repeat_question_row_class_init (PalRepeatQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  row_class->build = build;
  row_class->refresh = refresh;
  row_class->focus_answer = focus_answer;

  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "repeat.remove", "u", remove_action);
}

static void
pal_repeat_question_row_init (PalRepeatQuestionRow *self)
{
}
