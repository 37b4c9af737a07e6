// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include <glib/gi18n-lib.h>

/* The letter of an organization to the focal point of the State that is under review. */

static const char *
get (GHashTable *input, const char *end)
{
  g_autofree char *path = g_strconcat ("/input/card/", end, NULL);

  return g_hash_table_lookup (input, path);
}

static void
add_articles (PalLetterWriting *self, const char *refs)
{
  g_auto (GStrv) list = g_strsplit_set (refs != NULL ? refs : "", " \n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; list[i] != NULL; i++)
    if (*list[i] != '\0' && g_hash_table_add (seen, list[i]))
      {
        if (g_hash_table_size (seen) == 1)
          pal_letter_add (self, PAL_PAPER_TEXT, N_ ("We can contribute to these articles:"));
        pal_paper_add (self->paper, PAL_PAPER_BULLET, pal_letter_get_article (self, list[i]));
      }
}

static void
add_questions (PalLetterWriting *self)
{
  pal_letter_add (self, PAL_PAPER_TEXT, N_ ("We would be grateful to learn:"));
  pal_letter_add (
      self, PAL_PAPER_NUMBER,
      N_ ("which office is the focal point for the review, and how it can be reached;"));
  pal_letter_add (self, PAL_PAPER_NUMBER,
                  N_ ("how and when stakeholders will be consulted, and until when contributions "
                      "are expected;"));
  pal_letter_add (self, PAL_PAPER_NUMBER,
                  N_ ("in which form contributions are wanted, and how sensitive information can "
                      "be handed over safely."));
}

gboolean
pal_letter_fill_request (PalLetterWriting *self, GError **error)
{
  g_autoptr (GHashTable) input = pal_letter_read_record (self, "input", self->order->record, error);
  g_autofree char *date = pal_letter_dup_date (self, self->today);
  const char *state, *organization;

  if (input == NULL)
    return FALSE;
  state = get (input, "about/state");
  if (state == NULL)
    state = pal_letter_get_general (self, "/general/state/name");
  state = pal_letter_or_gap (self, state);
  organization = pal_letter_or_gap (self, get (input, "author/organization"));
  /* TRANSLATORS: title of a letter; %s is the name of a State */
  pal_letter_begin (self, N_ ("Consultations on the answers of %s"), state);

  pal_paper_add (self->paper, PAL_PAPER_LINES, organization);
  pal_paper_add (self->paper, PAL_PAPER_LINES,
                 pal_letter_or_gap (self, get (input, "author/contact")));
  pal_paper_add (self->paper, PAL_PAPER_TEXT, date);
  /* TRANSLATORS: whom a letter is for; %s is the name of a State */
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("To the focal point of %s for the review of the implementation of the "
                      "Convention against Transnational Organized Crime and its Protocols"),
                  state);
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("Paragraph 23 of the procedures and rules of the review encourages States to "
                      "prepare their answers through broad consultations with all relevant "
                      "stakeholders, among them organizations, academia, the private sector and "
                      "people outside the public sector. We would like to take part."));
  /* TRANSLATORS: in a letter; %s is the name of an organization */
  pal_letter_add (self, PAL_PAPER_TEXT, N_ ("Who writes: %s."), organization);
  pal_paper_add (self->paper, PAL_PAPER_TEXT, get (input, "about/message"));
  add_articles (self, get (input, "points/point/articles"));
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("We offer facts, experience and proposals, and are ready to take part in "
                      "meetings and to answer questions."));
  add_questions (self);
  pal_letter_add_closing (self);

  return TRUE;
}
