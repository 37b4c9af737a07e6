// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consultation-words"
#include "config.h"

#include "pal-consultation-words.h"

#include "pal-paths.h"
#include "pal-response.h"

#include <string.h>

#define RECORD "/consultation/record/"

static void
choice_free (PalNamedChoice *choice)
{
  g_free (choice->id);
  g_free (choice->label);
  g_free (choice);
}

static void
article_free (PalNamedArticle *article)
{
  g_free (article->choice.id);
  g_free (article->choice.label);
  g_free (article->cluster);
  g_free (article->instrument);
  g_free (article->number);
  g_free (article);
}

/**
 * pal_consultation_words_free:
 * @self: (nullable) (transfer full): words
 */
void
pal_consultation_words_free (PalConsultationWords *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->types);
  g_ptr_array_unref (self->methods);
  g_ptr_array_unref (self->clusters);
  g_ptr_array_unref (self->instruments);
  g_ptr_array_unref (self->origins);
  g_ptr_array_unref (self->replies);
  g_ptr_array_unref (self->reached);
  g_ptr_array_unref (self->articles);
  g_free (self);
}

/* The choices of a question, which may stand in a repeat: it has a row then. */
static GPtrArray *
dup_choices (PalResponse *response, const char *path)
{
  g_autofree char *full = g_strconcat (RECORD, path, NULL);
  PalFormNode *def = pal_form_find_node (pal_response_get_form (response), full);
  PalNode *node;

  if (def == NULL || def->control == NULL)
    return g_ptr_array_new ();
  if (def->parent->is_repeat && pal_response_find (response, full) == NULL)
    pal_response_add_row (response, def->parent, NULL, NULL, NULL);
  node = pal_response_find (response, full);

  return pal_response_dup_choices (response, def->control, node);
}

static GPtrArray *
read_choices (PalResponse *response, const char *path)
{
  g_autoptr (GPtrArray) choices = dup_choices (response, path);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) choice_free);

  for (guint i = 0; i < choices->len; i++)
    {
      const PalChoice *choice = g_ptr_array_index (choices, i);
      PalNamedChoice *named = g_new0 (PalNamedChoice, 1);

      named->id = g_strdup (choice->value);
      named->label = g_strdup (choice->label != NULL ? choice->label : choice->value);
      g_ptr_array_add (list, named);
    }

  return list;
}

/* The list of articles shows those of the clusters that are chosen. */
static void
read_articles (PalResponse *response, const char *cluster, GPtrArray *list)
{
  PalNode *chosen = pal_response_find (response, RECORD "essentials/article_clusters");
  g_autoptr (GPtrArray) choices = NULL;

  if (chosen == NULL || !pal_response_set_value (response, chosen, cluster, NULL))
    return;
  choices = dup_choices (response, "essentials/articles");
  for (guint i = 0; i < choices->len; i++)
    {
      const PalChoice *choice = g_ptr_array_index (choices, i);
      const char *colon = strchr (choice->value, ':');
      PalNamedArticle *article;

      if (colon == NULL)
        continue;
      article = g_new0 (PalNamedArticle, 1);
      article->choice.id = g_strdup (choice->value);
      article->choice.label = g_strdup (choice->label != NULL ? choice->label : choice->value);
      article->cluster = g_strdup (cluster);
      article->instrument = g_strndup (choice->value, colon - choice->value);
      article->number = g_strdup (colon + 1);
      g_ptr_array_add (list, article);
    }
}

static PalConsultationWords *
load (const char *code, GError **error)
{
  g_autofree char *path = pal_paths_dup_data_file ("forms/consultation.xml");
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  PalConsultationWords *self;
  const char *language;

  if (path == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no form of a consultation");
      return NULL;
    }
  form = pal_form_load_file (path, error);
  response = form != NULL ? pal_response_new (form, error) : NULL;
  if (response == NULL)
    return NULL;

  language = pal_form_match_language (form, code);
  if (language != NULL)
    pal_response_set_language (response, language);
  self = g_new0 (PalConsultationWords, 1);
  self->types = read_choices (response, "people/participant/type");
  self->methods = read_choices (response, "essentials/method");
  self->clusters = read_choices (response, "essentials/article_clusters");
  self->instruments = read_choices (response, "essentials/article_instruments");
  self->origins = read_choices (response, "plan/invitation/origin");
  self->replies = read_choices (response, "plan/invitation/reply");
  self->reached = read_choices (response, "plan/objective/reached");
  self->articles = g_ptr_array_new_with_free_func ((GDestroyNotify) article_free);
  for (guint i = 0; i < self->clusters->len; i++)
    read_articles (response, ((PalNamedChoice *) g_ptr_array_index (self->clusters, i))->id,
                   self->articles);

  return self;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalConsultationWords *self = load (task_data, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify) pal_consultation_words_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_consultation_words_load_async:
 * @language: code of a language
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * Reads what the choices are called, in the form that comes with the program.
 */
void
pal_consultation_words_load_async (const char *language, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_return_if_fail (language != NULL);

  g_task_set_source_tag (task, pal_consultation_words_load_async);
  g_task_set_task_data (task, g_strdup (language), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_consultation_words_load_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the words
 */
PalConsultationWords *
pal_consultation_words_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pal_named_choice_find:
 * @choices: (element-type PalNamedChoice): one of the lists, not that of the articles
 * @id: (nullable): a choice
 *
 * Returns: (nullable) (transfer none): what it is called
 */
const char *
pal_named_choice_find (GPtrArray *choices, const char *id)
{
  for (guint i = 0; id != NULL && i < choices->len; i++)
    {
      const PalNamedChoice *choice = g_ptr_array_index (choices, i);

      if (strcmp (choice->id, id) == 0)
        return choice->label;
    }

  return NULL;
}
