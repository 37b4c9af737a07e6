// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-window"
#include "config.h"

#include "pal-window-private.h"

#include "pal-ask.h"
#include "pal-newer-form.h"
#include "pal-session-away.h"
#include "pal-stack.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

/* A dossier is closed: for good, or to be opened again with a newer questionnaire. */

static void
drop_session (PalWindow *self)
{
  pal_stack_show_named (self->stack, "home");
  if (self->view != NULL)
    gtk_stack_remove (self->stack, GTK_WIDGET (self->view));
  self->view = NULL;
  g_clear_object (&self->session);
  self->closing = FALSE;
  if (self->destroy_after)
    gtk_window_destroy (GTK_WINDOW (self));
  else if (self->reopen != NULL)
    {
      g_autofree char *path = g_steal_pointer (&self->reopen);

      g_clear_pointer (&self->path, g_free);
      pal_window_open (self, path);
    }
  else
    pal_window_show_home (self);
}

static void
unsaved_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  const char *answer = pal_ask_finish (result);

  self->closing = FALSE;
  if (g_str_equal (answer, "again"))
    pal_window_close_session (self);
  else if (g_str_equal (answer, "discard"))
    drop_session (self);
  else
    self->destroy_after = FALSE;
}

static void
ask_about_unsaved (PalWindow *self, const GError *error)
{
  const PalAskChoice choices[] = {
    { "keep", _ ("_Keep Open"), ADW_RESPONSE_DEFAULT },
    { "discard", _ ("_Close Without Saving"), ADW_RESPONSE_DESTRUCTIVE },
    { "again", _ ("_Try Again"), ADW_RESPONSE_SUGGESTED },
  };
  g_autofree char *words = pal_trouble_dup_words (error);

  pal_ask_async (GTK_WIDGET (self), _ ("The latest answers are not saved yet"), words, choices,
                 G_N_ELEMENTS (choices), unsaved_answered_cb, g_object_ref (self));
}

static void
left_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  const char *answer = pal_ask_finish (result);

  self->closing = FALSE;
  if (g_str_equal (answer, "leave"))
    pal_session_away_leave (pal_session_get_away (self->session));
  if (g_str_equal (answer, "keep"))
    self->destroy_after = FALSE;
  else
    pal_window_close_session (self);
}

static void
ask_about_copy (PalWindow *self)
{
  const PalAskChoice choices[] = {
    { "keep", _ ("_Keep Open"), ADW_RESPONSE_DEFAULT },
    { "leave", _ ("_Close"), ADW_RESPONSE_DEFAULT },
    { "again", _ ("_Try Again"), ADW_RESPONSE_SUGGESTED },
  };

  pal_ask_async (GTK_WIDGET (self), _ ("Your answers are not back on the disk yet"),
                 _ ("They are safe in a copy on this computer. If you close the dossier now, open "
                    "it here again when the disk is there: then they go back."),
                 choices, G_N_ELEMENTS (choices), left_answered_cb, g_object_ref (self));
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_session_close_finish (PAL_SESSION (source), result, &error) || self->force)
    drop_session (self);
  else if (g_error_matches (error, PAL_AWAY_ERROR, PAL_AWAY_ERROR_NOT_BACK))
    ask_about_copy (self);
  else
    ask_about_unsaved (self, error);
}

void
pal_window_close_session (PalWindow *self)
{
  if (self->closing)
    return;

  self->closing = TRUE;
  pal_window_note_recent (self);
  pal_session_close_async (self->session, closed_cb, g_object_ref (self));
}

void
pal_window_close_now (PalWindow *self)
{
  g_return_if_fail (PAL_IS_WINDOW (self));

  self->force = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

/* --- a newer questionnaire ----------------------------------------------------------------- */

/* What is open is of the old form: the dossier is closed and opened again. */
static void
newer_form_used_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *backup = NULL;
  g_autofree char *name = NULL;

  self->closing = FALSE;
  if (!pal_newer_form_use_finish (PAL_NEWER_FORM (source), result, &backup, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("the newer form is not in use: %s", error->message);
      gtk_spinner_stop (self->spinner);
      pal_stack_show_named (self->stack, "dossier");
      pal_tell (GTK_WIDGET (self), _ ("The newer questionnaire could not be taken"), words);
      return;
    }
  if (backup != NULL)
    {
      g_autofree char *plain = g_path_get_basename (backup);

      /* A file's name keeps its own direction inside an Arabic sentence. */
      name = g_strconcat ("\u2068", plain, "\u2069", NULL);
      g_free (self->notice);
      /* TRANSLATORS: the name of a file */
      self->notice
          = g_strdup_printf (_ ("A copy of the dossier as it was lies beside it: %s."), name);
    }
  g_free (self->reopen);
  self->reopen = g_strdup (self->path);
  pal_window_close_session (self);
}

/* Nobody can type meanwhile: an answer under an old name would be left behind. */
void
pal_window_use_newer_form_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->session == NULL || self->closing
      || pal_newer_form_get_preview (pal_newer_form_of_session (self->session)) == NULL)
    return;

  self->closing = TRUE;
  pal_window_show_opening (self);
  pal_newer_form_use_async (pal_newer_form_of_session (self->session), newer_form_used_cb,
                            g_object_ref (self));
}

void
pal_window_newer_form_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalWindow *self = PAL_WINDOW (widget);

  if (self->session != NULL)
    pal_session_show_page (self->session, "newer-form");
}
