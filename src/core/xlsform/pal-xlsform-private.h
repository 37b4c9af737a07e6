// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-book.h"
#include "pal-catalogue.h"
#include "pal-xlsform.h"

G_BEGIN_DECLS

/* The stages: book -> tables (columns by their canonical names) -> rows with the template blocks
 * put in -> items (the tree of questions) -> XML. Everything made on the way belongs to the
 * compiler and lives until it goes. */

typedef struct _PalCompiler PalCompiler;
typedef struct _PalItem PalItem;

/* Canonical keys: "type", "label", "media::image", "bind::relevant", "body::appearance",
 * "instance::x"; in choices also the header as written. */
typedef struct
{
  const char *key; /* (interned) */
  char *language;  /* (nullable) */
  char *header;    /* as written */
} PalColumn;

typedef struct
{
  const PalColumn *column;
  char *text;
} PalCell;

typedef struct
{
  const char *sheet; /* (interned): its name as written */
  guint row;         /* 0 for what the compiler made */
  GArray *cells;     /* (element-type PalCell): in the order of the columns */
} PalRecord;

typedef struct
{
  const char *sheet;
  GPtrArray *columns; /* (element-type PalColumn) (nullable elements) */
  GPtrArray *records; /* (element-type PalRecord) */
} PalTable;

/* A row of the survey, or of a template block that stands in it. */
typedef struct
{
  PalRecord *record;
  const char *block; /* (interned) (nullable): name of the template block */
  PalRecord *used;   /* (nullable): the row of the survey that asked for the block */
} PalRow;

typedef enum
{
  PAL_CONTROL_NONE,
  PAL_CONTROL_INPUT,
  PAL_CONTROL_SELECT1,
  PAL_CONTROL_SELECT,
  PAL_CONTROL_RANK,
  PAL_CONTROL_UPLOAD,
  PAL_CONTROL_TRIGGER,
  PAL_CONTROL_RANGE
} PalControl;

typedef struct
{
  const char *word;
  PalControl control;
  const char *bind_type;
  const char *bind_extra; /* (nullable): further attribute of the bind, "name=value" */
  const char *bind_more;  /* (nullable): one more */
  const char *media;      /* (nullable): mediatype of an upload */
  gboolean needs_text;    /* a label or a hint */
} PalQuestionType;

typedef enum
{
  PAL_ITEM_SURVEY,
  PAL_ITEM_GROUP,
  PAL_ITEM_REPEAT,
  PAL_ITEM_QUESTION
} PalItemKind;

struct _PalItem
{
  PalItemKind kind;
  char *name;
  PalRecord *record;           /* (nullable): of the survey itself */
  const char *block;           /* (interned) (nullable) */
  PalItem *parent;             /* (nullable) */
  GPtrArray *children;         /* (element-type PalItem) */
  char *path;                  /* "/data/group/name" */
  guint depth;                 /* 0 for the survey */
  const PalQuestionType *type; /* (nullable): of questions */
  char *list;                  /* (nullable): choice list, or id of the external instance */
  char *file;                  /* (nullable): of select_one_from_file */
  char *source;                /* (nullable): question whose answers are the choices */
  GHashTable *parameters;      /* (nullable) */
  GPtrArray *triggered;        /* (nullable) (element-type PalItem): set when this one changes */
  gboolean has_trigger;
  gboolean is_meta;
};

typedef struct
{
  char *name;
  GPtrArray *records; /* (element-type PalRecord) */
  gboolean has_itext;
  gboolean has_other;
} PalChoiceList;

typedef struct
{
  char *id;
  char *source;              /* (nullable): src */
  const PalChoiceList *list; /* (nullable) */
} PalSecondary;

typedef struct
{
  char *language;
  const char *form; /* (nullable): "image", "guidance", ... */
  char *text;
} PalTextValue;

typedef struct
{
  char *id;
  PalItem *item;     /* (nullable): where references in the text start */
  PalRecord *record; /* for messages */
  char *context;     /* (nullable): msgctxt without the kind */
  const char *kind;  /* (nullable): "label", "hint", ... */
  GArray *values;    /* (element-type PalTextValue) */
} PalText;

struct _PalCompiler
{
  PalBook *book;
  GPtrArray *columns; /* pools */
  GPtrArray *records;
  GPtrArray *tables;
  GPtrArray *items;
  GPtrArray *warnings;

  GHashTable *settings; /* canonical key -> text */
  PalRecord *settings_record;
  char *default_id;
  const char *root_name;
  const char *default_language;
  gboolean clean_spaces;
  gboolean has_templates;
  gboolean row_ids;
  gboolean starts_empty; /* repeats have no row at first */
  gboolean allow_duplicates;

  GHashTable *lists; /* name -> PalChoiceList */
  GPtrArray *list_order;
  PalItem *root;
  GHashTable *names; /* name -> GPtrArray of PalItem */
  GHashTable *repeat_names;
  GPtrArray *secondaries;
  GHashTable *externals; /* names of the files that rows of their own bring */
  GHashTable *prefixes;  /* prefix -> URI */
  GPtrArray *prefix_order;

  GPtrArray *catalogues; /* (element-type PalCatalogue) */
  GPtrArray *languages;  /* (element-type utf8): in the order of their translations */
  GHashTable *texts;     /* id -> PalText */
  GPtrArray *text_order;
};

/* pal-xlsform-table.c */
PalTable *
pal_table_read (PalCompiler *compiler, PalBookSheet *sheet, gboolean is_choices, GError **error);
const char *pal_record_get (const PalRecord *self, const char *key);
const PalCell *pal_record_get_cell (const PalRecord *self, const char *key, const char *language);
gboolean pal_record_has (const PalRecord *self, const char *key); /* in any language */
gboolean pal_record_is_translated (const PalRecord *self, const char *key);
PalRecord *pal_record_new (PalCompiler *compiler, const PalRecord *like);
void pal_record_set (PalCompiler *compiler, PalRecord *self, const char *key, const char *language,
                     const char *text);
gboolean pal_fail (GError **error, const PalRecord *record, const char *column, const char *format,
                   ...) G_GNUC_PRINTF (4, 5);
void pal_warn (PalCompiler *compiler, const PalRecord *record, const char *column,
               const char *format, ...) G_GNUC_PRINTF (4, 5);
gboolean pal_is_name (const char *text);
gboolean pal_is_qualified_name (const char *text);
gboolean pal_is_yes (const char *text);
gboolean pal_is_number (const char *text, double *value);

/* pal-xlsform-settings.c */
gboolean pal_settings_read (PalCompiler *compiler, PalBookSheet *sheet, GError **error);
gboolean pal_settings_check_prefix (PalCompiler *compiler, const PalRecord *record,
                                    const char *column, const char *name, GError **error);

/* pal-xlsform-template.c */
GArray *
pal_template_expand (PalCompiler *compiler, PalTable *survey, PalTable *templates, GError **error);

/* pal-xlsform-types.c */
const PalQuestionType *pal_question_type_find (const char *word);
char *pal_type_normalise (const char *text);
gboolean pal_parameters_read (PalItem *item, GError **error);
gboolean pal_range_check (PalCompiler *compiler, PalItem *item, GError **error);

/* pal-xlsform-choices.c */
gboolean pal_choices_read (PalCompiler *compiler, PalTable *table, GError **error);
PalChoiceList *pal_choices_find (PalCompiler *compiler, const char *name);
void pal_choices_add_other (PalCompiler *compiler, PalChoiceList *list);
gboolean pal_secondaries_collect (PalCompiler *compiler, GError **error);

/* pal-xlsform-survey.c */
gboolean pal_survey_build (PalCompiler *compiler, GArray *rows, GError **error);
gboolean pal_survey_resolve (PalCompiler *compiler, GError **error);
gboolean pal_item_is_shown (const PalItem *self);
gboolean pal_item_in_repeat (const PalItem *self);

/* pal-xlsform-reference.c */
typedef enum
{
  PAL_REFERENCE_DEFAULT = 0,
  PAL_REFERENCE_IN_PREDICATE = 1 << 0, /* the whole text stands in a predicate */
} PalReferenceFlags;
PalItem *pal_reference_find (PalCompiler *compiler, PalItem *from, const char *name,
                             const PalRecord *record, const char *column, GError **error);
char *pal_reference_path (PalItem *from, PalItem *target);
char *pal_reference_itemset_path (PalItem *from, PalItem *repeat);
char *pal_expression_expand (PalCompiler *compiler, PalItem *from, const char *text,
                             PalReferenceFlags flags, PalItem *within, const PalRecord *record,
                             const char *column, GError **error);
gboolean pal_expression_is_dynamic (const char *text, const char *bind_type);
gboolean pal_text_has_reference (const char *text);
gboolean
pal_text_append_markup (PalCompiler *compiler, PalItem *from, const char *text, GString *out,
                        const PalRecord *record, const char *column, GError **error);
GPtrArray *pal_reference_names (const char *text);

/* pal-xlsform-itext.c */
gboolean pal_itext_collect (PalCompiler *compiler, GError **error);
gboolean pal_itext_write (PalCompiler *compiler, GString *out, GError **error);
gboolean pal_itext_needs (PalCompiler *compiler, const PalItem *item, const char *key);
char *pal_itext_id (const PalItem *item, const char *kind);
char *pal_itext_context (const PalItem *item);

/* pal-xlsform-write.c */
gboolean pal_xform_write (PalCompiler *compiler, GString *out, GError **error);
void pal_xml_append_escaped (GString *out, const char *text, gboolean is_attribute);
void pal_xml_append_attribute (GString *out, const char *name, const char *value);

/* pal-xlsform-body.c */
gboolean pal_body_write (PalCompiler *compiler, GString *out, GError **error);
gboolean pal_setvalue_append (PalCompiler *compiler, GString *out, PalItem *item, const char *event,
                              const char *expression, const char *column, GError **error);

G_END_DECLS
