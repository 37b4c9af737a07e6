// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office-pdf"

#include "config.h"

#include "pal-office-private.h"

#include "pal-paper.h"

/* The twin for a pen: questions with boxes to tick and lines to write on. */

#define ENTRIES 3    /* of a table; further ones go on sheets of one's own */
#define MAX_BOXES 12 /* choices that are ticked; of more, some are written down */
#define LONG_LINES 5
#define CIRCLE "\342\227\213 " /* U+25CB: one of them */
#define SQUARE "\342\226\241 " /* U+25A1: any number of them */

typedef struct
{
  PalOfficeModel *model; /* (unowned) */
  PalPaper *paper;       /* (unowned) */
} Writing;

static void
add_word (Writing *self, PalPaperBlockKind kind, PalOfficeWord word)
{
  pal_paper_add (self->paper, kind, pal_office_model_get_word (self->model, word));
}

static void
add_choices (Writing *self, const PalOfficeField *field)
{
  gboolean is_ticked = field->choices->len <= MAX_BOXES;
  const char *box = field->kind == PAL_OFFICE_ONE ? CIRCLE : SQUARE;
  g_autoptr (GString) labels = g_string_new (NULL);

  for (guint i = 0; i < field->choices->len; i++)
    {
      PalKitChoice *choice = g_ptr_array_index (field->choices, i);

      g_string_append_printf (labels, "%s%s%s",
                              i == 0      ? ""
                              : is_ticked ? "\n"
                                          : "; ",
                              is_ticked ? box : "", choice->label);
    }
  pal_paper_add (self->paper, is_ticked ? PAL_PAPER_LINES : PAL_PAPER_NOTE, labels->str);
}

/* row: 0 outside of a table. What is said about a question stands in the first entry. */
static void
add_question (Writing *self, const PalOfficeField *field, guint row)
{
  g_autofree char *code
      = row > 0 ? pal_office_dup_row_code (field->code, row) : g_strdup (field->code);
  const char *required = pal_office_model_get_word (self->model, PAL_OFFICE_WORD_REQUIRED);
  gboolean has_choices = field->choices != NULL && field->choices->len > 0;
  gboolean is_ticked = has_choices && field->choices->len <= MAX_BOXES;

  /* A heading stays with what it is the heading of. */
  g_autofree char *label = field->is_required ? g_strconcat (field->label, " ", required, NULL)
                                              : g_strdup (field->label);
  pal_paper_add_heading (self->paper, 3, label);
  pal_paper_add (self->paper, PAL_PAPER_NOTE, code);
  if (row <= 1)
    pal_paper_add (self->paper, PAL_PAPER_NOTE, field->hint);
  if (has_choices && (is_ticked || row <= 1))
    add_choices (self, field);
  if (!is_ticked && field->first != NULL)
    pal_paper_add (self->paper, PAL_PAPER_TEXT, field->first);
  else if (!is_ticked)
    pal_paper_add_lines (self->paper, field->kind == PAL_OFFICE_LONG ? LONG_LINES : 1);
}

static void
add_entries (Writing *self, const PalOfficeItem *table)
{
  for (guint row = 1; row <= ENTRIES; row++)
    {
      g_autofree char *entry = pal_office_model_dup_entry (self->model, row);

      pal_paper_add_heading (self->paper, 2, entry);
      for (guint i = 0; i < table->columns->len; i++)
        {
          PalOfficeItem *item = g_ptr_array_index (table->columns, i);

          if (item->kind == PAL_OFFICE_QUESTION)
            add_question (self, item->field, row);
          else if (item->kind == PAL_OFFICE_HEADING)
            pal_paper_add_heading (self->paper, 3, item->text);
          else if (row == 1)
            pal_paper_add (self->paper, PAL_PAPER_NOTE, item->text);
        }
    }
}

static void
add_page (Writing *self, const PalOfficePage *page)
{
  pal_paper_add_heading (self->paper, 1, page->title);
  for (guint i = 0; i < page->items->len; i++)
    {
      PalOfficeItem *item = g_ptr_array_index (page->items, i);

      switch (item->kind)
        {
        case PAL_OFFICE_HEADING:
          pal_paper_add_heading (self->paper, 2, item->text);
          break;
        case PAL_OFFICE_NOTE:
          pal_paper_add (self->paper, PAL_PAPER_TEXT, item->text);
          break;
        case PAL_OFFICE_QUESTION:
          add_question (self, item->field, 0);
          break;
        case PAL_OFFICE_TABLE:
          pal_paper_add_heading (self->paper, 2, item->text);
          add_entries (self, item);
          break;
        }
    }
}

static void
add_instructions (Writing *self)
{
  static const PalOfficeWord words[] = { PAL_OFFICE_WORD_HOW_PDF, PAL_OFFICE_WORD_HOW_TICK,
                                         PAL_OFFICE_WORD_HOW_DATE, PAL_OFFICE_WORD_HOW_RETURN };

  pal_paper_add (self->paper, PAL_PAPER_TITLE, self->model->title);
  pal_paper_add (self->paper, PAL_PAPER_TEXT, self->model->state);
  pal_paper_add_heading (self->paper, 2,
                         pal_office_model_get_word (self->model, PAL_OFFICE_WORD_HOW_TITLE));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    add_word (self, PAL_PAPER_BULLET, words[i]);
}

static void
add_context (Writing *self)
{
  GPtrArray *articles = self->model->articles;
  const char *part = NULL;

  if (articles == NULL || articles->len == 0)
    return;
  pal_paper_add_heading (self->paper, 1,
                         pal_office_model_get_word (self->model, PAL_OFFICE_WORD_CONTEXT));
  add_word (self, PAL_PAPER_TEXT, PAL_OFFICE_WORD_CONTEXT_HINT);
  for (guint i = 0; i < articles->len; i++)
    {
      PalKitArticle *article = g_ptr_array_index (articles, i);

      if (g_strcmp0 (article->part, part) != 0)
        pal_paper_add_heading (self->paper, 2, article->part);
      part = article->part;
      pal_paper_add_heading (self->paper, 3, article->title);
      for (guint j = 0; j < article->questions->len; j++)
        {
          PalKitQuestion *question = g_ptr_array_index (article->questions, j);
          g_autofree char *text = g_strdup_printf ("%u. %s", question->number, question->text);

          pal_paper_add (self->paper, PAL_PAPER_NOTE, text);
        }
    }
}

GBytes *
pal_office_pdf_make (PalOfficeModel *model, GError **error)
{
  g_autoptr (PalPaper) paper = pal_paper_new (model->language, model->title);
  Writing self = { model, paper };

  add_instructions (&self);
  for (guint i = 0; i < model->pages->len; i++)
    add_page (&self, g_ptr_array_index (model->pages, i));
  add_context (&self);
  pal_paper_add (paper, PAL_PAPER_NOTE, model->identity);

  return pal_paper_write (paper, PAL_PAPER_PDF, NULL, error);
}
