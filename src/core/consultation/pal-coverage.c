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

/* What was cancelled, or is only planned, counts for nothing. */
static gboolean
counts_for (const PalConsultation *consultation, const char *cluster)
{
  if (consultation->stage != NULL && strcmp (consultation->stage, "held") != 0)
    return FALSE;

  return cluster == NULL || consultation->clusters == NULL
         || g_strv_contains ((const char *const *) consultation->clusters, cluster);
}

/* What a point is about: its own articles, else those of its consultation. */
static const char *const *
get_articles (const PalRaisedPoint *point)
{
  return (const char *const *) (point->articles != NULL ? point->articles
                                                        : point->consultation->articles);
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
      const char *const *own = get_articles (point);

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

      if (counts_for (consultation, scope->cluster))
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

/* --- what stands behind a cell -----------------------------------------------------------------
 */

static gboolean
is_of_type (const char *type, const char *wanted)
{
  return wanted == NULL || strcmp (type != NULL ? type : "other", wanted) == 0;
}

static gboolean
is_about (const char *const *articles, const char *wanted)
{
  return wanted == NULL || (articles != NULL && g_strv_contains (articles, wanted));
}

static gboolean
has_guest (const PalConsultation *consultation, const char *type)
{
  for (guint i = 0; i < consultation->participants->len; i++)
    if (is_of_type (((PalParticipant *) g_ptr_array_index (consultation->participants, i))->type,
                    type))
      return TRUE;

  return FALSE;
}

static void
find_in_consultation (PalCoverageRecords *self, PalConsultation *consultation, const char *type,
                      const char *article)
{
  gboolean is_in = is_about ((const char *const *) consultation->articles, article)
                   && has_guest (consultation, type);

  for (guint i = 0; i < consultation->points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (consultation->points, i);

      if (point->text == NULL || !is_of_type (point->type, type)
          || !is_about (get_articles (point), article))
        continue;
      g_ptr_array_add (self->points, point);
      is_in = TRUE;
    }
  if (is_in)
    g_ptr_array_add (self->consultations, consultation);
}

/**
 * pal_coverage_find_records:
 * @consultations: what was gathered
 * @scope: (nullable): what to leave out
 * @type: (nullable): a choice of stakeholder_type, or "other"; %NULL for all
 * @article: (nullable): as p:ref; %NULL for all
 *
 * Returns: (transfer full): what a cell counts; until the next change of @consultations
 */
PalCoverageRecords *
pal_coverage_find_records (PalConsultations *consultations, const PalCoverageScope *scope,
                           const char *type, const char *article)
{
  static const PalCoverageScope everything = { NULL, NULL };
  PalCoverageRecords *self = g_new0 (PalCoverageRecords, 1);
  GPtrArray *cards = pal_consultations_list_stakeholders (consultations);
  GPtrArray *list = pal_consultations_list (consultations);

  if (scope == NULL)
    scope = &everything;
  self->stakeholders = g_ptr_array_new ();
  self->consultations = g_ptr_array_new ();
  self->points = g_ptr_array_new ();
  for (guint i = 0; i < cards->len; i++)
    {
      PalStakeholder *card = g_ptr_array_index (cards, i);

      if (is_of_type (card->type, type) && is_about ((const char *const *) card->articles, article)
          && serves (card, scope->region))
        g_ptr_array_add (self->stakeholders, card);
    }
  for (guint i = 0; i < list->len; i++)
    {
      PalConsultation *consultation = g_ptr_array_index (list, i);

      if (counts_for (consultation, scope->cluster))
        find_in_consultation (self, consultation, type, article);
    }

  return self;
}

/**
 * pal_coverage_records_free:
 * @self: (nullable) (transfer full): what stands behind a cell
 */
void
pal_coverage_records_free (PalCoverageRecords *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->stakeholders);
  g_ptr_array_unref (self->consultations);
  g_ptr_array_unref (self->points);
  g_free (self);
}

/* As people write them in one line: "Veremond, the North; the coast". */
static gboolean
is_between_regions (gunichar letter)
{
  return letter == ',' || letter == ';' || letter == '\n' || letter == 0x060C /* Arabic comma */
         || letter == 0x061B /* Arabic semicolon */ || letter == 0x3001 || letter == 0xFF0C
         || letter == 0xFF1B;
}

static void
take_regions (const char *regions, GHashTable *seen, GPtrArray *list)
{
  const char *begin = regions;

  for (const char *p = regions;; p = g_utf8_next_char (p))
    {
      g_autofree char *region = NULL;

      if (*p != '\0' && !is_between_regions (g_utf8_get_char (p)))
        continue;
      region = g_strstrip (g_strndup (begin, p - begin));
      if (*region != '\0' && g_hash_table_add (seen, g_utf8_casefold (region, -1)))
        g_ptr_array_add (list, g_steal_pointer (&region));
      if (*p == '\0')
        return;
      begin = g_utf8_next_char (p);
    }
}

/**
 * pal_coverage_list_regions:
 * @consultations: what was gathered
 *
 * Returns: (transfer full) (element-type utf8): the regions on the stakeholders' cards, each once
 *   whatever the case of its letters, as it was first written
 */
GPtrArray *
pal_coverage_list_regions (PalConsultations *consultations)
{
  GPtrArray *cards = pal_consultations_list_stakeholders (consultations);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < cards->len; i++)
    {
      const PalStakeholder *card = g_ptr_array_index (cards, i);

      if (card->regions != NULL)
        take_regions (card->regions, seen, list);
    }

  return list;
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
