// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include "pal-node.h"

#include <string.h>

G_DEFINE_QUARK (pal - xlsform - error - quark, pal_xlsform_error)

static void
column_free (gpointer data)
{
  PalSheetColumn *column = data;

  g_free (column->language);
  g_free (column->header);
  g_free (column);
}

static void
entry_free (gpointer data)
{
  PalEntry *entry = data;

  for (guint i = 0; i < entry->cells->len; i++)
    g_free (g_array_index (entry->cells, PalSheetCell, i).text);
  g_array_unref (entry->cells);
  g_free (entry);
}

static void
table_free (gpointer data)
{
  PalSheetTable *table = data;

  g_ptr_array_unref (table->columns);
  g_ptr_array_unref (table->entries);
  g_free (table);
}

static void
item_free (gpointer data)
{
  PalSurveyItem *item = data;

  g_ptr_array_unref (item->children);
  g_free (item->name);
  g_free (item->path);
  g_free (item->list);
  g_free (item->file);
  g_free (item->source);
  g_clear_pointer (&item->parameters, g_hash_table_unref);
  g_clear_pointer (&item->triggered, g_ptr_array_unref);
  g_free (item);
}

static void
list_free (gpointer data)
{
  PalChoiceList *list = data;

  g_free (list->name);
  g_ptr_array_unref (list->entries);
  g_free (list);
}

static void
secondary_free (gpointer data)
{
  PalSecondary *secondary = data;

  g_free (secondary->id);
  g_free (secondary->source);
  g_free (secondary);
}

static void
text_free (gpointer data)
{
  PalItext *text = data;

  for (guint i = 0; i < text->values->len; i++)
    {
      PalItextValue *value = &g_array_index (text->values, PalItextValue, i);

      g_free (value->language);
      g_free (value->text);
    }
  g_array_unref (text->values);
  g_free (text->id);
  g_free (text->context);
  g_free (text);
}

void
pal_compiler_free (PalCompiler *self)
{
  g_clear_pointer (&self->book, pal_book_free);
  g_ptr_array_unref (self->text_order);
  g_hash_table_unref (self->texts);
  g_ptr_array_unref (self->languages);
  g_clear_pointer (&self->catalogues, g_ptr_array_unref);
  g_ptr_array_unref (self->prefix_order);
  g_hash_table_unref (self->prefixes);
  g_hash_table_unref (self->externals);
  g_hash_table_unref (self->secondary_ids);
  g_ptr_array_unref (self->secondaries);
  g_hash_table_unref (self->repeat_names);
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->list_order);
  g_hash_table_unref (self->lists);
  g_free (self->default_id);
  g_hash_table_unref (self->settings);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->tables);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->columns);
  g_free (self);
}

static void
declare (PalCompiler *self, const char *prefix, const char *uri)
{
  g_hash_table_insert (self->prefixes, g_strdup (prefix), g_strdup (uri));
  g_ptr_array_add (self->prefix_order, g_strdup (prefix));
}

PalCompiler *
pal_compiler_new (const char *path)
{
  PalCompiler *self = g_new0 (PalCompiler, 1);
  g_autofree char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  self->default_id = g_steal_pointer (&base);
  self->columns = g_ptr_array_new_with_free_func (column_free);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->tables = g_ptr_array_new_with_free_func (table_free);
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->lists = g_hash_table_new (g_str_hash, g_str_equal);
  self->list_order = g_ptr_array_new_with_free_func (list_free);
  self->names
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->repeat_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->secondaries = g_ptr_array_new_with_free_func (secondary_free);
  self->secondary_ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->externals = g_hash_table_new (g_str_hash, g_str_equal);
  self->prefixes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->prefix_order = g_ptr_array_new_with_free_func (g_free);
  self->languages = g_ptr_array_new_with_free_func (g_free);
  self->texts = g_hash_table_new (g_str_hash, g_str_equal);
  self->text_order = g_ptr_array_new_with_free_func (text_free);
  declare (self, "h", PAL_NS_XHTML);
  declare (self, "ev", PAL_NS_EV);
  declare (self, "xsd", PAL_NS_XSD);
  declare (self, "jr", PAL_NS_JR);
  declare (self, "orx", PAL_NS_ORX);
  declare (self, "odk", PAL_NS_ODK);

  return self;
}

static PalBookSheet *
find_sheet (PalCompiler *self, const char *name)
{
  for (guint i = 0; i < self->book->sheets->len; i++)
    {
      PalBookSheet *sheet = self->book->sheets->pdata[i];

      if (g_ascii_strcasecmp (sheet->name, name) == 0)
        return sheet;
    }

  return NULL;
}

/* Levenshtein distance of two short words, capped by their lengths. */
static guint
distance (const char *a, const char *b)
{
  gsize n = strlen (b);
  g_autofree guint *row = g_new (guint, n + 1);

  for (gsize k = 0; k <= n; k++)
    row[k] = k;
  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = i + 1;
      for (gsize k = 0; k < n; k++)
        {
          guint above = row[k + 1];
          guint changed = diagonal + (g_ascii_tolower (a[i]) != g_ascii_tolower (b[k]));

          row[k + 1] = MIN (MIN (above, row[k]) + 1, changed);
          diagonal = above;
        }
    }

  return row[n];
}

/* "; did you mean this?" for names that differ by a slip. */
static char *
similar_sheets (PalCompiler *self, const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < self->book->sheets->len; i++)
    {
      PalBookSheet *sheet = self->book->sheets->pdata[i];

      if (sheet->name[0] == '_' || strlen (sheet->name) > 64 || distance (sheet->name, name) > 2)
        continue;
      g_string_append_printf (out, "%s'%s'",
                              out->len > 0 ? ", "
                                           : "; the following sheets with similar names were "
                                             "found: ",
                              sheet->name);
    }

  return g_strdup (out->str);
}

static gboolean
fail_sheet (PalCompiler *self, GError **error, const char *name)
{
  g_autofree char *similar = similar_sheets (self, name);

  g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET, "there is no sheet '%s'%s", name,
               similar);

  return FALSE;
}

static gboolean
uses_choices (const PalSheetTable *survey, const PalEntry **entry)
{
  for (guint i = 0; i < survey->entries->len; i++)
    {
      g_autofree char *word = NULL;
      const char *list;
      gboolean is_file = FALSE;

      *entry = survey->entries->pdata[i];
      word = pal_type_normalise (pal_entry_get (*entry, "type"));
      list = pal_type_split_select (word, NULL, &is_file);
      if ((list != NULL && !is_file && strstr (list, "${") == NULL)
          || g_str_has_prefix (word, "begin loop "))
        return TRUE;
    }

  return FALSE;
}

static gboolean
check_survey (PalCompiler *self, PalSheetTable *survey, GError **error)
{
  gboolean has_type = FALSE;

  for (guint i = 0; i < survey->columns->len; i++)
    {
      PalSheetColumn *column = survey->columns->pdata[i];

      has_type |= column != NULL && strcmp (column->key, "type") == 0;
    }
  if (!has_type)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                   "%s, row 1: there is no column type", survey->sheet);
      return FALSE;
    }
  if (survey->entries->len == 0)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET, "%s: no questions",
                   survey->sheet);
      return FALSE;
    }

  return TRUE;
}

static gboolean
refuse_sheets (PalCompiler *self, GError **error)
{
  static const char *const outside[] = { "entities", "external_choices", "osm" };

  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    {
      PalBookSheet *sheet = find_sheet (self, outside[i]);

      if (sheet == NULL || sheet->rows->len < 2)
        continue;
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                   "the sheet '%s' is beyond what is supported", sheet->name);
      return FALSE;
    }

  return TRUE;
}

/* The own sheet of choices and the shared one. */
static gboolean
read_choices (PalCompiler *self, const PalSheetTable *survey, PalSheetTable *shared, GError **error)
{
  PalBookSheet *sheet = find_sheet (self, "choices");
  const PalEntry *entry = NULL;

  if (sheet != NULL)
    {
      PalSheetTable *choices = pal_sheet_table_read (self, sheet, TRUE, error);

      if (choices == NULL || !pal_choices_read (self, choices, error))
        return FALSE;
    }
  else if (shared == NULL && uses_choices (survey, &entry))
    {
      g_autofree char *similar = similar_sheets (self, "choices");

      return pal_sheet_fail (error, entry, "type",
                             "the choices are missing: there is no sheet 'choices'%s", similar);
    }

  return shared == NULL || pal_choices_read (self, shared, error);
}

static PalSheetTable *
read_survey (PalCompiler *self, GError **error)
{
  PalBookSheet *sheet = find_sheet (self, "survey");
  PalSheetTable *survey;

  if (sheet == NULL && self->book->sheets->len == 1)
    sheet = self->book->sheets->pdata[0];
  if (sheet == NULL)
    {
      fail_sheet (self, error, "survey");
      return NULL;
    }
  survey = pal_sheet_table_read (self, sheet, FALSE, error);

  return survey != NULL && check_survey (self, survey, error) ? survey : NULL;
}

/* All stages before the writing. @shared_path: (nullable): a workbook of blocks and choices.
 * @blocks_alone: a workbook without a survey is one of blocks, each of which is put in once. */
gboolean
pal_compiler_load (PalCompiler *self, const char *path, const char *shared_path,
                   gboolean blocks_alone, GError **error)
{
  PalBookSheet *templates_sheet;
  PalSheetTable *survey = NULL;
  PalSheetTable *templates = NULL;
  PalShared shared = { NULL, NULL };
  g_autoptr (GArray) rows = NULL;

  self->book = pal_book_read (path, error);
  if (self->book == NULL || !refuse_sheets (self, error))
    return FALSE;
  templates_sheet = find_sheet (self, "templates");
  blocks_alone = blocks_alone && templates_sheet != NULL && find_sheet (self, "survey") == NULL;

  if (!pal_sheet_settings_read (self, find_sheet (self, "settings"), error))
    return FALSE;
  survey = blocks_alone ? NULL : read_survey (self, error);
  if (survey == NULL && !blocks_alone)
    return FALSE;
  if (templates_sheet != NULL)
    {
      templates = pal_sheet_table_read (self, templates_sheet, FALSE, error);
      if (templates == NULL)
        return FALSE;
    }
  if (shared_path != NULL && !pal_shared_read (self, shared_path, &shared, error))
    return FALSE;
  if (blocks_alone)
    survey = pal_shared_make_survey (self, templates);
  if (!read_choices (self, survey, shared.choices, error))
    return FALSE;

  rows = pal_template_expand (self, survey, templates, shared.templates, error);

  return rows != NULL && pal_survey_build (self, rows, error) && pal_survey_resolve (self, error)
         && pal_secondaries_collect (self, error);
}

/* A language for the texts without one, once there are catalogues of others. */
static void
name_default_language (PalCompiler *self)
{
  if (self->catalogues->len > 0 && strcmp (self->default_language, "default") == 0)
    self->default_language = g_intern_string ("English (en)");
}

/**
 * pal_xlsform_compile:
 * @path: a .csv or .xlsx in the XLSForm layout
 * @catalogues_dir: (nullable): folder with <language>.po files to be merged into itext
 * @warnings: (out) (optional) (element-type utf8): set when the form is made; one line each
 * @error: set to %PAL_XLSFORM_ERROR or %G_IO_ERROR; the message has sheet, row and column
 *
 * Converts a spreadsheet into an ODK XForm (XLSForm as pyxform reads it, within the form profile).
 * Blocking. Any thread.
 *
 * Returns: (transfer full): the form as UTF-8 XML, or %NULL
 */
GBytes *
pal_xlsform_compile (const char *path, const char *catalogues_dir, GPtrArray **warnings,
                     GError **error)
{
  return pal_xlsform_compile_shared (path, NULL, catalogues_dir, warnings, error);
}

/**
 * pal_xlsform_compile_shared:
 * @path: a .csv or .xlsx in the XLSForm layout
 * @shared_path: (nullable): a workbook whose sheets templates and choices count as if they stood
 *   in that of @path; what it says of other sheets than these is not read
 * @catalogues_dir: (nullable): folder with <language>.po files to be merged into itext; those in
 *   the folder po beside @shared_path are merged as well, for the languages that both have and for
 *   those that only they have
 * @warnings: (out) (optional) (element-type utf8): as in pal_xlsform_compile()
 * @error: set to %PAL_XLSFORM_ERROR or %G_IO_ERROR; the message has sheet, row and column, and the
 *   name of the shared workbook before them where they are its
 *
 * As pal_xlsform_compile(), for forms that have blocks of questions and lists of choices in common.
 * A block or a list of one name in both workbooks is an error. Blocking. Any thread.
 *
 * Returns: (transfer full): the form as UTF-8 XML, or %NULL
 */
GBytes *
pal_xlsform_compile_shared (const char *path, const char *shared_path, const char *catalogues_dir,
                            GPtrArray **warnings, GError **error)
{
  g_autoptr (PalCompiler) self = NULL;
  g_autoptr (GString) out = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  self = pal_compiler_new (path);
  self->catalogues = catalogues_dir != NULL ? pal_messages_read_folder (catalogues_dir, error)
                                            : g_ptr_array_new ();
  if (self->catalogues == NULL)
    return NULL;
  if (catalogues_dir != NULL && shared_path != NULL
      && !pal_shared_read_catalogues (self, shared_path, error))
    return NULL;
  if (!pal_compiler_load (self, path, shared_path, FALSE, error))
    return NULL;
  name_default_language (self);
  if (!pal_itext_collect (self, error))
    return NULL;

  out = g_string_new (NULL);
  if (!pal_xform_write (self, out, error))
    return NULL;
  if (warnings != NULL)
    *warnings = g_steal_pointer (&self->warnings);
  length = out->len;

  return g_bytes_new_take (g_string_free (g_steal_pointer (&out), FALSE), length);
}
