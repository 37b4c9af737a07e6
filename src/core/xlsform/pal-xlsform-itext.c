// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

static const struct
{
  const char *key;
  const char *form;
  const char *scheme;
} media[] = {
  { "media::image", "image", "jr://images/" },
  { "media::big-image", "big-image", "jr://images/" },
  { "media::audio", "audio", "jr://audio/" },
  { "media::video", "video", "jr://video/" },
};

static const struct
{
  const char *key;
  const char *kind;
} messages[] = {
  { "bind::jr:constraintMsg", "jr:constraintMsg" },
  { "bind::jr:requiredMsg", "jr:requiredMsg" },
  { "bind::jr:noAppErrorString", "jr:noAppErrorString" },
};

char *
pal_itext_id (const PalSurveyItem *item, const char *kind)
{
  return g_strconcat (item->path, ":", kind, NULL);
}

/* The node of a message's context. A template block is translated once, wherever it stands. */
char *
pal_itext_context (const PalSurveyItem *item)
{
  const PalSurveyItem *top = item;
  const char *slash;

  if (item->block == NULL)
    {
      slash = strchr (item->path + 1, '/');
      return g_strdup (slash != NULL ? slash + 1 : item->name);
    }
  while (top->parent != NULL && top->parent->block == item->block)
    top = top->parent;

  return g_strconcat ("templates/", item->block, item->path + strlen (top->parent->path), NULL);
}

/* Whether the label, hint or message of @item is a reference into itext. */
gboolean
pal_itext_needs (PalCompiler *compiler, const PalSurveyItem *item, const char *key)
{
  const PalSheetCell *cell = pal_entry_get_cell (item->entry, key, NULL);

  if (pal_entry_is_translated (item->entry, key))
    return TRUE;
  if (compiler->catalogues->len > 0 && cell != NULL && !item->is_meta)
    return TRUE;
  if (strcmp (key, "label") == 0)
    {
      for (guint i = 0; i < G_N_ELEMENTS (media); i++)
        if (pal_entry_has (item->entry, media[i].key))
          return TRUE;
      return FALSE;
    }
  if (strcmp (key, "hint") == 0)
    return pal_entry_has (item->entry, "guidance_hint");

  return cell != NULL && pal_label_has_reference (cell->text);
}

static void
use_language (PalCompiler *compiler, const char *language)
{
  for (guint i = 0; i < compiler->languages->len; i++)
    if (strcmp (compiler->languages->pdata[i], language) == 0)
      return;

  /* The default language comes first, so that it is the one shown where none is chosen. */
  g_ptr_array_insert (compiler->languages,
                      strcmp (language, compiler->default_language) == 0 ? 0 : -1,
                      g_strdup (language));
}

static PalItext *
get_text (PalCompiler *compiler, char *id, PalSurveyItem *item, PalEntry *entry, char *context,
          const char *kind)
{
  PalItext *text = g_hash_table_lookup (compiler->texts, id);

  if (text != NULL)
    {
      g_free (id);
      g_free (context);
      return text;
    }
  text = g_new0 (PalItext, 1);
  text->id = id;
  text->item = item;
  text->entry = entry;
  text->context = context;
  text->kind = kind;
  text->values = g_array_new (FALSE, FALSE, sizeof (PalItextValue));
  g_hash_table_insert (compiler->texts, text->id, text);
  g_ptr_array_add (compiler->text_order, text);

  return text;
}

static const PalItextValue *
find_value (const PalItext *text, const char *language, const char *form)
{
  for (guint i = 0; i < text->values->len; i++)
    {
      const PalItextValue *value = &g_array_index (text->values, PalItextValue, i);

      if (g_strcmp0 (value->form, form) == 0 && strcmp (value->language, language) == 0)
        return value;
    }

  return NULL;
}

/* The texts of one column in all its languages. A column that names the default language goes
 * before the one without. */
static void
add_values (PalCompiler *compiler, PalItext *text, const PalEntry *entry, const char *key,
            const char *form, const char *scheme)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < entry->cells->len; i++)
      {
        const PalSheetCell *cell = &g_array_index (entry->cells, PalSheetCell, i);
        const char *language = cell->column->language;
        PalItextValue value = { NULL, form, NULL };

        if (strcmp (cell->column->key, key) != 0 || (language == NULL) != (pass == 1))
          continue;
        if (language == NULL)
          language = compiler->default_language;
        if (find_value (text, language, form) != NULL)
          continue;
        use_language (compiler, language);
        value.language = g_strdup (language);
        value.text = g_strconcat (scheme != NULL ? scheme : "", cell->text, NULL);
        g_array_append_val (text->values, value);
      }
}

static void
collect_question (PalCompiler *compiler, PalSurveyItem *item)
{
  /* What a table says, the note in it says. */
  if (item->is_table)
    return;
  if (pal_itext_needs (compiler, item, "label"))
    {
      PalItext *text = get_text (compiler, pal_itext_id (item, "label"), item, item->entry,
                                 pal_itext_context (item), "label");

      add_values (compiler, text, item->entry, "label", NULL, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (media); i++)
        add_values (compiler, text, item->entry, media[i].key, media[i].form, media[i].scheme);
    }
  if (pal_itext_needs (compiler, item, "hint"))
    {
      PalItext *text = get_text (compiler, pal_itext_id (item, "hint"), item, item->entry,
                                 pal_itext_context (item), "hint");

      add_values (compiler, text, item->entry, "hint", NULL, NULL);
      add_values (compiler, text, item->entry, "guidance_hint", "guidance", NULL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (pal_itext_needs (compiler, item, messages[i].key))
      {
        PalItext *text = get_text (compiler, pal_itext_id (item, messages[i].kind), item,
                                   item->entry, pal_itext_context (item), messages[i].kind + 3);

        add_values (compiler, text, item->entry, messages[i].key, NULL, NULL);
      }
}

static void
collect_item (PalCompiler *compiler, PalSurveyItem *item)
{
  if (item->entry != NULL && !item->is_meta)
    collect_question (compiler, item);
  for (guint i = 0; i < item->children->len; i++)
    collect_item (compiler, item->children->pdata[i]);
}

static void
collect_list (PalCompiler *compiler, PalChoiceList *list)
{
  if (compiler->catalogues->len > 0)
    list->has_itext = TRUE;
  if (!list->has_itext)
    return;

  for (guint i = 0; i < list->entries->len; i++)
    {
      PalEntry *entry = list->entries->pdata[i];
      PalItext *text = get_text (
          compiler, g_strdup_printf ("%s-%u", list->name, i), compiler->root, entry,
          g_strdup_printf ("choices/%s/%s", list->name, pal_entry_get (entry, "name")), "label");

      add_values (compiler, text, entry, "label", NULL, NULL);
      for (guint k = 0; k < G_N_ELEMENTS (media); k++)
        add_values (compiler, text, entry, media[k].key, media[k].form, media[k].scheme);
    }
}

/* "(ar)" behind the name, as machines need it. */
static gboolean
has_code (const char *language)
{
  static GRegex *regex;

  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex,
                       g_regex_new ("\\([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\\)$", 0, 0, NULL));

  return g_regex_match (regex, language, 0, NULL);
}

static PalMessages *
find_catalogue (PalCompiler *compiler, const char *language)
{
  for (guint i = 0; i < compiler->catalogues->len; i++)
    {
      PalMessages *catalogue = compiler->catalogues->pdata[i];
      g_autofree char *code = g_strdup_printf ("(%s)", catalogue->code);

      g_strdelimit (code, "_", '-');
      if (g_str_has_suffix (language, code))
        return catalogue;
    }

  return NULL;
}

/* A title is no text of XForms' itext; ours stands there as well, under an id of its own, where a
 * catalogue may translate it (pal_form_dup_title()). */
static void
collect_title (PalCompiler *compiler)
{
  const char *title = g_hash_table_lookup (compiler->settings, "form_title");
  PalItextValue value = { NULL, NULL, NULL };
  PalItext *text;

  if (title == NULL || compiler->catalogues->len == 0)
    return;

  use_language (compiler, compiler->default_language);
  text = get_text (compiler, g_strdup (PAL_ITEXT_TITLE), compiler->root, NULL,
                   g_strdup ("settings/form_title"), "label");
  value.language = g_strdup (compiler->default_language);
  value.text = g_strdup (title);
  g_array_append_val (text->values, value);
}

/* Gathers all texts that stand in itext, and the languages. */
gboolean
pal_itext_collect (PalCompiler *compiler, GError **error)
{
  g_autoptr (GString) bad = g_string_new (NULL);

  collect_title (compiler);
  collect_item (compiler, compiler->root);
  for (guint i = 0; i < compiler->list_order->len; i++)
    if (!pal_choices_are_left_out (compiler->list_order->pdata[i]))
      collect_list (compiler, compiler->list_order->pdata[i]);
  for (guint i = 0; i < compiler->languages->len; i++)
    {
      const char *language = compiler->languages->pdata[i];

      if (!has_code (language) && strcmp (language, "default") != 0)
        g_string_append_printf (bad, "%s%s", bad->len > 0 ? ", " : "", language);
    }
  if (bad->len > 0)
    g_ptr_array_add (compiler->warnings,
                     g_strdup_printf ("languages without a code such as \"(ar)\" behind the name: "
                                      "%s",
                                      bad->str));

  /* A language that columns and a catalogue both bring keeps the name that the sheet gives it. */
  for (guint i = 0; i < compiler->catalogues->len && compiler->text_order->len > 0; i++)
    {
      PalMessages *catalogue = compiler->catalogues->pdata[i];
      gboolean known = FALSE;

      for (guint k = 0; k < compiler->languages->len && !known; k++)
        known = find_catalogue (compiler, compiler->languages->pdata[k]) == catalogue;
      if (!known)
        use_language (compiler, catalogue->language);
    }

  return TRUE;
}

static const char *
translate (const PalMessages *catalogue, const PalItext *text, const char *form, const char *source)
{
  const char *kind = form != NULL ? form : text->kind;
  const char *found = NULL;
  g_autofree char *context = g_strconcat (text->context, ":", kind, NULL);

  if (text->item != NULL && text->item->block != NULL)
    {
      const char *slash = strchr (text->item->path + 1, '/');
      g_autofree char *place = g_strconcat (slash != NULL ? slash + 1 : "", ":", kind, NULL);

      found = pal_messages_find (catalogue, place, source);
    }
  if (found == NULL)
    found = pal_messages_find (catalogue, context, source);
  if (found == NULL)
    found = pal_messages_find (catalogue, NULL, source);

  return found;
}

/* What stands for @form in @language: the sheet's text, the catalogue's, the text of the default
 * language where a catalogue lacks it, or "-". */
static const char *
choose (PalCompiler *compiler, const PalItext *text, const char *language, const char *form)
{
  const PalItextValue *value = find_value (text, language, form);
  const PalItextValue *source = find_value (text, compiler->default_language, form);
  const PalMessages *catalogue;
  const char *translated = NULL;

  if (value != NULL)
    return value->text;
  catalogue = find_catalogue (compiler, language);
  if (catalogue != NULL && source != NULL)
    {
      if (form == NULL || strcmp (form, "guidance") == 0)
        translated = translate (catalogue, text, form, source->text);
      return translated != NULL ? translated : source->text;
    }

  return form == NULL || strcmp (form, "guidance") == 0 ? "-" : NULL;
}

static gboolean
write_text (PalCompiler *compiler, GString *out, const PalItext *text, const char *language,
            GError **error)
{
  static const char *const forms[] = { NULL, "guidance", "image", "big-image", "audio", "video" };

  g_string_append (out, "<text");
  pal_markup_append_attribute (out, "id", text->id);
  g_string_append_c (out, '>');
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      gboolean used = FALSE;
      const char *chosen;

      for (guint k = 0; k < text->values->len && !used; k++)
        used = g_strcmp0 (g_array_index (text->values, PalItextValue, k).form, forms[i]) == 0;
      chosen = used ? choose (compiler, text, language, forms[i]) : NULL;
      if (chosen == NULL)
        continue;
      g_string_append (out, "<value");
      if (forms[i] != NULL)
        pal_markup_append_attribute (out, "form", forms[i]);
      g_string_append_c (out, '>');
      if (!pal_label_append_markup (compiler, text->item, chosen, out, text->entry, text->kind,
                                    error))
        return FALSE;
      g_string_append (out, "</value>");
    }
  g_string_append (out, "</text>\n");

  return TRUE;
}

gboolean
pal_itext_write (PalCompiler *compiler, GString *out, GError **error)
{
  if (compiler->text_order->len == 0 || compiler->languages->len == 0)
    return TRUE;

  g_string_append (out, "<itext>\n");
  for (guint i = 0; i < compiler->languages->len; i++)
    {
      const char *language = compiler->languages->pdata[i];

      g_string_append (out, "<translation");
      pal_markup_append_attribute (out, "lang", language);
      if (strcmp (language, compiler->default_language) == 0)
        pal_markup_append_attribute (out, "default", "true()");
      g_string_append (out, ">\n");
      for (guint k = 0; k < compiler->text_order->len; k++)
        if (!write_text (compiler, out, compiler->text_order->pdata[k], language, error)
            || !pal_xform_check_size (out, error))
          return FALSE;
      g_string_append (out, "</translation>\n");
    }
  g_string_append (out, "</itext>\n");

  return TRUE;
}
