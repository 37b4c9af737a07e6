// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translation"
#include "config.h"

#include "pal-translation-private.h"

#include "pal-paths.h"
#include "pal-publish.h"
#include "pal-text.h"

#include <glib/gstdio.h>
#include <string.h>

/* Whose translations a person on this computer has accepted: one small file each, called as the
 * fingerprint of the certificate, with the name that the certificate has. */

#define FOLDER "translation-signers"
#define FINGERPRINT_DIGITS 64
#define MAX_NAME_BYTES 400
#define MAX_SIGNERS 1000

/**
 * pal_translation_signer_free:
 * @signer: (transfer full): somebody
 */
void
pal_translation_signer_free (PalTranslationSigner *signer)
{
  g_free (signer->fingerprint);
  g_free (signer->name);
  g_free (signer);
}

static gboolean
is_fingerprint (const char *text)
{
  gsize n = strspn (text, "0123456789abcdef");

  return n == FINGERPRINT_DIGITS && text[n] == '\0';
}

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "palermo", FOLDER, NULL);
}

static int
compare_signers (gconstpointer a, gconstpointer b)
{
  const PalTranslationSigner *first = *(const PalTranslationSigner *const *) a;
  const PalTranslationSigner *second = *(const PalTranslationSigner *const *) b;
  int order = g_utf8_collate (first->name, second->name);

  return order != 0 ? order : strcmp (first->fingerprint, second->fingerprint);
}

/* A name is for people only, so one that cannot be read is empty. */
static char *
read_name (const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return g_strdup ("");
  text[MIN (length, MAX_NAME_BYTES)] = '\0';

  return g_utf8_validate (text, -1, NULL) ? g_strstrip (g_strdup (text)) : g_strdup ("");
}

/**
 * pal_translation_list_signers:
 *
 * Blocking, short.
 *
 * Returns: (transfer full) (element-type PalTranslationSigner): whose translations are known here
 */
GPtrArray *
pal_translation_list_signers (void)
{
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *signers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_translation_signer_free);
  const char *name;

  while (dir != NULL && signers->len < MAX_SIGNERS && (name = g_dir_read_name (dir)) != NULL)
    if (is_fingerprint (name))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        PalTranslationSigner *signer = g_new0 (PalTranslationSigner, 1);

        signer->fingerprint = g_strdup (name);
        signer->name = read_name (path);
        g_ptr_array_add (signers, signer);
      }
  g_ptr_array_sort (signers, compare_signers);

  return signers;
}

gboolean
pal_translation_is_signer (const char *fingerprint)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = NULL;

  if (!is_fingerprint (fingerprint))
    return FALSE;
  path = g_build_filename (folder, fingerprint, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/**
 * pal_translation_remember_signer:
 * @fingerprint: of a certificate, SHA-256 in hexadecimal
 * @name: what it calls its owner
 * @error: return location
 *
 * From now on packages with translations that are signed with it are known. Blocking, short.
 *
 * Returns: whether it is noted
 */
gboolean
pal_translation_remember_signer (const char *fingerprint, const char *name, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *printable = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (fingerprint != NULL && name != NULL, FALSE);

  if (!is_fingerprint (fingerprint))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "not a fingerprint of a certificate");
      return FALSE;
    }
  folder = pal_paths_dup_state_dir (FOLDER);
  path = g_build_filename (folder, fingerprint, NULL);
  printable = pal_text_dup_printable (name, MAX_NAME_BYTES / 4);
  bytes = g_bytes_new (printable, strlen (printable));

  return pal_publish_bytes (path, bytes, error);
}

/**
 * pal_translation_forget_signer:
 * @fingerprint: of a certificate
 * @error: return location
 *
 * The next package of this signer waits for a decision again. What is used stays. Blocking, short.
 *
 * Returns: whether the signer is not known any more
 */
gboolean
pal_translation_forget_signer (const char *fingerprint, GError **error)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = NULL;

  g_return_val_if_fail (fingerprint != NULL, FALSE);

  if (!pal_translation_is_signer (fingerprint))
    return TRUE;
  path = g_build_filename (folder, fingerprint, NULL);
  if (g_unlink (path) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "a signer cannot be forgotten");

  return FALSE;
}
