// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include <string.h>

/* Which texts in a file are ours, so that what somebody added can be told from them. The file says
 * it where nobody looks; a program that leaves that out leaves the form to ask for its texts. */

char *
pal_office_dup_text_digest (const char *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isspace (g_utf8_get_char (c)))
      g_checksum_update (checksum, (const guchar *) c, g_utf8_next_char (c) - c);

  return g_strndup (g_checksum_get_string (checksum), 8);
}

gboolean
pal_office_own_take (GHashTable *own, const char *text)
{
  const char *digits;
  gsize length;

  if (!g_str_has_prefix (text, PAL_OFFICE_TEXTS " "))
    return FALSE;
  digits = text + strlen (PAL_OFFICE_TEXTS " ");
  length = strspn (digits, "0123456789abcdef");
  for (gsize at = 0; at + 8 <= length && g_hash_table_size (own) < PAL_OFFICE_MAX_ANSWERS; at += 8)
    g_hash_table_add (own, g_strndup (digits + at, 8));

  return TRUE;
}

static void
add_own (GHashTable *own, const char *text)
{
  if (text != NULL)
    g_hash_table_add (own, pal_office_dup_text_digest (text));
}

/* Questions stand alone, with the mark of what is required, and with what is said about them. */
static void
add_controls (GHashTable *own, PalForm *form, GPtrArray *controls, const char *language,
              const char *required)
{
  for (guint i = 0; controls != NULL && i < controls->len; i++)
    {
      PalFormControl *control = g_ptr_array_index (controls, i);
      g_autofree char *label = pal_form_dup_text (form, control, PAL_TEXT_LABEL, language);
      g_autofree char *hint = pal_form_dup_text (form, control, PAL_TEXT_HINT, language);
      g_autofree char *marked = label != NULL ? g_strconcat (label, required, NULL) : NULL;
      g_autofree char *head = label != NULL ? g_strconcat (label, hint, NULL) : NULL;
      g_autofree char *marked_head = label != NULL ? g_strconcat (marked, hint, NULL) : NULL;

      add_own (own, label);
      add_own (own, hint);
      add_own (own, marked);
      add_own (own, head);
      add_own (own, marked_head);
      add_controls (own, form, control->children, language, required);
    }
}

void
pal_office_own_guess (GHashTable *own, PalForm *form, const char *code)
{
  GPtrArray *languages = pal_form_get_languages (form);
  const char *required = pal_office_get_english (PAL_OFFICE_WORD_REQUIRED);
  g_autoptr (PalCatalogue) catalogue = NULL;

  if (code != NULL)
    pal_kit_load_words (code, &catalogue, NULL);
  for (PalOfficeWord word = 0; word < PAL_OFFICE_N_WORDS; word++)
    add_own (own, pal_kit_find_word (catalogue, pal_office_get_english (word)));
  for (guint i = 0; i < MAX (languages->len, 1); i++)
    {
      const char *language = languages->len > 0 ? languages->pdata[i] : NULL;
      g_autofree char *title = pal_form_dup_title (form, language);

      add_own (own, title);
      add_controls (own, form, pal_form_get_controls (form), language,
                    pal_kit_find_word (catalogue, required));
    }
}
