// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translation"
#include "config.h"

#include "pal-translation-private.h"

#include "pal-digest.h"
#include "pal-json-check.h"
#include "pal-paths.h"
#include "pal-publish.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Packages with translations that came from somebody. */

#define MAX_PACKAGE_BYTES (64 * 1024 * 1024)
#define MAX_JSON_BYTES (1024 * 1024)
#define MAX_ITEMS 200
#define QUARANTINE "quarantine/translations"
#define SUFFIX ".asice"

static void
item_free (gpointer data)
{
  PalTranslationItem *item = data;

  g_free (item->id);
  g_free (item->language);
  g_free (item->file);
  g_clear_object (&item->catalogue);
  g_free (item);
}

/**
 * pal_translation_package_free:
 * @self: (transfer full): a package
 */
void
pal_translation_package_free (PalTranslationPackage *self)
{
  g_free (self->id);
  g_free (self->from);
  g_free (self->created);
  g_ptr_array_unref (self->items);
  g_free (self->signer);
  g_free (self->fingerprint);
  g_free (self->file);
  g_clear_pointer (&self->verification, pal_verification_free);
  g_clear_pointer (&self->before, pal_translation_before_free);
  g_free (self);
}

/* --- what is in it */

static gboolean
fail_content (GError **error, const char *why)
{
  g_set_error (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_CONTENT,
               "the package is not what it should be: %s", why);

  return FALSE;
}

/* (nullable): borrowed from the object */
static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
is_listed (PalTranslationPackage *self, const char *file)
{
  for (guint i = 0; i < self->verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (self->verification->entries, i);

      if (strcmp (entry->name, file) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
read_item (PalTranslationPackage *self, JsonObject *object, GError **error)
{
  const char *id = get_text (object, "id");
  const char *language = get_text (object, "language");
  const char *file = get_text (object, "file");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PalCatalogue) catalogue = NULL;
  g_autoptr (PalCatalogue) now = NULL;
  PalTranslationItem *item;

  if (id == NULL || language == NULL || file == NULL || !g_str_has_prefix (file, "data/")
      || !pal_translation_is_id (id) || !pal_translation_is_language (language))
    return fail_content (error, "a catalogue that does not say what it is of");
  if (!is_listed (self, file))
    return fail_content (error, "a catalogue is missing");
  /* A larger one is told by its reader. */
  bytes = pal_package_read_entry (self->file, self->verification, file, PAL_CATALOGUE_MAX_BYTES,
                                  error);
  if (bytes == NULL)
    return FALSE;
  catalogue = pal_catalogue_new_from_bytes (bytes, file, PAL_CATALOGUE_LOAD_DEFAULT, error);
  if (catalogue == NULL || !pal_translation_check_target (catalogue, id, language, error))
    return FALSE;
  now = pal_translation_load (id, language, FALSE, error);
  if (now == NULL)
    return FALSE;

  item = g_new0 (PalTranslationItem, 1);
  item->id = g_strdup (id);
  item->language = g_strdup (language);
  item->file = g_strdup (file);
  item->coverage = pal_catalogue_get_coverage (catalogue, NULL);
  item->n_different = pal_catalogue_count_different (now, catalogue);
  item->catalogue = g_steal_pointer (&catalogue);
  g_ptr_array_add (self->items, item);

  return TRUE;
}

static gboolean
read_content (PalTranslationPackage *self, GBytes *bytes, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  JsonObject *object;
  JsonNode *node;
  JsonArray *array;

  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return fail_content (error, "package.json is no object");
  object = json_node_get_object (json_parser_get_root (parser));
  self->id = g_strdup (get_text (object, "id"));
  self->from = g_strdup (get_text (object, "from"));
  self->created = g_strdup (get_text (object, "created"));
  node = json_object_get_member (object, "catalogues");
  array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  if (self->id == NULL || array == NULL || json_array_get_length (array) == 0
      || json_array_get_length (array) > MAX_ITEMS)
    return fail_content (error, "it names no catalogues, or too many");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_OBJECT (element))
        return fail_content (error, "a catalogue that is no object");
      if (!read_item (self, json_node_get_object (element), error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
look (PalTranslationPackage *self, GPtrArray *trust, GError **error)
{
  const PalCmsSigner *signer;
  g_autoptr (GBytes) json = NULL;

  self->verification = pal_package_verify (self->file, trust, 0, MAX_PACKAGE_BYTES, NULL);
  if (self->verification->code > 1)
    return pal_verification_set_error (self->verification, error);
  if (g_strcmp0 (self->verification->kind, "translation") != 0)
    {
      g_set_error (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_KIND,
                   "a package of the kind \"%s\", not a translation",
                   self->verification->kind != NULL ? self->verification->kind : "");
      return FALSE;
    }
  signer = pal_verification_find_signer (self->verification);
  if (signer != NULL)
    {
      self->signer = g_strdup (signer->common_name);
      self->fingerprint = g_strdup (signer->fingerprint);
      self->is_known = signer->trusted || pal_translation_is_signer (signer->fingerprint);
    }
  json = pal_package_read_entry (self->file, self->verification, "data/package.json",
                                 MAX_JSON_BYTES, error);

  return json != NULL && read_content (self, json, error);
}

/**
 * pal_translation_package_look:
 * @path: a file from anywhere
 * @trust: (nullable) (element-type utf8): paths of PEM files with trusted certificates
 * @error: return location
 *
 * Verifies a package and reads all its catalogues; one that is not in order refuses it as a whole.
 * Blocking.
 *
 * Returns: (transfer full) (nullable): the package; errors of packages, #PalTranslationError,
 *   #PalCatalogueError
 */
PalTranslationPackage *
pal_translation_package_look (const char *path, GPtrArray *trust, GError **error)
{
  g_autoptr (PalTranslationPackage) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (PalTranslationPackage, 1);
  self->file = g_strdup (path);
  self->items = g_ptr_array_new_with_free_func (item_free);
  if (!look (self, trust, error))
    return NULL;

  return g_steal_pointer (&self);
}

typedef struct
{
  char *path;
  GPtrArray *trust; /* (nullable) */
} Looking;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  g_free (looking->path);
  g_clear_pointer (&looking->trust, g_ptr_array_unref);
  g_free (looking);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Looking *looking = task_data;
  GError *error = NULL;
  PalTranslationPackage *self
      = pal_translation_package_look (looking->path, looking->trust, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify) pal_translation_package_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_translation_package_look_async:
 * @path: a file from anywhere
 * @trust: (nullable) (element-type utf8): paths of PEM files; must not change any more
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_package_look() in a thread.
 */
void
pal_translation_package_look_async (const char *path, GPtrArray *trust, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Looking *looking;

  g_return_if_fail (path != NULL);

  looking = g_new0 (Looking, 1);
  looking->path = g_strdup (path);
  looking->trust = trust != NULL ? g_ptr_array_ref (trust) : NULL;
  g_task_set_source_tag (task, pal_translation_package_look_async);
  g_task_set_task_data (task, looking, looking_free);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_translation_package_look_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the package
 */
PalTranslationPackage *
pal_translation_package_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what waits */

static char *
dup_waiting_path (PalTranslationPackage *self)
{
  g_autofree char *folder = pal_paths_dup_state_dir (QUARANTINE);
  g_autofree char *name = g_strconcat (self->verification->sha256, SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

/**
 * pal_translation_package_keep:
 * @self: a package
 * @error: return location
 *
 * Keeps a copy that waits, once, until a person uses or refuses it. Blocking.
 *
 * Returns: whether it waits
 */
gboolean
pal_translation_package_keep (PalTranslationPackage *self, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  path = dup_waiting_path (self);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  file = g_file_new_for_path (self->file);
  bytes = g_file_load_bytes (file, NULL, NULL, error);

  return bytes != NULL && pal_publish_bytes (path, bytes, error);
}

static void
keep_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_translation_package_keep (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_translation_package_keep_async:
 * @self: a package; nobody else touches it until the callback
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_package_keep() in a thread.
 */
void
pal_translation_package_keep_async (PalTranslationPackage *self, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_return_if_fail (self != NULL);

  g_task_set_source_tag (task, pal_translation_package_keep_async);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, keep_in_thread);
}

/**
 * pal_translation_package_keep_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: whether it waits
 */
gboolean
pal_translation_package_keep_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * pal_translation_list_waiting:
 *
 * Blocking, short.
 *
 * Returns: (transfer full) (element-type utf8): paths of packages of which nobody here knows the
 *   signer, and nobody has decided
 */
GPtrArray *
pal_translation_list_waiting (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "palermo", QUARANTINE, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_texts);

  return paths;
}

/**
 * pal_translation_refuse:
 * @path: one of pal_translation_list_waiting()
 * @error: return location
 *
 * Throws away a package that waits. Blocking, short.
 *
 * Returns: whether it is gone
 */
gboolean
pal_translation_refuse (const char *path, GError **error)
{
  g_autoptr (GPtrArray) waiting = pal_translation_list_waiting ();

  g_return_val_if_fail (path != NULL, FALSE);

  if (!g_ptr_array_find_with_equal_func (waiting, path, g_str_equal, NULL))
    return TRUE;
  if (g_unlink (path) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "a package that waits cannot be removed");

  return FALSE;
}

/* --- use */

static gboolean
use_all (PalTranslationPackage *self, PalTranslationBefore *before, GError **error)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < self->items->len; i++)
    {
      PalTranslationItem *item = g_ptr_array_index (self->items, i);

      ok = pal_translation_before_add (before, item->id, item->language, error)
           && pal_translation_use (item->catalogue, item->id, error);
    }
  if (ok && !self->is_known && self->fingerprint != NULL)
    {
      pal_translation_before_add_signer (before, self->fingerprint);
      ok = pal_translation_remember_signer (self->fingerprint,
                                            self->signer != NULL ? self->signer : "", error);
    }
  if (!ok && !pal_translation_restore (before, NULL))
    g_warning ("a part of a package with translations is used");

  return ok;
}

/**
 * pal_translation_package_use:
 * @self: a package
 * @accept_unknown: a person said that the signer is right
 * @error: return location
 *
 * Uses all its catalogues on this computer, or none. Who is accepted so is known from now on.
 * Blocking.
 *
 * Returns: whether they are used; %PAL_TRANSLATION_ERROR_SIGNER when it waits now for a decision
 */
gboolean
pal_translation_package_use (PalTranslationPackage *self, gboolean accept_unknown, GError **error)
{
  g_autofree char *waiting = NULL;
  g_autoptr (PalTranslationBefore) before = pal_translation_before_new ();

  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->is_known && !accept_unknown)
    {
      if (pal_translation_package_keep (self, error))
        g_set_error (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_SIGNER,
                     "signed by somebody who is not known here; it waits for a decision");
      return FALSE;
    }
  waiting = dup_waiting_path (self);
  if (!pal_translation_before_add_waiting (before, waiting, error)
      || !use_all (self, before, error))
    return FALSE;
  if (!pal_translation_refuse (waiting, error))
    return FALSE;
  g_clear_pointer (&self->before, pal_translation_before_free);
  self->before = g_steal_pointer (&before);

  return TRUE;
}

static void
use_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  gboolean accept = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (task), "accept"));
  GError *error = NULL;

  if (pal_translation_package_use (task_data, accept, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_translation_package_use_async:
 * @self: a package; nobody else touches it until the callback
 * @accept_unknown: a person said that the signer is right
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_package_use() in a thread.
 */
void
pal_translation_package_use_async (PalTranslationPackage *self, gboolean accept_unknown,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (self != NULL);

  g_object_set_data (G_OBJECT (task), "accept", GINT_TO_POINTER (accept_unknown));
  g_task_set_source_tag (task, pal_translation_package_use_async);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, use_in_thread);
}

/**
 * pal_translation_package_use_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: whether its catalogues are used
 */
gboolean
pal_translation_package_use_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
