// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-collate.h"

G_BEGIN_DECLS

/* One answer; all is borrowed. */
typedef struct
{
  const PalCollated *submission;
  const char *record;
  const char *form;
  const char *version;
  const char *node;  /* path without rows: /cluster1/general/state/name */
  const char *rows;  /* ids of the rows above it, "/" between them; "" for none */
  const char *value; /* as the form keeps it */
} PalCollateAnswer;

typedef gboolean (*PalCollateAnswerFunc) (const PalCollateAnswer *answer, gpointer user_data,
                                          GError **error);
/* Calls func for each answer of an instance; base holds what is known besides. */
gboolean pal_collate_walk (GBytes *instance, const PalCollateAnswer *base,
                           PalCollateAnswerFunc func, gpointer user_data, GError **error);

/* A kind of file to write. */
typedef struct
{
  const char *ending;
  gboolean for_spreadsheet; /* nothing in it is taken for a formula */
  gpointer (*open) (const char *path, GError **error);
  gboolean (*add_submission) (gpointer file, const PalCollated *submission, GError **error);
  gboolean (*add_answer) (gpointer file, const PalCollateAnswer *answer, GError **error);
  gboolean (*commit) (gpointer file, GError **error); /* only then it is there */
  void (*free) (gpointer file);
} PalCollateFormat;

/* (nullable) */
const PalCollateFormat *pal_collate_find_format (const char *path, gboolean for_spreadsheet);

G_END_DECLS
