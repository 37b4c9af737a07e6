// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form.h"

G_BEGIN_DECLS

/* What the response and a kit need to know of a form beyond pal-form.h. Only form, response and kit
 * include this.
 */

#ifndef PAL_FORM_MAX_ROWS       /* the hunt of ./dev fuzz sets fewer, to be quick */
#define PAL_FORM_MAX_ROWS 10000 /* of one repeat in one parent, made by jr:count */
#endif
#define PAL_FORM_MAX_DEPTH 64           /* of groups in the body */
#define PAL_FORM_MAX_INSTANCE_DEPTH 256 /* the XML reader takes no more */
#define PAL_FORM_MAX_PROBLEMS 100       /* listed before the reader gives up */
#define PAL_FORM_MAX_CSV_CELLS 4000000

/* One thing that is computed for a node. Slots stand in the form in the order in which they must be
 * evaluated: whatever a slot reads was computed by slots before it. */
typedef enum
{
  PAL_SLOT_CALCULATE,
  PAL_SLOT_RELEVANT,
  PAL_SLOT_READONLY,
  PAL_SLOT_REQUIRED,
  PAL_SLOT_CONSTRAINT,
  PAL_SLOT_COUNT,   /* jr:count; outside the order, see pal-response-calculate.c */
  PAL_SLOT_LABEL,   /* never evaluated: the node's texts depend on something */
  PAL_SLOT_CHOICES, /* never evaluated: the node's choices depend on something */
  PAL_N_SLOT_KINDS
} PalSlotKind;

typedef struct
{
  PalSlotKind kind;
  PalFormNode *node;     /* whose nodes are the context */
  PalExpr *expr;         /* (unowned) (nullable): NULL for LABEL and CHOICES */
  gboolean is_spoken;    /* the result changes with the language */
  gboolean is_generator; /* uuid(), random(), once(): the result belongs in the log */
  gboolean is_on_parent; /* jr:count: its paths start from where the rows stand */
  gboolean has_position; /* position() or last() of the node among its like */
} PalSlot;

/* A slot that reads a node. The rows of the first n_shared repeats around both are the same rows.
 */
typedef struct
{
  guint slot;
  guint n_shared;
} PalDependent;

typedef struct
{
  PalNode *element;     /* (unowned) (nullable): label, hint, ... in the form's document */
  const char *literal;  /* (unowned) (nullable): instead of an element */
  const char *itext_id; /* (unowned) (nullable): of jr:itext('id') */
  PalExpr *expr;        /* (owned) (nullable): any other ref */
  const char *form;     /* (nullable): which value: NULL or "guidance" */
} PalText;

typedef enum
{
  PAL_EVENT_FIRST_LOAD = 1 << 0,
  PAL_EVENT_NEW_REPEAT = 1 << 1,
  PAL_EVENT_VALUE_CHANGED = 1 << 2,
  PAL_EVENT_LOAD = 1 << 3
} PalEvents;

typedef struct
{
  PalEvents events;
  PalFormNode *scope;   /* (nullable): the node of the control or repeat in which it is nested */
  PalFormNode *target;  /* the definition that target selects */
  PalExpr *target_expr; /* (owned): the path, for its predicates and rows */
  PalExpr *value;       /* (owned) (nullable): else text */
  char *text;           /* (owned) (nullable) */
  guint32 line;
} PalAction;

typedef struct _PalDefinition PalDefinition;

/* A node's definition with what only we need. */
struct _PalDefinition
{
  PalFormNode public;

  const char *prefix;      /* (interned) (nullable) */
  const char *uri;         /* (interned) (nullable): default namespaces are taken off (T13) */
  const char *default_uri; /* (interned) (nullable): what was taken off, save that of XForms */
  PalFormNode *repeat;     /* (nullable): the innermost repeat around it, itself included */
  guint n_repeats;         /* how many repeats there are on the way, itself included */
  guint end;               /* definitions from index up to here are itself and all below */
  gboolean is_leaf;
  gboolean is_multiple; /* it may be there more than once, or not at all */
  PalNode *prototype;   /* (unowned): in the form's document: the template, else the first */
  guint32 bind_line;    /* 0: none */
  GArray *dependents;   /* (owned) (nullable) (element-type PalDependent) */
  GPtrArray *actions;   /* (owned) (nullable) (element-type PalAction), unowned: for its events */
  int slots[PAL_N_SLOT_KINDS]; /* -1: none */
  GHashTable *by_name;         /* (owned) (nullable): children by local name when they are many */
  PalDefinition *next_alike;   /* the next child of that local name, in another namespace */
  PalText required_message;
  PalText constraint_message;
};

typedef struct
{
  PalText label;
  char *value; /* (owned) */
} PalItem;

typedef struct
{
  PalFormControl public;

  PalFormNode *context; /* the node of itself, or of the nearest control around it that has one */
  PalText label;
  PalText hint;
  PalText guidance;
  GPtrArray *items; /* (owned) (nullable) (element-type PalItem) */
  PalExpr *itemset; /* (owned) (nullable) */
  PalExpr *item_value;
  PalExpr *item_label;     /* (nullable) */
  gboolean label_is_itext; /* label ref="jr:itext(path)": item_label is the path */
} PalControl;

/* A secondary instance. */
typedef struct
{
  char *id;
  char *source;          /* (nullable): its URI when it is external */
  gboolean is_absent;    /* external, and nobody attached it */
  PalDocument *document; /* (owned) */
  PalNode *root;         /* its document element; instance('id') is what it stands in */
} PalInstance;

typedef struct _PalFormTexts PalFormTexts;

struct _PalForm
{
  gatomicrefcount ref_count;
  GBytes *source;
  char *name; /* for messages */
  char *id;
  char *version;
  char *title;
  GPtrArray *notes;

  PalDocument *document; /* the form as read; texts stay in it */
  GStringChunk *strings;
  GHashTable *expressions; /* source -> PalExpr: equal expressions are compiled once */

  PalNode *primary;       /* in document */
  const char *primary_id; /* (nullable): id of the instance element */
  PalFormNode *root;
  GPtrArray *nodes;    /* (element-type PalFormNode), document order, the root first */
  GHashTable *by_path; /* path -> PalFormNode */
  GHashTable *binds;   /* id of a bind -> PalFormNode */
  GHashTable *renamed; /* older path -> PalFormNode: the rename map */

  GPtrArray *controls;     /* (element-type PalFormControl): top level */
  GPtrArray *all_controls; /* (owned), document order */
  guint n_questions;

  GPtrArray *languages;
  guint default_language;
  GHashTable *text_ids;    /* id -> index + 1 */
  GPtrArray *translations; /* one a language: (element-type PalNode): by index, NULL where absent */
  GPtrArray *left_out;     /* (owned) (nullable): one a language, of pal-form-left-out.c */
  PalFormTexts *texts;     /* (owned) (nullable), atomic: read anew, of pal-form-renew.c */
  GHashTable *outputs;     /* output element -> PalExpr */
  GHashTable *texts_with_outputs; /* itext id -> GPtrArray of PalExpr */

  GHashTable *instances; /* id -> PalInstance */
  GPtrArray *actions;    /* (owned) (element-type PalAction) */

  GArray *slots; /* (element-type PalSlot) */
};

static inline PalDefinition *
pal_definition (PalFormNode *node)
{
  return (PalDefinition *) node;
}

static inline PalControl *
pal_control (PalFormControl *control)
{
  return (PalControl *) control;
}

static inline PalDefinition *
pal_form_get_definition (PalForm *self, guint index)
{
  return g_ptr_array_index (self->nodes, index);
}

static inline PalSlot *
pal_form_get_slot (PalForm *self, guint index)
{
  return &g_array_index (self->slots, PalSlot, index);
}

/* The reader at work; pal-form-load.c and its neighbours. */
typedef struct
{
  PalForm *form;
  GPtrArray *problems;     /* (element-type utf8): "name:line: reason" */
  PalFormError code;       /* of the first */
  GHashTable *attachments; /* (nullable) */
  guint n_unsaid;          /* notes that there was no room for */
} PalFormReader;

void pal_form_reader_refuse (PalFormReader *reader, PalFormError code, guint32 line,
                             const char *format, ...) G_GNUC_PRINTF (4, 5);
void pal_form_reader_note (PalFormReader *reader, guint32 line, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
gboolean pal_form_reader_is_full (PalFormReader *reader);
/* NULL when there is nothing to compile, or when it was refused. at: for prefixes and the line. */
PalExpr *
pal_form_reader_compile (PalFormReader *reader, const char *source, PalNode *at, const char *what);
PalDefinition *
pal_form_reader_new_definition (PalFormReader *reader, PalDefinition *parent, PalNode *prototype);
PalControl *pal_form_reader_new_control (PalFormReader *reader);
PalItem *pal_control_new_item (PalControl *self);
const char *pal_form_reader_keep (PalFormReader *reader, const char *text);
/* Predicates are passed over. at: (nullable): where the path stands, for its prefixes. */
PalFormNode *
pal_form_resolve_path (PalForm *self, const char *path, PalFormNode *from, PalNode *at);
PalFormNode *pal_form_find_child (PalFormNode *parent, const char *local, const char *uri,
                                  gboolean is_attribute);

/* pal-form-model.c */
void pal_form_read_model (PalFormReader *reader, PalNode *model);
void pal_form_read_bind_ids (PalFormReader *reader, PalNode *model);
void pal_form_read_binds (PalFormReader *reader, PalNode *model);
/* pal-form-renames.c */
void pal_form_read_renames (PalFormReader *reader);
/* pal-form-body.c */
void pal_form_read_body (PalFormReader *reader, PalNode *body);
void pal_form_read_action (PalFormReader *reader, PalNode *element, PalFormNode *scope,
                           gboolean in_repeat);
gboolean pal_form_is_action (PalNode *element);
/* pal-form-instance.c */
void pal_form_read_secondary (PalFormReader *reader, PalNode *instance);
void pal_instance_free (PalInstance *instance);
/* pal-form-text.c */
void pal_form_read_itext (PalFormReader *reader, PalNode *itext);
void pal_form_read_text (PalFormReader *reader, PalText *text, PalNode *element, const char *ref);
void pal_form_read_message (PalFormReader *reader, PalText *text, const char *source, PalNode *at);
gboolean pal_text_is_there (PalText *text);
void pal_text_clear (PalText *text);
guint pal_form_find_language (PalForm *self, const char *language);
PalNode *pal_form_find_itext (PalForm *self, guint language, const char *id, const char *form);
PalText *pal_form_get_text (PalFormControl *control, PalTextKind kind);
/* Calls fill for each output; NULL puts a dash in its place. */
typedef char *(*PalFillOutput) (PalExpr *expr, gpointer user_data);
char *pal_form_fill (PalForm *self, PalNode *element, PalFillOutput fill, gpointer user_data);
char *pal_form_strip_markup (const char *text);
/* pal-form-left-out.c */
GBytes *pal_form_dup_without_languages (PalForm *self);
PalNode *pal_form_find_left_out (PalForm *self, guint language, const char *id);
/* pal-form-renew.c */
void pal_form_texts_free (PalFormTexts *self);
GPtrArray *pal_form_texts_get_languages (PalFormTexts *self);
PalNode *pal_form_texts_find (PalFormTexts *self, guint language, const char *id, const char *form);
PalExpr *pal_form_texts_find_output (PalFormTexts *self, PalNode *output);
/* pal-form-strange.c */
void pal_form_note_strange (PalFormReader *reader, PalNode *top);
/* pal-form-graph.c */
void pal_form_build_graph (PalFormReader *reader);

typedef void (*PalReferenceFunc) (PalFormNode *target, guint n_shared, gboolean is_weak,
                                  gpointer user_data);
/* Calls func for each definition that expr, evaluated on a node of context, reads. FALSE when some
 * reference to the record leads nowhere; unresolved then is its place in the source. */
gboolean pal_form_visit_references (PalForm *self, PalExpr *expr, PalFormNode *context,
                                    PalReferenceFunc func, gpointer user_data,
                                    PalExprReference **unresolved);
void pal_form_visit_item_references (PalForm *self, PalExpr *expr, PalFormNode *item,
                                     PalReferenceFunc func, gpointer user_data);
/* Whether a reference is to the record itself, not to another instance. */
gboolean pal_form_is_primary (PalForm *form, PalExprReference *ref);

static inline guint
pal_form_count_repeats (PalFormNode *node)
{
  return node != NULL ? pal_definition (node)->n_repeats : 0;
}

G_END_DECLS
