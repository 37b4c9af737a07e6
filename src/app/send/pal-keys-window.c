// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-keys-window"
#include "config.h"

#include "pal-keys-window.h"

#include "pal-ask.h"
#include "pal-author.h"
#include "pal-cards-group.h"
#include "pal-certificate-info.h"
#include "pal-identity-store.h"
#include "pal-identity-window.h"
#include "pal-key-memory.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-pick-file.h"
#include "pal-publish.h"
#include "pal-settings.h"
#include "pal-signer.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define DAY G_GINT64_CONSTANT (86400) /* seconds */
#define SOON (30 * DAY)
#define MAX_NAME 200 /* bytes that are shown */

struct _PalKeysWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwPreferencesGroup *current_group;
  AdwPreferencesGroup *former_group;
  AdwActionRow *key_row;
  AdwActionRow *valid_row;
  GtkImage *valid_image;
  AdwActionRow *memory_row;
  AdwActionRow *notice_row;
  AdwPreferencesGroup *empty_group;

  GCancellable *cancellable; /* (owned) */
  GPtrArray *entries;        /* (owned) (nullable) (element-type PalIdentityEntry) */
  GPtrArray *former_rows;    /* (owned) (element-type GtkWidget): unowned */
  GBytes *notice;            /* (owned) (nullable) */
  char *kept; /* (owned) (nullable): fingerprint of the key whose passphrase is kept */
};

G_DEFINE_FINAL_TYPE (PalKeysWindow, pal_keys_window, ADW_TYPE_WINDOW)

static const PalIdentityEntry *
get_current (PalKeysWindow *self)
{
  const PalIdentityEntry *first
      = self->entries != NULL && self->entries->len > 0 ? self->entries->pdata[0] : NULL;

  return first != NULL && first->is_current ? first : NULL;
}

/* --- what it shows --- */

static char *
dup_day (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  g_autofree char *day = time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("");

  return pal_locale_dup_date (pal_language_get (), day);
}

static char *
dup_shown_name (const PalIdentityEntry *entry)
{
  g_autofree char *printable = pal_text_dup_printable (entry->common_name, MAX_NAME);

  return pal_text_dup_isolated (printable);
}

static char *
dup_shown_digits (const PalIdentityEntry *entry)
{
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (entry->fingerprint);

  return pal_text_dup_isolated (spoken);
}

/* For how long it counts, and what to do about it. */
static void
show_validity (PalKeysWindow *self, const PalIdentityEntry *entry)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *begins = dup_day (entry->begins);
  g_autofree char *expires = dup_day (entry->expires);
  g_autofree char *words = NULL;
  gboolean is_fine = FALSE;

  if (now < entry->begins)
    /* TRANSLATORS: %s: a date */
    words = g_strdup_printf (_ ("Not before %s. Look at the clock of this computer."), begins);
  else if (now > entry->expires)
    /* TRANSLATORS: %s: a date */
    words = g_strdup_printf (_ ("Expired on %s. Renew it: it signs no more."), expires);
  else if (now > entry->expires - SOON)
    /* TRANSLATORS: %s: a date */
    words = g_strdup_printf (_ ("Until %s. Renew it before, so that it can sign a notice of the "
                                "new one."),
                             expires);
  else
    {
      /* TRANSLATORS: %s: a date */
      words = g_strdup_printf (_ ("Until %s"), expires);
      is_fine = TRUE;
    }
  adw_action_row_set_subtitle (self->valid_row, words);
  gtk_widget_set_visible (GTK_WIDGET (self->valid_image), !is_fine);
}

static void
show_former (PalKeysWindow *self)
{
  for (guint i = 0; i < self->former_rows->len; i++)
    adw_preferences_group_remove (self->former_group, self->former_rows->pdata[i]);
  g_ptr_array_set_size (self->former_rows, 0);
  for (guint i = 0; self->entries != NULL && i < self->entries->len; i++)
    {
      const PalIdentityEntry *entry = self->entries->pdata[i];
      g_autofree char *name = NULL;
      g_autofree char *digits = NULL;
      g_autofree char *expires = NULL;
      g_autofree char *words = NULL;
      GtkWidget *row;

      if (entry->is_current)
        continue;
      name = dup_shown_name (entry);
      digits = dup_shown_digits (entry);
      expires = dup_day (entry->expires);
      /* TRANSLATORS: %1$s: a date; %2$s: fingerprint of a key, eight groups of digits */
      words = g_strdup_printf (_ ("Until %1$s\n%2$s"), expires, digits);
      row = adw_action_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
      adw_preferences_group_add (self->former_group, row);
      g_ptr_array_add (self->former_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->former_group), self->former_rows->len > 0);
}

static void
show (PalKeysWindow *self)
{
  const PalIdentityEntry *current = get_current (self);

  gtk_widget_set_visible (GTK_WIDGET (self->current_group), current != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->empty_group), current == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->notice_row), self->notice != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.renew", current != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.relock", current != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.save", current != NULL);
  if (current != NULL)
    {
      g_autofree char *name = dup_shown_name (current);
      g_autofree char *digits = dup_shown_digits (current);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->key_row), name);
      adw_action_row_set_subtitle (self->key_row, digits);
      show_validity (self, current);
    }
  show_former (self);
}

/* --- what there is --- */

typedef struct
{
  GPtrArray *entries;
  GBytes *notice; /* (nullable) */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_ptr_array_unref (found->entries);
  g_clear_pointer (&found->notice, g_bytes_unref);
  g_free (found);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Found *found = g_new0 (Found, 1);

  found->entries = pal_identity_store_list ();
  found->notice = pal_identity_store_dup_notice ();
  g_task_return_pointer (task, found, found_free);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (source);
  Found *found = g_task_propagate_pointer (G_TASK (result), NULL);

  if (found == NULL)
    return; /* closed meanwhile */
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->notice, g_bytes_unref);
  self->entries = g_steal_pointer (&found->entries);
  self->notice = g_steal_pointer (&found->notice);
  g_free (found);
  show (self);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalKeysWindow) self = user_data;
  g_autofree char *kept = NULL;

  pal_key_memory_find_finish (result, &kept, NULL);
  if (self->toasts == NULL)
    return; /* closed meanwhile */
  g_free (self->kept);
  self->kept = g_steal_pointer (&kept);
  gtk_widget_set_visible (GTK_WIDGET (self->memory_row), self->kept != NULL);
}

static void
look (PalKeysWindow *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, looked_cb, NULL);

  pal_key_memory_find_async (self->cancellable, kept_cb, g_object_ref (self));

  g_task_set_source_tag (task, look);
  g_task_run_in_thread (task, look_in_thread);
}

/* --- what can be done --- */

static void
toast (PalKeysWindow *self, const char *words)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (words));
}

static void
say_imported (PalKeysWindow *self, PalIdentity *identity)
{
  const char *old = pal_identity_get_old_encryption (identity);
  g_autofree char *words = NULL;

  if (old == NULL)
    {
      toast (self, _ ("You sign with the imported key now"));
      return;
    }
  words = g_strdup_printf (
      /* TRANSLATORS: %s: a way of encrypting, such as "3DES" */
      _ ("The file was encrypted with %s, as in former years: whoever gets hold of it may guess "
         "the "
         "passphrase. The copy on this computer is sealed as strongly as today. Delete the file "
         "when nobody needs it any more."),
      old);
  pal_tell (GTK_WIDGET (self), _ ("You sign with the imported key now"), words);
}

typedef struct
{
  PalKeysWindow *window; /* (owned) */
  PalIdentityPurpose purpose;
} Asking;

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  g_autoptr (PalKeysWindow) self = asking->window;
  PalIdentityPurpose purpose = asking->purpose;
  g_autoptr (PalIdentity) identity = pal_identity_window_run_finish (result, NULL);

  g_free (asking);
  if (identity == NULL || self->toasts == NULL)
    return; /* the person thought better of it, or closed */
  pal_signer_set (identity);
  look (self);
  switch (purpose)
    {
    case PAL_IDENTITY_IMPORT:
      say_imported (self, identity);
      break;
    case PAL_IDENTITY_RENEW:
      toast (self, _ ("You sign with a new key now"));
      break;
    case PAL_IDENTITY_RELOCK:
      toast (self, _ ("The passphrase is changed"));
      break;
    case PAL_IDENTITY_CARD:
      break;
    case PAL_IDENTITY_CREATE:
    case PAL_IDENTITY_SIGN:
      toast (self, _ ("You have a key now"));
      break;
    }
}

static void
ask (PalKeysWindow *self, PalIdentityPurpose purpose, const char *text)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->window = g_object_ref (self);
  asking->purpose = purpose;
  pal_identity_window_run_async (GTK_WINDOW (self), purpose, text, asked_cb, asking);
}

static void
make_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (GSettings) settings = pal_settings_new ();
  g_autofree char *name = pal_author_dup_name (settings, NULL);

  ask (PAL_KEYS_WINDOW (widget), PAL_IDENTITY_CREATE, name);
}

static void
renew_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ask (PAL_KEYS_WINDOW (widget), PAL_IDENTITY_RENEW, NULL);
}

static void
relock_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ask (PAL_KEYS_WINDOW (widget), PAL_IDENTITY_RELOCK, NULL);
}

static void
forget_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_key_memory_forget (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (source);
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  if (!ok)
    g_info ("the keyring: %s", error->message);
  if (self->toasts == NULL)
    return; /* closed meanwhile */
  toast (self, ok ? _ ("The passphrase is forgotten: you will be asked for it")
                  : _ ("The keyring is locked or failed. The passphrase is still there"));
  look (self);
}

static void
forget_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (widget);
  g_autoptr (GTask) task = NULL;

  if (self->kept == NULL)
    return;
  task = g_task_new (self, NULL, forgotten_cb, NULL);
  g_task_set_source_tag (task, forget_action);
  g_task_set_task_data (task, g_strdup (self->kept), g_free);
  g_task_run_in_thread (task, forget_in_thread);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalKeysWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && self->toasts != NULL)
    ask (self, PAL_IDENTITY_IMPORT, g_file_peek_path (file));
}

static void
import_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = _ ("Import a Key"),
    .accept = _ ("_Open"),
    .filter_name = _ ("Keys"),
    .pattern = "*.p12;*.pfx;*.pem",
  };

  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (widget));
}

static void
copy_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (widget);
  const PalIdentityEntry *current = get_current (self);
  g_autofree char *spoken
      = current != NULL ? pal_certificate_dup_spoken_fingerprint (current->fingerprint) : NULL;

  if (spoken == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), spoken);
  toast (self, _ ("The fingerprint is copied"));
}

/* --- files for others --- */

typedef struct
{
  PalKeysWindow *window; /* (owned) */
  GBytes *bytes;         /* (owned) (nullable): of the certificate: read in the thread */
  GFile *target;         /* (owned) (nullable) */
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_clear_object (&saving->window);
  g_clear_object (&saving->target);
  g_clear_pointer (&saving->bytes, g_bytes_unref);
  g_free (saving);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Saving *saving = task_data;
  GError *error = NULL;

  if (saving->bytes == NULL)
    {
      char *pem = pal_identity_store_dup_certificate (&error);

      if (pem != NULL)
        saving->bytes = g_bytes_new_take (pem, strlen (pem));
    }
  if (saving->bytes != NULL
      && pal_publish_bytes (g_file_peek_path (saving->target), saving->bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (self->toasts != NULL)
        toast (self, _ ("The file is saved"));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The file could not be saved"), words);
}

static void
save_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GTask) task = NULL;

  saving->target = pal_pick_file_finish (result);
  if (saving->target == NULL || saving->window->toasts == NULL)
    {
      saving_free (saving);
      return;
    }
  task = g_task_new (saving->window, NULL, saved_cb, NULL);
  g_task_set_source_tag (task, save_picked_cb);
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, save_in_thread);
}

static void
save (PalKeysWindow *self, const PalPickFile *pick, GBytes *bytes)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->window = g_object_ref (self);
  saving->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  pal_pick_file_async (GTK_WIDGET (self), pick, save_picked_cb, saving);
}

static void
save_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_SAVE,
    .title = _ ("Save the Certificate"),
    .accept = _ ("_Save"),
    .name = "certificate.pem",
  };

  save (PAL_KEYS_WINDOW (widget), &pick, NULL);
}

static void
notice_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (widget);
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_SAVE,
    .title = _ ("Save the Notice"),
    .accept = _ ("_Save"),
    .name = "notice.p7m",
  };

  if (self->notice != NULL)
    save (self, &pick, self->notice);
}

/* --- the window --- */

static void
pal_keys_window_dispose (GObject *object)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_KEYS_WINDOW);

  G_OBJECT_CLASS (pal_keys_window_parent_class)->dispose (object);
}

static void
pal_keys_window_finalize (GObject *object)
{
  PalKeysWindow *self = PAL_KEYS_WINDOW (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->former_rows);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->notice, g_bytes_unref);
  g_free (self->kept);

  G_OBJECT_CLASS (pal_keys_window_parent_class)->finalize (object);
}

static void
pal_keys_window_class_init (PalKeysWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_keys_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_keys_window_finalize;

  g_type_ensure (PAL_TYPE_CARDS_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-keys-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, current_group);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, former_group);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, key_row);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, valid_row);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, valid_image);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, memory_row);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, notice_row);
  gtk_widget_class_bind_template_child (widget_class, PalKeysWindow, empty_group);
  gtk_widget_class_install_action (widget_class, "keys.make", NULL, make_action);
  gtk_widget_class_install_action (widget_class, "keys.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "keys.renew", NULL, renew_action);
  gtk_widget_class_install_action (widget_class, "keys.relock", NULL, relock_action);
  gtk_widget_class_install_action (widget_class, "keys.forget", NULL, forget_action);
  gtk_widget_class_install_action (widget_class, "keys.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "keys.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "keys.notice", NULL, notice_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_keys_window_init (PalKeysWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->former_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  show (self);
  gtk_widget_set_visible (GTK_WIDGET (self->empty_group), FALSE);
}

/**
 * pal_keys_window_present:
 * @parent: (nullable): the window over which it stands
 *
 * Shows the keys of the person at this computer.
 *
 * Returns: (transfer none): the window
 */
GtkWindow *
pal_keys_window_present (GtkWindow *parent)
{
  PalKeysWindow *self
      = g_object_new (PAL_TYPE_KEYS_WINDOW, "transient-for", parent, "modal", parent != NULL, NULL);

  look (self);
  gtk_window_present (GTK_WINDOW (self));

  return GTK_WINDOW (self);
}
