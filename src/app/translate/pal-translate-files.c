// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-files"
#include "config.h"

#include "pal-translate-files.h"

#include "pal-ask.h"
#include "pal-pick-file.h"
#include "pal-signer.h"
#include "pal-team-words.h"
#include "pal-translate-words.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

/* One act on its way. */
typedef struct
{
  GtkWidget *widget;              /* (owned) */
  PalTranslateWork *work;         /* (owned) (nullable) */
  PalIdentity *identity;          /* (owned) (nullable) */
  PalTranslationPackage *package; /* (owned) (nullable) */
  PalTranslateChanged changed;    /* (nullable) */
  gboolean is_waiting;            /* the package lies in quarantine */
} Act;

static Act *
act_new (GtkWidget *widget, PalTranslateWork *work)
{
  Act *act = g_new0 (Act, 1);

  act->widget = g_object_ref (widget);
  act->work = work != NULL ? g_object_ref (work) : NULL;

  return act;
}

static void
act_free (Act *act)
{
  g_object_unref (act->widget);
  g_clear_object (&act->work);
  g_clear_object (&act->identity);
  g_clear_pointer (&act->package, pal_translation_package_free);
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

static void
changed (Act *act)
{
  if (act->changed != NULL && gtk_widget_get_root (act->widget) != NULL)
    act->changed (act->widget);
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

  if (!pal_translation_use_finish (PAL_CATALOGUE (source), result, &error))
    tell_trouble (act, _ ("The translation cannot be used yet"), error);
  else if (pal_translate_work_is_interface (act->work))
    {
      gtk_widget_activate_action (act->widget, "app.renew-words", NULL);
      toast (act, _ ("Palermo shows it, at the latest when it is started next"));
    }
  else
    toast (act, _ ("Dossiers that are opened from now on show it"));
}

void
pal_translate_use (GtkWidget *widget, PalTranslateWork *work)
{
  pal_translation_use_async (pal_translate_work_get_catalogue (work),
                             pal_translate_work_get_id (work), NULL, used_cb,
                             act_new (widget, work));
}

/* --- packages of others -------------------------------------------------------------------- */

char *
pal_translate_dup_package_words (const PalTranslationPackage *package)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < package->items->len; i++)
    {
      const PalTranslationItem *item = g_ptr_array_index (package->items, i);
      g_autofree char *target = pal_translate_dup_target (item->id, NULL);
      g_autofree char *language = pal_translate_dup_language (item->language);
      g_autofree char *coverage = pal_translate_dup_coverage (&item->coverage);

      if (words->len > 0)
        g_string_append_c (words, '\n');
      /* TRANSLATORS: what is translated, the language, how much of it */
      g_string_append_printf (words, _ ("%1$s, %2$s: %3$s"), target, language, coverage);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
package_used_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_translation_package_use_finish (result, &error))
    toast (act, _ ("The translations are used on this computer"));
  else if (g_error_matches (error, PAL_TRANSLATION_ERROR, PAL_TRANSLATION_ERROR_SIGNER))
    toast (act, _ ("The package waits on this page until you decide"));
  else
    tell_trouble (act, _ ("The translations cannot be used"), error);
  changed (act);
}

static void
refuse_cb (AdwToast *toast, char *path)
{
  g_autoptr (GError) error = NULL;

  if (g_object_get_data (G_OBJECT (toast), "pal-undone") == NULL
      && !pal_translation_refuse (path, &error))
    g_info ("a package stays: %s", error->message);
}

static void
keep_cb (AdwToast *toast, Act *act)
{
  g_object_set_data (G_OBJECT (toast), "pal-undone", GINT_TO_POINTER (TRUE));
  g_object_set_data (G_OBJECT (act->widget), "pal-refused", NULL);
  changed (act);
}

/* It goes when the toast goes: until then it can be had back. */
static void
refuse (Act *act)
{
  AdwToast *said = adw_toast_new (_ ("Thrown away"));
  Act *keep = act_new (act->widget, NULL);

  keep->changed = act->changed;
  adw_toast_set_button_label (said, _ ("_Undo"));
  g_object_set_data_full (G_OBJECT (act->widget), "pal-refused", g_strdup (act->package->file),
                          g_free);
  g_signal_connect_data (said, "dismissed", G_CALLBACK (refuse_cb), g_strdup (act->package->file),
                         (GClosureNotify) (GCallback) g_free, 0);
  g_signal_connect_data (said, "button-clicked", G_CALLBACK (keep_cb), keep,
                         (GClosureNotify) (GCallback) act_free, 0);
  pal_toast (act->widget, said);
  changed (act);
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  const char *choice = pal_ask_finish (result);
  PalTranslationPackage *package = act->package;

  if (gtk_widget_get_root (act->widget) == NULL)
    return;
  if (g_str_equal (choice, "refuse"))
    refuse (act);
  else if (g_str_equal (choice, "use"))
    pal_translation_package_use_async (package, TRUE, NULL, package_used_cb,
                                       g_steal_pointer (&act));
  else if (!package->is_known && !act->is_waiting)
    pal_translation_package_use_async (package, FALSE, NULL, package_used_cb,
                                       g_steal_pointer (&act));
}

static void
ask_unknown (Act *act)
{
  PalTranslationPackage *package = act->package;
  g_autofree char *words = pal_translate_dup_package_words (package);
  g_autofree char *spoken = pal_team_dup_spoken_fingerprint (package->fingerprint);
  /* TRANSLATORS: what is in the package; name in the certificate; its fingerprint */
  g_autofree char *body = g_strdup_printf (
      _ ("%1$s\n\nSigned by %2$s, whom this computer does not know. Ask for the fingerprint of the "
         "certificate, by telephone for instance, and compare it:\n%3$s"),
      words, package->signer != NULL ? package->signer : "?", spoken);
  const PalAskChoice choices[] = {
    { "later", _ ("_Later"), ADW_RESPONSE_DEFAULT },
    { "refuse", _ ("_Throw Away"), ADW_RESPONSE_DESTRUCTIVE },
    { "use", _ ("_Accept and Use"), ADW_RESPONSE_DEFAULT },
  };
  const PalAskChoice new_choices[] = { choices[0], choices[2] };

  pal_ask_async (act->widget, _ ("Translations from somebody unknown"), body,
                 act->is_waiting ? choices : new_choices, act->is_waiting ? 3 : 2, decided_cb, act);
}

static void
ask_known (Act *act)
{
  PalTranslationPackage *package = act->package;
  g_autofree char *words = pal_translate_dup_package_words (package);
  g_autofree char *body
      = g_strdup_printf (_ ("%1$s\n\nSigned by %2$s. What you use of the same kind now makes room "
                            "for it."),
                         words, package->signer != NULL ? package->signer : "?");
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "use", _ ("_Use"), ADW_RESPONSE_SUGGESTED },
  };

  pal_ask_async (act->widget, _ ("Use these translations?"), body, choices, G_N_ELEMENTS (choices),
                 decided_cb, act);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  act->package = pal_translation_package_look_finish (result, &error);
  if (act->package == NULL)
    {
      tell_trouble (act, _ ("This package cannot be opened"), error);
      return;
    }
  if (gtk_widget_get_root (act->widget) == NULL)
    return;
  if (act->package->is_known)
    ask_known (g_steal_pointer (&act));
  else
    ask_unknown (g_steal_pointer (&act));
}

static void
package_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    pal_translation_package_look_async (path, NULL, NULL, looked_cb, g_steal_pointer (&act));
}

void
pal_translate_open_package (GtkWidget *widget, const char *path, PalTranslateChanged changed_func)
{
  Act *act = act_new (widget, NULL);
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = _ ("Open a package of translations"),
    .accept = _ ("_Open"),
    .filter_name = _ ("Signed packages"),
    .pattern = "*.asice",
  };

  act->changed = changed_func;
  act->is_waiting = path != NULL;
  if (path != NULL)
    pal_translation_package_look_async (path, NULL, NULL, looked_cb, act);
  else
    pal_pick_file_async (widget, &pick, package_picked_cb, act);
}
