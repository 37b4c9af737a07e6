// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "form-fixture.h"
#include "pal-merge.h"
#include "pal-session.h"

#include <adwaita.h>
#include <glib/gstdio.h>

/* A dossier in which Amal and Boris answered apart from each other, open in a session, and a window
 * to put widgets into. */
typedef struct
{
  char *dir;
  PalSession *session;
  GtkWidget *window;
} Apart;

typedef struct
{
  const char *path; /* "" for a row of laws that goes */
  const char *value;
} Answer;

static inline void
apart_write (PalDossier *dossier, const char *author, const Answer *answers, guint n_answers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, NULL, &error);
  const PalRecordInfo *info = g_ptr_array_index (infos, 0);
  g_autoptr (PalRecord) record = pal_record_open (dossier, info->id, &error);
  PalResponse *response = pal_record_get_response (record);

  g_assert_no_error (error);
  pal_dossier_set_author (dossier, author);
  for (guint i = 0; i < n_answers; i++)
    {
      PalNode *node
          = pal_response_find (response, *answers[i].path != '\0' ? answers[i].path : "/data/law");

      g_assert_nonnull (node);
      if (*answers[i].path == '\0')
        pal_response_remove_row (response, node, &error);
      else
        pal_response_set_value (response, node, answers[i].value, &error);
      g_assert_no_error (error);
    }
  g_assert_true (pal_record_flush (record, &error));
  g_assert_no_error (error);
}

static inline void
session_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  PalSession **session = user_data;

  *session = pal_session_open_finish (result, &error);
  g_assert_no_error (error);
}

/* Until what happens on other threads is seen here. */
static inline void
apart_wait (gboolean (*is_so) (gpointer data), gpointer data)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!is_so (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

static inline gboolean
has_session (gpointer data)
{
  return *(PalSession **) data != NULL;
}

/* Everybody starts from before, then each goes on alone, and both come together. */
static inline void
apart_open (Apart *apart, const char *model, const char *body, gboolean with_row,
            const Answer *before, guint n_before, const Answer *amal, guint n_amal,
            const Answer *boris, guint n_boris)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = make_form (model, body);
  g_autoptr (PalMergeReport) report = NULL;
  g_autofree char *main_path = NULL;
  g_autofree char *copy_path = NULL;
  g_autofree char *content = NULL;
  PalDossier *dossier;
  PalRecord *record;
  gsize length;

  apart->dir = g_dir_make_tmp ("palermo-app-XXXXXX", &error);
  g_assert_no_error (error);
  main_path = g_build_filename (apart->dir, "a.palermo", NULL);
  copy_path = g_build_filename (apart->dir, "b.palermo", NULL);
  dossier = pal_dossier_create (main_path, NULL, &error);
  g_assert_true (pal_dossier_add_form (dossier, form, &error));
  record = pal_record_create (dossier, form, &error);
  g_assert_no_error (error);
  if (with_row)
    pal_response_add_row (pal_record_get_response (record), pal_form_find_node (form, "/data/law"),
                          NULL, NULL, &error);
  g_assert_true (pal_record_flush (record, &error));
  g_object_unref (record);
  apart_write (dossier, "Amal", before, n_before);
  g_assert_true (pal_dossier_close (dossier, &error));
  g_object_unref (dossier);

  g_assert_true (g_file_get_contents (main_path, &content, &length, &error));
  g_assert_true (g_file_set_contents (copy_path, content, length, &error));
  dossier = pal_dossier_open (copy_path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  apart_write (dossier, "Boris", boris, n_boris);
  g_assert_true (pal_dossier_close (dossier, &error));
  g_object_unref (dossier);

  dossier = pal_dossier_open (main_path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  apart_write (dossier, "Amal", amal, n_amal);
  report = pal_dossier_merge_file (dossier, copy_path, PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (report);
  pal_session_open_dossier_async (dossier, session_opened_cb, &apart->session);
  apart_wait (has_session, &apart->session);
  g_object_unref (dossier);
  apart->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (apart->window), 900, 600);
}

static inline void
apart_show (Apart *apart, GtkWidget *child)
{
  adw_window_set_content (ADW_WINDOW (apart->window), child);
  gtk_window_present (GTK_WINDOW (apart->window));
  gtk_test_widget_wait_for_draw (apart->window);
}

static inline PalResponse *
apart_response (Apart *apart)
{
  return pal_record_get_response (pal_session_get_questionnaire (apart->session));
}

static inline const char *
apart_value (Apart *apart, const char *path)
{
  PalNode *node = pal_response_find (apart_response (apart), path);

  return node != NULL ? pal_response_get_value (apart_response (apart), node) : NULL;
}

static inline void
session_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_session_close_finish (PAL_SESSION (source), result, &error));
  *(gboolean *) user_data = TRUE;
}

static inline gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static inline void
apart_close (Apart *apart)
{
  g_autoptr (GDir) dir = NULL;
  gboolean closed = FALSE;
  const char *name;

  gtk_window_destroy (GTK_WINDOW (apart->window));
  pal_session_close_async (apart->session, session_closed_cb, &closed);
  apart_wait (is_true, &closed);
  g_object_unref (apart->session);
  dir = g_dir_open (apart->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (apart->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (apart->dir);
  g_free (apart->dir);
}

/* --- finding */

typedef gboolean (*IsWanted) (GtkWidget *widget, gconstpointer data);

static inline GtkWidget *
find_where (GtkWidget *widget, IsWanted is_wanted, gconstpointer data)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (is_wanted (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_where (child, is_wanted, data);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static inline gboolean
is_button (GtkWidget *widget, gconstpointer label)
{
  return GTK_IS_BUTTON (widget)
         && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

static inline gboolean
is_label (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static inline void
press (GtkWidget *top, const char *label)
{
  GtkWidget *button = find_where (top, is_button, label);

  if (button == NULL)
    g_error ("there is no button \"%s\"", label);
  g_signal_emit_by_name (button, "clicked");
}

#define assert_says(top, text) g_assert_nonnull (find_where (top, is_label, text))
#define assert_is_silent(top, text) g_assert_null (find_where (top, is_label, text))
