// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input"
#include "config.h"

#include "pal-input-private.h"

#include "pal-package-json.h"
#include "pal-package-writer.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* The file that is handed over; its layout stands in the header. */

#define ATTACHMENTS "data/attachments/"

/* That in which it was said to be written. */
static void
add_languages (JsonBuilder *builder, PalInputPackage *self)
{
  g_autofree char *language = pal_dossier_get_meta (self->dossier, PAL_INPUT_META_LANGUAGE);

  if (language == NULL)
    return;
  json_builder_set_member_name (builder, "languages");
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, language);
  json_builder_end_array (builder);
}

static void
add_attachments (PalInputPackage *self, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "attachments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->contents->len; i++)
    {
      const PalKitFile *content = g_ptr_array_index (self->contents, i);
      g_autofree char *file = g_strconcat (ATTACHMENTS, content->name, NULL);

      json_builder_begin_object (builder);
      pal_package_json_add_string (builder, "file", file);
      json_builder_set_member_name (builder, "size");
      json_builder_add_int_value (builder, (gint64) g_bytes_get_size (content->bytes));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_form (PalInputPackage *self, JsonBuilder *builder, const char *file)
{
  g_autofree char *sha256
      = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pal_form_get_source (self->form));

  json_builder_set_member_name (builder, "forms");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "id", pal_form_get_id (self->form));
  pal_package_json_add_string (builder, "version", pal_form_get_version (self->form));
  pal_package_json_add_string (builder, "sha256", sha256);
  pal_package_json_add_string (builder, "file", file);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

/* The day, not the hour: at what hours somebody works is nobody's business. */
static char *
make_package_json (PalInputPackage *self, const char *id, const char *form_file)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "kind", PAL_INPUT_FORM);
  pal_package_json_add_string (builder, "id", id);
  pal_package_json_add_string (builder, "state",
                               pal_input_package_get_answer (self, "/input/card/about/state"));
  add_languages (builder, self);
  add_form (self, builder, form_file);
  json_builder_set_member_name (builder, "records");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "form", pal_form_get_id (self->form));
  pal_package_json_add_string (builder, "version", pal_form_get_version (self->form));
  pal_package_json_add_string (builder, "file", "data/instances/input.xml");
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  add_attachments (self, builder);
  pal_package_json_add_string (builder, "created", day);

  return pal_package_json_end (builder);
}

static gboolean
add_bytes (PalPackageWriter *writer, const char *name, const char *type, GBytes *bytes,
           GError **error)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  return pal_package_writer_add_bytes (writer, name, type, data, length, error);
}

static gboolean
write_all (PalInputPackage *self, PalPackageWriter *writer, PalIdentity *identity,
           GCancellable *cancellable, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *urn = g_strconcat ("urn:uuid:", id, NULL);
  g_autofree char *form_file
      = g_strdup_printf ("data/forms/%s-%s.xml", PAL_INPUT_FORM, pal_form_get_version (self->form));
  g_autofree char *json = make_package_json (self, id, form_file);

  if (!pal_package_writer_add_bytes (writer, "data/package.json", "application/json", json,
                                     strlen (json), error)
      || !add_bytes (writer, form_file, "application/xml", pal_form_get_source (self->form), error)
      || !add_bytes (writer, "data/instances/input.xml", "application/xml", self->instance, error))
    return FALSE;
  for (guint i = 0; i < self->contents->len; i++)
    {
      const PalKitFile *content = g_ptr_array_index (self->contents, i);
      g_autofree char *name = g_strconcat (ATTACHMENTS, content->name, NULL);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !add_bytes (writer, name, pal_package_guess_media_type (name), content->bytes, error))
        return FALSE;
    }

  return !g_cancellable_set_error_if_cancelled (cancellable, error)
         && pal_package_writer_finish (writer, urn, pal_input_package_get_organization (self),
                                       identity, error);
}

/**
 * pal_input_package_write:
 * @self: what is handed over
 * @path: the file
 * @identity: (nullable): who signs; %NULL: nobody, which an inbox takes as well
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Writes the file; it is there whole, or not at all. Blocking; from one thread at a time.
 *
 * Returns: whether it is there; %PAL_INPUT_ERROR_OPEN or _ANONYMOUS, and errors of packages
 */
gboolean
pal_input_package_write (PalInputPackage *self, const char *path, PalIdentity *identity,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (PalPackageWriter) writer = NULL;

  g_return_val_if_fail (PAL_IS_INPUT_PACKAGE (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (self->open->len > 0)
    {
      g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_OPEN, "%u answers are missing or wrong",
                   self->open->len);
      return FALSE;
    }
  if (self->is_anonymous && identity != NULL)
    {
      g_set_error (error, PAL_INPUT_ERROR, PAL_INPUT_ERROR_ANONYMOUS,
                   "who stays unknown does not sign");
      return FALSE;
    }
  writer = pal_package_writer_new (path, error);

  return writer != NULL && write_all (self, writer, identity, cancellable, error);
}

typedef struct
{
  char *path;
  PalIdentity *identity; /* (nullable) */
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_free (writing->path);
  g_clear_object (&writing->identity);
  g_free (writing);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Writing *writing = task_data;
  GError *error = NULL;

  if (pal_input_package_write (source, writing->path, writing->identity, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_input_package_write_async:
 * @self: what is handed over; nobody else uses it meanwhile
 * @path: the file
 * @identity: (nullable): who signs
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_input_package_write().
 */
void
pal_input_package_write_async (PalInputPackage *self, const char *path, PalIdentity *identity,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Writing *writing = g_new0 (Writing, 1);

  writing->path = g_strdup (path);
  writing->identity = identity != NULL ? g_object_ref (identity) : NULL;
  g_task_set_source_tag (task, pal_input_package_write_async);
  /* What was written is there, also when somebody wants it stopped just then. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, writing, writing_free);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * pal_input_package_write_finish:
 * @self: what is handed over
 * @result: a result
 * @error: return location
 *
 * Returns: whether the file is there
 */
gboolean
pal_input_package_write_finish (PalInputPackage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
