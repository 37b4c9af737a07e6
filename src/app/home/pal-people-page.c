// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-people-page"
#include "config.h"

#include "pal-people-page.h"
#include "pal-text.h"

#include <glib/gi18n.h>

#define MAX_EXPERTS 40

/* --- one expert ---------------------------------------------------------------------------- */

#define PAL_TYPE_PERSON_ROW (pal_person_row_get_type ())
G_DECLARE_FINAL_TYPE (PalPersonRow, pal_person_row, PAL, PERSON_ROW, AdwExpanderRow)

struct _PalPersonRow
{
  AdwExpanderRow parent_instance;

  GtkEditable *name;
  GtkEditable *office;
  GtkEditable *email;
};

G_DEFINE_FINAL_TYPE (PalPersonRow, pal_person_row, ADW_TYPE_EXPANDER_ROW)

static void
name_changed_cb (GtkEditable *entry, PalPersonRow *self)
{
  const char *name = gtk_editable_get_text (entry);
  g_autofree char *escaped = g_markup_escape_text (*name != '\0' ? name : _ ("Expert"), -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), escaped);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *group = gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_GROUP);

  gtk_widget_child_focus (group, GTK_DIR_TAB_FORWARD);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), widget);
}

static void
pal_person_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_PERSON_ROW);

  G_OBJECT_CLASS (pal_person_row_parent_class)->dispose (object);
}

static void
pal_person_row_class_init (PalPersonRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_person_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/home/pal-person-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalPersonRow, name);
  gtk_widget_class_bind_template_child (widget_class, PalPersonRow, office);
  gtk_widget_class_bind_template_child (widget_class, PalPersonRow, email);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_install_action (widget_class, "person.remove", NULL, remove_action);
}

static void
pal_person_row_init (PalPersonRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* --- the page ------------------------------------------------------------------------------ */

struct _PalPeoplePage
{
  AdwPreferencesPage parent_instance;

  GPtrArray *rows; /* (owned) (element-type PalPersonRow): also those that were removed */

  GtkEditable *focal_name;
  GtkEditable *focal_office;
  GtkEditable *focal_email;
  AdwPreferencesGroup *experts;
};

G_DEFINE_FINAL_TYPE (PalPeoplePage, pal_people_page, ADW_TYPE_PREFERENCES_PAGE)

static void
entry_activated_cb (GtkWidget *entry, PalPeoplePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "assistant.next", NULL);
}

static void
add_expert_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPeoplePage *self = PAL_PEOPLE_PAGE (widget);
  PalPersonRow *row = NULL;

  if (self->rows->len >= MAX_EXPERTS)
    return;

  row = g_object_new (PAL_TYPE_PERSON_ROW, NULL);
  g_ptr_array_add (self->rows, g_object_ref_sink (row));
  adw_preferences_group_add (self->experts, GTK_WIDGET (row));
  gtk_widget_grab_focus (GTK_WIDGET (row->name));
}

static void
pal_people_page_dispose (GObject *object)
{
  PalPeoplePage *self = PAL_PEOPLE_PAGE (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_PEOPLE_PAGE);

  G_OBJECT_CLASS (pal_people_page_parent_class)->dispose (object);
}

static void
pal_people_page_class_init (PalPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_people_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/home/pal-people-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalPeoplePage, focal_name);
  gtk_widget_class_bind_template_child (widget_class, PalPeoplePage, focal_office);
  gtk_widget_class_bind_template_child (widget_class, PalPeoplePage, focal_email);
  gtk_widget_class_bind_template_child (widget_class, PalPeoplePage, experts);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_install_action (widget_class, "people.add-expert", NULL, add_expert_action);
}

static void
pal_people_page_init (PalPeoplePage *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pal_people_page_collect (PalPeoplePage *self, PalNewDossier *answers)
{
  answers->focal.name = g_strdup (gtk_editable_get_text (self->focal_name));
  answers->focal.office = g_strdup (gtk_editable_get_text (self->focal_office));
  answers->focal.email = g_strdup (gtk_editable_get_text (self->focal_email));
  for (guint i = 0; i < self->rows->len; i++)
    {
      PalPersonRow *row = g_ptr_array_index (self->rows, i);

      if (gtk_widget_get_parent (GTK_WIDGET (row)) != NULL
          && !pal_text_is_blank (gtk_editable_get_text (row->name)))
        pal_new_dossier_add_expert (answers, gtk_editable_get_text (row->name),
                                    gtk_editable_get_text (row->office),
                                    gtk_editable_get_text (row->email));
    }
}
