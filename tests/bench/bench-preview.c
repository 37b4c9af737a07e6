// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "bench-preview"

#include "config.h"

#include "pal-translate-preview.h"

#include <stdio.h>
#include <string.h>

/* bench-preview FORM LANGUAGE CONTEXT ENGLISH: from the last key of a translator to the real
 * question painted with the new text; median in milliseconds, as JSON. */

#define N_RUNS 11

static int
compare (const void *a, const void *b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return one < other ? -1 : one > other;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalTranslateWork **work = user_data;
  g_autoptr (GError) error = NULL;

  *work = pal_translate_work_load_finish (result, &error);
  if (*work == NULL)
    g_error ("%s", error->message);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  pal_translate_work_flush_finish (PAL_TRANSLATE_WORK (source), result, NULL);
  *(gboolean *) user_data = TRUE;
}

static gboolean
says (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return gtk_widget_get_mapped (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;

  return FALSE;
}

static void
painted_cb (GdkFrameClock *clock, gboolean *is_painted)
{
  *is_painted = TRUE;
}

static double
type_once (GtkWidget *preview, PalCatalogueEntry *entry, guint run)
{
  g_autofree char *text = g_strdup_printf ("%u", 1000 + run);
  gint64 started_us = g_get_monotonic_time ();
  gboolean is_painted = FALSE;
  gulong handler;

  pal_catalogue_entry_set_translation (entry, 0, text);
  pal_translate_preview_refresh (PAL_TRANSLATE_PREVIEW (preview), 0);
  while (!says (preview, text))
    g_main_context_iteration (NULL, TRUE);
  handler = g_signal_connect (gtk_widget_get_frame_clock (preview), "after-paint",
                              G_CALLBACK (painted_cb), &is_painted);
  gtk_widget_queue_draw (preview);
  while (!is_painted)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (preview), handler);

  return (double) (g_get_monotonic_time () - started_us) / 1000.0;
}

int
main (int argc, char **argv)
{
  g_autoptr (PalTranslateWork) work = NULL;
  GtkWidget *window;
  GtkWidget *preview;
  PalCatalogueEntry *entry;
  double ms[N_RUNS];
  gboolean is_done = FALSE;

  if (argc != 5)
    return 64;
  adw_init ();
  pal_translate_work_load_async (argv[1], argv[2], NULL, loaded_cb, &work);
  while (work == NULL)
    g_main_context_iteration (NULL, TRUE);
  entry = pal_catalogue_find (pal_translate_work_get_catalogue (work), argv[3], argv[4]);
  if (entry == NULL)
    return 65;
  window = adw_window_new ();
  preview = g_object_new (PAL_TYPE_TRANSLATE_PREVIEW, NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 700, 600);
  adw_window_set_content (ADW_WINDOW (window), preview);
  gtk_window_present (GTK_WINDOW (window));
  pal_translate_preview_show (PAL_TRANSLATE_PREVIEW (preview), work, entry);
  for (guint i = 0; i < N_RUNS; i++)
    ms[i] = type_once (preview, entry, i);
  qsort (ms, N_RUNS, sizeof *ms, compare);
  printf ("{\"preview_ms\":%.1f,\"worst_ms\":%.1f}\n", ms[N_RUNS / 2], ms[N_RUNS - 1]);
  gtk_window_destroy (GTK_WINDOW (window));
  pal_translate_work_flush_async (work, flushed_cb, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
