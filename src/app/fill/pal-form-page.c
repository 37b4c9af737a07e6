// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form-page"
#include "config.h"

#include "pal-form-page.h"
#include "pal-heard-list.h"
#include "pal-hidden.h"
#include "pal-question-card.h"
#include "pal-question-context.h"
#include "pal-question-row.h"
#include "pal-questions.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

/* Space above a question that is brought into view, pixels. */
#define MARGIN 32

struct _PalFormPage
{
  GtkWidget parent_instance;

  PalOutline *outline;         /* (owned) */
  PalOutlinePage *page;        /* (unowned): of @outline */
  PalQuestionContext *context; /* (owned) */
  PalHeard *heard;             /* (owned) (nullable): an article, which people speak about */
  GtkWidget *heard_list;       /* (nullable): about the page as a whole */
  GtkWidget *header;           /* (nullable) */
  GtkWidget *footer;           /* (nullable) */

  /* While cards change: what must stay where it is on the screen. */
  GtkWidget *anchor; /* (unowned) (nullable): a weak pointer, as its row of the record may go */
  double anchor_y;   /* pixels in @scrolled */
  gulong layout_handler;
  GdkFrameClock *clock; /* (owned) (nullable): that of @layout_handler */

  /* As soon as the page has its size. */
  guint tick;
  PalNode *wanted; /* (nullable) */
  double wanted_scroll;
  gboolean has_wanted_scroll;
  gboolean wants_first; /* the focus, on the first question */

  GtkScrolledWindow *scrolled;
  GtkBox *box;
  GtkLabel *title;
  GtkLabel *lead;
  GtkBox *cards;
  GtkWidget *hidden;
  GtkLabel *hidden_label;
};

G_DEFINE_FINAL_TYPE (PalFormPage, pal_form_page, GTK_TYPE_WIDGET)

/* --- staying in place ---------------------------------------------------------------------- */

static gboolean
get_y (PalFormPage *self, GtkWidget *widget, double *y)
{
  graphene_point_t point;

  if (!gtk_widget_compute_point (widget, GTK_WIDGET (self->scrolled), &GRAPHENE_POINT_INIT (0, 0),
                                 &point))
    return FALSE;
  *y = point.y;

  return TRUE;
}

static void
drop_anchor (PalFormPage *self)
{
  /* A clock whose window has gone has dropped its handlers already. */
  if (self->layout_handler != 0
      && g_signal_handler_is_connected (self->clock, self->layout_handler))
    g_signal_handler_disconnect (self->clock, self->layout_handler);
  self->layout_handler = 0;
  g_clear_object (&self->clock);
  g_clear_weak_pointer (&self->anchor);
}

/* In the layout phase of the frame all sizes are known and nothing is painted yet; GDK repeats the
 * phase, so that the correction is in the same picture. */
static void
layout_cb (GdkFrameClock *clock, PalFormPage *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  double y;

  if (self->anchor != NULL && get_y (self, self->anchor, &y) && y != self->anchor_y)
    gtk_adjustment_set_value (adjustment,
                              gtk_adjustment_get_value (adjustment) + y - self->anchor_y);
  drop_anchor (self);
}

static GtkWidget *
find_focus_row (PalFormPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    return NULL;

  return gtk_widget_get_ancestor (focus, PAL_TYPE_QUESTION_ROW);
}

static void
update_begins_cb (PalFormPage *self)
{
  GtkWidget *row = NULL;

  if (self->anchor != NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  row = find_focus_row (self);
  if (row != NULL && get_y (self, row, &self->anchor_y))
    g_set_weak_pointer (&self->anchor, row);
}

static void
update_ended_cb (PalFormPage *self)
{
  if (self->anchor == NULL || self->layout_handler != 0)
    return;

  self->clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (self->clock == NULL)
    {
      g_clear_weak_pointer (&self->anchor);
      return;
    }
  g_object_ref (self->clock);
  self->layout_handler
      = g_signal_connect_after (self->clock, "layout", G_CALLBACK (layout_cb), self);
  gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/* --- going to a question ------------------------------------------------------------------- */

static GtkWidget *
find_row (PalFormPage *self, PalNode *node)
{
  PalQuestionSlot *slot = pal_question_context_find (self->context, node);

  return slot != NULL && slot->row != NULL && gtk_widget_get_visible (slot->row) ? slot->row : NULL;
}

static void
scroll_to_row (PalFormPage *self, GtkWidget *row)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  double page = gtk_adjustment_get_page_size (adjustment);
  double value = gtk_adjustment_get_value (adjustment);
  double height = gtk_widget_get_height (row);
  double y;

  if (!get_y (self, row, &y))
    return;
  if (y >= MARGIN && y + height <= page - MARGIN)
    return;

  gtk_adjustment_set_value (adjustment, value + y - MIN (MARGIN * 3, page / 4));
}

static void
focus_node (PalFormPage *self, PalNode *node)
{
  GtkWidget *row = find_row (self, node);

  if (row == NULL)
    return;
  pal_question_row_focus_answer (PAL_QUESTION_ROW (row));
  scroll_to_row (self, row);
}

/* A page that was just built has no sizes yet: the second frame has them. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  PalFormPage *self = PAL_FORM_PAGE (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  if (gtk_widget_get_height (GTK_WIDGET (self->cards)) == 0)
    return G_SOURCE_CONTINUE;

  self->tick = 0;
  if (self->has_wanted_scroll)
    gtk_adjustment_set_value (adjustment, self->wanted_scroll);
  self->has_wanted_scroll = FALSE;
  if (self->wanted != NULL)
    focus_node (self, self->wanted);
  else if (self->wants_first)
    pal_form_page_focus_first (self);
  self->wanted = NULL;
  self->wants_first = FALSE;

  return G_SOURCE_REMOVE;
}

static void
when_sized (PalFormPage *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static gboolean
is_sized (PalFormPage *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self))
         && gtk_widget_get_height (GTK_WIDGET (self->cards)) > 0;
}

gboolean
pal_form_page_show_question (PalFormPage *self, PalNode *node)
{
  GtkWidget *row = NULL;

  g_return_val_if_fail (PAL_IS_FORM_PAGE (self), FALSE);

  row = find_row (self, node);
  if (row == NULL)
    return FALSE;

  if (is_sized (self))
    {
      focus_node (self, node);
      return TRUE;
    }
  self->wanted = node;
  when_sized (self);

  return TRUE;
}

/* The last question that stands above a widget. */
static PalNode *
find_question_above (PalFormPage *self, GtkWidget *widget)
{
  PalResponse *response = pal_question_context_get_response (self->context);
  g_autoptr (GPtrArray) questions = pal_questions_of_page (response, self->page);
  PalNode *above = NULL;
  double limit, y;

  if (!get_y (self, widget, &limit))
    return NULL;

  for (guint i = 0; i < questions->len; i++)
    {
      GtkWidget *row = find_row (self, g_ptr_array_index (questions, i));

      if (row != NULL && get_y (self, row, &y) && y < limit)
        above = g_ptr_array_index (questions, i);
    }

  return above;
}

PalNode *
pal_form_page_get_focus_question (PalFormPage *self)
{
  GtkWidget *row = find_focus_row (self);
  PalNode *node = row != NULL ? pal_question_row_get_node (PAL_QUESTION_ROW (row)) : NULL;

  /* In a repeat or a group the focus may stand on a button that answers nothing. */
  if (row != NULL && node == NULL)
    return find_question_above (self, gtk_root_get_focus (gtk_widget_get_root (row)));

  return node;
}

void
pal_form_page_focus_first (PalFormPage *self)
{
  g_return_if_fail (PAL_IS_FORM_PAGE (self));

  /* A text view that gets the focus before its width lays its text out for no width at all, and
   * keeps that height. */
  if (!is_sized (self))
    {
      self->wants_first = TRUE;
      when_sized (self);
      return;
    }
  /* From where the focus is, the stack may have brought it here, it would go on by one. */
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->cards)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_widget_child_focus (GTK_WIDGET (self->cards), GTK_DIR_TAB_FORWARD);
}

double
pal_form_page_get_scroll (PalFormPage *self)
{
  return gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scrolled));
}

void
pal_form_page_set_scroll (PalFormPage *self, double scroll)
{
  self->wanted_scroll = scroll;
  self->has_wanted_scroll = TRUE;
  when_sized (self);
}

/* --- what is not shown --------------------------------------------------------------------- */

static void
show_hidden (PalFormPage *self)
{
  guint n = pal_hidden_count (pal_question_context_get_response (self->context), self->page);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u question does not apply here. Why?", "%u questions do not apply here. Why?", n),
      n);

  if (g_strcmp0 (gtk_label_get_text (self->hidden_label), text) != 0)
    {
      gtk_label_set_text (self->hidden_label, text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->hidden), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      text, -1);
    }
  gtk_widget_set_visible (self->hidden, n > 0);
}

static void
explain_hidden_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalFormPage *self = PAL_FORM_PAGE (widget);

  pal_hidden_present (widget, self->context, self->page);
}

/* The view around knows the other pages; a page that stands alone has only its own questions. */
static void
go_to_cb (PalQuestionContext *context, const char *path, PalFormPage *self)
{
  PalNode *node = pal_response_find (pal_question_context_get_response (context), path);

  if (!gtk_widget_activate_action (GTK_WIDGET (self), "pages.go-to", "s", path) && node != NULL)
    pal_form_page_show_question (self, node);
}

/* --- what was heard in consultations ------------------------------------------------------------
 */

static void
show_heard (PalFormPage *self)
{
  PalRecord *record = pal_question_context_get_record (self->context);
  g_autoptr (GPtrArray) places
      = pal_heard_find (self->heard, pal_record_get_id (record), self->page);

  if (places == NULL || (places->len == 0 && self->heard_list == NULL))
    return;
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    if (PAL_IS_QUESTION_CARD (card))
      pal_question_card_show_heard (PAL_QUESTION_CARD (card), places);
  if (self->heard_list == NULL)
    {
      self->heard_list = pal_heard_list_new (self->context, NULL);
      gtk_box_insert_child_after (self->box, self->heard_list,
                                  gtk_widget_get_prev_sibling (GTK_WIDGET (self->cards)));
    }
  pal_heard_list_show (PAL_HEARD_LIST (self->heard_list), places, NULL);
}

/* People speak about articles, not about the general part. */
static void
follow_heard (PalFormPage *self)
{
  PalDossier *dossier = pal_record_get_dossier (pal_question_context_get_record (self->context));

  if (dossier == NULL || self->page->ref == NULL)
    return;
  self->heard = g_object_ref (pal_heard_of_dossier (dossier));
  g_signal_connect_object (self->heard, "changed", G_CALLBACK (show_heard), self,
                           G_CONNECT_SWAPPED);
  show_heard (self);
}

/* --- while it is locked -------------------------------------------------------------------- */

/* Whoever wants to write hears why not. What only shows something (guidance, history) goes on. */
static gboolean
is_answer (PalFormPage *self, GtkWidget *widget)
{
  GtkWidget *row = widget != NULL ? gtk_widget_get_ancestor (widget, PAL_TYPE_QUESTION_ROW) : NULL;
  GtkWidget *button = widget != NULL ? gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON) : NULL;

  return row != NULL && pal_question_row_get_node (PAL_QUESTION_ROW (row)) != NULL
         && (button == NULL || !gtk_widget_is_sensitive (button));
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, PalFormPage *self)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->cards), x, y, GTK_PICK_INSENSITIVE);

  if (pal_question_context_is_locked (self->context) && is_answer (self, picked)
      && !GTK_IS_LABEL (picked))
    pal_question_context_refuse (self->context);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                PalFormPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gunichar character = gdk_keyval_to_unicode (key);
  gboolean writes
      = (character >= 0x20 && character != 0x7f && (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) == 0)
        || key == GDK_KEY_BackSpace || key == GDK_KEY_Delete;

  if (writes && pal_question_context_is_locked (self->context)
      && is_answer (self, gtk_root_get_focus (root)))
    pal_question_context_refuse (self->context);

  return FALSE;
}

static void
add_controllers (PalFormPage *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->cards), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->cards), keys);
}

PalQuestionContext *
pal_form_page_get_context (PalFormPage *self)
{
  return self->context;
}

/* --- the page ------------------------------------------------------------------------------ */

static void
show_title (PalFormPage *self)
{
  PalResponse *response = pal_question_context_get_response (self->context);
  PalFormControl *control = self->page->control;
  g_autofree char *title = NULL;
  g_autofree char *hint = NULL;

  if (control != NULL)
    {
      title = pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL);
      hint = pal_response_dup_text (response, control, NULL, PAL_TEXT_HINT);
    }
  if (title == NULL)
    title = pal_form_dup_title (pal_response_get_form (response),
                                pal_response_get_language (response));
  pal_wrap_set_text (self->title, title);
  pal_wrap_set_text (self->lead, hint ? hint : "");
  gtk_widget_set_visible (GTK_WIDGET (self->lead), hint != NULL);
}

static void
pal_form_page_dispose (GObject *object)
{
  PalFormPage *self = PAL_FORM_PAGE (object);

  drop_anchor (self);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_FORM_PAGE);
  g_clear_object (&self->heard);
  g_clear_object (&self->context);
  g_clear_pointer (&self->outline, pal_outline_unref);

  G_OBJECT_CLASS (pal_form_page_parent_class)->dispose (object);
}

static void
pal_form_page_class_init (PalFormPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_form_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/fill/pal-form-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, scrolled);
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, box);
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, title);
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, lead);
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, cards);
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, hidden);
  gtk_widget_class_bind_template_child (widget_class, PalFormPage, hidden_label);
  gtk_widget_class_install_action (widget_class, "page.explain-hidden", NULL,
                                   explain_hidden_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pal_form_page_init (PalFormPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_controllers (self);
}

/**
 * pal_form_page_new:
 * @record: an open record
 * @outline: the outline of its form
 * @page: a page of @outline
 *
 * Builds a page with a card for each numbered question or group.
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_form_page_new (PalRecord *record, PalOutline *outline, PalOutlinePage *page)
{
  PalFormPage *self = g_object_new (PAL_TYPE_FORM_PAGE, NULL);

  self->outline = pal_outline_ref (outline);
  self->page = page;
  self->context = pal_question_context_new (record);
  show_title (self);
  for (guint i = 0; i < page->cards->len; i++)
    gtk_box_append (self->cards,
                    pal_question_card_new (self->context, g_ptr_array_index (page->cards, i)));
  g_signal_connect_object (self->context, "update-begins", G_CALLBACK (update_begins_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "update-ended", G_CALLBACK (update_ended_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  show_hidden (self);
  g_signal_connect_object (self->context, "update-ended", G_CALLBACK (show_hidden), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "go-to", G_CALLBACK (go_to_cb), self, 0);
  g_signal_connect_object (self->context, "language-changed", G_CALLBACK (show_title), self,
                           G_CONNECT_SWAPPED);
  follow_heard (self);

  return GTK_WIDGET (self);
}

PalOutlinePage *
pal_form_page_get_page (PalFormPage *self)
{
  return self->page;
}

void
pal_form_page_set_header (PalFormPage *self, GtkWidget *header)
{
  if (self->header != NULL)
    gtk_box_remove (self->box, self->header);
  self->header = header;
  if (header != NULL)
    gtk_box_insert_child_after (self->box, header, GTK_WIDGET (self->lead));
}

GtkWidget *
pal_form_page_get_header (PalFormPage *self)
{
  return self->header;
}

void
pal_form_page_set_footer (PalFormPage *self, GtkWidget *footer)
{
  if (self->footer != NULL)
    gtk_box_remove (self->box, self->footer);
  self->footer = footer;
  if (footer != NULL)
    gtk_box_append (self->box, footer);
}

GtkWidget *
pal_form_page_get_footer (PalFormPage *self)
{
  return self->footer;
}
