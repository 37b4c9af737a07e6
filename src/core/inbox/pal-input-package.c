// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input"
#include "config.h"

#include "pal-input-private.h"

#include "pal-outline.h"
#include "pal-package-writer.h"

#include <string.h>

/* What an organization hands over. It is made whole, read as the inbox reads it, and shown from
 * that reading: what a person sees before saving is what arrives. */

#define AUTHOR "/input/card/author/"
#define DIGEST_CHARACTERS 12

G_DEFINE_TYPE (PalInputPackage, pal_input_package, G_TYPE_OBJECT)

static void
line_free (gpointer data)
{
  PalInputLine *line = data;

  g_free (line->path);
  g_free (line->page);
  g_free (line->label);
  g_free (line->text);
  g_free (line);
}

static void
file_free (gpointer data)
{
  PalInputFile *file = data;

  g_free (file->name);
  g_free (file->title);
  g_free (file->attachment);
  g_free (file->path);
  g_free (file);
}

static void
open_free (gpointer data)
{
  PalInputOpen *open = data;

  g_free (open->path);
  g_free (open->label);
  g_free (open);
}

static void
pal_input_package_finalize (GObject *object)
{
  PalInputPackage *self = PAL_INPUT_PACKAGE (object);

  g_clear_object (&self->dossier);
  g_clear_object (&self->response);
  g_clear_pointer (&self->form, pal_form_unref);
  g_clear_pointer (&self->input, pal_kit_input_free);
  g_clear_pointer (&self->instance, g_bytes_unref);
  g_ptr_array_unref (self->contents);
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->open);
  g_free (self->record);
  g_free (self->language);
  G_OBJECT_CLASS (pal_input_package_parent_class)->finalize (object);
}

static void
pal_input_package_class_init (PalInputPackageClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pal_input_package_finalize;
}

static void
pal_input_package_init (PalInputPackage *self)
{
  self->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_kit_file_free);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->open = g_ptr_array_new_with_free_func (open_free);
}

/* --- the record */

static PalRecordInfo *
find_record (GPtrArray *infos, const char *record, GError **error)
{
  for (guint i = 0; i < infos->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (infos, i);

      if (record == NULL || strcmp (info->id, record) == 0)
        return info;
    }
  g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_NONE, "no input in the dossier");

  return NULL;
}

static gboolean
load_record (PalInputPackage *self, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (self->dossier, PAL_INPUT_FORM, error);
  const PalRecordInfo *info = infos != NULL ? find_record (infos, self->record, error) : NULL;
  g_autoptr (GPtrArray) heads = NULL;
  const char *match;

  if (info == NULL)
    return FALSE;
  self->form = pal_dossier_load_form (self->dossier, info->form_id, info->form_version, error);
  heads = self->form != NULL ? pal_dossier_read_heads (self->dossier, info->id, error) : NULL;
  if (heads == NULL)
    return FALSE;
  self->response = pal_response_restore_begin (self->form);
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      /* What the form does not know cannot be seen there, and stays here. */
      if (head->kind == PAL_CHANGE_ROW_ADDED)
        pal_response_restore_row (self->response, head->node);
      else
        pal_response_restore_value (self->response, head->node, head->value);
    }
  match = self->language != NULL ? pal_form_match_language (self->form, self->language) : NULL;
  if (match != NULL)
    pal_response_set_language (self->response, match);

  return pal_response_restore_end (self->response, error);
}

const char *
pal_input_package_get_answer (PalInputPackage *self, const char *path)
{
  PalNode *node = pal_response_find (self->response, path);

  return node != NULL && pal_response_get_state (self->response, node)->relevant
             ? pal_response_get_value (self->response, node)
             : "";
}

/* --- all nodes that count */

typedef gboolean (*Visit) (PalInputPackage *self, PalNode *node, PalFormNode *definition,
                           GError **error);

/* visit: may set the value of the node, and change no rows. */
static gboolean
walk (PalInputPackage *self, PalNode *parent, Visit visit, GError **error)
{
  for (PalNode *child = parent->first_child; child != NULL; child = child->next)
    {
      PalFormNode *definition = child->kind == PAL_NODE_ELEMENT && !child->is_template
                                    ? pal_response_get_definition (self->response, child)
                                    : NULL;

      if (definition == NULL || !pal_response_get_state (self->response, child)->relevant)
        continue;
      if (definition->children != NULL && definition->children->len > 0)
        {
          if (!walk (self, child, visit, error))
            return FALSE;
        }
      else if (!visit (self, child, definition, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
walk_all (PalInputPackage *self, Visit visit, GError **error)
{
  return walk (self, pal_response_get_root (self->response), visit, error);
}

/* --- attachments */

/* The name that a file has on somebody's computer can name somebody: who stays unknown hands over
 * its digest and what kind of file it is, and no more. */
static char *
dup_neutral_name (const char *name)
{
  const char *dot = strrchr (name, '.');
  gboolean is_plain = dot != NULL && dot[1] != '\0' && strlen (dot) <= 6;
  g_autofree char *digest = g_strndup (name, MIN (strlen (name), DIGEST_CHARACTERS));

  for (const char *c = dot; is_plain && *++c != '\0';)
    is_plain = g_ascii_isalnum (*c);

  return g_strconcat (digest, is_plain ? dot : "", NULL);
}

static gboolean
has_content (PalInputPackage *self, const char *name)
{
  for (guint i = 0; i < self->contents->len; i++)
    if (strcmp (((PalKitFile *) g_ptr_array_index (self->contents, i))->name, name) == 0)
      return TRUE;

  return FALSE;
}

static gsize
count_bytes (PalInputPackage *self)
{
  gsize n_bytes = 0;

  for (guint i = 0; i < self->contents->len; i++)
    n_bytes += g_bytes_get_size (((PalKitFile *) g_ptr_array_index (self->contents, i))->bytes);

  return n_bytes;
}

static gboolean
add_content (PalInputPackage *self, PalNode *node, const char *attachment, const char *name,
             GError **error)
{
  gsize spare = PAL_INBOX_MAX_PACKAGE_BYTES - count_bytes (self);
  PalInputFile *file = g_new0 (PalInputFile, 1);
  g_autofree char *digest = NULL;
  PalKitFile *content;
  GBytes *bytes;

  file->name = g_strdup (name);
  file->attachment = g_strdup (attachment);
  file->path = pal_response_dup_path (self->response, node);
  g_ptr_array_add (self->files, file);
  if (!pal_dossier_get_attachment_info (self->dossier, attachment, &file->size_bytes, &digest,
                                        &file->title, error))
    return FALSE;
  if (self->contents->len >= PAL_KIT_MAX_FILES || (guint64) file->size_bytes > spare)
    {
      g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_LIMIT,
                   "the attachments are more than an inbox takes");
      return FALSE;
    }
  bytes = pal_dossier_read_attachment_bytes (self->dossier, attachment, spare, NULL, error);
  if (bytes == NULL)
    return FALSE;
  content = g_new0 (PalKitFile, 1);
  content->name = g_strdup (name);
  content->bytes = bytes;
  content->is_intact = TRUE;
  g_ptr_array_add (self->contents, content);

  return TRUE;
}

static gboolean
visit_attachment (PalInputPackage *self, PalNode *node, PalFormNode *definition, GError **error)
{
  g_autofree char *attachment = g_strdup (pal_response_get_value (self->response, node));
  g_autofree char *name = NULL;

  if (definition->type != PAL_TYPE_BINARY || *attachment == '\0')
    return TRUE;
  name = self->is_anonymous ? dup_neutral_name (attachment) : pal_package_map_name (attachment);
  if (strcmp (name, attachment) != 0 && !pal_response_set_value (self->response, node, name, error))
    return FALSE;

  return has_content (self, name) || add_content (self, node, attachment, name, error);
}

/* --- what is missing */

static char *
dup_label (PalInputPackage *self, PalNode *node, PalFormNode *definition)
{
  char *label = pal_response_dup_text (self->response, definition->control, node, PAL_TEXT_LABEL);

  return label != NULL ? label : g_strdup (definition->local);
}

static gboolean
visit_open (PalInputPackage *self, PalNode *node, PalFormNode *definition, GError **error)
{
  PalViolation violation = pal_response_get_state (self->response, node)->violation;
  PalInputOpen *open;

  (void) error;
  if (definition->control == NULL || violation == PAL_VIOLATION_NONE)
    return TRUE;
  open = g_new0 (PalInputOpen, 1);
  open->path = pal_response_dup_path (self->response, node);
  open->label = dup_label (self, node, definition);
  open->is_required = violation == PAL_VIOLATION_REQUIRED;
  g_ptr_array_add (self->open, open);

  return TRUE;
}

/* --- what it says */

static gboolean
is_identifying (const char *path)
{
  static const char *const begins[]
      = { AUTHOR "organization", AUTHOR "person", AUTHOR "contact", AUTHOR "partner[" };

  for (guint i = 0; i < G_N_ELEMENTS (begins); i++)
    if (g_str_has_prefix (path, begins[i]))
      return TRUE;

  return FALSE;
}

static char *
dup_page (PalInputPackage *self, PalOutline *outline, const PalFormNode *node)
{
  const PalOutlinePage *page
      = node->control != NULL ? pal_outline_find_page (outline, node->control) : NULL;

  return page != NULL && page->control != NULL
             ? pal_response_dup_text (self->response, page->control, NULL, PAL_TEXT_LABEL)
             : NULL;
}

static void
add_lines (PalInputPackage *self)
{
  g_autoptr (PalOutline) outline = pal_outline_new (self->form);
  g_autoptr (GHashTable) choices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  PalInboxReading reading = { 0 };

  reading.response = self->response;
  reading.choices = choices;
  for (guint i = 0; i < self->input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (self->input->values, i);
      PalInputLine *line = g_new0 (PalInputLine, 1);

      line->path = g_strdup (value->path);
      line->page = dup_page (self, outline, value->node);
      line->label = pal_inbox_dup_label (&reading, value);
      line->text = pal_inbox_dup_words (&reading, value);
      line->identifies = is_identifying (value->path);
      g_ptr_array_add (self->lines, line);
    }
}

static gboolean
look (PalInputPackage *self, GCancellable *cancellable, GError **error)
{
  if (!load_record (self, error))
    return FALSE;
  self->is_anonymous
      = strcmp (pal_input_package_get_answer (self, AUTHOR "naming"), "anonymous") == 0;
  if (!walk_all (self, visit_attachment, error) || !walk_all (self, visit_open, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  self->instance = pal_response_serialise (self->response);
  self->input = pal_kit_read_with (self->instance, NULL, self->contents, self->form, error);
  if (self->input == NULL)
    return FALSE;
  add_lines (self);

  return TRUE;
}

static PalInputPackage *
prepare (PalDossier *dossier, const char *record, const char *language)
{
  PalInputPackage *self = g_object_new (PAL_TYPE_INPUT_PACKAGE, NULL);

  self->dossier = g_object_ref (dossier);
  self->record = g_strdup (record);
  self->language = g_strdup (language);

  return self;
}

/**
 * pal_input_package_new:
 * @dossier: a dossier
 * @record: (nullable): id of an input; %NULL: the first one
 * @language: (nullable): code of the language of questions and choices
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Looks at what would be handed over. Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable): that; %PAL_INPUT_ERROR_NONE or _LIMIT, and errors of the
 *   dossier
 */
PalInputPackage *
pal_input_package_new (PalDossier *dossier, const char *record, const char *language,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (PalInputPackage) self = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  self = prepare (dossier, record, language);

  return look (self, cancellable, error) ? g_steal_pointer (&self) : NULL;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalInputPackage *self = task_data;
  GError *error = NULL;

  (void) source;
  if (look (self, cancellable, &error))
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_input_package_new_async:
 * @dossier: a dossier
 * @record: (nullable): id of an input; %NULL: the first one
 * @language: (nullable): code of the language of questions and choices
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_input_package_new().
 */
void
pal_input_package_new_async (PalDossier *dossier, const char *record, const char *language,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_input_package_new_async);
  g_task_set_task_data (task, prepare (dossier, record, language), g_object_unref);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_input_package_new_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what would be handed over
 */
PalInputPackage *
pal_input_package_new_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pal_input_package_get_lines:
 * @self: what would be handed over
 *
 * Returns: (transfer none) (element-type PalInputLine): every answer in it, in order
 */
GPtrArray *
pal_input_package_get_lines (PalInputPackage *self)
{
  return self->lines;
}

/**
 * pal_input_package_get_files:
 * @self: what would be handed over
 *
 * Returns: (transfer none) (element-type PalInputFile): every attachment in it
 */
GPtrArray *
pal_input_package_get_files (PalInputPackage *self)
{
  return self->files;
}

/**
 * pal_input_package_get_open:
 * @self: what would be handed over
 *
 * Returns: (transfer none) (element-type PalInputOpen): what keeps it from being handed over
 */
GPtrArray *
pal_input_package_get_open (PalInputPackage *self)
{
  return self->open;
}

/**
 * pal_input_package_is_anonymous:
 * @self: what would be handed over
 *
 * Returns: whether its author stays unknown
 */
gboolean
pal_input_package_is_anonymous (PalInputPackage *self)
{
  return self->is_anonymous;
}

/**
 * pal_input_package_get_organization:
 * @self: what would be handed over
 *
 * Returns: (transfer none) (nullable): the name that is in it
 */
const char *
pal_input_package_get_organization (PalInputPackage *self)
{
  const char *name = pal_input_package_get_answer (self, AUTHOR "organization");

  return *name != '\0' ? name : NULL;
}
