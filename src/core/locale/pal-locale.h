// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a language does with order, numbers and lists. GLib asks the system's locale, which may
 * speak another language than the program, or none at all. Main thread. */

void pal_locale_set (const char *language);

int pal_locale_compare (const char *text, const char *other);

char *pal_locale_dup_number (double number) G_GNUC_WARN_UNUSED_RESULT;
char *pal_locale_dup_size (guint64 size_bytes) G_GNUC_WARN_UNUSED_RESULT;
/* "Amal, Boris and Eva". items: (element-type utf8) */
char *pal_locale_dup_list (GPtrArray *items) G_GNUC_WARN_UNUSED_RESULT;
/* What was typed as a number, as it is kept: "1 234,5" in French is "1234.5". */
char *pal_locale_dup_plain_number (const char *typed) G_GNUC_WARN_UNUSED_RESULT;

/* What a language calls itself: "Português (Brasil)" of "pt_BR". Any thread, likewise below. */
char *pal_locale_dup_language_name (const char *code) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_locale_is_right_to_left (const char *code); /* code: (nullable) */
/* "6 October 2026" of "2026-10-06"; what is no such day as it is. */
char *pal_locale_dup_date (const char *code, const char *date) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  char code[3]; /* ISO 3166: "MX" */
  char *name;   /* "Mexico" */
} PalLocaleCountry;
/* (element-type PalLocaleCountry): what a language calls countries and territories. */
GPtrArray *pal_locale_list_countries (const char *code) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
