// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-coverage-view"
#include "config.h"

#include "pal-coverage-view.h"

#include "pal-coverage-window.h"
#include "pal-drop-down.h"
#include "pal-heard.h"
#include "pal-locale.h"
#include "pal-matrix.h"
#include "pal-row-group.h"
#include "pal-stack.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

#define NARROW 600 /* pixels: from here on a list by article */

struct _PalCoverageView
{
  AdwBin parent_instance;

  GtkWidget *cluster_menu;
  GtkWidget *instrument_menu;
  GtkWidget *region_menu;
  GtkStack *stack;
  GtkWidget *matrix;
  GtkWidget *list; /* in its place when narrow */
  gboolean is_narrow;
  guint switch_id; /* idle source, 0: none */

  PalSession *session;               /* (owned) */
  const PalConsultationWords *words; /* (unowned) (nullable) */
  GPtrArray *articles;               /* (owned) (element-type PalNamedArticle): unowned columns */
  GPtrArray *regions;                /* (owned) (element-type utf8): as in the menu */
  gboolean is_filling;               /* menus are being changed */
};

G_DEFINE_FINAL_TYPE (PalCoverageView, pal_coverage_view, ADW_TYPE_BIN)

static PalConsultations *
get_consultations (PalCoverageView *self)
{
  return pal_heard_get_consultations (
      pal_heard_of_dossier (pal_session_get_dossier (self->session)));
}

/* --- what is chosen ----------------------------------------------------------------------------
 */

/* The first entry of each menu stands for all. */
static const char *
get_chosen (GtkWidget *menu, GPtrArray *choices)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (menu));

  return selected > 0 && selected <= choices->len
             ? ((PalNamedChoice *) g_ptr_array_index (choices, selected - 1))->id
             : NULL;
}

static void
read_scope (PalCoverageView *self, PalCoverageScope *scope)
{
  guint region = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->region_menu));

  scope->cluster = get_chosen (self->cluster_menu, self->words->clusters);
  scope->region = region > 0 && region <= self->regions->len
                      ? g_ptr_array_index (self->regions, region - 1)
                      : NULL;
}

static void
choose_articles (PalCoverageView *self)
{
  const char *cluster = get_chosen (self->cluster_menu, self->words->clusters);
  const char *instrument = get_chosen (self->instrument_menu, self->words->instruments);

  g_ptr_array_set_size (self->articles, 0);
  for (guint i = 0; i < self->words->articles->len; i++)
    {
      PalNamedArticle *article = g_ptr_array_index (self->words->articles, i);

      if ((cluster == NULL || strcmp (article->cluster, cluster) == 0)
          && (instrument == NULL || strcmp (article->instrument, instrument) == 0))
        g_ptr_array_add (self->articles, article);
    }
}

/* --- cells -------------------------------------------------------------------------------------
 */

static PalShape
get_shape (const PalCoverageCell *cell)
{
  if (cell->consultations > 0)
    return cell->stakeholders > 0 ? PAL_SHAPE_DISC : PAL_SHAPE_DIAMOND;

  return cell->stakeholders > 0 ? PAL_SHAPE_RING : PAL_SHAPE_NONE;
}

static char *
dup_cell_name (const PalCoverageCell *cell, const char *type, const char *article)
{
  switch (get_shape (cell))
    {
    case PAL_SHAPE_DISC:
      return g_strdup_printf (
          /* TRANSLATORS: type of stakeholder, article, and counts */
          _ ("%1$s. %2$s. Consultations: %3$u; points: %4$u, of these open: %5$u; cards: %6$u."),
          type, article, cell->consultations, cell->points, cell->open, cell->stakeholders);
    case PAL_SHAPE_DIAMOND:
      return g_strdup_printf (
          /* TRANSLATORS: type of stakeholder, article, and counts */
          _ ("%1$s. %2$s. Heard, without a card. Consultations: %3$u; points: %4$u, of these open: "
             "%5$u."),
          type, article, cell->consultations, cell->points, cell->open);
    case PAL_SHAPE_RING:
      /* TRANSLATORS: type of stakeholder, article, and how many cards there are */
      return g_strdup_printf (_ ("%1$s. %2$s. Never consulted; cards: %3$u."), type, article,
                              cell->stakeholders);
    case PAL_SHAPE_NONE:
    case PAL_SHAPE_BLANK:
    case PAL_SHAPE_PLAIN:
      break;
    }

  /* TRANSLATORS: type of stakeholder, article */
  return g_strdup_printf (_ ("%1$s. %2$s. Nobody yet."), type, article);
}

/* Row 0 and column 0 stand for all. */
static const char *
get_type_label (PalCoverageView *self, guint row)
{
  return row == 0 ? _ ("All types")
                  : ((PalNamedChoice *) g_ptr_array_index (self->words->types, row - 1))->label;
}

static const char *
get_article_label (PalCoverageView *self, guint column)
{
  return column == 0
             ? _ ("All articles")
             : ((PalNamedArticle *) g_ptr_array_index (self->articles, column - 1))->choice.label;
}

static const char *
get_type (PalCoverageView *self, guint row)
{
  return row == 0 ? NULL : ((PalNamedChoice *) g_ptr_array_index (self->words->types, row - 1))->id;
}

static const char *
get_article (PalCoverageView *self, guint column)
{
  return column == 0
             ? NULL
             : ((PalNamedArticle *) g_ptr_array_index (self->articles, column - 1))->choice.id;
}

static void
show_matrix (PalCoverageView *self, PalCoverage *coverage)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i <= self->words->types->len; i++)
    g_ptr_array_add (rows, (gpointer) get_type_label (self, i));
  for (guint i = 0; i <= self->articles->len; i++)
    {
      PalMatrixColumn *column = g_new0 (PalMatrixColumn, 1);

      column->label = get_article_label (self, i);
      if (i > 0)
        {
          const PalNamedArticle *article = g_ptr_array_index (self->articles, i - 1);

          column->title = article->number;
          column->group = pal_named_choice_find (self->words->instruments, article->instrument);
        }
      else
        /* TRANSLATORS: short: the column of a table that stands for all articles: sigma, a sum */
        column->title = C_ ("all articles", "Σ");
      g_ptr_array_add (columns, column);
    }
  pal_matrix_set_axes (PAL_MATRIX (self->matrix), rows, columns);
  for (guint i = 0; i < rows->len; i++)
    for (guint j = 0; j < columns->len; j++)
      {
        const PalCoverageCell *cell
            = pal_coverage_get (coverage, get_type (self, i), get_article (self, j));
        g_autofree char *name
            = dup_cell_name (cell, get_type_label (self, i), get_article_label (self, j));

        pal_matrix_set_cell (PAL_MATRIX (self->matrix), i, j, get_shape (cell),
                             cell->consultations > 0 ? cell->consultations : cell->stakeholders,
                             name);
      }
}

/* --- the list by article -----------------------------------------------------------------------
 */

static void
open_cell (PalCoverageView *self, guint row, guint column)
{
  PalConsultations *consultations = get_consultations (self);
  g_autoptr (PalCoverageRecords) records = NULL;
  PalCoverageScope scope;

  if (consultations == NULL || self->words == NULL || row > self->words->types->len
      || column > self->articles->len)
    return;
  read_scope (self, &scope);
  records = pal_coverage_find_records (consultations, &scope, get_type (self, row),
                                       get_article (self, column));
  pal_coverage_window_present (GTK_WIDGET (self), self->session, get_type_label (self, row),
                               get_article_label (self, column), records);
}

static void
row_activated_cb (GtkWidget *row, PalCoverageView *self)
{
  open_cell (self, 0, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "column")));
}

static void
show_list (PalCoverageView *self, PalCoverage *coverage)
{
  pal_row_group_clear (PAL_ROW_GROUP (self->list));
  for (guint i = 1; i <= self->articles->len; i++)
    {
      const PalCoverageCell *all = pal_coverage_get (coverage, NULL, get_article (self, i));
      guint heard = 0, mapped = 0;
      g_autofree char *words = NULL;
      GtkWidget *row;

      for (guint j = 1; j <= self->words->types->len; j++)
        {
          const PalCoverageCell *cell
              = pal_coverage_get (coverage, get_type (self, j), get_article (self, i));

          heard += cell->consultations > 0;
          mapped += cell->consultations == 0 && cell->stakeholders > 0;
        }
      words = g_strdup_printf (
          /* TRANSLATORS: of the types of stakeholders: how many were heard on an article, how many
           * only have a card, and how many do not even have that */
          _ ("Types heard: %1$u. Mapped, never consulted: %2$u. Nobody yet: %3$u."), heard, mapped,
          self->words->types->len - heard - mapped);
      row = pal_record_row_new (NULL, get_article_label (self, i), words, NULL, NULL);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 pal_shape_new (get_shape (all), all->consultations > 0
                                                                     ? all->consultations
                                                                     : all->stakeholders));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data (G_OBJECT (row), "column", GUINT_TO_POINTER (i));
      g_signal_connect (row, "activated", G_CALLBACK (row_activated_cb), self);
      pal_row_group_add (PAL_ROW_GROUP (self->list), row);
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->list), NULL);
}

/* --- showing -----------------------------------------------------------------------------------
 */

static void
refresh (PalCoverageView *self)
{
  PalConsultations *consultations = get_consultations (self);
  g_autoptr (PalCoverage) coverage = NULL;
  PalCoverageScope scope;

  if (consultations == NULL || self->words == NULL)
    return;

  read_scope (self, &scope);
  choose_articles (self);
  coverage = pal_coverage_new (consultations, &scope);
  if (self->is_narrow)
    show_list (self, coverage);
  else
    show_matrix (self, coverage);
  pal_stack_show (self->stack, self->is_narrow ? self->list : self->matrix);
}

static void
chosen_cb (PalCoverageView *self)
{
  if (!self->is_filling)
    refresh (self);
}

static void
fill_menu (GtkWidget *menu, const char *all, GPtrArray *labels, guint selected)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, all);
  for (guint i = 0; i < labels->len; i++)
    gtk_string_list_append (list, g_ptr_array_index (labels, i));
  gtk_drop_down_set_model (GTK_DROP_DOWN (menu), G_LIST_MODEL (list));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (menu), selected);
}

/* The cluster that the questionnaire of this dossier is about. */
static guint
get_own_cluster (PalCoverageView *self)
{
  PalRecord *record = pal_session_get_questionnaire (self->session);
  const char *form
      = record != NULL ? pal_form_get_id (pal_response_get_form (pal_record_get_response (record)))
                       : "";

  return g_str_has_prefix (form, "cluster-") ? CLAMP (form[8] - '0', 0, 4) : 0;
}

static void
fill_choices (GtkWidget *menu, const char *all, GPtrArray *choices, guint selected)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint i = 0; i < choices->len; i++)
    g_ptr_array_add (labels, ((PalNamedChoice *) g_ptr_array_index (choices, i))->label);
  fill_menu (menu, all, labels, selected);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return pal_locale_compare (*(const char *const *) a, *(const char *const *) b);
}

/* Regions come and go with the cards; the one that is chosen stays. */
static void
fill_regions (PalCoverageView *self, PalConsultations *consultations)
{
  g_autoptr (GPtrArray) before = self->regions;
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->region_menu));
  const char *chosen
      = selected > 0 && selected <= before->len ? g_ptr_array_index (before, selected - 1) : NULL;
  guint now = 0;

  self->regions = pal_coverage_list_regions (consultations);
  g_ptr_array_sort (self->regions, compare_texts);
  for (guint i = 0; i < self->regions->len; i++)
    if (g_strcmp0 (g_ptr_array_index (self->regions, i), chosen) == 0)
      now = i + 1;
  fill_menu (self->region_menu, _ ("All regions"), self->regions, now);
}

/**
 * pal_coverage_view_show:
 * @view: a coverage view
 * @words: (nullable): what things are called
 *
 * Counts anew.
 */
void
pal_coverage_view_show (GtkWidget *view, const PalConsultationWords *words)
{
  PalCoverageView *self = PAL_COVERAGE_VIEW (view);
  PalConsultations *consultations = get_consultations (self);

  if (consultations == NULL || words == NULL)
    return;

  self->is_filling = TRUE;
  if (self->words != words)
    {
      self->words = words;
      fill_choices (self->cluster_menu, _ ("All clusters"), words->clusters,
                    get_own_cluster (self));
      fill_choices (self->instrument_menu, _ ("All instruments"), words->instruments, 0);
    }
  fill_regions (self, consultations);
  self->is_filling = FALSE;
  refresh (self);
}

static gboolean
switch_cb (gpointer user_data)
{
  PalCoverageView *self = user_data;

  self->switch_id = 0;
  refresh (self);

  return G_SOURCE_REMOVE;
}

/* Called in the middle of laying things out: what is shown changes afterwards. */
static void
resized_cb (GtkDrawingArea *area, int width, int height, PalCoverageView *self)
{
  gboolean is_narrow = width < NARROW;

  if (is_narrow == self->is_narrow)
    return;
  self->is_narrow = is_narrow;
  if (self->switch_id == 0)
    self->switch_id = g_idle_add (switch_cb, self);
}

/* --- the widget --------------------------------------------------------------------------------
 */

static GtkWidget *
make_menu (PalCoverageView *self, GtkWidget *box, const char *name)
{
  /* A menu that was empty once keeps GTK's word for it in the accessible tree. */
  GtkWidget *menu = gtk_drop_down_new_from_strings ((const char *const[]){ name, NULL });

  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (menu, name);
  pal_drop_down_let_shrink (GTK_DROP_DOWN (menu));
  g_signal_connect_swapped (menu, "notify::selected", G_CALLBACK (chosen_cb), self);
  gtk_widget_set_parent (menu, box);

  return menu;
}

static GtkWidget *
make_key (void)
{
  const struct
  {
    PalShape shape;
    guint number;
    const char *words;
  } keys[] = {
    { PAL_SHAPE_DISC, 2, _ ("Heard in so many consultations") },
    { PAL_SHAPE_DIAMOND, 1, _ ("Heard, but has no card") },
    { PAL_SHAPE_RING, 3, _ ("So many cards, never consulted") },
    { PAL_SHAPE_NONE, 0, _ ("Nobody yet") },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_layout_manager (box, pal_wrap_layout_new (18));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkWidget *entry = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
      GtkWidget *label = gtk_label_new (keys[i].words);

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, "caption");
      gtk_box_append (GTK_BOX (entry), pal_shape_new (keys[i].shape, keys[i].number));
      gtk_box_append (GTK_BOX (entry), label);
      gtk_widget_set_parent (entry, box);
    }

  return box;
}

static void
pal_coverage_view_dispose (GObject *object)
{
  PalCoverageView *self = PAL_COVERAGE_VIEW (object);

  g_clear_handle_id (&self->switch_id, g_source_remove);
  self->words = NULL;
  self->is_filling = TRUE;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->articles, g_ptr_array_unref);
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_coverage_view_parent_class)->dispose (object);
}

static void
pal_coverage_view_class_init (PalCoverageViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_coverage_view_dispose;
}

static void
pal_coverage_view_init (PalCoverageView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *lead = gtk_label_new (
      _ ("Who could speak to which article, and who did. Press a cell to see who stands behind "
         "it."));
  GtkWidget *menus = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *ruler = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->articles = g_ptr_array_new ();
  self->regions = g_ptr_array_new_with_free_func (g_free);
  gtk_label_set_xalign (GTK_LABEL (lead), 0);
  gtk_label_set_wrap (GTK_LABEL (lead), TRUE);
  gtk_widget_set_layout_manager (menus, pal_wrap_layout_new (6));
  self->cluster_menu = make_menu (self, menus, _ ("Cluster"));
  self->instrument_menu = make_menu (self, menus, _ ("Instrument"));
  self->region_menu = make_menu (self, menus, _ ("Region"));
  self->matrix = pal_matrix_new (_ ("Types of stakeholders and articles"));
  self->list = pal_row_group_new (_ ("By article"), NULL);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_add_child (self->stack, self->matrix);
  gtk_stack_add_child (self->stack, self->list);
  gtk_widget_set_visible (self->list, FALSE);
  g_signal_connect_swapped (self->matrix, "activated", G_CALLBACK (open_cell), self);
  g_signal_connect (ruler, "resize", G_CALLBACK (resized_cb), self);

  gtk_box_append (GTK_BOX (box), ruler);
  gtk_box_append (GTK_BOX (box), lead);
  gtk_box_append (GTK_BOX (box), menus);
  gtk_box_append (GTK_BOX (box), make_key ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  gtk_widget_add_css_class (box, "consultation-view");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

/**
 * pal_coverage_view_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the view; pal_coverage_view_show() fills it
 */
GtkWidget *
pal_coverage_view_new (PalSession *session)
{
  PalCoverageView *self = g_object_new (PAL_TYPE_COVERAGE_VIEW, NULL);

  self->session = g_object_ref (session);

  return GTK_WIDGET (self);
}
