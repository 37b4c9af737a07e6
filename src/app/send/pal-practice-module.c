// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-practice-module"
#include "config.h"

#include "pal-practice-module.h"

#include "pal-paths.h"

#include <json-glib/json-glib.h>

struct _PalPracticeModule
{
  GObject parent_instance;

  char *program;            /* (owned) */
  char *folder;             /* (owned): its files */
  guint16 port;             /* that was asked for, 0: any */
  GSubprocess *process;     /* (owned) */
  GDataInputStream *output; /* (owned) */
  PalEndpoint *endpoint;    /* (owned) (nullable): once it is ready */
};

G_DEFINE_FINAL_TYPE (PalPracticeModule, pal_practice_module, G_TYPE_OBJECT)

static void
pal_practice_module_finalize (GObject *object)
{
  PalPracticeModule *self = PAL_PRACTICE_MODULE (object);

  if (self->process != NULL)
    g_subprocess_send_signal (self->process, 15);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
  g_clear_pointer (&self->endpoint, pal_endpoint_free);
  g_free (self->program);
  g_free (self->folder);

  G_OBJECT_CLASS (pal_practice_module_parent_class)->finalize (object);
}

static void
pal_practice_module_class_init (PalPracticeModuleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_practice_module_finalize;
}

static void
pal_practice_module_init (PalPracticeModule *self)
{
}

/* Beside the running program: in its build folder, or where both were installed. */
static char *
dup_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (PALERMO_BINDIR);
  g_autofree char *installed = g_build_filename (folder, "palermo-module", NULL);
  g_autofree char *built = g_build_filename (folder, "..", "module", "palermo-module", NULL);

  if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&installed);
  if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&built);

  return g_find_program_in_path ("palermo-module");
}

gboolean
pal_practice_module_is_available (void)
{
  g_autofree char *program = dup_program ();

  return program != NULL;
}

static char *
dup_member (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name)
             ? g_strdup (json_object_get_string_member (object, name))
             : NULL;
}

/* The port of the last time is kept, so that what was on its way to the module finds it again. */
static char *
dup_port_path (PalPracticeModule *self)
{
  return g_build_filename (self->folder, "port", NULL);
}

static guint16
load_port (PalPracticeModule *self)
{
  g_autofree char *path = dup_port_path (self);
  g_autofree char *text = NULL;
  guint64 port;

  if (!g_file_get_contents (path, &text, NULL, NULL)
      || !g_ascii_string_to_unsigned (g_strstrip (text), 10, 1024, G_MAXUINT16, &port, NULL))
    return 0;

  return port;
}

static void
save_port (PalPracticeModule *self)
{
  g_autofree char *path = dup_port_path (self);
  g_autoptr (GUri) uri = g_uri_parse (self->endpoint->url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *text = g_strdup_printf ("%d\n", uri != NULL ? g_uri_get_port (uri) : 0);

  /* Without it the next one gets another port, and no more. */
  if (!g_file_set_contents (path, text, -1, NULL))
    g_info ("the port of the practice module could not be noted");
}

static void ready_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* Takes ownership of @task. */
static void
spawn (PalPracticeModule *self, GTask *task)
{
  g_autofree char *port = g_strdup_printf ("--port=%u", self->port);
  GError *error = NULL;

  g_clear_object (&self->output);
  g_clear_object (&self->process);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self->program, port,
                                    "--dir", self->folder, NULL);
  if (self->process == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT,
                                       g_task_get_cancellable (task), ready_cb, task);
}

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalPracticeModule *self = g_task_get_task_data (task);
  g_autoptr (JsonParser) parser = json_parser_new ();
  GError *error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source),
                                                                     result, NULL, &error);
  JsonObject *object;

  if (line != NULL && json_parser_load_from_data (parser, line, -1, &error)
      && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      object = json_node_get_object (json_parser_get_root (parser));
      self->endpoint = pal_endpoint_new ();
      self->endpoint->url = dup_member (object, "url");
      self->endpoint->ca_file = dup_member (object, "ca");
      self->endpoint->module_certificate = dup_member (object, "moduleCertificate");
    }
  if (self->endpoint != NULL && self->endpoint->url != NULL
      && self->endpoint->module_certificate != NULL)
    {
      save_port (self);
      g_task_return_pointer (task, g_object_ref (self), g_object_unref);
    }
  else if (line == NULL && error == NULL && self->port != 0)
    {
      /* Somebody else has the port now. */
      self->port = 0;
      spawn (self, g_steal_pointer (&task));
    }
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             "the practice module did not come up");
}

/**
 * pal_practice_module_start_async:
 * @cancellable: (nullable): stops waiting
 * @callback: called when it is ready, or cannot be
 * @user_data: data for @callback
 *
 * Starts palermo-module on this computer, with its files in a private folder, on the port of the
 * last time if that is free.
 */
void
pal_practice_module_start_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PalPracticeModule *self = g_object_new (PAL_TYPE_PRACTICE_MODULE, NULL);

  self->program = dup_program ();
  self->folder = pal_paths_dup_state_dir ("practice-module");
  self->port = load_port (self);
  g_task_set_source_tag (task, pal_practice_module_start_async);
  g_task_set_task_data (task, self, g_object_unref);
  if (self->program == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               "palermo-module is not installed");
      return;
    }

  spawn (self, g_steal_pointer (&task));
}

PalPracticeModule *
pal_practice_module_start_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

const PalEndpoint *
pal_practice_module_get_endpoint (PalPracticeModule *self)
{
  return self->endpoint;
}
