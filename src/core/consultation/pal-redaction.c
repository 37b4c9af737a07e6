// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-redaction"
#include "config.h"

#include "pal-redaction.h"

#include "pal-cells.h"
#include "pal-consent-private.h"
#include "pal-folded.h"
#include "pal-own-record.h"
#include "pal-undo.h"
#include "pal-words.h"

#include <string.h>

#define CONSULTATION "/consultation/"
#define STAKEHOLDER "/stakeholder/"
#define STATE "/consultation/record/protection/redaction"
#define TWIN_FORM "answer-translation"
#define SHORT 3 /* characters: shorter words count only as whole words */
#define MAX_LEFT 200

/**
 * pal_left_free:
 * @left: (transfer full): a place
 */
void
pal_left_free (PalLeft *left)
{
  g_free (left->form_id);
  g_free (left->record);
  g_free (left->node);
  g_free (left->about);
  g_free (left->text);
  g_free (left);
}

/**
 * pal_redaction_free:
 * @self: (nullable) (transfer full): what was done
 */
void
pal_redaction_free (PalRedaction *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->left, g_ptr_array_unref);
  g_clear_pointer (&self->purged, pal_purged_free);
  g_clear_error (&self->trouble);
  g_free (self);
}

/**
 * pal_redaction_is_node:
 * @node: path of a node
 *
 * Returns: whether what people outside government said stands there
 */
gboolean
pal_redaction_is_node (const char *node)
{
  g_return_val_if_fail (node != NULL, FALSE);

  return g_str_has_prefix (node, CONSULTATION) || g_str_has_prefix (node, STAKEHOLDER);
}

/* --- words --- */

static void
add_needle (GPtrArray *needles, const char *start, gsize length)
{
  g_autofree char *part = g_strndup (start, length);
  g_autofree char *folded = pal_folded_dup (part);

  if (g_utf8_strlen (folded, -1) >= 2
      && !g_ptr_array_find_with_equal_func (needles, folded, g_str_equal, NULL))
    g_ptr_array_add (needles, g_steal_pointer (&folded));
}

/* Names stand alone elsewhere: of "Amal Haddad" the second word tells as much. Where a script has
 * no capitals, every longer word may be one. */
static gboolean
is_telling (const char *start, gsize length)
{
  gunichar first = g_utf8_get_char (start);

  if (g_unichar_isupper (first) || g_unichar_istitle (first) || g_unichar_isdigit (first))
    return TRUE;

  return !g_unichar_islower (first) && g_utf8_strlen (start, length) >= SHORT;
}

/* A run of words that were taken out, whole and word by word. */
static void
add_run (GPtrArray *needles, const char *start, const char *end)
{
  const char *word = NULL;

  if (start == NULL || start >= end)
    return;
  add_needle (needles, start, end - start);
  for (const char *at = start; at <= end; at = g_utf8_next_char (at))
    {
      gunichar c = at < end ? g_utf8_get_char (at) : 0;
      gboolean is_inside = c != 0 && (g_unichar_isalnum (c) || g_unichar_ismark (c));

      if (is_inside && word == NULL)
        word = at;
      if (!is_inside && word != NULL)
        {
          if (is_telling (word, at - word))
            add_needle (needles, word, at - word);
          word = NULL;
        }
      if (at == end)
        break;
    }
}

static gboolean
has_words (const char *start, const char *end)
{
  for (; start < end; start = g_utf8_next_char (start))
    if (g_unichar_isalnum (g_utf8_get_char (start)))
      return TRUE;

  return FALSE;
}

/**
 * pal_redaction_list_taken:
 * @before: a text
 * @after: what shall stand in its place
 *
 * Returns: (transfer full) (element-type utf8): what was taken out, without case, marks and
 *   punctuation: each run of words, and each word of it that may be a name or a number
 */
GPtrArray *
pal_redaction_list_taken (const char *before, const char *after)
{
  GPtrArray *needles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) spans = NULL;
  const char *start = NULL;
  const char *end = NULL;

  g_return_val_if_fail (before != NULL, needles);
  g_return_val_if_fail (after != NULL, needles);

  spans = pal_words_compare (before, after);
  for (guint i = 0; i < spans->len; i++)
    {
      const PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);

      if (span->kind != PAL_WORDS_REMOVED)
        continue;
      if (end == NULL || has_words (end, before + span->start))
        {
          add_run (needles, start, end);
          start = before + span->start;
        }
      end = before + span->start + span->length;
    }
  add_run (needles, start, end);

  return needles;
}

static gboolean
stands_in (const char *needle, const char *folded)
{
  g_autofree char *word = NULL;
  g_autofree char *line = NULL;

  if (g_utf8_strlen (needle, -1) > SHORT || g_unichar_iswide (g_utf8_get_char (needle)))
    return strstr (folded, needle) != NULL;
  word = g_strconcat (" ", needle, " ", NULL);
  line = g_strconcat (" ", folded, " ", NULL);

  return strstr (line, word) != NULL;
}

static gboolean
says_any (GPtrArray *needles, const char *text)
{
  g_autofree char *folded = pal_folded_dup (text);

  for (guint i = 0; i < needles->len; i++)
    if (stands_in (g_ptr_array_index (needles, i), folded))
      return TRUE;

  return FALSE;
}

/* --- looking --- */

typedef struct
{
  GPtrArray *needles; /* (element-type utf8) */
  GPtrArray *left;    /* (element-type PalLeft) */
  const char *form_id;
  const char *record; /* (nullable): all but this one */
  const char *node;   /* (nullable): but for this one */
} Search;

static void
add_left (GPtrArray *left, PalLeftKind kind, const char *form_id, const char *record,
          const char *node, const char *text)
{
  PalLeft *one = g_new0 (PalLeft, 1);

  one->kind = kind;
  one->form_id = g_strdup (form_id);
  one->record = g_strdup (record);
  one->node = g_strdup (node);
  one->text = g_strdup (text);
  g_ptr_array_add (left, one);
}

static void
search_cb (const PalCell *cell, gpointer user_data)
{
  Search *search = user_data;

  if (cell->is_row || *cell->node == '\0' || *cell->value == '\0' || search->left->len >= MAX_LEFT
      || g_strcmp0 (cell->record, search->record) == 0 || g_strcmp0 (cell->node, search->node) == 0
      || strstr (cell->node, "/meta/") != NULL || !says_any (search->needles, cell->value))
    return;
  add_left (search->left, PAL_LEFT_TEXT, search->form_id, cell->record, cell->node, cell->value);
}

/* What a comment is about is where a person goes to. */
static gboolean
find_comments (PalDossier *dossier, GPtrArray *left, GError **error)
{
  g_autoptr (GPtrArray) comments = NULL;

  for (guint i = 0; i < left->len; i++)
    {
      PalLeft *one = g_ptr_array_index (left, i);

      if (strcmp (one->form_id, "comment") != 0)
        continue;
      if (comments == NULL)
        comments = pal_own_record_list (dossier, "comment", error);
      if (comments == NULL)
        return FALSE;
      for (guint j = 0; j < comments->len; j++)
        {
          const PalOwnRecord *comment = g_ptr_array_index (comments, j);

          if (strcmp (comment->id, one->record) != 0)
            continue;
          one->about = g_strdup (pal_own_record_get (comment, "record"));
          g_free (one->node);
          one->node = g_strdup (pal_own_record_get (comment, "node"));
        }
    }

  return TRUE;
}

/* Translations of the text itself go with it; the inbox is told of by its own line. */
static gboolean
is_searched (const char *form_id)
{
  static const char *const but[] = { "arrival", TWIN_FORM, PAL_WITHDRAWAL_FORM, "thread", NULL };

  return !g_strv_contains (but, form_id);
}

static gboolean
search_others (PalDossier *dossier, Search *search, GError **error)
{
  g_autoptr (GPtrArray) forms = pal_dossier_list_forms (dossier, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (forms == NULL)
    return FALSE;
  for (guint i = 0; i < forms->len; i++)
    {
      const PalFormInfo *form = g_ptr_array_index (forms, i);

      if (!is_searched (form->id) || !g_hash_table_add (seen, form->id))
        continue;
      search->form_id = form->id;
      if (!pal_dossier_walk_cells (dossier, form->id, NULL, search_cb, search, NULL, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_arrivals (PalDossier *dossier, GPtrArray *left, const char *record, GError **error)
{
  g_autoptr (GPtrArray) arrivals = pal_consent_list_arrivals (dossier, record, error);

  if (arrivals == NULL)
    return FALSE;
  for (guint i = 0; i < arrivals->len; i++)
    {
      const PalOwnRecord *arrival = g_ptr_array_index (arrivals, i);

      add_left (left, PAL_LEFT_ARRIVAL, "arrival", arrival->id, NULL,
                pal_own_record_get (arrival, "name"));
    }

  return TRUE;
}

static GPtrArray *
look (PalDossier *dossier, const char *record, const char *node, const char *before,
      const char *text, GError **error)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_left_free);
  g_autoptr (GPtrArray) needles = pal_redaction_list_taken (before, text);
  const char *form_id = g_str_has_prefix (node, CONSULTATION) ? "consultation" : "stakeholder";
  Search search = { needles, left, form_id, NULL, node };

  if (needles->len == 0)
    return g_steal_pointer (&left);
  if (says_any (needles, text))
    add_left (left, PAL_LEFT_TEXT, form_id, record, node, text);
  if (!pal_dossier_walk_cells (dossier, form_id, record, search_cb, &search, NULL, error))
    return NULL;
  search.record = record;
  search.node = NULL;
  if (!search_others (dossier, &search, error) || !find_comments (dossier, left, error)
      || !add_arrivals (dossier, left, record, error))
    return NULL;

  return g_steal_pointer (&left);
}

/* --- what stands there now --- */

static gboolean
read_now (PalDossier *dossier, const char *record, const char *node, char **now, char **state,
          GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, record, error);

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      char **place = NULL;

      if (head->kind != PAL_CHANGE_VALUE || head->value == NULL || *head->value == '\0')
        continue;
      if (strcmp (head->node, node) == 0)
        place = now;
      else if (strcmp (head->node, STATE) == 0)
        place = state;
      if (place == NULL)
        continue;
      g_free (*place);
      *place = g_strdup (head->value);
    }
  if (*now != NULL && pal_redaction_is_node (node))
    return TRUE;
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no text there to redact");

  return FALSE;
}

/**
 * pal_redaction_look:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a consultation or of a stakeholder's card
 * @node: path of a text in it, with row ids
 * @text: what shall stand there
 * @error: return location
 *
 * Blocking: looks through all that the dossier says for what @text leaves out. The inbox is not
 * looked into: of what came there as a file it is only said that there is one.
 *
 * Returns: (transfer full) (nullable) (element-type PalLeft): the places;
 *   %PAL_DOSSIER_ERROR_NOT_FOUND, and other errors of the dossier
 */
GPtrArray *
pal_redaction_look (PalDossier *dossier, const char *record, const char *node, const char *text,
                    GError **error)
{
  g_autofree char *now = NULL;
  g_autofree char *state = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (record != NULL && node != NULL && text != NULL, NULL);

  if (!read_now (dossier, record, node, &now, &state, error))
    return NULL;

  return look (dossier, record, node, now, text, error);
}

/* --- doing it --- */

/* (element-type utf8): ids of the records that say the same text in other languages. */
static GPtrArray *
list_twins (PalDossier *dossier, const char *record, const char *node, GError **error)
{
  g_autoptr (GPtrArray) twins = pal_own_record_list (dossier, TWIN_FORM, error);
  GPtrArray *ids;

  if (twins == NULL)
    return NULL;
  ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < twins->len; i++)
    {
      const PalOwnRecord *twin = g_ptr_array_index (twins, i);

      if (g_strcmp0 (pal_own_record_get (twin, "record"), record) == 0
          && g_strcmp0 (pal_own_record_get (twin, "node"), node) == 0
          && pal_own_record_get (twin, "text") != NULL)
        g_ptr_array_add (ids, g_strdup (twin->id));
    }

  return ids;
}

/* Only what the program wrote is known to be nowhere else in the record. */
static const char *
get_state (GPtrArray *left, const char *record)
{
  for (guint i = 0; i < left->len; i++)
    if (strcmp (((PalLeft *) g_ptr_array_index (left, i))->record, record) == 0)
      return "open";

  return "done";
}

static gboolean
purge (PalDossier *dossier, const char *record, const char *node, const char *text,
       GPtrArray *twins, PalPurged **purged, GError **error)
{
  g_autoptr (GPtrArray) places
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_purge_place_free);

  g_ptr_array_add (places, pal_purge_place_new_instead (record, node, text));
  for (guint i = 0; i < twins->len; i++)
    g_ptr_array_add (places, pal_purge_place_new (g_ptr_array_index (twins, i), NULL));
  if (!pal_dossier_purge_places (dossier, places, purged, error))
    return FALSE;
  /* An undo would bring back emptiness. */
  pal_dossier_forget_undo (dossier);

  return TRUE;
}

/**
 * pal_redaction_apply:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a consultation or of a stakeholder's card
 * @node: path of a text in it, with row ids
 * @text: what shall stand there
 * @purges: whether what stood there before goes for good, from the backups, too
 * @error: return location
 *
 * Blocking: writes the new text as one act that can be undone, and with it what is known of the
 * record: whether the words still stand elsewhere in it. What the text says in other languages is
 * taken out with it, as it would still leave with the answer. Then purges; the log keeps a line
 * that says where, by whom and when.
 *
 * Returns: (transfer full) (nullable): what was done; %PAL_DOSSIER_ERROR_NOT_FOUND, and other
 * errors of the dossier. When it is the purge that failed, the new text stands already.
 */
PalRedaction *
pal_redaction_apply (PalDossier *dossier, const char *record, const char *node, const char *text,
                     gboolean purges, GError **error)
{
  g_autoptr (PalRedaction) self = g_new0 (PalRedaction, 1);
  g_autoptr (GPtrArray) twins = NULL;
  g_autofree char *now = NULL;
  g_autofree char *state = NULL;
  GPtrArray *changes;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (record != NULL && node != NULL && text != NULL, NULL);

  if (!read_now (dossier, record, node, &now, &state, error))
    return NULL;
  self->left = look (dossier, record, node, now, text, error);
  twins = self->left != NULL ? list_twins (dossier, record, node, error) : NULL;
  if (twins == NULL)
    return NULL;

  changes = pal_changes_new ();
  g_ptr_array_add (changes,
                   pal_change_new (PAL_CHANGE_VALUE, record, node, *text != '\0' ? text : NULL));
  if (g_str_has_prefix (node, CONSULTATION)
      && g_strcmp0 (state, get_state (self->left, record)) != 0)
    g_ptr_array_add (
        changes, pal_change_new (PAL_CHANGE_VALUE, record, STATE, get_state (self->left, record)));
  for (guint i = 0; i < twins->len; i++)
    pal_own_record_set (changes, TWIN_FORM, g_ptr_array_index (twins, i), "text", NULL);
  if (!pal_dossier_append_full (dossier, PAL_REDACTION_ACT, changes, PAL_APPEND_APART, &self->span,
                                error))
    return NULL;
  if (purges)
    purge (dossier, record, node, text, twins, &self->purged, &self->trouble);

  return g_steal_pointer (&self);
}

/* --- in the background --- */

typedef struct
{
  char *record;
  char *node;
  char *text;
  gboolean purges;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->record);
  g_free (job->node);
  g_free (job->text);
  g_free (job);
}

static Job *
job_new (const char *record, const char *node, const char *text, gboolean purges)
{
  Job *job = g_new0 (Job, 1);

  job->record = g_strdup (record);
  job->node = g_strdup (node);
  job->text = g_strdup (text);
  job->purges = purges;

  return job;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;
  GPtrArray *left = pal_redaction_look (source, job->record, job->node, job->text, &error);

  if (left != NULL)
    g_task_return_pointer (task, left, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_redaction_look_async:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a record
 * @node: path of a text in it
 * @text: what shall stand there
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_redaction_look() in a thread.
 */
void
pal_redaction_look_async (PalDossier *dossier, const char *record, const char *node,
                          const char *text, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_redaction_look_async);
  g_task_set_task_data (task, job_new (record, node, text, FALSE), job_free);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_redaction_look_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PalLeft): the places
 */
GPtrArray *
pal_redaction_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
apply_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;
  PalRedaction *done
      = pal_redaction_apply (source, job->record, job->node, job->text, job->purges, &error);

  if (done != NULL)
    g_task_return_pointer (task, done, (GDestroyNotify) pal_redaction_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_redaction_apply_async:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a record
 * @node: path of a text in it
 * @text: what shall stand there
 * @purges: whether what stood there before goes for good
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_redaction_apply() in a thread.
 */
void
pal_redaction_apply_async (PalDossier *dossier, const char *record, const char *node,
                           const char *text, gboolean purges, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_redaction_apply_async);
  g_task_set_task_data (task, job_new (record, node, text, purges), job_free);
  g_task_run_in_thread (task, apply_in_thread);
}

/**
 * pal_redaction_apply_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what was done
 */
PalRedaction *
pal_redaction_apply_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
