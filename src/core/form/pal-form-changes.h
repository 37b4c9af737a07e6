// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form.h"

G_BEGIN_DECLS

/* What became of an older form in a newer one, and where its answers belong. The rename map is
 * p:was on binds: older paths of a node; everything below a renamed group moves along. */

typedef enum
{
  PAL_FORM_CHANGE_UNCHANGED,
  PAL_FORM_CHANGE_CHANGED,
  PAL_FORM_CHANGE_RENAMED, /* perhaps changed, too: see differs */
  PAL_FORM_CHANGE_REMOVED,
  PAL_FORM_CHANGE_ADDED,
  PAL_N_FORM_CHANGES
} PalFormChangeKind;

typedef enum
{
  PAL_FORM_DIFFERS_TYPE = 1 << 0,            /* what a value may be */
  PAL_FORM_DIFFERS_CONTROL = 1 << 1,         /* one choice, many, a text, a group ... */
  PAL_FORM_DIFFERS_LABEL = 1 << 2,           /* in the default language */
  PAL_FORM_DIFFERS_CHOICES_REMOVED = 1 << 3, /* see choices_removed */
  PAL_FORM_DIFFERS_CHOICES_ADDED = 1 << 4,
  PAL_FORM_DIFFERS_CHOICE_LABELS = 1 << 5, /* the same choice in other words */
  PAL_FORM_DIFFERS_CHOICE_FILTER = 1 << 6,
  PAL_FORM_DIFFERS_RELEVANT = 1 << 7,
  PAL_FORM_DIFFERS_REQUIRED = 1 << 8,
  PAL_FORM_DIFFERS_CONSTRAINT = 1 << 9,
  PAL_FORM_DIFFERS_CALCULATE = 1 << 10,
  PAL_FORM_DIFFERS_READONLY = 1 << 11,
  PAL_FORM_DIFFERS_COUNT = 1 << 12, /* how many rows a repeat has */
  PAL_FORM_DIFFERS_PLACE = 1 << 13 /* in other repeats, or a group became a question: of REMOVED and
                                    * ADDED only; values cannot be carried over */
} PalFormDifferences;

typedef struct
{
  PalFormChangeKind kind;
  PalFormDifferences differs;
  gboolean is_question;  /* a control that takes an answer, in either form */
  char *old_path;        /* (nullable): generic; NULL for ADDED */
  char *new_path;        /* (nullable): NULL for REMOVED */
  char *old_label;       /* (nullable): in the default language */
  char *new_label;       /* (nullable) */
  GStrv choices_removed; /* (nullable): "value" and, after a tab, the label */
  GStrv choices_added;   /* (nullable) */
} PalFormChange;

void pal_form_change_free (PalFormChange *change);

/* (element-type PalFormChange): all nodes of the older form in its order, then what was added. */
GPtrArray *pal_form_compare (PalForm *older, PalForm *newer) G_GNUC_WARN_UNUSED_RESULT;
guint pal_form_count_changes (GPtrArray *changes, PalFormChangeKind kind, gboolean questions_only);
const char *pal_form_change_kind_word (PalFormChangeKind kind);
/* One word for one bit of differs; NULL for none. */
const char *pal_form_difference_word (PalFormDifferences difference);

/* "10" is newer than "9", "2027.1" newer than "2026.12"; less than, equal to, greater than 0. */
int pal_form_compare_versions (const char *first, const char *second);

/* The node that carries on with what an older form had at a path without rows, or NULL. */
PalFormNode *pal_form_find_successor (PalForm *self, const char *older_path);
/* The same for one node of a record. moved: (out) (nullable): its path now, when that differs. */
PalFormNode *pal_form_place (PalForm *self, const char *path, char **moved);
/* What a node of a record may have been called in older forms: (element-type utf8), by the rename
 * map of this form alone. */
GPtrArray *pal_form_dup_former_paths (PalForm *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;
/* "/data/law[ROW]/title" -> "/data/law/title" */
char *pal_form_dup_generic_path (const char *path) G_GNUC_WARN_UNUSED_RESULT;

char *pal_form_dup_node_label (PalForm *self, PalFormNode *node,
                               const char *language) G_GNUC_WARN_UNUSED_RESULT;

/* What is in a value, without a record: choices in the list, and in words. */
gboolean pal_form_offers_value (PalForm *self, PalFormNode *node, const char *value);
char *pal_form_dup_value_text (PalForm *self, PalFormNode *node, const char *value,
                               const char *language) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalFormChange, pal_form_change_free)

G_END_DECLS
