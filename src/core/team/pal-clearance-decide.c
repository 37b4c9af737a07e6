// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance"
#include "config.h"

#include "pal-clearance-private.h"

#include "pal-own-record.h"
#include "pal-text.h"

#include <string.h>

/* What is open before a step, and the steps that people take: a page is ready, is cleared, is open
 * again. Each is one act. */

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

      if (!pal_clearance_counts (one))
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

      if (pal_clearance_counts (one) && (one->state < next || one->is_altered))
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
  return (wanted != NULL ? g_ptr_array_find (wanted, page, NULL) : pal_clearance_counts (page))
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
