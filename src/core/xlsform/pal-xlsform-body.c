// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

static gboolean
write_children (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error);

static const char *
tag_name (PalTag tag)
{
  switch (tag)
    {
    case PAL_TAG_INPUT:
      return "input";
    case PAL_TAG_SELECT1:
      return "select1";
    case PAL_TAG_SELECT:
      return "select";
    case PAL_TAG_RANK:
      return "odk:rank";
    case PAL_TAG_UPLOAD:
      return "upload";
    case PAL_TAG_TRIGGER:
      return "trigger";
    case PAL_TAG_RANGE:
      return "range";
    case PAL_TAG_NONE:
      break;
    }

  return NULL;
}

/* @expression: (nullable): empties the node */
gboolean
pal_setvalue_append (PalCompiler *compiler, GString *out, PalSurveyItem *item, const char *event,
                     const char *expression, const char *column, GError **error)
{
  g_string_append (out, "<setvalue");
  pal_markup_append_attribute (out, "ref", item->path);
  pal_markup_append_attribute (out, "event", event);
  if (expression != NULL)
    {
      g_autofree char *value = pal_expression_expand (
          compiler, item, expression, PAL_REFERENCE_DEFAULT, NULL, item->entry, column, error);

      if (value == NULL)
        return FALSE;
      pal_markup_append_attribute (out, "value", value);
    }
  g_string_append (out, "/>\n");

  return TRUE;
}

static gboolean
write_text (PalCompiler *compiler, PalSurveyItem *item, const char *key, const char *element,
            GString *out, GError **error)
{
  const char *text = pal_entry_get (item->entry, key);

  if (pal_itext_needs (compiler, item, key))
    {
      g_autofree char *id = pal_itext_id (item, key);
      g_autofree char *reference = g_strdup_printf ("jr:itext('%s')", id);

      g_string_append_printf (out, "<%s", element);
      pal_markup_append_attribute (out, "ref", reference);
      g_string_append (out, "/>");
      return TRUE;
    }
  if (text == NULL)
    {
      /* Controls and repeats have a label, be it empty (XForms 1.1, 8.1.1); groups need none. */
      if (strcmp (key, "label") == 0 && item->kind != PAL_SURVEY_GROUP)
        g_string_append (out, "<label/>");
      return TRUE;
    }
  g_string_append_printf (out, "<%s>", element);
  if (!pal_label_append_markup (compiler, item, text, out, item->entry, key, error))
    return FALSE;
  g_string_append_printf (out, "</%s>", element);

  return TRUE;
}

static char *
dup_appearance (const PalSurveyItem *item)
{
  const char *text = pal_entry_get (item->entry, "body::appearance");
  g_auto (GStrv) words = NULL;

  if (item->kind == PAL_SURVEY_GROUP && text != NULL)
    {
      /* A table is a page with a head of choices (see pal_table_begin()). */
      words = g_strsplit (text, " ", -1);
      for (guint i = 0; words[i] != NULL; i++)
        if (strcmp (words[i], "table-list") == 0)
          {
            g_free (words[i]);
            words[i] = g_strdup ("field-list");
          }
      return g_strjoinv (" ", words);
    }
  if (item->in_table)
    return g_strdup ("list-nolabel");

  return g_strdup (text);
}

/* The columns body::x, and what the parameters say. */
static gboolean
append_control_attributes (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  g_autofree char *appearance = dup_appearance (item);

  if (appearance != NULL && appearance[0] != '\0')
    pal_markup_append_attribute (out, "appearance", appearance);
  for (guint i = 0; i < item->entry->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (item->entry->cells, PalSheetCell, i);
      const char *key = cell->column->key;
      const char *name = key + strlen ("body::");
      g_autofree char *value = NULL;

      if (!g_str_has_prefix (key, "body::") || strcmp (key, "body::appearance") == 0
          || strcmp (key, "body::jr:count") == 0
          || (strcmp (key, "body::rows") == 0 && item->parameters != NULL
              && g_hash_table_contains (item->parameters, "rows")))
        continue;
      if (strcmp (name, "intent") == 0)
        return pal_sheet_fail (error, item->entry, key, "other apps cannot be called");
      if (!pal_sheet_settings_check_prefix (compiler, item->entry, key, name, error))
        return FALSE;
      value = pal_expression_expand (compiler, item, cell->text, PAL_REFERENCE_DEFAULT, NULL,
                                     item->entry, key, error);
      if (value == NULL)
        return FALSE;
      pal_markup_append_attribute (out, name, value);
    }

  return TRUE;
}

static void
append_range (const PalSurveyItem *item, GString *out)
{
  static const struct
  {
    const char *key;
    const char *name;
  } attributes[] = {
    { "start", "start" },
    { "end", "end" },
    { "step", "step" },
    { "tick_interval", "odk:tick-interval" },
    { "placeholder", "odk:placeholder" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    {
      const char *value = g_hash_table_lookup (item->parameters, attributes[i].key);

      if (value != NULL)
        pal_markup_append_attribute (out, attributes[i].name, value);
    }
}

static void
append_itemset (const char *nodeset, const char *value, const char *label, GString *out)
{
  g_string_append (out, "<itemset");
  pal_markup_append_attribute (out, "nodeset", nodeset);
  g_string_append (out, "><value");
  pal_markup_append_attribute (out, "ref", value);
  g_string_append (out, "/><label");
  pal_markup_append_attribute (out, "ref", label);
  g_string_append (out, "/></itemset>\n");
}

/* "randomize(nodeset, seed)" around the rows, if asked for. */
static char *
randomize (PalCompiler *compiler, PalSurveyItem *item, char *nodeset, GError **error)
{
  g_autofree char *rows = nodeset;
  g_autofree char *seed = NULL;
  const char *word = NULL;
  const char *text = NULL;

  if (item->parameters != NULL)
    {
      word = g_hash_table_lookup (item->parameters, "randomize");
      text = g_hash_table_lookup (item->parameters, "seed");
    }
  if (word == NULL || g_ascii_strcasecmp (word, "true") != 0)
    return g_steal_pointer (&rows);
  if (text == NULL)
    return g_strdup_printf ("randomize(%s)", rows);
  seed = pal_expression_expand (compiler, item, text, PAL_REFERENCE_DEFAULT, NULL, item->entry,
                                "parameters", error);
  if (seed == NULL)
    return NULL;

  return g_strdup_printf ("randomize(%s, %s)", rows, seed);
}

/* Choices that are the answers of a repeat's rows. */
static gboolean
write_answers_itemset (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  PalSurveyItem *source
      = pal_reference_find (compiler, item, item->source, item->entry, "type", error);
  const char *filter = pal_entry_get (item->entry, "choice_filter");
  PalSurveyItem *repeat;
  g_autofree char *rows = NULL;
  g_autofree char *condition = NULL;
  g_autofree char *nodeset = NULL;
  const char *value;

  if (source == NULL)
    return FALSE;
  for (repeat = source->parent; repeat->kind != PAL_SURVEY_REPEAT;)
    repeat = repeat->parent;
  rows = pal_reference_itemset_path (item, repeat);
  value = source->path + strlen (repeat->path) + 1;
  condition = filter != NULL
                  ? pal_expression_expand (compiler, item, filter, PAL_REFERENCE_IN_PREDICATE,
                                           repeat, item->entry, "choice_filter", error)
                  : g_strdup_printf ("./%s != ''", value);
  if (condition == NULL)
    return FALSE;
  nodeset = randomize (compiler, item, g_strdup_printf ("%s[%s]", rows, condition), error);
  if (nodeset == NULL)
    return FALSE;
  append_itemset (nodeset, value, value, out);

  return TRUE;
}

static gboolean
write_itemset (PalCompiler *compiler, PalSurveyItem *item, const char *list_name, GString *out,
               GError **error)
{
  const char *filter = pal_entry_get (item->entry, "choice_filter");
  PalChoiceList *list = item->file == NULL ? pal_choices_find (compiler, list_name) : NULL;
  g_autoptr (GString) rows = g_string_new (NULL);
  g_autofree char *nodeset = NULL;
  const char *value = NULL;
  const char *label = NULL;

  g_string_append_printf (rows, "instance('%s')/root/item", list_name);
  if (filter != NULL)
    {
      g_autofree char *condition
          = pal_expression_expand (compiler, item, filter, PAL_REFERENCE_IN_PREDICATE, NULL,
                                   item->entry, "choice_filter", error);

      if (condition == NULL)
        return FALSE;
      g_string_append_printf (rows, "[%s]", condition);
    }
  nodeset = randomize (compiler, item, g_strdup (rows->str), error);
  if (nodeset == NULL)
    return FALSE;
  if (item->file != NULL && item->parameters != NULL)
    {
      value = g_hash_table_lookup (item->parameters, "value");
      label = g_hash_table_lookup (item->parameters, "label");
    }
  if (label == NULL)
    label = list != NULL && list->has_itext ? "jr:itext(itextId)" : "label";
  append_itemset (nodeset, value != NULL ? value : "name", label, out);

  return TRUE;
}

static gboolean
write_choices (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  const char *labels;

  switch (item->type->tag)
    {
    case PAL_TAG_SELECT1:
    case PAL_TAG_SELECT:
    case PAL_TAG_RANK:
      if (item->source != NULL)
        return write_answers_itemset (compiler, item, out, error);
      return write_itemset (compiler, item, item->list, out, error);
    case PAL_TAG_RANGE:
      labels = g_hash_table_lookup (item->parameters, "tick_labelset");
      return labels == NULL || write_itemset (compiler, item, labels, out, error);
    case PAL_TAG_INPUT:
    case PAL_TAG_UPLOAD:
    case PAL_TAG_TRIGGER:
    case PAL_TAG_NONE:
      return TRUE;
    }

  return TRUE;
}

static gboolean
write_triggered (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  for (guint i = 0; item->triggered != NULL && i < item->triggered->len; i++)
    {
      PalSurveyItem *target = item->triggered->pdata[i];

      if (!pal_setvalue_append (compiler, out, target, "xforms-value-changed",
                                pal_entry_get (target->entry, "bind::calculate"), "bind::calculate",
                                error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_question (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  const char *name = tag_name (item->type->tag);

  g_string_append_printf (out, "<%s", name);
  pal_markup_append_attribute (out, "ref", item->path);
  if (item->type->media != NULL)
    pal_markup_append_attribute (out, "mediatype", item->type->media);
  if (item->type->tag == PAL_TAG_RANGE)
    append_range (item, out);
  if (item->type->tag == PAL_TAG_INPUT && item->parameters != NULL
      && g_hash_table_contains (item->parameters, "rows"))
    pal_markup_append_attribute (out, "rows", g_hash_table_lookup (item->parameters, "rows"));
  if (!append_control_attributes (compiler, item, out, error))
    return FALSE;
  g_string_append_c (out, '>');
  if (!write_text (compiler, item, "label", "label", out, error)
      || !write_text (compiler, item, "hint", "hint", out, error)
      || !write_choices (compiler, item, out, error)
      || !write_triggered (compiler, item, out, error))
    return FALSE;
  g_string_append_printf (out, "</%s>\n", name);

  return TRUE;
}

static gboolean
write_group (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  g_string_append (out, "<group");
  pal_markup_append_attribute (out, "ref", item->path);
  if (!append_control_attributes (compiler, item, out, error))
    return FALSE;
  g_string_append (out, ">\n");
  /* What a table says, the note in it says. */
  if (!item->is_table && !write_text (compiler, item, "label", "label", out, error))
    return FALSE;
  if (!item->is_table && pal_entry_has (item->entry, "hint"))
    pal_sheet_warn (compiler, item->entry, "hint", "a group shows no hint; use a note");
  if (!write_children (compiler, item, out, error))
    return FALSE;
  g_string_append (out, "</group>\n");

  return TRUE;
}

/* Dynamic defaults below a repeat run for each new row of the innermost one. */
static gboolean
write_new_row (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  for (guint i = 0; i < item->children->len; i++)
    {
      PalSurveyItem *child = item->children->pdata[i];
      const char *value = child->entry != NULL ? pal_entry_get (child->entry, "default") : NULL;

      if (child->kind == PAL_SURVEY_GROUP && !write_new_row (compiler, child, out, error))
        return FALSE;
      if (child->kind == PAL_SURVEY_QUESTION && value != NULL
          && pal_expression_is_dynamic (value, child->type->bind_type)
          && !pal_setvalue_append (compiler, out, child, "odk-new-repeat", value, "default", error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
append_count (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  const char *count = pal_entry_get (item->entry, "body::jr:count");
  g_autofree char *value = NULL;

  if (count == NULL)
    return TRUE;
  if (g_str_has_prefix (count, "${") && strchr (count, '}') == count + strlen (count) - 1)
    {
      value = pal_expression_expand (compiler, item, count, PAL_REFERENCE_DEFAULT, NULL,
                                     item->entry, "body::jr:count", error);
      if (value == NULL)
        return FALSE;
    }
  else
    {
      g_autofree char *name = g_strconcat (item->name, "_count", NULL);
      PalSurveyItem *made = NULL;
      g_autofree char *path = NULL;

      for (guint i = 0; i < item->parent->children->len && made == NULL; i++)
        if (strcmp (((PalSurveyItem *) item->parent->children->pdata[i])->name, name) == 0)
          made = item->parent->children->pdata[i];
      g_assert (made != NULL);
      path = pal_reference_path (item, made);
      value = g_strdup_printf (" %s ", path);
    }
  pal_markup_append_attribute (out, "jr:count", value);

  return TRUE;
}

static gboolean
write_repeat (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  g_string_append (out, "<group");
  pal_markup_append_attribute (out, "ref", item->path);
  g_string_append_c (out, '>');
  if (!write_text (compiler, item, "label", "label", out, error))
    return FALSE;
  g_string_append (out, "\n<repeat");
  pal_markup_append_attribute (out, "nodeset", item->path);
  if (!append_count (compiler, item, out, error)
      || !append_control_attributes (compiler, item, out, error))
    return FALSE;
  g_string_append (out, ">\n");
  if (pal_entry_has (item->entry, "hint"))
    pal_sheet_warn (compiler, item->entry, "hint", "a repeat shows no hint; use a note");
  if (!write_children (compiler, item, out, error) || !write_new_row (compiler, item, out, error))
    return FALSE;
  g_string_append (out, "</repeat>\n</group>\n");

  return TRUE;
}

static gboolean
write_children (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  for (guint i = 0; i < item->children->len; i++)
    {
      PalSurveyItem *child = item->children->pdata[i];
      gboolean fine = TRUE;

      if (!pal_xform_check_size (out, error))
        return FALSE;
      switch (child->kind)
        {
        case PAL_SURVEY_QUESTION:
          fine = !pal_survey_item_is_shown (child) || write_question (compiler, child, out, error);
          break;
        case PAL_SURVEY_GROUP:
          fine = child->is_meta || write_group (compiler, child, out, error);
          break;
        case PAL_SURVEY_REPEAT:
          fine = write_repeat (compiler, child, out, error);
          break;
        case PAL_SURVEY_ROOT:
          g_assert_not_reached ();
        }
      if (!fine)
        return FALSE;
    }

  return TRUE;
}

gboolean
pal_body_write (PalCompiler *compiler, GString *out, GError **error)
{
  return write_children (compiler, compiler->root, out, error);
}
