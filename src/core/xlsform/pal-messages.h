// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"

G_BEGIN_DECLS

/* Of a catalogue what a form needs: the texts in one language, no plurals. */
typedef struct
{
  char *code;           /* "ar" */
  char *language;       /* "العربية (ar)" */
  GHashTable *messages; /* context EOT msgid, or msgid -> msgstr */
} PalMessages;

PalMessages *pal_messages_new (const char *code) G_GNUC_WARN_UNUSED_RESULT;
void pal_messages_add_entry (PalMessages *self, PalCatalogueEntry *entry);
void pal_messages_free (PalMessages *self);
const char *pal_messages_find (const PalMessages *self, const char *context, const char *msgid);

/* Every <language>.po of the folder, by language. (element-type PalMessages) */
GPtrArray *pal_messages_read_folder (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_messages_join (GPtrArray *catalogues, GPtrArray *others);
char *pal_messages_dup_language (const char *code) G_GNUC_WARN_UNUSED_RESULT;

/* Appends "msgid \"...\"" and the like, one line of the text a line of the file. */
void pal_messages_append_string (GString *out, const char *keyword, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalMessages, pal_messages_free)

G_END_DECLS
