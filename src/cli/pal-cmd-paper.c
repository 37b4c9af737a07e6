// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-paper"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-verbs.h"

#include "pal-country-names.h"
#include "pal-letter.h"
#include "pal-publish.h"
#include "pal-statement.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

/* paper list, make, check-statement. */

#define MAX_STATEMENT_BYTES (1024 * 1024)

static char *language;
static char *format_name;
static char *record;
static char *point;
static char *to;
static char *date;
static char *out;
static char *state_name;
static char *day;
static char *announced;
static char *author;
static gboolean with_restricted;
static gboolean mark_sent;
static gboolean as_json;

/* --- list */

int
pal_cmd_paper_list (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one array", NULL },
    { NULL },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  guint n_kinds;
  const PalLetterKind *kinds = pal_letter_list_kinds (&n_kinds);
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  json_builder_begin_array (builder);
  for (guint i = 0; i < n_kinds; i++)
    {
      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", kinds[i].id);
      pal_cli_add_string (builder, "title", kinds[i].title);
      pal_cli_add_string (builder, "summary", kinds[i].summary);
      pal_cli_add_string (builder, "form", kinds[i].form);
      json_builder_end_object (builder);
      if (!as_json)
        printf ("%s\t%s\t%s\n", kinds[i].id, kinds[i].title, kinds[i].summary);
    }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  if (as_json)
    pal_cli_print_json (root);

  return PAL_EXIT_OK;
}

/* --- make */

static const char *
warning_words (PalLetterWarningKind kind)
{
  switch (kind)
    {
    case PAL_LETTER_WARNING_BLANK:
      return "places to be filled in by hand";
    case PAL_LETTER_WARNING_LEFT_OUT:
      return "restricted points that are not in it";
    case PAL_LETTER_WARNING_RESTRICTED:
      return "restricted points that are in it: hand it over in a safe way";
    case PAL_LETTER_WARNING_KEPT:
      return "consultations that are not in it: restricted, or consent is over";
    case PAL_LETTER_WARNING_SMALL:
      return "numbers of people under five that are not told";
    case PAL_LETTER_WARNING_UNDECIDED:
      return "points on which nobody decided yet";
    case PAL_LETTER_WARNING_UNNAMED:
      return "the contributor is not named: find a safe way to reach them";
    case PAL_LETTER_WARNING_COUNTRY:
      return "names a country; only a State under review may speak of its own review";
    case PAL_LETTER_WARNING_CONFIRM:
      return "attendance is to be confirmed until this day";
    case PAL_LETTER_N_WARNINGS:
      break;
    }
  g_return_val_if_reached ("");
}

static void
print_warnings (GPtrArray *warnings)
{
  for (guint i = 0; i < warnings->len; i++)
    {
      const PalLetterWarning *warning = g_ptr_array_index (warnings, i);
      g_autofree char *text
          = warning->text != NULL ? pal_text_dup_printable (warning->text, 400) : NULL;

      if (text != NULL)
        fprintf (stderr, "palermo-cli: %s: %s\n", warning_words (warning->kind), text);
      else
        fprintf (stderr, "palermo-cli: %s: %u\n", warning_words (warning->kind), warning->n);
    }
}

static void
print_made (PalLetter *letter, const char *path)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", path);
  pal_cli_add_string (builder, "title", pal_paper_get_title (letter->paper));
  json_builder_set_member_name (builder, "warnings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < letter->warnings->len; i++)
    {
      const PalLetterWarning *warning = g_ptr_array_index (letter->warnings, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "kind", pal_letter_warning_kind_to_string (warning->kind));
      json_builder_set_member_name (builder, "number");
      json_builder_add_int_value (builder, warning->n);
      pal_cli_add_string (builder, "text", warning->text);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "toldPoints");
  json_builder_begin_array (builder);
  for (guint i = 0; i < letter->told->len; i++)
    json_builder_add_string_value (builder, ((PalLetterTold *) letter->told->pdata[i])->point);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  pal_cli_print_json (root);
}

/* Without a format, and to a terminal: what stands on it. */
static int
write_letter (PalLetter *letter)
{
  PalPaperFormat format = PAL_PAPER_PDF;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (out == NULL)
    {
      g_autofree char *text = pal_paper_dup_text (letter->paper);

      fputs (text, stdout);
      return PAL_EXIT_OK;
    }
  pal_paper_format_from_name (format_name, &format);
  bytes = pal_paper_write (letter->paper, format, NULL, &error);
  if (bytes == NULL)
    return pal_cli_fail_error (error, out);
  if (!pal_publish_bytes (out, bytes, &error))
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s: %s", out, error->message);
  if (as_json)
    print_made (letter, out);

  return PAL_EXIT_OK;
}

static int
make (PalDossier *dossier, const char *kind)
{
  PalLetterOrder order = { .kind = kind,
                           .language = language,
                           .record = record,
                           .point = point,
                           .to = to,
                           .date = date,
                           .with_restricted = with_restricted };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalLetter) letter = pal_letter_make (dossier, &order, NULL, &error);
  g_autofree char *today = NULL;
  int code;

  if (letter == NULL)
    return pal_cli_fail_error (error, kind);
  code = write_letter (letter);
  if (!as_json)
    print_warnings (letter->warnings);
  if (code != PAL_EXIT_OK || !mark_sent || letter->told->len == 0)
    return code;
  today = date != NULL ? g_strdup (date) : pal_letter_dup_today ();
  if (!pal_letter_mark_told (dossier, letter->told, today, &error))
    return pal_cli_fail_error (error, "feedback");

  return PAL_EXIT_OK;
}

static gboolean
check_words (const char *kind)
{
  PalPaperFormat format;
  const char *end = out != NULL ? strrchr (out, '.') : NULL;

  if (pal_letter_find_kind (kind) == NULL)
    {
      pal_cli_fail (PAL_EXIT_USAGE, "no paper \"%s\"; see \"paper list\"", kind);
      return FALSE;
    }
  if (format_name == NULL)
    format_name = g_strdup (end != NULL ? end + 1 : "pdf");
  if (!pal_paper_format_from_name (format_name, &format))
    {
      pal_cli_fail (PAL_EXIT_USAGE, "--format is docx or pdf");
      return FALSE;
    }
  if (language == NULL)
    language = g_strdup ("en");

  return TRUE;
}

int
pal_cmd_paper_make (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "ar, en, es, fr, ru or zh_CN", "CODE" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_name, "docx or pdf", "FORMAT" },
    { "record", 0, 0, G_OPTION_ARG_STRING, &record, "What it is about", "ID" },
    { "point", 0, 0, G_OPTION_ARG_STRING, &point, "Feedback to whoever made this point", "NODE" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, "Invitation of this stakeholder", "ID" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, "Day of the paper, instead of today",
      "YYYY-MM-DD" },
    { "with-restricted", 0, 0, G_OPTION_ARG_NONE, &with_restricted,
      "Report: restricted points, too", NULL },
    { "mark-sent", 0, 0, G_OPTION_ARG_NONE, &mark_sent,
      "Feedback: note that it was sent on that day", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who notes it", "NAME" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "The file; without it the text is printed",
      "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print what is to be looked at", NULL },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;
  if (!check_words (argv[2]))
    return PAL_EXIT_USAGE;
  dossier = pal_dossier_open (
      argv[1], mark_sent ? PAL_DOSSIER_OPEN_DEFAULT : PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  code = make (dossier, argv[2]);

  return pal_cli_close (dossier, code);
}

/* --- check-statement */

static void
print_check (GPtrArray *found, const char *until)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "countries");
  json_builder_begin_array (builder);
  for (guint i = 0; i < found->len; i++)
    {
      const PalCountryName *name = g_ptr_array_index (found, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "word", name->word);
      pal_cli_add_string (builder, "country", name->code);
      json_builder_set_member_name (builder, "times");
      json_builder_add_int_value (builder, name->n);
      json_builder_end_object (builder);
      if (!as_json)
        printf ("country\t%s\t%s\t%u\n", name->code, name->word, name->n);
    }
  json_builder_end_array (builder);
  pal_cli_add_string (builder, "confirmBy", until);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  if (as_json)
    pal_cli_print_json (root);
  else if (until != NULL)
    printf ("confirm-by\t%s\n", until);
}

int
pal_cmd_paper_check_statement (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_STRING, &state_name, "The State that may be named", "NAME" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "Day of the dialogue", "YYYY-MM-DD" },
    { "announced", 0, 0, G_OPTION_ARG_STRING, &announced,
      "Day that was announced for confirming attendance", "YYYY-MM-DD" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *until = NULL;
  gsize length = 0;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (!g_file_get_contents (argv[1], &text, &length, &error))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);
  if (length > MAX_STATEMENT_BYTES || !g_utf8_validate (text, (gssize) length, NULL))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: no text in UTF-8 of at most 1 MiB", argv[1]);
  until = pal_statement_dup_confirm_by (day, announced);
  if (until == NULL && (day != NULL || announced != NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "a day is written as in 2026-05-05");
  found = pal_country_names_find (text, state_name);
  print_check (found, until);

  /* Advice: a statement is never refused. */
  return PAL_EXIT_OK;
}
