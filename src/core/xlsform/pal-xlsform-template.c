// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

#define MAX_DEPTH 16
#define MAX_ROWS 250000

typedef struct
{
  GHashTable *blocks; /* name -> GPtrArray of PalEntry */
  GPtrArray *open;    /* names of the blocks being put in */
  GArray *out;
} Expansion;

static gboolean expand_rows (Expansion *self, GPtrArray *entries, guint from, guint to,
                             const char *block, PalEntry *used, GError **error);

static gboolean
is_begin (const PalEntry *entry)
{
  g_autofree char *word = pal_type_normalise (pal_entry_get (entry, "type"));

  return g_str_has_prefix (word, "begin ");
}

static gboolean
is_end (const PalEntry *entry)
{
  g_autofree char *word = pal_type_normalise (pal_entry_get (entry, "type"));

  return g_str_has_prefix (word, "end ");
}

/* In templates the first word of the cell is the block that the row belongs to; further words are
 * the blocks that the row itself asks for. */
static const char *
used_blocks (const PalEntry *entry, const char *block)
{
  const char *text = pal_entry_get (entry, "template");

  if (text == NULL || block == NULL)
    return text;
  text += strcspn (text, " ,\t\n");

  return *text != '\0' ? text : NULL;
}

/* The row that closes @begin, or @to. */
static guint
find_end (GPtrArray *entries, guint begin, guint to)
{
  int depth = 0;

  for (guint i = begin; i < to; i++)
    {
      if (is_begin (entries->pdata[i]))
        depth++;
      else if (is_end (entries->pdata[i]) && --depth == 0)
        return i;
    }

  return to;
}

static gboolean
add_blocks (Expansion *self, PalEntry *entry, PalEntry *used, const char *names, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (names, " ,\t\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      GPtrArray *entries;

      if (words[i][0] == '\0')
        continue;
      entries = g_hash_table_lookup (self->blocks, words[i]);
      if (entries == NULL)
        return pal_sheet_fail (error, entry, "template",
                               "there is no block \"%s\" in the sheet templates", words[i]);
      for (guint k = 0; k < self->open->len; k++)
        if (strcmp (self->open->pdata[k], words[i]) == 0)
          return pal_sheet_fail (error, entry, "template", "the block \"%s\" contains itself",
                                 words[i]);
      if (self->open->len >= MAX_DEPTH)
        return pal_sheet_fail (error, entry, "template", "blocks within blocks, more than %d deep",
                               MAX_DEPTH);
      g_ptr_array_add (self->open, words[i]);
      if (!expand_rows (self, entries, 0, entries->len, g_intern_string (words[i]),
                        used != NULL ? used : entry, error))
        return FALSE;
      g_ptr_array_set_size (self->open, self->open->len - 1);
    }

  return TRUE;
}

/* @block and @used are those of the block in which @entries stand, NULL in the survey. */
static gboolean
expand_rows (Expansion *self, GPtrArray *entries, guint from, guint to, const char *block,
             PalEntry *used, GError **error)
{
  for (guint i = from; i < to; i++)
    {
      PalEntry *entry = entries->pdata[i];
      const char *names = used_blocks (entry, block);
      PalSurveyRow row = { entry, block, used };
      guint end = i;

      if (self->out->len >= MAX_ROWS)
        return pal_sheet_fail (error, entry, "template", "more than %d rows with all blocks put in",
                               MAX_ROWS);
      g_array_append_val (self->out, row);
      if (names == NULL)
        continue;
      if (is_begin (entry))
        {
          end = find_end (entries, i, to);
          if (end == to)
            return pal_sheet_fail (error, entry, "type", "this group or repeat has no end");
          if (!expand_rows (self, entries, i + 1, end, block, used, error))
            return FALSE;
        }
      if (!add_blocks (self, entry, used, names, error))
        return FALSE;
      if (end > i)
        {
          PalSurveyRow last = { entries->pdata[end], block, used };

          g_array_append_val (self->out, last);
          i = end;
        }
    }

  return TRUE;
}

/* Adds the blocks of @templates, which no other table may have. */
static gboolean
collect_blocks (GHashTable *blocks, PalSheetTable *templates, GError **error)
{
  for (guint i = 0; i < templates->entries->len; i++)
    {
      PalEntry *entry = templates->entries->pdata[i];
      const char *text = pal_entry_get (entry, "template");
      g_autofree char *name = NULL;
      GPtrArray *entries;

      if (text == NULL)
        return pal_sheet_fail (error, entry, "template", "which block does this row belong to?");
      name = g_strndup (text, strcspn (text, " ,\t\n"));
      entries = g_hash_table_lookup (blocks, name);
      if (entries == NULL)
        {
          entries = g_ptr_array_new ();
          g_hash_table_insert (blocks, (char *) g_intern_string (name), entries);
        }
      else if (((PalEntry *) entries->pdata[0])->is_shared != entry->is_shared)
        return pal_sheet_fail (error, entry, "template",
                               "the block \"%s\" is in the form's own sheet templates as well; "
                               "give one of them another name",
                               name);
      g_ptr_array_add (entries, entry);
    }

  return TRUE;
}

/* The rows of the survey with the blocks put in: behind a question, before the end of a group.
 * @templates: (nullable). @shared: (nullable): of another workbook.
 * Returns: (element-type PalSurveyRow) */
GArray *
pal_template_expand (PalCompiler *compiler, PalSheetTable *survey, PalSheetTable *templates,
                     PalSheetTable *shared, GError **error)
{
  g_autoptr (GHashTable) blocks
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (PalSurveyRow));
  Expansion self = { blocks, open, out };

  if ((templates != NULL && !collect_blocks (blocks, templates, error))
      || (shared != NULL && !collect_blocks (blocks, shared, error)))
    return NULL;
  compiler->has_templates = g_hash_table_size (blocks) > 0;
  if (!expand_rows (&self, survey->entries, 0, survey->entries->len, NULL, NULL, error))
    return NULL;

  return g_steal_pointer (&out);
}
