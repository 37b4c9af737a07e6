// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-answer-words"
#include "config.h"

#include "pal-answer-words.h"
#include "pal-attachment.h"
#include "pal-date.h"
#include "pal-language.h"
#include "pal-locale.h"

#include <glib/gi18n.h>
#include <string.h>

/* Shown wholly: two answers that differ must not look alike. */
static gboolean
is_short_number (const char *value)
{
  const char *point = strchr (value, '.');
  char *end = NULL;

  g_ascii_strtod (value, &end);

  return end != value && *end == '\0' && strlen (value) <= 15
         && strspn (value, "-0123456789.") == strlen (value)
         && (point == NULL || strlen (point + 1) <= 6);
}

/* Days and fractions as the language of the program writes them; whole numbers may be years. */
static char *
dup_plain (PalFormControl *control, const char *value)
{
  PalType type = control->node != NULL ? control->node->type : PAL_TYPE_STRING;
  g_autoptr (GDateTime) day = type == PAL_TYPE_DATE ? pal_date_parse (value) : NULL;

  if (day != NULL)
    return pal_language_format_date (day);
  if (type == PAL_TYPE_DECIMAL && is_short_number (value))
    return pal_locale_dup_number (g_ascii_strtod (value, NULL));

  return g_strdup (value);
}

/**
 * pal_answer_dup_words:
 * @response: a record
 * @control: what takes the answer
 * @node: (nullable): the node of the answer, for choices that depend on its row
 * @value: (nullable): an answer
 *
 * Choices by their labels, files by their names, days and fractions as the language writes them,
 * the rest as it was written.
 *
 * Returns: (transfer full): the answer as a person reads it
 */
char *
pal_answer_dup_words (PalResponse *response, PalFormControl *control, PalNode *node,
                      const char *value)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GString) words = g_string_new (NULL);

  if (value == NULL || *value == '\0')
    return g_strdup ("");
  switch (control->kind)
    {
    case PAL_CONTROL_SELECT_ONE:
    case PAL_CONTROL_SELECT_MANY:
    case PAL_CONTROL_RANK:
      break;
    case PAL_CONTROL_UPLOAD:
      return pal_attachment_dup_display_name (value);
    default:
      return dup_plain (control, value);
    }

  names = g_strsplit (value, " ", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *label = pal_response_dup_choice_label (response, control, node, names[i]);

      if (words->len > 0)
        /* TRANSLATORS: between the items of a list */
        g_string_append (words, C_ ("list", ", "));
      g_string_append (words, label != NULL && *label != '\0' ? label : names[i]);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

/**
 * pal_answer_dup_time:
 * @clock_us: microseconds since 1970, UTC
 *
 * Returns: (transfer full): date and time of day, in the interface's language and the person's time
 */
char *
pal_answer_dup_time (gint64 clock_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (clock_us / G_USEC_PER_SEC);
  g_autofree char *date = then != NULL ? pal_language_format_date (then) : NULL;
  /* TRANSLATORS: a time of day in g_date_time_format() notation */
  g_autofree char *time = then != NULL ? g_date_time_format (then, _ ("%H:%M")) : NULL;

  /* TRANSLATORS: when an answer was written: date, time of day */
  return then != NULL ? g_strdup_printf (C_ ("date, time of day", "%1$s, %2$s"), date, time)
                      : g_strdup ("");
}

/**
 * pal_answer_dup_origin:
 * @dossier: the dossier on this computer
 * @change: what was written
 *
 * Returns: (transfer full): when, and on which computer
 */
char *
pal_answer_dup_origin (PalDossier *dossier, const PalChange *change)
{
  g_autofree char *time = pal_answer_dup_time (change->clock_us);
  g_autofree char *code = g_strndup (change->device != NULL ? change->device : "", 8);
  /* TRANSLATORS: %s is a short code of another computer on which an answer was written */
  g_autofree char *device = g_strcmp0 (pal_dossier_get_device (dossier), change->device) == 0
                                ? g_strdup (_ ("this computer"))
                                : g_strdup_printf (_ ("computer %s"), code);

  /* TRANSLATORS: when and on which computer an answer was written */
  return g_strdup_printf (C_ ("history", "%1$s · %2$s"), time, device);
}

/**
 * pal_answer_dup_author:
 * @author: (nullable): as it stands in the log
 *
 * Returns: (transfer full): the name, or that there is none
 */
char *
pal_answer_dup_author (const char *author)
{
  return author != NULL && *author != '\0' ? g_strdup_printf ("\u2068%s\u2069", author)
                                           : g_strdup (_ ("Somebody without a name"));
}
