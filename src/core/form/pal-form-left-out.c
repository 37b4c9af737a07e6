// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include "pal-xml.h"

#include <string.h>

/* A questionnaire in six languages is five sixths of languages that nobody looks at. The reader
 * leaves those out: what it parses has gaps where their texts were, and these are read, a page or
 * so at a time, when somebody asks for them. Texts that show answers stay, as the form depends on
 * them.
 *
 * Only a source that is easy to cut is cut, without comments, CDATA and namespaces declared on the
 * way: there every "<" begins a tag. Anything else is read as a whole. */

/* Less than this is read as quickly as it is cut. */
#define MIN_TRANSLATION_BYTES (16 * 1024)

/* Texts that are read together: those of a page stand side by side. */
#define BLOCK_TEXTS 64

typedef struct
{
  const char *start; /* in the source */
  const char *end;
  GHashTable *texts; /* (owned) (nullable): id -> PalNode; set once, by whoever asks first */
  PalDocument *document;
} Block;

/* What is left out of one translation. */
typedef struct
{
  const char *start; /* in the source */
  const char *end;
  GArray *blocks;     /* (owned) (nullable) (element-type Block); set once, when @places is there */
  GHashTable *places; /* (owned) (nullable): id -> number of the block; NULL: there is only one */
  GStringChunk *names; /* (owned) (nullable): the ids */
} Gap;

typedef struct
{
  const char *start;
  const char *end;
} Span;

static void
block_clear (gpointer data)
{
  Block *self = data;

  g_clear_pointer (&self->texts, g_hash_table_unref);
  g_clear_pointer (&self->document, pal_document_unref);
}

static void
gap_free (gpointer data)
{
  Gap *self = data;

  if (self == NULL)
    return;
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_pointer (&self->names, g_string_chunk_free);
  g_free (self);
}

static const char *
find (Span span, const char *text)
{
  return memmem (span.start, (gsize) (span.end - span.start), text, strlen (text));
}

static const char *
find_back (Span span, const char *text)
{
  return g_strrstr_len (span.start, span.end - span.start, text);
}

static gboolean
begins (Span span, const char *text)
{
  return (gsize) (span.end - span.start) > strlen (text)
         && memcmp (span.start, text, strlen (text)) == 0;
}

static void
skip_space (Span *span)
{
  while (span->start < span->end && g_ascii_isspace (*span->start))
    span->start++;
}

/* The start tag of the document element: it declares the namespaces. */
static gboolean
find_top (Span source, Span *top)
{
  Span rest = source;
  const char *end;

  skip_space (&rest);
  if (begins (rest, "<?xml"))
    {
      end = find (rest, "?>");
      if (end == NULL)
        return FALSE;
      rest.start = end + 2;
      skip_space (&rest);
    }
  end = find (rest, ">");
  if (end == NULL || *rest.start != '<' || end[-1] == '/')
    return FALSE;
  top->start = rest.start;
  top->end = end + 1;
  return TRUE;
}

/* Not "<itextId>", which lists of choices hold. */
static gboolean
has_itext (Span span)
{
  while ((span.start = find (span, "<itext")) != NULL)
    {
      span.start += strlen ("<itext");
      if (span.start == span.end || g_ascii_isspace (*span.start) || *span.start == '>'
          || *span.start == '/')
        return TRUE;
    }
  return FALSE;
}

static gboolean
find_itext (Span source, Span *itext)
{
  Span top, rest, before;
  const char *start;
  const char *end;

  if (!find_top (source, &top))
    return FALSE;
  rest = (Span){ top.end, source.end };
  start = find (rest, "<itext>");
  if (start == NULL)
    return FALSE;
  end = find ((Span){ start, source.end }, "</itext>");
  before = (Span){ top.end, start };
  if (end == NULL || has_itext ((Span){ end, source.end }) || find (before, "xmlns") != NULL
      || has_itext (before) || find (rest, "<!") != NULL || find (rest, "<?") != NULL)
    return FALSE;
  *itext = (Span){ start + strlen ("<itext>"), end };
  return find (*itext, "xmlns") == NULL && find (*itext, ":output") == NULL;
}

static void
append_lines (GByteArray *cut, Span span)
{
  for (const char *c = span.start; (c = memchr (c, '\n', (gsize) (span.end - c))) != NULL; c++)
    g_byte_array_append (cut, (const guint8 *) "\n", 1);
}

static void
append_span (GByteArray *cut, Span span)
{
  g_byte_array_append (cut, (const guint8 *) span.start, (guint) (span.end - span.start));
}

/* Everything of a translation goes save its lines and the texts that show answers. */
static gboolean
append_gap (GByteArray *cut, Span gap)
{
  const char *output;

  while ((output = find (gap, "<output")) != NULL)
    {
      const char *start = find_back ((Span){ gap.start, output }, "<text ");
      const char *end = find ((Span){ output, gap.end }, "</text>");

      if (start == NULL || end == NULL)
        return FALSE;
      end += strlen ("</text>");
      append_lines (cut, (Span){ gap.start, start });
      append_span (cut, (Span){ start, end });
      gap.start = end;
    }
  append_lines (cut, gap);
  return TRUE;
}

static gboolean
is_worth_it (Span tag, Span texts, guint index)
{
  return index > 0 && find (tag, "default") == NULL
         && texts.end - texts.start >= MIN_TRANSLATION_BYTES;
}

/* The source without what is left out, or NULL when it must be read as it is. */
static GByteArray *
cut_out (Span source, GPtrArray *gaps)
{
  Span itext, rest;
  g_autoptr (GByteArray) cut = NULL;
  gboolean any = FALSE;

  if (!find_itext (source, &itext))
    return NULL;
  cut = g_byte_array_sized_new ((guint) (source.end - source.start) / 2);
  append_span (cut, (Span){ source.start, itext.start });
  rest = itext;
  for (skip_space (&rest); rest.start < rest.end; skip_space (&rest))
    {
      const char *tag_end = find (rest, ">");
      const char *end = find (rest, "</translation>");
      Span tag, texts;
      Gap *gap = NULL;

      if (!begins (rest, "<translation ") || end == NULL || tag_end[-1] == '/')
        return NULL;
      tag = (Span){ rest.start, tag_end + 1 };
      texts = (Span){ tag.end, end };
      append_lines (cut, (Span){ itext.start, tag.start });
      append_span (cut, tag);
      if (is_worth_it (tag, texts, gaps->len))
        {
          gap = g_new0 (Gap, 1);
          gap->start = texts.start;
          gap->end = texts.end;
          any = TRUE;
          if (!append_gap (cut, texts))
            {
              gap_free (gap);
              return NULL;
            }
        }
      else
        append_span (cut, texts);
      g_ptr_array_add (gaps, gap);
      rest.start = end + strlen ("</translation>");
      append_span (cut, (Span){ end, rest.start });
      itext.start = rest.start;
    }
  if (!any)
    return NULL;
  append_span (cut, (Span){ itext.start, source.end });
  return g_steal_pointer (&cut);
}

/* What is to be parsed of a form's source. Notes in the form what is left out for later. */
GBytes *
pal_form_dup_without_languages (PalForm *self)
{
  g_autoptr (GPtrArray) gaps = g_ptr_array_new_with_free_func (gap_free);
  gsize length;
  const char *start = g_bytes_get_data (self->source, &length);
  GByteArray *cut = NULL;

  if (length >= 2 * MIN_TRANSLATION_BYTES)
    cut = cut_out ((Span){ start, start + length }, gaps);
  if (cut == NULL)
    return g_bytes_ref (self->source);
  self->left_out = g_steal_pointer (&gaps);
  return g_byte_array_free_to_bytes (cut);
}

/* Any thread. What is broken is without texts. */
static GHashTable *
read_block (PalForm *self, Block *block)
{
  GHashTable *texts = g_hash_table_new (g_str_hash, g_str_equal);
  gsize length;
  const char *start = g_bytes_get_data (self->source, &length);
  GByteArray *excerpt = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *end_tag = NULL;
  Span top;
  PalNode *element;

  if (!find_top ((Span){ start, start + length }, &top))
    return texts;
  end_tag = g_strdup_printf ("</%.*s>", (int) strcspn (top.start + 1, " \t\r\n>"), top.start + 1);
  excerpt = g_byte_array_sized_new ((guint) (block->end - block->start) + 1024);
  append_span (excerpt, top);
  append_span (excerpt, (Span){ block->start, block->end });
  append_span (excerpt, (Span){ end_tag, end_tag + strlen (end_tag) });
  bytes = g_byte_array_free_to_bytes (excerpt);
  block->document
      = pal_xml_parse (bytes, self->name, PAL_XML_READ_NO_LAYOUT, &PAL_XML_LIMITS_FORM, &error);
  if (block->document == NULL)
    {
      g_info ("texts of a translation cannot be read: %s", error->message);
      return texts;
    }
  element = pal_document_get_element (block->document);
  for (PalNode *text = element->first_child; text != NULL; text = text->next)
    {
      const char *id = NULL;

      if (text->kind == PAL_NODE_ELEMENT && pal_node_is (text, "text", PAL_NS_XFORMS))
        id = pal_node_get_attribute (text, "id", NULL);
      if (id != NULL && !g_hash_table_contains (texts, id))
        g_hash_table_insert (texts, (gpointer) id, text);
    }
  return texts;
}

/* FALSE when some text is written in another way than we write it. */
static gboolean
add_places (Gap *gap, GArray *blocks)
{
  static const char tag[] = "<text id=\"";
  Span rest = { gap->start, gap->end };
  guint n_texts = 0;

  while ((rest.start = find (rest, "<text")) != NULL)
    {
      const char *id = rest.start + strlen (tag);
      const char *end = NULL;
      char *name = NULL;

      if (begins (rest, tag))
        end = memchr (id, '"', (gsize) (rest.end - id));
      if (end == NULL || memchr (id, '&', (gsize) (end - id)) != NULL)
        return FALSE;
      if (n_texts++ % BLOCK_TEXTS == 0)
        {
          Block block = { .start = rest.start, .end = gap->end };

          if (blocks->len > 0)
            g_array_index (blocks, Block, blocks->len - 1).end = rest.start;
          g_array_append_val (blocks, block);
        }
      name = g_string_chunk_insert_len (gap->names, id, end - id);
      if (!g_hash_table_contains (gap->places, name))
        g_hash_table_insert (gap->places, name, GUINT_TO_POINTER (blocks->len - 1));
      rest.start = end;
    }
  return TRUE;
}

static GArray *
make_blocks (Gap *gap)
{
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (Block));

  g_array_set_clear_func (blocks, block_clear);
  gap->names = g_string_chunk_new (4096);
  gap->places = g_hash_table_new (g_str_hash, g_str_equal);
  if (!add_places (gap, blocks))
    {
      Block all = { .start = gap->start, .end = gap->end };

      g_clear_pointer (&gap->places, g_hash_table_unref);
      g_array_set_size (blocks, 0);
      g_array_append_val (blocks, all);
    }
  return blocks;
}

static Block *
find_block (Gap *gap, const char *id)
{
  gpointer number = NULL;

  if (g_once_init_enter (&gap->blocks))
    g_once_init_leave (&gap->blocks, make_blocks (gap));
  if (gap->places != NULL && !g_hash_table_lookup_extended (gap->places, id, NULL, &number))
    return NULL;

  return &g_array_index (gap->blocks, Block, GPOINTER_TO_UINT (number));
}

/* The text element of an id in a language that was left out, which is read now if it was not yet;
 * NULL when there is none. Any thread. */
PalNode *
pal_form_find_left_out (PalForm *self, guint language, const char *id)
{
  Gap *gap = NULL;
  Block *block = NULL;

  if (self->left_out != NULL && language < self->left_out->len)
    gap = g_ptr_array_index (self->left_out, language);
  if (gap != NULL)
    block = find_block (gap, id);
  if (block == NULL)
    return NULL;
  if (g_once_init_enter (&block->texts))
    g_once_init_leave (&block->texts, read_block (self, block));

  return g_hash_table_lookup (block->texts, id);
}
