// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-twin"
#include "config.h"

#include "pal-twin.h"

#include "pal-history.h"
#include "pal-text.h"

#include <string.h>

/* Whether a twin still says what its answer says. It keeps the names of the changes that the answer
 * came from; the log keeps their words. A set of names and not one, as an answer may be joined from
 * several people's; and the log joins such sets by itself (pal-dossier-settle.c). */

#define CHANGE_NAME "change:"

/**
 * pal_twin_state_to_string:
 * @state: a state
 *
 * Returns: a word for machines
 */
const char *
pal_twin_state_to_string (PalTwinState state)
{
  switch (state)
    {
    case PAL_TWIN_CURRENT:
      return "current";
    case PAL_TWIN_OUT_OF_DATE:
      return "out-of-date";
    case PAL_TWIN_MISSING:
      return "missing";
    case PAL_TWIN_ALONE:
      return "no-answer";
    }

  return "";
}

/**
 * pal_twin_is_open:
 * @twin: a twin
 *
 * Returns: whether somebody has to translate
 */
gboolean
pal_twin_is_open (const PalTwin *twin)
{
  return twin->state == PAL_TWIN_MISSING || twin->state == PAL_TWIN_OUT_OF_DATE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * pal_twin_dup_heads:
 * @history: (element-type PalChange): of the node of an answer, newest first
 *
 * Returns: (transfer full): the names of the changes that nothing follows, sorted, with spaces
 *   between them; "" when nobody ever answered
 */
char *
pal_twin_dup_heads (GPtrArray *history)
{
  g_autoptr (GArray) versions = pal_history_compare (history);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < versions->len; i++)
    {
      const PalVersion *version = &g_array_index (versions, PalVersion, i);

      if (version->is_head)
        g_ptr_array_add (names, g_strconcat (CHANGE_NAME, version->change->id, NULL));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return g_strjoinv (" ", (char **) names->pdata);
}

static const PalChange *
find_change (GPtrArray *history, const char *name)
{
  if (!g_str_has_prefix (name, CHANGE_NAME))
    return NULL;
  for (guint i = 0; i < history->len; i++)
    {
      const PalChange *change = g_ptr_array_index (history, i);

      if (strcmp (change->id, name + strlen (CHANGE_NAME)) == 0)
        return change;
    }

  return NULL;
}

/* What was translated, as far as the log knows: of several changes the newest says it. */
static gboolean
find_translated (GPtrArray *history, const char *original, const char *of_change, char **translated)
{
  g_auto (GStrv) names = g_strsplit (of_change, " ", -1);
  const PalChange *newest = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      const PalChange *change = find_change (history, names[i]);

      if (change == NULL || change->value == NULL)
        continue;
      if (strcmp (change->value, original) == 0)
        return TRUE;
      if (newest == NULL || change->clock_us > newest->clock_us)
        newest = change;
    }
  if (newest != NULL && translated != NULL)
    *translated = g_strdup (newest->value);

  return FALSE;
}

/**
 * pal_twin_compare:
 * @history: (element-type PalChange): of the node of the answer, newest first
 * @original: what the answer says now
 * @text: what its twin says
 * @of_change: names of the changes that the twin translates
 * @translated: (out) (optional) (nullable) (transfer full): for a twin that is out of date, what
 *   the answer said when it was translated; %NULL when the log does not know any more
 *
 * Returns: how the twin stands to its answer. An answer that says again what it said when it was
 *   translated is no other answer.
 */
PalTwinState
pal_twin_compare (GPtrArray *history, const char *original, const char *text, const char *of_change,
                  char **translated)
{
  g_autofree char *heads = NULL;

  if (translated != NULL)
    *translated = NULL;
  if (pal_text_is_blank (original))
    return PAL_TWIN_ALONE;
  if (pal_text_is_blank (text))
    return PAL_TWIN_MISSING;

  heads = pal_twin_dup_heads (history);
  if (strcmp (heads, of_change) == 0 || find_translated (history, original, of_change, translated))
    return PAL_TWIN_CURRENT;

  return PAL_TWIN_OUT_OF_DATE;
}
