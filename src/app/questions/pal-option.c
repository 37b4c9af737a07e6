// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-option"
#include "config.h"

#include "pal-option.h"

#include "pal-wrap.h"

/* Characters that fit beside the mark in a narrow window. */
#define WRAP_COLUMNS 20

struct _PalOption
{
  GtkCheckButton parent_instance;

  char *value; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PalOption, pal_option, GTK_TYPE_CHECK_BUTTON)

static void
toggle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate (widget);
}

static void
pal_option_finalize (GObject *object)
{
  g_free (PAL_OPTION (object)->value);

  G_OBJECT_CLASS (pal_option_parent_class)->finalize (object);
}

static void
pal_option_class_init (PalOptionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_option_finalize;

  gtk_widget_class_install_action (widget_class, "option.toggle", NULL, toggle_action);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_RADIO);
}

static void
pal_option_init (PalOption *self)
{
}

/* Signs of wide scripts take two columns. */
static guint
count_columns (const char *text)
{
  guint n = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    n += g_unichar_iswide (g_utf8_get_char (p)) ? 2 : 1;

  return n;
}

/* A long label wraps instead of pushing the window wide; a short one is cheaper without. */
static void
wrap_label (PalOption *self, const char *text)
{
  GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self));

  if (!GTK_IS_LABEL (child) || count_columns (text) < WRAP_COLUMNS)
    return;

  pal_wrap_label (GTK_LABEL (child));
  gtk_label_set_xalign (GTK_LABEL (child), 0);
}

PalOption *
pal_option_new (const char *value, const char *label, gboolean is_radio)
{
  PalOption *self
      = g_object_new (PAL_TYPE_OPTION, "label", label, "accessible-role",
                      is_radio ? GTK_ACCESSIBLE_ROLE_RADIO : GTK_ACCESSIBLE_ROLE_CHECKBOX, NULL);

  self->value = g_strdup (value);
  wrap_label (self, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  return self;
}

void
pal_option_set_label (PalOption *self, const char *label)
{
  if (g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (self)), label) == 0)
    return;

  gtk_check_button_set_label (GTK_CHECK_BUTTON (self), label);
  wrap_label (self, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

const char *
pal_option_get_value (PalOption *self)
{
  return self->value;
}
