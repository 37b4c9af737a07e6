// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-glossary.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A gettext catalogue (PO) that a person works on: what libgettextpo reads and writes, as objects.
 * Nothing is loaded of a file that is not in order. */

#define PAL_CATALOGUE_MAX_BYTES (8 * 1024 * 1024)
#define PAL_CATALOGUE_MAX_ENTRIES 20000
#define PAL_CATALOGUE_MAX_TEXT_BYTES (64 * 1024) /* of one text */
#define PAL_CATALOGUE_MAX_PLURALS 6

/* What a file is refused for. The message has file and line; pal_catalogue_error_get_line() and
 * pal_catalogue_error_get_detail() are for a sentence of the front end. */
#define PAL_CATALOGUE_ERROR (pal_catalogue_error_quark ())
typedef enum
{
  PAL_CATALOGUE_ERROR_ENCODING, /* not UTF-8 text */
  PAL_CATALOGUE_ERROR_SYNTAX,   /* not PO */
  PAL_CATALOGUE_ERROR_HEADER,   /* no header, or one that says no charset, or a wrong one */
  PAL_CATALOGUE_ERROR_PLURALS,  /* Plural-Forms is missing or no such rule, though it is needed */
  PAL_CATALOGUE_ERROR_LANGUAGE, /* of another language than asked for */
  PAL_CATALOGUE_ERROR_LIMIT,    /* larger than the limits above */
  PAL_CATALOGUE_ERROR_PLACEHOLDER, /* a translation that would not fill in what it should */
  PAL_CATALOGUE_ERROR_PLURAL,      /* a translated entry that lacks a plural form */
  PAL_CATALOGUE_ERROR_OTHER,       /* the catalogue of another form, or of nothing here */
} PalCatalogueError;
GQuark pal_catalogue_error_quark (void);
/* Line in the file, from 1; 0 when none is to blame. */
guint pal_catalogue_error_get_line (const GError *error);
/* (nullable): the placeholder, the language, the limit; not for logs */
const char *pal_catalogue_error_get_detail (const GError *error);

/* --- entries */

typedef enum
{
  PAL_ENTRY_TRANSLATED,
  PAL_ENTRY_FUZZY, /* to be looked at */
  PAL_ENTRY_MISSING,
} PalEntryState;

/* Lives on one thread. Properties: "state" (read only, PalEntryState as a guint), notified when it
 * changes. Signal "changed": something in it was set. */
#define PAL_TYPE_CATALOGUE_ENTRY (pal_catalogue_entry_get_type ())
G_DECLARE_FINAL_TYPE (PalCatalogueEntry, pal_catalogue_entry, PAL, CATALOGUE_ENTRY, GObject)

const char *pal_catalogue_entry_get_context (PalCatalogueEntry *self);   /* (nullable) */
const char *pal_catalogue_entry_get_id (PalCatalogueEntry *self);        /* the English */
const char *pal_catalogue_entry_get_id_plural (PalCatalogueEntry *self); /* (nullable) */
/* 1, or the number of plural forms of the language. */
guint pal_catalogue_entry_get_n_translations (PalCatalogueEntry *self);
const char *pal_catalogue_entry_get_translation (PalCatalogueEntry *self, guint index); /* "" */
/* What the programmers say about it, lines; (nullable) */
const char *pal_catalogue_entry_get_explanation (PalCatalogueEntry *self);
/* What translators say about it, lines; (nullable) */
const char *pal_catalogue_entry_get_comment (PalCatalogueEntry *self);
/* "survey:16", "src/app/home/pal-home-page.c:33"; may be empty. */
const char *const *pal_catalogue_entry_get_references (PalCatalogueEntry *self);
/* A group to which it belongs: a folder of the program's screens ("home"), or the path of a part
 * and page of a form ("untoc/art5"), "choices/<list>", "templates/<block>", "settings". */
const char *pal_catalogue_entry_get_scope (PalCatalogueEntry *self);
guint pal_catalogue_entry_get_line (PalCatalogueEntry *self); /* in the file as loaded; 0: none */
gboolean pal_catalogue_entry_is_format (PalCatalogueEntry *self); /* has printf placeholders */
gboolean pal_catalogue_entry_is_fuzzy (PalCatalogueEntry *self);
PalEntryState pal_catalogue_entry_get_state (PalCatalogueEntry *self);

/* Setting a translation takes the fuzzy mark away. */
void pal_catalogue_entry_set_translation (PalCatalogueEntry *self, guint index, const char *text);
void pal_catalogue_entry_set_fuzzy (PalCatalogueEntry *self, gboolean is_fuzzy);
void pal_catalogue_entry_set_comment (PalCatalogueEntry *self, const char *comment);

/* --- the catalogue: a GListModel of its entries, without header and obsolete ones */

typedef enum
{
  PAL_CATALOGUE_LOAD_DEFAULT = 0,
  /* Wrong placeholders and missing plurals are remarks, not refusals: for one's own draft. */
  PAL_CATALOGUE_LOAD_DRAFT = 1 << 0,
  /* A template: needs no language and no plural rule. */
  PAL_CATALOGUE_LOAD_TEMPLATE = 1 << 1,
} PalCatalogueLoadFlags;

#define PAL_TYPE_CATALOGUE (pal_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (PalCatalogue, pal_catalogue, PAL, CATALOGUE, GObject)

/* Blocking. Any thread; the result belongs to the one that called. name stands in messages. */
PalCatalogue *
pal_catalogue_new_from_bytes (GBytes *bytes, const char *name, PalCatalogueLoadFlags flags,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalCatalogue *pal_catalogue_load (const char *path, PalCatalogueLoadFlags flags,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void
pal_catalogue_load_async (const char *path, PalCatalogueLoadFlags flags, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
PalCatalogue *
pal_catalogue_load_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The texts of a template, translated as far as sources do (nullable) (element-type PalCatalogue),
 * of which a later one goes before. Blocking. (nullable with error) */
PalCatalogue *
pal_catalogue_new_merged (PalCatalogue *template, const char *language, GPtrArray *sources,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file as text: with no edits what msgcat would write. Any thread that owns the catalogue. */
GBytes *pal_catalogue_write (PalCatalogue *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whole on the disk, or as it was. What is edited while it is saved is not in it. */
gboolean pal_catalogue_save (PalCatalogue *self, const char *path, GError **error);
void pal_catalogue_save_async (PalCatalogue *self, const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_catalogue_save_finish (PalCatalogue *self, GAsyncResult *result, GError **error);
/* For the program: entries that are translated, sorted, as msgfmt makes it (.mo). */
GBytes *pal_catalogue_write_binary (PalCatalogue *self) G_GNUC_WARN_UNUSED_RESULT;

const char *pal_catalogue_get_language (PalCatalogue *self); /* "ar", "zh_CN"; (nullable) */
/* (nullable): field of the header, such as "Last-Translator" */
char *pal_catalogue_dup_header (PalCatalogue *self, const char *field) G_GNUC_WARN_UNUSED_RESULT;
/* Stands in the header with the time of saving when something was edited. (nullable) */
void pal_catalogue_set_translator (PalCatalogue *self, const char *name);
gboolean pal_catalogue_is_interface (PalCatalogue *self); /* else of a form */

guint pal_catalogue_get_n_plurals (PalCatalogue *self);
/* Which form a number takes; index of the translation. */
guint pal_catalogue_get_plural (PalCatalogue *self, gulong n);
/* "0", "1", "3, 4, 5 … 10": some numbers that take this form, to name its field. */
char *pal_catalogue_dup_plural_examples (PalCatalogue *self, guint index) G_GNUC_WARN_UNUSED_RESULT;

/* (nullable) (transfer none): context (nullable) and English together are a key. */
PalCatalogueEntry *pal_catalogue_find (PalCatalogue *self, const char *context, const char *id);

/* Takes translations (with their marks and comments) of other for entries that are missing here,
 * or, with replace, for all that are translated there. Returns how many were taken. */
guint pal_catalogue_take (PalCatalogue *self, PalCatalogue *other, gboolean replace);
/* Whether it is of what the template is of: most of its entries are known there. */
gboolean pal_catalogue_check_fits (PalCatalogue *self, PalCatalogue *template, GError **error);

/* Whether it is in the language; "pt-BR" is "pt_BR". */
gboolean pal_catalogue_check_language (PalCatalogue *self, const char *language, GError **error);
guint pal_catalogue_count_known (PalCatalogue *self, PalCatalogue *template);

/* How many texts of self say something else when other is used. */
guint pal_catalogue_count_different (PalCatalogue *self, PalCatalogue *other);

/* As it is now, for another thread. */
PalCatalogue *pal_catalogue_copy (PalCatalogue *self) G_GNUC_WARN_UNUSED_RESULT;

/* --- coverage */

typedef struct
{
  guint n_translated;
  guint n_fuzzy;
  guint n_missing;
} PalCoverage;

/* scope: (nullable): all */
PalCoverage pal_catalogue_get_coverage (PalCatalogue *self, const char *scope);
/* (element-type utf8): in the order in which they come first */
GPtrArray *pal_catalogue_list_scopes (PalCatalogue *self) G_GNUC_WARN_UNUSED_RESULT;

/* --- checks */

typedef enum
{
  PAL_REMARK_PLACEHOLDER,    /* printf placeholders differ; is_error */
  PAL_REMARK_REFERENCE,      /* ${name} of a form missing or unknown; is_error */
  PAL_REMARK_PLURAL_MISSING, /* one form of some; is_error */
  PAL_REMARK_MARKUP,         /* tags differ */
  PAL_REMARK_BLANKS,         /* blanks or line ends at the beginning or the end differ */
  PAL_REMARK_MNEMONIC,       /* one underline before a letter, as in the English */
  PAL_REMARK_LENGTH,         /* a short label more than 2.5 times as long */
  PAL_REMARK_GLOSSARY,       /* a term that is not as in the glossary */
  PAL_N_REMARKS
} PalRemarkKind;

typedef struct
{
  PalRemarkKind kind;
  gboolean is_error; /* such a catalogue is refused elsewhere */
  guint index;       /* of the translation */
  char *found;       /* (nullable): what is wrong: "%d", "${name}", the English term */
  char *expected;    /* (nullable): what should stand there: "%s", the translated term */
} PalRemark;

void pal_remark_free (PalRemark *self);

/* (element-type PalRemark): what is to be said about an entry; none for what is missing. A line
 * "glossary: TERM - why" or "length: why" in its comment silences these. glossary: (nullable).
 * Fast enough for every key. */
GPtrArray *pal_catalogue_check_entry (PalCatalogue *self, PalCatalogueEntry *entry,
                                      PalGlossary *glossary) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalRemark, pal_remark_free)

G_END_DECLS
