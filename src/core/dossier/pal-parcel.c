// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-parcel"
#include "config.h"

#include "pal-parcel.h"

#include <string.h>

/* One line a package: id, time, digest of the archive or "-", what was in it, its kind; lines of
 * older programs end before that. */
#define KEY "parcels"
#define MAX_BYTES (4 * 1024 * 1024)
#define MIN_FIELDS 4
#define FIELDS 5

static const char *const kinds[PAL_N_PARCELS] = { "submission", "supplement", "section" };

/**
 * pal_parcel_kind_to_string:
 * @kind: a kind
 *
 * Returns: (transfer none): a word for machines
 */
const char *
pal_parcel_kind_to_string (PalParcelKind kind)
{
  g_return_val_if_fail (kind < PAL_N_PARCELS, "");

  return kinds[kind];
}

static PalParcelKind
find_kind (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (word, kinds[i]) == 0)
      return (PalParcelKind) i;

  return PAL_PARCEL_SUBMISSION;
}

/**
 * pal_parcel_free:
 * @parcel: (nullable) (transfer full): a parcel
 */
void
pal_parcel_free (PalParcel *parcel)
{
  if (parcel == NULL)
    return;

  g_free (parcel->id);
  g_free (parcel->archive_sha256);
  g_strfreev (parcel->records);
  g_clear_pointer (&parcel->delivery, pal_delivery_record_free);
  g_free (parcel);
}

/**
 * pal_parcel_note:
 * @dossier: a dossier
 * @kind: what kind of package
 * @id: of the package
 * @records: (element-type utf8): ids of the records that are in it; of one that is in it in part
 *   its id and, right after it, the path of each answer or page
 * @error: return location
 *
 * Blocking: notes that a package was written.
 *
 * Returns: whether it is durable; errors of the dossier
 */
gboolean
pal_parcel_note (PalDossier *dossier, PalParcelKind kind, const char *id, GPtrArray *records,
                 GError **error)
{
  g_autofree char *before = NULL;
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (kind < PAL_N_PARCELS, FALSE);
  g_return_val_if_fail (id != NULL && records != NULL, FALSE);

  before = pal_dossier_get_meta (dossier, KEY);
  text = g_string_new (before);
  /* Whoever packs ten thousand times loses the oldest. */
  while (text->len > MAX_BYTES)
    g_string_erase (text, 0, strcspn (text->str, "\n") + 1);
  g_string_append_printf (text, "%s\t%" G_GINT64_FORMAT "\t-\t", id, g_get_real_time ());
  for (guint i = 0; i < records->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            (const char *) g_ptr_array_index (records, i));
  g_string_append_printf (text, "\t%s\n", kinds[kind]);

  return pal_dossier_set_meta (dossier, KEY, text->str, error);
}

static GPtrArray *
list_lines (PalDossier *dossier)
{
  g_autofree char *text = pal_dossier_get_meta (dossier, KEY);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      GStrv fields = g_strsplit (lines[i], "\t", FIELDS);

      if (g_strv_length (fields) >= MIN_FIELDS)
        g_ptr_array_add (list, fields);
      else
        g_strfreev (fields);
    }

  return list;
}

/**
 * pal_parcel_name_archive:
 * @dossier: a dossier
 * @id: of a package that was noted
 * @archive_sha256: digest of its archive
 * @error: return location
 *
 * Blocking. A package that was not noted is passed over.
 *
 * Returns: whether it is durable; errors of the dossier
 */
gboolean
pal_parcel_name_archive (PalDossier *dossier, const char *id, const char *archive_sha256,
                         GError **error)
{
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (id != NULL && archive_sha256 != NULL, FALSE);

  lines = list_lines (dossier);
  for (guint i = 0; i < lines->len; i++)
    {
      GStrv fields = g_ptr_array_index (lines, i);
      g_autofree char *line = NULL;

      if (strcmp (fields[0], id) == 0)
        {
          g_free (fields[2]);
          fields[2] = g_strdup (archive_sha256);
        }
      line = g_strjoinv ("\t", fields);
      g_string_append_printf (text, "%s\n", line);
    }

  return text->len == 0 || pal_dossier_set_meta (dossier, KEY, text->str, error);
}

typedef struct
{
  char *id;
  char *archive_sha256;
} Naming;

static void
naming_free (gpointer data)
{
  Naming *naming = data;

  g_free (naming->id);
  g_free (naming->archive_sha256);
  g_free (naming);
}

static void
name_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Naming *naming = task_data;
  GError *error = NULL;

  if (pal_parcel_name_archive (source, naming->id, naming->archive_sha256, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_parcel_name_archive_async:
 * @dossier: a dossier
 * @id: of a package that was noted
 * @archive_sha256: digest of its archive
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_parcel_name_archive() in a thread.
 */
void
pal_parcel_name_archive_async (PalDossier *dossier, const char *id, const char *archive_sha256,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);
  Naming *naming = g_new0 (Naming, 1);

  naming->id = g_strdup (id);
  naming->archive_sha256 = g_strdup (archive_sha256);
  g_task_set_source_tag (task, pal_parcel_name_archive_async);
  g_task_set_task_data (task, naming, naming_free);
  g_task_run_in_thread (task, name_in_thread);
}

/**
 * pal_parcel_name_archive_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: as pal_parcel_name_archive()
 */
gboolean
pal_parcel_name_archive_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The newest of those that carried the archive, unless an older one has a receipt. */
static PalDeliveryRecord *
steal_delivery (GPtrArray *deliveries, const char *archive_sha256)
{
  guint found = deliveries->len;

  for (guint i = 0; archive_sha256 != NULL && i < deliveries->len; i++)
    {
      const PalDeliveryRecord *delivery = g_ptr_array_index (deliveries, i);

      if (g_strcmp0 (delivery->archive_sha256, archive_sha256) == 0
          && (found == deliveries->len || delivery->receipt != NULL))
        found = i;
    }

  return found < deliveries->len ? g_ptr_array_steal_index (deliveries, found) : NULL;
}

/**
 * pal_parcel_list:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable) (element-type PalParcel): the packages that were written,
 * newest first, with what is known of where they went; errors of the dossier
 */
GPtrArray *
pal_parcel_list (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) deliveries = pal_dossier_list_deliveries (dossier, error);
  g_autoptr (GPtrArray) lines = NULL;
  GPtrArray *parcels;

  if (deliveries == NULL)
    return NULL;
  lines = list_lines (dossier);
  parcels = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_parcel_free);
  for (guint i = lines->len; i > 0; i--)
    {
      GStrv fields = g_ptr_array_index (lines, i - 1);
      PalParcel *parcel = g_new0 (PalParcel, 1);

      parcel->kind = find_kind (fields[MIN_FIELDS]);
      parcel->id = g_strdup (fields[0]);
      parcel->time_us = g_ascii_strtoll (fields[1], NULL, 10);
      parcel->archive_sha256 = strcmp (fields[2], "-") != 0 ? g_strdup (fields[2]) : NULL;
      parcel->records = g_strsplit (fields[3], " ", -1);
      parcel->delivery = steal_delivery (deliveries, parcel->archive_sha256);
      g_ptr_array_add (parcels, parcel);
    }

  return parcels;
}

/* (nullable): what stands after the id of the record: "" when all of it was in the parcel */
static const char *
get_part (const char *entry, const char *record)
{
  gsize length = strlen (record);

  return strncmp (entry, record, length) == 0 && (entry[length] == '\0' || entry[length] == '/')
             ? entry + length
             : NULL;
}

/**
 * pal_parcel_has_record:
 * @parcel: a parcel
 * @record: id of a record
 *
 * Returns: whether it was in it, whole or in part
 */
gboolean
pal_parcel_has_record (const PalParcel *parcel, const char *record)
{
  g_return_val_if_fail (parcel != NULL && record != NULL, FALSE);

  for (guint i = 0; parcel->records[i] != NULL; i++)
    if (get_part (parcel->records[i], record) != NULL)
      return TRUE;

  return FALSE;
}

/**
 * pal_parcel_has_answer:
 * @parcel: a parcel
 * @record: id of a record
 * @node: path of an answer in it, with row ids
 *
 * Returns: whether the answer, or something above it, was in the parcel
 */
gboolean
pal_parcel_has_answer (const PalParcel *parcel, const char *record, const char *node)
{
  g_return_val_if_fail (parcel != NULL && record != NULL && node != NULL, FALSE);

  for (guint i = 0; parcel->records[i] != NULL; i++)
    {
      const char *part = get_part (parcel->records[i], record);
      gsize length = part != NULL ? strlen (part) : 0;

      if (part != NULL && strncmp (node, part, length) == 0
          && (length == 0 || node[length] == '\0' || node[length] == '/' || node[length] == '['))
        return TRUE;
    }

  return FALSE;
}
