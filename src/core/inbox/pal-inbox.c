// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-cells.h"
#include "pal-paths.h"

#include <string.h>

/* What is there, read in one pass over the heads of its records. */

G_DEFINE_QUARK (pal - inbox - error - quark, pal_inbox_error)

/**
 * pal_inbox_state_to_string:
 * @state: what was decided
 *
 * Returns: (transfer none): a word for programs, as it is kept
 */
const char *
pal_inbox_state_to_string (PalInboxState state)
{
  switch (state)
    {
    case PAL_INBOX_WAITING:
      return "waiting";
    case PAL_INBOX_TAKEN:
      return "taken";
    case PAL_INBOX_DECLINED:
      return "declined";
    case PAL_INBOX_N_STATES:
      break;
    }
  g_return_val_if_reached ("");
}

/**
 * pal_inbox_signature_to_string:
 * @signature: who signed
 *
 * Returns: (transfer none): a word for programs
 */
const char *
pal_inbox_signature_to_string (PalInboxSignature signature)
{
  switch (signature)
    {
    case PAL_INBOX_UNSIGNED:
      return "unsigned";
    case PAL_INBOX_SIGNED:
      return "signed";
    case PAL_INBOX_SIGNED_KNOWN:
      return "signed-known";
    case PAL_INBOX_N_SIGNATURES:
      break;
    }
  g_return_val_if_reached ("");
}

/**
 * pal_inbox_item_free:
 * @item: (nullable) (transfer full): an arrival
 */
void
pal_inbox_item_free (PalInboxItem *item)
{
  if (item == NULL)
    return;

  g_free (item->id);
  g_free (item->name);
  g_free (item->kind);
  g_free (item->attachment);
  g_free (item->sha256);
  g_free (item->fingerprint);
  g_free (item->signer);
  g_free (item->title);
  g_free (item->from);
  g_free (item->type);
  g_free (item->state_name);
  g_free (item->instance);
  g_strfreev (item->articles);
  g_free (item->received_by);
  g_free (item->decided_by);
  g_free (item->why);
  g_free (item->record);
  g_ptr_array_unref (item->beside);
  g_free (item->taken);
  g_free (item);
}

/* --- reading the records */

typedef enum
{
  FIELD_TEXT,
  FIELD_LIST,
  FIELD_COUNT,
  FIELD_SIZE,
  FIELD_YES,
  FIELD_SIGNATURE,
  FIELD_STATE
} FieldType;

static const struct
{
  const char *leaf;
  FieldType type;
  gsize offset;
} fields[] = {
  { "name", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, name) },
  { "kind", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, kind) },
  { "file", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, attachment) },
  { "sha256", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, sha256) },
  { "size", FIELD_SIZE, G_STRUCT_OFFSET (PalInboxItem, size_bytes) },
  { "signature", FIELD_SIGNATURE, G_STRUCT_OFFSET (PalInboxItem, signature) },
  { "fingerprint", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, fingerprint) },
  { "signer", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, signer) },
  { "title", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, title) },
  { "from", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, from) },
  { "type", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, type) },
  { "state_name", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, state_name) },
  { "instance", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, instance) },
  { "articles", FIELD_LIST, G_STRUCT_OFFSET (PalInboxItem, articles) },
  { "points", FIELD_COUNT, G_STRUCT_OFFSET (PalInboxItem, n_points) },
  { "files", FIELD_COUNT, G_STRUCT_OFFSET (PalInboxItem, n_files) },
  { "remarks", FIELD_COUNT, G_STRUCT_OFFSET (PalInboxItem, n_remarks) },
  { "other_dossier", FIELD_YES, G_STRUCT_OFFSET (PalInboxItem, is_other_dossier) },
  { "state", FIELD_STATE, G_STRUCT_OFFSET (PalInboxItem, state) },
  { "why", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, why) },
  { "record", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, record) },
  { "taken", FIELD_TEXT, G_STRUCT_OFFSET (PalInboxItem, taken) },
};

static guint64
read_number (const char *value, guint64 most)
{
  guint64 number = 0;

  return g_ascii_string_to_unsigned (value, 10, 0, most, &number, NULL) ? number : 0;
}

static void
set_field (PalInboxItem *item, guint which, const char *value)
{
  gpointer member = G_STRUCT_MEMBER_P (item, fields[which].offset);

  switch (fields[which].type)
    {
    case FIELD_TEXT:
      g_free (*(char **) member);
      *(char **) member = *value != '\0' ? g_strdup (value) : NULL;
      return;
    case FIELD_LIST:
      g_strfreev (*(GStrv *) member);
      *(GStrv *) member = *value != '\0' ? g_strsplit (value, " ", -1) : NULL;
      return;
    case FIELD_COUNT:
      *(guint *) member = read_number (value, G_MAXUINT);
      return;
    case FIELD_SIZE:
      *(gint64 *) member = read_number (value, G_MAXINT64);
      return;
    case FIELD_YES:
      *(gboolean *) member = strcmp (value, "yes") == 0;
      return;
    case FIELD_SIGNATURE:
      *(PalInboxSignature *) member
          = strcmp (value, "signed") == 0 ? PAL_INBOX_SIGNED : PAL_INBOX_UNSIGNED;
      return;
    case FIELD_STATE:
      *(PalInboxState *) member = PAL_INBOX_WAITING;
      for (guint i = 0; i < PAL_INBOX_N_STATES; i++)
        if (strcmp (value, pal_inbox_state_to_string (i)) == 0)
          *(PalInboxState *) member = i;
      return;
    }
}

static void
read_cell (const PalCell *cell, gpointer user_data)
{
  GPtrArray *items = user_data;
  PalInboxItem *item = items->len > 0 ? g_ptr_array_index (items, items->len - 1) : NULL;
  const char *leaf;

  if (item == NULL || strcmp (item->id, cell->record) != 0)
    {
      item = g_new0 (PalInboxItem, 1);
      item->id = g_strdup (cell->record);
      item->beside = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (items, item);
    }
  if (!g_str_has_prefix (cell->node, "/" PAL_ARRIVAL_FORM "/"))
    return;
  if (g_str_has_prefix (cell->node, PAL_INBOX_BESIDE) && g_str_has_suffix (cell->node, "/file")
      && *cell->value != '\0')
    g_ptr_array_add (item->beside, g_strdup (cell->value));
  leaf = cell->node + strlen ("/" PAL_ARRIVAL_FORM "/");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].leaf, leaf) == 0)
      set_field (item, i, cell->value);
  if (strcmp (leaf, "file") == 0)
    {
      item->received_us = cell->clock_us;
      g_free (item->received_by);
      item->received_by = g_strdup (cell->author);
    }
  else if (strcmp (leaf, "state") == 0)
    {
      item->decided_us = cell->clock_us;
      g_free (item->decided_by);
      item->decided_by = g_strdup (cell->author);
    }
}

static void
finish_item (PalInboxItem *item, GHashTable *consultations)
{
  item->is_record_there
      = item->record != NULL && g_hash_table_contains (consultations, item->record);
  /* Somebody else may have declined it meanwhile: its points are there. */
  if (item->is_record_there)
    item->state = PAL_INBOX_TAKEN;
  if (item->state == PAL_INBOX_WAITING)
    {
      g_clear_pointer (&item->decided_by, g_free);
      item->decided_us = 0;
    }
  for (const char *line = item->taken; line != NULL && *line != '\0'; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      item->n_taken++;
    }
}

static gboolean
knows (GPtrArray *items, const PalInboxItem *item)
{
  for (guint i = 0; i < items->len; i++)
    {
      const PalInboxItem *other = g_ptr_array_index (items, i);

      if (other != item && other->state == PAL_INBOX_TAKEN && other->is_record_there
          && other->signature != PAL_INBOX_UNSIGNED
          && g_strcmp0 (other->fingerprint, item->fingerprint) == 0)
        return TRUE;
    }

  return FALSE;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const PalInboxItem *one = *(PalInboxItem *const *) a;
  const PalInboxItem *other = *(PalInboxItem *const *) b;
  gboolean waits = one->state == PAL_INBOX_WAITING;

  if (waits != (other->state == PAL_INBOX_WAITING))
    return waits ? -1 : 1;
  if (one->received_us != other->received_us)
    return one->received_us > other->received_us ? -1 : 1;

  return strcmp (one->id, other->id);
}

/* Without a file there is nothing to look at: a half of one that a merge may bring. */
static void
remove_halves (GPtrArray *items)
{
  for (guint i = items->len; i > 0; i--)
    {
      const PalInboxItem *item = g_ptr_array_index (items, i - 1);

      if (item->attachment == NULL || item->sha256 == NULL || item->kind == NULL
          || item->name == NULL)
        g_ptr_array_remove_index (items, i - 1);
    }
}

static GHashTable *
list_consultations (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, "consultation", error);
  GHashTable *ids;

  if (infos == NULL)
    return NULL;
  ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < infos->len; i++)
    g_hash_table_add (ids, g_strdup (((PalRecordInfo *) g_ptr_array_index (infos, i))->id));

  return ids;
}

/**
 * pal_inbox_list:
 * @dossier: a dossier
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable) (element-type PalInboxItem): what came, those that wait
 *   first, the newest first
 */
GPtrArray *
pal_inbox_list (PalDossier *dossier, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_inbox_item_free);
  g_autoptr (GHashTable) consultations = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  if (!pal_dossier_walk_cells (dossier, PAL_ARRIVAL_FORM, NULL, read_cell, items, cancellable,
                               error))
    return NULL;
  consultations = list_consultations (dossier, error);
  if (consultations == NULL)
    return NULL;
  remove_halves (items);
  for (guint i = 0; i < items->len; i++)
    finish_item (g_ptr_array_index (items, i), consultations);
  for (guint i = 0; i < items->len; i++)
    {
      PalInboxItem *item = g_ptr_array_index (items, i);

      if (item->signature == PAL_INBOX_SIGNED && knows (items, item))
        item->signature = PAL_INBOX_SIGNED_KNOWN;
    }
  g_ptr_array_sort (items, compare_items);

  return g_steal_pointer (&items);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *items = pal_inbox_list (source, cancellable, &error);

  if (items != NULL)
    g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_inbox_list_async:
 * @dossier: a dossier
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_inbox_list().
 */
void
pal_inbox_list_async (PalDossier *dossier, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_inbox_list_async);
  g_task_run_in_thread (task, list_in_thread);
}

/**
 * pal_inbox_list_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PalInboxItem): what came
 */
GPtrArray *
pal_inbox_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pal_inbox_count_waiting:
 * @items: (element-type PalInboxItem): what came
 *
 * Returns: how many of them wait for a decision
 */
guint
pal_inbox_count_waiting (GPtrArray *items)
{
  guint n_waiting = 0;

  g_return_val_if_fail (items != NULL, 0);

  for (guint i = 0; i < items->len; i++)
    n_waiting += ((PalInboxItem *) g_ptr_array_index (items, i))->state == PAL_INBOX_WAITING;

  return n_waiting;
}

/* --- for the other files of this folder */

PalInboxItem *
pal_inbox_find (GPtrArray *items, const char *id, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      PalInboxItem *item = g_ptr_array_index (items, i);

      if (strcmp (item->id, id) == 0)
        return item;
    }
  g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_NOT_FOUND, "no arrival %s", id);

  return NULL;
}

void
pal_inbox_set (GPtrArray *changes, const char *id, const char *leaf, const char *value)
{
  g_autofree char *node = g_strconcat ("/" PAL_ARRIVAL_FORM "/", leaf, NULL);

  g_ptr_array_add (changes,
                   pal_change_new (PAL_CHANGE_VALUE, id, node, value != NULL ? value : ""));
}

PalForm *
pal_inbox_load_form (PalDossier *dossier, const char *form_id, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *name = g_strdup_printf ("forms/%s.xml", form_id);
  g_autofree char *path = NULL;
  PalForm *form = pal_dossier_load_form (dossier, form_id, NULL, &local);

  if (form != NULL)
    return form;
  if (!g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  path = pal_paths_dup_data_file (name);

  return pal_form_load_file (path, error);
}
