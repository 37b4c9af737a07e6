// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-overview-page"
#include "config.h"

#include "pal-overview-page.h"

#include "pal-article-tile.h"
#include "pal-milestone.h"
#include "pal-ring.h"
#include "pal-upgrade.h"

#include <glib/gi18n.h>

/* Where the start of the review stands in a questionnaire: every cluster form has it there, below
 * its own root. */
#define START_DATE "general/state/start_date"

struct _PalOverviewPage
{
  AdwBin parent_instance;

  GtkLabel *title_label;
  GtkLabel *subtitle_label;
  PalRing *ring;
  GtkLabel *answered_label;
  GtkLabel *open_label;
  GtkLabel *problem_label;
  GtkLabel *consultation_label;
  GtkButton *orphan_button;
  GtkFlowBox *strip;
  GtkBox *parts;

  PalSession *session;   /* (owned) */
  GPtrArray *sections;   /* (owned) (element-type Section) */
  GPtrArray *milestones; /* (owned) (element-type PalMilestone): as in steps[] */
  guint refresh_id;      /* idle source, 0: none */
};

/* One instrument: its heading, its tiles, and a word when it does not apply. */
typedef struct
{
  PalOutlinePart *part; /* (unowned) */
  GtkLabel *heading;    /* (unowned) */
  GtkWidget *absent;    /* (unowned) */
  GtkFlowBox *flow;     /* (unowned) */
  GPtrArray *tiles;     /* (owned) (element-type PalArticleTile) */
} Section;

/* The time limits that are counted from the start of a phase (two weeks, four weeks, six months).
 */
static const struct
{
  const char *title;
  int weeks;
  int months;
} steps[] = {
  { N_ ("Start of the review"), 0, 0 },
  { N_ ("Focal point to be named"), 2, 0 },
  { N_ ("Experts to be named"), 4, 0 },
  { N_ ("Questionnaire due"), 0, 6 },
};

G_DEFINE_FINAL_TYPE (PalOverviewPage, pal_overview_page, ADW_TYPE_BIN)

static void
section_free (gpointer data)
{
  Section *section = data;

  g_ptr_array_unref (section->tiles);
  g_free (section);
}

static void
tile_clicked_cb (PalArticleTile *tile, PalOverviewPage *self)
{
  PalOutlinePage *page = pal_article_tile_get_page (tile);

  if (page->cards->len > 0)
    {
      PalOutlineCard *card = g_ptr_array_index (page->cards, 0);

      if (card->control->node != NULL)
        pal_session_show_question (self->session, card->control->node->path);
    }
}

static void
add_section (PalOverviewPage *self, PalOutlinePart *part)
{
  Section *section = g_new0 (Section, 1);
  GtkWidget *heading = gtk_label_new (NULL);
  GtkWidget *absent = gtk_label_new (_ ("Not a party: nothing to answer here."));
  GtkWidget *flow = gtk_flow_box_new ();

  section->part = part;
  section->tiles = g_ptr_array_new ();
  section->heading = GTK_LABEL (heading);
  section->absent = absent;
  section->flow = GTK_FLOW_BOX (flow);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_widget_add_css_class (heading, "title-4");
  gtk_widget_set_margin_top (heading, 12);
  gtk_label_set_xalign (GTK_LABEL (absent), 0);
  gtk_label_set_wrap (GTK_LABEL (absent), TRUE);
  gtk_widget_add_css_class (absent, "dim-label");
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 12);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 12);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 4);

  for (guint i = 0; i < part->pages->len; i++)
    {
      GtkWidget *tile = pal_article_tile_new (g_ptr_array_index (part->pages, i));
      GtkWidget *child = gtk_flow_box_child_new ();

      /* The tile is the stop for Tab and the thing to press, not the cell around it. */
      gtk_widget_set_focusable (child, FALSE);
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), tile);
      g_object_bind_property (tile, "visible", child, "visible", G_BINDING_SYNC_CREATE);
      g_signal_connect (tile, "clicked", G_CALLBACK (tile_clicked_cb), self);
      gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
      g_ptr_array_add (section->tiles, tile);
    }

  gtk_box_append (self->parts, heading);
  gtk_box_append (self->parts, absent);
  gtk_box_append (self->parts, flow);
  g_ptr_array_add (self->sections, section);
}

static void
update_sections (PalOverviewPage *self, PalResponse *response)
{
  for (guint i = 0; i < self->sections->len; i++)
    {
      Section *section = g_ptr_array_index (self->sections, i);
      PalFormControl *control = section->part->control;
      gboolean applies
          = control == NULL || pal_response_is_control_relevant (response, control, NULL);
      g_autofree char *title = control != NULL
                                   ? pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL)
                                   : NULL;

      gtk_label_set_text (section->heading, title != NULL ? title : "");
      gtk_widget_set_visible (GTK_WIDGET (section->heading), title != NULL);
      gtk_widget_set_visible (section->absent, !applies);
      gtk_widget_set_visible (GTK_WIDGET (section->flow), applies);
      for (guint j = 0; applies && j < section->tiles->len; j++)
        pal_article_tile_update (g_ptr_array_index (section->tiles, j), response);
    }
}

static void
update_strip (PalOverviewPage *self, PalResponse *response)
{
  g_autofree char *path
      = g_strdup_printf ("/%s/" START_DATE, pal_response_get_root (response)->local);
  PalNode *node = pal_response_find (response, path);
  const char *value = node != NULL ? pal_response_get_value (response, node) : "";
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  g_autoptr (GDateTime) today
      = g_date_time_new (zone, g_date_time_get_year (now), g_date_time_get_month (now),
                         g_date_time_get_day_of_month (now), 0, 0, 0);
  g_autofree char *midnight = g_strdup_printf ("%sT00:00:00", value);
  g_autoptr (GDateTime) start
      = *value != '\0' ? g_date_time_new_from_iso8601 (midnight, zone) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->strip), node != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GDateTime) after_weeks
          = start != NULL ? g_date_time_add_weeks (start, steps[i].weeks) : NULL;
      g_autoptr (GDateTime) date
          = after_weeks != NULL ? g_date_time_add_months (after_weeks, steps[i].months) : NULL;

      pal_milestone_set_date (g_ptr_array_index (self->milestones, i), date, today);
    }
}

static void
update_numbers (PalOverviewPage *self, PalResponse *response)
{
  g_autofree char *answered = NULL;
  g_autofree char *open = NULL;
  g_autofree char *problems = NULL;
  PalProgress progress;

  pal_response_count (response, NULL, &progress);
  /* How far it is; what needs a second look stands beside it in words. */
  pal_ring_set_counts (self->ring, progress.answered, progress.questions, 0);
  /* TRANSLATORS: how many questions have an answer, and how many there are */
  answered = g_strdup_printf (_ ("Questions answered: %1$u of %2$u"), progress.answered,
                              progress.questions);
  open = g_strdup_printf (ngettext ("%u required question is open",
                                    "%u required questions are open", progress.required_open),
                          progress.required_open);
  problems = g_strdup_printf (ngettext ("%u answer needs a second look",
                                        "%u answers need a second look", progress.violated),
                              progress.violated);
  gtk_label_set_text (self->answered_label, answered);
  gtk_label_set_text (self->open_label,
                      progress.required_open > 0 ? open : _ ("No required question is open"));
  gtk_label_set_text (self->problem_label, problems);
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), progress.violated > 0);
}

static gboolean
refresh_cb (gpointer user_data)
{
  PalOverviewPage *self = user_data;
  PalRecord *record = pal_session_get_questionnaire (self->session);
  const char *title = pal_session_get_title (self->session);

  self->refresh_id = 0;
  gtk_label_set_text (self->title_label, title != NULL ? title : "");
  if (record != NULL)
    {
      PalResponse *response = pal_record_get_response (record);

      g_autofree char *subtitle = pal_form_dup_title (pal_response_get_form (response),
                                                      pal_response_get_language (response));

      gtk_label_set_text (self->subtitle_label, subtitle);
      update_numbers (self, response);
      update_strip (self, response);
      update_sections (self, response);
    }

  return G_SOURCE_REMOVE;
}

/* Typing changes little in the picture: one refresh when the program has time, and only while it is
 * looked at. */
static void
queue_refresh (PalOverviewPage *self)
{
  if (self->refresh_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->refresh_id = g_idle_add (refresh_cb, self);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOverviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records
      = pal_dossier_list_records_finish (PAL_DOSSIER (source), result, &error);
  g_autofree char *words = NULL;

  if (records == NULL)
    {
      g_warning ("the consultations could not be counted: %s", error->message);
      return;
    }

  words = g_strdup_printf (
      ngettext ("%u consultation recorded", "%u consultations recorded", records->len),
      records->len);
  gtk_label_set_text (self->consultation_label, words);
}

static void
count_consultations (PalOverviewPage *self)
{
  pal_dossier_list_records_async (pal_session_get_dossier (self->session), "consultation",
                                  counted_cb, g_object_ref (self));
}

/* --- answers without a question */

static void
orphans_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOverviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) answers
      = pal_dossier_read_orphans_finish (PAL_DOSSIER (source), result, &error);
  g_autofree char *words = NULL;

  if (answers == NULL)
    {
      g_info ("the answers without a question could not be counted: %s", error->message);
      return;
    }
  /* The page may be gone by now. */
  if (self->session == NULL)
    return;

  words = g_strdup_printf (ngettext ("%u answer without a fitting question",
                                     "%u answers without a fitting question", answers->len),
                           answers->len);
  gtk_button_set_label (self->orphan_button, words);
  gtk_widget_set_visible (GTK_WIDGET (self->orphan_button), answers->len > 0);
}

static void
orphans_clicked_cb (PalOverviewPage *self)
{
  pal_session_show_page (self->session, "orphans");
}

static void
records_changed_cb (PalOverviewPage *self, const char *form_id)
{
  count_consultations (self);
}

static void
pal_overview_page_map (GtkWidget *widget)
{
  PalOverviewPage *self = PAL_OVERVIEW_PAGE (widget);

  refresh_cb (self);
  GTK_WIDGET_CLASS (pal_overview_page_parent_class)->map (widget);
}

static void
pal_overview_page_dispose (GObject *object)
{
  PalOverviewPage *self = PAL_OVERVIEW_PAGE (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  g_clear_pointer (&self->milestones, g_ptr_array_unref);
  g_clear_object (&self->session);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_OVERVIEW_PAGE);

  G_OBJECT_CLASS (pal_overview_page_parent_class)->dispose (object);
}

static void
pal_overview_page_class_init (PalOverviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_overview_page_dispose;
  widget_class->map = pal_overview_page_map;

  g_type_ensure (PAL_TYPE_RING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/overview/pal-overview-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, ring);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, answered_label);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, open_label);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, problem_label);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, consultation_label);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, orphan_button);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, strip);
  gtk_widget_class_bind_template_child (widget_class, PalOverviewPage, parts);
}

static void
pal_overview_page_init (PalOverviewPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->sections = g_ptr_array_new_with_free_func (section_free);
  self->milestones = g_ptr_array_new ();
  pal_ring_set_size (self->ring, 96);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      GtkWidget *milestone = pal_milestone_new (_ (steps[i].title));
      GtkWidget *child = gtk_flow_box_child_new ();

      gtk_widget_set_focusable (child, FALSE);
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), milestone);
      gtk_flow_box_append (self->strip, child);
      g_ptr_array_add (self->milestones, milestone);
    }
}

/**
 * pal_overview_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the picture of it, which follows the answers while it is shown
 */
GtkWidget *
pal_overview_page_new (PalSession *session)
{
  PalOverviewPage *self = g_object_new (PAL_TYPE_OVERVIEW_PAGE, NULL);
  PalOutline *outline = pal_session_get_outline (session);
  PalRecord *record = pal_session_get_questionnaire (session);

  self->session = g_object_ref (session);
  if (outline != NULL && record != NULL)
    {
      GPtrArray *parts = pal_outline_get_parts (outline);

      for (guint i = 0; i < parts->len; i++)
        add_section (self, g_ptr_array_index (parts, i));
      g_signal_connect_object (pal_record_get_response (record), "updated",
                               G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (queue_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (records_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->orphan_button, "clicked", G_CALLBACK (orphans_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  count_consultations (self);
  pal_dossier_read_orphans_async (pal_session_get_dossier (session), NULL, NULL, orphans_cb,
                                  g_object_ref (self));

  return GTK_WIDGET (self);
}
