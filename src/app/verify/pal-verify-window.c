// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-verify-window"
#include "config.h"

#include "pal-verify-window.h"

#include "pal-ask.h"
#include "pal-busy-window.h"
#include "pal-locale.h"
#include "pal-pick-file.h"
#include "pal-signer.h"
#include "pal-signers-window.h"
#include "pal-text.h"
#include "pal-trouble.h"
#include "pal-verify-statement.h"
#include "pal-verify-words.h"
#include "pal-words-row.h"
#include "pal-wrap.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>

#define WIDTH 640
#define HEIGHT 640
#define SPACING 12
#define MAX_FILES 200 /* rows */
#define MAX_SHOWN 300 /* bytes of a name */

struct _PalVerifyWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkLabel *verdict;
  GtkLabel *advice;
  GtkBox *parts;
  GtkWidget *buttons;
  GtkWidget *busy; /* (owned) (nullable) */

  char *path;                /* (owned) */
  PalVerifyLook *look;       /* (owned) (nullable): once it was looked at */
  GCancellable *cancellable; /* (owned): of what is going on */
  guint nth;                 /* the signature that a question is about */
  gboolean is_gone;
};

G_DEFINE_FINAL_TYPE (PalVerifyWindow, pal_verify_window, ADW_TYPE_WINDOW)

static void look_anew (PalVerifyWindow *self);

/* --- what goes on --- */

static void
end_busy (PalVerifyWindow *self)
{
  pal_busy_window_end (self->busy);
  g_clear_object (&self->busy);
}

static void
begin_busy (PalVerifyWindow *self, const char *words)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  end_busy (self);
  self->busy = g_object_ref (pal_busy_window_begin (GTK_WINDOW (self), words, self->cancellable));
}

/* Whether an act is done; says what went wrong unless somebody thought better of it. */
static gboolean
is_done (PalVerifyWindow *self, GAsyncResult *result, const char *heading)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  end_busy (self);
  if (pal_verify_act_finish (result, &error))
    return !self->is_gone;
  if (self->is_gone || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_info ("%s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), heading, words);

  return FALSE;
}

/* --- to know somebody --- */

static void
known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalVerifyWindow) self = user_data;

  if (is_done (self, result, _ ("The signer could not be noted")))
    look_anew (self);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalVerifyWindow) self = user_data;
  const char *chosen = pal_ask_finish (result);
  PalSignerCheck check;

  if (self->is_gone || !pal_signer_check_from_string (chosen, &check))
    return;
  pal_verify_know_async (self->look, self->nth, check, known_cb, g_object_ref (self));
}

static void
know_clicked_cb (PalVerifyWindow *self, GtkButton *button)
{
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "in-person", _ ("_Face to Face"), ADW_RESPONSE_DEFAULT },
    { "phone", _ ("By _Telephone"), ADW_RESPONSE_DEFAULT },
  };
  const PalVerifySigner *signer;
  g_autofree char *name = NULL;
  g_autofree char *words = NULL;

  self->nth = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "pal-nth"));
  signer = g_ptr_array_index (self->look->signers, self->nth);
  name = pal_words_dup_plain (signer->signer->common_name, MAX_SHOWN);
  /* TRANSLATORS: %s: the name in a certificate */
  words = g_strdup_printf (
      _ ("Anybody can write a name into a key. Compare all eight groups of the fingerprint with "
         "%s, on a way that you trust. From then on Palermo knows this key."),
      name);
  pal_ask_async (GTK_WIDGET (self), _ ("How did you compare the fingerprint?"), words, choices,
                 G_N_ELEMENTS (choices), checked_cb, g_object_ref (self));
}

/* --- to take the files out --- */

static void
extracted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalVerifyWindow) self = user_data;

  if (is_done (self, result, _ ("The files could not be saved")))
    pal_tell (GTK_WIDGET (self), _ ("The files are saved"),
              _ ("They come from outside: open them with the care that you take with any file."));
}

static void
folder_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalVerifyWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || g_file_peek_path (file) == NULL || self->is_gone)
    return;
  begin_busy (self, _ ("Saving the files…"));
  pal_verify_extract_async (self->look, g_file_peek_path (file), self->cancellable, extracted_cb,
                            g_object_ref (self));
}

static void
save_clicked_cb (PalVerifyWindow *self)
{
  g_autofree char *name = g_path_get_basename (self->path);
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Name of a New Folder"),
                       .accept = _ ("_Save") };

  if (g_str_has_suffix (name, ".asice"))
    name[strlen (name) - strlen (".asice")] = '\0';
  pick.name = name;
  pal_pick_file_async (GTK_WIDGET (self), &pick, folder_picked_cb, g_object_ref (self));
}

/* --- to sign it, too --- */

/* A signature on its way to a new file. */
typedef struct
{
  PalVerifyWindow *window; /* (owned) */
  PalIdentity *identity;   /* (owned) (nullable) */
  char *to;
} Signing;

static void
signing_free (Signing *signing)
{
  g_object_unref (signing->window);
  g_clear_object (&signing->identity);
  g_free (signing->to);
  g_free (signing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Signing, signing_free)

static void
signed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Signing) signing = user_data;
  PalVerifyWindow *self = signing->window;

  if (!is_done (self, result, _ ("Your signature could not be added")))
    return;
  g_free (self->path);
  self->path = g_steal_pointer (&signing->to);
  look_anew (self);
}

static void
target_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Signing) signing = user_data;
  PalVerifyWindow *self = signing->window;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || g_file_peek_path (file) == NULL || self->is_gone)
    return;
  signing->to = g_file_get_path (file);
  begin_busy (self, _ ("Signing the package…"));
  pal_verify_sign_async (self->look, signing->to, signing->identity, self->cancellable, signed_cb,
                         signing);
  /* It goes with the call now. */
  signing = NULL;
}

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Signing) signing = user_data;
  PalVerifyWindow *self = signing->window;
  const PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                             .title = _ ("Where to Save the Signed Package"),
                             .accept = _ ("_Save"),
                             .name = "signed.asice",
                             .pattern = "*.asice" };

  signing->identity = pal_signer_ask_finish (result);
  if (signing->identity == NULL || self->is_gone)
    return;
  pal_pick_file_async (GTK_WIDGET (self), &pick, target_picked_cb, g_steal_pointer (&signing));
}

static void
sign_clicked_cb (PalVerifyWindow *self)
{
  Signing *signing = g_new0 (Signing, 1);

  signing->window = g_object_ref (self);
  pal_signer_ask_async (GTK_WIDGET (self), NULL, unlocked_cb, signing);
}

/* Whoever is forgotten there is unknown here, too. */
static void
signers_gone_cb (PalVerifyWindow *self)
{
  if (!self->is_gone)
    look_anew (self);
}

static void
signers_clicked_cb (PalVerifyWindow *self)
{
  GtkWidget *window = pal_signers_window_new (GTK_WINDOW (self));

  g_signal_connect_object (window, "destroy", G_CALLBACK (signers_gone_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

/* --- for others --- */

static void
copy_clicked_cb (PalVerifyWindow *self)
{
  g_autofree char *commands = pal_verify_dup_commands (self->look);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), commands);
}

/* --- what it shows --- */

static void
add_said (GtkListBox *list, const char *label, const char *text)
{
  if (text != NULL)
    gtk_list_box_append (list, pal_words_row_new_said (label, text));
}

/* What others wrote, which may run in another direction than ours. */
static char *
dup_foreign (const char *text)
{
  g_autofree char *plain = text != NULL ? pal_words_dup_plain (text, MAX_SHOWN) : NULL;

  return plain != NULL ? pal_text_dup_isolated (plain) : NULL;
}

static void
add_foreign (GtkListBox *list, const char *label, const char *text)
{
  g_autofree char *shown = dup_foreign (text);

  add_said (list, label, shown);
}

static void
add_signers (PalVerifyWindow *self)
{
  GPtrArray *signers = self->look->signers;
  GtkListBox *list;

  if (signers->len == 0)
    return;
  list = pal_words_part_new (self->parts, _ ("Signatures"));
  for (guint i = 0; i < signers->len; i++)
    {
      const PalVerifySigner *signer = g_ptr_array_index (signers, i);
      g_autofree char *name = dup_foreign (signer->signer->common_name);
      g_autofree char *words = pal_verify_dup_signer (signer);
      GtkWidget *button = NULL;

      if (signer->known == NULL)
        {
          button = gtk_button_new_with_mnemonic (_ ("I Compared _It…"));
          g_object_set_data (G_OBJECT (button), "pal-nth", GUINT_TO_POINTER (i));
          g_signal_connect_swapped (button, "clicked", G_CALLBACK (know_clicked_cb), self);
        }
      gtk_list_box_append (list, pal_words_row_new (name, words, button));
    }
}

static void
add_content (PalVerifyWindow *self)
{
  const PalVerification *verification = self->look->verification;
  GtkListBox *list = pal_words_part_new (self->parts, _ ("What It Is"));

  add_said (list, _ ("Kind"), pal_verify_get_kind (verification->kind));
  add_foreign (list, _ ("State under review"), self->look->state);
  add_foreign (list, _ ("Cluster"), self->look->cluster);
  /* TRANSLATORS: of the answers: what was cleared, named by a digest */
  add_foreign (list, _ ("Edition"), self->look->edition);
  /* TRANSLATORS: SHA-256 of a file */
  add_foreign (list, _ ("Digest of the file"), verification->sha256);
}

static void
add_files (PalVerifyWindow *self)
{
  const PalVerification *verification = self->look->verification;
  GtkListBox *list = pal_words_part_new (self->parts, _ ("Files in It"));
  guint n = verification->entries->len;

  for (guint i = 0; i < MIN (n, MAX_FILES); i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);
      g_autofree char *name = dup_foreign (entry->name);
      g_autofree char *size = pal_locale_dup_size ((guint64) entry->size);

      gtk_list_box_append (list, pal_words_row_new (name, size, NULL));
    }
  pal_words_rows_add_rest (list, n - MIN (n, MAX_FILES));
}

static void
add_verdict (PalVerifyWindow *self)
{
  const PalVerification *verification = self->look->verification;
  GtkListBox *list = pal_words_part_new (self->parts, _ ("For Those Who Help You"));

  /* TRANSLATORS: what the rules of the European standard for signatures call it */
  add_foreign (list, _ ("Verdict"), pal_verification_get_indication (verification));
  if (verification->code != 0)
    /* TRANSLATORS: a reason follows, in English */
    add_foreign (list, _ ("Reason, in English"), verification->message);
  if (pal_verify_look_is_sound (self->look))
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Co_py the Commands"));

      g_signal_connect_swapped (button, "clicked", G_CALLBACK (copy_clicked_cb), self);
      gtk_list_box_append (
          list, pal_words_row_new (_ ("Check it without Palermo"),
                                   _ ("Commands that anybody can type, with the signer's "
                                      "certificate in a file called trusted.pem"),
                                   button));
    }
}

static void
show_look (PalVerifyWindow *self)
{
  GtkWidget *child;
  gboolean is_sound = pal_verify_look_is_sound (self->look);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->parts))) != NULL)
    gtk_box_remove (self->parts, child);
  pal_wrap_set_text (self->verdict, pal_verify_get_verdict (self->look));
  pal_wrap_set_text (self->advice, pal_verify_get_advice (self->look));
  gtk_widget_set_visible (self->buttons, is_sound);
  if (is_sound)
    {
      add_signers (self);
      add_content (self);
    }
  add_verdict (self);
  if (is_sound)
    add_files (self);
  gtk_stack_set_visible_child_name (self->stack, "look");
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalVerifyWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  PalVerifyLook *look = pal_verify_look_finish (result, &error);

  if (look == NULL || self->is_gone)
    {
      g_clear_pointer (&look, pal_verify_look_free);
      return;
    }
  g_clear_pointer (&self->look, pal_verify_look_free);
  self->look = look;
  show_look (self);
}

static void
look_anew (PalVerifyWindow *self)
{
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *shown = g_filename_display_name (name);

  gtk_window_set_title (GTK_WINDOW (self), shown);
  gtk_stack_set_visible_child_name (self->stack, "busy");
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  pal_verify_look_async (self->path, self->cancellable, looked_cb, g_object_ref (self));
}

/* --- the window --- */

static void
pal_verify_window_dispose (GObject *object)
{
  PalVerifyWindow *self = PAL_VERIFY_WINDOW (object);

  self->is_gone = TRUE;
  g_cancellable_cancel (self->cancellable);
  end_busy (self);

  G_OBJECT_CLASS (pal_verify_window_parent_class)->dispose (object);
}

static void
pal_verify_window_finalize (GObject *object)
{
  PalVerifyWindow *self = PAL_VERIFY_WINDOW (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->look, pal_verify_look_free);
  g_free (self->path);

  G_OBJECT_CLASS (pal_verify_window_parent_class)->finalize (object);
}

static void
pal_verify_window_class_init (PalVerifyWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_verify_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_verify_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/verify/pal-verify-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalVerifyWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalVerifyWindow, verdict);
  gtk_widget_class_bind_template_child (widget_class, PalVerifyWindow, advice);
  gtk_widget_class_bind_template_child (widget_class, PalVerifyWindow, parts);
  gtk_widget_class_bind_template_child (widget_class, PalVerifyWindow, buttons);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, signers_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_verify_window_init (PalVerifyWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (SPACING));
}

/**
 * pal_verify_window_new:
 * @parent: (nullable): the window over which it stands
 * @path: a package
 *
 * Returns: (transfer none): a window that looks by itself
 */
GtkWidget *
pal_verify_window_new (GtkWindow *parent, const char *path)
{
  PalVerifyWindow *self = g_object_new (PAL_TYPE_VERIFY_WINDOW, "transient-for", parent, "modal",
                                        parent != NULL, NULL);

  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (parent != NULL && gtk_widget_get_width (GTK_WIDGET (parent)) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self),
                                 MIN (WIDTH, gtk_widget_get_width (GTK_WIDGET (parent))),
                                 MIN (HEIGHT, gtk_widget_get_height (GTK_WIDGET (parent))));
  self->path = g_strdup (path);
  look_anew (self);

  return GTK_WIDGET (self);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (path == NULL)
    return;
  if (pal_verify_statement_is_one (path))
    pal_verify_statement_open (GTK_WINDOW (source), path);
  else
    gtk_window_present (GTK_WINDOW (pal_verify_window_new (GTK_WINDOW (source), path)));
}

void
pal_verify_window_pick (GtkWindow *parent)
{
  const PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                             .title = _ ("Check a Package"),
                             .accept = _ ("_Check"),
                             .filter_name = _ ("Signed packages, receipts and notices"),
                             .pattern = "*.asice;*.p7m" };

  pal_pick_file_async (GTK_WIDGET (parent), &pick, picked_cb, NULL);
}
