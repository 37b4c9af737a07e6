// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-row"
#include "config.h"

#include "pal-question-row.h"
#include "pal-question-marks.h"
#include "pal-question-menu.h"
#include "pal-question-twin.h"
#include "pal-reason-window.h"
#include "pal-row-types.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

typedef struct
{
  PalQuestionContext *context; /* (owned) */
  PalFormControl *control;     /* (unowned): of the form */
  PalNode *node;               /* (unowned) (nullable): good until its row goes */
  PalNode *around;             /* (unowned) (nullable), likewise */

  char *title;          /* (owned): the words of the question */
  char *fallback_title; /* (owned) (nullable): those of the card, when it has none */
  char *guidance;       /* (owned) (nullable) */
  gboolean title_hidden;
  gboolean refreshing;
  gboolean revealed; /* problems may be shown */

  GtkWidget *header;         /* (nullable) */
  GtkWidget *number;         /* (nullable) */
  GtkWidget *label;          /* (nullable) */
  GtkWidget *required;       /* (nullable) */
  GtkWidget *help;           /* (nullable) */
  GtkWidget *why;            /* (nullable): of a lead */
  GtkWidget *hint;           /* (nullable) */
  GtkWidget *guidance_label; /* (nullable) */
  GtkWidget *problem;        /* (nullable) */
  GtkWidget *problem_label;  /* (nullable) */
  GtkWidget *field;          /* (unowned) (nullable) */
  PalQuestionMarks marks;
  PalQuestionTwin twin;
} PalQuestionRowPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PalQuestionRow, pal_question_row, GTK_TYPE_WIDGET)

#define PRIVATE(self) ((PalQuestionRowPrivate *) pal_question_row_get_instance_private (self))

/* --- words --------------------------------------------------------------------------------- */

static char *
dup_text (PalQuestionRow *self, PalTextKind kind)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  PalResponse *response = pal_question_row_get_response (self);
  PalNode *node = priv->node != NULL ? priv->node : priv->around;
  PalFormControl *parent = priv->control->parent;
  char *text = pal_response_dup_text (response, priv->control, node, kind);

  /* A repeat has its words on the group that XForms puts around it. */
  if (text == NULL && priv->control->kind == PAL_CONTROL_REPEAT && parent != NULL
      && pal_row_type_unwrap (parent) == priv->control)
    text = pal_response_dup_text (response, parent, node, kind);

  return text;
}

static void
ensure_header (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  if (priv->header != NULL)
    return;

  priv->header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_insert_after (priv->header, GTK_WIDGET (self), NULL);
}

static void
guidance_toggled_cb (GtkToggleButton *button, PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  gboolean shown = gtk_toggle_button_get_active (button);

  if (shown && priv->guidance_label == NULL)
    {
      GtkWidget *after = priv->hint != NULL ? priv->hint : priv->header;

      priv->guidance_label = pal_wrap_label_new ("guidance");
      gtk_label_set_selectable (GTK_LABEL (priv->guidance_label), TRUE);
      gtk_widget_insert_after (priv->guidance_label, GTK_WIDGET (self), after);
      pal_wrap_set_text (GTK_LABEL (priv->guidance_label), priv->guidance);
    }
  if (priv->guidance_label != NULL)
    gtk_widget_set_visible (priv->guidance_label, shown);
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, shown, -1);
}

static void
refresh_guidance (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  g_free (priv->guidance);
  priv->guidance = dup_text (self, PAL_TEXT_GUIDANCE);
  if (priv->guidance != NULL && priv->help == NULL)
    {
      ensure_header (self);
      priv->help = gtk_toggle_button_new ();
      gtk_button_set_icon_name (GTK_BUTTON (priv->help), "help-about-symbolic");
      gtk_widget_add_css_class (priv->help, "flat");
      gtk_widget_add_css_class (priv->help, "circular");
      gtk_widget_add_css_class (priv->help, "guidance-button");
      gtk_widget_set_valign (priv->help, GTK_ALIGN_START);
      gtk_widget_set_tooltip_text (priv->help, _ ("What a good answer says (F1)"));
      /* No stop of Tab for each question: F1 does the same. */
      gtk_widget_set_can_focus (priv->help, FALSE);
      g_signal_connect (priv->help, "toggled", G_CALLBACK (guidance_toggled_cb), self);
      gtk_box_append (GTK_BOX (priv->header), priv->help);
    }
  if (priv->help != NULL)
    {
      /* TRANSLATORS: name of the button that shows the guidance of a question */
      g_autofree char *name = g_strdup_printf (_ ("Guidance: %s"), priv->title);

      gtk_accessible_update_property (GTK_ACCESSIBLE (priv->help), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      name, -1);
      gtk_widget_set_visible (priv->help, priv->guidance != NULL);
    }
  if (priv->guidance_label != NULL)
    pal_wrap_set_text (GTK_LABEL (priv->guidance_label), priv->guidance ? priv->guidance : "");
}

static void
refresh_hint (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  g_autofree char *hint = dup_text (self, PAL_TEXT_HINT);

  if (hint != NULL && priv->hint == NULL)
    {
      priv->hint = pal_wrap_label_new ("hint");
      gtk_widget_insert_after (priv->hint, GTK_WIDGET (self), priv->header);
    }
  if (priv->hint != NULL)
    {
      pal_wrap_set_text (GTK_LABEL (priv->hint), hint ? hint : "");
      gtk_widget_set_visible (priv->hint, hint != NULL);
    }
}

static void
refresh_title (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  char *title = dup_text (self, PAL_TEXT_LABEL);
  gboolean own = title != NULL && *title != '\0';

  if (!own)
    {
      g_free (title);
      title = g_strdup (priv->fallback_title ? priv->fallback_title : "");
    }
  g_free (priv->title);
  priv->title = title;
  if (own && !priv->title_hidden && priv->label == NULL)
    {
      ensure_header (self);
      priv->label = pal_wrap_label_new ("question-title");
      gtk_widget_set_hexpand (priv->label, TRUE);
      gtk_box_insert_child_after (GTK_BOX (priv->header), priv->label, priv->number);
    }
  if (priv->label != NULL)
    pal_wrap_set_text (GTK_LABEL (priv->label), own ? priv->title : "");
}

static void
refresh_required (PalQuestionRow *self, const PalNodeState *state)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  gboolean shown = state != NULL && state->required && !state->readonly
                   && *pal_question_row_get_value (self) == '\0';

  if (shown && priv->required == NULL)
    {
      ensure_header (self);
      /* TRANSLATORS: mark beside a question that must have an answer before anything is sent */
      priv->required = gtk_label_new (C_ ("question", "Required"));
      gtk_widget_add_css_class (priv->required, "required-mark");
      gtk_widget_set_valign (priv->required, GTK_ALIGN_START);
      gtk_box_insert_child_after (GTK_BOX (priv->header), priv->required,
                                  priv->label != NULL ? priv->label : priv->number);
    }
  if (priv->required != NULL)
    gtk_widget_set_visible (priv->required, shown);
}

/* --- what is wrong ------------------------------------------------------------------------- */

static char *
dup_problem (PalQuestionRow *self, const PalNodeState *state)
{
  char *text = NULL;

  if (state == NULL || !state->relevant || !PRIVATE (self)->revealed)
    return NULL;

  switch (state->violation)
    {
    case PAL_VIOLATION_NONE:
      return NULL;
    case PAL_VIOLATION_CONSTRAINT:
      text = dup_text (self, PAL_TEXT_CONSTRAINT_MESSAGE);
      return text != NULL ? text : g_strdup (_ ("This answer does not fit the question."));
    case PAL_VIOLATION_REQUIRED:
      text = dup_text (self, PAL_TEXT_REQUIRED_MESSAGE);
      return text != NULL ? text : g_strdup (_ ("This question needs an answer."));
    }

  return NULL;
}

static void
build_problem (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  priv->problem = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  priv->problem_label = pal_wrap_label_new ("problem-text");
  gtk_widget_add_css_class (priv->problem, "problem");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (priv->problem), icon);
  gtk_box_append (GTK_BOX (priv->problem), priv->problem_label);
  pal_question_row_offer_why (self);
  gtk_widget_insert_before (priv->problem, GTK_WIDGET (self), NULL);
}

/* Shape, words and state say the same; colour alone says nothing. */
static void
refresh_problem (PalQuestionRow *self, const PalNodeState *state)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  g_autofree char *problem = dup_problem (self, state);

  if (problem == NULL && priv->problem == NULL)
    return;

  if (priv->problem == NULL)
    build_problem (self);
  pal_wrap_set_text (GTK_LABEL (priv->problem_label), problem ? problem : "");
  gtk_widget_set_visible (priv->problem, problem != NULL);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "invalid");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "invalid");
  if (priv->field == NULL)
    return;

  gtk_accessible_update_state (
      GTK_ACCESSIBLE (priv->field), GTK_ACCESSIBLE_STATE_INVALID,
      problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  /* Of the references this one is no list, so no NULL ends it (a NULL would end the program). */
  if (problem != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (priv->field),
                                    GTK_ACCESSIBLE_RELATION_ERROR_MESSAGE, priv->problem_label, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (priv->field),
                                   GTK_ACCESSIBLE_RELATION_ERROR_MESSAGE);
}

/* What is one of several is whole as soon as it is chosen. */
static void
reveal_choice (PalQuestionRow *self, const PalNodeState *state)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  if (state != NULL && priv->control->kind == PAL_CONTROL_SELECT_ONE
      && state->violation == PAL_VIOLATION_CONSTRAINT)
    priv->revealed = TRUE;
}

/* A half-typed address is no mistake: what is wrong shows when the person has gone on. */
static void
focus_left_cb (GtkEventControllerFocus *controller, PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  const PalNodeState *state = NULL;

  if (priv->node == NULL)
    return;
  state = pal_response_get_state (pal_question_row_get_response (self), priv->node);
  if (state->violation != PAL_VIOLATION_CONSTRAINT)
    return;

  priv->revealed = TRUE;
  refresh_problem (self, state);
}

/* --- why it is so -------------------------------------------------------------------------- */

void
pal_question_row_explain (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  g_autoptr (GPtrArray) reasons
      = pal_reasons_new (pal_question_row_get_response (self), priv->control, priv->around);
  PalReasonWindow *window
      = pal_reason_window_new (GTK_WIDGET (self), priv->context, pal_question_row_get_title (self));

  for (guint i = 0; i < reasons->len; i++)
    pal_reason_window_add (window, g_ptr_array_index (reasons, i));
  gtk_window_present (GTK_WINDOW (window));
}

static void
refresh_marks (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  GtkWidget *above = priv->hint != NULL ? priv->hint : priv->header;

  if (priv->guidance_label != NULL)
    above = priv->guidance_label;
  if (pal_question_menu_has_history (self) || priv->control->kind == PAL_CONTROL_REPEAT)
    pal_question_marks_refresh (&priv->marks, self, priv->header, above);
}

void
pal_question_row_offer_why (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  if (priv->why != NULL)
    return;

  ensure_header (self);
  priv->why = gtk_button_new_from_icon_name ("dialog-question-symbolic");
  gtk_widget_add_css_class (priv->why, "flat");
  gtk_widget_add_css_class (priv->why, "circular");
  gtk_widget_add_css_class (priv->why, "guidance-button");
  gtk_widget_set_valign (priv->why, GTK_ALIGN_START);
  /* No stop of Tab for each question: Shift+F1 does the same. */
  gtk_widget_set_can_focus (priv->why, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (priv->why), "question.explain");
  gtk_box_append (GTK_BOX (priv->header), priv->why);
}

static void
refresh_why (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  const char *words = NULL;
  g_autofree char *tooltip = NULL;
  g_autofree char *name = NULL;

  if (priv->why == NULL)
    return;

  words = pal_question_menu_get_why (self);
  /* TRANSLATORS: a question such as "Why is this shown?", with its key */
  tooltip = g_strdup_printf (_ ("%s (Shift+F1)"), words);
  /* TRANSLATORS: a question such as "Why is this shown?", and the words of what it is about */
  name = g_strdup_printf (C_ ("why", "%s %s"), words, pal_question_row_get_title (self));
  gtk_widget_set_tooltip_text (priv->why, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (priv->why), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

/* --- for assistive technology -------------------------------------------------------------- */

static void
refresh_accessible (PalQuestionRow *self, const PalNodeState *state)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  const char *hint = priv->hint != NULL ? gtk_label_get_text (GTK_LABEL (priv->hint)) : "";
  gboolean required = state != NULL && state->required;
  g_autofree char *description = NULL;

  if (priv->field == NULL)
    return;

  /* REQUIRED is not passed on by GTK 4.8, so the description says it. */
  if (required && *hint != '\0')
    /* TRANSLATORS: for a screen reader: a question's hint, which must be answered */
    description = g_strdup_printf (C_ ("question", "%s Required."), hint);
  else
    description = g_strdup (required ? C_ ("question", "Required") : hint);

  gtk_accessible_update_property (GTK_ACCESSIBLE (priv->field), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  priv->title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

/* --- the widget ---------------------------------------------------------------------------- */

static gboolean
guidance_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  return pal_question_row_toggle_guidance (PAL_QUESTION_ROW (widget));
}

static void
pal_question_row_dispose (GObject *object)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (pal_question_row_parent_class)->dispose (object);
}

static void
pal_question_row_finalize (GObject *object)
{
  PalQuestionRowPrivate *priv = PRIVATE (PAL_QUESTION_ROW (object));

  g_clear_object (&priv->context);
  g_free (priv->title);
  g_free (priv->fallback_title);
  g_free (priv->guidance);

  G_OBJECT_CLASS (pal_question_row_parent_class)->finalize (object);
}

static void
pal_question_row_class_init (PalQuestionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_question_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_question_row_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "question");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F1, 0, guidance_key_cb, NULL);
  pal_question_menu_install (widget_class);
}

static void
pal_question_row_init (PalQuestionRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  pal_question_menu_attach (self);
}

void
pal_question_row_construct (PalQuestionRow *self, PalQuestionContext *context,
                            PalFormControl *control, PalNode *node, PalNode *around)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  g_return_if_fail (priv->context == NULL);

  priv->context = g_object_ref (context);
  priv->control = control;
  priv->node = node;
  priv->around = around;
  /* An answer that was wrong when the page was opened is shown as such at once. */
  if (node != NULL)
    priv->revealed = pal_response_get_state (pal_question_row_get_response (self), node)->violation
                     == PAL_VIOLATION_CONSTRAINT;
  PAL_QUESTION_ROW_GET_CLASS (self)->build (self);
  pal_question_row_refresh (self);
  pal_question_marks_watch (self);
}

void
pal_question_row_let_go (PalQuestionRow *self)
{
  PRIVATE (self)->node = NULL;
  PRIVATE (self)->around = NULL;
}

void
pal_question_row_set_lead (PalQuestionRow *self, guint number, const char *fallback_title)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  gtk_widget_add_css_class (GTK_WIDGET (self), "lead");
  g_free (priv->fallback_title);
  priv->fallback_title = g_strdup (fallback_title);
  if (number > 0 && priv->number == NULL)
    {
      g_autofree char *text = g_strdup_printf ("%u", number);

      ensure_header (self);
      priv->number = gtk_label_new (text);
      gtk_widget_add_css_class (priv->number, "card-number");
      gtk_widget_set_valign (priv->number, GTK_ALIGN_START);
      gtk_box_prepend (GTK_BOX (priv->header), priv->number);
    }
  pal_question_row_offer_why (self);
  pal_question_row_refresh (self);
}

void
pal_question_row_refresh (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  PalQuestionRowClass *klass = PAL_QUESTION_ROW_GET_CLASS (self);
  const PalNodeState *state = NULL;

  g_return_if_fail (PAL_IS_QUESTION_ROW (self));

  if (priv->refreshing)
    return;

  if (priv->node != NULL)
    state = pal_response_get_state (pal_question_row_get_response (self), priv->node);
  priv->refreshing = TRUE;
  refresh_title (self);
  refresh_guidance (self);
  refresh_hint (self);
  refresh_required (self, state);
  if (klass->refresh != NULL)
    klass->refresh (self);
  reveal_choice (self, state);
  refresh_problem (self, state);
  refresh_why (self);
  refresh_marks (self);
  pal_question_twin_refresh (&priv->twin, self);
  refresh_accessible (self, state);
  priv->refreshing = FALSE;
}

gboolean
pal_question_row_is_revealed (PalQuestionRow *self)
{
  return PRIVATE (self)->revealed;
}

gboolean
pal_question_row_is_refreshing (PalQuestionRow *self)
{
  return PRIVATE (self)->refreshing;
}

void
pal_question_row_reveal_problem (PalQuestionRow *self)
{
  PRIVATE (self)->revealed = TRUE;
  pal_question_row_refresh (self);
}

gboolean
pal_question_row_focus_answer (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  PalQuestionRowClass *klass = PAL_QUESTION_ROW_GET_CLASS (self);

  if (klass->focus_answer != NULL && klass->focus_answer (self))
    return TRUE;
  /* Selecting all of an answer on arrival would let the next key replace it. */
  if (GTK_IS_ENTRY (priv->field))
    return gtk_entry_grab_focus_without_selecting (GTK_ENTRY (priv->field));
  if (priv->field != NULL && gtk_widget_grab_focus (priv->field))
    return TRUE;

  return gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* FALSE when there is none here: the key then goes on to the card around it. */
gboolean
pal_question_row_toggle_guidance (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  GtkToggleButton *button = NULL;

  if (priv->help == NULL || priv->guidance == NULL)
    return FALSE;

  button = GTK_TOGGLE_BUTTON (priv->help);
  gtk_toggle_button_set_active (button, !gtk_toggle_button_get_active (button));

  return TRUE;
}

PalQuestionContext *
pal_question_row_get_context (PalQuestionRow *self)
{
  return PRIVATE (self)->context;
}

PalResponse *
pal_question_row_get_response (PalQuestionRow *self)
{
  return pal_question_context_get_response (PRIVATE (self)->context);
}

PalFormControl *
pal_question_row_get_control (PalQuestionRow *self)
{
  return PRIVATE (self)->control;
}

PalNode *
pal_question_row_get_node (PalQuestionRow *self)
{
  return PRIVATE (self)->node;
}

PalNode *
pal_question_row_get_around (PalQuestionRow *self)
{
  return PRIVATE (self)->around;
}

const char *
pal_question_row_get_title (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  return priv->title != NULL ? priv->title : "";
}

const char *
pal_question_row_get_value (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  return priv->node != NULL
             ? pal_response_get_value (pal_question_row_get_response (self), priv->node)
             : "";
}

gboolean
pal_question_row_is_readonly (PalQuestionRow *self)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);

  return pal_question_context_is_locked (priv->context)
         || (priv->node != NULL
             && pal_response_get_state (pal_question_row_get_response (self), priv->node)
                    ->readonly);
}

/**
 * pal_question_row_answer:
 * @value: what the person answered; "" clears
 *
 * Tells the response. A value that does not fit is kept and flagged, never refused.
 */
void
pal_question_row_answer (PalQuestionRow *self, const char *value)
{
  PalQuestionRowPrivate *priv = PRIVATE (self);
  g_autoptr (PalQuestionRow) keep = g_object_ref (self);
  g_autoptr (GError) error = NULL;

  if (priv->refreshing || priv->node == NULL)
    return;
  if (g_strcmp0 (value, pal_question_row_get_value (self)) == 0)
    return;
  if (pal_question_context_is_locked (priv->context))
    {
      pal_question_row_refresh (self);
      pal_question_context_refuse (priv->context);
      return;
    }

  if (!pal_response_set_value (pal_question_row_get_response (self), priv->node, value, &error))
    g_warning ("an answer was not taken: %s", error->message);
}

void
pal_question_row_add (PalQuestionRow *self, GtkWidget *child)
{
  gtk_widget_insert_before (pal_question_twin_wrap (&PRIVATE (self)->twin, self, child),
                            GTK_WIDGET (self), PRIVATE (self)->problem);
}

void
pal_question_row_set_field (PalQuestionRow *self, GtkWidget *field)
{
  PRIVATE (self)->field = field;
}

void
pal_question_row_hide_title (PalQuestionRow *self)
{
  PRIVATE (self)->title_hidden = TRUE;
}

GtkWidget *
pal_question_row_get_field (PalQuestionRow *self)
{
  return PRIVATE (self)->field;
}
