// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-messages"

#include "config.h"

#include "pal-messages.h"
#include "pal-xlsform.h"

#include "pal-locale.h"

#include <string.h>

#define MAX_CATALOGUES 64

/* Names of languages in the language itself, as our forms have them; others are those of ICU. */
static const struct
{
  const char *code;
  const char *name;
} languages[] = {
  { "ar", "العربية" },    { "de", "Deutsch" },
  { "en", "English" },    { "es", "Español" },
  { "fa", "فارسی" },      { "fr", "Français" },
  { "hi", "हिन्दी" },      { "id", "Bahasa Indonesia" },
  { "it", "Italiano" },   { "ja", "日本語" },
  { "ky", "Кыргызча" },   { "mn", "Монгол" },
  { "pt", "Português" },  { "ro", "Română" },
  { "ru", "Русский" },    { "sw", "Kiswahili" },
  { "tr", "Türkçe" },     { "uk", "Українська" },
  { "vi", "Tiếng Việt" }, { "zh", "中文" },
};

void
pal_messages_free (PalMessages *self)
{
  g_free (self->code);
  g_free (self->language);
  g_hash_table_unref (self->messages);
  g_free (self);
}

static char *
make_key (const char *context, const char *msgid)
{
  return context != NULL ? g_strconcat (context, "\004", msgid, NULL) : g_strdup (msgid);
}

PalMessages *
pal_messages_new (const char *code)
{
  PalMessages *self = g_new0 (PalMessages, 1);

  self->code = g_strdup (code);
  self->language = pal_messages_dup_language (code);
  self->messages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/* When it is translated, and not there yet. */
void
pal_messages_add_entry (PalMessages *self, PalCatalogueEntry *entry)
{
  char *key;

  if (pal_catalogue_entry_get_state (entry) != PAL_ENTRY_TRANSLATED)
    return;
  key = make_key (pal_catalogue_entry_get_context (entry), pal_catalogue_entry_get_id (entry));
  if (g_hash_table_contains (self->messages, key))
    g_free (key);
  else
    g_hash_table_insert (self->messages, key,
                         g_strdup (pal_catalogue_entry_get_translation (entry, 0)));
}

static void
add_all (PalMessages *self, PalCatalogue *catalogue)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (catalogue));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), i);

      pal_messages_add_entry (self, entry);
    }
}

/* The translation for the context, or NULL. @context: (nullable) */
const char *
pal_messages_find (const PalMessages *self, const char *context, const char *msgid)
{
  g_autofree char *key = make_key (context, msgid);

  return g_hash_table_lookup (self->messages, key);
}

/* Fuzzy and empty entries are left out; a header is not asked for. Errors: G_IO_ERROR,
 * PAL_XLSFORM_ERROR_CATALOGUE with file and line. */
static PalMessages *
load (const char *path, const char *code, GError **error)
{
  GError *local = NULL;
  g_autoptr (PalMessages) self = NULL;
  g_autoptr (PalCatalogue) catalogue
      = pal_catalogue_load (path, PAL_CATALOGUE_LOAD_DRAFT | PAL_CATALOGUE_LOAD_TEMPLATE, &local);

  if (catalogue == NULL)
    {
      if (local->domain == PAL_CATALOGUE_ERROR)
        {
          g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_CATALOGUE,
                               local->message);
          g_clear_error (&local);
        }
      else
        g_propagate_error (error, local);
      return NULL;
    }
  self = pal_messages_new (code);
  add_all (self, catalogue);

  return g_steal_pointer (&self);
}

/* "العربية (ar)": how a language is named in itext. */
char *
pal_messages_dup_language (const char *code)
{
  g_autofree char *plain = g_strdup (code);
  g_autofree char *tag = g_strdelimit (g_strdup (code), "_", '-');
  g_autofree char *own = NULL;

  plain[strcspn (plain, "_-@")] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strcmp (languages[i].code, plain) == 0)
      return g_strdup_printf ("%s (%s)", languages[i].name, tag);

  own = pal_locale_dup_language_name (code);
  /* The parentheses hold the code alone: "Português (pt-BR)". */
  if (strchr (own, '(') != NULL)
    {
      g_free (own);
      own = pal_locale_dup_language_name (plain);
    }

  return g_strdup_printf ("%s (%s)", own, tag);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Blocking. Errors: G_IO_ERROR, G_FILE_ERROR, PAL_XLSFORM_ERROR_CATALOGUE. */
GPtrArray *
pal_messages_read_folder (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) catalogues = NULL;
  const char *entry;

  if (dir == NULL)
    return NULL;
  while ((entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (entry, ".po") && entry[0] != '.')
      g_ptr_array_add (names, g_strdup (entry));
  g_ptr_array_sort (names, compare_names);
  if (names->len > MAX_CATALOGUES)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_CATALOGUE,
                   "%s: more than %d catalogues", folder, MAX_CATALOGUES);
      return NULL;
    }

  catalogues = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_messages_free);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *code = g_strndup (name, strlen (name) - strlen (".po"));
      PalMessages *messages = load (path, code, error);

      if (messages == NULL)
        return NULL;
      g_ptr_array_add (catalogues, messages);
    }

  return g_steal_pointer (&catalogues);
}

/* Adds the messages of @others, by language, that @catalogues do not have; a language only of
 * @others moves over. */
void
pal_messages_join (GPtrArray *catalogues, GPtrArray *others)
{
  guint i = 0;

  while (i < others->len)
    {
      PalMessages *other = others->pdata[i];
      PalMessages *own = NULL;
      GHashTableIter iter;
      gpointer key, value;

      for (guint k = 0; k < catalogues->len && own == NULL; k++)
        if (strcmp (((PalMessages *) catalogues->pdata[k])->code, other->code) == 0)
          own = catalogues->pdata[k];
      if (own == NULL)
        {
          g_ptr_array_add (catalogues, g_ptr_array_steal_index (others, i));
          continue;
        }
      g_hash_table_iter_init (&iter, other->messages);
      while (g_hash_table_iter_next (&iter, &key, &value))
        if (!g_hash_table_contains (own->messages, key))
          g_hash_table_insert (own->messages, g_strdup (key), g_strdup (value));
      i++;
    }
}

void
pal_messages_append_string (GString *out, const char *keyword, const char *text)
{
  gboolean many = strchr (text, '\n') != NULL;

  g_string_append_printf (out, "%s %s", keyword, many ? "\"\"\n\"" : "\"");
  for (const char *at = text; *at != '\0'; at++)
    switch (*at)
      {
      case '\n':
        g_string_append (out, at[1] != '\0' ? "\\n\"\n\"" : "\\n");
        break;
      case '\t':
        g_string_append (out, "\\t");
        break;
      case '"':
      case '\\':
        g_string_append_c (out, '\\');
        g_string_append_c (out, *at);
        break;
      default:
        g_string_append_c (out, *at);
      }
  g_string_append (out, "\"\n");
}
