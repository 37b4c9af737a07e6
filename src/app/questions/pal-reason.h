// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-response-explain.h"

G_BEGIN_DECLS

/* Why a question is as it is, in words for the person who answers it. */

typedef struct
{
  char *text;
  char *path;  /* (nullable): of the question whose answer this is, to go there */
  char *title; /* (nullable): its words */
} PalReasonItem;

typedef struct
{
  char *question;   /* "Why is this shown?" */
  char *answer;     /* (nullable): a sentence before the items */
  GPtrArray *items; /* (element-type PalReasonItem) */
  char *details;    /* (nullable): the form's own expressions, for who knows them */
} PalReason;

/* All that can be asked about a control, the most urgent first: (element-type PalReason). around:
 * (nullable): the row around it. */
GPtrArray *pal_reasons_new (PalResponse *response, PalFormControl *control,
                            PalNode *around) G_GNUC_WARN_UNUSED_RESULT;
/* Why a control is not shown; NULL when the form does not say. */
PalReason *pal_reason_new_hidden (PalResponse *response, PalFormControl *control,
                                  PalNode *around) G_GNUC_WARN_UNUSED_RESULT;
/* The same reason for both: then they can be told together. */
gboolean pal_reason_is_same (PalReason *a, PalReason *b);
void pal_reason_free (PalReason *self);

G_END_DECLS
