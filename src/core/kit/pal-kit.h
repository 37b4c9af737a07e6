// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A form that is filled in without Palermo: one page of HTML that holds everything and reaches
 * nowhere, and the small file that comes back from it. data/kit/README.md describes both. */

#define PAL_KIT_NS "https://palermo.app/ns/kit"

#define PAL_KIT_MAX_BYTES (24 * 1024 * 1024)      /* of a file that comes back */
#define PAL_KIT_MAX_ATTACHED (5 * 1024 * 1024)    /* what the page takes, all files together */
#define PAL_KIT_MAX_FILE_BYTES (16 * 1024 * 1024) /* what the reader takes, all files together */
#define PAL_KIT_MAX_FILES 100
#define PAL_KIT_MAX_ROWS 2000         /* of all repeats */
#define PAL_KIT_MAX_TEXT_BYTES 262144 /* of one answer */
#define PAL_KIT_MAX_REMARKS 500       /* listed; further ones are counted */

#define PAL_KIT_ERROR (pal_kit_error_quark ())
typedef enum
{
  PAL_KIT_ERROR_FORM,     /* the form has something that a page cannot do */
  PAL_KIT_ERROR_LANGUAGE, /* the form, or what the page says itself, is not in this language */
  PAL_KIT_ERROR_PAGE,     /* the page came back, not the file that it saves */
  PAL_KIT_ERROR_OTHER,    /* XML of something else */
  PAL_KIT_ERROR_BROKEN,   /* cut off, or no longer XML */
  PAL_KIT_ERROR_LIMIT     /* larger or deeper than the limits above */
} PalKitError;
GQuark pal_kit_error_quark (void);

/* --- making */

/* Everything is borrowed for the call. */
typedef struct
{
  PalForm *form;               /* what is filled in */
  const char *language;        /* code: "ar", "zh_CN" */
  const char *state;           /* (nullable): name of the State under review */
  const char *dossier_id;      /* (nullable): only its digest goes into the page */
  PalForm *questionnaire;      /* (nullable): whose questions are shown; never its answers */
  const char *cluster;         /* (nullable): "I" to "IV" */
  const char *const *articles; /* (nullable): "untoc:5", ...; NULL: all of the questionnaire */
} PalKitOrder;

GBytes *pal_kit_make (const PalKitOrder *order, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a page says of the dossier it was made for: tells two dossiers apart, names none. */
char *pal_kit_dup_dossier_digest (const char *dossier_id) G_GNUC_WARN_UNUSED_RESULT;

/* The questions that an input is about, as the questionnaire prints them. */
typedef struct
{
  guint number;
  char *text;
} PalKitQuestion;
typedef struct
{
  const char *ref;      /* (unowned): of the questionnaire */
  char *title;          /* (nullable) */
  char *part;           /* (nullable) */
  GPtrArray *questions; /* (element-type PalKitQuestion) */
} PalKitArticle;
/* (element-type PalKitArticle): none without a questionnaire */
GPtrArray *pal_kit_dup_articles (const PalKitOrder *order) G_GNUC_WARN_UNUSED_RESULT;

/* --- reading what came back */

typedef struct
{
  char *path;        /* "/input/card/points/point[ID]/text" */
  char *value;       /* as the form has it */
  char *written;     /* (nullable): how the file had it, when that was something else */
  PalFormNode *node; /* (unowned): of the form that was given to the reader */
} PalKitValue;

typedef struct
{
  char *name;       /* as the answer has it; a plain name without folders */
  char *media_type; /* (nullable): what the file says */
  GBytes *bytes;
  gboolean is_intact; /* of the length and digest that were written with it */
} PalKitFile;
void pal_kit_file_free (PalKitFile *file);

typedef enum
{
  PAL_KIT_REMARK_VERSION,     /* of another version of the form: text is the version */
  PAL_KIT_REMARK_CHANGED,     /* not as it was saved: changed by hand, or damaged */
  PAL_KIT_REMARK_UNSEALED,    /* holds no check sum: not made by a kit, or taken out */
  PAL_KIT_REMARK_DRAFT,       /* saved as a draft */
  PAL_KIT_REMARK_ENCODING,    /* not UTF-8: text is what it was read as */
  PAL_KIT_REMARK_CUT,         /* the file ends too early: what was there is taken */
  PAL_KIT_REMARK_UNKNOWN,     /* the form has no such place: path, text */
  PAL_KIT_REMARK_TWICE,       /* a place that can hold one text had more: path, text */
  PAL_KIT_REMARK_CHOICE,      /* no choice of this question: path, text */
  PAL_KIT_REMARK_DATE,        /* no date that can be understood: path, text */
  PAL_KIT_REMARK_DATE_UNSURE, /* a date that can be read in two ways, left out: path, text */
  PAL_KIT_REMARK_NUMBER,      /* no number: path, text */
  PAL_KIT_REMARK_LENGTH,      /* longer than an answer may be, cut: path */
  PAL_KIT_REMARK_ROW,         /* a row without an identity of its own was given one: path */
  PAL_KIT_REMARK_FILE,        /* an attachment that is missing or damaged: path, text its name */
  PAL_KIT_REMARK_SPARE_FILE,  /* an attachment that no answer names: text */
  PAL_KIT_REMARK_FORMULA,     /* a formula: what it last showed is taken: path, text */
  PAL_KIT_REMARK_TRACKED,     /* tracked changes: what accepting all would leave: path */
  PAL_KIT_REMARK_COMMENT,     /* somebody's comment beside the answers: path, text */
  PAL_KIT_REMARK_EMBEDDED,    /* a file that lay in the document is now an attachment: text */
  PAL_KIT_N_REMARKS
} PalKitRemarkKind;
const char *pal_kit_remark_kind_to_string (PalKitRemarkKind kind);

typedef struct
{
  PalKitRemarkKind kind;
  char *path; /* (nullable) */
  char *text; /* (nullable): plain text, as the file had it */
} PalKitRemark;

/* What a file says, in the shape of the form; the same whatever kind of file it was. Fields are for
 * reading; nullable texts are NULL when the file does not say. */
typedef struct
{
  char *form_id;
  char *version;     /* (nullable) */
  char *instance_id; /* (nullable): the same input twice has it twice */
  char *kit_id;      /* (nullable) */
  char *dossier;     /* (nullable): pal_kit_dup_dossier_digest() of the dossier it was made for */
  char *language;    /* (nullable) */
  char *cluster;     /* (nullable) */
  char *articles;    /* (nullable): separated by spaces */
  char *saved;       /* (nullable): time, as the file has it */
  char *sha256;      /* of the octets of the file */

  GPtrArray *values;  /* (element-type PalKitValue): in the order of the form, rows of the file */
  GPtrArray *files;   /* (element-type PalKitFile) */
  GPtrArray *remarks; /* (element-type PalKitRemark) */
  guint n_more_remarks;
  GBytes *instance; /* what was understood, for pal_response_new_from_instance() */
} PalKitInput;

PalKitInput *pal_kit_read (GBytes *bytes, PalForm *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalKitInput *
pal_kit_read_file (const char *path, PalForm *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* folder, files: (nullable): where attachments lie beside it, or (element-type PalKitFile) those
 * that came in another way. */
PalKitInput *pal_kit_read_with (GBytes *bytes, const char *folder, GPtrArray *files, PalForm *form,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_kit_input_free (PalKitInput *self);
gboolean pal_kit_input_has_remark (PalKitInput *self, PalKitRemarkKind kind);
/* For files that never have a check sum of their own. */
void pal_kit_input_remove_remarks (PalKitInput *self, PalKitRemarkKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalKitInput, pal_kit_input_free)

G_END_DECLS
