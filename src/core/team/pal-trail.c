// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-trail"
#include "config.h"

#include "pal-trail.h"

#include "pal-clearance.h"
#include "pal-clock.h"
#include "pal-digest.h"
#include "pal-json-check.h"
#include "pal-protected.h"
#include "pal-walk.h"

#include <string.h>

#define FORMAT "palermo-trail-1"
#define PREFIX "{\"previous\":\""
#define DIGEST_DIGITS 64
/* A change of the longest value that a dossier takes, each octet escaped. */
#define MAX_LINE_BYTES ((gsize) 128 << 20)
#define BUFFER_BYTES (256 << 10)

G_DEFINE_QUARK (pal - trail - error - quark, pal_trail_error)

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* --- writing */

/* A clearance record on its way through the log: why the answers of a page change after it. */
enum
{
  STEP_PAGE,
  STEP_STATE,
  STEP_REASON,
  N_STEP_TEXTS
};

typedef struct
{
  char *texts[N_STEP_TEXTS]; /* (nullable) */
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  for (guint i = 0; i < N_STEP_TEXTS; i++)
    g_free (step->texts[i]);
  g_free (step);
}

typedef struct
{
  GOutputStream *stream; /* (unowned) */
  GCancellable *cancellable;
  GString *line;
  char previous[DIGEST_DIGITS + 1];
  guint64 n_changes;
  GHashTable *steps;   /* (element-type utf8 Step): by record of the form "clearance" */
  GHashTable *reasons; /* (element-type utf8 utf8): by path of a page that was opened again */
  PalTrailFlags flags;
  PalProtectedLog *seen; /* (owned) */
} Trail;

static void
append_text (GString *line, const char *text)
{
  g_string_append_c (line, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      guchar c = *p;

      if (c == '"' || c == '\\')
        {
          g_string_append_c (line, '\\');
          g_string_append_c (line, c);
        }
      else if (c == '\n')
        g_string_append (line, "\\n");
      else if (c == '\t')
        g_string_append (line, "\\t");
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (line, "\\u%04x", c);
      else
        g_string_append_c (line, c);
    }
  g_string_append_c (line, '"');
}

static void
add_text (GString *line, const char *name, const char *text)
{
  g_string_append_printf (line, ",\"%s\":", name);
  if (text != NULL)
    append_text (line, text);
  else
    g_string_append (line, "null");
}

static void
begin_line (Trail *trail)
{
  g_string_truncate (trail->line, 0);
  g_string_append_printf (trail->line, PREFIX "%s\"", trail->previous);
}

static gboolean
end_line (Trail *trail, GError **error)
{
  g_autofree char *digest = NULL;

  g_string_append_c (trail->line, '}');
  digest = pal_digest_bytes_hex (trail->line->str, trail->line->len);
  memcpy (trail->previous, digest, sizeof trail->previous);
  g_string_append_c (trail->line, '\n');

  return g_output_stream_write_all (trail->stream, trail->line->str, trail->line->len, NULL,
                                    trail->cancellable, error);
}

static const char *
get_kind_word (PalChangeKind kind)
{
  switch (kind)
    {
    case PAL_CHANGE_VALUE:
      return "value";
    case PAL_CHANGE_ROW_ADDED:
      return "row-added";
    case PAL_CHANGE_ROW_REMOVED:
      return "row-removed";
    case PAL_CHANGE_RECORD_MADE:
      return "record-made";
    case PAL_CHANGE_RECORD_REMOVED:
      return "record-removed";
    }

  return "";
}

/* Learns from the steps of clearance as they pass by. */
static void
note_step (Trail *trail, const PalChange *change)
{
  static const char root[] = "/" PAL_CLEARANCE_FORM "/";
  static const char *const names[N_STEP_TEXTS] = { "page", "state", "reason" };
  Step *step;
  const char *leaf;

  if (change->kind != PAL_CHANGE_VALUE || change->node == NULL
      || !g_str_has_prefix (change->node, root))
    return;
  step = g_hash_table_lookup (trail->steps, change->record);
  if (step == NULL)
    {
      step = g_new0 (Step, 1);
      g_hash_table_insert (trail->steps, g_strdup (change->record), step);
    }
  leaf = change->node + strlen (root);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (leaf, names[i]) == 0)
      {
        g_free (step->texts[i]);
        step->texts[i] = g_strdup (change->value);
      }
  if (step->texts[STEP_PAGE] == NULL || step->texts[STEP_STATE] == NULL)
    return;
  if (strcmp (step->texts[STEP_STATE], pal_page_state_to_string (PAL_PAGE_DRAFT)) != 0)
    g_hash_table_remove (trail->reasons, step->texts[STEP_PAGE]);
  else if (step->texts[STEP_REASON] != NULL)
    g_hash_table_replace (trail->reasons, g_strdup (step->texts[STEP_PAGE]),
                          g_strdup (step->texts[STEP_REASON]));
}

/* The page that was opened again and holds the node: the innermost. */
static const char *
find_reason (Trail *trail, const PalChange *change)
{
  Step *step = g_hash_table_lookup (trail->steps, change->record);
  g_autofree char *path = NULL;

  if (step != NULL)
    return step->texts[STEP_REASON];
  if (change->node == NULL || g_hash_table_size (trail->reasons) == 0)
    return NULL;
  path = g_strdup (change->node);
  for (;;)
    {
      const char *reason = g_hash_table_lookup (trail->reasons, path);
      char *slash = strrchr (path, '/');

      if (reason != NULL)
        return reason;
      if (slash == NULL || slash == path)
        return NULL;
      *slash = '\0';
    }
}

static gboolean
write_change (const PalChange *change, const char *before, gpointer user_data, GError **error)
{
  Trail *trail = user_data;
  GString *line = trail->line;
  g_auto (GStrv) parents = g_strsplit (change->parents != NULL ? change->parents : "", " ", -1);
  g_autofree char *time = pal_clock_format_rfc3339 (change->clock_us);

  gboolean is_withheld = pal_protected_log_holds (trail->seen, change)
                         && (trail->flags & PAL_TRAIL_WITH_PROTECTED) == 0;

  note_step (trail, change);
  trail->n_changes++;
  begin_line (trail);
  add_text (line, "id", change->id);
  add_text (line, "act", change->act);
  add_text (line, "title", change->title);
  add_text (line, "kind", get_kind_word (change->kind));
  add_text (line, "record", change->record);
  add_text (line, "node", change->node);
  /* What people entrusted to the dossier stays in it: the act is told, not the content. */
  add_text (line, "from", is_withheld ? NULL : before);
  add_text (line, "to", is_withheld ? NULL : change->value);
  if (is_withheld)
    g_string_append (line, ",\"withheld\":true");
  g_string_append_printf (line, ",\"purged\":%s,\"parents\":[", change->purged ? "true" : "false");
  for (guint i = 0; parents[i] != NULL; i++)
    if (*parents[i] != '\0')
      {
        if (i > 0)
          g_string_append_c (line, ',');
        append_text (line, parents[i]);
      }
  g_string_append_c (line, ']');
  add_text (line, "author", change->author);
  add_text (line, "device", change->device);
  add_text (line, "time", time);
  add_text (line, "why", find_reason (trail, change));

  return end_line (trail, error);
}

static gboolean
write_first (Trail *trail, PalDossier *dossier, GError **error)
{
  begin_line (trail);
  add_text (trail->line, "trail", FORMAT);
  add_text (trail->line, "dossier", pal_dossier_get_id (dossier));

  return end_line (trail, error);
}

/* The last line holds nothing that could not be made again from what stands before it. */
static void
make_last (GString *line, const char *previous, guint64 n_changes)
{
  g_string_printf (line, PREFIX "%s\",\"end\":true,\"changes\":%" G_GUINT64_FORMAT, previous,
                   n_changes);
}

/**
 * pal_trail_write:
 * @dossier: a dossier
 * @flags: whether what people outside government said stands in it, too
 * @stream: where to; it is not closed
 * @digest: (out) (optional) (transfer full): SHA-256 of the last line
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking: writes the whole trail.
 *
 * Returns: whether all of it was written; errors of the dossier and the stream
 */
gboolean
pal_trail_write (PalDossier *dossier, PalTrailFlags flags, GOutputStream *stream, char **digest,
                 GCancellable *cancellable, GError **error)
{
  Trail trail = { .stream = stream, .cancellable = cancellable, .flags = flags };
  gboolean ok;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  memcpy (trail.previous, zeros, sizeof trail.previous);
  trail.seen = pal_protected_log_new ();
  trail.line = g_string_new (NULL);
  trail.steps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, step_free);
  trail.reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ok = write_first (&trail, dossier, error)
       && pal_dossier_walk_log (dossier, write_change, &trail, cancellable, error);
  if (ok)
    {
      g_autofree char *before = g_strdup (trail.previous);

      make_last (trail.line, before, trail.n_changes);
      ok = end_line (&trail, error);
    }
  if (ok && digest != NULL)
    *digest = g_strdup (trail.previous);
  g_string_free (trail.line, TRUE);
  pal_protected_log_free (trail.seen);
  g_hash_table_unref (trail.steps);
  g_hash_table_unref (trail.reasons);

  return ok;
}

/* --- checking */

/**
 * pal_trail_report_free:
 * @report: (nullable) (transfer full): a report
 */
void
pal_trail_report_free (PalTrailReport *report)
{
  if (report == NULL)
    return;

  g_free (report->digest);
  g_free (report);
}

typedef struct
{
  GInputStream *stream;
  GCancellable *cancellable;
  GByteArray *buffer;
  gsize start;
  guint64 number; /* of the line, from 1 */
} Lines;

static gboolean
fail_line (const Lines *lines, PalTrailError code, const char *what, GError **error)
{
  g_set_error (error, PAL_TRAIL_ERROR, code, "line %" G_GUINT64_FORMAT ": %s", lines->number, what);

  return FALSE;
}

/* A whole line without its end, borrowed until the next one; NULL with is_end at the end. */
static const char *
read_line (Lines *lines, gsize *length, gboolean *is_end, GError **error)
{
  gsize searched = lines->start;

  *is_end = FALSE;
  lines->number++;
  for (;;)
    {
      gsize filled = lines->buffer->len;
      const guint8 *end = filled > searched
                              ? memchr (lines->buffer->data + searched, '\n', filled - searched)
                              : NULL;
      gssize got;

      if (end != NULL)
        {
          const char *line = (const char *) lines->buffer->data + lines->start;

          *length = (const char *) end - line;
          lines->start += *length + 1;
          return line;
        }
      if (lines->start > 0)
        {
          g_byte_array_remove_range (lines->buffer, 0, lines->start);
          lines->start = 0;
        }
      filled = lines->buffer->len;
      searched = filled;
      if (filled > MAX_LINE_BYTES)
        {
          fail_line (lines, PAL_TRAIL_ERROR_MALFORMED, "too long", error);
          return NULL;
        }
      g_byte_array_set_size (lines->buffer, filled + BUFFER_BYTES);
      got = g_input_stream_read (lines->stream, lines->buffer->data + filled, BUFFER_BYTES,
                                 lines->cancellable, error);
      g_byte_array_set_size (lines->buffer, filled + MAX (got, 0));
      if (got < 0)
        return NULL;
      if (got == 0)
        {
          *is_end = filled == 0;
          if (filled > 0)
            fail_line (lines, PAL_TRAIL_ERROR_CUT, "it has no end", error);
          return NULL;
        }
    }
}

static gboolean
check_line (const Lines *lines, const char *line, gsize length, const char *previous,
            GError **error)
{
  gsize prefix = strlen (PREFIX);

  if (length <= prefix + DIGEST_DIGITS || strncmp (line, PREFIX, prefix) != 0
      || line[prefix + DIGEST_DIGITS] != '"')
    return fail_line (lines, PAL_TRAIL_ERROR_MALFORMED, "not a line of a trail", error);
  if (strncmp (line + prefix, previous, DIGEST_DIGITS) != 0)
    return fail_line (lines, PAL_TRAIL_ERROR_ALTERED, "the line before it is not what it was",
                      error);
  if (!pal_json_check (line, length))
    return fail_line (lines, PAL_TRAIL_ERROR_MALFORMED, "not JSON", error);

  return TRUE;
}

static gboolean
is_last (const char *line, gsize length)
{
  static const char mark[] = "\",\"end\":";
  gsize at = strlen (PREFIX) + DIGEST_DIGITS;

  return length > at + strlen (mark) && strncmp (line + at, mark, strlen (mark)) == 0;
}

static gboolean
is_first (const char *line, gsize length)
{
  static const char mark[] = "\",\"trail\":\"" FORMAT "\",";
  gsize at = strlen (PREFIX) + DIGEST_DIGITS;

  return length > at + strlen (mark) && strncmp (line + at, mark, strlen (mark)) == 0;
}

static gboolean
check_last (Lines *lines, const char *line, gsize length, const char *previous, guint64 n_changes,
            GError **error)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  gboolean is_end = FALSE;
  gsize more = 0;

  make_last (expected, previous, n_changes);
  g_string_append_c (expected, '}');
  if (length != expected->len || memcmp (line, expected->str, length) != 0)
    return fail_line (lines, PAL_TRAIL_ERROR_ALTERED, "the last line is not what it was", error);
  if (read_line (lines, &more, &is_end, error) != NULL)
    return fail_line (lines, PAL_TRAIL_ERROR_CUT, "there is more behind the end", error);

  return is_end;
}

static PalTrailReport *
check_lines (Lines *lines, GError **error)
{
  g_autofree char *previous = g_strdup (zeros);
  guint64 n_changes = 0;

  for (;;)
    {
      gboolean is_end = FALSE;
      gsize length = 0;
      const char *line = read_line (lines, &length, &is_end, error);
      g_autofree char *digest = NULL;

      if (line == NULL)
        {
          if (is_end)
            fail_line (lines, PAL_TRAIL_ERROR_CUT, "it ends before its end", error);
          return NULL;
        }
      if (!check_line (lines, line, length, previous, error))
        return NULL;
      if (lines->number == 1 && !is_first (line, length))
        {
          fail_line (lines, PAL_TRAIL_ERROR_MALFORMED, "not the beginning of a trail", error);
          return NULL;
        }
      digest = pal_digest_bytes_hex (line, length);
      if (lines->number > 1 && is_last (line, length))
        {
          PalTrailReport *report;

          if (!check_last (lines, line, length, previous, n_changes, error))
            return NULL;
          report = g_new0 (PalTrailReport, 1);
          report->n_changes = n_changes;
          report->digest = g_steal_pointer (&digest);
          return report;
        }
      n_changes += lines->number > 1;
      g_free (previous);
      previous = g_steal_pointer (&digest);
    }
}

/**
 * pal_trail_check:
 * @stream: what pal_trail_write() wrote
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking: follows the chain from its beginning to its end. Somebody who makes all of it anew
 * makes a trail that holds: whoever wants to know keeps the digest of the last line elsewhere.
 *
 * Returns: (transfer full) (nullable): a report; #PalTrailError errors and those of the stream
 */
PalTrailReport *
pal_trail_check (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  Lines lines = { .stream = stream, .cancellable = cancellable };
  PalTrailReport *report;

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);

  lines.buffer = g_byte_array_new ();
  report = check_lines (&lines, error);
  g_byte_array_unref (lines.buffer);

  return report;
}
