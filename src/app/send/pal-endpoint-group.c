// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-group"
#include "config.h"

#include "pal-endpoint-group.h"

#include "pal-ask.h"
#include "pal-pick-file.h"
#include "pal-practice-module.h"
#include "pal-settings.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_TOKEN 4096 /* bytes */

struct _PalEndpointGroup
{
  AdwPreferencesGroup parent_instance;

  AdwEntryRow *url_row;
  AdwExpanderRow *papers_row;
  AdwActionRow *practice_row;
  GtkButton *practice_button;

  GSettings *settings;         /* (owned) */
  PalPracticeModule *practice; /* (owned) (nullable): while it runs */
};

enum
{
  ENDPOINT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalEndpointGroup, pal_endpoint_group, ADW_TYPE_PREFERENCES_GROUP)

/* The files that go with an address: one row each. */
static const struct
{
  const char *key;
  const char *title;
  const char *subtitle; /* while there is none */
} papers[] = {
  { "endpoint-module-certificate", N_ ("Certificate for receipts"),
    N_ ("Needed: only receipts signed with it count") },
  { "endpoint-ca", N_ ("Certificate of the server"), N_ ("None: those that this computer trusts") },
  { "endpoint-client-certificate", N_ ("Your certificate for the module"), N_ ("None") },
  { "endpoint-client-key", N_ ("Key of your certificate"), N_ ("None") },
  { "endpoint-token-file", N_ ("Access token, in a file"), N_ ("None") },
};

static char *
dup_setting (GSettings *settings, const char *key)
{
  char *text = g_settings_get_string (settings, key);

  if (*text == '\0')
    g_clear_pointer (&text, g_free);

  return text;
}

/* A token is one short line. */
static char *
dup_token (const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (path == NULL || !g_file_get_contents (path, &text, &length, NULL) || length > LONGEST_TOKEN)
    return NULL;

  return g_strdup (g_strstrip (text));
}

/**
 * pal_endpoint_from_settings:
 * @settings: the person's settings
 *
 * Returns: (transfer full) (nullable): where archives go, %NULL while there is no address or no
 *     certificate for receipts
 */
PalEndpoint *
pal_endpoint_from_settings (GSettings *settings)
{
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  g_autofree char *token_file = dup_setting (settings, "endpoint-token-file");

  endpoint->url = dup_setting (settings, "endpoint-url");
  endpoint->ca_file = dup_setting (settings, "endpoint-ca");
  endpoint->module_certificate = dup_setting (settings, "endpoint-module-certificate");
  endpoint->client_certificate = dup_setting (settings, "endpoint-client-certificate");
  endpoint->client_key = dup_setting (settings, "endpoint-client-key");
  endpoint->token = dup_token (token_file);
  if (endpoint->url == NULL || endpoint->module_certificate == NULL
      || !g_str_has_prefix (endpoint->url, "https://"))
    return NULL;

  return g_steal_pointer (&endpoint);
}

PalEndpoint *
pal_endpoint_group_dup_endpoint (PalEndpointGroup *self)
{
  if (self->practice != NULL)
    return pal_endpoint_copy (pal_practice_module_get_endpoint (self->practice));

  return pal_endpoint_from_settings (self->settings);
}

static void
update_practice (PalEndpointGroup *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->practice_row), pal_practice_module_is_available ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->practice_row),
                                 self->practice != NULL ? _ ("Archives go to the practice module")
                                                        : _ ("Try it with a practice module"));
  adw_action_row_set_subtitle (
      self->practice_row,
      self->practice != NULL
          ? _ ("A simulation on this computer. Nothing leaves it, and it ends with Palermo.")
          : _ ("A simulation on this computer: the whole way, and nothing leaves it."));
  gtk_button_set_label (self->practice_button,
                        self->practice != NULL ? _ ("Stop Practice") : _ ("Start Practice"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->url_row), self->practice == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->papers_row), self->practice == NULL);
}

static void
practice_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalEndpointGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->practice_button), TRUE);
  self->practice = pal_practice_module_start_finish (result, &error);
  update_practice (self);
  if (self->practice != NULL)
    {
      g_signal_emit (self, signals[ENDPOINT_CHANGED], 0);
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The practice module did not start"), words);
}

static void
practice_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalEndpointGroup *self = PAL_ENDPOINT_GROUP (widget);

  if (self->practice != NULL)
    {
      g_clear_object (&self->practice);
      update_practice (self);
      g_signal_emit (self, signals[ENDPOINT_CHANGED], 0);
      return;
    }

  gtk_widget_set_sensitive (GTK_WIDGET (self->practice_button), FALSE);
  pal_practice_module_start_async (NULL, practice_started_cb, g_object_ref (self));
}

static void
setting_changed_cb (GSettings *settings, const char *key, PalEndpointGroup *self)
{
  if (g_str_has_prefix (key, "endpoint-"))
    g_signal_emit (self, signals[ENDPOINT_CHANGED], 0);
}

static void
url_applied_cb (PalEndpointGroup *self)
{
  const char *url = gtk_editable_get_text (GTK_EDITABLE (self->url_row));
  gboolean wrong = *url != '\0' && !g_str_has_prefix (url, "https://");

  if (wrong)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->url_row), "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->url_row), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("The address must begin with https://")));
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->url_row), "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->url_row), GTK_ACCESSIBLE_STATE_INVALID);
  g_settings_set_string (self->settings, "endpoint-url", url);
}

static void
update_paper_row (AdwActionRow *row, GSettings *settings, guint index)
{
  g_autofree char *path = dup_setting (settings, papers[index].key);
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;

  adw_action_row_set_subtitle (row, name != NULL ? name : _ (papers[index].subtitle));
}

static void
paper_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwActionRow) row = user_data;
  PalEndpointGroup *self
      = PAL_ENDPOINT_GROUP (gtk_widget_get_ancestor (GTK_WIDGET (row), PAL_TYPE_ENDPOINT_GROUP));
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "index"));
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self == NULL)
    return;

  g_settings_set_string (self->settings, papers[index].key, g_file_peek_path (file));
  update_paper_row (row, self->settings, index);
}

static void
paper_clicked_cb (GtkButton *button, AdwActionRow *row)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "index"));
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN, .title = _ (papers[index].title) };

  pal_pick_file_async (GTK_WIDGET (row), &pick, paper_picked_cb, g_object_ref (row));
}

static void
add_paper_rows (PalEndpointGroup *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (papers); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *button = gtk_button_new_with_label (_ ("Choose…"));
      /* TRANSLATORS: %s is what is chosen, such as "Certificate of the server". */
      g_autofree char *label = g_strdup_printf (_ ("Choose: %s"), _ (papers[i].title));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (papers[i].title));
      g_object_set_data (G_OBJECT (row), "index", GUINT_TO_POINTER (i));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      g_signal_connect (button, "clicked", G_CALLBACK (paper_clicked_cb), row);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
      /* One stop of Tab for each file, not two. */
      gtk_widget_set_focusable (row, FALSE);
      update_paper_row (ADW_ACTION_ROW (row), self->settings, i);
      adw_expander_row_add_row (self->papers_row, row);
    }
}

static void
pal_endpoint_group_dispose (GObject *object)
{
  PalEndpointGroup *self = PAL_ENDPOINT_GROUP (object);

  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
  g_clear_object (&self->practice);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_ENDPOINT_GROUP);

  G_OBJECT_CLASS (pal_endpoint_group_parent_class)->dispose (object);
}

static void
pal_endpoint_group_class_init (PalEndpointGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_endpoint_group_dispose;

  signals[ENDPOINT_CHANGED] = g_signal_new ("endpoint-changed", PAL_TYPE_ENDPOINT_GROUP,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-endpoint-group.ui");
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, url_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, papers_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, practice_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, practice_button);
  gtk_widget_class_bind_template_callback (widget_class, url_applied_cb);
  gtk_widget_class_install_action (widget_class, "endpoint.practice", NULL, practice_action);
}

static void
pal_endpoint_group_init (PalEndpointGroup *self)
{
  g_autofree char *url = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = pal_settings_new ();
  url = g_settings_get_string (self->settings, "endpoint-url");
  gtk_editable_set_text (GTK_EDITABLE (self->url_row), url);
  add_paper_rows (self);
  update_practice (self);
  g_signal_connect (self->settings, "changed", G_CALLBACK (setting_changed_cb), self);
}
