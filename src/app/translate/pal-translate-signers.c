// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-signers"
#include "config.h"

#include "pal-translate-signers.h"

#include "pal-ask.h"
#include "pal-certificate-info.h"
#include "pal-group-rows.h"
#include "pal-translation.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalTranslateSigners
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *rows; /* (owned) (element-type GtkWidget) */
};

G_DEFINE_FINAL_TYPE (PalTranslateSigners, pal_translate_signers, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* One who was forgotten, and where. */
typedef struct
{
  PalTranslateSigners *self; /* (owned) */
  char *fingerprint;
  char *name;
} Forgotten;

static void
forgotten_free (Forgotten *forgotten)
{
  g_object_unref (forgotten->self);
  g_free (forgotten->fingerprint);
  g_free (forgotten->name);
  g_free (forgotten);
}

static void
changed (PalTranslateSigners *self, GError *error)
{
  if (error != NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The list of those whom you know cannot be changed"), words);
    }
  pal_translate_signers_refresh (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
undo_cb (AdwToast *said, Forgotten *forgotten)
{
  g_autoptr (GError) error = NULL;

  pal_translation_remember_signer (forgotten->fingerprint, forgotten->name, &error);
  if (gtk_widget_get_root (GTK_WIDGET (forgotten->self)) != NULL)
    changed (forgotten->self, error);
}

static void
forget_cb (GtkButton *button, PalTranslateSigners *self)
{
  const PalTranslationSigner *signer = g_object_get_data (G_OBJECT (button), "pal-signer");
  Forgotten *forgotten = g_new0 (Forgotten, 1);
  g_autoptr (GError) error = NULL;
  /* TRANSLATORS: %s is whose packages of translations were accepted until now */
  g_autofree char *words = g_strdup_printf (_ ("%s is not known any more"), signer->name);
  AdwToast *said;

  forgotten->self = g_object_ref (self);
  forgotten->fingerprint = g_strdup (signer->fingerprint);
  forgotten->name = g_strdup (signer->name);
  if (pal_translation_forget_signer (signer->fingerprint, &error))
    {
      said = adw_toast_new (words);
      adw_toast_set_button_label (said, _ ("_Undo"));
      g_signal_connect_data (said, "button-clicked", G_CALLBACK (undo_cb), forgotten,
                             (GClosureNotify) (GCallback) forgotten_free, 0);
      pal_toast (GTK_WIDGET (self), said);
    }
  else
    forgotten_free (forgotten);
  /* The row of the button goes with this. */
  changed (self, error);
}

/* signer: (transfer full) */
static GtkWidget *
signer_row_new (PalTranslateSigners *self, PalTranslationSigner *signer)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (signer->fingerprint);
  /* TRANSLATORS: name of a button; %s is whose packages of translations are accepted */
  g_autofree char *name = g_strdup_printf (_ ("Forget %s"), signer->name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), signer->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), spoken);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "pal-signer", signer,
                          (GDestroyNotify) pal_translation_signer_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (forget_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);

  return row;
}

/**
 * pal_translate_signers_refresh:
 * @self: the group
 *
 * Looks anew who is known.
 */
void
pal_translate_signers_refresh (PalTranslateSigners *self)
{
  g_autoptr (GPtrArray) signers = pal_translation_list_signers ();

  g_return_if_fail (PAL_IS_TRANSLATE_SIGNERS (self));

  pal_group_rows_clear (self->rows);
  while (signers->len > 0)
    {
      GtkWidget *row = signer_row_new (self, g_ptr_array_steal_index (signers, 0));

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
pal_translate_signers_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_TRANSLATE_SIGNERS (object)->rows);

  G_OBJECT_CLASS (pal_translate_signers_parent_class)->finalize (object);
}

static void
pal_translate_signers_class_init (PalTranslateSignersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_translate_signers_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_translate_signers_init (PalTranslateSigners *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
