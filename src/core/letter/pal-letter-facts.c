// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include "pal-cells.h"
#include "pal-difference.h"
#include "pal-history.h"
#include "pal-paths.h"
#include "pal-text.h"

#include <string.h>

PalConsultations *
pal_letter_get_consultations (PalLetterWriting *self, GError **error)
{
  if (self->consultations == NULL)
    self->consultations = pal_consultations_load (self->dossier, self->cancellable, error);

  return self->consultations;
}

/* --- records */

/* The path as the form has it, without rows. */
static char *
dup_plain_path (const char *node)
{
  GString *path = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *c = node; *c != '\0'; c++)
    {
      inside = inside || *c == '[';
      if (!inside)
        g_string_append_c (path, *c);
      inside = inside && *c != ']';
    }

  return g_string_free (path, FALSE);
}

typedef struct
{
  GHashTable *values;
  const char *node; /* (nullable): this one alone, by record */
} Gathering;

static void
gather_cb (const PalCell *cell, gpointer user_data)
{
  Gathering *gathering = user_data;
  g_autofree char *path = NULL;
  const char *before;

  if (cell->is_row || *cell->value == '\0' || *cell->node == '\0')
    return;
  if (gathering->node != NULL)
    {
      if (strcmp (cell->node, gathering->node) == 0)
        g_hash_table_insert (gathering->values, g_strdup (cell->record), g_strdup (cell->value));
      return;
    }
  path = dup_plain_path (cell->node);
  before = g_hash_table_lookup (gathering->values, path);
  g_hash_table_insert (gathering->values, g_strdup (path),
                       before != NULL ? g_strconcat (before, "\n", cell->value, NULL)
                                      : g_strdup (cell->value));
}

static GHashTable *
gather (PalLetterWriting *self, const char *form_id, const char *record, const char *node,
        GError **error)
{
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Gathering gathering = { values, node };

  if (self->dossier != NULL
      && !pal_dossier_walk_cells (self->dossier, form_id, record, gather_cb, &gathering,
                                  self->cancellable, error))
    return NULL;

  return g_steal_pointer (&values);
}

GHashTable *
pal_letter_read_answers (PalLetterWriting *self, const char *form_id, const char *node,
                         GError **error)
{
  return gather (self, form_id, NULL, node, error);
}

GHashTable *
pal_letter_read_record (PalLetterWriting *self, const char *form_id, const char *record,
                        GError **error)
{
  g_autoptr (GPtrArray) infos = NULL;

  if (self->dossier == NULL)
    return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  infos = pal_dossier_list_records (self->dossier, form_id, error);
  if (infos == NULL)
    return NULL;
  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);

      if (record == NULL || strcmp (info->id, record) == 0)
        return gather (self, form_id, info->id, NULL, error);
    }
  if (record == NULL)
    return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_set_error (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_RECORD, "no such record of form %s",
               form_id);

  return NULL;
}

const char *
pal_letter_get_general (PalLetterWriting *self, const char *end)
{
  static const char *const forms[] = { "cluster-1", "cluster-2", "cluster-3", "cluster-4" };
  GHashTableIter iter;
  gpointer node, value;

  for (guint i = 0; self->questionnaire == NULL && i < G_N_ELEMENTS (forms); i++)
    {
      self->questionnaire = pal_letter_read_record (self, forms[i], NULL, NULL);
      if (self->questionnaire != NULL && g_hash_table_size (self->questionnaire) == 0
          && i + 1 < G_N_ELEMENTS (forms))
        g_clear_pointer (&self->questionnaire, g_hash_table_unref);
    }
  if (self->questionnaire == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, self->questionnaire);
  while (g_hash_table_iter_next (&iter, &node, &value))
    if (g_str_has_suffix (node, end))
      return value;

  return NULL;
}

/* --- choices */

static PalResponse *
get_labels (PalLetterWriting *self, const char *form_id)
{
  PalResponse *response = g_hash_table_lookup (self->forms, form_id);
  g_autofree char *relative = NULL;
  g_autofree char *path = NULL;
  g_autoptr (PalForm) form = NULL;
  const char *language;

  if (response != NULL)
    return response;
  relative = g_strdup_printf ("forms/%s.xml", form_id);
  path = pal_paths_dup_data_file (relative);
  form = pal_form_load_file (path, NULL);
  response = form != NULL ? pal_response_new (form, NULL) : NULL;
  if (response == NULL)
    return NULL;
  language = pal_form_match_language (form, self->language);
  if (language != NULL)
    pal_response_set_language (response, language);
  g_hash_table_insert (self->forms, g_strdup (form_id), response);

  return response;
}

char *
pal_letter_dup_choice (PalLetterWriting *self, const char *form_id, const char *node,
                       const char *value)
{
  PalResponse *response = get_labels (self, form_id);
  PalFormNode *definition
      = response != NULL ? pal_form_find_node (pal_response_get_form (response), node) : NULL;
  PalNode *place
      = definition != NULL ? pal_response_find_definition (response, definition, NULL) : NULL;
  char *label = NULL;

  if (place != NULL && definition->control != NULL)
    label = pal_response_dup_choice_label (response, definition->control, place, value);

  return label != NULL ? label : g_strdup (value);
}

char *
pal_letter_dup_choices (PalLetterWriting *self, const char *form_id, const char *node,
                        const char *values)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) chosen = g_strsplit (values != NULL ? values : "", " ", -1);
  g_auto (GStrv) labels = NULL;

  for (guint i = 0; chosen[i] != NULL; i++)
    if (*chosen[i] != '\0')
      {
        g_autofree char *label = pal_letter_dup_choice (self, form_id, node, chosen[i]);

        g_strv_builder_add (builder, label);
      }
  labels = g_strv_builder_end (builder);

  /* Labels have commas of their own. */
  return labels[0] != NULL ? g_strjoinv ("; ", labels) : NULL;
}

char *
pal_letter_dup_type (PalLetterWriting *self, const char *type)
{
  return type != NULL
             ? pal_letter_dup_choice (self, "stakeholder", "/stakeholder/card/identity/type", type)
             : NULL;
}

/* All articles there are: the list opens with the clusters. */
static void
load_articles (PalLetterWriting *self)
{
  PalResponse *response = get_labels (self, "consultation");
  PalForm *form = response != NULL ? pal_response_get_form (response) : NULL;
  PalFormNode *clusters
      = form != NULL ? pal_form_find_node (form, "/consultation/record/essentials/article_clusters")
                     : NULL;
  PalFormNode *articles
      = form != NULL ? pal_form_find_node (form, "/consultation/record/essentials/articles") : NULL;
  g_autoptr (GPtrArray) choices = NULL;

  self->articles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->article_order = g_ptr_array_new_with_free_func (g_free);
  if (clusters == NULL || articles == NULL || articles->control == NULL)
    return;
  if (!pal_response_set_value (response, pal_response_find_definition (response, clusters, NULL),
                               "I II III IV", NULL))
    return;
  choices = pal_response_dup_choices (response, articles->control,
                                      pal_response_find_definition (response, articles, NULL));
  for (guint i = 0; choices != NULL && i < choices->len; i++)
    {
      const PalChoice *choice = g_ptr_array_index (choices, i);

      g_ptr_array_add (self->article_order, g_strdup (choice->value));
      g_hash_table_insert (self->articles, g_strdup (choice->value), g_strdup (choice->label));
    }
}

const char *
pal_letter_get_article (PalLetterWriting *self, const char *ref)
{
  const char *label;

  if (self->articles == NULL)
    load_articles (self);
  label = g_hash_table_lookup (self->articles, ref);

  return label != NULL ? label : ref;
}

GPtrArray *
pal_letter_get_article_order (PalLetterWriting *self)
{
  if (self->articles == NULL)
    load_articles (self);

  return self->article_order;
}

/* --- what a point changed */

void
pal_letter_change_free (PalLetterChange *change)
{
  g_free (change->label);
  g_free (change->before);
  g_free (change->after);
  g_free (change);
}

/* What an answer said before a point changed it, and then. FALSE: the change is not there any
 * more. */
static gboolean
find_versions (PalLetterWriting *self, const PalThread *thread, PalMergedNode *node)
{
  g_autoptr (GPtrArray) history
      = pal_dossier_read_history (self->dossier, thread->record, thread->node, NULL);
  g_autoptr (GArray) versions = history != NULL ? pal_history_compare (history) : NULL;

  for (guint i = 0; versions != NULL && i < versions->len; i++)
    {
      const PalVersion *version = &g_array_index (versions, PalVersion, i);

      if (g_strcmp0 (version->change->id, thread->change) != 0)
        continue;
      node->before = version->before != NULL ? g_strdup (version->before->value) : NULL;
      node->after = g_strdup (version->change->value);
      return !version->change->purged;
    }

  return FALSE;
}

static void
add_change (GHashTable *changes, const PalRaisedPoint *point, const PalDifference *difference,
            gboolean has_change)
{
  GPtrArray *list = g_hash_table_lookup (changes, point);
  PalLetterChange *change = g_new0 (PalLetterChange, 1);

  change->label = g_strdup (difference->label);
  change->before = has_change ? g_strdup (difference->before) : NULL;
  change->after = has_change ? g_strdup (difference->after) : NULL;
  change->has_change = has_change;
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_letter_change_free);
      g_hash_table_insert (changes, (gpointer) point, list);
    }
  g_ptr_array_add (list, change);
}

GHashTable *
pal_letter_find_changes (PalLetterWriting *self, GPtrArray *points, GError **error)
{
  g_autoptr (GHashTable) changes
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) nodes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_merged_node_free);
  g_autoptr (GPtrArray) of = g_ptr_array_new (); /* the point of each node */
  g_autoptr (GArray) has_change = g_array_new (FALSE, FALSE, sizeof (gboolean));
  g_autoptr (GPtrArray) differences = NULL;

  for (guint i = 0; i < points->len; i++)
    {
      PalRaisedPoint *point = g_ptr_array_index (points, i);

      for (guint j = 0; j < point->threads->len; j++)
        {
          const PalThread *thread = g_ptr_array_index (point->threads, j);
          PalMergedNode *node = g_new0 (PalMergedNode, 1);
          gboolean is_known;

          node->record = g_strdup (thread->record);
          node->node = g_strdup (thread->node);
          is_known = thread->change != NULL && *thread->change != '\0'
                     && find_versions (self, thread, node);
          g_ptr_array_add (nodes, node);
          g_ptr_array_add (of, point);
          g_array_append_val (has_change, is_known);
        }
    }
  if (nodes->len == 0)
    return g_steal_pointer (&changes);
  differences = pal_dossier_describe_nodes (self->dossier, nodes, self->language, error);
  if (differences == NULL)
    return NULL;
  /* Both are in the same order; what no question has any more is in the first alone. */
  for (guint i = 0, j = 0; i < nodes->len && j < differences->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (nodes, i);
      const PalDifference *difference = g_ptr_array_index (differences, j);

      if (strcmp (node->record, difference->record) != 0
          || strcmp (node->node, difference->node) != 0)
        continue;
      add_change (changes, of->pdata[i], difference, g_array_index (has_change, gboolean, i));
      j++;
    }

  return g_steal_pointer (&changes);
}
