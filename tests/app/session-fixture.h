// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>
#include <string.h>

/* A session is opened and closed as the window does it, and what is shown is waited for and found.
 */

static inline void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalSession **) user_data = pal_session_open_finish (result, &error);
  g_assert_no_error (error);
}

static inline PalSession *
open_session (const char *path)
{
  PalSession *session = NULL;

  pal_session_open_async (path, NULL, opened_cb, &session);
  while (session == NULL)
    g_main_context_iteration (NULL, TRUE);

  return session;
}

static inline void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = pal_session_close_finish (PAL_SESSION (source), result, NULL);
}

/* session: (transfer full) */
static inline void
close_session (PalSession *session)
{
  gboolean closed = FALSE;

  pal_session_close_async (session, closed_cb, &closed);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (session);
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
