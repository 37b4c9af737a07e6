// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-words"
#include "config.h"

#include "pal-cli-words.h"
#include "pal-answer-languages.h"
#include "pal-cli.h"

#include "pal-comment.h"
#include "pal-dossier.h"
#include "pal-edition.h"
#include "pal-endpoint-package.h"
#include "pal-form.h"
#include "pal-handout.h"
#include "pal-identity.h"
#include "pal-inbox.h"
#include "pal-input-package.h"
#include "pal-keyring.h"
#include "pal-kit.h"
#include "pal-paper.h"
#include "pal-package-writer.h"
#include "pal-response.h"
#include "pal-sealed.h"
#include "pal-stakeholder-list.h"
#include "pal-stick.h"
#include "pal-token.h"
#include "pal-trail.h"
#include "pal-translation.h"
#include "pal-twin.h"
#include "pal-upgrade.h"
#include "pal-xlsform.h"
#include "pal-xml.h"

/* The switches have no default on purpose: a new code will not compile without its words. */

static const char *
dossier_words (PalDossierError error, int *code)
{
  *code = PAL_EXIT_MALFORMED;
  switch (error)
    {
    case PAL_DOSSIER_ERROR_EMPTY:
      return "The file has no content; look for a backup beside it. Nothing was changed";
    case PAL_DOSSIER_ERROR_FOREIGN:
      return "This is not a Palermo dossier. Nothing was changed";
    case PAL_DOSSIER_ERROR_NEWER:
      return "It was made by a newer Palermo; please update. Nothing was changed";
    case PAL_DOSSIER_ERROR_DAMAGED:
      return "Keep the file as it is and open the newest backup. Nothing was changed";
    case PAL_DOSSIER_ERROR_READ_ONLY:
      *code = PAL_EXIT_CANNOT_CREATE;
      return "The dossier can be read here but not written; copy it to another folder";
    case PAL_DOSSIER_ERROR_BUSY:
      *code = PAL_EXIT_LATER;
      return "Another program has it open; close it there first";
    case PAL_DOSSIER_ERROR_FULL:
      *code = PAL_EXIT_IO;
      return "The disk is full; what was saved before is safe, this change is not saved";
    case PAL_DOSSIER_ERROR_EXISTS:
      *code = PAL_EXIT_CANNOT_CREATE;
      return "Choose another name; the file that is there was not changed";
    case PAL_DOSSIER_ERROR_NOT_FOUND:
      *code = PAL_EXIT_INDETERMINATE;
      return NULL;
    case PAL_DOSSIER_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "It is larger than Palermo takes. Nothing was changed";
    case PAL_DOSSIER_ERROR_IO:
      *code = PAL_EXIT_IO;
      return "What was saved before is safe, this change may not be";
    }

  return NULL;
}

static const char *
form_words (PalFormError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_FORM_ERROR_MALFORMED:
    case PAL_FORM_ERROR_OUTSIDE:
    case PAL_FORM_ERROR_EXPRESSION:
    case PAL_FORM_ERROR_REFERENCE:
    case PAL_FORM_ERROR_CYCLE:
    case PAL_FORM_ERROR_LIMIT:
      return NULL;
    }

  return NULL;
}

static const char *
clearance_words (PalClearanceError error, int *code)
{
  *code = PAL_EXIT_INVALID;
  switch (error)
    {
    case PAL_CLEARANCE_ERROR_PAGE:
      *code = PAL_EXIT_INDETERMINATE;
      return "See \"team status\" for the pages. Nothing was changed";
    case PAL_CLEARANCE_ERROR_STATE:
      return "See \"team status\". Nothing was changed";
    case PAL_CLEARANCE_ERROR_REASON:
      *code = PAL_EXIT_USAGE;
      return "Say --reason. Nothing was changed";
    case PAL_CLEARANCE_ERROR_OPEN:
      return "See to them, or say --anyway: then they are noted. Nothing was changed";
    case PAL_CLEARANCE_ERROR_CLEARED:
      return "Open the page again first, with \"team reopen\" or --reopen REASON. "
             "Nothing was changed";
    }

  return NULL;
}

static const char *
comment_words (PalCommentError error, int *code)
{
  switch (error)
    {
    case PAL_COMMENT_ERROR_EMPTY:
      *code = PAL_EXIT_USAGE;
      return NULL;
    case PAL_COMMENT_ERROR_NOT_FOUND:
      *code = PAL_EXIT_INDETERMINATE;
      return "See \"team comments\"";
    }

  return NULL;
}

static const char *
twin_words (PalTwinError error, int *code)
{
  *code = PAL_EXIT_USAGE;
  switch (error)
    {
    case PAL_TWIN_ERROR_LANGUAGE:
      return NULL;
    case PAL_TWIN_ERROR_NO_ANSWER:
      *code = PAL_EXIT_INDETERMINATE;
      return "Write the answer first. Nothing was changed";
    }

  return NULL;
}

static const char *
answer_languages_words (PalAnswerLanguagesError error, int *code)
{
  *code = PAL_EXIT_USAGE;
  switch (error)
    {
    case PAL_ANSWER_LANGUAGES_ERROR_UNKNOWN:
    case PAL_ANSWER_LANGUAGES_ERROR_SAME:
      return NULL;
    }

  return NULL;
}

static const char *
edition_words (PalEditionError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_EDITION_ERROR_NONE:
      return "Clear everything and pack it first; a supplement says what changed since";
    case PAL_EDITION_ERROR_NOTHING:
      return "No archive was written";
    }

  return NULL;
}

static const char *
trail_words (PalTrailError error, int *code)
{
  *code = PAL_EXIT_INVALID;
  switch (error)
    {
    case PAL_TRAIL_ERROR_MALFORMED:
      *code = PAL_EXIT_MALFORMED;
      return NULL;
    case PAL_TRAIL_ERROR_ALTERED:
    case PAL_TRAIL_ERROR_CUT:
      return "Write it again from the dossier, and ask who had it";
    }

  return NULL;
}

static const char *
upgrade_words (PalUpgradeError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_UPGRADE_ERROR_OTHER_FORM:
      return "Take a newer version of the questionnaire that was filled in. Nothing was changed";
    case PAL_UPGRADE_ERROR_OLDER:
      return "A dossier never goes back to an older form. Nothing was changed";
    case PAL_UPGRADE_ERROR_SAME:
      return "Whoever wrote the form must give each change of it a new version. Nothing was "
             "changed";
    }

  return NULL;
}

static const char *
signing_words (PalSigningError error, int *code)
{
  switch (error)
    {
    case PAL_SIGNING_ERROR_PASSPHRASE:
      *code = PAL_EXIT_NO_INPUT;
      return "Check the passphrase and try again; the key was not changed";
    case PAL_SIGNING_ERROR_KEY:
      *code = PAL_EXIT_NO_INPUT;
      return NULL;
    case PAL_SIGNING_ERROR_INVALID:
      *code = PAL_EXIT_INVALID;
      return NULL;
    case PAL_SIGNING_ERROR_MALFORMED:
      *code = PAL_EXIT_MALFORMED;
      return NULL;
    case PAL_SIGNING_ERROR_RECIPIENT:
      *code = PAL_EXIT_NO_INPUT;
      return "Open it with the key of the person for whom it was made";
    case PAL_SIGNING_ERROR_EXPIRED:
      *code = PAL_EXIT_NO_INPUT;
      return "If the clock is right, make a new key (identity renew) or ask for a new certificate; "
             "what was sealed to the old one still opens. Nothing was changed";
    case PAL_SIGNING_ERROR_CLOCK:
      *code = PAL_EXIT_NO_INPUT;
      return "Set the clock of this computer and try again. Nothing was changed";
    case PAL_SIGNING_ERROR_ISSUED:
      *code = PAL_EXIT_NO_INPUT;
      return "Ask that authority for a new key and take it with \"identity import\". Nothing was "
             "changed";
    case PAL_SIGNING_ERROR_FAILED:
      *code = PAL_EXIT_IO;
      return NULL;
    }

  return NULL;
}

static const char *
token_words (PalTokenError error, int *code)
{
  *code = PAL_EXIT_NO_INPUT;
  switch (error)
    {
    case PAL_TOKEN_ERROR_URI:
      *code = PAL_EXIT_USAGE;
      return "\"identity tokens\" lists the addresses of the keys that are here; give the PIN with "
             "--pin-fd";
    case PAL_TOKEN_ERROR_MODULE:
      return "Install the software of the token (for many cards: the package opensc), or name its "
             "library";
    case PAL_TOKEN_ERROR_NO_TOKEN:
      return "Plug it in and try again; \"identity tokens\" lists what is here";
    case PAL_TOKEN_ERROR_NO_KEY:
    case PAL_TOKEN_ERROR_SEVERAL:
      return "\"identity tokens\" lists the address of each key; nothing was signed";
    case PAL_TOKEN_ERROR_NOT_READY:
      return "Ask whoever issued it";
    case PAL_TOKEN_ERROR_PIN_NEEDED:
      return "Give it with --pin-fd, or type it at a terminal; no try was used";
    case PAL_TOKEN_ERROR_PIN:
      return "Make sure of it before you try again: after some wrong ones in a row a token locks. "
             "Nothing was signed";
    case PAL_TOKEN_ERROR_PIN_LAST:
      return "Another wrong one locks the token; ask whoever issued it if you are not sure. "
             "Nothing was signed";
    case PAL_TOKEN_ERROR_LOCKED:
      return "Whoever issued it can unlock it; until then sign with another key. "
             "Nothing was signed";
    case PAL_TOKEN_ERROR_CANCELLED:
      return "Nothing was signed";
    case PAL_TOKEN_ERROR_GONE:
      *code = PAL_EXIT_IO;
      return "Plug it in and do it again. Nothing was written";
    case PAL_TOKEN_ERROR_UNSUPPORTED:
      return "Choose another key; nothing was written";
    case PAL_TOKEN_ERROR_MISMATCH:
      return "Ask whoever issued the token; nothing was written";
    case PAL_TOKEN_ERROR_FAILED:
      *code = PAL_EXIT_IO;
      return "Nothing was written";
    }

  return NULL;
}

static const char *
seal_words (PalSealError error, int *code)
{
  switch (error)
    {
    case PAL_SEAL_ERROR_INCOMPLETE:
      *code = PAL_EXIT_MALFORMED;
      return "Name the folder that holds the list, or copy it again. Nothing was written";
    case PAL_SEAL_ERROR_MALFORMED:
      *code = PAL_EXIT_MALFORMED;
      return "Nothing was written";
    case PAL_SEAL_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "Nothing was written";
    case PAL_SEAL_ERROR_VOLUME:
      *code = PAL_EXIT_INVALID;
      return "Copy these again from where they were sealed; the others are sound. "
             "Nothing was written";
    case PAL_SEAL_ERROR_ARCHIVE:
      *code = PAL_EXIT_INVALID;
      return "Copy the whole folder again from where it was sealed. Nothing was written";
    case PAL_SEAL_ERROR_CHANGED:
      *code = PAL_EXIT_IO;
      return "No volume was left behind; seal it again";
    }

  return NULL;
}

static const char *
stick_words (PalStickError error, int *code)
{
  *code = PAL_EXIT_IO;
  switch (error)
    {
    case PAL_STICK_ERROR_FULL:
      return "Make room or take another stick; what was sealed here is safe";
    case PAL_STICK_ERROR_READ_ONLY:
      *code = PAL_EXIT_CANNOT_CREATE;
      return "Nothing can be written there: look for a lock on the stick, or take another one";
    case PAL_STICK_ERROR_GONE:
      return "Put the stick in and copy again: only what is missing will be written. Until then "
             "what is on it is not complete";
    case PAL_STICK_ERROR_DIFFERENT:
      *code = PAL_EXIT_INVALID;
      return "Do not trust this stick; take another one";
    case PAL_STICK_ERROR_TOO_LARGE:
      *code = PAL_EXIT_LIMIT;
      return "Seal the archive, or take a stick with another file system";
    case PAL_STICK_ERROR_SOURCE:
      *code = PAL_EXIT_NO_INPUT;
      return "Seal the archive anew";
    }

  return NULL;
}

static const char *
package_words (PalPackageError error, int *code)
{
  switch (error)
    {
    case PAL_PACKAGE_ERROR_NAME:
    case PAL_PACKAGE_ERROR_MALFORMED:
      *code = PAL_EXIT_MALFORMED;
      return NULL;
    case PAL_PACKAGE_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return NULL;
    case PAL_PACKAGE_ERROR_INVALID:
      *code = PAL_EXIT_INVALID;
      return NULL;
    case PAL_PACKAGE_ERROR_IO:
      *code = PAL_EXIT_IO;
      return "No archive was left behind; the answers in the dossier are safe";
    }

  return NULL;
}

static const char *
handout_words (PalHandoutError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_HANDOUT_ERROR_NOTHING:
      return "Assign a page first (team assign)";
    case PAL_HANDOUT_ERROR_PAGE:
      return "Take the path of a page as \"answer list\" shows it";
    case PAL_HANDOUT_ERROR_NO_SECTION:
      return "Only a working dossier made by \"team open\" can be returned";
    case PAL_HANDOUT_ERROR_KIND:
      *code = PAL_EXIT_MALFORMED;
      return "Nothing was changed";
    case PAL_HANDOUT_ERROR_CONTENT:
      *code = PAL_EXIT_MALFORMED;
      return "Ask for it to be written again. Nothing was changed";
    case PAL_HANDOUT_ERROR_OTHER_DOSSIER:
      return "Merge it into the dossier from which it was handed out. Nothing was changed";
    case PAL_HANDOUT_ERROR_FORM:
      return "Whoever wrote the form must give each change of it a new version. Nothing was "
             "changed";
    case PAL_HANDOUT_ERROR_SIGNER:
      return "Nothing was changed";
    case PAL_HANDOUT_ERROR_OUTSIDE:
      return "Look at it (team look), then say --accept-outside. Nothing was changed";
    }

  return NULL;
}

static const char *
catalogue_words (PalCatalogueError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_CATALOGUE_ERROR_ENCODING:
      return "Save it as UTF-8. Nothing was changed";
    case PAL_CATALOGUE_ERROR_SYNTAX:
      return "Mend this line. Nothing was changed";
    case PAL_CATALOGUE_ERROR_HEADER:
    case PAL_CATALOGUE_ERROR_PLURALS:
      return "Take the header from \"translate export\". Nothing was changed";
    case PAL_CATALOGUE_ERROR_LANGUAGE:
      return "Look at Language in its header. Nothing was changed";
    case PAL_CATALOGUE_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "Nothing was changed";
    case PAL_CATALOGUE_ERROR_PLACEHOLDER:
      return "Keep %s, %d and ${...} as they stand in the English. Nothing was changed";
    case PAL_CATALOGUE_ERROR_PLURAL:
      return "Translate every plural form, or none. Nothing was changed";
    case PAL_CATALOGUE_ERROR_OTHER:
      return "See \"translate list\" for what can be translated. Nothing was changed";
    }

  return NULL;
}

static const char *
translation_words (PalTranslationError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_TRANSLATION_ERROR_UNKNOWN:
      return "See \"translate list\" for what can be translated. Nothing was changed";
    case PAL_TRANSLATION_ERROR_KIND:
      *code = PAL_EXIT_MALFORMED;
      return "Nothing was changed";
    case PAL_TRANSLATION_ERROR_CONTENT:
      *code = PAL_EXIT_MALFORMED;
      return "Ask for it to be written again. Nothing was changed";
    case PAL_TRANSLATION_ERROR_SIGNER:
      return "See \"translate list\". Nothing is used yet";
    }

  return NULL;
}

static const char *
endpoint_words (PalEndpointError error, int *code)
{
  *code = PAL_EXIT_MALFORMED;
  switch (error)
    {
    case PAL_ENDPOINT_ERROR_KIND:
      return "Nothing was changed";
    case PAL_ENDPOINT_ERROR_CONTENT:
    case PAL_ENDPOINT_ERROR_ADDRESS:
    case PAL_ENDPOINT_ERROR_CERTIFICATE:
      return "Ask the people who run the module for a file that is right. Nothing was changed";
    case PAL_ENDPOINT_ERROR_TIME:
      *code = PAL_EXIT_INDETERMINATE;
      return "Ask the people who run the module for a newer file. Nothing was sent";
    case PAL_ENDPOINT_ERROR_SIGNER:
      *code = PAL_EXIT_INDETERMINATE;
      return "Compare the new fingerprint with the people who run the module, then say "
             "--accept-other-key. Nothing was changed";
    case PAL_ENDPOINT_ERROR_OLDER:
      *code = PAL_EXIT_INDETERMINATE;
      return "Nothing was changed";
    case PAL_ENDPOINT_ERROR_NOT_FOUND:
      *code = PAL_EXIT_INDETERMINATE;
      return "See \"endpoint list\"";
    }

  return NULL;
}

static const char *
keyring_words (PalKeyringError error, int *code)
{
  *code = PAL_EXIT_NO_INPUT;
  switch (error)
    {
    case PAL_KEYRING_ERROR_UNAVAILABLE:
      return "Nothing is remembered here: give secrets each time, with --token-fd and --pin-fd";
    case PAL_KEYRING_ERROR_LOCKED:
      return "Unlock the keyring of the desktop and try again, or give the secret with --token-fd, "
             "--pin-fd or --proxy-password-fd";
    case PAL_KEYRING_ERROR_FAILED:
      *code = PAL_EXIT_IO;
      return "Look at the keyring in the settings of the desktop; what was saved before is safe";
    }

  return NULL;
}

static const char *
paper_words (PalPaperError error, int *code)
{
  *code = PAL_EXIT_NO_INPUT;
  switch (error)
    {
    case PAL_PAPER_ERROR_KIND:
      *code = PAL_EXIT_USAGE;
      return "\"paper list\" shows the papers";
    case PAL_PAPER_ERROR_LANGUAGE:
      *code = PAL_EXIT_USAGE;
      return "Take ar, en, es, fr, ru or zh_CN. No paper was made";
    case PAL_PAPER_ERROR_RECORD:
      return "\"record list\" shows the records; each paper is about those of one form";
    case PAL_PAPER_ERROR_EMPTY:
      return "There is nothing yet that this paper could tell";
    case PAL_PAPER_ERROR_WRITE:
      *code = PAL_EXIT_IO;
      return NULL;
    }

  return NULL;
}

static const char *
kit_words (PalKitError error, int *code)
{
  *code = PAL_EXIT_MALFORMED;
  switch (error)
    {
    case PAL_KIT_ERROR_FORM:
      *code = PAL_EXIT_INDETERMINATE;
      return "No page was written";
    case PAL_KIT_ERROR_LANGUAGE:
      *code = PAL_EXIT_INDETERMINATE;
      return "Take ar, en, es, fr, ru or zh_CN. No page was written";
    case PAL_KIT_ERROR_PAGE:
      return "Ask for the file that the page saves. Nothing was changed";
    case PAL_KIT_ERROR_OTHER:
      return "Nothing was changed";
    case PAL_KIT_ERROR_BROKEN:
      return "Ask for it to be sent again. Nothing was changed";
    case PAL_KIT_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "Nothing was changed";
    }

  return NULL;
}

static const char *
inbox_words (PalInboxError error, int *code)
{
  *code = PAL_EXIT_MALFORMED;
  switch (error)
    {
    case PAL_INBOX_ERROR_UNKNOWN:
      return "The inbox takes what a kit saved, its workbooks and text documents, instances of the "
             "form \"input\", and packages of the kind \"input\". Nothing was changed";
    case PAL_INBOX_ERROR_DOSSIER:
      return "A dossier is opened, or merged. Nothing was changed";
    case PAL_INBOX_ERROR_TEAM:
      return "It is work on questions: use \"team open\" or \"team merge\". Nothing was changed";
    case PAL_INBOX_ERROR_SUBMISSION:
      return "It is what a State sends: \"verify\" and \"open\" show it. Nothing was changed";
    case PAL_INBOX_ERROR_TRANSLATION:
      return "Use \"translate open\". Nothing was changed";
    case PAL_INBOX_ERROR_PACKAGE:
      return "Perhaps a newer Palermo knows it. Nothing was changed";
    case PAL_INBOX_ERROR_SEALED:
      return "Decrypt it first, with the key of the person for whom it was made. Nothing was "
             "changed";
    case PAL_INBOX_ERROR_SIGNATURE:
      *code = PAL_EXIT_INVALID;
      return "It was changed after it was signed, or damaged: ask for it to be sent again. Nothing "
             "was changed";
    case PAL_INBOX_ERROR_CONTENT:
      return "Ask for it to be written again. Nothing was changed";
    case PAL_INBOX_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "Ask for large files in another way. Nothing was changed";
    case PAL_INBOX_ERROR_FULL:
      *code = PAL_EXIT_LIMIT;
      return "Take or decline some of them first. Nothing was changed";
    case PAL_INBOX_ERROR_NOT_FOUND:
      *code = PAL_EXIT_INDETERMINATE;
      return "See \"input list\" and \"input show\". Nothing was changed";
    case PAL_INBOX_ERROR_DECIDED:
      *code = PAL_EXIT_INDETERMINATE;
      return "It was taken or declined before. Nothing was changed";
    case PAL_INBOX_ERROR_NOTHING:
      *code = PAL_EXIT_INDETERMINATE;
      return "All of it was taken before. Nothing was changed";
    case PAL_INBOX_ERROR_REASON:
      *code = PAL_EXIT_USAGE;
      return "Say --why. Nothing was changed";
    case PAL_INBOX_ERROR_CHANGED:
      return "Keep the dossier as it is and look at the newest backup. Nothing was changed";
    }

  return NULL;
}

static const char *
input_words (PalInputError error, int *code)
{
  *code = PAL_EXIT_INDETERMINATE;
  switch (error)
    {
    case PAL_INPUT_ERROR_NONE:
      return "\"input new\" makes a dossier for one. Nothing was written";
    case PAL_INPUT_ERROR_ARTICLE:
      *code = PAL_EXIT_USAGE;
      return "\"kit make\" and the form \"input\" name them alike. Nothing was written";
    case PAL_INPUT_ERROR_OPEN:
      return "See \"input pack\" without -o. Nothing was written";
    case PAL_INPUT_ERROR_ANONYMOUS:
      *code = PAL_EXIT_USAGE;
      return "The certificate would name somebody: leave out --sign and --key. Nothing was written";
    case PAL_INPUT_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "Attach less, and name the rest by links. Nothing was written";
    }

  return NULL;
}

static const char *
stakeholder_list_words (PalStakeholderListError error, int *code)
{
  *code = PAL_EXIT_USAGE;
  switch (error)
    {
    case PAL_STAKEHOLDER_LIST_ERROR_FILE:
      *code = PAL_EXIT_INDETERMINATE;
      return "Nothing was changed";
    case PAL_STAKEHOLDER_LIST_ERROR_EMPTY:
      *code = PAL_EXIT_INDETERMINATE;
      return "The first row has the names of the columns. Nothing was changed";
    case PAL_STAKEHOLDER_LIST_ERROR_LIMIT:
      *code = PAL_EXIT_LIMIT;
      return "Divide the list. Nothing was changed";
    case PAL_STAKEHOLDER_LIST_ERROR_NAME:
      return "Say which does: --map COLUMN=name. Nothing was changed";
    case PAL_STAKEHOLDER_LIST_ERROR_SHEET:
    case PAL_STAKEHOLDER_LIST_ERROR_PLACE:
      return "Nothing was changed";
    }

  return NULL;
}

static const char *
io_words (GIOErrorEnum error, int *code)
{
  if (error == G_IO_ERROR_NOT_FOUND)
    *code = PAL_EXIT_NO_INPUT;
  else if (error == G_IO_ERROR_NO_SPACE)
    {
      *code = PAL_EXIT_IO;
      return "The disk is full; nothing was left behind";
    }
  else if (error == G_IO_ERROR_PERMISSION_DENIED || error == G_IO_ERROR_READ_ONLY)
    *code = PAL_EXIT_CANNOT_CREATE;
  else
    *code = PAL_EXIT_IO;

  return NULL;
}

/* Of GLib's plain functions for files. */
static const char *
file_words (GFileError error, int *code)
{
  switch (error)
    {
    case G_FILE_ERROR_NOENT:
      return io_words (G_IO_ERROR_NOT_FOUND, code);
    case G_FILE_ERROR_NOSPC:
      return io_words (G_IO_ERROR_NO_SPACE, code);
    case G_FILE_ERROR_ACCES:
    case G_FILE_ERROR_PERM:
      return io_words (G_IO_ERROR_PERMISSION_DENIED, code);
    case G_FILE_ERROR_ROFS:
      return io_words (G_IO_ERROR_READ_ONLY, code);
    default:
      return io_words (G_IO_ERROR_FAILED, code);
    }
}

const char *
pal_cli_words (const GError *error, int *code)
{
  if (error->domain == PAL_DOSSIER_ERROR)
    return dossier_words (error->code, code);
  if (error->domain == PAL_FORM_ERROR)
    return form_words (error->code, code);
  if (error->domain == PAL_CLEARANCE_ERROR)
    return clearance_words (error->code, code);
  if (error->domain == PAL_COMMENT_ERROR)
    return comment_words (error->code, code);
  if (error->domain == PAL_TWIN_ERROR)
    return twin_words (error->code, code);
  if (error->domain == PAL_ANSWER_LANGUAGES_ERROR)
    return answer_languages_words (error->code, code);
  if (error->domain == PAL_EDITION_ERROR)
    return edition_words (error->code, code);
  if (error->domain == PAL_TRAIL_ERROR)
    return trail_words (error->code, code);
  if (error->domain == PAL_UPGRADE_ERROR)
    return upgrade_words (error->code, code);
  if (error->domain == PAL_SIGNING_ERROR)
    return signing_words (error->code, code);
  if (error->domain == PAL_TOKEN_ERROR)
    return token_words (error->code, code);
  if (error->domain == PAL_SEAL_ERROR)
    return seal_words (error->code, code);
  if (error->domain == PAL_STICK_ERROR)
    return stick_words (error->code, code);
  if (error->domain == PAL_PACKAGE_ERROR)
    return package_words (error->code, code);
  if (error->domain == PAL_HANDOUT_ERROR)
    return handout_words (error->code, code);
  if (error->domain == PAL_CATALOGUE_ERROR)
    return catalogue_words (error->code, code);
  if (error->domain == PAL_TRANSLATION_ERROR)
    return translation_words (error->code, code);
  if (error->domain == PAL_ENDPOINT_ERROR)
    return endpoint_words (error->code, code);
  if (error->domain == PAL_KEYRING_ERROR)
    return keyring_words (error->code, code);
  if (error->domain == PAL_PAPER_ERROR)
    return paper_words (error->code, code);
  if (error->domain == PAL_KIT_ERROR)
    return kit_words (error->code, code);
  if (error->domain == PAL_INBOX_ERROR)
    return inbox_words (error->code, code);
  if (error->domain == PAL_INPUT_ERROR)
    return input_words (error->code, code);
  if (error->domain == PAL_STAKEHOLDER_LIST_ERROR)
    return stakeholder_list_words (error->code, code);
  if (error->domain == G_IO_ERROR)
    return io_words (error->code, code);
  if (error->domain == G_FILE_ERROR)
    return file_words (error->code, code);

  /* xml, expr, xlsform, response: the input is wrong and the message says where. */
  *code = PAL_EXIT_INDETERMINATE;

  return NULL;
}

const char *
pal_cli_remark_words (PalKitRemarkKind kind)
{
  switch (kind)
    {
    case PAL_KIT_REMARK_VERSION:
      return "made with another version of the form";
    case PAL_KIT_REMARK_CHANGED:
      return "changed or damaged since it was saved";
    case PAL_KIT_REMARK_UNSEALED:
      return "without a check sum: whether it was changed cannot be told";
    case PAL_KIT_REMARK_DRAFT:
      return "saved as a draft";
    case PAL_KIT_REMARK_ENCODING:
      return "not UTF-8, read as";
    case PAL_KIT_REMARK_CUT:
      return "it ends too early; what was there was read";
    case PAL_KIT_REMARK_UNKNOWN:
      return "the form has no place for this";
    case PAL_KIT_REMARK_TWICE:
      return "there is one already";
    case PAL_KIT_REMARK_CHOICE:
      return "no choice of this question";
    case PAL_KIT_REMARK_DATE:
      return "no date that can be understood";
    case PAL_KIT_REMARK_DATE_UNSURE:
      return "day and month could be either";
    case PAL_KIT_REMARK_NUMBER:
      return "no number";
    case PAL_KIT_REMARK_LENGTH:
      return "too long, and was cut";
    case PAL_KIT_REMARK_ROW:
      return "a row without an identity of its own";
    case PAL_KIT_REMARK_FILE:
      return "the attachment is missing or damaged";
    case PAL_KIT_REMARK_SPARE_FILE:
      return "no answer names this attachment";
    case PAL_KIT_REMARK_FORMULA:
      return "a formula; what it showed was taken";
    case PAL_KIT_REMARK_TRACKED:
      return "changes were tracked; the text was taken as if all were accepted";
    case PAL_KIT_REMARK_COMMENT:
      return "a comment, which is no answer";
    case PAL_KIT_REMARK_EMBEDDED:
      return "a file that lay in the document, kept as an attachment";
    case PAL_KIT_N_REMARKS:
      break;
    }
  g_return_val_if_reached ("");
}
