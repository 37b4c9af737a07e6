// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-files"
#include "config.h"

#include "pal-translate-files.h"

#include "pal-ask.h"
#include "pal-pick-file.h"
#include "pal-signer.h"
#include "pal-translate-package.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

/* One act on its way. */
typedef struct
{
  GtkWidget *widget;      /* (owned) */
  PalTranslateWork *work; /* (owned) */
  PalIdentity *identity;  /* (owned) (nullable) */
} Act;

static Act *
act_new (GtkWidget *widget, PalTranslateWork *work)
{
  Act *act = g_new0 (Act, 1);

  act->widget = g_object_ref (widget);
  act->work = g_object_ref (work);

  return act;
}

static void
act_free (Act *act)
{
  g_object_unref (act->widget);
  g_object_unref (act->work);
  g_clear_object (&act->identity);
  g_free (act);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

static void
tell_trouble (Act *act, const char *heading, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("%s", error->message);
  if (gtk_widget_get_root (act->widget) != NULL)
    pal_tell (act->widget, heading, words);
}

static void
toast (Act *act, const char *words)
{
  if (gtk_widget_get_root (act->widget) != NULL)
    pal_toast (act->widget, adw_toast_new (words));
}

static char *
dup_file_name (PalTranslateWork *work, const char *suffix)
{
  return g_strdup_printf ("%s-%s%s", pal_translate_work_get_id (work),
                          pal_translate_work_get_language (work), suffix);
}

/* --- PO files ------------------------------------------------------------------------------ */

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_catalogue_save_finish (PAL_CATALOGUE (source), result, &error))
    toast (act, _ ("Saved as a PO file"));
  else
    tell_trouble (act, _ ("The PO file could not be written"), error);
}

static void
save_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  PalCatalogue *catalogue = pal_translate_work_get_catalogue (act->work);

  if (path != NULL)
    pal_catalogue_save_async (catalogue, path, NULL, saved_cb, g_steal_pointer (&act));
}

void
pal_translate_save_po (GtkWidget *widget, PalTranslateWork *work)
{
  g_autofree char *name = dup_file_name (work, ".po");
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_SAVE,
    .title = _ ("Save as PO"),
    .accept = _ ("_Save"),
    .name = name,
    .filter_name = _ ("Translations (PO)"),
    .pattern = "*.po",
  };

  pal_pick_file_async (widget, &pick, save_picked_cb, act_new (widget, work));
}

static void
undo_take_cb (AdwToast *toast, PalTranslateWork *work)
{
  pal_translate_work_give_back (work);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue = pal_translation_open_finish (result, &error);
  g_autofree char *words = NULL;
  AdwToast *said;
  guint n;

  if (catalogue == NULL)
    {
      tell_trouble (act, _ ("This PO file cannot be opened"), error);
      return;
    }
  n = pal_translate_work_take (act->work, catalogue);
  if (gtk_widget_get_root (act->widget) == NULL)
    return;
  if (n == 0)
    {
      toast (act, _ ("The file has nothing that is not here already"));
      return;
    }
  words = g_strdup_printf (
      ngettext ("%u translation taken from the file", "%u translations taken from the file", n), n);
  said = adw_toast_new (words);
  adw_toast_set_button_label (said, _ ("_Undo"));
  adw_toast_set_timeout (said, 15);
  g_signal_connect_object (said, "button-clicked", G_CALLBACK (undo_take_cb), act->work, 0);
  pal_toast (act->widget, said);
}

static void
open_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  PalTranslateWork *work = act->work;

  if (path != NULL)
    pal_translation_open_async (path, pal_translate_work_get_id (work),
                                pal_translate_work_get_language (work), NULL, opened_cb,
                                g_steal_pointer (&act));
}

void
pal_translate_open_po (GtkWidget *widget, PalTranslateWork *work)
{
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = _ ("Open a PO file"),
    .accept = _ ("_Open"),
    .filter_name = _ ("Translations (PO)"),
    .pattern = "*.po",
  };

  pal_pick_file_async (widget, &pick, open_picked_cb, act_new (widget, work));
}

/* --- signed, for others -------------------------------------------------------------------- */

static void
packed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_translation_pack_finish (result, &error))
    toast (act, _ ("The signed package is written"));
  else
    tell_trouble (act, _ ("The package could not be written"), error);
}

static void
export_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (GPtrArray) catalogues = g_ptr_array_new ();
  PalIdentity *identity = act->identity;

  if (path == NULL)
    return;
  g_ptr_array_add (catalogues, pal_translate_work_get_catalogue (act->work));
  pal_translation_pack_async (catalogues, path, identity, NULL, packed_cb, g_steal_pointer (&act));
}

static void
signer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autofree char *name = dup_file_name (act->work, ".asice");
  GtkWidget *widget = act->widget;
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_SAVE,
    .title = _ ("Export a signed package"),
    .accept = _ ("_Export"),
    .name = name,
    .filter_name = _ ("Signed packages"),
    .pattern = "*.asice",
  };

  act->identity = pal_signer_ask_finish (result);
  if (act->identity != NULL)
    pal_pick_file_async (widget, &pick, export_picked_cb, g_steal_pointer (&act));
}

void
pal_translate_export (GtkWidget *widget, PalTranslateWork *work)
{
  pal_signer_ask_async (widget, NULL, signer_cb, act_new (widget, work));
}

/* --- on this computer ---------------------------------------------------------------------- */

static void
used_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;
  PalTranslationBefore *before = NULL;

  if (!pal_translation_use_finish (PAL_CATALOGUE (source), result, &before, &error))
    tell_trouble (act, _ ("The translation cannot be used yet"), error);
  else if (gtk_widget_get_root (act->widget) == NULL)
    pal_translation_before_free (before);
  else
    {
      gboolean is_interface = pal_translate_work_is_interface (act->work);

      pal_translate_renew (act->widget, is_interface, !is_interface);
      pal_translate_toast_used (act->widget,
                                is_interface
                                    ? _ ("Palermo shows it, at the latest when it is started next")
                                    : _ ("Dossiers show it from now on"),
                                before, NULL);
    }
}

void
pal_translate_use (GtkWidget *widget, PalTranslateWork *work)
{
  pal_translation_use_async (pal_translate_work_get_catalogue (work),
                             pal_translate_work_get_id (work), NULL, used_cb,
                             act_new (widget, work));
}
