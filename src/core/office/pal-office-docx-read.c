// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office-docx"

#include "config.h"

#include "pal-office-docx.h"

#include "pal-bundle.h"
#include "pal-text.h"
#include "pal-xml.h"

#include <string.h>

/* A text document that came back, saved by whatever program. An answer is found by the tag of its
 * control, else by the bookmark on its code, by the alias of the control or its items, and by the
 * code that people see. What stands elsewhere and is not ours is shown. */

#define MAX_CELLS 64 /* of a row */

static const PalBundleLimits limits = {
  .max_archive_bytes = PAL_OFFICE_MAX_BYTES,
  .max_entries = 4096,
  .max_entry_bytes = 64 * 1024 * 1024,
  .max_total_bytes = 96 * 1024 * 1024,
  .max_ratio = 400,
};

static const PalXmlLimits part_limits = {
  .max_bytes = 64 * 1024 * 1024,
  .max_nodes = 3000000,
  .max_depth = 200,
  .max_attributes = 128,
  .max_tag_bytes = 256 * 1024,
};

typedef struct
{
  PalOfficeAnswers *answers; /* (unowned) */
  GHashTable *parts;         /* (owned) (element-type utf8 GBytes) */
  GHashTable *bookmarks;     /* (owned) (nullable): without the row -> code */
  GHashTable *notes;         /* (owned): "comment 3" -> code beside which it stands */
  GHashTable *choices;       /* (owned): control -> table of its labels -> value */
  PalCatalogue *catalogue;   /* (owned) (nullable): of the language of the file */
} Reading;

static gboolean
is (PalNode *node, const char *local)
{
  return node->kind == PAL_NODE_ELEMENT && strcmp (node->local, local) == 0;
}

/* What people and programs put around things without changing them. */
static gboolean
is_wrapper (PalNode *node)
{
  static const char *const names[]
      = { "sdt",    "sdtContent",       "customXml", "smartTag", "ins",
          "moveTo", "AlternateContent", "Choice",    "altChunk", NULL };

  return node->kind == PAL_NODE_ELEMENT && g_strv_contains (names, node->local);
}

static gboolean
is_removed (PalNode *node)
{
  return is (node, "del") || is (node, "moveFrom");
}

/* --- names of answers */

static GHashTable *
get_bookmarks (Reading *self)
{
  PalForm *form = pal_office_answers_get_form (self->answers);
  GPtrArray *nodes = pal_form_get_nodes (form);

  if (self->bookmarks != NULL)
    return self->bookmarks;
  self->bookmarks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *code = pal_office_dup_code (form, g_ptr_array_index (nodes, i));
      g_autofree char *name = pal_office_docx_dup_bookmark (code);

      g_hash_table_insert (self->bookmarks, g_steal_pointer (&name), g_steal_pointer (&code));
    }

  return self->bookmarks;
}

/* (nullable): programs double bookmarks, and add something to their names. */
static char *
dup_marked (Reading *self, const char *name)
{
  const gsize length = strlen (PAL_OFFICE_BOOKMARK) + 16;
  g_autofree char *plain = NULL;
  const char *code, *row;

  if (name == NULL || !g_str_has_prefix (name, PAL_OFFICE_BOOKMARK) || strlen (name) < length)
    return NULL;
  plain = g_strndup (name, length);
  code = g_hash_table_lookup (get_bookmarks (self), plain);
  row = name[length] == '_' ? name + length + 1 : "";
  if (code == NULL || !g_ascii_isdigit (*row))
    return g_strdup (code);

  return g_strdup_printf ("%s#%.*s", code, (int) strspn (row, "0123456789"), row);
}

/* Without what only helps to break lines, or to write in two directions. */
static char *
dup_visible (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (!g_unichar_isspace (letter) && g_unichar_type (letter) != G_UNICODE_FORMAT)
        g_string_append_unichar (out, letter);
    }

  return g_string_free (out, FALSE);
}

static gboolean
is_code (Reading *self, const char *name)
{
  return name != NULL && *name != '\0' && pal_office_answers_find (self->answers, name) != NULL;
}

/* (nullable): of a tag or an alias, if it is one of the form. */
static char *
dup_named (Reading *self, const char *name)
{
  g_autofree char *marked = dup_marked (self, name);

  if (marked != NULL)
    return g_steal_pointer (&marked);

  return is_code (self, name) ? g_strdup (name) : NULL;
}

/* (nullable): the code that a cell shows; a single word may be an answer. */
static char *
dup_shown (Reading *self, PalOfficePiece *piece)
{
  g_autofree char *visible = NULL;

  if (piece->text->len > 1000)
    return NULL;
  visible = dup_visible (piece->text->str);
  if (*visible == '\0' || (!piece->is_code && strchr (visible, '.') == NULL))
    return NULL;

  return piece->is_code || is_code (self, visible) ? g_steal_pointer (&visible) : NULL;
}

/* --- answers */

static void
note (Reading *self, PalOfficePiece *piece, const char *code)
{
  if (piece->is_changed)
    pal_office_answers_remark (self->answers, PAL_KIT_REMARK_TRACKED, code, NULL);
  for (guint i = 0; i < piece->notes->len; i++)
    if (!g_hash_table_contains (self->notes, piece->notes->pdata[i]))
      g_hash_table_insert (self->notes, g_strdup (piece->notes->pdata[i]), g_strdup (code));
}

static void
add_loose (Reading *self, PalOfficePiece *piece)
{
  for (guint i = 0; i < MAX (piece->paragraphs->len, 1); i++)
    {
      g_autofree char *text = pal_office_piece_dup_paragraph (piece, i);

      g_strstrip (text);
      /* A list whose control was lost. */
      if (g_strcmp0 (text, pal_kit_find_word (self->catalogue,
                                              pal_office_get_english (PAL_OFFICE_WORD_CHOOSE)))
          != 0)
        pal_office_answers_add_loose (self->answers, text);
    }
}

/* Label, in any language of the form -> value. */
static GHashTable *
make_labels (PalForm *form, PalFormControl *control)
{
  GHashTable *labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GPtrArray *languages = pal_form_get_languages (form);

  for (guint i = 0; i < MAX (languages->len, 1); i++)
    {
      g_autoptr (GPtrArray) choices
          = pal_kit_dup_choices (form, control, i < languages->len ? languages->pdata[i] : NULL);

      for (guint j = 0; j < choices->len; j++)
        {
          PalKitChoice *choice = g_ptr_array_index (choices, j);

          if (!g_hash_table_contains (labels, choice->label))
            g_hash_table_insert (labels, g_strdup (choice->label), g_strdup (choice->value));
        }
    }

  return labels;
}

static GHashTable *
get_labels (Reading *self, PalFormControl *control)
{
  GHashTable *labels = g_hash_table_lookup (self->choices, control);

  if (labels == NULL)
    {
      labels = make_labels (pal_office_answers_get_form (self->answers), control);
      g_hash_table_insert (self->choices, control, labels);
    }

  return labels;
}

/* A label may hold what otherwise stands between several choices. */
static char *
dup_known_choices (Reading *self, const char *code, char *text)
{
  PalFormNode *node = pal_office_answers_find (self->answers, code);
  g_auto (GStrv) lines = NULL;
  GString *out;

  if (node == NULL || node->control == NULL || node->control->kind != PAL_CONTROL_SELECT_MANY
      || strpbrk (text, ",;") == NULL)
    return text;
  lines = g_strsplit (text, "\n", -1);
  out = g_string_new (NULL);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *label = g_strstrip (lines[i]);
      const char *value = g_hash_table_lookup (get_labels (self, node->control), label);

      if (i > 0)
        g_string_append_c (out, '\n');
      g_string_append (out, value != NULL ? value : label);
    }
  g_free (text);

  return g_string_free (out, FALSE);
}

static void
add_answer (Reading *self, PalOfficePiece *piece, const char *code)
{
  g_autofree char *text = pal_office_piece_dup_answer (piece);

  g_strstrip (text);
  note (self, piece, code);
  if (strcmp (text,
              pal_kit_find_word (self->catalogue, pal_office_get_english (PAL_OFFICE_WORD_CHOOSE)))
      == 0)
    *text = '\0';
  text = dup_known_choices (self, code, g_steal_pointer (&text));
  pal_office_answers_add (self->answers, code, NULL, text);
}

/* --- rows */

/* A cell may stand in a control of its own. */
static void
gather_cells (PalNode *from, GPtrArray *names, GPtrArray *cells)
{
  for (PalNode *child = from->first_child; child != NULL; child = child->next)
    {
      PalOfficePiece *piece;

      if (cells->len >= MAX_CELLS)
        return;
      if (is (child, "sdt"))
        g_ptr_array_add (names, child);
      if (is_wrapper (child))
        gather_cells (child, names, cells);
      if (is (child, "sdt"))
        g_ptr_array_set_size (names, (int) names->len - 1);
      if (!is (child, "tc"))
        continue;
      piece = pal_office_piece_new ();
      for (guint i = 0; i < names->len; i++)
        pal_office_piece_take_names (piece, g_ptr_array_index (names, i));
      pal_office_piece_gather (piece, child);
      g_ptr_array_add (cells, piece);
    }
}

static gboolean
is_own (Reading *self, PalOfficePiece *piece)
{
  for (guint i = 0; i < piece->paragraphs->len; i++)
    {
      g_autofree char *text = pal_office_piece_dup_paragraph (piece, i);

      if (!pal_text_is_blank (text))
        return pal_office_answers_is_own (self->answers, text);
    }

  return FALSE;
}

/* A row with a code and no control that is known: the answer is what is neither code nor question,
 * the last cell if that is not clear. */
static PalOfficePiece *
find_answer (Reading *self, GPtrArray *cells, PalOfficePiece *of_code)
{
  PalOfficePiece *found = NULL;
  guint n_found = 0;

  for (guint i = 0; i < cells->len; i++)
    {
      PalOfficePiece *piece = g_ptr_array_index (cells, i);

      if (piece == of_code || is_own (self, piece))
        continue;
      found = piece;
      n_found++;
    }
  /* Where nothing tells what is ours, the question stands before the answer. */
  if (n_found > 1 && cells->len > 3)
    for (guint i = 0; i + 2 < cells->len; i++)
      if (g_ptr_array_index (cells, i) == of_code)
        return g_ptr_array_index (cells, i + 2);

  return found;
}

static void
read_cells (Reading *self, GPtrArray *cells)
{
  g_autofree char *bookmark = NULL;
  g_autofree char *shown = NULL;
  PalOfficePiece *of_code = NULL, *answer = NULL;
  guint n_controls = 0;

  for (guint i = 0; i < cells->len; i++)
    {
      PalOfficePiece *piece = g_ptr_array_index (cells, i);
      g_autofree char *tag = dup_named (self, piece->tag);
      g_autofree char *alias = dup_named (self, piece->alias);
      gboolean has_control = tag != NULL || alias != NULL;

      if (bookmark == NULL)
        bookmark = dup_marked (self, piece->bookmark);
      if (shown == NULL && !has_control)
        shown = dup_shown (self, piece);
      if (of_code == NULL && !has_control && (shown != NULL || piece->bookmark != NULL))
        of_code = piece;
      n_controls += has_control;
    }
  if (n_controls == 0 && of_code != NULL)
    answer = find_answer (self, cells, of_code);
  for (guint i = 0; i < cells->len; i++)
    {
      PalOfficePiece *piece = g_ptr_array_index (cells, i);
      g_autofree char *code = dup_named (self, piece->tag);
      g_autofree char *alias = dup_named (self, piece->alias);

      if (code == NULL && bookmark != NULL
          && (piece == answer || (n_controls == 1 && alias != NULL)))
        code = g_strdup (bookmark);
      if (code == NULL)
        code = g_steal_pointer (&alias);
      if (code == NULL && piece == answer)
        code = g_strdup (shown);
      if (code != NULL)
        {
          add_answer (self, piece, code);
          continue;
        }
      note (self, piece, bookmark != NULL ? bookmark : shown);
      if (piece != of_code)
        add_loose (self, piece);
    }
}

static void
read_row (Reading *self, PalNode *row)
{
  g_autoptr (GPtrArray) cells
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_office_piece_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  PalNode *properties = pal_office_docx_find (row, "trPr");

  if (pal_office_docx_find (properties, "ins") != NULL
      || pal_office_docx_find (properties, "del") != NULL)
    pal_office_answers_remark (self->answers, PAL_KIT_REMARK_TRACKED, NULL, NULL);
  if (pal_office_docx_find (properties, "del") != NULL)
    return;
  gather_cells (row, names, cells);
  read_cells (self, cells);
}

/* --- the rest of a document */

static void
read_piece (Reading *self, PalNode *node)
{
  g_autoptr (PalOfficePiece) piece = pal_office_piece_new ();
  g_autofree char *code = NULL;

  pal_office_piece_gather (piece, node);
  code = dup_named (self, piece->tag);
  if (code == NULL)
    code = dup_named (self, piece->alias);
  if (code != NULL)
    {
      add_answer (self, piece, code);
      return;
    }
  note (self, piece, NULL);
  add_loose (self, piece);
}

static gboolean
has_table (PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    if (is (child, "tbl") || (is_wrapper (child) && has_table (child)))
      return TRUE;

  return FALSE;
}

static void
read_blocks (Reading *self, PalNode *from)
{
  for (PalNode *child = from->first_child; child != NULL; child = child->next)
    {
      if (is_removed (child))
        pal_office_answers_remark (self->answers, PAL_KIT_REMARK_TRACKED, NULL, NULL);
      else if (is (child, "p") || (is (child, "sdt") && !has_table (child)))
        read_piece (self, child);
      else if (is (child, "tr"))
        read_row (self, child);
      else if (is (child, "tbl") || is (child, "body") || is (child, "document")
               || is_wrapper (child))
        read_blocks (self, child);
    }
}

/* --- parts */

static gboolean
parse (Reading *self, const char *name, PalDocument **document, GError **error)
{
  GBytes *bytes = g_hash_table_lookup (self->parts, name);
  g_autoptr (GError) cause = NULL;

  *document = NULL;
  if (bytes == NULL)
    return TRUE;
  *document = pal_xml_parse (bytes, "part", PAL_XML_READ_DEFAULT, &part_limits, &cause);
  if (*document != NULL)
    return TRUE;
  g_set_error_literal (error, PAL_KIT_ERROR,
                       g_error_matches (cause, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT)
                           ? PAL_KIT_ERROR_LIMIT
                           : PAL_KIT_ERROR_BROKEN,
                       cause->message);

  return FALSE;
}

/* Where the table of contents says that the text is. */
static char *
dup_main_name (Reading *self)
{
  g_autoptr (PalDocument) types = NULL;
  PalNode *root;

  if (!parse (self, "[Content_Types].xml", &types, NULL) || types == NULL)
    return g_strdup ("word/document.xml");
  root = pal_document_get_element (types);
  for (PalNode *child = root->first_child; child != NULL; child = child->next)
    {
      const char *type = pal_office_docx_get (child, "ContentType");
      const char *name = pal_office_docx_get (child, "PartName");

      if (type != NULL && name != NULL && strstr (type, ".document.main+xml") != NULL)
        return g_strdup (*name == '/' ? name + 1 : name);
    }

  return g_strdup ("word/document.xml");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Names of parts, always in the same order. */
static GPtrArray *
list_parts (Reading *self)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->parts);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_names);

  return names;
}

/* The lines by which a file knows itself: before all else, as they say what is ours in it. */
static void
take_lines (Reading *self, PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      g_autofree char *text = NULL;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (!is (child, "p") && !is (child, "keywords") && !is (child, "line"))
        {
          take_lines (self, child);
          continue;
        }
      text = pal_node_dup_text (child);
      if (!pal_office_answers_take_texts (self->answers, text))
        pal_office_answers_take_identity (self->answers, text);
    }
}

static gboolean
take_lines_of (Reading *self, const char *name, GError **error)
{
  g_autoptr (PalDocument) document = NULL;

  if (!parse (self, name, &document, error))
    return FALSE;
  if (document != NULL)
    take_lines (self, pal_document_get_root (document));

  return TRUE;
}

/* Comments, footnotes and endnotes: each says beside which answer it stands. */
static gboolean
read_notes (Reading *self, const char *part, const char *element, const char *kind, GError **error)
{
  g_autoptr (PalDocument) document = NULL;
  PalNode *root;

  if (!parse (self, part, &document, error))
    return FALSE;
  root = document != NULL ? pal_document_get_element (document) : NULL;
  for (PalNode *child = root != NULL ? root->first_child : NULL; child != NULL; child = child->next)
    {
      g_autoptr (PalOfficePiece) piece = NULL;
      g_autofree char *key = NULL;
      g_autofree char *text = NULL;
      const char *id = is (child, element) ? pal_office_docx_get (child, "id") : NULL;

      if (id == NULL || pal_office_docx_get (child, "type") != NULL)
        continue;
      piece = pal_office_piece_new ();
      pal_office_piece_gather (piece, child);
      text = g_strstrip (pal_office_piece_dup_answer (piece));
      key = g_strconcat (kind, " ", id, NULL);
      if (*text != '\0')
        pal_office_answers_remark (self->answers,
                                   strcmp (element, "comment") == 0 ? PAL_KIT_REMARK_COMMENT
                                                                    : PAL_KIT_REMARK_UNKNOWN,
                                   g_hash_table_lookup (self->notes, key), text);
    }

  return TRUE;
}

static gboolean
read_margin (Reading *self, const char *part, GError **error)
{
  g_autoptr (PalDocument) document = NULL;

  if (!parse (self, part, &document, error))
    return FALSE;
  if (document != NULL)
    read_blocks (self, pal_document_get_element (document));

  return TRUE;
}

static gboolean
is_attached (const char *name)
{
  return strstr (name, "/media/") != NULL || strstr (name, "/embeddings/") != NULL;
}

static gboolean
add_files (Reading *self, GPtrArray *names, GError **error)
{
  gsize total = 0;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      GBytes *bytes = g_hash_table_lookup (self->parts, name);
      g_autofree char *plain = NULL;

      if (!is_attached (name) || g_bytes_get_size (bytes) == 0)
        continue;
      total += g_bytes_get_size (bytes);
      if (total > PAL_KIT_MAX_FILE_BYTES)
        {
          g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT,
                               "the pictures and files in it are too large");
          return FALSE;
        }
      plain = g_path_get_basename (name);
      pal_office_answers_add_file (self->answers, plain, NULL, bytes);
    }

  return TRUE;
}

static gboolean
is_wanted (const char *name, gpointer user_data)
{
  return is_attached (name) || g_str_has_suffix (name, ".xml");
}

static gboolean
read_parts (Reading *self, GError **error)
{
  g_autoptr (GPtrArray) names = list_parts (self);
  g_autofree char *main_name = dup_main_name (self);
  g_autoptr (PalDocument) document = NULL;
  const char *language;

  if (!parse (self, main_name, &document, error))
    return FALSE;
  if (document == NULL)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_BROKEN, "the text is missing");
      return FALSE;
    }
  take_lines (self, pal_document_get_root (document));
  for (guint i = 0; i < names->len; i++)
    if (g_str_has_prefix (names->pdata[i], "customXml/")
        || strcmp (names->pdata[i], "docProps/core.xml") == 0)
      if (!take_lines_of (self, names->pdata[i], error))
        return FALSE;
  language = pal_office_answers_get_language (self->answers);
  if (language == NULL || !pal_kit_load_words (language, &self->catalogue, NULL))
    self->catalogue = NULL;
  read_blocks (self, pal_document_get_root (document));
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_str_has_prefix (name, "word/header") || g_str_has_prefix (name, "word/footer"))
        if (!read_margin (self, name, error))
          return FALSE;
    }

  return read_notes (self, "word/comments.xml", "comment", "comment", error)
         && read_notes (self, "word/footnotes.xml", "footnote", "footnoteReference", error)
         && read_notes (self, "word/endnotes.xml", "endnote", "endnoteReference", error)
         && add_files (self, names, error);
}

gboolean
pal_office_docx_read (PalOfficeAnswers *answers, GBytes *bytes, GError **error)
{
  Reading self = { .answers = answers };
  gboolean ok;

  self.parts = pal_bundle_read (bytes, is_wanted, NULL, &limits, error);
  if (self.parts == NULL)
    return FALSE;
  self.notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self.choices = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
  ok = read_parts (&self, error);
  g_hash_table_unref (self.parts);
  g_hash_table_unref (self.notes);
  g_hash_table_unref (self.choices);
  g_clear_pointer (&self.bookmarks, g_hash_table_unref);
  g_clear_object (&self.catalogue);

  return ok;
}
