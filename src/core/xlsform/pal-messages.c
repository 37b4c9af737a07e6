// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-messages"

#include "config.h"

#include "pal-messages.h"
#include "pal-xlsform.h"

#include <string.h>

#define MAX_FILE_BYTES (32 * 1024 * 1024)
#define MAX_CATALOGUES 64

/* Names of languages in the language itself; what is not here is shown by its code. */
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

typedef enum
{
  PART_NONE,
  PART_CONTEXT,
  PART_ID,
  PART_ID_PLURAL,
  PART_STRING,
  PART_OTHER_STRING
} Part;

typedef struct
{
  GString *context;
  GString *id;
  GString *string;
  gboolean has_context;
  gboolean has_id;
  gboolean is_fuzzy;
  Part part;
} Entry;

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

/* The translation for the context, or NULL. @context: (nullable) */
const char *
pal_messages_find (const PalMessages *self, const char *context, const char *msgid)
{
  g_autofree char *key = make_key (context, msgid);

  return g_hash_table_lookup (self->messages, key);
}

static void
finish_entry (PalMessages *self, Entry *entry)
{
  /* An empty msgid is the header; an empty msgstr says that nobody translated it yet. */
  if (entry->has_id && entry->id->len > 0 && entry->string->len > 0 && !entry->is_fuzzy)
    g_hash_table_replace (
        self->messages, make_key (entry->has_context ? entry->context->str : NULL, entry->id->str),
        g_strdup (entry->string->str));
  g_string_truncate (entry->context, 0);
  g_string_truncate (entry->id, 0);
  g_string_truncate (entry->string, 0);
  entry->has_context = entry->has_id = entry->is_fuzzy = FALSE;
  entry->part = PART_NONE;
}

static gboolean
append_quoted (GString *out, const char *text)
{
  const char *at = text;

  if (*at != '"')
    return FALSE;
  for (at++; *at != '"'; at++)
    {
      if (*at == '\0')
        return FALSE;
      if (*at != '\\')
        {
          g_string_append_c (out, *at);
          continue;
        }
      at++;
      switch (*at)
        {
        case 'n':
          g_string_append_c (out, '\n');
          break;
        case 't':
          g_string_append_c (out, '\t');
          break;
        case 'r':
          break;
        case '"':
        case '\\':
          g_string_append_c (out, *at);
          break;
        default:
          return FALSE;
        }
    }
  for (at++; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      return FALSE;

  return TRUE;
}

static gboolean
read_line (PalMessages *self, Entry *entry, char *line)
{
  static const struct
  {
    const char *word;
    Part part;
  } keywords[] = {
    { "msgctxt", PART_CONTEXT },  { "msgid_plural", PART_ID_PLURAL }, { "msgid", PART_ID },
    { "msgstr[0]", PART_STRING }, { "msgstr[", PART_OTHER_STRING },   { "msgstr", PART_STRING },
  };
  GString *discard = NULL;
  GString *target = NULL;
  gboolean fine;

  g_strstrip (line);
  if (line[0] == '\0')
    return TRUE;
  if (line[0] == '#')
    {
      if (entry->part >= PART_STRING)
        finish_entry (self, entry);
      if (line[1] == ',' && strstr (line, "fuzzy") != NULL)
        entry->is_fuzzy = TRUE;
      return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (keywords) && line[0] != '"'; i++)
    if (g_str_has_prefix (line, keywords[i].word))
      {
        gboolean starts = keywords[i].part == PART_CONTEXT
                          || (keywords[i].part == PART_ID && entry->part != PART_CONTEXT);

        if (starts && entry->part >= PART_STRING)
          finish_entry (self, entry);
        else if (starts && entry->part != PART_NONE)
          return FALSE;
        if (keywords[i].part >= PART_STRING && !entry->has_id)
          return FALSE;
        entry->part = keywords[i].part;
        entry->has_context |= entry->part == PART_CONTEXT;
        entry->has_id |= entry->part == PART_ID;
        line = strchr (line, '"');
        if (line == NULL)
          return FALSE;
        break;
      }

  discard = g_string_new (NULL);
  switch (entry->part)
    {
    case PART_CONTEXT:
      target = entry->context;
      break;
    case PART_ID:
      target = entry->id;
      break;
    case PART_STRING:
      target = entry->string;
      break;
    case PART_ID_PLURAL:
    case PART_OTHER_STRING:
      target = discard;
      break;
    case PART_NONE:
      break;
    }
  fine = target != NULL && append_quoted (target, line);
  g_string_free (discard, TRUE);

  return fine;
}

/* @name stands in messages. Fuzzy and empty entries are left out. Errors:
 * PAL_XLSFORM_ERROR_CATALOGUE. */
PalMessages *
pal_messages_parse (GBytes *bytes, const char *name, const char *code, GError **error)
{
  g_autoptr (PalMessages) self = g_new0 (PalMessages, 1);
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  Entry entry = { 0 };
  guint bad = 0;

  self->code = g_strdup (code);
  self->language = pal_messages_dup_language (code);
  self->messages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (size > 0 && (!g_utf8_validate (data, size, NULL) || memchr (data, '\0', size) != NULL))
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_CATALOGUE, "%s: not UTF-8 text",
                   name);
      return NULL;
    }
  text = g_strndup (size > 0 ? data : "", size);
  lines = g_strsplit (g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text, "\n", -1);

  entry.context = g_string_new (NULL);
  entry.id = g_string_new (NULL);
  entry.string = g_string_new (NULL);
  for (guint i = 0; lines[i] != NULL && bad == 0; i++)
    if (!read_line (self, &entry, lines[i]))
      bad = i + 1;
  if (bad == 0)
    finish_entry (self, &entry);
  g_string_free (entry.context, TRUE);
  g_string_free (entry.id, TRUE);
  g_string_free (entry.string, TRUE);
  if (bad > 0)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_CATALOGUE,
                   "%s:%u: this line is not PO syntax", name, bad);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* "العربية (ar)": how a language is named in itext. */
char *
pal_messages_dup_language (const char *code)
{
  g_autofree char *plain = g_strdup (code);
  g_autofree char *tag = g_strdelimit (g_strdup (code), "_", '-');

  plain[strcspn (plain, "_-@")] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strcmp (languages[i].code, plain) == 0)
      return g_strdup_printf ("%s (%s)", languages[i].name, tag);

  return g_strdup_printf ("%s (%s)", tag, tag);
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

  catalogues = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_messages_free);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *code = g_strndup (name, strlen (name) - strlen (".po"));
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);
      PalMessages *catalogue;

      if (bytes == NULL)
        return NULL;
      if (g_bytes_get_size (bytes) > MAX_FILE_BYTES || names->len > MAX_CATALOGUES)
        {
          g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_CATALOGUE,
                       "%s: more than 32 MiB, or more than %d catalogues", name, MAX_CATALOGUES);
          return NULL;
        }
      catalogue = pal_messages_parse (bytes, name, code, error);
      if (catalogue == NULL)
        return NULL;
      g_ptr_array_add (catalogues, catalogue);
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
