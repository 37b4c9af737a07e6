// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-take-step"
#include "config.h"

#include "pal-take-step.h"

#include "pal-ask.h"
#include "pal-check-window.h"
#include "pal-clearance-words.h"
#include "pal-text-view.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

/* A step on its way. */
typedef struct
{
  GtkWidget *parent; /* (owned) */
  PalPageState next;
  GStrv pages; /* (nullable) */
} Taking;

static Taking *
taking_new (GtkWidget *parent, PalPageState next, const char *const *pages)
{
  Taking *taking = g_new0 (Taking, 1);

  taking->parent = g_object_ref (parent);
  taking->next = next;
  taking->pages = g_strdupv ((GStrv) pages);

  return taking;
}

static void
taking_free (Taking *taking)
{
  g_object_unref (taking->parent);
  g_strfreev (taking->pages);
  g_free (taking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taking, taking_free)

/* --- what became of it */

static char *
dup_done_words (PalClearing *clearing, const Taking *taking)
{
  const PalEdition *edition = pal_clearing_get_present (clearing);
  g_autofree char *title
      = taking->pages != NULL && taking->pages[0] != NULL && taking->pages[1] == NULL
            ? pal_page_dup_title (pal_clearing_get_session (clearing), taking->pages[0])
            : NULL;

  if (taking->next == PAL_PAGE_CLEARED && edition != NULL)
    return g_strdup (_ ("Everything is cleared. The answers are kept as an edition."));
  switch (taking->next)
    {
    case PAL_PAGE_READY:
      return title != NULL ? g_strdup_printf (_ ("Ready: %s"), title) : g_strdup (_ ("Ready"));
    case PAL_PAGE_CLEARED:
      return title != NULL ? g_strdup_printf (_ ("Cleared: %s"), title)
                           : g_strdup (_ ("The pages are cleared."));
    case PAL_PAGE_DRAFT:
      return title != NULL ? g_strdup_printf (_ ("Reopened: %s"), title)
                           : g_strdup (_ ("Reopened"));
    }

  return g_strdup ("");
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Taking) taking = user_data;
  PalClearing *clearing = PAL_CLEARING (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  AdwToast *toast = NULL;

  if (pal_clearing_step_finish (clearing, result, &error))
    {
      if (pal_clearing_get_session (clearing) == NULL)
        return;
      words = dup_done_words (clearing, taking);
      toast = adw_toast_new (words);
      adw_toast_set_button_label (toast, _ ("_Undo"));
      adw_toast_set_action_name (toast, "win.undo");
      pal_toast (taking->parent, toast);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_OPEN))
    {
      gtk_window_present (GTK_WINDOW (pal_check_window_new (
          taking->parent, clearing, (const char *const *) taking->pages, taking->next)));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (taking->parent, _ ("That was not done"), words);
}

/* --- a reason */

typedef struct
{
  PalClearing *clearing;    /* (owned) */
  Taking *taking;           /* (owned) (nullable): given on */
  GtkTextBuffer *reason;    /* (owned) */
  AdwMessageDialog *dialog; /* (unowned): owns this */
} Asking;

static void
asking_free (gpointer data, GClosure *closure)
{
  Asking *asking = data;

  g_clear_pointer (&asking->taking, taking_free);
  g_object_unref (asking->reason);
  g_object_unref (asking->clearing);
  g_free (asking);
}

static char *
dup_reason (Asking *asking)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (asking->reason, &start, &end);

  return gtk_text_buffer_get_text (asking->reason, &start, &end, FALSE);
}

static void
reason_changed_cb (Asking *asking)
{
  g_autofree char *reason = dup_reason (asking);

  adw_message_dialog_set_response_enabled (asking->dialog, "reopen", !pal_text_is_blank (reason));
}

static void
reason_given_cb (AdwMessageDialog *dialog, const char *response, Asking *asking)
{
  Taking *taking = g_steal_pointer (&asking->taking);
  g_autofree char *reason = g_strstrip (dup_reason (asking));

  if (taking != NULL && g_str_equal (response, "reopen")
      && pal_clearing_get_session (asking->clearing) != NULL)
    pal_clearing_step_async (asking->clearing, PAL_PAGE_DRAFT, (const char *const *) taking->pages,
                             FALSE, reason, taken_cb, taking);
  else
    g_clear_pointer (&taking, taking_free);
}

static void
ask_reason (GtkWidget *parent, PalClearing *clearing, const char *const *pages)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  Asking *asking = g_new0 (Asking, 1);
  g_autofree char *title = pal_page_dup_title (pal_clearing_get_session (clearing), pages[0]);
  GtkWidget *frame = gtk_scrolled_window_new ();
  GtkWidget *view = NULL;

  asking->clearing = g_object_ref (clearing);
  asking->taking = taking_new (parent, PAL_PAGE_DRAFT, pages);
  asking->reason = gtk_text_buffer_new (NULL);
  asking->dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _ ("Open this page again?"), NULL));
  adw_message_dialog_format_body (
      asking->dialog,
      /* TRANSLATORS: %s is the title of a page */
      _ ("%s becomes a draft, and its answers can be changed. Why it is opened again stays in the "
         "trail and goes with the next supplement."),
      title);
  view = pal_text_view_new (asking->reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _ ("Required"),
                                  -1);
  gtk_widget_set_size_request (frame, -1, 90);
  gtk_widget_add_css_class (frame, "answer-frame");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (frame), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (frame), view);
  adw_message_dialog_set_extra_child (asking->dialog, frame);
  adw_message_dialog_add_responses (asking->dialog, "cancel", _ ("_Cancel"), "reopen",
                                    _ ("_Reopen"), NULL);
  adw_message_dialog_set_close_response (asking->dialog, "cancel");
  adw_message_dialog_set_response_appearance (asking->dialog, "reopen", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (asking->dialog, "reopen", FALSE);
  g_signal_connect_swapped (asking->reason, "changed", G_CALLBACK (reason_changed_cb), asking);
  g_signal_connect_data (asking->dialog, "response", G_CALLBACK (reason_given_cb), asking,
                         asking_free, 0);
  gtk_window_present (GTK_WINDOW (asking->dialog));
  gtk_widget_grab_focus (view);
}

/* --- steps */

static void
take (GtkWidget *parent, PalClearing *clearing, PalPageState next, const char *const *pages,
      gboolean anyway)
{
  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (PAL_IS_CLEARING (clearing));

  if (pal_clearing_get_session (clearing) == NULL)
    return;
  if (next == PAL_PAGE_DRAFT)
    ask_reason (parent, clearing, pages);
  else
    pal_clearing_step_async (clearing, next, pages, anyway, NULL, taken_cb,
                             taking_new (parent, next, pages));
}

/**
 * pal_take_step:
 * @parent: a widget of the window
 * @clearing: of the dossier
 * @next: where the pages go
 * @pages: (nullable): which; %NULL: all, to be cleared
 *
 * Takes a step when nothing is open; otherwise shows what is, with the way on.
 */
void
pal_take_step (GtkWidget *parent, PalClearing *clearing, PalPageState next,
               const char *const *pages)
{
  take (parent, clearing, next, pages, FALSE);
}

void
pal_take_step_anyway (GtkWidget *parent, PalClearing *clearing, PalPageState next,
                      const char *const *pages)
{
  take (parent, clearing, next, pages, TRUE);
}

/* --- what is locked */

typedef struct
{
  GtkWidget *parent;     /* (owned) */
  PalClearing *clearing; /* (owned) */
  char *page;
} Locked;

static void
locked_free (gpointer data, GClosure *closure)
{
  Locked *locked = data;

  g_object_unref (locked->parent);
  g_object_unref (locked->clearing);
  g_free (locked->page);
  g_free (locked);
}

static void
reopen_cb (AdwToast *toast, Locked *locked)
{
  const char *const pages[] = { locked->page, NULL };

  pal_take_step (locked->parent, locked->clearing, PAL_PAGE_DRAFT, pages);
}

/**
 * pal_tell_locked:
 * @parent: a widget of the window
 * @clearing: of the dossier
 * @page: path of a cleared page
 *
 * Says in a sentence why an answer was not changed, with the way to change it.
 */
void
pal_tell_locked (GtkWidget *parent, PalClearing *clearing, const char *page)
{
  static AdwToast *said; /* a weak pointer: gone when it is dismissed */
  AdwToast *toast = NULL;
  Locked *locked = NULL;

  /* Once, however many keys are pressed. */
  if (said != NULL && g_strcmp0 (g_object_get_data (G_OBJECT (said), "page"), page) == 0)
    return;
  if (said != NULL)
    adw_toast_dismiss (said);
  toast = adw_toast_new (_ ("This page is cleared: its answers stay as they are."));
  g_set_weak_pointer (&said, toast);
  g_object_set_data_full (G_OBJECT (toast), "page", g_strdup (page), g_free);
  locked = g_new0 (Locked, 1);
  locked->parent = g_object_ref (parent);
  locked->clearing = g_object_ref (clearing);
  locked->page = g_strdup (page);
  adw_toast_set_button_label (toast, _ ("_Reopen…"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (reopen_cb), locked, locked_free, 0);
  pal_toast (parent, toast);
}
