// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-own-record"
#include "config.h"

#include "pal-own-record.h"

#include "pal-paths.h"

#include <string.h>

/**
 * pal_own_record_free:
 * @record: (nullable) (transfer full): a record
 */
void
pal_own_record_free (PalOwnRecord *record)
{
  if (record == NULL)
    return;

  g_free (record->id);
  g_hash_table_unref (record->values);
  g_free (record);
}

/**
 * pal_own_record_get_head:
 * @record: a record
 * @leaf: name of a question
 *
 * Returns: (transfer none) (nullable): the change that gave its answer
 */
const PalChange *
pal_own_record_get_head (const PalOwnRecord *record, const char *leaf)
{
  return g_hash_table_lookup (record->values, leaf);
}

/**
 * pal_own_record_get:
 * @record: a record
 * @leaf: name of a question
 *
 * Returns: (transfer none) (nullable): what it says; %NULL when nothing
 */
const char *
pal_own_record_get (const PalOwnRecord *record, const char *leaf)
{
  const PalChange *head = pal_own_record_get_head (record, leaf);

  return head != NULL ? head->value : NULL;
}

/**
 * pal_own_record_read:
 * @dossier: a dossier
 * @form_id: the form, which is the name of its root, too
 * @info: the record
 * @error: return location
 *
 * Blocking. Of several people's answers to one question the newest counts.
 *
 * Returns: (transfer full) (nullable): the record
 */
PalOwnRecord *
pal_own_record_read (PalDossier *dossier, const char *form_id, const PalRecordInfo *info,
                     GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, info->id, error);
  g_autofree char *root = g_strdup_printf ("/%s/", form_id);
  PalOwnRecord *self;

  if (heads == NULL)
    return NULL;
  self = g_new0 (PalOwnRecord, 1);
  self->id = g_strdup (info->id);
  self->created_us = info->created_us;
  self->values
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) pal_change_free);
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      PalChange *kept;

      if (head->kind != PAL_CHANGE_VALUE || head->value == NULL || *head->value == '\0'
          || !g_str_has_prefix (head->node, root))
        continue;
      kept = pal_change_copy (head);
      g_hash_table_replace (self->values, kept->node + strlen (root), kept);
    }

  return self;
}

/**
 * pal_own_record_list:
 * @dossier: a dossier
 * @form_id: the form
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable) (element-type PalOwnRecord): all of the form, oldest first
 */
GPtrArray *
pal_own_record_list (PalDossier *dossier, const char *form_id, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, form_id, error);
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_own_record_free);

  if (infos == NULL)
    return NULL;
  for (guint i = 0; i < infos->len; i++)
    {
      PalOwnRecord *record
          = pal_own_record_read (dossier, form_id, g_ptr_array_index (infos, i), error);

      if (record == NULL)
        return NULL;
      g_ptr_array_add (list, record);
    }

  return g_steal_pointer (&list);
}

static PalForm *
load_form (PalDossier *dossier, const char *form_id, GError **error)
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
  form = pal_form_load_file (path, error);
  if (form != NULL && !pal_dossier_add_form (dossier, form, error))
    g_clear_pointer (&form, pal_form_unref);

  return form;
}

/* As a field of the log's digests: two different lists never read alike. */
static void
add_field (GString *text, const char *field)
{
  if (field == NULL)
    g_string_append (text, "-,");
  else
    g_string_append_printf (text, "%" G_GSIZE_FORMAT ":%s,", strlen (field), field);
}

/**
 * pal_own_record_dup_id:
 * @about: (array length=n_about) (element-type utf8): what it is about; any may be %NULL
 * @n_about: how many
 *
 * Returns: (transfer full): an id that is the same wherever the same is asked for
 */
char *
pal_own_record_dup_id (const char *const *about, guint n_about)
{
  g_autoptr (GString) text = g_string_new ("palermo-own-record-1\n");
  g_autofree char *digest = NULL;

  for (guint i = 0; i < n_about; i++)
    add_field (text, about[i]);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, text->len);
  /* RFC 9562, 5.8: version 8 is for whatever a program derives by itself. */
  digest[12] = '8';
  digest[16] = "89ab"[g_ascii_xdigit_value (digest[16]) & 3];

  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", digest, digest + 8, digest + 12, digest + 16,
                          digest + 20);
}

/**
 * pal_own_record_find_first:
 * @infos: (element-type PalRecordInfo): records of one form
 *
 * Returns: (transfer none) (nullable): the id that comes first, which every copy finds
 */
const char *
pal_own_record_find_first (GPtrArray *infos)
{
  const char *first = NULL;

  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);

      if (first == NULL || strcmp (info->id, first) < 0)
        first = info->id;
    }

  return first;
}

/**
 * pal_own_record_make_as:
 * @dossier: a dossier
 * @form_id: the form; the one that comes with the program is kept in the dossier from now on
 * @id: the id of the record
 * @changes: (element-type PalChange): to be appended
 * @error: return location
 *
 * Blocking: for a record whose id follows from what it is about, so that two people who make it
 * apart from each other make the same one.
 *
 * Returns: whether the form is there
 */
gboolean
pal_own_record_make_as (PalDossier *dossier, const char *form_id, const char *id,
                        GPtrArray *changes, GError **error)
{
  g_autoptr (PalForm) form = load_form (dossier, form_id, error);
  g_autofree char *kind = NULL;

  if (form == NULL)
    return FALSE;
  kind = g_strconcat (form_id, "\t", pal_form_get_version (form), NULL);
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_MADE, id, NULL, kind));

  return TRUE;
}

/**
 * pal_own_record_make:
 * @dossier: a dossier
 * @form_id: the form; the one that comes with the program is kept in the dossier from now on
 * @changes: (element-type PalChange): to be appended
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): the id of the new record
 */
char *
pal_own_record_make (PalDossier *dossier, const char *form_id, GPtrArray *changes, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();

  return pal_own_record_make_as (dossier, form_id, id, changes, error) ? g_steal_pointer (&id)
                                                                       : NULL;
}

/**
 * pal_own_record_set:
 * @changes: (element-type PalChange): to be appended
 * @form_id: the form
 * @record: id of the record
 * @leaf: name of a question
 * @value: (nullable): what it shall say; nothing is noted for %NULL
 */
void
pal_own_record_set (GPtrArray *changes, const char *form_id, const char *record, const char *leaf,
                    const char *value)
{
  g_autofree char *node = g_strdup_printf ("/%s/%s", form_id, leaf);

  if (value != NULL)
    g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node, value));
}
