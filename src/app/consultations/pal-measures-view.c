// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-measures-view"
#include "config.h"

#include "pal-measures-view.h"

#include "pal-consent.h"
#include "pal-consider-window.h"
#include "pal-coverage.h"
#include "pal-date.h"
#include "pal-heard.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-papers-window.h"
#include "pal-row-group.h"
#include "pal-sent-window.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  TILE_HELD,
  TILE_ATTENDED,
  TILE_WOMEN,
  TILE_ORGANIZATIONS,
  TILE_CONSIDERED,
  TILE_FEEDBACK,
  TILE_OBJECTIVES,
  TILE_ARTICLES,
  N_TILES
} TileKind;

typedef struct
{
  GtkLabel *number;
  GtkLabel *detail;
  GtkLevelBar *bar;
} Tile;

struct _PalMeasuresView
{
  AdwBin parent_instance;

  Tile tiles[N_TILES];
  GtkWidget *owed;
  GtkWidget *steps;
  GtkWidget *concerns;
  GtkWidget *lessons;
  GtkWidget *due;

  PalSession *session; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalMeasuresView, pal_measures_view, ADW_TYPE_BIN)

/* --- numbers -----------------------------------------------------------------------------------
 */

/* n_all: of how many; 0: nothing to compare with. */
static void
set_tile (Tile *tile, guint n, guint n_all, const char *detail)
{
  g_autofree char *number = pal_locale_dup_number (n);

  gtk_label_set_text (tile->number, number);
  gtk_label_set_text (tile->detail, detail);
  gtk_level_bar_set_value (tile->bar, n_all > 0 ? CLAMP ((double) n / n_all, 0, 1) : 0);
  gtk_widget_set_visible (GTK_WIDGET (tile->bar), n_all > 0);
}

static void
count_objectives (GPtrArray *list, guint *reached, guint *all)
{
  *reached = *all = 0;
  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      for (guint j = 0; j < consultation->objectives->len; j++)
        {
          const PalObjective *objective = g_ptr_array_index (consultation->objectives, j);

          *all += objective->aim != NULL;
          *reached += objective->aim != NULL && g_strcmp0 (objective->reached, "yes") == 0;
        }
    }
}

static guint
count_articles (PalConsultations *consultations, const PalConsultationWords *words)
{
  g_autoptr (PalCoverage) coverage = pal_coverage_new (consultations, NULL);
  guint n = 0;

  for (guint i = 0; i < words->articles->len; i++)
    {
      const PalNamedArticle *article = g_ptr_array_index (words->articles, i);

      n += pal_coverage_get (coverage, NULL, article->choice.id)->consultations > 0;
    }

  return n;
}

static void
show_numbers (PalMeasuresView *self, PalConsultations *consultations,
              const PalConsultationWords *words)
{
  PalIndicators counts;
  guint considered, sent, owed, reached, objectives, articles;
  g_autofree char *held = NULL;
  g_autofree char *invited = NULL;
  g_autofree char *men = NULL;
  g_autofree char *cards = NULL;
  g_autofree char *taken = NULL;
  g_autofree char *waiting = NULL;
  g_autofree char *aims = NULL;
  g_autofree char *of_articles = NULL;

  pal_indicators_count (consultations, &counts);
  count_objectives (pal_consultations_list (consultations), &reached, &objectives);
  considered = counts.points - counts.decisions[PAL_DECISION_OPEN];
  sent = counts.feedbacks[PAL_FEEDBACK_SENT];
  owed = counts.feedbacks[PAL_FEEDBACK_OWED];
  articles = count_articles (consultations, words);

  held = g_strdup_printf (_ ("Planned: %1$u. Cancelled: %2$u."), counts.planned, counts.cancelled);
  invited = g_strdup_printf (_ ("Invited: %u"), counts.invited);
  men = counts.small_numbers > 0 ? g_strdup_printf (
            _ ("Men: %u. Some numbers are below five: leave them out of what is published."),
            counts.men)
                                 : g_strdup_printf (_ ("Men: %u"), counts.men);
  cards = g_strdup_printf (_ ("Cards of stakeholders: %u"), counts.stakeholders);
  taken = g_strdup_printf (
      /* TRANSLATORS: of points from consultations */
      _ ("Of %1$u. Taken up, in full or in part: %2$u."), counts.points,
      counts.decisions[PAL_DECISION_TAKEN] + counts.decisions[PAL_DECISION_PARTLY]);
  waiting = g_strdup_printf (_ ("Still owed: %u"), owed);
  aims = g_strdup_printf (C_ ("a share of all", "Of %u"), objectives);
  of_articles = g_strdup_printf (C_ ("a share of all", "Of %u"), words->articles->len);
  set_tile (&self->tiles[TILE_HELD], counts.consultations, 0, held);
  set_tile (&self->tiles[TILE_ATTENDED], counts.attended, counts.invited, invited);
  set_tile (&self->tiles[TILE_WOMEN], counts.women, counts.women + counts.men, men);
  set_tile (&self->tiles[TILE_ORGANIZATIONS], counts.organizations, 0, cards);
  set_tile (&self->tiles[TILE_CONSIDERED], considered, counts.points, taken);
  set_tile (&self->tiles[TILE_FEEDBACK], sent, sent + owed, waiting);
  set_tile (&self->tiles[TILE_OBJECTIVES], reached, objectives, aims);
  set_tile (&self->tiles[TILE_ARTICLES], articles, words->articles->len, of_articles);
}

/* --- feedback owed -----------------------------------------------------------------------------
 */

typedef struct
{
  PalMeasuresView *view; /* (unowned): the row is below it */
  char *record;
  char *row;
} OwedPoint;

static void
owed_point_free (gpointer data, GClosure *closure)
{
  OwedPoint *point = data;

  g_free (point->record);
  g_free (point->row);
  g_free (point);
}

static OwedPoint *
owed_point_new (PalMeasuresView *self, const PalRaisedPoint *point)
{
  OwedPoint *place = g_new0 (OwedPoint, 1);

  place->view = self;
  place->record = g_strdup (point->consultation->id);
  place->row = g_strdup (point->row);

  return place;
}

static void
owed_activated_cb (AdwActionRow *row, OwedPoint *point)
{
  pal_consider_window_present (GTK_WIDGET (point->view), point->view->session, point->record,
                               point->row);
}

static const char *
get_source (const PalRaisedPoint *point)
{
  return point->is_named && point->source != NULL ? point->source : _ ("Source not named");
}

static const char *
get_title (const PalConsultation *consultation)
{
  return consultation->title != NULL ? consultation->title : _ ("Consultation without a name");
}

static GtkWidget *
make_owed_row (PalMeasuresView *self, const PalRaisedPoint *point)
{
  GtkWidget *row
      = pal_record_row_new (NULL, point->text, get_title (point->consultation), NULL, NULL);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_signal_connect_data (row, "activated", G_CALLBACK (owed_activated_cb),
                         owed_point_new (self, point), owed_point_free, 0);

  return row;
}

static void
letter_clicked_cb (GtkButton *button, OwedPoint *point)
{
  gtk_window_present (GTK_WINDOW (pal_papers_window_new_about (
      GTK_WIDGET (button), point->view->session, "feedback", point->record, point->row)));
}

/* One letter for all points of whoever is named; of those who are not, it begins with the first. */
static GtkWidget *
make_letter_button (PalMeasuresView *self, const PalRaisedPoint *point)
{
  /* TRANSLATORS: button: makes the letter to somebody who waits for an answer */
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Letter…"));
  /* TRANSLATORS: what a screen reader says of a button; %s: who waits for an answer */
  g_autofree char *name = g_strdup_printf (_ ("Letter: %s"), get_source (point));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_data (button, "clicked", G_CALLBACK (letter_clicked_cb),
                         owed_point_new (self, point), owed_point_free, 0);

  return button;
}

#define MAX_OWED 20 /* of one source: the others follow as soon as these are told */

static void
show_owed (PalMeasuresView *self, PalConsultations *consultations)
{
  g_autoptr (GPtrArray) owed = pal_feedback_list_owed (consultations);

  pal_row_group_clear (PAL_ROW_GROUP (self->owed));
  for (guint i = 0, n; i < owed->len; i += n)
    {
      const char *source = get_source (g_ptr_array_index (owed, i));
      GtkWidget *row = adw_expander_row_new ();
      g_autofree char *words = NULL;

      for (n = 1;
           i + n < owed->len && strcmp (get_source (g_ptr_array_index (owed, i + n)), source) == 0;)
        n++;
      words = g_strdup_printf (ngettext ("%u point was considered; the source does not know yet",
                                         "%u points were considered; the source does not know yet",
                                         n),
                               n);
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), source);
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, source,
                                      -1);
      adw_expander_row_add_action (ADW_EXPANDER_ROW (row),
                                   make_letter_button (self, g_ptr_array_index (owed, i)));
      for (guint j = i; j < i + MIN (n, MAX_OWED); j++)
        adw_expander_row_add_row (ADW_EXPANDER_ROW (row),
                                  make_owed_row (self, g_ptr_array_index (owed, j)));
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), i < MAX_OWED);
      pal_row_group_add (PAL_ROW_GROUP (self->owed), row);
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->owed), _ ("Nobody waits for an answer."));
}

/* --- next steps, concerns, lessons ---------------------------------------------------------------
 */

typedef struct
{
  const PalConsultation *consultation;
  const PalNextStep *step;
} OpenStep;

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const OpenStep *one = a;
  const OpenStep *other = b;

  if ((one->step->due == NULL) != (other->step->due == NULL))
    return one->step->due == NULL ? 1 : -1;

  return g_strcmp0 (one->step->due, other->step->due);
}

static char *
dup_due_words (const PalNextStep *step, const char *today)
{
  g_autoptr (GDateTime) day = step->due != NULL ? pal_date_parse (step->due) : NULL;
  g_autofree char *date = day != NULL ? pal_language_format_date (day) : NULL;

  if (date == NULL)
    return g_strdup (_ ("Without a day"));
  if (strcmp (step->due, today) < 0)
    /* TRANSLATORS: a next step; %s is a date */
    return g_strdup_printf (_ ("Overdue since %s"), date);

  /* TRANSLATORS: a next step; %s is a date */
  return g_strdup_printf (_ ("Due on %s"), date);
}

static void
show_steps (PalMeasuresView *self, GPtrArray *list)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (OpenStep));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      for (guint j = 0; j < consultation->steps->len; j++)
        {
          OpenStep open = { consultation, g_ptr_array_index (consultation->steps, j) };

          if (!open.step->is_done && open.step->what != NULL)
            g_array_append_val (steps, open);
        }
    }
  g_array_sort (steps, compare_steps);
  pal_row_group_clear (PAL_ROW_GROUP (self->steps));
  for (guint i = 0; i < steps->len; i++)
    {
      const OpenStep *open = &g_array_index (steps, OpenStep, i);
      g_autofree char *due = dup_due_words (open->step, today);
      g_autofree char *words = g_strdup_printf (
          _ ("%s · %s"), due,
          open->step->owner != NULL ? open->step->owner : get_title (open->consultation));

      pal_row_group_add (PAL_ROW_GROUP (self->steps),
                         pal_record_row_new (self->session, open->step->what, words,
                                             open->consultation->id, open->step->row));
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->steps), _ ("No step is open."));
}

static void
show_concerns (PalMeasuresView *self, GPtrArray *list)
{
  pal_row_group_clear (PAL_ROW_GROUP (self->concerns));
  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      for (guint j = 0; j < consultation->concerns->len; j++)
        {
          const PalConcern *concern = g_ptr_array_index (consultation->concerns, j);

          if (concern->about != NULL && !concern->is_settled)
            pal_row_group_add (PAL_ROW_GROUP (self->concerns),
                               pal_record_row_new (self->session, concern->about,
                                                   concern->response != NULL ? concern->response
                                                   : concern->owner != NULL
                                                       ? concern->owner
                                                       : _ ("Nobody looks after it yet"),
                                                   consultation->id, concern->row));
        }
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->concerns), _ ("No concern is open."));
}

static void
show_lessons (PalMeasuresView *self, GPtrArray *list)
{
  pal_row_group_clear (PAL_ROW_GROUP (self->lessons));
  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      if (consultation->lessons != NULL)
        pal_row_group_add (PAL_ROW_GROUP (self->lessons),
                           pal_record_row_new (self->session, consultation->lessons,
                                               get_title (consultation), consultation->id,
                                               "/consultation/record/outcome/lessons"));
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->lessons),
                        _ ("The last page of a consultation asks what you would do differently; "
                           "the answers are gathered here."));
}

/* --- what is due by the calendar -----------------------------------------------------------------
 */

static char *
dup_protection_words (const PalDue *due)
{
  g_autoptr (GDateTime) day = pal_date_parse (due->date);
  g_autofree char *date = day != NULL ? pal_language_format_date (day) : g_strdup (due->date);

  switch (due->kind)
    {
    case PAL_DUE_RETENTION:
      /* TRANSLATORS: of a record; %s is a date */
      return g_strdup_printf (_ ("To be deleted since %s"), date);
    case PAL_DUE_CONSENT:
      /* TRANSLATORS: of a record; %s is a date */
      return g_strdup_printf (_ ("The consent ended on %s. It goes into no package any more."),
                              date);
    }

  return NULL;
}

static void
sent_clicked_cb (PalMeasuresView *self)
{
  gtk_window_present (GTK_WINDOW (pal_sent_window_new (GTK_WIDGET (self), self->session, NULL)));
}

static void
add_sent_button (PalMeasuresView *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("What Was _Sent…"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (sent_clicked_cb), self);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self->due), button);
}

static void
show_due (PalMeasuresView *self, PalConsultations *consultations)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (GPtrArray) list = pal_due_list (consultations, today);

  pal_row_group_clear (PAL_ROW_GROUP (self->due));
  for (guint i = 0; i < list->len; i++)
    {
      const PalDue *due = g_ptr_array_index (list, i);
      gboolean is_card = strcmp (due->form_id, "stakeholder") == 0;
      const char *none
          = is_card ? _ ("Stakeholder without a name") : _ ("Consultation without a name");
      g_autofree char *words = dup_protection_words (due);

      pal_row_group_add (PAL_ROW_GROUP (self->due),
                         pal_record_row_new (self->session, due->words != NULL ? due->words : none,
                                             words, due->record, due->node));
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->due),
                        _ ("Nothing is to be deleted, and no consent has ended."));
}

/**
 * pal_measures_view_show:
 * @view: the measures
 * @words: (nullable): what things are called
 *
 * Counts anew.
 */
void
pal_measures_view_show (GtkWidget *view, const PalConsultationWords *words)
{
  PalMeasuresView *self = PAL_MEASURES_VIEW (view);
  PalConsultations *consultations = pal_heard_get_consultations (
      pal_heard_of_dossier (pal_session_get_dossier (self->session)));
  GPtrArray *list;

  if (consultations == NULL || words == NULL)
    return;

  /* Points first: they tell which feedback is owed. */
  pal_consultations_list_points (consultations);
  list = pal_consultations_list (consultations);
  show_numbers (self, consultations, words);
  show_owed (self, consultations);
  show_steps (self, list);
  show_concerns (self, list);
  show_lessons (self, list);
  show_due (self, consultations);
}

/* --- the widget --------------------------------------------------------------------------------
 */

static GtkWidget *
make_tile (Tile *tile, const char *title)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing",
                                 4, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *heading = gtk_label_new (title);

  tile->number = GTK_LABEL (gtk_label_new (NULL));
  tile->detail = GTK_LABEL (gtk_label_new (NULL));
  tile->bar = GTK_LEVEL_BAR (
      g_object_new (GTK_TYPE_LEVEL_BAR, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  /* How much of a whole is no judgement of it. */
  gtk_level_bar_remove_offset_value (tile->bar, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (tile->bar, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (tile->bar, GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_label_set_wrap (tile->detail, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (heading), 16);
  gtk_label_set_max_width_chars (tile->detail, 20);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_xalign (tile->number, 0);
  gtk_label_set_xalign (tile->detail, 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (GTK_WIDGET (tile->number), "title-1");
  gtk_widget_add_css_class (GTK_WIDGET (tile->number), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (tile->detail), "caption");
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "measure-tile");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (tile->number));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (tile->bar));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (tile->detail));

  return box;
}

static GtkWidget *
make_tiles (PalMeasuresView *self)
{
  const char *const titles[N_TILES] = {
    [TILE_HELD] = _ ("Consultations held"),
    [TILE_ATTENDED] = _ ("People who took part"),
    [TILE_WOMEN] = _ ("Women among them"),
    [TILE_ORGANIZATIONS] = _ ("Organizations that took part"),
    [TILE_CONSIDERED] = _ ("Points considered"),
    [TILE_FEEDBACK] = _ ("Feedback given"),
    [TILE_OBJECTIVES] = _ ("Objectives reached"),
    [TILE_ARTICLES] = _ ("Articles that somebody spoke to"),
  };
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 12);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 12);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 4);
  for (guint i = 0; i < N_TILES; i++)
    {
      GtkWidget *child = gtk_flow_box_child_new ();

      gtk_widget_set_focusable (child, FALSE);
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child),
                                    make_tile (&self->tiles[i], titles[i]));
      gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
    }

  return flow;
}

static void
pal_measures_view_dispose (GObject *object)
{
  PalMeasuresView *self = PAL_MEASURES_VIEW (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_measures_view_parent_class)->dispose (object);
}

static void
pal_measures_view_class_init (PalMeasuresViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_measures_view_dispose;
}

static void
pal_measures_view_init (PalMeasuresView *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *numbers = adw_preferences_group_new ();
  GtkWidget **const groups[]
      = { &self->owed, &self->steps, &self->concerns, &self->lessons, &self->due };
  const char *const titles[]
      = { _ ("Feedback owed"), _ ("Next steps"), C_ ("of stakeholders", "Concerns"),
          _ ("What was learned"), _ ("Deletion and consent") };

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (numbers), make_tiles (self));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (numbers));
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      *groups[i] = pal_row_group_new (titles[i], NULL);
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (*groups[i]));
    }
  add_sent_button (self);
  adw_bin_set_child (ADW_BIN (self), page);
}

/**
 * pal_measures_view_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the view; pal_measures_view_show() fills it
 */
GtkWidget *
pal_measures_view_new (PalSession *session)
{
  PalMeasuresView *self = g_object_new (PAL_TYPE_MEASURES_VIEW, NULL);

  self->session = g_object_ref (session);

  return GTK_WIDGET (self);
}
