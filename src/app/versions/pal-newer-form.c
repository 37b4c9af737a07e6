// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-newer-form"
#include "config.h"

#include "pal-newer-form.h"

#include "pal-paths.h"

#include <string.h>

struct _PalNewerForm
{
  GObject parent_instance;

  PalSession *session;        /* (unowned): owns this */
  PalDossier *dossier;        /* (owned) */
  PalForm *form;              /* (owned) (nullable): the newer one */
  PalUpgradePreview *preview; /* (owned) (nullable) */
  gboolean is_kept;           /* the old one, for now */
};

enum
{
  PROP_WAITING = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (PalNewerForm, pal_newer_form, G_TYPE_OBJECT)

static void
pal_newer_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PalNewerForm *self = PAL_NEWER_FORM (object);

  switch (id)
    {
    case PROP_WAITING:
      g_value_set_boolean (value, pal_newer_form_is_waiting (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_newer_form_finalize (GObject *object)
{
  PalNewerForm *self = PAL_NEWER_FORM (object);

  g_clear_object (&self->dossier);
  g_clear_pointer (&self->form, pal_form_unref);
  g_clear_pointer (&self->preview, pal_upgrade_preview_free);

  G_OBJECT_CLASS (pal_newer_form_parent_class)->finalize (object);
}

static void
pal_newer_form_class_init (PalNewerFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pal_newer_form_get_property;
  object_class->finalize = pal_newer_form_finalize;

  properties[PROP_WAITING] = g_param_spec_boolean ("waiting", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
pal_newer_form_init (PalNewerForm *self)
{
}

/* --- looking */

/* What was found; made on a thread and handed over whole. */
typedef struct
{
  PalForm *form;
  PalUpgradePreview *preview;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->form, pal_form_unref);
  g_clear_pointer (&found->preview, pal_upgrade_preview_free);
  g_free (found);
}

/* Whether the dossier has this very file: nearly always, and then nothing is read any further. */
static gboolean
is_known (GPtrArray *forms, const char *path)
{
  g_autofree char *content = NULL;
  g_autofree char *digest = NULL;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, NULL))
    return TRUE;
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, length);
  for (guint i = 0; i < forms->len; i++)
    if (strcmp (((PalFormInfo *) g_ptr_array_index (forms, i))->sha256, digest) == 0)
      return TRUE;

  return FALSE;
}

/* NULL: nothing newer, or nothing that fits; neither is a trouble of the person's. */
static Found *
look_for_one (PalDossier *dossier, GPtrArray *forms, const char *form_id)
{
  g_autofree char *name = g_strdup_printf ("forms/%s.xml", form_id);
  g_autofree char *path = strchr (form_id, '/') == NULL ? pal_paths_dup_data_file (name) : NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalUpgradePreview) preview = NULL;
  g_autoptr (GError) error = NULL;
  Found *found;

  if (path == NULL || is_known (forms, path))
    return NULL;
  form = pal_form_load_file (path, &error);
  if (form != NULL && strcmp (pal_form_get_id (form), form_id) == 0)
    preview = pal_dossier_preview_upgrade (dossier, form, &error);
  if (preview == NULL || preview->n_records == 0)
    {
      g_debug ("%s is not taken: %s", name, error != NULL ? error->message : "nothing to do");
      return NULL;
    }

  found = g_new0 (Found, 1);
  found->form = g_steal_pointer (&form);
  found->preview = g_steal_pointer (&preview);

  return found;
}

/* The questionnaire first: its record is the oldest. */
static Found *
look (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) forms = pal_dossier_list_forms (dossier, error);
  g_autoptr (GPtrArray) records
      = forms != NULL ? pal_dossier_list_records (dossier, NULL, error) : NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);
      Found *found = g_hash_table_add (seen, info->form_id)
                         ? look_for_one (dossier, forms, info->form_id)
                         : NULL;

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  Found *found = look (task_data, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, found, found_free);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalNewerForm *self = PAL_NEWER_FORM (source);
  g_autoptr (GError) error = NULL;
  Found *found = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    g_info ("could not look for newer forms: %s", error->message);
  if (found == NULL)
    return;
  self->form = g_steal_pointer (&found->form);
  self->preview = g_steal_pointer (&found->preview);
  found_free (found);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}

/* When the first page is painted. */
static gboolean
start_cb (gpointer user_data)
{
  PalNewerForm *self = user_data;
  g_autoptr (GTask) task = g_task_new (self, NULL, looked_cb, NULL);

  g_task_set_task_data (task, g_object_ref (self->dossier), g_object_unref);
  g_task_run_in_thread (task, look_in_thread);

  return G_SOURCE_REMOVE;
}

/**
 * pal_newer_form_of_session:
 * @session: an open dossier
 *
 * Finds out, in the background and once for each session, whether a form that came with the program
 * is newer than that of the records.
 *
 * Returns: (transfer none): lives as long as @session
 */
PalNewerForm *
pal_newer_form_of_session (PalSession *session)
{
  static const char key[] = "pal-newer-form";
  PalNewerForm *self = g_object_get_data (G_OBJECT (session), key);

  if (self != NULL)
    return self;

  self = g_object_new (PAL_TYPE_NEWER_FORM, NULL);
  self->session = session;
  self->dossier = g_object_ref (pal_session_get_dossier (session));
  g_object_set_data_full (G_OBJECT (session), key, self, g_object_unref);
  if (!pal_dossier_is_read_only (self->dossier))
    g_timeout_add_full (G_PRIORITY_LOW, 300, start_cb, g_object_ref (self), g_object_unref);

  return self;
}

PalUpgradePreview *
pal_newer_form_get_preview (PalNewerForm *self)
{
  g_return_val_if_fail (PAL_IS_NEWER_FORM (self), NULL);

  return self->preview;
}

gboolean
pal_newer_form_is_waiting (PalNewerForm *self)
{
  g_return_val_if_fail (PAL_IS_NEWER_FORM (self), FALSE);

  return self->preview != NULL && !self->is_kept;
}

void
pal_newer_form_keep_old (PalNewerForm *self)
{
  g_return_if_fail (PAL_IS_NEWER_FORM (self));

  self->is_kept = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}

/* --- using it */

static void
used_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *backup = NULL;

  if (pal_dossier_upgrade_finish (PAL_DOSSIER (source), result, &backup, &error))
    g_task_return_pointer (task, backup, g_free);
  else
    g_task_return_error (task, error);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalNewerForm *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  pal_dossier_upgrade_async (self->dossier, self->form, used_cb, g_steal_pointer (&task));
}

/**
 * pal_newer_form_use_async:
 * @self: what was found
 * @callback: called when the records are of the newer form, or when they could not be taken there
 * @user_data: data for @callback
 *
 * What was typed before is saved first. Nobody must type meanwhile.
 */
void
pal_newer_form_use_async (PalNewerForm *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (PAL_IS_NEWER_FORM (self));
  g_return_if_fail (self->form != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_newer_form_use_async);
  pal_session_flush_async (self->session, flushed_cb, task);
}

gboolean
pal_newer_form_use_finish (PalNewerForm *self, GAsyncResult *result, char **backup, GError **error)
{
  g_autoptr (GError) local = NULL;

  *backup = g_task_propagate_pointer (G_TASK (result), &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}
