// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-words"
#include "config.h"

#include "pal-translate-words.h"

#include "pal-locale.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *key;
  const char *words; /* N_() */
} Name;

/* In the order in which translators meet them. */
static const Name targets[] = {
  { PAL_TRANSLATION_INTERFACE, N_ ("Interface of Palermo") },
  { "cluster-1", N_ ("Cluster I") },
  { "cluster-2", N_ ("Cluster II") },
  { "cluster-3", N_ ("Cluster III") },
  { "cluster-4", N_ ("Cluster IV") },
  { PAL_TRANSLATION_SHARED, N_ ("What all clusters share") },
  { "consultation", N_ ("Consultation record") },
  { "stakeholder", N_ ("Stakeholder") },
  { "input", N_ ("Contribution of a stakeholder") },
  { "action-plan", N_ ("Action plan") },
  { "observations", N_ ("List of observations") },
  { "summary", N_ ("Summary") },
  { "feedback", N_ ("Feedback of a reviewer") },
  { "pledge", N_ ("Pledge") },
  { "country", N_ ("Country profile") },
  { "assignment", N_ ("Assignment of an article") },
  { "comment", N_ ("Comment") },
  { "ready", N_ ("A page that is ready") },
  { "clearance", N_ ("Clearance of a page") },
  { "edition", N_ ("Edition that was sent") },
};

static const Name languages[] = {
  { "ar", N_ ("Arabic") }, { "zh_CN", N_ ("Chinese") }, { "en", N_ ("English") },
  { "fr", N_ ("French") }, { "ru", N_ ("Russian") },    { "es", N_ ("Spanish") },
};

/* Folders of the program, and groups of a form that are no parts. */
static const Name scopes[] = {
  { "shell", N_ ("Window and menus") },
  { "home", N_ ("Start page") },
  { "overview", N_ ("Overview") },
  { "fill", N_ ("Questionnaire") },
  { "questions", N_ ("Questions and answers") },
  { "comments", N_ ("Comments") },
  { "conflicts", N_ ("Different answers") },
  { "consultations", N_ ("Consultations and stakeholders") },
  { "clearance", N_ ("Clearance") },
  { "send", N_ ("Sending") },
  { "team", N_ ("Team") },
  { "backups", N_ ("Backups") },
  { "versions", N_ ("Newer questionnaires") },
  { "translate", N_ ("Translate") },
  { "data", N_ ("Entry in the system’s menu") },
  { "settings", N_ ("Title") },
  { "general", N_ ("General part") },
  { "untoc", N_ ("Convention") },
  { "trafficking", N_ ("Trafficking in Persons Protocol") },
  { "smuggling", N_ ("Smuggling of Migrants Protocol") },
  { "firearms", N_ ("Firearms Protocol") },
};

static const char *
find (const Name *names, guint n, const char *key)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (names[i].key, key))
      return _ (names[i].words);

  return NULL;
}

char *
pal_translate_dup_target (const char *id, const char *title)
{
  const char *words = find (targets, G_N_ELEMENTS (targets), id);

  if (words == NULL)
    words = title;

  return g_strdup (words != NULL ? words : id);
}

static guint
get_rank (const char *id)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (targets) && !g_str_equal (targets[i].key, id))
    i++;

  return i;
}

int
pal_translate_compare_targets (const char *id, const char *other)
{
  int ranks = (int) get_rank (id) - (int) get_rank (other);

  return ranks != 0 ? ranks : strcmp (id, other);
}

char *
pal_translate_dup_language (const char *code)
{
  const char *words = find (languages, G_N_ELEMENTS (languages), code);

  return words != NULL ? g_strdup (words) : pal_locale_dup_language_name (code);
}

/* (nullable): what the part of a form is called there. */
static const char *
find_title (PalCatalogue *catalogue, const char *scope)
{
  g_autofree char *context = g_strconcat (scope, ":label", NULL);
  GListModel *entries = G_LIST_MODEL (catalogue);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (entries, i);

      if (g_strcmp0 (pal_catalogue_entry_get_context (entry), context) == 0)
        return pal_catalogue_entry_get_id (entry);
    }

  return NULL;
}

char *
pal_translate_dup_scope (PalCatalogue *catalogue, const char *scope)
{
  g_auto (GStrv) steps = g_strsplit (scope, "/", 2);
  const char *first = steps[0] != NULL ? steps[0] : "";
  const char *rest = steps[0] != NULL ? steps[1] : NULL;
  const char *words = find (scopes, G_N_ELEMENTS (scopes), first);
  const char *title;
  g_autofree char *article = NULL;

  if (g_str_equal (first, "choices") && rest != NULL)
    /* TRANSLATORS: the choices of a question; %s is the technical name of the list */
    return g_strdup_printf (_ ("Choices: %s"), rest);
  if (g_str_equal (first, "templates") && rest != NULL)
    /* TRANSLATORS: questions that stand in several places; %s is their technical name */
    return g_strdup_printf (_ ("Shared questions: %s"), rest);
  title = find_title (catalogue, scope);
  if (words == NULL || rest == NULL)
    return g_strdup (words != NULL ? words : title != NULL ? title : scope);
  if (g_str_has_prefix (rest, "art"))
    article = g_strdup_printf (_ ("Article %s"), rest + strlen ("art"));

  /* TRANSLATORS: an instrument and what of it: "Convention · Article 5" */
  return g_strdup_printf (C_ ("translate", "%1$s · %2$s"), words,
                          article != NULL ? article
                          : title != NULL ? title
                                          : rest);
}

double
pal_translate_get_fraction (const PalCoverage *coverage)
{
  guint n = coverage->n_translated + coverage->n_fuzzy + coverage->n_missing;

  return n > 0 ? (double) coverage->n_translated / n : 1;
}

char *
pal_translate_dup_coverage (const PalCoverage *coverage)
{
  guint n = coverage->n_translated + coverage->n_fuzzy + coverage->n_missing;
  g_autofree char *done = NULL;
  g_autofree char *fuzzy = NULL;

  if (coverage->n_translated == n)
    return g_strdup_printf (ngettext ("%u text, translated", "%u texts, all translated", n), n);
  /* TRANSLATORS: how many of all texts have a translation */
  done = g_strdup_printf (_ ("Texts translated: %1$u of %2$u"), coverage->n_translated, n);
  if (coverage->n_fuzzy == 0)
    return g_steal_pointer (&done);
  fuzzy = g_strdup_printf (ngettext ("%u to be looked at", "%u to be looked at", coverage->n_fuzzy),
                           coverage->n_fuzzy);

  /* TRANSLATORS: "Texts translated: 312 of 345 · 3 to be looked at" */
  return g_strdup_printf (C_ ("translate", "%1$s · %2$s"), done, fuzzy);
}

const char *
pal_translate_get_kind (const PalCatalogueEntry *entry)
{
  static const Name kinds[] = {
    { "label", N_ ("Wording") },
    { "hint", N_ ("Hint below a question") },
    { "guidance", N_ ("Guidance: what a good answer says") },
    { "requiredMsg", N_ ("Message: an answer is missing") },
    { "constraintMsg", N_ ("Message: an answer does not fit") },
    { "short", N_ ("Short wording") },
  };
  const char *context = pal_catalogue_entry_get_context ((PalCatalogueEntry *) entry);
  const char *colon = context != NULL ? strrchr (context, ':') : NULL;

  if (colon == NULL)
    return NULL;
  if (g_str_has_prefix (context, "choices/"))
    return _ ("Choice of an answer");

  return find (kinds, G_N_ELEMENTS (kinds), colon + 1);
}

char *
pal_translate_dup_remark (const PalRemark *remark)
{
  const char *found = remark->found != NULL ? remark->found : "";
  const char *expected = remark->expected != NULL ? remark->expected : "";

  switch (remark->kind)
    {
    case PAL_REMARK_PLACEHOLDER:
      /* TRANSLATORS: both are placeholders such as %s, of a translation and of the English text */
      if (*found != '\0' && *expected != '\0')
        return g_strdup_printf (_ ("“%1$s” stands here where the English text has “%2$s”. Palermo "
                                   "fills in something else there."),
                                found, expected);
      if (*expected != '\0')
        /* TRANSLATORS: %s is a placeholder such as %s or ${name} */
        return g_strdup_printf (_ ("“%s” is missing: Palermo fills in something there."), expected);
      return g_strdup_printf (_ ("“%s” is not in the English text: nothing is filled in there."),
                              found);
    case PAL_REMARK_REFERENCE:
      if (*expected != '\0')
        return g_strdup_printf (_ ("“%s” is missing: Palermo fills in something there."), expected);
      return g_strdup_printf (_ ("“%s” is not in the English text: nothing is filled in there."),
                              found);
    case PAL_REMARK_PLURAL_MISSING:
      return g_strdup (_ ("Each of the forms for different numbers needs its text."));
    case PAL_REMARK_MARKUP:
      return g_strdup (_ ("The marks between < and > are not those of the English text."));
    case PAL_REMARK_BLANKS:
      return g_strdup (_ ("Blanks or line ends at the beginning or the end are not those of the "
                          "English text."));
    case PAL_REMARK_MNEMONIC:
      return g_strdup (_ ("One underline before a letter makes the key of a button or menu; put "
                          "it as in the English text."));
    case PAL_REMARK_LENGTH:
      return g_strdup (_ ("This is much longer than the English text and may be cut off. If it "
                          "must be, write “length: why” into the note."));
    case PAL_REMARK_GLOSSARY:
      /* TRANSLATORS: an English term, and its translation in the glossary */
      return g_strdup_printf (_ ("The glossary has “%2$s” for “%1$s”. If another word is right "
                                 "here, write “glossary: %1$s - why” into the note."),
                              found, expected);
    case PAL_N_REMARKS:
      break;
    }

  return g_strdup ("");
}

/* --- what went wrong ----------------------------------------------------------------------- */

static char *
dup_catalogue_words (PalCatalogueError code, const char *detail)
{
  switch (code)
    {
    case PAL_CATALOGUE_ERROR_ENCODING:
      return g_strdup (_ ("The file is not text in UTF-8."));
    case PAL_CATALOGUE_ERROR_SYNTAX:
      return g_strdup (_ ("This is not how a PO file is written."));
    case PAL_CATALOGUE_ERROR_HEADER:
      return g_strdup (_ ("The file has no proper header with its language and “charset=UTF-8”."));
    case PAL_CATALOGUE_ERROR_PLURALS:
      return g_strdup (_ ("The header has no proper rule for plurals (“Plural-Forms”)."));
    case PAL_CATALOGUE_ERROR_LANGUAGE:
      if (*detail != '\0')
        return g_strdup_printf (_ ("The file is in another language: %s."), detail);
      return g_strdup (_ ("The file is in another language."));
    case PAL_CATALOGUE_ERROR_LIMIT:
      return g_strdup (_ ("The file is too large to be safe to open."));
    case PAL_CATALOGUE_ERROR_PLACEHOLDER:
      if (*detail != '\0')
        return g_strdup_printf (
            _ ("A translation does not have the placeholders of the English text: %s."), detail);
      return g_strdup (_ ("A translation does not have the placeholders of the English text."));
    case PAL_CATALOGUE_ERROR_PLURAL:
      return g_strdup (_ ("A translation lacks one of the forms for different numbers."));
    case PAL_CATALOGUE_ERROR_OTHER:
      return g_strdup (_ ("These are translations of something else."));
    }

  return NULL;
}

static const char *
get_translation_words (PalTranslationError code)
{
  switch (code)
    {
    case PAL_TRANSLATION_ERROR_UNKNOWN:
      return _ ("This Palermo does not have what this is a translation of. Nothing was changed.");
    case PAL_TRANSLATION_ERROR_KIND:
      return _ ("This is a signed package, but no translation. Nothing was changed.");
    case PAL_TRANSLATION_ERROR_CONTENT:
      return _ ("This package is signed, but it does not hold what such a package holds. Nothing "
                "was changed. Ask for it to be written again.");
    case PAL_TRANSLATION_ERROR_SIGNER:
      return _ ("It is signed by somebody unknown. Nothing was changed.");
    }

  return NULL;
}

char *
pal_translate_dup_trouble (const GError *error)
{
  g_autofree char *words = NULL;
  const char *detail;
  guint line;

  if (error != NULL && error->domain == PAL_TRANSLATION_ERROR)
    return g_strdup (get_translation_words (error->code));
  if (error == NULL || error->domain != PAL_CATALOGUE_ERROR)
    return NULL;

  line = pal_catalogue_error_get_line (error);
  detail = pal_catalogue_error_get_detail (error);
  words = dup_catalogue_words (error->code, detail != NULL ? detail : "");
  if (line == 0)
    /* TRANSLATORS: what is wrong with a file, a sentence */
    return g_strdup_printf (_ ("%s Nothing was taken from it."), words);

  /* TRANSLATORS: line of a file, and what is wrong there, a sentence */
  return g_strdup_printf (_ ("Line %1$u: %2$s Nothing was taken from it."), line, words);
}
