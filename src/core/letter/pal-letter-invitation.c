// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-letter"
#include "config.h"

#include "pal-letter-private.h"

#include <glib/gi18n-lib.h>

/* The invitation to a consultation, to one stakeholder or with a gap for the name. */

#define RECORD "/consultation/record/"

static const char *
get (GHashTable *record, const char *path)
{
  return g_hash_table_lookup (record, path);
}

static char *
dup_choices (PalLetterWriting *self, GHashTable *record, const char *path)
{
  return pal_letter_dup_choices (self, "consultation", path, get (record, path));
}

static void
add_facts (PalLetterWriting *self, GHashTable *record)
{
  const char *planned = get (record, RECORD "plan/planned_date");
  g_autofree char *date = pal_letter_dup_date (
      self, planned != NULL ? planned : get (record, RECORD "essentials/date"));
  g_autofree char *last = pal_letter_dup_date (self, get (record, RECORD "plan/last_day"));
  g_autofree char *method = dup_choices (self, record, RECORD "essentials/method");
  g_autofree char *languages = dup_choices (self, record, RECORD "plan/languages");

  pal_letter_add_fact (self, N_ ("Consultation"), get (record, RECORD "essentials/title"));
  pal_letter_add_fact (self, N_ ("Day"), pal_letter_or_gap (self, date));
  pal_letter_add_fact (self, N_ ("Last day"), last);
  pal_letter_add_fact (self, N_ ("Place"),
                       pal_letter_or_gap (self, get (record, RECORD "plan/place")));
  pal_letter_add_fact (self, N_ ("How it is held"), method);
  pal_letter_add_fact (self, N_ ("Languages"), languages);
  pal_letter_add_fact (self, N_ ("Hosts and moderators"), get (record, RECORD "plan/hosts"));
}

static void
add_articles (PalLetterWriting *self, const char *refs)
{
  g_auto (GStrv) list = g_strsplit (refs != NULL ? refs : "", " ", -1);

  for (guint i = 0; list[i] != NULL && *list[i] != '\0'; i++)
    {
      if (i == 0)
        pal_letter_add_heading (self, 1, N_ ("Articles"));
      pal_paper_add (self->paper, PAL_PAPER_BULLET, pal_letter_get_article (self, list[i]));
    }
}

static void
add_safety (PalLetterWriting *self, GHashTable *record)
{
  g_auto (GStrv) access = NULL;
  const char *chosen = get (record, RECORD "plan/access");

  pal_letter_add_heading (self, 1, N_ ("Taking part safely"));
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("Taking part is voluntary. You may speak for your organization, be named by "
                      "its type alone, or stay unnamed, and you may write to us instead of coming. "
                      "Please name no victim or witness."));
  access = g_strsplit (chosen != NULL ? chosen : "", " ", -1);
  for (guint i = 0; access[i] != NULL && *access[i] != '\0'; i++)
    {
      g_autofree char *label
          = pal_letter_dup_choice (self, "consultation", RECORD "plan/access", access[i]);

      if (i == 0)
        pal_letter_add (self, PAL_PAPER_TEXT, N_ ("We have provided for:"));
      pal_paper_add (self->paper, PAL_PAPER_BULLET, label);
    }
  pal_letter_add (
      self, PAL_PAPER_TEXT,
      N_ ("Tell us what else you need: another time, interpretation, access, childcare, "
          "travel costs, or a safer way to speak to us."));
}

static char *
dup_addressee (PalLetterWriting *self, GError **error)
{
  g_autoptr (GHashTable) card = NULL;

  if (self->order->to == NULL)
    return g_strdup (pal_letter_or_gap (self, NULL));
  card = pal_letter_read_record (self, "stakeholder", self->order->to, error);

  return card != NULL
             ? g_strdup (pal_letter_or_gap (self, get (card, "/stakeholder/card/identity/name")))
             : NULL;
}

static void
add_answer (PalLetterWriting *self)
{
  const char *email = pal_letter_get_general (self, "/general/people/focal_email");

  pal_letter_add_heading (self, 1, N_ ("What happens with what you say"));
  pal_letter_add (
      self, PAL_PAPER_TEXT,
      N_ ("Every point is written down with the source that you agree to, is considered "
          "when the answers are prepared, and you will be told what became of it."));
  /* TRANSLATORS: %s is an e-mail address, or a gap to be filled in */
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("Please let us know at %s whether you will take part, and who else should be "
                      "invited."),
                  pal_letter_or_gap (self, email));
}

gboolean
pal_letter_fill_invitation (PalLetterWriting *self, GError **error)
{
  g_autoptr (GHashTable) record
      = pal_letter_read_record (self, "consultation", self->order->record, error);
  g_autofree char *to = record != NULL ? dup_addressee (self, error) : NULL;
  g_autofree char *date = pal_letter_dup_date (self, self->today);
  const char *office;

  if (to == NULL)
    return FALSE;
  if (g_hash_table_size (record) == 0)
    {
      g_set_error_literal (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_EMPTY, "no consultation");
      return FALSE;
    }
  pal_letter_begin (self, N_ ("Invitation to a consultation"));
  office = pal_letter_get_general (self, "/general/people/focal_office");
  pal_paper_add (self->paper, PAL_PAPER_LINES, pal_letter_or_gap (self, office));
  pal_paper_add (self->paper, PAL_PAPER_TEXT, date);
  /* TRANSLATORS: whom a letter is for; %s is the name of an organization */
  pal_letter_add (self, PAL_PAPER_TEXT, N_ ("To: %s"), to);
  pal_paper_add (self->paper, PAL_PAPER_TITLE, pal_paper_get_title (self->paper));
  /* TRANSLATORS: %s is the name of a State */
  pal_letter_add (self, PAL_PAPER_TEXT,
                  N_ ("%s is preparing its answers for the review of the implementation of the "
                      "Convention against Transnational Organized Crime and its Protocols. We wish "
                      "to hear those who know the matter, as paragraph 23 of the procedures and "
                      "rules encourages, and invite you to this consultation:"),
                  pal_letter_or_gap (self, pal_letter_get_general (self, "/general/state/name")));
  add_facts (self, record);
  pal_paper_add (self->paper, PAL_PAPER_TEXT, get (record, RECORD "plan/purpose"));
  add_articles (self, get (record, RECORD "essentials/articles"));
  pal_paper_add (self->paper, PAL_PAPER_TEXT, get (record, RECORD "plan/materials"));
  add_safety (self, record);
  add_answer (self);
  pal_letter_add_closing (self);

  return TRUE;
}
