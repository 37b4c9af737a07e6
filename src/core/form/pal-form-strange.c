// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

/* What a form says beyond the profile must not go unnoticed (form-profile 1.1): elements and
 * attributes that nobody reads are noted, each sort of them once. Names of namespaces that are not
 * those of XForms, ODK or ours are somebody else's business. */

/* Attributes without a prefix, and with the prefix that is usual for the namespace. */
static const struct
{
  const char *element;
  const char *attributes; /* between spaces */
  const char *children;   /* (nullable): between spaces; NULL: read elsewhere, and noted there */
} rules[] = {
  /* The first two are by far the most frequent. */
  { "value", " form ref ", NULL },
  { "text", " id ", " value " },
  { "bind",
    " id nodeset ref type relevant required constraint readonly calculate saveIncomplete "
    "jr:requiredMsg jr:constraintMsg jr:preload jr:preloadParams orx:max-pixels odk:length "
    "p:ref p:obligation p:needs p:link p:cluster p:was ",
    "" },
  { "label", " ref ", NULL },
  { "hint", " ref ", NULL },
  { "item", " ", " label value " },
  { "output", " value ref ", "" },
  { "input",
    " ref bind nodeset appearance class id rows autoplay accuracyThreshold "
    "unacceptableAccuracyThreshold query intent odk:allow-mock-accuracy ",
    NULL },
  { "secret", " ref bind nodeset appearance class id ", NULL },
  { "select1", " ref bind nodeset appearance class id selection autoplay query ", NULL },
  { "select", " ref bind nodeset appearance class id selection autoplay query ", NULL },
  { "rank", " ref bind nodeset appearance class id autoplay ", NULL },
  { "range",
    " ref bind nodeset appearance class id start end step autoplay odk:tick-interval "
    "odk:placeholder odk:tick-labelset ",
    NULL },
  { "upload",
    " ref bind nodeset appearance class id mediatype accept autoplay accuracyThreshold "
    "odk:quality orx:max-pixels ",
    NULL },
  { "trigger", " ref bind nodeset appearance class id autoplay ", NULL },
  { "group", " ref bind nodeset appearance class id intent ", NULL },
  { "repeat", " ref bind nodeset appearance class id jr:count jr:noAddRemove ", NULL },
  { "itemset", " nodeset ref ", " label value " },
  { "choices", " ", " item itemset " },
  { "setvalue", " event ev:event ref bind value ", "" },
  { "itext", " ", " translation " },
  { "translation", " lang default ", " text " },
  { "submission", " action method base64RsaPublicKey id mediatype orx:auto-send orx:auto-delete ",
    "" },
  { "instance", " id src ", NULL },
  { "model", " id odk:xforms-version ", NULL },
  { "body", " class ", NULL },
};

static const struct
{
  const char *uri;
  const char *prefix;
} prefixes[] = {
  { PAL_NS_JR, "jr" }, { PAL_NS_ORX, "orx" },   { PAL_NS_ODK, "odk" },
  { PAL_NS_EV, "ev" }, { PAL_NS_PALERMO, "p" },
};

typedef struct
{
  guint32 line;
  guint n;
  const char *format; /* for what, and the element around it */
  char *what;
  const char *around;
} Strange;

typedef struct
{
  PalFormReader *reader;
  const char *names[G_N_ELEMENTS (rules)]; /* (interned): pointers are quick to compare */
  const char *uris[G_N_ELEMENTS (prefixes)];
  const char *xforms;
  const char *xhtml;
  GHashTable *seen; /* "around/what" -> Strange, which is in found */
  GPtrArray *found; /* in the order of the document */
} Look;

static void
strange_free (gpointer data)
{
  Strange *strange = data;

  g_free (strange->what);
  g_free (strange);
}

static void
add_strange (Look *look, guint32 line, const char *format, const char *what, const char *around)
{
  g_autofree char *key = g_strconcat (around, format, what, NULL);
  Strange *strange = g_hash_table_lookup (look->seen, key);

  if (strange == NULL)
    {
      strange = g_new0 (Strange, 1);
      strange->line = line;
      strange->format = format;
      strange->what = g_strdup (what);
      strange->around = around;
      g_hash_table_insert (look->seen, g_steal_pointer (&key), strange);
      g_ptr_array_add (look->found, strange);
    }
  strange->n++;
}

static gboolean
has_word (const char *words, const char *word, gsize length)
{
  for (const char *found = strstr (words, word); found != NULL; found = strstr (found + 1, word))
    {
      if (found[-1] == ' ' && found[length] == ' ')
        return TRUE;
    }
  return FALSE;
}

/* "jr:count"; NULL for a namespace of others. */
static const char *
find_prefix (Look *look, PalNode *attribute)
{
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      if (attribute->uri == look->uris[i])
        return prefixes[i].prefix;
    }
  return NULL;
}

static void
look_at_attributes (Look *look, PalNode *element, guint rule)
{
  for (PalNode *attribute = element->first_attribute; attribute != NULL;
       attribute = attribute->next)
    {
      const char *prefix = attribute->uri != NULL ? find_prefix (look, attribute) : "";
      g_autofree char *name = NULL;

      if (prefix == NULL)
        continue;
      name = *prefix == '\0' ? g_strdup (attribute->local)
                             : g_strconcat (prefix, ":", attribute->local, NULL);
      if (!has_word (rules[rule].attributes, name, strlen (name)))
        add_strange (look, element->line, "the attribute %s of <%s> is not used", name,
                     rules[rule].element);
    }
}

static void
look_below (Look *look, PalNode *element)
{
  guint rule = G_N_ELEMENTS (rules);

  if (element->uri == look->xforms || strcmp (element->local, "body") == 0
      || strcmp (element->local, "rank") == 0)
    for (rule = 0; rule < G_N_ELEMENTS (rules) && look->names[rule] != element->local; rule++)
      ;
  if (rule < G_N_ELEMENTS (rules) && element->first_attribute != NULL)
    look_at_attributes (look, element, rule);
  /* What stands in an instance is data. */
  if (rule < G_N_ELEMENTS (rules) && strcmp (rules[rule].element, "instance") == 0)
    return;
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (rule < G_N_ELEMENTS (rules) && rules[rule].children != NULL
          && !has_word (rules[rule].children, child->local, strlen (child->local)))
        add_strange (look, child->line, "<%s> in <%s> is not used", child->local,
                     rules[rule].element);
      else
        look_below (look, child);
    }
}

/* top: the model, or the body */
void
pal_form_note_strange (PalFormReader *reader, PalNode *top)
{
  Look look = { .reader = reader };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (strange_free);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    look.names[i] = g_intern_static_string (rules[i].element);
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    look.uris[i] = g_intern_static_string (prefixes[i].uri);
  look.xforms = g_intern_static_string (PAL_NS_XFORMS);
  look.seen = seen;
  look.found = found;
  look_below (&look, top);

  for (guint i = 0; i < found->len; i++)
    {
      Strange *strange = g_ptr_array_index (found, i);
      g_autofree char *text = g_strdup_printf (strange->format, strange->what, strange->around);

      if (strange->n == 1)
        pal_form_reader_note (reader, strange->line, "%s", text);
      else
        pal_form_reader_note (reader, strange->line, "%s (here and in %u other places)", text,
                              strange->n - 1);
    }
}
