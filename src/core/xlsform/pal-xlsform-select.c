// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

static gboolean
read_file (PalSurveyItem *item, const char *file, GError **error)
{
  static const char *const endings[] = { ".csv", ".xml" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (file, endings[i]) && strlen (file) > strlen (endings[i])
        && strpbrk (file, "/\\'\"") == NULL)
      {
        item->file = g_strdup (file);
        item->list = g_strndup (file, strlen (file) - strlen (endings[i]));
        return TRUE;
      }
  if (g_str_has_suffix (file, ".geojson"))
    return pal_sheet_fail (error, item->entry, "type", "choices from GeoJSON are not supported");

  return pal_sheet_fail (error, item->entry, "type",
                         "\"%s\" must be the name of a .csv or .xml file", file);
}

/* Several answers are stored with spaces between them. */
static gboolean
check_spaces (const PalChoiceList *list, GError **error)
{
  for (guint i = 0; i < list->entries->len; i++)
    {
      const char *name = pal_entry_get (list->entries->pdata[i], "name");

      if (strchr (name, ' ') != NULL)
        return pal_sheet_fail (error, list->entries->pdata[i], "name",
                               "\"%s\" has a space; a choice of a select_multiple cannot", name);
    }

  return TRUE;
}

/* Takes "or_other" and its other spellings off the end of @list. */
static gboolean
take_other (char *list)
{
  static const char *const words[] = { " or_other", " or other", " or specify other" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (list);
      gsize tail = strlen (words[i]);

      if (length > tail && g_ascii_strcasecmp (list + length - tail, words[i]) == 0)
        {
          list[length - tail] = '\0';
          return TRUE;
        }
    }

  return FALSE;
}

/* "select one yes_no or_other", "select one ${name}", "select one from file x.csv", "rank list".
 * Leaves item->type unset for what is none of them. */
gboolean
pal_select_read (PalCompiler *compiler, PalSurveyItem *item, const char *word, gboolean *or_other,
                 GError **error)
{
  gboolean is_file = FALSE;
  const char *rest = pal_type_split_select (word, &item->type, &is_file);
  g_autofree char *list = NULL;
  PalChoiceList *found;

  if (rest == NULL)
    return TRUE;
  if (is_file)
    return read_file (item, rest, error);

  list = g_strdup (rest);
  *or_other = take_other (list);
  if (g_str_has_prefix (list, "${") && g_str_has_suffix (list, "}"))
    {
      item->source = g_strndup (list + 2, strlen (list) - 3);
      return TRUE;
    }
  found = pal_choices_find (compiler, list);
  if (found == NULL && compiler->list_order->len == 0)
    return pal_sheet_fail (error, item->entry, "type",
                           "choices has no lists; each choice names its list in the column "
                           "list_name");
  if (found == NULL)
    return pal_sheet_fail (error, item->entry, "type", "choices has no list \"%s\"", list);
  if (strpbrk (list, " '\"") != NULL)
    return pal_sheet_fail (error, item->entry, "type",
                           "\"%s\": a list's name cannot have spaces or quotes", list);
  if (item->type->tag == PAL_TAG_SELECT && !check_spaces (found, error))
    return FALSE;
  found->is_asked = TRUE;
  item->list = g_steal_pointer (&list);

  return TRUE;
}

/* The choice "other" in the list, and a text behind the question that asks which. */
gboolean
pal_select_add_other (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  g_autofree char *name = g_strconcat (item->name, "_other", NULL);
  g_autofree char *relevant = g_strdup_printf ("selected(../%s, 'other')", item->name);
  PalChoiceList *list = pal_choices_find (compiler, item->list);

  if (pal_entry_has (item->entry, "choice_filter"))
    return pal_sheet_fail (error, item->entry, "choice_filter",
                           "or_other and a filter cannot go together");
  if (list == NULL)
    return pal_sheet_fail (error, item->entry, "type",
                           "or_other needs a list of the sheet choices");
  pal_choices_add_other (compiler, list);
  pal_survey_add_made (compiler, item->parent, item->entry, "text", name, "label", "Specify other.",
                       "bind::relevant", relevant, NULL);

  return TRUE;
}

/* Choices that are the answers of a repeat's rows: ${name} must stand in one. */
gboolean
pal_select_resolve (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  PalSurveyItem *source
      = pal_reference_find (compiler, item, item->source, item->entry, "type", error);

  if (source == NULL)
    return FALSE;

  return pal_survey_item_in_repeat (source)
         || pal_sheet_fail (error, item->entry, "type",
                            "the choices come from ${%s}, which must stand in a repeat",
                            item->source);
}

/* "table-list": the choices once, as the head of a table, and the questions without theirs. The
 * texts of the group become those of a note, as a page that is a table shows none. */
void
pal_table_begin (PalCompiler *compiler, PalSurveyItem *group)
{
  g_autofree char *name = g_strdup_printf ("generated_table_list_label_%u", group->entry->place);
  PalSurveyItem *note;

  group->is_table = TRUE;
  if (!pal_entry_has (group->entry, "label") && !pal_entry_has (group->entry, "hint"))
    return;
  note = pal_survey_add_made (compiler, group, group->entry, "note", name, NULL);
  for (guint i = 0; i < group->entry->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (group->entry->cells, PalSheetCell, i);

      if (strcmp (cell->column->key, "label") == 0 || strcmp (cell->column->key, "hint") == 0)
        pal_entry_set (compiler, note->entry, cell->column->key, cell->column->language,
                       cell->text);
    }
}

/* @select is the last question so far. The first of a table brings the head before itself and
 * its list into *@list (borrowed); the others must have the same. */
gboolean
pal_table_add (PalCompiler *compiler, PalSurveyItem *select, const char **list, GError **error)
{
  const char *own = select->source != NULL ? select->source : select->list;
  g_autofree char *name = NULL;
  PalSurveyItem *head;

  select->in_table = TRUE;
  if (*list != NULL)
    return strcmp (*list, own) == 0
           || pal_sheet_fail (error, select->entry, "type",
                              "a table has one list of choices; its first question has \"%s\", "
                              "this one \"%s\"",
                              *list, own);
  if (pal_entry_has (select->entry, "choice_filter"))
    return pal_sheet_fail (error, select->entry, "choice_filter",
                           "the first question of a table-list gives the table its head and "
                           "cannot have a filter");

  *list = own;
  name = g_strdup_printf ("reserved_name_for_field_list_labels_%u", select->entry->place);
  head = pal_survey_add_made (compiler, select->parent, select->entry, "note", name, "label", " ",
                              "body::appearance", "label", NULL);
  head->type = select->type;
  head->list = g_strdup (select->list);
  head->file = g_strdup (select->file);
  head->source = g_strdup (select->source);
  pal_survey_item_move_up (head);

  return TRUE;
}
