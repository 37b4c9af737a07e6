// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-recovered-window"
#include "config.h"

#include "pal-recovered-window.h"

#include "pal-ask.h"
#include "pal-difference-window.h"
#include "pal-language.h"
#include "pal-session-backup.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

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

static gboolean
comparison_closed_cb (GtkWidget *window, Asking *asking)
{
  ask (asking);

  return FALSE;
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) differences
      = pal_session_compare_recovered_finish (PAL_SESSION (source), result, &error);
  PalDifferenceWords words = {
    .title = _ ("Recovered Changes"),
    /* TRANSLATORS: what an answer was before the changes that were recovered, and with them */
    .before = C_ ("recovered", "Before"),
    .after = C_ ("recovered", "Recovered"),
  };
  GtkWidget *window = NULL;

  if (differences == NULL)
    {
      g_autofree char *trouble = pal_trouble_dup_words (error);

      g_info ("cannot compare: %s", error->message);
      pal_tell (asking->parent, _ ("The recovered changes are in the dossier"), trouble);
      asking_free (asking);
      return;
    }
  window = pal_difference_window_new (asking->parent, differences, &words);
  g_signal_connect (window, "close-request", G_CALLBACK (comparison_closed_cb), asking);
  gtk_window_present (GTK_WINDOW (window));
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

  if (g_str_equal (answer, "compare"))
    pal_session_compare_recovered_async (asking->session, compared_cb, asking);
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
