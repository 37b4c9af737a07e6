// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"
#include "pal-session-undo.h"
#include "pal-undo.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

/* A copy of the practice dossier, open, and a window to put pages into. */

typedef struct
{
  char *dir;
  PalSession *session;
  GtkWidget *window;
} Office;

static inline void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalSession **) user_data = pal_session_open_finish (result, &error);
  g_assert_no_error (error);
}

static inline char *
in_office (Office *office, const char *name)
{
  return g_build_filename (office->dir, name, NULL);
}

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
  pal_session_open_async (path, NULL, opened_cb, &office->session);
  while (office->session == NULL)
    g_main_context_iteration (NULL, TRUE);
  office->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (office->window), 800, 600);
}

static inline void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = pal_session_close_finish (PAL_SESSION (source), result, NULL);
}

static inline void
office_close (Office *office)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", office->dir);
  gboolean closed = FALSE;

  gtk_window_destroy (GTK_WINDOW (office->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  pal_session_close_async (office->session, closed_cb, &closed);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (office->session);
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

/* Whether a label that is shown says it. */
static inline gboolean
says (GtkWidget *widget, const char *part)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, part))
      return TRUE;

  return FALSE;
}

static inline void
wait_until (GtkWidget *widget, const char *part, gboolean said)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (says (widget, part) != said && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  if (says (widget, part) != said)
    g_error ("it %s says: %s", said ? "never" : "always", part);
}

/* The nth child, at any depth, of a type that is shown. */
static inline GtkWidget *
find_nth (GtkWidget *widget, GType type, guint *n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (!gtk_widget_get_visible (child))
        continue;
      if (G_TYPE_CHECK_INSTANCE_TYPE (child, type) && (*n)-- == 0)
        return child;
      found = find_nth (child, type, n);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static inline GtkWidget *
find (GtkWidget *widget, GType type, guint n)
{
  GtkWidget *found = find_nth (widget, type, &n);

  g_assert_nonnull (found);

  return found;
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
