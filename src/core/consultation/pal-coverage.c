// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-coverage"
#include "config.h"

#include "pal-coverage.h"

#include <string.h>

struct _PalCoverage
{
  GHashTable *cells; /* (owned) (element-type utf8 PalCoverageCell): "type\tarticle" */
  GHashTable *seen;  /* (owned): the cells that this consultation was counted in */
};

/* The cell of a type and an article; either may be "" for all. */
static PalCoverageCell *
find_cell (PalCoverage *self, const char *type, const char *article)
{
  char key[128];
  PalCoverageCell *cell;

  g_snprintf (key, sizeof key, "%s\t%s", type, article);
  cell = g_hash_table_lookup (self->cells, key);
  if (cell == NULL)
    {
      cell = g_new0 (PalCoverageCell, 1);
      g_hash_table_insert (self->cells, g_strdup (key), cell);
    }

  return cell;
}

typedef void (*CellFunc) (PalCoverage *self, PalCoverageCell *cell, gconstpointer what);

/* For a type, every article and the margins. */
static void
foreach_cell (PalCoverage *self, const char *type, const char *const *articles, CellFunc func,
              gconstpointer what)
{
  const char *const types[] = { type != NULL ? type : "other", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      for (gsize j = 0; articles != NULL && articles[j] != NULL; j++)
        func (self, find_cell (self, types[i], articles[j]), what);
      func (self, find_cell (self, types[i], ""), what);
    }
}

/* --- who could speak ---------------------------------------------------------------------------
 */

static void
count_stakeholder (PalCoverage *self, PalCoverageCell *cell, gconstpointer what)
{
  cell->stakeholders++;
}

static gboolean
serves (const PalStakeholder *card, const char *region)
{
  g_autofree char *has = NULL;
  g_autofree char *wanted = NULL;

  if (region == NULL || *region == '\0')
    return TRUE;
  if (card->regions == NULL)
    return FALSE;
  has = g_utf8_casefold (card->regions, -1);
  wanted = g_utf8_casefold (region, -1);

  return strstr (has, wanted) != NULL;
}

/* --- who did -----------------------------------------------------------------------------------
 */

static void
count_point (PalCoverage *self, PalCoverageCell *cell, gconstpointer what)
{
  const PalRaisedPoint *point = what;

  cell->points++;
  cell->open += point->decision == PAL_DECISION_OPEN;
  cell->taken += point->decision == PAL_DECISION_TAKEN || point->decision == PAL_DECISION_PARTLY;
}

/* Once in each cell, however many of a type took part. */
static void
count_consultation (PalCoverage *self, PalCoverageCell *cell, gconstpointer what)
{
  if (g_hash_table_add (self->seen, cell))
    cell->consultations++;
}

static gboolean
is_of_cluster (const PalConsultation *consultation, const char *cluster)
{
  return cluster == NULL || consultation->clusters == NULL
         || g_strv_contains ((const char *const *) consultation->clusters, cluster);
}

static void
take_consultation (PalCoverage *self, const PalConsultation *consultation)
{
  const char *const *articles = (const char *const *) consultation->articles;

  g_hash_table_remove_all (self->seen);
  for (guint i = 0; i < consultation->participants->len; i++)
    {
      const PalParticipant *participant = g_ptr_array_index (consultation->participants, i);

      foreach_cell (self, participant->type, articles, count_consultation, NULL);
    }
  for (guint i = 0; i < consultation->points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (consultation->points, i);
      const char *const *own
          = point->articles != NULL ? (const char *const *) point->articles : articles;

      if (point->text == NULL)
        continue;
      foreach_cell (self, point->type, own, count_point, point);
      foreach_cell (self, point->type, own, count_consultation, NULL);
    }
}

/**
 * pal_coverage_new:
 * @consultations: what was gathered
 * @scope: (nullable): what to leave out
 *
 * Counts by type of stakeholder and article. Consultations that were cancelled or are only planned
 * count for nothing; somebody whose type was not written down is of the type "other".
 *
 * Returns: (transfer full): the counts
 */
PalCoverage *
pal_coverage_new (PalConsultations *consultations, const PalCoverageScope *scope)
{
  static const PalCoverageScope everything = { NULL, NULL };
  PalCoverage *self = g_new0 (PalCoverage, 1);
  GPtrArray *cards = pal_consultations_list_stakeholders (consultations);
  GPtrArray *list = pal_consultations_list (consultations);

  if (scope == NULL)
    scope = &everything;
  self->cells = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->seen = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < cards->len; i++)
    {
      const PalStakeholder *card = g_ptr_array_index (cards, i);

      if (serves (card, scope->region))
        foreach_cell (self, card->type, (const char *const *) card->articles, count_stakeholder,
                      NULL);
    }
  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      if ((consultation->stage == NULL || strcmp (consultation->stage, "held") == 0)
          && is_of_cluster (consultation, scope->cluster))
        take_consultation (self, consultation);
    }

  return self;
}

/**
 * pal_coverage_free:
 * @self: (nullable) (transfer full): counts
 */
void
pal_coverage_free (PalCoverage *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->cells);
  g_hash_table_unref (self->seen);
  g_free (self);
}

/**
 * pal_coverage_get:
 * @self: counts
 * @type: (nullable): a choice of stakeholder_type, or "other"; %NULL for all
 * @article: (nullable): as p:ref; %NULL for all
 *
 * Returns: (transfer none): the counts of a cell
 */
const PalCoverageCell *
pal_coverage_get (PalCoverage *self, const char *type, const char *article)
{
  static const PalCoverageCell nothing = { 0 };
  char key[128];
  const PalCoverageCell *cell;

  g_return_val_if_fail (self != NULL, &nothing);

  g_snprintf (key, sizeof key, "%s\t%s", type != NULL ? type : "", article != NULL ? article : "");
  cell = g_hash_table_lookup (self->cells, key);

  return cell != NULL ? cell : &nothing;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * pal_coverage_foreach:
 * @self: counts
 * @func: called for each cell that counts anything
 * @user_data: data for @func
 *
 * In the order of the types' ids, and of the articles' within each.
 */
void
pal_coverage_foreach (PalCoverage *self, PalCoverageFunc func, gpointer user_data)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_return_if_fail (self != NULL);

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (keys, key);
  g_ptr_array_sort (keys, compare_keys);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *name = g_ptr_array_index (keys, i);
      const char *tab = strchr (name, '\t');
      g_autofree char *type = g_strndup (name, tab - name);

      func (type, tab + 1, g_hash_table_lookup (self->cells, name), user_data);
    }
}

/* --- measure -----------------------------------------------------------------------------------
 */

static guint
known (gint count)
{
  return count > 0 ? count : 0;
}

static gboolean
is_small (gint count)
{
  return count > 0 && count < 5;
}

static void
count_held (const PalConsultation *consultation, GHashTable *organizations,
            PalIndicators *indicators)
{
  indicators->invited += known (consultation->invited);
  indicators->attended += known (consultation->attended);
  indicators->women += known (consultation->women);
  indicators->men += known (consultation->men);
  indicators->small_numbers += is_small (consultation->women) || is_small (consultation->men);
  for (guint i = 0; i < consultation->participants->len; i++)
    {
      const PalParticipant *participant = g_ptr_array_index (consultation->participants, i);

      if (participant->organization != NULL && g_strcmp0 (participant->anonymity, "anonymous") != 0)
        g_hash_table_add (organizations, g_utf8_casefold (participant->organization, -1));
    }
}

/**
 * pal_indicators_count:
 * @consultations: what was gathered
 * @indicators: (out caller-allocates): the counts
 *
 * People are counted of consultations that were held; points of all.
 */
void
pal_indicators_count (PalConsultations *consultations, PalIndicators *indicators)
{
  GPtrArray *list = pal_consultations_list (consultations);
  GPtrArray *points = pal_consultations_list_points (consultations);
  g_autoptr (GHashTable) organizations
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  memset (indicators, 0, sizeof *indicators);
  indicators->stakeholders = pal_consultations_list_stakeholders (consultations)->len;
  for (guint i = 0; i < list->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (list, i);

      if (g_strcmp0 (consultation->stage, "planned") == 0)
        indicators->planned++;
      else if (g_strcmp0 (consultation->stage, "cancelled") == 0)
        indicators->cancelled++;
      else
        {
          indicators->consultations++;
          count_held (consultation, organizations, indicators);
        }
    }
  for (guint i = 0; i < points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (points, i);

      indicators->points++;
      indicators->decisions[point->decision]++;
      indicators->feedbacks[point->feedback]++;
      indicators->restricted += point->is_restricted;
    }
  indicators->organizations = g_hash_table_size (organizations);
}

/* --- feedback ----------------------------------------------------------------------------------
 */

static int
compare_sources (gconstpointer a, gconstpointer b)
{
  const PalRaisedPoint *one = *(const PalRaisedPoint *const *) a;
  const PalRaisedPoint *other = *(const PalRaisedPoint *const *) b;
  int order
      = g_strcmp0 (one->is_named ? one->source : NULL, other->is_named ? other->source : NULL);

  if (order != 0)
    return order;
  order = g_strcmp0 (other->consultation->date, one->consultation->date);
  if (order != 0)
    return order;
  order = strcmp (one->consultation->id, other->consultation->id);

  return order != 0 ? order : strcmp (one->row, other->row);
}

/**
 * pal_feedback_list_owed:
 * @consultations: what was gathered
 *
 * Returns: (transfer container) (element-type PalRaisedPoint): points on which somebody decided,
 * and whose source does not know yet; those without a name come first
 */
GPtrArray *
pal_feedback_list_owed (PalConsultations *consultations)
{
  GPtrArray *points = pal_consultations_list_points (consultations);
  GPtrArray *owed = g_ptr_array_new ();

  for (guint i = 0; i < points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (points, i);

      if (point->feedback == PAL_FEEDBACK_OWED)
        g_ptr_array_add (owed, point);
    }
  g_ptr_array_sort (owed, compare_sources);

  return owed;
}
