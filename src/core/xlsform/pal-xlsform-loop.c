// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

#define MAX_BYTES (64 * 1024 * 1024)
#define MAX_ENTRIES 1000000

static gsize
count_words (const char *text, const char *word)
{
  gsize n = 0;

  for (const char *at = text; (at = strstr (at, word)) != NULL; at += strlen (word))
    n++;

  return n;
}

/* %(label)s and %(name)s in the texts of a loop's rows. */
PalEntry *
pal_loop_fill_in (PalCompiler *compiler, const PalEntry *like, const PalEntry *choice,
                  GError **error)
{
  const char *name = pal_entry_get (choice, "name");
  PalEntry *entry = pal_entry_new (compiler, like);

  for (guint i = 0; i < like->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (like->cells, PalSheetCell, i);
      const PalSheetCell *own = pal_entry_get_cell (choice, "label", cell->column->language);
      const char *label = own != NULL ? own->text : pal_entry_get (choice, "label");
      g_autoptr (GString) text = NULL;

      if (label == NULL)
        label = "";
      compiler->loop_bytes += strlen (cell->text)
                              + count_words (cell->text, "%(label)s") * strlen (label)
                              + count_words (cell->text, "%(name)s") * strlen (name);
      if (compiler->loop_bytes > MAX_BYTES || compiler->entries->len > MAX_ENTRIES)
        {
          pal_sheet_fail (error, like, "type", "this loop becomes too large");
          return NULL;
        }
      text = g_string_new (cell->text);
      g_string_replace (text, "%(label)s", label, 0);
      g_string_replace (text, "%(name)s", name, 0);
      pal_entry_set (compiler, entry, cell->column->key, cell->column->language, text->str);
    }

  return entry;
}
