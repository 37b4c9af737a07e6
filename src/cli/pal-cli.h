// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Exit codes (package-format 2.3, sysexits). */
enum
{
  PAL_EXIT_OK = 0,
  PAL_EXIT_INDETERMINATE = 1, /* form and xpath verbs: the input is wrong */
  PAL_EXIT_INVALID = 2,
  PAL_EXIT_MALFORMED = 3,
  PAL_EXIT_LIMIT = 4,
  PAL_EXIT_USAGE = 64,
  PAL_EXIT_NO_INPUT = 66,
  PAL_EXIT_CANNOT_CREATE = 73,
  PAL_EXIT_IO = 74,
  PAL_EXIT_LATER = 75
};

/* argv[0] is the verb; the rest are its own words. */
typedef struct
{
  const char *name;    /* "form check": one or two words */
  const char *usage;   /* what follows the name */
  const char *summary; /* one line */
  int (*run) (int argc, char **argv);
} PalVerb;

/* Parses argv with the verb's own entries; FALSE when the caller shall return *exit_code (help was
 * shown: 0, usage: 64). Positional words stay in argv[1..]. min and max count them, max -1: any. */
gboolean pal_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, int min, int max,
                        int *exit_code);

/* One clear line on standard error, control characters replaced; returns code. */
/* Says on the error output when a dossier lies where it may go away, or has a copy that was never
 * brought back. (pal-cmd-away.c) */
void pal_cli_say_place (const char *path);

int pal_cli_fail (int code, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same with the sentence and the exit code that fit the error's domain and code. */
int pal_cli_fail_error (const GError *error, const char *what);
/* JSON object or array on standard output with a newline. (transfer none) */
void pal_cli_print_json (JsonNode *node);

G_END_DECLS
