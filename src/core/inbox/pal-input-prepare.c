// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input"
#include "config.h"

#include "pal-input-package.h"

#include "pal-record.h"

#include <string.h>

/* A dossier that holds one organization's input, and nothing of a government's. */

#define ABOUT "/input/card/about/"
#define KIND_KEY "kind"

G_DEFINE_QUARK (pal - input - error - quark, pal_input_error)

/* --- articles: those that the form offers for a point, each with its cluster */

static GPtrArray *
list_choices (PalResponse *response, const char *path)
{
  PalFormNode *node = pal_form_find_node (pal_response_get_form (response), path);
  PalNode *place = node != NULL ? pal_response_find_definition (response, node, NULL) : NULL;

  return node != NULL && node->control != NULL
             ? pal_response_dup_choices (response, node->control, place)
             : NULL;
}

static gboolean
has_choice (GPtrArray *choices, const char *value)
{
  for (guint i = 0; choices != NULL && i < choices->len; i++)
    if (strcmp (((PalChoice *) g_ptr_array_index (choices, i))->value, value) == 0)
      return TRUE;

  return FALSE;
}

/* A record that is kept nowhere: the list of articles follows the cluster. */
static PalResponse *
make_sketch (PalForm *form, const char *language, GError **error)
{
  g_autoptr (PalResponse) response = pal_response_new (form, error);
  PalFormNode *repeat = pal_form_find_node (form, "/input/card/points/point");
  const char *match = language != NULL ? pal_form_match_language (form, language) : NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (response == NULL)
    return NULL;
  if (match != NULL)
    pal_response_set_language (response, match);
  rows = repeat != NULL ? pal_response_dup_rows (response, repeat, NULL) : NULL;
  if (rows != NULL && rows->len == 0
      && pal_response_add_row (response, repeat, NULL, NULL, error) == NULL)
    return NULL;

  return g_steal_pointer (&response);
}

static GPtrArray *
list_articles (PalResponse *sketch, const char *cluster, GError **error)
{
  PalNode *clusters = pal_response_find (sketch, ABOUT "clusters");
  g_autoptr (GPtrArray) offered = list_choices (sketch, ABOUT "clusters");
  GPtrArray *choices;

  if (clusters == NULL || !has_choice (offered, cluster))
    {
      g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_ARTICLE, "there is no cluster \"%s\"",
                   cluster);
      return NULL;
    }
  if (!pal_response_set_value (sketch, clusters, cluster, error))
    return NULL;
  choices = list_choices (sketch, "/input/card/points/point/articles");

  return choices != NULL ? choices
                         : g_ptr_array_new_with_free_func ((GDestroyNotify) pal_choice_free);
}

/**
 * pal_input_subjects_new:
 * @form: the form `input`
 * @language: (nullable): code of the language of the words
 * @error: return location
 *
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): what an input can be about; errors of the form
 */
PalInputSubjects *
pal_input_subjects_new (PalForm *form, const char *language, GError **error)
{
  g_autoptr (PalInputSubjects) self = g_new0 (PalInputSubjects, 1);
  g_autoptr (PalResponse) sketch = NULL;

  g_return_val_if_fail (form != NULL, NULL);
  sketch = make_sketch (form, language, error);
  if (sketch == NULL)
    return NULL;
  self->clusters = list_choices (sketch, ABOUT "clusters");
  self->instruments = list_choices (sketch, ABOUT "instruments");
  self->articles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; self->clusters != NULL && i < self->clusters->len; i++)
    {
      const PalChoice *cluster = g_ptr_array_index (self->clusters, i);
      GPtrArray *articles = list_articles (sketch, cluster->value, error);

      if (articles == NULL)
        return NULL;
      g_ptr_array_add (self->articles, articles);
    }
  if (self->articles->len == 0 || self->instruments == NULL)
    {
      g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_NONE, "not the form of an input");
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
pal_input_subjects_free (PalInputSubjects *self)
{
  g_clear_pointer (&self->clusters, g_ptr_array_unref);
  g_clear_pointer (&self->instruments, g_ptr_array_unref);
  g_clear_pointer (&self->articles, g_ptr_array_unref);
  g_free (self);
}

/**
 * pal_input_order_check:
 * @order: what an input shall be about
 * @form: the form `input`
 * @error: return location
 *
 * Blocking; for a caller that wants to know before there is a file.
 *
 * Returns: whether there are such a cluster and such articles in it; %PAL_INPUT_ERROR_ARTICLE
 */
gboolean
pal_input_order_check (const PalInputOrder *order, PalForm *form, GError **error)
{
  g_autoptr (PalResponse) sketch = NULL;
  g_autoptr (GPtrArray) articles = NULL;

  g_return_val_if_fail (order != NULL && order->cluster != NULL, FALSE);
  g_return_val_if_fail (form != NULL, FALSE);

  sketch = make_sketch (form, NULL, error);
  articles = sketch != NULL ? list_articles (sketch, order->cluster, error) : NULL;
  if (articles == NULL)
    return FALSE;
  for (guint i = 0; order->articles != NULL && order->articles[i] != NULL; i++)
    if (!has_choice (articles, order->articles[i]))
      {
        g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_ARTICLE,
                     "the cluster has no article \"%s\"", order->articles[i]);
        return FALSE;
      }

  return TRUE;
}

/* --- the record */

/* "tip som" of "tip:3", "tip:5", "som:6"; (nullable) */
static char *
dup_instruments (const char *const *articles)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (; articles != NULL && *articles != NULL; articles++)
    {
      const char *colon = strchr (*articles, ':');
      g_autofree char *name = colon != NULL ? g_strndup (*articles, colon - *articles) : NULL;

      if (name != NULL && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);

  return g_strjoinv (" ", (char **) names->pdata);
}

static gboolean
set (PalResponse *response, const char *path, const char *value, GError **error)
{
  PalNode *node = pal_response_find (response, path);

  return value == NULL || node == NULL || pal_response_set_value (response, node, value, error);
}

/**
 * pal_input_prepare:
 * @dossier: one that was just created, without records
 * @order: what the input shall be about
 * @form: the form `input`
 * @error: return location
 *
 * Makes it the dossier of one input: its form, its record with what is known already, and what it
 * is about. Blocking.
 *
 * Returns: whether it is one now; %PAL_INPUT_ERROR_ARTICLE before anything was written, and errors
 *   of the dossier
 */
gboolean
pal_input_prepare (PalDossier *dossier, const PalInputOrder *order, PalForm *form, GError **error)
{
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (PalRecord) record = NULL;
  g_autofree char *instruments = NULL;
  g_autofree char *articles = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (order != NULL && order->state != NULL, FALSE);

  if (!pal_input_order_check (order, form, error))
    return FALSE;
  response = pal_response_new (form, error);
  instruments = dup_instruments (order->articles);
  if (response == NULL || !set (response, ABOUT "state", order->state, error)
      || !set (response, ABOUT "clusters", order->cluster, error)
      || !set (response, ABOUT "instruments", instruments, error)
      || !pal_dossier_add_form (dossier, form, error))
    return FALSE;
  record = pal_record_create_filled (dossier, g_steal_pointer (&response), error);
  if (record == NULL)
    return FALSE;
  articles = order->articles != NULL ? g_strjoinv (" ", (char **) order->articles) : NULL;

  return pal_dossier_set_meta (dossier, KIND_KEY, PAL_INPUT_FORM, error)
         && pal_dossier_set_meta (dossier, "title", order->state, error)
         && pal_dossier_set_meta (dossier, "state", order->state, error)
         && (order->language == NULL
             || pal_dossier_set_meta (dossier, PAL_INPUT_META_LANGUAGE, order->language, error))
         && (articles == NULL
             || pal_dossier_set_meta (dossier, PAL_INPUT_META_ARTICLES, articles, error));
}

/**
 * pal_input_is_dossier:
 * @dossier: a dossier
 *
 * Any thread; does not wait.
 *
 * Returns: whether it holds one organization's input, and no questionnaire
 */
gboolean
pal_input_is_dossier (PalDossier *dossier)
{
  g_autofree char *kind = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  kind = pal_dossier_get_meta (dossier, KIND_KEY);

  return g_strcmp0 (kind, PAL_INPUT_FORM) == 0;
}
