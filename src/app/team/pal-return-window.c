// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-return-window"
#include "config.h"

#include "pal-return-window.h"

#include "pal-ask.h"
#include "pal-locale.h"
#include "pal-return-page-row.h"
#include "pal-return-summary.h"
#include "pal-signature-group.h"
#include "pal-stack.h"
#include "pal-taken-in.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalReturnWindow
{
  AdwWindow parent_instance;

  GtkButton *accept_button;
  GtkStack *stack;
  GtkSpinner *spinner;
  GtkLabel *working_label;
  AdwStatusPage *trouble_page;
  AdwActionRow *what_row;
  AdwActionRow *whose_row;
  AdwActionRow *clock_row;
  AdwActionRow *form_row;
  AdwPreferencesGroup *articles_group;
  AdwPreferencesGroup *outside_group;
  GtkCheckButton *outside_decision;
  PalSignatureGroup *signature_group;
  GtkWidget *apart_group;

  PalArrival *arrival;       /* (owned) (nullable) */
  PalSession *session;       /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable): of the preview */
  gboolean working;
  gboolean brings_nothing;
};

G_DEFINE_FINAL_TYPE (PalReturnWindow, pal_return_window, ADW_TYPE_WINDOW)

static PalHandoutFlags
get_flags (PalReturnWindow *self)
{
  PalHandoutFlags flags = pal_signature_group_get_flags (self->signature_group);

  if (gtk_check_button_get_active (self->outside_decision))
    flags |= PAL_HANDOUT_ACCEPT_OUTSIDE;

  return flags;
}

static void
update (PalReturnWindow *self)
{
  const PalMergeReport *report
      = self->working ? NULL : pal_arrival_get_handout (self->arrival)->report;
  gboolean settled = pal_signature_group_is_settled (self->signature_group)
                     && (report == NULL || report->n_unexpected == 0
                         || gtk_check_button_get_active (self->outside_decision));

  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button),
                            report != NULL && settled && !self->brings_nothing);
  gtk_spinner_set_spinning (self->spinner, self->working);
}

static void
show_working (PalReturnWindow *self, const char *words)
{
  self->working = TRUE;
  gtk_label_set_text (self->working_label, words);
  pal_stack_show_named (self->stack, "working");
  update (self);
}

static void
show_trouble (PalReturnWindow *self, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  g_info ("a return: %s", error->message);
  self->working = FALSE;
  self->brings_nothing = TRUE;
  adw_status_page_set_description (self->trouble_page, escaped);
  pal_stack_show_named (self->stack, "trouble");
  update (self);
}

/* --- the preview */

static void
show_forms (PalReturnWindow *self, const PalHandout *handout)
{
  const char *words = NULL;

  for (guint i = 0; i < handout->forms->len; i++)
    switch (((PalHandoutForm *) g_ptr_array_index (handout->forms, i))->fate)
      {
      case PAL_FORM_SAME:
        break;
      case PAL_FORM_OLDER:
        words = _ ("They answered an older version of the questionnaire. What was renamed since "
                   "moves along.");
        break;
      case PAL_FORM_NEWER:
        words = _ ("They answered a newer version of the questionnaire. This dossier goes on to "
                   "that version.");
        break;
      }
  adw_action_row_set_subtitle (self->form_row, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->form_row), words != NULL);
}

static void
show_facts (PalReturnWindow *self, const PalHandout *handout, const PalReturnSummary *summary)
{
  g_autofree char *what = pal_return_summary_dup_words (summary);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *authors = NULL;

  for (guint i = 0; i < handout->report->authors->len; i++)
    {
      char *author = g_ptr_array_index (handout->report->authors, i);

      if (*author != '\0')
        g_ptr_array_add (names, author);
    }
  authors = pal_locale_dup_list (names);
  self->brings_nothing = handout->report->n_changes == 0;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->what_row),
                                 self->brings_nothing ? _ ("Everything in it is here already")
                                                      : what);
  gtk_widget_set_visible (GTK_WIDGET (self->signature_group), !self->brings_nothing);
  /* TRANSLATORS: the name of the colleague to whom it had been handed out */
  adw_action_row_set_subtitle (self->whose_row, names->len > 0 ? authors : handout->person);
  gtk_widget_set_visible (GTK_WIDGET (self->clock_row), handout->report->clock_is_off);
  show_forms (self, handout);
}

static void
show_articles (PalReturnWindow *self, const PalReturnSummary *summary)
{
  for (guint i = 0; i < summary->pages->len; i++)
    adw_preferences_group_add (
        self->articles_group,
        pal_return_page_row_new (self->session, g_ptr_array_index (summary->pages, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->articles_group), summary->pages->len > 0);
}

static void
show_outside (PalReturnWindow *self, const PalHandout *handout)
{
  g_autoptr (PalReturnSummary) summary
      = pal_return_summary_new (self->session, handout->report->unexpected);
  g_autofree char *words = g_strdup_printf (
      ngettext ("%u thing was changed that had not been handed out. Look at it before you decide.",
                "%u things were changed that had not been handed out. Look at them before you "
                "decide.",
                (gulong) handout->report->n_unexpected),
      (guint) handout->report->n_unexpected);

  adw_preferences_group_set_description (self->outside_group, words);
  for (guint i = 0; i < summary->pages->len; i++)
    adw_preferences_group_add (
        self->outside_group,
        pal_return_page_row_new (self->session, g_ptr_array_index (summary->pages, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->outside_group), handout->report->n_unexpected > 0);
}

static void
previewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalReturnWindow) self = user_data;
  const PalHandout *handout = pal_arrival_get_handout (PAL_ARRIVAL (source));
  g_autoptr (GError) error = NULL;
  g_autoptr (PalReturnSummary) summary = NULL;
  gboolean ok = pal_arrival_finish (PAL_ARRIVAL (source), result, &error);

  g_clear_object (&self->cancellable);
  if (self->session == NULL)
    return; /* closed meanwhile */
  if (!ok)
    {
      show_trouble (self, error);
      return;
    }

  self->working = FALSE;
  summary = pal_return_summary_new (self->session, handout->report->nodes);
  pal_signature_group_set_arrival (self->signature_group, self->arrival);
  show_facts (self, handout, summary);
  gtk_widget_set_visible (self->apart_group, !handout->is_known && !self->brings_nothing);
  show_articles (self, summary);
  show_outside (self, handout);
  pal_stack_show_named (self->stack, "page");
  update (self);
}

/* --- what is decided */

static void
merged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalReturnWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_arrival_finish (PAL_ARRIVAL (source), result, &error))
    {
      if (self->session != NULL)
        show_trouble (self, error);
      return;
    }
  if (self->session == NULL)
    return; /* closed meanwhile */
  pal_taken_in_tell (gtk_window_get_transient_for (GTK_WINDOW (self)), self->session,
                     pal_arrival_get_handout (self->arrival));
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
accept_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalReturnWindow *self = PAL_RETURN_WINDOW (widget);
  PalHandoutFlags flags = PAL_HANDOUT_ACCEPT_NOTHING;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    return;
  flags = get_flags (self);
  show_working (self, _ ("Taking it in…"));
  pal_arrival_merge_async (self->arrival, self->session, flags, merged_cb, g_object_ref (self));
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalReturnWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return; /* closed meanwhile */
  if (!pal_arrival_finish (PAL_ARRIVAL (source), result, &error))
    {
      show_trouble (self, error);
      return;
    }
  pal_session_notify_records (self->session, PAL_ASSIGNMENT_FORM);
  pal_session_show_page (self->session, "team");
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
keep_apart_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalReturnWindow *self = PAL_RETURN_WINDOW (widget);

  if (self->working)
    return;
  show_working (self, _ ("Keeping it apart…"));
  pal_arrival_keep_apart_async (self->arrival, self->session, kept_cb, g_object_ref (self));
}

/* A merge that has begun ends by itself, and can be undone. */
static gboolean
pal_return_window_close_request (GtkWindow *window)
{
  PalReturnWindow *self = PAL_RETURN_WINDOW (window);

  if (self->working && self->cancellable == NULL)
    return TRUE;

  return GTK_WINDOW_CLASS (pal_return_window_parent_class)->close_request (window);
}

/* --- the window */

static void
pal_return_window_dispose (GObject *object)
{
  PalReturnWindow *self = PAL_RETURN_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->arrival);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_RETURN_WINDOW);

  G_OBJECT_CLASS (pal_return_window_parent_class)->dispose (object);
}

static void
pal_return_window_class_init (PalReturnWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_return_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = pal_return_window_close_request;

  g_type_ensure (PAL_TYPE_SIGNATURE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-return-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, working_label);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, what_row);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, whose_row);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, clock_row);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, form_row);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, articles_group);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, outside_group);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, outside_decision);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, signature_group);
  gtk_widget_class_bind_template_child (widget_class, PalReturnWindow, apart_group);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_install_action (widget_class, "return.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "return.keep-apart", NULL, keep_apart_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_return_window_init (PalReturnWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
pal_return_window_new (GtkWindow *parent, PalSession *session, PalArrival *arrival)
{
  PalReturnWindow *self
      = g_object_new (PAL_TYPE_RETURN_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->session = g_object_ref (session);
  self->arrival = g_object_ref (arrival);
  self->cancellable = g_cancellable_new ();
  show_working (self, _ ("Looking at what it would bring…"));
  pal_arrival_preview_async (arrival, session, self->cancellable, previewed_cb,
                             g_object_ref (self));

  return GTK_WIDGET (self);
}
