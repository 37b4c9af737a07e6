// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-book.h"
#include "pal-messages.h"
#include "pal-xlsform.h"

G_BEGIN_DECLS

/* The stages: book -> tables (columns by their canonical names) -> rows with the template blocks
 * put in -> items (the tree of questions) -> XML. Everything made on the way belongs to the
 * compiler and lives until it goes. */

typedef struct _PalCompiler PalCompiler;
typedef struct _PalSurveyItem PalSurveyItem;

/* Canonical keys: "type", "label", "media::image", "bind::relevant", "body::appearance",
 * "instance::x"; in choices also the header as written. */
typedef struct
{
  const char *key; /* (interned) */
  char *language;  /* (nullable) */
  char *header;    /* as written */
} PalSheetColumn;

typedef struct
{
  const PalSheetColumn *column;
  char *text;
} PalSheetCell;

typedef struct
{
  const char *sheet;  /* (interned): its name as written */
  guint row;          /* 0 for what the compiler made */
  guint place;        /* counted from the row of headers, which is 1; for names that are made up */
  gboolean is_shared; /* of the shared workbook */
  GArray *cells;      /* (element-type PalSheetCell): in the order of the columns */
} PalEntry;

typedef struct
{
  const char *sheet;
  GPtrArray *columns; /* (element-type PalSheetColumn) (nullable elements) */
  GPtrArray *entries; /* (element-type PalEntry) */
} PalSheetTable;

/* A row of the survey, or of a template block that stands in it. */
typedef struct
{
  PalEntry *entry;
  const char *block; /* (interned) (nullable): name of the template block */
  PalEntry *used;    /* (nullable): the row of the survey that asked for the block */
} PalSurveyRow;

typedef enum
{
  PAL_TAG_NONE,
  PAL_TAG_INPUT,
  PAL_TAG_SELECT1,
  PAL_TAG_SELECT,
  PAL_TAG_RANK,
  PAL_TAG_UPLOAD,
  PAL_TAG_TRIGGER,
  PAL_TAG_RANGE
} PalTag;

typedef struct
{
  const char *word;
  PalTag tag;
  const char *bind_type;
  const char *bind_extra; /* (nullable): further attribute of the bind, "name=value" */
  const char *bind_more;  /* (nullable): one more */
  const char *media;      /* (nullable): mediatype of an upload */
  gboolean needs_text;    /* a label or a hint */
} PalQuestionType;

typedef enum
{
  PAL_SURVEY_ROOT,
  PAL_SURVEY_GROUP,
  PAL_SURVEY_REPEAT,
  PAL_SURVEY_QUESTION
} PalSurveyItemKind;

struct _PalSurveyItem
{
  PalSurveyItemKind kind;
  char *name;
  PalEntry *entry;             /* (nullable): of the survey itself */
  const char *block;           /* (interned) (nullable) */
  PalSurveyItem *parent;       /* (nullable) */
  GPtrArray *children;         /* (element-type PalSurveyItem) */
  char *path;                  /* "/data/group/name" */
  guint depth;                 /* 0 for the survey */
  const PalQuestionType *type; /* (nullable): of questions */
  char *list;                  /* (nullable): choice list, or id of the external instance */
  char *file;                  /* (nullable): of select_one_from_file */
  char *source;                /* (nullable): question whose answers are the choices */
  GHashTable *parameters;      /* (nullable) */
  GPtrArray *triggered; /* (nullable) (element-type PalSurveyItem): set when this one changes */
  gboolean has_trigger;
  gboolean is_meta;
  gboolean is_table; /* a group with the appearance "table-list" */
  gboolean in_table; /* a question whose choices stand in the head of such a group */
};

typedef struct
{
  char *name;
  GPtrArray *entries; /* (element-type PalEntry) */
  gboolean has_itext;
  gboolean has_other;
  gboolean is_asked; /* by a question of this form */
} PalChoiceList;

typedef struct
{
  char *id;
  char *source;              /* (nullable): src */
  const PalChoiceList *list; /* (nullable) */
} PalSecondary;

#define PAL_ITEXT_TITLE "form-title" /* as in pal-form.c */

typedef struct
{
  char *language;
  const char *form; /* (nullable): "image", "guidance", ... */
  char *text;
} PalItextValue;

typedef struct
{
  char *id;
  PalSurveyItem *item; /* (nullable): where references in the text start */
  PalEntry *entry;     /* for messages */
  char *context;       /* (nullable): msgctxt without the kind */
  const char *kind;    /* (nullable): "label", "hint", ... */
  GArray *values;      /* (element-type PalItextValue) */
} PalItext;

struct _PalCompiler
{
  PalBook *book;
  GPtrArray *columns; /* pools */
  GPtrArray *entries;
  GPtrArray *tables;
  GPtrArray *items;
  GPtrArray *warnings;
  gsize path_bytes; /* of all items */
  gsize loop_bytes; /* of the texts that loops have made */

  GHashTable *settings; /* canonical key -> text */
  PalEntry *settings_entry;
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
  PalSurveyItem *root;
  GHashTable *names; /* name -> GPtrArray of PalSurveyItem */
  GHashTable *repeat_names;
  GPtrArray *secondaries;
  GHashTable *secondary_ids; /* id -> PalSecondary */
  GHashTable *externals;     /* names of the files that rows of their own bring */
  GHashTable *prefixes;      /* prefix -> URI */
  GPtrArray *prefix_order;

  GPtrArray *catalogues; /* (element-type PalMessages) */
  GPtrArray *languages;  /* (element-type utf8): in the order of their translations */
  GHashTable *texts;     /* id -> PalItext */
  GPtrArray *text_order;
};

/* pal-xlsform.c */
PalCompiler *pal_compiler_new (const char *path);
void pal_compiler_free (PalCompiler *self);
gboolean pal_compiler_load (PalCompiler *self, const char *path, const char *shared_path,
                            gboolean blocks_alone, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCompiler, pal_compiler_free)

/* pal-xlsform-shared.c */
typedef struct
{
  PalSheetTable *templates; /* (nullable) */
  PalSheetTable *choices;   /* (nullable) */
} PalShared;
gboolean
pal_shared_read (PalCompiler *compiler, const char *path, PalShared *shared, GError **error);
gboolean pal_shared_read_catalogues (PalCompiler *compiler, const char *path, GError **error);
PalSheetTable *pal_shared_make_survey (PalCompiler *compiler, const PalSheetTable *templates);

/* pal-xlsform-table.c */
PalSheetTable *pal_sheet_table_read (PalCompiler *compiler, PalBookSheet *sheet,
                                     gboolean is_choices, GError **error);
const char *pal_entry_get (const PalEntry *self, const char *key);
const PalSheetCell *
pal_entry_get_cell (const PalEntry *self, const char *key, const char *language);
gboolean pal_entry_has (const PalEntry *self, const char *key); /* in any language */
gboolean pal_entry_is_translated (const PalEntry *self, const char *key);
PalEntry *pal_entry_new (PalCompiler *compiler, const PalEntry *like);
void pal_entry_set (PalCompiler *compiler, PalEntry *self, const char *key, const char *language,
                    const char *text);
gboolean pal_sheet_fail (GError **error, const PalEntry *entry, const char *column,
                         const char *format, ...) G_GNUC_PRINTF (4, 5);
void pal_sheet_warn (PalCompiler *compiler, const PalEntry *entry, const char *column,
                     const char *format, ...) G_GNUC_PRINTF (4, 5);
gboolean
pal_sheet_check_cell (const PalEntry *entry, const char *column, const char *text, GError **error);
gboolean pal_sheet_is_name (const char *text);
gboolean pal_sheet_is_qualified_name (const char *text);
gboolean pal_sheet_is_yes (const char *text);
gboolean pal_sheet_is_no (const char *text);
gboolean pal_sheet_is_number (const char *text, double *value);

/* pal-xlsform-settings.c */
gboolean pal_sheet_settings_read (PalCompiler *compiler, PalBookSheet *sheet, GError **error);
gboolean pal_sheet_settings_check_prefix (PalCompiler *compiler, const PalEntry *entry,
                                          const char *column, const char *name, GError **error);

/* pal-xlsform-template.c */
GArray *pal_template_expand (PalCompiler *compiler, PalSheetTable *survey, PalSheetTable *templates,
                             PalSheetTable *shared, GError **error);

/* pal-xlsform-types.c */
const PalQuestionType *pal_question_type_find (const char *word);
char *pal_type_normalise (const char *text);
const char *
pal_type_split_select (const char *word, const PalQuestionType **type, gboolean *is_file);
const char *pal_question_type_get_hint (const PalQuestionType *self);

/* pal-xlsform-parameters.c */
gboolean pal_parameters_read (PalCompiler *compiler, PalSurveyItem *item, GError **error);
gboolean pal_range_check (PalCompiler *compiler, PalSurveyItem *item, GError **error);

/* pal-xlsform-choices.c */
gboolean pal_choices_read (PalCompiler *compiler, PalSheetTable *table, GError **error);
PalChoiceList *pal_choices_find (PalCompiler *compiler, const char *name);
gboolean pal_choices_are_left_out (const PalChoiceList *list);
void pal_choices_add_other (PalCompiler *compiler, PalChoiceList *list);
gboolean pal_secondaries_collect (PalCompiler *compiler, GError **error);

/* pal-xlsform-survey.c */
gboolean pal_survey_build (PalCompiler *compiler, GArray *rows, GError **error);
PalSurveyItem *
pal_survey_add_made (PalCompiler *compiler, PalSurveyItem *parent, const PalEntry *like,
                     const char *type, const char *name, ...) G_GNUC_NULL_TERMINATED;
void pal_survey_item_move_up (PalSurveyItem *self);
gboolean pal_survey_item_is_shown (const PalSurveyItem *self);
gboolean pal_survey_item_in_repeat (const PalSurveyItem *self);

/* pal-xlsform-select.c */
gboolean pal_select_read (PalCompiler *compiler, PalSurveyItem *item, const char *word,
                          gboolean *or_other, GError **error);
gboolean pal_select_add_other (PalCompiler *compiler, PalSurveyItem *item, GError **error);
gboolean pal_select_resolve (PalCompiler *compiler, PalSurveyItem *item, GError **error);
void pal_table_begin (PalCompiler *compiler, PalSurveyItem *group);
gboolean
pal_table_add (PalCompiler *compiler, PalSurveyItem *select, const char **list, GError **error);

/* pal-xlsform-loop.c */
PalEntry *pal_loop_fill_in (PalCompiler *compiler, const PalEntry *like, const PalEntry *choice,
                            GError **error);

/* pal-xlsform-trigger.c */
gboolean pal_survey_resolve (PalCompiler *compiler, GError **error);

/* pal-xlsform-reference.c */
typedef enum
{
  PAL_REFERENCE_DEFAULT = 0,
  PAL_REFERENCE_IN_PREDICATE = 1 << 0, /* the whole text stands in a predicate */
} PalReferenceFlags;
PalSurveyItem *pal_reference_find (PalCompiler *compiler, PalSurveyItem *from, const char *name,
                                   const PalEntry *entry, const char *column, GError **error);
char *pal_reference_path (PalSurveyItem *from, PalSurveyItem *target);
char *pal_reference_itemset_path (PalSurveyItem *from, PalSurveyItem *repeat);
char *pal_expression_expand (PalCompiler *compiler, PalSurveyItem *from, const char *text,
                             PalReferenceFlags flags, PalSurveyItem *within, const PalEntry *entry,
                             const char *column, GError **error);
gboolean pal_expression_is_dynamic (const char *text, const char *bind_type);
gboolean pal_label_has_reference (const char *text);
gboolean
pal_label_append_markup (PalCompiler *compiler, PalSurveyItem *from, const char *text, GString *out,
                         const PalEntry *entry, const char *column, GError **error);
GPtrArray *pal_reference_names (const char *text);
gboolean
pal_reference_check (const PalEntry *entry, const char *column, const char *text, GError **error);

/* pal-xlsform-itext.c */
gboolean pal_itext_collect (PalCompiler *compiler, GError **error);
gboolean pal_itext_write (PalCompiler *compiler, GString *out, GError **error);
gboolean pal_itext_needs (PalCompiler *compiler, const PalSurveyItem *item, const char *key);
char *pal_itext_id (const PalSurveyItem *item, const char *kind);
char *pal_itext_context (const PalSurveyItem *item);

/* pal-xlsform-write.c */
gboolean pal_xform_write (PalCompiler *compiler, GString *out, GError **error);
gboolean pal_xform_check_size (const GString *out, GError **error);
void pal_markup_append_escaped (GString *out, const char *text, gboolean is_attribute);
void pal_markup_append_attribute (GString *out, const char *name, const char *value);

/* pal-xlsform-body.c */
gboolean pal_body_write (PalCompiler *compiler, GString *out, GError **error);
gboolean
pal_setvalue_append (PalCompiler *compiler, GString *out, PalSurveyItem *item, const char *event,
                     const char *expression, const char *column, GError **error);

G_END_DECLS
