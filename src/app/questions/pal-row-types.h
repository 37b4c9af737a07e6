// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Which class shows which kind of question. */

typedef struct
{
  const char *name; /* for tests and logs */
  gboolean (*fits) (PalFormControl *control);
  GType (*get_type) (void);
} PalRowType;

/* The first that fits is taken; the last one fits everything. */
extern const PalRowType pal_row_types[];
extern const guint pal_n_row_types;

/* XForms puts the label of a repeat on a group around it; the two are one thing on the page.
 * Returns the repeat inside such a group, and any other control itself. */
PalFormControl *pal_row_type_unwrap (PalFormControl *control);

const PalRowType *pal_row_type_find (PalFormControl *control);

/* node, around: as in PalQuestionSlot. */
PalQuestionRow *pal_row_type_create (PalQuestionContext *context, PalFormControl *control,
                                     PalNode *node, PalNode *around);

G_END_DECLS
