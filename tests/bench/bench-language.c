// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "bench-language"

#include "config.h"

#include "pal-application.h"
#include "pal-language.h"
#include "pal-window.h"

#include <stdio.h>

/* bench-language DOSSIER: from the choice of another language, for the questions and for the
 * program, to the page painted in it; medians, in milliseconds, as JSON. */

#define N_RUNS 11
#define REST_MS 400 /* what a page still does in idle moments is not counted twice */

typedef struct
{
  GtkApplication *application;
  PalWindow *window;
  gboolean is_program; /* what is switched now */
  guint n_done;
  gint64 started_us;
  gulong painted;
  double ms[2][N_RUNS];
} Bench;

static void next (Bench *bench);

static int
compare (const void *a, const void *b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return one < other ? -1 : one > other;
}

static double
median (double *ms)
{
  qsort (ms, N_RUNS, sizeof *ms, compare);

  return ms[N_RUNS / 2];
}

static gboolean
next_cb (gpointer user_data)
{
  next (user_data);

  return G_SOURCE_REMOVE;
}

static PalResponse *
get_response (Bench *bench)
{
  return pal_record_get_response (
      pal_session_get_questionnaire (pal_window_get_session (bench->window)));
}

/* Both ways there is something new to read: one language is written from right to left. */
static const char *
get_wanted (Bench *bench)
{
  return bench->n_done % 2 == 0 ? "ar" : "fr";
}

static void
painted_cb (GdkFrameClock *clock, Bench *bench)
{
  const char *wanted = get_wanted (bench);
  const char *now
      = bench->is_program
            ? pal_language_get ()
            : pal_form_match_language (pal_response_get_form (get_response (bench)), wanted);

  if (bench->is_program ? !g_str_equal (now, wanted)
                        : g_strcmp0 (now, pal_response_get_language (get_response (bench))) != 0)
    return;

  bench->ms[bench->is_program][bench->n_done++]
      = (double) (g_get_monotonic_time () - bench->started_us) / 1000.0;
  g_clear_signal_handler (&bench->painted, clock);
  if (bench->n_done == N_RUNS && !bench->is_program)
    {
      bench->is_program = TRUE;
      bench->n_done = 0;
    }
  if (bench->n_done < N_RUNS)
    g_timeout_add (REST_MS, next_cb, bench);
  else
    gtk_window_destroy (GTK_WINDOW (bench->window));
}

static void
next (Bench *bench)
{
  GActionGroup *group
      = bench->is_program ? G_ACTION_GROUP (bench->application) : G_ACTION_GROUP (bench->window);

  bench->painted = g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (bench->window)),
                                     "after-paint", G_CALLBACK (painted_cb), bench);
  bench->started_us = g_get_monotonic_time ();
  g_action_group_change_action_state (
      group, bench->is_program ? "interface-language" : "questionnaire-language",
      g_variant_new_string (get_wanted (bench)));
  gtk_widget_queue_draw (GTK_WIDGET (bench->window));
}

static gboolean
look_cb (gpointer user_data)
{
  Bench *bench = user_data;
  GtkWindow *window = gtk_application_get_active_window (bench->application);

  if (!PAL_IS_WINDOW (window) || pal_window_get_session (PAL_WINDOW (window)) == NULL
      || !gtk_widget_get_mapped (GTK_WIDGET (window)))
    return G_SOURCE_CONTINUE;

  bench->window = PAL_WINDOW (window);
  g_timeout_add_seconds (2, next_cb, bench);

  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autoptr (PalApplication) application = NULL;

  pal_language_init ();
  application = pal_application_new ();
  bench.application = GTK_APPLICATION (application);
  g_timeout_add (50, look_cb, &bench);
  g_application_run (G_APPLICATION (application), argc, argv);
  printf ("{\"questions_ms\":%.1f,\"program_ms\":%.1f}\n", median (bench.ms[0]),
          median (bench.ms[1]));

  return 0;
}
