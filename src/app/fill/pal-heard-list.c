// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-heard-list"
#include "config.h"

#include "pal-heard-list.h"

#include "pal-ask.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalHeardList
{
  GtkWidget parent_instance;

  PalQuestionContext *context; /* (owned) */
  PalFormControl *control;     /* (unowned) (nullable) */

  GtkBox *box;
  GtkToggleButton *toggle;
  GtkLabel *count;
  GtkRevealer *revealer;
  GtkBox *points;
};

G_DEFINE_FINAL_TYPE (PalHeardList, pal_heard_list, GTK_TYPE_WIDGET)

/* --- quoting -----------------------------------------------------------------------------------
 */

/* (element-type PalNode): the texts below a control that are asked now. */
static void
find_texts (PalHeardList *self, PalFormControl *control, GPtrArray *texts)
{
  PalResponse *response = pal_question_context_get_response (self->context);
  PalNode *node;

  if (control->kind == PAL_CONTROL_REPEAT)
    return;
  for (guint i = 0; control->children != NULL && i < control->children->len; i++)
    find_texts (self, g_ptr_array_index (control->children, i), texts);
  if (control->kind != PAL_CONTROL_INPUT || control->node == NULL
      || !pal_form_control_has_appearance (control, "multiline")
      || !pal_response_is_control_relevant (response, control, NULL))
    return;
  node = pal_response_find_definition (response, control->node, NULL);
  if (node != NULL)
    g_ptr_array_add (texts, node);
}

static char *
dup_label (PalHeardList *self, PalNode *node)
{
  PalFormControl *control
      = pal_response_get_definition (pal_question_context_get_response (self->context), node)
            ->control;

  return pal_response_dup_text (pal_question_context_get_response (self->context), control, NULL,
                                PAL_TEXT_LABEL);
}

/* In the menu of a point: its record, its row, and where to quote it. */
static void
fill_menu (PalHeardList *self, GMenu *menu, const PalRaisedPoint *point)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  g_menu_remove_all (menu);
  if (self->control != NULL && !pal_question_context_is_locked (self->context))
    find_texts (self, self->control, texts);
  for (guint i = 0; i < texts->len; i++)
    {
      PalNode *node = g_ptr_array_index (texts, i);
      g_autofree char *label = dup_label (self, node);
      g_autofree char *path
          = pal_response_dup_path (pal_question_context_get_response (self->context), node);
      GMenuItem *item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "heard.quote", "(sss)", point->consultation->id,
                                         point->row, path);
      g_menu_append_item (menu, item);
      g_object_unref (item);
    }
}

static char *
dup_quote (const PalRaisedPoint *point)
{
  const char *title = point->consultation->title;

  if (point->is_named && point->source != NULL && title != NULL)
    /* TRANSLATORS: a quotation, who said it, and the consultation in which it was said */
    return g_strdup_printf (_ ("“%1$s” (%2$s, %3$s)"), point->text, point->source, title);
  if (title != NULL)
    /* TRANSLATORS: a quotation, and the consultation in which it was said */
    return g_strdup_printf (C_ ("quotation", "“%1$s” (%2$s)"), point->text, title);

  /* TRANSLATORS: a quotation */
  return g_strdup_printf (C_ ("quotation", "“%s”"), point->text);
}

static void
tied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHeardList) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_heard_tie_finish (PAL_HEARD (source), result, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The point could not be tied to the answer"), words);
    }
}

static void
quote_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHeardList *self = PAL_HEARD_LIST (widget);
  PalRecord *record = pal_question_context_get_record (self->context);
  PalResponse *response = pal_question_context_get_response (self->context);
  PalHeard *heard = pal_heard_of_dossier (pal_record_get_dossier (record));
  PalConsultations *all = pal_heard_get_consultations (heard);
  const char *point_record, *row, *path;
  const PalRaisedPoint *point;
  PalNode *node;
  g_autofree char *quote = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_get (parameter, "(&s&s&s)", &point_record, &row, &path);
  node = pal_response_find (response, path);
  point = all != NULL ? pal_consultations_find_point (all, point_record, row) : NULL;
  if (node == NULL || point == NULL || point->text == NULL || point->is_restricted)
    return;

  quote = dup_quote (point);
  if (*pal_response_get_value (response, node) != '\0')
    text = g_strconcat (pal_response_get_value (response, node), "\n\n", quote, NULL);
  else
    text = g_steal_pointer (&quote);
  if (!pal_response_set_value (response, node, text, &error))
    {
      g_warning ("a point cannot be quoted: %s", error->message);
      return;
    }
  pal_heard_tie_async (heard, record, path, point_record, row, tied_cb, g_object_ref (self));
  pal_question_context_go_to (self->context, path);
}

/* --- a point -----------------------------------------------------------------------------------
 */

static const char *
get_decision_words (PalDecision decision)
{
  switch (decision)
    {
    case PAL_DECISION_TAKEN:
      /* TRANSLATORS: what became of what somebody said in a consultation */
      return C_ ("point", "Taken up");
    case PAL_DECISION_PARTLY:
      return C_ ("point", "Partly taken up");
    case PAL_DECISION_NOT:
      return C_ ("point", "Not taken up");
    case PAL_DECISION_OUTSIDE:
      return C_ ("point", "Outside the scope");
    case PAL_DECISION_OPEN:
    case PAL_N_DECISIONS:
      break;
    }

  return C_ ("point", "Not considered yet");
}

static GtkWidget *
caption_new (const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new ("caption");

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
open_button_new (const PalRaisedPoint *point)
{
  const char *title = point->consultation->title;
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = pal_wrap_label_new ("caption");
  g_autofree char *name = NULL;

  if (title == NULL)
    title = _ ("Consultation without a name");
  /* TRANSLATORS: button; %s: the title of a consultation */
  name = g_strdup_printf (_ ("Open “%s”"), title);
  pal_wrap_set_text (GTK_LABEL (label), title);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "related-link");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "pages.open-record");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", point->consultation->id,
                                    point->row);

  return button;
}

/* What became of the point, and the way to say so. */
static GtkWidget *
decision_button_new (const PalRaisedPoint *point)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = pal_wrap_label_new ("caption");
  const char *words = get_decision_words (point->decision);
  /* TRANSLATORS: name of a button that asks how a point was considered; %s: what is known so far,
   * for example “Taken up” */
  g_autofree char *name = g_strdup_printf (_ ("What became of it: %s"), words);

  pal_wrap_set_text (GTK_LABEL (label), words);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "related-link");
  gtk_widget_add_css_class (button, "heard-decision");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "pages.consider");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", point->consultation->id,
                                    point->row);

  return button;
}

static void
create_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  PalHeardList *self = user_data;
  GMenu *menu = g_object_get_data (G_OBJECT (button), "menu");
  PalHeard *heard = pal_heard_of_dossier (
      pal_record_get_dossier (pal_question_context_get_record (self->context)));
  PalConsultations *all = pal_heard_get_consultations (heard);
  const PalRaisedPoint *point
      = all != NULL
            ? pal_consultations_find_point (all, g_object_get_data (G_OBJECT (button), "record"),
                                            g_object_get_data (G_OBJECT (button), "row"))
            : NULL;

  if (point != NULL)
    fill_menu (self, menu, point);
}

/* Which texts are asked depends on what was answered: the menu is made when it is opened. */
static GtkWidget *
quote_button_new (PalHeardList *self, const PalRaisedPoint *point)
{
  GtkWidget *button = gtk_menu_button_new ();
  GMenu *menu = g_menu_new ();

  /* TRANSLATORS: button with a menu of the answers in which something can be quoted */
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Quote in an Answer"));
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (button), FALSE);
  gtk_widget_add_css_class (button, "caption");
  g_object_set_data_full (G_OBJECT (button), "menu", menu, g_object_unref);
  g_object_set_data_full (G_OBJECT (button), "record", g_strdup (point->consultation->id), g_free);
  g_object_set_data_full (G_OBJECT (button), "row", g_strdup (point->row), g_free);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), create_menu_cb, self, NULL);

  return button;
}

static void
add_point (PalHeardList *self, const PalRaisedPoint *point)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *text = pal_wrap_label_new (NULL);
  const char *source = point->is_named && point->source != NULL
                           ? point->source
                           /* TRANSLATORS: in place of the name of who said something */
                           : _ ("Source not named");

  pal_wrap_set_text (GTK_LABEL (text), point->text);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_box_append (GTK_BOX (row), text);
  gtk_widget_set_layout_manager (line, pal_wrap_layout_new (8));
  gtk_box_append (GTK_BOX (line), caption_new (source, "dim-label"));
  gtk_box_append (GTK_BOX (line), open_button_new (point));
  gtk_box_append (GTK_BOX (line), decision_button_new (point));
  if (point->is_restricted)
    gtk_box_append (GTK_BOX (line), caption_new (_ ("Restricted: it stays here"), "warning"));
  else if (self->control != NULL)
    gtk_box_append (GTK_BOX (line), quote_button_new (self, point));
  gtk_box_append (GTK_BOX (row), line);
  gtk_widget_add_css_class (row, "heard-point");
  gtk_box_append (self->points, row);
}

/**
 * pal_heard_list_show:
 * @self: the list
 * @places: (nullable) (element-type PalPointPlace): all that was said about a page
 * @card: (nullable): the card whose part is shown; %NULL for what is about the page as a whole
 *
 * Shows what there is now.
 */
void
pal_heard_list_show (PalHeardList *self, GPtrArray *places, PalOutlineCard *card)
{
  GtkWidget *child;
  guint n = 0;
  g_autofree char *words = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->points))) != NULL)
    gtk_box_remove (self->points, child);
  for (guint i = 0; places != NULL && i < places->len; i++)
    {
      const PalPointPlace *place = g_ptr_array_index (places, i);

      if (place->card != card)
        continue;
      add_point (self, place->point);
      n++;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (card != NULL)
    words = g_strdup_printf (ngettext ("Consultations: %u point about this question",
                                       "Consultations: %u points about this question", n),
                             n);
  else
    words = g_strdup_printf (ngettext ("Consultations: %u point about the article as a whole",
                                       "Consultations: %u points about the article as a whole", n),
                             n);
  gtk_label_set_text (self->count, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
}

/* --- the widget --------------------------------------------------------------------------------
 */

static void
toggled_cb (GtkToggleButton *toggle, PalHeardList *self)
{
  gboolean active = gtk_toggle_button_get_active (toggle);

  gtk_revealer_set_reveal_child (self->revealer, active);
  gtk_accessible_update_state (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_STATE_EXPANDED, active, -1);
}

static void
pal_heard_list_dispose (GObject *object)
{
  PalHeardList *self = PAL_HEARD_LIST (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_HEARD_LIST);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (pal_heard_list_parent_class)->dispose (object);
}

static void
pal_heard_list_class_init (PalHeardListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_heard_list_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/fill/pal-heard-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHeardList, box);
  gtk_widget_class_bind_template_child (widget_class, PalHeardList, toggle);
  gtk_widget_class_bind_template_child (widget_class, PalHeardList, count);
  gtk_widget_class_bind_template_child (widget_class, PalHeardList, revealer);
  gtk_widget_class_bind_template_child (widget_class, PalHeardList, points);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_install_action (widget_class, "heard.quote", "(sss)", quote_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pal_heard_list_init (PalHeardList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_heard_list_new:
 * @context: of the page
 * @control: (nullable): the group or question whose texts may quote a point
 *
 * Returns: (transfer floating): the list, hidden as long as it is empty
 */
GtkWidget *
pal_heard_list_new (PalQuestionContext *context, PalFormControl *control)
{
  PalHeardList *self = g_object_new (PAL_TYPE_HEARD_LIST, NULL);

  self->context = g_object_ref (context);
  self->control = control;

  return GTK_WIDGET (self);
}
