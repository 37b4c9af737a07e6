// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-collate"
#include "config.h"

#include "pal-collate-private.h"

#include "pal-json-check.h"
#include "pal-package-reader.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define PACKAGE_JSON "data/package.json"
#define PACKAGE_MAX_BYTES (4 * 1024 * 1024)
#define INSTANCE_MAX_BYTES (64 * 1024 * 1024)

struct _PalCollation
{
  GPtrArray *trust; /* (owned) (element-type utf8) */
  gboolean accepts_unknown;
  GPtrArray *all;        /* (owned) (element-type PalCollated) */
  GHashTable *by_sha256; /* (owned) (element-type utf8 PalCollated) */
  guint n_replaced;
};

/* Not G_DEFINE_QUARK: clang-format would take the hyphens of the name for minus signs. */
GQuark
pal_collate_error_quark (void)
{
  return g_quark_from_static_string ("pal-collate-error-quark");
}

static void
collated_free (gpointer data)
{
  PalCollated *self = data;

  g_free (self->path);
  g_free (self->sha256);
  g_free (self->id);
  g_free (self->dossier);
  g_free (self->state);
  g_free (self->cluster);
  g_free (self->edition);
  g_free (self->supersedes);
  g_free (self->created);
  g_free (self->cleared_by);
  g_free (self->disclosure);
  g_free (self->languages);
  g_free (self->signer);
  g_free (self->fingerprint);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCollated, collated_free)

/**
 * pal_collation_new:
 * @trust: (element-type utf8): PEM files of signers that are known
 * @accepts_unknown: whether a submission that holds counts although nobody here knows its signer
 *
 * Returns: (transfer full): nothing yet
 */
PalCollation *
pal_collation_new (GPtrArray *trust, gboolean accepts_unknown)
{
  PalCollation *self = g_new0 (PalCollation, 1);

  self->trust = g_ptr_array_ref (trust);
  self->accepts_unknown = accepts_unknown;
  self->all = g_ptr_array_new_with_free_func (collated_free);
  self->by_sha256 = g_hash_table_new (g_str_hash, g_str_equal);

  return self;
}

/**
 * pal_collation_free:
 * @self: (nullable): a collation
 *
 * Frees it.
 */
void
pal_collation_free (PalCollation *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_sha256);
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->trust);
  g_free (self);
}

static gboolean
fail (GError **error, PalCollateError code, const char *message)
{
  g_set_error_literal (error, PAL_COLLATE_ERROR, code, message);

  return FALSE;
}

/* --- package.json: members of the wrong type count as missing --- */

static JsonNode *
get_member (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
append_word (GString *words, const char *key, const char *value)
{
  g_string_append_printf (words, "%s%s%s%s", words->len > 0 ? " " : "", key != NULL ? key : "",
                          key != NULL ? "=" : "", value);
}

static char *
dup_languages (JsonObject *package)
{
  GString *words = g_string_new (NULL);
  JsonArray *array = get_array (package, "languages");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        append_word (words, NULL, json_node_get_string (node));
    }

  return g_string_free (words, FALSE);
}

static char *
dup_disclosure (JsonObject *package)
{
  GString *words = g_string_new (NULL);
  JsonObject *object = get_object (package, "disclosure");
  g_autoptr (GList) names = object != NULL ? json_object_get_members (object) : NULL;

  names = g_list_sort (names, (GCompareFunc) strcmp);
  for (GList *item = names; item != NULL; item = item->next)
    if (get_text (object, item->data) != NULL)
      append_word (words, item->data, get_text (object, item->data));

  return g_string_free (words, FALSE);
}

/* The parser keeps what is returned. */
static JsonObject *
read_package (const char *path, const PalVerification *verification, JsonParser *parser,
              GError **error)
{
  g_autoptr (GBytes) bytes
      = pal_package_read_entry (path, verification, PACKAGE_JSON, PACKAGE_MAX_BYTES, error);
  JsonNode *root = NULL;
  gsize length = 0;
  const char *text;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &length);
  if (length > 0 && pal_json_check (text, length)
      && json_parser_load_from_data (parser, text, length, NULL))
    root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      fail (error, PAL_COLLATE_ERROR_CONTENT, "what says what the package is cannot be read");
      return NULL;
    }

  return json_node_get_object (root);
}

/* --- Records --- */

static gboolean
walk_record (const PalCollated *submission, const PalVerification *verification, JsonNode *node,
             PalCollateAnswerFunc func, gpointer user_data, GError **error)
{
  g_autoptr (GBytes) instance = NULL;
  PalCollateAnswer base = { 0 };
  JsonObject *record;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, PAL_COLLATE_ERROR_CONTENT, "a record that is not described");
  record = json_node_get_object (node);
  base.submission = submission;
  base.record = get_text (record, "id");
  base.form = get_text (record, "form");
  base.version = get_text (record, "version");
  if (get_text (record, "file") == NULL || base.form == NULL)
    return fail (error, PAL_COLLATE_ERROR_CONTENT, "a record that is not described");
  instance = pal_package_read_entry (submission->path, verification, get_text (record, "file"),
                                     INSTANCE_MAX_BYTES, error);

  return instance != NULL && pal_collate_walk (instance, &base, func, user_data, error);
}

static gboolean
walk_records (const PalCollated *submission, const PalVerification *verification,
              JsonObject *package, PalCollateAnswerFunc func, gpointer user_data, GError **error)
{
  JsonArray *records = get_array (package, "records");

  for (guint i = 0; records != NULL && i < json_array_get_length (records); i++)
    if (!walk_record (submission, verification, json_array_get_element (records, i), func,
                      user_data, error))
      return FALSE;

  return TRUE;
}

/* --- Gathering --- */

static PalVerification *
verify (PalCollation *self, const char *path, int *code, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalVerification) verification
      = pal_package_verify (path, self->trust, 0, 0, cancellable);

  *code = verification->code;
  if (verification->code == 0 || (verification->code == 1 && self->accepts_unknown))
    return g_steal_pointer (&verification);
  fail (error, PAL_COLLATE_ERROR_PACKAGE, verification->message);

  return NULL;
}

static gboolean
pass_cb (const PalCollateAnswer *answer, gpointer user_data, GError **error)
{
  return TRUE;
}

/**
 * pal_collation_add:
 * @self: a collation
 * @path: an archive
 * @code: (out): 0 and 1 when it holds, else what is wrong, as for pal_package_verify()
 * @error: return location
 *
 * Verifies an archive and notes what it is. One that is there already is not noted twice. Blocking;
 * any thread.
 *
 * Returns: whether it is a submission that counts; %PAL_COLLATE_ERROR_PACKAGE,
 * %PAL_COLLATE_ERROR_CONTENT, or an error of what reads instances
 */
gboolean
pal_collation_add (PalCollation *self, const char *path, int *code, GError **error)
{
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (PalCollated) one = g_new0 (PalCollated, 1);
  const PalCmsSigner *signer;
  JsonObject *package;

  g_return_val_if_fail (self != NULL && path != NULL && code != NULL, FALSE);

  verification = verify (self, path, code, NULL, error);
  if (verification == NULL)
    return FALSE;
  if (g_hash_table_contains (self->by_sha256, verification->sha256))
    return TRUE;
  if (g_strcmp0 (verification->kind, "submission") != 0)
    return fail (error, PAL_COLLATE_ERROR_CONTENT, "the package is no whole submission");
  package = read_package (path, verification, parser, error);
  if (package == NULL)
    return FALSE;
  if (get_text (package, "id") == NULL || get_text (package, "dossier") == NULL)
    return fail (error, PAL_COLLATE_ERROR_CONTENT, "the package does not say which one it is");

  one->path = g_strdup (path);
  one->sha256 = g_strdup (verification->sha256);
  one->id = g_strdup (get_text (package, "id"));
  one->dossier = g_strdup (get_text (package, "dossier"));
  one->state = g_strdup (get_text (package, "state"));
  one->cluster = g_strdup (get_text (package, "cluster"));
  one->edition = g_strdup (get_text (package, "edition"));
  one->supersedes = g_strdup (get_text (package, "supersedes"));
  one->created = g_strdup (get_text (package, "created"));
  one->cleared_by = g_strdup (get_text (get_object (package, "cleared"), "by"));
  one->disclosure = dup_disclosure (package);
  one->languages = dup_languages (package);
  signer = pal_verification_find_signer (verification);
  one->signer = g_strdup (signer->subject);
  one->fingerprint = g_strdup (signer->fingerprint);
  one->trusted = verification->code == 0;
  /* One that cannot be read is left out now: later it would spoil what others said. */
  if (!walk_records (one, verification, package, pass_cb, NULL, error))
    return FALSE;
  g_hash_table_insert (self->by_sha256, one->sha256, one);
  g_ptr_array_add (self->all, g_steal_pointer (&one));

  return TRUE;
}

static int
compare_collated (gconstpointer a, gconstpointer b)
{
  const PalCollated *first = *(PalCollated *const *) a;
  const PalCollated *second = *(PalCollated *const *) b;
  int order = g_strcmp0 (first->state, second->state);

  if (order == 0)
    order = g_strcmp0 (first->cluster, second->cluster);
  if (order == 0)
    order = g_strcmp0 (first->created, second->created);

  return order != 0 ? order : strcmp (first->sha256, second->sha256);
}

/**
 * pal_collation_list:
 * @self: a collation
 *
 * Leaves out what a later submission of the same dossier replaces, and orders the rest: the same
 * archives give the same list, in whatever order they came.
 *
 * Returns: (transfer container) (element-type PalCollated): by State, cluster and time
 */
GPtrArray *
pal_collation_list (PalCollation *self)
{
  g_autoptr (GHashTable) replaced = g_hash_table_new (NULL, NULL);
  GPtrArray *list = g_ptr_array_new ();

  g_return_val_if_fail (self != NULL, list);

  for (guint i = 0; i < self->all->len; i++)
    {
      PalCollated *later = g_ptr_array_index (self->all, i);
      PalCollated *before = later->supersedes != NULL
                                ? g_hash_table_lookup (self->by_sha256, later->supersedes)
                                : NULL;

      /* A dossier is what a package says of itself: who is unknown takes out nothing of somebody
       * known, and nobody takes one's own out by naming itself. */
      if (before != NULL && before != later && (later->trusted || !before->trusted)
          && strcmp (before->dossier, later->dossier) == 0)
        g_hash_table_add (replaced, before);
    }
  for (guint i = 0; i < self->all->len; i++)
    if (!g_hash_table_contains (replaced, g_ptr_array_index (self->all, i)))
      g_ptr_array_add (list, g_ptr_array_index (self->all, i));
  g_ptr_array_sort (list, compare_collated);
  self->n_replaced = g_hash_table_size (replaced);

  return list;
}

/**
 * pal_collation_get_n_replaced:
 * @self: a collation that was listed
 *
 * Returns: how many submissions later ones replace
 */
guint
pal_collation_get_n_replaced (PalCollation *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_replaced;
}

/* --- Writing --- */

typedef struct
{
  const PalCollateFormat *format;
  gpointer file;
  PalCollated *submission;
} Output;

static gboolean
answer_cb (const PalCollateAnswer *answer, gpointer user_data, GError **error)
{
  Output *output = user_data;

  output->submission->n_answers++;

  return output->format->add_answer (output->file, answer, error);
}

static gboolean
write_submission (PalCollation *self, Output *output, GCancellable *cancellable, GError **error)
{
  int code = 0;
  g_autoptr (PalVerification) verification
      = verify (self, output->submission->path, &code, cancellable, error);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *package;

  if (verification == NULL)
    return FALSE;
  if (strcmp (verification->sha256, output->submission->sha256) != 0)
    return fail (error, PAL_COLLATE_ERROR_PACKAGE, "the package changed meanwhile");
  package = read_package (output->submission->path, verification, parser, error);
  if (package == NULL || !output->format->add_submission (output->file, output->submission, error))
    return FALSE;

  output->submission->n_answers = 0;

  return walk_records (output->submission, verification, package, answer_cb, output, error);
}

/**
 * pal_collation_can_write:
 * @path: a file to be written
 * @for_spreadsheet: whether people will open it in one; only .csv
 * @error: return location
 *
 * Returns: whether its ending is one of those that can be written; %PAL_COLLATE_ERROR_FORMAT
 */
gboolean
pal_collation_can_write (const char *path, gboolean for_spreadsheet, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);

  return pal_collate_find_format (path, for_spreadsheet) != NULL
             ? TRUE
             : fail (error, PAL_COLLATE_ERROR_FORMAT,
                     for_spreadsheet ? "for a spreadsheet, the name of the file has to end in .csv"
                                     : "the name of the file has to end in .csv, .json or .sqlite");
}

/**
 * pal_collation_write:
 * @self: a collation
 * @path: ends in .csv, .json or .sqlite
 * @for_spreadsheet: an apostrophe goes before what a spreadsheet would take for a formula; without,
 *   every answer is there as it was given
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Writes all answers of the submissions that count, one submission after the other, each verified
 * again. The file appears whole or not at all. Blocking; any thread.
 *
 * Returns: whether it is there; %PAL_COLLATE_ERROR_PACKAGE when an archive changed meanwhile,
 * %PAL_COLLATE_ERROR_CONTENT, %PAL_COLLATE_ERROR_FORMAT, errors of the parser, or #GIOErrorEnum
 */
gboolean
pal_collation_write (PalCollation *self, const char *path, gboolean for_spreadsheet,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  Output output = { 0 };
  gboolean ok = TRUE;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  if (!pal_collation_can_write (path, for_spreadsheet, error))
    return FALSE;
  output.format = pal_collate_find_format (path, for_spreadsheet);
  output.file = output.format->open (path, error);
  if (output.file == NULL)
    return FALSE;
  list = pal_collation_list (self);
  for (guint i = 0; i < list->len && ok; i++)
    {
      output.submission = g_ptr_array_index (list, i);
      ok = write_submission (self, &output, cancellable, error);
      if (!ok)
        g_prefix_error (error, "%s: ", output.submission->id);
    }
  ok = ok && !g_cancellable_set_error_if_cancelled (cancellable, error)
       && output.format->commit (output.file, error);
  output.format->free (output.file);

  return ok;
}
