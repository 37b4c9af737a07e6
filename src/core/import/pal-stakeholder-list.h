// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* A list of organizations or of people who took part, as somebody outside wrote it: a CSV file in
 * whatever encoding, or a workbook. What its columns mean is proposed and can be changed; what is
 * in its rows is shown before anything is taken, with what looks like a card that is there already.
 * Nothing is merged unless a person says so. Belongs to one thread at a time. */

#define PAL_STAKEHOLDER_LIST_ERROR (pal_stakeholder_list_error_quark ())
typedef enum
{
  PAL_STAKEHOLDER_LIST_ERROR_FILE,  /* no table that we read; the message says why */
  PAL_STAKEHOLDER_LIST_ERROR_EMPTY, /* no rows below the names of the columns */
  PAL_STAKEHOLDER_LIST_ERROR_SHEET, /* no sheet of that name */
  PAL_STAKEHOLDER_LIST_ERROR_LIMIT, /* too many rows or columns */
  PAL_STAKEHOLDER_LIST_ERROR_PLACE, /* no such column, question, row or card */
  PAL_STAKEHOLDER_LIST_ERROR_NAME   /* no column holds the names: nothing can be taken */
} PalStakeholderListError;
GQuark pal_stakeholder_list_error_quark (void);

#define PAL_STAKEHOLDER_LIST_MAX_ROWS 20000
#define PAL_STAKEHOLDER_LIST_MAX_COLUMNS 200

typedef struct _PalStakeholderList PalStakeholderList;

typedef struct
{
  guint number;         /* from 0 */
  char *letters;        /* as spreadsheet programs name it: "C" */
  char *title;          /* (nullable): in the row of names */
  const char *question; /* (nullable): key of the question that it answers */
} PalListColumn;

typedef enum
{
  PAL_LIST_ROW_NEW,
  PAL_LIST_ROW_SAME, /* fills what is empty in a card that is there */
  PAL_LIST_ROW_LEAVE
} PalListDecision;

typedef enum
{
  PAL_LIKENESS_NONE,
  PAL_LIKENESS_NAME,
  PAL_LIKENESS_ACRONYM,
  PAL_LIKENESS_WEBSITE,
  PAL_LIKENESS_EMAIL
} PalLikeness;

typedef struct
{
  guint number; /* as the spreadsheet program shows it */
  char *name;   /* (nullable): without one it cannot be taken */
  PalListDecision decision;
  gboolean is_decided; /* a person said so */
  PalLikeness likeness;
  char *card;          /* (nullable): the one that it looks like, or is */
  char *card_name;     /* (nullable) */
  guint like_row;      /* another row of the list that it looks like; 0: none */
  guint n_answers;     /* that a new card would get from it */
  gboolean has_person; /* names a person who did not say that they may be written down */
  GHashTable *values;  /* (element-type utf8 utf8): question -> answer */
} PalListRow;

typedef enum
{
  PAL_LIST_TROUBLE_CHOICE,  /* none of the choices of the question */
  PAL_LIST_TROUBLE_DATE,    /* not a date */
  PAL_LIST_TROUBLE_UNSURE,  /* a date, but day and month could be either */
  PAL_LIST_TROUBLE_LINK,    /* not a link */
  PAL_LIST_TROUBLE_ADDRESS, /* not an e-mail address */
  PAL_LIST_TROUBLE_PHONE,   /* not a telephone number */
  PAL_LIST_TROUBLE_BROKEN,  /* a formula without a result, or with an error */
  PAL_LIST_TROUBLE_LONG     /* longer than we take */
} PalListTrouble;

typedef struct
{
  guint row;
  const PalListColumn *column;
  char *text;
  PalListTrouble why;
} PalListProblem;

/* sheet: (nullable): the first one with rows. Blocking. */
PalStakeholderList *pal_stakeholder_list_read (const char *path, const char *sheet, PalForm *form,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_stakeholder_list_free (PalStakeholderList *self);

const char *pal_stakeholder_list_get_encoding (PalStakeholderList *self); /* "" for a workbook */
char pal_stakeholder_list_get_delimiter (PalStakeholderList *self);       /* '\0' for a workbook */
const char *pal_stakeholder_list_get_sheet (PalStakeholderList *self);    /* "" for CSV */
GPtrArray *pal_stakeholder_list_get_sheets (PalStakeholderList *self);    /* (element-type utf8) */
guint pal_stakeholder_list_get_header_row (PalStakeholderList *self);
GPtrArray *pal_stakeholder_list_get_columns (PalStakeholderList *self);  /* PalListColumn */
GPtrArray *pal_stakeholder_list_get_rows (PalStakeholderList *self);     /* PalListRow */
GPtrArray *pal_stakeholder_list_get_problems (PalStakeholderList *self); /* PalListProblem */

/* The questions that a column can answer. */
const char *const *pal_stakeholder_list_get_questions (void);
char *pal_stakeholder_list_dup_label (PalStakeholderList *self, const char *question,
                                      const char *language) G_GNUC_WARN_UNUSED_RESULT;

PalForm *pal_stakeholder_list_get_form (PalStakeholderList *self);
/* (nullable): of the form: what the question is about */
PalFormNode *pal_stakeholder_list_find_node (PalStakeholderList *self, const char *question);

/* question: (nullable): the column is not taken. Rows are looked at again. */
gboolean pal_stakeholder_list_set_column (PalStakeholderList *self, guint column,
                                          const char *question, GError **error);
/* column: its letters, its name, or its number from 1. */
PalListColumn *pal_stakeholder_list_find_column (PalStakeholderList *self, const char *column);
void pal_stakeholder_list_set_with_persons (PalStakeholderList *self, gboolean with_persons);
/* card: (nullable): for PAL_LIST_ROW_SAME. */
gboolean pal_stakeholder_list_decide (PalStakeholderList *self, guint row, PalListDecision decision,
                                      const char *card, GError **error);

/* Compares it with the cards that are there. Blocking. */
gboolean pal_stakeholder_list_compare (PalStakeholderList *self, PalDossier *dossier,
                                       GCancellable *cancellable, GError **error);

typedef struct
{
  guint n_made;
  guint n_filled;
  guint n_left;
  guint n_persons_left; /* persons named in rows that were taken, and left out */
  PalLogSpan written;   /* the act; none when nothing was taken */
} PalListTaken;

/* One act in the log. Blocking. */
gboolean pal_stakeholder_list_take (PalStakeholderList *self, PalDossier *dossier,
                                    PalListTaken *taken, GError **error);

/* read and compare. */
void pal_stakeholder_list_read_async (PalDossier *dossier, const char *path, const char *sheet,
                                      PalForm *form, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
PalStakeholderList *pal_stakeholder_list_read_finish (GAsyncResult *result, GError **error);
/* Nothing else uses @self meanwhile. */
void pal_stakeholder_list_take_async (PalStakeholderList *self, PalDossier *dossier,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean
pal_stakeholder_list_take_finish (GAsyncResult *result, PalListTaken *taken, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalStakeholderList, pal_stakeholder_list_free)

G_END_DECLS
