// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout"
#include "config.h"

#include "pal-handout-private.h"

#include "pal-cms-seal.h"
#include "pal-digest.h"
#include "pal-json-check.h"
#include "pal-package-writer.h"
#include "pal-paths.h"
#include "pal-publish.h"

#include <glib/gstdio.h>
#include <string.h>

/* What sections and returns have in common: looking at a package that came, and what is in it. */

#define JSON_MAX_BYTES (8 * 1024 * 1024)
#define FORM_MAX_BYTES (64 * 1024 * 1024)
#define NAME_DIGITS 12 /* of the digest, before an attachment's name */

G_DEFINE_QUARK (pal_handout_error, pal_handout_error)

/* --- paths */

gboolean
pal_handout_is_questionnaire (const char *form_id)
{
  return g_str_has_prefix (form_id, "cluster-");
}

gboolean
pal_handout_is_below (const char *path, const char *prefix)
{
  while (*prefix != '\0')
    {
      if (*path == '[' && *prefix != '[')
        {
          path = strchr (path, ']');
          if (path == NULL)
            return FALSE;
          path++;
          continue;
        }
      if (*path++ != *prefix++)
        return FALSE;
    }

  return *path == '\0' || *path == '/' || *path == '[';
}

gboolean
pal_handout_is_in (const char *path, const char *const *prefixes)
{
  for (guint i = 0; prefixes[i] != NULL; i++)
    if (pal_handout_is_below (path, prefixes[i]))
      return TRUE;

  return FALSE;
}

/* --- a working dossier */

/**
 * pal_handout_dup_section:
 * @dossier: a dossier
 *
 * Returns: (transfer full) (nullable): paths of the pages that were handed out in it; %NULL when it
 *   is no working dossier
 */
GStrv
pal_handout_dup_section (PalDossier *dossier)
{
  g_autofree char *section = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  section = pal_dossier_get_meta (dossier, PAL_HANDOUT_META_SECTION);

  return section != NULL ? g_strsplit (section, "\n", -1) : NULL;
}

static gboolean
is_same_root (const char *node, const char *page)
{
  gsize length = strcspn (page + 1, "/") + 1;

  return strncmp (node, page, length) == 0 && (node[length] == '/' || node[length] == '\0');
}

/**
 * pal_handout_may_edit:
 * @dossier: a dossier
 * @node: path of a node, with row ids
 *
 * In a working dossier only the pages that were handed out may be edited, and records of its own:
 * consultations, comments. Any thread.
 *
 * Returns: whether the node may be edited here
 */
gboolean
pal_handout_may_edit (PalDossier *dossier, const char *node)
{
  g_auto (GStrv) section = pal_handout_dup_section (dossier);
  g_autofree char *root = NULL;

  g_return_val_if_fail (node != NULL && *node == '/', FALSE);

  if (section == NULL || pal_handout_is_in (node, (const char *const *) section))
    return TRUE;
  for (guint i = 0; section[i] != NULL; i++)
    if (is_same_root (node, section[i]))
      return FALSE;

  root = g_strndup (node + 1, strcspn (node + 1, "/["));

  return !pal_assignment_is_form (root);
}

/* --- a package that came */

PalHandoutPage *
pal_handout_page_new (const char *path, const char *title)
{
  PalHandoutPage *page = g_new0 (PalHandoutPage, 1);

  page->path = g_strdup (path);
  page->title = g_strdup (title);

  return page;
}

void
pal_handout_page_free (PalHandoutPage *page)
{
  g_free (page->path);
  g_free (page->title);
  g_free (page);
}

/**
 * pal_handout_free:
 * @self: (nullable) (transfer full): a package
 *
 * Frees it, and removes what was unpacked.
 */
void
pal_handout_free (PalHandout *self)
{
  if (self == NULL)
    return;

  if (self->folder != NULL)
    pal_handout_remove_folder (self->folder, self->lock_fd);
  g_free (self->kind);
  g_free (self->id);
  g_free (self->hand_out);
  g_free (self->dossier);
  g_free (self->title);
  g_free (self->person);
  g_free (self->from);
  g_free (self->created);
  g_free (self->due);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_pointer (&self->verification, pal_verification_free);
  g_clear_pointer (&self->forms, g_ptr_array_unref);
  g_clear_pointer (&self->report, pal_merge_report_free);
  g_free (self->file);
  g_free (self->folder);
  g_free (self->opened);
  g_clear_pointer ((JsonNode **) &self->content, json_node_unref);
  g_free (self);
}

static gboolean
fail_content (GError **error, const char *why)
{
  g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_CONTENT,
               "the package is not what it should be: %s", why);

  return FALSE;
}

const char *
pal_handout_get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* (nullable): an array of objects */
JsonArray *
pal_handout_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (!JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, i)))
      return NULL;

  return array;
}

/* The unpacked file of that name; NULL when the package does not list it. */
char *
pal_handout_dup_file (PalHandout *self, const char *name)
{
  for (guint i = 0; name != NULL && i < self->verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (self->verification->entries, i);

      if (strcmp (entry->name, name) == 0 && g_str_has_prefix (name, "data/"))
        return g_build_filename (self->folder, "content", name, NULL);
    }

  return NULL;
}

static gboolean
parse_content (PalHandout *self, GBytes *bytes, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length = 0;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return fail_content (error, "package.json is no object");
  self->content = json_node_ref (json_parser_get_root (parser));

  return TRUE;
}

static gboolean
read_content (PalHandout *self, GError **error)
{
  const struct
  {
    const char *name;
    char **place;
    gboolean is_needed;
  } texts[] = { { "kind", &self->kind, TRUE },        { "id", &self->id, TRUE },
                { "handOut", &self->hand_out, TRUE }, { "dossier", &self->dossier, TRUE },
                { "title", &self->title, FALSE },     { "person", &self->person, TRUE },
                { "from", &self->from, FALSE },       { "created", &self->created, FALSE },
                { "due", &self->due, FALSE } };
  JsonObject *object = json_node_get_object (self->content);
  JsonArray *pages = pal_handout_get_array (object, "pages");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      *texts[i].place = g_strdup (pal_handout_get_text (object, texts[i].name));
      if (texts[i].is_needed && (*texts[i].place == NULL || **texts[i].place == '\0'))
        return fail_content (error, "package.json does not say all that it has to");
    }
  for (guint i = 0; pages != NULL && i < json_array_get_length (pages); i++)
    {
      JsonObject *page = json_array_get_object_element (pages, i);
      const char *path = pal_handout_get_text (page, "path");

      if (path == NULL || *path != '/' || strchr (path, '\n') != NULL)
        return fail_content (error, "a page without a path");
      g_ptr_array_add (self->pages,
                       pal_handout_page_new (path, pal_handout_get_text (page, "title")));
    }
  if (self->pages->len == 0)
    return fail_content (error, "it names no pages");

  return TRUE;
}

static gboolean
decrypt (PalHandout *self, PalIdentity *identity, GCancellable *cancellable, GError **error)
{
  if (!pal_cms_is_sealed (self->file))
    return TRUE;
  self->is_encrypted = TRUE;
  if (identity == NULL)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_RECIPIENT,
                   "it is encrypted, and there is no key to open it");
      return FALSE;
    }
  self->opened = g_build_filename (self->folder, "opened.asice", NULL);

  return pal_cms_open_file (self->file, self->opened, identity, cancellable, error);
}

static void
choose_signer (PalHandout *self)
{
  const PalCmsSigner *signer = pal_verification_find_signer (self->verification);

  if (signer == NULL)
    return;
  self->signer = signer->common_name;
  self->fingerprint = signer->fingerprint;
  self->is_known = signer->trusted;
}

static gboolean
look (PalHandout *self, PalIdentity *identity, GPtrArray *trust, GCancellable *cancellable,
      GError **error)
{
  g_autofree char *content = NULL;
  g_autoptr (GBytes) json = NULL;
  const char *package;

  self->folder = pal_handout_make_folder (&self->lock_fd, error);
  if (self->folder == NULL)
    return FALSE;
  if (!decrypt (self, identity, cancellable, error))
    return FALSE;

  package = self->opened != NULL ? self->opened : self->file;
  self->verification = pal_package_verify (package, trust, 0, 0, cancellable);
  if (self->verification->code > 1)
    return pal_verification_set_error (self->verification, error);
  if (g_strcmp0 (self->verification->kind, "section") != 0
      && g_strcmp0 (self->verification->kind, "return") != 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_KIND,
                   "a package of the kind \"%s\", neither a section nor a return",
                   self->verification->kind != NULL ? self->verification->kind : "");
      return FALSE;
    }
  choose_signer (self);
  json = pal_package_read_entry (package, self->verification, "data/package.json", JSON_MAX_BYTES,
                                 error);
  if (json == NULL || !parse_content (self, json, error) || !read_content (self, error))
    return FALSE;

  content = g_build_filename (self->folder, "content", NULL);

  return pal_package_extract (package, self->verification, content, cancellable, error);
}

/**
 * pal_handout_look:
 * @path: a file from anywhere
 * @identity: (nullable): whose key opens it, if it is encrypted
 * @trust: (nullable) (element-type utf8): paths of PEM files with trusted certificates
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Looks at a section or a return: decrypts and verifies it, and unpacks it into a private folder
 * that goes with pal_handout_free(). What is used later is what was verified here. Blocking.
 *
 * Returns: (transfer full) (nullable): the package; errors of signing, packages, and
 *   #PalHandoutError
 */
PalHandout *
pal_handout_look (const char *path, PalIdentity *identity, GPtrArray *trust,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (PalHandout) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (identity == NULL || PAL_IS_IDENTITY (identity), NULL);

  self = g_new0 (PalHandout, 1);
  self->file = g_strdup (path);
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_handout_page_free);
  if (!look (self, identity, trust, cancellable, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- what is in it */

GInputStream *
pal_handout_open_log (PalHandout *self, GError **error)
{
  g_autofree char *path = pal_handout_dup_file (self, PAL_HANDOUT_LOG);
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  if (file == NULL)
    {
      fail_content (error, "it has no log");
      return NULL;
    }

  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static gboolean
is_used (PalHandout *self, const char *form_id, const char *version)
{
  JsonArray *records = pal_handout_get_array (json_node_get_object (self->content), "records");

  for (guint i = 0; records != NULL && i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      if (g_strcmp0 (pal_handout_get_text (record, "form"), form_id) == 0
          && g_strcmp0 (pal_handout_get_text (record, "version"), version) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
bring_form (PalHandout *self, PalDossier *dossier, JsonObject *entry, GError **error)
{
  g_autofree char *path = pal_handout_dup_file (self, pal_handout_get_text (entry, "file"));
  g_autoptr (PalForm) form = NULL;
  GError *local = NULL;

  if (path == NULL)
    return fail_content (error, "a form is missing");
  form = pal_form_load_file (path, error);
  if (form == NULL)
    return FALSE;
  if (g_strcmp0 (pal_form_get_id (form), pal_handout_get_text (entry, "id")) != 0
      || g_strcmp0 (pal_form_get_version (form), pal_handout_get_text (entry, "version")) != 0)
    return fail_content (error, "a form is another than it says");
  if (pal_dossier_add_form (dossier, form, &local))
    return TRUE;
  if (g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS))
    {
      g_clear_error (&local);
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_FORM,
                   "version %s of the form %s has other questions here",
                   pal_form_get_version (form), pal_form_get_id (form));
      return FALSE;
    }
  g_propagate_error (error, local);

  return FALSE;
}

/* only_used: those of its records only */
gboolean
pal_handout_bring_forms (PalHandout *self, PalDossier *dossier, gboolean only_used, GError **error)
{
  JsonArray *forms = pal_handout_get_array (json_node_get_object (self->content), "forms");

  for (guint i = 0; forms != NULL && i < json_array_get_length (forms); i++)
    {
      JsonObject *entry = json_array_get_object_element (forms, i);

      if (only_used
          && !is_used (self, pal_handout_get_text (entry, "id"),
                       pal_handout_get_text (entry, "version")))
        continue;
      if (!bring_form (self, dossier, entry, error))
        return FALSE;
    }

  return TRUE;
}

/* name: as the file shall be called while it is attached. Returns the name that it got. */
static char *
attach_as (PalHandout *self, PalDossier *dossier, const char *file, const char *name,
           GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "attach", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *taken = NULL;

  if (g_mkdir_with_parents (folder, 0700) == 0 && g_rename (file, path) == 0)
    {
      taken = pal_dossier_attach_file (dossier, path, cancellable, error);
      g_rename (path, file);
    }
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "an attachment cannot be taken out");

  return taken;
}

static gboolean
is_file_name (const char *name)
{
  return name != NULL && *name != '\0' && strlen (name) < 250 && strchr (name, '/') == NULL
         && strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

/* The dossier names an attachment by its content; the package's word for it does not count. */
static gboolean
bring_attachment (PalHandout *self, PalDossier *dossier, JsonObject *entry,
                  GCancellable *cancellable, GError **error)
{
  g_autofree char *file = pal_handout_dup_file (self, pal_handout_get_text (entry, "file"));
  const char *id = pal_handout_get_text (entry, "id");
  const char *original = pal_handout_get_text (entry, "name");
  g_autofree char *taken = NULL;

  if (file == NULL || id == NULL || strlen (id) < NAME_DIGITS + 2 || id[NAME_DIGITS] != '-'
      || !is_file_name (id))
    return fail_content (error, "an attachment is missing");
  if (pal_dossier_get_attachment_size (dossier, id, NULL) >= 0)
    return TRUE;
  if (is_file_name (original))
    taken = attach_as (self, dossier, file, original, cancellable, error);
  else
    taken = attach_as (self, dossier, file, id + NAME_DIGITS + 1, cancellable, error);
  if (taken != NULL && strcmp (taken, id) != 0 && is_file_name (original))
    {
      g_free (taken);
      taken = attach_as (self, dossier, file, id + NAME_DIGITS + 1, cancellable, error);
    }
  if (taken == NULL)
    return FALSE;

  return strcmp (taken, id) == 0 || fail_content (error, "an attachment is another than it says");
}

gboolean
pal_handout_bring_attachments (PalHandout *self, PalDossier *dossier, GCancellable *cancellable,
                               GError **error)
{
  JsonArray *attachments
      = pal_handout_get_array (json_node_get_object (self->content), "attachments");

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    if (!bring_attachment (self, dossier, json_array_get_object_element (attachments, i),
                           cancellable, error))
      return FALSE;

  return TRUE;
}

/* --- quarantine */

static char *
dup_quarantine (PalDossier *dossier)
{
  g_autofree char *below = g_build_filename ("quarantine", pal_dossier_get_id (dossier), NULL);

  return pal_paths_dup_state_dir (below);
}

/**
 * pal_handout_quarantine:
 * @self: a package
 * @dossier: for which it came
 * @error: return location
 *
 * Keeps a copy of the file, as it came, apart from everything else until somebody decides. Doing it
 * again changes nothing. Blocking.
 *
 * Returns: (transfer full) (nullable): where it lies
 */
char *
pal_handout_quarantine (PalHandout *self, PalDossier *dossier, GError **error)
{
  g_autofree char *folder = dup_quarantine (dossier);
  g_autofree char *sha256 = pal_digest_file_hex (self->file, NULL, NULL, error);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) from = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (PalPublish) publish = NULL;
  char buffer[64 * 1024];
  gssize n;

  if (sha256 == NULL)
    return NULL;
  name = g_strconcat (sha256, self->is_encrypted ? ".asice" PAL_CMS_SEAL_SUFFIX : ".asice", NULL);
  path = g_build_filename (folder, name, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);

  from = g_file_new_for_path (self->file);
  stream = g_file_read (from, NULL, error);
  publish = stream != NULL ? pal_publish_begin (path, error) : NULL;
  if (publish == NULL)
    return NULL;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), buffer, sizeof buffer, NULL, error))
         > 0)
    if (!pal_publish_write (publish, buffer, n, error))
      return NULL;
  if (n < 0 || !pal_publish_commit (publish, error))
    return NULL;

  return g_steal_pointer (&path);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * pal_handout_list_quarantine:
 * @dossier: a dossier
 *
 * Returns: (transfer full) (element-type utf8): paths of the packages that wait for a decision
 */
GPtrArray *
pal_handout_list_quarantine (PalDossier *dossier)
{
  g_autofree char *folder = dup_quarantine (dossier);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".asice") || g_str_has_suffix (name, PAL_CMS_SEAL_SUFFIX))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_texts);

  return paths;
}
