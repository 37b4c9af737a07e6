// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-answers"
#include "config.h"

#include "pal-cli-answers.h"

#include "pal-outline.h"
#include "pal-paths.h"

#include <errno.h>
#include <string.h>

G_DEFINE_QUARK (pal_cli_error, pal_cli_error)

gboolean
pal_cli_is_questionnaire (const char *form_id)
{
  return g_str_has_prefix (form_id, "cluster-");
}

PalForm *
pal_cli_load_form (const char *form, GError **error)
{
  g_autofree char *relative = NULL;
  g_autofree char *path = NULL;

  if (g_str_has_suffix (form, ".xml"))
    return pal_form_load_file (form, error);

  relative = g_strdup_printf ("forms/%s.xml", form);
  path = strchr (form, '/') == NULL ? pal_paths_dup_data_file (relative) : NULL;
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no form \"%s\" comes with the program",
                   form);
      return NULL;
    }

  return pal_form_load_file (path, error);
}

/* --- which record */

/* trouble: (inout): why a form could not be read, of the first of them. */
static gboolean
begins_like (PalDossier *dossier, const PalRecordInfo *info, const char *node, GError **trouble)
{
  g_autoptr (PalForm) form = pal_dossier_load_form (dossier, info->form_id, info->form_version,
                                                    *trouble == NULL ? trouble : NULL);
  const char *root = form != NULL ? pal_form_get_root (form)->path : NULL;

  return root != NULL && g_str_has_prefix (node, root)
         && (node[strlen (root)] == '/' || node[strlen (root)] == '\0');
}

static const PalRecordInfo *
choose_record (PalDossier *dossier, GPtrArray *records, const char *node, GError **error)
{
  const PalRecordInfo *chosen = NULL;
  g_autoptr (GError) trouble = NULL;

  for (guint i = 0; i < records->len && chosen == NULL; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);

      if (pal_cli_is_questionnaire (info->form_id)
          && (node == NULL || begins_like (dossier, info, node, &trouble)))
        chosen = info;
    }
  for (guint i = 0; i < records->len && chosen == NULL && node != NULL; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);

      if (!begins_like (dossier, info, node, &trouble))
        continue;
      for (guint j = i + 1; j < records->len; j++)
        if (begins_like (dossier, g_ptr_array_index (records, j), node, &trouble))
          {
            g_set_error (error, PAL_CLI_ERROR, PAL_CLI_ERROR_CHOICE,
                         "several records have %s; choose one with --record (see \"record list\")",
                         node);
            return NULL;
          }
      chosen = info;
    }
  if (chosen == NULL && trouble != NULL)
    g_propagate_error (error, g_steal_pointer (&trouble));
  else if (chosen == NULL && node != NULL)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record has %s", node);
  else if (chosen == NULL && records->len > 0)
    chosen = g_ptr_array_index (records, 0);
  else if (chosen == NULL)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND,
                 "the dossier has no records");

  return chosen;
}

PalRecord *
pal_cli_open_record (PalDossier *dossier, const char *record, const char *node, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  const PalRecordInfo *info;

  if (record != NULL)
    return pal_record_open (dossier, record, error);

  records = pal_dossier_list_records (dossier, NULL, error);
  if (records == NULL)
    return NULL;
  info = choose_record (dossier, records, node, error);

  return info != NULL ? pal_record_open (dossier, info->id, error) : NULL;
}

/* --- which node */

static PalNode *
add_row (PalResponse *response, PalFormNode *repeat, PalNode *context, GPtrArray *made,
         GError **error)
{
  PalNode *row = pal_response_add_row (response, repeat, context, NULL, error);

  if (row != NULL && made != NULL)
    g_ptr_array_add (made, pal_response_dup_path (response, row));

  return row;
}

/* which: (nullable): what stands in the brackets */
static PalNode *
find_row (PalResponse *response, PalFormNode *repeat, PalNode *context, const char *which,
          GPtrArray *made, GError **error)
{
  g_autoptr (GPtrArray) rows = pal_response_dup_rows (response, repeat, context);
  guint64 position = 0;

  if (which != NULL && strcmp (which, "new") == 0)
    return add_row (response, repeat, context, made, error);
  if (which == NULL)
    position = 1;
  else if (strcmp (which, "last") == 0)
    position = rows->len;
  else
    g_ascii_string_to_unsigned (which, 10, 1, G_MAXUINT, &position, NULL);

  if (position >= 1 && position <= rows->len)
    return g_ptr_array_index (rows, position - 1);
  if (position == rows->len + 1)
    return add_row (response, repeat, context, made, error);
  for (guint i = 0; i < rows->len && position == 0; i++)
    if (g_strcmp0 (pal_response_get_row_id (response, g_ptr_array_index (rows, i)), which) == 0)
      return g_ptr_array_index (rows, i);

  g_set_error (error, PAL_CLI_ERROR, PAL_CLI_ERROR_ROW, "%s has %u rows, and no row %s",
               repeat->path, rows->len, which);

  return NULL;
}

static gboolean
fail_no_node (const char *path, GError **error)
{
  g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "the form has no %s", path);

  return FALSE;
}

/* made: (nullable) (element-type utf8): gets the paths of the rows that came into being */
static PalNode *
find_node (PalResponse *response, const char *path, GPtrArray *made, GError **error)
{
  g_autoptr (GString) generic = g_string_new (NULL);
  g_autoptr (GString) exact = g_string_new (NULL);
  PalNode *node = NULL;
  const char *p = path;

  while (*p == '/')
    {
      gsize length = strcspn (p + 1, "/[") + 1;
      g_autofree char *which = NULL;
      PalFormNode *definition;

      g_string_append_len (generic, p, length);
      g_string_append_len (exact, p, length);
      p += length;
      if (*p == '[')
        {
          const char *close = strchr (p, ']');

          if (close == NULL)
            break;
          which = g_strndup (p + 1, close - p - 1);
          p = close + 1;
        }
      definition = pal_form_find_node (pal_response_get_form (response), generic->str);
      if (definition == NULL || (which != NULL && !definition->is_repeat))
        {
          fail_no_node (path, error);
          return NULL;
        }
      if (definition->is_repeat)
        {
          g_autofree char *row = NULL;

          node = find_row (response, definition, node, which, made, error);
          if (node == NULL)
            return NULL;
          row = pal_response_dup_path (response, node);
          g_string_assign (exact, row);
        }
      else
        node = pal_response_find (response, exact->str);
      if (node == NULL)
        break;
    }
  if (*p != '\0' || node == NULL)
    {
      fail_no_node (path, error);
      return NULL;
    }

  return node;
}

PalNode *
pal_cli_find_node (PalResponse *response, const char *path, GError **error)
{
  PalNode *node = pal_response_find (response, path);

  if (node == NULL)
    fail_no_node (path, error);

  return node;
}

gboolean
pal_cli_set_answer (PalResponse *response, const char *path, const char *value, GError **error)
{
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (g_free);
  PalNode *node = find_node (response, path, made, error);

  if (node != NULL && pal_response_set_value (response, node, value, error))
    return TRUE;

  /* A row that came into being for nothing goes again. */
  if (made->len > 0)
    {
      PalNode *row = pal_response_find (response, g_ptr_array_index (made, 0));

      if (row != NULL)
        pal_response_remove_row (response, row, NULL);
    }

  return FALSE;
}

/* --- lines */

gboolean
pal_cli_lines_open (PalCliLines *lines, const char *path, GError **error)
{
  lines->file = strcmp (path, "-") == 0 ? stdin : fopen (path, "re");
  if (lines->file != NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));

  return FALSE;
}

void
pal_cli_lines_close (PalCliLines *lines)
{
  if (lines->file != NULL && lines->file != stdin)
    fclose (lines->file);
  lines->file = NULL;
  g_clear_pointer (&lines->node, g_free);
  g_clear_pointer (&lines->value, g_free);
}

static char *
unescape (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *known = *p == '\\' && p[1] != '\0' ? strchr ("n\nt\t\\\\", p[1]) : NULL;

      /* The table has letter and meaning in turn; the meanings never follow a backslash. */
      if (known != NULL && p[1] != '\n' && p[1] != '\t')
        {
          g_string_append_c (plain, known[1]);
          p++;
        }
      else
        g_string_append_c (plain, *p);
    }

  return g_string_free (plain, FALSE);
}

void
pal_cli_print_escaped (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    switch (*p)
      {
      case '\n':
        fputs ("\\n", stdout);
        break;
      case '\t':
        fputs ("\\t", stdout);
        break;
      case '\\':
        fputs ("\\\\", stdout);
        break;
      default:
        putchar (*p);
        break;
      }
}

gboolean
pal_cli_lines_next (PalCliLines *lines, GError **error)
{
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  char *tab;

  g_clear_pointer (&lines->node, g_free);
  g_clear_pointer (&lines->value, g_free);
  do
    {
      lines->number++;
      errno = 0;
      length = getline (&line, &size, lines->file);
      if (length < 0)
        {
          if (ferror (lines->file))
            g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "line %u: %s",
                         lines->number, g_strerror (errno));
          free (line);
          return FALSE;
        }
      while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
    }
  while (length == 0 || *line == '#');

  tab = strchr (line, '\t');
  if (!g_utf8_validate_len (line, length, NULL) || tab == NULL)
    {
      g_set_error (error, PAL_CLI_ERROR, PAL_CLI_ERROR_LINE, "line %u: %s", lines->number,
                   tab == NULL ? "a node, a tab and a value are expected" : "not UTF-8");
      free (line);
      return FALSE;
    }
  lines->node = g_strndup (line, tab - line);
  lines->value = unescape (tab + 1);
  free (line);

  return TRUE;
}

/* --- listing */

/* In the words of XLSForm. */
static const char *
type_word (const PalFormControl *control)
{
  switch (control->kind)
    {
    case PAL_CONTROL_SELECT_ONE:
      return "select_one";
    case PAL_CONTROL_SELECT_MANY:
      return "select_multiple";
    case PAL_CONTROL_RANK:
      return "rank";
    case PAL_CONTROL_RANGE:
      return "range";
    case PAL_CONTROL_UPLOAD:
      return "file";
    case PAL_CONTROL_TRIGGER:
      return "acknowledge";
    case PAL_CONTROL_GROUP:
    case PAL_CONTROL_REPEAT:
    case PAL_CONTROL_INPUT:
      break;
    }
  switch (control->node->type)
    {
    case PAL_TYPE_INTEGER:
      return "integer";
    case PAL_TYPE_DECIMAL:
      return "decimal";
    case PAL_TYPE_BOOLEAN:
      return "boolean";
    case PAL_TYPE_DATE:
      return "date";
    case PAL_TYPE_TIME:
      return "time";
    case PAL_TYPE_DATE_TIME:
      return "dateTime";
    case PAL_TYPE_BINARY:
      return "file";
    case PAL_TYPE_OTHER:
      return control->node->type_name != NULL ? control->node->type_name : "text";
    case PAL_TYPE_STRING:
      break;
    }

  return "text";
}

typedef void (*QuestionFunc) (PalResponse *response, PalFormControl *control, PalNode *node,
                              gpointer user_data);

/* context: a node in the row in which the controls stand */
static void
walk_questions (PalResponse *response, GPtrArray *controls, PalNode *context, QuestionFunc func,
                gpointer user_data)
{
  for (guint i = 0; i < controls->len; i++)
    {
      PalFormControl *control = g_ptr_array_index (controls, i);

      if (control->kind == PAL_CONTROL_REPEAT && control->node != NULL)
        {
          g_autoptr (GPtrArray) rows = pal_response_dup_rows (response, control->node, context);

          for (guint j = 0; j < rows->len; j++)
            walk_questions (response, control->children, g_ptr_array_index (rows, j), func,
                            user_data);
        }
      else if (control->kind == PAL_CONTROL_GROUP || control->kind == PAL_CONTROL_REPEAT)
        walk_questions (response, control->children, context, func, user_data);
      else if (control->node != NULL && !pal_outline_is_note (control))
        {
          PalNode *node = pal_response_find_definition (response, control->node, context);

          if (node != NULL)
            func (response, control, node, user_data);
        }
    }
}

typedef struct
{
  JsonBuilder *builder;
  const char *record;
} Listing;

static void
build_answer (PalResponse *response, PalFormControl *control, PalNode *node, gpointer user_data)
{
  Listing *listing = user_data;
  const PalNodeState *state = pal_response_get_state (response, node);
  g_autofree char *path = pal_response_dup_path (response, node);
  g_autofree char *label = pal_response_dup_text (response, control, node, PAL_TEXT_LABEL);

  json_builder_begin_object (listing->builder);
  pal_cli_add_string (listing->builder, "record", listing->record);
  pal_cli_add_string (listing->builder, "node", path);
  pal_cli_add_string (listing->builder, "type", type_word (control));
  pal_cli_add_string (listing->builder, "label", label);
  pal_cli_add_string (listing->builder, "value", pal_response_get_value (response, node));
  json_builder_set_member_name (listing->builder, "relevant");
  json_builder_add_boolean_value (listing->builder, state->relevant);
  json_builder_set_member_name (listing->builder, "required");
  json_builder_add_boolean_value (listing->builder, state->required);
  json_builder_set_member_name (listing->builder, "valid");
  json_builder_add_boolean_value (listing->builder, state->violation != PAL_VIOLATION_CONSTRAINT);
  json_builder_end_object (listing->builder);
}

void
pal_cli_build_answers (JsonBuilder *builder, PalRecord *record, const char *language)
{
  PalResponse *response = pal_record_get_response (record);
  Listing listing = { builder, pal_record_get_id (record) };

  if (language != NULL)
    pal_response_set_language (response, language);
  walk_questions (response, pal_form_get_controls (pal_response_get_form (response)),
                  pal_response_get_root (response), build_answer, &listing);
}

static void
take_title (PalResponse *response, PalFormControl *control, PalNode *node, gpointer user_data)
{
  char **title = user_data;
  const char *value = pal_response_get_value (response, node);

  if (*title == NULL && *value != '\0' && strcmp (type_word (control), "text") == 0)
    *title = g_strdup (value);
}

char *
pal_cli_dup_record_title (PalRecord *record)
{
  PalResponse *response = pal_record_get_response (record);
  char *title = NULL;

  walk_questions (response, pal_form_get_controls (pal_response_get_form (response)),
                  pal_response_get_root (response), take_title, &title);

  return title;
}
