// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include <string.h>

/* The questions that the input is about, as the questionnaire prints them. A form holds no answers,
 * so none can get here. */

static gboolean
is_wanted (const PalKitOrder *order, PalOutlinePage *page)
{
  return page->ref != NULL && page->control != NULL
         && (order->articles == NULL || g_strv_contains (order->articles, page->ref));
}

static void
question_free (gpointer data)
{
  PalKitQuestion *question = data;

  g_free (question->text);
  g_free (question);
}

static void
article_free (gpointer data)
{
  PalKitArticle *article = data;

  g_free (article->title);
  g_free (article->part);
  g_ptr_array_unref (article->questions);
  g_free (article);
}

static PalKitArticle *
article_new (PalForm *form, PalOutlinePage *page, const char *language)
{
  PalKitArticle *article = g_new0 (PalKitArticle, 1);

  article->ref = page->ref;
  article->title = pal_form_dup_text (form, page->control, PAL_TEXT_LABEL, language);
  if (page->part->control != NULL)
    article->part = pal_form_dup_text (form, page->part->control, PAL_TEXT_LABEL, language);
  article->questions = g_ptr_array_new_with_free_func (question_free);
  for (guint i = 0; i < page->cards->len; i++)
    {
      PalOutlineCard *card = g_ptr_array_index (page->cards, i);
      char *text = card->number > 0
                       ? pal_form_dup_text (form, card->title, PAL_TEXT_LABEL, language)
                       : NULL;
      PalKitQuestion *question;

      if (text == NULL)
        continue;
      question = g_new0 (PalKitQuestion, 1);
      question->number = card->number;
      question->text = text;
      g_ptr_array_add (article->questions, question);
    }

  return article;
}

/**
 * pal_kit_dup_articles:
 * @order: of it, questionnaire, language and articles count
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type PalKitArticle): the articles that are asked for, each with
 *   its numbered questions
 */
GPtrArray *
pal_kit_dup_articles (const PalKitOrder *order)
{
  GPtrArray *articles = g_ptr_array_new_with_free_func (article_free);
  g_autoptr (PalOutline) outline = NULL;
  const char *language;
  GPtrArray *pages;

  if (order->questionnaire == NULL)
    return articles;
  outline = pal_outline_new (order->questionnaire);
  pages = pal_outline_get_pages (outline);
  language = pal_form_match_language (order->questionnaire, order->language);
  for (guint i = 0; i < pages->len; i++)
    if (is_wanted (order, pages->pdata[i]))
      g_ptr_array_add (articles, article_new (order->questionnaire, pages->pdata[i], language));

  return articles;
}

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text != NULL ? text : "");
}

void
pal_kit_add_context (JsonBuilder *builder, const PalKitOrder *order)
{
  g_autoptr (GPtrArray) articles = pal_kit_dup_articles (order);

  json_builder_set_member_name (builder, "context");
  json_builder_begin_array (builder);
  for (guint i = 0; i < articles->len; i++)
    {
      const PalKitArticle *article = g_ptr_array_index (articles, i);

      json_builder_begin_object (builder);
      add_text (builder, "ref", article->ref);
      add_text (builder, "title", article->title);
      add_text (builder, "part", article->part);
      json_builder_set_member_name (builder, "questions");
      json_builder_begin_array (builder);
      for (guint j = 0; j < article->questions->len; j++)
        {
          const PalKitQuestion *question = g_ptr_array_index (article->questions, j);

          json_builder_begin_object (builder);
          json_builder_set_member_name (builder, "number");
          json_builder_add_int_value (builder, question->number);
          add_text (builder, "text", question->text);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}
