// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-stakeholder-list.h"

#include "pal-book.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* -columns.c knows what columns are called, -values.c reads cells, -alike.c finds what looks like
 * the same, -take.c writes. */

typedef enum
{
  PAL_LIST_TEXT,
  PAL_LIST_LONG_TEXT,
  PAL_LIST_ONE,
  PAL_LIST_MANY,
  PAL_LIST_DATE,
  PAL_LIST_LINK,
  PAL_LIST_ADDRESS,
  PAL_LIST_PHONE
} PalListKind;

typedef struct
{
  const char *key;
  const char *path; /* behind "/stakeholder/card/" */
  PalListKind kind;
  gboolean is_person;  /* says something of a person, and needs consent */
  const char *joint;   /* (nullable): between what several columns say */
  const char *words;   /* what columns are called that answer it, divided by "|" */
  const char *generic; /* (nullable): likewise, when no column fits better */
} PalListQuestion;

const PalListQuestion *pal_list_question_find (const char *key); /* (nullable) */
guint pal_list_questions_count (void);
const PalListQuestion *pal_list_question_at (guint place);
char *pal_list_question_dup_path (const PalListQuestion *self) G_GNUC_WARN_UNUSED_RESULT;

/* A card that is there: (element-type utf8 utf8): path -> what it says. */
typedef struct
{
  char *id;
  GHashTable *values;
} PalListCard;

struct _PalStakeholderList
{
  PalForm *form;
  PalBook *book;
  PalBookWriting writing;
  PalBookSheet *sheet; /* (unowned) */
  GPtrArray *sheets;   /* (element-type utf8) */
  guint header;        /* place in the sheet's rows */
  GPtrArray *columns;
  GPtrArray *rows;
  GPtrArray *problems;
  GHashTable *choices;  /* (element-type utf8 GHashTable): key -> folded label or id -> id */
  GHashTable *defaults; /* (element-type utf8 utf8): path -> what a new card says by itself */
  GHashTable *cards;    /* (element-type utf8 PalListCard) (nullable): by id; not compared yet */
  gboolean with_persons;
};

guint pal_list_find_header (PalBookSheet *sheet);
void pal_list_match_columns (PalStakeholderList *self);

gboolean pal_list_load_choices (PalStakeholderList *self, GError **error);
void pal_list_read_rows (PalStakeholderList *self);
gboolean pal_list_is_person_question (const char *key);

gboolean pal_list_load_cards (PalStakeholderList *self, PalDossier *dossier,
                              GCancellable *cancellable, GError **error);
void pal_list_find_alike (PalStakeholderList *self);

G_END_DECLS
