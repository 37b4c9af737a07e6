// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-statement"
#include "config.h"

#include "pal-statement.h"

#include "pal-own-record.h"

#include <stdio.h>
#include <string.h>

/* Attendance at a constructive dialogue is confirmed no later than this before it. */
#define CONFIRM_DAYS 15

/* Two people who begin apart write in one record. */
#define RECORD "9d3f6c0e-3c1b-4f53-8a67-51a7e3a3c0de"

static const char *const leaves[] = { "organization", "topic", "day", "announced", "text" };

static char **
get_fields (PalStatement *self, char **fields[])
{
  fields[0] = &self->organization;
  fields[1] = &self->topic;
  fields[2] = &self->day;
  fields[3] = &self->announced;
  fields[4] = &self->text;

  return *fields;
}

/**
 * pal_statement_free:
 * @self: (transfer full): a statement
 */
void
pal_statement_free (PalStatement *self)
{
  char **fields[G_N_ELEMENTS (leaves)];

  get_fields (self, fields);
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    g_free (*fields[i]);
  g_free (self);
}

static PalRecordInfo *
find_record (GPtrArray *infos)
{
  return infos->len > 0 ? g_ptr_array_index (infos, 0) : NULL;
}

/**
 * pal_statement_load:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): the draft; empty when nobody wrote one
 */
PalStatement *
pal_statement_load (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, PAL_STATEMENT_FORM, error);
  g_autoptr (PalStatement) self = NULL;
  g_autoptr (PalOwnRecord) record = NULL;
  char **fields[G_N_ELEMENTS (leaves)];

  if (infos == NULL)
    return NULL;
  self = g_new0 (PalStatement, 1);
  if (find_record (infos) == NULL)
    return g_steal_pointer (&self);
  record = pal_own_record_read (dossier, PAL_STATEMENT_FORM, find_record (infos), error);
  if (record == NULL)
    return NULL;
  get_fields (self, fields);
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    *fields[i] = g_strdup (pal_own_record_get (record, leaves[i]));

  return g_steal_pointer (&self);
}

/**
 * pal_statement_save:
 * @dossier: a dossier
 * @statement: what is written now
 * @error: return location
 *
 * Blocking: keeps what is different, as one act.
 *
 * Returns: whether it is durable
 */
gboolean
pal_statement_save (PalDossier *dossier, const PalStatement *statement, GError **error)
{
  g_autoptr (PalStatement) before = pal_statement_load (dossier, error);
  g_autoptr (GPtrArray) infos
      = before != NULL ? pal_dossier_list_records (dossier, PAL_STATEMENT_FORM, error) : NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  char **old[G_N_ELEMENTS (leaves)];
  char **new[G_N_ELEMENTS (leaves)];
  const char *id;

  if (infos == NULL)
    return FALSE;
  id = find_record (infos) != NULL ? find_record (infos)->id : RECORD;
  get_fields (before, old);
  get_fields ((PalStatement *) statement, new);
  if (find_record (infos) == NULL
      && !pal_own_record_make_as (dossier, PAL_STATEMENT_FORM, id, changes, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    if (strcmp (*old[i] != NULL ? *old[i] : "", *new[i] != NULL ? *new[i] : "") != 0)
      pal_own_record_set (changes, PAL_STATEMENT_FORM, id, leaves[i],
                          *new[i] != NULL ? *new[i] : "");
  if (changes->len == 0)
    return TRUE;

  return pal_dossier_append (dossier, "Statement", g_steal_pointer (&changes), error);
}

/* --- without waiting */

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalStatement *statement = pal_statement_load (source, &error);

  if (statement != NULL)
    g_task_return_pointer (task, statement, (GDestroyNotify) pal_statement_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_statement_load_async:
 * @dossier: a dossier
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_statement_load().
 */
void
pal_statement_load_async (PalDossier *dossier, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_statement_load_async);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_statement_load_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): see pal_statement_load()
 */
PalStatement *
pal_statement_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_statement_save (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_statement_save_async:
 * @dossier: a dossier
 * @statement: copied
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_statement_save(). One at a time.
 */
void
pal_statement_save_async (PalDossier *dossier, const PalStatement *statement,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);
  PalStatement *copy = g_new0 (PalStatement, 1);
  char **from[G_N_ELEMENTS (leaves)];
  char **to[G_N_ELEMENTS (leaves)];

  get_fields ((PalStatement *) statement, from);
  get_fields (copy, to);
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    *to[i] = g_strdup (*from[i]);
  g_task_set_source_tag (task, pal_statement_save_async);
  g_task_set_task_data (task, copy, (GDestroyNotify) pal_statement_free);
  g_task_run_in_thread (task, save_in_thread);
}

/**
 * pal_statement_save_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is durable
 */
gboolean
pal_statement_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- days */

static gboolean
parse (const char *text, GDate *date)
{
  int year, month, day, end = 0;

  if (text == NULL || sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3
      || text[end] != '\0' || year < 1 || month < 1 || day < 1
      || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;
  g_date_set_dmy (date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);

  return TRUE;
}

/**
 * pal_statement_dup_confirm_by:
 * @day: (nullable): of the dialogue, as ISO 8601 has it
 * @announced: (nullable): until when attendance is to be confirmed, if that was announced
 *
 * What was announced earlier than the rule takes precedence; who goes by the earlier day keeps
 * both.
 *
 * Returns: (transfer full) (nullable): @announced or 15 days before @day, whichever comes first
 */
char *
pal_statement_dup_confirm_by (const char *day, const char *announced)
{
  GDate rule, date;
  gboolean has_rule, has_date;

  g_date_clear (&rule, 1);
  g_date_clear (&date, 1);
  has_date = parse (announced, &date);
  has_rule = parse (day, &rule) && g_date_get_julian (&rule) > CONFIRM_DAYS;
  if (has_rule)
    g_date_subtract_days (&rule, CONFIRM_DAYS);
  if (has_date && (!has_rule || g_date_compare (&date, &rule) < 0))
    return g_strdup (announced);

  return has_rule ? g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&rule),
                                     g_date_get_month (&rule), g_date_get_day (&rule))
                  : NULL;
}
