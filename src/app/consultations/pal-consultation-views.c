// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consultation-views"
#include "config.h"

#include "pal-consultation-views.h"

#include "pal-calendar-view.h"
#include "pal-coverage-view.h"
#include "pal-heard.h"
#include "pal-language.h"
#include "pal-measures-view.h"
#include "pal-plan-view.h"
#include "pal-stack.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>

/* The first one is the list, which is the page's own. */
static const PalConsultationViewType types[] = {
  { "list", NC_ ("view of the consultations", "List"), NULL, NULL },
  { "calendar", NC_ ("view of the consultations", "Calendar"), pal_calendar_view_new,
    pal_calendar_view_show },
  { "coverage", NC_ ("view of the consultations", "Coverage"), pal_coverage_view_new,
    pal_coverage_view_show },
  { "measures", NC_ ("view of the consultations", "Measures"), pal_measures_view_new,
    pal_measures_view_show },
  { "plan", NC_ ("view of the consultations", "Plan"), pal_plan_view_new, pal_plan_view_show },
};

#define N_VIEWS G_N_ELEMENTS (types)

/* At the session: which view was shown last, for a window that is built anew. */
#define VIEW_KEY "pal-consultation-view"

struct _PalConsultationViews
{
  GtkWidget parent_instance;

  GtkWidget *buttons[N_VIEWS];
  GtkWidget *views[N_VIEWS]; /* (nullable): made when first shown */
  GtkWidget *empty_label;    /* below them: why there is nothing to see */
  GtkStack *stack;
  guint shown;

  PalSession *session;         /* (owned) */
  PalHeard *heard;             /* (unowned): the dossier's */
  PalConsultationWords *words; /* (owned) (nullable) */
  guint refresh_id;            /* idle source, 0: none */
};

G_DEFINE_FINAL_TYPE (PalConsultationViews, pal_consultation_views, GTK_TYPE_WIDGET)

/* Tables full of zeros teach nothing; the list says for itself what belongs there. */
static void
update_empty (PalConsultationViews *self)
{
  PalConsultations *consultations = pal_heard_get_consultations (self->heard);

  gtk_widget_set_visible (self->empty_label,
                          self->shown > 0 && consultations != NULL
                              && pal_consultations_list (consultations)->len == 0
                              && pal_consultations_list_stakeholders (consultations)->len == 0);
}

static gboolean
refresh_cb (gpointer user_data)
{
  PalConsultationViews *self = user_data;

  self->refresh_id = 0;
  update_empty (self);
  if (types[self->shown].show != NULL)
    types[self->shown].show (self->views[self->shown], self->words);

  return G_SOURCE_REMOVE;
}

/* What nobody looks at is filled when somebody does. */
static void
queue_refresh (PalConsultationViews *self)
{
  if (self->refresh_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->refresh_id = g_idle_add (refresh_cb, self);
}

static void
show_index (PalConsultationViews *self, guint index)
{
  self->shown = index;
  g_object_set_data (G_OBJECT (self->session), VIEW_KEY, (gpointer) types[index].id);
  if (self->views[index] == NULL)
    {
      self->views[index] = types[index].make (self->session);
      gtk_stack_add_child (self->stack, self->views[index]);
    }
  pal_stack_show (self->stack, self->views[index]);
  update_empty (self);
  queue_refresh (self);
}

static void
toggled_cb (GtkToggleButton *button, PalConsultationViews *self)
{
  for (guint i = 0; i < N_VIEWS; i++)
    if (self->buttons[i] == GTK_WIDGET (button) && gtk_toggle_button_get_active (button)
        && self->shown != i)
      show_index (self, i);
}

/**
 * pal_consultation_views_show:
 * @self: views
 * @view: (nullable): id of one of them; what is none is passed over
 */
void
pal_consultation_views_show (PalConsultationViews *self, const char *view)
{
  for (guint i = 0; i < N_VIEWS; i++)
    if (g_strcmp0 (types[i].id, view) == 0)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[i]), TRUE);
}

/**
 * pal_consultation_views_take_focus:
 * @self: views
 *
 * Puts the focus where somebody goes on who came back from a record.
 *
 * Returns: whether it did; %FALSE in the list, which knows its rows
 */
gboolean
pal_consultation_views_take_focus (PalConsultationViews *self)
{
  if (self->shown == 0)
    return FALSE;

  if (!gtk_widget_child_focus (self->views[self->shown], GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (self->buttons[self->shown]);

  return TRUE;
}

static void
words_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsultationViews) self = user_data;
  g_autoptr (GError) error = NULL;

  self->words = pal_consultation_words_load_finish (result, &error);
  if (self->words == NULL)
    g_info ("the words of consultations could not be read: %s", error->message);
  else if (self->session != NULL)
    queue_refresh (self);
}

static void
pal_consultation_views_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pal_consultation_views_parent_class)->map (widget);
  queue_refresh (PAL_CONSULTATION_VIEWS (widget));
}

static void
pal_consultation_views_dispose (GObject *object)
{
  PalConsultationViews *self = PAL_CONSULTATION_VIEWS (object);
  GtkWidget *child;

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_consultation_views_parent_class)->dispose (object);
}

static void
pal_consultation_views_finalize (GObject *object)
{
  pal_consultation_words_free (PAL_CONSULTATION_VIEWS (object)->words);

  G_OBJECT_CLASS (pal_consultation_views_parent_class)->finalize (object);
}

static void
pal_consultation_views_class_init (PalConsultationViewsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pal_consultation_views_dispose;
  object_class->finalize = pal_consultation_views_finalize;
  widget_class->map = pal_consultation_views_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
pal_consultation_views_init (PalConsultationViews *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_layout_manager (bar, pal_wrap_layout_new (6));
  gtk_widget_set_halign (bar, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (bar, 12);
  gtk_widget_set_margin_start (bar, 12);
  gtk_widget_set_margin_end (bar, 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Ways to look at the consultations"), -1);
  for (guint i = 0; i < N_VIEWS; i++)
    {
      self->buttons[i] = gtk_toggle_button_new_with_label (
          g_dpgettext2 (NULL, "view of the consultations", types[i].title));
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->buttons[i]),
                                     GTK_TOGGLE_BUTTON (self->buttons[0]));
      gtk_widget_set_parent (self->buttons[i], bar);
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[0]), TRUE);
  self->empty_label = gtk_label_new (
      _ ("Nothing is here yet. It comes by itself from the consultations and stakeholders that "
         "you keep in the list."));
  gtk_label_set_wrap (GTK_LABEL (self->empty_label), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->empty_label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (self->empty_label), 60);
  gtk_widget_set_halign (self->empty_label, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->empty_label, 18);
  gtk_widget_set_margin_start (self->empty_label, 18);
  gtk_widget_set_margin_end (self->empty_label, 18);
  gtk_widget_add_css_class (self->empty_label, "dim-label");
  gtk_widget_set_visible (self->empty_label, FALSE);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_widget_set_parent (bar, GTK_WIDGET (self));
  gtk_widget_set_parent (self->empty_label, GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->stack), GTK_WIDGET (self));
}

/**
 * pal_consultation_views_new:
 * @session: an open dossier
 * @list: the list of records
 *
 * Returns: (transfer floating): the views; that which was looked at last is shown
 */
GtkWidget *
pal_consultation_views_new (PalSession *session, GtkWidget *list)
{
  PalConsultationViews *self = g_object_new (PAL_TYPE_CONSULTATION_VIEWS, NULL);

  self->session = g_object_ref (session);
  self->heard = pal_heard_of_dossier (pal_session_get_dossier (session));
  self->views[0] = list;
  gtk_stack_add_child (self->stack, list);
  for (guint i = 0; i < N_VIEWS; i++)
    g_signal_connect (self->buttons[i], "toggled", G_CALLBACK (toggled_cb), self);
  g_signal_connect_object (self->heard, "changed", G_CALLBACK (queue_refresh), self,
                           G_CONNECT_SWAPPED);
  pal_consultation_words_load_async (pal_language_get (), words_loaded_cb, g_object_ref (self));
  pal_consultation_views_show (self, g_object_get_data (G_OBJECT (session), VIEW_KEY));

  return GTK_WIDGET (self);
}
