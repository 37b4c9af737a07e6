// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

/* Catalogues made of another one. */

/**
 * pal_catalogue_copy:
 * @self: a catalogue
 *
 * Copies it as it is now, to be given to another thread.
 *
 * Returns: (transfer full): another catalogue that says the same
 */
PalCatalogue *
pal_catalogue_copy (PalCatalogue *self)
{
  PalCatalogue *copy = NULL;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self), NULL);

  copy = g_object_new (PAL_TYPE_CATALOGUE, NULL);
  copy->original = g_bytes_ref (self->original);
  copy->entries = g_ptr_array_new_full (self->entries->len, g_object_unref);
  copy->header = g_strdup (self->header);
  copy->language = g_strdup (self->language);
  copy->plural = pal_plural_ref (self->plural);
  copy->translator = g_strdup (self->translator);
  copy->is_interface = self->is_interface;
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (copy->entries,
                     pal_catalogue_entry_copy (g_ptr_array_index (self->entries, i)));
  pal_catalogue_index (copy);

  return copy;
}

/**
 * pal_catalogue_new_empty:
 * @template: all texts
 * @language: code, such as "ar" or "zh_CN"
 * @error: return location
 *
 * Begins a catalogue: the texts of @template, nothing of it translated. Blocking.
 *
 * Returns: (transfer full) (nullable): a catalogue
 */
PalCatalogue *
pal_catalogue_new_empty (PalCatalogue *template, const char *language, GError **error)
{
  g_autoptr (PalCatalogue) copy = NULL;
  g_autofree char *header = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const struct
  {
    const char *field;
    const char *value;
  } fields[] = { { "Language", language },
                 { "MIME-Version", "1.0" },
                 { "Content-Type", "text/plain; charset=UTF-8" },
                 { "Content-Transfer-Encoding", "8bit" },
                 { "Plural-Forms", pal_plural_find_rule (language) } };

  g_return_val_if_fail (PAL_IS_CATALOGUE (template), NULL);
  g_return_val_if_fail (language != NULL, NULL);

  copy = pal_catalogue_copy (template);
  header = g_strdup (template->header);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      char *changed = pal_po_set_field (header, fields[i].field, fields[i].value);

      g_free (header);
      header = changed;
    }
  g_clear_pointer (&copy->plural, pal_plural_unref);
  copy->plural = pal_plural_parse (pal_plural_find_rule (language));
  for (guint i = 0; i < copy->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (copy->entries, i);

      g_ptr_array_set_size (entry->strings, 0);
      pal_catalogue_entry_complete (entry, pal_plural_count (copy->plural));
      g_clear_pointer (&entry->comment, g_free);
      entry->is_fuzzy = FALSE;
      entry->is_edited = TRUE;
    }
  bytes = pal_po_write (copy->original, copy->entries, header, error);

  return bytes != NULL
             ? pal_catalogue_new_from_bytes (bytes, language, PAL_CATALOGUE_LOAD_DEFAULT, error)
             : NULL;
}
