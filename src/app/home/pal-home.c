// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-home"
#include "config.h"

#include "pal-home.h"
#include "pal-language.h"
#include "pal-recent.h"
#include "pal-ring.h"
#include "pal-roving.h"

#include <glib/gi18n.h>

/* --- a recent dossier ---------------------------------------------------------------------- */

#define PAL_TYPE_HOME_ROW (pal_home_row_get_type ())
G_DECLARE_FINAL_TYPE (PalHomeRow, pal_home_row, PAL, HOME_ROW, GtkListBoxRow)

struct _PalHomeRow
{
  GtkListBoxRow parent_instance;

  char *path; /* (owned) */

  PalRing *ring;
  GtkLabel *title;
  GtkLabel *subject;
  GtkLabel *words;
  GtkButton *forget;
};

G_DEFINE_FINAL_TYPE (PalHomeRow, pal_home_row, GTK_TYPE_LIST_BOX_ROW)

static void
forget_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHomeRow *self = PAL_HOME_ROW (widget);
  GtkWidget *list = gtk_widget_get_parent (widget);
  GtkWidget *home = gtk_widget_get_ancestor (widget, PAL_TYPE_HOME);

  pal_recent_forget (self->path);
  gtk_list_box_remove (GTK_LIST_BOX (list), widget);
  if (gtk_widget_get_first_child (list) == NULL)
    pal_home_refresh (PAL_HOME (home));
}

static void
pal_home_row_dispose (GObject *object)
{
  g_clear_pointer (&PAL_HOME_ROW (object)->path, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_HOME_ROW);

  G_OBJECT_CLASS (pal_home_row_parent_class)->dispose (object);
}

static void
pal_home_row_class_init (PalHomeRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_home_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/home/pal-home-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHomeRow, ring);
  gtk_widget_class_bind_template_child (widget_class, PalHomeRow, title);
  gtk_widget_class_bind_template_child (widget_class, PalHomeRow, subject);
  gtk_widget_class_bind_template_child (widget_class, PalHomeRow, words);
  gtk_widget_class_bind_template_child (widget_class, PalHomeRow, forget);
  gtk_widget_class_install_action (widget_class, "recent.forget", NULL, forget_action);
}

static void
pal_home_row_init (PalHomeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
home_row_new (const PalRecentItem *item)
{
  PalHomeRow *self = g_object_new (PAL_TYPE_HOME_ROW, NULL);
  g_autofree char *base = g_path_get_basename (item->path);
  const char *title = item->title != NULL && *item->title != '\0' ? item->title : base;
  g_autofree char *progress = pal_ring_dup_words (item->answered, item->questions, 0);
  g_autofree char *ago = pal_language_format_ago (item->used_us);
  g_autofree char *words = NULL;
  g_autofree char *name = NULL;

  self->path = g_strdup (item->path);
  /* TRANSLATORS: of a recent dossier: how far it is, and when it was open */
  words = g_strdup_printf (C_ ("progress, time", "%s · %s"), progress, ago);
  /* TRANSLATORS: what a screen reader says of a recent dossier: State, questionnaire, progress */
  name = g_strdup_printf (C_ ("State, questionnaire, progress", "%s, %s, %s"), title,
                          item->subject ? item->subject : "", progress);

  pal_ring_set_counts (self->ring, item->answered, item->questions, 0);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->subject, item->subject ? item->subject : "");
  gtk_label_set_text (self->words, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), item->path);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return GTK_WIDGET (self);
}

/* --- the page ------------------------------------------------------------------------------ */

struct _PalHome
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkMenuButton *menu_button;
  GMenu *language_section;
  GtkWidget *recent_box;
  GtkListBox *recent_list;
};

G_DEFINE_FINAL_TYPE (PalHome, pal_home, GTK_TYPE_WIDGET)

static void
recent_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalHome *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.open-path", "s", PAL_HOME_ROW (row)->path);
}

static void
pal_home_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_HOME);

  G_OBJECT_CLASS (pal_home_parent_class)->dispose (object);
}

static void
pal_home_class_init (PalHomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_home_dispose;

  g_type_ensure (PAL_TYPE_RING);
  g_type_ensure (PAL_TYPE_ROVING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/home/pal-home.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHome, box);
  gtk_widget_class_bind_template_child (widget_class, PalHome, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PalHome, language_section);
  gtk_widget_class_bind_template_child (widget_class, PalHome, recent_box);
  gtk_widget_class_bind_template_child (widget_class, PalHome, recent_list);
  gtk_widget_class_bind_template_callback (widget_class, recent_activated_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pal_home_init (PalHome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_language_append_menu (self->language_section);
}

void
pal_home_refresh (PalHome *self)
{
  g_autoptr (GPtrArray) items = pal_recent_list ();
  GtkWidget *row = NULL;

  g_return_if_fail (PAL_IS_HOME (self));

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list))) != NULL)
    gtk_list_box_remove (self->recent_list, row);
  for (guint i = 0; i < items->len; i++)
    gtk_list_box_append (self->recent_list, home_row_new (g_ptr_array_index (items, i)));
  gtk_widget_set_visible (self->recent_box, items->len > 0);
}

void
pal_home_open_menu (PalHome *self)
{
  gtk_menu_button_popup (self->menu_button);
}
