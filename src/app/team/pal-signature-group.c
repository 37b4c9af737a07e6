// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-signature-group"
#include "config.h"

#include "pal-signature-group.h"

#include <glib/gi18n.h>

struct _PalSignatureGroup
{
  AdwPreferencesGroup parent_instance;

  AdwActionRow *signer_row;
  GtkImage *signer_icon;
  AdwActionRow *fingerprint_row;
  AdwActionRow *decision_row;
  GtkCheckButton *decision;

  gboolean is_known;
};

enum
{
  DECIDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalSignatureGroup, pal_signature_group, ADW_TYPE_PREFERENCES_GROUP)

static void
toggled_cb (PalSignatureGroup *self)
{
  g_signal_emit (self, signals[DECIDED], 0);
}

static void
pal_signature_group_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_SIGNATURE_GROUP);

  G_OBJECT_CLASS (pal_signature_group_parent_class)->dispose (object);
}

static void
pal_signature_group_class_init (PalSignatureGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_signature_group_dispose;

  signals[DECIDED] = g_signal_new ("decided", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-signature-group.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSignatureGroup, signer_row);
  gtk_widget_class_bind_template_child (widget_class, PalSignatureGroup, signer_icon);
  gtk_widget_class_bind_template_child (widget_class, PalSignatureGroup, fingerprint_row);
  gtk_widget_class_bind_template_child (widget_class, PalSignatureGroup, decision_row);
  gtk_widget_class_bind_template_child (widget_class, PalSignatureGroup, decision);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
pal_signature_group_init (PalSignatureGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pal_signature_group_set_arrival (PalSignatureGroup *self, PalArrival *arrival)
{
  const PalHandout *handout = pal_arrival_get_handout (arrival);
  g_autofree char *spoken = pal_arrival_dup_spoken_fingerprint (arrival);

  self->is_known = handout->is_known;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->signer_row),
                                 handout->signer != NULL ? handout->signer : "");
  adw_action_row_set_subtitle (self->signer_row,
                               handout->is_known
                                   ? _ ("The signature holds, and you know whose it is.")
                                   : _ ("The signature holds: nothing was changed on the way. But "
                                        "nobody has told Palermo yet whose it is."));
  gtk_image_set_from_icon_name (self->signer_icon, handout->is_known ? "emblem-ok-symbolic"
                                                                     : "dialog-warning-symbolic");
  if (!handout->is_known)
    gtk_widget_add_css_class (GTK_WIDGET (self->signer_icon), "warning");
  adw_action_row_set_subtitle (self->fingerprint_row, spoken);
  gtk_widget_set_visible (GTK_WIDGET (self->fingerprint_row), !handout->is_known);
  gtk_widget_set_visible (GTK_WIDGET (self->decision_row), !handout->is_known);
}

gboolean
pal_signature_group_is_settled (PalSignatureGroup *self)
{
  return self->is_known || gtk_check_button_get_active (self->decision);
}

PalHandoutFlags
pal_signature_group_get_flags (PalSignatureGroup *self)
{
  return gtk_check_button_get_active (self->decision) ? PAL_HANDOUT_ACCEPT_UNKNOWN
                                                      : PAL_HANDOUT_ACCEPT_NOTHING;
}
