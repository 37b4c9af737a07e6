// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox-decide"
#include "config.h"

#include "pal-inbox-decide.h"

#include "pal-text-view.h"
#include "pal-text.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define CONSULTATION_FORM "consultation"

typedef struct
{
  char *id;
  char *why;     /* (nullable): it is declined */
  char **points; /* (nullable) */
  char *language;
  gboolean is_restricted;
} Decision;

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  g_free (decision->id);
  g_free (decision->why);
  g_strfreev (decision->points);
  g_free (decision->language);
  g_free (decision);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *session = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (PalInboxTaken) taken = pal_inbox_take_finish (result, &error);

  if (taken == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pal_session_notify_records (session, CONSULTATION_FORM);
  g_task_return_pointer (
      task,
      g_strdup_printf (ngettext ("%u point taken, as a consultation held in writing",
                                 "%u points taken, as a consultation held in writing",
                                 taken->n_points),
                       taken->n_points),
      g_free);
}

static void
declined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (pal_inbox_decline_finish (result, NULL, &error))
    g_task_return_pointer (task, g_strdup (_ ("Declined")), g_free);
  else
    g_task_return_error (task, error);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Decision *decision = g_task_get_task_data (task);
  PalDossier *dossier = pal_session_get_dossier (PAL_SESSION (source));
  PalInboxTakeOptions options = { .points = (const char *const *) decision->points,
                                  .is_restricted = decision->is_restricted,
                                  .language = decision->language };
  GError *error = NULL;

  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    g_task_return_error (task, error);
  else if (decision->why != NULL)
    pal_inbox_decline_async (dossier, decision->id, decision->why, declined_cb,
                             g_object_ref (task));
  else
    pal_inbox_take_async (dossier, decision->id, &options, NULL, taken_cb, g_object_ref (task));
}

static void
start (PalSession *session, Decision *decision, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);

  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, decision, decision_free);
  pal_session_flush_async (session, flushed_cb, task);
}

/**
 * pal_inbox_decide_take_async:
 * @session: an open dossier
 * @id: of what came
 * @options: what of it; copied
 * @callback: called when it is written
 * @user_data: data for @callback
 */
void
pal_inbox_decide_take_async (PalSession *session, const char *id,
                             const PalInboxTakeOptions *options, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Decision *decision = g_new0 (Decision, 1);

  decision->id = g_strdup (id);
  decision->points = g_strdupv ((char **) options->points);
  decision->is_restricted = options->is_restricted;
  decision->language = g_strdup (options->language);
  start (session, decision, callback, user_data);
}

void
pal_inbox_decide_decline_async (PalSession *session, const char *id, const char *why,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  Decision *decision = g_new0 (Decision, 1);

  decision->id = g_strdup (id);
  decision->why = g_strdup (why);
  start (session, decision, callback, user_data);
}

char *
pal_inbox_decide_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- a reason -------------------------------------------------------------------------------- */

typedef struct
{
  AdwMessageDialog *dialog; /* (unowned) */
  GtkTextBuffer *reason;    /* (owned) */
  GTask *task;              /* (owned) */
} Asking;

static void
asking_free (gpointer data, GClosure *closure)
{
  Asking *asking = data;

  g_object_unref (asking->reason);
  g_object_unref (asking->task);
  g_free (asking);
}

static char *
dup_reason (Asking *asking)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (asking->reason, &start, &end);
  text = gtk_text_buffer_get_text (asking->reason, &start, &end, FALSE);

  return g_strstrip (g_steal_pointer (&text));
}

static void
reason_changed_cb (Asking *asking)
{
  g_autofree char *reason = dup_reason (asking);

  adw_message_dialog_set_response_enabled (asking->dialog, "decline", *reason != '\0');
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Asking *asking)
{
  g_task_return_pointer (asking->task,
                         strcmp (response, "decline") == 0 ? dup_reason (asking) : NULL, g_free);
}

/**
 * pal_inbox_decide_ask_async:
 * @parent: a widget in the window that asks
 * @callback: called with the answer
 * @user_data: data for @callback
 */
void
pal_inbox_decide_ask_async (GtkWidget *parent, GAsyncReadyCallback callback, gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  Asking *asking = g_new0 (Asking, 1);
  GtkWidget *frame = gtk_scrolled_window_new ();
  GtkWidget *view;
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _ ("Why is it declined?"),
      _ ("It stays in the inbox with the reason, and can be read. Whoever wrote it may ask."));

  asking->task = g_task_new (parent, NULL, callback, user_data);
  asking->dialog = ADW_MESSAGE_DIALOG (dialog);
  asking->reason = gtk_text_buffer_new (NULL);
  view = pal_text_view_new (asking->reason);
  gtk_widget_set_size_request (frame, -1, 96);
  gtk_widget_add_css_class (frame, "answer-frame");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (frame), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (frame), view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason"), -1);
  adw_message_dialog_set_extra_child (asking->dialog, frame);
  adw_message_dialog_add_responses (asking->dialog, "cancel", _ ("_Cancel"), "decline",
                                    _ ("_Decline"), NULL);
  adw_message_dialog_set_response_enabled (asking->dialog, "decline", FALSE);
  adw_message_dialog_set_response_appearance (asking->dialog, "decline", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (asking->dialog, "cancel");
  g_signal_connect_swapped (asking->reason, "changed", G_CALLBACK (reason_changed_cb), asking);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), asking, asking_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (view);
}

char *
pal_inbox_decide_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
