// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"

G_BEGIN_DECLS

typedef struct _PalPlural PalPlural;

struct _PalCatalogueEntry
{
  GObject parent_instance;

  char *context;      /* (nullable) */
  char *id;           /* the English */
  char *id_plural;    /* (nullable) */
  GPtrArray *strings; /* (element-type utf8): translations */
  char *explanation;  /* (nullable) */
  char *comment;      /* (nullable) */
  GStrv references;
  char *scope;
  guint n_in_file; /* how many translations the file has; less than there should be is a problem */
  guint line;
  PalEntryState state;
  gboolean is_format;
  gboolean is_fuzzy;
  gboolean is_edited; /* since it was read */
};

struct _PalCatalogue
{
  GObject parent_instance;

  GBytes *original;   /* (owned): the file as it was read */
  GPtrArray *entries; /* (owned) (element-type PalCatalogueEntry) */
  GHashTable *by_key; /* (owned): context EOT id -> (unowned) PalCatalogueEntry */
  char *header;       /* (owned): may be empty */
  char *language;     /* (owned) (nullable) */
  PalPlural *plural;  /* (owned) */
  char *translator;   /* (owned) (nullable) */
  gboolean is_interface;
};

/* What goes wrong is said with file and line. detail: (nullable) */
void pal_catalogue_set_error (GError **error, PalCatalogueError code, const char *name, guint line,
                              const char *detail, const char *format, ...) G_GNUC_PRINTF (6, 7);

void pal_catalogue_index (PalCatalogue *self);

/* --- pal-po-scan.c: what a file must be before libgettextpo sees it */

typedef struct
{
  GArray *lines; /* (element-type guint): of every msgid, in the order of the file */
  gboolean has_header;
  gboolean has_charset; /* and it is UTF-8; any other is refused */
} PalPoScan;

PalPoScan *pal_po_scan (const char *text, gsize length, const char *name,
                        PalCatalogueLoadFlags flags, GError **error);
void pal_po_scan_free (PalPoScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPoScan, pal_po_scan_free)

/* --- pal-po.c: libgettextpo, under one lock */

/* entries: (out) (element-type PalCatalogueEntry): without n_translations filled up */
GPtrArray *
pal_po_read (GBytes *bytes, const char *name, const PalPoScan *scan, char **header, GError **error);
/* The file of bytes with what is edited in entries, and header (nullable) instead of its own. */
GBytes *pal_po_write (GBytes *bytes, GPtrArray *entries, const char *header, GError **error);
/* (nullable) */
char *pal_po_dup_field (const char *header, const char *field);
char *pal_po_set_field (const char *header, const char *field, const char *value);

/* --- pal-plural.c: "nplurals=2; plural=(n != 1);" */

PalPlural *pal_plural_parse (const char *rule); /* (nullable) */
const char *pal_plural_find_rule (const char *language);
guint pal_plural_count (const PalPlural *self);
guint pal_plural_select (const PalPlural *self, gulong n);
PalPlural *pal_plural_ref (PalPlural *self);
void pal_plural_unref (PalPlural *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPlural, pal_plural_unref)

/* --- pal-catalogue-entry.c */

PalCatalogueEntry *pal_catalogue_entry_new (void);
PalCatalogueEntry *pal_catalogue_entry_copy (PalCatalogueEntry *self);
/* Works out scope and state when all is set; n: how many translations it must have. */
void pal_catalogue_entry_complete (PalCatalogueEntry *self, guint n);
/* The kind of a form's text ("label"), or NULL: of the interface. */
const char *pal_catalogue_entry_get_kind (PalCatalogueEntry *self);

/* --- pal-catalogue-format.c: (element-type utf8): "2:d" for "%2$ld" */

GPtrArray *pal_format_list (const char *text);
/* (nullable): what is wrong with the placeholders of translation. */
PalRemark *pal_format_compare (const char *source, const char *translation, gboolean may_lack);
/* The same for ${name}. */
PalRemark *pal_reference_compare (const char *source, const char *translation);

G_END_DECLS
