// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translation"
#include "config.h"

#include "pal-translation-private.h"

#include "pal-paths.h"

#include <string.h>

/* What there is to translate, and what there is of it. */

#define TEMPLATE_SUFFIX ".pot"
#define SUFFIX ".po"
#define MAX_LANGUAGE_BYTES 20

G_DEFINE_QUARK (pal_translation_error, pal_translation_error)

/* --- names and places */

gboolean
pal_translation_is_id (const char *id)
{
  const char *c = id;

  while (g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-' || *c == '_')
    c++;

  return c > id && *c == '\0' && c - id < 64;
}

/**
 * pal_translation_is_language:
 * @language: from anywhere
 *
 * Returns: whether it may be the code of a language, and thus part of a file name
 */
gboolean
pal_translation_is_language (const char *language)
{
  gsize primary = 0;

  g_return_val_if_fail (language != NULL, FALSE);

  while (g_ascii_islower (language[primary]))
    primary++;
  if (primary < 2 || primary > 3 || strlen (language) > MAX_LANGUAGE_BYTES)
    return FALSE;
  for (const char *c = language + primary; *c != '\0'; c++)
    if (strchr ("_-@", *c) != NULL ? !g_ascii_isalnum (c[1]) : !g_ascii_isalnum (*c))
      return FALSE;

  return strchr ("_-@", language[primary]) != NULL || language[primary] == '\0';
}

char *
pal_translation_dup_built_in_path (const char *id, const char *language)
{
  g_autofree char *relative = language != NULL
                                  ? g_strconcat ("translations/", id, ".", language, SUFFIX, NULL)
                                  : g_strconcat ("translations/", id, TEMPLATE_SUFFIX, NULL);

  return pal_paths_dup_data_file (relative);
}

static char *
dup_own_path (const char *folder, const char *id, const char *language)
{
  g_autofree char *name = NULL;

  if (!pal_translation_is_id (id) || !pal_translation_is_language (language))
    return NULL;
  name = g_strconcat (language, SUFFIX, NULL);

  return g_build_filename (g_get_user_data_dir (), "palermo", folder, id, name, NULL);
}

/**
 * pal_translation_dup_path:
 * @id: what is translated
 * @language: code
 *
 * Returns: (transfer full) (nullable): where the catalogue lies that is used on this computer;
 * %NULL when there can be none of that name
 */
char *
pal_translation_dup_path (const char *id, const char *language)
{
  return dup_own_path ("translations", id, language);
}

/**
 * pal_translation_dup_draft_path:
 * @id: what is translated
 * @language: code
 *
 * Returns: (transfer full) (nullable): where the catalogue lies that somebody works on
 */
char *
pal_translation_dup_draft_path (const char *id, const char *language)
{
  return dup_own_path ("translation-drafts", id, language);
}

/* Interface first, then the questionnaires and what they have in common. */
static int
compare_ids (gconstpointer a, gconstpointer b)
{
  static const char *const first[]
      = { PAL_TRANSLATION_INTERFACE, "cluster-1", "cluster-2", "cluster-3", "cluster-4",
          PAL_TRANSLATION_SHARED };
  const char *ids[] = { *(const char *const *) a, *(const char *const *) b };
  guint ranks[] = { G_N_ELEMENTS (first), G_N_ELEMENTS (first) };

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    for (guint k = 0; k < 2; k++)
      if (strcmp (ids[k], first[i]) == 0)
        ranks[k] = i;
  if (ranks[0] != ranks[1])
    return (int) ranks[0] - (int) ranks[1];

  return strcmp (ids[0], ids[1]);
}

/* Adds the names in a folder that begin with prefix and end with suffix, without these. */
static void
list_names (GPtrArray *names, const char *folder, const char *prefix, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, suffix)
        && strlen (name) > strlen (prefix) + strlen (suffix))
      {
        const char *start = name + strlen (prefix);
        char *middle = g_strndup (start, strlen (start) - strlen (suffix));

        if (g_ptr_array_find_with_equal_func (names, middle, g_str_equal, NULL))
          g_free (middle);
        else
          g_ptr_array_add (names, middle);
      }
}

/**
 * pal_translation_list_targets:
 *
 * Blocking, short.
 *
 * Returns: (transfer full) (element-type utf8): ids of what can be translated
 */
GPtrArray *
pal_translation_list_targets (void)
{
  g_autofree char *folder = pal_paths_dup_data_file ("translations");
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  list_names (ids, folder, "", TEMPLATE_SUFFIX);
  g_ptr_array_sort (ids, compare_ids);

  return ids;
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * pal_translation_list_languages:
 * @id: what is translated
 *
 * Blocking, short.
 *
 * Returns: (transfer full) (element-type utf8): languages in which there is something, also drafts
 */
GPtrArray *
pal_translation_list_languages (const char *id)
{
  static const char *const own[] = { "translations", "translation-drafts" };
  g_autofree char *folder = pal_paths_dup_data_file ("translations");
  g_autofree char *prefix = g_strconcat (id, ".", NULL);
  GPtrArray *codes = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (id != NULL, codes);

  list_names (codes, folder, prefix, SUFFIX);
  for (guint i = 0; i < G_N_ELEMENTS (own) && pal_translation_is_id (id); i++)
    {
      g_autofree char *place
          = g_build_filename (g_get_user_data_dir (), "palermo", own[i], id, NULL);

      list_names (codes, place, "", SUFFIX);
    }
  for (guint i = 0; i < codes->len;)
    if (pal_translation_is_language (g_ptr_array_index (codes, i)))
      i++;
    else
      g_ptr_array_remove_index (codes, i);
  g_ptr_array_sort (codes, compare_codes);

  return codes;
}

/* --- loading */

PalCatalogue *
pal_translation_load_template (const char *id, GError **error)
{
  g_autofree char *path
      = pal_translation_is_id (id) ? pal_translation_dup_built_in_path (id, NULL) : NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_UNKNOWN,
                   "nothing here that could be translated has this name");
      return NULL;
    }

  return pal_catalogue_load (path, PAL_CATALOGUE_LOAD_TEMPLATE, error);
}

PalCatalogue *
pal_translation_load_built_in (const char *id, const char *language, GError **error)
{
  g_autofree char *path = pal_translation_dup_built_in_path (id, language);

  return g_file_test (path, G_FILE_TEST_EXISTS)
             ? pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DRAFT, error)
             : NULL;
}

/* Adds the catalogue of a file, if there is one. */
static gboolean
add_source (GPtrArray *sources, const char *path, GError **error)
{
  PalCatalogue *catalogue;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  catalogue = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DRAFT, error);
  if (catalogue != NULL)
    g_ptr_array_add (sources, catalogue);

  return catalogue != NULL;
}

static gboolean
check_language (const char *language, GError **error)
{
  if (pal_translation_is_language (language))
    return TRUE;
  g_set_error (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_UNKNOWN,
               "no language has such a code");

  return FALSE;
}

/**
 * pal_translation_load:
 * @id: what is translated
 * @language: code
 * @with_draft: whether what somebody works on goes before what is used
 * @error: return location
 *
 * Loads all texts of something in a language. Blocking (0.2 s).
 *
 * Returns: (transfer full) (nullable): a catalogue; %PAL_TRANSLATION_ERROR_UNKNOWN, what is wrong
 *   with one of the files
 */
PalCatalogue *
pal_translation_load (const char *id, const char *language, gboolean with_draft, GError **error)
{
  g_autoptr (PalCatalogue) template = NULL;
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *built_in = NULL;
  g_autofree char *own = NULL;
  g_autofree char *draft = NULL;

  g_return_val_if_fail (id != NULL && language != NULL, NULL);

  template = pal_translation_load_template (id, error);
  if (template == NULL || !check_language (language, error))
    return NULL;
  built_in = pal_translation_dup_built_in_path (id, language);
  own = pal_translation_dup_path (id, language);
  draft = pal_translation_dup_draft_path (id, language);
  if (!add_source (sources, built_in, error) || !add_source (sources, own, error)
      || (with_draft && !add_source (sources, draft, error)))
    return NULL;

  return pal_catalogue_new_merged (template, language, sources, error);
}

/* --- a file from elsewhere */

gboolean
pal_translation_check_target (PalCatalogue *catalogue, const char *id, const char *language,
                              GError **error)
{
  g_autoptr (PalCatalogue) template = pal_translation_load_template (id, error);

  return template != NULL && check_language (language, error)
         && pal_catalogue_check_language (catalogue, language, error)
         && pal_catalogue_check_fits (catalogue, template, error);
}

PalCatalogue *
pal_translation_check (PalCatalogue *catalogue, const char *id, const char *language,
                       GError **error)
{
  g_autofree char *name = g_strconcat (id, ".", language, SUFFIX, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PalCatalogue) copy = NULL;

  if (!pal_translation_check_target (catalogue, id, language, error))
    return NULL;
  bytes = pal_catalogue_write (catalogue, error);
  if (bytes != NULL)
    copy = pal_catalogue_new_from_bytes (bytes, name, PAL_CATALOGUE_LOAD_DEFAULT, error);

  return g_steal_pointer (&copy);
}

/**
 * pal_translation_open:
 * @path: a PO file from anywhere
 * @id: what it should be of
 * @language: and in which language
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): a catalogue; %PAL_CATALOGUE_ERROR with its line,
 *   %PAL_TRANSLATION_ERROR_UNKNOWN
 */
PalCatalogue *
pal_translation_open (const char *path, const char *id, const char *language, GError **error)
{
  g_autoptr (PalCatalogue) catalogue = NULL;

  g_return_val_if_fail (path != NULL && id != NULL && language != NULL, NULL);

  catalogue = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DEFAULT, error);
  if (catalogue == NULL || !pal_translation_check_target (catalogue, id, language, error))
    return NULL;

  return g_steal_pointer (&catalogue);
}

/**
 * pal_translation_find_target:
 * @catalogue: a catalogue
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): the id of what it is of: where most of its texts are known;
 *   %PAL_TRANSLATION_ERROR_UNKNOWN
 */
char *
pal_translation_find_target (PalCatalogue *catalogue, GError **error)
{
  g_autoptr (GPtrArray) targets = pal_translation_list_targets ();
  char *best = NULL;
  guint n_best = 0;

  for (guint i = 0; i < targets->len; i++)
    {
      const char *id = g_ptr_array_index (targets, i);
      g_autoptr (PalCatalogue) template = NULL;
      guint n;

      if (pal_catalogue_is_interface (catalogue) != (strcmp (id, PAL_TRANSLATION_INTERFACE) == 0))
        continue;
      template = pal_translation_load_template (id, NULL);
      n = template != NULL ? pal_catalogue_count_known (catalogue, template) : 0;
      if (n > n_best)
        {
          n_best = n;
          g_free (best);
          best = g_strdup (id);
        }
    }
  if (best == NULL)
    g_set_error (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_UNKNOWN,
                 "these are texts of nothing here");

  return best;
}

/**
 * pal_translation_check_fits:
 * @catalogue: a catalogue
 * @id: what it should be of
 * @error: return location
 *
 * Blocking.
 *
 * Returns: whether it is; %PAL_CATALOGUE_ERROR_OTHER, %PAL_TRANSLATION_ERROR_UNKNOWN
 */
gboolean
pal_translation_check_fits (PalCatalogue *catalogue, const char *id, GError **error)
{
  const char *language = pal_catalogue_get_language (catalogue);

  return pal_translation_check_target (catalogue, id, language != NULL ? language : "", error);
}

/* --- both in a thread */

typedef struct
{
  char *path; /* (nullable): of a file from elsewhere */
  char *id;
  char *language;
  gboolean with_draft;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->path);
  g_free (loading->id);
  g_free (loading->language);
  g_free (loading);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Loading *loading = task_data;
  GError *error = NULL;
  PalCatalogue *catalogue
      = loading->path != NULL
            ? pal_translation_open (loading->path, loading->id, loading->language, &error)
            : pal_translation_load (loading->id, loading->language, loading->with_draft, &error);

  if (catalogue != NULL)
    g_task_return_pointer (task, catalogue, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
start_loading (const char *path, const char *id, const char *language, gboolean with_draft,
               GTask *task)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->path = g_strdup (path);
  loading->id = g_strdup (id);
  loading->language = g_strdup (language);
  loading->with_draft = with_draft;
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_translation_load_async:
 * @id: what is translated
 * @language: code
 * @with_draft: whether what somebody works on goes before what is used
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_load() in a thread.
 */
void
pal_translation_load_async (const char *id, const char *language, gboolean with_draft,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (id != NULL && language != NULL);

  g_task_set_source_tag (task, pal_translation_load_async);
  start_loading (NULL, id, language, with_draft, task);
}

/**
 * pal_translation_load_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a catalogue
 */
PalCatalogue *
pal_translation_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pal_translation_open_async:
 * @path: a PO file from anywhere
 * @id: what it should be of
 * @language: and in which language
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_open() in a thread.
 */
void
pal_translation_open_async (const char *path, const char *id, const char *language,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (path != NULL && id != NULL && language != NULL);

  g_task_set_source_tag (task, pal_translation_open_async);
  start_loading (path, id, language, FALSE, task);
}

/**
 * pal_translation_open_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a catalogue
 */
PalCatalogue *
pal_translation_open_finish (GAsyncResult *result, GError **error)
{
  return pal_translation_load_finish (result, error);
}
