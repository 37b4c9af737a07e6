// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-team-page"
#include "config.h"

#include "pal-team-page.h"

#include "pal-ask.h"
#include "pal-assign-window.h"
#include "pal-group-rows.h"
#include "pal-hand-out-window.h"
#include "pal-handout.h"
#include "pal-incoming.h"
#include "pal-locale.h"
#include "pal-pick-file.h"
#include "pal-publish.h"
#include "pal-signer.h"
#include "pal-team-words.h"
#include "pal-team-work.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalTeamPage
{
  AdwBin parent_instance;

  AdwPreferencesPage *page;
  AdwPreferencesGroup *working_group;
  AdwActionRow *from_row;
  AdwActionRow *due_row;
  GtkWidget *work_group;
  AdwPreferencesGroup *waiting_group;
  GtkWidget *empty_group;
  AdwPreferencesGroup *certificate_group;
  GtkLabel *trouble;

  PalSession *session; /* (owned) (nullable) */
  GStrv section;       /* (owned) (nullable): of a working dossier */
  PalTeamList *list;   /* (owned) (nullable): as last read */
  GPtrArray *groups;   /* (owned) (element-type AdwPreferencesGroup): of people, unowned */
  GPtrArray *waiting;  /* (owned) (element-type GtkWidget): rows, unowned */
  gboolean reading;
  gboolean read_again; /* something has changed since */
};

G_DEFINE_FINAL_TYPE (PalTeamPage, pal_team_page, ADW_TYPE_BIN)

#define PERSON_KEY "pal-person"

static void read_team (PalTeamPage *self);

static void
tell_trouble (PalTeamPage *self, const char *heading, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("team: %s", error->message);
  pal_tell (GTK_WIDGET (self), heading, words);
}

/* --- one assignment */

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTeamPage) self = user_data;
  g_autoptr (GError) error = NULL;
  AdwToast *toast = NULL;

  if (self->session == NULL)
    return; /* the page went away */
  if (!pal_team_work_finish (result, &error))
    {
      tell_trouble (self, _ ("The article could not be taken away"), error);
      return;
    }
  toast = adw_toast_new (_ ("Article taken away"));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  pal_toast (GTK_WIDGET (self), toast);
}

static PalAssignment *
get_assignment (PalTeamPage *self, GVariant *index)
{
  guint i = g_variant_get_uint32 (index);

  return self->list != NULL && i < self->list->assignments->len
             ? g_ptr_array_index (self->list->assignments, i)
             : NULL;
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTeamPage *self = PAL_TEAM_PAGE (widget);
  PalAssignment *one = get_assignment (self, parameter);
  GPtrArray *list = NULL;

  if (one == NULL)
    return;
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_assignment_free);
  g_ptr_array_add (list, pal_assignment_copy (one));
  pal_team_unassign_async (self->session, list, removed_cb, g_object_ref (self));
}

static void
change_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTeamPage *self = PAL_TEAM_PAGE (widget);
  PalAssignment *one = get_assignment (self, parameter);

  if (one != NULL)
    pal_assign_window_present (widget, self->session, self->list->assignments, one);
}

static void
row_activated_cb (AdwActionRow *row, PalTeamPage *self)
{
  pal_session_show_page (self->session, g_object_get_data (G_OBJECT (row), "page"));
}

static GtkWidget *
row_button_new (const char *icon_name, const char *action, guint index, const char *words,
                const char *title)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);
  /* TRANSLATORS: what a screen reader says of a button: what it does, and to which article */
  g_autofree char *name = g_strdup_printf (C_ ("button, article", "%s: %s"), words, title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", index);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return button;
}

/* A page by its title; a click goes there. */
static GtkWidget *
page_row_new (PalTeamPage *self, const char *page, const char *words)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = pal_team_dup_page_title (self->session, page);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words != NULL ? words : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : "",
                                  -1);
  g_object_set_data_full (G_OBJECT (row), "page", g_strdup (page), g_free);
  g_signal_connect (row, "activated", G_CALLBACK (row_activated_cb), self);

  return row;
}

static GtkWidget *
assignment_row_new (PalTeamPage *self, const PalAssignment *one, guint index)
{
  PalTeamState state = pal_team_get_state (one);
  g_autofree char *words = pal_team_dup_state_words (one);
  GtkWidget *row = page_row_new (self, one->page, words);
  GtkWidget *icon = gtk_image_new_from_icon_name (pal_team_get_icon_name (state));
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));

  if (state == PAL_TEAM_OVERDUE)
    {
      gtk_widget_add_css_class (icon, "warning");
      gtk_widget_add_css_class (row, "overdue");
    }
  else if (state == PAL_TEAM_RETURNED)
    gtk_widget_add_css_class (icon, "success");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      row_button_new ("document-edit-symbolic", "team.change", index, _ ("Change"), title));
  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      row_button_new ("user-trash-symbolic", "team.remove", index, _ ("Take away"), title));

  return row;
}

/* --- one person */

static GPtrArray *
list_pages_of (PalTeamPage *self, const char *person)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->list->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (self->list->assignments, i);

      if (strcmp (one->person, person) == 0)
        g_ptr_array_add (pages, g_strdup (one->page));
    }

  return pages;
}

static void
hand_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTeamPage *self = PAL_TEAM_PAGE (widget);
  const char *person = g_variant_get_string (parameter, NULL);
  g_autoptr (GPtrArray) pages = self->list != NULL ? list_pages_of (self, person) : NULL;

  if (pages != NULL && pages->len > 0)
    gtk_window_present (
        GTK_WINDOW (pal_hand_out_window_new (widget, self->session, person, pages)));
}

static GtkWidget *
person_group_new (const char *person, const char *office)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Hand Out…"));
  g_autofree char *title = g_markup_escape_text (person, -1);
  g_autofree char *description = office != NULL ? g_markup_escape_text (office, -1) : NULL;
  /* TRANSLATORS: name of the button that packs a colleague's articles: their name */
  g_autofree char *name = g_strdup_printf (_ ("Hand out to %s"), person);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", person);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "team.hand-out");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), button);
  g_object_set_data_full (G_OBJECT (group), PERSON_KEY, g_strdup (person), g_free);

  return group;
}

static AdwPreferencesGroup *
get_group (PalTeamPage *self, const PalAssignment *one)
{
  GtkWidget *group;

  for (guint i = 0; i < self->groups->len; i++)
    if (strcmp (g_object_get_data (g_ptr_array_index (self->groups, i), PERSON_KEY), one->person)
        == 0)
      return g_ptr_array_index (self->groups, i);

  group = person_group_new (one->person, one->office);
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
  g_ptr_array_add (self->groups, group);

  return ADW_PREFERENCES_GROUP (group);
}

/* --- all of them */

static void
look_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_incoming_open (GTK_WINDOW (gtk_widget_get_root (widget)),
                     g_variant_get_string (parameter, NULL));
}

static void
show_waiting (PalTeamPage *self)
{
  pal_group_rows_clear (self->waiting);
  for (guint i = 0; i < self->list->waiting->len; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *button = gtk_button_new_with_label (_ ("Look…"));
      g_autofree char *number = g_strdup_printf (_ ("Package %u"), i + 1);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), number);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s",
                                        g_ptr_array_index (self->list->waiting, i));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "team.look");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
      adw_preferences_group_add (self->waiting_group, row);
      g_ptr_array_add (self->waiting, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->waiting_group), self->waiting->len > 0);
}

static int
compare_people (gconstpointer a, gconstpointer b)
{
  return pal_locale_compare ((*(const PalAssignment *const *) a)->person,
                             (*(const PalAssignment *const *) b)->person);
}

static void
show_list (PalTeamPage *self)
{
  GPtrArray *assignments = self->list->assignments;
  gboolean had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;

  g_ptr_array_sort (assignments, compare_people); /* what one person has keeps its order */
  for (guint i = 0; i < self->groups->len; i++)
    adw_preferences_page_remove (self->page, g_ptr_array_index (self->groups, i));
  g_ptr_array_set_size (self->groups, 0);
  for (guint i = 0; i < assignments->len; i++)
    {
      PalAssignment *one = g_ptr_array_index (assignments, i);

      adw_preferences_group_add (get_group (self, one), assignment_row_new (self, one, i));
    }
  /* One's own certificate comes last. */
  g_object_ref (self->certificate_group);
  adw_preferences_page_remove (self->page, self->certificate_group);
  adw_preferences_page_add (self->page, self->certificate_group);
  g_object_unref (self->certificate_group);
  gtk_widget_set_visible (self->empty_group, assignments->len == 0 && self->section == NULL);
  gtk_widget_set_visible (self->work_group, assignments->len > 0 && self->section == NULL);
  show_waiting (self);
  /* What had the focus may be gone. */
  if (had_focus && gtk_widget_get_focus_child (GTK_WIDGET (self)) == NULL)
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTeamPage) self = user_data;
  g_autoptr (GError) error = NULL;
  PalTeamList *list = pal_team_read_finish (result, &error);

  self->reading = FALSE;
  if (self->session == NULL)
    {
      g_clear_pointer (&list, pal_team_list_free);
      return; /* the page went away */
    }
  if (list == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      gtk_label_set_text (self->trouble, words);
      gtk_widget_set_visible (GTK_WIDGET (self->trouble), TRUE);
      return;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), FALSE);
  g_clear_pointer (&self->list, pal_team_list_free);
  self->list = list;
  show_list (self);
  if (self->read_again)
    read_team (self);
}

static void
read_team (PalTeamPage *self)
{
  self->read_again = self->reading;
  if (self->reading || self->session == NULL)
    return;

  self->reading = TRUE;
  pal_team_read_async (self->session, read_cb, g_object_ref (self));
}

/* --- what the buttons do */

static void
assign_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTeamPage *self = PAL_TEAM_PAGE (widget);

  if (self->list != NULL)
    pal_assign_window_present (widget, self->session, self->list->assignments, NULL);
}

static void
take_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_incoming_pick (GTK_WINDOW (gtk_widget_get_root (widget)));
}

static void
give_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTeamPage *self = PAL_TEAM_PAGE (widget);
  g_autoptr (GPtrArray) pages = g_ptr_array_new ();

  for (guint i = 0; self->section != NULL && self->section[i] != NULL; i++)
    g_ptr_array_add (pages, self->section[i]);
  if (pages->len > 0)
    gtk_window_present (GTK_WINDOW (pal_hand_out_window_new (widget, self->session, NULL, pages)));
}

/* --- one's own certificate, for colleagues */

typedef struct
{
  PalTeamPage *page; /* (owned) */
  char *pem;
  char *path; /* (nullable): until it is chosen */
} Certificate;

static void
certificate_free (gpointer data)
{
  Certificate *certificate = data;

  g_object_unref (certificate->page);
  g_free (certificate->pem);
  g_free (certificate->path);
  g_free (certificate);
}

static void
certificate_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Certificate *certificate = task_data;
  g_autoptr (GBytes) bytes = g_bytes_new (certificate->pem, strlen (certificate->pem));
  GError *error = NULL;

  if (pal_publish_bytes (certificate->path, bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
certificate_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    pal_toast (GTK_WIDGET (source), adw_toast_new (_ ("Certificate saved")));
  else
    tell_trouble (PAL_TEAM_PAGE (source), _ ("The certificate was not saved"), error);
}

static void
certificate_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Certificate *certificate = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autoptr (GTask) task = NULL;

  if (file == NULL || certificate->page->session == NULL || g_file_peek_path (file) == NULL)
    {
      certificate_free (certificate);
      return;
    }
  certificate->path = g_file_get_path (file);
  task = g_task_new (certificate->page, NULL, certificate_saved_cb, NULL);
  g_task_set_source_tag (task, certificate_picked_cb);
  g_task_set_task_data (task, certificate, certificate_free);
  g_task_run_in_thread (task, certificate_in_thread);
}

static void
certificate_signer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTeamPage) self = user_data;
  g_autoptr (PalIdentity) identity = pal_signer_ask_finish (result);
  g_autofree char *name = NULL;
  Certificate *certificate;
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save Your Certificate"),
                       .accept = _ ("_Save") };

  if (identity == NULL || self->session == NULL)
    return;
  name = g_strdelimit (g_strconcat (pal_identity_get_common_name (identity), ".pem", NULL),
                       "/\\:", '-');
  pick.name = name;
  certificate = g_new0 (Certificate, 1);
  certificate->page = g_object_ref (self);
  certificate->pem = pal_identity_dup_certificate_pem (identity);
  pal_pick_file_async (GTK_WIDGET (self), &pick, certificate_picked_cb, certificate);
}

static void
certificate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTeamPage *self = PAL_TEAM_PAGE (widget);

  pal_signer_ask_async (widget, self->session, certificate_signer_cb, g_object_ref (self));
}

/* --- a working dossier */

static void
show_section (PalTeamPage *self)
{
  PalDossier *dossier = pal_session_get_dossier (self->session);
  g_autofree char *from = pal_dossier_get_meta (dossier, "hand-out-from");
  g_autofree char *person = pal_dossier_get_meta (dossier, "hand-out-person");
  g_autofree char *due = pal_dossier_get_meta (dossier, "hand-out-due");
  g_autofree char *day = due != NULL ? pal_team_dup_day (due) : NULL;

  adw_action_row_set_subtitle (self->from_row, from != NULL ? from : "");
  gtk_widget_set_visible (GTK_WIDGET (self->from_row), from != NULL);
  adw_action_row_set_subtitle (self->due_row, day != NULL ? day : "");
  gtk_widget_set_visible (GTK_WIDGET (self->due_row), day != NULL);
  for (guint i = 0; self->section[i] != NULL; i++)
    adw_preferences_group_add (self->working_group, page_row_new (self, self->section[i], NULL));
}

/* --- the widget */

static void
pal_team_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pal_team_page_parent_class)->map (widget);

  /* Days pass while a window is open. */
  read_team (PAL_TEAM_PAGE (widget));
}

static void
pal_team_page_dispose (GObject *object)
{
  PalTeamPage *self = PAL_TEAM_PAGE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->list, pal_team_list_free);
  g_clear_pointer (&self->section, g_strfreev);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_TEAM_PAGE);

  G_OBJECT_CLASS (pal_team_page_parent_class)->dispose (object);
}

static void
pal_team_page_class_init (PalTeamPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_team_page_dispose;
  widget_class->map = pal_team_page_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-team-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, page);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, working_group);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, from_row);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, due_row);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, work_group);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, empty_group);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, certificate_group);
  gtk_widget_class_bind_template_child (widget_class, PalTeamPage, trouble);
  gtk_widget_class_install_action (widget_class, "team.assign", NULL, assign_action);
  gtk_widget_class_install_action (widget_class, "team.change", "u", change_action);
  gtk_widget_class_install_action (widget_class, "team.remove", "u", remove_action);
  gtk_widget_class_install_action (widget_class, "team.hand-out", "s", hand_out_action);
  gtk_widget_class_install_action (widget_class, "team.take-in", NULL, take_in_action);
  gtk_widget_class_install_action (widget_class, "team.look", "s", look_action);
  gtk_widget_class_install_action (widget_class, "team.give-back", NULL, give_back_action);
  gtk_widget_class_install_action (widget_class, "team.certificate", NULL, certificate_action);
}

static void
pal_team_page_init (PalTeamPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->groups = g_ptr_array_new ();
  self->waiting = g_ptr_array_new ();
}

/**
 * pal_team_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_team_page_new (PalSession *session)
{
  PalTeamPage *self = g_object_new (PAL_TYPE_TEAM_PAGE, NULL);

  self->session = g_object_ref (session);
  self->section = pal_handout_dup_section (pal_session_get_dossier (session));
  gtk_widget_set_visible (GTK_WIDGET (self->working_group), self->section != NULL);
  if (self->section != NULL)
    show_section (self);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (read_team), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (read_team), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
