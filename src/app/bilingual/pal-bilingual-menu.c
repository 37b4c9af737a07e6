// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-bilingual-menu"
#include "config.h"

#include "pal-bilingual-menu.h"

#include "pal-answer-languages.h"
#include "pal-language.h"

#include <glib/gi18n.h>

#define NONE "" /* target for no language */

static void
append_choice (GMenu *menu, const char *label, const char *action, const char *code)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", code);
  g_menu_append_item (menu, item);
}

static void
append_languages (GMenu *menu, const char *action)
{
  const char *const *codes = pal_answer_languages_get_all ();

  for (guint i = 0; codes[i] != NULL; i++)
    append_choice (menu, pal_language_get_own_name (codes[i]), action, codes[i]);
}

static const char *
get_code (GVariant *parameter)
{
  const char *code = g_variant_get_string (parameter, NULL);

  return *code != '\0' ? code : NULL;
}

/* A language is never its own translation: whoever chooses it for one loses it for the other. */
static void
first_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalBilingual *bilingual = user_data;
  const char *first = get_code (parameter);
  const char *second = pal_bilingual_get_second (bilingual);

  pal_bilingual_choose (bilingual, first, g_strcmp0 (first, second) == 0 ? NULL : second);
}

static void
second_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PalBilingual *bilingual = user_data;
  const char *second = get_code (parameter);
  const char *first = pal_bilingual_get_first (bilingual);

  pal_bilingual_choose (bilingual, second != NULL && g_strcmp0 (first, second) == 0 ? NULL : first,
                        second);
}

static GSimpleAction *
add_action (GSimpleActionGroup *group, const char *name, GCallback callback,
            PalBilingual *bilingual)
{
  g_autoptr (GSimpleAction) action
      = g_simple_action_new_stateful (name, G_VARIANT_TYPE_STRING, g_variant_new_string (NONE));

  g_signal_connect_object (action, "activate", callback, bilingual, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));

  return action;
}

static void
set_state (GSimpleActionGroup *group, const char *name, const char *code)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (group), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_string (code != NULL ? code : NONE));
}

static void
changed_cb (PalBilingual *bilingual, GSimpleActionGroup *group)
{
  set_state (group, "first", pal_bilingual_get_first (bilingual));
  set_state (group, "second", pal_bilingual_get_second (bilingual));
}

void
pal_bilingual_menu_install (GtkWidget *view, PalBilingual *bilingual, GMenu *section)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) second = g_menu_new ();

  add_action (group, "first", G_CALLBACK (first_cb), bilingual);
  add_action (group, "second", G_CALLBACK (second_cb), bilingual);
  g_signal_connect_object (bilingual, "changed", G_CALLBACK (changed_cb), group, 0);
  changed_cb (bilingual, group);
  gtk_widget_insert_action_group (view, "bilingual", G_ACTION_GROUP (group));

  append_languages (first, "bilingual.first");
  /* TRANSLATORS: a choice of languages for a translation of the answers: there is none */
  append_choice (second, C_ ("translation", "_None"), "bilingual.second", NONE);
  append_languages (second, "bilingual.second");
  /* TRANSLATORS: a choice of languages: in which one the answers are written */
  g_menu_append_submenu (section, _ ("Answers _in"), G_MENU_MODEL (first));
  /* TRANSLATORS: a choice of languages: into which one the answers are translated */
  g_menu_append_submenu (section, _ ("_Second Language of the Answers"), G_MENU_MODEL (second));
  g_menu_append (section, _ ("Ne_xt Answer to Translate"), "win.next-translation");
}

char *
pal_bilingual_dup_count (guint n)
{
  return g_strdup_printf (ngettext ("%u translation is missing or out of date (F7)",
                                    "%u translations are missing or out of date (F7)", n),
                          n);
}
