// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance"
#include "config.h"

#include "pal-clearance-private.h"

#include "pal-comment.h"
#include "pal-digest.h"

#include <string.h>

G_DEFINE_QUARK (pal - clearance - error - quark, pal_clearance_error)

/**
 * pal_page_state_to_string:
 * @state: where a page stands
 *
 * Returns: (transfer none): a word for machines; as the form "clearance" has it
 */
const char *
pal_page_state_to_string (PalPageState state)
{
  switch (state)
    {
    case PAL_PAGE_DRAFT:
      return "draft";
    case PAL_PAGE_READY:
      return "ready";
    case PAL_PAGE_CLEARED:
      return "cleared";
    }

  return "";
}

static void
page_free (gpointer data)
{
  PalPageClearance *page = data;

  g_free (page->record);
  g_free (page->path);
  g_free (page->title);
  g_free (page->author);
  g_free (page->reason);
  g_free (page->open);
  g_free (page->digest);
  g_ptr_array_unref (page->points);
  g_free (page);
}

/**
 * pal_clearance_free:
 * @self: (nullable) (transfer full): how everything stands
 */
void
pal_clearance_free (PalClearance *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_pointer (&self->points, g_ptr_array_unref);
  g_clear_pointer (&self->forms, g_ptr_array_unref);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_free (self->digest);
  g_free (self);
}

/* --- looking */

typedef struct
{
  PalClearance *result;
  GHashTable *by_key; /* (element-type utf8 PalPageClearance) */
  GHashTable *texts;  /* (element-type PalPageClearance GString): the answers of a page */
} Look;

static PalPageClearance *
find_place (Look *look, const char *record, const char *page)
{
  g_autofree char *key = pal_clearance_key (record, page);

  return g_hash_table_lookup (look->by_key, key);
}

static void
text_free (gpointer text)
{
  g_string_free (text, TRUE);
}

static void
add_pages (Look *look, PalQuestionnaire *questionnaire)
{
  GPtrArray *pages = pal_outline_get_pages (questionnaire->outline);
  PalForm *form = questionnaire->form;

  for (guint i = 0; i < pages->len; i++)
    {
      PalOutlinePage *outline_page = g_ptr_array_index (pages, i);
      const char *path = pal_questionnaire_get_page_path (form, outline_page);
      PalPageClearance *page;

      /* What stands outside all pages in several places is one page of the form's root. */
      if (find_place (look, questionnaire->record, path) != NULL)
        continue;
      page = g_new0 (PalPageClearance, 1);
      page->record = g_strdup (questionnaire->record);
      page->path = g_strdup (path);
      page->points = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_point_free);
      page->is_relevant = outline_page->control == NULL
                          || pal_response_is_control_relevant (questionnaire->response,
                                                               outline_page->control, NULL);
      page->title = outline_page->control != NULL
                        ? pal_form_dup_text (form, outline_page->control, PAL_TEXT_LABEL,
                                             pal_form_get_default_language (form))
                        : NULL;
      if (page->title == NULL)
        page->title = g_strdup (outline_page->control == NULL ? pal_form_get_title (form) : "");
      g_ptr_array_add (look->result->pages, page);
      g_hash_table_insert (look->by_key, pal_clearance_key (page->record, path), page);
      g_hash_table_insert (look->texts, page, g_string_new (NULL));
    }
}

static void
look_at_question (PalQuestionnaire *self, PalNode *node, PalFormNode *definition,
                  gpointer user_data)
{
  Look *look = user_data;
  PalPageClearance *page = find_place (
      look, self->record, pal_questionnaire_find_page (self->form, self->outline, definition));
  const PalNodeState *state = pal_response_get_state (self->response, node);
  const char *value = pal_response_get_value (self->response, node);
  g_autofree char *path = pal_response_dup_path (self->response, node);
  GPtrArray *points = page != NULL ? page->points : look->result->points;

  if (!state->relevant)
    {
      if (*value != '\0' && !state->readonly)
        pal_clearance_add_point (points, PAL_POINT_IRRELEVANT, self->record, path, NULL);
      return;
    }

  if (page != NULL)
    page->n_questions++;
  if (*value != '\0')
    {
      pal_questionnaire_append_line (look->result->text, path, value);
      look->result->n_answers++;
      if (page != NULL)
        {
          page->n_answered++;
          pal_questionnaire_append_line (g_hash_table_lookup (look->texts, page), path, value);
        }
    }
  if (state->violation == PAL_VIOLATION_REQUIRED)
    pal_clearance_add_point (points, PAL_POINT_REQUIRED, self->record, path, NULL);
  else if (state->violation == PAL_VIOLATION_CONSTRAINT)
    pal_clearance_add_point (points, PAL_POINT_VIOLATED, self->record, path, NULL);
  else if (*value == '\0' && !state->readonly)
    pal_clearance_add_point (points, PAL_POINT_UNANSWERED, self->record, path, NULL);
}

/* The points of the page on which a node stands. */
static GPtrArray *
find_points (Look *look, GPtrArray *questionnaires, const char *record, const char *node)
{
  g_autofree char *generic = pal_clearance_dup_generic (node);

  for (guint i = 0; i < questionnaires->len; i++)
    {
      PalQuestionnaire *one = g_ptr_array_index (questionnaires, i);
      PalFormNode *definition
          = strcmp (one->record, record) == 0 ? pal_form_find_node (one->form, generic) : NULL;
      PalPageClearance *page
          = definition != NULL ? find_place (
                look, record, pal_questionnaire_find_page (one->form, one->outline, definition))
                               : NULL;

      if (page != NULL)
        return page->points;
    }

  return look->result->points;
}

static gboolean
is_among (GPtrArray *questionnaires, const char *record)
{
  for (guint i = 0; i < questionnaires->len; i++)
    if (strcmp (((PalQuestionnaire *) g_ptr_array_index (questionnaires, i))->record, record) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
look_at_people (Look *look, PalDossier *dossier, GPtrArray *questionnaires, GError **error)
{
  g_autoptr (GPtrArray) conflicts = pal_dossier_list_conflicts (dossier, error);
  g_autoptr (GPtrArray) comments
      = conflicts != NULL ? pal_comment_list (dossier, TRUE, error) : NULL;

  if (comments == NULL)
    return FALSE;
  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);

      if (is_among (questionnaires, conflict->record))
        pal_clearance_add_point (
            find_points (look, questionnaires, conflict->record, conflict->node),
            PAL_POINT_CONFLICT, conflict->record, conflict->node, NULL);
    }
  for (guint i = 0; i < comments->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (comments, i);

      /* One point a talk. */
      if (comment->reply == NULL && is_among (questionnaires, comment->record))
        pal_clearance_add_point (find_points (look, questionnaires, comment->record, comment->node),
                                 PAL_POINT_COMMENT, comment->record, comment->node, comment->id);
    }

  return TRUE;
}

typedef struct
{
  Look *look;
  const char *record;
} Heard;

static void
add_heard (const char *page, const char *node, const PalRaisedPoint *raised, gpointer user_data)
{
  const Heard *heard = user_data;
  PalPageClearance *place = find_place (heard->look, heard->record, page);
  PalPoint *point
      = pal_clearance_add_point (place != NULL ? place->points : heard->look->result->points,
                                 PAL_POINT_HEARD, heard->record, node, NULL);

  point->heard = g_strdup (raised->consultation->id);
  point->row = g_strdup (raised->row);
}

static gboolean
look_at_consultations (Look *look, PalDossier *dossier, GPtrArray *questionnaires, GError **error)
{
  g_autoptr (PalConsultations) consultations = pal_consultations_load (dossier, NULL, error);

  if (consultations == NULL)
    return FALSE;
  for (guint i = 0; i < questionnaires->len; i++)
    {
      PalQuestionnaire *one = g_ptr_array_index (questionnaires, i);
      Heard heard = { look, one->record };

      pal_clearance_find_unconsidered (consultations, one, add_heard, &heard);
    }

  return TRUE;
}

gboolean
pal_clearance_counts (const PalPageClearance *page)
{
  return page->is_relevant && page->n_questions > 0;
}

static gboolean
look_at_steps (Look *look, PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) steps = pal_clearance_list_steps (dossier, error);
  g_autoptr (GHashTable) digests = g_hash_table_new (NULL, NULL);

  if (steps == NULL)
    return FALSE;
  for (guint i = 0; i < steps->len; i++)
    {
      const PalClearanceStep *step = g_ptr_array_index (steps, i);
      PalPageClearance *page = find_place (look, step->record, step->page);

      if (page == NULL || !step->has_effect)
        continue;
      page->state = step->state;
      page->time_us = step->time_us;
      g_free (page->author);
      page->author = g_strdup (step->author);
      g_free (page->reason);
      page->reason = g_strdup (step->reason);
      g_free (page->open);
      page->open = g_strdup (step->open);
      g_hash_table_insert (digests, page, step->digest);
    }
  for (guint i = 0; i < look->result->pages->len; i++)
    {
      PalPageClearance *page = g_ptr_array_index (look->result->pages, i);
      const char *then = g_hash_table_lookup (digests, page);

      page->is_altered
          = page->state != PAL_PAGE_DRAFT && then != NULL && strcmp (then, page->digest) != 0;
      if (page->state == PAL_PAGE_DRAFT && pal_clearance_counts (page))
        pal_clearance_add_point (page->points, PAL_POINT_DRAFT, page->record, page->path, NULL);
    }

  return TRUE;
}

static void
judge_whole (PalClearance *self)
{
  guint n_pages = 0;

  self->state = PAL_PAGE_CLEARED;
  for (guint i = 0; i < self->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (self->pages, i);

      if (!pal_clearance_counts (page))
        continue;
      n_pages++;
      self->state = MIN (self->state, page->state);
      /* What was cleared is not what stands there now. */
      if (page->is_altered && self->state == PAL_PAGE_CLEARED)
        self->state = PAL_PAGE_READY;
    }
  if (n_pages == 0)
    self->state = PAL_PAGE_DRAFT;
}

static void
add_digests (Look *look)
{
  PalClearance *self = look->result;

  self->digest = pal_digest_bytes_hex (self->text->str, self->text->len);
  for (guint i = 0; i < self->pages->len; i++)
    {
      PalPageClearance *page = g_ptr_array_index (self->pages, i);
      const GString *text = g_hash_table_lookup (look->texts, page);

      page->digest = pal_digest_bytes_hex (text->str, text->len);
    }
}

/**
 * pal_clearance_look_at:
 * @dossier: a dossier
 * @questionnaires: (element-type PalQuestionnaire): all of them, by id
 * @error: return location
 *
 * Blocking. See pal_clearance_look().
 *
 * Returns: (transfer full) (nullable): how everything stands
 */
PalClearance *
pal_clearance_look_at (PalDossier *dossier, GPtrArray *questionnaires, GError **error)
{
  g_autoptr (PalClearance) self = g_new0 (PalClearance, 1);
  Look look = { .result = self };
  gboolean ok;

  self->pages = g_ptr_array_new_with_free_func (page_free);
  self->points = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_point_free);
  self->forms = g_ptr_array_new_with_free_func (g_free);
  self->text = g_string_new ("palermo-edition-1\n");
  look.by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  look.texts = g_hash_table_new_full (NULL, NULL, NULL, text_free);
  for (guint i = 0; i < questionnaires->len; i++)
    {
      PalQuestionnaire *one = g_ptr_array_index (questionnaires, i);
      const char *form_id = pal_form_get_id (one->form);
      const char *version = pal_form_get_version (one->form);

      g_ptr_array_add (self->forms, g_strdup_printf ("%s %s", form_id, version));
      g_string_append_printf (self->text, "record %s %s %s\n", one->record, form_id, version);
      add_pages (&look, one);
      pal_questionnaire_foreach (one, look_at_question, &look);
      for (guint j = 0; j < one->orphans->len; j++)
        pal_clearance_add_point (self->points, PAL_POINT_ORPHAN, one->record,
                                 g_ptr_array_index (one->orphans, j), NULL);
    }
  add_digests (&look);
  ok = look_at_people (&look, dossier, questionnaires, error)
       && look_at_consultations (&look, dossier, questionnaires, error)
       && look_at_steps (&look, dossier, error);
  g_hash_table_unref (look.texts);
  g_hash_table_unref (look.by_key);
  if (!ok)
    return NULL;
  judge_whole (self);

  return g_steal_pointer (&self);
}

/**
 * pal_clearance_look:
 * @dossier: a dossier, with all edits flushed
 * @error: return location
 *
 * Blocking: how the pages of all questionnaires stand, and what is open on each.
 *
 * Returns: (transfer full) (nullable): that; errors of the dossier, the form and the response
 */
PalClearance *
pal_clearance_look (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) questionnaires = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  questionnaires = pal_questionnaire_list (dossier, error);

  return questionnaires != NULL ? pal_clearance_look_at (dossier, questionnaires, error) : NULL;
}

/**
 * pal_clearance_find_page:
 * @self: how everything stands
 * @path: of a page, or of a node on it, with or without row ids
 *
 * Returns: (transfer none) (nullable): the page
 */
PalPageClearance *
pal_clearance_find_page (PalClearance *self, const char *path)
{
  g_autofree char *generic = pal_clearance_dup_generic (path);
  PalPageClearance *found = NULL;

  for (guint i = 0; i < self->pages->len; i++)
    {
      PalPageClearance *page = g_ptr_array_index (self->pages, i);
      gsize length = strlen (page->path);

      if (strncmp (generic, page->path, length) == 0
          && (generic[length] == '\0' || generic[length] == '/')
          && (found == NULL || length > strlen (found->path)))
        found = page;
    }

  return found;
}
