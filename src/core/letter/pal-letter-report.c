// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What was said, by article, how it was considered, and what changed. Nobody can be told from it
 * who did not agree: sources without a name appear by their type, points and consultations for few
 * are counted and not told, small numbers are not told either. */

#define SMALL 5

typedef struct
{
  GPtrArray *consultations; /* (element-type PalConsultation): that are told of */
  GPtrArray *points;        /* (element-type PalRaisedPoint): likewise */
  guint n_kept;             /* consultations that are not */
  guint n_left_out;         /* points that are not, of those that are */
  guint n_small;
} Content;

static gboolean
is_told (PalLetterWriting *self, const PalConsultation *consultation)
{
  /* Restricted, given for inside this dossier, or taken back: as for packages. */
  if (g_strcmp0 (consultation->sensitivity, "restricted") == 0
      || g_strcmp0 (consultation->consent, "internal") == 0
      || g_strcmp0 (consultation->consent, "withdrawn") == 0)
    return FALSE;

  return consultation->consent_until == NULL || *consultation->consent_until == '\0'
         || strcmp (consultation->consent_until, self->today) >= 0;
}

static void
choose (PalLetterWriting *self, Content *content)
{
  GPtrArray *all;

  /* Threads are tied to their points when these are listed. */
  pal_consultations_list_points (self->consultations);
  all = pal_consultations_list (self->consultations);

  for (guint i = all->len; i > 0; i--)
    {
      PalConsultation *consultation = g_ptr_array_index (all, i - 1);

      if (g_strcmp0 (consultation->stage, "cancelled") == 0)
        continue;
      if (!is_told (self, consultation))
        {
          content->n_kept++;
          continue;
        }
      g_ptr_array_add (content->consultations, consultation);
      for (guint j = 0; j < consultation->points->len; j++)
        {
          PalRaisedPoint *point = g_ptr_array_index (consultation->points, j);

          if (point->text == NULL)
            continue;
          if (point->is_restricted && !self->order->with_restricted)
            content->n_left_out++;
          else
            g_ptr_array_add (content->points, point);
          if (point->is_restricted && self->order->with_restricted)
            pal_letter_warn (self, PAL_LETTER_WARNING_RESTRICTED, 1, NULL);
        }
    }
}

/* --- numbers */

static char *
dup_number (PalLetterWriting *self, Content *content, gint number)
{
  if (number < 0)
    return g_strdup ("–");
  if (number == 0 || number >= SMALL)
    return g_strdup_printf ("%d", number);
  content->n_small++;

  return g_strdup (pal_letter_get_words (self, N_ ("fewer than 5")));
}

/* If one of both were told, the other would be known from the total. */
static gboolean
is_split_told (const PalConsultation *consultation)
{
  return (consultation->women <= 0 || consultation->women >= SMALL)
         && (consultation->men <= 0 || consultation->men >= SMALL)
         && (consultation->attended < 0 || consultation->attended >= SMALL);
}

static char *
dup_split (PalLetterWriting *self, Content *content, const PalConsultation *consultation)
{
  if (consultation->women < 0 && consultation->men < 0)
    return g_strdup ("–");
  if (!is_split_told (consultation))
    {
      content->n_small++;
      return g_strdup (pal_letter_get_words (self, N_ ("not told")));
    }

  return g_strdup_printf ("%d / %d", MAX (consultation->women, 0), MAX (consultation->men, 0));
}

static void
add_consultations (PalLetterWriting *self, Content *content)
{
  const guint share[] = { 5, 9, 6, 4, 5, 0 };
  const char *head[] = { pal_letter_get_words (self, N_ ("Day")),
                         pal_letter_get_words (self, N_ ("Consultation")),
                         pal_letter_get_words (self, N_ ("How it was held")),
                         pal_letter_get_words (self, N_ ("Took part")),
                         pal_letter_get_words (self, N_ ("Women / men")),
                         NULL };

  if (content->consultations->len == 0)
    return;
  pal_letter_add_heading (self, 1, N_ ("Consultations"));
  pal_paper_add_table (self->paper, share, head);
  for (guint i = 0; i < content->consultations->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (content->consultations, i);
      g_autofree char *date = pal_letter_dup_date (self, consultation->date);
      g_autofree char *method = consultation->method != NULL ? pal_letter_dup_choice (
                                    self, "consultation", "/consultation/record/essentials/method",
                                    consultation->method)
                                                             : NULL;
      g_autofree char *attended = dup_number (self, content, consultation->attended);
      g_autofree char *split = dup_split (self, content, consultation);
      const char *cells[] = { date != NULL ? date : "–",
                              consultation->title != NULL ? consultation->title : "–",
                              method != NULL ? method : "–",
                              attended,
                              split,
                              NULL };

      pal_paper_add_row (self->paper, cells);
    }
}

static void
add_count (PalLetterWriting *self, const char *words, guint n)
{
  g_autofree char *number = g_strdup_printf ("%u", n);
  const char *cells[] = { pal_letter_get_words (self, words), number, NULL };

  pal_paper_add_row (self->paper, cells);
}

static void
add_indicators (PalLetterWriting *self, Content *content)
{
  static const char *const words[PAL_N_DECISIONS]
      = { N_ ("Not decided yet"), N_ ("Taken up"), N_ ("Partly taken up"), N_ ("Not taken up"),
          N_ ("Outside the scope of the review") };
  const guint share[] = { 4, 1, 0 };
  const char *head[] = { pal_letter_get_words (self, N_ ("Indicator")),
                         pal_letter_get_words (self, N_ ("Number")), NULL };
  guint decisions[PAL_N_DECISIONS] = { 0 };
  guint feedbacks[PAL_N_FEEDBACKS] = { 0 };
  guint held = 0;

  for (guint i = 0; i < content->points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (content->points, i);

      decisions[point->decision]++;
      /* The form has "not yet" from the beginning; it is owed once somebody decided. */
      if (point->decision != PAL_DECISION_OPEN)
        feedbacks[point->feedback]++;
    }
  for (guint i = 0; i < content->consultations->len; i++)
    held += g_strcmp0 (((PalConsultation *) content->consultations->pdata[i])->stage, "planned")
            != 0;
  pal_letter_add_heading (self, 1, N_ ("Indicators"));
  pal_paper_add_table (self->paper, share, head);
  add_count (self, N_ ("Consultations held"), held);
  add_count (self, N_ ("Consultations planned"), content->consultations->len - held);
  add_count (self, N_ ("Points told in this report"), content->points->len);
  for (guint i = 1; i <= PAL_N_DECISIONS; i++)
    add_count (self, words[i % PAL_N_DECISIONS], decisions[i % PAL_N_DECISIONS]);
  add_count (self, N_ ("Contributors told what became of their point"),
             feedbacks[PAL_FEEDBACK_SENT]);
  add_count (self, N_ ("Feedback still owed"), feedbacks[PAL_FEEDBACK_OWED]);
  pal_letter_warn (self, PAL_LETTER_WARNING_UNDECIDED, decisions[PAL_DECISION_OPEN], NULL);
}

/* --- the matrix */

static char *
dup_source (PalLetterWriting *self, const PalRaisedPoint *point)
{
  g_autofree char *type = pal_letter_dup_type (self, point->type);

  if (point->is_named && point->source != NULL && *point->source != '\0')
    return type != NULL ? g_strdup_printf ("%s\n%s", point->source, type)
                        : g_strdup (point->source);
  if (type != NULL)
    return g_steal_pointer (&type);

  return g_strdup (pal_letter_get_words (self, N_ ("Not named")));
}

static char *
dup_treatment (PalLetterWriting *self, const PalRaisedPoint *point)
{
  const char *decision = pal_letter_get_decision (self, point->decision);

  return point->why != NULL ? g_strdup_printf ("%s\n%s", decision, point->why)
                            : g_strdup (decision);
}

static void
append_line (GString *text, const char *line)
{
  if (line != NULL && *line != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

static char *
dup_changes (PalLetterWriting *self, const PalRaisedPoint *point, GPtrArray *changes)
{
  GString *text = g_string_new (NULL);

  append_line (text, point->answer_changed);
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    {
      const PalLetterChange *change = g_ptr_array_index (changes, i);
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;

      append_line (text, change->label);
      if (!change->has_change)
        continue;
      /* TRANSLATORS: %s is an answer of the questionnaire, as it was */
      before = pal_letter_dup_words (self, N_ ("Before: %s"),
                                     change->before != NULL ? change->before : "–");
      /* TRANSLATORS: %s is an answer of the questionnaire, as it is since then */
      after = pal_letter_dup_words (self, N_ ("After: %s"),
                                    change->after != NULL ? change->after : "–");
      append_line (text, before);
      append_line (text, after);
    }

  return g_string_free (text, FALSE);
}

static GStrv
get_articles (const PalRaisedPoint *point)
{
  return point->articles != NULL && point->articles[0] != NULL ? point->articles
                                                               : point->consultation->articles;
}

/* A point stands once, at its first article, and says which others it is about. */
static char *
dup_point (PalLetterWriting *self, const PalRaisedPoint *point)
{
  GStrv articles = get_articles (point);
  GString *text = g_string_new (point->text);

  for (guint i = 1; articles != NULL && articles[0] != NULL && articles[i] != NULL; i++)
    {
      /* TRANSLATORS: %s is the name of another article that a point is about */
      g_autofree char *also = pal_letter_dup_words (self, N_ ("Also: %s"),
                                                    pal_letter_get_article (self, articles[i]));

      append_line (text, also);
    }

  return g_string_free (text, FALSE);
}

static gboolean
is_of_article (const PalRaisedPoint *point, const char *article)
{
  GStrv articles = get_articles (point);

  if (articles == NULL || articles[0] == NULL)
    return article == NULL;

  return article != NULL && strcmp (articles[0], article) == 0;
}

static void
add_article (PalLetterWriting *self, Content *content, GHashTable *changes, const char *article)
{
  const guint share[] = { 9, 5, 7, 8, 0 };
  const char *head[]
      = { pal_letter_get_words (self, N_ ("Point")), pal_letter_get_words (self, N_ ("Source")),
          pal_letter_get_words (self, N_ ("How it was considered, and why")),
          pal_letter_get_words (self, N_ ("What changed")), NULL };
  gboolean has_table = FALSE;

  for (guint i = 0; i < content->points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (content->points, i);
      g_autofree char *text = NULL;
      g_autofree char *source = NULL;
      g_autofree char *treatment = NULL;
      g_autofree char *changed = NULL;

      if (!is_of_article (point, article))
        continue;
      if (!has_table)
        {
          if (article != NULL)
            pal_paper_add_heading (self->paper, 2, pal_letter_get_article (self, article));
          else
            pal_letter_add_heading (self, 2, N_ ("Without an article"));
          pal_paper_add_table (self->paper, share, head);
          has_table = TRUE;
        }
      text = dup_point (self, point);
      source = dup_source (self, point);
      treatment = dup_treatment (self, point);
      changed = dup_changes (self, point, g_hash_table_lookup (changes, point));
      pal_paper_add_row (self->paper,
                         (const char *const[]){ text, source, treatment, changed, NULL });
    }
}

static void
add_matrix (PalLetterWriting *self, Content *content, GHashTable *changes)
{
  GPtrArray *articles = pal_letter_get_article_order (self);

  if (content->points->len == 0)
    return;
  pal_letter_add_heading (self, 1, N_ ("What was said, and what became of it"));
  for (guint i = 0; i < articles->len; i++)
    add_article (self, content, changes, g_ptr_array_index (articles, i));
  add_article (self, content, changes, NULL);
}

/* --- outcome */

static void
add_recommendations (PalLetterWriting *self, Content *content, GHashTable *recommendations)
{
  gboolean has_heading = FALSE;

  for (guint i = 0; i < content->consultations->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (content->consultations, i);
      const char *text = g_hash_table_lookup (recommendations, consultation->id);

      if (text == NULL)
        continue;
      if (!has_heading)
        pal_letter_add_heading (self, 1, N_ ("Recommendations that were agreed together"));
      has_heading = TRUE;
      pal_paper_add_heading (self->paper, 3, consultation->title);
      pal_paper_add (self->paper, PAL_PAPER_TEXT, text);
    }
}

static void
add_gaps (PalLetterWriting *self, Content *content)
{
  pal_letter_warn (self, PAL_LETTER_WARNING_LEFT_OUT, content->n_left_out, NULL);
  pal_letter_warn (self, PAL_LETTER_WARNING_KEPT, content->n_kept, NULL);
  pal_letter_warn (self, PAL_LETTER_WARNING_SMALL, content->n_small, NULL);
  pal_letter_add_heading (self, 1, N_ ("What this report does not tell"));
  pal_letter_add (self, PAL_PAPER_BULLET,
                  N_ ("Points that are left out because they are restricted: %u"),
                  content->n_left_out);
  pal_letter_add (self, PAL_PAPER_BULLET,
                  N_ ("Consultations that are left out because they are restricted, or because "
                      "consent is over: %u"),
                  content->n_kept);
  pal_letter_add (self, PAL_PAPER_BULLET,
                  N_ ("Numbers of people under 5 that are not told, so that nobody is recognized: "
                      "%u"),
                  content->n_small);
  pal_letter_add (self, PAL_PAPER_BULLET,
                  N_ ("A source that did not agree to be named appears by its type alone."));
}

static gboolean
fill (PalLetterWriting *self, Content *content, GError **error)
{
  g_autofree char *date = pal_letter_dup_date (self, self->today);
  g_autoptr (GHashTable) changes = NULL;
  g_autoptr (GHashTable) recommendations = NULL;

  choose (self, content);
  if (content->consultations->len == 0 && content->n_kept == 0)
    {
      g_set_error_literal (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_EMPTY, "no consultation");
      return FALSE;
    }
  changes = pal_letter_find_changes (self, content->points, error);
  recommendations = changes != NULL ? pal_letter_read_answers (
                        self, "consultation", "/consultation/record/outcome/recommendations", error)
                                    : NULL;
  if (recommendations == NULL)
    return FALSE;
  pal_letter_begin (self, N_ ("Report on consultations"));
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  pal_letter_add_fact (
      self, N_ ("State"),
      pal_letter_or_gap (self, pal_letter_get_general (self, "/general/state/name")));
  pal_letter_add_fact (self, N_ ("Day"), date);
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("Paragraph 23 of the procedures and rules of the review encourages States to "
                      "prepare their answers through broad consultations. This report says whom "
                      "the State heard, what was said, and what became of it."));
  add_indicators (self, content);
  add_matrix (self, content, changes);
  add_recommendations (self, content, recommendations);
  add_consultations (self, content);
  add_gaps (self, content);

  return TRUE;
}

gboolean
pal_letter_fill_report (PalLetterWriting *self, GError **error)
{
  g_autoptr (GPtrArray) consultations = g_ptr_array_new ();
  g_autoptr (GPtrArray) points = g_ptr_array_new ();
  Content content = { .consultations = consultations, .points = points };

  return pal_letter_get_consultations (self, error) != NULL && fill (self, &content, error);
}
