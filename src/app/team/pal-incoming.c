// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-incoming"
#include "config.h"

#include "pal-incoming.h"

#include "pal-arrival.h"
#include "pal-ask.h"
#include "pal-busy-window.h"
#include "pal-cms-seal.h"
#include "pal-endpoint-open.h"
#include "pal-identity-window.h"
#include "pal-intake.h"
#include "pal-pick-file.h"
#include "pal-recent.h"
#include "pal-section-window.h"
#include "pal-signer.h"
#include "pal-translate-window.h"
#include "pal-trouble.h"
#include "pal-window.h"

#include <glib/gi18n.h>
#include <string.h>

/* One package on its way. */
typedef struct
{
  GtkWindow *window;         /* (owned) */
  GtkWidget *busy;           /* (owned) (nullable): says that it takes time */
  GCancellable *cancellable; /* (owned) */
  char *path;
  PalArrival *arrival;            /* (owned) (nullable) */
  gboolean asked_card, asked_own; /* for which keys the person was asked */
} Incoming;

static void
incoming_free (Incoming *self)
{
  pal_busy_window_end (self->busy);
  g_clear_object (&self->busy);
  g_object_unref (self->window);
  g_object_unref (self->cancellable);
  g_clear_object (&self->arrival);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Incoming, incoming_free)

gboolean
pal_incoming_is_package (const char *path)
{
  return g_str_has_suffix (path, ".asice") || g_str_has_suffix (path, ".asice" PAL_CMS_SEAL_SUFFIX);
}

static void
tell (Incoming *self, const char *words)
{
  pal_busy_window_end (self->busy);
  g_clear_object (&self->busy);
  pal_tell (GTK_WIDGET (self->window), _ ("This package cannot be opened"), words);
}

/* --- a return: where is its dossier? */

static PalWindow *
find_window (const char *dossier_id)
{
  GApplication *application = g_application_get_default ();
  GList *windows
      = application != NULL ? gtk_application_get_windows (GTK_APPLICATION (application)) : NULL;

  for (GList *l = windows; l != NULL; l = l->next)
    {
      PalSession *session = PAL_IS_WINDOW (l->data) ? pal_window_get_session (l->data) : NULL;

      if (session != NULL
          && strcmp (pal_dossier_get_id (pal_session_get_dossier (session)), dossier_id) == 0)
        return l->data;
    }

  return NULL;
}

typedef struct
{
  char *id;
  GPtrArray *paths; /* (element-type utf8) */
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_free (search->id);
  g_ptr_array_unref (search->paths);
  g_free (search);
}

static void
search_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Search *search = task_data;

  for (guint i = 0; i < search->paths->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const char *path = g_ptr_array_index (search->paths, i);
      g_autoptr (PalDossier) dossier
          = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, cancellable, NULL);
      gboolean found = dossier != NULL && strcmp (pal_dossier_get_id (dossier), search->id) == 0;

      if (dossier != NULL)
        pal_dossier_close (dossier, NULL);
      if (found)
        {
          g_task_return_pointer (task, g_strdup (path), g_free);
          return;
        }
    }
  g_task_return_pointer (task, NULL, NULL);
}

/* In this window if it is free, else in one of its own. */
static void
open_for (Incoming *self, const char *path)
{
  PalWindow *window = PAL_IS_WINDOW (self->window) ? PAL_WINDOW (self->window) : NULL;

  if (window == NULL || pal_window_get_path (window) != NULL)
    window = PAL_WINDOW (pal_window_new (GTK_APPLICATION (g_application_get_default ())));
  pal_window_show_return (window, self->arrival);
  pal_window_open (window, path);
  gtk_window_present (GTK_WINDOW (window));
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Incoming) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), &error);
  const char *title = pal_arrival_get_handout (self->arrival)->title;
  g_autofree char *words = NULL;

  if (error != NULL)
    return; /* thought better of it */
  if (path != NULL)
    {
      open_for (self, path);
      return;
    }
  /* TRANSLATORS: the State under review, as the dossier is called */
  words = g_strdup_printf (_ ("These are answers for another dossier (%s), which is not among the "
                              "latest ones on this computer. Open that dossier, then open this "
                              "file again. Nothing was changed."),
                           title != NULL ? title : "?");
  tell (self, words);
}

static void
find_dossier (Incoming *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, searched_cb, self);
  g_autoptr (GPtrArray) recent = pal_recent_list ();
  Search *search = g_new0 (Search, 1);

  search->id = g_strdup (pal_arrival_get_handout (self->arrival)->dossier);
  search->paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < recent->len; i++)
    g_ptr_array_add (search->paths,
                     g_strdup (((PalRecentItem *) g_ptr_array_index (recent, i))->path));
  g_task_set_task_data (task, search, search_free);
  g_task_run_in_thread (task, search_in_thread);
}

/* self: (transfer full) */
static void
show_arrival (Incoming *self)
{
  g_autoptr (Incoming) owned = self;
  PalWindow *window = NULL;

  if (pal_arrival_is_section (self->arrival))
    {
      pal_busy_window_end (self->busy);
      g_clear_object (&self->busy);
      gtk_window_present (GTK_WINDOW (pal_section_window_new (self->window, self->arrival)));
      return;
    }
  window = find_window (pal_arrival_get_handout (self->arrival)->dossier);
  if (window != NULL)
    {
      pal_busy_window_end (self->busy);
      g_clear_object (&self->busy);
      gtk_window_present (GTK_WINDOW (window));
      pal_window_show_return (window, self->arrival);
      return;
    }
  find_dossier (g_steal_pointer (&owned));
}

/* --- neither: an endpoint? */

static void
endpoint_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Incoming) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpointCard) card = pal_endpoint_package_read_finish (result, &error);
  g_autofree char *words = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  pal_busy_window_end (self->busy);
  g_clear_object (&self->busy);
  if (card != NULL)
    {
      pal_endpoint_open_card (self->window, card);
      return;
    }
  /* Nothing of these: an input? */
  if (g_error_matches (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_KIND)
      || g_error_matches (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT))
    {
      pal_intake_open (self->window, self->path);
      return;
    }
  g_info ("an endpoint file cannot be used: %s", error->message);
  words = pal_trouble_dup_words (error);
  tell (self, words);
}

/* --- neither: translations? */

static void
translation_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Incoming) self = user_data;
  g_autoptr (GError) error = NULL;
  PalTranslationPackage *package = pal_translation_package_look_finish (result, &error);
  g_autofree char *words = NULL;
  gboolean is_neither;

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&package, pal_translation_package_free);
      return;
    }
  if (package != NULL)
    {
      pal_busy_window_end (self->busy);
      g_clear_object (&self->busy);
      pal_translate_window_take_in (GTK_APPLICATION (g_application_get_default ()), package);
      return;
    }
  g_info ("a package could not be opened: %s", error->message);
  if (g_error_matches (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_KIND))
    {
      const char *path = self->path;
      GCancellable *cancellable = self->cancellable;

      pal_endpoint_package_read_async (path, cancellable, endpoint_read_cb,
                                       g_steal_pointer (&self));
      return;
    }
  /* Neither: an input? What nobody signed comes here only if it is one. */
  is_neither = g_error_matches (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID);
  if (is_neither)
    {
      pal_busy_window_end (self->busy);
      g_clear_object (&self->busy);
      pal_intake_open (self->window, self->path);
      return;
    }
  words = pal_trouble_dup_words (error);
  tell (self, words);
}

/* --- looking */

static void look (Incoming *self, PalIdentity *identity);

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Incoming) self = user_data;
  g_autoptr (PalIdentity) identity = pal_signer_ask_finish (result);

  if (identity != NULL)
    look (g_steal_pointer (&self), identity);
}

/* It may be encrypted to the key of this computer or to the one on the card: each is asked for
 * once. Returns: whether the person is asked, and self taken. */
static gboolean
ask_for_key (Incoming *self)
{
  GtkWidget *parent = GTK_WIDGET (self->window);
  gboolean ask_own
      = !self->asked_own && pal_signer_get_own () == NULL && pal_identity_window_has_key ();
  gboolean ask_card = !self->asked_card && pal_signer_get_card () != NULL;

  if (!ask_own && !ask_card)
    return FALSE;
  pal_busy_window_end (self->busy);
  g_clear_object (&self->busy);
  if (ask_own)
    {
      self->asked_own = TRUE;
      pal_signer_ask_own_async (parent, unlocked_cb, self);
    }
  else
    {
      self->asked_card = TRUE;
      pal_signer_ask_async (parent, NULL, unlocked_cb, self);
    }

  return TRUE;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Incoming) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  self->arrival = pal_arrival_look_finish (result, &error);
  if (self->arrival != NULL)
    {
      show_arrival (g_steal_pointer (&self));
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_RECIPIENT) && ask_for_key (self))
    {
      g_steal_pointer (&self);
      return;
    }
  if (g_error_matches (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_KIND))
    {
      const char *path = self->path;

      pal_translation_package_look_async (path, NULL, NULL, translation_looked_cb,
                                          g_steal_pointer (&self));
      return;
    }
  g_info ("a package could not be opened: %s", error->message);
  words = pal_trouble_dup_words (error);
  tell (self, words);
}

/* self: (transfer full) */
static void
look (Incoming *self, PalIdentity *identity)
{
  if (self->busy == NULL)
    self->busy = g_object_ref (
        pal_busy_window_begin (self->window, _ ("Looking at the package…"), self->cancellable));
  pal_arrival_look_async (self->path, identity, self->cancellable, looked_cb, self);
}

/**
 * pal_incoming_open:
 * @window: where it was opened
 * @path: a package
 */
void
pal_incoming_open (GtkWindow *window, const char *path)
{
  Incoming *self = g_new0 (Incoming, 1);

  self->window = g_object_ref (window);
  self->cancellable = g_cancellable_new ();
  self->path = g_strdup (path);
  look (self, pal_signer_get_own ());
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && g_file_peek_path (file) != NULL)
    pal_incoming_open (GTK_WINDOW (source), g_file_peek_path (file));
}

void
pal_incoming_pick (GtkWindow *window)
{
  const PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                             .title = _ ("Take In What Came Back"),
                             .accept = _ ("_Open"),
                             .filter_name = _ ("Packages of colleagues"),
                             .pattern = "*.asice;*.p7m" };

  pal_pick_file_async (GTK_WIDGET (window), &pick, picked_cb, NULL);
}
