// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-package"
#include "config.h"

#include "pal-translate-package.h"

#include "pal-ask.h"
#include "pal-pick-file.h"
#include "pal-translate-words.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

#define UNDO_SECONDS 15
#define KEY_DECLINED "pal-declined"

/* One act on its way. */
typedef struct
{
  GtkWidget *widget;              /* (owned) */
  PalTranslationPackage *package; /* (owned) (nullable) */
  PalTranslateChanged changed;    /* (nullable) */
} Act;

static Act *
act_new (GtkWidget *widget, PalTranslateChanged changed)
{
  Act *act = g_new0 (Act, 1);

  act->widget = g_object_ref (widget);
  act->changed = changed;

  return act;
}

static void
act_free (Act *act)
{
  g_object_unref (act->widget);
  g_clear_pointer (&act->package, pal_translation_package_free);
  g_free (act);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

static gboolean
is_shown (Act *act)
{
  return gtk_widget_get_root (act->widget) != NULL;
}

static void
tell_trouble (Act *act, const char *heading, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("%s", error->message);
  if (is_shown (act))
    pal_tell (act->widget, heading, words);
}

static void
toast (Act *act, const char *words)
{
  if (is_shown (act))
    pal_toast (act->widget, adw_toast_new (words));
}

static void
changed (Act *act)
{
  if (act->changed != NULL && is_shown (act))
    act->changed (act->widget);
}

/* --- words --------------------------------------------------------------------------------- */

char *
pal_translate_dup_package_words (const PalTranslationPackage *package)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < package->items->len; i++)
    {
      const PalTranslationItem *item = g_ptr_array_index (package->items, i);
      g_autofree char *target = pal_translate_dup_target (item->id, NULL);
      g_autofree char *language = pal_translate_dup_language (item->language);
      g_autofree char *news
          = item->n_different > 0
                ? g_strdup_printf (ngettext ("%u text is new or different",
                                             "%u texts are new or different", item->n_different),
                                   item->n_different)
                : g_strdup (_ ("nothing that is not used here already"));

      if (words->len > 0)
        g_string_append_c (words, '\n');
      /* TRANSLATORS: what is translated, the language, how much of it */
      g_string_append_printf (words, _ ("%1$s, %2$s: %3$s"), target, language, news);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* --- the way back -------------------------------------------------------------------------- */

/**
 * pal_translate_renew:
 * @widget: in a window of the program
 * @interface: whether the interface is translated otherwise now
 * @forms: whether forms are
 *
 * What is shown is shown as it is translated now.
 */
void
pal_translate_renew (GtkWidget *widget, gboolean interface, gboolean forms)
{
  if (interface)
    gtk_widget_activate_action (widget, "app.renew-words", NULL);
  if (forms)
    gtk_widget_activate_action (widget, "app.renew-texts", NULL);
}

static void
renew_for (GtkWidget *widget, const PalTranslationPackage *package)
{
  gboolean interface = FALSE, forms = FALSE;

  for (guint i = 0; i < package->items->len; i++)
    {
      const PalTranslationItem *item = g_ptr_array_index (package->items, i);

      if (g_str_equal (item->id, PAL_TRANSLATION_INTERFACE))
        interface = TRUE;
      else
        forms = TRUE;
    }
  pal_translate_renew (widget, interface, forms);
}

typedef struct
{
  Act *act;
  PalTranslationBefore *before; /* (owned) (nullable): until it is restored */
} Undo;

static void
undo_free (Undo *undo)
{
  act_free (undo->act);
  g_clear_pointer (&undo->before, pal_translation_before_free);
  g_free (undo);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_translation_restore_finish (result, &error))
    tell_trouble (act, _ ("The translations cannot be taken back"), error);
  else
    toast (act, _ ("What was used before is used again"));
  if (is_shown (act))
    pal_translate_renew (act->widget, TRUE, TRUE);
  changed (act);
}

static void
undo_cb (AdwToast *said, Undo *undo)
{
  if (undo->before != NULL)
    pal_translation_restore_async (g_steal_pointer (&undo->before), restored_cb,
                                   act_new (undo->act->widget, undo->act->changed));
}

/**
 * pal_translate_toast_used:
 * @widget: in the window for translators
 * @words: what happened
 * @before: (transfer full): what was used until then
 * @changed_func: (nullable): called when it was taken back
 *
 * Says that something is used, and lets it be taken back.
 */
void
pal_translate_toast_used (GtkWidget *widget, const char *words, PalTranslationBefore *before,
                          PalTranslateChanged changed_func)
{
  AdwToast *said = adw_toast_new (words);
  Undo *undo = g_new0 (Undo, 1);

  undo->act = act_new (widget, changed_func);
  undo->before = before;
  adw_toast_set_button_label (said, _ ("_Undo"));
  adw_toast_set_timeout (said, UNDO_SECONDS);
  g_signal_connect_data (said, "button-clicked", G_CALLBACK (undo_cb), undo,
                         (GClosureNotify) (GCallback) undo_free, 0);
  pal_toast (widget, said);
}

/* --- use ----------------------------------------------------------------------------------- */

static void
used_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_translation_package_use_finish (result, &error))
    tell_trouble (act, _ ("The translations cannot be used"), error);
  else if (is_shown (act))
    {
      renew_for (act->widget, act->package);
      pal_translate_toast_used (act->widget, _ ("The translations are used on this computer"),
                                g_steal_pointer (&act->package->before), act->changed);
    }
  changed (act);
}

static void
use (Act *act)
{
  pal_translation_package_use_async (act->package, TRUE, NULL, used_cb, act);
}

void
pal_translate_use_package (GtkWidget *widget, PalTranslationPackage *package,
                           PalTranslateChanged changed_func)
{
  Act *act = act_new (widget, changed_func);

  act->package = package;
  use (act);
}

/* --- decline ------------------------------------------------------------------------------- */

const char *
pal_translate_get_declined (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), KEY_DECLINED);
}

static void
dismissed_cb (AdwToast *said, char *path)
{
  g_autoptr (GError) error = NULL;

  if (g_object_get_data (G_OBJECT (said), "pal-undone") == NULL
      && !pal_translation_refuse (path, &error))
    g_info ("a package stays: %s", error->message);
}

static void
keep_cb (AdwToast *said, Act *act)
{
  g_object_set_data (G_OBJECT (said), "pal-undone", GINT_TO_POINTER (TRUE));
  g_object_set_data (G_OBJECT (act->widget), KEY_DECLINED, NULL);
  changed (act);
}

void
pal_translate_decline_package (GtkWidget *widget, const char *path,
                               PalTranslateChanged changed_func)
{
  AdwToast *said = adw_toast_new (_ ("Thrown away"));
  Act *act = act_new (widget, changed_func);

  adw_toast_set_button_label (said, _ ("_Undo"));
  g_object_set_data_full (G_OBJECT (widget), KEY_DECLINED, g_strdup (path), g_free);
  g_signal_connect_data (said, "dismissed", G_CALLBACK (dismissed_cb), g_strdup (path),
                         (GClosureNotify) (GCallback) g_free, 0);
  g_signal_connect_data (said, "button-clicked", G_CALLBACK (keep_cb), act,
                         (GClosureNotify) (GCallback) act_free, 0);
  pal_toast (widget, said);
  changed (act);
}

/* --- what comes in ------------------------------------------------------------------------- */

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_translation_package_keep_finish (result, &error))
    toast (act, _ ("The package waits in “Translate” until you decide"));
  else
    tell_trouble (act, _ ("The package cannot be kept"), error);
  changed (act);
}

static void
keep (Act *act)
{
  pal_translation_package_keep_async (act->package, kept_cb, act);
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  const char *choice = pal_ask_finish (result);

  if (is_shown (act) && g_str_equal (choice, "use"))
    use (g_steal_pointer (&act));
  else
    keep (g_steal_pointer (&act));
}

static void
ask (Act *act)
{
  const PalTranslationPackage *package = act->package;
  g_autofree char *words = pal_translate_dup_package_words (package);
  g_autofree char *body
      = g_strdup_printf (_ ("%1$s\n\nSigned by %2$s. What you use of the same kind now makes room "
                            "for it."),
                         words, package->signer != NULL ? package->signer : "?");
  const PalAskChoice choices[] = {
    { "later", _ ("_Not Now"), ADW_RESPONSE_DEFAULT },
    { "use", _ ("_Use"), ADW_RESPONSE_SUGGESTED },
  };

  pal_ask_async (act->widget, _ ("Use these translations?"), body, choices, G_N_ELEMENTS (choices),
                 decided_cb, act);
}

/**
 * pal_translate_take_in:
 * @widget: in the window for translators
 * @package: (transfer full): verified
 * @changed_func: (nullable): called when it waits or is used
 *
 * A package of somebody known is shown with what it brings; one of somebody unknown waits on the
 * page, where the fingerprint stands.
 */
void
pal_translate_take_in (GtkWidget *widget, PalTranslationPackage *package,
                       PalTranslateChanged changed_func)
{
  Act *act = act_new (widget, changed_func);

  act->package = package;
  if (package->is_known)
    ask (act);
  else
    keep (act);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GError) error = NULL;
  PalTranslationPackage *package = pal_translation_package_look_finish (result, &error);

  if (package == NULL)
    tell_trouble (act, _ ("This package cannot be opened"), error);
  else if (is_shown (act))
    pal_translate_take_in (act->widget, package, act->changed);
  else
    pal_translation_package_free (package);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    pal_translation_package_look_async (path, NULL, NULL, looked_cb, g_steal_pointer (&act));
}

void
pal_translate_pick_package (GtkWidget *widget, PalTranslateChanged changed_func)
{
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = _ ("Open a package of translations"),
    .accept = _ ("_Open"),
    .filter_name = _ ("Signed packages"),
    .pattern = "*.asice",
  };

  pal_pick_file_async (widget, &pick, picked_cb, act_new (widget, changed_func));
}
