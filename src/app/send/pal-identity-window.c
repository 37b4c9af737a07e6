// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-identity-window"
#include "config.h"

#include "pal-identity-window.h"

#include "pal-paths.h"
#include "pal-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHORTEST_PASSPHRASE 8 /* characters */

struct _PalIdentityWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkLabel *heading;
  GtkLabel *explanation;
  AdwEntryRow *name_row;
  AdwPasswordEntryRow *passphrase_row;
  AdwPasswordEntryRow *repeat_row;
  GtkLabel *problem;
  GtkButton *accept_button;
  GtkSpinner *spinner;

  GTask *task;       /* (owned) (nullable): what the caller waits for */
  gboolean creating; /* no key yet: make one */
  gboolean working;
};

G_DEFINE_FINAL_TYPE (PalIdentityWindow, pal_identity_window, ADW_TYPE_WINDOW)

typedef struct
{
  char *path;
  char *name; /* (nullable): NULL unlocks */
  char *passphrase;
} Work;

static void
work_free (Work *work)
{
  /* explicit_bzero is not optimised away. */
  explicit_bzero (work->passphrase, strlen (work->passphrase));
  g_free (work->passphrase);
  g_free (work->name);
  g_free (work->path);
  g_free (work);
}

static char *
dup_key_path (void)
{
  g_autofree char *folder = pal_paths_dup_state_dir ("identity");

  return g_build_filename (folder, "identity.p12", NULL);
}

gboolean
pal_identity_window_has_key (void)
{
  g_autofree char *path = dup_key_path ();

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
show_problem (PalIdentityWindow *self, const char *problem)
{
  GtkWidget *row = GTK_WIDGET (self->passphrase_row);

  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  if (problem != NULL)
    {
      gtk_widget_add_css_class (row, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
    }
  else
    {
      gtk_widget_remove_css_class (row, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID);
    }
}

static void
update (PalIdentityWindow *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  const char *passphrase = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));
  gboolean ready = *passphrase != '\0' && (!self->creating || !pal_text_is_blank (name));

  gtk_widget_set_visible (GTK_WIDGET (self->name_row), self->creating);
  gtk_widget_set_visible (GTK_WIDGET (self->repeat_row), self->creating);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->working);
  gtk_spinner_set_spinning (self->spinner, self->working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), !self->working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button), ready && !self->working);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  g_autoptr (PalIdentity) identity = NULL;
  GError *error = NULL;

  if (work->name != NULL)
    {
      identity = pal_identity_create (work->name, &error);
      if (identity != NULL && !pal_identity_save (identity, work->path, work->passphrase, &error))
        g_clear_object (&identity);
    }
  else
    identity = pal_identity_load (work->path, work->passphrase, &error);

  if (identity != NULL)
    g_task_return_pointer (task, g_steal_pointer (&identity), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
worked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalIdentityWindow *self = PAL_IDENTITY_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GTask) task = NULL;

  self->working = FALSE;
  if (self->task == NULL)
    return; /* closed meanwhile */
  if (identity == NULL)
    {
      g_info ("the key could not be used: %s", error->message);
      show_problem (self, g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE)
                              ? _ ("That is not the passphrase of this key. The key was not "
                                   "changed; please try again.")
                              : _ ("The key could not be read or written. Your answers are safe; "
                                   "look whether there is room on the disk and try again."));
      update (self);
      gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
      return;
    }

  task = g_steal_pointer (&self->task);
  g_task_return_pointer (task, g_steal_pointer (&identity), g_object_unref);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
accept_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalIdentityWindow *self = PAL_IDENTITY_WINDOW (widget);
  const char *passphrase = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));
  g_autoptr (GTask) task = NULL;
  Work *work;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    return;
  if (self->creating && g_utf8_strlen (passphrase, -1) < SHORTEST_PASSPHRASE)
    {
      g_autofree char *problem
          = g_strdup_printf (ngettext ("Please use at least %d character.",
                                       "Please use at least %d characters.", SHORTEST_PASSPHRASE),
                             SHORTEST_PASSPHRASE);

      show_problem (self, problem);
      gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
      return;
    }
  if (self->creating
      && strcmp (passphrase, gtk_editable_get_text (GTK_EDITABLE (self->repeat_row))) != 0)
    {
      show_problem (self, _ ("The two passphrases differ. Please type them again."));
      gtk_widget_grab_focus (GTK_WIDGET (self->repeat_row));
      return;
    }

  show_problem (self, NULL);
  work = g_new0 (Work, 1);
  work->path = dup_key_path ();
  work->name
      = self->creating ? g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))) : NULL;
  work->passphrase = g_strdup (passphrase);
  task = g_task_new (self, NULL, worked_cb, NULL);
  g_task_set_source_tag (task, accept_action);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, work_in_thread);
  self->working = TRUE;
  /* A field that cannot be typed into would go on blinking. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  update (self);
}

static void
changed_cb (PalIdentityWindow *self)
{
  show_problem (self, NULL);
  update (self);
}

static void
activate_cb (PalIdentityWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "identity.accept", NULL);
}

static void
pal_identity_window_dispose (GObject *object)
{
  PalIdentityWindow *self = PAL_IDENTITY_WINDOW (object);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_IDENTITY_WINDOW);

  G_OBJECT_CLASS (pal_identity_window_parent_class)->dispose (object);
}

static void
pal_identity_window_class_init (PalIdentityWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_identity_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-identity-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, explanation);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, spinner);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "identity.accept", NULL, accept_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_identity_window_init (PalIdentityWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_identity_window_run_async:
 * @parent: the window over which it stands
 * @name: (nullable): what to suggest as the name in a new key
 * @callback: called when the person is done
 * @user_data: data for @callback
 *
 * Shows the window: to make a key when there is none yet, else to unlock the one there is.
 */
void
pal_identity_window_run_async (GtkWindow *parent, const char *name, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  PalIdentityWindow *self
      = g_object_new (PAL_TYPE_IDENTITY_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, pal_identity_window_run_async);
  self->creating = !pal_identity_window_has_key ();
  if (self->creating)
    {
      gtk_window_set_title (GTK_WINDOW (self), _ ("Make a Key"));
      gtk_label_set_text (self->heading, _ ("A key of your own"));
      gtk_label_set_text (
          self->explanation,
          _ ("With a key you sign what you send, so that the receiver can see that it comes from "
             "you and that nothing was changed on the way. It is made once and stays on this "
             "computer. Without the passphrase nobody can use it; it cannot be recovered."));
      gtk_editable_set_text (GTK_EDITABLE (self->name_row), name != NULL ? name : "");
      gtk_button_set_label (self->accept_button, _ ("Make Key"));
    }
  else
    {
      gtk_window_set_title (GTK_WINDOW (self), _ ("Unlock Key"));
      gtk_label_set_text (self->heading, _ ("Your passphrase, please"));
      gtk_label_set_text (self->explanation,
                          _ ("Your key signs the archive. It stays unlocked until Palermo ends."));
      gtk_button_set_label (self->accept_button, _ ("Unlock"));
    }
  update (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (self->creating && pal_text_is_blank (name)
                             ? GTK_WIDGET (self->name_row)
                             : GTK_WIDGET (self->passphrase_row));
}

PalIdentity *
pal_identity_window_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
