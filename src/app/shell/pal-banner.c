// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-banner"
#include "config.h"

#include "pal-banner.h"

struct _PalBanner
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkLabel *label;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (PalBanner, pal_banner, GTK_TYPE_WIDGET)

enum
{
  PROP_ICON_NAME = 1,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

static void
pal_banner_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PalBanner *self = PAL_BANNER (object);

  switch (id)
    {
    case PROP_ICON_NAME:
      gtk_image_set_from_icon_name (self->icon, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_banner_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_BANNER);

  G_OBJECT_CLASS (pal_banner_parent_class)->dispose (object);
}

static void
pal_banner_class_init (PalBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_banner_dispose;
  G_OBJECT_CLASS (klass)->set_property = pal_banner_set_property;

  /**
   * PalBanner:icon-name:
   *
   * What kind of news it is; a warning if nothing else is said.
   */
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL,
                                                    G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPERTIES, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/shell/pal-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, PalBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, PalBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, PalBanner, label);
  gtk_widget_class_bind_template_child (widget_class, PalBanner, button);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "banner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
pal_banner_init (PalBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pal_banner_set (PalBanner *self, const char *text, const char *button, const char *action)
{
  g_return_if_fail (PAL_IS_BANNER (self));

  if (text != NULL)
    {
      gtk_label_set_text (self->label, text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                      -1);
      gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
      if (button != NULL)
        {
          gtk_button_set_label (self->button, button);
          gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
        }
    }
  /* Out of the accessible tree while folded. */
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  gtk_revealer_set_reveal_child (self->revealer, text != NULL);
}

gboolean
pal_banner_is_shown (PalBanner *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self));
}
