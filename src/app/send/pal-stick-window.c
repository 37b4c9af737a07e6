// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stick-window"
#include "config.h"

#include "pal-stick-window.h"

#include "pal-pick-file.h"
#include "pal-stick-job.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalStickWindow
{
  AdwWindow parent_instance;

  AdwActionRow *sealed_row;
  GtkSwitch *sealed_switch;
  AdwActionRow *place_row;
  GtkButton *choose_button;
  GtkImage *icon;
  GtkLabel *status;
  GtkProgressBar *progress;
  GtkButton *copy_button;
  GtkButton *eject_button;

  PalOutbox *outbox;         /* (owned) */
  PalOutboxItem *item;       /* (owned) */
  GFile *target;             /* (owned) (nullable): a folder on the stick */
  GMount *mount;             /* (owned) (nullable): of it, when it can be taken out */
  GCancellable *cancellable; /* (owned): of what is being copied */
  GError *trouble;           /* (owned) (nullable): of the last try */
  gboolean working;
  gboolean copies; /* sealed already */
  double fraction;
  gboolean done;
  gboolean ejected;
};

G_DEFINE_FINAL_TYPE (PalStickWindow, pal_stick_window, ADW_TYPE_WINDOW)

static const char *
get_module_certificate (PalStickWindow *self)
{
  const PalEndpoint *endpoint = pal_outbox_get_endpoint (self->outbox);

  return endpoint != NULL ? endpoint->module_certificate : NULL;
}

static char *
dup_status (PalStickWindow *self)
{
  switch (pal_outbox_item_get_stage (self->item))
    {
    case PAL_OUTBOX_PACKING:
      return g_strdup (_ ("Packing and signing"));
    case PAL_OUTBOX_FAILED:
      return pal_trouble_dup_words (pal_outbox_item_get_trouble (self->item));
    case PAL_OUTBOX_MOVING:
    case PAL_OUTBOX_RESTING:
    case PAL_OUTBOX_GIVEN_UP:
    case PAL_OUTBOX_REPLACED:
    case PAL_OUTBOX_CARRIED:
      break;
    }
  if (self->working)
    /* TRANSLATORS: %d is a number of per cent; %% is the sign. */
    return g_strdup_printf (self->copies ? _ ("Copying and reading back: %d%%")
                                         : _ ("Encrypting: %d%%"),
                            (int) (self->fraction * 100));
  if (self->ejected)
    return g_strdup (_ ("The stick is ejected. Pull it out and bring it to the module."));
  if (self->done)
    return g_strdup (_ ("Safe to remove: everything is on the stick and was read back."));
  if (g_error_matches (self->trouble, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (_ ("Stopped. What is on the stick is not complete; copy again to complete "
                        "it."));
  if (self->trouble != NULL)
    return pal_trouble_dup_words (self->trouble);

  return g_strdup (self->target != NULL ? _ ("Nothing was copied yet.")
                                        : _ ("Put the stick in and choose a folder on it."));
}

static void
update_sealed (PalStickWindow *self)
{
  gboolean can_seal = get_module_certificate (self) != NULL;
  const char *words;

  if (!can_seal)
    words = _ ("The module's certificate is not set on the page “Sending”, so the archive cannot "
               "be encrypted for it.");
  else if (gtk_switch_get_active (self->sealed_switch))
    words = _ ("Encrypted for the module. If the stick is lost, nobody can read it.");
  else
    words = _ ("Not encrypted: whoever finds the stick can read every answer.");
  adw_action_row_set_subtitle (self->sealed_row, words);
}

static void
update (PalStickWindow *self)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (self->item);
  g_autofree char *status = dup_status (self);
  gboolean bad = !self->working && !self->done && self->trouble != NULL;
  gboolean was_focus = gtk_widget_has_focus (GTK_WIDGET (self->copy_button));

  update_sealed (self);
  if (g_strcmp0 (gtk_label_get_text (self->status), status) != 0)
    gtk_label_set_text (self->status, status);
  gtk_image_set_from_icon_name (self->icon, self->done ? "emblem-ok-symbolic"
                                            : bad      ? "dialog-warning-symbolic"
                                                       : "drive-removable-media-symbolic");
  gtk_widget_set_visible (GTK_WIDGET (self->progress),
                          self->working || stage == PAL_OUTBOX_PACKING);
  gtk_progress_bar_set_fraction (self->progress, stage == PAL_OUTBOX_PACKING
                                                     ? pal_outbox_item_get_progress (self->item)
                                                     : self->fraction);
  gtk_widget_set_sensitive (GTK_WIDGET (self->sealed_row),
                            !self->working && get_module_certificate (self) != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->choose_button), !self->working);
  gtk_button_set_label (self->copy_button, self->working ? _ ("_Stop") : _ ("C_opy"));
  gtk_widget_set_visible (GTK_WIDGET (self->copy_button), !self->done);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy_button),
                            self->working || (self->target != NULL && stage == PAL_OUTBOX_CARRIED));
  gtk_widget_set_visible (GTK_WIDGET (self->eject_button),
                          self->done && !self->ejected && self->mount != NULL);
  if (was_focus && self->done)
    gtk_widget_grab_focus (self->mount != NULL ? GTK_WIDGET (self->eject_button)
                                               : GTK_WIDGET (self->choose_button));
}

/* --- where to --- */

static void
mount_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalStickWindow) self = user_data;
  g_autoptr (GMount) mount = g_file_find_enclosing_mount_finish (G_FILE (source), result, NULL);

  if (self->outbox == NULL || self->target == NULL || !g_file_equal (self->target, G_FILE (source)))
    return;
  if (mount != NULL && (g_mount_can_eject (mount) || g_mount_can_unmount (mount)))
    g_set_object (&self->mount, mount);
  update (self);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalStickWindow) self = user_data;
  g_autoptr (GFile) folder = pal_pick_file_finish (result);
  g_autofree char *name = NULL;
  g_autofree char *shown = NULL;

  if (folder == NULL || self->outbox == NULL)
    return;
  g_set_object (&self->target, folder);
  g_clear_object (&self->mount);
  g_clear_error (&self->trouble);
  self->done = FALSE;
  self->ejected = FALSE;
  name = g_file_get_parse_name (folder);
  shown = pal_text_dup_isolated (name);
  adw_action_row_set_subtitle (self->place_row, shown);
  g_file_find_enclosing_mount_async (folder, G_PRIORITY_DEFAULT, NULL, mount_found_cb,
                                     g_object_ref (self));
  update (self);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                       .title = _ ("A Folder on the Stick"),
                       .accept = _ ("_Choose") };

  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (widget));
}

/* --- copying --- */

static void
progress_cb (gboolean copies, double fraction, gpointer user_data)
{
  PalStickWindow *self = user_data;

  self->copies = copies;
  self->fraction = fraction;
  if (self->outbox != NULL)
    update (self);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalStickWindow) self = user_data;

  g_clear_error (&self->trouble);
  self->working = FALSE;
  self->done = pal_stick_job_finish (result, &self->trouble);
  if (self->trouble != NULL)
    g_info ("nothing complete is on the stick: %s", self->trouble->message);
  if (self->outbox == NULL)
    return; /* the window was closed */
  if (self->done)
    pal_outbox_item_note_carried (self->item);
  update (self);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalStickWindow *self = PAL_STICK_WINDOW (widget);
  g_autofree char *target = self->target != NULL ? g_file_get_path (self->target) : NULL;

  if (self->working)
    {
      g_cancellable_cancel (self->cancellable);
      return;
    }
  if (target == NULL || pal_outbox_item_get_stage (self->item) != PAL_OUTBOX_CARRIED)
    return;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_error (&self->trouble);
  self->working = TRUE;
  self->copies = FALSE;
  self->fraction = 0;
  pal_stick_job_async (
      pal_outbox_item_get_archive_path (self->item), pal_outbox_item_get_folder (self->item),
      gtk_switch_get_active (self->sealed_switch) ? get_module_certificate (self) : NULL, target,
      progress_cb, self, self->cancellable, copied_cb, g_object_ref (self));
  update (self);
}

static void
ejected (PalStickWindow *self, gboolean ok, GError *error)
{
  if (self->outbox == NULL)
    return;
  self->ejected = ok;
  if (!ok)
    g_info ("the stick was not ejected: %s", error->message);
  update (self);
}

static void
ejected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalStickWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  ejected (self, g_mount_eject_with_operation_finish (G_MOUNT (source), result, &error), error);
}

static void
unmounted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalStickWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  ejected (self, g_mount_unmount_with_operation_finish (G_MOUNT (source), result, &error), error);
}

static void
eject_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalStickWindow *self = PAL_STICK_WINDOW (widget);
  g_autoptr (GMountOperation) operation = gtk_mount_operation_new (GTK_WINDOW (self));

  if (self->mount == NULL)
    return;
  if (g_mount_can_eject (self->mount))
    g_mount_eject_with_operation (self->mount, G_MOUNT_UNMOUNT_NONE, operation, NULL, ejected_cb,
                                  g_object_ref (self));
  else
    g_mount_unmount_with_operation (self->mount, G_MOUNT_UNMOUNT_NONE, operation, NULL,
                                    unmounted_cb, g_object_ref (self));
}

static void
pal_stick_window_dispose (GObject *object)
{
  PalStickWindow *self = PAL_STICK_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->outbox);
  g_clear_object (&self->item);
  g_clear_object (&self->target);
  g_clear_object (&self->mount);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->trouble);
  /* AdwWindow takes its content away itself. */

  G_OBJECT_CLASS (pal_stick_window_parent_class)->dispose (object);
}

static void
pal_stick_window_class_init (PalStickWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_stick_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-stick-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, sealed_row);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, sealed_switch);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, place_row);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, choose_button);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, icon);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, status);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, PalStickWindow, eject_button);
  gtk_widget_class_bind_template_callback (widget_class, update_sealed);
  gtk_widget_class_install_action (widget_class, "stick.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "stick.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "stick.eject", NULL, eject_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_stick_window_init (PalStickWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_stick_window_show:
 * @parent: a widget of the window before which it stands
 * @outbox: the outbox
 * @item: an archive of it that is packed for a stick, or being so
 *
 * Shows the window in which it is copied.
 */
void
pal_stick_window_show (GtkWidget *parent, PalOutbox *outbox, PalOutboxItem *item)
{
  PalStickWindow *self = g_object_new (PAL_TYPE_STICK_WINDOW, "transient-for",
                                       gtk_widget_get_root (parent), "modal", TRUE, NULL);

  self->outbox = g_object_ref (outbox);
  self->item = g_object_ref (item);
  gtk_switch_set_active (self->sealed_switch, get_module_certificate (self) != NULL);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (update), self);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}
