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
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text != NULL ? text : "");
}

static void
add_questions (JsonBuilder *builder, PalForm *form, PalOutlinePage *page, const char *language)
{
  for (guint i = 0; i < page->cards->len; i++)
    {
      PalOutlineCard *card = g_ptr_array_index (page->cards, i);
      g_autofree char *text = card->number > 0
                                  ? pal_form_dup_text (form, card->title, PAL_TEXT_LABEL, language)
                                  : NULL;

      if (text == NULL)
        continue;
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "number");
      json_builder_add_int_value (builder, card->number);
      add_text (builder, "text", text);
      json_builder_end_object (builder);
    }
}

void
pal_kit_add_context (JsonBuilder *builder, const PalKitOrder *order)
{
  json_builder_set_member_name (builder, "context");
  json_builder_begin_array (builder);
  if (order->questionnaire != NULL)
    {
      g_autoptr (PalOutline) outline = pal_outline_new (order->questionnaire);
      GPtrArray *pages = pal_outline_get_pages (outline);
      const char *language = pal_form_match_language (order->questionnaire, order->language);

      for (guint i = 0; i < pages->len; i++)
        {
          PalOutlinePage *page = g_ptr_array_index (pages, i);
          g_autofree char *title = NULL;
          g_autofree char *part = NULL;

          if (!is_wanted (order, page))
            continue;
          title = pal_form_dup_text (order->questionnaire, page->control, PAL_TEXT_LABEL, language);
          if (page->part->control != NULL)
            part = pal_form_dup_text (order->questionnaire, page->part->control, PAL_TEXT_LABEL,
                                      language);
          json_builder_begin_object (builder);
          add_text (builder, "ref", page->ref);
          add_text (builder, "title", title);
          add_text (builder, "part", part);
          json_builder_set_member_name (builder, "questions");
          json_builder_begin_array (builder);
          add_questions (builder, order->questionnaire, page, language);
          json_builder_end_array (builder);
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
}
