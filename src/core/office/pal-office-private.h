// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-office.h"

#include "pal-kit-private.h"

G_BEGIN_DECLS

/* pal-office.c knows the formats. -model.c lays the form out for a reader of paper, with the words
 * of -words.c; -xlsx.c, -docx.c and -pdf.c write what it says. -xlsx-read.c and -docx-read.c find
 * answers in what comes back, and -answers.c makes of them what a kit saves. */

#define PAL_OFFICE_MAX_BYTES PAL_KIT_MAX_BYTES /* of a file that comes back */
#define PAL_OFFICE_IDENTITY "palermo-kit"      /* how the line begins that tells a kit */
#define PAL_OFFICE_TEXTS "palermo-texts"       /* ... and one that tells our texts from others */
#define PAL_OFFICE_MAX_ANSWERS 100000          /* in one file, read or not */

/* --- pal-office-words.c: what the twins say themselves, in the language of the order */

typedef enum
{
  PAL_OFFICE_WORD_STATE, /* "State under review: %s" */
  PAL_OFFICE_WORD_HOW_TITLE,
  PAL_OFFICE_WORD_HOW_XLSX, /* where one writes, one for each format */
  PAL_OFFICE_WORD_HOW_DOCX,
  PAL_OFFICE_WORD_HOW_PDF,
  PAL_OFFICE_WORD_HOW_SEND,    /* to whom it goes back, of a file */
  PAL_OFFICE_WORD_HOW_RETURN,  /* the same for sheets of paper */
  PAL_OFFICE_WORD_HOW_SEVERAL, /* several answers to one question */
  PAL_OFFICE_WORD_HOW_TICK,    /* the same on paper */
  PAL_OFFICE_WORD_HOW_DATE,
  PAL_OFFICE_WORD_HOW_FILE, /* beside a question for a file */
  PAL_OFFICE_WORD_HOW_CODE, /* do not change the codes */
  PAL_OFFICE_WORD_CODE,     /* heads of columns */
  PAL_OFFICE_WORD_QUESTION,
  PAL_OFFICE_WORD_HELP,
  PAL_OFFICE_WORD_ANSWER,
  PAL_OFFICE_WORD_NUMBER,
  PAL_OFFICE_WORD_REQUIRED, /* "(required)" */
  PAL_OFFICE_WORD_CHOOSE,   /* "Choose…" */
  PAL_OFFICE_WORD_ENTRY,    /* "Entry %d" */
  PAL_OFFICE_WORD_ENTRIES,  /* that rows may stay empty, and more may be added */
  PAL_OFFICE_WORD_CONTEXT,  /* head of the questions that the State answers */
  PAL_OFFICE_WORD_CONTEXT_HINT,
  PAL_OFFICE_N_WORDS
} PalOfficeWord;

const char *pal_office_get_english (PalOfficeWord word);

/* --- pal-office-model.c */

typedef enum
{
  PAL_OFFICE_TEXT,
  PAL_OFFICE_LONG, /* several lines */
  PAL_OFFICE_NUMBER,
  PAL_OFFICE_DATE,
  PAL_OFFICE_ONE,  /* one of the choices */
  PAL_OFFICE_MANY, /* any number of them */
  PAL_OFFICE_FILE
} PalOfficeKind;

/* Fields are for reading, here and below. */
typedef struct
{
  PalFormNode *node; /* (unowned) */
  char *code;        /* "about.state": what a reader knows it by */
  char *label;
  char *hint;  /* (nullable) */
  char *first; /* (nullable): what stands there already, as people read it */
  PalOfficeKind kind;
  gboolean is_required;
  GPtrArray *choices; /* (nullable) (element-type PalKitChoice): no two with the same label */
} PalOfficeField;

typedef enum
{
  PAL_OFFICE_HEADING, /* text: of a group */
  PAL_OFFICE_NOTE,    /* text */
  PAL_OFFICE_QUESTION,
  PAL_OFFICE_TABLE /* a repeat; text: its title */
} PalOfficeItemKind;

typedef struct
{
  PalOfficeItemKind kind;
  char *text;            /* (nullable) */
  PalOfficeField *field; /* (nullable): of a question */
  char *code;            /* (nullable): of a table: "points.point" */
  GPtrArray *columns;    /* (nullable): of a table: (element-type PalOfficeItem): what each row
                          * asks: headings, notes and questions */
} PalOfficeItem;

typedef struct
{
  char *title;
  GPtrArray *items; /* (element-type PalOfficeItem) */
} PalOfficePage;

typedef struct
{
  const PalKitOrder *order; /* (unowned) */
  char *language;           /* "zh_CN" */
  char *tag;                /* "zh-CN", for file formats */
  const char *own;          /* (unowned) (nullable): the form's name of the language */
  gboolean is_right_to_left;
  char *title;
  char *state;             /* (nullable): "State under review: …" */
  char *identity;          /* one line that stands in the file, visible */
  PalCatalogue *catalogue; /* (owned) (nullable) */
  GPtrArray *pages;        /* (element-type PalOfficePage) */
  GString *texts;          /* digests of texts of ours, one behind the other */
  GPtrArray *articles;     /* (element-type PalKitArticle): what the input is about */
} PalOfficeModel;

PalOfficeModel *
pal_office_model_new (const PalKitOrder *order, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_office_model_free (PalOfficeModel *self);
/* A word in the language of the model. */
const char *pal_office_model_get_word (PalOfficeModel *self, PalOfficeWord word);
char *pal_office_model_dup_entry (PalOfficeModel *self, guint number); /* "Entry 3" */
/* A text of ours that is written into the file: when the file comes back, it is nobody's answer. */
void pal_office_model_note_text (PalOfficeModel *self, const char *text);
/* (element-type utf8): lines to be kept in the file, out of sight, for that. */
GPtrArray *pal_office_model_dup_texts (PalOfficeModel *self);
/* What a cell or field shows for one of the choices. */
const char *pal_office_field_get_choice (PalOfficeField *self, const char *value);

/* The code of a node of a form; of a question in row n of a table, and back. "#" stands in no code:
 * "points.point.text#3". */
char *pal_office_dup_code (PalForm *form, PalFormNode *node);
char *pal_office_dup_row_code (const char *code, guint row);
/* (nullable): the node of a code, with or without its row, in this or another version of the form.
 * row: (out) (nullable): the text behind "#", NULL without one. */
PalFormNode *pal_office_find_code (PalForm *form, const char *code, char **row);

/* --- pal-office-own.c: what we wrote ourselves. own: (element-type utf8): digests */

/* What is kept of a text of ours: eight digits, whatever the spaces in it. */
char *pal_office_dup_text_digest (const char *text);
/* Whether a text is one of pal_office_model_dup_texts(); its digests are added then. */
gboolean pal_office_own_take (GHashTable *own, const char *text);
/* code: (nullable): of the language that the file says it is in. */
void pal_office_own_guess (GHashTable *own, PalForm *form, const char *code);

/* --- pal-office-answers.c: answers that were found in a file */

typedef struct _PalOfficeAnswers PalOfficeAnswers;

PalOfficeAnswers *pal_office_answers_new (PalForm *form);
void pal_office_answers_free (PalOfficeAnswers *self);
/* Whether a text is PalOfficeModel.identity, wherever it stood; it is kept then. */
gboolean pal_office_answers_take_identity (PalOfficeAnswers *self, const char *text);
/* Whether a text is one of pal_office_model_dup_texts(); it is kept then. */
gboolean pal_office_answers_take_texts (PalOfficeAnswers *self, const char *text);
/* Whether we wrote it ourselves, as far as the file still tells. */
gboolean pal_office_answers_is_own (PalOfficeAnswers *self, const char *text);
/* Whether the file does not tell, so that what we wrote about the questionnaire is not known. */
gboolean pal_office_answers_is_guessing (PalOfficeAnswers *self);
/* Text that stands where no answer does: a remark, unless it is our own or none. */
void pal_office_answers_add_loose (PalOfficeAnswers *self, const char *text);
/* (nullable): the node of the form with this code; quick for texts that are none. */
PalFormNode *pal_office_answers_find (PalOfficeAnswers *self, const char *code);
/* (nullable): the language that the file says it is in. */
const char *pal_office_answers_get_language (PalOfficeAnswers *self);
PalForm *pal_office_answers_get_form (PalOfficeAnswers *self);
/* code: with its row ("#3"), or a code in a row that row names: (nullable): any text that tells it
 * from other rows of its table. A code that the form does not have becomes a remark with the text.
 * text: (nullable): nothing is done when there is none. */
void pal_office_answers_add (PalOfficeAnswers *self, const char *code, const char *row,
                             const char *text);
/* A row that was added by hand: it has no number of ours. code: of its table, or of a question in
 * it; its name must not be a number. */
void pal_office_answers_add_new_row (PalOfficeAnswers *self, const char *code, const char *row);
void pal_office_answers_remark (PalOfficeAnswers *self, PalKitRemarkKind kind, const char *code,
                                const char *text);
/* Something that lay in the file; it gets a remark. */
void pal_office_answers_add_file (PalOfficeAnswers *self, const char *name, const char *media_type,
                                  GBytes *bytes);
/* bytes: the file. errors: PAL_KIT_ERROR_OTHER when there was neither an identity nor a code of the
 * form in it. */
PalKitInput *pal_office_answers_finish (PalOfficeAnswers *self, GBytes *bytes, GError **error);

/* --- the formats */

GBytes *pal_office_xlsx_make (PalOfficeModel *model, GError **error);
GBytes *pal_office_docx_make (PalOfficeModel *model, GError **error);
GBytes *pal_office_pdf_make (PalOfficeModel *model, GError **error);
gboolean pal_office_xlsx_read (PalOfficeAnswers *answers, GBytes *bytes, GError **error);
gboolean pal_office_docx_read (PalOfficeAnswers *answers, GBytes *bytes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalOfficeModel, pal_office_model_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalOfficeAnswers, pal_office_answers_free)

G_END_DECLS
