// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-send-manners-row"
#include "config.h"

#include "pal-send-manners-row.h"

#include "pal-ask.h"
#include "pal-drop-down.h"
#include "pal-endpoint-address.h"
#include "pal-send-policy.h"
#include "pal-settings.h"

#include <glib/gi18n.h>

struct _PalSendMannersRow
{
  AdwExpanderRow parent_instance;

  GtkDropDown *when_menu;
  GtkSwitch *hours_switch;
  AdwEntryRow *from_row;
  AdwEntryRow *until_row;
  GtkSpinButton *limit_button;
  GtkDropDown *proxy_menu;
  AdwEntryRow *proxy_row;
  AdwActionRow *login_row;

  GSettings *settings; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalSendMannersRow, pal_send_manners_row, ADW_TYPE_EXPANDER_ROW)

static const char *
get_when_words (PalSendWhen when)
{
  switch (when)
    {
    case PAL_SEND_WHEN_TOLD:
      return _ ("As soon as you send something");
    case PAL_SEND_WHEN_CONNECTED:
      return _ ("What you have sent waits for a connection");
    case PAL_SEND_NOT_METERED:
      return _ ("What you have sent waits for a connection that is not metered");
    }

  return NULL;
}

/* What is set, in a few words, without opening the row. */
static void
update (PalSendMannersRow *self)
{
  PalSendWhen when = (PalSendWhen) g_settings_get_enum (self->settings, "send-when");
  PalProxyMode proxy = (PalProxyMode) g_settings_get_enum (self->settings, "proxy-mode");
  gboolean has_hours = g_settings_get_boolean (self->settings, "send-hours");
  g_autofree char *address = g_settings_get_string (self->settings, "proxy-address");

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), get_when_words (when));
  gtk_drop_down_set_selected (self->when_menu, when);
  gtk_drop_down_set_selected (self->proxy_menu, proxy);
  gtk_widget_set_visible (GTK_WIDGET (self->from_row), has_hours);
  gtk_widget_set_visible (GTK_WIDGET (self->until_row), has_hours);
  gtk_widget_set_visible (GTK_WIDGET (self->proxy_row), proxy == PAL_PROXY_BY_HAND);
  gtk_widget_set_visible (GTK_WIDGET (self->login_row),
                          proxy == PAL_PROXY_BY_HAND && pal_endpoint_is_proxy_address (address));
}

static void
setting_changed_cb (GSettings *settings, const char *key, PalSendMannersRow *self)
{
  update (self);
}

static void
when_selected_cb (PalSendMannersRow *self)
{
  guint selected = gtk_drop_down_get_selected (self->when_menu);

  if (selected != GTK_INVALID_LIST_POSITION
      && (int) selected != g_settings_get_enum (self->settings, "send-when"))
    g_settings_set_enum (self->settings, "send-when", (int) selected);
}

static void
proxy_selected_cb (PalSendMannersRow *self)
{
  guint selected = gtk_drop_down_get_selected (self->proxy_menu);

  if (selected != GTK_INVALID_LIST_POSITION
      && (int) selected != g_settings_get_enum (self->settings, "proxy-mode"))
    g_settings_set_enum (self->settings, "proxy-mode", (int) selected);
}

/* Says at the row itself that it is not right; nothing is kept of it. */
static gboolean
mark (PalSendMannersRow *self, AdwEntryRow *row, gboolean is_good, const char *words)
{
  if (is_good)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID);
      return TRUE;
    }
  gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  pal_toast (GTK_WIDGET (self), adw_toast_new (words));

  return FALSE;
}

static void
take_time (PalSendMannersRow *self, AdwEntryRow *row, const char *key)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));
  guint minute;

  if (mark (self, row, pal_send_policy_parse_minute (text, &minute),
            _ ("Write the time in hours and minutes, such as 22:00")))
    g_settings_set_string (self->settings, key, text);
}

static void
from_applied_cb (PalSendMannersRow *self)
{
  take_time (self, self->from_row, "send-from");
}

static void
until_applied_cb (PalSendMannersRow *self)
{
  take_time (self, self->until_row, "send-until");
}

static void
proxy_applied_cb (PalSendMannersRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->proxy_row));

  if (mark (self, self->proxy_row, *text == '\0' || pal_endpoint_is_proxy_address (text),
            _ ("Write the proxy as http://name:port, without a password")))
    g_settings_set_string (self->settings, "proxy-address", text);
}

static void
pal_send_manners_row_dispose (GObject *object)
{
  PalSendMannersRow *self = PAL_SEND_MANNERS_ROW (object);

  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (pal_send_manners_row_parent_class)->dispose (object);
}

static void
pal_send_manners_row_class_init (PalSendMannersRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_send_manners_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-send-manners-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, when_menu);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, hours_switch);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, from_row);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, until_row);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, limit_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, proxy_menu);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, proxy_row);
  gtk_widget_class_bind_template_child (widget_class, PalSendMannersRow, login_row);
  gtk_widget_class_bind_template_callback (widget_class, from_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, until_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, proxy_applied_cb);
}

static void
show_setting (PalSendMannersRow *self, AdwEntryRow *row, const char *key)
{
  g_autofree char *text = g_settings_get_string (self->settings, key);

  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
pal_send_manners_row_init (PalSendMannersRow *self)
{
  self->settings = pal_settings_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  pal_drop_down_let_shrink (self->when_menu);
  pal_drop_down_let_shrink (self->proxy_menu);
  show_setting (self, self->from_row, "send-from");
  show_setting (self, self->until_row, "send-until");
  show_setting (self, self->proxy_row, "proxy-address");
  g_settings_bind (self->settings, "send-hours", self->hours_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "send-limit",
                   gtk_spin_button_get_adjustment (self->limit_button), "value",
                   G_SETTINGS_BIND_DEFAULT);
  update (self);
  g_signal_connect_object (self->when_menu, "notify::selected", G_CALLBACK (when_selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->proxy_menu, "notify::selected", G_CALLBACK (proxy_selected_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect (self->settings, "changed", G_CALLBACK (setting_changed_cb), self);
}
