// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-identity-window"
#include "config.h"

#include "pal-identity-window.h"

#include "pal-identity-store.h"
#include "pal-key-memory.h"
#include "pal-text.h"
#include "pal-token.h"
#include "pal-trouble.h"

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
  AdwPasswordEntryRow *current_row; /* the passphrase until now */
  AdwPasswordEntryRow *passphrase_row;
  AdwPasswordEntryRow *repeat_row;
  AdwActionRow *remember_row;
  GtkSwitch *remember_switch;
  GtkLabel *problem;
  GtkButton *accept_button;
  GtkSpinner *spinner;

  GTask *task; /* (owned) (nullable): what the caller waits for */
  PalIdentityPurpose purpose;
  gboolean unlocks; /* there is a key already: only its passphrase is wanted */
  char *path;       /* (owned) (nullable): of the file to import; URI of a key on a card */
  gboolean working;
  GCancellable *finding; /* (owned): whether there is a keyring */
  gboolean has_keyring;
  char *kept; /* (owned) (nullable): fingerprint of the key whose passphrase is remembered */
  PalIdentity *identity; /* (owned) (nullable): when all is done but what is said last */
};

G_DEFINE_FINAL_TYPE (PalIdentityWindow, pal_identity_window, ADW_TYPE_WINDOW)

typedef struct
{
  PalIdentityPurpose purpose;
  gboolean unlocks;
  char *path; /* (nullable) */
  char *name;
  char *current; /* passphrase until now */
  char *passphrase;
  gboolean remember;
  char *kept;     /* (nullable) */
  GError *memory; /* (nullable): why the keyring did not do as the person wished */
} Work;

static void
work_free (Work *work)
{
  pal_secret_free (work->passphrase);
  pal_secret_free (work->current);
  g_clear_error (&work->memory);
  g_free (work->kept);
  g_free (work->name);
  g_free (work->path);
  g_free (work);
}

gboolean
pal_identity_window_has_key (void)
{
  g_autofree char *path = pal_identity_dup_default_path ();

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

static gboolean
has_new_passphrase (PalIdentityWindow *self)
{
  return !self->unlocks && self->purpose != PAL_IDENTITY_IMPORT
         && self->purpose != PAL_IDENTITY_RENEW && self->purpose != PAL_IDENTITY_CARD;
}

static gboolean
has_new_name (PalIdentityWindow *self)
{
  return has_new_passphrase (self) && self->purpose != PAL_IDENTITY_RELOCK;
}

static void
update (PalIdentityWindow *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  const char *passphrase = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));
  /* A file, and a key of ours, may be locked with nothing; a reader may have keys of its own. */
  gboolean may_be_empty = self->purpose == PAL_IDENTITY_IMPORT
                          || self->purpose == PAL_IDENTITY_RENEW
                          || self->purpose == PAL_IDENTITY_CARD;
  /* What is remembered already was of no help now, as the keyring is locked. */
  gboolean may_remember = self->has_keyring && self->purpose != PAL_IDENTITY_CARD
                          && (!self->unlocks || self->kept == NULL);
  gboolean ready = (*passphrase != '\0' || may_be_empty)
                   && (!has_new_name (self) || !pal_text_is_blank (name));

  gtk_widget_set_visible (GTK_WIDGET (self->name_row), has_new_name (self));
  gtk_widget_set_visible (GTK_WIDGET (self->current_row), self->purpose == PAL_IDENTITY_RELOCK);
  gtk_widget_set_visible (GTK_WIDGET (self->repeat_row), has_new_passphrase (self));
  gtk_widget_set_visible (GTK_WIDGET (self->remember_row), may_remember);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->working);
  gtk_spinner_set_spinning (self->spinner, self->working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), !self->working && self->identity == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button),
                            (ready || self->identity != NULL) && !self->working);
}

static PalIdentity *
relock (Work *work, GError **error)
{
  g_autofree char *path = pal_identity_dup_default_path ();

  return pal_identity_store_change_passphrase (work->current, work->passphrase, error)
             ? pal_identity_load (path, work->passphrase, error)
             : NULL;
}

static PalIdentity *
do_work (Work *work, GError **error)
{
  g_autofree char *path = pal_identity_dup_default_path ();

  switch (work->purpose)
    {
    case PAL_IDENTITY_SIGN:
      return work->unlocks ? pal_identity_load (path, work->passphrase, error)
                           : pal_identity_store_create (work->name, work->passphrase, error);
    case PAL_IDENTITY_CREATE:
      return pal_identity_store_create (work->name, work->passphrase, error);
    case PAL_IDENTITY_IMPORT:
      return pal_identity_store_import (work->path, work->passphrase, error);
    case PAL_IDENTITY_RENEW:
      return pal_identity_store_renew (work->passphrase, error);
    case PAL_IDENTITY_RELOCK:
      return relock (work, error);
    case PAL_IDENTITY_CARD:
      return pal_token_open (work->path, *work->passphrase != '\0' ? work->passphrase : NULL,
                             error);
    }

  g_return_val_if_reached (NULL);
}

/* Only what the person wants remembered stays in the keyring; a former key is no longer asked for.
 */
static gboolean
settle_memory (const Work *work, PalIdentity *identity, GError **error)
{
  gboolean is_other
      = work->kept != NULL && strcmp (work->kept, pal_identity_get_fingerprint (identity)) != 0;

  if (work->remember && !pal_key_memory_keep (identity, work->passphrase, error))
    return FALSE;

  return work->kept == NULL || (work->remember && !is_other)
         || pal_key_memory_forget (work->kept, error);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  PalIdentity *identity = do_work (work, &error);

  if (identity != NULL)
    settle_memory (work, identity, &work->memory);
  if (identity != NULL)
    g_task_return_pointer (task, identity, g_object_unref);
  else
    g_task_return_error (task, error);
}

static char *
dup_problem (PalIdentityWindow *self, const GError *error)
{
  gboolean imports = self->purpose == PAL_IDENTITY_IMPORT;

  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE))
    return g_strdup (imports ? _ ("That is not the passphrase of this file. Nothing was taken; "
                                  "please try again.")
                             : _ ("That is not the passphrase of this key. The key was not "
                                  "changed; please try again."));
  if (imports && g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY))
    return g_strdup (
        _ ("Palermo cannot use what is in this file. It takes one private key with its "
           "certificate: ECDSA (P-256, P-384 or P-521), or RSA of 2048 bits or more. "
           "Nothing was taken."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return g_strdup (_ ("This is the key that you use already."));
  if (error->domain == PAL_SIGNING_ERROR || error->domain == PAL_TOKEN_ERROR)
    return pal_trouble_dup_words (error);

  return g_strdup (_ ("The key could not be read or written. Your answers are safe; "
                      "look whether there is room on the disk and try again."));
}

static void
finish (PalIdentityWindow *self, PalIdentity *identity)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_task_return_pointer (task, g_object_ref (identity), g_object_unref);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* The key is ready; that its passphrase is not remembered is no reason to lose it. */
static void
say_memory_failed (PalIdentityWindow *self, PalIdentity *identity, const GError *error)
{
  g_info ("the keyring: %s", error->message);
  self->identity = g_object_ref (identity);
  show_problem (self, _ ("Your key is ready. But the keyring of this computer is locked or failed, "
                         "so the passphrase is not remembered as you wished; you will be asked "
                         "for it again."));
  gtk_button_set_label (self->accept_button, _ ("Continue"));
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->accept_button));
}

static void
worked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalIdentityWindow *self = PAL_IDENTITY_WINDOW (source);
  const Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = g_task_propagate_pointer (G_TASK (result), &error);

  self->working = FALSE;
  if (self->task == NULL)
    return; /* closed meanwhile */
  if (identity == NULL)
    {
      g_autofree char *problem = dup_problem (self, error);

      g_info ("the key could not be used: %s", error->message);
      show_problem (self, problem);
      update (self);
      gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
      return;
    }

  if (work->memory != NULL)
    say_memory_failed (self, identity, work->memory);
  else
    finish (self, identity);
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
  if (self->identity != NULL)
    {
      finish (self, self->identity);
      return;
    }
  if (has_new_passphrase (self) && g_utf8_strlen (passphrase, -1) < SHORTEST_PASSPHRASE)
    {
      g_autofree char *problem
          = g_strdup_printf (ngettext ("Please use at least %d character.",
                                       "Please use at least %d characters.", SHORTEST_PASSPHRASE),
                             SHORTEST_PASSPHRASE);

      show_problem (self, problem);
      gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
      return;
    }
  if (has_new_passphrase (self)
      && strcmp (passphrase, gtk_editable_get_text (GTK_EDITABLE (self->repeat_row))) != 0)
    {
      show_problem (self, _ ("The two passphrases differ. Please type them again."));
      gtk_widget_grab_focus (GTK_WIDGET (self->repeat_row));
      return;
    }

  show_problem (self, NULL);
  work = g_new0 (Work, 1);
  work->purpose = self->purpose;
  work->unlocks = self->unlocks;
  work->path = g_strdup (self->path);
  work->name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  work->current = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->current_row)));
  work->passphrase = g_strdup (passphrase);
  work->remember = gtk_widget_get_visible (GTK_WIDGET (self->remember_row))
                   && gtk_switch_get_active (self->remember_switch);
  /* One that is remembered, and was of no help, is left as it is. */
  work->kept = self->unlocks ? NULL : g_strdup (self->kept);
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

  g_cancellable_cancel (self->finding);
  if (task != NULL && self->identity != NULL)
    g_task_return_pointer (task, g_steal_pointer (&self->identity), g_object_unref);
  else if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_IDENTITY_WINDOW);

  g_clear_object (&self->identity);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->kept, g_free);

  G_OBJECT_CLASS (pal_identity_window_parent_class)->dispose (object);
}

static void
pal_identity_window_finalize (GObject *object)
{
  PalIdentityWindow *self = PAL_IDENTITY_WINDOW (object);

  g_object_unref (self->finding);

  G_OBJECT_CLASS (pal_identity_window_parent_class)->finalize (object);
}

static void
pal_identity_window_class_init (PalIdentityWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_identity_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_identity_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-identity-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, explanation);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, current_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, remember_row);
  gtk_widget_class_bind_template_child (widget_class, PalIdentityWindow, remember_switch);
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
  self->finding = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* --- what is remembered --- */

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalIdentityWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  self->has_keyring = pal_key_memory_find_finish (result, &kept, &error);
  if (self->task == NULL)
    return; /* closed meanwhile */
  self->kept = g_steal_pointer (&kept);
  /* The new key has the name and the passphrase of the one until now, and is treated as that. */
  if (self->purpose == PAL_IDENTITY_RENEW || self->purpose == PAL_IDENTITY_RELOCK)
    gtk_switch_set_active (self->remember_switch, self->kept != NULL);
  update (self);
}

/* --- what it says --- */

typedef struct
{
  const char *title, *heading, *explanation, *accept;
} Words;

static const Words create_words
    = { N_ ("Make a Key"), N_ ("A key of your own"),
        N_ ("With a key you sign what you send, so that the receiver can see that it comes from "
            "you and that nothing was changed on the way. It is made once and stays on this "
            "computer. Without the passphrase nobody can use it; it cannot be recovered."),
        N_ ("Make Key") };
static const Words unlock_words
    = { N_ ("Unlock Key"), N_ ("Your passphrase, please"),
        N_ ("Your key signs the archive. It stays unlocked until Palermo ends."), N_ ("Unlock") };
static const Words import_words = {
  N_ ("Import a Key"), N_ ("The passphrase of the file, please"),
  N_ ("Palermo keeps a copy of the key on this computer, locked with the same passphrase and "
      "sealed "
      "as strongly as today. The file stays as it is. A key that you have used until now is kept "
      "as a former one."),
  N_ ("Import")
};
static const Words renew_words = {
  N_ ("Renew Your Key"), N_ ("Your passphrase, please"),
  N_ ("You get a new key with the same name and passphrase, and sign with it from now on. The "
      "former one is kept: it opens what was encrypted to it, and signs a notice with which "
      "people who know you follow to the new one."),
  N_ ("Renew")
};
static const Words relock_words = {
  N_ ("Change the Passphrase"), N_ ("Another passphrase"),
  N_ ("The key stays the same. Without the passphrase nobody can use it; it cannot be recovered."),
  N_ ("Change")
};

static const Words card_words = {
  N_ ("Unlock Smart Card"), N_ ("The PIN of your smart card, please"),
  N_ ("The key on the card signs. If the reader has keys of its own, leave this empty and type the "
      "PIN there. After some wrong ones a card locks."),
  N_ ("Unlock")
};

static const Words *
get_words (PalIdentityWindow *self)
{
  switch (self->purpose)
    {
    case PAL_IDENTITY_SIGN:
      return self->unlocks ? &unlock_words : &create_words;
    case PAL_IDENTITY_CREATE:
      return &create_words;
    case PAL_IDENTITY_IMPORT:
      return &import_words;
    case PAL_IDENTITY_RENEW:
      return &renew_words;
    case PAL_IDENTITY_RELOCK:
      return &relock_words;
    case PAL_IDENTITY_CARD:
      return &card_words;
    }

  g_return_val_if_reached (&unlock_words);
}

static GtkWidget *
get_first_field (PalIdentityWindow *self)
{
  if (self->purpose == PAL_IDENTITY_RELOCK)
    return GTK_WIDGET (self->current_row);

  return has_new_name (self)
                 && pal_text_is_blank (gtk_editable_get_text (GTK_EDITABLE (self->name_row)))
             ? GTK_WIDGET (self->name_row)
             : GTK_WIDGET (self->passphrase_row);
}

/**
 * pal_identity_window_run_async:
 * @parent: the window over which it stands
 * @purpose: what is to be done
 * @text: (nullable): what to suggest as the name in a new key; the path of the file to import;
 *   the URI of the key on a card
 * @callback: called when the person is done
 * @user_data: data for @callback
 *
 * Shows the window.
 */
void
pal_identity_window_run_async (GtkWindow *parent, PalIdentityPurpose purpose, const char *text,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  PalIdentityWindow *self
      = g_object_new (PAL_TYPE_IDENTITY_WINDOW, "transient-for", parent, "modal", TRUE, NULL);
  const Words *words;

  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, pal_identity_window_run_async);
  self->purpose = purpose;
  self->unlocks = purpose == PAL_IDENTITY_SIGN && pal_identity_window_has_key ();
  if (purpose == PAL_IDENTITY_IMPORT || purpose == PAL_IDENTITY_CARD)
    self->path = g_strdup (text);
  else
    gtk_editable_set_text (GTK_EDITABLE (self->name_row), text != NULL ? text : "");
  if (purpose == PAL_IDENTITY_RELOCK)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->passphrase_row),
                                   _ ("New passphrase"));
  if (purpose == PAL_IDENTITY_CARD)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->passphrase_row), _ ("PIN"));
  words = get_words (self);
  gtk_window_set_title (GTK_WINDOW (self), _ (words->title));
  gtk_label_set_text (self->heading, _ (words->heading));
  gtk_label_set_text (self->explanation, _ (words->explanation));
  gtk_button_set_label (self->accept_button, _ (words->accept));
  update (self);
  pal_key_memory_find_async (self->finding, found_cb, g_object_ref (self));
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (get_first_field (self));
}

PalIdentity *
pal_identity_window_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
