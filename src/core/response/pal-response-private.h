// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form-private.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* pal-response.c holds the object and its life, -signals.c what is told of a change, -tree.c the
 * nodes and rows, -calculate.c the recalculation, -events.c what events and preloads set, -text.c
 * and -choices.c what is shown, -value.c the types, -explain.c the reasons, -path.c the names of
 * nodes, -follow.c what is shown without being an edit. */

/* The state of a node, hung on PalNode.data. */
typedef struct
{
  PalNodeState public;
  PalNode *node;
  PalDefinition *definition;
  char *row_id;            /* (owned) (nullable): of a row, once it is known */
  char *whole_choice;      /* (owned) (nullable): the answer before its list took something away */
  guint32 born;            /* the change in which it came, see PalResponse.change */
  guint16 dirty;           /* 1 << PalSlotKind: waits to be evaluated */
  guint8 own_relevant : 1; /* without what is around it */
  guint8 own_readonly : 1;
  guint8 constraint_holds : 1;
  guint8 type_fits : 1;
  guint8 is_empty : 1;
  guint8 is_updated : 1;  /* is in the list for "updated" */
  guint8 is_reworded : 1; /* its texts or choices may be others */
  guint8 is_shown : 1;    /* somebody asked for texts or choices that may change */
  guint8 is_reviewed : 1; /* is in the list of those whose choices are looked at */
  guint8 is_gone : 1;     /* its row was removed */
} PalNodeInfo;

typedef struct
{
  PalEditKind kind;
  PalNode *node; /* of a value, or the row */
  char *path;    /* (owned) (nullable): when it was known at once */
  char *old_value;
  char *new_value;
  gboolean by_user;
} PalHeldEdit;

typedef struct
{
  PalFormNode *repeat;
  PalNode *parent;
} PalRowsChanged;

/* A node that is being changed, as it was before. */
typedef struct
{
  PalNode *node;
  PalNodeState state;
  char *value; /* (owned) (nullable): of a leaf */
} PalMark;

struct _PalResponse
{
  GObject parent_instance;

  PalForm *form;         /* (owned) */
  PalDocument *document; /* (owned): the record */
  PalNode *root;         /* its element */
  PalExprScope scope;
  guint language;      /* index into the form's */
  char *language_code; /* (owned) (nullable): for dates */

  PalNode **singles;   /* (owned): by definition; NULL where there may be any number */
  GHashTable *row_ids; /* (owned): the PalNodeInfo of rows that have one; see -tree.c */

  guint64 *waiting;    /* (owned): a bit a slot */
  GPtrArray **pending; /* (owned): by slot: its nodes that wait; NULL until used */
  guint first_waiting; /* no bit is set in the words before it */
  guint running_slot;  /* G_MAXUINT: none */
  PalNode *running_node;
  guint n_backward;

  guint depth;          /* of changes within changes */
  guint32 change;       /* counts them; what came with this one is told as a row */
  GArray *marks;        /* (owned) (element-type PalMark) */
  GHashTable *shown;    /* (owned): PalNode -> GArray of what is shown of it, see -text.c */
  GArray *rows_changed; /* (owned) (element-type PalRowsChanged) */
  GPtrArray *gone;      /* (owned) (element-type PalNode): removed rows, freed when all is quiet */
  GPtrArray *held;      /* (owned) (nullable) (element-type PalHeldEdit) */
  GPtrArray *reviewed;  /* (owned) (element-type PalNode): their choices may be others now */
  gboolean is_loading;  /* nobody can listen yet */
  gboolean is_restoring;
  gboolean is_following; /* shows what the log says already */

  guint n_looking;     /* texts and labels that an expression asks for, one within another */
  guint n_looked;      /* since the outermost of them */
  guint n_violated;    /* relevant nodes */
  GHashTable *tables;  /* (owned): "instance\1column" -> GHashTable: key -> PalNode, for pulldata */
  GHashTable *choices; /* (owned): PalControl -> PalSharedChoices, lists that depend on nothing */
};

static inline PalNodeInfo *
pal_node_info (PalNode *node)
{
  return node->data;
}

/* pal-response.c */
PalFormNode *
pal_response_parse_row (PalResponse *self, const char *path, char **parent_path, char **row_id);

/* -tree.c */
void pal_response_build (PalResponse *self, gboolean with_rows);
PalNode *pal_response_get_parent (PalNode *node);
PalNode *pal_response_enclosing_row (PalNode *node, guint level);
typedef void (*PalNodeFunc) (PalResponse *self, PalNode *node, gpointer user_data);
void pal_response_foreach (PalResponse *self, PalDefinition *definition, PalNode *anchor,
                           PalNodeFunc func, gpointer user_data);
void
pal_response_foreach_below (PalResponse *self, PalNode *node, PalNodeFunc func, gpointer user_data);
PalNode *pal_response_find_place (PalDefinition *repeat, PalNode *parent);
PalNode *pal_response_find_row_by_id (PalResponse *self, PalDefinition *repeat, PalNode *parent,
                                      const char *id);
PalNode *pal_response_insert_row (PalResponse *self, PalDefinition *repeat, PalNode *parent,
                                  PalNode *before, const char *row_id);
guint pal_response_count_rows (PalResponse *self, PalDefinition *repeat, PalNode *parent);
PalNode *pal_response_find_row_parent (PalResponse *self, PalFormNode *repeat, PalNode *context);
void pal_response_take_row (PalResponse *self, PalNode *row);
void pal_response_note_rows (PalResponse *self, PalFormNode *repeat, PalNode *parent);
void pal_response_bury (GPtrArray *rows);
void pal_response_free_tree (PalResponse *self);

/* -calculate.c */
void pal_response_push (PalResponse *self, guint slot, PalNode *node);
void pal_response_push_dependents (PalResponse *self, PalNode *node);
void pal_response_push_all (PalResponse *self);
void pal_response_push_row (PalResponse *self, PalNode *row);
/* Rows came or went in parent; from: (nullable): the first that has another position now. */
void
pal_response_push_rows (PalResponse *self, PalDefinition *repeat, PalNode *parent, PalNode *from);
void pal_response_push_spoken (PalResponse *self);
void pal_response_settle (PalResponse *self);
void pal_response_store (PalResponse *self, PalNode *node, const char *value);
/* Before anything of a node is changed. */
void pal_response_mark (PalResponse *self, PalNode *node);
void pal_response_refresh (PalResponse *self, PalNodeInfo *info);
/* A row that is not there, for an expression to stand on; info is its caller's. */
PalNode *pal_response_lend_row (PalResponse *self, PalDefinition *repeat, PalNode *parent,
                                PalNodeInfo *info);
void pal_response_take_back_row (PalNode *lent);
gboolean
pal_response_is_repeat_relevant (PalResponse *self, PalDefinition *repeat, PalNode *parent);
gboolean
pal_response_condition (PalResponse *self, PalExpr *expr, PalNode *node, gboolean if_failed);

/* -signals.c */
void pal_response_install_signals (PalResponseClass *klass);
GArray *pal_response_new_marks (void);
void pal_response_begin (PalResponse *self);
void pal_response_end (PalResponse *self);
void pal_response_emit_value (PalResponse *self, PalNode *node, const char *old_value,
                              const char *new_value, gboolean by_user);
void pal_response_emit_row (PalResponse *self, PalEditKind kind, PalNode *row, gboolean by_user);
void pal_response_hold_edits (PalResponse *self);
void pal_response_release_edits (PalResponse *self);

/* -events.c */
void pal_response_preload (PalResponse *self, const char *user);
void pal_response_run_event (PalResponse *self, PalEvents event);
void pal_response_run_row_event (PalResponse *self, PalNode *row);
void pal_response_run_changed (PalResponse *self, PalNode *node);

/* -value.c */
gboolean pal_response_fits_type (PalDefinition *definition, const char *value);
char *pal_response_value_to_text (PalDefinition *definition, PalValue *value);

/* -text.c */
#define PAL_SHOWN_CHOICES 16 /* beside the kinds of texts */
void pal_response_note_shown (PalResponse *self, PalNode *node, PalFormControl *control, guint kind,
                              guint hash);
void pal_response_forget_shown (PalResponse *self, PalNode *node);
gboolean pal_response_is_shown_otherwise (PalResponse *self, PalNode *node);
char *pal_response_resolve_text (PalResponse *self, PalText *text, PalNode *node);
char *pal_response_itext (PalResponse *self, const char *id, const char *form, PalNode *node);
char *pal_response_itext_cb (PalExprScope *scope, const char *id);
void pal_response_set_scope (PalResponse *self);
/* Around what an expression asks for and which may have expressions of its own; FALSE: no more. */
gboolean pal_response_look_begin (PalResponse *self);
void pal_response_look_end (PalResponse *self);

/* -choices.c */
guint pal_response_hash_choices (GPtrArray *choices);
void pal_response_review (PalResponse *self, PalNode *node);
gboolean pal_response_drop_choices (PalResponse *self);
char *pal_response_choice_label_cb (PalExprScope *scope, PalNode *context, const char *value,
                                    const char *path);
char *pal_response_pulldata_cb (PalExprScope *scope, const char *instance, const char *column,
                                const char *key_column, const char *key);

G_END_DECLS
