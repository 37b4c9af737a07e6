// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A plain SQLite file with tables of text, for other programs to read. It appears whole or not at
 * all. Blocking; one thread at a time. */
typedef struct _PalTableFile PalTableFile;

PalTableFile *pal_table_file_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_table_file_free (PalTableFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTableFile, pal_table_file_free)

/* Names are ours: letters and underscores. */
gboolean pal_table_file_add_table (PalTableFile *self, const char *name, const char *const *columns,
                                   GError **error);
/* values: (element-type utf8): as many as the table has columns, each nullable. */
gboolean pal_table_file_add_row (PalTableFile *self, const char *table, const char *const *values,
                                 GError **error);
gboolean pal_table_file_commit (PalTableFile *self, GError **error);

G_END_DECLS
