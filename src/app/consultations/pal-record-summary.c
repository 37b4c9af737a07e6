// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record-summary"
#include "config.h"

#include "pal-record-summary.h"

#include "pal-text.h"

#include <glib/gi18n.h>
#include <string.h>

const PalRecordKind pal_record_kinds[] = {
  {
      .form_id = "consultation",
      .title_node = "/consultation/record/essentials/title",
      .date_node = "/consultation/record/essentials/date",
      .row_node = "/consultation/record/points/point",
      .settled_node = "/consultation/record/points/point/treatment/decision",
      .list_title = N_ ("Consultations"),
      .empty_text
      = N_ ("Record whom you consulted, what they said, and what became of it. The first "
            "page takes three minutes."),
      .new_label = N_ ("New Consultation"),
      .untitled = N_ ("Consultation without a name"),
  },
  {
      .form_id = "stakeholder",
      .title_node = "/stakeholder/card/identity/name",
      .type_node = "/stakeholder/card/identity/type",
      .list_title = N_ ("Stakeholders"),
      .empty_text
      = N_ ("Keep a card for each organization that can speak to the questionnaire: who "
            "they are, what they know, how to reach them."),
      .new_label = N_ ("New Stakeholder"),
      .untitled = N_ ("Stakeholder without a name"),
  },
};
const guint pal_n_record_kinds = G_N_ELEMENTS (pal_record_kinds);

void
pal_record_summary_free (PalRecordSummary *summary)
{
  g_free (summary->record_id);
  g_free (summary->form_version);
  g_free (summary->title);
  g_free (summary->date);
  g_free (summary->type);
  g_free (summary);
}

/* "/a/row[ID]/b" -> "/a/row/b" */
static char *
dup_generic (const char *path)
{
  GString *generic = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *p = path; *p != '\0'; p++)
    {
      if (*p == '[')
        inside = TRUE;
      else if (*p == ']')
        inside = FALSE;
      else if (!inside)
        g_string_append_c (generic, *p);
    }

  return g_string_free (generic, FALSE);
}

static PalRecordSummary *
summarize (const PalRecordKind *kind, const PalRecordInfo *info, GPtrArray *heads)
{
  PalRecordSummary *summary = g_new0 (PalRecordSummary, 1);

  summary->record_id = g_strdup (info->id);
  summary->form_version = g_strdup (info->form_version);
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);
      g_autofree char *generic = change->node != NULL ? dup_generic (change->node) : NULL;

      if (generic == NULL)
        continue;
      if (change->kind == PAL_CHANGE_ROW_ADDED)
        summary->rows += g_strcmp0 (generic, kind->row_node) == 0;
      else if (change->kind != PAL_CHANGE_VALUE || change->value == NULL)
        continue;
      else if (g_strcmp0 (generic, kind->title_node) == 0)
        {
          g_free (summary->title);
          summary->title = g_strdup (change->value);
        }
      else if (g_strcmp0 (generic, kind->date_node) == 0)
        {
          g_free (summary->date);
          summary->date = g_strdup (change->value);
        }
      else if (g_strcmp0 (generic, kind->type_node) == 0)
        {
          g_free (summary->type);
          summary->type = g_strdup (change->value);
        }
      else if (g_strcmp0 (generic, kind->settled_node) == 0)
        summary->settled += !pal_text_is_blank (change->value);
    }
  if (summary->title == NULL)
    summary->title = g_strdup ("");
  if (summary->date == NULL)
    summary->date = g_strdup ("");

  return summary;
}

/* Newest first. */
static gboolean
add_summaries (GPtrArray *summaries, PalDossier *dossier, const PalRecordKind *kind,
               GPtrArray *records, gboolean removed, GError **error)
{
  if (records == NULL)
    return FALSE;

  for (guint i = records->len; i > 0; i--)
    {
      PalRecordInfo *info = g_ptr_array_index (records, i - 1);
      g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, info->id, error);
      PalRecordSummary *summary;

      if (heads == NULL)
        return FALSE;
      summary = summarize (kind, info, heads);
      summary->removed = removed;
      /* A new record that was only looked at goes without a word, and need not come back. */
      if (removed && *summary->title == '\0' && summary->rows == 0)
        pal_record_summary_free (summary);
      else
        g_ptr_array_add (summaries, summary);
    }

  return TRUE;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *dossier = source;
  const PalRecordKind *kind = task_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, kind->form_id, &error);
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GPtrArray) summaries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_record_summary_free);

  if (add_summaries (summaries, dossier, kind, records, FALSE, &error))
    {
      removed = pal_dossier_list_removed_records (dossier, kind->form_id, &error);
      add_summaries (summaries, dossier, kind, removed, TRUE, &error);
    }

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&summaries), (GDestroyNotify) g_ptr_array_unref);
}

/**
 * pal_record_summaries_load_async:
 * @dossier: an open dossier
 * @kind: which records
 * @callback: called when they are read
 * @user_data: data for @callback
 *
 * Reads what a list shows of all records of a kind. The waiting happens on a thread of its own.
 */
void
pal_record_summaries_load_async (PalDossier *dossier, const PalRecordKind *kind,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_record_summaries_load_async);
  g_task_set_task_data (task, (gpointer) kind, NULL);
  g_task_run_in_thread (task, load_in_thread);
}

GPtrArray *
pal_record_summaries_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
