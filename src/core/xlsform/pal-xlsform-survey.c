// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

#define MAX_DEPTH 64
#define MAX_ITEMS 250000

/* How deep we are, and what opened each level. */
typedef struct
{
  PalSurveyItem *item;
  gboolean is_loop;
  guint first_row; /* of a loop: its first row */
} Level;

typedef struct
{
  PalCompiler *compiler;
  GArray *rows;
  GArray *levels;
} Builder;

static gboolean build_rows (Builder *self, guint from, guint to, GError **error);

static PalSurveyItem *
item_new (PalCompiler *compiler, PalSurveyItemKind kind, const char *name, PalEntry *entry)
{
  PalSurveyItem *item = g_new0 (PalSurveyItem, 1);

  item->kind = kind;
  item->name = g_strdup (name);
  item->entry = entry;
  item->children = g_ptr_array_new ();
  g_ptr_array_add (compiler->items, item);

  return item;
}

static void
item_add (PalCompiler *compiler, PalSurveyItem *parent, PalSurveyItem *item)
{
  GPtrArray *same = g_hash_table_lookup (compiler->names, item->name);

  item->parent = parent;
  item->depth = parent->depth + 1;
  item->path = g_strconcat (parent->path, "/", item->name, NULL);
  g_ptr_array_add (parent->children, item);
  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (compiler->names, item->name, same);
    }
  g_ptr_array_add (same, item);
}

gboolean
pal_survey_item_in_repeat (const PalSurveyItem *self)
{
  for (const PalSurveyItem *item = self->parent; item != NULL; item = item->parent)
    if (item->kind == PAL_SURVEY_REPEAT)
      return TRUE;

  return FALSE;
}

static gboolean
has_text (const PalSurveyItem *item)
{
  return pal_entry_has (item->entry, "label") || pal_entry_has (item->entry, "hint")
         || pal_entry_has (item->entry, "media::image")
         || pal_entry_has (item->entry, "media::audio")
         || pal_entry_has (item->entry, "media::video") || pal_entry_has (item->entry, "media");
}

/* Whether a question has a control: what is calculated and says nothing has none. */
gboolean
pal_survey_item_is_shown (const PalSurveyItem *self)
{
  if (self->type == NULL || self->type->tag == PAL_TAG_NONE)
    return FALSE;

  return has_text (self)
         || (!pal_entry_has (self->entry, "bind::calculate")
             && !pal_entry_has (self->entry, "trigger"));
}

static gboolean
check_name (PalCompiler *compiler, PalSurveyItem *parent, PalSurveyItemKind kind, const char *name,
            PalEntry *entry, GError **error)
{
  if (!pal_sheet_is_name (name))
    return pal_sheet_fail (
        error, entry, "name",
        "\"%s\" is no name: letters, digits, \"_\", \"-\" and \".\", and a letter or "
        "\"_\" first",
        name);
  if (strcmp (name, "meta") == 0)
    return pal_sheet_fail (error, entry, "name", "the name \"meta\" is kept for the form itself");
  if (kind == PAL_SURVEY_REPEAT && strcmp (name, compiler->root_name) == 0)
    return pal_sheet_fail (error, entry, "name",
                           "a repeat cannot have the name of the form, \"%s\"", name);
  if (kind == PAL_SURVEY_REPEAT && !compiler->has_templates
      && !g_hash_table_add (compiler->repeat_names, g_strdup (name)))
    return pal_sheet_fail (error, entry, "name", "another repeat has the name \"%s\" already",
                           name);

  return TRUE;
}

/* Names of neighbours are looked up in one table a group, so that long forms stay fast. */
static gboolean
check_neighbours (PalCompiler *compiler, PalSurveyItem *parent, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) folded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < parent->children->len; i++)
    {
      PalSurveyItem *item = parent->children->pdata[i];

      if (!g_hash_table_add (names, item->name))
        return pal_sheet_fail (error, item->entry, "name",
                               "\"%s\" stands twice in the same group, repeat or form%s%s",
                               item->name, item->block != NULL ? "; it comes from the block " : "",
                               item->block != NULL ? item->block : "");
      if (!g_hash_table_add (folded, g_utf8_casefold (item->name, -1)))
        pal_sheet_warn (compiler, item->entry, "name",
                        "\"%s\" differs from a neighbour in capital letters only", item->name);
      if (!check_neighbours (compiler, item, error))
        return FALSE;
    }

  return TRUE;
}

static PalSurveyItem *
add_item (Builder *self, PalSurveyItemKind kind, PalSurveyRow *row, GError **error)
{
  Level *top = &g_array_index (self->levels, Level, self->levels->len - 1);
  const char *name = pal_entry_get (row->entry, "name");
  PalSurveyItem *item;

  if (name == NULL)
    {
      pal_sheet_fail (error, row->entry, "name", "a name is needed");
      return NULL;
    }
  if (!check_name (self->compiler, top->item, kind, name, row->entry, error))
    return NULL;
  if (self->compiler->items->len >= MAX_ITEMS)
    {
      pal_sheet_fail (error, row->entry, "name", "more than %d questions and groups", MAX_ITEMS);
      return NULL;
    }
  item = item_new (self->compiler, kind, name, row->entry);
  item->block = row->block;
  item_add (self->compiler, top->item, item);

  return item;
}

/* A question that the compiler adds, with the texts of its columns (key, text, ..., NULL). */
static PalSurveyItem *
add_made (PalCompiler *compiler, PalSurveyItem *parent, const PalEntry *like, const char *type,
          const char *name, ...)
{
  PalEntry *entry = pal_entry_new (compiler, like);
  PalSurveyItem *item = item_new (compiler, PAL_SURVEY_QUESTION, name, entry);
  const char *key;
  va_list args;

  item->type = pal_question_type_find (type);
  pal_entry_set (compiler, entry, "type", NULL, type);
  pal_entry_set (compiler, entry, "name", NULL, name);
  va_start (args, name);
  while ((key = va_arg (args, const char *)) != NULL)
    pal_entry_set (compiler, entry, key, NULL, va_arg (args, const char *));
  va_end (args);
  item_add (compiler, parent, item);

  return item;
}

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

/* "select one yes_no or_other", "select one ${name}", "select one from file x.csv", "rank list" */
static gboolean
read_select (PalCompiler *compiler, PalSurveyItem *item, const char *word, gboolean *or_other,
             GError **error)
{
  static const struct
  {
    const char *head;
    const char *type;
    gboolean is_file;
  } heads[] = {
    { "select one from file ", "select one", TRUE },
    { "select multiple from file ", "select multiple", TRUE },
    { "select one ", "select one", FALSE },
    { "select1 ", "select one", FALSE },
    { "select multiple ", "select multiple", FALSE },
    { "select all that apply ", "select multiple", FALSE },
    { "rank ", "rank", FALSE },
  };
  const char *rest = NULL;
  g_autofree char *list = NULL;
  char *space;

  for (guint i = 0; i < G_N_ELEMENTS (heads) && rest == NULL; i++)
    if (g_str_has_prefix (word, heads[i].head))
      {
        item->type = pal_question_type_find (heads[i].type);
        rest = word + strlen (heads[i].head);
        if (heads[i].is_file)
          return read_file (item, rest, error);
      }
  if (rest == NULL)
    return TRUE;

  list = g_strdup (rest);
  space = strrchr (list, ' ');
  if (space != NULL && g_ascii_strcasecmp (space, " or_other") == 0)
    {
      *or_other = TRUE;
      *space = '\0';
    }
  if (g_str_has_prefix (list, "${") && g_str_has_suffix (list, "}"))
    {
      item->source = g_strndup (list + 2, strlen (list) - 3);
      return TRUE;
    }
  if (pal_choices_find (compiler, list) == NULL)
    return pal_sheet_fail (error, item->entry, "type", "choices has no list \"%s\"", list);
  if (strpbrk (list, "'\"") != NULL)
    return pal_sheet_fail (error, item->entry, "type", "a list's name cannot have quotes");
  item->list = g_steal_pointer (&list);

  return TRUE;
}

static gboolean
refuse_type (const PalEntry *entry, const char *word, GError **error)
{
  static const struct
  {
    const char *head;
    const char *why;
  } outside[] = {
    { "audit", "an audit log is not recorded" },
    { "background-audio", "nothing is recorded in the background" },
    { "background-geopoint", "places are not recorded in the background" },
    { "start-geopoint", "places are not recorded in the background" },
    { "osm", "OpenStreetMap objects are not supported" },
    { "select one external", "external_choices are not supported; use select_one_from_file" },
    { "select one from map", "choices on a map are not supported" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    if (g_str_has_prefix (word, outside[i].head))
      return pal_sheet_fail (error, entry, "type", "%s", outside[i].why);

  return pal_sheet_fail (error, entry, "type", "\"%s\" is no type of question",
                         pal_entry_get (entry, "type"));
}

static gboolean
check_question (PalSurveyItem *item, GError **error)
{
  const char *calculation = pal_entry_get (item->entry, "bind::calculate");
  const char *value = pal_entry_get (item->entry, "default");
  const char *appearance = pal_entry_get (item->entry, "body::appearance");

  if (appearance != NULL
      && (g_str_has_prefix (appearance, "ex:") || g_str_has_prefix (appearance, "search(")))
    return pal_sheet_fail (error, item->entry, "body::appearance", "other apps cannot be called");
  if (pal_entry_has (item->entry, "save_to"))
    return pal_sheet_fail (error, item->entry, "save_to", "entities are not supported");
  if (item->type->needs_text && !has_text (item) && calculation == NULL
      && !pal_entry_has (item->entry, "trigger"))
    return pal_sheet_fail (error, item->entry, "label", "\"%s\" has no label and no hint",
                           item->name);
  if (strcmp (item->type->word, "calculate") == 0 && calculation == NULL
      && !pal_entry_has (item->entry, "trigger")
      && (value == NULL || !pal_expression_is_dynamic (value, item->type->bind_type)))
    return pal_sheet_fail (error, item->entry, "bind::calculate", "\"%s\" has no calculation",
                           item->name);

  return TRUE;
}

static gboolean
add_other (Builder *self, PalSurveyItem *item, GError **error)
{
  g_autofree char *name = g_strconcat (item->name, "_other", NULL);
  g_autofree char *relevant = g_strdup_printf ("selected(../%s, 'other')", item->name);
  PalChoiceList *list = pal_choices_find (self->compiler, item->list);

  if (pal_entry_has (item->entry, "choice_filter"))
    return pal_sheet_fail (error, item->entry, "choice_filter",
                           "or_other and a filter cannot go together");
  if (list == NULL)
    return pal_sheet_fail (error, item->entry, "type",
                           "or_other needs a list of the sheet choices");
  pal_choices_add_other (self->compiler, list);
  add_made (self->compiler, item->parent, item->entry, "text", name, "label", "Specify other.",
            "bind::relevant", relevant, NULL);

  return TRUE;
}

static gboolean
add_question (Builder *self, PalSurveyRow *row, const char *word, GError **error)
{
  PalSurveyItem *item;
  gboolean or_other = FALSE;

  item = add_item (self, PAL_SURVEY_QUESTION, row, error);
  if (item == NULL)
    return FALSE;
  if (!read_select (self->compiler, item, word, &or_other, error))
    return FALSE;
  if (item->type == NULL)
    {
      item->type = pal_question_type_find (word);
      if (item->type == NULL)
        return refuse_type (row->entry, word, error);
      if (item->type->tag == PAL_TAG_SELECT1 || item->type->tag == PAL_TAG_SELECT
          || item->type->tag == PAL_TAG_RANK)
        return pal_sheet_fail (error, row->entry, "type",
                               "which list of choices? Write \"%s LIST\"",
                               pal_entry_get (row->entry, "type"));
    }
  item->has_trigger = pal_entry_has (row->entry, "trigger");
  if (!check_question (item, error) || !pal_parameters_read (item, error))
    return FALSE;
  if (item->type->tag == PAL_TAG_RANGE && !pal_range_check (self->compiler, item, error))
    return FALSE;

  return !or_other || add_other (self, item, error);
}

/* A repeat_count that is more than one ${question} becomes a calculated question beside it. */
static gboolean
add_count (Builder *self, PalSurveyItem *repeat, GError **error)
{
  const char *count = pal_entry_get (repeat->entry, "body::jr:count");
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *name = NULL;

  if (count == NULL)
    return TRUE;
  names = pal_reference_names (count);
  if (names->len == 1 && g_str_has_prefix (count, "${")
      && strchr (count, '}') == count + strlen (count) - 1)
    return TRUE;

  name = g_strconcat (repeat->name, "_count", NULL);
  add_made (self->compiler, repeat->parent, repeat->entry, "calculate", name, "bind::calculate",
            count, "bind::readonly", "true()", NULL);
  /* It is calculated before the rows are, so it stands before them. */
  {
    GPtrArray *children = repeat->parent->children;
    PalSurveyItem *made = g_ptr_array_steal_index (children, children->len - 1);

    g_ptr_array_insert (children, children->len - 1, made);
  }

  return TRUE;
}

/* "table-list": the choices once, as the head of a table, and the questions without theirs. */
static gboolean
add_table_head (Builder *self, PalSurveyItem *group, guint row, GError **error)
{
  PalCompiler *compiler = self->compiler;
  PalSurveyRow *next
      = row + 1 < self->rows->len ? &g_array_index (self->rows, PalSurveyRow, row + 1) : NULL;
  g_autofree char *word
      = pal_type_normalise (next != NULL ? pal_entry_get (next->entry, "type") : NULL);
  g_autofree char *list_name = g_strdup_printf ("reserved_name_for_field_list_labels_%u", row + 3);
  g_autofree char *label_name = g_strdup_printf ("generated_table_list_label_%u", row + 2);
  gboolean or_other = FALSE;
  PalSurveyItem *head;

  if (pal_entry_has (group->entry, "label"))
    {
      head = add_made (compiler, group, group->entry, "note", label_name, NULL);
      for (guint i = 0; i < group->entry->cells->len; i++)
        {
          const PalSheetCell *cell = &g_array_index (group->entry->cells, PalSheetCell, i);

          if (strcmp (cell->column->key, "label") == 0)
            pal_entry_set (compiler, head->entry, "label", cell->column->language, cell->text);
        }
    }
  if (!g_str_has_prefix (word, "select "))
    return TRUE;
  head = add_made (compiler, group, next->entry, "note", list_name, "label", " ",
                   "body::appearance", "label", NULL);
  if (pal_entry_has (next->entry, "choice_filter"))
    pal_entry_set (compiler, head->entry, "choice_filter", NULL,
                   pal_entry_get (next->entry, "choice_filter"));

  return read_select (compiler, head, word, &or_other, error);
}

static gboolean
has_word (const char *text, const char *word)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  return g_strv_contains ((const char *const *) words, word);
}

static gboolean
begin (Builder *self, PalSurveyItemKind kind, guint row, GError **error)
{
  PalSurveyRow *at = &g_array_index (self->rows, PalSurveyRow, row);
  const char *appearance = pal_entry_get (at->entry, "body::appearance");
  Level level = { NULL, FALSE, row };

  if (self->levels->len > MAX_DEPTH)
    return pal_sheet_fail (error, at->entry, "type", "groups within groups, more than %d deep",
                           MAX_DEPTH);
  level.item = add_item (self, kind, at, error);
  if (level.item == NULL)
    return FALSE;
  if (kind == PAL_SURVEY_REPEAT && !add_count (self, level.item, error))
    return FALSE;
  /* A dynamic default runs once for each row: at the first load and when a row is added. */
  if (kind == PAL_SURVEY_REPEAT && self->compiler->row_ids)
    add_made (self->compiler, level.item, at->entry, "calculate", "_id", "default", "uuid()", NULL);
  if (kind == PAL_SURVEY_GROUP && appearance != NULL && has_word (appearance, "table-list")
      && !add_table_head (self, level.item, row, error))
    return FALSE;
  g_array_append_val (self->levels, level);

  return TRUE;
}

static gboolean
end (Builder *self, PalSurveyItemKind kind, guint row, GError **error)
{
  PalSurveyRow *at = &g_array_index (self->rows, PalSurveyRow, row);
  Level *top = &g_array_index (self->levels, Level, self->levels->len - 1);

  if (self->levels->len == 1 || top->item->kind != kind || top->is_loop)
    return pal_sheet_fail (error, at->entry, "type",
                           self->levels->len == 1 ? "nothing is open here that could end"
                                                  : "this does not end \"%s\", which is still open",
                           top->item->name);
  g_array_set_size (self->levels, self->levels->len - 1);

  return TRUE;
}

/* %(label)s and %(name)s in the texts of a loop's rows. */
static PalEntry *
fill_in (PalCompiler *compiler, const PalEntry *like, const PalEntry *choice)
{
  PalEntry *entry = pal_entry_new (compiler, like);

  for (guint i = 0; i < like->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (like->cells, PalSheetCell, i);
      const PalSheetCell *label = pal_entry_get_cell (choice, "label", cell->column->language);
      g_autoptr (GString) text = g_string_new (cell->text);

      if (label == NULL)
        label = pal_entry_get_cell (choice, "label", NULL);
      g_string_replace (text, "%(label)s", label != NULL ? label->text : "", 0);
      g_string_replace (text, "%(name)s", pal_entry_get (choice, "name"), 0);
      pal_entry_set (compiler, entry, cell->column->key, cell->column->language, text->str);
    }

  return entry;
}

static guint
find_loop_end (Builder *self, guint row)
{
  int depth = 0;

  for (guint i = row; i < self->rows->len; i++)
    {
      PalSurveyRow *at = &g_array_index (self->rows, PalSurveyRow, i);
      g_autofree char *word = pal_type_normalise (pal_entry_get (at->entry, "type"));

      if (g_str_has_prefix (word, "begin loop"))
        depth++;
      else if (strcmp (word, "end loop") == 0 && --depth == 0)
        return i;
    }

  return 0;
}

/* A group, in it one group for each choice of the list, in each the rows of the loop. */
static gboolean
add_loop (Builder *self, guint row, guint end_row, const char *list_name, GError **error)
{
  PalCompiler *compiler = self->compiler;
  PalSurveyRow *at = &g_array_index (self->rows, PalSurveyRow, row);
  PalChoiceList *list = pal_choices_find (compiler, list_name);
  Level level = { NULL, TRUE, row };

  if (list == NULL)
    return pal_sheet_fail (error, at->entry, "type", "choices has no list \"%s\"", list_name);
  level.item = add_item (self, PAL_SURVEY_GROUP, at, error);
  if (level.item == NULL)
    return FALSE;
  g_array_append_val (self->levels, level);

  for (guint i = 0; i < list->entries->len; i++)
    {
      PalEntry *choice = list->entries->pdata[i];
      const char *name = pal_entry_get (choice, "name");
      PalEntry *entry = pal_entry_new (compiler, at->entry);
      g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PalSurveyRow));
      Builder inner = { compiler, rows, self->levels };
      Level each = { NULL, TRUE, row };

      if (!check_name (compiler, level.item, PAL_SURVEY_GROUP, name, choice, error))
        return FALSE;
      for (guint k = 0; k < choice->cells->len; k++)
        {
          const PalSheetCell *cell = &g_array_index (choice->cells, PalSheetCell, k);

          if (strcmp (cell->column->key, "label") == 0)
            pal_entry_set (compiler, entry, "label", cell->column->language, cell->text);
        }
      each.item = item_new (compiler, PAL_SURVEY_GROUP, name, entry);
      item_add (compiler, level.item, each.item);
      g_array_append_val (self->levels, each);
      for (guint k = row + 1; k < end_row; k++)
        {
          PalSurveyRow copy = g_array_index (self->rows, PalSurveyRow, k);

          copy.entry = fill_in (compiler, copy.entry, choice);
          g_array_append_val (rows, copy);
        }
      if (!build_rows (&inner, 0, rows->len, error))
        return FALSE;
      g_array_set_size (self->levels, self->levels->len - 1);
    }
  g_array_set_size (self->levels, self->levels->len - 1);

  return TRUE;
}

static gboolean
build_rows (Builder *self, guint from, guint to, GError **error)
{
  guint n_levels = self->levels->len;

  for (guint i = from; i < to; i++)
    {
      PalSurveyRow *row = &g_array_index (self->rows, PalSurveyRow, i);
      const char *type = pal_entry_get (row->entry, "type");
      g_autofree char *word = pal_type_normalise (type);
      gboolean fine;

      if (pal_sheet_is_yes (pal_entry_get (row->entry, "disabled")))
        continue;
      if (type == NULL)
        {
          if (pal_entry_has (row->entry, "name") || pal_entry_has (row->entry, "label"))
            return pal_sheet_fail (error, row->entry, "type", "a type is needed");
          continue;
        }
      if (strcmp (word, "begin group") == 0)
        fine = begin (self, PAL_SURVEY_GROUP, i, error);
      else if (strcmp (word, "begin repeat") == 0)
        fine = begin (self, PAL_SURVEY_REPEAT, i, error);
      else if (strcmp (word, "end group") == 0)
        fine = end (self, PAL_SURVEY_GROUP, i, error);
      else if (strcmp (word, "end repeat") == 0)
        fine = end (self, PAL_SURVEY_REPEAT, i, error);
      else if (g_str_has_prefix (word, "begin loop over "))
        {
          guint end_row = find_loop_end (self, i);

          if (end_row == 0)
            return pal_sheet_fail (error, row->entry, "type", "this loop has no end");
          fine = add_loop (self, i, end_row, word + strlen ("begin loop over "), error);
          i = end_row;
        }
      else
        fine = add_question (self, row, word, error);
      if (!fine)
        return FALSE;
    }

  if (self->levels->len > n_levels)
    {
      Level *top = &g_array_index (self->levels, Level, self->levels->len - 1);

      /* The outermost that stays open is the one to look at. */
      top = &g_array_index (self->levels, Level, n_levels);
      return pal_sheet_fail (error, top->item->entry, "type", "\"%s\" has no end", top->item->name);
    }

  return TRUE;
}

static void
add_meta (PalCompiler *compiler)
{
  const char *instance_name = g_hash_table_lookup (compiler->settings, "instance_name");
  gboolean has_id = !pal_sheet_is_yes (g_hash_table_lookup (compiler->settings, "omit_instanceid"));
  PalSurveyItem *meta;

  if (!has_id && instance_name == NULL)
    return;
  meta = item_new (compiler, PAL_SURVEY_GROUP, "meta",
                   pal_entry_new (compiler, compiler->settings_entry));
  meta->is_meta = TRUE;
  item_add (compiler, compiler->root, meta);
  if (has_id)
    add_made (compiler, meta, compiler->settings_entry, "calculate", "instanceID", "bind::readonly",
              "true()", "bind::jr:preload", "uid", NULL)
        ->is_meta
        = TRUE;
  if (instance_name != NULL)
    add_made (compiler, meta, compiler->settings_entry, "calculate", "instanceName",
              "bind::calculate", instance_name, NULL)
        ->is_meta
        = TRUE;
}

/* Rows -> the tree below compiler->root. @rows: (element-type PalSurveyRow) */
gboolean
pal_survey_build (PalCompiler *compiler, GArray *rows, GError **error)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  Builder self = { compiler, rows, levels };
  Level level = { NULL, FALSE, 0 };

  compiler->root = item_new (compiler, PAL_SURVEY_ROOT, compiler->root_name, NULL);
  compiler->root->path = g_strconcat ("/", compiler->root_name, NULL);
  level.item = compiler->root;
  g_array_append_val (levels, level);
  if (!build_rows (&self, 0, rows->len, error))
    return FALSE;
  add_meta (compiler);

  return check_neighbours (compiler, compiler->root, error);
}

/* The column "trigger": ${a}, or several with commas between. */
static gboolean
resolve_trigger (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  const char *text = pal_entry_get (item->entry, "trigger");
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  gboolean any = FALSE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      PalSurveyItem *source;

      g_strstrip (parts[i]);
      if (parts[i][0] == '\0')
        continue;
      if (!g_str_has_prefix (parts[i], "${")
          || strchr (parts[i], '}') != parts[i] + strlen (parts[i]) - 1)
        return pal_sheet_fail (error, item->entry, "trigger",
                               "\"%s\" is not ${question}; put commas between several", parts[i]);
      any = TRUE;
      name = g_strndup (parts[i] + 2, strlen (parts[i]) - 3);
      g_strstrip (name);
      source = pal_reference_find (compiler, item, name, item->entry, "trigger", error);
      if (source == NULL)
        return FALSE;
      if (source->kind != PAL_SURVEY_QUESTION || !pal_survey_item_is_shown (source))
        return pal_sheet_fail (error, item->entry, "trigger",
                               "\"%s\" is not shown, so nobody can change it", source->name);
      if (source->triggered == NULL)
        source->triggered = g_ptr_array_new ();
      g_ptr_array_add (source->triggered, item);
    }

  return any || pal_sheet_fail (error, item->entry, "trigger", "which question is meant?");
}

static gboolean
resolve_source (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  PalSurveyItem *source
      = pal_reference_find (compiler, item, item->source, item->entry, "type", error);

  if (source == NULL)
    return FALSE;
  for (PalSurveyItem *at = source->parent; at != NULL; at = at->parent)
    if (at->kind == PAL_SURVEY_REPEAT)
      return TRUE;

  return pal_sheet_fail (error, item->entry, "type",
                         "the choices come from ${%s}, which must stand in a repeat", item->source);
}

static gboolean
resolve_item (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  if (item->has_trigger && !resolve_trigger (compiler, item, error))
    return FALSE;
  if (item->source != NULL && !resolve_source (compiler, item, error))
    return FALSE;
  for (guint i = 0; i < item->children->len; i++)
    if (!resolve_item (compiler, item->children->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* What needs the whole tree: triggers, choices from answers. */
gboolean
pal_survey_resolve (PalCompiler *compiler, GError **error)
{
  return resolve_item (compiler, compiler->root, error);
}
