// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

#define MAX_DEPTH 64
#define MAX_ITEMS 250000
#define MAX_NAME_BYTES 256
#define MAX_PATH_BYTES (256 * 1024 * 1024) /* of all items */

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
  gboolean in_table;      /* a group with the appearance "table-list" is open */
  const char *table_list; /* (nullable): its list of choices */
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
  compiler->path_bytes += strlen (item->path);
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
  if (strlen (name) > MAX_NAME_BYTES)
    return pal_sheet_fail (error, entry, "name", "the name is longer than %d bytes",
                           MAX_NAME_BYTES);
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

static gboolean
has_room (const PalCompiler *compiler, const PalEntry *entry, GError **error)
{
  if (compiler->items->len >= MAX_ITEMS)
    return pal_sheet_fail (error, entry, "name", "more than %d questions and groups", MAX_ITEMS);
  if (compiler->path_bytes > MAX_PATH_BYTES)
    return pal_sheet_fail (error, entry, "name",
                           "so many long names of groups within groups are too much");

  return TRUE;
}

static PalSurveyItem *
add_item (Builder *self, PalSurveyItemKind kind, PalSurveyRow *row, const char *name,
          GError **error)
{
  Level *top = &g_array_index (self->levels, Level, self->levels->len - 1);
  PalSurveyItem *item;

  if (name == NULL)
    {
      pal_sheet_fail (error, row->entry, "name", "a name is needed");
      return NULL;
    }
  if (!check_name (self->compiler, top->item, kind, name, row->entry, error))
    return NULL;
  if (!has_room (self->compiler, row->entry, error))
    return NULL;
  item = item_new (self->compiler, kind, name, row->entry);
  item->block = row->block;
  item_add (self->compiler, top->item, item);

  return item;
}

/* The last of its group changes places with the one before. */
void
pal_survey_item_move_up (PalSurveyItem *self)
{
  GPtrArray *neighbours = self->parent->children;

  g_assert (neighbours->len > 1 && neighbours->pdata[neighbours->len - 1] == self);
  g_ptr_array_set_size (neighbours, neighbours->len - 1);
  g_ptr_array_insert (neighbours, neighbours->len - 1, self);
}

/* A question that the compiler adds, with the texts of its columns (key, text, ..., NULL). */
PalSurveyItem *
pal_survey_add_made (PalCompiler *compiler, PalSurveyItem *parent, const PalEntry *like,
                     const char *type, const char *name, ...)
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
  if (pal_entry_has (item->entry, "media::big-image")
      && !pal_entry_has (item->entry, "media::image"))
    return pal_sheet_fail (error, item->entry, "media::big-image",
                           "a big-image needs an image as well, which is the small one");
  if (pal_entry_has (item->entry, "save_to"))
    return pal_sheet_fail (error, item->entry, "save_to", "entities are not supported");
  if (pal_entry_has (item->entry, "compact_tag"))
    return pal_sheet_fail (error, item->entry, "compact_tag",
                           "records that travel by SMS are not supported");
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

/* A file that is named in a row of its own belongs to the form and not to a row of a repeat. */
static gboolean
check_place (const PalSurveyItem *item, GError **error)
{
  return !g_str_has_suffix (item->type->word, "-external") || !pal_survey_item_in_repeat (item)
         || pal_sheet_fail (error, item->entry, "type",
                            "a file cannot be named within a repeat; move this row out of it");
}

static gboolean
add_question (Builder *self, PalSurveyRow *row, const char *word, GError **error)
{
  const PalQuestionType *type = pal_question_type_find (word);
  const char *name = pal_entry_get (row->entry, "name");
  const char *hint;
  g_autofree char *made_name = NULL;
  PalSurveyItem *item;
  gboolean or_other = FALSE;

  /* Nobody refers to a note, so it needs no name. */
  if (name == NULL && type != NULL && strcmp (type->word, "note") == 0)
    name = made_name = g_strdup_printf ("generated_note_name_%u", row->entry->place);
  item = add_item (self, PAL_SURVEY_QUESTION, row, name, error);
  if (item == NULL)
    return FALSE;
  item->type = NULL;
  if (!pal_select_read (self->compiler, item, word, &or_other, error))
    return FALSE;
  if (item->type == NULL)
    {
      item->type = type;
      if (item->type == NULL)
        return refuse_type (row->entry, word, error);
      if (item->type->tag == PAL_TAG_SELECT1 || item->type->tag == PAL_TAG_SELECT
          || item->type->tag == PAL_TAG_RANK)
        return pal_sheet_fail (error, row->entry, "type",
                               "which list of choices? Write \"%s LIST\"",
                               pal_entry_get (row->entry, "type"));
    }
  else if (self->in_table && !pal_table_add (self->compiler, item, &self->table_list, error))
    return FALSE;
  hint = pal_question_type_get_hint (item->type);
  if (hint != NULL && !pal_entry_has (row->entry, "hint"))
    pal_entry_set (self->compiler, row->entry, "hint", NULL, hint);
  item->has_trigger = pal_entry_has (row->entry, "trigger");
  if (!check_question (item, error) || !check_place (item, error)
      || !pal_parameters_read (self->compiler, item, error))
    return FALSE;
  if (item->type->tag == PAL_TAG_RANGE && !pal_range_check (self->compiler, item, error))
    return FALSE;

  return !or_other || pal_select_add_other (self->compiler, item, error);
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
  /* It is calculated before the rows are, so it stands before them. */
  pal_survey_item_move_up (pal_survey_add_made (self->compiler, repeat->parent, repeat->entry,
                                                "calculate", name, "bind::calculate", count,
                                                "bind::readonly", "true()", NULL));

  return TRUE;
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
  const char *required = pal_entry_get (at->entry, "bind::required");
  Level level = { NULL, FALSE, row };

  if (self->levels->len > MAX_DEPTH)
    return pal_sheet_fail (error, at->entry, "type", "groups within groups, more than %d deep",
                           MAX_DEPTH);
  if (required != NULL && !pal_sheet_is_no (required))
    return pal_sheet_fail (error, at->entry, "bind::required",
                           "a group or repeat cannot be required; the questions in it can");
  level.item = add_item (self, kind, at, pal_entry_get (at->entry, "name"), error);
  if (level.item == NULL)
    return FALSE;
  if (kind == PAL_SURVEY_REPEAT && !add_count (self, level.item, error))
    return FALSE;
  /* A dynamic default runs once for each row: at the first load and when a row is added. */
  if (kind == PAL_SURVEY_REPEAT && self->compiler->row_ids)
    pal_survey_add_made (self->compiler, level.item, at->entry, "calculate", "_id", "default",
                         "uuid()", NULL);
  if (kind == PAL_SURVEY_GROUP && appearance != NULL && has_word (appearance, "table-list"))
    {
      pal_table_begin (self->compiler, level.item);
      self->in_table = TRUE;
      self->table_list = NULL;
    }
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
  self->in_table = FALSE;

  return TRUE;
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
  level.item = add_item (self, PAL_SURVEY_GROUP, at, pal_entry_get (at->entry, "name"), error);
  if (level.item == NULL)
    return FALSE;
  g_array_append_val (self->levels, level);

  for (guint i = 0; i < list->entries->len; i++)
    {
      PalEntry *choice = list->entries->pdata[i];
      const char *name = pal_entry_get (choice, "name");
      PalEntry *entry = pal_entry_new (compiler, at->entry);
      g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PalSurveyRow));
      Builder inner = { compiler, rows, self->levels, FALSE, NULL };
      Level each = { NULL, TRUE, row };

      if (!check_name (compiler, level.item, PAL_SURVEY_GROUP, name, choice, error)
          || !has_room (compiler, choice, error))
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

          copy.entry = pal_loop_fill_in (compiler, copy.entry, choice, error);
          if (copy.entry == NULL)
            return FALSE;
          g_array_append_val (rows, copy);
        }
      if (!build_rows (&inner, 0, rows->len, error))
        return FALSE;
      g_array_set_size (self->levels, self->levels->len - 1);
    }
  g_array_set_size (self->levels, self->levels->len - 1);

  return TRUE;
}

/* "begin loop over list" and "begin loop list" -> "list" */
static const char *
loop_list (const char *word)
{
  const char *list = word + strlen ("begin loop");

  if (*list == ' ')
    list++;
  if (g_ascii_strncasecmp (list, "over ", strlen ("over ")) == 0)
    list += strlen ("over ");

  return list;
}

static gboolean
is_control (const char *word, const char *verb, PalSurveyItemKind *kind)
{
  static const struct
  {
    const char *noun;
    PalSurveyItemKind kind;
  } nouns[] = {
    { "group", PAL_SURVEY_GROUP },
    { "repeat", PAL_SURVEY_REPEAT },
    { "lgroup", PAL_SURVEY_REPEAT },
    { "looped group", PAL_SURVEY_REPEAT },
  };
  gsize length = strlen (verb);

  if (strncmp (word, verb, length) != 0 || word[length] != ' ')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (nouns); i++)
    if (strcmp (word + length + 1, nouns[i].noun) == 0)
      {
        *kind = nouns[i].kind;
        return TRUE;
      }

  return FALSE;
}

/* Old sheets have the form's title and id in rows of the survey. */
static const char *
find_setting (const char *word)
{
  static const struct
  {
    const char *word;
    const char *key;
  } settings[] = {
    { "set form title", "form_title" },
    { "form title", "form_title" },
    { "set form id", "form_id" },
    { "form id", "form_id" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (word, settings[i].word) == 0)
      return settings[i].key;

  return NULL;
}

static gboolean
read_setting (PalCompiler *compiler, const PalEntry *entry, const char *key, GError **error)
{
  const char *value = pal_entry_get (entry, "name");

  if (value == NULL)
    return pal_sheet_fail (error, entry, "name", "what is the form's title or id?");
  g_hash_table_replace (compiler->settings, g_strdup (key), g_strdup (value));

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
      PalSurveyItemKind kind = PAL_SURVEY_GROUP;
      gboolean fine;

      if (pal_sheet_is_yes (pal_entry_get (row->entry, "disabled")))
        continue;
      if (type == NULL)
        {
          if (pal_entry_has (row->entry, "name") || pal_entry_has (row->entry, "label"))
            return pal_sheet_fail (error, row->entry, "type", "a type is needed");
          continue;
        }
      if (is_control (word, "begin", &kind))
        fine = begin (self, kind, i, error);
      else if (is_control (word, "end", &kind))
        fine = end (self, kind, i, error);
      else if (g_str_has_prefix (word, "begin loop"))
        {
          guint end_row = find_loop_end (self, i);

          if (end_row == 0)
            return pal_sheet_fail (error, row->entry, "type", "this loop has no end");
          fine = add_loop (self, i, end_row, loop_list (word), error);
          i = end_row;
        }
      else if (strcmp (word, "end loop") == 0)
        return pal_sheet_fail (error, row->entry, "type", "no loop is open here that could end");
      else if (find_setting (word) != NULL)
        fine = read_setting (self->compiler, row->entry, find_setting (word), error);
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
  const char *instance_id = g_hash_table_lookup (compiler->settings, "instance_id");
  gboolean has_id = !pal_sheet_is_yes (g_hash_table_lookup (compiler->settings, "omit_instanceid"));
  PalSurveyItem *meta;

  if (!has_id && instance_name == NULL)
    return;
  meta = item_new (compiler, PAL_SURVEY_GROUP, "meta",
                   pal_entry_new (compiler, compiler->settings_entry));
  meta->is_meta = TRUE;
  item_add (compiler, compiler->root, meta);
  if (has_id)
    pal_survey_add_made (compiler, meta, compiler->settings_entry, "calculate", "instanceID",
                         "bind::readonly", "true()", "bind::jr:preload",
                         instance_id != NULL ? instance_id : "uid", NULL)
        ->is_meta
        = TRUE;
  if (instance_name != NULL)
    pal_survey_add_made (compiler, meta, compiler->settings_entry, "calculate", "instanceName",
                         "bind::calculate", instance_name, NULL)
        ->is_meta
        = TRUE;
}

/* Rows -> the tree below compiler->root. @rows: (element-type PalSurveyRow) */
gboolean
pal_survey_build (PalCompiler *compiler, GArray *rows, GError **error)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  Builder self = { compiler, rows, levels, FALSE, NULL };
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
