// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit-window"
#include "config.h"

#include "pal-kit-window.h"

#include "pal-check-row.h"
#include "pal-kit-job.h"
#include "pal-language.h"
#include "pal-office.h"
#include "pal-pick-file.h"
#include "pal-stack.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalKitWindow
{
  AdwWindow parent_instance;

  GtkWidget *cancel_button;
  GtkWidget *accept_button;
  GtkWidget *done_button;
  GtkStack *stack;
  AdwPreferencesPage *page;
  GtkLabel *problem;
  AdwPreferencesGroup *formats_group;
  AdwPreferencesGroup *languages_group;
  GtkWidget *articles_group;
  GtkSwitch *all_switch;
  GtkLabel *working_label;
  GtkProgressBar *progress;
  AdwPreferencesGroup *files_group;
  GtkWidget *back_row;
  GtkWidget *open_row;
  GtkWidget *paper_row;

  PalSession *session;       /* (owned) (nullable) */
  GPtrArray *formats;        /* (owned) (element-type GtkCheckButton): in rows, unowned */
  GPtrArray *languages;      /* (owned) (element-type GtkCheckButton): in rows, unowned */
  GPtrArray *articles;       /* (owned) (element-type GtkCheckButton): likewise */
  GPtrArray *parts;          /* (owned) (element-type AdwPreferencesGroup): unowned */
  GPtrArray *wanted;         /* (owned) (nullable) (element-type utf8): codes that are made */
  GPtrArray *paths;          /* (owned) (nullable) (element-type utf8): their files */
  guint n_made;              /* of them */
  GCancellable *cancellable; /* (owned) (nullable): while they are made */
};

G_DEFINE_FINAL_TYPE (PalKitWindow, pal_kit_window, ADW_TYPE_WINDOW)

/* In which a kit can be made: what the page says itself comes with the program. */
static const char *const codes[] = { "ar", "en", "es", "fr", "ru", "zh_CN" };

/* --- what is chosen ------------------------------------------------------------------------- */

/* (element-type utf8): unowned, ends with NULL */
static GPtrArray *
list_ticked (GPtrArray *checks)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < checks->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (checks, i)))
      g_ptr_array_add (list, (char *) pal_check_row_get_value (g_ptr_array_index (checks, i)));
  g_ptr_array_add (list, NULL);

  return list;
}

static void
show_problem (PalKitWindow *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update (PalKitWindow *self)
{
  g_autoptr (GPtrArray) languages = list_ticked (self->languages);
  g_autoptr (GPtrArray) articles = list_ticked (self->articles);
  gboolean all = gtk_switch_get_active (self->all_switch);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "kit.make",
                                 self->cancellable == NULL && languages->len > 1
                                     && (all || articles->len > 1));
}

static void
ticked_cb (PalKitWindow *self)
{
  show_problem (self, NULL);
  update (self);
}

static void
all_changed_cb (PalKitWindow *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->parts, i),
                            !gtk_switch_get_active (self->all_switch));
  ticked_cb (self);
}

/* The one that is chosen. */
static const char *
get_format (PalKitWindow *self)
{
  g_autoptr (GPtrArray) formats = list_ticked (self->formats);

  return formats->len > 1 ? g_ptr_array_index (formats, 0) : PAL_KIT_JOB_PAGE;
}

static gboolean
is_for_a_pen (PalKitWindow *self)
{
  return strcmp (get_format (self), pal_office_format_get_name (PAL_OFFICE_PDF)) == 0;
}

static void
offer_format (PalKitWindow *self, const char *format, const char *title, const char *subtitle)
{
  GtkCheckButton *first = self->formats->len > 0 ? g_ptr_array_index (self->formats, 0) : NULL;
  GtkCheckButton *check;
  GtkWidget *row = pal_check_row_new (title, format, first, &check);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle, -1);
  gtk_check_button_set_active (check, first == NULL);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (ticked_cb), self);
  g_ptr_array_add (self->formats, check);
  adw_preferences_group_add (self->formats_group, row);
}

static void
offer_formats (PalKitWindow *self)
{
  offer_format (self, PAL_KIT_JOB_PAGE, _ ("In a browser"),
                _ ("A page that opens without the Internet and helps while people write."));
  offer_format (self, pal_office_format_get_name (PAL_OFFICE_XLSX), _ ("In a spreadsheet program"),
                _ ("A workbook (XLSX): a sheet for each page of the form."));
  offer_format (self, pal_office_format_get_name (PAL_OFFICE_DOCX), _ ("In a word processor"),
                _ ("A document (DOCX): tables of questions and answers."));
  offer_format (self, pal_office_format_get_name (PAL_OFFICE_PDF), _ ("With a pen"),
                _ ("Pages to print (PDF). What people write on them is entered by hand."));
}

static GtkWidget *
check_row_new (PalKitWindow *self, GPtrArray *checks, const char *value, const char *title)
{
  GtkCheckButton *check;
  GtkWidget *row = pal_check_row_new (title, value, NULL, &check);

  g_signal_connect_swapped (check, "toggled", G_CALLBACK (ticked_cb), self);
  g_ptr_array_add (checks, check);

  return row;
}

static void
offer_languages (PalKitWindow *self)
{
  const char *mine = pal_language_get ();

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      adw_preferences_group_add (
          self->languages_group,
          check_row_new (self, self->languages, codes[i], pal_language_get_own_name (codes[i])));
      gtk_check_button_set_active (g_ptr_array_index (self->languages, i),
                                   strcmp (codes[i], mine) == 0);
    }
}

static char *
dup_label (PalKitWindow *self, PalFormControl *control)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (self->session));
  char *label
      = control != NULL ? pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL) : NULL;

  return label != NULL ? label : g_strdup ("");
}

static void
offer_articles (PalKitWindow *self)
{
  PalOutline *outline = pal_session_get_outline (self->session);
  GPtrArray *pages = outline != NULL ? pal_outline_get_pages (outline) : NULL;
  PalOutlinePart *part = NULL;
  GtkWidget *group = NULL;

  for (guint i = 0; pages != NULL && i < pages->len; i++)
    {
      PalOutlinePage *page = g_ptr_array_index (pages, i);
      g_autofree char *title = NULL;

      if (page->control == NULL || page->ref == NULL || *page->ref == '\0')
        continue;
      if (group == NULL || page->part != part)
        {
          g_autofree char *words = dup_label (self, page->part->control);
          g_autofree char *escaped = g_markup_escape_text (words, -1);

          part = page->part;
          group = adw_preferences_group_new ();
          adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), escaped);
          gtk_widget_set_visible (group, FALSE);
          adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
          g_ptr_array_add (self->parts, group);
        }
      title = dup_label (self, page->control);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                                 check_row_new (self, self->articles, page->ref, title));
    }
  gtk_widget_set_visible (self->articles_group, self->parts->len > 0);
}

/* --- making --------------------------------------------------------------------------------- */

static void make_next (PalKitWindow *self);

static void
show_buttons (PalKitWindow *self, gboolean done)
{
  gtk_widget_set_visible (self->cancel_button, !done);
  gtk_widget_set_visible (self->accept_button, !done);
  gtk_widget_set_visible (self->done_button, done);
}

static void
show_done (PalKitWindow *self)
{
  for (guint i = 0; i < self->paths->len; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (self->paths, i));
      g_autofree char *shown = g_filename_display_name (name);
      const char *language = pal_language_get_own_name (g_ptr_array_index (self->wanted, i));

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), language);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), shown);
      adw_preferences_group_add (self->files_group, row);
    }
  gtk_widget_set_visible (self->back_row, !is_for_a_pen (self));
  gtk_widget_set_visible (self->open_row, !is_for_a_pen (self));
  gtk_widget_set_visible (self->paper_row, is_for_a_pen (self));
  show_buttons (self, TRUE);
  pal_stack_show_named (self->stack, "done");
  gtk_widget_grab_focus (self->done_button);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalKitWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = pal_kit_job_finish (result, &error);

  if (self->session == NULL)
    return; /* closed meanwhile */
  if (ok)
    {
      make_next (self);
      return;
    }
  g_clear_object (&self->cancellable);
  pal_stack_show_named (self->stack, "page");
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("a kit could not be made: %s", error->message);
      show_problem (self, words);
    }
  update (self);
}

/* One language after the other; what is made already stays if a later one fails. */
static void
make_next (PalKitWindow *self)
{
  g_autoptr (GPtrArray) articles = list_ticked (self->articles);
  PalKitFileOrder order = { 0 };
  g_autofree char *words = NULL;

  if (self->n_made == self->wanted->len)
    {
      g_clear_object (&self->cancellable);
      show_done (self);
      return;
    }
  order.language = g_ptr_array_index (self->wanted, self->n_made);
  order.format = get_format (self);
  order.path = g_ptr_array_index (self->paths, self->n_made);
  order.articles
      = gtk_switch_get_active (self->all_switch) ? NULL : (const char *const *) articles->pdata;
  /* TRANSLATORS: the name of a language, in that language */
  words = g_strdup_printf (_ ("Making the kit: %s"), pal_language_get_own_name (order.language));
  gtk_label_set_text (self->working_label, words);
  gtk_progress_bar_set_fraction (self->progress, (self->n_made + 0.5) / (double) self->wanted->len);
  self->n_made++;
  pal_kit_job_async (self->session, &order, self->cancellable, made_cb, g_object_ref (self));
}

/**
 * pal_kit_window_make:
 * @self: a window in which something is chosen
 * @path: the file, for one language; for several the folder that gets a file for each
 */
void
pal_kit_window_make (PalKitWindow *self, const char *path)
{
  g_autoptr (GPtrArray) languages = list_ticked (self->languages);

  g_clear_pointer (&self->wanted, g_ptr_array_unref);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  self->wanted = g_ptr_array_new_with_free_func (g_free);
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->n_made = 0;
  for (guint i = 0; i + 1 < languages->len; i++)
    {
      const char *code = g_ptr_array_index (languages, i);
      g_autofree char *name = pal_kit_job_dup_name (self->session, code, get_format (self));

      g_ptr_array_add (self->wanted, g_strdup (code));
      g_ptr_array_add (self->paths, languages->len == 2 ? g_strdup (path)
                                                        : pal_kit_job_dup_free_path (path, name));
    }
  self->cancellable = g_cancellable_new ();
  show_problem (self, NULL);
  update (self);
  pal_stack_show_named (self->stack, "working");
  make_next (self);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalKitWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && self->session != NULL && self->cancellable == NULL
      && g_file_peek_path (file) != NULL)
    pal_kit_window_make (self, g_file_peek_path (file));
}

static void
make_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalKitWindow *self = PAL_KIT_WINDOW (widget);
  g_autoptr (GPtrArray) languages = list_ticked (self->languages);
  g_autofree char *name = NULL;
  PalPickFile pick = { .accept = _ ("_Save") };

  if (languages->len == 2)
    {
      name = pal_kit_job_dup_name (self->session, g_ptr_array_index (languages, 0),
                                   get_format (self));
      pick.action = GTK_FILE_CHOOSER_ACTION_SAVE;
      pick.title = _ ("Where to Keep the Kit");
      pick.name = name;
    }
  else
    {
      pick.action = GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER;
      pick.title = _ ("Folder for the Kits");
    }
  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (self));
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalKitWindow *self = PAL_KIT_WINDOW (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
show_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalKitWindow *self = PAL_KIT_WINDOW (widget);
  g_autofree char *folder = g_path_get_dirname (g_ptr_array_index (self->paths, 0));
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

/* --- the window ------------------------------------------------------------------------------ */

static void
pal_kit_window_dispose (GObject *object)
{
  PalKitWindow *self = PAL_KIT_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_KIT_WINDOW);

  G_OBJECT_CLASS (pal_kit_window_parent_class)->dispose (object);
}

static void
pal_kit_window_finalize (GObject *object)
{
  PalKitWindow *self = PAL_KIT_WINDOW (object);

  g_ptr_array_unref (self->formats);
  g_ptr_array_unref (self->languages);
  g_ptr_array_unref (self->articles);
  g_ptr_array_unref (self->parts);
  g_clear_pointer (&self->wanted, g_ptr_array_unref);
  g_clear_pointer (&self->paths, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_kit_window_parent_class)->finalize (object);
}

static void
pal_kit_window_class_init (PalKitWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_kit_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_kit_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/inbox/pal-kit-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, done_button);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, page);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, formats_group);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, languages_group);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, articles_group);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, all_switch);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, working_label);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, files_group);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, back_row);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, open_row);
  gtk_widget_class_bind_template_child (widget_class, PalKitWindow, paper_row);
  gtk_widget_class_bind_template_callback (widget_class, all_changed_cb);
  gtk_widget_class_install_action (widget_class, "kit.make", NULL, make_action);
  gtk_widget_class_install_action (widget_class, "kit.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "kit.show-folder", NULL, show_folder_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "kit.cancel", NULL);
}

static void
pal_kit_window_init (PalKitWindow *self)
{
  self->formats = g_ptr_array_new ();
  self->languages = g_ptr_array_new ();
  self->articles = g_ptr_array_new ();
  self->parts = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

GtkWidget *
pal_kit_window_new (GtkWindow *parent, PalSession *session)
{
  PalKitWindow *self
      = g_object_new (PAL_TYPE_KIT_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->session = g_object_ref (session);
  offer_formats (self);
  offer_languages (self);
  offer_articles (self);
  update (self);

  return GTK_WIDGET (self);
}
