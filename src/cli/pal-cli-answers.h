// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cli-dossier.h"
#include "pal-cli-json.h"
#include "pal-record.h"

#include <stdio.h>

G_BEGIN_DECLS

/* What the verbs on dossiers share. */

#define PAL_CLI_ERROR (pal_cli_error_quark ())
typedef enum
{
  PAL_CLI_ERROR_LINE,   /* a line that is no answer */
  PAL_CLI_ERROR_CHOICE, /* several records could be meant */
  PAL_CLI_ERROR_ROW     /* no such row, and none can be made */
} PalCliError;
GQuark pal_cli_error_quark (void);

/* The form of a questionnaire: "cluster-1" and its like. */
gboolean pal_cli_is_questionnaire (const char *form_id);
/* FORM: an .xml file, or the id of a form that comes with the program. */
PalForm *pal_cli_load_form (const char *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* record: (nullable): an id; without it the first questionnaire, or with node the only record whose
 * form begins like node. */
PalRecord *pal_cli_open_record (PalDossier *dossier, const char *record, const char *node,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NODE as people write it: a row is given by id, position, [last] or [new]; the position after the
 * last one makes a row, too. */
PalNode *pal_cli_find_node (PalResponse *response, const char *path, GError **error);
gboolean
pal_cli_set_answer (PalResponse *response, const char *path, const char *value, GError **error);

/* Lines of a file: node, tab, value; \n, \t and \\ in the value stand for themselves. */
typedef struct
{
  FILE *file;
  guint number; /* of the line, from 1 */
  char *node;
  char *value;
} PalCliLines;
gboolean pal_cli_lines_open (PalCliLines *lines, const char *path, GError **error);
/* FALSE at the end, and with an error. */
gboolean pal_cli_lines_next (PalCliLines *lines, GError **error);
void pal_cli_lines_close (PalCliLines *lines);
void pal_cli_print_escaped (const char *text);

/* All questions of a record that stand on the page, in order. */
void pal_cli_build_answers (JsonBuilder *builder, PalRecord *record, const char *language);
/* The first text in it: what people would call it. (nullable) */
char *pal_cli_dup_record_title (PalRecord *record) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PalCliLines, pal_cli_lines_close)

G_END_DECLS
