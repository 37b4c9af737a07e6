// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-supplement"
#include "config.h"

#include "pal-edition-private.h"

#include "pal-clearance-private.h"
#include "pal-own-record.h"

#include <string.h>

/* What is other now than in the edition that was packed last. The edition names for each answer the
 * change that gave it: an answer with the same change is the same; another change may say the same
 * again, so that values decide. */

static void
answer_change_free (gpointer data)
{
  PalAnswerChange *change = data;

  g_free (change->record);
  g_free (change->node);
  g_free (change->label);
  g_free (change->from);
  g_free (change->to);
  g_free (change->author);
  g_free (change->reason);
  g_free (change->attachment);
  g_free (change);
}

/**
 * pal_supplement_free:
 * @self: (nullable) (transfer full): a supplement
 */
void
pal_supplement_free (PalSupplement *self)
{
  if (self == NULL)
    return;

  pal_edition_free (self->base);
  pal_edition_free (self->present);
  g_free (self->digest);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  g_free (self);
}

typedef struct
{
  PalDossier *dossier;
  PalSupplement *result;
  GHashTable *then; /* (element-type utf8 utf8): by record and path: change, or "=" tab value */
  GPtrArray *order; /* (element-type utf8): keys of the same, as they stood */
  GPtrArray *steps; /* (element-type PalClearanceStep) */
  GError *error;    /* the first one */
} Look;

/* --- the edition before */

static PalEdition *
find_base (PalDossier *dossier, char **heads, GError **error)
{
  g_autoptr (GPtrArray) editions = pal_edition_list (dossier, error);
  g_autoptr (GPtrArray) records
      = editions != NULL ? pal_own_record_list (dossier, PAL_EDITION_FORM, error) : NULL;
  PalEdition *base = NULL;

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < editions->len; i++)
    {
      PalEdition *edition = g_ptr_array_index (editions, i);

      if (edition->archive != NULL
          && (base == NULL || g_strcmp0 (edition->packed, base->packed) >= 0))
        base = edition;
    }
  if (base == NULL)
    {
      g_set_error (error, PAL_EDITION_ERROR, PAL_EDITION_ERROR_NONE, "no edition was packed yet");
      return NULL;
    }
  for (guint i = 0; i < records->len; i++)
    {
      const PalOwnRecord *record = g_ptr_array_index (records, i);

      if (strcmp (record->id, base->id) == 0)
        *heads = g_strdup (pal_own_record_get (record, "heads"));
    }
  g_ptr_array_set_free_func (editions, NULL);
  for (guint i = 0; i < editions->len; i++)
    if (g_ptr_array_index (editions, i) != base)
      pal_edition_free (g_ptr_array_index (editions, i));

  return base;
}

static void
read_heads (Look *look, const char *heads)
{
  g_auto (GStrv) lines = g_strsplit (heads != NULL ? heads : "", "\n", -1);
  const char *record = "";

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *tab = strchr (lines[i], '\t');
      char *key;

      if (tab == NULL)
        {
          if (g_str_has_prefix (lines[i], "record "))
            record = lines[i] + strlen ("record ");
          continue;
        }
      *tab = '\0';
      key = pal_clearance_key (record, lines[i]);
      g_ptr_array_add (look->order, key);
      g_hash_table_replace (look->then, key, g_strdup (tab + 1));
    }
}

static char *
dup_unescaped (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p != '\\' || p[1] == '\0')
        {
          g_string_append_c (plain, *p);
          continue;
        }
      p++;
      g_string_append_c (plain, *p == 't' ? '\t' : *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p);
    }

  return g_string_free (plain, FALSE);
}

/* --- one answer */

static const PalChange *
find_change (GPtrArray *history, const char *id)
{
  for (guint i = 0; i < history->len; i++)
    {
      const PalChange *change = g_ptr_array_index (history, i);

      if (g_str_has_prefix (change->id, id))
        return change;
    }

  return NULL;
}

/* Why the page was opened again after the edition, as of late. */
static const char *
find_reason (Look *look, const char *record, const char *page)
{
  for (guint i = look->steps->len; i > 0; i--)
    {
      const PalClearanceStep *step = g_ptr_array_index (look->steps, i - 1);

      if (step->state == PAL_PAGE_DRAFT && step->time_us > look->result->base->time_us
          && strcmp (step->record, record) == 0 && strcmp (step->page, page) == 0)
        return step->reason;
    }

  return NULL;
}

static char *
dup_label (PalQuestionnaire *self, PalFormNode *definition)
{
  char *label = definition != NULL && definition->control != NULL
                    ? pal_form_dup_text (self->form, definition->control, PAL_TEXT_LABEL,
                                         pal_form_get_default_language (self->form))
                    : NULL;

  return label != NULL ? label : g_strdup ("");
}

static PalAnswerChange *
add_change (Look *look, PalQuestionnaire *self, PalFormNode *definition, const char *path)
{
  PalAnswerChange *change = g_new0 (PalAnswerChange, 1);

  change->record = g_strdup (self->record);
  change->node = g_strdup (path);
  change->label = dup_label (self, definition);
  change->is_relevant = TRUE;
  if (definition != NULL)
    change->reason = g_strdup (find_reason (
        look, self->record, pal_questionnaire_find_page (self->form, self->outline, definition)));
  g_ptr_array_add (look->result->changes, change);

  return change;
}

static void
set_from (PalAnswerChange *change, GPtrArray *history, const char *then)
{
  const PalChange *before;

  if (then == NULL)
    return;
  if (g_str_has_prefix (then, PAL_EDITION_GIVEN "\t"))
    {
      change->from = dup_unescaped (then + strlen (PAL_EDITION_GIVEN "\t"));
      return;
    }
  before = find_change (history, then);
  change->from_purged = before != NULL && before->purged;
  change->from = before != NULL ? g_strdup (before->value) : NULL;
}

static void
set_who (PalAnswerChange *change, const PalChange *last)
{
  change->author = g_strdup (last->author);
  change->time_us = last->clock_us;
}

static gboolean
is_same (PalAnswerChange *change)
{
  return !change->from_purged && g_strcmp0 (change->from, change->to) == 0;
}

static void
look_at_question (PalQuestionnaire *self, PalNode *node, PalFormNode *definition,
                  gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GPtrArray) history = NULL;
  g_autofree char *path = pal_response_dup_path (self->response, node);
  g_autofree char *key = pal_clearance_key (self->record, path);
  const char *value = pal_response_get_value (self->response, node);
  const char *then = g_hash_table_lookup (look->then, key);
  const PalChange *head = g_hash_table_lookup (self->by_node, path);
  gboolean is_relevant = pal_response_get_state (self->response, node)->relevant;
  PalAnswerChange *change;

  if (look->error != NULL || ((*value == '\0' || !is_relevant) && then == NULL)
      || (is_relevant && then != NULL && head != NULL && !head->is_joined
          && g_str_has_prefix (head->id, then)))
    {
      g_hash_table_remove (look->then, key);
      return;
    }

  history = pal_dossier_read_history (look->dossier, self->record, path, &look->error);
  if (history == NULL)
    return;
  change = add_change (look, self, definition, path);
  set_from (change, history, then);
  change->is_relevant = is_relevant;
  change->to = is_relevant && *value != '\0' ? g_strdup (value) : NULL;
  /* That a question no longer applies is nobody's change of its answer. */
  if (history->len > 0 && (then == NULL || find_change (history, then) != history->pdata[0]))
    set_who (change, g_ptr_array_index (history, 0));
  if (definition->type == PAL_TYPE_BINARY)
    change->attachment = g_strdup (change->to);
  g_hash_table_remove (look->then, key);
  if (is_same (change))
    g_ptr_array_remove_index (look->result->changes, look->result->changes->len - 1);
}

/* --- answers that are in no row any more, or in no form */

/* The change that took the innermost row away in which it stood. */
static gboolean
set_who_removed (Look *look, PalAnswerChange *change, GError **error)
{
  g_autofree char *row = g_strdup (change->node);

  for (char *close = strrchr (row, ']'); close != NULL; close = strrchr (row, ']'))
    {
      g_autoptr (GPtrArray) history = NULL;

      close[1] = '\0';
      history = pal_dossier_read_history (look->dossier, change->record, row, error);
      if (history == NULL)
        return FALSE;
      if (history->len > 0
          && ((PalChange *) g_ptr_array_index (history, 0))->kind == PAL_CHANGE_ROW_REMOVED)
        {
          set_who (change, g_ptr_array_index (history, 0));
          return TRUE;
        }
      *close = '\0';
    }

  return TRUE;
}

static gboolean
look_at_gone (Look *look, GPtrArray *questionnaires, GError **error)
{
  for (guint i = 0; i < look->order->len; i++)
    {
      const char *key = g_ptr_array_index (look->order, i);
      const char *then = g_hash_table_lookup (look->then, key);
      const char *tab = strchr (key, '\t');

      if (then == NULL)
        continue;
      for (guint j = 0; j < questionnaires->len; j++)
        {
          PalQuestionnaire *one = g_ptr_array_index (questionnaires, j);
          g_autoptr (GPtrArray) history = NULL;
          g_autofree char *generic = NULL;
          PalAnswerChange *change;

          if (strlen (one->record) != (gsize) (tab - key)
              || strncmp (one->record, key, tab - key) != 0)
            continue;
          generic = pal_clearance_dup_generic (tab + 1);
          history = pal_dossier_read_history (look->dossier, one->record, tab + 1, error);
          if (history == NULL)
            return FALSE;
          change = add_change (look, one, pal_form_find_node (one->form, generic), tab + 1);
          set_from (change, history, then);
          if (!set_who_removed (look, change, error))
            return FALSE;
        }
    }

  return TRUE;
}

/**
 * pal_supplement_look:
 * @dossier: a dossier, with all edits flushed
 * @error: return location
 *
 * Blocking: what is other than in the edition that was packed last: answers that are new, say
 * something else, or are gone, also since their question no longer applies.
 *
 * Returns: (transfer full) (nullable): that, also when nothing is; %PAL_EDITION_ERROR_NONE, errors
 *   of the dossier, the form and the response
 */
PalSupplement *
pal_supplement_look (PalDossier *dossier, GError **error)
{
  g_autoptr (PalSupplement) self = NULL;
  g_autoptr (GPtrArray) questionnaires = NULL;
  g_autoptr (PalClearance) clearance = NULL;
  g_autoptr (GPtrArray) steps = NULL;
  g_autofree char *heads = NULL;
  Look look = { .dossier = dossier };
  gboolean ok;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  self = g_new0 (PalSupplement, 1);
  self->changes = g_ptr_array_new_with_free_func (answer_change_free);
  self->base = find_base (dossier, &heads, error);
  questionnaires = self->base != NULL ? pal_questionnaire_list (dossier, error) : NULL;
  clearance
      = questionnaires != NULL ? pal_clearance_look_at (dossier, questionnaires, error) : NULL;
  steps = clearance != NULL ? pal_clearance_list_steps (dossier, error) : NULL;
  if (steps == NULL)
    return NULL;
  self->digest = g_strdup (clearance->digest);
  if (clearance->state == PAL_PAGE_CLEARED)
    {
      g_autoptr (GError) local = NULL;

      self->present = pal_edition_find_present (dossier, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }

  look.result = self;
  look.steps = steps;
  look.order = g_ptr_array_new_with_free_func (g_free);
  look.then = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  read_heads (&look, heads);
  for (guint i = 0; i < questionnaires->len; i++)
    pal_questionnaire_foreach (g_ptr_array_index (questionnaires, i), look_at_question, &look);
  ok = look.error == NULL && look_at_gone (&look, questionnaires, error);
  g_hash_table_unref (look.then);
  g_ptr_array_unref (look.order);
  if (look.error != NULL)
    g_propagate_error (error, look.error);

  return ok ? g_steal_pointer (&self) : NULL;
}
