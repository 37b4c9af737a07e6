// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session-undo.h"
#include "pal-undo.h"
#include "session-fixture.h"

#include <glib/gstdio.h>

/* A dossier, open, and a window to put pages into. */

typedef struct
{
  char *dir;
  PalSession *session;
  GtkWidget *window;
} Office;

static inline char *
in_office (Office *office, const char *name)
{
  return g_build_filename (office->dir, name, NULL);
}

/* path: a dossier in the folder of the office. */
static inline void
office_open_file (Office *office, const char *path)
{
  office->session = open_session (path);
  office->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (office->window), 800, 600);
}

/* A copy of the practice dossier. */
static inline void
office_open (Office *office)
{
  g_autofree char *path = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  office->dir = g_dir_make_tmp ("palermo-office-XXXXXX", NULL);
  path = in_office (office, "main.palermo");
  g_assert_true (g_file_get_contents (g_getenv ("PALERMO_PRACTICE"), &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
  office_open_file (office, path);
}

static inline void
office_close (Office *office)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", office->dir);

  gtk_window_destroy (GTK_WINDOW (office->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  close_session (office->session);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (office->dir);
}

static inline char *
put (Office *office, const char *name, const char *text)
{
  char *path = in_office (office, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  return path;
}

static inline void
show (Office *office, GtkWidget *child)
{
  adw_window_set_content (ADW_WINDOW (office->window), child);
  gtk_window_present (GTK_WINDOW (office->window));
}

static inline void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndone) undone = pal_session_undo_finish (PAL_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (undone);
  *(gboolean *) user_data = TRUE;
}

static inline void
undo (Office *office)
{
  gboolean done = FALSE;

  pal_session_undo_async (office->session, PAL_UNDO_BACK, undone_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static inline guint
count_records (Office *office, const char *form)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records
      = pal_dossier_list_records (pal_session_get_dossier (office->session), form, &error);

  g_assert_no_error (error);

  return records->len;
}
