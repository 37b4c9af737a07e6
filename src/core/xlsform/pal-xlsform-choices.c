// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

PalChoiceList *
pal_choices_find (PalCompiler *compiler, const char *name)
{
  return name != NULL ? g_hash_table_lookup (compiler->lists, name) : NULL;
}

static gboolean
check_list (PalCompiler *compiler, PalChoiceList *list, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->entries->len; i++)
    {
      PalEntry *entry = list->entries->pdata[i];
      const char *name = pal_entry_get (entry, "name");

      if (name == NULL)
        return pal_sheet_fail (error, entry, "name", "a choice needs a name");
      if (!g_hash_table_add (seen, (char *) name) && !compiler->allow_duplicates)
        return pal_sheet_fail (error, entry, "name",
                               "the list \"%s\" has the choice \"%s\" twice; if that is meant, set "
                               "allow_choice_duplicates to yes in settings",
                               list->name, name);
      if (!pal_entry_has (entry, "label") && !pal_entry_has (entry, "media::image")
          && !pal_entry_has (entry, "media::audio") && !pal_entry_has (entry, "media::video"))
        pal_sheet_warn (compiler, entry, "label", "the choice \"%s\" has no label", name);
      for (guint k = 0; k < entry->cells->len; k++)
        {
          const PalSheetCell *cell = &g_array_index (entry->cells, PalSheetCell, k);

          if (cell->column->language != NULL || g_str_has_prefix (cell->column->key, "media::")
              || (strcmp (cell->column->key, "label") == 0 && pal_label_has_reference (cell->text)))
            list->has_itext = TRUE;
        }
    }

  return TRUE;
}

static void
warn_columns (PalCompiler *compiler, PalSheetTable *table)
{
  for (guint i = 0; i < table->columns->len; i++)
    {
      PalSheetColumn *column = table->columns->pdata[i];

      /* A column's name becomes an element's name, so that choice filters can use it. */
      if (column != NULL && !g_str_has_prefix (column->key, "media::")
          && !pal_sheet_is_name (column->key))
        g_ptr_array_add (
            compiler->warnings,
            g_strdup_printf ("%s, row 1, column %s: not a name; the column is left out",
                             table->sheet, column->header));
    }
}

/* Called for the form's own choices, then for those it shares. */
gboolean
pal_choices_read (PalCompiler *compiler, PalSheetTable *table, GError **error)
{
  guint n_before = compiler->list_order->len;
  gboolean has_list = FALSE;
  gboolean has_name = FALSE;

  for (guint i = 0; i < table->columns->len; i++)
    {
      PalSheetColumn *column = table->columns->pdata[i];

      has_list |= column != NULL && strcmp (column->key, "list_name") == 0;
      has_name |= column != NULL && strcmp (column->key, "name") == 0;
    }
  if (table->entries->len > 0 && !has_name)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                   "%s, row 1: there is no column name", table->sheet);
      return FALSE;
    }
  if (table->entries->len > 0 && !has_list)
    g_ptr_array_add (compiler->warnings,
                     g_strdup_printf ("%s, row 1: there is no column list_name, so the choices "
                                      "belong to no list and are left out",
                                      table->sheet));
  warn_columns (compiler, table);

  for (guint i = 0; i < table->entries->len; i++)
    {
      PalEntry *entry = table->entries->pdata[i];
      const char *name = pal_entry_get (entry, "list_name");
      PalChoiceList *list;

      if (name == NULL)
        {
          if (has_list)
            pal_sheet_warn (compiler, entry, "list_name", "a choice without a list is left out");
          continue;
        }
      list = pal_choices_find (compiler, name);
      if (list == NULL)
        {
          list = g_new0 (PalChoiceList, 1);
          list->name = g_strdup (name);
          list->entries = g_ptr_array_new ();
          g_hash_table_insert (compiler->lists, list->name, list);
          g_ptr_array_add (compiler->list_order, list);
        }
      else if (((PalEntry *) list->entries->pdata[0])->is_shared != entry->is_shared)
        return pal_sheet_fail (error, entry, "list_name",
                               "the list \"%s\" is in the form's own sheet choices as well; give "
                               "one of them another name",
                               name);
      g_ptr_array_add (list->entries, entry);
    }
  for (guint i = n_before; i < compiler->list_order->len; i++)
    if (!check_list (compiler, compiler->list_order->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* "or_other": the list gets the choice "other", in every language of the list. */
void
pal_choices_add_other (PalCompiler *compiler, PalChoiceList *list)
{
  PalEntry *entry;

  if (list->has_other)
    return;
  list->has_other = TRUE;
  for (guint i = 0; i < list->entries->len; i++)
    if (strcmp (pal_entry_get (list->entries->pdata[i], "name"), "other") == 0)
      return;

  entry = pal_entry_new (compiler, list->entries->pdata[0]);
  pal_entry_set (compiler, entry, "name", NULL, "other");
  for (guint i = 0; i < list->entries->len; i++)
    {
      PalEntry *like = list->entries->pdata[i];

      for (guint k = 0; k < like->cells->len; k++)
        {
          const PalSheetColumn *column = g_array_index (like->cells, PalSheetCell, k).column;

          if (strcmp (column->key, "label") == 0)
            pal_entry_set (compiler, entry, "label", column->language, "Other");
        }
    }
  if (!pal_entry_has (entry, "label"))
    pal_entry_set (compiler, entry, "label", NULL, "Other");
  g_ptr_array_add (list->entries, entry);
}

static gboolean
add_secondary (PalCompiler *compiler, const PalEntry *entry, const char *column, const char *id,
               const char *source, const PalChoiceList *list, GError **error)
{
  PalSecondary *secondary = g_hash_table_lookup (compiler->secondary_ids, id);

  if (secondary != NULL)
    {
      if (g_strcmp0 (secondary->source, source) == 0)
        return TRUE;
      return pal_sheet_fail (error, entry, column,
                             "\"%s\" is already the name of %s and cannot be that of %s too", id,
                             secondary->source != NULL ? secondary->source : "a list of choices",
                             source != NULL ? source : "a list of choices");
    }

  secondary = g_new0 (PalSecondary, 1);
  secondary->id = g_strdup (id);
  secondary->source = g_strdup (source);
  secondary->list = list;
  g_ptr_array_add (compiler->secondaries, secondary);
  g_hash_table_insert (compiler->secondary_ids, secondary->id, secondary);

  return TRUE;
}

/* pulldata('name', ...) reads name.csv. */
static gboolean
collect_pulldata (PalCompiler *compiler, const PalEntry *entry, GError **error)
{
  static GRegex *regex;

  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("pulldata\\s*\\(\\s*(?:'([^']*)'|\"([^\"]*)\")\\s*,",
                                            G_REGEX_OPTIMIZE, 0, NULL));

  for (guint i = 0; i < entry->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (entry->cells, PalSheetCell, i);
      g_autoptr (GMatchInfo) match = NULL;

      if (strstr (cell->text, "pulldata") == NULL
          || (!g_str_has_prefix (cell->column->key, "bind::")
              && strcmp (cell->column->key, "default") != 0
              && strcmp (cell->column->key, "choice_filter") != 0
              && strcmp (cell->column->key, "body::jr:count") != 0))
        continue;
      for (g_regex_match (regex, cell->text, 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL))
        {
          g_autofree char *single = g_match_info_fetch (match, 1);
          g_autofree char *dual = g_match_info_fetch (match, 2);
          const char *id = single != NULL && single[0] != '\0' ? single : dual;
          g_autofree char *source = NULL;

          if (id == NULL || !pal_sheet_is_name (id))
            return pal_sheet_fail (error, entry, cell->column->key,
                                   "pulldata needs the name of a file without its ending");
          source = g_strdup_printf ("jr://file-csv/%s.csv", id);
          if (!add_secondary (compiler, entry, cell->column->key, id, source, NULL, error))
            return FALSE;
        }
    }

  return TRUE;
}

static gboolean
collect_item (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  if (item->type != NULL && g_str_has_suffix (item->type->word, "-external"))
    {
      gboolean is_csv = g_str_has_prefix (item->type->word, "csv");
      g_autofree char *source = g_strdup_printf ("jr://%s/%s.%s", is_csv ? "file-csv" : "file",
                                                 item->name, is_csv ? "csv" : "xml");

      if (!g_hash_table_add (compiler->externals, item->name))
        return pal_sheet_fail (error, item->entry, "name", "the file \"%s\" is named twice",
                               item->name);
      return add_secondary (compiler, item->entry, "name", item->name, source, NULL, error);
    }
  if (item->file != NULL)
    {
      gboolean is_csv = g_str_has_suffix (item->file, ".csv");
      g_autofree char *source
          = g_strdup_printf ("jr://%s/%s", is_csv ? "file-csv" : "file", item->file);

      if (!add_secondary (compiler, item->entry, "type", item->list, source, NULL, error))
        return FALSE;
    }
  if (item->entry != NULL && !collect_pulldata (compiler, item->entry, error))
    return FALSE;

  for (guint i = 0; i < item->children->len; i++)
    if (!collect_item (compiler, item->children->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* Many forms are made with the shared lists, and carry those that they ask from. Their own lists
 * they carry all: an expression may look into one that no question offers. */
gboolean
pal_choices_are_left_out (const PalChoiceList *list)
{
  return ((const PalEntry *) list->entries->pdata[0])->is_shared && !list->is_asked;
}

/* The secondary instances: files first, then the lists of choices. */
gboolean
pal_secondaries_collect (PalCompiler *compiler, GError **error)
{
  if (!collect_item (compiler, compiler->root, error))
    return FALSE;
  for (guint i = 0; i < compiler->list_order->len; i++)
    {
      PalChoiceList *list = compiler->list_order->pdata[i];

      if (!pal_choices_are_left_out (list)
          && !add_secondary (compiler, list->entries->pdata[0], "list_name", list->name, NULL, list,
                             error))
        return FALSE;
    }

  return TRUE;
}
