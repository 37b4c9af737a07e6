// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"

#include "config.h"

#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-response.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

/* form check, run (contract: conformance/README.md); each of the others has its own file. */

static void
print_lines (GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *line = pal_text_dup_printable (g_ptr_array_index (lines, i), 4000);

      fprintf (stderr, "%s\n", line);
    }
}

/* NULL when it was refused, and everybody knows why. */
static PalForm *
load_form (const char *path, GHashTable *attachments, int *code)
{
  g_autofree char *content = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  PalForm *form;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, &error))
    {
      *code = pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
      return NULL;
    }
  bytes = g_bytes_new_take (g_steal_pointer (&content), length);
  form = pal_form_load_listing (bytes, name, attachments, &problems, &error);
  if (form == NULL)
    {
      print_lines (problems);
      *code = PAL_EXIT_INDETERMINATE;
    }
  return form;
}

int
pal_cmd_form_check (int argc, char **argv)
{
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, NULL, 1, 1, &code))
    return code;
  form = load_form (argv[1], NULL, &code);
  if (form == NULL)
    return code;
  print_lines (pal_form_get_notes (form));
  /* A form that loads must also open. */
  response = pal_response_new (form, &error);
  if (response == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  printf ("questions %u\n", pal_form_get_n_questions (form));
  return PAL_EXIT_OK;
}

/* The script */

typedef struct
{
  PalForm *form;
  PalResponse *response; /* (nullable) */
} Run;

static char *
unescape (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c != '\\' || c[1] == '\0')
        {
          g_string_append_c (out, *c);
          continue;
        }
      c++;
      g_string_append_c (out, *c == 't' ? '\t' : *c == 'n' ? '\n' : *c == 'r' ? '\r' : *c);
    }
  return g_string_free (out, FALSE);
}

static void
append_escaped (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    {
      switch (*text)
        {
        case '\t':
          g_string_append (out, "\\t");
          break;
        case '\n':
          g_string_append (out, "\\n");
          break;
        case '\r':
          g_string_append (out, "\\r");
          break;
        case '\\':
          g_string_append (out, "\\\\");
          break;
        default:
          g_string_append_c (out, *text);
        }
    }
}

static const char *
violation_word (PalViolation violation)
{
  switch (violation)
    {
    case PAL_VIOLATION_NONE:
      return "";
    case PAL_VIOLATION_CONSTRAINT:
      return "constraint";
    case PAL_VIOLATION_REQUIRED:
      return "required";
    }
  g_return_val_if_reached ("");
}

static PalNode *
find_node (Run *run, const char *ref, GError **error)
{
  PalNode *node = ref != NULL ? pal_response_find (run->response, ref) : NULL;

  if (node == NULL)
    g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "no node %s",
                 ref != NULL ? ref : "");
  return node;
}

/* "/data/law[2]/title[1]" -> "/data/law/title" */
static char *
dup_generic (const char *ref)
{
  GString *path = g_string_new (NULL);

  for (const char *c = ref; *c != '\0'; c++)
    {
      if (*c == '[')
        {
          const char *close = strchr (c, ']');

          if (close == NULL)
            break;
          c = close;
          continue;
        }
      g_string_append_c (path, *c);
    }
  return g_string_free (path, FALSE);
}

static PalFormNode *
find_definition (Run *run, const char *ref, GError **error)
{
  g_autofree char *generic = dup_generic (ref != NULL ? ref : "");
  PalFormNode *definition = pal_form_find_node (run->form, generic);

  if (definition == NULL)
    g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "no node %s", generic);
  return definition;
}

static PalNode *
find_parent (Run *run, const char *ref, GError **error)
{
  const char *slash = strrchr (ref, '/');
  g_autofree char *parent
      = slash != NULL && slash > ref ? g_strndup (ref, (gsize) (slash - ref)) : g_strdup ("");

  return find_node (run, parent, error);
}

static gboolean
run_set (Run *run, const char *ref, const char *value, GString *result, GError **error)
{
  PalNode *node = find_node (run, ref, error);
  PalViolation violation;

  if (node == NULL || !pal_response_set_value (run->response, node, value, error))
    return FALSE;
  violation = pal_response_get_state (run->response, node)->violation;
  if (violation != PAL_VIOLATION_NONE)
    g_string_append (result, violation_word (violation));
  return TRUE;
}

static gboolean
run_add (Run *run, const char *ref, GError **error)
{
  PalFormNode *repeat = find_definition (run, ref, error);
  PalNode *parent = repeat != NULL ? find_parent (run, ref, error) : NULL;

  return parent != NULL
         && pal_response_add_row (run->response, repeat, parent,
                                  pal_response_find (run->response, ref), error)
                != NULL;
}

static gboolean
run_delete (Run *run, const char *ref, GError **error)
{
  PalNode *row = find_node (run, ref, error);

  return row != NULL && pal_response_remove_row (run->response, row, error);
}

static gboolean
get_count (Run *run, const char *ref, GString *result, GError **error)
{
  PalFormNode *repeat = find_definition (run, ref, error);
  PalNode *parent = repeat != NULL ? find_parent (run, ref, error) : NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (parent == NULL)
    return FALSE;
  rows = pal_response_dup_rows (run->response, repeat, parent);
  g_string_append_printf (result, "%u", rows->len);
  return TRUE;
}

static gboolean
get_choices (Run *run, PalNode *node, GString *result, GError **error)
{
  PalFormNode *definition = pal_response_get_definition (run->response, node);
  g_autoptr (GPtrArray) choices = NULL;

  if (definition->control == NULL)
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "no question there");
      return FALSE;
    }
  choices = pal_response_dup_choices (run->response, definition->control, node);
  for (guint i = 0; i < choices->len; i++)
    {
      if (i > 0)
        g_string_append (result, "\\n");
      append_escaped (result, ((PalChoice *) g_ptr_array_index (choices, i))->value);
    }
  return TRUE;
}

static gboolean
get_label (Run *run, PalNode *node, GString *result, GError **error)
{
  PalFormNode *definition = pal_response_get_definition (run->response, node);
  g_autofree char *label = NULL;

  if (definition->control != NULL)
    label = pal_response_dup_text (run->response, definition->control, node, PAL_TEXT_LABEL);
  append_escaped (result, label != NULL ? label : "");
  return TRUE;
}

static void
append_truth (GString *result, gboolean value)
{
  g_string_append (result, value ? "true" : "false");
}

/* A repeat may have no row. */
static gboolean
get_repeat_relevant (Run *run, const char *ref, GString *result, GError **error)
{
  PalFormNode *repeat = find_definition (run, ref, error);
  PalNode *parent = repeat != NULL ? find_parent (run, ref, error) : NULL;

  if (parent == NULL)
    return FALSE;
  if (!repeat->is_repeat || g_str_has_suffix (ref, "]"))
    return find_node (run, ref, error) != NULL;
  append_truth (result, pal_response_is_control_relevant (run->response, repeat->control, parent));
  return TRUE;
}

static gboolean
run_get (Run *run, const char *what, const char *ref, GString *result, GError **error)
{
  const PalNodeState *state;
  PalNode *node;

  if (strcmp (what, "valid") == 0)
    {
      append_truth (result, pal_response_is_valid (run->response));
      return TRUE;
    }
  if (strcmp (what, "instance") == 0)
    {
      g_autoptr (GBytes) bytes = pal_response_serialise (run->response);
      gsize length;
      const char *data = g_bytes_get_data (bytes, &length);
      g_autofree char *text = g_strndup (data, length);

      append_escaped (result, text);
      return TRUE;
    }
  if (strcmp (what, "count") == 0)
    return get_count (run, ref, result, error);
  if (strcmp (what, "exists") == 0)
    {
      append_truth (result, ref != NULL && pal_response_find (run->response, ref) != NULL);
      return TRUE;
    }

  if (strcmp (what, "relevant") == 0 && ref != NULL
      && pal_response_find (run->response, ref) == NULL)
    return get_repeat_relevant (run, ref, result, error);
  node = find_node (run, ref, error);
  if (node == NULL)
    return FALSE;
  state = pal_response_get_state (run->response, node);
  if (strcmp (what, "value") == 0)
    append_escaped (result, pal_response_get_value (run->response, node));
  else if (strcmp (what, "relevant") == 0)
    append_truth (result, state->relevant);
  else if (strcmp (what, "required") == 0)
    append_truth (result, state->required);
  else if (strcmp (what, "readonly") == 0)
    append_truth (result, state->locked);
  else if (strcmp (what, "violation") == 0)
    g_string_append (result, violation_word (state->violation));
  else if (strcmp (what, "choices") == 0)
    return get_choices (run, node, result, error);
  else if (strcmp (what, "label") == 0)
    return get_label (run, node, result, error);
  else
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "nothing called %s",
                   what);
      return FALSE;
    }
  return TRUE;
}

static gboolean
run_command (Run *run, char **words, GString *result, GError **error)
{
  guint n = g_strv_length (words);

  if (n == 1 && strcmp (words[0], "new") == 0)
    {
      g_clear_object (&run->response);
      run->response = pal_response_new (run->form, error);
      return run->response != NULL;
    }
  if (run->response == NULL)
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "no instance yet");
      return FALSE;
    }
  if (n >= 2 && strcmp (words[0], "set") == 0)
    {
      g_autofree char *value = unescape (n > 2 ? words[2] : "");

      return run_set (run, words[1], value, result, error);
    }
  if (n == 2 && strcmp (words[0], "add") == 0)
    return run_add (run, words[1], error);
  if (n == 2 && strcmp (words[0], "del") == 0)
    return run_delete (run, words[1], error);
  if (n == 2 && strcmp (words[0], "lang") == 0)
    {
      pal_response_set_language (run->response, words[1]);
      return TRUE;
    }
  if (n == 1 && strcmp (words[0], "finish") == 0)
    {
      pal_response_finish (run->response);
      return TRUE;
    }
  if (n >= 2 && strcmp (words[0], "get") == 0)
    return run_get (run, words[1], n > 2 ? words[2] : NULL, result, error);
  g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "no such command");
  return FALSE;
}

static void
run_line (Run *run, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, "\t", -1);
  g_autoptr (GString) result = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (run_command (run, words, result, &error))
    printf ("ok%s%s\n", result->len > 0 ? "\t" : "", result->str);
  else
    {
      g_string_truncate (result, 0);
      append_escaped (result, error->message);
      printf ("err\t%s\n", result->str);
    }
}

static GHashTable *
read_attachments (char **pairs, int *code)
{
  g_autoptr (GHashTable) attachments
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);

  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++)
    {
      const char *equals = strchr (pairs[i], '=');
      g_autofree char *content = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      if (equals == NULL)
        {
          *code = pal_cli_fail (PAL_EXIT_USAGE, "say --attach URI=FILE");
          return NULL;
        }
      if (!g_file_get_contents (equals + 1, &content, &length, &error))
        {
          *code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
          return NULL;
        }
      g_hash_table_insert (attachments, g_strndup (pairs[i], (gsize) (equals - pairs[i])),
                           g_bytes_new_take (g_steal_pointer (&content), length));
    }
  return g_steal_pointer (&attachments);
}

int
pal_cmd_form_run (int argc, char **argv)
{
  g_auto (GStrv) attach = NULL;
  const GOptionEntry entries[] = {
    { "attach", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &attach, "The file behind a URI of the form",
      "URI=FILE" },
    { NULL },
  };
  g_autoptr (GHashTable) attachments = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autofree char *script = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  Run run = { 0 };
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;
  attachments = read_attachments (attach, &code);
  if (attachments == NULL)
    return code;
  if (!g_file_get_contents (argv[2], &script, NULL, &error))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
  form = load_form (argv[1], attachments, &code);
  if (form == NULL)
    return code;

  run.form = form;
  lines = g_strsplit (script, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i + 1] == NULL && *lines[i] == '\0')
        break;
      run_line (&run, lines[i]);
    }
  g_clear_object (&run.response);
  return PAL_EXIT_OK;
}
