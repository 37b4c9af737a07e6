// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-traces-document"
#include "config.h"

#include "pal-traces-private.h"

#include "pal-bundle.h"

#include <string.h>

/* Office files say in parts of their own who wrote them (ECMA-376 part 2, clause 10; ODF 1.2 part
 * 1, clause 4.3); comments and changes in them bear names, too, and pictures tell what pictures
 * tell. */

#define CORE "docProps/core.xml"
#define APP "docProps/app.xml"
#define CUSTOM "docProps/custom.xml"
#define TYPES "[Content_Types].xml"
#define META "meta.xml"
#define AUTHOR "<(?:\\w+:)?author>"

/* Attributes that name people, by the beginning of a part's name. */
static const struct
{
  const char *part;
  const char *attributes;
} naming[] = {
  { "", "w:author|w:initials|w15:author|w15:userId" },
  { "ppt/commentAuthors", "name|initials" },
  { "ppt/authors", "name|initials|userId" },
  { "xl/persons/", "displayName|userId" },
  { "xl/workbook.xml", "userName" },
};

static PalSpan
span_of (GBytes *bytes)
{
  PalSpan span = { NULL, 0 };

  if (bytes != NULL)
    span.data = g_bytes_get_data (bytes, &span.length);

  return span;
}

static gboolean
matches (PalSpan span, const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_RAW, 0, NULL);

  return span.length > 0 && span.length < G_MAXINT
         && g_regex_match_full (regex, (const char *) span.data, span.length, 0, 0, NULL, NULL);
}

/* An element with something in it. Nothing looks past the next "<", so that a part full of
 * beginnings takes no longer than another one. */
static gboolean
says (PalSpan span, const char *element)
{
  g_autofree char *pattern
      = g_strdup_printf ("<%s(?:\\s[^<>]*)?(?<!/)>(?:[^<]|<!\\[CDATA\\[)", element);

  return matches (span, pattern);
}

static void
look_at_properties (GHashTable *entries, PalTraces *traces)
{
  static const struct
  {
    const char *part;
    const char *element;
    PalTraceKind kind;
  } elements[] = {
    { CORE, "dc:creator", PAL_TRACE_PERSON },
    { CORE, "cp:lastModifiedBy", PAL_TRACE_PERSON },
    { CORE, "dc:description", PAL_TRACE_TEXT },
    { CORE, "cp:keywords", PAL_TRACE_TEXT },
    { CORE, "dcterms:created", PAL_TRACE_TIME },
    { CORE, "dcterms:modified", PAL_TRACE_TIME },
    { APP, "Company", PAL_TRACE_PERSON },
    { APP, "Manager", PAL_TRACE_PERSON },
    { APP, "Application", PAL_TRACE_DEVICE },
    { CUSTOM, "vt:lpwstr", PAL_TRACE_TEXT },
    { META, "dc:creator", PAL_TRACE_PERSON },
    { META, "meta:initial-creator", PAL_TRACE_PERSON },
    { META, "meta:printed-by", PAL_TRACE_PERSON },
    { META, "meta:generator", PAL_TRACE_DEVICE },
    { META, "meta:creation-date", PAL_TRACE_TIME },
    { META, "dc:date", PAL_TRACE_TIME },
    { META, "meta:user-defined", PAL_TRACE_TEXT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      GBytes *part = g_hash_table_lookup (entries, elements[i].part);

      if (part != NULL && says (span_of (part), elements[i].element))
        traces->found[elements[i].kind] = TRUE;
    }
}

/* Whether a part names somebody who commented or changed something. */
static gboolean
names_people (const char *name, PalSpan span)
{
  if (!g_str_has_suffix (name, ".xml"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (naming); i++)
    {
      g_autofree char *pattern
          = g_strdup_printf ("\\s(?:%s)\\s?=\\s?(?:\"[^\"]|'[^'])", naming[i].attributes);

      if (g_str_has_prefix (name, naming[i].part) && matches (span, pattern))
        return TRUE;
    }

  return matches (span, AUTHOR "[^<]");
}

static void
look_at_part (const char *name, GBytes *bytes, PalTraces *traces)
{
  PalTraces inner = { 0 };

  if (names_people (name, span_of (bytes)))
    traces->found[PAL_TRACE_PERSON] = TRUE;
  if (!pal_traces_look_at_picture (span_of (bytes), &inner))
    return;
  for (guint i = 0; i < PAL_N_TRACES; i++)
    traces->found[i] |= inner.found[i];
}

/**
 * pal_traces_look_at_bundle:
 * @bytes: a ZIP archive
 * @traces: what it tells is added
 */
void
pal_traces_look_at_bundle (GBytes *bytes, PalTraces *traces)
{
  g_autoptr (GHashTable) entries
      = pal_bundle_read (bytes, NULL, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, NULL);
  GHashTableIter iter;
  gpointer name, part;

  traces->format = PAL_TRACES_OTHER;
  if (entries == NULL)
    return;
  if (g_hash_table_contains (entries, TYPES))
    traces->format = PAL_TRACES_OFFICE;
  else if (g_hash_table_contains (entries, META))
    traces->format = PAL_TRACES_OPEN_DOCUMENT;
  else
    return;

  traces->is_removable = traces->format == PAL_TRACES_OFFICE;
  look_at_properties (entries, traces);
  g_hash_table_iter_init (&iter, entries);
  while (g_hash_table_iter_next (&iter, &name, &part))
    look_at_part (name, part, traces);
}

/**
 * pal_traces_look_at_pdf:
 * @file: a PDF file
 * @traces: what it tells is added
 *
 * What stands in it compressed is not read: then it says as a rule who made it, too.
 */
void
pal_traces_look_at_pdf (PalSpan file, PalTraces *traces)
{
  if (pal_traces_has (file, "/Author"))
    traces->found[PAL_TRACE_PERSON] = TRUE;
  if (pal_traces_has (file, "/Creator") || pal_traces_has (file, "/Producer"))
    traces->found[PAL_TRACE_DEVICE] = TRUE;
  if (pal_traces_has (file, "/CreationDate") || pal_traces_has (file, "/ModDate"))
    traces->found[PAL_TRACE_TIME] = TRUE;
  if (pal_traces_has (file, "<x:xmpmeta"))
    pal_traces_read_xmp (file, traces);
  if (pal_traces_has (file, "/ObjStm") && !pal_traces_is_any (traces))
    traces->found[PAL_TRACE_TEXT] = TRUE;
}

/* --- writing it again */

static GBytes *
empty_part (const char *name)
{
  static const struct
  {
    const char *name;
    const char *text;
  } parts[] = {
    { CORE, "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/"
            "metadata/core-properties\"/>" },
    { APP, "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/"
           "extended-properties\"/>" },
    { CUSTOM, "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/"
              "custom-properties\"/>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (parts[i].name, name) == 0)
      {
        char *text = g_strconcat ("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
                                  parts[i].text, NULL);

        return g_bytes_new_take (text, strlen (text));
      }

  return NULL;
}

static char *
replace (const char *pattern, const char *text, gssize length, const char *replacement)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_RAW, 0, NULL);

  return g_regex_replace (regex, text, length, 0, replacement, 0, NULL);
}

/* (nullable): without the names of those who commented or changed something; the comments stay. */
static GBytes *
without_names (const char *name, GBytes *bytes)
{
  g_autofree char *text = replace ("(" AUTHOR ")[^<]*", g_bytes_get_data (bytes, NULL),
                                   g_bytes_get_size (bytes), "\\1");

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (naming); i++)
    {
      g_autofree char *pattern
          = g_strdup_printf ("(\\s(?:%s))\\s?=\\s?(?:\"[^\"]*\"|'[^']*')", naming[i].attributes);
      g_autofree char *before = g_steal_pointer (&text);

      text = g_str_has_prefix (name, naming[i].part) ? replace (pattern, before, -1, "\\1=\"\"")
                                                     : g_steal_pointer (&before);
    }

  return text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
}

static GBytes *
clean_part (const char *name, GBytes *bytes)
{
  GBytes *cleaned = empty_part (name);

  if (cleaned == NULL && names_people (name, span_of (bytes)))
    cleaned = without_names (name, bytes);
  else if (cleaned == NULL)
    cleaned = pal_traces_clean_picture (span_of (bytes));

  return cleaned != NULL ? cleaned : g_bytes_ref (bytes);
}

/* The list of types comes first, as readers that stream expect it. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *first = *(const char *const *) a;
  const char *second = *(const char *const *) b;
  int order = (strcmp (second, TYPES) == 0) - (strcmp (first, TYPES) == 0);

  return order != 0 ? order : strcmp (first, second);
}

/**
 * pal_traces_clean_office:
 * @bytes: an Office Open XML file
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the same without properties, authors of comments, and what
 *   its pictures tell; #PalTracesError, errors of bundles
 */
GBytes *
pal_traces_clean_office (GBytes *bytes, GError **error)
{
  g_autoptr (GHashTable) entries
      = pal_bundle_read (bytes, NULL, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, error);
  g_autoptr (GPtrArray) parts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);
  g_autofree const char **names = NULL;
  guint n_names = 0;

  if (entries == NULL)
    return NULL;
  names = (const char **) g_hash_table_get_keys_as_array (entries, &n_names);
  qsort (names, n_names, sizeof *names, compare_names);
  for (guint i = 0; i < n_names; i++)
    {
      g_autoptr (GBytes) part = NULL;

      /* Its signatures would no longer hold. */
      if (g_str_has_prefix (names[i], "_xmlsignatures/"))
        {
          g_set_error (error, PAL_TRACES_ERROR, PAL_TRACES_ERROR_FORMAT, "a signed document");
          return NULL;
        }
      part = clean_part (names[i], g_hash_table_lookup (entries, names[i]));
      g_ptr_array_add (parts, pal_bundle_entry_new (names[i], part));
    }

  return pal_bundle_write (parts, error);
}
