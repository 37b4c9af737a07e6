// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include "pal-form-private.h"
#include "pal-text.h"
#include "pal-xml.h"

#include <string.h>

/* What was found in a file becomes the instance that a kit would have saved, and is read as that:
 * places, dates, choices, limits and remarks are the same whatever the file was. */

typedef struct
{
  PalFormNode *node; /* (unowned) */
  char *row;         /* (nullable): without a table */
  char *text;
} Answer;

typedef struct
{
  PalKitRemarkKind kind;
  char *code; /* (nullable): with its row */
  char *text; /* (nullable) */
} Remark;

struct _PalOfficeAnswers
{
  PalForm *form;        /* (owned) */
  GHashTable *identity; /* (owned) (nullable) (element-type utf8 utf8) */
  GPtrArray *answers;   /* (owned) (element-type Answer): in the order of the file */
  GHashTable *places;   /* (owned): "node#row" -> GPtrArray of its Answers, unowned */
  GHashTable *known;    /* (owned) (element-type utf8): "node#row#text", to say nothing twice */
  GHashTable *rows;     /* (owned): PalFormNode of a table -> GPtrArray of its rows, in order */
  GHashTable *row_set;  /* (owned) (element-type utf8): "node#row" of those */
  GHashTable *new_rows; /* (owned) (element-type utf8): "path row" */
  GHashTable *own;      /* (owned) (element-type utf8): digests of texts of ours */
  GHashTable *codes;    /* (owned): code as written -> PalFormNode, or NULL: no such place */
  GPtrArray *files;     /* (owned) (element-type PalKitFile) */
  GPtrArray *remarks;   /* (owned) (element-type Remark) */
  gboolean is_guessed;  /* @own is from the form: the file does not tell */
  guint n_found;        /* codes of the form */
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->row);
  g_free (answer->text);
  g_free (answer);
}

static void
remark_free (gpointer data)
{
  Remark *remark = data;

  g_free (remark->code);
  g_free (remark->text);
  g_free (remark);
}

/**
 * pal_office_answers_new:
 * @form: the form of which a file should be
 *
 * Returns: (transfer full): what was found in it, nothing so far
 */
PalOfficeAnswers *
pal_office_answers_new (PalForm *form)
{
  PalOfficeAnswers *self = g_new0 (PalOfficeAnswers, 1);

  self->form = pal_form_ref (form);
  self->answers = g_ptr_array_new_with_free_func (answer_free);
  self->places
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->row_set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->rows = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->new_rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_kit_file_free);
  self->remarks = g_ptr_array_new_with_free_func (remark_free);

  return self;
}

/**
 * pal_office_answers_free:
 * @self: (nullable) (transfer full): what was found
 */
void
pal_office_answers_free (PalOfficeAnswers *self)
{
  if (self == NULL)
    return;
  pal_form_unref (self->form);
  g_clear_pointer (&self->identity, g_hash_table_unref);
  g_ptr_array_unref (self->answers);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->row_set);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->new_rows);
  g_hash_table_unref (self->own);
  g_hash_table_unref (self->codes);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->remarks);
  g_free (self);
}

/* --- identity */

gboolean
pal_office_answers_take_identity (PalOfficeAnswers *self, const char *text)
{
  const char *start = strstr (text, PAL_OFFICE_IDENTITY " ");
  g_auto (GStrv) words = NULL;

  if (start == NULL || strlen (text) > 8192)
    return FALSE;
  if (self->identity != NULL)
    return TRUE;
  self->identity = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  words = g_strsplit_set (start, " \t\r\n", -1);
  for (guint i = 1; words[i] != NULL; i++)
    {
      char *equals = strchr (words[i], '=');
      char *value = equals != NULL ? g_uri_unescape_string (equals + 1, NULL) : NULL;

      if (value == NULL)
        continue;
      *equals = '\0';
      g_hash_table_insert (self->identity, g_strdup (words[i]), value);
    }

  return TRUE;
}

static const char *
get_identity (PalOfficeAnswers *self, const char *name)
{
  const char *value = self->identity != NULL ? g_hash_table_lookup (self->identity, name) : NULL;

  return value != NULL && *value != '\0' ? value : NULL;
}

const char *
pal_office_answers_get_language (PalOfficeAnswers *self)
{
  return get_identity (self, "language");
}

PalForm *
pal_office_answers_get_form (PalOfficeAnswers *self)
{
  return self->form;
}

/* --- texts of ours */

gboolean
pal_office_answers_take_texts (PalOfficeAnswers *self, const char *text)
{
  return pal_office_own_take (self->own, text);
}

gboolean
pal_office_answers_is_own (PalOfficeAnswers *self, const char *text)
{
  g_autofree char *digest = pal_office_dup_text_digest (text);

  if (g_hash_table_size (self->own) == 0)
    {
      self->is_guessed = TRUE;
      pal_office_own_guess (self->own, self->form, get_identity (self, "language"));
    }

  return g_hash_table_contains (self->own, digest);
}

gboolean
pal_office_answers_is_guessing (PalOfficeAnswers *self)
{
  return g_hash_table_size (self->own) == 0 || self->is_guessed;
}

void
pal_office_answers_add_loose (PalOfficeAnswers *self, const char *text)
{
  if (text != NULL && !pal_text_is_blank (text) && strstr (text, PAL_OFFICE_IDENTITY " ") == NULL
      && !pal_office_answers_is_own (self, text))
    pal_office_answers_remark (self, PAL_KIT_REMARK_UNKNOWN, NULL, text);
}

/* --- what was found */

/* Codes repeat in every row of a table, and looking one up walks the form. */
static PalFormNode *
find_code (PalOfficeAnswers *self, const char *code, char **row)
{
  const char *hash = strchr (code, '#');
  g_autofree char *plain = g_strndup (code, hash != NULL ? (gsize) (hash - code) : strlen (code));
  gpointer node = NULL;

  *row = hash != NULL ? g_strstrip (g_strdup (hash + 1)) : NULL;
  if (!g_hash_table_lookup_extended (self->codes, plain, NULL, &node))
    {
      node = pal_office_find_code (self->form, plain, NULL);
      if (g_hash_table_size (self->codes) < PAL_OFFICE_MAX_ANSWERS)
        g_hash_table_insert (self->codes, g_steal_pointer (&plain), node);
    }

  return node;
}

PalFormNode *
pal_office_answers_find (PalOfficeAnswers *self, const char *code)
{
  g_autofree char *row = NULL;

  if (strlen (code) > 500 || strpbrk (code, " \t\n/") != NULL)
    return NULL;

  return find_code (self, code, &row);
}

/* XML holds no control characters; they stand for spaces wherever they come from. */
static char *
dup_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (letter == '\r')
        g_string_append (out, c[1] == '\n' ? "" : "\n");
      else if ((letter < 0x20 && letter != '\n' && letter != '\t') || letter == 0x7f
               || letter == 0xfffe || letter == 0xffff)
        g_string_append_c (out, ' ');
      else
        g_string_append_unichar (out, letter);
    }
  g_strchomp (out->str);

  return g_string_free (out, FALSE);
}

static char *
dup_place (PalFormNode *node, const char *row)
{
  return g_strdup_printf ("%u#%s", node->index, row != NULL ? row : "");
}

/* One more than there may be is enough to be too many. */
static void
add_row (PalOfficeAnswers *self, PalFormNode *table, const char *row)
{
  GPtrArray *rows = g_hash_table_lookup (self->rows, table);

  if (g_hash_table_size (self->row_set) > PAL_KIT_MAX_ROWS
      || !g_hash_table_add (self->row_set, dup_place (table, row)))
    return;
  if (rows == NULL)
    {
      rows = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->rows, table, rows);
    }
  g_ptr_array_add (rows, g_strdup (row));
}

static void
add_answer (PalOfficeAnswers *self, PalFormNode *node, PalFormNode *table, const char *row,
            char *text)
{
  Answer *answer = g_new0 (Answer, 1);
  g_autofree char *place = dup_place (node, row);
  GPtrArray *answers = g_hash_table_lookup (self->places, place);

  answer->node = node;
  answer->row = g_strdup (row);
  answer->text = text;
  g_ptr_array_add (self->answers, answer);
  if (answers == NULL)
    {
      answers = g_ptr_array_new ();
      g_hash_table_insert (self->places, g_steal_pointer (&place), answers);
    }
  g_ptr_array_add (answers, answer);
  if (table != NULL)
    add_row (self, table, row);
}

static gboolean
is_question (PalFormNode *node)
{
  return node->children->len == 0 && !node->is_repeat && pal_definition (node)->n_repeats <= 1
         && strcmp (node->local, "_id") != 0 && strcmp (node->local, "instanceID") != 0;
}

void
pal_office_answers_remark (PalOfficeAnswers *self, PalKitRemarkKind kind, const char *code,
                           const char *text)
{
  Remark *remark;

  if (self->remarks->len >= PAL_OFFICE_MAX_ANSWERS)
    return;
  remark = g_new0 (Remark, 1);
  remark->kind = kind;
  remark->code = g_strdup (code);
  remark->text = text != NULL ? dup_clean (text) : NULL;
  g_ptr_array_add (self->remarks, remark);
}

void
pal_office_answers_add (PalOfficeAnswers *self, const char *code, const char *row, const char *text)
{
  g_autofree char *own_row = NULL;
  PalFormNode *node = find_code (self, code, &own_row);
  PalFormNode *table = node != NULL ? pal_definition (node)->repeat : NULL;
  g_autofree char *key = NULL;
  g_autofree char *clean = NULL;

  if (node != NULL)
    self->n_found++;
  clean = text != NULL ? dup_clean (text) : NULL;
  if (clean == NULL || pal_text_is_blank (clean))
    return;
  if (node == NULL || !is_question (node))
    {
      pal_office_answers_remark (self, PAL_KIT_REMARK_UNKNOWN, code, clean);
      return;
    }
  if (row == NULL)
    row = own_row != NULL && *own_row != '\0' ? own_row : "1";
  if (table == NULL)
    row = NULL;
  key = g_strdup_printf ("%u#%s#%s", node->index, row != NULL ? row : "", clean);
  if (self->answers->len <= PAL_OFFICE_MAX_ANSWERS
      && g_hash_table_add (self->known, g_steal_pointer (&key)))
    add_answer (self, node, table, row, g_steal_pointer (&clean));
}

void
pal_office_answers_add_new_row (PalOfficeAnswers *self, const char *code, const char *row)
{
  g_autofree char *own_row = NULL;
  PalFormNode *node = find_code (self, code, &own_row);
  PalFormNode *table = node != NULL ? pal_definition (node)->repeat : NULL;

  if (table != NULL)
    g_hash_table_add (self->new_rows, g_strdup_printf ("%s %s", table->path, row));
}

void
pal_office_answers_add_file (PalOfficeAnswers *self, const char *name, const char *media_type,
                             GBytes *bytes)
{
  PalKitFile *file;

  if (self->files->len >= PAL_KIT_MAX_FILES)
    {
      pal_office_answers_remark (self, PAL_KIT_REMARK_FILE, NULL, name);
      return;
    }
  file = g_new0 (PalKitFile, 1);
  file->name = g_strdup (name);
  file->media_type = g_strdup (media_type);
  file->bytes = g_bytes_ref (bytes);
  file->is_intact = TRUE;
  g_ptr_array_add (self->files, file);
}

/* --- the instance */

static char *
dup_digest_of (const char *first, const char *second, const char *third)
{
  g_autofree char *text = g_strjoin ("\n", first != NULL ? first : "", second, third, NULL);
  char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  digest[32] = '\0';

  return digest;
}

/* The same row of the same kit has it whenever it is read. */
static char *
dup_row_id (PalOfficeAnswers *self, PalFormNode *table, const char *row)
{
  g_autofree char *digest = dup_digest_of (get_identity (self, "kit"), table->path, row);

  return g_strconcat ("row-", digest, NULL);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static const char *
find_text (PalOfficeAnswers *self, const char *end)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      const Answer *answer = g_ptr_array_index (self->answers, i);

      if (g_str_has_suffix (answer->node->path, end))
        return answer->text;
    }

  return NULL;
}

/* In whatever order the file has it. */
static char *
dup_all_text (PalOfficeAnswers *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->answers->len; i++)
    {
      const Answer *answer = g_ptr_array_index (self->answers, i);

      g_ptr_array_add (lines,
                       g_strdup_printf ("%s\t%s\t%s", answer->node->path,
                                        answer->row != NULL ? answer->row : "", answer->text));
    }
  g_ptr_array_sort (lines, compare_texts);
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* A kit is handed to many people, so that its id does not tell one input from another. Who gives it
 * and what it is about do, also when they send it again in other words; of somebody who stays
 * unknown only the same words are the same input. */
static char *
dup_instance_id (PalOfficeAnswers *self)
{
  const char *title = find_text (self, "/about/title");
  const char *organization = find_text (self, "/author/organization");
  const char *person = find_text (self, "/author/person");
  g_autofree char *about = NULL;
  g_autofree char *digest = NULL;

  if (get_identity (self, "kit") != NULL && title != NULL
      && (organization != NULL || person != NULL))
    about = g_strjoin ("\n", title, organization != NULL ? organization : "", person, NULL);
  else
    about = dup_all_text (self);
  digest = dup_digest_of (get_identity (self, "kit"), "instance", about);

  return g_strconcat ("twin:", digest, NULL);
}

static PalNode *
append_element (PalNode *to, PalFormNode *node)
{
  const PalDefinition *definition = pal_definition (node);
  PalNode *made
      = pal_node_new_element (to->document, node->local, definition->prefix, definition->uri);

  pal_node_append (to, made);

  return made;
}

static void
append_answers (PalOfficeAnswers *self, PalFormNode *node, const char *row, PalNode *to)
{
  g_autofree char *place = dup_place (node, row);
  GPtrArray *answers = g_hash_table_lookup (self->places, place);

  for (guint i = 0; answers != NULL && i < answers->len; i++)
    pal_node_set_text (append_element (to, node), ((Answer *) answers->pdata[i])->text);
}

static void
append_children (PalOfficeAnswers *self, PalFormNode *group, const char *row, const char *row_id,
                 PalNode *to)
{
  for (guint i = 0; i < group->children->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (group->children, i);
      GPtrArray *rows = node->is_repeat ? g_hash_table_lookup (self->rows, node) : NULL;

      if (node->is_attribute)
        continue;
      if (node->is_repeat)
        for (guint j = 0; rows != NULL && j < rows->len; j++)
          {
            g_autofree char *id = dup_row_id (self, node, rows->pdata[j]);

            append_children (self, node, rows->pdata[j], id, append_element (to, node));
          }
      else if (node->children->len > 0)
        append_children (self, node, row, row_id, append_element (to, node));
      else if (strcmp (node->local, "_id") == 0 && row_id != NULL)
        pal_node_set_text (append_element (to, node), row_id);
      else if (strcmp (node->local, "instanceID") == 0)
        {
          g_autofree char *id = dup_instance_id (self);

          pal_node_set_text (append_element (to, node), id);
        }
      else
        append_answers (self, node, row, to);
    }
}

static void
append_kit (PalOfficeAnswers *self, PalNode *to)
{
  static const char *const names[] = { "kit", "dossier", "language", "cluster", "articles" };
  PalNode *kit;

  if (self->identity == NULL)
    return;
  kit = pal_node_new_element (to->document, "kit", NULL, PAL_KIT_NS);
  pal_node_append (to, kit);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = get_identity (self, names[i]);
      g_autofree char *clean = dup_clean (value != NULL ? value : "");

      /* Articles are separated by commas in the file, and by spaces in a kit. */
      pal_node_set_attribute (kit, names[i], NULL, NULL, g_strdelimit (clean, ",", ' '));
    }
}

static GBytes *
write_instance (PalOfficeAnswers *self)
{
  g_autoptr (PalDocument) document = pal_document_new ();
  PalFormNode *top = pal_form_get_root (self->form);
  PalNode *root = append_element (pal_document_get_root (document), top);
  const char *id = get_identity (self, "form");
  const char *version = get_identity (self, "version");
  g_autofree char *clean_id = dup_clean (id != NULL ? id : pal_form_get_id (self->form));

  pal_node_set_attribute (root, "id", NULL, NULL, clean_id);
  if (version != NULL)
    {
      g_autofree char *clean = dup_clean (version);

      pal_node_set_attribute (root, "version", NULL, NULL, clean);
    }
  append_children (self, top, NULL, NULL, root);
  append_kit (self, root);

  return pal_xml_write (root, NULL, NULL);
}

/* --- the whole */

/* (nullable): where a remark belongs: a place as values have it, else the code as it was. */
static char *
dup_path (PalOfficeAnswers *self, const char *code)
{
  g_autofree char *row = NULL;
  g_autofree char *id = NULL;
  PalFormNode *node = code != NULL ? find_code (self, code, &row) : NULL;
  PalFormNode *table = node != NULL ? pal_definition (node)->repeat : NULL;

  if (node == NULL || table == NULL || row == NULL)
    return g_strdup (node != NULL ? node->path : code);
  id = dup_row_id (self, table, row);

  return g_strdup_printf ("%s[%s]%s", table->path, id, node->path + strlen (table->path));
}

static void
add_row_remarks (PalOfficeAnswers *self, PalKitInput *input)
{
  GHashTableIter iter;
  gpointer table, rows;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &table, &rows))
    for (guint i = 0; i < ((GPtrArray *) rows)->len; i++)
      {
        const char *row = g_ptr_array_index ((GPtrArray *) rows, i);
        const char *path = ((PalFormNode *) table)->path;
        g_autofree char *key = g_strdup_printf ("%s %s", path, row);
        g_autofree char *id = dup_row_id (self, table, row);
        g_autofree char *row_path = g_strdup_printf ("%s[%s]", path, id);

        if (g_hash_table_contains (self->new_rows, key))
          pal_kit_remark (input, PAL_KIT_REMARK_ROW, row_path, NULL);
      }
}

static gboolean
check (PalOfficeAnswers *self, GError **error)
{
  if (self->answers->len > PAL_OFFICE_MAX_ANSWERS)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT, "too many answers");
      return FALSE;
    }
  if (self->identity == NULL && self->n_found == 0)
    {
      g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_OTHER,
                           "an office document without a code of the form");
      return FALSE;
    }

  return TRUE;
}

PalKitInput *
pal_office_answers_finish (PalOfficeAnswers *self, GBytes *bytes, GError **error)
{
  g_autoptr (PalKitInput) input = NULL;
  g_autoptr (GBytes) instance = NULL;

  if (!check (self, error))
    return NULL;
  instance = write_instance (self);
  input = pal_kit_read_with (instance, NULL, self->files, self->form, error);
  if (input == NULL)
    return NULL;
  g_free (input->sha256);
  input->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  /* Office programs write check sums of nothing. Without its line, a file does not say whence it
   * is, and the remark stays. */
  if (self->identity != NULL)
    pal_kit_input_remove_remarks (input, PAL_KIT_REMARK_UNSEALED);
  pal_kit_input_remove_remarks (input, PAL_KIT_REMARK_SPARE_FILE);
  for (guint i = 0; i < input->files->len; i++)
    pal_kit_remark (input, PAL_KIT_REMARK_EMBEDDED, NULL,
                    ((PalKitFile *) input->files->pdata[i])->name);
  add_row_remarks (self, input);
  for (guint i = 0; i < self->remarks->len; i++)
    {
      const Remark *remark = g_ptr_array_index (self->remarks, i);
      g_autofree char *path = dup_path (self, remark->code);

      pal_kit_remark (input, remark->kind, path, remark->text);
    }

  return g_steal_pointer (&input);
}
