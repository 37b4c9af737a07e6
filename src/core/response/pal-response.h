// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* One record being filled: the only truth in memory. Handles are PalNode of the instance tree; a
 * handle is good until its row goes. Paths name nodes: "/data/law[ROW]/title", where ROW is a row
 * id, or a position of digits only (1-based). Lives on one thread. */

#define PAL_RESPONSE_ERROR (pal_response_error_quark ())
typedef enum
{
  PAL_RESPONSE_ERROR_NOT_FOUND, /* no such node */
  PAL_RESPONSE_ERROR_READONLY,  /* calculated, or a group, or not to be added or removed */
  PAL_RESPONSE_ERROR_MALFORMED, /* an instance that is no instance of this form */
  PAL_RESPONSE_ERROR_EXPRESSION
} PalResponseError;
GQuark pal_response_error_quark (void);

#define PAL_TYPE_RESPONSE (pal_response_get_type ())
G_DECLARE_FINAL_TYPE (PalResponse, pal_response, PAL, RESPONSE, GObject)

typedef enum
{
  PAL_VIOLATION_NONE,
  PAL_VIOLATION_CONSTRAINT, /* also: not a value of its type */
  PAL_VIOLATION_REQUIRED
} PalViolation;

typedef struct
{
  gboolean relevant; /* inherited */
  gboolean required;
  gboolean readonly; /* inherited; true for calculated nodes */
  gboolean locked;   /* the same without calculated nodes: only what readonly says */
  PalViolation violation;
} PalNodeState;

typedef enum
{
  PAL_EDIT_VALUE,
  PAL_EDIT_ROW_ADDED,
  PAL_EDIT_ROW_REMOVED
} PalEditKind;

/* Something to be kept in the log: signal "edit" (const PalEdit *), in order, as it happens. Values
 * that pure calculates produce are not edits; what events, once() and uuid() produce is. */
typedef struct
{
  PalEditKind kind;
  const char *path;      /* with row ids */
  const char *old_value; /* (nullable) */
  const char *new_value; /* (nullable): for ROW_ADDED the id of the row before it, or NULL */
  gboolean by_user;
} PalEdit;

typedef struct
{
  char *value;
  char *label; /* in the active language */
} PalChoice;

void pal_choice_free (PalChoice *choice);

typedef struct
{
  guint questions; /* relevant questions with a control that take an answer */
  guint answered;
  guint required_open;
  guint violated;
} PalProgress;

/* A fresh record: first-load events have run, rows of jr:count exist, all is calculated. */
PalResponse *pal_response_new (PalForm *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalResponse *
pal_response_new_by (PalForm *form, const char *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A record from its log: begin, then rows and values in any order with parents before children,
 * then end, which calculates all and runs no first-load event. restore_* return FALSE for what the
 * form does not know (an orphan: the caller keeps it). */
PalResponse *pal_response_restore_begin (PalForm *form) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_response_restore_row (PalResponse *self, const char *path);
gboolean pal_response_restore_value (PalResponse *self, const char *path, const char *value);
gboolean pal_response_restore_end (PalResponse *self, GError **error);

/* A record from an instance as it stands in a submission. orphans: (out) (nullable)
 * (element-type utf8): paths of what the form does not know. */
PalResponse *pal_response_new_from_instance (PalForm *form, GBytes *instance, GPtrArray **orphans,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

PalForm *pal_response_get_form (PalResponse *self);
const char *pal_response_get_language (PalResponse *self);
void pal_response_set_language (PalResponse *self, const char *language); /* notify::language */
/* After the texts of its form became others. */
void pal_response_renew_texts (PalResponse *self);

PalNode *pal_response_get_root (PalResponse *self); /* the element, /data */
PalNode *pal_response_find (PalResponse *self, const char *path);
/* The node of def in the same rows as context (NULL: first row, when there are repeats). */
PalNode *pal_response_find_definition (PalResponse *self, PalFormNode *def, PalNode *context);
PalFormNode *pal_response_get_definition (PalResponse *self, PalNode *node);
char *pal_response_dup_path (PalResponse *self, PalNode *node) G_GNUC_WARN_UNUSED_RESULT;

const char *pal_response_get_value (PalResponse *self, PalNode *node); /* "" when empty */
const PalNodeState *pal_response_get_state (PalResponse *self, PalNode *node);

/* A violating answer is stored and flagged (T12). NULL or "" clears. */
gboolean pal_response_takes_value (PalFormNode *node, const char *value); /* of its type */
gboolean
pal_response_set_value (PalResponse *self, PalNode *node, const char *value, GError **error);

/* Rows of a repeat below context (a node of, or inside, the parent's row): (element-type PalNode).
 */
GPtrArray *pal_response_dup_rows (PalResponse *self, PalFormNode *repeat, PalNode *context);
const char *pal_response_get_row_id (PalResponse *self, PalNode *row);
PalNode *pal_response_add_row (PalResponse *self, PalFormNode *repeat, PalNode *context,
                               PalNode *before, GError **error);
gboolean pal_response_remove_row (PalResponse *self, PalNode *row, GError **error);

/* What is in the log already and has come about elsewhere: begin, then rows and values with parents
 * before children, then end, which calculates and tells. None of it is an "edit". FALSE for what
 * the form does not know. */
void pal_response_follow_begin (PalResponse *self);
gboolean pal_response_follow_row_added (PalResponse *self, const char *path, const char *before_id);
gboolean pal_response_follow_row_removed (PalResponse *self, const char *path);
gboolean pal_response_follow_value (PalResponse *self, const char *path, const char *value);
void pal_response_follow_end (PalResponse *self);

/* node: the control's node, or any node of the same row; outputs filled in; plain text without
 * markup; NULL when there is none. */
char *
pal_response_dup_text (PalResponse *self, PalFormControl *control, PalNode *node, PalTextKind kind);
GPtrArray *pal_response_dup_choices (PalResponse *self, PalFormControl *control, PalNode *node);
char *pal_response_dup_choice_label (PalResponse *self, PalFormControl *control, PalNode *node,
                                     const char *value);

gboolean
pal_response_is_control_relevant (PalResponse *self, PalFormControl *control, PalNode *context);
void pal_response_count (PalResponse *self, PalFormControl *below, PalProgress *progress);
gboolean pal_response_is_valid (PalResponse *self);
/* A person says that the record is done: timestamps of the end. */
void pal_response_finish (PalResponse *self);
/* A record that was handed over is edited again: deprecatedID. */
void pal_response_revise (PalResponse *self);

/* The submission: no non-relevant nodes, no templates. */
GBytes *pal_response_serialise (PalResponse *self);

/* Signals:
 *  "edit" (const PalEdit *edit): to be kept
 *  "updated" (GPtrArray *nodes): after each change, once: all nodes whose value or state is another
 *      now, or whose texts or choices, once asked for, are others now; widgets refresh these only
 *  "rows-changed" (PalFormNode *repeat, PalNode *parent): rows were added or removed there; what
 *      came or went with them is not told again
 */

G_END_DECLS
