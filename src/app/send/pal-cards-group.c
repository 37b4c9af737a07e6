// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cards-group"
#include "config.h"

#include "pal-cards-group.h"

#include "pal-certificate-info.h"
#include "pal-signer.h"
#include "pal-text.h"
#include "pal-token.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

#define MAX_NAME 200 /* bytes that are shown */

struct _PalCardsGroup
{
  AdwPreferencesGroup parent_instance;

  GCancellable *cancellable; /* (owned) */
  GPtrArray *rows;           /* (owned) (element-type GtkWidget): unowned */
  GtkWidget *look_button;
  gboolean is_showing; /* switches follow what is chosen, not the person */
};

G_DEFINE_FINAL_TYPE (PalCardsGroup, pal_cards_group, ADW_TYPE_PREFERENCES_GROUP)

static void look (PalCardsGroup *self);

static void
add_row (PalCardsGroup *self, GtkWidget *row)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (PalCardsGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
show_none (PalCardsGroup *self, const GError *error)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *words = error != NULL ? pal_trouble_dup_words (error) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("No smart card is plugged in"));
  if (words != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  add_row (self, row);
}

static const char *
get_state_words (const PalToken *token, const PalTokenKey *key)
{
  if (key->algorithm == NULL)
    return _ ("A key of a kind that Palermo does not use");
  switch (token->pin)
    {
    case PAL_TOKEN_PIN_LAST_TRY:
      return _ ("One more wrong PIN locks this card");
    case PAL_TOKEN_PIN_LOCKED:
      return _ ("Locked after too many wrong PINs: only whoever issued it can help");
    case PAL_TOKEN_PIN_NOT_SET:
      return _ ("It has no PIN yet: ask whoever issued it");
    case PAL_TOKEN_PIN_NONE:
    case PAL_TOKEN_PIN_NEEDED:
    case PAL_TOKEN_PIN_MISSED:
      break;
    }

  return NULL;
}

static gboolean
is_usable (const PalToken *token, const PalTokenKey *key)
{
  return key->algorithm != NULL && token->pin != PAL_TOKEN_PIN_LOCKED
         && token->pin != PAL_TOKEN_PIN_NOT_SET;
}

static void
switched_cb (GtkSwitch *button, GParamSpec *pspec, PalCardsGroup *self)
{
  gboolean is_on = gtk_switch_get_active (button);

  if (self->is_showing)
    return;
  pal_signer_set_card (is_on ? g_object_get_data (G_OBJECT (button), "uri") : NULL,
                       is_on ? g_object_get_data (G_OBJECT (button), "name") : NULL);
  look (self);
}

static char *
dup_shown (const char *text)
{
  g_autofree char *printable = pal_text_dup_printable (text, MAX_NAME);

  return pal_text_dup_isolated (printable);
}

static void
add_key (PalCardsGroup *self, const PalToken *token, const PalTokenKey *key)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_switch_new ();
  g_autofree char *name = dup_shown (*key->common_name != '\0' ? key->common_name : key->label);
  g_autofree char *card = dup_shown (token->label);
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (key->fingerprint);
  g_autofree char *digits = pal_text_dup_isolated (spoken);
  const char *state = get_state_words (token, key);
  g_autofree char *words
      = g_strconcat (card, "\n", digits, state != NULL ? "\n" : NULL, state, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Sign with this key"));
  gtk_switch_set_active (GTK_SWITCH (button), g_strcmp0 (pal_signer_get_card (), key->uri) == 0);
  g_object_set_data_full (G_OBJECT (button), "uri", g_strdup (key->uri), g_free);
  g_object_set_data_full (G_OBJECT (button), "name", g_steal_pointer (&name), g_free);
  g_signal_connect (button, "notify::active", G_CALLBACK (switched_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  gtk_widget_set_sensitive (row, is_usable (token, key));
  add_row (self, row);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCardsGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tokens = pal_token_list_finish (result, &error);

  if (self->cancellable == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* closed meanwhile */
  self->is_showing = TRUE;
  clear_rows (self);
  for (guint i = 0; tokens != NULL && i < tokens->len; i++)
    {
      const PalToken *token = tokens->pdata[i];

      for (guint j = 0; j < token->keys->len; j++)
        add_key (self, token, token->keys->pdata[j]);
    }
  if (self->rows->len == 0)
    show_none (self, error);
  self->is_showing = FALSE;
  gtk_widget_set_sensitive (self->look_button, TRUE);
}

static void
look (PalCardsGroup *self)
{
  gtk_widget_set_sensitive (self->look_button, FALSE);
  pal_token_list_async (NULL, self->cancellable, listed_cb, g_object_ref (self));
}

static void
pal_cards_group_dispose (GObject *object)
{
  PalCardsGroup *self = PAL_CARDS_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_cards_group_parent_class)->dispose (object);
}

static void
pal_cards_group_class_init (PalCardsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_cards_group_dispose;
}

static void
pal_cards_group_init (PalCardsGroup *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->look_button = gtk_button_new_from_icon_name ("view-refresh-symbolic");
  gtk_widget_add_css_class (self->look_button, "flat");
  gtk_widget_set_tooltip_text (self->look_button, _ ("Look for smart cards again"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->look_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Look for smart cards again"), -1);
  g_signal_connect_swapped (self->look_button, "clicked", G_CALLBACK (look), self);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("On smart cards"));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->look_button);
  look (self);
}
