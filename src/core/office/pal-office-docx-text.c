// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office-docx"

#include "config.h"

#include "pal-office-docx.h"

#include <string.h>

/* What a piece of a text document says to somebody who accepts all changes: text, the names by
 * which its answers are known, and what refers to elsewhere. Names of elements alone count, as
 * programs write them in several namespaces. */

#define MARK '\002' /* around the value of a box: text holds no such letter */

static gboolean
is (PalNode *node, const char *local)
{
  return node->kind == PAL_NODE_ELEMENT && strcmp (node->local, local) == 0;
}

static gboolean
is_one_of (PalNode *node, const char *const *names)
{
  return node->kind == PAL_NODE_ELEMENT && g_strv_contains (names, node->local);
}

PalNode *
pal_office_docx_find (PalNode *node, const char *local)
{
  for (PalNode *child = node != NULL ? node->first_child : NULL; child != NULL; child = child->next)
    if (is (child, local))
      return child;

  return NULL;
}

/* (nullable): the attribute of that name in whatever namespace. */
const char *
pal_office_docx_get (PalNode *node, const char *local)
{
  for (PalNode *one = node != NULL ? node->first_attribute : NULL; one != NULL; one = one->next)
    if (strcmp (one->local, local) == 0)
      return one->value;

  return NULL;
}

static const char *
get_value (PalNode *parent, const char *local)
{
  return pal_office_docx_get (pal_office_docx_find (parent, local), "val");
}

/* An element that is there is on, unless it says something else. */
static gboolean
is_on (PalNode *parent, const char *local)
{
  PalNode *node = pal_office_docx_find (parent, local);
  const char *value = pal_office_docx_get (node, "val");

  return node != NULL
         && (value == NULL || (strcmp (value, "0") != 0 && strcmp (value, "false") != 0));
}

PalOfficePiece *
pal_office_piece_new (void)
{
  PalOfficePiece *piece = g_new0 (PalOfficePiece, 1);

  piece->text = g_string_new (NULL);
  piece->paragraphs = g_array_new (FALSE, FALSE, sizeof (gsize));
  piece->notes = g_ptr_array_new_with_free_func (g_free);

  return piece;
}

void
pal_office_piece_free (PalOfficePiece *piece)
{
  if (piece == NULL)
    return;
  g_string_free (piece->text, TRUE);
  g_array_unref (piece->paragraphs);
  g_ptr_array_unref (piece->notes);
  g_free (piece->tag);
  g_free (piece->alias);
  g_free (piece->bookmark);
  g_free (piece);
}

/* --- controls */

static void
take_name (char **name, const char *value)
{
  if (*name == NULL && value != NULL && *value != '\0')
    *name = g_strndup (value, strcspn (value, "="));
}

void
pal_office_piece_take_names (PalOfficePiece *piece, PalNode *control)
{
  PalNode *properties = pal_office_docx_find (control, "sdtPr");
  PalNode *list = pal_office_docx_find (properties, "dropDownList");
  PalNode *item;

  if (list == NULL)
    list = pal_office_docx_find (properties, "comboBox");
  item = pal_office_docx_find (list, "listItem");
  take_name (&piece->tag, get_value (properties, "tag"));
  take_name (&piece->alias, get_value (properties, "alias"));
  if (item != NULL && strchr (pal_office_docx_get (item, "value") ?: "", '=') != NULL)
    take_name (&piece->alias, pal_office_docx_get (item, "value"));
}

/* What the items of a list show, and what they are called -> what they stand for; "" for "Choose…".
 */
static GHashTable *
index_items (PalNode *list)
{
  GHashTable *items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (PalNode *item = list->first_child; item != NULL; item = item->next)
    {
      const char *value = is (item, "listItem") ? pal_office_docx_get (item, "value") : NULL;
      const char *shown = pal_office_docx_get (item, "displayText");
      const char *equals = value != NULL ? strchr (value, '=') : NULL;
      g_autofree char *stripped = shown != NULL ? g_strstrip (g_strdup (shown)) : NULL;

      if (equals == NULL)
        continue;
      if (stripped != NULL && !g_hash_table_contains (items, stripped))
        g_hash_table_insert (items, g_steal_pointer (&stripped), (gpointer) (equals + 1));
      if (!g_hash_table_contains (items, value))
        g_hash_table_insert (items, g_strdup (value), (gpointer) (equals + 1));
    }

  return items;
}

/* Of what was chosen or written in a list, the part that is known becomes its value: labels may
 * hold commas. */
static char *
dup_chosen (PalNode *list, const char *text)
{
  g_autofree char *whole = g_strstrip (g_strdup (text));
  g_autoptr (GHashTable) items = index_items (list);
  const char *value = g_hash_table_lookup (items, whole);
  g_auto (GStrv) pieces = NULL;
  GString *out;

  if (value != NULL)
    return g_strdup (value);
  pieces = g_strsplit_set (whole, ";\n", -1);
  out = g_string_new (NULL);
  for (guint i = 0; pieces[i] != NULL; i++)
    {
      value = g_hash_table_lookup (items, g_strstrip (pieces[i]));
      g_string_append_printf (out, "%s%s", i > 0 ? "\n" : "", value != NULL ? value : pieces[i]);
    }

  return g_string_free (out, FALSE);
}

static void
gather_box (PalOfficePiece *piece, PalNode *properties, PalNode *box)
{
  const char *name = get_value (properties, "tag");
  const char *checked = get_value (box, "checked");
  gboolean is_ticked
      = checked != NULL && (strcmp (checked, "1") == 0 || strcmp (checked, "true") == 0);

  if (name == NULL || strchr (name, '=') == NULL)
    name = get_value (properties, "alias");
  name = name != NULL ? strchr (name, '=') : NULL;
  g_string_append (piece->text, is_ticked ? PAL_OFFICE_TICKED : PAL_OFFICE_UNTICKED);
  if (name != NULL)
    g_string_append_printf (piece->text, "%c%s%c", MARK, name + 1, MARK);
}

static void
gather_control (PalOfficePiece *piece, PalNode *control)
{
  PalNode *properties = pal_office_docx_find (control, "sdtPr");
  PalNode *content = pal_office_docx_find (control, "sdtContent");
  PalNode *list = pal_office_docx_find (properties, "dropDownList");
  PalNode *box = pal_office_docx_find (properties, "checkbox");
  gsize start = piece->text->len;
  guint n_paragraphs = piece->paragraphs->len;
  g_autofree char *chosen = NULL;

  if (list == NULL)
    list = pal_office_docx_find (properties, "comboBox");
  pal_office_piece_take_names (piece, control);
  if (box != NULL)
    gather_box (piece, properties, box);
  else if (content != NULL && !is_on (properties, "showingPlcHdr"))
    for (PalNode *child = content->first_child; child != NULL; child = child->next)
      pal_office_piece_gather (piece, child);
  if (list == NULL || piece->text->len == start)
    return;
  chosen = dup_chosen (list, piece->text->str + start);
  g_string_truncate (piece->text, start);
  /* What was chosen is one paragraph: where those in the control began is no more. */
  if (piece->paragraphs->len > n_paragraphs)
    {
      g_array_set_size (piece->paragraphs, n_paragraphs);
      if (start > 0)
        g_string_append_c (piece->text, '\n');
      g_array_append_val (piece->paragraphs, piece->text->len);
    }
  g_string_append (piece->text, chosen);
}

/* --- text */

/* Word's own boxes and ticks, as letters of a font of pictures. */
static void
gather_symbol (PalOfficePiece *piece, PalNode *node)
{
  static const struct
  {
    const char *letter;
    gboolean is_ticked;
  } symbols[] = { { "F0FE", TRUE },  { "F0FD", TRUE },  { "F0FC", TRUE }, { "F0FB", TRUE },
                  { "F0A8", FALSE }, { "F06F", FALSE }, { "F071", FALSE } };
  const char *letter = pal_office_docx_get (node, "char");

  for (guint i = 0; letter != NULL && i < G_N_ELEMENTS (symbols); i++)
    if (g_ascii_strcasecmp (letter, symbols[i].letter) == 0)
      g_string_append (piece->text, symbols[i].is_ticked ? PAL_OFFICE_TICKED : PAL_OFFICE_UNTICKED);
}

static void
gather_note (PalOfficePiece *piece, const char *kind, PalNode *node)
{
  const char *id = pal_office_docx_get (node, "id");

  if (id != NULL && piece->notes->len < PAL_KIT_MAX_REMARKS)
    g_ptr_array_add (piece->notes, g_strdup_printf ("%s %s", kind, id));
}

static void
open_paragraph (PalOfficePiece *piece, PalNode *node)
{
  PalNode *properties = pal_office_docx_find (node, "pPr");
  PalNode *mark = pal_office_docx_find (properties, "rPr");
  const char *style = get_value (properties, "pStyle");

  if (piece->text->len > 0)
    g_string_append_c (piece->text, '\n');
  g_array_append_val (piece->paragraphs, piece->text->len);
  if (g_strcmp0 (style, PAL_OFFICE_STYLE "Code") == 0)
    piece->is_code = TRUE;
  if (pal_office_docx_find (mark, "ins") != NULL || pal_office_docx_find (mark, "del") != NULL)
    piece->is_changed = TRUE;
}

/**
 * pal_office_piece_gather:
 * @piece: where it goes
 * @node: a node of a document
 *
 * Adds what a node says. Its depth is limited by who parsed it.
 */
void
pal_office_piece_gather (PalOfficePiece *piece, PalNode *node)
{
  static const char *const removed[] = { "del", "moveFrom", "delText", "delInstrText", NULL };
  static const char *const silent[] = { "rPr",   "sectPr", "tblPr",    "trPr",      "tcPr",
                                        "sdtPr", "ffData", "Fallback", "instrText", NULL };

  if (node->kind != PAL_NODE_ELEMENT || is_one_of (node, silent) || is (node, "pPr"))
    return;
  if (is_one_of (node, removed))
    {
      piece->is_changed = TRUE;
      return;
    }
  if (is (node, "ins") || is (node, "moveTo"))
    piece->is_changed = TRUE;
  if (is (node, "sdt"))
    {
      gather_control (piece, node);
      return;
    }
  if (is (node, "t"))
    {
      g_autofree char *text = pal_node_dup_text (node);

      g_string_append (piece->text, g_strdelimit (text, "\002", ' '));
      return;
    }
  if (is (node, "p"))
    open_paragraph (piece, node);
  else if (is (node, "tab"))
    g_string_append_c (piece->text, '\t');
  else if (is (node, "br") || is (node, "cr"))
    g_string_append_c (piece->text, '\n');
  else if (is (node, "noBreakHyphen"))
    g_string_append_c (piece->text, '-');
  else if (is (node, "sym"))
    gather_symbol (piece, node);
  else if (is (node, "bookmarkStart") && piece->bookmark == NULL
           && g_str_has_prefix (pal_office_docx_get (node, "name") ?: "", PAL_OFFICE_BOOKMARK))
    piece->bookmark = g_strdup (pal_office_docx_get (node, "name"));
  else if (is (node, "commentRangeStart") || is (node, "commentReference"))
    gather_note (piece, "comment", node);
  else if (is (node, "footnoteReference") || is (node, "endnoteReference"))
    gather_note (piece, node->local, node);
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    pal_office_piece_gather (piece, child);
}

/* The text of one of its paragraphs, without marks of ours. */
char *
pal_office_piece_dup_paragraph (PalOfficePiece *piece, guint n)
{
  gsize start = n > 0 ? g_array_index (piece->paragraphs, gsize, n) : 0;
  gsize end = n + 1 < piece->paragraphs->len ? g_array_index (piece->paragraphs, gsize, n + 1)
                                             : piece->text->len;

  return g_strdelimit (g_strndup (piece->text->str + start, end - start), "\002", ' ');
}

/* --- boxes */

static const char *
skip_any (const char *line, const char *const *heads)
{
  for (guint i = 0; heads[i] != NULL; i++)
    if (g_str_has_prefix (line, heads[i]))
      return line + strlen (heads[i]);

  return NULL;
}

/* (nullable): what stands behind the box of a line. */
static const char *
skip_box (const char *line, gboolean *is_ticked)
{
  static const char *const ticked[] = { "\342\230\222",
                                        "\342\230\221",
                                        "\360\237\227\271",
                                        "\342\234\223",
                                        "\342\234\224",
                                        "\342\234\227",
                                        "\342\234\230",
                                        "[x]",
                                        "[X]",
                                        NULL };
  static const char *const unticked[] = { "\342\230\220", "\342\226\241", "[ ]", "[]", NULL };
  const char *rest = skip_any (line, ticked);

  *is_ticked = rest != NULL;

  return rest != NULL ? rest : skip_any (line, unticked);
}

/**
 * pal_office_piece_dup_answer:
 * @piece: a cell in which somebody answers
 *
 * What it says: of boxes those that are ticked, in the value that they stand for if the file still
 * tells; whatever else stands there is taken as it is.
 *
 * Returns: (transfer full): lines
 */
char *
pal_office_piece_dup_answer (PalOfficePiece *piece)
{
  g_auto (GStrv) lines = g_strsplit (piece->text->str, "\n", -1);
  g_autoptr (GPtrArray) taken = g_ptr_array_new ();
  gboolean has_boxes = FALSE, is_ticked;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strchug (lines[i]);
      const char *rest = skip_box (line, &is_ticked);
      char *end = rest != NULL && *rest == MARK ? strchr (rest + 1, MARK) : NULL;

      if (rest != NULL)
        has_boxes = TRUE;
      if (rest != NULL && !is_ticked)
        continue;
      if (end != NULL)
        *end = '\0';
      g_ptr_array_add (taken, (char *) (end != NULL ? rest + 1 : rest != NULL ? rest : line));
    }
  /* Who has no box at hand writes an x before the label. */
  for (guint i = 0; has_boxes && i < taken->len; i++)
    {
      char *line = g_ptr_array_index (taken, i);

      if (g_str_has_prefix (line, "x ") || g_str_has_prefix (line, "X "))
        g_ptr_array_index (taken, i) = line + 2;
    }
  g_ptr_array_add (taken, NULL);

  return g_strjoinv ("\n", (char **) taken->pdata);
}
