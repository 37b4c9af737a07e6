// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-new-dossier"
#include "config.h"

#include "pal-new-dossier.h"
#include "pal-paths.h"
#include "pal-record.h"

#include <glib/gstdio.h>

typedef struct
{
  char *path;
  guint cluster;
  GPtrArray *values;  /* (element-type utf8): path in the general part, value, path, value ... */
  GPtrArray *experts; /* (element-type PalNewPerson) */
  char *title;
  PalForm *form;       /* (owned): the questionnaire */
  PalDossier *dossier; /* (owned) */
  PalRecord *record;   /* (owned) */
} Making;

/* --- answers ------------------------------------------------------------------------------- */

static void
person_clear (PalNewPerson *person)
{
  g_clear_pointer (&person->name, g_free);
  g_clear_pointer (&person->office, g_free);
  g_clear_pointer (&person->email, g_free);
}

static void
person_free (PalNewPerson *person)
{
  person_clear (person);
  g_free (person);
}

PalNewDossier *
pal_new_dossier_new (void)
{
  PalNewDossier *self = g_new0 (PalNewDossier, 1);

  self->cluster = 1;
  self->experts = g_ptr_array_new_with_free_func ((GDestroyNotify) person_free);

  return self;
}

void
pal_new_dossier_free (PalNewDossier *self)
{
  g_free (self->state);
  g_free (self->start_date);
  g_free (self->languages);
  person_clear (&self->focal);
  g_ptr_array_unref (self->experts);
  g_free (self);
}

void
pal_new_dossier_add_expert (PalNewDossier *self, const char *name, const char *office,
                            const char *email)
{
  PalNewPerson *person = g_new0 (PalNewPerson, 1);

  person->name = g_strdup (name);
  person->office = g_strdup (office);
  person->email = g_strdup (email);
  g_ptr_array_add (self->experts, person);
}

void
pal_new_dossier_fill_practice (PalNewDossier *self)
{
  self->state = g_strdup ("Practicia");
  self->start_date = g_strdup ("2025-01-15");
  self->languages = g_strdup ("en fr");
  self->has_instruments = TRUE;
  self->trafficking = TRUE;
  self->smuggling = TRUE;
  self->uncac = TRUE;
  self->focal.name = g_strdup ("Amal Example");
  self->focal.office = g_strdup ("Ministry of Justice of Practicia");
  self->focal.email = g_strdup ("amal@justice.example");
}

/* --- making -------------------------------------------------------------------------------- */

static void
making_free (Making *making)
{
  g_free (making->path);
  g_free (making->title);
  g_ptr_array_unref (making->values);
  g_ptr_array_unref (making->experts);
  g_clear_pointer (&making->form, pal_form_unref);
  g_clear_object (&making->record);
  g_clear_object (&making->dossier);
  g_free (making);
}

static void
add_value (Making *making, const char *path, const char *value)
{
  if (value == NULL || *value == '\0')
    return;

  g_ptr_array_add (making->values, g_strdup (path));
  g_ptr_array_add (making->values, g_strdup (value));
}

static void
fail (GTask *task, GError *error)
{
  Making *making = g_task_get_task_data (task);

  /* A dossier that is half made would look like one: take it away again. */
  if (making->dossier != NULL)
    {
      g_clear_object (&making->record);
      pal_dossier_close (making->dossier, NULL);
      g_clear_object (&making->dossier);
      pal_dossier_discard_new (making->path);
    }
  g_task_return_error (task, error);
}

static void
title_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);
  GError *error = NULL;

  if (!pal_dossier_set_meta_finish (PAL_DOSSIER (source), result, &error))
    fail (task, error);
  else
    g_task_return_pointer (task, g_object_ref (making->dossier), g_object_unref);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);
  GError *error = NULL;

  if (!pal_record_flush_finish (PAL_RECORD (source), result, &error))
    {
      fail (task, error);
      return;
    }

  /* The session opens the record anew. */
  g_clear_object (&making->record);
  pal_dossier_set_meta_async (making->dossier, "title", making->title, title_set_cb,
                              g_steal_pointer (&task));
}

/* Of a question in the general part, which all questionnaires have. */
static char *
dup_general_path (PalResponse *response, const char *path)
{
  PalFormNode *root = pal_form_get_root (pal_response_get_form (response));

  return g_strconcat (root->path, "/general/", path, NULL);
}

static void
set_value (PalResponse *response, const char *path, const char *value)
{
  PalNode *node = pal_response_find (response, path);
  g_autoptr (GError) error = NULL;

  /* A questionnaire without such a question simply does not get the answer. */
  if (node == NULL)
    g_debug ("the questionnaire has no %s", path);
  else if (!pal_response_set_value (response, node, value, &error))
    g_warning ("could not set %s: %s", path, error->message);
}

static void
add_expert (PalResponse *response, const PalNewPerson *person)
{
  g_autofree char *path = dup_general_path (response, "people/expert");
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), path);
  PalNode *row = NULL;
  g_autofree char *base = NULL;
  const char *names[] = { "name", "office", "email" };
  const char *values[] = { person->name, person->office, person->email };

  if (repeat != NULL)
    row = pal_response_add_row (response, repeat, NULL, NULL, NULL);
  if (row == NULL)
    return;

  base = pal_response_dup_path (response, row);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (values[i] != NULL && *values[i] != '\0')
      {
        g_autofree char *node = g_build_path ("/", base, names[i], NULL);

        set_value (response, node, values[i]);
      }
}

static void
record_created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);
  PalResponse *response = NULL;
  GError *error = NULL;

  making->record = pal_record_open_finish (result, &error);
  if (making->record == NULL)
    {
      fail (task, error);
      return;
    }

  response = pal_record_get_response (making->record);
  for (guint i = 0; i < making->values->len; i += 2)
    {
      g_autofree char *node = dup_general_path (response, making->values->pdata[i]);

      set_value (response, node, making->values->pdata[i + 1]);
    }
  for (guint i = 0; i < making->experts->len; i++)
    add_expert (response, g_ptr_array_index (making->experts, i));
  pal_record_flush_async (making->record, flushed_cb, g_steal_pointer (&task));
}

typedef struct
{
  PalDossier *dossier; /* (owned) */
  guint cluster;
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_object_unref (adding->dossier);
  g_free (adding);
}

/* The dossier gets the forms that it will need, so that it opens anywhere. */
static void
add_forms_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Adding *adding = task_data;
  g_autofree char *questionnaire = g_strdup_printf ("forms/cluster-%u.xml", adding->cluster);
  const char *const names[] = { "forms/stakeholder.xml", "forms/consultation.xml", questionnaire };
  g_autoptr (PalForm) form = NULL;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = pal_paths_dup_data_file (names[i]);

      g_clear_pointer (&form, pal_form_unref);
      form = pal_form_load_file (path, &error);
      if (form == NULL || !pal_dossier_add_form (adding->dossier, form, &error))
        {
          g_task_return_error (task, error);
          return;
        }
    }
  g_task_return_pointer (task, g_steal_pointer (&form), (GDestroyNotify) pal_form_unref);
}

static void
forms_added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);
  GError *error = NULL;

  making->form = g_task_propagate_pointer (G_TASK (result), &error);
  if (making->form == NULL)
    fail (task, error);
  else
    pal_record_create_async (making->dossier, making->form, record_created_cb,
                             g_steal_pointer (&task));
}

static void
dossier_created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Making *making = g_task_get_task_data (task);
  g_autoptr (GTask) forms = NULL;
  Adding *adding;
  GError *error = NULL;

  making->dossier = pal_dossier_open_finish (result, &error);
  if (making->dossier == NULL)
    {
      fail (task, error);
      g_object_unref (task);
      return;
    }

  forms = g_task_new (NULL, NULL, forms_added_cb, task);
  adding = g_new0 (Adding, 1);
  adding->dossier = g_object_ref (making->dossier);
  adding->cluster = making->cluster;
  g_task_set_task_data (forms, adding, adding_free);
  g_task_run_in_thread (forms, add_forms_in_thread);
}

static const char *
yes_or_no (gboolean value)
{
  return value ? "yes" : "no";
}

/**
 * pal_new_dossier_create_async:
 * @answers: what the person said
 * @path: the file to make
 * @callback: called when the dossier is there, durable and open
 * @user_data: data for @callback
 *
 * Makes a dossier with the questionnaire of a cluster and its record, which begins with @answers.
 * When something fails, no file is left behind. Errors: those of pal_dossier_create(), of the
 * forms, of writing.
 */
void
pal_new_dossier_create_async (const PalNewDossier *answers, const char *path,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Making *making = g_new0 (Making, 1);

  g_task_set_source_tag (task, pal_new_dossier_create_async);
  g_task_set_task_data (task, making, (GDestroyNotify) making_free);
  making->path = g_strdup (path);
  making->cluster = answers->cluster;
  making->title = g_strdup (answers->state ? answers->state : "");
  making->values = g_ptr_array_new_with_free_func (g_free);
  making->experts = g_ptr_array_new_with_free_func ((GDestroyNotify) person_free);
  add_value (making, "state/name", answers->state);
  add_value (making, "state/start_date", answers->start_date);
  add_value (making, "state/languages", answers->languages);
  if (answers->has_instruments)
    {
      add_value (making, "adherence/party_trafficking", yes_or_no (answers->trafficking));
      add_value (making, "adherence/party_smuggling", yes_or_no (answers->smuggling));
      add_value (making, "adherence/party_firearms", yes_or_no (answers->firearms));
      add_value (making, "adherence/party_uncac", yes_or_no (answers->uncac));
    }
  add_value (making, "people/focal_name", answers->focal.name);
  add_value (making, "people/focal_office", answers->focal.office);
  add_value (making, "people/focal_email", answers->focal.email);
  for (guint i = 0; i < answers->experts->len; i++)
    {
      const PalNewPerson *person = g_ptr_array_index (answers->experts, i);
      PalNewPerson *copy = g_new0 (PalNewPerson, 1);

      copy->name = g_strdup (person->name);
      copy->office = g_strdup (person->office);
      copy->email = g_strdup (person->email);
      g_ptr_array_add (making->experts, copy);
    }

  pal_dossier_create_async (path, NULL, dossier_created_cb, task);
}

PalDossier *
pal_new_dossier_create_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
