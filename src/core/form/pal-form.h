// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-expr.h"
#include "pal-node.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A form: definition, immutable after load save for its texts, may be shared between threads
 * (ref-counted atomically). */

#define PAL_FORM_ERROR (pal_form_error_quark ())
typedef enum
{
  PAL_FORM_ERROR_MALFORMED,  /* not XML, or not an XForm */
  PAL_FORM_ERROR_OUTSIDE,    /* needs something outside the profile */
  PAL_FORM_ERROR_EXPRESSION, /* an expression does not compile, an unknown function */
  PAL_FORM_ERROR_REFERENCE,  /* an unresolved path, two controls on one node */
  PAL_FORM_ERROR_CYCLE,      /* values that depend on themselves */
  PAL_FORM_ERROR_LIMIT
} PalFormError;
GQuark pal_form_error_quark (void);

typedef struct _PalForm PalForm;
typedef struct _PalFormNode PalFormNode;
typedef struct _PalFormControl PalFormControl;

typedef enum
{
  PAL_TYPE_STRING,
  PAL_TYPE_INTEGER,
  PAL_TYPE_DECIMAL,
  PAL_TYPE_BOOLEAN,
  PAL_TYPE_DATE,
  PAL_TYPE_TIME,
  PAL_TYPE_DATE_TIME,
  PAL_TYPE_BINARY,
  PAL_TYPE_OTHER
} PalType;

typedef enum
{
  PAL_CONTROL_GROUP,
  PAL_CONTROL_REPEAT,
  PAL_CONTROL_INPUT,
  PAL_CONTROL_SELECT_ONE,
  PAL_CONTROL_SELECT_MANY,
  PAL_CONTROL_RANK,
  PAL_CONTROL_RANGE,
  PAL_CONTROL_UPLOAD,
  PAL_CONTROL_TRIGGER
} PalControlKind;

typedef enum
{
  PAL_TEXT_LABEL,
  PAL_TEXT_HINT,
  PAL_TEXT_GUIDANCE,
  PAL_TEXT_REQUIRED_MESSAGE,
  PAL_TEXT_CONSTRAINT_MESSAGE
} PalTextKind;

/* One node of the record, once for all rows of a repeat. Fields are for reading. */
struct _PalFormNode
{
  const char *path;  /* "/data/law/title": the generic path, no positions */
  const char *local; /* (interned) */
  PalFormNode *parent;
  GPtrArray *children; /* (element-type PalFormNode) */
  guint index;         /* place in the form's node table */
  guint32 line;

  gboolean is_repeat;
  gboolean is_attribute;
  PalType type;
  char *type_name;   /* (nullable): as written */
  PalExpr *relevant; /* (nullable), likewise below */
  PalExpr *required;
  PalExpr *readonly;
  PalExpr *constraint;
  PalExpr *calculate;
  PalExpr *count;          /* jr:count of a repeat */
  gboolean no_add_remove;  /* jr:noAddRemove */
  char *preload;           /* (nullable) */
  char *preload_params;    /* (nullable) */
  PalFormControl *control; /* (nullable): the body control that edits it */

  /* Our own namespace (form-profile 1.4); (nullable). */
  char *ref;        /* instrument, article, paragraph: "untoc:5.1.a" */
  char *obligation; /* shall, consider, may */
  char *needs;      /* applicability key: trafficking, smuggling, firearms, not-uncac */
  char *link;       /* the same matter elsewhere */
  char *cluster;
  char *was; /* the rename map: older paths of this node, separated by spaces */
};

/* One control of the body, in the order of the page. Fields are for reading. */
struct _PalFormControl
{
  PalControlKind kind;
  PalFormNode *node; /* (nullable): a presentation group has none */
  PalFormControl *parent;
  GPtrArray *children; /* (element-type PalFormControl) */
  char *appearance;    /* (nullable): words separated by spaces */
  char *media_type;    /* (nullable): of an upload */
  double range_start, range_end, range_step;
  guint32 line;
};

PalForm *pal_form_load (GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalForm *pal_form_load_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* attachments: (nullable) (element-type utf8 GBytes): content by URI (jr://file-csv/fruits.csv). */
/* Changes the texts of a form between its parsing and its reading; called in whatever thread loads.
 * The form's source stays as it is. */
typedef void (*PalFormTranslator) (PalDocument *document, gpointer user_data);
/* For every form loaded from now on; once, before the first. */
void pal_form_set_translator (PalFormTranslator translator, gpointer user_data);
PalForm *pal_form_load_translated (GBytes *bytes, const char *name, PalFormTranslator translator,
                                   gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalForm *pal_form_load_full (GBytes *bytes, const char *name, GHashTable *attachments,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, with all that is wrong: (element-type utf8): "name:line: reason". */
PalForm *pal_form_load_listing (GBytes *bytes, const char *name, GHashTable *attachments,
                                GPtrArray **problems, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalForm *pal_form_ref (PalForm *self);
void pal_form_unref (PalForm *self);

const char *pal_form_get_id (PalForm *self);
const char *pal_form_get_version (PalForm *self); /* "" when there is none */
const char *pal_form_get_title (PalForm *self);
GBytes *pal_form_get_source (PalForm *self);   /* as loaded */
GPtrArray *pal_form_get_notes (PalForm *self); /* (element-type utf8): beyond the profile */
guint pal_form_get_n_questions (PalForm *self);

GPtrArray *pal_form_get_languages (PalForm *self); /* (element-type utf8): as written */
/* other: the same source, read again when people here had translated more of it. */
void pal_form_take_texts (PalForm *self, PalForm *other);
const char *pal_form_get_default_language (PalForm *self);
/* The form's language that fits a code such as "ar" or "pt-BR", or NULL. */
const char *pal_form_match_language (PalForm *self, const char *code);

PalFormNode *pal_form_get_root (PalForm *self);
GPtrArray *pal_form_get_nodes (PalForm *self); /* all, document order */
PalFormNode *pal_form_find_node (PalForm *self, const char *generic_path);
GPtrArray *pal_form_get_controls (PalForm *self); /* top level of the body */

char *pal_form_dup_title (PalForm *self, const char *language) G_GNUC_WARN_UNUSED_RESULT;

/* Static text without outputs filled in; pal_response_dup_text() fills them. */
char *pal_form_dup_text (PalForm *self, PalFormControl *control, PalTextKind kind,
                         const char *language) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_form_control_has_appearance (PalFormControl *self, const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalForm, pal_form_unref)

G_END_DECLS
