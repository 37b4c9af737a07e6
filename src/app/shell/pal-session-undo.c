// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session-undo"
#include "config.h"

#include "pal-session-undo.h"
#include "pal-assignment.h"
#include "pal-answer-languages.h"
#include "pal-comment.h"
#include "pal-twin.h"
#include "pal-conflicts.h"
#include "pal-edition.h"
#include "pal-inbox.h"
#include "pal-redaction.h"
#include "pal-sidebar.h"

#include <glib/gi18n.h>
#include <string.h>

#define QUESTION_MAX_CHARACTERS 48

/* --- one after the other -------------------------------------------------------------------- */

static void start (GTask *task);

static GQueue *
get_waiting (PalSession *session)
{
  GQuark quark = g_quark_from_static_string ("pal-session-undo");
  GQueue *waiting = g_object_get_qdata (G_OBJECT (session), quark);

  if (waiting == NULL)
    {
      waiting = g_queue_new ();
      g_object_set_qdata_full (G_OBJECT (session), quark, waiting, (GDestroyNotify) g_queue_free);
    }

  return waiting;
}

/* The task at the head is the one at work; each holds the session. */
static void
finish (GTask *task)
{
  GQueue *waiting = get_waiting (g_task_get_source_object (task));

  g_autoptr (GTask) next = NULL;

  g_queue_pop_head (waiting);
  next = g_queue_peek_head (waiting); /* (transfer full): held since it was queued */
  if (next != NULL)
    start (next);
}

/* --- what has to be shown -------------------------------------------------------------------- */

/**
 * pal_session_show_changes:
 * @self: a session
 * @changes: (element-type PalChange): what was appended behind the back of the records that are
 * open
 */
void
pal_session_show_changes (PalSession *self, GPtrArray *changes)
{
  g_autoptr (GHashTable) records = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer id;

  for (guint i = 0; i < changes->len; i++)
    g_hash_table_add (records, ((PalChange *) g_ptr_array_index (changes, i))->record);
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      PalRecord *record = pal_session_get_open_record (self, id);

      if (record != NULL)
        pal_record_follow (record, changes);
      if (record != pal_session_get_questionnaire (self))
        pal_session_notify_records (self, record != NULL ? pal_form_get_id (pal_response_get_form (
                                              pal_record_get_response (record)))
                                                         : "");
    }
  for (guint i = 0; i < changes->len; i++)
    {
      PalChange *change = g_ptr_array_index (changes, i);

      if (change->kind == PAL_CHANGE_RECORD_REMOVED)
        pal_session_notify_gone (self, change->record);
    }
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  PalUndone *undone = pal_dossier_undo_finish (PAL_DOSSIER (source), result, &error);

  if (undone != NULL)
    pal_session_show_changes (self, undone->changes);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, undone, (GDestroyNotify) pal_undone_free);
  finish (task);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = PAL_SESSION (source);
  GError *error = NULL;

  if (!pal_session_flush_finish (self, result, &error))
    {
      g_task_return_error (task, error);
      finish (task);
      return;
    }
  pal_dossier_undo_async (pal_session_get_dossier (self),
                          GPOINTER_TO_INT (g_task_get_task_data (task)), undone_cb,
                          g_object_ref (task));
}

static void
start (GTask *task)
{
  pal_session_flush_async (g_task_get_source_object (task), flushed_cb, g_object_ref (task));
}

/**
 * pal_session_undo_async:
 * @self: a session
 * @way: undo or redo
 * @callback: called when it is undone, on the disk and in the records that are open
 * @user_data: data for @callback
 */
void
pal_session_undo_async (PalSession *self, PalUndoWay way, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GQueue *waiting = NULL;

  g_return_if_fail (PAL_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_undo_async);
  g_task_set_task_data (task, GINT_TO_POINTER (way), NULL);
  waiting = get_waiting (self);
  g_queue_push_tail (waiting, task);
  if (g_queue_get_length (waiting) == 1)
    start (task);
  else
    g_object_ref (task); /* held by the queue until it starts */
}

PalUndone *
pal_session_undo_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- words ----------------------------------------------------------------------------------- */

/* The path of a node without the rows that it goes through: where the form has it. */
PalFormNode *
pal_session_find_definition (PalRecord *record, const char *node)
{
  g_autoptr (GString) path = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *c = node; *c != '\0'; c++)
    {
      inside = inside || *c == '[';
      if (!inside)
        g_string_append_c (path, *c);
      inside = inside && *c != ']';
    }

  return pal_form_find_node (pal_response_get_form (pal_record_get_response (record)), path->str);
}

/* A question without words of its own has those of what is around it. */
char *
pal_session_dup_question (PalSession *self, const char *record_id, const char *node)
{
  PalRecord *record = record_id != NULL ? pal_session_get_open_record (self, record_id) : NULL;
  PalFormNode *def
      = record != NULL && node != NULL ? pal_session_find_definition (record, node) : NULL;
  PalFormControl *control = NULL;

  for (; def != NULL && control == NULL; def = def->parent)
    control = def->control;
  for (; control != NULL; control = control->parent)
    {
      char *words
          = pal_response_dup_text (pal_record_get_response (record), control, NULL, PAL_TEXT_LABEL);

      if (words != NULL && *words != '\0')
        return words;
      g_free (words);
    }

  return NULL;
}

char *
pal_session_dup_page_title (PalSession *self, const char *record_id, const char *node)
{
  PalRecord *record = pal_session_get_open_record (self, record_id);
  PalResponse *response = record != NULL ? pal_record_get_response (record) : NULL;
  PalFormNode *def = record != NULL ? pal_session_find_definition (record, node) : NULL;
  PalOutlinePage *page = NULL;

  if (record == NULL)
    return NULL;
  while (def != NULL && def->control == NULL)
    def = def->parent;
  if (def != NULL && record == pal_session_get_questionnaire (self))
    page = pal_outline_find_page (pal_session_get_outline (self), def->control);
  if (page != NULL && page->control != NULL)
    return pal_response_dup_text (response, page->control, NULL, PAL_TEXT_LABEL);

  return pal_form_dup_title (pal_response_get_form (response),
                             pal_response_get_language (response));
}

/* Steps of clearance are shown by their marks, wherever one is; of assignments the Team page tells.
 * (nullable): it is neither */
static const char *
get_step_words (const PalUndoStep *step)
{
  const struct
  {
    const char *act;
    const char *words;
  } acts[] = {
    /* TRANSLATORS: these stand behind "Undo:" and "Undone:" */
    { PAL_READY_ACT, C_ ("undo", "page marked as ready") },
    { PAL_CLEARED_ACT, C_ ("undo", "clearance") },
    { PAL_REOPENED_ACT, C_ ("undo", "page opened again") },
    { PAL_EDITION_ACT, C_ ("undo", "edition") },
    { PAL_PACKED_ACT, C_ ("undo", "note that the edition was packed") },
    { PAL_ASSIGNMENT_ACT, C_ ("undo", "who works on an article") },
    { PAL_HANDOUT_ACT, C_ ("undo", "note that a section was handed out") },
    { PAL_REDACTION_ACT, C_ ("undo", "redaction") },
    { PAL_INBOX_RECEIVED_ACT, C_ ("undo", "arrival of an input") },
    { PAL_INBOX_TAKEN_ACT, C_ ("undo", "points taken from the inbox") },
    { PAL_INBOX_DECLINED_ACT, C_ ("undo", "input declined") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_strcmp0 (step->title, acts[i].act) == 0)
      return acts[i].words;

  return NULL;
}

/* A whole question makes a toast as wide as the window, which then takes the clicks that are meant
 * for the list of pages beside it. */
static char *
dup_short_question (PalSession *self, const PalUndoStep *step)
{
  g_autofree char *question = pal_session_dup_question (self, step->record, step->node);
  g_autofree char *start = NULL;

  if (question == NULL || g_utf8_strlen (question, -1) <= QUESTION_MAX_CHARACTERS)
    return g_steal_pointer (&question);
  start = g_utf8_substring (question, 0, QUESTION_MAX_CHARACTERS - 1);

  return g_strconcat (g_strchomp (start), "…", NULL);
}

/**
 * pal_session_dup_undo_words:
 * @self: a session
 * @step: what was done
 *
 * Returns: (transfer full): what it was about, for a person; a long question is shortened
 */
char *
pal_session_dup_undo_words (PalSession *self, const PalUndoStep *step)
{
  g_autofree char *question = dup_short_question (self, step);

  if (get_step_words (step) != NULL)
    return g_strdup (get_step_words (step));
  if (step->record == NULL)
    /* TRANSLATORS: stands behind "Undo:" and "Undone:": what colleagues sent was taken in */
    return g_strdup (C_ ("undo", "changes of colleagues"));

  if (g_str_has_prefix (step->title, PAL_COMMENT_ACT))
    return g_strdup (C_ ("undo", "comment"));
  if (strcmp (step->title, PAL_TWIN_ACT) == 0)
    return g_strdup (C_ ("undo", "translation of an answer"));
  if (strcmp (step->title, PAL_ANSWER_LANGUAGES_ACT) == 0)
    return g_strdup (C_ ("undo", "choice of the answers’ languages"));
  if (strcmp (step->title, PAL_CONFLICT_ACT) == 0 && question != NULL)
    /* TRANSLATORS: stands behind "Undo:" and "Undone:": a choice between what several people had
     * answered; the words of the question */
    return g_strdup_printf (C_ ("undo", "decision on “%s”"), question);

  switch (step->kind)
    {
    case PAL_CHANGE_VALUE:
      return question != NULL
                 /* TRANSLATORS: stands behind "Undo:" and "Undone:": the words of a question */
                 ? g_strdup_printf (C_ ("undo", "answer to “%s”"), question)
                 : g_strdup (C_ ("undo", "answer"));
    case PAL_CHANGE_ROW_ADDED:
      return question != NULL
                 /* TRANSLATORS: stands behind "Undo:" and "Undone:": the title of rows */
                 ? g_strdup_printf (C_ ("undo", "row added to “%s”"), question)
                 : g_strdup (C_ ("undo", "row added"));
    case PAL_CHANGE_ROW_REMOVED:
      return question != NULL
                 /* TRANSLATORS: stands behind "Undo:" and "Undone:": the title of rows */
                 ? g_strdup_printf (C_ ("undo", "row removed from “%s”"), question)
                 : g_strdup (C_ ("undo", "row removed"));
    case PAL_CHANGE_RECORD_MADE:
      return g_strdup (C_ ("undo", "record added"));
    case PAL_CHANGE_RECORD_REMOVED:
      return g_strdup (C_ ("undo", "record removed"));
    }

  return g_strdup (C_ ("undo", "answer"));
}

/* --- going there ----------------------------------------------------------------------------- */

static gboolean
is_question (PalResponse *response, PalNode *node)
{
  PalFormNode *def = pal_response_get_definition (response, node);

  return def != NULL && def->control != NULL && def->children->len == 0
         && pal_response_get_state (response, node)->relevant;
}

static PalNode *
find_first_question (PalResponse *response, PalNode *node)
{
  if (is_question (response, node))
    return node;
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalNode *found = child->kind == PAL_NODE_ELEMENT && !child->is_template
                           ? find_first_question (response, child)
                           : NULL;

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* The question itself, or in a row the first one; if it is gone, one beside it. */
static char *
dup_place (PalRecord *record, const char *node)
{
  PalResponse *response = pal_record_get_response (record);
  g_autofree char *path = g_strdup (node);

  while (path != NULL && strrchr (path, '/') > path)
    {
      PalNode *there = pal_response_find (response, path);
      PalNode *question = there != NULL ? find_first_question (response, there) : NULL;

      if (question != NULL)
        return pal_response_dup_path (response, question);
      *strrchr (path, '/') = '\0';
    }

  return NULL;
}

/**
 * pal_session_show_node:
 * @self: a session
 * @record: id of a record
 * @node: path, with row ids, of something in it
 */
void
pal_session_show_node (PalSession *self, const char *record, const char *node)
{
  PalRecord *questionnaire = pal_session_get_questionnaire (self);
  g_autofree char *place = NULL;

  if (questionnaire == NULL || strcmp (record, pal_record_get_id (questionnaire)) != 0)
    {
      pal_session_show_record (self, record, node);
      return;
    }
  place = dup_place (questionnaire, node);
  if (place != NULL)
    pal_session_show_question (self, place);
}

static gboolean
is_of_inbox (const PalUndoStep *step)
{
  return g_strcmp0 (step->title, PAL_INBOX_RECEIVED_ACT) == 0
         || g_strcmp0 (step->title, PAL_INBOX_TAKEN_ACT) == 0
         || g_strcmp0 (step->title, PAL_INBOX_DECLINED_ACT) == 0;
}

/**
 * pal_session_show_undone:
 * @self: a session
 * @undone: what was undone, or done again
 *
 * Shows the question that it was about, or the page on which the record stands.
 */
void
pal_session_show_undone (PalSession *self, const PalUndone *undone)
{
  const PalUndoStep *step = undone->step;
  PalRecord *questionnaire = pal_session_get_questionnaire (self);

  if (is_of_inbox (step))
    {
      pal_session_show_page (self, "inbox");
      return;
    }
  if (g_strcmp0 (step->title, PAL_ASSIGNMENT_ACT) == 0
      || g_strcmp0 (step->title, PAL_HANDOUT_ACT) == 0)
    {
      pal_session_show_page (self, "team");
      return;
    }
  /* Comments are shown wherever they are shown. */
  if (step->record == NULL || get_step_words (step) != NULL
      || g_str_has_prefix (step->title, PAL_COMMENT_ACT))
    return;
  if (strcmp (step->title, PAL_CONFLICT_ACT) == 0)
    {
      pal_conflicts_ask (pal_conflicts_of_dossier (pal_session_get_dossier (self)), step->record,
                         step->node);
      return;
    }
  if (questionnaire == NULL || strcmp (step->record, pal_record_get_id (questionnaire)) != 0)
    {
      if (step->node != NULL)
        pal_session_show_record (self, step->record, step->node);
      else
        pal_session_show_page (self, "consultations");
      return;
    }

  if (step->node != NULL)
    pal_session_show_node (self, step->record, step->node);
}
