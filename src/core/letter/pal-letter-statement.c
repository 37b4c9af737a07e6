// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"
#include "pal-statement.h"

#include "pal-country-names.h"

#include <glib/gi18n-lib.h>

/* What an organization will say in a constructive dialogue. The days and the names of countries are
 * advice to whoever wrote it: they are not on the paper. */

static void
warn_of_countries (PalLetterWriting *self, const char *text)
{
  g_autoptr (GPtrArray) found
      = pal_country_names_find (text, pal_letter_get_general (self, "/general/state/name"));

  for (guint i = 0; i < found->len; i++)
    pal_letter_warn (self, PAL_LETTER_WARNING_COUNTRY, 1,
                     ((PalCountryName *) found->pdata[i])->word);
}

gboolean
pal_letter_fill_statement (PalLetterWriting *self, GError **error)
{
  g_autoptr (GHashTable) statement
      = pal_letter_read_record (self, PAL_STATEMENT_FORM, self->order->record, error);
  g_autofree char *day = NULL;
  g_autofree char *until = NULL;
  const char *text;

  if (statement == NULL)
    return FALSE;
  text = g_hash_table_lookup (statement, "/statement/text");
  if (text == NULL)
    {
      g_set_error_literal (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_EMPTY, "no statement");
      return FALSE;
    }
  day = pal_letter_dup_date (self, g_hash_table_lookup (statement, "/statement/day"));
  until = pal_statement_dup_confirm_by (g_hash_table_lookup (statement, "/statement/day"),
                                        g_hash_table_lookup (statement, "/statement/announced"));
  pal_letter_begin (self, N_ ("Statement for a constructive dialogue"));
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  pal_letter_add_fact (self, N_ ("Organization"),
                       g_hash_table_lookup (statement, "/statement/organization"));
  pal_letter_add_fact (self, N_ ("Topic"), g_hash_table_lookup (statement, "/statement/topic"));
  pal_letter_add_fact (self, N_ ("Day"), day);
  pal_paper_add (self->paper, PAL_PAPER_TEXT, text);
  warn_of_countries (self, text);
  pal_letter_warn (self, PAL_LETTER_WARNING_CONFIRM, until != NULL ? 1 : 0, until);

  return TRUE;
}
