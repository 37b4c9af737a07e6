// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-file-traces"
#include "config.h"

#include "pal-file-traces.h"

#include "pal-ask.h"
#include "pal-attachment.h"
#include "pal-locale.h"
#include "pal-traces.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalFileTraces
{
  GtkBox parent_instance;

  GtkWidget *label;
  GtkWidget *button;

  PalDossier *dossier; /* (owned) (nullable) */
  char *attachment;    /* (owned) (nullable): that was looked at, or is being */
  gboolean may_change;
  gboolean is_working;
  PalTraces traces;
};

enum
{
  CLEANED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalFileTraces, pal_file_traces, GTK_TYPE_BOX)

/* --- what it says */

static const char *
get_kind_words (PalTraceKind kind)
{
  switch (kind)
    {
    case PAL_TRACE_PLACE:
      return C_ ("file tells", "a place");
    case PAL_TRACE_PERSON:
      return C_ ("file tells", "names");
    case PAL_TRACE_DEVICE:
      return C_ ("file tells", "a device or program");
    case PAL_TRACE_TIME:
      return C_ ("file tells", "times");
    case PAL_TRACE_TEXT:
      return C_ ("file tells", "hidden text");
    case PAL_N_TRACES:
      break;
    }

  return "";
}

/**
 * pal_file_traces_dup_list:
 * @traces: what was found in a file
 *
 * Returns: (transfer full): the kinds of it, as a list of the language
 */
char *
pal_file_traces_dup_list (const PalTraces *traces)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new ();

  for (guint i = 0; i < PAL_N_TRACES; i++)
    if (traces->found[i])
      g_ptr_array_add (kinds, (gpointer) get_kind_words (i));

  return pal_locale_dup_list (kinds);
}

static void
update (PalFileTraces *self)
{
  gboolean is_any = self->attachment != NULL && pal_traces_is_any (&self->traces);
  g_autofree char *list = NULL;
  g_autofree char *words = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), is_any);
  if (!is_any)
    return;
  list = pal_file_traces_dup_list (&self->traces);
  words = self->traces.is_removable
              /* TRANSLATORS: %s: a list: "a place, names and times" */
              ? g_strdup_printf (_ ("This file tells more than people see in it: %s."), list)
              /* TRANSLATORS: %s: a list: "names and times" */
              : g_strdup_printf (_ ("This file tells more than people see in it: %s. It cannot be "
                                    "taken out here; if that matters, make the file anew in the "
                                    "program that wrote it, and attach that."),
                                 list);
  pal_wrap_set_text (GTK_LABEL (self->label), words);
  gtk_widget_set_visible (self->button, self->traces.is_removable && self->may_change);
  gtk_widget_set_sensitive (self->button, !self->is_working);
}

/* --- looking */

static void
traces_free (gpointer data)
{
  g_free (data);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *dossier = g_object_get_data (G_OBJECT (task), "dossier");
  PalTraces *traces = g_new0 (PalTraces, 1);
  g_autoptr (GBytes) bytes = pal_dossier_read_attachment_bytes (
      dossier, task_data, PAL_TRACES_MAX_BYTES, cancellable, NULL);

  /* What is too large, or gone, tells nothing here. */
  if (bytes != NULL)
    pal_traces_look (bytes, traces);
  g_task_return_pointer (task, traces, traces_free);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalFileTraces *self = PAL_FILE_TRACES (source);
  const char *attachment = g_task_get_task_data (G_TASK (result));
  g_autofree PalTraces *traces = g_task_propagate_pointer (G_TASK (result), NULL);

  if (g_strcmp0 (attachment, self->attachment) != 0 || self->label == NULL)
    return; /* another file is attached by now */
  self->traces = *traces;
  update (self);
}

static GTask *
make_task (PalFileTraces *self, GAsyncReadyCallback callback)
{
  GTask *task = g_task_new (self, NULL, callback, NULL);

  g_task_set_task_data (task, g_strdup (self->attachment), g_free);
  g_object_set_data_full (G_OBJECT (task), "dossier", g_object_ref (self->dossier), g_object_unref);

  return task;
}

/* --- taking it out */

static void
clean_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *dossier = g_object_get_data (G_OBJECT (task), "dossier");
  GError *error = NULL;
  g_autoptr (GBytes) bytes = pal_dossier_read_attachment_bytes (
      dossier, task_data, PAL_TRACES_MAX_BYTES, cancellable, &error);
  g_autoptr (GBytes) clean = bytes != NULL ? pal_traces_remove (bytes, &error) : NULL;
  g_autofree char *name = pal_attachment_dup_display_name (task_data);
  char *attachment
      = clean != NULL ? pal_dossier_attach_bytes (dossier, name, clean, cancellable, &error) : NULL;

  if (attachment != NULL)
    g_task_return_pointer (task, attachment, g_free);
  else
    g_task_return_error (task, error);
}

static void
cleaned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalFileTraces *self = PAL_FILE_TRACES (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *attachment = g_task_propagate_pointer (G_TASK (result), &error);
  gboolean is_there = g_strcmp0 (g_task_get_task_data (G_TASK (result)), self->attachment) == 0;

  self->is_working = FALSE;
  if (self->label == NULL)
    return; /* the page went away */
  if (!is_there)
    {
      update (self);
      return; /* another file is attached by now: it stays */
    }
  if (attachment != NULL)
    {
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Taken out. The file as it was stays in the "
                                                      "history of the answer.")));
      g_signal_emit (self, signals[CLEANED], 0, attachment);
    }
  else
    {
      g_info ("a file could not be written again: %s", error->message);
      pal_tell (GTK_WIDGET (self), _ ("Nothing was taken out"),
                _ ("The file could not be written again. It is attached as it was."));
    }
  update (self);
}

static void
clicked_cb (PalFileTraces *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->is_working || self->attachment == NULL)
    return;
  self->is_working = TRUE;
  update (self);
  task = make_task (self, cleaned_cb);
  g_task_run_in_thread (task, clean_in_thread);
}

/* --- the widget */

static void
pal_file_traces_dispose (GObject *object)
{
  PalFileTraces *self = PAL_FILE_TRACES (object);

  self->label = NULL;
  g_clear_object (&self->dossier);
  g_clear_pointer (&self->attachment, g_free);

  G_OBJECT_CLASS (pal_file_traces_parent_class)->dispose (object);
}

static void
pal_file_traces_class_init (PalFileTracesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_file_traces_dispose;

  signals[CLEANED] = g_signal_new ("cleaned", PAL_TYPE_FILE_TRACES, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pal_file_traces_init (PalFileTraces *self)
{
  GtkWidget *content = NULL;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->label = pal_wrap_label_new (NULL);
  self->button = gtk_button_new_with_mnemonic (_ ("_Take It Out of the File"));
  content = gtk_button_get_child (GTK_BUTTON (self->button));
  pal_wrap_label (GTK_LABEL (content));
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (self), self->label);
  gtk_box_append (GTK_BOX (self), self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
pal_file_traces_new (void)
{
  return g_object_new (PAL_TYPE_FILE_TRACES, NULL);
}

/**
 * pal_file_traces_show:
 * @self: beside a file
 * @dossier: where it is attached
 * @attachment: (nullable): its name
 * @may_change: whether it may be replaced
 *
 * Looks into the file, in the background, when it is another than before.
 */
void
pal_file_traces_show (PalFileTraces *self, PalDossier *dossier, const char *attachment,
                      gboolean may_change)
{
  g_autoptr (GTask) task = NULL;
  const char *wanted = attachment != NULL && *attachment != '\0' ? attachment : NULL;

  self->may_change = may_change;
  if (g_strcmp0 (self->attachment, wanted) != 0)
    {
      g_set_object (&self->dossier, dossier);
      g_free (self->attachment);
      self->attachment = g_strdup (wanted);
      memset (&self->traces, 0, sizeof self->traces);
      if (wanted != NULL && dossier != NULL)
        {
          task = make_task (self, looked_cb);
          g_task_run_in_thread (task, look_in_thread);
        }
    }
  update (self);
}
