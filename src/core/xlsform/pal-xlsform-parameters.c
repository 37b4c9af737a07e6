// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <math.h>
#include <string.h>

/* key=value, divided by spaces, commas or semicolons. */
static gboolean
split_parameters (PalSurveyItem *item, const char *text, GError **error)
{
  g_autoptr (GString) joined = g_string_new (text);
  g_auto (GStrv) words = NULL;

  while (g_string_replace (joined, " =", "=", 0) > 0)
    ;
  while (g_string_replace (joined, "= ", "=", 0) > 0)
    ;
  words = g_strsplit_set (joined->str, " ,;\t\n", -1);
  item->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *equals = strchr (words[i], '=');
      g_autofree char *key = NULL;

      if (words[i][0] == '\0')
        continue;
      if (equals == NULL || equals == words[i] || equals[1] == '\0' || strchr (equals + 1, '='))
        return pal_sheet_fail (error, item->entry, "parameters",
                               "\"%s\" is not of the form key=value; put spaces between several",
                               words[i]);
      key = g_ascii_strdown (words[i], equals - words[i]);
      g_hash_table_replace (item->parameters, g_steal_pointer (&key), g_strdup (equals + 1));
    }

  return TRUE;
}

static gboolean
check_keys (PalSurveyItem *item, const char *const *keys, GError **error)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, item->parameters);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_strv_contains (keys, key))
      {
        g_autofree char *known = g_strjoinv (", ", (char **) keys);

        return pal_sheet_fail (error, item->entry, "parameters",
                               "\"%s\" means nothing here; known are: %s", (char *) key, known);
      }

  return TRUE;
}

static gboolean
check_integer (PalSurveyItem *item, const char *key, GError **error)
{
  const char *text = g_hash_table_lookup (item->parameters, key);

  if (text != NULL && (text[0] == '\0' || text[strspn (text, "0123456789")] != '\0'))
    return pal_sheet_fail (error, item->entry, "parameters", "%s must be a whole number", key);

  return TRUE;
}

static gboolean
check_select (PalSurveyItem *item, GError **error)
{
  static const char *const plain[] = { "randomize", "seed", NULL };
  static const char *const file[] = { "randomize", "seed", "value", "label", NULL };
  static const char *const names[] = { "value", "label" };
  const char *randomize;
  const char *seed;

  if (!check_keys (item, item->file != NULL ? file : plain, error))
    return FALSE;
  randomize = g_hash_table_lookup (item->parameters, "randomize");
  seed = g_hash_table_lookup (item->parameters, "seed");
  if (randomize != NULL && g_ascii_strcasecmp (randomize, "true") != 0
      && g_ascii_strcasecmp (randomize, "false") != 0)
    return pal_sheet_fail (error, item->entry, "parameters", "randomize must be true or false");
  if (seed != NULL && randomize == NULL)
    return pal_sheet_fail (error, item->entry, "parameters", "a seed needs randomize=true");
  if (seed != NULL && !pal_sheet_is_number (seed, NULL) && !g_str_has_prefix (seed, "${"))
    return pal_sheet_fail (error, item->entry, "parameters",
                           "the seed must be a number or a ${question}");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *name = g_hash_table_lookup (item->parameters, names[i]);

      if (name != NULL && !pal_sheet_is_name (name))
        return pal_sheet_fail (error, item->entry, "parameters", "%s=%s is no name of a column",
                               names[i], name);
    }

  return TRUE;
}

static gboolean
check_upload (PalSurveyItem *item, GError **error)
{
  static const char *const image[] = { "max-pixels", "app", NULL };
  static const char *const audio[] = { "quality", NULL };
  static const char *const qualities[] = { "voice-only", "low", "normal", "external", NULL };
  const char *quality;

  if (g_str_has_prefix (item->type->media, "image"))
    {
      if (g_hash_table_contains (item->parameters, "app"))
        return pal_sheet_fail (error, item->entry, "parameters", "other apps cannot be called");
      return check_keys (item, image, error) && check_integer (item, "max-pixels", error);
    }
  if (g_str_has_prefix (item->type->media, "audio"))
    {
      if (!check_keys (item, audio, error))
        return FALSE;
      quality = g_hash_table_lookup (item->parameters, "quality");
      if (quality != NULL && !g_strv_contains (qualities, quality))
        return pal_sheet_fail (error, item->entry, "parameters",
                               "quality must be voice-only, low, normal or external");
    }

  return TRUE;
}

/* The column "parameters": read, and checked for what the type knows. */
gboolean
pal_parameters_read (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  static const char *const lines[] = { "rows", NULL };
  static const char *const range[]
      = { "start", "end", "step", "tick_interval", "placeholder", "tick_labelset", NULL };
  const char *text = pal_entry_get (item->entry, "parameters");

  if (text == NULL || item->type == NULL)
    return TRUE;
  if (!split_parameters (item, text, error))
    return FALSE;

  switch (item->type->tag)
    {
    case PAL_TAG_SELECT1:
    case PAL_TAG_SELECT:
    case PAL_TAG_RANK:
      return check_select (item, error);
    case PAL_TAG_RANGE:
      return check_keys (item, range, error);
    case PAL_TAG_UPLOAD:
      return check_upload (item, error);
    case PAL_TAG_INPUT:
      if (strcmp (item->type->word, "text") == 0 && !check_keys (item, lines, error))
        return FALSE;
      if (g_str_has_prefix (item->type->word, "geo"))
        pal_sheet_warn (compiler, item->entry, "parameters",
                        "places are kept as text; their parameters are left out");
      return check_integer (item, "rows", error);
    case PAL_TAG_TRIGGER:
    case PAL_TAG_NONE:
      return TRUE;
    }

  return TRUE;
}

static gboolean
is_multiple (double value, double step)
{
  double quotient = value / step;

  return fabs (quotient - round (quotient)) < 1e-9 * MAX (1.0, fabs (quotient));
}

static gboolean
check_tick_labels (PalCompiler *compiler, PalSurveyItem *item, double start, double end,
                   double tick, GError **error)
{
  const char *name = g_hash_table_lookup (item->parameters, "tick_labelset");
  const char *appearance = pal_entry_get (item->entry, "body::appearance");
  PalChoiceList *list = pal_choices_find (compiler, name);
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean no_ticks = appearance != NULL && strstr (appearance, "no-ticks") != NULL;
  gboolean has_start = FALSE;
  gboolean has_end = FALSE;

  if (list == NULL)
    return pal_sheet_fail (error, item->entry, "parameters", "choices has no list \"%s\"", name);
  for (guint i = 0; i < list->entries->len; i++)
    g_hash_table_add (values, (char *) pal_entry_get (list->entries->pdata[i], "name"));
  if (no_ticks && g_hash_table_size (values) > 2)
    return pal_sheet_fail (
        error, item->entry, "parameters",
        "with no-ticks the list \"%s\" can have two choices only, for the two ends", name);
  for (guint i = 0; i < list->entries->len; i++)
    {
      const char *text = pal_entry_get (list->entries->pdata[i], "name");
      double value = 0;

      if (!pal_sheet_is_number (text, &value))
        return pal_sheet_fail (error, item->entry, "parameters",
                               "all choices of \"%s\" must be numbers; \"%s\" is none", name, text);
      if (value < MIN (start, end) || value > MAX (start, end))
        return pal_sheet_fail (error, item->entry, "parameters",
                               "the choice %s of \"%s\" is not between start and end", text, name);
      if (no_ticks && value != start && value != end)
        return pal_sheet_fail (error, item->entry, "parameters",
                               "with no-ticks the choice %s of \"%s\" must be start or end", text,
                               name);
      if (!is_multiple (value - start, tick))
        return pal_sheet_fail (error, item->entry, "parameters",
                               "the choice %s of \"%s\" does not fall on a tick", text, name);
      has_start |= value == start;
      has_end |= value == end;
    }
  if (no_ticks && (!has_start || !has_end))
    return pal_sheet_fail (error, item->entry, "parameters",
                           "with no-ticks the list \"%s\" needs a choice for each of the two ends",
                           name);

  return TRUE;
}

/* Fills in the defaults of a range and checks what belongs together. */
gboolean
pal_range_check (PalCompiler *compiler, PalSurveyItem *item, GError **error)
{
  static const char *const numeric[] = { "start", "end", "step", "tick_interval", "placeholder" };
  const char *appearance = pal_entry_get (item->entry, "body::appearance");
  double values[G_N_ELEMENTS (numeric)] = { 1, 10, 1, 0, 0 };
  gboolean has[G_N_ELEMENTS (numeric)] = { FALSE };
  gboolean has_labels;

  if (item->parameters == NULL)
    item->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (numeric); i++)
    {
      const char *text = g_hash_table_lookup (item->parameters, numeric[i]);

      has[i] = text != NULL;
      if (text != NULL && !pal_sheet_is_number (text, &values[i]))
        return pal_sheet_fail (error, item->entry, "parameters", "%s must be a number", numeric[i]);
      if (text == NULL && i < 3)
        g_hash_table_insert (item->parameters, g_strdup (numeric[i]),
                             g_strdup (i == 1 ? "10" : "1"));
    }
  has_labels = g_hash_table_contains (item->parameters, "tick_labelset");

  if (values[2] == 0 || (has[3] && values[3] == 0))
    return pal_sheet_fail (error, item->entry, "parameters", "%s must not be zero",
                           values[2] == 0 ? "step" : "tick_interval");
  if (fabs (values[2]) > fabs (values[1] - values[0])
      || (has[3] && fabs (values[3]) > fabs (values[1] - values[0])))
    return pal_sheet_fail (error, item->entry, "parameters", "%s is larger than the whole range",
                           fabs (values[2]) > fabs (values[1] - values[0]) ? "step"
                                                                           : "tick_interval");
  if (has[3] && !is_multiple (values[3], values[2]))
    return pal_sheet_fail (error, item->entry, "parameters",
                           "tick_interval must be a multiple of step");
  if (has[4] && (values[4] < MIN (values[0], values[1]) || values[4] > MAX (values[0], values[1])))
    return pal_sheet_fail (error, item->entry, "parameters",
                           "placeholder must lie between start and end");
  if (has[4] && !is_multiple (values[4] - values[0], values[2]))
    return pal_sheet_fail (error, item->entry, "parameters", "placeholder must fall on a step");
  if ((has[3] || has[4] || has_labels) && appearance != NULL)
    {
      g_auto (GStrv) words = g_strsplit (appearance, " ", -1);

      for (guint i = 0; words[i] != NULL; i++)
        if (words[i][0] != '\0' && strcmp (words[i], "vertical") != 0
            && strcmp (words[i], "no-ticks") != 0)
          return pal_sheet_fail (error, item->entry, "parameters",
                                 "tick_interval, placeholder and tick_labelset do not go with the "
                                 "appearance \"%s\"",
                                 appearance);
    }

  return !has_labels
         || check_tick_labels (compiler, item, values[0], values[1], has[3] ? values[3] : values[2],
                               error);
}
