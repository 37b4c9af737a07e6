// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-assign-window"
#include "config.h"

#include "pal-assign-window.h"

#include "pal-ask.h"
#include "pal-certificate-row.h"
#include "pal-date.h"
#include "pal-locale.h"
#include "pal-sidebar.h"
#include "pal-team-words.h"
#include "pal-team-work.h"
#include "pal-text.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalAssignWindow
{
  AdwWindow parent_instance;

  GtkButton *accept_button;
  AdwEntryRow *name_row;
  AdwEntryRow *office_row;
  AdwEntryRow *due_row;
  PalCertificateRow *certificate_row;
  GtkWidget *people;
  GtkLabel *problem;
  AdwPreferencesPage *page;
  GtkWidget *articles_group;
  GtkSearchEntry *search;

  PalSession *session;    /* (owned) (nullable) */
  GPtrArray *assignments; /* (owned) (element-type PalAssignment) */
  PalAssignment *edit;    /* (owned) (nullable) */
  GPtrArray *candidates;  /* (owned) (element-type PalTeamPerson) */
  GPtrArray *checks;      /* (owned) (element-type GtkCheckButton): in rows, unowned */
  GPtrArray *parts;       /* (owned) (element-type AdwPreferencesGroup): unowned */
  gboolean working;
};

G_DEFINE_FINAL_TYPE (PalAssignWindow, pal_assign_window, ADW_TYPE_WINDOW)

#define PAGE_KEY "pal-page"
#define WORDS_KEY "pal-words" /* in lower case, for searching */

/* --- what is ticked */

static guint
count_ticked (PalAssignWindow *self)
{
  guint n = 0;

  for (guint i = 0; i < self->checks->len; i++)
    n += gtk_check_button_get_active (g_ptr_array_index (self->checks, i));

  return n;
}

/* A day is optional, but one that is written must be one. */
static gboolean
has_good_day (PalAssignWindow *self, char **day)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->due_row));

  *day = pal_text_is_blank (text) ? NULL : pal_date_dup_canonical (text);

  return *day != NULL || pal_text_is_blank (text);
}

static void
show_problem (PalAssignWindow *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update (PalAssignWindow *self)
{
  gboolean named = !pal_text_is_blank (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  guint n = count_ticked (self);

  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button),
                            named && !self->working && (self->edit != NULL || n > 0));
}

static void
changed_cb (PalAssignWindow *self)
{
  show_problem (self, NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self->due_row), "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->due_row), GTK_ACCESSIBLE_STATE_INVALID);
  update (self);
}

/* --- saving */

static PalAssignment *
find_assignment (PalAssignWindow *self, const char *page, const char *person)
{
  for (guint i = 0; i < self->assignments->len; i++)
    {
      PalAssignment *one = g_ptr_array_index (self->assignments, i);

      if (strcmp (one->page, page) == 0 && strcmp (one->person, person) == 0)
        return one;
    }

  return NULL;
}

static void
fill_in (PalAssignWindow *self, PalAssignment *one, const char *person, const char *day)
{
  const char *office = gtk_editable_get_text (GTK_EDITABLE (self->office_row));

  g_free (one->person);
  one->person = g_strdup (person);
  g_free (one->office);
  one->office = pal_text_is_blank (office) ? NULL : g_strstrip (g_strdup (office));
  g_free (one->due);
  one->due = g_strdup (day);
  g_free (one->fingerprint);
  one->fingerprint = g_strdup (pal_certificate_row_get_fingerprint (self->certificate_row));
}

static GPtrArray *
collect (PalAssignWindow *self, const char *person, const char *day)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_assignment_free);

  if (self->edit != NULL)
    g_ptr_array_add (list, pal_assignment_copy (self->edit));
  for (guint i = 0; i < self->checks->len; i++)
    {
      GObject *check = g_ptr_array_index (self->checks, i);
      const char *page = g_object_get_data (check, PAGE_KEY);
      const PalAssignment *known = find_assignment (self, page, person);

      if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
        continue;
      g_ptr_array_add (list, known != NULL ? pal_assignment_copy (known)
                                           : pal_assignment_new (page, person));
    }
  for (guint i = 0; i < list->len; i++)
    fill_in (self, g_ptr_array_index (list, i), person, day);

  return list;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalAssignWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  self->working = FALSE;
  if (self->session == NULL)
    return; /* closed meanwhile */
  if (pal_team_work_finish (result, &error))
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  g_info ("an assignment was not kept: %s", error->message);
  words = pal_trouble_dup_words (error);
  show_problem (self, words);
  update (self);
}

static void
accept_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalAssignWindow *self = PAL_ASSIGN_WINDOW (widget);
  g_autofree char *person = NULL;
  g_autofree char *day = NULL;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    return;
  if (!has_good_day (self, &day))
    {
      show_problem (self, _ ("This is not a date. Write it as 2027-03-31, or leave it empty."));
      gtk_widget_add_css_class (GTK_WIDGET (self->due_row), "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->due_row), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_widget_grab_focus (GTK_WIDGET (self->due_row));
      return;
    }

  person = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  self->working = TRUE;
  update (self);
  pal_team_assign_async (self->session, collect (self, person, day), saved_cb, g_object_ref (self));
}

/* --- people */

static void
person_clicked_cb (GtkButton *button, PalAssignWindow *self)
{
  const PalTeamPerson *person = g_object_get_data (G_OBJECT (button), "person");

  gtk_editable_set_text (GTK_EDITABLE (self->name_row), person->name);
  gtk_editable_set_text (GTK_EDITABLE (self->office_row),
                         person->office != NULL ? person->office : "");
  pal_certificate_row_set_fingerprint (self->certificate_row, person->fingerprint);
}

static void
offer_people (PalAssignWindow *self)
{
  self->candidates = pal_team_list_people (self->session, self->assignments);
  gtk_widget_set_visible (self->people, self->candidates->len > 0);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      PalTeamPerson *person = g_ptr_array_index (self->candidates, i);
      GtkWidget *button = gtk_button_new ();
      GtkWidget *label = gtk_label_new (person->name);
      /* TRANSLATORS: name of the button that puts a person's name into the field */
      g_autofree char *name = g_strdup_printf (_ ("Choose %s"), person->name);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
      gtk_button_set_child (GTK_BUTTON (button), label);
      gtk_widget_add_css_class (button, "chip-button");
      gtk_widget_set_tooltip_text (button, person->office);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      -1);
      g_object_set_data (G_OBJECT (button), "person", person);
      g_signal_connect (button, "clicked", G_CALLBACK (person_clicked_cb), self);
      gtk_widget_set_parent (button, self->people);
    }
}

/* --- articles */

static gboolean
is_relevant (PalResponse *response, PalOutlinePage *page)
{
  return pal_response_is_control_relevant (response, page->control, NULL)
         && (page->part->control == NULL
             || pal_response_is_control_relevant (response, page->part->control, NULL));
}

/* Who else works on it is worth knowing. */
static char *
dup_others (PalAssignWindow *self, const char *page)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (self->assignments, i);

      if (strcmp (one->page, page) == 0)
        g_ptr_array_add (names, one->person);
    }

  return pal_locale_dup_list (names);
}

static GtkWidget *
article_row_new (PalAssignWindow *self, const char *page)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *title = pal_team_dup_page_title (self->session, page);
  g_autofree char *others = dup_others (self, page);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), others);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, others, -1);
  /* One stop of Tab for each, not two. */
  gtk_widget_set_focusable (row, FALSE);
  g_object_set_data_full (G_OBJECT (check), PAGE_KEY, g_strdup (page), g_free);
  g_object_set_data_full (G_OBJECT (row), WORDS_KEY, g_utf8_strdown (title, -1), g_free);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (changed_cb), self);
  g_ptr_array_add (self->checks, check);

  return row;
}

static GtkWidget *
part_group_new (PalAssignWindow *self, PalOutlinePart *part)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (self->session));
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title = part->control != NULL ? pal_response_dup_text (response, part->control,
                                                                          NULL, PAL_TEXT_LABEL)
                                                 : NULL;
  g_autofree char *escaped = title != NULL ? g_markup_escape_text (title, -1) : NULL;

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), escaped != NULL ? escaped : "");
  g_ptr_array_add (self->parts, group);

  return group;
}

static void
offer_articles (PalAssignWindow *self)
{
  PalOutline *outline = pal_session_get_outline (self->session);
  GPtrArray *pages = outline != NULL ? pal_outline_get_pages (outline) : NULL;
  PalOutlinePart *part = NULL;
  GtkWidget *group = NULL;

  for (guint i = 0; pages != NULL && i < pages->len; i++)
    {
      PalOutlinePage *page = g_ptr_array_index (pages, i);
      GtkWidget *row;

      if (page->control == NULL || page->control->node == NULL
          || !is_relevant (pal_record_get_response (pal_session_get_questionnaire (self->session)),
                           page))
        continue;
      if (group == NULL || page->part != part)
        {
          part = page->part;
          group = part_group_new (self, part);
          adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
        }
      row = article_row_new (self, pal_sidebar_get_page_id (page));
      g_object_set_data (G_OBJECT (row), "group", group);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

static void
search_changed_cb (PalAssignWindow *self)
{
  g_autofree char *wanted
      = g_utf8_strdown (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);

  for (guint i = 0; i < self->parts->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->parts, i), FALSE);
  for (guint i = 0; i < self->checks->len; i++)
    {
      GtkWidget *row
          = gtk_widget_get_ancestor (g_ptr_array_index (self->checks, i), ADW_TYPE_ACTION_ROW);
      gboolean fits = strstr (g_object_get_data (G_OBJECT (row), WORDS_KEY), wanted) != NULL;

      gtk_widget_set_visible (row, fits);
      if (fits)
        gtk_widget_set_visible (g_object_get_data (G_OBJECT (row), "group"), TRUE);
    }
}

/* --- the window */

static void
pal_assign_window_dispose (GObject *object)
{
  PalAssignWindow *self = PAL_ASSIGN_WINDOW (object);
  GtkWidget *child;

  while (self->people != NULL && (child = gtk_widget_get_first_child (self->people)) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_ASSIGN_WINDOW);

  G_OBJECT_CLASS (pal_assign_window_parent_class)->dispose (object);
}

static void
pal_assign_window_finalize (GObject *object)
{
  PalAssignWindow *self = PAL_ASSIGN_WINDOW (object);

  g_clear_pointer (&self->assignments, g_ptr_array_unref);
  g_clear_pointer (&self->edit, pal_assignment_free);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_ptr_array_unref (self->checks);
  g_ptr_array_unref (self->parts);

  G_OBJECT_CLASS (pal_assign_window_parent_class)->finalize (object);
}

static void
pal_assign_window_class_init (PalAssignWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_assign_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_assign_window_finalize;

  g_type_ensure (PAL_TYPE_CERTIFICATE_ROW);
  g_type_ensure (PAL_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-assign-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, office_row);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, due_row);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, certificate_row);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, people);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, page);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, articles_group);
  gtk_widget_class_bind_template_child (widget_class, PalAssignWindow, search);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_install_action (widget_class, "assign.accept", NULL, accept_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_assign_window_init (PalAssignWindow *self)
{
  self->checks = g_ptr_array_new ();
  self->parts = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->people, pal_wrap_layout_new (6));
  pal_certificate_row_set_empty_words (
      self->certificate_row,
      _ ("Optional: then you see at once that what comes back is really from them."));
}

void
pal_assign_window_present (GtkWidget *parent, PalSession *session, GPtrArray *assignments,
                           const PalAssignment *edit)
{
  PalAssignWindow *self = g_object_new (PAL_TYPE_ASSIGN_WINDOW, "transient-for",
                                        gtk_widget_get_root (parent), "modal", TRUE, NULL);

  self->session = g_object_ref (session);
  self->assignments = g_ptr_array_ref (assignments);
  offer_people (self);
  if (edit == NULL)
    offer_articles (self);
  else
    {
      g_autofree char *title = pal_team_dup_page_title (session, edit->page);

      self->edit = pal_assignment_copy (edit);
      gtk_window_set_title (GTK_WINDOW (self), title);
      gtk_button_set_label (self->accept_button, _ ("_Change"));
      gtk_editable_set_text (GTK_EDITABLE (self->name_row), edit->person);
      gtk_editable_set_text (GTK_EDITABLE (self->office_row),
                             edit->office != NULL ? edit->office : "");
      gtk_editable_set_text (GTK_EDITABLE (self->due_row), edit->due != NULL ? edit->due : "");
      pal_certificate_row_set_fingerprint (self->certificate_row, edit->fingerprint);
      gtk_window_set_default_size (GTK_WINDOW (self), 560, 460);
    }
  gtk_widget_set_visible (self->articles_group, edit == NULL);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (edit == NULL ? GTK_WIDGET (self->name_row) : GTK_WIDGET (self->due_row));
}
