// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-action-plan-page"
#include "config.h"

#include "pal-action-plan-page.h"

#include "pal-action-plan-step.h"
#include "pal-date.h"
#include "pal-new-input.h"
#include "pal-question-list.h"
#include "pal-ring.h"
#include "pal-trouble.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

#define STEPS "/plan/steps/"
#define START STEPS "review/start"
#define RING_SIZE 56 /* pixels */

struct _PalActionPlanPage
{
  AdwBin parent_instance;

  GtkWidget *summary;
  PalRing *ring;
  GtkLabel *progress_label;
  GtkLabel *next_label;
  GtkBox *review;
  GtkBox *groups;
  GtkWidget *trouble;
  GtkLabel *trouble_label;

  PalSession *session;         /* (owned) (nullable) */
  PalRecord *record;           /* (owned) (nullable): not open yet */
  PalQuestionContext *context; /* (owned) (nullable): with @record */
  GPtrArray *headings;         /* (owned) (element-type GtkLabel): unowned; as in groups[] */
  GPtrArray *rows;             /* (owned) (element-type PalActionPlanStep): unowned */
  gboolean opening;
};

G_DEFINE_FINAL_TYPE (PalActionPlanPage, pal_action_plan_page, ADW_TYPE_BIN)

/* What the form says of each step stands there; here is what the program knows besides. */
static const PalPlanStep prepare[] = {
  { STEPS "prepare/watch", .weeks = 0 },
  /* TRANSLATORS: the day until which a State names its focal point */
  { STEPS "prepare/focal", .weeks = 2, .due = N_ ("To be named by %s"), .is_letter = TRUE },
  { STEPS "prepare/areas", .page = "/input/card/about" },
  { STEPS "prepare/evidence", .page = "/input/card/points" },
  { STEPS "prepare/partners", .page = "/input/card/author" },
  { STEPS "prepare/recommend", .page = "/input/card/points" },
};

static const PalPlanStep speak[] = {
  { STEPS "speak/pledge", .weeks = 0 },
  /* TRANSLATORS: the day until which a State answers the questionnaire */
  { STEPS "speak/deliver", .months = 6, .due = N_ ("The answers are due by %s"),
    .page = "hand-in" },
  { STEPS "speak/dialogue", .weeks = 0 },
  { STEPS "speak/publish", .weeks = 0 },
};

static const struct
{
  const char *path;
  const PalPlanStep *steps;
  guint n_steps;
} groups[] = {
  { STEPS "prepare", prepare, G_N_ELEMENTS (prepare) },
  { STEPS "speak", speak, G_N_ELEMENTS (speak) },
};

/* --- how far it is -------------------------------------------------------------------------- */

static GDateTime *
parse_start (PalActionPlanPage *self)
{
  PalResponse *response = pal_record_get_response (self->record);
  PalNode *node = pal_response_find (response, START);

  return node != NULL ? pal_date_parse (pal_response_get_value (response, node)) : NULL;
}

static void
update_summary (PalActionPlanPage *self)
{
  PalActionPlanStep *next = NULL;
  g_autofree char *words = NULL;
  g_autofree char *after = NULL;
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      PalActionPlanStep *row = g_ptr_array_index (self->rows, i);

      if (pal_action_plan_step_is_done (row))
        n++;
      else if (next == NULL)
        next = row;
    }
  /* TRANSLATORS: %1$u is how many are done, %2$u how many there are */
  words = g_strdup_printf (
      ngettext ("%1$u of %2$u step done", "%1$u of %2$u steps done", self->rows->len), n,
      self->rows->len);
  /* TRANSLATORS: followed by the name of a step of a plan */
  after = next != NULL ? g_strdup_printf (_ ("Next: %s"), pal_action_plan_step_get_title (next))
                       : g_strdup (_ ("You have done all of it."));
  pal_ring_set_counts (self->ring, n, self->rows->len, 0);
  gtk_label_set_text (self->progress_label, words);
  pal_wrap_set_text (self->next_label, after);
}

static void
update (PalActionPlanPage *self)
{
  g_autoptr (GDateTime) start = NULL;

  if (self->record == NULL)
    return;
  start = parse_start (self);
  for (guint i = 0; i < self->rows->len; i++)
    pal_action_plan_step_update (g_ptr_array_index (self->rows, i), start);
  update_summary (self);
}

/* --- its rows ------------------------------------------------------------------------------- */

static void
name_groups (PalActionPlanPage *self)
{
  PalResponse *response = pal_record_get_response (self->record);

  for (guint i = 0; i < self->headings->len; i++)
    {
      GtkLabel *heading = g_ptr_array_index (self->headings, i);
      PalFormNode *node = pal_form_find_node (pal_response_get_form (response), groups[i].path);
      g_autofree char *title
          = node != NULL && node->control != NULL
                ? pal_response_dup_text (response, node->control, NULL, PAL_TEXT_LABEL)
                : NULL;
      GtkWidget *list = gtk_widget_get_next_sibling (GTK_WIDGET (heading));

      gtk_label_set_text (heading, title != NULL ? title : "");
      gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      title != NULL ? title : "", -1);
    }
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalActionPlanPage *self)
{
  pal_action_plan_step_toggle (PAL_ACTION_PLAN_STEP (row));
}

static void
add_group (PalActionPlanPage *self, const PalPlanStep *steps, guint n_steps)
{
  GtkWidget *heading = pal_wrap_label_new ("heading");
  GtkWidget *list = gtk_list_box_new ();

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_set_margin_top (heading, 12);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  g_signal_connect_object (list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
  for (guint i = 0; i < n_steps; i++)
    {
      GtkWidget *row = pal_action_plan_step_new (self->session, self->record, &steps[i]);

      gtk_list_box_append (GTK_LIST_BOX (list), row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_box_append (self->groups, heading);
  gtk_box_append (self->groups, list);
  g_ptr_array_add (self->headings, heading);
}

static void
add_start (PalActionPlanPage *self)
{
  PalForm *form = pal_response_get_form (pal_record_get_response (self->record));
  PalFormNode *node = pal_form_find_node (form, START);
  g_autoptr (GPtrArray) controls = g_ptr_array_new ();

  if (node == NULL || node->control == NULL)
    return;
  g_ptr_array_add (controls, node->control);
  gtk_box_append (self->review,
                  pal_question_list_new (self->context, controls, NULL, NULL, 0, NULL));
}

static void
language_changed_cb (PalActionPlanPage *self)
{
  name_groups (self);
  update (self);
}

static void
clear (PalActionPlanPage *self)
{
  GtkWidget *child;

  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->headings, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))) != NULL)
    gtk_box_remove (self->groups, child);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->review))) != NULL)
    {
      pal_question_list_let_go (child);
      gtk_box_remove (self->review, child);
    }
  g_clear_object (&self->context);
  g_clear_object (&self->record);
}

static void
show_record (PalActionPlanPage *self, PalRecord *record)
{
  clear (self);
  self->record = g_object_ref (record);
  self->context = pal_question_context_new (record);
  pal_question_context_set_locked (
      self->context, pal_dossier_is_read_only (pal_session_get_dossier (self->session)));
  g_signal_connect_object (self->context, "update-ended", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "language-changed", G_CALLBACK (language_changed_cb),
                           self, G_CONNECT_SWAPPED);
  add_start (self);
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    add_group (self, groups[i].steps, groups[i].n_steps);
  name_groups (self);
  update (self);
  gtk_widget_set_visible (self->summary, TRUE);
}

/* --- opening -------------------------------------------------------------------------------- */

static void
show_trouble (PalActionPlanPage *self, const GError *error)
{
  g_autofree char *words = error != NULL ? pal_trouble_dup_words (error) : NULL;

  gtk_widget_set_visible (self->trouble, words != NULL);
  gtk_label_set_text (self->trouble_label, words != NULL ? words : "");
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalActionPlanPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (PAL_SESSION (source), result, &error);

  self->opening = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  show_trouble (self, error);
  if (record != NULL)
    show_record (self, record);
  else
    g_info ("the action plan was not opened: %s", error->message);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalActionPlanPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = pal_new_input_plan_finish (result, &error);

  if (self->session == NULL)
    return; /* the page went away */
  if (id != NULL)
    {
      pal_session_open_record_async (self->session, id, opened_cb, g_object_ref (self));
      return;
    }
  g_info ("the action plan was not found: %s", error->message);
  self->opening = FALSE;
  show_trouble (self, error);
}

static void
pal_action_plan_page_map (GtkWidget *widget)
{
  PalActionPlanPage *self = PAL_ACTION_PLAN_PAGE (widget);

  GTK_WIDGET_CLASS (pal_action_plan_page_parent_class)->map (widget);

  if (self->record != NULL || self->opening)
    return;
  self->opening = TRUE;
  pal_new_input_plan_async (pal_session_get_dossier (self->session), prepared_cb,
                            g_object_ref (self));
}

static void
record_gone_cb (PalSession *session, const char *record_id, PalActionPlanPage *self)
{
  if (self->record == NULL || g_strcmp0 (pal_record_get_id (self->record), record_id) != 0)
    return;
  clear (self);
  gtk_widget_set_visible (self->summary, FALSE);
}

/* --- the page ------------------------------------------------------------------------------- */

static void
pal_action_plan_page_dispose (GObject *object)
{
  PalActionPlanPage *self = PAL_ACTION_PLAN_PAGE (object);

  if (self->record != NULL)
    clear (self);
  g_clear_object (&self->session);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_ACTION_PLAN_PAGE);

  G_OBJECT_CLASS (pal_action_plan_page_parent_class)->dispose (object);
}

static void
pal_action_plan_page_finalize (GObject *object)
{
  PalActionPlanPage *self = PAL_ACTION_PLAN_PAGE (object);

  g_ptr_array_unref (self->headings);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (pal_action_plan_page_parent_class)->finalize (object);
}

static void
pal_action_plan_page_class_init (PalActionPlanPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_action_plan_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_action_plan_page_finalize;
  widget_class->map = pal_action_plan_page_map;

  g_type_ensure (PAL_TYPE_RING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/prepare/pal-action-plan-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, summary);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, ring);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, progress_label);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, next_label);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, review);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, groups);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanPage, trouble_label);
}

static void
pal_action_plan_page_init (PalActionPlanPage *self)
{
  self->headings = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_ring_set_size (self->ring, RING_SIZE);
}

/**
 * pal_action_plan_page_new:
 * @session: the open dossier of an input
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_action_plan_page_new (PalSession *session)
{
  PalActionPlanPage *self = g_object_new (PAL_TYPE_ACTION_PLAN_PAGE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "record-gone", G_CALLBACK (record_gone_cb), self, 0);

  return GTK_WIDGET (self);
}
