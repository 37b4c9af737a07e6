// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-collate-format"
#include "config.h"

#include "pal-collate-private.h"

#include "pal-publish.h"
#include "pal-table-file.h"

#include <string.h>

/* The kinds of file. What comes goes out at once: only a buffer is kept. */

#define BUFFER_BYTES (64 * 1024)

typedef struct
{
  PalPublish *publish; /* (owned) */
  GString *buffer;     /* (owned) */
  gboolean is_guarded; /* nothing is taken for a formula */
  guint n_submissions;
  guint n_answers; /* of the last submission */
} TextFile;

static void
text_file_free (gpointer file)
{
  TextFile *self = file;

  pal_publish_free (self->publish);
  g_string_free (self->buffer, TRUE);
  g_free (self);
}

static TextFile *
text_file_new (const char *path, GError **error)
{
  PalPublish *publish = pal_publish_begin (path, error);
  TextFile *self;

  if (publish == NULL)
    return NULL;
  self = g_new0 (TextFile, 1);
  self->publish = publish;
  self->buffer = g_string_sized_new (BUFFER_BYTES);

  return self;
}

static gboolean
flush (TextFile *self, gsize from, GError **error)
{
  gboolean ok = self->buffer->len < from
                || pal_publish_write (self->publish, self->buffer->str, self->buffer->len, error);

  if (self->buffer->len >= from)
    g_string_truncate (self->buffer, 0);

  return ok;
}

/* --- What is said of a submission, in all kinds of file alike --- */

static const char *const submission_columns[]
    = { "submission",   "dossier",    "state",          "cluster",   "edition",
        "created",      "cleared_by", "languages",      "signed_by", "fingerprint",
        "signer_known", "disclosure", "archive_sha256", NULL };
static const char *const answer_columns[]
    = { "submission", "state",    "cluster", "form",   "version",
        "record",     "question", "rows",    "answer", NULL };

/* values: as many as there are columns, borrowed. */
static void
get_submission (const PalCollated *submission, const char **values)
{
  const char *const all[] = { submission->id,
                              submission->dossier,
                              submission->state,
                              submission->cluster,
                              submission->edition,
                              submission->created,
                              submission->cleared_by,
                              submission->languages,
                              submission->signer,
                              submission->fingerprint,
                              submission->trusted ? "yes" : "no",
                              submission->disclosure,
                              submission->sha256 };

  G_STATIC_ASSERT (G_N_ELEMENTS (all) == G_N_ELEMENTS (submission_columns) - 1);
  memcpy (values, all, sizeof all);
}

static void
get_answer (const PalCollateAnswer *answer, const char **values)
{
  const char *const all[] = { answer->submission->id,
                              answer->submission->state,
                              answer->submission->cluster,
                              answer->form,
                              answer->version,
                              answer->record,
                              answer->node,
                              answer->rows,
                              answer->value };

  G_STATIC_ASSERT (G_N_ELEMENTS (all) == G_N_ELEMENTS (answer_columns) - 1);
  memcpy (values, all, sizeof all);
}

/* --- CSV: RFC 4180, UTF-8, a row an answer --- */

/* Spreadsheets take what begins so for a formula, and run it. */
static gboolean
is_like_formula (const char *value)
{
  return *value != '\0' && strchr ("=+-@\t\r", *value) != NULL;
}

static void
append_csv_row (TextFile *self, const char *const *values, guint n_values)
{
  GString *out = self->buffer;

  for (guint i = 0; i < n_values; i++)
    {
      const char *value = values[i] != NULL ? values[i] : "";

      const char *guard = self->is_guarded && is_like_formula (value) ? "'" : "";

      if (i > 0)
        g_string_append_c (out, ',');
      if (value[strcspn (value, ",\"\r\n")] == '\0')
        {
          g_string_append (out, guard);
          g_string_append (out, value);
          continue;
        }
      g_string_append_c (out, '"');
      g_string_append (out, guard);
      for (const char *at = value; *at != '\0'; at++)
        {
          if (*at == '"')
            g_string_append_c (out, '"');
          g_string_append_c (out, *at);
        }
      g_string_append_c (out, '"');
    }
  g_string_append (out, "\r\n");
}

static TextFile *
begin_csv (const char *path, gboolean is_guarded, GError **error)
{
  TextFile *self = text_file_new (path, error);

  if (self == NULL)
    return NULL;
  self->is_guarded = is_guarded;
  append_csv_row (self, answer_columns, G_N_ELEMENTS (answer_columns) - 1);

  return self;
}

static gpointer
open_csv (const char *path, GError **error)
{
  return begin_csv (path, FALSE, error);
}

static gpointer
open_guarded_csv (const char *path, GError **error)
{
  return begin_csv (path, TRUE, error);
}

static gboolean
add_csv_submission (gpointer file, const PalCollated *submission, GError **error)
{
  return TRUE;
}

static gboolean
add_csv_answer (gpointer file, const PalCollateAnswer *answer, GError **error)
{
  TextFile *self = file;
  const char *values[G_N_ELEMENTS (answer_columns)];

  get_answer (answer, values);
  append_csv_row (self, values, G_N_ELEMENTS (answer_columns) - 1);

  return flush (self, BUFFER_BYTES, error);
}

static gboolean
commit_text (gpointer file, GError **error)
{
  TextFile *self = file;

  return flush (self, 0, error) && pal_publish_commit (self->publish, error);
}

/* --- JSON: {"submissions": [{…, "answers": [{…}]}]} --- */

static void
append_json_string (GString *out, const char *text)
{
  if (text == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_printf (out, "\\%c", *at);
      else if ((guchar) *at < 0x20)
        g_string_append_printf (out, "\\u%04x", *at);
      else
        g_string_append_c (out, *at);
    }
  g_string_append_c (out, '"');
}

/* Members, without the braces. */
static void
append_json_members (GString *out, const char *const *columns, const char *const *values,
                     guint from)
{
  for (guint i = from; columns[i] != NULL; i++)
    {
      g_string_append_printf (out, "%s\"%s\":", i > from ? "," : "", columns[i]);
      append_json_string (out, values[i]);
    }
}

static gpointer
open_json (const char *path, GError **error)
{
  TextFile *self = text_file_new (path, error);

  if (self != NULL)
    g_string_append (self->buffer, "{\"submissions\":[");

  return self;
}

static gboolean
add_json_submission (gpointer file, const PalCollated *submission, GError **error)
{
  TextFile *self = file;
  const char *values[G_N_ELEMENTS (submission_columns)];

  g_string_append (self->buffer, self->n_submissions++ > 0 ? "\n]},\n{" : "\n{");
  get_submission (submission, values);
  append_json_members (self->buffer, submission_columns, values, 0);
  g_string_append (self->buffer, ",\"answers\":[");
  self->n_answers = 0;

  return flush (self, BUFFER_BYTES, error);
}

static gboolean
add_json_answer (gpointer file, const PalCollateAnswer *answer, GError **error)
{
  TextFile *self = file;
  const char *values[G_N_ELEMENTS (answer_columns)];

  g_string_append (self->buffer, self->n_answers++ > 0 ? ",\n{" : "\n{");
  get_answer (answer, values);
  /* The first three are those of the submission. */
  append_json_members (self->buffer, answer_columns, values, 3);
  g_string_append_c (self->buffer, '}');

  return flush (self, BUFFER_BYTES, error);
}

static gboolean
commit_json (gpointer file, GError **error)
{
  TextFile *self = file;

  g_string_append (self->buffer, self->n_submissions > 0 ? "\n]}\n]}\n" : "]}\n");

  return commit_text (file, error);
}

/* --- SQLite: a table of submissions, a table of answers --- */

static gpointer
open_tables (const char *path, GError **error)
{
  g_autoptr (PalTableFile) file = pal_table_file_new (path, error);

  if (file == NULL || !pal_table_file_add_table (file, "submission", submission_columns, error)
      || !pal_table_file_add_table (file, "answer", answer_columns, error))
    return NULL;

  return g_steal_pointer (&file);
}

static gboolean
add_table_submission (gpointer file, const PalCollated *submission, GError **error)
{
  const char *values[G_N_ELEMENTS (submission_columns)];

  get_submission (submission, values);

  return pal_table_file_add_row (file, "submission", values, error);
}

static gboolean
add_table_answer (gpointer file, const PalCollateAnswer *answer, GError **error)
{
  const char *values[G_N_ELEMENTS (answer_columns)];

  get_answer (answer, values);

  return pal_table_file_add_row (file, "answer", values, error);
}

static gboolean
commit_tables (gpointer file, GError **error)
{
  return pal_table_file_commit (file, error);
}

static void
free_tables (gpointer file)
{
  pal_table_file_free (file);
}

static const PalCollateFormat formats[] = {
  { ".csv", FALSE, open_csv, add_csv_submission, add_csv_answer, commit_text, text_file_free },
  { ".csv", TRUE, open_guarded_csv, add_csv_submission, add_csv_answer, commit_text,
    text_file_free },
  { ".json", FALSE, open_json, add_json_submission, add_json_answer, commit_json, text_file_free },
  { ".sqlite", FALSE, open_tables, add_table_submission, add_table_answer, commit_tables,
    free_tables },
};

const PalCollateFormat *
pal_collate_find_format (const char *path, gboolean for_spreadsheet)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (path, formats[i].ending) && formats[i].for_spreadsheet == for_spreadsheet)
      return &formats[i];

  return NULL;
}
