// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-trouble"
#include "config.h"

#include "pal-trouble.h"
#include "pal-edition.h"
#include "pal-endpoint-package.h"
#include "pal-dossier.h"
#include "pal-form.h"
#include "pal-handout.h"
#include "pal-inbox-words.h"
#include "pal-input-package.h"
#include "pal-package-writer.h"
#include "pal-response.h"
#include "pal-sealed.h"
#include "pal-stick.h"
#include "pal-token.h"
#include "pal-translate-words.h"
#include "pal-upgrade.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

static const char *
get_dossier_words (PalDossierError code)
{
  switch (code)
    {
    case PAL_DOSSIER_ERROR_EMPTY:
      return _ ("This file is empty. It may have been copied only in part: look for another copy, "
                "or a backup beside it.");
    case PAL_DOSSIER_ERROR_FOREIGN:
      return _ ("This file is not a Palermo dossier. Nothing in it was changed.");
    case PAL_DOSSIER_ERROR_NEWER:
      return _ ("This dossier was made by a newer Palermo. Nothing in it was changed. Update "
                "Palermo on this computer to open it.");
    case PAL_DOSSIER_ERROR_DAMAGED:
      return _ ("This dossier is damaged. Nothing in it was changed. Open a backup, or ask a "
                "colleague for a copy.");
    case PAL_DOSSIER_ERROR_READ_ONLY:
      return _ ("This dossier lies where nothing can be written. Copy it into a folder of yours "
                "and open the copy.");
    case PAL_DOSSIER_ERROR_BUSY:
      return _ ("This dossier is open in another program. Close it there, then try again.");
    case PAL_DOSSIER_ERROR_FULL:
      return _ (
          "The disk is full. Free some space, then try again. What was saved before is safe.");
    case PAL_DOSSIER_ERROR_EXISTS:
      return _ ("A file of this name already exists. Choose another name.");
    case PAL_DOSSIER_ERROR_NOT_FOUND:
      return _ (
          "Something that belongs to this dossier is missing from it. What is there is safe.");
    case PAL_DOSSIER_ERROR_LIMIT:
      return _ ("This is too large for a dossier. Nothing was changed.");
    case PAL_DOSSIER_ERROR_IO:
      return _ ("The file could not be read or written. If it lies on a network drive or a stick, "
                "see that it is connected.");
    }

  return NULL;
}

static const char *
get_form_words (PalFormError code)
{
  switch (code)
    {
    case PAL_FORM_ERROR_MALFORMED:
      return _ ("The questionnaire cannot be read: it is not a form.");
    case PAL_FORM_ERROR_OUTSIDE:
      return _ ("The questionnaire needs something that Palermo does not offer.");
    case PAL_FORM_ERROR_EXPRESSION:
    case PAL_FORM_ERROR_REFERENCE:
    case PAL_FORM_ERROR_CYCLE:
      return _ (
          "The questionnaire has a mistake in its rules. Ask who wrote it for a new version.");
    case PAL_FORM_ERROR_LIMIT:
      return _ ("The questionnaire is too large to be safe to open.");
    }

  return NULL;
}

static const char *
get_upgrade_words (PalUpgradeError code)
{
  switch (code)
    {
    case PAL_UPGRADE_ERROR_OTHER_FORM:
      return _ ("The dossier has no answers to this questionnaire. Nothing was changed.");
    case PAL_UPGRADE_ERROR_OLDER:
      return _ ("Your answers already belong to a newer questionnaire. Nothing was changed.");
    case PAL_UPGRADE_ERROR_SAME:
      return _ ("Two questionnaires of the same version differ. Nothing was changed. Ask who wrote "
                "it for a new version.");
    }

  return NULL;
}

static const char *
get_clearance_words (PalClearanceError code)
{
  switch (code)
    {
    case PAL_CLEARANCE_ERROR_PAGE:
      return _ ("This page does not apply now, so there is nothing to clear on it.");
    case PAL_CLEARANCE_ERROR_STATE:
      return _ ("The state of the page has changed meanwhile. Nothing was changed.");
    case PAL_CLEARANCE_ERROR_REASON:
      return _ ("A page can be reopened only for a reason. Nothing was changed.");
    case PAL_CLEARANCE_ERROR_OPEN:
      return _ ("Something is open on this page. Nothing was changed.");
    case PAL_CLEARANCE_ERROR_CLEARED:
      return _ ("This page is cleared: its answers stay as they are.");
    }

  return NULL;
}

static const char *
get_handout_words (PalHandoutError code)
{
  switch (code)
    {
    case PAL_HANDOUT_ERROR_NOTHING:
      return _ ("Nothing is assigned to this person any more. Assign an article first.");
    case PAL_HANDOUT_ERROR_PAGE:
      return _ ("The questionnaire has none of these articles any more. Assign others.");
    case PAL_HANDOUT_ERROR_NO_SECTION:
      return _ ("This dossier was not handed out to you, so there is nothing to give back.");
    case PAL_HANDOUT_ERROR_KIND:
      return _ ("This is a signed package, but it holds neither articles for you nor answers of a "
                "colleague. Nothing was changed.");
    case PAL_HANDOUT_ERROR_CONTENT:
      return _ ("This package is signed, but it does not hold what such a package holds. Nothing "
                "was changed. Ask for it to be written again.");
    case PAL_HANDOUT_ERROR_OTHER_DOSSIER:
      return _ ("These are answers for another dossier. Open the dossier from which the articles "
                "were handed out. Nothing was changed.");
    case PAL_HANDOUT_ERROR_FORM:
      return _ ("Your questionnaire and theirs say that they are of the same version, but their "
                "questions differ. Nothing was changed. Ask who wrote it for a new version.");
    case PAL_HANDOUT_ERROR_SIGNER:
      return _ ("It is signed by somebody unknown. Nothing was changed.");
    case PAL_HANDOUT_ERROR_OUTSIDE:
      return _ ("It changes more than what was handed out. Nothing was changed.");
    }

  return NULL;
}

static const char *
get_package_words (PalPackageError code)
{
  switch (code)
    {
    case PAL_PACKAGE_ERROR_NAME:
    case PAL_PACKAGE_ERROR_MALFORMED:
      return _ ("This file is not a whole package: it may have been copied only in part. Nothing "
                "was changed. Ask for it to be sent again.");
    case PAL_PACKAGE_ERROR_LIMIT:
      return _ ("This package is too large to be safe to open. Nothing was changed.");
    case PAL_PACKAGE_ERROR_INVALID:
      return _ ("This package is not signed, or it was altered afterwards. None of it was taken "
                "in. Ask for it to be sent again.");
    case PAL_PACKAGE_ERROR_IO:
      return _ ("The file could not be read or written. If it lies on a network drive or a stick, "
                "see that it is connected.");
    }

  return NULL;
}

static const char *
get_signing_words (PalSigningError code)
{
  switch (code)
    {
    case PAL_SIGNING_ERROR_PASSPHRASE:
      return _ ("That is not the passphrase of this key.");
    case PAL_SIGNING_ERROR_KEY:
      return _ ("There is no key or certificate in this file that Palermo can use.");
    case PAL_SIGNING_ERROR_INVALID:
      return _ ("This file was altered or cut short after it was encrypted or signed. None of it "
                "was taken in. Ask for it to be sent again.");
    case PAL_SIGNING_ERROR_MALFORMED:
      return _ ("This file is not signed or encrypted in a way that Palermo knows.");
    case PAL_SIGNING_ERROR_RECIPIENT:
      return _ ("This file is encrypted for somebody else: your key does not open it. Give your "
                "certificate to whoever sent it, and ask for it again.");
    case PAL_SIGNING_ERROR_EXPIRED:
      return _ ("The certificate of this key has expired, or the clock of this computer is ahead. "
                "Look at the clock; if it is right, renew the key. Nothing was signed.");
    case PAL_SIGNING_ERROR_CLOCK:
      return _ ("The certificate of this key is not valid yet, or the clock of this computer is "
                "behind. Set the clock and try again. Nothing was signed.");
    case PAL_SIGNING_ERROR_ISSUED:
      return _ ("An authority issued the certificate of this key, and only that authority can "
                "renew it. Ask it for a new key, and import that. Nothing was changed.");
    case PAL_SIGNING_ERROR_FAILED:
      return _ ("Signing or encrypting did not work on this computer. Nothing was written.");
    }

  return NULL;
}

static const char *
get_token_words (PalTokenError code)
{
  switch (code)
    {
    case PAL_TOKEN_ERROR_URI:
      return _ ("This is not the address of a key on a smart card. Nothing was signed.");
    case PAL_TOKEN_ERROR_MODULE:
      return _ ("There is no software for smart cards on this computer, or it cannot be used. Ask "
                "whoever looks after the computer to install it; for many cards it is OpenSC.");
    case PAL_TOKEN_ERROR_NO_TOKEN:
      return _ ("The smart card is not plugged in. Plug it in and try again.");
    case PAL_TOKEN_ERROR_NO_KEY:
      return _ ("There is no such key with a certificate on the smart card. Nothing was signed.");
    case PAL_TOKEN_ERROR_SEVERAL:
      return _ ("More than one key fits. Leave only one smart card plugged in and choose its key "
                "from the list.");
    case PAL_TOKEN_ERROR_NOT_READY:
      return _ ("The smart card has no PIN yet. Ask whoever issued it to set it up.");
    case PAL_TOKEN_ERROR_PIN_NEEDED:
      return _ ("Please type the PIN of the smart card.");
    case PAL_TOKEN_ERROR_PIN:
      return _ ("That is not the PIN of the smart card, and the card does not say how many tries "
                "are left. Make sure of the PIN before you try again: after some wrong ones the "
                "card locks.");
    case PAL_TOKEN_ERROR_PIN_LAST:
      return _ ("That is not the PIN of the smart card, and only one try is left before it locks. "
                "If you are not sure, ask whoever issued it.");
    case PAL_TOKEN_ERROR_LOCKED:
      return _ ("The smart card is locked after too many wrong PINs. Only whoever issued it can "
                "unlock it. Your answers are safe; until then you can sign with another key.");
    case PAL_TOKEN_ERROR_CANCELLED:
      return _ ("It was cancelled at the card reader. Nothing was signed.");
    case PAL_TOKEN_ERROR_GONE:
      return _ ("The smart card was pulled out before it was done. Nothing was written and your "
                "answers are safe. Plug it in and try again.");
    case PAL_TOKEN_ERROR_UNSUPPORTED:
      return _ ("The key on the smart card cannot do that. Nothing was written; choose another "
                "key.");
    case PAL_TOKEN_ERROR_MISMATCH:
      return _ ("The key on the smart card is not the one of its certificate, so nothing was "
                "signed. Ask whoever issued the card.");
    case PAL_TOKEN_ERROR_FAILED:
      return _ ("The smart card did not do what it was asked to do. Nothing was written. Plug it "
                "in again and try once more.");
    }

  return NULL;
}

static const char *
get_endpoint_words (PalEndpointError code)
{
  switch (code)
    {
    case PAL_ENDPOINT_ERROR_KIND:
      return _ ("This package is not an endpoint file. Nothing was changed.");
    case PAL_ENDPOINT_ERROR_CONTENT:
    case PAL_ENDPOINT_ERROR_ADDRESS:
    case PAL_ENDPOINT_ERROR_CERTIFICATE:
      return _ (
          "This endpoint file says what no endpoint file may say, so nothing of it was taken. "
          "Ask the people who run the module for a new one.");
    case PAL_ENDPOINT_ERROR_TIME:
      return _ (
          "This endpoint is not in service now. Ask the people who run the module for a newer "
          "file. Nothing was sent.");
    case PAL_ENDPOINT_ERROR_SIGNER:
      return _ ("Another key signed the endpoint that you have. Nothing was changed.");
    case PAL_ENDPOINT_ERROR_OLDER:
      return _ ("You have a newer file of this endpoint. Nothing was changed.");
    case PAL_ENDPOINT_ERROR_NOT_FOUND:
      return _ ("This endpoint is not on this computer any more. Open its file again.");
    }

  return NULL;
}

static const char *
get_seal_words (PalSealError code)
{
  switch (code)
    {
    case PAL_SEAL_ERROR_INCOMPLETE:
    case PAL_SEAL_ERROR_MALFORMED:
    case PAL_SEAL_ERROR_VOLUME:
    case PAL_SEAL_ERROR_ARCHIVE:
      return _ ("What was encrypted is not whole. Your answers are safe. Copy it again.");
    case PAL_SEAL_ERROR_LIMIT:
      return _ ("The archive is larger than the module takes. Your answers are safe.");
    case PAL_SEAL_ERROR_CHANGED:
      return _ ("The archive changed while it was encrypted. Nothing was copied. Try again.");
    }

  return NULL;
}

static const char *
get_stick_words (PalStickError code)
{
  switch (code)
    {
    case PAL_STICK_ERROR_FULL:
      return _ ("There is not enough room on the stick. Your answers are safe. Make room, or take "
                "another stick.");
    case PAL_STICK_ERROR_READ_ONLY:
      return _ ("Nothing can be written there. Your answers are safe. Look for a lock on the "
                "stick, or choose another folder.");
    case PAL_STICK_ERROR_GONE:
      return _ ("The stick does not answer any more. What is on it is not complete; your answers "
                "are safe. Put it in and copy again: only what is missing will be written.");
    case PAL_STICK_ERROR_DIFFERENT:
      return _ ("The stick does not give back what was written to it. Do not use it. Your answers "
                "are safe; take another stick.");
    case PAL_STICK_ERROR_TOO_LARGE:
      return _ ("The stick takes no file of that size. Encrypt the archive, then it goes in "
                "smaller files.");
    case PAL_STICK_ERROR_SOURCE:
      return _ ("The archive on this computer cannot be read any more. Your answers are safe in "
                "the dossier; pack it again.");
    }

  return NULL;
}

static const char *
get_edition_words (PalEditionError code)
{
  switch (code)
    {
    case PAL_EDITION_ERROR_NONE:
      return _ ("No edition was packed yet, so there is nothing to supplement. Send the whole.");
    case PAL_EDITION_ERROR_NOTHING:
      return _ ("No answer differs from the edition that was packed last.");
    }

  return NULL;
}

static const char *
get_input_words (PalInputError code)
{
  switch (code)
    {
    case PAL_INPUT_ERROR_NONE:
      return _ ("There is no input in this dossier.");
    case PAL_INPUT_ERROR_ARTICLE:
      return _ ("The review has no such article. Choose another one.");
    case PAL_INPUT_ERROR_OPEN:
      return _ ("Something is still missing, or an answer does not fit. Nothing was saved.");
    case PAL_INPUT_ERROR_ANONYMOUS:
      return _ ("Who stays unknown does not sign: the signature would name you. Nothing was "
                "saved.");
    case PAL_INPUT_ERROR_LIMIT:
      return _ ("The attached files are too many or too large for whoever receives them. Remove "
                "some, or make them smaller.");
    }

  return NULL;
}

static const char *
get_io_words (GIOErrorEnum code)
{
  /* GIO's list grows; what has no words of its own gets the common ones. */
  switch ((int) code)
    {
    case G_IO_ERROR_NOT_FOUND:
      return _ ("The file is not there any more. It may have been moved or renamed.");
    case G_IO_ERROR_PERMISSION_DENIED:
      return _ ("You may not read or write there. Choose another folder.");
    case G_IO_ERROR_NO_SPACE:
      return _ ("The disk is full. Free some space, then try again.");
    case G_IO_ERROR_EXISTS:
      return _ ("A file of this name already exists. Choose another name.");
    default:
      return NULL;
    }
}

/**
 * pal_trouble_dup_words:
 * @error: what a function of the core gave back
 *
 * Returns: (transfer full): sentences for a person
 */
char *
pal_trouble_dup_words (const GError *error)
{
  const char *words = NULL;
  char *about_translation = pal_translate_dup_trouble (error);

  char *about_inbox = about_translation == NULL ? pal_inbox_dup_trouble (error) : NULL;

  if (about_translation != NULL)
    return about_translation;
  if (about_inbox != NULL)
    return about_inbox;
  if (error != NULL && error->domain == PAL_DOSSIER_ERROR)
    words = get_dossier_words (error->code);
  else if (error != NULL && error->domain == PAL_FORM_ERROR)
    words = get_form_words (error->code);
  else if (error != NULL && error->domain == PAL_UPGRADE_ERROR)
    words = get_upgrade_words (error->code);
  else if (error != NULL && error->domain == PAL_CLEARANCE_ERROR)
    words = get_clearance_words (error->code);
  else if (error != NULL && error->domain == PAL_HANDOUT_ERROR)
    words = get_handout_words (error->code);
  else if (error != NULL && error->domain == PAL_PACKAGE_ERROR)
    words = get_package_words (error->code);
  else if (error != NULL && error->domain == PAL_SIGNING_ERROR)
    words = get_signing_words (error->code);
  else if (error != NULL && error->domain == PAL_TOKEN_ERROR)
    words = get_token_words (error->code);
  else if (error != NULL && error->domain == PAL_ENDPOINT_ERROR)
    words = get_endpoint_words (error->code);
  else if (error != NULL && error->domain == PAL_SEAL_ERROR)
    words = get_seal_words (error->code);
  else if (error != NULL && error->domain == PAL_STICK_ERROR)
    words = get_stick_words (error->code);
  else if (error != NULL && error->domain == PAL_EDITION_ERROR)
    words = get_edition_words (error->code);
  else if (error != NULL && error->domain == PAL_INPUT_ERROR)
    words = get_input_words (error->code);
  else if (error != NULL && error->domain == G_IO_ERROR)
    words = get_io_words (error->code);

  return g_strdup (words != NULL ? words
                                 : _ ("Something went wrong. What was saved before is safe."));
}

/**
 * pal_trouble_dup_save_words:
 * @error: (nullable): why answers could not be written
 *
 * Returns: (transfer full): sentences for the banner
 */
char *
pal_trouble_dup_save_words (const GError *error)
{
  if (g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return g_strdup (_ ("The disk is full. Your latest answers are kept in this window and saving "
                        "is tried again every few seconds. Free some space, and leave the window "
                        "open."));

  return g_strdup (_ ("Your latest answers cannot be saved now. They are kept in this window and "
                      "saving is tried again every few seconds. Leave the window open."));
}
