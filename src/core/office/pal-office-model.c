// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include "pal-form-private.h"
#include "pal-locale.h"

#include <string.h>

/* The form laid out for somebody who reads it on paper: pages, and on them headings, notes,
 * questions and tables, in the order of the form. Conditions are not worked out: what does not
 * apply stays empty. */

typedef struct
{
  PalOfficeModel *model;
  GError *error; /* (nullable): the first one */
} Layout;

static void
field_free (PalOfficeField *field)
{
  g_free (field->code);
  g_free (field->label);
  g_free (field->hint);
  g_free (field->first);
  g_clear_pointer (&field->choices, g_ptr_array_unref);
  g_free (field);
}

static void
item_free (gpointer data)
{
  PalOfficeItem *item = data;

  g_free (item->text);
  g_free (item->code);
  g_clear_pointer (&item->field, field_free);
  g_clear_pointer (&item->columns, g_ptr_array_unref);
  g_free (item);
}

static void
page_free (gpointer data)
{
  PalOfficePage *page = data;

  g_free (page->title);
  g_ptr_array_unref (page->items);
  g_free (page);
}

/* --- codes */

static gboolean
is_part (PalFormNode *node)
{
  return node->control != NULL && pal_form_control_has_appearance (node->control, "part");
}

/**
 * pal_office_dup_code:
 * @form: a form
 * @node: one of its nodes
 *
 * The names on the way to a node, without those of the record and of a part, which say nothing:
 * names are what stays the same from one version of a form to the next.
 *
 * Returns: (transfer full): "about.state"
 */
char *
pal_office_dup_code (PalForm *form, PalFormNode *node)
{
  GString *code = g_string_new (NULL);

  for (; node != NULL && node->parent != NULL && !is_part (node); node = node->parent)
    {
      if (code->len > 0)
        g_string_prepend_c (code, '.');
      g_string_prepend (code, node->local);
    }

  return g_string_free (code, FALSE);
}

/**
 * pal_office_dup_row_code:
 * @code: code of a question in a table
 * @row: number of a row, from 1
 *
 * Returns: (transfer full): "points.point.text#3"
 */
char *
pal_office_dup_row_code (const char *code, guint row)
{
  return g_strdup_printf ("%s#%u", code, row);
}

/* How many of the names at the end of the node's path are those of the code: all, or -1. */
static gboolean
ends_with (PalFormNode *node, const char *const *names, guint n_names)
{
  for (guint i = n_names; i > 0; i--, node = node->parent)
    if (node == NULL || strcmp (node->local, names[i - 1]) != 0)
      return FALSE;

  return TRUE;
}

/**
 * pal_office_find_code:
 * @form: a form
 * @code: what stands in a file: a code, or something else
 * @row: (out) (nullable): what stands behind "#"; %NULL without one
 *
 * Looks for the node with exactly this code, else for the only one whose way ends with these names,
 * as groups may have moved between versions; a single name is too little for that.
 *
 * Returns: (transfer none) (nullable): the node
 */
PalFormNode *
pal_office_find_code (PalForm *form, const char *code, char **row)
{
  const char *hash = strchr (code, '#');
  g_autofree char *plain = g_strndup (code, hash != NULL ? (gsize) (hash - code) : strlen (code));
  g_auto (GStrv) names = NULL;
  GPtrArray *nodes = pal_form_get_nodes (form);
  PalFormNode *found = NULL;
  guint n_found = 0, n_names;
  gboolean is_exact = FALSE;

  if (row != NULL)
    *row = NULL;
  g_strstrip (plain);
  if (*plain == '\0' || strlen (plain) > 500 || strpbrk (plain, " \t\n/") != NULL)
    return NULL;
  names = g_strsplit (plain, ".", -1);
  n_names = g_strv_length (names);
  for (guint i = 0; i < nodes->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (nodes, i);
      g_autofree char *own = NULL;

      if (node->is_attribute || !ends_with (node, (const char *const *) names, n_names))
        continue;
      own = pal_office_dup_code (form, node);
      if (strcmp (own, plain) == 0)
        {
          found = node;
          n_found = 1;
          is_exact = TRUE;
          break;
        }
      found = node;
      n_found++;
    }
  if (n_found != 1 || (n_names == 1 && !is_exact))
    return NULL;
  if (row != NULL && hash != NULL)
    *row = g_strstrip (g_strdup (hash + 1));

  return found;
}

/* --- fields */

static guint
count_label (GPtrArray *choices, const char *label)
{
  guint n = 0;

  for (guint i = 0; i < choices->len; i++)
    n += strcmp (((PalKitChoice *) choices->pdata[i])->label, label) == 0;

  return n;
}

/* What is offered, each under a label of its own: those that read alike have their ids. */
static GPtrArray *
dup_choices (Layout *layout, PalFormControl *control)
{
  const PalKitOrder *order = layout->model->order;
  GPtrArray *choices = pal_kit_dup_choices (order->form, control, layout->model->own);
  g_autofree gboolean *alike = NULL;

  for (guint i = choices->len; i > 0; i--)
    {
      PalKitChoice *choice = g_ptr_array_index (choices, i - 1);

      if (!pal_kit_is_offered (order, control->node, choice->value))
        g_ptr_array_remove_index (choices, i - 1);
    }
  alike = g_new0 (gboolean, choices->len + 1);
  for (guint i = 0; i < choices->len; i++)
    alike[i] = count_label (choices, ((PalKitChoice *) choices->pdata[i])->label) > 1;
  for (guint i = 0; i < choices->len; i++)
    if (alike[i])
      {
        PalKitChoice *choice = g_ptr_array_index (choices, i);

        g_free (choice->label);
        choice->label = g_strdup (choice->value);
      }

  return choices;
}

static gboolean
find_kind (PalFormControl *control, PalOfficeKind *kind)
{
  switch (control->kind)
    {
    case PAL_CONTROL_INPUT:
      break;
    case PAL_CONTROL_SELECT_ONE:
      *kind = PAL_OFFICE_ONE;
      return TRUE;
    case PAL_CONTROL_SELECT_MANY:
      *kind = PAL_OFFICE_MANY;
      return TRUE;
    case PAL_CONTROL_UPLOAD:
      *kind = PAL_OFFICE_FILE;
      return TRUE;
    case PAL_CONTROL_GROUP:
    case PAL_CONTROL_REPEAT:
    case PAL_CONTROL_RANK:
    case PAL_CONTROL_RANGE:
    case PAL_CONTROL_TRIGGER:
      return FALSE;
    }
  switch (control->node->type)
    {
    case PAL_TYPE_DATE:
      *kind = PAL_OFFICE_DATE;
      return TRUE;
    case PAL_TYPE_INTEGER:
    case PAL_TYPE_DECIMAL:
      *kind = PAL_OFFICE_NUMBER;
      return TRUE;
    case PAL_TYPE_STRING:
      *kind = pal_form_control_has_appearance (control, "multiline") ? PAL_OFFICE_LONG
                                                                     : PAL_OFFICE_TEXT;
      return TRUE;
    case PAL_TYPE_BOOLEAN:
    case PAL_TYPE_TIME:
    case PAL_TYPE_DATE_TIME:
    case PAL_TYPE_BINARY:
    case PAL_TYPE_OTHER:
      break;
    }

  return FALSE;
}

const char *
pal_office_field_get_choice (PalOfficeField *self, const char *value)
{
  for (guint i = 0; self->choices != NULL && i < self->choices->len; i++)
    {
      PalKitChoice *choice = g_ptr_array_index (self->choices, i);

      if (strcmp (choice->value, value) == 0)
        return choice->label;
    }

  return value;
}

/* (nullable): ids as people read them. */
static char *
dup_first (Layout *layout, PalOfficeField *field)
{
  g_autofree char *value = pal_kit_dup_first_value (layout->model->order, field->node);
  g_auto (GStrv) ids = NULL;
  GString *text;

  if (value == NULL || *value == '\0')
    return NULL;
  if (field->kind == PAL_OFFICE_ONE)
    return g_strdup (pal_office_field_get_choice (field, value));
  if (field->kind != PAL_OFFICE_MANY)
    return g_steal_pointer (&value);
  ids = g_strsplit (value, " ", -1);
  text = g_string_new (NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "",
                            pal_office_field_get_choice (field, ids[i]));

  return g_string_free (text, FALSE);
}

static void
refuse (Layout *layout, PalFormControl *control)
{
  if (layout->error == NULL)
    g_set_error (&layout->error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM,
                 "%s: an office document has no such question",
                 control->node != NULL ? control->node->path : "a group");
}

static char *
dup_text (Layout *layout, PalFormControl *control, PalTextKind kind)
{
  return pal_form_dup_text (layout->model->order->form, control, kind, layout->model->own);
}

/* (nullable): all that is said about a question. */
static char *
dup_hint (Layout *layout, PalFormControl *control)
{
  g_autofree char *hint = dup_text (layout, control, PAL_TEXT_HINT);
  g_autofree char *guidance = dup_text (layout, control, PAL_TEXT_GUIDANCE);

  if (hint == NULL || guidance == NULL)
    return hint != NULL ? g_steal_pointer (&hint) : g_steal_pointer (&guidance);

  return g_strconcat (hint, "\n", guidance, NULL);
}

static PalOfficeField *
field_new (Layout *layout, PalFormControl *control, gboolean is_in_row)
{
  PalOfficeField *field = g_new0 (PalOfficeField, 1);
  PalFormNode *node = control->node;

  field->node = node;
  field->code = pal_office_dup_code (layout->model->order->form, node);
  field->label = dup_text (layout, control, PAL_TEXT_LABEL);
  if (field->label == NULL)
    field->label = g_strdup (node->local);
  field->hint = dup_hint (layout, control);
  field->is_required = node->required != NULL && pal_expr_is_constant (node->required)
                       && strstr (pal_expr_get_source (node->required), "true") != NULL;
  if (!find_kind (control, &field->kind))
    refuse (layout, control);
  if (field->kind == PAL_OFFICE_ONE || field->kind == PAL_OFFICE_MANY)
    field->choices = dup_choices (layout, control);
  /* In rows that nobody fills in, what stands there first would look like an answer. */
  if (!is_in_row)
    field->first = dup_first (layout, field);

  return field;
}

/* --- items */

static PalOfficeItem *
add_item (GPtrArray *items, PalOfficeItemKind kind, char *text)
{
  PalOfficeItem *item = g_new0 (PalOfficeItem, 1);

  item->kind = kind;
  item->text = text;
  g_ptr_array_add (items, item);

  return item;
}

static void
add_control (Layout *layout, PalFormControl *control, GPtrArray *items, gboolean is_in_row)
{
  g_autofree char *label = dup_text (layout, control, PAL_TEXT_LABEL);
  g_autofree char *hint = NULL;
  PalOfficeItem *item;

  if (control->kind == PAL_CONTROL_REPEAT)
    {
      if (is_in_row)
        {
          refuse (layout, control);
          return;
        }
      item = add_item (items, PAL_OFFICE_TABLE, g_steal_pointer (&label));
      item->code = pal_office_dup_code (layout->model->order->form, control->node);
      item->columns = g_ptr_array_new_with_free_func (item_free);
      items = item->columns;
      is_in_row = TRUE;
    }
  else if (control->kind == PAL_CONTROL_GROUP)
    {
      /* A repeat stands in a group of its own, whose label is its title. */
      PalFormControl *only
          = control->children->len == 1 ? g_ptr_array_index (control->children, 0) : NULL;

      if (only != NULL && only->kind == PAL_CONTROL_REPEAT)
        {
          guint n_before = items->len;

          add_control (layout, only, items, is_in_row);
          item = items->len > n_before ? g_ptr_array_index (items, n_before) : NULL;
          if (item != NULL && item->text == NULL)
            item->text = g_steal_pointer (&label);
          return;
        }
      hint = dup_hint (layout, control);
      if (label != NULL)
        add_item (items, PAL_OFFICE_HEADING, g_steal_pointer (&label));
      if (hint != NULL)
        add_item (items, PAL_OFFICE_NOTE, g_steal_pointer (&hint));
    }
  else if (pal_outline_is_note (control))
    {
      if (label != NULL)
        add_item (items, PAL_OFFICE_NOTE, g_steal_pointer (&label));
      return;
    }
  else
    {
      add_item (items, PAL_OFFICE_QUESTION, NULL)->field = field_new (layout, control, is_in_row);
      return;
    }
  for (guint i = 0; i < control->children->len; i++)
    add_control (layout, g_ptr_array_index (control->children, i), items, is_in_row);
}

static void
add_page (Layout *layout, PalOutlinePage *from)
{
  PalOfficeModel *model = layout->model;
  PalOfficePage *page = g_new0 (PalOfficePage, 1);

  page->items = g_ptr_array_new_with_free_func (item_free);
  if (from->control != NULL)
    page->title = dup_text (layout, from->control, PAL_TEXT_LABEL);
  if (page->title == NULL)
    page->title = g_strdup (model->title);
  for (guint i = 0; i < from->cards->len; i++)
    add_control (layout, ((PalOutlineCard *) from->cards->pdata[i])->control, page->items, FALSE);
  g_ptr_array_add (model->pages, page);
}

/* --- the whole */

static void
append_identity (GString *line, const char *name, const char *value)
{
  g_string_append_printf (line, " %s=", name);
  g_string_append_uri_escaped (line, value != NULL ? value : "", ":,/", TRUE);
}

/* What tells one kit from another, as one line that survives whatever a program does to a file. */
static char *
dup_identity (const PalKitOrder *order, const char *language)
{
  GString *line = g_string_new (PAL_OFFICE_IDENTITY);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *dossier
      = order->dossier_id != NULL ? pal_kit_dup_dossier_digest (order->dossier_id) : NULL;
  g_autofree char *articles
      = order->articles != NULL ? g_strjoinv (",", (char **) order->articles) : NULL;

  append_identity (line, "form", pal_form_get_id (order->form));
  append_identity (line, "version", pal_form_get_version (order->form));
  append_identity (line, "kit", id);
  append_identity (line, "dossier", dossier);
  append_identity (line, "language", language);
  append_identity (line, "cluster", order->cluster);
  append_identity (line, "articles", articles);

  return g_string_free (line, FALSE);
}

#define N_DIGESTS_IN_LINE 3000 /* a cell holds 32,767 letters */

/**
 * pal_office_model_note_text:
 * @self: a form laid out
 * @text: something that is written into the file and is no answer
 */
void
pal_office_model_note_text (PalOfficeModel *self, const char *text)
{
  g_autofree char *digest = pal_office_dup_text_digest (text);

  g_string_append (self->texts, digest);
}

/**
 * pal_office_model_dup_texts:
 * @self: a form laid out
 *
 * Returns: (transfer full) (element-type utf8): lines that tell the texts noted so far
 */
GPtrArray *
pal_office_model_dup_texts (PalOfficeModel *self)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (gsize at = 0; at < self->texts->len; at += 8 * N_DIGESTS_IN_LINE)
    g_ptr_array_add (lines, g_strdup_printf (PAL_OFFICE_TEXTS " %.*s", 8 * N_DIGESTS_IN_LINE,
                                             self->texts->str + at));

  return lines;
}

/**
 * pal_office_model_free:
 * @self: (nullable) (transfer full): a form laid out
 */
void
pal_office_model_free (PalOfficeModel *self)
{
  if (self == NULL)
    return;
  g_free (self->language);
  g_free (self->tag);
  g_free (self->title);
  g_free (self->state);
  g_free (self->identity);
  g_clear_object (&self->catalogue);
  g_ptr_array_unref (self->pages);
  g_string_free (self->texts, TRUE);
  g_clear_pointer (&self->articles, g_ptr_array_unref);
  g_free (self);
}

/**
 * pal_office_model_get_word:
 * @self: a form laid out
 * @word: something that the twin says itself
 *
 * Returns: it, in the language of the twin
 */
const char *
pal_office_model_get_word (PalOfficeModel *self, PalOfficeWord word)
{
  return pal_kit_find_word (self->catalogue, pal_office_get_english (word));
}

/* The one placeholder of a sentence; sentences are the translators', and no formats. */
static char *
dup_filled (const char *sentence, const char *placeholder, const char *text)
{
  const char *at = strstr (sentence, placeholder);

  if (at == NULL)
    return g_strdup (sentence);

  return g_strdup_printf ("%.*s%s%s", (int) (at - sentence), sentence, text,
                          at + strlen (placeholder));
}

/**
 * pal_office_model_dup_entry:
 * @self: a form laid out
 * @number: number of a row
 *
 * Returns: (transfer full): "Entry 3"
 */
char *
pal_office_model_dup_entry (PalOfficeModel *self, guint number)
{
  g_autofree char *digits = g_strdup_printf ("%u", number);

  return dup_filled (pal_office_model_get_word (self, PAL_OFFICE_WORD_ENTRY), "%d", digits);
}

/**
 * pal_office_model_new:
 * @order: what is asked for; borrowed until the model is freed
 * @error: return location: a #PalKitError or a #PalCatalogueError
 *
 * Lays out a form. Blocking, as it reads a catalogue; any thread.
 *
 * Returns: (transfer full) (nullable): the form laid out
 */
PalOfficeModel *
pal_office_model_new (const PalKitOrder *order, GError **error)
{
  g_autoptr (PalOfficeModel) model = g_new0 (PalOfficeModel, 1);
  g_autoptr (PalOutline) outline = pal_outline_new (order->form);
  GPtrArray *pages = pal_outline_get_pages (outline);
  Layout layout = { model, NULL };

  model->order = order;
  model->texts = g_string_new (NULL);
  model->pages = g_ptr_array_new_with_free_func (page_free);
  model->language = pal_kit_dup_language (order->language);
  model->tag = g_strdelimit (g_strdup (model->language), "_", '-');
  model->own = pal_form_match_language (order->form, model->language);
  if (model->own == NULL && pal_form_get_languages (order->form)->len > 0)
    {
      g_set_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LANGUAGE, "the form %s is not in %s",
                   pal_form_get_id (order->form), model->language);
      return NULL;
    }
  if (!pal_kit_load_words (model->language, &model->catalogue, error))
    return NULL;
  model->is_right_to_left = pal_locale_is_right_to_left (model->language);
  model->title = pal_form_dup_title (order->form, model->own);
  if (order->state != NULL)
    model->state
        = dup_filled (pal_office_model_get_word (model, PAL_OFFICE_WORD_STATE), "%s", order->state);
  model->identity = dup_identity (order, model->language);
  model->articles = pal_kit_dup_articles (order);
  for (guint i = 0; i < pages->len; i++)
    add_page (&layout, g_ptr_array_index (pages, i));
  if (layout.error != NULL)
    {
      g_propagate_error (error, layout.error);
      return NULL;
    }

  return g_steal_pointer (&model);
}
