// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cover"
#include "config.h"

#include "pal-cover.h"

#include "pal-settings.h"

#include <glib/gi18n.h>

#define WATCH_KEY "pal-cover-watch"
#define SETTING "hide-after-minutes"
#define LOOK_EVERY_S 10

/* Minutes; 0: never. */
static const guint choices[] = { 0, 5, 10, 30 };

struct _PalCover
{
  AdwBin parent_instance;

  GtkButton *button;
  GtkDropDown *idle;

  GSettings *settings; /* (owned) */
  GtkWidget *covered;  /* (owned) (nullable): what stood in the window */
  GtkWidget *focus;    /* (unowned) (nullable): weak: in that */
  char *title;         /* (owned) (nullable): of the window */
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (PalCover, pal_cover, ADW_TYPE_BIN)

/* For the whole program, at the application. */
typedef struct
{
  GtkApplication *application; /* (unowned) */
  GSettings *settings;         /* (owned) */
  gint64 touched_us;           /* monotonic */
  guint source;
  gboolean is_up;
  GPtrArray *hidden; /* (owned) (element-type GtkWindow): that stood before the others */
} Watch;

static Watch *
get_watch (GtkApplication *application)
{
  return g_object_get_data (G_OBJECT (application), WATCH_KEY);
}

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_clear_handle_id (&watch->source, g_source_remove);
  g_ptr_array_unref (watch->hidden);
  g_object_unref (watch->settings);
  g_free (watch);
}

/* --- the page */

static void
go_on_cb (PalCover *self)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL)
    pal_cover_show_all (GTK_APPLICATION (application));
}

static void
idle_cb (PalCover *self)
{
  guint chosen = gtk_drop_down_get_selected (self->idle);

  if (!self->loading && chosen < G_N_ELEMENTS (choices))
    g_settings_set_uint (self->settings, SETTING, choices[chosen]);
}

static void
fill_choices (PalCover *self)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);
  guint minutes = g_settings_get_uint (self->settings, SETTING);
  guint chosen = 0;

  self->loading = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autofree char *text
          = choices[i] == 0
                ? g_strdup (C_ ("time", "Never"))
                : g_strdup_printf (ngettext ("After %u minute", "After %u minutes", choices[i]),
                                   choices[i]);

      gtk_string_list_append (words, text);
      if (choices[i] <= minutes)
        chosen = i;
    }
  gtk_drop_down_set_model (self->idle, G_LIST_MODEL (words));
  gtk_drop_down_set_selected (self->idle, chosen);
  self->loading = FALSE;
}

/* Keys that do something elsewhere in the window do nothing here: what they work on is not seen. */
static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        PalCover *self)
{
  static const guint let_through[]
      = { GDK_KEY_Tab, GDK_KEY_ISO_Left_Tab, GDK_KEY_space,     GDK_KEY_Return,  GDK_KEY_KP_Enter,
          GDK_KEY_Up,  GDK_KEY_Down,         GDK_KEY_Left,      GDK_KEY_Right,   GDK_KEY_Home,
          GDK_KEY_End, GDK_KEY_Page_Up,      GDK_KEY_Page_Down, GDK_KEY_Shift_L, GDK_KEY_Shift_R };

  if (key == GDK_KEY_Escape || key == GDK_KEY_F8)
    {
      go_on_cb (self);
      return GDK_EVENT_STOP;
    }
  if ((state & GDK_CONTROL_MASK) == 0)
    for (guint i = 0; i < G_N_ELEMENTS (let_through); i++)
      if (key == let_through[i])
        return GDK_EVENT_PROPAGATE;

  /* Alt and a letter is the way to the two controls. */
  return (state & GDK_ALT_MASK) != 0 ? GDK_EVENT_PROPAGATE : GDK_EVENT_STOP;
}

static void
pal_cover_dispose (GObject *object)
{
  PalCover *self = PAL_COVER (object);

  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->covered);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->title, g_free);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_COVER);

  G_OBJECT_CLASS (pal_cover_parent_class)->dispose (object);
}

static void
pal_cover_class_init (PalCoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_cover_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/protect/pal-cover.ui");
  gtk_widget_class_bind_template_child (widget_class, PalCover, button);
  gtk_widget_class_bind_template_child (widget_class, PalCover, idle);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, idle_cb);
}

static void
pal_cover_init (PalCover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = pal_settings_new ();
  fill_choices (self);
}

/* --- windows */

static void
cover (AdwApplicationWindow *window)
{
  PalCover *self = g_object_new (PAL_TYPE_COVER, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->title = g_strdup (gtk_window_get_title (GTK_WINDOW (window)));
  g_set_weak_pointer (&self->focus, gtk_window_get_focus (GTK_WINDOW (window)));
  self->covered = adw_application_window_get_content (window);
  if (self->covered != NULL)
    g_object_ref (self->covered);
  adw_application_window_set_content (window, GTK_WIDGET (self));
  gtk_window_set_title (GTK_WINDOW (window), "Palermo");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_name (keys, WATCH_KEY);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
  g_object_set_data (G_OBJECT (self), WATCH_KEY, keys);
  gtk_widget_grab_focus (GTK_WIDGET (self->button));
}

static void
uncover (AdwApplicationWindow *window)
{
  GtkWidget *content = adw_application_window_get_content (window);
  g_autoptr (PalCover) self = NULL;
  g_autoptr (GtkWidget) covered = NULL;

  if (!PAL_IS_COVER (content))
    return;
  self = g_object_ref (PAL_COVER (content));
  covered = g_steal_pointer (&self->covered);
  gtk_widget_remove_controller (GTK_WIDGET (window),
                                g_object_get_data (G_OBJECT (self), WATCH_KEY));
  adw_application_window_set_content (window, covered);
  gtk_window_set_title (GTK_WINDOW (window), self->title);
  if (self->focus != NULL)
    gtk_widget_grab_focus (self->focus);
}

/**
 * pal_cover_is_up:
 * @application: the program
 *
 * Returns: whether its windows are covered
 */
gboolean
pal_cover_is_up (GtkApplication *application)
{
  Watch *watch = get_watch (application);

  return watch != NULL && watch->is_up;
}

/**
 * pal_cover_hide_all:
 * @application: the program
 *
 * Covers the windows; those that stand before them go for as long.
 */
void
pal_cover_hide_all (GtkApplication *application)
{
  Watch *watch = get_watch (application);
  g_autoptr (GList) windows = NULL;

  if (watch == NULL || watch->is_up)
    return;
  watch->is_up = TRUE;
  windows = g_list_copy (gtk_application_get_windows (application));
  for (GList *item = windows; item != NULL; item = item->next)
    if (ADW_IS_APPLICATION_WINDOW (item->data))
      cover (item->data);
    else if (gtk_widget_get_visible (item->data))
      {
        gtk_widget_set_visible (item->data, FALSE);
        g_ptr_array_add (watch->hidden, g_object_ref (item->data));
      }
}

/**
 * pal_cover_show_all:
 * @application: the program
 *
 * Shows again what was covered.
 */
void
pal_cover_show_all (GtkApplication *application)
{
  Watch *watch = get_watch (application);
  g_autoptr (GList) windows = NULL;

  if (watch == NULL || !watch->is_up)
    return;
  watch->is_up = FALSE;
  watch->touched_us = g_get_monotonic_time ();
  windows = g_list_copy (gtk_application_get_windows (application));
  for (GList *item = windows; item != NULL; item = item->next)
    if (ADW_IS_APPLICATION_WINDOW (item->data))
      uncover (item->data);
  for (guint i = 0; i < watch->hidden->len; i++)
    gtk_window_present (g_ptr_array_index (watch->hidden, i));
  g_ptr_array_set_size (watch->hidden, 0);
}

/* --- when nobody is there */

static gboolean
touched_cb (GtkEventControllerLegacy *controller, GdkEvent *event, Watch *watch)
{
  watch->touched_us = g_get_monotonic_time ();

  return GDK_EVENT_PROPAGATE;
}

static void
window_added_cb (GtkApplication *application, GtkWindow *window, Watch *watch)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (touched_cb), watch);
  gtk_widget_add_controller (GTK_WIDGET (window), events);
  watch->touched_us = g_get_monotonic_time ();
}

/**
 * pal_cover_note_idle:
 * @application: the program
 * @idle_us: for how long nobody has touched it, microseconds
 *
 * Covers the windows if that is as long as the person set.
 */
void
pal_cover_note_idle (GtkApplication *application, gint64 idle_us)
{
  Watch *watch = get_watch (application);
  guint minutes = watch != NULL ? g_settings_get_uint (watch->settings, SETTING) : 0;

  if (minutes > 0 && idle_us >= minutes * G_TIME_SPAN_MINUTE)
    pal_cover_hide_all (application);
}

static gboolean
look_cb (gpointer user_data)
{
  Watch *watch = user_data;

  pal_cover_note_idle (watch->application, g_get_monotonic_time () - watch->touched_us);

  return G_SOURCE_CONTINUE;
}

static void
hide_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  pal_cover_hide_all (user_data);
}

/**
 * pal_cover_install:
 * @application: the program, as it starts
 *
 * Adds the action "app.hide", and covers the windows when nobody has touched them for as long as
 * the person set.
 */
void
pal_cover_install (GtkApplication *application)
{
  const GActionEntry actions[] = { { "hide", hide_cb, NULL, NULL, NULL, { 0 } } };
  Watch *watch = g_new0 (Watch, 1);

  watch->application = application;
  watch->settings = pal_settings_new ();
  watch->hidden = g_ptr_array_new_with_free_func (g_object_unref);
  watch->touched_us = g_get_monotonic_time ();
  watch->source = g_timeout_add_seconds (LOOK_EVERY_S, look_cb, watch);
  g_object_set_data_full (G_OBJECT (application), WATCH_KEY, watch, watch_free);
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), watch);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
}
