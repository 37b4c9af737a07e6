// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-list-words"
#include "config.h"

#include "pal-list-words.h"

#include "pal-answer-words.h"
#include "pal-text.h"
#include "pal-trouble.h"
#include "pal-words-row.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_SHOWN_BYTES 400 /* of what a row says */

static const char *
get_trouble_words (PalStakeholderListError code)
{
  switch (code)
    {
    case PAL_STAKEHOLDER_LIST_ERROR_FILE:
      return _ ("This file is no table that Palermo reads. Save it as an Excel workbook (.xlsx) or "
                "as CSV, then try again. Nothing was changed.");
    case PAL_STAKEHOLDER_LIST_ERROR_EMPTY:
      return _ ("There are no rows below the names of the columns. Nothing was changed.");
    case PAL_STAKEHOLDER_LIST_ERROR_SHEET:
      return _ ("The workbook has no such sheet any more. Nothing was changed.");
    case PAL_STAKEHOLDER_LIST_ERROR_LIMIT:
      return _ ("The list has too many rows or columns. Divide it into smaller lists. Nothing was "
                "changed.");
    case PAL_STAKEHOLDER_LIST_ERROR_PLACE:
      return _ ("The list has changed meanwhile. Nothing was changed here. Choose the file again.");
    case PAL_STAKEHOLDER_LIST_ERROR_NAME:
      return _ ("No column holds the names. Say below which one does. Nothing was changed.");
    }

  return NULL;
}

char *
pal_list_dup_trouble_words (const GError *error)
{
  const char *words = error != NULL && error->domain == PAL_STAKEHOLDER_LIST_ERROR
                          ? get_trouble_words (error->code)
                          : NULL;

  return words != NULL ? g_strdup (words) : pal_trouble_dup_words (error);
}

char *
pal_list_dup_reading (PalStakeholderList *list)
{
  const char *encoding = pal_stakeholder_list_get_encoding (list);
  guint n = pal_stakeholder_list_get_rows (list)->len;
  g_autofree char *rows = g_strdup_printf (ngettext ("%u row", "%u rows", n), n);

  if (*encoding == '\0')
    /* TRANSLATORS: how many rows a sheet of a workbook has: "12 rows, from a workbook" */
    return g_strdup_printf (_ ("%s, from a workbook"), rows);

  /* TRANSLATORS: how many rows a text file has, and its encoding: "12 rows, read as UTF-8" */
  return g_strdup_printf (_ ("%1$s, read as %2$s"), rows, encoding);
}

char *
pal_list_dup_summary (PalStakeholderList *list)
{
  GPtrArray *rows = pal_stakeholder_list_get_rows (list);
  g_autofree char *made = NULL;
  g_autofree char *filled = NULL;
  g_autofree char *left = NULL;
  guint n_made = 0, n_filled = 0, n_left = 0;

  for (guint i = 0; i < rows->len; i++)
    switch (((PalListRow *) g_ptr_array_index (rows, i))->decision)
      {
      case PAL_LIST_ROW_NEW:
        n_made++;
        break;
      case PAL_LIST_ROW_SAME:
        n_filled++;
        break;
      case PAL_LIST_ROW_LEAVE:
        n_left++;
        break;
      }
  made = g_strdup_printf (ngettext ("%u new card", "%u new cards", n_made), n_made);
  filled = g_strdup_printf (
      ngettext ("%u card gets what it lacks", "%u cards get what they lack", n_filled), n_filled);
  left = g_strdup_printf (ngettext ("%u row is left out", "%u rows are left out", n_left), n_left);

  if (n_filled == 0 && n_left == 0)
    return g_steal_pointer (&made);
  if (n_filled == 0)
    return g_strjoin ("\n", made, left, NULL);

  return g_strjoin ("\n", made, filled, n_left > 0 ? left : NULL, NULL);
}

char *
pal_list_dup_column (const PalListColumn *column)
{
  if (!pal_text_is_blank (column->title))
    return pal_words_dup_plain (column->title, 200);

  /* TRANSLATORS: a column without a name, by the letter that spreadsheet programs give it */
  return g_strdup_printf (_ ("Column %s"), column->letters);
}

char *
pal_list_dup_likeness (const PalListRow *row)
{
  const char *name = row->card_name != NULL ? row->card_name : "";

  if (row->card == NULL)
    return g_strdup_printf (_ ("Like row %u of this list"), row->like_row);
  switch (row->likeness)
    {
    case PAL_LIKENESS_NONE:
    case PAL_LIKENESS_NAME:
      /* TRANSLATORS: the name of an organization that has a card already; likewise below */
      return g_strdup_printf (_ ("The name is like that of %s"), name);
    case PAL_LIKENESS_ACRONYM:
      return g_strdup_printf (_ ("The short name is that of %s"), name);
    case PAL_LIKENESS_WEBSITE:
      return g_strdup_printf (_ ("The website is that of %s"), name);
    case PAL_LIKENESS_EMAIL:
      return g_strdup_printf (_ ("The e-mail address is that of %s"), name);
    }

  return g_strdup ("");
}

static const char *
get_reason (PalListTrouble why)
{
  switch (why)
    {
    case PAL_LIST_TROUBLE_CHOICE:
      return _ ("none of the choices");
    case PAL_LIST_TROUBLE_DATE:
      return _ ("no date");
    case PAL_LIST_TROUBLE_UNSURE:
      return _ ("a date in which day and month could be either");
    case PAL_LIST_TROUBLE_LINK:
      return _ ("no link");
    case PAL_LIST_TROUBLE_ADDRESS:
      return _ ("no e-mail address, or a second one");
    case PAL_LIST_TROUBLE_PHONE:
      return _ ("no telephone number");
    case PAL_LIST_TROUBLE_BROKEN:
      return _ ("a formula without a result");
    case PAL_LIST_TROUBLE_LONG:
      return _ ("too long");
    }

  return "";
}

char *
pal_list_dup_problem (const PalListProblem *problem)
{
  g_autofree char *column = pal_list_dup_column (problem->column);

  /* TRANSLATORS: where in a list something was not understood, and why: "Row 7, Founded: no date"
   */
  return g_strdup_printf (_ ("Row %1$u, %2$s: %3$s"), problem->row, column,
                          get_reason (problem->why));
}

char *
pal_list_dup_row (PalStakeholderList *list, PalResponse *response, const PalListRow *row)
{
  const char *const *questions = pal_stakeholder_list_get_questions ();
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; questions[i] != NULL && words->len < MAX_SHOWN_BYTES; i++)
    {
      const char *value = g_hash_table_lookup (row->values, questions[i]);
      PalFormNode *node = value != NULL && g_strcmp0 (value, row->name) != 0
                              ? pal_stakeholder_list_find_node (list, questions[i])
                              : NULL;
      g_autofree char *answer = NULL;
      g_autofree char *printable = NULL;

      if (node == NULL || node->control == NULL)
        continue;
      answer = pal_answer_dup_words (response, node->control,
                                     pal_response_find (response, node->path), value);
      printable = pal_words_dup_plain (answer, MAX_SHOWN_BYTES);
      if (words->len > 0)
        /* TRANSLATORS: between the items of a list */
        g_string_append (words, C_ ("list", ", "));
      g_string_append (words, printable);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

char *
pal_list_dup_taken (const PalListTaken *taken)
{
  g_autofree char *made
      = g_strdup_printf (ngettext ("%u new card", "%u new cards", taken->n_made), taken->n_made);
  g_autofree char *filled = g_strdup_printf (
      ngettext ("%u card filled", "%u cards filled", taken->n_filled), taken->n_filled);

  if (taken->n_filled == 0)
    return g_steal_pointer (&made);
  if (taken->n_made == 0)
    return g_steal_pointer (&filled);

  /* TRANSLATORS: what an import brought: "3 new cards, 1 card filled" */
  return g_strdup_printf (_ ("%s, %s"), made, filled);
}
