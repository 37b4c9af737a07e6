// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-verify-words"
#include "config.h"

#include "pal-verify-words.h"

#include "pal-answer-words.h"
#include "pal-certificate-info.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
pal_verify_get_verdict (const PalVerifyLook *look)
{
  switch (look->verification->code)
    {
    case 0:
      return _ ("Nothing was changed, and you know who signed it");
    case 1:
      return _ ("Nothing was changed, but it is not certain who signed it");
    case 2:
      return look->verification->unsigned_only
                 ? _ ("Nobody has signed this package")
                 : _ ("This package was changed, or a signature does not hold");
    case 3:
      return _ ("This is not a package as it should be");
    case 4:
      return _ ("This package is larger than what is opened here");
    default:
      return _ ("This file cannot be read");
    }
}

const char *
pal_verify_get_advice (const PalVerifyLook *look)
{
  switch (look->verification->code)
    {
    case 0:
      return _ ("Every signature holds and covers every file in the package. Nothing is left out.");
    case 1:
      return _ ("Every signature holds and covers every file in the package. Nothing is left out. "
                "Compare the fingerprint with the signer, by telephone or face to face, before you "
                "rely on it.");
    default:
      return _ ("Nothing of it was opened or kept. Do not rely on it; ask whoever gave it to you "
                "for another copy.");
    }
}

const char *
pal_verify_get_kind (const char *kind)
{
  static const struct
  {
    const char *kind;
    const char *words;
  } kinds[] = {
    { "submission", N_ ("Answers of a State") },
    { "supplement", N_ ("Supplement to answers of a State") },
    { "section", N_ ("Work that is handed to a colleague") },
    { "return", N_ ("Work that a colleague gives back") },
    { "input", N_ ("Input from outside government") },
    { "questionnaire", N_ ("Questionnaires") },
    { "translation", N_ ("Translations") },
    { "endpoint", N_ ("Address of a module") },
  };

  for (guint i = 0; kind != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, kind) == 0)
      return _ (kinds[i].words);

  return _ ("Of no kind that is known here");
}

char *
pal_verify_dup_known (const PalKnownSigner *known)
{
  g_autofree char *day = pal_answer_dup_time (known->since * G_USEC_PER_SEC);

  switch (known->check)
    {
    case PAL_SIGNER_CHECK_PHONE:
      /* TRANSLATORS: %s: date and time */
      return g_strdup_printf (_ ("You know this key: compared by telephone, %s."), day);
    case PAL_SIGNER_CHECK_IN_PERSON:
      /* TRANSLATORS: %s: date and time */
      return g_strdup_printf (_ ("You know this key: compared face to face, %s."), day);
    case PAL_SIGNER_CHECK_NOTICE:
      break;
    }

  /* TRANSLATORS: %s: date and time */
  return g_strdup_printf (_ ("You know this key from a signed notice, %s."), day);
}

/**
 * pal_verify_dup_signer:
 * @signer: of a signature that holds
 *
 * Returns: (transfer full): lines: when, whether known, what is odd, the fingerprint
 */
char *
pal_verify_dup_signer (const PalVerifySigner *signer)
{
  const PalCmsSigner *cms = signer->signer;
  GString *lines = g_string_new (NULL);
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (cms->fingerprint);
  g_autofree char *time
      = cms->claimed_time > 0 ? pal_answer_dup_time (cms->claimed_time * G_USEC_PER_SEC) : NULL;
  g_autofree char *known = signer->known != NULL ? pal_verify_dup_known (signer->known) : NULL;

  if (time != NULL)
    {
      /* TRANSLATORS: %s: date and time */
      g_string_append_printf (lines, _ ("Signed on %s, as the signer's own clock says."), time);
      g_string_append_c (lines, '\n');
    }
  if (known != NULL && cms->trusted)
    g_string_append (lines, known);
  else if (known != NULL)
    g_string_append (lines, _ ("You know this key, but its certificate is not valid today or is "
                               "not made for signatures."));
  else if (signer->namesake != NULL)
    g_string_append (lines, _ ("Be careful: you know somebody of the same name with another key. "
                               "Ask them before you rely on this one."));
  else
    g_string_append (lines, _ ("Nobody has told Palermo yet whose key this is."));
  g_string_append_c (lines, '\n');
  /* TRANSLATORS: %s: the fingerprint of a key, eight groups of digits */
  g_string_append_printf (lines, _ ("Fingerprint: %s"), spoken);

  return g_string_free (lines, FALSE);
}

/**
 * pal_verify_dup_commands:
 * @look: of a package that is sound
 *
 * Returns: (transfer full): lines for a shell
 */
char *
pal_verify_dup_commands (const PalVerifyLook *look)
{
  GString *lines = g_string_new (NULL);
  g_autofree char *name = g_path_get_basename (look->path);
  g_autofree char *quoted = g_shell_quote (name);

  g_string_append_printf (lines, "unzip -q %s -d x && cd x\n", quoted);
  for (guint i = 0; i < look->verification->signatures->len; i++)
    {
      const PalPackageSignature *signature = g_ptr_array_index (look->verification->signatures, i);

      g_string_append_printf (lines,
                              "openssl cms -verify -binary -cades -purpose any -inform DER -in %s "
                              "-content %s -CAfile trusted.pem -out /dev/null\n",
                              signature->file, signature->manifest);
    }
  g_string_append (lines, "openssl dgst -sha256 -binary manifest-sha256.txt | base64\n"
                          "sha256sum -c manifest-sha256.txt\n");

  return g_string_free (lines, FALSE);
}
