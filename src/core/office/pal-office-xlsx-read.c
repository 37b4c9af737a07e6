// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include "pal-book.h"
#include "pal-bundle.h"
#include "pal-form-private.h"
#include "pal-text.h"
#include "pal-xml.h"

#include <string.h>

/* A workbook that was filled in, whatever became of its sheets: rows are known by the code of their
 * question, columns of a table by the codes below their heads, wherever they went. What stands
 * beside them and is not ours is told. */

static const PalBundleLimits limits = {
  .max_archive_bytes = PAL_OFFICE_MAX_BYTES,
  .max_entries = 4096,
  .max_entry_bytes = PAL_KIT_MAX_FILE_BYTES,
  .max_total_bytes = PAL_KIT_MAX_FILE_BYTES,
  .max_ratio = 400,
};

static const PalXmlLimits comment_limits = {
  .max_bytes = 4 * 1024 * 1024,
  .max_nodes = 100000,
  .max_depth = 32,
  .max_attributes = 32,
  .max_tag_bytes = 64 * 1024,
};

typedef struct
{
  PalOfficeAnswers *answers;
  char *answer_head; /* (owned) (nullable): what the file calls the column of answers */
  guint n_new_rows;  /* in the workbook */

  /* Of the sheet that is read: */
  guint answer_column;   /* from 1; 0: not known */
  GPtrArray *columns;    /* (owned) (nullable): of a table: code of each column, or NULL */
  guint number_column;   /* from 1; 0: none */
  GHashTable *seen_rows; /* (owned) (element-type utf8): numbers of the table's rows so far */
} Reader;

static const char *
get_cell (const PalBookRow *row, guint column)
{
  const char *text = column > 0 && column <= row->n_cells ? row->cells[column - 1] : NULL;

  return text != NULL && *text != PAL_BOOK_BROKEN ? text : NULL;
}

/* --- what the file says of itself */

/* Returns: whether a sheet holds what only we read. */
static gboolean
is_lists_sheet (Reader *reader, const PalBookSheet *sheet)
{
  gboolean found = FALSE;

  for (guint i = 0; i < sheet->rows->len; i++)
    {
      const PalBookRow *row = g_ptr_array_index (sheet->rows, i);

      for (guint column = 1; column <= row->n_cells; column++)
        {
          const char *text = get_cell (row, column);

          if (text != NULL && pal_office_answers_take_texts (reader->answers, text))
            found = TRUE;
          else if (text != NULL)
            pal_office_answers_take_identity (reader->answers, text);
        }
    }

  return found;
}

static void
find_answer_head (Reader *reader)
{
  const char *language = pal_office_answers_get_language (reader->answers);
  const char *english = pal_office_get_english (PAL_OFFICE_WORD_ANSWER);
  g_autoptr (PalCatalogue) catalogue = NULL;

  if (language != NULL)
    pal_kit_load_words (language, &catalogue, NULL);
  reader->answer_head = g_strdup (pal_kit_find_word (catalogue, english));
}

/* --- rows */

static void
add_answer (Reader *reader, const PalBookRow *row, guint column, const char *code, const char *key)
{
  const char *text = row->cells[column - 1];
  g_autofree char *place = key != NULL ? g_strdup_printf ("%s#%s", code, key) : g_strdup (code);

  if (text == NULL)
    return;
  if (*text == PAL_BOOK_BROKEN)
    {
      pal_office_answers_remark (reader->answers, PAL_KIT_REMARK_FORMULA, place, text + 1);
      return;
    }
  if (row->formulas != NULL && row->formulas[column - 1])
    pal_office_answers_remark (reader->answers, PAL_KIT_REMARK_FORMULA, place, text);
  pal_office_answers_add (reader->answers, code, key, text);
}

/* Whether the text is the code of a question, or of a table. */
static PalFormNode *
find_question (Reader *reader, const char *text)
{
  PalFormNode *node = text != NULL ? pal_office_answers_find (reader->answers, text) : NULL;

  return node != NULL && (node->children->len == 0 || node->is_repeat) ? node : NULL;
}

static gboolean
is_in_table (PalFormNode *node)
{
  return pal_definition (node)->repeat != NULL;
}

/* The row of codes below the heads of a table: at least one code of a question in it, and no
 * number behind it. */
static gboolean
take_table_head (Reader *reader, const PalBookRow *row)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);
  guint number_column = 0, n_codes = 0;

  for (guint column = 1; column <= row->n_cells; column++)
    {
      const char *text = get_cell (row, column);
      PalFormNode *node
          = text != NULL && strchr (text, '#') == NULL ? find_question (reader, text) : NULL;
      gboolean is_code = node != NULL && is_in_table (node) && !node->is_repeat;

      if (node != NULL && node->is_repeat && number_column == 0)
        number_column = column;
      /* A file of nothing but codes is known for what it is. */
      if (is_code && n_codes++ == 0)
        pal_office_answers_add (reader->answers, text, NULL, NULL);
      g_ptr_array_add (columns, is_code ? g_strdup (text) : NULL);
    }
  if (n_codes == 0)
    return FALSE;
  g_clear_pointer (&reader->columns, g_ptr_array_unref);
  g_clear_pointer (&reader->seen_rows, g_hash_table_unref);
  reader->columns = g_steal_pointer (&columns);
  reader->number_column = number_column;
  reader->seen_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return TRUE;
}

static gboolean
is_number (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length < 8 && strspn (text, "0123456789") == length;
}

/* The number that we gave the row; else a name of its own, as it was added or copied. */
static char *
dup_row_key (Reader *reader, const PalBookRow *row, guint first_column)
{
  const char *number = get_cell (row, reader->number_column);
  char *key;

  if (number != NULL && is_number (number)
      && g_hash_table_add (reader->seen_rows, g_strdup (number)))
    return g_strdup (number);
  key = g_strdup_printf ("added-%u", ++reader->n_new_rows);
  pal_office_answers_add_new_row (reader->answers, reader->columns->pdata[first_column - 1], key);
  if (number != NULL && !is_number (number))
    pal_office_answers_add_loose (reader->answers, number);

  return key;
}

static const char *
get_code (Reader *reader, guint column)
{
  return column <= reader->columns->len ? reader->columns->pdata[column - 1] : NULL;
}

static void
read_table_row (Reader *reader, const PalBookRow *row)
{
  guint first = 0;
  g_autofree char *key = NULL;

  for (guint column = 1; column <= row->n_cells && first == 0; column++)
    if (row->cells[column - 1] != NULL && get_code (reader, column) != NULL)
      first = column;
  if (first > 0)
    key = dup_row_key (reader, row, first);
  for (guint column = 1; column <= row->n_cells; column++)
    {
      const char *code = get_code (reader, column);

      if (row->cells[column - 1] == NULL)
        continue;
      if (code != NULL)
        add_answer (reader, row, column, code, key);
      else if (column != reader->number_column
               || (first == 0 && !is_number (row->cells[column - 1])))
        pal_office_answers_add_loose (reader->answers, get_cell (row, column));
    }
}

/* code_column: from 1. */
static void
read_question (Reader *reader, const PalBookRow *row, guint code_column)
{
  const char *code = get_cell (row, code_column);
  guint answer = reader->answer_column != code_column ? reader->answer_column : 0;

  pal_office_answers_add (reader->answers, code, NULL, NULL);
  for (guint column = 1; column <= row->n_cells; column++)
    {
      const char *text = row->cells[column - 1];

      if (text == NULL || column == code_column)
        continue;
      if (column == answer || (answer == 0 && !pal_office_answers_is_own (reader->answers, text)))
        add_answer (reader, row, column, code, NULL);
      else if (!pal_office_answers_is_own (reader->answers, text))
        pal_office_answers_remark (reader->answers, PAL_KIT_REMARK_UNKNOWN, code,
                                   *text == PAL_BOOK_BROKEN ? text + 1 : text);
    }
}

/* The head over the answers; it may stand again further down. */
static gboolean
take_page_head (Reader *reader, const PalBookRow *row)
{
  for (guint column = 1; column <= row->n_cells; column++)
    {
      const char *text = get_cell (row, column);

      if (text == NULL || strcmp (text, reader->answer_head) != 0)
        continue;
      reader->answer_column = column;
      for (guint other = 1; other <= row->n_cells; other++)
        pal_office_answers_add_loose (reader->answers,
                                      other == column ? NULL : get_cell (row, other));
      return TRUE;
    }

  return FALSE;
}

/* The first code in the row that is not where answers are. */
static guint
find_code_column (Reader *reader, const PalBookRow *row)
{
  for (guint column = 1; column <= row->n_cells; column++)
    {
      const char *text = get_cell (row, column);
      PalFormNode *node = column != reader->answer_column ? find_question (reader, text) : NULL;

      if (node != NULL && !node->is_repeat && (!is_in_table (node) || strchr (text, '#') != NULL))
        return column;
    }

  return 0;
}

static void
read_row (Reader *reader, const PalBookRow *row)
{
  guint code_column;

  if (take_table_head (reader, row))
    return;
  code_column = find_code_column (reader, row);
  if (code_column > 0 && (reader->columns == NULL || get_code (reader, code_column) == NULL))
    {
      g_clear_pointer (&reader->columns, g_ptr_array_unref);
      read_question (reader, row, code_column);
      return;
    }
  if (reader->columns != NULL)
    {
      read_table_row (reader, row);
      return;
    }
  if (take_page_head (reader, row))
    return;
  for (guint column = 1; column <= row->n_cells; column++)
    pal_office_answers_add_loose (reader->answers, get_cell (row, column));
}

static gboolean
has_code (Reader *reader, const PalBookSheet *sheet)
{
  for (guint i = 0; i < sheet->rows->len; i++)
    {
      const PalBookRow *row = g_ptr_array_index (sheet->rows, i);

      for (guint column = 1; column <= row->n_cells; column++)
        if (find_question (reader, get_cell (row, column)) != NULL)
          return TRUE;
    }

  return FALSE;
}

static void
read_sheet (Reader *reader, const PalBookSheet *sheet)
{
  /* Hundreds of questions of the questionnaire would hide what somebody added. */
  if (pal_office_answers_is_guessing (reader->answers) && !has_code (reader, sheet))
    {
      pal_office_answers_add_loose (reader->answers, sheet->name);
      return;
    }
  reader->answer_column = 0;
  reader->number_column = 0;
  g_clear_pointer (&reader->columns, g_ptr_array_unref);
  for (guint i = 0; i < sheet->rows->len; i++)
    read_row (reader, g_ptr_array_index (sheet->rows, i));
}

static void
read_book (Reader *reader, PalBook *book)
{
  g_autoptr (GPtrArray) sheets = g_ptr_array_new ();

  for (guint i = 0; i < book->sheets->len; i++)
    if (!is_lists_sheet (reader, book->sheets->pdata[i]))
      g_ptr_array_add (sheets, book->sheets->pdata[i]);
  find_answer_head (reader);
  for (guint i = 0; i < sheets->len; i++)
    read_sheet (reader, sheets->pdata[i]);
}

/* --- what lies beside the cells */

static gboolean
is_picture_or_file (const char *name)
{
  return g_str_has_prefix (name, "xl/media/") || g_str_has_prefix (name, "xl/embeddings/");
}

static gboolean
is_comments (const char *name)
{
  return (g_str_has_prefix (name, "xl/comments") || g_str_has_prefix (name, "xl/threadedComments/"))
         && g_str_has_suffix (name, ".xml");
}

static gboolean
is_beside (const char *name, gpointer user_data)
{
  return is_picture_or_file (name) || is_comments (name);
}

static void
append_words (PalNode *node, GString *out)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_TEXT)
      g_string_append (out, child->value);
    else if (child->kind == PAL_NODE_ELEMENT)
      append_words (child, out);
}

static void
read_comments (PalOfficeAnswers *answers, PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      g_autoptr (GString) text = NULL;

      if (child->kind != PAL_NODE_ELEMENT || strcmp (child->local, "authors") == 0)
        continue;
      if (strcmp (child->local, "comment") != 0 && strcmp (child->local, "threadedComment") != 0)
        {
          read_comments (answers, child);
          continue;
        }
      text = g_string_new (NULL);
      append_words (child, text);
      if (!pal_text_is_blank (text->str))
        pal_office_answers_remark (answers, PAL_KIT_REMARK_COMMENT, NULL, text->str);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

static gboolean
read_beside (PalOfficeAnswers *answers, GBytes *bytes, GError **error)
{
  g_autoptr (GHashTable) parts = pal_bundle_read (bytes, is_beside, NULL, &limits, error);
  g_autoptr (GList) names = NULL;

  if (parts == NULL)
    return FALSE;
  names = g_list_sort (g_hash_table_get_keys (parts), compare_names);
  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *name = l->data;
      GBytes *part = g_hash_table_lookup (parts, name);
      g_autofree char *plain = g_path_get_basename (name);
      g_autoptr (PalDocument) document = NULL;

      if (is_picture_or_file (name))
        {
          pal_office_answers_add_file (answers, plain, NULL, part);
          continue;
        }
      document = pal_xml_parse (part, "comments", PAL_XML_READ_DEFAULT, &comment_limits, NULL);
      if (document != NULL)
        read_comments (answers, pal_document_get_element (document));
    }

  return TRUE;
}

gboolean
pal_office_xlsx_read (PalOfficeAnswers *answers, GBytes *bytes, GError **error)
{
  g_autoptr (PalBook) book = pal_book_read_bytes (bytes, error);
  Reader reader = { answers };

  if (book == NULL)
    return FALSE;
  read_book (&reader, book);
  g_clear_pointer (&reader.columns, g_ptr_array_unref);
  g_clear_pointer (&reader.seen_rows, g_hash_table_unref);
  g_free (reader.answer_head);

  return read_beside (answers, bytes, error);
}
