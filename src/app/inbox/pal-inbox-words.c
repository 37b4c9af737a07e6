// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox-words"
#include "config.h"

#include "pal-inbox-words.h"

#include "pal-answer-words.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-text.h"
#include "pal-words-row.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_SHOWN_BYTES 300 /* of what somebody wrote, in a line */

/* --- errors ---------------------------------------------------------------------------------- */

static const char *
get_inbox_words (PalInboxError code)
{
  switch (code)
    {
    case PAL_INBOX_ERROR_UNKNOWN:
      return _ ("Palermo does not know this kind of file. The inbox takes the files that kits "
                "save, kits that were filled in as a workbook or a text document, signed inputs, "
                "and inputs from other ODK programs. Nothing was changed.");
    case PAL_INBOX_ERROR_DOSSIER:
      return _ ("This is a dossier. Open it from the start page.");
    case PAL_INBOX_ERROR_TEAM:
      return _ ("This is work of a colleague. Take it in on the Team page.");
    case PAL_INBOX_ERROR_SUBMISSION:
      return _ ("This is what a State sends to the review, and not an input for you. Nothing was "
                "changed.");
    case PAL_INBOX_ERROR_TRANSLATION:
      return _ ("This is a translation. Open it under Translate.");
    case PAL_INBOX_ERROR_PACKAGE:
      return _ ("This is a signed package, but of a kind that this Palermo does not know. Nothing "
                "was changed. A newer Palermo may know it.");
    case PAL_INBOX_ERROR_SEALED:
      return _ ("This file is encrypted, and it cannot be told for whom. Ask for it again, without "
                "encryption or encrypted for you.");
    case PAL_INBOX_ERROR_SIGNATURE:
      return _ ("This file was changed after it was signed, or it is damaged. It was not taken in. "
                "Ask for it to be sent again.");
    case PAL_INBOX_ERROR_CONTENT:
      return _ ("There is no input in this package, or more than one. Nothing was changed. Ask for "
                "it to be written again.");
    case PAL_INBOX_ERROR_LIMIT:
      return _ ("This file is larger than the inbox takes. Nothing was changed. Ask for a smaller "
                "one, with fewer attachments.");
    case PAL_INBOX_ERROR_FULL:
      return _ ("As many inputs wait as may. Decide on some of them first.");
    case PAL_INBOX_ERROR_NOT_FOUND:
      return _ ("This input is not in the inbox any more. Nothing was changed.");
    case PAL_INBOX_ERROR_DECIDED:
      return _ ("Somebody decided on this input meanwhile. Nothing was changed.");
    case PAL_INBOX_ERROR_NOTHING:
      return _ ("Nothing is left to take: its points were taken before.");
    case PAL_INBOX_ERROR_REASON:
      return _ ("Say why it is declined. Nothing was changed.");
    case PAL_INBOX_ERROR_CHANGED:
      return _ ("The file that was kept is not the one that came. Nothing was changed. Open a "
                "backup, or ask for the file again.");
    }

  return NULL;
}

static const char *
get_kit_words (PalKitError code)
{
  switch (code)
    {
    case PAL_KIT_ERROR_FORM:
      return _ ("The form asks for something that a page cannot do. No kit was made.");
    case PAL_KIT_ERROR_LANGUAGE:
      return _ ("The kit cannot be made in this language. The others can.");
    case PAL_KIT_ERROR_PAGE:
      return _ ("This is the kit itself, and not the file that it saves. Ask for the small file. "
                "Nothing was changed.");
    case PAL_KIT_ERROR_OTHER:
      return _ ("This file holds something else than an input. Nothing was changed.");
    case PAL_KIT_ERROR_BROKEN:
      return _ ("This file is cut off or damaged. Nothing was changed. Ask for it to be sent "
                "again.");
    case PAL_KIT_ERROR_LIMIT:
      return _ ("This file is larger than the inbox takes. Nothing was changed. Ask for a smaller "
                "one, with fewer attachments.");
    }

  return NULL;
}

char *
pal_inbox_dup_trouble (const GError *error)
{
  if (error != NULL && error->domain == PAL_INBOX_ERROR)
    return g_strdup (get_inbox_words (error->code));
  if (error != NULL && error->domain == PAL_KIT_ERROR)
    return g_strdup (get_kit_words (error->code));

  return NULL;
}

/* --- who, what, when ------------------------------------------------------------------------- */

/* A name of any script, on one line. */
static char *
dup_name (const char *name)
{
  g_autofree char *printable = pal_words_dup_plain (name, MAX_SHOWN_BYTES);

  return pal_text_dup_isolated (printable);
}

char *
pal_inbox_dup_title (const PalInboxItem *item)
{
  return pal_words_dup_plain (pal_text_is_blank (item->title) ? item->name : item->title,
                              MAX_SHOWN_BYTES);
}

char *
pal_inbox_dup_from (const PalInboxItem *item)
{
  return pal_text_is_blank (item->from) ? g_strdup (_ ("Whoever wrote it wants to stay unnamed"))
                                        : pal_words_dup_plain (item->from, MAX_SHOWN_BYTES);
}

char *
pal_inbox_dup_signature (const PalInboxItem *item)
{
  g_autofree char *signer = dup_name (item->signer != NULL ? item->signer : "");

  switch (item->signature)
    {
    case PAL_INBOX_UNSIGNED:
      return g_strdup (_ ("Not signed: who wrote it cannot be proved"));
    case PAL_INBOX_SIGNED:
      return g_strdup_printf (_ ("Signed by %s, whom this computer does not know"), signer);
    case PAL_INBOX_SIGNED_KNOWN:
      /* TRANSLATORS: the name of a signer */
      return g_strdup_printf (_ ("Signed by %s, from whom something was taken before"), signer);
    case PAL_INBOX_N_SIGNATURES:
      break;
    }
  g_return_val_if_reached (g_strdup (""));
}

static const char *
get_kind_words (const char *kind)
{
  static const struct
  {
    const char *kind;
    const char *words;
  } kinds[] = {
    { "kit", N_ ("Saved by a kit") }, { "odk", N_ ("From another ODK program") },
    { "package", N_ ("Package") },    { "docx", N_ ("Text document") },
    { "xlsx", N_ ("Workbook") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, kind) == 0)
      return _ (kinds[i].words);

  return kind;
}

char *
pal_inbox_dup_file (const PalInboxItem *item)
{
  g_autofree char *name = dup_name (item->name);
  g_autofree char *size = pal_locale_dup_size (item->size_bytes);

  /* TRANSLATORS: a file: its name, what kind it is, its size: "input.xml · Saved by a kit · 4 kB"
   */
  return g_strdup_printf (C_ ("inbox", "%1$s · %2$s · %3$s"), name, get_kind_words (item->kind),
                          size);
}

char *
pal_inbox_dup_decision (const PalInboxItem *item)
{
  g_autofree char *who = pal_answer_dup_author (item->decided_by);
  g_autofree char *when = pal_answer_dup_time (item->decided_us);

  switch (item->state)
    {
    case PAL_INBOX_WAITING:
      return NULL;
    case PAL_INBOX_TAKEN:
      /* TRANSLATORS: how many points were taken from an input, by whom, when */
      return g_strdup_printf (ngettext ("%1$u point taken by %2$s, %3$s",
                                        "%1$u points taken by %2$s, %3$s", item->n_taken),
                              item->n_taken, who, when);
    case PAL_INBOX_DECLINED:
      /* TRANSLATORS: who declined an input, when */
      return g_strdup_printf (_ ("Declined by %1$s, %2$s"), who, when);
    case PAL_INBOX_N_STATES:
      break;
    }
  g_return_val_if_reached (NULL);
}

char *
pal_inbox_dup_line (const PalInboxItem *item)
{
  g_autofree char *from
      = pal_text_is_blank (item->from) ? g_strdup (_ ("unnamed")) : dup_name (item->from);
  g_autofree char *points
      = g_strdup_printf (ngettext ("%u point", "%u points", item->n_points), item->n_points);
  g_autofree char *ago = pal_language_format_ago (item->received_us);

  /* TRANSLATORS: an input in the inbox: from whom, how many points, since when: "Lantern House · 3
   * points · yesterday" */
  return g_strdup_printf (C_ ("inbox", "%1$s · %2$s · %3$s"), from, points, ago);
}

/* --- points ---------------------------------------------------------------------------------- */

char *
pal_inbox_dup_point (const PalInboxItem *item, const PalInboxPoint *point)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (guint i = 0; i < point->questions->len; i++)
    g_string_append_printf (numbers, "%s%u", i > 0 ? C_ ("list", ", ") : "",
                            g_array_index (point->questions, guint, i));
  if (numbers->len > 0)
    /* TRANSLATORS: to which questions a point belongs: "Questions: 31, 32" */
    g_string_append_printf (words, _ ("Questions: %s"), numbers->str);
  if (point->is_private)
    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "",
                            _ ("For the State alone: it is kept inside"));
  if (point->state == PAL_INBOX_POINT_CAME)
    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "",
                            item->state == PAL_INBOX_TAKEN && item->is_record_there
                                ? _ ("It is taken")
                                : _ ("It was taken before, word for word"));
  if (point->state == PAL_INBOX_POINT_CHANGED)
    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "",
                            _ ("Another wording of it was taken before"));

  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* --- remarks --------------------------------------------------------------------------------- */

static const char *
get_remark_words (PalKitRemarkKind kind)
{
  switch (kind)
    {
    case PAL_KIT_REMARK_VERSION:
      return _ ("It was made with another version of the form.");
    case PAL_KIT_REMARK_CHANGED:
      return _ ("It was changed or damaged after it was saved.");
    case PAL_KIT_REMARK_UNSEALED:
      return _ ("It holds no check sum: whether it was changed cannot be told.");
    case PAL_KIT_REMARK_DRAFT:
      return _ ("It was saved as a draft: its author may not have finished.");
    case PAL_KIT_REMARK_ENCODING:
      return _ ("Its letters were not written as UTF-8. See whether they read well.");
    case PAL_KIT_REMARK_CUT:
      return _ ("It ends too early. What was there was read.");
    case PAL_KIT_REMARK_UNKNOWN:
      return _ ("The form has no place for this.");
    case PAL_KIT_REMARK_TWICE:
      return _ ("This came twice where one text has its place.");
    case PAL_KIT_REMARK_CHOICE:
      return _ ("This is none of the choices.");
    case PAL_KIT_REMARK_DATE:
      return _ ("This is no date that can be understood.");
    case PAL_KIT_REMARK_DATE_UNSURE:
      return _ ("In this date day and month could be either.");
    case PAL_KIT_REMARK_NUMBER:
      return _ ("This is no number.");
    case PAL_KIT_REMARK_LENGTH:
      return _ ("This is longer than an answer may be, and was cut.");
    case PAL_KIT_REMARK_ROW:
      return _ ("A point had no mark of its own and was given one.");
    case PAL_KIT_REMARK_FILE:
      return _ ("This attachment is missing or damaged.");
    case PAL_KIT_REMARK_SPARE_FILE:
      return _ ("No answer names this attachment.");
    case PAL_KIT_REMARK_FORMULA:
      return _ ("This was a formula. What it showed was taken; it was not calculated.");
    case PAL_KIT_REMARK_TRACKED:
      return _ ("Changes were tracked here. The text was taken as if all were accepted.");
    case PAL_KIT_REMARK_COMMENT:
      return _ ("Somebody commented here. The comment is no answer.");
    case PAL_KIT_REMARK_EMBEDDED:
      return _ ("This file lay in the document and is kept as an attachment.");
    default:
      return _ ("This was not understood.");
    }
}

char *
pal_inbox_dup_remark (PalInboxReading *reading, const PalKitRemark *remark)
{
  g_autofree char *place
      = remark->path != NULL ? pal_inbox_reading_dup_place (reading, remark->path) : NULL;
  g_autofree char *name = place != NULL ? dup_name (place) : NULL;

  if (name == NULL)
    return g_strdup (get_remark_words (remark->kind));

  /* TRANSLATORS: what is strange about a part of an input: the question, a sentence */
  return g_strdup_printf (C_ ("inbox", "%1$s: %2$s"), name, get_remark_words (remark->kind));
}
