// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-milestone"
#include "config.h"

#include "pal-milestone.h"

#include "pal-language.h"

#include <glib/gi18n.h>

struct _PalMilestone
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *title_label;
  GtkLabel *date_label;
  GtkLabel *distance_label;
};

G_DEFINE_FINAL_TYPE (PalMilestone, pal_milestone, GTK_TYPE_WIDGET)

static void
pal_milestone_dispose (GObject *object)
{
  g_clear_pointer (&PAL_MILESTONE (object)->content, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_MILESTONE);

  G_OBJECT_CLASS (pal_milestone_parent_class)->dispose (object);
}

static void
pal_milestone_class_init (PalMilestoneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_milestone_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/overview/pal-milestone.ui");
  gtk_widget_class_bind_template_child (widget_class, PalMilestone, content);
  gtk_widget_class_bind_template_child (widget_class, PalMilestone, icon);
  gtk_widget_class_bind_template_child (widget_class, PalMilestone, title_label);
  gtk_widget_class_bind_template_child (widget_class, PalMilestone, date_label);
  gtk_widget_class_bind_template_child (widget_class, PalMilestone, distance_label);
}

static void
pal_milestone_init (PalMilestone *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
pal_milestone_new (const char *title)
{
  PalMilestone *self = g_object_new (PAL_TYPE_MILESTONE, NULL);

  gtk_label_set_text (self->title_label, title);

  return GTK_WIDGET (self);
}

static char *
dup_distance (int days)
{
  if (days == 0)
    return g_strdup (_ ("today"));
  if (days > 0)
    return g_strdup_printf (ngettext ("in %d day", "in %d days", days), days);

  return g_strdup_printf (ngettext ("%d day ago", "%d days ago", -days), -days);
}

void
pal_milestone_set_date (PalMilestone *self, GDateTime *date, GDateTime *today)
{
  g_autofree char *text = NULL;
  g_autofree char *distance = NULL;
  int days;

  if (date == NULL)
    {
      gtk_label_set_text (self->date_label, _ ("not known yet"));
      gtk_label_set_text (self->distance_label, "");
      gtk_image_set_from_icon_name (self->icon, "content-loading-symbolic");
      return;
    }

  days = (int) (g_date_time_difference (date, today) / G_TIME_SPAN_DAY);
  text = pal_language_format_date (date);
  distance = dup_distance (days);
  gtk_label_set_text (self->date_label, text);
  gtk_label_set_text (self->distance_label, distance);
  gtk_image_set_from_icon_name (self->icon,
                                days < 0 ? "x-office-calendar-symbolic" : "alarm-symbolic");
}
