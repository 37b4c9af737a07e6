// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance-steps"
#include "config.h"

#include "pal-clearance-private.h"

#include "pal-own-record.h"

#include <string.h>

/* The steps that were made, where they led, and who may still change an answer. */

/**
 * pal_clearance_step_free:
 * @step: (nullable) (transfer full): a step
 */
void
pal_clearance_step_free (PalClearanceStep *step)
{
  if (step == NULL)
    return;

  g_free (step->id);
  g_free (step->record);
  g_free (step->page);
  g_free (step->author);
  g_free (step->reason);
  g_free (step->open);
  g_free (step->digest);
  g_free (step);
}

static gboolean
parse_state (const char *word, PalPageState *state)
{
  for (PalPageState one = PAL_PAGE_DRAFT; one <= PAL_PAGE_CLEARED; one++)
    if (g_strcmp0 (word, pal_page_state_to_string (one)) == 0)
      {
        *state = one;
        return TRUE;
      }

  return FALSE;
}

/* is_ready: of the form "ready" */
static PalClearanceStep *
step_new (const PalOwnRecord *record, gboolean is_ready)
{
  PalClearanceStep *step;
  PalPageState state = PAL_PAGE_READY;

  /* One of which somebody took the half away says nothing. */
  if ((!is_ready && !parse_state (pal_own_record_get (record, "state"), &state))
      || pal_own_record_get (record, "record") == NULL
      || pal_own_record_get (record, "page") == NULL)
    return NULL;
  step = g_new0 (PalClearanceStep, 1);
  step->id = g_strdup (record->id);
  step->record = g_strdup (pal_own_record_get (record, "record"));
  step->page = g_strdup (pal_own_record_get (record, "page"));
  step->state = state;
  step->author = g_strdup (pal_own_record_get_head (record, "page")->author);
  step->time_us = record->created_us;
  step->reason = g_strdup (pal_own_record_get (record, "reason"));
  step->open = g_strdup (pal_own_record_get (record, "open"));
  step->digest = g_strdup (pal_own_record_get (record, "digest"));

  return step;
}

/**
 * pal_clearance_key:
 * @record: id of a record
 * @page: path of a page
 *
 * Returns: (transfer full): by which the two are looked up
 */
char *
pal_clearance_key (const char *record, const char *page)
{
  return g_strconcat (record, "\t", page, NULL);
}

static gboolean
read_steps (PalDossier *dossier, const char *form_id, GPtrArray *steps, GError **error)
{
  g_autoptr (GPtrArray) records = pal_own_record_list (dossier, form_id, error);

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      PalClearanceStep *step
          = step_new (g_ptr_array_index (records, i), strcmp (form_id, PAL_READY_FORM) == 0);

      if (step != NULL)
        g_ptr_array_add (steps, step);
    }

  return TRUE;
}

/* By age and id, so that everybody reads them in one order. */
static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const PalClearanceStep *first = *(PalClearanceStep *const *) a;
  const PalClearanceStep *second = *(PalClearanceStep *const *) b;

  if (first->time_us != second->time_us)
    return first->time_us < second->time_us ? -1 : 1;

  return strcmp (first->id, second->id);
}

/**
 * pal_clearance_list_steps:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking. A page that is cleared stays so until somebody opens it again for a reason: a colleague
 * who calls it ready elsewhere, not knowing, changes nothing.
 *
 * Returns: (transfer full) (nullable) (element-type PalClearanceStep): all steps, oldest first
 */
GPtrArray *
pal_clearance_list_steps (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GHashTable) cleared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  steps = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_clearance_step_free);
  if (!read_steps (dossier, PAL_READY_FORM, steps, error)
      || !read_steps (dossier, PAL_CLEARANCE_FORM, steps, error))
    return NULL;
  g_ptr_array_sort (steps, compare_steps);
  for (guint i = 0; i < steps->len; i++)
    {
      PalClearanceStep *step = g_ptr_array_index (steps, i);
      g_autofree char *key = pal_clearance_key (step->record, step->page);

      step->has_effect = step->state != PAL_PAGE_READY || !g_hash_table_contains (cleared, key);
      if (step->state == PAL_PAGE_CLEARED)
        g_hash_table_add (cleared, g_steal_pointer (&key));
      else if (step->state == PAL_PAGE_DRAFT)
        g_hash_table_remove (cleared, key);
    }

  return g_steal_pointer (&steps);
}

/* --- the guard */

struct _PalClearanceGuard
{
  GHashTable *cleared;  /* (owned) (element-type utf8): keys */
  GHashTable *outlines; /* (owned) (element-type PalForm PalOutline) */
};

/**
 * pal_clearance_guard_new:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking. It knows what was cleared when it was made.
 *
 * Returns: (transfer full) (nullable): what tells whether an answer may be changed
 */
PalClearanceGuard *
pal_clearance_guard_new (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) steps = pal_clearance_list_steps (dossier, error);
  PalClearanceGuard *self;

  if (steps == NULL)
    return NULL;
  self = g_new0 (PalClearanceGuard, 1);
  self->cleared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->outlines = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) pal_form_unref,
                                          (GDestroyNotify) pal_outline_unref);
  for (guint i = 0; i < steps->len; i++)
    {
      const PalClearanceStep *step = g_ptr_array_index (steps, i);
      g_autofree char *key = pal_clearance_key (step->record, step->page);

      if (step->state == PAL_PAGE_CLEARED)
        g_hash_table_add (self->cleared, g_steal_pointer (&key));
      else if (step->state == PAL_PAGE_DRAFT)
        g_hash_table_remove (self->cleared, key);
    }

  return self;
}

/**
 * pal_clearance_guard_free:
 * @self: (nullable) (transfer full): a guard
 */
void
pal_clearance_guard_free (PalClearanceGuard *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->cleared);
  g_hash_table_unref (self->outlines);
  g_free (self);
}

/**
 * pal_clearance_dup_generic:
 * @path: a path with or without row ids
 *
 * Returns: (transfer full): the same without them
 */
char *
pal_clearance_dup_generic (const char *path)
{
  GString *generic = g_string_new (NULL);
  gboolean is_inside = FALSE;

  for (const char *p = path; *p != '\0'; p++)
    {
      if (*p == '[')
        is_inside = TRUE;
      if (!is_inside)
        g_string_append_c (generic, *p);
      if (*p == ']')
        is_inside = FALSE;
    }

  return g_string_free (generic, FALSE);
}

/**
 * pal_clearance_guard_find:
 * @self: a guard
 * @record: id of a record
 * @form: its form
 * @path: of a question or row, with or without row ids
 *
 * Returns: (transfer none) (nullable): path of the cleared page on which it stands; %NULL when it
 *   may be changed
 */
const char *
pal_clearance_guard_find (PalClearanceGuard *self, const char *record, PalForm *form,
                          const char *path)
{
  g_autofree char *generic = NULL;
  g_autofree char *key = NULL;
  PalOutline *outline;
  PalFormNode *definition;
  const char *page;

  g_return_val_if_fail (self != NULL && record != NULL && form != NULL && path != NULL, NULL);

  if (g_hash_table_size (self->cleared) == 0)
    return NULL;
  generic = pal_clearance_dup_generic (path);
  definition = pal_form_find_node (form, generic);
  if (definition == NULL)
    return NULL;
  outline = g_hash_table_lookup (self->outlines, form);
  if (outline == NULL)
    {
      outline = pal_outline_new (form);
      g_hash_table_insert (self->outlines, pal_form_ref (form), outline);
    }
  page = pal_questionnaire_find_page (form, outline, definition);
  key = pal_clearance_key (record, page);

  return g_hash_table_contains (self->cleared, key) ? page : NULL;
}

/**
 * pal_clearance_guard_check:
 * @self: a guard
 * @record: id of a record
 * @form: its form
 * @path: of a question or row, with or without row ids
 * @error: return location
 *
 * Returns: whether it may be changed; else %PAL_CLEARANCE_ERROR_CLEARED
 */
gboolean
pal_clearance_guard_check (PalClearanceGuard *self, const char *record, PalForm *form,
                           const char *path, GError **error)
{
  const char *page = pal_clearance_guard_find (self, record, form, path);

  if (page == NULL)
    return TRUE;
  g_set_error (error, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_CLEARED,
               "%s stands on the page %s, which is cleared", path, page);

  return FALSE;
}
