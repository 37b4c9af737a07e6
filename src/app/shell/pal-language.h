// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The language of the interface; that of forms and answers are matters of their own. */

void pal_language_init (void);            /* before GTK starts */
void pal_language_apply_direction (void); /* after GTK has started */
const char *pal_language_get (void);      /* code of the interface's language, "en" if in doubt */
/* code: one of pal_languages, "" for that of the system. Words that are shown already stay. */
void pal_language_set (const char *code);
/* Appends the choice to a section of a menu; items activate app.interface-language. */
void pal_language_append_menu (GMenu *section);
gboolean pal_language_is_right_to_left (const char *code);
/* What it is called by those who read it; the code itself if it is none of ours. */
const char *pal_language_get_own_name (const char *code);
/* A date in the interface's language, of an answer such as "2024-05-31". */
char *pal_language_format_date (GDateTime *date) G_GNUC_WARN_UNUSED_RESULT;
/* "just now", "20 minutes ago", "yesterday", a date. */
char *pal_language_format_ago (gint64 time_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
