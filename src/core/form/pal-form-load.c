// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include "pal-xml.h"

#include <string.h>

/* The reader gathers what is wrong, so that an author sees all of it at once, and goes on as long
 * as that makes sense. */

void
pal_form_reader_refuse (PalFormReader *reader, PalFormError code, guint32 line, const char *format,
                        ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  if (pal_form_reader_is_full (reader))
    return;
  if (reader->problems->len == 0)
    reader->code = code;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (reader->problems,
                   g_strdup_printf ("%s:%u: %s", reader->form->name, line, reason));
}

void
pal_form_reader_note (PalFormReader *reader, guint32 line, const char *format, ...)
{
  g_autofree char *note = NULL;
  va_list args;

  if (reader->form->notes->len >= PAL_FORM_MAX_PROBLEMS)
    {
      reader->n_unsaid++;
      return;
    }
  va_start (args, format);
  note = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (reader->form->notes,
                   g_strdup_printf ("%s:%u: %s", reader->form->name, line, note));
}

gboolean
pal_form_reader_is_full (PalFormReader *reader)
{
  return reader->problems->len >= PAL_FORM_MAX_PROBLEMS;
}

const char *
pal_form_reader_keep (PalFormReader *reader, const char *text)
{
  return text != NULL ? g_string_chunk_insert (reader->form->strings, text) : NULL;
}

static const char *
resolve_prefix_cb (const char *prefix, gpointer user_data)
{
  PalNode *at = user_data;
  const char *uri = pal_node_resolve_prefix (at, prefix);

  if (uri != NULL)
    return uri;
  /* Old forms use these without declaring them. */
  if (strcmp (prefix, "orx") == 0)
    return PAL_NS_ORX;
  if (strcmp (prefix, "odk") == 0)
    return PAL_NS_ODK;
  return NULL;
}

static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isspace (*text))
        return FALSE;
    }
  return TRUE;
}

static void
note_warnings (PalFormReader *reader, const PalExpr *expr, guint32 line, const char *what)
{
  g_autoptr (GPtrArray) warnings = pal_expr_check (expr);

  for (guint i = 0; i < warnings->len; i++)
    {
      const PalExprWarning *warning = g_ptr_array_index (warnings, i);

      pal_form_reader_note (reader, line, "%s, column %u: %s", what, warning->column,
                            warning->message);
    }
}

PalExpr *
pal_form_reader_compile (PalFormReader *reader, const char *source, PalNode *at, const char *what)
{
  g_autoptr (GError) error = NULL;
  PalExpr *expr;

  if (source == NULL || is_blank (source))
    return NULL;
  expr = g_hash_table_lookup (reader->form->expressions, source);
  if (expr != NULL)
    return pal_expr_ref (expr);

  expr = pal_expr_compile (source, resolve_prefix_cb, at, &error);
  if (expr == NULL)
    {
      pal_form_reader_refuse (reader,
                              g_error_matches (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_LIMIT)
                                  ? PAL_FORM_ERROR_LIMIT
                                  : PAL_FORM_ERROR_EXPRESSION,
                              at->line, "%s: %s", what, error->message);
      return NULL;
    }
  note_warnings (reader, expr, at->line, what);
  /* The key lives in the expression that it names. */
  g_hash_table_insert (reader->form->expressions, (gpointer) pal_expr_get_source (expr),
                       pal_expr_ref (expr));
  return expr;
}

static void
definition_free (gpointer data)
{
  PalDefinition *self = data;
  PalFormNode *node = &self->public;

  g_free (node->type_name);
  g_clear_pointer (&node->relevant, pal_expr_unref);
  g_clear_pointer (&node->required, pal_expr_unref);
  g_clear_pointer (&node->readonly, pal_expr_unref);
  g_clear_pointer (&node->constraint, pal_expr_unref);
  g_clear_pointer (&node->calculate, pal_expr_unref);
  g_clear_pointer (&node->count, pal_expr_unref);
  g_free (node->preload);
  g_free (node->preload_params);
  g_free (node->ref);
  g_free (node->obligation);
  g_free (node->needs);
  g_free (node->link);
  g_free (node->cluster);
  g_free (node->was);
  g_ptr_array_unref (node->children);
  g_clear_pointer (&self->dependents, g_array_unref);
  g_clear_pointer (&self->actions, g_ptr_array_unref);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  pal_text_clear (&self->required_message);
  pal_text_clear (&self->constraint_message);
  g_free (self);
}

static void
item_free (gpointer data)
{
  PalItem *item = data;

  pal_text_clear (&item->label);
  g_free (item->value);
  g_free (item);
}

static void
control_free (gpointer data)
{
  PalControl *self = data;

  g_ptr_array_unref (self->public.children);
  g_free (self->public.appearance);
  g_free (self->public.media_type);
  pal_text_clear (&self->label);
  pal_text_clear (&self->hint);
  pal_text_clear (&self->guidance);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->itemset, pal_expr_unref);
  g_clear_pointer (&self->item_value, pal_expr_unref);
  g_clear_pointer (&self->item_label, pal_expr_unref);
  g_free (self);
}

PalControl *
pal_form_reader_new_control (PalFormReader *reader)
{
  PalControl *self = g_new0 (PalControl, 1);

  self->public.children = g_ptr_array_new ();
  g_ptr_array_add (reader->form->all_controls, self);
  return self;
}

PalItem *
pal_control_new_item (PalControl *self)
{
  PalItem *item = g_new0 (PalItem, 1);

  if (self->items == NULL)
    self->items = g_ptr_array_new_with_free_func (item_free);
  g_ptr_array_add (self->items, item);
  return item;
}

PalDefinition *
pal_form_reader_new_definition (PalFormReader *reader, PalDefinition *parent, PalNode *prototype)
{
  PalDefinition *self = g_new0 (PalDefinition, 1);

  self->public.local = prototype->local;
  self->public.parent = parent != NULL ? &parent->public : NULL;
  self->public.children = g_ptr_array_new ();
  self->public.line = prototype->line;
  self->public.is_attribute = prototype->kind == PAL_NODE_ATTRIBUTE;
  self->prefix = prototype->prefix;
  self->uri = prototype->prefix != NULL ? prototype->uri : NULL;
  if (self->uri == NULL && prototype->uri != g_intern_static_string (PAL_NS_XFORMS))
    self->default_uri = prototype->uri;
  self->prototype = prototype;
  for (guint i = 0; i < PAL_N_SLOT_KINDS; i++)
    self->slots[i] = -1;
  return self;
}

static void
action_free (gpointer data)
{
  PalAction *self = data;

  g_clear_pointer (&self->target_expr, pal_expr_unref);
  g_clear_pointer (&self->value, pal_expr_unref);
  g_free (self->text);
  g_free (self);
}

static PalForm *
form_new (GBytes *bytes, const char *name)
{
  PalForm *self = g_new0 (PalForm, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->source = g_bytes_ref (bytes);
  self->name = g_strdup (name);
  self->id = g_strdup ("");
  self->version = g_strdup ("");
  self->title = g_strdup ("");
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->strings = g_string_chunk_new (16 * 1024);
  self->expressions
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) pal_expr_unref);
  self->nodes = g_ptr_array_new_with_free_func (definition_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->binds = g_hash_table_new (g_str_hash, g_str_equal);
  self->renamed = g_hash_table_new (g_str_hash, g_str_equal);
  self->controls = g_ptr_array_new ();
  self->all_controls = g_ptr_array_new_with_free_func (control_free);
  self->languages = g_ptr_array_new_with_free_func (g_free);
  self->text_ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->translations = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->outputs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) pal_expr_unref);
  self->texts_with_outputs
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->instances
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) pal_instance_free);
  self->actions = g_ptr_array_new_with_free_func (action_free);
  self->slots = g_array_new (FALSE, TRUE, sizeof (PalSlot));
  return self;
}

static PalNode *
find_element (PalNode *parent, const char *local, const char *uri)
{
  for (PalNode *child = parent->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT && pal_node_is (child, local, uri))
        return child;
    }
  return NULL;
}

static void
read_document (PalFormReader *reader)
{
  PalForm *form = reader->form;
  PalNode *html = pal_document_get_element (form->document);
  PalNode *head;
  PalNode *model;
  PalNode *body;
  PalNode *title;

  if (html == NULL || !pal_node_is (html, "html", PAL_NS_XHTML))
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, html != NULL ? html->line : 0,
                              "not an XForm: the document is no XHTML page");
      return;
    }
  head = find_element (html, "head", PAL_NS_XHTML);
  body = find_element (html, "body", PAL_NS_XHTML);
  model = head != NULL ? find_element (head, "model", PAL_NS_XFORMS) : NULL;
  if (model == NULL)
    model = find_element (html, "model", PAL_NS_XFORMS);
  if (model == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, html->line,
                              "not an XForm: there is no model");
      return;
    }
  if (body == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, html->line,
                              "not an XForm: there is no body");
      return;
    }
  title = head != NULL ? find_element (head, "title", PAL_NS_XHTML) : NULL;
  if (title != NULL)
    {
      g_free (form->title);
      form->title = g_strstrip (pal_node_dup_text (title));
    }

  pal_form_read_model (reader, model);
  if (form->root == NULL)
    return;
  pal_form_read_bind_ids (reader, model);
  pal_form_read_body (reader, body);
  pal_form_read_binds (reader, model);
  pal_form_note_strange (reader, model);
  pal_form_note_strange (reader, body);
  pal_form_read_renames (reader);
  if (!pal_form_reader_is_full (reader))
    pal_form_build_graph (reader);
}

/* One message out of all of them. */
static void
set_error (PalFormReader *reader, GError **error)
{
  const char *first = g_ptr_array_index (reader->problems, 0);

  if (reader->problems->len == 1)
    g_set_error_literal (error, PAL_FORM_ERROR, reader->code, first);
  else
    g_set_error (error, PAL_FORM_ERROR, reader->code, "%s (and %u more)", first,
                 reader->problems->len - 1);
}

static struct
{
  PalFormTranslator function; /* (nullable) */
  gpointer user_data;
} program_translator;

/**
 * pal_form_set_translator:
 * @translator: (nullable): what changes the texts of forms on this computer
 * @user_data: for @translator; must stay
 *
 * What people here have translated is put into every form that is loaded after this. Once, when the
 * program starts and before other threads do.
 */
void
pal_form_set_translator (PalFormTranslator translator, gpointer user_data)
{
  program_translator.function = translator;
  program_translator.user_data = user_data;
}

static PalForm *
load_form (GBytes *bytes, const char *name, GHashTable *attachments, PalFormTranslator translator,
           gpointer user_data, GPtrArray **problems, GError **error)
{
  PalFormReader reader = { 0 };
  g_autoptr (PalForm) form = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) parsed = NULL;
  g_autoptr (GError) xml_error = NULL;

  form = form_new (bytes, name);
  reader.form = form;
  reader.problems = found;
  reader.attachments = attachments;

  /* Whoever wants to know all that is wrong must read all of it. */
  parsed = problems == NULL ? pal_form_dup_without_languages (form) : g_bytes_ref (bytes);
  form->document
      = pal_xml_parse (parsed, name, PAL_XML_READ_NO_LAYOUT, &PAL_XML_LIMITS_FORM, &xml_error);
  if (form->document == NULL)
    {
      /* The message has name and line already. */
      reader.code = g_error_matches (xml_error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT)
                        ? PAL_FORM_ERROR_LIMIT
                        : PAL_FORM_ERROR_MALFORMED;
      g_ptr_array_add (found, g_strdup (xml_error->message));
    }
  else
    {
      if (translator != NULL)
        translator (form->document, user_data);
      read_document (&reader);
    }

  if (reader.n_unsaid > 0)
    g_ptr_array_add (form->notes, g_strdup_printf ("%s: and %u notes more", name, reader.n_unsaid));
  if (found->len > 0)
    set_error (&reader, error);
  else
    g_debug ("%s: %u nodes, %u questions, %u slots", name, form->nodes->len, form->n_questions,
             form->slots->len);
  if (problems != NULL)
    *problems = g_ptr_array_ref (found);
  return found->len == 0 ? g_steal_pointer (&form) : NULL;
}

/**
 * pal_form_load_translated:
 * @bytes: an XForm
 * @name: what stands for it in messages
 * @translator: changes its texts
 * @user_data: for @translator
 * @error: return location
 *
 * pal_form_load() with other texts than those that are used on this computer, to look at them.
 *
 * Returns: (transfer full) (nullable): a form, or %NULL with a #PalFormError
 */
PalForm *
pal_form_load_translated (GBytes *bytes, const char *name, PalFormTranslator translator,
                          gpointer user_data, GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (translator != NULL, NULL);

  return load_form (bytes, name, NULL, translator, user_data, NULL, error);
}

/**
 * pal_form_load_listing:
 * @bytes: an XForm
 * @name: what stands for it in messages: "name:line: reason"
 * @attachments: (nullable) (element-type utf8 GBytes): the files behind its URIs
 * @problems: (nullable) (out) (transfer full) (element-type utf8): what is wrong, "name:line:
 *   reason" each, in the order in which it was found; empty when the form loads
 * @error: return location
 *
 * pal_form_load_full() for those who want to know all that is wrong, not only the first.
 *
 * Returns: (transfer full) (nullable): a form, or %NULL with a #PalFormError
 */
PalForm *
pal_form_load_listing (GBytes *bytes, const char *name, GHashTable *attachments,
                       GPtrArray **problems, GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  /* Whoever looks for what is wrong with a form wants it as it is. */
  return load_form (bytes, name, attachments, problems == NULL ? program_translator.function : NULL,
                    program_translator.user_data, problems, error);
}

/**
 * pal_form_load_full:
 * @bytes: an XForm
 * @name: what stands for it in messages: "name:line: reason"
 * @attachments: (nullable) (element-type utf8 GBytes): the files behind its URIs, such as
 *   "jr://file-csv/fruits.csv"; what is absent is empty
 * @error: return location
 *
 * Reads, checks and prepares a form (form-profile 2): expressions are compiled, paths resolved, and
 * the order of evaluation is laid down. Source not trusted. Texts of other languages than the
 * default one are read when they are asked for first; one that is not well-formed has none then.
 *
 * Blocking, short; any thread.
 *
 * Returns: (transfer full) (nullable): a form, or %NULL with a #PalFormError
 */
PalForm *
pal_form_load_full (GBytes *bytes, const char *name, GHashTable *attachments, GError **error)
{
  return pal_form_load_listing (bytes, name, attachments, NULL, error);
}

/**
 * pal_form_load:
 * @bytes: an XForm
 * @name: what stands for it in messages
 * @error: return location
 *
 * pal_form_load_full() without attachments.
 *
 * Returns: (transfer full) (nullable): a form, or %NULL with a #PalFormError
 */
PalForm *
pal_form_load (GBytes *bytes, const char *name, GError **error)
{
  return pal_form_load_full (bytes, name, NULL, error);
}

/**
 * pal_form_load_file:
 * @path: a file
 * @error: return location
 *
 * Blocking. pal_form_load() on a file; its base name stands in messages.
 *
 * Returns: (transfer full) (nullable): a form, or %NULL with a #PalFormError or #GFileError
 */
PalForm *
pal_form_load_file (const char *path, GError **error)
{
  g_autofree char *content = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_get_contents (path, &content, &length, error))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&content), length);
  name = g_path_get_basename (path);
  return pal_form_load (bytes, name, error);
}
