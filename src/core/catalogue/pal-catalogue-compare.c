// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

/* A catalogue beside another one, and how full it is. */

/* --- one and another */

static gboolean
has_same_strings (PalCatalogueEntry *entry, PalCatalogueEntry *other)
{
  if (entry->strings->len != other->strings->len)
    return FALSE;
  for (guint i = 0; i < entry->strings->len; i++)
    if (strcmp (g_ptr_array_index (entry->strings, i), g_ptr_array_index (other->strings, i)) != 0)
      return FALSE;

  return TRUE;
}

static gboolean
take_entry (PalCatalogueEntry *entry, PalCatalogueEntry *other)
{
  if (entry->strings->len != other->strings->len || other->state == PAL_ENTRY_MISSING)
    return FALSE;
  if (has_same_strings (entry, other) && entry->is_fuzzy == other->is_fuzzy
      && g_strcmp0 (entry->comment, other->comment) == 0)
    return FALSE;
  for (guint i = 0; i < entry->strings->len; i++)
    pal_catalogue_entry_set_translation (entry, i, g_ptr_array_index (other->strings, i));
  pal_catalogue_entry_set_fuzzy (entry, other->is_fuzzy);
  if (other->comment != NULL)
    pal_catalogue_entry_set_comment (entry, other->comment);

  return TRUE;
}

/**
 * pal_catalogue_take:
 * @self: a catalogue
 * @other: another of the same texts and language
 * @replace: also what is translated here
 *
 * Takes over what is translated in @other, with its marks and comments, by context and English.
 *
 * Returns: how many entries changed
 */
guint
pal_catalogue_take (PalCatalogue *self, PalCatalogue *other, gboolean replace)
{
  guint n_taken = 0;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self) && PAL_IS_CATALOGUE (other), 0);

  for (guint i = 0; i < other->entries->len; i++)
    {
      PalCatalogueEntry *theirs = g_ptr_array_index (other->entries, i);
      PalCatalogueEntry *entry = pal_catalogue_find (self, theirs->context, theirs->id);

      if (entry != NULL && (replace || entry->state == PAL_ENTRY_MISSING))
        n_taken += take_entry (entry, theirs);
    }

  return n_taken;
}

/**
 * pal_catalogue_count_different:
 * @self: what is used
 * @other: another of the same texts and language
 *
 * Returns: how many texts are translated in @other, and not as in @self
 */
guint
pal_catalogue_count_different (PalCatalogue *self, PalCatalogue *other)
{
  guint n_different = 0;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self) && PAL_IS_CATALOGUE (other), 0);

  for (guint i = 0; i < other->entries->len; i++)
    {
      PalCatalogueEntry *theirs = g_ptr_array_index (other->entries, i);
      PalCatalogueEntry *ours = pal_catalogue_find (self, theirs->context, theirs->id);

      if (ours != NULL && theirs->state == PAL_ENTRY_TRANSLATED && !has_same_strings (ours, theirs))
        n_different++;
    }

  return n_different;
}

static char *
simplify_language (const char *language)
{
  g_autofree char *small = g_ascii_strdown (language, -1);

  return g_strdup (g_strdelimit (small, "-", '_'));
}

/**
 * pal_catalogue_check_language:
 * @self: a catalogue
 * @language: code
 * @error: return location
 *
 * Returns: whether its header names the language; %PAL_CATALOGUE_ERROR_LANGUAGE with the one that
 * it names as detail
 */
gboolean
pal_catalogue_check_language (PalCatalogue *self, const char *language, GError **error)
{
  g_autofree char *own = NULL;
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self), FALSE);
  g_return_val_if_fail (language != NULL, FALSE);

  own = simplify_language (self->language != NULL ? self->language : "");
  wanted = simplify_language (language);
  if (strcmp (own, wanted) == 0)
    return TRUE;
  pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_LANGUAGE, "catalogue", 1, self->language,
                           "it is in another language");

  return FALSE;
}

/**
 * pal_catalogue_count_known:
 * @self: a catalogue
 * @template: all texts of something
 *
 * Returns: how many of its entries are also in @template
 */
guint
pal_catalogue_count_known (PalCatalogue *self, PalCatalogue *template)
{
  guint n_known = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);

      n_known += pal_catalogue_find (template, entry->context, entry->id) != NULL;
    }

  return n_known;
}

/**
 * pal_catalogue_check_fits:
 * @self: a catalogue
 * @template: all texts of a form, or of the interface
 * @error: return location
 *
 * A catalogue of an older version still fits: half of its texts must be known.
 *
 * Returns: whether it is of the same; %PAL_CATALOGUE_ERROR_OTHER with the first line that is not
 */
gboolean
pal_catalogue_check_fits (PalCatalogue *self, PalCatalogue *template, GError **error)
{
  guint line = 0;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self) && PAL_IS_CATALOGUE (template), FALSE);

  if (self->entries->len > 0
      && pal_catalogue_count_known (self, template) * 2 >= self->entries->len)
    return TRUE;
  for (guint i = 0; i < self->entries->len && line == 0; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);

      if (pal_catalogue_find (template, entry->context, entry->id) == NULL)
        line = entry->line;
    }
  pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_OTHER, "catalogue", line, NULL,
                           "these are the texts of something else");

  return FALSE;
}

/* --- coverage */

/**
 * pal_catalogue_get_coverage:
 * @self: a catalogue
 * @scope: (nullable): one of pal_catalogue_list_scopes(), %NULL for all
 *
 * Returns: how much is translated
 */
PalCoverage
pal_catalogue_get_coverage (PalCatalogue *self, const char *scope)
{
  PalCoverage coverage = { 0 };

  for (guint i = 0; i < self->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);

      if (scope != NULL && strcmp (scope, entry->scope) != 0)
        continue;
      coverage.n_translated += entry->state == PAL_ENTRY_TRANSLATED;
      coverage.n_fuzzy += entry->state == PAL_ENTRY_FUZZY;
      coverage.n_missing += entry->state == PAL_ENTRY_MISSING;
    }

  return coverage;
}

/**
 * pal_catalogue_list_scopes:
 * @self: a catalogue
 *
 * Returns: (transfer full) (element-type utf8): to what its entries belong, in the order of the
 * file
 */
GPtrArray *
pal_catalogue_list_scopes (PalCatalogue *self)
{
  GPtrArray *scopes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_hash_table_add (seen, entry->scope))
        g_ptr_array_add (scopes, g_strdup (entry->scope));
    }

  return scopes;
}
