// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include "pal-locale.h"
#include "pal-paths.h"
#include "pal-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A paper speaks its own language, whatever the program speaks: its texts are looked up in the
 * catalogue of that language, not by gettext. */

PalCatalogue *
pal_letter_load_words (const char *language, GError **error)
{
  g_autofree char *relative = g_strdup_printf ("translations/palermo.%s.po", language);
  g_autofree char *path = NULL;
  g_autoptr (GError) reason = NULL;
  PalCatalogue *catalogue;

  if (strchr (language, '/') != NULL)
    {
      g_set_error_literal (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_LANGUAGE, "no such language");
      return NULL;
    }
  path = pal_paths_dup_data_file (relative);
  /* Not a draft: a translation that would fill in something else than the English is refused. */
  catalogue = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DEFAULT, &reason);
  if (catalogue == NULL)
    g_set_error (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_LANGUAGE, "papers in %s: %s", language,
                 reason->message);

  return catalogue;
}

const char *
pal_letter_get_words (PalLetterWriting *self, const char *text)
{
  PalCatalogueEntry *entry
      = self->catalogue != NULL ? pal_catalogue_find (self->catalogue, NULL, text) : NULL;
  const char *translation = entry != NULL ? pal_catalogue_entry_get_translation (entry, 0) : NULL;

  return translation != NULL && *translation != '\0' ? translation : text;
}

static char *
dup_filled (PalLetterWriting *self, const char *format, va_list arguments)
{
  return g_strdup_vprintf (pal_letter_get_words (self, format), arguments);
}

char *
pal_letter_dup_words (PalLetterWriting *self, const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = dup_filled (self, format, arguments);
  va_end (arguments);

  return text;
}

void
pal_letter_add (PalLetterWriting *self, PalPaperBlockKind kind, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = dup_filled (self, format, arguments);
  va_end (arguments);
  pal_paper_add (self->paper, kind, text);
}

void
pal_letter_add_heading (PalLetterWriting *self, guint level, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = dup_filled (self, format, arguments);
  va_end (arguments);
  pal_paper_add_heading (self->paper, level, text);
}

void
pal_letter_begin (PalLetterWriting *self, const char *format, ...)
{
  g_autofree char *title = NULL;
  va_list arguments;

  va_start (arguments, format);
  title = dup_filled (self, format, arguments);
  va_end (arguments);
  self->paper = pal_paper_new (self->language, title);
  pal_paper_set_date (self->paper, self->today);
}

void
pal_letter_add_fact (PalLetterWriting *self, const char *words, const char *value)
{
  if (value != NULL && !pal_text_is_blank (value))
    {
      /* TRANSLATORS: in a letter: what something is called, and what it is: "Place: Geneva" */
      g_autofree char *line = pal_letter_dup_words (self, N_ ("%1$s: %2$s"),
                                                    pal_letter_get_words (self, words), value);

      pal_paper_add (self->paper, PAL_PAPER_LINES, line);
    }
}

const char *
pal_letter_or_gap (PalLetterWriting *self, const char *value)
{
  if (value != NULL && !pal_text_is_blank (value))
    return value;
  pal_letter_warn (self, PAL_LETTER_WARNING_BLANK, 1, NULL);

  return PAL_LETTER_GAP;
}

char *
pal_letter_dup_date (PalLetterWriting *self, const char *date)
{
  return date != NULL && *date != '\0' ? pal_locale_dup_date (self->language, date) : NULL;
}

void
pal_letter_add_closing (PalLetterWriting *self)
{
  pal_letter_add (self, PAL_PAPER_TEXT, N_ ("Yours faithfully,"));
  pal_letter_add (self, PAL_PAPER_BLANK, N_ ("Name, function and signature"));
}

/* Of one kind there is one warning, which counts; one with a text stands for itself. */
void
pal_letter_warn (PalLetterWriting *self, PalLetterWarningKind kind, guint n, const char *text)
{
  PalLetterWarning *warning;

  if (n == 0)
    return;
  for (guint i = 0; i < self->warnings->len; i++)
    {
      warning = g_ptr_array_index (self->warnings, i);
      if (warning->kind == kind && g_strcmp0 (warning->text, text) == 0)
        {
          warning->n += n;
          return;
        }
    }
  warning = g_new0 (PalLetterWarning, 1);
  warning->kind = kind;
  warning->n = n;
  warning->text = g_strdup (text);
  g_ptr_array_add (self->warnings, warning);
}

const char *
pal_letter_get_decision (PalLetterWriting *self, PalDecision decision)
{
  switch (decision)
    {
    case PAL_DECISION_OPEN:
      return pal_letter_get_words (self, N_ ("Not decided yet"));
    case PAL_DECISION_TAKEN:
      return pal_letter_get_words (self, N_ ("Taken up"));
    case PAL_DECISION_PARTLY:
      return pal_letter_get_words (self, N_ ("Partly taken up"));
    case PAL_DECISION_NOT:
      return pal_letter_get_words (self, N_ ("Not taken up"));
    case PAL_DECISION_OUTSIDE:
      return pal_letter_get_words (self, N_ ("Outside the scope of the review"));
    case PAL_N_DECISIONS:
      break;
    }
  g_return_val_if_reached ("");
}
