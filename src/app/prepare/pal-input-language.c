// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input-language"
#include "config.h"

#include "pal-input-language.h"

#include "pal-input-package.h"
#include "pal-language.h"

#include <glib/gi18n.h>

static const char *const codes[] = { "ar", "en", "es", "fr", "ru", "zh_CN", NULL };

const char *const *
pal_input_language_get_all (void)
{
  return codes;
}

char *
pal_input_language_dup (PalSession *session)
{
  PalDossier *dossier = pal_session_get_dossier (session);

  return pal_input_is_dossier (dossier) ? pal_dossier_get_meta (dossier, PAL_INPUT_META_LANGUAGE)
                                        : NULL;
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_set_meta_finish (PAL_DOSSIER (source), result, &error))
    g_warning ("the language of an input was not noted: %s", error->message);
}

static void
change_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  PalSession *session = user_data;
  const char *code = g_variant_get_string (state, NULL);

  g_simple_action_set_state (action, state);
  pal_session_set_form_language (session, code);
  if (!pal_dossier_is_read_only (pal_session_get_dossier (session)))
    pal_dossier_set_meta_async (pal_session_get_dossier (session), PAL_INPUT_META_LANGUAGE, code,
                                noted_cb, NULL);
}

/**
 * pal_input_language_install:
 * @view: the view of the dossier: gets the action `input.language`
 * @session: the dossier of an input
 * @section: of a menu: gets the choice
 */
void
pal_input_language_install (GtkWidget *view, PalSession *session, GMenu *section)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = NULL;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *code = pal_input_language_dup (session);

  action = g_simple_action_new_stateful (
      "language", G_VARIANT_TYPE_STRING,
      g_variant_new_string (code != NULL ? code : pal_language_get ()));
  g_signal_connect_object (action, "change-state", G_CALLBACK (change_cb), session, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (view, "input", G_ACTION_GROUP (group));
  for (guint i = 0; codes[i] != NULL; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (pal_language_get_own_name (codes[i]), NULL);

      g_menu_item_set_action_and_target (item, "input.language", "s", codes[i]);
      g_menu_append_item (menu, item);
    }
  g_menu_append_submenu (section, _ ("Language of the _Input"), G_MENU_MODEL (menu));
}
