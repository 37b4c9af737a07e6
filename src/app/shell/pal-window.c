// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-window"
#include "config.h"

#include "pal-window-private.h"

#include "pal-ask.h"
#include "pal-author.h"
#include "pal-fonts.h"
#include "pal-input-language.h"
#include "pal-intake.h"
#include "pal-language.h"
#include "pal-place.h"
#include "pal-recent.h"
#include "pal-recovered.h"
#include "pal-rescue.h"
#include "pal-return-window.h"
#include "pal-session-away.h"
#include "pal-session-undo.h"
#include "pal-settings.h"
#include "pal-stack.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (PalWindow, pal_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_actions (PalWindow *self)
{
  static const char *const names[]
      = { "home",          "backups",       "search",     "next-unanswered", "next-page",
          "previous-page", "focus-sidebar", "save-again", "next-translation" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strconcat ("win.", names[i], NULL);

      gtk_widget_action_set_enabled (GTK_WIDGET (self), name, self->session != NULL);
    }
}

/* What is typed and not written yet can be undone in a moment. */
void
pal_window_update_undo (PalWindow *self)
{
  for (PalUndoWay way = PAL_UNDO_BACK; way <= PAL_UNDO_FORTH; way++)
    {
      g_autoptr (PalUndoStep) step = NULL;
      g_autofree char *words = NULL;
      gboolean enabled = FALSE;

      if (self->session != NULL)
        step = pal_dossier_dup_undo_step (pal_session_get_dossier (self->session), way);
      enabled = step != NULL
                || (self->session != NULL && way == PAL_UNDO_BACK
                    && pal_session_get_save_state (self->session) == PAL_SAVE_PENDING);
      gtk_widget_action_set_enabled (GTK_WIDGET (self),
                                     way == PAL_UNDO_BACK ? "win.undo" : "win.redo", enabled);
      if (step != NULL)
        words = pal_session_dup_undo_words (self->session, step);
      if (self->view != NULL)
        pal_dossier_view_set_undo (self->view, way, words);
    }
}

void
pal_window_update_title (PalWindow *self)
{
  const char *title = self->session != NULL ? pal_session_get_title (self->session) : "";
  g_autofree char *text = NULL;

  /* TRANSLATORS: title of the window: the State under review, then the program */
  text = *title != '\0' ? g_strdup_printf (_ ("%s – Palermo"), title) : g_strdup ("Palermo");
  gtk_window_set_title (GTK_WINDOW (self), text);
}

void
pal_window_show_home (PalWindow *self)
{
  gtk_spinner_stop (self->spinner);
  pal_home_refresh (self->home);
  pal_stack_show_named (self->stack, "home");
  g_clear_pointer (&self->path, g_free);
  pal_window_update_title (self);
  update_actions (self);
  pal_window_update_undo (self);
}

void
pal_window_add_home (PalWindow *self)
{
  self->home = g_object_new (PAL_TYPE_HOME, NULL);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->home), "home");
}

/* --- recent dossiers ----------------------------------------------------------------------- */

void
pal_window_note_recent (PalWindow *self)
{
  PalRecord *record = pal_session_get_questionnaire (self->session);
  PalProgress progress = { 0 };
  PalRecentItem item = { 0 };
  g_autofree char *subject = NULL;

  item.path = (char *) pal_session_get_path (self->session);
  item.title = (char *) pal_session_get_title (self->session);
  item.used_us = g_get_real_time ();
  if (record != NULL)
    {
      PalResponse *response = pal_record_get_response (record);

      pal_response_count (response, NULL, &progress);
      subject = pal_form_dup_title (pal_response_get_form (response),
                                    pal_response_get_language (response));
      item.subject = subject;
    }
  item.answered = progress.answered;
  item.questions = progress.questions;
  pal_recent_put (&item);
}

/* --- opening ------------------------------------------------------------------------------- */

static void
say_interrupted (PalWindow *self)
{
  AdwToast *toast = NULL;
  PalRecovered recovered;

  if (!pal_session_was_interrupted (self->session)
      || pal_dossier_get_recovered (pal_session_get_dossier (self->session), &recovered))
    return; /* a banner says more */

  toast = adw_toast_new (_ ("Palermo ended unexpectedly last time. Every saved answer is here."));
  adw_toast_set_timeout (toast, 10);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
say_place (PalWindow *self)
{
  const char *words = NULL;

  if (pal_session_get_away (self->session) == NULL)
    return;
  switch (pal_place_look (pal_session_get_path (self->session)))
    {
    case PAL_PLACE_REMOVABLE:
      words = _ ("This dossier is on a removable disk. You work in a copy on this computer, which "
                 "is put back as you go. Close the dossier before you unplug the disk.");
      break;
    case PAL_PLACE_NETWORK:
      words = _ ("This dossier is in a network folder. You work in a copy on this computer, which "
                 "is put back as you go; what others write there comes in.");
      break;
    case PAL_PLACE_DISK:
    case PAL_N_PLACES:
      return; /* a banner says what is the matter */
    }

  pal_tell (GTK_WIDGET (self), _ ("You work in a copy"), words);
}

static void
update_author (PalWindow *self)
{
  PalDossier *dossier = self->session != NULL ? pal_session_get_dossier (self->session) : NULL;
  g_autofree char *author = pal_author_dup_name (self->settings, dossier);

  if (dossier != NULL)
    pal_dossier_set_author (dossier, author);
}

void
pal_window_update_form_language (PalWindow *self)
{
  g_autofree char *language = g_settings_get_string (self->settings, "questionnaire-language");
  g_autofree char *own = self->session != NULL ? pal_input_language_dup (self->session) : NULL;

  if (self->session != NULL)
    pal_session_set_form_language (self->session, own != NULL         ? own
                                                  : *language != '\0' ? language
                                                                      : pal_language_get ());
  pal_fonts_watch (self->fonts_banner, pal_language_get (), language);
}

static void
show_arrival (PalWindow *self)
{
  g_autoptr (PalArrival) arrival = g_steal_pointer (&self->arrival);

  if (arrival != NULL)
    gtk_window_present (
        GTK_WINDOW (pal_return_window_new (GTK_WINDOW (self), self->session, arrival)));
}

void
pal_window_add_view (PalWindow *self)
{
  self->view = PAL_DOSSIER_VIEW (pal_dossier_view_new (self->session));
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->view), "dossier");
}

static void
take_session (PalWindow *self, PalSession *session)
{
  self->session = g_object_ref (session);
  g_free (self->path);
  self->path = g_strdup (pal_session_get_path (session));
  update_author (self);
  pal_window_update_form_language (self);
  pal_window_add_view (self);
  pal_stack_show_named (self->stack, "dossier");
  gtk_spinner_stop (self->spinner);
  g_signal_connect_object (session, "notify::title", G_CALLBACK (pal_window_update_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::save-state", G_CALLBACK (pal_window_update_undo), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (pal_window_update_undo),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pal_session_get_dossier (session), "undo-changed",
                           G_CALLBACK (pal_window_update_undo), self, G_CONNECT_SWAPPED);
  pal_window_update_title (self);
  update_actions (self);
  pal_window_update_undo (self);
  pal_window_note_recent (self);
  say_interrupted (self);
  say_place (self);
  if (self->notice != NULL)
    pal_tell (GTK_WIDGET (self), _ ("The newer questionnaire is in use"), self->notice);
  g_clear_pointer (&self->notice, g_free);
  show_arrival (self);
}

void
pal_window_show_opening (PalWindow *self)
{
  gtk_spinner_start (self->spinner);
  pal_stack_show_named (self->stack, "opening");
}

/* The new file is opened, whatever this window has begun meanwhile. */
static void
rescued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  g_autofree char *path = pal_rescue_offer_finish (result);

  if (path != NULL && self->path == NULL)
    pal_window_open (self, path);
}

/**
 * pal_window_expect:
 * @path: a dossier that is being opened
 *
 * Shows that a dossier is on its way. The window must be at its start page.
 */
void
pal_window_expect (PalWindow *self, const char *path)
{
  g_return_if_fail (PAL_IS_WINDOW (self));
  g_return_if_fail (self->path == NULL);

  self->path = g_strdup (path);
  pal_window_show_opening (self);
}

/**
 * pal_window_opened:
 * @session: (nullable): the dossier, open
 * @error: (nullable): why it is not
 *
 * Shows the dossier that was expected, or says why it cannot be opened.
 */
void
pal_window_opened (PalWindow *self, PalSession *session, const GError *error)
{
  g_autofree char *path = NULL;

  g_return_if_fail (PAL_IS_WINDOW (self));

  if (session != NULL)
    {
      take_session (self, session);
      return;
    }

  g_clear_object (&self->arrival);
  g_info ("could not open a dossier: %s", error->message);
  path = g_strdup (self->path);
  pal_window_show_home (self);
  pal_rescue_offer_async (GTK_WIDGET (self), path, error, rescued_cb, g_object_ref (self));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSession) session = pal_session_open_finish (result, &error);

  pal_window_opened (self, session, error);
}

/**
 * pal_window_open:
 * @path: a dossier
 *
 * Opens a dossier in this window, which must be at its start page.
 */
void
pal_window_open (PalWindow *self, const char *path)
{
  pal_window_expect (self, path);
  pal_session_open_async (path, NULL, opened_cb, g_object_ref (self));
}

/**
 * pal_window_show_return:
 * @self: the window of the dossier for which it came, open or about to be
 * @arrival: a return
 *
 * Shows what it would bring.
 */
void
pal_window_show_return (PalWindow *self, PalArrival *arrival)
{
  g_return_if_fail (PAL_IS_WINDOW (self));
  g_return_if_fail (PAL_IS_ARRIVAL (arrival));

  g_set_object (&self->arrival, arrival);
  if (self->session != NULL && !self->closing)
    show_arrival (self);
}

static void
made_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_close_finish (PAL_DOSSIER (source), result, &error))
    pal_window_opened (self, NULL, error);
  else
    pal_session_open_async (self->path, NULL, opened_cb, g_object_ref (self));
}

/**
 * pal_window_open_dossier:
 * @dossier: a dossier that was just made
 *
 * Shows it; one that was made on a stick or in a network folder is opened as a copy.
 */
void
pal_window_open_dossier (PalWindow *self, PalDossier *dossier)
{
  pal_window_expect (self, pal_dossier_get_path (dossier));
  if (pal_place_look (pal_dossier_get_path (dossier)) != PAL_PLACE_DISK)
    {
      pal_dossier_close_async (dossier, made_closed_cb, g_object_ref (self));
      return;
    }
  pal_session_open_dossier_async (dossier, opened_cb, g_object_ref (self));
}

/* --- undo ---------------------------------------------------------------------------------- */

static void
tell_undone (PalWindow *self, PalUndoWay way, PalUndone *undone)
{
  g_autofree char *what = pal_session_dup_undo_words (self->session, undone->step);
  /* TRANSLATORS: what was undone, such as: answer to “Is it a crime?” */
  g_autofree char *words = way == PAL_UNDO_BACK ? g_strdup_printf (_ ("Undone: %s"), what)
                                                : g_strdup_printf (_ ("Done again: %s"), what);
  AdwToast *toast = NULL;
  g_autofree char *markup = g_markup_escape_text (words, -1);

  toast = adw_toast_new (markup);
  pal_session_show_undone (self->session, undone);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
undone (PalWindow *self, PalSession *session, PalUndoWay way, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndone) what = pal_session_undo_finish (session, result, &error);

  if (session != self->session)
    return; /* it was closed meanwhile */
  if (error != NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self),
                way == PAL_UNDO_BACK ? _ ("This could not be undone")
                                     : _ ("This could not be done again"),
                words);
    }
  else if (what != NULL)
    tell_undone (self, way, what);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;

  undone (self, PAL_SESSION (source), PAL_UNDO_BACK, result);
}

static void
redone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;

  undone (self, PAL_SESSION (source), PAL_UNDO_FORTH, result);
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->session != NULL && !self->closing)
    pal_session_undo_async (self->session, PAL_UNDO_BACK, undone_cb, g_object_ref (self));
}

static void
redo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->session != NULL && !self->closing)
    pal_session_undo_async (self->session, PAL_UNDO_FORTH, redone_cb, g_object_ref (self));
}

/* --- actions ------------------------------------------------------------------------------- */

static void
backups_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->view != NULL)
    pal_dossier_view_go (self->view, "backups");
}

static void
home_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_window_close_session (PAL_WINDOW (widget));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_dossier_view_search (PAL_WINDOW (widget)->view);
}

static void
next_unanswered_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_dossier_view_next_unanswered (PAL_WINDOW (widget)->view);
}

static void
next_translation_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_dossier_view_next_translation (PAL_WINDOW (widget)->view);
}

static void
next_page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_dossier_view_step_page (PAL_WINDOW (widget)->view, 1);
}

static void
previous_page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_dossier_view_step_page (PAL_WINDOW (widget)->view, -1);
}

static void
focus_sidebar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_dossier_view_focus_sidebar (PAL_WINDOW (widget)->view);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->view != NULL)
    pal_dossier_view_open_menu (self->view);
  else
    pal_home_open_menu (self->home);
}

static void
recovered_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->view != NULL)
    pal_dossier_view_ask_recovered (self->view);
}

static void
save_again_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_session_flush_async (PAL_WINDOW (widget)->session, NULL, NULL);
}

static void
author_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_author_edit (widget, PAL_WINDOW (widget)->settings);
}

/* --- the widget ---------------------------------------------------------------------------- */

static gboolean
pal_window_close_request (GtkWindow *window)
{
  PalWindow *self = PAL_WINDOW (window);

  if (self->session == NULL)
    return GTK_WINDOW_CLASS (pal_window_parent_class)->close_request (window);

  self->destroy_after = TRUE;
  pal_window_close_session (self);

  return TRUE;
}

static void
pal_window_dispose (GObject *object)
{
  PalWindow *self = PAL_WINDOW (object);

  g_clear_weak_pointer (&self->last_focus);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->arrival);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->reopen, g_free);
  g_clear_pointer (&self->notice, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_WINDOW);

  G_OBJECT_CLASS (pal_window_parent_class)->dispose (object);
}

static void
pal_window_class_init (PalWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = pal_window_close_request;

  g_type_ensure (PAL_TYPE_BANNER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/shell/pal-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PalWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalWindow, fonts_banner);

  gtk_widget_class_install_action (widget_class, "win.home", NULL, home_action);
  gtk_widget_class_install_action (widget_class, "win.backups", NULL, backups_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.next-unanswered", NULL,
                                   next_unanswered_action);
  gtk_widget_class_install_action (widget_class, "win.next-translation", NULL,
                                   next_translation_action);
  gtk_widget_class_install_action (widget_class, "win.next-page", NULL, next_page_action);
  gtk_widget_class_install_action (widget_class, "win.previous-page", NULL, previous_page_action);
  gtk_widget_class_install_action (widget_class, "win.focus-sidebar", NULL, focus_sidebar_action);
  gtk_widget_class_install_action (widget_class, "win.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "win.save-again", NULL, save_again_action);
  gtk_widget_class_install_action (widget_class, "win.newer-form", NULL,
                                   pal_window_newer_form_action);
  gtk_widget_class_install_action (widget_class, "win.recovered", NULL, recovered_action);
  gtk_widget_class_install_action (widget_class, "win.use-newer-form", NULL,
                                   pal_window_use_newer_form_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo_action);
  /* Bindings, not accelerators: a text that has something of its own to undo comes first. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.redo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_y, GDK_CONTROL_MASK, "win.redo", NULL);
  gtk_widget_class_install_action (widget_class, "win.author", NULL, author_action);
}

static void
pal_window_init (PalWindow *self)
{
  g_autoptr (GAction) questions = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (pal_window_focus_changed_cb), NULL);
  pal_intake_accept_drops (GTK_WIDGET (self));
  pal_window_add_home (self);
  pal_stack_show_named (self->stack, "home");
  self->settings = pal_settings_new ();
  questions = g_settings_create_action (self->settings, "questionnaire-language");
  g_action_map_add_action (G_ACTION_MAP (self), questions);
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::author", G_CALLBACK (update_author), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::questionnaire-language",
                           G_CALLBACK (pal_window_update_form_language), self, G_CONNECT_SWAPPED);
  pal_window_update_form_language (self);
  update_actions (self);
  pal_window_update_undo (self);
}

GtkWidget *
pal_window_new (GtkApplication *application)
{
  PalWindow *self = g_object_new (PAL_TYPE_WINDOW, "application", application, NULL);

  pal_home_refresh (self->home);

  return GTK_WIDGET (self);
}

PalSession *
pal_window_get_session (PalWindow *self)
{
  return self->session;
}

const char *
pal_window_get_path (PalWindow *self)
{
  return self->path;
}
