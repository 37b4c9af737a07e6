// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"

#include "config.h"

#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* form bench: the race of conformance/bench/README.md, on the forms of gen_form.py. */

typedef struct
{
  PalResponse *response;
  JsonObject *out;
  GPtrArray *status; /* (element-type PalNode): /data/ch<i>/p<j>/s, document order */
} Bench;

static double
ms_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / 1000.0;
}

static gboolean
set (Bench *bench, PalNode *node, const char *value, GError **error)
{
  return pal_response_set_value (bench->response, node, value, error);
}

static PalNode *
find (Bench *bench, const char *path, GError **error)
{
  PalNode *node = pal_response_find (bench->response, path);

  if (node == NULL)
    g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND,
                 "no form of gen_form.py: there is no %s", path);
  return node;
}

static gboolean
is_numbered (const char *name, const char *start)
{
  gsize length = strlen (start);

  return strncmp (name, start, length) == 0 && g_ascii_isdigit (name[length]);
}

static void
find_status_questions (Bench *bench)
{
  PalNode *root = pal_response_get_root (bench->response);

  for (PalNode *chapter = root->first_child; chapter != NULL; chapter = chapter->next)
    {
      if (chapter->kind != PAL_NODE_ELEMENT || !is_numbered (chapter->local, "ch"))
        continue;
      for (PalNode *block = chapter->first_child; block != NULL; block = block->next)
        {
          PalNode *status = block->kind == PAL_NODE_ELEMENT && is_numbered (block->local, "p")
                                ? pal_node_find_child (block, "s", NULL)
                                : NULL;

          if (status != NULL)
            g_ptr_array_add (bench->status, status);
        }
    }
}

static gboolean
time_one (Bench *bench, const char *path, const char *value, const char *measure, const char *read,
          const char *check, GError **error)
{
  PalNode *node = find (bench, path, error);
  gint64 start = g_get_monotonic_time ();

  if (node == NULL || !set (bench, node, value, error))
    return FALSE;
  json_object_set_double_member (bench->out, measure, ms_since (start));
  if (read == NULL)
    return TRUE;
  node = find (bench, read, error);
  if (node == NULL)
    return FALSE;
  json_object_set_string_member (bench->out, check, pal_response_get_value (bench->response, node));
  return TRUE;
}

static gboolean
time_answers (Bench *bench, GError **error)
{
  static const char *const values[] = { "yes", "part", "no" };
  gint64 start = g_get_monotonic_time ();

  json_object_set_int_member (bench->out, "answers", bench->status->len);
  for (guint i = 0; i < bench->status->len; i++)
    {
      if (!set (bench, g_ptr_array_index (bench->status, i), values[i % 3], error))
        return FALSE;
    }
  json_object_set_double_member (bench->out, "answer_all_ms", ms_since (start));
  return TRUE;
}

static double
resident_mb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmRSS:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024.0 : 0;
}

static gboolean
run_steps (Bench *bench, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  PalNode *node;
  gint64 start;

  if (bench->status->len == 0)
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND,
                   "no form of gen_form.py: there are no status questions");
      return FALSE;
    }
  start = g_get_monotonic_time ();
  if (!set (bench, g_ptr_array_index (bench->status, 0), "part", error))
    return FALSE;
  json_object_set_double_member (bench->out, "first_answer_ms", ms_since (start));

  if (!time_one (bench, "/data/fan/src", "5", "fan_ms", "/data/fan/f9", "f9", error)
      || !time_one (bench, "/data/chain/src", "5", "chain_ms", "/data/chain/k199", "klast", error)
      || !time_answers (bench, error)
      || !time_one (bench, "/data/scope", "ch0", "scope_flip_ms", NULL, NULL, error))
    return FALSE;
  node = find (bench, "/data/scope", error);
  if (node == NULL || !set (bench, node, "full", error))
    return FALSE;

  start = g_get_monotonic_time ();
  bytes = pal_response_serialise (bench->response);
  json_object_set_double_member (bench->out, "serialise_ms", ms_since (start));
  json_object_set_int_member (bench->out, "bytes", (gint64) g_bytes_get_size (bytes));

  node = find (bench, "/data/total", error);
  if (node == NULL)
    return FALSE;
  json_object_set_string_member (bench->out, "total",
                                 pal_response_get_value (bench->response, node));
  json_object_set_double_member (bench->out, "rss_mb", resident_mb ());
  return TRUE;
}

static int
run_once (const char *path, int run)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (JsonNode) line = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GPtrArray) status = g_ptr_array_new ();
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  Bench bench = { .status = status };
  gint64 start = g_get_monotonic_time ();

  json_node_take_object (line, json_object_new ());
  bench.out = json_node_get_object (line);
  json_object_set_string_member (bench.out, "peer", "palermo");
  json_object_set_string_member (bench.out, "form", name);
  json_object_set_int_member (bench.out, "run", run);

  form = pal_form_load_file (path, &error);
  if (form == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  json_object_set_double_member (bench.out, "parse_ms", ms_since (start));
  response = pal_response_new (form, &error);
  if (response == NULL)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s", error->message);
  json_object_set_double_member (bench.out, "load_ms", ms_since (start));

  bench.response = response;
  find_status_questions (&bench);
  if (!run_steps (&bench, &error))
    return pal_cli_fail (PAL_EXIT_INDETERMINATE, "%s: %s", name, error->message);
  pal_cli_print_json (line);
  fflush (stdout);
  return PAL_EXIT_OK;
}

int
pal_cmd_form_bench (int argc, char **argv)
{
  int n_runs;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, NULL, 1, 2, &code))
    return code;
  n_runs = argc > 2 ? atoi (argv[2]) : 1;
  if (n_runs < 1)
    return pal_cli_fail (PAL_EXIT_USAGE, "RUNS is a number from 1 on");
  for (int run = 0; run < n_runs && code == PAL_EXIT_OK; run++)
    code = run_once (argv[1], run);
  return code;
}
