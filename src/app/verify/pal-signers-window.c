// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-signers-window"
#include "config.h"

#include "pal-signers-window.h"

#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-certificate-info.h"
#include "pal-known-signers.h"
#include "pal-text.h"
#include "pal-trouble.h"
#include "pal-verify-words.h"
#include "pal-words-row.h"

#include <glib/gi18n.h>

#define WIDTH 640
#define HEIGHT 640
#define MAX_SHOWN 300 /* bytes of a name */
#define MAX_STORY 5   /* packages */
#define UNDO_SECONDS 10

struct _PalSignersWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkBox *parts;

  gboolean is_gone;
};

G_DEFINE_FINAL_TYPE (PalSignersWindow, pal_signers_window, ADW_TYPE_WINDOW)

/* --- what is done in the background --- */

typedef enum
{
  LOOK,
  RENAME,
  FORGET,
  RESTORE
} Deed;

typedef struct
{
  Deed deed;
  char *fingerprint;      /* (nullable) */
  char *name;             /* (nullable): the new one */
  PalKnownSigner *signer; /* (owned) (nullable): who was forgotten, or is to come back */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->fingerprint);
  g_free (job->name);
  pal_known_signer_free (job->signer);
  g_free (job);
}

static gboolean
do_deed (Job *job, GError **error)
{
  switch (job->deed)
    {
    case LOOK:
      return TRUE;
    case RENAME:
      return pal_known_signers_rename (job->fingerprint, job->name, error);
    case FORGET:
      job->signer = pal_known_signers_find (job->fingerprint);
      return pal_known_signers_forget (job->fingerprint, error);
    case RESTORE:
      return pal_known_signers_restore (job->signer, error);
    }

  return FALSE;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (do_deed (task_data, &error))
    g_task_return_pointer (task, pal_known_signers_list (), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void done_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* signer: (transfer full) (nullable) */
static void
begin (PalSignersWindow *self, Deed deed, const char *fingerprint, const char *name,
       PalKnownSigner *signer)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done_cb, g_object_ref (self));
  Job *job = g_new0 (Job, 1);

  job->deed = deed;
  job->fingerprint = g_strdup (fingerprint);
  job->name = g_strdup (name);
  job->signer = signer;
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_in_thread);
}

/* --- what a person does --- */

static const PalKnownSigner *
get_signer (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "pal-signer");
}

static void
copy_clicked_cb (PalSignersWindow *self, GtkWidget *button)
{
  const PalKnownSigner *signer = get_signer (button);
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (signer->fingerprint);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), spoken);
  pal_toast (GTK_WIDGET (self->stack), adw_toast_new (_ ("The fingerprint is copied")));
}

static void
forget_clicked_cb (PalSignersWindow *self, GtkWidget *button)
{
  begin (self, FORGET, get_signer (button)->fingerprint, NULL, NULL);
}

static void
rename_cb (PalSignersWindow *self, GtkWidget *row)
{
  begin (self, RENAME, get_signer (row)->fingerprint, gtk_editable_get_text (GTK_EDITABLE (row)),
         NULL);
}

static void
undo_cb (PalSignersWindow *self, AdwToast *toast)
{
  PalKnownSigner *signer = g_object_steal_data (G_OBJECT (toast), "pal-signer");

  if (signer != NULL)
    begin (self, RESTORE, NULL, NULL, signer);
}

/* signer: (transfer full) */
static void
tell_forgotten (PalSignersWindow *self, PalKnownSigner *signer)
{
  /* TRANSLATORS: %s is whose packages of translations were accepted until now */
  g_autofree char *words = g_strdup_printf (_ ("%s is not known any more"), signer->name);
  g_autofree char *shown = g_markup_escape_text (words, -1);
  AdwToast *toast = adw_toast_new (shown);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_object_set_data_full (G_OBJECT (toast), "pal-signer", signer,
                          (GDestroyNotify) pal_known_signer_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  pal_toast (GTK_WIDGET (self->stack), toast);
}

/* --- what it shows --- */

static GtkWidget *
button_new (const PalKnownSigner *signer, const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "pal-signer", (gpointer) signer);

  return button;
}

static GtkWidget *
name_row_new (PalSignersWindow *self, const PalKnownSigner *signer, const char *name)
{
  GtkWidget *row = adw_entry_row_new ();
  /* TRANSLATORS: label of an entry; %s: the name in a certificate */
  g_autofree char *title = g_strdup_printf (_ ("What you call %s"), name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), signer->given_name != NULL ? signer->given_name : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "pal-signer", (gpointer) signer);
  g_signal_connect_object (row, "apply", G_CALLBACK (rename_cb), self, G_CONNECT_SWAPPED);

  return row;
}

/* The latest first. */
static char *
dup_story (const PalKnownSigner *signer)
{
  GString *lines = g_string_new (NULL);
  guint n = MIN (signer->story->len, MAX_STORY);

  for (guint i = 0; i < n; i++)
    {
      const PalSignerSeen *seen = g_ptr_array_index (signer->story, signer->story->len - 1 - i);
      g_autofree char *day = pal_answer_dup_time (seen->seen * G_USEC_PER_SEC);

      if (i > 0)
        g_string_append_c (lines, '\n');
      /* TRANSLATORS: %1$s: what a package is, such as "Answers of a State"; %2$s: date and time */
      g_string_append_printf (lines, _ ("%1$s, looked at on %2$s"),
                              pal_verify_get_kind (seen->kind), day);
    }

  return g_string_free (lines, FALSE);
}

static void
add_signer (PalSignersWindow *self, const PalKnownSigner *signer)
{
  g_autofree char *plain = pal_words_dup_plain (signer->name, MAX_SHOWN);
  g_autofree char *name = pal_text_dup_isolated (plain);
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (signer->fingerprint);
  g_autofree char *groups = pal_text_dup_isolated (spoken);
  g_autofree char *known = pal_verify_dup_known (signer);
  /* TRANSLATORS: name of a button; %s: the name in a certificate */
  g_autofree char *copy_name = g_strdup_printf (_ ("Copy the fingerprint of %s"), name);
  /* TRANSLATORS: name of a button; %s is whose packages of translations are accepted */
  g_autofree char *forget_name = g_strdup_printf (_ ("Forget %s"), name);
  GtkWidget *copy = button_new (signer, "edit-copy-symbolic", copy_name);
  GtkWidget *forget = button_new (signer, "user-trash-symbolic", forget_name);
  GtkListBox *list = pal_words_part_new (self->parts, name);

  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_clicked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (forget, "clicked", G_CALLBACK (forget_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_append (list, name_row_new (self, signer, name));
  gtk_list_box_append (list, pal_words_row_new (_ ("Fingerprint"), groups, copy));
  gtk_list_box_append (list, pal_words_row_new (_ ("How the key became known"), known, forget));
  if (signer->story->len > 0)
    {
      g_autofree char *story = dup_story (signer);

      gtk_list_box_append (list, pal_words_row_new_said (_ ("Latest packages"), story));
    }
}

/* signers: (transfer full) */
static void
show_signers (PalSignersWindow *self, GPtrArray *signers)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->parts))) != NULL)
    gtk_box_remove (self->parts, child);
  for (guint i = 0; i < signers->len; i++)
    add_signer (self, g_ptr_array_index (signers, i));
  gtk_stack_set_visible_child_name (self->stack, signers->len > 0 ? "signers" : "nobody");
  g_object_set_data_full (G_OBJECT (self), "pal-signers", signers,
                          (GDestroyNotify) g_ptr_array_unref);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSignersWindow) self = user_data;
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  GPtrArray *signers = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->is_gone)
    {
      g_clear_pointer (&signers, g_ptr_array_unref);
      return;
    }
  if (signers == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("%s", error->message);
      pal_tell (GTK_WIDGET (self), _ ("The list of those whom you know cannot be changed"), words);
      return;
    }
  /* The row with the new name keeps the focus. */
  if (job->deed == RENAME)
    g_ptr_array_unref (signers);
  else
    show_signers (self, signers);
  if (job->deed == FORGET && job->signer != NULL)
    tell_forgotten (self, g_steal_pointer (&job->signer));
}

/* --- the window --- */

static void
pal_signers_window_dispose (GObject *object)
{
  PAL_SIGNERS_WINDOW (object)->is_gone = TRUE;

  G_OBJECT_CLASS (pal_signers_window_parent_class)->dispose (object);
}

static void
pal_signers_window_class_init (PalSignersWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_signers_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/verify/pal-signers-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSignersWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalSignersWindow, parts);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_signers_window_init (PalSignersWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_signers_window_new:
 * @parent: the window over which it stands
 *
 * Returns: (transfer none): a window that looks by itself
 */
GtkWidget *
pal_signers_window_new (GtkWindow *parent)
{
  PalSignersWindow *self
      = g_object_new (PAL_TYPE_SIGNERS_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (gtk_widget_get_width (GTK_WIDGET (parent)) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self),
                                 MIN (WIDTH, gtk_widget_get_width (GTK_WIDGET (parent))),
                                 MIN (HEIGHT, gtk_widget_get_height (GTK_WIDGET (parent))));
  begin (self, LOOK, NULL, NULL, NULL);

  return GTK_WIDGET (self);
}
