// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

#include "pal-publish.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define MAX_TOLD_EXAMPLES 5

static void pal_catalogue_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PalCatalogue, pal_catalogue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      pal_catalogue_list_model_init))

/* --- the object */

static void
pal_catalogue_finalize (GObject *object)
{
  PalCatalogue *self = PAL_CATALOGUE (object);

  g_clear_pointer (&self->original, g_bytes_unref);
  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self->header);
  g_free (self->language);
  g_clear_pointer (&self->plural, pal_plural_unref);
  g_free (self->translator);

  G_OBJECT_CLASS (pal_catalogue_parent_class)->finalize (object);
}

static void
pal_catalogue_class_init (PalCatalogueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_catalogue_finalize;
}

static void
pal_catalogue_init (PalCatalogue *self)
{
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static GType
get_item_type (GListModel *model)
{
  return PAL_TYPE_CATALOGUE_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return PAL_CATALOGUE (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PalCatalogue *self = PAL_CATALOGUE (model);

  return position < self->entries->len ? g_object_ref (g_ptr_array_index (self->entries, position))
                                       : NULL;
}

static void
pal_catalogue_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- reading */

static char *
make_key (const char *context, const char *id)
{
  return context != NULL ? g_strconcat (context, "\004", id, NULL) : g_strdup (id);
}

/* Makes what is derived from the entries and the plural rule. */
void
pal_catalogue_index (PalCatalogue *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);

      pal_catalogue_entry_complete (entry, pal_plural_count (self->plural));
      g_hash_table_replace (self->by_key, make_key (entry->context, entry->id), entry);
    }
}

static gboolean
is_interface (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (pal_catalogue_entry_get_kind (g_ptr_array_index (entries, i)) != NULL)
      return FALSE;

  return TRUE;
}

static gboolean
has_plurals (PalCatalogue *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (((PalCatalogueEntry *) g_ptr_array_index (self->entries, i))->id_plural != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
read_plural (PalCatalogue *self, const char *name, guint line, gboolean is_template, GError **error)
{
  g_autofree char *rule = pal_po_dup_field (self->header, "Plural-Forms");

  if (rule != NULL)
    self->plural = pal_plural_parse (rule);
  if (self->plural == NULL && !is_template && (rule != NULL || has_plurals (self)))
    {
      pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_PLURALS, name, line, NULL,
                               rule != NULL ? "Plural-Forms in the header is no such rule"
                                            : "the header lacks Plural-Forms");
      return FALSE;
    }
  if (self->plural == NULL)
    self->plural
        = pal_plural_parse (pal_plural_find_rule (self->language != NULL ? self->language : "en"));

  return TRUE;
}

static gboolean
read_header (PalCatalogue *self, const PalPoScan *scan, const char *name, gboolean is_template,
             GError **error)
{
  guint line = scan->lines->len > 0 ? g_array_index (scan->lines, guint, 0) : 1;

  if (!is_template && !scan->has_header)
    {
      pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_HEADER, name, line, NULL,
                               "the header is missing");
      return FALSE;
    }
  if (!is_template && !scan->has_charset)
    {
      pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_HEADER, name, line, NULL,
                               "the header does not say that the charset is UTF-8");
      return FALSE;
    }
  self->language = pal_po_dup_field (self->header, "Language");
  if (self->language != NULL && *g_strstrip (self->language) == '\0')
    g_clear_pointer (&self->language, g_free);
  if (!is_template && self->language == NULL)
    {
      pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_HEADER, name, line, "Language",
                               "the header does not say which language it is in");
      return FALSE;
    }

  return read_plural (self, name, line, is_template, error);
}

/* What would harm where the catalogue is used. */
static gboolean
refuse_harm (PalCatalogue *self, const char *name, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);
      g_autoptr (GPtrArray) remarks = NULL;

      if (entry->is_fuzzy || entry->state == PAL_ENTRY_MISSING)
        continue;
      remarks = pal_catalogue_check_entry (self, entry, NULL);
      for (guint k = 0; k < remarks->len; k++)
        {
          const PalRemark *remark = g_ptr_array_index (remarks, k);
          const char *placeholder = remark->found != NULL ? remark->found : remark->expected;

          if (!remark->is_error)
            continue;
          if (remark->kind == PAL_REMARK_PLURAL_MISSING)
            pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_PLURAL, name, entry->line, NULL,
                                     "a plural form is missing");
          else
            pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_PLACEHOLDER, name, entry->line,
                                     placeholder, "the placeholders are not those of the English");
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * pal_catalogue_new_from_bytes:
 * @bytes: a PO file, from anywhere
 * @name: stands in messages
 * @flags: what to be strict about
 * @error: return location
 *
 * Reads a catalogue. What is wrong with it is said with its line, and nothing is read then.
 * Blocking (0.1 s for 3,000 entries); any thread, and the result belongs to that one until it is
 * given away.
 *
 * Returns: (transfer full) (nullable): a catalogue; %PAL_CATALOGUE_ERROR, %G_IO_ERROR
 */
PalCatalogue *
pal_catalogue_new_from_bytes (GBytes *bytes, const char *name, PalCatalogueLoadFlags flags,
                              GError **error)
{
  g_autoptr (PalCatalogue) self = NULL;
  g_autoptr (PalPoScan) scan = NULL;
  gboolean is_template = (flags & PAL_CATALOGUE_LOAD_TEMPLATE) != 0;
  gsize length = 0;
  const char *text = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (PAL_TYPE_CATALOGUE, NULL);
  text = g_bytes_get_data (bytes, &length);
  self->original = length >= strlen (BYTE_ORDER_MARK)
                           && memcmp (text, BYTE_ORDER_MARK, strlen (BYTE_ORDER_MARK)) == 0
                       ? g_bytes_new_from_bytes (bytes, strlen (BYTE_ORDER_MARK),
                                                 length - strlen (BYTE_ORDER_MARK))
                       : g_bytes_ref (bytes);
  text = g_bytes_get_data (self->original, &length);
  scan = pal_po_scan (text, length, name, flags, error);
  if (scan == NULL)
    return NULL;
  self->entries = pal_po_read (self->original, name, scan, &self->header, error);
  if (self->entries == NULL)
    return NULL;
  if (self->header == NULL)
    self->header = g_strdup ("");
  self->is_interface = is_interface (self->entries);
  if (!read_header (self, scan, name, is_template, error))
    return NULL;
  pal_catalogue_index (self);
  if (flags == PAL_CATALOGUE_LOAD_DEFAULT && !refuse_harm (self, name, error))
    return NULL;

  return g_steal_pointer (&self);
}

static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  /* One octet more than may be is enough to know. */
  g_autofree char *text = NULL;
  gsize length = 0;

  if (stream == NULL)
    return NULL;
  text = g_malloc (PAL_CATALOGUE_MAX_BYTES + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), text, PAL_CATALOGUE_MAX_BYTES + 1, &length,
                                NULL, error))
    return NULL;

  return g_bytes_new (text, length);
}

/**
 * pal_catalogue_load:
 * @path: a PO file
 * @flags: what to be strict about
 * @error: return location
 *
 * Blocking. pal_catalogue_new_from_bytes() on a file; its base name stands in messages.
 *
 * Returns: (transfer full) (nullable): a catalogue
 */
PalCatalogue *
pal_catalogue_load (const char *path, PalCatalogueLoadFlags flags, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  name = g_path_get_basename (path);
  bytes = read_file (path, error);

  return bytes != NULL ? pal_catalogue_new_from_bytes (bytes, name, flags, error) : NULL;
}

typedef struct
{
  char *path;
  PalCatalogueLoadFlags flags;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->path);
  g_free (loading);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Loading *loading = task_data;
  GError *error = NULL;
  PalCatalogue *catalogue = pal_catalogue_load (loading->path, loading->flags, &error);

  if (catalogue != NULL)
    g_task_return_pointer (task, catalogue, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_catalogue_load_async:
 * @path: a PO file
 * @flags: what to be strict about
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_catalogue_load() in a thread.
 */
void
pal_catalogue_load_async (const char *path, PalCatalogueLoadFlags flags, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Loading *loading = g_new0 (Loading, 1);

  g_return_if_fail (path != NULL);

  loading->path = g_strdup (path);
  loading->flags = flags;
  g_task_set_source_tag (task, pal_catalogue_load_async);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_catalogue_load_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a catalogue
 */
PalCatalogue *
pal_catalogue_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- writing */

static gboolean
is_edited (PalCatalogue *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (((PalCatalogueEntry *) g_ptr_array_index (self->entries, i))->is_edited)
      return TRUE;

  return FALSE;
}

/* (nullable): when nothing was edited, the file keeps its own. */
static char *
make_header (PalCatalogue *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d %H:%M+0000");
  g_autofree char *header = NULL;

  if (*self->header == '\0' || !is_edited (self))
    return NULL;
  header = pal_po_set_field (self->header, "PO-Revision-Date", date);

  return self->translator != NULL ? pal_po_set_field (header, "Last-Translator", self->translator)
                                  : g_steal_pointer (&header);
}

/**
 * pal_catalogue_write:
 * @self: a catalogue
 * @error: return location
 *
 * The file as text, laid out as msgcat does; obsolete entries and all comments stay. Blocking.
 *
 * Returns: (transfer full) (nullable): a PO file
 */
GBytes *
pal_catalogue_write (PalCatalogue *self, GError **error)
{
  g_autofree char *header = NULL;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self), NULL);

  header = make_header (self);

  return pal_po_write (self->original, self->entries, header, error);
}

/**
 * pal_catalogue_save:
 * @self: a catalogue
 * @path: where to
 * @error: return location
 *
 * Blocking. The file is whole and on the disk, or as it was before.
 *
 * Returns: whether it was saved
 */
gboolean
pal_catalogue_save (PalCatalogue *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  bytes = pal_catalogue_write (self, error);

  return bytes != NULL && pal_publish_bytes (path, bytes, error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalCatalogue *copy = task_data;
  const char *path = g_object_get_data (G_OBJECT (copy), "path");
  GError *error = NULL;

  if (pal_catalogue_save (copy, path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_catalogue_save_async:
 * @self: a catalogue
 * @path: where to
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_catalogue_save() in a thread, of what it says now. Whoever saves again waits for the first
 * to be done, or the older text may come last.
 */
void
pal_catalogue_save_async (PalCatalogue *self, const char *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  PalCatalogue *copy = NULL;

  g_return_if_fail (PAL_IS_CATALOGUE (self));
  g_return_if_fail (path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  copy = pal_catalogue_copy (self);
  g_object_set_data_full (G_OBJECT (copy), "path", g_strdup (path), g_free);
  g_task_set_source_tag (task, pal_catalogue_save_async);
  g_task_set_task_data (task, copy, g_object_unref);
  g_task_run_in_thread (task, save_in_thread);
}

/**
 * pal_catalogue_save_finish:
 * @self: a catalogue
 * @result: of the callback
 * @error: return location
 *
 * Returns: whether it was saved
 */
gboolean
pal_catalogue_save_finish (PalCatalogue *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what it is */

/**
 * pal_catalogue_get_language:
 * @self: a catalogue
 *
 * Returns: (nullable): the code in the header
 */
const char *
pal_catalogue_get_language (PalCatalogue *self)
{
  return self->language;
}

/**
 * pal_catalogue_dup_header:
 * @self: a catalogue
 * @field: such as "Last-Translator"
 *
 * Returns: (transfer full) (nullable): what the header says
 */
char *
pal_catalogue_dup_header (PalCatalogue *self, const char *field)
{
  return pal_po_dup_field (self->header, field);
}

/**
 * pal_catalogue_set_translator:
 * @self: a catalogue
 * @name: (nullable): who translates
 *
 * Stands in the header of what is saved, when something was edited.
 */
void
pal_catalogue_set_translator (PalCatalogue *self, const char *name)
{
  g_free (self->translator);
  self->translator = g_strdup (name);
}

/**
 * pal_catalogue_is_interface:
 * @self: a catalogue
 *
 * Returns: whether it is of the program's own texts and not of a form
 */
gboolean
pal_catalogue_is_interface (PalCatalogue *self)
{
  return self->is_interface;
}

/**
 * pal_catalogue_get_n_plurals:
 * @self: a catalogue
 *
 * Returns: how many plural forms the language has
 */
guint
pal_catalogue_get_n_plurals (PalCatalogue *self)
{
  return pal_plural_count (self->plural);
}

/**
 * pal_catalogue_get_plural:
 * @self: a catalogue
 * @n: a number
 *
 * Returns: the index of the form that goes with it
 */
guint
pal_catalogue_get_plural (PalCatalogue *self, gulong n)
{
  return pal_plural_select (self->plural, n);
}

/**
 * pal_catalogue_dup_plural_examples:
 * @self: a catalogue
 * @index: of a plural form
 *
 * Names a form by numbers that take it: "1, 21, 31, 41, 51 …".
 *
 * Returns: (transfer full): the first few, in figures
 */
char *
pal_catalogue_dup_plural_examples (PalCatalogue *self, guint index)
{
  GString *text = g_string_new (NULL);
  guint n_found = 0;

  for (gulong n = 0; n < 1000 && n_found <= MAX_TOLD_EXAMPLES; n++)
    {
      if (pal_plural_select (self->plural, n) != index)
        continue;
      if (n_found++ == MAX_TOLD_EXAMPLES)
        g_string_append (text, " …");
      else
        g_string_append_printf (text, n_found > 1 ? ", %lu" : "%lu", n);
    }

  return g_string_free (text, FALSE);
}

/**
 * pal_catalogue_find:
 * @self: a catalogue
 * @context: (nullable): of the entry
 * @id: its English
 *
 * Returns: (transfer none) (nullable): the entry
 */
PalCatalogueEntry *
pal_catalogue_find (PalCatalogue *self, const char *context, const char *id)
{
  g_autofree char *key = make_key (context, id);

  return g_hash_table_lookup (self->by_key, key);
}
