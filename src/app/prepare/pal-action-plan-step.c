// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-action-plan-step"
#include "config.h"

#include "pal-action-plan-step.h"

#include "pal-date.h"
#include "pal-language.h"
#include "pal-page-types.h"
#include "pal-papers-window.h"
#include "pal-sidebar.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

struct _PalActionPlanStep
{
  GtkListBoxRow parent_instance;

  GtkCheckButton *check;
  GtkLabel *title;
  GtkLabel *how;
  GtkLabel *due;
  GtkMenuButton *by_button;
  GtkWidget *letter_button;
  GtkButton *go_button;
  GtkPopover *popover;
  GtkCalendar *calendar;

  PalSession *session; /* (owned) (nullable) */
  PalRecord *record;   /* (owned) (nullable) */
  const PalPlanStep *step;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (PalActionPlanStep, pal_action_plan_step, GTK_TYPE_LIST_BOX_ROW)

/* --- the record ----------------------------------------------------------------------------- */

static PalNode *
find (PalActionPlanStep *self, const char *name)
{
  g_autofree char *path = g_strconcat (self->step->path, "/", name, NULL);

  return pal_response_find (pal_record_get_response (self->record), path);
}

static const char *
get (PalActionPlanStep *self, const char *name)
{
  PalNode *node = find (self, name);

  return node != NULL ? pal_response_get_value (pal_record_get_response (self->record), node) : "";
}

static void
set (PalActionPlanStep *self, const char *name, const char *value)
{
  PalNode *node = find (self, name);
  g_autoptr (GError) error = NULL;

  if (node != NULL
      && !pal_response_set_value (pal_record_get_response (self->record), node, value, &error))
    g_warning ("a step of the plan: %s", error->message);
}

/* name: (nullable): of the group itself */
static char *
dup_label (PalActionPlanStep *self, const char *name)
{
  PalResponse *response = pal_record_get_response (self->record);
  g_autofree char *path = name != NULL ? g_strconcat (self->step->path, "/", name, NULL)
                                       : g_strdup (self->step->path);
  PalFormNode *node = pal_form_find_node (pal_response_get_form (response), path);
  char *text = node != NULL && node->control != NULL
                   ? pal_response_dup_text (response, node->control, NULL, PAL_TEXT_LABEL)
                   : NULL;

  return text != NULL ? text : g_strdup ("");
}

gboolean
pal_action_plan_step_is_done (PalActionPlanStep *self)
{
  return *get (self, "done") != '\0';
}

const char *
pal_action_plan_step_get_title (PalActionPlanStep *self)
{
  return gtk_label_get_text (self->title);
}

void
pal_action_plan_step_toggle (PalActionPlanStep *self)
{
  if (gtk_widget_is_sensitive (GTK_WIDGET (self->check)))
    gtk_check_button_set_active (self->check, !gtk_check_button_get_active (self->check));
}

static void
toggled_cb (PalActionPlanStep *self)
{
  /* "OK" is what ODK forms have for what was confirmed. */
  if (!self->updating)
    set (self, "done", gtk_check_button_get_active (self->check) ? "OK" : "");
}

/* --- a day of one's own --------------------------------------------------------------------- */

static void
day_selected_cb (PalActionPlanStep *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autofree char *text = g_date_time_format (day, "%Y-%m-%d");

  if (self->updating)
    return;
  set (self, "by", text);
  gtk_popover_popdown (self->popover);
}

static void
no_day_cb (PalActionPlanStep *self)
{
  set (self, "by", "");
  gtk_popover_popdown (self->popover);
}

static void
update_day (PalActionPlanStep *self)
{
  g_autoptr (GDateTime) day = pal_date_parse (get (self, "by"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* A day that was parsed is its noon. */
  g_autoptr (GDateTime) end = day != NULL ? g_date_time_add_hours (day, 12) : NULL;
  g_autofree char *date = day != NULL ? pal_language_format_date (day) : NULL;
  /* TRANSLATORS: on a button: the day until which a person wishes to do something */
  g_autofree char *words
      = date != NULL ? g_strdup_printf (_ ("By %s"), date) : g_strdup (C_ ("deadline", "By When…"));
  /* TRANSLATORS: what a screen reader says of the button below a step of a plan: what is on it (a
   * day), which step */
  g_autofree char *name
      = g_strdup_printf (C_ ("step", "%1$s: %2$s"), words, pal_action_plan_step_get_title (self));

  gtk_menu_button_set_label (self->by_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->by_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  if (end != NULL && !pal_action_plan_step_is_done (self) && g_date_time_compare (end, now) < 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->by_button), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->by_button), "warning");
  gtk_calendar_select_day (self->calendar, day != NULL ? day : now);
}

/* --- what is shown -------------------------------------------------------------------------- */

static void
update_due (PalActionPlanStep *self, GDateTime *start)
{
  g_autoptr (GDateTime) weeks
      = start != NULL ? g_date_time_add_weeks (start, self->step->weeks) : NULL;
  g_autoptr (GDateTime) day
      = weeks != NULL ? g_date_time_add_months (weeks, self->step->months) : NULL;
  g_autofree char *date = NULL;
  g_autofree char *words = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->due), self->step->due != NULL && day != NULL);
  if (self->step->due == NULL || day == NULL)
    return;
  date = pal_language_format_date (day);
  words = g_strdup_printf (_ (self->step->due), date);
  gtk_label_set_text (self->due, words);
}

/* What a page is called where one goes. */
static char *
dup_page_title (PalActionPlanStep *self)
{
  const PalPageType *type = pal_page_type_find (self->step->page);
  PalRecord *input = pal_session_get_questionnaire (self->session);
  GPtrArray *pages = pal_session_get_outline (self->session) != NULL
                         ? pal_outline_get_pages (pal_session_get_outline (self->session))
                         : NULL;

  if (type != NULL)
    return g_strdup (_ (type->title));
  for (guint i = 0; pages != NULL && input != NULL && i < pages->len; i++)
    {
      const PalOutlinePage *page = g_ptr_array_index (pages, i);

      if (page->control != NULL
          && g_strcmp0 (pal_sidebar_get_page_id (g_ptr_array_index (pages, i)), self->step->page)
                 == 0)
        return pal_response_dup_text (pal_record_get_response (input), page->control, NULL,
                                      PAL_TEXT_LABEL);
    }

  return NULL;
}

static void
update_way (PalActionPlanStep *self)
{
  g_autofree char *title = self->step->page != NULL ? dup_page_title (self) : NULL;
  /* TRANSLATORS: on a button: the name of a page of the window */
  g_autofree char *words = title != NULL ? g_strdup_printf (_ ("Go to: %s"), title) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->go_button), words != NULL);
  if (words == NULL)
    return;
  gtk_button_set_label (self->go_button, words);
  pal_wrap_label (GTK_LABEL (gtk_button_get_child (self->go_button)));
}

void
pal_action_plan_step_update (PalActionPlanStep *self, GDateTime *start)
{
  gboolean done = pal_action_plan_step_is_done (self);
  g_autofree char *title = dup_label (self, NULL);
  g_autofree char *how = dup_label (self, "how");

  self->updating = TRUE;
  pal_wrap_set_text (self->title, title);
  pal_wrap_set_text (self->how, how);
  gtk_check_button_set_active (self->check, done);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, how, -1);
  if (done)
    gtk_widget_add_css_class (GTK_WIDGET (self->title), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->title), "dim-label");
  update_due (self, start);
  update_day (self);
  update_way (self);
  self->updating = FALSE;
}

/* --- where it is done ----------------------------------------------------------------------- */

static void
go_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalActionPlanStep *self = PAL_ACTION_PLAN_STEP (widget);

  pal_session_show_page (self->session, self->step->page);
}

static void
letter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_window_present (
      GTK_WINDOW (pal_papers_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                         PAL_ACTION_PLAN_STEP (widget)->session, "letter")));
}

/* --- the row -------------------------------------------------------------------------------- */

static void
pal_action_plan_step_dispose (GObject *object)
{
  PalActionPlanStep *self = PAL_ACTION_PLAN_STEP (object);

  g_clear_object (&self->session);
  g_clear_object (&self->record);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_ACTION_PLAN_STEP);

  G_OBJECT_CLASS (pal_action_plan_step_parent_class)->dispose (object);
}

static void
pal_action_plan_step_class_init (PalActionPlanStepClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_action_plan_step_dispose;

  g_type_ensure (PAL_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/prepare/pal-action-plan-step.ui");
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, check);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, title);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, how);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, due);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, by_button);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, letter_button);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, go_button);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, popover);
  gtk_widget_class_bind_template_child (widget_class, PalActionPlanStep, calendar);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, day_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, no_day_cb);
  gtk_widget_class_install_action (widget_class, "step.go", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "step.letter", NULL, letter_action);
}

static void
pal_action_plan_step_init (PalActionPlanStep *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_action_plan_step_new:
 * @session: the dossier of an input
 * @record: its plan
 * @step: which one
 *
 * Returns: (transfer floating): the row, to be updated before it is shown
 */
GtkWidget *
pal_action_plan_step_new (PalSession *session, PalRecord *record, const PalPlanStep *step)
{
  PalActionPlanStep *self = g_object_new (PAL_TYPE_ACTION_PLAN_STEP, NULL);
  gboolean is_fixed = pal_dossier_is_read_only (pal_session_get_dossier (session));

  self->session = g_object_ref (session);
  self->record = g_object_ref (record);
  self->step = step;
  gtk_widget_set_visible (self->letter_button, step->is_letter);
  gtk_widget_set_sensitive (GTK_WIDGET (self->check), !is_fixed);
  gtk_widget_set_sensitive (GTK_WIDGET (self->by_button), !is_fixed);

  return GTK_WIDGET (self);
}
