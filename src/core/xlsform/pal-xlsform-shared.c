// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

/* A workbook of template blocks and lists of choices that several forms are made with. */

static PalSheetTable *
read_sheet (PalCompiler *compiler, PalBookSheet *sheet, const char *base, gboolean is_choices,
            GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s, %s", base, sheet->name);
  PalSheetTable *table;

  /* What is said of a row says of which workbook it is. */
  g_free (sheet->name);
  sheet->name = g_steal_pointer (&name);
  table = pal_sheet_table_read (compiler, sheet, is_choices, error);
  for (guint i = 0; table != NULL && i < table->entries->len; i++)
    ((PalEntry *) table->entries->pdata[i])->is_shared = TRUE;

  return table;
}

/* The sheets templates and choices of the shared workbook, either of which may be missing. */
gboolean
pal_shared_read (PalCompiler *compiler, const char *path, PalShared *shared, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (PalBook) book = pal_book_read (path, error);

  if (book == NULL)
    {
      g_prefix_error (error, "%s: ", base);
      return FALSE;
    }

  for (guint i = 0; i < book->sheets->len; i++)
    {
      PalBookSheet *sheet = book->sheets->pdata[i];
      gboolean is_choices = g_ascii_strcasecmp (sheet->name, "choices") == 0;
      PalSheetTable **table = is_choices ? &shared->choices : &shared->templates;

      if (g_ascii_strcasecmp (sheet->name, "survey") == 0)
        {
          g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                       "%s, %s: what is shared stands in the sheets templates and choices; a "
                       "survey is a form of its own",
                       base, sheet->name);
          return FALSE;
        }
      if ((!is_choices && g_ascii_strcasecmp (sheet->name, "templates") != 0) || *table != NULL)
        continue;
      *table = read_sheet (compiler, sheet, base, is_choices, error);
      if (*table == NULL)
        return FALSE;
    }
  if (shared->templates == NULL && shared->choices == NULL)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                   "%s: there is neither a sheet 'templates' nor a sheet 'choices' to share", base);
      return FALSE;
    }

  return TRUE;
}

/* The catalogues in the folder po beside the shared workbook, when it is there. What the form's own
 * catalogue of a language says goes before. */
gboolean
pal_shared_read_catalogues (PalCompiler *compiler, const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *catalogues_dir = g_build_filename (folder, "po", NULL);
  g_autoptr (GPtrArray) catalogues = NULL;

  if (!g_file_test (catalogues_dir, G_FILE_TEST_IS_DIR))
    return TRUE;
  catalogues = pal_messages_read_folder (catalogues_dir, error);
  if (catalogues == NULL)
    {
      g_prefix_error (error, "%s: po/", base);
      return FALSE;
    }
  pal_messages_join (compiler->catalogues, catalogues);

  return TRUE;
}

/* A survey that puts in every block once, each in a group of its own. */
PalSheetTable *
pal_shared_make_survey (PalCompiler *compiler, const PalSheetTable *templates)
{
  PalSheetTable *survey = g_new0 (PalSheetTable, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  survey->sheet = templates->sheet;
  survey->columns = g_ptr_array_new ();
  survey->entries = g_ptr_array_new ();
  g_ptr_array_add (compiler->tables, survey);
  for (guint i = 0; i < templates->entries->len; i++)
    {
      const PalEntry *like = templates->entries->pdata[i];
      const char *text = pal_entry_get (like, "template");
      g_autofree char *name = NULL;
      g_autofree char *block
          = g_strndup (text != NULL ? text : "", text != NULL ? strcspn (text, " ,\t\n") : 0);
      PalEntry *begin;
      PalEntry *end;

      if (!g_hash_table_add (seen, g_strdup (block)))
        continue;
      name = g_strdup_printf ("block%u", g_hash_table_size (seen));
      begin = pal_entry_new (compiler, like);
      end = pal_entry_new (compiler, like);
      pal_entry_set (compiler, begin, "type", NULL, "begin_group");
      pal_entry_set (compiler, begin, "name", NULL, name);
      pal_entry_set (compiler, begin, "template", NULL, block);
      pal_entry_set (compiler, end, "type", NULL, "end_group");
      g_ptr_array_add (survey->entries, begin);
      g_ptr_array_add (survey->entries, end);
    }

  return survey;
}
