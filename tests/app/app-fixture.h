// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "form-fixture.h"
#include "pal-record.h"

#include <adwaita.h>
#include <glib/gstdio.h>

/* A record of a small form in a dossier of its own, and a window to put widgets into. */
typedef struct
{
  char *dir;
  PalDossier *dossier;
  PalRecord *record;
  GtkWidget *window;
} Desk;

static inline void
desk_open (Desk *desk, const char *model, const char *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = make_form (model, body);
  g_autofree char *path = NULL;

  desk->dir = g_dir_make_tmp ("palermo-app-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (desk->dir, "a.palermo", NULL);
  desk->dossier = pal_dossier_create (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pal_dossier_add_form (desk->dossier, form, &error));
  g_assert_no_error (error);
  desk->record = pal_record_create (desk->dossier, form, &error);
  g_assert_no_error (error);
  desk->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 800, 600);
}

static inline void
desk_show (Desk *desk, GtkWidget *child)
{
  adw_window_set_content (ADW_WINDOW (desk->window), child);
  gtk_window_present (GTK_WINDOW (desk->window));
  gtk_test_widget_wait_for_draw (desk->window);
}

static inline PalResponse *
desk_response (Desk *desk)
{
  return pal_record_get_response (desk->record);
}

static inline PalNode *
desk_node (Desk *desk, const char *path)
{
  PalNode *node = pal_response_find (desk_response (desk), path);

  g_assert_nonnull (node);

  return node;
}

static inline const char *
desk_value (Desk *desk, const char *path)
{
  return pal_response_get_value (desk_response (desk), desk_node (desk, path));
}

static inline void
desk_set (Desk *desk, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  pal_response_set_value (desk_response (desk), desk_node (desk, path), value, &error);
  g_assert_no_error (error);
}

static inline void
desk_close (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  gtk_window_destroy (GTK_WINDOW (desk->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (pal_record_flush (desk->record, &error));
  g_assert_no_error (error);
  g_clear_object (&desk->record);
  g_assert_true (pal_dossier_close (desk->dossier, &error));
  g_assert_no_error (error);
  g_clear_object (&desk->dossier);
  dir = g_dir_open (desk->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (desk->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (desk->dir);
  g_free (desk->dir);
}

/* First child, at any depth, of a type. */
static inline GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found
          = G_TYPE_CHECK_INSTANCE_TYPE (child, type) ? child : find_widget (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}
