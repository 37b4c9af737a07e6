// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-card"
#include "config.h"

#include "pal-question-card.h"
#include "pal-question-list.h"
#include "pal-reference.h"
#include "pal-related.h"
#include "pal-heard-list.h"
#include "pal-row-types.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

struct _PalQuestionCard
{
  GtkWidget parent_instance;

  PalQuestionContext *context; /* (owned) (nullable) */
  PalOutlineCard *card;        /* (unowned): of the outline */
  PalQuestionSlot slot;        /* of the card's own group */
  gboolean watching;
  PalQuestionList *list;
  GtkWidget *heard; /* (nullable): made when there is something to show */

  GtkBox *box;
  GtkWidget *header;
  GtkLabel *number;
  GtkLabel *title;
  GtkLabel *reference;
  GtkLabel *chip;
};

G_DEFINE_FINAL_TYPE (PalQuestionCard, pal_question_card, GTK_TYPE_WIDGET)

/* --- words --------------------------------------------------------------------------------- */

static gboolean
has_group (PalQuestionCard *self)
{
  PalFormControl *control = self->card->control;

  return control->kind == PAL_CONTROL_GROUP && pal_row_type_unwrap (control) == control;
}

static char *
dup_title (PalQuestionCard *self)
{
  PalFormControl *control = self->card->control;

  /* The label of a group is the card's; that of a question or a repeat is its own. */
  if (!has_group (self))
    return NULL;

  return pal_response_dup_text (pal_question_context_get_response (self->context), control,
                                self->slot.node, PAL_TEXT_LABEL);
}

static void
refresh_chip (PalQuestionCard *self)
{
  static const struct
  {
    const char *obligation;
    const char *label;
    const char *tooltip;
  } chips[] = {
    /* TRANSLATORS: how strong a duty is, in the treaty's own terms */
    { "shall", NC_ ("duty", "Shall"), N_ ("The State must do this") },
    { "consider", NC_ ("duty", "Shall consider"), N_ ("The State must consider or try this") },
    { "may", NC_ ("duty", "May"), N_ ("The State is free to do this") },
  };

  gtk_widget_set_visible (GTK_WIDGET (self->chip), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    if (g_strcmp0 (self->card->obligation, chips[i].obligation) == 0)
      {
        gtk_label_set_text (self->chip, g_dpgettext2 (NULL, "duty", chips[i].label));
        gtk_widget_set_tooltip_text (GTK_WIDGET (self->chip), _ (chips[i].tooltip));
        gtk_widget_add_css_class (GTK_WIDGET (self->chip), chips[i].obligation);
        gtk_widget_set_visible (GTK_WIDGET (self->chip), TRUE);
      }
}

static void
refresh_header (PalQuestionCard *self)
{
  g_autofree char *title = dup_title (self);
  g_autofree char *number = g_strdup_printf ("%u", self->card->number);
  g_autofree char *reference = pal_reference_dup_text (self->card->ref);

  gtk_label_set_text (self->number, number);
  pal_wrap_set_text (self->title, title ? title : "");
  gtk_label_set_text (self->reference, reference ? reference : "");
  gtk_widget_set_visible (GTK_WIDGET (self->number), self->card->number > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->reference), reference != NULL);
  refresh_chip (self);
  gtk_widget_set_visible (self->header, title != NULL);
  if (self->list != NULL)
    pal_question_list_set_title (self->list, title);
  if (title != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                    -1);
}

/* --- questions ----------------------------------------------------------------------------- */

static void
build_list (PalQuestionCard *self)
{
  PalFormControl *control = self->card->control;
  g_autofree char *title = dup_title (self);
  g_autoptr (GPtrArray) own = NULL;
  GPtrArray *controls = control->children;
  PalFormControl *lead = self->card->status;

  if (!has_group (self))
    {
      own = g_ptr_array_new ();
      g_ptr_array_add (own, control);
      controls = own;
      lead = self->card->number > 0 ? control : NULL;
    }
  self->list = PAL_QUESTION_LIST (pal_question_list_new (
      self->context, controls, NULL, lead, title == NULL ? self->card->number : 0, title));
  gtk_box_append (self->box, GTK_WIDGET (self->list));
  if (self->card->number > 0 && self->card->link != NULL)
    gtk_box_append (self->box, pal_related_new (self->context, self->card));
  if (self->heard != NULL)
    gtk_box_reorder_child_after (self->box, self->heard,
                                 gtk_widget_get_last_child (GTK_WIDGET (self->box)));
}

static gboolean
is_heard_of (PalQuestionCard *self, GPtrArray *places)
{
  for (guint i = 0; i < places->len; i++)
    if (((const PalPointPlace *) g_ptr_array_index (places, i))->card == self->card)
      return TRUE;

  return FALSE;
}

/**
 * pal_question_card_show_heard:
 * @self: a card
 * @places: (element-type PalPointPlace): what was said about the page
 *
 * Shows what of it is about this card, below its questions.
 */
void
pal_question_card_show_heard (PalQuestionCard *self, GPtrArray *places)
{
  if (self->heard == NULL && !is_heard_of (self, places))
    return;

  if (self->heard == NULL)
    {
      self->heard = pal_heard_list_new (self->context, self->card->control);
      gtk_box_append (self->box, self->heard);
    }
  pal_heard_list_show (PAL_HEARD_LIST (self->heard), places, self->card);
}

/* The card of a group goes with its group; that of a single question with its question. */
static void
update_group (PalQuestionSlot *slot)
{
  PalQuestionCard *self = slot->owner;
  PalResponse *response = pal_question_context_get_response (self->context);
  gboolean relevant = pal_response_is_control_relevant (response, self->card->control, NULL);

  if (relevant && self->list == NULL)
    build_list (self);
  if (relevant)
    refresh_header (self);
  gtk_widget_set_visible (GTK_WIDGET (self), relevant);
}

static void
update_single (PalQuestionCard *self)
{
  PalFormControl *control = self->card->control;

  gtk_widget_set_visible (GTK_WIDGET (self),
                          pal_response_is_control_relevant (
                              pal_question_context_get_response (self->context), control, NULL));
}

static gboolean
guidance_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  PalQuestionCard *self = PAL_QUESTION_CARD (widget);
  PalQuestionRow *lead = self->list != NULL ? pal_question_list_get_lead (self->list) : NULL;

  return lead != NULL && pal_question_row_toggle_guidance (lead);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
pal_question_card_dispose (GObject *object)
{
  PalQuestionCard *self = PAL_QUESTION_CARD (object);

  if (self->watching)
    pal_question_context_unwatch (self->context, &self->slot);
  self->watching = FALSE;
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_QUESTION_CARD);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (pal_question_card_parent_class)->dispose (object);
}

static void
pal_question_card_class_init (PalQuestionCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_question_card_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/fill/pal-question-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PalQuestionCard, box);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionCard, header);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionCard, number);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionCard, title);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionCard, reference);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionCard, chip);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "question-card");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F1, 0, guidance_key_cb, NULL);
}

static void
pal_question_card_init (PalQuestionCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_question_card_new:
 * @context: of the page
 * @card: of the outline of the record's form
 *
 * Its questions are built when it is first relevant.
 *
 * Returns: (transfer floating): the card
 */
GtkWidget *
pal_question_card_new (PalQuestionContext *context, PalOutlineCard *card)
{
  PalQuestionCard *self = g_object_new (PAL_TYPE_QUESTION_CARD, NULL);

  self->context = g_object_ref (context);
  self->card = card;
  gtk_widget_add_css_class (GTK_WIDGET (self), card->number > 0 ? "card" : "plain");
  if (has_group (self))
    {
      self->slot.control = card->control;
      self->slot.update = update_group;
      self->slot.owner = self;
      if (card->control->node != NULL)
        self->slot.node = pal_response_find_definition (pal_question_context_get_response (context),
                                                        card->control->node, NULL);
      pal_question_context_watch (context, &self->slot);
      self->watching = TRUE;
      update_group (&self->slot);
      return GTK_WIDGET (self);
    }

  build_list (self);
  refresh_header (self);
  update_single (self);
  /* The list decides about its only row; the card is its frame and goes with it. */
  g_signal_connect_object (context, "update-ended", G_CALLBACK (update_single), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

PalOutlineCard *
pal_question_card_get_card (PalQuestionCard *self)
{
  return self->card;
}
