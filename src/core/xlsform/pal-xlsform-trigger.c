// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

/* The column "trigger": ${a}, or several with commas between. */
static gboolean
resolve_trigger (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  const char *text = pal_entry_get (item->entry, "trigger");
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  gboolean any = FALSE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      PalSurveyItem *source;

      g_strstrip (parts[i]);
      if (parts[i][0] == '\0')
        continue;
      if (!g_str_has_prefix (parts[i], "${")
          || strchr (parts[i], '}') != parts[i] + strlen (parts[i]) - 1)
        return pal_sheet_fail (error, item->entry, "trigger",
                               "\"%s\" is not ${question}; put commas between several", parts[i]);
      any = TRUE;
      name = g_strndup (parts[i] + 2, strlen (parts[i]) - 3);
      g_strstrip (name);
      source = pal_reference_find (compiler, item, name, item->entry, "trigger", error);
      if (source == NULL)
        return FALSE;
      if (source->kind != PAL_SURVEY_QUESTION || !pal_survey_item_is_shown (source))
        return pal_sheet_fail (error, item->entry, "trigger",
                               "\"%s\" is not shown, so nobody can change it", source->name);
      if (source->triggered == NULL)
        source->triggered = g_ptr_array_new ();
      g_ptr_array_add (source->triggered, item);
    }

  return any || pal_sheet_fail (error, item->entry, "trigger", "which question is meant?");
}

static gboolean
resolve_item (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  if (item->has_trigger && !resolve_trigger (compiler, item, error))
    return FALSE;
  if (item->source != NULL && !pal_select_resolve (compiler, item, error))
    return FALSE;
  for (guint i = 0; i < item->children->len; i++)
    if (!resolve_item (compiler, item->children->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* What needs the whole tree: triggers, choices from answers. */
gboolean
pal_survey_resolve (PalCompiler *compiler, GError **error)
{
  return resolve_item (compiler, compiler->root, error);
}
