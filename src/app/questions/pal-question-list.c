// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-list"
#include "config.h"

#include "pal-question-list.h"
#include "pal-row-types.h"

struct _PalQuestionList
{
  GtkWidget parent_instance;

  PalQuestionContext *context; /* (owned) (nullable) */
  PalQuestionSlot *slots;      /* (owned) */
  guint n_slots;
  PalFormControl *lead; /* (unowned) (nullable) */
  guint number;
  char *title; /* (owned) (nullable) */
  gboolean built;
};

G_DEFINE_FINAL_TYPE (PalQuestionList, pal_question_list, GTK_TYPE_WIDGET)

static gboolean
is_relevant (PalQuestionList *self, PalQuestionSlot *slot)
{
  PalResponse *response = pal_question_context_get_response (self->context);

  if (slot->node != NULL)
    return pal_response_get_state (response, slot->node)->relevant;

  return pal_response_is_control_relevant (response, slot->control, slot->around);
}

static GtkWidget *
find_row_before (PalQuestionList *self, PalQuestionSlot *slot)
{
  for (PalQuestionSlot *s = slot; s > self->slots; s--)
    if (s[-1].row != NULL)
      return s[-1].row;

  return NULL;
}

static void
build_row (PalQuestionList *self, PalQuestionSlot *slot)
{
  PalQuestionRow *row
      = pal_row_type_create (self->context, slot->control, slot->node, slot->around);

  if (slot->control == self->lead)
    pal_question_row_set_lead (row, self->number, self->title);
  /* What comes while the person looks on fades in; it never takes the focus. */
  if (self->built)
    gtk_widget_add_css_class (GTK_WIDGET (row), "appearing");
  slot->row = GTK_WIDGET (row);
  gtk_widget_insert_after (slot->row, GTK_WIDGET (self), find_row_before (self, slot));
}

/* Hiding what has the focus throws the focus to the page; the question before it is nearer. */
static void
hide_row (PalQuestionList *self, PalQuestionSlot *slot)
{
  GtkRoot *root = gtk_widget_get_root (slot->row);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, slot->row))
    for (PalQuestionSlot *s = slot; s > self->slots; s--)
      if (s[-1].row != NULL && gtk_widget_get_visible (s[-1].row)
          && pal_question_row_focus_answer (PAL_QUESTION_ROW (s[-1].row)))
        break;
  gtk_widget_set_visible (slot->row, FALSE);
}

static void
update_slot (PalQuestionSlot *slot)
{
  PalQuestionList *self = slot->owner;
  gboolean relevant = is_relevant (self, slot);

  if (!relevant)
    {
      if (slot->row != NULL && gtk_widget_get_visible (slot->row))
        hide_row (self, slot);
      return;
    }

  if (slot->row == NULL)
    {
      build_row (self, slot);
      return;
    }
  pal_question_row_refresh (PAL_QUESTION_ROW (slot->row));
  gtk_widget_set_visible (slot->row, TRUE);
}

static PalNode *
find_node (PalQuestionList *self, PalFormControl *control, PalNode *around)
{
  if (control->node == NULL || control->kind == PAL_CONTROL_REPEAT)
    return NULL;

  return pal_response_find_definition (pal_question_context_get_response (self->context),
                                       control->node, around);
}

static void
let_go (PalQuestionList *self)
{
  for (guint i = 0; self->context != NULL && i < self->n_slots; i++)
    {
      pal_question_context_unwatch (self->context, &self->slots[i]);
      if (self->slots[i].row != NULL)
        pal_question_row_let_go (PAL_QUESTION_ROW (self->slots[i].row));
    }
}

/**
 * pal_question_list_let_go:
 * @widget: what shows something that is no more
 *
 * Says to all questions in @widget that their nodes go. A widget that has the focus lives on for a
 * moment after it was taken away.
 */
void
pal_question_list_let_go (GtkWidget *widget)
{
  if (PAL_IS_QUESTION_LIST (widget))
    let_go (PAL_QUESTION_LIST (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    pal_question_list_let_go (child);
}

static void
pal_question_list_dispose (GObject *object)
{
  PalQuestionList *self = PAL_QUESTION_LIST (object);
  GtkWidget *child = NULL;

  let_go (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (pal_question_list_parent_class)->dispose (object);
}

static void
pal_question_list_finalize (GObject *object)
{
  PalQuestionList *self = PAL_QUESTION_LIST (object);

  g_free (self->slots);
  g_free (self->title);

  G_OBJECT_CLASS (pal_question_list_parent_class)->finalize (object);
}

static void
pal_question_list_class_init (PalQuestionListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_question_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_question_list_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "questions");
}

static void
pal_question_list_init (PalQuestionList *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
pal_question_list_new (PalQuestionContext *context, GPtrArray *controls, PalNode *around,
                       PalFormControl *lead, guint number, const char *title)
{
  PalQuestionList *self = g_object_new (PAL_TYPE_QUESTION_LIST, NULL);

  self->context = g_object_ref (context);
  self->lead = lead != NULL ? pal_row_type_unwrap (lead) : NULL;
  self->number = number;
  self->title = g_strdup (title);
  self->n_slots = controls->len;
  self->slots = g_new0 (PalQuestionSlot, controls->len);
  for (guint i = 0; i < controls->len; i++)
    {
      PalQuestionSlot *slot = &self->slots[i];

      slot->control = pal_row_type_unwrap (g_ptr_array_index (controls, i));
      slot->around = around;
      slot->node = find_node (self, slot->control, around);
      slot->update = update_slot;
      slot->owner = self;
      pal_question_context_watch (context, slot);
      update_slot (slot);
    }
  self->built = TRUE;

  return GTK_WIDGET (self);
}

void
pal_question_list_set_title (PalQuestionList *self, const char *title)
{
  PalQuestionRow *lead = NULL;

  if (g_strcmp0 (self->title, title) == 0)
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  lead = pal_question_list_get_lead (self);
  if (lead != NULL)
    pal_question_row_set_lead (lead, self->number, title);
}

PalQuestionRow *
pal_question_list_get_lead (PalQuestionList *self)
{
  for (guint i = 0; i < self->n_slots; i++)
    if (self->slots[i].control == self->lead && self->slots[i].row != NULL)
      return PAL_QUESTION_ROW (self->slots[i].row);

  return NULL;
}
