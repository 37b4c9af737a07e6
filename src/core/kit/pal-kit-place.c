// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-form-private.h"
#include "pal-text.h"
#include "pal-written-date.h"
#include "pal-xml.h"

#include <string.h>

/* Each answer to its place in the form, by the names of the elements around it, in whatever order
 * they stand. What has no place is said, with its text; nothing is guessed. */

#define MAX_PIECES_OF_LABEL 8 /* between the commas of one label */

typedef struct
{
  PalKitInput *input;
  PalForm *form;
  PalDocument *document; /* (owned): the instance that is made */
  GHashTable *used;      /* (owned) (element-type PalNode): elements that have a place */
  GHashTable *row_ids;   /* (owned) (element-type utf8) */
  GHashTable *named;     /* (owned) (element-type utf8): attachments that answers name */
  GHashTable *choices;   /* (owned): PalFormControl -> GHashTable: casefolded label -> value */
  guint n_rows;
  gboolean is_over; /* a limit */
} Placer;

void
pal_kit_remark (PalKitInput *input, PalKitRemarkKind kind, const char *path, const char *text)
{
  PalKitRemark *remark;

  if (input->remarks->len >= PAL_KIT_MAX_REMARKS)
    {
      input->n_more_remarks++;
      return;
    }
  remark = g_new0 (PalKitRemark, 1);
  remark->kind = kind;
  remark->path = g_strdup (path);
  remark->text = g_strdup (text);
  g_ptr_array_add (input->remarks, remark);
}

/* --- answers */

static char *
dup_folded (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (normal != NULL ? normal : text, -1);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", parts[i]);

  return g_string_free (out, FALSE);
}

/* Values, and labels in all languages, to values; a label that two choices share is none. */
static GHashTable *
get_choices (Placer *placer, PalFormControl *control)
{
  GHashTable *known = g_hash_table_lookup (placer->choices, control);
  GPtrArray *languages = pal_form_get_languages (placer->form);

  if (known != NULL)
    return known;
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (placer->choices, control, known);
  for (guint i = 0; i < MAX (languages->len, 1); i++)
    {
      const char *language = languages->len > 0 ? languages->pdata[i] : NULL;
      g_autoptr (GPtrArray) choices = pal_kit_dup_choices (placer->form, control, language);

      for (guint j = 0; j < choices->len; j++)
        {
          PalKitChoice *choice = choices->pdata[j];
          char *label = dup_folded (choice->label);
          const char *other = g_hash_table_lookup (known, label);

          g_hash_table_insert (
              known, label,
              g_strdup (other == NULL || strcmp (other, choice->value) == 0 ? choice->value : ""));
        }
      for (guint j = 0; i + 1 >= languages->len && j < choices->len; j++)
        {
          PalKitChoice *choice = choices->pdata[j];

          g_hash_table_insert (known, g_strconcat ("=", choice->value, NULL),
                               g_strdup (choice->value));
        }
    }

  return known;
}

static const char *
find_choice (Placer *placer, PalFormControl *control, const char *text)
{
  GHashTable *known = get_choices (placer, control);
  g_autofree char *exact = g_strconcat ("=", text, NULL);
  const char *value = g_hash_table_lookup (known, exact);
  g_autofree char *folded = NULL;

  if (value != NULL)
    return value;
  folded = dup_folded (text);
  value = g_hash_table_lookup (known, folded);

  return value != NULL && *value != '\0' ? value : NULL;
}

static char *
dup_one (Placer *placer, PalFormNode *node, const char *path, char *text)
{
  const char *value = find_choice (placer, node->control, g_strstrip (text));

  if (value == NULL)
    pal_kit_remark (placer->input, PAL_KIT_REMARK_CHOICE, path, text);

  return g_strdup (value);
}

/* separators: letters, each of which stands between two pieces. */
static GStrv
split_list (const char *text, const char *separators)
{
  g_autoptr (GStrvBuilder) pieces = g_strv_builder_new ();
  g_autoptr (GString) piece = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_utf8_strchr (separators, -1, g_utf8_get_char (c)) == NULL)
      g_string_append_len (piece, c, g_utf8_next_char (c) - c);
    else
      {
        g_strv_builder_add (pieces, piece->str);
        g_string_truncate (piece, 0);
      }
  g_strv_builder_add (pieces, piece->str);

  return g_strv_builder_end (pieces);
}

static gboolean
add_known (Placer *placer, PalFormControl *control, GPtrArray *values, const char *text)
{
  const char *value = find_choice (placer, control, text);

  if (value == NULL)
    return FALSE;
  if (!g_ptr_array_find_with_equal_func (values, value, g_str_equal, NULL))
    g_ptr_array_add (values, (gpointer) value);

  return TRUE;
}

/* A list of labels may have commas between them, and a label may have commas in it: the longest run
 * of pieces that is a choice is one. */
static guint
add_longest (Placer *placer, PalFormControl *control, GPtrArray *values, char **pieces)
{
  guint n = 0;

  while (n < MAX_PIECES_OF_LABEL && pieces[n] != NULL)
    n++;
  for (; n > 0; n--)
    {
      g_autoptr (GString) run = g_string_new (NULL);

      for (guint i = 0; i < n; i++)
        g_string_append_printf (run, "%s%s", i > 0 ? "," : "", pieces[i]);
      g_strstrip (run->str);
      if (*run->str != '\0' && add_known (placer, control, values, run->str))
        break;
    }

  return n;
}

/* What is between semicolons, or a line: one label, several with commas, or words as programs write
 * them. */
static void
add_piece (Placer *placer, PalFormNode *node, const char *path, GPtrArray *values, char *text)
{
  g_auto (GStrv) pieces = NULL;

  g_strstrip (text);
  if (*text == '\0' || add_known (placer, node->control, values, text))
    return;
  pieces = split_list (text, ",،、，");
  for (char **piece = pieces; *piece != NULL;)
    {
      guint n = add_longest (placer, node->control, values, piece);
      g_auto (GStrv) words = NULL;

      if (n > 0)
        {
          piece += n;
          continue;
        }
      words = g_strsplit_set (*piece, " \t\r", -1);
      for (guint i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0' && !add_known (placer, node->control, values, words[i]))
          pal_kit_remark (placer->input, PAL_KIT_REMARK_CHOICE, path, words[i]);
      piece++;
    }
}

static char *
dup_many (Placer *placer, PalFormNode *node, const char *path, char *text)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  g_auto (GStrv) pieces = split_list (text, "\n;؛；");

  for (guint i = 0; pieces[i] != NULL; i++)
    add_piece (placer, node, path, values, pieces[i]);
  if (values->len == 0)
    return NULL;
  g_ptr_array_add (values, NULL);

  return g_strjoinv (" ", (char **) values->pdata);
}

static char *
dup_date (Placer *placer, const char *path, char *text)
{
  gboolean unsure = FALSE;
  char *date = pal_written_date_dup (g_strstrip (text), &unsure);

  if (date == NULL)
    pal_kit_remark (placer->input, unsure ? PAL_KIT_REMARK_DATE_UNSURE : PAL_KIT_REMARK_DATE, path,
                    text);

  return date;
}

static char *
dup_number (Placer *placer, const char *path, char *text)
{
  char *end = NULL;

  g_strstrip (text);
  g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || strpbrk (text, "xXnN") != NULL)
    {
      pal_kit_remark (placer->input, PAL_KIT_REMARK_NUMBER, path, text);
      return NULL;
    }

  return g_strdup (text);
}

static PalKitFile *
find_file (PalKitInput *input, const char *name)
{
  for (guint i = 0; i < input->files->len; i++)
    {
      PalKitFile *file = g_ptr_array_index (input->files, i);

      if (strcmp (file->name, name) == 0)
        return file;
    }
  return NULL;
}

static char *
dup_file_name (Placer *placer, const char *path, char *text)
{
  PalKitFile *file = find_file (placer->input, g_strstrip (text));

  if (file == NULL || !file->is_intact)
    pal_kit_remark (placer->input, PAL_KIT_REMARK_FILE, path, text);
  if (file == NULL)
    return NULL;
  g_hash_table_add (placer->named, g_strdup (text));

  return g_strdup (text);
}

static char *
dup_text (Placer *placer, const char *path, const char *text)
{
  gsize length = strlen (text);
  const char *end = text + MIN (length, PAL_KIT_MAX_TEXT_BYTES);

  if (length > PAL_KIT_MAX_TEXT_BYTES)
    {
      pal_kit_remark (placer->input, PAL_KIT_REMARK_LENGTH, path, NULL);
      while (((guchar) *end & 0xc0) == 0x80)
        end--;
    }

  return g_strndup (text, (gsize) (end - text));
}

static char *
dup_value (Placer *placer, PalFormNode *node, const char *path, char *text)
{
  if (node->control != NULL && node->control->kind == PAL_CONTROL_SELECT_ONE)
    return dup_one (placer, node, path, text);
  if (node->control != NULL && node->control->kind == PAL_CONTROL_SELECT_MANY)
    {
      g_autofree char *cut = dup_text (placer, path, text);

      return dup_many (placer, node, path, cut);
    }
  switch (node->type)
    {
    case PAL_TYPE_DATE:
      return dup_date (placer, path, text);
    case PAL_TYPE_INTEGER:
    case PAL_TYPE_DECIMAL:
      return dup_number (placer, path, text);
    case PAL_TYPE_BINARY:
      return dup_file_name (placer, path, text);
    case PAL_TYPE_STRING:
    case PAL_TYPE_BOOLEAN:
    case PAL_TYPE_TIME:
    case PAL_TYPE_DATE_TIME:
    case PAL_TYPE_OTHER:
      break;
    }

  return dup_text (placer, path, text);
}

/* --- elements */

/* Everything below an element that has no place. */
static void
remark_all (Placer *placer, PalNode *element, const char *above, PalKitRemarkKind kind)
{
  g_autofree char *path = g_strconcat (above, "/", element->local, NULL);
  gboolean has_elements = FALSE;

  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT)
      {
        has_elements = TRUE;
        remark_all (placer, child, path, kind);
      }
    else if (child->kind == PAL_NODE_TEXT && !pal_text_is_blank (child->value)
             && element->first_child->next != NULL)
      pal_kit_remark (placer->input, kind, path, child->value);
  if (!has_elements && element->first_child != NULL && element->first_child->next == NULL)
    {
      g_autofree char *text = pal_node_dup_text (element);

      if (!pal_text_is_blank (text))
        pal_kit_remark (placer->input, kind, path, text);
    }
}

static PalNode *
append_element (Placer *placer, PalNode *to, PalFormNode *node)
{
  PalDefinition *definition = pal_definition (node);
  PalNode *made
      = pal_node_new_element (placer->document, node->local, definition->prefix, definition->uri);

  pal_node_append (to, made);

  return made;
}

static gboolean
is_note (PalFormNode *node)
{
  return node->control != NULL && pal_outline_is_note (node->control);
}

static void
place_leaf (Placer *placer, PalFormNode *node, PalNode *element, const char *path, PalNode *out)
{
  g_autofree char *text = pal_node_dup_text (element);
  g_autofree char *written = g_strdup (text);
  g_autofree char *value = NULL;
  PalKitValue *answer;

  if (pal_text_is_blank (text))
    {
      append_element (placer, out, node);
      return;
    }
  if (strcmp (node->local, "instanceID") == 0)
    {
      g_free (placer->input->instance_id);
      placer->input->instance_id = pal_text_dup_printable (g_strstrip (text), 200);
      pal_node_set_text (append_element (placer, out, node), placer->input->instance_id);
      return;
    }
  if (is_note (node))
    {
      pal_kit_remark (placer->input, PAL_KIT_REMARK_UNKNOWN, path, text);
      return;
    }
  value = dup_value (placer, node, path, text);
  if (value == NULL)
    {
      append_element (placer, out, node);
      return;
    }
  pal_node_set_text (append_element (placer, out, node), value);
  answer = g_new0 (PalKitValue, 1);
  answer->path = g_strdup (path);
  answer->node = node;
  if (strcmp (written, value) != 0)
    answer->written = g_steal_pointer (&written);
  answer->value = g_steal_pointer (&value);
  g_ptr_array_add (placer->input->values, answer);
}

static gboolean
is_good_row_id (const char *id)
{
  gboolean has_letter = FALSE;
  gsize length = strlen (id);

  if (length == 0 || length > 64)
    return FALSE;
  for (const char *c = id; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c) && strchr ("-_.:", *c) == NULL)
        return FALSE;
      has_letter = has_letter || !g_ascii_isdigit (*c);
    }

  return has_letter;
}

/* Its own, or a new one when it has none that could tell it from other rows. */
static char *
dup_row_id (Placer *placer, PalNode *row, const char *path)
{
  g_autofree char *id = NULL;

  for (PalNode *child = row->first_child; child != NULL && id == NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && strcmp (child->local, "_id") == 0)
      {
        id = g_strstrip (pal_node_dup_text (child));
        g_hash_table_add (placer->used, child);
      }
  if (id == NULL || !is_good_row_id (id) || g_hash_table_contains (placer->row_ids, id))
    {
      g_free (id);
      id = g_uuid_string_random ();
      pal_kit_remark (placer->input, PAL_KIT_REMARK_ROW, path, NULL);
    }
  g_hash_table_add (placer->row_ids, g_strdup (id));

  return g_steal_pointer (&id);
}

static void place_children (Placer *placer, PalFormNode *group, PalNode *element, const char *path,
                            const char *row_id, PalNode *out);

static void
place_row (Placer *placer, PalFormNode *node, PalNode *element, const char *path, PalNode *out)
{
  g_autofree char *id = NULL;
  g_autofree char *row_path = NULL;

  if (pal_node_get_attribute_node (element, "template", PAL_NS_JR) != NULL)
    return;
  if (++placer->n_rows > PAL_KIT_MAX_ROWS)
    {
      placer->is_over = TRUE;
      return;
    }
  id = dup_row_id (placer, element, path);
  row_path = g_strdup_printf ("%s[%s]", path, id);
  place_children (placer, node, element, row_path, id, append_element (placer, out, node));
}

static void
place_one (Placer *placer, PalFormNode *node, PalNode *element, const char *path, PalNode *out)
{
  if (node->is_repeat)
    place_row (placer, node, element, path, out);
  else if (node->children->len > 0)
    place_children (placer, node, element, path, NULL, append_element (placer, out, node));
  else
    place_leaf (placer, node, element, path, out);
}

static void
place_child (Placer *placer, PalFormNode *node, PalNode *element, const char *above, PalNode *out)
{
  g_autofree char *path = g_strconcat (above, "/", node->local, NULL);
  gboolean is_taken = FALSE;

  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT || strcmp (child->local, node->local) != 0
          || g_strcmp0 (child->uri, PAL_KIT_NS) == 0 || !g_hash_table_add (placer->used, child))
        continue;
      if (is_taken && !node->is_repeat)
        remark_all (placer, child, above, PAL_KIT_REMARK_TWICE);
      else
        place_one (placer, node, child, path, out);
      is_taken = TRUE;
    }
}

static void
place_children (Placer *placer, PalFormNode *group, PalNode *element, const char *path,
                const char *row_id, PalNode *out)
{
  for (guint i = 0; i < group->children->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (group->children, i);

      if (node->is_attribute)
        continue;
      if (row_id != NULL && strcmp (node->local, "_id") == 0)
        pal_node_set_text (append_element (placer, out, node), row_id);
      else
        place_child (placer, node, element, path, out);
    }
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_TEXT && !pal_text_is_blank (child->value))
        pal_kit_remark (placer->input, PAL_KIT_REMARK_UNKNOWN, path, child->value);
      /* What programs say of themselves in meta is nobody's answer. */
      else if (child->kind == PAL_NODE_ELEMENT && strcmp (group->local, "meta") != 0
               && g_strcmp0 (child->uri, PAL_KIT_NS) != 0
               && !g_hash_table_contains (placer->used, child))
        remark_all (placer, child, path, PAL_KIT_REMARK_UNKNOWN);
    }
}

static void
remark_spare_files (Placer *placer)
{
  for (guint i = 0; i < placer->input->files->len; i++)
    {
      PalKitFile *file = g_ptr_array_index (placer->input->files, i);

      if (!g_hash_table_contains (placer->named, file->name))
        pal_kit_remark (placer->input, PAL_KIT_REMARK_SPARE_FILE, NULL, file->name);
    }
}

gboolean
pal_kit_place (PalKitInput *input, PalForm *form, PalNode *root, GError **error)
{
  Placer placer = { input, form };
  PalFormNode *top = pal_form_get_root (form);
  g_autoptr (PalDocument) document = pal_document_new ();
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) row_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) choices
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
  PalNode *out;

  placer.document = document;
  placer.used = used;
  placer.row_ids = row_ids;
  placer.named = named;
  placer.choices = choices;
  out = append_element (&placer, pal_document_get_root (document), top);
  pal_node_set_attribute (out, "id", NULL, NULL, pal_form_get_id (form));
  pal_node_set_attribute (out, "version", NULL, NULL, pal_form_get_version (form));
  place_children (&placer, top, root, top->path, NULL, out);
  if (placer.is_over)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT, "too many rows");
      return FALSE;
    }
  remark_spare_files (&placer);
  input->instance = pal_xml_write (out, NULL, NULL);

  return TRUE;
}
