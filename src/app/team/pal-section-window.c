// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-section-window"
#include "config.h"

#include "pal-section-window.h"

#include "pal-pick-file.h"
#include "pal-signature-group.h"
#include "pal-stack.h"
#include "pal-team-words.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalSectionWindow
{
  AdwWindow parent_instance;

  GtkButton *accept_button;
  GtkStack *stack;
  GtkSpinner *spinner;
  GtkLabel *problem;
  AdwPreferencesGroup *articles_group;
  AdwActionRow *due_row;
  PalSignatureGroup *signature_group;

  PalArrival *arrival;       /* (owned) (nullable) */
  char *path;                /* (owned) (nullable): where the working dossier shall be */
  GCancellable *cancellable; /* (owned) (nullable): while it is made */
};

G_DEFINE_FINAL_TYPE (PalSectionWindow, pal_section_window, ADW_TYPE_WINDOW)

static void
update (PalSectionWindow *self)
{
  gboolean working = self->cancellable != NULL;

  pal_stack_show_named (self->stack, working ? "working" : "page");
  gtk_spinner_set_spinning (self->spinner, working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button),
                            !working && pal_signature_group_is_settled (self->signature_group));
}

static void
show_problem (PalSectionWindow *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

/* --- making it */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSectionWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = pal_arrival_finish (PAL_ARRIVAL (source), result, &error);

  g_clear_object (&self->cancellable);
  if (self->arrival == NULL)
    return; /* closed meanwhile */
  if (ok)
    {
      GApplication *application = g_application_get_default ();

      if (application != NULL)
        g_action_group_activate_action (G_ACTION_GROUP (application), "open-path",
                                        g_variant_new_string (self->path));
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("a section could not be opened: %s", error->message);
      show_problem (self, words);
    }
  update (self);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSectionWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self->arrival == NULL || g_file_peek_path (file) == NULL)
    return;

  g_free (self->path);
  self->path = g_file_get_path (file);
  self->cancellable = g_cancellable_new ();
  show_problem (self, NULL);
  update (self);
  pal_arrival_open_async (self->arrival, self->path,
                          pal_signature_group_get_flags (self->signature_group), self->cancellable,
                          opened_cb, g_object_ref (self));
}

static void
accept_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalSectionWindow *self = PAL_SECTION_WINDOW (widget);
  const PalHandout *handout = pal_arrival_get_handout (self->arrival);
  g_autofree char *stem = NULL;
  g_autofree char *name = NULL;
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Where to Keep Your Working Dossier"),
                       .accept = _ ("_Save") };

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    return;
  stem = handout->title != NULL && *handout->title != '\0'
             /* TRANSLATORS: name of a file: the State under review, the name of a colleague */
             ? g_strdup_printf (_ ("%s – %s"), handout->title, handout->person)
             : g_strdup (handout->person);
  name = g_strconcat (g_strdelimit (stem, "/\\:*?\"<>|", '-'), ".palermo", NULL);
  pick.name = name;
  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (self));
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalSectionWindow *self = PAL_SECTION_WINDOW (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    gtk_window_close (GTK_WINDOW (self));
}

/* --- the window */

static void
show_section (PalSectionWindow *self)
{
  const PalHandout *handout = pal_arrival_get_handout (self->arrival);
  /* TRANSLATORS: the name of the person to whom articles were handed out */
  g_autofree char *title = g_strdup_printf (_ ("For %s"), handout->person);
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  g_autofree char *subject
      = handout->title != NULL ? g_markup_escape_text (handout->title, -1) : NULL;

  adw_preferences_group_set_title (self->articles_group, escaped);
  adw_preferences_group_set_description (self->articles_group, subject);
  for (guint i = 0; i < handout->pages->len; i++)
    {
      const PalHandoutPage *page = g_ptr_array_index (handout->pages, i);
      const char *words = page->title != NULL ? page->title : page->path;
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                      -1);
      adw_preferences_group_add (self->articles_group, row);
    }
  if (handout->due != NULL)
    {
      g_autofree char *day = pal_team_dup_day (handout->due);

      adw_action_row_set_subtitle (self->due_row, day);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->due_row), handout->due != NULL);
}

static void
pal_section_window_dispose (GObject *object)
{
  PalSectionWindow *self = PAL_SECTION_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->arrival);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_SECTION_WINDOW);

  G_OBJECT_CLASS (pal_section_window_parent_class)->dispose (object);
}

static void
pal_section_window_finalize (GObject *object)
{
  g_free (PAL_SECTION_WINDOW (object)->path);

  G_OBJECT_CLASS (pal_section_window_parent_class)->finalize (object);
}

static void
pal_section_window_class_init (PalSectionWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_section_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_section_window_finalize;

  g_type_ensure (PAL_TYPE_SIGNATURE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-section-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, articles_group);
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, due_row);
  gtk_widget_class_bind_template_child (widget_class, PalSectionWindow, signature_group);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_install_action (widget_class, "section.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "section.cancel", NULL, cancel_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "section.cancel", NULL);
}

static void
pal_section_window_init (PalSectionWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
pal_section_window_new (GtkWindow *parent, PalArrival *arrival)
{
  PalSectionWindow *self
      = g_object_new (PAL_TYPE_SECTION_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->arrival = g_object_ref (arrival);
  pal_signature_group_set_arrival (self->signature_group, arrival);
  show_section (self);
  update (self);

  return GTK_WIDGET (self);
}
