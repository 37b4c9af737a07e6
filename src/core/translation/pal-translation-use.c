// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translation"
#include "config.h"

#include "pal-translation-private.h"

#include "pal-node.h"
#include "pal-paths.h"
#include "pal-publish.h"
#include "pal-xlsform.h"

#include <glib/gstdio.h>
#include <string.h>

/* What people have translated is put into the forms and the interface of this computer. */

#define BINARY_NAME PAL_TRANSLATION_INTERFACE ".mo"

/* --- texts that say something else than those that came with the program */

typedef struct
{
  gint64 own_time; /* microseconds since 1970: when the files were written */
  gint64 built_in_time;
  PalMessages *messages; /* (owned) (nullable) */
} Changed;

static GMutex lock;
static GHashTable *cache; /* under lock: "id/language" -> Changed */

static void
changed_free (gpointer data)
{
  Changed *changed = data;

  g_clear_pointer (&changed->messages, pal_messages_free);
  g_free (changed);
}

/* 0 when there is no such file. */
static gint64
get_time (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0
             ? status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000
             : 0;
}

/* The same words stand in several places of a form, and only some of these may have been
 * translated anew, so what was not is left as it was made. */
static PalMessages *
list_changed (PalCatalogue *own, PalCatalogue *built_in, const char *language)
{
  PalMessages *messages = pal_messages_new (language);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (own));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (G_LIST_MODEL (own), i);
      PalCatalogueEntry *old
          = built_in != NULL
                ? pal_catalogue_find (built_in, pal_catalogue_entry_get_context (entry),
                                      pal_catalogue_entry_get_id (entry))
                : NULL;

      if (old == NULL
          || strcmp (pal_catalogue_entry_get_translation (old, 0),
                     pal_catalogue_entry_get_translation (entry, 0))
                 != 0)
        pal_messages_add_entry (messages, entry);
    }

  return messages;
}

/* Under lock. (nullable) (transfer none) */
static PalMessages *
find_changed (const char *id, const char *language)
{
  g_autofree char *key = g_strconcat (id, "/", language, NULL);
  g_autofree char *own_path = pal_translation_dup_path (id, language);
  g_autofree char *built_in_path = pal_translation_dup_built_in_path (id, language);
  gint64 own_time = get_time (own_path), built_in_time = get_time (built_in_path);
  Changed *changed = cache != NULL ? g_hash_table_lookup (cache, key) : NULL;
  g_autoptr (PalCatalogue) own = NULL;
  g_autoptr (PalCatalogue) built_in = NULL;
  g_autoptr (GError) error = NULL;

  if (changed != NULL && changed->own_time == own_time && changed->built_in_time == built_in_time)
    return changed->messages;
  changed = g_new0 (Changed, 1);
  changed->own_time = own_time;
  changed->built_in_time = built_in_time;
  own = pal_catalogue_load (own_path, PAL_CATALOGUE_LOAD_DEFAULT, &error);
  if (own != NULL)
    built_in = pal_translation_load_built_in (id, language, &error);
  if (error != NULL)
    g_warning ("a translation on this computer is left out: %s", error->message);
  else
    changed->messages = list_changed (own, built_in, language);
  if (cache == NULL)
    cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, changed_free);
  g_hash_table_replace (cache, g_steal_pointer (&key), changed);

  return changed->messages;
}

/* Under lock. messages: (element-type PalMessages), one a language; those of the form itself go
 * before what is shared. */
static void
add_changed (GPtrArray *messages, const char *id)
{
  g_autofree char *folder
      = g_build_filename (g_get_user_data_dir (), "palermo", "translations", id, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *language = g_str_has_suffix (name, ".po")
                                      ? g_strndup (name, strlen (name) - strlen (".po"))
                                      : NULL;
      PalMessages *found = language != NULL && pal_translation_is_language (language)
                               ? find_changed (id, language)
                               : NULL;

      if (found != NULL && g_hash_table_size (found->messages) > 0)
        g_ptr_array_add (messages, found);
    }
}

/* --- forms */

/* (nullable): of the first instance's root */
static char *
dup_form_id (PalDocument *document)
{
  PalNode *html = pal_document_get_element (document);
  PalNode *head = html != NULL ? pal_node_find_child (html, "head", PAL_NS_XHTML) : NULL;
  PalNode *model = head != NULL ? pal_node_find_child (head, "model", PAL_NS_XFORMS) : NULL;
  PalNode *instance = model != NULL ? pal_node_find_child (model, "instance", PAL_NS_XFORMS) : NULL;

  for (PalNode *node = instance != NULL ? instance->first_child : NULL; node != NULL;
       node = node->next)
    if (node->kind == PAL_NODE_ELEMENT)
      return g_strdup (pal_node_get_attribute (node, "id", NULL));

  return NULL;
}

static void
localize (PalDocument *document, GPtrArray *messages, const char *id)
{
  g_autoptr (GError) error = NULL;

  if (messages->len > 0 && !pal_xlsform_localize_document (document, messages, id, &error))
    g_warning ("a form is left as it is: %s", error->message);
}

/* Of every form that is loaded. The shared texts come first, as what comes later goes before. */
static void
translate_form (PalDocument *document, gpointer user_data)
{
  g_autofree char *id = dup_form_id (document);
  g_autoptr (GPtrArray) shared = g_ptr_array_new ();
  g_autoptr (GPtrArray) own = g_ptr_array_new ();

  if (id == NULL || !pal_translation_is_id (id) || strcmp (id, PAL_TRANSLATION_INTERFACE) == 0)
    return;
  g_mutex_lock (&lock);
  add_changed (shared, PAL_TRANSLATION_SHARED);
  add_changed (own, id);
  localize (document, shared, id);
  localize (document, own, id);
  g_mutex_unlock (&lock);
}

/**
 * pal_translation_install:
 *
 * Makes every form that is loaded after this speak as people on this computer have translated it.
 * Once, when the program starts.
 */
void
pal_translation_install (void)
{
  pal_form_set_translator (translate_form, NULL);
}

/* --- the interface */

/* gettext reads a file once, so what was translated anew has to be another one; so has what an
 * update of the program brought, whose files may bear any time. */
static char *
dup_locale_path (const char *language)
{
  g_autofree char *own = pal_translation_dup_path (PAL_TRANSLATION_INTERFACE, language);
  g_autofree char *built_in
      = pal_translation_dup_built_in_path (PAL_TRANSLATION_INTERFACE, language);
  GStatBuf status = { 0 };
  g_autofree char *name = NULL;

  if (g_stat (built_in, &status) != 0)
    status.st_size = 0;
  name = g_strdup_printf ("%s-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                          language, get_time (own), get_time (built_in), (gint64) status.st_size);

  return g_build_filename (g_get_user_data_dir (), "palermo", "translations", "locale", name, NULL);
}

static char *
dup_binary_path (const char *locale, const char *language)
{
  return g_build_filename (locale, language, "LC_MESSAGES", BINARY_NAME, NULL);
}

/* Those of a language save one; keep: (nullable) */
static void
remove_binaries (const char *language, const char *keep)
{
  g_autofree char *folder
      = g_build_filename (g_get_user_data_dir (), "palermo", "translations", "locale", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *locale = g_build_filename (folder, name, NULL);
      g_autofree char *binary = dup_binary_path (locale, language);
      g_autofree char *messages = g_path_get_dirname (binary);
      g_autofree char *below = g_path_get_dirname (messages);

      if (g_strcmp0 (locale, keep) == 0 || !g_str_has_prefix (name, language)
          || name[strlen (language)] != '-')
        continue;
      g_unlink (binary);
      g_rmdir (messages);
      g_rmdir (below);
      g_rmdir (locale);
    }
}

static gboolean
publish_in_folder (const char *path, GBytes *bytes, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make the folder %s", folder);
      return FALSE;
    }

  return pal_publish_bytes (path, bytes, error);
}

/* What was translated here, and what came with the program where nothing was. */
static gboolean
write_binary (const char *language, GError **error)
{
  g_autoptr (PalCatalogue) all
      = pal_translation_load (PAL_TRANSLATION_INTERFACE, language, FALSE, error);
  g_autoptr (GBytes) bytes = all != NULL ? pal_catalogue_write_binary (all) : NULL;
  g_autofree char *locale = dup_locale_path (language);
  g_autofree char *path = dup_binary_path (locale, language);

  if (bytes == NULL || !publish_in_folder (path, bytes, error))
    return FALSE;
  remove_binaries (language, locale);

  return TRUE;
}

/**
 * pal_translation_dup_locale_dir:
 * @language: code of the language in which the interface will be shown
 *
 * Asked before bindtextdomain(). After an update of the program its new texts are taken in here.
 * Blocking (0.3 s after an update, else short).
 *
 * Returns: (transfer full) (nullable): folder of catalogues for gettext, %NULL for those that came
 *   with the program
 */
char *
pal_translation_dup_locale_dir (const char *language)
{
  g_autofree char *own = pal_translation_dup_path (PAL_TRANSLATION_INTERFACE, language);
  g_autofree char *locale = NULL;
  g_autofree char *binary = NULL;
  g_autoptr (GError) error = NULL;

  if (own == NULL || get_time (own) == 0)
    return NULL;
  locale = dup_locale_path (language);
  binary = dup_binary_path (locale, language);
  if (get_time (binary) == 0 && !write_binary (language, &error))
    {
      g_warning ("the translation of the interface is left out: %s", error->message);
      return NULL;
    }

  return g_steal_pointer (&locale);
}

/* --- use and forget */

/**
 * pal_translation_use:
 * @catalogue: what to use
 * @id: what it is of
 * @error: return location
 *
 * Uses a catalogue on this computer: forms that are loaded after this show it, the interface when
 * it starts or changes its language. Blocking.
 *
 * Returns: whether it is used; %PAL_CATALOGUE_ERROR for what would do harm, with the entry's line
 */
gboolean
pal_translation_use (PalCatalogue *catalogue, const char *id, GError **error)
{
  const char *language = pal_catalogue_get_language (catalogue);
  g_autoptr (PalCatalogue) checked = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (PAL_IS_CATALOGUE (catalogue), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  checked = pal_translation_check (catalogue, id, language != NULL ? language : "", error);
  if (checked == NULL)
    return FALSE;
  path = pal_translation_dup_path (id, language);
  bytes = pal_catalogue_write (checked, error);
  if (bytes == NULL || !publish_in_folder (path, bytes, error))
    return FALSE;

  return strcmp (id, PAL_TRANSLATION_INTERFACE) != 0 || write_binary (language, error);
}

static void
use_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalCatalogue *copy = task_data;
  const char *id = g_object_get_data (G_OBJECT (copy), "id");
  const char *language = pal_catalogue_get_language (copy);
  g_autoptr (PalTranslationBefore) before = pal_translation_before_new ();
  GError *error = NULL;

  if (pal_translation_before_add (before, id, language != NULL ? language : "", &error)
      && pal_translation_use (copy, id, &error))
    g_task_return_pointer (task, g_steal_pointer (&before),
                           (GDestroyNotify) pal_translation_before_free);
  else
    g_task_return_error (task, error);
}

static void
start_with_copy (PalCatalogue *catalogue, const char *id, GTask *task, GTaskThreadFunc function)
{
  PalCatalogue *copy = pal_catalogue_copy (catalogue);

  g_object_set_data_full (G_OBJECT (copy), "id", g_strdup (id), g_free);
  g_task_set_task_data (task, copy, g_object_unref);
  g_task_run_in_thread (task, function);
}

/**
 * pal_translation_use_async:
 * @catalogue: what to use, as it is now
 * @id: what it is of
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_use() in a thread.
 */
void
pal_translation_use_async (PalCatalogue *catalogue, const char *id, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_CATALOGUE (catalogue));
  g_return_if_fail (id != NULL);

  task = g_task_new (catalogue, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_translation_use_async);
  start_with_copy (catalogue, id, task, use_in_thread);
}

/**
 * pal_translation_use_finish:
 * @catalogue: what to use
 * @result: of the callback
 * @before: (out) (optional) (transfer full): what was used until then
 * @error: return location
 *
 * Returns: whether it is used
 */
gboolean
pal_translation_use_finish (PalCatalogue *catalogue, GAsyncResult *result,
                            PalTranslationBefore **before, GError **error)
{
  g_autoptr (PalTranslationBefore) was = NULL;

  g_return_val_if_fail (g_task_is_valid (result, catalogue), FALSE);

  was = g_task_propagate_pointer (G_TASK (result), error);
  if (was == NULL)
    return FALSE;
  if (before != NULL)
    *before = g_steal_pointer (&was);

  return TRUE;
}

/**
 * pal_translation_forget:
 * @id: what is translated
 * @language: code
 * @error: return location
 *
 * Back to what came with the program. A draft stays. Blocking, short.
 *
 * Returns: whether it is so; also when nothing was used
 */
gboolean
pal_translation_forget (const char *id, const char *language, GError **error)
{
  g_autofree char *path = pal_translation_dup_path (id, language);

  if (path == NULL)
    return TRUE;
  if (strcmp (id, PAL_TRANSLATION_INTERFACE) == 0)
    remove_binaries (language, NULL);
  if (g_unlink (path) == 0 || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "a translation cannot be removed");

  return FALSE;
}

/* --- preview */

static void
preview_form (PalDocument *document, gpointer user_data)
{
  PalCatalogue *catalogue = user_data;
  const char *id = g_object_get_data (G_OBJECT (catalogue), "id");
  const char *language = pal_catalogue_get_language (catalogue);
  g_autoptr (PalCatalogue) built_in = pal_translation_load_built_in (id, language, NULL);
  g_autoptr (GPtrArray) shared = g_ptr_array_new ();
  g_autoptr (GPtrArray) messages
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_messages_free);

  g_mutex_lock (&lock);
  if (strcmp (id, PAL_TRANSLATION_SHARED) != 0)
    add_changed (shared, PAL_TRANSLATION_SHARED);
  localize (document, shared, id);
  g_mutex_unlock (&lock);
  g_ptr_array_add (messages, list_changed (catalogue, built_in, language));
  localize (document, messages, id);
}

static void
preview_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalCatalogue *copy = task_data;
  const char *id = g_object_get_data (G_OBJECT (copy), "id");
  gboolean is_shared = strcmp (id, PAL_TRANSLATION_SHARED) == 0;
  g_autofree char *relative = g_strdup_printf ("forms/%s.xml", is_shared ? "cluster-1" : id);
  g_autofree char *path = pal_paths_dup_data_file (relative);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;
  PalForm *form = NULL;
  GError *error = NULL;

  bytes = g_file_load_bytes (file, cancellable, NULL, &error);
  if (bytes != NULL)
    form = pal_form_load_translated (bytes, id, preview_form, copy, &error);
  if (form != NULL)
    g_task_return_pointer (task, form, (GDestroyNotify) pal_form_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_translation_preview_async:
 * @catalogue: of a form, as it is now
 * @id: of the form
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * Loads the form that comes with the program, speaking as the catalogue does.
 */
void
pal_translation_preview_async (PalCatalogue *catalogue, const char *id, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_CATALOGUE (catalogue));
  g_return_if_fail (id != NULL && pal_translation_is_id (id));
  g_return_if_fail (pal_catalogue_get_language (catalogue) != NULL);

  task = g_task_new (catalogue, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_translation_preview_async);
  start_with_copy (catalogue, id, task, preview_in_thread);
}

/**
 * pal_translation_preview_finish:
 * @catalogue: of a form
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a form
 */
PalForm *
pal_translation_preview_finish (PalCatalogue *catalogue, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, catalogue), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
