// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-submission"
#include "config.h"

#include "pal-submission-private.h"

#include "pal-digest.h"
#include "pal-package-writer.h"
#include "pal-protected.h"

#include <string.h>

/* What a submission would hold: the forms, the records as OpenRosa instances, their attachments;
 * and what somebody should know before it goes. */

/* How the work was shared out and cleared is nobody else's business; and what a review is about, or
 * found, is no answer to its questionnaire. */
static const char *const own_forms[]
    = { "assignment", "ready",       "clearance",    "edition", "thread",
        "withdrawal", "arrival",     "statement",    "country", "pledge",
        "feedback",   "action-plan", "observations", "summary", NULL };

/* What answers say in another language: each goes with its answer, or stays with it. */
#define TWIN_FORM "answer-translation"

typedef struct
{
  PalSubmission *submission; /* (unowned) */
  GHashTable *forms;         /* (owned) (element-type utf8 PalForm): by id and version */
  GHashTable *names;         /* (owned) (element-type utf8): folded, taken already */
  GHashTable *attachments;   /* (owned) (element-type utf8 PalSubmissionFile): by attachment */
  char *today;               /* (owned): ISO 8601 */
  GHashTable *answers; /* (owned) (nullable) (element-type utf8 PalSubmissionFile): by record and
                        * node, what goes with each record; NULL when nobody asks */
} Look;

/* --- Files --- */

/* A name below folder that no other file has, also where case does not count. */
static char *
dup_free_name (Look *look, const char *folder, const char *wanted)
{
  g_autofree char *mapped = pal_package_map_name (wanted);
  const char *dot = strrchr (mapped, '.');
  g_autofree char *stem = dot != NULL ? g_strndup (mapped, dot - mapped) : g_strdup (mapped);

  for (guint number = 1;; number++)
    {
      g_autofree char *name = number == 1 ? g_strdup_printf ("data/%s/%s", folder, mapped)
                                          : g_strdup_printf ("data/%s/%s-%u%s", folder, stem,
                                                             number, dot != NULL ? dot : "");
      g_autofree char *folded = g_utf8_casefold (name, -1);

      if (g_hash_table_add (look->names, g_steal_pointer (&folded)))
        return g_steal_pointer (&name);
    }
}

static PalSource *
add_file (Look *look, PalSourceKind kind, char *name, const char *title, gint64 size,
          gboolean restricted)
{
  PalSubmissionFile *file = g_new0 (PalSubmissionFile, 1);
  PalSource *source = g_new0 (PalSource, 1);

  file->name = name;
  file->title = g_strdup (title);
  file->size = size;
  file->restricted = restricted;
  file->included = !restricted;
  source->file = file;
  source->kind = kind;
  g_ptr_array_add (look->submission->files, file);
  g_ptr_array_add (look->submission->sources, source);

  return source;
}

static void
set_bytes (PalSource *source, GBytes *bytes)
{
  source->bytes = g_bytes_ref (bytes);
  source->sha256 = pal_digest_bytes_hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  source->file->size = g_bytes_get_size (bytes);
}

/* They stay here unless somebody says otherwise for each. */
static gboolean
is_restricted_form (const char *form_id)
{
  return pal_protected_is_form (form_id) || strcmp (form_id, "comment") == 0;
}

static char *
dup_form_title (Look *look, PalForm *form)
{
  const char *language = look->submission->language;

  return pal_form_dup_title (form,
                             language != NULL ? pal_form_match_language (form, language) : NULL);
}

static PalForm *
find_form (Look *look, const char *id, const char *version, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s\t%s", id, version);
  g_autofree char *wanted = NULL;
  g_autofree char *title = NULL;
  PalForm *form = g_hash_table_lookup (look->forms, key);
  PalSource *source;

  if (form != NULL)
    return form;
  form = pal_dossier_load_form (look->submission->dossier, id, version, error);
  if (form == NULL)
    return NULL;
  g_hash_table_insert (look->forms, g_steal_pointer (&key), form);

  wanted = *version != '\0' ? g_strdup_printf ("%s-%s.xml", id, version)
                            : g_strdup_printf ("%s.xml", id);
  title = dup_form_title (look, form);
  source = add_file (look, PAL_SOURCE_FORM, dup_free_name (look, "forms", wanted), title, -1,
                     is_restricted_form (id));
  source->id = g_strdup (id);
  source->version = g_strdup (version);
  set_bytes (source, pal_form_get_source (form));

  return form;
}

/* (nullable): the name of a form's file */
static const char *
find_form_file (Look *look, const char *id, const char *version)
{
  GPtrArray *sources = look->submission->sources;

  for (guint i = 0; i < sources->len; i++)
    {
      const PalSource *source = g_ptr_array_index (sources, i);

      if (source->kind == PAL_SOURCE_FORM && strcmp (source->id, id) == 0
          && strcmp (source->version, version) == 0)
        return source->file->name;
    }

  return NULL;
}

static gboolean
add_attachment (Look *look, const char *attachment, gboolean restricted, GError **error)
{
  PalSubmissionFile *known = g_hash_table_lookup (look->attachments, attachment);
  PalSource *source;
  g_autofree char *sha256 = NULL;
  g_autofree char *original = NULL;
  gint64 size = 0;

  if (known != NULL)
    {
      /* The questionnaire needs it too. */
      if (!restricted && known->restricted)
        {
          known->restricted = FALSE;
          known->included = TRUE;
        }
      return TRUE;
    }
  if (!pal_dossier_get_attachment_info (look->submission->dossier, attachment, &size, &sha256,
                                        &original, error))
    return FALSE;
  source = add_file (look, PAL_SOURCE_ATTACHMENT, dup_free_name (look, "attachments", attachment),
                     original, size, restricted);
  source->id = g_strdup (attachment);
  source->sha256 = g_steal_pointer (&sha256);
  g_hash_table_insert (look->attachments, source->id, source->file);

  return TRUE;
}

/* --- One record --- */

typedef struct
{
  Look *look;
  PalResponse *response;
  const char *record;
  PalSubmissionFile *file;
  gboolean restricted;
} Walk;

static void
add_point (Walk *walk, PalOpenKind kind, const char *path)
{
  PalOpenPoint *point = g_new0 (PalOpenPoint, 1);

  point->kind = kind;
  point->record = g_strdup (walk->record);
  point->node = g_strdup (path);
  g_ptr_array_add (walk->look->submission->points, point);
  if (kind != PAL_OPEN_ORPHAN)
    g_ptr_array_add (walk->look->submission->open_nodes, g_strdup (path));
}

/* An attachment that is not in the dossier is an answer that does not fit, and no reason to stop.
 */
static gboolean
look_at_attachment (Walk *walk, PalNode *node, const char *attachment, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *path = NULL;

  if (add_attachment (walk->look, attachment, walk->restricted, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  path = pal_response_dup_path (walk->response, node);
  add_point (walk, PAL_OPEN_VIOLATED, path);

  return TRUE;
}

static char *
dup_answer_key (const char *record, const char *node)
{
  return g_strdup_printf ("%s\t%s", record, node);
}

static void
note_answer (Walk *walk, PalNode *node)
{
  g_autofree char *path = pal_response_dup_path (walk->response, node);

  g_hash_table_insert (walk->look->answers, dup_answer_key (walk->record, path), walk->file);
}

static gboolean
look_at_leaf (Walk *walk, PalNode *node, PalFormNode *definition, GError **error)
{
  const char *value = pal_response_get_value (walk->response, node);
  const PalNodeState *state = pal_response_get_state (walk->response, node);
  g_autofree char *path = NULL;

  if (definition->type == PAL_TYPE_BINARY && state->relevant && *value != '\0'
      && !look_at_attachment (walk, node, value, error))
    return FALSE;
  if (walk->look->answers != NULL && state->relevant && *value != '\0')
    note_answer (walk, node);
  if (definition->control == NULL || walk->restricted)
    return TRUE;

  path = pal_response_dup_path (walk->response, node);
  if (!state->relevant)
    {
      if (*value != '\0' && !state->readonly)
        add_point (walk, PAL_OPEN_IRRELEVANT, path);
    }
  else if (state->violation == PAL_VIOLATION_REQUIRED)
    add_point (walk, PAL_OPEN_REQUIRED, path);
  else if (state->violation == PAL_VIOLATION_CONSTRAINT)
    add_point (walk, PAL_OPEN_VIOLATED, path);

  return TRUE;
}

static gboolean
look_below (Walk *walk, PalNode *node, GError **error)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalFormNode *definition;

      if (child->kind != PAL_NODE_ELEMENT || child->is_template)
        continue;
      definition = pal_response_get_definition (walk->response, child);
      if (definition == NULL)
        continue;
      if (definition->children == NULL || definition->children->len == 0)
        {
          if (!look_at_leaf (walk, child, definition, error))
            return FALSE;
        }
      else if (!look_below (walk, child, error))
        return FALSE;
    }

  return TRUE;
}

static PalResponse *
restore (Walk *walk, PalForm *form, GError **error)
{
  g_autoptr (PalResponse) response = pal_response_restore_begin (form);
  g_autoptr (GPtrArray) heads
      = pal_dossier_read_heads (walk->look->submission->dossier, walk->record, error);

  if (heads == NULL)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);
      gboolean is_known = change->kind == PAL_CHANGE_ROW_ADDED
                              ? pal_response_restore_row (response, change->node)
                              : pal_response_restore_value (response, change->node, change->value);

      if (!is_known && change->value != NULL && *change->value != '\0' && !walk->restricted)
        add_point (walk, PAL_OPEN_ORPHAN, change->node);
    }
  if (!pal_response_restore_end (response, error))
    return NULL;

  return g_steal_pointer (&response);
}

/* --- What package.json says about the whole --- */

static const char *
get_answer (PalResponse *response, const char *below_root)
{
  g_autofree char *path
      = g_strdup_printf ("/%s/%s", pal_response_get_root (response)->local, below_root);
  PalNode *node = pal_response_find (response, path);

  return node != NULL && pal_response_get_state (response, node)->relevant
             ? pal_response_get_value (response, node)
             : "";
}

static void
read_disclosure (PalSubmission *self, PalResponse *response)
{
  g_autofree char *path
      = g_strdup_printf ("/%s/general/disclosure", pal_response_get_root (response)->local);
  PalNode *group = pal_response_find (response, path);

  for (PalNode *child = group != NULL ? group->first_child : NULL; child != NULL;
       child = child->next)
    {
      const char *value;

      if (child->kind != PAL_NODE_ELEMENT || pal_response_get_definition (response, child) == NULL
          || !pal_response_get_state (response, child)->relevant)
        continue;
      value = pal_response_get_value (response, child);
      if (*value != '\0')
        g_hash_table_insert (self->disclosure, g_strdup (child->local), g_strdup (value));
    }
}

static void
read_general_part (PalSubmission *self, PalForm *form, PalResponse *response)
{
  GPtrArray *nodes = pal_form_get_nodes (form);
  const char *state_name = get_answer (response, "general/state/name");
  const char *languages = get_answer (response, "general/state/languages");

  if (*state_name != '\0' && self->state_name == NULL)
    self->state_name = g_strdup (state_name);
  if (*languages != '\0' && self->languages == NULL)
    self->languages = g_strsplit (languages, " ", -1);
  for (guint i = 0; i < nodes->len && self->cluster == NULL; i++)
    self->cluster = g_strdup (((PalFormNode *) g_ptr_array_index (nodes, i))->cluster);
  read_disclosure (self, response);
}

/* What the record calls itself; NULL when nobody has named it. */
static char *
dup_record_name (PalResponse *response, PalForm *form)
{
  static const char *const leaves[] = { "title", "name" };
  GPtrArray *nodes = pal_form_get_nodes (form);

  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    for (guint j = 0; j < nodes->len; j++)
      {
        PalFormNode *definition = g_ptr_array_index (nodes, j);
        PalNode *node;

        if (strcmp (definition->local, leaves[i]) != 0 || definition->control == NULL
            || definition->is_repeat)
          continue;
        node = pal_response_find_definition (response, definition, NULL);
        if (node != NULL && *pal_response_get_value (response, node) != '\0')
          return g_strdup (pal_response_get_value (response, node));
      }

  return NULL;
}

static gboolean
is_twin (const PalRecordInfo *info)
{
  return strcmp (info->form_id, TWIN_FORM) == 0;
}

/* (nullable): the file of the answer that a twin translates; NULL when that answer stays here */
static PalSubmissionFile *
find_original (Look *look, PalResponse *twin)
{
  PalNode *record = pal_response_find (twin, "/" TWIN_FORM "/record");
  PalNode *node = pal_response_find (twin, "/" TWIN_FORM "/node");
  g_autofree char *key = NULL;

  if (record == NULL || node == NULL)
    return NULL;
  key = dup_answer_key (pal_response_get_value (twin, record), pal_response_get_value (twin, node));

  return g_hash_table_lookup (look->answers, key);
}

static gboolean
look_at_record (Look *look, const PalRecordInfo *info, GError **error)
{
  Walk walk = { 0 };
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GBytes) instance = NULL;
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_held_free);
  g_autofree char *title = NULL;
  g_autofree char *wanted = g_strdup_printf ("%s.xml", info->id);
  PalForm *form = find_form (look, info->form_id, info->form_version, error);
  PalSubmissionFile *original = NULL;
  PalSource *source;

  if (form == NULL)
    return FALSE;
  walk.look = look;
  walk.record = info->id;
  walk.restricted = is_restricted_form (info->form_id);
  response = restore (&walk, form, error);
  if (response == NULL)
    return FALSE;
  walk.response = response;
  if (is_twin (info))
    {
      original = find_original (look, response);
      if (original == NULL)
        return TRUE;
      walk.restricted = original->restricted;
    }
  if (walk.restricted && pal_protected_judge (response, look->today) != PAL_STAY_NOT)
    {
      look->submission->n_kept++;
      return TRUE;
    }
  if (walk.restricted && !pal_protected_strip (response, held, error))
    return FALSE;

  instance = pal_response_serialise (response);
  title = dup_form_title (look, form);
  source = add_file (look, PAL_SOURCE_INSTANCE, dup_free_name (look, "instances", wanted), title,
                     -1, walk.restricted);
  source->file->record_name = walk.restricted ? dup_record_name (response, form) : NULL;
  source->held = g_steal_pointer (&held);
  walk.file = source->file;
  if (original != NULL)
    {
      source->file->with = g_strdup (original->name);
      source->file->included = TRUE; /* wherever its answer goes */
    }
  source->id = g_strdup (info->id);
  source->file->needs = g_strdup (find_form_file (look, info->form_id, info->form_version));
  source->form_id = g_strdup (info->form_id);
  source->version = g_strdup (info->form_version);
  source->changed_us = info->changed_us;
  set_bytes (source, instance);
  if (!walk.restricted)
    read_general_part (look->submission, form, response);

  return look_below (&walk, pal_response_get_root (response), error);
}

/* The archive that this one takes the place of: the last that arrived. */
static gboolean
look_at_deliveries (PalSubmission *self, GError **error)
{
  g_autoptr (GPtrArray) deliveries = pal_dossier_list_deliveries (self->dossier, error);

  if (deliveries == NULL)
    return FALSE;
  for (guint i = 0; i < deliveries->len && self->supersedes == NULL; i++)
    {
      const PalDeliveryRecord *delivery = g_ptr_array_index (deliveries, i);

      if (g_strcmp0 (delivery->state, "accepted") == 0)
        self->supersedes = g_strdup (delivery->archive_sha256);
    }

  return TRUE;
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  const PalSource *first = *(PalSource *const *) a;
  const PalSource *second = *(PalSource *const *) b;

  if (first->file->restricted != second->file->restricted)
    return first->file->restricted ? 1 : -1;
  if (first->kind != second->kind)
    return (int) first->kind - (int) second->kind;

  return strcmp (first->file->name, second->file->name);
}

/* What goes comes first, what stays here last; the two arrays keep one order. */
static void
sort_files (PalSubmission *self)
{
  g_ptr_array_sort (self->sources, compare_files);
  g_ptr_array_set_free_func (self->files, NULL);
  g_ptr_array_set_size (self->files, 0);
  g_ptr_array_set_free_func (self->files, (GDestroyNotify) pal_submission_file_free);
  for (guint i = 0; i < self->sources->len; i++)
    g_ptr_array_add (self->files, ((PalSource *) g_ptr_array_index (self->sources, i))->file);
}

/* Twins come after the records that they translate: those say which answers go. */
static gboolean
look_at_records (Look *look, GPtrArray *records, gboolean twins, GCancellable *cancellable,
                 GError **error)
{
  for (guint i = 0; i < records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (is_twin (info) == twins && !g_strv_contains (own_forms, info->form_id)
          && !look_at_record (look, info, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
pal_submission_look (PalSubmission *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (self->dossier, NULL, error);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  Look look = { 0 };
  gboolean ok = records != NULL;

  look.submission = self;
  look.today = g_date_time_format (now, "%Y-%m-%d");
  look.forms
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_form_unref);
  look.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  look.attachments = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; ok && look.answers == NULL && i < records->len; i++)
    if (is_twin (g_ptr_array_index (records, i)))
      look.answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ok = ok && look_at_records (&look, records, FALSE, cancellable, error)
       && look_at_records (&look, records, TRUE, cancellable, error);
  g_free (look.today);
  g_hash_table_unref (look.forms);
  g_hash_table_unref (look.names);
  g_hash_table_unref (look.attachments);
  g_clear_pointer (&look.answers, g_hash_table_unref);
  if (!ok || !look_at_deliveries (self, error))
    return FALSE;
  sort_files (self);

  return TRUE;
}
