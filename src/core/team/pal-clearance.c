// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance"
#include "config.h"

#include "pal-clearance-private.h"

#include "pal-comment.h"
#include "pal-digest.h"
#include "pal-own-record.h"
#include "pal-text.h"

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

static gboolean
counts (const PalPageClearance *page)
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
      if (page->state == PAL_PAGE_DRAFT && counts (page))
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

      if (!counts (page))
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

/* --- what is open */

/* An expert calls a page ready without it. */
static gboolean
is_for_clearing (const PalPoint *point)
{
  return point->kind == PAL_POINT_DRAFT || point->kind == PAL_POINT_HEARD;
}

static void
gather_points (GPtrArray *from, PalPageState next, GPtrArray *open)
{
  for (guint i = 0; i < from->len; i++)
    {
      PalPoint *point = g_ptr_array_index (from, i);

      if (point->kind != PAL_POINT_UNANSWERED
          && (next == PAL_PAGE_CLEARED || !is_for_clearing (point)))
        g_ptr_array_add (open, point);
    }
}

/* What is on no page, or on pages that do not apply: it concerns the whole. */
static void
gather_rest (PalClearance *self, PalPageState next, GPtrArray *open)
{
  for (guint i = 0; i < self->pages->len; i++)
    {
      PalPageClearance *one = g_ptr_array_index (self->pages, i);

      if (!counts (one))
        gather_points (one->points, next, open);
    }
  gather_points (self->points, next, open);
}

/**
 * pal_clearance_list_open:
 * @self: how everything stands
 * @page: (nullable): one page; %NULL: all that apply and are not there yet
 * @next: where it shall go
 *
 * What a person has to decide about first. Questions that may stay empty are not among it.
 *
 * Returns: (transfer container) (element-type PalPoint): points of @self
 */
GPtrArray *
pal_clearance_list_open (PalClearance *self, const PalPageClearance *page, PalPageState next)
{
  GPtrArray *open = g_ptr_array_new ();

  if (page != NULL)
    {
      gather_points (page->points, next, open);
      return open;
    }
  for (guint i = 0; i < self->pages->len; i++)
    {
      PalPageClearance *one = g_ptr_array_index (self->pages, i);

      if (counts (one) && (one->state < next || one->is_altered))
        gather_points (one->points, next, open);
    }
  gather_rest (self, next, open);

  return open;
}

/**
 * pal_clearance_dup_points:
 * @points: (element-type PalPoint): what is open
 *
 * Returns: (transfer full) (nullable): a point a line; %NULL when there is none
 */
char *
pal_clearance_dup_points (GPtrArray *points)
{
  GString *text;

  if (points->len == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < points->len; i++)
    {
      const PalPoint *point = g_ptr_array_index (points, i);

      g_string_append_printf (text, "%s%s %s", i > 0 ? "\n" : "",
                              pal_point_kind_to_string (point->kind), point->node);
    }

  return g_string_free (text, FALSE);
}

/* --- steps */

static gboolean
check_open (GPtrArray *open, gboolean anyway, GError **error)
{
  if (open->len == 0 || anyway)
    return TRUE;
  g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_OPEN, "open points: %u", open->len);

  return FALSE;
}

static gboolean
add_step (PalDossier *dossier, const PalPageClearance *page, PalPageState state, const char *reason,
          GPtrArray *open, GPtrArray *changes, GError **error)
{
  const char *form_id = state == PAL_PAGE_READY ? PAL_READY_FORM : PAL_CLEARANCE_FORM;
  g_autofree char *id = pal_own_record_make (dossier, form_id, changes, error);
  g_autofree char *list = open != NULL ? pal_clearance_dup_points (open) : NULL;

  if (id == NULL)
    return FALSE;
  pal_own_record_set (changes, form_id, id, "record", page->record);
  pal_own_record_set (changes, form_id, id, "page", page->path);
  if (state != PAL_PAGE_READY)
    pal_own_record_set (changes, form_id, id, "state", pal_page_state_to_string (state));
  pal_own_record_set (changes, form_id, id, "reason", reason);
  pal_own_record_set (changes, form_id, id, "open", list);
  pal_own_record_set (changes, form_id, id, "digest", page->digest);

  return TRUE;
}

static PalPageClearance *
find_wanted (PalClearance *self, const char *path, GError **error)
{
  PalPageClearance *page = pal_clearance_find_page (self, path);

  if (page == NULL)
    g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_PAGE, "no page %s", path);
  else if (!page->is_relevant)
    {
      g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_PAGE, "%s does not apply",
                   page->path);
      return NULL;
    }

  return page;
}

/**
 * pal_clearance_ready:
 * @dossier: a dossier, with all edits flushed
 * @page: path of a page
 * @anyway: also when points are open; they are noted then
 * @error: return location
 *
 * Blocking: an expert says that a page is ready, as one act.
 *
 * Returns: whether it is durable; %PAL_CLEARANCE_ERROR_OPEN, %PAL_CLEARANCE_ERROR_STATE when the
 *   page is cleared, errors of the dossier
 */
gboolean
pal_clearance_ready (PalDossier *dossier, const char *page, gboolean anyway, GError **error)
{
  g_autoptr (PalClearance) self = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  PalPageClearance *place;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (page != NULL, FALSE);

  self = pal_clearance_look (dossier, error);
  place = self != NULL ? find_wanted (self, page, error) : NULL;
  if (place == NULL)
    return FALSE;
  if (place->state == PAL_PAGE_CLEARED)
    {
      g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_STATE, "%s is cleared",
                   place->path);
      return FALSE;
    }
  open = pal_clearance_list_open (self, place, PAL_PAGE_READY);

  return check_open (open, anyway, error)
         && add_step (dossier, place, PAL_PAGE_READY, NULL, open, changes, error)
         && pal_dossier_append (dossier, PAL_READY_ACT, g_steal_pointer (&changes), error);
}

static gboolean
is_cleared (const PalPageClearance *page)
{
  return page->state == PAL_PAGE_CLEARED && !page->is_altered;
}

static gboolean
is_to_clear (const PalPageClearance *page, GPtrArray *wanted)
{
  return (wanted != NULL ? g_ptr_array_find (wanted, page, NULL) : counts (page))
         && !is_cleared (page);
}

static gboolean
needs_step (PalClearance *self, GPtrArray *wanted)
{
  for (guint i = 0; i < self->pages->len; i++)
    if (is_to_clear (g_ptr_array_index (self->pages, i), wanted))
      return TRUE;

  return FALSE;
}

/* wanted: (out) (nullable): of the paths, when there are any */
static gboolean
find_all_wanted (PalClearance *self, const char *const *paths, GPtrArray **wanted, GError **error)
{
  g_autoptr (GPtrArray) found = paths != NULL ? g_ptr_array_new () : NULL;

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      PalPageClearance *page = find_wanted (self, paths[i], error);

      if (page == NULL)
        return FALSE;
      if (!g_ptr_array_find (found, page, NULL))
        g_ptr_array_add (found, page);
    }
  *wanted = g_steal_pointer (&found);

  return TRUE;
}

static GPtrArray *
list_all_open (PalClearance *self, GPtrArray *wanted)
{
  GPtrArray *open = NULL;

  if (wanted == NULL)
    return pal_clearance_list_open (self, NULL, PAL_PAGE_CLEARED);
  open = g_ptr_array_new ();
  for (guint i = 0; i < wanted->len; i++)
    g_ptr_array_extend_and_steal (
        open, pal_clearance_list_open (self, g_ptr_array_index (wanted, i), PAL_PAGE_CLEARED));

  return open;
}

static gboolean
clear_page (PalDossier *dossier, PalClearance *self, PalPageClearance *page, gboolean with_rest,
            GPtrArray *changes, GError **error)
{
  g_autoptr (GPtrArray) open = pal_clearance_list_open (self, page, PAL_PAGE_CLEARED);

  if (with_rest)
    gather_rest (self, PAL_PAGE_CLEARED, open);

  return add_step (dossier, page, PAL_PAGE_CLEARED, NULL, open, changes, error);
}

/**
 * pal_clearance_clear:
 * @dossier: a dossier, with all edits flushed
 * @page: (nullable): path of a page; %NULL: all that apply and are not cleared as they are now
 * @anyway: also when points are open; they are noted then
 * @error: return location
 *
 * Blocking: the focal point clears, as one act. When everything is cleared then, an edition can be
 * frozen: see pal_edition_freeze().
 *
 * Returns: whether it is durable, also when nothing was left to clear; %PAL_CLEARANCE_ERROR_OPEN,
 *   errors of the dossier
 */
gboolean
pal_clearance_clear (PalDossier *dossier, const char *page, gboolean anyway, GError **error)
{
  const char *const pages[] = { page, NULL };

  return pal_clearance_clear_pages (dossier, page != NULL ? pages : NULL, anyway, error);
}

/**
 * pal_clearance_clear_pages:
 * @dossier: a dossier, with all edits flushed
 * @pages: (nullable): paths of pages; %NULL: all that apply and are not cleared as they are now
 * @anyway: also when points are open; they are noted then
 * @error: return location
 *
 * Blocking: like pal_clearance_clear(), for several pages as one act.
 *
 * Returns: whether it is durable
 */
gboolean
pal_clearance_clear_pages (PalDossier *dossier, const char *const *pages, gboolean anyway,
                           GError **error)
{
  g_autoptr (PalClearance) self = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autoptr (GPtrArray) wanted = NULL;
  g_autoptr (GPtrArray) open = NULL;
  gboolean is_first = TRUE;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  self = pal_clearance_look (dossier, error);
  if (self == NULL || !find_all_wanted (self, pages, &wanted, error))
    return FALSE;
  open = list_all_open (self, wanted);
  if (needs_step (self, wanted) && !check_open (open, anyway, error))
    return FALSE;
  for (guint i = 0; i < self->pages->len; i++)
    {
      PalPageClearance *one = g_ptr_array_index (self->pages, i);

      if (!is_to_clear (one, wanted))
        continue;
      /* Points that are on no page concern the whole: they are noted once. */
      if (!clear_page (dossier, self, one, wanted == NULL && is_first, changes, error))
        return FALSE;
      is_first = FALSE;
    }

  return changes->len == 0
         || pal_dossier_append (dossier, PAL_CLEARED_ACT, g_steal_pointer (&changes), error);
}

/**
 * pal_clearance_reopen:
 * @dossier: a dossier, with all edits flushed
 * @page: path of a page that is ready or cleared
 * @reason: why
 * @error: return location
 *
 * Blocking: makes a page a draft again, as one act.
 *
 * Returns: whether it is durable; %PAL_CLEARANCE_ERROR_REASON, %PAL_CLEARANCE_ERROR_STATE when it
 * is a draft, errors of the dossier
 */
gboolean
pal_clearance_reopen (PalDossier *dossier, const char *page, const char *reason, GError **error)
{
  g_autoptr (PalClearance) self = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  PalPageClearance *place;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (page != NULL, FALSE);

  if (reason == NULL || pal_text_is_blank (reason))
    {
      g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_REASON,
                   "opening a page again wants a reason");
      return FALSE;
    }
  self = pal_clearance_look (dossier, error);
  if (self == NULL)
    return FALSE;
  /* Also one that does not apply any more: it may have been cleared before. */
  place = pal_clearance_find_page (self, page);
  if (place == NULL)
    {
      g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_PAGE, "no page %s", page);
      return FALSE;
    }
  if (place->state == PAL_PAGE_DRAFT)
    {
      g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_STATE, "%s is a draft",
                   place->path);
      return FALSE;
    }

  return add_step (dossier, place, PAL_PAGE_DRAFT, reason, NULL, changes, error)
         && pal_dossier_append (dossier, PAL_REOPENED_ACT, g_steal_pointer (&changes), error);
}
