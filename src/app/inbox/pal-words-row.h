// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Rows of a boxed list that show what others wrote: never markup, in as many lines as it takes. */

/* Text from outside for a label: lines stay, what would disturb others goes; cut after max_bytes.
 */
char *pal_words_dup_plain (const char *text, gsize max_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* subtitle, choice: (nullable): choice stands beside or below. */
GtkWidget *pal_words_row_new (const char *title, const char *subtitle, GtkWidget *choice);
/* What was asked, and below what somebody said. */
GtkWidget *pal_words_row_new_said (const char *label, const char *text);
/* tick: (nullable): before the text; the row as a whole sets it. */
GtkWidget *pal_words_row_new_ticked (const char *title, const char *subtitle, GtkWidget *tick);
/* A heading and an empty boxed list at the end of a box. title: may be "". */
GtkListBox *pal_words_part_new (GtkBox *box, const char *title);
void pal_words_rows_empty (GtkListBox *list);
/* "and 12 more"; n: 0 adds nothing. */
void pal_words_rows_add_rest (GtkListBox *list, guint n);

G_END_DECLS
