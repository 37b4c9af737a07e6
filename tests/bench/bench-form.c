// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "bench-form"

#include "config.h"

#include "pal-response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* bench-form KIND FOLDER: one race on the forms of make_rows.py. Prints times in milliseconds and a
 * check value, which every engine must reach. BenchRows.java does the same work. */

#define N_CHANGES 100
#define N_LOOKUPS 1000
#define N_OUTER 20
#define N_INNER 10

static gint64 started_us;

static void
start (void)
{
  started_us = g_get_monotonic_time ();
}

static void
stop (const char *name)
{
  printf (",\"%s\":%.3f", name, (double) (g_get_monotonic_time () - started_us) / 1000.0);
}

static void
die_on (GError *error)
{
  if (error == NULL)
    return;
  fprintf (stderr, "bench-form: %s\n", error->message);
  exit (1);
}

static GBytes *
read_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *content;
  gsize length;
  GError *error = NULL;

  g_file_get_contents (path, &content, &length, &error);
  die_on (error);
  return g_bytes_new_take (content, length);
}

static PalForm *
load (const char *folder, const char *name)
{
  g_autoptr (GHashTable) attachments
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) bytes = read_file (folder, name);
  PalForm *form;
  GError *error = NULL;

  g_hash_table_insert (attachments, (gpointer) "jr://file-csv/cities.csv",
                       read_file (folder, "cities.csv"));
  form = pal_form_load_full (bytes, name, attachments, &error);
  die_on (error);
  return form;
}

static PalResponse *
answer (PalForm *form)
{
  GError *error = NULL;
  PalResponse *response = pal_response_new (form, &error);

  die_on (error);
  return response;
}

static void
set (PalResponse *response, const char *path, const char *value)
{
  GError *error = NULL;

  pal_response_set_value (response, pal_response_find (response, path), value, &error);
  die_on (error);
}

static const char *
get (PalResponse *response, const char *path)
{
  return pal_response_get_value (response, pal_response_find (response, path));
}

static void
bench_cascade (const char *folder, const char *name)
{
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  PalNode *city;
  PalFormControl *control;
  guint n_choices = 0;
  g_autofree char *last = NULL;

  start ();
  form = load (folder, name);
  response = answer (form);
  stop ("load_ms");
  city = pal_response_find (response, "/data/city");
  control = pal_response_get_definition (response, city)->control;

  start ();
  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autofree char *region = g_strdup_printf ("r%u", i);
      g_autoptr (GPtrArray) choices = NULL;

      set (response, "/data/region", region);
      choices = pal_response_dup_choices (response, control, city);
      n_choices += choices->len;
      g_free (last);
      last = g_strdup (((PalChoice *) g_ptr_array_index (choices, choices->len - 1))->label);
    }
  stop ("filter_ms");
  printf (",\"check\":\"%u %s\"", n_choices, last);
}

static void
bench_pull (const char *folder, const char *name)
{
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  gsize n_characters = 0;

  start ();
  form = load (folder, name);
  response = answer (form);
  stop ("load_ms");

  start ();
  for (guint i = 0; i < N_LOOKUPS; i++)
    {
      g_autofree char *key = g_strdup_printf ("c%u", i * 7);

      set (response, "/data/key", key);
      n_characters += strlen (get (response, "/data/found"));
    }
  stop ("lookup_ms");
  printf (",\"check\":\"%" G_GSIZE_FORMAT " %s\"", n_characters, get (response, "/data/found"));
}

static void
remove_all (PalResponse *response, PalFormNode *repeat, PalNode *context)
{
  g_autoptr (GPtrArray) rows = pal_response_dup_rows (response, repeat, context);
  GError *error = NULL;

  for (guint i = rows->len; i > 0; i--)
    {
      pal_response_remove_row (response, g_ptr_array_index (rows, i - 1), &error);
      die_on (error);
    }
}

static PalNode *
add_row (PalResponse *response, PalFormNode *repeat, PalNode *context)
{
  GError *error = NULL;
  PalNode *row = pal_response_add_row (response, repeat, context, NULL, &error);

  die_on (error);
  return row;
}

static void
bench_nested (const char *folder, const char *name)
{
  g_autoptr (PalForm) form = load (folder, name);
  g_autoptr (PalResponse) response = answer (form);
  g_autoptr (GPtrArray) outer = NULL;
  PalFormNode *region = pal_form_find_node (form, "/data/region");
  PalFormNode *district = pal_form_find_node (form, "/data/region/district");
  g_autofree char *full = NULL;

  remove_all (response, region, NULL);
  start ();
  for (guint i = 0; i < N_OUTER; i++)
    {
      PalNode *row = add_row (response, region, NULL);

      remove_all (response, district, row);
      for (guint j = 0; j < N_INNER; j++)
        add_row (response, district, row);
    }
  stop ("add_ms");

  start ();
  for (guint i = 0; i < N_OUTER; i++)
    {
      for (guint j = 0; j < N_INNER; j++)
        {
          g_autofree char *a = g_strdup_printf ("/data/region[%u]/district[%u]/a", i + 1, j + 1);
          g_autofree char *b = g_strdup_printf ("/data/region[%u]/district[%u]/b", i + 1, j + 1);
          g_autofree char *value = g_strdup_printf ("%u", i * N_INNER + j);

          set (response, a, value);
          set (response, b, "1");
        }
    }
  stop ("edit_ms");
  full = g_strdup (get (response, "/data/grand"));

  outer = pal_response_dup_rows (response, region, NULL);
  start ();
  for (guint i = outer->len; i > 0; i--)
    remove_all (response, district, g_ptr_array_index (outer, i - 1));
  stop ("remove_ms");
  printf (",\"check\":\"%s %s\"", full, get (response, "/data/grand"));
}

/* Twice as many rows must not take much more than twice as long. */
static void
bench_count (const char *folder, const char *name)
{
  static const char *const n_rows[][2]
      = { { "1000", "few_ms" }, { "5000", "half_ms" }, { "10000", "count_ms" } };
  GString *totals = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (n_rows); i++)
    {
      g_autoptr (PalForm) form = load (folder, name);
      g_autoptr (PalResponse) response = answer (form);

      start ();
      set (response, "/data/n", n_rows[i][0]);
      stop (n_rows[i][1]);
      g_string_append_printf (totals, i > 0 ? " %s" : "%s", get (response, "/data/total"));
    }
  printf (",\"check\":\"%s\"", totals->str);
  g_string_free (totals, TRUE);
}

/* As a page does: all that can be seen is asked again. */
static gsize
ask_texts (PalResponse *response, PalFormControl *control)
{
  static const PalTextKind kinds[] = { PAL_TEXT_LABEL, PAL_TEXT_HINT };
  gsize n_characters = 0;

  if (!pal_response_is_control_relevant (response, control, NULL))
    return 0;
  for (guint i = 0; control->kind != PAL_CONTROL_GROUP && i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *text = pal_response_dup_text (
          response, control, pal_response_find_definition (response, control->node, NULL),
          kinds[i]);

      n_characters += text != NULL ? (gsize) g_utf8_strlen (text, -1) : 0;
    }
  if (control->kind == PAL_CONTROL_SELECT_ONE)
    {
      g_autoptr (GPtrArray) choices = pal_response_dup_choices (
          response, control, pal_response_find_definition (response, control->node, NULL));

      for (guint i = 0; i < choices->len; i++)
        n_characters
            += (gsize) g_utf8_strlen (((PalChoice *) g_ptr_array_index (choices, i))->label, -1);
    }
  for (guint i = 0; i < control->children->len; i++)
    n_characters += ask_texts (response, g_ptr_array_index (control->children, i));
  return n_characters;
}

static void
bench_language (const char *folder, const char *name)
{
  g_autoptr (PalForm) form = load (folder, name);
  g_autoptr (PalResponse) response = answer (form);
  GPtrArray *languages = pal_form_get_languages (form);
  GPtrArray *controls = pal_form_get_controls (form);
  gsize n_characters = 0;

  start ();
  for (guint i = 0; i < languages->len; i++)
    {
      pal_response_set_language (response, g_ptr_array_index (languages, i));
      for (guint j = 0; j < controls->len; j++)
        n_characters += ask_texts (response, g_ptr_array_index (controls, j));
    }
  stop ("language_ms");
  printf (",\"check\":\"%" G_GSIZE_FORMAT "\"", n_characters);
}

static void
bench_filled (const char *folder, const char *name)
{
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GBytes) bytes = read_file (folder, "filled.xml");
  GError *error = NULL;

  start ();
  form = load (folder, name);
  response = pal_response_new_from_instance (form, bytes, NULL, &error);
  die_on (error);
  stop ("both_ms");
  printf (",\"check\":\"%s %s\"", get (response, "/data/total"), get (response, "/data/g99/t2499"));
}

static double
peak_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (double) usage.ru_maxrss / 1024;
}

/* The questionnaires of the program: with one language in use, and with all six. */
static void
bench_desk (const char *folder, const char *name)
{
  static const char *const names[]
      = { "cluster-1.xml", "cluster-2.xml", "cluster-3.xml", "cluster-4.xml" };
  PalForm *forms[G_N_ELEMENTS (names)];
  gsize n_characters = 0;

  printf (",\"before_mb\":%.1f", peak_mb ());
  start ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      GError *error = NULL;

      forms[i] = pal_form_load_file (path, &error);
      die_on (error);
    }
  stop ("one_ms");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GPtrArray *languages = pal_form_get_languages (forms[i]);
      PalFormControl *control = g_ptr_array_index (pal_form_get_controls (forms[i]), 0);

      for (guint j = 0; j < languages->len; j++)
        {
          g_autofree char *text = pal_form_dup_text (forms[i], control, PAL_TEXT_LABEL,
                                                     g_ptr_array_index (languages, j));

          n_characters += (gsize) g_utf8_strlen (text, -1);
        }
    }
  stop ("six_ms");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    pal_form_unref (forms[i]);
  printf (",\"check\":\"%" G_GSIZE_FORMAT "\"", n_characters);
}

static const struct
{
  const char *kind;
  const char *file;
  void (*run) (const char *folder, const char *name);
} benches[] = {
  { "cascade", "cascade.xml", bench_cascade },
  { "cascade-csv", "cascade-csv.xml", bench_cascade },
  { "pull", "pull.xml", bench_pull },
  { "find", "find.xml", bench_pull },
  { "nested", "nested.xml", bench_nested },
  { "count", "count.xml", bench_count },
  { "language", "texts.xml", bench_language },
  { "filled", "texts.xml", bench_filled },
  { "desk", NULL, bench_desk },
};

int
main (int argc, char **argv)
{
  if (argc != 3)
    {
      fprintf (stderr, "usage: bench-form KIND FOLDER\n");
      return 64;
    }
  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    {
      if (strcmp (argv[1], benches[i].kind) != 0)
        continue;
      printf ("{\"peer\":\"palermo\",\"kind\":\"%s\"", argv[1]);
      benches[i].run (argv[2], benches[i].file);
      printf ("}\n");
      return 0;
    }
  fprintf (stderr, "bench-form: there is no %s\n", argv[1]);
  return 64;
}
