// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-changes.h"
#include "pal-form-private.h"

#include <string.h>

/* The rename map: what a node was called in older forms (p:was on its bind). An answer is stored
 * under its path, so this is how it finds its question again. */

/* A node whose groups were all renamed several times has as many older names as there are
 * combinations; nobody looks through more. */
#define MAX_FORMER_PATHS 64

/* --- reading */

/* "/data/law/title": steps with names, nothing else. */
static gboolean
is_plain_path (const char *path)
{
  for (const char *p = path; *p != '\0'; p++)
    {
      if (*p == '/' && (p[1] == '\0' || p[1] == '/'))
        return FALSE;
      if (strchr ("[]*()'\"|,", *p) != NULL)
        return FALSE;
    }
  return *path == '/' && strstr (path, "/.") == NULL;
}

static void
read_rename (PalFormReader *reader, PalFormNode *node, const char *path)
{
  PalForm *form = reader->form;
  guint32 line = pal_definition (node)->bind_line;
  PalFormNode *other = g_hash_table_lookup (form->renamed, path);

  if (!is_plain_path (path))
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, line,
                            "p:was of %s: \"%s\" is not a path such as /data/group/question",
                            node->path, path);
  else if (g_hash_table_contains (form->by_path, path))
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, line,
                            "p:was of %s: %s is still in the form, so its answers stay there",
                            node->path, path);
  else if (other != NULL)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, line,
                            "p:was of %s: %s is claimed by %s in line %u as well", node->path, path,
                            other->path, pal_definition (other)->bind_line);
  else
    g_hash_table_insert (form->renamed, (gpointer) pal_form_reader_keep (reader, path), node);
}

/* When all binds are read: the map itself, and what is wrong with it. */
void
pal_form_read_renames (PalFormReader *reader)
{
  GPtrArray *nodes = reader->form->nodes;

  for (guint i = 0; i < nodes->len && !pal_form_reader_is_full (reader); i++)
    {
      PalFormNode *node = g_ptr_array_index (nodes, i);
      g_auto (GStrv) paths = NULL;

      if (node->was == NULL)
        continue;
      paths = g_strsplit_set (node->was, " \t\r\n", -1);
      for (guint j = 0; paths[j] != NULL; j++)
        if (*paths[j] != '\0')
          read_rename (reader, node, paths[j]);
    }
}

/* --- paths */

/**
 * pal_form_dup_generic_path:
 * @path: path of a node of a record, with rows in brackets
 *
 * Returns: (transfer full): the path of its definition
 */
char *
pal_form_dup_generic_path (const char *path)
{
  GString *generic = g_string_new (NULL);

  while (*path != '\0')
    {
      gsize length = strcspn (path, "[");
      const char *close = path[length] == '[' ? strchr (path + length, ']') : NULL;

      g_string_append_len (generic, path, length);
      path += length;
      /* A bracket that is never closed is part of the name: such a path names nothing. */
      if (close == NULL)
        {
          g_string_append (generic, path);
          break;
        }
      path = close + 1;
    }
  return g_string_free (generic, FALSE);
}

/* One step of a path: where it ends in the generic path, and its row. */
typedef struct
{
  gsize end;
  char *row; /* (nullable) */
} Step;

static void
step_clear (gpointer data)
{
  Step *step = data;

  g_free (step->row);
}

/* "/data/law[ROW]" -> "/data/law" with two steps; NULL when it is no such path. */
static GArray *
split_path (const char *path, char **generic)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, TRUE, sizeof (Step));
  g_autoptr (GString) text = g_string_new (NULL);

  g_array_set_clear_func (steps, step_clear);
  while (*path == '/')
    {
      gsize length = strcspn (path + 1, "/[") + 1;
      Step step = { 0 };

      g_string_append_len (text, path, length);
      path += length;
      step.end = text->len;
      if (*path == '[')
        {
          const char *close = strchr (path, ']');

          if (close == NULL)
            return NULL;
          step.row = g_strndup (path + 1, (gsize) (close - path - 1));
          path = close + 1;
        }
      g_array_append_val (steps, step);
    }
  if (*path != '\0' || steps->len == 0)
    return NULL;
  *generic = g_string_free (g_steal_pointer (&text), FALSE);
  return g_steal_pointer (&steps);
}

static PalFormNode *
find_successor (PalForm *self, const char *path)
{
  PalFormNode *node = g_hash_table_lookup (self->by_path, path);
  const char *slash;
  g_autofree char *parent_path = NULL;
  g_autofree char *moved = NULL;
  PalFormNode *parent;

  if (node != NULL)
    return node;
  node = g_hash_table_lookup (self->renamed, path);
  if (node != NULL)
    return node;

  slash = strrchr (path, '/');
  if (slash == NULL || slash == path)
    return NULL;
  parent_path = g_strndup (path, (gsize) (slash - path));
  parent = find_successor (self, parent_path);
  if (parent == NULL || strcmp (parent->path, parent_path) == 0)
    return NULL;
  moved = g_strconcat (parent->path, slash, NULL);
  return g_hash_table_lookup (self->by_path, moved);
}

/**
 * pal_form_find_successor:
 * @self: a form
 * @older_path: the path of a definition in an older version of it
 *
 * Returns: (transfer none) (nullable): the definition of that path, or the one to which the rename
 *   map leads: its own entry goes before that of a group around it
 */
PalFormNode *
pal_form_find_successor (PalForm *self, const char *older_path)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (older_path != NULL, NULL);

  /* A path as deep as this comes from no form, and the search goes up step by step. */
  if (strlen (older_path) > 4096)
    return NULL;
  return find_successor (self, older_path);
}

/* The row that path gives for a repeat of the newer form: the step whose successor it is. */
static const char *
find_row (PalForm *self, GArray *steps, const char *generic, PalFormNode *repeat)
{
  for (guint i = 0; i < steps->len; i++)
    {
      Step *step = &g_array_index (steps, Step, i);
      g_autofree char *prefix = g_strndup (generic, step->end);

      if (step->row != NULL && find_successor (self, prefix) == repeat)
        return step->row;
    }
  return NULL;
}

static gboolean
append_steps (PalForm *self, GArray *steps, const char *generic, PalFormNode *node, GString *path,
              guint *n_rows)
{
  const char *row;

  if (node->parent != NULL && !append_steps (self, steps, generic, node->parent, path, n_rows))
    return FALSE;
  g_string_append (path, node->path + (node->parent != NULL ? strlen (node->parent->path) : 0));
  if (!node->is_repeat)
    return TRUE;

  row = find_row (self, steps, generic, node);
  if (row == NULL)
    return FALSE;
  g_string_append_printf (path, "[%s]", row);
  (*n_rows)++;
  return TRUE;
}

/**
 * pal_form_place:
 * @self: a form
 * @path: the path of a node of a record, with row ids, as an older version of the form had it
 * @moved: (out) (nullable) (transfer full): its path now if it was renamed, else %NULL
 *
 * Where an answer belongs. A node that stands in other repeats than before has no place: its
 * answers could only be guessed at.
 *
 * Returns: (transfer none) (nullable): the definition
 */
PalFormNode *
pal_form_place (PalForm *self, const char *path, char **moved)
{
  g_autofree char *generic = NULL;
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GString) now = g_string_new (NULL);
  PalFormNode *node;
  guint n_rows = 0;
  guint n_given = 0;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (moved != NULL)
    *moved = NULL;
  steps = split_path (path, &generic);
  node = steps != NULL ? pal_form_find_successor (self, generic) : NULL;
  if (node == NULL || !append_steps (self, steps, generic, node, now, &n_rows))
    return NULL;
  for (guint i = 0; i < steps->len; i++)
    n_given += g_array_index (steps, Step, i).row != NULL;
  if (n_rows != n_given)
    return NULL;

  if (moved != NULL && strcmp (now->str, path) != 0)
    *moved = g_string_free (g_steal_pointer (&now), FALSE);
  return node;
}

/* --- the other way */

static void
add_path (PalForm *self, PalFormNode *node, GPtrArray *paths, char *path)
{
  /* Somebody else may have been given that path. */
  if (paths->len < MAX_FORMER_PATHS && find_successor (self, path) == node
      && !g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL))
    g_ptr_array_add (paths, path);
  else
    g_free (path);
}

/* (element-type utf8): generic paths, the present one not among them */
static GPtrArray *
dup_former (PalForm *self, PalFormNode *node)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  if (node->was != NULL)
    {
      g_auto (GStrv) own = g_strsplit_set (node->was, " \t\r\n", -1);

      for (guint i = 0; own[i] != NULL; i++)
        if (*own[i] != '\0')
          add_path (self, node, paths, g_strdup (own[i]));
    }
  if (node->parent != NULL)
    {
      g_autoptr (GPtrArray) above = dup_former (self, node->parent);

      for (guint i = 0; i < above->len; i++)
        add_path (self, node, paths,
                  g_strconcat (g_ptr_array_index (above, i),
                               node->path + strlen (node->parent->path), NULL));
    }
  return paths;
}

/* Puts the rows of a path of now into an older path. */
static char *
dup_with_rows (PalForm *self, const char *former, GArray *steps, const char *generic)
{
  GString *path = g_string_new (NULL);

  for (const char *p = former; *p == '/';)
    {
      gsize length = strcspn (p + 1, "/") + 1;
      g_autofree char *prefix = g_strndup (former, (gsize) (p + length - former));
      PalFormNode *node = find_successor (self, prefix);
      const char *row
          = node != NULL && node->is_repeat ? find_row (self, steps, generic, node) : NULL;

      g_string_append_len (path, p, length);
      if (row != NULL)
        g_string_append_printf (path, "[%s]", row);
      p += length;
    }
  return g_string_free (path, FALSE);
}

/**
 * pal_form_dup_former_paths:
 * @self: a form
 * @path: the path of a node of a record, with row ids
 *
 * Returns: (transfer container) (element-type utf8): the paths under which older versions of the
 *   form had that node; empty when it was never renamed
 */
GPtrArray *
pal_form_dup_former_paths (PalForm *self, const char *path)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *generic = NULL;
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GPtrArray) former = NULL;
  PalFormNode *node;

  g_return_val_if_fail (self != NULL, paths);
  g_return_val_if_fail (path != NULL, paths);

  steps = split_path (path, &generic);
  node = steps != NULL ? g_hash_table_lookup (self->by_path, generic) : NULL;
  if (node == NULL)
    return paths;
  former = dup_former (self, node);
  for (guint i = 0; i < former->len; i++)
    g_ptr_array_add (paths, dup_with_rows (self, g_ptr_array_index (former, i), steps, generic));
  return paths;
}

/* --- versions */

/* Numbers in it by their size, what stands between them by its letters. */
static int
compare_runs (const char **first, const char **second)
{
  gboolean digits = g_ascii_isdigit (**first) && g_ascii_isdigit (**second);
  const char *a = *first;
  const char *b = *second;
  gsize length_a;
  gsize length_b;

  if (!digits)
    {
      (*first)++;
      (*second)++;
      return (int) (guchar) *a - (int) (guchar) *b;
    }
  while (*a == '0' && g_ascii_isdigit (a[1]))
    a++;
  while (*b == '0' && g_ascii_isdigit (b[1]))
    b++;
  length_a = strspn (a, "0123456789");
  length_b = strspn (b, "0123456789");
  *first = a + length_a;
  *second = b + length_b;
  if (length_a != length_b)
    return length_a < length_b ? -1 : 1;
  return strncmp (a, b, length_a);
}

/**
 * pal_form_compare_versions:
 * @first: a version as a form has it; "" is older than any other
 * @second: another
 *
 * Returns: less than 0 when @first is older, 0 when they are the same, greater than 0 otherwise
 */
int
pal_form_compare_versions (const char *first, const char *second)
{
  const char *a = first;
  const char *b = second;

  g_return_val_if_fail (first != NULL, 0);
  g_return_val_if_fail (second != NULL, 0);

  while (*a != '\0' && *b != '\0')
    {
      int order = compare_runs (&a, &b);

      if (order != 0)
        return order;
    }
  if (*a != '\0' || *b != '\0')
    return *a == '\0' ? -1 : 1;
  /* "1" and "01" are not the same form. */
  return strcmp (first, second);
}
