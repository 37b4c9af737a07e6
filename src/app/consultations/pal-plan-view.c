// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-plan-view"
#include "config.h"

#include "pal-plan-view.h"

#include "pal-coverage-window.h"
#include "pal-date.h"
#include "pal-heard.h"
#include "pal-language.h"
#include "pal-matrix.h"
#include "pal-row-group.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_REGIONS 40 /* in the table; regions are free text */

struct _PalPlanView
{
  AdwBin parent_instance;

  GtkWidget *next;
  GtkWidget *objectives;
  GtkWidget *invitations;
  GtkWidget *map; /* the group around the matrix */
  GtkWidget *matrix;

  PalSession *session;               /* (owned) */
  const PalConsultationWords *words; /* (unowned) (nullable) */
  GPtrArray *regions;                /* (owned) (element-type utf8): the columns */
};

G_DEFINE_FINAL_TYPE (PalPlanView, pal_plan_view, ADW_TYPE_BIN)

static const char *
get_title (const PalConsultation *consultation)
{
  return consultation->title != NULL ? consultation->title : _ ("Consultation without a name");
}

/* --- what to do next ---------------------------------------------------------------------------
 */

static void
add_next (PalPlanView *self, const char *title, const char *subtitle)
{
  pal_row_group_add (PAL_ROW_GROUP (self->next),
                     pal_record_row_new (NULL, title, subtitle, NULL, NULL));
}

/* Types that were left out, in one row. */
static void
add_gap (PalPlanView *self, const char *title, GPtrArray *types)
{
  g_autofree char *list = NULL;

  if (types->len == 0)
    return;
  g_ptr_array_add (types, NULL);
  list = g_strjoinv (" · ", (char **) types->pdata);
  add_next (self, title, list);
}

static void
add_gaps (PalPlanView *self, PalConsultations *consultations)
{
  g_autoptr (PalCoverage) coverage = pal_coverage_new (consultations, NULL);
  g_autoptr (GPtrArray) unheard = g_ptr_array_new ();
  g_autoptr (GPtrArray) unmapped = g_ptr_array_new ();
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

  for (guint i = 0; i < self->words->types->len; i++)
    {
      const PalNamedChoice *type = g_ptr_array_index (self->words->types, i);
      const PalCoverageCell *cell = pal_coverage_get (coverage, type->id, NULL);

      if (cell->consultations > 0 && cell->stakeholders == 0)
        g_ptr_array_add (unmapped, type->label);
      else if (cell->consultations == 0)
        g_ptr_array_add (cell->stakeholders > 0 ? unheard : nobody, type->label);
    }
  add_gap (self, _ ("Mapped, but never consulted"), unheard);
  add_gap (self, _ ("Heard, but without a card"), unmapped);
  add_gap (self, _ ("Neither mapped nor heard"), nobody);
}

/* What was planned, and whose day has passed. */
static void
add_passed (PalPlanView *self, GPtrArray *list)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);
      g_autoptr (GDateTime) day = NULL;
      g_autofree char *date = NULL;
      g_autofree char *words = NULL;

      if (g_strcmp0 (consultation->stage, "planned") != 0 || consultation->date == NULL
          || strcmp (consultation->date, today) >= 0)
        continue;
      day = pal_date_parse (consultation->date);
      date = day != NULL ? pal_language_format_date (day) : g_strdup (consultation->date);
      /* TRANSLATORS: %s is a date that has passed */
      words = g_strdup_printf (_ ("It was planned for %s. Was it held?"), date);
      pal_row_group_add (PAL_ROW_GROUP (self->next),
                         pal_record_row_new (self->session, get_title (consultation), words,
                                             consultation->id,
                                             "/consultation/record/essentials/stage"));
    }
}

static void
show_next (PalPlanView *self, PalConsultations *consultations, GPtrArray *list)
{
  g_autoptr (GPtrArray) owed = pal_feedback_list_owed (consultations);

  pal_row_group_clear (PAL_ROW_GROUP (self->next));
  add_passed (self, list);
  if (owed->len > 0)
    {
      g_autofree char *words
          = g_strdup_printf (ngettext ("The source of %u point waits for an answer",
                                       "The sources of %u points wait for an answer", owed->len),
                             owed->len);

      add_next (self, words, _ ("Measures shows whom to tell."));
    }
  add_gaps (self, consultations);
  pal_row_group_finish (PAL_ROW_GROUP (self->next), _ ("Nothing is open."));
}

/* --- objectives, invitations -------------------------------------------------------------------
 */

static void
show_objectives (PalPlanView *self, GPtrArray *list)
{
  pal_row_group_clear (PAL_ROW_GROUP (self->objectives));
  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      for (guint j = 0; j < consultation->objectives->len; j++)
        {
          const PalObjective *objective = g_ptr_array_index (consultation->objectives, j);
          const char *reached = pal_named_choice_find (self->words->reached, objective->reached);
          g_autofree char *words = NULL;

          if (objective->aim == NULL)
            continue;
          words = reached != NULL
                      /* TRANSLATORS: an aim of a consultation: yes, in part or no; and where */
                      ? g_strdup_printf (_ ("Reached: %1$s · %2$s"), reached,
                                         get_title (consultation))
                      : g_strdup (get_title (consultation));
          pal_row_group_add (PAL_ROW_GROUP (self->objectives),
                             pal_record_row_new (self->session, objective->aim, words,
                                                 consultation->id, objective->row));
        }
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->objectives),
                        _ ("The plan of a consultation asks what is to be reached; its aims are "
                           "gathered here."));
}

static int
rank_reply (const char *reply)
{
  return reply == NULL || strcmp (reply, "waiting") == 0 ? 0 : strcmp (reply, "no") == 0 ? 2 : 1;
}

/* Those that wait for a reply first. */
static void
add_invitations (PalPlanView *self, const PalConsultation *consultation, int rank)
{
  for (guint i = 0; i < consultation->invitations->len; i++)
    {
      const PalInvitation *invitation = g_ptr_array_index (consultation->invitations, i);
      const char *origin = pal_named_choice_find (self->words->origins, invitation->origin);
      const char *reply = pal_named_choice_find (
          self->words->replies, invitation->reply != NULL ? invitation->reply : "waiting");
      g_autofree char *words = NULL;

      if (invitation->whom == NULL || rank_reply (invitation->reply) != rank)
        continue;
      words = g_strdup_printf (
          /* TRANSLATORS: an invitation: the reply, then where it came from or the consultation */
          _ ("Reply: %1$s · %2$s"), reply != NULL ? reply : "",
          origin != NULL ? origin : get_title (consultation));
      pal_row_group_add (PAL_ROW_GROUP (self->invitations),
                         pal_record_row_new (self->session, invitation->whom, words,
                                             consultation->id, invitation->row));
    }
}

static void
show_invitations (PalPlanView *self, GPtrArray *list)
{
  pal_row_group_clear (PAL_ROW_GROUP (self->invitations));
  for (int rank = 0; rank < 3; rank++)
    for (guint i = 0; i < list->len; i++)
      add_invitations (self, g_ptr_array_index (list, i), rank);
  pal_row_group_finish (PAL_ROW_GROUP (self->invitations),
                        _ ("The plan of a consultation asks who is invited; invitations and "
                           "replies are gathered here."));
}

/* --- the map: types and regions ----------------------------------------------------------------
 */

static void
show_map (PalPlanView *self, PalConsultations *consultations)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);
  guint n_regions;

  g_ptr_array_unref (self->regions);
  self->regions = pal_coverage_list_regions (consultations);
  n_regions = MIN (self->regions->len, MAX_REGIONS);
  gtk_widget_set_visible (self->map, n_regions > 0);
  if (n_regions == 0)
    return;

  for (guint i = 0; i < self->words->types->len; i++)
    g_ptr_array_add (rows, ((PalNamedChoice *) g_ptr_array_index (self->words->types, i))->label);
  for (guint i = 0; i < n_regions; i++)
    {
      PalMatrixColumn *column = g_new0 (PalMatrixColumn, 1);

      column->title = column->label = g_ptr_array_index (self->regions, i);
      g_ptr_array_add (columns, column);
    }
  pal_matrix_set_axes (PAL_MATRIX (self->matrix), rows, columns);
  for (guint i = 0; i < n_regions; i++)
    {
      const char *region = g_ptr_array_index (self->regions, i);
      g_autoptr (PalCoverage) coverage
          = pal_coverage_new (consultations, &(PalCoverageScope){ NULL, region });

      for (guint j = 0; j < rows->len; j++)
        {
          const PalNamedChoice *type = g_ptr_array_index (self->words->types, j);
          guint n = pal_coverage_get (coverage, type->id, NULL)->stakeholders;
          /* TRANSLATORS: type of stakeholder, region, and how many cards there are */
          g_autofree char *name
              = g_strdup_printf (_ ("%1$s. %2$s. Cards: %3$u."), type->label, region, n);

          pal_matrix_set_cell (PAL_MATRIX (self->matrix), j, i,
                               n > 0 ? PAL_SHAPE_DISC : PAL_SHAPE_NONE, n, name);
        }
    }
}

static void
cell_activated_cb (PalPlanView *self, guint row, guint column)
{
  PalConsultations *consultations = pal_heard_get_consultations (
      pal_heard_of_dossier (pal_session_get_dossier (self->session)));
  const PalNamedChoice *type;
  const char *region;
  g_autoptr (PalCoverageRecords) records = NULL;

  if (consultations == NULL || row >= self->words->types->len || column >= self->regions->len)
    return;
  type = g_ptr_array_index (self->words->types, row);
  region = g_ptr_array_index (self->regions, column);
  records = pal_coverage_find_records (consultations, &(PalCoverageScope){ NULL, region }, type->id,
                                       NULL);
  /* Who was consulted is not told by region. */
  g_ptr_array_set_size (records->consultations, 0);
  g_ptr_array_set_size (records->points, 0);
  pal_coverage_window_present (GTK_WIDGET (self), self->session, type->label, region, records);
}

/**
 * pal_plan_view_show:
 * @view: the plan
 * @words: (nullable): what things are called
 *
 * Looks anew.
 */
void
pal_plan_view_show (GtkWidget *view, const PalConsultationWords *words)
{
  PalPlanView *self = PAL_PLAN_VIEW (view);
  PalConsultations *consultations = pal_heard_get_consultations (
      pal_heard_of_dossier (pal_session_get_dossier (self->session)));
  GPtrArray *list;

  if (consultations == NULL || words == NULL)
    return;

  self->words = words;
  pal_consultations_list_points (consultations);
  list = pal_consultations_list (consultations);
  show_next (self, consultations, list);
  show_objectives (self, list);
  show_invitations (self, list);
  show_map (self, consultations);
}

/* --- the widget --------------------------------------------------------------------------------
 */

/* Nine difficulties that every State meets, and where this program has a place for each. */
static GtkWidget *
make_challenges (void)
{
  const struct
  {
    const char *challenge;
    const char *place;
  } rows[] = {
    { _ ("Many stakeholders in a large country"),
      _ ("Import a list; give each card its regions; look at Coverage region by region.") },
    { _ ("Understanding the place"),
      _ ("The plan of a consultation asks what the team should know about it.") },
    { _ ("Risks, misunderstandings and concerns"),
      _ ("The outcome of a consultation has a row for each; Measures shows those that are open.") },
    { _ ("Keeping people informed"),
      _ ("Feedback owed, in Measures, names everyone who waits for an answer.") },
    { _ ("Starting from what people need"),
      _ ("A point can be a need for assistance, and is tied to the answer that it changed.") },
    { _ ("A clear record of who did what, and when"),
      _ ("Every change is kept with its author and time; the history of a question shows it.") },
    { _ ("Trust"),
      _ ("Consent stands in each record; what is restricted stays out of all that is sent.") },
    { _ ("Measuring"), _ ("Measures counts; Coverage shows whom nobody has heard.") },
    { _ ("Working as a team"), _ ("Team hands out articles, and brings together what came back.") },
  };
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *expander = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander),
                                 _ ("What makes consultations hard, and what helps"));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    adw_expander_row_add_row (
        ADW_EXPANDER_ROW (expander),
        pal_record_row_new (NULL, rows[i].challenge, rows[i].place, NULL, NULL));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), expander);

  return group;
}

static void
pal_plan_view_dispose (GObject *object)
{
  PalPlanView *self = PAL_PLAN_VIEW (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_plan_view_parent_class)->dispose (object);
}

static void
pal_plan_view_class_init (PalPlanViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_plan_view_dispose;
}

static void
pal_plan_view_init (PalPlanView *self)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());

  self->regions = g_ptr_array_new_with_free_func (g_free);
  self->next = pal_row_group_new (_ ("What to do next"), NULL);
  self->objectives = pal_row_group_new (_ ("Objectives"), NULL);
  self->invitations = pal_row_group_new (_ ("Invitations"), NULL);
  self->map = pal_row_group_new (_ ("Cards by type and region"),
                                 _ ("A dash is a gap: nobody of this type serves the region."));
  self->matrix = pal_matrix_new (_ ("Cards by type and region"));
  pal_matrix_set_stretch (PAL_MATRIX (self->matrix), 3);
  g_signal_connect_swapped (self->matrix, "activated", G_CALLBACK (cell_activated_cb), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->map), self->matrix);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (self->next));
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (self->objectives));
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (self->invitations));
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (self->map));
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (make_challenges ()));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (page));
}

/**
 * pal_plan_view_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the view; pal_plan_view_show() fills it
 */
GtkWidget *
pal_plan_view_new (PalSession *session)
{
  PalPlanView *self = g_object_new (PAL_TYPE_PLAN_VIEW, NULL);

  self->session = g_object_ref (session);

  return GTK_WIDGET (self);
}
