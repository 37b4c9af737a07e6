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

/* A header for a language of which there is nothing yet. */
static char *
make_header (PalCatalogue *template, const char *language)
{
  const struct
  {
    const char *field;
    const char *value;
  } fields[] = { { "Language", language },
                 { "MIME-Version", "1.0" },
                 { "Content-Type", "text/plain; charset=UTF-8" },
                 { "Content-Transfer-Encoding", "8bit" },
                 { "Plural-Forms", pal_plural_find_rule (language) } };
  char *header = g_strdup (template->header);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      char *changed = pal_po_set_field (header, fields[i].field, fields[i].value);

      g_free (header);
      header = changed;
    }

  return header;
}

/**
 * pal_catalogue_new_merged:
 * @template: all texts
 * @language: code, such as "ar" or "zh_CN"
 * @sources: (nullable) (element-type PalCatalogue): in @language; a later one goes before
 * @error: return location
 *
 * The texts of @template, translated as far as @sources do, with the header of the last one. What
 * is translated in none is missing. Blocking.
 *
 * Returns: (transfer full) (nullable): a catalogue in which nothing is edited yet
 */
PalCatalogue *
pal_catalogue_new_merged (PalCatalogue *template, const char *language, GPtrArray *sources,
                          GError **error)
{
  PalCatalogue *last
      = sources != NULL && sources->len > 0 ? g_ptr_array_index (sources, sources->len - 1) : NULL;
  g_autoptr (PalCatalogue) copy = NULL;
  g_autofree char *header = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (PAL_IS_CATALOGUE (template), NULL);
  g_return_val_if_fail (language != NULL, NULL);

  copy = pal_catalogue_copy (template);
  header = last != NULL ? g_strdup (last->header) : make_header (template, language);
  g_clear_pointer (&copy->plural, pal_plural_unref);
  copy->plural = last != NULL ? pal_plural_ref (last->plural)
                              : pal_plural_parse (pal_plural_find_rule (language));
  for (guint i = 0; i < copy->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (copy->entries, i);

      g_ptr_array_set_size (entry->strings, 0);
      g_clear_pointer (&entry->comment, g_free);
      entry->is_fuzzy = FALSE;
      entry->is_edited = TRUE;
      pal_catalogue_entry_complete (entry, pal_plural_count (copy->plural));
    }
  for (guint i = 0; sources != NULL && i < sources->len; i++)
    pal_catalogue_take (copy, g_ptr_array_index (sources, i), TRUE);
  bytes = pal_po_write (copy->original, copy->entries, header, error);

  return bytes != NULL
             ? pal_catalogue_new_from_bytes (bytes, language, PAL_CATALOGUE_LOAD_DRAFT, error)
             : NULL;
}
