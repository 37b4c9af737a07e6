// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-recovered-window"
#include "config.h"

#include "pal-recovered-window.h"

#include "pal-ask.h"
#include "pal-language.h"
#include "pal-session-backup.h"
#include "pal-session-undo.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

#define MAX_ROWS 300

typedef struct
{
  GtkWidget *parent;   /* (owned) */
  PalSession *session; /* (owned) */
  GCallback settled;
  gpointer user_data;
} Asking;

static void ask (Asking *asking);

static void
asking_free (Asking *asking)
{
  g_object_unref (asking->parent);
  g_object_unref (asking->session);
  g_free (asking);
}

static void
settle (Asking *asking)
{
  ((void (*) (gpointer)) (void (*) (void)) asking->settled) (asking->user_data);
  asking_free (asking);
}

/**
 * pal_recovered_dup_words:
 * @session: a session
 *
 * Returns: (transfer full) (nullable): how much was recovered, and of when
 */
char *
pal_recovered_dup_words (PalSession *session)
{
  g_autoptr (GDateTime) newest = NULL;
  g_autofree char *day = NULL;
  g_autofree char *time = NULL;
  PalRecovered recovered;

  if (!pal_dossier_get_recovered (pal_session_get_dossier (session), &recovered))
    return NULL;

  newest = g_date_time_new_from_unix_local (recovered.newest_us / G_USEC_PER_SEC);
  day = newest != NULL ? pal_language_format_date (newest) : g_strdup ("");
  time = newest != NULL ? g_date_time_format (newest, "%H:%M") : g_strdup ("");

  /* TRANSLATORS: after a crash; a number, a day, a time such as 14:05 */
  return g_strdup_printf (
      ngettext ("Palermo ended unexpectedly. %u change was recovered, of %s, %s.",
                "Palermo ended unexpectedly. %u changes were recovered, the "
                "last of %s, %s.",
                recovered.n_changes),
      (guint) recovered.n_changes, day, time);
}

/* --- comparing */

static GtkWidget *
line_new (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, style);

  return label;
}

static GtkWidget *
row_new (PalSession *session, const PalMergedNode *node)
{
  PalUndoStep step = { .kind = PAL_CHANGE_VALUE, .record = node->record, .node = node->node };
  g_autofree char *question = pal_session_dup_undo_words (session, &step);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  /* TRANSLATORS: what an answer was before the changes that were recovered */
  before
      = g_strdup_printf (_ ("Before: %s"), node->before != NULL ? node->before : _ ("no answer"));
  /* TRANSLATORS: what an answer is with the changes that were recovered */
  after
      = g_strdup_printf (_ ("Recovered: %s"), node->after != NULL ? node->after : _ ("no answer"));
  gtk_widget_set_margin_top (lines, 12);
  gtk_widget_set_margin_bottom (lines, 12);
  gtk_widget_set_margin_start (lines, 12);
  gtk_widget_set_margin_end (lines, 12);
  gtk_box_append (GTK_BOX (lines), line_new (question, "heading"));
  gtk_box_append (GTK_BOX (lines), line_new (after, "body"));
  gtk_box_append (GTK_BOX (lines), line_new (before, "dim-label"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), lines);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, after, -1);

  return row;
}

static gboolean
comparison_closed_cb (GtkWidget *window, Asking *asking)
{
  ask (asking);

  return FALSE;
}

static void
show_comparison (Asking *asking, GPtrArray *nodes)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  for (guint i = 0; i < MIN (nodes->len, MAX_ROWS); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               row_new (asking->session, g_ptr_array_index (nodes, i)));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Recovered changes"));
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 520);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (window),
                                GTK_WINDOW (gtk_widget_get_root (asking->parent)));
  g_signal_connect (window, "close-request", G_CALLBACK (comparison_closed_cb), asking);
  gtk_window_present (GTK_WINDOW (window));
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) nodes
      = pal_dossier_compare_span_finish (PAL_DOSSIER (source), result, &error);

  if (nodes != NULL)
    {
      show_comparison (asking, nodes);
      return;
    }
  g_info ("cannot compare: %s", error->message);
  asking_free (asking);
}

/* --- asking */

static void
discarded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_session_discard_recovered_finish (PAL_SESSION (source), result, &error))
    {
      pal_toast (asking->parent, adw_toast_new (_ ("The recovered changes are taken back. Undo "
                                                   "brings them again.")));
      settle (asking);
    }
  else
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (asking->parent, _ ("The recovered changes are still there"), words);
      asking_free (asking);
    }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  const char *answer = pal_ask_finish (result);
  PalRecovered recovered;

  if (g_str_equal (answer, "compare")
      && pal_dossier_get_recovered (pal_session_get_dossier (asking->session), &recovered))
    pal_dossier_compare_span_async (pal_session_get_dossier (asking->session), &recovered.span,
                                    compared_cb, asking);
  else if (g_str_equal (answer, "discard"))
    pal_session_discard_recovered_async (asking->session, discarded_cb, asking);
  else
    settle (asking);
}

static void
ask (Asking *asking)
{
  const PalAskChoice choices[] = {
    { "keep", _ ("_Keep"), ADW_RESPONSE_DEFAULT },
    { "discard", _ ("_Discard"), ADW_RESPONSE_DESTRUCTIVE },
    { "compare", _ ("_Compare"), ADW_RESPONSE_SUGGESTED },
  };
  g_autofree char *words = pal_recovered_dup_words (asking->session);

  pal_ask_async (asking->parent, _ ("Keep what was recovered?"), words, choices,
                 G_N_ELEMENTS (choices), answered_cb, asking);
}

/**
 * pal_recovered_ask:
 * @parent: a widget in the window
 * @session: a session
 * @settled: (scope async): called with @user_data when a person decided
 * @user_data: for @settled
 *
 * Nothing is urgent: what was recovered is in the dossier, and stays there if nobody decides.
 */
void
pal_recovered_ask (GtkWidget *parent, PalSession *session, GCallback settled, gpointer user_data)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->parent = g_object_ref (parent);
  asking->session = g_object_ref (session);
  asking->settled = settled;
  asking->user_data = user_data;
  ask (asking);
}
