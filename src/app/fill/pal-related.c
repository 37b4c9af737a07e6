// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-related"
#include "config.h"

#include "pal-related.h"

#include "pal-answer-words.h"
#include "pal-comments.h"
#include "pal-reference.h"
#include "pal-wrap.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalRelated
{
  GtkWidget parent_instance;

  PalQuestionContext *context; /* (owned) */
  PalOutlineCard *card;        /* (unowned): of the outline */
  GPtrArray *places;           /* (element-type Place) */
  const char *offered;         /* (nullable): ref of the card whose answer is offered */

  GtkWidget *box;
  GtkWidget *offer;
  GtkLabel *words;
  GtkWidget *take_over;
  GtkWidget *links;
};

G_DEFINE_FINAL_TYPE (PalRelated, pal_related, GTK_TYPE_WIDGET)

/* One of the places that the form names. */
typedef struct
{
  char *ref;
  PalOutlineCard *card; /* (nullable): where this form asks about it */
  gboolean is_same;     /* the card asks about nothing else, under another instrument */
  GtkWidget *widget;    /* (unowned) */
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->ref);
  g_free (place);
}

/* Also an article as a whole, which has many questions, may be a counterpart; its answer is none.
 */
static gboolean
is_same_matter (PalRelated *self, const char *ref, GPtrArray *cards)
{
  const PalOutlineCard *other = g_ptr_array_index (cards, 0);
  const char *own = self->card->ref;
  gsize instrument = strcspn (ref, ":") + 1;

  return cards->len == 1 && g_strcmp0 (other->ref, ref) == 0 && own != NULL
         && strncmp (own, ref, instrument) != 0 && other->status != NULL
         && self->card->status != NULL;
}

static PalNode *
find_status (PalRelated *self, const PalOutlineCard *card)
{
  return pal_response_find_definition (pal_question_context_get_response (self->context),
                                       card->status->node, NULL);
}

static gboolean
is_asked (PalRelated *self, const PalOutlineCard *card)
{
  return pal_response_is_control_relevant (pal_question_context_get_response (self->context),
                                           card->control, NULL);
}

/* --- the offer */

static gboolean
is_choice (PalRelated *self, PalNode *node, const char *value)
{
  g_autoptr (GPtrArray) choices = pal_response_dup_choices (
      pal_question_context_get_response (self->context), self->card->status, node);

  for (guint i = 0; i < choices->len; i++)
    if (strcmp (((PalChoice *) g_ptr_array_index (choices, i))->value, value) == 0)
      return TRUE;

  return FALSE;
}

/* (nullable): what was answered at a place, if it can be said here too. */
static const char *
get_answer (PalRelated *self, const Place *place)
{
  PalResponse *response = pal_question_context_get_response (self->context);
  PalNode *there = place->is_same ? find_status (self, place->card) : NULL;
  PalNode *here = find_status (self, self->card);
  const char *value;

  if (there == NULL || here == NULL || !is_asked (self, place->card))
    return NULL;
  value = pal_response_get_value (response, there);

  return *value != '\0' && is_choice (self, here, value) ? value : NULL;
}

static const Place *
find_offer (PalRelated *self)
{
  PalResponse *response = pal_question_context_get_response (self->context);
  PalNode *here = self->card->status != NULL ? find_status (self, self->card) : NULL;

  if (here == NULL || *pal_response_get_value (response, here) != '\0'
      || pal_question_context_is_locked (self->context))
    return NULL;
  for (guint i = 0; i < self->places->len; i++)
    if (get_answer (self, g_ptr_array_index (self->places, i)) != NULL)
      return g_ptr_array_index (self->places, i);

  return NULL;
}

static void
refresh_offer (PalRelated *self)
{
  PalResponse *response = pal_question_context_get_response (self->context);
  const Place *place = find_offer (self);
  g_autofree char *answer = NULL;
  g_autofree char *where = NULL;
  g_autofree char *words = NULL;

  self->offered = place != NULL ? place->ref : NULL;
  gtk_widget_set_visible (self->offer, place != NULL);
  if (place == NULL)
    return;

  answer = pal_answer_dup_words (response, place->card->status, find_status (self, place->card),
                                 get_answer (self, place));
  where = pal_reference_dup_full_text (place->ref);
  /* TRANSLATORS: an answer, and a place in a treaty: “Yes” was answered for Article 5 (1),
   * Smuggling of Migrants Protocol. */
  words = g_strdup_printf (_ ("“%1$s” was answered for %2$s."), answer, where);
  pal_wrap_set_text (self->words, words);
}

static void
commented_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!pal_comments_write_finish (PAL_COMMENTS (source), result, &error))
    g_warning ("no comment says where an answer comes from: %s", error->message);
}

/* The comment is open until somebody has looked: the check list of clearance shows it. */
static void
note_origin (PalRelated *self, const char *path, const char *ref)
{
  PalRecord *record = pal_question_context_get_record (self->context);
  g_autofree char *where = pal_reference_dup_full_text (ref);
  /* TRANSLATORS: a comment on an answer; %s: Article 5 (1), Smuggling of Migrants Protocol */
  g_autofree char *text = g_strdup_printf (_ ("To confirm: taken over from %s."), where);

  pal_comments_add_async (pal_comments_of_dossier (pal_record_get_dossier (record)),
                          pal_record_get_id (record), path, text, NULL, commented_cb, NULL);
}

static void
take_over_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalRelated *self = PAL_RELATED (widget);
  PalResponse *response = pal_question_context_get_response (self->context);
  const Place *place = find_offer (self);
  PalNode *here;
  g_autofree char *value = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  /* Not the one whose words are shown any more: they are shown anew. */
  if (place == NULL || g_strcmp0 (place->ref, self->offered) != 0)
    {
      refresh_offer (self);
      return;
    }
  here = find_status (self, self->card);
  value = g_strdup (get_answer (self, place));
  path = pal_response_dup_path (response, here);
  if (!pal_response_set_value (response, here, value, &error))
    {
      g_warning ("an answer cannot be taken over: %s", error->message);
      return;
    }
  note_origin (self, path, place->ref);
  gtk_widget_child_focus (gtk_widget_get_parent (widget), GTK_DIR_TAB_FORWARD);
}

/* --- the other places */

static void
go_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalRelated *self = PAL_RELATED (widget);
  const Place *place = g_ptr_array_index (self->places, g_variant_get_uint32 (parameter));
  PalResponse *response = pal_question_context_get_response (self->context);
  PalFormControl *control
      = place->card->status != NULL ? place->card->status : place->card->control;
  PalNode *node
      = control->node != NULL ? pal_response_find_definition (response, control->node, NULL) : NULL;
  g_autofree char *path = node != NULL ? pal_response_dup_path (response, node) : NULL;

  if (path != NULL)
    pal_question_context_go_to (self->context, path);
}

static GtkWidget *
link_new (const Place *place, guint index)
{
  g_autofree char *where = pal_reference_dup_full_text (place->ref);
  GtkWidget *label = pal_wrap_label_new ("caption");
  GtkWidget *button;

  pal_wrap_set_text (GTK_LABEL (label), where);
  if (place->card == NULL)
    {
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "related-place");
      return label;
    }
  button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "related-link");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, where,
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "related.go-to");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", index);

  return button;
}

static void
add_place (PalRelated *self, PalOutline *outline, const char *ref)
{
  g_autofree char *where = pal_reference_dup_full_text (ref);
  GPtrArray *cards = pal_outline_find_ref (outline, ref);
  Place *place;

  if (where == NULL)
    return;
  place = g_new0 (Place, 1);
  place->ref = g_strdup (ref);
  if (cards != NULL)
    {
      place->card = g_ptr_array_index (cards, 0);
      place->is_same = is_same_matter (self, ref, cards);
    }
  place->widget = link_new (place, self->places->len);
  gtk_widget_set_parent (place->widget, self->links);
  g_ptr_array_add (self->places, place);
}

/* A State that is no party is not asked there: then there is nowhere to go. */
static void
refresh (PalRelated *self)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = g_ptr_array_index (self->places, i);

      if (place->card != NULL)
        gtk_widget_set_visible (place->widget, is_asked (self, place->card));
    }
  refresh_offer (self);
}

/* --- the widget */

static void
pal_related_dispose (GObject *object)
{
  PalRelated *self = PAL_RELATED (object);
  GtkWidget *child;

  while (self->links != NULL && (child = gtk_widget_get_last_child (self->links)) != NULL)
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_RELATED);
  g_clear_object (&self->context);
  g_clear_pointer (&self->places, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_related_parent_class)->dispose (object);
}

static void
pal_related_class_init (PalRelatedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_related_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/fill/pal-related.ui");
  gtk_widget_class_bind_template_child (widget_class, PalRelated, box);
  gtk_widget_class_bind_template_child (widget_class, PalRelated, offer);
  gtk_widget_class_bind_template_child (widget_class, PalRelated, words);
  gtk_widget_class_bind_template_child (widget_class, PalRelated, take_over);
  gtk_widget_class_bind_template_child (widget_class, PalRelated, links);
  gtk_widget_class_install_action (widget_class, "related.take-over", NULL, take_over_action);
  gtk_widget_class_install_action (widget_class, "related.go-to", "u", go_to_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pal_related_init (PalRelated *self)
{
  self->places = g_ptr_array_new_with_free_func (place_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_wrap_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->take_over))));
  gtk_widget_set_layout_manager (self->links, pal_wrap_layout_new (6));
}

/**
 * pal_related_new:
 * @context: of the page
 * @card: of the outline of the record's form; it has links
 *
 * Returns: (transfer floating): what belongs below the card's questions
 */
GtkWidget *
pal_related_new (PalQuestionContext *context, PalOutlineCard *card)
{
  PalRelated *self = g_object_new (PAL_TYPE_RELATED, NULL);
  g_auto (GStrv) refs = NULL;

  g_return_val_if_fail (card->link != NULL, NULL);

  self->context = g_object_ref (context);
  self->card = card;
  refs = g_strsplit_set (card->link, " ", -1);
  for (guint i = 0; refs[i] != NULL; i++)
    add_place (self, card->page->part->outline, refs[i]);
  refresh (self);
  g_signal_connect_object (context, "update-ended", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (context, "language-changed", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
