// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-return-summary"
#include "config.h"

#include "pal-return-summary.h"

#include "pal-form-changes.h"
#include "pal-sidebar.h"
#include "pal-team-words.h"

#include <glib/gi18n.h>
#include <string.h>

static void
page_free (gpointer data)
{
  PalReturnPage *page = data;

  g_free (page->page);
  g_free (page->title);
  g_ptr_array_unref (page->answers);
  g_free (page);
}

void
pal_return_summary_free (PalReturnSummary *summary)
{
  g_ptr_array_unref (summary->pages);
  g_free (summary);
}

/* --- one answer */

static gboolean
says (const char *text)
{
  return text != NULL && *text != '\0';
}

static PalFormNode *
find_definition (PalForm *form, const char *node)
{
  g_autofree char *generic = pal_form_dup_generic_path (node);

  return pal_form_find_node (form, generic);
}

static PalReturnPage *
get_page (PalReturnSummary *summary, PalSession *session, PalFormControl *control)
{
  PalOutlinePage *outline_page = pal_outline_find_page (pal_session_get_outline (session), control);
  const char *path = outline_page != NULL ? pal_sidebar_get_page_id (outline_page) : "/";
  PalReturnPage *page;

  for (guint i = 0; i < summary->pages->len; i++)
    {
      page = g_ptr_array_index (summary->pages, i);
      if (strcmp (page->page, path) == 0)
        return page;
    }
  page = g_new0 (PalReturnPage, 1);
  page->page = g_strdup (path);
  page->title = pal_team_dup_page_title (session, path);
  page->answers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (summary->pages, page);

  return page;
}

static void
add_answer (PalReturnSummary *summary, PalReturnPage *page, const PalMergedNode *node,
            PalFormNode *definition)
{
  PalReturnAnswer *answer = g_new0 (PalReturnAnswer, 1);

  answer->node = node;
  answer->control = definition->control;
  g_ptr_array_add (page->answers, answer);
  summary->n_answers++;
  if (node->is_conflict)
    page->n_conflicts++;
  else if (!says (node->before))
    page->n_new++;
  else if (says (node->after))
    page->n_changed++;
  else
    page->n_emptied++;
  summary->n_conflicts += node->is_conflict;
  summary->n_attachments += definition->type == PAL_TYPE_BINARY && says (node->after);
}

/* Rows by themselves say nothing; but one that somebody removed while another wrote in it does. */
static void
take_answer (PalReturnSummary *summary, PalSession *session, PalForm *form,
             const PalMergedNode *node)
{
  PalFormNode *definition = find_definition (form, node->node);
  gboolean is_row = g_str_has_suffix (node->node, "]");

  if (definition == NULL || definition->control == NULL
      || (!node->is_conflict && (is_row || definition->children->len > 0)))
    return;
  if (!is_row && !says (node->before) && !says (node->after) && !node->is_conflict)
    return;

  add_answer (summary, get_page (summary, session, definition->control), node, definition);
}

/* Records beside the questionnaire are counted, whatever of them came. */
static void
take_record (PalReturnSummary *summary, const PalMergedNode *node, GHashTable *seen)
{
  if (*node->node != '/' || !g_hash_table_add (seen, node->record))
    return;
  if (g_str_has_prefix (node->node, "/comment/"))
    summary->n_comments++;
  else if (g_str_has_prefix (node->node, "/consultation/")
           || g_str_has_prefix (node->node, "/stakeholder/"))
    summary->n_consultations++;
}

static int
compare_pages (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const PalReturnPage *first = *(const PalReturnPage *const *) a;
  const PalReturnPage *second = *(const PalReturnPage *const *) b;
  GHashTable *order = user_data;

  return GPOINTER_TO_INT (g_hash_table_lookup (order, first->page))
         - GPOINTER_TO_INT (g_hash_table_lookup (order, second->page));
}

static void
sort_pages (PalReturnSummary *summary, PalSession *session)
{
  g_autoptr (GHashTable) order = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *pages = pal_outline_get_pages (pal_session_get_outline (session));

  for (guint i = 0; i < pages->len; i++)
    g_hash_table_insert (order, (gpointer) pal_sidebar_get_page_id (g_ptr_array_index (pages, i)),
                         GINT_TO_POINTER (i + 1));
  g_ptr_array_sort_with_data (summary->pages, compare_pages, order);
}

PalReturnSummary *
pal_return_summary_new (PalSession *session, GPtrArray *nodes)
{
  PalReturnSummary *summary = g_new0 (PalReturnSummary, 1);
  PalRecord *record = pal_session_get_questionnaire (session);
  PalForm *form = record != NULL ? pal_response_get_form (pal_record_get_response (record)) : NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  summary->pages = g_ptr_array_new_with_free_func (page_free);
  for (guint i = 0; i < nodes->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (nodes, i);

      if (record == NULL || strcmp (node->record, pal_record_get_id (record)) != 0)
        take_record (summary, node, seen);
      else if (*node->node == '/')
        take_answer (summary, session, form, node);
    }
  if (record != NULL)
    sort_pages (summary, session);

  return summary;
}

/* --- words */

static void
append (GString *text, char *words)
{
  /* TRANSLATORS: between the items of a list in a sentence */
  g_string_append_printf (text, "%s%s", text->len > 0 ? _ (", ") : "", words);
  g_free (words);
}

char *
pal_return_page_dup_words (const PalReturnPage *page)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (page->n_new > 0)
    append (text, g_strdup_printf (ngettext ("%u new", "%u new", page->n_new), page->n_new));
  if (page->n_changed > 0)
    append (text, g_strdup_printf (ngettext ("%u changed", "%u changed", page->n_changed),
                                   page->n_changed));
  if (page->n_emptied > 0)
    append (text, g_strdup_printf (ngettext ("%u emptied", "%u emptied", page->n_emptied),
                                   page->n_emptied));
  if (page->n_conflicts > 0)
    append (text, g_strdup_printf (ngettext ("%u conflict", "%u conflicts", page->n_conflicts),
                                   page->n_conflicts));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
pal_return_summary_dup_words (const PalReturnSummary *summary)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append (text, g_strdup_printf (ngettext ("%u answer", "%u answers", summary->n_answers),
                                 summary->n_answers));
  if (summary->n_attachments > 0)
    append (text, g_strdup_printf (
                      ngettext ("%u attached file", "%u attached files", summary->n_attachments),
                      summary->n_attachments));
  if (summary->n_comments > 0)
    append (text, g_strdup_printf (ngettext ("%u comment", "%u comments", summary->n_comments),
                                   summary->n_comments));
  if (summary->n_consultations > 0)
    append (text, g_strdup_printf (ngettext ("%u consultation or stakeholder",
                                             "%u consultations or stakeholders",
                                             summary->n_consultations),
                                   summary->n_consultations));
  if (summary->n_conflicts > 0)
    append (text, g_strdup_printf (ngettext ("%u conflict", "%u conflicts", summary->n_conflicts),
                                   summary->n_conflicts));

  return g_string_free (g_steal_pointer (&text), FALSE);
}
