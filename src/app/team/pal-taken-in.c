// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-taken-in"
#include "config.h"

#include "pal-taken-in.h"

#include "pal-return-summary.h"
#include "pal-undo.h"

#include <glib/gi18n.h>

#define SHOWN_FOR_S 15 /* longer than usual: there is something to decide */

/* What the toast is about. */
typedef struct
{
  GtkWindow *window;   /* (unowned): the toast is in it */
  PalSession *session; /* (owned) */
  PalLogSpan span;
} TakenIn;

static void
taken_in_free (gpointer data, GClosure *closure)
{
  TakenIn *taken = data;

  g_object_unref (taken->session);
  g_free (taken);
}

/* What was done since comes first. */
static gboolean
is_last_act (const TakenIn *taken)
{
  g_autoptr (PalUndoStep) step
      = pal_dossier_dup_undo_step (pal_session_get_dossier (taken->session), PAL_UNDO_BACK);

  return step != NULL && step->span.after == taken->span.after
         && step->span.until == taken->span.until;
}

static void
undo_cb (AdwToast *toast, TakenIn *taken)
{
  if (is_last_act (taken))
    gtk_widget_activate_action (GTK_WIDGET (taken->window), "win.undo", NULL);
  else
    pal_session_show_page (taken->session, "team");
}

static void
show_conflicts_cb (GtkButton *button, TakenIn *taken)
{
  AdwToast *toast = g_object_get_data (G_OBJECT (button), "toast");

  pal_session_show_page (taken->session, "conflicts");
  adw_toast_dismiss (toast);
}

static char *
dup_words (const PalReturnSummary *summary, const PalMergeReport *report)
{
  g_autofree char *answers = g_strdup_printf (
      ngettext ("%u answer came in", "%u answers came in", summary->n_answers), summary->n_answers);
  g_autofree char *conflicts = NULL;

  if (report->n_conflicts == 0)
    return g_steal_pointer (&answers);
  conflicts = g_strdup_printf (ngettext ("%u conflict", "%u conflicts", report->n_conflicts),
                               report->n_conflicts);

  /* TRANSLATORS: what came in, and how many conflicts: "3 answers came in, 1 conflict" */
  return g_strdup_printf (_ ("%s, %s"), answers, conflicts);
}

static TakenIn *
taken_in_new (GtkWindow *window, PalSession *session, const PalMergeReport *report)
{
  TakenIn *taken = g_new0 (TakenIn, 1);

  taken->window = window;
  taken->session = g_object_ref (session);
  taken->span = report->span;

  return taken;
}

/* A toast has one button of its own: the other one stands in its title. */
static GtkWidget *
title_new (AdwToast *toast, const char *words, TakenIn *taken)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (words);
  GtkWidget *button = gtk_button_new_with_label (_ ("Show Conflicts"));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "toast", toast);
  g_signal_connect_data (button, "clicked", G_CALLBACK (show_conflicts_cb), taken, taken_in_free,
                         0);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);

  return box;
}

/**
 * pal_taken_in_tell:
 * @window: the window of the dossier
 * @session: the dossier
 * @handout: a return that is merged and shown
 */
void
pal_taken_in_tell (GtkWindow *window, PalSession *session, const PalHandout *handout)
{
  const PalMergeReport *report = handout->report;
  GtkWidget *overlay = ADW_IS_APPLICATION_WINDOW (window)
                           ? adw_application_window_get_content (ADW_APPLICATION_WINDOW (window))
                           : NULL;
  g_autoptr (PalReturnSummary) summary = pal_return_summary_new (session, report->nodes);
  g_autofree char *words = dup_words (summary, report);
  AdwToast *toast = NULL;

  if (!ADW_IS_TOAST_OVERLAY (overlay))
    return;

  toast = adw_toast_new (words);
  adw_toast_set_timeout (toast, SHOWN_FOR_S);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb),
                         taken_in_new (window, session, report), taken_in_free, 0);
  if (report->n_conflicts > 0)
    adw_toast_set_custom_title (toast,
                                title_new (toast, words, taken_in_new (window, session, report)));
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}
