// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-arrived-file"
#include "config.h"

#include "pal-arrived-file.h"

#include "pal-ask.h"
#include "pal-attachment.h"
#include "pal-file-traces.h"
#include "pal-locale.h"
#include "pal-pick-file.h"
#include "pal-trouble.h"
#include "pal-words-row.h"
#include "pal-wrap.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>

#define SPACING 6     /* pixels */
#define MAX_SHOWN 300 /* bytes of a name */
#define MAX_TYPE 100  /* bytes of a media type */

struct _PalArrivedFile
{
  GtkBox parent_instance;

  GtkLabel *told;
  GtkWidget *buttons;
  GtkWidget *look_button;
  GtkWidget *save_button;

  char *name;       /* (owned): as the input says it */
  GBytes *bytes;    /* (owned) */
  PalTraces traces; /* once it was looked for */
  PalTracesRisk risk;
  gboolean is_gone; /* the row went away */
  gboolean clean;   /* what is being saved is to be without traces */
};

G_DEFINE_FINAL_TYPE (PalArrivedFile, pal_arrived_file, GTK_TYPE_BOX)

/* --- what it tells --- */

static void
show_told (PalArrivedFile *self)
{
  g_autoptr (GString) words = g_string_new (NULL);

  if (self->risk == PAL_TRACES_RISK_PROGRAM)
    g_string_append (words, _ ("This is a program, or a computer takes it for one. It is not "
                               "opened here."));
  if (pal_traces_is_any (&self->traces))
    {
      g_autofree char *list = pal_file_traces_dup_list (&self->traces);

      if (words->len > 0)
        g_string_append_c (words, '\n');
      /* TRANSLATORS: %s: a list: "a place, names and times" */
      g_string_append_printf (words, _ ("It tells more than people see in it: %s."), list);
    }
  pal_wrap_set_text (self->told, words->str);
  gtk_widget_set_visible (GTK_WIDGET (self->told), words->len > 0);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalTraces *traces = g_new0 (PalTraces, 1);

  pal_traces_look (task_data, traces);
  g_task_return_pointer (task, traces, g_free);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalArrivedFile *self = PAL_ARRIVED_FILE (source);
  g_autofree PalTraces *traces = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self->is_gone || traces == NULL)
    return;
  self->traces = *traces;
  show_told (self);
}

/* --- a look --- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalArrivedFile *self = PAL_ARRIVED_FILE (source);
  g_autoptr (GError) error = NULL;

  if (pal_attachment_open_finish (result, &error) || self->is_gone)
    return;
  g_info ("a file from outside could not be shown: %s", error->message);
  pal_tell (GTK_WIDGET (self), _ ("The file could not be opened"),
            _ ("No program on this computer shows files of this kind."));
}

static void
open_it (PalArrivedFile *self)
{
  pal_attachment_open_bytes_async (GTK_WIDGET (self), self->name, self->bytes, opened_cb, NULL);
}

static void
may_open_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalArrivedFile) self = user_data;

  if (g_str_equal (pal_ask_finish (result), "open") && !self->is_gone)
    open_it (self);
}

static void
look_clicked_cb (PalArrivedFile *self)
{
  const PalAskChoice choices[] = { { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
                                   { "open", _ ("_Open a Copy"), ADW_RESPONSE_DEFAULT } };

  if (self->risk == PAL_TRACES_RISK_LITTLE)
    open_it (self);
  else if (self->risk == PAL_TRACES_RISK_DOCUMENT)
    pal_ask_async (GTK_WIDGET (self), _ ("This file comes from outside"),
                   _ ("Files of this kind can carry programs, and can tell others that you opened "
                      "them. A private copy opens that cannot be changed; it is deleted when you "
                      "close Palermo. Open it only if you know where it comes from, best without a "
                      "network."),
                   choices, G_N_ELEMENTS (choices), may_open_cb, g_object_ref (self));
}

/* --- a copy --- */

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalArrivedFile) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      if (!self->is_gone)
        pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("The copy is saved")));
      return;
    }
  words = pal_trouble_dup_words (error);
  g_info ("a copy was not saved: %s", error->message);
  if (!self->is_gone)
    pal_tell (GTK_WIDGET (self), _ ("The copy could not be saved"), words);
}

static void
write_to (PalArrivedFile *self, GFile *to, GBytes *bytes)
{
  g_file_replace_contents_bytes_async (to, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, saved_cb, g_object_ref (self));
}

static void
clean_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *clean = pal_traces_remove (PAL_ARRIVED_FILE (source)->bytes, &error);

  if (clean != NULL)
    g_task_return_pointer (task, clean, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
cleaned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalArrivedFile *self = PAL_ARRIVED_FILE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) clean = g_task_propagate_pointer (G_TASK (result), &error);

  if (clean != NULL)
    {
      write_to (self, g_task_get_task_data (G_TASK (result)), clean);
      return;
    }
  g_info ("a file could not be written again: %s", error->message);
  if (!self->is_gone)
    pal_tell (GTK_WIDGET (self), _ ("The copy could not be saved"),
              _ ("Nothing could be taken out of this file. Nothing was written."));
}

/**
 * pal_arrived_file_save:
 * @self: a file from outside
 * @to: where
 * @clean: whether without what it tells beside its content
 *
 * Writes a copy in the background.
 */
void
pal_arrived_file_save (PalArrivedFile *self, GFile *to, gboolean clean)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_ARRIVED_FILE (self));

  if (!clean)
    {
      write_to (self, to, self->bytes);
      return;
    }
  task = g_task_new (self, NULL, cleaned_cb, NULL);
  g_task_set_source_tag (task, pal_arrived_file_save);
  g_task_set_task_data (task, g_object_ref (to), g_object_unref);
  g_task_run_in_thread (task, clean_in_thread);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalArrivedFile) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && !self->is_gone)
    pal_arrived_file_save (self, file, self->clean);
}

static void
may_save_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalArrivedFile) self = user_data;
  const char *chosen = pal_ask_finish (result);
  g_autofree char *name = NULL;
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Where to Save the Copy"),
                       .accept = _ ("_Save") };

  if (g_str_equal (chosen, "cancel") || self->is_gone)
    return;
  self->clean = g_str_equal (chosen, "clean");
  name = g_strdelimit (g_strdup (self->name), "/\\:*?\"<>|", '-');
  pick.name = name;
  pal_pick_file_async (GTK_WIDGET (self), &pick, picked_cb, g_object_ref (self));
}

static void
save_clicked_cb (PalArrivedFile *self)
{
  const PalAskChoice choices[]
      = { { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
          { "save", _ ("_Save a Copy…"), ADW_RESPONSE_DEFAULT },
          /* TRANSLATORS: button: a file is saved without what it tells beside its content */
          { "clean", _ ("Save _Without It…"), ADW_RESPONSE_DEFAULT } };
  gboolean may_clean = self->traces.is_removable && pal_traces_is_any (&self->traces);
  g_autofree char *list = may_clean ? pal_file_traces_dup_list (&self->traces) : NULL;
  g_autofree char *tells
      /* TRANSLATORS: %s: a list: "a place, names and times"; "it" is what the list says */
      = may_clean ? g_strdup_printf (_ ("It tells more than people see in it: %s. A copy can be "
                                        "saved without it."),
                                     list)
                  : NULL;
  const char *warning
      = _ ("A file can harm your computer, and it can tell others that you opened it. Save a copy "
           "only if you know where it comes from, and have it checked before you open it.");
  g_autofree char *body
      = tells != NULL ? g_strconcat (warning, "\n\n", tells, NULL) : g_strdup (warning);

  pal_ask_async (GTK_WIDGET (self), _ ("This file comes from outside"), body, choices,
                 G_N_ELEMENTS (choices) - (may_clean ? 0 : 1), may_save_cb, g_object_ref (self));
}

/* --- the widget --- */

static void
pal_arrived_file_dispose (GObject *object)
{
  PAL_ARRIVED_FILE (object)->is_gone = TRUE;

  G_OBJECT_CLASS (pal_arrived_file_parent_class)->dispose (object);
}

static void
pal_arrived_file_finalize (GObject *object)
{
  PalArrivedFile *self = PAL_ARRIVED_FILE (object);

  g_free (self->name);
  g_clear_pointer (&self->bytes, g_bytes_unref);

  G_OBJECT_CLASS (pal_arrived_file_parent_class)->finalize (object);
}

static void
pal_arrived_file_class_init (PalArrivedFileClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_arrived_file_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_arrived_file_finalize;
}

static GtkWidget *
add_button (PalArrivedFile *self, const char *label, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (self->buttons), button);

  return button;
}

static void
pal_arrived_file_init (PalArrivedFile *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), SPACING);
  self->told = GTK_LABEL (pal_wrap_label_new ("caption"));
  gtk_label_set_xalign (self->told, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->told), FALSE);
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (SPACING));
  /* TRANSLATORS: button: opens an attached file for a look */
  self->look_button = add_button (self, _ ("_Look at It…"), G_CALLBACK (look_clicked_cb));
  self->save_button = add_button (self, _ ("_Save a Copy…"), G_CALLBACK (save_clicked_cb));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->told));
  gtk_box_append (GTK_BOX (self), self->buttons);
}

static char *
dup_file_words (const PalKitFile *file)
{
  g_autofree char *size = pal_locale_dup_size ((gint64) g_bytes_get_size (file->bytes));
  g_autofree char *type = file->media_type != NULL
                              ? pal_words_dup_plain (file->media_type, MAX_TYPE)
                              : g_strdup (_ ("kind not said"));

  if (!file->is_intact)
    /* TRANSLATORS: an attachment: its media type, its size */
    return g_strdup_printf (_ ("%1$s · %2$s · damaged, or changed after it was attached"), type,
                            size);

  return g_strdup_printf (_ ("%s · %s"), type, size);
}

static void
name_button (GtkWidget *button, const char *words, const char *name)
{
  g_autofree char *label = g_strdup_printf (words, name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

/**
 * pal_arrived_file_row_new:
 * @file: a file that came with an input
 *
 * Returns: (transfer floating): a row with what can be done
 */
GtkWidget *
pal_arrived_file_row_new (const PalKitFile *file)
{
  PalArrivedFile *self = g_object_new (PAL_TYPE_ARRIVED_FILE, NULL);
  g_autofree char *name = pal_words_dup_plain (file->name, MAX_SHOWN);
  g_autofree char *words = dup_file_words (file);
  g_autoptr (GTask) task = g_task_new (self, NULL, looked_cb, NULL);

  self->name = g_strdup (file->name);
  self->bytes = g_bytes_ref (file->bytes);
  self->risk = pal_traces_get_risk (file->bytes, file->name);
  gtk_widget_set_visible (self->look_button, self->risk != PAL_TRACES_RISK_PROGRAM);
  /* TRANSLATORS: the name of a file */
  name_button (self->look_button, _ ("Look at %s"), name);
  /* TRANSLATORS: the name of a file */
  name_button (self->save_button, _ ("Save a copy of %s"), name);
  show_told (self);
  g_task_set_task_data (task, g_bytes_ref (self->bytes), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, look_in_thread);

  return pal_words_row_new (name, words, GTK_WIDGET (self));
}
