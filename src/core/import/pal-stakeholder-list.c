// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stakeholder-list"
#include "config.h"

#include "pal-stakeholder-list-private.h"

#include "pal-xlsform.h"

#include <string.h>

G_DEFINE_QUARK (pal - stakeholder - list - error - quark, pal_stakeholder_list_error)

static void
column_free (gpointer data)
{
  PalListColumn *column = data;

  g_free (column->letters);
  g_free (column->title);
  g_free (column);
}

static void
row_free (gpointer data)
{
  PalListRow *row = data;

  g_free (row->name);
  g_free (row->card);
  g_free (row->card_name);
  g_hash_table_unref (row->values);
  g_free (row);
}

static void
problem_free (gpointer data)
{
  PalListProblem *problem = data;

  g_free (problem->text);
  g_free (problem);
}

static PalStakeholderList *
list_new (PalForm *form)
{
  PalStakeholderList *self = g_new0 (PalStakeholderList, 1);

  self->form = pal_form_ref (form);
  self->sheets = g_ptr_array_new ();
  self->columns = g_ptr_array_new_with_free_func (column_free);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->problems = g_ptr_array_new_with_free_func (problem_free);
  self->choices
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_hash_table_unref);
  self->defaults = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * pal_stakeholder_list_free:
 * @self: (nullable) (transfer full): a list
 */
void
pal_stakeholder_list_free (PalStakeholderList *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->problems);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->sheets);
  g_hash_table_unref (self->choices);
  g_hash_table_unref (self->defaults);
  g_clear_pointer (&self->cards, g_hash_table_unref);
  g_clear_pointer (&self->book, pal_book_free);
  pal_form_unref (self->form);
  g_free (self);
}

/* --- reading -----------------------------------------------------------------------------------
 */

static gboolean
choose_sheet (PalStakeholderList *self, const char *name, GError **error)
{
  for (guint i = 0; i < self->book->sheets->len; i++)
    {
      PalBookSheet *sheet = g_ptr_array_index (self->book->sheets, i);

      g_ptr_array_add (self->sheets, sheet->name);
      if (self->sheet == NULL
          && (name != NULL ? strcmp (sheet->name, name) == 0 : sheet->rows->len > 0))
        self->sheet = sheet;
    }
  if (self->sheet == NULL && name != NULL)
    g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_SHEET, "no sheet %s",
                 name);
  else if (self->sheet == NULL || self->sheet->rows->len == 0)
    g_set_error_literal (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_EMPTY,
                         "there are no rows");
  else
    return TRUE;

  return FALSE;
}

static char *
dup_letters (guint number)
{
  char letters[8];
  guint at = sizeof letters - 1;

  letters[at] = '\0';
  for (number++; number > 0 && at > 0; number = (number - 1) / 26)
    letters[--at] = (char) ('A' + (number - 1) % 26);

  return g_strdup (letters + at);
}

static gboolean
lay_out (PalStakeholderList *self, GError **error)
{
  const PalBookRow *header;
  guint n_columns = 0;

  self->header = pal_list_find_header (self->sheet);
  header = g_ptr_array_index (self->sheet->rows, self->header);
  for (guint i = self->header; i < self->sheet->rows->len; i++)
    n_columns = MAX (n_columns, ((PalBookRow *) g_ptr_array_index (self->sheet->rows, i))->n_cells);
  if (n_columns > PAL_STAKEHOLDER_LIST_MAX_COLUMNS
      || self->sheet->rows->len - self->header - 1 > PAL_STAKEHOLDER_LIST_MAX_ROWS)
    {
      g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_LIMIT,
                   "more than %d rows or %d columns", PAL_STAKEHOLDER_LIST_MAX_ROWS,
                   PAL_STAKEHOLDER_LIST_MAX_COLUMNS);
      return FALSE;
    }
  if (self->header + 1 == self->sheet->rows->len)
    {
      g_set_error_literal (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_EMPTY,
                           "there is one row alone");
      return FALSE;
    }
  for (guint i = 0; i < n_columns; i++)
    {
      PalListColumn *column = g_new0 (PalListColumn, 1);

      column->number = i;
      column->letters = dup_letters (i);
      if (i < header->n_cells && header->cells[i] != NULL && header->cells[i][0] != PAL_BOOK_BROKEN)
        column->title = g_strdup (header->cells[i]);
      g_ptr_array_add (self->columns, column);
    }
  for (guint i = self->header + 1; i < self->sheet->rows->len; i++)
    {
      PalListRow *row = g_new0 (PalListRow, 1);

      row->number = ((PalBookRow *) g_ptr_array_index (self->sheet->rows, i))->number;
      row->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
      g_ptr_array_add (self->rows, row);
    }

  return TRUE;
}

static void
look_again (PalStakeholderList *self)
{
  pal_list_read_rows (self);
  pal_list_find_alike (self);
}

/**
 * pal_stakeholder_list_read:
 * @path: a file
 * @sheet: (nullable): name of the sheet of a workbook; %NULL: the first one with rows
 * @form: the form of stakeholders
 * @error: return location
 *
 * Blocking: reads a list, finds the names of its columns, and proposes what each of them and each
 * row is. It is not compared with any dossier yet.
 *
 * Returns: (transfer full) (nullable): the list; #PalStakeholderListError, #GIOErrorEnum when the
 *   file cannot be read
 */
PalStakeholderList *
pal_stakeholder_list_read (const char *path, const char *sheet, PalForm *form, GError **error)
{
  g_autoptr (PalStakeholderList) self = NULL;
  g_autoptr (GError) cause = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (form != NULL, NULL);

  self = list_new (form);
  self->book = pal_book_read_table (path, &self->writing, &cause);
  if (self->book == NULL)
    {
      if (cause->domain == PAL_XLSFORM_ERROR)
        g_set_error_literal (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_FILE,
                             cause->message);
      else
        g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  if (!choose_sheet (self, sheet, error) || !lay_out (self, error)
      || !pal_list_load_choices (self, error))
    return NULL;
  pal_list_match_columns (self);
  look_again (self);

  return g_steal_pointer (&self);
}

/**
 * pal_stakeholder_list_compare:
 * @self: a list
 * @dossier: a dossier
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: finds the rows that look like a card of the dossier; they are left out until a person
 * says what they are.
 *
 * Returns: whether the cards could be read
 */
gboolean
pal_stakeholder_list_compare (PalStakeholderList *self, PalDossier *dossier,
                              GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  if (!pal_list_load_cards (self, dossier, cancellable, error))
    return FALSE;
  pal_list_find_alike (self);

  return TRUE;
}

typedef struct
{
  char *path;
  char *sheet; /* (nullable) */
  PalForm *form;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  g_free (reading->sheet);
  pal_form_unref (reading->form);
  g_free (reading);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  g_autoptr (PalStakeholderList) self = NULL;
  GError *error = NULL;

  self = pal_stakeholder_list_read (reading->path, reading->sheet, reading->form, &error);
  if (self != NULL && pal_stakeholder_list_compare (self, source, cancellable, &error))
    g_task_return_pointer (task, g_steal_pointer (&self),
                           (GDestroyNotify) pal_stakeholder_list_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_stakeholder_list_read_async:
 * @dossier: a dossier
 * @path: a file
 * @sheet: (nullable): name of the sheet of a workbook
 * @form: the form of stakeholders
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * pal_stakeholder_list_read() and pal_stakeholder_list_compare() in the background.
 */
void
pal_stakeholder_list_read_async (PalDossier *dossier, const char *path, const char *sheet,
                                 PalForm *form, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  g_return_if_fail (PAL_IS_DOSSIER (dossier));

  reading->path = g_strdup (path);
  reading->sheet = g_strdup (sheet);
  reading->form = pal_form_ref (form);
  g_task_set_source_tag (task, pal_stakeholder_list_read_async);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * pal_stakeholder_list_read_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the list
 */
PalStakeholderList *
pal_stakeholder_list_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what it says ------------------------------------------------------------------------------
 */

const char *
pal_stakeholder_list_get_encoding (PalStakeholderList *self)
{
  return self->writing.encoding;
}

char
pal_stakeholder_list_get_delimiter (PalStakeholderList *self)
{
  return self->writing.delimiter;
}

const char *
pal_stakeholder_list_get_sheet (PalStakeholderList *self)
{
  return self->sheet->name;
}

GPtrArray *
pal_stakeholder_list_get_sheets (PalStakeholderList *self)
{
  return self->sheets;
}

guint
pal_stakeholder_list_get_header_row (PalStakeholderList *self)
{
  return ((PalBookRow *) g_ptr_array_index (self->sheet->rows, self->header))->number;
}

GPtrArray *
pal_stakeholder_list_get_columns (PalStakeholderList *self)
{
  return self->columns;
}

GPtrArray *
pal_stakeholder_list_get_rows (PalStakeholderList *self)
{
  return self->rows;
}

GPtrArray *
pal_stakeholder_list_get_problems (PalStakeholderList *self)
{
  return self->problems;
}

PalForm *
pal_stakeholder_list_get_form (PalStakeholderList *self)
{
  return self->form;
}

/**
 * pal_stakeholder_list_find_node:
 * @self: a list
 * @question: key of a question
 *
 * Returns: (transfer none) (nullable): what the form has for it
 */
PalFormNode *
pal_stakeholder_list_find_node (PalStakeholderList *self, const char *question)
{
  const PalListQuestion *found = pal_list_question_find (question);
  g_autofree char *path = found != NULL ? pal_list_question_dup_path (found) : NULL;

  return path != NULL ? pal_form_find_node (self->form, path) : NULL;
}

/**
 * pal_stakeholder_list_dup_label:
 * @self: a list
 * @question: key of a question
 * @language: one of the form's languages
 *
 * Returns: (transfer full) (nullable): what the form asks
 */
char *
pal_stakeholder_list_dup_label (PalStakeholderList *self, const char *question,
                                const char *language)
{
  PalFormNode *node = pal_stakeholder_list_find_node (self, question);

  if (node == NULL || node->control == NULL)
    return NULL;

  return pal_form_dup_text (self->form, node->control, PAL_TEXT_LABEL, language);
}

/* --- what people say ---------------------------------------------------------------------------
 */

/**
 * pal_stakeholder_list_find_column:
 * @self: a list
 * @column: its letters, its name, or its number from 1
 *
 * Returns: (transfer none) (nullable): the column
 */
PalListColumn *
pal_stakeholder_list_find_column (PalStakeholderList *self, const char *column)
{
  guint64 number = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      PalListColumn *found = g_ptr_array_index (self->columns, i);

      if (g_strcmp0 (found->title, column) == 0)
        return found;
    }
  if (g_ascii_string_to_unsigned (column, 10, 1, self->columns->len, &number, NULL))
    return g_ptr_array_index (self->columns, number - 1);
  for (guint i = 0; i < self->columns->len; i++)
    {
      PalListColumn *found = g_ptr_array_index (self->columns, i);

      if (g_ascii_strcasecmp (found->letters, column) == 0)
        return found;
    }

  return NULL;
}

/**
 * pal_stakeholder_list_set_column:
 * @self: a list
 * @column: number of a column, from 0
 * @question: (nullable): key of the question that it answers; %NULL: the column is not taken
 * @error: return location
 *
 * Another column that answered the question does not any more, unless what both say can be joined.
 * All rows are read anew; what was decided on them stays.
 *
 * Returns: whether there are such a column and question
 */
gboolean
pal_stakeholder_list_set_column (PalStakeholderList *self, guint column, const char *question,
                                 GError **error)
{
  const PalListQuestion *found = pal_list_question_find (question);

  if (column >= self->columns->len || (question != NULL && found == NULL))
    {
      g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_PLACE,
                   "no question %s", question);
      return FALSE;
    }
  for (guint i = 0; found != NULL && found->joint == NULL && i < self->columns->len; i++)
    {
      PalListColumn *other = g_ptr_array_index (self->columns, i);

      if (g_strcmp0 (other->question, found->key) == 0)
        other->question = NULL;
    }
  ((PalListColumn *) g_ptr_array_index (self->columns, column))->question
      = found != NULL ? found->key : NULL;
  look_again (self);

  return TRUE;
}

/**
 * pal_stakeholder_list_set_with_persons:
 * @self: a list
 * @with_persons: whether persons are taken who are not said to have agreed
 *
 * Whoever takes them answers for it. Who withdrew consent is never taken.
 */
void
pal_stakeholder_list_set_with_persons (PalStakeholderList *self, gboolean with_persons)
{
  self->with_persons = with_persons;
  look_again (self);
}

/**
 * pal_stakeholder_list_decide:
 * @self: a list that was compared
 * @row: number of a row, as the spreadsheet program shows it
 * @decision: what to do with it
 * @card: (nullable): for %PAL_LIST_ROW_SAME: id of the card; %NULL: the one that it looks like
 * @error: return location
 *
 * Returns: whether there are such a row and card
 */
gboolean
pal_stakeholder_list_decide (PalStakeholderList *self, guint row, PalListDecision decision,
                             const char *card, GError **error)
{
  PalListRow *found = NULL;
  const char *which;

  for (guint i = 0; i < self->rows->len && found == NULL; i++)
    if (((PalListRow *) g_ptr_array_index (self->rows, i))->number == row)
      found = g_ptr_array_index (self->rows, i);
  which = found != NULL && card == NULL ? found->card : card;
  if (found == NULL || (decision == PAL_LIST_ROW_NEW && found->name == NULL)
      || (decision == PAL_LIST_ROW_SAME
          && (which == NULL || self->cards == NULL || !g_hash_table_contains (self->cards, which))))
    {
      g_set_error (error, PAL_STAKEHOLDER_LIST_ERROR, PAL_STAKEHOLDER_LIST_ERROR_PLACE,
                   "row %u: there is no such row or card, or the row has no name", row);
      return FALSE;
    }

  found->decision = decision;
  found->is_decided = TRUE;
  if (decision == PAL_LIST_ROW_SAME && which != found->card)
    {
      g_free (found->card);
      found->card = g_strdup (which);
    }
  pal_list_find_alike (self);

  return TRUE;
}
