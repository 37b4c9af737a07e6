// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-page-row"
#include "config.h"

#include "pal-page-row.h"

#include "pal-clearance-words.h"

#include <glib/gi18n.h>

struct _PalPageRow
{
  AdwActionRow parent_instance;

  char *path; /* (owned) */
  GtkWidget *check;
  GtkWidget *icon;
};

enum
{
  PROP_0,
  PROP_PICKED,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (PalPageRow, pal_page_row, ADW_TYPE_ACTION_ROW)

gboolean
pal_page_row_is_picked (PalPageRow *self)
{
  return gtk_widget_get_sensitive (self->check)
         && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->check));
}

const char *
pal_page_row_get_path (PalPageRow *self)
{
  return self->path;
}

static void
toggled_cb (PalPageRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICKED]);
}

static void
pal_page_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PICKED)
    g_value_set_boolean (value, pal_page_row_is_picked (PAL_PAGE_ROW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_page_row_finalize (GObject *object)
{
  g_free (PAL_PAGE_ROW (object)->path);

  G_OBJECT_CLASS (pal_page_row_parent_class)->finalize (object);
}

static void
pal_page_row_class_init (PalPageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pal_page_row_get_property;
  object_class->finalize = pal_page_row_finalize;

  properties[PROP_PICKED] = g_param_spec_boolean ("picked", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
pal_page_row_init (PalPageRow *self)
{
  GtkWidget *next = gtk_image_new_from_icon_name ("go-next-symbolic");

  self->check = gtk_check_button_new ();
  self->icon = gtk_image_new ();
  gtk_widget_set_valign (self->check, GTK_ALIGN_CENTER);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self), 3);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 4);
  /* The last prefix that is added stands first. */
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->icon);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->check);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), next);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  g_signal_connect_swapped (self->check, "toggled", G_CALLBACK (toggled_cb), self);
}

GtkWidget *
pal_page_row_new (const char *path)
{
  PalPageRow *self = g_object_new (PAL_TYPE_PAGE_ROW, NULL);

  self->path = g_strdup (path);

  return GTK_WIDGET (self);
}

/**
 * pal_page_row_show:
 * @self: a row
 * @session: an open dossier
 * @page: how its page stands now
 */
void
pal_page_row_show (PalPageRow *self, PalSession *session, const PalPageClearance *page)
{
  g_autofree char *title = pal_page_dup_title (session, page->path);
  g_autofree char *state = pal_page_dup_state_line (page);
  g_autofree char *open = pal_points_dup_line (page->points);
  g_autofree char *subtitle = open != NULL ? g_strdup_printf ("%s\n%s", state, open) : NULL;
  /* TRANSLATORS: name of the tick that picks a page, with its title */
  g_autofree char *name = g_strdup_printf (_ ("Tick: %s"), title);
  gboolean may_pick = page->state != PAL_PAGE_CLEARED || page->is_altered;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle != NULL ? subtitle : state);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon),
                                page->is_altered ? "dialog-warning-symbolic"
                                                 : pal_page_state_get_icon (page->state));
  if (!may_pick)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), FALSE);
  gtk_widget_set_sensitive (self->check, may_pick);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle != NULL ? subtitle : state, -1);
}
