// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper"
#include "config.h"

#include "pal-paper-private.h"

#include "pal-locale.h"
#include "pal-text.h"

#include <string.h>

struct _PalPaper
{
  char *language;
  char *title;
  char *date; /* (nullable) */
  gboolean is_right_to_left;
  GPtrArray *blocks;    /* (element-type PalPaperBlock) */
  PalPaperBlock *table; /* (unowned) (nullable): the one that was added last */
};

G_DEFINE_QUARK (pal - paper - error - quark, pal_paper_error)

/* A row here and one file add a format. */
static const struct
{
  const char *name;
  const char *media_type;
  GBytes *(*write) (PalPaper *paper, GCancellable *cancellable, GError **error);
} formats[PAL_PAPER_N_FORMATS] = {
  { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    pal_paper_write_docx },
  { "pdf", "application/pdf", pal_paper_write_pdf },
};

static void
block_free (PalPaperBlock *block)
{
  g_free (block->text);
  g_clear_pointer (&block->share, g_array_unref);
  g_clear_pointer (&block->rows, g_ptr_array_unref);
  g_free (block);
}

/* What neither XML nor a line of print can hold is left out. */
static char *
dup_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (letter == '\t' || letter == 0x2028 || letter == 0x2029)
        g_string_append_c (clean, letter == '\t' ? ' ' : '\n');
      else if (letter == '\n' || (letter >= 0x20 && letter != 0x7f && (letter & 0xfffe) != 0xfffe))
        g_string_append_unichar (clean, letter);
    }
  g_strchomp (clean->str);

  return g_string_free (clean, FALSE);
}

/**
 * pal_paper_new:
 * @language: code of the language in which it is: "ar", "zh_CN"
 * @title: what the file is called in its properties; it is put on the paper with pal_paper_add()
 *
 * Returns: (transfer full): an empty paper
 */
PalPaper *
pal_paper_new (const char *language, const char *title)
{
  PalPaper *self;

  g_return_val_if_fail (language != NULL && title != NULL, NULL);

  self = g_new0 (PalPaper, 1);
  self->language = g_strdup (language);
  self->title = dup_clean (title);
  self->is_right_to_left = pal_locale_is_right_to_left (language);
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) block_free);

  return self;
}

/**
 * pal_paper_free:
 * @self: (transfer full): a paper
 */
void
pal_paper_free (PalPaper *self)
{
  g_free (self->language);
  g_free (self->title);
  g_free (self->date);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

/**
 * pal_paper_get_language:
 * @self: a paper
 *
 * Returns: (transfer none): code of its language
 */
const char *
pal_paper_get_language (PalPaper *self)
{
  return self->language;
}

/**
 * pal_paper_get_title:
 * @self: a paper
 *
 * Returns: (transfer none): what the file is called in its properties
 */
const char *
pal_paper_get_title (PalPaper *self)
{
  return self->title;
}

/**
 * pal_paper_is_right_to_left:
 * @self: a paper
 *
 * Returns: whether its lines and the columns of its tables begin on the right
 */
gboolean
pal_paper_is_right_to_left (PalPaper *self)
{
  return self->is_right_to_left;
}

/**
 * pal_paper_get_blocks:
 * @self: a paper
 *
 * Returns: (transfer none) (element-type PalPaperBlock): what is on it, in order
 */
GPtrArray *
pal_paper_get_blocks (PalPaper *self)
{
  return self->blocks;
}

/**
 * pal_paper_set_date:
 * @self: a paper
 * @date: (nullable): a day, as ISO 8601 has it
 *
 * The day that the file's properties name.
 */
void
pal_paper_set_date (PalPaper *self, const char *date)
{
  g_free (self->date);
  self->date = g_strdup (date);
}

/**
 * pal_paper_get_date:
 * @self: a paper
 *
 * Returns: (transfer none) (nullable): see pal_paper_set_date()
 */
const char *
pal_paper_get_date (PalPaper *self)
{
  return self->date;
}

const char *
pal_paper_get_property_date (PalPaper *self)
{
  return self->date != NULL ? self->date : "2000-01-01";
}

gboolean
pal_paper_is_text_right_to_left (PalPaper *self, const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_isalpha (letter))
        switch (g_unichar_get_script (letter))
          {
          case G_UNICODE_SCRIPT_ARABIC:
          case G_UNICODE_SCRIPT_HEBREW:
          case G_UNICODE_SCRIPT_SYRIAC:
          case G_UNICODE_SCRIPT_THAANA:
          case G_UNICODE_SCRIPT_NKO:
          case G_UNICODE_SCRIPT_ADLAM:
            return TRUE;
          default:
            return FALSE;
          }
    }

  return self->is_right_to_left;
}

GArray *
pal_paper_dup_widths (const PalPaperBlock *table, guint width)
{
  GArray *widths = g_array_new (FALSE, FALSE, sizeof (guint));
  guint total = 0;

  for (guint i = 0; i < table->share->len; i++)
    total += g_array_index (table->share, guint, i);
  for (guint i = 0; i < table->share->len; i++)
    {
      guint one = g_array_index (table->share, guint, i) * width / total;

      g_array_append_val (widths, one);
    }

  return widths;
}

static PalPaperBlock *
add_block (PalPaper *self, PalPaperBlockKind kind, const char *text)
{
  PalPaperBlock *before
      = self->blocks->len > 0 ? g_ptr_array_index (self->blocks, self->blocks->len - 1) : NULL;
  PalPaperBlock *block = g_new0 (PalPaperBlock, 1);

  block->kind = kind;
  block->text = dup_clean (text != NULL ? text : "");
  if (kind == PAL_PAPER_NUMBER)
    block->level = before != NULL && before->kind == kind ? before->level + 1 : 1;
  g_ptr_array_add (self->blocks, block);

  return block;
}

/**
 * pal_paper_add:
 * @self: a paper
 * @kind: what it is; a heading gets level 1, a table has its own function
 * @text: (nullable): what people wrote, or we say; nothing is added when there is none
 */
void
pal_paper_add (PalPaper *self, PalPaperBlockKind kind, const char *text)
{
  g_return_if_fail (kind < PAL_PAPER_N_BLOCKS && kind != PAL_PAPER_TABLE);

  if (kind == PAL_PAPER_HEADING)
    pal_paper_add_heading (self, 1, text);
  else if (kind == PAL_PAPER_BLANK || (text != NULL && !pal_text_is_blank (text)))
    add_block (self, kind, text);
}

/**
 * pal_paper_add_lines:
 * @self: a paper
 * @n_lines: how many lines there are to write on
 */
void
pal_paper_add_lines (PalPaper *self, guint n_lines)
{
  add_block (self, PAL_PAPER_BLANK, NULL)->level = n_lines;
}

/**
 * pal_paper_add_heading:
 * @self: a paper
 * @level: 1 to 3
 * @text: (nullable): the heading; nothing is added when there is none
 */
void
pal_paper_add_heading (PalPaper *self, guint level, const char *text)
{
  g_return_if_fail (level >= 1 && level <= 3);

  if (text != NULL && !pal_text_is_blank (text))
    add_block (self, PAL_PAPER_HEADING, text)->level = level;
}

/**
 * pal_paper_add_table:
 * @self: a paper
 * @share: width of each column to the others, ending with 0; at most %PAL_PAPER_MAX_COLUMNS
 * @head: heads of the columns, ending with %NULL
 *
 * Begins a table. Its rows come with pal_paper_add_row().
 */
void
pal_paper_add_table (PalPaper *self, const guint *share, const char *const *head)
{
  PalPaperBlock *block;

  g_return_if_fail (share != NULL && share[0] > 0 && head != NULL);

  block = add_block (self, PAL_PAPER_TABLE, NULL);
  block->share = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < PAL_PAPER_MAX_COLUMNS && share[i] > 0; i++)
    g_array_append_val (block->share, share[i]);
  block->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->table = block;
  pal_paper_add_row (self, head);
}

/**
 * pal_paper_add_row:
 * @self: a paper with a table
 * @cells: texts, ending with %NULL
 */
void
pal_paper_add_row (PalPaper *self, const char *const *cells)
{
  GStrv row;
  guint n = 0;

  g_return_if_fail (self->table != NULL);

  row = g_new0 (char *, self->table->share->len + 1);
  for (; n < self->table->share->len && cells[n] != NULL; n++)
    row[n] = dup_clean (cells[n]);
  for (; n < self->table->share->len; n++)
    row[n] = g_strdup ("");
  g_ptr_array_add (self->table->rows, row);
}

/**
 * pal_paper_dup_text:
 * @self: a paper
 *
 * Returns: (transfer full): all that is on it; cells of a row are joined by " | "
 */
char *
pal_paper_dup_text (PalPaper *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      const PalPaperBlock *block = g_ptr_array_index (self->blocks, i);

      if (block->kind == PAL_PAPER_BULLET)
        g_string_append (text, "• ");
      else if (block->kind == PAL_PAPER_NUMBER)
        g_string_append_printf (text, "%u. ", block->level);
      for (guint line = 0; block->kind == PAL_PAPER_BLANK && line < MAX (block->level, 1); line++)
        g_string_append (text, "________________\n");
      g_string_append (text, block->text);
      for (guint row = 0; block->rows != NULL && row < block->rows->len; row++)
        {
          g_autofree char *line = g_strjoinv (" | ", g_ptr_array_index (block->rows, row));

          g_string_append_printf (text, "%s%s", row > 0 ? "\n" : "", line);
        }
      g_string_append (text, "\n\n");
    }
  g_strchomp (text->str);
  text->len = strlen (text->str);
  g_string_append_c (text, '\n');

  return g_string_free (text, FALSE);
}

/**
 * pal_paper_format_get_name:
 * @format: a format
 *
 * Returns: (transfer none): "docx", "pdf": also what the names of its files end in
 */
const char *
pal_paper_format_get_name (PalPaperFormat format)
{
  g_return_val_if_fail (format < PAL_PAPER_N_FORMATS, NULL);

  return formats[format].name;
}

/**
 * pal_paper_format_get_media_type:
 * @format: a format
 *
 * Returns: (transfer none): what IANA calls it
 */
const char *
pal_paper_format_get_media_type (PalPaperFormat format)
{
  g_return_val_if_fail (format < PAL_PAPER_N_FORMATS, NULL);

  return formats[format].media_type;
}

/**
 * pal_paper_format_from_name:
 * @name: "docx", "pdf"
 * @format: (out): the format
 *
 * Returns: whether there is such a format
 */
gboolean
pal_paper_format_from_name (const char *name, PalPaperFormat *format)
{
  for (guint i = 0; i < PAL_PAPER_N_FORMATS; i++)
    if (g_ascii_strcasecmp (formats[i].name, name) == 0)
      {
        *format = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * pal_paper_write:
 * @self: a paper
 * @format: how
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking, any thread. The same paper makes the same octets.
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
pal_paper_write (PalPaper *self, PalPaperFormat format, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (format < PAL_PAPER_N_FORMATS, NULL);

  return formats[format].write (self, cancellable, error);
}
