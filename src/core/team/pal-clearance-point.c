// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance"
#include "config.h"

#include "pal-clearance-private.h"

/**
 * pal_point_kind_to_string:
 * @kind: what is open
 *
 * Returns: (transfer none): a word for machines
 */
const char *
pal_point_kind_to_string (PalPointKind kind)
{
  switch (kind)
    {
    case PAL_POINT_REQUIRED:
      return "required";
    case PAL_POINT_UNANSWERED:
      return "unanswered";
    case PAL_POINT_VIOLATED:
      return "violated";
    case PAL_POINT_IRRELEVANT:
      return "not-relevant";
    case PAL_POINT_ORPHAN:
      return "orphan";
    case PAL_POINT_CONFLICT:
      return "conflict";
    case PAL_POINT_COMMENT:
      return "comment";
    case PAL_POINT_DRAFT:
      return "draft";
    case PAL_POINT_HEARD:
      return "not-considered";
    }

  return "";
}

/**
 * pal_point_copy:
 * @point: what is open
 *
 * Returns: (transfer full): the same; free it with pal_point_free()
 */
PalPoint *
pal_point_copy (const PalPoint *point)
{
  PalPoint *copy = g_new0 (PalPoint, 1);

  copy->kind = point->kind;
  copy->record = g_strdup (point->record);
  copy->node = g_strdup (point->node);
  copy->comment = g_strdup (point->comment);
  copy->heard = g_strdup (point->heard);
  copy->row = g_strdup (point->row);

  return copy;
}

void
pal_point_free (PalPoint *point)
{
  g_free (point->record);
  g_free (point->node);
  g_free (point->comment);
  g_free (point->heard);
  g_free (point->row);
  g_free (point);
}

/**
 * pal_clearance_add_point:
 * @points: (element-type PalPoint): of a page, or of the whole
 * @kind: what is open
 * @record: id of the questionnaire
 * @node: path with row ids
 * @comment: (nullable): id of a comment
 *
 * Returns: (transfer none): the new one
 */
PalPoint *
pal_clearance_add_point (GPtrArray *points, PalPointKind kind, const char *record, const char *node,
                         const char *comment)
{
  PalPoint *point = g_new0 (PalPoint, 1);

  point->kind = kind;
  point->record = g_strdup (record);
  point->node = g_strdup (node);
  point->comment = g_strdup (comment);
  g_ptr_array_add (points, point);

  return point;
}
