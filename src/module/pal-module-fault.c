// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-fault"
#include "config.h"

#include "pal-module-fault.h"

#include <string.h>

static const struct
{
  const char *name;
  const char *value_name; /* (nullable): takes none */
  gboolean needs_value;
  gint64 default_value;
  gint64 times; /* negative: always */
  const char *help;
} kinds[N_PAL_FAULTS] = {
  [PAL_FAULT_CUT_AFTER] = { "cut-after", "BYTES", TRUE, 0, 1,
                            "close the connection each time BYTES of archive have come in" },
  [PAL_FAULT_STALL] = { "stall", "BYTES", FALSE, 0, 1,
                        "stop reading after BYTES of archive, but keep the connection" },
  [PAL_FAULT_FORGET]
  = { "forget", "BYTES", FALSE, 1, 1, "throw an upload away when BYTES of it are acknowledged" },
  [PAL_FAULT_LOSE] = { "lose", "BYTES", TRUE, 0, 1,
                       "go back by BYTES when asked for the offset, as after a power loss" },
  [PAL_FAULT_REDIRECT] = { "redirect", NULL, FALSE, 0, -1, "answer POST with 307 to another host" },
  [PAL_FAULT_REFUSE] = { "refuse", "STATUS", TRUE, 403, -1, "answer POST with STATUS" },
  [PAL_FAULT_ERROR] = { "error", "STATUS", TRUE, 503, 1,
                        "answer POST, HEAD and PATCH with STATUS (and retry-after=SECONDS)" },
  [PAL_FAULT_PART_LIMIT]
  = { "part-limit", "BYTES", TRUE, 0, -1, "answer a PATCH of more than BYTES with 413" },
  [PAL_FAULT_RATE] = { "rate", "BYTES_PER_SECOND", TRUE, 0, -1, "read no faster than that" },
  [PAL_FAULT_SLOW_CHECK]
  = { "slow-check", "SECONDS", TRUE, 0, -1, "wait before a finished archive is checked" },
  [PAL_FAULT_FORGED_RECEIPT]
  = { "forged-receipt", NULL, FALSE, 0, -1, "sign receipts with a key that is not the module's" },
};

static gboolean
parse_number (const char *text, gint64 *value, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, error))
    return FALSE;
  *value = (gint64) number;

  return TRUE;
}

static gboolean
parse_option (PalFault *fault, const char *word, GError **error)
{
  g_auto (GStrv) pair = g_strsplit (word, "=", 2);
  gint64 value;

  if (pair[0] == NULL || pair[1] == NULL || !parse_number (pair[1], &value, NULL)
      || (strcmp (pair[0], "times") != 0 && strcmp (pair[0], "retry-after") != 0))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "a fault has no option \"%s\"; known are times=N and retry-after=SECONDS", word);
      return FALSE;
    }
  if (strcmp (pair[0], "times") == 0)
    fault->times = value;
  else
    fault->retry_after_s = (guint) MIN (value, 24 * 60 * 60);

  return TRUE;
}

/**
 * pal_faults_parse:
 * @self: faults
 * @text: such as "cut-after=3000000,times=2"
 * @error: return location
 *
 * Switches one fault on.
 *
 * Returns: whether @text is a fault; otherwise an error of %G_OPTION_ERROR
 */
gboolean
pal_faults_parse (PalFaults *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_auto (GStrv) pair = g_strsplit (words[0] != NULL ? words[0] : "", "=", 2);
  gsize kind = 0;

  while (kind < N_PAL_FAULTS && g_strcmp0 (pair[0], kinds[kind].name) != 0)
    kind++;
  if (kind == N_PAL_FAULTS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no fault \"%s\"; see --help",
                   text);
      return FALSE;
    }

  self->faults[kind].is_on = TRUE;
  self->faults[kind].value = kinds[kind].default_value;
  self->faults[kind].times = kinds[kind].times;
  if (pair[1] == NULL ? kinds[kind].needs_value
                      : kinds[kind].value_name == NULL
                            || !parse_number (pair[1], &self->faults[kind].value, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "fault %s: %s",
                   kinds[kind].name,
                   kinds[kind].value_name != NULL ? "needs a number" : "takes no value");
      return FALSE;
    }
  for (char **word = words + 1; *word != NULL; word++)
    if (!parse_option (&self->faults[kind], *word, error))
      return FALSE;

  return TRUE;
}

/**
 * pal_faults_dup_help:
 *
 * Returns: (transfer full): the table of faults for --help
 */
char *
pal_faults_dup_help (void)
{
  GString *text = g_string_new ("Faults (--fault, more than once; options after a comma, such as "
                                "cut-after=3000000,times=2):\n");

  for (gsize i = 0; i < N_PAL_FAULTS; i++)
    {
      g_autofree char *name = NULL;

      if (kinds[i].value_name == NULL)
        name = g_strdup (kinds[i].name);
      else if (kinds[i].needs_value)
        name = g_strdup_printf ("%s=%s", kinds[i].name, kinds[i].value_name);
      else
        name = g_strdup_printf ("%s[=%s]", kinds[i].name, kinds[i].value_name);
      g_string_append_printf (text, "  %-24s %s (%s)\n", name, kinds[i].help,
                              kinds[i].times < 0 ? "always" : "once, or times=N");
    }

  return g_string_free (text, FALSE);
}

/**
 * pal_faults_is_on:
 * @self: faults
 * @kind: one of them
 *
 * Returns: whether it shall happen (again)
 */
gboolean
pal_faults_is_on (const PalFaults *self, PalFaultKind kind)
{
  return self->faults[kind].is_on && self->faults[kind].times != 0;
}

gint64
pal_faults_get_value (const PalFaults *self, PalFaultKind kind)
{
  return self->faults[kind].value;
}

/**
 * pal_faults_used:
 * @self: faults
 * @kind: the one that just happened
 *
 * Counts it.
 */
void
pal_faults_used (PalFaults *self, PalFaultKind kind)
{
  if (self->faults[kind].times > 0)
    self->faults[kind].times--;
}
