// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-catalogue.h"
#include "pal-paths.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the page says itself. It speaks the language of the page, whatever the program speaks: the
 * texts are looked up in the catalogue of that language, not by gettext. */
static const struct
{
  const char *name;
  const char *text;
} words[] = {
  { "skip", N_ ("Skip to the questions") },
  /* TRANSLATORS: on a page that people fill in without the program; %s is the name of a State */
  { "state", N_ ("State under review: %s") },
  { "howTitle", N_ ("How this page works") },
  { "how1", N_ ("This page works without the Internet. What you write stays on it and is sent to "
                "nobody.") },
  { "how2", N_ ("Nothing is kept until you save. If you close the page before that, what you wrote "
                "is lost.") },
  { "how3", N_ ("When you save, your device writes one small file. Send that file to the person "
                "who gave you this page, in a way that is safe for you.") },
  { "how4", N_ ("To go on another day, save a draft and open it on this page again.") },
  { "open", N_ ("Open a Saved File…") },
  { "print", N_ ("Print…") },
  { "context", N_ ("Questions that the State answers") },
  { "contextHint", N_ ("They are here for reading. If you know to which of them a point belongs, "
                       "write its number with the point.") },
  /* TRANSLATORS: stands behind the text of a question that must be answered */
  { "required", N_ ("(required)") },
  { "choose", N_ ("Choose…") },
  { "clear", N_ ("Clear the Choice") },
  /* TRANSLATORS: how many choices of a list are ticked */
  { "chosen", N_ ("Chosen: %d") },
  /* TRANSLATORS: heading of one of several rows of a form; %d is its number */
  { "entry", N_ ("Entry %d") },
  { "add", N_ ("Add an Entry") },
  { "remove", N_ ("Remove This Entry") },
  { "removed", N_ ("The entry was removed.") },
  { "undo", N_ ("Undo") },
  { "undone", N_ ("It is back as it was.") },
  { "attach", N_ ("Choose a File…") },
  { "detach", N_ ("Remove the File") },
  { "detached", N_ ("The file was removed.") },
  { "fileLimit", N_ ("All files together may have at most 5 MB.") },
  { "fileTooLarge", N_ ("This file was not attached: all files together may have at most 5 MB.") },
  { "fileAlone", N_ ("This file could not be read, and was not attached.") },
  { "requiredMessage", N_ ("Please answer this question.") },
  { "constraintMessage", N_ ("This answer does not fit here. Please change it.") },
  { "dateMessage", N_ ("Please enter a full date that exists.") },
  { "problems", N_ ("Please look at these answers") },
  { "problemsHint", N_ ("The file was not saved yet. If you do not wish to change them now, save a "
                        "draft.") },
  { "problemCount", N_ ("Answers to look at: %d") },
  { "saveTitle", N_ ("Save and send") },
  { "seal", N_ ("The file holds a check sum. It shows damage on the way; it does not prove who "
                "wrote the file, and it hides nothing.") },
  { "save", N_ ("Check and Save") },
  { "draft", N_ ("Save a Draft") },
  /* TRANSLATORS: %s is the name of a file */
  { "saved", N_ ("Saved as %s, where your browser puts downloads. Now send this file.") },
  { "savedDraft", N_ ("A draft was saved as %s, where your browser puts downloads.") },
  { "opened", N_ ("%s was opened.") },
  { "openedOther", N_ ("%s was opened. It was made with another version of this form; what has a "
                       "place here was taken.") },
  { "notOpened", N_ ("%s is not a file that this page has saved. Nothing was changed.") },
  { "noScript", N_ ("This page needs JavaScript, which is switched off in this browser. It loads "
                    "nothing from elsewhere.") },
};

static PalCatalogue *
load_catalogue (const char *language, GError **error)
{
  g_autofree char *relative = g_strdup_printf ("translations/palermo.%s.po", language);
  g_autofree char *path = NULL;
  PalCatalogue *catalogue;

  if (strchr (language, '/') != NULL)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LANGUAGE, "no such language");
      return NULL;
    }
  path = pal_paths_dup_data_file (relative);
  catalogue = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DRAFT, error);
  if (catalogue == NULL)
    g_prefix_error (error, "texts of a page in %s: ", language);

  return catalogue;
}

gboolean
pal_kit_load_words (const char *language, PalCatalogue **catalogue, GError **error)
{
  *catalogue = NULL;
  if (strcmp (language, "en") == 0)
    return TRUE;
  *catalogue = load_catalogue (language, error);

  return *catalogue != NULL;
}

const char *
pal_kit_find_word (PalCatalogue *catalogue, const char *english)
{
  PalCatalogueEntry *entry
      = catalogue != NULL ? pal_catalogue_find (catalogue, NULL, english) : NULL;
  const char *text = entry != NULL ? pal_catalogue_entry_get_translation (entry, 0) : "";

  return *text != '\0' ? text : english;
}

gboolean
pal_kit_add_words (JsonBuilder *builder, const char *language, GError **error)
{
  g_autoptr (PalCatalogue) catalogue = NULL;

  if (!pal_kit_load_words (language, &catalogue, error))
    return FALSE;
  json_builder_set_member_name (builder, "words");
  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      json_builder_set_member_name (builder, words[i].name);
      json_builder_add_string_value (builder, pal_kit_find_word (catalogue, words[i].text));
    }
  json_builder_end_object (builder);

  return TRUE;
}
